//! VEX statements applied to findings.
//!
//! The latest statement about a vulnerability (by any of its names) and a product wins; times are compared as instants. `fixed`
//! and `not_affected` suppress a finding, `affected` and `under_investigation` re-open it. A statement about a product speaks of
//! everything inside it; a component that is reached by another way than through that product stays shown.
//!
//! What is uncertain never suppresses: a flawed statement, one that is as old as another that contradicts it, one without time
//! beside one that contradicts it, a range that cannot be read. Each statement's fate is told, so that none fails in silence.

mod decide;
mod matching;
mod names;
mod notes;
pub mod rules;
mod suppose;

use std::collections::HashMap;
use std::fmt;

use bonafide_advisory::vex::{Document, Flaw, Statement};

use crate::component::Component;
use crate::finding::Finding;
use matching::Matcher;
use names::Names;

pub use notes::notes;
pub use rules::RULES;
pub use suppose::{nearest_miss, suppose};

/// How a document came to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// It was named on the command line.
    Given,
    /// The scanned document holds it.
    Embedded,
    /// The scanned document refers to it.
    Referenced,
    /// It is a file of the scanned artifact or folder.
    Inside,
    /// It lies beside the scanned file.
    Neighbour,
    /// A VEX repository of the settings has it.
    Repository,
}

impl Origin {
    /// One word for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Embedded => "embedded",
            Self::Referenced => "referenced",
            Self::Inside => "inside",
            Self::Neighbour => "beside",
            Self::Repository => "repository",
        }
    }

    /// In words, for the end of a sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Given => "given by --vex",
            Self::Embedded => "in the document itself",
            Self::Referenced => "referred to by the document",
            Self::Inside => "found inside the input",
            Self::Neighbour => "found beside the input",
            Self::Repository => "from a VEX repository",
        }
    }
}

/// A document and where it was found.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file, as the user would write it.
    pub name: String,
    /// How it was found.
    pub origin: Origin,
    /// Of which components it may speak.
    pub scope: Scope,
    /// What it says.
    pub document: Document,
}

/// Of which components a document may speak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Of any.
    All,
    /// Of those of one input.
    Input(String),
    /// Of the package that carries it and of what that holds; the package by one of its [`Component::links`].
    Package(String),
}

/// A statement by the indices of its source and of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementId {
    /// Which source.
    pub source: usize,
    /// Which statement of its document.
    pub statement: usize,
}

/// What became of a statement for one finding whose vulnerability it names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It suppresses the finding.
    Suppresses,
    /// It would too; a newer one that says the same is shown.
    Agrees,
    /// It keeps the finding open.
    Reopens,
    /// A newer statement says otherwise.
    Overruled(StatementId),
    /// Another statement says otherwise and neither is newer.
    Tied(StatementId),
    /// A newer edition of its document speaks of the same product.
    Superseded(StatementId),
    /// It is flawed.
    Flawed(Flaw),
    /// It speaks of the product, but the component is reached by another way too.
    Bypassed,
    /// It names a version range, or a version, that cannot be compared.
    Undecided(String),
    /// It speaks of another product: the identifier that came nearest, and which part of it differs.
    OtherProduct(String),
    /// It comes with another input.
    OtherInput,
    /// It comes with a package that neither is the component nor holds it.
    OtherPackage,
}

impl Fate {
    /// One word for programs.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Suppresses => "suppresses",
            Self::Agrees => "agrees",
            Self::Reopens => "reopens",
            Self::Overruled(_) => "overruled",
            Self::Tied(_) => "tied",
            Self::Superseded(_) => "superseded",
            Self::Flawed(_) => "flawed",
            Self::Bypassed => "bypassed",
            Self::Undecided(_) => "undecided",
            Self::OtherProduct(_) => "other-product",
            Self::OtherInput => "other-input",
            Self::OtherPackage => "other-package",
        }
    }

    /// Whether the statement counts.
    #[must_use]
    pub const fn used(&self) -> bool {
        matches!(self, Self::Suppresses | Self::Agrees | Self::Reopens)
    }
}

/// What became of the statements.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// For each statement that names the vulnerability of a finding: the finding's index and its fate there. Sorted.
    pub fates: Vec<(StatementId, usize, Fate)>,
    /// Statements in all.
    pub statements: usize,
    /// Those that name the vulnerability of no finding.
    pub elsewhere: usize,
}

impl Applied {
    /// The fates of one statement.
    pub fn of(&self, id: StatementId) -> impl Iterator<Item = (usize, &Fate)> {
        let from = self.fates.partition_point(|(other, ..)| *other < id);
        self.fates[from..]
            .iter()
            .take_while(move |(other, ..)| *other == id)
            .map(|(_, finding, fate)| (*finding, fate))
    }
}

/// Where a statement stands, in words: who says so, in which document, found where.
#[must_use]
pub fn place(source: &Source, statement: &Statement) -> String {
    Said { source, statement }.to_string()
}

struct Said<'a> {
    source: &'a Source,
    statement: &'a Statement,
}

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let document = &self.source.document;
        f.write_str(document.author.as_deref().unwrap_or("unnamed author"))?;
        if let Some(id) = &document.id {
            write!(f, ", {} {id}", document.format)?;
        }
        let Source { name, origin, .. } = self.source;
        write!(f, ", {name} line {} ({})", self.statement.line, origin.words())
    }
}

/// Applies statements to findings: sets [`Finding::suppressed`] where they say so. The order of the sources does not matter.
///
/// Time: linear in statements and findings; for a finding whose vulnerability is named, the statements that name it.
pub fn apply(findings: &mut [Finding], components: &[Component], sources: &[Source]) -> Applied {
    let mut applied = Applied::default();
    let names = Names::of(findings);
    let named = names.statements(sources);
    let mut by_finding: HashMap<usize, Vec<names::Hit>> = HashMap::new();
    for (at, source) in sources.iter().enumerate() {
        applied.statements += source.document.statements.len();
        let direct = named.iter().filter(|hit| hit.id.source == at && hit.direct);
        let mut own: Vec<usize> = direct.map(|hit| hit.id.statement).collect();
        own.sort_unstable();
        own.dedup();
        applied.elsewhere += source.document.statements.len() - own.len();
    }
    for hit in named {
        by_finding.entry(hit.finding).or_default().push(hit);
    }
    let mut matcher = Matcher::new(components);
    let mut order: Vec<usize> = by_finding.keys().copied().collect();
    order.sort_unstable();
    for at in order {
        let hits = by_finding.remove(&at).unwrap_or_default();
        decide::finding(at, &mut findings[at], &hits, sources, &mut matcher, &mut applied.fates);
    }
    applied.fates.sort();
    applied
}

#[cfg(test)]
mod tests;

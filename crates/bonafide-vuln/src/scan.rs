//! From components to findings.
//!
//! A component is looked up by each of its identifiers. Every record that names it gives an answer; records that are one
//! vulnerability by their aliases become one finding, affected if any of them says so, unknown if none of them could decide.
//! What could not be looked up is told by [`Coverage`], never passed over.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::component::Component;
use crate::db::{Database, DbError};
use crate::finding::Finding;
use crate::join::{self, Hit};
use crate::lookup::{Lookup, Tell};

/// Why a component could not be checked, or not wholly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// It has no Package URL of an ecosystem and no CPE name.
    NoIdentifier,
    /// A Package URL or CPE name of it cannot be read: what is known under that one was not looked at.
    UnreadableIdentifier(String),
    /// It has no version.
    NoVersion,
    /// Its version is none of its ecosystem's.
    UnreadableVersion(String),
    /// No source has data of its ecosystem.
    NoData(String),
    /// Its ecosystem is covered, but no advisory names it: either nothing is known of it, or its name is wrong.
    NameUnknown,
}

impl Gap {
    /// One word for programs.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::NoIdentifier => "no-identifier",
            Self::UnreadableIdentifier(_) => "unreadable-identifier",
            Self::NoVersion => "no-version",
            Self::UnreadableVersion(_) => "unreadable-version",
            Self::NoData(_) => "no-data",
            Self::NameUnknown => "name-unknown",
        }
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::NoIdentifier => "it has neither a package url of an ecosystem nor a cpe name".into(),
            Self::UnreadableIdentifier(text) => {
                let text: String = text.chars().take(120).collect();
                format!("its identifier `{text}` cannot be read")
            }
            Self::NoVersion => "it has no version".into(),
            Self::UnreadableVersion(version) => {
                let version: String = version.chars().take(60).collect();
                format!("its version `{version}` is none of its ecosystem's")
            }
            Self::NoData(ecosystem) => format!("no source has data of {ecosystem}"),
            Self::NameUnknown => "no advisory names it".into(),
        }
    }
}

/// A component that could not be checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unchecked {
    /// Its index in the scan's list.
    pub component: usize,
    /// Why.
    pub gap: Gap,
}

/// How much of what was asked could be answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Components in all.
    pub components: usize,
    /// Of these, held against records that name them.
    pub checked: usize,
    /// The others, in order.
    pub unchecked: Vec<Unchecked>,
}

impl Coverage {
    /// How many components have a gap of this kind (by [`Gap::as_str`]).
    #[must_use]
    pub fn count(&self, kind: &str) -> usize {
        self.unchecked.iter().filter(|unchecked| unchecked.gap.as_str() == kind).count()
    }
}

/// The answer of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Sorted by component, then by id.
    pub findings: Vec<Finding>,
    /// Where two parties say otherwise of one vulnerability, and which was followed.
    pub disagreements: Vec<Disagreement>,
    /// What could be checked.
    pub coverage: Coverage,
}

/// Two parties that say otherwise of one vulnerability of one component.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disagreement {
    /// The component's index in the scan's list.
    pub component: usize,
    /// The CVE id.
    pub id: String,
    /// What the numbering authority says, which was followed.
    pub followed: String,
    /// What another says.
    pub other: String,
}

/// A database, and the number of a group in it.
type Group = (usize, u32);

/// Databases, ready to be asked.
#[derive(Debug)]
pub struct Scanner {
    databases: Vec<Database>,
    /// All names of the vulnerability that a group of one database belongs to.
    names: RefCell<HashMap<Group, Rc<BTreeSet<String>>>>,
}

impl Scanner {
    /// Over these databases; their order does not matter.
    #[must_use]
    pub fn new(databases: Vec<Database>) -> Self {
        Self { databases, names: RefCell::default() }
    }

    /// The databases.
    #[must_use]
    pub fn databases(&self) -> &[Database] {
        &self.databases
    }

    /// Looks up every component. Time: a few look-ups for each, whatever the size of the databases.
    ///
    /// # Errors
    /// [`DbError`]: a database is damaged. No answer is given then.
    pub fn scan(&self, components: &[Component]) -> Result<Answers, DbError> {
        let mut answers = Answers::default();
        answers.coverage.components = components.len();
        let lookup = Lookup::new(self, components, Tell::Findings);
        for (at, component) in components.iter().enumerate() {
            let (hits, gap) = lookup.component(component)?;
            match gap {
                Some(Gap::NoIdentifier) if component.is_incidental => answers.coverage.components -= 1,
                None => answers.coverage.checked += 1,
                Some(gap) => answers.coverage.unchecked.push(Unchecked { component: at, gap }),
            }
            let (mut findings, disagreements) = join::findings(at, hits);
            for finding in &mut findings {
                self.mark(finding)?;
            }
            answers.findings.extend(findings);
            answers.disagreements.extend(disagreements);
        }
        Ok(answers)
    }

    /// How the answer for one component and one vulnerability (by any of its names) comes about: each record that was looked at,
    /// what it says and why. Empty where no record of that vulnerability names the component.
    ///
    /// # Errors
    /// [`DbError`]: a database is damaged.
    pub fn explain(&self, components: &[Component], at: usize, id: &str) -> Result<Vec<String>, DbError> {
        let mut names = BTreeSet::from([id.trim().to_uppercase()]);
        for (at, database) in self.databases.iter().enumerate() {
            if let Some(name) = database.name(id)? {
                names.extend(self.names(at, name.group)?.iter().map(|name| name.to_uppercase()));
            }
        }
        let (hits, _) = Lookup::new(self, components, Tell::Everything).component(&components[at])?;
        let about = |hit: &&Hit| {
            names.contains(&hit.record.to_uppercase())
                || hit.names.iter().any(|name| names.contains(&name.to_uppercase()))
        };
        Ok(hits.iter().filter(about).flat_map(|hit| hit.evidence.iter().cloned()).collect())
    }

    /// Every name of a vulnerability that any database joins to this one, sorted; the given one alone where none knows it.
    ///
    /// # Errors
    /// [`DbError`]: a database is damaged.
    pub fn aliases(&self, id: &str) -> Result<Vec<String>, DbError> {
        let mut all = BTreeSet::from([id.to_owned()]);
        for (at, database) in self.databases.iter().enumerate() {
            if let Some(name) = database.name(id)? {
                all.extend(self.names(at, name.group)?.iter().cloned());
            }
        }
        Ok(all.into_iter().collect())
    }

    /// What CISA and FIRST say of a vulnerability.
    fn mark(&self, finding: &mut Finding) -> Result<(), DbError> {
        for database in self.databases.iter().filter(|database| database.has_marks()) {
            for id in std::iter::once(&finding.id).chain(&finding.aliases) {
                let Some(name) = database.name(id)? else { continue };
                finding.likelihood = finding.likelihood.max(name.likelihood);
                finding.exploited = match (finding.exploited.take(), name.exploited) {
                    (Some(one), Some(two)) => Some(one.min(two)),
                    (one, two) => one.or(two),
                };
            }
        }
        Ok(())
    }

    /// All names of a vulnerability, over all databases.
    pub(crate) fn names(&self, at: usize, group: u32) -> Result<Rc<BTreeSet<String>>, DbError> {
        if let Some(names) = self.names.borrow().get(&(at, group)) {
            return Ok(Rc::clone(names));
        }
        let mut names = BTreeSet::new();
        let mut groups = BTreeSet::from([(at, group)]);
        let mut next = vec![(at, group)];
        while let Some((at, group)) = next.pop() {
            for id in self.databases[at].group(group)? {
                if names.contains(&id) {
                    continue;
                }
                for (other, database) in self.databases.iter().enumerate().filter(|(other, _)| *other != at) {
                    if let Some(name) = database.name(&id)?
                        && groups.insert((other, name.group))
                    {
                        next.push((other, name.group));
                    }
                }
                names.insert(id);
            }
        }
        let names = Rc::new(names);
        let mut cache = self.names.borrow_mut();
        for group in groups {
            cache.insert(group, Rc::clone(&names));
        }
        Ok(names)
    }
}

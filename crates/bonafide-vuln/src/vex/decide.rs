//! Which of the statements about one finding counts.

use std::cmp::Ordering;
use std::collections::HashSet;

use bonafide_advisory::vex::{Flaw, Product, Statement, Status};
use jiff::Timestamp;

use super::matching::{Match, Matcher};
use super::names::Hit;
use super::{Fate, Scope, Source, StatementId, place};
use crate::finding::{Finding, Suppression};

/// A statement that speaks of the finding.
struct Voice<'s> {
    id: StatementId,
    source: &'s Source,
    statement: &'s Statement,
    status: Status,
    instant: Option<Timestamp>,
    /// The components, the finding's own or what holds it, as a part of which it is spoken of.
    at: Vec<usize>,
}

/// Decides one finding and says what became of each statement.
pub(super) fn finding(
    index: usize,
    finding: &mut Finding,
    hits: &[Hit],
    sources: &[Source],
    matcher: &mut Matcher<'_>,
    fates: &mut Vec<(StatementId, usize, Fate)>,
) {
    let component = finding.component;
    let holders = holders(matcher, component);
    let input = &matcher.component(component).input;
    let (mut closing, mut opening) = (Vec::new(), Vec::new());
    for hit in hits {
        let source = &sources[hit.id.source];
        let statement = &source.document.statements[hit.id.statement];
        let mut tell = |fate| fates.push((hit.id, index, fate));
        let outside = match &source.scope {
            Scope::All => None,
            Scope::Input(own) => (own != input).then_some(Fate::OtherInput),
            Scope::Package(link) => {
                let carries = |at: &usize| *at == component || holders.binary_search(at).is_ok();
                (!matcher.linked(link).iter().any(carries)).then_some(Fate::OtherPackage)
            }
        };
        if let Some(fate) = outside {
            tell(fate);
            continue;
        }
        let (at, undecided) = speaks_at(statement, component, &holders, matcher);
        let Some(status) = statement.status else {
            let flaw = statement.flaws.first().cloned().unwrap_or(Flaw::NoStatus);
            tell(if at.is_empty() {
                Fate::OtherProduct(matcher.miss(&statement.products, component, &holders).1)
            } else {
                Fate::Flawed(flaw)
            });
            continue;
        };
        if at.is_empty() && (undecided.is_none() || status.suppresses()) {
            // A statement without a product matches nothing; that is its flaw.
            let flaw = statement.flaws.iter().find(|flaw| **flaw == Flaw::NoProduct);
            tell(match (undecided, flaw) {
                (Some(reason), _) => Fate::Undecided(reason),
                (None, Some(flaw)) => Fate::Flawed(flaw.clone()),
                (None, None) => Fate::OtherProduct(matcher.miss(&statement.products, component, &holders).1),
            });
            continue;
        }
        let instant = statement.timestamp.as_ref().and_then(|moment| moment.instant);
        let voice = Voice { id: hit.id, source, statement, status, instant, at };
        if !status.suppresses() {
            opening.push(voice);
            continue;
        }
        match statement.flaws.first() {
            Some(flaw) => tell(Fate::Flawed(flaw.clone())),
            None => closing.push(voice),
        }
    }
    let mut standing = Vec::new();
    for voice in closing {
        match objection(&voice, &opening, hits, sources, matcher) {
            Some(fate) => fates.push((voice.id, index, fate)),
            None => standing.push(voice),
        }
    }
    let blocked: HashSet<usize> = standing.iter().flat_map(|voice| voice.at.iter().copied()).collect();
    if !closed(matcher, component, &blocked) {
        for voice in standing {
            fates.push((voice.id, index, Fate::Bypassed));
        }
        fates.extend(opening.iter().map(|voice| (voice.id, index, Fate::Reopens)));
        return;
    }
    standing.sort_by(weight);
    let Some(shown) = standing.pop() else { return };
    // What stands is newer than all that would keep the finding open.
    fates.extend(opening.iter().map(|voice| (voice.id, index, Fate::Overruled(shown.id))));
    for voice in standing {
        fates.push((voice.id, index, Fate::Agrees));
    }
    fates.push((shown.id, index, Fate::Suppresses));
    let why = shown.statement.justification.as_ref().or(shown.statement.impact.as_ref());
    finding.suppressed = Some(Suppression {
        status: shown.status,
        justification: why.map(ToString::to_string),
        source: place(shown.source, shown.statement),
        timestamp: shown.statement.timestamp.as_ref().map(|moment| moment.text.to_string()),
    });
}

/// The later one weighs more; equal times are told apart by place, so that the answer does not depend on the order of files.
fn weight(left: &Voice<'_>, right: &Voice<'_>) -> Ordering {
    let key = |voice: &Voice<'_>| (voice.instant, voice.status, voice.statement.line);
    key(left)
        .cmp(&key(right))
        .then_with(|| left.source.name.cmp(&right.source.name))
        .then_with(|| left.statement.pointer.cmp(&right.statement.pointer))
}

/// Why a statement that would suppress must not.
fn objection(
    voice: &Voice<'_>,
    opening: &[Voice<'_>],
    hits: &[Hit],
    sources: &[Source],
    matcher: &mut Matcher<'_>,
) -> Option<Fate> {
    let newer = opening.iter().filter(|other| later(other.instant, voice.instant) == Some(Ordering::Greater));
    if let Some(other) = newer.max_by(|left, right| weight(left, right)) {
        return Some(Fate::Overruled(other.id));
    }
    let tied = opening.iter().filter(|other| later(other.instant, voice.instant) != Some(Ordering::Less));
    if let Some(other) = tied.max_by(|left, right| weight(left, right)) {
        return Some(Fate::Tied(other.id));
    }
    superseded(voice, hits, sources, matcher).map(Fate::Superseded)
}

/// How two times compare; nothing where one is not known.
fn later(left: Option<Timestamp>, right: Option<Timestamp>) -> Option<Ordering> {
    Some(left?.cmp(&right?))
}

/// A statement of a newer edition of the same document that speaks of the same product, where that edition says nothing of this
/// vulnerability: the author has taken the statement back. (Documents that share an id and speak of different products exist.)
fn superseded(
    voice: &Voice<'_>,
    hits: &[Hit],
    sources: &[Source],
    matcher: &mut Matcher<'_>,
) -> Option<StatementId> {
    let own = &voice.source.document;
    let id = own.id.as_ref()?;
    for (at, source) in sources.iter().enumerate() {
        let other = &source.document;
        let newer = other.id.as_ref() == Some(id)
            && other.format == own.format
            && edition(other.edition.as_deref()) > edition(own.edition.as_deref());
        if !newer || hits.iter().any(|hit| hit.id.source == at) {
            continue;
        }
        for (statement, said) in other.statements.iter().enumerate() {
            let same = said.products.iter().any(|product| {
                matcher.named(&product.software).iter().any(|(named, _)| voice.at.contains(named))
            });
            if same {
                return Some(StatementId { source: at, statement });
            }
        }
    }
    None
}

/// The edition of a document as numbers: `2`, `1.10.0`. Nothing where it is none, which is older than any.
fn edition(text: Option<&str>) -> Option<Vec<u64>> {
    let text = text?;
    let plain = text.split(['-', '+']).next().unwrap_or(text);
    plain.split('.').map(|part| part.parse().ok()).collect()
}

/// What holds a component, directly or not; sorted.
fn holders(matcher: &Matcher<'_>, component: usize) -> Vec<usize> {
    let mut seen: HashSet<usize> = HashSet::new();
    let mut open = vec![component];
    while let Some(at) = open.pop() {
        for parent in &matcher.component(at).parents {
            if *parent != component && seen.insert(*parent) {
                open.push(*parent);
            }
        }
    }
    let mut all: Vec<usize> = seen.into_iter().collect();
    all.sort_unstable();
    all
}

/// Whether every way from a component up to a root leads through what is blocked.
fn closed(matcher: &Matcher<'_>, component: usize, blocked: &HashSet<usize>) -> bool {
    if blocked.contains(&component) {
        return true;
    }
    let mut met = false;
    let mut seen = HashSet::from([component]);
    let mut open = vec![component];
    while let Some(at) = open.pop() {
        let parents = &matcher.component(at).parents;
        if parents.is_empty() {
            return false;
        }
        for parent in parents {
            if blocked.contains(parent) {
                met = true;
            } else if seen.insert(*parent) {
                open.push(*parent);
            }
        }
    }
    // Without a root there is a circle; it counts as closed only where it has a way out and that is blocked.
    met
}

/// The components, among the finding's own and what holds it, as which a statement speaks of it; and why one could not be told.
fn speaks_at(
    statement: &Statement,
    component: usize,
    holders: &[usize],
    matcher: &mut Matcher<'_>,
) -> (Vec<usize>, Option<String>) {
    let mut at = Vec::new();
    let mut undecided = None;
    for product in &statement.products {
        if !parts_fit(product, component, holders, matcher, &mut undecided) {
            continue;
        }
        for (named, fit) in matcher.named(&product.software).iter() {
            if *named != component && holders.binary_search(named).is_err() {
                continue;
            }
            match fit {
                Match::Yes => at.push(*named),
                Match::Undecided(reason) => undecided = Some(reason.clone()),
            }
        }
    }
    at.sort_unstable();
    at.dedup();
    (at, undecided)
}

/// Whether a product has no parts or the component is one, and lies in all that it must lie in.
fn parts_fit(
    product: &Product,
    component: usize,
    holders: &[usize],
    matcher: &mut Matcher<'_>,
    undecided: &mut Option<String>,
) -> bool {
    let mut fits = product.subcomponents.is_empty();
    for part in &product.subcomponents {
        for (named, fit) in matcher.named(part).iter() {
            if *named == component {
                match fit {
                    Match::Yes => fits = true,
                    Match::Undecided(reason) => *undecided = Some(reason.clone()),
                }
            }
        }
    }
    fits && product.within.iter().all(|outer| {
        matcher
            .named(outer)
            .iter()
            .any(|(named, fit)| *fit == Match::Yes && holders.binary_search(named).is_ok())
    })
}

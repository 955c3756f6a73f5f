//! From what each record says to findings: records that are one vulnerability by their aliases become one.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::finding::{Finding, State};
use crate::range::Answer;
use crate::rating::Rating;
use crate::scan::Disagreement;

/// Who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// An OSV record.
    Osv,
    /// The numbering authority of a CVE id: whoever keeps the product.
    Authority,
    /// Anyone else of a CVE id: the NVD, an ADP.
    Observer,
}

/// A record, and who of its parties speaks.
type Statement = (String, Source);

/// What one record says of one component, or one entry of it.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) record: String,
    pub(crate) source: Source,
    pub(crate) names: Rc<BTreeSet<String>>,
    pub(crate) answer: Answer,
    pub(crate) evidence: Vec<String>,
    pub(crate) rating: Option<Rating>,
    pub(crate) fixed: Vec<String>,
}

impl Hit {
    fn is_affected(&self) -> bool {
        matches!(self.answer, Answer::Affected(_))
    }

    /// What it is an entry of.
    fn statement(&self) -> Statement {
        (self.record.to_uppercase(), self.source)
    }

    /// Why it does not decide, where it does not.
    fn doubt(&self) -> Option<&str> {
        match &self.answer {
            Answer::Unknown(why) | Answer::Silent(why) => Some(why),
            Answer::Affected(_) | Answer::NotAffected => None,
        }
    }

    fn words(&self) -> String {
        match &self.answer {
            Answer::NotAffected => "not affected".to_owned(),
            _ => self.evidence.join("; "),
        }
    }
}

/// The findings of one component, sorted by id, and where parties disagreed.
pub(crate) fn findings(component: usize, hits: Vec<Hit>) -> (Vec<Finding>, Vec<Disagreement>) {
    let mut groups: BTreeMap<Rc<BTreeSet<String>>, Vec<Hit>> = BTreeMap::new();
    for hit in hits {
        groups.entry(Rc::clone(&hit.names)).or_default().push(hit);
    }
    let (mut findings, mut disagreements) = (Vec::new(), Vec::new());
    for mut hits in groups.into_values() {
        let said = authority_first(component, &mut hits);
        let evidence: Vec<String> = said
            .iter()
            .map(|disagreement| format!("{}: not followed: {}", disagreement.id, disagreement.other))
            .collect();
        if let Some(mut finding) = finding(component, &hits) {
            finding.evidence.extend(evidence);
            findings.push(finding);
        }
        disagreements.extend(said);
    }
    findings.sort();
    disagreements.sort();
    (findings, disagreements)
}

/// Where the numbering authority decides, what others say of the same CVE id is set aside; where they say otherwise, that is
/// told.
fn authority_first(component: usize, hits: &mut Vec<Hit>) -> Vec<Disagreement> {
    let undecided = undecided(hits);
    let is_decided = |hit: &&Hit| {
        hit.source == Source::Authority
            && hit.doubt().is_none()
            && (hit.is_affected() || !undecided.contains(&hit.statement()))
    };
    // Several products of one record may be this component; one that is affected is enough.
    let mut decided: BTreeMap<String, Hit> = BTreeMap::new();
    for hit in hits.iter().filter(is_decided) {
        let known = decided.entry(hit.record.to_uppercase()).or_insert_with(|| hit.clone());
        if hit.is_affected() && !known.is_affected() {
            *known = hit.clone();
        }
    }
    let mut said = Vec::new();
    hits.retain(|hit| {
        let Some(authority) =
            decided.get(&hit.record.to_uppercase()).filter(|_| hit.source == Source::Observer)
        else {
            return true;
        };
        if hit.is_affected() != authority.is_affected() {
            said.push(Disagreement {
                component,
                id: hit.record.clone(),
                followed: authority.words(),
                other: hit.words(),
            });
        }
        false
    });
    said
}

/// The statements that leave open whether the component is affected: an entry of theirs cannot be evaluated, or none of them says
/// anything that can be compared.
fn undecided(hits: &[Hit]) -> BTreeSet<Statement> {
    /// Whether an entry cannot be evaluated, and whether all are silent.
    type Doubt = (bool, bool);
    let mut doubts: BTreeMap<Statement, Doubt> = BTreeMap::new();
    for hit in hits {
        let (is_unread, is_silent) = doubts.entry(hit.statement()).or_insert((false, true));
        *is_unread |= matches!(hit.answer, Answer::Unknown(_));
        *is_silent &= matches!(hit.answer, Answer::Silent(_));
    }
    let open = |(statement, (is_unread, is_silent))| (is_unread || is_silent).then_some(statement);
    doubts.into_iter().filter_map(open).collect()
}

fn finding(component: usize, hits: &[Hit]) -> Option<Finding> {
    let affected: Vec<&Hit> = hits.iter().filter(|hit| hit.is_affected()).collect();
    let (state, telling) = if !affected.is_empty() {
        (State::Affected, affected)
    } else {
        let undecided = undecided(hits);
        if hits.iter().any(|hit| !undecided.contains(&hit.statement())) {
            return None;
        }
        let telling: Vec<&Hit> = hits.iter().filter(|hit| hit.doubt().is_some()).collect();
        (State::Unknown(telling.first()?.doubt()?.to_owned()), telling)
    };
    let names = &telling.first()?.names;
    let id = names.iter().min_by_key(|id| preference(id))?.clone();
    let mut evidence: Vec<String> = telling.iter().flat_map(|hit| hit.evidence.iter().cloned()).collect();
    let mut fixed: Vec<String> = telling.iter().flat_map(|hit| hit.fixed.iter().cloned()).collect();
    evidence.sort();
    evidence.dedup();
    fixed.sort();
    fixed.dedup();
    let gravest = |left: &&Rating, right: &&Rating| {
        (left.tenths, left.severity, &left.text).cmp(&(right.tenths, right.severity, &right.text))
    };
    let rating = telling.iter().filter_map(|hit| hit.rating.as_ref()).max_by(gravest).cloned();
    let aliases = names.iter().filter(|name| **name != id).cloned().collect();
    Some(Finding { component, id, aliases, state, evidence, rating, fixed, ..Finding::default() })
}

/// CVE ids first, then GitHub's, then all others; short ones first, which are older.
fn preference(id: &str) -> (u8, usize, &str) {
    let rank = if id.starts_with("CVE-") {
        0
    } else if id.starts_with("GHSA-") {
        1
    } else {
        2
    };
    (rank, id.len(), id)
}

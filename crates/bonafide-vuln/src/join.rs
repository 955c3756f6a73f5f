//! From what each record says to findings: records that are one vulnerability by their aliases become one.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::finding::{Finding, State};
use crate::range::Answer;
use crate::rating::Rating;
use crate::scan::Disagreement;

/// Who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// An OSV record.
    Osv,
    /// The numbering authority of a CVE id: whoever keeps the product.
    Authority,
    /// Anyone else of a CVE id: the NVD, an ADP.
    Observer,
}

/// What one record says of one component.
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

    fn is_unknown(&self) -> bool {
        matches!(self.answer, Answer::Unknown(_))
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
    let is_decided = |hit: &&Hit| hit.source == Source::Authority && !hit.is_unknown();
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

fn finding(component: usize, hits: &[Hit]) -> Option<Finding> {
    let affected: Vec<&Hit> = hits.iter().filter(|hit| hit.is_affected()).collect();
    let (state, telling) = if !affected.is_empty() {
        (State::Affected, affected)
    } else if hits.iter().all(Hit::is_unknown) {
        let Answer::Unknown(why) = &hits.first()?.answer else { return None };
        (State::Unknown(why.clone()), hits.iter().collect())
    } else {
        return None;
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

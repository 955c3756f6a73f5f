//! Which statements name the vulnerability of a finding. Names are compared without regard to case.

use std::collections::{HashMap, HashSet};

use super::{Source, StatementId};
use crate::finding::Finding;

/// More rounds of names that statements add to one another are not made.
const MOST_ROUNDS: usize = 8;

/// The findings by the names of their vulnerabilities, in lower case.
pub(super) struct Names {
    findings: HashMap<String, Vec<usize>>,
}

/// A statement names the vulnerability of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) id: StatementId,
    pub(super) finding: usize,
    /// By a name that an advisory knows, and not only by one that another statement gives it. Only such a statement suppresses:
    /// what others call the same may only make us more careful.
    pub(super) direct: bool,
}

impl Names {
    pub(super) fn of(findings: &[Finding]) -> Self {
        let mut map: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, finding) in findings.iter().enumerate() {
            for name in std::iter::once(&finding.id).chain(&finding.aliases) {
                let all = map.entry(name.to_ascii_lowercase()).or_default();
                if all.last() != Some(&at) {
                    all.push(at);
                }
            }
        }
        Self { findings: map }
    }

    /// The statements that name one, in their order.
    pub(super) fn statements(&self, sources: &[Source]) -> Vec<Hit> {
        let mut hits = Vec::new();
        if self.findings.is_empty() {
            return hits;
        }
        let mut seen: HashSet<(StatementId, usize)> = HashSet::new();
        // What a statement that is about a finding calls the vulnerability besides: round by round, for those that re-open.
        let mut added: HashMap<String, Vec<usize>> = HashMap::new();
        for round in 0..MOST_ROUNDS {
            let known = if round == 0 { &self.findings } else { &added };
            if known.is_empty() {
                break;
            }
            let mut next: HashMap<String, Vec<usize>> = HashMap::new();
            let mut lower = String::new();
            for (source, document) in sources.iter().map(|source| &source.document).enumerate() {
                for (statement, said) in document.statements.iter().enumerate() {
                    if round > 0
                        && said.status.is_none_or(|status| status.suppresses())
                        && said.vulnerability.aliases.is_empty()
                    {
                        continue;
                    }
                    let id = StatementId { source, statement };
                    let mut findings = Vec::new();
                    for name in said.vulnerability.names() {
                        lower.clear();
                        lower.push_str(name);
                        lower.make_ascii_lowercase();
                        findings.extend(known.get(&lower).into_iter().flatten().copied());
                    }
                    findings.sort_unstable();
                    findings.dedup();
                    for finding in findings {
                        if !seen.insert((id, finding)) {
                            continue;
                        }
                        if round == 0 || said.status.is_some_and(|status| !status.suppresses()) {
                            hits.push(Hit { id, finding, direct: round == 0 });
                        }
                        for name in said.vulnerability.names() {
                            let name = name.to_ascii_lowercase();
                            let is_known = |map: &HashMap<String, Vec<usize>>| {
                                map.get(&name).is_some_and(|all| all.contains(&finding))
                            };
                            if !is_known(&self.findings) && !is_known(&added) {
                                next.entry(name).or_default().push(finding);
                            }
                        }
                    }
                }
            }
            added = next;
        }
        hits
    }
}

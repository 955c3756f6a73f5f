//! Where findings go.

use crate::finding::Finding;
use crate::verdict::Counts;

/// Takes findings as they are made.
pub trait Sink {
    /// Takes one finding.
    fn push(&mut self, finding: Finding);
}

/// A sink that keeps them all.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    /// In the order of their making.
    pub findings: Vec<Finding>,
    /// How many of each kind.
    pub counts: Counts,
}

impl Sink for Collected {
    fn push(&mut self, finding: Finding) {
        self.counts.add(&finding);
        self.findings.push(finding);
    }
}

//! Findings of one document, with their places.

use bonafide_report::{Finding, Place, Rule, Severity, Sink};
use jiff::Timestamp;

use super::rules;
use crate::json;
use crate::node::Node;

/// More findings of one document are only counted.
const MOST_FINDINGS: usize = 1000;

/// Collects findings; places are found at the end, for all of them in one pass.
pub(crate) struct Report<'n, 'a> {
    pub(crate) root: &'n Node<'a>,
    /// After this moment a date lies in the future.
    pub(crate) now: Timestamp,
    found: Vec<(usize, Finding)>,
    more: u64,
}

impl<'n, 'a> Report<'n, 'a> {
    pub(crate) fn new(root: &'n Node<'a>, now: Timestamp) -> Self {
        Self { root, now, found: Vec::new(), more: 0 }
    }

    /// Tells a finding of what stands at a node.
    pub(crate) fn tell(&mut self, rule: &'static Rule, node: &Node<'_>, message: impl Into<String>) {
        self.tell_at(rule, node.at, message);
    }

    /// The same, graver or milder than its rule.
    pub(crate) fn tell_as(
        &mut self,
        severity: Severity,
        rule: &'static Rule,
        node: &Node<'_>,
        message: impl Into<String>,
    ) {
        self.put(node.at, Finding::new(rule, Place::default(), message).severity(severity));
    }

    /// The same, with what to do about it.
    pub(crate) fn advise(
        &mut self,
        rule: &'static Rule,
        node: &Node<'_>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.put(node.at, Finding::new(rule, Place::default(), message).remedy(remedy));
    }

    pub(crate) fn tell_at(&mut self, rule: &'static Rule, offset: usize, message: impl Into<String>) {
        self.put(offset, Finding::new(rule, Place::default(), message));
    }

    fn put(&mut self, offset: usize, finding: Finding) {
        if self.found.len() < MOST_FINDINGS {
            self.found.push((offset, finding));
        } else {
            self.more += 1;
        }
    }

    /// Gives all findings in the order of the document.
    pub(crate) fn finish(mut self, text: &str, sink: &mut dyn Sink) {
        self.found.sort_by_key(|(offset, _)| *offset);
        let mut lines = json::reader(text);
        for (offset, mut finding) in self.found {
            finding.place.pointer = Some(self.root.pointer(offset));
            finding.place.line = Some(lines.line_of(offset));
            sink.push(finding);
        }
        if self.more > 0 {
            let message = format!("{} more findings of this document", self.more);
            sink.push(Finding::new(&rules::FURTHER_FINDINGS, Place::default(), message));
        }
    }
}

/// At most so much of a foreign text in a message.
pub(crate) fn short(text: &str) -> String {
    let mut letters = text.chars();
    let mut short: String = letters.by_ref().take(80).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

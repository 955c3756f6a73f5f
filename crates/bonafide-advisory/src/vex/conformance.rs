//! The tests that a CSAF 2.0 document is put to (OASIS CSAF 2.0, section 6): all mandatory ones (6.1), and the optional ones (6.2)
//! save 6.2.13, which wants keys in the order of the alphabet, and 6.2.20, which wants the whole schema.
//!
//! The reader knows the tests 6.1.1 to 6.1.6, for it must know what ids stand for: they are told by its rules
//! (`vex-dangling-reference`, `csaf-product-twice`, `csaf-circular`, `vex-contradiction`).

mod history;
mod language;
mod products;
mod profile;
mod ratings;

use std::collections::{BTreeMap, BTreeSet};

use bonafide_report::{Finding, Place, Sink};
use jiff::Timestamp;

use super::rules;
use crate::json::Stop;
use crate::lint::report::Report;
use crate::node::Node;

/// Products are expanded from their groups no further than this.
const MOST_EXPANDED: usize = 4_000_000;

/// A document under test.
struct Tests<'n, 'a> {
    root: &'n Node<'a>,
    report: Report<'n, 'a>,
    /// The products of each group.
    groups: BTreeMap<&'n str, BTreeSet<&'n str>>,
    /// How many more products may be named by groups.
    left: usize,
}

/// Puts a document to the tests; findings come in its order.
pub(super) fn run(text: &str, sink: &mut dyn Sink) {
    let root = match Node::read(text) {
        Ok((root, _)) => root,
        Err(Stop { .. }) => {
            // The reader has read it, so it is not malformed: it holds too many values.
            let message = "the document holds too many values to be put to the tests of CSAF 2.0";
            sink.push(Finding::new(&rules::UNREADABLE, Place::default(), message));
            return;
        }
    };
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let tree = root.get("product_tree");
    for group in tree.map_or(&[][..], |tree| tree.list("product_groups")) {
        groups
            .entry(group.word("group_id"))
            .or_default()
            .extend(group.list("product_ids").iter().filter_map(Node::text));
    }
    let report = Report::new(&root, Timestamp::MAX);
    let mut tests = Tests { root: &root, report, groups, left: MOST_EXPANDED };
    history::test(&mut tests);
    language::test(&mut tests);
    products::test(&mut tests);
    profile::test(&mut tests);
    for vulnerability in tests.vulnerabilities() {
        ratings::test(&mut tests, vulnerability);
    }
    tests.report.finish(text, sink);
}

impl<'n, 'a> Tests<'n, 'a> {
    /// A mandatory test failed: `6.1.7`.
    fn fail(&mut self, test: &str, node: &Node<'_>, message: impl std::fmt::Display) {
        self.report.tell(&rules::CSAF_MANDATORY, node, format!("6.1.{test}: {message}"));
    }

    /// An optional test failed.
    fn advise(&mut self, test: &str, node: &Node<'_>, message: impl std::fmt::Display) {
        self.report.tell(&rules::CSAF_OPTIONAL, node, format!("6.2.{test}: {message}"));
    }

    fn vulnerabilities(&self) -> &'n [Node<'a>] {
        self.root.list("vulnerabilities")
    }

    fn document(&self, path: &[&str]) -> Option<&'n Node<'a>> {
        self.root.get("document")?.at_path(path)
    }

    fn category(&self) -> &'n str {
        self.document(&["category"]).and_then(Node::text).unwrap_or_default()
    }

    /// The products that a remark names by their ids and by groups. Of groups beyond the bound nothing: then a test is
    /// lenient, never endless.
    fn products_of(&mut self, remark: &'n Node<'a>) -> BTreeSet<&'n str> {
        let mut products: BTreeSet<&str> = remark.list("product_ids").iter().filter_map(Node::text).collect();
        for id in remark.list("group_ids").iter().filter_map(Node::text) {
            let Some(group) = self.groups.get(id) else { continue };
            if let Some(left) = self.left.checked_sub(group.len()) {
                self.left = left;
                products.extend(group);
            }
        }
        products
    }

    /// The products of several lists of `product_status`.
    fn with_status(vulnerability: &'n Node<'a>, lists: &[&str]) -> Vec<&'n Node<'a>> {
        let Some(status) = vulnerability.get("product_status") else { return Vec::new() };
        lists.iter().flat_map(|list| status.list(list)).collect()
    }
}

/// Every node below, itself first.
fn walk<'n, 'a>(node: &'n Node<'a>, visit: &mut dyn FnMut(&str, &'n Node<'a>)) {
    for (key, member) in node.members() {
        visit(key, member);
        walk(member, visit);
    }
    for item in node.items() {
        walk(item, visit);
    }
}

#[cfg(test)]
mod tests;

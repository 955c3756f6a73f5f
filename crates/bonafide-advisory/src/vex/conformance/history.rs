//! Versions of a document and the history of its revisions: 6.1.14 to 6.1.22, 6.1.30, 6.2.4 to 6.2.6.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::Tests;
use crate::lint::date::instant;
use crate::lint::report::short;
use crate::node::Node;
use bonafide_ident::Scheme;
use jiff::Timestamp;

/// A version of a document: a whole number, or a semantic version.
#[derive(Clone, Copy)]
struct Number<'n>(&'n str);

impl<'n> Number<'n> {
    fn is_whole(self) -> bool {
        !self.0.contains('.')
    }

    fn major(self) -> Option<u64> {
        self.0.split(['.', '-', '+']).next()?.parse().ok()
    }

    /// What follows `-`, before `+`.
    fn pre_release(self) -> Option<&'n str> {
        self.0.split('+').next()?.split_once('-').map(|(_, rest)| rest)
    }

    fn without_build(self) -> &'n str {
        self.0.split('+').next().unwrap_or_default()
    }

    fn release(self) -> &'n str {
        self.0.split(['-', '+']).next().unwrap_or_default()
    }

    fn cmp(self, other: Self) -> Ordering {
        Scheme::Semver.compare(self.0, other.0).unwrap_or(Ordering::Equal)
    }
}

pub(super) fn test(tests: &mut Tests<'_, '_>) {
    let Some(tracking) = tests.document(&["tracking"]) else { return };
    let status = tracking.word("status");
    let version = Number(tracking.word("version"));
    let version_node = tracking.get("version").unwrap_or(tracking);
    let released = matches!(status, "final" | "interim");
    let mut items: Vec<(Option<Timestamp>, Number<'_>, &Node<'_>)> = tracking
        .list("revision_history")
        .iter()
        .map(|item| (instant(item.word("date")), Number(item.word("number")), item))
        .collect();
    if version.major() == Some(0) || version.pre_release().is_some() {
        if status != "draft" {
            let message =
                format!("version `{}` is a draft's, and the status is `{status}`", short(version.0));
            tests.fail("17 document status draft", version_node, message);
        }
        if released && version.pre_release().is_some() {
            let message = format!("`{}` is a pre-release, and the status is `{status}`", short(version.0));
            tests.fail("20 non-draft document version", version_node, message);
        }
    }
    let mut seen = BTreeSet::new();
    for (_, number, item) in &items {
        let node = item.get("number").unwrap_or(item);
        if released && number.major() == Some(0) {
            let message = format!("`{}` is a draft's, and the status is `{status}`", short(number.0));
            tests.fail("18 released revision history", node, message);
        }
        if number.pre_release().is_some() {
            let message = format!("`{}` is a pre-release", short(number.0));
            tests.fail("19 revision history entries for pre-release versions", node, message);
        }
        if !seen.insert(number.0) {
            tests.fail(
                "22 multiple definition in revision history",
                node,
                format!("`{}` stands twice", short(number.0)),
            );
        }
        if number.is_whole() != version.is_whole() {
            let message = "whole numbers and semantic versions are mixed";
            tests.fail("30 mixed integer and semantic versioning", node, message);
        }
        if number.0.contains('+') {
            tests.advise(
                "4 build metadata in revision history",
                node,
                format!("`{}` has build metadata", short(number.0)),
            );
        }
    }
    items.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(b.1)));
    for pair in items.windows(2) {
        if pair[0].1.cmp(pair[1].1) == Ordering::Greater {
            let message = format!("`{}` is dated before `{}`", short(pair[0].1.0), short(pair[1].1.0));
            tests.fail("14 sorted revision history", pair[1].2, message);
        }
    }
    let first = items.iter().filter_map(|item| item.1.major()).min();
    if let Some(first) = first.filter(|first| *first > 1) {
        tests.fail(
            "21 missing item in revision history",
            tracking,
            format!("it begins with {first}, not with 0 or 1"),
        );
    }
    let majors: BTreeSet<u64> = items.iter().filter_map(|item| item.1.major()).collect();
    for (before, after) in majors.iter().zip(majors.iter().skip(1)) {
        if *after != before + 1 {
            let message = format!("nothing stands between {before} and {after}");
            tests.fail("21 missing item in revision history", tracking, message);
        }
    }
    let Some((newest, number, _)) = items.last() else { return };
    let same = if status == "draft" {
        number.release() == version.release()
    } else {
        number.without_build() == version.without_build()
    };
    if !same {
        let message =
            format!("the version is `{}`, the newest revision `{}`", short(version.0), short(number.0));
        tests.fail("16 latest document version", version_node, message);
    }
    let oldest = items.first().and_then(|item| item.0);
    dates(tests, tracking, oldest, *newest);
}

fn dates(
    tests: &mut Tests<'_, '_>,
    tracking: &Node<'_>,
    oldest: Option<Timestamp>,
    newest: Option<Timestamp>,
) {
    let date = |name: &str| tracking.get(name).and_then(|node| Some((node, instant(node.text()?)?)));
    if let (Some((node, initial)), Some(oldest)) = (date("initial_release_date"), oldest)
        && initial < oldest
    {
        let message = "the first release is older than the oldest revision";
        tests.advise("5 older initial release date than revision history", node, message);
    }
    if let (Some((node, current)), Some(newest)) = (date("current_release_date"), newest)
        && current < newest
    {
        let message = "the current release is older than the newest revision";
        tests.advise("6 older current release date than revision history", node, message);
    }
}

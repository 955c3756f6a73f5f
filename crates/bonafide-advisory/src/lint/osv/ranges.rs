//! Events and versions of one affected package.

use std::collections::HashSet;

use bonafide_ident::{Scheme, Version};
use bonafide_report::Severity;

use super::super::report::{Report, short};
use super::super::rules as r;
use crate::node::Node;

/// What happens at a version, in the order in which it counts where several things happen at one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    Fixed,
    Introduced,
    LastAffected,
}

struct Event<'n, 'a> {
    node: &'n Node<'a>,
    happens: Happens,
    /// Nothing: `0`, before all versions.
    version: Option<Version>,
}

/// A range as the versions between its events.
struct Interval {
    from: Option<Version>,
    to: End,
}

enum End {
    Open,
    Before(Version),
    Through(Version),
}

impl Interval {
    fn contains(&self, version: &Version) -> bool {
        self.from.as_ref().is_none_or(|from| from <= version)
            && match &self.to {
                End::Open => true,
                End::Before(end) => version < end,
                End::Through(end) => version <= end,
            }
    }
}

/// Judges the ranges and versions of an item of `affected`.
pub(super) fn judge(affected: &Node<'_>, scheme: Option<Scheme>, report: &mut Report<'_, '_>) {
    // Nothing where a range could not be read, so that nobody knows what lies in it.
    let mut intervals = Some(Vec::new());
    let mut ordered = false;
    for range in affected.list("ranges") {
        words(range, report);
        let scheme = match range.word("type") {
            "GIT" => {
                commits(range, report);
                continue;
            }
            "SEMVER" => Some(Scheme::Semver),
            "ECOSYSTEM" => scheme,
            _ => None,
        };
        ordered = true;
        match (scheme.and_then(|scheme| events(range, scheme, report)), &mut intervals) {
            (Some(mut more), Some(all)) => all.append(&mut more),
            _ => intervals = None,
        }
    }
    versions(affected, scheme, intervals.filter(|_| ordered), report);
}

/// What is wrong with a range whatever its versions are.
fn words(range: &Node<'_>, report: &mut Report<'_, '_>) {
    let events = range.list("events");
    let has = |name: &str| events.iter().any(|event| event.get(name).is_some());
    if !events.is_empty() && !has("introduced") {
        let message = "no event says where it was introduced, so nothing is affected";
        report.advise(
            &r::OSV_NO_INTRODUCED,
            range,
            message,
            "add `{\"introduced\": \"0\"}` if all before are",
        );
    }
    if has("fixed") && has("last_affected") {
        let message = "a range may have `fixed` or `last_affected` events, not both";
        report.tell(&r::OSV_FIXED_AND_LAST_AFFECTED, range, message);
    }
    for event in events {
        match event.members().len() {
            0 => report.tell(&r::OSV_EVENT, event, "an event says nothing"),
            1 => {}
            _ => report.tell(&r::OSV_EVENT, event, "an event says one thing; this one has several members"),
        }
    }
}

/// Ranges of commits: their order is known to their repository alone.
fn commits(range: &Node<'_>, report: &mut Report<'_, '_>) {
    match range.get("repo") {
        None => report.tell(
            &r::OSV_MISSING_FIELD,
            range,
            "`repo` is missing: nobody knows whose commits these are",
        ),
        Some(node) => {
            let repo = node.text().unwrap_or_default();
            let known = ["https://", "http://", "git://", "ssh://", "git@", "git+", "svn", "ftp://"];
            if !known.iter().any(|scheme| repo.starts_with(scheme)) {
                report.tell(
                    &r::OSV_REFERENCE,
                    node,
                    format!("`{}` is no address of a repository", short(repo)),
                );
            }
        }
    }
    let mut seen: HashSet<&str> = HashSet::new();
    for event in range.list("events") {
        for (key, node) in event.members() {
            let Some(commit) = node.text() else { continue };
            if !is_commit(commit) {
                let message =
                    format!("`{}` is no full commit hash of 40 or 64 digits in lower case", short(commit));
                report.tell(&r::OSV_COMMIT, node, message);
            }
            if commit != "0" && !seen.insert(commit) {
                let message =
                    format!("`{}` is named by two events of one range (`{}`)", short(commit), short(key));
                report.tell(&r::OSV_EVENT_TWICE, node, message);
            }
        }
    }
}

fn is_commit(text: &str) -> bool {
    let hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    text == "0" || hex && matches!(text.len(), 40 | 64)
}

/// Judges the events of a range; its intervals where all could be read.
fn events(range: &Node<'_>, scheme: Scheme, report: &mut Report<'_, '_>) -> Option<Vec<Interval>> {
    let mut all = Vec::new();
    let mut whole = true;
    for event in range.list("events") {
        for (key, node) in event.members() {
            let happens = match &**key {
                "introduced" => Happens::Introduced,
                "fixed" => Happens::Fixed,
                "last_affected" => Happens::LastAffected,
                _ => {
                    whole &= key != "limit";
                    continue;
                }
            };
            let text = node.text()?;
            if text == "0" {
                all.push(Event { node, happens, version: None });
                continue;
            }
            match scheme.parse_bound(text) {
                Ok(version) => all.push(Event { node, happens, version: Some(version) }),
                Err(error) => {
                    whole = false;
                    report.tell(
                        &r::OSV_VERSION,
                        node,
                        format!("nothing can be held against this bound: {error}"),
                    );
                }
            }
        }
    }
    // Commas: equal versions in the order of what happens, so that one interval may begin where another ends.
    all.sort_by(|a, b| (&a.version, a.happens).cmp(&(&b.version, b.happens)));
    twice(&all, report);
    let intervals = sweep(&all, report);
    whole.then_some(intervals)
}

fn twice(events: &[Event<'_, '_>], report: &mut Report<'_, '_>) {
    for pair in events.windows(2) {
        if pair[0].version == pair[1].version
            && !(pair[0].version.is_none() && pair[0].happens != pair[1].happens)
        {
            // From a version up to and including itself is that version alone.
            if pair[0].happens == Happens::Introduced && pair[1].happens == Happens::LastAffected {
                continue;
            }
            let text = pair[1].version.as_ref().map_or("0", Version::as_str);
            let later = if pair[0].node.at > pair[1].node.at { pair[0].node } else { pair[1].node };
            report.tell(
                &r::OSV_EVENT_TWICE,
                later,
                format!("`{}` is named by two events of one range", short(text)),
            );
        }
    }
}

fn sweep(events: &[Event<'_, '_>], report: &mut Report<'_, '_>) -> Vec<Interval> {
    let mut intervals = Vec::new();
    let mut open: Option<Option<Version>> = None;
    let mut begun = false;
    for event in events {
        let text = event.version.as_ref().map_or("0", Version::as_str);
        match (event.happens, &open) {
            (Happens::Introduced, None) => {
                open = Some(event.version.clone());
                begun = true;
            }
            (Happens::Introduced, Some(_)) => {
                let message = format!("`{}` is affected already by an earlier event", short(text));
                report.tell(&r::OSV_EVENT_IDLE, event.node, message);
            }
            (Happens::Fixed | Happens::LastAffected, Some(from)) => {
                let to = match (&event.version, event.happens) {
                    (Some(version), Happens::Fixed) => End::Before(version.clone()),
                    (Some(version), _) => End::Through(version.clone()),
                    // Told below: `fixed: 0` comes before all others.
                    (None, _) => continue,
                };
                intervals.push(Interval { from: from.clone(), to });
                open = None;
            }
            (_, None) if event.version.is_none() => {
                let message = "`0` is before all versions: nothing has happened by then";
                report.tell(&r::OSV_EVENT_IDLE, event.node, message);
            }
            (_, None) if begun => {
                let message = format!("`{}` ends nothing: an earlier event has ended it", short(text));
                report.tell(&r::OSV_EVENT_IDLE, event.node, message);
            }
            (_, None) => {
                // Told already where no event introduces anything.
                if events.iter().any(|event| event.happens == Happens::Introduced) {
                    let message = format!("the range ends at `{}`, before it begins", short(text));
                    report.tell(&r::OSV_RANGE_INVERTED, event.node, message);
                }
            }
        }
    }
    if let Some(from) = open {
        intervals.push(Interval { from, to: End::Open });
    }
    intervals
}

/// Judges the versions that are named one by one.
fn versions(
    affected: &Node<'_>,
    scheme: Option<Scheme>,
    intervals: Option<Vec<Interval>>,
    report: &mut Report<'_, '_>,
) {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut outside = Vec::new();
    let mut unread = Vec::new();
    for node in affected.list("versions") {
        let Some(text) = node.text() else { continue };
        if !seen.insert(text) {
            report.tell(
                &r::OSV_REPEATED_ITEM,
                node,
                format!("`{}` stands earlier in `versions`", short(text)),
            );
            continue;
        }
        let Some(scheme) = scheme else { continue };
        match scheme.parse(text) {
            Ok(version) if version.is_legacy() => unread.push(node),
            Ok(version) => {
                let inside =
                    intervals.as_ref().is_none_or(|all| all.iter().any(|range| range.contains(&version)));
                if !inside {
                    outside.push(node);
                }
            }
            Err(_) => unread.push(node),
        }
    }
    for (rule, nodes, what) in [
        (&r::OSV_VERSION, unread, "no version of its ecosystem"),
        (&r::OSV_VERSION_OUTSIDE, outside, "named as affected, and outside all ranges"),
    ] {
        let Some(first) = nodes.first() else { continue };
        let names: Vec<String> = nodes.iter().take(5).filter_map(|node| node.text()).map(short).collect();
        let more = nodes.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        report.tell_as(Severity::Warning, rule, first, format!("`{}`{more}: {what}", names.join("`, `")));
    }
}

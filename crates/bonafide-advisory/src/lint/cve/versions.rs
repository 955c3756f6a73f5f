//! Versions of a product, with their statuses.

use bonafide_ident::{Scheme, Version};
use bonafide_report::Severity;

use super::super::report::{Report, short};
use super::super::rules as r;
use crate::node::Node;

/// More statements of one product are not held against each other two by two.
const MOST_COMPARED: usize = 1000;

/// How the versions of a statement are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// By a scheme that is known.
    Known(Scheme),
    /// Commits: by their repository alone.
    Commits,
    /// Nobody says how: numbers with dots between them have one order in every scheme.
    Untold,
}

/// The order that a `versionType` names.
fn order(word: &str) -> Order {
    match word.to_ascii_lowercase().as_str() {
        "git" => Order::Commits,
        "semver" | "semver-2.0" => Order::Known(Scheme::Semver),
        "python" | "pypi" | "pep440" => Order::Known(Scheme::PyPi),
        "maven" => Order::Known(Scheme::Maven),
        "rpm" => Order::Known(Scheme::Rpm),
        "deb" | "dpkg" | "debian" => Order::Known(Scheme::Deb),
        "npm" => Order::Known(Scheme::Npm),
        "gem" | "rubygems" => Order::Known(Scheme::Gem),
        "nuget" => Order::Known(Scheme::Nuget),
        "go" | "golang" => Order::Known(Scheme::Golang),
        "composer" => Order::Known(Scheme::Composer),
        "cargo" => Order::Known(Scheme::Cargo),
        _ => Order::Untold,
    }
}

/// Judges the versions of a product.
pub(super) fn judge(product: &Node<'_>, report: &mut Report<'_, '_>) {
    let mut all = Vec::new();
    let repository = product.get("repo").is_some();
    let mut told = false;
    for versions in product.list("versions") {
        shape(versions, report);
        let order = order(versions.word("versionType"));
        if order == Order::Commits && !repository && !told {
            told = true;
            let message = "`repo` is missing: nobody knows whose commits these are";
            report.tell(&r::CVE_GIT_WITHOUT_REPO, product, message);
        }
        if versions.word("versionType").eq_ignore_ascii_case("custom") && !told {
            let node = versions.get("versionType").unwrap_or(versions);
            report.tell(&r::CVE_VERSION_CUSTOM, node, "`custom` says nothing of how versions are ordered");
        }
        words(versions, order, report);
        changes(versions, order, report);
        if let Some(said) = said(versions, order) {
            if said.is_inverted() {
                let end =
                    versions.get("lessThan").or_else(|| versions.get("lessThanOrEqual")).unwrap_or(versions);
                let message = format!(
                    "the range ends at `{}`, and begins at `{}`",
                    short(end.text().unwrap_or_default()),
                    short(versions.word("version"))
                );
                report.tell(&r::CVE_RANGE_INVERTED, end, message);
            } else {
                all.push((versions, order, said));
            }
        }
    }
    conflicts(&all, report);
}

/// What the schema asks of the fields together.
fn shape(versions: &Node<'_>, report: &mut Report<'_, '_>) {
    let has = |name: &str| versions.get(name).is_some();
    let ends = usize::from(has("lessThan")) + usize::from(has("lessThanOrEqual"));
    if ends == 2 {
        report.tell(&r::CVE_RANGE_ENDS, versions, "a range has `lessThan` or `lessThanOrEqual`, not both");
    }
    if ends > 0 && !has("versionType") {
        report.tell(&r::CVE_MISSING_FIELD, versions, "`versionType` is missing: a range needs an order");
    }
    if ends == 0 && has("changes") {
        report.tell(
            &r::CVE_MISSING_FIELD,
            versions,
            "`lessThan` or `lessThanOrEqual` is missing: only a range changes",
        );
    }
}

/// Each version for itself.
fn words(versions: &Node<'_>, order: Order, report: &mut Report<'_, '_>) {
    let ends = [("lessThan", true), ("lessThanOrEqual", true)];
    for (field, end) in [("version", false)].into_iter().chain(ends) {
        if let Some(node) = versions.get(field) {
            word(node, order, end, report);
        }
    }
    for node in versions.list("changes").iter().filter_map(|change| change.get("at")) {
        word(node, order, false, report);
    }
}

fn word(node: &Node<'_>, order: Order, end: bool, report: &mut Report<'_, '_>) {
    let Some(text) = node.text() else { return };
    if let Some(words) = prose(text) {
        let message =
            format!("`{}`: `{words}` is said by `lessThan` and its kin, not in a version", short(text));
        report.tell(&r::CVE_VERSION_PROSE, node, message);
        return;
    }
    if text.contains(',') || text.contains(';') {
        let message = format!("`{}` is several versions: each has a place of its own", short(text));
        report.tell(&r::CVE_VERSION_LIST, node, message);
        return;
    }
    if text == "*" || text == "0" || end && text.ends_with(".*") {
        if text == "*" && !end {
            report.tell(
                &r::CVE_VERSION_PROSE,
                node,
                "`*` has a meaning in `lessThan` alone; before all versions is `0`",
            );
        }
        return;
    }
    let fault = match order {
        Order::Commits => {
            let hash = (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !hash {
                Some((Severity::Error, "is no commit".to_owned()))
            } else if !matches!(text.len(), 40 | 64) {
                Some((Severity::Warning, "is a shortened commit, which may come to mean several".to_owned()))
            } else {
                None
            }
        }
        Order::Known(Scheme::Semver) => strict_semver(text),
        Order::Known(scheme) => {
            scheme.parse_bound(text).err().map(|error| (Severity::Error, format!("is none: {error}")))
        }
        Order::Untold => None,
    };
    if let Some((severity, fault)) = fault {
        let message = format!("`{}` {fault}", short(text));
        report.tell_as(severity, &r::CVE_VERSION, node, message);
    }
}

/// Semantic versioning to the letter; what everybody can read all the same is only a warning.
fn strict_semver(text: &str) -> Option<(Severity, String)> {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let numbers: Vec<&str> = core.split('.').collect();
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let strict = |part: &&str| number(part) && (*part == "0" || !part.starts_with('0'));
    if numbers.len() == 3 && numbers.iter().all(strict) && Scheme::Semver.parse(text).is_ok() {
        return None;
    }
    let numbers = core.trim_start_matches(['v', 'V']).split('.').collect::<Vec<_>>();
    if numbers.len() <= 3 && numbers.iter().all(number) && Scheme::Semver.parse(text).is_ok() {
        return Some((
            Severity::Warning,
            "is not quite a semantic version: three numbers without a `v` are".to_owned(),
        ));
    }
    Some((Severity::Error, "is no semantic version".to_owned()))
}

/// Words in a version that tell a range.
fn prose(text: &str) -> Option<&'static str> {
    const WORDS: [&str; 20] = [
        "before", "prior", "earlier", "below", "until", "through", "after", "from", "and", "or", "up", "to",
        "all", "versions", "less", "than", "later", "newer", "older", "previous",
    ];
    if let Some(sign) = ["<=", ">=", "<", ">"].into_iter().find(|sign| text.contains(sign)) {
        return Some(sign);
    }
    let lower = text.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split_whitespace().collect();
    if parts.len() < 2 {
        return None;
    }
    WORDS
        .into_iter()
        .find(|word| parts.iter().any(|part| part.trim_matches(|c: char| !c.is_alphanumeric()) == *word))
}

/// A version that can be compared with others of its order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Point(Option<Version>);

/// What a statement says: its pieces, from below to above.
struct Said<'n> {
    pieces: Vec<Piece<'n>>,
    single: bool,
}

struct Piece<'n> {
    from: Option<Version>,
    /// Nothing: no end.
    to: Option<(Version, bool)>,
    status: &'n str,
}

impl Said<'_> {
    fn is_inverted(&self) -> bool {
        !self.single
            && self.pieces.iter().any(|piece| match (&piece.from, &piece.to) {
                (Some(from), Some((to, included))) => to < from || to == from && !included,
                _ => false,
            })
    }
}

/// Reads a bound: `0` and `*` are before and after all; `2.1.*` is after all of 2.1.
fn point(text: &str, order: Order) -> Option<Point> {
    if text == "0" || text == "*" {
        return Some(Point(None));
    }
    let numbers = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let above = text.strip_suffix(".*").map(|stem| format!("{stem}.999999999"));
    let text = above.as_deref().unwrap_or(text);
    match order {
        Order::Known(scheme) => scheme.parse_bound(text).ok(),
        Order::Untold if numbers || above.is_some() => Scheme::Intdot.parse(text).ok(),
        _ => None,
    }
    .map(|version| Point(Some(version)))
}

/// What a statement says, where all that it names can be ordered. Changes must rise, or nothing is said.
fn said<'n>(versions: &'n Node<'_>, order: Order) -> Option<Said<'n>> {
    let status = versions.word("status");
    let Point(from) = point(versions.word("version"), order)?;
    let end = match (versions.get("lessThan"), versions.get("lessThanOrEqual")) {
        (None, None) => {
            let version = from?;
            let piece = Piece { from: Some(version.clone()), to: Some((version, true)), status };
            return Some(Said { pieces: vec![piece], single: true });
        }
        (Some(end), None) => point(end.text()?, order)?.0.map(|version| (version, false)),
        (None, Some(end)) => point(end.text()?, order)?.0.map(|version| (version, true)),
        _ => return None,
    };
    let mut pieces = vec![Piece { from, to: None, status }];
    for change in versions.list("changes") {
        let Point(Some(at)) = point(change.word("at"), order)? else { return None };
        let last = pieces.last_mut()?;
        if last.from.as_ref().is_some_and(|from| *from > at) {
            return None;
        }
        last.to = Some((at.clone(), false));
        pieces.push(Piece { from: Some(at), to: None, status: change.word("status") });
    }
    pieces.last_mut()?.to = end;
    // A change beyond the end is without effect.
    Some(Said { pieces, single: false })
}

fn changes(versions: &Node<'_>, order: Order, report: &mut Report<'_, '_>) {
    let mut before: Option<Version> = None;
    for node in versions.list("changes").iter().filter_map(|change| change.get("at")) {
        let Some(Point(Some(at))) = node.text().and_then(|text| point(text, order)) else { continue };
        if before.as_ref().is_some_and(|before| *before >= at) {
            let message = format!("`{}` is not above the change before it", short(at.as_str()));
            report.tell(&r::CVE_CHANGES_ORDER, node, message);
        }
        before = Some(at);
    }
}

/// Versions of which two statements say different things.
fn conflicts(all: &[(&Node<'_>, Order, Said<'_>)], report: &mut Report<'_, '_>) {
    let all = &all[..all.len().min(MOST_COMPARED)];
    for (later, (node, order, said)) in all.iter().enumerate() {
        let conflict = all[..later].iter().find_map(|(other_node, other_order, other)| {
            let shared = (order == other_order).then(|| shared(other, said)).flatten()?;
            Some((*other_node, shared))
        });
        if let Some((other, (one, two))) = conflict {
            let message = format!(
                "it says {two} of versions from `{}`, of which the statement from `{}` says {one}",
                short(node.word("version")),
                short(other.word("version")),
            );
            report.tell(&r::CVE_VERSION_CONFLICT, node, message);
        }
    }
}

/// The statuses of a version that both speak of, where they differ.
fn shared<'n>(one: &Said<'n>, two: &Said<'n>) -> Option<(&'n str, &'n str)> {
    one.pieces.iter().find_map(|first| {
        two.pieces
            .iter()
            .find(|second| first.status != second.status && meet(first, second))
            .map(|second| (first.status, second.status))
    })
}

fn meet(one: &Piece<'_>, two: &Piece<'_>) -> bool {
    let from = match (&one.from, &two.from) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.as_ref().or(b.as_ref()),
    };
    [one, two].iter().all(|piece| match (&piece.to, from) {
        (None, _) => true,
        (Some((to, included)), Some(from)) => from < to || from == to && *included,
        // From before all versions up to one: there is something below it.
        (Some(_), None) => true,
    })
}

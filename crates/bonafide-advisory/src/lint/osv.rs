//! OSV records, judged.

mod ranges;
mod schema;

use std::collections::HashSet;

use bonafide_ident::{Purl, Scheme, pypi};
use bonafide_report::Severity;

use super::cvss::{Edition, vector_fault};
use super::report::{Report, short};
use super::rules as r;
use super::shape::{self, hold};
use super::{cwe, date, reference};
use crate::ecosystem;
use crate::node::Node;

const RULES: shape::Rules = shape::Rules {
    missing: &r::OSV_MISSING_FIELD,
    wrong_type: &r::OSV_WRONG_TYPE,
    unknown_field: &r::OSV_UNKNOWN_FIELD,
    unknown_value: &r::OSV_UNKNOWN_VALUE,
    malformed: &r::OSV_MALFORMED_VALUE,
    repeated: &r::OSV_REPEATED_ITEM,
};

/// The words of Ubuntu's scale.
const UBUNTU: [&str; 5] = ["negligible", "low", "medium", "high", "critical"];

/// Judges a record.
pub(super) fn judge(record: &Node<'_>, report: &mut Report<'_, '_>) {
    hold(report, &RULES, record, &schema::RECORD);
    names(record, report);
    for dates in [["published", "modified"], ["published", "withdrawn"]] {
        date::in_order(report, &r::OSV_DATE_ORDER, record, dates);
    }
    date::not_ahead(report, &r::OSV_DATE_AHEAD, record, &["published", "modified", "withdrawn"]);
    text(record, report);
    severities(record, report);
    references(record, report);
    weaknesses(record, report);
    affected(record, report);
}

fn names(record: &Node<'_>, report: &mut Report<'_, '_>) {
    let id = record.word("id");
    if let Some(node) = record.get("id").filter(|node| node.text().is_some()) {
        let known = schema::PREFIXES.iter().any(|prefix| id.starts_with(prefix) && id.len() > prefix.len());
        if !known || id.trim() != id || id.contains(char::is_whitespace) {
            let message = format!("no database of the schema gives ids such as `{}`", short(id));
            report.tell(&r::OSV_ID, node, message);
        }
    }
    for list in ["aliases", "related", "upstream"] {
        let mut seen = HashSet::new();
        for node in record.list(list) {
            let Some(name) = node.text() else { continue };
            if name.trim().is_empty() {
                report.tell(&r::OSV_MALFORMED_VALUE, node, "an id should stand here");
            } else if name.eq_ignore_ascii_case(id) {
                report.tell(&r::OSV_ALIAS_OF_ITSELF, node, format!("`{}` is the record itself", short(name)));
            } else if !seen.insert(name.to_ascii_lowercase()) {
                report.tell(
                    &r::OSV_REPEATED_ITEM,
                    node,
                    format!("`{}` stands earlier in `{list}`", short(name)),
                );
            }
        }
    }
}

fn text(record: &Node<'_>, report: &mut Report<'_, '_>) {
    let withdrawn = record.get("withdrawn").is_some();
    if ["summary", "details"].iter().all(|name| record.word(name).trim().is_empty()) && !withdrawn {
        report.tell(&r::OSV_NO_TEXT, record, "neither `summary` nor `details` says what it is about");
    }
    if let Some(node) = record.get("summary")
        && let Some(text) = node.text()
    {
        let letters = text.chars().count();
        if text.trim_end().contains('\n') {
            report.tell(&r::OSV_SUMMARY, node, "the summary has more than one line");
        } else if letters > 120 {
            report.tell(
                &r::OSV_SUMMARY,
                node,
                format!("the summary has {letters} characters, at most 120 are meant"),
            );
        }
    }
}

fn severities(record: &Node<'_>, report: &mut Report<'_, '_>) {
    let whole = !record.list("severity").is_empty();
    for affected in record.list("affected") {
        if let Some(node) = affected.get("severity").filter(|node| whole && !node.items().is_empty()) {
            let message = "the record has a severity of its own, so a package of it may have none";
            report.tell(&r::OSV_SEVERITY_TWICE, node, message);
        }
    }
    let each = record.list("affected").iter().flat_map(|affected| affected.list("severity"));
    for severity in record.list("severity").iter().chain(each) {
        let Some(node) = severity.get("score") else { continue };
        let Some(score) = node.text() else { continue };
        let edition = match severity.word("type") {
            "CVSS_V2" => Edition::V2,
            "CVSS_V3" if score.starts_with(Edition::V30.prefix()) => Edition::V30,
            "CVSS_V3" => Edition::V31,
            "CVSS_V4" => Edition::V4,
            "Ubuntu" if !UBUNTU.contains(&score) => {
                report.tell(&r::OSV_SEVERITY, node, format!("`{}` is no priority of Ubuntu's", short(score)));
                continue;
            }
            _ => continue,
        };
        if let Some(fault) = vector_fault(edition, score) {
            report.tell(&r::OSV_SEVERITY, node, fault);
        }
    }
}

fn references(record: &Node<'_>, report: &mut Report<'_, '_>) {
    let mut seen = HashSet::new();
    for node in record.list("references") {
        let Some(url) = node.get("url") else { continue };
        let Some(address) = url.text() else { continue };
        if !reference::is_fetched(address) || shape::address(address).is_some() {
            report.tell(&r::OSV_REFERENCE, url, format!("`{}` is no address of a page", short(address)));
        } else if !seen.insert((node.word("type"), reference::normal(address))) {
            report.tell(
                &r::OSV_REFERENCE_TWICE,
                url,
                format!("`{}` stands earlier in the list", short(address)),
            );
        }
    }
}

/// `database_specific.cwe_ids` of GitHub's and others' records.
fn weaknesses(record: &Node<'_>, report: &mut Report<'_, '_>) {
    let Some(database) = record.get("database_specific") else { return };
    for node in database.list("cwe_ids") {
        let Some(text) = node.text() else { continue };
        if cwe::number(text).is_none() {
            report.tell(&r::OSV_CWE, node, format!("`{}` has not the form of `CWE-79`", short(text)));
        }
    }
}

fn affected(record: &Node<'_>, report: &mut Report<'_, '_>) {
    let withdrawn = record.get("withdrawn").is_some();
    for node in record.list("affected") {
        let package = node.get("package");
        let git = node.list("ranges").iter().any(|range| range.word("type") == "GIT");
        match package {
            None if !git => {
                let message = "there is neither a package nor a repository, so nobody knows what is meant";
                report.tell(&r::OSV_NO_PACKAGE, node, message);
            }
            Some(package) => names_package(package, report),
            None => {}
        }
        if node.list("ranges").is_empty() && node.list("versions").is_empty() && !withdrawn {
            report.tell(
                &r::OSV_NO_VERSIONS,
                node,
                "there are neither `ranges` nor `versions`, so nothing is affected",
            );
        }
        ranges::judge(node, scheme(package), report);
    }
}

/// How the versions of a package are ordered; nothing where nobody knows.
fn scheme(package: Option<&Node<'_>>) -> Option<Scheme> {
    let package = package?;
    let key = ecosystem::of_record(package.word("ecosystem"), package.word("name"), package.word("purl"));
    key.reachable.then_some(key.scheme)
}

fn names_package(package: &Node<'_>, report: &mut Report<'_, '_>) {
    let (ecosystem, name) = (package.word("ecosystem"), package.word("name"));
    let base = ecosystem.split(':').next().unwrap_or_default();
    if let Some(node) = package.get("ecosystem").filter(|node| node.text().is_some()) {
        if !schema::ECOSYSTEMS.contains(&base) {
            let message = format!("`{}` is no ecosystem of the schema", short(ecosystem));
            match schema::ECOSYSTEMS.iter().find(|known| known.eq_ignore_ascii_case(base.trim())) {
                Some(known) => report.advise(&r::OSV_ECOSYSTEM, node, message, format!("write `{known}`")),
                None => report.tell(&r::OSV_ECOSYSTEM, node, message),
            }
        } else if ecosystem.ends_with(':') {
            report.tell(&r::OSV_ECOSYSTEM, node, "nothing follows the colon");
        }
    }
    if let Some(node) = package.get("name").filter(|_| base == "PyPI") {
        let normal = pypi::normalize(name);
        if normal != name {
            let message = format!("`{}` is not in the normal form of its ecosystem", short(name));
            report.advise(&r::OSV_PACKAGE_NAME, node, message, format!("write `{}`", short(&normal)));
        }
    }
    let Some(node) = package.get("purl") else { return };
    let Some(text) = node.text() else { return };
    let purl = match Purl::parse(text) {
        Ok(purl) => purl,
        Err(error) => {
            report.tell(&r::OSV_PURL, node, format!("`{}`: {error}", short(text)));
            return;
        }
    };
    if purl.version().is_some() {
        let message = "the purl has a version; what is affected is said by `ranges` and `versions`";
        report.tell_as(Severity::Warning, &r::OSV_PURL, node, message);
    }
    let record = ecosystem::of_record(ecosystem, name, "");
    let named = ecosystem::of_purl(&purl);
    if record.reachable && !named.iter().any(|wanted| wanted.key == record.key) {
        let message = format!("`{}` is not `{}` of {}", short(text), short(name), short(ecosystem));
        report.tell(&r::OSV_PURL_MISMATCH, node, message);
    }
}

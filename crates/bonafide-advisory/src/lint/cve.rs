//! CVE records of the format 5, judged: by their schema, by the CNA rules that a machine can hold them to, and by sense.

mod schema;
mod text;
mod versions;

use std::collections::HashSet;

use bonafide_ident::{Cpe, Purl};
use bonafide_report::Severity;

use super::cvss::{self, Edition};
use super::report::{Report, short};
use super::rules as r;
use super::shape::{self, hold};
use super::{cwe, date, reference};
use crate::node::{Node, Value};

const RULES: shape::Rules = shape::Rules {
    missing: &r::CVE_MISSING_FIELD,
    wrong_type: &r::CVE_WRONG_TYPE,
    unknown_field: &r::CVE_UNKNOWN_FIELD,
    unknown_value: &r::CVE_UNKNOWN_VALUE,
    malformed: &r::CVE_MALFORMED_VALUE,
    repeated: &r::CVE_REPEATED_ITEM,
};

/// Pages that show the record itself.
const OWN_PAGES: [&str; 6] =
    ["cve.org", "www.cve.org", "cve.mitre.org", "nvd.nist.gov", "cveawg.mitre.org", "web.nvd.nist.gov"];

/// Words that stand where a name should.
const NO_NAMES: [&str; 6] = ["n/a", "na", "-", "unspecified", "unknown", "none"];

/// Judges a record.
pub(super) fn judge(record: &Node<'_>, report: &mut Report<'_, '_>) {
    let rejected = record.at_path(&["cveMetadata", "state"]).and_then(Node::text) == Some("REJECTED");
    hold(report, &RULES, record, if rejected { &schema::REJECTED } else { &schema::PUBLISHED });
    metadata(record, report);
    if rejected {
        return;
    }
    let Some(containers) = record.get("containers") else { return };
    if let Some(cna) = containers.get("cna") {
        authority(cna, report);
    }
    for container in containers.get("cna").into_iter().chain(containers.list("adp")) {
        contained(container, report);
    }
}

fn metadata(record: &Node<'_>, report: &mut Report<'_, '_>) {
    let Some(metadata) = record.get("cveMetadata") else { return };
    if let Some(node) = metadata.get("cveId")
        && let Some(id) = node.text()
        && let Some(wanted) = schema::cve_id(id)
    {
        report.tell(&r::CVE_ID, node, format!("{wanted} should stand here, not `{}`", short(id)));
    }
    if let Some(node) = metadata.get("state")
        && let Some(state) = node.text()
        && !matches!(state, "PUBLISHED" | "REJECTED")
    {
        let message = format!("`PUBLISHED` or `REJECTED` should stand here, not `{}`", short(state));
        report.tell(&r::CVE_STATE, node, message);
    }
    for dates in [
        ["dateReserved", "datePublished"],
        ["datePublished", "dateUpdated"],
        ["datePublished", "dateRejected"],
    ] {
        date::in_order(report, &r::CVE_DATE_ORDER, metadata, dates);
    }
    let dates = ["dateReserved", "datePublished", "dateUpdated", "dateRejected"];
    date::not_ahead(report, &r::CVE_DATE_AHEAD, metadata, &dates);
}

/// What the CNA rules ask of the container of the authority.
fn authority(cna: &Node<'_>, report: &mut Report<'_, '_>) {
    date::not_ahead(report, &r::CVE_DATE_AHEAD, cna, &["datePublic"]);
    let products = cna.list("affected");
    let status = |node: &Node<'_>, field: &str| matches!(node.word(field), "affected" | "unknown");
    let touched = products.iter().any(|product| {
        status(product, "defaultStatus")
            || product.list("versions").iter().any(|versions| {
                status(versions, "status")
                    || versions.list("changes").iter().any(|change| status(change, "status"))
            })
            // Without a word for the versions that are not named nobody knows of them.
            || product.get("defaultStatus").is_none() && product.list("versions").is_empty()
    });
    if let Some(node) = cna.get("affected").filter(|_| !products.is_empty() && !touched) {
        report.tell(&r::CVE_ONLY_UNAFFECTED, node, "no version of any product is affected or unknown");
    }
    for product in products {
        for (field, rule) in [("vendor", &r::CVE_VENDOR), ("product", &r::CVE_PRODUCT)] {
            let Some(node) = product.get(field) else { continue };
            let name = node.text().unwrap_or_default().trim().to_ascii_lowercase();
            if NO_NAMES.contains(&name.as_str()) {
                report.tell(rule, node, format!("`{name}` names nobody's product: no scanner can match it"));
            }
        }
    }
    if cna.list("problemTypes").is_empty() {
        report.tell(&r::CVE_NO_PROBLEM_TYPE, cna, "no `problemTypes` says what kind of weakness it is");
    }
    text::judge(cna, report);
    own_references(cna, report);
}

fn own_references(cna: &Node<'_>, report: &mut Report<'_, '_>) {
    let Some(list) = cna.get("references") else { return };
    let urls: Vec<&str> = list.items().iter().map(|node| node.word("url")).collect();
    if list.items().is_empty() {
        report.tell(&r::CVE_NO_REFERENCES, list, "a public reference at least should stand here");
    } else if urls.iter().all(|url| OWN_PAGES.contains(&reference::host(url).as_str())) {
        report.tell(&r::CVE_SELF_REFERENCE, list, "the only references are pages of the record itself");
    }
    let closed = |node: &Node<'_>| {
        node.list("tags")
            .iter()
            .any(|tag| matches!(tag.text(), Some("permissions-required" | "customer-entitlement")))
    };
    if !list.items().is_empty() && list.items().iter().all(closed) {
        report.tell(&r::CVE_CLOSED_REFERENCES, list, "no reference can be read without an account");
    }
    for node in list.items() {
        let tagged = node.list("tags").iter().any(|tag| tag.text() == Some("patch"));
        if reference::is_commit(node.word("url")) && !tagged {
            let message = format!("`{}` is a commit without the tag `patch`", short(node.word("url")));
            report.advise(
                &r::CVE_UNTAGGED_PATCH,
                node,
                message,
                "add `\"tags\": [\"patch\"]` where it mends the fault",
            );
        }
    }
}

/// What holds for every container.
fn contained(container: &Node<'_>, report: &mut Report<'_, '_>) {
    let mut seen: HashSet<String> = HashSet::new();
    for node in container.list("references") {
        let Some(url) = node.get("url") else { continue };
        let address = url.text().unwrap_or_default();
        if !reference::is_fetched(address) {
            let message = format!("`{}` is no address that a browser fetches", short(address));
            report.tell(&r::CVE_REFERENCE_SCHEME, url, message);
        } else if !seen.insert(reference::normal(address)) {
            let twin = container
                .list("references")
                .iter()
                .take_while(|other| other.at < node.at)
                .any(|other| other == node);
            let severity = if twin { Severity::Error } else { Severity::Warning };
            let message = format!("`{}` stands earlier in the list", short(address));
            report.tell_as(severity, &r::CVE_DUPLICATE_REFERENCE, url, message);
        }
        for tag in node.list("tags") {
            let word = tag.text().unwrap_or_default();
            if !schema::REFERENCE_TAGS.contains(&word) && !word.starts_with("x_") {
                report.tell(
                    &r::CVE_UNKNOWN_VALUE,
                    tag,
                    format!("`{}` is no tag of a reference", short(word)),
                );
            }
        }
    }
    for product in container.list("affected") {
        identity(product, report);
        versions::judge(product, report);
    }
    for elements in container.list("cpeApplicability").iter().flat_map(|element| element.list("nodes")) {
        for node in elements.list("cpeMatch").iter().filter_map(|found| found.get("criteria")) {
            cpe(node, report);
        }
    }
    for metric in container.list("metrics") {
        metrics(metric, report);
    }
    for problem in container.list("problemTypes").iter().flat_map(|node| node.list("descriptions")) {
        weakness(problem, report);
    }
}

fn identity(product: &Node<'_>, report: &mut Report<'_, '_>) {
    let has = |names: [&str; 2]| names.iter().all(|name| product.get(name).is_some());
    if !has(["vendor", "product"])
        && !has(["collectionURL", "packageName"])
        && product.get("packageURL").is_none()
    {
        let message = "`vendor` with `product`, or `collectionURL` with `packageName`, is missing";
        report.tell(&r::CVE_MISSING_FIELD, product, message);
    }
    if product.get("versions").is_none() && product.get("defaultStatus").is_none() {
        report.tell(&r::CVE_MISSING_FIELD, product, "`versions` or `defaultStatus` is missing");
    }
    for node in product.list("cpes") {
        cpe(node, report);
    }
    if let Some(node) = product.get("packageURL")
        && let Some(text) = node.text()
    {
        match Purl::parse(text) {
            Err(error) => report.tell(&r::CVE_PURL, node, format!("`{}`: {error}", short(text))),
            Ok(purl) if purl.version().is_some() => {
                let message = "a purl of `affected` has no version: `versions` says which are meant";
                report.tell(&r::CVE_PURL, node, message);
            }
            Ok(_) => {}
        }
    }
}

fn cpe(node: &Node<'_>, report: &mut Report<'_, '_>) {
    let Some(text) = node.text() else { return };
    if let Err(error) = text.parse::<Cpe>() {
        report.tell(&r::CVE_CPE, node, format!("`{}`: {error}", short(text)));
    }
}

fn metrics(metric: &Node<'_>, report: &mut Report<'_, '_>) {
    const EDITIONS: [(&str, &str, Edition); 4] = [
        ("cvssV4_0", "4.0", Edition::V4),
        ("cvssV3_1", "3.1", Edition::V31),
        ("cvssV3_0", "3.0", Edition::V30),
        ("cvssV2_0", "2.0", Edition::V2),
    ];
    let known = |name: &str| EDITIONS.iter().any(|(field, ..)| *field == name) || name == "other";
    if !metric.members().iter().any(|(name, _)| known(name)) {
        report.tell(
            &r::CVE_MISSING_FIELD,
            metric,
            "a rating is missing: `cvssV4_0`, `cvssV3_1`, `cvssV3_0`, `cvssV2_0` or `other`",
        );
    }
    for (field, version, edition) in EDITIONS {
        let Some(rating) = metric.get(field) else { continue };
        if let Some(node) = rating.get("version")
            && node.text().is_some_and(|text| text != version)
        {
            report.tell(&r::CVE_CVSS_VECTOR, node, format!("`{field}` is of version {version}"));
        }
        let Some(node) = rating.get("vectorString") else { continue };
        let Some(vector) = node.text() else { continue };
        if let Some(fault) = cvss::vector_fault(edition, vector) {
            report.tell(&r::CVE_CVSS_VECTOR, node, fault);
            continue;
        }
        for (node, message) in cvss::contradictions(rating, vector) {
            report.tell(&r::CVE_CVSS_METRIC, node, message);
        }
        score(rating, edition, vector, report);
    }
}

fn score(rating: &Node<'_>, edition: Edition, vector: &str, report: &mut Report<'_, '_>) {
    let Some(node) = rating.get("baseScore") else { return };
    let Value::Number(digits) = node.value else { return };
    let Ok(score) = digits.parse::<f64>() else { return };
    let tenths = (score * 10.0).round().clamp(0.0, 100.0) as u32;
    if let Some(right) = cvss::base_tenths(edition, vector)
        && right != tenths
    {
        let message = format!("the score is {digits}, that of the vector is {}.{}", right / 10, right % 10);
        report.tell(&r::CVE_CVSS_SCORE, node, message);
    }
    if let Some(node) = rating.get("baseSeverity").filter(|_| edition != Edition::V2)
        && let Some(word) = node.text()
        && word != cvss::severity(tenths)
    {
        let message = format!("a score of {digits} is {}, not `{}`", cvss::severity(tenths), short(word));
        report.tell(&r::CVE_CVSS_SEVERITY, node, message);
    }
}

fn weakness(problem: &Node<'_>, report: &mut Report<'_, '_>) {
    let text = problem.word("description");
    let named = cwe::named(text);
    let Some(node) = problem.get("cweId") else {
        if named.is_some() {
            let node = problem.get("description").unwrap_or(problem);
            let message = "the text names a CWE, and `cweId` is missing, where programs look for it";
            report.tell(&r::CVE_CWE_UNSAID, node, message);
        }
        return;
    };
    let Some(number) = node.text().and_then(cwe::number) else { return };
    if let Some(named) = named.filter(|named| *named != number) {
        report.tell(
            &r::CVE_CWE_MISMATCH,
            node,
            format!("`cweId` is CWE-{number}, the text says CWE-{named}"),
        );
    }
    if cwe::is_category(number) {
        let message = format!("CWE-{number} is a category or a view, and no weakness");
        report.tell(&r::CVE_CWE_CATEGORY, node, message);
    }
}

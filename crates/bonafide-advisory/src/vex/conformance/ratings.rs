//! Scores and weaknesses: 6.1.7 to 6.1.11, 6.2.3, 6.2.19.

use std::collections::BTreeSet;

use super::Tests;
use crate::lint::cvss::{self, Edition};
use crate::lint::cwe;
use crate::lint::report::short;
use crate::node::Node;

pub(super) fn test<'n, 'a>(tests: &mut Tests<'n, 'a>, vulnerability: &'n Node<'a>) {
    weakness(tests, vulnerability);
    let mut seen = BTreeSet::new();
    let mut scored: BTreeSet<&str> = BTreeSet::new();
    let fixed: BTreeSet<&str> = Tests::with_status(vulnerability, &["fixed", "first_fixed"])
        .into_iter()
        .filter_map(Node::text)
        .collect();
    for score in vulnerability.list("scores") {
        let products: Vec<&Node<'_>> = score.list("products").iter().collect();
        scored.extend(products.iter().filter_map(|node| node.text()));
        for field in ["cvss_v2", "cvss_v3"] {
            let Some(rating) = score.get(field) else { continue };
            let version = rating.word("version");
            for node in &products {
                if !seen.insert((node.text().unwrap_or_default(), version)) {
                    let message = format!(
                        "`{}` has two scores of CVSS {version}",
                        short(node.text().unwrap_or_default())
                    );
                    tests.fail("7 multiple scores with same version per product", node, message);
                }
            }
            rated(tests, rating, field);
            let harmless = rating.number("environmentalScore").is_some_and(|score| score == 0.0)
                || nullified(rating, field == "cvss_v2");
            if !harmless {
                for node in products.iter().filter(|node| node.text().is_some_and(|id| fixed.contains(id))) {
                    let message = format!(
                        "`{}` is fixed and has a score above 0",
                        short(node.text().unwrap_or_default())
                    );
                    tests.advise("19 CVSS for fixed products", node, message);
                }
            }
        }
    }
    for node in Tests::with_status(vulnerability, &["first_affected", "known_affected", "last_affected"]) {
        let id = node.text().unwrap_or_default();
        if !scored.contains(id) {
            tests.advise("3 missing score", node, format!("`{}` has no score", short(id)));
        }
    }
}

/// Whether the environmental metrics say that nothing is harmed.
fn nullified(rating: &Node<'_>, old: bool) -> bool {
    let vector = rating.word("vectorString");
    let has = |part: &str| vector.split('/').any(|found| found == part);
    if old {
        return has("TD:N") || rating.word("targetDistribution") == "NONE";
    }
    let none = |field: &str, part: &str| has(part) || rating.word(field) == "NONE";
    none("modifiedConfidentialityImpact", "MC:N")
        && none("modifiedIntegrityImpact", "MI:N")
        && none("modifiedAvailabilityImpact", "MA:N")
}

fn rated(tests: &mut Tests<'_, '_>, rating: &Node<'_>, field: &str) {
    let edition = match (field, rating.word("version")) {
        ("cvss_v2", "2.0") => Edition::V2,
        ("cvss_v3", "3.0") => Edition::V30,
        ("cvss_v3", "3.1") => Edition::V31,
        (_, version) => {
            let message = format!("`{}` is no version of `{field}`", short(version));
            tests.fail("8 invalid CVSS", rating, message);
            return;
        }
    };
    let required: &[&str] = if edition == Edition::V2 {
        &["vectorString", "baseScore"]
    } else {
        &["vectorString", "baseScore", "baseSeverity"]
    };
    for name in required {
        if rating.get(name).is_none() {
            tests.fail("8 invalid CVSS", rating, format!("`{name}` is missing"));
        }
    }
    let Some(node) = rating.get("vectorString") else { return };
    let Some(vector) = node.text() else { return };
    if let Some(fault) = cvss::vector_fault(edition, vector) {
        tests.fail("8 invalid CVSS", node, fault);
        return;
    }
    for (node, message) in cvss::contradictions(rating, vector) {
        tests.fail("10 inconsistent CVSS", node, message);
    }
    let base = cvss::base_tenths(edition, vector);
    if let (Some(node), Some(score), Some(right)) =
        (rating.get("baseScore"), rating.number("baseScore"), base)
    {
        let tenths = (score * 10.0).round().clamp(0.0, 100.0) as u32;
        if tenths != right {
            let message =
                format!("the base score is {score}, that of the vector is {}.{}", right / 10, right % 10);
            tests.fail("9 invalid CVSS computation", node, message);
        }
    }
    for kind in ["base", "temporal", "environmental"] {
        let (Some(node), Some(score)) =
            (rating.get(&format!("{kind}Severity")), rating.number(&format!("{kind}Score")))
        else {
            continue;
        };
        let right = cvss::severity((score * 10.0).round().clamp(0.0, 100.0) as u32);
        if node.text().is_some_and(|word| word != right) {
            tests.fail("9 invalid CVSS computation", node, format!("a score of {score} is {right}"));
        }
    }
}

fn weakness(tests: &mut Tests<'_, '_>, vulnerability: &Node<'_>) {
    let Some(weakness) = vulnerability.get("cwe") else { return };
    let Some(number) = cwe::number(weakness.word("id")) else {
        tests.fail("11 CWE", weakness, format!("`{}` is no CWE", short(weakness.word("id"))));
        return;
    };
    if let Some(name) = cwe::name(number).filter(|name| *name != weakness.word("name")) {
        let message = format!("CWE-{number} is `{name}`, not `{}`", short(weakness.word("name")));
        tests.fail("11 CWE", weakness, message);
    }
}

//! What a profile asks for, save what the reader asks of VEX documents (6.1.27.9, 6.1.27.10): 6.1.23, 6.1.24, 6.1.26, 6.1.27, 6.1.29, 6.1.32, 6.1.33, 6.2.2, 6.2.7, 6.2.10, 6.2.11, 6.2.17.

use std::collections::{BTreeMap, BTreeSet};

use super::Tests;
use crate::lint::report::short;
use crate::node::Node;
use crate::vex::openvex::JUSTIFICATIONS;

/// The categories of the profiles, and the names that no other document may take.
const PROFILES: [&str; 5] = [
    "csaf_base",
    "csaf_security_incident_response",
    "csaf_informational_advisory",
    "csaf_security_advisory",
    "csaf_vex",
];

/// The lists of which the VEX profile wants one at least.
const STATUSES: [&str; 4] = ["fixed", "known_affected", "known_not_affected", "under_investigation"];

pub(super) fn test(tests: &mut Tests<'_, '_>) {
    category(tests);
    document(tests);
    let mut seen = BTreeMap::new();
    let (advisory, vex) = (tests.category() == "csaf_security_advisory", tests.category() == "csaf_vex");
    for vulnerability in tests.vulnerabilities() {
        if let Some(node) = vulnerability.get("cve")
            && let Some(cve) = node.text()
            && seen.insert(cve, ()).is_some()
        {
            tests.fail("23 multiple use of same CVE", node, format!("`{}` has two items", short(cve)));
        }
        if (advisory || vex) && vulnerability.list("notes").is_empty() {
            tests.fail("27.5 vulnerability notes", vulnerability, "`notes` is missing");
        }
        if advisory && vulnerability.get("product_status").is_none() {
            tests.fail("27.6 product status", vulnerability, "`product_status` is missing");
        }
        if vex {
            let status = vulnerability.get("product_status");
            if !status.is_some_and(|status| STATUSES.iter().any(|list| status.get(list).is_some())) {
                tests.fail("27.7 VEX product status", vulnerability, "no product has a status of VEX");
            }
            if vulnerability.get("cve").is_none() && vulnerability.get("ids").is_none() {
                tests.fail("27.8 vulnerability id", vulnerability, "`cve` or `ids` is missing");
            }
        }
        remarks(tests, vulnerability);
    }
}

fn category(tests: &mut Tests<'_, '_>) {
    let category = tests.category();
    if PROFILES.contains(&category) {
        return;
    }
    let bare = |text: &str| {
        let lower: String =
            text.chars().filter(|letter| !matches!(letter, '-' | '_') && !letter.is_whitespace()).collect();
        lower.to_lowercase()
    };
    let found = bare(category);
    let near = PROFILES.iter().find(|profile| {
        let known = bare(profile);
        found == known || Some(found.as_str()) == known.strip_prefix("csaf")
    });
    if let Some(profile) = near
        && let Some(node) = tests.document(&["category"])
    {
        let message = format!("`{}` is nearly `{profile}`", short(category));
        tests.fail("26 prohibited document category name", node, message);
    }
}

fn document(tests: &mut Tests<'_, '_>) {
    let Some(document) = tests.document(&[]) else { return };
    let category = tests.category();
    let has = |list: &str, words: &[&str]| {
        document.list(list).iter().any(|node| words.contains(&node.word("category")))
    };
    if matches!(category, "csaf_informational_advisory" | "csaf_security_incident_response") {
        if !has("notes", &["description", "details", "general", "summary"]) {
            tests.fail("27.1 document notes", document, "no note describes it");
        }
        if !has("references", &["external"]) {
            tests.fail("27.2 document references", document, "no reference is `external`");
        }
    }
    if category == "csaf_informational_advisory"
        && let Some(node) = tests.root.get("vulnerabilities")
    {
        tests.fail("27.3 vulnerabilities", node, "an informational advisory has none");
    }
    if matches!(category, "csaf_security_advisory" | "csaf_vex") {
        if tests.root.get("product_tree").is_none() {
            tests.fail("27.4 product tree", tests.root, "`product_tree` is missing");
        }
        if tests.root.get("vulnerabilities").is_none() {
            tests.fail("27.11 vulnerabilities", tests.root, "`vulnerabilities` is missing");
        }
    }
    if document.at_path(&["distribution", "tlp", "label"]).is_none() {
        tests.advise("10 missing TLP label", document, "`distribution/tlp/label` is missing");
    }
    let file = file_name(document.at_path(&["tracking", "id"]).and_then(Node::text).unwrap_or_default());
    let canonical = document.list("references").iter().any(|node| {
        let url = node.word("url");
        node.word("category") == "self"
            && url.starts_with("https://")
            && url.rsplit('/').next() == Some(&file)
    });
    if !canonical {
        let message = format!("no reference of category `self` leads to `https://…/{}`", short(&file));
        tests.advise("11 missing canonical URL", document, message);
    }
}

/// The name of a document's file (section 5.1): its id in lower case, other characters as `_`.
fn file_name(id: &str) -> String {
    let mut name = String::new();
    for letter in id.to_lowercase().chars() {
        let letter = if letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '+' | '-')
        {
            letter
        } else {
            '_'
        };
        if letter != '_' || !name.ends_with('_') {
            name.push(letter);
        }
    }
    name + ".json"
}

/// What every vulnerability of every category is held to.
fn remarks<'n, 'a>(tests: &mut Tests<'n, 'a>, vulnerability: &'n Node<'a>) {
    let mut justified: BTreeMap<&str, &str> = BTreeMap::new();
    for (list, test) in [
        ("remediations", "29 remediation without product reference"),
        ("flags", "32 flag without product reference"),
    ] {
        for remark in vulnerability.list(list) {
            if remark.get("product_ids").is_none() && remark.get("group_ids").is_none() {
                tests.fail(test, remark, "it names no product and no group");
            }
        }
    }
    for flag in vulnerability.list("flags") {
        let label = flag.word("label");
        if !JUSTIFICATIONS.contains(&label) {
            continue;
        }
        for product in tests.products_of(flag) {
            if let Some(other) = justified.insert(product, label).filter(|other| *other != label) {
                let message = format!("`{}` is justified by `{other}` and by `{label}`", short(product));
                tests.fail("33 multiple flags with VEX justification codes per product", flag, message);
            }
        }
    }
    let mut parties = BTreeSet::new();
    for involvement in vulnerability.list("involvements") {
        if !parties.insert((involvement.word("party"), involvement.word("date"))) {
            let message = format!("`{}` is involved twice at one time", short(involvement.word("party")));
            tests.fail("24 multiple definition in involvements", involvement, message);
        }
        if involvement.get("date").is_none() {
            tests.advise("7 missing date in involvements", involvement, "`date` is missing");
        }
    }
    for id in vulnerability.list("ids").iter().filter_map(|id| id.get("text")) {
        if id.text().is_some_and(|text| text.starts_with("CVE-")) {
            tests.advise("17 CVE in field IDs", id, "a CVE id belongs into `cve`");
        }
    }
    let mut covered: BTreeSet<&str> = BTreeSet::new();
    for remark in vulnerability.list("remediations") {
        covered.extend(tests.products_of(remark));
    }
    let affected = ["first_affected", "known_affected", "last_affected", "under_investigation"];
    for node in Tests::with_status(vulnerability, &affected) {
        let id = node.text().unwrap_or_default();
        // Of a VEX document it is a mandatory test for those known to be affected.
        if !covered.contains(id) && tests.category() != "csaf_vex" {
            tests.advise(
                "2 missing remediation",
                node,
                format!("`{}`: no remediation says what to do", short(id)),
            );
        }
    }
}

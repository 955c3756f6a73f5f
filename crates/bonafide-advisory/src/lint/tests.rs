//! The linters held against the records of the test data, each with its known faults, and against small ones of our own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use bonafide_report::{Collected, Finding, Severity};
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

#[expect(clippy::disallowed_methods, reason = "the place of the test data")]
fn data(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("BONAFIDE_TESTDATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from)
        .join(path);
    if !root.exists() {
        eprintln!("skipped: {} is not there", root.display());
        return None;
    }
    Some(root)
}

fn now() -> Timestamp {
    "2026-11-01T00:00:00Z".parse().unwrap()
}

fn judged(text: &str) -> Vec<Finding> {
    let mut sink = Collected::default();
    lint(text, now(), &mut sink).unwrap();
    sink.findings
}

fn rules(text: &str) -> BTreeSet<&'static str> {
    judged(text).iter().map(|finding| finding.rule.id).collect()
}

fn files(folder: &str) -> Vec<(String, String)> {
    let Some(folder) = data(folder) else { return Vec::new() };
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .filter(|path| !path.ends_with("MANIFEST.json"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Which rule finds the fault that each file of `cve/invalid` was given.
const FAULTS: &[(&str, &str)] = &[
    ("changes-not-ascending.json", "cve-changes-order"),
    ("cvss-metric-vector-mismatch.json", "cve-cvss-metric"),
    ("cvss-score-vector-mismatch.json", "cve-cvss-score"),
    ("cvss-severity-mismatch.json", "cve-cvss-severity"),
    ("cwe-id-text-mismatch.json", "cve-cwe-mismatch"),
    ("cwe-none.json", "cve-no-problem-type"),
    ("desc-credit.json", "cve-description-credit"),
    ("desc-no-english.json", "cve-no-english"),
    ("desc-short.json", "cve-description-short"),
    ("desc-trailing-space.json", "cve-description-space"),
    ("desc-unicode-escape.json", "cve-description-escape"),
    ("dup-reference-url.json", "cve-duplicate-reference"),
    ("eol-no-tag.json", "cve-unsupported"),
    ("extra-property.json", "cve-unknown-field"),
    ("id-bad.json", "cve-id"),
    ("no-references.json", "cve-no-references"),
    ("only-unaffected.json", "cve-only-unaffected"),
    ("product-na.json", "cve-product"),
    ("range-git-not-sha.json", "cve-version"),
    ("range-inverted.json", "cve-range-inverted"),
    ("range-python-not-pep440.json", "cve-version"),
    ("range-semver-not-semver.json", "cve-version"),
    ("ranges-overlap-conflict.json", "cve-version-conflict"),
    ("ref-bad-scheme.json", "cve-reference-scheme"),
    ("ref-untagged-patch.json", "cve-untagged-patch"),
    ("self-reference.json", "cve-self-reference"),
    ("state-bad.json", "cve-state"),
    ("timeline-missing-time.json", "cve-missing-field"),
    ("vendor-na.json", "cve-vendor"),
    ("version-at-list.json", "cve-version-list"),
    ("version-text.json", "cve-version-prose"),
    ("version-type-custom.json", "cve-version-custom"),
];

#[test]
fn every_fault_is_found_by_its_rule_and_by_no_other() {
    let files = files("cve/invalid");
    assert!(files.is_empty() || files.len() == FAULTS.len());
    let base = data("cve/records")
        .map(|folder| rules(&fs::read_to_string(folder.join("CVEv5_advanced-example.json")).unwrap()));
    for (name, text) in files {
        let (_, rule) = FAULTS.iter().find(|(file, _)| *file == name).unwrap();
        let found = rules(&text);
        assert!(found.contains(rule), "{name}: {found:?}");
        let more: Vec<_> =
            found.iter().filter(|id| *id != rule && !base.as_ref().unwrap().contains(*id)).collect();
        assert!(more.is_empty(), "{name}: {more:?}");
    }
}

#[test]
fn real_cve_records_have_no_errors() {
    for (name, text) in files("cve/records") {
        // Containers alone are no records.
        if name.starts_with("container-") {
            continue;
        }
        let errors: Vec<_> =
            judged(&text).into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn faulty_osv_records_are_found_and_good_ones_pass() {
    let faulty = BTreeMap::from([
        ("nointroduced-CVE-2023-41045.json", "osv-no-introduced"),
        ("nondistinct-CVE-2018-5407.json", "osv-event-twice"),
        // That no such package exists is known to the network alone; its name is not in normal form either.
        ("nopackage-GHSA-9v2f-6vcg-3hgv.json", "osv-package-name"),
    ]);
    for (name, text) in files("cve/osv-linter") {
        let found = judged(&text);
        if let Some(rule) = faulty.get(name.as_str()) {
            assert!(found.iter().any(|finding| finding.rule.id == *rule), "{name}: {found:#?}");
        } else {
            assert!(found.iter().all(|finding| finding.severity < Severity::Error), "{name}: {found:#?}");
        }
    }
    for (name, text) in files("cve/psf-osv") {
        let found = judged(&text);
        assert!(found.iter().all(|finding| finding.severity < Severity::Error), "{name}: {found:#?}");
    }
}

fn osv(affected: &str) -> String {
    format!(
        r#"{{"id":"PYSEC-2024-1","modified":"2024-01-02T00:00:00Z","details":"x","affected":[{affected}]}}"#
    )
}

fn range(events: &str) -> String {
    osv(&format!(
        r#"{{"package":{{"ecosystem":"PyPI","name":"a"}},"ranges":[{{"type":"ECOSYSTEM","events":[{events}]}}]}}"#
    ))
}

#[test]
fn ranges_are_read_in_the_order_of_their_versions() {
    for (events, wanted) in [
        (r#"{"introduced":"0"},{"fixed":"1.0"}"#, None),
        (r#"{"fixed":"1.10"},{"introduced":"1.9"}"#, None),
        (r#"{"introduced":"0"},{"fixed":"1.0"},{"introduced":"1.5"},{"fixed":"2"}"#, None),
        (r#"{"introduced":"1.0"},{"last_affected":"1.0"}"#, None),
        (r#"{"introduced":"2.0"},{"fixed":"1.0"}"#, Some("osv-range-inverted")),
        (r#"{"introduced":"1.10"},{"fixed":"1.9"}"#, Some("osv-range-inverted")),
        (r#"{"introduced":"0"},{"fixed":"1.0"},{"fixed":"1.1"}"#, Some("osv-event-idle")),
        (r#"{"introduced":"0"},{"introduced":"1.1"}"#, Some("osv-event-idle")),
        (r#"{"introduced":"1.0"},{"fixed":"1.0.0"}"#, Some("osv-event-twice")),
        (r#"{"fixed":"1.0"}"#, Some("osv-no-introduced")),
        (
            r#"{"introduced":"0"},{"fixed":"1.0"},{"last_affected":"0.9"}"#,
            Some("osv-fixed-and-last-affected"),
        ),
        (r#"{"introduced":"0","fixed":"1.0"}"#, Some("osv-event")),
        (r#"{"introduced":"0"},{"fixed":"1.0-x-y"}"#, Some("osv-version")),
    ] {
        let found = rules(&range(events));
        match wanted {
            Some(rule) => assert!(found.contains(rule), "{events}: {found:?}"),
            None => assert!(found.is_empty(), "{events}: {found:?}"),
        }
    }
}

#[test]
fn packages_versions_and_names_are_held_against_each_other() {
    for (affected, wanted) in [
        (
            r#"{"package":{"ecosystem":"PyPI","name":"a","purl":"pkg:pypi/b"},"versions":["1"]}"#,
            "osv-purl-mismatch",
        ),
        (
            r#"{"package":{"ecosystem":"PyPI","name":"a","purl":"pkg:npm/a"},"versions":["1"]}"#,
            "osv-purl-mismatch",
        ),
        (r#"{"package":{"ecosystem":"PyPI","name":"a","purl":"a"},"versions":["1"]}"#, "osv-purl"),
        (r#"{"package":{"ecosystem":"pypi","name":"a"},"versions":["1"]}"#, "osv-ecosystem"),
        (r#"{"package":{"ecosystem":"PyPI","name":"A.b"},"versions":["1"]}"#, "osv-package-name"),
        (r#"{"package":{"ecosystem":"PyPI","name":"a"}}"#, "osv-no-versions"),
        (r#"{"versions":["1"]}"#, "osv-no-package"),
        (r#"{"package":{"ecosystem":"PyPI","name":"a"},"versions":["1","1"]}"#, "osv-repeated-item"),
        (
            r#"{"package":{"ecosystem":"PyPI","name":"a"},"versions":["1","3"],
                "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}]}"#,
            "osv-version-outside",
        ),
        (r#"{"ranges":[{"type":"GIT","events":[{"introduced":"0"}]}]}"#, "osv-missing-field"),
        (
            r#"{"ranges":[{"type":"GIT","repo":"https://a.example/b","events":[{"introduced":"v1"}]}]}"#,
            "osv-commit",
        ),
        (
            r#"{"package":{"ecosystem":"PyPI","name":"a"},"versions":["1"],
                "severity":[{"type":"CVSS_V3","score":"CVSS:4.0/AV:N"}]}"#,
            "osv-severity",
        ),
    ] {
        let found = rules(&osv(affected));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [wanted], "{affected}");
    }
    for (record, wanted) in [
        (
            r#"{"id":"PYSEC-1","modified":"2024-01-02T00:00:00Z","details":"x","aliases":["pysec-1"]}"#,
            "osv-alias-of-itself",
        ),
        (r#"{"id":"WHAT-1","modified":"2024-01-02T00:00:00Z","details":"x"}"#, "osv-id"),
        (r#"{"id":"PYSEC-1","modified":"2024-01-02T00:00:00","details":"x"}"#, "osv-malformed-value"),
        (r#"{"id":"PYSEC-1","modified":"2034-01-02T00:00:00Z","details":"x"}"#, "osv-date-ahead"),
        (
            r#"{"id":"PYSEC-1","modified":"2024-01-02T00:00:00Z","published":"2025-01-02T00:00:00Z","details":"x"}"#,
            "osv-date-order",
        ),
        (r#"{"id":"PYSEC-1","modified":"2024-01-02T00:00:00Z"}"#, "osv-no-text"),
        (
            r#"{"id":"PYSEC-1","modified":"2024-01-02T00:00:00Z","details":"x","detail":1}"#,
            "osv-unknown-field",
        ),
        (
            r#"{"id":"PYSEC-1","id":"PYSEC-2","modified":"2024-01-02T00:00:00Z","details":"x"}"#,
            "advisory-repeated-key",
        ),
    ] {
        assert_eq!(rules(record).into_iter().collect::<Vec<_>>(), [wanted], "{record}");
    }
}

#[test]
fn findings_say_where_they_are() {
    let text = "{\"id\":\"PYSEC-1\",\n\"modified\":\"2024-01-02T00:00:00Z\",\"details\":\"x\",\n\"affected\":[{\n\"versions\":[\"1\"]}]}";
    let found = judged(text);
    assert_eq!(found[0].place.pointer.as_deref(), Some("/affected/0"));
    assert_eq!(found[0].place.line, Some(3));
}

#[test]
fn what_is_no_advisory_is_refused_by_name() {
    let refused = |text: &str| lint(text, now(), &mut Collected::default()).unwrap_err();
    assert_eq!(refused(""), ReadError::Empty);
    assert!(matches!(refused("{\n]"), ReadError::Syntax { line: 2, .. }));
    assert!(matches!(refused("[]"), ReadError::UnknownFormat { .. }));
    assert!(matches!(refused(r#"{"bomFormat":"CycloneDX"}"#), ReadError::UnknownFormat { .. }));
    assert!(matches!(refused(&"{\"a\":".repeat(1000)), ReadError::TooDeep { .. }));
    assert_eq!(
        refused(&" ".repeat(LONGEST + 1)),
        ReadError::TooLong { length: LONGEST as u64 + 1, most: LONGEST as u64 }
    );
    let many = format!(r#"{{"id":"PYSEC-1","modified":"","aliases":[{}""]}}"#, r#""","#.repeat(5000));
    let found = judged(&many);
    assert_eq!(found.len(), 1001);
    assert_eq!(found[1000].rule.id, "advisory-further-findings");
}

/// A JSON value of any shape, with names and words that the formats know among its own.
fn value() -> impl Strategy<Value = serde_json::Value> {
    let word = prop::sample::select(vec![
        "id",
        "CVE-2024-1234",
        "0",
        "1.0",
        "*",
        "2.1.*",
        "GIT",
        "ECOSYSTEM",
        "PyPI",
        "pkg:pypi/a@1",
        "semver",
        "git",
        "affected",
        "CVSS:3.1/AV:N",
        "",
        "2024-01-02T00:00:00Z",
        "\u{fc}",
        "en",
        "CWE-79",
        "PUBLISHED",
    ]);
    let leaf = prop_oneof![
        word.prop_map(serde_json::Value::from),
        any::<String>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
    ];
    let key = prop::sample::select(vec![
        "id",
        "affected",
        "package",
        "ecosystem",
        "name",
        "purl",
        "ranges",
        "type",
        "events",
        "introduced",
        "fixed",
        "last_affected",
        "versions",
        "severity",
        "score",
        "aliases",
        "references",
        "url",
        "cveMetadata",
        "containers",
        "cna",
        "version",
        "lessThan",
        "versionType",
        "status",
        "changes",
        "at",
        "metrics",
        "cvssV3_1",
        "vectorString",
        "baseScore",
        "descriptions",
        "value",
        "lang",
        "problemTypes",
        "modified",
        "dataVersion",
    ]);
    leaf.prop_recursive(6, 96, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|members| {
                serde_json::Value::Object(
                    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
                )
            }),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_panics_and_every_pointer_leads_somewhere(inner in value(), cve in any::<bool>()) {
        let mut record = if cve {
            serde_json::json!({"cveMetadata": inner, "containers": {"cna": inner, "adp": [inner]}})
        } else {
            serde_json::json!({"id": "PYSEC-1", "modified": inner, "affected": [inner], "severity": inner})
        };
        if let serde_json::Value::Object(members) = inner {
            record.as_object_mut().unwrap().extend(members);
        }
        let text = record.to_string();
        let mut sink = Collected::default();
        if lint(&text, now(), &mut sink).is_ok() {
            for finding in sink.findings {
                let pointer = finding.place.pointer.unwrap();
                prop_assert!(record.pointer(&pointer).is_some(), "{}", pointer);
            }
        }
    }
}

use std::path::PathBuf;

use bonafide_report::{Collected, Severity};

use super::merge::{Options, merge};
use super::*;
use crate::error::ReadError;

/// The folder of test data; nothing where it is not there, which the test prints.
fn data(path: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "tests find their data by it")]
    let set = std::env::var_os("BONAFIDE_TESTDATA").map(PathBuf::from);
    let root = set.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let path = root.join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

fn document(text: &str) -> Document {
    read(text.as_bytes(), "t.json").unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn rules_of(document: &Document) -> Vec<&'static str> {
    let mut sink = Collected::default();
    lint(document, &mut sink);
    let mut ids: Vec<&str> = sink.findings.iter().map(|finding| finding.rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn openvex(statements: &str) -> Document {
    document(&format!(
        "{{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"@id\": \"https://example.org/v\", \"author\": \"A\", \
         \"timestamp\": \"2024-01-01T00:00:00Z\", \"version\": 1, \"statements\": [{statements}]}}"
    ))
}

#[test]
fn words_are_read_back() {
    for status in [Status::NotAffected, Status::Affected, Status::Fixed, Status::UnderInvestigation] {
        assert_eq!(status.as_str().parse(), Ok(status));
    }
    assert!("wontfix".parse::<Status>().is_err());
}

#[test]
fn every_sample_is_read_and_judged() {
    let mut count = 0;
    for folder in ["vex/go-vex-testdata", "vex/grype-testdata", "vex/cyclonedx"] {
        let Some(folder) = data(folder) else { return };
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "json")) {
            let bytes = std::fs::read(path).unwrap();
            let name = path.file_name().unwrap().to_string_lossy();
            let document = read(&bytes, &name).unwrap_or_else(|error| panic!("{name}: {error}"));
            count += 1;
            // Documents that only hold the components that others speak of.
            let silent = name.contains("bom");
            assert_eq!(document.statements.is_empty(), silent, "{name}");
            let mut sink = Collected::default();
            lint(&document, &mut sink);
            let errors = sink.findings.iter().filter(|finding| finding.severity == Severity::Error);
            for finding in errors {
                eprintln!("{name}: {} {:?} {}", finding.rule.id, finding.place.pointer, finding.message);
            }
        }
    }
    assert_eq!(count, 57);
}

#[test]
fn both_editions_of_openvex_say_the_same() {
    let old = document(
        r#"{"@context": "https://openvex.dev/ns", "@id": "https://example.org/v", "author": "A", "version": "1",
        "timestamp": "2024-01-01T00:00:00Z", "statements": [{"vulnerability": "CVE-1", "products": ["pkg:npm/a@1"],
        "subcomponents": ["pkg:npm/b@2"], "status": "not_affected", "justification": "component_not_present"}]}"#,
    );
    let new = openvex(
        r#"{"vulnerability": {"name": "CVE-1"}, "products": [{"@id": "pkg:npm/a@1", "subcomponents":
        [{"@id": "pkg:npm/b@2"}]}], "status": "not_affected", "justification": "component_not_present"}"#,
    );
    let plain = |document: &Document| Statement { line: 0, ..document.statements[0].clone() };
    assert_eq!(plain(&old), plain(&new));
    assert_eq!((&*old.format_version, &*new.format_version), ("0.0.1", "0.2.0"));
    assert!(rules_of(&new).is_empty(), "{:?}", rules_of(&new));
}

#[test]
fn flaws_are_named_and_lint_tells_them() {
    for (statement, flaw, rule) in [
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": "not_affected"}"#,
            Flaw::Unjustified,
            "vex-unjustified",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": "not_affected", "justification": "because"}"#,
            Flaw::Unjustified,
            "vex-unjustified",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": "not_affected", "impact_statement": " "}"#,
            Flaw::Unjustified,
            "vex-unjustified",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": "wontfix"}"#,
            Flaw::UnknownStatus("wontfix".into()),
            "vex-unknown-status",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": "Fixed"}"#,
            Flaw::UnknownStatus("Fixed".into()),
            "vex-unknown-status",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}]}"#,
            Flaw::NoStatus,
            "vex-missing-field",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": 5}"#,
            Flaw::NoStatus,
            "vex-wrong-type",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [], "status": "fixed"}"#,
            Flaw::NoProduct,
            "vex-no-product",
        ),
        (r#"{"vulnerability": {"name": "C"}, "status": "fixed"}"#, Flaw::NoProduct, "vex-no-product"),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{}], "status": "fixed"}"#,
            Flaw::NoProduct,
            "vex-no-product",
        ),
        (
            r#"{"vulnerability": {"@id": "https://x/C"}, "products": [{"@id": "pkg:npm/a"}], "status": "fixed"}"#,
            Flaw::NoVulnerability,
            "vex-no-vulnerability",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": "fixed", "timestamp": "2024-01-01"}"#,
            Flaw::Timestamp("2024-01-01".into()),
            "vex-timestamp",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": "fixed", "status": "fixed"}"#,
            Flaw::RepeatedKey("status".into()),
            "vex-repeated-key",
        ),
    ] {
        let document = openvex(statement);
        assert!(
            document.statements[0].flaws.contains(&flaw),
            "{statement}: {:?}",
            document.statements[0].flaws
        );
        assert!(rules_of(&document).contains(&rule), "{statement}: {:?}", rules_of(&document));
    }
    for (statement, rule) in [
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm"}], "status": "fixed"}"#,
            "vex-identifier",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": "affected"}"#,
            "vex-no-action",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": "fixed", "justification": "component_not_present"}"#,
            "vex-misplaced-justification",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": "fixed", "stauts": 1}"#,
            "vex-unknown-field",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": "fixed"}, {"vulnerability": {"name": "c"}, "products": [{"@id": "pkg:npm/a"}], "status": "under_investigation"}"#,
            "vex-contradiction",
        ),
        (
            r#"{"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": "fixed"}, {"vulnerability": {"name": "C"}, "products": [{"@id": "pkg:npm/a"}], "status": "fixed"}"#,
            "vex-repeated-statement",
        ),
    ] {
        assert_eq!(rules_of(&openvex(statement)), [rule], "{statement}");
    }
}

#[test]
fn what_would_narrow_a_statement_never_widens_it_when_it_cannot_be_read() {
    for parts in ["{}", "\"x\"", "null", "[{}]", "[5]", "[{\"@id\": 5}]"] {
        let document = openvex(&format!(
            "{{\"vulnerability\": {{\"name\": \"C\"}}, \"status\": \"fixed\", \"products\": [{{\"@id\": \"pkg:npm/a\", \"subcomponents\": {parts}}}]}}"
        ));
        let parts = &document.statements[0].products[0].subcomponents;
        assert_eq!(parts.len(), 1);
        assert!(parts[0].identifiers.is_empty());
    }
    let document = document(
        r#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "vulnerabilities": [{"id": "C", "analysis": {"state":
        "resolved"}, "affects": [{"ref": "pkg:npm/a", "versions": "all"}]}]}"#,
    );
    assert_eq!(document.statements[0].products[0].software.versions, [Versions::Unreadable]);
}

#[test]
fn csaf_products_are_those_of_the_tree() {
    let document = document(
        r#"{"document": {"category": "csaf_vex", "csaf_version": "2.0", "publisher": {"name": "P", "namespace": "https://p"},
        "tracking": {"id": "T", "version": "2", "status": "final", "current_release_date": "2024-01-01T00:00:00Z"}},
        "product_tree": {"branches": [{"category": "vendor", "name": "V", "branches": [
          {"category": "product_version", "name": "4.2", "product": {"product_id": "A", "name": "A", "product_identification_helper": {"purl": "pkg:npm/a"}}},
          {"category": "product_version_range", "name": "vers:npm/<4", "product": {"product_id": "B", "name": "B", "product_identification_helper": {"purl": "pkg:npm/a"}}}]}],
          "full_product_names": [{"product_id": "L", "name": "L", "product_identification_helper": {"cpe": "cpe:2.3:a:v:lib:1:*:*:*:*:*:*:*"}}],
          "relationships": [{"category": "default_component_of", "product_reference": "L", "relates_to_product_reference": "A", "full_product_name": {"product_id": "A:L", "name": "L in A"}}],
          "product_groups": [{"group_id": "G", "product_ids": ["A:L", "B"]}]},
        "vulnerabilities": [{"cve": "CVE-1", "ids": [{"system_name": "S", "text": "S-1"}],
          "product_status": {"known_not_affected": ["A:L", "B"], "known_affected": ["A"], "first_fixed": ["X"]},
          "flags": [{"label": "component_not_present", "group_ids": ["G"]}]}]}"#,
    );
    assert_eq!(document.id.as_deref(), Some("https://p/T"));
    let [affected, fixed, unaffected] = [Status::Affected, Status::Fixed, Status::NotAffected]
        .map(|status| document.statements.iter().find(|statement| statement.status == Some(status)).unwrap());
    assert_eq!(affected.products[0].software.versions, [Versions::Exact("4.2".into())]);
    assert_eq!(fixed.flaws, [Flaw::NoProduct]);
    assert!(unaffected.flaws.is_empty(), "{unaffected:?}");
    assert_eq!(unaffected.vulnerability.names().collect::<Vec<_>>(), ["CVE-1", "S-1"]);
    let part = unaffected.products.iter().find(|product| !product.subcomponents.is_empty()).unwrap();
    assert_eq!(part.software.identifiers, [Identifier::Purl("pkg:npm/a".into())]);
    assert!(matches!(&part.subcomponents[0].identifiers[..], [Identifier::Cpe(_)]));
    assert_eq!(rules_of(&document), ["vex-dangling-reference", "vex-no-action", "vex-no-product"]);
}

#[test]
fn every_id_of_a_csaf_document_must_be_defined() {
    for said in [
        r#""flags": [{"label": "component_not_present", "product_ids": ["Q"]}]"#,
        r#""threats": [{"category": "exploit_status", "details": "d", "group_ids": ["G"]}]"#,
        r#""remediations": [{"category": "mitigation", "details": "d", "product_ids": ["Q"]}]"#,
        r#""product_status": {"fixed": ["Q"]}"#,
    ] {
        let text = format!(
            "{{\"document\": {{\"category\": \"csaf_vex\"}}, \"product_tree\": {{\"full_product_names\": [{{\"product_id\": \"P\", \
             \"name\": \"P\"}}]}}, \"vulnerabilities\": [{{\"cve\": \"C\", {said}}}]}}"
        );
        assert!(rules_of(&document(&text)).contains(&"vex-dangling-reference"), "{said}");
    }
}

#[test]
fn csaf_contradictions_and_bare_claims_are_flawed() {
    let text = |status: &str, flags: &str| {
        format!(
            "{{\"document\": {{\"category\": \"csaf_vex\"}}, \"product_tree\": {{\"full_product_names\": [{{\"product_id\": \"P\", \
             \"name\": \"P\", \"product_identification_helper\": {{\"purl\": \"pkg:npm/a\"}}}}]}}, \"vulnerabilities\": [{{\"cve\": \
             \"C\", \"product_status\": {status}, \"flags\": {flags}}}]}}"
        )
    };
    let flagged = r#"[{"label": "component_not_present", "product_ids": ["P"]}]"#;
    for (status, flags, flawed) in [
        (r#"{"known_not_affected": ["P"]}"#, flagged, false),
        (r#"{"known_not_affected": ["P"]}"#, "[]", true),
        (r#"{"known_not_affected": ["P"]}"#, r#"[{"label": "component_not_present"}]"#, true),
        (r#"{"known_not_affected": ["P"], "fixed": ["P"]}"#, flagged, true),
        (r#"{"known_affected": ["P"], "first_affected": ["P"]}"#, flagged, false),
        (r#"{"fixed": ["P"], "under_investigation": ["P"]}"#, flagged, true),
    ] {
        let document = document(&text(status, flags));
        assert!(
            document.statements.iter().all(|statement| statement.flaws.is_empty() != flawed),
            "{status} {flags}"
        );
    }
}

#[test]
fn cyclonedx_references_are_resolved_and_versions_split_by_what_they_say() {
    let document = document(
        r##"{"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "version": 2, "metadata": {"timestamp": "2024-02-01T00:00:00Z", "authors": [{"name": "Me"}]},
        "components": [{"type": "library", "name": "a", "bom-ref": "r", "purl": "pkg:npm/a", "hashes": [{"alg": "SHA-256", "content": "AB"}]}],
        "vulnerabilities": [
          {"id": "C", "references": [{"id": "G"}], "analysis": {"state": "not_affected", "justification": "code_not_reachable", "lastUpdated": "2024-03-01T00:00:00Z"},
           "affects": [{"ref": "r", "versions": [{"range": "vers:npm/<2", "status": "unaffected"}, {"version": "2.5", "status": "affected"}]}]},
          {"id": "D"},
          {"id": "E", "analysis": {"state": "false_positive"}, "affects": [{"ref": "nothing"}]},
          {"id": "F", "analysis": {"state": "not_affected"}, "affects": [{"ref": "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/2#r"}]}]}"##,
    );
    let said: Vec<_> =
        document.statements.iter().map(|s| (&*s.vulnerability.name, s.status, s.flaws.len())).collect();
    let (no, yes) = (Some(Status::NotAffected), Some(Status::Affected));
    assert_eq!(said, [("C", yes, 0), ("C", no, 0), ("E", no, 0), ("F", no, 1)]);
    let product = &document.statements[1].products[0].software;
    assert_eq!(product.versions, [Versions::Range("vers:npm/<2".into())]);
    let link = "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/2#r";
    assert_eq!(
        product.identifiers,
        [
            Identifier::Purl("pkg:npm/a".into()),
            Identifier::hash("sha256", "ab"),
            Identifier::Link(link.into())
        ]
    );
    assert_eq!(document.statements[3].products[0].software.identifiers.len(), 3);
    assert_eq!(&*document.statements[1].timestamp.as_ref().unwrap().text, "2024-03-01T00:00:00Z");
    assert_eq!(&*document.statements[2].timestamp.as_ref().unwrap().text, "2024-02-01T00:00:00Z");
    assert_eq!(document.author.as_deref(), Some("Me"));
    assert_eq!(rules_of(&document), ["vex-dangling-reference", "vex-identifier", "vex-unjustified"]);
}

#[test]
fn what_is_no_vex_is_refused_by_name() {
    for (text, said) in [
        ("", "empty"),
        ("  ", "empty"),
        ("{\"hello\": \"world\"}", "neither OpenVEX"),
        ("[]", "neither OpenVEX"),
        ("{\"statements\": [", "line 1: not json"),
        (
            "{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"statements\": [], \"statements\": []}",
            "stands twice",
        ),
        ("{\"@context\": \"https://openvex.dev/ns\", \"statements\": []} x", "the document has ended"),
        ("{\"@context\": \"https://openvex.dev/ns\", \"author\": \"a\nb\"}", "must be escaped"),
        ("{\"predicateType\": \"https://slsa.dev/provenance/v1\", \"predicate\": {}}", "attestation"),
    ] {
        let error = read(text.as_bytes(), "t").expect_err(text).to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
    assert!(matches!(read(b"{\"a\": \"\xff\"}", "t"), Err(ReadError::Encoding(7))));
    let deep = format!("{{\"@context\": \"https://openvex.dev/ns\", \"x\": {}", "[".repeat(1 << 20));
    assert!(matches!(read(deep.as_bytes(), "t"), Err(ReadError::TooDeep { .. })));
}

#[test]
fn an_attestation_is_about_its_subjects() {
    let document = document(
        r#"{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://openvex.dev/ns/v0.2.0", "subject":
        [{"name": "pkg:pypi/a@1", "digest": {"sha256": "AA"}}], "predicate": {"@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "i", "author": "A", "timestamp": "2024-01-01T00:00:00Z", "version": 1, "statements": [{"vulnerability":
        {"name": "C"}, "status": "fixed"}]}}"#,
    );
    assert!(document.statements[0].flaws.is_empty());
    assert_eq!(document.statements[0].products[0].software.identifiers.len(), 2);
}

fn merged(documents: &[Document]) -> (Vec<u8>, usize, usize) {
    let named: Vec<(String, Document)> =
        documents.iter().map(|document| ("f".to_owned(), document.clone())).collect();
    let merged = merge(&named, &Options::default());
    let mut bytes = Vec::new();
    merged.document.write(&mut bytes).unwrap();
    (bytes, merged.document.len(), merged.left_out.len())
}

#[test]
fn what_is_affected_is_merged_with_an_action() {
    let said = |analysis: &str| {
        let text = format!(
            r#"{{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{{"type": "library", "bom-ref": "c", "name": "c", "purl": "pkg:pypi/c@1"}}],
            "vulnerabilities": [{{"id": "CVE-1", "analysis": {{"state": "exploitable", "lastUpdated": "2024-01-01T00:00:00Z"{analysis}}}, "affects": [{{"ref": "c"}}]}}]}}"#
        );
        let document = read(text.as_bytes(), "t").unwrap();
        let (bytes, ..) = merged(std::slice::from_ref(&document));
        let again = read(&bytes, "m").unwrap();
        let mut sink = Collected::default();
        lint(&again, &mut sink);
        assert!(sink.findings.is_empty(), "{:?}", sink.findings);
        assert_eq!(merged(&[again.clone(), document]).0, bytes);
        again.statements[0].action.clone().unwrap()
    };
    assert_eq!(&*said(r#", "detail": "Update to 2.", "response": ["update"]"#), "Update to 2.");
    assert_eq!(&*said(r#", "response": ["will_not_fix", "update"]"#), "response: will_not_fix, update");
    assert_eq!(&*said(""), "No action is named.");
}

#[test]
fn merging_is_idempotent_and_commutative_over_the_samples() {
    let mut documents = Vec::new();
    for folder in ["vex/go-vex-testdata", "vex/grype-testdata", "vex/cyclonedx"] {
        let Some(folder) = data(folder) else { return };
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "json") {
                documents.extend(read(&std::fs::read(&path).unwrap(), &path.display().to_string()));
            }
        }
    }
    let (once, count, left_out) = merged(&documents);
    assert!(count > 40 && left_out > 0, "{count} {left_out}");
    documents.reverse();
    assert_eq!(merged(&documents).0, once);
    let again = read(&once, "m").unwrap();
    assert!(again.statements.iter().all(|statement| statement.flaws.is_empty()));
    assert_eq!(merged(std::slice::from_ref(&again)).0, once);
    documents.push(again);
    assert_eq!(merged(&documents).0, once);
}

#[test]
fn purls_cpes_and_words_of_other_formats_are_written_out() {
    let document = document(
        r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"timestamp": "2024-02-01T00:00:00Z"},
        "components": [{"type": "library", "name": "a", "bom-ref": "r", "purl": "pkg:npm/a", "cpe": "cpe:/a:v:a"}],
        "vulnerabilities": [
          {"id": "C", "analysis": {"state": "not_affected", "justification": "requires_configuration", "detail": "No."},
           "affects": [{"ref": "r", "versions": [{"version": "2.5"}]}]},
          {"id": "D", "analysis": {"state": "resolved"}, "affects": [{"ref": "r", "versions": [{"range": "vers:npm/<2"}]}]}]}"#,
    );
    let (bytes, count, left_out) = merged(&[document]);
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!((count, left_out), (1, 1), "{text}");
    for part in ["pkg:npm/a@2.5", "cpe:2.3:a:v:a:2.5:*", "requires configuration. No."] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// The seeds of the fuzz target, one a format and edition.
const SEEDS: [&str; 6] = [
    include_str!("../../../../fuzz/seeds/vex/openvex"),
    include_str!("../../../../fuzz/seeds/vex/openvex-0.0.1"),
    include_str!("../../../../fuzz/seeds/vex/csaf"),
    include_str!("../../../../fuzz/seeds/vex/cyclonedx"),
    include_str!("../../../../fuzz/seeds/vex/spdx3"),
    include_str!("../../../../fuzz/seeds/vex/yaml"),
];

#[test]
fn assessments_of_spdx_3_are_statements() {
    let document = document(SEEDS[4]);
    assert_eq!((document.format, &*document.format_version), (Format::Spdx, "3.0.1"));
    assert_eq!(document.author.as_deref(), Some("Example"));
    assert_eq!(document.id.as_deref(), Some("https://example.org/doc"));
    let [looked_into, unaffected] = &document.statements[..] else { panic!("{document:#?}") };
    assert_eq!(looked_into.status, Some(Status::UnderInvestigation));
    assert_eq!(&*looked_into.timestamp.as_ref().unwrap().text, "2024-01-15T00:00:00Z");
    let demo: Vec<String> =
        looked_into.products[0].software.identifiers.iter().map(ToString::to_string).collect();
    assert_eq!(
        demo,
        [
            "pkg:pypi/demo@3.0.8",
            "cpe:2.3:a:x:demo:3.0.8:*:*:*:*:*:*:*",
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "https://example.org/demo",
            "t.json#https://example.org/demo",
        ]
    );
    assert_eq!(unaffected.status, Some(Status::NotAffected));
    assert_eq!(unaffected.justification.as_deref(), Some("vulnerable_code_not_in_execute_path"));
    assert_eq!(unaffected.supplier.as_deref(), Some("Example"));
    assert_eq!(unaffected.vulnerability.names().collect::<Vec<_>>(), ["CVE-2024-1", "GHSA-aaaa-bbbb-cccc"]);
    assert_eq!(unaffected.products[0].software.label.as_deref(), Some("app"));
    assert_eq!(unaffected.products[0].subcomponents[0].label.as_deref(), Some("demo"));
    assert_eq!((unaffected.line, &*unaffected.pointer), (10, "/@graph/8"));
    assert!(unaffected.flaws.is_empty() && rules_of(&document).is_empty(), "{:?}", rules_of(&document));
    assert!(is_vex(SEEDS[4].as_bytes()));
    assert!(!is_vex(br#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}"#));
}

#[test]
fn what_an_assessment_lacks_is_a_flaw() {
    for (from, to, rule) in [
        ("\"security_publishedTime\"", "\"security_withdrawnTime\"", "vex-withdrawn"),
        ("\"security_justificationType\"", "\"x\"", "vex-unjustified"),
        ("vulnerableCodeNotInExecutePath", "wontFix", "vex-unknown-justification"),
        (
            "\"from\": \"https://example.org/v\"",
            "\"from\": \"https://example.org/w\"",
            "vex-dangling-reference",
        ),
        (
            "\"security_publishedTime\": \"2024-02-01T",
            "\"security_publishedTime\": \"February ",
            "vex-timestamp",
        ),
    ] {
        let text = SEEDS[4].replace(from, to);
        assert_ne!(text, SEEDS[4]);
        assert!(rules_of(&document(&text)).contains(&rule), "{from}: {:?}", rules_of(&document(&text)));
    }
}

#[test]
fn yaml_says_the_same_as_json_on_its_own_lines() {
    let yaml = document(SEEDS[5]);
    assert_eq!((yaml.format, yaml.statements.len(), yaml.statements[0].line), (Format::OpenVex, 1, 7));
    assert_eq!(yaml.statements[0].status, Some(Status::NotAffected));
    assert!(is_vex(SEEDS[5].as_bytes()) && !is_vex(b"kind: Pod\n"));
    assert!(matches!(read(b"a: [1\nb: }", "t"), Err(ReadError::Yaml(_))));
    if let Some(path) = data("vex/go-vex-testdata/vex__vex.yaml") {
        let sample = read(&std::fs::read(path).unwrap(), "s").unwrap();
        assert!(!sample.statements.is_empty());
    }
    for seed in &SEEDS[..5] {
        let value: serde_json::Value = serde_json::from_str(seed).unwrap();
        let text = block(&value, 0);
        let from_yaml = read(text.as_bytes(), "t.json").unwrap_or_else(|error| panic!("{error}: {text}"));
        let places = |document: &Document| -> Vec<Statement> {
            document.statements.iter().map(|statement| Statement { line: 0, ..statement.clone() }).collect()
        };
        assert_eq!(places(&from_yaml), places(&document(seed)), "{text}");
    }
}

/// A value as block YAML, its strings in JSON's quotes, which YAML has too.
fn block(value: &serde_json::Value, indent: usize) -> String {
    let margin = " ".repeat(indent);
    match value {
        serde_json::Value::Object(members) if !members.is_empty() => {
            let each = members.iter().map(|(key, value)| {
                format!("\n{margin}{}: {}", serde_json::Value::from(key.as_str()), block(value, indent + 2))
            });
            each.collect()
        }
        serde_json::Value::Array(items) if !items.is_empty() => {
            items.iter().map(|item| format!("\n{margin}- {}", block(item, indent + 2))).collect()
        }
        other => other.to_string(),
    }
}

/// What must hold of any bytes.
fn holds(bytes: &[u8]) {
    let Ok(document) = read(bytes, "t") else { return };
    lint(&document, &mut Collected::default());
    drop(examine(bytes, "t"));
    let (once, count, _) = merged(std::slice::from_ref(&document));
    let again = read(&once, "m").unwrap();
    assert!(again.statements.iter().all(|statement| statement.flaws.is_empty()), "a flaw was written");
    assert!(merged(&[again.clone(), document]).0 == once, "{}", String::from_utf8_lossy(&once));
    assert!(merged(&[again]) == (once, count, 0));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]
    #[test]
    fn bytes_that_were_changed_at_random_are_read_or_refused(
        seed in 0_usize..SEEDS.len(),
        changes in proptest::collection::vec((proptest::prelude::any::<u16>(), 0_u8..4, proptest::prelude::any::<u8>()), 0..6),
    ) {
        let mut bytes = SEEDS[seed].as_bytes().to_vec();
        for (place, how, byte) in changes {
            let at = usize::from(place) % bytes.len();
            match how {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b"{}[]\",:0\\"[usize::from(byte) % 9]),
                _ => {
                    // A token is said again elsewhere.
                    let end = (at + 1 + usize::from(byte) % 40).min(bytes.len());
                    let part = bytes[at..end].to_vec();
                    let to = (at * 7 + usize::from(byte)) % bytes.len();
                    bytes.splice(to..to, part);
                }
            }
        }
        holds(&bytes);
    }

    #[test]
    fn values_of_any_kind_in_any_field_are_read(
        seed in 0_usize..SEEDS.len(),
        place in proptest::prelude::any::<u16>(),
        value in 0_usize..8,
    ) {
        // One value of the document is replaced by another kind of value.
        let mut document: serde_json::Value = serde_json::from_str(SEEDS[seed % 5]).unwrap();
        let mut pointers = Vec::new();
        collect(&document, String::new(), &mut pointers);
        let pointer = &pointers[usize::from(place) % pointers.len()];
        let values = ["null", "5", "\"\"", "[]", "{}", "[[]]", "true", "\"x\""];
        *document.pointer_mut(pointer).unwrap() = serde_json::from_str(values[value]).unwrap();
        holds(document.to_string().as_bytes());
    }
}

fn collect(value: &serde_json::Value, pointer: String, all: &mut Vec<String>) {
    if let Some(items) = value.as_array() {
        for (at, item) in items.iter().enumerate() {
            collect(item, format!("{pointer}/{at}"), all);
        }
    }
    if let Some(fields) = value.as_object() {
        for (key, item) in fields {
            collect(item, format!("{pointer}/{key}"), all);
        }
    }
    all.push(pointer);
}

#[test]
fn hostile_documents_are_bounded() {
    // Relationships in a circle, and many that lead into one another.
    let edges: Vec<String> = (0..2000)
        .map(|at| {
            format!(
                "{{\"category\": \"default_component_of\", \"product_reference\": \"P{}\", \"relates_to_product_reference\": \"P{}\", \
                 \"full_product_name\": {{\"product_id\": \"P{at}\", \"name\": \"n\"}}}}",
                (at + 1) % 2000,
                (at + 7) % 2000
            )
        })
        .collect();
    let ids: Vec<String> = (0..2000).map(|at| format!("\"P{at}\"")).collect();
    let text = format!(
        "{{\"document\": {{\"category\": \"csaf_vex\"}}, \"product_tree\": {{\"relationships\": [{}]}}, \"vulnerabilities\": [{{\"cve\": \
         \"C\", \"product_status\": {{\"fixed\": [{}]}}}}]}}",
        edges.join(","),
        ids.join(",")
    );
    assert!(rules_of(&document(&text)).contains(&"csaf-circular"));
    // Groups of groups of products: refused by number, not by memory.
    let members = vec!["\"P\""; 5000].join(",");
    let flags = vec!["{\"label\": \"component_not_present\", \"group_ids\": [\"G\"]}"; 4000].join(",");
    let text = format!(
        "{{\"document\": {{}}, \"product_tree\": {{\"product_groups\": [{{\"group_id\": \"G\", \"product_ids\": [{members}]}}]}}, \
         \"vulnerabilities\": [{{\"cve\": \"C\", \"product_status\": {{\"known_not_affected\": [\"P\"]}}, \"flags\": [{flags}]}}]}}"
    );
    assert!(matches!(read(text.as_bytes(), "t"), Err(ReadError::TooMany { .. })));
    // A component of a megabyte that is named a thousand times is not a gigabyte.
    let refs = vec!["{\"ref\": \"r\", \"versions\": [{\"version\": \"1\"}]}"; 1000].join(",");
    let text = format!(
        "{{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [{{\"bom-ref\": \"r\", \"purl\": \"pkg:npm/{}\"}}], \
         \"vulnerabilities\": [{{\"id\": \"C\", \"analysis\": {{\"state\": \"resolved\"}}, \"affects\": [{refs}]}}]}}",
        "a".repeat(1 << 20)
    );
    assert!(matches!(read(text.as_bytes(), "t"), Err(ReadError::TooMany { .. })));
}

//! `sbom convert` and `sbom make --as` through the program.

use bonafide_testkit::{TarBuilder, gzip};
use serde_json::Value;

use super::case;

const SPDX: &str = r#"{"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "demo", "dataLicense": "CC0-1.0",
 "documentNamespace": "https://example.org/demo", "creationInfo": {"created": "2024-01-02T03:04:05Z", "creators": ["Tool: t-1.0"]},
 "packages": [{"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1", "downloadLocation": "NOASSERTION", "filesAnalyzed": false,
   "licenseConcluded": "NONE", "sourceInfo": "from a tape"}],
 "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-a"},
   {"spdxElementId": "SPDXRef-a", "relationshipType": "VARIANT_OF", "relatedSpdxElement": "NOASSERTION"}]}"#;

const NEW: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.7", "version": 1, "components": [
 {"type": "library", "name": "a", "isExternal": true, "versionRange": "vers:pypi/>=1"},
 {"type": "library", "name": "b", "version": "2", "hashes": [{"alg": "MD5", "content": "d41d8cd98f00b204e9800998ecf8427e"},
   {"alg": "Streebog-256", "content": "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb"}]}]}"#;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

#[test]
fn there_and_back_is_the_same_document_also_compressed_and_from_standard_input() {
    let case = case().file("a.spdx.json.gz", gzip(SPDX.as_bytes(), None)).input(SPDX);
    let ran = case.run([
        "sbom",
        "convert",
        "a.spdx.json.gz",
        "--as",
        "cyclonedx-1.6",
        "--strict",
        "-o",
        "a.cdx.json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("SPDX 2.3 to CycloneDX 1.6: nothing lost"), "{}", ran.stderr);
    assert_eq!(case.run(["sbom", "validate", "a.cdx.json"]).code, 0);
    let back = case.run(["sbom", "convert", "a.cdx.json", "--as", "spdx-2.3"]);
    assert_eq!(json(back.text()), json(SPDX));
    let piped = case.run(["sbom", "convert", "-", "--as", "cyclonedx-1.6"]);
    let file = std::fs::read_to_string(case.path().join("a.cdx.json")).expect("it was written");
    assert_eq!(piped.text(), file);
}

#[test]
fn what_is_lost_is_told_and_strict_writes_nothing() {
    let case = case().file("new.cdx.json", NEW);
    let args = ["sbom", "convert", "new.cdx.json", "--as", "cyclonedx-1.6", "-o", "old.cdx.json"];
    let strict = case.run(args.iter().chain(&["--strict", "--format", "json"]));
    assert_eq!(strict.code, 1, "{}", strict.stderr);
    assert!(!case.path().join("old.cdx.json").exists());
    let report = json(strict.text());
    assert_eq!((&report["losses"], &report["written"]), (&Value::from(3), &Value::from(false)));
    let pointers: Vec<&str> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| finding["pointer"].as_str().expect("a pointer"))
        .collect();
    for pointer in ["/components/0/isExternal", "/components/0/versionRange", "/components/1/hashes/1"] {
        assert!(pointers.contains(&pointer), "{pointers:?}");
    }
    let ran = case.run(args);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("3 fields lost"), "{}", ran.stderr);
    assert_eq!(case.run(["sbom", "validate", "old.cdx.json"]).code, 0);
}

#[test]
fn a_report_and_a_document_do_not_share_standard_output() {
    let case = case().file("a.json", SPDX);
    assert_eq!(case.run(["sbom", "convert", "a.json", "--as", "cyclonedx-1.7", "--format", "json"]).code, 2);
}

#[test]
fn a_made_document_of_cyclonedx_has_evidence() {
    let tar = TarBuilder::new()
        .file("demo-1.0/PKG-INFO", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
        .file("demo-1.0/demo/_vendor/vendor.txt", "rich==14.0.0\n")
        .file("demo-1.0/demo/__init__.py", "print('demo')\n");
    let case = case().file("demo-1.0.tar.gz", gzip(&tar.end(), None));
    for (format, suffix) in [
        ("cyclonedx-1.6", "cdx.json"),
        ("cyclonedx-1.7", "cdx.json"),
        ("spdx-2.3", "spdx.json"),
        ("spdx-3.0", "spdx3.json"),
    ] {
        let ran = case.run(["sbom", "make", "demo-1.0.tar.gz", "--as", format, "-o", "out/"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let path = format!("out/demo-1.0.tar.gz.{suffix}");
        let valid = case.run(["sbom", "validate", &path]);
        assert_eq!(valid.code, 0, "{}", valid.text());
        let document = json(&std::fs::read_to_string(case.path().join(&path)).expect("it was written"));
        if format.starts_with("spdx") {
            continue;
        }
        let root = &document["metadata"]["component"];
        assert_eq!(root["name"], "demo");
        assert!(root["evidence"]["identity"][0]["methods"][0]["technique"].is_string(), "{root}");
        assert!(
            root["components"]
                .as_array()
                .is_some_and(|files| files.iter().all(|file| file["type"] == "file"))
        );
        let rich =
            document["components"].as_array().expect("components").iter().find(|one| one["name"] == "rich");
        let rich = rich.expect("it is vendored");
        assert_eq!(rich["evidence"]["occurrences"][0]["location"], "demo/_vendor/vendor.txt");
        assert_eq!(rich["evidence"]["identity"][0]["methods"][0]["technique"], "manifest-analysis");
        assert_eq!(rich["purl"], "pkg:pypi/rich@14.0.0");
    }
}

#[test]
fn documents_of_several_families_are_merged_into_the_first_ones() {
    let case = case().file("a.spdx.json", SPDX).file("b.cdx.json", NEW);
    let ran = case.run(["sbom", "merge", "b.cdx.json", "a.spdx.json", "-o", "all.cdx.json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("sbom-conversion-loss"), "VARIANT_OF is lost: {}", ran.stderr);
    let all = json(&std::fs::read_to_string(case.path().join("all.cdx.json")).expect("it was written"));
    assert_eq!(all["bomFormat"], "CycloneDX");
    assert_eq!(case.run(["sbom", "validate", "all.cdx.json"]).code, 0, "{all}");
    let ran = case.run(["sbom", "merge", "a.spdx.json", "b.cdx.json", "-o", "all.spdx.json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let all = json(&std::fs::read_to_string(case.path().join("all.spdx.json")).expect("it was written"));
    assert_eq!(all["packages"].as_array().map(Vec::len), Some(3), "{all}");
    assert_eq!(case.run(["sbom", "validate", "all.spdx.json"]).code, 0, "{all}");
}

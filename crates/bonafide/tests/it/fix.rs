//! `bonafide sbom validate --fix`.

use super::case;

const WRONG: &str = r#"{ "SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "name": "x",
  "documentNamespace": "https://example.org/x",
  "creationInfo": {"created": "2024-01-01T01:00:00+01:00", "creators": ["Tool: x-1"]},
  "packages": [{"SPDXID": "SPDXRef-P", "name": "p", "downloadLocation": "NOASSERTION", "filesAnalyzed": false}] }
"#;

fn right() -> String {
    WRONG.replace("2024-01-01T01:00:00+01:00", "2024-01-01T00:00:00Z")
}

#[test]
fn mends_in_place_only_where_asked() {
    let case = case().file("a.json", WRONG);
    let read = || std::fs::read_to_string(case.path().join("a.json")).unwrap();
    assert_eq!(case.run(["sbom", "validate", "a.json"]).code, 1);
    assert_eq!(read(), WRONG);
    let ran = case.run(["sbom", "validate", "a.json", "--fix", "-o", "b.json"]);
    assert_eq!((ran.code, read()), (0, WRONG.to_owned()));
    assert_eq!(std::fs::read_to_string(case.path().join("b.json")).unwrap(), right());
    let ran = case.run(["sbom", "validate", "a.json", "--fix", "-o", "-"]);
    assert_eq!((ran.code, ran.text()), (0, &*right()));
    let ran = case.run(["sbom", "validate", "a.json", "--fix", "--format", "json"]);
    assert_eq!(ran.code, 0);
    assert!(ran.text().contains("\"mended\":1"), "{}", ran.text());
    assert!(ran.stderr.contains("a.json: 1 finding mended"), "{}", ran.stderr);
    assert_eq!(read(), right());
    assert_eq!(case.run(["sbom", "validate", "a.json"]).code, 0);
}

#[test]
fn what_remains_decides() {
    let case = case().file("a.json", WRONG.replace("CC0-1.0", "MIT"));
    let ran = case.run(["sbom", "validate", "a.json", "--fix"]);
    assert_eq!(ran.code, 1);
    assert!(ran.text().contains("spdx-data-licence") && !ran.text().contains("spdx-date"), "{}", ran.text());
    assert_eq!(
        std::fs::read_to_string(case.path().join("a.json")).unwrap(),
        right().replace("CC0-1.0", "MIT")
    );
}

#[test]
fn standard_input_and_packed_files_need_somewhere_to_go() {
    let case = case().file("a.json.gz", bonafide_testkit::gzip(WRONG.as_bytes(), None)).input(WRONG);
    for path in ["-", "a.json.gz"] {
        let ran = case.run(["sbom", "validate", path, "--fix"]);
        assert_eq!(ran.code, 2, "{path}: {}", ran.stderr);
        let ran = case.run(["sbom", "validate", path, "--fix", "-o", "out.json"]);
        assert_eq!(ran.code, 0, "{path}: {}", ran.stderr);
        assert_eq!(std::fs::read_to_string(case.path().join("out.json")).unwrap(), right());
    }
    assert_eq!(case.run(["sbom", "validate", "a", "b", "--fix", "-o", "c"]).code, 2);
    assert_eq!(case.run(["sbom", "validate", "a.json.gz", "-o", "c"]).code, 2);
}

//! One fault in an otherwise right document: one finding, at its place.

use crate::verdicts::broken;
use bonafide_report::Collected;
use bonafide_sbom::{read, validate};

/// A right document of two packages and a file.
const RIGHT: &str = r#"{
  "SPDXID": "SPDXRef-DOCUMENT",
  "spdxVersion": "SPDX-2.3",
  "name": "demo",
  "dataLicense": "CC0-1.0",
  "documentNamespace": "https://example.org/demo",
  "creationInfo": {"created": "2025-06-11T00:00:00Z", "creators": ["Tool: demo-1"]},
  "packages": [
    {"SPDXID": "SPDXRef-a", "name": "a", "downloadLocation": "NOASSERTION", "filesAnalyzed": false,
     "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:pypi/a@1"}]},
    {"SPDXID": "SPDXRef-b", "name": "b", "downloadLocation": "NOASSERTION",
     "packageVerificationCode": {"packageVerificationCodeValue": "10a34637ad661d98ba3344717656fcc76209c2f8"}}
  ],
  "files": [
    {"SPDXID": "SPDXRef-f", "fileName": "./f", "checksums": [{"algorithm": "SHA1", "checksumValue": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}]}
  ],
  "relationships": [
    {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-a"},
    {"spdxElementId": "SPDXRef-b", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-f"}
  ]
}"#;

/// The only finding after a change: rule, pointer, line.
fn after(from: &str, to: &str) -> (&'static str, String, u64) {
    assert!(RIGHT.contains(from), "{from}");
    let text = RIGHT.replacen(from, to, 1);
    let mut found = Collected::default();
    validate(&read(text.as_bytes()).unwrap(), Some(text.as_bytes()), &mut found);
    let [finding] = found.findings.as_slice() else {
        panic!("{to}: {:?}", found.findings.iter().map(|f| (f.rule.id, &f.place.pointer)).collect::<Vec<_>>())
    };
    (finding.rule.id, finding.place.pointer.clone().unwrap(), finding.place.line.unwrap())
}

#[test]
fn a_right_document_has_no_finding() {
    let mut found = Collected::default();
    validate(&read(RIGHT.as_bytes()).unwrap(), Some(RIGHT.as_bytes()), &mut found);
    assert_eq!(found.findings, []);
}

#[test]
fn each_fault_is_found_where_it_is() {
    let cases: &[(&str, &str, &str, &str, u64)] = &[
        ("SPDX-2.3", "SPDX-2.9", "spdx-version", "/spdxVersion", 3),
        ("CC0-1.0", "MIT", "spdx-data-licence", "/dataLicense", 5),
        ("https://example.org/demo", "demo", "spdx-namespace", "/documentNamespace", 6),
        ("2025-06-11T00:00:00Z", "2025-06-11", "spdx-date", "/creationInfo/created", 7),
        ("[\"Tool: demo-1\"]", "[]", "spdx-wrong-type", "/creationInfo/creators", 7),
        ("Tool: demo-1", "demo", "spdx-actor", "/creationInfo/creators/0", 7),
        ("\"name\": \"a\", ", "", "spdx-missing-field", "/packages/0", 9),
        ("\"name\": \"a\"", "\"name\": null", "spdx-wrong-type", "/packages/0/name", 9),
        (
            "\"name\": \"a\"",
            "\"name\": \"a\", \"licence\": 1",
            "spdx-unknown-field",
            "/packages/0/licence",
            9,
        ),
        (
            "NOASSERTION\", \"filesAnalyzed\"",
            "here\", \"filesAnalyzed\"",
            "spdx-location",
            "/packages/0/downloadLocation",
            9,
        ),
        (
            "PACKAGE-MANAGER",
            "PACKAGE_MANAGER",
            "spdx-reference-spelling",
            "/packages/0/externalRefs/0/referenceCategory",
            10,
        ),
        (
            "PACKAGE-MANAGER",
            "PACKAGER",
            "spdx-unknown-value",
            "/packages/0/externalRefs/0/referenceCategory",
            10,
        ),
        (
            "PACKAGE-MANAGER",
            "SECURITY",
            "spdx-reference-type",
            "/packages/0/externalRefs/0/referenceType",
            10,
        ),
        (
            "pkg:pypi/a@1",
            "pypi/a@1",
            "spdx-reference-locator",
            "/packages/0/externalRefs/0/referenceLocator",
            10,
        ),
        (
            "\"name\": \"b\"",
            "\"name\": \"b\", \"licenseDeclared\": \"MIT AND\"",
            "spdx-licence-expression",
            "/packages/1/licenseDeclared",
            11,
        ),
        (
            "\"name\": \"b\"",
            "\"name\": \"b\", \"licenseDeclared\": \"Own\"",
            "spdx-licence-unknown",
            "/packages/1/licenseDeclared",
            11,
        ),
        (
            "\"name\": \"b\"",
            "\"name\": \"b\", \"primaryPackagePurpose\": \"FUN\"",
            "spdx-unknown-value",
            "/packages/1/primaryPackagePurpose",
            11,
        ),
        (
            "10a34637",
            "00a34637",
            "spdx-verification-code-mismatch",
            "/packages/1/packageVerificationCode/packageVerificationCodeValue",
            12,
        ),
        (
            "10a34637",
            "10A34637",
            "spdx-verification-code",
            "/packages/1/packageVerificationCode/packageVerificationCodeValue",
            12,
        ),
        ("./f", "/f", "spdx-file-name", "/files/0/fileName", 15),
        (
            "\"SHA1\"",
            "\"SHA256\", \"checksumValue\": \"ab\"}, {\"algorithm\": \"SHA1\"",
            "spdx-checksum",
            "/files/0/checksums/0",
            15,
        ),
    ];
    for (from, to, rule, pointer, line) in cases {
        let found = after(from, to);
        assert_eq!(found, (*rule, (*pointer).to_owned(), *line));
    }
}

/// The rules of severity error after a change that breaks more than one.
fn rules_after(from: &str, to: &str) -> Vec<&'static str> {
    assert!(RIGHT.contains(from), "{from}");
    let text = RIGHT.replacen(from, to, 1);
    broken(&read(text.as_bytes()).unwrap(), text.as_bytes()).into_iter().collect()
}

#[test]
fn faults_that_draw_others_after_them() {
    assert_eq!(
        rules_after("\"SPDXRef-b\", \"name\"", "\"SPDXRef-a\", \"name\""),
        ["spdx-dangling-reference", "spdx-duplicate-id"]
    );
    assert_eq!(
        rules_after("\"SPDXRef-f\", \"fileName\"", "\"SPDXRef_f\", \"fileName\""),
        ["spdx-dangling-reference", "spdx-id-syntax"]
    );
    assert_eq!(rules_after("DESCRIBES", "SHOWS"), ["spdx-no-describes", "spdx-unknown-value"]);
    assert_eq!(
        rules_after("\"name\": \"b\"", "\"name\": \"b\", \"filesAnalyzed\": false"),
        ["spdx-files-analyzed"]
    );
    assert_eq!(
        rules_after(
            "\"relatedSpdxElement\": \"SPDXRef-f\"",
            "\"relatedSpdxElement\": \"DocumentRef-x:SPDXRef-f\""
        ),
        ["spdx-external-document"]
    );
    let long = format!("\"SPDXRef-{}\", \"fileName\"", "x".repeat(1 << 20));
    assert_eq!(
        rules_after("\"SPDXRef-f\", \"fileName\"", &long),
        ["spdx-dangling-reference", "spdx-id-syntax"]
    );
    assert_eq!(rules_after("SPDX-2.3", "SPDX-2.2"), ["spdx-missing-field"]);
}

#[test]
fn verification_code_of_nothing_is_named() {
    let text = RIGHT
        .replace("SPDXRef-b\", \"relationshipType\"", "SPDXRef-DOCUMENT\", \"relationshipType\"")
        .replace("10a34637ad661d98ba3344717656fcc76209c2f8", bonafide_sbom::CODE_OF_NOTHING);
    let mut found = Collected::default();
    validate(&read(text.as_bytes()).unwrap(), None, &mut found);
    assert_eq!(found.findings[0].rule.id, "spdx-verification-code-of-nothing");
    assert_eq!(found.counts.errors, 0);
}

#[test]
fn both_spellings_are_right_where_their_edition_has_them() {
    let underscored = RIGHT.replace("PACKAGE-MANAGER", "PACKAGE_MANAGER").replace("SPDX-2.3", "SPDX-2.2");
    let mut found = Collected::default();
    validate(&read(underscored.as_bytes()).unwrap(), None, &mut found);
    assert!(found.findings.iter().all(|finding| finding.rule.id != "spdx-reference-spelling"));
}

#[test]
fn a_byte_order_mark_is_a_warning_and_utf16_is_read() {
    let marked = [b"\xef\xbb\xbf", RIGHT.as_bytes()].concat();
    let document = read(&marked).unwrap();
    let mut found = Collected::default();
    validate(&document, Some(&marked), &mut found);
    assert_eq!(found.findings.len(), 1);
    assert_eq!(found.findings[0].rule.id, "sbom-byte-order-mark");
    for (mark, bytes) in [(0, u16::to_le_bytes as fn(u16) -> [u8; 2]), (1, u16::to_be_bytes)] {
        let text: Vec<u8> = std::iter::once('\u{feff}')
            .chain(RIGHT.chars())
            .flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec())
            .flat_map(bytes)
            .collect();
        assert_eq!(read(&text).unwrap(), document, "{mark}");
        assert_eq!(read(&text[2..]).unwrap(), document, "{mark}");
        assert!(read(&text[..text.len() - 1]).is_err());
    }
}

#[test]
fn hostile_documents_are_refused_with_their_place() {
    let deep = format!("{{\"SPDXID\": \"x\", \"extra\": {}", "[".repeat(100_000));
    for (text, message) in [
        (
            RIGHT.replacen("\"name\": \"b\"", "\"name\": \"b\", \"name\": \"c\"", 1),
            "line 11, column 42 (/packages/1/name): key \"name\" appears twice, first on line 11",
        ),
        (
            RIGHT.replacen("\"name\": \"b\"", "\"name\": NaN", 1),
            "line 11, column 37 (/packages/1/name): not JSON: a value should stand here, not `NaN`",
        ),
        (
            RIGHT.replacen("\"packages\": [", "\"packages\": [null,", 1),
            "line 8, column 16 (/packages/0): expected an object, found null",
        ),
        (
            RIGHT.replacen("\"name\": \"b\"", "\"name\": \"\\udc00\"", 1),
            "line 11, column 38 (/packages/1/name): not JSON: half of a surrogate pair, \\udc00",
        ),
        (format!("{RIGHT} x"), "line 21, column 3: not JSON: the document has ended, yet `x` follows"),
        (
            RIGHT[..RIGHT.len() - 2].to_owned(),
            "line 20, column 4 (/relationships): not JSON: the text ends inside an object",
        ),
        (deep, "line 1, column 281 (/extra/0): nested deeper than 256 levels"),
        (String::new(), "the document is empty"),
        ("{}".to_owned(), "not an SBOM: JSON without `spdxVersion`, `bomFormat` or `@context`"),
        ("hello".to_owned(), "not an SBOM: neither JSON nor tag-value, YAML or XML of a known kind"),
    ] {
        let error = read(text.as_bytes()).unwrap_err();
        let said = error.to_string();
        let said = if said.contains("nested deeper") { said.replace(&"/0".repeat(254), "") } else { said };
        assert_eq!(said, message);
        assert_eq!(error.finding().rule.id, "sbom-unreadable");
    }
    assert!(
        read(b"{\"name\": \"\xff\"}").unwrap_err().to_string().starts_with("line 1, column 11: not text")
    );
}

//! Faults that have one right answer are mended, and nothing else is touched.

use crate::corpus;
use crate::verdicts::broken;
use bonafide_sbom::fix::{FIXABLE, fix};
use bonafide_sbom::read;
use serde_json::{Value, json};

fn spdx2() -> Value {
    json!({
        "SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "name": "x",
        "documentNamespace": "https://example.org/x",
        "creationInfo": {"created": "2024-01-01T00:00:00Z", "creators": ["Tool: x-1"], "licenseListVersion": "3.21"},
        "packages": [{
            "SPDXID": "SPDXRef-P", "name": "p", "downloadLocation": "NOASSERTION", "filesAnalyzed": false,
            "licenseConcluded": "MIT AND Apache-2.0", "primaryPackagePurpose": "OPERATING-SYSTEM",
            "checksums": [{"algorithm": "SHA1", "checksumValue": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}],
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:pypi/x@1"}],
            "supplier": "Organization: X"
        }],
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-P"}
        ]
    })
}

fn spdx3() -> Value {
    json!({
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [
            {"type": "CreationInfo", "@id": "_:c", "created": "2024-01-01T00:00:00Z", "createdBy": ["https://example.org/a"], "specVersion": "3.0.1"},
            {"type": "Organization", "spdxId": "https://example.org/a", "creationInfo": "_:c", "name": "A"},
            {"type": "software_Package", "spdxId": "https://example.org/p", "creationInfo": "_:c", "name": "p",
             "software_primaryPurpose": "library", "suppliedBy": "https://example.org/a",
             "verifiedUsing": [{"type": "Hash", "algorithm": "sha1", "hashValue": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}]}
        ]
    })
}

fn cyclonedx() -> Value {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"})
}

/// A pointer, and what may stand there in place of what is right.
const SPDX2: &[(&str, &str)] = &[
    ("/packages/0/externalRefs/0/referenceCategory", "\"PACKAGE_MANAGER\""),
    ("/packages/0/checksums/0/checksumValue", "\"DA39A3EE5E6B4B0D3255BFEF95601890AFD80709\""),
    ("/packages/0/checksums/0/algorithm", "\"sha-1\""),
    ("/creationInfo/created", "\"2024-01-01T01:00:00.25+01:00\""),
    ("/creationInfo/created", "\"2024-01-01T00:00:00+00:00Z\""),
    ("/creationInfo/licenseListVersion", "\"3.21.0\""),
    ("/creationInfo/creators", "\"Tool: x-1\""),
    ("/documentNamespace", "\"https://example.org/x#\""),
    ("/packages/0/primaryPackagePurpose", "\"operating_system\""),
    ("/packages/0/supplier", "\"organisation: X\""),
    ("/relationships/0/relationshipType", "\"describes\""),
];

const SPDX3: &[(&str, &str)] = &[
    ("/@context", "[\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\"]"),
    ("/@graph/0/created", "\"2024-01-01T00:00:00.000Z\""),
    ("/@graph/0/createdBy", "\"https://example.org/a\""),
    ("/@graph/2/suppliedBy", "[\"https://example.org/a\"]"),
    ("/@graph/2/software_primaryPurpose", "\"LIBRARY\""),
    ("/@graph/2/verifiedUsing/0/algorithm", "\"SHA1\""),
    ("/@graph/2/verifiedUsing/0/hashValue", "\"DA39A3EE5E6B4B0D3255BFEF95601890AFD80709\""),
    (
        "/@graph/2/verifiedUsing",
        "{\"type\":\"Hash\",\"algorithm\":\"sha1\",\"hashValue\":\"da39a3ee5e6b4b0d3255bfef95601890afd80709\"}",
    ),
];

const CYCLONEDX: &[(&str, &str)] = &[
    ("/serialNumber", "\"3E671687-395B-41F5-A30F-A58921A69B79\""),
    ("/serialNumber", "\"urn:3e671687-395b-41f5-a30f-a58921a69b79\""),
];

#[test]
fn what_was_made_wrong_is_as_it_was_byte_for_byte() {
    for (right, cases) in [(spdx2(), SPDX2), (spdx3(), SPDX3), (cyclonedx(), CYCLONEDX)] {
        let text = format!("{right:#}  \n");
        let unfixed = fix(text.as_bytes()).unwrap();
        assert_eq!(
            (unfixed.bytes.len(), unfixed.mended.len(), unfixed.left.len()),
            (text.len(), 0, 0),
            "{:?}",
            unfixed.left
        );
        for (pointer, wrong) in cases {
            let mut other = right.clone();
            *other.pointer_mut(pointer).unwrap() = json!("[HERE]");
            // The order of keys and all white space are those of the right document.
            let marked = format!("{other:#}  \n");
            let bad = marked.replace("\"[HERE]\"", wrong);
            let fixed = fix(bad.as_bytes()).unwrap();
            assert!(fixed.left.is_empty(), "{pointer} {wrong}: {:?}", fixed.left);
            assert_eq!(fixed.mended.len(), 1, "{pointer} {wrong}: {:?}", fixed.mended);
            let expected = marked.replace(
                "\"[HERE]\"",
                &match right.pointer(pointer).unwrap() {
                    Value::Array(items) if items.len() == 1 => format!("[{}]", items[0]),
                    other => other.to_string(),
                },
            );
            let found = String::from_utf8(fixed.bytes).unwrap();
            let same = serde_json::from_str::<Value>(&found).unwrap() == right;
            assert!(same, "{pointer} {wrong}: {found}");
            if !wrong.starts_with('{') {
                assert_eq!(found, expected, "{pointer} {wrong}");
            }
        }
    }
}

#[test]
fn a_byte_order_mark_goes_and_what_has_no_one_answer_stays() {
    let text = spdx2().to_string();
    let fixed = fix(format!("\u{feff}{text}").as_bytes()).unwrap();
    assert_eq!(fixed.bytes, text.as_bytes());
    assert_eq!(fixed.mended.len(), 1);
    for (pointer, wrong) in [
        ("/creationInfo/created", "2024-01-01T00:00:00"),
        ("/packages/0/checksums/0/checksumValue", "DA39A3EE"),
        ("/packages/0/checksums/0/algorithm", "SHA256"),
        ("/packages/0/licenseConcluded", "Custom"),
        ("/dataLicense", "MIT"),
        ("/relationships/0/relatedSpdxElement", "SPDXRef-Q"),
    ] {
        let mut other = spdx2();
        *other.pointer_mut(pointer).unwrap() = json!(wrong);
        let text = other.to_string();
        let fixed = fix(text.as_bytes()).unwrap();
        assert_eq!(fixed.bytes, text.as_bytes(), "{pointer}");
        assert!(!fixed.left.is_empty(), "{pointer}");
    }
}

/// Of every document of the corpora: nothing that was mended is left, nothing new is wrong, and mending again does
/// nothing.
#[test]
fn the_corpora_get_better_only() {
    let (mut documents, mut mended) = (0, 0);
    for path in corpus::documents() {
        let bytes = corpus::bytes(&path);
        let Ok(before) = read(&bytes) else { continue };
        let fixed = fix(&bytes).unwrap();
        if fixed.mended.is_empty() {
            assert_eq!(fixed.bytes, bytes, "{}", path.display());
            continue;
        }
        documents += 1;
        mended += fixed.mended.len();
        for finding in &fixed.mended {
            assert!(FIXABLE.iter().any(|rule| rule.id == finding.rule.id));
            let is_left = fixed.left.iter().any(|left| {
                left.rule.id == finding.rule.id
                    && left.place.pointer == finding.place.pointer
                    && left.message == finding.message
            });
            assert!(!is_left, "{}: {finding:?}", path.display());
        }
        let after = read(&fixed.bytes).unwrap();
        let (old, new) = (broken(&before, &bytes), broken(&after, &fixed.bytes));
        assert!(new.is_subset(&old), "{}: {new:?}, {old:?}", path.display());
        assert_eq!(fix(&fixed.bytes).unwrap().bytes, fixed.bytes, "{}", path.display());
    }
    println!("{mended} findings mended in {documents} documents");
}

/// The page of each rule says whether `--fix` mends it.
#[test]
fn pages_say_what_is_mended() {
    for rule in bonafide_sbom::RULES.iter().chain(bonafide_sbom::cyclonedx_rules::RULES) {
        let is_fixable = FIXABLE.iter().any(|other| other.id == rule.id);
        assert_eq!(rule.page.contains("`--fix`"), is_fixable, "{}", rule.id);
    }
}

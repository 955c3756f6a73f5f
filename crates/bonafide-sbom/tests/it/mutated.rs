//! Right documents with one value replaced by chance: what can be read is written so that it is read again the same.

use bonafide_report::Collected;
use bonafide_sbom::{Encoding, Style, read, validate, write};
use proptest::prelude::*;
use serde_json::Value;

const DOCUMENTS: &[&str] = &[
    r#"{"$schema": "s", "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:x", "version": 1,
      "metadata": {"timestamp": "t", "lifecycles": [{"phase": "build"}, {"name": "own"}],
        "tools": {"components": [{"type": "application", "name": "t", "version": "1"}], "services": [{"name": "s"}]},
        "authors": [{"name": "n", "email": "e", "phone": "p"}], "manufacturer": {"name": "m", "url": ["u"]},
        "supplier": {"name": "s", "contact": [{"name": "c"}], "address": {"country": "x"}},
        "licenses": [{"license": {"id": "MIT"}}], "properties": [{"name": "a", "value": "b"}],
        "component": {"type": "application", "bom-ref": "root", "name": "r", "components": [{"type": "file", "name": "f"}]}},
      "components": [{"type": "library", "bom-ref": "a", "group": "g", "name": "a", "version": "1", "description": "d",
          "scope": "required", "purl": "pkg:a/b", "cpe": "cpe:2.3:a:b:c:*:*:*:*:*:*:*:*", "swhid": ["swh:1"], "omniborId": ["gitoid"],
          "hashes": [{"alg": "SHA-1", "content": "00"}], "copyright": "c", "authors": [{"name": "x"}],
          "licenses": [{"license": {"name": "own", "text": {"content": "t"}, "acknowledgement": "declared"}}],
          "externalReferences": [{"type": "vcs", "url": "u", "comment": "c", "hashes": [{"alg": "MD5", "content": "1"}]}],
          "properties": [{"name": "p"}], "components": [{"type": "library", "bom-ref": "b", "name": "b",
             "licenses": [{"expression": "MIT OR Apache-2.0", "acknowledgement": "concluded"}]}]}],
      "services": [{"bom-ref": "s", "name": "s", "provider": {"name": "p"}, "services": [{"name": "t"}], "endpoints": []}],
      "externalReferences": [{"type": "website", "url": "w"}],
      "dependencies": [{"ref": "root", "dependsOn": ["a", "b"], "provides": ["s"]}, {"ref": "a"}, {"ref": "a", "dependsOn": []}],
      "compositions": [{"aggregate": "complete"}], "properties": [{"name": "x", "value": "y"}], "vulnerabilities": []}"#,
    r#"{"specVersion": "1.4", "bomFormat": "CycloneDX", "components": [{"type": "library", "name": "z"}],
      "metadata": {"tools": [{"vendor": "v", "name": "n", "version": "1", "hashes": [{"alg": "SHA-1", "content": "0"}]}],
        "manufacture": {"name": "m"}, "component": {"type": "application", "name": "late", "components": [{"type": "file", "name": "in"}]}}}"#,
    r#"{"relationships": [{"spdxElementId": "SPDXRef-a", "relatedSpdxElement": "NONE", "relationshipType": "DEPENDS_ON", "comment": "c"}],
      "SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3", "name": "n", "dataLicense": "CC0-1.0", "documentNamespace": "u:x",
      "creationInfo": {"created": "t", "creators": ["Tool: t", "Person: p (m)"], "licenseListVersion": "3.1"},
      "documentDescribes": ["SPDXRef-a"], "revieweds": [],
      "packages": [{"SPDXID": "SPDXRef-a", "name": "a", "downloadLocation": "NONE", "supplier": "NOASSERTION", "filesAnalyzed": true,
        "packageVerificationCode": {"packageVerificationCodeValue": "v", "packageVerificationCodeExcludedFiles": ["./x"]},
        "checksums": [{"algorithm": "SHA1", "checksumValue": "0"}], "hasFiles": ["SPDXRef-f"],
        "externalRefs": [{"referenceCategory": "OTHER", "referenceType": "t", "referenceLocator": "l", "comment": "c"}],
        "annotations": [{"annotationType": "OTHER", "annotator": "Person: p", "annotationDate": "d", "comment": "c"}]}],
      "files": [{"SPDXID": "SPDXRef-f", "fileName": "./f", "fileTypes": ["TEXT"], "checksums": [{"algorithm": "SHA1", "checksumValue": "0"}]}],
      "snippets": [{"SPDXID": "SPDXRef-s", "name": "s", "snippetFromFile": "SPDXRef-f",
        "ranges": [{"startPointer": {"offset": 1, "reference": "SPDXRef-f"}, "endPointer": {"lineNumber": 2, "reference": "SPDXRef-f"}}]}],
      "hasExtractedLicensingInfos": [{"licenseId": "LicenseRef-1", "extractedText": "t", "crossRefs": [{"url": "u"}]}],
      "externalDocumentRefs": [{"externalDocumentId": "DocumentRef-x", "spdxDocument": "u:y", "checksum": {"algorithm": "MD5", "checksumValue": "0"}}]}"#,
];

/// How many values a document has.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// The value with a number, counted from the outside in.
fn nth<'v>(value: &'v mut Value, number: &mut usize) -> Option<&'v mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, number)),
        Value::Object(fields) => fields.values_mut().find_map(|field| nth(field, number)),
        _ => None,
    }
}

fn replacement() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        "null",
        "true",
        "7",
        "-1.5e3",
        "\"\"",
        "\"NONE\"",
        "\"NOASSERTION\"",
        "\"a\"",
        "\"SPDXRef-f\"",
        "\"build\"",
        "\"cpe:/a\"",
        "\"Person: \"",
        "\"Tool: a (b)\"",
        "[]",
        "[null]",
        "[\"a\"]",
        "[{}]",
        "{}",
        "{\"name\": \"\"}",
        "{\"name\": \"a\", \"x\": 1}",
        "[{\"ref\": \"a\", \"provides\": [\"b\"]}, {\"ref\": \"a\", \"dependsOn\": [\"b\"]}]",
        "[{\"license\": {\"id\": \"a\", \"name\": \"b\"}}]",
        "[{\"license\": {\"id\": \"a\"}, \"expression\": \"b\"}]",
        "{\"components\": [{\"name\": \"a\"}]}",
        "[{\"name\": \"a\", \"components\": []}]",
    ])
    .prop_map(|text| serde_json::from_str(text).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_can_be_read_is_written_the_same(
        which in 0..DOCUMENTS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), replacement()), 0..3),
    ) {
        let mut value: Value = serde_json::from_str(DOCUMENTS[which]).unwrap();
        for (at, new) in changes {
            let mut number = at.index(count(&value));
            if let Some(place) = nth(&mut value, &mut number) {
                *place = new;
            }
        }
        let bytes = serde_json::to_vec(&value).unwrap();
        if let Ok(document) = read(&bytes) {
            validate(&document, Some(&bytes), &mut Collected::default());
            validate(&document, None, &mut Collected::default());
            let mut out = Vec::new();
            if write(&document, Encoding::Json, Style::Compact, &mut out).is_ok() {
                let again = read(&out).unwrap();
                prop_assert_eq!(&again, &document, "{}", String::from_utf8_lossy(&out));
            }
        }
    }
}

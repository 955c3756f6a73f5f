//! SPDX 3 JSON-LD.

use crate::corpus;
use bonafide_sbom::{
    ActorKind, Category, Claim, Document, Element, End, Format, RelationshipKind, Stated, Style, read, write,
};
use serde_json::Value;
use std::collections::BTreeMap;

fn written(document: &Document) -> Vec<u8> {
    let mut out = Vec::new();
    write(document, document.encoding, Style::Compact, &mut out).unwrap();
    out
}

/// The graph by id, as far as order and spelling do not matter: links with many locators are as many links, and what
/// has no order is sorted.
fn graph(bytes: &[u8]) -> BTreeMap<String, Vec<Value>> {
    fn canonical(value: &mut Value) {
        match value {
            Value::Array(items) => {
                items.iter_mut().for_each(canonical);
                let split: Vec<Value> = items
                    .drain(..)
                    .flat_map(|item| match item.get("locator").and_then(Value::as_array) {
                        Some(all) => all
                            .iter()
                            .map(|one| {
                                let mut copy = item.clone();
                                copy["locator"] = Value::Array(vec![one.clone()]);
                                copy
                            })
                            .collect(),
                        None => vec![item],
                    })
                    .collect();
                *items = split;
                items.sort_by_key(Value::to_string);
            }
            Value::Object(fields) => {
                fields.values_mut().for_each(canonical);
                fields.sort_keys();
            }
            _ => {}
        }
    }
    let mut document: Value = serde_json::from_slice(bytes).unwrap();
    let mut graph = BTreeMap::<String, Vec<Value>>::new();
    for element in document["@graph"].as_array_mut().unwrap() {
        canonical(element);
        let id = element.get("spdxId").or_else(|| element.get("@id")).and_then(Value::as_str).unwrap_or("");
        graph.entry(id.to_owned()).or_default().push(element.clone());
    }
    graph
}

fn valid() -> Vec<std::path::PathBuf> {
    let Some(data) = corpus::data() else { return Vec::new() };
    let formats = data.join("sbom-formats");
    let mut found = Vec::new();
    for folder in ["spdx-examples", "ntia-checker/tests/data/spdx3", "spdx-spec/v3.0.1/examples"] {
        found.extend(corpus::files(&formats.join(folder)).into_iter().filter(|path| {
            let name = path.to_string_lossy();
            name.contains("spdx3") || name.contains("v3.0.1")
        }));
    }
    found.retain(|path| path.to_string_lossy().contains(".json"));
    found
}

#[test]
fn nothing_of_a_graph_is_lost() {
    let mut count = 0;
    for path in valid() {
        let bytes = corpus::bytes(&path);
        let document = read(&bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert_eq!(document.format, Format::Spdx3);
        let (before, after) = (graph(&bytes), graph(&written(&document)));
        for (id, elements) in &before {
            assert_eq!(after.get(id), Some(elements), "{} in {}", id, path.display());
        }
        assert_eq!(before.len(), after.len(), "{}", path.display());
        count += 1;
    }
    println!("{count} documents");
    assert!(count == 0 || count > 25);
}

const DEMO: &str = r#"{
  "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
  "@graph": [
    {"type": "SpdxDocument", "spdxId": "urn:d:doc", "creationInfo": "_:c", "name": "demo",
     "dataLicense": "https://spdx.org/licenses/CC0-1.0", "rootElement": ["urn:d:bom"],
     "import": [{"type": "ExternalMap", "externalSpdxId": "urn:e:zlib", "locationHint": "https://example.org/e"}]},
    {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1", "created": "2025-01-01T00:00:00Z",
     "createdBy": ["urn:d:ann"], "createdUsing": ["urn:d:tool"]},
    {"type": "Person", "spdxId": "urn:d:ann", "creationInfo": "_:c", "name": "Ann", "externalIdentifier":
     [{"type": "ExternalIdentifier", "externalIdentifierType": "email", "identifier": "ann@example.org"}]},
    {"type": "Tool", "spdxId": "urn:d:tool", "creationInfo": "_:c", "name": "maker 1.0"},
    {"type": "software_Sbom", "spdxId": "urn:d:bom", "creationInfo": "_:c", "rootElement": ["urn:d:p"]},
    {"type": "software_Package", "spdxId": "urn:d:p", "creationInfo": "_:c", "name": "demo", "suppliedBy":
     {"type": "Organization", "spdxId": "urn:d:org", "creationInfo": "_:c", "name": "Org"},
     "software_packageUrl": "pkg:generic/demo@1", "verifiedUsing": [
       {"type": "Hash", "algorithm": "sha256", "hashValue": "00"},
       {"type": "Hash", "algorithm": "sha512", "hashValue": "11", "comment": "kept"},
       {"type": "PackageVerificationCode", "algorithm": "sha1", "hashValue": "22"}],
     "externalRef": [{"type": "ExternalRef", "externalRefType": "vcs", "locator": ["https://a", "https://b"]}]},
    {"type": "software_File", "spdxId": "urn:d:f", "creationInfo": "_:other", "name": "f.c"},
    {"type": "simplelicensing_LicenseExpression", "spdxId": "urn:d:l", "creationInfo": "_:c",
     "simplelicensing_licenseExpression": "MIT OR Apache-2.0"},
    {"type": "expandedlicensing_ConjunctiveLicenseSet", "spdxId": "urn:d:and", "creationInfo": "_:c",
     "expandedlicensing_member": ["urn:d:l", "https://spdx.org/licenses/Zlib"]},
    {"type": "Relationship", "spdxId": "urn:d:r1", "creationInfo": "_:c", "from": "urn:d:p",
     "relationshipType": "hasConcludedLicense", "to": ["urn:d:and"]},
    {"type": "Relationship", "spdxId": "urn:d:r2", "creationInfo": "_:c", "from": "urn:d:p",
     "relationshipType": "contains", "to": ["urn:d:f", "urn:e:zlib", "urn:e:gone"], "completeness": "complete"},
    {"type": "Relationship", "spdxId": "urn:d:r3", "creationInfo": "_:c", "from": "urn:d:f",
     "relationshipType": "dependsOn", "to": ["https://spdx.org/rdf/3.0.1/terms/Core/NoneElement"]}
  ]
}"#;

#[test]
fn the_model_sees_suppliers_licences_roots_and_digests() {
    let document = read(DEMO.as_bytes()).unwrap();
    assert_eq!(&*document.version, "3.0.1");
    assert_eq!(document.data_license.as_deref(), Some("CC0-1.0"));
    let creation = &document.creation;
    assert_eq!(creation.created.as_deref(), Some("2025-01-01T00:00:00Z"));
    assert_eq!(creation.creators[0].kind, ActorKind::Person);
    assert_eq!(creation.creators[0].email.as_deref(), Some("ann@example.org"));
    assert_eq!(creation.tools[0].name.as_deref(), Some("maker 1.0"));
    assert_eq!(document.roots(), [Element::from(bonafide_sbom::ComponentId(0))]);
    let package = &document.components[0];
    let Claim::Known(supplier) = &package.supplier else { panic!() };
    assert_eq!((&*supplier.name, supplier.kind), ("Org", ActorKind::Organization));
    assert_eq!(package.license_concluded.text(), Some("(MIT OR Apache-2.0) AND Zlib"));
    assert_eq!(package.purls().collect::<Vec<_>>(), ["pkg:generic/demo@1"]);
    assert_eq!(package.digests.len(), 1);
    assert_eq!(&*package.verification_code.as_ref().unwrap().value, "22");
    let links: Vec<&str> = package
        .references
        .iter()
        .filter(|reference| reference.category == Category::Link)
        .map(|reference| &*reference.locator)
        .collect();
    assert_eq!(links, ["https://a", "https://b"]);
    let edges: Vec<&End> = document
        .relationships
        .iter()
        .filter(|edge| edge.stated == Stated::Relationship && edge.kind == RelationshipKind::Contains)
        .map(|edge| &edge.to)
        .collect();
    assert_eq!(
        edges,
        [
            &End::from(bonafide_sbom::FileId(0)),
            &End::External("urn:e:zlib".into()),
            &End::Dangling("urn:e:gone".into())
        ]
    );
    assert!(document.relationships.iter().any(|edge| edge.to == End::None));
    assert!(read(&written(&document)).unwrap() == document);
}

#[test]
fn an_element_alone_is_a_document() {
    let document = read(
        br#"{"@context": "https://spdx.org/rdf/3.0.0/spdx-context.jsonld", "type": "software_Package",
            "spdxId": "urn:p", "name": "p", "creationInfo": {"type": "CreationInfo", "specVersion": "3.0.0",
            "created": "2025-01-01T00:00:00Z", "createdBy": ["urn:a"]}}"#,
    )
    .unwrap();
    assert_eq!(document.components[0].name.as_deref(), Some("p"));
    assert!(read(&written(&document)).unwrap() == document);
}

#[test]
fn licence_sets_without_end_are_no_expression() {
    let set = |id: &str, to: &str| {
        format!(
            r#"{{"type": "expandedlicensing_ConjunctiveLicenseSet", "spdxId": "{id}", "expandedlicensing_member":
            ["{to}", "{to}"]}}"#
        )
    };
    let mut elements: Vec<String> =
        (0..60).map(|n| set(&format!("urn:{n}"), &format!("urn:{}", n + 1))).collect();
    elements.push(set("urn:60", "urn:0"));
    elements.push(r#"{"type": "software_Package", "spdxId": "urn:p"}"#.to_owned());
    elements.push(
        r#"{"type": "Relationship", "from": "urn:p", "relationshipType": "hasDeclaredLicense", "to": ["urn:0"]}"#
            .to_owned(),
    );
    let text = format!(r#"{{"@context": "x", "@graph": [{}]}}"#, elements.join(","));
    let document = read(text.as_bytes()).unwrap();
    assert_eq!(document.components[0].license_declared.text(), Some("urn:0"));
}

/// Any JSON of the words of the format, right or wrong: most of it is no valid document.
mod junk {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::{Value, json};

    const CLASSES: &[&str] = &[
        "SpdxDocument",
        "CreationInfo",
        "software_Package",
        "ai_AIPackage",
        "software_File",
        "software_Snippet",
        "software_Sbom",
        "Relationship",
        "LifecycleScopedRelationship",
        "Annotation",
        "Person",
        "Tool",
        "Hash",
        "PackageVerificationCode",
        "ExternalRef",
        "ExternalIdentifier",
        "ExternalMap",
        "PositiveIntegerRange",
        "simplelicensing_LicenseExpression",
        "simplelicensing_SimpleLicensingText",
        "expandedlicensing_CustomLicense",
        "expandedlicensing_DisjunctiveLicenseSet",
        "software_ContentIdentifier",
    ];
    const KEYS: &[&str] = &[
        "type",
        "spdxId",
        "@id",
        "creationInfo",
        "name",
        "comment",
        "summary",
        "rootElement",
        "element",
        "import",
        "dataLicense",
        "created",
        "createdBy",
        "createdUsing",
        "specVersion",
        "from",
        "to",
        "relationshipType",
        "completeness",
        "verifiedUsing",
        "externalIdentifier",
        "externalRef",
        "software_contentIdentifier",
        "software_packageUrl",
        "software_primaryPurpose",
        "software_copyrightText",
        "software_attributionText",
        "suppliedBy",
        "originatedBy",
        "software_byteRange",
        "software_lineRange",
        "software_snippetFromFile",
        "subject",
        "statement",
        "annotationType",
        "algorithm",
        "hashValue",
        "locator",
        "externalRefType",
        "externalIdentifierType",
        "identifier",
        "externalSpdxId",
        "locationHint",
        "beginIntegerRange",
        "endIntegerRange",
        "simplelicensing_licenseText",
        "simplelicensing_licenseExpression",
        "expandedlicensing_member",
        "expandedlicensing_seeAlso",
        "software_contentIdentifierType",
        "software_contentIdentifierValue",
        "packageVerificationCodeExcludedFile",
        "unknown",
    ];
    const WORDS: &[&str] = &[
        "urn:1",
        "urn:2",
        "urn:3",
        "_:creationinfo",
        "_:other",
        "contains",
        "describes",
        "hasDeclaredLicense",
        "complete",
        "sha1",
        "sha256",
        "purl",
        "packageUrl",
        "swhid",
        "gitoid",
        "NOASSERTION",
        "",
        "MIT",
        "https://spdx.org/rdf/3.0.1/terms/Core/NoneElement",
        "https://spdx.org/licenses/MIT",
    ];

    fn object(value: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
        let class = prop_oneof![8 => select(CLASSES).prop_map(Some), 1 => Just(None)];
        let id = prop_oneof![4 => select(WORDS).prop_map(Some), 1 => Just(None)];
        (class, id, vec((select(KEYS), value), 0..6))
            .prop_map(|(class, id, fields)| {
                let mut object = serde_json::Map::new();
                if let Some(class) = class {
                    object.insert("type".into(), class.into());
                    if let Some(id) = id {
                        let key = if class == "CreationInfo" { "@id" } else { "spdxId" };
                        object.insert(key.into(), id.into());
                    }
                }
                object.extend(fields.into_iter().map(|(key, value)| (key.to_owned(), value)));
                Value::Object(object)
            })
            .boxed()
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            8 => select(WORDS).prop_map(Value::from),
            1 => Just(Value::Null),
            1 => (-2i64..9).prop_map(Value::from),
            1 => Just(json!(1.50)),
        ];
        leaf.prop_recursive(3, 24, 3, |inner| {
            prop_oneof![vec(inner.clone(), 0..3).prop_map(Value::Array), object(inner)]
        })
    }

    pub(super) fn document() -> impl Strategy<Value = String> {
        (vec(object(value()), 0..8), prop::bool::ANY).prop_map(|(graph, beside)| {
            let mut document = json!({"@context": "urn:context", "@graph": graph});
            if beside {
                document["beside"] = json!(1);
            }
            document.to_string()
        })
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(500))]
    #[test]
    fn whatever_is_read_is_written_so_that_it_is_read_again(text in junk::document()) {
        let document = read(text.as_bytes()).unwrap();
        let text = String::from_utf8(written(&document)).unwrap();
        proptest::prop_assert_eq!(read(text.as_bytes()).unwrap(), document, "{}", text);
    }
}

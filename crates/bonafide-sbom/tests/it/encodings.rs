//! One document in several encodings is one document.

use crate::corpus;
use bonafide_sbom::{Document, Encoding, read};
use std::path::Path;

fn document(path: &Path) -> Document {
    let document = read(&corpus::bytes(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Document { encoding: Encoding::Json, ..document }
}

/// The same without edges that are stated twice in the same way, as the official XML has them.
fn once(mut document: Document) -> Document {
    let mut seen = std::collections::HashSet::new();
    document.relationships.retain(|edge| seen.insert(edge.clone()));
    document
}

/// What the NTIA minimum elements look at.
fn elements(document: &Document) -> impl PartialEq + std::fmt::Debug {
    let components: Vec<_> = document
        .components
        .iter()
        .map(|component| {
            (
                component.id.clone(),
                component.name.clone(),
                component.version.clone(),
                component.supplier.is_known(),
                component.references.len(),
            )
        })
        .collect();
    let created = document.creation.created.clone().filter(|text| !text.is_empty());
    (
        components,
        document.files.len(),
        document.creation.creators.is_empty(),
        created,
        document.roots().is_empty(),
    )
}

/// Says where two documents part, for whole documents are too long to look at.
fn assert_same(a: &Document, b: &Document, what: &str) {
    macro_rules! same {
        ($($field:ident)*) => {
            $(assert_eq!(a.$field, b.$field, "{} of {what}", stringify!($field));)*
        };
    }
    for (a, b) in a.components.iter().zip(&b.components) {
        assert_eq!(a, b, "{what}");
    }
    for (a, b) in a.files.iter().zip(&b.files) {
        assert_eq!(a, b, "{what}");
    }
    same!(format version id name namespace data_license comment creation components files snippets licenses others
        relationships annotations external_documents extra);
    assert!(a == b, "{what}");
}

#[test]
fn json_yaml_and_xml_of_the_official_examples_are_the_same() {
    let Some(data) = corpus::data() else { return };
    let formats = data.join("sbom-formats");
    let tools = formats.join("spdx-tools-python/tests/spdx/data");
    let official = formats.join("spdx-spec/v2.3.1-examples/examples");
    for (folder, json, others) in [
        (
            &tools,
            "SPDXJSONExample-v2.2.spdx.json",
            ["SPDXYAMLExample-v2.2.spdx.yaml", "SPDXXMLExample-v2.2.spdx.xml"],
        ),
        (
            &tools,
            "SPDXJSONExample-v2.3.spdx.json",
            ["SPDXYAMLExample-v2.3.spdx.yaml", "SPDXXMLExample-v2.3.spdx.xml"],
        ),
        (
            &tools,
            "SPDXJSONExample-UTF-16.spdx.json",
            ["SPDXYAMLExample-UTF-16.spdx.yaml", "SPDXXMLExample-UTF-16.spdx.xml"],
        ),
        (
            &official,
            "SPDXJSONExample-v2.3.spdx.json",
            ["SPDXYAMLExample-2.3.spdx.yaml", "SPDXXMLExample-v2.3.spdx.xml"],
        ),
    ] {
        let expected = once(document(&folder.join(json)));
        for other in others {
            assert_same(&once(document(&folder.join(other))), &expected, other);
        }
    }
}

#[test]
fn one_element_missing_is_the_same_in_every_encoding() {
    let Some(data) = corpus::data() else { return };
    let folder = data.join("sbom-formats/ntia-checker/tests/data");
    let mut count = 0;
    for case in [
        "no_elements_missing",
        "missing_author_name",
        "missing_component_version",
        "missing_concluded_license",
        "missing_dependency_relationships",
        "missing_supplier_name",
        "missing_timestamp",
        "missing_unique_identifiers",
    ] {
        // The JSON of these documents says more than the others do.
        let expected = document(&folder.join(case).join("SPDXYAMLExample-v2.3.spdx.yaml"));
        let other = document(&folder.join(case).join("SPDXXMLExample-v2.3.spdx.xml"));
        assert_eq!(elements(&other), elements(&expected), "{case}");
        count += 1;
    }
    let nested = folder.join("missing_component_name");
    let expected = document(&nested.join("SPDXJsonExample.json"));
    assert_eq!(expected.components.len(), 1);
    assert_eq!(expected.components[0].name, None);
    assert!(!expected.files.is_empty());
    for name in ["SPDXYamlExample.yaml", "SPDXXmlExample.xml"] {
        let other = document(&nested.join(name));
        assert_eq!((other.components.len(), other.files.len()), (1, expected.files.len()), "{name}");
    }
    assert_eq!(count, 8);
}

/// Without what tag-value cannot say or says otherwise: edges that are fields, order, brackets without address.
fn as_tag_value(mut document: Document) -> Document {
    document.relationships.clear();
    document.components.sort_by(|a, b| a.id.cmp(&b.id));
    document.files.sort_by(|a, b| a.id.cmp(&b.id));
    document.licenses.sort_by(|a, b| a.id.cmp(&b.id));
    for component in &mut document.components {
        component.extra = Default::default();
        component.digests.sort();
        component.references.sort_by(|a, b| a.locator.cmp(&b.locator));
        component.files_analyzed.get_or_insert(true);
        component.license_info_from_files.sort();
        for reference in &mut component.references {
            // A type of one's own is an address in JSON, and its last part in tag-value.
            if reference.category == bonafide_sbom::Category::PackageManagerUnderscored {
                reference.category = bonafide_sbom::Category::PackageManager;
            }
            reference.kind = reference.kind.rsplit(['/', '#']).next().unwrap_or_default().into();
        }
    }
    for license in &mut document.licenses {
        license.extra = Default::default();
        license.text = license.text.as_deref().map(|text| text.trim().into());
    }
    for file in &mut document.files {
        file.digests.sort();
        file.license_info.sort();
        let detail = file.detail_mut();
        detail.contributors.sort();
        detail.extra = Default::default();
    }
    document
}

#[test]
fn tag_value_says_the_same_as_json() {
    let Some(data) = corpus::data() else { return };
    let formats = data.join("sbom-formats");
    let tools = formats.join("spdx-tools-python/tests/spdx/data");
    let official = formats.join("spdx-spec/v2.3.1-examples/examples");
    for (folder, json, other) in [
        (&tools, "SPDXJSONExample-v2.3.spdx.json", "SPDXTagExample-v2.3.spdx"),
        (&official, "SPDXJSONExample-v2.3.spdx.json", "SPDXTagExample-v2.3.spdx"),
        (&tools, "SPDXJSONExample-v2.2.spdx.json", "SPDXTagExample-v2.2.spdx"),
        (&tools, "SPDXJSONExample-UTF-16.spdx.json", "SPDXTagExample-UTF-16.spdx"),
    ] {
        let (a, b) = (document(&folder.join(other)), document(&folder.join(json)));
        assert!(a.relationships.len() >= 10, "{other}: {}", a.relationships.len());
        let (a, b) = (as_tag_value(a), as_tag_value(b));
        for (a, b) in a.components.iter().zip(&b.components) {
            assert_eq!(a, b, "{other}");
        }
        for (a, b) in a.files.iter().zip(&b.files) {
            assert_eq!(a, b, "{other}");
        }
        assert_eq!(a.licenses, b.licenses, "{other}");
        assert_eq!(a.snippets, b.snippets, "{other}");
        assert_eq!(a.creation, b.creation, "{other}");
        assert_eq!(a.annotations.len(), b.annotations.len(), "{other}");
        assert_eq!((a.components.len(), a.files.len()), (b.components.len(), b.files.len()), "{other}");
    }
}

#[test]
fn every_tag_value_and_yaml_and_xml_document_of_the_corpora_is_read() {
    let mut refused = Vec::new();
    for path in corpus::documents() {
        let name = path.to_string_lossy().into_owned();
        if name.contains("rdf") || name.contains(".json") {
            continue;
        }
        if let Err(error) = read(&corpus::bytes(&path)) {
            refused.push(format!("{name}: {error}"));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn tag_value_is_refused_with_its_line() {
    let refuse = |text: &str| read(text.as_bytes()).unwrap_err().to_string();
    let head = "# comment\nSPDXVersion: SPDX-2.3\n";
    assert_eq!(refuse(&format!("{head}nonsense\n")), "line 3: not a tag: `nonsense`");
    assert_eq!(
        refuse(&format!("{head}PackageVersion: 1\n")),
        "line 3: `PackageVersion` stands before the element that it is of"
    );
    assert_eq!(
        refuse(&format!("{head}PackageName: a\nPackageVersion: 1\nPackageVersion: 2\n")),
        "line 5: key \"versionInfo\" appears twice, first on line 4"
    );
    assert_eq!(refuse(&format!("{head}DocumentComment: <text>a\n")), "line 3: `<text>` without `</text>`");
    assert!(refuse(&format!("{head}Relationship: a b\n")).contains("`id TYPE id`"));
}

#[test]
fn rdf_is_refused_by_name() {
    let Some(data) = corpus::data() else { return };
    let path = data.join("sbom-formats/spdx-spec/v2.3.1-examples/examples/SPDXRdfExample-v2.3.spdx.rdf.xml");
    assert_eq!(read(&corpus::bytes(&path)).unwrap_err().to_string(), "SPDX as RDF/XML is not supported");
}

#[test]
fn what_begins_with_an_id_may_be_yaml() {
    let yaml =
        "# a comment\nSPDXID: SPDXRef-DOCUMENT\nspdxVersion: SPDX-2.3\nname: n\npackages:\n- name: p\n";
    let document = read(yaml.as_bytes()).unwrap();
    assert_eq!(document.encoding, Encoding::Yaml);
    assert_eq!(document.components[0].name.as_deref(), Some("p"));
    for utf16 in [
        yaml.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
        yaml.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ] {
        assert!(read(&utf16).unwrap() == document);
    }
}

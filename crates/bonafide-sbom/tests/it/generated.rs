//! Documents made by chance: what is written is read again, and is what the official schema allows.

use crate::corpus;
use bonafide_sbom::convert::{LOSS, Target, convert};
use bonafide_sbom::{
    Actor, Algorithm, Annotation, Category, Claim, Component, ComponentId, Creation, Digest, Document,
    Element, Encoding, End, ExternalDocument, Extra, ExtractedLicense, File, FileDetail, FileId, Format,
    Json, Purpose, Reference, Relationship, RelationshipDetail, RelationshipKind, Snippet, SnippetPointer,
    SnippetRange, Stated, Style, Text, VerificationCode, read, write,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

fn text() -> impl Strategy<Value = Text> {
    prop_oneof![
        "[ -~]{1,12}".prop_map(|text| text.into()),
        "\\PC{1,6}".prop_map(|text| text.into()),
        Just("line\nbreak \"quoted\" \\ \u{1f600} \u{7}".into()),
    ]
}

fn claim() -> impl Strategy<Value = Claim> {
    prop_oneof![
        Just(Claim::Absent),
        Just(Claim::None),
        Just(Claim::NoAssertion),
        text().prop_map(|text| Claim::from_spdx(&text)),
    ]
}

fn known_claim() -> impl Strategy<Value = Claim> {
    claim().prop_filter("an item of a list is there", |claim| !claim.is_absent())
}

fn actor() -> impl Strategy<Value = Actor> {
    prop_oneof![
        "(Person|Organization): [a-z]{1,5}( \\([a-z@.]{0,5}\\))?".prop_map(|text| Actor::from_spdx(&text)),
        "Tool: [a-z0-9-]{1,8}".prop_map(|text| Actor::from_spdx(&text)),
    ]
}

fn digest() -> impl Strategy<Value = Digest> {
    (prop::sample::select(vec!["SHA1", "SHA256", "MD5", "BLAKE2b-256"]), "[0-9a-f]{0,40}")
        .prop_map(|(name, value)| Digest::new(Algorithm::from_spdx2(name), value))
}

fn extra() -> impl Strategy<Value = Extra> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        Just(Json::Number("1.50e400".into())),
        text().prop_map(Json::String),
    ];
    let json = leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Json::Array),
            prop::collection::btree_map("[a-c/~]{0,3}", inner, 0..3).prop_map(|map| Json::Object(
                map.into_iter().map(|(key, value)| (key.into(), value)).collect()
            )),
        ]
    });
    prop::collection::btree_map("x-[a-c]{1,2}", json, 0..2).prop_map(|fields| {
        let mut extra = Extra::default();
        for (name, value) in fields {
            extra.push(Format::Spdx2, name, value);
        }
        extra
    })
}

prop_compose! {
    fn reference()(
        category in prop::sample::select(vec!["SECURITY", "PACKAGE-MANAGER", "PACKAGE_MANAGER", "OTHER"]),
        kind in "[a-z]{1,5}",
        locator in text(),
        comment in of(text()),
        extra in extra(),
    ) -> Reference {
        Reference { comment, extra, ..Reference::new(Category::from_spdx2(category), &kind, &locator) }
    }
}

prop_compose! {
    fn component()(
        (name, version, supplier, originator) in
            (of(text()), of(text()), of(actor()), prop_oneof![Just(Claim::NoAssertion), Just(Claim::Absent)]),
        (download_location, homepage, license_concluded, copyright) in (claim(), claim(), claim(), claim()),
        license_info_from_files in vec(known_claim(), 0..3),
        (files_analyzed, digests, references) in (of(any::<bool>()), vec(digest(), 0..3), vec(reference(), 0..3)),
        (summary, attribution_texts, built) in (of(text()), vec(text(), 0..2), of(text())),
        purpose in of(prop::sample::select(vec!["LIBRARY", "OPERATING-SYSTEM", "NEW"])),
        code in of((text(), vec(text(), 0..2))),
        extra in extra(),
    ) -> Component {
        Component {
            name,
            version,
            supplier: supplier.map_or(Claim::Absent, Claim::Known),
            originator,
            download_location,
            homepage,
            license_concluded,
            copyright,
            license_info_from_files,
            files_analyzed,
            digests,
            references,
            summary,
            attribution_texts,
            built,
            purpose: purpose.map(Purpose::from_spdx2),
            verification_code: code
                .map(|(value, excluded_files)| Box::new(VerificationCode { value, excluded_files, extra: Extra::default() })),
            extra,
            ..Component::default()
        }
    }
}

prop_compose! {
    fn file()(
        name in of(text()),
        digests in vec(digest(), 0..3),
        license_concluded in claim(),
        license_info in vec(known_claim(), 0..3),
        (types, notice, extra) in (vec(text(), 0..2), of(text()), extra()),
    ) -> File {
        let detail = FileDetail { types, notice, extra, ..FileDetail::default() };
        let detail = (detail != FileDetail::default()).then(|| Box::new(detail));
        File { name, digests, license_concluded, license_info, detail, ..File::default() }
    }
}

prop_compose! {
    fn snippet()(name in of(text()), from_file in of(text()), offsets in vec((any::<i64>(), of(0..9_i64)), 0..2)) -> Snippet {
        let pointer = |offset, line| SnippetPointer { offset: Some(offset), line, ..SnippetPointer::default() };
        let ranges = offsets
            .into_iter()
            .map(|(offset, line)| SnippetRange { start: pointer(offset, line), end: pointer(7, None), extra: Extra::default() })
            .collect();
        Snippet { name, from_file, ranges, ..Snippet::default() }
    }
}

/// An end as a number that is later taken for an element, or as something else.
fn edges() -> impl Strategy<Value = Vec<(u8, u8, u8, Option<Text>)>> {
    vec((any::<u8>(), any::<u8>(), any::<u8>(), of(text())), 0..6)
}

prop_compose! {
    fn document()(
        (components, files, snippets) in (vec(component(), 0..4), vec(file(), 0..4), vec(snippet(), 0..2)),
        (name, comment, created, creators) in (of(text()), of(text()), of(text()), vec(actor(), 0..3)),
        licenses in vec((text(), claim()), 0..2),
        edges in edges(),
        annotations in vec((any::<u8>(), of(actor()), of(text())), 0..4),
        external in of((text(), of(digest()))),
        extra in extra(),
    ) -> Document {
        let mut document = Document {
            name,
            comment,
            creation: Creation { created, creators, ..Creation::default() },
            components,
            files,
            snippets,
            licenses: licenses
                .into_iter()
                .map(|(text, name)| ExtractedLicense { text: Some(text), name, ..ExtractedLicense::default() })
                .collect(),
            external_documents: external
                .into_iter()
                .map(|(uri, digest)| ExternalDocument { uri: Some(uri), digest, ..ExternalDocument::default() })
                .collect(),
            extra,
            ..Document::new("", "https://example.org/x")
        };
        let mut elements = vec![Element::Document];
        for (at, component) in document.components.iter_mut().enumerate() {
            component.id = Some(format!("SPDXRef-p{at}").into());
            elements.push(Element::Component(ComponentId(at as u32)));
        }
        for (at, file) in document.files.iter_mut().enumerate() {
            file.id = Some(format!("SPDXRef-f{at}").into());
            elements.push(Element::File(FileId(at as u32)));
        }
        for (at, snippet) in document.snippets.iter_mut().enumerate() {
            snippet.id = Some(format!("SPDXRef-s{at}").into());
            elements.push(Element::Snippet(at as u32));
        }
        let element = |number: u8| elements[usize::from(number) % elements.len()];
        let end = |number: u8| match number {
            0..20 => End::None,
            20..40 => End::NoAssertion,
            40..60 => End::External("DocumentRef-x:SPDXRef-y".into()),
            60..80 => End::Dangling("SPDXRef-nowhere".into()),
            _ => End::Element(element(number)),
        };
        document.relationships = edges
            .into_iter()
            .map(|(from, to, how, comment)| {
                let kind = if how > 200 { RelationshipKind::Contains } else { RelationshipKind::from_spdx2(["DESCRIBES", "OTHER", "NEW"][usize::from(how % 3)]) };
                let (from, stated) = match (end(from), &kind) {
                    (End::Element(Element::Component(id)), RelationshipKind::Contains) => (End::from(id), Stated::Field),
                    (End::Element(Element::Document), RelationshipKind::Describes) if how % 2 == 0 => (End::Element(Element::Document), Stated::Field),
                    (from, _) => (from, Stated::Relationship),
                };
                let detail = comment
                    .filter(|_| stated == Stated::Relationship)
                    .map(|comment| Box::new(RelationshipDetail { comment: Some(comment), ..RelationshipDetail::default() }));
                Relationship { from, kind, to: end(to), stated, detail }
            })
            .collect();
        // The order in which a document states them.
        document.relationships.sort_by_key(|edge| match edge.stated {
            Stated::Field if edge.kind == RelationshipKind::Describes => (0, None),
            Stated::Field => (1, edge.from.element()),
            _ => (2, None),
        });
        document.annotations = annotations
            .into_iter()
            .map(|(subject, annotator, comment)| Annotation {
                subject: End::Element(element(subject)),
                kind: Some("OTHER".into()),
                annotator,
                date: None,
                comment,
                extra: Extra::default(),
            })
            .collect();
        document.annotations.sort_by_key(|annotation| annotation.subject.element());
        document
    }
}

fn written(document: &Document, style: Style) -> Vec<u8> {
    let mut out = Vec::new();
    write(document, Encoding::Json, style, &mut out).unwrap();
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_written_is_read_again(document in document()) {
        for style in [Style::Pretty, Style::Compact, Style::PythonSorted] {
            let bytes = written(&document, style);
            let again = read(&bytes).unwrap();
            prop_assert_eq!(&again, &document, "{}", String::from_utf8_lossy(&bytes));
            prop_assert_eq!(written(&again, style), bytes);
        }
    }

    #[test]
    fn bytes_of_any_kind_do_no_harm(bytes in vec(any::<u8>(), 0..200)) {
        drop(read(&bytes));
    }

    #[test]
    fn a_document_with_one_byte_changed_does_no_harm(document in document(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = written(&document, Style::Compact);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(document) = read(&bytes) {
            bonafide_sbom::validate(&document, Some(&bytes), &mut bonafide_report::Collected::default());
            prop_assert!(!written(&document, Style::Pretty).is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn where_no_loss_is_reported_the_way_back_gives_the_original(document in document()) {
        for target in [Target::Spdx23, Target::Spdx30, Target::CycloneDx16, Target::CycloneDx17] {
            // A document that breaks the rules of its own format may have no counterpart.
            let Ok(there) = convert(&document, target) else { continue };
            if target == Target::Spdx23 || there.findings.iter().any(|finding| finding.rule == &LOSS) {
                continue;
            }
            let bytes = written(&there.document, Style::Compact);
            let mut back = convert(&read(&bytes).unwrap(), Target::Spdx23).unwrap().document;
            back.version.clone_from(&document.version);
            prop_assert_eq!(&back, &document, "{}", String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn the_official_schema_accepts_what_is_written_of_valid_documents() {
    let Some(data) = corpus::data() else { return };
    let mut count = 0;
    for (version, schema) in [("2.2", "spdx-2.2.2.schema.json"), ("2.3", "spdx-2.3.schema.json")] {
        let schema: serde_json::Value = serde_json::from_slice(
            &std::fs::read(data.join("sbom-formats/schemas/spdx").join(schema)).unwrap(),
        )
        .unwrap();
        let schema = jsonschema::validator_for(&schema).unwrap();
        for path in corpus::documents() {
            let bytes = corpus::bytes(&path);
            let Ok(document) = read(&bytes) else { continue };
            if document.format != Format::Spdx2 || &*document.version != version {
                continue;
            }
            let before: serde_json::Value = match serde_json::from_slice(&bytes) {
                Ok(value) if schema.is_valid(&value) => value,
                _ => continue,
            };
            let after: serde_json::Value =
                serde_json::from_slice(&written(&document, Style::Pretty)).unwrap();
            if let Err(error) = schema.validate(&after) {
                panic!("{}: {error}", path.display());
            }
            assert_eq!(before, after, "{}", path.display());
            count += 1;
        }
    }
    println!("{count} documents");
    assert!(count > 50);
}

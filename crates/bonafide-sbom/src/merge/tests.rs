//! Merging: what becomes one, what stays two, and that nothing depends on the order.

use super::*;
use crate::diff::diff;
use crate::model::{Algorithm, Digest, Reference};

fn component(name: &str, version: &str, id: &str) -> Component {
    Component {
        id: Some(id.into()),
        references: vec![Reference::purl(&format!("pkg:generic/{name}@{version}"))],
        ..Component::new(name, Some(version))
    }
}

/// A document about `name`, which depends on the named others.
fn about(name: &str, needs: &[(&str, &str)]) -> Document {
    let mut document = Document::new(name, &format!("https://example.org/{name}"));
    let root = document.add_component(component(name, "1", "SPDXRef-0"));
    document.relate(Element::Document, RelationshipKind::Describes, root);
    for (at, (name, version)) in needs.iter().enumerate() {
        let id = format!("SPDXRef-{}", at + 1);
        let other = document.add_component(component(name, version, &id));
        document.relate(root, RelationshipKind::DependsOn, other);
    }
    document
}

fn merged(documents: &[Document]) -> Document {
    merge(documents, "merged").expect("they can be merged").document
}

#[test]
fn merging_is_idempotent_and_commutative() {
    let (a, b) =
        (about("a", &[("zlib", "1.3"), ("xz", "5.4")]), about("b", &[("zlib", "1.3"), ("xz", "5.6")]));
    let both = merged(&[a.clone(), b.clone()]);
    assert_eq!(both, merged(&[b.clone(), a.clone()]));
    for again in [
        merged(&[both.clone(), b]),
        merged(&[both.clone(), both.clone()]),
        merged(std::slice::from_ref(&both)),
    ] {
        assert_eq!(Document { namespace: None, ..again }, Document { namespace: None, ..both.clone() });
    }
    assert_eq!(both.components.len(), 5);
    assert_eq!(both.roots().len(), 2);
    assert_eq!(both.relationships.len(), 6);
}

#[test]
fn one_document_merged_is_itself_but_for_name_and_ids() {
    let a = about("a", &[("zlib", "1.3"), ("xz", "5.4")]);
    let mut difference = diff(&a, &merged(std::slice::from_ref(&a)));
    difference.document.clear();
    assert!(difference.is_empty(), "{difference:?}");
}

#[test]
fn a_root_that_another_document_holds_as_a_part_is_no_root() {
    let (application, library) = (about("app", &[("lib", "1")]), about("lib", &[("zlib", "1.3")]));
    let both = merged(&[application, library]);
    assert_eq!(both.roots().len(), 1);
    assert_eq!(both.components.len(), 3);
    let Element::Component(root) = both.roots()[0] else { panic!("the root is a component") };
    assert_eq!(both.component(root).name.as_deref(), Some("app"));
}

#[test]
fn a_root_never_depends_on_itself() {
    let mut a = about("a", &[]);
    let twin = a.add_component(component("a", "1", "SPDXRef-twin"));
    a.relate(crate::ComponentId(0), RelationshipKind::DependsOn, twin);
    let both = merge(&[a.clone(), a], "merged").expect("they can be merged");
    assert_eq!(both.document.components.len(), 1);
    assert!(both.document.relationships.iter().all(|edge| edge.from != edge.to));
    assert_eq!(both.findings[0].rule.id, "merge-self-edge");
}

#[test]
fn contradicting_digests_keep_two_components_apart_and_ids_stay_unique() {
    let with = |byte: &str| {
        let mut document = about("a", &[]);
        document.components[0].digests = vec![Digest::new(Algorithm::Sha256, byte.repeat(32))];
        document
    };
    let both = merged(&[with("ab"), with("cd")]);
    assert_eq!(both.components.len(), 2);
    assert_ne!(both.components[0].id, both.components[1].id);
    let again = merged(&[both.clone(), with("cd")]);
    assert_eq!(again.components, both.components);
}

#[test]
fn a_contradiction_is_told_and_does_not_depend_on_the_order() {
    let with = |text: &str| {
        let mut document = about("a", &[]);
        document.components[0].license_declared = text.into();
        document
    };
    let one = merge(&[with("MIT"), with("Apache-2.0")], "m").expect("they can be merged");
    let two = merge(&[with("Apache-2.0"), with("MIT")], "m").expect("they can be merged");
    assert_eq!(one.document, two.document);
    assert_eq!(one.findings, two.findings);
    assert_eq!(one.findings[0].field.as_deref(), Some("license_declared"));
}

/// A document about `name` that holds one file and a snippet of it, under ids that every such document gives.
fn holding(name: &str, digest: &str) -> Document {
    let mut document = about(name, &[]);
    let file = document.add_file(File {
        id: Some("SPDXRef-File".into()),
        name: Some("./LICENSE".into()),
        digests: vec![Digest::new(Algorithm::Sha1, digest)],
        ..File::default()
    });
    document.relate(crate::ComponentId(0), RelationshipKind::Contains, file);
    document.snippets.push(crate::Snippet {
        id: Some(format!("SPDXRef-Snippet-{name}").into()),
        from_file: Some("SPDXRef-File".into()),
        ..crate::Snippet::default()
    });
    document
}

#[test]
fn equal_files_of_several_components_get_ids_of_their_own_and_snippets_follow() {
    let (a, b, c) = (holding("a", "aa"), holding("b", "aa"), holding("c", "cc"));
    let both = merged(&[a.clone(), b.clone(), c.clone()]);
    assert_eq!(both, merged(&[c.clone(), b.clone(), a]));
    let again = merged(&[both.clone(), c, b]);
    assert_eq!(Document { namespace: None, ..again }, Document { namespace: None, ..both.clone() });
    let ids: BTreeSet<_> = both.files.iter().map(|file| file.id.clone()).collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    let from: BTreeSet<_> = both.snippets.iter().map(|snippet| snippet.from_file.clone()).collect();
    assert_eq!(from, ids);
}

#[test]
fn an_id_that_is_what_another_element_would_get_stays_unique() {
    let (a, b) = (holding("a", "aa"), holding("b", "bb"));
    let own = merged(&[a.clone(), b.clone()]).files[0].id.clone();
    let mut taken = about("taken", &[]);
    taken.components[0].id = own;
    let all = merged(&[a, b, taken]);
    let ids: BTreeSet<_> = all
        .files
        .iter()
        .map(|file| &file.id)
        .chain(all.components.iter().map(|component| &component.id))
        .collect();
    assert_eq!(ids.len(), all.files.len() + all.components.len());
}

#[test]
fn many_components_of_one_name_take_no_time() {
    let mut document = about("a", &[]);
    for number in 0..20_000 {
        let digests = vec![Digest::new(Algorithm::Sha1, format!("{number:040x}"))];
        document.add_component(Component { digests, ..component("same", "1", &format!("SPDXRef-{number}")) });
    }
    let classes: Vec<Identity> = document.components.iter().map(Identity::component).collect();
    assert_eq!(classify(&classes).identities.len(), 20_001);
}

#[test]
fn licence_texts_under_one_id_stay_two_and_expressions_follow() {
    let with = |text: &str| {
        let mut document = about(text, &[]);
        document.licenses.push(ExtractedLicense {
            id: Some("LicenseRef-1".into()),
            text: Some(text.into()),
            ..ExtractedLicense::default()
        });
        document.components[0].license_declared = "MIT AND (LicenseRef-1 OR LicenseRef-10)".into();
        document
    };
    let both = merged(&[with("one"), with("two")]);
    assert_eq!(both.licenses.len(), 2);
    for component in &both.components {
        let text = component.license_declared.text().unwrap_or_default();
        let id =
            text.split(['(', ' ']).find(|word| word.starts_with("LicenseRef-1-")).expect("it was renamed");
        assert!(both.licenses.iter().any(|license| license.id.as_deref() == Some(id)), "{text}");
        assert!(text.ends_with(" OR LicenseRef-10)"), "{text}");
    }
}

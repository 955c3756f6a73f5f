//! What changed between two documents, as data.
//!
//! Components are paired by what they are, not by the ids that their documents give them: by Package URL without its
//! version, else by group and name; of several alike, equal versions first, then in the order of their version texts. Files are paired
//! by name. Edges are compared by what they join, so a new version of a component does not make all its edges new.
//! Comparing a document with itself, or with itself in another order or under other ids, finds nothing.
//!
//! Linear but for sorting, in the size of both documents.

mod pairing;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Claim, Component, Digest, Document, Element, End, File, RelationshipKind};
use pairing::{Pairing, label};

/// What is different, in order: everything sorted by name, nothing twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// What is said of the document itself: name, data licence.
    pub document: Vec<Change>,
    /// Components that only the second document has.
    pub added: Vec<Named>,
    /// Components that only the first document has.
    pub removed: Vec<Named>,
    /// Components that both have, and that are not the same.
    pub changed: Vec<Changed>,
    /// Files, by name.
    pub files: FileDifference,
    /// Edges between components that only the second document has.
    pub edges_added: Vec<Edge>,
    /// Edges between components that only the first document has.
    pub edges_removed: Vec<Edge>,
}

/// A component by what people call it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Name, with its group where it has one.
    pub name: String,
    /// Version.
    pub version: Option<String>,
    /// Package URL as it stands.
    pub purl: Option<String>,
}

/// A component that changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Changed {
    /// As the second document has it.
    pub component: Named,
    /// What changed, at least one thing.
    pub changes: Vec<Change>,
}

/// One field that changed. Both sides are text; nothing where a side does not have it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// `version`, `licence-declared`, `licence-concluded`, `digest SHA256`, `supplier`, `originator`, `purl`, `cpe`, …
    pub field: String,
    /// In the first document.
    pub from: Option<String>,
    /// In the second document.
    pub to: Option<String>,
}

/// Files that differ, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileDifference {
    /// Only in the second document.
    pub added: Vec<String>,
    /// Only in the first document.
    pub removed: Vec<String>,
    /// In both, with another digest or another owner.
    pub changed: Vec<ChangedFile>,
}

/// A file that changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangedFile {
    /// Its name, without a leading `./`.
    pub name: String,
    /// What changed.
    pub changes: Vec<Change>,
}

/// An edge by what people call its ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// From: `name version`, or the id or word that stands there.
    pub from: String,
    /// The SPDX 2 name, turned to its active form: `DEPENDS_ON`.
    pub kind: String,
    /// To.
    pub to: String,
}

impl Difference {
    /// Whether nothing is different.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Compares two documents of any formats.
#[must_use]
pub fn diff(first: &Document, second: &Document) -> Difference {
    let pairing = Pairing::new(first, second);
    let mut difference = Difference { document: document(first, second), ..Difference::default() };
    for &(a, b) in &pairing.pairs {
        let (before, after) = (&first.components[a], &second.components[b]);
        let changes = component(before, after);
        if !changes.is_empty() {
            difference.changed.push(Changed { component: named(after), changes });
        }
    }
    difference.added = pairing.only_second.iter().map(|at| named(&second.components[*at])).collect();
    difference.removed = pairing.only_first.iter().map(|at| named(&first.components[*at])).collect();
    difference.files = files(first, second, &pairing);
    let (before, after) = (edges(first, &pairing.first_keys), edges(second, &pairing.second_keys));
    difference.edges_added = only(&after, &before);
    difference.edges_removed = only(&before, &after);
    difference.changed.sort();
    difference.added.sort();
    difference.removed.sort();
    difference
}

fn document(first: &Document, second: &Document) -> Vec<Change> {
    let mut changes = Vec::new();
    change(&mut changes, "name", first.name.as_deref(), second.name.as_deref());
    change(&mut changes, "data-licence", first.data_license.as_deref(), second.data_license.as_deref());
    changes
}

fn component(first: &Component, second: &Component) -> Vec<Change> {
    let mut changes = Vec::new();
    change(&mut changes, "version", first.version.as_deref(), second.version.as_deref());
    let licence = |claim: Claim<String>| match claim {
        Claim::Absent => None,
        Claim::NoAssertion => Some("NOASSERTION".to_owned()),
        Claim::None => Some("NONE".to_owned()),
        Claim::Known(text) => Some(text),
    };
    let (a, b) = (licence(first.declared()), licence(second.declared()));
    change(&mut changes, "licence-declared", a.as_deref(), b.as_deref());
    let (a, b) = (licence(first.concluded()), licence(second.concluded()));
    change(&mut changes, "licence-concluded", a.as_deref(), b.as_deref());
    for (field, a, b) in [
        ("supplier", &first.supplier, &second.supplier),
        ("originator", &first.originator, &second.originator),
    ] {
        let (a, b) = (a.known().map(|actor| &*actor.name), b.known().map(|actor| &*actor.name));
        change(&mut changes, field, a, b);
    }
    let (a, b) = (first.download_location.text(), second.download_location.text());
    change(&mut changes, "download-location", a, b);
    digests(&mut changes, &first.digests, &second.digests);
    let purls = |component: &Component| component.purls().map(str::to_owned).collect();
    set(&mut changes, "purl", &purls(first), &purls(second));
    let cpes = |component: &Component| component.cpes().map(str::to_owned).collect();
    set(&mut changes, "cpe", &cpes(first), &cpes(second));
    changes
}

fn change(changes: &mut Vec<Change>, field: &str, from: Option<&str>, to: Option<&str>) {
    if from != to {
        changes.push(Change {
            field: field.to_owned(),
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
        });
    }
}

/// Digests by algorithm, whatever their order; hexadecimal digits are the same in either case.
fn digests(changes: &mut Vec<Change>, first: &[Digest], second: &[Digest]) {
    let by_algorithm = |digests: &[Digest]| -> BTreeMap<String, BTreeSet<String>> {
        let mut map = BTreeMap::<_, BTreeSet<_>>::new();
        for digest in digests {
            map.entry(digest.algorithm.to_string()).or_default().insert(digest.value.to_ascii_lowercase());
        }
        map
    };
    let (a, b) = (by_algorithm(first), by_algorithm(second));
    for algorithm in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
        let none = BTreeSet::new();
        let field = format!("digest {algorithm}");
        set(changes, &field, a.get(algorithm).unwrap_or(&none), b.get(algorithm).unwrap_or(&none));
    }
}

/// One change for a set of values: those that are on one side only.
fn set(changes: &mut Vec<Change>, field: &str, first: &BTreeSet<String>, second: &BTreeSet<String>) {
    let side = |mine: &BTreeSet<String>, other: &BTreeSet<String>| {
        let only: Vec<&str> = mine.difference(other).map(String::as_str).collect();
        (!only.is_empty()).then(|| only.join(", "))
    };
    let (from, to) = (side(first, second), side(second, first));
    change(changes, field, from.as_deref(), to.as_deref());
}

fn files(first: &Document, second: &Document, pairing: &Pairing) -> FileDifference {
    let (a, b) = (by_name(first), by_name(second));
    let (a_owners, b_owners) = (owners(first, &pairing.first_keys), owners(second, &pairing.second_keys));
    let mut difference = FileDifference::default();
    for (name, here) in &a {
        let Some(there) = b.get(name) else {
            difference.removed.push((*name).to_owned());
            continue;
        };
        let mut changes = Vec::new();
        digests(&mut changes, &all_digests(first, here), &all_digests(second, there));
        let owned = |owners: &BTreeMap<usize, Owner>, at: &[usize]| -> BTreeMap<usize, String> {
            at.iter().filter_map(|at| owners.get(at)).map(|owner| (owner.key, owner.label.clone())).collect()
        };
        let (before, after) = (owned(&a_owners, here), owned(&b_owners, there));
        if !before.keys().eq(after.keys()) {
            let text = |owners: BTreeMap<usize, String>| {
                (!owners.is_empty()).then(|| owners.into_values().collect::<Vec<_>>().join(", "))
            };
            change(&mut changes, "owner", text(before).as_deref(), text(after).as_deref());
        }
        if !changes.is_empty() {
            difference.changed.push(ChangedFile { name: (*name).to_owned(), changes });
        }
    }
    difference.added =
        b.keys().filter(|name| !a.contains_key(*name)).map(|name| (*name).to_owned()).collect();
    difference
}

/// Several files of one name are compared as one, by all their digests.
fn by_name(document: &Document) -> BTreeMap<&str, Vec<usize>> {
    let mut map = BTreeMap::<_, Vec<_>>::new();
    for (at, File { name, .. }) in document.files.iter().enumerate() {
        let name = name.as_deref().unwrap_or_default();
        map.entry(name.strip_prefix("./").unwrap_or(name)).or_default().push(at);
    }
    map
}

fn all_digests(document: &Document, files: &[usize]) -> Vec<Digest> {
    files.iter().flat_map(|at| document.files[*at].digests.iter().cloned()).collect()
}

struct Owner {
    key: usize,
    label: String,
}

/// The component that contains each file.
fn owners(document: &Document, keys: &[usize]) -> BTreeMap<usize, Owner> {
    let mut owners = BTreeMap::new();
    for edge in &document.relationships {
        let (kind, from, to) = active(&edge.kind, &edge.from, &edge.to);
        if let (
            RelationshipKind::Contains,
            End::Element(Element::Component(id)),
            End::Element(Element::File(file)),
        ) = (kind, from, to)
        {
            let at = id.0 as usize;
            let owner = Owner { key: keys[at], label: label(&document.components[at]) };
            owners.insert(file.0 as usize, owner);
        }
    }
    owners
}

/// An edge as a key that means the same in both documents, with the text for people.
fn edges(document: &Document, keys: &[usize]) -> BTreeMap<(Node, String, Node), Edge> {
    let mut map = BTreeMap::new();
    for edge in &document.relationships {
        let (kind, from, to) = active(&edge.kind, &edge.from, &edge.to);
        let (Some(from), Some(to)) = (node(document, keys, from), node(document, keys, to)) else { continue };
        let kind = kind.spdx2().or_else(|| kind.spdx3()).unwrap_or("PROVIDES").to_owned();
        let text = Edge { from: from.1, kind: kind.clone(), to: to.1 };
        map.insert((from.0, kind, to.0), text);
    }
    map
}

/// An end that means the same in both documents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Document,
    Component(usize),
    Text(String),
}

/// Files are compared by owner, not by edge: nothing for them.
fn node(document: &Document, keys: &[usize], end: &End) -> Option<(Node, String)> {
    let text = |text: &str| Some((Node::Text(text.to_owned()), text.to_owned()));
    match end {
        End::Element(Element::Document) => Some((Node::Document, "the document".to_owned())),
        End::Element(Element::Component(id)) => {
            let at = id.0 as usize;
            Some((Node::Component(keys[at]), label(&document.components[at])))
        }
        End::Element(Element::File(_)) => None,
        End::Element(other) => text(document.id_of(*other).unwrap_or_default()),
        End::None => text("NONE"),
        End::NoAssertion => text("NOASSERTION"),
        End::External(id) | End::Dangling(id) => text(id),
    }
}

/// The same edge in its active form, so that `a DEPENDENCY_OF b` equals `b DEPENDS_ON a`.
fn active<'a>(
    kind: &'a RelationshipKind,
    from: &'a End,
    to: &'a End,
) -> (&'a RelationshipKind, &'a End, &'a End) {
    match kind {
        RelationshipKind::DescribedBy => (&RelationshipKind::Describes, to, from),
        RelationshipKind::ContainedBy => (&RelationshipKind::Contains, to, from),
        RelationshipKind::DependencyOf => (&RelationshipKind::DependsOn, to, from),
        RelationshipKind::GeneratedFrom => (&RelationshipKind::Generates, to, from),
        RelationshipKind::DescendantOf => (&RelationshipKind::AncestorOf, to, from),
        _ => (kind, from, to),
    }
}

fn only<K: Ord>(mine: &BTreeMap<K, Edge>, other: &BTreeMap<K, Edge>) -> Vec<Edge> {
    let mut edges: Vec<Edge> =
        mine.iter().filter(|(key, _)| !other.contains_key(key)).map(|(_, edge)| edge.clone()).collect();
    edges.sort();
    edges
}

fn named(component: &Component) -> Named {
    Named {
        name: pairing::full_name(component),
        version: component.version.as_deref().map(str::to_owned),
        purl: component.purls().next().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Algorithm, ComponentId, Reference};

    fn demo(version: &str, prefix: &str) -> Document {
        let mut document = Document::new("demo", "https://example.org/demo");
        let component = |name: &str, version: &str| Component {
            id: Some(format!("{prefix}{name}").into()),
            references: vec![Reference::purl(&format!("pkg:generic/{name}@{version}"))],
            digests: vec![Digest::new(Algorithm::Sha256, "ab".repeat(32))],
            ..Component::new(name, Some(version))
        };
        let root = document.add_component(component("demo", "1.0"));
        let expat = document.add_component(component("expat", version));
        let digest = Digest::new(Algorithm::Sha1, "cd".repeat(20));
        let file =
            document.add_file(File { id: Some("f".into()), ..File::new("./lib/expat.h", vec![digest]) });
        document.relate(Element::Document, RelationshipKind::Describes, root);
        document.relate(root, RelationshipKind::DependsOn, expat);
        document.relate(expat, RelationshipKind::Contains, file);
        document
    }

    #[test]
    fn a_document_equals_itself_whatever_its_ids_and_order() {
        let first = demo("2.7.1", "a-");
        assert!(diff(&first, &first).is_empty());
        let mut second = demo("2.7.1", "b-");
        second.components.swap(0, 1);
        second.relationships.clear();
        second.relate(ComponentId(1), RelationshipKind::DescribedBy, Element::Document);
        second.relate(ComponentId(0), RelationshipKind::DependencyOf, ComponentId(1));
        second.relate(ComponentId(0), RelationshipKind::Contains, crate::model::FileId(0));
        assert_eq!(diff(&first, &second), Difference::default());
    }

    #[test]
    fn a_new_version_is_one_changed_component_and_no_changed_edges() {
        let difference = diff(&demo("2.6.3", "a-"), &demo("2.7.1", "a-"));
        assert_eq!(difference.changed.len(), 1);
        let changes = &difference.changed[0].changes;
        assert_eq!(changes[0].field, "version");
        assert_eq!(changes[0].from.as_deref(), Some("2.6.3"));
        assert_eq!(changes[1].field, "purl");
        assert!(difference.edges_added.is_empty() && difference.edges_removed.is_empty());
        assert!(difference.files == FileDifference::default());
    }

    #[test]
    fn a_file_that_changed_or_changed_hands_is_named() {
        let first = demo("1", "a-");
        let mut second = first.clone();
        second.files[0].digests[0].value = "ef".repeat(20).into();
        second.relationships[2].from = ComponentId(0).into();
        let difference = diff(&first, &second);
        let changes = &difference.files.changed[0].changes;
        assert_eq!(
            changes.iter().map(|change| change.field.as_str()).collect::<Vec<_>>(),
            ["digest SHA1", "owner"]
        );
        assert_eq!(changes[1].from.as_deref(), Some("expat 1"));
    }

    #[test]
    fn two_versions_of_one_component_stay_two() {
        let mut first = demo("1", "a-");
        first.add_component(Component {
            references: vec![Reference::purl("pkg:generic/expat@2")],
            ..Component::new("expat", Some("2"))
        });
        let second = demo("2", "a-");
        let difference = diff(&first, &second);
        assert_eq!(difference.removed.len(), 1);
        assert_eq!(difference.removed[0].version.as_deref(), Some("1"));
    }
}

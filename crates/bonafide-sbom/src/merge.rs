//! Several documents as one.
//!
//! Elements that are the same thing become one: components by Package URL (else group, name and version) where their
//! digests do not contradict each other, files by name within the component that they lie in. What only one document
//! knows is taken, lists are joined, contradictions are findings. Edges are kept, each once, and none leads from a
//! component to itself. What is a part of another document's root is no root of its own any more.
//!
//! The answer is a function of the set of documents: their order does not matter, and merging one in again changes
//! nothing. Ids stay as they are where they are unique; of those that several elements would share, all become others
//! that follow from what the element is.

mod identity;
mod rename;
mod unite;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use bonafide_report::{Finding, Place};

use crate::model::{
    Component, Document, Element, End, ExtractedLicense, File, Format, Purpose, Relationship,
    RelationshipKind, Stated, Text,
};
use crate::rules::{MERGE_CONFLICT, MERGE_SELF_EDGE};
use identity::{Classes, Identity, classify};
use rename::rename_extra;
use unite::{Conflicts, Relicense as _, Unite};

/// What was merged, and what is to be said of it.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The document. Its creation time is the latest of the documents'.
    pub document: Document,
    /// Contradictions, edges that were left out.
    pub findings: Vec<Finding>,
}

/// Why documents cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// There is none.
    #[error("there is no document to merge")]
    Nothing,
    /// They are of several families.
    #[error("a {0} document and a {1} document cannot be merged as they are")]
    Formats(Format, Format),
}

/// Merges documents of one family. `name` is the merged document's own.
///
/// Cost: sorting all elements; memory for all documents twice.
///
/// # Errors
/// [`MergeError`].
pub fn merge(documents: &[Document], name: &str) -> Result<Merged, MergeError> {
    let first = documents.first().ok_or(MergeError::Nothing)?;
    if let Some(other) = documents.iter().find(|document| document.format != first.format) {
        return Err(MergeError::Formats(first.format, other.format));
    }
    let mut documents: Vec<Document> = with_own_licences(documents);
    let mut merge = Merge { conflicts: Vec::new(), findings: Vec::new(), document: head(&documents, name) };
    let components = merge.components(&documents);
    let (files, owners) = merge.files(&documents, &components);
    let mut places = Places { components, files, rest: Rest::default() };
    merge.ids(&documents, &places, &owners);
    merge.snippets_of(&mut documents, &places);
    places.rest = merge.rest(&documents);
    merge.edges(&documents, &places);
    merge.whole(&documents, &places);
    let mut findings = merge.findings;
    findings.extend(merge.conflicts.into_iter().map(|(subject, field, kept, dropped)| {
        Finding::new(&MERGE_CONFLICT, Place::default(), format!("the documents disagree about {field}"))
            .subject(subject)
            .field(field, kept, dropped)
    }));
    findings.sort_by(|a, b| {
        (a.rule.id, &a.subject, &a.field, &a.found).cmp(&(b.rule.id, &b.subject, &b.field, &b.found))
    });
    findings.dedup();
    Ok(Merged { document: merge.document, findings })
}

/// Where each document's elements went: by document, then by index there.
struct Places {
    components: Vec<Vec<usize>>,
    files: Vec<Vec<usize>>,
    rest: Rest,
}

#[derive(Default)]
struct Rest {
    snippets: Vec<Vec<usize>>,
    licenses: Vec<Vec<usize>>,
    services: Vec<Vec<usize>>,
    others: Vec<Vec<usize>>,
}

impl Places {
    fn element(&self, document: usize, element: Element) -> Element {
        let of = |places: &[Vec<usize>], at: usize| {
            u32::try_from(places[document][at]).expect("arenas are indexed by u32")
        };
        match element {
            Element::Document => Element::Document,
            Element::Component(id) => {
                Element::Component(crate::ComponentId(of(&self.components, id.0 as usize)))
            }
            Element::File(id) => Element::File(crate::FileId(of(&self.files, id.0 as usize))),
            Element::Snippet(at) => Element::Snippet(of(&self.rest.snippets, at as usize)),
            Element::License(at) => Element::License(of(&self.rest.licenses, at as usize)),
            Element::Service(at) => Element::Service(of(&self.rest.services, at as usize)),
            Element::Other(at) => Element::Other(of(&self.rest.others, at as usize)),
        }
    }

    fn end(&self, document: usize, end: &End) -> End {
        match end {
            End::Element(element) => End::Element(self.element(document, *element)),
            other => other.clone(),
        }
    }
}

struct Merge {
    document: Document,
    findings: Vec<Finding>,
    /// Subject, field, what stayed, what did not.
    conflicts: Vec<(String, String, String, String)>,
}

/// What the document says of itself, but for its id and namespace.
fn head(documents: &[Document], name: &str) -> Document {
    let mut head = Document {
        format: documents[0].format,
        name: Some(name.into()),
        version: documents.iter().map(|document| document.version.clone()).max().unwrap_or_default(),
        id: documents.iter().filter_map(|document| document.id.clone()).min(),
        ..Document::default()
    };
    let mut conflicts = Conflicts::new();
    for document in documents {
        head.data_license.unite(document.data_license.clone(), "data licence", &mut conflicts);
        head.creation.unite(document.creation.clone(), "creation", &mut conflicts);
        head.creation.created = head.creation.created.max(document.creation.created.clone());
        head.external_documents.unite(document.external_documents.clone(), "", &mut conflicts);
        head.references.unite(document.references.clone(), "", &mut conflicts);
        head.properties.unite(document.properties.clone(), "", &mut conflicts);
    }
    if head.format == Format::CycloneDx {
        head.revision = Some(1);
    }
    head
}

/// Licence texts under one id that differ get ids that follow from the text, in every expression of their document.
fn with_own_licences(documents: &[Document]) -> Vec<Document> {
    let mut texts = BTreeMap::<Text, BTreeSet<Option<Text>>>::new();
    for license in documents.iter().flat_map(|document| &document.licenses) {
        if let Some(id) = &license.id {
            texts.entry(id.clone()).or_default().insert(license.text.clone());
        }
    }
    let mut documents = documents.to_vec();
    for document in &mut documents {
        let mut renamed = BTreeMap::<Text, Text>::new();
        for ExtractedLicense { id, text, .. } in &mut document.licenses {
            let Some(old) = id.clone().filter(|id| texts.get(id).is_some_and(|texts| texts.len() > 1)) else {
                continue;
            };
            let mark = Identity::text(text.as_deref().unwrap_or_default().to_owned()).mark();
            let new: Text = format!("{old}-{mark}").into();
            renamed.insert(old, new.clone());
            *id = Some(new);
        }
        if renamed.is_empty() {
            continue;
        }
        let rename = |word: &str| renamed.get(word).cloned();
        document.components.iter_mut().for_each(|component| component.relicense(&rename));
        document.files.iter_mut().for_each(|file| file.relicense(&rename));
        document.snippets.iter_mut().for_each(|snippet| snippet.relicense(&rename));
    }
    documents
}

/// Splits the flat list of classes back into one list for each document.
fn split(of: &[usize], lengths: impl Iterator<Item = usize>) -> Vec<Vec<usize>> {
    let mut at = 0;
    lengths
        .map(|length| {
            at += length;
            of[at - length..at].to_vec()
        })
        .collect()
}

impl Merge {
    fn components(&mut self, documents: &[Document]) -> Vec<Vec<usize>> {
        let all: Vec<&Component> = documents.iter().flat_map(|document| &document.components).collect();
        let identities: Vec<Identity> = all.iter().map(|component| Identity::component(component)).collect();
        let classes = classify(&identities);
        self.document.components = self.united(&classes, &all);
        split(&classes.of, documents.iter().map(|document| document.components.len()))
    }

    /// Where the files went, and for each one that came of it the component that it lies in.
    fn files(
        &mut self,
        documents: &[Document],
        components: &[Vec<usize>],
    ) -> (Vec<Vec<usize>>, Vec<Option<usize>>) {
        let (mut identities, mut owner_of) = (Vec::new(), Vec::new());
        for (document, places) in documents.iter().zip(components) {
            let mut owners = vec![None; document.files.len()];
            for edge in &document.relationships {
                let (component, file) = match (&edge.kind, &edge.from, &edge.to) {
                    (
                        RelationshipKind::Contains,
                        End::Element(Element::Component(id)),
                        End::Element(Element::File(file)),
                    )
                    | (
                        RelationshipKind::ContainedBy,
                        End::Element(Element::File(file)),
                        End::Element(Element::Component(id)),
                    ) => (places[id.0 as usize], file.0 as usize),
                    _ => continue,
                };
                owners[file] = owners[file].map_or(Some(component), |held: usize| Some(held.min(component)));
            }
            identities
                .extend(document.files.iter().zip(&owners).map(|(file, owner)| Identity::file(file, *owner)));
            owner_of.extend(owners);
        }
        let all: Vec<&File> = documents.iter().flat_map(|document| &document.files).collect();
        let classes = classify(&identities);
        self.document.files = self.united(&classes, &all);
        let mut owners = vec![None; self.document.files.len()];
        for (class, owner) in classes.of.iter().zip(owner_of) {
            owners[*class] = owner;
        }
        (split(&classes.of, documents.iter().map(|document| document.files.len())), owners)
    }

    /// A snippet names its file by the id, which may be another now.
    fn snippets_of(&self, documents: &mut [Document], places: &Places) {
        for (document, files) in documents.iter_mut().zip(&places.files) {
            let Document { snippets, files: old, .. } = document;
            let renamed: BTreeMap<&str, &Text> = old
                .iter()
                .zip(files)
                .filter_map(|(old, new)| Some((old.id.as_deref()?, self.document.files[*new].id.as_ref()?)))
                .collect();
            for from in snippets.iter_mut().filter_map(|snippet| snippet.from_file.as_mut()) {
                if let Some(new) = renamed.get(&**from) {
                    *from = (*new).clone();
                }
            }
        }
    }

    /// Snippets and services are one where they are equal, licence texts and foreign elements where their ids are.
    fn rest(&mut self, documents: &[Document]) -> Rest {
        let mut rest = Rest::default();
        macro_rules! arena {
            ($arena:ident, $key:expr) => {{
                let all: Vec<_> = documents.iter().flat_map(|document| &document.$arena).collect();
                let identities: Vec<Identity> =
                    all.iter().map(|element| Identity::text($key(element))).collect();
                let classes = classify(&identities);
                self.document.$arena = first_of(&classes, &all);
                rest.$arena = split(&classes.of, documents.iter().map(|document| document.$arena.len()));
            }};
        }
        arena!(snippets, |snippet: &&crate::Snippet| format!("{snippet:?}"));
        arena!(licenses, |license: &&ExtractedLicense| license.id.as_deref().unwrap_or_default().to_owned());
        arena!(services, |service: &&crate::Service| format!("{service:?}"));
        arena!(others, |other: &&crate::OtherElement| other.id.to_string());
        rest
    }

    /// One element for each class, whatever the order of its members.
    fn united<T: Unite + Clone + Ord + Labelled>(&mut self, classes: &Classes, all: &[&T]) -> Vec<T> {
        let mut members = vec![Vec::new(); classes.identities.len()];
        for (element, class) in all.iter().zip(&classes.of) {
            members[*class].push(*element);
        }
        let mut united = Vec::with_capacity(members.len());
        for mut members in members {
            members.sort();
            members.dedup();
            let mut members = members.into_iter().cloned();
            let Some(mut one) = members.next() else { continue };
            let mut conflicts = Conflicts::new();
            for other in members {
                one.unite(other, "", &mut conflicts);
            }
            let label = one.label();
            self.conflicts.extend(
                conflicts.into_iter().map(|(field, kept, other)| (label.clone(), field, kept, other)),
            );
            united.push(one);
        }
        united
    }

    /// Gives ids. Those that are unique stay; see the module's page.
    fn ids(&mut self, documents: &[Document], places: &Places, owners: &[Option<usize>]) {
        let mut said = BTreeMap::<Element, BTreeSet<Text>>::new();
        for (at, document) in documents.iter().enumerate() {
            let components =
                (0..document.components.len()).map(|at| Element::Component(crate::ComponentId(at as u32)));
            let files = (0..document.files.len()).map(|at| Element::File(crate::FileId(at as u32)));
            for element in components.chain(files) {
                let ids = said.entry(places.element(at, element)).or_default();
                ids.extend(document.id_of(element).map(Text::from));
            }
        }
        let own = self.own_ids(said.keys().copied(), owners);
        let mut chosen: BTreeMap<Element, Text> = said
            .iter()
            .map(|(element, ids)| {
                let own = &own[element];
                let id = if ids.contains(own) { own } else { ids.first().unwrap_or(own) };
                (*element, id.clone())
            })
            .collect();
        // An id that an element gets may be another's, which then gets its own too; own ids are all unique.
        loop {
            let shared = shared(&chosen).into_iter().flatten();
            let changes: Vec<Element> = shared.filter(|element| chosen[element] != own[element]).collect();
            if changes.is_empty() {
                break;
            }
            for element in changes {
                chosen.insert(element, own[&element].clone());
            }
        }
        for (element, id) in chosen {
            match element {
                Element::Component(at) => self.document.components[at.0 as usize].id = Some(id),
                Element::File(at) => self.document.files[at.0 as usize].id = Some(id),
                _ => {}
            }
        }
    }

    /// Unique ids that follow from what the elements are. Equal files are told apart by the components that they lie in, what is
    /// still equal by its place among its like.
    fn own_ids(
        &self,
        elements: impl Iterator<Item = Element>,
        owners: &[Option<usize>],
    ) -> BTreeMap<Element, Text> {
        let mut own: BTreeMap<Element, Text> =
            elements.map(|element| (element, self.own_id(element))).collect();
        for element in shared(&own).into_iter().flatten() {
            let Element::File(file) = element else { continue };
            let Some(owner) = owners[file.0 as usize] else { continue };
            let mark = Identity::component(&self.document.components[owner]).mark();
            let id = format!("{}-{mark}", own[&element]);
            own.insert(element, id.into());
        }
        for like in shared(&own) {
            for (place, element) in like.into_iter().enumerate() {
                let id = format!("{}-{}", own[&element], place + 1);
                own.insert(element, id.into());
            }
        }
        own
    }

    /// An id that follows from what an element is.
    fn own_id(&self, element: Element) -> Text {
        let (name, identity) = match element {
            Element::Component(id) => {
                let component = self.document.component(id);
                let version = component.version.as_deref().unwrap_or_default();
                (
                    format!("{}-{version}", component.name.as_deref().unwrap_or_default()),
                    Identity::component(component),
                )
            }
            Element::File(id) => {
                let file = self.document.file(id);
                (file.name.as_deref().unwrap_or_default().to_owned(), Identity::file(file, None))
            }
            _ => return Text::default(),
        };
        let plain: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
        let mark = identity.mark();
        match self.document.format {
            Format::Spdx2 => format!("SPDXRef-{plain}-{mark}"),
            Format::Spdx3 => format!("urn:bonafide:{plain}-{mark}"),
            Format::CycloneDx => format!("{plain}-{mark}"),
        }
        .into()
    }

    fn edges(&mut self, documents: &[Document], places: &Places) {
        let roots = roots(documents, places);
        let mut edges = BTreeMap::<(End, RelationshipKind, End), Relationship>::new();
        for (at, document) in documents.iter().enumerate() {
            for edge in &document.relationships {
                let (from, to) = (places.end(at, &edge.from), places.end(at, &edge.to));
                if is_root_edge(edge) {
                    continue;
                }
                if from == to {
                    let label =
                        from.element().and_then(|element| self.document.id_of(element)).unwrap_or_default();
                    let message =
                        format!("a relationship from an element to itself ({:?}) is left out", edge.kind);
                    self.findings
                        .push(Finding::new(&MERGE_SELF_EDGE, Place::default(), message).subject(label));
                    continue;
                }
                let merged = Relationship { from, to, ..edge.clone() };
                let key = (merged.from.clone(), merged.kind.clone(), merged.to.clone());
                let held = edges.entry(key).or_insert_with(|| merged.clone());
                // An edge that is stated twice is stated where it says most: by position, by a field, by itself.
                if (merged.stated, &merged.detail) > (held.stated, &held.detail) {
                    *held = merged;
                }
            }
        }
        self.describe(&roots);
        self.document.relationships.extend(edges.into_values());
        self.unnest();
    }

    /// States the roots. CycloneDX has room for one: several get one above them.
    fn describe(&mut self, roots: &BTreeSet<Element>) {
        let stated = if self.document.format == Format::Spdx2 { Stated::Relationship } else { Stated::Field };
        let describe = |document: &mut Document, root: Element| {
            let edge = Relationship::new(Element::Document, RelationshipKind::Describes, root);
            document.relationships.push(Relationship { stated, ..edge });
        };
        if self.document.format != Format::CycloneDx || roots.len() < 2 {
            for root in roots {
                describe(&mut self.document, *root);
            }
            return;
        }
        let name = self.document.name.clone().unwrap_or_default();
        let above = Component { purpose: Some(Purpose::Application), ..Component::new(&name, None) };
        let mark = Identity::component(&above).mark();
        let above =
            self.document.add_component(Component { id: Some(format!("{name}-{mark}").into()), ..above });
        describe(&mut self.document, Element::Component(above));
        for root in roots {
            self.document.relate(above, RelationshipKind::DependsOn, *root);
        }
    }

    /// A component lies inside one other at most, and never inside itself at any depth.
    fn unnest(&mut self) {
        let mut inside = BTreeMap::<Element, Element>::new();
        self.document.relationships.retain_mut(|edge| {
            let (Stated::Nested, Some(outer), Some(inner)) =
                (edge.stated, edge.from.element(), edge.to.element())
            else {
                return true;
            };
            let mut at = Some(outer);
            while let Some(element) = at {
                if element == inner {
                    return false;
                }
                at = inside.get(&element).copied();
            }
            match inside.entry(inner) {
                Entry::Occupied(_) => {
                    edge.stated = Stated::Relationship;
                    edge.kind = RelationshipKind::DependsOn;
                }
                Entry::Vacant(place) => {
                    place.insert(outer);
                }
            }
            true
        });
    }

    /// Annotations and the fields that the model does not know, with the new ids; the namespace.
    fn whole(&mut self, documents: &[Document], places: &Places) {
        for (at, document) in documents.iter().enumerate() {
            let mut renamed = BTreeMap::<&str, &str>::new();
            for (number, component) in document.components.iter().enumerate() {
                if let (Some(old), Some(new)) =
                    (&component.id, &self.document.components[places.components[at][number]].id)
                {
                    renamed.insert(old, new);
                }
            }
            let mut extra = document.extra.clone();
            rename_extra(&mut extra, &renamed);
            let mut annotations = document.annotations.clone();
            annotations
                .iter_mut()
                .for_each(|annotation| annotation.subject = places.end(at, &annotation.subject));
            let mut conflicts = Conflicts::new();
            self.document.extra.unite(extra, "document", &mut conflicts);
            self.document.annotations.unite(annotations, "", &mut conflicts);
            let label = "document".to_owned();
            self.conflicts.extend(
                conflicts.into_iter().map(|(field, kept, other)| (label.clone(), field, kept, other)),
            );
        }
        let text = format!("{:?}", Document { name: None, ..self.document.clone() });
        let uuid = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, text.as_bytes());
        self.document.namespace = Some(match self.document.format {
            Format::CycloneDx => format!("urn:uuid:{uuid}").into(),
            Format::Spdx2 | Format::Spdx3 => format!("https://spdx.org/spdxdocs/merged-{uuid}").into(),
        });
    }
}

/// What findings call an element.
trait Labelled {
    fn label(&self) -> String;
}

impl Labelled for Component {
    fn label(&self) -> String {
        format!(
            "{} {}",
            self.name.as_deref().unwrap_or_default(),
            self.version.as_deref().unwrap_or_default()
        )
    }
}

impl Labelled for File {
    fn label(&self) -> String {
        self.name.as_deref().unwrap_or_default().to_owned()
    }
}

/// The least member of each class.
fn first_of<T: Clone + Ord>(classes: &Classes, all: &[&T]) -> Vec<T> {
    let mut least = vec![None::<&T>; classes.identities.len()];
    for (element, class) in all.iter().zip(&classes.of) {
        least[*class] = Some(least[*class].map_or(*element, |held| held.min(element)));
    }
    least.into_iter().flatten().cloned().collect()
}

/// The elements that share an id, id by id.
fn shared(ids: &BTreeMap<Element, Text>) -> Vec<Vec<Element>> {
    let mut holders = BTreeMap::<&Text, Vec<Element>>::new();
    for (element, id) in ids {
        holders.entry(id).or_default().push(*element);
    }
    holders.into_values().filter(|holders| holders.len() > 1).collect()
}

fn is_root_edge(edge: &Relationship) -> bool {
    match edge.kind {
        RelationshipKind::Describes => edge.from == End::Element(Element::Document),
        RelationshipKind::DescribedBy => edge.to == End::Element(Element::Document),
        _ => false,
    }
}

/// The documents' roots, but for those that are an ordinary component of another document; all, if none would be left.
fn roots(documents: &[Document], places: &Places) -> BTreeSet<Element> {
    let (mut roots, mut ordinary) = (BTreeSet::new(), BTreeSet::new());
    for (at, document) in documents.iter().enumerate() {
        let own: BTreeSet<Element> =
            document.roots().into_iter().map(|root| places.element(at, root)).collect();
        let components =
            (0..document.components.len()).map(|id| Element::Component(crate::ComponentId(id as u32)));
        ordinary.extend(
            components
                .map(|component| places.element(at, component))
                .filter(|element| !own.contains(element)),
        );
        roots.extend(own);
    }
    let left: BTreeSet<Element> = roots.difference(&ordinary).copied().collect();
    if left.is_empty() { roots } else { left }
}

#[cfg(test)]
mod tests;

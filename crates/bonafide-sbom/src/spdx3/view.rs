//! Once all elements are known: where edges end, and what the model sees of agents, tools and licences.

use super::{Individual, agent, license};
use crate::json::Json;
use crate::model::{
    Actor, Claim, ComponentId, Document, Element, End, FileId, OtherElement, Relationship, RelationshipKind,
    Stated, Text,
};
use std::collections::{HashMap, HashSet};

/// Resolves all edges, with `described` before them, and fills in what the model sees of other elements.
pub(super) fn complete(document: &mut Document, described: Vec<Relationship>) {
    let others = std::mem::take(&mut document.others);
    let mut edges = described;
    edges.extend(others.iter().enumerate().flat_map(|(at, other)| described_by(at, other)));
    edges.append(&mut document.relationships);
    let by_id = first_by_id(others.iter().map(|other| &*other.id));
    view_agents(document, &|iri| by_id.get(iri).map(|at| &others[*at as usize]));
    drop(by_id);
    document.others = others;
    resolve(document, edges);
}

/// What a collection (`software_Sbom`, `Bom`, …) is about. Its field stays; these edges are a view.
fn described_by(at: usize, other: &OtherElement) -> impl Iterator<Item = Relationship> {
    let roots = other.fields.get("rootElement").and_then(Json::as_array).unwrap_or_default();
    roots.iter().filter_map(Json::as_str).map(move |id| Relationship {
        from: End::Element(Element::Other(at as u32)),
        kind: RelationshipKind::Describes,
        to: End::Dangling(id.into()),
        stated: Stated::Field,
        detail: None,
    })
}

fn first_by_id<'d>(ids: impl Iterator<Item = &'d str>) -> HashMap<&'d str, u32> {
    let mut by_id = HashMap::new();
    for (at, id) in ids.enumerate() {
        by_id.entry(id).or_insert(at as u32);
    }
    by_id
}

/// Follows the IRIs of suppliers, creators and tools.
fn view_agents<'d>(document: &mut Document, find: &impl Fn(&str) -> Option<&'d OtherElement>) {
    let view = |actor: &mut Actor| {
        if let Some(iri) = actor.id.take() {
            *actor = agent::actor(&iri, find(&iri));
        }
    };
    for component in &mut document.components {
        for claim in [&mut component.supplier, &mut component.originator] {
            if let Claim::Known(actor) = claim {
                view(actor);
            }
        }
        component.authors.iter_mut().for_each(view);
    }
    let creation = &mut document.creation;
    creation.creators.iter_mut().for_each(view);
    for tool in &mut creation.tools {
        if let Some(iri) = tool.id.take() {
            *tool = agent::tool(&iri, find(&iri));
        }
    }
    for annotation in &mut document.annotations {
        // Of its own `CreationInfo`, or else of the document's.
        match annotation.extra.get("creationInfo") {
            None => {
                annotation.annotator = document.creation.creators.first().cloned();
                annotation.date = document.creation.created.clone();
            }
            Some(own) => {
                let fields = match own {
                    Json::String(id) => find(id).map(|other| &other.fields),
                    inline => Some(inline),
                };
                let Some(fields) = fields else { continue };
                annotation.date = fields.get("created").and_then(Json::as_str).map(Into::into);
                annotation.annotator = fields
                    .get("createdBy")
                    .and_then(Json::as_array)
                    .and_then(|all| all.first())
                    .and_then(Json::as_str)
                    .map(|iri| agent::actor(iri, find(iri)));
            }
        }
    }
}

/// Resolves the ends of edges, and sets the licences that edges state.
fn resolve(document: &mut Document, mut edges: Vec<Relationship>) {
    let mut annotations = std::mem::take(&mut document.annotations);
    let elements = elements_by_id(document);
    let imported: HashSet<&str> =
        document.external_documents.iter().filter_map(|external| external.id.as_deref()).collect();
    let resolve = |end: &mut End| {
        let End::Dangling(id) = end else { return };
        *end = match (elements.get(&**id), Individual::from_iri(id)) {
            (Some(element), _) => End::Element(*element),
            (None, Some(Individual::None)) => End::None,
            (None, Some(Individual::NoAssertion)) => End::NoAssertion,
            (None, None) if imported.contains(&**id) => End::External(std::mem::take(id)),
            (None, None) => return,
        };
    };
    let mut claims: HashMap<Text, Claim> = HashMap::new();
    let mut licenses = Vec::new();
    let find = |iri: &str| elements.get(iri).copied();
    for edge in &mut edges {
        resolve(&mut edge.from);
        let is_concluded = match &edge.kind {
            RelationshipKind::Unknown(kind) if &**kind == "hasConcludedLicense" => Some(true),
            RelationshipKind::Unknown(kind) if &**kind == "hasDeclaredLicense" => Some(false),
            _ => None,
        };
        if let (Some(is_concluded), End::Element(from), End::Dangling(iri)) =
            (is_concluded, &edge.from, &edge.to)
        {
            let claim = match claims.get(&**iri) {
                Some(known) => known.clone(),
                None => {
                    let claim = license::claim(document, &find, iri);
                    claims.insert(iri.clone(), claim.clone());
                    claim
                }
            };
            licenses.push((*from, is_concluded, claim));
        }
        resolve(&mut edge.to);
    }
    for annotation in &mut annotations {
        resolve(&mut annotation.subject);
    }
    let data_license = document.extra.get("dataLicense").and_then(Json::as_str).map(|iri| {
        let claim = license::claim(document, &find, iri);
        claim.to_spdx().unwrap_or_default().into()
    });
    drop((elements, imported));
    document.data_license = data_license;
    document.relationships = edges;
    document.annotations = annotations;
    for (element, is_concluded, claim) in licenses {
        set_license(document, element, is_concluded, claim);
    }
}

/// The first edge counts; of files the declared licences are a list.
fn set_license(document: &mut Document, element: Element, is_concluded: bool, claim: Claim) {
    let slot = match element {
        Element::Component(ComponentId(at)) => {
            let component = &mut document.components[at as usize];
            if is_concluded { &mut component.license_concluded } else { &mut component.license_declared }
        }
        Element::File(FileId(at)) => {
            let file = &mut document.files[at as usize];
            if !is_concluded {
                return file.license_info.push(claim);
            }
            &mut file.license_concluded
        }
        Element::Snippet(at) => {
            let snippet = &mut document.snippets[at as usize];
            if !is_concluded {
                return snippet.license_info.push(claim);
            }
            &mut snippet.license_concluded
        }
        _ => return,
    };
    if slot.is_absent() {
        *slot = claim;
    }
}

/// All elements by id; the first of those that share one.
pub(crate) fn elements_by_id(document: &Document) -> HashMap<&str, Element> {
    let mut elements = crate::spdx2::elements_by_id(document);
    let licenses = document.licenses.iter().map(|license| license.id.as_deref());
    for (at, id) in licenses.enumerate() {
        if let Some(id) = id {
            elements.entry(id).or_insert(Element::License(at as u32));
        }
    }
    for (at, other) in document.others.iter().enumerate() {
        if !other.id.is_empty() {
            elements.entry(&other.id).or_insert(Element::Other(at as u32));
        }
    }
    elements
}

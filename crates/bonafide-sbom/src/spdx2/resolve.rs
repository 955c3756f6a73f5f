//! From ids to elements.

use crate::model::{ComponentId, Document, Element, End, FileId, Text};
use std::collections::HashMap;

/// Replaces the ids at the ends of edges by the elements that have them. Of several elements with one id the first
/// counts; that there are several is for validation to say. Linear.
pub(crate) fn resolve(document: &mut Document) {
    let mut edges = std::mem::take(&mut document.relationships);
    let elements = elements_by_id(document);
    for edge in &mut edges {
        for end in [&mut edge.from, &mut edge.to] {
            if let End::Dangling(id) = end {
                *end = resolved(std::mem::take(id), &elements);
            }
        }
    }
    drop(elements);
    document.relationships = edges;
}

fn resolved(id: Text, elements: &HashMap<&str, Element>) -> End {
    match elements.get(&*id) {
        Some(element) => End::Element(*element),
        None if &*id == "NONE" => End::None,
        None if &*id == "NOASSERTION" => End::NoAssertion,
        None if id.starts_with("DocumentRef-") && id.contains(':') => End::External(id),
        None => End::Dangling(id),
    }
}

/// The elements that an SPDX 2 relationship may end at, by id; the first of those that share one.
pub(crate) fn elements_by_id(document: &Document) -> HashMap<&str, Element> {
    let count = 1 + document.components.len() + document.files.len() + document.snippets.len();
    let mut elements = HashMap::with_capacity(count);
    let components = document
        .components
        .iter()
        .enumerate()
        .map(|(at, component)| (component.id.as_deref(), Element::Component(ComponentId(at as u32))));
    let files = document
        .files
        .iter()
        .enumerate()
        .map(|(at, file)| (file.id.as_deref(), Element::File(FileId(at as u32))));
    let snippets = document
        .snippets
        .iter()
        .enumerate()
        .map(|(at, snippet)| (snippet.id.as_deref(), Element::Snippet(at as u32)));
    let whole = std::iter::once((document.id.as_deref(), Element::Document));
    for (id, element) in whole.chain(components).chain(files).chain(snippets) {
        if let Some(id) = id {
            elements.entry(id).or_insert(element);
        }
    }
    elements
}

//! A document's JSON as lists of elements and fields of the whole: what two documents are compared by, and where fields
//! that were carried are put back.

use super::ConvertError;
use crate::ComponentId;
use crate::json::{self, Json, Style};
use crate::model::{Document, Element, Encoding, FileId, Format, Text};
use std::collections::HashMap;

/// The fields of an object, in their order.
pub(super) type Fields = Vec<(Text, Json)>;

/// Where a component of CycloneDX stands: in which tree, how deep.
pub(super) const PLACE: &str = "@place";

/// A list of elements: its key, and the fields of each item.
pub(super) struct List {
    pub(super) key: &'static str,
    pub(super) items: Vec<Fields>,
}

/// A document taken apart.
pub(super) struct Flat {
    pub(super) format: Format,
    /// Fields of the whole; those of `metadata` and `creationInfo` with that name and `/` before.
    pub(super) whole: Fields,
    pub(super) lists: Vec<List>,
    /// SPDX 3: the item of an element by its IRI.
    by_iri: HashMap<Text, usize>,
}

/// The JSON of a document as a tree.
pub(super) fn tree(document: &Document) -> Result<Json, ConvertError> {
    let text = text(document)?;
    Ok(Json::read(&mut json::reader(&text)).map_err(crate::ReadError::from)?)
}

/// The JSON of a document.
pub(super) fn text(document: &Document) -> Result<String, ConvertError> {
    let mut bytes = Vec::new();
    crate::write(document, Encoding::Json, Style::Compact, &mut bytes)?;
    Ok(String::from_utf8(bytes).expect("what is written is UTF-8"))
}

impl Flat {
    /// Takes a document apart. Two passes over its JSON.
    pub(super) fn of(document: &Document) -> Result<Self, ConvertError> {
        Ok(Self::from_tree(document.format, tree(document)?))
    }

    pub(super) fn from_tree(format: Format, tree: Json) -> Self {
        let Json::Object(fields) = tree else { unreachable!("a document is written as an object") };
        let (keys, inner): (&[&'static str], &str) = match format {
            Format::Spdx2 => {
                (&["packages", "files", "snippets", "hasExtractedLicensingInfos"], "creationInfo")
            }
            Format::Spdx3 => (&["@graph"], ""),
            Format::CycloneDx => (&["components"], "metadata"),
        };
        let mut lists: Vec<List> = keys.iter().map(|key| List { key, items: Vec::new() }).collect();
        let mut whole = Vec::new();
        let mut top = None;
        for (key, value) in fields {
            match value {
                Json::Object(fields) if *key == *inner && !fields.is_empty() => {
                    for (name, value) in fields {
                        match value {
                            Json::Object(root) if format == Format::CycloneDx && &*name == "component" => {
                                flatten(root, "metadata", 0, &mut lists[0].items);
                            }
                            value => whole.push((format!("{inner}/{name}").into(), value)),
                        }
                    }
                }
                Json::Array(items)
                    if !items.is_empty() && items.iter().all(|item| item.as_object().is_some()) =>
                {
                    match lists.iter_mut().find(|list| *list.key == *key) {
                        Some(_) if format == Format::CycloneDx => top = Some(items),
                        Some(list) => list.items.extend(items.into_iter().map(fields_of)),
                        None => whole.push((key, Json::Array(items))),
                    }
                }
                value => whole.push((key, value)),
            }
        }
        // The component of `metadata` comes first in the model, wherever it stands.
        for item in top.unwrap_or_default() {
            flatten(fields_of(item), "components", 0, &mut lists[0].items);
        }
        let mut by_iri = HashMap::new();
        if format == Format::Spdx3 {
            for (at, fields) in lists[0].items.iter().enumerate() {
                for key in ["spdxId", "@id"] {
                    if let Some((_, Json::String(iri))) = fields.iter().find(|(name, _)| &**name == key) {
                        by_iri.entry(iri.clone()).or_insert(at);
                    }
                }
            }
        }
        Self { format, whole, lists, by_iri }
    }

    /// Where an element stands: number of the list, number of the item.
    pub(super) fn place(&self, document: &Document, element: Element) -> Option<(usize, usize)> {
        let place = match (self.format, element) {
            (Format::Spdx3, _) => (0, *self.by_iri.get(document.id_of(element)?)?),
            (_, Element::Component(ComponentId(at))) => (0, at as usize),
            (Format::Spdx2, Element::File(FileId(at))) => (1, at as usize),
            (Format::Spdx2, Element::Snippet(at)) => (2, at as usize),
            (Format::Spdx2, Element::License(at)) => (3, at as usize),
            _ => return None,
        };
        (place.1 < self.lists[place.0].items.len()).then_some(place)
    }

    /// The document put together again.
    pub(super) fn tree(self) -> Json {
        let inner = if self.format == Format::CycloneDx { "metadata" } else { "creationInfo" };
        let mut fields: Fields = Vec::new();
        let mut within: Fields = Vec::new();
        for (key, value) in self.whole {
            match key.split_once('/') {
                Some((outer, name)) if outer == inner => within.push((name.into(), value)),
                _ => fields.push((key, value)),
            }
        }
        for list in self.lists {
            if list.items.is_empty() {
                continue;
            }
            if self.format == Format::CycloneDx {
                let (root, top) = unflatten(list.items);
                within.extend(root.map(|root| ("component".into(), root)));
                if !top.is_empty() {
                    put(&mut fields, list.key, Json::Array(top));
                }
            } else {
                put(&mut fields, list.key, Json::Array(list.items.into_iter().map(Json::Object).collect()));
            }
        }
        if !within.is_empty() {
            put(&mut fields, inner, Json::Object(within));
        }
        Json::Object(fields)
    }
}

/// Sets a field.
fn put(fields: &mut Fields, key: &str, value: Json) {
    match fields.iter_mut().find(|(name, _)| **name == *key) {
        Some((_, old)) => *old = value,
        None => fields.push((key.into(), value)),
    }
}

fn fields_of(value: Json) -> Fields {
    match value {
        Json::Object(fields) => fields,
        _ => Vec::new(),
    }
}

/// A component and those inside it, each with its place. Depth is bounded by the reader's.
fn flatten(fields: Fields, tree: &str, depth: usize, out: &mut Vec<Fields>) {
    let at = out.len();
    out.push(Vec::new());
    let mut own: Fields = vec![(PLACE.into(), Json::string(&format!("{tree} {depth}")))];
    for (key, value) in fields {
        match value {
            Json::Array(items)
                if &*key == "components"
                    && !items.is_empty()
                    && items.iter().all(|item| item.as_object().is_some()) =>
            {
                for item in items {
                    flatten(fields_of(item), tree, depth + 1, out);
                }
            }
            value => own.push((key, value)),
        }
    }
    out[at] = own;
}

/// The component of `metadata`, and the others, from components with places. Of several for `metadata` the first counts;
/// one that lies too deep for what is before it lies as deep as it can.
fn unflatten(items: Vec<Fields>) -> (Option<Json>, Vec<Json>) {
    let mut open: Vec<Fields> = Vec::new();
    let mut in_root = false;
    let mut root = None;
    let mut top = Vec::new();
    let mut close = |open: &mut Vec<Fields>, depth: usize, in_root: bool| {
        while open.len() > depth {
            let Some(done) = open.pop() else { break };
            let done = Json::Object(done);
            match open.last_mut() {
                Some(parent) => match parent.iter_mut().find(|(name, _)| &**name == "components") {
                    Some((_, Json::Array(inside))) => inside.push(done),
                    _ => parent.push(("components".into(), Json::Array(vec![done]))),
                },
                None if in_root => root = Some(done),
                None => top.push(done),
            }
        }
    };
    let mut seen_root = false;
    for mut fields in items {
        let place = fields.iter().position(|(name, _)| &**name == PLACE).map(|at| fields.remove(at).1);
        let (tree, depth) =
            place.as_ref().and_then(Json::as_str).and_then(|p| p.split_once(' ')).unwrap_or_default();
        let wants_root = tree == "metadata" && !(seen_root && depth == "0");
        let depth = depth.parse::<usize>().unwrap_or(0);
        let same_tree = !open.is_empty() && in_root == wants_root;
        let depth = if same_tree { depth.min(open.len()) } else { 0 };
        close(&mut open, depth, in_root);
        if depth == 0 {
            in_root = wants_root && !seen_root;
            seen_root |= in_root;
        }
        open.push(fields);
    }
    close(&mut open, 0, in_root);
    (root, top)
}

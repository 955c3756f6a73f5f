//! What a conversion loses, and what it carries, as findings.

use super::Target;
use super::carried::Carried;
use super::delta::Difference;
use super::flat::{Flat, PLACE};
use crate::json::Json;
use crate::json::pointer::escape;
use crate::model::{Document, Format};
use bonafide_report::{Finding, Place};
use std::collections::BTreeMap;

bonafide_report::rules! {
    CARRIED "sbom-conversion-carried" Note "a converted document holds a field only as a property or an annotation"
    LOSS "sbom-conversion-loss" Warning "a conversion loses a field"
}

/// A finding for each field by which the document that came back differs.
pub(super) fn findings(
    original: &Flat,
    document: &Document,
    difference: &Difference,
    target: Target,
) -> Vec<Finding> {
    let pointers = pointers(original);
    let mut findings = Vec::new();
    let remedy = "keep the original beside it";
    let mut say = |pointer: String, name: &str, is_set: bool| {
        let message = match (name, is_set) {
            ("signature", _) => {
                format!("the signature holds for the original's bytes, not for those of {target}")
            }
            (name, true) => format!("`{name}` has no place in {target}"),
            (name, false) => format!("{target} needs `{name}`, which the original does not have"),
        };
        let finding = Finding::new(&LOSS, Place::default().pointer(pointer), message);
        findings.push(finding.remedy(if name == "signature" {
            "sign the converted document"
        } else {
            remedy
        }));
    };
    let fields = |base: &str, carried: &Carried, say: &mut dyn FnMut(String, &str, bool)| {
        for (name, value) in &carried.set {
            match name.strip_suffix("[]") {
                Some(list) if base.is_empty() => {
                    let new = new_items(value);
                    if new.is_empty() {
                        say(format!("/{}", nested(list)), list, true);
                    }
                    for item in new {
                        say(format!("/{}/{item}", nested(list)), list, true);
                    }
                }
                _ => say(format!("{base}/{}", nested(name)), name, true),
            }
        }
        for name in &carried.unset {
            say(format!("{base}/{}", nested(name)), name, false);
        }
    };
    fields("", &difference.whole, &mut say);
    for (element, carried) in &difference.elements {
        let place = original.place(document, *element);
        let base = place.map(|(list, item)| pointers[list][item].clone()).unwrap_or_default();
        fields(&base, carried, &mut say);
    }
    findings
}

/// Whether a field of the whole is about that one document, or about the order of things only.
pub(super) fn is_of_one_document(name: &str, value: &Json) -> bool {
    let is_head = ["creationInfo", "metadata"].iter().any(|outer| name.split('/').next() == Some(*outer));
    let is_own = matches!(
        name,
        "SPDXID"
            | "name"
            | "documentNamespace"
            | "dataLicense"
            | "comment"
            | "serialNumber"
            | "version"
            | "specVersion"
    );
    is_head || is_own || name.ends_with("[]") && new_items(value).is_empty()
}

/// `metadata/tools` as part of a pointer; a `/` is part of a name elsewhere.
fn nested(name: &str) -> String {
    match name.split_once('/') {
        Some((outer @ ("metadata" | "creationInfo"), inner)) => format!("{outer}/{}", escape(inner)),
        _ => escape(name),
    }
}

/// The items of a list that the other list does not have.
fn new_items(delta: &Json) -> Vec<usize> {
    let mut at = 0;
    let mut new = Vec::new();
    for item in delta.get("items").and_then(Json::as_array).unwrap_or_default() {
        match item {
            Json::Array(pair) => {
                let count = pair.get(1).map(|count| match count {
                    Json::Number(digits) => digits.parse().unwrap_or(0),
                    _ => 0,
                });
                at += count.unwrap_or(0);
            }
            _ => {
                new.push(at);
                at += 1;
            }
        }
    }
    new
}

/// The JSON pointers of the items of each list.
fn pointers(flat: &Flat) -> Vec<Vec<String>> {
    flat.lists
        .iter()
        .map(|list| {
            if flat.format != Format::CycloneDx {
                return (0..list.items.len()).map(|at| format!("/{}/{at}", list.key)).collect();
            }
            let mut open: Vec<(String, usize)> = Vec::new();
            let mut top = 0;
            let mut pointers = Vec::with_capacity(list.items.len());
            for fields in &list.items {
                let place = fields.iter().find(|(name, _)| &**name == PLACE).and_then(|(_, at)| at.as_str());
                let (tree, depth) = place.and_then(|place| place.split_once(' ')).unwrap_or_default();
                open.truncate(depth.parse().unwrap_or(0));
                let pointer = match open.last_mut() {
                    Some((parent, inside)) => {
                        *inside += 1;
                        format!("{parent}/components/{}", *inside - 1)
                    }
                    None if tree == "metadata" => "/metadata/component".to_owned(),
                    None => {
                        top += 1;
                        format!("/components/{}", top - 1)
                    }
                };
                open.push((pointer.clone(), 0));
                pointers.push(pointer);
            }
            pointers
        })
        .collect()
}

/// A note for each kind of field that a document carries for a format.
pub(super) fn carried(converted: &Document, format: Format) -> Vec<Finding> {
    if converted.format == format {
        return Vec::new();
    }
    let mut copy = Document {
        format: converted.format,
        annotations: converted.annotations.clone(),
        properties: converted.properties.clone(),
        ..Document::default()
    };
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    let mut count = |carried: &Carried| {
        for (name, value) in &carried.set {
            let (name, times) = match name.strip_suffix("[]") {
                Some(list) if value.get("items").is_some() => {
                    let new = new_items(value);
                    (
                        if new.is_empty() { format!("order of {list}") } else { list.to_owned() },
                        new.len().max(1),
                    )
                }
                _ => (name.to_string(), 1),
            };
            *kinds.entry(name).or_default() += times as u64;
        }
    };
    let (whole, elements) = super::strip(&mut copy, format);
    count(&whole);
    elements.iter().for_each(|(_, carried)| count(carried));
    for component in &converted.components {
        count(&Carried::from_properties(&mut component.properties.clone(), format));
    }
    let how = match converted.format {
        Format::CycloneDx => "properties",
        _ => "annotations",
    };
    kinds
        .into_iter()
        .map(|(name, times)| {
            let times = bonafide_report::counted(times, "element");
            let message =
                format!("`{name}` of {times} stands in {how}: {} has no field for it", converted.format);
            Finding::new(&CARRIED, Place::default(), message)
                .subject(name)
                .remedy("nothing is lost: converting back restores it; other readers see it only there")
        })
        .collect()
}

//! SPDX 3 documents against the official JSON schema: what it refuses, validation refuses.

use crate::corpus;
use crate::verdicts::broken;
use bonafide_sbom::read;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Rules that say what no schema can: a document that breaks only these may be right by the schema.
const BEYOND: &[&str] = &[
    "spdx-checksum",
    "spdx-dangling-reference",
    "spdx-date",
    "spdx-document-count",
    "spdx-duplicate-id",
    "spdx-licence-expression",
    "spdx-licence-unknown",
    "spdx-reference-class",
    "spdx-reference-locator",
    "spdx-relationship",
    "spdx-snippet-range",
    "spdx-version",
];

/// The official schema, class by class: as a whole it takes seconds for a document.
struct Official {
    schema: Value,
    classes: BTreeMap<String, Validator>,
}

impl Official {
    fn load() -> Option<Self> {
        let path = corpus::data()?.join("sbom-formats/schemas/spdx/spdx-3.0.1.schema.json");
        let schema = serde_json::from_slice(&fs::read(path).ok()?).unwrap();
        Some(Self { schema, classes: BTreeMap::new() })
    }

    fn allows(&mut self, element: &Value) -> bool {
        let Some(class) = element["type"].as_str() else { return false };
        // A class of an extension is named by an IRI.
        let class = if self.schema["$defs"][class].is_null() { "extension_Extension" } else { class };
        let schema = &self.schema;
        self.classes
            .entry(class.to_owned())
            .or_insert_with(|| {
                jsonschema::draft202012::new(&json!({
                    "$schema": schema["$schema"],
                    "$defs": schema["$defs"],
                    "$ref": format!("#/$defs/{class}"),
                    "unevaluatedProperties": class == "extension_Extension",
                }))
                .unwrap()
            })
            .is_valid(element)
    }
}

/// What validation says of a document of one element.
fn rules(element: &Value) -> BTreeSet<&'static str> {
    let mut document = json!({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"});
    let fields = document.as_object_mut().unwrap();
    for (key, value) in element.as_object().unwrap() {
        fields.insert(key.clone(), value.clone());
    }
    let bytes = document.to_string().into_bytes();
    match read(&bytes) {
        Ok(document) => broken(&document, &bytes),
        Err(_) => BTreeSet::from(["sbom-unreadable"]),
    }
}

/// The element with one thing changed, in many ways.
fn changed(element: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for key in element.as_object().unwrap().keys() {
        let old = &element[key];
        let mut with = |value: Value| {
            let mut other = element.clone();
            other[key] = value;
            all.push(other);
        };
        for new in [
            json!(null),
            json!(7),
            json!(-1.5),
            json!("no iri"),
            json!("x:y"),
            json!(true),
            json!([]),
            json!({}),
        ] {
            with(new);
        }
        with(json!([old]));
        with(json!([old, old]));
        if let Some(first) = old.as_array().and_then(|items| items.first()) {
            with(first.clone());
        }
        let mut without = element.clone();
        without.as_object_mut().unwrap().remove(key);
        all.push(without.clone());
        without[format!("{key}s")] = old.clone();
        all.push(without);
    }
    all
}

#[test]
fn validation_agrees_with_the_official_schema() {
    let Some(mut official) = Official::load() else { return };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let (mut judged, mut refused) = (0, 0);
    let mut wrong = Vec::new();
    for path in corpus::documents() {
        let bytes = corpus::bytes(&path);
        let Ok(document) = serde_json::from_slice::<Value>(&bytes) else { continue };
        for element in document["@graph"].as_array().into_iter().flatten() {
            let class = element["type"].as_str().unwrap_or_default().to_owned();
            let keys: Vec<&str> = element.as_object().into_iter().flatten().map(|(key, _)| &**key).collect();
            // Elements of one shape are alike.
            let count = seen.entry(format!("{class} {}", keys.join(" "))).or_default();
            *count += 1;
            if *count > 1 || !element.is_object() {
                continue;
            }
            for element in std::iter::once(element.clone()).chain(changed(element)) {
                let allowed = official.allows(&element);
                let found = rules(&element);
                judged += 1;
                refused += usize::from(!allowed);
                let agrees =
                    if allowed { found.iter().all(|rule| BEYOND.contains(rule)) } else { !found.is_empty() };
                if !agrees {
                    wrong.push(format!("{element} {found:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{judged} elements, {refused} refused by the schema and by validation");
}

//! CycloneDX XML as the JSON that says the same.
//!
//! Both come from one specification, but differ in form: a list is an element around its items (`components` around
//! `component`) or an element that is repeated (`url` of an organisation), numbers and flags are text, small objects have
//! attributes. What a field is says the JSON schema of the version, which the namespace of the root names; so nothing here
//! has to know the fields, save the few whose forms differ by more.
//!
//! Elements of other namespaces, such as XML signatures, have no counterpart in JSON and are left out.

use super::schema;
use crate::error::{ReadError, ReadFault};
use crate::json::Json;
use crate::xml::Element;
use crate::yaml::is_json_number;
use bonafide_json::shorten;
use serde_json::Value;

type Fields = Vec<(Box<str>, Json)>;

/// The JSON of a `bom`, and its version.
///
/// # Errors
/// A namespace that is none of CycloneDX, or of a version that has no JSON schema.
pub(crate) fn to_json(root: Element<'_>) -> Result<Json, ReadError> {
    let namespace = root.namespace.as_deref().unwrap_or_default();
    let Some(version) = namespace.strip_prefix("http://cyclonedx.org/schema/bom/") else {
        let message = format!("XML whose root is `bom` of the namespace {:?}", shorten(namespace));
        return Err(ReadError::whole(ReadFault::UnknownFormat(message)));
    };
    let Some(schema) = schema::value(version) else {
        return Err(ReadError::whole(ReadFault::Unsupported(format!(
            "CycloneDX {} as XML",
            shorten(version)
        ))));
    };
    let prefix = root.name.split_once(':').map(|(prefix, _)| prefix);
    let reading = Reading { schema: &schema, prefix, namespace: namespace.to_owned() };
    let version = version.to_owned();
    let mut fields: Fields = vec![
        ("bomFormat".into(), Json::string("CycloneDX")),
        ("specVersion".into(), Json::String(version.into())),
    ];
    if let Json::Object(rest) = reading.object(root, &[&schema]) {
        fields.extend(rest);
    }
    Ok(Json::Object(fields))
}

/// Elements that have another name in JSON, where that has it.
const RENAMED: &[(&str, &str)] =
    &[("responses", "response"), ("cryptoRef", "cryptoRefArray"), ("details", "expressionDetails")];

struct Reading<'s> {
    schema: &'s Value,
    /// Of the root, and so of all elements of its namespace.
    prefix: Option<&'s str>,
    namespace: String,
}

impl<'s> Reading<'s> {
    /// The forms that a schema allows, references followed.
    fn forms(&self, schema: &'s Value) -> Vec<&'s Value> {
        let mut open = vec![schema];
        let mut forms = Vec::new();
        // The schemas are our own; the bound is for circles that they do not have.
        while let Some(schema) = open.pop() {
            if forms.len() > 50 {
                break;
            }
            if let Some(path) = schema.get("$ref").and_then(Value::as_str) {
                open.extend(path.strip_prefix('#').and_then(|pointer| self.schema.pointer(pointer)));
                continue;
            }
            let is_whole = schema.get("properties").is_some() || schema.get("items").is_some();
            let mut has_inner = false;
            for key in ["oneOf", "anyOf", "allOf"] {
                for inner in schema.get(key).and_then(Value::as_array).into_iter().flatten() {
                    has_inner = true;
                    open.push(inner);
                }
            }
            if is_whole || !has_inner {
                forms.push(schema);
            }
        }
        forms
    }

    /// The schema of a field, as the first form that has it.
    fn field(&self, forms: &[&'s Value], name: &str) -> Option<&'s Value> {
        forms.iter().find_map(|form| form.get("properties")?.get(name))
    }

    fn is_foreign(&self, element: &Element<'_>) -> bool {
        let prefix = element.name.split_once(':').map(|(prefix, _)| prefix);
        prefix != self.prefix || element.namespace.as_deref().is_some_and(|own| own != self.namespace)
    }

    /// An object from attributes, children and text.
    fn object(&self, element: Element<'_>, forms: &[&'s Value]) -> Json {
        let mut fields = Fields::new();
        let own_name = element.local().to_owned();
        for (name, value) in element.attributes {
            let name = match name {
                "content-type" => "contentType",
                "license-identifier" => "licenseIdentifier",
                other => other,
            };
            // Attributes of other namespaces say nothing of a bill of materials, nor do unknown ones.
            if let Some(schema) = self.field(forms, name) {
                fields.push((name.into(), leaf(value.into_owned(), &self.forms(schema))));
            }
        }
        let is_plain = element.children.is_empty();
        for child in element.children {
            if !self.is_foreign(&child) {
                self.child(child, forms, &mut fields);
            }
        }
        if is_plain && !element.text.trim().is_empty() {
            let key = ["content", "value", own_name.as_str()]
                .into_iter()
                .find(|key| self.field(forms, key).is_some())
                .unwrap_or("content");
            // The text of an attachment is its own; that of a hash is not.
            let is_attachment = self.field(forms, "contentType").is_some();
            let text = if is_attachment { element.text } else { element.text.trim().to_owned() };
            fields.push((key.into(), Json::String(text.into())));
        }
        Json::Object(fields)
    }

    /// Adds a child to the fields of its parent.
    fn child(&self, child: Element<'_>, forms: &[&'s Value], fields: &mut Fields) {
        let name = child.local();
        let renamed = RENAMED.iter().find(|(xml, json)| *xml == name && self.field(forms, json).is_some());
        let name = renamed.map_or(name, |(_, json)| json).to_owned();
        let Some(schema) = self.field(forms, &name) else {
            return push(fields, &name, unknown(child));
        };
        let of_child = self.forms(schema);
        let items: Vec<&Value> = of_child.iter().filter_map(|form| form.get("items")).collect();
        let objects: Vec<&Value> =
            of_child.iter().filter(|form| form.get("properties").is_some()).copied().collect();
        let knows = |forms: &[&'s Value], element: &Element<'_>| {
            element.children.iter().any(|inner| self.field(forms, inner.local()).is_some())
        };
        if !items.is_empty() {
            // One schema for all items, or one for each.
            let each = items.into_iter().flat_map(|items| match items {
                Value::Array(each) => each.iter().collect(),
                one => vec![one],
            });
            let items: Vec<&Value> = each.flat_map(|items| self.forms(items)).collect();
            match &*name {
                "licenses" => return append(fields, &name, self.licenses(child, &items)),
                _ if self.field(&items, "dependsOn").is_some() => {
                    return append(fields, &name, dependencies(child));
                }
                // One element with several texts.
                "copyright" => {
                    let texts = child.children.into_iter().map(|text| {
                        Json::Object(vec![("text".into(), Json::String(text.text.trim().into()))])
                    });
                    return append(fields, &name, texts.collect());
                }
                "data" if self.field(&items, "flow").is_some() => {
                    return append(fields, &name, self.flows(child, &items));
                }
                _ => {}
            }
            let is_item = &*name != "versions"
                && (knows(&items, &child) || child.children.is_empty() && !child.text.trim().is_empty());
            if is_item {
                let item = self.value(child, &items);
                return append(fields, &name, vec![item]);
            }
            if !knows(&objects, &child) {
                let inside = child.children.into_iter().filter(|inner| !self.is_foreign(inner));
                let inside = inside.map(|inner| self.value(inner, &items)).collect();
                return append(fields, &name, inside);
            }
        }
        let value = self.value(child, &of_child);
        push(fields, &name, value);
    }

    /// A value of one of some forms.
    fn value(&self, element: Element<'_>, forms: &[&'s Value]) -> Json {
        let objects: Vec<&Value> =
            forms.iter().filter(|form| form.get("properties").is_some()).copied().collect();
        let is_reference = element.children.is_empty() && element.text.trim().is_empty();
        let is_text = element.children.is_empty() && element.attributes.is_empty() && !is_reference;
        let has_text = forms.iter().any(|form| form.get("type").and_then(Value::as_str) == Some("string"));
        if objects.is_empty() || is_text && has_text {
            let by_reference = element.attributes.iter().find(|(name, _)| *name == "ref");
            return match by_reference {
                Some((_, value)) if is_reference => Json::String(value.clone().into()),
                _ if element.children.is_empty() => leaf(element.text, forms),
                _ => unknown(element),
            };
        }
        self.object(element, &objects)
    }

    /// `license` and `expression` are objects in objects, each with its own attributes.
    fn licenses(&self, element: Element<'_>, items: &[&'s Value]) -> Vec<Json> {
        let mut licenses = Vec::new();
        for child in element.children {
            if self.is_foreign(&child) {
                continue;
            }
            let name = child.local().to_owned();
            if name != "license" {
                licenses.push(self.object(child, items));
                continue;
            }
            let schema = self.field(items, &name);
            let value = match schema {
                Some(schema) => self.value(child, &self.forms(schema)),
                None => unknown(child),
            };
            licenses.push(match schema {
                Some(_) => Json::Object(vec![(name.into(), value)]),
                None => value,
            });
        }
        licenses
    }

    /// Flows of data: `classification` with a flow, or since 1.5 `dataflow` with such a classification inside.
    fn flows(&self, element: Element<'_>, items: &[&'s Value]) -> Vec<Json> {
        element
            .children
            .into_iter()
            .filter(|child| !self.is_foreign(child))
            .map(|mut child| {
                if child.local() != "dataflow" {
                    return self.value(child, items);
                }
                let at = child.children.iter().position(|inner| inner.local() == "classification");
                let inner = at.map(|at| child.children.remove(at));
                let mut fields = match self.object(child, items) {
                    Json::Object(fields) => fields,
                    _ => Fields::new(),
                };
                if let Some(Json::Object(inner)) = inner.map(|inner| self.object(inner, items)) {
                    fields.extend(inner);
                }
                Json::Object(fields)
            })
            .collect()
    }
}

/// `dependency` inside `dependency` is what it depends on.
fn dependencies(element: Element<'_>) -> Vec<Json> {
    let reference = |element: &Element<'_>| {
        let found = element.attributes.iter().find(|(name, _)| *name == "ref");
        found.map(|(_, value)| Json::String(value.clone().into()))
    };
    element
        .children
        .iter()
        .map(|entry| {
            let mut fields: Fields = reference(entry).map(|id| ("ref".into(), id)).into_iter().collect();
            for (name, key) in [("dependency", "dependsOn"), ("provides", "provides")] {
                let ends = entry.children.iter().filter(|child| child.local() == name);
                let ends: Vec<Json> = ends.filter_map(reference).collect();
                if !ends.is_empty() {
                    fields.push((key.into(), Json::Array(ends)));
                }
            }
            Json::Object(fields)
        })
        .collect()
}

/// Text by what the schema wants.
fn leaf(text: String, forms: &[&Value]) -> Json {
    let wants = |kind: &str| forms.iter().any(|form| form.get("type").and_then(Value::as_str) == Some(kind));
    let trimmed = text.trim();
    match trimmed {
        "true" | "1" if wants("boolean") && !wants("string") => Json::Bool(true),
        "false" | "0" if wants("boolean") && !wants("string") => Json::Bool(false),
        digits if (wants("number") || wants("integer")) && is_json_number(digits) => {
            Json::Number(digits.into())
        }
        other => Json::string(other),
    }
}

/// What the schema does not know, as it stands, for validation to name.
fn unknown(element: Element<'_>) -> Json {
    if element.children.is_empty() && element.attributes.is_empty() {
        return Json::String(element.text.trim().into());
    }
    let mut fields = Fields::new();
    for (name, value) in element.attributes {
        push(&mut fields, name, Json::String(value.into()));
    }
    for child in element.children {
        let name = child.local().to_owned();
        push(&mut fields, &name, unknown(child));
    }
    if !element.text.trim().is_empty() {
        push(&mut fields, "content", Json::String(element.text.trim().into()));
    }
    Json::Object(fields)
}

/// Fields of one object that are looked through for one of a name. No object has nearly as many; one that has them, and
/// one of them twice, is refused when it is read.
const MOST_FIELDS: usize = 1000;

/// Adds a field; one that is there already becomes a list.
fn push(fields: &mut Fields, name: &str, value: Json) {
    match fields.iter_mut().take(MOST_FIELDS).find(|(known, _)| **known == *name) {
        None => fields.push((name.into(), value)),
        Some((_, Json::Array(items))) => items.push(value),
        Some((_, first)) => {
            let old = std::mem::replace(first, Json::Null);
            *first = Json::Array(vec![old, value]);
        }
    }
}

/// Adds items to a list.
fn append(fields: &mut Fields, name: &str, items: Vec<Json>) {
    match fields.iter_mut().take(MOST_FIELDS).find(|(known, _)| **known == *name) {
        Some((_, Json::Array(known))) => known.extend(items),
        _ => fields.push((name.into(), Json::Array(items))),
    }
}

//! The nested form that tools wrote before SPDX 2.2 had a JSON schema: `{"Document": {…}}`, packages inside
//! `documentDescribes`, files inside packages, and words with the prefixes that they have in RDF
//! (`checksumAlgorithm_sha1`). It still occurs with version 2.2 written in it.

use crate::json::Json;

const PREFIXES: &[&str] =
    &["annotationType_", "checksumAlgorithm_", "fileType_", "referenceCategory_", "relationshipType_"];

/// The document inside, in the flat form of the schema; nothing where it is not the nested form.
pub(crate) fn flatten(root: &Json) -> Option<Json> {
    let [(key, Json::Object(fields))] = root.as_object()? else { return None };
    if &**key != "Document" {
        return None;
    }
    let mut fields = fields.clone();
    for (_, value) in &mut fields {
        plain_words(value);
    }
    let mut flat = Flat::default();
    let mut described = Vec::new();
    if let Some(Json::Array(items)) = take(&mut fields, "documentDescribes") {
        described.extend(items.into_iter().map(|item| flat.hoist(item)));
    }
    if !described.is_empty() {
        fields.push(("documentDescribes".into(), Json::Array(described)));
    }
    for (key, found) in [("packages", flat.packages), ("files", flat.files)] {
        match fields.iter_mut().find(|(name, _)| **name == *key) {
            Some((_, Json::Array(items))) => items.extend(found),
            None if !found.is_empty() => fields.push((key.into(), Json::Array(found))),
            _ => {}
        }
    }
    Some(Json::Object(fields))
}

#[derive(Default)]
struct Flat {
    packages: Vec<Json>,
    files: Vec<Json>,
}

impl Flat {
    /// Puts a `{"Package": {…}}` or `{"File": {…}}` into its list and gives its id.
    fn hoist(&mut self, item: Json) -> Json {
        let Json::Object(mut wrapper) = item else { return item };
        let is_package = match wrapper.as_slice() {
            [(name, Json::Object(_))] if &**name == "Package" => true,
            [(name, Json::Object(_))] if &**name == "File" => false,
            _ => return Json::Object(wrapper),
        };
        let Some((_, Json::Object(mut fields))) = wrapper.pop() else { return Json::Null };
        let id = fields.iter().find(|(name, _)| &**name == "SPDXID").map_or(Json::Null, |(_, id)| id.clone());
        if !is_package {
            self.files.push(Json::Object(fields));
            return id;
        }
        if let Some(Json::Array(files)) = take(&mut fields, "files") {
            let ids = files.into_iter().map(|file| self.hoist(file)).collect();
            fields.push(("hasFiles".into(), Json::Array(ids)));
        }
        self.packages.push(Json::Object(fields));
        id
    }
}

fn take(fields: &mut Vec<(Box<str>, Json)>, key: &str) -> Option<Json> {
    let at = fields.iter().position(|(name, value)| **name == *key && value.as_array().is_some())?;
    Some(fields.remove(at).1)
}

fn plain_words(value: &mut Json) {
    match value {
        Json::String(text) => {
            if let Some(word) = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)) {
                *text = word.to_ascii_uppercase().into();
            }
        }
        Json::Array(items) => items.iter_mut().for_each(plain_words),
        Json::Object(fields) => fields.iter_mut().for_each(|(_, value)| plain_words(value)),
        _ => {}
    }
}

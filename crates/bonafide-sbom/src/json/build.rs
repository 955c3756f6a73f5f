//! Building the JSON of one element.

use super::value::{Extra, Json};
use crate::model::{Claim, Format, Text};

/// The fields of an object in the making; what is absent is left out.
pub(crate) struct Object {
    format: Format,
    fields: Vec<(Box<str>, Json)>,
}

impl Object {
    /// An empty object of a format: extras of other formats are not written into it.
    pub(crate) const fn new(format: Format) -> Self {
        Self { format, fields: Vec::new() }
    }

    pub(crate) fn put(&mut self, key: &str, value: Json) {
        self.fields.push((key.into(), value));
    }

    pub(crate) fn text(&mut self, key: &str, value: Option<&str>) {
        if let Some(text) = value {
            self.put(key, Json::string(text));
        }
    }

    pub(crate) fn claim(&mut self, key: &str, value: &Claim) {
        self.text(key, value.to_spdx());
    }

    pub(crate) fn flag(&mut self, key: &str, value: Option<bool>) {
        if let Some(flag) = value {
            self.put(key, Json::Bool(flag));
        }
    }

    pub(crate) fn number(&mut self, key: &str, value: Option<impl ToString>) {
        if let Some(number) = value {
            self.put(key, Json::Number(number.to_string().into()));
        }
    }

    /// An array, left out where it is empty.
    pub(crate) fn items(&mut self, key: &str, items: impl Iterator<Item = Json>) {
        let items: Vec<Json> = items.collect();
        if !items.is_empty() {
            self.put(key, Json::Array(items));
        }
    }

    pub(crate) fn texts(&mut self, key: &str, texts: &[Text]) {
        self.items(key, texts.iter().map(|text| Json::string(text)));
    }

    pub(crate) fn claims(&mut self, key: &str, claims: &[Claim]) {
        self.items(key, claims.iter().filter_map(|claim| claim.to_spdx().map(Json::string)));
    }

    /// The extra fields, last; a field that the model knows by now wins over an extra of the same name.
    pub(crate) fn extra(&mut self, extra: &Extra) {
        if extra.format() != Some(self.format) {
            return;
        }
        for (name, value) in extra.fields() {
            if !self.fields.iter().any(|(key, _)| key == name) {
                self.fields.push((name.clone(), value.clone()));
            }
        }
    }

    /// Whether there is a field of that name.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.fields.iter().any(|(name, _)| **name == *key)
    }

    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub(crate) fn done(self) -> Json {
        Json::Object(self.fields)
    }
}

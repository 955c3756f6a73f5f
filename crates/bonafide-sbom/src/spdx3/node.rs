//! One JSON-LD object while it is read: fields are taken out one by one, what is left is extra.

use crate::json::{Extra, Json};
use crate::model::{Claim, Format, Text};

/// The fields of an object that are not taken yet, in their order.
pub(super) struct Node(pub(super) Vec<(Box<str>, Json)>);

impl Node {
    /// A field of any kind.
    pub(super) fn take(&mut self, key: &str) -> Option<Json> {
        let at = self.0.iter().position(|(name, _)| **name == *key)?;
        Some(self.0.remove(at).1)
    }

    fn take_if(&mut self, key: &str, wanted: impl Fn(&Json) -> bool) -> Option<Json> {
        let at = self.0.iter().position(|(name, _)| **name == *key)?;
        wanted(&self.0[at].1).then(|| self.0.remove(at).1)
    }

    /// A string; a field of another kind stays.
    pub(super) fn text(&mut self, key: &str) -> Option<Text> {
        match self.take_if(key, |value| value.as_str().is_some())? {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// A string that is not empty.
    pub(super) fn word(&mut self, key: &str) -> Option<Text> {
        self.get(key).and_then(Json::as_str).filter(|text| !text.is_empty())?;
        self.text(key)
    }

    /// A string that may be `NOASSERTION` or `NONE`.
    pub(super) fn claim(&mut self, key: &str) -> Claim {
        self.text(key).map_or(Claim::Absent, |text| Claim::from_spdx(&text))
    }

    /// A list of strings; an empty list, and one with anything else in it, stays.
    pub(super) fn texts(&mut self, key: &str) -> Vec<Text> {
        let all_texts = |value: &Json| {
            value
                .as_array()
                .is_some_and(|items| !items.is_empty() && items.iter().all(|item| item.as_str().is_some()))
        };
        match self.take_if(key, all_texts) {
            Some(Json::Array(items)) => items
                .into_iter()
                .filter_map(|item| match item {
                    Json::String(text) => Some(text),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The `type`, where it is not the one that its place implies. A type that is missing gives `null`: the writer
    /// leaves it out again.
    pub(super) fn class(&mut self, implied: &str) -> Option<Json> {
        match self.take("type") {
            Some(Json::String(class)) if *class == *implied => None,
            Some(other) => Some(other),
            None => Some(Json::Null),
        }
    }

    /// The id: `spdxId`, or else `@id`, which then also stays.
    pub(super) fn id(&mut self) -> Option<Text> {
        self.word("spdxId")
            .or_else(|| self.get("@id").and_then(Json::as_str).filter(|id| !id.is_empty()).map(Into::into))
    }

    /// Whether there is anything but a type and a `creationInfo`.
    pub(super) fn says_something(&self) -> bool {
        self.0.iter().any(|(name, _)| !matches!(&**name, "type" | "creationInfo"))
    }

    pub(super) fn get(&self, key: &str) -> Option<&Json> {
        self.0.iter().find(|(name, _)| **name == *key).map(|(_, value)| value)
    }

    /// The items of a list that `wanted` makes something of; the others stay, and with them the list.
    pub(super) fn items<T>(&mut self, key: &str, wanted: impl Fn(&Json) -> Option<T>) -> Vec<T> {
        let Some(at) = self.0.iter().position(|(name, _)| **name == *key) else { return Vec::new() };
        let Json::Array(items) = &mut self.0[at].1 else { return Vec::new() };
        let mut found = Vec::new();
        items.retain(|item| match wanted(item) {
            Some(value) => {
                found.push(value);
                false
            }
            None => true,
        });
        if !found.is_empty() {
            // What stays of a list goes last, for the writer puts the list before all that is extra.
            let list = self.0.remove(at);
            if list.1.as_array().is_some_and(|items| !items.is_empty()) {
                self.0.push(list);
            }
        }
        found
    }

    /// Puts items back into a list, or makes one.
    pub(super) fn put_back(&mut self, key: &str, items: impl Iterator<Item = Json>) {
        match self.0.iter_mut().find(|(name, _)| **name == *key) {
            Some((_, Json::Array(list))) => list.extend(items),
            _ => self.0.push((key.into(), Json::Array(items.collect()))),
        }
    }

    /// What is left.
    pub(super) fn rest(self) -> Extra {
        let mut extra = Extra::default();
        for (name, value) in self.0 {
            extra.push(Format::Spdx3, name, value);
        }
        extra
    }
}

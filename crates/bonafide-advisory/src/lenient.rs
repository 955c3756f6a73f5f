//! JSON read with patience: what is not as it should be is counted and passed over, the rest is kept.
//!
//! A reader that refuses a record for one odd field loses the whole advisory, and nobody hears of it. Here each value is
//! read for itself: an object gives its fields one by one, an array its items one by one, and what does not fit goes to
//! [`Oddities`] by name.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// How many different oddities are told apart; all further ones are counted together. Bounds what a hostile source makes
/// us keep.
const KINDS: usize = 1_000;
/// How much of a foreign word is kept in the name of an oddity, in characters.
const WORD: usize = 60;

/// What a reader met that it does not know, and how often: `unknown field affected[].foo`, `malformed severity[].score`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Oddities(BTreeMap<String, u64>);

impl Oddities {
    /// Counts one.
    pub fn add(&mut self, what: &str) {
        self.add_many(what, 1);
    }

    /// Counts several of one kind.
    pub fn add_many(&mut self, what: &str, times: u64) {
        let what = if self.0.len() < KINDS || self.0.contains_key(what) { what } else { "others" };
        *self.0.entry(what.to_owned()).or_default() += times;
    }

    /// Counts all of another list.
    pub fn merge(&mut self, other: &Self) {
        for (what, times) in other.iter() {
            self.add_many(what, times);
        }
    }

    /// Each kind with its count, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(what, times)| (what.as_str(), *times))
    }

    /// Whether nothing odd was met.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn field(&mut self, place: &str, key: &str) {
        self.add(&format!("unknown field {place}{}", shorten(key)));
    }

    pub(crate) fn malformed(&mut self, place: &str) {
        self.add(&format!("malformed {}", place.trim_end_matches('.')));
    }

    pub(crate) fn word(&mut self, place: &str, word: &str) {
        self.add(&format!("unknown word in {}: {}", place.trim_end_matches('.'), shorten(word)));
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(WORD).map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// A value that can be read from JSON without ever failing as a whole.
pub(crate) trait Lenient<'a>: Default {
    /// Reads it; `place` names it for the count: `affected[].ranges[].`.
    fn read(raw: &'a RawValue, place: &str, odd: &mut Oddities) -> Self;
}

/// Text that borrows from the document where it has no escapes. A number or a truth value gives its digits or its word.
impl<'a> Lenient<'a> for Cow<'a, str> {
    fn read(raw: &'a RawValue, place: &str, odd: &mut Oddities) -> Self {
        let json = raw.get();
        if json.starts_with('"') {
            match serde_json::from_str::<Text<'a>>(json) {
                Ok(text) => return text.0,
                Err(_) => odd.malformed(place),
            }
        } else if json != "null" {
            odd.malformed(place);
            if !json.starts_with(['{', '[']) {
                return Cow::Borrowed(json);
            }
        }
        Cow::Borrowed("")
    }
}

impl<'a, T: Lenient<'a>> Lenient<'a> for Option<T> {
    fn read(raw: &'a RawValue, place: &str, odd: &mut Oddities) -> Self {
        (raw.get() != "null").then(|| T::read(raw, place, odd))
    }
}

impl<'a, T: Lenient<'a>> Lenient<'a> for Vec<T> {
    fn read(raw: &'a RawValue, place: &str, odd: &mut Oddities) -> Self {
        match serde_json::from_str::<Items<'a>>(raw.get()) {
            Ok(items) => items.0.into_iter().map(|item| T::read(item, place, odd)).collect(),
            Err(_) if raw.get() == "null" => Self::new(),
            Err(_) => {
                odd.malformed(place);
                Self::new()
            }
        }
    }
}

/// A subtree that is kept as it stands.
impl<'a> Lenient<'a> for Option<&'a RawValue> {
    fn read(raw: &'a RawValue, _: &str, _: &mut Oddities) -> Self {
        (raw.get() != "null").then_some(raw)
    }
}

/// The fields of an object in their order; nothing where the value is no object.
pub(crate) fn fields<'a>(
    raw: &'a RawValue,
    place: &str,
    odd: &mut Oddities,
) -> Vec<(Cow<'a, str>, &'a RawValue)> {
    serde_json::from_str::<Fields<'a>>(raw.get()).map_or_else(
        |_| {
            odd.malformed(place);
            Vec::new()
        },
        |fields| fields.0,
    )
}

/// A whole text as its fields.
pub(crate) fn object(json: &str) -> Result<Vec<(Cow<'_, str>, &RawValue)>, serde_json::Error> {
    serde_json::from_str::<Fields<'_>>(json).map(|fields| fields.0)
}

/// The names of the members of a JSON object: enough to tell what a document is.
///
/// # Errors
/// The text is no JSON object.
pub fn member_names(json: &str) -> Result<Vec<Cow<'_, str>>, serde_json::Error> {
    Ok(object(json)?.into_iter().map(|(name, _)| name).collect())
}

struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Visit)
    }
}

struct Items<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Items<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Items<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(Items(all))
            }
        }
        deserializer.deserialize_seq(Visit)
    }
}

struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Fields<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut all: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::new();
                while let Some(key) = map.next_key::<Text<'de>>()? {
                    let value = map.next_value()?;
                    if all.len() >= MOST_FIELDS {
                        return Err(A::Error::custom("an object with too many fields"));
                    }
                    all.push((key.0, value));
                }
                Ok(Fields(all))
            }
        }
        deserializer.deserialize_map(Visit)
    }
}

/// No object of an advisory has more fields: what has is an attack.
const MOST_FIELDS: usize = 100_000;

/// A type with named fields that is read leniently.
///
/// Fields named after `ignored` are known and not kept.
macro_rules! lenient {
    (
        $(#[$meta:meta])*
        pub struct $name:ident<'a> {
            $($(#[$field_meta:meta])* pub $field:ident: $ty:ty = $key:literal,)*
        }
        ignored { $($ignored:literal),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        pub struct $name<'a> {
            $($(#[$field_meta])* pub $field: $ty,)*
        }

        impl<'a> $name<'a> {
            fn from_fields(
                fields: Vec<(std::borrow::Cow<'a, str>, &'a serde_json::value::RawValue)>,
                place: &str,
                odd: &mut $crate::Oddities,
            ) -> Self {
                let mut value = Self::default();
                for (key, raw) in fields {
                    match &*key {
                        $($key => {
                            let place = format!("{place}{}", $key);
                            let list = if raw.get().starts_with('[') { "[]." } else { "." };
                            value.$field = $crate::lenient::Lenient::read(raw, &(place + list), odd);
                        })*
                        $($ignored => {})*
                        other => odd.field(place, other),
                    }
                }
                value
            }
        }

        impl<'a> $crate::lenient::Lenient<'a> for $name<'a> {
            fn read(raw: &'a serde_json::value::RawValue, place: &str, odd: &mut $crate::Oddities) -> Self {
                Self::from_fields($crate::lenient::fields(raw, place, odd), place, odd)
            }
        }
    };
}
pub(crate) use lenient;

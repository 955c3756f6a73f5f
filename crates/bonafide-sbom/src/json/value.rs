//! A JSON value that loses nothing, and the fields of an element that the model does not know.

use bonafide_json::{Kind, Read, Reader};

/// A JSON value. Objects keep their order; numbers keep their digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Json {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// The digits as they stand; always well-formed JSON.
    Number(Box<str>),
    /// A string, unescaped.
    String(Box<str>),
    /// An array.
    Array(Vec<Self>),
    /// An object: no key twice.
    Object(Vec<(Box<str>, Self)>),
}

impl Json {
    /// The next value, kept as it is.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Read<Self> {
        Ok(match reader.peek()? {
            Kind::Null => {
                reader.null()?;
                Self::Null
            }
            Kind::Bool => Self::Bool(reader.boolean()?),
            Kind::Number => Self::Number(reader.number()?.into()),
            Kind::String => Self::String(reader.string()?.into()),
            Kind::Array => {
                let mut items = Vec::new();
                reader.begin_array()?;
                while reader.next_item()? {
                    items.push(Self::read(reader)?);
                }
                Self::Array(items)
            }
            Kind::Object => {
                let mut fields = Vec::new();
                reader.begin_object()?;
                while let Some(key) = reader.next_key()? {
                    fields.push((key.into(), Self::read(reader)?));
                }
                Self::Object(fields)
            }
        })
    }

    /// A string value.
    #[must_use]
    pub fn string(text: &str) -> Self {
        Self::String(text.into())
    }

    /// The value of a key, where this is an object that has it. Linear in the number of keys.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().find(|(name, _)| **name == *key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, where this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items, where this is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The fields, where this is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&[(Box<str>, Self)]> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// As JSON on one line.
    pub(crate) fn to_text(&self) -> String {
        let mut out = Vec::new();
        let mut writer = super::JsonWriter::new(&mut out, super::Style::Compact);
        writer.value(self).and_then(|()| writer.finish()).expect("a vector takes every byte");
        let mut text = String::from_utf8(out).expect("strings and digits are text");
        text.truncate(text.trim_end().len());
        text
    }

    /// What kind of value it is, with an article, for messages: `a string`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        let kind = match self {
            Self::Null => Kind::Null,
            Self::Bool(_) => Kind::Bool,
            Self::Number(_) => Kind::Number,
            Self::String(_) => Kind::String,
            Self::Array(_) => Kind::Array,
            Self::Object(_) => Kind::Object,
        };
        kind.name()
    }
}

/// The fields of an element that the model does not know, or whose value is not of the kind that the specification
/// asks for (`"supplier": null`, `"files": []`, `"name": 5`): kept as they came, and written back in the same format.
///
/// Takes one word where there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extra(Option<Box<Fields>>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Fields {
    format: crate::Format,
    fields: Vec<(Box<str>, Json)>,
}

impl Extra {
    /// Keeps a field. The first field decides from which format the extras are; fields of one element come from one
    /// document and so from one format.
    pub fn push(&mut self, format: crate::Format, name: impl Into<Box<str>>, value: Json) {
        self.0
            .get_or_insert_with(|| Box::new(Fields { format, fields: Vec::new() }))
            .fields
            .push((name.into(), value));
    }

    /// The value of a field. Linear in the number of extra fields.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.fields().iter().find(|(key, _)| **key == *name).map(|(_, value)| value)
    }

    /// All fields, in the order of the document.
    #[must_use]
    pub fn fields(&self) -> &[(Box<str>, Json)] {
        self.0.as_ref().map_or(&[], |inner| &inner.fields)
    }

    /// The format that the fields came from; nothing where there are none.
    #[must_use]
    pub fn format(&self) -> Option<crate::Format> {
        self.0.as_ref().map(|inner| inner.format)
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Moves a field before all others, where it is always written.
    pub(crate) fn hoist(&mut self, name: &str) {
        if let Some(inner) = self.0.as_mut()
            && let Some(at) = inner.fields.iter().position(|(key, _)| **key == *name)
        {
            inner.fields[..=at].rotate_right(1);
        }
    }

    /// Removes a field and gives its value.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let inner = self.0.as_mut()?;
        let at = inner.fields.iter().position(|(key, _)| **key == *name)?;
        let (_, value) = inner.fields.remove(at);
        if inner.fields.is_empty() {
            self.0 = None;
        }
        Some(value)
    }
}

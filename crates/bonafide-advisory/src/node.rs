//! A JSON document as a tree of values that know where they stand: for judging, where the order of the fields must not
//! matter. What only wants to know what a document says reads it without a tree.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use crate::json::{self, Kind, Read, Reader, Why};

/// The most values that one tree may hold: well below half a gigabyte.
pub(crate) const MOST_VALUES: usize = 4_000_000;

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    /// The byte offset of its first character.
    pub(crate) at: usize,
    pub(crate) value: Value<'a>,
}

/// Two nodes are equal where their values are, wherever they stand.
impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Node<'_> {}

impl Hash for Node<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    /// As it stands.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    /// In the order of the document, a repeated key as often as it stands there.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl Value<'_> {
    /// The same word as the reader's.
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(_) => Kind::Bool,
            Self::Number(_) => Kind::Number,
            Self::Text(_) => Kind::String,
            Self::List(_) => Kind::Array,
            Self::Object(_) => Kind::Object,
        }
    }
}

impl<'a> Node<'a> {
    /// Reads a whole text. The second of two equal keys of one object is told by its offset.
    pub(crate) fn read(text: &'a str) -> Read<(Self, Option<(usize, String)>)> {
        let mut reader = json::reader(text);
        let mut left = MOST_VALUES;
        let node = Self::next(&mut reader, &mut left)?;
        reader.finish()?;
        Ok((node, reader.take_repeated()))
    }

    /// The reader bounds the depth, and with it this recursion.
    fn next(reader: &mut Reader<'a>, left: &mut usize) -> Read<Self> {
        let at = reader.offset();
        *left = left.checked_sub(1).ok_or_else(|| reader.stop(Why::TooMany))?;
        let value = match reader.peek()? {
            Kind::Null => {
                reader.skip()?;
                Value::Null
            }
            Kind::Bool => Value::Bool(reader.boolean()?),
            Kind::Number => Value::Number(reader.number()?),
            Kind::String => Value::Text(reader.string()?),
            Kind::Array => {
                let mut items = Vec::new();
                reader.begin_array()?;
                while reader.next_item()? {
                    items.push(Self::next(reader, left)?);
                }
                Value::List(items)
            }
            Kind::Object => {
                let mut members = Vec::new();
                reader.begin_object()?;
                while let Some(key) = reader.next_key()? {
                    members.push((key, Self::next(reader, left)?));
                }
                Value::Object(members)
            }
        };
        Ok(Self { at, value })
    }

    /// The members of an object; none of anything else.
    pub(crate) fn members(&self) -> &[(Cow<'a, str>, Self)] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The member of that name, `null` counting as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let (_, node) = self.members().iter().find(|(key, _)| key == name)?;
        (node.value != Value::Null).then_some(node)
    }

    /// The member that a path of names leads to.
    pub(crate) fn at_path(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, name| node.get(name))
    }

    /// The items of the member of that name.
    pub(crate) fn list(&self, name: &str) -> &[Self] {
        self.get(name).map_or(&[], Self::items)
    }

    /// The text of a string.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of the member of that name; empty where there is none.
    pub(crate) fn word(&self, name: &str) -> &str {
        self.get(name).and_then(Self::text).unwrap_or_default()
    }

    /// The number of the member of that name.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        match self.get(name)?.value {
            Value::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// The JSON pointer (RFC 6901) of what stands at an offset in this tree.
    pub(crate) fn pointer(&self, offset: usize) -> String {
        let mut pointer = String::new();
        let mut node = self;
        while node.at < offset {
            let (step, next) = match &node.value {
                Value::List(items) => {
                    let before = items.partition_point(|item| item.at <= offset);
                    let Some(last) = before.checked_sub(1) else { break };
                    (Cow::Owned(last.to_string()), &items[last])
                }
                Value::Object(members) => {
                    let before = members.partition_point(|(_, member)| member.at <= offset);
                    let Some(last) = before.checked_sub(1) else { break };
                    (Cow::Borrowed(&*members[last].0), &members[last].1)
                }
                _ => break,
            };
            pointer.push('/');
            let short: String = step.chars().take(200).collect();
            pointer.push_str(&short.replace('~', "~0").replace('/', "~1"));
            node = next;
        }
        pointer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_pointer() {
        let text = r#"{"a": [1, {"b/c": null, "d": "x"}], "e": {}}"#;
        let (node, repeated) = Node::read(text).unwrap();
        assert_eq!(repeated, None);
        let inner = &node.list("a")[1];
        assert_eq!(node.pointer(inner.get("d").unwrap().at), "/a/1/d");
        assert_eq!(node.pointer(inner.members()[0].1.at), "/a/1/b~1c");
        assert_eq!(node.pointer(node.at), "");
        assert_eq!(node.pointer(node.get("e").unwrap().at), "/e");
        assert!(inner.get("b/c").is_none());
    }

    #[test]
    fn the_number_of_values_has_a_bound() {
        let many = format!("[{}0]", "0,".repeat(MOST_VALUES));
        assert!(matches!(Node::read(&many), Err(bonafide_json::Stop { why: Why::TooMany, .. })));
    }
}

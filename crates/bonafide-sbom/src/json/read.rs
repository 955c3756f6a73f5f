//! A pull reader for JSON (RFC 8259): strict, bounded in depth, never ahead of its place.

use super::value::Json;
use crate::error::{ReadError, ReadFault, line_and_column, shorten};
use std::borrow::Cow;
use std::collections::HashMap;

/// Arrays and objects inside one another. The deepest real document of the corpora has 14 levels.
pub(crate) const DEEPEST: usize = 256;

/// From this number of keys an object's keys are found by hash and no longer one by one.
const MANY_KEYS: usize = 24;

/// What kind of value comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    /// With an article, for messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// An open array or object.
enum Level<'s> {
    Array {
        /// Items begun.
        items: usize,
    },
    Object {
        /// Where its keys begin in [`Reader::keys`].
        first_key: usize,
        /// Its keys and their offsets once there are many.
        many: Option<HashMap<Cow<'s, str>, usize>>,
    },
}

/// A place to come back to.
pub(crate) struct Mark {
    at: usize,
    levels: usize,
    keys: usize,
}

/// Reads values one after another from text that is in memory.
pub(crate) struct Reader<'s> {
    text: &'s str,
    at: usize,
    levels: Vec<Level<'s>>,
    /// The keys of all open objects, each with its offset.
    keys: Vec<(Cow<'s, str>, usize)>,
}

impl<'s> Reader<'s> {
    pub(crate) const fn new(text: &'s str) -> Self {
        Self { text, at: 0, levels: Vec::new(), keys: Vec::new() }
    }

    /// Where the next value stands.
    pub(crate) fn offset(&mut self) -> usize {
        self.space();
        self.at
    }

    /// The offset behind what was read.
    pub(crate) const fn read_to(&self) -> usize {
        self.at
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { at: self.at, levels: self.levels.len(), keys: self.keys.len() }
    }

    /// Goes back to a mark that was made in an array or object that is still open.
    pub(crate) fn rewind(&mut self, mark: &Mark) {
        self.at = mark.at;
        self.levels.truncate(mark.levels);
        self.keys.truncate(mark.keys);
    }

    /// The kind of the next value.
    pub(crate) fn peek(&mut self) -> Result<Kind, ReadError> {
        self.space();
        match self.byte() {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'"') => Ok(Kind::String),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            None => Err(self.syntax("the text ends where a value should stand")),
            Some(_) => Err(self.syntax(format!("a value should stand here, not {}", self.here()))),
        }
    }

    /// Enters an object.
    pub(crate) fn begin_object(&mut self) -> Result<(), ReadError> {
        self.open(b'{', "an object")?;
        self.levels.push(Level::Object { first_key: self.keys.len(), many: None });
        Ok(())
    }

    /// The next key of the innermost object; nothing at its end, which leaves it.
    pub(crate) fn next_key(&mut self) -> Result<Option<Cow<'s, str>>, ReadError> {
        let Some(Level::Object { first_key, .. }) = self.levels.last() else { return Ok(None) };
        let first_key = *first_key;
        self.space();
        match self.byte() {
            Some(b'}') => {
                self.at += 1;
                self.levels.pop();
                self.keys.truncate(first_key);
                return Ok(None);
            }
            Some(b',') if self.keys.len() > first_key => {
                self.at += 1;
                self.space();
            }
            Some(b'"') if self.keys.len() == first_key => {}
            None => return Err(self.syntax("the text ends inside an object")),
            Some(_) if self.keys.len() == first_key => {
                return Err(self.syntax(format!("a key or `}}` should stand here, not {}", self.here())));
            }
            Some(_) => return Err(self.syntax(format!("`,` or `}}` should stand here, not {}", self.here()))),
        }
        let offset = self.at;
        if self.byte() != Some(b'"') {
            return Err(self.syntax(format!("a key should stand here, not {}", self.here())));
        }
        let key = self.string()?;
        self.space();
        if self.byte() != Some(b':') {
            return Err(self.syntax(format!("`:` should stand here, not {}", self.here())));
        }
        self.at += 1;
        self.remember(key.clone(), offset, first_key)?;
        Ok(Some(key))
    }

    /// Enters an array.
    pub(crate) fn begin_array(&mut self) -> Result<(), ReadError> {
        self.open(b'[', "an array")?;
        self.levels.push(Level::Array { items: 0 });
        Ok(())
    }

    /// Whether the innermost array has another item, which then comes next; at its end leaves it.
    pub(crate) fn next_item(&mut self) -> Result<bool, ReadError> {
        self.space();
        let next = self.byte();
        let Some(Level::Array { items }) = self.levels.last_mut() else { return Ok(false) };
        match next {
            Some(b']') => {
                self.at += 1;
                self.levels.pop();
                return Ok(false);
            }
            Some(b',') if *items > 0 => {
                *items += 1;
                self.at += 1;
                self.space();
                if self.byte() == Some(b']') {
                    return Err(self.syntax("a comma before the end of an array"));
                }
            }
            Some(_) if *items == 0 => *items += 1,
            None => return Err(self.syntax("the text ends inside an array")),
            Some(_) => return Err(self.syntax(format!("`,` or `]` should stand here, not {}", self.here()))),
        }
        Ok(true)
    }

    /// A string: borrowed where nothing in it is escaped.
    pub(crate) fn string(&mut self) -> Result<Cow<'s, str>, ReadError> {
        self.space();
        let begin = self.at + 1;
        let bytes = self.text.as_bytes();
        if self.byte() != Some(b'"') {
            return Err(self.syntax(format!("a string should stand here, not {}", self.here())));
        }
        let mut at = begin;
        loop {
            match bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(Cow::Borrowed(&self.text[begin..at]));
                }
                Some(b'\\') => break,
                Some(0x20..) => at += 1,
                _ => return Err(self.bad_in_string(at)),
            }
        }
        let mut unescaped = String::with_capacity(at - begin + 16);
        unescaped.push_str(&self.text[begin..at]);
        loop {
            let from = at;
            while matches!(bytes.get(at), Some(byte) if *byte >= 0x20 && *byte != b'"' && *byte != b'\\') {
                at += 1;
            }
            unescaped.push_str(&self.text[from..at]);
            match bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(Cow::Owned(unescaped));
                }
                Some(b'\\') => {
                    self.at = at;
                    unescaped.push(self.escape()?);
                    at = self.at;
                }
                _ => return Err(self.bad_in_string(at)),
            }
        }
    }

    /// The digits of a number, as they stand.
    pub(crate) fn number(&mut self) -> Result<&'s str, ReadError> {
        self.space();
        let begin = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        match self.byte() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.syntax(format!("a digit should stand here, not {}", self.here()))),
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.some_digits()?;
        }
        Ok(&self.text[begin..self.at])
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self) -> Result<bool, ReadError> {
        self.space();
        match self.byte() {
            Some(b't') => self.word("true").map(|()| true),
            _ => self.word("false").map(|()| false),
        }
    }

    /// Any value, kept as it is.
    pub(crate) fn value(&mut self) -> Result<Json, ReadError> {
        Ok(match self.peek()? {
            Kind::Null => {
                self.word("null")?;
                Json::Null
            }
            Kind::Bool => Json::Bool(self.boolean()?),
            Kind::Number => Json::Number(self.number()?.into()),
            Kind::String => Json::String(self.string()?.into()),
            Kind::Array => {
                let mut items = Vec::new();
                self.begin_array()?;
                while self.next_item()? {
                    items.push(self.value()?);
                }
                Json::Array(items)
            }
            Kind::Object => {
                let mut fields = Vec::new();
                self.begin_object()?;
                while let Some(key) = self.next_key()? {
                    fields.push((key.into(), self.value()?));
                }
                Json::Object(fields)
            }
        })
    }

    /// Any value, passed over.
    pub(crate) fn skip(&mut self) -> Result<(), ReadError> {
        match self.peek()? {
            Kind::Null => self.word("null"),
            Kind::Bool => self.boolean().map(drop),
            Kind::Number => self.number().map(drop),
            Kind::String => self.string().map(drop),
            Kind::Array => {
                self.begin_array()?;
                while self.next_item()? {
                    self.skip()?;
                }
                Ok(())
            }
            Kind::Object => {
                self.begin_object()?;
                while self.next_key()?.is_some() {
                    self.skip()?;
                }
                Ok(())
            }
        }
    }

    /// Nothing but white space may follow.
    pub(crate) fn finish(&mut self) -> Result<(), ReadError> {
        self.space();
        if self.at < self.text.len() {
            return Err(self.syntax(format!("the document has ended, yet {} follows", self.here())));
        }
        Ok(())
    }

    /// A fault of structure at the next value.
    pub(crate) fn shape(&mut self, expected: &'static str) -> ReadError {
        match self.peek() {
            Ok(found) => self.fault(self.at, ReadFault::Shape { expected, found: found.name() }),
            Err(syntax) => syntax,
        }
    }

    pub(crate) fn fault(&self, offset: usize, fault: ReadFault) -> ReadError {
        ReadError::at(self.text, offset, self.pointer(), fault)
    }

    /// JSON pointer (RFC 6901) of the value that is being read, shortened where keys are long.
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        let mut after = self.keys.len();
        let mut parts = Vec::new();
        for level in self.levels.iter().rev() {
            match level {
                Level::Array { items } => parts.push(items.saturating_sub(1).to_string()),
                Level::Object { first_key, .. } => {
                    if after > *first_key {
                        parts.push(super::pointer::escape(&shorten(&self.keys[after - 1].0)));
                    }
                    after = *first_key;
                }
            }
        }
        for part in parts.iter().rev() {
            pointer.push('/');
            pointer.push_str(part);
        }
        pointer
    }

    fn remember(&mut self, key: Cow<'s, str>, offset: usize, first_key: usize) -> Result<(), ReadError> {
        let count = self.keys.len() - first_key;
        let earlier = if count < MANY_KEYS {
            self.keys[first_key..].iter().find(|(known, _)| *known == key).map(|(_, offset)| *offset)
        } else {
            let Some(Level::Object { many, .. }) = self.levels.last_mut() else { return Ok(()) };
            let known = many.get_or_insert_with(|| self.keys[first_key..].iter().cloned().collect());
            known.insert(key.clone(), offset)
        };
        if let Some(earlier) = earlier {
            let (first_line, _) = line_and_column(self.text.as_bytes(), earlier);
            return Err(self.fault(offset, ReadFault::DuplicateKey { key: shorten(&key), first_line }));
        }
        self.keys.push((key, offset));
        Ok(())
    }

    fn open(&mut self, bracket: u8, expected: &'static str) -> Result<(), ReadError> {
        self.space();
        if self.byte() != Some(bracket) {
            return Err(self.shape(expected));
        }
        if self.levels.len() == DEEPEST {
            return Err(self.fault(self.at, ReadFault::TooDeep(DEEPEST)));
        }
        self.at += 1;
        Ok(())
    }

    fn escape(&mut self) -> Result<char, ReadError> {
        let begin = self.at;
        let plain = match self.text.as_bytes().get(begin + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(begin),
            _ => return Err(self.syntax("an escape that JSON does not know")),
        };
        self.at = begin + 2;
        Ok(plain)
    }

    fn unicode_escape(&mut self, begin: usize) -> Result<char, ReadError> {
        let unit = |at: usize| -> Option<u32> {
            let digits = self.text.as_bytes().get(at..at + 4)?;
            digits.iter().try_fold(0, |sum, digit| Some(sum * 16 + (*digit as char).to_digit(16)?))
        };
        let Some(first) = unit(begin + 2) else {
            return Err(self.syntax("`\\u` without four hexadecimal digits"));
        };
        if !(0xd800..0xe000).contains(&first) {
            self.at = begin + 6;
            return Ok(char::from_u32(first).expect("no surrogate, below 0x10000"));
        }
        let second = match self.text.as_bytes().get(begin + 6..begin + 8) {
            Some(b"\\u") => unit(begin + 8),
            _ => None,
        };
        match second {
            Some(second) if first < 0xdc00 && (0xdc00..0xe000).contains(&second) => {
                self.at = begin + 12;
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                Ok(char::from_u32(code).expect("a pair of surrogates is a character"))
            }
            _ => Err(self.syntax(format!("half of a surrogate pair, \\u{first:04x}"))),
        }
    }

    fn bad_in_string(&mut self, at: usize) -> ReadError {
        self.at = at;
        if at >= self.text.len() {
            self.syntax("the text ends inside a string")
        } else {
            self.syntax(format!("a string holds {}, which must be escaped", self.here()))
        }
    }

    fn digits(&mut self) {
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> Result<(), ReadError> {
        if !matches!(self.byte(), Some(b'0'..=b'9')) {
            return Err(self.syntax(format!("a digit should stand here, not {}", self.here())));
        }
        self.digits();
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), ReadError> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.syntax(format!("a value should stand here, not {}", self.here())));
        }
        self.at += word.len();
        Ok(())
    }

    fn space(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next word or character, for messages.
    fn here(&self) -> String {
        let rest = &self.text[self.at..];
        let word = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        match rest.chars().next() {
            None => "the end".to_owned(),
            Some(_) if word > 0 => format!("`{}`", shorten(&rest[..word])),
            Some(c) if c.is_control() => format!("the character U+{:04X}", u32::from(c)),
            Some(c) => format!("`{c}`"),
        }
    }

    fn syntax(&self, message: impl Into<String>) -> ReadError {
        self.fault(self.at, ReadFault::Syntax(message.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(text: &str) -> String {
        let mut reader = Reader::new(text);
        reader.value().and_then(|_| reader.finish()).unwrap_err().to_string()
    }

    #[test]
    fn names_place_and_fault_of_what_it_refuses() {
        assert_eq!(
            refuse("[1,\n NaN]"),
            "line 2, column 2 (/1): not JSON: a value should stand here, not `NaN`"
        );
        assert_eq!(
            refuse("{\"a\": {\"b\": 1,\n\"b\": 2}}"),
            "line 2, column 1 (/a/b): key \"b\" appears twice, first on line 1"
        );
        assert_eq!(
            refuse(r#"{"a": "\ud800"}"#),
            "line 1, column 8 (/a): not JSON: half of a surrogate pair, \\ud800"
        );
        assert_eq!(refuse("{} {}"), "line 1, column 4: not JSON: the document has ended, yet `{` follows");
        assert_eq!(
            refuse("{\"a\": \"x\ny\"}"),
            "line 1, column 9 (/a): not JSON: a string holds the character U+000A, which must be escaped"
        );
        assert!(refuse(&"[".repeat(100_000)).ends_with("nested deeper than 256 levels"));
        for bad in [
            "",
            "[1,]",
            "{,}",
            "{\"a\"}",
            "[01]",
            "[1.]",
            "[+1]",
            "[.5]",
            "[1e]",
            "[tru]",
            "[1 2]",
            "{\"a\":1 \"b\":2}",
        ] {
            refuse(bad);
        }
    }

    #[test]
    fn finds_a_key_twice_among_many() {
        let mut text: String = (0..1000).map(|n| format!("\"k{n}\": {n}, ")).collect();
        text = format!("{{{text}\"k7\": 0}}");
        assert!(refuse(&text).contains("\"k7\" appears twice"));
    }

    #[test]
    fn keeps_numbers_and_pairs_of_surrogates() {
        let mut reader = Reader::new(r#"[1.50, -0, 1e400, 123456789012345678901, "\ud83d\ude00\u00e9"]"#);
        let value = reader.value().unwrap();
        let texts: Vec<&str> = value
            .as_array()
            .unwrap()
            .iter()
            .map(|item| match item {
                Json::Number(text) | Json::String(text) => &**text,
                _ => "",
            })
            .collect();
        assert_eq!(texts, ["1.50", "-0", "1e400", "123456789012345678901", "😀é"]);
    }
}

//! A pull reader for JSON (RFC 8259): bounded in depth, never ahead of its place, and lenient about what it is told to
//! skip only in so far as that is well-formed too.
//!
//! Statements and records are read straight into their types, so a document that is mostly prose costs little more than
//! finding the ends of its strings. Where something stands is known at every step; lines are counted only when asked for.

use std::borrow::Cow;
use std::collections::HashSet;

/// Arrays and objects inside one another. The deepest real document of the corpora has 19 levels.
pub(crate) const DEEPEST: usize = 128;

/// From this number of keys an object's keys are looked up by hash and no longer one by one.
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

/// Why reading ended early, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) offset: usize,
    pub(crate) why: Why,
}

/// Why reading ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    Syntax(&'static str),
    TooDeep,
    TooMany,
}

pub(crate) type Read<T> = Result<T, Stop>;

enum Level<'a> {
    Array {
        /// Items begun.
        items: usize,
    },
    Object {
        /// Where its keys begin in [`Reader::keys`].
        first_key: usize,
        /// Its keys once there are many.
        many: Option<HashSet<Cow<'a, str>>>,
    },
}

/// Reads values one after another from text that is in memory.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    levels: Vec<Level<'a>>,
    /// The keys of all open objects.
    keys: Vec<Cow<'a, str>>,
    /// The first key that an object has twice, with the place of the second.
    repeated: Option<(usize, String)>,
    /// A place of which the line is known, and that line (from 1).
    line: (usize, u64),
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, levels: Vec::new(), keys: Vec::new(), repeated: None, line: (0, 1) }
    }

    /// Where the next value stands.
    pub(crate) fn offset(&mut self) -> usize {
        self.space();
        self.at
    }

    /// The line of an offset, from 1. Cheap where offsets rise.
    pub(crate) fn line_of(&mut self, offset: usize) -> u64 {
        let (from, line) = if offset < self.line.0 { (0, 1) } else { self.line };
        let end = offset.min(self.text.len());
        let more = memchr::memchr_iter(b'\n', &self.text.as_bytes()[from..end]).count();
        self.line = (end, line + more as u64);
        self.line.1
    }

    /// The JSON pointer (RFC 6901) of the value that is being read.
    pub(crate) fn pointer(&self) -> String {
        let mut pointer = String::new();
        let mut keys_end = self.keys.len();
        let mut parts = Vec::new();
        for level in self.levels.iter().rev() {
            match level {
                Level::Array { items } => parts.push(Cow::Owned(items.saturating_sub(1).to_string())),
                Level::Object { first_key, .. } => {
                    if let Some(key) = self.keys.get(*first_key..keys_end).and_then(<[_]>::last) {
                        let short: String = key.chars().take(200).collect();
                        parts.push(Cow::Owned(short.replace('~', "~0").replace('/', "~1")));
                    }
                    keys_end = *first_key;
                }
            }
        }
        for part in parts.iter().rev() {
            pointer.push('/');
            pointer.push_str(part);
        }
        pointer
    }

    /// The first key that an object had twice since this was last asked, with its offset.
    pub(crate) fn take_repeated(&mut self) -> Option<(usize, String)> {
        self.repeated.take()
    }

    /// Gives back what was taken, if nothing was found since.
    pub(crate) fn put_repeated(&mut self, repeated: Option<(usize, String)>) {
        self.repeated = self.repeated.take().or(repeated);
    }

    /// The kind of the next value.
    pub(crate) fn peek(&mut self) -> Read<Kind> {
        self.space();
        match self.byte() {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'"') => Ok(Kind::String),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            None => self.fail("the text ends where a value should stand"),
            Some(_) => self.fail("a value should stand here"),
        }
    }

    /// Enters an object.
    pub(crate) fn begin_object(&mut self) -> Read<()> {
        self.open(b'{')?;
        self.levels.push(Level::Object { first_key: self.keys.len(), many: None });
        Ok(())
    }

    /// The next key of the innermost object; nothing at its end, which leaves it.
    pub(crate) fn next_key(&mut self) -> Read<Option<Cow<'a, str>>> {
        let Some(Level::Object { first_key, .. }) = self.levels.last() else { return Ok(None) };
        let first_key = *first_key;
        let first = self.keys.len() == first_key;
        self.space();
        match self.byte() {
            Some(b'}') => {
                self.at += 1;
                self.levels.pop();
                self.keys.truncate(first_key);
                return Ok(None);
            }
            Some(b',') if !first => {
                self.at += 1;
                self.space();
            }
            Some(b'"') if first => {}
            _ => return self.fail("a key, a comma or the object's end should stand here"),
        }
        let offset = self.at;
        if self.byte() != Some(b'"') {
            return self.fail("a key in quotes should stand here");
        }
        let key = self.string()?;
        self.space();
        if self.byte() != Some(b':') {
            return self.fail("a colon should stand here");
        }
        self.at += 1;
        self.remember(first_key, offset, key.clone());
        Ok(Some(key))
    }

    fn remember(&mut self, first_key: usize, offset: usize, key: Cow<'a, str>) {
        let known = &self.keys[first_key..];
        let mut twice = false;
        if known.len() < MANY_KEYS {
            twice = known.contains(&key);
        } else if let Some(Level::Object { many, .. }) = self.levels.last_mut() {
            let many = many.get_or_insert_with(|| known.iter().cloned().collect());
            twice = !many.insert(key.clone());
        }
        if twice && self.repeated.is_none() {
            self.repeated = Some((offset, key.chars().take(80).collect()));
        }
        if known.len() > MANY_KEYS {
            // The set knows them all; the last one stays for the pointer.
            self.keys.pop();
        }
        self.keys.push(key);
    }

    /// Enters an array.
    pub(crate) fn begin_array(&mut self) -> Read<()> {
        self.open(b'[')?;
        self.levels.push(Level::Array { items: 0 });
        Ok(())
    }

    /// Whether another item follows in the innermost array; at its end the array is left.
    pub(crate) fn next_item(&mut self) -> Read<bool> {
        self.space();
        let byte = self.byte();
        let Some(Level::Array { items }) = self.levels.last_mut() else { return Ok(false) };
        match byte {
            Some(b']') => {
                self.at += 1;
                self.levels.pop();
                return Ok(false);
            }
            Some(b',') if *items > 0 => self.at += 1,
            Some(_) if *items == 0 => {}
            _ => return self.fail("a comma or the array's end should stand here"),
        }
        if let Some(Level::Array { items }) = self.levels.last_mut() {
            *items += 1;
        }
        Ok(true)
    }

    /// A string that comes next.
    pub(crate) fn string(&mut self) -> Read<Cow<'a, str>> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        let mut owned: Option<String> = None;
        loop {
            let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at..]) else {
                self.at = bytes.len();
                return self.fail("the text ends inside a string");
            };
            let end = at + found;
            if bytes[end] == b'"' {
                self.at = end + 1;
                return Ok(match owned {
                    None => Cow::Borrowed(&self.text[start..end]),
                    Some(mut text) => {
                        text.push_str(&self.text[at..end]);
                        Cow::Owned(text)
                    }
                });
            }
            let text = owned.get_or_insert_with(String::new);
            text.push_str(&self.text[at..end]);
            self.at = end;
            let letter = self.escape()?;
            owned.get_or_insert_with(String::new).push(letter);
            at = self.at;
        }
    }

    /// The character of an escape that begins here.
    fn escape(&mut self) -> Read<char> {
        let letter = match self.text.as_bytes().get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.unit(self.at + 2)?;
                self.at += 6;
                if !(0xd800..0xe000).contains(&first) {
                    return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                // Half a character without its other half is nothing that text can hold.
                let pair = self.text.as_bytes()[self.at..].starts_with(b"\\u") && first < 0xdc00;
                if pair {
                    let second = self.unit(self.at + 2)?;
                    if (0xdc00..0xe000).contains(&second) {
                        self.at += 6;
                        let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                        return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                }
                return Ok(char::REPLACEMENT_CHARACTER);
            }
            _ => return self.fail("an escape that JSON does not have"),
        };
        self.at += 2;
        Ok(letter)
    }

    fn unit(&self, at: usize) -> Read<u32> {
        self.text
            .get(at..at + 4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or(Stop { offset: self.at, why: Why::Syntax("four hexadecimal digits should stand here") })
    }

    /// A number that comes next, as it stands.
    pub(crate) fn number(&mut self) -> Read<&'a str> {
        let rest = &self.text.as_bytes()[self.at..];
        let digits = |from: usize| rest[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut end = usize::from(rest.first() == Some(&b'-'));
        let whole = digits(end);
        if whole == 0 || whole > 1 && rest[end] == b'0' {
            return self.fail("a number should stand here");
        }
        end += whole;
        if rest.get(end) == Some(&b'.') {
            let fraction = digits(end + 1);
            if fraction == 0 {
                return self.fail("a number has no digit after its point");
            }
            end += 1 + fraction;
        }
        if matches!(rest.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits((end + 1 + sign).min(rest.len()));
            if exponent == 0 {
                return self.fail("a number has no digit in its exponent");
            }
            end += 1 + sign + exponent;
        }
        let text = &self.text[self.at..self.at + end];
        self.at += end;
        Ok(text)
    }

    /// A truth value that comes next.
    pub(crate) fn bool(&mut self) -> Read<bool> {
        let value = self.byte() == Some(b't');
        self.word(if value { "true" } else { "false" })?;
        Ok(value)
    }

    /// Passes over the next value, which must be well-formed.
    pub(crate) fn skip(&mut self) -> Read<()> {
        match self.peek()? {
            Kind::Object => {
                self.open(b'{')?;
                self.levels.push(Level::Array { items: 0 });
                let mut first = true;
                loop {
                    self.space();
                    match self.byte() {
                        Some(b'}') => break,
                        Some(b',') if !first => {
                            self.at += 1;
                            self.space();
                        }
                        _ if first => {}
                        _ => return self.fail("a comma or the object's end should stand here"),
                    }
                    first = false;
                    if self.byte() != Some(b'"') {
                        return self.fail("a key in quotes should stand here");
                    }
                    self.pass_string()?;
                    self.space();
                    if self.byte() != Some(b':') {
                        return self.fail("a colon should stand here");
                    }
                    self.at += 1;
                    self.skip()?;
                }
                self.at += 1;
                self.levels.pop();
                Ok(())
            }
            Kind::Array => {
                self.begin_array()?;
                while self.next_item()? {
                    self.skip()?;
                }
                Ok(())
            }
            Kind::String => self.pass_string(),
            Kind::Number => self.number().map(drop),
            Kind::Null => self.word("null"),
            Kind::Bool if self.byte() == Some(b't') => self.word("true"),
            Kind::Bool => self.word("false"),
        }
    }

    fn pass_string(&mut self) -> Read<()> {
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[self.at..]) else {
                self.at = bytes.len();
                return self.fail("the text ends inside a string");
            };
            self.at += found;
            if bytes[self.at] == b'"' {
                self.at += 1;
                return Ok(());
            }
            self.escape()?;
        }
    }

    fn word(&mut self, word: &'static str) -> Read<()> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return self.fail("a value should stand here");
        }
        self.at += word.len();
        Ok(())
    }

    /// Nothing but white space may follow.
    pub(crate) fn finish(&mut self) -> Read<()> {
        self.space();
        if self.at < self.text.len() { self.fail("more text stands after the document") } else { Ok(()) }
    }

    fn open(&mut self, byte: u8) -> Read<()> {
        self.space();
        if self.byte() != Some(byte) {
            return self.fail("a value of another kind should stand here");
        }
        if self.levels.len() >= DEEPEST {
            return Err(Stop { offset: self.at, why: Why::TooDeep });
        }
        self.at += 1;
        Ok(())
    }

    fn space(&mut self) {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fail<T>(&self, reason: &'static str) -> Read<T> {
        Err(Stop { offset: self.at, why: Why::Syntax(reason) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped(text: &str) -> Read<()> {
        let mut reader = Reader::new(text);
        reader.skip()?;
        reader.finish()
    }

    #[test]
    fn what_is_skipped_is_json_exactly_where_serde_json_says_so() {
        for text in [
            "{}",
            "[]",
            "[1,2]",
            "[1 2]",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{,}",
            "[,]",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud83d\\ude00\"",
            "-1.5e+3",
            "01",
            "1.",
            "1e",
            "-",
            "nul",
            "null",
            "true",
            "fals",
            "{\"a\":{\"b\":[]}}",
            "[[[",
            "{} {}",
            "",
            " ",
            "{\"a\":\"b\\\"c\"}",
            "[tru]",
            "{a:1}",
            "[1,]",
        ] {
            assert_eq!(
                skipped(text).is_ok(),
                serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(),
                "{text}"
            );
        }
    }

    #[test]
    fn depth_has_a_bound_and_needs_no_stack() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(skipped(&deep(DEEPEST)).is_ok());
        assert!(matches!(skipped(&deep(DEEPEST + 1)), Err(Stop { why: Why::TooDeep, .. })));
        assert!(matches!(skipped(&"{\"a\":".repeat(1_000_000)), Err(Stop { why: Why::TooDeep, .. })));
    }

    #[test]
    fn places_and_repeated_keys_are_known() {
        let text = "{\"a\": [1,\n {\"b/c\": \"x\"}], \"k\": 1, \"\\u006b\": 2}";
        let mut reader = Reader::new(text);
        reader.begin_object().unwrap();
        assert_eq!(reader.next_key().unwrap().unwrap(), "a");
        reader.begin_array().unwrap();
        assert!(reader.next_item().unwrap());
        reader.skip().unwrap();
        assert!(reader.next_item().unwrap());
        reader.begin_object().unwrap();
        assert_eq!(reader.next_key().unwrap().unwrap(), "b/c");
        assert_eq!(reader.pointer(), "/a/1/b~1c");
        let offset = reader.offset();
        assert_eq!(reader.line_of(offset), 2);
        assert_eq!(reader.string().unwrap(), "x");
        assert_eq!(reader.next_key().unwrap(), None);
        assert!(!reader.next_item().unwrap());
        reader.next_key().unwrap();
        reader.skip().unwrap();
        assert_eq!(reader.next_key().unwrap().unwrap(), "k");
        reader.skip().unwrap();
        assert_eq!(reader.take_repeated().unwrap().1, "k");
        assert_eq!(reader.next_key().unwrap(), None);
    }

    #[test]
    fn many_keys_are_found_twice_too() {
        let mut text = String::from("{");
        for at in 0..100 {
            text.push_str(&format!("\"key{at}\": {at}, "));
        }
        text.push_str("\"key3\": 0}");
        let mut reader = Reader::new(&text);
        reader.begin_object().unwrap();
        while reader.next_key().unwrap().is_some() {
            reader.skip().unwrap();
        }
        assert_eq!(reader.take_repeated().unwrap().1, "key3");
    }
}

//! The reader.

use crate::kind::Kind;
use crate::pointer::escape;
use crate::scan::plain;
use crate::stop::{Place, Read, Stop, Why, line_and_column, shorten};
use std::borrow::Cow;
use std::collections::HashMap;

/// From this number of keys an object's keys are found by hash and no longer one by one.
const MANY_KEYS: usize = 24;

/// What becomes of that which JSON allows and nobody can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Strict,
    Lenient,
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
        /// All its keys and their offsets once there are many.
        many: Option<HashMap<Cow<'s, str>, usize>>,
    },
}

/// A place to come back to.
#[derive(Debug)]
pub struct Mark {
    at: usize,
    levels: usize,
    keys: usize,
}

/// Reads values one after another from text that is in memory.
pub struct Reader<'s> {
    text: &'s str,
    at: usize,
    manner: Manner,
    deepest: usize,
    levels: Vec<Level<'s>>,
    /// The keys of all open objects, each with its offset; of an object with many keys only the first ones and the last.
    keys: Vec<(Cow<'s, str>, usize)>,
    /// The first key that an object had twice, with the offset of the second.
    repeated: Option<(usize, String)>,
    /// An offset of which the line is known, and that line (from 1).
    line: (usize, u64),
}

impl<'s> Reader<'s> {
    /// A reader that refuses a key that stands twice in one object and half of a surrogate pair. No more than `deepest`
    /// arrays and objects may lie inside one another.
    #[must_use]
    pub const fn strict(text: &'s str, deepest: usize) -> Self {
        Self::new(text, deepest, Manner::Strict)
    }

    /// A reader that notes the first key that stands twice in one object ([`Reader::take_repeated`]), and puts the replacement
    /// character where half of a surrogate pair stands.
    #[must_use]
    pub const fn lenient(text: &'s str, deepest: usize) -> Self {
        Self::new(text, deepest, Manner::Lenient)
    }

    const fn new(text: &'s str, deepest: usize, manner: Manner) -> Self {
        Self {
            text,
            at: 0,
            manner,
            deepest,
            levels: Vec::new(),
            keys: Vec::new(),
            repeated: None,
            line: (0, 1),
        }
    }

    /// Where the next value stands.
    pub fn offset(&mut self) -> usize {
        self.space();
        self.at
    }

    /// The offset behind what was read.
    #[must_use]
    pub const fn read_to(&self) -> usize {
        self.at
    }

    /// The line of an offset, from 1. Cheap where offsets rise from call to call.
    pub fn line_of(&mut self, offset: usize) -> u64 {
        let (from, line) = if offset < self.line.0 { (0, 1) } else { self.line };
        let end = offset.min(self.text.len());
        let more = self.text.as_bytes()[from..end].iter().filter(|byte| **byte == b'\n').count();
        self.line = (end, line + more as u64);
        self.line.1
    }

    /// The JSON pointer (RFC 6901) of the value that is being read; long keys are shortened in it.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        let mut after = self.keys.len();
        let mut parts = Vec::new();
        for level in self.levels.iter().rev() {
            match level {
                Level::Array { items } => parts.push(items.saturating_sub(1).to_string()),
                Level::Object { first_key, .. } => {
                    if after > *first_key {
                        parts.push(escape(&shorten(&self.keys[after - 1].0)));
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

    /// The place that the reader has come to.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark { at: self.at, levels: self.levels.len(), keys: self.keys.len() }
    }

    /// Goes back to a mark that was made before the value of a key or an item whose object or array is still open.
    pub fn rewind(&mut self, mark: &Mark) {
        self.at = mark.at;
        self.levels.truncate(mark.levels);
        self.keys.truncate(mark.keys);
    }

    /// The first key that an object had twice since this was last asked, with the offset of the second. Keys of objects
    /// that were skipped are not looked at.
    pub const fn take_repeated(&mut self) -> Option<(usize, String)> {
        self.repeated.take()
    }

    /// Gives back what was taken, if nothing was found since.
    pub fn put_repeated(&mut self, repeated: Option<(usize, String)>) {
        self.repeated = self.repeated.take().or(repeated);
    }

    /// The kind of the next value.
    ///
    /// # Errors
    /// No value stands there.
    pub fn peek(&mut self) -> Read<Kind> {
        self.space();
        match self.byte() {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'"') => Ok(Kind::String),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            None => self.syntax("the text ends where a value should stand"),
            Some(_) => self.misplaced("a value"),
        }
    }

    /// Enters an object.
    ///
    /// # Errors
    /// The next value is none, or lies too deep.
    pub fn begin_object(&mut self) -> Read<()> {
        self.open(b'{', "an object")?;
        self.levels.push(Level::Object { first_key: self.keys.len(), many: None });
        Ok(())
    }

    /// The next key of the innermost object, whose value then comes next; nothing at its end, which leaves it.
    ///
    /// # Errors
    /// The text is not JSON, or (in strict reading) the object has had the key before.
    pub fn next_key(&mut self) -> Read<Option<Cow<'s, str>>> {
        let Some(first_key) = self.at_key()? else { return Ok(None) };
        let offset = self.at;
        let key = self.string()?;
        self.colon()?;
        self.remember(key.clone(), offset, first_key)?;
        Ok(Some(key))
    }

    /// Enters an array.
    ///
    /// # Errors
    /// The next value is none, or lies too deep.
    pub fn begin_array(&mut self) -> Read<()> {
        self.open(b'[', "an array")?;
        self.levels.push(Level::Array { items: 0 });
        Ok(())
    }

    /// Whether the innermost array has another item, which then comes next; at its end leaves it.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn next_item(&mut self) -> Read<bool> {
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
                    return self.syntax("a comma before the end of an array");
                }
            }
            Some(_) if *items == 0 => *items += 1,
            None => return self.syntax("the text ends inside an array"),
            Some(_) => return self.misplaced("`,` or `]`"),
        }
        Ok(true)
    }

    /// A string: borrowed where nothing in it is escaped.
    ///
    /// # Errors
    /// The next value is none, or not well-formed.
    pub fn string(&mut self) -> Read<Cow<'s, str>> {
        self.quote()?;
        let begin = self.plain()?;
        if self.closes() {
            return Ok(Cow::Borrowed(begin));
        }
        let mut unescaped = String::with_capacity(begin.len() + 16);
        unescaped.push_str(begin);
        loop {
            unescaped.push(self.escape()?);
            unescaped.push_str(self.plain()?);
            if self.closes() {
                return Ok(Cow::Owned(unescaped));
            }
        }
    }

    /// The digits of a number, as they stand.
    ///
    /// # Errors
    /// The next value is none, or not well-formed.
    pub fn number(&mut self) -> Read<&'s str> {
        self.space();
        let begin = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        match self.byte() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(&self.text[begin..self.at])
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// The next value is neither.
    pub fn boolean(&mut self) -> Read<bool> {
        self.space();
        let is_true = self.byte() == Some(b't');
        self.word(if is_true { "true" } else { "false" })?;
        Ok(is_true)
    }

    /// `null`.
    ///
    /// # Errors
    /// The next value is another.
    pub fn null(&mut self) -> Read<()> {
        self.space();
        self.word("null")
    }

    /// Passes over the next value, which must be well-formed. Keys that repeat in it are not looked for.
    ///
    /// # Errors
    /// The value is not well-formed, or too deep.
    pub fn skip(&mut self) -> Read<()> {
        match self.peek()? {
            Kind::Null => self.null(),
            Kind::Bool => self.boolean().map(drop),
            Kind::Number => self.number().map(drop),
            Kind::String => self.skip_string(),
            Kind::Array => {
                self.begin_array()?;
                while self.next_item()? {
                    self.skip()?;
                }
                Ok(())
            }
            Kind::Object => {
                self.begin_object()?;
                while let Some(first_key) = self.at_key()? {
                    let begin = self.at;
                    self.skip_string()?;
                    let key = &self.text[begin + 1..self.at - 1];
                    self.colon()?;
                    // Only the last key stays, for the pointer of what may be wrong.
                    self.keys.truncate(first_key);
                    self.keys.push((Cow::Borrowed(key), begin));
                    self.skip()?;
                }
                Ok(())
            }
        }
    }

    /// Nothing but white space may follow.
    ///
    /// # Errors
    /// Something does.
    pub fn finish(&mut self) -> Read<()> {
        self.space();
        if self.at < self.text.len() {
            return self.syntax(format!("the document has ended, yet {} follows", self.here()));
        }
        Ok(())
    }

    /// A stop for a next value that is of the wrong kind.
    pub fn shape(&mut self, expected: &'static str) -> Stop {
        match self.peek() {
            Ok(found) => self.stop(Why::Shape { expected, found: found.name() }),
            Err(syntax) => syntax,
        }
    }

    /// A stop at the place that the reader has come to.
    #[cold]
    #[must_use]
    pub fn stop(&self, why: Why) -> Stop {
        let (line, column) = line_and_column(self.text.as_bytes(), self.at);
        Stop { place: Place { offset: self.at, line, column, pointer: self.pointer() }, why }
    }

    /// Comes to the quote of the next key of the innermost object, and answers where that object's keys begin; nothing at its
    /// end, which leaves it.
    fn at_key(&mut self) -> Read<Option<usize>> {
        let Some(Level::Object { first_key, .. }) = self.levels.last() else { return Ok(None) };
        let first_key = *first_key;
        let is_first = self.keys.len() == first_key;
        self.space();
        match self.byte() {
            Some(b'}') => {
                self.at += 1;
                self.levels.pop();
                self.keys.truncate(first_key);
                return Ok(None);
            }
            Some(b',') if !is_first => {
                self.at += 1;
                self.space();
                if self.byte() != Some(b'"') {
                    return self.misplaced("a key");
                }
            }
            Some(b'"') if is_first => {}
            None => return self.syntax("the text ends inside an object"),
            Some(_) if is_first => return self.misplaced("a key or `}`"),
            Some(_) => return self.misplaced("`,` or `}`"),
        }
        Ok(Some(first_key))
    }

    fn colon(&mut self) -> Read<()> {
        self.space();
        if self.byte() != Some(b':') {
            return self.misplaced("`:`");
        }
        self.at += 1;
        Ok(())
    }

    fn remember(&mut self, key: Cow<'s, str>, offset: usize, first_key: usize) -> Read<()> {
        let known = &self.keys[first_key..];
        let count = known.len();
        let earlier = if count < MANY_KEYS {
            known.iter().find(|(known, _)| *known == key).map(|(_, offset)| *offset)
        } else {
            let Some(Level::Object { many, .. }) = self.levels.last_mut() else { return Ok(()) };
            many.get_or_insert_with(|| known.iter().cloned().collect()).insert(key.clone(), offset)
        };
        if let Some(earlier) = earlier {
            self.repeats(&key, earlier, offset)?;
        }
        if count > MANY_KEYS {
            // The map knows them all; the last one stays for the pointer.
            self.keys.pop();
        }
        self.keys.push((key, offset));
        Ok(())
    }

    /// What becomes of a key that its object has had before.
    #[cold]
    fn repeats(&mut self, key: &str, earlier: usize, offset: usize) -> Read<()> {
        let key = shorten(key);
        match self.manner {
            Manner::Strict => {
                let (first_line, _) = line_and_column(self.text.as_bytes(), earlier);
                self.at = offset;
                Err(self.stop(Why::DuplicateKey { key, first_line }))
            }
            Manner::Lenient => {
                self.repeated.get_or_insert((offset, key));
                Ok(())
            }
        }
    }

    fn open(&mut self, bracket: u8, expected: &'static str) -> Read<()> {
        self.space();
        if self.byte() != Some(bracket) {
            return Err(self.shape(expected));
        }
        if self.levels.len() >= self.deepest {
            return Err(self.stop(Why::TooDeep(self.deepest)));
        }
        self.at += 1;
        Ok(())
    }

    fn quote(&mut self) -> Read<()> {
        self.space();
        if self.byte() != Some(b'"') {
            return self.misplaced("a string");
        }
        self.at += 1;
        Ok(())
    }

    /// Whether the string that is being read ends here; if so, leaves it.
    fn closes(&mut self) -> bool {
        let closes = self.byte() == Some(b'"');
        self.at += usize::from(closes);
        closes
    }

    /// What stands up to the end of a string or to its next escape.
    fn plain(&mut self) -> Read<&'s str> {
        let begin = self.at;
        self.at += plain(&self.text.as_bytes()[begin..]);
        match self.byte() {
            Some(b'"' | b'\\') => Ok(&self.text[begin..self.at]),
            None => self.syntax("the text ends inside a string"),
            Some(_) => self.syntax(format!("a string holds {}, which must be escaped", self.here())),
        }
    }

    fn skip_string(&mut self) -> Read<()> {
        self.quote()?;
        loop {
            self.plain()?;
            if self.closes() {
                return Ok(());
            }
            self.escape()?;
        }
    }

    /// The character of an escape that begins here.
    fn escape(&mut self) -> Read<char> {
        let plain = match self.text.as_bytes().get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return self.syntax("an escape that JSON does not know"),
        };
        self.at += 2;
        Ok(plain)
    }

    fn unicode_escape(&mut self) -> Read<char> {
        let unit = |at: usize| -> Option<u32> {
            let digits = self.text.as_bytes().get(at..at + 4)?;
            digits.iter().try_fold(0, |sum, digit| Some(sum * 16 + (*digit as char).to_digit(16)?))
        };
        let begin = self.at;
        let Some(first) = unit(begin + 2) else {
            return self.syntax("`\\u` without four hexadecimal digits");
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
            _ if self.manner == Manner::Lenient => {
                self.at = begin + 6;
                Ok(char::REPLACEMENT_CHARACTER)
            }
            _ => self.syntax(format!("half of a surrogate pair, \\u{first:04x}")),
        }
    }

    /// Passes over digits, one at the least.
    fn digits(&mut self) -> Read<()> {
        if !matches!(self.byte(), Some(b'0'..=b'9')) {
            return self.misplaced("a digit");
        }
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn word(&mut self, word: &str) -> Read<()> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return self.misplaced("a value");
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

    #[cold]
    fn misplaced<T>(&self, wanted: &str) -> Read<T> {
        self.syntax(format!("{wanted} should stand here, not {}", self.here()))
    }

    #[cold]
    fn syntax<T>(&self, reason: impl Into<String>) -> Read<T> {
        Err(self.stop(Why::Syntax(reason.into())))
    }
}

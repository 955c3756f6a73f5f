//! JSON out: one element at a time, so that a large document is never held twice.

use super::value::Json;
use crate::WriteError;
use std::io::{self, Write};

/// How JSON looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// The order of the specification, indented by two, UTF-8, a newline at the end.
    #[default]
    Pretty,
    /// As `json.dumps(document, indent=2, sort_keys=True)` of Python gives it: keys by code point, everything outside
    /// ASCII escaped, no newline at the end. CPython's checked-in documents are in this style.
    PythonSorted,
    /// The order of the specification on one line, a newline at the end.
    Compact,
}

/// Writes values in a style; objects and arrays may be begun and ended, so that they need not exist as values.
pub(crate) struct JsonWriter<'w> {
    out: &'w mut dyn Write,
    style: Style,
    /// For each open object or array: whether it has an item yet.
    open: Vec<bool>,
    line: Vec<u8>,
}

/// Text is handed on in pieces of about this size.
const CHUNK: usize = 64 * 1024;

impl<'w> JsonWriter<'w> {
    pub(crate) fn new(out: &'w mut dyn Write, style: Style) -> Self {
        Self { out, style, open: Vec::new(), line: Vec::new() }
    }

    pub(crate) const fn sorted(&self) -> bool {
        matches!(self.style, Style::PythonSorted)
    }

    /// Begins an object (`{`) or an array (`[`).
    pub(crate) fn begin(&mut self, bracket: char) {
        self.line.push(bracket as u8);
        self.open.push(false);
    }

    /// Ends it.
    pub(crate) fn end(&mut self, bracket: char) -> io::Result<()> {
        if self.open.pop() == Some(true) {
            self.newline();
        }
        self.line.push(bracket as u8);
        self.flush_when(CHUNK)
    }

    /// Makes room for the next item of the innermost array.
    pub(crate) fn item(&mut self) {
        if let Some(has_items) = self.open.last_mut() {
            if *has_items {
                self.line.push(b',');
            }
            *has_items = true;
        }
        self.newline();
    }

    /// Makes room for the next field of the innermost object.
    pub(crate) fn key(&mut self, name: &str) {
        self.item();
        self.string(name);
        self.line.push(b':');
        if self.style != Style::Compact {
            self.line.push(b' ');
        }
    }

    /// Writes a whole value.
    pub(crate) fn value(&mut self, value: &Json) -> io::Result<()> {
        match value {
            Json::Null => self.line.extend_from_slice(b"null"),
            Json::Bool(true) => self.line.extend_from_slice(b"true"),
            Json::Bool(false) => self.line.extend_from_slice(b"false"),
            Json::Number(digits) => self.line.extend_from_slice(digits.as_bytes()),
            Json::String(text) => self.string(text),
            Json::Array(items) => {
                self.begin('[');
                for item in items {
                    self.item();
                    self.value(item)?;
                }
                self.end(']')?;
            }
            Json::Object(fields) => {
                self.begin('{');
                if self.sorted() {
                    let mut sorted: Vec<_> = fields.iter().collect();
                    sorted.sort_by(|a, b| a.0.cmp(&b.0));
                    for (name, field) in sorted {
                        self.key(name);
                        self.value(field)?;
                    }
                } else {
                    for (name, field) in fields {
                        self.key(name);
                        self.value(field)?;
                    }
                }
                self.end('}')?;
            }
        }
        Ok(())
    }

    /// Writes an array item by item, each made when its turn comes.
    pub(crate) fn array(
        &mut self,
        items: impl Iterator<Item = Result<Json, WriteError>>,
    ) -> Result<(), WriteError> {
        self.begin('[');
        for item in items {
            self.item();
            self.value(&item?)?;
        }
        Ok(self.end(']')?)
    }

    /// Ends the document.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        if self.style != Style::PythonSorted {
            self.line.push(b'\n');
        }
        self.flush_when(0)
    }

    fn newline(&mut self) {
        if self.style != Style::Compact {
            self.line.push(b'\n');
            self.line.resize(self.line.len() + 2 * self.open.len(), b' ');
        }
    }

    fn flush_when(&mut self, size: usize) -> io::Result<()> {
        if self.line.len() >= size {
            self.out.write_all(&self.line)?;
            self.line.clear();
        }
        Ok(())
    }

    fn string(&mut self, text: &str) {
        let ascii = self.style == Style::PythonSorted;
        let escaped = |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (ascii & (byte >= 0x7f));
        self.line.push(b'"');
        // Nearly every text is plain; without an end in the middle the processor looks at many bytes at once.
        if !text.bytes().fold(false, |any, byte| any | escaped(byte)) {
            self.line.extend_from_slice(text.as_bytes());
            self.line.push(b'"');
            return;
        }
        let mut done = 0;
        for (at, byte) in text.bytes().enumerate() {
            if !escaped(byte) {
                continue;
            }
            if at < done {
                // The rest of a character that is already escaped.
                continue;
            }
            self.line.extend_from_slice(&text.as_bytes()[done..at]);
            let character = text[at..].chars().next().expect("a byte of this string is at this place");
            done = at + character.len_utf8();
            match character {
                '"' => self.line.extend_from_slice(b"\\\""),
                '\\' => self.line.extend_from_slice(b"\\\\"),
                '\n' => self.line.extend_from_slice(b"\\n"),
                '\r' => self.line.extend_from_slice(b"\\r"),
                '\t' => self.line.extend_from_slice(b"\\t"),
                '\u{8}' => self.line.extend_from_slice(b"\\b"),
                '\u{c}' => self.line.extend_from_slice(b"\\f"),
                other => {
                    for unit in other.encode_utf16(&mut [0; 2]) {
                        self.line.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                    }
                }
            }
        }
        self.line.extend_from_slice(&text.as_bytes()[done..]);
        self.line.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(value: &Json, style: Style) -> String {
        let mut out = Vec::new();
        let mut writer = JsonWriter::new(&mut out, style);
        writer.value(value).unwrap();
        writer.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn python_style_escapes_and_sorts() {
        let value = Json::Object(vec![
            ("b".into(), Json::string("é\u{1f600}\u{7f}\n\"")),
            ("a".into(), Json::Array(vec![])),
            ("A".into(), Json::Object(vec![])),
        ]);
        assert_eq!(
            print(&value, Style::PythonSorted),
            "{\n  \"A\": {},\n  \"a\": [],\n  \"b\": \"\\u00e9\\ud83d\\ude00\\u007f\\n\\\"\"\n}"
        );
        assert_eq!(print(&value, Style::Compact), "{\"b\":\"é\u{1f600}\u{7f}\\n\\\"\",\"a\":[],\"A\":{}}\n");
    }
}

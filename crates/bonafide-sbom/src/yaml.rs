//! YAML 1.2 as one JSON value.

use crate::error::{ReadError, ReadFault, ReadPlace};
use crate::json::{DEEPEST, Json};
use bonafide_json::shorten;
use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// A sequence or mapping that is not closed yet.
struct Open {
    value: Json,
    /// The key of the mapping that waits for its value.
    key: Option<Box<str>>,
    keys: HashSet<Box<str>>,
    anchor: usize,
}

/// The one document of a stream.
///
/// Plain scalars are what YAML's core schema makes of them: `null`, `true`, numbers, or else strings. Aliases are
/// copies of what they name; all copies together may not be larger than the text, so that none can grow without end.
///
/// # Errors
/// What is not YAML, a key twice in one mapping, keys that are no scalars, a second document, nesting beyond 256
/// levels, aliases that grow.
pub(crate) fn parse(text: &str) -> Result<Json, ReadError> {
    let mut build = Build { open: Vec::new(), anchors: HashMap::new(), left: text.len(), done: None };
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|error| at(error.marker(), format!("not YAML: {}", error.info())))?;
        build.event(event, &span)?;
    }
    build.done.ok_or_else(|| ReadError::whole(ReadFault::Empty))
}

struct Build {
    open: Vec<Open>,
    /// Values that an alias may name, each with its size.
    anchors: HashMap<usize, (Json, usize)>,
    /// How much aliases may still add.
    left: usize,
    done: Option<Json>,
}

impl Build {
    fn event(&mut self, event: Event<'_>, span: &Span) -> Result<(), ReadError> {
        match event {
            Event::DocumentStart(_) if self.done.is_some() => {
                return Err(at(&span.start, "a second YAML document follows the first".to_owned()));
            }
            Event::Scalar(text, style, anchor, tag) => {
                if self.takes_key() {
                    return self.key(&text, span);
                }
                let value = scalar(&text, style, tag.as_deref());
                self.remember(anchor, &value);
                self.put(value);
            }
            Event::SequenceStart(anchor, _) => self.begin(Json::Array(Vec::new()), anchor, span)?,
            Event::MappingStart(anchor, _) => self.begin(Json::Object(Vec::new()), anchor, span)?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.remember(open.anchor, &open.value);
                    self.put(open.value);
                }
            }
            Event::Alias(anchor) => {
                let Some((value, size)) = self.anchors.get(&anchor) else {
                    return Err(at(&span.start, "an alias of something that is not whole yet".to_owned()));
                };
                self.left = self.left.checked_sub(*size).ok_or_else(|| {
                    at(&span.start, "aliases make the document larger than twice its text".to_owned())
                })?;
                let value = value.clone();
                if self.takes_key() {
                    return match value {
                        Json::String(text) => self.key(&text, span),
                        _ => Err(at(&span.start, "a key that is no text".to_owned())),
                    };
                }
                self.put(value);
            }
            _ => {}
        }
        Ok(())
    }

    fn takes_key(&self) -> bool {
        self.open.last().is_some_and(|open| matches!(open.value, Json::Object(_)) && open.key.is_none())
    }

    fn key(&mut self, text: &str, span: &Span) -> Result<(), ReadError> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        if !open.keys.insert(text.into()) {
            return Err(at(&span.start, format!("key {:?} appears twice", shorten(text))));
        }
        open.key = Some(text.into());
        Ok(())
    }

    fn begin(&mut self, value: Json, anchor: usize, span: &Span) -> Result<(), ReadError> {
        if self.takes_key() {
            return Err(at(&span.start, "a key that is no text".to_owned()));
        }
        if self.open.len() == DEEPEST {
            let place = place(&span.start);
            return Err(ReadError { place, fault: ReadFault::TooDeep(DEEPEST) });
        }
        self.open.push(Open { value, key: None, keys: HashSet::new(), anchor });
        Ok(())
    }

    fn put(&mut self, value: Json) {
        match self.open.last_mut() {
            None => self.done = Some(value),
            Some(Open { value: Json::Array(items), .. }) => items.push(value),
            Some(Open { value: Json::Object(fields), key, .. }) => {
                fields.push((key.take().unwrap_or_default(), value));
            }
            Some(_) => {}
        }
    }

    fn remember(&mut self, anchor: usize, value: &Json) {
        if anchor == 0 {
            return;
        }
        // Nested anchors are kept once each: what they hold together is bounded as copies are.
        let size = size(value);
        if let Some(left) = self.left.checked_sub(size) {
            self.left = left;
            self.anchors.insert(anchor, (value.clone(), size));
        }
    }
}

/// About how many bytes a value takes as text.
fn size(value: &Json) -> usize {
    match value {
        Json::Null | Json::Bool(_) => 4,
        Json::Number(text) | Json::String(text) => text.len() + 1,
        Json::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Json::Object(fields) => 1 + fields.iter().map(|(key, value)| key.len() + size(value)).sum::<usize>(),
    }
}

/// YAML 1.2.2 §10.3. Numbers that JSON does not know (`0x1f`, `.inf`) stay text.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Json {
    let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
    if style != ScalarStyle::Plain || is_text {
        return Json::string(text);
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Json::Null,
        "true" | "True" | "TRUE" => Json::Bool(true),
        "false" | "False" | "FALSE" => Json::Bool(false),
        _ if is_json_number(text) => Json::Number(text.into()),
        _ => Json::string(text),
    }
}

/// Whether text is a number of JSON: RFC 8259 §6.
pub(crate) fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

fn place(marker: &saphyr_parser::Marker) -> ReadPlace {
    ReadPlace { line: Some(marker.line()), column: Some(marker.col() + 1), ..ReadPlace::default() }
}

fn at(marker: &saphyr_parser::Marker, message: impl Into<Cow<'static, str>>) -> ReadError {
    ReadError { place: place(marker), fault: ReadFault::Text(message.into().into_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &Json) -> String {
        value.to_text()
    }

    #[test]
    fn reads_scalars_aliases_and_blocks() {
        let value =
            parse("---\na: &x [1, 1.50, 0x1f, yes, ~, 'true']\nb: *x\nc: |\n  two\n  lines\n").unwrap();
        assert_eq!(
            text(&value),
            "{\"a\":[1,1.50,\"0x1f\",\"yes\",null,\"true\"],\"b\":[1,1.50,\"0x1f\",\"yes\",null,\"true\"],\
             \"c\":\"two\\nlines\\n\"}"
        );
    }

    #[test]
    fn refuses_with_line() {
        let refuse = |text: &str| parse(text).unwrap_err().to_string();
        assert_eq!(refuse("a: 1\nb: 2\na: 3\n"), "line 3, column 1: key \"a\" appears twice");
        assert!(refuse("a: 1\n---\nb: 2\n").contains("a second YAML document"));
        assert!(refuse("? [a]\n: b\n").contains("a key that is no text"));
        assert!(refuse(&"[".repeat(100_000)).starts_with("line 1"));
        assert!(refuse(&"- ".repeat(100_000)).starts_with("line 1"));
        assert!(refuse("a: [1\nb: }").contains("not YAML"));
        let mut bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
        for n in 1..30 {
            let one = format!("*a{}", n - 1);
            bomb.push_str(&format!("a{n}: &a{n} [{}]\n", [one.as_str(); 9].join(", ")));
        }
        let said = refuse(&bomb);
        assert!(said.contains("alias"), "{said}");
    }
}

//! YAML 1.2 as the JSON that says the same, value for value on the same line, so that what is told of the JSON is true of the YAML.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::json::DEEPEST;

/// Why a text is no YAML document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: not yaml: {reason}")]
pub struct YamlError {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong.
    pub reason: String,
}

/// Whether a text is to be read as YAML: it begins with nothing that objects and lists of JSON, or XML, begin with.
pub(crate) fn is_yaml(text: &str) -> bool {
    let text = text.trim_start();
    !text.is_empty() && !text.starts_with(['{', '[', '<', ']', '}'])
}

/// The JSON text that says the same as a YAML document. Plain scalars are what the core schema makes of them (YAML 1.2.2 §10.3),
/// and numbers keep their digits: `1.10` stays `1.10`. A key that stands twice stays twice.
///
/// Aliases are copies of what they name; all copies together may not be longer than the text, so that none can grow without
/// end. Time and memory are linear in the length.
///
/// # Errors
/// What is not YAML, keys that are no scalars, a second document, nesting deeper than the JSON reader goes, aliases that grow.
pub fn yaml_to_json(text: &str) -> Result<String, YamlError> {
    let mut writer = Writer {
        json: String::with_capacity(text.len() + text.len() / 4),
        line: 1,
        open: Vec::new(),
        anchors: HashMap::new(),
        left: text.len(),
        done: false,
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| YamlError {
            line: error.marker().line() as u64,
            reason: error.info().chars().take(200).collect(),
        })?;
        let line = span.start.line() as u64;
        writer.event(&event, line).map_err(|reason| YamlError { line, reason: reason.to_owned() })?;
    }
    if writer.done {
        Ok(writer.json)
    } else {
        Err(YamlError { line: 1, reason: "the document is empty".to_owned() })
    }
}

/// What is open: a list, or a mapping that waits for a key or for a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Items,
    Key,
    Value,
}

struct Open {
    state: State,
    empty: bool,
    anchor: usize,
    start: usize,
}

struct Writer {
    json: String,
    line: u64,
    open: Vec<Open>,
    /// Where the values that an alias may name stand.
    anchors: HashMap<usize, Range<usize>>,
    /// How much aliases may still add.
    left: usize,
    done: bool,
}

impl Writer {
    fn event(&mut self, event: &Event<'_>, line: u64) -> Result<(), &'static str> {
        match event {
            Event::DocumentStart(_) if self.done => Err("a second document follows the first"),
            Event::Scalar(text, style, anchor, tag) => {
                let start = self.before(line);
                if self.takes_key() {
                    quote(&mut self.json, text);
                } else {
                    scalar(&mut self.json, text, *style, tag.as_deref());
                }
                self.remember(*anchor, start);
                self.after();
                Ok(())
            }
            Event::SequenceStart(anchor, _) => self.begin(State::Items, *anchor, line),
            Event::MappingStart(anchor, _) => self.begin(State::Key, *anchor, line),
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.json.push(if open.state == State::Items { ']' } else { '}' });
                    self.remember(open.anchor, open.start);
                    self.after();
                }
                Ok(())
            }
            Event::Alias(anchor) => self.alias(*anchor, line),
            _ => Ok(()),
        }
    }

    fn takes_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.state == State::Key)
    }

    /// Writes what stands between the last value and the next, which begins on that line; gives where it begins.
    fn before(&mut self, line: u64) -> usize {
        if let Some(open) = self.open.last_mut() {
            if open.state != State::Value && !open.empty {
                self.json.push(',');
            }
            open.empty = false;
        }
        while self.line < line {
            self.json.push('\n');
            self.line += 1;
        }
        self.json.len()
    }

    fn after(&mut self) {
        match self.open.last_mut() {
            None => self.done = true,
            Some(open) => match open.state {
                State::Key => {
                    self.json.push(':');
                    open.state = State::Value;
                }
                State::Value => open.state = State::Key,
                State::Items => {}
            },
        }
    }

    fn begin(&mut self, state: State, anchor: usize, line: u64) -> Result<(), &'static str> {
        if self.takes_key() {
            return Err("a key that is no text");
        }
        if self.open.len() == DEEPEST {
            return Err("nested too deep");
        }
        let start = self.before(line);
        self.json.push(if state == State::Items { '[' } else { '{' });
        self.open.push(Open { state, empty: true, anchor, start });
        Ok(())
    }

    fn alias(&mut self, anchor: usize, line: u64) -> Result<(), &'static str> {
        let Some(range) = self.anchors.get(&anchor).cloned() else {
            return Err("an alias of something that is not whole yet");
        };
        self.left = self
            .left
            .checked_sub(range.len() + 1)
            .ok_or("aliases make the document larger than twice its text")?;
        // Line ends stand between values only: inside strings they are escaped.
        let copy = self.json[range].replace('\n', "");
        if self.takes_key() && !copy.starts_with('"') {
            return Err("a key that is no text");
        }
        self.before(line);
        self.json.push_str(&copy);
        self.after();
        Ok(())
    }

    fn remember(&mut self, anchor: usize, start: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, start..self.json.len());
        }
    }
}

fn scalar(json: &mut String, text: &str, style: ScalarStyle, tag: Option<&Tag>) {
    let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
    if style != ScalarStyle::Plain || is_text {
        quote(json, text);
        return;
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => json.push_str("null"),
        "true" | "True" | "TRUE" => json.push_str("true"),
        "false" | "False" | "FALSE" => json.push_str("false"),
        _ if serde_json::from_str::<serde_json::Number>(text).is_ok() => json.push_str(text),
        _ => quote(json, text),
    }
}

fn quote(json: &mut String, text: &str) {
    json.push('"');
    for letter in text.chars() {
        match letter {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            letter if letter.is_control() => {
                write!(json, "\\u{:04x}", u32::from(letter)).expect("a string takes all");
            }
            letter => json.push(letter),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_lines_and_digits() {
        let json = yaml_to_json(
            "---\na: &x [1, 1.50, 0x1f, yes, ~, 'true']\n\nb: *x\nc: |\n  two\n  lines\nd:\n  - e: {}\n",
        )
        .unwrap();
        assert_eq!(
            json.replace('\n', ""),
            "{\"a\":[1,1.50,\"0x1f\",\"yes\",null,\"true\"],\"b\":[1,1.50,\"0x1f\",\"yes\",null,\"true\"],\
             \"c\":\"two\\nlines\\n\",\"d\":[{\"e\":{}}]}"
        );
        let line = |part: &str| json[..json.find(part).unwrap()].matches('\n').count() + 1;
        assert_eq!((line("\"a\""), line("\"b\""), line("\"c\""), line("\"e\"")), (2, 4, 5, 9));
        serde_json::from_str::<serde_json::Value>(&json).unwrap();
    }

    #[test]
    fn what_is_refused_has_a_line() {
        let refuse = |text: &str| yaml_to_json(text).unwrap_err().to_string();
        assert!(refuse("a: 1\n---\nb: 2\n").contains("a second document"));
        assert!(refuse("? [a]\n: b\n").contains("a key that is no text"));
        assert!(refuse(&"[".repeat(100_000)).starts_with("line 1"));
        assert!(refuse(&"- ".repeat(100_000)).starts_with("line 1"));
        assert!(refuse("a: [1\nb: }").contains("not yaml"));
        assert!(refuse("# nothing\n").contains("empty"));
        let mut bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
        for n in 1..30 {
            let one = format!("*a{}", n - 1);
            bomb.push_str(&format!("a{n}: &a{n} [{}]\n", [one.as_str(); 9].join(", ")));
        }
        assert!(refuse(&bomb).contains("aliases"));
    }
}

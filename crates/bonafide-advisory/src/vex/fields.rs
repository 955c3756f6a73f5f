//! Lenient reading: what is of the wrong kind is told and passed over.

use std::borrow::Cow;

use bonafide_report::{Finding, Place, Rule};

use super::read::MOST_ITEMS;
use super::{Moment, rules};
use crate::json::{self, Kind, Read, Reader, Why};

/// More faults of one document are only counted.
const MOST_FAULTS: usize = 1000;

/// So much of a foreign text as a message shows.
pub(super) fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

/// A reader with a list of what was odd.
pub(super) struct Fields<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) faults: Vec<Finding>,
    pub(super) more_faults: u64,
    items: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { reader: json::reader(text), faults: Vec::new(), more_faults: 0, items: 0 }
    }

    /// Counts something that takes memory: a name, an identifier.
    pub(super) fn item(&mut self) -> Read<()> {
        self.items(1)
    }

    /// Counts something that takes as much memory as so many names.
    pub(super) fn items(&mut self, weight: usize) -> Read<()> {
        self.items += weight;
        if self.items > MOST_ITEMS {
            return Err(self.reader.stop(Why::TooMany));
        }
        Ok(())
    }

    /// Counts text that is kept a second time.
    pub(super) fn copy(&mut self, bytes: usize) -> Read<()> {
        self.items += bytes / 64;
        self.item()
    }

    /// Tells a fault of the value that is being read.
    pub(super) fn fault(&mut self, rule: &'static Rule, message: impl FnOnce() -> String) {
        if self.faults.len() >= MOST_FAULTS {
            self.more_faults += 1;
            return;
        }
        let offset = self.reader.offset();
        let place = Place::default()
            .pointer(self.reader.pointer())
            .line(self.reader.line_of(offset))
            .offset(offset as u64);
        self.faults.push(Finding::new(rule, place, message()));
    }

    fn wrong(&mut self, wanted: &'static str) -> Read<()> {
        let found = self.reader.peek()?;
        self.fault(&rules::WRONG_TYPE, || format!("{wanted} should stand here, not {}", found.name()));
        self.reader.skip()
    }

    /// The text of a string; nothing for another value, which is told.
    pub(super) fn text(&mut self) -> Read<Option<Cow<'a, str>>> {
        if self.reader.peek()? == Kind::String {
            return self.reader.string().map(Some);
        }
        self.wrong("a string")?;
        Ok(None)
    }

    /// As [`Fields::text`], owned.
    pub(super) fn owned(&mut self) -> Read<Option<Box<str>>> {
        Ok(self.text()?.map(|text| text.into_owned().into_boxed_str()))
    }

    /// The text of an identifier; an empty one names nothing.
    pub(super) fn named(&mut self) -> Read<Option<Box<str>>> {
        Ok(self.owned()?.filter(|text| !text.trim().is_empty()))
    }

    /// The text of a string or a number.
    pub(super) fn scalar(&mut self) -> Read<Option<Box<str>>> {
        match self.reader.peek()? {
            Kind::Number => self.reader.number().map(|digits| Some(digits.into())),
            _ => self.owned(),
        }
    }

    /// A moment; one that cannot be read is told and kept.
    pub(super) fn moment(&mut self) -> Read<Option<Moment>> {
        let offset_known = self.reader.peek()? == Kind::String;
        if !offset_known {
            self.wrong("a moment")?;
            return Ok(Some(Moment { text: "".into(), instant: None }));
        }
        let text = self.reader.string()?;
        let moment = Moment::new(&text);
        if moment.instant.is_none() {
            self.fault(&rules::TIMESTAMP, || {
                let short: String = text.chars().take(60).collect();
                format!("`{short}` is no RFC 3339 moment such as 2024-01-15T00:00:00Z")
            });
        }
        Ok(Some(moment))
    }

    /// Enters an object; another value is told and passed over.
    pub(super) fn object(&mut self) -> Read<bool> {
        if self.reader.peek()? == Kind::Object {
            self.reader.begin_object()?;
            return Ok(true);
        }
        self.wrong("an object")?;
        Ok(false)
    }

    /// Enters an array; another value is told and passed over.
    pub(super) fn array(&mut self) -> Read<bool> {
        if self.reader.peek()? == Kind::Array {
            self.reader.begin_array()?;
            return Ok(true);
        }
        self.wrong("an array")?;
        Ok(false)
    }

    /// Enters the next object of an array, which is counted; values of other kinds are counted, told and passed over. False
    /// where the array ends.
    pub(super) fn next_object(&mut self) -> Read<bool> {
        while self.reader.next_item()? {
            self.item()?;
            if self.object()? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The strings of an array.
    pub(super) fn texts(&mut self) -> Read<Vec<Cow<'a, str>>> {
        let mut texts = Vec::new();
        if self.array()? {
            while self.reader.next_item()? {
                self.item()?;
                texts.extend(self.text()?);
            }
        }
        Ok(texts)
    }

    /// Passes over the value of a key that the format does not know.
    pub(super) fn unknown(&mut self, key: &str) -> Read<()> {
        // JSON-LD keys and what is marked as an extension are nobody's mistake.
        if !key.starts_with('@') && !key.starts_with("x_") && key != "$schema" {
            self.fault(&rules::UNKNOWN_FIELD, || {
                let short: String = key.chars().take(80).collect();
                format!("the format has no field `{short}` here")
            });
        }
        self.reader.skip()
    }

    /// Tells that a field is not there, of the object whose pointer is given.
    pub(super) fn missing(&mut self, pointer: String, line: u64, field: &str) {
        self.tell(&rules::MISSING_FIELD, &pointer, line, format!("`{field}` is missing"));
    }

    /// Tells a fault of something that has been read already.
    pub(super) fn tell(&mut self, rule: &'static Rule, pointer: &str, line: u64, message: String) {
        if self.faults.len() >= MOST_FAULTS {
            self.more_faults += 1;
            return;
        }
        self.faults.push(Finding::new(rule, Place::default().pointer(pointer).line(line), message));
    }
}

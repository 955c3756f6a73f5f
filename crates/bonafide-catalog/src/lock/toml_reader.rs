//! TOML tables with the lines that they stand on.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::LockError;

/// Where lines begin, to turn offsets into lines.
#[derive(Debug)]
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect())
    }

    /// The line of an offset, from 1.
    pub(super) fn line(&self, offset: usize) -> u64 {
        self.0.partition_point(|newline| *newline < offset) as u64 + 1
    }
}

/// A document and its lines.
#[derive(Debug)]
pub(super) struct Document<'a> {
    root: Spanned<DeTable<'a>>,
    lines: Lines,
}

impl<'a> Document<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, LockError> {
        let lines = Lines::new(text);
        let root = DeTable::parse(text).map_err(|error| LockError::Syntax {
            line: error.span().map_or(1, |span| lines.line(span.start)),
            message: super::shorten(error.message()),
        })?;
        Ok(Self { root, lines })
    }

    pub(super) fn root(&self) -> Table<'_> {
        Table { table: self.root.get_ref(), line: 1, lines: &self.lines }
    }
}

/// A table, for looking things up in. What is there in another type than asked for is as if it were not there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'d> {
    table: &'d DeTable<'d>,
    lines: &'d Lines,
    pub(super) line: u64,
}

impl<'d> Table<'d> {
    fn get(self, key: &str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.table.get(key)
    }

    pub(super) fn text(self, key: &str) -> Option<&'d str> {
        self.get(key)?.get_ref().as_str()
    }

    /// The string `name`, where it is not empty.
    pub(super) fn name(self) -> Option<&'d str> {
        self.text("name").filter(|name| !name.is_empty())
    }

    /// A string, or the text of a number.
    pub(super) fn scalar(self, key: &str) -> Option<String> {
        match self.get(key)?.get_ref() {
            DeValue::String(text) => Some(text.clone().into_owned()),
            DeValue::Integer(number) => Some(number.as_str().to_owned()),
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            _ => None,
        }
    }

    pub(super) fn table(self, key: &str) -> Option<Self> {
        Some(Self { table: self.get(key)?.get_ref().as_table()?, ..self })
    }

    /// The tables of an array; what else is in it falls away.
    pub(super) fn tables(self, key: &str) -> impl Iterator<Item = Self> {
        let array = self.get(key).and_then(|value| value.get_ref().as_array());
        array.into_iter().flat_map(|array| array.iter()).filter_map(move |value| {
            let line = self.lines.line(value.span().start);
            Some(Self { table: value.get_ref().as_table()?, line, ..self })
        })
    }

    /// The strings of an array.
    pub(super) fn texts(self, key: &str) -> impl Iterator<Item = &'d str> {
        let array = self.get(key).and_then(|value| value.get_ref().as_array());
        array.into_iter().flat_map(|array| array.iter()).filter_map(|value| value.get_ref().as_str())
    }

    pub(super) fn keys(self) -> impl Iterator<Item = &'d str> {
        self.table.keys().map(|key| key.get_ref().as_ref())
    }
}

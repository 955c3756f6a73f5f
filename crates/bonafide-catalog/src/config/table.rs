//! Strict reading of TOML tables: every key is asked for by name, what was not asked for is a warning, and everything
//! knows its line.

use regex::Regex;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Located, Problem};
use crate::glob::Glob;

/// Offsets of line starts, to turn the reader's byte offsets into lines.
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1));
        Self(starts)
    }

    /// The line, from 1, that holds a byte.
    pub(crate) fn at(&self, offset: usize) -> u64 {
        self.0.partition_point(|start| *start <= offset) as u64
    }
}

/// What was wrong and what was odd, gathered while a file is read.
pub(crate) struct Reader<'t> {
    lines: &'t Lines,
    pub(crate) errors: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
}

impl<'t> Reader<'t> {
    pub(crate) const fn new(lines: &'t Lines) -> Self {
        Self { lines, errors: Vec::new(), warnings: Vec::new() }
    }

    pub(crate) fn error(&mut self, line: u64, message: impl Into<String>) {
        self.errors.push(Problem { line, message: message.into() });
    }

    /// Opens a table for reading; [`Table::finish`] must end it.
    pub(crate) fn table<'i>(&self, name: &'static str, table: DeTable<'i>, line: u64) -> Table<'i> {
        let mut entries: Vec<(String, u64, Spanned<DeValue<'i>>)> = table
            .into_iter()
            .map(|(key, value)| (key.get_ref().to_string(), self.lines.at(key.span().start), value))
            .collect();
        entries.sort_by_key(|(_, line, value)| (*line, value.span().start));
        Table { name, line, entries, asked: Vec::new() }
    }

    fn wrong_type(&mut self, line: u64, table: &str, key: &str, wanted: &str, found: &DeValue<'_>) {
        self.error(line, format!("`{key}` in {table} must be {wanted}, not {}", found.type_str()));
    }
}

/// One table, from which keys are taken.
pub(crate) struct Table<'i> {
    name: &'static str,
    /// The line of its first key or header.
    pub(crate) line: u64,
    entries: Vec<(String, u64, Spanned<DeValue<'i>>)>,
    asked: Vec<&'static str>,
}

impl<'i> Table<'i> {
    fn take(&mut self, key: &'static str) -> Option<(u64, Spanned<DeValue<'i>>)> {
        self.asked.push(key);
        let at = self.entries.iter().position(|(name, ..)| name == key)?;
        let (_, line, value) = self.entries.remove(at);
        Some((line, value))
    }

    /// A text.
    pub(crate) fn text(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Located<String>> {
        let (line, value) = self.take(key)?;
        match value.into_inner() {
            DeValue::String(text) if text.trim().is_empty() => {
                reader.error(line, format!("`{key}` in {} is empty: state it or delete the line", self.name));
                None
            }
            DeValue::String(text) => Some(Located { value: text.into_owned(), line }),
            other => {
                reader.wrong_type(line, self.name, key, "a string", &other);
                None
            }
        }
    }

    /// A text that must be there.
    pub(crate) fn required(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Located<String>> {
        if !self.entries.iter().any(|(name, ..)| name == key) {
            self.asked.push(key);
            reader.error(self.line, format!("{} needs `{key}`", self.name));
            return None;
        }
        self.text(reader, key)
    }

    /// A whole number from 0 on.
    pub(crate) fn number(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<u64> {
        let (line, value) = self.take(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(number) => {
                u64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
            }
            _ => None,
        };
        if number.is_none() {
            reader.wrong_type(line, self.name, key, "a whole number from 0 on", value.get_ref());
        }
        number
    }

    /// A list of texts; a single text is a list of one.
    pub(crate) fn texts(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Vec<Located<String>> {
        let Some((line, value)) = self.take(key) else { return Vec::new() };
        match value.into_inner() {
            DeValue::String(text) => vec![Located { value: text.into_owned(), line }],
            DeValue::Array(items) => {
                let mut texts = Vec::with_capacity(items.len());
                for item in items {
                    let line = reader.lines.at(item.span().start);
                    match item.into_inner() {
                        DeValue::String(text) => texts.push(Located { value: text.into_owned(), line }),
                        other => {
                            reader.wrong_type(line, self.name, key, "a string or a list of strings", &other);
                        }
                    }
                }
                texts
            }
            other => {
                reader.wrong_type(line, self.name, key, "a string or a list of strings", &other);
                Vec::new()
            }
        }
    }

    /// A list of path patterns.
    pub(crate) fn globs(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Vec<Located<Glob>> {
        let mut globs = Vec::new();
        for Located { value, line } in self.texts(reader, key) {
            match Glob::new(value) {
                Ok(value) => globs.push(Located { value, line }),
                Err(error) => reader.error(line, format!("`{key}` in {}: {error}", self.name)),
            }
        }
        globs
    }

    /// A path of one file relative to the root.
    pub(crate) fn path(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Located<String>> {
        let path = self.required(reader, key)?;
        if path.value.split('/').any(|part| matches!(part, "" | "." | "..")) || path.value.contains('\\') {
            let message = format!(
                "`{key}` in {} must be a path below the root, separated by `/`: {}",
                self.name, path.value
            );
            reader.error(path.line, message);
            return None;
        }
        Some(path)
    }

    /// A regular expression that must be there and must have these capture groups. `^` and `$` match at line ends.
    pub(crate) fn regex(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        groups: &[&str],
    ) -> Option<Located<Regex>> {
        let Located { value, line } = self.required(reader, key)?;
        let regex = match regex::RegexBuilder::new(&value).multi_line(true).size_limit(1 << 20).build() {
            Ok(regex) => regex,
            Err(error) => {
                let error = error.to_string();
                let reason = error.lines().last().unwrap_or("").trim_start_matches("error: ");
                reader.error(line, format!("`{key}` in {} is no regular expression: {reason}", self.name));
                return None;
            }
        };
        for group in groups {
            if !regex.capture_names().flatten().any(|name| name == *group) {
                reader.error(line, format!("`{key}` in {} needs a group `(?<{group}>…)`", self.name));
                return None;
            }
        }
        Some(Located { value: regex, line })
    }

    /// A digest in hexadecimal.
    pub(crate) fn digest<D: std::str::FromStr<Err: std::fmt::Display>>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<Located<D>> {
        let Located { value, line } = self.text(reader, key)?;
        match value.parse() {
            Ok(value) => Some(Located { value, line }),
            Err(error) => {
                reader.error(line, format!("`{key}` in {}: {error}", self.name));
                None
            }
        }
    }

    /// A nested table.
    pub(crate) fn table(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        name: &'static str,
    ) -> Option<Self> {
        let (line, value) = self.take(key)?;
        match value.into_inner() {
            DeValue::Table(table) => Some(reader.table(name, table, line)),
            other => {
                reader.wrong_type(line, self.name, key, "a table", &other);
                None
            }
        }
    }

    /// A list of tables.
    pub(crate) fn tables(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        name: &'static str,
    ) -> Vec<Self> {
        let Some((line, value)) = self.take(key) else { return Vec::new() };
        let DeValue::Array(items) = value.into_inner() else {
            reader.error(line, format!("write `[[{key}]]`, with doubled brackets: there can be several"));
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(items.len());
        for item in items {
            let line = reader.lines.at(item.span().start);
            match item.into_inner() {
                DeValue::Table(table) => tables.push(reader.table(name, table, line)),
                other => reader.wrong_type(line, self.name, key, "a list of tables", &other),
            }
        }
        tables
    }

    /// Names of the user's own with a text each, sorted by line.
    pub(crate) fn names(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Vec<(String, Located<String>)> {
        let Some((line, value)) = self.take(key) else { return Vec::new() };
        let DeValue::Table(table) = value.into_inner() else {
            reader.error(line, format!("`{key}` in {} must be a table of names", self.name));
            return Vec::new();
        };
        let mut names = Vec::new();
        for (name, line, value) in reader.table(self.name, table, line).entries {
            match value.into_inner() {
                DeValue::String(text) => names.push((name, Located { value: text.into_owned(), line })),
                other => reader.wrong_type(line, key, &name, "a string", &other),
            }
        }
        names
    }

    /// Warns of the keys that nobody asked for.
    pub(crate) fn finish(self, reader: &mut Reader<'_>) {
        for (key, line, _) in self.entries {
            let near = self
                .asked
                .iter()
                .map(|known| (strsim::damerau_levenshtein(&key, known), *known))
                .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
                .min();
            let hint = match near {
                Some((_, known)) => format!("did you mean `{known}`?"),
                None => format!("known are: {}", self.asked.join(", ")),
            };
            reader
                .warnings
                .push(Problem { line, message: format!("{} has no key `{key}`; {hint}", self.name) });
        }
    }
}

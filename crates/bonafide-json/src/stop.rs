//! Why reading ended early, and where.

use std::fmt;

/// What a step of reading answers.
pub type Read<T> = Result<T, Stop>;

/// Why reading ended early, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Where.
    pub place: Place,
    /// Why.
    pub why: Why,
}

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Byte offset, from 0.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
    /// JSON pointer (RFC 6901) of the innermost value that was being read; long keys are shortened in it.
    pub pointer: String,
}

/// Why reading ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// The text is not JSON.
    Syntax(String),
    /// A value of the wrong kind where the caller can do with one kind only.
    Shape {
        /// What should stand there, with an article.
        expected: &'static str,
        /// What stands there, with an article.
        found: &'static str,
    },
    /// A key twice in one object, in strict reading.
    DuplicateKey {
        /// The key, shortened.
        key: String,
        /// Line of the first one.
        first_line: usize,
    },
    /// Arrays or objects inside one another beyond so many levels.
    TooDeep(usize),
    /// More values than the caller has room for.
    TooMany,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column, pointer, .. } = &self.place;
        write!(f, "line {line}, column {column}")?;
        if !pointer.is_empty() {
            write!(f, " ({pointer})")?;
        }
        write!(f, ": {}", self.why)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(reason) => write!(f, "not JSON: {reason}"),
            Self::Shape { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::DuplicateKey { key, first_line } => {
                write!(f, "key {key:?} appears twice, first on line {first_line}")
            }
            Self::TooDeep(levels) => write!(f, "nested deeper than {levels} levels"),
            Self::TooMany => f.write_str("more values than are read"),
        }
    }
}

impl std::error::Error for Stop {}

/// Line and column (from 1, the column in bytes) of an offset. Linear in the offset.
#[must_use]
pub fn line_and_column(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    (line, before.len() - start + 1)
}

/// Text for a message: the first characters where it is long, with control characters escaped.
pub(crate) fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut short: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

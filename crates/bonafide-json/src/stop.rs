//! Why reading ended early, and where.

use std::fmt;

/// What a step of reading answers.
pub type Read<T> = Result<T, Stop>;

/// Why reading ended early, and where: `line 2, column 1 (/a/b): key "b" appears twice, first on line 1`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {why}")]
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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Why {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    Syntax(String),
    /// A value of the wrong kind where the caller can do with one kind only.
    #[error("expected {expected}, found {found}")]
    Shape {
        /// What should stand there, with an article.
        expected: &'static str,
        /// What stands there, with an article.
        found: &'static str,
    },
    /// A key twice in one object, in strict reading.
    #[error("key {key:?} appears twice, first on line {first_line}")]
    DuplicateKey {
        /// The key, shortened.
        key: String,
        /// Line of the first one.
        first_line: usize,
    },
    /// Arrays or objects inside one another beyond so many levels.
    #[error("nested deeper than {0} levels")]
    TooDeep(usize),
    /// More values than the caller has room for.
    #[error("more values than are read")]
    TooMany,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)?;
        if self.pointer.is_empty() { Ok(()) } else { write!(f, " ({})", self.pointer) }
    }
}

/// Line and column (from 1, the column in bytes) of an offset. Linear in the offset.
#[must_use]
pub fn line_and_column(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    (line, before.len() - start + 1)
}

/// Text for a message: the first characters where it is long, with control characters escaped.
#[must_use]
pub fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut short: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

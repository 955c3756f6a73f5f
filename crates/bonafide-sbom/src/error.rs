//! Why a document could not be read, and where.

use bonafide_json::{Place, Stop, Why, line_and_column};
use std::fmt;

/// Why a document could not be read, and where.
///
/// One line, with the place first: `line 512, column 3 (/packages/7): key "name" appears twice, first on line 509`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}{fault}")]
pub struct ReadError {
    /// Where.
    pub place: ReadPlace,
    /// What.
    pub fault: ReadFault,
}

/// Where in a document: offset and line in the bytes as they were given, save for UTF-16, whose offsets are those of
/// the same text in UTF-8.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadPlace {
    /// Byte offset, from 0.
    pub offset: Option<usize>,
    /// Line, from 1.
    pub line: Option<usize>,
    /// Column in bytes, from 1.
    pub column: Option<usize>,
    /// JSON pointer of the innermost value that was being read.
    pub pointer: String,
}

impl fmt::Display for ReadPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}")?;
            if let Some(column) = self.column {
                write!(f, ", column {column}")?;
            }
            if !self.pointer.is_empty() {
                write!(f, " ({})", self.pointer)?;
            }
            f.write_str(": ")?;
        } else if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        Ok(())
    }
}

/// What keeps a document from being read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadFault {
    /// There is nothing.
    #[error("the document is empty")]
    Empty,
    /// Bytes that are no text.
    #[error("not text: {0}")]
    Encoding(String),
    /// Text that is not JSON.
    #[error("not JSON: {0}")]
    Syntax(String),
    /// A key twice in one object. Readers disagree about which one counts, so neither does.
    #[error("key {key:?} appears twice, first on line {first_line}")]
    DuplicateKey {
        /// The key, shortened.
        key: String,
        /// Line of the first one.
        first_line: usize,
    },
    /// Arrays or objects inside one another beyond the limit.
    #[error("nested deeper than {0} levels")]
    TooDeep(usize),
    /// A value of the wrong kind where the document's structure depends on it.
    #[error("expected {expected}, found {found}")]
    Shape {
        /// What should stand there.
        expected: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// JSON, YAML, XML or text of some other kind.
    #[error("not an SBOM: {0}")]
    UnknownFormat(String),
    /// A format that is known by name only.
    #[error("{0} is not supported")]
    Unsupported(String),
    /// Tag-value, YAML or XML that breaks the rules of its kind.
    #[error("{0}")]
    Text(String),
}

impl ReadError {
    /// A fault at a byte offset of a text.
    pub(crate) fn at(text: &str, offset: usize, pointer: String, fault: ReadFault) -> Self {
        let (line, column) = line_and_column(text.as_bytes(), offset);
        Self {
            place: ReadPlace { offset: Some(offset), line: Some(line), column: Some(column), pointer },
            fault,
        }
    }

    /// A fault of the document as a whole.
    pub(crate) fn whole(fault: ReadFault) -> Self {
        Self { place: ReadPlace::default(), fault }
    }
}

impl From<Stop> for ReadError {
    fn from(stop: Stop) -> Self {
        let Place { offset, line, column, pointer } = stop.place;
        let place = ReadPlace { offset: Some(offset), line: Some(line), column: Some(column), pointer };
        let fault = match stop.why {
            Why::Syntax(reason) => ReadFault::Syntax(reason),
            Why::Shape { expected, found } => ReadFault::Shape { expected, found },
            Why::DuplicateKey { key, first_line } => ReadFault::DuplicateKey { key, first_line },
            Why::TooDeep(levels) => ReadFault::TooDeep(levels),
            other => ReadFault::Syntax(other.to_string()),
        };
        Self { place, fault }
    }
}

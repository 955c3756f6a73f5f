//! Why a document cannot be read as a whole: the same for advisories that are judged and for VEX.

use bonafide_report::{Finding, Place, Rule};

use crate::json::{DEEPEST, Stop, Why};
use crate::yaml::YamlError;

/// Why a document could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is nothing.
    #[error("the document is empty")]
    Empty,
    /// It is longer than what is read.
    #[error("the document has {length} bytes, at most {most} are read")]
    TooLong {
        /// Its length.
        length: u64,
        /// What is read.
        most: u64,
    },
    /// It is not UTF-8.
    #[error("the document is not utf-8 at byte {0}")]
    Encoding(usize),
    /// It is not JSON.
    #[error("line {line}: not json: {reason}")]
    Syntax {
        /// The line, from 1.
        line: u64,
        /// The byte offset, from 0.
        offset: usize,
        /// What is wrong.
        reason: String,
    },
    /// It is not YAML either, which it seemed to be.
    #[error(transparent)]
    Yaml(#[from] YamlError),
    /// Arrays and objects lie too deep in one another.
    #[error("line {line}: nested deeper than {DEEPEST} levels")]
    TooDeep {
        /// The line, from 1.
        line: u64,
    },
    /// It holds more than is read.
    #[error("line {line}: more than {most} {what}")]
    TooMany {
        /// The line, from 1.
        line: u64,
        /// How many are read.
        most: usize,
        /// Of what.
        what: &'static str,
    },
    /// A key stands twice in an object where nobody knows which one counts.
    #[error("line {line}: the key `{key}` stands twice")]
    RepeatedKey {
        /// The line, from 1.
        line: u64,
        /// The key.
        key: String,
    },
    /// JSON of some other kind.
    #[error("neither {wanted}: {why}")]
    UnknownFormat {
        /// What it could have been.
        wanted: &'static str,
        /// What is missing.
        why: &'static str,
    },
}

impl ReadError {
    /// The same as a finding of a rule. The place has no file: the caller knows it.
    #[must_use]
    pub fn finding(&self, rule: &'static Rule) -> Finding {
        let place = match self {
            Self::Syntax { line, .. }
            | Self::TooDeep { line }
            | Self::TooMany { line, .. }
            | Self::RepeatedKey { line, .. } => Place::default().line(*line),
            Self::Yaml(error) => Place::default().line(error.line),
            _ => Place::default(),
        };
        Finding::new(rule, place, self.to_string())
    }

    /// Why a reader stopped; it reads at most so many of what is named.
    pub(crate) fn stopped(stop: Stop, (most, what): (usize, &'static str)) -> Self {
        let (line, offset) = (stop.place.line as u64, stop.place.offset);
        match stop.why {
            Why::Syntax(reason) => Self::Syntax { line, offset, reason },
            Why::TooDeep(_) => Self::TooDeep { line },
            Why::TooMany => Self::TooMany { line, most, what },
            other => Self::Syntax { line, offset, reason: other.to_string() },
        }
    }
}

//! What is wrong with an advisory: OSV records and CVE records, judged whole.
//!
//! A reader that is to lose nothing is patient ([`crate::osv`], [`crate::cve`]); this is the other half of that patience.
//! Each format has a table of what its schema asks for ([`osv`](mod@osv), [`cve`](mod@cve), each with a `schema`), and checks
//! of what no schema can say: that a range ends above its beginning, that a score follows from its vector, that a version is
//! one of its ecosystem.
//!
//! Sources: OSV schema 1.7.3 (`ossf/osv-schema`), CVE record format 5.0 to 5.2 (`CVEProject/cve-schema`), CNA rules 4.2.0,
//! CVSS 2.0, 3.0, 3.1 and 4.0 (FIRST).

mod cve;
pub(crate) mod cvss;
pub(crate) mod cwe;
pub(crate) mod date;
mod osv;
mod reference;
pub(crate) mod report;
pub mod rules;
pub(crate) mod shape;

use bonafide_report::{Finding, Place, Sink};
use jiff::Timestamp;

use crate::json::{DEEPEST, Kind, Stop, Why};
use crate::node::{MOST_VALUES, Node};
use crate::yaml::{YamlError, is_yaml, yaml_to_json};
use report::Report;
pub use rules::RULES;

/// The longest document that is judged, in bytes.
pub const LONGEST: usize = 64 << 20;

/// What an advisory is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// An OSV record.
    Osv,
    /// A CVE record of the format 5.
    Cve,
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Osv => "OSV",
            Self::Cve => "CVE",
        })
    }
}

/// Why a document could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LintError {
    /// There is nothing.
    #[error("the document is empty")]
    Empty,
    /// It is longer than [`LONGEST`].
    #[error("the document has {0} bytes, at most {LONGEST} are judged")]
    TooLong(usize),
    /// It is not JSON.
    #[error("line {line}: not json: {reason}")]
    Syntax {
        /// The line, from 1.
        line: u64,
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
    /// It holds more values than are judged.
    #[error("line {line}: more than {MOST_VALUES} values")]
    TooMany {
        /// The line, from 1.
        line: u64,
    },
    /// JSON of some other kind.
    #[error("neither an OSV record nor a CVE record of the format 5: {0}")]
    UnknownFormat(&'static str),
}

impl LintError {
    /// The same as a finding of `advisory-unreadable`.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let place = match self {
            Self::Syntax { line, .. } | Self::TooDeep { line } | Self::TooMany { line } => {
                Place::default().line(*line)
            }
            Self::Yaml(error) => Place::default().line(error.line),
            _ => Place::default(),
        };
        Finding::new(&rules::UNREADABLE, place, self.to_string())
    }
}

impl From<Stop> for LintError {
    fn from(stop: Stop) -> Self {
        let line = stop.place.line as u64;
        match stop.why {
            Why::Syntax(reason) => Self::Syntax { line, reason },
            Why::TooDeep(_) => Self::TooDeep { line },
            Why::TooMany => Self::TooMany { line },
            other => Self::Syntax { line, reason: other.to_string() },
        }
    }
}

/// Judges one record in JSON or YAML, known by its content, and says what it is. `now` is the moment after which a date lies in the future.
///
/// Places have no file: the caller knows it. Findings are in the order of the document. Time is near linear in its length.
///
/// # Errors
/// A [`LintError`] where there is nothing to judge.
pub fn lint(text: &str, now: Timestamp, sink: &mut dyn Sink) -> Result<Format, LintError> {
    if text.len() > LONGEST {
        return Err(LintError::TooLong(text.len()));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().is_empty() {
        return Err(LintError::Empty);
    }
    let json = if is_yaml(text) { Some(yaml_to_json(text)?) } else { None };
    let text = json.as_deref().unwrap_or(text);
    let (root, repeated) = Node::read(text)?;
    let format = format(&root)?;
    let mut report = Report::new(&root, now);
    if let Some((offset, key)) = repeated {
        report.tell_at(&rules::REPEATED_KEY, offset, format!("the key `{key}` stands twice in one object"));
    }
    match format {
        Format::Osv => osv::judge(&root, &mut report),
        Format::Cve => cve::judge(&root, &mut report),
    }
    report.finish(text, sink);
    Ok(format)
}

fn format(root: &Node<'_>) -> Result<Format, LintError> {
    if root.value.kind() != Kind::Object {
        return Err(LintError::UnknownFormat("it is no object"));
    }
    let has = |name: &str| root.members().iter().any(|(key, _)| key == name);
    if has("cveMetadata") || has("containers") && has("dataVersion") {
        return Ok(Format::Cve);
    }
    if has("CVE_data_meta") || has("data_format") {
        return Err(LintError::UnknownFormat("it is a CVE record of the format 4, which is no longer taken"));
    }
    if has("id") && ["modified", "affected", "schema_version", "aliases", "details"].into_iter().any(has) {
        return Ok(Format::Osv);
    }
    Err(LintError::UnknownFormat("there is neither `cveMetadata` nor `id` with `modified` or `affected`"))
}

#[cfg(test)]
mod tests;

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

use bonafide_report::Sink;
use jiff::Timestamp;

use crate::error::ReadError;
use crate::json::Kind;
use crate::node::{MOST_VALUES, Node};
use crate::yaml::{is_yaml, yaml_to_json};
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

/// Judges one record in JSON or YAML, known by its content, and says what it is. `now` is the moment after which a date lies in the future.
///
/// Places have no file: the caller knows it. Findings are in the order of the document. Time is near linear in its length.
///
/// # Errors
/// A [`ReadError`] where there is nothing to judge.
pub fn lint(text: &str, now: Timestamp, sink: &mut dyn Sink) -> Result<Format, ReadError> {
    if text.len() > LONGEST {
        return Err(ReadError::TooLong { length: text.len() as u64, most: LONGEST as u64 });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().is_empty() {
        return Err(ReadError::Empty);
    }
    let json = if is_yaml(text) { Some(yaml_to_json(text)?) } else { None };
    let text = json.as_deref().unwrap_or(text);
    let (root, repeated) =
        Node::read(text).map_err(|stop| ReadError::stopped(stop, (MOST_VALUES, "values")))?;
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

fn unknown(why: &'static str) -> ReadError {
    ReadError::UnknownFormat { wanted: "an OSV record nor a CVE record of the format 5", why }
}

fn format(root: &Node<'_>) -> Result<Format, ReadError> {
    if root.value.kind() != Kind::Object {
        return Err(unknown("it is no object"));
    }
    let has = |name: &str| root.members().iter().any(|(key, _)| key == name);
    if has("cveMetadata") || has("containers") && has("dataVersion") {
        return Ok(Format::Cve);
    }
    if has("CVE_data_meta") || has("data_format") {
        return Err(unknown("it is a CVE record of the format 4, which is no longer taken"));
    }
    if has("id") && ["modified", "affected", "schema_version", "aliases", "details"].into_iter().any(has) {
        return Ok(Format::Osv);
    }
    Err(unknown("there is neither `cveMetadata` nor `id` with `modified` or `affected`"))
}

#[cfg(test)]
mod tests;

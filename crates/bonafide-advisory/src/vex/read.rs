//! Documents in.

use std::borrow::Cow;

use bonafide_report::{Collected, Finding, Place};

use super::fields::Fields;
use super::{Document, Format, conformance, csaf, cyclonedx, openvex, rules, spdx3};
use crate::json::{self, DEEPEST, Kind, Read, Stop, Why};
use crate::yaml::{YamlError, is_yaml, yaml_to_json};

/// The longest document that is read, in bytes. The largest VEX repository that is known would fit as one document.
pub const LONGEST: usize = 512 << 20;

/// The most statements, products and names that one document may hold together; a statement counts as eight names, a product as
/// four. It bounds memory to about a gigabyte beside the text.
pub const MOST_ITEMS: usize = 16_000_000;

/// Why a document could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VexError {
    /// There is nothing.
    #[error("the document is empty")]
    Empty,
    /// It is longer than [`LONGEST`].
    #[error("the document has {0} bytes, at most {LONGEST} are read")]
    TooLong(usize),
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
    /// It holds more than [`MOST_ITEMS`].
    #[error("line {line}: more than {MOST_ITEMS} names, a statement counting as eight and a product as four")]
    TooMany {
        /// The line, from 1.
        line: u64,
    },
    /// A key stands twice in an object that is no statement, so that nobody knows which one counts.
    #[error("line {line}: the key `{key}` stands twice")]
    RepeatedKey {
        /// The line, from 1.
        line: u64,
        /// The key.
        key: String,
    },
    /// JSON of some other kind.
    #[error("neither OpenVEX nor CSAF nor CycloneDX nor SPDX 3: {0}")]
    UnknownFormat(&'static str),
}

impl From<Stop> for VexError {
    fn from(stop: Stop) -> Self {
        let (line, offset) = (stop.place.line as u64, stop.place.offset);
        match stop.why {
            Why::Syntax(reason) => Self::Syntax { line, offset, reason },
            Why::TooDeep(_) => Self::TooDeep { line },
            Why::TooMany => Self::TooMany { line },
            other => Self::Syntax { line, offset, reason: other.to_string() },
        }
    }
}

impl VexError {
    /// The same as a finding of `vex-unreadable`.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let place = match self {
            Self::Syntax { line, .. }
            | Self::TooDeep { line }
            | Self::TooMany { line }
            | Self::RepeatedKey { line, .. } => Place::default().line(*line),
            Self::Yaml(error) => Place::default().line(error.line),
            _ => Place::default(),
        };
        Finding::new(&rules::UNREADABLE, place, self.to_string())
    }
}

/// What kind of document it is, by its first telling key.
enum Sniffed {
    OpenVex,
    Csaf,
    CycloneDx,
    Spdx3,
    /// An in-toto statement whose predicate is OpenVEX.
    InToto,
}

/// Reads a document; what it is, is known by its content. `name` is what the place is called that it comes from: components of
/// a CycloneDX document without serial number are called `name#bom-ref`.
///
/// An in-toto statement with an OpenVEX predicate is read as that predicate; its signature, if any, is not looked at.
/// Linear in the length; memory is at most a small multiple of it.
///
/// # Errors
///
/// A [`VexError`] where it cannot be read as a whole. What is wrong with one statement is that statement's flaw.
pub fn read(bytes: &[u8], name: &str) -> Result<Document, VexError> {
    let json = json(decode(bytes)?)?;
    let text = &*json;
    let mut fields = Fields::new(text);
    let read = match sniff(text)?? {
        Sniffed::OpenVex => openvex::document(&mut fields),
        Sniffed::InToto => openvex::attested(&mut fields),
        Sniffed::Csaf => csaf::document(&mut fields),
        Sniffed::CycloneDx => cyclonedx::document(&mut fields, name),
        Sniffed::Spdx3 => spdx3::document(&mut fields, name),
    };
    let mut document = read?;
    fields.reader.finish()?;
    if let Some((offset, key)) = fields.reader.take_repeated() {
        return Err(VexError::RepeatedKey { line: fields.reader.line_of(offset), key });
    }
    document.faults = fields.faults;
    document.more_faults = fields.more_faults;
    Ok(document)
}

/// Reads a document that is to be judged: as [`read`], and a CSAF 2.0 document is put to the tests of its specification too. What
/// fails is among [`Document::faults`].
///
/// # Errors
///
/// As [`read`].
pub fn examine(bytes: &[u8], name: &str) -> Result<Document, VexError> {
    let mut document = read(bytes, name)?;
    if document.format == Format::Csaf && &*document.format_version != "2.1" {
        let mut sink = Collected::default();
        conformance::run(&json(decode(bytes)?)?, &mut sink);
        document.faults.append(&mut sink.findings);
    }
    Ok(document)
}

/// Words of which a document of each format has one: what has none is not looked at further.
const MARKS: [&str; 5] = ["openvex", "csaf_version", "vulnerabilities", spdx3::CLASS, "statements"];

/// Whether bytes look like a document that [`read`] reads; CycloneDX only where it has `vulnerabilities`, SPDX 3 where it
/// assesses any. Reads as little as it can.
#[must_use]
pub fn is_vex(bytes: &[u8]) -> bool {
    let has = |mark: &str| memchr::memmem::find(bytes, mark.as_bytes()).is_some();
    let Ok(text) = decode(bytes) else { return false };
    if is_yaml(text) && !MARKS.into_iter().any(has) {
        return false;
    }
    let Ok(json) = json(text) else { return false };
    match sniff(&json) {
        Ok(Ok(Sniffed::CycloneDx)) => has("vulnerabilities"),
        Ok(Ok(Sniffed::Spdx3)) => has(spdx3::CLASS),
        Ok(Ok(_)) => true,
        _ => false,
    }
}

/// A text as JSON, which YAML becomes.
fn json(text: &str) -> Result<Cow<'_, str>, VexError> {
    Ok(if is_yaml(text) { Cow::Owned(yaml_to_json(text)?) } else { Cow::Borrowed(text) })
}

fn decode(bytes: &[u8]) -> Result<&str, VexError> {
    if bytes.len() > LONGEST {
        return Err(VexError::TooLong(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| VexError::Encoding(error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().is_empty() { Err(VexError::Empty) } else { Ok(text) }
}

fn sniff(text: &str) -> Read<Result<Sniffed, VexError>> {
    let mut reader = json::reader(text);
    if reader.peek()? != Kind::Object {
        return Ok(Err(VexError::UnknownFormat("it is no object")));
    }
    reader.begin_object()?;
    let mut statements = false;
    while let Some(key) = reader.next_key()? {
        let kind = reader.peek()?;
        match (&*key, kind) {
            ("@context", _) => {
                if kind != Kind::String {
                    reader.skip()?;
                    continue;
                }
                let context = reader.string()?;
                if context.contains("openvex") {
                    return Ok(Ok(Sniffed::OpenVex));
                }
                if context.contains("spdx.org/") {
                    return Ok(Ok(Sniffed::Spdx3));
                }
            }
            ("bomFormat", Kind::String) if reader.string()? == "CycloneDX" => {
                return Ok(Ok(Sniffed::CycloneDx));
            }
            ("document", Kind::Object) => return Ok(Ok(Sniffed::Csaf)),
            ("predicateType", Kind::String) => {
                if reader.string()?.contains("openvex") {
                    return Ok(Ok(Sniffed::InToto));
                }
                return Ok(Err(VexError::UnknownFormat("an attestation of something else")));
            }
            ("bomFormat", Kind::String) => {}
            ("@graph", Kind::Array) => return Ok(Ok(Sniffed::Spdx3)),
            ("statements", Kind::Array) => {
                statements = true;
                reader.skip()?;
            }
            _ => reader.skip()?,
        }
    }
    Ok(if statements {
        Ok(Sniffed::OpenVex)
    } else {
        Err(VexError::UnknownFormat(
            "there is no `@context` of OpenVEX or SPDX, no `document`, no `bomFormat` and no `statements`",
        ))
    })
}

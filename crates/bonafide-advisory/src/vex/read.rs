//! Documents in.

use std::borrow::Cow;

use bonafide_report::Collected;

use super::fields::Fields;
use super::{Document, Format, conformance, csaf, cyclonedx, openvex, spdx3};
use crate::error::ReadError;
use crate::json::{self, Kind, Read, Stop};
use crate::yaml::{is_yaml, yaml_to_json};

/// The longest document that is read, in bytes. The largest VEX repository that is known would fit as one document.
pub const LONGEST: usize = 512 << 20;

/// The most statements, products and names that one document may hold together; a statement counts as eight names, a product as
/// four. It bounds memory to about a gigabyte beside the text.
pub const MOST_ITEMS: usize = 16_000_000;

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
/// A [`ReadError`] where it cannot be read as a whole. What is wrong with one statement is that statement's flaw.
pub fn read(bytes: &[u8], name: &str) -> Result<Document, ReadError> {
    let json = json(decode(bytes)?)?;
    let text = &*json;
    let mut fields = Fields::new(text);
    let read = match sniff(text).map_err(stopped)?? {
        Sniffed::OpenVex => openvex::document(&mut fields),
        Sniffed::InToto => openvex::attested(&mut fields),
        Sniffed::Csaf => csaf::document(&mut fields),
        Sniffed::CycloneDx => cyclonedx::document(&mut fields, name),
        Sniffed::Spdx3 => spdx3::document(&mut fields, name),
    };
    let mut document = read.map_err(stopped)?;
    fields.reader.finish().map_err(stopped)?;
    if let Some((offset, key)) = fields.reader.take_repeated() {
        return Err(ReadError::RepeatedKey { line: fields.reader.line_of(offset), key });
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
pub fn examine(bytes: &[u8], name: &str) -> Result<Document, ReadError> {
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
fn json(text: &str) -> Result<Cow<'_, str>, ReadError> {
    Ok(if is_yaml(text) { Cow::Owned(yaml_to_json(text)?) } else { Cow::Borrowed(text) })
}

fn decode(bytes: &[u8]) -> Result<&str, ReadError> {
    if bytes.len() > LONGEST {
        return Err(ReadError::TooLong { length: bytes.len() as u64, most: LONGEST as u64 });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| ReadError::Encoding(error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().is_empty() { Err(ReadError::Empty) } else { Ok(text) }
}

fn stopped(stop: Stop) -> ReadError {
    ReadError::stopped(stop, (MOST_ITEMS, "names, a statement counting as eight and a product as four"))
}

fn unknown(why: &'static str) -> ReadError {
    ReadError::UnknownFormat { wanted: "OpenVEX nor CSAF nor CycloneDX nor SPDX 3", why }
}

fn sniff(text: &str) -> Read<Result<Sniffed, ReadError>> {
    let mut reader = json::reader(text);
    if reader.peek()? != Kind::Object {
        return Ok(Err(unknown("it is no object")));
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
                return Ok(Err(unknown("an attestation of something else")));
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
        Err(unknown(
            "there is no `@context` of OpenVEX or SPDX, no `document`, no `bomFormat` and no `statements`",
        ))
    })
}

//! Documents judged.

use crate::error::ReadError;
use crate::json::Style;
use crate::json::pointer::locate;
use crate::model::{Document, Encoding, Format};
use crate::rules;
use crate::source;
use bonafide_json::line_and_column;
use bonafide_report::{Finding, Place, Sink};
use std::borrow::Cow;

/// Judges a document by its specification.
///
/// Each fault is a finding with a rule, a JSON pointer, a message and a remedy. With the bytes that it was read from,
/// findings also have the line; they are read once more for it, and only if there is a finding. The document is valid
/// if no finding is an error.
///
/// Linear in the document's size.
pub fn validate(document: &Document, source: Option<&[u8]>, sink: &mut dyn Sink) {
    let mut findings = Vec::new();
    if source.is_some_and(|bytes| bytes.starts_with(source::UTF8_MARK)) && document.encoding == Encoding::Json
    {
        findings.push(
            Finding::new(
                &rules::BYTE_ORDER_MARK,
                Place::default().line(1).offset(0),
                "the document begins with a byte order mark, which RFC 8259 forbids and many readers refuse",
            )
            .remedy("save it as UTF-8 without a byte order mark"),
        );
    }
    match document.format {
        Format::Spdx2 => findings.extend(crate::spdx2::check(document)),
        Format::CycloneDx => findings.extend(cyclonedx(document, source)),
        Format::Spdx3 => findings.extend(spdx3(document, source)),
    }
    if let (Some(bytes), Encoding::Json, false) = (source, document.encoding, findings.is_empty()) {
        add_lines(bytes, &mut findings);
    }
    for finding in findings {
        sink.push(finding);
    }
}

/// The schema judges text.
fn cyclonedx(document: &Document, source: Option<&[u8]>) -> Vec<Finding> {
    match text(document, source) {
        Ok(text) => crate::cyclonedx::check(document, &text),
        Err(error) => vec![
            Finding::new(&crate::cyclonedx::rules::SCHEMA, Place::default(), error.to_string())
                .remedy("give every element that a dependency names a `bom-ref`"),
        ],
    }
}

fn spdx3(document: &Document, source: Option<&[u8]>) -> Vec<Finding> {
    match text(document, source) {
        Ok(text) => crate::spdx3::check(&text),
        Err(error) => vec![
            Finding::new(&rules::DANGLING, Place::default(), error.to_string())
                .remedy("give every element that a relationship names an id"),
        ],
    }
}

/// The JSON of a document: the source where that is JSON, otherwise what the document is as JSON.
fn text<'b>(document: &Document, source: Option<&'b [u8]>) -> Result<Cow<'b, str>, crate::WriteError> {
    if let (Some(bytes), Encoding::Json) = (source, document.encoding)
        && let Ok(text) = source::decode(bytes)
    {
        return Ok(text);
    }
    let mut written = Vec::new();
    crate::write(document, Encoding::Json, Style::Compact, &mut written)?;
    Ok(Cow::Owned(String::from_utf8(written).expect("a writer of JSON writes text")))
}

impl ReadError {
    /// The same as a finding, for a report that also has documents that could be read.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let place = Place {
            pointer: Some(self.place.pointer.clone()),
            line: self.place.line.map(|line| line as u64),
            offset: self.place.offset.map(|offset| offset as u64),
            ..Place::default()
        };
        Finding::new(&rules::UNREADABLE, place, self.fault.to_string())
            .remedy("mend the document at this place; what follows was not looked at")
    }
}

/// Finds the lines of all pointers in one pass over the text.
fn add_lines(bytes: &[u8], findings: &mut [Finding]) {
    let Ok(text) = source::decode(bytes) else { return };
    let mut order: Vec<usize> = (0..findings.len()).filter(|at| findings[*at].place.line.is_none()).collect();
    let pointers: Vec<&str> =
        order.iter().map(|at| findings[*at].place.pointer.as_deref().unwrap_or_default()).collect();
    let offsets = locate(&text, &pointers);
    let mut offsets: Vec<(usize, usize)> = offsets.into_iter().zip(order.drain(..)).collect();
    offsets.sort_unstable();
    let (mut line, mut counted) = (1, 0);
    for (offset, at) in offsets {
        let (more, _) = line_and_column(&text.as_bytes()[counted..], offset - counted);
        line += more - 1;
        counted = offset;
        findings[at].place.line = Some(line as u64);
        findings[at].place.offset = Some(offset as u64);
    }
}

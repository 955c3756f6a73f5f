//! Faults that have one right answer, mended in the text: every other byte stays.
//!
//! What is mended is a value in JSON, found by the pointer of its finding. Nothing is guessed: where the right answer
//! needs knowledge that the document does not have (a digest, a licence, which of two ids was meant), the finding stays.

mod answer;

use crate::error::ReadError;
use crate::json::{self, Json};
use crate::model::{Algorithm, Digest, Document, Encoding, Format};
use crate::{rules, source};
use bonafide_json::Kind;
use bonafide_report::{Collected, Finding, Rule, Severity};
use std::ops::Range;

pub use answer::FIXABLE;

/// How often a mended text is looked at again: what was hidden behind a fault can be one itself.
const ROUNDS: usize = 4;

/// A text with its faults mended.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The document's bytes.
    pub bytes: Vec<u8>,
    /// What was mended, in the order in which it was; places are those of the text before.
    pub mended: Vec<Finding>,
    /// What is left.
    pub left: Vec<Finding>,
    /// The document, as it is now.
    pub document: Document,
}

/// Mends what has one right answer, in JSON text in UTF-8. Other encodings come back as they were.
///
/// The answer is as [`crate::validate`] judges it: what was mended is no finding any more. Linear for each of at most
/// four rounds.
///
/// # Errors
/// The document cannot be read.
pub fn fix(bytes: &[u8]) -> Result<Fixed, ReadError> {
    let mut bytes = bytes.to_vec();
    let mut mended = Vec::new();
    for round in 0.. {
        let document = crate::read(&bytes)?;
        let mut found = Collected::default();
        crate::validate(&document, Some(&bytes), &mut found);
        let edits = match text_of(&bytes, &document) {
            Some(text) if round < ROUNDS => edits(text, &document, &found.findings),
            _ => Vec::new(),
        };
        if edits.is_empty() {
            return Ok(Fixed { bytes, mended, left: found.findings, document });
        }
        let mut out = Vec::with_capacity(bytes.len());
        let text = bytes.strip_prefix(source::UTF8_MARK).unwrap_or(&bytes);
        let mut at = 0;
        for edit in &edits {
            out.extend_from_slice(&text[at..edit.span.start]);
            out.extend_from_slice(edit.text.as_bytes());
            at = edit.span.end;
        }
        out.extend_from_slice(&text[at..]);
        mended.extend(edits.into_iter().map(|edit| edit.finding));
        bytes = out;
    }
    unreachable!("the loop ends by its return")
}

/// The text of JSON in UTF-8, without a byte order mark.
fn text_of<'b>(bytes: &'b [u8], document: &Document) -> Option<&'b str> {
    if document.encoding != Encoding::Json {
        return None;
    }
    std::str::from_utf8(bytes.strip_prefix(source::UTF8_MARK).unwrap_or(bytes)).ok()
}

/// A piece of text and what should stand there.
struct Edit {
    span: Range<usize>,
    text: String,
    finding: Finding,
}

/// What can be done about findings: sorted, without overlaps.
fn edits(text: &str, document: &Document, findings: &[Finding]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = findings.iter().filter_map(|finding| edit(text, document, finding)).collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut end = 0;
    edits.retain(|edit| {
        let is_free = edit.span.start >= end;
        if is_free {
            end = edit.span.end;
        }
        is_free
    });
    edits
}

fn edit(text: &str, document: &Document, finding: &Finding) -> Option<Edit> {
    let done = |span, text| Some(Edit { span, text, finding: finding.clone() });
    if is(finding.rule, &rules::BYTE_ORDER_MARK) {
        // It is not in the text any more.
        return done(0..0, String::new());
    }
    if !FIXABLE.iter().any(|rule| is(rule, finding.rule)) {
        return None;
    }
    let offset = usize::try_from(finding.place.offset?).ok()?;
    let pointer = finding.place.pointer.as_deref()?;
    if is(finding.rule, &rules::CHECKSUM)
        && document.format == Format::Spdx3
        && finding.severity == Severity::Error
    {
        // More than the case of letters is wrong.
        return None;
    }
    let name = pointer.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
    let value = Value::at(text, offset)?;
    let is_of_digest = is(finding.rule, &rules::CHECKSUM) || is(finding.rule, &rules::UNKNOWN_VALUE);
    if let (Json::Object(_), true) = (&value.json, is_of_digest) {
        let (span, answer) = digest(text, document, finding, &value)?;
        return done(span, answer.to_text());
    }
    if let Some(answer) = answer::to(finding.rule, document, name, &value.json) {
        return done(value.span, answer.to_text());
    }
    match answer::shape(finding.rule, document, name, &value.json)? {
        answer::Shape::Wrapped => {
            let raw = &text[value.span.clone()];
            done(value.span.clone(), format!("[{raw}]"))
        }
        answer::Shape::Unwrapped => {
            let inner = value.only_item(text)?;
            done(value.span, text[inner].to_owned())
        }
    }
}

/// A finding about a digest is at the object that holds it. Digits in lower case are the answer where there are as many
/// as there should be.
fn digest(
    text: &str,
    document: &Document,
    finding: &Finding,
    object: &Value,
) -> Option<(Range<usize>, Json)> {
    let algorithm = Algorithm::from_spdx2(object.json.get("algorithm")?.as_str()?);
    object.inner(text, &["algorithm", "checksumValue"]).into_iter().find_map(|(key, inner)| {
        let answer = answer::to(finding.rule, document, &key, &inner.json)?;
        let is_right =
            key == "algorithm" || Digest::new(algorithm.clone(), answer.as_str()?).is_well_formed();
        is_right.then_some((inner.span, answer))
    })
}

fn is(one: &Rule, other: &Rule) -> bool {
    one.id == other.id
}

/// A value and where it stands.
struct Value {
    json: Json,
    span: Range<usize>,
}

impl Value {
    /// The value that begins at an offset.
    fn at(text: &str, offset: usize) -> Option<Self> {
        let rest = text.get(offset..)?;
        let mut reader = json::reader(rest);
        let begin = reader.offset();
        let json = Json::read(&mut reader).ok()?;
        Some(Self { json, span: offset + begin..offset + reader.read_to() })
    }

    /// The values of some keys of an object.
    fn inner(&self, text: &str, keys: &[&str]) -> Vec<(String, Self)> {
        let mut found = Vec::new();
        let mut reader = json::reader(&text[self.span.clone()]);
        if reader.begin_object().is_err() {
            return found;
        }
        while let Ok(Some(key)) = reader.next_key() {
            let at = self.span.start + reader.offset();
            if keys.contains(&&*key)
                && let Some(value) = Self::at(text, at)
            {
                found.push((key.into_owned(), value));
            }
            if reader.skip().is_err() {
                break;
            }
        }
        found
    }

    /// Where the item of a list of one stands.
    fn only_item(&self, text: &str) -> Option<Range<usize>> {
        let mut reader = json::reader(&text[self.span.clone()]);
        reader.begin_array().ok()?;
        if reader.peek().ok()? == Kind::Array || !reader.next_item().ok()? {
            return None;
        }
        let item = Self::at(text, self.span.start + reader.offset())?;
        Some(item.span)
    }
}

//! Taking out of a document what the rules of its format refuse.

use super::flat;
use super::{ConvertError, Target};
use crate::json::Json;
use crate::model::{Document, Format};
use bonafide_report::{Finding, Severity};

/// Faults may hide others: an object without what it needs is taken out in the next round.
const ROUNDS: usize = 12;

/// A document that is right by its format's rules, as far as taking out values makes it so.
pub(super) fn mend(document: Document, target: Target) -> Result<Document, ConvertError> {
    let mut document = document;
    let mut again = false;
    for _ in 0..ROUNDS {
        let text = flat::text(&document)?;
        let faults = faults(&document, &text);
        if faults.is_empty() {
            // What was only in memory is not in the document.
            return Ok(crate::read(text.as_bytes())?);
        }
        let mut tree = flat::tree(&document)?;
        let mut pointers: Vec<Vec<String>> =
            faults.iter().map(|fault| parts(fault.place.pointer.as_deref().unwrap_or_default())).collect();
        // From behind, so that the places of what is still to be taken out do not change.
        pointers.sort_by(|a, b| by_place(b, a));
        pointers.dedup();
        let mut changed = false;
        for parts in &pointers {
            changed |= remove(&mut tree, parts, document.format);
        }
        if !changed {
            let reason = faults.first().map(|fault| fault.message.clone()).unwrap_or_default();
            if again {
                return Err(ConvertError::Invalid { target, reason });
            }
            again = true;
        }
        let read = crate::read(tree.to_text().as_bytes())?;
        if read.components.len() != document.components.len() || read.files.len() != document.files.len() {
            let reason = faults.first().map(|fault| fault.message.clone()).unwrap_or_default();
            return Err(ConvertError::Invalid { target, reason });
        }
        document = Document { version: document.version, ..read };
    }
    let reason = "it has faults behind faults".to_owned();
    Err(ConvertError::Invalid { target, reason })
}

/// What no reader of the format would accept.
fn faults(document: &Document, text: &str) -> Vec<Finding> {
    let mut findings = match document.format {
        Format::Spdx2 => crate::spdx2::check(document),
        Format::CycloneDx => crate::cyclonedx::schema_faults(&document.version, text),
        Format::Spdx3 => Vec::new(),
    };
    findings.retain(|finding| finding.severity == Severity::Error && finding.place.pointer.is_some());
    findings
}

fn parts(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

/// By numbers where both are numbers.
fn by_place(a: &[String], b: &[String]) -> std::cmp::Ordering {
    let key = |part: &String| (part.parse::<u64>().ok(), part.clone());
    a.iter().map(key).cmp(b.iter().map(key))
}

/// Takes a value out, and the list around it when that is empty then. Elements stay, and so does what must be there.
fn remove(tree: &mut Json, parts: &[String], format: Format) -> bool {
    let Some((last, parents)) = parts.split_last() else { return false };
    let mut value = &mut *tree;
    for part in parents {
        let Some(inner) = step(value, part) else { return false };
        value = inner;
    }
    let is_number = last.parse::<usize>().is_ok();
    let of_elements = matches!(
        parents.last().map(String::as_str),
        Some("components" | "packages" | "files" | "services" | "snippets")
    );
    match (value, &**last) {
        (Json::Object(_), "component") if parents == ["metadata"] => false,
        (Json::Array(_), _) if is_number && of_elements => false,
        (Json::Array(items), at) => {
            let Some(at) = at.parse::<usize>().ok().filter(|at| *at < items.len()) else { return false };
            items.remove(at);
            if items.is_empty() {
                remove(tree, parents, format);
            }
            true
        }
        (Json::Object(fields), key) => {
            let Some(at) = fields.iter().position(|(name, _)| **name == *key) else { return false };
            let instead = match (format, key, parents.iter().rev().nth(1).map(String::as_str)) {
                (Format::Spdx2, "downloadLocation", _) => Some("NOASSERTION"),
                (Format::CycloneDx, "type", Some("externalReferences")) => Some("other"),
                (Format::CycloneDx, "type", Some("components")) => Some("library"),
                _ => None,
            };
            match instead {
                Some(word) if fields[at].1.as_str() == Some(word) => return false,
                Some(word) => fields[at].1 = Json::string(word),
                None => drop(fields.remove(at)),
            }
            true
        }
        _ => false,
    }
}

fn step<'j>(value: &'j mut Json, part: &str) -> Option<&'j mut Json> {
    match value {
        Json::Object(fields) => fields.iter_mut().find(|(name, _)| **name == *part).map(|(_, value)| value),
        Json::Array(items) => items.get_mut(part.parse::<usize>().ok()?),
        _ => None,
    }
}

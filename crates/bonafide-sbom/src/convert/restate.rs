//! Documents of one family in another version of it.

use super::losses::LOSS;
use super::{ConvertError, Target, flat, mend};
use crate::json::Json;
use crate::json::pointer::escape;
use crate::model::{Document, Encoding, Format};
use bonafide_report::{Finding, Place};

/// The document in the target's version. What that version does not know is lost, and told.
pub(super) fn restate(document: &Document, target: Target) -> Result<(Document, Vec<Finding>), ConvertError> {
    let mut restated =
        Document { version: target.version().into(), encoding: Encoding::Json, ..document.clone() };
    match restated.format {
        Format::Spdx2 => {
            for reference in restated.components.iter_mut().flat_map(|component| &mut component.references) {
                reference.category = reference.category.clone().hyphenated();
            }
            // A document of 2.3 need not be right to be one of 2.3.
            return Ok((restated, Vec::new()));
        }
        Format::Spdx3 => {
            restated.extra.remove("@context");
            return Ok((restated, Vec::new()));
        }
        Format::CycloneDx if document.version == restated.version => return Ok((restated, Vec::new())),
        Format::CycloneDx => {
            if let Some(Json::String(address)) = restated.extra.remove("$schema")
                && address.contains("cyclonedx.org/schema/bom-")
            {
                let schema = format!("http://cyclonedx.org/schema/bom-{}.schema.json", target.version());
                restated.extra.push(Format::CycloneDx, "$schema", Json::String(schema.into()));
                restated.extra.hoist("$schema");
            }
        }
    }
    let before = flat::tree(&restated)?;
    let mended = mend::mend(restated, target)?;
    let after = flat::tree(&mended)?;
    let mut lost = Vec::new();
    missing(&before, &after, &mut String::new(), &mut lost);
    let findings = lost.into_iter().map(|pointer| {
        let name = pointer.rsplit('/').next().unwrap_or_default().to_owned();
        Finding::new(
            &LOSS,
            Place::default().pointer(&pointer),
            format!("{target} has no room for `{name}` with this value"),
        )
        .remedy(format!("keep the original beside it: CycloneDX {} has room for it", document.version))
    });
    Ok((mended, findings.collect()))
}

/// The pointers of what is in one tree and not in the other. Items of a list that lost some are known by what they are.
fn missing(before: &Json, after: &Json, pointer: &mut String, lost: &mut Vec<String>) {
    let length = pointer.len();
    match (before, after) {
        (Json::Object(fields), Json::Object(_)) => {
            for (name, value) in fields {
                pointer.push('/');
                pointer.push_str(&escape(name));
                match after.get(name) {
                    Some(after) => missing(value, after, pointer, lost),
                    None => lost.push(pointer.clone()),
                }
                pointer.truncate(length);
            }
        }
        (Json::Array(items), Json::Array(rest)) => {
            let mut rest = rest.iter().peekable();
            let same_length = items.len() == rest.len();
            for (at, value) in items.iter().enumerate() {
                pointer.push_str(&format!("/{at}"));
                match rest.peek() {
                    Some(after) if same_length || *after == value || is_like(value, after) => {
                        missing(value, after, pointer, lost);
                        rest.next();
                    }
                    _ => lost.push(pointer.clone()),
                }
                pointer.truncate(length);
            }
        }
        (before, after) if before == after => {}
        _ => lost.push(pointer.clone()),
    }
}

/// Whether an object is what is left of another: the same as far as both go, and not nothing.
fn is_like(before: &Json, after: &Json) -> bool {
    match (before, after) {
        (Json::Object(_), Json::Object(fields)) => {
            !fields.is_empty()
                && fields
                    .iter()
                    .all(|(name, value)| before.get(name).is_some_and(|before| is_like(before, value)))
        }
        (Json::Array(before), Json::Array(after)) => after.len() <= before.len(),
        (before, after) => before == after,
    }
}

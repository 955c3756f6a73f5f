//! Small objects inside elements: digests, identifiers, links, ranges.
//!
//! Their `type` may be missing, though the specification asks for it: their place says what they are.

use super::node::Node;
use super::read::keep_class;
use crate::json::{Extra, Json};
use crate::model::{Algorithm, Category, Digest, ExternalDocument, Format, Reference, VerificationCode};

/// A `Hash` that says no more than algorithm and value. Its `type` may be missing: its place says what it is.
pub(super) fn digest(value: &Json) -> Option<Digest> {
    let fields = value.as_object()?;
    let (mut algorithm, mut hash) = (None, None);
    for (key, field) in fields {
        match (&**key, field.as_str()?) {
            ("type", "Hash") => {}
            ("algorithm", name) => algorithm = Some(Algorithm::from_spdx3(name)),
            ("hashValue", text) => hash = Some(text),
            _ => return None,
        }
    }
    Some(Digest::new(algorithm?, hash?))
}

pub(super) fn external_document(mut node: Node) -> Option<ExternalDocument> {
    let class = node.class("ExternalMap");
    let mut external = ExternalDocument {
        id: node.text("externalSpdxId"),
        uri: node.text("locationHint"),
        ..ExternalDocument::default()
    };
    // More than one digest stays where it is.
    if node.get("verifiedUsing").and_then(Json::as_array).is_some_and(|items| items.len() == 1) {
        external.digest = node.items("verifiedUsing", digest).pop();
    }
    external.extra = node.rest();
    keep_class(&mut external.extra, class);
    Some(external)
}

/// The model's word for a type of identifier. Words of the model itself are no words of SPDX 3.
fn identifier_kind(word: &str) -> Option<&str> {
    Some(match word {
        "packageUrl" => "purl",
        "cpe23" => "cpe23Type",
        "cpe22" => "cpe22Type",
        "swhid" => "swh",
        "purl" | "cpe23Type" | "cpe22Type" | "swh" => return None,
        other => other,
    })
}

pub(super) fn identifier(value: &Json) -> Option<Reference> {
    let mut reference = Reference::new(Category::Identifier, "", "");
    let (mut has_kind, mut has_locator) = (false, false);
    for (key, field) in value.as_object()? {
        match (&**key, field) {
            ("type", Json::String(class)) if &**class == "ExternalIdentifier" => {}
            ("type", _) => return None,
            ("externalIdentifierType", Json::String(word)) => {
                reference.kind = identifier_kind(word)?.into();
                has_kind = true;
            }
            ("identifier", Json::String(text)) => {
                reference.locator = text.clone();
                has_locator = true;
            }
            ("comment", Json::String(text)) => reference.comment = Some(text.clone()),
            _ => reference.extra.push(Format::Spdx3, key.clone(), field.clone()),
        }
    }
    (has_kind && has_locator).then_some(reference)
}

pub(super) fn content_identifier(value: &Json) -> Option<Reference> {
    let mut reference = Reference::new(Category::PersistentId, "", "");
    for (key, field) in value.as_object()? {
        match (&**key, field.as_str()?) {
            ("type", "software_ContentIdentifier") => {}
            ("software_contentIdentifierType", "gitoid") => reference.kind = "gitoid".into(),
            ("software_contentIdentifierType", "swhid") => reference.kind = "swh".into(),
            ("software_contentIdentifierValue", text) => reference.locator = text.into(),
            _ => return None,
        }
    }
    (!reference.kind.is_empty() && !reference.locator.is_empty()).then_some(reference)
}

/// A reference for each locator.
pub(super) fn links(value: &Json) -> Option<Vec<Reference>> {
    let mut link = Reference::new(Category::Link, "", "");
    let mut locators = Vec::new();
    for (key, field) in value.as_object()? {
        match (&**key, field) {
            ("type", Json::String(class)) if &**class == "ExternalRef" => {}
            ("type", _) => return None,
            ("externalRefType", Json::String(word)) if !word.is_empty() => link.kind = word.clone(),
            ("externalRefType", _) => return None,
            ("locator", Json::Array(items)) => {
                for item in items {
                    locators.push(item.as_str()?);
                }
            }
            ("comment", Json::String(text)) => link.comment = Some(text.clone()),
            _ => link.extra.push(Format::Spdx3, key.clone(), field.clone()),
        }
    }
    if locators.is_empty() || link.extra.get("locator").is_some() {
        return None;
    }
    Some(locators.into_iter().map(|locator| Reference { locator: locator.into(), ..link.clone() }).collect())
}

pub(super) fn verification_code(value: &Json) -> Option<VerificationCode> {
    let mut node = Node(value.as_object()?.to_vec());
    if node.text("type").as_deref() != Some("PackageVerificationCode") {
        return None;
    }
    let code = VerificationCode {
        value: node.text("hashValue")?,
        excluded_files: node.texts("packageVerificationCodeExcludedFile"),
        extra: Extra::default(),
    };
    match node.text("algorithm") {
        Some(algorithm) if Algorithm::from_spdx3(&algorithm) == Algorithm::Sha1 => {}
        Some(algorithm) => node.0.push(("algorithm".into(), Json::String(algorithm))),
        None => return None,
    }
    Some(VerificationCode { extra: node.rest(), ..code })
}

pub(super) fn positive_range(value: &Json) -> Option<(i64, i64)> {
    let (mut start, mut end) = (None, None);
    for (key, field) in value.as_object()? {
        match (&**key, field) {
            ("type", Json::String(class)) if &**class == "PositiveIntegerRange" => {}
            ("beginIntegerRange", Json::Number(digits)) => start = exactly(digits),
            ("endIntegerRange", Json::Number(digits)) => end = exactly(digits),
            _ => return None,
        }
    }
    start.zip(end)
}

/// A number that is written back digit by digit.
fn exactly(digits: &str) -> Option<i64> {
    digits.parse().ok().filter(|number: &i64| number.to_string() == digits)
}

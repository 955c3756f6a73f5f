//! SPDX 2 XML as the JSON that says the same: an element for each field, lists as repeated elements.

use crate::error::{ReadError, ReadFault};
use crate::json::{Gathered, Json};
use crate::xml::Element;
use crate::yaml::is_json_number;
use bonafide_json::shorten;

/// Fields that are lists: SPDX 2.3 JSON schema, and three of the form before it.
const LISTS: &[&str] = &[
    "annotations",
    "artifactOfs",
    "attributionTexts",
    "checksums",
    "creators",
    "crossRefs",
    "documentDescribes",
    "externalDocumentRefs",
    "externalRefs",
    "fileContributors",
    "fileDependencies",
    "fileTypes",
    "files",
    "hasExtractedLicensingInfos",
    "hasFiles",
    "licenseInfoFromFiles",
    "licenseInfoFromSnippet",
    "licenseInfoInFiles",
    "licenseInfoInSnippets",
    "packageVerificationCodeExcludedFiles",
    "packages",
    "ranges",
    "relationships",
    "revieweds",
    "reviewers",
    "seeAlso",
    "seeAlsos",
    "snippets",
];

/// Fields that are numbers.
const NUMBERS: &[&str] = &["lineNumber", "offset", "order"];

/// Fields that are true or false.
const FLAGS: &[&str] = &["filesAnalyzed", "isLive", "isValid", "isWayBackLink"];

/// The JSON of an element with fields.
///
/// # Errors
/// Text between fields, and a field twice that is no list.
pub(crate) fn to_json(text: &str, element: Element<'_>) -> Result<Json, ReadError> {
    if !element.text.is_empty() {
        let message = format!("text between the elements of `{}`", shorten(element.name));
        return Err(ReadError::at(text, element.offset, String::new(), ReadFault::Text(message)));
    }
    let mut fields = Gathered::default();
    let twice = |name: &str, offset: usize, first: usize| {
        let (first_line, _) = bonafide_json::line_and_column(text.as_bytes(), first);
        ReadError::at(text, offset, String::new(), ReadFault::DuplicateKey { key: shorten(name), first_line })
    };
    for (name, value) in element.attributes {
        let name = format!("@{name}");
        fields
            .put(&name, Json::String(value.into()), element.offset)
            .map_err(|first| twice(&name, element.offset, first))?;
    }
    for child in element.children {
        let (name, offset) = (child.name, child.offset);
        let is_list = LISTS.contains(&name);
        let value = if !child.children.is_empty() || !child.attributes.is_empty() {
            to_json(text, child)?
        } else if is_list && child.text.is_empty() {
            continue;
        } else {
            leaf(name, child.text)
        };
        let added = if is_list { fields.add(name, value, offset) } else { fields.put(name, value, offset) };
        added.map_err(|first| twice(name, offset, first))?;
    }
    Ok(fields.done())
}

fn leaf(name: &str, text: String) -> Json {
    match text.trim() {
        "true" if FLAGS.contains(&name) => Json::Bool(true),
        "false" if FLAGS.contains(&name) => Json::Bool(false),
        digits if NUMBERS.contains(&name) && is_json_number(digits) => Json::Number(digits.into()),
        _ => Json::String(text.into()),
    }
}

//! SPDX 2 XML as the JSON that says the same: an element for each field, lists as repeated elements.

use crate::error::{ReadError, ReadFault, shorten};
use crate::json::Json;
use crate::xml::Element;
use crate::yaml::is_json_number;

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
    let mut fields: Vec<(Box<str>, Json)> = Vec::new();
    // Lists may be long and interleaved; fields of one element are few.
    let mut offsets: Vec<usize> = Vec::new();
    for (name, value) in element.attributes {
        fields.push((format!("@{name}").into(), Json::String(value.into())));
        offsets.push(element.offset);
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
        match fields.iter_mut().position(|(known, _)| **known == *name) {
            Some(at) => match &mut fields[at].1 {
                Json::Array(items) if is_list => items.push(value),
                _ => {
                    let (first_line, _) = crate::error::line_and_column(text.as_bytes(), offsets[at]);
                    let fault = ReadFault::DuplicateKey { key: shorten(name), first_line };
                    return Err(ReadError::at(text, offset, String::new(), fault));
                }
            },
            None => {
                fields.push((name.into(), if is_list { Json::Array(vec![value]) } else { value }));
                offsets.push(offset);
            }
        }
    }
    Ok(Json::Object(fields))
}

fn leaf(name: &str, text: String) -> Json {
    match text.trim() {
        "true" if FLAGS.contains(&name) => Json::Bool(true),
        "false" if FLAGS.contains(&name) => Json::Bool(false),
        digits if NUMBERS.contains(&name) && is_json_number(digits) => Json::Number(digits.into()),
        _ => Json::String(text.into()),
    }
}

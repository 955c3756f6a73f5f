//! From bytes to text, and from text to a format: by content alone.

use crate::error::{ReadError, ReadFault};
use crate::json;
use crate::model::Format;
use std::borrow::Cow;

/// Byte order marks: of UTF-8, and of UTF-16 in either order.
pub(crate) const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a document without a byte order mark. UTF-8 is borrowed; UTF-16 is known by its mark, or by a zero byte
/// beside the first character.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ReadError> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [first, 0, ..] if *first != 0 => utf16(bytes, u16::from_le_bytes),
        [0, second, ..] if *second != 0 => utf16(bytes, u16::from_be_bytes),
        _ => {
            let bytes = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
            std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
                let at = error.valid_up_to();
                let good = String::from_utf8_lossy(&bytes[..at]);
                ReadError::at(
                    &good,
                    at,
                    String::new(),
                    ReadFault::Encoding(format!("byte 0x{:02x} is not UTF-8 here", bytes[at])),
                )
            })
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'static, str>, ReadError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match character {
            Ok(character) => text.push(character),
            Err(half) => {
                let fault = ReadFault::Encoding(format!(
                    "half of a surrogate pair, 0x{:04x}, in UTF-16",
                    half.unpaired_surrogate()
                ));
                return Err(ReadError::at(&text, text.len(), String::new(), fault));
            }
        }
    }
    if !rest.is_empty() {
        let fault = ReadFault::Encoding("UTF-16 with an odd number of bytes".to_owned());
        return Err(ReadError::at(&text, text.len(), String::new(), fault));
    }
    Ok(Cow::Owned(text))
}

/// How a text is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// YAML.
    Yaml,
    /// SPDX tag-value.
    TagValue,
}

/// Tags of SPDX 2 that are no fields of its YAML. Both forms begin with `SPDXID: ` at times.
const TAGS: &[&str] = &[
    "Annotator",
    "Created",
    "Creator",
    "CreatorComment",
    "DataLicense",
    "DocumentComment",
    "DocumentName",
    "DocumentNamespace",
    "ExternalDocumentRef",
    "FileName",
    "LicenseID",
    "LicenseListVersion",
    "PackageName",
    "Relationship",
    "Reviewer",
    "SPDXVersion",
    "SnippetSPDXID",
];

/// Fields of SPDX 2 at the top of a YAML document.
const FIELDS: &[&str] = &[
    "Document",
    "annotations",
    "comment",
    "creationInfo",
    "dataLicense",
    "documentDescribes",
    "documentNamespace",
    "externalDocumentRefs",
    "files",
    "hasExtractedLicensingInfos",
    "name",
    "packages",
    "relationships",
    "revieweds",
    "snippets",
    "spdxVersion",
];

/// How a text is written down, by its first word that only one way has; comments before it do not matter.
pub(crate) fn kind(text: &str) -> Result<Kind, ReadError> {
    match text.trim_start().chars().next() {
        None => return Err(ReadError::whole(ReadFault::Empty)),
        Some('{' | '[') => return Ok(Kind::Json),
        Some('<') => return Ok(Kind::Xml),
        Some(_) => {}
    }
    for line in text.lines() {
        let line = line.trim_end();
        if line == "---" || line.starts_with("--- ") || line.starts_with("%YAML") {
            return Ok(Kind::Yaml);
        }
        let Some((word, _)) = line.split_once(':') else { continue };
        let quoted = word.starts_with(['"', '\'']);
        let word = word.trim_end().trim_matches(['"', '\'']);
        if !quoted && TAGS.contains(&word.trim_start()) {
            return Ok(Kind::TagValue);
        }
        if FIELDS.contains(&word) || quoted && word == "SPDXID" {
            return Ok(Kind::Yaml);
        }
    }
    Err(ReadError::whole(ReadFault::UnknownFormat(
        "neither JSON nor tag-value, YAML or XML of a known kind".to_owned(),
    )))
}

/// The family of a JSON document, by the first key that only one family has; nothing where no key is of any.
pub(crate) fn json_format(text: &str) -> Result<Option<Format>, ReadError> {
    let mut reader = json::reader(text);
    if reader.peek()? != bonafide_json::Kind::Object {
        return Err(reader.shape("an object").into());
    }
    reader.begin_object()?;
    while let Some(key) = reader.next_key()? {
        match &*key {
            "SPDXID" | "spdxVersion" | "dataLicense" | "documentNamespace" | "creationInfo" => {
                return Ok(Some(Format::Spdx2));
            }
            "bomFormat" | "specVersion" => return Ok(Some(Format::CycloneDx)),
            "@context" | "@graph" => return Ok(Some(Format::Spdx3)),
            _ => reader.skip()?,
        }
    }
    Ok(None)
}

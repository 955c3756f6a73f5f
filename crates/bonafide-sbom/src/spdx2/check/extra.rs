//! Fields that did not fit the model: of the wrong kind, or unknown.

use super::{At, Check};
use crate::json::{Extra, Json};
use crate::model::Encoding;
use crate::rules;
use bonafide_json::shorten;
use bonafide_report::Severity;

/// What kind of value a field holds, as the JSON schema has it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Text,
    Flag,
    Texts,
    /// Texts, at least one.
    SomeTexts,
    /// An object with these fields, which must be strings.
    Object(&'static [&'static str]),
    /// A list of such objects.
    Objects(&'static [&'static str]),
    /// A list of such objects, at least one.
    SomeObjects(&'static [&'static str]),
}

type Fields = &'static [(&'static str, Shape)];

use Shape::{Flag, Object, Objects, SomeObjects, SomeTexts, Text, Texts};

const ANNOTATION: Shape = Objects(&["annotationDate", "annotationType", "annotator", "comment"]);
const CHECKSUM: &[&str] = &["algorithm", "checksumValue"];

pub(super) const DOCUMENT: Fields = &[
    ("SPDXID", Text),
    ("spdxVersion", Text),
    ("name", Text),
    ("dataLicense", Text),
    ("documentNamespace", Text),
    ("comment", Text),
    ("creationInfo", Object(&["created"])),
    ("externalDocumentRefs", Objects(&["externalDocumentId", "spdxDocument"])),
    ("documentDescribes", Texts),
    ("packages", Objects(&["SPDXID", "name", "downloadLocation"])),
    ("files", Objects(&["SPDXID", "fileName"])),
    ("snippets", Objects(&["SPDXID", "name", "snippetFromFile"])),
    ("hasExtractedLicensingInfos", Objects(&["licenseId", "extractedText"])),
    ("relationships", Objects(&["spdxElementId", "relatedSpdxElement", "relationshipType"])),
    ("annotations", ANNOTATION),
    ("revieweds", Objects(&["reviewDate"])),
];

pub(super) const CREATION: Fields =
    &[("created", Text), ("creators", SomeTexts), ("licenseListVersion", Text), ("comment", Text)];

pub(super) const EXTERNAL_DOCUMENT: Fields =
    &[("externalDocumentId", Text), ("spdxDocument", Text), ("checksum", Object(CHECKSUM))];

pub(super) const PACKAGE: Fields = &[
    ("SPDXID", Text),
    ("name", Text),
    ("versionInfo", Text),
    ("packageFileName", Text),
    ("primaryPackagePurpose", Text),
    ("supplier", Text),
    ("originator", Text),
    ("downloadLocation", Text),
    ("homepage", Text),
    ("sourceInfo", Text),
    ("filesAnalyzed", Flag),
    ("packageVerificationCode", Object(&["packageVerificationCodeValue"])),
    ("checksums", Objects(CHECKSUM)),
    ("licenseConcluded", Text),
    ("licenseDeclared", Text),
    ("licenseInfoFromFiles", Texts),
    ("licenseComments", Text),
    ("copyrightText", Text),
    ("summary", Text),
    ("description", Text),
    ("comment", Text),
    ("attributionTexts", Texts),
    ("releaseDate", Text),
    ("builtDate", Text),
    ("validUntilDate", Text),
    ("externalRefs", Objects(&["referenceCategory", "referenceType", "referenceLocator"])),
    ("hasFiles", Texts),
    ("annotations", ANNOTATION),
];

pub(super) const VERIFICATION_CODE: Fields =
    &[("packageVerificationCodeValue", Text), ("packageVerificationCodeExcludedFiles", Texts)];

pub(super) const REFERENCE: Fields = &[("comment", Text)];

pub(super) const FILE: Fields = &[
    ("SPDXID", Text),
    ("fileName", Text),
    ("fileTypes", Texts),
    ("checksums", SomeObjects(CHECKSUM)),
    ("licenseConcluded", Text),
    ("licenseInfoInFiles", Texts),
    ("copyrightText", Text),
    ("licenseComments", Text),
    ("comment", Text),
    ("noticeText", Text),
    ("fileContributors", Texts),
    ("attributionTexts", Texts),
    ("annotations", ANNOTATION),
    ("artifactOfs", Objects(&[])),
    ("fileDependencies", Texts),
];

pub(super) const SNIPPET: Fields = &[
    ("SPDXID", Text),
    ("name", Text),
    ("snippetFromFile", Text),
    ("ranges", SomeObjects(&[])),
    ("licenseConcluded", Text),
    ("licenseInfoInSnippets", Texts),
    ("licenseComments", Text),
    ("copyrightText", Text),
    ("comment", Text),
    ("attributionTexts", Texts),
    ("annotations", ANNOTATION),
];

pub(super) const LICENSE: Fields = &[
    ("licenseId", Text),
    ("extractedText", Text),
    ("name", Text),
    ("seeAlsos", Texts),
    ("comment", Text),
    ("crossRefs", Objects(&["url"])),
];

pub(super) const RELATIONSHIP: Fields = &[("comment", Text)];

pub(super) const ANNOTATION_FIELDS: Fields =
    &[("annotationType", Text), ("annotator", Text), ("annotationDate", Text), ("comment", Text)];

impl Check<'_> {
    /// Judges what an element has beside what fits the model.
    pub(super) fn extras(&mut self, at: At, extra: &Extra, known: Fields) {
        self.extras_below(at, "", extra, known);
    }

    /// A YAML field without a value (`licenseConcluded:`) reads as `null` and is meant as one that is not there.
    pub(super) fn says_nothing(&self, value: &Json) -> bool {
        *value == Json::Null && self.document.encoding == Encoding::Yaml
    }

    /// The same for an object inside an element; `below` is its path, with a slash at the end.
    pub(super) fn extras_below(&mut self, at: At, below: &str, extra: &Extra, known: Fields) {
        for (name, value) in extra.fields() {
            let field = format!("{below}{}", crate::json::pointer::escape(name));
            match known.iter().find(|(field, _)| *field == &**name) {
                Some((_, shape)) => {
                    if let Some((inner, message)) = mismatch(*shape, value) {
                        let message = format!("`{name}{}` {message}", inner.replace('/', "."));
                        let severity =
                            if self.says_nothing(value) { Severity::Warning } else { Severity::Error };
                        let finding = self.fault(&rules::WRONG_TYPE, at, &format!("{field}{inner}"), message);
                        finding.severity = severity;
                        finding.remedy =
                            Some("write a value of that kind, or leave the field out".to_owned());
                    }
                }
                None => {
                    let message = format!("no field of SPDX 2 is called `{}` here", shorten(name));
                    self.fault(&rules::UNKNOWN_FIELD, at, &field, message).remedy =
                        Some("mend the spelling, or put the text into `comment`".to_owned());
                }
            }
        }
    }
}

/// The path below the field, and what is wrong there. Nothing where the value fits.
fn mismatch(shape: Shape, value: &Json) -> Option<(String, String)> {
    let wrong = |wanted: &str| Some((String::new(), format!("should be {wanted}, is {}", value.kind())));
    let inside = |path: String, found: Option<(String, String)>| {
        found.map(|(inner, message)| (format!("/{path}{inner}"), message))
    };
    match (shape, value) {
        (Text, Json::String(_)) | (Flag, Json::Bool(_)) => None,
        (Text, _) => wrong("a string"),
        (Flag, _) => wrong("true or false"),
        (SomeTexts | SomeObjects(_), Json::Array(items)) if items.is_empty() => {
            Some((String::new(), "should have at least one item".to_owned()))
        }
        (Texts | SomeTexts, Json::Array(items)) => {
            items.iter().enumerate().find_map(|(at, item)| inside(at.to_string(), mismatch(Text, item)))
        }
        (Texts | SomeTexts, _) => wrong("a list of strings"),
        (Objects(fields) | SomeObjects(fields), Json::Array(items)) => items
            .iter()
            .enumerate()
            .find_map(|(at, item)| inside(at.to_string(), mismatch(Object(fields), item))),
        (Objects(_) | SomeObjects(_), _) => wrong("a list of objects"),
        (Object(fields), Json::Object(_)) => fields.iter().find_map(|field| match value.get(field) {
            Some(inner) => inside((*field).to_owned(), mismatch(Text, inner)),
            None => Some((String::new(), format!("should have a field `{field}`"))),
        }),
        (Object(_), _) => wrong("an object"),
    }
}

//! SPDX 2 tag-value as the JSON that says the same.
//!
//! A line is `Tag: value`; a value of several lines stands between `<text>` and `</text>`; a line that begins with `#`
//! is a comment. An element begins with its first tag (`PackageName`, `FileName`, `SnippetSPDXID`, `LicenseID`) and
//! lasts until the next begins; a file belongs to the package that stands before it. Source: SPDX specification 2.3,
//! sections 6 to 12 ("Tag: ..."), and the tags of 2.2 that it dropped.

use crate::error::{ReadError, ReadFault, ReadPlace};
use crate::json::{Gathered, Json};
use crate::yaml::is_json_number;
use bonafide_json::shorten;
use std::collections::HashMap;

/// What a tag belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    Document,
    Creation,
    Package,
    File,
    Snippet,
    License,
    Annotation,
    Review,
}

/// How a tag's value is written in JSON.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    /// One item of a list.
    Item,
    /// A list in one value, by commas.
    Commas,
    Flag,
    /// `SHA1: value`, an item of a list.
    Checksum,
    /// `code (excludes: a, b)`.
    Code,
    /// `category type locator`, an item of a list.
    Reference,
    /// `id uri SHA1: value`, an item of a list.
    External,
    /// `begin:end` of bytes or lines.
    Bytes,
    Lines,
}

use Home::{Annotation, Creation, Document, File, License, Package, Review, Snippet};
use Shape::{Bytes, Checksum, Code, Commas, External, Flag, Item, Lines, Reference, Text};

/// Tag, what it belongs to, its field in JSON, and its form.
#[rustfmt::skip]
const TAGS: &[(&str, Home, &str, Shape)] = &[
    ("SPDXVersion", Document, "spdxVersion", Text),
    ("DataLicense", Document, "dataLicense", Text),
    ("DocumentName", Document, "name", Text),
    ("DocumentNamespace", Document, "documentNamespace", Text),
    ("DocumentComment", Document, "comment", Text),
    ("ExternalDocumentRef", Document, "externalDocumentRefs", External),
    ("Creator", Creation, "creators", Item),
    ("Created", Creation, "created", Text),
    ("CreatorComment", Creation, "comment", Text),
    ("LicenseListVersion", Creation, "licenseListVersion", Text),
    ("PackageName", Package, "name", Text),
    ("PackageVersion", Package, "versionInfo", Text),
    ("PackageFileName", Package, "packageFileName", Text),
    ("PackageSupplier", Package, "supplier", Text),
    ("PackageOriginator", Package, "originator", Text),
    ("PackageDownloadLocation", Package, "downloadLocation", Text),
    ("FilesAnalyzed", Package, "filesAnalyzed", Flag),
    ("PackageVerificationCode", Package, "packageVerificationCode", Code),
    ("PackageChecksum", Package, "checksums", Checksum),
    ("PackageHomePage", Package, "homepage", Text),
    ("PackageSourceInfo", Package, "sourceInfo", Text),
    ("PackageLicenseConcluded", Package, "licenseConcluded", Text),
    ("PackageLicenseInfoFromFiles", Package, "licenseInfoFromFiles", Item),
    ("PackageLicenseDeclared", Package, "licenseDeclared", Text),
    ("PackageLicenseComments", Package, "licenseComments", Text),
    ("PackageCopyrightText", Package, "copyrightText", Text),
    ("PackageSummary", Package, "summary", Text),
    ("PackageDescription", Package, "description", Text),
    ("PackageComment", Package, "comment", Text),
    ("PackageAttributionText", Package, "attributionTexts", Item),
    ("PrimaryPackagePurpose", Package, "primaryPackagePurpose", Text),
    ("BuiltDate", Package, "builtDate", Text),
    ("ReleaseDate", Package, "releaseDate", Text),
    ("ValidUntilDate", Package, "validUntilDate", Text),
    ("ExternalRef", Package, "externalRefs", Reference),
    ("FileName", File, "fileName", Text),
    ("FileType", File, "fileTypes", Item),
    ("FileChecksum", File, "checksums", Checksum),
    ("LicenseConcluded", File, "licenseConcluded", Text),
    ("LicenseInfoInFile", File, "licenseInfoInFiles", Item),
    ("LicenseComments", File, "licenseComments", Text),
    ("FileCopyrightText", File, "copyrightText", Text),
    ("FileComment", File, "comment", Text),
    ("FileNotice", File, "noticeText", Text),
    ("FileContributor", File, "fileContributors", Item),
    ("FileAttributionText", File, "attributionTexts", Item),
    ("FileDependency", File, "fileDependencies", Item),
    ("SnippetSPDXID", Snippet, "SPDXID", Text),
    ("SnippetSPDXIdentifier", Snippet, "SPDXID", Text),
    ("SnippetFromFileSPDXID", Snippet, "snippetFromFile", Text),
    ("SnippetFromFile", Snippet, "snippetFromFile", Text),
    ("SnippetByteRange", Snippet, "ranges", Bytes),
    ("SnippetLineRange", Snippet, "ranges", Lines),
    ("SnippetLicenseConcluded", Snippet, "licenseConcluded", Text),
    ("LicenseInfoInSnippet", Snippet, "licenseInfoInSnippets", Item),
    ("SnippetLicenseComments", Snippet, "licenseComments", Text),
    ("SnippetCopyrightText", Snippet, "copyrightText", Text),
    ("SnippetComment", Snippet, "comment", Text),
    ("SnippetName", Snippet, "name", Text),
    ("SnippetAttributionText", Snippet, "attributionTexts", Item),
    ("LicenseID", License, "licenseId", Text),
    ("ExtractedText", License, "extractedText", Text),
    ("LicenseName", License, "name", Text),
    ("LicenseCrossReference", License, "seeAlsos", Commas),
    ("LicenseComment", License, "comment", Text),
    ("Annotator", Annotation, "annotator", Text),
    ("AnnotationDate", Annotation, "annotationDate", Text),
    ("AnnotationComment", Annotation, "comment", Text),
    ("AnnotationType", Annotation, "annotationType", Text),
    ("SPDXREF", Annotation, "SPDXREF", Text),
    ("Reviewer", Review, "reviewer", Text),
    ("ReviewDate", Review, "reviewDate", Text),
    ("ReviewComment", Review, "comment", Text),
];

/// Tags with which something begins.
const FIRST: &[&str] = &[
    "PackageName",
    "FileName",
    "SnippetSPDXID",
    "SnippetSPDXIdentifier",
    "LicenseID",
    "Annotator",
    "Reviewer",
];

/// The JSON of a document.
///
/// # Errors
/// A line that is no tag, a text that does not end, a tag of an element before the element begins, a tag twice where
/// one is allowed. A tag that no specification knows is kept with the element that it stands in.
pub(crate) fn to_json(text: &str) -> Result<Json, ReadError> {
    let mut read = TagValue { elements: Default::default(), current: Document, relationships: Vec::new() };
    read.elements[Document as usize].push(Fields::default());
    let tags: HashMap<&str, (Home, &str, Shape)> =
        TAGS.iter().map(|(tag, home, field, shape)| (*tag, (*home, *field, *shape))).collect();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let number = at + 1;
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let Some((tag, value)) = trimmed.split_once(':') else {
            return Err(fault(number, format!("not a tag: `{}`", shorten(trimmed))));
        };
        let tag = tag.trim_end();
        if tag.is_empty() || tag.contains(char::is_whitespace) {
            return Err(fault(number, format!("not a tag: `{}`", shorten(trimmed))));
        }
        let value = match value.trim_start().strip_prefix("<text>") {
            Some(begin) => long_text(begin, number, &mut lines)?,
            None => value.trim().to_owned(),
        };
        read.tag(tag, tags.get(tag).copied(), value, number)?;
    }
    read.finish()
}

/// Text up to `</text>`.
fn long_text<'t>(
    begin: &str,
    number: usize,
    lines: &mut impl Iterator<Item = (usize, &'t str)>,
) -> Result<String, ReadError> {
    let mut text = begin.to_owned();
    loop {
        if let Some(end) = text.rfind("</text>") {
            let rest = text[end + "</text>".len()..].trim();
            if !rest.is_empty() {
                return Err(fault(number, format!("`{}` stands after `</text>`", shorten(rest))));
            }
            text.truncate(end);
            return Ok(text);
        }
        // Only the line that was added last can hold the end.
        let mut whole = std::mem::take(&mut text);
        loop {
            let Some((_, line)) = lines.next() else {
                return Err(fault(number, "`<text>` without `</text>`".to_owned()));
            };
            whole.push('\n');
            if line.contains("</text>") {
                whole.push_str(line);
                break;
            }
            whole.push_str(line);
        }
        text = whole;
    }
}

fn fault(line: usize, message: String) -> ReadError {
    let place = ReadPlace { line: Some(line), ..ReadPlace::default() };
    ReadError { place, fault: ReadFault::Text(message) }
}

/// The fields of an element, each with the line of its tag.
#[derive(Default)]
struct Fields(Gathered);

impl Fields {
    fn put(&mut self, field: &str, value: Json, line: usize) -> Result<(), ReadError> {
        self.0.put(field, value, line).map_err(|first_line| {
            let place = ReadPlace { line: Some(line), ..ReadPlace::default() };
            ReadError { place, fault: ReadFault::DuplicateKey { key: shorten(field), first_line } }
        })
    }

    fn add(&mut self, field: &str, item: Json, line: usize) -> Result<(), ReadError> {
        self.0.add(field, item, line).map_err(|first_line| {
            let place = ReadPlace { line: Some(line), ..ReadPlace::default() };
            ReadError { place, fault: ReadFault::DuplicateKey { key: shorten(field), first_line } }
        })
    }
}

struct TagValue {
    /// Elements of each home, in their order; that which the next tag is of is the last.
    elements: [Vec<Fields>; 8],
    /// What has begun last.
    current: Home,
    relationships: Vec<Json>,
}

impl TagValue {
    fn last(&mut self, home: Home) -> Option<&mut Fields> {
        self.elements[home as usize].last_mut()
    }

    fn tag(
        &mut self,
        tag: &str,
        known: Option<(Home, &str, Shape)>,
        value: String,
        line: usize,
    ) -> Result<(), ReadError> {
        match tag {
            "Relationship" => return self.relationship(&value, line),
            "RelationshipComment" => {
                let Some(Json::Object(fields)) = self.relationships.last_mut() else {
                    return Err(fault(
                        line,
                        "`RelationshipComment` stands before any `Relationship`".to_owned(),
                    ));
                };
                fields.push(("comment".into(), Json::String(value.into())));
                return Ok(());
            }
            "ExternalRefComment" => {
                let references = self.last(Package).and_then(|package| package.0.items_mut("externalRefs"));
                let Some(items) = references else {
                    return Err(fault(
                        line,
                        "`ExternalRefComment` stands before any `ExternalRef`".to_owned(),
                    ));
                };
                if let Some(Json::Object(fields)) = items.last_mut() {
                    fields.push(("comment".into(), Json::String(value.into())));
                }
                return Ok(());
            }
            _ => {}
        }
        let Some((home, field, shape)) = known else {
            // `SPDXID` and what nobody knows.
            let current = self.current;
            return match self.last(current) {
                Some(fields) if tag == "SPDXID" => fields.put(tag, Json::String(value.into()), line),
                Some(fields) => fields.add(tag, Json::String(value.into()), line),
                None => Ok(()),
            };
        };
        if FIRST.contains(&tag) || home == Creation && self.last(Creation).is_none() {
            self.elements[home as usize].push(Fields::default());
            if matches!(home, Package | File | Snippet | License) {
                self.current = home;
            }
            if home == File {
                // Its id follows: until then it is known by its number.
                let number = self.elements[File as usize].len() - 1;
                if let Some(package) = self.last(Package) {
                    package.add("hasFiles", Json::Number(number.to_string().into()), line)?;
                }
            }
        }
        let Some(fields) = self.last(home) else {
            return Err(fault(line, format!("`{tag}` stands before the element that it is of")));
        };
        let bad =
            |form: &str| fault(line, format!("`{tag}` is not of the form `{form}`: `{}`", shorten(&value)));
        match shape {
            Text => fields.put(field, Json::String(value.into()), line),
            Flag => {
                let flag = match value.as_str() {
                    "true" | "True" | "TRUE" => Json::Bool(true),
                    "false" | "False" | "FALSE" => Json::Bool(false),
                    _ => Json::String(value.into()),
                };
                fields.put(field, flag, line)
            }
            Item => fields.add(field, Json::String(value.into()), line),
            Commas => {
                for part in value.split(", ").map(str::trim) {
                    fields.add(field, Json::string(part), line)?;
                }
                Ok(())
            }
            Checksum => {
                let checksum = checksum(&value).ok_or_else(|| bad("SHA1: value"))?;
                fields.add(field, checksum, line)
            }
            Code => fields.put(field, verification_code(&value), line),
            Reference => {
                let mut parts = value.splitn(3, char::is_whitespace).map(str::trim);
                let (Some(category), Some(kind), Some(locator)) = (parts.next(), parts.next(), parts.next())
                else {
                    return Err(bad("category type locator"));
                };
                let reference = Json::Object(vec![
                    ("referenceCategory".into(), Json::string(category)),
                    ("referenceType".into(), Json::string(kind)),
                    ("referenceLocator".into(), Json::string(locator)),
                ]);
                fields.add(field, reference, line)
            }
            External => {
                let mut parts = value.splitn(3, char::is_whitespace).map(str::trim);
                let (Some(id), Some(uri), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
                    return Err(bad("DocumentRef-id uri SHA1: value"));
                };
                let external = Json::Object(vec![
                    ("externalDocumentId".into(), Json::string(id)),
                    ("spdxDocument".into(), Json::string(uri)),
                    ("checksum".into(), checksum(rest).ok_or_else(|| bad("DocumentRef-id uri SHA1: value"))?),
                ]);
                fields.add(field, external, line)
            }
            Bytes | Lines => {
                let (begin, end) = value.split_once(':').ok_or_else(|| bad("begin:end"))?;
                let key = if matches!(shape, Bytes) { "offset" } else { "lineNumber" };
                let pointer = |at: &str| {
                    let at = at.trim();
                    let number = if is_json_number(at) { Json::Number(at.into()) } else { Json::string(at) };
                    Json::Object(vec![(key.into(), number)])
                };
                let range = Json::Object(vec![
                    ("startPointer".into(), pointer(begin)),
                    ("endPointer".into(), pointer(end)),
                ]);
                fields.add(field, range, line)
            }
        }
    }

    fn relationship(&mut self, value: &str, line: usize) -> Result<(), ReadError> {
        let parts: Vec<&str> = value.split_whitespace().collect();
        let [from, kind, to] = parts[..] else {
            let message = format!("`Relationship` is not of the form `id TYPE id`: `{}`", shorten(value));
            return Err(fault(line, message));
        };
        self.relationships.push(Json::Object(vec![
            ("spdxElementId".into(), Json::string(from)),
            ("relationshipType".into(), Json::String(kind.to_ascii_uppercase().into())),
            ("relatedSpdxElement".into(), Json::string(to)),
        ]));
        Ok(())
    }

    fn finish(mut self) -> Result<Json, ReadError> {
        let mut take = |home: Home| std::mem::take(&mut self.elements[home as usize]);
        let mut document = take(Document).pop().unwrap_or_default();
        let (mut packages, mut files) = (take(Package), take(File));
        let (mut snippets, licenses) = (take(Snippet), take(License));
        if let Some(creation) = take(Creation).pop() {
            document.put("creationInfo", creation.0.done(), 0)?;
        }
        for package in &mut packages {
            if let Some(places) = package.0.items_mut("hasFiles") {
                for place in places.iter_mut() {
                    let number = match place {
                        Json::Number(digits) => digits.parse::<usize>().ok(),
                        _ => None,
                    };
                    let id = number.and_then(|number| files[number].0.text("SPDXID")).unwrap_or_default();
                    *place = Json::string(id);
                }
                places.retain(|id| id.as_str() != Some(""));
            }
        }
        for snippet in &mut snippets {
            let Some(of) = snippet.0.text("snippetFromFile").map(Json::string) else { continue };
            if let Some(ranges) = snippet.0.items_mut("ranges") {
                for range in ranges {
                    let Json::Object(ends) = range else { continue };
                    for (_, end) in ends {
                        if let Json::Object(pointer) = end {
                            pointer.push(("reference".into(), of.clone()));
                        }
                    }
                }
            }
        }
        let mut by_id: HashMap<Box<str>, (Home, usize)> = HashMap::new();
        for (home, all) in [(Package, &packages), (File, &files), (Snippet, &snippets)] {
            for (at, element) in all.iter().enumerate() {
                if let Some(id) = element.0.text("SPDXID") {
                    by_id.entry(id.into()).or_insert((home, at));
                }
            }
        }
        for mut annotation in take(Annotation) {
            let subject = annotation.0.text("SPDXREF").and_then(|id| by_id.get(id)).copied();
            let is_known = subject.is_some() || annotation.0.text("SPDXREF") == document.0.text("SPDXID");
            if is_known {
                annotation.0.remove("SPDXREF");
            }
            let element = match subject {
                Some((Package, at)) => &mut packages[at],
                Some((File, at)) => &mut files[at],
                Some((_, at)) => &mut snippets[at],
                None => &mut document,
            };
            element.add("annotations", annotation.0.done(), 0)?;
        }
        for review in take(Review) {
            document.add("revieweds", review.0.done(), 0)?;
        }
        let objects = |all: Vec<Fields>| Json::Array(all.into_iter().map(|one| one.0.done()).collect());
        for (key, list) in [
            ("packages", objects(packages)),
            ("files", objects(files)),
            ("snippets", objects(snippets)),
            ("hasExtractedLicensingInfos", objects(licenses)),
            ("relationships", Json::Array(self.relationships)),
        ] {
            if list != Json::Array(Vec::new()) {
                document.put(key, list, 0)?;
            }
        }
        Ok(document.0.done())
    }
}

fn checksum(value: &str) -> Option<Json> {
    let (algorithm, digits) = value.split_once(':')?;
    Some(Json::Object(vec![
        ("algorithm".into(), Json::string(algorithm.trim())),
        ("checksumValue".into(), Json::string(digits.trim())),
    ]))
}

fn verification_code(value: &str) -> Json {
    let (code, excluded) = match value.split_once('(') {
        Some((code, rest)) => (code.trim(), rest.trim_end().strip_suffix(')').unwrap_or(rest)),
        None => (value, ""),
    };
    let excluded = excluded.trim().strip_prefix("excludes:").unwrap_or(excluded);
    let files: Vec<Json> =
        excluded.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Json::string).collect();
    let mut fields = vec![("packageVerificationCodeValue".into(), Json::string(code))];
    if !files.is_empty() {
        fields.push(("packageVerificationCodeExcludedFiles".into(), Json::Array(files)));
    }
    Json::Object(fields)
}

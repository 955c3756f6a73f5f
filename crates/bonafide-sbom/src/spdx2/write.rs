//! SPDX 2 JSON out.

use crate::WriteError;
use crate::json::{Json, JsonWriter, Object, Style};
use crate::model::{
    Annotation, Component, Digest, Document, Element, End, ExternalDocument, ExtractedLicense, File, Format,
    Reference, Relationship, RelationshipKind, Snippet, SnippetPointer, SnippetRange, Stated,
};
use std::io::Write;

/// What stands under one key of the document: small values whole, long lists item by item.
enum Section {
    Value(Json),
    Packages,
    Files,
    Relationships,
}

/// Writes an SPDX 2 document. The order of packages, files and relationships is the document's own.
pub(crate) fn write_json(document: &Document, style: Style, out: &mut dyn Write) -> Result<(), WriteError> {
    let writer = Spdx2Writer::new(document);
    let mut sections = writer.sections()?;
    let mut json = JsonWriter::new(out, style);
    if json.sorted() {
        sections.sort_by(|a, b| a.0.cmp(&b.0));
    }
    json.begin('{');
    for (key, section) in &sections {
        json.key(key);
        match section {
            Section::Value(value) => json.value(value)?,
            Section::Packages => {
                let components = document.components.iter().enumerate();
                json.array(components.map(|(at, component)| writer.package(at, component)))?;
            }
            Section::Files => {
                let files = document.files.iter().enumerate();
                json.array(files.map(|(at, file)| Ok(writer.file(at, file))))?;
            }
            Section::Relationships => {
                json.array(document.stated_relationships().map(|edge| writer.relationship(edge)))?;
            }
        }
    }
    json.end('}')?;
    json.finish()?;
    Ok(())
}

/// The document, with what fields of its elements state sorted by element.
struct Spdx2Writer<'d> {
    document: &'d Document,
    /// Annotations by subject; those of the document first.
    annotations: Vec<&'d Annotation>,
    /// `hasFiles` edges by component.
    has_files: Vec<&'d Relationship>,
}

impl<'d> Spdx2Writer<'d> {
    fn new(document: &'d Document) -> Self {
        let mut annotations: Vec<&Annotation> = document.annotations.iter().collect();
        annotations.sort_by_key(|annotation| annotation.subject.element());
        let mut has_files: Vec<&Relationship> = document
            .relationships
            .iter()
            .filter(|edge| edge.stated == Stated::Field && edge.kind == RelationshipKind::Contains)
            .collect();
        has_files.sort_by_key(|edge| edge.from.element());
        Self { document, annotations, has_files }
    }

    fn sections(&self) -> Result<Vec<(Box<str>, Section)>, WriteError> {
        let document = self.document;
        let mut head = Object::new(Format::Spdx2);
        head.text("SPDXID", document.id.as_deref());
        if !document.version.is_empty() {
            head.put("spdxVersion", Json::String(format!("SPDX-{}", document.version).into()));
        }
        head.text("name", document.name.as_deref());
        head.text("dataLicense", document.data_license.as_deref());
        head.text("documentNamespace", document.namespace.as_deref());
        let creation = creation(document);
        if !creation.is_empty() {
            head.put("creationInfo", creation.done());
        }
        head.text("comment", document.comment.as_deref());
        head.items("externalDocumentRefs", document.external_documents.iter().map(external_document));
        let mut described = Vec::new();
        for edge in &document.relationships {
            if edge.stated == Stated::Field && edge.kind == RelationshipKind::Describes {
                described.push(Json::String(self.end(&edge.to)?.into()));
            }
        }
        head.items("documentDescribes", described.into_iter());
        let mut sections = in_sections(head);
        if !document.components.is_empty() {
            sections.push(("packages".into(), Section::Packages));
        }
        if !document.files.is_empty() {
            sections.push(("files".into(), Section::Files));
        }
        let mut tail = Object::new(Format::Spdx2);
        tail.items(
            "snippets",
            document.snippets.iter().enumerate().map(|(at, snippet)| self.snippet(at, snippet)),
        );
        tail.items("hasExtractedLicensingInfos", document.licenses.iter().map(extracted_license));
        sections.extend(in_sections(tail));
        if document.stated_relationships().next().is_some() {
            sections.push(("relationships".into(), Section::Relationships));
        }
        let mut last = Object::new(Format::Spdx2);
        last.items("annotations", self.annotations_of(Element::Document));
        last.extra(&document.extra);
        for (key, section) in in_sections(last) {
            if !sections.iter().any(|(known, _)| *known == key) {
                sections.push((key, section));
            }
        }
        Ok(sections)
    }

    fn package(&self, at: usize, component: &Component) -> Result<Json, WriteError> {
        let element = Element::Component(crate::ComponentId(at as u32));
        let mut object = Object::new(Format::Spdx2);
        object.text("SPDXID", component.id.as_deref());
        object.text("name", component.name.as_deref());
        object.text("versionInfo", component.version.as_deref());
        object.text("packageFileName", component.file_name.as_deref());
        object.text("primaryPackagePurpose", component.purpose.as_ref().and_then(|purpose| purpose.spdx2()));
        object.text("supplier", actor(&component.supplier).as_deref());
        object.text("originator", actor(&component.originator).as_deref());
        object.claim("downloadLocation", &component.download_location);
        object.claim("homepage", &component.homepage);
        object.text("sourceInfo", component.source_info.as_deref());
        object.flag("filesAnalyzed", component.files_analyzed);
        if let Some(code) = &component.verification_code {
            let mut inner = Object::new(Format::Spdx2);
            if !code.value.is_empty() || code.extra.is_empty() {
                inner.text("packageVerificationCodeValue", Some(&code.value));
            }
            inner.texts("packageVerificationCodeExcludedFiles", &code.excluded_files);
            inner.extra(&code.extra);
            object.put("packageVerificationCode", inner.done());
        }
        object.items("checksums", component.digests.iter().filter_map(digest));
        object.claim("licenseConcluded", &component.license_concluded);
        object.claim("licenseDeclared", &component.license_declared);
        object.claims("licenseInfoFromFiles", &component.license_info_from_files);
        object.text("licenseComments", component.license_comments.as_deref());
        object.claim("copyrightText", &component.copyright);
        object.text("summary", component.summary.as_deref());
        object.text("description", component.description.as_deref());
        object.text("comment", component.comment.as_deref());
        object.texts("attributionTexts", &component.attribution_texts);
        object.text("releaseDate", component.released.as_deref());
        object.text("builtDate", component.built.as_deref());
        object.text("validUntilDate", component.valid_until.as_deref());
        object.items("externalRefs", component.references.iter().filter_map(reference));
        let from = self.has_files.partition_point(|edge| edge.from.element() < Some(element));
        let mut files = Vec::new();
        for edge in self.has_files[from..].iter().take_while(|edge| edge.from.element() == Some(element)) {
            files.push(Json::String(self.end(&edge.to)?.into()));
        }
        object.items("hasFiles", files.into_iter());
        object.items("annotations", self.annotations_of(element));
        object.extra(&component.extra);
        Ok(object.done())
    }

    fn file(&self, at: usize, file: &File) -> Json {
        let mut object = Object::new(Format::Spdx2);
        object.text("SPDXID", file.id.as_deref());
        object.text("fileName", file.name.as_deref());
        let detail = file.detail.as_deref();
        if let Some(detail) = detail {
            object.texts("fileTypes", &detail.types);
        }
        object.items("checksums", file.digests.iter().filter_map(digest));
        object.claim("licenseConcluded", &file.license_concluded);
        object.claims("licenseInfoInFiles", &file.license_info);
        object.claim("copyrightText", &file.copyright);
        if let Some(detail) = detail {
            object.text("licenseComments", detail.license_comments.as_deref());
            object.text("comment", detail.comment.as_deref());
            object.text("noticeText", detail.notice.as_deref());
            object.texts("fileContributors", &detail.contributors);
            object.texts("attributionTexts", &detail.attribution_texts);
        }
        object.items("annotations", self.annotations_of(Element::File(crate::FileId(at as u32))));
        if let Some(detail) = detail {
            object.extra(&detail.extra);
        }
        object.done()
    }

    fn snippet(&self, at: usize, snippet: &Snippet) -> Json {
        let mut object = Object::new(Format::Spdx2);
        object.text("SPDXID", snippet.id.as_deref());
        object.text("name", snippet.name.as_deref());
        object.text("snippetFromFile", snippet.from_file.as_deref());
        object.items("ranges", snippet.ranges.iter().map(range));
        object.claim("licenseConcluded", &snippet.license_concluded);
        object.claims("licenseInfoInSnippets", &snippet.license_info);
        object.text("licenseComments", snippet.license_comments.as_deref());
        object.claim("copyrightText", &snippet.copyright);
        object.text("comment", snippet.comment.as_deref());
        object.texts("attributionTexts", &snippet.attribution_texts);
        object.items("annotations", self.annotations_of(Element::Snippet(at as u32)));
        object.extra(&snippet.extra);
        object.done()
    }

    fn relationship(&self, edge: &Relationship) -> Result<Json, WriteError> {
        let mut object = Object::new(Format::Spdx2);
        object.put("spdxElementId", Json::String(self.end(&edge.from)?.into()));
        object.text("relationshipType", edge.kind.spdx2());
        object.put("relatedSpdxElement", Json::String(self.end(&edge.to)?.into()));
        if let Some(detail) = &edge.detail {
            object.text("comment", detail.comment.as_deref());
            object.extra(&detail.extra);
        }
        Ok(object.done())
    }

    fn end<'e>(&self, end: &'e End) -> Result<&'e str, WriteError>
    where
        'd: 'e,
    {
        match end {
            End::Element(element) => self.document.id_of(*element).ok_or(WriteError::NoId(*element)),
            End::None => Ok("NONE"),
            End::NoAssertion => Ok("NOASSERTION"),
            End::External(text) | End::Dangling(text) => Ok(text),
        }
    }

    fn annotations_of(&self, element: Element) -> impl Iterator<Item = Json> {
        let from =
            self.annotations.partition_point(|annotation| annotation.subject.element() < Some(element));
        self.annotations[from..]
            .iter()
            .take_while(move |annotation| annotation.subject.element() == Some(element))
            .map(|annotation| {
                let mut object = Object::new(Format::Spdx2);
                object.text("annotationType", annotation.kind.as_deref());
                object
                    .text("annotator", annotation.annotator.as_ref().map(|actor| actor.to_spdx()).as_deref());
                object.text("annotationDate", annotation.date.as_deref());
                object.text("comment", annotation.comment.as_deref());
                object.extra(&annotation.extra);
                object.done()
            })
    }
}

fn in_sections(object: Object) -> Vec<(Box<str>, Section)> {
    match object.done() {
        Json::Object(fields) => fields.into_iter().map(|(key, value)| (key, Section::Value(value))).collect(),
        _ => Vec::new(),
    }
}

fn creation(document: &Document) -> Object {
    let creation = &document.creation;
    let mut object = Object::new(Format::Spdx2);
    object.text("created", creation.created.as_deref());
    object.items("creators", creation.creators.iter().map(|actor| Json::String(actor.to_spdx().into())));
    object.text("licenseListVersion", creation.license_list_version.as_deref());
    object.text("comment", creation.comment.as_deref());
    object.extra(&creation.extra);
    object
}

fn actor(claim: &crate::Claim<crate::Actor>) -> Option<String> {
    match claim {
        crate::Claim::Absent => None,
        crate::Claim::NoAssertion => Some("NOASSERTION".to_owned()),
        crate::Claim::None => Some("NONE".to_owned()),
        crate::Claim::Known(actor) => Some(actor.to_spdx()),
    }
}

/// Left out where SPDX 2 does not know the algorithm.
fn digest(digest: &Digest) -> Option<Json> {
    let mut object = Object::new(Format::Spdx2);
    object.put("algorithm", Json::string(digest.algorithm.spdx2()?));
    object.put("checksumValue", Json::String(digest.value.clone()));
    Some(object.done())
}

/// Left out where it is a link, for which SPDX 2 has other fields.
fn reference(reference: &Reference) -> Option<Json> {
    let mut object = Object::new(Format::Spdx2);
    object.put("referenceCategory", Json::string(reference.category.spdx2()?));
    object.put("referenceType", Json::String(reference.kind.clone()));
    object.put("referenceLocator", Json::String(reference.locator.clone()));
    object.text("comment", reference.comment.as_deref());
    object.extra(&reference.extra);
    Some(object.done())
}

fn external_document(external: &ExternalDocument) -> Json {
    let mut object = Object::new(Format::Spdx2);
    object.text("externalDocumentId", external.id.as_deref());
    object.text("spdxDocument", external.uri.as_deref());
    if let Some(checksum) = external.digest.as_ref().and_then(digest) {
        object.put("checksum", checksum);
    }
    object.extra(&external.extra);
    object.done()
}

fn extracted_license(license: &ExtractedLicense) -> Json {
    let mut object = Object::new(Format::Spdx2);
    object.text("licenseId", license.id.as_deref());
    object.text("extractedText", license.text.as_deref());
    object.claim("name", &license.name);
    object.texts("seeAlsos", &license.see_also);
    object.text("comment", license.comment.as_deref());
    object.extra(&license.extra);
    object.done()
}

fn range(range: &SnippetRange) -> Json {
    let mut object = Object::new(Format::Spdx2);
    object.put("startPointer", pointer(&range.start));
    object.put("endPointer", pointer(&range.end));
    object.extra(&range.extra);
    object.done()
}

fn pointer(pointer: &SnippetPointer) -> Json {
    let mut object = Object::new(Format::Spdx2);
    object.number("offset", pointer.offset);
    object.number("lineNumber", pointer.line);
    object.text("reference", pointer.reference.as_deref());
    object.extra(&pointer.extra);
    object.done()
}

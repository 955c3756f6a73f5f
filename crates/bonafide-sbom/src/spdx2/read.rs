//! SPDX 2 JSON in: one pass, straight into the model.

use crate::error::ReadError;
use crate::json::{self, Extra, Fields, Json};
use crate::model::{
    Actor, Algorithm, Annotation, Category, Claim, Component, ComponentId, Creation, Digest, Document,
    Element, End, ExternalDocument, ExtractedLicense, File, FileDetail, FileId, Format, Reference,
    Relationship, RelationshipDetail, RelationshipKind, Snippet, SnippetPointer, SnippetRange, Stated, Text,
    VerificationCode,
};
use bonafide_json::Kind;

/// Reads an SPDX 2 document.
///
/// # Errors
/// What is not JSON, repeats a key, is nested too deeply, or has something that is no object where an element or a
/// relationship should stand. Everything else is read, and judged by validation.
pub(crate) fn read_json(text: &str) -> Result<Document, ReadError> {
    let mut reader = json::reader(text);
    let mut read = Spdx2Reader {
        fields: Fields { reader: &mut reader, format: Format::Spdx2 },
        document: Document { format: Format::Spdx2, ..Document::default() },
        has_files: Vec::new(),
        described: Vec::new(),
    };
    read.document()?;
    let Spdx2Reader { mut document, has_files, described, .. } = read;
    reader.finish()?;
    let mut edges = described;
    edges.extend(has_files);
    edges.append(&mut document.relationships);
    document.relationships = edges;
    document.annotations.sort_by_key(|annotation| annotation.subject.element());
    super::resolve(&mut document);
    document.components.shrink_to_fit();
    document.files.shrink_to_fit();
    document.relationships.shrink_to_fit();
    Ok(document)
}

struct Spdx2Reader<'r, 's> {
    fields: Fields<'r, 's>,
    document: Document,
    has_files: Vec<Relationship>,
    described: Vec<Relationship>,
}

impl Spdx2Reader<'_, '_> {
    fn document(&mut self) -> Result<(), ReadError> {
        let mut extra = Extra::default();
        self.fields.reader.begin_object()?;
        while let Some(key) = self.fields.reader.next_key()? {
            let document = &mut self.document;
            match &*key {
                "SPDXID" => self.fields.text(&key, &mut document.id, &mut extra)?,
                "spdxVersion" => match self.fields.string()? {
                    Some(text) => match text.strip_prefix("SPDX-") {
                        Some(version) if !version.is_empty() => document.version = version.into(),
                        _ => {
                            let value = Json::string(&text);
                            extra.push(Format::Spdx2, &*key, value);
                        }
                    },
                    None => self.fields.keep(&key, &mut extra)?,
                },
                "name" => self.fields.text(&key, &mut document.name, &mut extra)?,
                "dataLicense" => self.fields.text(&key, &mut document.data_license, &mut extra)?,
                "documentNamespace" => self.fields.text(&key, &mut document.namespace, &mut extra)?,
                "comment" => self.fields.text(&key, &mut document.comment, &mut extra)?,
                "creationInfo" => self.creation(&key, &mut extra)?,
                "externalDocumentRefs" => {
                    self.elements(&key, &mut extra, |read| {
                        let external = read.external_document()?;
                        read.document.external_documents.push(external);
                        Ok(())
                    })?;
                }
                "documentDescribes" => {
                    let mut ids = Vec::new();
                    self.fields.texts(&key, &mut ids, &mut extra)?;
                    self.described.extend(ids.into_iter().map(|id| {
                        stated_by_field(End::Element(Element::Document), RelationshipKind::Describes, id)
                    }));
                }
                "packages" => self.elements(&key, &mut extra, Self::package)?,
                "files" => self.elements(&key, &mut extra, Self::file)?,
                "snippets" => self.elements(&key, &mut extra, Self::snippet)?,
                "hasExtractedLicensingInfos" => self.elements(&key, &mut extra, |read| {
                    let license = read.extracted_license()?;
                    read.document.licenses.push(license);
                    Ok(())
                })?,
                "relationships" => self.elements(&key, &mut extra, Self::relationship)?,
                "annotations" => self.annotations(&key, Element::Document, &mut extra)?,
                _ => self.fields.keep(&key, &mut extra)?,
            }
        }
        self.document.extra = extra;
        Ok(())
    }

    /// A list of objects of the document. Something else among them is an error: nothing could be said of it.
    fn elements(
        &mut self,
        key: &str,
        extra: &mut Extra,
        mut element: impl FnMut(&mut Self) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        if self.fields.reader.peek()? != Kind::Array {
            return self.fields.keep(key, extra);
        }
        self.fields.reader.begin_array()?;
        let mut empty = true;
        while self.fields.reader.next_item()? {
            empty = false;
            self.fields.reader.begin_object()?;
            element(self)?;
        }
        if empty {
            extra.push(Format::Spdx2, key, Json::Array(Vec::new()));
        }
        Ok(())
    }

    fn creation(&mut self, key: &str, extra: &mut Extra) -> Result<(), ReadError> {
        let mark = self.fields.reader.mark();
        if !self.fields.object()? {
            return self.fields.keep(key, extra);
        }
        let mut creation = Creation::default();
        let mut inner = Extra::default();
        while let Some(name) = self.fields.reader.next_key()? {
            match &*name {
                "created" => self.fields.text(&name, &mut creation.created, &mut inner)?,
                "creators" => self.fields.list(&name, &mut creation.creators, &mut inner, |fields| {
                    Ok(fields.string()?.map(|text| Actor::from_spdx(&text)))
                })?,
                "licenseListVersion" => {
                    self.fields.text(&name, &mut creation.license_list_version, &mut inner)?;
                }
                "comment" => self.fields.text(&name, &mut creation.comment, &mut inner)?,
                _ => self.fields.keep(&name, &mut inner)?,
            }
        }
        creation.extra = inner;
        if creation == Creation::default() {
            self.fields.reader.rewind(&mark);
            return self.fields.keep(key, extra);
        }
        self.document.creation = creation;
        Ok(())
    }

    fn package(&mut self) -> Result<(), ReadError> {
        let at = ComponentId(self.document.components.len() as u32);
        let mut package = Component::default();
        let mut extra = Extra::default();
        while let Some(key) = self.fields.reader.next_key()? {
            let fields = &mut self.fields;
            match &*key {
                "SPDXID" => fields.text(&key, &mut package.id, &mut extra)?,
                "name" => fields.text(&key, &mut package.name, &mut extra)?,
                "versionInfo" => fields.text(&key, &mut package.version, &mut extra)?,
                "packageFileName" => fields.text(&key, &mut package.file_name, &mut extra)?,
                "primaryPackagePurpose" => match fields.string()? {
                    Some(word) => package.purpose = Some(crate::Purpose::from_spdx2(&word)),
                    None => fields.keep(&key, &mut extra)?,
                },
                "supplier" => actor(fields, &key, &mut package.supplier, &mut extra)?,
                "originator" => actor(fields, &key, &mut package.originator, &mut extra)?,
                "downloadLocation" => fields.claim(&key, &mut package.download_location, &mut extra)?,
                "homepage" => fields.claim(&key, &mut package.homepage, &mut extra)?,
                "sourceInfo" => fields.text(&key, &mut package.source_info, &mut extra)?,
                "filesAnalyzed" => fields.flag(&key, &mut package.files_analyzed, &mut extra)?,
                "packageVerificationCode" => match verification_code(fields)? {
                    Some(code) => package.verification_code = Some(Box::new(code)),
                    None => fields.keep(&key, &mut extra)?,
                },
                "checksums" => fields.list(&key, &mut package.digests, &mut extra, digest)?,
                "licenseConcluded" => fields.claim(&key, &mut package.license_concluded, &mut extra)?,
                "licenseDeclared" => fields.claim(&key, &mut package.license_declared, &mut extra)?,
                "licenseInfoFromFiles" => {
                    fields.claims(&key, &mut package.license_info_from_files, &mut extra)?;
                }
                "licenseComments" => fields.text(&key, &mut package.license_comments, &mut extra)?,
                "copyrightText" => fields.claim(&key, &mut package.copyright, &mut extra)?,
                "summary" => fields.text(&key, &mut package.summary, &mut extra)?,
                "description" => fields.text(&key, &mut package.description, &mut extra)?,
                "comment" => fields.text(&key, &mut package.comment, &mut extra)?,
                "attributionTexts" => fields.texts(&key, &mut package.attribution_texts, &mut extra)?,
                "releaseDate" => fields.text(&key, &mut package.released, &mut extra)?,
                "builtDate" => fields.text(&key, &mut package.built, &mut extra)?,
                "validUntilDate" => fields.text(&key, &mut package.valid_until, &mut extra)?,
                "externalRefs" => fields.list(&key, &mut package.references, &mut extra, reference)?,
                "hasFiles" => {
                    let mut ids = Vec::new();
                    fields.texts(&key, &mut ids, &mut extra)?;
                    self.has_files.extend(
                        ids.into_iter()
                            .map(|id| stated_by_field(End::from(at), RelationshipKind::Contains, id)),
                    );
                }
                "annotations" => self.annotations(&key, Element::Component(at), &mut extra)?,
                _ => fields.keep(&key, &mut extra)?,
            }
        }
        package.extra = extra;
        self.document.components.push(package);
        Ok(())
    }

    fn file(&mut self) -> Result<(), ReadError> {
        let at = FileId(self.document.files.len() as u32);
        let mut file = File::default();
        let mut detail = FileDetail::default();
        let mut extra = Extra::default();
        while let Some(key) = self.fields.reader.next_key()? {
            let fields = &mut self.fields;
            match &*key {
                "SPDXID" => fields.text(&key, &mut file.id, &mut extra)?,
                "fileName" => fields.text(&key, &mut file.name, &mut extra)?,
                "fileTypes" => fields.texts(&key, &mut detail.types, &mut extra)?,
                "checksums" => fields.list(&key, &mut file.digests, &mut extra, digest)?,
                "licenseConcluded" => fields.claim(&key, &mut file.license_concluded, &mut extra)?,
                "licenseInfoInFiles" => fields.claims(&key, &mut file.license_info, &mut extra)?,
                "copyrightText" => fields.claim(&key, &mut file.copyright, &mut extra)?,
                "licenseComments" => fields.text(&key, &mut detail.license_comments, &mut extra)?,
                "comment" => fields.text(&key, &mut detail.comment, &mut extra)?,
                "noticeText" => fields.text(&key, &mut detail.notice, &mut extra)?,
                "fileContributors" => fields.texts(&key, &mut detail.contributors, &mut extra)?,
                "attributionTexts" => fields.texts(&key, &mut detail.attribution_texts, &mut extra)?,
                "annotations" => self.annotations(&key, Element::File(at), &mut extra)?,
                _ => fields.keep(&key, &mut extra)?,
            }
        }
        detail.extra = extra;
        if detail != FileDetail::default() {
            file.detail = Some(Box::new(detail));
        }
        self.document.files.push(file);
        Ok(())
    }

    fn snippet(&mut self) -> Result<(), ReadError> {
        let at = self.document.snippets.len() as u32;
        let mut snippet = Snippet::default();
        let mut extra = Extra::default();
        while let Some(key) = self.fields.reader.next_key()? {
            let fields = &mut self.fields;
            match &*key {
                "SPDXID" => fields.text(&key, &mut snippet.id, &mut extra)?,
                "name" => fields.text(&key, &mut snippet.name, &mut extra)?,
                "snippetFromFile" => fields.text(&key, &mut snippet.from_file, &mut extra)?,
                "ranges" => fields.list(&key, &mut snippet.ranges, &mut extra, range)?,
                "licenseConcluded" => fields.claim(&key, &mut snippet.license_concluded, &mut extra)?,
                "licenseInfoInSnippets" => fields.claims(&key, &mut snippet.license_info, &mut extra)?,
                "licenseComments" => fields.text(&key, &mut snippet.license_comments, &mut extra)?,
                "copyrightText" => fields.claim(&key, &mut snippet.copyright, &mut extra)?,
                "comment" => fields.text(&key, &mut snippet.comment, &mut extra)?,
                "attributionTexts" => fields.texts(&key, &mut snippet.attribution_texts, &mut extra)?,
                "annotations" => self.annotations(&key, Element::Snippet(at), &mut extra)?,
                _ => fields.keep(&key, &mut extra)?,
            }
        }
        snippet.extra = extra;
        self.document.snippets.push(snippet);
        Ok(())
    }

    fn extracted_license(&mut self) -> Result<ExtractedLicense, ReadError> {
        let mut license = ExtractedLicense::default();
        let mut extra = Extra::default();
        while let Some(key) = self.fields.reader.next_key()? {
            let fields = &mut self.fields;
            match &*key {
                "licenseId" => fields.text(&key, &mut license.id, &mut extra)?,
                "extractedText" => fields.text(&key, &mut license.text, &mut extra)?,
                "name" => fields.claim(&key, &mut license.name, &mut extra)?,
                "seeAlsos" => fields.texts(&key, &mut license.see_also, &mut extra)?,
                "comment" => fields.text(&key, &mut license.comment, &mut extra)?,
                _ => fields.keep(&key, &mut extra)?,
            }
        }
        license.extra = extra;
        Ok(license)
    }

    fn external_document(&mut self) -> Result<ExternalDocument, ReadError> {
        let mut external = ExternalDocument::default();
        let mut extra = Extra::default();
        while let Some(key) = self.fields.reader.next_key()? {
            let fields = &mut self.fields;
            match &*key {
                "externalDocumentId" => fields.text(&key, &mut external.id, &mut extra)?,
                "spdxDocument" => fields.text(&key, &mut external.uri, &mut extra)?,
                "checksum" => {
                    let mark = fields.reader.mark();
                    external.digest = digest(fields)?;
                    if external.digest.is_none() {
                        fields.reader.rewind(&mark);
                        fields.keep(&key, &mut extra)?;
                    }
                }
                _ => fields.keep(&key, &mut extra)?,
            }
        }
        external.extra = extra;
        Ok(external)
    }

    fn relationship(&mut self) -> Result<(), ReadError> {
        let (mut from, mut to, mut kind) =
            (Text::default(), Text::default(), RelationshipKind::Unknown("".into()));
        let mut detail = RelationshipDetail::default();
        while let Some(key) = self.fields.reader.next_key()? {
            match &*key {
                "spdxElementId" => from = self.end()?,
                "relatedSpdxElement" => to = self.end()?,
                "relationshipType" => {
                    let Some(word) = self.fields.string()? else {
                        return Err(self.fields.reader.shape("a string").into());
                    };
                    kind = RelationshipKind::from_spdx2(&word);
                }
                "comment" => self.fields.text(&key, &mut detail.comment, &mut detail.extra)?,
                _ => self.fields.keep(&key, &mut detail.extra)?,
            }
        }
        let detail = (detail != RelationshipDetail::default()).then(|| Box::new(detail));
        self.document.relationships.push(Relationship {
            from: End::Dangling(from),
            kind,
            to: End::Dangling(to),
            stated: Stated::Relationship,
            detail,
        });
        Ok(())
    }

    fn end(&mut self) -> Result<Text, ReadError> {
        if self.fields.reader.peek()? != Kind::String {
            return Err(self.fields.reader.shape("a string").into());
        }
        Ok(self.fields.reader.string()?.into())
    }

    fn annotations(&mut self, key: &str, subject: Element, extra: &mut Extra) -> Result<(), ReadError> {
        let mut annotations = Vec::new();
        self.fields.list(key, &mut annotations, extra, |fields| {
            if !fields.object()? {
                return Ok(None);
            }
            let mut annotation = Annotation {
                subject: End::Element(subject),
                kind: None,
                annotator: None,
                date: None,
                comment: None,
                extra: Extra::default(),
            };
            let mut extra = Extra::default();
            while let Some(name) = fields.reader.next_key()? {
                match &*name {
                    "annotationType" => fields.text(&name, &mut annotation.kind, &mut extra)?,
                    "annotationDate" => fields.text(&name, &mut annotation.date, &mut extra)?,
                    "comment" => fields.text(&name, &mut annotation.comment, &mut extra)?,
                    "annotator" => match fields.string()? {
                        Some(text) => annotation.annotator = Some(Actor::from_spdx(&text)),
                        None => fields.keep(&name, &mut extra)?,
                    },
                    _ => fields.keep(&name, &mut extra)?,
                }
            }
            annotation.extra = extra;
            Ok(Some(annotation))
        })?;
        self.document.annotations.extend(annotations);
        Ok(())
    }
}

/// An edge that a list of ids states, its end still to be resolved.
fn stated_by_field(from: End, kind: RelationshipKind, id: Text) -> Relationship {
    Relationship { from, kind, to: End::Dangling(id), stated: Stated::Field, detail: None }
}

fn actor(
    fields: &mut Fields<'_, '_>,
    key: &str,
    slot: &mut Claim<Actor>,
    extra: &mut Extra,
) -> Result<(), ReadError> {
    match fields.string()? {
        Some(text) => {
            *slot = match &*text {
                "NOASSERTION" => Claim::NoAssertion,
                "NONE" => Claim::None,
                text => Claim::Known(Actor::from_spdx(text)),
            };
            Ok(())
        }
        None => fields.keep(key, extra),
    }
}

/// Nothing where it is not just an algorithm and a value, both strings; the reader is then somewhere inside.
fn digest(fields: &mut Fields<'_, '_>) -> Result<Option<Digest>, ReadError> {
    let (mut algorithm, mut value) = (None, None);
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        let Some(text) = fields.string()? else { return Ok(None) };
        match &*key {
            "algorithm" => algorithm = Some(Algorithm::from_spdx2(&text)),
            "checksumValue" => value = Some(text.into()),
            _ => return Ok(None),
        }
    }
    Ok(algorithm.zip(value).map(|(algorithm, value)| Digest { algorithm, value }))
}

/// Nothing where category, type and locator are not all there as strings; the reader is then somewhere inside.
fn reference(fields: &mut Fields<'_, '_>) -> Result<Option<Reference>, ReadError> {
    let (mut category, mut kind, mut locator, mut comment) = (None, None, None, None);
    let mut extra = Extra::default();
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "referenceCategory" => {
                let Some(text) = fields.string()? else { return Ok(None) };
                category = Some(Category::from_spdx2(&text));
            }
            "referenceType" => {
                let Some(text) = fields.string()? else { return Ok(None) };
                kind = Some(text.into());
            }
            "referenceLocator" => {
                let Some(text) = fields.string()? else { return Ok(None) };
                locator = Some(text.into());
            }
            "comment" => fields.text(&key, &mut comment, &mut extra)?,
            _ => fields.keep(&key, &mut extra)?,
        }
    }
    let (Some(category), Some(kind), Some(locator)) = (category, kind, locator) else { return Ok(None) };
    Ok(Some(Reference { category, kind, locator, comment, digests: Vec::new(), extra }))
}

/// Nothing where the value is missing or no string; the reader then stands before the object again.
fn verification_code(fields: &mut Fields<'_, '_>) -> Result<Option<VerificationCode>, ReadError> {
    let mark = fields.reader.mark();
    if !fields.object()? {
        return Ok(None);
    }
    let mut value = None;
    let mut code = VerificationCode::default();
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "packageVerificationCodeValue" => fields.text(&key, &mut value, &mut code.extra)?,
            "packageVerificationCodeExcludedFiles" => {
                fields.texts(&key, &mut code.excluded_files, &mut code.extra)?;
            }
            _ => fields.keep(&key, &mut code.extra)?,
        }
    }
    let Some(value) = value else {
        fields.reader.rewind(&mark);
        return Ok(None);
    };
    code.value = value;
    Ok(Some(code))
}

fn range(fields: &mut Fields<'_, '_>) -> Result<Option<SnippetRange>, ReadError> {
    let mut range = SnippetRange::default();
    let (mut start, mut end) = (None, None);
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "startPointer" | "endPointer" => {
                let Some(pointer) = pointer(fields)? else { return Ok(None) };
                *if &*key == "startPointer" { &mut start } else { &mut end } = Some(pointer);
            }
            _ => fields.keep(&key, &mut range.extra)?,
        }
    }
    let (Some(start), Some(end)) = (start, end) else { return Ok(None) };
    range.start = start;
    range.end = end;
    Ok(Some(range))
}

fn pointer(fields: &mut Fields<'_, '_>) -> Result<Option<SnippetPointer>, ReadError> {
    let mut pointer = SnippetPointer::default();
    let mut extra = Extra::default();
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "offset" => fields.integer(&key, &mut pointer.offset, &mut extra)?,
            "lineNumber" => fields.integer(&key, &mut pointer.line, &mut extra)?,
            "reference" => fields.text(&key, &mut pointer.reference, &mut extra)?,
            _ => fields.keep(&key, &mut extra)?,
        }
    }
    pointer.extra = extra;
    Ok(Some(pointer))
}

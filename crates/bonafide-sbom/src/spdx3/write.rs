//! SPDX 3 JSON-LD out.

use super::{BESIDE_GRAPH, CONTEXT, CREATION_INFO, Individual};
use crate::WriteError;
use crate::json::{Extra, Json, JsonWriter, Object, Style};
use crate::model::{
    Actor, Algorithm, Annotation, Category, Claim, Component, Digest, Document, Element, End,
    ExternalDocument, ExtractedLicense, File, Format, OtherElement, Reference, Relationship,
    RelationshipKind, Snippet, Stated, VerificationCode,
};
use std::io::Write;

/// Writes an SPDX 3 document: the document's `CreationInfo`, the document, elements of classes that the model does not
/// know, then the arenas, relationships and annotations.
///
/// Suppliers, creators and tools are written as the IRIs of their elements, licences of components not at all: edges
/// to licence elements state them.
pub(crate) fn write_json(document: &Document, style: Style, out: &mut dyn Write) -> Result<(), WriteError> {
    let writer = Spdx3Writer { document, creation: creation_id(document) };
    let mut json = JsonWriter::new(out, style);
    json.begin('{');
    json.key("@context");
    json.value(document.extra.get("@context").unwrap_or(&Json::string(CONTEXT)))?;
    json.key("@graph");
    json.begin('[');
    let mut put = |element: Json| {
        json.item();
        json.value(&element)
    };
    if let Some(creation) = writer.creation()? {
        put(creation)?;
    }
    if let Some(whole) = writer.spdx_document()? {
        put(whole)?;
    }
    for other in &document.others {
        put(writer.other(other))?;
    }
    for component in &document.components {
        put(writer.package(component)?)?;
    }
    for file in &document.files {
        put(writer.file(file))?;
    }
    for snippet in &document.snippets {
        put(writer.snippet(snippet))?;
    }
    for license in &document.licenses {
        put(writer.license(license))?;
    }
    let stated: Vec<&Relationship> = document.stated_relationships().collect();
    for edges in stated.chunk_by(|a, b| is_continued(a, b)) {
        put(writer.relationship(edges)?)?;
    }
    for annotation in &document.annotations {
        put(writer.annotation(annotation)?)?;
    }
    json.end(']')?;
    for (name, value) in document.extra.get(BESIDE_GRAPH).and_then(Json::as_object).unwrap_or_default() {
        json.key(name);
        json.value(value)?;
    }
    json.end('}')?;
    json.finish()?;
    Ok(())
}

/// Whether two neighbouring edges are one relationship to many.
fn is_continued(a: &Relationship, b: &Relationship) -> bool {
    let (Some(first), Some(second)) = (&a.detail, &b.detail) else { return false };
    first.id.is_some()
        && first.id == second.id
        && second.comment.is_none()
        && second.extra.is_empty()
        && first.extra.get("to").is_none()
        && a.from == b.from
        && a.kind == b.kind
}

fn creation_id(document: &Document) -> &str {
    document.creation.extra.get("@id").and_then(Json::as_str).unwrap_or(CREATION_INFO)
}

struct Spdx3Writer<'d> {
    document: &'d Document,
    /// The id of the document's `CreationInfo`.
    creation: &'d str,
}

impl Spdx3Writer<'_> {
    /// Nothing where there is nothing to say but an id.
    fn creation(&self) -> Result<Option<Json>, WriteError> {
        let creation = &self.document.creation;
        let mut object = Object::new(Format::Spdx3);
        if !self.document.version.is_empty() {
            object.text("specVersion", Some(&self.document.version));
        }
        object.text("created", creation.created.as_deref());
        let mut creators = Vec::new();
        for actor in &creation.creators {
            creators.push(Json::string(agent(actor)?));
        }
        object.items("createdBy", creators.into_iter());
        let mut tools = Vec::new();
        for tool in &creation.tools {
            let iri = tool.id.as_deref().ok_or_else(|| WriteError::NoIri(tool.name.clone()))?;
            tools.push(Json::string(iri));
        }
        object.items("createdUsing", tools.into_iter());
        object.text("comment", creation.comment.as_deref());
        object.extra(&creation.extra);
        let Json::Object(fields) = object.done() else { return Ok(None) };
        let mut fields: Vec<_> = fields.into_iter().filter(|(name, _)| &**name != "@id").collect();
        if fields.is_empty() {
            return Ok(None);
        }
        fields.insert(0, ("type".into(), Json::string("CreationInfo")));
        fields.insert(1, ("@id".into(), Json::string(self.creation)));
        Ok(Some(Json::Object(fields)))
    }

    /// Nothing where the graph has none.
    fn spdx_document(&self) -> Result<Option<Json>, WriteError> {
        let document = self.document;
        let mut object = self.element("SpdxDocument", document.id.as_deref(), &document.extra);
        let before = object.len();
        object.text("name", document.name.as_deref());
        object.text("comment", document.comment.as_deref());
        let mut roots = Vec::new();
        for edge in &document.relationships {
            let is_root = edge.stated == Stated::Field
                && edge.kind == RelationshipKind::Describes
                && edge.from == End::Element(Element::Document);
            if is_root {
                roots.push(Json::string(self.end(&edge.to)?));
            }
        }
        object.items("rootElement", roots.into_iter());
        list(
            &mut object,
            "import",
            document.external_documents.iter().map(external_document),
            &document.extra,
        );
        extras_but(&mut object, &document.extra, &["@context", BESIDE_GRAPH]);
        Ok((document.id.is_some() || object.len() > before).then(|| object.done()))
    }

    fn other(&self, other: &OtherElement) -> Json {
        let mut object = Object::new(Format::Spdx3);
        if !other.class.is_empty() {
            object.text("type", Some(&other.class));
        }
        let stands_as_node = other.fields.get("@id").and_then(Json::as_str) == Some(&*other.id);
        if !other.id.is_empty() && !stands_as_node {
            object.text("spdxId", Some(&other.id));
        }
        for (name, value) in other.fields.as_object().unwrap_or_default() {
            object.put(name, value.clone());
        }
        object.done()
    }

    fn package(&self, package: &Component) -> Result<Json, WriteError> {
        let mut object = self.element("software_Package", package.id.as_deref(), &package.extra);
        object.text("name", package.name.as_deref());
        object.text("software_packageVersion", package.version.as_deref());
        object.text("software_primaryPurpose", package.purpose.as_ref().and_then(|purpose| purpose.spdx3()));
        object.text("summary", package.summary.as_deref());
        object.text("description", package.description.as_deref());
        object.text("comment", package.comment.as_deref());
        object.text("suppliedBy", agent_claim(&package.supplier)?);
        let mut originators = Vec::new();
        if let Some(originator) = agent_claim(&package.originator)? {
            originators.push(Json::string(originator));
        }
        for author in &package.authors {
            originators.push(Json::string(agent(author)?));
        }
        object.items("originatedBy", originators.into_iter());
        object.text("builtTime", package.built.as_deref());
        object.text("releaseTime", package.released.as_deref());
        object.text("validUntilTime", package.valid_until.as_deref());
        object.claim("software_downloadLocation", &package.download_location);
        object.claim("software_homePage", &package.homepage);
        object.text("software_sourceInfo", package.source_info.as_deref());
        object.claim("software_copyrightText", &package.copyright);
        object.texts("software_attributionText", &package.attribution_texts);
        let integrity = package
            .digests
            .iter()
            .filter_map(digest)
            .chain(package.verification_code.as_deref().map(verification_code));
        list(&mut object, "verifiedUsing", integrity, &package.extra);
        references(&mut object, package);
        extras(&mut object, &package.extra);
        Ok(object.done())
    }

    fn file(&self, file: &File) -> Json {
        let none = Extra::default();
        let detail = file.detail.as_deref();
        let extra = detail.map_or(&none, |detail| &detail.extra);
        let mut object = self.element("software_File", file.id.as_deref(), extra);
        object.text("name", file.name.as_deref());
        list(&mut object, "verifiedUsing", file.digests.iter().filter_map(digest), extra);
        object.claim("software_copyrightText", &file.copyright);
        if let Some(detail) = detail {
            object.text("comment", detail.comment.as_deref());
            object.texts("software_attributionText", &detail.attribution_texts);
        }
        extras(&mut object, extra);
        object.done()
    }

    fn snippet(&self, snippet: &Snippet) -> Json {
        let mut object = self.element("software_Snippet", snippet.id.as_deref(), &snippet.extra);
        object.text("name", snippet.name.as_deref());
        object.text("software_snippetFromFile", snippet.from_file.as_deref());
        let offsets = snippet.ranges.iter().find_map(|range| range.start.offset.zip(range.end.offset));
        let lines = snippet.ranges.iter().find_map(|range| range.start.line.zip(range.end.line));
        for (key, range) in [("software_byteRange", offsets), ("software_lineRange", lines)] {
            let Some((start, end)) = range else { continue };
            let mut inner = Object::new(Format::Spdx3);
            inner.text("type", Some("PositiveIntegerRange"));
            inner.number("beginIntegerRange", Some(start));
            inner.number("endIntegerRange", Some(end));
            object.put(key, inner.done());
        }
        object.claim("software_copyrightText", &snippet.copyright);
        object.text("comment", snippet.comment.as_deref());
        object.texts("software_attributionText", &snippet.attribution_texts);
        extras(&mut object, &snippet.extra);
        object.done()
    }

    fn license(&self, license: &ExtractedLicense) -> Json {
        let class = "simplelicensing_SimpleLicensingText";
        let mut object = self.element(class, license.id.as_deref(), &license.extra);
        object.claim("name", &license.name);
        object.text("simplelicensing_licenseText", license.text.as_deref());
        object.texts("expandedlicensing_seeAlso", &license.see_also);
        object.text("comment", license.comment.as_deref());
        extras(&mut object, &license.extra);
        object.done()
    }

    fn relationship(&self, edges: &[&Relationship]) -> Result<Json, WriteError> {
        let first = edges[0];
        let none = Extra::default();
        let detail = first.detail.as_deref();
        let extra = detail.map_or(&none, |detail| &detail.extra);
        let mut object = self.element("Relationship", detail.and_then(|detail| detail.id.as_deref()), extra);
        object.text("from", Some(self.end(&first.from)?));
        object.text("relationshipType", first.kind.spdx3());
        if extra.get("to").is_none() {
            let mut ends = Vec::new();
            for edge in edges {
                let individual = match &edge.to {
                    End::None => Some(Individual::None),
                    End::NoAssertion => Some(Individual::NoAssertion),
                    _ => None,
                };
                ends.push(match individual.filter(|_| is_of_license(&edge.kind)) {
                    Some(individual) => Json::string(individual.license_iri()),
                    None => Json::string(self.end(&edge.to)?),
                });
            }
            object.put("to", Json::Array(ends));
        }
        object.text("comment", first.comment());
        extras(&mut object, extra);
        Ok(object.done())
    }

    fn annotation(&self, annotation: &Annotation) -> Result<Json, WriteError> {
        let id = annotation.extra.get("spdxId").and_then(Json::as_str);
        let mut object = self.element("Annotation", id, &annotation.extra);
        object.text("annotationType", annotation.kind.as_deref());
        match &annotation.subject {
            End::Dangling(id) if id.is_empty() => {}
            subject => object.text("subject", Some(self.end(subject)?)),
        }
        object.text("statement", annotation.comment.as_deref());
        extras(&mut object, &annotation.extra);
        Ok(object.done())
    }

    /// What all elements begin with.
    fn element(&self, class: &str, id: Option<&str>, extra: &Extra) -> Object {
        let mut object = Object::new(Format::Spdx3);
        match extra.get("type") {
            Some(Json::Null) => {}
            Some(other) => object.put("type", other.clone()),
            None => object.text("type", Some(class)),
        }
        let stands_as_node = id.is_some() && extra.get("@id").and_then(Json::as_str) == id;
        if !stands_as_node {
            object.text("spdxId", id);
        }
        match extra.get("creationInfo") {
            Some(Json::Null) => {}
            Some(other) => object.put("creationInfo", other.clone()),
            None => object.text("creationInfo", Some(self.creation)),
        }
        object
    }

    fn end<'e>(&'e self, end: &'e End) -> Result<&'e str, WriteError> {
        match end {
            End::Element(element) => self.document.id_of(*element).ok_or(WriteError::NoId(*element)),
            End::None => Ok(Individual::None.element_iri()),
            End::NoAssertion => Ok(Individual::NoAssertion.element_iri()),
            End::External(text) | End::Dangling(text) => Ok(text),
        }
    }
}

/// Whether the end of an edge is a licence.
fn is_of_license(kind: &RelationshipKind) -> bool {
    matches!(kind, RelationshipKind::Unknown(kind) if matches!(&**kind, "hasConcludedLicense" | "hasDeclaredLicense"))
}

/// The extra fields, but for what stands for something that is missing.
fn extras(object: &mut Object, extra: &Extra) {
    extras_but(object, extra, &[]);
}

fn extras_but(object: &mut Object, extra: &Extra, but: &[&str]) {
    if extra.format() != Some(Format::Spdx3) {
        return;
    }
    for (name, value) in extra.fields() {
        let stands_for_nothing = matches!(&**name, "type" | "creationInfo") && *value == Json::Null;
        if !stands_for_nothing && !but.contains(&&**name) && !object.has(name) {
            object.put(name, value.clone());
        }
    }
}

/// A list, with those of its items that the model could not take.
fn list(object: &mut Object, key: &str, items: impl Iterator<Item = Json>, extra: &Extra) {
    let mut all: Vec<Json> = items.collect();
    if all.is_empty() {
        return;
    }
    if extra.format() == Some(Format::Spdx3) {
        all.extend(extra.get(key).and_then(Json::as_array).unwrap_or_default().iter().cloned());
    }
    object.put(key, Json::Array(all));
}

fn agent(actor: &Actor) -> Result<&str, WriteError> {
    actor.id.as_deref().ok_or_else(|| WriteError::NoIri(Some(actor.name.clone())))
}

fn agent_claim(claim: &Claim<Actor>) -> Result<Option<&str>, WriteError> {
    Ok(match claim {
        Claim::Absent => None,
        Claim::None => Some(Individual::None.element_iri()),
        Claim::NoAssertion => Some(Individual::NoAssertion.element_iri()),
        Claim::Known(actor) => Some(agent(actor)?),
    })
}

/// Left out where SPDX 3 does not know the algorithm.
fn digest(digest: &Digest) -> Option<Json> {
    let mut object = Object::new(Format::Spdx3);
    object.text("type", Some("Hash"));
    object.text("algorithm", Some(digest.algorithm.spdx3()?));
    object.text("hashValue", Some(&digest.value));
    Some(object.done())
}

pub(super) fn verification_code(code: &VerificationCode) -> Json {
    let mut object = Object::new(Format::Spdx3);
    object.text("type", Some("PackageVerificationCode"));
    object.text("hashValue", Some(&code.value));
    object.texts("packageVerificationCodeExcludedFile", &code.excluded_files);
    object.extra(&code.extra);
    if !object.has("algorithm") {
        object.text("algorithm", Algorithm::Sha1.spdx3());
    }
    object.done()
}

/// The first Package URL of the kind that has its own field; identifiers; content identifiers; links.
fn references(object: &mut Object, package: &Component) {
    let own_purl = package.references.iter().position(|reference| {
        reference.category == Category::PackageManager
            && &*reference.kind == "purl"
            && reference.comment.is_none()
            && reference.extra.is_empty()
    });
    let (mut identifiers, mut contents, mut links) = (Vec::new(), Vec::new(), Vec::new());
    for (at, reference) in package.references.iter().enumerate() {
        match (&reference.category, &*reference.kind) {
            _ if own_purl == Some(at) => object.text("software_packageUrl", Some(&reference.locator)),
            (Category::Link, _) => links.push(link(reference)),
            (Category::PersistentId, "gitoid" | "swh") => contents.push(content_identifier(reference)),
            _ => identifiers.push(identifier(reference)),
        }
    }
    list(object, "externalIdentifier", identifiers.into_iter(), &package.extra);
    list(object, "software_contentIdentifier", contents.into_iter(), &package.extra);
    list(object, "externalRef", links.into_iter(), &package.extra);
}

fn identifier(reference: &Reference) -> Json {
    let mut object = Object::new(Format::Spdx3);
    object.text("type", Some("ExternalIdentifier"));
    let kind = match &*reference.kind {
        "purl" => "packageUrl",
        "cpe23Type" => "cpe23",
        "cpe22Type" => "cpe22",
        "swh" => "swhid",
        other => other,
    };
    object.text("externalIdentifierType", Some(kind));
    object.text("identifier", Some(&reference.locator));
    object.text("comment", reference.comment.as_deref());
    object.extra(&reference.extra);
    object.done()
}

fn content_identifier(reference: &Reference) -> Json {
    let mut object = Object::new(Format::Spdx3);
    object.text("type", Some("software_ContentIdentifier"));
    let kind = if &*reference.kind == "swh" { "swhid" } else { "gitoid" };
    object.text("software_contentIdentifierType", Some(kind));
    object.text("software_contentIdentifierValue", Some(&reference.locator));
    object.done()
}

fn link(reference: &Reference) -> Json {
    let mut object = Object::new(Format::Spdx3);
    object.text("type", Some("ExternalRef"));
    if !reference.kind.is_empty() {
        object.text("externalRefType", Some(&reference.kind));
    }
    object.texts("locator", std::slice::from_ref(&reference.locator));
    object.text("comment", reference.comment.as_deref());
    object.extra(&reference.extra);
    object.done()
}

fn external_document(external: &ExternalDocument) -> Json {
    let mut object = Object::new(Format::Spdx3);
    match external.extra.get("type") {
        Some(_) => {}
        None => object.text("type", Some("ExternalMap")),
    }
    object.text("externalSpdxId", external.id.as_deref());
    object.text("locationHint", external.uri.as_deref());
    list(&mut object, "verifiedUsing", external.digest.iter().filter_map(digest), &external.extra);
    extras(&mut object, &external.extra);
    object.done()
}

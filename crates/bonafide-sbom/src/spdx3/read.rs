//! SPDX 3 JSON-LD in: element by element, then the edges and the views.

use super::node::Node;
use super::parts::{
    content_identifier, digest, external_document, identifier, links, positive_range, verification_code,
};
use super::{BESIDE_GRAPH, CONTEXT, CREATION_INFO, Individual, view};
use crate::error::ReadError;
use crate::json::{self, Extra, Json};
use crate::model::{
    Actor, Annotation, Claim, Component, Document, Element, End, ExtractedLicense, File, FileDetail, Format,
    OtherElement, Purpose, Reference, Relationship, RelationshipDetail, RelationshipKind, Snippet,
    SnippetPointer, SnippetRange, Stated, Text,
};
use bonafide_json::Kind;
use std::collections::HashMap;

/// Reads an SPDX 3 document.
///
/// # Errors
/// What is not JSON, repeats a key, is nested too deeply, or has something that is no object in its graph. Everything
/// else is read, and judged by validation.
pub(crate) fn read_json(text: &str) -> Result<Document, ReadError> {
    let mut reader = json::reader(text);
    let mut graph = Graph::default();
    let mut has_graph = false;
    let mut top = Vec::new();
    reader.begin_object()?;
    while let Some(key) = reader.next_key()? {
        if &*key == "@graph" && reader.peek()? == Kind::Array {
            has_graph = true;
            reader.begin_array()?;
            while reader.next_item()? {
                if reader.peek()? != Kind::Object {
                    return Err(reader.shape("an object").into());
                }
                if let Json::Object(fields) = Json::read(&mut reader)? {
                    graph.add(fields);
                }
            }
        } else {
            top.push((key.into(), Json::read(&mut reader)?));
        }
    }
    reader.finish()?;
    let mut top = Node(top);
    let context = top.take("@context").filter(|context| context.as_str() != Some(CONTEXT));
    if !has_graph && top.get("type").is_some() {
        graph.add(std::mem::take(&mut top.0));
    }
    let mut document = graph.finish();
    if let Some(context) = context {
        document.extra.push(Format::Spdx3, "@context", context);
    }
    if !top.0.is_empty() {
        document.extra.push(Format::Spdx3, BESIDE_GRAPH, Json::Object(top.0));
    }
    Ok(document)
}

/// The document in the making. Ends of edges are ids until all elements are known.
#[derive(Default)]
struct Graph {
    document: Document,
    has_document: bool,
    described: Vec<Relationship>,
    /// Each `creationInfo` that elements have, once; `null` where an element has none.
    creations: Vec<Json>,
    creation_numbers: HashMap<Json, u32>,
    /// For each element of an arena, and for each relationship, the number of its `creationInfo`.
    of_document: u32,
    of_components: Vec<u32>,
    of_files: Vec<u32>,
    of_snippets: Vec<u32>,
    of_licenses: Vec<u32>,
    of_annotations: Vec<u32>,
    of_relationships: Vec<u32>,
    /// Elements that stood inside others.
    inner: Vec<Vec<(Box<str>, Json)>>,
}

impl Graph {
    /// Adds an element and those that stand inside it.
    fn add(&mut self, fields: Vec<(Box<str>, Json)>) {
        self.inner.push(fields);
        while let Some(mut fields) = self.inner.pop() {
            self.flatten_fields(&mut fields);
            self.element(Node(fields));
        }
    }

    /// Replaces elements inside a value by their ids, as JSON-LD means it: a graph is flat.
    fn flatten(&mut self, value: &mut Json) {
        match value {
            Json::Array(items) => items.iter_mut().for_each(|item| self.flatten(item)),
            Json::Object(fields) => {
                let id = {
                    let text = |key: &str| {
                        fields.iter().find(|(name, _)| **name == *key).and_then(|(_, value)| value.as_str())
                    };
                    match text("type") {
                        Some("CreationInfo") => text("@id"),
                        Some(_) => text("spdxId"),
                        None => None,
                    }
                    .map(Json::string)
                };
                match id {
                    Some(id) => {
                        self.inner.push(std::mem::take(fields));
                        *value = id;
                    }
                    None => self.flatten_fields(fields),
                }
            }
            _ => {}
        }
    }

    fn flatten_fields(&mut self, fields: &mut [(Box<str>, Json)]) {
        for (name, value) in fields {
            if !matches!(&**name, "type" | "spdxId" | "@id") {
                self.flatten(value);
            }
        }
    }

    fn element(&mut self, node: Node) {
        let class = node.get("type").and_then(Json::as_str).unwrap_or_default();
        match class {
            "SpdxDocument" if !self.has_document && node.says_something() => self.spdx_document(node),
            "software_Package" | "ai_AIPackage" | "dataset_DatasetPackage" => self.package(node),
            "software_File" => self.file(node),
            "software_Snippet" => self.snippet(node),
            "expandedlicensing_CustomLicense" | "simplelicensing_SimpleLicensingText" => self.license(node),
            "Annotation" => self.annotation(node),
            class if class.ends_with("Relationship") => self.relationship(node),
            _ => self.other(node),
        }
    }

    fn creation(&mut self, node: &mut Node) -> u32 {
        let creation = node.take("creationInfo").unwrap_or(Json::Null);
        if let Some(number) = self.creation_numbers.get(&creation) {
            return *number;
        }
        let number = self.creations.len() as u32;
        self.creations.push(creation.clone());
        self.creation_numbers.insert(creation, number);
        number
    }

    fn spdx_document(&mut self, mut node: Node) {
        self.has_document = true;
        self.of_document = self.creation(&mut node);
        node.take("type");
        let document = &mut self.document;
        document.id = node.id();
        document.name = node.text("name");
        document.comment = node.text("comment");
        document.external_documents =
            node.items("import", |value| external_document(Node(value.as_object()?.to_vec())));
        for id in node.texts("rootElement") {
            self.described.push(Relationship {
                from: End::Element(Element::Document),
                kind: RelationshipKind::Describes,
                to: End::Dangling(id),
                stated: Stated::Field,
                detail: None,
            });
        }
        document.extra = node.rest();
    }

    fn package(&mut self, mut node: Node) {
        let creation = self.creation(&mut node);
        let class = node.class("software_Package");
        let mut package = Component {
            id: node.id(),
            name: node.text("name"),
            version: node.text("software_packageVersion"),
            purpose: node.text("software_primaryPurpose").map(|word| Purpose::from_spdx3(&word)),
            supplier: node.text("suppliedBy").map_or(Claim::Absent, agent_claim),
            download_location: node.claim("software_downloadLocation"),
            homepage: node.claim("software_homePage"),
            source_info: node.text("software_sourceInfo"),
            copyright: node.claim("software_copyrightText"),
            summary: node.text("summary"),
            description: node.text("description"),
            comment: node.text("comment"),
            attribution_texts: node.texts("software_attributionText"),
            built: node.text("builtTime"),
            released: node.text("releaseTime"),
            valid_until: node.text("validUntilTime"),
            digests: node.items("verifiedUsing", digest),
            ..Component::default()
        };
        let mut originators = node.texts("originatedBy").into_iter();
        package.originator = originators.next().map_or(Claim::Absent, agent_claim);
        package.authors = originators.map(|iri| Actor { id: Some(iri), ..Actor::default() }).collect();
        let mut codes = node.items("verifiedUsing", verification_code).into_iter();
        package.verification_code = codes.next().map(Box::new);
        // One is what the model has room for.
        if let Some(further) = codes.next() {
            let further =
                std::iter::once(further).chain(codes).map(|code| super::write::verification_code(&code));
            node.put_back("verifiedUsing", further);
        }
        if let Some(purl) = node.text("software_packageUrl") {
            package.references.push(Reference::purl(&purl));
        }
        package.references.extend(node.items("externalIdentifier", identifier));
        package.references.extend(node.items("software_contentIdentifier", content_identifier));
        package.references.extend(node.items("externalRef", links).into_iter().flatten());
        package.extra = node.rest();
        keep_class(&mut package.extra, class);
        self.of_components.push(creation);
        self.document.components.push(package);
    }

    fn file(&mut self, mut node: Node) {
        let creation = self.creation(&mut node);
        node.take("type");
        let mut file = File {
            id: node.id(),
            name: node.text("name"),
            digests: node.items("verifiedUsing", digest),
            copyright: node.claim("software_copyrightText"),
            ..File::default()
        };
        let detail = FileDetail {
            comment: node.text("comment"),
            attribution_texts: node.texts("software_attributionText"),
            extra: node.rest(),
            ..FileDetail::default()
        };
        if detail != FileDetail::default() {
            file.detail = Some(Box::new(detail));
        }
        self.of_files.push(creation);
        self.document.files.push(file);
    }

    fn snippet(&mut self, mut node: Node) {
        let creation = self.creation(&mut node);
        node.take("type");
        let mut snippet = Snippet {
            id: node.id(),
            from_file: node.text("software_snippetFromFile"),
            name: node.text("name"),
            copyright: node.claim("software_copyrightText"),
            comment: node.text("comment"),
            attribution_texts: node.texts("software_attributionText"),
            ..Snippet::default()
        };
        for (key, is_byte) in [("software_byteRange", true), ("software_lineRange", false)] {
            let Some((start, end)) = node.get(key).and_then(positive_range) else { continue };
            node.take(key);
            let pointer = |at| SnippetPointer {
                offset: is_byte.then_some(at),
                line: (!is_byte).then_some(at),
                ..SnippetPointer::default()
            };
            snippet.ranges.push(SnippetRange {
                start: pointer(start),
                end: pointer(end),
                extra: Extra::default(),
            });
        }
        snippet.extra = node.rest();
        self.of_snippets.push(creation);
        self.document.snippets.push(snippet);
    }

    fn license(&mut self, mut node: Node) {
        let creation = self.creation(&mut node);
        let class = node.class("simplelicensing_SimpleLicensingText");
        let mut license = ExtractedLicense {
            id: node.id(),
            text: node.text("simplelicensing_licenseText"),
            name: node.claim("name"),
            see_also: node.texts("expandedlicensing_seeAlso"),
            comment: node.text("comment"),
            extra: node.rest(),
        };
        keep_class(&mut license.extra, class);
        self.of_licenses.push(creation);
        self.document.licenses.push(license);
    }

    fn annotation(&mut self, mut node: Node) {
        let creation = self.creation(&mut node);
        node.take("type");
        // The model has no place for an annotation's own id.
        if let Some(id) = node.take("spdxId") {
            node.0.insert(0, ("spdxId".into(), id));
        }
        self.document.annotations.push(Annotation {
            subject: End::Dangling(node.text("subject").unwrap_or_default()),
            kind: node.text("annotationType"),
            annotator: None,
            date: None,
            comment: node.text("statement"),
            extra: node.rest(),
        });
        self.of_annotations.push(creation);
    }

    /// An edge for each end. A relationship without end is one to nobody if it says that it is complete, and one to
    /// nobody knows whom if it does not.
    fn relationship(&mut self, mut node: Node) {
        let (Some(_), Some(_)) =
            (node.get("from").and_then(Json::as_str), node.get("relationshipType").and_then(Json::as_str))
        else {
            return self.other(node);
        };
        let creation = self.creation(&mut node);
        let class = node.class("Relationship");
        let from = node.text("from").unwrap_or_default();
        let kind = RelationshipKind::from_spdx3(&node.text("relationshipType").unwrap_or_default());
        let mut ends: Vec<End> = node.texts("to").into_iter().map(End::Dangling).collect();
        if ends.is_empty() {
            // What it says stays as it is.
            ends.push(match (node.get("to"), node.get("completeness").and_then(Json::as_str)) {
                (Some(Json::String(one)), _) => End::Dangling(one.clone()),
                (_, Some("complete")) => End::None,
                _ => End::NoAssertion,
            });
        }
        let id = node.id();
        let comment = node.text("comment");
        let mut extra = node.rest();
        keep_class(&mut extra, class);
        let mut detail = RelationshipDetail { id: id.clone(), comment, extra };
        for to in ends {
            let only_id = RelationshipDetail { id: id.clone(), ..RelationshipDetail::default() };
            let mine = if id.is_some() { std::mem::replace(&mut detail, only_id) } else { detail.clone() };
            self.of_relationships.push(creation);
            self.document.relationships.push(Relationship {
                from: End::Dangling(from.clone()),
                kind: kind.clone(),
                to,
                stated: Stated::Relationship,
                detail: (mine != RelationshipDetail::default()).then(|| Box::new(mine)),
            });
        }
    }

    fn other(&mut self, mut node: Node) {
        let class = node.text("type").unwrap_or_default();
        // A `CreationInfo` is known by its node id, whatever else it says.
        let id = match &*class {
            "CreationInfo" => node.get("@id").and_then(Json::as_str).map(Into::into),
            _ => node.id(),
        };
        let id = id.unwrap_or_default();
        self.document.others.push(OtherElement { id, class, fields: Json::Object(node.0) });
    }

    fn finish(mut self) -> Document {
        self.document.format = Format::Spdx3;
        let own = self.fold_creation();
        self.keep_creations(&own);
        let mut document = self.document;
        view::complete(&mut document, self.described);
        document.components.shrink_to_fit();
        document.files.shrink_to_fit();
        document.relationships.shrink_to_fit();
        document
    }

    /// Puts the document's `CreationInfo` into the model and gives what elements say to name it.
    fn fold_creation(&mut self) -> Json {
        let of_document =
            self.creations.get(self.of_document as usize).filter(|_| self.has_document).cloned();
        // One that says no more than its id stays among the other elements.
        let is_creation = |other: &OtherElement| {
            &*other.class == "CreationInfo"
                && !other.id.is_empty()
                && other
                    .fields
                    .as_object()
                    .is_some_and(|fields| fields.iter().any(|(name, _)| &**name != "@id"))
        };
        let own = match of_document {
            Some(own @ (Json::String(_) | Json::Object(_))) => own,
            _ => {
                let first = self.document.others.iter().find(|other| is_creation(other));
                first.map_or(Json::Null, |first| Json::String(first.id.clone()))
            }
        };
        let folded = match &own {
            Json::String(id) => {
                let at = self.document.others.iter().position(|other| is_creation(other) && other.id == *id);
                at.map(|at| self.document.others.remove(at).fields)
            }
            Json::Object(_) => Some(own.clone()),
            _ => None,
        };
        let mut id = own.as_str().map(Text::from);
        if let Some(Json::Object(fields)) = folded {
            let mut node = Node(fields);
            node.take("type");
            node.take("@id");
            let creation = &mut self.document.creation;
            creation.created = node.text("created");
            creation.comment = node.text("comment");
            let actor = |iri| Actor { id: Some(iri), ..Actor::default() };
            creation.creators = node.texts("createdBy").into_iter().map(actor).collect();
            let tool = |iri| Component { id: Some(iri), ..Component::default() };
            creation.tools = node.texts("createdUsing").into_iter().map(tool).collect();
            self.document.version = node.word("specVersion").unwrap_or_default();
            self.document.creation.extra = node.rest();
            let taken = |id: &str| self.document.others.iter().any(|other| &*other.id == id);
            if id.is_none() && taken(CREATION_INFO) {
                id = Some("_:creationinfo-of-document".into());
            }
        }
        if let Some(id) = id.filter(|id| &**id != CREATION_INFO) {
            self.document.creation.extra.push(Format::Spdx3, "@id", Json::String(id));
        }
        own
    }

    /// Keeps the `creationInfo` of each element that has another than the document.
    fn keep_creations(&mut self, own: &Json) {
        let creations = &self.creations;
        let differs = |number: u32| {
            Some(&creations[number as usize]).filter(|creation| **creation == Json::Null || *creation != own)
        };
        let keep = |extra: &mut Extra, number: u32| {
            if let Some(creation) = differs(number) {
                extra.push(Format::Spdx3, "creationInfo", creation.clone());
            }
        };
        let document = &mut self.document;
        if self.has_document {
            keep(&mut document.extra, self.of_document);
        }
        for (component, number) in document.components.iter_mut().zip(&self.of_components) {
            keep(&mut component.extra, *number);
        }
        for (file, number) in document.files.iter_mut().zip(&self.of_files) {
            if differs(*number).is_some() {
                keep(&mut file.detail_mut().extra, *number);
            }
        }
        for (snippet, number) in document.snippets.iter_mut().zip(&self.of_snippets) {
            keep(&mut snippet.extra, *number);
        }
        for (license, number) in document.licenses.iter_mut().zip(&self.of_licenses) {
            keep(&mut license.extra, *number);
        }
        for (annotation, number) in document.annotations.iter_mut().zip(&self.of_annotations) {
            keep(&mut annotation.extra, *number);
        }
        let mut earlier: Option<Text> = None;
        for (edge, number) in document.relationships.iter_mut().zip(&self.of_relationships) {
            let id = edge.detail.as_ref().and_then(|detail| detail.id.clone());
            let is_first = id.is_none() || id != earlier;
            if is_first && differs(*number).is_some() {
                keep(&mut edge.detail.get_or_insert_default().extra, *number);
            }
            earlier = id;
        }
    }
}

/// The type of an element, where it is not implied.
pub(super) fn keep_class(extra: &mut Extra, class: Option<Json>) {
    if let Some(class) = class {
        extra.push(Format::Spdx3, "type", class);
    }
}

fn agent_claim(iri: Text) -> Claim<Actor> {
    match Individual::from_iri(&iri) {
        Some(Individual::None) => Claim::None,
        Some(Individual::NoAssertion) => Claim::NoAssertion,
        None => Claim::Known(Actor { id: Some(iri), ..Actor::default() }),
    }
}

//! SPDX 2 as SPDX 3: what both have fields for.
//!
//! The IRI of an element is the namespace, `#` and the id that it has in SPDX 2. People, organisations, tools and licence
//! expressions become elements, each once; licences of elements become relationships to them. Relationships that SPDX 3
//! only has the other way round are turned about.

use super::Mapped;
use super::relations::{self, Row};
use crate::licence;
use crate::model::{
    Actor, ActorKind, Algorithm, Annotation, Category, Claim, Component, Creation, Document, Element, End,
    ExternalDocument, ExtractedLicense, File, FileDetail, Format, OtherElement, Purpose, Reference,
    Relationship, RelationshipDetail, RelationshipKind, Snippet, Stated, Text,
};
use crate::spdx2::grammar;
use crate::{Extra, Json};
use std::collections::{HashMap, HashSet};

/// Maps a document.
pub(super) fn map(document: &Document) -> Mapped {
    let namespace = document.namespace.as_deref().filter(|text| grammar::is_absolute_uri(text));
    let mut map = Map {
        source: document,
        base: format!("{}#", namespace.unwrap_or("urn:bonafide:document")),
        result: Document { format: Format::Spdx3, ..Document::default() },
        pairs: Vec::new(),
        agents: HashMap::new(),
        license_refs: document.licenses.iter().filter_map(|one| one.id.as_deref()).collect(),
        licenses: HashMap::new(),
        creations: HashMap::new(),
        relations: 0,
        imported: HashSet::new(),
    };
    map.head();
    map.elements();
    map.edges();
    map.annotations();
    Mapped { document: map.result, pairs: map.pairs }
}

struct Map<'d> {
    source: &'d Document,
    /// What the IRIs begin with.
    base: String,
    result: Document,
    pairs: Vec<(Element, Element)>,
    /// IRIs of agents and tools that are elements.
    agents: HashMap<(Text, Actor), Text>,
    /// Ids of licence texts that the document brings along.
    license_refs: HashSet<&'d str>,
    /// IRIs of licence expressions that are elements.
    licenses: HashMap<Text, Text>,
    /// Ids of the `CreationInfo` of annotations: by whom and when.
    creations: HashMap<(Text, Text), Text>,
    relations: usize,
    /// Elements of other documents that are said to be such.
    imported: HashSet<Text>,
}

impl Map<'_> {
    fn iri(&self, id: &str) -> Text {
        format!("{}{id}", self.base).into()
    }

    fn head(&mut self) {
        let source = self.source;
        let stated = &source.creation;
        let mut creation = Creation {
            created: Some(
                stated
                    .created
                    .as_deref()
                    .filter(|date| grammar::is_date(date))
                    .unwrap_or("1970-01-01T00:00:00Z")
                    .into(),
            ),
            comment: stated.comment.clone(),
            ..Creation::default()
        };
        for actor in &stated.creators {
            match actor.kind {
                ActorKind::Tool | ActorKind::SoftwareAgent => {
                    let id = self.agent("Tool", actor);
                    creation.tools.push(Component { id: Some(id), ..Component::default() });
                }
                ActorKind::Unspecified => {}
                _ => creation.creators.push(self.known_agent(actor)),
            }
        }
        if creation.creators.is_empty() {
            // Somebody must have made it: nobody is named, so a program did.
            let program = super::tool();
            let id = self.agent("SoftwareAgent", &program);
            creation.creators.push(Actor { id: Some(id), ..program });
        }
        self.result.creation = creation;
        self.result.id = Some(self.iri(source.id.as_deref().unwrap_or("SPDXRef-DOCUMENT")));
        self.result.name.clone_from(&source.name);
        self.result.comment.clone_from(&source.comment);
        self.result.external_documents = source
            .external_documents
            .iter()
            .filter_map(|external| {
                let uri = external.uri.as_deref()?;
                let mut known = external.digest.iter().filter(|digest| is_known(&digest.algorithm));
                Some(ExternalDocument {
                    id: Some(format!("{uri}#SPDXRef-DOCUMENT").into()),
                    uri: Some(uri.into()),
                    digest: known.next().cloned(),
                    extra: Extra::default(),
                })
            })
            .collect();
        let profiles = ["core", "software", "simpleLicensing"].map(Json::string).to_vec();
        self.result.extra.push(Format::Spdx3, "profileConformance", Json::Array(profiles));
        if let Some(license) = source.data_license.as_deref().filter(|text| spdx::license_id(text).is_some())
        {
            let iri = format!("https://spdx.org/licenses/{license}");
            self.result.extra.push(Format::Spdx3, "dataLicense", Json::String(iri.into()));
        }
    }

    /// The IRI of the element of a class that an actor is.
    fn agent(&mut self, class: &str, actor: &Actor) -> Text {
        let plain = Actor { email: actor.email.clone(), ..Actor::new(actor.kind, &actor.name) };
        if let Some(iri) = self.agents.get(&(class.into(), plain.clone())) {
            return iri.clone();
        }
        let iri = self.iri(&format!("SPDXRef-Agent-{}", self.agents.len() + 1));
        let mut fields = vec![
            ("creationInfo".into(), Json::string(crate::spdx3::CREATION_INFO)),
            ("name".into(), Json::String(actor.name.clone())),
        ];
        if let Some(email) = actor.email.as_deref().filter(|email| !email.is_empty()) {
            let identifier = vec![
                ("type".into(), Json::string("ExternalIdentifier")),
                ("externalIdentifierType".into(), Json::string("email")),
                ("identifier".into(), Json::string(email)),
            ];
            fields.push(("externalIdentifier".into(), Json::Array(vec![Json::Object(identifier)])));
        }
        self.other(&iri, class, fields);
        self.agents.insert((class.into(), plain), iri.clone());
        iri
    }

    fn known_agent(&mut self, actor: &Actor) -> Actor {
        let class = match actor.kind {
            ActorKind::Person => "Person",
            ActorKind::Organization => "Organization",
            ActorKind::Tool | ActorKind::SoftwareAgent => "SoftwareAgent",
            ActorKind::Unspecified => "Agent",
        };
        Actor { id: Some(self.agent(class, actor)), ..actor.clone() }
    }

    fn other(&mut self, iri: &str, class: &str, fields: Vec<(Text, Json)>) {
        self.result.others.push(OtherElement {
            id: iri.into(),
            class: class.into(),
            fields: Json::Object(fields),
        });
    }

    fn agent_claim(&mut self, claim: &Claim<Actor>) -> Claim<Actor> {
        match claim {
            Claim::Known(actor) => Claim::Known(self.known_agent(actor)),
            _ => Claim::Absent,
        }
    }

    fn elements(&mut self) {
        let source = self.source;
        for (at, license) in (0..).zip(&source.licenses) {
            let Some(id) = license.id.as_deref() else { continue };
            self.result.licenses.push(ExtractedLicense {
                id: Some(self.iri(id)),
                text: Some(license.text.clone().unwrap_or_default()),
                name: known(&license.name),
                comment: license.comment.clone(),
                ..ExtractedLicense::default()
            });
            let to = Element::License(self.result.licenses.len() as u32 - 1);
            self.pairs.push((Element::License(at), to));
        }
        for (at, package) in (0..).map(crate::ComponentId).zip(&source.components) {
            let package = self.package(at, package);
            let to = self.result.add_component(package);
            self.pairs.push((at.into(), to.into()));
        }
        for (at, file) in (0..).map(crate::FileId).zip(&source.files) {
            let file = self.file(at, file);
            let to = self.result.add_file(file);
            self.pairs.push((at.into(), to.into()));
        }
        for (at, snippet) in (0..).zip(&source.snippets) {
            let snippet = self.snippet(at, snippet);
            self.result.snippets.push(snippet);
            self.pairs.push((Element::Snippet(at), Element::Snippet(self.result.snippets.len() as u32 - 1)));
        }
    }

    /// An id that is its own or that follows from its place.
    fn own_iri(&self, id: Option<&str>, kind: &str, at: u32) -> Option<Text> {
        let made = format!("SPDXRef-{kind}-{at}");
        Some(self.iri(id.filter(|id| !id.is_empty()).unwrap_or(&made)))
    }

    fn package(&mut self, at: crate::ComponentId, package: &Component) -> Component {
        let purpose = package.purpose.as_ref().filter(|one| !matches!(one, Purpose::Unknown(_)));
        Component {
            id: self.own_iri(package.id.as_deref(), "Package", at.0),
            name: package.name.clone(),
            version: package.version.clone(),
            purpose: purpose.filter(|one| one.spdx3().is_some()).cloned(),
            supplier: self.agent_claim(&package.supplier),
            originator: self.agent_claim(&package.originator),
            download_location: known(&package.download_location),
            homepage: known(&package.homepage),
            digests: package.digests.iter().filter(|digest| is_known(&digest.algorithm)).cloned().collect(),
            verification_code: package.verification_code.clone(),
            copyright: package.copyright.clone(),
            summary: package.summary.clone(),
            description: package.description.clone(),
            comment: package.comment.clone(),
            source_info: package.source_info.clone(),
            attribution_texts: package.attribution_texts.clone(),
            built: date(package.built.as_ref()),
            released: date(package.released.as_ref()),
            valid_until: date(package.valid_until.as_ref()),
            references: references(package),
            ..Component::default()
        }
    }

    fn file(&mut self, at: crate::FileId, file: &File) -> File {
        let detail = file.detail.as_deref().map(|detail| FileDetail {
            comment: detail.comment.clone(),
            attribution_texts: detail.attribution_texts.clone(),
            ..FileDetail::default()
        });
        File {
            id: self.own_iri(file.id.as_deref(), "File", at.0),
            name: file.name.clone(),
            digests: file.digests.iter().filter(|digest| is_known(&digest.algorithm)).cloned().collect(),
            copyright: file.copyright.clone(),
            detail: detail.filter(|detail| *detail != FileDetail::default()).map(Box::new),
            ..File::default()
        }
    }

    fn snippet(&mut self, at: u32, snippet: &Snippet) -> Snippet {
        let strip = |pointer: &crate::SnippetPointer| crate::SnippetPointer {
            reference: None,
            extra: Extra::default(),
            ..pointer.clone()
        };
        Snippet {
            id: self.own_iri(snippet.id.as_deref(), "Snippet", at),
            from_file: snippet.from_file.as_deref().map(|id| self.iri(id)),
            ranges: snippet
                .ranges
                .iter()
                .map(|range| crate::SnippetRange {
                    start: strip(&range.start),
                    end: strip(&range.end),
                    extra: Extra::default(),
                })
                .collect(),
            name: snippet.name.clone(),
            copyright: snippet.copyright.clone(),
            comment: snippet.comment.clone(),
            attribution_texts: snippet.attribution_texts.clone(),
            ..Snippet::default()
        }
    }

    fn edges(&mut self) {
        let source = self.source;
        let to_result: HashMap<Element, Element> = self.pairs.iter().copied().collect();
        for root in source.roots() {
            if let Some(to) = to_result.get(&root) {
                self.result.relationships.push(Relationship {
                    stated: Stated::Field,
                    ..Relationship::new(Element::Document, RelationshipKind::Describes, *to)
                });
            }
        }
        for edge in source.stated_relationships() {
            let is_root = edge.kind == RelationshipKind::Describes
                && edge.from == End::Element(Element::Document)
                && edge.detail.is_none();
            if is_root {
                continue;
            }
            let end = |end: &End| match end {
                End::Element(Element::Document) => Some(End::Element(Element::Document)),
                End::Element(element) => Some(End::Element(*to_result.get(element)?)),
                End::External(text) => self.external(text).map(End::External),
                End::Dangling(_) => None,
                other => Some(other.clone()),
            };
            let (Some(from), Some(to)) = (end(&edge.from), end(&edge.to)) else { continue };
            let Some(row) = relations::to_spdx3(&edge.kind) else { continue };
            let (from, to) = if row.turned { (to, from) } else { (from, to) };
            for end in [&from, &to] {
                if let End::External(iri) = end {
                    self.import(iri);
                }
            }
            // A relationship begins at an element.
            if matches!(from, End::None | End::NoAssertion) {
                continue;
            }
            let comment = edge.comment().map(Text::from);
            self.relate(from, row, to, comment);
        }
        self.licenses(&to_result);
    }

    /// The IRI of an element of another document.
    fn external(&self, text: &str) -> Option<Text> {
        let (document, id) = text.split_once(':')?;
        let known = self.source.external_documents.iter().find(|one| one.id.as_deref() == Some(document))?;
        Some(format!("{}#{id}", known.uri.as_deref()?).into())
    }

    /// Says of an element of another document where that is.
    fn import(&mut self, iri: &Text) {
        if self.imported.insert(iri.clone()) {
            self.result.external_documents.push(ExternalDocument {
                id: Some(iri.clone()),
                uri: iri.split_once('#').map(|(uri, _)| uri.into()),
                ..ExternalDocument::default()
            });
        }
    }

    fn relate(&mut self, from: End, row: Row, to: End, comment: Option<Text>) {
        self.relations += 1;
        let mut extra = Extra::default();
        if let Some(scope) = row.scope {
            extra.push(Format::Spdx3, "type", Json::string("LifecycleScopedRelationship"));
            extra.push(Format::Spdx3, "scope", Json::string(scope));
        }
        let id = Some(self.iri(&format!("SPDXRef-Relationship-{}", self.relations)));
        self.result.relationships.push(Relationship {
            from,
            kind: RelationshipKind::from_spdx3(row.spdx3),
            to,
            stated: Stated::Relationship,
            detail: Some(Box::new(RelationshipDetail { id, comment, extra })),
        });
    }

    fn licenses(&mut self, to_result: &HashMap<Element, Element>) {
        let source = self.source;
        let mut claims: Vec<(Element, bool, &Claim)> = Vec::new();
        for (id, package) in (0..).map(crate::ComponentId).zip(&source.components) {
            claims.push((id.into(), true, &package.license_concluded));
            claims.push((id.into(), false, &package.license_declared));
        }
        for (id, file) in (0..).map(crate::FileId).zip(&source.files) {
            claims.push((id.into(), true, &file.license_concluded));
            claims.extend(file.license_info.iter().map(|claim| (id.into(), false, claim)));
        }
        for (at, snippet) in (0..).zip(&source.snippets) {
            claims.push((Element::Snippet(at), true, &snippet.license_concluded));
            claims.extend(snippet.license_info.iter().map(|claim| (Element::Snippet(at), false, claim)));
        }
        for (element, is_concluded, claim) in claims {
            let end = match claim {
                Claim::Absent => continue,
                Claim::None => End::None,
                Claim::NoAssertion => End::NoAssertion,
                Claim::Known(text) if self.is_expression(text) => End::Dangling(self.license(text)),
                Claim::Known(_) => continue,
            };
            let Some(from) = to_result.get(&element) else { continue };
            let spdx3 = if is_concluded { "hasConcludedLicense" } else { "hasDeclaredLicense" };
            self.relate(End::Element(*from), Row { spdx3, ..Row::PLAIN }, end, None);
        }
    }

    fn is_expression(&self, text: &str) -> bool {
        licence::check(text, |name| self.license_refs.contains(name) || name.starts_with("DocumentRef-"))
            .is_ok()
    }

    /// The IRI of the element that an expression is.
    fn license(&mut self, text: &Text) -> Text {
        if let Some(iri) = self.licenses.get(text) {
            return iri.clone();
        }
        let iri = self.iri(&format!("SPDXRef-License-{}", self.licenses.len() + 1));
        let mut fields = vec![
            ("creationInfo".into(), Json::string(crate::spdx3::CREATION_INFO)),
            ("simplelicensing_licenseExpression".into(), Json::String(text.clone())),
        ];
        let own: Vec<Json> = text
            .split(|c: char| c.is_whitespace() || c == '(' || c == ')')
            .filter(|word| self.license_refs.contains(word))
            .map(|word| {
                Json::Object(vec![
                    ("type".into(), Json::string("DictionaryEntry")),
                    ("key".into(), Json::string(word)),
                    ("value".into(), Json::String(self.iri(word))),
                ])
            })
            .collect();
        if !own.is_empty() {
            fields.push(("simplelicensing_customIdToUri".into(), Json::Array(own)));
        }
        self.other(&iri, "simplelicensing_LicenseExpression", fields);
        self.licenses.insert(text.clone(), iri.clone());
        iri
    }

    fn annotations(&mut self) {
        let source = self.source;
        let to_result: HashMap<Element, Element> = self.pairs.iter().copied().collect();
        for (at, annotation) in source.annotations.iter().enumerate() {
            let subject = match annotation.subject.element() {
                Some(Element::Document) => Element::Document,
                Some(element) => match to_result.get(&element) {
                    Some(to) => *to,
                    None => continue,
                },
                None => continue,
            };
            let mut extra = Extra::default();
            let id = self.iri(&format!("SPDXRef-Annotation-{}", at + 1));
            extra.push(Format::Spdx3, "spdxId", Json::String(id));
            if let (Some(annotator), Some(date)) = (&annotation.annotator, &annotation.date)
                && grammar::is_date(date)
            {
                let creation = self.creation(annotator, date);
                extra.push(Format::Spdx3, "creationInfo", Json::String(creation));
            }
            self.result.annotations.push(Annotation {
                subject: End::Element(subject),
                kind: Some(
                    if annotation.kind.as_deref() == Some("REVIEW") { "review" } else { "other" }.into(),
                ),
                annotator: None,
                date: None,
                comment: annotation.comment.clone(),
                extra,
            });
        }
    }

    /// The id of a `CreationInfo` of somebody's at some time.
    fn creation(&mut self, annotator: &Actor, date: &Text) -> Text {
        let by = self.known_agent(annotator).id.unwrap_or_default();
        if let Some(id) = self.creations.get(&(by.clone(), date.clone())) {
            return id.clone();
        }
        let id: Text = format!("_:creationinfo-{}", self.creations.len() + 2).into();
        let fields = vec![
            ("@id".into(), Json::String(id.clone())),
            ("specVersion".into(), Json::string("3.0.1")),
            ("created".into(), Json::String(date.clone())),
            ("createdBy".into(), Json::Array(vec![Json::String(by.clone())])),
        ];
        self.other(&id, "CreationInfo", fields);
        self.creations.insert((by, date.clone()), id.clone());
        id
    }
}

fn known(claim: &Claim) -> Claim {
    if claim.is_known() { claim.clone() } else { Claim::Absent }
}

fn date(text: Option<&Text>) -> Option<Text> {
    text.filter(|text| grammar::is_date(text)).cloned()
}

fn is_known(algorithm: &Algorithm) -> bool {
    !matches!(algorithm, Algorithm::Unknown(_)) && algorithm.spdx3().is_some()
}

/// Types of SPDX 2 references that are references in SPDX 3, with their names there.
pub(super) const LINKS: &[(&str, &str)] = &[
    ("advisory", "securityAdvisory"),
    ("fix", "securityFix"),
    ("url", "securityOther"),
    ("maven-central", "mavenCentral"),
    ("npm", "npm"),
    ("nuget", "nuget"),
    ("bower", "bower"),
];

fn references(package: &Component) -> Vec<Reference> {
    let mut references = Vec::new();
    let mut has_purl = false;
    for one in &package.references {
        let (category, kind) = match &*one.kind {
            "purl" if !std::mem::replace(&mut has_purl, true) => (Category::PackageManager, "purl"),
            "purl" => (Category::Identifier, "purl"),
            "cpe23Type" => (Category::Identifier, "cpe23Type"),
            "cpe22Type" => (Category::Identifier, "cpe22Type"),
            "swid" => (Category::Identifier, "swid"),
            kind @ ("swh" | "gitoid") => (Category::PersistentId, kind),
            kind => match LINKS.iter().find(|(spdx2, _)| *spdx2 == kind) {
                Some((_, spdx3)) if one.category != Category::Other => (Category::Link, *spdx3),
                _ => continue,
            },
        };
        let comment = one.comment.clone().filter(|_| category != Category::PersistentId);
        references.push(Reference { comment, ..Reference::new(category, kind, &one.locator) });
    }
    references
}

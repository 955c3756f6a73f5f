//! From a document to a [`View`].

use super::graph::{self, first_of_each_id};
use super::licence::{self, Licence, january_2024};
use super::plausible::{EARLIEST, is_placeholder, is_uri, seconds};
use super::view::{Composition, Fact, Facts, Party, Scope, Signed, Tool, View};
use super::{Context, Schema};
use crate::json::{Extra, Json};
use crate::model::{Actor, ActorKind, Document, Element, End, Format, LicenseName};
use std::collections::{HashMap, HashSet};

/// Which reading a view is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// What sbomqs takes for a fact is one.
    Exact,
    /// A fact must also be true, as far as a document alone can tell.
    Strict,
}

/// Makes the view of a reading. Linear in components and edges; files are only counted.
pub(super) fn look<'d>(document: &'d Document, context: &Context, reading: Reading) -> View<'d> {
    let own = document.licenses.iter();
    let mut eye = Eye {
        document,
        reading,
        context,
        licences: HashMap::new(),
        own_licences: own
            .filter_map(|own| Some((own.id.as_deref()?, own.text.as_deref().unwrap_or(""))))
            .collect(),
        artifacts: HashMap::new(),
        effective: HashSet::new(),
    };
    if document.format == Format::Spdx3 {
        eye.see_artifacts();
    }
    eye.view()
}

/// Looks at a document in one reading.
pub(super) struct Eye<'d, 'c> {
    pub(super) document: &'d Document,
    reading: Reading,
    context: &'c Context,
    /// Expressions that were met, for few different ones stand in a document.
    licences: HashMap<&'d str, Vec<Licence>>,
    /// Ids of the licence texts that the document brings along.
    pub(super) own_licences: HashMap<&'d str, &'d str>,
    /// SPDX 3: the file that a package is distributed as, by the package's id.
    pub(super) artifacts: HashMap<&'d str, usize>,
    /// SPDX 3: ids of packages whose effective licence is stated.
    pub(super) effective: HashSet<&'d str>,
}

impl<'d> Eye<'d, '_> {
    pub(super) fn strict(&self) -> bool {
        self.reading == Reading::Strict
    }

    /// The text, or nothing where it only stands in for one.
    pub(super) fn text(&self, text: Option<&'d str>) -> &'d str {
        match text {
            Some(text) if !(self.strict() && is_placeholder(text)) => text,
            _ => "",
        }
    }

    /// SPDX 3: what packages are shipped as, and which have an effective licence.
    fn see_artifacts(&mut self) {
        let document = self.document;
        for edge in &document.relationships {
            let (End::Element(from), End::Element(to)) = (&edge.from, &edge.to) else { continue };
            match (edge.kind.spdx3(), from, to) {
                (Some("hasDistributionArtifact"), Element::Component(package), Element::File(file)) => {
                    if let Some(id) = document.component(*package).id.as_deref() {
                        self.artifacts.entry(id).or_insert(file.0 as usize);
                    }
                }
                (Some("other"), Element::Component(package), _)
                    if edge.comment() == Some("hasEffectiveLicense") =>
                {
                    self.effective.extend(document.component(*package).id.as_deref());
                }
                _ => {}
            }
        }
    }

    fn view(&mut self) -> View<'d> {
        let document = self.document;
        let creation = &document.creation;
        let created = creation.created.as_deref().unwrap_or("");
        // sbomqs takes a time of SPDX 3 that it cannot read for none.
        let unread = document.format == Format::Spdx3 && seconds(created).is_none();
        let created = if unread { "" } else { created };
        let compositions = self.compositions();
        let counted = self.counted();
        let graph = graph::graph(document, &counted, &compositions, self.strict());
        let signed = self.signed();
        let refuted = self.strict() && self.signature_is_false();
        let mut view = View {
            strict: self.strict(),
            format: document.format,
            version: match document.format {
                Format::Spdx2 => "2.3",
                Format::Spdx3 if document.version.is_empty() => "3.0",
                Format::Spdx3 | Format::CycloneDx => &document.version,
            },
            encoding: document.encoding,
            valid: f64::from(u8::from(self.context.schema == Schema::Valid)) * graph.sound,
            required: self.required(),
            components: 0,
            counts: [0; _],
            listed_licences: 0.0,
            listed_words: 0.0,
            distinct_ids: 0,
            id: document.id.as_deref().unwrap_or(""),
            name: self.text(document.name.as_deref()),
            created,
            created_right: self.is_time(created),
            namespace: self.namespace(),
            uri: self.uri(),
            authors: if refuted { Vec::new() } else { self.authors() },
            creators: if refuted { 0 } else { self.creators() },
            tools: self.tools(),
            services: self.kept_tools("services").len(),
            organization: if refuted { "" } else { self.organization() },
            supplier: creation.supplier.as_ref().map(|actor| self.party(actor)).filter(|_| !refuted),
            manufacturer: creation.manufacturer.as_ref().map(|actor| self.party(actor)).filter(|_| !refuted),
            lifecycles: self.lifecycles(),
            comment: self.text(creation.comment.as_deref()),
            data_licences: Vec::new(),
            free_words: (0, 0),
            compositions,
            signed,
            linked_documents: self.links_documents(),
            vulnerabilities: self.has_vulnerabilities(),
            revision: document.revision,
            generation_context: false,
            root_has_licence: true,
            root_has_copyright: true,
            graph,
        };
        let root = view.graph.root.as_ref().and_then(|root| root.component);
        if self.strict() {
            view.lifecycles.retain(|phase| !phase.trim().is_empty());
        }
        self.data_licence(&mut view);
        let mut ids = HashSet::new();
        let first = first_of_each_id(document);
        for (at, component) in document.components.iter().enumerate() {
            if !counted[at] {
                continue;
            }
            ids.insert(component.id.as_deref().unwrap_or(""));
            // A second component of the same id is there, and nothing can be said of it.
            let facts = if self.strict() && first[at] != at {
                Facts::default()
            } else {
                self.component(component, &mut view)
            };
            if root == Some(first[at]) {
                view.root_has_licence &= facts.has(Fact::ConcludedOrDeclared);
                view.root_has_copyright &= facts.has(Fact::Copyright);
            }
            view.add(facts);
        }
        view.distinct_ids = ids.len();
        view.generation_context = self.generation_context(&view);
        view
    }

    /// Which components there are to the reading: all, save that sbomqs takes CycloneDX components of one `bom-ref`,
    /// or without one of one purl, for one.
    fn counted(&self) -> Vec<bool> {
        let components = &self.document.components;
        if self.document.format == Format::Spdx3 {
            // AI packages and datasets are no packages to sbomqs. The model keeps their class.
            return components.iter().map(|one| self.strict() || one.extra.get("type").is_none()).collect();
        }
        if self.document.format == Format::Spdx2 || self.strict() {
            return vec![true; components.len()];
        }
        let mut seen = HashSet::new();
        components
            .iter()
            .map(|component| {
                let key =
                    component.id.as_deref().filter(|id| !id.is_empty()).or_else(|| component.purls().next());
                key.filter(|key| !key.is_empty()).is_none_or(|key| seen.insert(key))
            })
            .collect()
    }

    fn is_time(&self, text: &str) -> bool {
        seconds(text.trim()).is_some_and(|at| !self.strict() || (at >= EARLIEST && at <= self.context.now))
    }

    fn required(&self) -> bool {
        let document = self.document;
        let there = |text: &Option<crate::Text>| text.as_deref().is_some_and(|text| !text.is_empty());
        match document.format {
            Format::Spdx2 => {
                there(&document.data_license)
                    && there(&document.id)
                    && there(&document.name)
                    && there(&document.namespace)
                    && !document.creation.creators.is_empty()
                    && there(&document.creation.created)
            }
            Format::Spdx3 => true,
            Format::CycloneDx => {
                document.revision.is_some_and(|revision| revision >= 1)
                    && !document
                        .stated_relationships()
                        .any(|edge| matches!(&edge.from, End::Dangling(id) if id.is_empty()))
                    && kept_list(&document.extra, "dependencies")
                        .iter()
                        .all(|entry| is_text(entry.get("ref")))
            }
        }
    }

    fn namespace(&self) -> &'d str {
        let maps = self.document.extra.get("namespaceMap").and_then(Json::as_array);
        let mapped = maps.and_then(|maps| maps.first()?.get("namespace")?.as_str());
        let namespace = self.document.namespace.as_deref().or(mapped).unwrap_or("");
        if self.strict() && !is_uri(namespace) { "" } else { namespace }
    }

    fn uri(&self) -> &'d str {
        let namespace = self.namespace();
        match self.document.format {
            Format::CycloneDx if !namespace.starts_with("urn:uuid:") => "",
            Format::Spdx3 if namespace.is_empty() => {
                let id = self.document.id.as_deref().unwrap_or("");
                if ["http://", "https://", "urn:"].iter().any(|head| id.starts_with(head)) { id } else { "" }
            }
            _ => namespace,
        }
    }

    pub(super) fn party(&self, actor: &'d Actor) -> Party<'d> {
        Party {
            name: self.text(Some(&actor.name)),
            email: self.text(actor.email.as_deref()),
            url: self.text(actor.urls.first().map(|url| &**url)),
            phone: actor.extra.get("phone").and_then(Json::as_str).unwrap_or(""),
            contacts: actor
                .contacts
                .iter()
                .map(|contact| (self.text(Some(&contact.name)), self.text(contact.email.as_deref())))
                .collect(),
        }
    }

    fn authors(&self) -> Vec<Party<'d>> {
        let authors = self.document.creation.creators.iter();
        let authors = authors.filter_map(|actor| match self.document.format {
            Format::Spdx2 => self.entity(actor),
            Format::Spdx3 => matches!(actor.kind, ActorKind::Person | ActorKind::Organization)
                .then(|| self.party(actor))
                .filter(|party| !(party.name.is_empty() && party.email.is_empty() && party.url.is_empty())),
            Format::CycloneDx => Some(self.party(actor)),
        });
        authors.filter(|party| !self.strict() || party.is_named() || !party.email.is_empty()).collect()
    }

    fn creators(&self) -> usize {
        let creators = &self.document.creation.creators;
        creators.iter().filter(|actor| actor.kind != ActorKind::Tool).count()
    }

    /// A person or an organisation of SPDX 2, as sbomqs finds one in text: `Organization : Name (address)`, with a
    /// `NOASSERTION` for a name too.
    pub(super) fn entity(&self, actor: &'d Actor) -> Option<Party<'d>> {
        match actor.kind {
            ActorKind::Person | ActorKind::Organization => {
                let mut party = self.party(actor);
                // Brackets inside the name end it, and what is in them is the address.
                if let Some((name, rest)) = party.name.split_once('(') {
                    party.name = name;
                    party.email = rest.split(')').next().unwrap_or("");
                }
                party.name = party.name.trim();
                party.email = party.email.trim();
                Some(party)
            }
            ActorKind::Unspecified => {
                let (_, rest) =
                    actor.name.split_once("Organization").or_else(|| actor.name.split_once("Person"))?;
                let name = rest.trim_start().strip_prefix(':')?;
                let (name, rest) = name.split_once('(').unwrap_or((name, ""));
                let email = rest.split(')').next().unwrap_or("").trim();
                Some(Party {
                    name: self.text(Some(name.trim())),
                    email: self.text(Some(email)),
                    ..Party::default()
                })
            }
            ActorKind::Tool | ActorKind::SoftwareAgent => None,
        }
    }

    fn tools(&self) -> Vec<Tool<'d>> {
        let creation = &self.document.creation;
        let named = |text: &'d str| {
            let (name, version) = match text.rsplit_once('-') {
                Some((name, version)) if version.chars().any(char::is_numeric) => (name, version),
                _ => (text, ""),
            };
            Tool { name: self.text(Some(name)), version: self.text(Some(version)) }
        };
        let mut tools: Vec<Tool<'d>> = match self.document.format {
            Format::Spdx2 => creation
                .creators
                .iter()
                .filter(|actor| actor.kind == ActorKind::Tool)
                .map(|actor| named(actor.name.trim()))
                .collect(),
            Format::Spdx3 => {
                creation.tools.iter().map(|tool| named(tool.name.as_deref().unwrap_or(""))).collect()
            }
            Format::CycloneDx => creation
                .tools
                .iter()
                .map(|tool| Tool {
                    name: self.text(tool.name.as_deref()),
                    version: self.text(tool.version.as_deref()),
                })
                .chain(self.kept_tools("components"))
                .chain(self.kept_tools("services"))
                .collect(),
        };
        if self.strict() {
            tools.retain(|tool| !tool.name.trim().is_empty());
        }
        tools
    }

    /// CycloneDX `metadata.tools.components` where they are kept as they stand, and `metadata.tools.services`.
    fn kept_tools(&self, key: &str) -> Vec<Tool<'d>> {
        let tools = self.document.creation.extra.get("tools");
        let list = tools.and_then(|tools| tools.get(key)).and_then(Json::as_array).unwrap_or_default();
        let field = |tool: &'d Json, key| tool.get(key).and_then(Json::as_str);
        list.iter()
            .map(|tool| Tool {
                name: self.text(field(tool, "name")),
                version: self.text(field(tool, "version")),
            })
            .collect()
    }

    fn organization(&self) -> &'d str {
        let creators = self.document.creation.creators.iter();
        let mut named = creators.filter(|actor| match self.document.format {
            Format::Spdx2 => actor.kind == ActorKind::Organization,
            Format::Spdx3 => {
                matches!(actor.kind, ActorKind::Organization | ActorKind::Person) && !actor.name.is_empty()
            }
            Format::CycloneDx => false,
        });
        let actor = if self.document.format == Format::Spdx2 { named.next_back() } else { named.next() };
        self.text(actor.map(|actor| &*actor.name))
    }

    fn compositions(&self) -> Vec<Composition<'d>> {
        let compositions =
            self.document.extra.get("compositions").and_then(Json::as_array).unwrap_or_default();
        compositions
            .iter()
            .filter(|composition| composition.as_object().is_some())
            .map(|composition| {
                let ids = |key| {
                    let items = composition.get(key).and_then(Json::as_array).unwrap_or_default();
                    items.iter().filter_map(Json::as_str).collect::<Vec<_>>()
                };
                let dependencies = ids("dependencies");
                let scope = if !dependencies.is_empty() {
                    Scope::Dependencies
                } else if ids("assemblies").is_empty() && ids("vulnerabilities").is_empty() {
                    Scope::Whole
                } else {
                    Scope::Other
                };
                let aggregate = composition.get("aggregate").and_then(Json::as_str).unwrap_or("");
                Composition { scope, aggregate, dependencies }
            })
            .collect()
    }

    /// The signature object, or the first one of several signers.
    fn signature(&self) -> Option<&'d Json> {
        let signature =
            self.document.extra.get("signature").filter(|signature| signature.as_object().is_some())?;
        if signature.get("algorithm").and_then(Json::as_str).is_some() {
            return Some(signature);
        }
        ["signers", "chain"]
            .iter()
            .find_map(|key| signature.get(key).and_then(Json::as_array)?.first())
            .filter(|signer| signer.as_object().is_some())
    }

    fn signed(&self) -> Signed {
        if self.document.format != Format::CycloneDx {
            return Signed::No;
        }
        let Some(signature) = self.signature() else { return Signed::No };
        if self.strict() {
            let verified = self.context.signature == super::Signature::Verified;
            return if verified { Signed::Complete } else { Signed::No };
        }
        let there =
            |key| signature.get(key).and_then(Json::as_str).is_some_and(|text| !text.trim().is_empty());
        if !there("algorithm") || !there("value") {
            return Signed::Incomplete;
        }
        let certificates = signature.get("certificatePath").and_then(Json::as_array).unwrap_or_default();
        if certificates.iter().any(|one| one.as_str().is_some()) || self.has_key(signature) {
            Signed::Complete
        } else {
            Signed::WithoutKey
        }
    }

    fn has_key(&self, signature: &Json) -> bool {
        let Some(key) = signature.get("publicKey") else { return false };
        let there = |name| key.get(name).and_then(Json::as_str).is_some_and(|text| !text.is_empty());
        match key.get("kty").and_then(Json::as_str) {
            Some("RSA") => there("n") && there("e"),
            Some("EC") => there("crv") && there("x") && there("y"),
            _ => false,
        }
    }

    /// A signature that cannot be one, or was found to be false: it takes the authors' names with it.
    fn signature_is_false(&self) -> bool {
        self.context.signature == super::Signature::False
            || (self.context.signature == super::Signature::Unchecked
                && self.signature().is_some_and(|signature| !super::signature::is_possible(signature)))
    }

    fn lifecycles(&self) -> Vec<&'d str> {
        let creation = &self.document.creation;
        if self.document.format != Format::Spdx3 {
            // What says more than a phase or a name is kept as it stands.
            let kept = kept_list(&creation.extra, "lifecycles").iter();
            let kept = kept.map(|one| one.get("phase").or_else(|| one.get("name")).and_then(Json::as_str));
            let known = creation.lifecycles.iter().map(|phase| Some(&**phase));
            return known.chain(kept).map(|phase| self.text(phase)).collect();
        }
        // sbomqs looks for a name that the specification does not use, and else at the remark.
        let keys = if self.strict() { &["sbomType", "software_sbomType"][..] } else { &["sbomType"] };
        let boms = self.document.others.iter().filter(|other| &*other.class == "software_Sbom");
        let types: Vec<&str> = boms
            .flat_map(|bom| keys.iter().filter_map(|key| bom.fields.get(key)?.as_array()).flatten())
            .filter_map(Json::as_str)
            .collect();
        let remark = creation.comment.as_deref().filter(|comment| !comment.is_empty());
        if types.is_empty() { remark.into_iter().collect() } else { types }
    }

    fn links_documents(&self) -> bool {
        match self.document.format {
            Format::Spdx2 | Format::Spdx3 => !self.document.external_documents.is_empty(),
            Format::CycloneDx => self.document.references.iter().any(|reference| &*reference.kind == "bom"),
        }
    }

    fn has_vulnerabilities(&self) -> bool {
        let list = self.document.extra.get("vulnerabilities").and_then(Json::as_array).unwrap_or_default();
        list.iter().any(|one| one.get("id").and_then(Json::as_str).is_some_and(|id| !id.is_empty()))
    }

    fn data_licence(&mut self, view: &mut View<'d>) {
        let mut texts: Vec<&'d str> = Vec::new();
        let mut words = Vec::new();
        match self.document.format {
            Format::Spdx2 | Format::Spdx3 => {
                let named = self.document.extra.get("dataLicense").and_then(Json::as_str);
                let text = named.or(self.document.data_license.as_deref()).unwrap_or("");
                texts.push(text);
                words = january_2024::words(text);
            }
            Format::CycloneDx => {
                for license in &self.document.creation.licenses {
                    texts.push(license.name.text());
                    if !matches!(license.name, LicenseName::Name(_)) {
                        words.extend(january_2024::words(license.name.text()));
                    }
                }
            }
        }
        for text in texts {
            let found = self.licences(text).to_vec();
            view.data_licences.extend(found);
        }
        view.free_words = (words.iter().filter(|word| word.free()).count(), words.len());
    }

    /// The licences of an expression, read once.
    pub(super) fn licences(&mut self, expression: &'d str) -> &[Licence] {
        self.licences.entry(expression).or_insert_with(|| licence::licences(expression))
    }

    fn generation_context(&self, view: &View<'_>) -> bool {
        const PHASES: [&str; 7] =
            ["design", "pre-build", "build", "post-build", "operations", "discovery", "decommission"];
        let stated = |text: &str| {
            let text = text.to_ascii_lowercase();
            PHASES.iter().any(|phase| text.contains(phase))
                || text.contains("source")
                || text.contains("runtime")
        };
        view.lifecycles.iter().any(|phase| stated(phase)) || stated(view.comment)
    }
}

/// A list that the model keeps as it stands, for something in it does not fit.
pub(super) fn kept_list<'d>(extra: &'d Extra, key: &str) -> &'d [Json] {
    extra.get(key).and_then(Json::as_array).unwrap_or_default()
}

fn is_text(value: Option<&Json>) -> bool {
    value.and_then(Json::as_str).is_some_and(|text| !text.is_empty())
}

//! CycloneDX JSON in: one pass, straight into the model.

use super::evidence::evidence;
use super::parts::{contact, digest, license, link, organization, property};
use crate::error::ReadError;
use crate::json::{self, Extra, Fields, Json};
use crate::model::{
    Category, Claim, Component, ComponentId, Creation, Document, Element, End, Format, Purpose, Reference,
    Relationship, RelationshipKind, Service, Stated, Text,
};
use bonafide_json::Kind;
use std::collections::HashMap;

/// Reads a CycloneDX document.
///
/// # Errors
/// What is not JSON, repeats a key, is nested too deeply, or has something that is no object where a component or a
/// service should stand.
pub(crate) fn read_json(text: &str) -> Result<Document, ReadError> {
    let mut reader = json::reader(text);
    let mut read = CycloneDxReader {
        fields: Fields { reader: &mut reader, format: Format::CycloneDx },
        document: Document { format: Format::CycloneDx, ..Document::default() },
        nested: Vec::new(),
        dependencies: Vec::new(),
        roots: 0..0,
    };
    read.document()?;
    let CycloneDxReader { mut document, nested, mut dependencies, roots, .. } = read;
    reader.finish()?;
    resolve(&document, &mut dependencies);
    if !roots.is_empty() {
        document.relationships.push(Relationship {
            from: End::Element(Element::Document),
            kind: RelationshipKind::Describes,
            to: End::from(ComponentId(roots.start as u32)),
            stated: Stated::Field,
            detail: None,
        });
    }
    document.relationships.extend(nested);
    document.relationships.extend(dependencies);
    if roots.start > 0 {
        root_first(&mut document, &roots);
    }
    Ok(document)
}

struct CycloneDxReader<'r, 's> {
    fields: Fields<'r, 's>,
    document: Document,
    nested: Vec<Relationship>,
    dependencies: Vec<Relationship>,
    /// The component of `metadata` and those inside it.
    roots: std::ops::Range<usize>,
}

impl CycloneDxReader<'_, '_> {
    fn document(&mut self) -> Result<(), ReadError> {
        let mut extra = Extra::default();
        self.fields.reader.begin_object()?;
        while let Some(key) = self.fields.reader.next_key()? {
            let document = &mut self.document;
            match &*key {
                "bomFormat" => match self.fields.string()? {
                    Some(word) if word == "CycloneDX" => {}
                    Some(word) => {
                        let value = Json::string(&word);
                        extra.push(Format::CycloneDx, &*key, value);
                    }
                    None => self.fields.keep(&key, &mut extra)?,
                },
                "specVersion" => match self.fields.string()? {
                    Some(version) => document.version = version.into(),
                    None => self.fields.keep(&key, &mut extra)?,
                },
                "serialNumber" => self.fields.text(&key, &mut document.namespace, &mut extra)?,
                "version" => self.fields.integer(&key, &mut document.revision, &mut extra)?,
                "metadata" => self.metadata(&key, &mut extra)?,
                "components" => self.components(&key, None, &mut extra)?,
                "services" => self.services(&key, None, &mut extra)?,
                "externalReferences" => {
                    self.fields.list(&key, &mut document.references, &mut extra, link)?;
                }
                "properties" => self.fields.list(&key, &mut document.properties, &mut extra, property)?,
                "dependencies" => self.dependencies(&key, &mut extra)?,
                _ => self.fields.keep(&key, &mut extra)?,
            }
        }
        extra.hoist("$schema");
        self.document.extra = extra;
        Ok(())
    }

    fn metadata(&mut self, key: &str, extra: &mut Extra) -> Result<(), ReadError> {
        let mark = self.fields.reader.mark();
        if !self.fields.object()? {
            return self.fields.keep(key, extra);
        }
        let mut creation = Creation::default();
        let mut inner = Extra::default();
        let mut has_component = false;
        while let Some(name) = self.fields.reader.next_key()? {
            let fields = &mut self.fields;
            match &*name {
                "timestamp" => fields.text(&name, &mut creation.created, &mut inner)?,
                "authors" => fields.list(&name, &mut creation.creators, &mut inner, contact)?,
                "manufacture" | "manufacturer" if creation.manufacturer.is_none() => {
                    creation.manufacturer = one(fields, &name, &mut inner)?;
                }
                "supplier" => creation.supplier = one(fields, &name, &mut inner)?,
                "licenses" => fields.list(&name, &mut creation.licenses, &mut inner, license)?,
                "properties" => fields.list(&name, &mut creation.properties, &mut inner, property)?,
                "lifecycles" => {
                    let mark = fields.reader.mark();
                    let mut whole = true;
                    fields.list(&name, &mut creation.lifecycles, &mut inner, |fields| {
                        lifecycle(fields, &mut whole)
                    })?;
                    if !whole && !creation.lifecycles.is_empty() {
                        fields.reader.rewind(&mark);
                        fields.keep(&name, &mut inner)?;
                    }
                }
                "tools" => self.tools(&name, &mut creation.tools, &mut inner)?,
                "component" if fields.reader.peek()? == Kind::Object => {
                    has_component = true;
                    let start = self.document.components.len();
                    self.fields.reader.begin_object()?;
                    self.component()?;
                    self.roots = start..self.document.components.len();
                }
                _ => fields.keep(&name, &mut inner)?,
            }
        }
        inner.hoist("tools");
        creation.extra = inner;
        if creation == Creation::default() && !has_component {
            self.fields.reader.rewind(&mark);
            return self.fields.keep(key, extra);
        }
        self.document.creation = creation;
        Ok(())
    }

    /// Since 1.5 an object with `components` and `services`, before a list of tools.
    fn tools(&mut self, key: &str, tools: &mut Vec<Component>, extra: &mut Extra) -> Result<(), ReadError> {
        if self.fields.reader.peek()? == Kind::Array {
            return self.fields.list(key, tools, extra, legacy_tool);
        }
        let mark = self.fields.reader.mark();
        if !self.fields.object()? {
            return self.fields.keep(key, extra);
        }
        let mut rest = Extra::default();
        while let Some(name) = self.fields.reader.next_key()? {
            match &*name {
                "components" => self.fields.list(&name, tools, &mut rest, |fields| {
                    if !fields.object()? {
                        return Ok(None);
                    }
                    let mut tool = Component::default();
                    let mut extra = Extra::default();
                    while let Some(field) = fields.reader.next_key()? {
                        component_field(fields, &field, &mut tool, &mut extra)?;
                    }
                    tool.extra = extra;
                    in_order(&mut tool.references);
                    Ok(Some(tool))
                })?,
                _ => self.fields.keep(&name, &mut rest)?,
            }
        }
        if tools.is_empty() || tools.iter().all(super::write::is_legacy_tool) {
            // Written as a list they would lose that they are components.
            tools.clear();
            self.fields.reader.rewind(&mark);
            return self.fields.keep(key, extra);
        }
        if !rest.is_empty() {
            extra.push(Format::CycloneDx, key, Json::Object(rest.fields().to_vec()));
        }
        Ok(())
    }

    fn components(
        &mut self,
        key: &str,
        parent: Option<ComponentId>,
        extra: &mut Extra,
    ) -> Result<(), ReadError> {
        if self.fields.reader.peek()? != Kind::Array {
            return self.fields.keep(key, extra);
        }
        let mut empty = true;
        self.fields.reader.begin_array()?;
        while self.fields.reader.next_item()? {
            empty = false;
            self.fields.reader.begin_object()?;
            if let Some(parent) = parent {
                self.nested.push(nested(parent, ComponentId(self.document.components.len() as u32)));
            }
            self.component()?;
        }
        if empty {
            extra.push(Format::CycloneDx, key, Json::Array(Vec::new()));
        }
        Ok(())
    }

    /// A component whose object has been entered.
    fn component(&mut self) -> Result<(), ReadError> {
        let at = self.document.components.len();
        self.document.components.push(Component::default());
        let mut component = Component::default();
        let mut extra = Extra::default();
        while let Some(key) = self.fields.reader.next_key()? {
            if key == "components" {
                self.components(&key, Some(ComponentId(at as u32)), &mut extra)?;
            } else {
                component_field(&mut self.fields, &key, &mut component, &mut extra)?;
            }
        }
        component.extra = extra;
        in_order(&mut component.references);
        self.document.components[at] = component;
        Ok(())
    }

    fn services(&mut self, key: &str, parent: Option<u32>, extra: &mut Extra) -> Result<(), ReadError> {
        if self.fields.reader.peek()? != Kind::Array {
            return self.fields.keep(key, extra);
        }
        let mut empty = true;
        self.fields.reader.begin_array()?;
        while self.fields.reader.next_item()? {
            empty = false;
            self.fields.reader.begin_object()?;
            let at = self.document.services.len() as u32;
            self.document.services.push(Service::default());
            if let Some(parent) = parent {
                self.nested.push(nested(Element::Service(parent), Element::Service(at)));
            }
            let mut service = Service::default();
            let mut inner = Extra::default();
            while let Some(name) = self.fields.reader.next_key()? {
                let fields = &mut self.fields;
                match &*name {
                    "bom-ref" => fields.text(&name, &mut service.id, &mut inner)?,
                    "name" => fields.text(&name, &mut service.name, &mut inner)?,
                    "group" => fields.text(&name, &mut service.group, &mut inner)?,
                    "version" => fields.text(&name, &mut service.version, &mut inner)?,
                    "provider" => service.provider = one(fields, &name, &mut inner)?,
                    "services" => self.services(&name, Some(at), &mut inner)?,
                    _ => fields.keep(&name, &mut inner)?,
                }
            }
            service.extra = inner;
            self.document.services[at as usize] = service;
        }
        if empty {
            extra.push(Format::CycloneDx, key, Json::Array(Vec::new()));
        }
        Ok(())
    }

    /// An entry without ends says that there are none.
    fn dependencies(&mut self, key: &str, extra: &mut Extra) -> Result<(), ReadError> {
        let mut entries: Vec<(Text, Vec<Text>, Vec<Text>)> = Vec::new();
        self.fields.list(key, &mut entries, extra, |fields| {
            let (mut from, mut needs, mut provides) = (None, Vec::new(), Vec::new());
            let mut rest = Extra::default();
            if !fields.object()? {
                return Ok(None);
            }
            while let Some(name) = fields.reader.next_key()? {
                match &*name {
                    "ref" => fields.text(&name, &mut from, &mut rest)?,
                    "dependsOn" => fields.texts(&name, &mut needs, &mut rest)?,
                    "provides" => fields.texts(&name, &mut provides, &mut rest)?,
                    _ => return Ok(None),
                }
            }
            // Empty lists say what absent ones say; anything else in the rest is of the wrong kind.
            let fits = rest.fields().iter().all(|(_, value)| value.as_array().is_some_and(<[_]>::is_empty));
            Ok(fits.then(|| (from.unwrap_or_default(), needs, provides)))
        })?;
        for (from, needs, provides) in entries {
            let edge = |kind, to| Relationship::new(End::Dangling(from.clone()), kind, to);
            if needs.is_empty() && provides.is_empty() {
                self.dependencies.push(edge(RelationshipKind::DependsOn, End::None));
            }
            for (kind, ends) in [(RelationshipKind::DependsOn, needs), (RelationshipKind::Provides, provides)]
            {
                self.dependencies.extend(ends.into_iter().map(|to| edge(kind.clone(), End::Dangling(to))));
            }
        }
        Ok(())
    }
}

fn component_field(
    fields: &mut Fields<'_, '_>,
    key: &str,
    component: &mut Component,
    extra: &mut Extra,
) -> Result<(), ReadError> {
    match key {
        "bom-ref" => fields.text(key, &mut component.id, extra),
        "type" => match fields.string()? {
            Some(word) => {
                component.purpose = Some(Purpose::from_cyclonedx(&word));
                Ok(())
            }
            None => fields.keep(key, extra),
        },
        "name" => fields.text(key, &mut component.name, extra),
        "group" => fields.text(key, &mut component.group, extra),
        "version" => fields.text(key, &mut component.version, extra),
        "description" => fields.text(key, &mut component.description, extra),
        "copyright" => fields.claim(key, &mut component.copyright, extra),
        "supplier" => {
            component.supplier = one(fields, key, extra)?.map_or(Claim::Absent, Claim::Known);
            Ok(())
        }
        "manufacturer" => {
            component.originator = one(fields, key, extra)?.map_or(Claim::Absent, Claim::Known);
            Ok(())
        }
        "authors" => fields.list(key, &mut component.authors, extra, contact),
        "hashes" => fields.list(key, &mut component.digests, extra, digest),
        "licenses" => fields.list(key, &mut component.licenses, extra, license),
        "properties" => fields.list(key, &mut component.properties, extra, property),
        "evidence" => {
            component.evidence = evidence(fields)?;
            if component.evidence.is_none() { fields.keep(key, extra) } else { Ok(()) }
        }
        "externalReferences" => {
            let mut links = Vec::new();
            fields.list(key, &mut links, extra, link)?;
            component.references.extend(links);
            Ok(())
        }
        "cpe" | "purl" => {
            let mut text = None;
            fields.text(key, &mut text, extra)?;
            if let Some(text) = text {
                component.references.push(match key {
                    "purl" => Reference::purl(&text),
                    _ if text.starts_with("cpe:2.3:") => Reference::cpe23(&text),
                    _ => Reference::new(Category::Security, "cpe22Type", &text),
                });
            }
            Ok(())
        }
        "omniborId" | "swhid" => {
            let kind = if key == "swhid" { "swh" } else { "gitoid" };
            let mut texts = Vec::new();
            fields.texts(key, &mut texts, extra)?;
            let references = texts.iter().map(|text| Reference::new(Category::PersistentId, kind, text));
            component.references.extend(references);
            Ok(())
        }
        _ => fields.keep(key, extra),
    }
}

/// The order that the module's documentation names, whatever the order of the keys.
fn in_order(references: &mut [Reference]) {
    references.sort_by_key(|reference| match (&reference.category, &*reference.kind) {
        (Category::Security, _) => 0,
        (Category::PackageManager, _) => 1,
        (_, "gitoid") => 2,
        (Category::PersistentId, _) => 3,
        _ => 4,
    });
}

/// An organisation as a field of its own.
fn one(fields: &mut Fields<'_, '_>, key: &str, extra: &mut Extra) -> Result<Option<crate::Actor>, ReadError> {
    let actor = organization(fields)?;
    if actor.is_none() {
        fields.keep(key, extra)?;
    }
    Ok(actor)
}

/// `{"phase": "build"}` or `{"name": "mine"}`. Where it says more, `whole` becomes false, and the list is kept as it
/// stands beside the words.
fn lifecycle(fields: &mut Fields<'_, '_>, whole: &mut bool) -> Result<Option<Text>, ReadError> {
    let mut word = None;
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        let Some(text) = fields.string()? else { return Ok(None) };
        let is_phase = super::PHASES.contains(&&*text);
        match &*key {
            "phase" | "name" if word.is_none() => {
                *whole &= is_phase == (key == "phase");
                word = Some(text.into());
            }
            _ => *whole = false,
        }
    }
    Ok(word)
}

/// A tool of the old form: its vendor is a supplier with a name.
fn legacy_tool(fields: &mut Fields<'_, '_>) -> Result<Option<Component>, ReadError> {
    let mut tool = Component::default();
    let mut extra = Extra::default();
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "vendor" => {
                let mut vendor = None;
                fields.text(&key, &mut vendor, &mut extra)?;
                if let Some(vendor) = vendor {
                    tool.supplier = Claim::Known(crate::Actor::new(crate::ActorKind::Organization, &vendor));
                }
            }
            "name" | "version" | "hashes" | "externalReferences" => {
                component_field(fields, &key, &mut tool, &mut extra)?;
            }
            _ => fields.keep(&key, &mut extra)?,
        }
    }
    tool.extra = extra;
    Ok(Some(tool))
}

fn nested(from: impl Into<End>, to: impl Into<End>) -> Relationship {
    Relationship {
        from: from.into(),
        kind: RelationshipKind::Contains,
        to: to.into(),
        stated: Stated::Nested,
        detail: None,
    }
}

/// Replaces `bom-ref`s by the elements that have them; of several with one `bom-ref` the first counts.
fn resolve(document: &Document, edges: &mut [Relationship]) {
    let components = document.components.iter().enumerate();
    let components = components.map(|(at, c)| (c.id.as_deref(), Element::Component(ComponentId(at as u32))));
    let services = document.services.iter().enumerate();
    let services = services.map(|(at, s)| (s.id.as_deref(), Element::Service(at as u32)));
    let mut elements: HashMap<&str, Element> = HashMap::new();
    for (id, element) in components.chain(services) {
        if let Some(id) = id {
            elements.entry(id).or_insert(element);
        }
    }
    for edge in edges {
        for end in [&mut edge.from, &mut edge.to] {
            if let End::Dangling(id) = end {
                *end = match elements.get(&**id) {
                    Some(element) => End::Element(*element),
                    None if id.starts_with("urn:cdx:") => End::External(std::mem::take(id)),
                    None => End::Dangling(std::mem::take(id)),
                };
            }
        }
    }
}

/// Puts the component of `metadata` and those inside it before all others, where it always stands in what is written.
fn root_first(document: &mut Document, roots: &std::ops::Range<usize>) {
    let moved = roots.len();
    document.components[..roots.end].rotate_right(moved);
    let place = |id: &mut ComponentId| {
        let at = id.0 as usize;
        if roots.contains(&at) {
            id.0 -= roots.start as u32;
        } else if at < roots.start {
            id.0 += moved as u32;
        }
    };
    for edge in &mut document.relationships {
        for end in [&mut edge.from, &mut edge.to] {
            if let End::Element(Element::Component(id)) = end {
                place(id);
            }
        }
    }
    // Those inside the root were read after others, and come first now.
    document.relationships.sort_by_key(|edge| match (edge.stated, &edge.from) {
        (Stated::Field, _) => (0, 0),
        (Stated::Nested, End::Element(Element::Component(id))) => {
            (if (id.0 as usize) < moved { 1 } else { 2 }, 0)
        }
        (Stated::Nested, _) => (3, 0),
        _ => (4, 0),
    });
}

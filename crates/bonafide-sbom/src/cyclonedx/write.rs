//! CycloneDX JSON out.

use super::evidence::evidence_json;
use super::parts::{actor_json, put_digests, put_licenses, put_links, put_properties};
use super::{MANUFACTURER_SINCE, PHASES, number};
use crate::WriteError;
use crate::json::{Json, JsonWriter, Object, Style};
use crate::model::{
    Category, Claim, Component, ComponentId, Document, Element, End, Format, Relationship, RelationshipKind,
    Service, Stated,
};
use std::io::Write;

/// What stands under one key of the document: small values whole, the long list item by item.
enum Section {
    Value(Json),
    Components,
}

/// Writes a CycloneDX document. A component that no position places stands at the top.
pub(crate) fn write_json(document: &Document, style: Style, out: &mut dyn Write) -> Result<(), WriteError> {
    let writer = CycloneDxWriter::new(document);
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
            Section::Components => json.array(writer.top.iter().map(|id| Ok(writer.component(*id))))?,
        }
    }
    json.end('}')?;
    json.finish()?;
    Ok(())
}

/// Whether a tool fits the form of CycloneDX before 1.5.
pub(super) fn is_legacy_tool(tool: &Component) -> bool {
    let legacy = Component {
        name: tool.name.clone(),
        version: tool.version.clone(),
        digests: tool.digests.clone(),
        references: tool.references.clone(),
        supplier: tool.supplier.clone(),
        extra: tool.extra.clone(),
        ..Component::default()
    };
    let plain_vendor = match &tool.supplier {
        Claim::Known(vendor) => *vendor == crate::Actor::new(crate::ActorKind::Organization, &vendor.name),
        Claim::Absent => true,
        _ => false,
    };
    legacy == *tool && plain_vendor && tool.references.iter().all(|one| one.category == Category::Link)
}

struct CycloneDxWriter<'d> {
    document: &'d Document,
    root: Option<ComponentId>,
    /// Components at the top, without the root.
    top: Vec<ComponentId>,
    /// Components inside each, in order.
    inside: Vec<Vec<ComponentId>>,
    top_services: Vec<u32>,
    services_inside: Vec<Vec<u32>>,
}

impl<'d> CycloneDxWriter<'d> {
    fn new(document: &'d Document) -> Self {
        let root = document.relationships.iter().find_map(|edge| match (edge.stated, &edge.kind, &edge.to) {
            (Stated::Field, RelationshipKind::Describes, End::Element(Element::Component(id))) => Some(*id),
            _ => None,
        });
        // A parent comes before its children in the arena; so no circle can be written, and nothing twice.
        let mut placed = vec![false; document.components.len()];
        let mut placed_services = vec![false; document.services.len()];
        let mut inside = vec![Vec::new(); document.components.len()];
        let mut services_inside = vec![Vec::new(); document.services.len()];
        if let Some(root) = root {
            placed[root.0 as usize] = true;
        }
        for edge in document.relationships.iter().filter(|edge| edge.stated == Stated::Nested) {
            match (&edge.from, &edge.to) {
                (End::Element(Element::Component(from)), End::Element(Element::Component(to)))
                    if from < to && !placed[to.0 as usize] =>
                {
                    placed[to.0 as usize] = true;
                    inside[from.0 as usize].push(*to);
                }
                (End::Element(Element::Service(from)), End::Element(Element::Service(to)))
                    if from < to && !placed_services[*to as usize] =>
                {
                    placed_services[*to as usize] = true;
                    services_inside[*from as usize].push(*to);
                }
                _ => {}
            }
        }
        let top = (0..placed.len()).filter(|at| !placed[*at]).map(|at| ComponentId(at as u32)).collect();
        let top_services =
            (0..placed_services.len()).filter(|at| !placed_services[*at]).map(|at| at as u32).collect();
        Self { document, root, top, inside, top_services, services_inside }
    }

    fn sections(&self) -> Result<Vec<(Box<str>, Section)>, WriteError> {
        let document = self.document;
        let mut head = Object::new(Format::CycloneDx);
        if let Some(schema) = document.extra.get("$schema") {
            head.put("$schema", schema.clone());
        }
        if document.extra.get("bomFormat").is_none() {
            head.put("bomFormat", Json::string("CycloneDX"));
        }
        if !document.version.is_empty() {
            head.put("specVersion", Json::String(document.version.clone()));
        }
        head.text("serialNumber", document.namespace.as_deref());
        head.number("version", document.revision);
        let metadata = self.metadata();
        if !metadata.is_empty() {
            head.put("metadata", metadata.done());
        }
        let mut sections = values(head);
        if !self.top.is_empty() {
            sections.push(("components".into(), Section::Components));
        }
        let mut tail = Object::new(Format::CycloneDx);
        tail.items("services", self.top_services.iter().map(|at| self.service(*at)));
        put_links(&mut tail, &document.references);
        tail.items("dependencies", self.dependencies()?.into_iter());
        put_properties(&mut tail, &document.properties);
        tail.extra(&document.extra);
        for (key, section) in values(tail) {
            if !sections.iter().any(|(known, _)| *known == key) {
                sections.push((key, section));
            }
        }
        Ok(sections)
    }

    fn metadata(&self) -> Object {
        let creation = &self.document.creation;
        let mut object = Object::new(Format::CycloneDx);
        object.text("timestamp", creation.created.as_deref());
        if creation.extra.get("lifecycles").is_none() {
            object.items(
                "lifecycles",
                creation.lifecycles.iter().map(|word| {
                    let mut item = Object::new(Format::CycloneDx);
                    item.put(
                        if PHASES.contains(&&**word) { "phase" } else { "name" },
                        Json::String(word.clone()),
                    );
                    item.done()
                }),
            );
        }
        self.tools(&mut object);
        object.items("authors", creation.creators.iter().map(actor_json));
        if let Some(root) = self.root {
            object.put("component", self.component(root));
        }
        if let Some(maker) = &creation.manufacturer {
            let new = number(&self.document.version) >= MANUFACTURER_SINCE;
            object.put(if new { "manufacturer" } else { "manufacture" }, actor_json(maker));
        }
        if let Some(supplier) = &creation.supplier {
            object.put("supplier", actor_json(supplier));
        }
        put_licenses(&mut object, &creation.licenses);
        put_properties(&mut object, &creation.properties);
        object.extra(&creation.extra);
        object
    }

    fn tools(&self, object: &mut Object) {
        let creation = &self.document.creation;
        if creation.tools.is_empty() {
            return;
        }
        if creation.tools.iter().all(is_legacy_tool) {
            object.items(
                "tools",
                creation.tools.iter().map(|tool| {
                    let mut item = Object::new(Format::CycloneDx);
                    item.text("vendor", tool.supplier.known().map(|vendor| &*vendor.name));
                    item.text("name", tool.name.as_deref());
                    item.text("version", tool.version.as_deref());
                    put_digests(&mut item, "hashes", &tool.digests);
                    put_links(&mut item, &tool.references);
                    item.extra(&tool.extra);
                    item.done()
                }),
            );
            return;
        }
        let mut inner = Object::new(Format::CycloneDx);
        inner.items(
            "components",
            creation.tools.iter().map(|tool| component_json(tool, Vec::new(), &self.document.version)),
        );
        if let (Some(Format::CycloneDx), Some(Json::Object(rest))) =
            (creation.extra.format(), creation.extra.get("tools"))
        {
            for (key, value) in rest {
                inner.put(key, value.clone());
            }
        }
        object.put("tools", inner.done());
    }

    fn component(&self, id: ComponentId) -> Json {
        let inside = self.inside[id.0 as usize].iter().map(|inner| self.component(*inner)).collect();
        component_json(self.document.component(id), inside, &self.document.version)
    }

    fn service(&self, at: u32) -> Json {
        let service: &Service = &self.document.services[at as usize];
        let mut object = Object::new(Format::CycloneDx);
        object.text("bom-ref", service.id.as_deref());
        if let Some(provider) = &service.provider {
            object.put("provider", actor_json(provider));
        }
        object.text("group", service.group.as_deref());
        object.text("name", service.name.as_deref());
        object.text("version", service.version.as_deref());
        object.items("services", self.services_inside[at as usize].iter().map(|inner| self.service(*inner)));
        object.extra(&service.extra);
        object.done()
    }

    /// Neighbouring edges that begin at one element are one entry, as long as the order allows.
    fn dependencies(&self) -> Result<Vec<Json>, WriteError> {
        let mut entries = Vec::new();
        let mut open: Option<Entry<'_>> = None;
        for edge in self.document.stated_relationships() {
            if !matches!(edge.kind, RelationshipKind::DependsOn | RelationshipKind::Provides) {
                continue;
            }
            let fits = open.as_ref().is_some_and(|entry| entry.takes(edge));
            if !fits {
                entries.extend(open.take().map(Entry::done));
                open = Some(Entry {
                    from: &edge.from,
                    name: self.end(&edge.from)?,
                    needs: vec![],
                    provides: vec![],
                });
            }
            let Some(entry) = &mut open else { continue };
            if edge.to != End::None {
                let to = Json::String(self.end(&edge.to)?.into());
                match edge.kind {
                    RelationshipKind::Provides => entry.provides.push(to),
                    _ => entry.needs.push(to),
                }
            }
        }
        entries.extend(open.take().map(Entry::done));
        Ok(entries)
    }

    fn end(&self, end: &'d End) -> Result<&'d str, WriteError> {
        match end {
            End::Element(element) => self.document.id_of(*element).ok_or(WriteError::NoId(*element)),
            End::None => Ok("NONE"),
            End::NoAssertion => Ok("NOASSERTION"),
            End::External(text) | End::Dangling(text) => Ok(text),
        }
    }
}

/// An entry of `dependencies` in the making.
struct Entry<'d> {
    from: &'d End,
    name: &'d str,
    needs: Vec<Json>,
    provides: Vec<Json>,
}

impl Entry<'_> {
    /// An entry without ends stands alone, and what is needed comes before what is provided.
    fn takes(&self, edge: &Relationship) -> bool {
        *self.from == edge.from
            && edge.to != End::None
            && !(self.needs.is_empty() && self.provides.is_empty())
            && (edge.kind == RelationshipKind::Provides || self.provides.is_empty())
    }

    fn done(self) -> Json {
        let mut object = Object::new(Format::CycloneDx);
        object.put("ref", Json::string(self.name));
        object.items("dependsOn", self.needs.into_iter());
        object.items("provides", self.provides.into_iter());
        object.done()
    }
}

fn component_json(component: &Component, inside: Vec<Json>, version: &str) -> Json {
    let mut object = Object::new(Format::CycloneDx);
    object.text("type", component.purpose.as_ref().and_then(|purpose| purpose.cyclonedx()));
    object.text("bom-ref", component.id.as_deref());
    for (key, claim) in [("supplier", &component.supplier), ("manufacturer", &component.originator)] {
        if let Claim::Known(actor) = claim {
            object.put(key, actor_json(actor));
        }
    }
    object.items("authors", component.authors.iter().map(actor_json));
    object.text("group", component.group.as_deref());
    object.text("name", component.name.as_deref());
    object.text("version", component.version.as_deref());
    object.text("description", component.description.as_deref());
    put_digests(&mut object, "hashes", &component.digests);
    put_licenses(&mut object, &component.licenses);
    object.claim("copyright", &component.copyright);
    let by = |wanted: &'static [&'static str]| {
        component
            .references
            .iter()
            .filter(move |one| one.category != Category::Link && wanted.contains(&&*one.kind))
            .map(|one| Json::String(one.locator.clone()))
    };
    for (key, kinds) in [("cpe", &["cpe23Type", "cpe22Type"][..]), ("purl", &["purl"])] {
        if let Some(first) = by(kinds).next() {
            object.put(key, first);
        }
    }
    object.items("omniborId", by(&["gitoid"]));
    object.items("swhid", by(&["swh"]));
    put_links(&mut object, &component.references);
    if let Some(evidence) = &component.evidence {
        object.put("evidence", evidence_json(evidence, version));
    }
    put_properties(&mut object, &component.properties);
    object.items("components", inside.into_iter());
    object.extra(&component.extra);
    object.done()
}

fn values(object: Object) -> Vec<(Box<str>, Section)> {
    match object.done() {
        Json::Object(fields) => fields.into_iter().map(|(key, value)| (key, Section::Value(value))).collect(),
        _ => Vec::new(),
    }
}

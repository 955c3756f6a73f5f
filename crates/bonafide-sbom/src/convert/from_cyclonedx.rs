//! CycloneDX as SPDX 2: what both have fields for.
//!
//! The component of `metadata` is what the document describes, or else every component at the top. A component of type
//! `file` that has a SHA-1 and nothing that only packages have is a file; all others are packages. Components inside
//! others are `CONTAINS`, `dependencies` are `DEPENDS_ON`.

use super::Mapped;
use super::spdx2::{Ids, analysed, is_line, made_namespace, plain, right_digests};
use super::to_cyclonedx::LINKS;
use crate::licence;
use crate::model::{
    Acknowledgement, Actor, ActorKind, Algorithm, Category, Claim, Component, ComponentId, Creation,
    Document, Element, End, ExtractedLicense, File, License, LicenseName, Purpose, Reference, Relationship,
    RelationshipKind, Stated, Text,
};
use crate::spdx2::grammar;
use std::collections::{HashMap, HashSet};

/// Maps a document.
pub(super) fn map(document: &Document) -> Mapped {
    let mut map = Map {
        source: document,
        result: head(document),
        pairs: Vec::new(),
        ids: Ids::default(),
        licenses: HashMap::new(),
    };
    let has_inside: HashSet<ComponentId> = document
        .relationships
        .iter()
        .filter(|edge| edge.stated == Stated::Nested)
        .filter_map(|edge| match edge.from {
            End::Element(Element::Component(id)) => Some(id),
            _ => None,
        })
        .collect();
    map.ids.take("SPDXRef-DOCUMENT");
    // What a component is called already is not given to another.
    for component in &document.components {
        if let Some(id) = component.id.as_deref().filter(|id| grammar::is_element_id(id)) {
            map.ids.take(id);
        }
    }
    let mut kept = HashSet::new();
    for (id, component) in (0..).map(ComponentId).zip(&document.components) {
        let name = map.id(component, &mut kept);
        let to: Element = if is_file(component) && !has_inside.contains(&id) {
            let file = map.file(component, name);
            map.result.add_file(file).into()
        } else {
            let package = map.package(component, name);
            map.result.add_component(package).into()
        };
        map.pairs.push((id.into(), to));
    }
    if map.pairs.is_empty() {
        // A document of SPDX describes something.
        let package = map.package(&Component::new("document", None), "SPDXRef-document".into());
        map.result.add_component(package);
    }
    map.edges();
    analysed(&mut map.result);
    Mapped { document: map.result, pairs: map.pairs }
}

fn head(document: &Document) -> Document {
    let metadata = &document.creation;
    let mut creation = Creation {
        created: Some(metadata.created.as_deref().and_then(date).unwrap_or("1970-01-01T00:00:00Z".into())),
        ..Creation::default()
    };
    creation.creators.extend(metadata.manufacturer.iter().filter_map(actor));
    creation.creators.extend(metadata.creators.iter().filter_map(actor));
    for tool in &metadata.tools {
        let name = tool.name.as_deref().filter(|name| is_line(name));
        let version = tool.version.as_deref().filter(|version| is_line(version));
        let text = match (name, version) {
            (Some(name), Some(version)) => format!("{name}-{version}"),
            (Some(name), None) => name.to_owned(),
            _ => continue,
        };
        creation.creators.push(Actor::new(ActorKind::Tool, &text));
    }
    if creation.creators.is_empty() {
        creation.creators.push(super::tool());
    }
    let root = document.roots().into_iter().find_map(|element| match element {
        Element::Component(id) => Some(document.component(id)),
        _ => None,
    });
    let name = root.and_then(|root| {
        let name = root.name.as_deref().filter(|name| !name.is_empty())?;
        Some(root.version.as_deref().map_or(name.to_owned(), |version| format!("{name}-{version}")))
    });
    let namespace = document.namespace.as_deref().filter(|text| grammar::is_absolute_uri(text));
    let namespace = namespace.map_or_else(|| made_namespace(document), str::to_owned);
    Document { creation, ..Document::new(name.as_deref().unwrap_or("document"), &namespace) }
}

/// `2020-01-02T03:04:05.678+01:00` as UTC to the second.
fn date(text: &str) -> Option<Text> {
    if grammar::is_date(text) {
        return Some(text.into());
    }
    let (seconds, rest) = (text.get(..19)?, text.get(19..)?);
    let rest =
        rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let utc = format!("{seconds}Z");
    if !grammar::is_date(&utc) {
        return None;
    }
    match rest {
        "Z" | "z" | "" | "+00:00" | "-00:00" => Some(utc.into()),
        _ => moved(seconds, rest).map(Into::into),
    }
}

/// A time with an offset, in UTC.
fn moved(seconds: &str, offset: &str) -> Option<String> {
    let sign = match offset.as_bytes().first()? {
        b'+' => -1,
        b'-' => 1,
        _ => return None,
    };
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let offset = sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?);
    if offset.abs() >= 24 * 60 {
        return None;
    }
    let part = |from: usize, to: usize| seconds.get(from..to)?.parse::<i64>().ok();
    let (mut year, mut month, mut day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let mut minute = part(11, 13)? * 60 + part(14, 16)? + offset;
    let days_in = |year: i64, month: i64| match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if minute < 0 {
        minute += 24 * 60;
        day -= 1;
        if day == 0 {
            month -= 1;
            if month == 0 {
                (year, month) = (year - 1, 12);
            }
            day = days_in(year, month);
        }
    } else if minute >= 24 * 60 {
        minute -= 24 * 60;
        day += 1;
        if day > days_in(year, month) {
            (month, day) = (month + 1, 1);
            if month == 13 {
                (year, month) = (year + 1, 1);
            }
        }
    }
    let date =
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{}Z", minute / 60, minute % 60, &seconds[17..19]);
    grammar::is_date(&date).then_some(date)
}

/// An organisation or a person; a person in CycloneDX's clothes of one is known by its contact.
fn actor(entity: &Actor) -> Option<Actor> {
    let first = entity.contacts.first();
    let is_person = entity.kind == ActorKind::Person
        || matches!(entity.contacts.as_slice(), [one] if one.name == entity.name && !one.name.is_empty());
    let name = Some(&entity.name)
        .filter(|name| !name.is_empty())
        .or_else(|| first.map(|contact| &contact.name))
        .filter(|name| is_line(name))?;
    let email = entity.email.clone().or_else(|| first.and_then(|contact| contact.email.clone()));
    let kind = if is_person { ActorKind::Person } else { ActorKind::Organization };
    let actor = Actor { email, ..Actor::new(kind, name) };
    // What would be read as something else has no place as it is.
    (Actor::from_spdx(&actor.to_spdx()) == actor).then_some(actor)
}

/// Whether a component is a file as SPDX has it.
fn is_file(component: &Component) -> bool {
    component.purpose == Some(Purpose::File)
        && component
            .digests
            .iter()
            .any(|digest| digest.algorithm == Algorithm::Sha1 && super::spdx2::is_right(digest))
        && component.name.as_deref().is_some_and(|name| !name.is_empty() && !name.starts_with('/'))
        && component.version.is_none()
        && component.references.is_empty()
        && component.supplier.is_absent()
}

struct Map<'d> {
    source: &'d Document,
    result: Document,
    pairs: Vec<(Element, Element)>,
    ids: Ids,
    /// Names of licences that have become references: the reference.
    licenses: HashMap<(Text, Option<Text>), Text>,
}

impl Map<'_> {
    /// Its own id where that is right and the first of its like, else one of its name and version.
    fn id(&mut self, component: &Component, kept: &mut HashSet<Text>) -> Text {
        if let Some(id) = component.id.as_deref().filter(|id| grammar::is_element_id(id))
            && kept.insert(id.into())
        {
            return id.into();
        }
        let words = [component.name.as_deref(), component.version.as_deref()];
        let plain = words.into_iter().flatten().map(plain).filter(|word| !word.is_empty());
        let plain = format!("SPDXRef-{}", plain.collect::<Vec<_>>().join("-"));
        let plain = if plain == "SPDXRef-" { "SPDXRef-component".to_owned() } else { plain };
        self.ids.unused(&plain)
    }

    fn package(&mut self, component: &Component, id: Text) -> Component {
        let purpose = component.purpose.as_ref().map(|purpose| match purpose {
            Purpose::Unknown(_) => Purpose::Other,
            known if known.spdx2().is_none() => Purpose::Other,
            known => known.clone(),
        });
        let link = |kind: &str, fits: fn(&str) -> bool| {
            let links = component.references.iter().filter(|one| one.category == Category::Link);
            let found = links.filter(|one| &*one.kind == kind).find(|one| fits(&one.locator));
            found.map(|one| Claim::Known(one.locator.clone()))
        };
        let download = link("distribution", grammar::is_download_location)
            .or_else(|| link("vcs", |text| text.contains("+") && grammar::is_download_location(text)));
        let maker = match (&component.originator, component.authors.first()) {
            (Claim::Known(maker), _) => actor(maker),
            (_, Some(author)) => actor(author),
            _ => None,
        };
        Component {
            id: Some(id),
            name: Some(component.name.clone().unwrap_or_default()),
            version: component.version.clone(),
            purpose,
            supplier: component.supplier.known().and_then(actor).map_or(Claim::Absent, Claim::Known),
            originator: maker.map_or(Claim::Absent, Claim::Known),
            download_location: download.unwrap_or(Claim::NoAssertion),
            homepage: link("website", grammar::is_url).unwrap_or(Claim::Absent),
            files_analyzed: Some(false),
            digests: right_digests(&component.digests),
            license_declared: self.claim(&component.licenses, false),
            license_concluded: self.claim(&component.licenses, true),
            copyright: component.copyright.clone(),
            description: component.description.clone(),
            references: references(component),
            ..Component::default()
        }
    }

    fn file(&mut self, component: &Component, id: Text) -> File {
        File {
            id: Some(id),
            name: component.name.clone(),
            digests: right_digests(&component.digests),
            license_concluded: self.claim(&component.licenses, true),
            copyright: component.copyright.clone(),
            ..File::default()
        }
    }

    /// The licences of one acknowledgement, joined by `AND`.
    fn claim(&mut self, licenses: &[License], concluded: bool) -> Claim {
        let wanted: Vec<&License> = licenses
            .iter()
            .filter(|one| (one.acknowledgement == Some(Acknowledgement::Concluded)) == concluded)
            .collect();
        let alone = wanted.len() == 1;
        let parts: Vec<String> = wanted.into_iter().map(|one| self.license(one, alone)).collect();
        if parts.is_empty() { Claim::Absent } else { Claim::from_spdx(&parts.join(" AND ")) }
    }

    /// An expression; what is none becomes a reference to a licence text.
    fn license(&mut self, license: &License, alone: bool) -> String {
        let text = license.name.text();
        let content =
            license.extra.get("text").and_then(|text| text.get("content")).and_then(crate::Json::as_str);
        let is_expression = match &license.name {
            LicenseName::Id(_) | LicenseName::Expression(_) => true,
            LicenseName::Name(_) => content.is_none(),
        };
        if is_expression && licence::check(text, |_| false).is_ok() {
            let is_set = !alone && (text.contains(" OR ") || text.contains(" AND "));
            return if is_set { format!("({text})") } else { text.to_owned() };
        }
        let key = (Text::from(text), content.map(Text::from));
        if let Some(known) = self.licenses.get(&key) {
            return known.to_string();
        }
        let id: Text = match text {
            text if grammar::is_license_ref(text) && self.ids.take(text) => text.into(),
            text => {
                let plain = plain(text);
                let plain = if plain.is_empty() { "licence".to_owned() } else { plain };
                self.ids.unused(&format!("LicenseRef-{plain}"))
            }
        };
        self.result.licenses.push(ExtractedLicense {
            id: Some(id.clone()),
            text: Some(content.unwrap_or(text).into()),
            name: if *text == *id { Claim::Absent } else { Claim::from_spdx(text) },
            ..ExtractedLicense::default()
        });
        self.licenses.insert(key, id.clone());
        id.to_string()
    }

    fn edges(&mut self) {
        let to_result: HashMap<Element, Element> = self.pairs.iter().copied().collect();
        let find = |end: &End| match end {
            End::Element(element) => to_result.get(element).map(|to| End::Element(*to)),
            End::None => Some(End::None),
            _ => None,
        };
        let root = self.source.relationships.iter().find_map(|edge| match (edge.stated, &edge.kind) {
            (Stated::Field, RelationshipKind::Describes) => find(&edge.to),
            _ => None,
        });
        match root {
            Some(root) => self.result.relate(Element::Document, RelationshipKind::Describes, root),
            None => {
                let nested: HashSet<Element> = self
                    .source
                    .relationships
                    .iter()
                    .filter(|edge| edge.stated == Stated::Nested)
                    .filter_map(|edge| edge.to.element())
                    .collect();
                if self.pairs.is_empty() {
                    self.result.relate(Element::Document, RelationshipKind::Describes, ComponentId(0));
                }
                for (from, to) in &self.pairs {
                    if !nested.contains(from) {
                        let edge = Relationship::new(Element::Document, RelationshipKind::Describes, *to);
                        self.result.relationships.push(edge);
                    }
                }
            }
        }
        for edge in &self.source.relationships {
            let kind = match (edge.stated, &edge.kind) {
                (Stated::Nested, _) => RelationshipKind::Contains,
                (Stated::Relationship, RelationshipKind::DependsOn) => RelationshipKind::DependsOn,
                _ => continue,
            };
            if let (Some(from @ End::Element(_)), Some(to)) = (find(&edge.from), find(&edge.to)) {
                self.result.relationships.push(Relationship::new(from, kind, to));
            }
        }
    }
}

/// Identifiers, and links of the types that have no field of their own.
fn references(component: &Component) -> Vec<Reference> {
    let mut references = Vec::new();
    for one in &component.references {
        let (category, kind) = match (&one.category, &*one.kind) {
            (Category::Link, "advisories") => (Category::Security, "advisory"),
            (Category::Link, kind) if LINKS.contains(&kind) => (Category::Other, kind),
            (Category::Link, _) => continue,
            (category, kind) => (category.clone(), kind),
        };
        if one.locator.contains(char::is_whitespace) || one.locator.is_empty() {
            continue;
        }
        references
            .push(Reference { comment: one.comment.clone(), ..Reference::new(category, kind, &one.locator) });
    }
    references
}

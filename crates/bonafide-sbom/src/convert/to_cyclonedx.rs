//! SPDX 2 as CycloneDX: what both have fields for.
//!
//! The first package that the document describes is `metadata.component`. Packages inside packages and files inside
//! packages, by `CONTAINS`, are nested components, files with type `file`; what the root contains stands at the top,
//! where readers of CycloneDX look for it, save for its files. Dependencies of all kinds, and links, are `dependencies`.

use super::Mapped;
use crate::licence;
use crate::model::{
    Acknowledgement, Actor, ActorKind, Algorithm, Category, Claim, Component, ComponentId, Creation, Digest,
    Document, Element, End, File, FileId, Format, License, LicenseName, Purpose, Reference, Relationship,
    RelationshipKind, Stated,
};
use crate::{Extra, Json};
use bonafide_ident::{Cpe, Purl};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Components inside one another; readers end at 256 levels of JSON, two a component.
const DEEPEST: usize = 60;

/// Maps a document.
pub(super) fn map(document: &Document, version: &str) -> Mapped {
    let tree = Tree::of(document);
    let texts = document.licenses.iter().filter_map(|one| Some((&**one.id.as_ref()?, one.text.as_deref())));
    let mut map =
        Map { source: document, version, texts: texts.collect(), result: head(document), pairs: Vec::new() };
    map.components(&tree);
    map.dependencies();
    Mapped { document: map.result, pairs: map.pairs }
}

fn head(document: &Document) -> Document {
    let mut creation = Creation {
        created: document.creation.created.clone(),
        licenses: document
            .data_license
            .iter()
            .map(|text| license(text, None, &HashMap::new(), false))
            .collect(),
        ..Creation::default()
    };
    for actor in &document.creation.creators {
        match actor.kind {
            ActorKind::Person => creation.creators.push(Actor {
                email: actor.email.clone().filter(|email| !email.is_empty()),
                ..Actor::new(ActorKind::Person, &actor.name)
            }),
            ActorKind::Organization if creation.manufacturer.is_none() => {
                creation.manufacturer = Some(organization(actor));
            }
            ActorKind::Tool | ActorKind::SoftwareAgent => creation.tools.push(tool(&actor.name)),
            _ => {}
        }
    }
    Document {
        format: Format::CycloneDx,
        namespace: document.namespace.as_deref().map(|namespace| serial_number(namespace).into()),
        revision: Some(1),
        creation,
        ..Document::default()
    }
}

/// The UUID that the namespace ends with, or one that follows from it.
fn serial_number(namespace: &str) -> String {
    let tail = namespace.len().checked_sub(36).and_then(|at| namespace.get(at..));
    let uuid = tail.and_then(|tail| Uuid::parse_str(tail).ok());
    format!("urn:uuid:{}", uuid.unwrap_or_else(|| Uuid::new_v5(&Uuid::NAMESPACE_URL, namespace.as_bytes())))
}

/// `name-version` taken apart.
fn tool(text: &str) -> Component {
    let parts = text.rsplit_once('-').filter(|(name, version)| {
        !name.is_empty() && version.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit())
    });
    let (name, version) = parts.map_or((text, None), |(name, version)| (name, Some(version)));
    Component { purpose: Some(Purpose::Application), ..Component::new(name, version) }
}

/// An organisation; a person is one with a contact of the same name.
fn organization(actor: &Actor) -> Actor {
    let email = actor.email.clone().filter(|email| !email.is_empty());
    let is_person = actor.kind == ActorKind::Person;
    let contact = Actor {
        name: if is_person { actor.name.clone() } else { "".into() },
        email,
        ..Actor::new(ActorKind::Person, "")
    };
    let has_contact = is_person || contact.email.is_some();
    Actor {
        contacts: has_contact.then_some(contact).into_iter().collect(),
        ..Actor::new(ActorKind::Organization, &actor.name)
    }
}

/// Which component each component and file lies in.
struct Tree {
    root: Option<ComponentId>,
    /// What lies inside each component, in the order of the edges.
    inside: Vec<Vec<Element>>,
    /// What lies inside none.
    top: Vec<Element>,
}

impl Tree {
    /// The first edge that says where something lies counts.
    fn of(document: &Document) -> Self {
        let root = document.roots().into_iter().find_map(|element| match element {
            Element::Component(id) => Some(id),
            _ => None,
        });
        let mut inside = vec![Vec::new(); document.components.len()];
        let mut is_inside = vec![false; document.components.len()];
        let mut is_owned = vec![false; document.files.len()];
        for edge in &document.relationships {
            let (from, to) = match edge.kind {
                RelationshipKind::Contains => (&edge.from, &edge.to),
                RelationshipKind::ContainedBy => (&edge.to, &edge.from),
                _ => continue,
            };
            let (End::Element(Element::Component(from)), End::Element(to)) = (from, to) else { continue };
            let free = match to {
                Element::Component(to) => {
                    Some(*from) != root && Some(*to) != root && from != to && !is_inside[to.0 as usize]
                }
                Element::File(to) => !is_owned[to.0 as usize],
                _ => false,
            };
            if free {
                match to {
                    Element::Component(to) => is_inside[to.0 as usize] = true,
                    Element::File(to) => is_owned[to.0 as usize] = true,
                    _ => {}
                }
                inside[from.0 as usize].push(*to);
            }
        }
        let mut top: Vec<Element> = Vec::new();
        let mut seen = vec![false; document.components.len()];
        let ids = || (0..).map(ComponentId).take(document.components.len());
        // First those inside none, then, for circles, those that were not reached.
        for wants_top in [true, false] {
            for id in ids() {
                if seen[id.0 as usize] || (wants_top && is_inside[id.0 as usize]) {
                    continue;
                }
                if Some(id) == root {
                    seen[id.0 as usize] = true;
                    continue;
                }
                top.push(id.into());
                reach(id, &mut inside, &mut seen, &mut top);
            }
        }
        let files = (0..).map(FileId).zip(&is_owned).filter(|(_, is_owned)| !**is_owned);
        top.extend(files.map(|(id, _)| Element::from(id)));
        Self { root, inside, top }
    }
}

/// Marks what can be reached. What was reached before, and what lies too deep, is taken out; the deep ones go to the top.
fn reach(id: ComponentId, inside: &mut [Vec<Element>], seen: &mut [bool], top: &mut Vec<Element>) {
    seen[id.0 as usize] = true;
    let mut open = vec![(id, 1)];
    while let Some((id, depth)) = open.pop() {
        let mut children = std::mem::take(&mut inside[id.0 as usize]);
        children.retain(|child| match child {
            Element::Component(child) if depth == DEEPEST => {
                if !std::mem::replace(&mut seen[child.0 as usize], true) {
                    top.push((*child).into());
                    open.push((*child, 1));
                }
                false
            }
            Element::Component(child) => {
                let is_new = !std::mem::replace(&mut seen[child.0 as usize], true);
                if is_new {
                    open.push((*child, depth + 1));
                }
                is_new
            }
            _ => true,
        });
        inside[id.0 as usize] = children;
    }
}

struct Map<'d> {
    source: &'d Document,
    version: &'d str,
    /// Texts of licences that the document brings along, by id.
    texts: HashMap<&'d str, Option<&'d str>>,
    result: Document,
    pairs: Vec<(Element, Element)>,
}

impl Map<'_> {
    fn components(&mut self, tree: &Tree) {
        if let Some(root) = tree.root {
            let to = self.add(root.into(), tree);
            self.result.relationships.insert(
                0,
                Relationship {
                    stated: Stated::Field,
                    ..Relationship::new(Element::Document, RelationshipKind::Describes, to)
                },
            );
        }
        for element in &tree.top {
            self.add(*element, tree);
        }
    }

    /// Adds an element and all inside it, each right before what is inside it.
    fn add(&mut self, element: Element, tree: &Tree) -> ComponentId {
        let mut first = None;
        let mut open: Vec<(Element, Option<ComponentId>)> = vec![(element, None)];
        while let Some((element, parent)) = open.pop() {
            let component = match element {
                Element::Component(id) => self.component(self.source.component(id), tree.root == Some(id)),
                Element::File(id) => self.file(self.source.file(id)),
                _ => continue,
            };
            let to = self.result.add_component(component);
            self.pairs.push((element, to.into()));
            first = first.or(Some(to));
            if let Some(parent) = parent {
                self.result.relationships.push(Relationship {
                    stated: Stated::Nested,
                    ..Relationship::new(parent, RelationshipKind::Contains, to)
                });
            }
            if let Element::Component(id) = element {
                open.extend(tree.inside[id.0 as usize].iter().rev().map(|child| (*child, Some(to))));
            }
        }
        first.expect("the element itself was added first")
    }

    fn component(&self, package: &Component, is_root: bool) -> Component {
        let known = package.purpose.as_ref().filter(|purpose| !matches!(purpose, Purpose::Unknown(_)));
        let purpose = match known {
            Some(purpose) if purpose.cyclonedx().is_some() => purpose.clone(),
            _ if is_root => Purpose::Application,
            _ => Purpose::Library,
        };
        let mut component = Component {
            id: package.id.clone().filter(|id| !id.is_empty()),
            name: Some(package.name.clone().unwrap_or_default()),
            version: package.version.clone(),
            purpose: Some(purpose),
            digests: digests(&package.digests),
            licenses: self.licenses(&package.license_declared, &package.license_concluded),
            copyright: known_only(&package.copyright),
            description: package.description.clone().or_else(|| package.summary.clone()),
            evidence: package.evidence.clone(),
            references: references(package),
            ..Component::default()
        };
        if let Claim::Known(actor) = &package.supplier {
            component.supplier = Claim::Known(organization(actor));
        }
        match &package.originator {
            Claim::Known(actor) if actor.kind == ActorKind::Person => component.authors.push(Actor {
                email: actor.email.clone().filter(|email| !email.is_empty()),
                ..Actor::new(ActorKind::Person, &actor.name)
            }),
            Claim::Known(actor) => component.originator = Claim::Known(organization(actor)),
            _ => {}
        }
        component
    }

    fn file(&self, file: &File) -> Component {
        Component {
            id: file.id.clone().filter(|id| !id.is_empty()),
            name: Some(file.name.clone().unwrap_or_default()),
            purpose: Some(Purpose::File),
            digests: digests(&file.digests),
            licenses: self.licenses(&Claim::Absent, &file.license_concluded),
            copyright: known_only(&file.copyright),
            ..Component::default()
        }
    }

    /// One expression can stand alone; before 1.7 two can stand together only as names.
    fn licenses(&self, declared: &Claim, concluded: &Claim) -> Vec<License> {
        let both = declared.is_known() && concluded.is_known() && self.version != "1.7";
        [(declared, Acknowledgement::Declared), (concluded, Acknowledgement::Concluded)]
            .into_iter()
            .filter_map(|(claim, mark)| Some(license(claim.text()?, Some(mark), &self.texts, both)))
            .collect()
    }

    /// An entry for each element that depends on something, in the order of the edges.
    fn dependencies(&mut self) {
        let to_result: HashMap<Element, Element> = self.pairs.iter().copied().collect();
        let find = |end: &End| to_result.get(&end.element()?).copied();
        let mut entries: Vec<(Element, Vec<End>)> = Vec::new();
        let mut at: HashMap<Element, usize> = HashMap::new();
        let mut seen = HashSet::new();
        for edge in self.source.relationships.iter() {
            let (from, to) = match &edge.kind {
                RelationshipKind::DependsOn
                | RelationshipKind::HasPrerequisite
                | RelationshipKind::DynamicLink
                | RelationshipKind::StaticLink => (&edge.from, &edge.to),
                kind if is_dependency_of(kind) => (&edge.to, &edge.from),
                _ => continue,
            };
            let Some(from) = find(from) else { continue };
            let to = match find(to) {
                Some(to) => End::Element(to),
                None if *to == End::None => End::None,
                None => continue,
            };
            if self.result.id_of(from).is_none()
                || to.element().is_some_and(|to| self.result.id_of(to).is_none())
            {
                continue;
            }
            if !seen.insert((from, to.clone())) {
                continue;
            }
            let entry = *at.entry(from).or_insert(entries.len());
            if entry == entries.len() {
                entries.push((from, Vec::new()));
            }
            entries[entry].1.push(to);
        }
        for (from, ends) in entries {
            let some = ends.iter().any(|end| *end != End::None);
            for to in ends.into_iter().filter(|end| !some || *end != End::None) {
                self.result.relationships.push(Relationship::new(from, RelationshipKind::DependsOn, to));
            }
        }
    }
}

/// `DEPENDENCY_OF` and its kinds.
const fn is_dependency_of(kind: &RelationshipKind) -> bool {
    matches!(
        kind,
        RelationshipKind::DependencyOf
            | RelationshipKind::BuildDependencyOf
            | RelationshipKind::DevDependencyOf
            | RelationshipKind::OptionalDependencyOf
            | RelationshipKind::ProvidedDependencyOf
            | RelationshipKind::TestDependencyOf
            | RelationshipKind::RuntimeDependencyOf
            | RelationshipKind::PrerequisiteFor
    )
}

fn known_only(claim: &Claim) -> Claim {
    if claim.is_known() { claim.clone() } else { Claim::Absent }
}

/// Those that CycloneDX can write.
fn digests(digests: &[Digest]) -> Vec<Digest> {
    let fits = |digest: &&Digest| {
        !matches!(digest.algorithm, Algorithm::Unknown(_))
            && digest.algorithm.cyclonedx().is_some()
            && digest.is_well_formed()
    };
    digests.iter().filter(fits).cloned().collect()
}

/// An id of the list as an id, an expression as one, all else as a name; with its text, where the document has it.
fn license(
    text: &str,
    acknowledgement: Option<Acknowledgement>,
    texts: &HashMap<&str, Option<&str>>,
    as_name: bool,
) -> License {
    let mut extra = Extra::default();
    let is_word = !text.contains([' ', '(', ')']);
    let is_right = || licence::check(text, |name| texts.contains_key(name)).is_ok();
    let name = if let (Some(Some(content)), true) = (texts.get(text), is_word) {
        let content = Json::Object(vec![("content".into(), Json::string(content))]);
        extra.push(Format::CycloneDx, "text", content);
        LicenseName::Name(text.into())
    } else if is_word && spdx::license_id(text).is_some_and(|id| id.name == text) {
        LicenseName::Id(text.into())
    } else if !as_name && is_right() {
        LicenseName::Expression(text.into())
    } else {
        LicenseName::Name(text.into())
    };
    License { name, acknowledgement, extra }
}

/// The first CPE and the first Package URL have fields; so have content ids; of the rest those that are links.
fn references(package: &Component) -> Vec<Reference> {
    let by = |kinds: &[&str], fits: &dyn Fn(&str) -> bool| -> Vec<&Reference> {
        let of_kind = |one: &&Reference| kinds.contains(&&*one.kind) && fits(&one.locator);
        package.references.iter().filter(of_kind).collect()
    };
    let mut references = Vec::new();
    let cpe23 = by(&["cpe23Type"], &|text| text.parse::<Cpe>().is_ok());
    let cpe22 = by(&["cpe22Type"], &|text| text.starts_with("cpe:/"));
    if let Some(cpe) = cpe23.first().or_else(|| cpe22.first()) {
        references.push(Reference::new(Category::Security, &cpe.kind, &cpe.locator));
    }
    if let Some(purl) = by(&["purl"], &|text| Purl::parse(text).is_ok()).first() {
        references.push(Reference::purl(&purl.locator));
    }
    for (kind, prefix) in [("gitoid", "gitoid:"), ("swh", "swh:")] {
        for one in by(&[kind], &|text| text.starts_with(prefix)) {
            references.push(Reference::new(Category::PersistentId, kind, &one.locator));
        }
    }
    let mut link = |kind: &str, locator: &str, comment: Option<&crate::Text>| {
        let comment = comment.cloned();
        references.push(Reference { comment, ..Reference::new(Category::Link, kind, locator) });
    };
    if let Some(url) = package.homepage.text() {
        link("website", url, None);
    }
    if let Some(url) = package.download_location.text() {
        let of_repository =
            url.split_once(':').is_some_and(|(scheme, _)| scheme.contains('+') || scheme == "git");
        link(if of_repository { "vcs" } else { "distribution" }, url, None);
    }
    for one in &package.references {
        let kind = match (&one.category, &*one.kind) {
            (Category::Security, "advisory") => "advisories",
            (Category::Other, kind) if LINKS.contains(&kind) => kind,
            _ => continue,
        };
        link(kind, &one.locator, one.comment.as_ref());
    }
    references
}

/// Types of CycloneDX links that SPDX references of category `OTHER` may have too. Not among them are those that stand for
/// `homepage` and `downloadLocation`.
pub(super) const LINKS: &[&str] = &[
    "attestation",
    "bom",
    "build-meta",
    "build-system",
    "certification-report",
    "chat",
    "documentation",
    "evidence",
    "issue-tracker",
    "license",
    "mailing-list",
    "other",
    "release-notes",
    "security-contact",
    "social",
    "source-distribution",
    "support",
    "threat-model",
];

//! What a CycloneDX document must hold to: the official schema, and what no schema can say.

use super::{rules, schema};
use crate::json;
use crate::json::pointer::escape;
use crate::licence;
use crate::model::{
    Component, ComponentId, Digest, Document, Element, End, LicenseName, RelationshipKind, Stated,
};
use bonafide_ident::{Cpe, Purl};
use bonafide_json::shorten;
use bonafide_json::{Kind, Read, Reader};
use bonafide_report::{Finding, Place, Rule, Severity};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// Findings about a document, of which `text` is the JSON.
pub(crate) fn check(document: &Document, text: &str) -> Vec<Finding> {
    let Some(findings) = schema::check(&document.version, text) else {
        let message = if document.version.is_empty() {
            "`specVersion` is missing or no string; nothing more was checked".to_owned()
        } else {
            format!("`specVersion` is {:?}; nothing more was checked", shorten(&document.version))
        };
        return vec![
            Finding::new(&rules::VERSION, Place::default().pointer("/specVersion"), message)
                .remedy("write the version that the document follows: 1.2 to 1.7"),
        ];
    };
    let mut check = Check { document, places: places(document), findings };
    check.refs(text);
    for (at, component) in document.components.iter().enumerate() {
        check.component(at, component);
    }
    check.findings
}

/// Where a component stands: inside which one, and as which item.
#[derive(Clone, Copy, Debug)]
enum Spot {
    Root,
    Top(usize),
    Inside(ComponentId, usize),
}

fn places(document: &Document) -> Vec<Spot> {
    let mut places = vec![None; document.components.len()];
    let mut inside: HashMap<ComponentId, usize> = HashMap::new();
    for edge in &document.relationships {
        let End::Element(Element::Component(to)) = edge.to else { continue };
        match (edge.stated, &edge.from, &edge.kind) {
            (Stated::Field, _, RelationshipKind::Describes) => places[to.0 as usize] = Some(Spot::Root),
            (Stated::Nested, End::Element(Element::Component(from)), _) => {
                let item = inside.entry(*from).or_default();
                places[to.0 as usize] = Some(Spot::Inside(*from, *item));
                *item += 1;
            }
            _ => {}
        }
    }
    let mut top = 0;
    places
        .into_iter()
        .map(|place| {
            place.unwrap_or_else(|| {
                top += 1;
                Spot::Top(top - 1)
            })
        })
        .collect()
}

struct Check<'d> {
    document: &'d Document,
    places: Vec<Spot>,
    findings: Vec<Finding>,
}

impl Check<'_> {
    fn pointer(&self, at: usize) -> String {
        let mut parts = Vec::new();
        let mut at = at;
        // A component's parent comes before it, so this ends.
        loop {
            match self.places[at] {
                Spot::Root => parts.push("/metadata/component".to_owned()),
                Spot::Top(item) => parts.push(format!("/components/{item}")),
                Spot::Inside(parent, item) => {
                    parts.push(format!("/components/{item}"));
                    at = parent.0 as usize;
                    continue;
                }
            }
            break;
        }
        parts.reverse();
        parts.concat()
    }

    fn fault(&mut self, rule: &'static Rule, at: usize, field: &str, message: String, remedy: &str) {
        let pointer = format!("{}{field}", self.pointer(at));
        let subject = self.document.components[at].id.as_deref().map(shorten).unwrap_or_default();
        self.findings.push(
            Finding::new(rule, Place::default().pointer(pointer), message).subject(subject).remedy(remedy),
        );
    }

    /// That each `bom-ref` is given once, and each one that a dependency names is given.
    fn refs(&mut self, text: &str) {
        let mut given: HashMap<String, String> = HashMap::new();
        let mut repeated = Vec::new();
        // `bom-ref`s stand in many kinds of objects, some of which the model keeps as they are.
        if let Err(fault) = given_refs(&mut json::reader(text), &mut Vec::new(), &mut given, &mut repeated) {
            let message = format!("the `bom-ref`s were not checked: {fault}");
            self.findings.push(Finding::new(&crate::rules::UNREADABLE, Place::default(), message));
            return;
        }
        for (id, pointer) in repeated {
            let message = format!(
                "{:?} is also the `bom-ref` of {}",
                shorten(&id),
                given.get(&id).map_or("", String::as_str)
            );
            // Official examples repeat them inside a formulation, where nothing outside can mean them.
            let severity =
                if pointer.starts_with("/formulation/") { Severity::Warning } else { Severity::Error };
            self.findings.push(
                Finding::new(&rules::DUPLICATE_REF, Place::default().pointer(pointer), message).severity(severity).remedy(
                    "give each element a `bom-ref` of its own, and mend the dependencies that mean this one",
                ),
            );
        }
        let mut said = HashSet::new();
        for edge in self.document.stated_relationships() {
            for end in [&edge.from, &edge.to] {
                let End::Dangling(id) = end else { continue };
                if given.contains_key(&**id) || !said.insert(id) {
                    continue;
                }
                let message = format!("no element has the `bom-ref` {:?}", shorten(id));
                self.findings.push(
                    Finding::new(&rules::DANGLING, Place::default().pointer("/dependencies"), message)
                        .subject(shorten(id))
                        .remedy("mend the reference, add the component, or leave the dependency out"),
                );
            }
        }
    }

    fn component(&mut self, at: usize, component: &Component) {
        for (item, digest) in component.digests.iter().enumerate() {
            self.digest(at, &format!("/hashes/{item}"), digest);
        }
        let mut links = 0;
        for reference in &component.references {
            let reason = match &*reference.kind {
                _ if reference.category == crate::Category::Link => {
                    for (item, digest) in reference.digests.iter().enumerate() {
                        self.digest(at, &format!("/externalReferences/{links}/hashes/{item}"), digest);
                    }
                    links += 1;
                    continue;
                }
                "purl" => Purl::parse(&reference.locator).err().map(|error| ("/purl", error.to_string())),
                "cpe23Type" => {
                    reference.locator.parse::<Cpe>().err().map(|error| ("/cpe", error.to_string()))
                }
                _ => None,
            };
            if let Some((field, reason)) = reason {
                let message = format!("{:?}: {reason}", shorten(&reference.locator));
                self.fault(&rules::IDENTIFIER, at, field, message, "mend the identifier, or leave it out");
            }
        }
        for (item, license) in component.licenses.iter().enumerate() {
            let LicenseName::Expression(expression) = &license.name else { continue };
            // CycloneDX has no list of texts that an expression could lean on: any LicenseRef is taken.
            let fault = licence::check(expression, |name| {
                name.starts_with("LicenseRef-") || name.starts_with("DocumentRef-")
            });
            let message = match fault {
                Ok(()) => continue,
                Err(licence::Fault::Syntax(reason)) => format!("{:?}: {reason}", shorten(expression)),
                Err(licence::Fault::Unknown(names)) => {
                    format!("{:?} names unknown licences: {}", shorten(expression), names.join(", "))
                }
            };
            let field = format!("/licenses/{item}/expression");
            self.fault(
                &rules::LICENSE,
                at,
                &field,
                message,
                "write an SPDX expression: ids joined by AND, OR, WITH",
            );
        }
    }

    fn digest(&mut self, at: usize, field: &str, digest: &Digest) {
        let lower = Digest::new(digest.algorithm.clone(), digest.value.to_ascii_lowercase());
        if digest.algorithm.hex_digits().is_some() && !lower.is_well_formed() {
            let message = format!(
                "{} is {:?} ({} characters), not {} hexadecimal digits",
                digest.algorithm,
                shorten(&digest.value),
                digest.value.chars().count(),
                digest.algorithm.hex_digits().unwrap_or_default()
            );
            self.fault(&rules::HASH, at, field, message, "compute the hash again, or leave it out");
        }
    }
}

/// Notes every `bom-ref` below the next value with its pointer. The text has been read before; a fault ends it all the same.
fn given_refs(
    reader: &mut Reader<'_>,
    path: &mut Vec<String>,
    given: &mut HashMap<String, String>,
    repeated: &mut Vec<(String, String)>,
) -> Read<()> {
    match reader.peek()? {
        Kind::Object => {
            reader.begin_object()?;
            while let Some(key) = reader.next_key()? {
                path.push(escape(&key));
                if key == "bom-ref" && reader.peek()? == Kind::String {
                    let id = reader.string()?.into_owned();
                    let pointer = format!("/{}", path.join("/"));
                    match given.entry(id) {
                        Entry::Occupied(first) => repeated.push((first.key().clone(), pointer)),
                        Entry::Vacant(place) => {
                            place.insert(pointer);
                        }
                    }
                } else {
                    given_refs(reader, path, given, repeated)?;
                }
                path.pop();
            }
        }
        Kind::Array => {
            let mut item = 0_usize;
            reader.begin_array()?;
            while reader.next_item()? {
                path.push(item.to_string());
                given_refs(reader, path, given, repeated)?;
                path.pop();
                item += 1;
            }
        }
        _ => reader.skip()?,
    }
    Ok(())
}

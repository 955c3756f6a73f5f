//! OpenVEX 0.2.0 out.
//!
//! What is written is normal: products and aliases sorted, no two identifiers of one kind in a product, times in UTC on every
//! statement. So equal statements are equal bytes, whatever document they came from.

use std::collections::BTreeMap;
use std::io::{self, Write};

use bonafide_ident::{Attribute, Cpe, DigestKinds, Hasher, Purl};
use serde::Serialize;

use super::{Flaw, Identifier, Product, Software, Statement, Status, Versions};

/// A document to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenVex {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@id")]
    id: String,
    author: String,
    timestamp: String,
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    tooling: Option<String>,
    statements: Vec<Said>,
}

impl OpenVex {
    /// Makes a document of statements; they are sorted, and what is there twice is taken once. Its `@id` follows from author,
    /// time and statements.
    pub(super) fn new(
        author: String,
        timestamp: String,
        tooling: Option<String>,
        mut statements: Vec<Said>,
    ) -> Self {
        statements.sort_unstable();
        statements.dedup();
        let mut document = Self {
            context: "https://openvex.dev/ns/v0.2.0",
            id: String::new(),
            author,
            timestamp,
            version: 1,
            tooling: None,
            statements,
        };
        let mut hashing = Hashing(Hasher::new(DigestKinds::SHA256, None));
        serde_json::to_writer(&mut hashing, &document).expect("a hasher takes every byte");
        if let Some(digest) = hashing.0.finish().sha256 {
            document.id = format!("urn:bonafide:vex:sha256:{digest}");
        }
        document.tooling = tooling;
        document
    }

    /// How many statements it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.statements.len()
    }

    /// Whether it has none; the schema asks for one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// Writes it as JSON, indented by two spaces, with a line end.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        out.write_all(b"\n")
    }
}

struct Hashing(Hasher);

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A statement as it is written. Ordered by vulnerability, time and products.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Said {
    vulnerability: Named,
    timestamp: String,
    products: Vec<Thing>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impact_statement: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_statement: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_notes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supplier: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Named {
    #[serde(rename = "@id", skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Thing {
    #[serde(rename = "@id", skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    identifiers: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    hashes: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subcomponents: Vec<Self>,
}

/// What stands for an action that nobody names.
const NO_ACTION: &str = "No action is named.";

impl Said {
    /// The statement in normal form.
    ///
    /// # Errors
    ///
    /// Why OpenVEX cannot say it, in words: it has a flaw, no time, a version range, or products inside products inside products.
    pub(super) fn of(statement: &Statement) -> Result<Self, String> {
        let reopens = statement.status.is_some_and(|status| !status.suppresses());
        let flaw = statement.flaws.iter().find(|flaw| !(reopens && matches!(flaw, Flaw::Contradiction(_))));
        if let Some(flaw) = flaw {
            return Err(flaw.to_string());
        }
        let Some(status) = statement.status else { return Err(Flaw::NoStatus.to_string()) };
        let instant = statement.timestamp.as_ref().and_then(|moment| moment.instant);
        let Some(instant) = instant else {
            return Err("neither it nor its document says when, which OpenVEX demands".to_owned());
        };
        let mut products = Vec::new();
        for product in &statement.products {
            products.extend(things(product)?);
        }
        products.sort_unstable();
        products.dedup();
        let (justification, mut impact) = reason(statement, status);
        let text = |text: &Option<Box<str>>| text.as_ref().map(ToString::to_string);
        let mut action = text(&statement.action);
        if status == Status::Affected && action.is_none() {
            // OpenVEX demands one. In CycloneDX it is among the details, if it is anywhere.
            let told = impact.take().or_else(|| text(&statement.notes));
            action = Some(told.unwrap_or_else(|| NO_ACTION.to_owned()));
        }
        Ok(Self {
            vulnerability: named(statement),
            timestamp: instant.to_string(),
            products,
            status: status.as_str(),
            justification,
            impact_statement: impact,
            action_statement: action,
            status_notes: text(&statement.notes),
            supplier: text(&statement.supplier),
        })
    }
}

fn named(statement: &Statement) -> Named {
    let vulnerability = &statement.vulnerability;
    let mut aliases: Vec<String> = vulnerability.aliases.iter().map(ToString::to_string).collect();
    aliases.retain(|alias| !alias.is_empty() && **alias != *vulnerability.name);
    aliases.sort_unstable();
    aliases.dedup();
    Named {
        id: vulnerability.iri.as_ref().map(ToString::to_string),
        name: vulnerability.name.to_string(),
        description: vulnerability.description.as_ref().map(ToString::to_string),
        aliases,
    }
}

/// Justification and impact statement. A word of CycloneDX for which OpenVEX has none becomes part of the impact statement.
fn reason(statement: &Statement, status: Status) -> (Option<String>, Option<String>) {
    let impact = statement.impact.as_ref().map(ToString::to_string);
    let Some(word) = statement.justification.as_deref() else { return (None, impact) };
    let own = match word {
        "code_not_present" => Some("vulnerable_code_not_present"),
        "code_not_reachable" => Some("vulnerable_code_not_in_execute_path"),
        word => super::openvex::JUSTIFICATIONS.into_iter().find(|own| *own == word),
    };
    if own.is_some() || status != Status::NotAffected {
        return (own.map(str::to_owned), impact);
    }
    let told = format!("{}.", word.replace('_', " "));
    let impact = match impact {
        Some(impact) if impact.starts_with(&told) => impact,
        Some(impact) => format!("{told} {impact}"),
        None => told,
    };
    (None, Some(impact))
}

fn things(product: &Product) -> Result<Vec<Thing>, String> {
    if !product.within.is_empty() {
        return Err("it is about a part of a part of a product, which OpenVEX cannot say".to_owned());
    }
    let mut parts = Vec::new();
    for part in &product.subcomponents {
        let named = split(part)?;
        if named.is_empty() {
            return Err("a subcomponent has no identifier".to_owned());
        }
        parts.extend(named);
    }
    parts.sort_unstable();
    parts.dedup();
    let mut things = split(&product.software)?;
    for thing in &mut things {
        thing.subcomponents.clone_from(&parts);
    }
    Ok(things)
}

/// One entry, or several where there are more identifiers of a kind than one entry can hold: each names it as well as all.
fn split(software: &Software) -> Result<Vec<Thing>, String> {
    let mut identifiers = pinned(software)?;
    identifiers.sort_unstable();
    identifiers.dedup();
    let mut things: Vec<Thing> = Vec::new();
    // Links come first, since only `@id` can hold them; then a Package URL, then a CPE name.
    let rank = |identifier: &Identifier| match identifier {
        Identifier::Link(_) => 0,
        Identifier::Purl(_) => 1,
        Identifier::Cpe(_) => 2,
        Identifier::Hash { .. } => 3,
    };
    identifiers.sort_by_key(rank);
    for identifier in identifiers {
        let place = things.iter().position(|thing| thing.takes(&identifier));
        let at = place.unwrap_or_else(|| {
            things.push(Thing::default());
            things.len() - 1
        });
        things[at].put(identifier);
    }
    for thing in &mut things {
        if thing.id.is_none() && thing.identifiers.is_empty() {
            // The schema wants a name beside digests.
            thing.id =
                thing.hashes.iter().next().map(|(algorithm, value)| format!("urn:{algorithm}:{value}"));
        }
    }
    Ok(things)
}

impl Thing {
    fn takes(&self, identifier: &Identifier) -> bool {
        match identifier {
            Identifier::Link(_) => self.id.is_none(),
            Identifier::Purl(_) => self.id.is_none() || !self.identifiers.contains_key("purl"),
            Identifier::Cpe(text) => self.id.is_none() || !self.identifiers.contains_key(cpe_key(text)),
            Identifier::Hash { algorithm, .. } => !self.hashes.contains_key(&label(algorithm)),
        }
    }

    fn put(&mut self, identifier: Identifier) {
        match identifier {
            Identifier::Hash { algorithm, value } => {
                self.hashes.insert(label(&algorithm), value.into());
            }
            Identifier::Link(text) => self.id = Some(text.into()),
            Identifier::Purl(text) | Identifier::Cpe(text) if self.id.is_none() => {
                self.id = Some(text.into())
            }
            Identifier::Purl(text) => drop(self.identifiers.insert("purl", text.into())),
            Identifier::Cpe(text) => drop(self.identifiers.insert(cpe_key(&text), text.into())),
        }
    }
}

fn cpe_key(text: &str) -> &'static str {
    if text.starts_with("cpe:/") { "cpe22" } else { "cpe23" }
}

/// The name of an algorithm as OpenVEX writes it (appendix A).
fn label(algorithm: &str) -> String {
    for (plain, written) in [
        ("sha256", "sha-256"),
        ("sha384", "sha-384"),
        ("sha512", "sha-512"),
        ("sha3224", "sha3-224"),
        ("sha3256", "sha3-256"),
        ("sha3384", "sha3-384"),
        ("sha3512", "sha3-512"),
        ("blake2s256", "blake2s-256"),
        ("blake2b256", "blake2b-256"),
        ("blake2b512", "blake2b-512"),
    ] {
        if plain == algorithm {
            return written.to_owned();
        }
    }
    algorithm.to_owned()
}

/// The identifiers with the version in them, where the version stood beside them.
fn pinned(software: &Software) -> Result<Vec<Identifier>, String> {
    if software.versions.is_empty() {
        return Ok(software.identifiers.clone());
    }
    let mut all = Vec::new();
    for versions in &software.versions {
        let Versions::Exact(version) = versions else {
            return Err("it is about a range of versions, which OpenVEX cannot say".to_owned());
        };
        let before = all.len();
        for identifier in &software.identifiers {
            match identifier {
                Identifier::Purl(text) => {
                    let Ok(purl) = Purl::parse(text) else { continue };
                    if purl.version().is_none_or(|own| own == &**version)
                        && let Ok(pinned) = purl.with_version(&**version)
                    {
                        all.push(Identifier::Purl(pinned.to_string().into()));
                    }
                }
                Identifier::Cpe(text) => {
                    let Ok(cpe) = text.parse::<Cpe>() else { continue };
                    let own = cpe.version().plain().is_none_or(|own| own == **version);
                    if own
                        && *cpe.version() != Attribute::NotApplicable
                        && let Ok(pinned) = cpe.with_version(version)
                    {
                        all.push(Identifier::Cpe(pinned.to_string().into()));
                    }
                }
                Identifier::Hash { .. } | Identifier::Link(_) => {}
            }
        }
        if all.len() == before {
            return Err(format!("nothing names its product in version `{version}` alone"));
        }
    }
    Ok(all)
}

//! CycloneDX 1.4 to 1.7 in: `vulnerabilities` with an `analysis`, in an SBOM or in a document of their own.
//!
//! What is affected is named by reference: the `bom-ref` of a component of the same document, or a BOM-Link
//! (`urn:cdx:serial/version#bom-ref`) into another one. A vulnerability without analysis is a report of a scanner, no statement.
//!
//! A reference may list versions, each with a status of its own. Those that agree with the analysis are what the statement is
//! about. Under an analysis that suppresses, versions that are said to be affected, or unknown, make a statement of their own.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::fields::{Fields, short};
use super::openvex::inherit;
use super::{
    Document, Flaw, Format, Identifier, Moment, Product, Software, Statement, Status, Versions, rules,
};
use crate::json::{Kind, Read};

/// The justifications of CycloneDX.
pub(super) const JUSTIFICATIONS: [&str; 9] = [
    "code_not_present",
    "code_not_reachable",
    "requires_configuration",
    "requires_dependency",
    "requires_environment",
    "protected_by_compiler",
    "protected_at_runtime",
    "protected_at_perimeter",
    "protected_by_mitigating_control",
];

/// What `analysis.state` says.
fn status(state: &str) -> Option<Status> {
    Some(match state {
        "resolved" | "resolved_with_pedigree" => Status::Fixed,
        "exploitable" => Status::Affected,
        "in_triage" => Status::UnderInvestigation,
        "false_positive" | "not_affected" => Status::NotAffected,
        _ => return None,
    })
}

/// What a list of versions says of each.
#[derive(Clone, Copy, PartialEq, Eq)]
enum VersionStatus {
    Unsaid,
    Affected,
    Unaffected,
    Unknown,
}

struct Affects<'a> {
    reference: Cow<'a, str>,
    versions: Vec<(Versions, VersionStatus)>,
}

struct Reported<'a> {
    statement: Statement,
    affects: Vec<Affects<'a>>,
    state: Option<Box<str>>,
    updated: Option<Moment>,
}

/// Reads a document. `name` is what it is called where it has no serial number.
pub(super) fn document(fields: &mut Fields<'_>, name: &str) -> Read<Document> {
    let mut document = Document::new(Format::CycloneDx);
    let mut components = HashMap::new();
    let mut reported = Vec::new();
    let mut makers = Makers::default();
    fields.reader.begin_object()?;
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "specVersion" => document.format_version = fields.owned()?.unwrap_or_default(),
            "serialNumber" => document.id = fields.owned()?,
            "version" => document.edition = fields.scalar()?,
            "metadata" => metadata(fields, &mut document, &mut components, &mut makers)?,
            "components" => list(fields, &mut components)?,
            "vulnerabilities" => {
                if fields.array()? {
                    while fields.reader.next_item()? {
                        fields.items(8)?;
                        reported.extend(vulnerability(fields)?);
                    }
                }
            }
            _ => fields.reader.skip()?,
        }
    }
    if !matches!(&*document.format_version, "1.4" | "1.5" | "1.6" | "1.7") {
        let message =
            format!("`{}` is no version of CycloneDX that is known", short(&document.format_version));
        fields.tell(&rules::VERSION, "/specVersion", 1, message);
    }
    document.author = makers.name();
    let base = match (&document.id, &document.edition) {
        (Some(serial), edition) => {
            let serial = serial.trim_start_matches("urn:uuid:");
            format!("urn:cdx:{serial}/{}", edition.as_deref().unwrap_or("1"))
        }
        (None, _) => name.to_owned(),
    };
    for entry in reported {
        finish(fields, entry, &components, &base, &mut document)?;
    }
    Ok(document)
}

/// Who may have made a document, the best of them last asked.
#[derive(Default)]
struct Makers {
    author: Option<Box<str>>,
    manufacturer: Option<Box<str>>,
    supplier: Option<Box<str>>,
}

impl Makers {
    fn name(self) -> Option<Box<str>> {
        self.author.or(self.manufacturer).or(self.supplier)
    }
}

fn metadata<'a>(
    fields: &mut Fields<'a>,
    document: &mut Document,
    components: &mut HashMap<Cow<'a, str>, Software>,
    makers: &mut Makers,
) -> Read<()> {
    if !fields.object()? {
        return Ok(());
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "timestamp" => document.timestamp = fields.moment()?,
            "component" => component(fields, components)?,
            "authors" => {
                if fields.array()? {
                    while fields.reader.next_item()? {
                        let name = named(fields)?;
                        makers.author = makers.author.take().or(name);
                    }
                }
            }
            "manufacturer" | "manufacture" => makers.manufacturer = named(fields)?,
            "supplier" => makers.supplier = named(fields)?,
            _ => fields.reader.skip()?,
        }
    }
    Ok(())
}

/// The `name` of an object.
fn named(fields: &mut Fields<'_>) -> Read<Option<Box<str>>> {
    let mut name = None;
    if fields.object()? {
        while let Some(key) = fields.reader.next_key()? {
            match &*key {
                "name" => name = fields.owned()?.filter(|name| !name.is_empty()),
                _ => fields.reader.skip()?,
            }
        }
    }
    Ok(name)
}

fn list<'a>(fields: &mut Fields<'a>, components: &mut HashMap<Cow<'a, str>, Software>) -> Read<()> {
    if fields.array()? {
        while fields.reader.next_item()? {
            component(fields, components)?;
        }
    }
    Ok(())
}

fn component<'a>(fields: &mut Fields<'a>, components: &mut HashMap<Cow<'a, str>, Software>) -> Read<()> {
    fields.items(4)?;
    if !fields.object()? {
        return Ok(());
    }
    let mut software = Software::default();
    let mut reference = None;
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "bom-ref" => reference = fields.text()?,
            "purl" => software.identifiers.extend(fields.named()?.map(Identifier::Purl)),
            "cpe" => software.identifiers.extend(fields.named()?.map(Identifier::Cpe)),
            "hashes" => {
                if fields.array()? {
                    while fields.reader.next_item()? {
                        fields.item()?;
                        software.identifiers.extend(hash(fields)?);
                    }
                }
            }
            "components" => list(fields, components)?,
            _ => fields.reader.skip()?,
        }
    }
    if let Some(reference) = reference {
        software.label = Some(Box::from(&*reference));
        // A reference that two components have names neither.
        components.entry(reference).and_modify(|known| known.identifiers.clear()).or_insert(software);
    }
    Ok(())
}

fn hash(fields: &mut Fields<'_>) -> Read<Option<Identifier>> {
    if !fields.object()? {
        return Ok(None);
    }
    let (mut algorithm, mut value) = (None, None);
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "alg" => algorithm = fields.text()?,
            "content" => value = fields.text()?.filter(|text| !text.is_empty()),
            _ => fields.reader.skip()?,
        }
    }
    Ok(algorithm.zip(value).map(|(algorithm, value)| Identifier::hash(&algorithm, &value)))
}

fn vulnerability<'a>(fields: &mut Fields<'a>) -> Read<Option<Reported<'a>>> {
    let offset = fields.reader.offset();
    let mut reported = Reported {
        statement: Statement {
            pointer: fields.reader.pointer().into(),
            line: fields.reader.line_of(offset),
            ..Statement::default()
        },
        affects: Vec::new(),
        state: None,
        updated: None,
    };
    if !fields.object()? {
        return Ok(None);
    }
    let earlier = fields.reader.take_repeated();
    let mut analysed = false;
    while let Some(key) = fields.reader.next_key()? {
        let statement = &mut reported.statement;
        match &*key {
            "id" => statement.vulnerability.name = fields.text()?.unwrap_or_default().trim().into(),
            "description" => statement.vulnerability.description = fields.owned()?,
            "references" => {
                if fields.array()? {
                    while fields.reader.next_item()? {
                        fields.item()?;
                        statement.vulnerability.aliases.extend(identified(fields)?);
                    }
                }
            }
            "recommendation" => statement.action = fields.owned()?.filter(|text| !text.is_empty()),
            "updated" => reported.updated = fields.moment()?,
            "analysis" => analysed = analysis(fields, &mut reported)?,
            "affects" => {
                if fields.array()? {
                    while fields.reader.next_item()? {
                        fields.items(4)?;
                        reported.affects.extend(affects(fields)?);
                    }
                }
            }
            _ => fields.reader.skip()?,
        }
    }
    if let Some((_, key)) = fields.reader.take_repeated() {
        reported.statement.flaws.push(Flaw::RepeatedKey(key.into()));
    }
    fields.reader.put_repeated(earlier);
    Ok(analysed.then_some(reported))
}

/// The `id` of an object.
fn identified(fields: &mut Fields<'_>) -> Read<Option<Box<str>>> {
    let mut id = None;
    if fields.object()? {
        while let Some(key) = fields.reader.next_key()? {
            match &*key {
                "id" => id = fields.owned()?,
                _ => fields.reader.skip()?,
            }
        }
    }
    Ok(id)
}

/// Reads `analysis`; whether it says anything.
fn analysis(fields: &mut Fields<'_>, reported: &mut Reported<'_>) -> Read<bool> {
    if !fields.object()? {
        return Ok(false);
    }
    let statement = &mut reported.statement;
    let mut said = false;
    let mut first = None;
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "state" => {
                said = true;
                if let Some(word) = fields.owned()? {
                    statement.status = status(&word);
                    if statement.status.is_none() {
                        statement.flaws.push(Flaw::UnknownStatus(short(&word).into()));
                    }
                    reported.state = Some(word);
                }
            }
            "justification" => {
                said = true;
                statement.justification = fields.owned()?.filter(|word| !word.is_empty());
            }
            "detail" => statement.impact = fields.owned()?.filter(|text| !text.is_empty()),
            "response" => {
                let words = fields.texts()?;
                if !words.is_empty() {
                    statement.notes = Some(format!("response: {}", words.join(", ")).into());
                }
            }
            "firstIssued" => first = fields.moment()?,
            "lastUpdated" => statement.timestamp = fields.moment()?,
            _ => fields.unknown(&key)?,
        }
    }
    if statement.timestamp.is_none() {
        statement.timestamp = first;
    }
    Ok(said)
}

fn affects<'a>(fields: &mut Fields<'a>) -> Read<Option<Affects<'a>>> {
    if !fields.object()? {
        return Ok(None);
    }
    let mut reference = None;
    let mut versions = Vec::new();
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "ref" => reference = fields.text()?.filter(|text| !text.trim().is_empty()),
            "versions" => {
                if fields.array()? {
                    while fields.reader.next_item()? {
                        fields.item()?;
                        versions.push(version(fields)?);
                    }
                } else {
                    // Without them the statement would be about every version.
                    versions.push((Versions::Unreadable, VersionStatus::Unsaid));
                }
            }
            _ => fields.unknown(&key)?,
        }
    }
    Ok(reference.map(|reference| Affects { reference, versions }))
}

fn version(fields: &mut Fields<'_>) -> Read<(Versions, VersionStatus)> {
    let mut which = Versions::Unreadable;
    let mut status = VersionStatus::Unsaid;
    if fields.reader.peek()? != Kind::Object {
        fields.object()?;
        return Ok((which, status));
    }
    fields.reader.begin_object()?;
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "version" => which = fields.owned()?.map_or(Versions::Unreadable, Versions::Exact),
            "range" => which = fields.owned()?.map_or(Versions::Unreadable, Versions::Range),
            "status" => {
                status = match fields.text()?.as_deref() {
                    Some("affected") => VersionStatus::Affected,
                    Some("unaffected") => VersionStatus::Unaffected,
                    _ => VersionStatus::Unknown,
                };
            }
            _ => fields.unknown(&key)?,
        }
    }
    Ok((which, status))
}

fn finish(
    fields: &mut Fields<'_>,
    reported: Reported<'_>,
    components: &HashMap<Cow<'_, str>, Software>,
    base: &str,
    document: &mut Document,
) -> Read<()> {
    let Reported { statement: mut main, affects, state, updated } = reported;
    let (mut affected_products, mut unknown_products) = (Vec::new(), Vec::new());
    for entry in affects {
        let software = resolve(fields, &entry.reference, components, base, &main);
        fields.copy(software.bytes())?;
        let with = |versions: Vec<Versions>| {
            Arc::new(Product { software: Software { versions, ..software.clone() }, ..Product::default() })
        };
        if entry.versions.is_empty() {
            main.products.push(with(Vec::new()));
            continue;
        }
        let suppresses = main.status.is_some_and(Status::suppresses);
        let (mut own, mut affected, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        for (versions, status) in entry.versions {
            match status {
                VersionStatus::Unsaid => own.push(versions),
                VersionStatus::Unaffected if suppresses || main.status.is_none() => own.push(versions),
                // "Exploitable, and these versions are not": nothing is said of why, so nothing is made of it.
                VersionStatus::Unaffected => {}
                VersionStatus::Affected if suppresses => affected.push(versions),
                VersionStatus::Unknown if suppresses => unknown.push(versions),
                VersionStatus::Affected | VersionStatus::Unknown => own.push(versions),
            }
        }
        for (versions, products) in
            [(own, &mut main.products), (affected, &mut affected_products), (unknown, &mut unknown_products)]
        {
            if !versions.is_empty() {
                products.push(with(versions));
            }
        }
    }
    if main.timestamp.is_none() && document.timestamp.is_none() {
        main.timestamp = updated;
    }
    // The state itself says why: there is nothing of that vulnerability here.
    let false_positive = state.as_deref() == Some("false_positive");
    let justified = main.justification.as_ref().is_some_and(|word| JUSTIFICATIONS.contains(&&**word));
    for (status, products) in
        [(Status::Affected, affected_products), (Status::UnderInvestigation, unknown_products)]
    {
        if !products.is_empty() {
            let mut other = Statement { status: Some(status), products, justification: None, ..main.clone() };
            other.flaws.retain(|flaw| !matches!(flaw, Flaw::UnknownStatus(_)));
            inherit(&mut other, document.timestamp.as_ref());
            document.statements.push(other);
        }
    }
    inherit(&mut main, document.timestamp.as_ref());
    if justified || false_positive {
        main.flaws.retain(|flaw| *flaw != Flaw::Unjustified);
    }
    if false_positive && main.justification.is_none() {
        main.justification = state;
    }
    document.statements.push(main);
    Ok(())
}

/// What a reference names.
fn resolve(
    fields: &mut Fields<'_>,
    reference: &str,
    components: &HashMap<Cow<'_, str>, Software>,
    base: &str,
    statement: &Statement,
) -> Software {
    // A link into this very document may be spelt out.
    let local = reference.strip_prefix(base).and_then(|rest| rest.strip_prefix('#')).unwrap_or(reference);
    if let Some(known) = components.get(local) {
        let mut software = known.clone();
        software.identifiers.push(Identifier::Link(format!("{base}#{local}").into()));
        return software;
    }
    let identifier = Identifier::of(reference);
    if matches!(&identifier, Identifier::Link(link) if !link.to_ascii_lowercase().starts_with("urn:cdx:")) {
        let message = format!("no component has the bom-ref `{}`", short(reference));
        let pointer = format!("{}/affects", statement.pointer);
        fields.tell(&rules::DANGLING_REFERENCE, &pointer, statement.line, message);
    }
    Software { label: Some(reference.into()), identifiers: vec![identifier], versions: Vec::new() }
}

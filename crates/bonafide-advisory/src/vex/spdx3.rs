//! SPDX 3.0 in, security profile: assessments of vulnerabilities, in an SBOM or in a document of their own.
//!
//! A document is a graph of elements that name one another by their ids. An assessment is a relationship from a vulnerability to
//! the software that it speaks of; its class is the status:
//!
//! | class (`security_…VulnAssessmentRelationship`) | here |
//! | --- | --- |
//! | `VexNotAffected` | `not_affected`, with `security_justificationType` or `security_impactStatement` |
//! | `VexAffected` | `affected`, with `security_actionStatement` |
//! | `VexFixed` | `fixed` |
//! | `VexUnderInvestigation` | `under_investigation` |
//!
//! `security_assessedElement` is the part of that software that is meant. The time of a statement is `security_modifiedTime`, else
//! `security_publishedTime`, else when the element was created. One with `security_withdrawnTime` says nothing any more.
//!
//! Source: SPDX 3.0.1, model and JSON-LD serialization (`spdx-context.jsonld`).

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::fields::{Fields, short};
use super::openvex::inherit;
use super::{
    Document, Flaw, Format, Identifier, Moment, Product, Software, Statement, Status, Vulnerability, rules,
};
use crate::json::{Kind, Read};

/// How the classes of assessments end.
pub(super) const CLASS: &str = "VulnAssessmentRelationship";

/// What a class says.
fn status(class: &str) -> Option<Status> {
    Some(match class.strip_prefix("security_")?.strip_suffix(CLASS)? {
        "VexNotAffected" => Status::NotAffected,
        "VexAffected" => Status::Affected,
        "VexFixed" => Status::Fixed,
        "VexUnderInvestigation" => Status::UnderInvestigation,
        _ => return None,
    })
}

/// The words of OpenVEX for those of SPDX, which mean the same.
fn justification(word: &str) -> Box<str> {
    match word.rsplit('/').next().unwrap_or(word) {
        "componentNotPresent" => "component_not_present",
        "vulnerableCodeNotPresent" => "vulnerable_code_not_present",
        "vulnerableCodeNotInExecutePath" => "vulnerable_code_not_in_execute_path",
        "vulnerableCodeCannotBeControlledByAdversary" => "vulnerable_code_cannot_be_controlled_by_adversary",
        "inlineMitigationsAlreadyExist" => "inline_mitigations_already_exist",
        _ => word,
    }
    .into()
}

/// When and by whom an element was made.
#[derive(Default)]
struct Creation<'a> {
    created: Option<Moment>,
    by: Vec<Cow<'a, str>>,
    version: Option<Box<str>>,
}

/// Where the creation of an element is told.
enum Created<'a> {
    Here(Creation<'a>),
    There(Cow<'a, str>),
}

/// What is read of any element; its class says what it is.
#[derive(Default)]
struct Element<'a> {
    class: Cow<'a, str>,
    id: Option<Cow<'a, str>>,
    name: Option<Box<str>>,
    description: Option<Box<str>>,
    software: Software,
    /// Names of a vulnerability.
    aliases: Vec<Box<str>>,
    creation: Option<Created<'a>>,
    own: Creation<'a>,
    from: Option<Cow<'a, str>>,
    to: Vec<Cow<'a, str>>,
    assessed: Option<Cow<'a, str>>,
    supplier: Option<Cow<'a, str>>,
    statement: Statement,
    published: Option<Moment>,
    modified: Option<Moment>,
    withdrawn: Option<Moment>,
}

/// Elements by their ids.
#[derive(Default)]
struct Graph<'a> {
    software: HashMap<Cow<'a, str>, Software>,
    vulnerabilities: HashMap<Cow<'a, str>, Vulnerability>,
    agents: HashMap<Cow<'a, str>, Box<str>>,
    creations: HashMap<Cow<'a, str>, Creation<'a>>,
    assessments: Vec<Element<'a>>,
    /// The document's own creation.
    whole: Option<Created<'a>>,
}

/// Reads a document. `name` is what the place is called that it comes from.
pub(super) fn document(fields: &mut Fields<'_>, name: &str) -> Read<Document> {
    let mut document = Document::new(Format::Spdx);
    let mut graph = Graph::default();
    fields.reader.begin_object()?;
    while let Some(key) = fields.reader.next_key()? {
        if key != "@graph" || !fields.array()? {
            if key != "@graph" {
                fields.reader.skip()?;
            }
            continue;
        }
        while fields.reader.next_item()? {
            fields.item()?;
            if let Some(element) = element(fields)? {
                graph.take(fields, element, &mut document)?;
            }
        }
    }
    let whole = graph.creation(graph.whole.as_ref());
    if let Some(creation) = whole {
        document.timestamp.clone_from(&creation.created);
        document.author = creation.by.iter().find_map(|agent| graph.agents.get(agent)).cloned();
        document.format_version = creation.version.clone().unwrap_or_default();
    }
    let assessments = std::mem::take(&mut graph.assessments);
    for assessment in assessments {
        let statement = graph.statement(fields, assessment, name)?;
        document.statements.push(statement);
    }
    for statement in &mut document.statements {
        inherit(statement, document.timestamp.as_ref());
    }
    Ok(document)
}

impl<'a> Graph<'a> {
    fn take(&mut self, fields: &mut Fields<'a>, element: Element<'a>, document: &mut Document) -> Read<()> {
        if status(&element.class).is_some() {
            fields.items(8)?;
            self.assessments.push(element);
            return Ok(());
        }
        let Some(id) = element.id else { return Ok(()) };
        match &*element.class {
            "CreationInfo" => {
                self.creations.insert(id, element.own);
            }
            "SpdxDocument" => {
                document.id = Some(id.into_owned().into());
                self.whole = element.creation;
            }
            "Agent" | "Organization" | "Person" | "SoftwareAgent" | "Tool" => {
                self.agents.extend(element.name.map(|name| (id, name)));
            }
            "security_Vulnerability" => {
                fields.items(4)?;
                let mut aliases = element.aliases;
                // A CVE id is what others know it by; the name may be a sentence.
                let cve = aliases.iter().position(|alias| alias.starts_with("CVE-"));
                let name = match (cve, element.name) {
                    (Some(at), name) => {
                        let main = aliases.remove(at);
                        aliases.extend(name.filter(|name| *name != main && !name.contains(' ')));
                        main
                    }
                    (None, Some(name)) => name,
                    (None, None) if aliases.is_empty() => "".into(),
                    (None, None) => aliases.remove(0),
                };
                aliases.retain(|alias| *alias != name);
                let description = element.description;
                let iri = Some(Box::from(&*id));
                self.vulnerabilities.insert(id, Vulnerability { name, iri, description, aliases });
            }
            class if class.starts_with("software_") => {
                fields.items(4)?;
                let mut software = element.software;
                software.label = element.name;
                software.identifiers.shrink_to_fit();
                self.software.insert(id, software);
            }
            _ => {}
        }
        Ok(())
    }

    fn creation<'s>(&'s self, created: Option<&'s Created<'a>>) -> Option<&'s Creation<'a>> {
        match created? {
            Created::Here(creation) => Some(creation),
            Created::There(id) => self.creations.get(id),
        }
    }

    fn statement(&self, fields: &mut Fields<'a>, element: Element<'a>, name: &str) -> Read<Statement> {
        let mut statement = element.statement;
        statement.id = element.id.map(|id| id.into_owned().into());
        statement.status = status(&element.class);
        let created = self.creation(element.creation.as_ref()).and_then(|creation| creation.created.clone());
        statement.last_updated.clone_from(&element.modified);
        statement.timestamp = element.modified.or(element.published).or(created);
        statement.supplier = element.supplier.and_then(|agent| self.agents.get(&agent).cloned());
        match element.from.as_ref().map(|id| (id, self.vulnerabilities.get(id))) {
            Some((_, Some(vulnerability))) => {
                fields.copy(vulnerability.bytes())?;
                statement.vulnerability = vulnerability.clone();
            }
            Some((id, None)) => {
                // It may be told elsewhere: then its id is all that is known of it.
                let message = format!("no vulnerability has the id `{}`", short(id));
                fields.tell(&rules::DANGLING_REFERENCE, &statement.pointer, statement.line, message);
                statement.vulnerability.name = id.rsplit(['/', '#']).next().unwrap_or_default().into();
                statement.vulnerability.iri = Some(Box::from(&**id));
            }
            None => {}
        }
        for id in &element.to {
            let software = self.resolve(fields, id, name)?;
            let part = element.assessed.as_ref().filter(|part| *part != id);
            let subcomponents = match part {
                Some(part) => vec![self.resolve(fields, part, name)?],
                None => Vec::new(),
            };
            statement.products.push(Arc::new(Product { software, subcomponents, within: Vec::new() }));
        }
        if let Some(moment) = element.withdrawn {
            statement.flaws.push(Flaw::Withdrawn(moment.text));
        }
        Ok(statement)
    }

    /// What an id names: an element of this document, or one of another that has that name.
    fn resolve(&self, fields: &mut Fields<'a>, id: &str, name: &str) -> Read<Software> {
        let known = self.software.get(id);
        fields.items(2)?;
        fields.copy(known.map_or(0, Software::bytes))?;
        let mut software = known.cloned().unwrap_or_default();
        software.label.get_or_insert_with(|| id.into());
        software.identifiers.push(Identifier::Link(id.into()));
        software.identifiers.push(Identifier::Link(format!("{name}#{id}").into()));
        Ok(software)
    }
}

fn element<'a>(fields: &mut Fields<'a>) -> Read<Option<Element<'a>>> {
    let offset = fields.reader.offset();
    let mut element = Element::default();
    element.statement.line = fields.reader.line_of(offset);
    element.statement.pointer = fields.reader.pointer().into();
    if !fields.object()? {
        return Ok(None);
    }
    let earlier = fields.reader.take_repeated();
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "type" | "@type" => element.class = word(fields)?.unwrap_or_default(),
            "spdxId" | "@id" => element.id = word(fields)?,
            "name" => element.name = fields.named()?,
            "description" => element.description = fields.owned()?,
            "creationInfo" => element.creation = created(fields)?,
            "created" => element.own.created = fields.moment()?,
            "createdBy" => element.own.by = ids(fields)?,
            "specVersion" => element.own.version = fields.owned()?,
            "externalIdentifier" => identifiers(fields, &mut element)?,
            "software_packageUrl" => {
                let purl = fields.named()?.map(Identifier::Purl);
                element.software.identifiers.extend(purl);
            }
            "verifiedUsing" => hashes(fields, &mut element.software)?,
            "from" => element.from = word(fields)?,
            "to" => element.to = ids(fields)?,
            "security_assessedElement" => element.assessed = word(fields)?,
            "suppliedBy" | "security_suppliedBy" => element.supplier = word(fields)?,
            "security_justificationType" => {
                element.statement.justification = word(fields)?.map(|word| justification(&word));
            }
            "security_impactStatement" => element.statement.impact = fields.named()?,
            "security_actionStatement" => element.statement.action = fields.named()?,
            "security_statusNotes" => element.statement.notes = fields.named()?,
            "security_publishedTime" => element.published = fields.moment()?,
            "security_modifiedTime" => element.modified = fields.moment()?,
            "security_withdrawnTime" => element.withdrawn = fields.moment()?,
            _ => fields.reader.skip()?,
        }
    }
    if let Some((_, key)) = fields.reader.take_repeated() {
        element.statement.flaws.push(Flaw::RepeatedKey(key.into()));
    }
    fields.reader.put_repeated(earlier);
    Ok(Some(element))
}

/// A string; an element that is written out where its id should stand gives its id.
fn word<'a>(fields: &mut Fields<'a>) -> Read<Option<Cow<'a, str>>> {
    if fields.reader.peek()? != Kind::Object {
        return Ok(fields.text()?.filter(|text| !text.trim().is_empty()));
    }
    let mut id = None;
    fields.reader.begin_object()?;
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "spdxId" | "@id" => id = fields.text()?,
            _ => fields.reader.skip()?,
        }
    }
    Ok(id)
}

/// One id or a list of them: JSON-LD takes both.
fn ids<'a>(fields: &mut Fields<'a>) -> Read<Vec<Cow<'a, str>>> {
    let mut all = Vec::new();
    if fields.reader.peek()? != Kind::Array {
        all.extend(word(fields)?);
        return Ok(all);
    }
    fields.reader.begin_array()?;
    while fields.reader.next_item()? {
        fields.items(2)?;
        all.extend(word(fields)?);
    }
    all.shrink_to_fit();
    Ok(all)
}

fn created<'a>(fields: &mut Fields<'a>) -> Read<Option<Created<'a>>> {
    if fields.reader.peek()? != Kind::Object {
        return Ok(fields.text()?.map(Created::There));
    }
    let mut creation = Creation::default();
    let mut id = None;
    fields.reader.begin_object()?;
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "@id" => id = fields.text()?,
            "created" => creation.created = fields.moment()?,
            "createdBy" => creation.by = ids(fields)?,
            "specVersion" => creation.version = fields.owned()?,
            _ => fields.reader.skip()?,
        }
    }
    Ok(Some(match id {
        Some(id) if creation.created.is_none() => Created::There(id),
        _ => Created::Here(creation),
    }))
}

fn identifiers(fields: &mut Fields<'_>, element: &mut Element<'_>) -> Read<()> {
    if !fields.array()? {
        return Ok(());
    }
    while fields.next_object()? {
        let (mut kind, mut text) = (None, None);
        while let Some(key) = fields.reader.next_key()? {
            match &*key {
                "externalIdentifierType" => kind = fields.text()?,
                "identifier" => text = fields.named()?,
                _ => fields.reader.skip()?,
            }
        }
        let (Some(kind), Some(text)) = (kind, text) else { continue };
        match &*kind {
            "packageUrl" => element.software.identifiers.push(Identifier::Purl(text)),
            "cpe22" | "cpe23" => element.software.identifiers.push(Identifier::Cpe(text)),
            "cve" | "securityOther" | "other" if element.aliases.len() < 1000 => element.aliases.push(text),
            _ => {}
        }
    }
    element.aliases.shrink_to_fit();
    Ok(())
}

fn hashes(fields: &mut Fields<'_>, software: &mut Software) -> Read<()> {
    if !fields.array()? {
        return Ok(());
    }
    while fields.next_object()? {
        let (mut algorithm, mut value) = (None, None);
        while let Some(key) = fields.reader.next_key()? {
            match &*key {
                "algorithm" => algorithm = fields.text()?,
                "hashValue" => value = fields.named()?,
                _ => fields.reader.skip()?,
            }
        }
        if let (Some(algorithm), Some(value)) = (algorithm, value) {
            software.identifiers.push(Identifier::hash(&algorithm, &value));
        }
    }
    Ok(())
}

//! OpenVEX 0.0.1 and 0.2.0 in.
//!
//! Before 0.2 a vulnerability and a product were plain strings, and the subcomponents stood beside the products. Both
//! spellings are read in every version. Time cascades from the document to the statement.

use std::sync::Arc;

use super::fields::Fields;
use super::{
    Document, Flaw, Format, Identifier, Moment, Product, Software, Statement, Status, Vulnerability, rules,
};
use crate::json::{Kind, Read};

const CONTEXT: &str = "https://openvex.dev/ns";

/// OpenVEX' justifications; CSAF has the same five labels.
pub(super) const JUSTIFICATIONS: [&str; 5] = [
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
];

/// Reads a document.
pub(super) fn document(fields: &mut Fields<'_>) -> Read<Document> {
    fields.reader.begin_object()?;
    object(fields)
}

/// Reads an in-toto statement whose predicate is a document: what it attests are the products of statements that name none.
pub(super) fn attested(fields: &mut Fields<'_>) -> Read<Document> {
    let mut subjects = Vec::new();
    let mut document = None;
    fields.reader.begin_object()?;
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "subject" => {
                if fields.array()? {
                    while fields.reader.next_item()? {
                        fields.item()?;
                        subjects.extend(
                            subject(fields)?
                                .map(|software| Arc::new(Product { software, ..Product::default() })),
                        );
                    }
                }
            }
            "predicate" => {
                if fields.object()? {
                    document = Some(object(fields)?);
                }
            }
            _ => fields.reader.skip()?,
        }
    }
    let mut document = document.unwrap_or_else(|| Document::new(Format::OpenVex));
    for statement in &mut document.statements {
        if statement.products.is_empty() && !subjects.is_empty() {
            statement.products.clone_from(&subjects);
            statement.flaws.retain(|flaw| *flaw != Flaw::NoProduct);
        }
    }
    Ok(document)
}

fn subject(fields: &mut Fields<'_>) -> Read<Option<Software>> {
    if !fields.object()? {
        return Ok(None);
    }
    let mut software = Software::default();
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "name" => {
                software.label = fields.named()?;
                if let Some(label) = &software.label {
                    software.identifiers.push(Identifier::of(label));
                }
            }
            "digest" => hashes(fields, &mut software)?,
            _ => fields.reader.skip()?,
        }
    }
    Ok(Some(software))
}

fn object(fields: &mut Fields<'_>) -> Read<Document> {
    let mut document = Document::new(Format::OpenVex);
    let mut context = false;
    let mut statements = false;
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "@context" => {
                context = true;
                match fields.reader.peek()? {
                    Kind::String => {
                        let text = fields.reader.string()?;
                        let version = text.strip_prefix(CONTEXT).map(|rest| rest.trim_matches('/'));
                        document.format_version = match version {
                            Some("") => "0.0.1".into(),
                            Some(version) => version.trim_start_matches('v').into(),
                            None => "".into(),
                        };
                        if !matches!(&*document.format_version, "0.0.1" | "0.2.0") {
                            fields.fault(&rules::VERSION, || {
                                let short: String = text.chars().take(80).collect();
                                format!("`{short}` is no context of OpenVEX that is known; read as 0.2.0")
                            });
                        }
                    }
                    _ => fields.reader.skip()?,
                }
            }
            "@id" => document.id = fields.owned()?,
            "author" => document.author = fields.owned()?,
            "role" => document.role = fields.owned()?,
            "timestamp" => document.timestamp = fields.moment()?,
            "version" => document.edition = fields.scalar()?,
            "last_updated" => drop(fields.moment()?),
            "tooling" | "supplier" | "format" | "id" => fields.reader.skip()?,
            "statements" => {
                statements = true;
                if fields.array()? {
                    while fields.reader.next_item()? {
                        fields.items(8)?;
                        let statement = statement(fields)?;
                        document.statements.push(statement);
                    }
                }
            }
            _ => fields.unknown(&key)?,
        }
    }
    for (there, field) in [
        (context, "@context"),
        (document.id.is_some(), "@id"),
        (document.author.is_some(), "author"),
        (document.timestamp.is_some(), "timestamp"),
        (document.edition.is_some(), "version"),
        (statements, "statements"),
    ] {
        if !there {
            fields.missing(String::new(), 1, field);
        }
    }
    for statement in &mut document.statements {
        inherit(statement, document.timestamp.as_ref());
    }
    Ok(document)
}

/// Gives a statement the document's time where it has none and its vulnerability a name without white space around it, and
/// says what it lacks.
pub(super) fn inherit(statement: &mut Statement, timestamp: Option<&Moment>) {
    if statement.timestamp.is_none() {
        statement.timestamp = timestamp.cloned();
    }
    if let Some(moment) = statement.timestamp.as_ref().filter(|moment| moment.instant.is_none()) {
        statement.flaws.push(Flaw::Timestamp(moment.text.chars().take(60).collect::<String>().into()));
    }
    let name = statement.vulnerability.name.trim();
    if name.len() < statement.vulnerability.name.len() {
        statement.vulnerability.name = name.into();
    }
    if statement.vulnerability.name.is_empty() {
        statement.flaws.push(Flaw::NoVulnerability);
    }
    if statement.products.iter().all(|product| product.software.identifiers.is_empty()) {
        statement.flaws.push(Flaw::NoProduct);
    }
    let told = |text: &Option<Box<str>>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    let justified = statement.justification.as_ref().is_some_and(|word| JUSTIFICATIONS.contains(&&**word));
    match statement.status {
        None if statement.flaws.iter().any(|flaw| matches!(flaw, Flaw::UnknownStatus(_))) => {}
        None => statement.flaws.push(Flaw::NoStatus),
        Some(Status::NotAffected) if !justified && !told(&statement.impact) => {
            statement.flaws.push(Flaw::Unjustified);
        }
        Some(_) => {}
    }
}

fn statement(fields: &mut Fields<'_>) -> Read<Statement> {
    let offset = fields.reader.offset();
    let mut statement = Statement {
        line: fields.reader.line_of(offset),
        pointer: fields.reader.pointer().into(),
        ..Statement::default()
    };
    if !fields.object()? {
        return Ok(statement);
    }
    // What stands twice in the document itself is not this statement's fault.
    let earlier = fields.reader.take_repeated();
    let mut parts = Vec::new();
    let mut has_parts = false;
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "@id" => statement.id = fields.owned()?,
            "vulnerability" => vulnerability(fields, &mut statement.vulnerability)?,
            "vuln_description" => statement.vulnerability.description = fields.owned()?,
            "products" => {
                if fields.array()? {
                    while fields.reader.next_item()? {
                        fields.items(4)?;
                        statement.products.push(Arc::new(product(fields)?));
                    }
                }
            }
            "subcomponents" => {
                has_parts = true;
                parts = softwares(fields)?;
            }
            "status" => {
                if let Some(word) = fields.text()? {
                    statement.status = word.parse().ok();
                    if statement.status.is_none() {
                        let short: String = word.chars().take(60).collect();
                        statement.flaws.push(Flaw::UnknownStatus(short.into()));
                    }
                }
            }
            "status_notes" => statement.notes = fields.owned()?,
            "justification" => statement.justification = fields.owned()?.filter(|word| !word.is_empty()),
            "impact_statement" => statement.impact = fields.owned()?.filter(|text| !text.is_empty()),
            "action_statement" => statement.action = fields.owned()?.filter(|text| !text.is_empty()),
            "supplier" => statement.supplier = fields.owned()?,
            "timestamp" => statement.timestamp = fields.moment()?,
            "last_updated" => statement.last_updated = fields.moment()?,
            "action_statement_timestamp" => drop(fields.moment()?),
            "version" => fields.reader.skip()?,
            _ => fields.unknown(&key)?,
        }
    }
    if has_parts {
        // 0.0.1: they are parts of each product.
        let bytes: usize = parts.iter().map(Software::bytes).sum();
        for product in &mut statement.products {
            fields.copy(bytes)?;
            Arc::make_mut(product).subcomponents.extend(parts.iter().cloned());
        }
    }
    if let Some((_, key)) = fields.reader.take_repeated() {
        statement.flaws.push(Flaw::RepeatedKey(key.into()));
    }
    fields.reader.put_repeated(earlier);
    statement.products.shrink_to_fit();
    Ok(statement)
}

fn vulnerability(fields: &mut Fields<'_>, vulnerability: &mut Vulnerability) -> Read<()> {
    if fields.reader.peek()? == Kind::String {
        vulnerability.name = fields.reader.string()?.trim().into();
        return Ok(());
    }
    if !fields.object()? {
        return Ok(());
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "@id" => vulnerability.iri = fields.owned()?,
            "name" => vulnerability.name = fields.text()?.unwrap_or_default().trim().into(),
            "description" => vulnerability.description = fields.owned()?,
            "aliases" => {
                if fields.array()? {
                    while fields.reader.next_item()? {
                        fields.item()?;
                        vulnerability.aliases.extend(fields.owned()?);
                    }
                    vulnerability.aliases.shrink_to_fit();
                }
            }
            _ => fields.unknown(&key)?,
        }
    }
    Ok(())
}

fn product(fields: &mut Fields<'_>) -> Read<Product> {
    let mut product = Product::default();
    if fields.reader.peek()? == Kind::String {
        product.software.identifiers.extend(fields.named()?.map(|text| Identifier::of(&text)));
        return Ok(product);
    }
    if !fields.object()? {
        return Ok(product);
    }
    while let Some(key) = fields.reader.next_key()? {
        if key == "subcomponents" {
            product.subcomponents = softwares(fields)?;
        } else {
            software_field(fields, &key, &mut product.software)?;
        }
    }
    product.software.identifiers.shrink_to_fit();
    Ok(product)
}

/// A list of parts. What cannot be read is kept as a part that cannot be found: without it the statement would say more than
/// its author meant.
fn softwares(fields: &mut Fields<'_>) -> Read<Vec<Software>> {
    let mut all = Vec::new();
    if !fields.array()? {
        return Ok(vec![Software::default()]);
    }
    while fields.reader.next_item()? {
        fields.items(2)?;
        let mut software = Software::default();
        if fields.reader.peek()? == Kind::String {
            software.identifiers.extend(fields.named()?.map(|text| Identifier::of(&text)));
        } else if fields.object()? {
            while let Some(key) = fields.reader.next_key()? {
                software_field(fields, &key, &mut software)?;
            }
        }
        software.identifiers.shrink_to_fit();
        all.push(software);
    }
    // Most have one part, and a hub has a million of such lists.
    all.shrink_to_fit();
    Ok(all)
}

fn software_field(fields: &mut Fields<'_>, key: &str, software: &mut Software) -> Read<()> {
    let mut add = |identifier: Identifier| {
        // Few are looked through for a second one; a list that is long on purpose is only kept.
        if software.identifiers.len() > 32 || !software.identifiers.contains(&identifier) {
            software.identifiers.push(identifier);
        }
    };
    match key {
        "@id" => {
            if let Some(text) = fields.named()? {
                add(Identifier::of(&text));
            }
        }
        "identifiers" => {
            if fields.object()? {
                while let Some(kind) = fields.reader.next_key()? {
                    fields.item()?;
                    let Some(text) = fields.named()? else { continue };
                    match &*kind {
                        "purl" => add(Identifier::Purl(text)),
                        "cpe22" | "cpe23" => add(Identifier::Cpe(text)),
                        _ => add(Identifier::of(&text)),
                    }
                }
            }
        }
        "hashes" => hashes(fields, software)?,
        "supplier" => fields.reader.skip()?,
        _ => fields.unknown(key)?,
    }
    Ok(())
}

fn hashes(fields: &mut Fields<'_>, software: &mut Software) -> Read<()> {
    if fields.object()? {
        while let Some(algorithm) = fields.reader.next_key()? {
            fields.item()?;
            if let Some(value) = fields.named()? {
                software.identifiers.push(Identifier::hash(&algorithm, &value));
            }
        }
    }
    Ok(())
}

//! CSAF 2.0 (and 2.1, where it says the same) in.
//!
//! A vulnerability lists product ids by status. Justifications are flags, impact statements are threats of category `impact`,
//! actions are remediations; each names the products or groups of products that it is about. One statement here is the products
//! of one vulnerability that share status, justification, impact and action.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::fields::{Fields, short};
use super::openvex::inherit;
use super::tree::Tree;
use super::{Document, Flaw, Format, Statement, Status, Vulnerability, rules};
use crate::json::Read;

/// The lists of `product_status`, the group of each (section 6.1.6), and what it says.
const LISTS: [(&str, &str, Option<Status>); 8] = [
    ("fixed", "fixed", Some(Status::Fixed)),
    ("first_fixed", "fixed", Some(Status::Fixed)),
    ("known_affected", "affected", Some(Status::Affected)),
    ("first_affected", "affected", Some(Status::Affected)),
    ("last_affected", "affected", Some(Status::Affected)),
    ("known_not_affected", "not affected", Some(Status::NotAffected)),
    ("under_investigation", "under investigation", Some(Status::UnderInvestigation)),
    ("recommended", "", None),
];

/// What is said of products beside their status.
struct Remark<'a> {
    label: Cow<'a, str>,
    products: Vec<Cow<'a, str>>,
    groups: Vec<Cow<'a, str>>,
}

/// Justification, impact, action, and what contradicts.
type Said<'t> = (Option<&'t str>, Option<&'t str>, Option<&'t str>, Option<&'t str>);

/// Product ids of which the same is said.
type Group<'t, 'a> = (Said<'t>, Vec<&'t Cow<'a, str>>);

#[derive(Default)]
struct Reported<'a> {
    names: Vulnerability,
    lists: Vec<(&'static str, Vec<Cow<'a, str>>)>,
    flags: Vec<Remark<'a>>,
    impacts: Vec<Remark<'a>>,
    actions: Vec<Remark<'a>>,
    pointer: Box<str>,
    line: u64,
}

/// Reads a document.
pub(super) fn document(fields: &mut Fields<'_>) -> Read<Document> {
    let mut document = Document::new(Format::Csaf);
    let mut tree = Tree::default();
    let mut reported = Vec::new();
    fields.reader.begin_object()?;
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "document" => head(fields, &mut document)?,
            "product_tree" => tree = Tree::read(fields)?,
            "vulnerabilities" => {
                if fields.array()? {
                    while fields.reader.next_item()? {
                        fields.items(8)?;
                        reported.extend(vulnerability(fields)?);
                    }
                }
            }
            _ => fields.unknown(&key)?,
        }
    }
    for id in tree.undefined() {
        dangling(fields, "/product_tree", 1, id);
    }
    for id in tree.circular() {
        let message = format!("the product id `{}` is defined by itself", short(id));
        fields.tell(&rules::CSAF_CIRCULAR, "/product_tree", 1, message);
    }
    for vulnerability in reported {
        statements(fields, vulnerability, &tree, &mut document)?;
    }
    let timestamp = document.timestamp.clone();
    for statement in &mut document.statements {
        inherit(statement, timestamp.as_ref());
    }
    Ok(document)
}

fn head(fields: &mut Fields<'_>, document: &mut Document) -> Read<()> {
    if !fields.object()? {
        return Ok(());
    }
    let mut category = None;
    let (mut publisher, mut tracking) = (None, None);
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "category" => category = fields.text()?,
            "csaf_version" => {
                document.format_version = fields.owned()?.unwrap_or_default();
                if !matches!(&*document.format_version, "2.0" | "2.1") {
                    let version = document.format_version.clone();
                    fields.fault(&rules::VERSION, || {
                        format!("`{}` is no version of CSAF that is known", short(&version))
                    });
                }
            }
            "publisher" => {
                if fields.object()? {
                    while let Some(key) = fields.reader.next_key()? {
                        match &*key {
                            "name" => document.author = fields.owned()?,
                            "namespace" => publisher = fields.owned()?,
                            _ => fields.reader.skip()?,
                        }
                    }
                }
            }
            "tracking" => {
                if fields.object()? {
                    while let Some(key) = fields.reader.next_key()? {
                        match &*key {
                            "id" => tracking = fields.owned()?,
                            "version" => document.edition = fields.scalar()?,
                            "current_release_date" => document.timestamp = fields.moment()?,
                            "status" => {
                                if fields.text()?.as_deref() == Some("draft") {
                                    fields.fault(&rules::CSAF_DRAFT, || {
                                        "its tracking status is `draft`".to_owned()
                                    });
                                }
                            }
                            _ => fields.reader.skip()?,
                        }
                    }
                }
            }
            _ => fields.reader.skip()?,
        }
    }
    if category.as_deref() != Some("csaf_vex") {
        let found = category.unwrap_or_default();
        let message = format!("its category is `{}`, not `csaf_vex`", short(&found));
        fields.tell(&rules::CSAF_PROFILE, "/document/category", 1, message);
    }
    document.id = tracking.map(|id| match publisher {
        Some(publisher) => format!("{}/{id}", publisher.trim_end_matches('/')).into(),
        None => id,
    });
    for (there, field) in [
        (document.id.is_some(), "tracking/id"),
        (document.author.is_some(), "publisher/name"),
        (document.timestamp.is_some(), "tracking/current_release_date"),
        (document.edition.is_some(), "tracking/version"),
    ] {
        if !there {
            fields.missing("/document".to_owned(), 1, field);
        }
    }
    Ok(())
}

fn vulnerability<'a>(fields: &mut Fields<'a>) -> Read<Option<Reported<'a>>> {
    let offset = fields.reader.offset();
    let mut reported = Reported {
        pointer: fields.reader.pointer().into(),
        line: fields.reader.line_of(offset),
        ..Reported::default()
    };
    if !fields.object()? {
        return Ok(None);
    }
    let mut cve = None;
    let mut title = None;
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "cve" => cve = fields.owned()?,
            "title" => title = fields.owned()?,
            "ids" => {
                if fields.array()? {
                    while fields.next_object()? {
                        while let Some(key) = fields.reader.next_key()? {
                            match &*key {
                                "text" => reported.names.aliases.extend(fields.owned()?),
                                _ => fields.reader.skip()?,
                            }
                        }
                    }
                }
            }
            "product_status" => {
                if fields.object()? {
                    while let Some(key) = fields.reader.next_key()? {
                        match LISTS.iter().find(|(name, ..)| *name == key) {
                            Some((name, ..)) => reported.lists.push((name, fields.texts()?)),
                            None => fields.unknown(&key)?,
                        }
                    }
                }
            }
            "flags" => remarks(fields, "label", None, &mut reported.flags)?,
            "threats" => remarks(fields, "details", Some("impact"), &mut reported.impacts)?,
            "remediations" => remarks(fields, "details", None, &mut reported.actions)?,
            _ => fields.reader.skip()?,
        }
    }
    reported.names.description = title;
    match cve {
        Some(cve) => reported.names.name = cve,
        None if !reported.names.aliases.is_empty() => reported.names.name = reported.names.aliases.remove(0),
        None => {}
    }
    Ok(Some(reported))
}

fn remarks<'a>(
    fields: &mut Fields<'a>,
    text: &str,
    category: Option<&str>,
    all: &mut Vec<Remark<'a>>,
) -> Read<()> {
    if !fields.array()? {
        return Ok(());
    }
    while fields.next_object()? {
        let mut remark = Remark { label: "".into(), products: Vec::new(), groups: Vec::new() };
        let mut wanted = category.is_none();
        while let Some(key) = fields.reader.next_key()? {
            match &*key {
                "category" => wanted |= fields.text()?.as_deref() == category,
                "product_ids" => remark.products = fields.texts()?,
                "group_ids" => remark.groups = fields.texts()?,
                key if key == text => remark.label = fields.text()?.unwrap_or_default(),
                _ => fields.reader.skip()?,
            }
        }
        // What is not wanted is kept for its ids, which must be defined all the same.
        if !wanted || remark.label.trim().is_empty() {
            remark.label = "".into();
        }
        all.push(remark);
    }
    Ok(())
}

/// For each product what the remarks say of it; of several the first.
fn by_product<'t, 'a>(
    fields: &mut Fields<'a>,
    remarks: &'t [Remark<'a>],
    tree: &'t Tree<'a>,
) -> Read<BTreeMap<&'t str, &'t str>> {
    let mut map = BTreeMap::new();
    for remark in remarks.iter().filter(|remark| !remark.label.is_empty()) {
        let grouped = remark.groups.iter().filter_map(|id| tree.group(id)).flatten();
        for id in remark.products.iter().chain(grouped) {
            // A few large groups that are named often are many products.
            fields.item()?;
            map.entry(&**id).or_insert(&*remark.label);
        }
    }
    Ok(map)
}

fn statements<'a>(
    fields: &mut Fields<'a>,
    reported: Reported<'a>,
    tree: &Tree<'a>,
    document: &mut Document,
) -> Read<()> {
    let line = reported.line;
    let mut groups: BTreeMap<&str, &str> = BTreeMap::new();
    let mut contradicted: BTreeMap<&str, String> = BTreeMap::new();
    for (name, ids) in &reported.lists {
        let Some((_, group, Some(_))) = LISTS.iter().find(|(list, ..)| list == name) else { continue };
        for id in ids {
            match groups.insert(id, group) {
                Some(other) if other != *group => {
                    contradicted.insert(id, format!("`{}` is {other} and {group}", short(id)));
                }
                _ => {}
            }
        }
    }
    for what in contradicted.values() {
        fields.tell(
            &rules::CONTRADICTION,
            &format!("{}/product_status", reported.pointer),
            line,
            what.clone(),
        );
    }
    if reported.lists.iter().all(|(name, _)| *name == "recommended") {
        let message = "`product_status` says nothing of any product".to_owned();
        fields.tell(&rules::CSAF_PROFILE, &reported.pointer, line, message);
    }
    let flags = by_product(fields, &reported.flags, tree)?;
    let impacts = by_product(fields, &reported.impacts, tree)?;
    let actions = by_product(fields, &reported.actions, tree)?;
    // The order of the products within a statement is that of the list; statements follow the lists.
    let mut planned: Vec<(&str, Status, Vec<Group<'_, 'a>>)> = Vec::new();
    for (name, ids) in &reported.lists {
        let Some((_, _, Some(status))) = LISTS.iter().find(|(list, ..)| list == name) else { continue };
        let mut places: BTreeMap<Said<'_>, usize> = BTreeMap::new();
        let mut said: Vec<Group<'_, 'a>> = Vec::new();
        for id in ids {
            let contradiction = contradicted.get(&**id).map(String::as_str);
            let key = match status {
                Status::NotAffected => {
                    (flags.get(&**id).copied(), impacts.get(&**id).copied(), None, contradiction)
                }
                Status::Affected => (None, None, actions.get(&**id).copied(), contradiction),
                _ => (None, None, None, contradiction),
            };
            let at = *places.entry(key).or_insert_with(|| {
                said.push((key, Vec::new()));
                said.len() - 1
            });
            said[at].1.push(id);
        }
        planned.push((name, *status, said));
    }
    let mut made = Vec::new();
    let mut undefined = Vec::new();
    for (name, status, said) in planned {
        for ((justification, impact, action, contradiction), ids) in said {
            fields.copy(reported.names.bytes())?;
            let owned = |text: Option<&str>| text.map(Box::<str>::from);
            let mut statement = Statement {
                vulnerability: reported.names.clone(),
                status: Some(status),
                justification: owned(justification),
                impact: owned(impact),
                action: owned(action),
                pointer: format!("{}/product_status/{name}", reported.pointer).into(),
                line,
                ..Statement::default()
            };
            statement.flaws.extend(contradiction.map(|what| Flaw::Contradiction(what.into())));
            for id in ids {
                match tree.resolve(id.clone()) {
                    Some(product) => statement.products.push(product),
                    None => undefined.push(id.clone()),
                }
            }
            made.push(statement);
        }
    }
    for remark in reported.flags.iter().chain(&reported.impacts).chain(&reported.actions) {
        undefined.extend(remark.products.iter().filter(|id| !tree.defined(id)).cloned());
        undefined.extend(remark.groups.iter().filter(|id| tree.group(id).is_none()).cloned());
    }
    undefined.sort_unstable();
    undefined.dedup();
    for id in undefined {
        dangling(fields, &reported.pointer, line, &id);
    }
    document.statements.append(&mut made);
    Ok(())
}

fn dangling(fields: &mut Fields<'_>, pointer: &str, line: u64, id: &str) {
    let message = format!("nothing is called `{}` in the product tree", short(id));
    fields.tell(&rules::DANGLING_REFERENCE, pointer, line, message);
}

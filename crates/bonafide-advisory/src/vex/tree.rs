//! The product tree of a CSAF document: what its product ids stand for.
//!
//! A product is defined in a branch, in the list of full names, or by a relationship, which makes a new id of "this product as a
//! part of that one". Identifiers stand in its identification helper; the branch that it hangs on may say its version.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::fields::{Fields, short};
use super::{Identifier, Product, Software, Versions, rules};
use crate::json::{Kind, Read};

/// Relationships of relationships beyond this depth are taken for circular.
const DEEPEST_CHAIN: usize = 16;

/// Nor may so many products lie behind one.
const WIDEST_CHAIN: usize = 64;

/// The products of a document by their ids.
#[derive(Default)]
pub(super) struct Tree<'a> {
    products: BTreeMap<Cow<'a, str>, Software>,
    relationships: BTreeMap<Cow<'a, str>, Relationship<'a>>,
    groups: BTreeMap<Cow<'a, str>, Vec<Cow<'a, str>>>,
    made: RefCell<BTreeMap<Cow<'a, str>, Option<Arc<Product>>>>,
}

struct Relationship<'a> {
    part: Cow<'a, str>,
    whole: Cow<'a, str>,
    software: Software,
}

/// What the branches on the way to a product say of its version.
#[derive(Clone, Default)]
enum Branch {
    #[default]
    Other,
    Version(Box<str>),
    Range(Box<str>),
}

impl<'a> Tree<'a> {
    /// Reads `product_tree`.
    pub(super) fn read(fields: &mut Fields<'a>) -> Read<Self> {
        let mut tree = Self::default();
        if !fields.object()? {
            return Ok(tree);
        }
        while let Some(key) = fields.reader.next_key()? {
            match &*key {
                "branches" => tree.branches(fields)?,
                "full_product_names" => {
                    if fields.array()? {
                        while fields.reader.next_item()? {
                            tree.full_name(fields, &Branch::Other)?;
                        }
                    }
                }
                "relationships" => tree.relationships(fields)?,
                "product_groups" => tree.product_groups(fields)?,
                _ => fields.unknown(&key)?,
            }
        }
        Ok(tree)
    }

    fn branches(&mut self, fields: &mut Fields<'a>) -> Read<()> {
        if !fields.array()? {
            return Ok(());
        }
        while fields.reader.next_item()? {
            if !fields.object()? {
                continue;
            }
            let (mut category, mut name) = (None, None);
            let mut product = None;
            while let Some(key) = fields.reader.next_key()? {
                match &*key {
                    "branches" => self.branches(fields)?,
                    "category" => category = fields.text()?,
                    "name" => name = fields.owned()?,
                    "product" => product = self.product(fields)?,
                    _ => fields.unknown(&key)?,
                }
            }
            let branch = match (category.as_deref(), name) {
                (Some("product_version"), Some(name)) => Branch::Version(name),
                (Some("product_version_range"), Some(name)) => Branch::Range(name),
                _ => Branch::Other,
            };
            if let Some((id, software)) = product {
                self.define(fields, id, software, &branch);
            }
        }
        Ok(())
    }

    fn full_name(&mut self, fields: &mut Fields<'a>, branch: &Branch) -> Read<()> {
        if let Some((id, software)) = self.product(fields)? {
            self.define(fields, id, software, branch);
        }
        Ok(())
    }

    fn define(&mut self, fields: &mut Fields<'a>, id: Cow<'a, str>, mut software: Software, branch: &Branch) {
        let versioned = software.identifiers.iter().any(|identifier| match identifier {
            Identifier::Purl(purl) => purl.rsplit_once('@').is_some_and(|(_, rest)| !rest.contains('/')),
            _ => false,
        });
        match branch {
            Branch::Range(range) => software.versions.push(Versions::Range(range.clone())),
            Branch::Version(version) if !versioned && !has_cpe_version(&software) => {
                software.versions.push(Versions::Exact(version.clone()));
            }
            _ => {}
        }
        if self.defined(&id) {
            fields.fault(&rules::CSAF_PRODUCT_TWICE, || {
                format!("the product id `{}` is defined twice", short(&id))
            });
            // Two meanings: neither may be used.
            self.products.insert(id, Software::default());
        } else {
            self.products.insert(id, software);
        }
    }

    /// Whether the tree has a product of this id.
    pub(super) fn defined(&self, id: &str) -> bool {
        self.products.contains_key(id) || self.relationships.contains_key(id)
    }

    /// A full product name: its id and what identifies it.
    fn product(&mut self, fields: &mut Fields<'a>) -> Read<Option<(Cow<'a, str>, Software)>> {
        fields.items(4)?;
        if !fields.object()? {
            return Ok(None);
        }
        let mut software = Software::default();
        let mut id = None;
        while let Some(key) = fields.reader.next_key()? {
            match &*key {
                "product_id" => id = fields.text()?,
                "name" => drop(fields.text()?),
                "product_identification_helper" => helper(fields, &mut software)?,
                _ => fields.unknown(&key)?,
            }
        }
        let Some(id) = id else {
            let pointer = fields.reader.pointer();
            let offset = fields.reader.offset();
            let line = fields.reader.line_of(offset);
            fields.missing(pointer, line, "product_id");
            return Ok(None);
        };
        software.label = Some(Box::from(&*id));
        Ok(Some((id, software)))
    }

    fn relationships(&mut self, fields: &mut Fields<'a>) -> Read<()> {
        if !fields.array()? {
            return Ok(());
        }
        while fields.reader.next_item()? {
            if !fields.object()? {
                continue;
            }
            let (mut part, mut whole, mut full) = (None, None, None);
            while let Some(key) = fields.reader.next_key()? {
                match &*key {
                    "product_reference" => part = fields.text()?,
                    "relates_to_product_reference" => whole = fields.text()?,
                    "full_product_name" => full = self.product(fields)?,
                    "category" => drop(fields.text()?),
                    _ => fields.unknown(&key)?,
                }
            }
            let (Some(part), Some(whole), Some((id, software))) = (part, whole, full) else { continue };
            if self.defined(&id) {
                fields.fault(&rules::CSAF_PRODUCT_TWICE, || {
                    format!("the product id `{}` is defined twice", short(&id))
                });
                self.products.insert(id, Software::default());
            } else {
                self.relationships.insert(id, Relationship { part, whole, software });
            }
        }
        Ok(())
    }

    fn product_groups(&mut self, fields: &mut Fields<'a>) -> Read<()> {
        if !fields.array()? {
            return Ok(());
        }
        while fields.next_object()? {
            let (mut id, mut members) = (None, Vec::new());
            while let Some(key) = fields.reader.next_key()? {
                match &*key {
                    "group_id" => id = fields.text()?,
                    "product_ids" => members = fields.texts()?,
                    "summary" => fields.reader.skip()?,
                    _ => fields.unknown(&key)?,
                }
            }
            let Some(id) = id else { continue };
            if self.groups.contains_key(&id) {
                fields.fault(&rules::CSAF_PRODUCT_TWICE, || {
                    format!("the group id `{}` is defined twice", short(&id))
                });
                members.clear();
            }
            self.groups.insert(id, members);
        }
        Ok(())
    }

    /// The members of a group; nothing where there is no such group.
    pub(super) fn group(&self, id: &str) -> Option<&[Cow<'a, str>]> {
        self.groups.get(id).map(Vec::as_slice)
    }

    /// The ids that relationships use and nothing defines.
    pub(super) fn undefined(&self) -> Vec<&str> {
        let used = self.relationships.values().flat_map(|edge| [&*edge.part, &*edge.whole]);
        let grouped = self.groups.values().flatten().map(|id| &**id);
        let mut ids: Vec<&str> = used.chain(grouped).filter(|id| !self.defined(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The ids of relationships that lead back to themselves.
    pub(super) fn circular(&self) -> Vec<&str> {
        self.relationships.keys().map(|id| &**id).filter(|id| self.depth(id).is_none()).collect()
    }

    /// How many relationships lie behind an id; nothing where there is no end to them.
    fn depth(&self, id: &str) -> Option<usize> {
        // Each relationship has two ends; the longer chain counts. Chains are short, a long one is taken for a circle.
        let mut level: Vec<&str> = vec![id];
        for depth in 0..=DEEPEST_CHAIN {
            level = level
                .iter()
                .filter_map(|id| self.relationships.get(*id))
                .flat_map(|edge| [&*edge.part, &*edge.whole])
                .collect();
            level.sort_unstable();
            level.dedup();
            if level.is_empty() {
                return Some(depth);
            }
            if level.len() > WIDEST_CHAIN {
                return None;
            }
        }
        None
    }

    /// What an id stands for; nothing where it is undefined or circular. The same id gives the same shared product.
    pub(super) fn resolve(&self, id: Cow<'a, str>) -> Option<Arc<Product>> {
        if let Some(made) = self.made.borrow().get(&id) {
            return made.clone();
        }
        let made = self.make(&id).map(Arc::new);
        drop(self.made.borrow_mut().insert(id, made.clone()));
        made
    }

    fn make(&self, id: &str) -> Option<Product> {
        if let Some(software) = self.products.get(id) {
            return Some(Product { software: software.clone(), ..Product::default() });
        }
        let edge = self.relationships.get(id)?;
        self.depth(id)?;
        let mut wholes = Vec::new();
        let part = self.flat(&edge.part, &mut wholes)?;
        let mut whole = Vec::new();
        let whole_part = self.flat(&edge.whole, &mut whole)?;
        whole.insert(0, whole_part);
        whole.append(&mut wholes);
        let mut part = part;
        part.identifiers.extend(edge.software.identifiers.iter().cloned());
        let software = whole.remove(0);
        Some(Product { software, subcomponents: vec![part], within: whole })
    }

    /// The innermost product of an id; what it is a part of is added to `wholes`.
    fn flat(&self, id: &str, wholes: &mut Vec<Software>) -> Option<Software> {
        let Some(edge) = self.relationships.get(id) else { return self.products.get(id).cloned() };
        let part = self.flat(&edge.part, wholes)?;
        let whole = self.flat(&edge.whole, wholes)?;
        // A chain with two branches at each step would double at each; real ones have a handful.
        if wholes.len() > DEEPEST_CHAIN {
            return None;
        }
        wholes.push(whole);
        Some(part)
    }
}

fn has_cpe_version(software: &Software) -> bool {
    software.identifiers.iter().any(|identifier| match identifier {
        Identifier::Cpe(text) => text
            .parse::<bonafide_ident::Cpe>()
            .is_ok_and(|cpe| matches!(cpe.version(), bonafide_ident::Attribute::Text(_))),
        _ => false,
    })
}

/// Reads `product_identification_helper`.
fn helper(fields: &mut Fields<'_>, software: &mut Software) -> Read<()> {
    if !fields.object()? {
        return Ok(());
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "cpe" => software.identifiers.extend(fields.named()?.map(Identifier::Cpe)),
            "purl" => software.identifiers.extend(fields.named()?.map(Identifier::Purl)),
            // CSAF 2.1 has a list.
            "purls" => {
                let texts = fields.texts()?;
                software.identifiers.extend(
                    texts
                        .iter()
                        .filter(|text| !text.trim().is_empty())
                        .map(|text| Identifier::Purl(Box::from(&**text))),
                );
            }
            "hashes" => {
                if fields.array()? {
                    while fields.reader.next_item()? {
                        file_hashes(fields, software)?;
                    }
                }
            }
            "x_generic_uris" => {
                if fields.array()? {
                    while fields.reader.next_item()? {
                        generic_uri(fields, software)?;
                    }
                }
            }
            "sbom_urls" | "serial_numbers" | "skus" | "model_numbers" => fields.reader.skip()?,
            _ => fields.unknown(&key)?,
        }
    }
    Ok(())
}

fn file_hashes(fields: &mut Fields<'_>, software: &mut Software) -> Read<()> {
    if !fields.object()? {
        return Ok(());
    }
    while let Some(key) = fields.reader.next_key()? {
        if key != "file_hashes" || fields.reader.peek()? != Kind::Array {
            fields.reader.skip()?;
            continue;
        }
        fields.reader.begin_array()?;
        while fields.next_object()? {
            let (mut algorithm, mut value) = (None, None);
            while let Some(key) = fields.reader.next_key()? {
                match &*key {
                    "algorithm" => algorithm = fields.text()?,
                    "value" => value = fields.text()?,
                    _ => fields.unknown(&key)?,
                }
            }
            if let (Some(algorithm), Some(value)) = (algorithm, value) {
                software.identifiers.push(Identifier::hash(&algorithm, &value));
            }
        }
    }
    Ok(())
}

/// A URI that some other scheme gives a meaning: a BOM-Link, an SPDX element.
fn generic_uri(fields: &mut Fields<'_>, software: &mut Software) -> Read<()> {
    if !fields.object()? {
        return Ok(());
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "uri" => software.identifiers.extend(fields.named()?.map(Identifier::Link)),
            _ => fields.reader.skip()?,
        }
    }
    Ok(())
}

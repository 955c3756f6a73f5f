//! Which component of one document is which of the other.

use std::collections::BTreeMap;

use bonafide_ident::Purl;

use crate::model::{Component, Document};

/// Pairs of components, by index into each document's arena.
pub(super) struct Pairing {
    /// Both have it.
    pub(super) pairs: Vec<(usize, usize)>,
    /// Only the first has it.
    pub(super) only_first: Vec<usize>,
    /// Only the second has it.
    pub(super) only_second: Vec<usize>,
    /// For each component of the first document a number that its partner shares.
    pub(super) first_keys: Vec<usize>,
    /// Likewise for the second.
    pub(super) second_keys: Vec<usize>,
}

impl Pairing {
    pub(super) fn new(first: &Document, second: &Document) -> Self {
        let (a, b) = (families(first), families(second));
        let mut pairing = Self {
            pairs: Vec::new(),
            only_first: Vec::new(),
            only_second: Vec::new(),
            first_keys: vec![0; first.components.len()],
            second_keys: vec![0; second.components.len()],
        };
        for (family, here) in &a {
            match b.get(family) {
                Some(there) => pairing.family(first, here, second, there),
                None => pairing.only_first.extend(here),
            }
        }
        for (family, there) in &b {
            if !a.contains_key(family) {
                pairing.only_second.extend(there);
            }
        }
        let mut next = 0;
        for &(a, b) in &pairing.pairs {
            pairing.first_keys[a] = next;
            pairing.second_keys[b] = next;
            next += 1;
        }
        for (only, keys) in
            [(&pairing.only_first, &mut pairing.first_keys), (&pairing.only_second, &mut pairing.second_keys)]
        {
            for &at in only {
                keys[at] = next;
                next += 1;
            }
        }
        pairing
    }

    /// Pairs the members of one family: equal versions first, what is left in order.
    fn family(&mut self, first: &Document, here: &[usize], second: &Document, there: &[usize]) {
        let mut by_version = BTreeMap::<Option<&str>, Vec<usize>>::new();
        for &at in there.iter().rev() {
            by_version.entry(second.components[at].version.as_deref()).or_default().push(at);
        }
        let mut left = Vec::new();
        for &at in here {
            match by_version.get_mut(&first.components[at].version.as_deref()).and_then(Vec::pop) {
                Some(partner) => self.pairs.push((at, partner)),
                None => left.push(at),
            }
        }
        let mut rest: Vec<usize> = by_version.into_values().flatten().collect();
        let version = |document: &Document, at: usize| document.components[at].version.clone();
        left.sort_by_key(|at| (version(first, *at), *at));
        rest.sort_by_key(|at| (version(second, *at), *at));
        let pairs = left.len().min(rest.len());
        self.pairs.extend(left.iter().copied().zip(rest.iter().copied()));
        self.only_first.extend(&left[pairs..]);
        self.only_second.extend(&rest[pairs..]);
    }
}

/// Components by what they are, whatever their version.
fn families(document: &Document) -> BTreeMap<String, Vec<usize>> {
    let mut families = BTreeMap::<_, Vec<_>>::new();
    for (at, component) in document.components.iter().enumerate() {
        families.entry(family(component)).or_default().push(at);
    }
    families
}

fn family(component: &Component) -> String {
    component.purls().find_map(purl_key).unwrap_or_else(|| full_name(component))
}

/// A Package URL's type, namespace and name, in canonical form.
fn purl_key(purl: &str) -> Option<String> {
    let purl = Purl::parse(purl).ok()?;
    Some(format!("pkg:{}/{}/{}", purl.ty(), purl.namespace().unwrap_or_default(), purl.name()))
}

/// Name, with its group before it.
pub(super) fn full_name(component: &Component) -> String {
    let name = component.name.as_deref().unwrap_or_default();
    match component.group.as_deref() {
        Some(group) if !group.is_empty() => format!("{group}/{name}"),
        _ => name.to_owned(),
    }
}

/// What people call it: `expat 2.7.1`.
pub(super) fn label(component: &Component) -> String {
    match component.version.as_deref() {
        Some(version) => format!("{} {version}", full_name(component)),
        None => full_name(component),
    }
}

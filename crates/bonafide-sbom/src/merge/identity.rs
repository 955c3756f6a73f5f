//! Which elements of several documents are one: the same name for the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use bonafide_ident::{DigestKinds, Hasher, Purl};

use crate::model::{Component, Digest, File};

/// What an element is known by, whatever id its document gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity {
    /// A name: two elements with other names are never one.
    pub(super) name: String,
    /// Digests: two elements with the same name and contradicting digests are not one.
    pub(super) digests: BTreeMap<String, BTreeSet<String>>,
}

impl Identity {
    /// A component: by its Package URL, else by group, name and version.
    pub(super) fn component(component: &Component) -> Self {
        let name = match component.purls().next() {
            Some(purl) => Purl::parse(purl).map_or_else(|_| purl.to_owned(), |purl| purl.to_string()),
            None => format!(
                "{}/{}@{}",
                component.group.as_deref().unwrap_or_default(),
                component.name.as_deref().unwrap_or_default(),
                component.version.as_deref().unwrap_or_default()
            ),
        };
        Self { name, digests: digests(&component.digests) }
    }

    /// A file: by its name and the component that it lies in.
    pub(super) fn file(file: &File, owner: Option<usize>) -> Self {
        let name = file.name.as_deref().unwrap_or_default();
        let name = name.strip_prefix("./").unwrap_or(name);
        let owner = owner.map(|owner| owner.to_string()).unwrap_or_default();
        Self { name: format!("{owner}:{name}"), digests: digests(&file.digests) }
    }

    /// Anything else: by a text that says all of it.
    pub(super) fn text(name: String) -> Self {
        Self { name, digests: BTreeMap::new() }
    }

    /// Eight hexadecimal digits that follow from it.
    pub(super) fn mark(&self) -> String {
        let mut text = self.name.clone();
        for (algorithm, values) in &self.digests {
            for value in values {
                text.push_str(&format!("\n{algorithm} {value}"));
            }
        }
        let digest = Hasher::digest(DigestKinds::SHA256, text.as_bytes()).sha256;
        digest.map(|digest| digest.to_string()[..8].to_owned()).unwrap_or_default()
    }

    fn contradicts(&self, other: &Self) -> bool {
        self.digests.iter().any(|(algorithm, values)| {
            other.digests.get(algorithm).is_some_and(|others| others.is_disjoint(values))
        })
    }

    fn take(&mut self, other: &Self) {
        for (algorithm, values) in &other.digests {
            self.digests.entry(algorithm.clone()).or_default().extend(values.iter().cloned());
        }
    }
}

fn digests(digests: &[Digest]) -> BTreeMap<String, BTreeSet<String>> {
    let mut map = BTreeMap::<_, BTreeSet<_>>::new();
    for digest in digests {
        map.entry(digest.algorithm.to_string()).or_default().insert(digest.value.to_ascii_lowercase());
    }
    map
}

/// Elements sorted into classes of those that are one.
#[derive(Debug)]
pub(super) struct Classes {
    /// For each element its class.
    pub(super) of: Vec<usize>,
    /// For each class what it is known by, all digests of its members together. Sorted: a class's number does not depend
    /// on the order of the elements.
    pub(super) identities: Vec<Identity>,
}

/// The classes of one name by their digests, so that an element is held against few of them.
#[derive(Default)]
struct Index<'i> {
    all: BTreeSet<usize>,
    /// Those that have a digest of an algorithm.
    having: BTreeMap<&'i str, BTreeSet<usize>>,
    /// Those that have one digest, by algorithm and value.
    holding: BTreeMap<(&'i str, &'i str), BTreeSet<usize>>,
}

impl<'i> Index<'i> {
    /// All classes that an element does not contradict are among these, which are in order: by the algorithm that most classes
    /// have, those with a digest that it has too, and those that have none.
    fn candidates(&self, member: &Identity) -> BTreeSet<usize> {
        let count = |algorithm: &str| self.having.get(algorithm).map_or(0, BTreeSet::len);
        let Some((algorithm, values)) = member.digests.iter().max_by_key(|(name, _)| count(name)) else {
            return self.all.clone();
        };
        let held = values.iter().filter_map(|value| self.holding.get(&(algorithm.as_str(), value.as_str())));
        let mut candidates: BTreeSet<usize> = held.flatten().copied().collect();
        if count(algorithm) < self.all.len() {
            let has =
                |class: &usize| self.having.get(&**algorithm).is_some_and(|having| having.contains(class));
            candidates.extend(self.all.iter().filter(|class| !has(class)));
        }
        candidates
    }

    /// Notes that an element belongs to a class.
    fn note(&mut self, class: usize, member: &'i Identity) {
        self.all.insert(class);
        for (algorithm, values) in &member.digests {
            self.having.entry(algorithm).or_default().insert(class);
            for value in values {
                self.holding.entry((algorithm, value)).or_default().insert(class);
            }
        }
    }
}

/// Sorts elements into classes. The answer depends on the set of identities, not on their order.
///
/// Under one name: elements with digests join the first class, in order of digests, that they do not contradict; those
/// without digests join where there is one class only.
pub(super) fn classify(identities: &[Identity]) -> Classes {
    let distinct: BTreeSet<&Identity> = identities.iter().collect();
    let mut by_name = BTreeMap::<&str, Vec<&Identity>>::new();
    for identity in distinct {
        by_name.entry(&identity.name).or_default().push(identity);
    }
    let mut classes: Vec<Identity> = Vec::new();
    let mut class_of = BTreeMap::<&Identity, usize>::new();
    for members in by_name.values() {
        let first = classes.len();
        let mut index = Index::default();
        for member in members.iter().filter(|member| !member.digests.is_empty()) {
            let fits = index.candidates(member).into_iter().find(|at| !classes[*at].contradicts(member));
            let class = fits.unwrap_or_else(|| {
                classes.push((*member).clone());
                classes.len() - 1
            });
            classes[class].take(member);
            index.note(class, member);
            class_of.insert(member, class);
        }
        for member in members.iter().filter(|member| member.digests.is_empty()) {
            let only = (classes.len() == first + 1).then_some(first);
            let class = only.unwrap_or_else(|| {
                classes.push((*member).clone());
                classes.len() - 1
            });
            class_of.insert(member, class);
        }
    }
    Classes { of: identities.iter().map(|identity| class_of[identity]).collect(), identities: classes }
}

//! Which components a product of a statement names.
//!
//! Any one identifier suffices: a Package URL that covers the component's as go-vex has it, a CPE name that is equal to the
//! component's or a superset of it (NISTIR 7696), an equal digest, an equal link.

use std::collections::HashMap;
use std::sync::Arc;

use bonafide_advisory::vex::{Identifier, Product, Software, Versions};
use bonafide_ident::vers::Comparator;
use bonafide_ident::{Attribute, Cpe, Purl, PurlMismatch, Scheme, Vers, pypi};

use crate::component::Component;

/// Whether something names something, or nobody can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Yes,
    /// A version or range that cannot be compared.
    Undecided(String),
}

/// The components that a software names.
type Named = Arc<Vec<(usize, Match)>>;

/// A type, a namespace and a name, as Package URLs are compared.
type Key = (String, Option<String>, String);

/// The components of a scan, found by what names them.
pub(super) struct Matcher<'c> {
    components: &'c [Component],
    purls: HashMap<Key, Vec<(usize, Purl)>>,
    cpes: Vec<(usize, Cpe)>,
    links: HashMap<String, Vec<usize>>,
    digests: HashMap<(&'c str, &'c str), Vec<usize>>,
    /// What was found out already, by the address of the software: statements live as long as the scan.
    known: HashMap<*const Software, Named>,
}

impl<'c> Matcher<'c> {
    pub(super) fn new(components: &'c [Component]) -> Self {
        let mut matcher = Self {
            components,
            purls: HashMap::new(),
            cpes: Vec::new(),
            links: HashMap::new(),
            digests: HashMap::new(),
            known: HashMap::new(),
        };
        for (at, component) in components.iter().enumerate() {
            for text in &component.purls {
                if let Ok(purl) = Purl::parse(text) {
                    matcher.purls.entry(key(&purl)).or_default().push((at, purl));
                }
            }
            matcher.cpes.extend(component.cpes.iter().filter_map(|text| Some((at, text.parse().ok()?))));
            for link in &component.links {
                matcher.links.entry(normal_link(link)).or_default().push(at);
            }
            for (algorithm, value) in &component.digests {
                matcher.digests.entry((algorithm, value)).or_default().push(at);
            }
        }
        matcher
    }

    pub(super) fn component(&self, at: usize) -> &'c Component {
        &self.components[at]
    }

    /// The components of which a link is the absolute name.
    pub(super) fn linked(&self, link: &str) -> &[usize] {
        self.links.get(&normal_link(link)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The components that a software names, sorted.
    pub(super) fn named(&mut self, software: &Software) -> Named {
        if let Some(known) = self.known.get(&std::ptr::from_ref(software)) {
            return Arc::clone(known);
        }
        let mut found = Vec::new();
        for identifier in &software.identifiers {
            match identifier {
                Identifier::Purl(text) => {
                    let Ok(purl) = Purl::parse(text) else { continue };
                    for (at, other) in self.purls.get(&key(&purl)).into_iter().flatten() {
                        if purl.covers(other).is_ok() {
                            found.push(*at);
                        }
                    }
                }
                Identifier::Cpe(text) => {
                    let Some(cpe) = cpe(text) else { continue };
                    let all = self.cpes.iter().filter(|(_, other)| cpe.relation(other).is_match());
                    found.extend(all.map(|(at, _)| *at));
                }
                Identifier::Hash { algorithm, value } => {
                    found.extend(self.digests.get(&(&**algorithm, &**value)).into_iter().flatten());
                }
                Identifier::Link(text) => {
                    found.extend(self.links.get(&normal_link(text)).into_iter().flatten())
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        let mut matches = Vec::new();
        for at in found {
            match self.version_fits(software, at) {
                Ok(true) => matches.push((at, Match::Yes)),
                Ok(false) => {}
                Err(reason) => matches.push((at, Match::Undecided(reason))),
            }
        }
        let named = Arc::new(matches);
        self.known.insert(std::ptr::from_ref(software), Arc::clone(&named));
        named
    }

    /// Whether a component is of one of the versions that are meant.
    fn version_fits(&self, software: &Software, at: usize) -> Result<bool, String> {
        if software.versions.is_empty() {
            return Ok(true);
        }
        let component = &self.components[at];
        let purl = component.purls.first().and_then(|text| Purl::parse(text).ok());
        let version = component.version.as_deref().or(purl.as_ref().and_then(|purl| purl.version()));
        let Some(version) = version else { return Err("the component has no version".to_owned()) };
        let scheme =
            purl.as_ref().and_then(|purl| Scheme::of_purl_type(purl.ty())).unwrap_or(Scheme::Generic);
        let mut undecided = None;
        for versions in &software.versions {
            match in_versions(versions, version, scheme) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(reason) => undecided = Some(reason),
            }
        }
        undecided.map_or(Ok(false), Err)
    }

    /// Why products do not name a component or what holds it: the identifier that came nearest, and what differs, with how near
    /// that was.
    pub(super) fn miss(&self, products: &[Arc<Product>], at: usize, holders: &[usize]) -> (u8, String) {
        let mut best: Option<(u8, String)> = None;
        let mut offer = |rank: u8, text: String| {
            if best.as_ref().is_none_or(|(known, _)| rank > *known) {
                best = Some((rank, text));
            }
        };
        for product in products.iter().take(1000) {
            if product.subcomponents.is_empty() {
                self.nearest(&product.software, at, "", &mut offer);
                continue;
            }
            let part = product.subcomponents.iter().any(|part| self.names(part, at));
            for part in product.subcomponents.iter().take(1000) {
                if !part.identifiers.is_empty() && !part_fits(part, self, at) {
                    self.nearest(part, at, "subcomponent ", &mut offer);
                }
            }
            if part {
                let name = software_name(&product.software);
                let holder = holders.iter().any(|holder| self.names(&product.software, *holder));
                if !holder {
                    offer(9, format!("product `{name}` is not among what contains the component"));
                }
            }
        }
        best.unwrap_or_else(|| (0, "none of its products has an identifier".to_owned()))
    }

    /// Whether a software names one component, without the index.
    fn names(&self, software: &Software, at: usize) -> bool {
        let mut near = 0;
        self.nearest(software, at, "", &mut |rank, _| near = near.max(rank));
        near == u8::MAX
    }

    fn nearest(&self, software: &Software, at: usize, what: &str, offer: &mut dyn FnMut(u8, String)) {
        let component = &self.components[at];
        for identifier in &software.identifiers {
            let (rank, why) = match identifier {
                Identifier::Purl(text) => match Purl::parse(text) {
                    Err(error) => (0, error.to_string()),
                    Ok(purl) => self.nearest_purl(&purl, component),
                },
                Identifier::Cpe(text) => match cpe(text) {
                    None => (0, "it is malformed, or names no product".to_owned()),
                    Some(cpe) => nearest_cpe(&cpe, component),
                },
                Identifier::Hash { algorithm, value } => {
                    let own = component.digests.iter().find(|(other, _)| **other == **algorithm);
                    match own {
                        Some((_, other)) if **other == **value => (u8::MAX, String::new()),
                        Some(_) => (2, format!("the component has another {algorithm}")),
                        None => (1, format!("the component has no {algorithm}")),
                    }
                }
                Identifier::Link(text) => {
                    let normal = normal_link(text);
                    if component.links.iter().any(|link| normal_link(link) == normal) {
                        (u8::MAX, String::new())
                    } else {
                        (1, "no component has that name".to_owned())
                    }
                }
            };
            if rank == u8::MAX {
                match self.version_fits(software, at) {
                    Ok(true) => offer(u8::MAX, String::new()),
                    Ok(false) => {
                        let version = component.version.as_deref().unwrap_or_default();
                        offer(
                            8,
                            format!(
                                "{what}`{}`: version {version} is not among those that it names",
                                short(identifier)
                            ),
                        );
                    }
                    Err(reason) => offer(8, format!("{what}`{}`: {reason}", short(identifier))),
                }
            } else {
                offer(rank, format!("{what}`{}`: {why}", short(identifier)));
            }
        }
    }

    fn nearest_purl(&self, purl: &Purl, component: &Component) -> (u8, String) {
        let mut best = (1, "the component has no package url".to_owned());
        for text in &component.purls {
            let Ok(other) = Purl::parse(text) else { continue };
            let (rank, part) = match purl.covers(&other) {
                Ok(()) => return (u8::MAX, String::new()),
                Err(PurlMismatch::Type) => (2, "type"),
                Err(PurlMismatch::Namespace) => (3, "namespace"),
                Err(PurlMismatch::Name) => (4, "name"),
                Err(PurlMismatch::Version) => (5, "version"),
                Err(PurlMismatch::Qualifier(key)) => {
                    return (6, format!("qualifier {key} differs from `{text}`"));
                }
                Err(_) => (1, "a part"),
            };
            if rank > best.0 {
                best = (rank, format!("{part} differs from `{text}`"));
            }
        }
        best
    }
}

fn part_fits(part: &Software, matcher: &Matcher<'_>, at: usize) -> bool {
    matcher.names(part, at)
}

fn nearest_cpe(cpe: &Cpe, component: &Component) -> (u8, String) {
    let mut best = (1, "the component has no cpe name".to_owned());
    for text in &component.cpes {
        let Ok(other) = text.parse::<Cpe>() else { continue };
        if cpe.relation(&other).is_match() {
            return (u8::MAX, String::new());
        }
        let differs = cpe.relations(&other).enumerate().find(|(_, (_, relation))| !relation.is_match());
        if let Some((at, (part, _))) = differs {
            let rank = 2 + u8::try_from(at.min(4)).unwrap_or(0);
            if rank > best.0 {
                best = (rank, format!("{part} differs from `{text}`"));
            }
        }
    }
    best
}

/// A CPE name that names a product: one for every product of everybody names none.
fn cpe(text: &str) -> Option<Cpe> {
    text.parse::<Cpe>().ok().filter(|cpe| matches!(cpe.product(), Attribute::Text(_)))
}

fn key(purl: &Purl) -> Key {
    let name = if purl.ty() == "pypi" { pypi::normalize(purl.name()) } else { purl.name().to_owned() };
    (purl.ty().to_owned(), purl.namespace().map(str::to_owned), name)
}

/// Links are compared without regard to case up to `#`, and with percent signs decoded after it.
fn normal_link(link: &str) -> String {
    let (head, fragment) =
        link.split_once('#').map_or((link, None), |(head, fragment)| (head, Some(fragment)));
    let urn = head.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn:"));
    let mut normal = if urn { head.to_ascii_lowercase() } else { head.to_owned() };
    if let Some(fragment) = fragment {
        normal.push('#');
        normal.push_str(&decoded(fragment));
    }
    normal
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Whether a version is among those that are meant.
fn in_versions(versions: &Versions, version: &str, scheme: Scheme) -> Result<bool, String> {
    match versions {
        Versions::Unreadable => Err("its versions cannot be read".to_owned()),
        Versions::Exact(wanted) => Ok(match (scheme.parse_bound(wanted), scheme.parse_bound(version)) {
            (Ok(wanted), Ok(version)) => wanted == version,
            _ => **wanted == *version,
        }),
        Versions::Range(text) => {
            let shown: String = text.chars().take(80).collect();
            let spelt = if text.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("vers:")) {
                text.to_string()
            } else if text.trim_start().starts_with(['<', '>', '=', '!', '*']) {
                format!("vers:{scheme}/{text}")
            } else {
                return Err(format!("`{shown}` is no version range"));
            };
            let range = Vers::parse(&spelt).map_err(|error| format!("`{shown}`: {error}"))?;
            // Sorted, `>=5|<2` would be all but what lies between: hardly what was meant.
            let open = range.constraints().first().is_some_and(|first| {
                matches!(first.comparator(), Comparator::Less | Comparator::LessOrEqual)
            });
            if open && Vers::parse_canonical(&spelt).is_err() {
                return Err(format!("`{shown}`: its bounds are not in order"));
            }
            range.contains_text(version).map_err(|error| format!("`{shown}`: {error}"))
        }
    }
}

fn software_name(software: &Software) -> String {
    let first = software.identifiers.first().map(ToString::to_string);
    first.or(software.label.as_deref().map(str::to_owned)).unwrap_or_else(|| "without identifier".to_owned())
}

fn short(identifier: &Identifier) -> String {
    identifier.to_string().chars().take(160).collect()
}

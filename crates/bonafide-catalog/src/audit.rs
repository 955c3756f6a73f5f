//! Claims against bytes: what SBOMs say of an artifact, held against what its files prove.
//!
//! Every SBOM that a package carries is held against that package; one that is given from outside against the whole. Four
//! things can be wrong: a component that files prove is not named, one that is named is not there, one has another
//! version, one has another name (a fork that kept the files' names of the original, a package's name cut at the wrong dash).
//! Native libraries are compared by upstream, whatever an SBOM calls them; a distribution's package counts with the
//! release that its version holds. A claim that nobody can check here (a header-only library, a crate without a trace) is
//! no finding.

mod key;

use std::collections::{BTreeMap, BTreeSet};

use bonafide_ident::Purl;
use bonafide_report::{Confidence, Finding, Place, Rule, Severity};

use crate::inventory::{Component, ComponentId, Evidence, Inventory, Mention, Method};
use crate::native::{detectable, is_fork_of, repaired_apk, upstream_name};
use key::{Key, release, same_name, same_version};

bonafide_report::rules! {
    MISSING_COMPONENT "missing-component" Error "files prove a component that no SBOM names"
    EXTRA_COMPONENT "extra-component" Warning "an SBOM names a component of which there is no trace"
    WRONG_VERSION "wrong-version" Error "an SBOM states another version than the files prove"
    WRONG_NAME "wrong-name" Error "an SBOM calls a component by another's name"
    BUILDER_PATH "builder-path" Warning "an SBOM tells a path of the machine that built it"
}

/// What one SBOM says.
#[derive(Clone, Debug)]
pub struct Claims {
    /// The location of the document in the artifact, or its name as the user gave it.
    pub document: String,
    /// The component that carries it; `None` where it is about the whole artifact.
    pub carrier: Option<ComponentId>,
    /// What it says it is about.
    pub about: Option<Component>,
    /// What it says is in there.
    pub components: Vec<Component>,
}

impl Claims {
    /// What a document says, as a claim about a whole artifact. `name`: the document as the user named it.
    #[must_use]
    pub fn of_document(name: &str, document: &bonafide_sbom::Document) -> Self {
        let (about, components) = crate::python::embedded_sbom::stated_by(document);
        Self { document: name.to_owned(), carrier: None, about, components }
    }
}

/// One party of components that belong together, and what SBOMs say of it.
struct Party<'a> {
    label: &'a str,
    inventory: &'a Inventory,
    found: Vec<&'a Component>,
    /// What the packages inside it carry in turn: an SBOM of the whole may name it, and need not.
    within: Vec<&'a Component>,
    claims: Vec<&'a Claims>,
    /// The component that the claims are about.
    carrier: Option<&'a Component>,
    findings: Vec<Finding>,
}

/// Audits an artifact: `label` is what the user calls it. With `outside` that SBOM is held against all of it; without, every
/// SBOM that it carries against what its carrier holds.
#[must_use]
pub fn audit(inventory: &Inventory, label: &str, outside: Option<&Claims>) -> Vec<Finding> {
    let proved = |component: &&Component| {
        component.evidence.iter().any(|it| !matches!(it.method, Method::EmbeddedSbom | Method::LockFile))
    };
    let mut findings = Vec::new();
    if let Some(claims) = outside {
        let all = (0..).map(ComponentId).zip(&inventory.components);
        let found = all.filter(|(id, _)| Some(*id) != inventory.root).map(|(_, it)| it).filter(proved);
        let carrier = inventory.root.map(|root| &inventory.components[root.0 as usize]);
        let (found, claims, within) = (found.collect(), vec![claims], Vec::new());
        let party = Party { label, inventory, found, within, claims, carrier, findings };
        return party.judge();
    }
    let mut parts: BTreeMap<ComponentId, BTreeSet<ComponentId>> = BTreeMap::new();
    for relation in &inventory.relations {
        parts.entry(relation.from).or_default().insert(relation.to);
    }
    for claims in &inventory.claims {
        parts.entry(claims.carrier.or(inventory.root).unwrap_or(ComponentId(0))).or_default();
    }
    for (carrier, members) in &parts {
        let claims: Vec<&Claims> = inventory
            .claims
            .iter()
            .filter(|claims| claims.carrier.or(inventory.root) == Some(*carrier))
            .collect();
        // A folder or archive of packages is no package that should list them.
        let is_package = inventory
            .components
            .get(carrier.0 as usize)
            .is_some_and(|component| component.evidence.iter().any(|it| it.method == Method::Metadata));
        if claims.is_empty() && !is_package {
            continue;
        }
        // What is a distribution of its own beside it is needed by it, not inside it.
        let within = below(members, &parts).into_iter().map(|id| &inventory.components[id.0 as usize]);
        let members = members.iter().map(|id| &inventory.components[id.0 as usize]);
        let party = Party {
            label,
            inventory,
            found: members.filter(proved).collect(),
            within: within.filter(proved).collect(),
            claims,
            carrier: inventory.components.get(carrier.0 as usize),
            findings: Vec::new(),
        };
        findings.extend(party.judge());
    }
    findings
}

/// What the parts of some components are made of, at any depth, those components themselves not included.
fn below(
    members: &BTreeSet<ComponentId>,
    parts: &BTreeMap<ComponentId, BTreeSet<ComponentId>>,
) -> BTreeSet<ComponentId> {
    let mut found = BTreeSet::new();
    let mut open: Vec<ComponentId> = members.iter().copied().collect();
    while let Some(id) = open.pop() {
        for part in parts.get(&id).into_iter().flatten() {
            if !members.contains(part) && found.insert(*part) {
                open.push(*part);
            }
        }
    }
    found
}

impl<'a> Party<'a> {
    fn judge(mut self) -> Vec<Finding> {
        for claims in self.claims.clone() {
            self.judge_about(claims);
            for claim in &claims.components {
                self.judge_purl(claims, claim);
            }
        }
        let mut found: BTreeMap<Key, Vec<&Component>> = BTreeMap::new();
        for component in &self.found {
            found.entry(Key::of(component)).or_default().push(component);
        }
        let mut claimed: BTreeMap<Key, Vec<(&Claims, &Component)>> = BTreeMap::new();
        for claims in &self.claims {
            let told = claims.components.iter().filter(|claim| !self.is_carrier(claim));
            for claim in told.filter(|claim| !self.is_inner(claim)) {
                claimed.entry(Key::of(claim)).or_default().push((claims, claim));
            }
        }
        let mut renamed = BTreeSet::new();
        for (key, components) in &found {
            let original = claimed.keys().find(|claim| {
                !claimed.contains_key(key) && !found.contains_key(*claim) && is_fork(key, claim)
            });
            match (claimed.get(key), original) {
                (Some(claims), _) => self.judge_versions(components, claims),
                (None, Some(original)) => {
                    renamed.insert(original.clone());
                    self.judge_name(components, &claimed[original]);
                }
                (None, None) => components.iter().for_each(|component| self.report_missing(component)),
            }
        }
        for (key, claims) in &claimed {
            let original = !found.contains_key(key) && !renamed.contains(key);
            if let Some(mention) = original.then(|| self.fork_mentioned(key)).flatten() {
                renamed.insert(key.clone());
                self.judge_mention(mention, claims);
            }
            if !found.contains_key(key) && !renamed.contains(key) {
                self.judge_extra(key, claims);
            }
        }
        self.findings
    }

    /// Whether a claim is about the package that carries it, or a part of that.
    fn is_carrier(&self, claim: &Component) -> bool {
        self.carrier.is_some_and(|carrier| {
            let parsed = |it: &Component| it.purl.as_deref().and_then(|purl| Purl::parse(purl).ok());
            match (parsed(carrier), parsed(claim)) {
                (Some(one), Some(other)) => one.ty() == other.ty() && same_name(one.name(), other.name()),
                (Some(_), None) => claim.version.is_none() && same_name(&carrier.name, &claim.name),
                _ => false,
            }
        })
    }

    /// Whether a claim is about something that a package inside the carrier carries, and the carrier itself does not.
    fn is_inner(&self, claim: &Component) -> bool {
        let key = Key::of(claim);
        let stated = claim.version.as_deref().map(|version| release(claim, version));
        let fits = |component: &&&Component| {
            let version = component.version.as_deref();
            let same = stated.zip(version).is_none_or(|(one, other)| same_version(one, other));
            same && Key::of(component) == key
        };
        self.within.iter().any(|component| fits(&component)) && !self.found.iter().any(|it| fits(&it))
    }

    /// Whether a claim names a package that is needed, and does not lie inside: it has no version, as requirements have none.
    fn is_requirement(claim: &Component) -> bool {
        claim.version.is_none() && matches!(Key::of(claim), Key::Named(ty, _) if ty == "pypi")
    }

    /// Whether a library of no known upstream has the carrier's own name: `libfaiss` in faiss-cpu, `lib_lightgbm` in lightgbm.
    fn is_own_library(&self, component: &Component) -> bool {
        let bare = |name: &str| -> String {
            name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
        };
        let library = bare(&component.name);
        let library = library.strip_prefix("lib").unwrap_or(&library);
        let unknown = matches!(Key::of(component), Key::Named(_, _));
        let own = |carrier: &Component| library.len() > 3 && bare(&carrier.name).starts_with(library);
        unknown && self.carrier.is_some_and(own)
    }

    /// Whether a claim is about a crate of the same source tree that has the carrier's own name.
    fn is_own_crate(&self, claim: &Component) -> bool {
        let purl = claim.purl.as_deref().and_then(|purl| Purl::parse(purl).ok());
        let local =
            purl.is_some_and(|purl| purl.ty() == "cargo" && purl.qualifiers().any(|(_, it)| is_local(it)));
        local && self.carrier.is_some_and(|carrier| carrier.name.eq_ignore_ascii_case(&claim.name))
    }

    /// The document says what it is about: the version must be that of the package that carries it.
    fn judge_about(&mut self, claims: &Claims) {
        let Some(carrier) = self.carrier else { return };
        let own = claims.components.iter().filter(|claim| {
            let part = claim.purl.as_deref().is_none_or(|purl| purl.contains('#'));
            self.is_carrier(claim) && !part || self.is_own_crate(claim)
        });
        let mut wrong = Vec::new();
        for about in claims.about.iter().chain(own) {
            let same = same_name(&about.name, &carrier.name) || self.is_carrier(about);
            let (Some(stated), Some(real)) = (&about.version, &carrier.version) else { continue };
            if same && !same_version(stated, real) {
                let message = format!(
                    "the SBOM is about {} {stated}, and the package that carries it is {} {real}",
                    about.name, carrier.name
                );
                let metadata = carrier.evidence.iter().find(|it| it.method == Method::Metadata);
                let finding = Finding::new(&WRONG_VERSION, self.place(&claims.document), message)
                    .subject(called(about))
                    .field("version", real.as_str(), stated.as_str());
                wrong.push(match metadata {
                    Some(evidence) => finding.evidence(evidence.location.as_str()),
                    None => finding,
                });
            }
        }
        self.findings.extend(wrong);
    }

    /// A Package URL must be one that others can use.
    fn judge_purl(&mut self, claims: &Claims, claim: &Component) {
        let Some(purl) = claim.purl.as_deref().and_then(|purl| Purl::parse(purl).ok()) else { return };
        if let Some((key, value)) = purl.qualifiers().find(|(_, value)| is_local(value)) {
            let message =
                format!("the qualifier `{key}` of its Package URL is `{value}`, which only the builder has");
            let finding = Finding::new(&BUILDER_PATH, self.place(&claims.document), message);
            self.findings.push(finding.subject(called(claim)));
        }
        if let Some(repaired) = repaired_apk(&purl) {
            let message = format!("`{purl}` is cut at the wrong dash: the package is `{repaired}`");
            let finding = Finding::new(&WRONG_NAME, self.place(&claims.document), message);
            self.findings.push(finding.subject(called(claim)).field(
                "purl",
                repaired.to_string(),
                purl.to_string(),
            ));
        }
    }

    fn judge_versions(&mut self, components: &[&Component], claims: &[(&Claims, &Component)]) {
        let stated =
            |claim: &Component| claim.version.as_deref().map(|version| release(claim, version).to_owned());
        let proved: BTreeSet<&str> =
            components.iter().filter_map(|component| component.version.as_deref()).collect();
        let known: BTreeSet<String> = claims.iter().filter_map(|(_, claim)| stated(claim)).collect();
        if proved.is_empty() || claims.iter().any(|(_, claim)| claim.version.is_none()) {
            return;
        }
        let mut unnamed: Vec<&&Component> = components
            .iter()
            .filter(|it| {
                it.version.as_ref().is_some_and(|version| !known.iter().any(|it| same_version(it, version)))
            })
            .collect();
        for (document, claim) in claims {
            let Some(version) = stated(claim) else { continue };
            if proved.iter().any(|it| same_version(it, &version)) {
                continue;
            }
            // One that is wrong stands for one that is not named; what is over is extra.
            if let Some(component) = unnamed.pop() {
                let real = component.version.as_deref().unwrap_or_default();
                let message = format!("the SBOM says {version}, and the file says {real}");
                let finding = self.finding(&WRONG_VERSION, component, message);
                self.findings.push(
                    finding
                        .field("version", real, version)
                        .evidence(format!("claimed in {}", document.document)),
                );
            } else if !leaves_no_trace(&Key::of(claim)) {
                self.report_extra(document, claim, Severity::Warning, Confidence::Medium);
            }
        }
        for component in unnamed {
            self.report_missing(component);
        }
    }

    fn judge_name(&mut self, components: &[&Component], claims: &[(&Claims, &Component)]) {
        for component in components {
            for (document, claim) in claims {
                let message =
                    format!("the SBOM calls it `{}`, and the file is of {}", claim.name, component.name);
                let finding = self.finding(&WRONG_NAME, component, message);
                let stated = match &claim.version {
                    Some(version) => format!("{} {version}", claim.name),
                    None => claim.name.clone(),
                };
                self.findings.push(
                    finding
                        .field("name", component.name.as_str(), stated)
                        .evidence(format!("claimed in {}", document.document)),
                );
            }
        }
    }

    /// A file that was built with a fork of what is claimed.
    fn fork_mentioned(&self, claimed: &Key) -> Option<&'a Mention> {
        self.inventory.mentions.iter().find(|mention| {
            let carrier = mention.carrier.map(|id| &self.inventory.components[id.0 as usize]);
            let own = match (carrier, self.carrier) {
                (Some(one), Some(other)) => std::ptr::eq(one, other),
                _ => true,
            };
            own && is_fork(&Key::Upstream(mention.upstream), claimed)
        })
    }

    fn judge_mention(&mut self, mention: &Mention, claims: &[(&Claims, &Component)]) {
        let name = upstream_name(mention.upstream);
        for (document, claim) in claims {
            let message =
                format!("the SBOM calls it `{}`, and the file was built with {name}, its fork", claim.name);
            let finding = Finding::new(&WRONG_NAME, self.place(&mention.location), message)
                .subject(called(claim))
                .confidence(Confidence::Medium)
                .field("name", name, claim.name.as_str());
            self.findings.push(finding.evidence(format!("claimed in {}", document.document)));
        }
    }

    fn judge_extra(&mut self, key: &Key, claims: &[(&Claims, &Component)]) {
        for (document, claim) in claims {
            let (severity, confidence) = match key {
                _ if Self::is_requirement(claim) => (Severity::Note, Confidence::Low),
                Key::Upstream(upstream) if detectable(*upstream) => (Severity::Warning, Confidence::Medium),
                Key::Upstream(_) => (Severity::Note, Confidence::Low),
                Key::Named(ty, _) if ty == "pypi" => (Severity::Warning, Confidence::High),
                key if leaves_no_trace(key) => continue,
                Key::Named(_, _) => (Severity::Note, Confidence::Low),
            };
            self.report_extra(document, claim, severity, confidence);
        }
    }

    fn report_missing(&mut self, component: &Component) {
        let carries = if self.claims.is_empty() { "there is no SBOM" } else { "no SBOM names it" };
        let version = component.version.as_deref().unwrap_or("of unknown version");
        let bundled = component.evidence.iter().any(|it| it.method == Method::LibraryName);
        let (what, severity) = match best(component).map(|it| it.confidence) {
            _ if bundled && self.is_own_library(component) => {
                ("looks like a part of the package", Severity::Note)
            }
            _ if bundled => ("is bundled", Severity::Error),
            Some(Confidence::High) => ("is in it", Severity::Error),
            Some(Confidence::Medium) => ("is linked into it", Severity::Warning),
            _ => ("leaves traces in it", Severity::Note),
        };
        let message = format!("{} {version} {what}, and {carries}", component.name);
        let finding = self.finding(&MISSING_COMPONENT, component, message);
        let confidence = best(component).map_or(Confidence::Low, |it| it.confidence);
        self.findings.push(finding.severity(severity).confidence(confidence));
    }

    fn report_extra(
        &mut self,
        document: &Claims,
        claim: &Component,
        severity: Severity,
        confidence: Confidence,
    ) {
        let message = format!("the SBOM names {}, and nothing of it was found", called(claim));
        let finding = Finding::new(&EXTRA_COMPONENT, self.place(&document.document), message);
        self.findings.push(finding.subject(called(claim)).severity(severity).confidence(confidence));
    }

    /// A finding about a component, at the file that proves it best, with all files that do.
    fn finding(&self, rule: &'static Rule, component: &Component, message: String) -> Finding {
        let file = best(component).map_or("", |it| it.location.as_str());
        let finding = Finding::new(rule, self.place(file), message).subject(called(component));
        let places: BTreeSet<&str> = component
            .evidence
            .iter()
            .filter(|it| it.method != Method::EmbeddedSbom)
            .map(|it| it.location.as_str())
            .collect();
        places.into_iter().take(20).fold(finding, |finding, place| finding.evidence(place))
    }

    fn place(&self, location: &str) -> Place {
        let outside = self.claims.iter().any(|it| it.carrier.is_none() && it.document == location);
        let inside = self.inventory.claims.iter().any(|it| it.document == location);
        match (outside && !inside, location) {
            (true, document) => Place::file(document),
            (false, "") => Place::file(self.label),
            (false, member) => Place::file(self.label).member(member),
        }
    }
}

/// The surest evidence; of equals the first place.
fn best(component: &Component) -> Option<&Evidence> {
    let proofs = component.evidence.iter().filter(|it| it.method != Method::EmbeddedSbom);
    proofs.max_by(|a, b| a.confidence.cmp(&b.confidence).then(b.location.cmp(&a.location)))
}

/// Its Package URL, else name and version.
fn called(component: &Component) -> String {
    component.purl.clone().unwrap_or_else(|| match &component.version {
        Some(version) => format!("{} {version}", component.name),
        None => component.name.clone(),
    })
}

/// Whether nothing in a binary tells for certain that it is not there: crates and modules.
fn leaves_no_trace(key: &Key) -> bool {
    matches!(key, Key::Named(ty, _) if matches!(ty.as_str(), "cargo" | "golang"))
}

/// Whether a fork is claimed by the name of its original.
fn is_fork(found: &Key, claimed: &Key) -> bool {
    match (found, claimed) {
        (Key::Upstream(fork), Key::Upstream(original)) => is_fork_of(*fork, upstream_name(*original)),
        _ => false,
    }
}

/// Whether a text is a place on the machine that wrote it: `file:///home/…`, `/home/…`, `C:\…`.
pub(crate) fn is_local(text: &str) -> bool {
    let text = text.strip_prefix("file://").unwrap_or(text);
    let drive = text.trim_start_matches('/').as_bytes();
    text.starts_with('/') || matches!(drive, [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests;

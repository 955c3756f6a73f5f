//! What is linked into programs and extension modules: static libraries, Rust crates, Go modules.

use std::collections::{BTreeMap, BTreeSet};

use bonafide_artifact::object::{GoBuild, Object};
use bonafide_ident::Purl;
use bonafide_report::{Confidence, Finding};
use serde::Deserialize;

use super::distribution::Stated;
use super::identify::Linked;
use super::rules::RULES;
use super::{Bundled, described, settle};
use crate::builder::Builder;
use crate::inventory::{Basis, Component, ComponentId, Evidence, FileId, Mention, Method};

/// What a Rust or Go program carries of its own making.
#[derive(Clone, Debug, Default)]
pub(super) struct Carried {
    rust: Option<Vec<u8>>,
    go: Option<GoBuild>,
}

impl Carried {
    pub(super) fn of(object: &Object) -> Self {
        Self { rust: object.rust_audit.clone(), go: object.go.clone() }
    }
}

/// An object that other things are linked into.
pub(super) struct Host {
    pub(super) file: FileId,
    pub(super) carrier: Option<ComponentId>,
    pub(super) linked: Vec<Linked>,
    pub(super) mentions: BTreeSet<usize>,
    /// Crates by the paths of their sources.
    pub(super) crates: BTreeSet<(String, String)>,
    pub(super) carried: Carried,
}

/// The list of `cargo auditable`.
#[derive(Deserialize)]
struct Audit {
    packages: Vec<Crate>,
}

#[derive(Deserialize)]
struct Crate {
    name: String,
    version: String,
    #[serde(default)]
    kind: Option<String>,
}

type Group = (Option<ComponentId>, String, Option<String>);

/// Takes away what only seems to be in a static library: objects of a fork have the names and texts of the original, and which fork it
/// is another object of the same library may say.
pub(super) fn only_forks(builder: &Builder, hosts: &mut [Host]) {
    let archive = |host: &Host| {
        let location = &builder.file(host.file).location;
        let (archive, _) = location.rsplit_once("!/")?;
        let lower = archive.to_lowercase();
        (lower.ends_with(".a") || lower.ends_with(".lib")).then(|| archive.to_owned())
    };
    let mut found: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for host in hosts.iter().filter(|host| !host.linked.is_empty()) {
        if let Some(archive) = archive(host) {
            found.entry(archive).or_default().extend(host.linked.iter().map(|linked| linked.upstream));
        }
    }
    for host in hosts.iter_mut().filter(|host| !host.linked.is_empty()) {
        let Some(beside) = archive(host).and_then(|archive| found.get(&archive)) else { continue };
        host.linked.retain(|linked| {
            let name = &RULES.upstreams[linked.upstream].name;
            !beside.iter().any(|fork| RULES.upstreams[*fork].instead_of.contains(name))
        });
    }
}

/// Adds what is linked into the objects: one component of each upstream, version and package.
pub(super) fn add(builder: &mut Builder, stated: &[Stated], bundled: &Bundled, hosts: Vec<Host>) {
    let by_purl = stated_purls(builder);
    let mut libraries: BTreeMap<(Group, usize), Vec<Evidence>> = BTreeMap::new();
    let mut packages: BTreeMap<(Option<ComponentId>, Purl), Vec<Evidence>> = BTreeMap::new();
    for host in hosts {
        let location = builder.file(host.file).location.clone();
        let proof =
            |method, confidence| Evidence { method, location: location.clone(), line: None, confidence };
        for upstream in &host.mentions {
            builder.keep_mention(Mention {
                carrier: host.carrier,
                upstream: *upstream,
                location: location.clone(),
            });
        }
        for linked in &host.linked {
            let name = RULES.upstreams[linked.upstream].name.clone();
            let key = ((host.carrier, name, linked.version.clone()), linked.upstream);
            libraries.entry(key).or_default().push(proof(linked.method, linked.confidence));
        }
        let (found, method, confidence) = match &host.carried.rust {
            Some(list) => match audited(list) {
                Ok(crates) => (crates, Method::BuildInfo, Confidence::High),
                Err(error) => {
                    let message = format!("its list of crates cannot be read: {error}");
                    let place = builder.place(&location);
                    builder.report(Finding::new(&crate::rules::OBJECT_UNREADABLE, place, message));
                    (host.crates, Method::BinaryText, Confidence::Medium)
                }
            },
            None => (host.crates, Method::BinaryText, Confidence::Medium),
        };
        for (name, version) in found {
            if let Ok(purl) = Purl::builder("cargo", name).version(version).build() {
                packages.entry((host.carrier, purl)).or_default().push(proof(method, confidence));
            }
        }
        for purl in host.carried.go.iter().flat_map(modules) {
            let proof = proof(Method::BuildInfo, Confidence::High);
            packages.entry((host.carrier, purl)).or_default().push(proof);
        }
    }
    // Of a library with a version in one module and none in another of the same package only the former is told.
    let versioned: BTreeSet<(Option<ComponentId>, usize)> = libraries
        .keys()
        .filter(|((_, _, version), _)| version.is_some())
        .map(|((carrier, _, _), upstream)| (*carrier, *upstream))
        .collect();
    let mut unversioned = Vec::new();
    let mut ids: BTreeMap<(Option<ComponentId>, usize), Vec<ComponentId>> = BTreeMap::new();
    for (((carrier, name, version), upstream), evidence) in libraries {
        if version.is_none() && versioned.contains(&(carrier, upstream)) {
            unversioned.push(((carrier, upstream), evidence));
            continue;
        }
        let known = stated.iter().find(|claim| {
            claim.carrier == carrier
                && claim.upstream == upstream
                && !claim.is_distribution()
                && (claim.version == version || version.is_none())
        });
        let component = described(&name, version.as_deref(), Some(upstream));
        let beside = version.and_then(|version| bundled.get(&(carrier, upstream, version)).copied());
        let known = beside.or_else(|| known.map(|claim| claim.component));
        let id = settle(builder, carrier, known, component, evidence);
        ids.entry((carrier, upstream)).or_default().push(id);
    }
    for (key, evidence) in unversioned {
        if let Some([id]) = ids.get(&key).map(Vec::as_slice) {
            builder.component_mut(*id).evidence.extend(evidence);
        }
    }
    for ((carrier, purl), evidence) in packages {
        let known = by_purl.get(&(carrier, purl.to_string())).copied();
        let namespace = purl.namespace().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        let component = Component {
            name: format!("{namespace}{}", purl.name()),
            version: purl.version().map(str::to_owned),
            purl: Some(purl.to_string()),
            purpose: Some("LIBRARY".into()),
            basis: Some(Basis::Present),
            ..Component::default()
        };
        settle(builder, carrier, known, component, evidence);
    }
}

/// The components that embedded SBOMs tell of, by whose SBOM it is and Package URL without qualifiers.
fn stated_purls(builder: &Builder) -> BTreeMap<(Option<ComponentId>, String), ComponentId> {
    let mut known = BTreeMap::new();
    for (id, component) in builder.components() {
        let mut sources = component.evidence.iter().filter(|it| it.method == Method::EmbeddedSbom);
        if let (Some(source), Some(purl)) = (sources.next(), &component.purl) {
            let carrier = builder.file_at(&source.location).and_then(|file| builder.carrier(file));
            let bare = purl.split(['?', '#']).next().unwrap_or(purl).to_owned();
            known.entry((carrier, bare)).or_insert(id);
        }
    }
    known
}

/// The crates of a list that are linked into the program; those only of its build are not.
fn audited(list: &[u8]) -> Result<BTreeSet<(String, String)>, serde_json::Error> {
    let audit: Audit = serde_json::from_slice(list)?;
    let linked = audit.packages.into_iter().filter(|it| it.kind.as_deref() != Some("build"));
    Ok(linked.map(|it| (it.name, it.version)).collect())
}

/// Modules as Package URLs: `pkg:golang/github.com/x/y@v1.2.3`, and the standard library.
fn modules(build: &GoBuild) -> Vec<Purl> {
    let mut purls = Vec::new();
    for module in build.main.iter().chain(&build.modules) {
        let (namespace, name) = module.path.rsplit_once('/').unwrap_or(("", &module.path));
        let mut purl = Purl::builder("golang", name);
        if !namespace.is_empty() {
            purl = purl.namespace(namespace);
        }
        if module.version.starts_with('v') {
            purl = purl.version(module.version.as_str());
        }
        purls.extend(purl.build());
    }
    if let Some(version) = build.version.strip_prefix("go") {
        let version = version.split(' ').next().unwrap_or(version);
        purls.extend(Purl::builder("golang", "stdlib").version(version).build());
    }
    purls
}

#[cfg(test)]
mod tests {
    use bonafide_artifact::object::GoModule;

    use super::*;

    #[test]
    fn lists_of_crates_and_modules_become_package_urls() {
        let list = br#"{"packages": [{"name": "a", "version": "1.0.0", "source": "registry"},
            {"name": "b", "version": "2.0.0", "source": "registry", "kind": "build"}]}"#;
        assert_eq!(audited(list).unwrap(), BTreeSet::from([("a".to_owned(), "1.0.0".to_owned())]));
        assert!(audited(b"[").is_err());
        let module = |path: &str, version: &str| GoModule { path: path.into(), version: version.into() };
        let build = GoBuild {
            version: "go1.22.3 X:none".into(),
            main: Some(module("example.org/x", "(devel)")),
            modules: vec![module("gopkg.in/yaml.v3", "v3.0.1")],
        };
        let purls: Vec<String> = modules(&build).iter().map(ToString::to_string).collect();
        assert_eq!(
            purls,
            ["pkg:golang/example.org/x", "pkg:golang/gopkg.in/yaml.v3@v3.0.1", "pkg:golang/stdlib@1.22.3"]
        );
    }
}

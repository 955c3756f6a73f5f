//! Native libraries: those that a package bundles as files, and those that are linked into its programs and modules.
//!
//! Wheels carry copies of shared libraries in many layouts (`*.libs`, `.dylibs`, plain folders, files beside extension
//! modules), and nothing in them says what the copies are. Each object is looked into once, while it passes
//! ([`bonafide_artifact::object`]); what it proves is decided by the rules of its upstream ([`rules`]). When the pass has ended:
//!
//! 1. A library without a version of its own has that of its siblings, where all of one upstream in its folder agree; else, at
//!    the very end and with low confidence, where all in its package do.
//! 2. An object that is known exactly, by its digest or the id of its build ([`builds`]), has the identity that is known of it.
//! 3. An SBOM that the package carries may know more: that a copy is a distribution's package, with patches of its own. That
//!    identity wins, unless the bytes say another version.
//! 4. Copies of one upstream and version in one package are one component with several places; two versions stay two.
//!
//! A library whose upstream nobody knows is a component by its name. What is linked into something else is a component
//! with less confidence, proved by symbols and texts that only its code has; or one more place of the release that the same
//! package bundles as a file.

mod builds;
mod distribution;
mod identify;
mod linked;
mod name;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use bonafide_artifact::Body;
use bonafide_artifact::object::{Object, ObjectFormat, ObjectKind, Search};
use bonafide_ident::{Cpe, Purl, pypi};
use bonafide_report::{Confidence, Finding};

use crate::builder::{Builder, Strength};
use crate::cataloger::{Candidate, Cataloger, Sighting, file_name};
use crate::inventory::{Basis, Component, ComponentId, Evidence, FileId, Method, RelationKind};
use builds::{Build, Known, What};
use distribution::Stated;
pub(crate) use distribution::{release, repaired_apk};
use identify::{Identity, Version, identify};
use name::LibraryName;
use rules::RULES;

/// What is searched for in every object. Made once, in some milliseconds.
pub(crate) fn search() -> &'static Search {
    &RULES.search
}

/// The upstream that an SBOM or a distribution calls so.
pub(crate) fn by_name(name: &str) -> Option<usize> {
    RULES.by_name(name)
}

/// The name of an upstream.
pub(crate) fn upstream_name(upstream: usize) -> &'static str {
    &RULES.upstreams[upstream].name
}

/// Whether one upstream carries the names and texts of another.
pub(crate) fn is_fork_of(fork: usize, original: &str) -> bool {
    RULES.upstreams[fork].instead_of.iter().any(|name| name == original)
}

/// Whether a library of this upstream is found wherever it is linked into something.
pub(crate) fn detectable(upstream: usize) -> bool {
    RULES.upstreams[upstream].texts.iter().any(|text| text.proves)
}

/// Finds them.
#[derive(Default)]
pub(crate) struct NativeLibraries {
    objects: Vec<Seen>,
}

/// What is remembered of one object.
struct Seen {
    file: FileId,
    /// Its name taken apart, where it is a library that is bundled.
    library: Option<LibraryName>,
    identity: Identity,
    /// What it is, where its bytes are known.
    known: Option<Known>,
    /// What its version resource says, for a library of no known upstream.
    resource: Option<String>,
    carried: linked::Carried,
    damage: Option<String>,
}

/// One library, while the pass ends.
struct Library {
    file: FileId,
    carrier: Option<ComponentId>,
    folder: String,
    name: LibraryName,
    upstream: Option<usize>,
    version: Option<Version>,
    /// The component of a distribution's package that it is.
    package: Option<ComponentId>,
    /// The build that it is, where no SBOM tells a package and its bytes are known; and how.
    build: Option<(&'static Build, Method)>,
}

impl Cataloger for NativeLibraries {
    fn want(&self, _: &Candidate<'_>) -> Body {
        Body::Skip
    }

    fn see(&mut self, _: &Sighting<'_>) {}

    fn see_object(&mut self, sighting: &Sighting<'_>, object: &Object) {
        let library = bundled(sighting.location, object);
        let known = builds::known(object, &sighting.digests);
        let mut identity = identify(object, library.as_ref());
        if let (None, Some(_), Some(Known { what: What::Build(build), .. })) =
            (identity.upstream, &library, known)
        {
            identity.upstream = RULES.by_name(&build.upstream);
        }
        let resource = identify::resource(object);
        let carried = linked::Carried::of(object);
        let damage = object.damage.clone();
        self.objects.push(Seen { file: sighting.file, library, identity, known, resource, carried, damage });
    }

    fn finish(self: Box<Self>, builder: &mut Builder) {
        let mut objects: Vec<(String, Seen)> = self
            .objects
            .into_iter()
            .filter_map(|seen| builder.proof(seen.file).map(|location| (location.to_owned(), seen)))
            .collect();
        objects.sort_by(|a, b| a.0.cmp(&b.0));
        let stated = distribution::stated(builder);
        let carriers: Vec<Option<ComponentId>> =
            objects.iter().map(|(_, seen)| builder.carrier(seen.file)).collect();
        let mut libraries = Vec::new();
        let mut hosts = Vec::new();
        for ((location, seen), carrier) in objects.into_iter().zip(carriers) {
            if let Some(damage) = &seen.damage {
                let place = builder.place(&location);
                builder.report(Finding::new(&crate::rules::OBJECT_UNREADABLE, place, damage.clone()));
            }
            if let Some(Known { what: What::Launcher(owner), method }) = seen.known {
                // A file of its owner: what it is made of is none of the package's components.
                if let Some(carrier) =
                    carrier.filter(|id| pypi::normalize(&builder.component(*id).name) == owner)
                {
                    let confidence = Confidence::High;
                    let evidence = Evidence { method, location, line: None, confidence };
                    builder.component_mut(carrier).evidence.push(evidence);
                }
                continue;
            }
            if let Some(name) = seen.library {
                let build = match seen.known {
                    Some(Known { what: What::Build(build), method }) => Some((build, method)),
                    _ => None,
                };
                let resource = seen.resource.filter(|_| seen.identity.upstream.is_none());
                let version = seen.identity.version.clone().or_else(|| {
                    let (method, confidence) = (Method::VersionResource, Confidence::Medium);
                    resource.map(|text| Version { text, method, confidence })
                });
                libraries.push(Library {
                    file: seen.file,
                    carrier,
                    folder: location[..location.len() - file_name(&location).len()].to_owned(),
                    name,
                    upstream: seen.identity.upstream,
                    version,
                    package: None,
                    build: build
                        .filter(|(build, _)| seen.identity.upstream == RULES.by_name(&build.upstream)),
                });
            }
            hosts.push(linked::Host {
                file: seen.file,
                carrier,
                linked: seen.identity.linked,
                mentions: seen.identity.mentions,
                crates: seen.identity.crates,
                carried: seen.carried,
            });
        }
        siblings(&mut libraries, Reach::Folder);
        distribution::assign(&stated, &mut libraries);
        for library in libraries.iter_mut().filter(|library| library.package.is_none()) {
            if let (Some((build, method)), None) = (library.build, &library.version) {
                let text = build.version.clone();
                library.version = Some(Version { text, method, confidence: Confidence::High });
            }
            // Bytes that say another version are believed before a table.
            let version = library.version.as_ref();
            library.build =
                library.build.filter(|(build, _)| version.is_some_and(|it| it.text == build.version));
        }
        siblings(&mut libraries, Reach::Folder);
        siblings(&mut libraries, Reach::Package);
        let bundled = add_libraries(builder, &stated, &libraries);
        linked::only_forks(builder, &mut hosts);
        linked::add(builder, &stated, &bundled, hosts);
    }
}

/// The name of a shared library that is bundled, taken apart. `None` for programs, for extension modules (which are the
/// package's own), and for what no shared library is.
fn bundled(location: &str, object: &Object) -> Option<LibraryName> {
    let name = file_name(location);
    let folder = &location[..location.len() - name.len()];
    if object.kind == ObjectKind::Other {
        return None;
    }
    let lower = name.to_lowercase();
    let module =
        [".cpython-", ".abi3.", ".pypy", ".pyd", ".cp3", ".graalpy"].iter().any(|tag| lower.contains(tag));
    let repaired = folder.trim_end_matches('/').rsplit('/').next().is_some_and(|last| {
        last.ends_with(".libs") || matches!(last, ".libs" | ".dylibs" | "__dot__libs" | "__dot__dylibs")
    });
    if let Some(parts) = name::library(name, folder) {
        let plain = !module && (lower.starts_with("lib") || parts.so.is_some() || !lower.ends_with(".so"));
        return (repaired || plain).then_some(parts);
    }
    // macOS: `Python.framework/Versions/3.12/Python`
    let framework = object.format == ObjectFormat::MachO
        && object.kind == ObjectKind::Shared
        && folder.contains(".framework/")
        && !name.contains('.');
    framework.then(|| LibraryName { stem: name.to_owned(), so: None, repairs: 0 })
}

/// Who may tell the version of a library beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Libraries in its folder.
    Folder,
    /// All of the package that carries it: plugins lie apart from the library that they are of.
    Package,
}

/// Gives libraries without a version that of the others of their upstream around them, where those agree.
fn siblings(libraries: &mut [Library], reach: Reach) {
    let place = |library: &Library| match reach {
        Reach::Folder => Some((None, library.folder.clone())),
        Reach::Package => library.carrier.map(|carrier| (Some(carrier), String::new())),
    };
    let mut versions: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for library in libraries.iter() {
        if let (Some(upstream), Some(version), Some(place)) =
            (library.upstream, &library.version, place(library))
        {
            versions.entry((place, upstream)).or_default().insert(version.text.clone());
        }
    }
    let confidence = match reach {
        Reach::Folder => Confidence::Medium,
        Reach::Package => Confidence::Low,
    };
    for library in libraries.iter_mut().filter(|library| library.version.is_none()) {
        let (Some(upstream), Some(place)) = (library.upstream, place(library)) else { continue };
        // Runtimes of several compilers may lie side by side.
        if RULES.upstreams[upstream].producer.is_some() {
            continue;
        }
        let Some(known) = versions.get(&(place, upstream)) else { continue };
        if let (1, Some(text)) = (known.len(), known.first()) {
            library.version = Some(Version { text: text.clone(), method: Method::Sibling, confidence });
        }
    }
}

/// The releases of upstreams that packages bundle as files, and that are no distribution's.
type Bundled = BTreeMap<(Option<ComponentId>, usize, String), ComponentId>;

/// Makes components of libraries: one of each upstream, version and package that carries it.
fn add_libraries(builder: &mut Builder, stated: &[Stated], libraries: &[Library]) -> Bundled {
    let mut bundled = Bundled::new();
    type Key = (Option<ComponentId>, String, Option<String>, Option<ComponentId>, Option<&'static str>);
    let mut groups: BTreeMap<Key, Vec<&Library>> = BTreeMap::new();
    for library in libraries {
        let name = library
            .upstream
            .map_or_else(|| library.name.stem.clone(), |upstream| RULES.upstreams[upstream].name.clone());
        let version = library.version.as_ref().map(|version| version.text.clone());
        let build = library.build.filter(|_| library.package.is_none());
        let build = build.and_then(|(build, _)| build.purl.as_deref());
        groups.entry((library.carrier, name, version, library.package, build)).or_default().push(library);
    }
    for ((carrier, name, version, package, build), members) in groups {
        let upstream = members.first().and_then(|library| library.upstream);
        let whole = carrier.or_else(|| builder.root().map(|(_, root)| root));
        if let (Some(carrier), Some(upstream)) = (whole, upstream)
            && distribution::is_package_of(builder.component(carrier), upstream, version.as_deref())
        {
            // The package's own library, with the patches of its revision: no release of the upstream beside it.
            let evidence: Vec<Evidence> =
                members.iter().flat_map(|library| proofs(builder, library)).collect();
            builder.component_mut(carrier).evidence.extend(evidence);
            continue;
        }
        let known = package.or_else(|| {
            let claim = |claim: &&Stated| {
                claim.carrier == carrier
                    && Some(claim.upstream) == upstream
                    && !claim.is_distribution()
                    && claim.version == version
            };
            stated.iter().find(claim).map(|claim| claim.component)
        });
        let evidence = members.iter().flat_map(|library| proofs(builder, library)).collect();
        let mut component = described(&name, version.as_deref(), upstream);
        if let Some(purl) = build {
            component.purl = Some(purl.to_owned());
            component.cpes = Vec::new();
        }
        let id = settle(builder, carrier, known, component, evidence);
        for library in members {
            builder.claim(library.file, id, Strength::Vendored, &library.folder);
        }
        if let (Some(upstream), Some(version), None, None) = (upstream, version, package, build) {
            bundled.insert((carrier, upstream, version), id);
        }
    }
    bundled
}

/// Why a library is what we say: its place and name, and what told the version.
fn proofs(builder: &Builder, library: &Library) -> Vec<Evidence> {
    let location = builder.file(library.file).location.clone();
    let confidence = match (library.upstream, &library.version) {
        (Some(_), Some(_)) => Confidence::High,
        (Some(_), None) => Confidence::Medium,
        (None, _) => Confidence::Low,
    };
    let made = |method, confidence| Evidence { method, location: location.clone(), line: None, confidence };
    let mut proofs = vec![made(Method::LibraryName, confidence)];
    if let Some(version) = library.version.as_ref().filter(|version| version.method != Method::LibraryName) {
        proofs.push(made(version.method, version.confidence));
    }
    if let (Some((_, method)), None) = (library.build, library.package) {
        let by_id = made(method, Confidence::High);
        if !proofs.contains(&by_id) {
            proofs.push(by_id);
        }
    }
    proofs
}

/// A component by what is known of its upstream.
fn described(name: &str, version: Option<&str>, upstream: Option<usize>) -> Component {
    let mut purl = Purl::builder("generic", name);
    if let Some(version) = version {
        purl = purl.version(version);
    }
    let cpe = upstream.and_then(|upstream| cpe(RULES.upstreams[upstream].cpe.as_deref()?, version?));
    Component {
        name: name.to_owned(),
        version: version.map(str::to_owned),
        purl: purl.build().ok().map(|purl| purl.to_string()),
        cpes: cpe.into_iter().collect(),
        purpose: Some("LIBRARY".into()),
        basis: Some(Basis::Present),
        ..Component::default()
    }
}

/// `vendor:product` and a version as a CPE 2.3 name.
fn cpe(product: &str, version: &str) -> Option<String> {
    let any: Cpe = format!("cpe:2.3:a:{product}:*:*:*:*:*:*:*:*").parse().ok()?;
    any.with_version(version).ok().map(|cpe| cpe.to_string())
}

/// Adds a component, or says more of one that an SBOM told of.
fn settle(
    builder: &mut Builder,
    carrier: Option<ComponentId>,
    known: Option<ComponentId>,
    component: Component,
    evidence: Vec<Evidence>,
) -> ComponentId {
    let Some(id) = known else {
        let id = builder.add(Component { evidence, ..component });
        if let Some(carrier) = carrier {
            builder.relate(carrier, RelationKind::DependsOn, id);
        }
        return id;
    };
    let known = builder.component_mut(id);
    known.name = component.name;
    known.version = component.version.or_else(|| known.version.take());
    // A distribution patches what it ships, so its package has no version that a CPE could mean.
    if known.purl.is_none() {
        known.purl = component.purl;
        if known.cpes.is_empty() {
            known.cpes = component.cpes;
        }
    }
    known.purpose = known.purpose.take().or(component.purpose);
    known.basis = Some(Basis::Present);
    for evidence in evidence {
        if !known.evidence.contains(&evidence) {
            known.evidence.push(evidence);
        }
    }
    id
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// An object that says nothing.
    pub(crate) fn object(format: ObjectFormat) -> Object {
        Object::new(format, ObjectKind::Shared)
    }
}

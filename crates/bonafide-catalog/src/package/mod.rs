//! Packages of operating systems: deb, rpm, apk of Alpine, packages of Arch Linux, macOS packages and MSI installers, as
//! the artifact or inside it.
//!
//! What such a package says of itself makes one component: its name, version and, where it says whose it is, a Package
//! URL. All that lies in it is the component's unless something inside claims it.

mod control;
mod macos;
mod pkginfo;
mod vendor;

use bonafide_artifact::{Body, Format, Package};
use bonafide_ident::Purl;
use bonafide_report::{Confidence, Finding};

use crate::builder::{Builder, RootClaim, Strength};
use crate::cataloger::{Candidate, Cataloger, PackageSighting, Sighting};
use crate::inventory::{Basis, Component, Evidence, FileId, Method};
use crate::license;

/// Finds them.
#[derive(Default)]
pub(crate) struct Packages {
    /// Described by a member, and that member.
    by_member: Vec<(FileId, Inside, Component)>,
    /// Described by their container: `None` is the artifact itself.
    by_container: Vec<(Option<FileId>, Component)>,
    /// Descriptions that name no package.
    nameless: Vec<FileId>,
}

/// How the description lies in the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    /// In an archive that is a member: `control.tar.xz!/control`.
    Archive,
    /// At the top: `.PKGINFO`, `Distribution`.
    Top,
    /// In the folder of the package, or at the top: `PackageInfo`.
    Folder,
}

/// Reads a description.
type Read = fn(&[u8]) -> Option<Component>;

/// The descriptions by their names, with the container that they lie in, or that their archive lies in.
const DESCRIPTIONS: &[(&str, Format, Inside, Read)] = &[
    ("control", Format::Deb, Inside::Archive, control::component),
    (".PKGINFO", Format::Tar, Inside::Top, pkginfo::component),
    ("Distribution", Format::Xar, Inside::Top, macos::distribution),
    ("PackageInfo", Format::Xar, Inside::Folder, macos::package_info),
];

impl Cataloger for Packages {
    fn want(&self, candidate: &Candidate<'_>) -> Body {
        let entry = candidate.entry;
        let depth = candidate.location.rsplit("!/").next().map_or(0, |path| path.matches('/').count());
        let is_described = DESCRIPTIONS.iter().any(|(name, format, inside, _)| {
            let (within, deepest) = match inside {
                Inside::Top => (Some(entry.within), 0),
                Inside::Folder => (Some(entry.within), 1),
                Inside::Archive => (entry.container.as_deref().map(|archive| archive.within), 0),
            };
            *name == candidate.name() && within == Some(*format) && depth <= deepest
        });
        if is_described { Body::Whole } else { Body::Skip }
    }

    fn see(&mut self, sighting: &Sighting<'_>) {
        let described = DESCRIPTIONS.iter().find(|(name, ..)| *name == sighting.name());
        let Some(&(_, _, inside, read)) = described else { return };
        match read(sighting.bytes) {
            Some(component) => self.by_member.push((sighting.file, inside, component)),
            // A `Distribution` need not name a product: the packages in it have names of their own.
            None if sighting.name() == "Distribution" => {}
            None => self.nameless.push(sighting.file),
        }
    }

    fn see_package(&mut self, sighting: &PackageSighting<'_>) {
        let component = match sighting.format {
            Format::Rpm => rpm(sighting.package),
            _ => installer(sighting.package),
        };
        self.by_container.push((sighting.file, component));
    }

    fn finish(self: Box<Self>, builder: &mut Builder) {
        for file in self.nameless {
            let Some(location) = builder.proof(file).map(str::to_owned) else { continue };
            let message = "it names no package, or is not what its name says; no component is made of it";
            let finding = Finding::new(&crate::rules::PACKAGE_UNUSABLE, builder.place(&location), message);
            builder.report(finding);
        }
        let mut found = Vec::new();
        for (file, inside, component) in self.by_member {
            let Some(location) = builder.proof(file).map(str::to_owned) else { continue };
            let container = match inside {
                Inside::Top => parent(&location),
                Inside::Folder => &location[..location.rfind('/').map_or(0, |end| end + 1)],
                Inside::Archive => parent(parent(&location).strip_suffix("!/").unwrap_or("")),
            };
            found.push((container.to_owned(), location, component));
        }
        for (file, component) in self.by_container {
            let (container, location) = match file {
                None => (String::new(), builder.artifact().name.clone()),
                Some(file) => match builder.proof(file) {
                    Some(location) => (format!("{location}!/"), location.to_owned()),
                    None => continue,
                },
            };
            found.push((container, location, component));
        }
        // `Distribution` before `PackageInfo`: it is about the whole.
        found.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        found.dedup_by(|a, b| a.0 == b.0);
        for (container, location, component) in found {
            add(builder, &container, location, component);
        }
    }
}

/// The container that a location lies in, with its `!/`; empty for the artifact itself.
fn parent(location: &str) -> &str {
    location.rfind("!/").map_or("", |end| &location[..end + 2])
}

fn add(builder: &mut Builder, container: &str, location: String, mut component: Component) {
    let evidence = Evidence { method: Method::Metadata, location, line: None, confidence: Confidence::High };
    component.evidence = vec![evidence];
    component.basis = Some(Basis::Present);
    let file = container.strip_suffix("!/").and_then(|file| builder.file_at(file));
    if let Some(file) = file {
        component.archive_sha256 = builder.file(file).digests.sha256;
        component.file_name = builder.file(file).location.rsplit('/').next().map(str::to_owned);
    }
    let id = builder.add(component);
    if container.is_empty() {
        builder.claim_root(id, RootClaim::Metadata);
        return;
    }
    let files: Vec<FileId> = builder.files_under(container).collect();
    for file in files {
        builder.claim(file, id, Strength::Carrier, container);
    }
}

/// A Package URL, where its parts allow one.
fn purl(
    ty: &str,
    vendor: Option<&str>,
    name: &str,
    version: Option<&str>,
    qualifiers: &[(&str, Option<&str>)],
) -> Option<String> {
    let mut purl = Purl::builder(ty, name);
    if let Some(vendor) = vendor {
        purl = purl.namespace(vendor);
    }
    if let Some(version) = version {
        purl = purl.version(version);
    }
    for (key, value) in qualifiers {
        if let Some(value) = value {
            purl = purl.qualifier(*key, *value);
        }
    }
    purl.build().ok().map(|purl| purl.to_string())
}

fn rpm(package: &Package) -> Component {
    let version = match (&package.version, &package.release) {
        (Some(version), Some(release)) => Some(format!("{version}-{release}")),
        (version, _) => version.clone(),
    };
    let epoch = package.epoch.map(|epoch| epoch.to_string());
    let vendor = package.vendor.as_deref().and_then(vendor::of_rpm);
    let qualifiers = [("arch", package.architecture.as_deref()), ("epoch", epoch.as_deref())];
    Component {
        name: package.name.clone(),
        purl: purl("rpm", vendor, &package.name, version.as_deref(), &qualifiers),
        version,
        supplier: package.vendor.as_ref().map(|vendor| format!("Organization: {vendor}")),
        license_declared: package.license.as_deref().and_then(license::expression),
        ..Component::default()
    }
}

fn installer(package: &Package) -> Component {
    Component {
        name: package.name.clone(),
        version: package.version.clone(),
        supplier: package.vendor.as_ref().map(|vendor| format!("Organization: {vendor}")),
        purpose: Some("INSTALL".into()),
        ..Component::default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_description_is_too_odd(pieces in proptest::collection::vec(prop_oneof![
            Just(b"Package: ".to_vec()), Just(b"\nVersion:".to_vec()), Just(b"pkgname = ".to_vec()), Just(b"\npkgver =".to_vec()),
            Just(b"<pkg-info identifier=\"".to_vec()), Just(b"\" version='&#1;".to_vec()), Just(b"<product id='".to_vec()),
            Just(b"/>".to_vec()), proptest::collection::vec(any::<u8>(), 0..20),
        ], 0..12)) {
            let bytes = pieces.concat();
            for (_, _, _, read) in DESCRIPTIONS {
                if let Some(component) = read(&bytes) {
                    prop_assert!(!component.name.is_empty());
                }
            }
        }
    }
}

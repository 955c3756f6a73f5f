//! Distributions that are known by a `PKG-INFO` file: sdists, eggs and old installations.
//!
//! In an sdist `PKG-INFO` lies in its root folder, beside `setup.py` or `pyproject.toml`, and the whole belongs to it. An
//! `.egg-info` folder or an `EGG-INFO` folder is beside or around an installed copy; `installed-files.txt` or
//! `top_level.txt` say what it owns. An `.egg-info` folder inside an sdist only repeats its `PKG-INFO`.

use std::collections::{BTreeMap, BTreeSet};

use bonafide_artifact::Body;

use super::metadata::{Metadata, MetadataError};
use super::record::resolve;
use super::{component, folder, report_unusable};
use crate::builder::{Builder, RootClaim, Strength};
use crate::cataloger::{Candidate, Cataloger, Sighting};
use crate::inventory::FileId;

/// Finds them.
#[derive(Default)]
pub(crate) struct PkgInfo {
    metadata: Vec<(FileId, Result<Metadata, MetadataError>)>,
    /// `installed-files.txt` and `top_level.txt`.
    lists: Vec<(FileId, Vec<String>)>,
}

impl Cataloger for PkgInfo {
    fn want(&self, candidate: &Candidate<'_>) -> Body {
        let wanted = match candidate.name() {
            "PKG-INFO" => true,
            "installed-files.txt" | "top_level.txt" => in_egg(candidate.location),
            name => name.ends_with(".egg-info"),
        };
        if wanted { Body::Whole } else { Body::Skip }
    }

    fn see(&mut self, sighting: &Sighting<'_>) {
        if sighting.name().ends_with(".txt") {
            let text = String::from_utf8_lossy(sighting.bytes);
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            self.lists.push((sighting.file, lines.map(str::to_owned).collect()));
        } else {
            self.metadata.push((sighting.file, Metadata::parse(sighting.bytes)));
        }
    }

    fn finish(self: Box<Self>, builder: &mut Builder) {
        let mut found: Vec<_> = self
            .metadata
            .into_iter()
            .filter_map(|(file, metadata)| {
                builder.proof(file).map(|location| (location.to_owned(), metadata))
            })
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        let sdists: BTreeSet<String> = found
            .iter()
            .filter(|(location, _)| is_sdist(builder, location))
            .map(|(location, _)| folder(location).to_owned())
            .collect();
        let mut lists: BTreeMap<String, Vec<(String, Vec<String>)>> = BTreeMap::new();
        for (file, lines) in self.lists {
            if let Some(list) = builder.proof(file) {
                lists.entry(folder(list).to_owned()).or_default().push((list.to_owned(), lines));
            }
        }
        for (location, metadata) in found {
            let own = folder(&location);
            let sdist = sdists.contains(own);
            let repeats = !sdist && ancestors(&location).any(|folder| sdists.contains(folder));
            if repeats || !sdist && !is_egg(&location) {
                continue;
            }
            match metadata {
                Ok(metadata) => add(&lists, builder, &location, metadata, sdist),
                Err(error) => report_unusable(builder, &location, &error),
            }
        }
    }
}

/// The folders around a location, the innermost first, the root (empty) last.
fn ancestors(location: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder(location)), |inner| Some(folder(inner.strip_suffix('/')?)))
}

/// Adds the component and claims its files.
fn add(
    lists: &BTreeMap<String, Vec<(String, Vec<String>)>>,
    builder: &mut Builder,
    location: &str,
    metadata: Metadata,
    sdist: bool,
) {
    let own = folder(location).to_owned();
    let mut component = component(metadata, location);
    if sdist {
        component.purpose = Some("SOURCE".into());
        let id = builder.add(component);
        claim_under(builder, id, &own, Strength::Carrier);
        if own.is_empty() {
            builder.claim_root(id, RootClaim::Metadata);
        }
        return;
    }
    // `x.egg-info/PKG-INFO`, `EGG-INFO/PKG-INFO` inside `x.egg`, or the file `x.egg-info` itself.
    let info = if location.ends_with("/PKG-INFO") { own.as_str() } else { location };
    let parent = folder(info.trim_end_matches('/')).to_owned();
    // Beside a `.dist-info` folder of the same distribution it says nothing new.
    let known = component.purl.as_deref().and_then(|purl| builder.find(purl, &parent));
    let id = match known {
        Some(id) => {
            builder.component_mut(id).evidence.append(&mut component.evidence);
            id
        }
        None => builder.add(component),
    };
    if info.ends_with("EGG-INFO/") {
        return claim_under(builder, id, &parent, Strength::Carrier);
    }
    claim_under(builder, id, info, Strength::Record);
    for (list, lines) in lists.get(info).into_iter().flatten() {
        let installed = list.ends_with("installed-files.txt");
        for line in lines {
            if installed {
                let file = resolve(info, line).and_then(|location| builder.file_at(&location));
                if let Some(file) = file {
                    builder.claim(file, id, Strength::Record, &parent);
                }
            } else if let Some(module) = resolve(&parent, line) {
                claim_under(builder, id, &format!("{module}/"), Strength::Carrier);
                if let Some(file) = builder.file_at(&format!("{module}.py")) {
                    builder.claim(file, id, Strength::Carrier, &parent);
                }
            }
        }
    }
}

fn claim_under(builder: &mut Builder, id: crate::inventory::ComponentId, prefix: &str, strength: Strength) {
    let files: Vec<FileId> = builder.files_under(prefix).collect();
    for file in files {
        builder.claim(file, id, strength, prefix);
    }
}

fn in_egg(location: &str) -> bool {
    location.rsplit('/').nth(1).is_some_and(|folder| folder.ends_with(".egg-info") || folder == "EGG-INFO")
}

fn is_egg(location: &str) -> bool {
    location.ends_with(".egg-info") || in_egg(location)
}

/// Whether a PKG-INFO is that of an sdist: in a folder with a build script, or alone at the root of a container.
fn is_sdist(builder: &Builder, location: &str) -> bool {
    let own = folder(location);
    location.ends_with("PKG-INFO")
        && !in_egg(location)
        && ["setup.py", "pyproject.toml", "setup.cfg"]
            .iter()
            .any(|name| builder.file_at(&format!("{own}{name}")).is_some())
}

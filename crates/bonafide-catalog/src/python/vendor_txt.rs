//! Packages that were copied into a `_vendor` folder and are listed in its `vendor.txt`.
//!
//! The list gives names and versions. Which files are whose follows from the names of the folders and modules beside it:
//! a project's import name is its own name with `_` for `-` and `.` (compared without regard to case), save for the few
//! in [`IMPORT_NAMES`]. What no listed package owns stays with the carrier, the package that holds the folder; the vendored
//! ones depend from it, never from the artifact's root.

use std::collections::{BTreeMap, BTreeSet};

use bonafide_artifact::Body;
use bonafide_ident::pypi;
use bonafide_report::{Confidence, Finding};

use super::requirement::{Pinned, Unread, pins};
use super::{folder, purl};
use crate::builder::{Builder, Strength};
use crate::cataloger::{Candidate, Cataloger, Sighting};
use crate::inventory::{Basis, Component, ComponentId, Evidence, FileId, Method, RelationKind};

/// Projects whose import names are not their own (in PEP 503 form). A name that contains `/` is a package within a
/// namespace package.
const IMPORT_NAMES: &[(&str, &[&str])] = &[
    ("attrs", &["attr", "attrs"]),
    ("backports-tarfile", &["backports/tarfile"]),
    ("beautifulsoup4", &["bs4"]),
    ("pyjwt", &["jwt"]),
    ("python-dateutil", &["dateutil"]),
    ("pyyaml", &["yaml"]),
    ("setuptools", &["setuptools", "pkg_resources", "_distutils_hack"]),
];

/// Finds them.
#[derive(Default)]
pub(crate) struct VendorTxt {
    lists: Vec<(FileId, Vec<Pinned>, Vec<Unread>)>,
}

impl Cataloger for VendorTxt {
    fn want(&self, candidate: &Candidate<'_>) -> Body {
        if is_list(candidate.location) { Body::Whole } else { Body::Skip }
    }

    fn see(&mut self, sighting: &Sighting<'_>) {
        let (pins, unread) = pins(sighting.bytes);
        self.lists.push((sighting.file, pins, unread));
    }

    fn finish(self: Box<Self>, builder: &mut Builder) {
        let mut lists: Vec<_> = self
            .lists
            .into_iter()
            .filter_map(|(file, pins, unread)| {
                builder.proof(file).map(|location| (location.to_owned(), file, pins, unread))
            })
            .collect();
        lists.sort_by(|a, b| a.0.cmp(&b.0));
        for (location, file, pins, unread) in lists {
            for line in unread {
                let place = builder.place(&location).line(line.line);
                let message = format!("`{}` is not of the form `name==version`", line.text);
                builder.report(Finding::new(&crate::rules::VENDOR_LINE_UNREAD, place, message));
            }
            let carrier = builder.claimant(file);
            let home = Home::new(builder, folder(&location));
            let mut named = BTreeSet::new();
            for pin in pins.into_iter().filter(|pin| named.insert(pypi::normalize(&pin.name))) {
                let id = vendored(builder, &home, &location, &pin);
                if let Some(carrier) = carrier {
                    builder.relate(carrier, RelationKind::DependsOn, id);
                }
            }
        }
    }
}

/// `…/_vendor/vendor.txt`, or `vendored.txt` as setuptools calls it.
fn is_list(location: &str) -> bool {
    let mut parts = location.rsplit('/');
    matches!(parts.next(), Some("vendor.txt" | "vendored.txt")) && parts.next() == Some("_vendor")
}

/// The component of one pin; where it was already found by its own metadata in that folder, that one.
fn vendored(builder: &mut Builder, home: &Home, list: &str, pin: &Pinned) -> ComponentId {
    let normal = pypi::normalize(&pin.name);
    let evidence = Evidence {
        method: Method::Manifest,
        location: list.to_owned(),
        line: Some(pin.line),
        confidence: Confidence::High,
    };
    let (files, partial) = home.files_of(builder, &normal);
    let purl = purl(&pin.name, &pin.version);
    let id = match purl.as_deref().and_then(|purl| builder.find(purl, &home.path)) {
        Some(id) => {
            builder.component_mut(id).evidence.push(evidence);
            id
        }
        None => builder.add(Component {
            // As an index spells it: names differ in case only for the eye.
            name: pin.name.to_lowercase(),
            version: Some(pin.version.clone()),
            purl,
            basis: Some(if files.is_empty() { Basis::Declared } else { Basis::Present }),
            comment: partial,
            evidence: vec![evidence],
            ..Component::default()
        }),
    };
    for file in files {
        builder.claim(file, id, Strength::Vendored, &home.path);
    }
    id
}

/// What lies in a `_vendor` folder: its children by their import names in lower case, as they are spelt.
struct Home {
    /// The folder, with its slash.
    path: String,
    children: BTreeMap<String, BTreeSet<String>>,
}

impl Home {
    fn new(builder: &Builder, path: &str) -> Self {
        let mut children: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for file in builder.files_under(path) {
            let rest = &builder.file(file).location[path.len()..];
            let (child, inner) = rest.split_once('/').map_or((rest, ""), |(child, inner)| (child, inner));
            let mut add = |name: &str, child: &str| {
                children.entry(name.to_lowercase()).or_default().insert(child.to_owned());
            };
            match metadata_of(child) {
                Some(name) => add(&format!("{} metadata", pypi::normalize(name)), child),
                // `module.py`, `module.abi3.so`, `package.LICENSE`: all of one import name.
                None => add(child.split('.').next().unwrap_or(child), child),
            }
            // Of a namespace package each part may be of another project.
            if let Some((part, _)) = inner.split_once('/') {
                add(&format!("{child}/{part}"), &format!("{child}/{part}"));
            }
        }
        Self { path: path.to_owned(), children }
    }

    /// The files of a project (name in PEP 503 form), and a remark where only a part of it is there.
    fn files_of(&self, builder: &Builder, normal: &str) -> (Vec<FileId>, Option<String>) {
        let (own, nested) = (normal.replace('-', "_"), normal.replacen('-', "/", 1));
        let known = IMPORT_NAMES.iter().find(|(name, _)| *name == normal).map(|(_, imports)| *imports);
        let imports = known.map_or_else(|| vec![own.as_str(), nested.as_str()], <[_]>::to_vec);
        let present: Vec<&str> =
            imports.iter().copied().filter(|import| self.children.contains_key(*import)).collect();
        let metadata = format!("{normal} metadata");
        let names = present.iter().copied().chain([metadata.as_str()]);
        let children = names.filter_map(|name| self.children.get(name)).flatten();
        let mut files = Vec::new();
        for child in children {
            let location = format!("{}{child}", self.path);
            files.extend(builder.file_at(&location));
            files.extend(builder.files_under(&format!("{location}/")));
        }
        let partial = normal == "setuptools" && !present.is_empty() && !present.contains(&"setuptools");
        let partial =
            partial.then(|| format!("Only a part of this package is here: {}.", present.join(", ")));
        (files, partial)
    }
}

/// The project name in the name of a `.dist-info` or `.egg-info` folder.
fn metadata_of(folder: &str) -> Option<&str> {
    let stem = folder.strip_suffix(".dist-info").or_else(|| folder.strip_suffix(".egg-info"))?;
    Some(stem.split_once('-').map_or(stem, |(name, _)| name))
}

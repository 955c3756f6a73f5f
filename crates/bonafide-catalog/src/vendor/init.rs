//! `init`: looks for vendored sources in a tree that has no `bonafide.toml` yet, and proposes one.
//!
//! What a file of the tree proves is stated, with that file as a comment; what nobody but a person can know is left to say.
//! Nothing is invented.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::VendorError;
use super::examine::list as list_of;
use super::manifest::{self, Listed};
use super::names::shell_word;
use super::proof::{self, Proof};
use super::proposal::{Found, Proposal, Seen, write};
use super::tree::{Node, Tree, text};
use crate::glob::Glob;
use crate::python::record::rows;

/// Names of folders that hold other people's sources.
const VENDOR_NAMES: [&str; 16] = [
    "vendor",
    "_vendor",
    "vendored",
    "_vendored",
    "third_party",
    "third-party",
    "thirdparty",
    "3rdparty",
    "3rd_party",
    "deps",
    "external",
    "externals",
    "extern",
    "bundled",
    "_bundled",
    "submodules",
];

/// Parts of paths in which a licence file proves nothing: samples and data.
const NOT_SOURCES: [&str; 10] = [
    "test",
    "tests",
    "testdata",
    "test_data",
    "doc",
    "docs",
    "examples",
    "fixtures",
    "node_modules",
    "resources",
];

/// Bytes of a file that are read for proof.
const HEAD: usize = 256 << 10;

/// Looks at a tree and proposes a configuration.
///
/// # Errors
/// When the tree cannot be read.
pub fn init(root: &Path) -> Result<Proposal, VendorError> {
    let mut tree = Tree::open(root)?;
    let all = Glob::new("**").expect("it is a pattern");
    let nodes = tree.list(&[&all])?;
    let paths: Vec<String> =
        nodes.iter().filter(|(_, node)| **node == Node::File).map(|(path, _)| text(path)).collect();
    let look = Look { tree: &tree, paths: &paths };
    let mut found = Vec::new();
    let mut vendored = Vec::new();
    let mut own = Vec::new();
    look.kept(&mut found);
    for folder in look.vendor_folders() {
        let before = found.len();
        look.inside(&folder, &mut found, &mut own);
        if found.len() > before {
            vendored.push(format!("{}/**", escape(&folder)));
        }
    }
    look.submodules(&mut found);
    look.governed(&mut found);
    look.standing_alone(&vendored, &mut found);
    found.sort_by(|a, b| a.include.cmp(&b.include));
    let (path, fragment) = look.document();
    let tree = Seen { project: look.project(), document: &path, fragment, vendored: &vendored, own: &own };
    Ok(write(&tree, &found))
}

struct Look<'a> {
    tree: &'a Tree,
    /// All files, in order.
    paths: &'a [String],
}

impl Look<'_> {
    fn head(&self, path: &str) -> Option<String> {
        let mut bytes = self.tree.read(path.as_bytes()).ok()?;
        bytes.truncate(HEAD);
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The outermost folders with a telling name.
    fn vendor_folders(&self) -> BTreeSet<String> {
        let mut folders = BTreeSet::new();
        for path in self.paths {
            let parts: Vec<&str> = path.split('/').collect();
            let at = parts[..parts.len() - 1]
                .iter()
                .position(|part| VENDOR_NAMES.contains(&part.to_lowercase().as_str()));
            if let Some(at) = at
                && !parts[..at].iter().any(|part| NOT_SOURCES.contains(&part.to_lowercase().as_str()))
            {
                folders.insert(parts[..=at].join("/"));
            }
        }
        folders
    }

    /// Children of a folder: name, and whether it is a folder.
    fn children(&self, folder: &str) -> BTreeMap<String, bool> {
        let mut children = BTreeMap::new();
        for rest in self.below(folder) {
            match rest.split_once('/') {
                Some((name, _)) => children.insert(name.to_owned(), true),
                None => children.insert(rest.to_owned(), false),
            };
        }
        children
    }

    fn below<'b>(&'b self, folder: &'b str) -> impl Iterator<Item = &'b str> {
        self.paths.iter().filter_map(move |path| match folder {
            "" => Some(path.as_str()),
            folder => path.strip_prefix(folder)?.strip_prefix('/'),
        })
    }

    fn proof(&self, folder: &str) -> Proof {
        let name = folder.rsplit('/').next().unwrap_or(folder);
        let mut files: Vec<(usize, &str)> =
            self.below(folder).filter_map(|path| Some((proof::rank(path)?, path))).collect();
        files.sort_unstable();
        files.truncate(200);
        let texts =
            files.into_iter().filter_map(|(_, path)| Some((path, self.head(&format!("{folder}/{path}"))?)));
        let mut proof = proof::gather(texts, name);
        proof.file = proof.file.map(|file| format!("{folder}/{file}"));
        proof
    }

    /// The packages in a vendor folder, and the files in it that are the project's own.
    fn inside(&self, folder: &str, found: &mut Vec<Found>, own: &mut Vec<String>) {
        let mut children = self.children(folder);
        let manifest = manifest::NAMES.iter().find(|name| children.get(**name) == Some(&false));
        if let Some(name) = manifest {
            let path = format!("{folder}/{name}");
            let listed = manifest::read(name, &self.head(&path).unwrap_or_default());
            if *name == "modules.txt" {
                self.go_modules(folder, &path, listed, found);
                own.push(escape(&path));
                return;
            }
            self.listed(folder, &path, listed, &mut children, found);
        }
        self.installed(folder, &mut children, found);
        for (name, is_folder) in children {
            let path = format!("{folder}/{name}");
            if !is_folder {
                own.push(escape(&path));
                continue;
            }
            let mut proof = self.proof(&path);
            let inner = self.only_folder(&path);
            if proof == Proof::default()
                && let Some(inner) = inner
            {
                proof = self.proof(&format!("{path}/{inner}"));
            }
            found.push(Found {
                include: vec![format!("{}/**", escape(&path))],
                name,
                proof,
                ..Found::default()
            });
        }
    }

    /// Modules that `go mod vendor` copied. One may lie in the folder of another: then it is no part of that.
    fn go_modules(&self, folder: &str, manifest: &str, listed: Vec<Listed>, found: &mut Vec<Found>) {
        let names: Vec<String> = listed.iter().map(|module| module.name.clone()).collect();
        for Listed { name, version, purl } in listed {
            let all = format!("{folder}/{name}");
            if self.below(&all).next().is_none() {
                // Needed for its requirements only: nothing of it is copied.
                continue;
            }
            let inside = |other: &&String| {
                other.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('/'))
                    && self.below(&format!("{folder}/{other}")).next().is_some()
            };
            let exclude = names.iter().filter(inside).map(|other| pattern(folder, other, true)).collect();
            let include = vec![pattern(folder, &name, true)];
            let proof = Proof { version, purl, file: Some(manifest.to_owned()), ..Proof::default() };
            found.push(Found { name, include, exclude, proof, ..Found::default() });
        }
    }

    /// Distributions that pip installed into the folder: each `.dist-info` says what is its own in RECORD. Files that two
    /// of them share a folder for are told apart one level below.
    fn installed(&self, folder: &str, children: &mut BTreeMap<String, bool>, found: &mut Vec<Found>) {
        let infos: Vec<String> =
            children.keys().filter(|name| name.ends_with(".dist-info")).cloned().collect();
        let records: Vec<Vec<String>> = infos.iter().map(|info| self.recorded(folder, info)).collect();
        let begin = |path: &str, parts: usize| -> String {
            path.split('/').take(parts).collect::<Vec<_>>().join("/")
        };
        let users = |top: &str| {
            let uses = |record: &&Vec<String>| record.iter().any(|path| begin(path, 1) == top);
            records.iter().filter(uses).count()
        };
        for (info, record) in infos.iter().zip(&records) {
            let path = format!("{folder}/{info}/METADATA");
            let mut proof = proof::read("METADATA", &self.head(&path).unwrap_or_default(), "");
            let Some(name) = proof.name.clone() else { continue };
            proof.file = Some(path);
            let mut include = BTreeSet::from([pattern(folder, info, true)]);
            for path in record {
                let top = begin(path, 1);
                let place = if users(&top) > 1 { begin(path, 2) } else { top.clone() };
                if children.contains_key(&top) && top != *info {
                    include.insert(pattern(folder, &place, place != *path));
                }
            }
            let include = include.into_iter().collect();
            found.push(Found { name, include, proof, ..Found::default() });
        }
        let claimed: BTreeSet<String> =
            records.iter().flatten().map(|path| begin(path, 1)).chain(infos).collect();
        children.retain(|name, _| !claimed.contains(name));
    }

    /// The files of a distribution that are there, relative to the folder that it is installed in.
    fn recorded(&self, folder: &str, info: &str) -> Vec<String> {
        let record = self.head(&format!("{folder}/{info}/RECORD")).unwrap_or_default();
        let rows = rows(record.as_bytes()).into_iter().map(|row| row.path);
        rows.filter(|path| self.paths.binary_search(&format!("{folder}/{path}")).is_ok()).collect()
    }

    /// The one folder in a folder, where there is nothing else.
    fn only_folder(&self, folder: &str) -> Option<String> {
        let children = self.children(folder);
        let (name, is_folder) = children.iter().next()?;
        (children.len() == 1 && *is_folder).then(|| name.clone())
    }

    /// Packages that a manifest beside them lists: each has the files that begin with its name. What is left on both
    /// sides, one each, belongs together.
    fn listed(
        &self,
        folder: &str,
        manifest: &str,
        listed: Vec<Listed>,
        children: &mut BTreeMap<String, bool>,
        found: &mut Vec<Found>,
    ) {
        let squeeze = |name: &str| bonafide_ident::pypi::normalize(name);
        let mut orphans = Vec::new();
        for Listed { name, version, purl } in listed {
            let mine: Vec<(String, bool)> = children
                .iter()
                .filter(|(child, _)| squeeze(child.split('.').next().unwrap_or(child)) == squeeze(&name))
                .map(|(child, is_folder)| (child.clone(), *is_folder))
                .collect();
            let proof = Proof { version, purl, file: Some(manifest.to_owned()), ..Proof::default() };
            for (child, _) in &mine {
                children.remove(child);
            }
            let include = mine.iter().map(|(child, is_folder)| pattern(folder, child, *is_folder)).collect();
            let one = Found { name, include, proof, ..Found::default() };
            if one.include.is_empty() { orphans.push(one) } else { found.push(one) }
        }
        let folders: Vec<String> =
            children.iter().filter(|(_, is_folder)| **is_folder).map(|(name, _)| name.clone()).collect();
        if let ([_], [child]) = (orphans.as_slice(), folders.as_slice()) {
            let mut one = orphans.remove(0);
            one.why =
                "no file has its name, and no other entry claims this folder; is that right?".to_owned();
            one.include = vec![pattern(folder, child, true)];
            children.remove(child);
            found.push(one);
        }
        for mut one in orphans {
            one.why = format!("listed in {manifest}, but no file here has its name");
            found.push(one);
        }
    }

    fn submodules(&self, found: &mut Vec<Found>) {
        let Some(text) = self.head(".gitmodules") else { return };
        for (path, url) in manifest::submodules(&text) {
            let include = format!("{}/**", escape(&path));
            let purl = manifest::github(&url);
            match found.iter_mut().find(|one| one.include.first() == Some(&include)) {
                Some(one) => {
                    one.proof.purl = one.proof.purl.take().or(purl);
                    one.proof.url = one.proof.url.take().or(Some(url));
                }
                None => {
                    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
                    let mut proof = self.proof(&path);
                    proof.purl = proof.purl.or(purl);
                    proof.url = Some(url);
                    let why = if self.below(&path).next().is_some() {
                        "a submodule".to_owned()
                    } else {
                        format!(
                            "a submodule that is not checked out: `git submodule update --init -- {}`",
                            shell_word(path.as_bytes())
                        )
                    };
                    found.push(Found { name, include: vec![include], proof, why, ..Found::default() });
                }
            }
        }
    }

    /// What a `cgmanifest.json` outside the vendor folders lists: a package that was found already, else the one folder
    /// below it that has its name.
    fn governed(&self, found: &mut Vec<Found>) {
        let squeeze = |name: &str| bonafide_ident::pypi::normalize(name);
        let manifests = self.paths.iter().filter(|path| path.rsplit('/').next() == Some("cgmanifest.json"));
        for manifest in manifests {
            let top = manifest.rsplit_once('/').map_or("", |(folder, _)| folder);
            if top.split('/').any(|part| VENDOR_NAMES.contains(&part.to_lowercase().as_str())) {
                continue;
            }
            let folders: BTreeSet<String> = self
                .below(top)
                .flat_map(|path| {
                    path.match_indices('/').map(|(at, _)| path[..at].to_owned()).collect::<Vec<_>>()
                })
                .collect();
            for Listed { name, version, purl } in
                manifest::read("cgmanifest.json", &self.head(manifest).unwrap_or_default())
            {
                let said = Proof { version, purl, file: Some(manifest.clone()), ..Proof::default() };
                if let Some(one) = found.iter_mut().find(|one| squeeze(&one.name) == squeeze(&name)) {
                    one.proof.join(said);
                    continue;
                }
                let named = |path: &&String| {
                    path.rsplit('/').next().map(squeeze).as_deref() == Some(&*squeeze(&name))
                };
                let mut places = folders.iter().filter(named);
                let (include, why) = match (places.next(), places.next()) {
                    (Some(place), None) => {
                        let place = if top.is_empty() { place.clone() } else { format!("{top}/{place}") };
                        (vec![format!("{}/**", escape(&place))], String::new())
                    }
                    _ => (Vec::new(), format!("listed in {manifest}, but no one folder has its name")),
                };
                found.push(Found { name, include, proof: said, why, ..Found::default() });
            }
        }
    }

    /// Folders outside the vendor folders that have a licence of their own and something else that only a project's top
    /// has.
    fn standing_alone(&self, vendored: &[String], found: &mut Vec<Found>) {
        let mut folders: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
        for path in self.paths {
            let Some((folder, name)) = path.rsplit_once('/') else { continue };
            let upper = name.to_uppercase();
            let entry = folders.entry(folder).or_default();
            entry.0 |=
                ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT"].iter().any(|word| upper.starts_with(word));
            entry.1 |= upper.starts_with("README")
                || upper.starts_with("CHANGELOG")
                || ["VERSION", "CONFIGURE.AC", "CMAKELISTS.TXT", "MESON.BUILD", "REFRESH.SH", "UPDATE.SH"]
                    .contains(&upper.as_str());
        }
        let mut tops: Vec<&str> = Vec::new();
        for (folder, (licence, project)) in folders {
            let parts: Vec<String> = folder.split('/').map(str::to_lowercase).collect();
            let covered =
                tops.iter().any(|top| folder.strip_prefix(*top).is_some_and(|rest| rest.starts_with('/')))
                    || vendored
                        .iter()
                        .any(|glob| format!("{}/", escape(folder)).starts_with(glob.trim_end_matches("**")))
                    || found.iter().any(|one| {
                        one.include.iter().any(|glob| {
                            format!("{}/", escape(folder)).starts_with(glob.trim_end_matches("**"))
                        })
                    });
            if licence
                && project
                && !covered
                && !parts.iter().any(|part| NOT_SOURCES.contains(&part.as_str()))
            {
                tops.push(folder);
            }
        }
        for folder in tops {
            let proof = self.proof(folder);
            let name = folder.rsplit('/').next().unwrap_or(folder).to_owned();
            found.push(Found {
                name,
                include: vec![format!("{}/**", escape(folder))],
                proof,
                why: "it has a licence of its own; is it vendored?".to_owned(),
                ..Found::default()
            });
        }
    }

    /// The project itself, from the metadata at the top of the tree.
    fn project(&self) -> Proof {
        let mut proof = Proof::default();
        for name in ["PKG-INFO", "pyproject.toml", "package.json", "Cargo.toml", "go.mod"] {
            if self.paths.iter().any(|path| path == name)
                && let Some(text) = self.head(name)
            {
                proof = proof::read(name, &text, "");
                if proof.name.is_some() {
                    break;
                }
            }
        }
        proof
    }

    /// Packages of a base document that is kept already: the folder that all their files lie in, without the files there
    /// that the document does not list.
    fn kept(&self, found: &mut Vec<Found>) {
        let (path, fragment) = self.document();
        let bytes = self.tree.read(path.as_bytes()).unwrap_or_default();
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if !fragment {
            return;
        }
        let text = |value: &serde_json::Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let names: BTreeMap<String, String> = list_of(&value, "files")
            .iter()
            .map(|file| (text(file, "SPDXID"), text(file, "fileName")))
            .collect();
        for package in list_of(&value, "packages") {
            let id = text(package, "SPDXID");
            let files: BTreeSet<&str> = list_of(&value, "relationships")
                .iter()
                .filter(|relation| {
                    relation["relationshipType"] == "CONTAINS" && text(relation, "spdxElementId") == id
                })
                .filter_map(|relation| names.get(&text(relation, "relatedSpdxElement")).map(String::as_str))
                .collect();
            let Some(first) = files.iter().next() else { continue };
            let mut folder = first.rsplit_once('/').map_or("", |(folder, _)| folder);
            while !files
                .iter()
                .all(|file| file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
            {
                folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
                if folder.is_empty() {
                    break;
                }
            }
            if folder.is_empty() {
                continue;
            }
            let others = self.below(folder).map(|rest| format!("{folder}/{rest}"));
            found.push(Found {
                name: text(package, "name"),
                include: vec![format!("{}/**", escape(folder))],
                exclude: others
                    .filter(|path| !files.contains(path.as_str()))
                    .map(|path| escape(&path))
                    .collect(),
                why: format!("kept in {path}"),
                ..Found::default()
            });
        }
    }

    /// An SBOM that is kept in the tree already, and whether it is a fragment.
    fn document(&self) -> (String, bool) {
        let kept = self.paths.iter().find(|path| path.rsplit('/').next() == Some("sbom.spdx.json"));
        let Some(path) = kept else { return ("sbom.spdx.json".to_owned(), false) };
        let bytes = self.tree.read(path.as_bytes()).unwrap_or_default();
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        (path.clone(), value.get("packages").is_some() && value.get("creationInfo").is_none())
    }
}

fn pattern(folder: &str, child: &str, is_folder: bool) -> String {
    format!("{}/{}{}", escape(folder), escape(child), if is_folder { "/**" } else { "" })
}

/// A path as a pattern that matches only it.
fn escape(path: &str) -> String {
    let mut pattern = String::with_capacity(path.len());
    for character in path.chars() {
        match character {
            '*' | '?' | '[' | '\\' => {
                pattern.push('[');
                pattern.push(character);
                pattern.push(']');
            }
            _ => pattern.push(character),
        }
    }
    pattern
}

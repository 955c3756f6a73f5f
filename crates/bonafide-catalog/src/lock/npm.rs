//! `package-lock.json` and `npm-shrinkwrap.json`: lockfileVersion 1 to 3 (npm 5 to today).
//!
//! Versions 2 and 3 have a flat `packages`, whose keys are the folders that npm would fill: `""` is the project,
//! `node_modules/a/node_modules/b` a package, any other folder a workspace member that a `link` leads to. Version 1 has
//! nested `dependencies` instead, which are turned into such folders here. A dependency is the package that Node would
//! find: in `node_modules` of the folder itself, then of each folder above.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::toml_reader::Lines;
use super::{Archive, Ecosystem, Hash, LockError, LockFile, LockFormat, Package, Source, edges, shorten};

/// A folder longer than this is not looked up: each lookup walks all folders above it.
const LONGEST_FOLDER: usize = 2048;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Top<'a> {
    lockfile_version: Option<Value>,
    name: Option<String>,
    version: Option<String>,
    #[serde(borrow)]
    packages: Option<Members<'a>>,
    dependencies: Option<BTreeMap<String, Nested>>,
}

/// The members of an object in their order, unread.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// An entry of `packages`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Entry {
    name: Option<String>,
    version: Option<String>,
    resolved: Option<Value>,
    integrity: Option<String>,
    link: bool,
    dependencies: Option<BTreeMap<String, IgnoredAny>>,
    optional_dependencies: Option<BTreeMap<String, IgnoredAny>>,
    peer_dependencies: Option<BTreeMap<String, IgnoredAny>>,
    dev_dependencies: Option<BTreeMap<String, IgnoredAny>>,
}

/// An entry of version 1's `dependencies`.
#[derive(Deserialize)]
struct Nested {
    version: Option<String>,
    resolved: Option<Value>,
    integrity: Option<String>,
    requires: Option<Value>,
    dependencies: Option<BTreeMap<String, Self>>,
}

/// A folder and what is in it.
struct Folder {
    path: String,
    entry: Entry,
    line: Option<u64>,
}

pub(super) fn parse(text: &str) -> Result<LockFile, LockError> {
    let top: Top<'_> = serde_json::from_str(text).map_err(|error| LockError::Syntax {
        line: error.line() as u64,
        message: shorten(&error.to_string()),
    })?;
    match top.lockfile_version.as_ref().map(Value::as_u64) {
        Some(Some(1..=3)) => {}
        Some(_) => {
            return Err(LockError::Version(shorten(&top.lockfile_version.unwrap_or_default().to_string())));
        }
        None => return Err(LockError::Other("it has no lockfileVersion")),
    }
    let mut lock = LockFile::new(LockFormat::PackageLock);
    let folders = match (top.packages, top.dependencies) {
        (Some(packages), _) => flat(text, packages, &mut lock),
        (None, nested) => {
            let entry = Entry { name: top.name.clone(), version: top.version, ..Entry::default() };
            let mut folders = vec![Folder { path: String::new(), entry, line: None }];
            flatten("", nested.unwrap_or_default(), &mut folders);
            // Version 1 does not say what the project itself needs: what lies on top is as near as it comes.
            folders[0].entry.dependencies = Some(folders[1..].iter().filter_map(top_level).collect());
            folders
        }
    };
    let mut listed: Vec<(&Folder, usize)> = Vec::new();
    let mut by_path: HashMap<&str, &Folder> = HashMap::new();
    let mut index: HashMap<&str, usize> = HashMap::new();
    for folder in &folders {
        if by_path.insert(&folder.path, folder).is_some() {
            lock.odd(folder.line, format!("`{}` is listed twice", shorten(&folder.path)));
            continue;
        }
        if folder.entry.link {
            continue;
        }
        let Some(package) = package(folder, top.name.as_deref(), &mut lock) else { continue };
        index.insert(&folder.path, lock.packages.len());
        listed.push((folder, lock.packages.len()));
        lock.packages.push(package);
    }
    // A link stands for the folder that it leads to.
    let at = |path: &str| -> Option<usize> {
        let folder = by_path.get(path)?;
        let target = folder.entry.resolved.as_ref().and_then(Value::as_str).filter(|_| folder.entry.link);
        index.get(target.unwrap_or(path)).copied()
    };
    for (folder, number) in listed {
        let Entry { dependencies, optional_dependencies, peer_dependencies, dev_dependencies, .. } =
            &folder.entry;
        let names = |map: &Option<BTreeMap<String, IgnoredAny>>| {
            map.iter().flat_map(|map| map.keys()).cloned().collect::<Vec<_>>()
        };
        let mut needs = Vec::new();
        for name in names(dependencies) {
            match find(&folder.path, &name, &at) {
                Some(found) => needs.push(found),
                None if optional_dependencies
                    .as_ref()
                    .is_some_and(|optional| optional.contains_key(&name)) => {}
                None => lock.odd(folder.line, format!("the dependency `{}` is not listed", shorten(&name))),
            }
        }
        // Those that need not be there.
        for name in [names(optional_dependencies), names(peer_dependencies), names(dev_dependencies)].concat()
        {
            needs.extend(find(&folder.path, &name, &at));
        }
        lock.packages[number].needs = edges(needs);
    }
    Ok(lock)
}

fn flat(text: &str, packages: Members<'_>, lock: &mut LockFile) -> Vec<Folder> {
    let lines = Lines::new(text);
    let mut folders = Vec::new();
    for (path, raw) in packages.0 {
        let line = Some(lines.line(raw.get().as_ptr().addr() - text.as_ptr().addr()));
        if path.len() > LONGEST_FOLDER {
            lock.unread(line, format!("the folder `{}…` is too long", shorten(&path)));
            continue;
        }
        match serde_json::from_str(raw.get()) {
            Ok(entry) => folders.push(Folder { path, entry, line }),
            Err(error) => lock.unread(line, format!("`{}`: {}", shorten(&path), shorten(&error.to_string()))),
        }
    }
    folders
}

/// Turns nested dependencies into folders. As deep as the JSON reader goes, which is 128.
fn flatten(above: &str, nested: BTreeMap<String, Nested>, folders: &mut Vec<Folder>) {
    for (name, package) in nested {
        let path = if above.is_empty() {
            format!("node_modules/{name}")
        } else {
            format!("{above}/node_modules/{name}")
        };
        let required = package.requires.as_ref().and_then(Value::as_object);
        let entry = Entry {
            dependencies: required
                .map(|required| required.keys().map(|name| (name.clone(), IgnoredAny)).collect()),
            version: package.version,
            resolved: package.resolved,
            integrity: package.integrity,
            ..Entry::default()
        };
        folders.push(Folder { path: path.clone(), entry, line: None });
        flatten(&path, package.dependencies.unwrap_or_default(), folders);
    }
}

fn top_level(folder: &Folder) -> Option<(String, IgnoredAny)> {
    let name = folder.path.strip_prefix("node_modules/")?;
    (!name.contains("/node_modules/")).then(|| (name.to_owned(), IgnoredAny))
}

/// The package that Node would find from a folder.
fn find(from: &str, name: &str, at: &dyn Fn(&str) -> Option<usize>) -> Option<usize> {
    let mut folder = from;
    loop {
        let candidate = if folder.is_empty() {
            format!("node_modules/{name}")
        } else {
            format!("{folder}/node_modules/{name}")
        };
        if let Some(found) = at(&candidate) {
            return Some(found);
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
}

fn package(folder: &Folder, project: Option<&str>, lock: &mut LockFile) -> Option<Package> {
    let Folder { path, entry, line } = folder;
    let installed = path.rsplit_once("node_modules/").map(|(_, name)| name);
    let own = installed.or(if path.is_empty() { project } else { path.rsplit('/').next() });
    let name = entry.name.as_deref().or(own).unwrap_or_default();
    let mut package = Package::new(Ecosystem::Npm, name);
    package.version = entry.version.clone().filter(|version| !version.is_empty());
    package.line = *line;
    if installed.is_none() {
        package.source = Source::Local(Some(path.clone()));
        return Some(package);
    }
    if name.is_empty() {
        lock.unread(*line, "a package without a name");
        return None;
    }
    let mut resolved = entry.resolved.as_ref().and_then(Value::as_str);
    // Version 1 puts what is no version in its place: an address, a path, an alias.
    if let Some(version) = package.version.take_if(|version| version.contains(':')) {
        if let Some((name, version)) = version.strip_prefix("npm:").and_then(|alias| alias.rsplit_once('@')) {
            package.name = name.to_owned();
            package.version = Some(version.to_owned());
        } else if resolved.is_none() {
            package.source = source(&version);
        }
    }
    let mut archive = Archive::default();
    if let Some(address) = resolved.take() {
        package.source = source(address);
        if address.starts_with("https://") || address.starts_with("http://") {
            archive.url = Some(address.to_owned());
            archive.name = super::python::file_name(address).map(str::to_owned);
        }
    }
    for stated in entry.integrity.iter().flat_map(|integrity| integrity.split_whitespace()) {
        match Hash::integrity(stated) {
            Some(hash) => archive.hashes.push(hash),
            None => lock.odd(*line, format!("`{}` is no hash", shorten(stated))),
        }
    }
    archive.hashes.sort();
    if archive != Archive::default() {
        package.archives.push(archive);
    }
    Some(package)
}

/// `git+ssh://…#commit`, `file:…`, or the address of an archive.
fn source(address: &str) -> Source {
    if let Some(git) =
        address.strip_prefix("git+").or(Some(address).filter(|address| address.starts_with("git:")))
    {
        let (url, commit) =
            git.split_once('#').map_or((git, None), |(url, commit)| (url, Some(commit.to_owned())));
        return Source::Vcs { url: url.to_owned(), commit };
    }
    match address.strip_prefix("file:") {
        Some(path) if path.ends_with(".tgz") || path.ends_with(".tar.gz") => Source::File(path.to_owned()),
        Some(path) => Source::Local(Some(path.to_owned())),
        None => Source::Registry(None),
    }
}

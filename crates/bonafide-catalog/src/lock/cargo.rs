//! `Cargo.lock`: versions 1 to 4 (cargo 1.0 to today).
//!
//! A `[[package]]` has a name, a version, a source unless it lies in the tree, and from version 2 on its own checksum;
//! version 1 keeps checksums in `[metadata]`, and its oldest form the workspace's package in `[root]`. A dependency is
//! written `name`, `name version` or `name version (source)`: as much as is needed to tell which one is meant.

use std::collections::BTreeMap;

use super::toml_reader::{Document, Table};
use super::{
    Archive, Ecosystem, Hash, LockError, LockFile, LockFormat, Names, Package, Source, edges, shorten,
};

pub(super) fn parse(text: &str) -> Result<LockFile, LockError> {
    let document = Document::parse(text)?;
    let root = document.root();
    if let Some(version) =
        root.scalar("version").filter(|version| !matches!(version.as_str(), "1" | "2" | "3" | "4"))
    {
        return Err(LockError::Version(shorten(&version)));
    }
    let mut lock = LockFile::new(LockFormat::CargoLock);
    let checksums = root.table("metadata");
    let mut tables: Vec<Table<'_>> = Vec::new();
    let mut seen: BTreeMap<(&str, &str, &str), ()> = BTreeMap::new();
    for table in root.table("root").into_iter().chain(root.tables("package")) {
        let (Some(name), Some(version)) = (table.name(), table.text("version")) else {
            lock.unread(Some(table.line), "a package without a name or a version");
            continue;
        };
        let source = table.text("source");
        if seen.insert((name, version, source.unwrap_or_default()), ()).is_some() {
            lock.odd(Some(table.line), format!("{} {} is listed twice", shorten(name), shorten(version)));
            continue;
        }
        let mut package = Package::new(Ecosystem::Cargo, name);
        package.version = Some(version.to_owned());
        package.line = Some(table.line);
        package.source = source.map_or(Source::Local(None), read_source);
        let listed = || checksums?.text(&format!("checksum {name} {version} ({})", source?));
        if let Some(checksum) =
            table.text("checksum").or_else(listed).filter(|checksum| *checksum != "<none>")
        {
            match Hash::hexadecimal("sha256", checksum) {
                Some(hash) => package.archives.push(Archive { hashes: vec![hash], ..Archive::default() }),
                None => {
                    lock.odd(Some(table.line), format!("the checksum of {} is no SHA-256", shorten(name)))
                }
            }
        }
        tables.push(table);
        lock.packages.push(package);
    }

    let names = Names::new(tables.iter().map(|table| table.text("name").unwrap_or_default()));
    for (index, table) in tables.iter().enumerate() {
        let mut needs = Vec::new();
        for wanted in table.texts("dependencies") {
            let mut words = wanted.splitn(3, ' ');
            let name = words.next().unwrap_or_default();
            let version = words.next();
            let source = words.next().and_then(|source| source.strip_prefix('(')?.strip_suffix(')'));
            let fits = |found: &&usize| {
                let table = tables[**found];
                version.is_none_or(|version| table.text("version") == Some(version))
                    && source.is_none_or(|source| table.text("source") == Some(source))
            };
            let found: Vec<usize> = names.find(name).iter().filter(fits).copied().collect();
            if let [one] = found.as_slice() {
                needs.push(*one);
            } else {
                let problem = if found.is_empty() { "is not listed" } else { "may be more than one package" };
                lock.odd(Some(table.line), format!("the dependency `{}` {problem}", shorten(wanted)));
            }
        }
        lock.packages[index].needs = edges(needs);
    }
    Ok(lock)
}

/// `registry+URL`, `sparse+URL`, `git+URL?branch=…#COMMIT`, `path+URL`.
fn read_source(source: &str) -> Source {
    match source.split_once('+') {
        Some(("git", rest)) => {
            let (url, commit) =
                rest.split_once('#').map_or((rest, None), |(url, commit)| (url, Some(commit)));
            let url = url.split('?').next().unwrap_or(url);
            Source::Vcs { url: url.to_owned(), commit: commit.map(str::to_owned) }
        }
        Some(("path", path)) => Source::Local(Some(path.to_owned())),
        Some((_, url)) => Source::Registry(Some(url.to_owned())),
        None => Source::Registry(Some(source.to_owned())),
    }
}

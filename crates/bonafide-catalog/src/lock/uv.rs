//! `uv.lock`, version 1.
//!
//! Each `[[package]]` has a `source` table whose key says what it is: `registry`, `git`, `url`, `path`, `directory`,
//! `editable`, `virtual`. Dependencies name a package, and its version and source where several have that name. Extras
//! and dependency groups have lists of their own.

use bonafide_ident::pypi;

use super::python::{archive, file_name, is_commit};
use super::toml_reader::{Document, Table};
use super::{Archive, Ecosystem, LockError, LockFile, LockFormat, Names, Package, Source, edges, shorten};

pub(super) fn parse(text: &str) -> Result<LockFile, LockError> {
    let document = Document::parse(text)?;
    let root = document.root();
    match root.scalar("version") {
        Some(version) if version == "1" => {}
        Some(version) => return Err(LockError::Version(shorten(&version))),
        None => return Err(LockError::Other("it has no version")),
    }
    let mut lock = LockFile::new(LockFormat::UvLock);
    let mut tables = Vec::new();
    for table in root.tables("package").chain(root.tables("distribution")) {
        let Some(name) = table.name() else {
            lock.unread(Some(table.line), "a package without a name");
            continue;
        };
        let mut package = Package::new(Ecosystem::Pypi, name);
        package.version = table.text("version").map(str::to_owned);
        package.line = Some(table.line);
        package.source = source(table, &mut lock);
        let files: Vec<Table<'_>> = table.table("sdist").into_iter().chain(table.tables("wheels")).collect();
        package.archives = files.into_iter().map(|file| archive(file, &mut lock)).collect();
        if let (Source::Url(url), []) = (&package.source, package.archives.as_slice()) {
            let name = file_name(url).map(str::to_owned);
            package.archives.push(Archive { name, url: Some(url.clone()), hashes: Vec::new() });
        }
        tables.push(table);
        lock.packages.push(package);
    }
    let normal: Vec<String> = lock.packages.iter().map(|package| pypi::normalize(&package.name)).collect();
    let names = Names::new(normal.iter().map(String::as_str));
    for (index, table) in tables.iter().enumerate() {
        let optional = table.table("optional-dependencies");
        let groups = table.table("dev-dependencies").or(table.table("dependency-groups"));
        let lists =
            optional.into_iter().chain(groups).flat_map(|group| group.keys().map(move |key| (group, key)));
        let mut needs = Vec::new();
        for wanted in table.tables("dependencies").chain(lists.flat_map(|(group, key)| group.tables(key))) {
            let name = wanted.text("name").unwrap_or_default();
            let version = wanted.text("version");
            let fits = |found: &&usize| {
                version.is_none_or(|version| lock.packages[**found].version.as_deref() == Some(version))
            };
            let found: Vec<usize> = names.find(&pypi::normalize(name)).iter().filter(fits).copied().collect();
            if found.is_empty() {
                lock.odd(Some(wanted.line), format!("the dependency `{}` is not listed", shorten(name)));
            }
            needs.extend(found);
        }
        lock.packages[index].needs = edges(needs);
    }
    Ok(lock)
}

fn source(table: Table<'_>, lock: &mut LockFile) -> Source {
    let Some(source) = table.table("source") else { return Source::Registry(None) };
    let text = |key: &str| source.text(key).map(str::to_owned);
    if let Some(url) = text("registry") {
        return Source::Registry(Some(url));
    }
    if let Some(git) = source.text("git") {
        let (address, commit) =
            git.split_once('#').map_or((git, None), |(address, commit)| (address, Some(commit)));
        let url = address.split('?').next().unwrap_or(address).to_owned();
        return Source::Vcs { url, commit: commit.filter(|commit| is_commit(commit)).map(str::to_owned) };
    }
    if let Some(url) = text("url") {
        return Source::Url(url);
    }
    if let Some(path) = text("path") {
        return Source::File(path);
    }
    for local in ["editable", "virtual", "directory"] {
        if let Some(path) = text(local) {
            return Source::Local(Some(path));
        }
    }
    lock.unread(Some(table.line), "a package whose source is not known");
    Source::Registry(None)
}

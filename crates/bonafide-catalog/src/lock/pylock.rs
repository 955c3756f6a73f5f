//! `pylock.toml` (PEP 751), lock-version 1.
//!
//! Each `[[packages]]` is one of: from an index (`sdist`, `wheels`), an `archive`, a `vcs` checkout, a `directory`.
//! A dependency is a table of as many keys as tell which package is meant.

use bonafide_ident::pypi;

use super::python::archive;
use super::toml_reader::{Document, Table};
use super::{Ecosystem, LockError, LockFile, LockFormat, Names, Package, Source, edges, shorten};

pub(super) fn parse(text: &str) -> Result<LockFile, LockError> {
    let document = Document::parse(text)?;
    let root = document.root();
    match root.scalar("lock-version") {
        Some(version) if version == "1" || version.starts_with("1.") => {}
        Some(version) => return Err(LockError::Version(shorten(&version))),
        None => return Err(LockError::Other("it has no lock-version")),
    }
    let mut lock = LockFile::new(LockFormat::PylockToml);
    let mut tables = Vec::new();
    for table in root.tables("packages") {
        let Some(name) = table.name() else {
            lock.unread(Some(table.line), "a package without a name");
            continue;
        };
        let mut package = Package::new(Ecosystem::Pypi, name);
        package.version = table.text("version").map(str::to_owned);
        package.line = Some(table.line);
        package.condition = table.text("marker").map(str::to_owned);
        package.source = source(table);
        let files =
            table.table("archive").into_iter().chain(table.table("sdist")).chain(table.tables("wheels"));
        let files: Vec<Table<'_>> = files.collect();
        package.archives = files.into_iter().map(|file| archive(file, &mut lock)).collect();
        tables.push(table);
        lock.packages.push(package);
    }
    let normal: Vec<String> = lock.packages.iter().map(|package| pypi::normalize(&package.name)).collect();
    let names = Names::new(normal.iter().map(String::as_str));
    for (index, table) in tables.iter().enumerate() {
        let mut needs = Vec::new();
        for wanted in table.tables("dependencies") {
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

fn source(table: Table<'_>) -> Source {
    let text = |table: Table<'_>, key: &str| table.text(key).map(str::to_owned);
    if let Some(vcs) = table.table("vcs") {
        let url = text(vcs, "url").or(text(vcs, "path")).unwrap_or_default();
        return Source::Vcs { url, commit: text(vcs, "commit-id") };
    }
    if let Some(directory) = table.table("directory") {
        return Source::Local(text(directory, "path"));
    }
    if let Some(archive) = table.table("archive") {
        return text(archive, "url")
            .map_or_else(|| Source::File(text(archive, "path").unwrap_or_default()), Source::Url);
    }
    Source::Registry(text(table, "index"))
}

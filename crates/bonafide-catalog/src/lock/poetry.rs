//! `poetry.lock`: lock-version 1 (Poetry 1.0 to 1.8) and 2 (from 1.3 on).
//!
//! Files and their hashes stand with the package, or in the older form in `[metadata.files]` by name. Dependencies are
//! constraints by name, not pins. A `[package.source]` says where what is not from an index comes from.

use bonafide_ident::pypi;

use super::python::{archive, file_name};
use super::toml_reader::{Document, Table};
use super::{Archive, Ecosystem, LockError, LockFile, LockFormat, Names, Package, Source, edges, shorten};

pub(super) fn parse(text: &str) -> Result<LockFile, LockError> {
    let document = Document::parse(text)?;
    let root = document.root();
    let metadata = root.table("metadata");
    let mut lock = LockFile::new(LockFormat::PoetryLock);
    match metadata.and_then(|metadata| metadata.scalar("lock-version")) {
        Some(version) if version.starts_with("1.") || version.starts_with("2.") => {}
        Some(version) => return Err(LockError::Version(shorten(&version))),
        // Poetry before 1.0 wrote `content-hash` and `python-versions` only.
        None if metadata.is_some_and(|metadata| metadata.text("content-hash").is_some()) => {}
        None if root.tables("package").next().is_some() => {
            lock.unread(None, "it has no lock-version, so its end may be cut off");
        }
        None => return Err(LockError::Other("it has no lock-version")),
    }
    let files = metadata.and_then(|metadata| metadata.table("files"));
    let mut tables = Vec::new();
    for table in root.tables("package") {
        let (Some(name), Some(version)) = (table.name(), table.text("version")) else {
            lock.unread(Some(table.line), "a package without a name or a version");
            continue;
        };
        let mut package = Package::new(Ecosystem::Pypi, name);
        package.version = Some(version.to_owned());
        package.line = Some(table.line);
        package.source = source(table);
        package.condition = table.text("markers").or(table.text("marker")).map(str::to_owned);
        let listed: Vec<Table<'_>> = files.into_iter().flat_map(|files| files.tables(name)).collect();
        let own: Vec<Table<'_>> = table.tables("files").chain(listed).collect();
        package.archives = own.into_iter().map(|file| archive(file, &mut lock)).collect();
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
        let Some(wanted) = table.table("dependencies") else { continue };
        // An optional dependency that nobody asked for is not listed: that is no fault.
        let needs =
            wanted.keys().flat_map(|name| names.find(&pypi::normalize(name)).iter().copied()).collect();
        lock.packages[index].needs = edges(needs);
    }
    Ok(lock)
}

fn source(table: Table<'_>) -> Source {
    let Some(source) = table.table("source") else { return Source::Registry(None) };
    let url = source.text("url").map(str::to_owned);
    match source.text("type") {
        Some("git") => Source::Vcs {
            url: url.unwrap_or_default(),
            commit: source.text("resolved_reference").or(source.text("reference")).map(str::to_owned),
        },
        Some("url") => Source::Url(url.unwrap_or_default()),
        Some("file") => Source::File(url.unwrap_or_default()),
        Some("directory") => Source::Local(url),
        _ => Source::Registry(url),
    }
}

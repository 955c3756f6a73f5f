//! What the Python formats share: edges by normal name, archives, names of wheels.

use bonafide_ident::pypi;

use super::toml_reader::Table;
use super::{Archive, Hash, LockFile, shorten};

/// The last part of an address, its query and fragment cut off.
pub(super) fn file_name(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next()?;
    path.rsplit('/').next().filter(|name| !name.is_empty())
}

/// An archive of a table: `url`, `path`, `name` or `file`, and `hash` or `hashes`.
pub(super) fn archive(table: Table<'_>, lock: &mut LockFile) -> Archive {
    let url = table.text("url");
    let place = table.text("name").or(table.text("file")).or_else(|| file_name(url.or(table.text("path"))?));
    let mut archive =
        Archive { name: place.map(str::to_owned), url: url.map(str::to_owned), hashes: Vec::new() };
    let mut take = |stated: &str, hash: Option<Hash>, lock: &mut LockFile| match hash {
        Some(hash) => archive.hashes.push(hash),
        None => lock.odd(Some(table.line), format!("`{}` is no hash", shorten(stated))),
    };
    if let Some(stated) = table.text("hash") {
        take(stated, Hash::colon(stated), lock);
    }
    if let Some(hashes) = table.table("hashes") {
        for algorithm in hashes.keys() {
            let stated = hashes.text(algorithm).unwrap_or_default();
            take(stated, Hash::hexadecimal(algorithm, stated), lock);
        }
    }
    archive.hashes.sort();
    archive
}

/// Name and version of a wheel's file name (`name-1.0-py3-none-any.whl`) or an sdist's (`name-1.0.tar.gz`).
pub(super) fn distribution(file: &str) -> Option<(String, String)> {
    let (name, version) = if let Some(stem) = file.strip_suffix(".whl") {
        let mut parts = stem.split('-');
        let (name, version) = (parts.next()?, parts.next()?);
        (parts.count() >= 3).then_some((name, version))?
    } else {
        let stem = [".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz"]
            .iter()
            .find_map(|suffix| file.strip_suffix(suffix))?;
        stem.rsplit_once('-')
            .filter(|(_, version)| version.starts_with(|first: char| first.is_ascii_digit()))?
    };
    pypi::is_name(name).then(|| (name.to_owned(), version.to_owned()))
}

/// The commit of an address with a version control fragment or query: `…@REVISION`, `…#COMMIT`.
pub(super) fn is_commit(text: &str) -> bool {
    (text.len() == 40 || text.len() == 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

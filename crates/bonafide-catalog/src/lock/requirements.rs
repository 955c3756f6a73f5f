//! pip's requirements files.
//!
//! A line is a requirement (PEP 508: `name[extra] == 1.0 ; marker`, or `name @ address`), an address or path alone, or an
//! option. A backslash at the end joins lines, ` #` begins a comment, `--hash` belongs to the requirement before it. Only
//! `==` and `===` with one version pin; all else is a package without a version.

use bonafide_ident::pypi;

use super::python::{distribution, file_name, is_commit};
use super::{Archive, Ecosystem, Hash, Include, LockError, LockFile, LockFormat, Package, Source, shorten};

/// Options that say how to install and not what.
const SETTINGS: [&str; 15] = [
    "-i",
    "--index-url",
    "--extra-index-url",
    "--no-index",
    "-f",
    "--find-links",
    "--no-binary",
    "--only-binary",
    "--prefer-binary",
    "--require-hashes",
    "--pre",
    "--trusted-host",
    "--use-feature",
    "--all-releases",
    "--only-final",
];

pub(super) fn parse(text: &str) -> Result<LockFile, LockError> {
    let mut lock = LockFile::new(LockFormat::Requirements);
    lock.complete = false;
    let (mut read, mut wrong) = (0_usize, 0_usize);
    for (line, words) in logical_lines(text) {
        let taken = if words.starts_with('-') {
            option(&words, line, &mut lock)
        } else {
            requirement(&words, line, &mut lock)
        };
        match taken {
            Ok(()) => read += 1,
            Err(problem) => {
                wrong += 1;
                lock.unread(Some(line), format!("`{}`: {problem}", shorten(&words)));
            }
        }
    }
    if wrong > read {
        return Err(LockError::Other("most of its lines are no requirements"));
    }
    Ok(lock)
}

/// Lines with continuations joined, comments and empty ones dropped; each with the number of its first line.
fn logical_lines(text: &str) -> Vec<(u64, String)> {
    let mut lines = Vec::new();
    let mut open: Option<(u64, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let comment = line.trim_start().starts_with('#');
        let (first, mut words) = open.take().unwrap_or((number, String::new()));
        match line.strip_suffix('\\') {
            Some(begin) if !comment => {
                words.push_str(begin);
                open = Some((first, words));
            }
            _ => {
                if !comment {
                    words.push_str(line);
                }
                lines.push((first, words));
            }
        }
    }
    lines.extend(open);
    for (_, words) in &mut lines {
        let comment = words.char_indices().zip(std::iter::once(' ').chain(words.chars()));
        let cut = comment.into_iter().find(|((_, letter), before)| *letter == '#' && before.is_whitespace());
        let end = cut.map_or(words.len(), |((at, _), _)| at);
        *words = words[..end].trim().to_owned();
    }
    lines.retain(|(_, words)| !words.is_empty());
    lines
}

fn option(words: &str, line: u64, lock: &mut LockFile) -> Result<(), &'static str> {
    let (name, value) = match words.split_once(|letter: char| letter.is_whitespace() || letter == '=') {
        Some((name, value)) => (name, value.trim()),
        // A short option may touch its value: `-rbase.txt`.
        None if !words.starts_with("--") && words.is_char_boundary(2) && words.len() > 2 => words.split_at(2),
        None => (words, ""),
    };
    match name {
        "-r" | "--requirement" | "-c" | "--constraint" if value.is_empty() => Err("the option names no file"),
        "-r" | "--requirement" => {
            lock.includes.push(Include { path: value.to_owned(), line });
            Ok(())
        }
        // Constraints say which versions are allowed, not what is needed.
        "-c" | "--constraint" => Ok(()),
        "-e" | "--editable" => requirement(value, line, lock),
        _ if SETTINGS.contains(&name) => Ok(()),
        _ => Err("the option is not known"),
    }
}

fn requirement(words: &str, line: u64, lock: &mut LockFile) -> Result<(), &'static str> {
    let end = [" --", "\t--"].iter().filter_map(|option| words.find(option)).min().unwrap_or(words.len());
    let (what, options) = (words[..end].trim(), &words[end..]);
    let mut package = if is_address(what) { addressed(what, None)? } else { Some(named(what)?) };
    if let Some(package) = &mut package {
        package.line = Some(line);
        for stated in hashes(options) {
            match Hash::colon(stated) {
                Some(hash) => package.archives.push(Archive { hashes: vec![hash], ..Archive::default() }),
                None => lock.odd(Some(line), format!("`{}` is no hash", shorten(stated))),
            }
        }
    }
    lock.packages.extend(package);
    Ok(())
}

/// The values of `--hash=…` and `--hash …`.
fn hashes(options: &str) -> Vec<&str> {
    let mut stated = Vec::new();
    let mut words = options.split_whitespace();
    while let Some(word) = words.next() {
        match word.strip_prefix("--hash") {
            Some("") => stated.extend(words.next()),
            Some(value) => stated.extend(value.strip_prefix('=')),
            None => {}
        }
    }
    stated
}

/// An address or a path, without a name before it.
fn is_address(what: &str) -> bool {
    let head = what.split([' ', ';', '@', '#']).next().unwrap_or_default();
    let archive = [".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"]
        .iter()
        .any(|suffix| head.ends_with(suffix));
    archive || head.starts_with(['.', '~']) || head.contains(['/', '\\', ':'])
}

/// `name[extra] specifiers ; marker` or `name[extra] @ address ; marker`.
fn named(what: &str) -> Result<Package, &'static str> {
    let end = what
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_.".contains(letter)))
        .unwrap_or(what.len());
    let (name, mut rest) = (&what[..end], what[end..].trim_start());
    if !pypi::is_name(name) {
        return Err("no project name");
    }
    if let Some(extras) = rest.strip_prefix('[') {
        rest = extras.split_once(']').ok_or("the list of extras has no end")?.1.trim_start();
    }
    if let Some(address) = rest.strip_prefix('@') {
        let local = Package { source: Source::Local(None), ..Package::new(Ecosystem::Pypi, name) };
        return Ok(addressed(address.trim(), Some(name))?.unwrap_or(local));
    }
    let (specifiers, marker) =
        rest.split_once(';').map_or((rest, None), |(before, marker)| (before, Some(marker.trim())));
    let mut package = Package::new(Ecosystem::Pypi, name);
    package.condition = marker.map(str::to_owned);
    package.version = pin(specifiers.trim())?;
    Ok(package)
}

/// The one version that specifiers allow, where there is one.
fn pin(specifiers: &str) -> Result<Option<String>, &'static str> {
    let bare = specifiers.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(specifiers);
    let mut pinned: Option<&str> = None;
    for specifier in bare.split(',').map(str::trim).filter(|specifier| !specifier.is_empty()) {
        let operator = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"]
            .into_iter()
            .find(|operator| specifier.starts_with(operator));
        let operator = operator.ok_or("what follows the name is no version specifier")?;
        let version = specifier[operator.len()..].trim();
        let fits = |letter: char| letter.is_ascii_alphanumeric() || ".+!*-_".contains(letter);
        if version.is_empty()
            || version.contains(char::is_whitespace)
            || operator != "===" && !version.chars().all(fits)
        {
            return Err("what follows the operator is no version");
        }
        if operator == "===" || operator == "==" && !version.ends_with(".*") {
            if pinned.is_some_and(|other| other != version) {
                return Err("it pins two versions");
            }
            pinned = Some(version);
        }
    }
    Ok(pinned.map(str::to_owned))
}

/// What an address or path names; `None` for a folder, which is the project or a part of it.
fn addressed(what: &str, name: Option<&str>) -> Result<Option<Package>, &'static str> {
    let (address, marker) = what
        .split_once(" ;")
        .or(what.split_once("; "))
        .map_or((what, None), |(a, m)| (a.trim(), Some(m.trim())));
    let (target, fragment) = address.split_once('#').unwrap_or((address, ""));
    let part = |key: &str| fragment.split('&').find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
    let egg = part("egg").map(|egg| egg.split('[').next().unwrap_or(egg)).filter(|egg| pypi::is_name(egg));
    let (scheme, rest) = target.split_once("://").unwrap_or(("file", target));
    let found = file_name(target).and_then(distribution);
    let mut package = Package::new(Ecosystem::Pypi, "");
    package.condition = marker.map(str::to_owned);
    if let Some((_, transport)) = scheme.split_once('+').or((scheme == "git").then_some(("git", "git"))) {
        let folder = rest.find('/').unwrap_or(rest.len());
        let (url, revision) = match rest[folder..].rsplit_once('@') {
            Some((path, revision)) => (format!("{transport}://{}{path}", &rest[..folder]), Some(revision)),
            None => (format!("{transport}://{rest}"), None),
        };
        let commit = revision.filter(|revision| is_commit(revision)).map(str::to_owned);
        package.source = Source::Vcs { url, commit };
    } else if let Some((_, version)) = &found {
        package.version = Some(version.clone());
        let mut archive = Archive { name: file_name(target).map(str::to_owned), ..Archive::default() };
        if scheme == "file" {
            package.source = Source::File(rest.to_owned());
        } else {
            package.source = Source::Url(target.to_owned());
            archive.url = Some(target.to_owned());
        }
        let stated = ["sha256", "sha384", "sha512", "sha224", "sha1", "md5"].into_iter();
        archive.hashes =
            stated.filter_map(|algorithm| Hash::hexadecimal(algorithm, part(algorithm)?)).collect();
        package.archives.push(archive);
    } else if scheme == "file" {
        return Ok(None);
    } else {
        package.source = Source::Url(target.to_owned());
    }
    let name = name.or(egg).map(str::to_owned).or(found.map(|(name, _)| name));
    package.name = name.ok_or("the address does not say which project it is")?;
    Ok(Some(package))
}

//! `go.mod` and `go.sum`.
//!
//! A go.mod of Go 1.17 or later names every module that is needed, those of its dependencies marked `// indirect`; an
//! older one names the direct ones only. `replace` puts another module, or a folder, in a module's place. The `go` and
//! `toolchain` lines say which Go is needed at least, not which was used: no package comes from them.
//!
//! A go.sum has a hash for whatever was ever looked at. Lines that end in `/go.mod` prove no more than that a
//! module's requirements were read, so only the lines of whole modules are taken, and still there may be more of them
//! than are needed.

use std::collections::BTreeMap;

use super::{Archive, Ecosystem, Hash, LockError, LockFile, LockFormat, Package, Source, shorten};

/// Words of a line; a string in double quotes or backquotes is one. `//` begins a comment, which comes apart.
fn words(line: &str) -> Option<(Vec<&str>, &str)> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        if let Some(comment) = rest.strip_prefix("//") {
            return Some((words, comment.trim()));
        }
        let end = match rest.as_bytes()[0] {
            quote @ (b'"' | b'`') => {
                let inner = &rest[1..];
                let end = inner.find(char::from(quote))?;
                words.push(&inner[..end]);
                end + 2
            }
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let end =
                    rest[..end].find("//").filter(|at| *at > 0 && rest[..*at].ends_with(')')).unwrap_or(end);
                words.push(&rest[..end]);
                end
            }
        };
        rest = rest[end..].trim_start();
    }
    Some((words, ""))
}

/// What stands in a module's place.
struct Replacement<'a> {
    path: &'a str,
    version: Option<&'a str>,
}

pub(super) fn parse_mod(text: &str) -> Result<LockFile, LockError> {
    let mut lock = LockFile::new(LockFormat::GoMod);
    lock.complete = false;
    let mut replaced: BTreeMap<(&str, Option<&str>), Replacement<'_>> = BTreeMap::new();
    let mut required: Vec<(&str, &str, u64, bool)> = Vec::new();
    let mut module: Option<(&str, u64)> = None;
    let mut block: Option<&str> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let Some((words, comment)) = words(line) else {
            lock.unread(Some(number), "a string has no end");
            continue;
        };
        let (directive, arguments) = match (block, words.as_slice()) {
            (_, []) => continue,
            (Some(_), [")"]) => {
                block = None;
                continue;
            }
            (Some(directive), arguments) => (directive, arguments),
            (None, [directive, "("]) => {
                block = Some(directive);
                continue;
            }
            (None, [directive, arguments @ ..]) => (*directive, arguments),
        };
        match (directive, arguments) {
            ("module", [path]) => module = Some((path, number)),
            ("go", [version]) => lock.complete = lists_all(version),
            ("require", [path, version]) if !path.is_empty() => {
                required.push((
                    path,
                    version,
                    number,
                    comment.split(';').next().is_some_and(|first| first.trim() == "indirect"),
                ));
            }
            ("replace", arguments) => {
                let Some(arrow) = arguments.iter().position(|word| *word == "=>") else {
                    lock.unread(Some(number), "a replacement without `=>`");
                    continue;
                };
                match (&arguments[..arrow], &arguments[arrow + 1..]) {
                    ([path, of @ ..], [by, version @ ..]) if of.len() <= 1 && version.len() <= 1 => {
                        let by = Replacement { path: by, version: version.first().copied() };
                        replaced.insert((path, of.first().copied()), by);
                    }
                    _ => lock.unread(Some(number), "a replacement that is malformed"),
                }
            }
            ("toolchain" | "godebug" | "exclude" | "retract" | "tool" | "ignore", _) => {}
            _ => lock.unread(Some(number), format!("`{}` is no directive of go.mod", shorten(line.trim()))),
        }
    }
    if module.is_none() && required.is_empty() {
        return Err(LockError::Other("it has neither a module nor a requirement"));
    }
    let offset = usize::from(module.is_some());
    if let Some((path, line)) = module {
        let mut package = Package::new(Ecosystem::Golang, path);
        package.source = Source::Local(None);
        package.line = Some(line);
        package.needs =
            (0..).zip(&required).filter(|(_, (.., indirect))| !indirect).map(|(at, _)| at + offset).collect();
        lock.packages.push(package);
    }
    for (path, version, line, _) in required {
        let by = replaced.get(&(path, Some(version))).or_else(|| replaced.get(&(path, None)));
        let mut package = Package::new(Ecosystem::Golang, path);
        package.version = Some(version.to_owned());
        package.line = Some(line);
        match by {
            Some(Replacement { path, version: Some(version) }) => {
                package.name = (*path).to_owned();
                package.version = Some((*version).to_owned());
            }
            Some(Replacement { path, version: None }) => {
                package.source = Source::Local(Some((*path).to_owned()))
            }
            None => {}
        }
        lock.packages.push(package);
    }
    Ok(lock)
}

/// Whether a go.mod of this Go names indirect requirements too.
fn lists_all(version: &str) -> bool {
    let mut numbers =
        version.split('.').map(|part| part.chars().take_while(char::is_ascii_digit).collect::<String>());
    let mut number = || numbers.next().and_then(|digits| digits.parse::<u32>().ok()).unwrap_or(0);
    (number(), number()) >= (1, 17)
}

pub(super) fn parse_sum(text: &str) -> Result<LockFile, LockError> {
    let mut lock = LockFile::new(LockFormat::GoSum);
    let mut seen: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let (mut read, mut wrong) = (0_usize, 0_usize);
    for (number, line) in (1..).zip(text.lines()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (name, version, stated) = match words.as_slice() {
            [] => continue,
            [name, version, stated] => (*name, *version, *stated),
            _ => {
                wrong += 1;
                lock.unread(Some(number), "a line that is not module, version, hash");
                continue;
            }
        };
        read += 1;
        let Some(hash) = Hash::go(stated) else {
            lock.odd(Some(number), format!("`{}` is no hash", shorten(stated)));
            continue;
        };
        if let Some(before) = seen.insert((name, version), stated) {
            if before != stated {
                lock.odd(Some(number), format!("{} {} has two hashes", shorten(name), shorten(version)));
            }
            continue;
        }
        if version.ends_with("/go.mod") {
            continue;
        }
        let mut package = Package::new(Ecosystem::Golang, name);
        package.version = Some(version.to_owned());
        package.line = Some(number);
        package.archives.push(Archive { hashes: vec![hash], ..Archive::default() });
        lock.packages.push(package);
    }
    if wrong > read {
        return Err(LockError::Other("most of its lines are not module, version, hash"));
    }
    Ok(lock)
}

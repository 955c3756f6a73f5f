//! What one object proves: of which upstream it is, in which version, and what is linked into it.

use std::collections::{BTreeMap, BTreeSet};

use bonafide_artifact::object::{Answer, Hit, Object, ObjectFormat};
use bonafide_report::Confidence;

use super::name::LibraryName;
use super::rules::{CRATES, Form, PORTS, RULES, Upstream};
use crate::inventory::Method;

/// A version, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) text: String,
    pub(super) method: Method,
    pub(super) confidence: Confidence,
}

/// Something that is linked into an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Linked {
    pub(super) upstream: usize,
    pub(super) version: Option<String>,
    pub(super) method: Method,
    pub(super) confidence: Confidence,
}

/// What one object proves.
#[derive(Clone, Debug, Default)]
pub(super) struct Identity {
    /// Of which upstream a library is.
    pub(super) upstream: Option<usize>,
    /// In which version.
    pub(super) version: Option<Version>,
    /// What else is in it.
    pub(super) linked: Vec<Linked>,
    /// What it was built with by its headers' texts, and need not hold.
    pub(super) mentions: BTreeSet<usize>,
    /// Rust crates whose source paths are in it: name and version.
    pub(super) crates: BTreeSet<(String, String)>,
}

/// What the texts and symbols in an object say of each upstream.
#[derive(Default)]
struct Proofs {
    /// By symbols.
    symbols: BTreeMap<usize, Vec<String>>,
    /// By texts.
    texts: BTreeMap<usize, Vec<String>>,
    /// By texts that only the library's own code has.
    code: BTreeMap<usize, Vec<String>>,
    /// By texts of headers.
    mentions: BTreeSet<usize>,
    /// By symbols that tell it from others of its names.
    marks: BTreeSet<usize>,
    /// Symbols say that it is somebody else's work with the same interface.
    denied: BTreeSet<usize>,
}

/// Looks at an object. `library`: its name taken apart, where it is a shared library that somebody bundles.
pub(super) fn identify(object: &Object, library: Option<&LibraryName>) -> Identity {
    let proofs = proofs(object);
    let mut own = library.and_then(|name| {
        RULES.by_file(&name.stem.to_lowercase(), name.so.as_deref()).or_else(|| by_soname(object))
    });
    // A fork that carries the names of the original.
    let forks: Vec<usize> = proofs.symbols.keys().chain(proofs.code.keys()).copied().collect();
    let instead = |fork: &usize, upstream: usize| {
        RULES.upstreams[*fork].instead_of.iter().any(|name| *name == RULES.upstreams[upstream].name)
    };
    let replaced = |upstream: usize| forks.iter().copied().find(|fork| instead(fork, upstream));
    let marked = |upstream: usize| proofs.marks.iter().copied().find(|fork| instead(fork, upstream));
    if let Some(fork) = own.and_then(|own| replaced(own).or_else(|| marked(own))) {
        own = Some(fork);
    }
    let version = own.and_then(|own| version(object, own, library, &proofs));
    let mut linked = Vec::new();
    let found: BTreeSet<usize> = forks.iter().copied().collect();
    for upstream in found {
        if own == Some(upstream) || replaced(upstream).is_some() || proofs.denied.contains(&upstream) {
            continue;
        }
        linked.push(link(object, upstream, &proofs));
    }
    Identity { upstream: own, version, linked, mentions: proofs.mentions, crates: crates(object) }
}

fn by_soname(object: &Object) -> Option<usize> {
    let name = object.name.as_deref()?;
    let name = super::name::library(name.rsplit('/').next().unwrap_or(name), "")?;
    RULES.by_file(&name.stem.to_lowercase(), name.so.as_deref())
}

fn proofs(object: &Object) -> Proofs {
    let mut proofs = Proofs::default();
    let mut parts: BTreeMap<usize, BTreeMap<usize, u64>> = BTreeMap::new();
    for asked in &object.asked {
        let symbol = &RULES.symbols[asked.symbol as usize];
        match (&symbol.form, &asked.answer) {
            (Form::Part(part), Answer::Number(number)) => {
                parts.entry(symbol.upstream).or_default().insert(*part, *number);
            }
            (Form::Mark, _) => drop(proofs.marks.insert(symbol.upstream)),
            (Form::Not, _) => drop(proofs.denied.insert(symbol.upstream)),
            _ => {}
        }
        if let Some(version) = answered(&symbol.form, &asked.answer) {
            proofs.symbols.entry(symbol.upstream).or_default().push(version);
        }
    }
    for (upstream, parts) in parts {
        if let (Some(major), Some(minor)) = (parts.get(&0), parts.get(&1)) {
            proofs.symbols.entry(upstream).or_default().push(format!("{major}.{minor}"));
        }
    }
    let has = |text: &Option<String>| {
        text.as_ref()
            .and_then(|text| RULES.needle(text))
            .map(|needle| object.hits.iter().any(|hit| hit.needle as usize == needle))
    };
    for hit in &object.hits {
        for (upstream, text) in &RULES.needles[hit.needle as usize].texts {
            let rule = &RULES.upstreams[*upstream].texts[*text];
            let Some(version) = rule.pattern.find(&hit.text, hit.at) else { continue };
            if has(&rule.unless) == Some(true) {
                continue;
            }
            if rule.mention {
                proofs.mentions.insert(*upstream);
                continue;
            }
            if rule.proves && has(&rule.with) != Some(false) {
                proofs.code.entry(*upstream).or_default().push(version.clone());
            }
            proofs.texts.entry(*upstream).or_default().push(version);
        }
    }
    let ports = RULES.needle(PORTS);
    for hit in object.hits.iter().filter(|hit| Some(hit.needle as usize) == ports) {
        if let Some((upstream, version)) = port_of(hit) {
            proofs.code.entry(upstream).or_default().push(version);
        }
    }
    proofs
}

/// What a path of a vcpkg port's source says: `…/buildtrees/protobuf/src/v33.6-a416a45959.clean/src/…/arena.cc`. A path to a
/// file that is compiled stands only in what was compiled of it. The folder is called after the tag and part of a digest;
/// not each tag is a version.
fn port_of(hit: &Hit) -> Option<(usize, String)> {
    let rest = hit.text.get(hit.at + PORTS.len()..)?;
    let mut parts = rest.split(['/', '\\']).filter(|part| !part.is_empty());
    let (port, src, tag) = (parts.next()?, parts.next()?, parts.next()?);
    let file = parts.next_back()?;
    let end =
        file.find(|char: char| !char.is_ascii_alphanumeric() && !"._+-".contains(char)).unwrap_or(file.len());
    let compiled = [".c", ".cc", ".cpp", ".cxx"].iter().any(|ending| file[..end].ends_with(ending));
    let upstream = RULES.by_name(port).filter(|_| src == "src" && compiled)?;
    let (tag, _) = tag.split_once(".clean").unwrap_or((tag, "")).0.rsplit_once('-')?;
    let version = tag.rsplit(['-', '/']).next().unwrap_or(tag).trim_start_matches('v').replace('_', ".");
    let plain = version.contains('.') && version.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    Some((upstream, if plain { version } else { String::new() }))
}

/// The version that a symbol answers.
fn answered(form: &Form, answer: &Answer) -> Option<String> {
    let number = || match answer {
        Answer::Number(number) => Some(*number),
        Answer::Data(bytes) => {
            let bytes: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
            Some(u64::from(u32::from_le_bytes(bytes)))
        }
        _ => None,
    };
    match (form, answer) {
        (Form::Bits(shifts, optional), _) => {
            let mut number = number().filter(|number| *number > 0)?;
            let mut parts = Vec::new();
            for shift in shifts {
                parts.push(number >> shift);
                number &= (1 << shift) - 1;
            }
            plausible(&parts, *optional)
        }
        (Form::Quotients(divisors, optional), _) => quotients(number()?, divisors, *optional),
        (Form::TextQuotients(pattern, divisors), Answer::Text(text)) => {
            quotients(pattern.find(text, 0)?.parse().ok()?, divisors, false)
        }
        (Form::Proof, _) => Some(String::new()),
        (Form::Text(Some(pattern)), Answer::Text(text)) => {
            (0..text.len()).find_map(|at| pattern.find(text, at)).filter(|version| !version.is_empty())
        }
        (Form::Text(None), Answer::Text(text)) => {
            let text = text.strip_prefix(['v', 'n']).unwrap_or(text);
            let end = text.find([' ', ',', '(', ';']).unwrap_or(text.len());
            is_version(&text[..end]).then(|| text[..end].to_owned())
        }
        _ => None,
    }
}

fn quotients(number: u64, divisors: &[u64], optional: bool) -> Option<String> {
    let mut number = Some(number).filter(|number| *number > 0)?;
    let mut parts = Vec::new();
    for divisor in divisors {
        parts.push(number / divisor);
        number %= divisor;
    }
    plausible(&parts, optional)
}

/// Parts of a version, none of them a number that no release has.
fn plausible(parts: &[u64], optional: bool) -> Option<String> {
    if parts.iter().any(|part| *part > 9999) || parts.iter().all(|part| *part == 0) {
        return None;
    }
    let kept = if optional && parts.last() == Some(&0) { &parts[..parts.len() - 1] } else { parts };
    Some(kept.iter().map(u64::to_string).collect::<Vec<_>>().join("."))
}

/// Digits and dots first, at least one of each.
fn is_version(text: &str) -> bool {
    let numbers = text.split('.').take(2).collect::<Vec<_>>();
    numbers.len() == 2
        && numbers.iter().all(|part| part.starts_with(|char: char| char.is_ascii_digit()))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+_~".contains(&byte))
}

/// The version of a library of a known upstream, by the surest evidence that there is.
fn version(object: &Object, own: usize, library: Option<&LibraryName>, proofs: &Proofs) -> Option<Version> {
    let rule = &RULES.upstreams[own];
    let made = |text: String, method, confidence| Some(Version { text, method, confidence });
    let one = |found: Option<&Vec<String>>| {
        let known: BTreeSet<&String> = found?.iter().filter(|version| !version.is_empty()).collect();
        if known.len() == 1 { known.first().map(|version| (*version).clone()) } else { None }
    };
    if let Some(text) = one(proofs.symbols.get(&own)) {
        return made(text, Method::Symbol, Confidence::High);
    }
    if let Some(text) = one(proofs.code.get(&own)).or_else(|| one(proofs.texts.get(&own))) {
        return made(text, Method::BinaryText, Confidence::High);
    }
    let sonames = object.name.iter().filter_map(|name| super::name::library(name, ""));
    for so in library.into_iter().cloned().chain(sonames).filter_map(|name| name.so) {
        let elsewhere = object.current.and_then(|current| libtool(&so, current));
        if let Some(text) = rule.release_of(&so).or_else(|| rule.release_of(&elsewhere?)) {
            return made(text, Method::LibraryName, Confidence::Medium);
        }
    }
    if let Some(pattern) = &rule.lone {
        let fits: BTreeSet<String> = object
            .lone
            .iter()
            .filter_map(|text| Some((text, pattern.find(text, 0)?)))
            .map(|(text, group)| if group.is_empty() { text.clone() } else { group })
            .collect();
        if let (1, Some(text)) = (fits.len(), fits.first()) {
            return made(text.clone(), Method::BinaryText, Confidence::Medium);
        }
    }
    if let Some(text) = produced(object, rule) {
        return made(text, Method::BinaryText, Confidence::Medium);
    }
    if rule.resource
        && let Some(text) = resource(object)
    {
        return made(text, Method::VersionResource, Confidence::Medium);
    }
    None
}

/// The number that libtool gives a Mach-O library on Linux, of its number there and its current version: on macOS `libfreetype.6`
/// has 27.2.0, which is its age more than 6, and one more, so that the same release is `libfreetype.so.6.20.2`.
fn libtool(so: &str, current: [u32; 3]) -> Option<String> {
    let major: u32 = so.parse().ok()?;
    let age = current[0].checked_sub(major + 1)?;
    Some(format!("{major}.{age}.{}", current[1]))
}

/// The version of the compiler whose runtime it is: what the last of its parts was compiled by.
fn produced(object: &Object, rule: &Upstream) -> Option<String> {
    let pattern = rule.producer.as_ref()?;
    let found: BTreeSet<String> = object.producers.iter().filter_map(|text| pattern.find(text, 0)).collect();
    if found.len() == 1 { found.into_iter().next() } else { None }
}

/// The version that the version resource of a DLL states, where it is one that a release can have.
pub(super) fn resource(object: &Object) -> Option<String> {
    let value = |wanted: &str| {
        let (_, text) = object.resources.iter().find(|(key, _)| key == wanted)?;
        let numbers = with_commas(text);
        let text = numbers.as_deref().unwrap_or(text);
        let text = text.strip_prefix('v').unwrap_or(text);
        let end = text.find(' ').unwrap_or(text.len());
        let (text, rest) = text.split_at(end);
        // `1, 0, 0, 0` is what a template has; a first number of 0 with nothing else is none either.
        let fits = is_version(text) && !text.split('.').all(|part| part == "0") && text != "1.0.0.0";
        (fits && !rest.starts_with(" ,")).then(|| text.to_owned())
    };
    if object.format != ObjectFormat::Pe {
        return None;
    }
    let text = value("ProductVersion").or_else(|| value("FileVersion"))?;
    // The fourth number of Windows is a build's.
    let parts: Vec<&str> = text.split('.').collect();
    Some(if parts.len() == 4 && parts[3] == "0" { parts[..3].join(".") } else { text })
}

/// `78, 3, 0, 0` as `78.3.0.0`, of which those zeros go that no release has behind its second number.
fn with_commas(text: &str) -> Option<String> {
    let numbers: Vec<&str> = text.split(',').map(str::trim).collect();
    let plain = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if numbers.len() != 4 || !numbers.iter().all(plain) || numbers == ["1", "0", "0", "0"] {
        return None;
    }
    let last = numbers.iter().rposition(|part| *part != "0").unwrap_or(0).max(1);
    Some(numbers[..=last].join("."))
}

/// A library that is linked into an object of something else.
fn link(object: &Object, upstream: usize, proofs: &Proofs) -> Linked {
    let rule = &RULES.upstreams[upstream];
    let one = |found: Option<&Vec<String>>| {
        let known: BTreeSet<&String> = found?.iter().filter(|version| !version.is_empty()).collect();
        if known.len() == 1 { known.first().map(|version| (*version).clone()) } else { None }
    };
    if let Some(version) = one(proofs.symbols.get(&upstream)) {
        return Linked {
            upstream,
            version: Some(version),
            method: Method::Symbol,
            confidence: Confidence::Medium,
        };
    }
    let version = one(proofs.code.get(&upstream)).or_else(|| produced(object, rule));
    let confidence = if version.is_some() { Confidence::Medium } else { Confidence::Low };
    Linked { upstream, version, method: Method::BinaryText, confidence }
}

/// Crates by the paths of their sources: `…/registry/src/INDEX/NAME-1.2.3/src/lib.rs`.
fn crates(object: &Object) -> BTreeSet<(String, String)> {
    let needle = RULES.needle(CRATES);
    let hits = object.hits.iter().filter(|hit| Some(hit.needle as usize) == needle);
    hits.filter_map(crate_of).collect()
}

fn crate_of(hit: &Hit) -> Option<(String, String)> {
    let rest = hit.text.get(hit.at + CRATES.len()..)?;
    let mut parts = rest.splitn(3, '/');
    let (_, folder, _) = (parts.next()?, parts.next()?, parts.next()?);
    let (at, _) = folder.match_indices('-').find(|(at, _)| {
        let version = &folder[at + 1..];
        version.starts_with(|char: char| char.is_ascii_digit())
            && version.split(['-', '+']).next().is_some_and(|numbers| numbers.split('.').count() == 3)
    })?;
    let (name, version) = (&folder[..at], &folder[at + 1..]);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte);
    (is_version(version) && !name.is_empty() && name.bytes().all(plain))
        .then(|| (name.to_owned(), version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_versions() {
        let bits =
            |shifts: &[u32], number| answered(&Form::Bits(shifts.to_vec(), false), &Answer::Number(number));
        assert_eq!(bits(&[16, 8, 0], 0x10600).as_deref(), Some("1.6.0"));
        assert_eq!(bits(&[24, 12, 0], 0x100_2000).as_deref(), Some("1.2.0"));
        assert_eq!(bits(&[24, 16, 8], 0x020c_01ff).as_deref(), Some("2.12.1"));
        assert_eq!(bits(&[16, 8, 0], 0), None);
        let quotients = |divisors: &[u64], optional, number| {
            answered(&Form::Quotients(divisors.to_vec(), optional), &Answer::Number(number))
        };
        assert_eq!(quotients(&[10_000, 100, 1], false, 10658).as_deref(), Some("1.6.58"));
        assert_eq!(quotients(&[1000, 10, 1], true, 2190).as_deref(), Some("2.19"));
        assert_eq!(quotients(&[10_000_000, 10_000, 10], false, 50_080_042).as_deref(), Some("5.8.4"));
        let text = |text: &str| answered(&Form::Text(None), &Answer::Text(text.to_owned()));
        assert_eq!(text("v4.2.0").as_deref(), Some("4.2.0"));
        assert_eq!(text("no version"), None);
    }

    #[test]
    fn a_number_of_macos_is_that_of_linux() {
        assert_eq!(libtool("6", [27, 2, 0]).as_deref(), Some("6.20.2"));
        assert_eq!(libtool("0", [9, 5, 0]).as_deref(), Some("0.8.5"));
        assert_eq!(libtool("5", [5, 1, 1]), None);
        assert_eq!(libtool("61.19.101", [61, 19, 101]), None);
    }

    #[test]
    fn ports_are_known_by_the_paths_of_what_was_compiled() {
        let port = |text: &str| {
            let hit = Hit { needle: 0, offset: 0, text: text.to_owned(), at: text.find(PORTS).unwrap() };
            port_of(&hit).map(|(upstream, version)| (RULES.upstreams[upstream].name.clone(), version))
        };
        let found = |name: &str, version: &str| Some((name.to_owned(), version.to_owned()));
        let root = "(08@/opt/vcpkg/buildtrees/";
        assert_eq!(
            port(&format!("{root}protobuf/src/v3.21.8-b162a26f57.clean/src/google/arena.cc")),
            found("protobuf", "3.21.8")
        );
        assert_eq!(
            port(&format!("{root}abseil/src/d7dc672db0-d57dd8b3f8.clean/absl/numbers.cc")),
            found("abseil-cpp", "")
        );
        assert_eq!(
            port(&format!("{root}curl/src/url-7_84_0-fad13a6c94.clean/lib/vtls/openssl.c")),
            found("curl", "7.84.0")
        );
        assert_eq!(port(r"D:\buildtrees\re2\src\2024-07-02-5accd4db61.clean\re2.cc"), found("re2", ""));
        assert_eq!(port(&format!("{root}protobuf/src/v3.21.8-b162a26f57.clean/src/google/arena.h")), None);
        assert_eq!(port(&format!("{root}nobody-knows/src/v1.0-b162a26f57.clean/a.cc")), None);
        assert_eq!(port(&format!("{root}zlib/x64-linux/a.c")), None);
    }

    #[test]
    fn crates_are_known_by_their_paths() {
        let text = "/root/.cargo/registry/src/index-0123/serde_json-1.0.150-beta.1/src/de.rs";
        let hit = Hit { needle: 0, offset: 0, text: text.to_owned(), at: text.find(CRATES).unwrap() };
        assert_eq!(crate_of(&hit), Some(("serde_json".into(), "1.0.150-beta.1".into())));
    }

    #[test]
    fn a_template_in_a_version_resource_is_no_version() {
        for (text, version) in [
            ("1, 0, 0, 0", None),
            ("0, 0, 0, 0", None),
            ("78, 3, 0, 0", Some("78.3")),
            ("2, 0, 0, 0", Some("2.0")),
            ("3, 2, 1, 4", Some("3.2.1.4")),
            ("0.0.0.0", None),
            ("3.5.4", Some("3.5.4")),
            ("14.44.35211.0", Some("14.44.35211")),
        ] {
            let mut object = crate::native::testing::object(ObjectFormat::Pe);
            object.resources = vec![("FileVersion".into(), text.into())];
            assert_eq!(resource(&object).as_deref(), version, "{text}");
        }
    }
}

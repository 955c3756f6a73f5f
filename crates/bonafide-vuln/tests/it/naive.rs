//! Every record of the four public sources, every version that they enumerate or bound, against an evaluator that follows the
//! pseudo-code of the OSV schema word by word, without keys, index or database.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use bonafide_ident::{Scheme, Version, pypi};
use bonafide_vuln::db::{Builder, Database};
use bonafide_vuln::{Component, Scanner, State};
use serde_json::Value;

use super::{data, documents};

/// Where an event stands: before all, or at a version.
fn below_or_at(scheme: Scheme, bound: &str, version: &Version) -> Option<Ordering> {
    if bound == "0" {
        return Some(Ordering::Less);
    }
    Some(scheme.parse_bound(bound).ok()?.cmp(version))
}

/// `Some(true)` affected, `Some(false)` not, `None` undecided.
fn range_holds(scheme: Scheme, range: &Value, text: &str, version: &Version) -> Option<bool> {
    let mut events: Vec<(&str, &str)> = Vec::new();
    for event in range["events"].as_array()? {
        for (kind, bound) in event.as_object()? {
            events.push((kind, bound.as_str()?));
        }
    }
    let mut placed = Vec::new();
    for (kind, bound) in events {
        let order = below_or_at(scheme, bound, version)?;
        let rank =
            ["introduced", "fixed", "last_affected", "limit"].iter().position(|known| *known == kind)?;
        let key = (bound != "0").then(|| scheme.parse_bound(bound).unwrap());
        placed.push((key, rank, order, bound));
    }
    placed.sort_by(|left, right| left.0.cmp(&right.0).then(left.1.cmp(&right.1)));
    let limits: Vec<_> = placed.iter().filter(|event| event.1 == 3).collect();
    if !limits.is_empty() && limits.iter().all(|event| event.2.is_le()) {
        return Some(false);
    }
    let mut affected = false;
    for (_, rank, order, bound) in &placed {
        match rank {
            0 if order.is_le() => affected = true,
            1 if order.is_le() => affected = false,
            2 => {
                let public = text.split('+').next().unwrap();
                let is_local = scheme == Scheme::PyPi && text.contains('+') && !bound.contains('+');
                let past = if is_local {
                    below_or_at(scheme, bound, &scheme.parse(public).unwrap())?.is_lt()
                } else {
                    order.is_lt()
                };
                if past {
                    affected = false;
                }
            }
            _ => {}
        }
    }
    Some(affected)
}

/// Versions that were read before: the tests are built without optimisation.
type Memo = HashMap<String, Option<Version>>;

fn read(memo: &mut Memo, scheme: Scheme, text: &str) -> Option<Version> {
    if let Some(known) = memo.get(text) {
        return known.clone();
    }
    let version = scheme.parse(text).ok();
    memo.insert(text.to_owned(), version.clone());
    version
}

fn affected_holds(memo: &mut Memo, scheme: Scheme, affected: &Value, text: &str) -> Option<bool> {
    let version = read(memo, scheme, text);
    let listed = affected["versions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut same = |other: &Value| {
        let other = other.as_str().unwrap().trim();
        other == text || version.is_some() && read(memo, scheme, other) == version
    };
    if listed.iter().any(&mut same) {
        return Some(true);
    }
    let ranges = affected["ranges"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut undecided = false;
    let mut ordered = 0;
    for range in ranges.iter().filter(|range| range["type"] != "GIT") {
        ordered += 1;
        let version = version.as_ref().filter(|version| !version.is_legacy());
        match version.and_then(|version| range_holds(scheme, range, text, version)) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => undecided = true,
        }
    }
    (!undecided && ordered + listed.len() > 0).then_some(false)
}

/// Key of a package to the records' parts that name it.
type Packages = BTreeMap<String, Vec<(String, Value)>>;

fn check(source: &str, purl: &str, scheme: Scheme, normal: impl Fn(&str) -> String) {
    let Some(zip) = data(&format!("osv/{source}/all.zip")) else { return };
    let mut builder = Builder::new();
    let mut packages: Packages = BTreeMap::new();
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut records = 0;
    for (name, text) in documents(&zip) {
        builder.add(&name, text.as_bytes()).unwrap();
        records += 1;
        let record: Value = serde_json::from_str(&text).unwrap();
        if record.get("withdrawn").is_some() {
            continue;
        }
        for affected in record["affected"].as_array().unwrap() {
            let Some(package) = affected["package"]["name"].as_str() else { continue };
            let package = normal(package);
            let of = versions.entry(package.clone()).or_default();
            of.extend(
                affected["versions"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|one| one.as_str().unwrap().trim().to_owned()),
            );
            for range in
                affected["ranges"].as_array().into_iter().flatten().filter(|range| range["type"] != "GIT")
            {
                for event in range["events"].as_array().unwrap() {
                    of.extend(
                        event.as_object().unwrap().values().map(|bound| bound.as_str().unwrap().to_owned()),
                    );
                }
            }
            let id = record["id"].as_str().unwrap().to_owned();
            packages.entry(package).or_default().push((id, affected.clone()));
        }
    }
    let scanner = Scanner::new(vec![Database::from_bytes(builder.finish(Vec::new()).unwrap()).unwrap()]);
    let (mut asked, mut wrong, mut memo) = (0_u64, Vec::new(), Memo::new());
    for (package, parts) in &packages {
        for version in versions[package].iter().filter(|version| *version != "0") {
            let component = Component {
                name: package.clone(),
                version: Some(version.clone()),
                purls: vec![format!("pkg:{purl}/{}", package.replace('@', "%40"))],
                ..Component::default()
            };
            let answers = scanner.scan(&[component]).unwrap();
            let found = |state: bool| -> BTreeSet<&str> {
                let matches = |finding: &&bonafide_vuln::Finding| (finding.state == State::Affected) == state;
                let names = answers.findings.iter().filter(matches);
                names
                    .flat_map(|finding| std::iter::once(&finding.id).chain(&finding.aliases))
                    .map(String::as_str)
                    .collect()
            };
            let (affected, unknown) = (found(true), found(false));
            let mut right: BTreeMap<&str, Option<bool>> = BTreeMap::new();
            for (id, part) in parts {
                let answer = affected_holds(&mut memo, scheme, part, version);
                let known = right.entry(id).or_insert(Some(false));
                *known = match (*known, answer) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (None, _) | (_, None) => None,
                    _ => Some(false),
                };
            }
            asked += right.len() as u64;
            for (id, answer) in right {
                let agrees = match answer {
                    Some(true) => affected.contains(id),
                    // Another record of the same vulnerability may have decided.
                    None => unknown.contains(id) || affected.contains(id) || parts.len() > 1,
                    Some(false) => !affected.contains(id) || parts.len() > 1,
                };
                if !agrees {
                    wrong.push(format!("{package} {version} {id}: {answer:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked} wrong: {:#?}", wrong.len(), &wrong[..wrong.len().min(10)]);
    println!("{source}: {records} records, {asked} answers");
    assert!(asked > 1_000 || source == "PSF");
}

#[test]
fn python_packages() {
    check("PyPI", "pypi", Scheme::PyPi, pypi::normalize);
}

#[test]
fn go_modules() {
    check("Go", "golang", Scheme::Golang, str::to_lowercase);
}

#[test]
fn rust_crates() {
    check(concat!("crates", ".io"), "cargo", Scheme::Cargo, |name| name.to_lowercase().replace('_', "-"));
}

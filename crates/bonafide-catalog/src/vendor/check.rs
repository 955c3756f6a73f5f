//! `check`: says all that is not as it should be, and writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use bonafide_report::{Finding, Place};
use serde_json::Value;

use super::examine::{Examined, Output, examine, in_order, list};
use super::{Report, Request, VendorError, rules, tree};

const REGEN: &str = "`bonafide vendor regen`";

/// Says all that is not as it should be, in order of place. Writes nothing, needs no network.
///
/// # Errors
/// When the tree cannot be read.
pub fn check(request: &Request<'_>) -> Result<Report, VendorError> {
    let mut examined = examine(request, None)?;
    let mut findings = std::mem::take(&mut examined.findings);
    for output in &examined.outputs {
        if output.old.as_deref() != Some(output.new.as_bytes()) {
            differences(request, &examined, output, &mut findings);
        }
    }
    in_order(&mut findings);
    Ok(Report {
        findings,
        packages: request.config.packages.len(),
        files: examined.survey.files.len(),
        externals: examined.externals,
        ..Report::default()
    })
}

/// Why a document is not what it should be: file by file, then whatever else differs.
fn differences(request: &Request<'_>, examined: &Examined, output: &Output, findings: &mut Vec<Finding>) {
    let Some(old) = &output.old_value else {
        if output.old.is_none() {
            let finding =
                Finding::new(&rules::DOCUMENT_UNREADABLE, Place::file(&output.path), "is not there");
            findings.push(finding.remedy(REGEN));
        }
        return;
    };
    let before = findings.len();
    if Some(output.path.as_str())
        == request.config.document.as_ref().map(|document| document.path.value.as_str())
    {
        colliding_ids(&output.path, old, findings);
        files(request, examined, &output.path, old, findings);
    }
    packages(&output.path, old, &output.new_value, findings);
    if findings.len() == before {
        findings.push(first_difference(output));
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn colliding_ids(path: &str, old: &Value, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for file in list(old, "files") {
        let (id, name) = (text(file, "SPDXID"), text(file, "fileName"));
        if let Some(other) = seen.insert(id, name) {
            let message = format!("`{other}` and `{name}` have one id, {id}");
            findings.push(
                Finding::new(&rules::SPDX_ID_COLLISION, Place::file(path), message)
                    .subject(name)
                    .remedy(REGEN),
            );
        }
    }
}

fn checksum<'a>(file: &'a Value, algorithm: &str) -> Option<&'a str> {
    list(file, "checksums")
        .iter()
        .find(|one| text(one, "algorithm") == algorithm)
        .map(|one| text(one, "checksumValue"))
}

fn files(request: &Request<'_>, examined: &Examined, path: &str, old: &Value, findings: &mut Vec<Finding>) {
    let listed: BTreeMap<&str, &Value> =
        list(old, "files").iter().map(|file| (text(file, "fileName"), file)).collect();
    let ids: BTreeMap<&str, &str> =
        list(old, "files").iter().map(|file| (text(file, "SPDXID"), text(file, "fileName"))).collect();
    let names: BTreeMap<&str, &str> = list(old, "packages")
        .iter()
        .map(|package| (text(package, "SPDXID"), text(package, "name")))
        .collect();
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for relation in
        list(old, "relationships").iter().filter(|one| text(one, "relationshipType") == "CONTAINS")
    {
        if let Some(file) = ids.get(text(relation, "relatedSpdxElement")) {
            let owner = text(relation, "spdxElementId");
            owners.insert(file, names.get(owner).copied().unwrap_or(owner));
        }
    }
    let mut known: BTreeMap<&str, ()> = BTreeMap::new();
    for file in &examined.survey.files {
        known.insert(&file.name, ());
        let owner = &request.config.packages[file.package].name.value;
        let place = Place::file(&file.name);
        let Some(entry) = listed.get(file.name.as_str()) else {
            let message = format!("belongs to {owner}, but {path} does not list it");
            let remedy = format!("{REGEN}, or add it to `exclude` of {owner} if it is the project's own");
            findings.push(
                Finding::new(&rules::VENDOR_FILE_UNLISTED, place, message).subject(owner).remedy(remedy),
            );
            continue;
        };
        let digests = file.content.digests;
        let ours = [
            ("SHA256", digests.sha256.map(|digest| digest.to_string())),
            ("SHA1", digests.sha1.map(|digest| digest.to_string())),
        ];
        let changed = ours.iter().find_map(|(algorithm, found)| {
            let found = found.as_deref()?;
            let stated = checksum(entry, algorithm);
            (stated != Some(found)).then(|| (*algorithm, stated.unwrap_or("no checksum").to_owned(), found))
        });
        if let Some((algorithm, stated, found)) = changed {
            let message = format!("differs from what {path} says; it belongs to {owner}");
            let remedy = format!(
                "`bonafide vendor bump {owner} NEW-VERSION` if it was updated, or record the patch with \
                 `bonafide vendor verify {owner} --record`; then {REGEN}"
            );
            let finding = Finding::new(&rules::VENDOR_FILE_CHANGED, place.clone(), message)
                .field(algorithm, stated, found)
                .subject(owner);
            findings.push(finding.remedy(remedy));
        }
        match owners.get(file.name.as_str()) {
            Some(stated) if *stated == owner => {}
            stated => {
                let found = stated.copied().unwrap_or("no package");
                let message = format!("belongs to {owner}, but {path} gives it to {found}");
                findings.push(
                    Finding::new(&rules::DOCUMENT_STALE, place, message)
                        .field("relationships", owner, found)
                        .subject(owner)
                        .remedy(REGEN),
                );
            }
        }
    }
    // By the text of their names, which need not be their bytes.
    let nodes: BTreeSet<String> = examined.survey.nodes.keys().map(|path| tree::text(path)).collect();
    for name in listed.keys().filter(|name| !known.contains_key(*name)) {
        let owner = owners.get(name).copied().unwrap_or("no package");
        let there = nodes.contains(*name) || examined.tree.on_disk(name.as_bytes()).is_file();
        if examined.survey.refused.contains(*name) {
            continue;
        }
        let (rule, message) = if there {
            let message = format!(
                "{path} lists it under {owner}, but {} does not give it to {owner}",
                request.config_name
            );
            (&rules::VENDOR_FILE_DISOWNED, message)
        } else {
            (&rules::VENDOR_FILE_MISSING, format!("{path} lists it under {owner}, but it is not there"))
        };
        let remedy = if there {
            format!("{REGEN}, or mend `include` and `exclude` of {owner}")
        } else {
            format!("restore it, or {REGEN} if upstream dropped it")
        };
        findings.push(Finding::new(rule, Place::file(*name), message).subject(owner).remedy(remedy));
    }
}

/// Fields of packages that the configuration or a script states otherwise.
fn packages(path: &str, old: &Value, new: &Value, findings: &mut Vec<Finding>) {
    let before = list(old, "packages");
    for package in list(new, "packages") {
        let name = text(package, "name");
        let Some((index, was)) = before.iter().enumerate().find(|(_, was)| text(was, "name") == name) else {
            let message = format!("does not list {name}");
            findings.push(
                Finding::new(&rules::DOCUMENT_STALE, Place::file(path), message).subject(name).remedy(REGEN),
            );
            continue;
        };
        let fields = package.as_object().into_iter().flatten().map(|(key, _)| key);
        let gone = was
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key)
            .filter(|key| package.get(*key).is_none());
        for field in fields.chain(gone) {
            // It follows from the files, which are findings of their own.
            if field == "packageVerificationCode" || package.get(field) == was.get(field) {
                continue;
            }
            let said = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), short);
            let place = Place::file(path).pointer(format!("/packages/{index}/{field}"));
            let message = format!("{field} of {name} is not what it should be");
            findings.push(
                Finding::new(&rules::DOCUMENT_STALE, place, message)
                    .subject(name)
                    .field(field, said(package.get(field)), said(was.get(field)))
                    .remedy(REGEN),
            );
        }
    }
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The first line that differs.
fn first_difference(output: &Output) -> Finding {
    let old = String::from_utf8_lossy(output.old.as_deref().unwrap_or_default());
    let mut lines = old.split('\n').zip(output.new.split('\n')).enumerate();
    let (line, found, expected) = match lines.find(|(_, (old, new))| old != new) {
        Some((at, (old, new))) => (at + 1, old.to_owned(), new.to_owned()),
        None => {
            (old.split('\n').count().min(output.new.split('\n').count()), "its end".into(), "more".into())
        }
    };
    let place = Place::file(&output.path).line(line as u64);
    Finding::new(&rules::DOCUMENT_STALE, place, "is not what regen would write, from this line on")
        .field(format!("line {line}"), expected.trim(), found.trim())
        .remedy(REGEN)
}

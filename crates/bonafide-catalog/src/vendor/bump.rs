//! `bump`: another version of a package, in every place at once.

use std::path::Path;

use bonafide_report::{Finding, Place, Severity};
use serde_json::{Value, json};

use super::base::fill;
use super::maintain::{ConfigFile, Rewrite, archive_digest, document, document_change, finish, plausible};
use super::tree::Tree;
use super::version::Change;
use super::{Report, Request, VendorError, edit, pins, rules};
use crate::config::{Located, Package, PinField};

/// Gives a package another version, in every place at once: version, download location, CPE, package URL and checksum,
/// in the configuration or in the document, wherever they are kept; and the pins in other files.
///
/// With the upstream archive its checksum is taken, and the files are compared with it.
///
/// # Errors
/// When there is no such package, when the new configuration cannot be used, when a file cannot be read or written, when the
/// archive cannot be read to its end.
pub fn bump(
    request: &Request<'_>,
    file: ConfigFile<'_>,
    name: &str,
    version: &str,
    archive: Option<&Path>,
    created: Option<&str>,
) -> Result<Report, VendorError> {
    plausible(version)?;
    let Some(package) = request.config.packages.iter().find(|package| package.name.value == name) else {
        return super::script::bump(request, file, name, version, archive, created);
    };
    let sha256 = archive.map(archive_digest).transpose()?;
    let mut changes = Vec::new();
    let mut old = package.metadata.version.as_ref().map(|version| version.value.clone());
    if let Some((path, mut value)) = document(request)? {
        let before = value.clone();
        let entry = value
            .get_mut("packages")
            .and_then(Value::as_array_mut)
            .and_then(|packages| packages.iter_mut().find(|entry| entry["name"].as_str() == Some(name)));
        if let Some(entry) = entry {
            old = old.or_else(|| entry["versionInfo"].as_str().map(str::to_owned));
            bump_entry(entry, Change { name, old: old.as_deref(), new: version, sha256 });
        }
        if value != before {
            changes.push(document_change(request, path, &value));
        }
    }
    let change = Change { name, old: old.as_deref(), new: version, sha256 };
    let text = edit::bump_package(file.text, change).map_err(VendorError::Edit)?;
    let mut findings = Vec::new();
    bump_pins(request, package, change, &mut changes, &mut findings)?;
    let mut report = finish(request, file, &text, &changes, name, archive, created)?;
    report.findings.extend(findings);
    Ok(report)
}

/// Where the archive of another version of a package can be had, by the download location of the one that is there.
///
/// # Errors
/// When there is no such package, or it has no download location.
pub fn upstream_location(request: &Request<'_>, name: &str, version: &str) -> Result<String, VendorError> {
    plausible(version)?;
    let Some(package) = request.config.packages.iter().find(|package| package.name.value == name) else {
        return super::script::upstream_location(request, name, version);
    };
    let document = document(request)?.map(|(_, value)| value);
    let entry = document
        .as_ref()
        .and_then(|value| value["packages"].as_array())
        .and_then(|packages| packages.iter().find(|entry| entry["name"].as_str() == Some(name)));
    let kept = |field: &str| entry.and_then(|entry| entry[field].as_str()).map(str::to_owned);
    let stated = |field: &Option<Located<String>>| field.as_ref().map(|field| field.value.clone());
    let location = stated(&package.metadata.download_location).or_else(|| kept("downloadLocation"));
    let Some(location) = location.filter(|text| !matches!(text.as_str(), "NOASSERTION" | "NONE")) else {
        return Err(VendorError::Edit(format!("{name} has no download location")));
    };
    let old = stated(&package.metadata.version).or_else(|| kept("versionInfo"));
    let change = Change { name, old: old.as_deref(), new: version, sha256: None };
    Ok(fill(&change.apply(&location), name, Some(version)))
}

fn bump_entry(entry: &mut Value, change: Change<'_>) {
    entry["versionInfo"] = json!(change.new);
    if let Some(location) = entry["downloadLocation"].as_str() {
        entry["downloadLocation"] = json!(change.apply(location));
    }
    for reference in entry.get_mut("externalRefs").and_then(Value::as_array_mut).into_iter().flatten() {
        if matches!(reference["referenceType"].as_str(), Some("purl" | "cpe23Type")) {
            let locator = reference["referenceLocator"].as_str().unwrap_or_default();
            reference["referenceLocator"] = json!(change.apply(locator));
        }
    }
    let Some(fields) = entry.as_object_mut() else { return };
    match change.sha256 {
        Some(sha256) => {
            let checksum = json!([{"algorithm": "SHA256", "checksumValue": sha256.to_string()}]);
            fields.insert("checksums".into(), checksum);
        }
        None if change.old != Some(change.new) => drop(fields.shift_remove("checksums")),
        None => {}
    }
}

/// Writes the new value where a pin's expression finds the old one; names the lines of the same file that still speak of
/// the old version, since only a person can tell whether they should.
fn bump_pins(
    request: &Request<'_>,
    package: &Package,
    change: Change<'_>,
    changes: &mut Vec<Rewrite>,
    findings: &mut Vec<Finding>,
) -> Result<(), VendorError> {
    let tree = Tree::open(request.root)?;
    let mut files: Vec<&str> = package.pins.iter().map(|pin| pin.file.value.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    for path in files {
        let Ok(bytes) = tree.read(path.as_bytes()) else { continue };
        let Ok(before) = String::from_utf8(bytes) else { continue };
        let mut text = before.clone();
        for pin in package.pins.iter().filter(|pin| pin.file.value == path) {
            let value = match pin.field {
                PinField::Version => change.new.to_owned(),
                PinField::Sha256 => match change.sha256 {
                    Some(sha256) => sha256.to_string(),
                    None => continue,
                },
            };
            for found in pins::find(pin, &text).into_iter().rev() {
                text.replace_range(found.range, &value);
            }
        }
        if text != before {
            changes.push((path.to_owned(), text.clone()));
        }
        findings.extend(still_speaks(path, &text, change, "add a [[package.pin]] for it"));
    }
    Ok(())
}

/// The lines of a file that still speak of the old version.
pub(super) fn still_speaks(path: &str, text: &str, change: Change<'_>, remedy: &str) -> Vec<Finding> {
    let Change { name, new, .. } = change;
    let Some(old) = change.old.filter(|old| *old != new) else { return Vec::new() };
    let spellings = [old.to_owned(), old.replace('.', "_"), old.replace('.', "-")];
    let speaks = |line: &str| spellings.iter().any(|spelling| line.contains(spelling.as_str()));
    let lines = (1..).zip(text.lines()).filter(|(_, line)| speaks(line));
    let finding = |(number, line): (u64, &str)| {
        let message = format!("still speaks of {name} {old}: `{}`", line.trim());
        Finding::new(&rules::PIN_MISMATCH, Place::file(path).line(number), message)
            .severity(Severity::Warning)
            .subject(name)
            .remedy(format!("change it to {new} by hand, and {remedy}"))
    };
    lines.map(finding).collect()
}

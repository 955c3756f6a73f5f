//! `add`, `bump` and `remove`: one command that changes every place that must change together.

use std::path::Path;

use bonafide_artifact::Limits;
use bonafide_ident::Sha256;
use bonafide_report::{Finding, Place, Severity};
use serde_json::{Value, json};

use super::edit::{self, NewPackage, bumped};
use super::externals::with_version;
use super::regen::{regen, replace_file};
use super::tree::Tree;
use super::verify::{Archive, Differences, digest_file, verify};
use super::{Report, Request, VendorError, base, pins, rules};
use crate::config::{Config, Located, Package, PinField, Style};

/// The configuration file as it lies on disk: the one that the request's configuration was read from.
#[derive(Clone, Copy, Debug)]
pub struct ConfigFile<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// Its text.
    pub text: &'a str,
}

/// Adds a package: to the configuration, and with its files to the document.
///
/// # Errors
/// When there is such a package already, when the new configuration cannot be used, when a file cannot be read or
/// written.
pub fn add(
    request: &Request<'_>,
    file: ConfigFile<'_>,
    new: &NewPackage,
    archive: Option<&Path>,
    created: Option<&str>,
) -> Result<Report, VendorError> {
    let sha256 = archive.map(digest_file).transpose()?;
    let text = edit::add_package(file.text, new, sha256).map_err(VendorError::Edit)?;
    finish(request, file, &text, &[], &new.name, archive, created)
}

/// Removes a package from the configuration and from the document. Its files stay where they are.
///
/// # Errors
/// As for [`add`].
pub fn remove(
    request: &Request<'_>,
    file: ConfigFile<'_>,
    name: &str,
    created: Option<&str>,
) -> Result<Report, VendorError> {
    let in_config = request.config.packages.iter().any(|package| package.name.value == name);
    let mut in_document = false;
    let mut changes = Vec::new();
    if let Some((path, mut value)) = document(request)? {
        if let Some(packages) = value.get_mut("packages").and_then(Value::as_array_mut) {
            let before = packages.len();
            packages.retain(|package| package["name"].as_str() != Some(name));
            in_document = packages.len() < before;
        }
        if in_document {
            changes.push(document_change(request, path, &value));
        }
    }
    if !in_config && !in_document {
        return Err(VendorError::Edit(format!("there is no package named {name}")));
    }
    let text = if in_config {
        edit::remove_package(file.text, name).map_err(VendorError::Edit)?
    } else {
        file.text.to_owned()
    };
    finish(request, file, &text, &changes, name, None, created)
}

/// Gives a package another version, in every place at once: version, download location, CPE, package URL and checksum,
/// in the configuration or in the document, wherever they are kept; and the pins in other files.
///
/// With the upstream archive its checksum is taken, and the files are compared with it.
///
/// # Errors
/// As for [`add`]; and when there is no such package.
pub fn bump(
    request: &Request<'_>,
    file: ConfigFile<'_>,
    name: &str,
    version: &str,
    archive: Option<&Path>,
    created: Option<&str>,
) -> Result<Report, VendorError> {
    let Some(package) = request.config.packages.iter().find(|package| package.name.value == name) else {
        return Err(VendorError::Edit(format!("there is no package named {name}")));
    };
    let sha256 = archive.map(digest_file).transpose()?;
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
            bump_entry(entry, name, old.as_deref(), version, sha256);
        }
        if value != before {
            changes.push(document_change(request, path, &value));
        }
    }
    let text =
        edit::bump_package(file.text, name, old.as_deref(), version, sha256).map_err(VendorError::Edit)?;
    let mut findings = Vec::new();
    bump_pins(request, package, old.as_deref(), version, sha256, &mut changes, &mut findings)?;
    let mut report = finish(request, file, &text, &changes, name, archive, created)?;
    report.findings.extend(findings);
    Ok(report)
}

/// Where the archive of another version of a package can be had, by the download location of the one that is there.
///
/// # Errors
/// When there is no such package, or it has no download location.
pub fn upstream_location(request: &Request<'_>, name: &str, version: &str) -> Result<String, VendorError> {
    let Some(package) = request.config.packages.iter().find(|package| package.name.value == name) else {
        return Err(VendorError::Edit(format!("there is no package named {name}")));
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
    Ok(base::fill(&bumped(&location, name, old.as_deref(), version), name, Some(version)))
}

/// The base document, if there is one that can be read.
fn document(request: &Request<'_>) -> Result<Option<(String, Value)>, VendorError> {
    let Some(document) = &request.config.document else { return Ok(None) };
    let path = &document.path.value;
    let Ok(bytes) = Tree::open(request.root)?.read(path.as_bytes()) else { return Ok(None) };
    Ok(serde_json::from_slice(&bytes).ok().map(|value| (path.clone(), value)))
}

/// A file below the root and its new text.
type Change = (String, String);

fn document_change(request: &Request<'_>, path: String, value: &Value) -> Change {
    let style = request.config.document.as_ref().map_or(Style::Whole, |document| document.style);
    (path, base::text(value, style))
}

fn bump_entry(entry: &mut Value, name: &str, old: Option<&str>, new: &str, sha256: Option<Sha256>) {
    entry["versionInfo"] = json!(new);
    if let Some(location) = entry["downloadLocation"].as_str() {
        entry["downloadLocation"] = json!(bumped(location, name, old, new));
    }
    for reference in entry.get_mut("externalRefs").and_then(Value::as_array_mut).into_iter().flatten() {
        let locator = reference["referenceLocator"].as_str().unwrap_or_default();
        if let Some(locator) = with_version(locator, new) {
            reference["referenceLocator"] = json!(locator);
        }
    }
    let Some(fields) = entry.as_object_mut() else { return };
    match sha256 {
        Some(sha256) => {
            let checksum = json!([{"algorithm": "SHA256", "checksumValue": sha256.to_string()}]);
            fields.insert("checksums".into(), checksum);
        }
        None if old != Some(new) => drop(fields.shift_remove("checksums")),
        None => {}
    }
}

/// Writes the new value where a pin's expression finds the old one; names the lines of the same file that still speak of
/// the old version, since only a person can tell whether they should.
fn bump_pins(
    request: &Request<'_>,
    package: &Package,
    old: Option<&str>,
    new: &str,
    sha256: Option<Sha256>,
    changes: &mut Vec<Change>,
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
                PinField::Version => new.to_owned(),
                PinField::Sha256 => match sha256 {
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
        let Some(old) = old.filter(|old| *old != new) else { continue };
        let spellings = [old.to_owned(), old.replace('.', "_"), old.replace('.', "-")];
        for (index, line) in text.lines().enumerate() {
            if spellings.iter().any(|spelling| line.contains(spelling.as_str())) {
                let message = format!("still speaks of {} {old}: `{}`", package.name.value, line.trim());
                findings.push(
                    Finding::new(&rules::PIN_MISMATCH, Place::file(path).line(index as u64 + 1), message)
                        .severity(Severity::Warning)
                        .subject(&package.name.value)
                        .remedy(format!("change it to {new} by hand, and add a [[package.pin]] for it")),
                );
            }
        }
    }
    Ok(())
}

/// Writes the configuration and the other changes, regenerates, and compares with the archive if there is one.
fn finish(
    request: &Request<'_>,
    file: ConfigFile<'_>,
    text: &str,
    changes: &[Change],
    name: &str,
    archive: Option<&Path>,
    created: Option<&str>,
) -> Result<Report, VendorError> {
    let config = Config::parse(text).map_err(|error| VendorError::Edit(error.to_string()))?;
    let mut written = Vec::new();
    if text != file.text {
        replace_file(file.path, text.as_bytes())?;
        written.push(request.config_name.to_owned());
    }
    for (path, text) in changes {
        replace_file(&request.root.join(path), text.as_bytes())?;
        written.push(path.clone());
    }
    let request = Request { config: &config, ..*request };
    let mut report = regen(&request, created)?;
    report.written.retain(|path| !written.contains(path));
    written.append(&mut report.written);
    report.written = written;
    if let Some(archive) = archive {
        let archives = [Archive::Of(name.to_owned(), archive.to_path_buf())];
        let names = [name.to_owned()];
        let compared = verify(&request, &names, &archives, Differences::Report, Limits::default())?;
        report.findings.extend(compared.findings);
    }
    Ok(report)
}

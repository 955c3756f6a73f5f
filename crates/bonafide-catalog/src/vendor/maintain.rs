//! `add` and `remove`, and what they have in common with [`bump`](super::bump): one command that changes every place that
//! must change together.

use std::collections::BTreeSet;
use std::path::Path;

use bonafide_artifact::Limits;
use bonafide_ident::Sha256;
use bonafide_report::Finding;
use serde_json::Value;

use super::edit::{self, NewPackage};
use super::examine::examine;
use super::regen::{regen, replace_file};
use super::tree::Tree;
use super::upstream::Upstream;
use super::verify::{Archive, Differences, verify};
use super::version::implausible;
use super::{Report, Request, VendorError, base};
use crate::config::{Config, Style};

/// The configuration file as it lies on disk: the one that the request's configuration was read from.
#[derive(Clone, Copy, Debug)]
pub struct ConfigFile<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// Its text.
    pub text: &'a str,
}

/// Adds a package: to the configuration, and with its files to the document. Where something is wrong with the new package
/// itself (no file, a file of another package, an identifier that cannot be read), nothing is written.
///
/// # Errors
/// When there is such a package already, when the new configuration cannot be used, when a file cannot be read or
/// written, when the archive cannot be read to its end. Nothing is written then.
pub fn add(
    request: &Request<'_>,
    file: ConfigFile<'_>,
    new: &NewPackage,
    archive: Option<&Path>,
    created: Option<&str>,
) -> Result<Report, VendorError> {
    if let Some(version) = &new.version {
        plausible(version)?;
    }
    let sha256 = archive.map(archive_digest).transpose()?;
    let text = edit::add_package(file.text, new, sha256).map_err(VendorError::Edit)?;
    let config = Config::parse(&text).map_err(|error| VendorError::Edit(error.to_string()))?;
    let key = |finding: &Finding| (finding.rule.id, finding.message.clone());
    let before: BTreeSet<_> = examine(request, created)?.findings.iter().map(key).collect();
    let mut examined = examine(&Request { config: &config, ..*request }, created)?;
    examined.findings.retain(|finding| !before.contains(&key(finding)));
    if !examined.sound() {
        return Ok(Report::withheld(&config, examined));
    }
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
    let config = request.config;
    if in_config && config.packages.len() == 1 && config.externals.is_empty() {
        let document = config.document.as_ref().map_or("its document", |document| &document.path.value);
        return Err(VendorError::Edit(format!(
            "{name} is the last package: delete {} and {document} instead",
            request.config_name
        )));
    }
    let text = if in_config {
        edit::remove_package(file.text, name).map_err(VendorError::Edit)?
    } else {
        file.text.to_owned()
    };
    finish(request, file, &text, &changes, name, None, created)
}

/// Refuses what can be no version.
pub(super) fn plausible(version: &str) -> Result<(), VendorError> {
    implausible(version)
        .map_or(Ok(()), |why| Err(VendorError::Edit(format!("`{version}` is no version: {why}"))))
}

/// The digest of an upstream archive that can be read to its end: a checksum of half an archive would be believed from then
/// on.
pub(super) fn archive_digest(path: &Path) -> Result<Sha256, VendorError> {
    let unread = |reason: String| VendorError::Archive { path: path.to_path_buf(), reason };
    let upstream = Upstream::read(path, Limits::default()).map_err(unread)?;
    upstream.sha256.ok_or_else(|| unread("it is a folder".to_owned()))
}

/// The base document, if there is one that can be read.
pub(super) fn document(request: &Request<'_>) -> Result<Option<(String, Value)>, VendorError> {
    let Some(document) = &request.config.document else { return Ok(None) };
    let path = &document.path.value;
    let Ok(bytes) = Tree::open(request.root)?.read(path.as_bytes()) else { return Ok(None) };
    Ok(serde_json::from_slice(&bytes).ok().map(|value| (path.clone(), value)))
}

/// A file below the root and its new text.
pub(super) type Rewrite = (String, String);

pub(super) fn document_change(request: &Request<'_>, path: String, value: &Value) -> Rewrite {
    let style = request.config.document.as_ref().map_or(Style::Whole, |document| document.style);
    (path, base::text(value, style))
}

/// Writes the configuration and the other changes, regenerates, and compares with the archive if there is one.
pub(super) fn finish(
    request: &Request<'_>,
    file: ConfigFile<'_>,
    text: &str,
    changes: &[Rewrite],
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

//! `bump` of an external: the script that fetches it, and the document that lists it.
//!
//! What the extractor of the configuration finds is what is changed: the version, the address and the checksum in the same
//! match. A dependency that several platforms fetch is bumped for all of them.

use std::path::Path;

use bonafide_ident::Sha256;
use bonafide_report::{Finding, Place};
use regex::Captures;
use serde_json::{Value, json};

use super::base::{self, fill};
use super::bump::still_speaks;
use super::externals::{External, canonical, follow, without_comments};
use super::maintain::{ConfigFile, Rewrite, archive_digest, finish};
use super::pins::line_of;
use super::tree::Tree;
use super::version::Change;
use super::{Report, Request, VendorError, rules};
use crate::config::{Externals, Style};

/// A dependency where a script states it.
struct Stated<'a> {
    external: &'a Externals,
    /// As the script spells it.
    name: String,
    version: String,
    captures: Captures<'a>,
}

/// Gives an external another version, in the scripts and the documents of all platforms that fetch it.
pub(super) fn bump(
    request: &Request<'_>,
    file: ConfigFile<'_>,
    name: &str,
    version: &str,
    archive: Option<&Path>,
    created: Option<&str>,
) -> Result<Report, VendorError> {
    let sha256 = archive.map(archive_digest).transpose()?;
    let tree = Tree::open(request.root)?;
    let (mut rewrites, mut findings): (Vec<Rewrite>, Vec<Finding>) = (Vec::new(), Vec::new());
    let mut known = false;
    for external in &request.config.externals {
        let path = &external.file.value;
        let text = match rewrites.iter().find(|(rewritten, _)| rewritten == path) {
            Some((_, text)) => text.clone(),
            None => script(&tree, path)?,
        };
        let blank = without_comments(text.clone(), external.comment.as_deref());
        let found = stated(external, &blank, name);
        let Some(first) = found.first() else { continue };
        known = true;
        let old = first.version.clone();
        let change = Change { name, old: Some(&old), new: version, sha256 };
        let mut url = None;
        let mut new_text = text.clone();
        // From the end, so that the places before stay where they are.
        for one in found.iter().rev() {
            url = rewrite(one, change, &mut new_text, &mut findings).or(url);
        }
        if let Some(document) = &external.document {
            let document = &document.value;
            let external_now = External {
                name: first.name.clone(),
                version: version.to_owned(),
                url,
                checksum: None,
                line: 0,
            };
            rewrites.extend(listed(&tree, document, external, &external_now, sha256));
        }
        findings.extend(still_speaks(path, &new_text, change, "mend the `regex` of its [[externals]]"));
        rewrites.retain(|(rewritten, _)| rewritten != path);
        rewrites.push((path.clone(), new_text));
    }
    if !known {
        return Err(nobody(name));
    }
    let mut report = finish(request, file, file.text, &rewrites, name, None, created)?;
    report.findings.extend(findings);
    Ok(report)
}

/// Where the archive of another version of an external can be had.
pub(super) fn upstream_location(
    request: &Request<'_>,
    name: &str,
    version: &str,
) -> Result<String, VendorError> {
    let tree = Tree::open(request.root)?;
    let mut known = false;
    for external in &request.config.externals {
        let text = script(&tree, &external.file.value)?;
        let blank = without_comments(text, external.comment.as_deref());
        let found = stated(external, &blank, name);
        let Some(first) = found.first() else { continue };
        known = true;
        if let Some(template) = &external.download_location {
            return Ok(fill(&template.value, &first.name, Some(version)));
        }
        if let Some(url) = first.captures.name("url") {
            let change = Change { name, old: Some(&first.version), new: version, sha256: None };
            return Ok(change.in_words(url.as_str()));
        }
    }
    Err(if known { VendorError::Edit(format!("{name} has no download location")) } else { nobody(name) })
}

fn nobody(name: &str) -> VendorError {
    VendorError::Edit(format!("there is no package and no external named {name}"))
}

fn script(tree: &Tree, path: &str) -> Result<String, VendorError> {
    let failed = |source| VendorError::Read { path: tree.on_disk(path.as_bytes()), source };
    let bytes = tree.read(path.as_bytes()).map_err(failed)?;
    String::from_utf8(bytes)
        .map_err(|_| VendorError::Edit(format!("`{path}` is not UTF-8: it is not edited")))
}

/// Where a script states a dependency, by its name there or by the name that an alias gives it.
fn stated<'a>(external: &'a Externals, text: &'a str, name: &str) -> Vec<Stated<'a>> {
    let read = |captures: Captures<'a>| {
        let group = |group| captures.name(group).map(|found| found.as_str().to_owned());
        let (found, version) = match group("tag") {
            Some(tag) => tag.rsplit_once('-').map(|(name, version)| (name.to_owned(), version.to_owned()))?,
            None => {
                let stated = || external.name.as_ref().map(|name| name.value.clone());
                (group("name").or_else(stated)?, group("version")?)
            }
        };
        let is_it = found == name || canonical(external, &found) == name.to_lowercase();
        (is_it && !external.ignore.iter().any(|ignored| ignored.value == found)).then_some(Stated {
            external,
            name: found,
            version,
            captures,
        })
    };
    external.regex.value.captures_iter(text).filter_map(read).collect()
}

/// Changes one statement in the script; gives its new address, if it has one.
fn rewrite(
    stated: &Stated<'_>,
    change: Change<'_>,
    text: &mut String,
    findings: &mut Vec<Finding>,
) -> Option<String> {
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    if let Some(tag) = stated.captures.name("tag") {
        edits.push((tag.range(), format!("{}-{}", stated.name, change.new)));
    } else if let Some(version) = stated.captures.name("version") {
        edits.push((version.range(), change.new.to_owned()));
    }
    let old = Change { old: Some(&stated.version), ..change };
    let address = stated.captures.name("url").map(|url| (url.range(), old.in_words(url.as_str())));
    let mut url = None;
    if let Some((range, address)) = address {
        url = Some(address.clone());
        // An address with the version's own group in it changes with that.
        if edits.iter().all(|(edit, _)| edit.end <= range.start || edit.start >= range.end) {
            edits.push((range, address));
        }
    }
    if let Some(checksum) = stated.captures.name("checksum") {
        match change.sha256.filter(|_| checksum.as_str().len() == 64) {
            Some(sha256) => edits.push((checksum.range(), sha256.to_string())),
            None if stated.version == change.new => {}
            None => {
                let path = &stated.external.file.value;
                let line = line_of(text, checksum.start());
                let message = format!("the checksum of {} is still that of {}", stated.name, stated.version);
                findings.push(
                    Finding::new(&rules::EXTERNALS_STALE, Place::file(path).line(line), message)
                        .subject(change.name)
                        .remedy("write the digest of the new archive by hand"),
                );
            }
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    for (range, new) in edits.into_iter().rev() {
        text.replace_range(range, &new);
    }
    url
}

/// The document of externals with the new version and checksum, where it lists the dependency.
fn listed(
    tree: &Tree,
    path: &str,
    external: &Externals,
    now: &External,
    sha256: Option<Sha256>,
) -> Option<Rewrite> {
    let bytes = tree.read(path.as_bytes()).ok()?;
    let mut value: Value = serde_json::from_slice(&bytes).ok()?;
    let packages = value.get_mut("packages").and_then(Value::as_array_mut)?;
    let package = packages.iter_mut().find(|package| package["name"].as_str() == Some(&now.name))?;
    follow(external, now, package);
    if let Some(sha256) = sha256 {
        package["checksums"] = json!([{"algorithm": "SHA256", "checksumValue": sha256.to_string()}]);
    }
    Some((path.to_owned(), base::text(&value, Style::Fragment)))
}

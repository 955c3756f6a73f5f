//! Externals: dependencies that a script of the repository fetches for one platform.
//!
//! An extractor is a regular expression in `bonafide.toml`, so a batch file and a Python recipe are read in the same way.
//! What it finds is compared over platforms, and, where a document is named, written into that document.

use std::collections::BTreeMap;

use bonafide_report::{Finding, Place};
use serde_json::{Value, json};

use super::Request;
use super::base::fill;
use super::pins::line_of;
use super::rules;
use super::tree::Tree;
use super::version::Change;
use crate::config::Externals;

/// A dependency that a script fetches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct External {
    /// As the script spells it.
    pub name: String,
    /// Likewise.
    pub version: String,
    /// Where from, if the script says.
    pub url: Option<String>,
    /// Digest of the archive, if the script says.
    pub checksum: Option<String>,
    /// Line in the script, from 1.
    pub line: u64,
}

/// Runs one extractor over its script. What cannot be read is a finding, and the answer is `None`.
pub(super) fn extract(
    request: &Request<'_>,
    tree: &Tree,
    externals: &Externals,
    findings: &mut Vec<Finding>,
) -> Option<Vec<External>> {
    let path = &externals.file.value;
    let unread = |line, message: String| {
        Finding::new(&rules::EXTERNALS_UNREAD, Place::file(request.config_name).line(line), message)
            .subject(&externals.platform.value)
            .remedy("correct `file` or `regex`")
    };
    let text = match tree.read(path.as_bytes()) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => {
            findings.push(unread(externals.file.line, format!("`{path}` cannot be read: {error}")));
            return None;
        }
    };
    let text = without_comments(text, externals.comment.as_deref());
    let mut found: Vec<External> = Vec::new();
    for captures in externals.regex.value.captures_iter(&text) {
        let group = |name| captures.name(name).map(|found| found.as_str().to_owned());
        let line = captures.get(0).map_or(1, |whole| line_of(&text, whole.start()));
        let (name, version) = match group("tag") {
            Some(tag) => match tag.rsplit_once('-') {
                Some((name, version)) => (name.to_owned(), version.to_owned()),
                None => {
                    let message =
                        format!("`{path}` line {line}: `{tag}` has no dash to split name and version at");
                    findings.push(unread(externals.regex.line, message));
                    continue;
                }
            },
            None => {
                let name = group("name").or_else(|| externals.name.as_ref().map(|name| name.value.clone()));
                let (Some(name), Some(version)) = (name, group("version")) else { continue };
                (name, version)
            }
        };
        if externals.ignore.iter().any(|ignored| ignored.value == name) {
            continue;
        }
        let external = External { name, version, url: group("url"), checksum: group("checksum"), line };
        if !found.iter().any(|other| other.name == external.name && other.version == external.version) {
            found.push(external);
        }
    }
    if found.is_empty() {
        findings.push(unread(externals.regex.line, format!("`regex` finds nothing in `{path}`")));
        return None;
    }
    for external in &found {
        trust(path, external, findings);
    }
    Some(found)
}

/// Blanks lines that begin with the comment word, so that lines and offsets stay.
pub(super) fn without_comments(text: String, comment: Option<&str>) -> String {
    let Some(comment) = comment else { return text };
    let is_comment = |line: &str| {
        let line = line.trim_start();
        let Some(head) = line.get(..comment.len()) else { return false };
        let word = comment.ends_with(char::is_alphanumeric);
        head.eq_ignore_ascii_case(comment)
            && !(word && line[comment.len()..].starts_with(|next: char| next.is_alphanumeric()))
    };
    let mut blank = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let kept = if is_comment(line) { line.trim_start_matches(|letter| letter != '\n') } else { line };
        blank.extend(std::iter::repeat_n(' ', line.len() - kept.len()));
        blank.push_str(kept);
    }
    blank
}

fn trust(path: &str, external: &External, findings: &mut Vec<Finding>) {
    let External { name, version, url, checksum, line } = external;
    let place = || Place::file(path).line(*line);
    let weak = checksum.as_ref().and_then(|checksum| match checksum.len() {
        32 => Some("MD5"),
        40 => Some("SHA-1"),
        _ => None,
    });
    if let Some(weak) = weak {
        let message = format!("{name} {version} is checked by {weak} only");
        findings.push(
            Finding::new(&rules::WEAK_CHECKSUM, place(), message)
                .subject(name)
                .remedy("state the SHA-256 of the archive"),
        );
    }
    if let Some(url) = url
        && (url.starts_with("http:") || url.starts_with("ftp:"))
    {
        let message = format!("{name} {version} is fetched without encryption: {url}");
        findings.push(
            Finding::new(&rules::INSECURE_LOCATION, place(), message).subject(name).remedy("use https"),
        );
    }
}

/// The document of externals as it should be: versions, CPEs, package URLs and locations follow the script; whatever
/// else people wrote is kept. Names that only one side has are findings.
///
/// Source: CPython's `Tools/build/generate_sbom.py`, 3.13.5; package URLs are bumped too, which it forgets.
pub(super) fn generate(
    request: &Request<'_>,
    externals: &Externals,
    found: &[External],
    existing: &Value,
    findings: &mut Vec<Finding>,
) -> Value {
    let mut document = existing.clone();
    let path = externals.document.as_ref().map_or("", |path| path.value.as_str());
    let script = &externals.file.value;
    let mut seen: Vec<&str> = Vec::new();
    for (index, package) in
        document.get_mut("packages").and_then(Value::as_array_mut).into_iter().flatten().enumerate()
    {
        let Some(name) = package["name"].as_str().map(str::to_owned) else { continue };
        let Some(external) = found.iter().find(|external| external.name == name) else {
            let place = Place::file(path).pointer(format!("/packages/{index}"));
            let message = format!("lists {name}, which `{script}` does not fetch");
            findings.push(
                Finding::new(&rules::EXTERNALS_STALE, place, message)
                    .subject(&name)
                    .remedy(format!("delete the package from {path}")),
            );
            continue;
        };
        seen.push(&external.name);
        follow(externals, external, package);
    }
    for external in found.iter().filter(|external| !seen.contains(&external.name.as_str())) {
        let External { name, version, line, .. } = external;
        let message = format!("fetches {name} {version}, which {path} does not list");
        findings.push(
            Finding::new(&rules::EXTERNALS_STALE, Place::file(script).line(*line), message)
                .subject(name)
                .evidence(format!("{}:{}", request.config_name, externals.regex.line))
                .remedy(format!("add a package named `{name}` to {path}; regen fills in the version")),
        );
    }
    document
}

/// Writes the script's version into a package.
pub(super) fn follow(externals: &Externals, external: &External, package: &mut Value) {
    let External { name, version, url, .. } = external;
    let old = package["versionInfo"].as_str().map(str::to_owned);
    let change = Change { name, old: old.as_deref(), new: version, sha256: None };
    package["versionInfo"] = json!(version);
    for reference in package.get_mut("externalRefs").and_then(Value::as_array_mut).into_iter().flatten() {
        let locator = reference["referenceLocator"].as_str().unwrap_or_default();
        let is_identifier = matches!(reference["referenceType"].as_str(), Some("purl" | "cpe23Type"));
        if is_identifier {
            reference["referenceLocator"] = json!(change.apply(locator));
        }
    }
    let location =
        externals.download_location.as_ref().map(|template| fill(&template.value, name, Some(version)));
    if let Some(location) = location.or_else(|| url.clone())
        && package["downloadLocation"] != json!(location)
    {
        package["downloadLocation"] = json!(location);
        if let Some(fields) = package.as_object_mut() {
            fields.shift_remove("checksums");
        }
    }
}

/// One statement of a version.
pub(super) struct Stated {
    /// The platform's word; `sources` for vendored files.
    pub platform: String,
    /// The name, after aliases.
    pub name: String,
    /// The version.
    pub version: String,
    /// Where it is stated.
    pub place: Place,
}

/// The name that an alias stands for; names are compared without case.
pub(super) fn canonical(externals: &Externals, name: &str) -> String {
    let alias = externals.aliases.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name));
    alias.map_or(name, |(_, name)| name.value.as_str()).to_lowercase()
}

/// Findings for names that have different versions. Zeros at the end of a version say nothing: `3.49.1.0` is `3.49.1`.
pub(super) fn skew(stated: &[Stated], findings: &mut Vec<Finding>) {
    let mut names: BTreeMap<&str, Vec<&Stated>> = BTreeMap::new();
    for one in stated {
        names.entry(&one.name).or_default().push(one);
    }
    for (name, stated) in names {
        let Some((first, rest)) = stated.split_first() else { continue };
        let Some(other) = rest.iter().find(|one| trimmed(&one.version) != trimmed(&first.version)) else {
            continue;
        };
        let said: Vec<String> =
            stated.iter().map(|one| format!("{} for {}", one.version, one.platform)).collect();
        let mut finding = Finding::new(
            &rules::PLATFORM_SKEW,
            other.place.clone(),
            format!("{name} has different versions: {}", said.join(", ")),
        )
        .subject(name)
        .field("version", &first.version, &other.version)
        .remedy("bring the older one up, if it is not meant");
        for one in stated {
            let line = one.place.line.map(|line| format!(":{line}")).unwrap_or_default();
            let file = one.place.file.as_deref().unwrap_or_default();
            finding = finding.evidence(format!("{file}{line}: {} {}", one.name, one.version));
        }
        findings.push(finding);
    }
}

fn trimmed(version: &str) -> &str {
    let mut version = version;
    while let Some(shorter) = version.strip_suffix(".0") {
        version = shorter;
    }
    version
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comment_lines_are_blanked_and_keep_their_lines() {
        let text = "a\n  REM b\nremark\n".to_owned();
        assert_eq!(without_comments(text, Some("rem")), "a\n       \nremark\n");
    }

    #[test]
    fn zeros_at_the_end_are_no_skew() {
        assert_eq!(trimmed("3.49.1.0"), trimmed("3.49.1"));
        assert_ne!(trimmed("3.10"), trimmed("3.1"));
    }
}

//! What check and regen have in common: the look at the tree, and the documents as they should be.

use std::io;

use bonafide_report::{Counts, Finding, Place, Verdict};
use serde_json::{Value, json};

use super::base::{self, Surroundings};
use super::externals::{self, Stated};
use super::fields::{self, Subject};
use super::survey::{Survey, survey};
use super::tree::Tree;
use super::{Request, VendorError, pins, rules};
use crate::config::{BaseDocument, Config, ProjectVersion, Style};

/// A document as it is and as it should be.
pub(super) struct Output {
    /// Path below the root.
    pub path: String,
    /// What stands there, if anything.
    pub old: Option<Vec<u8>>,
    /// The same, read.
    pub old_value: Option<Value>,
    /// What should stand there.
    pub new: String,
    /// The same, as a value.
    pub new_value: Value,
}

/// What was seen.
pub(super) struct Examined {
    pub tree: Tree,
    pub survey: Survey,
    pub outputs: Vec<Output>,
    /// What is wrong with the tree, the configuration and the metadata: nothing of it goes away by writing documents,
    /// save what [`mended`] says.
    pub findings: Vec<Finding>,
    pub externals: usize,
}

impl Examined {
    /// Whether the documents may be written: nothing is wrong that would make them untrue. A checksum that is not there
    /// yet does not, for it is seldom known before the version is.
    pub(super) fn sound(&self) -> bool {
        let mut counts = Counts::default();
        for finding in self.findings.iter().filter(|finding| finding.rule != &rules::CHECKSUM_MISSING) {
            counts.add(finding);
        }
        counts.verdict() == Verdict::Clean
    }
}

/// Sorts findings by place, so that those of one file stand together.
pub(super) fn in_order(findings: &mut [Finding]) {
    findings.sort_by_cached_key(|finding| (finding.place.clone(), finding.rule.id, finding.message.clone()));
}

/// Looks at everything.
pub(super) fn examine(request: &Request<'_>, created: Option<&str>) -> Result<Examined, VendorError> {
    let config = request.config;
    let mut findings = Vec::new();
    for warning in &config.warnings {
        let place = Place::file(request.config_name).line(warning.line);
        findings.push(
            Finding::new(&rules::CONFIG_UNKNOWN_KEY, place, &warning.message).remedy("correct or delete it"),
        );
    }
    if config.packages.is_empty() && config.externals.is_empty() {
        let place = Place::file(request.config_name);
        findings.push(
            Finding::new(&rules::NOTHING_VENDORED, place, "names no package and no externals")
                .remedy("`bonafide vendor init` proposes entries"),
        );
    }
    let mut tree = Tree::open(request.root)?;
    let survey = survey(request, &mut tree, &mut findings)?;
    let mut outputs = Vec::new();
    let mut stated = Vec::new();
    if let Some(document) = &config.document {
        let version = project_version(request, &tree, &mut findings);
        let existing = load(&tree, &document.path.value, &mut findings)?;
        let around = Surroundings {
            existing: existing.as_ref().map(|(_, value)| value),
            version: version.as_deref(),
            created,
        };
        let new_value = base::generate(request, document, &survey, &around);
        check_packages(request, &tree, document, &new_value, &mut findings);
        stated.extend(vendored_versions(config, document, &new_value));
        outputs.push(output(&document.path.value, existing, new_value, document.style));
    }
    let mut count = 0;
    let mut documents: Vec<(&str, Option<Loaded>)> = Vec::new();
    for entry in &config.externals {
        let Some(found) = externals::extract(request, &tree, entry, &mut findings) else { continue };
        count += found.len();
        for external in &found {
            stated.push(Stated {
                platform: entry.platform.value.clone(),
                name: externals::canonical(entry, &external.name),
                version: external.version.clone(),
                place: Place::file(&entry.file.value).line(external.line),
            });
        }
        let Some(path) = entry.document.as_ref().map(|path| path.value.as_str()) else { continue };
        if documents.iter().any(|(seen, _)| *seen == path) {
            let place = Place::file(request.config_name).line(entry.file.line);
            let message = format!("`{path}` is the document of two [[externals]]");
            findings.push(
                Finding::new(&rules::EXTERNALS_STALE, place, message).remedy("give each its own document"),
            );
            continue;
        }
        let existing = load(&tree, path, &mut findings)?;
        let empty = json!({"SPDXID": "SPDXRef-DOCUMENT", "packages": [], "spdxVersion": "SPDX-2.3"});
        let before = existing.as_ref().map_or(&empty, |(_, value)| value);
        let new_value = externals::generate(request, entry, &found, before, &mut findings);
        let license_concluded =
            config.document.as_ref().and_then(|document| document.license_concluded.as_ref());
        let subject = Subject {
            path,
            style: Style::Fragment,
            license_concluded: license_concluded.map(|located| located.value.as_str()),
        };
        fields::check(&subject, list(&new_value, "packages"), &mut findings);
        documents.push((path, None));
        outputs.push(output(path, existing, new_value, Style::Fragment));
    }
    externals::skew(&stated, &mut findings);
    Ok(Examined { tree, survey, outputs, findings, externals: count })
}

type Loaded = (Vec<u8>, Value);

fn output(path: &str, existing: Option<Loaded>, new_value: Value, style: Style) -> Output {
    let (old, old_value) = existing.map_or((None, None), |(bytes, value)| (Some(bytes), Some(value)));
    Output { path: path.to_owned(), old, old_value, new: base::text(&new_value, style), new_value }
}

/// The list in a field of an object; nothing where it is none.
pub(super) fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn load(tree: &Tree, path: &str, findings: &mut Vec<Finding>) -> Result<Option<Loaded>, VendorError> {
    let bytes = match tree.read(path.as_bytes()) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(VendorError::Read { path: tree.on_disk(path.as_bytes()), source }),
    };
    let unreadable = |message: String| {
        Finding::new(&rules::DOCUMENT_UNREADABLE, Place::file(path), message)
            .remedy("mend it by hand; or delete it, where bonafide.toml states the metadata of all packages")
    };
    let value: Value = match serde_json::from_slice(&bytes) {
        Ok(value) => value,
        Err(error) => {
            findings.push(unreadable(format!("is no JSON: {error}")));
            return Ok(None);
        }
    };
    let sound = value.as_object().is_some_and(|fields| match fields.get("packages") {
        None => true,
        Some(packages) => packages.as_array().is_some_and(|list| list.iter().all(Value::is_object)),
    });
    if !sound {
        findings.push(unreadable("its `packages` are no list of objects".to_owned()));
        return Ok(None);
    }
    Ok(Some((bytes, value)))
}

fn check_packages(
    request: &Request<'_>,
    tree: &Tree,
    document: &BaseDocument,
    value: &Value,
    findings: &mut Vec<Finding>,
) {
    let all = list(value, "packages");
    // The project's own package, of a whole document, is none of the vendored ones; it stands first.
    let own = all.first().filter(|package| {
        package["SPDXID"]
            .as_str()
            .is_some_and(|id| document.style == Style::Whole && id.starts_with(base::PROJECT))
    });
    let packages = &all[usize::from(own.is_some())..];
    let path = &document.path.value;
    let subject = Subject {
        path,
        style: document.style,
        license_concluded: document.license_concluded.as_ref().map(|located| located.value.as_str()),
    };
    fields::check(&subject, packages, findings);
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        if !request.config.packages.iter().any(|known| known.name.value == name) {
            let message = format!("lists {name}, which {} does not have", request.config_name);
            findings.push(
                Finding::new(&rules::PACKAGE_UNKNOWN, Place::file(path), message)
                    .subject(name)
                    .remedy(format!("add a [[package]], or `bonafide vendor remove {name}`")),
            );
        }
    }
    pins::check(request, tree, path, packages, findings);
}

fn vendored_versions(config: &Config, document: &BaseDocument, value: &Value) -> Vec<Stated> {
    let packages = list(value, "packages").iter().enumerate();
    let vendored = packages.filter_map(|(index, package)| {
        let name = package["name"].as_str()?;
        config.packages.iter().find(|known| known.name.value == name)?;
        Some(Stated {
            platform: "the sources".to_owned(),
            name: name.to_lowercase(),
            version: package["versionInfo"].as_str()?.to_owned(),
            place: Place::file(&document.path.value).pointer(format!("/packages/{index}/versionInfo")),
        })
    });
    vendored.collect()
}

/// The project's version, from where the configuration says.
fn project_version(request: &Request<'_>, tree: &Tree, findings: &mut Vec<Finding>) -> Option<String> {
    match request.config.project.as_ref()?.version.as_ref()? {
        ProjectVersion::Stated(version) => Some(version.clone()),
        ProjectVersion::From { file, regex } => {
            let text = tree.read(file.as_bytes()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            let version = text.as_ref().ok().and_then(|text| regex.captures(text)?.name("version"));
            if version.is_none() {
                let message = format!("`version-from` finds no version in `{file}`");
                findings.push(
                    Finding::new(&rules::PIN_NOT_FOUND, Place::file(request.config_name), message)
                        .remedy("correct `file` or `regex` of `version-from`"),
                );
            }
            version.map(|version| version.as_str().to_owned())
        }
    }
}

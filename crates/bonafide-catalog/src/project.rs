//! What a project says of itself in files at its root: `bonafide.toml`, `pyproject.toml`, `Cargo.toml`, `package.json`.
//!
//! `[project]` and `[test-data]` of `bonafide.toml` outweigh all else, product rules too. The manifests of build tools
//! name the root only where nothing better does: package metadata comes first. A root is that of the artifact, or a
//! single folder in which all of it lies.
//!
//! What lies in `tests/` or `test/` at the root of an sdist (known by the `PKG-INFO` beside it) is test data: packages and archives there
//! are what its tests read, and an installation has none of them. Test folders deeper inside are installed with the packages
//! that they are in, so they are read like everything else.

use std::collections::{BTreeMap, BTreeSet};

use bonafide_artifact::Body;
use bonafide_ident::{Purl, pypi};
use bonafide_report::{Confidence, Finding};
use serde_json::Value as Json;

use crate::builder::{Builder, RootClaim};
use crate::cataloger::{Candidate, Sighting};
use crate::config::{Config, Project, ProjectVersion};
use crate::inventory::{Basis, Component, Evidence, FileId, Method};
use crate::license;
use crate::product::cpe;
use crate::python::is_version;

const CONFIG: &str = "bonafide.toml";
const PKG_INFO: &str = "PKG-INFO";
/// Folders of an sdist's root whose files are what its tests read.
const TESTS: [&str; 2] = ["tests/", "test/"];
/// Of several the first names the root.
const MANIFESTS: [&str; 3] = ["pyproject.toml", "Cargo.toml", "package.json"];

/// Looks at those files.
#[derive(Default)]
pub(crate) struct ProjectFiles {
    /// Configurations by the folder that they lie in (with its slash; empty for the root).
    configs: BTreeMap<String, (FileId, Result<Config, String>)>,
    /// The same from an earlier walk.
    known: BTreeMap<String, Config>,
    /// The root folders of sdists, with what contains those.
    sdists: BTreeSet<String>,
    /// Manifests by their locations.
    manifests: BTreeMap<String, (FileId, Component)>,
    /// What files say of versions, by location: the group `version`, where it matched.
    versions: BTreeMap<String, Option<String>>,
}

impl ProjectFiles {
    /// What it wants of a file.
    pub(crate) fn want(&self, candidate: &Candidate<'_>) -> Body {
        let of_interest = in_root(candidate.location)
            .is_some_and(|(_, name)| name == CONFIG || MANIFESTS.contains(&name))
            || self.version_rule(candidate.location).is_some();
        if of_interest {
            Body::Whole
        } else if sdist(candidate.location).is_some() {
            Body::Head(0)
        } else {
            Body::Skip
        }
    }

    /// Is shown it.
    pub(crate) fn see(&mut self, sighting: &Sighting<'_>) {
        self.sdists.extend(sdist(sighting.location).map(str::to_owned));
        let text = String::from_utf8_lossy(sighting.bytes);
        if let Some(rule) = self.version_rule(sighting.location) {
            let version = rule.captures(&text).map(|found| found["version"].to_owned());
            self.versions.insert(sighting.location.to_owned(), version);
        }
        match in_root(sighting.location) {
            Some((folder, CONFIG)) => {
                let config = Config::parse(&text).map_err(|error| error.to_string());
                self.configs.insert(folder.to_owned(), (sighting.file, config));
            }
            Some((_, name)) if MANIFESTS.contains(&name) => {
                if let Some(component) = manifest(name, &text) {
                    self.manifests.insert(sighting.location.to_owned(), (sighting.file, component));
                }
            }
            _ => {}
        }
    }

    /// Whether the configuration that is known by now calls a location, or the container around it, test data; or it is that of an
    /// sdist.
    pub(crate) fn is_test_data(&self, location: &str) -> bool {
        let tests = |rest: &str| TESTS.iter().any(|folder| rest.starts_with(folder));
        if self.sdists.iter().any(|root| location.strip_prefix(root.as_str()).is_some_and(tests)) {
            return true;
        }
        let outermost = location.split("!/").next().unwrap_or(location);
        let top = outermost.find('/').map_or("", |at| &outermost[..=at]);
        ["", top].iter().any(|folder| {
            self.config(folder)
                .is_some_and(|config| config.test_data.contains(&outermost.as_bytes()[folder.len()..]))
        })
    }

    /// What a second walk should know, where the file that tells the version went by unread.
    pub(crate) fn second_look(&self, cut: &str) -> Option<Self> {
        let Some(ProjectVersion::From { file, .. }) = &self.config(cut)?.project.as_ref()?.version else {
            return None;
        };
        let unread = !self.versions.contains_key(&format!("{cut}{file}")) && self.known.is_empty();
        unread.then(|| self.again())
    }

    /// One that knows the configuration from the start.
    pub(crate) fn again(&self) -> Self {
        let configs = self.configs.iter();
        let known =
            configs.filter_map(|(folder, (_, config))| Some((folder.clone(), config.as_ref().ok()?.clone())));
        Self { known: known.collect(), sdists: self.sdists.clone(), ..Self::default() }
    }

    /// Tells what was found. `cut` is the artifact's root folder, which locations no longer have.
    pub(crate) fn finish(mut self, builder: &mut Builder, cut: &str) {
        match self.configs.remove(cut) {
            Some((file, Ok(config))) => {
                if let (Some(project), Some(location)) =
                    (config.project, builder.proof(file).map(str::to_owned))
                {
                    let version = match &project.version {
                        Some(ProjectVersion::Stated(version)) => Some(version.clone()),
                        Some(ProjectVersion::From { file, .. }) => {
                            self.versions.get(&format!("{cut}{file}")).cloned().flatten()
                        }
                        None => None,
                    };
                    let component = described(&project, version, location, &builder.artifact().name);
                    let id = builder.add(component);
                    builder.claim_root(id, RootClaim::Project);
                }
            }
            Some((file, Err(message))) => {
                if let Some(location) = builder.proof(file) {
                    builder.report(Finding::new(
                        &crate::rules::PROJECT_UNREADABLE,
                        builder.place(location),
                        message,
                    ));
                }
            }
            None => {}
        }
        for name in MANIFESTS {
            if let Some((file, mut component)) = self.manifests.remove(&format!("{cut}{name}"))
                && let Some(location) = builder.proof(file)
            {
                component.evidence = evidence(location);
                builder.suggest_root(component);
            }
        }
    }

    fn config(&self, folder: &str) -> Option<&Config> {
        match self.configs.get(folder) {
            Some((_, config)) => config.as_ref().ok(),
            None => self.known.get(folder),
        }
    }

    /// How to read the version out of this file, where a known configuration says that it stands there.
    fn version_rule(&self, location: &str) -> Option<&regex::Regex> {
        let top = location.find('/').map_or("", |at| &location[..=at]);
        ["", top].iter().find_map(|folder| match &self.config(folder)?.project.as_ref()?.version {
            Some(ProjectVersion::From { file, regex }) if location[folder.len()..] == *file => Some(regex),
            _ => None,
        })
    }
}

/// The root folder of the sdist whose `PKG-INFO` this is: `NAME-VERSION/`, with the archive that it is in; empty for an unpacked one.
fn sdist(location: &str) -> Option<&str> {
    if !location.ends_with(PKG_INFO) {
        return None;
    }
    let inside = location.rfind("!/").map_or(0, |at| at + 2);
    let (folder, name) = in_root(&location[inside..])?;
    let fits = name == PKG_INFO && !folder.ends_with(".egg-info/") && folder != "EGG-INFO/";
    fits.then(|| &location[..inside + folder.len()])
}

/// Folder (with its slash, or empty) and name of a file that lies at the root or one folder below it.
fn in_root(location: &str) -> Option<(&str, &str)> {
    let (folder, name) = location.rfind('/').map_or(("", location), |at| location.split_at(at + 1));
    (folder.find('/').is_none_or(|at| at + 1 == folder.len()) && !folder.ends_with("!/"))
        .then_some((folder, name))
}

fn evidence(location: &str) -> Vec<Evidence> {
    let location = location.to_owned();
    vec![Evidence { method: Method::Metadata, location, line: None, confidence: Confidence::High }]
}

/// The component that `[project]` describes.
fn described(project: &Project, version: Option<String>, location: String, artifact: &str) -> Component {
    let fill = |template: &String| {
        let text = template.replace("{name}", &project.name).replace("{file}", artifact);
        match (&version, text.contains("{version}")) {
            (Some(version), _) => Some(text.replace("{version}", version)),
            (None, true) => None,
            (None, false) => Some(text),
        }
    };
    Component {
        name: project.name.clone(),
        purl: project.purl.as_ref().and_then(fill),
        cpes: version
            .iter()
            .flat_map(|version| project.cpes.iter().filter_map(|t| cpe(t, version)))
            .collect(),
        supplier: project.supplier.clone(),
        originator: project.originator.clone(),
        download_location: project.download_location.as_ref().and_then(fill),
        license_concluded: project.license.clone(),
        purpose: Some("SOURCE".into()),
        basis: Some(Basis::Present),
        evidence: evidence(&location),
        version,
        ..Component::default()
    }
}

/// The component that a build tool's manifest names; nothing where it names none (a workspace), or is a template.
fn manifest(file: &str, text: &str) -> Option<Component> {
    let json: Json = match file {
        "package.json" => serde_json::from_str(text).ok()?,
        _ => toml::from_str(text).ok()?,
    };
    let table = match file {
        "package.json" => &json,
        "Cargo.toml" => json.get("package")?,
        _ => json.get("project")?,
    };
    let field =
        |name: &str| table.get(name).and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty());
    let name = field("name").filter(|name| !name.contains(['%', '{', '}', '$', '<', '\n']))?;
    let inherited = || json.get("workspace")?.get("package")?.get("version")?.as_str();
    let version =
        field("version").or_else(|| (file == "Cargo.toml").then(inherited)?).filter(|text| is_version(text));
    let private = table.get("private").and_then(Json::as_bool) == Some(true)
        || table.get("publish").and_then(Json::as_bool) == Some(false)
        || table.get("publish").is_some_and(|publish| publish.get("workspace").is_some());
    let (ty, namespace, own) = match (file, name.split_once('/')) {
        ("package.json", Some((scope, own))) => ("npm", Some(scope), own.to_owned()),
        ("package.json", None) => ("npm", None, name.to_owned()),
        ("Cargo.toml", _) => ("cargo", None, name.to_owned()),
        _ => ("pypi", None, pypi::normalize(name)),
    };
    let purl = version.filter(|_| !private).and_then(|version| {
        let mut builder = Purl::builder(ty, own).version(version);
        if let Some(namespace) = namespace {
            builder = builder.namespace(namespace);
        }
        builder.build().ok().map(|purl| purl.to_string())
    });
    Some(Component {
        name: name.to_owned(),
        version: version.map(str::to_owned),
        purl,
        license_declared: field("license").and_then(license::expression),
        purpose: Some("SOURCE".into()),
        basis: Some(Basis::Present),
        ..Component::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_name_what_they_are_of() {
        let text = "[package]\nname = \"demo\"\nversion = \"1.0\"\nlicense = \"MIT\"\n";
        let demo = manifest("Cargo.toml", text).unwrap();
        assert_eq!(demo.purl.as_deref(), Some("pkg:cargo/demo@1.0"));
        assert_eq!(demo.license_declared.as_deref(), Some("MIT"));
        assert!(manifest("Cargo.toml", "[workspace]\nmembers = []\n").is_none());
        let scoped = manifest("package.json", r#"{"name": "@a/b", "version": "2.0.0"}"#).unwrap();
        assert_eq!(scoped.purl.as_deref(), Some("pkg:npm/%40a/b@2.0.0"));
        let python =
            manifest("pyproject.toml", "[project]\nname = \"A_b\"\ndynamic = [\"version\"]\n").unwrap();
        assert_eq!((python.name.as_str(), python.version, python.purl), ("A_b", None, None));
    }

    #[test]
    fn templates_name_nothing() {
        assert!(manifest("package.json", r#"{"name": "{{ name }}", "version": "1"}"#).is_none());
        let unfilled = manifest("package.json", r#"{"name": "demo", "version": "%version%"}"#).unwrap();
        assert_eq!(unfilled.version, None);
    }
}

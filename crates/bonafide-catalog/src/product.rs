//! Product rules: what only one product can know of itself.
//!
//! A file of `products/` is one rule. It recognises its product by files that no other has (a *form*: source tree,
//! embeddable package, …) or by the name of a Python distribution, and then says what no file of the product says:
//! supplier, originator, CPE, where releases can be had, which base document must be there, which folders are test
//! data. `[project]` and `[test-data]` are those of `bonafide.toml`.

mod recogniser;

use std::sync::LazyLock;

use bonafide_ident::{Cpe, pypi};
use regex::Regex;
use serde::Deserialize;

use crate::config::{Config, Project, TestData};
use crate::glob::Glob;
use crate::inventory::Component;

/// The rules that the binary carries.
const PRODUCTS: &[(&str, &str)] =
    &[("cpython", include_str!("../products/cpython.toml")), ("pip", include_str!("../products/pip.toml"))];

static RULES: LazyLock<Vec<Product>> = LazyLock::new(|| {
    let product =
        |(name, text): &(&str, &str)| Product::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    PRODUCTS.iter().map(product).collect()
});

pub(crate) use recogniser::{Known, Recogniser};

/// One rule.
struct Product {
    project: Project,
    test_data: TestData,
    distribution: Option<String>,
    forms: Vec<Form>,
}

struct Form {
    files: Vec<Pattern>,
    purpose: String,
    downloads: Vec<String>,
    version: Option<(usize, Regex)>,
    series: Option<(usize, Regex)>,
    artifact: Option<Regex>,
    base: Option<RequiredBase>,
    parts: Vec<(Glob, String)>,
}

/// A pattern for the last components of a location.
struct Pattern {
    glob: Glob,
    components: usize,
}

impl Pattern {
    fn new(text: &str) -> Result<Self, String> {
        let glob = Glob::new(text).map_err(|error| error.to_string())?;
        Ok(Self { glob, components: text.split('/').count() })
    }

    /// What stands before the part of a location that matches.
    fn prefix<'a>(&self, location: &'a str) -> Option<&'a str> {
        if !self.glob.may_match_end_of(location.as_bytes()) {
            return None;
        }
        let mut at = location.len();
        for _ in 0..self.components {
            at = location[..at.checked_sub(usize::from(at < location.len()))?]
                .rfind('/')
                .map_or(0, |slash| slash + 1);
        }
        self.glob.matches(&location.as_bytes()[at..]).then(|| &location[..at])
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct RawProduct {
    distribution: Option<String>,
    #[serde(default)]
    form: Vec<RawForm>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RawForm {
    files: Vec<String>,
    purpose: String,
    #[serde(default)]
    downloads: Vec<String>,
    version: Option<RawMatch>,
    series: Option<RawMatch>,
    artifact: Option<String>,
    base: Option<RequiredBase>,
    #[serde(default)]
    part: Vec<RawPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMatch {
    file: String,
    regex: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPart {
    file: String,
    name: String,
}

/// A base document that releases hold since some version; one version for each series.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequiredBase {
    path: String,
    since: Vec<String>,
}

impl RequiredBase {
    /// Whether a release of this version must hold it: not older than the first of its series that does, or of a
    /// series that is newer than all that are named.
    fn applies(&self, version: &str) -> bool {
        let version = Release::parse(version);
        let since: Vec<Release> = self.since.iter().map(|text| Release::parse(text)).collect();
        match since.iter().find(|first| first.series() == version.series()) {
            Some(first) => version >= *first,
            None => since.iter().all(|first| first.series() < version.series()),
        }
    }
}

/// A version as CPython counts them: numbers, then `a`, `b`, `rc` and a number before the release itself.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Release {
    numbers: Vec<u64>,
    phase: u8,
    serial: u64,
}

impl Release {
    fn parse(text: &str) -> Self {
        let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let numbers = text[..split].split('.').filter_map(|number| number.parse().ok()).collect();
        let rest = &text[split..];
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let phase = match &rest[..letters] {
            "a" => 0,
            "b" => 1,
            "c" | "rc" => 2,
            _ => 3,
        };
        Self { numbers, phase, serial: rest[letters..].parse().unwrap_or(0) }
    }

    fn series(&self) -> &[u64] {
        &self.numbers[..self.numbers.len().min(2)]
    }
}

impl Product {
    fn parse(text: &str) -> Result<Self, String> {
        let config = Config::parse(text).map_err(|error| error.to_string())?;
        let raw: RawProduct = toml::from_str(text).map_err(|error| error.to_string())?;
        Ok(Self {
            project: config.project.ok_or("there is no [project]")?,
            test_data: config.test_data,
            distribution: raw.distribution,
            forms: raw.form.into_iter().map(Form::new).collect::<Result<_, _>>()?,
        })
    }
}

impl Form {
    fn new(raw: RawForm) -> Result<Self, String> {
        let regex = |text: &str| Regex::new(text).map_err(|error| error.to_string());
        let look = |rule: Option<RawMatch>| {
            rule.map(|RawMatch { file, regex: text }| {
                let at = raw.files.iter().position(|other| *other == file);
                Ok::<_, String>((at.ok_or_else(|| format!("{file} is not among `files`"))?, regex(&text)?))
            })
            .transpose()
        };
        let (version, series) = (look(raw.version)?, look(raw.series)?);
        Ok(Self {
            version,
            series,
            files: raw.files.iter().map(|text| Pattern::new(text)).collect::<Result<_, _>>()?,
            purpose: raw.purpose,
            downloads: raw.downloads,
            artifact: raw.artifact.as_deref().map(regex).transpose()?,
            base: raw.base,
            parts: raw
                .part
                .into_iter()
                .map(|part| Ok((Glob::new(part.file).map_err(|error| error.to_string())?, part.name)))
                .collect::<Result<_, String>>()?,
        })
    }
}

/// A CPE with the version filled in, escaped as CPE 2.3 asks.
pub(crate) fn cpe(template: &str, version: &str) -> Option<String> {
    let any: Cpe = template.replace("{version}", "*").parse().ok()?;
    if template.contains("{version}") {
        any.with_version(version).ok().map(|cpe| cpe.to_string())
    } else {
        Some(any.to_string())
    }
}

/// Adds to a Python distribution what a rule knows of it.
pub(crate) fn describe_distribution(component: &mut Component) {
    let name = pypi::normalize(&component.name);
    let Some(rule) = RULES.iter().find(|rule| rule.distribution.as_deref() == Some(name.as_str())) else {
        return;
    };
    let project = &rule.project;
    component.originator = component.originator.take().or_else(|| project.originator.clone());
    component.supplier = component.supplier.take().or_else(|| project.supplier.clone());
    if let Some(version) = &component.version {
        component.cpes.extend(project.cpes.iter().filter_map(|template| cpe(template, version)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_that_the_binary_carries_can_be_read() {
        assert_eq!(RULES.len(), PRODUCTS.len());
    }

    #[test]
    fn a_pattern_takes_the_last_components_of_a_location() {
        let pattern = Pattern::new("Include/patchlevel.h").unwrap();
        assert_eq!(pattern.prefix("Python-3.13.5/Include/patchlevel.h"), Some("Python-3.13.5/"));
        assert_eq!(pattern.prefix("Include/patchlevel.h"), Some(""));
        assert_eq!(pattern.prefix("a.zip!/Include/patchlevel.h"), Some("a.zip!/"));
        assert_eq!(pattern.prefix("patchlevel.h"), None);
        assert_eq!(pattern.prefix("xInclude/patchlevel.h"), None);
    }

    #[test]
    fn a_base_document_is_required_by_series() {
        let base = RequiredBase { path: String::new(), since: vec!["3.12.2".into(), "3.13.0a3".into()] };
        for (version, required) in [
            ("3.11.2", false),
            ("3.12.1", false),
            ("3.12.2", true),
            ("3.12.10", true),
            ("3.13.0a2", false),
            ("3.13.0a3", true),
            ("3.13.0rc1", true),
            ("3.13.5", true),
            ("3.14.0a1", true),
            ("3.13.5+", true),
        ] {
            assert_eq!(base.applies(version), required, "{version}");
        }
    }

    #[test]
    fn a_version_is_escaped_in_a_cpe() {
        let template = "cpe:2.3:a:python:python:{version}:*:*:*:*:*:*:*";
        assert_eq!(cpe(template, "3.13.5").as_deref(), Some("cpe:2.3:a:python:python:3.13.5:*:*:*:*:*:*:*"));
    }
}

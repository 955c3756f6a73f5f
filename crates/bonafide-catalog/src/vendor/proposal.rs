//! The text that `init` proposes.

use std::collections::BTreeMap;

use super::manifest;
use super::proof::Proof;

/// A proposed configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The text of `bonafide.toml`.
    pub text: String,
    /// Names of the packages in it.
    pub packages: Vec<String>,
    /// How many things are left to say before `regen` can write a document.
    pub to_say: usize,
}

/// A package to propose.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub name: String,
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    pub proof: Proof,
    /// How it was found, if not by its folder alone.
    pub why: String,
}

/// What was seen of the tree as a whole.
pub(super) struct Seen<'a> {
    /// The project itself.
    pub project: Proof,
    /// Path of the base document.
    pub document: &'a str,
    /// Whether that is a fragment, which people keep.
    pub fragment: bool,
    /// Patterns of the vendor folders.
    pub vendored: &'a [String],
    /// Patterns of the project's own files in them.
    pub own: &'a [String],
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

fn list(texts: &[String]) -> String {
    match texts {
        [one] => format!("[{}]", quoted(one)),
        many => {
            let lines: Vec<String> = many.iter().map(|text| format!("    {},\n", quoted(text))).collect();
            format!("[\n{}]", lines.concat())
        }
    }
}

/// The text of the configuration.
pub(super) fn write(seen: &Seen<'_>, found: &[Found]) -> Proposal {
    let Seen { project, document, fragment, vendored, own } = seen;
    let mut out = String::from(
        "# Proposed by `bonafide vendor init`. What a file proves is stated; `to say` marks what is left to say.\n\n",
    );
    let mut to_say = 0;
    match &project.name {
        Some(name) => {
            out.push_str(&format!("[project]\nname = {}\n", quoted(name)));
            for (key, value) in [("version", &project.version), ("license", &project.license)] {
                if let Some(value) = value {
                    out.push_str(&format!("{key} = {}\n", quoted(value)));
                }
            }
            if let Some(purl) = &project.purl {
                let version = if project.version.is_some() { "@{version}" } else { "" };
                out.push_str(&format!("purl = {}\n", quoted(&format!("{purl}{version}"))));
            }
        }
        None => out.push_str("# if you like: whose sources these are\n# [project]\n# name = \"\"\n"),
    }
    let style = if *fragment { "fragment" } else { "whole" };
    out.push_str(&format!("\n[document]\npath = {}\nstyle = {}\n", quoted(document), quoted(style)));
    if !vendored.is_empty() {
        out.push_str(&format!("\n[vendored]\npaths = {}\n", list(vendored)));
        if !own.is_empty() {
            out.push_str("# beside the packages: the project's own, as it seems\n");
            out.push_str(&format!("own = {}\n", list(own)));
        }
    }
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for one in found {
        *names.entry(&one.name).or_default() += 1;
    }
    let mut packages = Vec::new();
    for one in found {
        let Proof { version, license, purl, url, file, .. } = &one.proof;
        let name = match (names[one.name.as_str()], one.include.first()) {
            // Two folders of one name: their paths tell them apart.
            (2.., Some(include)) => include.trim_end_matches("/**").replace('/', "-"),
            _ => one.name.clone(),
        };
        out.push_str("\n[[package]]\n");
        if !one.why.is_empty() {
            out.push_str(&format!("# {}\n", one.why));
        }
        out.push_str(&format!("name = {}\n", quoted(&name)));
        if one.include.is_empty() {
            out.push_str("include = [] # to say: its files; or delete the entry\n");
            to_say += 1;
        } else {
            out.push_str(&format!("include = {}\n", list(&one.include)));
        }
        if !one.exclude.is_empty() {
            out.push_str(&format!("exclude = {}\n", list(&one.exclude)));
        }
        let proof = file.as_ref().map(|file| format!(" # {file}")).unwrap_or_default();
        // A document that is kept by hand states versions itself.
        match version {
            _ if *fragment => {}
            Some(version) => out.push_str(&format!("version = {}{proof}\n", quoted(version))),
            None => {
                out.push_str("# to say: version = \"\"\n");
                to_say += 1;
            }
        }
        if *fragment {
            packages.push(name);
            continue;
        }
        let purl = purl.clone().or_else(|| url.as_deref().and_then(manifest::github));
        match purl {
            Some(purl) => out.push_str(&format!("purl = {}\n", quoted(&format!("{purl}@{{version}}")))),
            None => {
                out.push_str("# if it has one, so that it can be looked up: purl = \"\" or cpe = [\"\"]\n")
            }
        }
        if let Some(license) = license.as_ref().filter(|license| spdx::Expression::parse(license).is_ok()) {
            out.push_str(&format!("license = {}\n", quoted(license)));
        }
        packages.push(name);
    }
    Proposal { text: out, packages, to_say }
}

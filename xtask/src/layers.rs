//! Which crate may stand on which: the arrows of ARCHITECTURE.md, held against every Cargo.toml and source file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Every crate of ours with its layer. A crate may depend on crates of lower layers only.
const LAYERS: &[(&str, u8)] = &[
    ("bonafide-ident", 0),
    ("bonafide-json", 0),
    ("bonafide-report", 0),
    ("bonafide-artifact", 1),
    ("bonafide-sbom", 1),
    ("bonafide-advisory", 1),
    ("bonafide-fetch", 1),
    ("bonafide-catalog", 2),
    ("bonafide-vuln", 2),
    ("bonafide", 3),
];

/// Crates that are for development: they may depend on anything, and only `dev-dependencies` may name them.
const DEVELOPMENT: &[&str] = &["bonafide-testkit", "xtask"];

/// Foreign crates that only some of ours may name, for their weight or their reach.
const KEPT_TO: &[(&str, &[&str])] = &[
    ("clap", &["bonafide"]),
    ("indicatif", &["bonafide"]),
    ("anstream", &["bonafide"]),
    ("ureq", &["bonafide-fetch"]),
    ("tokio", &["bonafide-serve"]),
    ("axum", &["bonafide-serve"]),
    ("arrow", &["bonafide-fileindex"]),
    ("parquet", &["bonafide-fileindex"]),
    ("datafusion", &["bonafide-fileindex"]),
];

/// What the source of a library may not name: the world outside its arguments.
const BELOW_THE_EDGE: &[&str] = &[
    "std::env::",
    "std::net::",
    "std::process::Command",
    "SystemTime::now",
    "Instant::now",
    "println!",
    "eprintln!",
];

/// Checks all of it.
///
/// # Errors
/// A text that lists every arrow that points the wrong way.
pub(crate) fn check(root: &Path) -> Result<String, String> {
    let layers: BTreeMap<&str, u8> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    let mut crates = 0;
    for name in folders(&root.join("crates"))? {
        crates += 1;
        let folder = root.join("crates").join(&name);
        if !layers.contains_key(name.as_str()) && !DEVELOPMENT.contains(&name.as_str()) {
            wrong.push(format!("{name}: has no layer in xtask/src/layers.rs"));
            continue;
        }
        dependencies(&name, &folder, &layers, &mut wrong)?;
        if layers.get(name.as_str()).is_some_and(|layer| *layer < 3) {
            sources(&folder.join("src"), root, &mut wrong)?;
        }
    }
    if wrong.is_empty() {
        Ok(format!("layers: {crates} crates, every arrow points down"))
    } else {
        Err(format!("layers: {} wrong\n  {}", wrong.len(), wrong.join("\n  ")))
    }
}

fn dependencies(
    name: &str,
    folder: &Path,
    layers: &BTreeMap<&str, u8>,
    wrong: &mut Vec<String>,
) -> Result<(), String> {
    let manifest: toml::Table =
        read(&folder.join("Cargo.toml"))?.parse().map_err(|error| format!("{name}/Cargo.toml: {error}"))?;
    let named = |section: &str| -> Vec<String> {
        manifest
            .get(section)
            .and_then(toml::Value::as_table)
            .map(|table| table.keys().cloned().collect())
            .unwrap_or_default()
    };
    for dependency in named("dependencies").into_iter().chain(named("build-dependencies")) {
        if DEVELOPMENT.contains(&dependency.as_str()) {
            wrong.push(format!("{name} ships {dependency}, which is for tests"));
        }
        if let (Some(above), Some(below)) = (layers.get(name), layers.get(dependency.as_str()))
            && below >= above
        {
            wrong.push(format!("{name} (layer {above}) depends on {dependency} (layer {below})"));
        }
        if let Some((_, keepers)) = KEPT_TO.iter().find(|(foreign, _)| *foreign == dependency)
            && !keepers.contains(&name)
            && !DEVELOPMENT.contains(&name)
        {
            wrong.push(format!("{name} depends on {dependency}, which is kept to {}", keepers.join(", ")));
        }
    }
    Ok(())
}

fn sources(folder: &Path, root: &Path, wrong: &mut Vec<String>) -> Result<(), String> {
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            sources(&path, root, wrong)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let text = read(&path)?;
            let product = text.split("[cfg(test)]").next().unwrap_or_default();
            for (index, line) in product.lines().enumerate() {
                let code = line.trim_start();
                if code.starts_with("//") {
                    continue;
                }
                for name in BELOW_THE_EDGE {
                    if code.contains(name) {
                        let shown = path.strip_prefix(root).unwrap_or(&path).display();
                        wrong.push(format!("{shown}:{}: a library names {name}", index + 1));
                    }
                }
            }
        }
    }
    Ok(())
}

fn folders(parent: &Path) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(parent).map_err(|error| format!("{}: {error}", parent.display()))? {
        let entry = entry.map_err(|error| error.to_string())?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

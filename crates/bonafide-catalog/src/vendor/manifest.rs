//! Lists that people keep beside vendored sources.

use serde_json::Value;

/// File names of manifests that lie in a vendor folder, best first.
pub(super) const NAMES: [&str; 4] = ["vendor.txt", "vendored.txt", "modules.txt", "cgmanifest.json"];

/// One package of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub name: String,
    pub version: Option<String>,
    /// Package URL without a version.
    pub purl: Option<String>,
}

/// Reads a manifest of one of [`NAMES`].
pub(super) fn read(name: &str, text: &str) -> Vec<Listed> {
    match name {
        "modules.txt" => go_modules(text),
        "cgmanifest.json" => component_governance(text),
        _ => requirements(text),
    }
}

/// `name==version` a line, as pip's `vendor.txt` has them; comments are cut off.
fn requirements(text: &str) -> Vec<Listed> {
    let lines = text.lines().filter_map(|line| {
        let line = line.split('#').next().unwrap_or_default().trim();
        let (name, version) = line.split_once("==")?;
        let name = name.trim().split('[').next().unwrap_or_default();
        let version = version.split([';', ' ']).next().unwrap_or_default().trim();
        bonafide_ident::pypi::is_name(name).then(|| Listed {
            name: name.to_owned(),
            version: Some(version.to_owned()),
            purl: Some(format!("pkg:pypi/{}", bonafide_ident::pypi::normalize(name))),
        })
    });
    lines.collect()
}

/// `# module version` lines of Go's `vendor/modules.txt`; a replaced module is the one that it is replaced by.
fn go_modules(text: &str) -> Vec<Listed> {
    let lines = text.lines().filter_map(|line| {
        let words: Vec<&str> = line.strip_prefix("# ")?.split_whitespace().collect();
        let name = *words.first()?;
        let version = match words.iter().position(|word| *word == "=>") {
            Some(arrow) => words.get(arrow + 2).or_else(|| words.get(1).filter(|_| arrow > 1)),
            None => words.get(1),
        };
        let version = version.filter(|version| version.starts_with('v'))?;
        Some(Listed {
            name: name.to_owned(),
            version: Some((*version).to_owned()),
            purl: Some(format!("pkg:golang/{}", name.to_lowercase())),
        })
    });
    let mut listed: Vec<Listed> = lines.collect();
    listed.dedup();
    listed
}

/// Microsoft's component governance manifest: `registrations[].component`.
fn component_governance(text: &str) -> Vec<Listed> {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let registrations = value.get("registrations").and_then(Value::as_array).cloned().unwrap_or_default();
    let listed = registrations.iter().filter_map(|registration| {
        let component = &registration["component"];
        let text = |part: &Value, key: &str| part.get(key).and_then(Value::as_str).map(str::to_owned);
        let git = &component["git"];
        if let Some(url) = text(git, "repositoryUrl") {
            let name = url.trim_end_matches('/').trim_end_matches(".git").rsplit('/').next()?.to_owned();
            let version = text(registration, "version")
                .or_else(|| text(git, "tag"))
                .or_else(|| text(git, "commitHash"));
            return Some(Listed { name, version, purl: github(&url) });
        }
        let other = ["other", "npm", "pip", "cargo"].iter().find_map(|kind| component.get(*kind))?;
        let name = text(other, "name").or_else(|| text(other, "Name"))?;
        Some(Listed { name, version: text(other, "version").or_else(|| text(other, "Version")), purl: None })
    });
    listed.collect()
}

/// Paths and URLs of `.gitmodules`.
pub(super) fn submodules(text: &str) -> Vec<(String, String)> {
    let mut modules: Vec<(Option<String>, Option<String>)> = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with('[') {
            modules.push((None, None));
        } else if let (Some(module), Some((key, value))) = (modules.last_mut(), line.split_once('=')) {
            match key.trim() {
                "path" => module.0 = Some(value.trim().to_owned()),
                "url" => module.1 = Some(value.trim().to_owned()),
                _ => {}
            }
        }
    }
    modules.into_iter().filter_map(|(path, url)| Some((path?, url?))).collect()
}

/// The package URL of a repository on GitHub.
pub(super) fn github(url: &str) -> Option<String> {
    let rest = url.split_once("github.com").map(|(_, rest)| rest.trim_start_matches([':', '/']))?;
    let mut parts = rest.trim_end_matches('/').trim_end_matches(".git").split('/');
    let (owner, name) = (parts.next()?, parts.next()?);
    let sound = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    (sound(owner) && sound(name))
        .then(|| format!("pkg:github/{}/{}", owner.to_lowercase(), name.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_give_names_and_versions() {
        let listed = read("vendor.txt", "a==1.0\n    b_c==2.0  # why\n# no\nd>=3\n");
        assert_eq!(listed.len(), 2);
        assert_eq!((listed[1].name.as_str(), listed[1].purl.as_deref()), ("b_c", Some("pkg:pypi/b-c")));
        let listed = read(
            "modules.txt",
            "# github.com/A/b v1.2.3\n## explicit\ngithub.com/A/b/c\n# x.org/y => ../y\n",
        );
        assert_eq!(
            listed,
            [Listed {
                name: "github.com/A/b".into(),
                version: Some("v1.2.3".into()),
                purl: Some("pkg:golang/github.com/a/b".into()),
            }]
        );
        let listed = read(
            "cgmanifest.json",
            r#"{"registrations": [{"component": {"type": "git", "git": {"repositoryUrl": "https://github.com/Madler/zlib.git",
               "commitHash": "abc"}}, "version": "1.3"}]}"#,
        );
        assert_eq!((listed[0].name.as_str(), listed[0].version.as_deref()), ("zlib", Some("1.3")));
        assert_eq!(listed[0].purl.as_deref(), Some("pkg:github/madler/zlib"));
    }

    #[test]
    fn submodules_have_paths_and_urls() {
        let text = "[submodule \"x\"]\n\tpath = deps/x\n\turl = git@github.com:o/x.git\n";
        let modules = submodules(text);
        assert_eq!(modules, [("deps/x".to_owned(), "git@github.com:o/x.git".to_owned())]);
        assert_eq!(github(&modules[0].1).as_deref(), Some("pkg:github/o/x"));
    }
}

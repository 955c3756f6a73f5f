//! What a folder says of itself: the name, version and licence that its own metadata files prove.

use regex::Regex;
use serde_json::Value;

/// What was proved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Proof {
    /// Name, as the metadata spells it.
    pub name: Option<String>,
    /// Version.
    pub version: Option<String>,
    /// Licence expression, where the metadata states one.
    pub license: Option<String>,
    /// Package URL without a version, where the metadata's ecosystem gives one.
    pub purl: Option<String>,
    /// Home or repository.
    pub url: Option<String>,
    /// The file that proves the version; else the first that proves anything.
    pub file: Option<String>,
}

impl Proof {
    /// Adds what another proof knows and this one does not.
    pub(super) fn join(&mut self, other: Self) {
        let missing = self.version.is_none() && other.version.is_some();
        if self.file.is_none() || missing {
            self.file = other.file;
        }
        self.name = self.name.take().or(other.name);
        self.version = self.version.take().or(other.version);
        self.license = self.license.take().or(other.license);
        self.purl = self.purl.take().or(other.purl);
        self.url = self.url.take().or(other.url);
    }
}

/// Which files are worth reading, best proof first. `path` is below the package's folder.
pub(super) fn rank(path: &str) -> Option<usize> {
    const NAMES: [&str; 13] = [
        "package.json",
        "Cargo.toml",
        "pyproject.toml",
        "METADATA",
        "PKG-INFO",
        "README.chromium",
        "vcpkg.json",
        "configure.ac",
        "CMakeLists.txt",
        "meson.build",
        "VERSION",
        "VERSION.txt",
        "version.txt",
    ];
    if let Some(rank) = NAMES.iter().position(|name| path == *name) {
        return Some(rank);
    }
    let depth = path.matches('/').count();
    let header = path.ends_with(".h") || path.ends_with(".hpp") || path.ends_with(".h.in");
    (header && depth <= 2).then_some(NAMES.len() + depth)
}

/// Reads the proof in one file. `folder` is the name of the package's folder, which a version header must speak of.
pub(super) fn read(path: &str, text: &str, folder: &str) -> Proof {
    let mut proof = match path {
        "package.json" => npm(text),
        "vcpkg.json" => vcpkg(text),
        "Cargo.toml" => cargo(text),
        "pyproject.toml" => pyproject(text),
        "go.mod" => go_mod(text),
        "METADATA" | "PKG-INFO" => core_metadata(text),
        "README.chromium" => chromium(text),
        "configure.ac" => {
            of_regex(text, r"AC_INIT\(\s*\[?(?<name>[\w.+ -]+?)\]?\s*,\s*\[?v?(?<version>\d+(?:\.\d+)+)")
        }
        "CMakeLists.txt" => of_regex(
            text,
            r"(?i)\bproject\s*\(\s*(?<name>[\w.+-]+)[^)]*?\bVERSION\s+(?<version>\d+(?:\.\d+)+)",
        ),
        "meson.build" => {
            of_regex(text, r"project\(\s*'(?<name>[^']+)'[^)]*?\bversion\s*:\s*'(?<version>\d+(?:\.\d+)+)'")
        }
        "VERSION" | "VERSION.txt" | "version.txt" => of_regex(text, r"\A\s*v?(?<version>\d+(?:\.\d+)+)"),
        _ => header(path, text, folder),
    };
    if proof != Proof::default() {
        proof.file = Some(path.to_owned());
    }
    proof
}

/// Reads several files in order of rank, until the version is known.
pub(super) fn gather<'a>(files: impl Iterator<Item = (&'a str, String)>, folder: &str) -> Proof {
    let mut proof = Proof::default();
    for (path, text) in files {
        proof.join(read(path, &text, folder));
        if proof.version.is_some() && proof.name.is_some() {
            break;
        }
    }
    proof
}

fn string(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

fn npm(text: &str) -> Proof {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Proof::default() };
    let name = string(&value, "name");
    let purl = name.as_ref().map(|name| format!("pkg:npm/{}", name.replacen('@', "%40", 1)));
    let version = string(&value, "version");
    // A package.json without a version is a private one: it names no package that others know.
    let purl = purl.filter(|_| version.is_some());
    Proof { name, version, license: string(&value, "license"), purl, ..Proof::default() }
}

fn vcpkg(text: &str) -> Proof {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Proof::default() };
    let version = ["version", "version-semver", "version-string"].iter().find_map(|key| string(&value, key));
    Proof {
        name: string(&value, "name"),
        version,
        license: string(&value, "license"),
        url: string(&value, "homepage"),
        ..Proof::default()
    }
}

fn cargo(text: &str) -> Proof {
    let Ok(table) = toml::de::DeTable::parse(text) else { return Proof::default() };
    let package = table.get_ref().get("package").and_then(|package| package.get_ref().as_table());
    let field = |key: &str| Some(package?.get(key)?.get_ref().as_str()?.to_owned());
    let name = field("name");
    let purl = name.as_ref().map(|name| format!("pkg:cargo/{name}"));
    Proof {
        name,
        version: field("version"),
        license: field("license"),
        purl,
        url: field("repository"),
        file: None,
    }
}

/// `[project]` (PEP 621), or Poetry's own table.
fn pyproject(text: &str) -> Proof {
    let Ok(table) = toml::de::DeTable::parse(text) else { return Proof::default() };
    let poetry = || {
        let tool = table.get_ref().get("tool")?.get_ref().as_table()?;
        tool.get("poetry")?.get_ref().as_table()
    };
    let project = table.get_ref().get("project").and_then(|project| project.get_ref().as_table());
    let project = project.or_else(poetry);
    let field = |key: &str| Some(project?.get(key)?.get_ref().as_str()?.to_owned());
    let name = field("name");
    let purl = name.as_ref().map(|name| format!("pkg:pypi/{}", bonafide_ident::pypi::normalize(name)));
    Proof { version: field("version"), license: field("license"), name, purl, ..Proof::default() }
}

/// The module's own path.
fn go_mod(text: &str) -> Proof {
    let module = text.lines().find_map(|line| line.strip_prefix("module "));
    let name = module.map(|path| path.split("//").next().unwrap_or(path).trim().trim_matches('"').to_owned());
    let purl = name.as_ref().map(|name| format!("pkg:golang/{}", name.to_lowercase()));
    Proof { name, purl, ..Proof::default() }
}

fn core_metadata(text: &str) -> Proof {
    let head = text.split("\n\n").next().unwrap_or_default();
    let field = |key: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
        line.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let name = field("Name");
    let purl = name.as_ref().map(|name| format!("pkg:pypi/{}", bonafide_ident::pypi::normalize(name)));
    Proof {
        version: field("Version"),
        license: field("License-Expression"),
        url: field("Home-page"),
        name,
        purl,
        file: None,
    }
}

fn chromium(text: &str) -> Proof {
    let field = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
        line.map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty() && value != "N/A" && value != "unknown")
    };
    Proof {
        name: field("Short Name").or_else(|| field("Name")),
        version: field("Version").or_else(|| field("Revision")),
        url: field("URL"),
        ..Proof::default()
    }
}

fn of_regex(text: &str, pattern: &str) -> Proof {
    let regex = Regex::new(pattern).expect("the patterns of this file are valid");
    let Some(captures) = regex.captures(text) else { return Proof::default() };
    let group = |name| captures.name(name).map(|found| found.as_str().trim().to_owned());
    Proof { name: group("name"), version: group("version"), ..Proof::default() }
}

/// `#define X_VERSION "1.2.3"`, or `X_MAJOR 1`, `X_MINOR 2`, `X_PATCH 3`: only of macros that begin with the folder's name,
/// since a header may well speak of versions of something else.
fn header(path: &str, text: &str, folder: &str) -> Proof {
    if !text.contains("VERSION") && !text.contains("MAJOR") && !text.contains("RELEASE") {
        return Proof::default();
    }
    let squeeze = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    let folder = squeeze(folder);
    let folder = folder.strip_prefix("lib").unwrap_or(&folder);
    let stem = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or_default();
    let own = |name: &str| {
        let squeezed = squeeze(name);
        let squeezed = squeezed.strip_prefix("lib").unwrap_or(&squeezed);
        !folder.is_empty()
            && (squeezed.starts_with(folder)
                || folder.starts_with(&squeeze(stem))
                    && !stem.is_empty()
                    && squeezed.starts_with(&squeeze(stem)))
    };
    let mut best: Option<String> = None;
    let (mut major, mut minor, mut patch) = (None, None, None);
    for line in text.lines() {
        let mut words = line.trim_start().strip_prefix('#').unwrap_or_default().split_whitespace();
        if words.next() != Some("define") {
            continue;
        }
        let Some(name) = words.next().filter(|name| own(name)) else { continue };
        let value = line.split_once(name).map_or("", |(_, rest)| rest).trim();
        if value.starts_with('"') && (name.contains("VERSION") || name.contains("RELEASE")) {
            let version = of_regex(value, r"(?<version>\d+(?:\.\d+)+[a-z]?)").version;
            if let Some(version) = version
                && best.as_ref().is_none_or(|best| version.matches('.').count() > best.matches('.').count())
            {
                best = Some(version);
            }
        }
        let number =
            || value.split_whitespace().next().filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        match name {
            _ if name.contains("SONAME") || name.contains("API") || name.contains("SO_") => {}
            _ if name.ends_with("MAJOR") => major = major.or_else(number),
            _ if name.ends_with("MINOR") => minor = minor.or_else(number),
            _ if ["PATCH", "MICRO", "PATCHLEVEL", "REVISION", "BUILD"]
                .iter()
                .any(|end| name.ends_with(end)) =>
            {
                patch = patch.or_else(number);
            }
            _ => {}
        }
    }
    let parts = match (major, minor, patch) {
        (Some(major), Some(minor), Some(patch)) => Some(format!("{major}.{minor}.{patch}")),
        (Some(major), Some(minor), None) => Some(format!("{major}.{minor}")),
        _ => None,
    };
    let version = match (best, parts) {
        (Some(best), Some(parts)) if parts.matches('.').count() > best.matches('.').count() => Some(parts),
        (Some(best), _) => Some(best),
        (None, parts) => parts,
    };
    Proof { version, ..Proof::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(path: &str, text: &str, folder: &str) -> Option<String> {
        read(path, text, folder).version
    }

    #[test]
    fn versions_are_read_where_projects_state_them() {
        let is = |path, text, folder, wanted: &str| {
            assert_eq!(version(path, text, folder).as_deref(), Some(wanted), "{path}")
        };
        is("VERSION", "5.3.0-0-g0\n", "jemalloc", "5.3.0");
        is("configure.ac", "AC_INIT([libffi],[3.4.4],[bugs])", "libffi", "3.4.4");
        is("CMakeLists.txt", "PROJECT(zlib C\n  VERSION 1.3.1)", "zlib", "1.3.1");
        is("meson.build", "project('pixman', 'c', version : '0.42.2')", "pixman", "0.42.2");
        is(
            "src/lua.h",
            "#define LUA_VERSION\t\"Lua 5.1\"\n#define LUA_RELEASE\t\"Lua 5.1.5\"\n",
            "lua",
            "5.1.5",
        );
        is(
            "hiredis.h",
            "#define HIREDIS_MAJOR 1\n#define HIREDIS_MINOR 2\n#define HIREDIS_PATCH 0\n",
            "hiredis",
            "1.2.0",
        );
        is("package.json", r#"{"name": "left-pad", "version": "1.3.0"}"#, "left-pad", "1.3.0");
        is("Cargo.toml", "[package]\nname = 'libc'\nversion = '0.2.1'\n", "libc", "0.2.1");
        is("pyproject.toml", "[project]\nname = 'a'\nversion = '1.2'\n", "a", "1.2");
        is("pyproject.toml", "[tool.poetry]\nname = 'a'\nversion = '1.3'\n", "a", "1.3");
        is("README.chromium", "Name: zlib\nVersion: 1.2.12\n", "zlib", "1.2.12");
    }

    #[test]
    fn a_header_that_speaks_of_another_project_proves_nothing() {
        assert_eq!(version("compat.h", "#define PY_VERSION \"3.13.5\"\n", "expat"), None);
        assert_eq!(version("hiredis.h", "#define HIREDIS_SONAME 1.0.3\n", "hiredis"), None);
    }
}

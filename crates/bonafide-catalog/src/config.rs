//! `bonafide.toml`: what a project says about itself and about the sources that it vendors.
//!
//! ```toml
//! [project]
//! name = "demo"
//! version-from = { file = "demo.h", regex = '#define DEMO_VERSION "(?<version>[^"]+)"' }
//!
//! [document]
//! path = "sbom.spdx.json"      # the base document, kept in the repository
//! style = "whole"
//!
//! [[package]]
//! name = "expat"
//! version = "2.7.1"
//! include = ["deps/expat/**"]
//! exclude = ["deps/expat/our_config.h"]
//! cpe = ["cpe:2.3:a:libexpat_project:libexpat:{version}:*:*:*:*:*:*:*"]
//! ```
//!
//! Reading is strict: a key that is not known is a warning with its line and the name that was probably meant; a value
//! that cannot be right is an error, and all errors are told at once. The same types serve the product rules that the
//! binary carries, which are `[project]` and `[test-data]` tables of other people's products.
//!
//! `[db]` and `[vex]` say where advisories and VEX statements come from; a file may hold nothing else.
//!
//! `{version}` and `{name}` in `purl`, `cpe` and `download-location` stand for the entry's own version and name; that
//! is how one edit bumps them all.

mod advisories;
mod table;

use bonafide_ident::Sha256;
use regex::Regex;
use toml::de::DeTable;

use crate::glob::Glob;
pub use advisories::{Advisories, Remote, Statements};
use table::{Lines, Reader, Table};

/// A value and the line that states it, from 1.
#[derive(Clone, Debug)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its line in the configuration file, from 1.
    pub line: u64,
}

/// Something wrong or odd at a line of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Line, from 1.
    pub line: u64,
    /// What is wrong and what to write instead.
    pub message: String,
}

/// The configuration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// It is no TOML.
    #[error("line {}: {}", .0.line, .0.message)]
    Syntax(Problem),
    /// All its faults, in order of line; never empty.
    #[error("{}", lines(.0))]
    Faults(Vec<Problem>),
}

fn lines(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|p| format!("line {}: {}", p.line, p.message)).collect();
    lines.join("\n")
}

/// A `bonafide.toml`, read.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The project itself.
    pub project: Option<Project>,
    /// The base document.
    pub document: Option<BaseDocument>,
    /// Vendored packages, in the order of the file; names are unique.
    pub packages: Vec<Package>,
    /// Folders in which every file must be accounted for.
    pub vendored: Vendored,
    /// Dependencies that a build fetches by a script of the repository.
    pub externals: Vec<Externals>,
    /// Folders whose archives are test data.
    pub test_data: TestData,
    /// The advisory database.
    pub db: Advisories,
    /// VEX repositories.
    pub vex: Statements,
    /// Keys that nobody knows.
    pub warnings: Vec<Problem>,
}

/// What a project, or a product rule, says of the whole.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// Its version, or where that stands.
    pub version: Option<ProjectVersion>,
    /// Package URL; `{version}` stands for the version.
    pub purl: Option<String>,
    /// CPE 2.3 names; `{version}` stands for the version.
    pub cpes: Vec<String>,
    /// `Organization: …` or `Person: …`.
    pub supplier: Option<String>,
    /// Likewise.
    pub originator: Option<String>,
    /// SPDX licence expression.
    pub license: Option<String>,
    /// Where a release can be had; `{version}` and `{file}` (the artifact's file name) are filled in.
    pub download_location: Option<String>,
}

/// Where a project's version is stated.
#[derive(Clone, Debug)]
pub enum ProjectVersion {
    /// Here.
    Stated(String),
    /// In a file of the source tree: the group `version` of the first match.
    From {
        /// Path below the root.
        file: String,
        /// With a group `version`.
        regex: Regex,
    },
}

/// How the base document is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A whole SPDX 2.3 document, valid as it stands.
    Whole,
    /// What CPython keeps: `packages`, `files` and `relationships` only, written as Python's
    /// `json.dumps(indent=2, sort_keys=True)` writes, without a newline at the end.
    Fragment,
}

/// The base document: an SBOM that is kept in the source tree and ships inside the artifact.
#[derive(Clone, Debug)]
pub struct BaseDocument {
    /// Path below the root.
    pub path: Located<String>,
    /// How it is kept.
    pub style: Style,
    /// Who made it, SPDX style (`Organization: …`, `Person: …`); for [`Style::Whole`].
    pub creators: Vec<String>,
    /// What `licenseConcluded` of each package must be, where the project has decided that once for all.
    pub license_concluded: Option<Located<String>>,
}

/// A vendored package.
///
/// Metadata that is stated here is written into the base document; what is not stated is kept as the document has it.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name, with the line that every message about the package as a whole points to.
    pub name: Located<String>,
    /// Which files are its own.
    pub include: Vec<Located<Glob>>,
    /// Which of those are not.
    pub exclude: Vec<Located<Glob>>,
    /// Metadata.
    pub metadata: Metadata,
    /// Other files of the repository that repeat its version or checksum.
    pub pins: Vec<Pin>,
    /// Where files lie in the upstream archive, for those that cannot be found by their names: pairs of a path or
    /// folder below the root, and of one in the archive (below its single top folder).
    pub upstream_paths: Vec<(String, Located<String>)>,
    /// Files that differ from upstream on purpose.
    pub patches: Vec<Patch>,
}

/// Folders of vendored sources in which every file must belong to a package or be named as the project's own.
///
/// The folders of a package's patterns count as such without being named; this is for the folder around them, so that a
/// newly vendored package is not overlooked.
#[derive(Clone, Debug, Default)]
pub struct Vendored {
    /// Patterns of files that must be accounted for.
    pub paths: Vec<Located<Glob>>,
    /// Those that are the project's own.
    pub own: Vec<Located<Glob>>,
}

/// What a package entry may state.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// Version text.
    pub version: Option<Located<String>>,
    /// Package URL; `{version}` and `{name}` are filled in.
    pub purl: Option<Located<String>>,
    /// CPE 2.3 names; likewise.
    pub cpes: Vec<Located<String>>,
    /// `Organization: …` or `Person: …`.
    pub supplier: Option<Located<String>>,
    /// Likewise.
    pub originator: Option<Located<String>>,
    /// Where the upstream archive can be had; `{version}` and `{name}` are filled in.
    pub download_location: Option<Located<String>>,
    /// SHA-256 of the upstream archive.
    pub sha256: Option<Located<Sha256>>,
    /// Declared licence, an SPDX expression.
    pub license: Option<Located<String>>,
    /// SPDX 2.3 primary purpose, `SOURCE` where it is not stated.
    pub purpose: Option<Located<String>>,
}

/// What a pin repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinField {
    /// The package's version.
    Version,
    /// The SHA-256 of its upstream archive.
    Sha256,
}

/// A place in another file of the repository that repeats a package's version or checksum.
#[derive(Clone, Debug)]
pub struct Pin {
    /// Path below the root.
    pub file: Located<String>,
    /// What is repeated.
    pub field: PinField,
    /// With a group `value`.
    pub regex: Located<Regex>,
}

/// A file that differs from upstream on purpose: recorded by `bonafide vendor verify --record`.
#[derive(Clone, Debug)]
pub struct Patch {
    /// Path below the root.
    pub file: Located<String>,
    /// SHA-256 of the upstream file; `None` for a file that upstream does not have.
    pub upstream_sha256: Option<Sha256>,
    /// SHA-256 of the file here, as git would export it.
    pub sha256: Located<Sha256>,
    /// Why.
    pub reason: Option<String>,
}

/// Dependencies that a script of the repository fetches: an extractor by regular expression.
#[derive(Clone, Debug)]
pub struct Externals {
    /// A word for the platform that they are for: `windows`.
    pub platform: Located<String>,
    /// The script, a path below the root.
    pub file: Located<String>,
    /// Run over the whole file. Groups: `version` and `name` (unless [`Externals::name`] states it), or `tag`, which is
    /// split at its last dash; also, where the script says so, `url` and `checksum` (MD5, SHA-1, SHA-256 or SHA-512 by its
    /// length).
    pub regex: Located<Regex>,
    /// The name, where the expression finds the version of one dependency only.
    pub name: Option<Located<String>>,
    /// Lines, cut at this text, are left out: `REM`, `#`.
    pub comment: Option<String>,
    /// The document that lists them; kept like the base document of style `fragment`. `None`: they are only compared.
    pub document: Option<Located<String>>,
    /// Where one can be had, from `{name}` and `{version}`.
    pub download_location: Option<Located<String>>,
    /// Names that are no concern of the document.
    pub ignore: Vec<Located<String>>,
    /// Names of the script that mean a package of another name: `libmpdec = "mpdecimal"`.
    pub aliases: Vec<(String, Located<String>)>,
}

/// Test data: files that are listed, but whose archives are not opened.
#[derive(Clone, Debug, Default)]
pub struct TestData {
    /// Patterns below the root.
    pub paths: Vec<Located<Glob>>,
}

impl TestData {
    /// Whether a path below the root is test data.
    #[must_use]
    pub fn contains(&self, path: &[u8]) -> bool {
        self.paths.iter().any(|glob| glob.value.matches(path))
    }
}

impl Metadata {
    /// Whether nothing is stated: then all of it is kept in the document.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        let Self { version, purl, cpes, supplier, originator, download_location, sha256, license, purpose } =
            self;
        version.is_none()
            && purl.is_none()
            && cpes.is_empty()
            && supplier.is_none()
            && originator.is_none()
            && download_location.is_none()
            && sha256.is_none()
            && license.is_none()
            && purpose.is_none()
    }
}

impl Package {
    /// Whether a path below the root is one of its files: in `include` and not in `exclude`.
    #[must_use]
    pub fn owns(&self, path: &[u8]) -> bool {
        self.include.iter().any(|glob| glob.value.matches(path))
            && !self.exclude.iter().any(|glob| glob.value.matches(path))
    }
}

impl Config {
    /// Reads a `bonafide.toml`, or a product rule.
    ///
    /// # Errors
    /// When it is no TOML, or with all its faults at once.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let lines = Lines::new(text);
        let table = DeTable::parse(text).map_err(|error| {
            let line = error.span().map_or(1, |span| lines.at(span.start));
            ConfigError::Syntax(Problem { line, message: error.message().to_owned() })
        })?;
        let mut reader = Reader::new(&lines);
        let mut root = reader.table("the file", table.into_inner(), 1);
        let config = Self::read(&mut reader, &mut root);
        root.finish(&mut reader);
        let Reader { mut errors, mut warnings, .. } = reader;
        if !errors.is_empty() {
            errors.sort();
            return Err(ConfigError::Faults(errors));
        }
        warnings.sort();
        Ok(Self { warnings, ..config })
    }

    fn read(reader: &mut Reader<'_>, root: &mut Table<'_>) -> Self {
        let project =
            root.table(reader, "project", "[project]").and_then(|table| Project::read(reader, table));
        let document =
            root.table(reader, "document", "[document]").and_then(|table| BaseDocument::read(reader, table));
        let mut packages: Vec<Package> = Vec::new();
        for table in root.tables(reader, "package", "[[package]]") {
            let Some(package) = Package::read(reader, table) else { continue };
            match packages.iter().find(|other| other.name.value == package.name.value) {
                Some(other) => reader.error(
                    package.name.line,
                    format!("package `{}` is already at line {}", package.name.value, other.name.line),
                ),
                None => packages.push(package),
            }
        }
        let vendored =
            root.table(reader, "vendored", "[vendored]").map_or_else(Vendored::default, |mut table| {
                let vendored =
                    Vendored { paths: table.globs(reader, "paths"), own: table.globs(reader, "own") };
                table.finish(reader);
                vendored
            });
        let externals = root
            .tables(reader, "externals", "[[externals]]")
            .into_iter()
            .filter_map(|table| Externals::read(reader, table))
            .collect();
        let test_data =
            root.table(reader, "test-data", "[test-data]").map_or_else(TestData::default, |mut table| {
                let paths = table.globs(reader, "paths");
                table.finish(reader);
                TestData { paths }
            });
        let db = root
            .table(reader, "db", "[db]")
            .map_or_else(Advisories::default, |table| Advisories::read(reader, table));
        let vex = root
            .table(reader, "vex", "[vex]")
            .map_or_else(Statements::default, |table| Statements::read(reader, table));
        Self { project, document, packages, vendored, externals, test_data, db, vex, warnings: Vec::new() }
    }
}

fn value(located: Option<Located<String>>) -> Option<String> {
    located.map(|located| located.value)
}

fn values(located: Vec<Located<String>>) -> Vec<String> {
    located.into_iter().map(|located| located.value).collect()
}

impl Project {
    fn read(reader: &mut Reader<'_>, mut table: Table<'_>) -> Option<Self> {
        let name = table.required(reader, "name");
        let stated = table.text(reader, "version");
        let from = table.table(reader, "version-from", "`version-from`").and_then(|mut from| {
            let file = from.path(reader, "file");
            let regex = from.regex(reader, "regex", &["version"]);
            from.finish(reader);
            Some(ProjectVersion::From { file: file?.value, regex: regex?.value })
        });
        if let (Some(stated), Some(_)) = (&stated, &from) {
            reader.error(stated.line, "`version` and `version-from` both state the version: keep one");
        }
        let project = Self {
            name: String::new(),
            version: from.or(stated.map(|stated| ProjectVersion::Stated(stated.value))),
            purl: value(table.text(reader, "purl")),
            cpes: values(table.texts(reader, "cpe")),
            supplier: value(table.text(reader, "supplier")),
            originator: value(table.text(reader, "originator")),
            license: value(table.text(reader, "license")),
            download_location: value(table.text(reader, "download-location")),
        };
        table.finish(reader);
        Some(Self { name: name?.value, ..project })
    }
}

impl BaseDocument {
    fn read(reader: &mut Reader<'_>, mut table: Table<'_>) -> Option<Self> {
        let path = table.path(reader, "path");
        let style = match table.text(reader, "style") {
            None => Style::Whole,
            Some(Located { value, line }) => match value.as_str() {
                "whole" => Style::Whole,
                "fragment" => Style::Fragment,
                other => {
                    reader.error(line, format!("`style` is `whole` or `fragment`, not `{other}`"));
                    Style::Whole
                }
            },
        };
        let creators = values(table.texts(reader, "creators"));
        let license_concluded = table.text(reader, "license-concluded");
        table.finish(reader);
        Some(Self { path: path?, style, creators, license_concluded })
    }
}

impl Package {
    fn read(reader: &mut Reader<'_>, mut table: Table<'_>) -> Option<Self> {
        let name = table.required(reader, "name");
        let include = table.globs(reader, "include");
        if include.is_empty() {
            reader.error(table.line, "[[package]] needs `include`: the patterns of its files");
        }
        let exclude = table.globs(reader, "exclude");
        let metadata = Metadata {
            version: table.text(reader, "version"),
            purl: table.text(reader, "purl"),
            cpes: table.texts(reader, "cpe"),
            supplier: table.text(reader, "supplier"),
            originator: table.text(reader, "originator"),
            download_location: table.text(reader, "download-location"),
            sha256: table.digest(reader, "sha256"),
            license: table.text(reader, "license"),
            purpose: table.text(reader, "purpose"),
        };
        let pins = table.tables(reader, "pin", "[[package.pin]]");
        let pins = pins.into_iter().filter_map(|pin| Pin::read(reader, pin)).collect();
        let patches = table.tables(reader, "patch", "[[package.patch]]");
        let patches = patches.into_iter().filter_map(|patch| Patch::read(reader, patch)).collect();
        let upstream_paths = table.names(reader, "upstream-paths");
        table.finish(reader);
        Some(Self { name: name?, include, exclude, metadata, pins, upstream_paths, patches })
    }
}

impl Pin {
    fn read(reader: &mut Reader<'_>, mut table: Table<'_>) -> Option<Self> {
        let file = table.path(reader, "file");
        let field = table.required(reader, "field").and_then(|field| match field.value.as_str() {
            "version" => Some(PinField::Version),
            "sha256" => Some(PinField::Sha256),
            other => {
                reader.error(field.line, format!("`field` is `version` or `sha256`, not `{other}`"));
                None
            }
        });
        let regex = table.regex(reader, "regex", &["value"]);
        table.finish(reader);
        Some(Self { file: file?, field: field?, regex: regex? })
    }
}

impl Patch {
    fn read(reader: &mut Reader<'_>, mut table: Table<'_>) -> Option<Self> {
        let file = table.path(reader, "file");
        let upstream_sha256 = table.digest(reader, "upstream-sha256").map(|located| located.value);
        let sha256 = table.digest(reader, "sha256");
        if sha256.is_none() {
            reader.error(table.line, "[[package.patch]] needs `sha256`: that of the file here");
        }
        let reason = value(table.text(reader, "reason"));
        table.finish(reader);
        Some(Self { file: file?, upstream_sha256, sha256: sha256?, reason })
    }
}

impl Externals {
    fn read(reader: &mut Reader<'_>, mut table: Table<'_>) -> Option<Self> {
        let platform = table.required(reader, "platform");
        let file = table.path(reader, "file");
        let name = table.text(reader, "name");
        let regex = table.regex(reader, "regex", &[]).filter(|regex| {
            let has = |group| regex.value.capture_names().flatten().any(|name| name == group);
            let named = has("name") || name.is_some();
            let sound = has("tag") != (named && has("version"));
            if !sound {
                let message = "`regex` in [[externals]] needs groups `(?<name>…)` and `(?<version>…)`, \
                               or one `(?<tag>…)` that is split at its last dash";
                reader.error(regex.line, message);
            }
            sound
        });
        let comment = value(table.text(reader, "comment"));
        let document = table.text(reader, "document");
        let download_location = table.text(reader, "download-location");
        let ignore = table.texts(reader, "ignore");
        let aliases = table.names(reader, "aliases");
        table.finish(reader);
        Some(Self {
            platform: platform?,
            file: file?,
            regex: regex?,
            name,
            comment,
            document,
            download_location,
            ignore,
            aliases,
        })
    }
}

#[cfg(test)]
mod tests;

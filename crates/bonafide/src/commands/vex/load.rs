//! VEX documents from paths: files, folders, patterns.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use bonafide_advisory::ReadError;
use bonafide_advisory::vex::{self, Document};
use bonafide_catalog::Glob;
use bonafide_report::{Finding, Place};
use bonafide_vuln::Component;
use bonafide_vuln::vex::{Origin, Scope, Source};

use super::found::Carriers;
use super::repository;

use crate::commands::sbom::input as documents;
use crate::ui::Ui;

/// Folders inside one another beyond this depth are not entered.
const DEEPEST_FOLDER: usize = 32;

/// How the names of VEX documents end.
const ENDINGS: [&str; 6] =
    [".openvex.json", ".vex.json", ".vex.cdx.json", ".cdx.vex.json", ".vex.spdx3.json", ".csaf.json"];

/// Documents, and what could not be read.
#[derive(Default)]
pub(crate) struct Loaded {
    /// In the order of the paths; those of a folder sorted by path.
    pub(crate) sources: Vec<Source>,
    /// One `vex-unreadable` for each file, or what was not looked at.
    pub(crate) notes: Vec<Finding>,
    /// Repositories that were asked.
    pub(crate) repositories: Vec<Consulted>,
    /// The packages of the input that carry documents of their own.
    pub(crate) carriers: Carriers,
    /// References that were not looked at.
    pub(crate) left: Vec<String>,
    /// How many references were fetched.
    pub(crate) fetched: usize,
}

/// A repository that was asked.
pub(crate) struct Consulted {
    pub(crate) name: String,
    /// When its publisher changed it.
    pub(crate) updated: Option<String>,
    /// How many of its documents are about what was scanned.
    pub(crate) documents: usize,
}

impl Loaded {
    /// Adds another.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.sources.append(&mut other.sources);
        self.notes.append(&mut other.notes);
        self.repositories.append(&mut other.repositories);
        self.left.append(&mut other.left);
    }

    /// What could not be read.
    pub(crate) fn gaps(&self) -> u64 {
        self.notes.iter().filter(|note| note.is_gap()).count() as u64
    }

    /// Reads one file that must be a VEX document.
    pub(crate) fn file(&mut self, path: &Path, origin: Origin, scope: Scope) {
        self.named(path, documents::shown(path), origin, scope);
    }

    /// The same of a file that is called otherwise.
    pub(crate) fn named(&mut self, path: &Path, name: String, origin: Origin, scope: Scope) {
        match bytes(path).and_then(|bytes| document(&bytes, &name)) {
            Ok(document) => {
                self.sources.push(Source { name, origin, scope, document });
            }
            Err(why) => self.unreadable(&name, why),
        }
    }

    /// Takes the bytes of a member of an archive.
    pub(crate) fn bytes(&mut self, bytes: &[u8], name: String, origin: Origin, scope: Scope) {
        match document(bytes, &name) {
            Ok(document) => self.sources.push(Source { name, origin, scope, document }),
            Err(why) => self.unreadable(&name, why),
        }
    }

    /// Tells a file that is not read, and why.
    pub(crate) fn refuse(&mut self, name: &str, why: String) {
        self.unreadable(name, Unreadable::Other(why));
    }

    /// Tells folders that could not be read.
    fn not_entered(&mut self, unread: Vec<(PathBuf, String)>) {
        for (path, why) in unread {
            self.unreadable(&documents::shown(&path), Unreadable::Other(why));
        }
    }

    fn unreadable(&mut self, name: &str, why: Unreadable) {
        let mut finding = match why {
            Unreadable::Vex(error) => error.finding(&vex::rules::UNREADABLE),
            Unreadable::Other(message) => Finding::new(&vex::rules::UNREADABLE, Place::default(), message),
        };
        finding.place.file = Some(name.to_owned());
        self.notes.push(finding);
    }
}

/// The input of which alone a document speaks, if there is one.
pub(crate) fn input(scope: &Scope) -> Option<&str> {
    match scope {
        Scope::All => None,
        Scope::Input(input) => Some(input),
        Scope::Package(link) => link.split_once('#').map(|(input, _)| input),
    }
}

/// A document that could say something and says nothing.
pub(super) const NO_STATEMENTS: ReadError = ReadError::UnknownFormat {
    wanted: "OpenVEX nor CSAF nor CycloneDX nor SPDX 3 with statements",
    why: "an SBOM that says nothing of vulnerabilities",
};

/// Why a file is no document.
enum Unreadable {
    Vex(ReadError),
    Other(String),
}

/// Whether a file's name says that it is a VEX document.
pub(crate) fn has_vex_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = match name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")) {
        Some(stem) => format!("{stem}.json"),
        None => name,
    };
    ENDINGS.iter().any(|end| name.ends_with(end))
        || matches!(name.as_str(), "vex.json" | "openvex.json" | "csaf.json")
}

/// Whether a file's name has an ending that VEX documents have.
pub(super) fn is_written_as_vex(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [".json", ".yaml", ".yml"].iter().any(|ending| lower.ends_with(ending))
}

/// What of a folder is looked at.
#[derive(Clone, Copy)]
pub(crate) enum Wanted<'c> {
    /// Every document.
    All,
    /// Of a VEX repository only what is listed for a package among these.
    About(&'c [Component]),
}

/// Everything that `--vex` names.
pub(crate) fn given(ui: &Ui, paths: &[PathBuf], wanted: Wanted<'_>) -> Loaded {
    let mut loaded = Loaded::default();
    for path in paths {
        if path.as_os_str() != "-" && path.is_dir() {
            match (wanted, repository::index(path)) {
                (Wanted::About(components), Ok(index)) => {
                    loaded.append(repository::documents(path, &documents::shown(path), &index, components));
                }
                _ => folder(ui, path, &mut loaded),
            }
        } else if path.as_os_str() == "-" || path.exists() {
            loaded.file(path, Origin::Given, Scope::All);
        } else if let Some(Matches { files, unread }) = matching(path) {
            loaded.not_entered(unread);
            if files.is_empty() {
                let why = "the pattern matches no file".to_owned();
                loaded.unreadable(&documents::shown(path), Unreadable::Other(why));
            }
            for path in files {
                loaded.file(&path, Origin::Given, Scope::All);
            }
        } else {
            loaded.unreadable(&documents::shown(path), Unreadable::Other("there is no such file".to_owned()));
        }
    }
    loaded
}

/// Every VEX document of a folder, whatever its name. JSON of other kinds is passed over, unless its name says that it is VEX.
fn folder(ui: &Ui, root: &Path, loaded: &mut Loaded) {
    let (mut files, mut unread) = (Vec::new(), Vec::new());
    files_below(root, 0, &mut files, &mut unread);
    loaded.not_entered(unread);
    files.sort();
    for path in files {
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !is_written_as_vex(&file_name) {
            continue;
        }
        let name = documents::shown(&path);
        match bytes(&path).and_then(|bytes| document(&bytes, &name)) {
            Ok(document) => {
                loaded.sources.push(Source { name, origin: Origin::Given, scope: Scope::All, document });
            }
            // YAML of all kinds lies about, templates among it that are none.
            Err(Unreadable::Vex(error @ (ReadError::UnknownFormat { .. } | ReadError::Yaml(_))))
                if !has_vex_name(&file_name) =>
            {
                ui.detail(&format!("{name} is no VEX document: {error}"));
            }
            Err(why) => loaded.unreadable(&name, why),
        }
    }
}

/// The files below a folder; links to folders are not followed.
pub(crate) fn files_below(
    folder: &Path,
    depth: usize,
    files: &mut Vec<PathBuf>,
    unread: &mut Vec<(PathBuf, String)>,
) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            unread.push((folder.to_path_buf(), error.to_string()));
            return;
        }
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                unread.push((folder.to_path_buf(), error.to_string()));
                continue;
            }
        };
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth >= DEEPEST_FOLDER => {
                unread.push((path, format!("it lies deeper than {DEEPEST_FOLDER} folders")));
            }
            Ok(kind) if kind.is_dir() => files_below(&path, depth + 1, files, unread),
            _ if path.is_file() => files.push(path),
            _ => {}
        }
    }
}

/// What a pattern came to.
pub(super) struct Matches {
    /// Sorted.
    pub(super) files: Vec<PathBuf>,
    /// Folders that could not be looked into, and why.
    pub(super) unread: Vec<(PathBuf, String)>,
}

/// The files that a pattern names; nothing where it is no pattern.
pub(super) fn matching(path: &Path) -> Option<Matches> {
    let text = path.to_str()?;
    let wildcard = text.find(['*', '?', '['])?;
    let cut = text[..wildcard].rfind('/').map_or(0, |at| at + 1);
    let glob = Glob::new(&text[cut..]).ok()?;
    let root = if cut == 0 { Path::new(".") } else { Path::new(&text[..cut]) };
    let (mut files, mut unread) = (Vec::new(), Vec::new());
    files_below(root, 0, &mut files, &mut unread);
    let mut matches: Vec<PathBuf> = files
        .into_iter()
        .filter_map(|file| {
            let relative = file.strip_prefix(root).unwrap_or(&file).to_path_buf();
            let matches = glob.matches(relative.as_os_str().as_encoded_bytes());
            matches.then_some(if cut == 0 { relative } else { file })
        })
        .collect();
    matches.sort();
    Some(Matches { files: matches, unread })
}

fn bytes(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let other = |error: std::io::Error| Unreadable::Other(error.to_string());
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().lock().take(vex::LONGEST as u64 + 1).read_to_end(&mut bytes).map_err(other)?;
    } else {
        let file = File::open(path).map_err(other)?;
        let length = file.metadata().map_err(other)?.len();
        if length > vex::LONGEST as u64 {
            return Err(Unreadable::Vex(ReadError::TooLong { length, most: vex::LONGEST as u64 }));
        }
        bytes.reserve_exact(usize::try_from(length).unwrap_or_default());
        file.take(vex::LONGEST as u64 + 1).read_to_end(&mut bytes).map_err(other)?;
    }
    let text = documents::decompressed(&documents::shown(path), &bytes)
        .map_err(|failure| Unreadable::Other(failure.what))?;
    Ok(text.unwrap_or(bytes))
}

fn document(bytes: &[u8], name: &str) -> Result<Document, Unreadable> {
    let document = vex::read(bytes, name).map_err(Unreadable::Vex)?;
    if document.statements.is_empty() && !vex::is_vex(bytes) {
        return Err(Unreadable::Vex(NO_STATEMENTS));
    }
    Ok(document)
}

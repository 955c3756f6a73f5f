//! VEX documents that nobody had to name: in the scanned document, referred to by it, beside it.

use std::collections::BTreeSet;
use std::path::{Component as Part, Path, PathBuf};

use bonafide_advisory::vex;
use bonafide_artifact::{Body, Budget, Entry, Limits, Reading, Seen, Source as Bytes, Visit, Want, walk};
use bonafide_report::{Finding, Place};
use bonafide_sbom::{Category, Document, Reference};
use bonafide_vuln::vex::{Origin, Source, rules};

use super::load::{Loaded, files_below, has_vex_name};

/// What a CycloneDX document says of its own components, and what it refers to. `text` is the document, `path` the file.
pub(crate) fn in_document(document: &Document, text: &[u8], path: &Path, label: &str) -> Loaded {
    let mut loaded = Loaded::default();
    if vex::is_vex(text) {
        match vex::read(text, label) {
            Ok(document) => loaded.sources.push(Source {
                name: label.to_owned(),
                origin: Origin::Embedded,
                scope: Some(label.to_owned()),
                document,
            }),
            Err(error) => {
                let mut finding = error.finding();
                finding.place.file = Some(label.to_owned());
                loaded.notes.push(finding);
            }
        }
    }
    let own = document.components.iter().flat_map(|component| &component.references);
    let mut seen = BTreeSet::new();
    for reference in document.references.iter().chain(own).filter(|reference| is_statement(reference)) {
        if seen.insert(&*reference.locator) {
            refer(&reference.locator, path, label, &mut loaded);
        }
    }
    loaded
}

/// Whether a reference leads to statements of exploitability: CycloneDX and SPDX 3 have types for it, SPDX 2 only `advisory`.
fn is_statement(reference: &Reference) -> bool {
    match &*reference.kind {
        "exploitability-statement" | "vulnerabilityExploitabilityAssessment" => true,
        "advisory" => reference.category == Category::Security,
        _ => false,
    }
}

/// Looks at what a reference leads to, where that is a file in or below the document's own folder.
fn refer(locator: &str, path: &Path, label: &str, loaded: &mut Loaded) {
    let plain = locator.strip_prefix("file:").unwrap_or(locator);
    let plain = plain.split('#').next().unwrap_or(plain);
    let relative = Path::new(plain);
    let inside = !plain.is_empty()
        && !plain.contains("://")
        && !plain.starts_with("urn:")
        && relative.components().all(|part| matches!(part, Part::Normal(_) | Part::CurDir));
    let file = path.parent().map(|folder| folder.join(relative)).filter(|file| inside && file.is_file());
    match file {
        Some(file) if path.as_os_str() != "-" => loaded.file(&file, Origin::Referenced, Some(label)),
        _ => {
            let short: String = locator.chars().take(200).collect();
            let message = format!("`{short}` is not a file beside the document, and nothing was fetched");
            let note = Finding::new(&rules::NOT_LOOKED_AT, Place::file(label), message)
                .remedy("fetch it and give it by --vex FILE");
            loaded.notes.push(note);
        }
    }
}

/// VEX documents beside an input, by their names; in an installed tree or unpacked wheel those of each `*.dist-info/sboms`.
pub(crate) fn beside(path: &Path, label: &str) -> Loaded {
    let mut loaded = Loaded::default();
    if path.as_os_str() == "-" {
        return loaded;
    }
    let mut files: BTreeSet<PathBuf> = BTreeSet::new();
    let folder = if path.is_dir() { Some(path) } else { path.parent() };
    let folder = folder.map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let neighbours = folder.and_then(|folder| folder.read_dir().ok()).into_iter().flatten().flatten();
    for entry in neighbours {
        if has_vex_name(&entry.file_name().to_string_lossy()) {
            files.insert(plain(&entry.path()));
        }
    }
    if path.is_dir() {
        let (mut below, mut unread) = (Vec::new(), Vec::new());
        files_below(path, 0, &mut below, &mut unread);
        files.extend(below.into_iter().filter(|file| in_sboms(file)).map(|file| plain(&file)));
    } else if in_sboms(path) {
        let entries = folder.and_then(|folder| folder.read_dir().ok()).into_iter().flatten().flatten();
        files.extend(entries.map(|entry| plain(&entry.path())).filter(|file| in_sboms(file)));
    }
    files.remove(&plain(path));
    for file in files.iter().filter(|file| file.is_file()) {
        let named = file.file_name().is_some_and(|name| has_vex_name(&name.to_string_lossy()));
        let holds = || std::fs::read(file).is_ok_and(|bytes| vex::is_vex(&bytes));
        if named || holds() {
            loaded.file(file, Origin::Neighbour, Some(label));
        }
    }
    loaded
}

/// A path without `./` in front.
fn plain(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_path_buf()
}

/// Whether a JSON file lies in the folder of SBOMs of an installed package (PEP 770).
fn in_sboms(path: &Path) -> bool {
    let mut folders = path.parent().into_iter().flat_map(Path::ancestors).filter_map(Path::file_name);
    path.extension().is_some_and(|end| end == "json")
        && folders.next().is_some_and(|name| name == "sboms")
        && folders.next().is_some_and(|name| name.to_string_lossy().ends_with(".dist-info"))
}

/// VEX documents in a wheel or another zip archive: those with such names, and those with the SBOMs of its `*.dist-info/sboms`.
/// Archives inside it are not opened.
pub(crate) fn inside(path: &Path, label: &str, limits: Limits) -> Loaded {
    let mut loaded = Loaded::default();
    let budget = Budget::new(limits);
    let mut members = Members::default();
    // What is wrong with the archive itself is told by the catalog, which reads all of it.
    if walk(Bytes::Path(path), Reading::new(&budget), &mut members).is_err() {
        return loaded;
    }
    members.found.sort();
    for (name, bytes) in members.found {
        let named = name.rsplit('/').next().is_some_and(has_vex_name);
        if named || vex::is_vex(&bytes) {
            loaded.bytes(&bytes, format!("{label}!/{name}"), Origin::Neighbour, label);
        }
    }
    loaded
}

/// Keeps the members that may be VEX documents.
#[derive(Default)]
struct Members {
    found: Vec<(String, Vec<u8>)>,
}

impl Visit for Members {
    fn enter(&mut self, entry: &Entry) -> Want {
        if entry.container.is_none() {
            return Want { members: true, ..Want::default() };
        }
        let name = entry.path.text();
        let wanted = in_sboms(Path::new(&name)) || name.rsplit('/').next().is_some_and(has_vex_name);
        if wanted { Want { body: Body::Whole, ..Want::default() } } else { Want::default() }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        if entry.container.is_some() && seen.size > 0 && seen.bytes.len() as u64 == seen.size {
            self.found.push((entry.path.text(), seen.bytes.to_vec()));
        }
    }
}

//! One source: what lies at a path, read and built into one file of a database.

use std::fs;
use std::path::Path;

use bonafide_artifact::{
    Body, Budget, Entry, Kind, Limits, Progress, Reading, Seen, Source, Visit, Want, walk,
};
use bonafide_ident::{DigestKinds, Hasher};
use bonafide_report::{counted, grouped, printable};
use bonafide_vuln::db::{BuildError, Builder, Input};

use crate::commands::artifact;
use crate::commands::sbom::watched;
use crate::failure::Failure;
use crate::ui::Ui;

/// The longest document that is read: a yearly feed has about 200 MB.
const LARGEST: u64 = 512 << 20;
/// How many documents that cannot be read are named.
const NAMED: usize = 20;

/// A file of a database, not yet written.
pub(super) struct Built {
    pub(super) bytes: Vec<u8>,
    pub(super) documents: u64,
    /// SHA-256 of the input.
    pub(super) sha256: String,
    /// Whether every document could be read.
    pub(super) whole: bool,
}

/// Reads a source and builds its file. Documents that cannot be read are named.
pub(super) fn built(ui: &Ui, path: &Path) -> Result<Built, Failure> {
    let source = read(ui, path)?;
    for (name, why) in source.unread.iter().take(NAMED) {
        ui.say(&format!("not read: {}: {}", printable(name), printable(why)));
    }
    if let Some(more) = source.unread.len().checked_sub(NAMED).filter(|more| *more > 0) {
        ui.say(&format!("not read: {} more", grouped(more as u64)));
    }
    let (documents, sha256) = (source.input.documents, source.input.sha256.clone());
    if documents == 0 {
        return Err(Failure::input(format!("there is no advisory in `{}`", path.display())).hint(
            "name a zip or folder of OSV records, CVE records, an NVD feed, a KEV list or an EPSS table",
        ));
    }
    let bytes = source.builder.finish(vec![source.input]).map_err(|error| {
        Failure::input(format!("failed to build a database of `{}`", path.display())).because(&error)
    })?;
    Ok(Built { bytes, documents, sha256, whole: source.unread.is_empty() })
}

/// What was read of one source.
struct Read {
    builder: Builder,
    input: Input,
    unread: Vec<(String, String)>,
}

fn read(ui: &Ui, path: &Path) -> Result<Read, Failure> {
    let limits = Limits { memory_bytes: LARGEST, entries: 4_000_000, ..Limits::default() };
    let budget = Budget::new(limits);
    let mut reader =
        Reader { builder: Builder::new(), documents: Vec::new(), unread: Vec::new(), whole: None };
    let progress = Progress::new();
    let reading = Reading { progress: Some(&progress), ..Reading::new(&budget) };
    let label = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let summary = watched(ui, &label, &progress, || walk(Source::Path(path), reading, &mut reader))
        .map_err(|error| artifact::unopened(path, &error))?;
    if let Some(fault) = &summary.broken {
        return Err(Failure::input(format!("failed to read `{}` to its end", path.display())).because(fault));
    }
    let Reader { builder, mut documents, mut unread, whole } = reader;
    documents.sort();
    unread.sort();
    if summary.gaps > 0 && unread.is_empty() {
        unread.push((
            path.display().to_string(),
            format!("{} could not be read", counted(summary.gaps, "member")),
        ));
    }
    let sha256 = whole.unwrap_or_else(|| {
        let mut hasher = Hasher::new(DigestKinds::SHA256, None);
        for (name, digest) in &documents {
            hasher.update(format!("{digest} {name}\n").as_bytes());
        }
        hasher.finish().sha256.map(|digest| digest.to_string()).unwrap_or_default()
    });
    let canonical = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = canonical.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let input = Input { name, sha256, documents: documents.len() as u64, date: None };
    Ok(Read { builder, input, unread })
}

struct Reader {
    builder: Builder,
    /// Name and digest.
    documents: Vec<(String, String)>,
    unread: Vec<(String, String)>,
    /// The digest of the one file that was named.
    whole: Option<String>,
}

/// Whether the name is one that advisories have. Files and folders whose names begin with a dot are a repository's own.
fn is_document(name: &str) -> bool {
    let hidden = name.split('/').any(|part| part.starts_with('.') && part.len() > 1);
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".xz")).unwrap_or(name);
    !hidden
        && [".json", ".ndjson", ".jsonl", ".yaml", ".yml", ".csv"].iter().any(|ending| name.ends_with(ending))
}

/// The name of an entry inside the source; of a compressed file its own.
fn name(entry: &Entry) -> String {
    match &entry.container {
        Some(outer) if entry.within.is_compression() => name(outer),
        _ => entry.path.text(),
    }
}

impl Visit for Reader {
    fn enter(&mut self, entry: &Entry) -> Want {
        let is_top = entry.container.is_none();
        match entry.kind {
            Kind::Directory => Want { members: true, ..Want::default() },
            Kind::File if is_document(&name(entry)) => {
                Want { body: Body::Whole, digests: DigestKinds::SHA256, members: true }
            }
            Kind::File if is_top => Want { digests: DigestKinds::SHA256, members: true, ..Want::default() },
            _ => Want::default(),
        }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        if entry.kind != Kind::File {
            return;
        }
        let digest = seen.digests.sha256.map(|digest| digest.to_string()).unwrap_or_default();
        let name = name(entry);
        if entry.container.is_none() && seen.format.is_some() {
            self.whole = Some(digest);
            return;
        }
        if seen.format.is_some() || !is_document(&name) {
            return;
        }
        if let Some(fault) =
            seen.faults.iter().find(|fault| fault.kind.class() != bonafide_artifact::FaultClass::Note)
        {
            self.unread.push((name, fault.to_string()));
            return;
        }
        if seen.bytes.len() as u64 != seen.size {
            self.unread.push((name, format!("{} bytes are more than {LARGEST}", seen.size)));
            return;
        }
        match self.builder.add(&name, seen.bytes) {
            Ok(()) => self.documents.push((name, digest)),
            Err(BuildError::Unknown) => {}
            Err(error) => self.unread.push((name, chain(&error))),
        }
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(": ");
        text.push_str(&error.to_string());
        next = error.source();
    }
    text
}

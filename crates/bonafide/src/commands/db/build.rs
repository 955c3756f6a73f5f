//! `bonafide db build`

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bonafide_artifact::{Body, Budget, Entry, Kind, Limits, Reading, Seen, Source, Visit, Want, walk};
use bonafide_ident::{DigestKinds, Hasher};
use bonafide_report::{counted, grouped, printable};
use bonafide_vuln::db::{BuildError, Builder, EXTENSION, Input};

use crate::cli::db::BuildArgs;
use crate::commands::artifact;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::{Ui, write_whole};

/// The longest document that is read: a yearly feed has about 200 MB.
const LARGEST: u64 = 512 << 20;
/// How many documents that cannot be read are named.
const NAMED: usize = 20;

/// Builds one file for each source.
pub(crate) fn run(ui: &Ui, args: &BuildArgs) -> Result<Exit, Failure> {
    fs::create_dir_all(&args.output).map_err(|error| {
        Failure::input(format!("failed to make the folder `{}`", args.output.display())).because(&error)
    })?;
    let mut exit = Exit::Clean;
    let mut written: BTreeSet<PathBuf> = BTreeSet::new();
    for path in &args.from {
        let source = read(path)?;
        let documents = source.input.documents;
        for (name, why) in source.unread.iter().take(NAMED) {
            ui.say(&format!("not read: {}: {}", printable(name), printable(why)));
        }
        if let Some(more) = source.unread.len().checked_sub(NAMED).filter(|more| *more > 0) {
            ui.say(&format!("not read: {} more", grouped(more as u64)));
        }
        if documents == 0 {
            return Err(Failure::input(format!("there is no advisory in `{}`", path.display())).hint(
                "name a zip or folder of OSV records, CVE records, an NVD feed, a KEV list or an EPSS table",
            ));
        }
        if !source.unread.is_empty() {
            exit = exit.max(Exit::Incomplete);
        }
        let bytes = source.builder.finish(vec![source.input]).map_err(|error| {
            Failure::input(format!("failed to build a database of `{}`", path.display())).because(&error)
        })?;
        let file = target(&args.output, path, &written);
        write_whole(&file, |out| out.write_all(&bytes))?;
        ui.say(&format!(
            "{}: {}, {} bytes",
            file.display(),
            counted(documents, "document"),
            grouped(bytes.len() as u64)
        ));
        written.insert(file);
    }
    sweep(ui, &args.output, &written)?;
    Ok(exit)
}

/// Removes the files of sources that were not named: the database is what its inputs make it.
fn sweep(ui: &Ui, folder: &Path, written: &BTreeSet<PathBuf>) -> Result<(), Failure> {
    for file in super::files(folder)? {
        if !written.contains(&file) {
            fs::remove_file(&file).map_err(|error| {
                Failure::input(format!("failed to remove `{}`", file.display())).because(&error)
            })?;
            ui.say(&format!("{}: removed, its source was not named", file.display()));
        }
    }
    Ok(())
}

/// A file named after the source: after its folder where its own name says nothing (`PyPI/all.zip`).
fn target(folder: &Path, source: &Path, written: &BTreeSet<PathBuf>) -> PathBuf {
    let canonical = fs::canonicalize(source).unwrap_or_else(|_| source.to_owned());
    let own = canonical.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let stem = own.split('.').next().unwrap_or_default();
    let parent = canonical.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let name = if stem == "all" || stem.is_empty() {
        parent.unwrap_or(own)
    } else if source.is_dir() {
        own
    } else {
        stem.to_owned()
    };
    let slug: String = name
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' })
        .collect();
    let file = |name: &str| folder.join(format!("{name}.{EXTENSION}"));
    let mut path = file(&slug);
    let mut number = 2;
    while written.contains(&path) {
        path = file(&format!("{slug}-{number}"));
        number += 1;
    }
    path
}

/// What was read of one source.
struct Read {
    builder: Builder,
    input: Input,
    unread: Vec<(String, String)>,
}

fn read(path: &Path) -> Result<Read, Failure> {
    let limits = Limits { memory_bytes: LARGEST, entries: 4_000_000, ..Limits::default() };
    let budget = Budget::new(limits);
    let mut reader =
        Reader { builder: Builder::new(), documents: Vec::new(), unread: Vec::new(), whole: None };
    let summary = walk(Source::Path(path), Reading::new(&budget), &mut reader)
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
    let input = Input { name, sha256, documents: documents.len() as u64 };
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

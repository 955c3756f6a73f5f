//! Documents that paths name: files, what folders and archives hold, standard input.

use std::io::Read as _;
use std::path::Path;

use bonafide_artifact::{
    Body, Budget, Entry, FaultClass, Kind, Limits, Reading, Seen, Source, Visit, Want, walk,
};

use super::artifact;
use super::sbom::input::shown;
use crate::failure::Failure;

/// Where a document is: the file on disk, and the member of the archive that it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location {
    pub(crate) file: String,
    pub(crate) member: Option<String>,
}

impl Location {
    /// The whole of a file.
    pub(crate) fn file(path: &Path) -> Self {
        Self { file: shown(path), member: None }
    }

    fn of(entry: &Entry, root: &str, of: Of) -> Self {
        let mut names = Vec::new();
        let mut next = Some(entry);
        while let Some(entry) = next {
            // A compressed file has its own name, and no other inside.
            if entry.container.is_none() || !entry.within.is_compression() {
                names.push(entry.path.text());
            }
            next = entry.container.as_deref();
        }
        let outermost = names.pop().unwrap_or_default();
        names.reverse();
        let file = match of {
            Of::File => root.to_owned(),
            Of::Folder => format!("{}/{outermost}", root.trim_end_matches('/')),
        };
        Self { file, member: (!names.is_empty()).then(|| names.join("!/")) }
    }

    /// The name that tells what the document is written as, without the ending of a compression.
    pub(crate) fn name(&self) -> &str {
        let name = self.member.as_deref().unwrap_or(&self.file);
        [".gz", ".xz", ".bz2", ".zst"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
    }
}

/// Takes documents.
pub(crate) trait Take {
    /// The longest document, in bytes.
    const LONGEST: u64;
    /// Whether one that was not named itself may be a document, by its name without the ending of a compression.
    fn may_be(name: &str) -> bool;
    /// Takes one; `asked` says that it was named itself.
    fn take(&mut self, location: &Location, bytes: &[u8], asked: bool);
    /// Hears of one that could not be read.
    fn refuse(&mut self, location: &Location, why: String);
}

/// Hands out what a path names: a file, what a folder or an archive holds, and what archives in a folder hold; `-` is standard
/// input.
///
/// # Errors
/// It cannot be opened. What goes wrong later is told to `taker`.
pub(crate) fn documents<T: Take>(taker: &mut T, path: &Path, limits: Limits) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    let name = shown(path);
    let source = if path.as_os_str() == "-" {
        let read = std::io::stdin().lock().take(T::LONGEST + 1).read_to_end(&mut bytes);
        read.map_err(|error| Failure::input("failed to read standard input").because(&error))?;
        Source::Bytes { name: &name, bytes: &bytes }
    } else {
        Source::Path(path)
    };
    let limits = Limits { memory_bytes: limits.memory_bytes.max(T::LONGEST), ..limits };
    let budget = Budget::new(limits);
    let of = if path.is_dir() { Of::Folder } else { Of::File };
    let mut visitor = Visitor { taker, root: &name, of };
    let summary = walk(source, Reading::new(&budget), &mut visitor)
        .map_err(|error| artifact::unopened(path, &error))?;
    if let Some(fault) = &summary.broken {
        taker.refuse(&Location::file(path), format!("it could not be read to its end: {fault}"));
    }
    Ok(())
}

struct Visitor<'t, T> {
    taker: &'t mut T,
    root: &'t str,
    of: Of,
}

/// What was named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    File,
    Folder,
}

impl<T: Take> Visit for Visitor<'_, T> {
    fn enter(&mut self, entry: &Entry) -> Want {
        match entry.kind {
            Kind::Directory => Want { members: true, ..Want::default() },
            Kind::File => {
                let location = Location::of(entry, self.root, self.of);
                let asked = location.member.is_none() && self.of == Of::File;
                let archive = location.member.is_none();
                let body = if asked || T::may_be(location.name()) { Body::Whole } else { Body::Skip };
                Want { body, members: archive || entry.within.is_compression(), ..Want::default() }
            }
            _ => Want::default(),
        }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        if entry.kind != Kind::File || seen.format.is_some() {
            return;
        }
        let location = Location::of(entry, self.root, self.of);
        let asked = location.member.is_none() && self.of == Of::File;
        if !asked && !T::may_be(location.name()) {
            return;
        }
        if let Some(fault) = seen.faults.iter().find(|fault| fault.kind.class() != FaultClass::Note) {
            self.taker.refuse(&location, fault.to_string());
            return;
        }
        if seen.bytes.len() as u64 != seen.size {
            let why = format!("the document has {} bytes, at most {} are read", seen.size, T::LONGEST);
            self.taker.refuse(&location, why);
            return;
        }
        self.taker.take(&location, seen.bytes, asked);
    }
}

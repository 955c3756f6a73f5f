//! Documents from files and from standard input.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use bonafide_artifact::{Body, Budget, Entry, Format, Limits, Reading, Seen, Source, Visit, Want, walk};
use bonafide_sbom::Document;

use crate::failure::Failure;

/// The largest document that is read, in bytes, compressed or not.
const LARGEST: u64 = 1 << 30;

/// Decompressed bytes for one compressed byte, from 16 MiB on. Documents reach 30; what goes beyond this is a bomb.
const RATIO: u64 = 100;

/// What a path on the command line is called in messages.
pub(crate) fn shown(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}

/// The bytes of a file or of standard input (`-`).
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed =
        |error: io::Error| Failure::input(format!("failed to read `{}`", shown(path))).because(&error);
    let too_long =
        || Failure::input(format!("failed to read `{}`: it is longer than {LARGEST} bytes", shown(path)));
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(Failure::input(format!("failed to read `{}`: it is a folder", shown(path)))
                .hint(format!("`bonafide sbom make {}` makes its document", path.display())));
        }
        if metadata.len() > LARGEST {
            return Err(too_long());
        }
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    }
    if bytes.len() as u64 > LARGEST {
        return Err(too_long());
    }
    Ok(bytes)
}

/// As much of a file as shows what it is: a block of bzip2 is rarely longer.
const HEAD: u64 = 256 << 10;

/// Whether a file shows by its first bytes that it is an archive, compressed or not, and no document. Then it need not be read
/// to its end to know that. A pipe can be read only once, and is not looked at.
pub(crate) fn is_archive(path: &Path) -> Result<bool, Failure> {
    if !path.is_file() {
        return Ok(false);
    }
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(HEAD).read_to_end(&mut head))
        .map_err(|error| Failure::input(format!("failed to read `{}`", shown(path))).because(&error))?;
    let Some(format) = Format::sniff(&head) else { return Ok(false) };
    if !format.is_compression() {
        return Ok(true);
    }
    let mut members = Members { seen: false };
    let budget = Budget::new(Limits::default());
    // Most files go on where the head ends: that fault says nothing.
    walk(Source::Bytes { name: "", bytes: &head }, Reading::new(&budget), &mut members).ok();
    Ok(members.seen)
}

/// Takes note that what is compressed has members.
struct Members {
    seen: bool,
}

impl Visit for Members {
    fn enter(&mut self, entry: &Entry) -> Want {
        self.seen |= entry.container.is_some() && !entry.within.is_compression();
        Want { members: entry.container.is_none(), ..Want::default() }
    }

    fn leave(&mut self, _: &Entry, _: Seen<'_>) {}
}

/// The bytes of a file or of standard input, decompressed where they are gzip, bzip2, xz or zstd.
pub(crate) fn text(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = bytes(path)?;
    Ok(decompressed(&shown(path), &bytes)?.unwrap_or(bytes))
}

/// What is compressed in bytes that are gzip, bzip2, xz or zstd; nothing where they are none of these.
pub(crate) fn decompressed(name: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
    if !Format::sniff(bytes).is_some_and(Format::is_compression) {
        return Ok(None);
    }
    let budget = Budget::new(Limits {
        memory_bytes: LARGEST,
        entry_bytes: LARGEST,
        ratio: RATIO,
        ..Limits::default()
    });
    let mut single = Single { bytes: None };
    let failed = || Failure::input(format!("failed to decompress `{name}`"));
    let summary = walk(Source::Bytes { name, bytes }, Reading::new(&budget), &mut single)
        .map_err(|error| failed().because(&error))?;
    if let Some(fault) = &summary.broken {
        return Err(failed().because(fault));
    }
    let text = single.bytes;
    text.map(Some).ok_or_else(|| failed().hint("a compressed document is one file; this is an archive"))
}

/// Takes the one member of a compressed file.
struct Single {
    bytes: Option<Vec<u8>>,
}

impl Visit for Single {
    fn enter(&mut self, entry: &Entry) -> Want {
        match &entry.container {
            None => Want { members: true, ..Want::default() },
            Some(container) if container.container.is_none() && entry.within.is_compression() => {
                Want { body: Body::Whole, ..Want::default() }
            }
            Some(_) => Want::default(),
        }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        if entry.container.is_some() && entry.within.is_compression() && seen.bytes.len() as u64 == seen.size
        {
            self.bytes = Some(seen.bytes.to_vec());
        }
    }
}

/// The document in a file or on standard input.
pub(crate) fn document(path: &Path) -> Result<Document, Failure> {
    bonafide_sbom::read(&text(path)?)
        .map_err(|error| Failure::input(format!("failed to read `{}`", shown(path))).because(&error))
}

//! What a walk begins with, and how files are opened.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::fault::Fault;
use crate::format::Format;
use crate::input::{FileAt, Forward};
use crate::limits::Budget;
use crate::object::Search;
use crate::tar::TarDialect;

/// What is walked.
pub enum Source<'a> {
    /// A folder or a file on disk. A symbolic link is followed here, and nowhere below.
    Path(&'a Path),
    /// Bytes that come once: standard input. What only the end of a file tells, a zip behind other bytes, is not looked
    /// for.
    Reader {
        /// The top entry's name.
        name: &'a str,
        /// The bytes.
        reader: Box<Forward<'a>>,
    },
    /// Bytes at hand.
    Bytes {
        /// The top entry's name.
        name: &'a str,
        /// The bytes.
        bytes: &'a [u8],
    },
}

/// How many threads a walk uses. The calls that a visitor gets are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Threads {
    /// The caller's alone.
    One,
    /// One more: the artifact's decompressor, or a second one for independent members.
    #[default]
    Two,
}

/// How far a walk is, in bytes of the source as they lie on disk; to be looked at from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Nothing is done and nothing known.
    #[must_use]
    pub const fn new() -> Self {
        Self { done: AtomicU64::new(0), total: AtomicU64::new(0) }
    }

    /// Bytes that were read.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Bytes that there are; `None` where nobody knows (a folder, standard input).
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        Some(self.total.load(Ordering::Relaxed)).filter(|&total| total > 0)
    }

    pub(crate) fn add(&self, count: u64) {
        self.done.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn set_total(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }
}

/// How a walk reads.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// What it may cost.
    pub budget: &'a Budget,
    /// On how many threads.
    pub threads: Threads,
    /// Where to tell how far it is.
    pub progress: Option<&'a Progress>,
    /// What to look for in object files: those of whose body anything is wanted are then looked into. A file that is not
    /// on disk itself is held for that, in memory or in a spool file.
    pub search: Option<&'a Search>,
}

impl<'a> Reading<'a> {
    /// With two threads, telling nobody how far it is.
    #[must_use]
    pub const fn new(budget: &'a Budget) -> Self {
        Self { budget, threads: Threads::Two, progress: None, search: None }
    }
}

/// What a walk saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The format of the artifact itself: [`Format::Folder`], a container, a compression (of one file), or
    /// [`Format::Plain`].
    pub format: Format,
    /// The compression around a tar at the top.
    pub compression: Option<Format>,
    /// The dialect of a tar at the top.
    pub dialect: Option<TarDialect>,
    /// Entries at every level, the artifact's own included.
    pub entries: u64,
    /// Why the artifact itself could not be read to its end: it is truncated, damaged, or a limit was reached. Faults
    /// of nested containers are not told here; they count as gaps.
    pub broken: Option<Fault>,
    /// Faults of class [`crate::FaultClass::Gap`] at every level.
    pub gaps: u64,
    /// Faults of class [`crate::FaultClass::Error`] at every level.
    pub errors: u64,
}

/// The artifact could not be opened at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArtifactError {
    /// The operating system refused.
    #[error("cannot open `{path}`", path = path.display())]
    Open {
        /// As it was given.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is neither a file nor a folder.
    #[error("`{path}` is neither a file nor a folder", path = path.display())]
    NoFile {
        /// As it was given.
        path: PathBuf,
    },
}

/// Whether the last part of a path may be a symbolic link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    Follow,
    Refuse,
}

/// Opens a regular file; `None` if it is something else. Never waits for a named pipe's other end.
pub(crate) fn open_file(path: &Path, links: Links) -> io::Result<Option<FileAt>> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        if links == Links::Refuse {
            flags |= OFlags::NOFOLLOW;
        }
        options.custom_flags(flags.bits().cast_signed());
    }
    #[cfg(not(unix))]
    if links == Links::Refuse && std::fs::symlink_metadata(path)?.is_symlink() {
        return Ok(None);
    }
    let file: File = options.open(path)?;
    let metadata = file.metadata()?;
    Ok(metadata.is_file().then(|| FileAt { file, length: metadata.len() }))
}

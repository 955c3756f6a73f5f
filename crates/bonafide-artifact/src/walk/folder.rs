//! Folders on disk: read in the order of their names, links never followed.

use std::fs::{self, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::{Told, Walker, folder_of};
use crate::batch::{Batch, Job, Work};
use crate::beside;
use crate::body::{Body, Passed};
use crate::entry::{Kind, Owner};
use crate::fault::{Fault, FaultKind, Faults};
use crate::format::{Format, HEAD};
use crate::input::{FileAt, ReadAt as _, Window};
use crate::path::MemberPath;
use crate::source::{Links, open_file};
use crate::stream::SMALL;
use crate::visit::Want;
use crate::zip::Zip;

/// What is still to be visited: a path below the root and, for a folder, that its listing comes next.
struct Pending {
    path: PathBuf,
    /// The name as an entry has it: parts joined by `/`.
    name: Vec<u8>,
    listed: Result<FileType, io::Error>,
}

impl Walker<'_> {
    /// Walks a folder; fails only where its own listing cannot be read.
    pub(super) fn folder(&mut self, root: &Path) -> io::Result<()> {
        let mut batch = Batch::new(self.threads, self.lookout);
        // A stack, last first: entries of a folder come right after it.
        let (mut stack, fault) = list(root, b"")?;
        if let Some(fault) = fault {
            self.summary.gaps += 1;
            self.summary.broken = Some(fault);
        }
        while let Some(pending) = stack.pop() {
            if batch.is_full() {
                self.settle(&mut batch, None);
            }
            match self.folder_entry(pending, &mut batch) {
                Ok(below) => stack.extend(below),
                Err(fault) => {
                    self.summary.gaps += 1;
                    self.summary.broken = Some(fault);
                    break;
                }
            }
        }
        self.settle(&mut batch, None);
        Ok(())
    }

    /// Visits one entry; what lies in it, last first, where it is a folder. Fails where a limit ends the walk.
    fn folder_entry(&mut self, pending: Pending, batch: &mut Batch<'_>) -> Result<Vec<Pending>, Fault> {
        let Pending { path, name, listed } = pending;
        let limit = self.budget.limits().path_bytes;
        if name.len() as u64 > limit {
            return Err(Fault::new(
                FaultKind::Limit,
                format!("path bytes exceed the limit of {limit} (path_bytes)"),
            ));
        }
        let mut faults = Faults::default();
        let metadata = fs::symlink_metadata(&path);
        let kind = match listed.as_ref().map(|listed| kind_of(*listed, &path)) {
            Ok(Ok(kind)) => kind,
            Ok(Err(error)) => {
                faults.push(refused(&error));
                Kind::Symlink(Box::default())
            }
            Err(error) => {
                faults.push(refused(error));
                Kind::Other(0)
            }
        };
        let told = Told {
            path: MemberPath::new(&*name),
            size: metadata.as_ref().ok().filter(|_| kind == Kind::File).map(Metadata::len),
            mode: metadata.as_ref().ok().and_then(mode),
            mtime: metadata.as_ref().ok().and_then(mtime),
            owner: metadata.as_ref().ok().and_then(owner),
            extent: None,
            kind: kind.clone(),
        };
        let (entry, want) = self.enter(None, Format::Folder, told)?;
        faults.absorb(Self::name_faults(&entry));
        let mut below = Vec::new();
        let mut end = None;
        let mut size = entry.size.unwrap_or(0);
        match kind {
            Kind::Directory if want.members => match self.opened(batch, || list(&path, &name)) {
                Ok((entries, fault)) => {
                    below = entries;
                    faults.extend(fault);
                }
                Err(error) => faults.push(refused(&error)),
            },
            Kind::File if want != Want::default() => match self
                .opened(batch, || open_file(&path, Links::Refuse))
            {
                Ok(Some(file)) => {
                    size = file.length;
                    if let Err(fault) = self.affordable(size) {
                        faults.push(fault);
                    } else if let Err(error) = self.budget.take_bytes(size) {
                        let fault = Fault::from(error);
                        faults.push(fault.clone());
                        end = Some(fault);
                    } else {
                        let job = Job { entry, want, format: None, faults, work: Work::Done(Box::default()) };
                        self.file(job, file, &path, batch);
                        return Ok(below);
                    }
                }
                Ok(None) => {
                    faults.push(Fault::new(
                        FaultKind::Changed,
                        "it is no longer the file that the folder listed",
                    ));
                }
                Err(error) => faults.push(refused(&error)),
            },
            _ => {}
        }
        let passed = Passed { size, ..Passed::default() };
        batch.push(Job { entry, want, format: None, faults, work: Work::Done(Box::new(passed)) }, 0);
        end.map_or(Ok(below), Err)
    }

    /// Opens something. Where the process may open no more, the files that wait in the batch are read and closed first.
    fn opened<T>(&mut self, batch: &mut Batch<'_>, open: impl Fn() -> io::Result<T>) -> io::Result<T> {
        match open() {
            Err(error) if is_too_many_open(&error) => {
                self.settle(batch, None);
                open()
            }
            other => other,
        }
    }

    /// A file: opened as a container at once, else left to the batch.
    fn file(&mut self, mut job: Job<'_>, file: FileAt, path: &Path, batch: &mut Batch<'_>) {
        job.entry.size = Some(file.length);
        if job.want.members {
            let mut head = [0; HEAD];
            let count = usize::try_from(file.length).unwrap_or(HEAD).min(HEAD);
            let head = &mut head[..count];
            let known = match file.read_exact_at(head, 0) {
                Ok(()) => Format::sniff(head),
                Err(_) => None,
            };
            let carries = Format::may_carry(head) && Format::carried(head, &file).is_some()
                || head.starts_with(b"\x7fELF") && Zip::is_very_end_of(&file);
            if known.is_some() || carries {
                self.settle(batch, None);
                let beside = beside::Folder(folder_of(path));
                self.seekable(job.entry, job.want, &file, &beside, job.faults);
                return;
            }
        }
        let size = file.length;
        let chunk = usize::try_from(size).unwrap_or(SMALL).clamp(1, SMALL);
        let body = Body::new(Window::new(file, 0, size, chunk), job.want, Some(size), self.budget.limits());
        batch.push(Job { work: Work::File(Box::new(body)), ..job }, size);
    }
}

/// Whether the process, or the machine, has as many files open as it may.
#[cfg(unix)]
fn is_too_many_open(error: &io::Error) -> bool {
    use rustix::io::Errno;
    matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE))
}

/// Nowhere else is the limit so low that a batch comes near it.
#[cfg(not(unix))]
const fn is_too_many_open(_: &io::Error) -> bool {
    false
}

fn refused(error: &io::Error) -> Fault {
    Fault::new(FaultKind::Unreadable, format!("cannot be read: {error}"))
}

/// The entries of a folder, last name first; and a fault where its listing broke off.
fn list(folder: &Path, name: &[u8]) -> io::Result<(Vec<Pending>, Option<Fault>)> {
    let mut entries = Vec::new();
    let mut fault = None;
    for entry in fs::read_dir(folder)? {
        match entry {
            Ok(entry) => {
                let last = entry.file_name();
                let mut joined = Vec::with_capacity(name.len() + 1 + last.len());
                if !name.is_empty() {
                    joined.extend_from_slice(name);
                    joined.push(b'/');
                }
                joined.extend_from_slice(last.as_encoded_bytes());
                entries.push(Pending { path: entry.path(), name: joined, listed: entry.file_type() });
            }
            Err(error) => {
                fault = Some(refused(&error));
                break;
            }
        }
    }
    entries.sort_unstable_by(|a, b| b.name.cmp(&a.name));
    Ok((entries, fault))
}

fn kind_of(listed: FileType, path: &Path) -> io::Result<Kind> {
    if listed.is_symlink() {
        return fs::read_link(path).map(|target| Kind::Symlink(target.as_os_str().as_encoded_bytes().into()));
    }
    if listed.is_file() {
        return Ok(Kind::File);
    }
    if listed.is_dir() {
        return Ok(Kind::Directory);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if listed.is_fifo() {
            return Ok(Kind::Fifo);
        }
    }
    Ok(Kind::Device)
}

#[cfg(unix)]
fn mode(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    Some(metadata.mode() & 0o7777)
}

#[cfg(unix)]
fn owner(metadata: &Metadata) -> Option<Box<Owner>> {
    use std::os::unix::fs::MetadataExt as _;
    let (uid, gid) = (Some(u64::from(metadata.uid())), Some(u64::from(metadata.gid())));
    Some(Box::new(Owner { uid, gid, ..Owner::default() }))
}

#[cfg(not(unix))]
fn owner(_: &Metadata) -> Option<Box<Owner>> {
    None
}

#[cfg(not(unix))]
fn mode(_: &Metadata) -> Option<u32> {
    None
}

fn mtime(metadata: &Metadata) -> Option<i64> {
    use std::time::UNIX_EPOCH;
    let time = metadata.modified().ok()?;
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).ok(),
        Err(before) => {
            let before = before.duration();
            let whole = i64::try_from(before.as_secs()).ok()?;
            Some(-whole - i64::from(before.subsec_nanos() > 0))
        }
    }
}

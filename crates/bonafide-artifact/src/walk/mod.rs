//! The walk: one pass over an artifact, every container opened where it lies.

mod bundle;
mod compound;
mod folder;
mod forward;
mod members;
mod zip;

use std::io::{self, BufRead, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::batch::Batch;
use crate::beside::{self, Beside, Nothing};
use crate::body::{Body, Passed, wanted};
use crate::bom::Bom;
use crate::entry::{Entry, EntryId, Extent, Kind, Owner};
use crate::fault::{Fault, FaultKind, Faults};
use crate::format::{Format, HEAD};
use crate::input::{Forward, ReadAt, Window, read_buffered, read_up_to};
use crate::limits::{Budget, Limits};
use crate::names::Names;
use crate::object::{Lookout, Object};
use crate::path::{self, MemberPath};
use crate::source::{ArtifactError, Links, Progress, Reading, Source, Summary, Threads, open_file};
use crate::spool::Spool;
use crate::stream::LARGE;
use crate::visit::{Body as Wanted, Seen, Visit, Want};
use crate::zip::Zip;

/// Walks an artifact: a folder, a container, a compressed file or any other file.
///
/// What it is, is known by its content. A folder's entries are at the top level themselves, sorted by their names'
/// bytes, each folder followed by what lies in it. Anything else is one top entry, whose members have it as their
/// [`Entry::container`].
///
/// A damaged container ends there; what is around it goes on. The damage is told with `leave` of the container's
/// entry. [`Summary::broken`] says whether it was the artifact itself.
///
/// # Errors
/// Only where nothing could be opened: the path does not exist, may not be read, or is neither file nor folder.
pub fn walk(
    source: Source<'_>,
    reading: Reading<'_>,
    visitor: &mut dyn Visit,
) -> Result<Summary, ArtifactError> {
    let mut walker = Walker {
        budget: reading.budget,
        threads: reading.threads,
        progress: reading.progress,
        lookout: Lookout { search: reading.search, budget: reading.budget },
        visitor,
        next: 0,
        bill: None,
        summary: Summary {
            format: Format::Plain,
            compression: None,
            dialect: None,
            entries: 0,
            broken: None,
            gaps: 0,
            errors: 0,
        },
    };
    match source {
        Source::Path(path) => {
            let open = |source| ArtifactError::Open { path: path.to_owned(), source };
            let metadata = std::fs::metadata(path).map_err(open)?;
            if metadata.is_dir() {
                walker.summary.format = Format::Folder;
                walker.folder(path).map_err(open)?;
            } else if metadata.is_file() {
                let none = || ArtifactError::NoFile { path: path.to_owned() };
                let file = open_file(path, Links::Follow).map_err(open)?.ok_or_else(none)?;
                let name = path.file_name().unwrap_or(path.as_os_str()).as_encoded_bytes();
                let beside = beside::Folder(folder_of(path));
                walker.top(name, Some(file.length), Top::At(&file, &beside));
            } else {
                return Err(ArtifactError::NoFile { path: path.to_owned() });
            }
        }
        Source::Reader { name, reader } => walker.top(name.as_bytes(), None, Top::Forward(reader)),
        Source::Bytes { name, bytes } => {
            walker.top(name.as_bytes(), Some(bytes.len() as u64), Top::At(&bytes, &Nothing));
        }
    }
    Ok(walker.summary)
}

enum Top<'a> {
    At(&'a dyn ReadAt, &'a dyn Beside),
    Forward(Box<Forward<'a>>),
}

struct Walker<'w> {
    budget: &'w Budget,
    threads: Threads,
    progress: Option<&'w Progress>,
    lookout: Lookout<'w>,
    visitor: &'w mut dyn Visit,
    next: u32,
    /// What the payload that is opened next should hold.
    bill: Option<Box<Bom>>,
    summary: Summary,
}

/// What a container says of a member.
struct Told {
    path: MemberPath,
    kind: Kind,
    size: Option<u64>,
    mode: Option<u32>,
    mtime: Option<i64>,
    owner: Option<Box<Owner>>,
    extent: Option<Extent>,
}

impl Told {
    fn file(path: MemberPath, size: Option<u64>) -> Self {
        Self { path, kind: Kind::File, size, mode: None, mtime: None, owner: None, extent: None }
    }
}

impl Walker<'_> {
    /// Walks the one file that the artifact is.
    fn top(&mut self, name: &[u8], size: Option<u64>, bytes: Top<'_>) {
        let told = Told::file(MemberPath::new(name), size);
        let (entry, want) = match self.enter(None, Format::Plain, told) {
            Ok(entered) => entered,
            Err(fault) => {
                self.summary.gaps += 1;
                self.summary.broken = Some(fault);
                return;
            }
        };
        if let (Some(progress), Some(size)) = (self.progress, size) {
            progress.set_total(size);
        }
        match bytes {
            Top::At(at, beside) => self.seekable(entry, want, at, beside, Faults::default()),
            Top::Forward(reader) => {
                let metered = Metered::new(reader, self.budget, self.progress);
                self.forward(entry, want, Box::new(metered), Faults::default(), None);
            }
        }
    }

    /// Makes an entry and asks the visitor what it wants.
    fn enter(
        &mut self,
        container: Option<&Arc<Entry>>,
        within: Format,
        told: Told,
    ) -> Result<(Entry, Want), Fault> {
        self.budget.take_entry()?;
        let entry = Entry {
            id: EntryId(self.next),
            container: container.map(Arc::clone),
            path: told.path,
            kind: told.kind,
            size: told.size,
            mode: told.mode,
            mtime: told.mtime,
            owner: told.owner,
            extent: told.extent,
            within,
        };
        self.next += 1;
        self.summary.entries += 1;
        let want = self.visitor.enter(&entry);
        Ok((entry, want))
    }

    /// Tells the visitor what was seen.
    fn leave(
        &mut self,
        entry: &Entry,
        want: Want,
        format: Option<Format>,
        passed: &Passed,
        mut faults: Faults,
    ) {
        self.summary.gaps += faults.gaps();
        self.summary.errors += faults.errors();
        faults.close();
        let bytes = passed.kept.len().min(wanted(want.body, self.budget.limits().memory_bytes));
        let seen = Seen {
            digests: passed.digests,
            bytes: &passed.kept[..bytes],
            size: passed.size,
            format,
            object: passed.object.as_deref(),
            faults: faults.list(),
        };
        self.visitor.leave(entry, seen);
    }

    /// Runs a batch and leaves its entries in order.
    fn settle(&mut self, batch: &mut Batch<'_>, mut names: Option<&mut Names>) {
        for (mut job, passed) in batch.run() {
            if let Some(names) = names.as_deref_mut() {
                job.faults.extend(names.check(&job.entry, &passed));
            }
            if let Some(progress) = self.progress
                && job.entry.container.as_ref().is_none_or(|container| container.container.is_none())
            {
                progress.add(job.entry.extent.map_or(passed.size, |extent| extent.length));
            }
            self.leave(&job.entry, job.want, job.format, &passed, job.faults);
        }
    }

    /// A body that can be read at any place.
    fn seekable(
        &mut self,
        entry: Entry,
        want: Want,
        at: &dyn ReadAt,
        beside: &dyn Beside,
        mut faults: Faults,
    ) {
        let mut head = vec![0; HEAD];
        let count = read_up_to(&mut Window::new(at, 0, at.length().min(HEAD as u64), HEAD), &mut head);
        head.truncate(count.unwrap_or(0));
        // The artifact itself may be a zip behind whatever bytes, as tools that read zips from their end open it.
        let carried = || {
            let any = head.starts_with(b"\x7fELF") || is_top(&entry);
            let is_zip = any && !Format::may_carry(&head) && Zip::is_very_end_of(at);
            if is_zip { Some(Format::Zip) } else { Format::carried(&head, at) }
        };
        let format = match Format::sniff(&head) {
            Some(format) => Some(format).filter(|format| format.is_positioned()),
            None => want.members.then(carried).flatten(),
        };
        let window = Window::new(at, 0, at.length(), LARGE);
        let Some(mut format) = format.filter(|_| want.members) else {
            let progress = if entry.container.is_none() { self.progress } else { None };
            let metered = Metered::new(window, self.budget, progress);
            self.forward(entry, want, Box::new(metered), faults, None);
            return;
        };
        let mut body = Body::new(window, want, entry.size, self.budget.limits());
        let entry = Arc::new(entry);
        let whole = !want.digests.is_empty() || want.body != Wanted::Skip;
        let object = if whole && self.lookout.wants(&head) { self.lookout.look(&at) } else { None };
        let mut passed = if !whole {
            format = self.positioned(&entry, format, at, beside, &mut faults);
            Passed { size: at.length(), ..Passed::default() }
        } else if self.threads == Threads::Two && entry.container.is_none() {
            std::thread::scope(|scope| {
                let hashed = scope.spawn(move || {
                    body.drain();
                    body.finish().0
                });
                format = self.positioned(&entry, format, at, beside, &mut faults);
                hashed.join().unwrap_or_default()
            })
        } else {
            body.drain();
            format = self.positioned(&entry, format, at, beside, &mut faults);
            body.finish().0
        };
        passed.object = object;
        self.end(&entry, want, Some(format), &passed, faults, None);
    }

    /// A body that comes once, front to back.
    fn forward(
        &mut self,
        entry: Entry,
        want: Want,
        input: Box<Forward<'_>>,
        mut faults: Faults,
        names: Option<&mut Names>,
    ) {
        if want == Want::default() {
            let passed = Passed { size: entry.size.unwrap_or(0), ..Passed::default() };
            self.end(&Arc::new(entry), want, None, &passed, faults, names);
            return;
        }
        let mut limits = *self.budget.limits();
        if is_top(&entry) {
            // The artifact itself is no entry of anything: only the total bounds it.
            limits.entry_bytes = limits.total_bytes;
        }
        let mut body = Body::new(input, want, entry.size, &limits);
        let head = body.head().to_vec();
        let mut format = Format::sniff(&head);
        let entry = Arc::new(entry);
        let mut object = None;
        if want.members {
            (format, object) = self.inside(&entry, format, head, &mut body, &mut faults);
        }
        body.drain();
        let (mut passed, _) = body.finish();
        passed.object = object;
        if let Some(fault) = &passed.failed {
            self.broke(&entry, fault);
            faults.push(fault.clone());
        }
        self.end(&entry, want, format, &passed, faults, names);
    }

    fn end(
        &mut self,
        entry: &Entry,
        want: Want,
        format: Option<Format>,
        passed: &Passed,
        mut faults: Faults,
        names: Option<&mut Names>,
    ) {
        if let Some(names) = names {
            faults.extend(names.check(entry, passed));
        }
        if is_top(entry)
            && let Some(format) = format
            && self.summary.format == Format::Plain
        {
            self.summary.format = format;
        }
        self.leave(entry, want, format, passed, faults);
    }

    /// Remembers why the artifact itself could not be read.
    fn broke(&mut self, entry: &Entry, fault: &Fault) {
        if is_top(entry) && self.summary.broken.is_none() {
            self.summary.broken = Some(fault.clone());
        }
    }

    /// Opens a body as a container where it is one; the format that it has, and what it says of itself as an object.
    fn inside<R: BufRead + Send>(
        &mut self,
        entry: &Arc<Entry>,
        format: Option<Format>,
        head: Vec<u8>,
        body: &mut Body<R>,
        faults: &mut Faults,
    ) -> (Option<Format>, Option<Box<Object>>) {
        let (carries, is_object) = (Format::may_carry(&head), self.lookout.wants(&head));
        if format.is_none() && !carries && !is_object {
            return (None, None);
        }
        let depth = self.budget.limits().depth.min(Limits::MAX_DEPTH);
        if format.is_some() && entry.depth() > depth {
            faults.push(too_deep(depth));
            return (format, None);
        }
        let mut object = None;
        let mut input = Cursor::new(&head).chain(&mut *body);
        let result = match format {
            Some(format) if format.is_sequential() => self.sequential(entry, format, Box::new(input), faults),
            Some(format) if format.is_compression() => {
                self.compressed(entry, format, Box::new(input), faults)
            }
            Some(format) if format.is_positioned() => match Spool::fill(&mut input, self.budget) {
                Ok(spool) => {
                    return (Some(self.positioned(entry, format, &spool, &Nothing, faults)), None);
                }
                Err(error) => Err(Fault::from_io(&error)),
            },
            _ => match Spool::fill_beyond(&mut input, self.budget, self.lookout.bound()) {
                Ok(spool) => {
                    object = if is_object { self.lookout.look(&spool) } else { None };
                    let carried = if carries { Format::carried(&head, &spool) } else { None };
                    match carried {
                        Some(_) if entry.depth() > depth => faults.push(too_deep(depth)),
                        Some(format) => {
                            self.positioned(entry, format, &spool, &Nothing, faults);
                        }
                        None => {}
                    }
                    return (carried, object);
                }
                Err(error) => Err(Fault::from_io(&error)),
            },
        };
        if let Err(fault) = result {
            self.broke(entry, &fault);
            // What the container around it did not give is told as the body's own fault.
            if body.failed.is_none() {
                faults.push(fault);
            }
        }
        (format, object)
    }

    /// Whether an entry's size is within bounds.
    fn affordable(&self, size: u64) -> Result<(), Fault> {
        let limit = self.budget.limits().entry_bytes;
        if size > limit {
            let message =
                format!("bytes of one entry exceed the limit of {limit} (entry_bytes): it has {size}");
            return Err(Fault::new(FaultKind::Limit, message));
        }
        Ok(())
    }

    /// What is dangerous about a name or a link's target.
    fn name_faults(entry: &Entry) -> Faults {
        let mut faults = Faults::default();
        let offset = entry.extent.map(|extent| extent.offset);
        if let Some(hazard) = entry.path.hazard() {
            let message = format!("the name {hazard}");
            faults.push(Fault { kind: FaultKind::ClimbingName, offset, message });
        }
        let climbs = match &entry.kind {
            Kind::Symlink(target) => path::target_climbs(&entry.path, target),
            Kind::Hardlink(target) => target.hazard().is_some(),
            _ => false,
        };
        if climbs {
            let message = "the link leads out of the container".to_owned();
            faults.push(Fault { kind: FaultKind::ClimbingLink, offset, message });
        }
        faults
    }
}

fn too_deep(depth: u32) -> Fault {
    let message = format!("containers inside containers exceed the limit of {depth} (depth)");
    Fault::new(FaultKind::Limit, message)
}

/// The folder that a file lies in.
fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => PathBuf::from("."),
        Some(folder) => folder.to_owned(),
        None => path.to_owned(),
    }
}

fn is_top(entry: &Entry) -> bool {
    entry.container.is_none() && entry.within == Format::Plain
}

/// Bytes of a file or of standard input: tells how far they are, and ends a source that never ends.
struct Metered<'a, R> {
    inner: R,
    limit: u64,
    left: u64,
    progress: Option<&'a Progress>,
}

impl<'a, R> Metered<'a, R> {
    const fn new(inner: R, budget: &Budget, progress: Option<&'a Progress>) -> Self {
        let limit = budget.limits().total_bytes;
        Self { inner, limit, left: limit, progress }
    }
}

impl<R: BufRead> BufRead for Metered<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let bytes = self.inner.fill_buf()?;
        if self.left == 0 && !bytes.is_empty() {
            let message = format!("bytes exceed the limit of {} (total_bytes)", self.limit);
            return Err(Fault::at(FaultKind::Limit, self.limit, message).into_io());
        }
        Ok(&bytes[..bytes.len().min(usize::try_from(self.left).unwrap_or(usize::MAX))])
    }

    fn consume(&mut self, count: usize) {
        if let Some(progress) = self.progress {
            progress.add(count as u64);
        }
        self.left -= count as u64;
        self.inner.consume(count);
    }
}

impl<R: BufRead> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

//! Independent bodies: read and hashed on two threads, told in order.

use std::sync::Mutex;

use crate::body::{Body, Passed, wanted};
use crate::entry::Entry;
use crate::fault::{Fault, FaultKind, Faults};
use crate::format::Format;
use crate::input::{FileAt, Window};
use crate::object::Lookout;
use crate::source::Threads;
use crate::visit::Want;
use crate::zip::Checked;

/// Bodies of one batch, at most: each has an open file or a decoder.
const JOBS: usize = 64;
/// Declared bytes of one batch from which on it is run: large files are to come together too.
const BYTES: u64 = 256 << 20;
/// Bytes that may be kept of the bodies of one batch, from which on it is run.
const KEPT: u64 = 16 << 20;
/// Declared bytes from which on a second thread pays.
const WORTH: u64 = 128 << 10;

/// A body still to be read.
pub(crate) enum Work<'a> {
    /// Nothing to do, or done.
    Done(Box<Passed>),
    /// A member of a zip.
    Member(Box<Body<Checked<'a>>>),
    /// A file of a folder.
    File(Box<Body<Window<FileAt>>>),
}

/// One entry that was entered and not yet left.
pub(crate) struct Job<'a> {
    pub(crate) entry: Entry,
    pub(crate) want: Want,
    pub(crate) format: Option<Format>,
    pub(crate) faults: Faults,
    pub(crate) work: Work<'a>,
}

impl<'a> Job<'a> {
    /// Does the work, save for a file, which is given back with its first bytes looked at. Buffers come from `spare`.
    fn start(&mut self, lookout: Lookout<'_>, spare: &mut Vec<Vec<u8>>) -> Option<OpenFile<'_, 'a>> {
        match std::mem::replace(&mut self.work, Work::Done(Box::default())) {
            Work::Done(passed) => self.end(*passed),
            Work::Member(mut body) => {
                self.format = self.format.or_else(|| Format::sniff(body.head()));
                let object = lookout.pass(&mut body, &mut self.faults);
                body.drain();
                let (mut passed, mut rest) = body.finish();
                self.faults.extend(rest.take_faults());
                passed.object = object;
                self.end(passed);
            }
            Work::File(mut body) => {
                body.source().lend(spare.pop().unwrap_or_default());
                self.format = self.format.or_else(|| Format::sniff(body.head()));
                return Some(OpenFile { job: self, body });
            }
        }
        None
    }

    fn end(&mut self, passed: Passed) {
        if let Some(fault) = &passed.failed {
            let file = matches!(self.entry.within, Format::Folder) && fault.kind == FaultKind::Truncated;
            self.faults.push(if file {
                Fault::new(FaultKind::Changed, "the file became shorter while it was read")
            } else {
                fault.clone()
            });
        }
        self.work = Work::Done(Box::new(passed));
    }
}

/// A file that is being read.
struct OpenFile<'j, 'a> {
    job: &'j mut Job<'a>,
    body: Box<Body<Window<FileAt>>>,
}

impl OpenFile<'_, '_> {
    /// Ends it, and gives back its buffer.
    fn finish(mut self, lookout: Lookout<'_>) -> Vec<u8> {
        let is_object = lookout.wants(self.body.head());
        self.body.drain();
        let (mut passed, window) = self.body.finish();
        passed.object = if is_object { lookout.look(window.source()) } else { None };
        self.job.end(passed);
        window.into_buffer()
    }
}

/// Does jobs; files two at a time, since to hash two together takes less time than one after the other.
fn run<'j, 'a: 'j>(mut next: impl FnMut() -> Option<&'j mut Job<'a>>, lookout: Lookout<'_>) {
    let mut open: Option<OpenFile<'_, '_>> = None;
    let mut spare = Vec::new();
    while let Some(job) = next() {
        let Some(mut file) = job.start(lookout, &mut spare) else { continue };
        let left = match open {
            None => file,
            Some(mut other) => {
                file.body.drain_with(&mut other.body);
                let (ended, left) =
                    if file.body.available().is_none() { (file, other) } else { (other, file) };
                spare.push(ended.finish(lookout));
                left
            }
        };
        open = Some(left);
    }
    if let Some(file) = open {
        file.finish(lookout);
    }
}

/// Jobs in the order in which they were entered.
pub(crate) struct Batch<'a> {
    jobs: Vec<Job<'a>>,
    bytes: u64,
    kept: u64,
    threads: Threads,
    lookout: Lookout<'a>,
}

impl<'a> Batch<'a> {
    pub(crate) const fn new(threads: Threads, lookout: Lookout<'a>) -> Self {
        Self { jobs: Vec::new(), bytes: 0, kept: 0, threads, lookout }
    }

    /// Adds a job whose body has so many bytes.
    pub(crate) fn push(&mut self, job: Job<'a>, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
        let kept = u64::try_from(wanted(job.want.body, u64::MAX)).unwrap_or(u64::MAX).min(bytes);
        self.kept = self.kept.saturating_add(kept);
        self.jobs.push(job);
    }

    /// Whether it should be run now.
    pub(crate) const fn is_full(&self) -> bool {
        self.jobs.len() >= JOBS || self.bytes >= BYTES || self.kept >= KEPT
    }

    /// Runs all jobs and gives them back in order, with what passed.
    pub(crate) fn run(&mut self) -> Vec<(Job<'a>, Passed)> {
        let lookout = self.lookout;
        let mut jobs: Vec<&mut Job<'a>> = self.jobs.iter_mut().collect();
        // The largest last, which are taken first: then all ends at about the same time.
        jobs.sort_by_key(|job| job.entry.size);
        if self.threads == Threads::Two && self.bytes >= WORTH && jobs.len() > 1 {
            let rest = Mutex::new(jobs);
            let work = || run(|| rest.lock().ok()?.pop(), lookout);
            std::thread::scope(|scope| {
                scope.spawn(work);
                work();
            });
        } else {
            run(|| jobs.pop(), lookout);
        }
        (self.bytes, self.kept) = (0, 0);
        let passed = |job: &mut Job<'a>| match std::mem::replace(&mut job.work, Work::Done(Box::default())) {
            Work::Done(passed) => *passed,
            Work::Member(_) | Work::File(_) => Passed::default(),
        };
        self.jobs
            .drain(..)
            .map(|mut job| {
                let passed = passed(&mut job);
                (job, passed)
            })
            .collect()
    }
}

//! Independent bodies: read and hashed on two threads, told in order.

use std::sync::Mutex;

use crate::body::{Body, Passed};
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
/// Declared bytes of one batch from which on it is run.
const BYTES: u64 = 16 << 20;
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

impl Job<'_> {
    fn run(&mut self, lookout: Lookout<'_>) {
        let work = std::mem::replace(&mut self.work, Work::Done(Box::default()));
        let passed = match work {
            Work::Done(passed) => *passed,
            Work::Member(mut body) => {
                self.format = self.format.or_else(|| Format::sniff(body.head()));
                let object = lookout.pass(&mut body, &mut self.faults);
                body.drain();
                let (mut passed, mut rest) = body.finish();
                self.faults.extend(rest.take_faults());
                passed.object = object;
                passed
            }
            Work::File(mut body) => {
                self.format = self.format.or_else(|| Format::sniff(body.head()));
                let object = lookout.wants(body.head());
                body.drain();
                let (mut passed, window) = body.finish();
                passed.object = if object { lookout.look(window.source()) } else { None };
                passed
            }
        };
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

/// Jobs in the order in which they were entered.
pub(crate) struct Batch<'a> {
    jobs: Vec<Job<'a>>,
    bytes: u64,
    threads: Threads,
    lookout: Lookout<'a>,
}

impl<'a> Batch<'a> {
    pub(crate) const fn new(threads: Threads, lookout: Lookout<'a>) -> Self {
        Self { jobs: Vec::new(), bytes: 0, threads, lookout }
    }

    /// Adds a job whose body has so many bytes.
    pub(crate) fn push(&mut self, job: Job<'a>, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
        self.jobs.push(job);
    }

    /// Whether it should be run now.
    pub(crate) const fn is_full(&self) -> bool {
        self.jobs.len() >= JOBS || self.bytes >= BYTES
    }

    /// Runs all jobs and gives them back in order, with what passed.
    pub(crate) fn run(&mut self) -> Vec<(Job<'a>, Passed)> {
        let lookout = self.lookout;
        if self.threads == Threads::Two && self.bytes >= WORTH && self.jobs.len() > 1 {
            let rest = Mutex::new(self.jobs.iter_mut());
            let work = || {
                loop {
                    let next = rest.lock().map(|mut jobs| jobs.next());
                    match next {
                        Ok(Some(job)) => job.run(lookout),
                        _ => return,
                    }
                }
            };
            std::thread::scope(|scope| {
                scope.spawn(work);
                work();
            });
        } else {
            self.jobs.iter_mut().for_each(|job| job.run(lookout));
        }
        self.bytes = 0;
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

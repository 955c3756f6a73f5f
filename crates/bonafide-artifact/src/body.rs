//! The body of one entry while it passes by: hashed, its first bytes kept, counted.

use std::io::{self, BufRead, Read};

use bonafide_ident::{Digests, Hasher};

use crate::fault::{Fault, FaultKind};
use crate::format::HEAD;
use crate::input::{read_buffered, skip};
use crate::limits::Limits;
use crate::object::Object;
use crate::visit::{Body as Wanted, Want};

/// A body that is read once; what passes is hashed, and its first bytes are kept.
pub(crate) struct Body<R> {
    inner: R,
    hasher: Hasher,
    kept: Vec<u8>,
    keep: usize,
    size: u64,
    /// Bytes that may pass.
    limit: u64,
    declared: Option<u64>,
    /// The error that ended the body, of the container it lies in.
    pub(crate) failed: Option<Fault>,
}

/// What is known of a body once it has passed.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    pub(crate) digests: Digests,
    /// The first bytes: at least as many as were wanted, or all.
    pub(crate) kept: Vec<u8>,
    pub(crate) size: u64,
    pub(crate) failed: Option<Fault>,
    /// What it says of itself, where that was asked for and it is an object file.
    pub(crate) object: Option<Box<Object>>,
}

impl<R: BufRead> Body<R> {
    /// Bounds what is kept by `memory_bytes`, and what passes by `entry_bytes`.
    pub(crate) fn new(inner: R, want: Want, declared: Option<u64>, limits: &Limits) -> Self {
        Self {
            inner,
            hasher: Hasher::new(want.digests, declared),
            kept: Vec::new(),
            keep: wanted(want.body, limits.memory_bytes).max(HEAD),
            size: 0,
            limit: limits.entry_bytes,
            declared,
            failed: None,
        }
    }

    /// Where its bytes come from.
    pub(crate) const fn source(&mut self) -> &mut R {
        &mut self.inner
    }

    /// Reads as much as formats are known by; those bytes have then passed.
    pub(crate) fn head(&mut self) -> &[u8] {
        while self.kept.len() < HEAD && self.failed.is_none() {
            let count = match self.fill_buf() {
                Ok([]) => break,
                Ok(bytes) => bytes.len().min(HEAD - self.kept.len()),
                Err(_) => continue,
            };
            self.consume(count);
        }
        &self.kept[..self.kept.len().min(HEAD)]
    }

    /// Lets the rest pass.
    pub(crate) fn drain(&mut self) {
        // The error, if any, is kept in `failed`.
        skip(self, u64::MAX).ok();
    }

    /// Lets the rest of both pass, hashed together, until one of them has ended.
    pub(crate) fn drain_with<S: BufRead>(&mut self, other: &mut Body<S>) {
        while let (Some(count), Some(others)) = (self.available(), other.available()) {
            let count = count.min(others);
            // As many were lent just now: asking again does no work.
            let (Ok(bytes), Ok(others)) = (self.inner.fill_buf(), other.inner.fill_buf()) else { return };
            let (bytes, others) = (&bytes[..count], &others[..count]);
            self.hasher.update_both(bytes, &mut other.hasher, others);
            keep(&mut self.kept, self.keep, bytes);
            keep(&mut other.kept, other.keep, others);
            self.take(count);
            other.take(count);
        }
    }

    /// How many bytes can pass at once; `None` where no more will.
    pub(crate) fn available(&mut self) -> Option<usize> {
        loop {
            match self.fill_buf().map(<[u8]>::len) {
                Ok(count) => return Some(count).filter(|count| *count > 0),
                Err(_) if self.failed.is_some() => return None,
                // Interrupted.
                Err(_) => {}
            }
        }
    }

    fn take(&mut self, count: usize) {
        self.size += count as u64;
        self.inner.consume(count);
    }

    /// Ends: call [`Body::drain`] before.
    pub(crate) fn finish(self) -> (Passed, R) {
        let mut digests = self.hasher.finish();
        if self.declared != Some(self.size) {
            // It was begun with the declared size, so it is of nothing.
            digests.git_blob = None;
        }
        let (kept, size, failed) = (self.kept, self.size, self.failed);
        (Passed { digests, kept, size, failed, object: None }, self.inner)
    }
}

impl<R: BufRead> BufRead for Body<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Some(fault) = &self.failed {
            return Err(fault.clone().into_io());
        }
        let left = usize::try_from(self.limit - self.size).unwrap_or(usize::MAX);
        match self.inner.fill_buf() {
            Ok(bytes) if left > 0 || bytes.is_empty() => Ok(&bytes[..bytes.len().min(left)]),
            Ok(_) => {
                let message = format!("bytes of one entry exceed the limit of {} (entry_bytes)", self.limit);
                let fault = self.failed.insert(Fault::at(FaultKind::Limit, self.size, message));
                Err(fault.clone().into_io())
            }
            Err(error) => {
                if error.kind() != io::ErrorKind::Interrupted {
                    self.failed = Some(Fault::from_io(&error));
                }
                Err(error)
            }
        }
    }

    fn consume(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        // The bytes are those of the last `fill_buf`: asking again does no work.
        if let Ok(bytes) = self.inner.fill_buf() {
            let bytes = &bytes[..count.min(bytes.len())];
            let count = bytes.len();
            self.hasher.update(bytes);
            keep(&mut self.kept, self.keep, bytes);
            self.take(count);
        }
    }
}

impl<R: BufRead> Read for Body<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

/// Adds bytes to those that are kept, of which there are `most` at most.
fn keep(kept: &mut Vec<u8>, most: usize, bytes: &[u8]) {
    if kept.len() < most {
        kept.extend_from_slice(&bytes[..bytes.len().min(most - kept.len())]);
    }
}

/// How many bytes are wanted.
pub(crate) fn wanted(body: Wanted, memory: u64) -> usize {
    match body {
        Wanted::Skip => 0,
        Wanted::Head(count) => usize::try_from(u64::from(count).min(memory)).unwrap_or(usize::MAX),
        Wanted::Whole => usize::try_from(memory).unwrap_or(usize::MAX),
    }
}

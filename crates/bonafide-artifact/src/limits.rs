//! Bounds on what foreign bytes may cost.

use crate::fault::{Fault, FaultKind};

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// What one run may read, at most. The default suits a CPython release many times over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Decompressed bytes of the whole artifact, all nesting levels added.
    pub total_bytes: u64,
    /// Decompressed bytes of one entry.
    pub entry_bytes: u64,
    /// Entries, all nesting levels added.
    pub entries: u64,
    /// Containers inside containers; the artifact itself is at depth 0. A compressed tar is one level. Never more
    /// than [`Limits::MAX_DEPTH`], whatever is set here.
    pub depth: u32,
    /// Decompressed bytes for one compressed byte, at each level, once more than [`Limits::RATIO_FROM`] came out of
    /// it. Deflate cannot do more than 1032.
    pub ratio: u64,
    /// Bytes of one member's name.
    pub path_bytes: u64,
    /// Bytes held in memory for one entry whose content is asked for whole, and for a nested container that needs
    /// positioned reads before it goes to an unlinked file.
    pub memory_bytes: u64,
    /// Bytes in spool files, all added.
    pub spool_bytes: u64,
    /// Bytes that one decoder may take for its window (xz dictionary, zstd window). A decoder within a decoder gets
    /// half of that, and so on, so that all together take at most twice as much.
    pub decoder_bytes: u64,
}

impl Limits {
    /// The deepest nesting that can be asked for: each level takes room on the stack.
    pub const MAX_DEPTH: u32 = 64;
    /// Decompressed bytes from which on the ratio is looked at.
    pub const RATIO_FROM: u64 = 16 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            total_bytes: 64 << 30,
            entry_bytes: 16 << 30,
            entries: 1_000_000,
            depth: 16,
            ratio: 500,
            path_bytes: 16 << 10,
            memory_bytes: 16 << 20,
            spool_bytes: 8 << 30,
            decoder_bytes: 256 << 20,
        }
    }
}

/// A limit that was reached. Reading of that container ends there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} exceed the limit of {limit}")]
pub struct LimitError {
    /// What there was too much of: `decompressed bytes`, `entries`, …
    pub what: &'static str,
    /// The bound, in the unit of `what`.
    pub limit: u64,
}

/// What is left of the [`Limits`] of one run; made at the top and lent to every reader.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    bytes: AtomicU64,
    entries: AtomicU64,
    spooled: AtomicU64,
    decoders: AtomicU32,
}

impl Budget {
    /// A full budget.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self {
            limits,
            bytes: AtomicU64::new(0),
            entries: AtomicU64::new(0),
            spooled: AtomicU64::new(0),
            decoders: AtomicU32::new(0),
        }
    }

    /// The limits that it was made from.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Takes decompressed bytes.
    ///
    /// # Errors
    /// When the total is used up.
    pub fn take_bytes(&self, count: u64) -> Result<(), LimitError> {
        Self::take(&self.bytes, count, self.limits.total_bytes, "decompressed bytes")
    }

    /// Takes one entry.
    ///
    /// # Errors
    /// When the count is used up.
    pub fn take_entry(&self) -> Result<(), LimitError> {
        Self::take(&self.entries, 1, self.limits.entries, "entries")
    }

    /// Takes bytes of spool files.
    ///
    /// # Errors
    /// When the total is used up.
    pub fn take_spool(&self, count: u64) -> Result<(), LimitError> {
        Self::take(&self.spooled, count, self.limits.spool_bytes, "spooled bytes")
    }

    /// The bytes that a decoder opened now may take for its window, held until the answer is dropped. Only those with
    /// a large window count.
    pub(crate) fn decoder(&self, has_large_window: bool) -> DecoderShare<'_> {
        let step = u32::from(has_large_window);
        let around = self.decoders.fetch_add(step, Ordering::Relaxed);
        DecoderShare { bytes: self.limits.decoder_bytes.checked_shr(around).unwrap_or(0), step, budget: self }
    }

    fn take(counter: &AtomicU64, count: u64, limit: u64, what: &'static str) -> Result<(), LimitError> {
        let before = counter.fetch_add(count, Ordering::Relaxed);
        if before.saturating_add(count) > limit { Err(LimitError { what, limit }) } else { Ok(()) }
    }
}

/// One decoder's part of [`Limits::decoder_bytes`].
#[derive(Debug)]
pub(crate) struct DecoderShare<'a> {
    /// What it may take.
    pub(crate) bytes: u64,
    step: u32,
    pub(crate) budget: &'a Budget,
}

impl Drop for DecoderShare<'_> {
    fn drop(&mut self) {
        self.budget.decoders.fetch_sub(self.step, Ordering::Relaxed);
    }
}

impl From<LimitError> for Fault {
    fn from(error: LimitError) -> Self {
        Self::new(FaultKind::Limit, error.to_string())
    }
}

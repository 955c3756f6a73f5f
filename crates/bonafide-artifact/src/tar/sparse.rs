//! Sparse files: runs of data with holes between them, which read as zeros.

use std::io::{self, BufRead, Read};

use crate::fault::{Fault, FaultKind};
use crate::input::read_buffered;

/// Where the data of a file lie: offset and length, ascending, within the real size.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    runs: Vec<(u64, u64)>,
    real_size: u64,
}

impl Map {
    /// Checks that the runs ascend, do not overlap and lie within the file.
    pub(super) fn new(mut runs: Vec<(u64, u64)>, real_size: u64) -> Result<Self, Fault> {
        let mut end = 0;
        for &(offset, length) in &runs {
            match offset.checked_add(length) {
                Some(after) if offset >= end && after <= real_size => end = after,
                _ => {
                    return Err(Fault::new(
                        FaultKind::Malformed,
                        "the sparse map does not fit the file's size",
                    ));
                }
            }
        }
        runs.retain(|&(_, length)| length > 0);
        runs.reverse();
        Ok(Self { runs, real_size })
    }

    pub(super) const fn real_size(&self) -> u64 {
        self.real_size
    }

    /// Bytes of data.
    pub(super) fn stored(&self) -> u64 {
        self.runs.iter().map(|(_, length)| length).sum()
    }
}

/// A sparse file's body with its holes filled.
pub(crate) struct Filled<R> {
    inner: R,
    map: Map,
    at: u64,
}

static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

impl<R: BufRead> Filled<R> {
    pub(super) const fn new(inner: R, map: Map) -> Self {
        Self { inner, map, at: 0 }
    }

    /// Bytes up to the next change between hole and data, and whether they are data.
    fn run(&self) -> (u64, bool) {
        match self.map.runs.last() {
            None => (self.map.real_size - self.at, false),
            Some(&(offset, _)) if self.at < offset => (offset - self.at, false),
            Some(&(offset, length)) => (offset + length - self.at, true),
        }
    }
}

impl<R: BufRead> BufRead for Filled<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let (left, data) = self.run();
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        let bytes = if data { self.inner.fill_buf()? } else { &ZEROS };
        Ok(&bytes[..bytes.len().min(left)])
    }

    fn consume(&mut self, count: usize) {
        let (left, data) = self.run();
        if data {
            self.inner.consume(count);
            if count as u64 == left {
                self.map.runs.pop();
            }
        }
        self.at += count as u64;
    }
}

impl<R: BufRead> Read for Filled<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

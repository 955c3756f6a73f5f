//! Sectors, the table of their chains, and who claims which.

use std::io;

use crate::fault::{Fault, FaultKind};
use crate::input::ReadAt;

/// The highest number of a sector; those above mean something else.
const LAST: u32 = 0xffff_fffa;
/// The end of a chain.
const END: u32 = 0xffff_fffe;
/// A sector of the table itself, and of the table of those.
const TABLE: [u32; 2] = [0xffff_fffd, 0xffff_fffc];

/// A run of bytes of the file: the begin and the length.
pub(super) type Run = (u64, u64);

/// One table of chains over sectors of one size, each of which one chain may claim.
pub(super) struct Sectors {
    next: Vec<u32>,
    claimed: Vec<bool>,
    size: u64,
    /// Where the first sector lies; those of the small streams count from 0.
    begin: u64,
}

impl Sectors {
    pub(super) fn new(next: Vec<u32>, size: u64, begin: u64) -> Self {
        Self { claimed: vec![false; next.len()], next, size, begin }
    }

    /// Claims the chain that begins with this sector, as far as `length` needs it; `None` for all of it. Neighbours are
    /// one run.
    pub(super) fn chain(&mut self, first: u32, length: Option<u64>) -> Result<Vec<Run>, Fault> {
        let mut runs: Vec<Run> = Vec::new();
        let mut left = length.unwrap_or(u64::MAX);
        let mut sector = first;
        while left > 0 && (length.is_some() || sector != END) {
            let index = usize::try_from(sector).unwrap_or(usize::MAX);
            if sector > LAST || index >= self.next.len() {
                return Err(Fault::new(
                    FaultKind::Truncated,
                    "the chain of sectors ends before the stream does",
                ));
            }
            if std::mem::replace(&mut self.claimed[index], true) {
                let message = "two streams, or a stream with itself, share a sector";
                return Err(Fault::new(FaultKind::OverlappingMembers, message));
            }
            let place = self.begin + u64::from(sector) * self.size;
            let here = self.size.min(left);
            match runs.last_mut() {
                Some((start, length)) if *start + *length == place => *length += here,
                _ => runs.push((place, here)),
            }
            left -= here;
            sector = self.next[index];
        }
        Ok(runs)
    }

    /// Claims the sectors that the table itself lies in.
    pub(super) fn claim_tables(&mut self) {
        for (next, claimed) in self.next.iter().zip(&mut self.claimed) {
            *claimed |= TABLE.contains(next);
        }
    }

    /// How many sectors the table has.
    pub(super) fn count(&self) -> u64 {
        self.next.len() as u64
    }

    /// Sectors that nobody claims.
    pub(super) fn free(&self) -> impl Iterator<Item = Run> + '_ {
        let free = (0_u64..).zip(&self.claimed).filter(|(_, claimed)| !**claimed);
        free.map(|(sector, _)| (self.begin + sector * self.size, self.size))
    }
}

/// Bytes that lie in runs, to be read at any place.
#[derive(Clone)]
pub(crate) struct Scattered<'a> {
    at: &'a dyn ReadAt,
    /// Where each run begins in the whole, and the run.
    runs: Vec<(u64, Run)>,
    length: u64,
}

impl<'a> Scattered<'a> {
    pub(super) fn new(at: &'a dyn ReadAt, runs: &[Run], length: u64) -> Self {
        let mut before = 0;
        let runs = runs.iter().map(|run| {
            let begin = before;
            before += run.1;
            (begin, *run)
        });
        let runs: Vec<_> = runs.collect();
        Self { at, runs, length: length.min(before) }
    }

    /// These runs of the whole, as runs of the file.
    pub(super) fn within(&self, runs: &[Run]) -> Vec<Run> {
        let mut found: Vec<Run> = Vec::new();
        for &(start, length) in runs {
            let (mut start, mut left) = (start, length);
            while left > 0 {
                let Some((place, here)) = self.place(start) else { break };
                let here = here.min(left);
                found.push((place, here));
                (start, left) = (start + here, left - here);
            }
        }
        found
    }

    /// Where a byte lies in the file, and how many follow it there.
    fn place(&self, offset: u64) -> Option<Run> {
        let index = self.runs.partition_point(|(begin, _)| *begin <= offset).checked_sub(1)?;
        let (begin, (start, length)) = self.runs[index];
        let inside = offset - begin;
        (inside < length).then(|| (start + inside, length - inside))
    }
}

impl ReadAt for Scattered<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let Some((place, here)) = self.place(offset).filter(|_| left > 0) else { return Ok(0) };
        let here = usize::try_from(here).unwrap_or(usize::MAX);
        let count = buffer.len().min(left).min(here);
        self.at.read_at(&mut buffer[..count], place)
    }

    fn length(&self) -> u64 {
        self.length
    }
}

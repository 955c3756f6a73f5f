//! Room for a body that must be read at any place: memory up to a bound, then a file that has no name.

use std::io::{self, BufRead, Write as _};

use crate::fault::{Fault, FaultKind};
use crate::input::{FileAt, ReadAt};
use crate::limits::Budget;

/// A whole body, to be read at any place.
#[derive(Debug)]
pub(crate) enum Spool {
    Memory(Vec<u8>),
    /// An unlinked file: nobody else can open it, and it is gone when it is closed.
    File(FileAt),
}

impl Spool {
    /// Takes all that is left of the input.
    pub(crate) fn fill(input: &mut (impl BufRead + ?Sized), budget: &Budget) -> io::Result<Self> {
        Self::fill_beyond(input, budget, budget.limits().memory_bytes)
    }

    /// Takes all that is left of the input; what is longer than `bound` goes to a file.
    pub(crate) fn fill_beyond(
        input: &mut (impl BufRead + ?Sized),
        budget: &Budget,
        bound: u64,
    ) -> io::Result<Self> {
        let mut memory = Vec::new();
        let bound = usize::try_from(bound).unwrap_or(usize::MAX);
        loop {
            let here = match input.fill_buf() {
                Ok([]) => return Ok(Self::Memory(memory)),
                Ok(bytes) if bytes.len() > bound - memory.len() => break,
                Ok(bytes) => {
                    memory.extend_from_slice(bytes);
                    bytes.len()
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            input.consume(here);
        }
        let broken = |error: io::Error| {
            Fault::new(FaultKind::Unreadable, format!("the spool file cannot be written: {error}")).into_io()
        };
        let mut file = tempfile::tempfile().map_err(broken)?;
        let mut length = memory.len() as u64;
        budget.take_spool(length).map_err(|error| Fault::from(error).into_io())?;
        file.write_all(&memory).map_err(broken)?;
        drop(memory);
        loop {
            let here = match input.fill_buf() {
                Ok([]) => break,
                Ok(bytes) => {
                    budget.take_spool(bytes.len() as u64).map_err(|error| Fault::from(error).into_io())?;
                    file.write_all(bytes).map_err(broken)?;
                    bytes.len()
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            input.consume(here);
            length += here as u64;
        }
        Ok(Self::File(FileAt { file, length }))
    }
}

impl ReadAt for Spool {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => bytes[..].read_at(buffer, offset),
            Self::File(file) => file.read_at(buffer, offset),
        }
    }

    fn length(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File(file) => file.length,
        }
    }
}

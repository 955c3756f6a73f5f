//! Bytes that a decoder makes of a run of packed ones: counted, bounded, and with its errors as faults.

use std::io::{self, BufRead, Read};

use crate::decode::{Codec, decode_fault};
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, read_buffered};
use crate::limits::{Budget, Limits};

/// What a run of packed bytes unpacks to, lent part by part; draws on the budget.
pub(crate) struct Unpacked<'a> {
    inner: Box<Forward<'a>>,
    budget: &'a Budget,
    packed: u64,
    made: u64,
    /// Bytes of the part at hand: no more are lent.
    pub(crate) left: u64,
    failed: Option<Fault>,
}

impl<'a> Unpacked<'a> {
    /// What so many packed bytes unpack to.
    pub(crate) fn new(inner: Box<Forward<'a>>, budget: &'a Budget, packed: u64) -> Self {
        Self { inner, budget, packed, made: 0, left: 0, failed: None }
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

impl BufRead for Unpacked<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let limit = self.budget.limits().ratio;
        if self.made > Limits::RATIO_FROM && self.made / limit.max(1) > self.packed && self.failed.is_none() {
            let message =
                format!("decompressed bytes for one compressed byte exceed the limit of {limit} (ratio)");
            self.failed = Some(Fault::new(FaultKind::Limit, message));
        }
        if let Some(fault) = &self.failed {
            return Err(fault.clone().into_io());
        }
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        match self.inner.fill_buf() {
            Ok(bytes) => Ok(&bytes[..bytes.len().min(left)]),
            Err(error) => {
                if error.kind() != io::ErrorKind::Interrupted {
                    self.failed = Some(Fault::from_io(&error));
                }
                Err(error)
            }
        }
    }

    fn consume(&mut self, count: usize) {
        self.inner.consume(count);
        self.made += count as u64;
        self.left = self.left.saturating_sub(count as u64);
        if let Err(error) = self.budget.take_bytes(count as u64) {
            self.failed.get_or_insert_with(|| error.into());
        }
    }
}

/// Turns errors of a decoder into faults.
pub(crate) struct Named<R> {
    reader: R,
    codec: Codec,
    limit: u64,
    count: u64,
}

impl<R> Named<R> {
    pub(crate) const fn new(reader: R, codec: Codec, budget: &Budget) -> Self {
        Self { reader, codec, limit: budget.limits().decoder_bytes, count: 0 }
    }
}

impl<R: Read> Read for Named<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(buffer) {
            Ok(count) => {
                self.count += count as u64;
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted || Fault::carried(&error).is_some() => {
                Err(error)
            }
            Err(error) => Err(decode_fault(self.codec, &error, self.count, self.limit).into_io()),
        }
    }
}

//! Bytes of a container that is read front to back: what was taken is counted, and the body at hand is lent.

use std::io::{self, BufRead, Read};

use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, Rest, read_buffered, read_up_to, skip};

/// The bytes of one container. As a reader it gives the body at hand, and no more.
pub(crate) struct Run<'a> {
    input: Box<Forward<'a>>,
    offset: u64,
    left: u64,
}

impl<'a> Run<'a> {
    pub(crate) const fn new(input: Box<Forward<'a>>) -> Self {
        Self { input, offset: 0, left: 0 }
    }

    /// Bytes taken so far.
    pub(crate) const fn offset(&self) -> u64 {
        self.offset
    }

    /// From here on a body of so many bytes follows.
    pub(crate) const fn begin_body(&mut self, length: u64) {
        self.left = length;
    }

    /// Passes over what is left of the body at hand.
    pub(crate) fn end_body(&mut self) -> io::Result<()> {
        let left = std::mem::take(&mut self.left);
        let passed = skip(&mut self.input, left)?;
        self.offset += passed;
        if passed < left { Err(self.cut()) } else { Ok(()) }
    }

    /// Fills the buffer, less only at the end; the number of bytes.
    pub(crate) fn up_to(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = read_up_to(&mut self.input, buffer)?;
        self.offset += count as u64;
        Ok(count)
    }

    /// Fills the buffer, or ends with `truncated`.
    pub(crate) fn exact(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        if self.up_to(buffer)? < buffer.len() { Err(self.cut()) } else { Ok(()) }
    }

    /// So many bytes; memory is taken as they come. The caller bounds the count.
    pub(crate) fn take_bytes(&mut self, count: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        (&mut self.input).take(count).read_to_end(&mut bytes)?;
        self.offset += bytes.len() as u64;
        if (bytes.len() as u64) < count { Err(self.cut()) } else { Ok(bytes) }
    }

    /// Passes over all that is left of the container.
    pub(crate) fn rest(&mut self) -> io::Result<Rest> {
        Rest::of(&mut self.input)
    }

    pub(crate) fn cut(&self) -> io::Error {
        Fault::at(FaultKind::Truncated, self.offset, "ends in the middle of a member").into_io()
    }
}

impl BufRead for Run<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        if left == 0 {
            return Ok(&[]);
        }
        let offset = self.offset;
        let bytes = self.input.fill_buf()?;
        if bytes.is_empty() {
            let message = format!("ends {left} bytes before the end of this body");
            return Err(Fault::at(FaultKind::Truncated, offset, message).into_io());
        }
        Ok(&bytes[..bytes.len().min(left)])
    }

    fn consume(&mut self, count: usize) {
        self.input.consume(count);
        self.left -= count as u64;
        self.offset += count as u64;
    }
}

impl Read for Run<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

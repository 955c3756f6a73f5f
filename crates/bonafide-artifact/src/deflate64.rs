//! Deflate64 (APPNOTE 4.4.5, method 9; 7z method 4 1 9): deflate with a window of 64 KiB and lengths up to 65,538. Windows
//! writes it into zips of more than 2 GiB.

use std::io::{self, BufRead as _};

use deflate64::InflaterManaged;

use crate::input::Input;

/// Decodes one stream. Ends at its last block, wherever the input goes on.
pub(crate) struct Deflate64<'a> {
    input: Input<'a>,
    inflater: Box<InflaterManaged>,
}

impl<'a> Deflate64<'a> {
    pub(crate) fn new(input: Input<'a>) -> Self {
        Self { input, inflater: Box::new(InflaterManaged::new()) }
    }

    pub(crate) const fn input(&self) -> &Input<'a> {
        &self.input
    }

    pub(crate) fn into_input(self) -> Input<'a> {
        self.input
    }

    /// Fills some of the buffer; 0 at the end of the last block.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let next = self.input.fill_buf()?;
            let is_end = next.is_empty();
            let step = self.inflater.inflate(next, buffer);
            self.input.consume(step.bytes_consumed);
            if step.data_error {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "a block that deflate64 does not allow",
                ));
            }
            if step.bytes_written > 0 || self.inflater.finished() {
                return Ok(step.bytes_written);
            }
            if is_end {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

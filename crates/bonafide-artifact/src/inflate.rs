//! Deflate (RFC 1951), and its frame in gzip files (RFC 1952).

use std::io::{self, BufRead as _, Read as _};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::fault::{Fault, FaultKind};
use crate::input::Input;

/// A gzip header's file name and comment may be this long.
const TEXT: usize = 64 << 10;

/// Decodes one deflate stream; counts and sums what came out.
pub(crate) struct Inflate<'a> {
    input: Input<'a>,
    engine: Decompress,
    sum: Crc,
    ended: bool,
}

impl<'a> Inflate<'a> {
    pub(crate) fn new(input: Input<'a>) -> Self {
        Self { input, engine: Decompress::new(false), sum: Crc::new(), ended: false }
    }

    /// With the header and the Adler-32 of RFC 1950 around it.
    pub(crate) fn zlib(input: Input<'a>) -> Self {
        Self { input, engine: Decompress::new(true), sum: Crc::new(), ended: false }
    }

    pub(crate) const fn input(&self) -> &Input<'a> {
        &self.input
    }

    pub(crate) fn into_input(self) -> Input<'a> {
        self.input
    }

    /// Some bytes; 0 at the end of the stream only.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !buffer.is_empty() {
            let bytes = self.input.fill_buf()?;
            let at_end = bytes.is_empty();
            let (before_in, before_out) = (self.engine.total_in(), self.engine.total_out());
            let status = self.engine.decompress(bytes, buffer, FlushDecompress::None);
            let taken =
                usize::try_from(self.engine.total_in() - before_in).expect("no more than the buffer has");
            let made =
                usize::try_from(self.engine.total_out() - before_out).expect("no more than the buffer has");
            self.input.consume(taken);
            match status {
                Ok(Status::StreamEnd) => self.ended = true,
                Ok(Status::Ok | Status::BufError) => {}
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            }
            if made > 0 {
                self.sum.update(&buffer[..made]);
                return Ok(made);
            }
            if at_end && !self.ended {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(0)
    }

    /// Reads and verifies the trailer of a gzip member: checksum and length.
    pub(crate) fn finish_gzip(mut self) -> io::Result<Input<'a>> {
        let at = self.input.count;
        let mut trailer = [0; 8];
        self.input.read_exact(&mut trailer)?;
        let [a, b, c, d, e, f, g, h] = trailer;
        let (sum, length) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        if sum != self.sum.sum() || length != self.sum.amount() {
            let what = if sum == self.sum.sum() { "length" } else { "checksum" };
            return Err(
                Fault::at(FaultKind::BadChecksum, at, format!("the gzip {what} does not fit")).into_io()
            );
        }
        Ok(self.input)
    }
}

/// Reads a gzip member's header; the file name that it has.
pub(crate) fn gzip_header(input: &mut Input<'_>) -> io::Result<Option<Vec<u8>>> {
    let mut sum = Crc::new();
    let mut fixed = [0; 10];
    input.read_exact(&mut fixed)?;
    sum.update(&fixed);
    let flags = fixed[3];
    if fixed[..3] != [0x1f, 0x8b, 8] || flags & 0xe0 != 0 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "unknown method or flags in its header"));
    }
    if flags & 4 != 0 {
        let mut length = [0; 2];
        input.read_exact(&mut length)?;
        sum.update(&length);
        let mut extra = vec![0; usize::from(u16::from_le_bytes(length))];
        input.read_exact(&mut extra)?;
        sum.update(&extra);
    }
    let name = if flags & 8 == 0 { None } else { Some(text(input, &mut sum)?) };
    if flags & 16 != 0 {
        text(input, &mut sum)?;
    }
    if flags & 2 != 0 {
        let at = input.count;
        let mut check = [0; 2];
        input.read_exact(&mut check)?;
        if u32::from(u16::from_le_bytes(check)) != sum.sum() & 0xffff {
            return Err(
                Fault::at(FaultKind::BadChecksum, at, "the gzip header's checksum does not fit").into_io()
            );
        }
    }
    Ok(name.filter(|name| !name.is_empty()))
}

/// Bytes up to a zero byte.
fn text(input: &mut Input<'_>, sum: &mut Crc) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut byte = [0];
        input.read_exact(&mut byte)?;
        sum.update(&byte);
        if byte[0] == 0 {
            return Ok(bytes);
        }
        if bytes.len() == TEXT {
            let message = format!("gzip header bytes exceed the limit of {TEXT}");
            return Err(Fault::at(FaultKind::Limit, input.count, message).into_io());
        }
        bytes.push(byte[0]);
    }
}

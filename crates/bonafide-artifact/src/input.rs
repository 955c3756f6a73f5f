//! Where bytes come from: forward-only streams and positioned reads.

use std::fs::File;
use std::io::{self, BufRead, Read};

use crate::fault::{Fault, FaultKind};

/// Bytes that are read once, front to back: the body of a member.
pub(crate) type Forward<'a> = dyn BufRead + Send + 'a;

/// Bytes that are read at any place: a file, shared bytes, a spool.
pub(crate) trait ReadAt: Send + Sync {
    /// Reads some bytes from `offset` on; 0 at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// The length in bytes when it was opened.
    fn length(&self) -> u64;

    /// Fills the whole buffer.
    fn read_exact_at(&self, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            match self.read_at(buffer, offset) {
                Ok(0) => {
                    let fault = Fault::at(FaultKind::Truncated, offset, "ends before it should");
                    return Err(fault.into_io());
                }
                Ok(count) => {
                    buffer = &mut buffer[count..];
                    offset += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl<T: ReadAt + ?Sized> ReadAt for Box<T> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }

    fn length(&self) -> u64 {
        (**self).length()
    }
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }

    fn length(&self) -> u64 {
        (**self).length()
    }
}

impl ReadAt for [u8] {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(self.len());
        let count = buffer.len().min(self.len() - from);
        buffer[..count].copy_from_slice(&self[from..from + count]);
        Ok(count)
    }

    fn length(&self) -> u64 {
        self.len() as u64
    }
}

/// An open file and its length.
#[derive(Debug)]
pub(crate) struct FileAt {
    pub(crate) file: File,
    pub(crate) length: u64,
}

impl ReadAt for FileAt {
    #[cfg(unix)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.file, buffer, offset)
    }

    fn length(&self) -> u64 {
        self.length
    }
}

/// A run of another [`ReadAt`], to be read at any place.
#[derive(Clone, Copy)]
pub(crate) struct Slice<'a> {
    at: &'a dyn ReadAt,
    start: u64,
    length: u64,
}

impl<'a> Slice<'a> {
    /// The bytes from `start` to `end`, as far as they are there.
    pub(crate) fn new(at: &'a dyn ReadAt, start: u64, end: u64) -> Self {
        let start = start.min(at.length());
        Self { at, start, length: end.min(at.length()).saturating_sub(start) }
    }
}

impl ReadAt for Slice<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = buffer.len().min(left);
        self.at.read_at(&mut buffer[..count], self.start.saturating_add(offset))
    }

    fn length(&self) -> u64 {
        self.length
    }
}

/// A run of a [`ReadAt`], read front to back.
pub(crate) struct Window<S> {
    at: S,
    next: u64,
    end: u64,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    chunk: usize,
}

impl<S: ReadAt> Window<S> {
    /// The bytes from `start` to `end`, read `chunk` bytes at a time. No buffer is made before the first read.
    pub(crate) fn new(at: S, start: u64, end: u64, chunk: usize) -> Self {
        Self { at, next: start, end: end.max(start), buffer: Vec::new(), from: 0, to: 0, chunk }
    }

    /// Reads into this buffer, so that it need not make one.
    pub(crate) fn lend(&mut self, buffer: Vec<u8>) {
        if self.buffer.is_empty() {
            self.buffer = buffer;
        }
    }

    /// Its buffer, for the next one.
    pub(crate) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    /// What it is a run of.
    pub(crate) const fn source(&self) -> &S {
        &self.at
    }
}

impl<S: ReadAt> BufRead for Window<S> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.from == self.to && self.next < self.end {
            let left = self.end - self.next;
            let want = usize::try_from(left).unwrap_or(usize::MAX).min(self.chunk);
            if self.buffer.len() < want {
                self.buffer.resize(want, 0);
            }
            (self.from, self.to) = (0, 0);
            self.to = loop {
                match self.at.read_at(&mut self.buffer[..want], self.next) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            if self.to == 0 {
                let message = format!("ends {left} bytes before it should");
                return Err(Fault::at(FaultKind::Truncated, self.next, message).into_io());
            }
            self.next += self.to as u64;
        }
        Ok(&self.buffer[self.from..self.to])
    }

    fn consume(&mut self, count: usize) {
        self.from = (self.from + count).min(self.to);
    }
}

impl<S: ReadAt> Read for Window<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

/// [`Read::read`] by way of [`BufRead`].
pub(crate) fn read_buffered(input: &mut (impl BufRead + ?Sized), buffer: &mut [u8]) -> io::Result<usize> {
    let bytes = input.fill_buf()?;
    let count = bytes.len().min(buffer.len());
    buffer[..count].copy_from_slice(&bytes[..count]);
    input.consume(count);
    Ok(count)
}

/// Reads until `buffer` is full or the input ends; the number of bytes read.
pub(crate) fn read_up_to(input: &mut (impl BufRead + ?Sized), buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read_buffered(input, &mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Passes over up to `count` bytes; the number passed over, which is less only at the end.
pub(crate) fn skip(input: &mut (impl BufRead + ?Sized), count: u64) -> io::Result<u64> {
    let mut left = count;
    while left > 0 {
        let here = match input.fill_buf() {
            Ok([]) => break,
            Ok(bytes) => usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        input.consume(here);
        left -= here as u64;
    }
    Ok(count - left)
}

/// What follows after the end of something: passes over it all.
pub(crate) enum Rest {
    /// Nothing.
    None,
    /// So many zero bytes.
    Zeros(u64),
    /// So many bytes, not all zero.
    Data(u64),
}

impl Rest {
    /// Passes over all that is left.
    pub(crate) fn of(input: &mut (impl BufRead + ?Sized)) -> io::Result<Self> {
        let (mut count, mut zero) = (0_u64, true);
        loop {
            let here = match input.fill_buf() {
                Ok([]) => break,
                Ok(bytes) => {
                    zero = zero && is_zero(bytes);
                    bytes.len()
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            input.consume(here);
            count += here as u64;
        }
        Ok(match (count, zero) {
            (0, _) => Self::None,
            (_, true) => Self::Zeros(count),
            (_, false) => Self::Data(count),
        })
    }
}

/// Whether all bytes are zero.
pub(crate) fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |all, byte| all | byte) == 0
}

/// The input of a decoder: counts what was taken, can take back a few bytes, and marks errors of its source so that
/// they are not taken for the decoder's own.
pub(crate) struct Input<'a> {
    inner: Box<Forward<'a>>,
    /// Bytes taken so far.
    pub(crate) count: u64,
    back: Vec<u8>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(inner: Box<Forward<'a>>) -> Self {
        Self { inner, count: 0, back: Vec::new() }
    }

    /// Gives bytes back; they come first again.
    pub(crate) fn unread(&mut self, bytes: &[u8]) {
        self.count -= bytes.len() as u64;
        self.back.splice(0..0, bytes.iter().copied());
    }

    /// Looks at the next bytes, fewer than asked for only at the end.
    pub(crate) fn peek<const N: usize>(&mut self) -> io::Result<([u8; N], usize)> {
        let mut bytes = [0; N];
        let count = read_up_to(self, &mut bytes)?;
        self.unread(&bytes[..count]);
        Ok((bytes, count))
    }
}

impl BufRead for Input<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if !self.back.is_empty() {
            return Ok(&self.back);
        }
        self.inner.fill_buf().map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            _ => Fault::from_io(&error).into_io(),
        })
    }

    fn consume(&mut self, count: usize) {
        self.count += count as u64;
        if self.back.is_empty() {
            self.inner.consume(count);
        } else {
            self.back.drain(..count.min(self.back.len()));
        }
    }
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

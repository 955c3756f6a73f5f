//! pbzx: a payload in chunks, each an xz file of its own or stored.
//!
//! `pbzx`, the size of a whole chunk (8), then for each chunk the bytes that it stands for (8) and its length here (8), all
//! big-endian. A chunk as long as what it stands for is stored. After the description by "pudquick" and what Apple's
//! pkgbuild writes.

use std::io::{self, BufRead as _, Cursor, Read as _};

use crate::fault::{Fault, FaultKind};
use crate::input::{Input, Rest};
use crate::xz::{self, Xz};

pub(crate) const MAGIC: &[u8; 4] = b"pbzx";
/// Bytes of one chunk, at most; 16 MiB are usual.
const CHUNK: u64 = 64 << 20;

/// Decodes all chunks as one run of bytes.
pub(crate) struct Pbzx<'a> {
    input: Input<'a>,
    memory: u64,
    chunk: Chunk,
    /// Bytes that the chunk at hand still stands for.
    left: u64,
}

enum Chunk {
    None,
    Stored,
    Xz(Box<Xz<'static>>),
}

impl<'a> Pbzx<'a> {
    pub(crate) fn open(mut input: Input<'a>, memory: u64) -> io::Result<Self> {
        let mut header = [0; 12];
        input.read_exact(&mut header)?;
        Ok(Self { input, memory, chunk: Chunk::None, left: 0 })
    }

    pub(crate) const fn input(&self) -> &Input<'a> {
        &self.input
    }

    pub(crate) fn into_input(self) -> Input<'a> {
        self.input
    }

    /// Some bytes; 0 at the end only.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let bound = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
            let count = match &mut self.chunk {
                Chunk::None => {
                    if !self.next_chunk()? {
                        return Ok(0);
                    }
                    continue;
                }
                Chunk::Stored if self.left == 0 => 0,
                Chunk::Stored => match self.input.read(&mut buffer[..bound])? {
                    0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                    count => count,
                },
                // One byte more would be too many: it is asked for, so that the stream's end is checked.
                Chunk::Xz(xz) if self.left == 0 => xz.read(&mut [0])?,
                Chunk::Xz(xz) => match xz.read(&mut buffer[..bound])? {
                    0 => return Err(damaged("a chunk is shorter than it says")),
                    count => count,
                },
            };
            if self.left == 0 {
                if count > 0 {
                    return Err(damaged("a chunk is longer than it says"));
                }
                self.end_chunk()?;
                continue;
            }
            self.left -= count as u64;
            return Ok(count);
        }
    }

    /// Begins the next chunk; none at the end of the input.
    fn next_chunk(&mut self) -> io::Result<bool> {
        if self.input.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let (mut size, mut length) = ([0; 8], [0; 8]);
        self.input.read_exact(&mut size)?;
        self.input.read_exact(&mut length)?;
        let (size, length) = (u64::from_be_bytes(size), u64::from_be_bytes(length));
        if size > CHUNK || length > CHUNK {
            let message = format!("bytes of a pbzx chunk exceed the limit of {CHUNK}");
            return Err(Fault::at(FaultKind::Limit, self.input.count, message).into_io());
        }
        self.left = size;
        let (magic, count) = self.input.peek::<6>()?;
        if size == length && !(count == 6 && magic == xz::MAGIC) {
            self.chunk = Chunk::Stored;
            return Ok(true);
        }
        let mut bytes = Vec::new();
        (&mut self.input).take(length).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let input = Input::new(Box::new(Cursor::new(bytes)));
        self.chunk = Chunk::Xz(Box::new(Xz::open(input, self.memory)?));
        Ok(true)
    }

    fn end_chunk(&mut self) -> io::Result<()> {
        if let Chunk::Xz(xz) = std::mem::replace(&mut self.chunk, Chunk::None)
            && let Some(mut rest) = xz.into_input()
            && !matches!(Rest::of(&mut rest)?, Rest::None)
        {
            return Err(damaged("bytes follow the xz stream of a chunk"));
        }
        Ok(())
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

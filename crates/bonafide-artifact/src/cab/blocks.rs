//! The bytes of one folder, block after block, over all cabinets that it lies in.

use std::io::{self, BufRead, Read};

use flate2::{Decompress, FlushDecompress, Status};

use super::lzx::{FRAME, Lzx};
use super::record::{BLOCK, Cabinet, Method};
use crate::fault::{Fault, FaultKind};
use crate::input::{ReadAt as _, read_buffered};
use crate::limits::{Budget, Limits};

/// Compressed bytes of a block, at most: \[MS-CAB\] allows 6 KiB more than it stands for.
const PACKED: usize = FRAME + 6144;

/// A run of blocks in one cabinet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) cabinet: usize,
    pub(super) data: u64,
    pub(super) blocks: u16,
}

/// A folder over all its cabinets.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    pub(super) method: Method,
    pub(super) parts: Vec<Part>,
    /// The cabinet before or after, which is not here.
    pub(super) missing_before: Option<String>,
    pub(super) missing_after: Option<String>,
}

enum Engine {
    Stored,
    MsZip(Box<Decompress>),
    Lzx(Box<Lzx>),
}

/// Decodes a folder front to back.
pub(super) struct Blocks {
    folder: Folder,
    engine: Engine,
    /// The part at hand, the block in it, and where that lies.
    part: usize,
    block: u16,
    place: u64,
    /// The block at hand, decompressed, and what was taken of it.
    bytes: Vec<u8>,
    taken: usize,
    /// Bytes of the folder before what comes next.
    pub(super) offset: u64,
    /// Compressed bytes taken.
    consumed: u64,
    failed: Option<Fault>,
}

impl Blocks {
    pub(super) fn new(folder: Folder) -> Result<Self, Fault> {
        let engine = match folder.method {
            Method::Stored => Engine::Stored,
            Method::MsZip => Engine::MsZip(Box::new(Decompress::new(false))),
            Method::Lzx(bits) => Engine::Lzx(Box::new(Lzx::new(bits))),
            Method::Quantum => return Err(unsupported("compressed by Quantum, which is not read")),
            Method::Unknown(number) => {
                return Err(unsupported(&format!("compressed by method {number:#06x}, which is not read")));
            }
        };
        if let Some(name) = &folder.missing_before {
            return Err(unsupported(&format!(
                "it begins in the cabinet `{}`, which is not here",
                name.escape_debug()
            )));
        }
        let place = folder.parts.first().map_or(0, |part| part.data);
        let (bytes, failed) = (Vec::new(), None);
        Ok(Self { folder, engine, part: 0, block: 0, place, bytes, taken: 0, offset: 0, consumed: 0, failed })
    }

    /// The compressed bytes of the next block and how many bytes it stands for; parts of one block are joined.
    fn packed(&mut self, cabinets: &[Cabinet<'_>]) -> io::Result<(Vec<u8>, usize)> {
        let mut packed = Vec::new();
        loop {
            let part = self.folder.parts.get(self.part).copied();
            let Some(part) = part.filter(|part| self.block < part.blocks) else {
                self.part += 1;
                let Some(part) = self.folder.parts.get(self.part) else {
                    let fault = match &self.folder.missing_after {
                        Some(name) => {
                            let name = name.escape_debug();
                            unsupported(&format!("it goes on in the cabinet `{name}`, which is not here"))
                        }
                        None => Fault::at(
                            FaultKind::Truncated,
                            self.place,
                            "the folder ends before this file does",
                        ),
                    };
                    return Err(fault.into_io());
                };
                (self.block, self.place) = (0, part.data);
                continue;
            };
            let cabinet = &cabinets[part.cabinet];
            let mut header = [0; BLOCK as usize];
            cabinet.at.read_exact_at(&mut header, self.place)?;
            let short = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
            let (length, size) = (short(4), short(6));
            if packed.len() + length > PACKED || size > FRAME {
                let message = "a block is longer than blocks may be";
                return Err(Fault::at(FaultKind::Malformed, self.place, message).into_io());
            }
            let start = packed.len();
            packed.resize(start + length, 0);
            let data = self.place + BLOCK + cabinet.reserve;
            cabinet.at.read_exact_at(&mut packed[start..], data)?;
            let sum = u32::from_le_bytes([header[0], header[1], header[2], header[3]]);
            if sum != 0 && checksum(&header[4..], checksum(&packed[start..], 0)) != sum {
                let message = "the checksum of a block does not fit";
                return Err(Fault::at(FaultKind::BadChecksum, self.place, message).into_io());
            }
            self.place = data + length as u64;
            self.block += 1;
            if size > 0 {
                return Ok((packed, size));
            }
            // The rest of it is in the next cabinet.
            if self.block < part.blocks {
                let message = "a block that goes on in the next cabinet is not the last one";
                return Err(Fault::at(FaultKind::Malformed, self.place, message).into_io());
            }
        }
    }

    fn unpack(&mut self, packed: &[u8], size: usize) -> io::Result<Vec<u8>> {
        match &mut self.engine {
            Engine::Stored if packed.len() == size => Ok(packed.to_vec()),
            Engine::Stored => Err(damaged("a stored block says two lengths")),
            Engine::MsZip(engine) => mszip(engine, &self.bytes, packed, size),
            Engine::Lzx(lzx) => lzx.frame(packed, size),
        }
    }

    fn next_block(&mut self, cabinets: &[Cabinet<'_>], budget: &Budget) -> Result<(), Fault> {
        let at = self.place;
        let own = |error: &io::Error| match (Fault::carried(error), error.kind()) {
            (Some(fault), _) => fault.clone(),
            (None, io::ErrorKind::UnexpectedEof) => {
                Fault::at(FaultKind::Malformed, at, "a block ends before it should")
            }
            (None, io::ErrorKind::InvalidData) => {
                Fault::at(FaultKind::Malformed, at, format!("a block is damaged: {error}"))
            }
            (None, _) => Fault::from_io(error),
        };
        let (packed, size) = self.packed(cabinets).map_err(|error| own(&error))?;
        budget.take_bytes(size as u64)?;
        self.consumed += packed.len() as u64;
        let made = self.offset + size as u64;
        let limit = budget.limits().ratio;
        if made > Limits::RATIO_FROM && made / limit.max(1) > self.consumed {
            let message =
                format!("decompressed bytes for one compressed byte exceed the limit of {limit} (ratio)");
            return Err(Fault::at(FaultKind::Limit, at, message));
        }
        self.bytes = self.unpack(&packed, size).map_err(|error| own(&error))?;
        self.taken = 0;
        Ok(())
    }

    fn fill(&mut self, cabinets: &[Cabinet<'_>], budget: &Budget) -> io::Result<()> {
        while self.taken == self.bytes.len() {
            if let Some(fault) = &self.failed {
                return Err(fault.clone().into_io());
            }
            if let Err(fault) = self.next_block(cabinets, budget) {
                self.failed = Some(fault.clone());
                return Err(fault.into_io());
            }
        }
        Ok(())
    }
}

/// The body of one file: a part of its folder.
pub(super) struct FileBody<'b, 'a> {
    pub(super) blocks: &'b mut Blocks,
    pub(super) cabinets: &'b [Cabinet<'a>],
    pub(super) budget: &'b Budget,
    /// Where it begins in the folder, and where it ends.
    pub(super) start: u64,
    pub(super) end: u64,
}

impl BufRead for FileBody<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        loop {
            if self.blocks.offset >= self.end || self.start == self.end {
                return Ok(&[]);
            }
            self.blocks.fill(self.cabinets, self.budget)?;
            let before = self.start.saturating_sub(self.blocks.offset);
            if before == 0 {
                break;
            }
            let here = self.blocks.bytes.len() - self.blocks.taken;
            self.blocks.pass(usize::try_from(before).unwrap_or(here).min(here));
        }
        let left = usize::try_from(self.end - self.blocks.offset).unwrap_or(usize::MAX);
        let bytes = &self.blocks.bytes[self.blocks.taken..];
        Ok(&bytes[..bytes.len().min(left)])
    }

    fn consume(&mut self, count: usize) {
        self.blocks.pass(count);
    }
}

impl Blocks {
    const fn pass(&mut self, count: usize) {
        self.taken += count;
        self.offset += count as u64;
    }
}

impl Read for FileBody<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

/// `CK` and a deflate stream that may refer to the block before.
fn mszip(engine: &mut Decompress, before: &[u8], packed: &[u8], size: usize) -> io::Result<Vec<u8>> {
    let packed = packed.strip_prefix(b"CK").ok_or_else(|| damaged("MSZIP begins with `CK`"))?;
    engine.reset(false);
    if !before.is_empty() {
        engine.set_dictionary(before).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    }
    let mut bytes = vec![0; size];
    let status = engine.decompress(packed, &mut bytes, FlushDecompress::Finish);
    let made = usize::try_from(engine.total_out()).unwrap_or(usize::MAX);
    match status {
        Ok(Status::StreamEnd) if made == size => Ok(bytes),
        // It was not asked for the end of its stream yet.
        Ok(_) if made == size => {
            let taken = usize::try_from(engine.total_in()).unwrap_or(usize::MAX).min(packed.len());
            match engine.decompress(&packed[taken..], &mut [0], FlushDecompress::Finish) {
                Ok(Status::StreamEnd) if engine.total_out() == size as u64 => Ok(bytes),
                _ => Err(damaged("a block is longer than it says")),
            }
        }
        Ok(_) => Err(damaged("a block is shorter than it says")),
        Err(error) => Err(io::Error::new(io::ErrorKind::InvalidData, error)),
    }
}

/// Exclusive or of all words of 32 bits; the last bytes of an odd length count from the highest one down.
fn checksum(bytes: &[u8], seed: u32) -> u32 {
    let (words, rest) = bytes.as_chunks::<4>();
    let sum = words.iter().fold(seed, |sum, word| sum ^ u32::from_le_bytes(*word));
    sum ^ rest.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte))
}

fn unsupported(what: &str) -> Fault {
    Fault::new(FaultKind::Unsupported, what)
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

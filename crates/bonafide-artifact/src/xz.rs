//! Xz (.xz file format 1.2.1): one stream of blocks, an index of them, a footer.
//!
//! The frame is read here, so that every check is verified (libraries sum CRC-64 a byte at a time, which takes a
//! sixth of the whole time) and the index is compared with what the blocks were, in memory that does not grow with
//! their number. LZMA2 is [`crate::lzma2`]'s, the other filters are the library's.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Read};

use bonafide_ident::{DigestKinds, Hasher};
use lzma_rust2::filter::bcj::BcjReader;
use lzma_rust2::filter::delta::DeltaReader;

use crate::fault::{Fault, FaultKind};
use crate::input::Input;
use crate::lzma2::Lzma2;

pub(crate) const MAGIC: [u8; 6] = *b"\xfd7zXZ\0";

/// Decodes one xz stream.
pub(crate) struct Xz<'a> {
    state: State<'a>,
    check: CheckKind,
    /// The widest dictionary in bytes that may be taken.
    memory: u64,
    blocks: u64,
    /// A hash of the sizes of all blocks, to be compared with the index.
    sizes: DefaultHasher,
}

enum State<'a> {
    /// Before a block or the index.
    Between(Input<'a>),
    Block(Box<Block<'a>>),
    End(Input<'a>),
    /// While a state is being changed, and after an error.
    None,
}

struct Block<'a> {
    chain: Chain<'a>,
    header: BlockHeader,
    check: Check,
    /// Where its compressed data began.
    start: u64,
    made: u64,
}

struct BlockHeader {
    length: u64,
    compressed: Option<u64>,
    uncompressed: Option<u64>,
    filters: Vec<(u64, Vec<u8>)>,
}

/// LZMA2 and the filters over it.
enum Chain<'a> {
    Lzma2(Box<Lzma2<Input<'a>>>),
    Delta(Box<DeltaReader<Self>>),
    Bcj(Box<BcjReader<Self>>),
}

impl<'a> Chain<'a> {
    fn input(&self) -> &Input<'a> {
        match self {
            Self::Lzma2(reader) => reader.inner(),
            Self::Delta(reader) => reader.inner().input(),
            Self::Bcj(reader) => reader.inner().input(),
        }
    }

    fn into_input(self) -> Input<'a> {
        match self {
            Self::Lzma2(reader) => reader.into_inner(),
            Self::Delta(reader) => reader.into_inner().into_input(),
            Self::Bcj(reader) => reader.into_inner().into_input(),
        }
    }
}

impl Read for Chain<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Lzma2(reader) => reader.read(buffer),
            Self::Delta(reader) => reader.read(buffer),
            Self::Bcj(reader) => reader.read(buffer),
        }
    }
}

/// The check that a stream has after each block.
#[derive(Clone, Copy)]
enum CheckKind {
    None,
    Crc32,
    Crc64,
    Sha256,
}

enum Check {
    None,
    Crc32(flate2::Crc),
    Crc64(crc64fast::Digest),
    Sha256(Box<Hasher>),
}

impl CheckKind {
    fn start(self) -> Check {
        match self {
            Self::None => Check::None,
            Self::Crc32 => Check::Crc32(flate2::Crc::new()),
            Self::Crc64 => Check::Crc64(crc64fast::Digest::new()),
            Self::Sha256 => Check::Sha256(Box::new(Hasher::new(DigestKinds::SHA256, None))),
        }
    }

    const fn length(self) -> usize {
        match self {
            Self::None => 0,
            Self::Crc32 => 4,
            Self::Crc64 => 8,
            Self::Sha256 => 32,
        }
    }
}

impl Check {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::None => {}
            Self::Crc32(sum) => sum.update(bytes),
            Self::Crc64(sum) => sum.write(bytes),
            Self::Sha256(hasher) => hasher.update(bytes),
        }
    }

    fn fits(self, stored: &[u8]) -> bool {
        match self {
            Self::None => true,
            Self::Crc32(sum) => stored == sum.sum().to_le_bytes(),
            Self::Crc64(sum) => stored == sum.sum64().to_le_bytes(),
            Self::Sha256(hasher) => hasher.finish().sha256.is_some_and(|digest| stored == digest.0),
        }
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn unsupported(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, what)
}

fn sum32(bytes: &[u8]) -> [u8; 4] {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum().to_le_bytes()
}

impl<'a> Xz<'a> {
    /// Reads the stream's header.
    pub(crate) fn open(mut input: Input<'a>, memory: u64) -> io::Result<Self> {
        let mut header = [0; 12];
        input.read_exact(&mut header)?;
        if header[..6] != MAGIC {
            return Err(damaged("no magic at its begin"));
        }
        if header[8..] != sum32(&header[6..8]) {
            return Err(damaged("the checksum of the stream header does not fit"));
        }
        let check = match (header[6], header[7]) {
            (0, 0) => CheckKind::None,
            (0, 1) => CheckKind::Crc32,
            (0, 4) => CheckKind::Crc64,
            (0, 10) => CheckKind::Sha256,
            (flags, kind) => {
                return Err(unsupported(format!("check {kind} with flags {flags} is not known")));
            }
        };
        Ok(Self { state: State::Between(input), check, memory, blocks: 0, sizes: DefaultHasher::new() })
    }

    /// Compressed bytes taken so far; 0 after an error.
    pub(crate) fn consumed(&self) -> u64 {
        match &self.state {
            State::Between(input) | State::End(input) => input.count,
            State::Block(block) => block.chain.input().count,
            State::None => 0,
        }
    }

    /// The input, once the stream has ended.
    pub(crate) fn into_input(self) -> Option<Input<'a>> {
        match self.state {
            State::Between(input) | State::End(input) => Some(input),
            State::Block(block) => Some(block.chain.into_input()),
            State::None => None,
        }
    }

    /// Some bytes; 0 at the end of the stream only.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match &mut self.state {
                State::Block(block) => {
                    let count = block.chain.read(buffer)?;
                    if count > 0 {
                        block.check.update(&buffer[..count]);
                        block.made += count as u64;
                        return Ok(count);
                    }
                    self.end_block()?;
                }
                State::Between(_) => self.next_block()?,
                State::End(_) | State::None => return Ok(0),
            }
        }
    }

    fn next_block(&mut self) -> io::Result<()> {
        let State::Between(mut input) = std::mem::replace(&mut self.state, State::None) else {
            return Ok(());
        };
        let mut first = [0];
        input.read_exact(&mut first)?;
        if first[0] == 0 {
            self.end_stream(&mut input)?;
            self.state = State::End(input);
            return Ok(());
        }
        let header = BlockHeader::read(&mut input, first[0])?;
        let start = input.count;
        let chain = self.chain(input, &header)?;
        let check = self.check.start();
        self.state = State::Block(Box::new(Block { chain, header, check, start, made: 0 }));
        Ok(())
    }

    /// The filters of a block, the last one (LZMA2) first.
    fn chain(&self, input: Input<'a>, header: &BlockHeader) -> io::Result<Chain<'a>> {
        let mut filters = header.filters.iter().rev();
        let mut chain = match filters.next() {
            Some((0x21, properties)) => {
                let [bits @ 0..=40] = properties[..] else {
                    return Err(damaged("impossible dictionary size"));
                };
                let dictionary = match bits {
                    40 => u32::MAX,
                    bits => (2 | u32::from(bits & 1)) << (bits / 2 + 11),
                };
                if u64::from(dictionary) > self.memory {
                    return Err(io::Error::new(io::ErrorKind::OutOfMemory, "dictionary"));
                }
                Chain::Lzma2(Box::new(Lzma2::new(input, dictionary)))
            }
            _ => return Err(unsupported("the last filter is not LZMA2".to_owned())),
        };
        for (id, properties) in filters {
            let start = || match properties[..] {
                [] => Ok(0),
                [a, b, c, d] => Ok(u32::from_le_bytes([a, b, c, d]) as usize),
                _ => Err(damaged("impossible filter properties")),
            };
            let bcj = |reader| Chain::Bcj(Box::new(reader));
            chain = match id {
                3 => {
                    let [distance] = properties[..] else {
                        return Err(damaged("impossible filter properties"));
                    };
                    Chain::Delta(Box::new(DeltaReader::new(chain, usize::from(distance) + 1)))
                }
                4 => bcj(BcjReader::new_x86(chain, start()?)),
                5 => bcj(BcjReader::new_ppc(chain, start()?)),
                6 => bcj(BcjReader::new_ia64(chain, start()?)),
                7 => bcj(BcjReader::new_arm(chain, start()?)),
                8 => bcj(BcjReader::new_arm_thumb(chain, start()?)),
                9 => bcj(BcjReader::new_sparc(chain, start()?)),
                10 => bcj(BcjReader::new_arm64(chain, start()?)),
                11 => bcj(BcjReader::new_riscv(chain, start()?)),
                id => return Err(unsupported(format!("filter {id} is not known"))),
            };
        }
        Ok(chain)
    }

    /// After a block's data: padding to four bytes, the check, and the sizes that its header may have.
    fn end_block(&mut self) -> io::Result<()> {
        let State::Block(block) = std::mem::replace(&mut self.state, State::None) else { return Ok(()) };
        let Block { chain, header, check, start, made } = *block;
        let mut input = chain.into_input();
        let compressed = input.count - start;
        if header.compressed.is_some_and(|declared| declared != compressed)
            || header.uncompressed.is_some_and(|declared| declared != made)
        {
            return Err(damaged("a block is not as long as its header says"));
        }
        padding(&mut input, compressed)?;
        let at = input.count;
        let mut stored = [0; 32];
        let stored = &mut stored[..self.check.length()];
        input.read_exact(stored)?;
        if !check.fits(stored) {
            return Err(
                Fault::at(FaultKind::BadChecksum, at, "the check of an xz block does not fit").into_io()
            );
        }
        (header.length + compressed + stored.len() as u64, made).hash(&mut self.sizes);
        self.blocks += 1;
        self.state = State::Between(input);
        Ok(())
    }

    /// The index, whose first byte was read, and the footer.
    fn end_stream(&mut self, input: &mut Input<'a>) -> io::Result<()> {
        let start = input.count - 1;
        let mut index = Index { input, sum: flate2::Crc::new() };
        index.sum.update(&[0]);
        if index.number()? != self.blocks {
            return Err(damaged("the index has another number of blocks"));
        }
        let mut sizes = DefaultHasher::new();
        for _ in 0..self.blocks {
            (index.number()?, index.number()?).hash(&mut sizes);
        }
        if sizes.finish() != self.sizes.finish() {
            return Err(damaged("the index has other sizes than the blocks"));
        }
        while !(index.input.count - start).is_multiple_of(4) {
            if index.byte()? != 0 {
                return Err(damaged("the padding of the index is not zero"));
            }
        }
        let sum = index.sum.sum().to_le_bytes();
        let mut rest = [0; 16];
        input.read_exact(&mut rest)?;
        let length = input.count - 12 - start;
        let backward = u64::from(u32::from_le_bytes([rest[8], rest[9], rest[10], rest[11]]));
        let flags = match self.check {
            CheckKind::None => [0, 0],
            CheckKind::Crc32 => [0, 1],
            CheckKind::Crc64 => [0, 4],
            CheckKind::Sha256 => [0, 10],
        };
        if rest[..4] != sum || rest[4..8] != sum32(&rest[8..14]) {
            return Err(damaged("the checksum of the index or the footer does not fit"));
        }
        if (backward + 1) * 4 != length || rest[12..14] != flags || rest[14..] != *b"YZ" {
            return Err(damaged("the footer does not fit the stream"));
        }
        Ok(())
    }
}

/// Zero bytes up to a multiple of four.
fn padding(input: &mut Input<'_>, after: u64) -> io::Result<()> {
    let mut bytes = [0; 3];
    let bytes = &mut bytes[..usize::try_from(after.wrapping_neg() % 4).expect("less than four")];
    input.read_exact(bytes)?;
    if bytes.iter().any(|&byte| byte != 0) {
        return Err(damaged("the padding of a block is not zero"));
    }
    Ok(())
}

impl BlockHeader {
    /// The header whose first byte, its length, was read.
    fn read(input: &mut Input<'_>, first: u8) -> io::Result<Self> {
        let length = (usize::from(first) + 1) * 4;
        let mut bytes = [0; 1024];
        let bytes = &mut bytes[..length];
        bytes[0] = first;
        input.read_exact(&mut bytes[1..])?;
        let (fields, sum) = bytes.split_at(length - 4);
        if sum != sum32(fields) {
            return Err(damaged("the checksum of a block header does not fit"));
        }
        let flags = fields[1];
        if flags & 0x3c != 0 {
            return Err(unsupported("reserved flags of a block are set".to_owned()));
        }
        let mut rest = &fields[2..];
        let compressed = if flags & 0x40 == 0 { None } else { Some(number(&mut rest)?) };
        let uncompressed = if flags & 0x80 == 0 { None } else { Some(number(&mut rest)?) };
        let mut filters = Vec::new();
        for _ in 0..=flags & 3 {
            let id = number(&mut rest)?;
            let size = usize::try_from(number(&mut rest)?).unwrap_or(usize::MAX);
            let (properties, after) =
                rest.split_at_checked(size).ok_or_else(|| damaged("a block header is too short"))?;
            filters.push((id, properties.to_vec()));
            rest = after;
        }
        if rest.iter().any(|&byte| byte != 0) {
            return Err(damaged("the padding of a block header is not zero"));
        }
        Ok(Self { length: length as u64, compressed, uncompressed, filters })
    }
}

/// A number of seven bits a byte, least first, nine bytes at most.
fn number(bytes: &mut &[u8]) -> io::Result<u64> {
    number_of(|| {
        let (&byte, rest) = bytes.split_first().ok_or_else(|| damaged("a block header is too short"))?;
        *bytes = rest;
        Ok(byte)
    })
}

fn number_of(mut next: impl FnMut() -> io::Result<u8>) -> io::Result<u64> {
    let mut value = 0;
    for shift in 0..9 {
        let byte = next()?;
        value |= u64::from(byte & 0x7f) << (shift * 7);
        if byte & 0x80 == 0 {
            // A number is written as short as it can be.
            return if byte == 0 && shift > 0 { Err(damaged("a number is too long")) } else { Ok(value) };
        }
    }
    Err(damaged("a number is too long"))
}

struct Index<'i, 'a> {
    input: &'i mut Input<'a>,
    sum: flate2::Crc,
}

impl Index<'_, '_> {
    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.input.read_exact(&mut byte)?;
        self.sum.update(&byte);
        Ok(byte[0])
    }

    fn number(&mut self) -> io::Result<u64> {
        number_of(|| self.byte())
    }
}

//! Coders: a folder's graph as one stream of bytes.

use std::io::{self, BufReader, Read};

use lzma_rust2::filter::bcj::BcjReader;
use lzma_rust2::filter::delta::DeltaReader;

use super::bcj2::Bcj2;
use super::header::{Coder, Folder};
use crate::decode::{Codec, Decoder, decode_fault};
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, Input, ReadAt, Window};
use crate::limits::Budget;
use crate::lzma2::Lzma2;
use crate::stream::{Draws, SMALL, Stream};
use crate::unpacked::Named;

/// Graphs are no deeper than this.
const DEEPEST: usize = 32;

mod method {
    pub(super) const COPY: u64 = 0x00;
    pub(super) const DELTA: u64 = 0x03;
    pub(super) const X86: [u64; 2] = [0x04, 0x0303_0103];
    pub(super) const PPC: [u64; 2] = [0x05, 0x0303_0205];
    pub(super) const IA64: [u64; 2] = [0x06, 0x0303_0401];
    pub(super) const ARM: [u64; 2] = [0x07, 0x0303_0501];
    pub(super) const THUMB: [u64; 2] = [0x08, 0x0303_0701];
    pub(super) const SPARC: [u64; 2] = [0x09, 0x0303_0805];
    pub(super) const ARM64: u64 = 0x0a;
    pub(super) const RISCV: u64 = 0x0b;
    pub(super) const LZMA2: u64 = 0x21;
    pub(super) const LZMA: u64 = 0x03_0101;
    pub(super) const BCJ2: u64 = 0x0303_011b;
    pub(super) const PPMD: u64 = 0x03_0401;
    pub(super) const DEFLATE: u64 = 0x04_0108;
    pub(super) const DEFLATE64: u64 = 0x04_0109;
    pub(super) const BZIP2: u64 = 0x04_0202;
    pub(super) const ZSTD: u64 = 0x04f7_1101;
    pub(super) const AES: u64 = 0x06f1_0701;
}

/// Opens a folder's coders over its packed streams.
pub(super) struct Opener<'o, 'a> {
    pub(super) at: &'a dyn ReadAt,
    pub(super) budget: &'a Budget,
    pub(super) folder: &'o Folder,
    /// Begin and end of each of its packed streams.
    pub(super) packed: &'o [(u64, u64)],
}

impl<'a> Opener<'_, 'a> {
    /// What the folder unpacks to.
    pub(super) fn open(&self) -> Result<Box<Forward<'a>>, Fault> {
        let malformed = || Fault::new(FaultKind::Malformed, "the coders of a folder do not fit together");
        let (last, _) = self.folder.last().ok_or_else(malformed)?;
        self.coder(last, 0)
    }

    /// The stream that a coder gives.
    fn coder(&self, index: usize, depth: usize) -> Result<Box<Forward<'a>>, Fault> {
        let malformed = || Fault::new(FaultKind::Malformed, "the coders of a folder do not fit together");
        if depth > DEEPEST {
            return Err(malformed());
        }
        let coder = &self.folder.coders[index];
        let first: usize = self.folder.coders[..index].iter().map(|coder| coder.inputs).sum();
        let mut inputs = Vec::new();
        for input in first..first + coder.inputs {
            let bound = self.folder.bonds.iter().find(|(bound, _)| *bound == input);
            inputs.push(match bound {
                Some(&(_, coder)) => self.coder(coder, depth + 1)?,
                None => {
                    let number = self.folder.packed.iter().position(|&packed| packed == input);
                    let &(start, end) =
                        number.and_then(|number| self.packed.get(number)).ok_or_else(malformed)?;
                    Box::new(Window::new(self.at, start, end, SMALL)) as Box<Forward<'a>>
                }
            });
        }
        if coder.method == method::BCJ2 {
            let inputs: [Box<Forward<'a>>; 4] = inputs.try_into().map_err(|_| malformed())?;
            return Ok(self.buffered(Bcj2::new(inputs)));
        }
        let mut inputs = inputs.into_iter();
        match (inputs.next(), inputs.next()) {
            (Some(input), None) => self.single(coder, input),
            _ => Err(malformed()),
        }
    }

    /// A coder of one stream.
    fn single(&self, coder: &Coder, input: Box<Forward<'a>>) -> Result<Box<Forward<'a>>, Fault> {
        let unsupported = |what: String| Err(Fault::new(FaultKind::Unsupported, what));
        let malformed = || Fault::new(FaultKind::Malformed, "the properties of a coder are wrong");
        let codec = match coder.method {
            method::COPY => return Ok(input),
            method::DEFLATE => Codec::Deflate,
            method::DEFLATE64 => Codec::Deflate64,
            method::BZIP2 => Codec::Bzip2,
            method::ZSTD => Codec::Zstd,
            method::AES => return unsupported("it is encrypted".to_owned()),
            method::PPMD => return unsupported("compressed by PPMd, which is not read".to_owned()),
            method::LZMA => {
                let &[properties, a, b, c, d] = &*coder.properties else { return Err(malformed()) };
                let dictionary = self.dictionary(u32::from_le_bytes([a, b, c, d]), coder.size)?;
                let reader =
                    lzma_rust2::LzmaReader::new_with_props(input, coder.size, properties, dictionary, None);
                return reader.map(|reader| self.buffered(reader)).map_err(|error| self.fault(&error));
            }
            method::LZMA2 => {
                let &[bits @ 0..=40] = &*coder.properties else { return Err(malformed()) };
                let size = if bits == 40 { u32::MAX } else { (2 | u32::from(bits & 1)) << (bits / 2 + 11) };
                return Ok(self.buffered(Lzma2::new(input, self.dictionary(size, coder.size)?)));
            }
            method::DELTA => {
                let &[distance] = &*coder.properties else { return Err(malformed()) };
                return Ok(self.buffered(DeltaReader::new(input, usize::from(distance) + 1)));
            }
            number => return self.filter(number, coder, input),
        };
        let share = self.budget.decoder(codec.has_large_window());
        let decoder = Decoder::open(codec, Input::new(input), Some(coder.size), share.bytes)
            .map_err(|error| Fault::from_io(&error))?;
        Ok(Box::new(Stream::here(decoder, share, SMALL, Draws::Before)))
    }

    /// Filters that change the targets of jumps.
    fn filter(&self, number: u64, coder: &Coder, input: Box<Forward<'a>>) -> Result<Box<Forward<'a>>, Fault> {
        let start = match &*coder.properties {
            &[a, b, c, d] => u32::from_le_bytes([a, b, c, d]) as usize,
            _ => 0,
        };
        let filter = match number {
            number if method::X86.contains(&number) => BcjReader::new_x86,
            number if method::PPC.contains(&number) => BcjReader::new_ppc,
            number if method::IA64.contains(&number) => BcjReader::new_ia64,
            number if method::ARM.contains(&number) => BcjReader::new_arm,
            number if method::THUMB.contains(&number) => BcjReader::new_arm_thumb,
            number if method::SPARC.contains(&number) => BcjReader::new_sparc,
            method::ARM64 => BcjReader::new_arm64,
            method::RISCV => BcjReader::new_riscv,
            number => {
                return Err(Fault::new(FaultKind::Unsupported, format!("method {number:#x} is not read")));
            }
        };
        Ok(self.buffered(filter(input, start)))
    }

    /// A dictionary within the limits: no more of it is used than there are bytes.
    fn dictionary(&self, stated: u32, size: u64) -> Result<u32, Fault> {
        let limit = self.budget.limits().decoder_bytes;
        let needed = u64::from(stated).min(size.max(4096));
        if needed > limit {
            let message = format!("lzma window bytes exceed the limit of {limit} (decoder_bytes)");
            return Err(Fault::new(FaultKind::Limit, message));
        }
        Ok(u32::try_from(needed).unwrap_or(u32::MAX))
    }

    fn buffered(&self, reader: impl Read + Send + 'a) -> Box<Forward<'a>> {
        let named = Named::new(reader, Codec::Lzma, self.budget);
        Box::new(BufReader::with_capacity(SMALL, named))
    }

    fn fault(&self, error: &io::Error) -> Fault {
        decode_fault(Codec::Lzma, error, 0, self.budget.limits().decoder_bytes)
    }
}

//! Decompression of one stream: gzip, bzip2, xz, zstd, and the methods of zip members.
//!
//! The formats allow several streams one after another; they decode to one run of bytes. Checks that a format has are
//! all verified. What follows the last stream is reported, not decoded.

use std::io::{self, BufRead as _, Read as _};

use crate::deflate64::Deflate64;
use crate::fault::{Fault, FaultKind};
use crate::format::Format;
use crate::inflate::{Inflate, gzip_header};
use crate::input::{Input, Rest};
use crate::pbzx::Pbzx;
use crate::xz::{self, Xz};

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Stored,
    Deflate,
    Deflate64,
    /// Deflate in the frame of RFC 1950.
    Zlib,
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    /// Chunks of xz: payloads of macOS packages.
    Pbzx,
    /// LZMA with the header of an `.lzma` file.
    Lzma,
    /// LZMA with the header of a zip member (APPNOTE 5.8.8).
    ZipLzma,
}

impl Codec {
    pub(crate) const fn of(format: Format) -> Option<Self> {
        match format {
            Format::Gzip => Some(Self::Gzip),
            Format::Bzip2 => Some(Self::Bzip2),
            Format::Xz => Some(Self::Xz),
            Format::Zstd => Some(Self::Zstd),
            Format::Lzma => Some(Self::Lzma),
            Format::Pbzx => Some(Self::Pbzx),
            _ => None,
        }
    }

    /// Whether the stream says how much memory its window takes.
    pub(crate) const fn has_large_window(self) -> bool {
        matches!(self, Self::Xz | Self::Pbzx | Self::Zstd | Self::Lzma | Self::ZipLzma)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Deflate => "deflate",
            Self::Deflate64 => "deflate64",
            Self::Zlib => "zlib",
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Pbzx => "pbzx",
            Self::Zstd => "zstd",
            Self::Lzma | Self::ZipLzma => "lzma",
        }
    }
}

enum Engine<'a> {
    /// Before, between and after streams.
    Idle(Input<'a>),
    Stored(Input<'a>),
    Inflate(Box<Inflate<'a>>),
    Deflate64(Box<Deflate64<'a>>),
    Bzip2(Box<bzip2::bufread::BzDecoder<Input<'a>>>),
    Xz(Box<Xz<'a>>),
    Pbzx(Box<Pbzx<'a>>),
    Zstd(Box<zstd::stream::read::Decoder<'static, Input<'a>>>),
    Lzma(Box<lzma_rust2::LzmaReader<Input<'a>>>),
    /// While a stream is being changed, and after an error.
    None,
}

/// Decodes one compressed run of bytes.
pub(crate) struct Decoder<'a> {
    codec: Codec,
    engine: Engine<'a>,
    memory: u64,
    streams: u64,
    consumed: u64,
    size: Option<u64>,
    /// The file name that the first gzip header has.
    pub(crate) name: Option<Vec<u8>>,
    /// What was odd after the last stream.
    pub(crate) faults: Vec<Fault>,
}

impl<'a> Decoder<'a> {
    /// Starts, and reads the first header where it is cheap to do.
    ///
    /// `size` is the decompressed size where the container says it, which LZMA in zip needs. `memory` bounds the
    /// window in bytes: what a [`crate::limits::DecoderShare`] has.
    pub(crate) fn open(codec: Codec, input: Input<'a>, size: Option<u64>, memory: u64) -> io::Result<Self> {
        let mut decoder = Self {
            codec,
            engine: Engine::Idle(input),
            memory,
            streams: 0,
            consumed: 0,
            size,
            name: None,
            faults: Vec::new(),
        };
        match decoder.next_stream() {
            Ok(()) => Ok(decoder),
            Err(error) => Err(decoder.own(&error)),
        }
    }

    /// Compressed bytes taken so far.
    pub(crate) fn consumed(&self) -> u64 {
        match &self.engine {
            Engine::Idle(input) | Engine::Stored(input) => input.count,
            Engine::Inflate(engine) => engine.input().count,
            Engine::Deflate64(engine) => engine.input().count,
            Engine::Bzip2(engine) => engine.get_ref().count,
            Engine::Xz(engine) => engine.consumed(),
            Engine::Pbzx(engine) => engine.input().count,
            Engine::Zstd(engine) => engine.get_ref().count,
            Engine::Lzma(engine) => engine.inner().count,
            Engine::None => self.consumed,
        }
    }

    /// Fills the buffer, less only at the end.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> (usize, io::Result<()>) {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return (filled, Err(self.own(&error))),
            }
        }
        (filled, Ok(()))
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = match &mut self.engine {
                Engine::Idle(_) | Engine::None => return Ok(0),
                Engine::Stored(input) => input.read(buffer)?,
                Engine::Inflate(engine) => engine.read(buffer)?,
                Engine::Deflate64(engine) => engine.read(buffer)?,
                Engine::Bzip2(engine) => engine.read(buffer)?,
                Engine::Xz(engine) => engine.read(buffer)?,
                Engine::Pbzx(engine) => engine.read(buffer)?,
                Engine::Zstd(engine) => engine.read(buffer)?,
                Engine::Lzma(engine) => engine.read(buffer)?,
            };
            if count > 0 {
                return Ok(count);
            }
            self.end_stream()?;
        }
    }

    /// The stream has ended: checks its trailer, then looks for another.
    fn end_stream(&mut self) -> io::Result<()> {
        let gzip = self.codec == Codec::Gzip;
        self.consumed = self.consumed();
        let input = match std::mem::replace(&mut self.engine, Engine::None) {
            Engine::Idle(input) | Engine::Stored(input) => input,
            Engine::Inflate(engine) if gzip => engine.finish_gzip()?,
            Engine::Inflate(engine) => engine.into_input(),
            Engine::Deflate64(engine) => engine.into_input(),
            Engine::Bzip2(engine) => engine.into_inner(),
            Engine::Xz(engine) => match engine.into_input() {
                Some(input) => input,
                None => return Ok(()),
            },
            Engine::Pbzx(engine) => engine.into_input(),
            Engine::Zstd(engine) => engine.finish(),
            Engine::Lzma(engine) => {
                // It reads ahead.
                let (mut input, ahead) = engine.into_parts();
                input.unread(&ahead);
                input
            }
            Engine::None => return Ok(()),
        };
        self.engine = Engine::Idle(input);
        self.next_stream()
    }

    fn next_stream(&mut self) -> io::Result<()> {
        let Engine::Idle(mut input) = std::mem::replace(&mut self.engine, Engine::None) else {
            return Ok(());
        };
        if self.streams > 0 && !self.another(&mut input)? {
            self.engine = Engine::Idle(input);
            return Ok(());
        }
        self.engine = match self.codec {
            Codec::Stored => Engine::Stored(input),
            Codec::Deflate => Engine::Inflate(Box::new(Inflate::new(input))),
            Codec::Deflate64 => Engine::Deflate64(Box::new(Deflate64::new(input))),
            Codec::Zlib => Engine::Inflate(Box::new(Inflate::zlib(input))),
            Codec::Gzip => {
                let name = gzip_header(&mut input)?;
                if self.streams == 0 {
                    self.name = name;
                }
                Engine::Inflate(Box::new(Inflate::new(input)))
            }
            Codec::Bzip2 => Engine::Bzip2(Box::new(bzip2::bufread::BzDecoder::new(input))),
            Codec::Pbzx => Engine::Pbzx(Box::new(Pbzx::open(input, self.memory)?)),
            Codec::Xz => Engine::Xz(Box::new(Xz::open(input, self.memory)?)),
            Codec::Zstd => {
                let mut engine = zstd::stream::read::Decoder::with_buffer(input)?.single_frame();
                engine.window_log_max(self.memory.max(1 << 10).ilog2().clamp(10, 31))?;
                Engine::Zstd(Box::new(engine))
            }
            Codec::Lzma => Engine::Lzma(Box::new(self.lzma_alone(input)?)),
            Codec::ZipLzma => Engine::Lzma(Box::new(self.lzma(input)?)),
        };
        self.streams += 1;
        Ok(())
    }

    /// Whether another stream follows. Passes over padding; what is neither is a fault.
    fn another(&mut self, input: &mut Input<'a>) -> io::Result<bool> {
        let begins = |next: &[u8], magic: &[u8]| next.starts_with(magic);
        let next = input.peek::<6>()?;
        let next = &next.0[..next.1];
        let more = match self.codec {
            Codec::Stored | Codec::Deflate | Codec::Deflate64 | Codec::ZipLzma => return Ok(false),
            Codec::Lzma | Codec::Zlib | Codec::Pbzx => false,
            Codec::Gzip => begins(next, b"\x1f\x8b\x08"),
            Codec::Bzip2 => begins(next, b"BZh"),
            Codec::Zstd => {
                begins(next, b"\x28\xb5\x2f\xfd") || matches!(next, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
            }
            Codec::Xz => {
                // Stream padding: zero bytes, four at a time (xz format 2.2).
                while input.peek::<4>()? == ([0; 4], 4) {
                    input.consume(4);
                }
                let next = input.peek::<6>()?;
                begins(&next.0[..next.1], &xz::MAGIC)
            }
        };
        if !more {
            let at = input.count;
            match Rest::of(input)? {
                Rest::None => {}
                Rest::Zeros(count) if self.codec == Codec::Xz => {
                    let message =
                        format!("{count} zero bytes after the last xz stream, whose padding comes in fours");
                    self.faults.push(Fault::at(FaultKind::TrailingData, at, message));
                }
                Rest::Zeros(count) => {
                    let message = format!("{count} zero bytes after the last {} stream", self.codec.name());
                    self.faults.push(Fault::at(FaultKind::TrailingZeros, at, message));
                }
                Rest::Data(count) => {
                    let message = format!("{count} bytes after the last {} stream", self.codec.name());
                    self.faults.push(Fault::at(FaultKind::TrailingData, at, message));
                }
            }
        }
        Ok(more)
    }

    /// The header of LZMA in zip: version (2), size of the properties (2), properties (5).
    fn lzma(&self, mut input: Input<'a>) -> io::Result<lzma_rust2::LzmaReader<Input<'a>>> {
        let mut header = [0; 9];
        input.read_exact(&mut header)?;
        if header[2..4] != [5, 0] {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the size of the properties is not 5"));
        }
        let dictionary = u32::from_le_bytes([header[5], header[6], header[7], header[8]]);
        if u64::from(dictionary) > self.memory {
            return Err(io::Error::new(io::ErrorKind::OutOfMemory, "dictionary"));
        }
        let size = self.size.unwrap_or(u64::MAX);
        let mut reader = lzma_rust2::LzmaReader::new_with_props(input, size, header[4], dictionary, None)?;
        // An end marker may follow although the size is known (general purpose flag 1).
        reader.set_relaxed_end_condition(false);
        Ok(reader)
    }

    /// The header of an `.lzma` file: properties (1), dictionary (4), size or all ones (8).
    fn lzma_alone(&self, mut input: Input<'a>) -> io::Result<lzma_rust2::LzmaReader<Input<'a>>> {
        let mut header = [0; 13];
        input.read_exact(&mut header)?;
        let [properties, a, b, c, d, size @ ..] = header;
        let (dictionary, size) = (u32::from_le_bytes([a, b, c, d]), u64::from_le_bytes(size));
        // No more of it is ever used than there are bytes.
        let dictionary = u64::from(dictionary).min(size.max(4096));
        let dictionary = u32::try_from(dictionary).unwrap_or(u32::MAX);
        if u64::from(dictionary) > self.memory {
            return Err(io::Error::new(io::ErrorKind::OutOfMemory, "dictionary"));
        }
        let mut reader = lzma_rust2::LzmaReader::new_with_props(input, size, properties, dictionary, None)?;
        reader.set_relaxed_end_condition(false);
        Ok(reader)
    }

    /// A library's error as a fault of this stream; a fault of the source is passed on.
    fn own(&mut self, error: &io::Error) -> io::Error {
        self.consumed = self.consumed();
        self.engine = Engine::None;
        if Fault::carried(error).is_some() {
            return Fault::from_io(error).into_io();
        }
        decode_fault(self.codec, error, self.consumed, self.memory).into_io()
    }
}

/// What an error of a decoding library means.
pub(crate) fn decode_fault(codec: Codec, error: &io::Error, at: u64, memory: u64) -> Fault {
    let (name, text) = (codec.name(), error.to_string());
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            Fault::at(FaultKind::Truncated, at, format!("the {name} stream ends before it should"))
        }
        io::ErrorKind::OutOfMemory => over_memory(name, memory, at),
        _ if codec == Codec::Zstd && text.contains("memory") => over_memory(name, memory, at),
        io::ErrorKind::Unsupported => Fault::at(FaultKind::Unsupported, at, format!("{name}: {text}")),
        _ if text.contains("hecksum") || text.contains("CRC") => {
            Fault::at(FaultKind::BadChecksum, at, format!("{name}: {text}"))
        }
        _ => Fault::at(FaultKind::Malformed, at, format!("the {name} stream is damaged: {text}")),
    }
}

fn over_memory(name: &str, limit: u64, at: u64) -> Fault {
    Fault::at(
        FaultKind::Limit,
        at,
        format!("{name} window bytes exceed the limit of {limit} (decoder_bytes)"),
    )
}

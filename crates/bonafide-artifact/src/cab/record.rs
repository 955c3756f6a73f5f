//! Header, folders and files of one cabinet.

use std::io::{self, BufRead as _, Read as _};

use crate::fault::{Fault, FaultKind};
use crate::input::{ReadAt, Window};
use crate::limits::Limits;
use crate::stream::SMALL;

/// Bytes of the fixed part of the header.
const HEADER: u64 = 36;
/// Bytes of a block's header, without what is reserved.
pub(super) const BLOCK: u64 = 8;

/// How a folder's blocks are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    MsZip,
    Quantum,
    /// With a window of 2^n bytes.
    Lzx(u32),
    Unknown(u16),
}

impl Method {
    const fn of(number: u16) -> Self {
        match number & 0x0f {
            0 => Self::Stored,
            1 => Self::MsZip,
            2 => Self::Quantum,
            3 if number >> 8 >= 15 && number >> 8 <= 21 => Self::Lzx((number >> 8) as u32),
            _ => Self::Unknown(number),
        }
    }
}

/// A folder as one cabinet has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Folder {
    /// Where its first block lies.
    pub(super) data: u64,
    pub(super) blocks: u16,
    pub(super) method: Method,
}

/// Which cabinets a file's folder lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// The folder of this number, which may yet go on in the next cabinet for other files.
    Here(u16),
    FromPrevious,
    ToNext,
    /// It fills this cabinet from one end to the other.
    Through,
}

/// A file as one cabinet has it.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) size: u32,
    /// Where it begins in its folder.
    pub(super) offset: u32,
    pub(super) span: Span,
    pub(super) date: u16,
    pub(super) time: u16,
    pub(super) name: Vec<u8>,
    /// Where its record lies.
    pub(super) place: u64,
}

/// One cabinet of a set, or the only one.
pub(super) struct Cabinet<'a> {
    pub(super) at: Box<dyn ReadAt + 'a>,
    /// Its end as the header says it.
    pub(super) length: u64,
    pub(super) folders: Vec<Folder>,
    pub(super) files: Vec<File>,
    /// Where the records end.
    pub(super) records: u64,
    /// Reserved bytes of each block.
    pub(super) reserve: u64,
    pub(super) set: u16,
    pub(super) number: u16,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    /// The run of bytes that a signature lies in.
    pub(super) signature: Option<(u64, u64)>,
}

impl<'a> Cabinet<'a> {
    /// Reads all records.
    pub(super) fn read(at: Box<dyn ReadAt + 'a>, limits: &Limits) -> io::Result<Self> {
        let mut header = [0; HEADER as usize];
        at.read_exact_at(&mut header, 0)?;
        let word = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let long = |at: usize| u64::from(word(at)) | u64::from(word(at + 2)) << 16;
        if header[..4] != *b"MSCF" || header[25] != 1 {
            let message = format!("version {}.{} of cab is not read", header[25], header[24]);
            return Err(Fault::at(FaultKind::Unsupported, 24, message).into_io());
        }
        let (length, files_at, flags) = (long(8), long(16), word(30));
        let (folder_count, file_count) = (word(26), word(28));
        if u64::from(file_count) > limits.entries {
            let message = format!("entries exceed the limit of {}", limits.entries);
            return Err(Fault::at(FaultKind::Limit, 28, message).into_io());
        }
        let end = length.min(at.length());
        let mut records = Records { window: Window::new(&*at, HEADER, end, SMALL), place: HEADER };
        let (mut reserve, mut folder_reserve, mut signature) = (0, 0, None);
        if flags & 4 != 0 {
            let sizes = records.take(4)?;
            let (header_reserve, folder, block) =
                (u16::from_le_bytes([sizes[0], sizes[1]]), sizes[2], sizes[3]);
            let reserved = records.take(usize::from(header_reserve))?;
            (folder_reserve, reserve) = (usize::from(folder), u64::from(block));
            signature = signed(&reserved);
        }
        let mut pair = |flag: u16| -> io::Result<Option<String>> {
            if flags & flag == 0 {
                return Ok(None);
            }
            let (cabinet, _disk) = (records.text(256)?, records.text(256)?);
            Ok(Some(String::from_utf8_lossy(&cabinet).into_owned()))
        };
        let (previous, next) = (pair(1)?, pair(2)?);
        let mut folders = Vec::new();
        for _ in 0..folder_count {
            let bytes = records.take(8 + folder_reserve)?;
            folders.push(Folder {
                data: u64::from(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])),
                blocks: u16::from_le_bytes([bytes[4], bytes[5]]),
                method: Method::of(u16::from_le_bytes([bytes[6], bytes[7]])),
            });
        }
        if files_at < records.place {
            let message = "the files begin among the folders";
            return Err(Fault::at(FaultKind::Malformed, 16, message).into_io());
        }
        let folders_end = records.place;
        let mut records = Records { window: Window::new(&*at, files_at, end, SMALL), place: files_at };
        let mut files = Vec::new();
        for _ in 0..file_count {
            let place = records.place;
            let bytes = records.take(16)?;
            let word = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
            let name = records.text(limits.path_bytes)?;
            files.push(File {
                size: u32::from(word(0)) | u32::from(word(2)) << 16,
                offset: u32::from(word(4)) | u32::from(word(6)) << 16,
                span: match word(8) {
                    0xfffd => Span::FromPrevious,
                    0xfffe => Span::ToNext,
                    0xffff => Span::Through,
                    number => Span::Here(number),
                },
                date: word(10),
                time: word(12),
                name,
                place,
            });
        }
        let records = if file_count == 0 { folders_end } else { records.place };
        Ok(Self {
            length,
            folders,
            files,
            records,
            reserve,
            set: word(32),
            number: word(34),
            previous,
            next,
            signature,
            at,
        })
    }

    /// Where a file's folder lies among this cabinet's.
    pub(super) fn folder_of(&self, file: &File) -> Option<usize> {
        let index = match file.span {
            Span::Here(number) => usize::from(number),
            Span::FromPrevious | Span::Through => 0,
            Span::ToNext => self.folders.len().checked_sub(1)?,
        };
        (index < self.folders.len()).then_some(index)
    }

    pub(super) fn begins_before(&self) -> bool {
        self.files.iter().any(|file| matches!(file.span, Span::FromPrevious | Span::Through))
    }

    pub(super) fn goes_on(&self) -> bool {
        self.files.iter().any(|file| matches!(file.span, Span::ToNext | Span::Through))
    }
}

/// Signed cabinets reserve 20 bytes: a magic (4), place (4) and length (4) of the signature.
fn signed(reserved: &[u8]) -> Option<(u64, u64)> {
    let long = |at: usize| {
        u64::from(u32::from_le_bytes([reserved[at], reserved[at + 1], reserved[at + 2], reserved[at + 3]]))
    };
    (reserved.len() == 20 && reserved.starts_with(&[0, 0, 0x10, 0])).then(|| (long(4), long(4) + long(8)))
}

/// Records one after another.
struct Records<'r> {
    window: Window<&'r dyn ReadAt>,
    place: u64,
}

impl Records<'_> {
    fn cut(&self) -> io::Error {
        Fault::at(FaultKind::Truncated, self.place, "ends in the middle of the cabinet's records").into_io()
    }

    /// So many bytes; no more than 64 KiB are ever asked for.
    fn take(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.window.read_exact(&mut bytes).map_err(|_| self.cut())?;
        self.place += count as u64;
        Ok(bytes)
    }

    /// A text that ends with a zero byte.
    fn text(&mut self, limit: u64) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        let count = (&mut self.window).take(limit + 1).read_until(0, &mut text)?;
        if text.pop() != Some(0) {
            if count as u64 > limit {
                let message = format!("path bytes exceed the limit of {limit}");
                return Err(Fault::at(FaultKind::Limit, self.place, message).into_io());
            }
            return Err(self.cut());
        }
        self.place += count as u64;
        Ok(text)
    }
}

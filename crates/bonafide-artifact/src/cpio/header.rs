//! The headers of the five forms of cpio.

use std::io;

use crate::fault::{Fault, FaultKind};
use crate::run::Run;

/// A form of cpio, told by the magic of each header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `070701`: numbers of eight hexadecimal digits (System V release 4).
    New,
    /// `070702`: the same, with a sum of the body's bytes.
    Crc,
    /// `070707`: octal digits (POSIX.1-1988).
    Odc,
    /// 0o070707 as a number of 16 bits, little-endian.
    Little,
    /// The same, big-endian.
    Big,
    /// `07070X`: a number of a file that the header of an rpm describes.
    Stripped,
}

impl Form {
    /// The form that a header's first six bytes show.
    pub(super) fn of(magic: &[u8]) -> Option<Self> {
        match magic {
            b"070701" => Some(Self::New),
            b"070702" => Some(Self::Crc),
            b"070707" => Some(Self::Odc),
            b"07070X" => Some(Self::Stripped),
            [0xc7, 0x71, ..] => Some(Self::Little),
            [0x71, 0xc7, ..] => Some(Self::Big),
            _ => None,
        }
    }

    /// Bytes of a header, without the name.
    const fn length(self) -> usize {
        match self {
            Self::New | Self::Crc => 110,
            Self::Odc => 76,
            Self::Little | Self::Big => 26,
            Self::Stripped => 14,
        }
    }

    /// What header and body are filled up to a multiple of.
    pub(super) const fn alignment(self) -> u64 {
        match self {
            Self::New | Self::Crc | Self::Stripped => 4,
            Self::Odc => 1,
            Self::Little | Self::Big => 2,
        }
    }
}

/// The fields of a header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) form: Form,
    /// Device and inode: together they tell which members are one file. For a stripped header: 0 and the file's number.
    pub(super) file: (u64, u64),
    pub(super) mode: u32,
    pub(super) uid: u64,
    pub(super) gid: u64,
    pub(super) links: u64,
    pub(super) mtime: i64,
    pub(super) size: u64,
    /// Bytes of the name, its zero byte included.
    pub(super) name: u64,
    /// The sum of the body's bytes, in the form that has it.
    pub(super) sum: u32,
}

impl Header {
    /// Reads a header; `first` are the six bytes that were read already.
    pub(super) fn read(run: &mut Run<'_>, first: [u8; 6]) -> io::Result<Self> {
        let start = run.offset() - 6;
        let Some(form) = Form::of(&first) else {
            let message = "no header where the next member should begin";
            return Err(Fault::at(FaultKind::Malformed, start, message).into_io());
        };
        let mut buffer = [0; 110];
        let bytes = &mut buffer[..form.length()];
        bytes[..6].copy_from_slice(&first);
        run.exact(&mut bytes[6..])?;
        let fields = match form {
            Form::New | Form::Crc => Self::new(form, bytes),
            Form::Odc => Self::odc(bytes),
            Form::Little | Form::Big => Some(Self::binary(form, bytes)),
            Form::Stripped => Self::stripped(bytes),
        };
        let message = "a field of the header is no number";
        fields.ok_or_else(|| Fault::at(FaultKind::Malformed, start, message).into_io())
    }

    fn new(form: Form, bytes: &[u8]) -> Option<Self> {
        let mut fields = [0; 13];
        for (field, text) in fields.iter_mut().zip(bytes[6..].chunks_exact(8)) {
            *field = number(text, 16)?;
        }
        let [inode, mode, uid, gid, links, mtime, size, major, minor, _, _, name, sum] = fields;
        Some(Self {
            form,
            file: (major << 32 | minor, inode),
            mode: u32::try_from(mode).ok()?,
            uid,
            gid,
            links,
            mtime: i64::try_from(mtime).ok()?,
            size,
            name,
            sum: u32::try_from(sum).ok()?,
        })
    }

    fn odc(bytes: &[u8]) -> Option<Self> {
        let field = |from: usize, length: usize| number(&bytes[from..from + length], 8);
        Some(Self {
            form: Form::Odc,
            file: (field(6, 6)?, field(12, 6)?),
            mode: u32::try_from(field(18, 6)?).ok()?,
            uid: field(24, 6)?,
            gid: field(30, 6)?,
            links: field(36, 6)?,
            mtime: i64::try_from(field(48, 11)?).ok()?,
            name: field(59, 6)?,
            size: field(65, 11)?,
            sum: 0,
        })
    }

    /// Numbers of 32 bits have their upper half first, whatever the order of bytes.
    fn binary(form: Form, bytes: &[u8]) -> Self {
        let short = |index: usize| {
            let pair = [bytes[index * 2], bytes[index * 2 + 1]];
            u64::from(if form == Form::Little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
        };
        let long = |index: usize| short(index) << 16 | short(index + 1);
        Self {
            form,
            file: (short(1), short(2)),
            mode: u32::try_from(short(3)).unwrap_or(0),
            uid: short(4),
            gid: short(5),
            links: short(6),
            mtime: i64::try_from(long(8)).unwrap_or(0),
            name: short(10),
            size: long(11),
            sum: 0,
        }
    }

    fn stripped(bytes: &[u8]) -> Option<Self> {
        let index = number(&bytes[6..14], 16)?;
        Some(Self {
            form: Form::Stripped,
            file: (0, index),
            mode: 0,
            uid: 0,
            gid: 0,
            links: 1,
            mtime: 0,
            size: 0,
            name: 0,
            sum: 0,
        })
    }
}

fn number(text: &[u8], base: u32) -> Option<u64> {
    text.iter().try_fold(0_u64, |value, &byte| {
        let digit = char::from(byte).to_digit(base)?;
        Some(value * u64::from(base) + u64::from(digit))
    })
}

/// Whether a file's first bytes are those of a cpio. The binary forms have a magic of two bytes only, so their first
/// header must make sense.
pub(crate) fn looks_like(head: &[u8]) -> bool {
    let Some((magic, rest)) = head.split_first_chunk::<6>() else { return false };
    let rest = &rest[..rest.len().min(6)];
    match Form::of(magic) {
        Some(Form::New | Form::Crc) => rest.len() == 6 && number(rest, 16).is_some(),
        Some(Form::Odc) => rest.len() == 6 && number(rest, 8).is_some(),
        Some(form @ (Form::Little | Form::Big)) => {
            head.len() > 26 && {
                let header = Header::binary(form, head);
                let name = usize::try_from(header.name).unwrap_or(0);
                let kind = matches!(header.mode >> 12, 1 | 2 | 4 | 6 | 8 | 10 | 12);
                let end = 26 + name;
                kind && name > 1 && matches!(head.get(26..end), Some([name @ .., 0]) if !name.contains(&0))
            }
        }
        Some(Form::Stripped) | None => false,
    }
}

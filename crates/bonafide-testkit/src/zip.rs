//! Builds zips, right ones and wrong ones: every field can be set, and nothing is checked.

use std::io::Write as _;

/// What follows the data of a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ZipDescriptor {
    /// Nothing; the local header says all.
    #[default]
    None,
    /// A data descriptor with its signature; the local header says zero.
    Signed,
    /// One without its signature.
    Bare,
    /// One with its signature and sizes of 64 bits.
    Wide,
}

/// One member.
#[derive(Clone, Debug)]
pub struct ZipMember {
    /// Name in the directory.
    pub name: Vec<u8>,
    /// Name in the local header, where it is another.
    pub local_name: Option<Vec<u8>>,
    /// The bytes that are stored: compressed already.
    pub stored: Vec<u8>,
    /// Compression method.
    pub method: u16,
    /// General purpose flags; that of the descriptor is set as needed.
    pub flags: u16,
    /// Declared checksum.
    pub sum: u32,
    /// Declared size.
    pub size: u64,
    /// Extra fields of the directory.
    pub extra: Vec<u8>,
    /// Extra fields of the local header.
    pub local_extra: Vec<u8>,
    /// The system that made it: 3 is Unix.
    pub made_by: u8,
    /// External attributes; those of Unix in the upper half.
    pub attributes: u32,
    /// Descriptor.
    pub descriptor: ZipDescriptor,
    /// Unclaimed bytes before its local header.
    pub gap: Vec<u8>,
    /// Where the directory says that the local header lies; then nothing is written for it.
    pub at: Option<u64>,
    /// Whether the sizes are written as zip64 fields.
    pub wide: bool,
}

impl ZipMember {
    /// A stored file.
    pub fn stored(name: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut sum = flate2::Crc::new();
        sum.update(body);
        Self {
            name: name.as_ref().to_vec(),
            local_name: None,
            stored: body.to_vec(),
            method: 0,
            flags: 0,
            sum: sum.sum(),
            size: body.len() as u64,
            extra: Vec::new(),
            local_extra: Vec::new(),
            made_by: 3,
            attributes: 0o100_644 << 16,
            descriptor: ZipDescriptor::None,
            gap: Vec::new(),
            at: None,
            wide: false,
        }
    }

    /// A file compressed with deflate.
    ///
    /// # Panics
    /// Never: writing to memory cannot fail.
    pub fn deflated(name: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> Self {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
        encoder.write_all(body.as_ref()).expect("memory takes all");
        let stored = encoder.finish().expect("memory takes all");
        Self { stored, method: 8, ..Self::stored(name, body) }
    }
}

/// A zip in the making.
#[derive(Clone, Debug, Default)]
pub struct ZipBuilder {
    members: Vec<ZipMember>,
    prefix: Vec<u8>,
    comment: Vec<u8>,
    trailing: Vec<u8>,
    wide: bool,
    count: Option<u16>,
    shifted: bool,
}

impl ZipBuilder {
    /// Without members.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a stored file.
    #[must_use]
    pub fn file(self, name: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> Self {
        self.member(ZipMember::stored(name, body))
    }

    /// Adds a member.
    #[must_use]
    pub fn member(mut self, member: ZipMember) -> Self {
        self.members.push(member);
        self
    }

    /// Puts bytes before the zip; offsets do not count them, as with a program that a zip was appended to.
    #[must_use]
    pub fn prefix(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.prefix = bytes.as_ref().to_vec();
        self
    }

    /// Makes offsets count the prefix.
    #[must_use]
    pub fn counting_prefix(mut self) -> Self {
        self.shifted = true;
        self
    }

    /// Sets the archive's comment.
    #[must_use]
    pub fn comment(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.comment = bytes.as_ref().to_vec();
        self
    }

    /// Puts bytes after the end.
    #[must_use]
    pub fn trailing(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.trailing = bytes.as_ref().to_vec();
        self
    }

    /// Ends the directory with the records of zip64.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Lies about the number of members.
    #[must_use]
    pub fn count(mut self, count: u16) -> Self {
        self.count = Some(count);
        self
    }

    /// The bytes.
    ///
    /// # Panics
    /// If something is too large for its field.
    #[must_use]
    pub fn end(self) -> Vec<u8> {
        let mut bytes = self.prefix.clone();
        let base = if self.shifted { 0 } else { bytes.len() };
        let mut directory = Vec::new();
        for member in &self.members {
            bytes.extend_from_slice(&member.gap);
            let offset = member.at.unwrap_or((bytes.len() - base) as u64);
            if member.at.is_none() {
                local(member, &mut bytes);
            }
            central(member, offset, &mut directory);
        }
        let start = (bytes.len() - base) as u64;
        bytes.extend_from_slice(&directory);
        let count = self.count.unwrap_or(u16::try_from(self.members.len()).unwrap_or(u16::MAX));
        if self.wide {
            let record = (bytes.len() - base) as u64;
            let members = self.members.len() as u64;
            bytes.extend_from_slice(b"PK\x06\x06");
            bytes.extend_from_slice(&44_u64.to_le_bytes());
            bytes.extend_from_slice(&[45, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            for number in [members, members, directory.len() as u64, start] {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            bytes.extend_from_slice(b"PK\x06\x07\0\0\0\0");
            bytes.extend_from_slice(&record.to_le_bytes());
            bytes.extend_from_slice(&1_u32.to_le_bytes());
        }
        let narrow =
            |value: u64| if self.wide { u32::MAX } else { u32::try_from(value).expect("fits 32 bits") };
        bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        bytes.extend_from_slice(&count.to_le_bytes());
        bytes.extend_from_slice(&count.to_le_bytes());
        bytes.extend_from_slice(&narrow(directory.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&narrow(start).to_le_bytes());
        bytes.extend_from_slice(&length(&self.comment));
        bytes.extend_from_slice(&self.comment);
        bytes.extend_from_slice(&self.trailing);
        bytes
    }
}

fn length(bytes: &[u8]) -> [u8; 2] {
    u16::try_from(bytes.len()).expect("fits 16 bits").to_le_bytes()
}

fn flags(member: &ZipMember) -> u16 {
    member.flags | if member.descriptor == ZipDescriptor::None { 0 } else { 8 }
}

/// A size for a field of 32 bits: full where the zip64 field has it.
fn narrow(member: &ZipMember, value: u64) -> [u8; 4] {
    let value = if member.wide { u32::MAX } else { u32::try_from(value).expect("fits 32 bits") };
    value.to_le_bytes()
}

/// The extra fields, that of zip64 first.
fn extra(member: &ZipMember, rest: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    if member.wide {
        bytes.extend_from_slice(&[1, 0, 16, 0]);
        bytes.extend_from_slice(&member.size.to_le_bytes());
        bytes.extend_from_slice(&(member.stored.len() as u64).to_le_bytes());
    }
    bytes.extend_from_slice(rest);
    bytes
}

fn local(member: &ZipMember, bytes: &mut Vec<u8>) {
    let name = member.local_name.as_ref().unwrap_or(&member.name);
    let stored = member.stored.len() as u64;
    let extra = extra(member, &member.local_extra);
    bytes.extend_from_slice(b"PK\x03\x04\x14\0");
    bytes.extend_from_slice(&flags(member).to_le_bytes());
    bytes.extend_from_slice(&member.method.to_le_bytes());
    bytes.extend_from_slice(&[0, 0, 0x21, 0]);
    if member.descriptor == ZipDescriptor::None {
        bytes.extend_from_slice(&member.sum.to_le_bytes());
        bytes.extend_from_slice(&narrow(member, stored));
        bytes.extend_from_slice(&narrow(member, member.size));
    } else {
        bytes.extend_from_slice(&[0; 12]);
    }
    bytes.extend_from_slice(&length(name));
    bytes.extend_from_slice(&length(&extra));
    bytes.extend_from_slice(name);
    bytes.extend_from_slice(&extra);
    bytes.extend_from_slice(&member.stored);
    match member.descriptor {
        ZipDescriptor::None => return,
        ZipDescriptor::Bare => {}
        ZipDescriptor::Signed | ZipDescriptor::Wide => bytes.extend_from_slice(b"PK\x07\x08"),
    }
    bytes.extend_from_slice(&member.sum.to_le_bytes());
    for size in [stored, member.size] {
        if member.descriptor == ZipDescriptor::Wide {
            bytes.extend_from_slice(&size.to_le_bytes());
        } else {
            bytes.extend_from_slice(&u32::try_from(size).expect("fits 32 bits").to_le_bytes());
        }
    }
}

fn central(member: &ZipMember, offset: u64, bytes: &mut Vec<u8>) {
    let extra = extra(member, &member.extra);
    bytes.extend_from_slice(b"PK\x01\x02\x14");
    bytes.extend_from_slice(&[member.made_by, 20, 0]);
    bytes.extend_from_slice(&flags(member).to_le_bytes());
    bytes.extend_from_slice(&member.method.to_le_bytes());
    bytes.extend_from_slice(&[0, 0, 0x21, 0]);
    bytes.extend_from_slice(&member.sum.to_le_bytes());
    bytes.extend_from_slice(&narrow(member, member.stored.len() as u64));
    bytes.extend_from_slice(&narrow(member, member.size));
    bytes.extend_from_slice(&length(&member.name));
    bytes.extend_from_slice(&length(&extra));
    bytes.extend_from_slice(&[0; 6]);
    bytes.extend_from_slice(&member.attributes.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(offset).expect("fits 32 bits").to_le_bytes());
    bytes.extend_from_slice(&member.name);
    bytes.extend_from_slice(&extra);
}

//! The records of a zip: local headers, central headers, the end of the directory.

use std::io;

use crate::fault::{Fault, FaultKind};
use crate::input::ReadAt;
use crate::path::MemberPath;
use crate::time::dos;

pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
pub(super) const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
const END: [u8; 4] = *b"PK\x05\x06";
const END64: [u8; 4] = *b"PK\x06\x06";
const LOCATOR64: [u8; 4] = *b"PK\x06\x07";

/// The fixed parts of the records.
pub(super) const LOCAL_LENGTH: u64 = 30;
pub(super) const CENTRAL_LENGTH: usize = 46;
const END_LENGTH: usize = 22;
const END64_LENGTH: usize = 56;
const LOCATOR64_LENGTH: u64 = 20;

const FLAG_ENCRYPTED: u16 = 1;
const FLAG_DESCRIPTOR: u16 = 1 << 3;
const FLAG_UTF8: u16 = 1 << 11;
const FLAG_MASKED: u16 = 1 << 13;

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// Where the directory lies, as the end of the file says.
#[derive(Debug)]
pub(super) struct End {
    /// First byte of the directory, in the file as it is.
    pub(super) directory: u64,
    /// Its length in bytes.
    pub(super) length: u64,
    /// Members that it says to have.
    pub(super) count: u64,
    /// What must be added to every offset: bytes before the zip itself.
    pub(super) shift: u64,
    /// First byte after the zip, comment included.
    pub(super) end: u64,
    /// First byte of the end records.
    pub(super) records: u64,
}

impl End {
    /// Finds the end of the directory: the last one in the file whose directory is there.
    pub(super) fn find(at: &dyn ReadAt) -> io::Result<Option<Self>> {
        let length = at.length();
        let tail = length.min((END_LENGTH + 0xffff) as u64);
        let mut bytes = vec![0; usize::try_from(tail).expect("less than 70000")];
        at.read_exact_at(&mut bytes, length - tail)?;
        // To search forwards is several times faster, and few are found.
        let places: Vec<usize> = memchr::memmem::find_iter(&bytes, &END).collect();
        for place in places.into_iter().rev() {
            if bytes.len() - place >= END_LENGTH
                && let Some(end) = Self::read(at, &bytes[place..], length - tail + place as u64)?
            {
                return Ok(Some(end));
            }
        }
        Ok(None)
    }

    fn read(at: &dyn ReadAt, bytes: &[u8], place: u64) -> io::Result<Option<Self>> {
        let comment = u64::from(u16_at(bytes, 20));
        let end = place + END_LENGTH as u64 + comment;
        if end > at.length() {
            return Ok(None);
        }
        let mut count = u64::from(u16_at(bytes, 10));
        let mut length = u64::from(u32_at(bytes, 12));
        let mut offset = u64::from(u32_at(bytes, 16));
        let mut records = place;
        if let Some((place64, bytes64)) = Self::zip64(at, place)? {
            count = u64_at(&bytes64, 32);
            length = u64_at(&bytes64, 40);
            offset = u64_at(&bytes64, 48);
            records = place64;
        } else if u16_at(bytes, 4) != 0 || u16_at(bytes, 6) != 0 {
            let message = "archives of several parts are not read";
            return Err(Fault::at(FaultKind::Unsupported, place, message).into_io());
        }
        // Whatever lies before the zip shifts all of it; the directory ends where the end records begin.
        let Some(directory) = records.checked_sub(length) else { return Ok(None) };
        for directory in [directory, offset] {
            let Some(shift) = directory.checked_sub(offset) else { continue };
            let mut magic = [0; 4];
            if directory.checked_add(length).is_some_and(|end| end <= records)
                && (length == 0 || at.read_exact_at(&mut magic, directory).is_ok() && magic == CENTRAL)
            {
                return Ok(Some(Self { directory, length, count, shift, end, records }));
            }
        }
        Ok(None)
    }

    fn zip64(at: &dyn ReadAt, place: u64) -> io::Result<Option<(u64, [u8; END64_LENGTH])>> {
        let Some(locator_place) = place.checked_sub(LOCATOR64_LENGTH) else { return Ok(None) };
        let mut locator = [0; LOCATOR64_LENGTH as usize];
        at.read_exact_at(&mut locator, locator_place)?;
        if locator[..4] != LOCATOR64 {
            return Ok(None);
        }
        // The offset is wrong where bytes were put before the zip: then the record lies right before the locator.
        let stated = u64_at(&locator, 8);
        for place64 in [Some(stated), locator_place.checked_sub(END64_LENGTH as u64)].into_iter().flatten() {
            let mut bytes = [0; END64_LENGTH];
            if place64.saturating_add(END64_LENGTH as u64) <= locator_place {
                at.read_exact_at(&mut bytes, place64)?;
                if bytes[..4] == END64 {
                    return Ok(Some((place64, bytes)));
                }
            }
        }
        Err(Fault::at(FaultKind::Malformed, locator_place, "the zip64 end of the directory is missing")
            .into_io())
    }
}

/// What one header, local or central, says of a member.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) sum: u32,
    pub(super) stored: u64,
    pub(super) size: u64,
    pub(super) raw_name: Vec<u8>,
    /// Central only: the system that made it, attributes, and where the local header lies.
    pub(super) made_by: u8,
    pub(super) attributes: u32,
    pub(super) offset: u64,
    pub(super) disk: u32,
    date: u16,
    time: u16,
    extra: Vec<u8>,
}

impl Header {
    /// From the fixed part and what follows it.
    pub(super) fn central(
        fixed: &[u8; CENTRAL_LENGTH],
        name: &[u8],
        extra: &[u8],
    ) -> Result<Self, &'static str> {
        let mut header = Self {
            flags: u16_at(fixed, 8),
            method: u16_at(fixed, 10),
            time: u16_at(fixed, 12),
            date: u16_at(fixed, 14),
            sum: u32_at(fixed, 16),
            stored: u64::from(u32_at(fixed, 20)),
            size: u64::from(u32_at(fixed, 24)),
            raw_name: name.to_vec(),
            made_by: fixed[5],
            attributes: u32_at(fixed, 38),
            offset: u64::from(u32_at(fixed, 42)),
            disk: u32::from(u16_at(fixed, 34)),
            extra: extra.to_vec(),
        };
        header.widen(true)?;
        Ok(header)
    }

    /// Likewise.
    pub(super) fn local(
        fixed: &[u8; LOCAL_LENGTH as usize],
        name: &[u8],
        extra: &[u8],
    ) -> Result<Self, &'static str> {
        let mut header = Self {
            flags: u16_at(fixed, 6),
            method: u16_at(fixed, 8),
            time: u16_at(fixed, 10),
            date: u16_at(fixed, 12),
            sum: u32_at(fixed, 14),
            stored: u64::from(u32_at(fixed, 18)),
            size: u64::from(u32_at(fixed, 22)),
            raw_name: name.to_vec(),
            made_by: 0,
            attributes: 0,
            offset: 0,
            disk: 0,
            extra: extra.to_vec(),
        };
        header.widen(false)?;
        Ok(header)
    }

    /// Takes the 64-bit values of those fields that are full (APPNOTE 4.5.3).
    fn widen(&mut self, central: bool) -> Result<(), &'static str> {
        const FULL: u64 = 0xffff_ffff;
        let wide = self.size == FULL || self.stored == FULL || (central && self.offset == FULL);
        let Some(field) = extra(&self.extra, 0x0001).map(<[u8]>::to_vec) else {
            return if wide && central { Err("a 64-bit value is announced and missing") } else { Ok(()) };
        };
        let mut rest = &field[..];
        let mut next = |value: &mut u64| {
            if *value == FULL {
                let (bytes, after) = rest.split_at_checked(8).ok_or("the zip64 field is too short")?;
                *value = u64_at(bytes, 0);
                rest = after;
            }
            Ok::<_, &'static str>(())
        };
        next(&mut self.size)?;
        next(&mut self.stored)?;
        if central {
            next(&mut self.offset)?;
        }
        if central && self.disk == 0xffff {
            self.disk = rest.first_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        }
        Ok(())
    }

    pub(super) const fn encrypted(&self) -> bool {
        self.flags & (FLAG_ENCRYPTED | FLAG_MASKED) != 0
    }

    pub(super) const fn has_descriptor(&self) -> bool {
        self.flags & FLAG_DESCRIPTOR != 0
    }

    /// The name: Unicode where a flag or an Info-ZIP field says so, the bytes where a Unix system made them and they
    /// are UTF-8, else code page 437 (APPNOTE 4.4.4, 4.6.9; the Unix rule is that of Info-ZIP's `unzip`).
    pub(super) fn path(&self) -> MemberPath {
        if self.flags & FLAG_UTF8 != 0 || self.raw_name.is_ascii() {
            return MemberPath::new(&*self.raw_name);
        }
        if let Some(field) = extra(&self.extra, 0x7075)
            && field.len() > 5
            && field[0] == 1
            && u32_at(field, 1) == sum_of(&self.raw_name)
            && std::str::from_utf8(&field[5..]).is_ok()
        {
            return MemberPath::new(&field[5..]);
        }
        if matches!(self.made_by, 3 | 19) && std::str::from_utf8(&self.raw_name).is_ok() {
            return MemberPath::new(&*self.raw_name);
        }
        MemberPath::from_cp437(&self.raw_name)
    }

    /// Seconds since 1970: the Unix time field where there is one, else the DOS time taken as UTC.
    pub(super) fn mtime(&self) -> Option<i64> {
        if let Some(field) = extra(&self.extra, 0x5455)
            && field.len() >= 5
            && field[0] & 1 != 0
        {
            return Some(i64::from(u32_at(field, 1).cast_signed()));
        }
        dos(self.date, self.time)
    }
}

/// The first extra field of this kind.
fn extra(mut bytes: &[u8], kind: u16) -> Option<&[u8]> {
    while bytes.len() >= 4 {
        let length = usize::from(u16_at(bytes, 2));
        let field = bytes.get(4..4 + length)?;
        if u16_at(bytes, 0) == kind {
            return Some(field);
        }
        bytes = &bytes[4 + length..];
    }
    None
}

fn sum_of(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}

/// The length of the data descriptor that lies at `bytes`, where one of its four forms says what the directory says.
pub(super) fn descriptor(bytes: &[u8], sum: u32, stored: u64, size: u64) -> Option<u64> {
    for (skip, wide) in [(4, false), (4, true), (0, false), (0, true)] {
        if skip == 4 && !bytes.starts_with(&DESCRIPTOR) {
            continue;
        }
        let length = skip + if wide { 20 } else { 12 };
        let Some(field) = bytes.get(skip..length) else { continue };
        let sizes = if wide {
            (u64_at(field, 4), u64_at(field, 12))
        } else {
            (u64::from(u32_at(field, 4)), u64::from(u32_at(field, 8)))
        };
        if u32_at(field, 0) == sum && sizes == (stored, size) {
            return Some(length as u64);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_four_descriptors_are_known() {
        let narrow = [&[1, 0, 0, 0][..], &[2, 0, 0, 0], &[3, 0, 0, 0]].concat();
        let wide = [&[1, 0, 0, 0][..], &2_u64.to_le_bytes(), &3_u64.to_le_bytes()].concat();
        for (bytes, length) in [
            (narrow.clone(), 12),
            (wide.clone(), 20),
            ([&DESCRIPTOR[..], &narrow].concat(), 16),
            ([&DESCRIPTOR[..], &wide].concat(), 24),
        ] {
            assert_eq!(descriptor(&bytes, 1, 2, 3), Some(length));
            assert_eq!(descriptor(&bytes, 1, 2, 4), None);
        }
    }
}

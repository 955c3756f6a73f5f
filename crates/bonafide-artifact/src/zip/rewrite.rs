//! A zip written again with some members put in: all others keep their bytes, compressed as they are.
//!
//! The local records of kept members are copied in their order; new members come after them, in the order given; then the
//! directory, in which only offsets change. The same input gives the same bytes. What cannot be kept exactly (gaps,
//! bytes around the zip, 64-bit offsets, several disks) is refused.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use super::directory::Zip;
use super::record::{CENTRAL, CENTRAL_LENGTH, LOCAL, u16_at, u32_at};
use crate::fault::Fault;
use crate::input::ReadAt as _;
use crate::limits::Budget;
use crate::source::{Links, open_file};

/// A zip could not be written again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RewriteError {
    /// It cannot be read.
    #[error("the zip cannot be read")]
    Read(#[source] io::Error),
    /// Something about it could not be kept.
    #[error("the zip is damaged, or has what cannot be kept: {0}")]
    Odd(String),
    /// It has, or would have, 4 GiB or 65535 members or more.
    #[error("the zip is too large to be written again: 64-bit records are not written")]
    TooLarge,
    /// The output failed.
    #[error("the zip cannot be written")]
    Write(#[source] io::Error),
}

/// A member to put in: it takes the place of one with the same name.
#[derive(Clone, Copy, Debug)]
pub struct NewMember<'a> {
    /// Its name: `demo-1.0.dist-info/RECORD`.
    pub name: &'a str,
    /// Its body.
    pub bytes: &'a [u8],
}

/// One row of the directory, as it stands.
struct Row {
    bytes: Vec<u8>,
    name: Vec<u8>,
    offset: u64,
}

/// Writes the zip at `path` again with members put in. Time and permissions of those are taken from the member that
/// `like` names, which must be there.
///
/// # Errors
/// [`RewriteError`]; then the output is of no use.
pub fn rewrite_zip(
    path: &Path,
    budget: &Budget,
    members: &[NewMember<'_>],
    like: &str,
    out: &mut dyn Write,
) -> Result<(), RewriteError> {
    let file = open_file(path, Links::Follow).map_err(RewriteError::Read)?;
    let file = file.ok_or_else(|| RewriteError::Odd("it is no file".to_owned()))?;
    let zip = Zip::open(&file, budget).map_err(RewriteError::Read)?;
    if let Some(fault) = zip.faults.list().first() {
        return Err(RewriteError::Odd(fault.message.clone()));
    }
    let (start, length) = zip.directory_place();
    if length > budget.limits().memory_bytes.saturating_mul(16) {
        return Err(RewriteError::TooLarge);
    }
    let mut directory = vec![0; usize::try_from(length).map_err(|_| RewriteError::TooLarge)?];
    file.read_exact_at(&mut directory, start).map_err(RewriteError::Read)?;
    let rows = rows(&directory)?;
    let template = rows
        .iter()
        .find(|row| row.name == like.as_bytes())
        .ok_or_else(|| RewriteError::Odd(format!("it has no member `{like}`")))?;
    let mut ends: Vec<u64> = rows.iter().map(|row| row.offset).chain([start]).collect();
    ends.sort_unstable();
    let replaced = |row: &Row| members.iter().any(|member| member.name.as_bytes() == row.name);
    let mut kept: Vec<&Row> = rows.iter().filter(|row| !replaced(row)).collect();
    kept.sort_by_key(|row| row.offset);
    let mut writer = Counted { out, written: 0 };
    let mut offsets = BTreeMap::new();
    let mut buffer = vec![0; 128 << 10];
    for row in &kept {
        let next = ends.partition_point(|end| *end <= row.offset);
        let end = ends.get(next).copied().unwrap_or(start);
        offsets.insert(row.offset, writer.written);
        let mut at = row.offset;
        while at < end {
            let count = usize::try_from(end - at).unwrap_or(buffer.len()).min(buffer.len());
            file.read_exact_at(&mut buffer[..count], at).map_err(RewriteError::Read)?;
            writer.put(&buffer[..count])?;
            at += count as u64;
        }
    }
    let mut new_rows = Vec::new();
    for member in members {
        new_rows.push(put_member(&mut writer, member, &template.bytes)?);
    }
    let begin = writer.written;
    for row in rows.iter().filter(|row| !replaced(row)) {
        let mut bytes = row.bytes.clone();
        bytes[42..46].copy_from_slice(&narrow(offsets[&row.offset])?.to_le_bytes());
        writer.put(&bytes)?;
    }
    new_rows.iter().try_for_each(|row| writer.put(row))?;
    let count = kept.len() + new_rows.len();
    let count = u16::try_from(count).ok().filter(|count| *count < u16::MAX).ok_or(RewriteError::TooLarge)?;
    let size = narrow(writer.written - begin)?;
    let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
    end.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    end.extend([size.to_le_bytes(), narrow(begin)?.to_le_bytes()].concat());
    end.extend([0, 0]);
    writer.put(&end)
}

/// The rows of a directory.
fn rows(directory: &[u8]) -> Result<Vec<Row>, RewriteError> {
    let mut rows = Vec::new();
    let mut rest = directory;
    while !rest.is_empty() {
        let lengths = [28, 30, 32].map(|at| usize::from(u16_at(rest, at)));
        let whole = CENTRAL_LENGTH + lengths.iter().sum::<usize>();
        if rest.len() < whole || rest[..4] != CENTRAL {
            return Err(RewriteError::Odd("its directory has something else after the members".to_owned()));
        }
        let (bytes, after) = rest.split_at(whole);
        let offset = u32_at(bytes, 42);
        if offset == u32::MAX {
            return Err(RewriteError::TooLarge);
        }
        let name = bytes[CENTRAL_LENGTH..CENTRAL_LENGTH + lengths[0]].to_vec();
        rows.push(Row { bytes: bytes.to_vec(), name, offset: u64::from(offset) });
        rest = after;
    }
    Ok(rows)
}

/// Writes a member; its row of the directory.
fn put_member(
    writer: &mut Counted<'_>,
    member: &NewMember<'_>,
    template: &[u8],
) -> Result<Vec<u8>, RewriteError> {
    let mut sum = Crc::new();
    sum.update(member.bytes);
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
    let packed =
        encoder.write_all(member.bytes).and_then(|()| encoder.finish()).map_err(RewriteError::Write)?;
    let (method, body) =
        if packed.len() < member.bytes.len() { (8_u16, &packed[..]) } else { (0, member.bytes) };
    let flags: u16 = if member.name.is_ascii() { 0 } else { 1 << 11 };
    let length = u16::try_from(member.name.len()).map_err(|_| RewriteError::TooLarge)?;
    // What the local header and the row have in common: version, flags, method, time, date, sum, sizes, length of the name
    let mut common = 20_u16.to_le_bytes().to_vec();
    common.extend([flags.to_le_bytes(), method.to_le_bytes()].concat());
    common.extend(&template[12..16]);
    common.extend(sum.sum().to_le_bytes());
    common.extend(narrow(body.len() as u64)?.to_le_bytes());
    common.extend(narrow(member.bytes.len() as u64)?.to_le_bytes());
    common.extend(length.to_le_bytes());
    common.extend([0, 0]);
    let offset = narrow(writer.written)?;
    writer.put(&LOCAL)?;
    writer.put(&common)?;
    writer.put(member.name.as_bytes())?;
    writer.put(body)?;
    let mut row = CENTRAL.to_vec();
    row.extend(&template[4..6]);
    row.extend(&common);
    // No comment, the first disk; internal and external attributes as those of the template.
    row.extend([0; 4]);
    row.extend(&template[36..42]);
    row.extend(offset.to_le_bytes());
    row.extend(member.name.as_bytes());
    Ok(row)
}

fn narrow(number: u64) -> Result<u32, RewriteError> {
    u32::try_from(number).ok().filter(|number| *number < u32::MAX).ok_or(RewriteError::TooLarge)
}

/// An output that counts.
struct Counted<'a> {
    out: &'a mut dyn Write,
    written: u64,
}

impl Counted<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), RewriteError> {
        self.out.write_all(bytes).map_err(RewriteError::Write)?;
        self.written += bytes.len() as u64;
        Ok(())
    }
}

impl From<Fault> for RewriteError {
    fn from(fault: Fault) -> Self {
        Self::Odd(fault.message)
    }
}

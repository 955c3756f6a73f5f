//! The members of a 7z, in the order of its header.

use std::io::{self, Cursor, Read as _};

use super::coders::Opener;
use super::header::{File, Folder, Header, Streams};
use crate::account::account;
use crate::cpio::kind_of_mode;
use crate::entry::Kind;
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, ReadAt, skip};
use crate::limits::Budget;
use crate::member::{Member, Pull};
use crate::path::MemberPath;
use crate::unpacked::Unpacked;
use crate::verify::{Check, Verified};

/// Bytes of the first header.
const START: u64 = 32;
/// Headers that pack a header, at most.
const PACKED_HEADERS: usize = 4;

/// An open 7z.
pub(crate) struct SevenZip<'a> {
    at: &'a dyn ReadAt,
    budget: &'a Budget,
    streams: Streams,
    files: Vec<File>,
    next: usize,
    /// The folder and the part that the next file with bytes is.
    folder: usize,
    part: usize,
    open: Option<Unpacked<'a>>,
    /// The size and checksum of the body at hand.
    body: Option<(u64, Option<u32>)>,
    faults: Vec<Fault>,
}

impl<'a> SevenZip<'a> {
    /// Reads the headers, and accounts for all bytes.
    pub(crate) fn open(at: &'a dyn ReadAt, budget: &'a Budget) -> io::Result<Self> {
        let mut start = [0; START as usize];
        at.read_exact_at(&mut start, 0)?;
        let long = |at: usize| u64::from_le_bytes(start[at..at + 8].try_into().expect("eight bytes"));
        let word = |at: usize| u32::from_le_bytes(start[at..at + 4].try_into().expect("four bytes"));
        if start[6] != 0 {
            let message = format!("version {}.{} of 7z is not read", start[6], start[7]);
            return Err(Fault::at(FaultKind::Unsupported, 6, message).into_io());
        }
        let mut faults = Vec::new();
        faults.extend(wrong(&start[12..], word(8), "of the first header"));
        let (offset, size) = (long(12), long(20));
        let mut claims = vec![(0, START)];
        let mut sevenz = Self {
            at,
            budget,
            streams: Streams::default(),
            files: Vec::new(),
            next: 0,
            folder: 0,
            part: 0,
            open: None,
            body: None,
            faults,
        };
        if size > 0 {
            let place = START.saturating_add(offset);
            let end = place.saturating_add(size);
            let limit = budget.limits().memory_bytes;
            if size > limit {
                let message = format!("bytes of the header exceed the limit of {limit} (memory_bytes)");
                return Err(Fault::at(FaultKind::Limit, 20, message).into_io());
            }
            if end > at.length() {
                return Err(Fault::at(FaultKind::Truncated, at.length(), "ends before its header").into_io());
            }
            claims.push((place, end));
            let mut bytes = vec![0; usize::try_from(size).unwrap_or(0)];
            at.read_exact_at(&mut bytes, place)?;
            if let Some(fault) = wrong(&bytes, word(28), "of the header") {
                return Err(fault.into_io());
            }
            sevenz.header(bytes, &mut claims)?;
        }
        if !account(at, &claims, &mut sevenz.faults)?.is_empty() {
            let message = "packed streams overlap one another or the header, or go beyond the end";
            sevenz.faults.push(Fault::new(FaultKind::OverlappingMembers, message));
        }
        Ok(sevenz)
    }

    /// Parses the header, unpacked as often as it is packed.
    fn header(&mut self, mut bytes: Vec<u8>, claims: &mut Vec<(u64, u64)>) -> io::Result<()> {
        for _ in 0..=PACKED_HEADERS {
            let header = Header::parse(&bytes, self.budget.limits()).map_err(Fault::into_io)?;
            let streams = match &header {
                Header::Packed(streams) | Header::Whole(streams, _) => streams,
            };
            claims.extend(streams.packed.iter().map(|&(place, size)| {
                let place = START.saturating_add(place);
                (place, place.saturating_add(size))
            }));
            match header {
                Header::Whole(streams, files) => {
                    (self.streams, self.files) = (streams, files);
                    return Ok(());
                }
                Header::Packed(streams) => {
                    let message = "a packed header without a folder";
                    let folder = streams.folders.first();
                    let folder = folder.ok_or_else(|| Fault::new(FaultKind::Malformed, message).into_io())?;
                    let (size, sum) = folder.parts.first().copied().unwrap_or_default();
                    let limit = self.budget.limits().memory_bytes;
                    if size > limit {
                        let message =
                            format!("bytes of the header exceed the limit of {limit} (memory_bytes)");
                        return Err(Fault::new(FaultKind::Limit, message).into_io());
                    }
                    let mut unpacked = self.unpack(&streams, folder).map_err(Fault::into_io)?;
                    unpacked.left = size;
                    bytes = Vec::new();
                    (&mut unpacked).take(size).read_to_end(&mut bytes)?;
                    let sum = sum.and_then(|sum| wrong(&bytes, sum, "of the packed header"));
                    if let Some(fault) = sum {
                        return Err(fault.into_io());
                    }
                }
            }
        }
        Err(Fault::new(FaultKind::Malformed, "the header is packed too often").into_io())
    }

    fn unpack(&self, streams: &Streams, folder: &Folder) -> Result<Unpacked<'a>, Fault> {
        let packed: Vec<_> = streams.packed[folder.first..folder.first + folder.packed.len()]
            .iter()
            .map(|&(place, size)| {
                (START.saturating_add(place), START.saturating_add(place).saturating_add(size))
            })
            .collect();
        let length: u64 = packed.iter().map(|(start, end)| end - start).fold(0, u64::saturating_add);
        let opener = Opener { at: self.at, budget: self.budget, folder, packed: &packed };
        let inner = opener.open()?;
        Ok(Unpacked::new(inner, self.budget, length))
    }

    /// The next file's folder and part, where it has bytes.
    fn advance(&mut self) -> Option<(u64, Option<u32>, Result<(), Fault>)> {
        while self.streams.folders.get(self.folder)?.parts.len() == self.part {
            (self.folder, self.part, self.open) = (self.folder + 1, 0, None);
        }
        let folder = &self.streams.folders[self.folder];
        let (size, sum) = folder.parts[self.part];
        self.part += 1;
        let mut opened = Ok(());
        if self.part == 1 {
            match self.unpack(&self.streams, folder) {
                Ok(unpacked) => self.open = Some(unpacked),
                Err(fault) => opened = Err(fault),
            }
        } else if self.open.is_none() {
            opened = self.unpack(&self.streams, folder).map(drop);
        }
        Some((size, sum, opened))
    }
}

/// A fault where the CRC-32 of some bytes is another one.
fn wrong(bytes: &[u8], sum: u32, what: &'static str) -> Option<Fault> {
    let mut check = Check::crc32(sum, what);
    check.update(bytes);
    check.finish().err()
}

impl Pull for SevenZip<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        if let Some(open) = &mut self.open {
            // What is left of the body at hand; that it cannot be read is told with what follows it.
            let left = open.left;
            skip(open, left).ok();
        }
        self.body = None;
        let Some(file) = self.files.get(self.next).cloned() else { return Ok(None) };
        self.next += 1;
        let attributes = file.attributes.unwrap_or(0);
        let unix = (attributes & 0x8000 != 0).then_some(attributes >> 16);
        let kind = match unix {
            Some(mode) => kind_of_mode(mode),
            None if !file.has_stream && !file.empty || attributes & 0x10 != 0 => Kind::Directory,
            None => Kind::File,
        };
        let mut member = Member {
            mode: unix.map(|mode| mode & 0o7777),
            mtime: file.mtime,
            size: Some(0),
            ..Member::new(MemberPath::new(file.name), kind)
        };
        if !file.has_stream {
            return Ok(Some(member));
        }
        let Some((size, sum, opened)) = self.advance() else {
            let message = "no packed stream is left for it";
            member.lost = Some(Fault::new(FaultKind::Malformed, message));
            return Ok(Some(member));
        };
        member.size = Some(size);
        member.lost = opened.err();
        if let Some(open) = &mut self.open {
            open.left = size;
            self.body = Some((size, sum));
        }
        if let (Kind::Symlink(_), None) = (&member.kind, &member.lost) {
            let limit = self.budget.limits().path_bytes;
            let mut target = Vec::new();
            match self.body().take(limit + 1).read_to_end(&mut target) {
                Ok(count) if count as u64 <= limit => member.kind = Kind::Symlink(target.into()),
                Ok(_) => {
                    let message = format!("link target bytes exceed the limit of {limit} (path_bytes)");
                    member.faults.push(Fault::new(FaultKind::Limit, message));
                }
                Err(error) => member.faults.push(Fault::from_io(&error)),
            }
        }
        Ok(Some(member))
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        match (self.body.take(), &mut self.open) {
            (Some((size, sum)), Some(open)) => {
                let checks = sum.map(|sum| Check::crc32(sum, "of the body")).into_iter().collect();
                Box::new(Verified::new(Box::new(open), checks).sized(size))
            }
            _ => Box::new(Cursor::new(Vec::new())),
        }
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }
}

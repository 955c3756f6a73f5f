//! The members of a zip, in the order of its directory.

use std::io::{self, BufRead, Read};

use super::record::{CENTRAL, CENTRAL_LENGTH, End, Header, LOCAL, LOCAL_LENGTH, descriptor, u16_at};
use crate::decode::{Codec, Decoder};
use crate::entry::{Extent, Kind};
use crate::fault::{Fault, FaultKind, Faults};
use crate::input::{Input, ReadAt, Window, is_zero, read_buffered, read_up_to};
use crate::limits::{Budget, Limits};
use crate::path::MemberPath;
use crate::stream::{Draws, SMALL, Stream};

/// Gaps between members that are looked at and told one by one.
const GAPS: usize = 64;

/// One member; its body is had by [`Zip::body`].
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) path: MemberPath,
    pub(crate) kind: Kind,
    /// Declared bytes of the body.
    pub(crate) size: u64,
    pub(crate) mode: Option<u32>,
    pub(crate) mtime: Option<i64>,
    pub(crate) extent: Option<Extent>,
    pub(crate) faults: Vec<Fault>,
    /// How the body is stored; `None` where it cannot be read, and a fault says why.
    pub(crate) codec: Option<Codec>,
    data: u64,
    stored: u64,
    sum: u32,
}

/// The bytes that a member lays claim to.
#[derive(Clone, Copy, Debug)]
struct Claim {
    start: u64,
    end: u64,
    overlaps: bool,
}

/// An open zip.
pub(crate) struct Zip<'a> {
    at: &'a dyn ReadAt,
    limits: &'a Limits,
    budget: &'a Budget,
    directory: Window<&'a dyn ReadAt>,
    end: End,
    claims: Vec<Claim>,
    next: usize,
    /// What is odd about the whole: prefix, gaps, trailing data.
    pub(crate) faults: Faults,
}

impl<'a> Zip<'a> {
    /// Finds the directory, reads it once to learn which bytes each member claims, and looks at those between.
    pub(crate) fn open(at: &'a dyn ReadAt, budget: &'a Budget) -> io::Result<Self> {
        let Some(end) = End::find(at)? else {
            let message = "the end of the zip directory is missing";
            return Err(Fault::at(FaultKind::Truncated, at.length(), message).into_io());
        };
        let limits = budget.limits();
        if end.length / CENTRAL_LENGTH as u64 > limits.entries && end.count > limits.entries {
            let message = format!("entries exceed the limit of {}", limits.entries);
            return Err(Fault::at(FaultKind::Limit, end.directory, message).into_io());
        }
        let window = |end: &End| Window::new(at, end.directory, end.directory + end.length, SMALL);
        let directory = window(&end);
        let mut zip = Self {
            at,
            limits,
            budget,
            directory,
            end,
            claims: Vec::new(),
            next: 0,
            faults: Faults::default(),
        };
        zip.claim()?;
        zip.directory = window(&zip.end);
        zip.account()?;
        Ok(zip)
    }

    /// Where its directory lies: first byte and length.
    pub(super) const fn directory_place(&self) -> (u64, u64) {
        (self.end.directory, self.end.length)
    }

    /// Whether a file ends in a zip: for programs that carry one.
    pub(crate) fn is_at_end_of(at: &dyn ReadAt) -> bool {
        matches!(End::find(at), Ok(Some(end)) if end.length > 0)
    }

    /// Whether a file ends in a zip whose directory begins no earlier than at a place: behind a program.
    pub(crate) fn is_behind(at: &dyn ReadAt, place: u64) -> bool {
        matches!(End::find(at), Ok(Some(end)) if end.length > 0 && end.directory >= place)
    }

    /// Whether a file ends in a zip with nothing after it. An ELF file may hold one in its data.
    pub(crate) fn is_very_end_of(at: &dyn ReadAt) -> bool {
        matches!(End::find(at), Ok(Some(end)) if end.length > 0 && end.end == at.length())
    }

    /// The first pass over the directory.
    fn claim(&mut self) -> io::Result<()> {
        while let Some(header) = self.header()? {
            if self.claims.len() as u64 == self.limits.entries {
                let message = format!("entries exceed the limit of {}", self.limits.entries);
                return Err(Fault::at(FaultKind::Limit, self.end.directory, message).into_io());
            }
            let start = self.end.shift.saturating_add(header.offset);
            let end = match self.local(start) {
                Ok((_, data)) => {
                    let end = data.saturating_add(header.stored);
                    end.saturating_add(self.descriptor(&header, end).unwrap_or(0))
                }
                // That its local header cannot be read is told with the member.
                Err(_) => start,
            };
            self.claims.push(Claim { start, end, overlaps: false });
        }
        if self.claims.len() as u64 != self.end.count {
            let message = format!(
                "the directory has {} members, the end record says {}",
                self.claims.len(),
                self.end.count
            );
            self.faults.push(Fault::at(FaultKind::HeaderMismatch, self.end.records, message));
        }
        Ok(())
    }

    /// Every byte belongs to one member, to the directory, or to nobody.
    fn account(&mut self) -> io::Result<()> {
        let mut order: Vec<usize> = (0..self.claims.len()).collect();
        order.sort_unstable_by_key(|&index| (self.claims[index].start, index));
        let mut end = 0;
        let mut gaps = Vec::new();
        let mut overlapping = 0_u64;
        for index in order {
            let claim = &mut self.claims[index];
            if claim.end == claim.start {
                continue;
            }
            if claim.start < end || claim.end > self.end.directory {
                claim.overlaps = true;
                overlapping += 1;
            } else {
                gaps.push((end, claim.start));
                end = claim.end;
            }
        }
        gaps.push((end, self.end.directory));
        gaps.push((self.end.directory + self.end.length, self.end.records));
        gaps.retain(|(from, to)| from < to);
        if overlapping > 0 {
            let claim = if overlapping == 1 { "member claims" } else { "members claim" };
            let message = format!("{overlapping} {claim} bytes of another one or of the directory");
            self.faults.push(Fault::new(FaultKind::OverlappingMembers, message));
        }
        let more = gaps.len().saturating_sub(GAPS);
        for &(from, to) in gaps.iter().take(GAPS) {
            let length = to - from;
            if from == 0 {
                self.faults.push(Fault::at(FaultKind::Prefix, 0, format!("{length} bytes before the zip")));
            } else if !self.zero(from, to)? {
                let message = format!("{length} bytes that no member claims");
                self.faults.push(Fault::at(FaultKind::Gap, from, message));
            }
        }
        if more > 0 {
            self.faults.push(Fault::new(FaultKind::Gap, format!("{more} more gaps between members")));
        }
        let length = self.at.length() - self.end.end;
        if length > 0 {
            let kind = if self.zero(self.end.end, self.at.length())? {
                FaultKind::TrailingZeros
            } else {
                FaultKind::TrailingData
            };
            self.faults.push(Fault::at(kind, self.end.end, format!("{length} bytes after the zip")));
        }
        Ok(())
    }

    fn zero(&self, from: u64, to: u64) -> io::Result<bool> {
        let mut window = Window::new(self.at, from, to, SMALL);
        loop {
            let bytes = window.fill_buf()?;
            if bytes.is_empty() {
                return Ok(true);
            }
            if !is_zero(bytes) {
                return Ok(false);
            }
            let count = bytes.len();
            window.consume(count);
        }
    }

    /// The next central header.
    fn header(&mut self) -> io::Result<Option<Header>> {
        let mut fixed = [0; CENTRAL_LENGTH];
        let count = read_up_to(&mut self.directory, &mut fixed)?;
        let broken = |what: &str| {
            Fault::at(
                FaultKind::Malformed,
                self.end.directory,
                format!("the zip directory is damaged: {what}"),
            )
            .into_io()
        };
        if count == 0 || fixed[..count.min(4)] == *b"PK\x05\x05" {
            return Ok(None);
        }
        if count < fixed.len() || fixed[..4] != CENTRAL {
            return Err(broken("no header where one should be"));
        }
        let lengths = [28, 30, 32].map(|field| usize::from(u16_at(&fixed, field)));
        if lengths[0] as u64 > self.limits.path_bytes {
            let message = format!("path bytes exceed the limit of {}", self.limits.path_bytes);
            return Err(Fault::at(FaultKind::Limit, self.end.directory, message).into_io());
        }
        let mut rest = vec![0; lengths.iter().sum()];
        if read_up_to(&mut self.directory, &mut rest)? < rest.len() {
            return Err(broken("it ends in the middle of a header"));
        }
        let (name, rest) = rest.split_at(lengths[0]);
        Header::central(&fixed, name, &rest[..lengths[1]]).map(Some).map_err(broken)
    }

    /// The local header at this place, and where the data begin.
    fn local(&self, place: u64) -> io::Result<(Header, u64)> {
        let broken =
            |what: &str| Fault::at(FaultKind::Malformed, place, format!("local header: {what}")).into_io();
        let mut fixed = [0; LOCAL_LENGTH as usize];
        if place.saturating_add(LOCAL_LENGTH) > self.at.length() {
            return Err(broken("beyond the end"));
        }
        self.at.read_exact_at(&mut fixed, place)?;
        if fixed[..4] != LOCAL {
            return Err(broken("not where the directory says"));
        }
        let (name, extra) = (usize::from(u16_at(&fixed, 26)), usize::from(u16_at(&fixed, 28)));
        let mut rest = vec![0; name + extra];
        self.at.read_exact_at(&mut rest, place + LOCAL_LENGTH)?;
        let header = Header::local(&fixed, &rest[..name], &rest[name..]).map_err(broken)?;
        Ok((header, place + LOCAL_LENGTH + rest.len() as u64))
    }

    /// The length of the data descriptor at this place, where one is announced and fits.
    fn descriptor(&self, header: &Header, place: u64) -> Option<u64> {
        if !header.has_descriptor() || header.encrypted() && header.stored == 0 {
            return None;
        }
        let length = self.at.length().saturating_sub(place).min(24);
        let mut bytes = [0; 24];
        let bytes = &mut bytes[..usize::try_from(length).unwrap_or(0)];
        self.at.read_exact_at(bytes, place).ok()?;
        descriptor(bytes, header.sum, header.stored, header.size)
    }

    /// The next member.
    pub(crate) fn next(&mut self) -> io::Result<Option<Member>> {
        let Some(header) = self.header()? else { return Ok(None) };
        let Some(&claim) = self.claims.get(self.next) else { return Ok(None) };
        self.next += 1;
        let mut member = Member {
            path: header.path(),
            kind: Kind::File,
            size: header.size,
            mode: None,
            mtime: header.mtime(),
            extent: None,
            faults: Vec::new(),
            codec: None,
            data: 0,
            stored: header.stored,
            sum: header.sum,
        };
        let place = claim.start;
        let unix = header.attributes >> 16;
        if matches!(header.made_by, 3 | 19) && unix != 0 {
            member.mode = Some(unix & 0o7777);
        }
        let slash = header.raw_name.ends_with(b"/");
        if slash || header.made_by == 0 && header.attributes & 0x10 != 0 && header.size == 0 {
            member.kind = Kind::Directory;
            let mut name = member.path.raw();
            while let [before @ .., b'/'] = name
                && !before.is_empty()
            {
                name = before;
            }
            member.path = MemberPath::new(name);
        }
        match self.local(place) {
            Err(error) => member.faults.push(Fault::from_io(&error)),
            Ok((local, data)) => {
                member.data = data;
                member.extent = Some(Extent { offset: place, length: claim.end.saturating_sub(place) });
                compare(&header, &local, place, &mut member.faults);
                if header.has_descriptor()
                    && self.descriptor(&header, data.saturating_add(header.stored)).is_none()
                {
                    let message = "the data descriptor is missing or says something else";
                    member.faults.push(Fault::at(FaultKind::HeaderMismatch, data, message));
                }
                match codec(&header) {
                    _ if claim.overlaps => {
                        let message = "its bytes overlap those of another member";
                        member.faults.push(Fault::at(FaultKind::OverlappingMembers, place, message));
                    }
                    Ok(codec) => member.codec = Some(codec),
                    Err(message) => member.faults.push(Fault::at(FaultKind::Unsupported, place, message)),
                }
            }
        }
        if unix & 0o170_000 == 0o120_000 && matches!(header.made_by, 3 | 19) && member.kind == Kind::File {
            member.kind = Kind::Symlink(Box::default());
        }
        Ok(Some(member))
    }

    /// A member's body, decompressed and checked: its size and checksum must be as declared.
    pub(crate) fn body(&self, member: &Member, codec: Codec) -> io::Result<Checked<'a>> {
        let window = Window::new(self.at, member.data, member.data.saturating_add(member.stored), SMALL);
        let share = self.budget.decoder(codec.has_large_window());
        let decoder = Decoder::open(codec, Input::new(Box::new(window)), Some(member.size), share.bytes)
            .map_err(|error| Fault::from_io(&error).into_io())?;
        Ok(Checked {
            stream: Stream::here(decoder, share, SMALL, Draws::Before),
            sum: flate2::Crc::new(),
            wanted: member.sum,
            left: member.size,
            stored: member.stored,
            ended: None,
        })
    }
}

/// What the local header must say as the central one does.
fn compare(central: &Header, local: &Header, place: u64, faults: &mut Vec<Fault>) {
    let mut differ = |what: &str| {
        let message = format!("local and central header disagree on the {what}");
        faults.push(Fault::at(FaultKind::HeaderMismatch, place, message));
    };
    if central.raw_name != local.raw_name {
        differ("name");
    }
    if central.method != local.method {
        differ("method");
    }
    if (central.encrypted(), central.has_descriptor()) != (local.encrypted(), local.has_descriptor()) {
        differ("flags");
    }
    // With a descriptor the local fields may be empty.
    let known = |empty: bool| !local.has_descriptor() || !empty;
    if known(local.sum == 0) && central.sum != local.sum {
        differ("checksum");
    }
    if known(matches!(local.size, 0 | 0xffff_ffff)) && central.size != local.size
        || known(matches!(local.stored, 0 | 0xffff_ffff)) && central.stored != local.stored
    {
        differ("size");
    }
}

/// The codec of a member, or why it cannot be read.
fn codec(header: &Header) -> Result<Codec, String> {
    if header.encrypted() {
        return Err("the member is encrypted".to_owned());
    }
    if header.disk != 0 {
        return Err("the member lies in another part of the archive".to_owned());
    }
    match header.method {
        0 => Ok(Codec::Stored),
        8 => Ok(Codec::Deflate),
        9 => Ok(Codec::Deflate64),
        12 => Ok(Codec::Bzip2),
        14 => Ok(Codec::ZipLzma),
        93 => Ok(Codec::Zstd),
        95 => Ok(Codec::Xz),
        method => Err(format!("compression method {method} is not read")),
    }
}

/// A body that is compared with its declared size and checksum when it ends.
pub(crate) struct Checked<'a> {
    stream: Stream<'a>,
    sum: flate2::Crc,
    wanted: u32,
    left: u64,
    stored: u64,
    ended: Option<Result<(), Fault>>,
}

impl Checked<'_> {
    /// At the declared size: no more may come, all compressed bytes must be used, the checksum must fit.
    fn end(&mut self) -> Result<(), Fault> {
        let more = match self.stream.fill_buf() {
            Ok(bytes) => !bytes.is_empty(),
            Err(error) => return Err(Fault::from_io(&error)),
        };
        if more {
            return Err(Fault::new(FaultKind::Malformed, "the body is longer than its header says"));
        }
        if self.sum.sum() != self.wanted {
            return Err(Fault::new(FaultKind::BadChecksum, "the checksum of the body does not fit"));
        }
        Ok(())
    }

    /// What was odd about a body that has passed: compressed bytes that were not used.
    pub(crate) fn take_faults(&mut self) -> Vec<Fault> {
        let mut faults = self.stream.take_faults();
        let consumed = self.stream.consumed();
        if matches!(self.ended, Some(Ok(()))) && faults.is_empty() && consumed < self.stored {
            let message = format!("{} bytes after the end of the compressed body", self.stored - consumed);
            faults.push(Fault::new(FaultKind::Gap, message));
        }
        faults
    }
}

impl BufRead for Checked<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 && self.ended.is_none() {
            let end = self.end();
            self.ended = Some(end);
        }
        match &self.ended {
            Some(Ok(())) => return Ok(&[]),
            Some(Err(fault)) => return Err(fault.clone().into_io()),
            None => {}
        }
        let left = self.left;
        let bytes = self.stream.fill_buf()?;
        if bytes.is_empty() {
            let message = format!("the body is {left} bytes shorter than its header says");
            return Err(Fault::new(FaultKind::Truncated, message).into_io());
        }
        Ok(&bytes[..bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX))])
    }

    fn consume(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        if let Ok(bytes) = self.stream.fill_buf() {
            self.sum.update(&bytes[..count.min(bytes.len())]);
        }
        self.stream.consume(count);
        self.left = self.left.saturating_sub(count as u64);
    }
}

impl Read for Checked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

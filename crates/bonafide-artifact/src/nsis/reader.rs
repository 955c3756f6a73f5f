//! The files of an installer, in the order of their blocks.

use std::io::{self, BufRead as _, Cursor, Read as _};

use super::packing::{PACKED, Packing};
use super::script::{Content, Item, items};
use crate::account::account;
use crate::entry::Kind;
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, ReadAt, Window, skip};
use crate::limits::Budget;
use crate::member::{Member, Pull};
use crate::path::MemberPath;
use crate::program::Run;
use crate::stream::SMALL;
use crate::unpacked::Unpacked;
use crate::verify::{Check, Verified};

/// Bytes of the first header.
const HEADER: u64 = 28;
/// The first header begins at a multiple of this, and the checksum leaves out as many bytes.
const STEP: u64 = 512;
/// How far behind the program it is looked for.
const SEARCHED: u64 = 1 << 20;
const MARK: &[u8; 16] = b"\xef\xbe\xad\xdeNullsoftInst";
/// The flag of an installer without checksum.
const NO_CHECKSUM: u32 = 4;

/// The first header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    place: u64,
    flags: u32,
    script: u32,
    /// Where all ends, the checksum included.
    end: u64,
}

impl Start {
    /// Looks for it behind a program.
    pub(crate) fn find(at: &dyn ReadAt, overlay: Run) -> Option<Self> {
        let mut head = [0; HEADER as usize];
        let first = [overlay.0, overlay.0.next_multiple_of(STEP)];
        let more = (1..SEARCHED / STEP).map(|step| first[1] + step * STEP);
        for place in first.into_iter().chain(more) {
            if place + HEADER > overlay.1 {
                break;
            }
            at.read_exact_at(&mut head, place).ok()?;
            if head[4..20] == *MARK {
                let word = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().expect("four bytes"));
                let end = place + u64::from(word(24));
                return Some(Self { place, flags: word(0), script: word(20), end });
            }
        }
        None
    }
}

/// Where the bodies come from.
enum Data<'a> {
    /// One run, read front to back; the place in what it unpacks to.
    Solid(Unpacked<'a>, u64),
    /// Blocks of their own, from a place in the file on.
    Blocks(u64),
}

/// The body at hand.
enum Body<'a> {
    None,
    /// What is left of the part at hand of a solid run, after these bytes.
    Solid(Vec<u8>),
    Own(Box<Forward<'a>>),
}

/// An open installer.
pub(crate) struct Nsis<'a> {
    at: &'a dyn ReadAt,
    budget: &'a Budget,
    start: Start,
    packing: Packing,
    data: Data<'a>,
    items: std::vec::IntoIter<Item>,
    /// The content of the item before, where the next one is the same.
    held: Option<(u64, Vec<u8>)>,
    body: Body<'a>,
    ended: bool,
    faults: Vec<Fault>,
}

impl<'a> Nsis<'a> {
    /// Reads the script, and accounts for all bytes.
    pub(crate) fn open(
        at: &'a dyn ReadAt,
        start: Start,
        signature: Option<Run>,
        budget: &'a Budget,
    ) -> io::Result<Self> {
        let mut faults = Vec::new();
        let limit = budget.limits().memory_bytes;
        if u64::from(start.script) > limit {
            let message = format!("bytes of the script exceed the limit of {limit} (memory_bytes)");
            return Err(Fault::at(FaultKind::Limit, start.place, message).into_io());
        }
        if start.end > at.length() {
            let message = format!("the installer ends at {}, its file at {}", start.end, at.length());
            faults.push(Fault::at(FaultKind::Truncated, at.length(), message));
        }
        let checksum = if start.flags & NO_CHECKSUM == 0 { 4 } else { 0 };
        let end = start.end.min(at.length()).saturating_sub(checksum);
        let from = start.place + HEADER;
        let packing = Packing::of(at, (from, end), start.script, budget)?;
        let mut script = Vec::new();
        let length = u64::from(start.script);
        let data = if packing.is_solid {
            let mut run = packing.open(at, (from, end), budget).map_err(Fault::into_io)?;
            run.left = 4 + length;
            let mut first = [0; 4];
            run.read_exact(&mut first)?;
            if first != start.script.to_le_bytes() {
                let message = "the packed script has another length than the first header says";
                return Err(Fault::at(FaultKind::Malformed, from, message).into_io());
            }
            (&mut run).take(length).read_to_end(&mut script)?;
            Data::Solid(run, 0)
        } else {
            let block = Block::read(at, from, end)?;
            let mut body = block.open(at, packing, budget).map_err(Fault::into_io)?;
            (&mut body).take(length).read_to_end(&mut script)?;
            Data::Blocks(block.run.1)
        };
        if (script.len() as u64) < length {
            return Err(Fault::at(FaultKind::Truncated, from, "the script ends before it should").into_io());
        }
        let items = items(&script, budget.limits()).map_err(Fault::into_io)?;
        if items.len() as u64 > budget.limits().entries {
            let message = format!("entries exceed the limit of {}", budget.limits().entries);
            return Err(Fault::new(FaultKind::Limit, message).into_io());
        }
        let mut nsis = Self {
            at,
            budget,
            start,
            packing,
            data,
            items: Vec::new().into_iter(),
            held: None,
            body: Body::None,
            ended: false,
            faults,
        };
        nsis.account_for(&items, signature, end)?;
        nsis.items = items.into_iter();
        if checksum > 0 && start.end <= at.length() {
            nsis.verify(end)?;
        }
        Ok(nsis)
    }

    /// Every byte belongs to the program, the script, a file, the checksum or a signature.
    fn account_for(&mut self, items: &[Item], signature: Option<Run>, end: u64) -> io::Result<()> {
        let mut claims = vec![(end, self.start.end.min(self.at.length()))];
        claims.extend(signature);
        match self.data {
            // What no file has is told when the run is read.
            Data::Solid(..) => claims.push((0, end)),
            Data::Blocks(from) => {
                claims.push((0, from));
                for item in items {
                    let mut next = from.saturating_add(item.offset);
                    for _ in 0..1 + usize::from(item.content == Content::Uninstaller) {
                        // A block that cannot be read is told with its file.
                        let Ok(block) = Block::read(self.at, next, end) else { break };
                        claims.push((next, block.run.1));
                        next = block.run.1;
                    }
                }
                claims.sort_unstable();
                claims.dedup();
            }
        }
        if !account(self.at, &claims, &mut self.faults)?.is_empty() {
            self.faults.push(Fault::new(FaultKind::OverlappingMembers, "blocks of data overlap"));
        }
        Ok(())
    }

    /// The CRC-32 of all bytes before it, save the first 512.
    fn verify(&mut self, end: u64) -> io::Result<()> {
        let mut stated = [0; 4];
        self.at.read_exact_at(&mut stated, end)?;
        let mut check = Check::crc32(u32::from_le_bytes(stated), "of the installer");
        let mut bytes = Window::new(self.at, STEP.min(end), end, SMALL);
        loop {
            let piece = bytes.fill_buf()?;
            if piece.is_empty() {
                break;
            }
            check.update(piece);
            let count = piece.len();
            bytes.consume(count);
        }
        self.faults.extend(check.finish().err());
        Ok(())
    }

    /// Passes over a solid run up to a place in the data, and reads the length of the block there.
    fn block(&mut self, offset: u64) -> Result<u64, Fault> {
        let Data::Solid(run, place) = &mut self.data else {
            return Err(Fault::new(FaultKind::Malformed, "the data is not solid"));
        };
        let Some(gap) = offset.checked_sub(*place) else {
            let message = "its block overlaps that of another file";
            return Err(Fault::new(FaultKind::OverlappingMembers, message));
        };
        run.left = gap.saturating_add(4);
        let passed = skip(run, gap).map_err(|error| Fault::from_io(&error))?;
        *place += passed;
        if gap > 0 {
            let message = format!("{gap} bytes of the data that no file has");
            self.faults.push(Fault::new(FaultKind::Gap, message));
        }
        let mut length = [0; 4];
        run.read_exact(&mut length)
            .map_err(|_| Fault::new(FaultKind::Truncated, "the data ends before its block"))?;
        *place += 4;
        let length = u64::from(u32::from_le_bytes(length));
        run.left = length;
        *place += length;
        Ok(length)
    }

    /// The body of an item, and its size where that is known.
    fn open_item(&mut self, item: &Item, again: bool) -> Result<Option<u64>, Fault> {
        let limit = self.budget.limits().memory_bytes;
        if let Data::Blocks(from) = self.data {
            let end = self.start.end.min(self.at.length());
            let read = |place: u64| Block::read(self.at, place, end).map_err(|error| Fault::from_io(&error));
            let block = read(from.saturating_add(item.offset))?;
            let body = block.open(self.at, self.packing, self.budget)?;
            if item.content == Content::Block {
                self.body = Body::Own(body);
                return Ok((!block.is_packed).then_some(block.run.1 - block.run.0));
            }
            let program = self.uninstaller(body)?;
            let rest = read(block.run.1)?.open(self.at, self.packing, self.budget)?;
            self.body = Body::Own(Box::new(Cursor::new(program).chain(rest)));
            return Ok(None);
        }
        if let Some((_, held)) = self.held.as_ref().filter(|(offset, _)| *offset == item.offset) {
            let size = held.len() as u64;
            self.budget.take_bytes(size)?;
            self.body = Body::Own(Box::new(Cursor::new(held.clone())));
            return Ok(Some(size));
        }
        self.held = None;
        let length = self.block(item.offset)?;
        if item.content == Content::Uninstaller {
            let mut changes = Vec::new();
            let Data::Solid(run, place) = &mut self.data else { return Ok(None) };
            run.take(limit).read_to_end(&mut changes).map_err(|error| Fault::from_io(&error))?;
            let next = *place;
            let program = self.uninstaller(Box::new(Cursor::new(changes)))?;
            let size = program.len() as u64 + self.block(next)?;
            self.body = Body::Solid(program);
            return Ok(Some(size));
        }
        if again && length <= limit {
            let mut held = Vec::new();
            let Data::Solid(run, _) = &mut self.data else { return Ok(None) };
            run.read_to_end(&mut held).map_err(|error| Fault::from_io(&error))?;
            self.body = Body::Own(Box::new(Cursor::new(held.clone())));
            self.held = Some((item.offset, held));
            return Ok(Some(length));
        }
        self.body = Body::Solid(Vec::new());
        Ok(Some(length))
    }

    /// The installer's own program with the changes that a block has: a length, a place, and so many bytes, until the
    /// length is 0.
    fn uninstaller(&self, mut changes: Box<Forward<'_>>) -> Result<Vec<u8>, Fault> {
        let limit = self.budget.limits().memory_bytes;
        if self.start.place > limit {
            let message = format!("bytes of the program exceed the limit of {limit} (memory_bytes)");
            return Err(Fault::new(FaultKind::Limit, message));
        }
        let mut program = vec![0; usize::try_from(self.start.place).unwrap_or(0)];
        self.at.read_exact_at(&mut program, 0).map_err(|error| Fault::from_io(&error))?;
        let broken =
            || Fault::new(FaultKind::Malformed, "the changes of the uninstaller do not fit the program");
        loop {
            let mut head = [0; 8];
            let count =
                changes.by_ref().take(4).read(&mut head[..4]).map_err(|error| Fault::from_io(&error))?;
            let length = u32::from_le_bytes(head[..4].try_into().expect("four bytes")) as usize;
            if count < 4 || length == 0 {
                return Ok(program);
            }
            changes.read_exact(&mut head[4..]).map_err(|_| broken())?;
            let place = u32::from_le_bytes(head[4..].try_into().expect("four bytes")) as usize;
            let target = place.checked_add(length).and_then(|end| program.get_mut(place..end));
            changes.read_exact(target.ok_or_else(broken)?).map_err(|_| broken())?;
        }
    }

    /// What a solid run has behind the last file.
    fn rest(&mut self) {
        let Data::Solid(run, _) = &mut self.data else { return };
        run.left = u64::MAX;
        match skip(run, u64::MAX) {
            Ok(0) => {}
            Ok(count) => {
                let message = format!("{count} bytes of the data that no file has");
                self.faults.push(Fault::new(FaultKind::Gap, message));
            }
            Err(error) => self.faults.push(Fault::from_io(&error)),
        }
    }
}

impl Pull for Nsis<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        if let (Body::Solid(_), Data::Solid(run, _)) =
            (std::mem::replace(&mut self.body, Body::None), &mut self.data)
        {
            // What is left of the body at hand; that it cannot be read is told with what follows it.
            let left = run.left;
            skip(run, left).ok();
        }
        let Some(item) = self.items.next() else {
            if !std::mem::replace(&mut self.ended, true) {
                self.rest();
            }
            return Ok(None);
        };
        let same = |next: &Item| (next.offset, next.content) == (item.offset, item.content);
        let again = self.items.as_slice().first().is_some_and(same);
        let (size, lost) = match self.open_item(&item, again) {
            Ok(size) => (size, None),
            Err(fault) => (None, Some(fault)),
        };
        Ok(Some(Member {
            size,
            mtime: item.mtime,
            lost,
            ..Member::new(MemberPath::new(item.path), Kind::File)
        }))
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        match (std::mem::replace(&mut self.body, Body::None), &mut self.data) {
            (Body::Own(body), _) => body,
            (Body::Solid(before), Data::Solid(run, _)) => {
                self.body = Body::Solid(Vec::new());
                let size = before.len() as u64 + run.left;
                Box::new(Verified::new(Box::new(Cursor::new(before).chain(run)), Vec::new()).sized(size))
            }
            _ => Box::new(io::empty()),
        }
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }
}

/// A block of data that lies by itself.
struct Block {
    run: Run,
    is_packed: bool,
}

impl Block {
    fn read(at: &dyn ReadAt, place: u64, end: u64) -> io::Result<Self> {
        let mut length = [0; 4];
        let from = place.saturating_add(4);
        if from > end {
            return Err(Fault::at(FaultKind::Truncated, place, "the data ends before its block").into_io());
        }
        at.read_exact_at(&mut length, place)?;
        let length = u32::from_le_bytes(length);
        let run = (from, from + u64::from(length & !PACKED));
        if run.1 > end {
            return Err(
                Fault::at(FaultKind::Truncated, place, "the data ends in the middle of its block").into_io()
            );
        }
        Ok(Self { run, is_packed: length & PACKED != 0 })
    }

    fn open<'a>(
        &self,
        at: &'a dyn ReadAt,
        packing: Packing,
        budget: &'a Budget,
    ) -> Result<Box<Forward<'a>>, Fault> {
        let length = self.run.1 - self.run.0;
        if self.is_packed {
            let mut unpacked = packing.open(at, self.run, budget)?;
            unpacked.left = u64::MAX;
            return Ok(Box::new(unpacked));
        }
        budget.take_bytes(length)?;
        Ok(Box::new(Window::new(at, self.run.0, self.run.1, SMALL)))
    }
}

//! The members of a cabinet, folder by folder.

use std::io;

use super::blocks::{Blocks, FileBody, Folder, Part};
use super::record::{BLOCK, Cabinet, File, Method, Span};
use crate::account::account;
use crate::beside::Beside;
use crate::entry::{Extent, Kind};
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, ReadAt};
use crate::limits::Budget;
use crate::member::{Member, Pull};
use crate::path::MemberPath;
use crate::time::dos;
use crate::verify::Verified;

/// Cabinets of one set that are looked at.
const SET: usize = 1000;

/// An open cabinet, with those of its set that its own folders lie in.
pub(crate) struct Cab<'a> {
    budget: &'a Budget,
    /// All of them, this one at `own`.
    cabinets: Vec<Cabinet<'a>>,
    own: usize,
    /// This one's folders, over all cabinets.
    folders: Vec<Folder>,
    /// This one's files by folder and place in it.
    order: Vec<usize>,
    next: usize,
    /// The folder that is being decoded.
    blocks: Option<(usize, Result<Blocks, Fault>)>,
    /// The body at hand: folder, begin and end.
    body: Option<(usize, u64, u64)>,
    /// How far files of the folder at hand reach.
    reached: u64,
    faults: Vec<Fault>,
}

impl<'a> Cab<'a> {
    /// Reads the records, finds other cabinets of the set, and accounts for all bytes of this one.
    pub(crate) fn open(at: &'a dyn ReadAt, beside: &'a dyn Beside, budget: &'a Budget) -> io::Result<Self> {
        let limits = budget.limits();
        let cabinet = Cabinet::read(Box::new(at), limits)?;
        let mut faults = Vec::new();
        account_for(&cabinet, at, &mut faults)?;
        let (set, number) = (cabinet.set, cabinet.number);
        let mut before = Vec::new();
        let mut cabinets = vec![cabinet];
        let follow = |name: Option<&String>| -> Option<Cabinet<'a>> {
            let other = Cabinet::read(beside.open(name?)?, limits).ok()?;
            (other.set == set).then_some(other)
        };
        // Back to where the first folder begins, then on to where the last one ends.
        loop {
            let first: &Cabinet<'_> = before.last().unwrap_or(&cabinets[0]);
            let spans = first.begins_before() && (before.is_empty() || first.folders.len() == 1);
            let expected = number.wrapping_sub(u16::try_from(before.len() + 1).unwrap_or(u16::MAX));
            if !spans || before.len() == SET {
                break;
            }
            match follow(first.previous.as_ref()).filter(|other| other.number == expected) {
                Some(other) => before.push(other),
                None => break,
            }
        }
        loop {
            let last = &cabinets[cabinets.len() - 1];
            let spans = last.goes_on() && (cabinets.len() == 1 || last.folders.len() == 1);
            let expected = number.wrapping_add(u16::try_from(cabinets.len()).unwrap_or(u16::MAX));
            if !spans || cabinets.len() == SET {
                break;
            }
            match follow(last.next.as_ref()).filter(|other| other.number == expected) {
                Some(other) => cabinets.push(other),
                None => break,
            }
        }
        let own = before.len();
        before.reverse();
        before.append(&mut cabinets);
        let mut cab = Self {
            budget,
            cabinets: before,
            own,
            folders: Vec::new(),
            order: Vec::new(),
            next: 0,
            blocks: None,
            body: None,
            reached: 0,
            faults,
        };
        cab.folders = (0..cab.cabinets[own].folders.len()).map(|index| cab.folder(index)).collect();
        let files = &cab.cabinets[own].files;
        cab.order = (0..files.len()).collect();
        cab.order.sort_by_key(|&index| (cab.cabinets[own].folder_of(&files[index]), files[index].offset));
        Ok(cab)
    }

    /// One of this cabinet's folders, with what lies of it in others.
    fn folder(&self, index: usize) -> Folder {
        let own = &self.cabinets[self.own];
        let here = |cabinet: usize, index: usize| {
            let folder = self.cabinets[cabinet].folders[index];
            Part { cabinet, data: folder.data, blocks: folder.blocks }
        };
        let mut folder = Folder {
            method: own.folders[index].method,
            parts: vec![here(self.own, index)],
            missing_before: None,
            missing_after: None,
        };
        let mut cabinet = self.own;
        let mut first = index;
        while first == 0 && self.cabinets[cabinet].begins_before() {
            let Some(before) = cabinet.checked_sub(1) else {
                folder.missing_before = Some(self.cabinets[cabinet].previous.clone().unwrap_or_default());
                break;
            };
            cabinet = before;
            let Some(last) = self.cabinets[cabinet].folders.len().checked_sub(1) else { break };
            folder.parts.insert(0, here(cabinet, last));
            first = last;
        }
        let (mut cabinet, mut last) = (self.own, index);
        while last + 1 == self.cabinets[cabinet].folders.len() && self.cabinets[cabinet].goes_on() {
            cabinet += 1;
            if self.cabinets.get(cabinet).is_none_or(|next| next.folders.is_empty()) {
                folder.missing_after = Some(self.cabinets[cabinet - 1].next.clone().unwrap_or_default());
                break;
            }
            folder.parts.push(here(cabinet, 0));
            last = 0;
        }
        folder
    }

    fn member(&mut self, file: &File) -> Option<Member> {
        let own = &self.cabinets[self.own];
        let begins_before = matches!(file.span, Span::FromPrevious | Span::Through);
        if begins_before && self.own > 0 {
            // It is told where it begins.
            return None;
        }
        let folder = own.folder_of(file);
        // Backslashes part names here; a slash is none of a name's characters.
        let name: Vec<u8> = file.name.iter().map(|&byte| if byte == b'\\' { b'/' } else { byte }).collect();
        let (start, end) = (u64::from(file.offset), u64::from(file.offset) + u64::from(file.size));
        let mut member = Member {
            size: Some(u64::from(file.size)),
            mtime: dos(file.date, file.time),
            extent: Some(Extent { offset: file.place, length: 17 + name.len() as u64 }),
            ..Member::new(MemberPath::new(name), Kind::File)
        };
        let Some(index) = folder else {
            let message = "it lies in a folder that the cabinet does not have";
            member.lost = Some(Fault::at(FaultKind::Malformed, file.place, message));
            return Some(member);
        };
        if self.blocks.as_ref().is_none_or(|(at, _)| *at != index) {
            self.blocks = Some((index, Blocks::new(self.folders[index].clone())));
            self.reached = 0;
        }
        if let Some((_, Err(fault))) = &self.blocks {
            member.lost = Some(fault.clone());
        } else if start < self.reached && file.size > 0 {
            let message = "its bytes overlap those of another file";
            member.lost = Some(Fault::at(FaultKind::OverlappingMembers, file.place, message));
        } else {
            self.reached = self.reached.max(end);
            self.body = Some((index, start, end));
        }
        Some(member)
    }
}

impl Pull for Cab<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        self.body = None;
        while let Some(&index) = self.order.get(self.next) {
            self.next += 1;
            let file = self.cabinets[self.own].files[index].clone();
            if let Some(member) = self.member(&file) {
                return Ok(Some(member));
            }
        }
        Ok(None)
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        match (self.body.take(), &mut self.blocks) {
            (Some((_, start, end)), Some((_, Ok(blocks)))) => {
                let body = FileBody { blocks, cabinets: &self.cabinets, budget: self.budget, start, end };
                Box::new(Verified::new(Box::new(body), Vec::new()).sized(end - start))
            }
            _ => Box::new(io::empty()),
        }
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }
}

/// Every byte belongs to the records, a block or a signature.
fn account_for(cabinet: &Cabinet<'_>, at: &dyn ReadAt, faults: &mut Vec<Fault>) -> io::Result<()> {
    let mut claims = vec![(0, cabinet.records)];
    claims.extend(cabinet.signature);
    // No more blocks can be there than have room.
    let most = at.length() / BLOCK;
    let mut count = 0;
    for (index, folder) in cabinet.folders.iter().enumerate() {
        let mut place = folder.data;
        for _ in 0..folder.blocks {
            count += 1;
            if count > most {
                let message = "the folders have more blocks than there is room for";
                return Err(Fault::at(FaultKind::OverlappingMembers, folder.data, message).into_io());
            }
            let mut header = [0; BLOCK as usize];
            if place + BLOCK > at.length() {
                let message = format!("the blocks of folder {index} go beyond the end of the cabinet");
                faults.push(Fault::at(FaultKind::Truncated, place, message));
                break;
            }
            at.read_exact_at(&mut header, place)?;
            place += BLOCK + cabinet.reserve + u64::from(u16::from_le_bytes([header[4], header[5]]));
        }
        if folder.method == Method::Quantum {
            let message = format!("folder {index} is compressed by Quantum, which is not read");
            faults.push(Fault::at(FaultKind::Unsupported, folder.data, message));
        }
        claims.push((folder.data, place.min(at.length())));
    }
    if cabinet.length > at.length() {
        let message = format!("the cabinet has {} bytes, its header says {}", at.length(), cabinet.length);
        faults.push(Fault::at(FaultKind::Truncated, at.length(), message));
    }
    if !account(at, &claims, faults)?.is_empty() {
        faults.push(Fault::new(
            FaultKind::OverlappingMembers,
            "two folders, or a folder and the records, overlap",
        ));
    }
    Ok(())
}

//! The members of a cpio, one after another.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read as _};

use super::header::{Form, Header};
use crate::entry::{Extent, Kind, Owner};
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, Rest, is_zero};
use crate::limits::Limits;
use crate::member::{Member, Pull};
use crate::path::MemberPath;
use crate::run::Run;
use crate::verify::{Check, Verified};

const TRAILER: &[u8] = b"TRAILER!!!";
/// Zero bytes after the trailer fill its last record of ten blocks; more are told.
const RECORD: u64 = 10 * 512;

/// Where a stripped cpio's members are described: the header of an rpm.
pub(crate) trait Described: Send {
    /// The member of this number; `None` where there is none.
    fn member(&self, number: u64) -> Option<Member>;

    /// What is the same for all names of one file, where it has several.
    fn file(&self, number: u64) -> Option<(u64, u64)>;
}

/// Reads a cpio front to back.
pub(crate) struct Cpio<'a> {
    run: Run<'a>,
    limits: &'a Limits,
    described: Option<&'a dyn Described>,
    /// Bytes that fill up the body at hand.
    padding: u64,
    check: Option<Check>,
    /// Names of files whose body has not come yet, by device and inode.
    held: BTreeMap<(u64, u64), Vec<Member>>,
    held_bytes: u64,
    /// Other names of the file told last.
    ready: VecDeque<Member>,
    ended: bool,
    faults: Vec<Fault>,
}

impl<'a> Cpio<'a> {
    pub(crate) fn new(
        input: Box<Forward<'a>>,
        limits: &'a Limits,
        described: Option<&'a dyn Described>,
    ) -> Self {
        Self {
            run: Run::new(input),
            limits,
            described,
            padding: 0,
            check: None,
            held: BTreeMap::new(),
            held_bytes: 0,
            ready: VecDeque::new(),
            ended: false,
            faults: Vec::new(),
        }
    }

    /// Passes over bytes that fill up a header or a body.
    fn fill(&mut self, count: u64) -> io::Result<()> {
        let at = self.run.offset();
        let mut bytes = [0; 4];
        let bytes = &mut bytes[..usize::try_from(count).expect("less than the alignment")];
        self.run.exact(bytes)?;
        if !is_zero(bytes) {
            self.faults.push(Fault::at(FaultKind::Padding, at, "bytes that fill up are not zero"));
        }
        Ok(())
    }

    /// The next header with its name; `None` at the trailer.
    fn header(&mut self) -> io::Result<Option<(Header, MemberPath)>> {
        let start = self.run.offset();
        let mut magic = [0; 6];
        match self.run.up_to(&mut magic)? {
            6 => {}
            count => {
                let message =
                    if count == 0 { "ends without the trailer of a cpio" } else { "ends in a header" };
                return Err(Fault::at(FaultKind::Truncated, start, message).into_io());
            }
        }
        let header = Header::read(&mut self.run, magic)?;
        if header.name > self.limits.path_bytes {
            let message = format!("path bytes exceed the limit of {}", self.limits.path_bytes);
            return Err(Fault::at(FaultKind::Limit, start, message).into_io());
        }
        let mut name = self.run.take_bytes(header.name)?;
        self.fill((self.run.offset() - start).wrapping_neg() % header.form.alignment())?;
        match name.iter().position(|&byte| byte == 0) {
            Some(end) => {
                if end + 1 != name.len() {
                    let message = "the name ends before its length says";
                    self.faults.push(Fault::at(FaultKind::HeaderMismatch, start, message));
                }
                name.truncate(end);
            }
            None if header.form != Form::Stripped => {
                let message = "the name does not end with a zero byte";
                self.faults.push(Fault::at(FaultKind::HeaderMismatch, start, message));
            }
            None => {}
        }
        Ok((name != TRAILER).then(|| (header, MemberPath::new(name))))
    }

    fn member(&mut self, header: &Header, path: MemberPath, start: u64) -> io::Result<Member> {
        let mut member = if header.form == Form::Stripped {
            let described = self.described.and_then(|described| described.member(header.file.1));
            let message = "a member that no header describes";
            described.ok_or_else(|| Fault::at(FaultKind::Malformed, start, message).into_io())?
        } else {
            let (uid, gid) = (Some(header.uid), Some(header.gid));
            Member {
                size: Some(header.size),
                mode: Some(header.mode & 0o7777),
                mtime: Some(header.mtime),
                owner: Some(Box::new(Owner { uid, gid, ..Owner::default() })),
                ..Member::new(path, kind_of_mode(header.mode))
            }
        };
        let size = match (&member.kind, member.size) {
            (Kind::Directory | Kind::Fifo | Kind::Device | Kind::Hardlink(_), _) if header.size == 0 => 0,
            (_, size) => size.unwrap_or(0),
        };
        let whole = size.checked_next_multiple_of(header.form.alignment()).unwrap_or(u64::MAX);
        self.padding = whole - size;
        let length = (self.run.offset() - start).saturating_add(whole);
        member.extent = Some(Extent { offset: start, length });
        self.run.begin_body(size);
        if let Kind::Symlink(_) = member.kind {
            let limit = self.limits.path_bytes;
            if size > limit {
                let message = format!("link target bytes exceed the limit of {limit}");
                return Err(Fault::at(FaultKind::Limit, start, message).into_io());
            }
            let mut target = Vec::new();
            (&mut self.run).take(size).read_to_end(&mut target)?;
            member.kind = Kind::Symlink(target.into());
        } else if header.form == Form::Crc && size > 0 {
            self.check = Some(Check::sum(header.sum));
        }
        Ok(member)
    }

    /// In the new forms the last name of a file has its body: others wait for it. Gives the member back where it need
    /// not wait.
    fn hold(&mut self, header: &Header, member: Member) -> Option<Member> {
        if !matches!(header.form, Form::New | Form::Crc | Form::Stripped)
            || header.links < 2
            || member.kind != Kind::File
        {
            return Some(member);
        }
        if header.size == 0 {
            let bytes = member.path.raw().len() as u64 + 128;
            if self.held_bytes + bytes <= self.limits.memory_bytes {
                self.held_bytes += bytes;
                self.held.entry(header.file).or_default().push(member);
                return None;
            }
        } else if let Some(others) = self.held.remove(&header.file) {
            self.link(others, &member.path);
        }
        Some(member)
    }

    fn link(&mut self, others: Vec<Member>, path: &MemberPath) {
        for mut other in others {
            self.held_bytes -= other.path.raw().len() as u64 + 128;
            other.kind = Kind::Hardlink(path.clone());
            self.ready.push_back(other);
        }
    }

    /// After the trailer: files that have several names and no byte, then what follows the archive.
    fn end(&mut self) -> io::Result<()> {
        for (_, mut others) in std::mem::take(&mut self.held) {
            let first = others.remove(0);
            self.held_bytes -= first.path.raw().len() as u64 + 128;
            let path = first.path.clone();
            self.ready.push_back(first);
            self.link(others, &path);
        }
        let at = self.run.offset();
        match self.run.rest()? {
            Rest::Data(count) => {
                let message = format!("{count} bytes after the end of the cpio");
                self.faults.push(Fault::at(FaultKind::TrailingData, at, message));
            }
            Rest::Zeros(count) if count > RECORD => {
                let message = format!("{count} zero bytes after the end of the cpio");
                self.faults.push(Fault::at(FaultKind::TrailingZeros, at, message));
            }
            Rest::Zeros(_) | Rest::None => {}
        }
        Ok(())
    }
}

impl Pull for Cpio<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        self.run.end_body()?;
        self.check = None;
        let padding = std::mem::take(&mut self.padding);
        self.fill(padding)?;
        loop {
            if let Some(member) = self.ready.pop_front() {
                return Ok(Some(member));
            }
            if self.ended {
                return Ok(None);
            }
            let start = self.run.offset();
            let Some((mut header, path)) = self.header()? else {
                self.ended = true;
                self.end()?;
                continue;
            };
            let member = self.member(&header, path, start)?;
            if header.form == Form::Stripped
                && let Some(file) = self.described.and_then(|described| described.file(header.file.1))
            {
                (header.file, header.links, header.size) = (file, 2, member.size.unwrap_or(0));
            }
            if let Some(member) = self.hold(&header, member) {
                return Ok(Some(member));
            }
        }
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        match self.check.take() {
            Some(check) => Box::new(Verified::new(Box::new(&mut self.run), vec![check])),
            None => Box::new(&mut self.run),
        }
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }
}

/// The kind that the type bits of a Unix mode mean; a link's target is still to be filled in.
pub(crate) fn kind_of_mode(mode: u32) -> Kind {
    match mode & 0o170_000 {
        0o100_000 | 0 => Kind::File,
        0o040_000 => Kind::Directory,
        0o120_000 => Kind::Symlink(Box::default()),
        0o010_000 => Kind::Fifo,
        0o020_000 | 0o060_000 | 0o140_000 => Kind::Device,
        other => Kind::Other(u8::try_from(other >> 12).unwrap_or(0)),
    }
}

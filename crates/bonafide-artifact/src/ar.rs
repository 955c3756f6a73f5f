//! ar: `!<arch>\n`, then members with a header of 60 bytes each, of which all fields are text.
//!
//! A header is name (16), modification time (12), owner (6), group (6), mode in octal (8), size (10) and a backquote
//! with a line feed; the body follows, and a line feed where its length is odd. Two dialects have names that are longer:
//! GNU and System V keep them in a member `//` and refer to it by `/123`; BSD writes `#1/20` and puts the name before
//! the body. Members that serve the archive itself (`/`, `/SYM64/`, `//`, `__.SYMDEF`) are no entries, as for `ar t`.
//! Thin archives (`!<thin>\n`) hold names of files elsewhere: they are refused.
//!
//! After `ar(5)` of FreeBSD 14 and the `ar.h` of System V; compared with GNU ar 2.40.

use std::io;

use crate::entry::{Extent, Kind, Owner};
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, Rest};
use crate::limits::Limits;
use crate::member::{Member, Pull};
use crate::path::MemberPath;
use crate::run::Run;

pub(crate) const MAGIC: &[u8; 8] = b"!<arch>\n";
pub(crate) const THIN: &[u8; 8] = b"!<thin>\n";
const HEADER: usize = 60;

/// Reads an ar front to back.
pub(crate) struct Ar<'a> {
    run: Run<'a>,
    limits: &'a Limits,
    begun: bool,
    /// Whether the body at hand has an odd length.
    odd: bool,
    /// The long names of GNU.
    names: Vec<u8>,
    faults: Vec<Fault>,
}

impl<'a> Ar<'a> {
    pub(crate) const fn new(input: Box<Forward<'a>>, limits: &'a Limits) -> Self {
        Self { run: Run::new(input), limits, begun: false, odd: false, names: Vec::new(), faults: Vec::new() }
    }

    /// The next header; `None` at the end.
    fn header(&mut self) -> io::Result<Option<[u8; HEADER]>> {
        if !self.begun {
            self.begun = true;
            let mut magic = [0; 8];
            self.run.exact(&mut magic)?;
            if magic == *THIN {
                let message = "a thin archive: it holds the names of files, not their bytes";
                return Err(Fault::at(FaultKind::Unsupported, 0, message).into_io());
            }
        }
        self.run.end_body()?;
        if std::mem::take(&mut self.odd) {
            let mut pad = [b'\n'];
            let at = self.run.offset();
            // Some writers leave it out at the end.
            if self.run.up_to(&mut pad)? == 1 && pad != *b"\n" {
                let message = "the byte that fills up a body is no line feed";
                self.faults.push(Fault::at(FaultKind::Padding, at, message));
            }
        }
        let at = self.run.offset();
        let mut header = [0; HEADER];
        match self.run.up_to(&mut header)? {
            0 => Ok(None),
            HEADER if header[58..] == *b"`\n" => Ok(Some(header)),
            count if header[..count].iter().all(|byte| matches!(byte, 0 | b'\n')) => {
                let kind = match self.run.rest()? {
                    Rest::Data(_) => FaultKind::TrailingData,
                    _ => FaultKind::TrailingZeros,
                };
                self.faults.push(Fault::at(kind, at, "bytes after the last member"));
                Ok(None)
            }
            HEADER => {
                let message = "no header where the next member should begin";
                Err(Fault::at(FaultKind::Malformed, at, message).into_io())
            }
            _ => Err(Fault::at(FaultKind::Truncated, at, "ends in the middle of a header").into_io()),
        }
    }

    /// A member for readers, or `None` if it serves the archive itself.
    fn member(&mut self, header: &[u8; HEADER], start: u64) -> io::Result<Option<Member>> {
        let broken = |what: &str| Fault::at(FaultKind::Malformed, start, what).into_io();
        let size =
            digits(&header[48..58], 10).ok_or_else(|| broken("the size in the header is no number"))?;
        self.odd = size % 2 == 1;
        self.run.begin_body(size);
        let field = header[..16].trim_ascii_end();
        let mut stored = size;
        let name = match field {
            b"/" | b"/SYM64" | b"/SYM64/" | b"/<ECSYMBOLS>/" | b"/<HYBRIDMAP>/" => return Ok(None),
            b"//" | b"ARFILENAMES/" => {
                if size > self.limits.memory_bytes {
                    let message = format!(
                        "bytes of long names exceed the limit of {} (memory_bytes)",
                        self.limits.memory_bytes
                    );
                    return Err(Fault::at(FaultKind::Limit, start, message).into_io());
                }
                self.names = self.run.take_bytes(size)?;
                self.run.begin_body(0);
                return Ok(None);
            }
            [b'/', rest @ ..] if !rest.is_empty() && rest.iter().all(u8::is_ascii_digit) => {
                self.long_name(rest).ok_or_else(|| broken("the name is not in the table of long names"))?
            }
            [b'#', b'1', b'/', length @ ..] => {
                let length = digits(length, 10).filter(|&length| length <= size);
                let length = length.ok_or_else(|| broken("the length of the name is wrong"))?;
                self.short_enough(length, start)?;
                let mut name = self.run.take_bytes(length)?;
                while name.last() == Some(&0) {
                    name.pop();
                }
                stored = size - length;
                self.run.begin_body(stored);
                name
            }
            [name @ .., b'/'] | name => name.to_vec(),
        };
        if name.starts_with(b"__.SYMDEF") {
            return Ok(None);
        }
        self.short_enough(name.len() as u64, start)?;
        let mode = digits(&header[40..48], 8).and_then(|mode| u32::try_from(mode & 0o7777).ok());
        let (uid, gid) = (digits(&header[28..34], 10), digits(&header[34..40], 10));
        let length = (self.run.offset() - start).saturating_add(stored).saturating_add(u64::from(self.odd));
        Ok(Some(Member {
            size: Some(stored),
            mode,
            mtime: digits(&header[16..28], 10).and_then(|time| i64::try_from(time).ok()),
            owner: Some(Box::new(Owner { uid, gid, ..Owner::default() })),
            extent: Some(Extent { offset: start, length }),
            ..Member::new(MemberPath::new(name), Kind::File)
        }))
    }

    /// The name at this place of the table: it ends with `/` and a line feed (GNU), or with a zero byte (Microsoft).
    fn long_name(&self, place: &[u8]) -> Option<Vec<u8>> {
        let place = usize::try_from(digits(place, 10)?).ok()?;
        let name = self.names.get(place..)?.split(|&byte| matches!(byte, b'\n' | 0)).next()?;
        let name = name.strip_suffix(b"/").unwrap_or(name);
        (!name.is_empty()).then(|| name.to_vec())
    }

    fn short_enough(&self, length: u64, start: u64) -> io::Result<()> {
        let limit = self.limits.path_bytes;
        if length <= limit {
            return Ok(());
        }
        Err(Fault::at(FaultKind::Limit, start, format!("path bytes exceed the limit of {limit}")).into_io())
    }
}

impl Pull for Ar<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        while let Some(header) = self.header()? {
            let start = self.run.offset() - HEADER as u64;
            if let Some(member) = self.member(&header, start)? {
                return Ok(Some(member));
            }
        }
        Ok(None)
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        Box::new(&mut self.run)
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }
}

/// A number with blanks around it; blanks only are 0.
fn digits(field: &[u8], base: u32) -> Option<u64> {
    let text = std::str::from_utf8(field.trim_ascii()).ok()?;
    if text.is_empty() {
        return Some(0);
    }
    if text.starts_with('+') {
        return None;
    }
    u64::from_str_radix(text, base).ok()
}

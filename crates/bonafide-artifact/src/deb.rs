//! deb: an ar whose members have an order.
//!
//! `debian-binary` holds the version, `2.0` and a line feed; `control.tar` and `data.tar` follow, plain or compressed by
//! gzip, xz, zstd, bzip2 or lzma, each in its own way. Members whose names begin with `_` may stand between. After
//! `deb(5)` of dpkg 1.22.

use std::io::{self, Cursor, Read as _};

use crate::ar::Ar;
use crate::fault::{Fault, FaultKind};
use crate::input::Forward;
use crate::limits::Limits;
use crate::member::{Member, Pull};

/// `debian-binary` is not longer than this where it is right.
const VERSION: u64 = 64;

/// The parts of a deb, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Version,
    Control,
    Data,
}

/// Reads a deb front to back.
pub(crate) struct Deb<'a> {
    ar: Ar<'a>,
    /// The body of `debian-binary`, which was read ahead.
    version: Option<Vec<u8>>,
    last: Option<Part>,
    ended: bool,
    faults: Vec<Fault>,
}

impl<'a> Deb<'a> {
    pub(crate) const fn new(input: Box<Forward<'a>>, limits: &'a Limits) -> Self {
        Self { ar: Ar::new(input, limits), version: None, last: None, ended: false, faults: Vec::new() }
    }

    /// What the name says of the member's part, and whether it stands where it should.
    fn place(&mut self, member: &Member) -> Option<Part> {
        let name = member.path.raw();
        let offset = member.extent.map_or(0, |extent| extent.offset);
        let is = |stem: &[u8]| matches!(name.strip_prefix(stem), Some([] | [b'.', ..]));
        let part = if name == b"debian-binary" {
            Part::Version
        } else if is(b"control.tar") {
            Part::Control
        } else if is(b"data.tar") {
            Part::Data
        } else {
            if !name.starts_with(b"_") && self.last != Some(Part::Data) {
                let message = format!("the member `{}` is none of a deb's", name.escape_ascii());
                self.faults.push(Fault::at(FaultKind::HeaderMismatch, offset, message));
            }
            return None;
        };
        if self.last.is_some_and(|last| part <= last) {
            let message = format!("the member `{}` comes twice or too late", name.escape_ascii());
            self.faults.push(Fault::at(FaultKind::HeaderMismatch, offset, message));
        }
        self.last = self.last.max(Some(part));
        Some(part)
    }

    /// Whether the version is one that is known: `2.` and anything.
    fn judge(&mut self, version: &[u8]) {
        let line = version.split(|&byte| byte == b'\n').next().unwrap_or_default();
        if !line.starts_with(b"2.") {
            let message = format!("version `{}` of the deb format is not known", line.escape_ascii());
            self.faults.push(Fault::new(FaultKind::Unsupported, message));
        }
    }
}

impl Pull for Deb<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        self.version = None;
        let Some(member) = self.ar.next()? else {
            if !std::mem::replace(&mut self.ended, true) && self.last < Some(Part::Data) {
                self.faults.push(Fault::new(FaultKind::Malformed, "a deb without the member `data.tar`"));
            }
            return Ok(None);
        };
        if self.place(&member) == Some(Part::Version) && member.size.is_some_and(|size| size <= VERSION) {
            let mut version = Vec::new();
            self.ar.body().read_to_end(&mut version)?;
            self.judge(&version);
            self.version = Some(version);
        }
        Ok(Some(member))
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        match self.version.take() {
            Some(version) => Box::new(Cursor::new(version)),
            None => self.ar.body(),
        }
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        let mut faults = self.ar.take_faults();
        faults.append(&mut self.faults);
        faults
    }
}

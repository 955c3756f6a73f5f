//! A payload compared with its bill of materials.

use std::io;

use super::store::{Bom, ItemKind};
use crate::cpio::Cpio;
use crate::entry::Kind;
use crate::fault::{Fault, FaultKind};
use crate::input::Forward;
use crate::member::{Member, Pull};
use crate::verify::{Check, Verified};

/// The members of a payload; what its bill says otherwise is a fault of each.
pub(crate) struct Billed<'a> {
    cpio: Cpio<'a>,
    bom: Box<Bom>,
    check: Option<Check>,
    ended: bool,
    faults: Vec<Fault>,
}

impl<'a> Billed<'a> {
    pub(crate) const fn new(cpio: Cpio<'a>, bom: Box<Bom>) -> Self {
        Self { cpio, bom, check: None, ended: false, faults: Vec::new() }
    }

    fn compare(&mut self, member: &mut Member) {
        let offset = member.extent.map(|extent| extent.offset);
        let mut tell = |message: String| {
            member.faults.push(Fault { kind: FaultKind::HeaderMismatch, offset, message });
        };
        let item = self.bom.see(member.path.raw());
        // Apple keeps extended attributes in such files: a bill does not list them, or has the mode of the file that
        // they belong to, and neither size nor checksum.
        let name = member.path.raw().rsplit(|&byte| byte == b'/').next().unwrap_or_default();
        if name.starts_with(b"._") && item.is_none_or(|item| (item.size, item.sum) == (0, 0)) {
            return;
        }
        let Some(item) = item else {
            return tell("the bill of materials does not list it".to_owned());
        };
        let kind = match member.kind {
            Kind::Directory => ItemKind::Folder,
            Kind::Symlink(_) => ItemKind::Link,
            Kind::File | Kind::Hardlink(_) => ItemKind::File,
            _ => ItemKind::Device,
        };
        if kind != item.kind {
            return tell("the bill of materials says that it is something else".to_owned());
        }
        if let Some(mode) = member.mode.filter(|&mode| mode != item.mode) {
            tell(format!("the bill of materials says mode {:04o}, the payload {mode:04o}", item.mode));
        }
        if member.kind == Kind::File {
            let size = member.size.unwrap_or(0);
            if size & 0xffff_ffff != u64::from(item.size) {
                tell(format!("the bill of materials says {} bytes, the payload {size}", item.size));
            }
            self.check = Some(Check::cksum(item.sum));
        }
    }
}

impl Pull for Billed<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        self.check = None;
        let Some(mut member) = self.cpio.next()? else {
            let missing =
                self.bom.items.values().filter(|item| !item.seen && item.kind != ItemKind::Folder).count();
            if !std::mem::replace(&mut self.ended, true) && missing > 0 {
                let message =
                    format!("the bill of materials lists {missing} members that the payload does not have");
                self.faults.push(Fault::new(FaultKind::HeaderMismatch, message));
            }
            return Ok(None);
        };
        self.compare(&mut member);
        Ok(Some(member))
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        match self.check.take() {
            Some(check) => Box::new(Verified::new(self.cpio.body(), vec![check])),
            None => self.cpio.body(),
        }
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        let mut faults = self.cpio.take_faults();
        faults.append(&mut self.faults);
        faults
    }
}

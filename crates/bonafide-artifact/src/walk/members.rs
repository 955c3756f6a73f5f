//! Containers that give one member after another.

use std::sync::Arc;

use super::{Told, Walker};
use crate::beside::Beside;
use crate::body::Passed;
use crate::cab::Cab;
use crate::entry::Entry;
use crate::fault::{Fault, Faults};
use crate::format::Format;
use crate::input::ReadAt;
use crate::member::{Member, Pull};
use crate::names::Names;
use crate::sevenz::SevenZip;
use crate::xar::Xar;

impl Walker<'_> {
    /// A container that is read at its places; the format that it turns out to have.
    pub(super) fn positioned(
        &mut self,
        entry: &Arc<Entry>,
        format: Format,
        at: &dyn ReadAt,
        beside: &dyn Beside,
        faults: &mut Faults,
    ) -> Format {
        if format == Format::Zip {
            self.zip(entry, at, faults);
            return format;
        }
        let result = match format {
            Format::Ole => self.compound(entry, at, beside, faults),
            Format::Burn => self.bundle(entry, at, beside, faults).map(|()| format),
            Format::Nsis => self.nsis(entry, at, faults).map(|()| format),
            Format::Program => self.program(entry, at, faults).map(|()| format),
            Format::SevenZip => SevenZip::open(at, self.budget)
                .map_err(|error| Fault::from_io(&error))
                .and_then(|mut sevenz| self.members(entry, format, &mut sevenz, faults))
                .map(|()| format),
            Format::Cab => Cab::open(at, beside, self.budget)
                .map_err(|error| Fault::from_io(&error))
                .and_then(|mut cab| self.members(entry, format, &mut cab, faults))
                .map(|()| format),
            _ => Xar::open(at, self.budget)
                .map_err(|error| Fault::from_io(&error))
                .and_then(|mut xar| self.members(entry, format, &mut xar, faults))
                .map(|()| format),
        };
        result.unwrap_or_else(|fault| {
            self.broke(entry, &fault);
            faults.push(fault);
            format
        })
    }

    /// Enters and leaves all members of a container; opens those that are containers.
    pub(super) fn members(
        &mut self,
        entry: &Arc<Entry>,
        within: Format,
        reader: &mut dyn Pull,
        faults: &mut Faults,
    ) -> Result<(), Fault> {
        // A static library is searched by symbol: its members may have one name, those of import libraries all do.
        let mut names = (within != Format::Ar).then(Names::default);
        loop {
            let next = reader.next();
            faults.extend(reader.take_faults());
            let Some(member) = next.map_err(|error| Fault::from_io(&error))? else { return Ok(()) };
            self.member(entry, within, reader, member, names.as_mut())?;
        }
    }

    fn member(
        &mut self,
        container: &Arc<Entry>,
        within: Format,
        reader: &mut dyn Pull,
        member: Member,
        names: Option<&mut Names>,
    ) -> Result<(), Fault> {
        let told = Told {
            path: member.path,
            kind: member.kind,
            size: member.size,
            mode: member.mode,
            mtime: member.mtime,
            owner: member.owner,
            extent: member.extent,
        };
        let affordable = member.size.map_or(Ok(()), |size| self.affordable(size));
        if affordable.is_ok() {
            // No stored byte stands for them, so no stream counts them.
            self.budget.take_bytes(member.holes)?;
        }
        let (inner, want) = self.enter(Some(container), within, told)?;
        let mut its = Self::name_faults(&inner);
        its.extend(member.faults);
        match affordable.and(member.lost.map_or(Ok(()), Err)) {
            Ok(()) => {
                self.bill = member.bill;
                self.forward(inner, want, reader.body(), its, names);
                self.bill = None;
            }
            Err(fault) => {
                its.push(fault);
                let passed = Passed { size: member.size.unwrap_or(0), ..Passed::default() };
                self.end(&inner, want, None, &passed, its, names);
            }
        }
        Ok(())
    }
}

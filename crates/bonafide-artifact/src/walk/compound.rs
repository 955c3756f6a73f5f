//! OLE compound files, and the installers among them.

use std::sync::Arc;

use super::Walker;
use crate::beside::Beside;
use crate::entry::Entry;
use crate::fault::{Fault, Faults};
use crate::format::Format;
use crate::input::ReadAt;
use crate::msi::{Installed, Installer, Place, show};
use crate::ole::{Ole, Streams};

/// What lies beside a cabinet in an installer: its other streams, then what lies beside the installer.
struct Around<'o, 'a> {
    ole: &'o Ole<'a>,
    beside: &'o dyn Beside,
}

impl Beside for Around<'_, '_> {
    fn open<'s>(&'s self, name: &str) -> Option<Box<dyn ReadAt + 's>> {
        let named = self.ole.streams.iter().find(|stream| stream.path == name.as_bytes());
        match named.and_then(|stream| self.ole.bytes(stream).ok()) {
            Some(bytes) => Some(Box::new(bytes)),
            None => self.beside.open(name),
        }
    }
}

impl Walker<'_> {
    /// An installer's files under the paths that they are installed to, then its other streams; or all streams of
    /// another compound file. Which of the two it is, is the answer.
    pub(super) fn compound(
        &mut self,
        entry: &Arc<Entry>,
        at: &dyn ReadAt,
        beside: &dyn Beside,
        faults: &mut Faults,
    ) -> Result<Format, Fault> {
        let limits = *self.budget.limits();
        let mut ole = Ole::open(at, self.budget, show).map_err(|error| Fault::from_io(&error))?;
        faults.extend(std::mem::take(&mut ole.faults));
        let mut chosen: Vec<usize> = (0..ole.streams.len()).collect();
        let installer = match Installer::read(&ole, &limits) {
            Ok(installer) => installer,
            Err(fault) => {
                // Its streams can still be told.
                faults.push(fault);
                None
            }
        };
        let Some(mut installer) = installer else {
            self.members(entry, Format::Ole, &mut Streams::new(&ole, chosen), faults)?;
            return Ok(Format::Ole);
        };
        if let Some(package) = &installer.package {
            self.visitor.package(entry, package);
        }
        let around = Around { ole: &ole, beside };
        for place in installer.cabinets() {
            let name = match &place {
                Place::Stream(name) | Place::Beside(name) => String::from_utf8_lossy(name).into_owned(),
                Place::Loose => continue,
            };
            let cabinet = match place {
                Place::Stream(_) => around.open(&name),
                _ => beside.open(&name),
            };
            // That it is not there is told with each of its files.
            let Some(cabinet) = cabinet else { continue };
            let inside = format!("in the cabinet `{}`: ", name.escape_debug());
            let told =
                |fault: Fault| Fault { message: format!("{inside}{}", fault.message), offset: None, ..fault };
            let mut its = Faults::default();
            let result = Installed::open(&*cabinet, &around, self.budget, &mut installer)
                .map_err(|error| Fault::from_io(&error))
                .and_then(|mut installed| self.members(entry, Format::Msi, &mut installed, &mut its));
            faults.extend(its.list().iter().cloned().map(told));
            if let Err(fault) = result {
                faults.push(told(fault));
            }
            if let Some(index) = ole.streams.iter().position(|stream| stream.path == name.as_bytes()) {
                // It has been told by its members.
                chosen.retain(|&stream| stream != index);
            }
        }
        self.members(entry, Format::Msi, &mut installer.rest(), faults)?;
        self.members(entry, Format::Msi, &mut Streams::new(&ole, chosen), faults)?;
        Ok(Format::Msi)
    }
}

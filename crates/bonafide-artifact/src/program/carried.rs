//! The containers that a program carries, as its members.

use std::io;

use super::layout::{Layout, Named, Run};
use crate::burn;
use crate::entry::{Extent, Kind};
use crate::fault::{Fault, FaultKind};
use crate::format::{Format, HEAD};
use crate::input::{Forward, ReadAt, Window};
use crate::member::{Member, Pull};
use crate::path::MemberPath;
use crate::stream::SMALL;
use crate::zip::Zip;
use crate::{cab, nsis, sevenz};

/// How far behind the begin of the overlay a container is looked for: texts that steer the unpacking come before it.
const SEARCHED: u64 = 1 << 20;
/// Bytes at the end of the overlay in which the mark of PyInstaller is looked for.
const TAIL: u64 = 64 << 10;

/// What a program carries, if anything, that is not just a zip at its end.
pub(crate) fn carried(at: &dyn ReadAt) -> Option<Format> {
    let layout = Layout::read(at)?;
    if section(at, &layout).is_some() {
        return Some(Format::Burn);
    }
    if start(at, &layout).is_some() {
        return Some(Format::Nsis);
    }
    let carried = Carried::of(at, &layout);
    (!carried.parts.is_empty() || !carried.faults.is_empty()).then_some(Format::Program)
}

/// Where the containers of a bundle of WiX lie, and its signature, where the program is one.
pub(crate) fn bundle(at: &dyn ReadAt) -> Option<(burn::Section, Option<Run>)> {
    let layout = Layout::read(at)?;
    Some((section(at, &layout)?, layout.signature))
}

fn section(at: &dyn ReadAt, layout: &Layout<'_>) -> Option<burn::Section> {
    burn::Section::read(at, layout.section(burn::SECTION)?)
}

/// Where the data of NSIS lie, and the program's signature, where the program is such an installer.
pub(crate) fn installer(at: &dyn ReadAt) -> Option<(nsis::Start, Option<Run>)> {
    let layout = Layout::read(at)?;
    Some((start(at, &layout)?, layout.signature))
}

fn start(at: &dyn ReadAt, layout: &Layout<'_>) -> Option<nsis::Start> {
    layout.overlay().into_iter().find_map(|run| nsis::Start::find(at, run))
}

/// The containers in a program.
pub(crate) struct Carried<'a> {
    at: &'a dyn ReadAt,
    parts: Vec<Named>,
    /// Whether a zip at the end is opened as if the program were the zip.
    pub(crate) has_zip: bool,
    next: usize,
    faults: Vec<Fault>,
}

impl<'a> Carried<'a> {
    /// Looks into a program; one that is none carries nothing.
    pub(crate) fn open(at: &'a dyn ReadAt) -> Self {
        match Layout::read(at) {
            Some(layout) => Self::of(at, &layout),
            None => Self { at, parts: Vec::new(), has_zip: false, next: 0, faults: Vec::new() },
        }
    }

    fn of(at: &'a dyn ReadAt, layout: &Layout<'_>) -> Self {
        let (resources, fault) = layout.resources();
        let named = layout.sections.iter().chain(&resources);
        let mut parts: Vec<Named> = named.filter(|part| known(at, part.run).is_some()).cloned().collect();
        let has_zip = Zip::is_behind(at, layout.end);
        let mut faults: Vec<Fault> = fault.into_iter().collect();
        let mut behind = Vec::new();
        for run in layout.overlay() {
            match known(at, run) {
                Some(Format::Zip) if has_zip => {}
                Some(_) => behind.push(run),
                None if has_zip => {}
                None => match search(at, run) {
                    Some(place) => behind.extend([(run.0, place), (place, run.1)]),
                    None => faults.extend(unread(at, run, &resources)),
                },
            }
        }
        let several = behind.len() > 1;
        parts.extend((1..).zip(behind).map(|(number, run)| {
            let name = if several { format!("overlay/{number}") } else { "overlay".to_owned() };
            Named { name, run }
        }));
        Self { at, parts, has_zip, next: 0, faults }
    }
}

impl Pull for Carried<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        let Some(part) = self.parts.get(self.next) else { return Ok(None) };
        self.next += 1;
        let (start, end) = part.run;
        Ok(Some(Member {
            size: Some(end - start),
            extent: Some(Extent { offset: start, length: end - start }),
            ..Member::new(MemberPath::new(part.name.as_bytes()), Kind::File)
        }))
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        match self.next.checked_sub(1).and_then(|index| self.parts.get(index)) {
            Some(&Named { run: (start, end), .. }) => Box::new(Window::new(self.at, start, end, SMALL)),
            None => Box::new(io::empty()),
        }
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }
}

/// The first bytes of a run, at most so many.
fn first(at: &dyn ReadAt, (start, end): Run, most: u64) -> Vec<u8> {
    let count = end.min(at.length()).saturating_sub(start).min(most);
    let mut bytes = vec![0; usize::try_from(count).unwrap_or(0)];
    if at.read_exact_at(&mut bytes, start).is_err() {
        bytes.clear();
    }
    bytes
}

/// The container that a run is by its first bytes. Formats that are known by little are not believed here.
fn known(at: &dyn ReadAt, run: Run) -> Option<Format> {
    Format::sniff(&first(at, run, HEAD as u64)).filter(|format| !matches!(format, Format::Lzma | Format::Ar))
}

/// Where the first container begins in a run that begins with something else: a 7z whose first header has the right
/// checksum, or a cabinet whose header can be true.
fn search(at: &dyn ReadAt, run: Run) -> Option<u64> {
    let bytes = first(at, run, SEARCHED);
    let left = |place: usize| run.1 - run.0 - place as u64;
    let sevenz = memchr::memmem::find_iter(&bytes, sevenz::MAGIC)
        .find(|&place| bytes.get(place..place + 32).is_some_and(sevenz::is_first_header));
    let cab = memchr::memmem::find_iter(&bytes, cab::MAGIC)
        .find(|&place| bytes.get(place..place + 36).is_some_and(|head| cab::is_header(head, left(place))));
    sevenz.into_iter().chain(cab).min().map(|place| run.0 + place as u64)
}

/// Data of installers that are known, and not read.
fn unread(at: &dyn ReadAt, run: Run, resources: &[Named]) -> Option<Fault> {
    let head = first(at, run, 64);
    let tail = first(at, (run.1.saturating_sub(TAIL).max(run.0), run.1), TAIL);
    let inno = |part: &Named| part.name == ".rsrc/RCDATA/11111" && first(at, part.run, 6) == b"rDlPtS";
    let whose = if head.starts_with(b"Rar!\x1a\x07") {
        "RAR"
    } else if head.starts_with(b"InstallShield\0") || head.starts_with(b"ISSetupStream\0") {
        "InstallShield"
    } else if head.starts_with(b"idska32\x1a") || resources.iter().any(inno) {
        "Inno Setup"
    } else if memchr::memmem::find(&tail, b"MEI\x0c\x0b\x0a\x0b\x0e").is_some() {
        "PyInstaller"
    } else {
        return None;
    };
    let message =
        format!("{} bytes behind the program are data of {whose}, which is not read", run.1 - run.0);
    Some(Fault::at(FaultKind::Unsupported, run.0, message))
}

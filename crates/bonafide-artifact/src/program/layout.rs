//! Where the parts of a PE file lie: sections, resources, signature, and what comes behind them all.

use crate::fault::{Fault, FaultKind};
use crate::input::ReadAt;
use crate::object::image::{Endian, Image, Machine, Segment};
use crate::object::{piece, resource};

const LE: Endian = Endian::Little;
/// Bytes of a row in the table of sections, and of a symbol of COFF.
const SECTION: usize = 40;
const SYMBOL: u64 = 18;
/// Resources that are looked at, folders of them included.
const RESOURCES: usize = 20_000;

/// A run of the file: first byte and end.
pub(crate) type Run = (u64, u64);

/// A part of the program with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) run: Run,
}

/// A program of Windows as it lies in its file.
pub(super) struct Layout<'a> {
    image: Image<'a>,
    pub(super) sections: Vec<Named>,
    /// Address of the resources, without what it is loaded at.
    resources: Option<u64>,
    /// Where its own bytes end, the signature apart.
    pub(super) end: u64,
    /// The table of signatures.
    pub(super) signature: Option<Run>,
}

impl<'a> Layout<'a> {
    /// `None` where it is no PE file, or one whose headers are not whole.
    pub(super) fn read(at: &'a dyn ReadAt) -> Option<Self> {
        let start = u64::from(LE.u32(&piece(at, 0x3c, 4, 4)?, 0)?);
        let header = piece(at, start, 24, 24)?;
        if !header.starts_with(b"PE\0\0") {
            return None;
        }
        let (count, length) = (LE.u16(&header, 6)?, u64::from(LE.u16(&header, 20)?));
        let (symbols, symbol_count) = (LE.u32(&header, 12)?, LE.u32(&header, 16)?);
        let optional = piece(at, start + 24, length, 1 << 16)?;
        let wide = LE.u16(&optional, 0)? == 0x20b;
        let headers = start + 24 + length + u64::from(count) * SECTION as u64;
        let table = piece(at, start + 24 + length, u64::from(count) * SECTION as u64, 1 << 22)?;
        let mut image = Image { at, segments: Vec::new(), machine: Machine::Other, endian: LE, wide };
        let stated = LE.u32(&optional, 60).map_or(0, u64::from);
        let (mut sections, mut end) = (Vec::new(), headers.max(stated));
        for row in table.chunks_exact(SECTION) {
            let (address, size, offset) = (LE.u32(row, 12)?, LE.u32(row, 16)?, LE.u32(row, 20)?);
            let (address, size, offset) = (u64::from(address), u64::from(size), u64::from(offset));
            if offset == 0 || size == 0 {
                continue;
            }
            image.segments.push(Segment { address, offset, size });
            let name = row[..8].split(|&byte| byte == 0).next().unwrap_or_default();
            let name = String::from_utf8_lossy(name).into_owned();
            sections.push(Named { name, run: (offset, offset + size) });
            end = end.max(offset + size);
        }
        if u64::from(symbols) >= end && symbol_count > 0 {
            // Symbols of COFF, and the texts after them, which begin with their length.
            let texts = u64::from(symbols) + u64::from(symbol_count) * SYMBOL;
            let length = piece(at, texts, 4, 4).and_then(|bytes| LE.u32(&bytes, 0)).unwrap_or(0);
            end = texts + u64::from(length);
        }
        let directory = |number: usize| {
            let at = if wide { 112 } else { 96 } + number * 8;
            let (place, size) = (LE.u32(&optional, at)?, LE.u32(&optional, at + 4)?);
            (place != 0 && size != 0).then(|| (u64::from(place), u64::from(size)))
        };
        let resources = directory(2).map(|(address, _)| address);
        // The only one that is said by its place in the file.
        let signature = directory(4).map(|(place, size)| (place, place + size));
        let signature = signature.filter(|&(from, to)| from >= headers && to <= at.length());
        Some(Self { image, sections, resources, end: end.min(at.length()), signature })
    }

    /// What lies behind the program and is no signature.
    pub(super) fn overlay(&self) -> Vec<Run> {
        let length = self.image.at.length();
        let mut runs = vec![(self.end, length)];
        if let Some((from, to)) = self.signature {
            runs = vec![(self.end, from), (to.max(self.end), length)];
        }
        runs.retain(|(from, to)| from < to);
        runs
    }

    /// The section of a name.
    pub(super) fn section(&self, name: &str) -> Option<Run> {
        self.sections.iter().find(|section| section.name == name).map(|section| section.run)
    }

    /// All resources, called `.rsrc/TYPE/NAME`, or `.rsrc/TYPE/NAME/LANGUAGE` where there are several languages. A
    /// fault where there are too many.
    pub(super) fn resources(&self) -> (Vec<Named>, Option<Fault>) {
        let (mut found, mut seen) = (Vec::new(), 0);
        let Some(address) = self.resources else { return (found, None) };
        let children = |at: Option<u64>| {
            at.and_then(|at| resource::children(&self.image, address, at)).unwrap_or_default()
        };
        for (kind, names) in children(Some(0)) {
            let kind = self.resource_type(address, kind);
            for (name, languages) in children(resource::folder(names)) {
                let name = self.resource_name(address, name);
                let languages = children(resource::folder(languages));
                seen += 1 + languages.len();
                if seen > RESOURCES {
                    let message = format!("resources exceed the limit of {RESOURCES}");
                    return (found, Some(Fault::new(FaultKind::Limit, message)));
                }
                let several = languages.len() > 1;
                for (language, leaf) in languages {
                    let Some(run) = self.leaf(address, leaf) else { continue };
                    let language = if several { format!("/{language}") } else { String::new() };
                    found.push(Named { name: format!(".rsrc/{kind}/{name}{language}"), run });
                }
            }
        }
        (found, None)
    }

    /// The bytes of a resource: their address and size stand at its leaf.
    fn leaf(&self, address: u64, leaf: u32) -> Option<Run> {
        if leaf & 0x8000_0000 != 0 {
            return None;
        }
        let row = self.image.bytes(address.wrapping_add(u64::from(leaf)), 16)?;
        let (place, size) = (LE.u32(&row, 0)?, u64::from(LE.u32(&row, 4)?));
        let (offset, left) = self.image.place(u64::from(place))?;
        Some((offset, offset + size.min(left)))
    }

    /// A type of resources by its usual name, where it has one.
    fn resource_type(&self, address: u64, id: u32) -> String {
        if id == 10 { "RCDATA".to_owned() } else { self.resource_name(address, id) }
    }

    /// A number, or the text that a name leads to: its length, then UTF-16.
    fn resource_name(&self, address: u64, id: u32) -> String {
        if id & 0x8000_0000 == 0 {
            return id.to_string();
        }
        let at = address.wrapping_add(u64::from(id & 0x7fff_ffff));
        let text = || {
            let length = LE.u16(&self.image.bytes(at, 2)?, 0)?;
            let bytes = self.image.bytes(at + 2, u64::from(length.min(256)) * 2)?;
            let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|pair| LE.u16(pair, 0)).collect();
            // A slash would part the name.
            Some(String::from_utf16_lossy(&units).replace('/', "_"))
        };
        text().unwrap_or_else(|| "?".to_owned())
    }
}

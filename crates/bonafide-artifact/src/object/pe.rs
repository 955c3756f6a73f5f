//! PE: programs and libraries of Windows.

use super::carried;
use super::code::Role;
use super::image::{Endian, Image, Machine, Segment};
use super::resource;
use super::search::Search;
use super::{Content, NAME, Object, ObjectFormat, ObjectKind, Section, TABLE, hex, lossy, piece, text_at};
use crate::input::ReadAt;

const LE: Endian = Endian::Little;

/// `MZ`, and a place of the real header that is beyond it. Whether that is there only the whole file tells.
pub(super) fn is_pe(head: &[u8]) -> bool {
    head.starts_with(b"MZ") && LE.u32(head, 0x3c).is_some_and(|at| (0x40..1 << 20).contains(&at))
}

pub(super) fn read(at: &dyn ReadAt, search: &Search) -> Option<Object> {
    let start = u64::from(LE.u32(&piece(at, 0x3c, 4, 4)?, 0)?);
    let header = piece(at, start, 24, 24)?;
    if !header.starts_with(b"PE\0\0") {
        return None;
    }
    let machine = match LE.u16(&header, 4)? {
        0x014c => Machine::X86 { wide: false },
        0x8664 => Machine::X86 { wide: true },
        0xaa64 => Machine::Arm64,
        _ => Machine::Other,
    };
    let (count, length) = (LE.u16(&header, 6)?, LE.u16(&header, 20)?);
    let kind = if LE.u16(&header, 22)? & 0x2000 == 0 { ObjectKind::Executable } else { ObjectKind::Shared };
    let mut object = Object::new(ObjectFormat::Pe, kind);
    let Some(optional) = piece(at, start + 24, u64::from(length), 1 << 16).filter(|it| it.len() >= 96) else {
        object.damaged("its optional header cannot be read");
        return Some(object);
    };
    let wide = LE.u16(&optional, 0)? == 0x20b;
    let base = LE.word(&optional, if wide { 24 } else { 28 }, wide)?;
    // Addresses are relative to where the file is loaded; pointers in data are not.
    let mut image = Image { at, segments: Vec::new(), machine, endian: LE, wide };
    let table = piece(at, start + 24 + u64::from(length), u64::from(count) * 40, TABLE);
    let Some(table) = table else {
        object.damaged("its section headers cannot be read");
        return Some(object);
    };
    for row in table.chunks_exact(40) {
        section(row, base, &mut image, &mut object);
    }
    let directories = if wide { 112 } else { 96 };
    let directory = |number: usize| {
        let at = directories + number * 8;
        let (address, size) = (LE.u32(&optional, at)?, LE.u32(&optional, at + 4)?);
        (address != 0 && size != 0).then(|| (base.wrapping_add(u64::from(address)), u64::from(size)))
    };
    if let Some((address, size)) = directory(0) {
        exports(&image, base, address, size, search, &mut object);
    }
    if let Some((address, _)) = directory(1) {
        imports(&image, base, address, 20, 12, &mut object);
    }
    if let Some((address, _)) = directory(13) {
        imports(&image, base, address, 32, 4, &mut object);
    }
    if let Some((address, size)) = directory(2) {
        object.resources = resource::version(&image, base, address, size);
    }
    if let Some((address, size)) = directory(6) {
        object.build_id = debug_id(&image, address, size);
    }
    search.look(&image, &mut object);
    carried::read(&image, &mut object);
    Some(object)
}

fn section(row: &[u8], base: u64, image: &mut Image<'_>, object: &mut Object) {
    let fields = (LE.u32(row, 8), LE.u32(row, 12), LE.u32(row, 16), LE.u32(row, 20), LE.u32(row, 36));
    let (Some(loaded), Some(address), Some(size), Some(offset), Some(flags)) = fields else { return };
    let name = &row[..8];
    let name = lossy(&name[..memchr::memchr(0, name).unwrap_or(8)]);
    let size = u64::from(if loaded == 0 { size } else { size.min(loaded) });
    let (address, offset) = (base.wrapping_add(u64::from(address)), u64::from(offset));
    image.segments.push(Segment { address, offset, size });
    let debug = name.starts_with('/') || name.starts_with(".debug");
    let content = if flags & 0x2000_0020 != 0 {
        Content::Code
    } else if flags & 0x40 == 0 || debug || matches!(name.as_str(), ".reloc" | ".pdata" | ".xdata" | ".rsrc")
    {
        Content::Other
    } else {
        Content::Data
    };
    object.add_section(Section { name, offset, size, address, content });
}

/// The export directory: the library's own name, and its symbols.
fn exports(image: &Image<'_>, base: u64, address: u64, size: u64, search: &Search, object: &mut Object) {
    let Some(table) = image.bytes(address, 40).filter(|table| table.len() == 40) else {
        return object.damaged("its export directory cannot be read");
    };
    let field = |at: usize| LE.u32(&table, at).map_or(0, u64::from);
    let at = |address: u64| base.wrapping_add(address);
    object.name = image.text(at(field(12)), NAME as u64).filter(|name| !name.is_empty());
    let (functions, count) = (field(20), field(24));
    object.exports = u32::try_from(functions).unwrap_or(u32::MAX).min(1 << 24);
    if count == 0 || !search.asks() {
        return;
    }
    let addresses = image.bytes(at(field(28)), functions * 4).unwrap_or_default();
    let names = image.bytes(at(field(32)), count * 4).unwrap_or_default();
    let ordinals = image.bytes(at(field(36)), count * 2).unwrap_or_default();
    if (names.len() as u64) < count * 4 || (ordinals.len() as u64) < count * 2 {
        return object.damaged("its export directory cannot be read");
    }
    // The names lie together, mostly within the directory.
    let texts = image.bytes(address, size.min(TABLE)).unwrap_or_default();
    for (name, ordinal) in names.chunks_exact(4).zip(ordinals.chunks_exact(2)) {
        let (Some(name), Some(ordinal)) = (LE.u32(name, 0), LE.u16(ordinal, 0)) else { continue };
        let name = at(u64::from(name));
        let within = usize::try_from(name.wrapping_sub(address)).unwrap_or(usize::MAX);
        let Some(name) = text_at(&texts, within, search.longest_name()) else { continue };
        if let Some(target) = LE.u32(&addresses, usize::from(ordinal) * 4) {
            let target = at(u64::from(target));
            let code = object.sections.iter().any(|section| {
                section.content == Content::Code
                    && target >= section.address
                    && target - section.address < section.size
            });
            search.ask(image, object, name, target, if code { Role::Code } else { Role::Data });
        }
    }
}

/// The names of libraries in the import table, or in that of delayed imports.
fn imports(image: &Image<'_>, base: u64, address: u64, step: u64, name: usize, object: &mut Object) {
    for number in 0..1000 {
        let Some(row) = image.bytes(address.wrapping_add(number * step), step) else { return };
        let Some(name) = LE.u32(&row, name).filter(|name| *name != 0) else { return };
        if let Some(name) = image.text(base.wrapping_add(u64::from(name)), NAME as u64) {
            object.needed.push(name);
        }
    }
}

/// GUID and age of the program database that belongs to the file: a CodeView entry `RSDS`.
fn debug_id(image: &Image<'_>, address: u64, size: u64) -> Option<String> {
    let table = image.bytes(address, size.min(28 * 64))?;
    let row = table.chunks_exact(28).find(|row| LE.u32(row, 12) == Some(2))?;
    let bytes = piece(image.at, u64::from(LE.u32(row, 24)?), 24, 24)?;
    bytes.starts_with(b"RSDS").then(|| hex(&bytes[4..]))
}

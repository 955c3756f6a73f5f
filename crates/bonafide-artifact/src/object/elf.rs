//! ELF.

use super::carried;
use super::code::Role;
use super::image::{Endian, Image, Machine, Segment};
use super::search::Search;
use super::{Content, NAME, Object, ObjectFormat, ObjectKind, Section, TABLE, hex, lossy, piece, text_at};
use crate::input::ReadAt;

/// Entries of a header table, at most.
const HEADERS: u64 = 65_536;

struct Header {
    endian: Endian,
    wide: bool,
    kind: u16,
    machine: Machine,
    segments: (u64, u64, u64),
    sections: (u64, u64, u64),
    names: u64,
}

/// A row of the section table.
struct Row {
    name: u32,
    kind: u32,
    flags: u64,
    address: u64,
    offset: u64,
    size: u64,
    link: u32,
}

pub(super) fn read(at: &dyn ReadAt, search: &Search) -> Option<Object> {
    let header = header(at)?;
    let mut object = Object::new(ObjectFormat::Elf, ObjectKind::Other);
    let mut image =
        Image { at, segments: Vec::new(), machine: header.machine, endian: header.endian, wide: header.wide };
    let (dynamic, interpreted) = segments(&header, &mut image, &mut object);
    object.kind = match header.kind {
        2 => ObjectKind::Executable,
        3 if interpreted => ObjectKind::Executable,
        3 => ObjectKind::Shared,
        _ => ObjectKind::Other,
    };
    let rows = sections(&header, &image, &mut object);
    if let Some((offset, size)) = dynamic {
        read_dynamic(&image, offset, size, &mut object);
    }
    for row in &rows {
        // SHT_NOTE, in objects without a PT_NOTE
        if row.kind == 7 && object.build_id.is_none() {
            let bytes = piece(at, row.offset, row.size, 1 << 20);
            object.build_id = bytes.and_then(|bytes| build_id(header.endian, &bytes));
        }
    }
    symbols(&image, &rows, search, &mut object);
    search.look(&image, &mut object);
    carried::read(&image, &mut object);
    Some(object)
}

fn header(at: &dyn ReadAt) -> Option<Header> {
    let mut bytes = vec![0; usize::try_from(at.length().min(64)).ok()?];
    at.read_exact_at(&mut bytes, 0).ok()?;
    let wide = match bytes.get(4)? {
        1 => false,
        2 => true,
        _ => return None,
    };
    let endian = match bytes.get(5)? {
        1 => Endian::Little,
        2 => Endian::Big,
        _ => return None,
    };
    let (kind, machine) = (endian.u16(&bytes, 16)?, endian.u16(&bytes, 18)?);
    let (tables, sizes) = if wide { ((32, 40), 54) } else { ((28, 32), 42) };
    let table = |place: usize, size: usize| {
        let offset = endian.word(&bytes, place, wide)?;
        Some((offset, u64::from(endian.u16(&bytes, size)?), u64::from(endian.u16(&bytes, size + 2)?)))
    };
    Some(Header {
        endian,
        wide,
        kind,
        machine: match machine {
            3 => Machine::X86 { wide: false },
            62 => Machine::X86 { wide: true },
            183 => Machine::Arm64,
            _ => Machine::Other,
        },
        segments: table(tables.0, sizes)?,
        sections: table(tables.1, sizes + 4)?,
        names: u64::from(endian.u16(&bytes, sizes + 8)?),
    })
}

/// Reads the program headers: what is loaded where. Gives the place of the dynamic table, and whether an interpreter is
/// named.
fn segments(header: &Header, image: &mut Image<'_>, object: &mut Object) -> (Option<(u64, u64)>, bool) {
    let (offset, step, count) = header.segments;
    let (mut dynamic, mut interpreted) = (None, false);
    if count == 0 {
        return (dynamic, interpreted);
    }
    let least = if header.wide { 56 } else { 32 };
    let table = count.checked_mul(step).filter(|_| step >= least);
    let Some(bytes) = table.and_then(|size| piece(image.at, offset, size, TABLE)) else {
        object.damaged("its program headers cannot be read");
        return (dynamic, interpreted);
    };
    let (endian, wide) = (header.endian, header.wide);
    for row in bytes.chunks_exact(usize::try_from(step).unwrap_or(usize::MAX)) {
        let word = |narrow: usize, broad: usize| endian.word(row, if wide { broad } else { narrow }, wide);
        let (Some(kind), Some(offset), Some(address), Some(size)) =
            (endian.u32(row, 0), word(4, 8), word(8, 16), word(16, 32))
        else {
            continue;
        };
        match kind {
            1 => image.segments.push(Segment { address, offset, size }),
            2 => dynamic = Some((offset, size)),
            3 => interpreted = true,
            4 if object.build_id.is_none() => {
                let notes = piece(image.at, offset, size, 1 << 20);
                object.build_id = notes.and_then(|notes| build_id(endian, &notes));
            }
            _ => {}
        }
    }
    (dynamic, interpreted)
}

/// The GNU build id among notes: name `GNU`, type 3.
fn build_id(endian: Endian, mut notes: &[u8]) -> Option<String> {
    loop {
        let (name, size) = (endian.u32(notes, 0)? as usize, endian.u32(notes, 4)? as usize);
        let kind = endian.u32(notes, 8)?;
        let padded = |size: usize| size.checked_add(3).map(|size| size & !3);
        let body = 12_usize.checked_add(padded(name)?)?;
        let end = body.checked_add(padded(size)?)?;
        if kind == 3 && notes.get(12..12 + name)? == b"GNU\0" {
            let id = notes.get(body..body.checked_add(size)?)?;
            return (!id.is_empty() && id.len() <= 64).then(|| hex(id));
        }
        notes = notes.get(end..)?;
    }
}

fn sections(header: &Header, image: &Image<'_>, object: &mut Object) -> Vec<Row> {
    let (offset, step, mut count) = header.sections;
    let least = if header.wide { 64 } else { 40 };
    if offset == 0 || step == 0 {
        return Vec::new();
    }
    let mut names = header.names;
    let parse = |row: &[u8]| {
        let word = |narrow: usize, broad: usize| {
            header.endian.word(row, if header.wide { broad } else { narrow }, header.wide)
        };
        Some(Row {
            name: header.endian.u32(row, 0)?,
            kind: header.endian.u32(row, 4)?,
            flags: word(8, 8)?,
            address: word(12, 16)?,
            offset: word(16, 24)?,
            size: word(20, 32)?,
            link: header.endian.u32(row, if header.wide { 40 } else { 24 })?,
        })
    };
    // With very many sections their number, and that of the name table, stand in the first row.
    if step >= least
        && (count == 0 || names == 0xffff)
        && let Some(first) = piece(image.at, offset, step, TABLE).and_then(|bytes| parse(&bytes))
    {
        count = if count == 0 { first.size } else { count };
        names = if names == 0xffff { u64::from(first.link) } else { names };
    }
    let table = count.min(HEADERS).checked_mul(step).filter(|_| step >= least);
    let Some(bytes) = table.and_then(|size| piece(image.at, offset, size, TABLE)) else {
        object.damaged("its section headers cannot be read");
        return Vec::new();
    };
    let rows: Vec<Row> =
        bytes.chunks_exact(usize::try_from(step).unwrap_or(usize::MAX)).filter_map(parse).collect();
    let strings = usize::try_from(names).ok().and_then(|at| rows.get(at));
    let strings = strings.and_then(|row| piece(image.at, row.offset, row.size, 1 << 20)).unwrap_or_default();
    for row in &rows {
        let name = lossy(text_at(&strings, row.name as usize, NAME).unwrap_or_default());
        if name == ".comment" {
            let bytes = piece(image.at, row.offset, row.size, 1 << 20).unwrap_or_default();
            bytes.split(|byte| *byte == 0).for_each(|text| object.add_producer(&lossy(text)));
        }
        let loaded = row.flags & 2 != 0;
        let content = match row.kind {
            1 if loaded && row.flags & 4 != 0 => Content::Code,
            1 if loaded && !is_table(&name) => Content::Data,
            _ => Content::Other,
        };
        let size = if row.kind == 8 || row.kind == 0 { 0 } else { row.size };
        object.add_section(Section { name, offset: row.offset, size, address: row.address, content });
    }
    rows
}

/// Data of the linker and the unwinder, in which no text is.
fn is_table(name: &str) -> bool {
    matches!(
        name,
        ".eh_frame"
            | ".eh_frame_hdr"
            | ".gcc_except_table"
            | ".got"
            | ".got.plt"
            | ".interp"
            | ".data.rel.ro"
    )
}

/// Soname and needed libraries.
fn read_dynamic(image: &Image<'_>, offset: u64, size: u64, object: &mut Object) {
    let Some(table) = piece(image.at, offset, size, 1 << 20) else {
        return object.damaged("its dynamic table cannot be read");
    };
    let step = if image.wide { 16 } else { 8 };
    let rows: Vec<(u64, u64)> = table
        .chunks_exact(step)
        .filter_map(|row| {
            let tag = image.endian.word(row, 0, image.wide)?;
            Some((tag, image.endian.word(row, step / 2, image.wide)?))
        })
        .take_while(|(tag, _)| *tag != 0)
        .collect();
    let value = |wanted: u64| rows.iter().find(|(tag, _)| *tag == wanted).map(|(_, value)| *value);
    let Some(strings) = value(5) else { return };
    for (tag, place) in &rows {
        if !matches!(tag, 1 | 14) {
            continue;
        }
        let text = strings.checked_add(*place).and_then(|address| image.text(address, NAME as u64));
        match (tag, text) {
            (14, Some(text)) => object.name = Some(text),
            (_, Some(text)) if object.needed.len() < 1000 => object.needed.push(text),
            (_, Some(_)) => {}
            (_, None) => object.damaged("a name in its dynamic table cannot be read"),
        }
    }
}

/// Counts exported symbols and answers those that are asked for.
fn symbols(image: &Image<'_>, rows: &[Row], search: &Search, object: &mut Object) {
    // SHT_DYNSYM
    let Some(row) = rows.iter().find(|row| row.kind == 11) else { return };
    let strings = usize::try_from(row.link).ok().and_then(|at| rows.get(at));
    let table = piece(image.at, row.offset, row.size, TABLE);
    let strings = strings.and_then(|row| piece(image.at, row.offset, row.size, TABLE));
    let (Some(table), Some(strings)) = (table, strings) else {
        return object.damaged("its symbol table cannot be read");
    };
    for row in table.chunks_exact(if image.wide { 24 } else { 16 }) {
        let endian = image.endian;
        let fields = if image.wide {
            (endian.u32(row, 0), row[4], endian.u16(row, 6), endian.u64(row, 8))
        } else {
            (endian.u32(row, 0), row[12], endian.u16(row, 14), endian.u32(row, 4).map(u64::from))
        };
        let (Some(name), info, Some(section), Some(address)) = fields else { continue };
        if section == 0 || info >> 4 == 0 {
            continue;
        }
        object.exports = object.exports.saturating_add(1);
        if search.asks()
            && let Some(name) = text_at(&strings, name as usize, search.longest_name())
        {
            let role = match info & 15 {
                1 => Role::Data,
                2 | 10 => Role::Code,
                _ => Role::Unknown,
            };
            search.ask(image, object, name, address, role);
        }
    }
}

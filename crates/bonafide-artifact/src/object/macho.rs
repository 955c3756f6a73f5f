//! Mach-O, thin and fat.

use super::carried;
use super::code::Role;
use super::image::{Endian, Image, Machine, Segment};
use super::search::Search;
use super::{Content, NAME, Object, ObjectFormat, ObjectKind, Section, TABLE, hex, lossy, piece, text_at};
use crate::input::ReadAt;

/// Architectures in one fat file, at most. Java class files have the same first bytes and a larger number there.
const SLICES: u32 = 30;

pub(super) fn is_macho(head: &[u8]) -> bool {
    match head.get(..4) {
        Some([0xce | 0xcf, 0xfa, 0xed, 0xfe] | [0xfe, 0xed, 0xfa, 0xce | 0xcf]) => true,
        Some([0xca, 0xfe, 0xba, 0xbe | 0xbf]) => {
            Endian::Big.u32(head, 4).is_some_and(|count| (1..=SLICES).contains(&count))
        }
        _ => false,
    }
}

pub(super) fn read(at: &dyn ReadAt, search: &Search) -> Option<Object> {
    let head = piece(at, 0, 8, 8)?;
    if !is_macho(&head) {
        return None;
    }
    if head[0] != 0xca {
        return slice(at, 0, at.length(), search);
    }
    let wide = head[3] == 0xbf;
    let count = Endian::Big.u32(&head, 4)?;
    let step: u64 = if wide { 32 } else { 20 };
    let table = piece(at, 8, u64::from(count) * step, TABLE)?;
    let mut whole: Option<Object> = None;
    for row in table.chunks_exact(step as usize) {
        let offset = Endian::Big.word(row, 8, wide)?;
        let size = Endian::Big.word(row, if wide { 16 } else { 12 }, wide)?;
        match (slice(at, offset, size, search), &mut whole) {
            (Some(object), None) => whole = Some(object),
            // All slices are one program: what only another one says is said too.
            (Some(object), Some(whole)) => whole.hits.extend(object.hits),
            (None, Some(whole)) => whole.damaged("one of its architectures cannot be read"),
            (None, None) => {}
        }
    }
    whole
}

fn slice(at: &dyn ReadAt, base: u64, size: u64, search: &Search) -> Option<Object> {
    let head = piece(at, base, 32.min(size), 32)?;
    let (endian, wide) = match head.get(..4)? {
        [0xce, 0xfa, 0xed, 0xfe] => (Endian::Little, false),
        [0xcf, 0xfa, 0xed, 0xfe] => (Endian::Little, true),
        [0xfe, 0xed, 0xfa, 0xce] => (Endian::Big, false),
        [0xfe, 0xed, 0xfa, 0xcf] => (Endian::Big, true),
        _ => return None,
    };
    let machine = match endian.u32(&head, 4)? {
        7 => Machine::X86 { wide: false },
        0x0100_0007 => Machine::X86 { wide: true },
        0x0100_000c => Machine::Arm64,
        _ => Machine::Other,
    };
    let kind = match endian.u32(&head, 12)? {
        2 => ObjectKind::Executable,
        6 | 8 => ObjectKind::Shared,
        _ => ObjectKind::Other,
    };
    let mut object = Object::new(ObjectFormat::MachO, kind);
    let mut image = Image { at, segments: Vec::new(), machine, endian, wide };
    let (count, length) = (endian.u32(&head, 16)?, endian.u32(&head, 20)?);
    let Some(commands) = piece(at, base + if wide { 32 } else { 28 }, u64::from(length), 16 << 20) else {
        object.damaged("its load commands cannot be read");
        return Some(object);
    };
    let mut symbols = None;
    let mut rest = &commands[..];
    for _ in 0..count {
        let (Some(command), Some(size)) = (endian.u32(rest, 0), endian.u32(rest, 4)) else { break };
        let Some(body) = rest.get(..size as usize).filter(|body| body.len() >= 8) else {
            object.damaged("a load command is cut off");
            break;
        };
        match command & 0x7fff_ffff {
            0x1 => segment(body, base, false, &mut image, &mut object),
            0x19 => segment(body, base, true, &mut image, &mut object),
            // LC_ID_DYLIB; LC_LOAD_DYLIB and its weak, upward, re-exported and lazy kinds
            0xd => {
                object.name = dylib(endian, body);
                object.current = endian.u32(body, 16).map(|it| [it >> 16, it >> 8 & 0xff, it & 0xff]);
            }
            0xc | 0x18 | 0x1f | 0x20 | 0x23 if object.needed.len() < 1000 => {
                object.needed.extend(dylib(endian, body));
            }
            0x1b => object.build_id = body.get(8..24).map(hex),
            0x2 => symbols = Some(body),
            _ => {}
        }
        rest = &rest[size as usize..];
    }
    if let Some(body) = symbols {
        read_symbols(&image, base, body, search, &mut object);
    }
    search.look(&image, &mut object);
    carried::read(&image, &mut object);
    Some(object)
}

/// The name in a library's load command.
fn dylib(endian: Endian, body: &[u8]) -> Option<String> {
    let at = endian.u32(body, 8)? as usize;
    let rest = body.get(at..)?;
    let end = memchr::memchr(0, rest).unwrap_or(rest.len());
    (end <= NAME).then(|| lossy(&rest[..end]))
}

fn segment(body: &[u8], base: u64, wide: bool, image: &mut Image<'_>, object: &mut Object) {
    let endian = image.endian;
    let word = |narrow: usize, broad: usize| endian.word(body, if wide { broad } else { narrow }, wide);
    let (Some(address), Some(offset), Some(size)) = (word(24, 24), word(32, 40), word(36, 48)) else {
        return object.damaged("a segment cannot be read");
    };
    image.segments.push(Segment { address, offset: base.saturating_add(offset), size });
    let count = endian.u32(body, if wide { 64 } else { 48 }).unwrap_or(0);
    let (start, step) = if wide { (72, 80) } else { (56, 68) };
    let rows = body.get(start..).unwrap_or_default().chunks_exact(step);
    for row in rows.take(count as usize) {
        let text = |from: usize| {
            let name = row.get(from..from + 16).unwrap_or_default();
            lossy(&name[..memchr::memchr(0, name).unwrap_or(name.len())])
        };
        let (name, segment) = (text(0), text(16));
        let fields = (
            endian.word(row, 32, wide),
            endian.word(row, if wide { 40 } else { 36 }, wide),
            endian.u32(row, if wide { 48 } else { 40 }),
            endian.u32(row, if wide { 64 } else { 56 }),
        );
        let (Some(address), Some(size), Some(offset), Some(flags)) = fields else { continue };
        // S_ZEROFILL, S_GB_ZEROFILL, S_THREAD_LOCAL_ZEROFILL have no bytes; S_ATTR_*_INSTRUCTIONS are code
        let empty = matches!(flags & 0xff, 1 | 12 | 18);
        let content = if flags & 0x8000_0400 != 0 {
            Content::Code
        } else if empty || segment == "__DWARF" || name.contains("unwind") || name == "__eh_frame" {
            Content::Other
        } else {
            Content::Data
        };
        object.add_section(Section {
            name: format!("{segment},{name}"),
            offset: base.saturating_add(u64::from(offset)),
            size: if empty { 0 } else { size },
            address,
            content,
        });
    }
}

/// Counts exported symbols and answers those that are asked for. In C a symbol has an underscore before its name.
fn read_symbols(image: &Image<'_>, base: u64, body: &[u8], search: &Search, object: &mut Object) {
    let endian = image.endian;
    let field = |at: usize| endian.u32(body, at).map(u64::from);
    let (Some(offset), Some(count), Some(strings), Some(length)) =
        (field(8), field(12), field(16), field(20))
    else {
        return object.damaged("its symbol table cannot be read");
    };
    let step: u64 = if image.wide { 16 } else { 12 };
    let table = piece(image.at, base.saturating_add(offset), count * step, TABLE);
    let strings = piece(image.at, base.saturating_add(strings), length, TABLE);
    let (Some(table), Some(strings)) = (table, strings) else {
        return object.damaged("its symbol table cannot be read");
    };
    for row in table.chunks_exact(step as usize) {
        let (Some(name), Some(address)) = (endian.u32(row, 0), endian.word(row, 8, image.wide)) else {
            continue;
        };
        // External, defined in a section, no debugging entry.
        if row[4] & 0xe0 != 0 || row[4] & 0x0f != 0x0f {
            continue;
        }
        object.exports = object.exports.saturating_add(1);
        if search.asks()
            && let Some(name) = text_at(&strings, name as usize, search.longest_name())
        {
            let role = match object.sections.get(usize::from(row[5]).wrapping_sub(1)).map(|it| it.content) {
                Some(Content::Code) => Role::Code,
                _ => Role::Data,
            };
            search.ask(image, object, name.strip_prefix(b"_").unwrap_or(name), address, role);
        }
    }
}

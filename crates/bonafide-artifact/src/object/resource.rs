//! The version resource of a PE file.
//!
//! Resources are a tree of three levels: type, name, language. Type 16 is the version: a block of UTF-16 texts, in which
//! `StringFileInfo` holds pairs such as `FileVersion` and `1.6.58`.

use super::image::{Endian, Image};

const LE: Endian = Endian::Little;
/// RT_VERSION.
const VERSION: u32 = 16;

/// The pairs of the first version resource, in their order.
pub(super) fn version(image: &Image<'_>, base: u64, address: u64, size: u64) -> Vec<(String, String)> {
    block(image, base, address, size).map_or_else(Vec::new, |bytes| {
        let mut pairs = Vec::new();
        collect(&bytes, 0, &mut pairs);
        pairs
    })
}

fn block(image: &Image<'_>, base: u64, address: u64, size: u64) -> Option<Vec<u8>> {
    let size = size.min(16 << 20);
    let types = children(image, address, 0)?;
    let (_, names) = *types.iter().find(|(id, _)| *id == VERSION)?;
    let (_, languages) = *children(image, address, folder(names)?)?.first()?;
    let (_, leaf) = *children(image, address, folder(languages)?)?.first()?;
    if leaf & 0x8000_0000 != 0 || u64::from(leaf) > size {
        return None;
    }
    let row = image.bytes(address.wrapping_add(u64::from(leaf)), 16)?;
    let (place, length) = (LE.u32(&row, 0)?, LE.u32(&row, 4)?);
    image.bytes(base.wrapping_add(u64::from(place)), u64::from(length.min(1 << 16)))
}

/// The place of a folder, whose highest bit is set.
pub(crate) fn folder(place: u32) -> Option<u64> {
    (place & 0x8000_0000 != 0).then(|| u64::from(place & 0x7fff_ffff))
}

/// Id and place of what is in a folder of resources; those with names have an id with the highest bit set.
pub(crate) fn children(image: &Image<'_>, address: u64, at: u64) -> Option<Vec<(u32, u32)>> {
    let head = image.bytes(address.wrapping_add(at), 16)?;
    let count = u64::from(LE.u16(&head, 12)?) + u64::from(LE.u16(&head, 14)?);
    let rows = image.bytes(address.wrapping_add(at + 16), count.min(4096) * 8)?;
    Some(rows.chunks_exact(8).filter_map(|row| Some((LE.u32(row, 0)?, LE.u32(row, 4)?))).collect())
}

/// Collects the texts of a block and of the blocks in it. A block: length, length of its value, type (1: text), key in
/// UTF-16, value, children, each at a multiple of 4.
fn collect(bytes: &[u8], depth: u32, pairs: &mut Vec<(String, String)>) {
    let mut at = 0;
    while let (Some(length), Some(value), Some(kind)) =
        (LE.u16(bytes, at), LE.u16(bytes, at + 2), LE.u16(bytes, at + 4))
    {
        let Some(block) = bytes.get(at..at + usize::from(length)).filter(|block| block.len() >= 6) else {
            return;
        };
        let (key, end) = wide_text(block, 6);
        let from = end.next_multiple_of(4);
        let value_bytes = if kind == 1 { usize::from(value) * 2 } else { usize::from(value) };
        if depth == 3 && kind == 1 && pairs.len() < 100 {
            let (text, _) = wide_text(&block[..block.len().min(from + value_bytes)], from);
            let text = text.trim();
            if !text.is_empty() {
                pairs.push((key, text.chars().take(400).collect()));
            }
        } else if depth < 3 && key != "VarFileInfo" {
            collect(
                block.get(from + value_bytes.next_multiple_of(4)..).unwrap_or_default(),
                depth + 1,
                pairs,
            );
        }
        at += usize::from(length).next_multiple_of(4);
    }
}

/// The text in UTF-16 up to its zero, and where what follows begins.
fn wide_text(bytes: &[u8], from: usize) -> (String, usize) {
    let units: Vec<u16> = bytes
        .get(from..)
        .unwrap_or_default()
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .take_while(|unit| *unit != 0)
        .collect();
    (String::from_utf16_lossy(&units), from + units.len() * 2 + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(key: &str, kind: u16, value: &[u8], children: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; 6];
        bytes.extend(key.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes.extend(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes.extend(children);
        let length = u16::try_from(bytes.len()).unwrap();
        bytes[..2].copy_from_slice(&length.to_le_bytes());
        let units = if kind == 1 { value.len() / 2 } else { value.len() };
        bytes[2..4].copy_from_slice(&u16::try_from(units).unwrap().to_le_bytes());
        bytes[4..6].copy_from_slice(&kind.to_le_bytes());
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn pairs_are_read_and_hostile_blocks_end() {
        let text: Vec<u8> = "1.2.3".encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let pair = block("FileVersion", 1, &text, &[]);
        let table = block("040904b0", 1, &[], &pair);
        let info = block("StringFileInfo", 1, &[], &table);
        let root = block("VS_VERSION_INFO", 0, &[7; 52], &info);
        let mut pairs = Vec::new();
        collect(&root, 0, &mut pairs);
        assert_eq!(pairs, [("FileVersion".to_owned(), "1.2.3".to_owned())]);
        for cut in 0..root.len() {
            collect(&root[..cut], 0, &mut Vec::new());
            let mut flipped = root.clone();
            flipped[cut] ^= 0xff;
            collect(&flipped, 0, &mut Vec::new());
        }
    }
}

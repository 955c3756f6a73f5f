//! Numbers and texts into bytes, and sections into a file.

use std::collections::HashMap;

use super::{BLOCK, FIXED, FORMAT, MAGIC, SECTIONS, hash};

pub(super) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(super) fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// `(hash, offset)` of each key, sorted.
pub(super) fn index<'k>(keys: impl Iterator<Item = (&'k str, u32)>) -> Vec<u8> {
    let mut rows: Vec<(u64, u32)> = keys.map(|(key, offset)| (hash(key.as_bytes()), offset)).collect();
    rows.sort_unstable();
    let mut out = Vec::with_capacity(rows.len() * 12);
    for (hash, offset) in rows {
        out.extend_from_slice(&hash.to_le_bytes());
        out.extend_from_slice(&offset.to_le_bytes());
    }
    out
}

/// The whole file.
pub(super) fn file(sections: [Vec<u8>; SECTIONS]) -> Vec<u8> {
    let body: Vec<u8> = sections.concat();
    let blocks = body.len().div_ceil(BLOCK);
    let header = FIXED + SECTIONS * 16 + blocks * 4 + 4;
    let mut out = Vec::with_capacity(header + body.len());
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&FORMAT.to_le_bytes());
    out.extend_from_slice(&(blocks as u32).to_le_bytes());
    out.extend_from_slice(&((header + body.len()) as u64).to_le_bytes());
    let mut offset = 0_u64;
    for section in &sections {
        out.extend_from_slice(&offset.to_le_bytes());
        out.extend_from_slice(&(section.len() as u64).to_le_bytes());
        offset += section.len() as u64;
    }
    for block in body.chunks(BLOCK) {
        out.extend_from_slice(&crc32fast::hash(block).to_le_bytes());
    }
    let checksum = crc32fast::hash(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    out.extend_from_slice(&body);
    out
}

/// Sets joined step by step.
#[derive(Debug, Default)]
pub(crate) struct Joined {
    parent: Vec<usize>,
    names: HashMap<String, usize>,
}

impl Joined {
    /// The number of a name, in the order in which names came.
    pub(crate) fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.names.get(name) {
            return *number;
        }
        self.parent.push(self.parent.len());
        self.names.insert(name.to_owned(), self.parent.len() - 1);
        self.parent.len() - 1
    }

    /// The number that stands for the whole set.
    pub(crate) fn root(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    pub(crate) fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        let (low, high) = (left.min(right), left.max(right));
        self.parent[high] = low;
    }
}

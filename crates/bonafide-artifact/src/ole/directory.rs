//! The directory: its entries, and the tree that they make.

use crate::fault::{Fault, FaultKind};

/// Bytes of an entry.
pub(super) const ENTRY: usize = 128;
const NONE: u32 = 0xffff_ffff;
/// Storages inside storages, at most.
const DEEPEST: usize = 64;

/// One entry.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: Vec<u16>,
    pub(super) kind: u8,
    left: u32,
    right: u32,
    child: u32,
    pub(super) start: u32,
    pub(super) size: u64,
    /// Seconds since 1970.
    pub(super) mtime: Option<i64>,
}

pub(super) const STORAGE: u8 = 1;
pub(super) const STREAM: u8 = 2;
pub(super) const ROOT: u8 = 5;

impl Entry {
    pub(super) fn parse(bytes: &[u8; ENTRY], long_sizes: bool) -> Self {
        let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let long = |at: usize| u32::from(short(at)) | u32::from(short(at + 2)) << 16;
        let quad = |at: usize| u64::from(long(at)) | u64::from(long(at + 4)) << 32;
        let units = (usize::from(short(64)) / 2).saturating_sub(1).min(31);
        Self {
            name: (0..units).map(|unit| short(unit * 2)).collect(),
            kind: bytes[66],
            left: long(68),
            right: long(72),
            child: long(76),
            start: long(116),
            // Version 3 may leave the upper half undefined.
            size: if long_sizes { quad(120) } else { u64::from(long(120)) },
            // 100 nanoseconds since 1601.
            mtime: match quad(108) {
                0 => None,
                time => i64::try_from(time / 10_000_000).ok().map(|seconds| seconds - 11_644_473_600),
            },
        }
    }
}

/// The entries below the root in the order of their tree, each with its path: numbers of entries, outermost first. A
/// fault where the tree does not hold together.
pub(super) fn order(entries: &[Entry]) -> (Vec<Vec<usize>>, Option<Fault>) {
    let mut seen = vec![false; entries.len()];
    let mut paths = Vec::new();
    let broken = |message: &str| Some(Fault::new(FaultKind::Malformed, message));
    // What is still to be done: an entry's left side, or the entry itself and all after it.
    enum Step {
        Into(u32, Vec<usize>),
        Tell(usize, Vec<usize>),
    }
    let Some(root) = entries.first() else { return (paths, broken("a directory without a root")) };
    let mut steps = vec![Step::Into(root.child, Vec::new())];
    while let Some(step) = steps.pop() {
        match step {
            Step::Into(NONE, _) => {}
            Step::Into(number, folder) => {
                let index = usize::try_from(number).unwrap_or(usize::MAX);
                let Some(entry) = entries.get(index).filter(|entry| matches!(entry.kind, STORAGE | STREAM))
                else {
                    return (paths, broken("the directory leads to an entry that is none"));
                };
                if std::mem::replace(&mut seen[index], true) {
                    return (paths, broken("the directory goes round in a circle"));
                }
                steps.push(Step::Tell(index, folder.clone()));
                steps.push(Step::Into(entry.left, folder));
            }
            Step::Tell(index, folder) => {
                let entry = &entries[index];
                let path = [&folder[..], &[index]].concat();
                steps.push(Step::Into(entry.right, folder));
                if entry.kind == STORAGE && path.len() < DEEPEST {
                    steps.push(Step::Into(entry.child, path.clone()));
                } else if entry.kind == STORAGE {
                    return (paths, broken("storages are nested too deep"));
                }
                paths.push(path);
            }
        }
    }
    (paths, None)
}

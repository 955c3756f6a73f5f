//! The store and its tree of paths.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::fault::{Fault, FaultKind};
use crate::limits::Limits;

/// Folders inside folders, at most.
const DEEPEST: usize = 512;
/// Bytes of a store that stand behind one path at least: two pairs of places in the index.
const BYTES_A_PATH: usize = 16;

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemKind {
    File,
    Folder,
    Link,
    Device,
}

/// What the bill says of one path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) kind: ItemKind,
    /// Permission bits.
    pub(super) mode: u32,
    /// The lower 32 bits of the size.
    pub(super) size: u32,
    pub(super) sum: u32,
    pub(super) seen: bool,
}

/// A bill: items by a hash of their paths.
#[derive(Debug, Default)]
pub(crate) struct Bom {
    pub(super) items: HashMap<u64, Item>,
}

/// One path as the tree has it.
struct Path<'b> {
    parent: u32,
    name: &'b [u8],
    item: Item,
}

impl Bom {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Fault> {
        let store = Store::open(bytes).ok_or_else(|| broken("its blocks do not fit into it"))?;
        let root = store.variable(b"Paths").ok_or_else(|| broken("it has no variable `Paths`"))?;
        let paths = store.paths(root, limits)?;
        let mut bom = Self::default();
        // Hashes of folders by their numbers; the root has none of its own.
        let mut known = HashMap::from([(0, root_hash())]);
        for &id in paths.keys() {
            let mut chain = Vec::new();
            let mut at = id;
            while !known.contains_key(&at) {
                let path =
                    paths.get(&at).ok_or_else(|| broken("a path lies in a folder that it does not list"))?;
                chain.push(at);
                if chain.len() > DEEPEST {
                    return Err(broken("its folders go round in a circle, or too deep"));
                }
                at = path.parent;
            }
            while let Some(next) = chain.pop() {
                let hash = join(known[&at], paths[&next].name);
                known.insert(next, hash);
                bom.items.insert(hash, paths[&next].item);
                at = next;
            }
        }
        Ok(bom)
    }

    /// The item of a path, which then counts as seen.
    pub(super) fn see(&mut self, path: &[u8]) -> Option<Item> {
        let hash = path.split(|&byte| byte == b'/').fold(root_hash(), join);
        let item = self.items.get_mut(&hash)?;
        item.seen = true;
        Some(*item)
    }
}

fn root_hash() -> u64 {
    0
}

/// The hash of a folder's member. A name that stays where it is changes nothing.
fn join(folder: u64, name: &[u8]) -> u64 {
    if name.is_empty() || name == b"." {
        return folder;
    }
    let mut hasher = DefaultHasher::new();
    (folder, name).hash(&mut hasher);
    hasher.finish()
}

fn broken(what: &str) -> Fault {
    Fault::new(FaultKind::Malformed, format!("the bill of materials is damaged: {what}"))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn place(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(word(bytes, at)?).ok()
}

struct Store<'b> {
    bytes: &'b [u8],
    index: &'b [u8],
    variables: &'b [u8],
}

impl<'b> Store<'b> {
    fn open(bytes: &'b [u8]) -> Option<Self> {
        if !bytes.starts_with(b"BOMStore") {
            return None;
        }
        let run = |at: usize| {
            let start = place(bytes, at)?;
            bytes.get(start..start.checked_add(place(bytes, at + 4)?)?)
        };
        Some(Self { bytes, index: run(16)?, variables: run(24)? })
    }

    fn block(&self, number: u32) -> Option<&'b [u8]> {
        let at = usize::try_from(number).ok()?.checked_mul(8)?.checked_add(4)?;
        let (start, length) = (place(self.index, at)?, place(self.index, at.checked_add(4)?)?);
        self.bytes.get(start..start.checked_add(length)?)
    }

    /// A block that is a node of a tree: whether it is a leaf (2), a count (2), the next and the last one (4 each), pairs.
    fn node(&self, number: u32) -> Option<&'b [u8]> {
        self.block(number).filter(|node| node.len() >= 12)
    }

    fn variable(&self, wanted: &[u8]) -> Option<u32> {
        let mut at = 4_usize;
        for _ in 0..word(self.variables, 0)? {
            let (number, length) = (word(self.variables, at)?, usize::from(*self.variables.get(at + 4)?));
            if self.variables.get(at + 5..at + 5 + length)? == wanted {
                return Some(number);
            }
            at += 5 + length;
        }
        None
    }

    /// All paths by their numbers.
    fn paths(&self, root: u32, limits: &Limits) -> Result<BTreeMap<u32, Path<'b>>, Fault> {
        let most =
            (self.bytes.len() / BYTES_A_PATH).min(usize::try_from(limits.entries).unwrap_or(usize::MAX));
        let damaged = || broken("its tree of paths does not hold together");
        let tree = self.block(root).filter(|tree| tree.starts_with(b"tree")).ok_or_else(damaged)?;
        let mut node = word(tree, 8).and_then(|child| self.node(child)).ok_or_else(damaged)?;
        // Down to the first leaf.
        let mut depth = 0;
        while node[..2] == [0, 0] {
            depth += 1;
            if depth > 64 {
                return Err(damaged());
            }
            node = word(node, 12).and_then(|first| self.node(first)).ok_or_else(damaged)?;
        }
        let mut paths = BTreeMap::new();
        let mut leaves = 0;
        loop {
            let count = usize::from(u16::from_be_bytes([node[2], node[3]]));
            for pair in 0..count {
                let (id, path) = self.path(node, 12 + pair * 8).ok_or_else(damaged)?;
                if paths.len() == most {
                    return Err(broken("it has more paths than bytes for them"));
                }
                paths.insert(id, path);
            }
            leaves += 1;
            match word(node, 4) {
                None | Some(0) => return Ok(paths),
                Some(_) if leaves > most => return Err(damaged()),
                Some(next) => node = self.node(next).ok_or_else(damaged)?,
            }
        }
    }

    fn path(&self, node: &[u8], at: usize) -> Option<(u32, Path<'b>)> {
        let (first, second) = (self.block(word(node, at)?)?, self.block(word(node, at + 4)?)?);
        let (id, details) = (word(first, 0)?, self.block(word(first, 4)?)?);
        let kind = match details.first()? {
            1 => ItemKind::File,
            2 => ItemKind::Folder,
            3 => ItemKind::Link,
            _ => ItemKind::Device,
        };
        let mode = u32::from(u16::from_be_bytes(details.get(4..6)?.try_into().ok()?)) & 0o7777;
        let (size, sum) = (word(details, 18)?, word(details, 23).unwrap_or(0));
        let name = second.get(4..)?.split(|&byte| byte == 0).next()?;
        let item = Item { kind, mode, size, sum, seen: false };
        Some((id, Path { parent: word(second, 0)?, name, item }))
    }
}

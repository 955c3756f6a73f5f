//! Builds XAR archives, bills of materials and pbzx payloads: what flat packages of macOS are made of.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

use sha2::Digest as _;

use crate::{XzCheck, xz};

/// How the body of a file lies in the heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum XarEncoding {
    /// As it is.
    Stored,
    /// A zlib stream, called `application/x-gzip`.
    #[default]
    Zlib,
    /// What the caller made of it, with this media type.
    Made(&'static str),
}

/// The algorithm of all checksums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum XarSum {
    /// Number 1.
    Sha1,
    /// Number 3.
    #[default]
    Sha256,
    /// Number 4.
    Sha512,
}

impl XarSum {
    fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => sha1::Sha1::digest(bytes).to_vec(),
            Self::Sha256 => sha2::Sha256::digest(bytes).to_vec(),
            Self::Sha512 => sha2::Sha512::digest(bytes).to_vec(),
        }
    }

    const fn style(self) -> (&'static str, u32) {
        match self {
            Self::Sha1 => ("sha1", 1),
            Self::Sha256 => ("sha256", 3),
            Self::Sha512 => ("sha512", 4),
        }
    }
}

#[derive(Clone, Debug)]
enum Node {
    File(Vec<u8>, Vec<u8>, XarEncoding),
    Folder(BTreeMap<String, Self>),
    Raw(String),
}

/// A XAR in the making.
#[derive(Clone, Debug, Default)]
pub struct XarBuilder {
    sum: XarSum,
    root: BTreeMap<String, Node>,
    gap: usize,
}

impl XarBuilder {
    /// Without members.
    #[must_use]
    pub const fn new(sum: XarSum) -> Self {
        Self { sum, root: BTreeMap::new(), gap: 0 }
    }

    /// Adds a file as a zlib stream; folders are made as needed. Members are sorted by their names.
    ///
    /// # Panics
    /// Never: writing to memory cannot fail.
    #[must_use]
    pub fn file(self, path: &str, body: &[u8]) -> Self {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
        encoder.write_all(body).expect("memory takes all");
        let packed = encoder.finish().expect("memory takes all");
        self.packed(path, body, &packed, XarEncoding::Zlib)
    }

    /// Adds a file as it is.
    #[must_use]
    pub fn stored(self, path: &str, body: &[u8]) -> Self {
        self.packed(path, body, body, XarEncoding::Stored)
    }

    /// Adds a file whose bytes in the heap are given.
    #[must_use]
    pub fn packed(mut self, path: &str, body: &[u8], packed: &[u8], encoding: XarEncoding) -> Self {
        self.insert(path, Node::File(body.to_vec(), packed.to_vec(), encoding));
        self
    }

    /// Adds an empty folder.
    #[must_use]
    pub fn folder(mut self, path: &str) -> Self {
        self.insert(path, Node::Folder(BTreeMap::new()));
        self
    }

    /// Adds the content of a `file` element as it stands.
    #[must_use]
    pub fn raw(mut self, path: &str, xml: &str) -> Self {
        self.insert(path, Node::Raw(xml.to_owned()));
        self
    }

    /// Leaves so many bytes between any two bodies that nobody claims.
    #[must_use]
    pub fn gap(self, gap: usize) -> Self {
        Self { gap, ..self }
    }

    fn insert(&mut self, path: &str, node: Node) {
        let mut at = &mut self.root;
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                at.insert(part.to_owned(), node);
                return;
            }
            let folder = at.entry(part.to_owned()).or_insert_with(|| Node::Folder(BTreeMap::new()));
            match folder {
                Node::Folder(inner) => at = inner,
                _ => return,
            }
        }
    }

    /// The archive.
    ///
    /// # Panics
    /// Never: writing to memory cannot fail.
    #[must_use]
    pub fn end(self) -> Vec<u8> {
        let (style, number) = self.sum.style();
        let mut heap = vec![0; self.sum.of(b"").len()];
        let mut files = String::new();
        let mut id = 0;
        self.write(&self.root, &mut id, &mut heap, &mut files);
        let size = self.sum.of(b"").len();
        let toc = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xar><toc><checksum style=\"{style}\"><offset>0</offset><size>{size}</size></checksum>{files}</toc></xar>"
        );
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
        encoder.write_all(toc.as_bytes()).expect("memory takes all");
        let packed = encoder.finish().expect("memory takes all");
        heap[..size].copy_from_slice(&self.sum.of(&packed));
        let mut bytes = b"xar!\0\x1c\0\x01".to_vec();
        bytes.extend_from_slice(&(packed.len() as u64).to_be_bytes());
        bytes.extend_from_slice(&(toc.len() as u64).to_be_bytes());
        bytes.extend_from_slice(&number.to_be_bytes());
        [bytes, packed, heap].concat()
    }

    fn write(&self, nodes: &BTreeMap<String, Node>, id: &mut u32, heap: &mut Vec<u8>, xml: &mut String) {
        let hex =
            |bytes: &[u8]| self.sum.of(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let style = self.sum.style().0;
        for (name, node) in nodes {
            *id += 1;
            let mut inner = String::new();
            let kind = match node {
                Node::Folder(nodes) => {
                    self.write(nodes, id, heap, &mut inner);
                    "<type>directory</type><mode>0755</mode>"
                }
                Node::File(body, packed, encoding) => {
                    let media = match encoding {
                        XarEncoding::Stored => "application/octet-stream",
                        XarEncoding::Zlib => "application/x-gzip",
                        XarEncoding::Made(media) => media,
                    };
                    // Writing to a String cannot fail.
                    let _written = write!(
                        inner,
                        "<data><offset>{}</offset><length>{}</length><size>{}</size><encoding style=\"{media}\"/><archived-checksum style=\"{style}\">{}</archived-checksum><extracted-checksum style=\"{style}\">{}</extracted-checksum></data>",
                        heap.len(),
                        packed.len(),
                        body.len(),
                        hex(packed),
                        hex(body)
                    );
                    heap.extend_from_slice(packed);
                    heap.resize(heap.len() + self.gap, 0xa5);
                    "<type>file</type><mode>0644</mode>"
                }
                Node::Raw(raw) => {
                    inner.push_str(raw);
                    ""
                }
            };
            let _written = write!(
                xml,
                "<file id=\"{id}\"><name>{name}</name>{kind}<uid>0</uid><gid>0</gid><user>root</user><mtime>2024-01-01T00:00:00Z</mtime>{inner}</file>"
            );
        }
    }
}

/// A payload of macOS in chunks of this size; every second chunk is stored.
#[must_use]
pub fn pbzx(body: &[u8], chunk: usize) -> Vec<u8> {
    let mut bytes = b"pbzx".to_vec();
    let long = |number: usize| (number as u64).to_be_bytes();
    bytes.extend_from_slice(&long(chunk));
    for (index, part) in body.chunks(chunk).enumerate() {
        let packed = if index % 2 == 0 { xz(&[part], XzCheck::Crc32, 18) } else { part.to_vec() };
        bytes.extend_from_slice(&long(part.len()));
        bytes.extend_from_slice(&long(packed.len()));
        bytes.extend_from_slice(&packed);
    }
    bytes
}

/// A bill of materials of regular files: path, mode with type bits, size, checksum as `cksum` makes it. Folders are
/// listed as needed, the root as `.`.
#[must_use]
pub fn bom(files: &[(&str, u16, u32, u32)]) -> Vec<u8> {
    // Numbers by path; the root is 1.
    let mut paths = BTreeMap::from([(String::new(), (0_u32, 0o040_755_u16, 0_u32, 0_u32))]);
    for (path, mode, size, sum) in files {
        let mut folder = String::new();
        for part in path.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev() {
            folder = if folder.is_empty() { part.to_owned() } else { format!("{folder}/{part}") };
            paths.entry(folder.clone()).or_insert((0, 0o040_755, 0, 0));
        }
        paths.insert((*path).to_owned(), (0, *mode, *size, *sum));
    }
    for (number, entry) in (1..).zip(paths.values_mut()) {
        entry.0 = number;
    }
    let mut blocks: Vec<Vec<u8>> = vec![Vec::new(), Vec::new(), Vec::new()];
    let mut leaf = vec![0, 1];
    leaf.extend_from_slice(&u16::try_from(paths.len()).unwrap_or(u16::MAX).to_be_bytes());
    leaf.extend_from_slice(&[0; 8]);
    for (path, (number, mode, size, sum)) in &paths {
        let (parent, name) = match path.rsplit_once('/') {
            Some((folder, name)) => (paths[folder].0, name),
            None if path.is_empty() => (0, "."),
            None => (paths[""].0, &**path),
        };
        let kind = if mode >> 12 == 4 { 2 } else { 1 };
        let mut details = vec![kind, 1, 0, 3];
        details.extend_from_slice(&mode.to_be_bytes());
        details.extend_from_slice(&[0; 12]);
        details.extend_from_slice(&size.to_be_bytes());
        details.push(1);
        details.extend_from_slice(&sum.to_be_bytes());
        details.extend_from_slice(&[0; 4]);
        let block = |blocks: &mut Vec<Vec<u8>>, bytes: Vec<u8>| {
            blocks.push(bytes);
            u32::try_from(blocks.len() - 1).unwrap_or(u32::MAX)
        };
        let details = block(&mut blocks, details);
        let first = block(&mut blocks, [number.to_be_bytes(), details.to_be_bytes()].concat());
        let second = block(&mut blocks, [&parent.to_be_bytes()[..], name.as_bytes(), b"\0"].concat());
        leaf.extend_from_slice(&first.to_be_bytes());
        leaf.extend_from_slice(&second.to_be_bytes());
    }
    let count = u32::try_from(paths.len()).unwrap_or(u32::MAX);
    let mut tree = b"tree\0\0\0\x01\0\0\0\x02\0\0\x10\0".to_vec();
    tree.extend_from_slice(&count.to_be_bytes());
    tree.push(0);
    (blocks[1], blocks[2]) = (tree, leaf);
    let word = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes();
    let (mut body, mut index) = (Vec::new(), word(blocks.len()).to_vec());
    for block in &blocks {
        index.extend_from_slice(&word(if block.is_empty() { 0 } else { 512 + body.len() }));
        index.extend_from_slice(&word(block.len()));
        body.extend_from_slice(block);
    }
    let variables = b"\0\0\0\x01\0\0\0\x01\x05Paths";
    let mut bytes = b"BOMStore\0\0\0\x01".to_vec();
    let place = 512 + body.len();
    for field in
        [word(blocks.len()), word(place), word(index.len()), word(place + index.len()), word(variables.len())]
    {
        bytes.extend_from_slice(&field);
    }
    bytes.resize(512, 0);
    [&bytes[..], &body, &index, variables].concat()
}

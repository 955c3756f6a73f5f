//! Builds cabinets.

use crate::lzx::{LzxOptions, lzx};

/// How a folder is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CabMethod {
    /// As it is.
    #[default]
    Stored,
    /// Deflate, each block with the one before as dictionary.
    MsZip,
    /// LZX with the default of its options.
    Lzx,
    /// LZX with options of one's own.
    LzxWith(LzxOptions),
    /// A number of one's own, over stored blocks.
    Other(u16),
}

type Files = Vec<(String, Vec<u8>)>;

const BLOCK: usize = 32 << 10;

/// A cabinet in the making.
#[derive(Clone, Debug, Default)]
pub struct CabBuilder {
    folders: Vec<(CabMethod, Files)>,
    reserve: usize,
}

impl CabBuilder {
    /// Without folders.
    #[must_use]
    pub const fn new() -> Self {
        Self { folders: Vec::new(), reserve: 0 }
    }

    /// Adds a folder of files.
    #[must_use]
    pub fn folder(mut self, method: CabMethod, files: &[(&str, &[u8])]) -> Self {
        let files = files.iter().map(|(name, body)| ((*name).to_owned(), body.to_vec())).collect();
        self.folders.push((method, files));
        self
    }

    /// Reserves so many bytes in header, folders and blocks.
    #[must_use]
    pub fn reserve(self, reserve: usize) -> Self {
        Self { reserve, ..self }
    }

    /// The cabinet.
    #[must_use]
    pub fn end(self) -> Vec<u8> {
        let folders: Vec<_> = self
            .folders
            .iter()
            .map(|(method, files)| {
                let whole: Vec<u8> = files.iter().flat_map(|(_, body)| body.clone()).collect();
                (*method, blocks(*method, &whole))
            })
            .collect();
        let mut files = Vec::new();
        for (number, (_, members)) in self.folders.iter().enumerate() {
            let mut offset = 0;
            for (name, body) in members {
                files.push((name.as_str(), offset, body.len(), short(number)));
                offset += body.len();
            }
        }
        cabinet(&folders, &files, self.reserve, [None, None], 0)
    }
}

/// A set of two cabinets named `one.cab` and `two.cab`: one stored file `f`, of which so many bytes lie in the first one,
/// so that a block is cut in two.
#[must_use]
pub fn cab_set(body: &[u8], first: usize) -> [Vec<u8>; 2] {
    let blocks = blocks(CabMethod::Stored, body);
    let cut = first / BLOCK;
    let inside = first % BLOCK;
    let mut left = blocks[..cut].to_vec();
    let mut right = blocks[cut..].to_vec();
    left.push((right[0].0[..inside].to_vec(), 0));
    right[0].0.drain(..inside);
    let file = |span| [("f", 0, body.len(), span)];
    [
        cabinet(&[(CabMethod::Stored, left)], &file(0xfffe), 0, [None, Some("two.cab")], 0),
        cabinet(&[(CabMethod::Stored, right)], &file(0xfffd), 0, [Some("one.cab"), None], 1),
    ]
}

/// Compressed bytes of each block, and how many bytes they stand for.
fn blocks(method: CabMethod, whole: &[u8]) -> Vec<(Vec<u8>, usize)> {
    match method {
        CabMethod::Lzx => return lzx(whole, LzxOptions::default()),
        CabMethod::LzxWith(options) => return lzx(whole, options),
        _ => {}
    }
    let mut before: &[u8] = &[];
    whole
        .chunks(BLOCK)
        .map(|chunk| {
            let packed = match method {
                CabMethod::MsZip => mszip(before, chunk),
                _ => chunk.to_vec(),
            };
            before = chunk;
            (packed, chunk.len())
        })
        .collect()
}

fn mszip(before: &[u8], chunk: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::Compress::new(flate2::Compression::new(6), false);
    if !before.is_empty() {
        encoder.set_dictionary(before).expect("a stream that has not begun takes it");
    }
    let mut bytes = vec![0; chunk.len() + 1024];
    encoder.compress(chunk, &mut bytes, flate2::FlushCompress::Finish).expect("there is room for all");
    bytes.truncate(usize::try_from(encoder.total_out()).unwrap_or(0));
    [b"CK", &bytes[..]].concat()
}

fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn long(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

fn sum(bytes: &[u8], seed: u32) -> u32 {
    bytes.chunks(4).fold(seed, |sum, word| match word {
        [a, b, c, d] => sum ^ u32::from_le_bytes([*a, *b, *c, *d]),
        rest => sum ^ rest.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte)),
    })
}

type Packed = Vec<(Vec<u8>, usize)>;

fn cabinet(
    folders: &[(CabMethod, Packed)],
    files: &[(&str, usize, usize, u16)],
    reserve: usize,
    [previous, next]: [Option<&str>; 2],
    number: u16,
) -> Vec<u8> {
    let mut head = Vec::new();
    if reserve > 0 {
        head.extend_from_slice(&short(reserve).to_le_bytes());
        head.extend_from_slice(&[u8::try_from(reserve).unwrap_or(255); 2]);
        head.resize(head.len() + reserve, 0xee);
    }
    for name in [previous, next].into_iter().flatten() {
        head.extend_from_slice(format!("{name}\0disk\0").as_bytes());
    }
    let files_at = 36 + head.len() + folders.len() * (8 + reserve);
    let mut records = Vec::new();
    for (name, offset, size, span) in files {
        records.extend_from_slice(&long(*size));
        records.extend_from_slice(&long(*offset));
        records.extend_from_slice(&span.to_le_bytes());
        // 2024-01-31 12:34:56.
        records.extend_from_slice(&(44_u16 << 9 | 1 << 5 | 31).to_le_bytes());
        records.extend_from_slice(&(12_u16 << 11 | 34 << 5 | 28).to_le_bytes());
        records.extend_from_slice(&0x20_u16.to_le_bytes());
        records.extend_from_slice(format!("{name}\0").as_bytes());
    }
    let (mut table, mut data) = (Vec::new(), Vec::new());
    for (method, blocks) in folders {
        let method = match method {
            CabMethod::Stored => 0,
            CabMethod::MsZip => 1,
            CabMethod::Lzx => 15 << 8 | 3,
            CabMethod::LzxWith(options) => short(options.window as usize) << 8 | 3,
            CabMethod::Other(number) => *number,
        };
        table.extend_from_slice(&long(files_at + records.len() + data.len()));
        table.extend_from_slice(&short(blocks.len()).to_le_bytes());
        table.extend_from_slice(&method.to_le_bytes());
        table.resize(table.len() + reserve, 0xee);
        for (packed, size) in blocks {
            let lengths = [short(packed.len()).to_le_bytes(), short(*size).to_le_bytes()].concat();
            data.extend_from_slice(&sum(&lengths, sum(packed, 0)).to_le_bytes());
            data.extend_from_slice(&lengths);
            data.resize(data.len() + reserve, 0xee);
            data.extend_from_slice(packed);
        }
    }
    let flags = u16::from(previous.is_some()) | u16::from(next.is_some()) << 1 | u16::from(reserve > 0) << 2;
    let mut bytes = b"MSCF\0\0\0\0".to_vec();
    bytes.extend_from_slice(&long(files_at + records.len() + data.len()));
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(&long(files_at));
    bytes.extend_from_slice(&[0, 0, 0, 0, 3, 1]);
    for field in [short(folders.len()), short(files.len()), flags, 0x1234, number] {
        bytes.extend_from_slice(&field.to_le_bytes());
    }
    [bytes, head, table, records, data].concat()
}

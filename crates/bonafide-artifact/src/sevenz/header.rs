//! The header: streams, folders, files.

use crate::fault::{Fault, FaultKind};
use crate::limits::Limits;

/// Coders of one folder, at most.
const CODERS: u64 = 32;

mod id {
    pub(super) const END: u64 = 0x00;
    pub(super) const HEADER: u64 = 0x01;
    pub(super) const PROPERTIES: u64 = 0x02;
    pub(super) const MORE_STREAMS: u64 = 0x03;
    pub(super) const STREAMS: u64 = 0x04;
    pub(super) const FILES: u64 = 0x05;
    pub(super) const PACKED: u64 = 0x06;
    pub(super) const FOLDERS: u64 = 0x07;
    pub(super) const PARTS: u64 = 0x08;
    pub(super) const SIZES: u64 = 0x09;
    pub(super) const SUMS: u64 = 0x0a;
    pub(super) const FOLDER: u64 = 0x0b;
    pub(super) const CODER_SIZES: u64 = 0x0c;
    pub(super) const PART_COUNTS: u64 = 0x0d;
    pub(super) const EMPTY_STREAM: u64 = 0x0e;
    pub(super) const EMPTY_FILE: u64 = 0x0f;
    pub(super) const NAMES: u64 = 0x11;
    pub(super) const MTIMES: u64 = 0x14;
    pub(super) const ATTRIBUTES: u64 = 0x15;
    pub(super) const PACKED_HEADER: u64 = 0x17;
}

/// One coder of a folder.
#[derive(Clone, Debug)]
pub(super) struct Coder {
    /// The method's number.
    pub(super) method: u64,
    pub(super) properties: Vec<u8>,
    /// How many streams come in.
    pub(super) inputs: usize,
    /// Bytes that go out.
    pub(super) size: u64,
}

/// A graph of coders. Streams that come in are numbered over all coders.
#[derive(Clone, Debug, Default)]
pub(super) struct Folder {
    pub(super) coders: Vec<Coder>,
    /// Pairs: a stream that comes in, and the coder that it comes out of.
    pub(super) bonds: Vec<(usize, usize)>,
    /// Streams that come in from the file, in the order of the packed streams.
    pub(super) packed: Vec<usize>,
    /// The number of the first packed stream.
    pub(super) first: usize,
    pub(super) sum: Option<u32>,
    /// Size and checksum of each file in it.
    pub(super) parts: Vec<(u64, Option<u32>)>,
}

impl Folder {
    /// The coder that nothing comes after, and what it gives.
    pub(super) fn last(&self) -> Option<(usize, u64)> {
        let index = (0..self.coders.len()).find(|&coder| self.bonds.iter().all(|(_, out)| *out != coder))?;
        Some((index, self.coders[index].size))
    }
}

/// Packed streams and folders.
#[derive(Clone, Debug, Default)]
pub(super) struct Streams {
    /// Place after the first header, and length, of each packed stream.
    pub(super) packed: Vec<(u64, u64)>,
    pub(super) folders: Vec<Folder>,
}

/// A file.
#[derive(Clone, Debug, Default)]
pub(super) struct File {
    pub(super) name: Vec<u8>,
    pub(super) has_stream: bool,
    /// A file without bytes; other members without a stream are folders.
    pub(super) empty: bool,
    pub(super) mtime: Option<i64>,
    pub(super) attributes: Option<u32>,
}

/// What a header holds.
#[derive(Debug)]
pub(super) enum Header {
    Packed(Streams),
    Whole(Streams, Vec<File>),
}

impl Header {
    pub(super) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Fault> {
        let mut reader = Reader { bytes, length: bytes.len() as u64, limits };
        reader.header().ok_or_else(|| Fault::new(FaultKind::Malformed, "the header is damaged"))?
    }
}

struct Reader<'b> {
    bytes: &'b [u8],
    /// Bytes of the whole header: nothing has more parts than those.
    length: u64,
    limits: &'b Limits,
}

impl<'b> Reader<'b> {
    fn take(&mut self, count: u64) -> Option<&'b [u8]> {
        let (bytes, rest) = self.bytes.split_at_checked(usize::try_from(count).ok()?)?;
        self.bytes = rest;
        Some(bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn word(&mut self) -> Option<u32> {
        self.take(4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// A number: the ones that begin the first byte count the bytes that follow, the rest of it is the highest part.
    fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let count = first.leading_ones();
        let low = self
            .take(u64::from(count))?
            .iter()
            .rev()
            .fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
        if count >= 7 {
            return Some(low);
        }
        let high = u64::from(first) & ((1 << (7 - count)) - 1);
        Some(high << (count * 8) | low)
    }

    /// A number of parts, each of which takes a byte at least.
    fn count(&mut self) -> Option<u64> {
        self.number().filter(|&count| count <= self.length)
    }

    fn bits(&mut self, count: usize) -> Option<Vec<bool>> {
        let bytes = self.take(count.div_ceil(8) as u64)?;
        Some((0..count).map(|index| bytes[index / 8] >> (7 - index % 8) & 1 == 1).collect())
    }

    /// Bits, with a byte before them that says whether all are set.
    fn defined(&mut self, count: usize) -> Option<Vec<bool>> {
        if self.byte()? == 0 { self.bits(count) } else { Some(vec![true; count]) }
    }

    fn sums(&mut self, count: usize) -> Option<Vec<Option<u32>>> {
        let defined = self.defined(count)?;
        defined.into_iter().map(|defined| if defined { self.word().map(Some) } else { Some(None) }).collect()
    }

    fn header(&mut self) -> Option<Result<Header, Fault>> {
        match self.number()? {
            id::PACKED_HEADER => self.streams().map(|streams| Ok(Header::Packed(streams))),
            id::HEADER => {
                let mut streams = Streams::default();
                let mut files = Vec::new();
                loop {
                    match self.number()? {
                        id::END => return Some(Ok(Header::Whole(streams, files))),
                        id::PROPERTIES => {
                            while self.number()? != id::END {
                                let size = self.number()?;
                                self.take(size)?;
                            }
                        }
                        id::MORE_STREAMS => drop(self.streams()?),
                        id::STREAMS => streams = self.streams()?,
                        id::FILES => match self.files()? {
                            Ok(found) => files = found,
                            Err(fault) => return Some(Err(fault)),
                        },
                        _ => return None,
                    }
                }
            }
            _ => None,
        }
    }

    fn streams(&mut self) -> Option<Streams> {
        let mut streams = Streams::default();
        loop {
            match self.number()? {
                id::END => break,
                id::PACKED => streams.packed = self.packed()?,
                id::FOLDERS => streams.folders = self.folders()?,
                id::PARTS => self.parts(&mut streams.folders)?,
                _ => return None,
            }
        }
        let mut first = 0;
        for folder in &mut streams.folders {
            folder.first = first;
            first += folder.packed.len();
        }
        (first <= streams.packed.len()).then_some(streams)
    }

    fn packed(&mut self) -> Option<Vec<(u64, u64)>> {
        let (mut place, count) = (self.number()?, self.count()?);
        let mut packed = Vec::new();
        loop {
            match self.number()? {
                id::END => return Some(packed),
                id::SIZES => {
                    for _ in 0..count {
                        let size = self.number()?;
                        packed.push((place, size));
                        place = place.checked_add(size)?;
                    }
                }
                id::SUMS => drop(self.sums(usize::try_from(count).ok()?)?),
                _ => return None,
            }
        }
    }

    fn folders(&mut self) -> Option<Vec<Folder>> {
        if self.number()? != id::FOLDER {
            return None;
        }
        let count = self.count()?;
        if self.byte()? != 0 {
            // They lie in another stream: nobody writes that.
            return None;
        }
        let mut folders: Vec<Folder> = (0..count).map(|_| self.folder()).collect::<Option<_>>()?;
        if self.number()? != id::CODER_SIZES {
            return None;
        }
        for folder in &mut folders {
            for coder in &mut folder.coders {
                coder.size = self.number()?;
            }
        }
        loop {
            match self.number()? {
                id::END => break,
                id::SUMS => {
                    let sums = self.sums(folders.len())?;
                    folders.iter_mut().zip(sums).for_each(|(folder, sum)| folder.sum = sum);
                }
                _ => return None,
            }
        }
        for folder in &mut folders {
            // One file each, if nothing else is said.
            folder.parts = vec![(folder.last()?.1, folder.sum)];
        }
        Some(folders)
    }

    fn folder(&mut self) -> Option<Folder> {
        let count = self.number().filter(|count| (1..=CODERS).contains(count))?;
        let mut folder = Folder::default();
        let mut inputs = 0;
        for _ in 0..count {
            let flags = self.byte()?;
            let method = self.take(u64::from(flags & 15))?;
            if method.len() > 8 || flags & 0xc0 != 0 {
                return None;
            }
            let method = method.iter().fold(0, |value, &byte| value << 8 | u64::from(byte));
            let mut own = 1;
            if flags & 0x10 != 0 {
                own = self.number().filter(|&count| count <= CODERS)?;
                if self.number()? != 1 {
                    return None;
                }
            }
            let properties = if flags & 0x20 == 0 {
                Vec::new()
            } else {
                let size = self.number()?;
                self.take(size)?.to_vec()
            };
            inputs += usize::try_from(own).ok()?;
            folder.coders.push(Coder { method, properties, inputs: usize::try_from(own).ok()?, size: 0 });
        }
        for _ in 1..folder.coders.len() {
            let (input, coder) =
                (usize::try_from(self.number()?).ok()?, usize::try_from(self.number()?).ok()?);
            if input >= inputs || coder >= folder.coders.len() {
                return None;
            }
            folder.bonds.push((input, coder));
        }
        let open = inputs.checked_sub(folder.bonds.len())?;
        if open == 1 {
            let free = (0..inputs).find(|input| folder.bonds.iter().all(|(bound, _)| bound != input))?;
            folder.packed.push(free);
        } else {
            for _ in 0..open {
                let input = usize::try_from(self.number()?).ok().filter(|&input| input < inputs)?;
                folder.packed.push(input);
            }
        }
        Some(folder)
    }

    fn parts(&mut self, folders: &mut [Folder]) -> Option<()> {
        let mut next = self.number()?;
        if next == id::PART_COUNTS {
            let mut left = self.length;
            for folder in folders.iter_mut() {
                let count = self.number().filter(|&count| count <= left)?;
                left -= count;
                let whole = (count == 1).then_some(folder.sum).flatten();
                folder.parts = vec![(0, whole); usize::try_from(count).ok()?];
            }
            next = self.number()?;
        }
        for folder in folders.iter_mut() {
            let mut left = folder.last()?.1;
            if let Some((last, others)) = folder.parts.split_last_mut() {
                for part in others {
                    // Sizes are only written where a folder has several files.
                    part.0 = if next == id::SIZES { self.number()? } else { 0 };
                    left = left.checked_sub(part.0)?;
                }
                last.0 = left;
            }
        }
        if next == id::SIZES {
            next = self.number()?;
        }
        loop {
            match next {
                id::END => return Some(()),
                id::SUMS => {
                    let unknown = |folder: &Folder| folder.parts.len() != 1 || folder.sum.is_none();
                    let count = folders
                        .iter()
                        .filter(|folder| unknown(folder))
                        .map(|folder| folder.parts.len())
                        .sum();
                    let mut sums = self.sums(count)?.into_iter();
                    for folder in folders.iter_mut().filter(|folder| unknown(folder)) {
                        folder.parts.iter_mut().zip(&mut sums).for_each(|(part, sum)| part.1 = sum);
                    }
                }
                _ => return None,
            }
            next = self.number()?;
        }
    }

    fn files(&mut self) -> Option<Result<Vec<File>, Fault>> {
        let count = self.count()?;
        if count > self.limits.entries {
            let message = format!("entries exceed the limit of {}", self.limits.entries);
            return Some(Err(Fault::new(FaultKind::Limit, message)));
        }
        let count = usize::try_from(count).ok()?;
        let mut files = vec![File { has_stream: true, ..File::default() }; count];
        loop {
            let kind = self.number()?;
            if kind == id::END {
                return Some(Ok(files));
            }
            let size = self.number()?;
            let bytes = self.take(size)?;
            let mut inner = Reader { bytes, length: self.length, limits: self.limits };
            match kind {
                id::EMPTY_STREAM => {
                    let bits = inner.bits(count)?;
                    files.iter_mut().zip(bits).for_each(|(file, empty)| file.has_stream = !empty);
                }
                id::EMPTY_FILE => {
                    let empty = files.iter().filter(|file| !file.has_stream).count();
                    let bits = inner.bits(empty)?;
                    let without = files.iter_mut().filter(|file| !file.has_stream);
                    without.zip(bits).for_each(|(file, empty)| file.empty = empty);
                }
                id::NAMES => {
                    inner.byte().filter(|&external| external == 0)?;
                    for file in &mut files {
                        match inner.name(self.limits.path_bytes)? {
                            Ok(name) => file.name = name,
                            Err(fault) => return Some(Err(fault)),
                        }
                    }
                }
                id::MTIMES | id::ATTRIBUTES => {
                    let defined = inner.defined(count)?;
                    inner.byte().filter(|&external| external == 0)?;
                    for (file, _) in files.iter_mut().zip(defined).filter(|(_, defined)| *defined) {
                        let low = inner.word()?;
                        if kind == id::ATTRIBUTES {
                            file.attributes = Some(low);
                        } else {
                            // 100 nanoseconds since 1601.
                            let time = u64::from(low) | u64::from(inner.word()?) << 32;
                            file.mtime =
                                i64::try_from(time / 10_000_000).ok().map(|time| time - 11_644_473_600);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// A name in UTF-16 with a zero after it, as UTF-8. Halves of pairs become what they would be in WTF-8.
    fn name(&mut self, limit: u64) -> Option<Result<Vec<u8>, Fault>> {
        let mut units = Vec::new();
        loop {
            let unit = self.take(2)?;
            match u16::from_le_bytes([unit[0], unit[1]]) {
                0 => break,
                unit => units.push(unit),
            }
            if units.len() as u64 > limit {
                return Some(Err(Fault::new(
                    FaultKind::Limit,
                    format!("path bytes exceed the limit of {limit}"),
                )));
            }
        }
        let mut name = Vec::new();
        for unit in char::decode_utf16(units) {
            match unit {
                Ok(char) => name.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(half) => {
                    let half = half.unpaired_surrogate();
                    let six = |shift: u16| 0x80 | (half >> shift & 0x3f).to_le_bytes()[0];
                    name.extend_from_slice(&[0xe0 | (half >> 12).to_le_bytes()[0], six(6), six(0)]);
                }
            }
        }
        Some(Ok(name))
    }
}

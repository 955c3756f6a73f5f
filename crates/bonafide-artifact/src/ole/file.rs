//! An open compound file: its streams, to be read at any place.

use std::io;

use super::directory::{ENTRY, Entry, ROOT, STORAGE, STREAM, order};
use super::sectors::{Run, Scattered, Sectors};
use crate::account::zero;
use crate::entry::Kind;
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, ReadAt, Window};
use crate::limits::Budget;
use crate::member::{Member, Pull};
use crate::path::MemberPath;
use crate::stream::SMALL;

/// Bytes of the header.
const HEADER: usize = 512;
/// Numbers of table sectors that the header itself has room for.
const IN_HEADER: usize = 109;
/// Streams shorter than this lie among the small ones.
const CUTOFF: u64 = 4096;

/// A storage or a stream.
pub(crate) struct Stream {
    /// UTF-16 units of its name.
    pub(crate) name: Vec<u16>,
    /// Its place: names of the storages around it and its own, for display.
    pub(crate) path: Vec<u8>,
    pub(crate) size: u64,
    /// Storages that it lies in.
    pub(crate) depth: usize,
    kind: Kind,
    mtime: Option<i64>,
    runs: Result<Vec<Run>, Fault>,
}

/// An open compound file.
pub(crate) struct Ole<'a> {
    at: &'a dyn ReadAt,
    pub(crate) streams: Vec<Stream>,
    pub(crate) faults: Vec<Fault>,
}

impl<'a> Ole<'a> {
    /// Reads tables and directory, finds the sectors of every stream, and accounts for all others. `name` shows a
    /// stream's name.
    pub(crate) fn open(at: &'a dyn ReadAt, budget: &Budget, show: fn(&[u16]) -> Vec<u8>) -> io::Result<Self> {
        let mut header = [0; HEADER];
        at.read_exact_at(&mut header, 0)?;
        let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let long = |at: usize| u32::from(short(at)) | u32::from(short(at + 2)) << 16;
        let (major, shift) = (short(26), short(30));
        if !matches!((major, shift), (3, 9) | (4, 12)) || short(28) != 0xfffe || short(32) != 6 {
            let message = format!("version {major} with sectors of 2^{shift} bytes is not read");
            return Err(Fault::at(FaultKind::Unsupported, 26, message).into_io());
        }
        let size = 1_u64 << shift;
        let count = (at.length() / size).saturating_sub(1) + u64::from(!at.length().is_multiple_of(size));
        let mut faults = Vec::new();
        let table = table(at, &header, size, count)?;
        let mut sectors = Sectors::new(table, size, size);
        sectors.claim_tables();
        let directory = sectors.chain(long(48), None).map_err(Fault::into_io)?;
        let directory = Scattered::new(at, &directory, u64::MAX);
        let limits = budget.limits();
        let entry_count = directory.length() / ENTRY as u64;
        if entry_count > limits.entries.min(limits.memory_bytes / ENTRY as u64) {
            return Err(Fault::new(FaultKind::Limit, "the directory has more entries than the limits allow")
                .into_io());
        }
        let mut entries = Vec::new();
        let mut bytes = [0; ENTRY];
        for index in 0..entry_count {
            directory.read_exact_at(&mut bytes, index * ENTRY as u64)?;
            entries.push(Entry::parse(&bytes, major == 4));
        }
        let root = entries.first().filter(|root| root.kind == ROOT);
        let root =
            root.ok_or_else(|| Fault::new(FaultKind::Malformed, "a directory without a root").into_io())?;
        let small = if root.size == 0 {
            Vec::new()
        } else {
            sectors.chain(root.start, Some(root.size)).map_err(Fault::into_io)?
        };
        let small = Scattered::new(at, &small, root.size);
        let mut small_sectors = small_table(at, &mut sectors, long(60))?;
        let (paths, fault) = order(&entries);
        faults.extend(fault);
        let mut streams = Vec::new();
        for path in paths {
            let Some(&index) = path.last() else { continue };
            let entry = &entries[index];
            let runs = match entry.kind {
                STREAM if entry.size == 0 => Ok(Vec::new()),
                STREAM if entry.size < CUTOFF => {
                    small_sectors.chain(entry.start, Some(entry.size)).map(|runs| small.within(&runs))
                }
                STREAM => sectors.chain(entry.start, Some(entry.size)),
                _ => Ok(Vec::new()),
            };
            let names: Vec<_> = path.iter().map(|&index| show(&entries[index].name)).collect();
            streams.push(Stream {
                name: entry.name.clone(),
                path: names.join(&b'/'),
                size: if entry.kind == STREAM { entry.size } else { 0 },
                depth: path.len() - 1,
                kind: if entry.kind == STORAGE { Kind::Directory } else { Kind::File },
                mtime: entry.mtime,
                runs,
            });
        }
        account(at, &sectors, count, size, &mut faults)?;
        Ok(Self { at, streams, faults })
    }

    /// The bytes of a stream.
    pub(crate) fn bytes(&self, stream: &Stream) -> Result<Scattered<'a>, Fault> {
        stream.runs.as_ref().map(|runs| Scattered::new(self.at, runs, stream.size)).map_err(Clone::clone)
    }
}

/// The table of chains: its sectors are listed in the header, and in a chain of sectors of their own.
fn table(at: &dyn ReadAt, header: &[u8; HEADER], size: u64, count: u64) -> io::Result<Vec<u32>> {
    let word = |bytes: &[u8], at: usize| {
        u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
    };
    let broken =
        || Fault::new(FaultKind::Malformed, "the table of sectors does not fit into the file").into_io();
    let wanted = u64::from(word(header, 44));
    if wanted > count {
        return Err(broken());
    }
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let mut places: Vec<u32> = (0..IN_HEADER.min(wanted)).map(|index| word(header, 76 + index * 4)).collect();
    let mut more = word(header, 68);
    let mut sector = vec![0; usize::try_from(size).unwrap_or(HEADER)];
    while places.len() < wanted {
        if u64::from(more) >= count {
            return Err(broken());
        }
        read_padded(at, &mut sector, (u64::from(more) + 1) * size)?;
        let (list, next) = sector.split_at(sector.len() - 4);
        places.extend(list.chunks_exact(4).map(|number| word(number, 0)).take(wanted - places.len()));
        more = word(next, 0);
    }
    let mut next = Vec::new();
    for place in places {
        if u64::from(place) >= count {
            return Err(broken());
        }
        read_padded(at, &mut sector, (u64::from(place) + 1) * size)?;
        next.extend(sector.chunks_exact(4).map(|number| word(number, 0)));
    }
    next.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    Ok(next)
}

/// The table of the small streams' chains.
fn small_table(at: &dyn ReadAt, sectors: &mut Sectors, first: u32) -> io::Result<Sectors> {
    let runs =
        if first > 0xffff_fffa { Vec::new() } else { sectors.chain(first, None).map_err(Fault::into_io)? };
    let table = Scattered::new(at, &runs, u64::MAX);
    let mut next = Vec::new();
    let mut number = [0; 4];
    for place in 0..table.length() / 4 {
        table.read_exact_at(&mut number, place * 4)?;
        next.push(u32::from_le_bytes(number));
    }
    Ok(Sectors::new(next, 64, 0))
}

/// A sector, filled with zeros where the file ends in it.
fn read_padded(at: &dyn ReadAt, sector: &mut [u8], place: u64) -> io::Result<()> {
    let here = usize::try_from(at.length().saturating_sub(place)).unwrap_or(usize::MAX).min(sector.len());
    sector[here..].fill(0);
    at.read_exact_at(&mut sector[..here], place)
}

/// Tells bytes of sectors that nobody claims.
fn account(
    at: &dyn ReadAt,
    sectors: &Sectors,
    count: u64,
    size: u64,
    faults: &mut Vec<Fault>,
) -> io::Result<()> {
    let (mut first, mut gaps) = (None, 0_u64);
    for (place, length) in sectors.free() {
        if !zero(at, place.min(at.length()), (place + length).min(at.length()))? {
            gaps += length;
            first.get_or_insert(place);
        }
    }
    if let Some(first) = first {
        let message = format!("{gaps} bytes of sectors that no stream has");
        faults.push(Fault::at(FaultKind::Gap, first, message));
    }
    let known = sectors.count();
    if known < count {
        let place = (known + 1) * size;
        let kind =
            if zero(at, place, at.length())? { FaultKind::TrailingZeros } else { FaultKind::TrailingData };
        let message = format!("{} bytes after the last sector that the table has", at.length() - place);
        faults.push(Fault::at(kind, place, message));
    }
    Ok(())
}

/// Some streams as members.
pub(crate) struct Streams<'o, 'a> {
    ole: &'o Ole<'a>,
    /// Which ones, by their numbers.
    chosen: Vec<usize>,
    next: usize,
    body: Option<Scattered<'a>>,
}

impl<'o, 'a> Streams<'o, 'a> {
    pub(crate) const fn new(ole: &'o Ole<'a>, chosen: Vec<usize>) -> Self {
        Self { ole, chosen, next: 0, body: None }
    }
}

impl Pull for Streams<'_, '_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        let Some(&index) = self.chosen.get(self.next) else { return Ok(None) };
        self.next += 1;
        let stream = &self.ole.streams[index];
        let bytes = self.ole.bytes(stream);
        let lost = bytes.as_ref().err().cloned();
        self.body = bytes.ok();
        Ok(Some(Member {
            size: Some(stream.size),
            mtime: stream.mtime,
            lost,
            ..Member::new(MemberPath::new(&*stream.path), stream.kind.clone())
        }))
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        match self.body.take() {
            Some(bytes) => {
                let length = bytes.length();
                Box::new(Window::new(bytes, 0, length, SMALL))
            }
            None => Box::new(io::empty()),
        }
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        Vec::new()
    }
}

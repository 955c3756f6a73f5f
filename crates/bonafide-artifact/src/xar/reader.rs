//! The members of a xar, in the order of its table.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read as _};

use super::toc::{Data, Encoding, File, Run, Sum, Toc, algorithm};
use crate::account::account;
use crate::bom::Bom;
use crate::decode::{Codec, Decoder};
use crate::entry::{Extent, Kind};
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, Input, ReadAt, Window};
use crate::limits::Budget;
use crate::member::{Member, Pull};
use crate::path::MemberPath;
use crate::stream::{Draws, SMALL, Stream};
use crate::verify::{Algorithm, Check, Verified};

/// Bytes of the header without a name.
const HEADER: usize = 28;

/// An open xar.
pub(crate) struct Xar<'a> {
    at: &'a dyn ReadAt,
    budget: &'a Budget,
    heap: u64,
    toc: Toc,
    /// Files whose bytes overlap those of another one, in part.
    overlapping: Vec<usize>,
    /// Files by their ids.
    ids: BTreeMap<Box<str>, usize>,
    /// Bills of materials by their folders.
    bills: BTreeMap<Option<u32>, usize>,
    next: usize,
    faults: Vec<Fault>,
}

impl<'a> Xar<'a> {
    /// Reads and verifies the table, and accounts for all bytes of the heap.
    pub(crate) fn open(at: &'a dyn ReadAt, budget: &'a Budget) -> io::Result<Self> {
        let broken = |message: &str| Fault::at(FaultKind::Malformed, 0, message).into_io();
        let mut header = [0; HEADER];
        at.read_exact_at(&mut header, 0)?;
        let short = |from: usize| u64::from(u16::from_be_bytes([header[from], header[from + 1]]));
        let long = |from: usize| u64::from_be_bytes(header[from..from + 8].try_into().expect("eight bytes"));
        let (size, version, packed, length) = (short(4), short(6), long(8), long(16));
        if version != 1 {
            let message = format!("version {version} of xar is not read");
            return Err(Fault::at(FaultKind::Unsupported, 6, message).into_io());
        }
        if size < HEADER as u64 || size.saturating_add(packed) > at.length() {
            return Err(broken("the header or the table of contents does not fit into the file"));
        }
        let limit = budget.limits().memory_bytes;
        if packed > limit || length > limit {
            let message =
                format!("bytes of the table of contents exceed the limit of {limit} (memory_bytes)");
            return Err(Fault::at(FaultKind::Limit, 8, message).into_io());
        }
        let mut compressed = Vec::new();
        Window::new(at, size, size + packed, SMALL).read_to_end(&mut compressed)?;
        let text = inflate(&compressed, length, budget)?;
        let text = String::from_utf8(text).map_err(|_| broken("the table of contents is not UTF-8"))?;
        let toc = Toc::parse(&text, budget.limits()).map_err(Fault::into_io)?;
        let number = u32::from_be_bytes(header[24..28].try_into().expect("four bytes"));
        let mut name = vec![0; usize::try_from(size).unwrap_or(HEADER) - HEADER];
        at.read_exact_at(&mut name, HEADER as u64)?;
        let ids = toc.files.iter().enumerate().map(|(index, file)| (file.id.clone(), index)).collect();
        let bills = toc.files.iter().enumerate().filter(|(_, file)| &*file.name == b"Bom");
        let bills = bills.map(|(index, file)| (file.parent, index)).collect();
        let (overlapping, faults) = (Vec::new(), Vec::new());
        let mut xar = Self { at, budget, heap: size + packed, toc, overlapping, ids, bills, next: 0, faults };
        xar.verify(number, &name, &compressed)?;
        xar.account()?;
        Ok(xar)
    }

    /// Compares the checksum of the table.
    fn verify(&mut self, number: u32, name: &[u8], compressed: &[u8]) -> io::Result<()> {
        let named = std::str::from_utf8(name.split(|&byte| byte == 0).next().unwrap_or_default());
        let of_header = match number {
            1 => Some(Algorithm::Sha1),
            2 => Some(Algorithm::Md5),
            // A name should follow; Apple's xar writes 3 for SHA-256 and 4 for SHA-512 without one.
            3 => named.ok().filter(|name| !name.is_empty()).map_or(Some(Algorithm::Sha256), algorithm),
            4 => Some(Algorithm::Sha512),
            _ => None,
        };
        let Some((style, run)) = self.toc.checksum.clone() else {
            if number != 0 {
                let message = "the header announces a checksum that the table of contents does not place";
                self.faults.push(Fault::at(FaultKind::HeaderMismatch, 24, message));
            }
            return Ok(());
        };
        if &*style == "none" || number == 0 && run.length == 0 {
            return Ok(());
        }
        let Some(kind) = algorithm(&style) else {
            let message = format!("checksums by `{}` are not verified", style.escape_debug());
            self.faults.push(Fault::new(FaultKind::Unsupported, message));
            return Ok(());
        };
        if of_header != Some(kind) {
            let message = "header and table of contents disagree on the algorithm of the checksum";
            self.faults.push(Fault::at(FaultKind::HeaderMismatch, 24, message));
        }
        let place = self.heap.saturating_add(run.offset);
        if run.length != kind.length() as u64 || place.saturating_add(run.length) > self.at.length() {
            let message = "the checksum of the table of contents is not where it should be";
            self.faults.push(Fault::at(FaultKind::Malformed, place, message));
            return Ok(());
        }
        let mut wanted = vec![0; kind.length()];
        self.at.read_exact_at(&mut wanted, place)?;
        let wanted = crate::verify::hex(&wanted);
        if let Some(mut check) = Check::digest(kind, &wanted, "of the table of contents") {
            check.update(compressed);
            self.faults.extend(check.finish().err());
        }
        Ok(())
    }

    /// Every byte of the heap belongs to the checksum, a signature, an attribute or a file.
    fn account(&mut self) -> io::Result<()> {
        let heap = self.heap;
        let claim = |run: &Run| {
            let start = heap.saturating_add(run.offset);
            (start, start.saturating_add(run.length))
        };
        let mut claims: Vec<(u64, u64)> = self
            .toc
            .files
            .iter()
            .map(|file| file.data.as_ref().map_or((0, 0), |data| claim(&data.run)))
            .collect();
        let files = claims.len();
        claims.push((0, heap));
        claims.extend(self.toc.checksum.iter().map(|(_, run)| claim(run)));
        claims.extend(self.toc.signatures.iter().map(claim));
        claims.extend(self.toc.files.iter().flat_map(|file| &file.attributes).map(claim));
        self.overlapping = account(self.at, &claims, &mut self.faults)?;
        if self.overlapping.iter().any(|&index| index >= files) {
            let message =
                "the checksum, a signature or an attribute overlaps something else, or ends beyond the end";
            self.faults.push(Fault::new(FaultKind::OverlappingMembers, message));
        }
        Ok(())
    }

    /// The path of a file: its folders' names and its own.
    fn path(&self, index: usize) -> Result<MemberPath, Fault> {
        let mut names = Vec::new();
        let mut length = 0_u64;
        let mut at = u32::try_from(index).ok();
        while let Some(file) = at.and_then(|at| self.toc.files.get(usize::try_from(at).ok()?)) {
            length += file.name.len() as u64 + 1;
            names.push(&*file.name);
            at = file.parent;
        }
        let limit = self.budget.limits().path_bytes;
        if length > limit {
            return Err(Fault::new(FaultKind::Limit, format!("path bytes exceed the limit of {limit}")));
        }
        names.reverse();
        Ok(MemberPath::new(names.join(&b'/')))
    }

    fn kind(&self, file: &File) -> Result<Kind, Fault> {
        Ok(match &*file.kind {
            "directory" => Kind::Directory,
            "symlink" => Kind::Symlink(file.target.clone()),
            "hardlink" if &*file.same_as != "original" => {
                let index = self.ids.get(&*file.same_as).copied();
                let message = "a hard link to a file that is not there";
                let index = index.ok_or_else(|| Fault::new(FaultKind::Malformed, message))?;
                Kind::Hardlink(self.path(index)?)
            }
            "fifo" => Kind::Fifo,
            "character special" | "block special" | "socket" => Kind::Device,
            "file" | "hardlink" | "" => Kind::File,
            _ => Kind::Other(b'?'),
        })
    }

    fn member(&mut self, index: usize) -> io::Result<Member> {
        let path = self.path(index).map_err(Fault::into_io)?;
        let file = &self.toc.files[index];
        let mut member = match self.kind(file) {
            Ok(kind) => Member::new(path, kind),
            Err(fault) => Member { lost: Some(fault), ..Member::new(path, Kind::File) },
        };
        member.mode = file.mode;
        member.mtime = file.mtime;
        member.owner = file.owner.clone();
        member.size = Some(file.data.as_ref().map_or(0, |data| data.size));
        if let Some(data) = &file.data {
            let offset = self.heap.saturating_add(data.run.offset);
            member.extent = Some(Extent { offset, length: data.run.length });
            let unknown =
                [&data.archived, &data.extracted].into_iter().flatten().find(|sum| sum.algorithm().is_none());
            if let Some(sum) = unknown {
                let message = format!("checksums by `{}` are not verified", sum.style.escape_debug());
                member.faults.push(Fault::at(FaultKind::Unsupported, offset, message));
            }
            if data.is_lost {
                let message = "its offset, length or size is no number";
                member.lost = Some(Fault::new(FaultKind::Malformed, message));
            } else if self.overlapping.binary_search(&index).is_ok() {
                let message = "its bytes overlap those of another member, or end beyond the end";
                member.lost = Some(Fault::at(FaultKind::OverlappingMembers, offset, message));
            } else if data.encoding == Encoding::Unknown {
                let message = "an encoding that is not read";
                member.lost = Some(Fault::at(FaultKind::Unsupported, offset, message));
            }
        }
        if !file.attributes.is_empty() {
            let message = format!("{} extended attributes are not read", file.attributes.len());
            member.faults.push(Fault::new(FaultKind::Unsupported, message));
        }
        if &*file.name == b"Payload" {
            member.bill = self.bill(file.parent);
        }
        Ok(member)
    }

    /// The bill of materials in the same folder, where it can be read; that it cannot is told where it is listed.
    fn bill(&self, folder: Option<u32>) -> Option<Box<Bom>> {
        let bill = *self.bills.get(&folder)?;
        let data = self.toc.files[bill].data.as_ref()?;
        if data.size > self.budget.limits().memory_bytes || data.encoding == Encoding::Unknown {
            return None;
        }
        let mut bytes = Vec::new();
        self.data(data).ok()?.read_to_end(&mut bytes).ok()?;
        Bom::parse(&bytes, self.budget.limits()).ok().map(Box::new)
    }

    fn data(&self, data: &Data) -> io::Result<Box<Forward<'a>>> {
        let start = self.heap.saturating_add(data.run.offset);
        let window = Window::new(self.at, start, start.saturating_add(data.run.length), SMALL);
        let raw = Verified::new(Box::new(window), check(data.archived.as_ref(), "archived"));
        let mut input = Input::new(Box::new(raw));
        let codec = match data.encoding {
            Encoding::Stored | Encoding::Unknown => Codec::Stored,
            // Some writers mean what they say.
            Encoding::Zlib if input.peek::<2>()? == (*b"\x1f\x8b", 2) => Codec::Gzip,
            Encoding::Zlib => Codec::Zlib,
            Encoding::Bzip2 => Codec::Bzip2,
            Encoding::Xz => Codec::Xz,
            Encoding::Lzma if input.peek::<6>()?.0 == crate::xz::MAGIC => Codec::Xz,
            Encoding::Lzma => Codec::Lzma,
        };
        let share = self.budget.decoder(codec.has_large_window());
        let decoder = Decoder::open(codec, input, Some(data.size), share.bytes)?;
        let stream = Stream::here(decoder, share, SMALL, Draws::Here);
        let checks = check(data.extracted.as_ref(), "extracted");
        Ok(Box::new(Verified::new(Box::new(stream), checks).sized(data.size)))
    }
}

fn check(sum: Option<&Sum>, what: &'static str) -> Vec<Check> {
    let check = sum.and_then(|sum| Check::digest(sum.algorithm()?, &sum.text, what));
    check.into_iter().collect()
}

/// The table, no longer than the header says.
fn inflate(compressed: &[u8], length: u64, budget: &Budget) -> io::Result<Vec<u8>> {
    let share = budget.decoder(false);
    let input = Input::new(Box::new(Cursor::new(compressed)));
    let decoder = Decoder::open(Codec::Zlib, input, None, share.bytes)?;
    let stream = Stream::here(decoder, share, SMALL, Draws::Here);
    let mut bytes = Vec::new();
    stream.take(length + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length {
        return Ok(bytes);
    }
    let message = "the table of contents is shorter or longer than the header says";
    Err(Fault::at(FaultKind::Malformed, 16, message).into_io())
}

impl Pull for Xar<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        if self.next == self.toc.files.len() {
            return Ok(None);
        }
        self.next += 1;
        self.member(self.next - 1).map(Some)
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        let data = self.toc.files.get(self.next - 1).and_then(|file| file.data.as_ref());
        let body = data.map_or_else(|| Ok(Box::new(io::empty()) as Box<Forward<'_>>), |data| self.data(data));
        body.unwrap_or_else(|error| Box::new(Verified::failed(Fault::from_io(&error))))
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }
}

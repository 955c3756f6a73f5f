//! The members of a tar, one after another.

use std::io::{self, BufRead, Read};

use super::header::{Header, number};
use super::pax::{Records, decimal};
use super::sparse::{Filled, Map};
use super::{BLOCK, TarDialect};
use crate::entry::{Extent, Kind};
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, Rest, is_zero, read_buffered, read_up_to, skip};
use crate::limits::Limits;
use crate::member::{Member, Pull};
use crate::path::MemberPath;

/// An extended header (pax records, a GNU long name) may be this long.
const EXTENDED: u64 = 1 << 20;
/// Runs that the map of one old GNU or 1.0 sparse file may have.
const RUNS: usize = 1 << 20;

/// Reads a tar front to back.
pub(crate) struct Tar<'a> {
    input: Box<Forward<'a>>,
    limits: &'a Limits,
    /// Bytes taken.
    offset: u64,
    /// Bytes of the body at hand that were not read.
    left: u64,
    /// Zero bytes after it.
    padding: u64,
    map: Option<Map>,
    global: Records,
    dialect: Option<TarDialect>,
    /// A header that was read ahead.
    ahead: Option<Header>,
    faults: Vec<Fault>,
}

/// What the members before one say of it.
#[derive(Default)]
struct Before {
    records: Records,
    pax: bool,
    long_name: Option<Vec<u8>>,
    long_link: Option<Vec<u8>>,
}

impl<'a> Tar<'a> {
    pub(crate) fn new(input: Box<Forward<'a>>, limits: &'a Limits) -> Self {
        Self {
            input,
            limits,
            offset: 0,
            left: 0,
            padding: 0,
            map: None,
            global: Records::default(),
            dialect: None,
            ahead: None,
            faults: Vec::new(),
        }
    }

    /// The dialect as far as it is known: by the first header, and by extended headers met since.
    pub(crate) const fn dialect(&self) -> Option<TarDialect> {
        self.dialect
    }

    /// Passes over all that follows the end; call it after `next` gave `None`.
    pub(crate) fn rest(&mut self) -> io::Result<Rest> {
        Rest::of(&mut self.input)
    }

    /// Bytes taken so far.
    pub(crate) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Reads a header; `None` at the end of the archive.
    fn header(&mut self, may_end: bool) -> io::Result<Option<Header>> {
        let mut zeros = 0;
        loop {
            let at = self.offset - self.ahead.as_ref().map_or(0, |_| BLOCK);
            let header = match self.ahead.take() {
                Some(header) => header,
                None => match self.block()? {
                    Some(block) => Header(block),
                    None if may_end && zeros > 0 => {
                        let message = "one zero block ends the archive, two are needed";
                        self.faults.push(Fault::at(FaultKind::TrailingZeros, at, message));
                        return Ok(None);
                    }
                    None => {
                        let message = "ends without the two zero blocks that end a tar";
                        return Err(Fault::at(FaultKind::Truncated, at, message).into_io());
                    }
                },
            };
            if header.is_zero() {
                if !may_end {
                    let message = "an extended header without a member after it";
                    return Err(Fault::at(FaultKind::Malformed, at, message).into_io());
                }
                zeros += 1;
                if zeros == 2 {
                    return Ok(None);
                }
                continue;
            }
            if !header.sum_fits() {
                return Err(
                    Fault::at(FaultKind::BadChecksum, at, "the header's checksum does not fit").into_io()
                );
            }
            if zeros > 0 {
                self.faults.push(Fault::at(FaultKind::Padding, at - BLOCK, "a zero block between members"));
            }
            if self.dialect.is_none() {
                self.dialect = Some(header.dialect());
            }
            return Ok(Some(header));
        }
    }

    fn member(&mut self, header: &Header, before: Before, start: u64, size: u64) -> io::Result<Member> {
        let mut faults = Vec::new();
        let records = before.records.over(&self.global);
        let kind_byte = header.kind();
        let stored = records.size.unwrap_or(size);
        if records.size.is_some_and(|other| other != size && size != 0 && size < 0o77_777_777_777) {
            let message = format!("pax says {stored} bytes, the header says {size}");
            faults.push(Fault::at(FaultKind::HeaderMismatch, start, message));
        }
        let mut name = records
            .sparse
            .name
            .clone()
            .or_else(|| records.path.clone())
            .or(before.long_name)
            .unwrap_or_else(|| header.name());
        if name.len() as u64 > self.limits.path_bytes {
            return Err(self.too_long("path bytes", self.limits.path_bytes));
        }
        let link = records.linkpath.clone().or(before.long_link).unwrap_or_else(|| header.link());
        if link.len() as u64 > self.limits.path_bytes {
            return Err(self.too_long("link target bytes", self.limits.path_bytes));
        }
        let mut has_body = true;
        let kind = match kind_byte {
            b'0' | 0 | b'7' | b'S' if name.ends_with(b"/") && kind_byte == 0 => Kind::Directory,
            b'0' | 0 | b'7' | b'S' => Kind::File,
            b'1' => {
                has_body = false;
                Kind::Hardlink(MemberPath::new(link))
            }
            b'2' => {
                has_body = false;
                Kind::Symlink(link.into())
            }
            b'3' | b'4' => {
                has_body = false;
                Kind::Device
            }
            b'6' => {
                has_body = false;
                Kind::Fifo
            }
            b'5' => {
                has_body = false;
                Kind::Directory
            }
            b'D' => Kind::Directory,
            other => Kind::Other(other),
        };
        if matches!(kind, Kind::Directory) {
            while name.len() > 1 && name.ends_with(b"/") {
                name.pop();
            }
        }
        self.left = if has_body { stored } else { 0 };
        self.padding = self.left.wrapping_neg() % BLOCK;
        if !has_body && stored > 0 {
            self.settle_size(stored, start, &mut faults)?;
        }
        let mut real = self.left;
        if kind_byte == b'S' {
            self.map = Some(self.old_sparse(header)?);
        } else if records.sparse.present && matches!(kind, Kind::File) {
            self.map = Some(self.pax_sparse(records.sparse)?);
        }
        if let Some(map) = &self.map {
            if map.stored() != self.left {
                let message =
                    format!("the sparse map has {} bytes of data, the body {}", map.stored(), self.left);
                return Err(Fault::at(FaultKind::Malformed, start, message).into_io());
            }
            real = map.real_size();
        }
        let length = (self.offset - start).saturating_add(self.left).saturating_add(self.padding);
        Ok(Member {
            path: MemberPath::new(name),
            kind,
            size: Some(real),
            holes: real - self.left.min(real),
            mode: header.mode(),
            mtime: records.mtime.or_else(|| header.mtime()),
            owner: Some(Box::new(header.owner())),
            extent: Some(Extent { offset: start, length }),
            faults,
            bill: None,
            lost: None,
        })
    }

    /// A member without a body that yet has a size: writers differ on whether bytes follow. They do not where the
    /// next block is a header or the end.
    fn settle_size(&mut self, stored: u64, start: u64, faults: &mut Vec<Fault>) -> io::Result<()> {
        let Some(block) = self.block()? else { return Ok(()) };
        let next = Header(block);
        if next.is_zero() || next.sum_fits() {
            self.ahead = Some(next);
            return Ok(());
        }
        let message = format!("{stored} bytes follow a member that has no body");
        faults.push(Fault::at(FaultKind::HeaderMismatch, start, message));
        let whole = stored.checked_next_multiple_of(BLOCK).unwrap_or(u64::MAX);
        self.pass(whole - BLOCK)
    }

    /// The map of an old GNU sparse file: four runs in the header, 21 in each block that follows.
    fn old_sparse(&mut self, header: &Header) -> io::Result<Map> {
        let mut runs = Vec::new();
        let mut take = |bytes: &[u8]| {
            for run in bytes.chunks_exact(24) {
                let (offset, length) = run.split_at(12);
                if run.iter().all(|&byte| byte == 0) {
                    continue;
                }
                match (number(offset), number(length)) {
                    (Some(offset @ 0..), Some(length @ 0..)) if runs.len() < RUNS => {
                        runs.push((offset.unsigned_abs(), length.unsigned_abs()));
                    }
                    _ => return Err(Fault::new(FaultKind::Malformed, "the sparse map is damaged").into_io()),
                }
            }
            Ok(())
        };
        take(&header.0[386..482])?;
        let mut more = header.0[482] != 0;
        while more {
            let Some(block) = self.block()? else { return Err(self.cut()) };
            take(&block[..504])?;
            more = block[504] != 0;
        }
        let real = number(&header.0[483..495]).and_then(|size| u64::try_from(size).ok());
        let real =
            real.ok_or_else(|| Fault::new(FaultKind::Malformed, "the sparse file has no size").into_io())?;
        Map::new(runs, real).map_err(|fault| self.here(fault))
    }

    /// The map of a pax sparse file: in the records (0.0, 0.1) or at the begin of the body (1.0).
    fn pax_sparse(&mut self, sparse: super::pax::Sparse) -> io::Result<Map> {
        let damaged = || Fault::new(FaultKind::Malformed, "the sparse map is damaged").into_io();
        let real = sparse.real_size.ok_or_else(damaged)?;
        let runs = match sparse.major {
            None | Some(0) => sparse.map,
            Some(1) => {
                let body = self.left;
                let mut numbers = SparseNumbers { tar: self, block: [0; BLOCK as usize], at: BLOCK as usize };
                let count = numbers.next()?;
                if count > RUNS as u64 || count.saturating_mul(4) > body {
                    return Err(damaged());
                }
                let mut runs = Vec::new();
                for _ in 0..count {
                    runs.push((numbers.next()?, numbers.next()?));
                }
                runs
            }
            Some(version) => {
                let message = format!("sparse files of version {version} are not read");
                return Err(Fault::at(FaultKind::Unsupported, self.offset, message).into_io());
            }
        };
        Map::new(runs, real).map_err(|fault| self.here(fault))
    }

    /// The body of an extended header.
    fn extended(&mut self, size: u64) -> io::Result<Vec<u8>> {
        if size > EXTENDED {
            return Err(self.too_long("extended header bytes", EXTENDED));
        }
        let mut bytes = Vec::new();
        (&mut self.input).take(size).read_to_end(&mut bytes)?;
        self.offset += bytes.len() as u64;
        if (bytes.len() as u64) < size {
            return Err(self.cut());
        }
        (self.left, self.padding) = (0, size.wrapping_neg() % BLOCK);
        self.end_body()?;
        Ok(bytes)
    }

    /// Passes over what is left of the body and its padding.
    fn end_body(&mut self) -> io::Result<()> {
        self.map = None;
        let left = std::mem::take(&mut self.left);
        self.pass(left)?;
        let padding = usize::try_from(std::mem::take(&mut self.padding)).expect("less than a block");
        let mut bytes = [0; BLOCK as usize];
        let count = read_up_to(&mut self.input, &mut bytes[..padding])?;
        if !is_zero(&bytes[..count]) {
            let message = "the padding after a body is not zero";
            self.faults.push(Fault::at(FaultKind::Padding, self.offset, message));
        }
        self.offset += count as u64;
        if count < padding { Err(self.cut()) } else { Ok(()) }
    }

    fn pass(&mut self, count: u64) -> io::Result<()> {
        let passed = skip(&mut self.input, count)?;
        self.offset += passed;
        if passed < count { Err(self.cut()) } else { Ok(()) }
    }

    /// The next block; `None` at the end of the input.
    fn block(&mut self) -> io::Result<Option<[u8; BLOCK as usize]>> {
        let mut block = [0; BLOCK as usize];
        let count = read_up_to(&mut self.input, &mut block)?;
        self.offset += count as u64;
        match count {
            0 => Ok(None),
            count if count < block.len() => Err(self.cut()),
            _ => Ok(Some(block)),
        }
    }

    fn cut(&self) -> io::Error {
        Fault::at(FaultKind::Truncated, self.offset, "ends in the middle of a member").into_io()
    }

    fn too_long(&self, what: &str, limit: u64) -> io::Error {
        Fault::at(FaultKind::Limit, self.offset, format!("{what} exceed the limit of {limit}")).into_io()
    }

    fn here(&self, fault: Fault) -> io::Error {
        Fault { offset: Some(fault.offset.unwrap_or(0) + self.offset), ..fault }.into_io()
    }
}

impl Pull for Tar<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        self.end_body()?;
        let start = self.offset - self.ahead.as_ref().map_or(0, |_| BLOCK);
        let mut before = Before::default();
        let mut first = true;
        loop {
            let Some(header) = self.header(first)? else { return Ok(None) };
            first = false;
            let size = header.size().map_err(|fault| self.here(fault))?;
            match header.kind() {
                b'x' | b'X' => {
                    let bytes = self.extended(size)?;
                    before.records.add(&bytes).map_err(|fault| self.here(fault))?;
                    before.pax = true;
                    self.dialect = Some(TarDialect::Pax);
                }
                b'g' => {
                    let bytes = self.extended(size)?;
                    self.global.add(&bytes).map_err(|fault| self.here(fault))?;
                    self.dialect = Some(TarDialect::Pax);
                }
                b'L' => before.long_name = Some(until_zero(self.extended(size)?)),
                b'K' => before.long_link = Some(until_zero(self.extended(size)?)),
                _ => return self.member(&header, before, start, size).map(Some),
            }
        }
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        match self.map.take() {
            Some(map) => Box::new(Filled::new(Stored { tar: self }, map)),
            None => Box::new(Stored { tar: self }),
        }
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }
}

fn until_zero(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(end) = memchr::memchr(0, &bytes) {
        bytes.truncate(end);
    }
    bytes
}

/// The decimal numbers, one a line, that begin the body of a sparse file of version 1.0.
struct SparseNumbers<'t, 'a> {
    tar: &'t mut Tar<'a>,
    block: [u8; BLOCK as usize],
    at: usize,
}

impl SparseNumbers<'_, '_> {
    fn next(&mut self) -> io::Result<u64> {
        let mut digits = Vec::new();
        loop {
            if self.at == self.block.len() {
                if self.tar.left < BLOCK {
                    return Err(self.tar.cut());
                }
                self.block = self.tar.block()?.ok_or_else(|| self.tar.cut())?;
                self.tar.left -= BLOCK;
                self.at = 0;
            }
            let byte = self.block[self.at];
            self.at += 1;
            match byte {
                b'\n' => break,
                byte if digits.len() < 20 => digits.push(byte),
                _ => break,
            }
        }
        decimal(&digits)
            .ok_or_else(|| Fault::new(FaultKind::Malformed, "the sparse map is damaged").into_io())
    }
}

/// The bytes of a body as they are stored.
struct Stored<'t, 'a> {
    tar: &'t mut Tar<'a>,
}

impl BufRead for Stored<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let left = usize::try_from(self.tar.left).unwrap_or(usize::MAX);
        if left == 0 {
            return Ok(&[]);
        }
        let offset = self.tar.offset;
        let bytes = self.tar.input.fill_buf()?;
        if bytes.is_empty() {
            let message = format!("ends {left} bytes before the end of this body");
            return Err(Fault::at(FaultKind::Truncated, offset, message).into_io());
        }
        Ok(&bytes[..bytes.len().min(left)])
    }

    fn consume(&mut self, count: usize) {
        self.tar.input.consume(count);
        self.tar.left -= count as u64;
        self.tar.offset += count as u64;
    }
}

impl Read for Stored<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

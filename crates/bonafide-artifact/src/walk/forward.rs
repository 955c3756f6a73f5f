//! Containers that are read front to back: tar, ar, deb, cpio, rpm; and compressed files.

use std::io::{Cursor, Read as _};
use std::sync::Arc;

use super::{Told, Walker, is_top};
use crate::ar::Ar;
use crate::bom::Billed;
use crate::cpio::Cpio;
use crate::deb::Deb;
use crate::decode::{Codec, Decoder};
use crate::entry::Entry;
use crate::fault::{Fault, FaultKind, Faults};
use crate::format::{Format, HEAD};
use crate::input::{Forward, Input, Rest, read_up_to};
use crate::path::MemberPath;
use crate::rpm::{Lead, Rpm};
use crate::source::Threads;
use crate::stream::{Draws, LARGE, SMALL, Stream};
use crate::tar::Tar;

/// Zero blocks after the end of a tar fill its last record, of 20 blocks by default; more are told.
const TAR_RECORD: u64 = 20 * 512;

impl Walker<'_> {
    /// A container whose members come one after another.
    pub(super) fn sequential(
        &mut self,
        entry: &Arc<Entry>,
        format: Format,
        input: Box<Forward<'_>>,
        faults: &mut Faults,
    ) -> Result<(), Fault> {
        let limits = *self.budget.limits();
        match format {
            Format::Ar => self.members(entry, format, &mut Ar::new(input, &limits), faults),
            Format::Deb => self.members(entry, format, &mut Deb::new(input, &limits), faults),
            Format::Cpio => {
                let cpio = Cpio::new(input, &limits, None);
                match self.bill.take() {
                    Some(bill) => self.members(entry, format, &mut Billed::new(cpio, bill), faults),
                    None => self.members(entry, format, &mut { cpio }, faults),
                }
            }
            Format::Rpm => self.rpm(entry, input, faults),
            _ => self.tar(entry, input, faults),
        }
    }

    /// A compressed body: a tar, or one file.
    pub(super) fn compressed(
        &mut self,
        entry: &Arc<Entry>,
        format: Format,
        input: Box<Forward<'_>>,
        faults: &mut Faults,
    ) -> Result<(), Fault> {
        let codec = Codec::of(format).expect("only called for compressions");
        self.decoded(entry, codec, input, |walker, name, stream| {
            walker.decompressed(entry, format, name, stream, faults)
        })
    }

    /// Decompresses on another thread where the artifact itself is compressed.
    fn decoded<T>(
        &mut self,
        entry: &Entry,
        codec: Codec,
        input: Box<Forward<'_>>,
        then: impl FnOnce(&mut Self, Option<Vec<u8>>, Stream<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let share = self.budget.decoder(codec.has_large_window());
        let decoder = Decoder::open(codec, Input::new(input), None, share.bytes)
            .map_err(|error| Fault::from_io(&error))?;
        let name = decoder.name.clone();
        if is_top(entry) && self.threads == Threads::Two {
            std::thread::scope(|scope| {
                let stream = Stream::there(decoder, share, scope);
                then(self, name, stream)
            })
        } else {
            // The same chunks as on two threads, so that limits are reached at the same byte.
            let chunk = if is_top(entry) { LARGE } else { SMALL };
            let stream = Stream::here(decoder, share, chunk, Draws::Here);
            then(self, name, stream)
        }
    }

    /// The headers of an rpm, then its payload.
    fn rpm(&mut self, entry: &Arc<Entry>, input: Box<Forward<'_>>, faults: &mut Faults) -> Result<(), Fault> {
        let limits = *self.budget.limits();
        let mut input = Input::new(input);
        let mut lead = Lead::read(&mut input, &limits).map_err(|error| Fault::from_io(&error))?;
        faults.extend(std::mem::take(&mut lead.faults));
        if let Some(package) = &lead.package {
            self.visitor.package(entry, package);
        }
        let (head, count) = input.peek::<HEAD>().map_err(|error| Fault::from_io(&error))?;
        let codec = match Format::sniff(&head[..count]) {
            Some(format) if format.is_compression() => Codec::of(format).expect("a compression has a codec"),
            _ if head.starts_with(b"0707") => Codec::Stored,
            _ => {
                let message = "the payload is no cpio, nor compressed in a way that is read";
                return Err(Fault::at(FaultKind::Unsupported, input.count, message));
            }
        };
        let payload = Box::new(lead.checked(input));
        let lead = &lead;
        self.decoded(entry, codec, payload, |walker, _, mut stream| {
            let mut rpm = Rpm::new(lead, Box::new(&mut stream), &limits);
            let result = walker.members(entry, Format::Rpm, &mut rpm, faults);
            drop(rpm);
            result?;
            // The stream's end is where its checks are, and those of the payload.
            Rest::of(&mut stream).map_err(|error| Fault::from_io(&error))?;
            faults.extend(stream.take_faults());
            if let Some(size) = lead.payload
                && stream.consumed() != size
            {
                let message = format!("the payload has {} bytes, its header says {size}", stream.consumed());
                faults.push(Fault::new(FaultKind::HeaderMismatch, message));
            }
            Ok(())
        })
    }

    fn decompressed(
        &mut self,
        entry: &Arc<Entry>,
        format: Format,
        name: Option<Vec<u8>>,
        mut stream: Stream<'_>,
        faults: &mut Faults,
    ) -> Result<(), Fault> {
        let mut head = vec![0; HEAD];
        let count = read_up_to(&mut stream, &mut head).map_err(|error| Fault::from_io(&error))?;
        head.truncate(count);
        let inner = Format::sniff(&head).filter(|inner| matches!(inner, Format::Tar | Format::Cpio));
        if is_top(entry) {
            (self.summary.format, self.summary.compression) =
                inner.map_or((format, None), |inner| (inner, Some(format)));
        }
        let input = Cursor::new(head).chain(&mut stream);
        if let Some(inner) = inner {
            self.sequential(entry, inner, Box::new(input), faults)?;
        } else {
            let path = MemberPath::new(name.unwrap_or_else(|| inner_name(entry.path.raw(), format)));
            let (member, want) = self.enter(Some(entry), format, Told::file(path, None))?;
            let faults = Self::name_faults(&member);
            self.forward(member, want, Box::new(input), faults, None);
        }
        // The stream's end is where its checks are: all of it must have been read.
        Rest::of(&mut stream).map_err(|error| Fault::from_io(&error))?;
        faults.extend(stream.take_faults());
        Ok(())
    }

    pub(super) fn tar(
        &mut self,
        entry: &Arc<Entry>,
        input: Box<Forward<'_>>,
        faults: &mut Faults,
    ) -> Result<(), Fault> {
        let limits = *self.budget.limits();
        let mut tar = Tar::new(input, &limits);
        let result = self.members(entry, Format::Tar, &mut tar, faults);
        if is_top(entry) {
            self.summary.format = Format::Tar;
            self.summary.dialect = tar.dialect();
        }
        result?;
        match tar.rest().map_err(|error| Fault::from_io(&error))? {
            Rest::Data(count) => {
                let message = format!("{count} bytes after the end of the tar");
                faults.push(Fault::at(FaultKind::TrailingData, tar.offset(), message));
            }
            Rest::Zeros(count) if count > TAR_RECORD => {
                let message = format!("{count} zero bytes after the end of the tar");
                faults.push(Fault::at(FaultKind::TrailingZeros, tar.offset(), message));
            }
            Rest::Zeros(_) | Rest::None => {}
        }
        Ok(())
    }
}

/// The name of a lone member whose header has none: the container's without its ending.
fn inner_name(name: &[u8], format: Format) -> Vec<u8> {
    let endings: &[&[u8]] = match format {
        Format::Gzip => &[b".gz"],
        Format::Bzip2 => &[b".bz2"],
        Format::Xz => &[b".xz"],
        Format::Lzma => &[b".lzma"],
        _ => &[b".zst"],
    };
    let name = name.rsplit(|&byte| byte == b'/').next().unwrap_or(name);
    for ending in endings {
        if let Some(stem) = name.strip_suffix(*ending)
            && !stem.is_empty()
        {
            return stem.to_vec();
        }
    }
    b"data".to_vec()
}

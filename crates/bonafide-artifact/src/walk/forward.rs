//! Containers that are read front to back: tar, and compressed files.

use std::io::{Cursor, Read as _};
use std::sync::Arc;

use super::{Told, Walker, is_top};
use crate::body::Passed;
use crate::decode::{Codec, Decoder};
use crate::entry::Entry;
use crate::fault::{Fault, FaultKind, Faults};
use crate::format::{Format, HEAD};
use crate::input::{Forward, Input, Rest, read_up_to};
use crate::names::Names;
use crate::path::MemberPath;
use crate::source::Threads;
use crate::stream::{Draws, LARGE, SMALL, Stream};
use crate::tar::Tar;

/// Zero blocks after the end of a tar fill its last record, of 20 blocks by default; more are told.
const TAR_RECORD: u64 = 20 * 512;

impl Walker<'_> {
    /// A compressed body: a tar, or one file.
    pub(super) fn compressed(
        &mut self,
        entry: &Arc<Entry>,
        format: Format,
        input: Box<Forward<'_>>,
        faults: &mut Faults,
    ) -> Result<(), Fault> {
        let codec = Codec::of(format).expect("only called for compressions");
        let share = self.budget.decoder(codec.has_large_window());
        let decoder = Decoder::open(codec, Input::new(input), None, share.bytes)
            .map_err(|error| Fault::from_io(&error))?;
        let name = decoder.name.clone();
        if is_top(entry) && self.threads == Threads::Two {
            std::thread::scope(|scope| {
                let stream = Stream::there(decoder, share, scope);
                self.decompressed(entry, format, name, stream, faults)
            })
        } else {
            // The same chunks as on two threads, so that limits are reached at the same byte.
            let chunk = if is_top(entry) { LARGE } else { SMALL };
            let stream = Stream::here(decoder, share, chunk, Draws::Here);
            self.decompressed(entry, format, name, stream, faults)
        }
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
        let is_tar = Format::sniff(&head) == Some(Format::Tar);
        if is_top(entry) {
            (self.summary.format, self.summary.compression) =
                if is_tar { (Format::Tar, Some(format)) } else { (format, None) };
        }
        let input = Cursor::new(head).chain(&mut stream);
        if is_tar {
            self.tar(entry, Box::new(input), faults)?;
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
        let mut names = Names::default();
        let result = self.tar_members(entry, &mut tar, &mut names, faults);
        faults.extend(tar.take_faults());
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

    fn tar_members(
        &mut self,
        entry: &Arc<Entry>,
        tar: &mut Tar<'_>,
        names: &mut Names,
        faults: &mut Faults,
    ) -> Result<(), Fault> {
        while let Some(member) = tar.next().map_err(|error| Fault::from_io(&error))? {
            faults.extend(tar.take_faults());
            let told = Told {
                path: member.path,
                kind: member.kind,
                size: Some(member.size),
                mode: member.mode,
                mtime: member.mtime,
                extent: Some(member.extent),
            };
            let affordable = self.affordable(member.size);
            if affordable.is_ok() {
                // No stored byte stands for them, so no stream counts them.
                self.budget.take_bytes(member.holes)?;
            }
            let (inner, want) = self.enter(Some(entry), Format::Tar, told)?;
            let mut its = Self::name_faults(&inner);
            its.extend(member.faults);
            match affordable {
                Ok(()) => self.forward(inner, want, tar.body(), its, Some(names)),
                Err(fault) => {
                    its.push(fault);
                    let passed = Passed { size: member.size, ..Passed::default() };
                    self.end(&inner, want, None, &passed, its, Some(names));
                }
            }
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

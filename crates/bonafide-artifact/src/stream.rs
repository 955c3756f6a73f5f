//! Decompressed bytes in chunks, made on this thread or on another one.
//!
//! The decoder fills chunks of a fixed size; the reader of the stream takes them in order. With another thread the
//! chunks go through a short channel and come back empty, so that decompression and all that is done with the bytes
//! overlap. Limits are drawn by the reader, chunk by chunk, so that they are reached at the same byte in both cases.

use std::io::{self, BufRead, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::decode::Decoder;
use crate::fault::{Fault, FaultKind};
use crate::input::read_buffered;
use crate::limits::{Budget, DecoderShare, Limits};

/// Bytes of a chunk of a stream that has a thread of its own.
pub(crate) const LARGE: usize = 256 << 10;
/// Bytes of a chunk of a nested stream.
pub(crate) const SMALL: usize = 64 << 10;
/// Bytes of a stream's first chunk: small bodies and looks at a head pay for no more.
const FIRST: usize = 8 << 10;
/// Chunks between the two threads.
const CHUNKS: usize = 4;

/// Some decompressed bytes.
struct Chunk {
    bytes: Vec<u8>,
    filled: usize,
    /// Compressed bytes taken when it was filled.
    consumed: u64,
    /// What came after the bytes: `None` if more follows.
    end: Option<Result<Vec<Fault>, Fault>>,
}

impl Chunk {
    fn fill(decoder: &mut Decoder<'_>, mut bytes: Vec<u8>) -> Self {
        let (filled, result) = decoder.fill(&mut bytes);
        let end = match result {
            Err(error) => Some(Err(Fault::from_io(&error))),
            Ok(()) if filled < bytes.len() => Some(Ok(std::mem::take(&mut decoder.faults))),
            Ok(()) => None,
        };
        Self { bytes, filled, consumed: decoder.consumed(), end }
    }
}

enum Feed<'a> {
    Here { decoder: Box<Decoder<'a>>, chunk: usize },
    There { full: Receiver<Chunk>, empty: SyncSender<Vec<u8>> },
    Ended,
}

/// Decompressed bytes, read front to back.
pub(crate) struct Stream<'a> {
    /// Held as long as the stream is read, whatever the other thread does, so that nested streams get the same.
    _share: DecoderShare<'a>,
    feed: Feed<'a>,
    now: Chunk,
    at: usize,
    total: u64,
    budget: &'a Budget,
    draws: Draws,
    failed: Option<Fault>,
    faults: Vec<Fault>,
}

/// Whether a stream's bytes are taken from the budget's total as they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Draws {
    /// Chunk by chunk.
    Here,
    /// The declared size was taken before, and no more than that is read.
    Before,
}

impl<'a> Stream<'a> {
    /// Decompresses on the reader's thread.
    pub(crate) fn here(decoder: Decoder<'a>, share: DecoderShare<'a>, chunk: usize, draws: Draws) -> Self {
        Self::new(Feed::Here { decoder: Box::new(decoder), chunk }, share, draws)
    }

    /// Decompresses on a thread of `scope`, which ends when the stream ends or is dropped.
    pub(crate) fn there<'scope, 'env>(
        mut decoder: Decoder<'a>,
        share: DecoderShare<'a>,
        scope: &'scope std::thread::Scope<'scope, 'env>,
    ) -> Self
    where
        'a: 'scope,
    {
        let (fill, full) = sync_channel::<Chunk>(CHUNKS);
        let (empty, spare) = sync_channel::<Vec<u8>>(CHUNKS + 2);
        let mut fresh = 0;
        scope.spawn(move || {
            let mut size = FIRST;
            loop {
                let mut bytes = if fresh <= CHUNKS {
                    fresh += 1;
                    spare.try_recv().unwrap_or_default()
                } else {
                    match spare.recv() {
                        Ok(bytes) => bytes,
                        Err(_) => return,
                    }
                };
                bytes.resize(size, 0);
                size = LARGE;
                let chunk = Chunk::fill(&mut decoder, bytes);
                let last = chunk.end.is_some();
                if fill.send(chunk).is_err() || last {
                    return;
                }
            }
        });
        Self::new(Feed::There { full, empty }, share, Draws::Here)
    }

    fn new(feed: Feed<'a>, share: DecoderShare<'a>, draws: Draws) -> Self {
        let budget = share.budget;
        let now = Chunk { bytes: Vec::new(), filled: 0, consumed: 0, end: None };
        Self { _share: share, feed, now, at: 0, total: 0, budget, draws, failed: None, faults: Vec::new() }
    }

    /// What was odd after the compressed bytes; known once the stream has ended.
    pub(crate) fn take_faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }

    /// Compressed bytes taken for what was read so far, to the chunk.
    pub(crate) const fn consumed(&self) -> u64 {
        self.now.consumed
    }

    fn next_chunk(&mut self) {
        let bytes = std::mem::take(&mut self.now.bytes);
        let next = match &mut self.feed {
            Feed::Here { decoder, chunk } => {
                let mut bytes = bytes;
                let size = if bytes.is_empty() { FIRST.min(*chunk) } else { *chunk };
                bytes.resize(size, 0);
                Some(Chunk::fill(decoder, bytes))
            }
            Feed::There { full, empty } => {
                if !bytes.is_empty() {
                    // The other thread may have ended already: then nobody wants the buffer.
                    empty.try_send(bytes).ok();
                }
                full.recv().ok()
            }
            Feed::Ended => None,
        };
        self.at = 0;
        let Some(next) = next else {
            self.now.filled = 0;
            self.failed.get_or_insert_with(|| Fault::new(FaultKind::Malformed, "the decoder has stopped"));
            return;
        };
        self.now = next;
        self.total += self.now.filled as u64;
        match self.now.end.take() {
            None => {}
            Some(Ok(faults)) => {
                self.faults = faults;
                self.feed = Feed::Ended;
            }
            Some(Err(fault)) => {
                self.failed = Some(fault);
                self.feed = Feed::Ended;
            }
        }
        if let Err(fault) = self.draw() {
            self.now.filled = 0;
            self.failed = Some(fault);
            self.feed = Feed::Ended;
        }
    }

    fn draw(&self) -> Result<(), Fault> {
        let limit = self.budget.limits().ratio;
        if self.total > Limits::RATIO_FROM && self.total / limit.max(1) > self.now.consumed {
            let message =
                format!("decompressed bytes for one compressed byte exceed the limit of {limit} (ratio)");
            return Err(Fault::at(FaultKind::Limit, self.total, message));
        }
        if self.draws == Draws::Here {
            self.budget.take_bytes(self.now.filled as u64)?;
        }
        Ok(())
    }
}

impl BufRead for Stream<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.now.filled && !(matches!(self.feed, Feed::Ended) && self.failed.is_none()) {
            if self.failed.is_none() {
                self.next_chunk();
            }
            if self.at == self.now.filled
                && let Some(fault) = &self.failed
            {
                return Err(fault.clone().into_io());
            }
        }
        Ok(&self.now.bytes[self.at..self.now.filled])
    }

    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.now.filled);
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

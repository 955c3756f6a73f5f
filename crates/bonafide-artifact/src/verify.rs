//! Bodies with a checksum: compared when the last byte has passed.

use std::fmt::Write as _;
use std::io::{self, BufRead, Read};

use bonafide_ident::{DigestKinds, Hasher};
use md5::{Digest as _, Md5};

use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, read_buffered};

/// A digest as a container states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

impl Algorithm {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
        }
    }

    /// Bytes of its value.
    pub(crate) const fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

enum State {
    Md5(Box<Md5>),
    Sha(Algorithm, Box<Hasher>),
    /// The sum of all bytes, modulo 2^32.
    Sum(u32),
    /// CRC-32 of IEEE 802.3.
    Crc32(flate2::Crc),
    /// What `cksum` of POSIX makes: a CRC-32 over the bytes and their number.
    Cksum(u32, u64),
}

/// One checksum that a body must have.
pub(crate) struct Check {
    state: State,
    /// In lower-case hexadecimal digits.
    wanted: String,
    /// Whose it is: `archived`, `of the payload`, ….
    what: &'static str,
}

impl Check {
    /// A digest in hexadecimal digits; `None` where the text is none of this algorithm.
    pub(crate) fn digest(algorithm: Algorithm, text: &str, what: &'static str) -> Option<Self> {
        let text = text.trim();
        if text.len() != algorithm.length() * 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let sha = |kinds| State::Sha(algorithm, Box::new(Hasher::new(kinds, None)));
        let state = match algorithm {
            Algorithm::Md5 => State::Md5(Box::new(Md5::new())),
            Algorithm::Sha1 => sha(DigestKinds::SHA1),
            Algorithm::Sha256 => sha(DigestKinds::SHA256),
            Algorithm::Sha512 => sha(DigestKinds::SHA512),
        };
        Some(Self { state, wanted: text.to_ascii_lowercase(), what })
    }

    pub(crate) fn sum(wanted: u32) -> Self {
        Self { state: State::Sum(0), wanted: format!("{wanted:08x}"), what: "of the body" }
    }

    pub(crate) fn crc32(wanted: u32, what: &'static str) -> Self {
        Self { state: State::Crc32(flate2::Crc::new()), wanted: format!("{wanted:08x}"), what }
    }

    pub(crate) fn cksum(wanted: u32) -> Self {
        let what = "that the bill of materials has";
        Self { state: State::Cksum(0, 0), wanted: format!("{wanted:08x}"), what }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Md5(state) => state.update(bytes),
            State::Sha(_, state) => state.update(bytes),
            State::Crc32(state) => state.update(bytes),
            State::Cksum(sum, count) => {
                *sum = cksum(*sum, bytes);
                *count += bytes.len() as u64;
            }
            State::Sum(sum) => {
                *sum = bytes.iter().fold(*sum, |sum, &byte| sum.wrapping_add(u32::from(byte)));
            }
        }
    }

    /// Whether what has passed is what should.
    pub(crate) fn finish(self) -> Result<(), Fault> {
        let (name, found) = match self.state {
            State::Md5(state) => ("MD5", hex(&state.finalize())),
            State::Sha(algorithm, state) => {
                let digests = state.finish();
                let found = match algorithm {
                    Algorithm::Sha1 => digests.sha1.map(|digest| digest.to_string()),
                    Algorithm::Sha512 => digests.sha512.map(|digest| digest.to_string()),
                    _ => digests.sha256.map(|digest| digest.to_string()),
                };
                (algorithm.name(), found.unwrap_or_default())
            }
            State::Crc32(state) => ("CRC-32", format!("{:08x}", state.sum())),
            State::Cksum(sum, count) => {
                let bytes = count.to_le_bytes();
                let used = bytes.len() - count.leading_zeros() as usize / 8;
                ("cksum", format!("{:08x}", !cksum(sum, &bytes[..used])))
            }
            State::Sum(sum) => ("sum", format!("{sum:08x}")),
        };
        if found == self.wanted {
            return Ok(());
        }
        let message = format!("the {name} {} does not fit: {found}, not {}", self.what, self.wanted);
        Err(Fault::new(FaultKind::BadChecksum, message))
    }
}

/// The polynomial of `cksum`, highest bit first, for each byte.
const CKSUM: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut value = (index as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            value = if value >> 31 == 1 { value << 1 ^ 0x04c1_1db7 } else { value << 1 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
};

fn cksum(sum: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(sum, |sum, &byte| sum << 8 ^ CKSUM[(sum >> 24) as usize ^ usize::from(byte)])
}

/// Bytes in lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes all that is written");
        text
    })
}

/// A body that ends with an error where one of its checksums does not fit.
pub(crate) struct Verified<'a> {
    inner: Box<Forward<'a>>,
    checks: Vec<Check>,
    /// Bytes that should still come, where that is known.
    left: Option<u64>,
    failed: Option<Fault>,
}

impl<'a> Verified<'a> {
    pub(crate) fn new(inner: Box<Forward<'a>>, checks: Vec<Check>) -> Self {
        Self { inner, checks, left: None, failed: None }
    }

    /// The body must have so many bytes.
    pub(crate) fn sized(self, size: u64) -> Self {
        Self { left: Some(size), ..self }
    }

    /// A body that cannot be read.
    pub(crate) fn failed(fault: Fault) -> Self {
        Self { failed: Some(fault), ..Self::new(Box::new(io::empty()), Vec::new()) }
    }
}

impl BufRead for Verified<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Some(fault) = &self.failed {
            return Err(fault.clone().into_io());
        }
        let bytes = self.inner.fill_buf()?;
        let end = bytes.is_empty();
        let wrong = match self.left {
            Some(left @ 1..) if end => Some(format!("the body is {left} bytes shorter than its header says")),
            Some(0) if !end => Some("the body is longer than its header says".to_owned()),
            _ => None,
        };
        if let Some(message) = wrong {
            let kind = if end { FaultKind::Truncated } else { FaultKind::Malformed };
            let fault = self.failed.insert(Fault::new(kind, message));
            return Err(fault.clone().into_io());
        }
        if end {
            for check in std::mem::take(&mut self.checks) {
                if let Err(fault) = check.finish() {
                    self.failed = Some(fault.clone());
                    return Err(fault.into_io());
                }
            }
        }
        let bound = self.left.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX));
        self.inner.fill_buf().map(|bytes| &bytes[..bytes.len().min(bound)])
    }

    fn consume(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        // The bytes are those of the last `fill_buf`: asking again does no work.
        if let Ok(bytes) = self.inner.fill_buf() {
            let bytes = &bytes[..count.min(bytes.len())];
            self.checks.iter_mut().for_each(|check| check.update(bytes));
        }
        self.inner.consume(count);
        self.left = self.left.map(|left| left.saturating_sub(count as u64));
    }
}

impl Read for Verified<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

//! Downloads a file, where somebody asked for it.
//!
//! The only crate of the project that opens a socket, and it does so only when [`download`] or [`refresh`] is called.
//! Encrypted connections, judged by the certificates that the operating system trusts, unless [`Schemes::AsWritten`] says
//! otherwise; a bound on time, silence, bytes, redirects and attempts; no credentials, no cookies, nothing read from the
//! environment.

mod client;
mod location;

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::thread;
use std::time::Duration;

use bonafide_ident::{DigestKinds, Hasher, Sha256};

use client::Client;
use location::Location;
pub use location::Schemes;

/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// Before the second attempt; twice as long before each later one.
const PAUSE: Duration = Duration::from_millis(500);
/// A validator that is longer is not kept: it is sent back with each request.
const LONGEST_VALIDATOR: usize = 1024;

/// What a download may cost, and how it introduces itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `User-Agent`: program and version.
    pub user_agent: String,
    /// A bound on each attempt, from the first connection to the last byte. Where it runs out there is no other attempt.
    pub time: Duration,
    /// How long the other side may be silent.
    pub silence: Duration,
    /// A bound on the bytes of the file.
    pub bytes: u64,
    /// How often to try where the other side is at fault or cannot be reached.
    pub attempts: u32,
    /// A proxy for encrypted connections.
    pub proxy: Option<NamedProxy>,
    /// Which schemes are spoken.
    pub schemes: Schemes,
}

/// A proxy, and for which hosts it is not asked.
#[derive(Clone, PartialEq, Eq)]
pub struct NamedProxy {
    /// Its address, with a name and a password where it wants them: `http://proxy.example:3128`.
    pub address: String,
    /// Hosts that are asked without it, as `NO_PROXY` has them: `localhost,.example.org`, `*` for all.
    pub except: String,
}

impl fmt::Debug for NamedProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NamedProxy({}, except {})", shown(&self.address), self.except)
    }
}

impl Settings {
    /// Half an hour, half a minute of silence, 1 GiB, three attempts, no proxy, `https` only.
    #[must_use]
    pub fn new(user_agent: &str) -> Self {
        Self {
            user_agent: user_agent.to_owned(),
            time: Duration::from_secs(1800),
            silence: Duration::from_secs(30),
            bytes: 1 << 30,
            attempts: 3,
            proxy: None,
            schemes: Schemes::Https,
        }
    }
}

/// What was downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Download {
    /// Length in bytes.
    pub length: u64,
    /// Digest of the bytes.
    pub sha256: Sha256,
}

/// What the other side said of the bytes that it gave, for asking later whether they are still the same (RFC 9110 8.8).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub modified: Option<String>,
}

/// What became of asking again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// The other side still has the same bytes. Nothing was written.
    Unchanged,
    /// Other bytes, or nobody could tell.
    New(Download, Validators),
}

/// Why there is no download. Addresses are shown without their query.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Such an address is not fetched.
    #[error("`{location}` is not fetched: {reason}")]
    Refused {
        /// The address.
        location: String,
        /// Why.
        reason: &'static str,
    },
    /// The other side could not be reached, or the connection broke.
    #[error("failed to fetch `{location}`")]
    Unreachable {
        /// The address.
        location: String,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The other side does not have it, or does not give it.
    #[error("`{location}` answers with status {status}")]
    Status {
        /// The address.
        location: String,
        /// The status code.
        status: u16,
    },
    /// One redirect after another.
    #[error("`{0}` redirects too often")]
    Redirects(String),
    /// More bytes than allowed.
    #[error("`{location}` is longer than the limit of {limit} bytes")]
    TooLong {
        /// The address.
        location: String,
        /// The limit.
        limit: u64,
    },
    /// Other bytes than expected.
    #[error("`{location}` has the SHA-256 {found}, not {expected}")]
    Digest {
        /// The address.
        location: String,
        /// What was expected.
        expected: Sha256,
        /// What came.
        found: Sha256,
    },
    /// The file could not be written.
    #[error("failed to write the download")]
    Write(#[source] io::Error),
    /// The settings cannot be used.
    #[error("`{0}` is no proxy's address")]
    Proxy(String),
}

/// Downloads one address into a file, which is emptied first and holds the whole download or is of no use.
///
/// # Errors
/// [`FetchError`]; where a digest is expected, another one is an error.
pub fn download(
    address: &str,
    expected: Option<Sha256>,
    settings: &Settings,
    file: &mut File,
) -> Result<Download, FetchError> {
    let known = Validators::default();
    let done = match refresh(address, &known, settings, file, &mut |_, _| {})? {
        Refreshed::New(done, _) => done,
        Refreshed::Unchanged => {
            return Err(FetchError::Status { location: shown(address), status: 304 });
        }
    };
    match expected {
        Some(expected) if expected != done.sha256 => {
            Err(FetchError::Digest { location: shown(address), expected, found: done.sha256 })
        }
        _ => Ok(done),
    }
}

/// Downloads one address into a file, unless what is there is still what `known` tells of. `progress` is told how many bytes
/// came, and of how many.
///
/// # Errors
/// [`FetchError`]. The file is then of no use.
pub fn refresh(
    address: &str,
    known: &Validators,
    settings: &Settings,
    file: &mut File,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<Refreshed, FetchError> {
    let location = Location::parse(address, settings.schemes)?;
    let mut pause = PAUSE;
    let mut left = settings.attempts;
    let client = Client::new(settings)?;
    loop {
        left = left.saturating_sub(1);
        match attempt(&client, &location, known, settings, file, progress) {
            Err(error) if left > 0 && error.may_pass() => {
                thread::sleep(pause);
                pause *= 2;
            }
            done => return done,
        }
    }
}

/// An address as messages show it: without query and without what stands before an `@`.
#[must_use]
pub fn shown(address: &str) -> String {
    location::shown(address)
}

impl FetchError {
    /// Whether another attempt may succeed.
    fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { source, .. } => !client::timed_out(&**source),
            Self::Status { status, .. } => matches!(*status, 408 | 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }
}

fn attempt(
    client: &Client,
    location: &Location,
    known: &Validators,
    settings: &Settings,
    file: &mut File,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<Refreshed, FetchError> {
    let Some((location, response)) = client.follow(location, known)? else {
        return Ok(Refreshed::Unchanged);
    };
    let too_long = || FetchError::TooLong { location: location.to_string(), limit: settings.bytes };
    let total = response.body().content_length();
    if total.is_some_and(|length| length > settings.bytes) {
        return Err(too_long());
    }
    let validators = client::validators(&response);
    file.set_len(0).and_then(|()| file.rewind()).map_err(FetchError::Write)?;
    let mut body = response.into_body().into_reader();
    let mut hasher = Hasher::new(DigestKinds::SHA256, None);
    let mut chunk = vec![0; 64 << 10];
    let mut length = 0;
    loop {
        let count = match body.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(unreachable(&location, error)),
        };
        length += count as u64;
        if length > settings.bytes {
            return Err(too_long());
        }
        hasher.update(&chunk[..count]);
        file.write_all(&chunk[..count]).map_err(FetchError::Write)?;
        progress(length, total);
    }
    let sha256 = hasher.finish().sha256.expect("SHA-256 was asked for");
    Ok(Refreshed::New(Download { length, sha256 }, validators))
}

fn unreachable(location: &Location, error: impl Into<Box<dyn Error + Send + Sync>>) -> FetchError {
    FetchError::Unreachable { location: location.to_string(), source: error.into() }
}

//! Downloads a file, where somebody asked for it.
//!
//! The only crate of the project that opens a socket, and it does so only when [`download`] is called. Encrypted
//! connections alone, judged by the certificates that the operating system trusts; a bound on time, bytes, redirects and
//! attempts; no credentials, no cookies, nothing read from the environment.

mod location;

use std::error::Error;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bonafide_ident::{DigestKinds, Hasher, Sha256};
use ureq::http::{Response, StatusCode, header};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Proxy};

use location::Location;
pub use location::Schemes;

/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// Before the second attempt; twice as long before each later one.
const PAUSE: Duration = Duration::from_millis(500);

/// What a download may cost, and how it introduces itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `User-Agent`: program and version.
    pub user_agent: String,
    /// A bound on each attempt, from the first connection to the last byte.
    pub time: Duration,
    /// A bound on the bytes of the file.
    pub bytes: u64,
    /// How often to try where the other side is at fault or cannot be reached.
    pub attempts: u32,
    /// The address of a proxy.
    pub proxy: Option<String>,
    /// Which schemes are spoken.
    pub schemes: Schemes,
}

impl Settings {
    /// Ten minutes, 1 GiB, three attempts, no proxy, `https` only.
    #[must_use]
    pub fn new(user_agent: &str) -> Self {
        Self {
            user_agent: user_agent.to_owned(),
            time: Duration::from_secs(600),
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
    let location = Location::parse(address, settings.schemes)?;
    let agent = agent(settings)?;
    let mut pause = PAUSE;
    let mut left = settings.attempts;
    let done = loop {
        left = left.saturating_sub(1);
        match attempt(&agent, &location, settings, file) {
            Err(error) if left > 0 && error.may_pass() => {
                thread::sleep(pause);
                pause *= 2;
            }
            done => break done?,
        }
    };
    match expected {
        Some(expected) if expected != done.sha256 => {
            let location = location.to_string();
            Err(FetchError::Digest { location, expected, found: done.sha256 })
        }
        _ => Ok(done),
    }
}

impl FetchError {
    /// Whether another attempt may succeed.
    const fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Status { status, .. } => matches!(*status, 408 | 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }
}

fn agent(settings: &Settings) -> Result<Agent, FetchError> {
    let proxy = match &settings.proxy {
        Some(text) => Some(Proxy::new(text).map_err(|_| FetchError::Proxy(text.clone()))?),
        None => None,
    };
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let config = Agent::config_builder()
        .https_only(settings.schemes == Schemes::Https)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(&settings.user_agent)
        .timeout_global(Some(settings.time))
        .timeout_connect(Some(settings.time.min(Duration::from_secs(30))))
        .proxy(proxy)
        .tls_config(tls)
        .build();
    Ok(config.new_agent())
}

fn attempt(
    agent: &Agent,
    location: &Location,
    settings: &Settings,
    file: &mut File,
) -> Result<Download, FetchError> {
    let (location, response) = follow(agent, location, settings.schemes)?;
    let too_long = || FetchError::TooLong { location: location.to_string(), limit: settings.bytes };
    if response.body().content_length().is_some_and(|length| length > settings.bytes) {
        return Err(too_long());
    }
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
    }
    let sha256 = hasher.finish().sha256.expect("SHA-256 was asked for");
    Ok(Download { length, sha256 })
}

/// Asks, and asks again where a redirect leads.
fn follow(
    agent: &Agent,
    location: &Location,
    schemes: Schemes,
) -> Result<(Location, Response<Body>), FetchError> {
    let mut here = location.clone();
    for _ in 0..=REDIRECTS {
        let response = agent.get(here.uri()).call().map_err(|error| unreachable(&here, error))?;
        let status = response.status();
        if status == StatusCode::OK {
            return Ok((here, response));
        }
        let target = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        match target {
            Some(target) if status.is_redirection() => here = here.join(target, schemes)?,
            _ => return Err(FetchError::Status { location: here.to_string(), status: status.as_u16() }),
        }
    }
    Err(FetchError::Redirects(location.to_string()))
}

fn unreachable(location: &Location, error: impl Into<Box<dyn Error + Send + Sync>>) -> FetchError {
    FetchError::Unreachable { location: location.to_string(), source: error.into() }
}

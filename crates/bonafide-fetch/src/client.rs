//! Requests and where they lead.

use std::error::Error;
use std::io;
use std::sync::Arc;

use ureq::http::{HeaderName, Response, StatusCode, header};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Proxy};

use crate::location::{self, Location, Schemes};
use crate::{FetchError, LONGEST_VALIDATOR, REDIRECTS, Settings, Validators, unreachable};

/// Asks for one address.
pub(crate) struct Client {
    direct: Agent,
    /// By the proxy of the settings, and for which hosts not.
    proxied: Option<(Agent, String)>,
    schemes: Schemes,
}

impl Client {
    pub(crate) fn new(settings: &Settings) -> Result<Self, FetchError> {
        let proxied = match &settings.proxy {
            Some(named) => {
                let proxy = Proxy::new(&named.address)
                    .map_err(|_| FetchError::Proxy(location::shown(&named.address)))?;
                Some((agent(settings, Some(proxy)), named.except.clone()))
            }
            None => None,
        };
        Ok(Self { direct: agent(settings, None), proxied, schemes: settings.schemes })
    }

    fn agent(&self, location: &Location) -> &Agent {
        match &self.proxied {
            Some((agent, except)) if !location.is_plain() && !location.is_among(except) => agent,
            _ => &self.direct,
        }
    }

    /// Asks, and asks again where a redirect leads: the bytes and where they come from; nothing where what is known is still true.
    pub(crate) fn follow(
        &self,
        location: &Location,
        known: &Validators,
    ) -> Result<Option<(Location, Response<Body>)>, FetchError> {
        let mut here = location.clone();
        for _ in 0..=REDIRECTS {
            let mut request = self.agent(&here).get(here.uri());
            let conditions =
                [(header::IF_NONE_MATCH, &known.etag), (header::IF_MODIFIED_SINCE, &known.modified)];
            for (name, value) in conditions {
                if let Some(value) = value {
                    request = request.header(name, value);
                }
            }
            let response = request.call().map_err(|error| unreachable(&here, error))?;
            let status = response.status();
            if status == StatusCode::OK {
                return Ok(Some((here, response)));
            }
            if status == StatusCode::NOT_MODIFIED && *known != Validators::default() {
                return Ok(None);
            }
            match text(&response, &header::LOCATION) {
                Some(target) if status.is_redirection() => here = here.join(&target, self.schemes)?,
                _ => return Err(FetchError::Status { location: here.to_string(), status: status.as_u16() }),
            }
        }
        Err(FetchError::Redirects(location.to_string()))
    }
}

fn agent(settings: &Settings, proxy: Option<Proxy>) -> Agent {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    Agent::config_builder()
        .https_only(settings.schemes == Schemes::Https)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(&settings.user_agent)
        .timeout_global(Some(settings.time))
        .timeout_connect(Some(settings.time.min(settings.silence)))
        .timeout_per_read(Some(settings.time.min(settings.silence)))
        .proxy(proxy)
        .tls_config(tls)
        .build()
        .new_agent()
}

/// Whether a bound on time ended a request.
pub(crate) fn timed_out(error: &(dyn Error + 'static)) -> bool {
    let inner = |error: &io::Error| error.get_ref().is_some_and(|inner| timed_out(inner));
    matches!(error.downcast_ref(), Some(ureq::Error::Timeout(_)))
        || matches!(error.downcast_ref(), Some(ureq::Error::Io(error)) if error.kind() == io::ErrorKind::TimedOut)
        || error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::TimedOut || inner(error))
}

/// What an answer says of its bytes.
pub(crate) fn validators(response: &Response<Body>) -> Validators {
    let short = |text: &String| text.len() <= LONGEST_VALIDATOR;
    Validators {
        etag: text(response, &header::ETAG).filter(short),
        modified: text(response, &header::LAST_MODIFIED).filter(short),
    }
}

fn text(response: &Response<Body>, name: &HeaderName) -> Option<String> {
    response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

//! Web addresses: which ones may be fetched, and where a redirect leads.

use std::fmt;

use ureq::http::Uri;

use crate::FetchError;

/// Which schemes are spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Schemes {
    /// Only `https`.
    #[default]
    Https,
    /// `http` too, where somebody who may say so wrote it. A redirect from there leads to `https`, or stays at that host and port.
    AsWritten,
}

/// An address that may be fetched. It is shown without its query, which may hold a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location(Uri);

impl Location {
    pub(crate) fn parse(text: &str, schemes: Schemes) -> Result<Self, FetchError> {
        let refused = |reason| Err(FetchError::Refused { location: shown(text), reason });
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        let Ok(uri) = text.parse::<Uri>() else { return refused("it is no web address") };
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return refused("it is no web address");
        };
        if authority.as_str().contains('@') {
            return refused("a name and a password in an address are not sent");
        }
        if authority.host().is_empty() {
            return refused("it names no host");
        }
        match (scheme, schemes) {
            ("https", _) | ("http", Schemes::AsWritten) => Ok(Self(uri)),
            ("http", Schemes::Https) => refused("it is not encrypted: only `https` is spoken"),
            _ => refused("only `https` is spoken"),
        }
    }

    /// Where a redirect leads (RFC 9110 10.2.2, RFC 3986 5.2).
    pub(crate) fn join(&self, target: &str, schemes: Schemes) -> Result<Self, FetchError> {
        let scheme = self.0.scheme_str().unwrap_or("https");
        let authority = self.0.authority().map_or("", |authority| authority.as_str());
        let path = self.0.path();
        let text = if has_scheme(target) {
            target.to_owned()
        } else if target.starts_with("//") {
            format!("{scheme}:{target}")
        } else if target.starts_with('/') {
            format!("{scheme}://{authority}{target}")
        } else if target.starts_with('?') {
            format!("{scheme}://{authority}{path}{target}")
        } else {
            let folder = path.rfind('/').map_or("/", |slash| &path[..=slash]);
            format!("{scheme}://{authority}{folder}{target}")
        };
        let next = Self::parse(&text, schemes)?;
        let refused = |reason| Err(FetchError::Refused { location: next.to_string(), reason });
        if next.is_plain() && scheme == "https" {
            return refused("a redirect from `https` to `http` is not followed");
        }
        if next.is_plain() && next.0.authority() != self.0.authority() {
            return refused("a redirect to another host that is not encrypted is not followed");
        }
        Ok(next)
    }

    /// Whether it is spoken to without encryption.
    pub(crate) fn is_plain(&self) -> bool {
        self.0.scheme_str() == Some("http")
    }

    /// Whether a list of hosts, as `NO_PROXY` has them, names this one: `*` is each host, a name is a host and all below it,
    /// with or without a dot before it. Items are parted by commas or white space.
    pub(crate) fn is_among(&self, hosts: &str) -> bool {
        let host = self.0.host().unwrap_or_default().to_ascii_lowercase();
        hosts.split([',', ' ', '\t']).map(str::trim).filter(|item| !item.is_empty()).any(|item| {
            let item = item.to_ascii_lowercase();
            let name = item.trim_start_matches('*').trim_start_matches('.');
            item == "*"
                || !name.is_empty()
                    && host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }

    pub(crate) const fn uri(&self) -> &Uri {
        &self.0
    }
}

fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|each| each.is_ascii_alphanumeric() || "+-.".contains(each))
    })
}

/// An address as messages show it: without query and without what stands before an `@`.
pub(crate) fn shown(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = match text.find("://") {
        Some(at) => text.split_at(at + 3),
        None => ("", text),
    };
    let authority = &rest[..rest.find(['/', '\\']).unwrap_or(rest.len())];
    let secret = authority.rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}{}", &rest[secret..])
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.0.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Location, FetchError> {
        Location::parse(text, Schemes::Https)
    }

    #[test]
    fn only_encrypted_addresses_without_secrets_are_taken() {
        assert!(parse("https://example.org/a.tgz?token=secret").is_ok());
        for text in [
            "http://example.org/a",
            "http://127.0.0.1/a",
            "ftp://example.org/a",
            "git+https://example.org/a",
            "file:///etc/passwd",
            "https://name:secret@example.org/a",
            "/a",
            "",
            "NOASSERTION",
        ] {
            let error = parse(text).unwrap_err();
            assert!(matches!(error, FetchError::Refused { .. }), "{text}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        assert!(Location::parse("http://127.0.0.1:80/a", Schemes::AsWritten).is_ok());
        assert!(Location::parse("http:///a", Schemes::AsWritten).is_err());
        assert!(Location::parse("ftp://example.org/a", Schemes::AsWritten).is_err());
    }

    #[test]
    fn redirects_are_resolved_and_never_lose_encryption() {
        let from = parse("https://example.org/a/b?c").unwrap();
        let join = |target| from.join(target, Schemes::Https).map(|location| location.0.to_string());
        assert_eq!(join("d").unwrap(), "https://example.org/a/d");
        assert_eq!(join("/d?e").unwrap(), "https://example.org/d?e");
        assert_eq!(join("?e").unwrap(), "https://example.org/a/b?e");
        assert_eq!(join("//example.net/d").unwrap(), "https://example.net/d");
        assert_eq!(join("https://example.net/d#part").unwrap(), "https://example.net/d");
        assert!(join("http://example.org/d").is_err());
        assert!(from.join("http://example.org/d", Schemes::AsWritten).is_err());
        let plain = Location::parse("http://example.org:80/a", Schemes::AsWritten).unwrap();
        assert!(plain.join("/d", Schemes::AsWritten).is_ok());
        assert!(plain.join("https://example.net/d", Schemes::AsWritten).is_ok());
        for elsewhere in
            ["http://example.net/d", "http://example.org:81/d", "//10.0.0.1/d", "file:///etc/passwd"]
        {
            assert!(plain.join(elsewhere, Schemes::AsWritten).is_err(), "{elsewhere}");
        }
    }

    #[test]
    fn a_query_is_not_shown() {
        assert_eq!(parse("https://example.org/a?token=secret").unwrap().to_string(), "https://example.org/a");
        assert_eq!(shown("https://me:secret@example.org/a"), "https://example.org/a");
        assert_eq!(shown("https://me:sec@ret@example.org/@scope/a@1"), "https://example.org/@scope/a@1");
        assert_eq!(shown("me:secret@example.org:3128"), "example.org:3128");
    }

    #[test]
    fn hosts_without_a_proxy_are_named_with_what_is_below_them() {
        let location = parse("https://Mirror.Example.org:8443/a").unwrap();
        for hosts in
            ["*", "example.org", ".example.org", "*.example.org", "a.b, EXAMPLE.ORG", "mirror.example.org"]
        {
            assert!(location.is_among(hosts), "{hosts}");
        }
        for hosts in ["", ",", "ample.org", "example.or", "a.mirror.example.org", "example", "."] {
            assert!(!location.is_among(hosts), "{hosts}");
        }
    }
}

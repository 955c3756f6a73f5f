//! Whether one Package URL covers another: what a statement about `pkg:pypi/a@1.0` says of what was found.

use std::fmt;

use super::Purl;
use crate::pypi;
use crate::version::Scheme;

/// The first part of a Package URL that keeps it from covering another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PurlMismatch {
    /// The types differ.
    Type,
    /// The namespaces differ.
    Namespace,
    /// The names differ.
    Name,
    /// The versions differ, or the other has none.
    Version,
    /// The other has not this qualifier, or another value of it.
    Qualifier(String),
}

impl fmt::Display for PurlMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type => f.write_str("type"),
            Self::Namespace => f.write_str("namespace"),
            Self::Name => f.write_str("name"),
            Self::Version => f.write_str("version"),
            Self::Qualifier(key) => write!(f, "qualifier {key}"),
        }
    }
}

impl Purl {
    /// Whether this names the other or something more general: type, namespace and name are the same, the version is the
    /// same or this has none, and the other has each qualifier that this has. More qualifiers of the other, and subpaths,
    /// have no weight. So do the rules of go-vex (commit ba5be8f4), which OpenVEX tools share.
    ///
    /// Python names are compared by PEP 503 and Python versions by PEP 440, where go-vex compares texts.
    ///
    /// # Errors
    ///
    /// The first part that differs, in the order in which a Package URL is written.
    ///
    /// ```
    /// use bonafide_ident::Purl;
    /// let said = Purl::parse("pkg:pypi/Zope.Interface@5").unwrap();
    /// let found = Purl::parse("pkg:pypi/zope-interface@5.0?file_name=zope.whl").unwrap();
    /// assert!(said.covers(&found).is_ok() && found.covers(&said).is_err());
    /// ```
    pub fn covers(&self, other: &Self) -> Result<(), PurlMismatch> {
        if self.ty != other.ty {
            return Err(PurlMismatch::Type);
        }
        if self.namespace != other.namespace {
            return Err(PurlMismatch::Namespace);
        }
        let python = self.ty == "pypi";
        let same_name =
            self.name == other.name || python && pypi::normalize(&self.name) == pypi::normalize(&other.name);
        if !same_name {
            return Err(PurlMismatch::Name);
        }
        let same_version = match (&self.version, &other.version) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(one), Some(two)) => one == two || python && same_python_version(one, two),
        };
        if !same_version {
            return Err(PurlMismatch::Version);
        }
        match self.qualifiers.iter().find(|pair| !other.qualifiers.contains(pair)) {
            Some((key, _)) => Err(PurlMismatch::Qualifier(key.clone())),
            None => Ok(()),
        }
    }
}

fn same_python_version(one: &str, two: &str) -> bool {
    match (Scheme::PyPi.parse_bound(one), Scheme::PyPi.parse_bound(two)) {
        (Ok(one), Ok(two)) => one == two,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_general_covers_the_special_and_names_what_differs() {
        let covers = |one: &str, two: &str| Purl::parse(one).unwrap().covers(&Purl::parse(two).unwrap());
        assert_eq!(covers("pkg:apk/wolfi/curl", "pkg:apk/wolfi/curl@8.1?arch=x86_64#a"), Ok(()));
        assert_eq!(covers("pkg:apk/wolfi/curl#b", "pkg:apk/wolfi/curl@8.1#a"), Ok(()));
        assert_eq!(covers("pkg:apk/wolfi/curl@8.1", "pkg:apk/wolfi/curl"), Err(PurlMismatch::Version));
        assert_eq!(covers("pkg:apk/wolfi/curl", "pkg:apk/alpine/curl"), Err(PurlMismatch::Namespace));
        assert_eq!(covers("pkg:apk/wolfi/curl", "pkg:deb/wolfi/curl"), Err(PurlMismatch::Type));
        assert_eq!(covers("pkg:npm/a", "pkg:npm/b"), Err(PurlMismatch::Name));
        assert_eq!(
            covers("pkg:apk/wolfi/curl?arch=x86_64", "pkg:apk/wolfi/curl?arch=arm64"),
            Err(PurlMismatch::Qualifier("arch".into()))
        );
        assert_eq!(covers("pkg:pypi/a.b_c@1.0.0", "pkg:pypi/A-B.c@1"), Ok(()));
        assert_eq!(covers("pkg:npm/a@1.0.0", "pkg:npm/a@1.0"), Err(PurlMismatch::Version));
    }
}

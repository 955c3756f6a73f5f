//! Versions, ordered as their own ecosystem orders them.
//!
//! A [`Scheme`] reads a text into a [`Version`]. What it keeps is a *key*: bytes whose lexicographic order is the order of
//! the versions, so that comparing is comparing bytes, a total order is certain, and a database can hold keys that need no
//! parsing. The rules are one file a scheme; how numbers and texts become bytes is in module `key`.
//!
//! Where an ecosystem's own comparison is no order (it has cycles, or calls two versions equal to a third but not to
//! each other) the key decides for the nearest order; the file of the scheme says where.

mod alpine;
mod alpm;
mod composer;
mod conan;
mod datetime;
mod deb;
mod generic;
mod gentoo;
mod key;
mod maven;
mod openssl;
mod pypi;
mod rpm;
mod rubygems;
mod semver;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use key::Key;

/// No version is longer, in bytes: what is longer is an attack, not a release.
pub const MAX_VERSION_BYTES: usize = 64 * 1024;

/// Why a text is no version of a scheme.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VersionError {
    /// No scheme has that name.
    #[error("`{0}` is no version scheme")]
    UnknownScheme(String),
    /// Nothing, or white space only.
    #[error("the version is empty")]
    Empty,
    /// Longer than [`MAX_VERSION_BYTES`].
    #[error("a version of {0} bytes is too long, at most {MAX_VERSION_BYTES} are read")]
    TooLong(usize),
    /// The scheme cannot read it.
    #[error("`{text}` is no {scheme} version: {reason}")]
    Malformed {
        /// The scheme.
        scheme: Scheme,
        /// The version, at most its first 60 characters.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

macro_rules! schemes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal $(| $alias:literal)*,)+) => {
        /// How versions are written and ordered. The name of each is its type in a VERS range.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Scheme {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Scheme {
            /// All schemes, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The VERS type: `pypi`, `deb`, `golang`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            fn named(name: &str) -> Option<Self> {
                match name { $($name $(| $alias)* => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

schemes! {
    /// Python (PEP 440, "Version specifiers"). A text that PEP 440 rejects is read as the older rules did and is below
    /// all others: it orders what is enumerated, and [`Scheme::parse_bound`] refuses it.
    PyPi = "pypi",
    /// Semantic versioning 2.0.0, read with patience: a `v` before it, fewer or more than three numbers.
    Semver = "semver",
    /// node-semver: as [`Scheme::Semver`].
    Npm = "npm",
    /// Rust crates: as [`Scheme::Semver`].
    Cargo = "cargo",
    /// Erlang and Elixir packages: as [`Scheme::Semver`].
    Hex = "hex",
    /// Go modules and the Go toolchain: as [`Scheme::Semver`]; `go1.22rc1` is read too, `+incompatible` has no weight.
    Golang = "golang",
    /// Dart: as [`Scheme::Semver`], and what follows `+` is compared.
    Pub = "pub",
    /// Debian and its children: `epoch:upstream-revision` (Debian policy 5.6.12, dpkg 1.22).
    Deb = "deb",
    /// RPM: `epoch:version-release` (rpm 4.20, `rpmvercmp`).
    Rpm = "rpm",
    /// Arch Linux (pacman 7, `alpm_pkg_vercmp`).
    Alpm = "alpm",
    /// Alpine (apk-tools 2.14).
    Alpine = "alpine" | "apk",
    /// Gentoo (Package Manager Specification 8, 3.3).
    Gentoo = "gentoo" | "ebuild",
    /// Maven ("POM reference", version order specification; Maven up to 3.8.6).
    Maven = "maven",
    /// RubyGems (`Gem::Version`, RubyGems 3.5).
    Gem = "gem",
    /// NuGet (NuGet.Versioning 6).
    Nuget = "nuget",
    /// Composer and Packagist (PHP 8 `version_compare`).
    Composer = "composer" | "packagist",
    /// Conan 2.
    Conan = "conan",
    /// R packages (`package_version`).
    Cran = "cran",
    /// Haskell packages (the package versioning policy).
    Hackage = "hackage",
    /// OpenSSL: letters after the third number, as in `1.0.2zf`.
    Openssl = "openssl",
    /// nginx: numbers and dots.
    Nginx = "nginx",
    /// Numbers and dots, nothing else.
    Intdot = "intdot",
    /// RFC 3339 moments.
    Datetime = "datetime",
    /// The bytes of the text (UTF-8), no rules.
    Lexicographic = "lexicographic",
    /// Anything else: numbers as numbers, words that mean a pre-release below what they precede.
    Generic = "generic",
}

impl Scheme {
    /// Reads a version.
    ///
    /// # Errors
    ///
    /// [`VersionError::Empty`], [`VersionError::TooLong`] and [`VersionError::Malformed`].
    pub fn parse(self, text: &str) -> Result<Version, VersionError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(VersionError::Empty);
        }
        if trimmed.len() > MAX_VERSION_BYTES {
            return Err(VersionError::TooLong(trimmed.len()));
        }
        let malformed = |reason| VersionError::Malformed {
            scheme: self,
            text: trimmed.chars().take(60).collect(),
            reason,
        };
        if self != Self::Lexicographic
            && trimmed.contains(|letter: char| letter.is_whitespace() || letter.is_control())
        {
            return Err(malformed("it has white space or a control character in it"));
        }
        let mut key = Key::with_capacity(trimmed.len() + 8);
        match self {
            Self::PyPi => pypi::write(trimmed, &mut key),
            Self::Semver | Self::Npm | Self::Cargo | Self::Hex => {
                semver::write(trimmed, semver::Build::Ignored, &mut key)
            }
            Self::Golang => {
                semver::write(trimmed.strip_prefix("go").unwrap_or(trimmed), semver::Build::Ignored, &mut key)
            }
            Self::Pub => semver::write(trimmed, semver::Build::Compared, &mut key),
            Self::Nuget => semver::write_nuget(trimmed, &mut key),
            Self::Deb => deb::write(trimmed, &mut key),
            Self::Rpm => rpm::write(trimmed, &mut key),
            Self::Alpm => alpm::write(trimmed, &mut key),
            Self::Alpine => alpine::write(trimmed, &mut key),
            Self::Gentoo => gentoo::write(trimmed, &mut key),
            Self::Maven => maven::write(trimmed, &mut key),
            Self::Gem => rubygems::write(trimmed, &mut key),
            Self::Composer => composer::write(trimmed, &mut key),
            Self::Conan => conan::write(trimmed, &mut key),
            Self::Cran | Self::Hackage => generic::write_numbers(trimmed, &['.', '-'], &mut key),
            Self::Openssl => openssl::write(trimmed, &mut key),
            Self::Nginx | Self::Intdot => generic::write_numbers(trimmed, &['.'], &mut key),
            Self::Datetime => datetime::write(trimmed, &mut key),
            Self::Lexicographic => {
                key.raw(trimmed.as_bytes());
                Ok(())
            }
            Self::Generic => {
                generic::write(trimmed, &mut key);
                Ok(())
            }
        }
        .map_err(malformed)?;
        Ok(Version { scheme: self, text: trimmed.into(), key: key.into_bytes() })
    }

    /// Reads a version that is to bound a range. As [`Scheme::parse`], and refuses what has a place in the order only for
    /// want of a better one ([`Version::is_legacy`]).
    ///
    /// # Errors
    ///
    /// As [`Scheme::parse`].
    pub fn parse_bound(self, text: &str) -> Result<Version, VersionError> {
        let version = self.parse(text)?;
        if version.is_legacy() {
            return Err(VersionError::Malformed {
                scheme: self,
                text: version.text.chars().take(60).collect(),
                reason: "PEP 440 does not know it, so nothing is above or below it for certain",
            });
        }
        Ok(version)
    }

    /// Compares two texts as the ecosystem's own tool does, even where that is no order: for Composer `1.#` is equal to
    /// `1` and to `1.1`, for Maven `2.0 < 2.0-1 < 2.0.rc1 < 2.0`. In all else the same as comparing two [`Version`]s.
    ///
    /// # Errors
    ///
    /// As [`Scheme::parse`], of the first text that is no version.
    pub fn compare(self, left: &str, right: &str) -> Result<Ordering, VersionError> {
        let (left, right) = (self.parse(left)?, self.parse(right)?);
        Ok(match self {
            Self::Composer => composer::compare(&left.text, &right.text),
            Self::Maven => maven::compare(&left.text, &right.text),
            _ => left.cmp(&right),
        })
    }

    /// The scheme of a package type of Package URLs (`pypi`, `github`), where one is known.
    #[must_use]
    pub fn of_purl_type(ty: &str) -> Option<Self> {
        match ty {
            "openssl" | "nginx" | "intdot" | "datetime" | "lexicographic" | "semver" => None,
            "swift" | "github" | "cocoapods" => Some(Self::Semver),
            _ => Self::named(ty),
        }
    }
}

impl FromStr for Scheme {
    type Err = VersionError;

    fn from_str(name: &str) -> Result<Self, VersionError> {
        Self::named(name).ok_or_else(|| VersionError::UnknownScheme(name.chars().take(60).collect()))
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A version of one scheme. Equal are those that the scheme calls equal, however they are spelt: `1.0` and `1.0.0` in
/// Python. Versions of two schemes are ordered by scheme first, which means nothing but is an order.
///
/// ```
/// use bonafide_ident::Scheme;
/// let old = Scheme::PyPi.parse("3.13.0rc2").unwrap();
/// let new = Scheme::PyPi.parse("3.13").unwrap();
/// assert!(old < new && old.key() < new.key());
/// ```
#[derive(Clone, Debug)]
pub struct Version {
    scheme: Scheme,
    text: Box<str>,
    key: Box<[u8]>,
}

impl Version {
    /// The scheme that read it.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// As it was written, without white space around it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Bytes whose lexicographic order is the order of the versions of one scheme; equal versions have equal keys.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// Whether its place in the order is a guess: a Python version that PEP 440 rejects.
    #[must_use]
    pub fn is_legacy(&self) -> bool {
        self.scheme == Scheme::PyPi && self.key.first() == Some(&pypi::LEGACY)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.scheme == other.scheme && self.key == other.key
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.scheme.cmp(&other.scheme).then_with(|| self.key.cmp(&other.key))
    }
}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.scheme.hash(state);
        self.key.hash(state);
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// What the file of a scheme answers: the key is written, or why not.
type Written = Result<(), &'static str>;

#[cfg(test)]
mod tests;

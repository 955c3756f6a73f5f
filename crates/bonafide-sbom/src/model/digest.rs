//! Digests as a document claims them.

use super::claim::Text;
use std::fmt;

/// A digest algorithm of SPDX 2.3 §7.10, SPDX 3.0.1 `HashAlgorithm` or CycloneDX 1.7 `hash-alg`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is named for what it is")]
pub enum Algorithm {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha3_224,
    Sha3_256,
    Sha3_384,
    Sha3_512,
    Blake2b256,
    Blake2b384,
    Blake2b512,
    Blake3,
    Md2,
    Md4,
    Md5,
    Md6,
    Adler32,
    Streebog256,
    Streebog512,
    /// A name that no specification knows, as it stands.
    Unknown(Box<Text>),
}

/// SPDX 2 name, SPDX 3 name, CycloneDX name (empty where the format does not know it), hex digits of a value.
type Row = (Algorithm, &'static str, &'static str, &'static str, Option<u16>);

const ALGORITHMS: &[Row] = &[
    (Algorithm::Sha1, "SHA1", "sha1", "SHA-1", Some(40)),
    (Algorithm::Sha224, "SHA224", "sha224", "", Some(56)),
    (Algorithm::Sha256, "SHA256", "sha256", "SHA-256", Some(64)),
    (Algorithm::Sha384, "SHA384", "sha384", "SHA-384", Some(96)),
    (Algorithm::Sha512, "SHA512", "sha512", "SHA-512", Some(128)),
    (Algorithm::Sha3_224, "", "sha3_224", "", Some(56)),
    (Algorithm::Sha3_256, "SHA3-256", "sha3_256", "SHA3-256", Some(64)),
    (Algorithm::Sha3_384, "SHA3-384", "sha3_384", "SHA3-384", Some(96)),
    (Algorithm::Sha3_512, "SHA3-512", "sha3_512", "SHA3-512", Some(128)),
    (Algorithm::Blake2b256, "BLAKE2b-256", "blake2b256", "BLAKE2b-256", Some(64)),
    (Algorithm::Blake2b384, "BLAKE2b-384", "blake2b384", "BLAKE2b-384", Some(96)),
    (Algorithm::Blake2b512, "BLAKE2b-512", "blake2b512", "BLAKE2b-512", Some(128)),
    // BLAKE3 has an extendable output.
    (Algorithm::Blake3, "BLAKE3", "blake3", "BLAKE3", None),
    (Algorithm::Md2, "MD2", "md2", "", Some(32)),
    (Algorithm::Md4, "MD4", "md4", "", Some(32)),
    (Algorithm::Md5, "MD5", "md5", "MD5", Some(32)),
    // MD6 is of any length up to 512 bits.
    (Algorithm::Md6, "MD6", "md6", "", None),
    (Algorithm::Adler32, "ADLER32", "adler32", "", Some(8)),
    (Algorithm::Streebog256, "", "", "Streebog-256", Some(64)),
    (Algorithm::Streebog512, "", "", "Streebog-512", Some(128)),
];

impl Algorithm {
    fn row(&self) -> Option<&'static Row> {
        ALGORITHMS.iter().find(|row| row.0 == *self)
    }

    fn by(name: &str, column: impl Fn(&Row) -> &'static str) -> Self {
        ALGORITHMS
            .iter()
            .find(|row| !name.is_empty() && column(row) == name)
            .map_or_else(|| Self::Unknown(Box::new(name.into())), |row| row.0.clone())
    }

    fn name(&self, column: impl Fn(&Row) -> &'static str) -> Option<&str> {
        match self {
            Self::Unknown(name) => Some(name),
            known => known.row().map(column).filter(|name| !name.is_empty()),
        }
    }

    /// From an SPDX 2 name: `SHA3-256`.
    #[must_use]
    pub fn from_spdx2(name: &str) -> Self {
        Self::by(name, |row| row.1)
    }

    /// The SPDX 2 name, where SPDX 2 knows it.
    #[must_use]
    pub fn spdx2(&self) -> Option<&str> {
        self.name(|row| row.1)
    }

    /// From an SPDX 3 name: `sha3_256`.
    #[must_use]
    pub fn from_spdx3(name: &str) -> Self {
        Self::by(name, |row| row.2)
    }

    /// The SPDX 3 name, where SPDX 3 knows it.
    #[must_use]
    pub fn spdx3(&self) -> Option<&str> {
        self.name(|row| row.2)
    }

    /// From a CycloneDX name: `SHA3-256`.
    #[must_use]
    pub fn from_cyclonedx(name: &str) -> Self {
        Self::by(name, |row| row.3)
    }

    /// The CycloneDX name, where CycloneDX knows it.
    #[must_use]
    pub fn cyclonedx(&self) -> Option<&str> {
        self.name(|row| row.3)
    }

    /// How many hexadecimal digits a value has, where that is fixed.
    #[must_use]
    pub fn hex_digits(&self) -> Option<usize> {
        self.row().and_then(|row| row.4).map(usize::from)
    }
}

impl fmt::Display for Algorithm {
    /// The name that most formats use.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.spdx2().or_else(|| self.cyclonedx()).or_else(|| self.spdx3()).unwrap_or(""))
    }
}

/// A digest as a document claims it: not checked, not normalised.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    /// Of which algorithm.
    pub algorithm: Algorithm,
    /// The value as it stands; hexadecimal if it is right.
    pub value: Text,
}

impl Digest {
    /// A digest from its parts.
    #[must_use]
    pub fn new(algorithm: Algorithm, value: impl Into<Text>) -> Self {
        Self { algorithm, value: value.into() }
    }

    /// Whether the value has the length and the alphabet of its algorithm (lower case, as SPDX asks).
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        self.algorithm.hex_digits().is_none_or(|digits| digits == self.value.len())
            && !self.value.is_empty()
            && self.value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }
}

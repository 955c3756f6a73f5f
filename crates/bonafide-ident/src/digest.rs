//! Digests of bytes, several in one read.
//!
//! SHA-1 and SHA-2 use the processor's SHA instructions where it has them (found out at run time). A git blob id is the
//! SHA-1 of `blob <length>\0` and the bytes, so its length must be known before the first byte.

mod blocks;

use std::fmt;
use std::ops::BitOr;
use std::str::FromStr;

use sha1::digest::Digest as _;

use blocks::Blocks;

/// A digest's text was not lower- or upper-case hexadecimal of the right length.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {algorithm} digest: {length} hexadecimal digits are needed")]
pub struct DigestError {
    text: String,
    algorithm: &'static str,
    length: usize,
}

macro_rules! digest {
    ($(#[$doc:meta])* $name:ident, $algorithm:literal, $size:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $size]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = [0_u8; $size * 2];
                f.write_str(hex(&self.0, &mut text))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = DigestError;

            fn from_str(text: &str) -> Result<Self, DigestError> {
                let mut bytes = [0; $size];
                if unhex(text, &mut bytes) {
                    Ok(Self(bytes))
                } else {
                    Err(DigestError { text: text.chars().take(160).collect(), algorithm: $algorithm, length: $size * 2 })
                }
            }
        }
    };
}

digest!(
    /// SHA-1 (FIPS 180-4): 20 bytes. Shown as 40 lower-case hexadecimal digits.
    Sha1, "SHA-1", 20
);
digest!(
    /// SHA-256 (FIPS 180-4): 32 bytes. Shown as 64 lower-case hexadecimal digits.
    Sha256, "SHA-256", 32
);
digest!(
    /// SHA-512 (FIPS 180-4): 64 bytes. Shown as 128 lower-case hexadecimal digits.
    Sha512, "SHA-512", 64
);
digest!(
    /// The object id that git gives a file's content in a SHA-1 repository: 20 bytes.
    GitBlob, "git blob", 20
);

fn hex<'a>(bytes: &[u8], text: &'a mut [u8]) -> &'a str {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (byte, pair) in bytes.iter().zip(text.chunks_exact_mut(2)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    std::str::from_utf8(text).expect("hexadecimal digits are ASCII")
}

fn unhex(text: &str, bytes: &mut [u8]) -> bool {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if text.len() != bytes.len() * 2 {
        return false;
    }
    for (pair, byte) in text.as_bytes().chunks_exact(2).zip(bytes) {
        let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else { return false };
        *byte = high << 4 | low;
    }
    true
}

/// Which digests are wanted.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct DigestKinds(u8);

impl DigestKinds {
    /// None.
    pub const NONE: Self = Self(0);
    /// SHA-1.
    pub const SHA1: Self = Self(1);
    /// SHA-256.
    pub const SHA256: Self = Self(2);
    /// SHA-512.
    pub const SHA512: Self = Self(4);
    /// The git blob id.
    pub const GIT_BLOB: Self = Self(8);
    /// SHA-1 and SHA-256: what an SPDX document says of each file.
    pub const SPDX: Self = Self(3);

    /// Whether all of `other` are among these.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether none is wanted.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for DigestKinds {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Debug for DigestKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (Self::SHA1, "sha1"),
            (Self::SHA256, "sha256"),
            (Self::SHA512, "sha512"),
            (Self::GIT_BLOB, "git-blob"),
        ];
        f.debug_set()
            .entries(names.iter().filter(|(kind, _)| self.contains(*kind)).map(|(_, name)| name))
            .finish()
    }
}

/// The digests of one run of bytes: those that were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Digests {
    /// SHA-1.
    pub sha1: Option<Sha1>,
    /// SHA-256.
    pub sha256: Option<Sha256>,
    /// SHA-512.
    pub sha512: Option<Sha512>,
    /// The git blob id.
    pub git_blob: Option<GitBlob>,
}

/// Computes several digests while bytes pass by.
///
/// ```
/// use bonafide_ident::{DigestKinds, Hasher};
/// let digests = Hasher::digest(DigestKinds::SHA256 | DigestKinds::GIT_BLOB, b"what is up, doc?");
/// assert_eq!(digests.git_blob.unwrap().to_string(), "bd9dbf5aae1a3862dd1526723246b20206e5fc37");
/// ```
#[derive(Clone, Debug)]
pub struct Hasher {
    blocks: Blocks,
    sha512: Option<sha2::Sha512>,
    git_blob: Option<sha1::Sha1>,
}

impl Hasher {
    /// Starts. `length` is the number of bytes to come; without it no git blob id can be had, and none is given.
    #[must_use]
    pub fn new(kinds: DigestKinds, length: Option<u64>) -> Self {
        let git_blob = length.filter(|_| kinds.contains(DigestKinds::GIT_BLOB)).map(|length| {
            let mut hasher = sha1::Sha1::new();
            hasher.update(format!("blob {length}\0"));
            hasher
        });
        Self {
            blocks: Blocks::new(kinds.contains(DigestKinds::SHA1), kinds.contains(DigestKinds::SHA256)),
            sha512: kinds.contains(DigestKinds::SHA512).then(sha2::Sha512::new),
            git_blob,
        }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.blocks.update(bytes);
        self.update_others(bytes);
    }

    /// Takes the next bytes of two things at once. Where of both only SHA-256 is wanted, that takes a sixth less time than one
    /// after the other.
    pub fn update_both(&mut self, bytes: &[u8], other: &mut Self, others: &[u8]) {
        self.blocks.update_both(bytes, &mut other.blocks, others);
        self.update_others(bytes);
        other.update_others(others);
    }

    fn update_others(&mut self, bytes: &[u8]) {
        if let Some(hasher) = &mut self.sha512 {
            hasher.update(bytes);
        }
        if let Some(hasher) = &mut self.git_blob {
            hasher.update(bytes);
        }
    }

    /// Ends.
    #[must_use]
    pub fn finish(self) -> Digests {
        let (sha1, sha256) = self.blocks.finish();
        Digests {
            sha1: sha1.map(Sha1),
            sha256: sha256.map(Sha256),
            sha512: self.sha512.map(|hasher| Sha512(hasher.finalize().into())),
            git_blob: self.git_blob.map(|hasher| GitBlob(hasher.finalize().into())),
        }
    }

    /// All at once.
    #[must_use]
    pub fn digest(kinds: DigestKinds, bytes: &[u8]) -> Digests {
        let mut hasher = Self::new(kinds, Some(bytes.len() as u64));
        hasher.update(bytes);
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        let kinds = DigestKinds::SPDX | DigestKinds::SHA512 | DigestKinds::GIT_BLOB;
        let digests = Hasher::digest(kinds, b"abc");
        assert_eq!(digests.sha1.unwrap().to_string(), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(
            digests.sha256.unwrap().to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(digests.sha512.unwrap().to_string().starts_with("ddaf35a193617abacc417349ae204131"));
        assert_eq!(digests.git_blob.unwrap().to_string(), "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f");
    }

    #[test]
    fn text_is_read_back_and_nothing_else_is() {
        let digest = Hasher::digest(DigestKinds::SHA1, b"").sha1.unwrap();
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!(digest.to_string().to_uppercase().parse(), Ok(digest));
        for text in [
            "",
            "da39",
            "da39a3ee5e6b4b0d3255bfef95601890afd8070g",
            "da39a3ee5e6b4b0d3255bfef95601890afd8070é",
        ] {
            assert!(text.parse::<Sha1>().is_err(), "{text}");
        }
    }
}

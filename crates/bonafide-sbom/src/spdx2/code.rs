//! The package verification code.

use bonafide_ident::{DigestKinds, Hasher};

/// The SPDX 2 package verification code (2.3 §7.9): SHA-1 over the lower-case hexadecimal SHA-1 digests of a package's
/// files, sorted and joined without anything between. A digest that occurs twice counts twice. Files that the code
/// excludes must be left out by the caller.
///
/// ```
/// // Of no file at all it is the digest of nothing, which says nothing about a package.
/// assert_eq!(bonafide_sbom::verification_code(std::iter::empty()), bonafide_sbom::CODE_OF_NOTHING);
/// ```
pub fn verification_code<'a>(sha1s: impl Iterator<Item = &'a str>) -> String {
    let mut sorted: Vec<&str> = sha1s.collect();
    sorted.sort_unstable();
    let mut hasher = Hasher::new(DigestKinds::SHA1, None);
    for sha1 in sorted {
        hasher.update(sha1.as_bytes());
    }
    hasher.finish().sha1.map(|digest| digest.to_string()).unwrap_or_default()
}

/// What [`verification_code`] gives for no files: the SHA-1 of nothing.
pub const CODE_OF_NOTHING: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

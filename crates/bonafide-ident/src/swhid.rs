//! Software hash identifiers (SWHID, ISO/IEC 18670:2025): `swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2`.
//!
//! The core of one names an object by its content: a file (`cnt`), a folder, a revision, a release, a snapshot. The digest
//! of a file is its git blob id. Qualifiers behind semicolons say where the object was seen: `;origin=…;path=…`.

use std::fmt;
use std::str::FromStr;

use crate::digest::GitBlob;

/// Why a text is no SWHID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SwhidError {
    /// It does not begin with `swh:1:`.
    #[error("a swhid begins with `swh:1:`")]
    Scheme,
    /// The object type is none of the five.
    #[error("`{0}` is no swhid object type: `cnt`, `dir`, `rev`, `rel` or `snp`")]
    Kind(String),
    /// The digest is not 40 hexadecimal digits in small letters.
    #[error("the digest of a swhid is 40 hexadecimal digits, small letters")]
    Digest,
    /// A qualifier is unknown, stands twice, or has a value that it cannot have.
    #[error("`{0}` is no swhid qualifier, stands twice, or has a wrong value")]
    Qualifier(String),
}

/// What an identifier names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SwhidKind {
    /// A file's content.
    Content,
    /// A folder.
    Directory,
    /// A commit.
    Revision,
    /// A tag.
    Release,
    /// All branches of a repository at one time.
    Snapshot,
}

const KINDS: [(SwhidKind, &str); 5] = [
    (SwhidKind::Content, "cnt"),
    (SwhidKind::Directory, "dir"),
    (SwhidKind::Revision, "rev"),
    (SwhidKind::Release, "rel"),
    (SwhidKind::Snapshot, "snp"),
];

impl SwhidKind {
    /// `cnt`, `dir`, `rev`, `rel`, `snp`.
    #[must_use]
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("cnt", |(_, name)| name)
    }
}

/// The qualifiers, in the order in which they are written.
const QUALIFIERS: [&str; 6] = ["origin", "visit", "anchor", "path", "lines", "bytes"];

/// A software hash identifier. Shown in canonical form: qualifiers in the order of the standard.
///
/// ```
/// use bonafide_ident::{DigestKinds, Hasher, Swhid};
/// let digests = Hasher::digest(DigestKinds::GIT_BLOB, b"hello");
/// let id = Swhid::from(digests.git_blob.unwrap());
/// assert_eq!(id.to_string(), "swh:1:cnt:b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Swhid {
    kind: SwhidKind,
    digest: String,
    qualifiers: Vec<(&'static str, String)>,
}

impl Swhid {
    /// What it names.
    #[must_use]
    pub fn kind(&self) -> SwhidKind {
        self.kind
    }

    /// 40 hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The git blob id of the file that it names, if it names one.
    #[must_use]
    pub fn git_blob(&self) -> Option<GitBlob> {
        (self.kind == SwhidKind::Content).then(|| self.digest.parse().ok()).flatten()
    }

    /// The qualifiers in the order of the standard; values as they are written, `%` and `;` encoded.
    pub fn qualifiers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.qualifiers.iter().map(|(key, value)| (*key, value.as_str()))
    }

    /// The identifier without its qualifiers: what says whether two name the same object.
    #[must_use]
    pub fn core(&self) -> Self {
        Self { qualifiers: Vec::new(), ..self.clone() }
    }
}

impl From<GitBlob> for Swhid {
    fn from(blob: GitBlob) -> Self {
        Self { kind: SwhidKind::Content, digest: blob.to_string(), qualifiers: Vec::new() }
    }
}

impl FromStr for Swhid {
    type Err = SwhidError;

    fn from_str(text: &str) -> Result<Self, SwhidError> {
        let mut parts = text.split(';');
        let core = parts.next().unwrap_or_default().strip_prefix("swh:1:").ok_or(SwhidError::Scheme)?;
        let short = |text: &str| text.chars().take(60).collect::<String>();
        let (kind, digest) = core.split_once(':').ok_or_else(|| SwhidError::Kind(short(core)))?;
        let found =
            KINDS.iter().find(|(_, name)| *name == kind).ok_or_else(|| SwhidError::Kind(short(kind)))?;
        if digest.len() != 40 || !digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(SwhidError::Digest);
        }
        let mut qualifiers: Vec<(&'static str, String)> = Vec::new();
        for part in parts {
            let wrong = || SwhidError::Qualifier(short(part));
            let (key, value) = part.split_once('=').ok_or_else(wrong)?;
            let key = *QUALIFIERS.iter().find(|known| **known == key).ok_or_else(wrong)?;
            if qualifiers.iter().any(|(known, _)| *known == key) || !is_value(key, value) {
                return Err(wrong());
            }
            qualifiers.push((key, value.to_owned()));
        }
        qualifiers.sort_by_key(|(key, _)| QUALIFIERS.iter().position(|known| known == key));
        Ok(Self { kind: found.0, digest: digest.to_owned(), qualifiers })
    }
}

/// Whether a qualifier may have such a value: a place inside the object is a number or two, context is a core identifier.
fn is_value(key: &str, value: &str) -> bool {
    let core = |kinds: &[SwhidKind]| {
        value.parse::<Swhid>().is_ok_and(|id| id.qualifiers.is_empty() && kinds.contains(&id.kind))
    };
    let number = |text: &str| text.parse::<u64>().is_ok() && !text.starts_with('+');
    match key {
        "visit" => core(&[SwhidKind::Snapshot]),
        "anchor" => {
            core(&[SwhidKind::Directory, SwhidKind::Revision, SwhidKind::Release, SwhidKind::Snapshot])
        }
        "lines" | "bytes" => match value.split_once('-') {
            Some((from, to)) => number(from) && number(to),
            None => number(value),
        },
        "path" => value.starts_with('/') && is_plain(value),
        _ => !value.is_empty() && is_plain(value),
    }
}

fn is_plain(value: &str) -> bool {
    !value.contains(|letter: char| letter.is_whitespace() || letter.is_control())
}

impl fmt::Display for Swhid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "swh:1:{}:{}", self.kind.name(), self.digest)?;
        self.qualifiers.iter().try_for_each(|(key, value)| write!(f, ";{key}={value}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CORE: &str = "swh:1:cnt:4d99d2d18326621ccdd70f5ea66c2e2ac236ad8b";

    #[test]
    fn qualifiers_are_read_checked_and_put_in_order() {
        let snapshot = "swh:1:snp:d7f1b9eb7ccb596c2622c4780febaa02549830f9";
        let text =
            format!("{CORE};lines=9-15;path=/src/a.ml;visit={snapshot};origin=https://example.org/r.git");
        let id: Swhid = text.parse().unwrap();
        assert_eq!(
            id.to_string(),
            format!("{CORE};origin=https://example.org/r.git;visit={snapshot};path=/src/a.ml;lines=9-15")
        );
        assert_eq!(id.core().to_string(), CORE);
        assert_eq!(id.git_blob().unwrap().to_string(), id.digest());
    }

    #[test]
    fn what_is_no_swhid_is_refused() {
        for text in [
            "",
            "swh:2:cnt:4d99d2d18326621ccdd70f5ea66c2e2ac236ad8b",
            "swh:1:blob:4d99d2d18326621ccdd70f5ea66c2e2ac236ad8b",
            "swh:1:cnt:4D99d2d18326621ccdd70f5ea66c2e2ac236ad8b",
            "swh:1:cnt:4d99",
            "swh:1:cnt",
            &format!("{CORE};"),
            &format!("{CORE};lines=a"),
            &format!("{CORE};path=a"),
            &format!("{CORE};color=red"),
            &format!("{CORE};visit={CORE}"),
            &format!("{CORE};lines=1;lines=2"),
        ] {
            assert!(text.parse::<Swhid>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_is_read_again(text in ".{0,60}", tail in "[;=a-z0-9/-]{0,20}") {
            drop(text.parse::<Swhid>());
            if let Ok(id) = format!("{CORE}{tail}").parse::<Swhid>() {
                prop_assert_eq!(id.to_string().parse::<Swhid>(), Ok(id));
            }
        }
    }
}

//! Core metadata of Python distributions: `METADATA` in a wheel, `PKG-INFO` in an sdist or egg.
//!
//! The format is that of mail headers: `Name: value` lines, continued by lines that begin with a space or tab, ended by
//! an empty line, after which the description follows. Source: core metadata specifications, version 2.4 (PEP 643,
//! PEP 639).

use bonafide_ident::pypi;

/// What a distribution says of itself, as far as a document has use for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    /// `Name`: a valid project name.
    pub(crate) name: String,
    /// `Version`: not empty, and no unfilled template.
    pub(crate) version: String,
    /// `License-Expression`, or else `License` where it is one word or so; not yet known to be valid.
    pub(crate) license: Option<String>,
}

/// A distribution's metadata does not say what it must.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum MetadataError {
    /// A field is missing.
    #[error("there is no `{0}` field")]
    Missing(&'static str),
    /// A field's value cannot be what it should.
    #[error("`{field}` is `{value}`, which is no valid {field}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// What stands there, cut at 80 characters.
        value: String,
    },
    /// The bytes are not UTF-8.
    #[error("it is not UTF-8")]
    Encoding,
    /// The file is not there.
    #[error("there is no METADATA in this folder")]
    Absent,
    /// The file is there, and nothing of it was read.
    #[error("it could not be read")]
    Unread,
}

impl MetadataError {
    /// Whether a value is one that a build fills in elsewhere: `@VERSION@`, `%version%`, `{{ version }}`, `${version}`, `<version>`.
    pub(crate) fn is_template(&self) -> bool {
        matches!(self, Self::Invalid { value, .. } if value.contains(['@', '%', '{', '<']))
    }
}

impl Metadata {
    /// One field of the header part, as it stands; fields of debs are written the same way.
    pub(crate) fn field(bytes: &[u8], name: &str) -> Option<String> {
        let text = std::str::from_utf8(header(bytes)).ok()?;
        let found = fields(text).find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        found.filter(|value| !value.is_empty())
    }

    /// Reads the header part. Where a field stands twice the first counts, as in mail readers.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, MetadataError> {
        let head = header(bytes);
        let text = std::str::from_utf8(head).map_err(|_| MetadataError::Encoding)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let field =
            |name: &str| fields(text).find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        let name = field("Name").filter(|name| !name.is_empty()).ok_or(MetadataError::Missing("Name"))?;
        if !pypi::is_name(&name) {
            return Err(invalid("Name", &name));
        }
        let version = field("Version")
            .filter(|version| !version.is_empty())
            .ok_or(MetadataError::Missing("Version"))?;
        if !is_version(&version) {
            return Err(invalid("Version", &version));
        }
        let license = field("License-Expression")
            .or_else(|| field("License").filter(|license| license.len() <= 60 && !license.contains('\n')))
            .filter(|license| !license.is_empty() && !license.eq_ignore_ascii_case("unknown"));
        Ok(Self { name, version, license })
    }
}

fn invalid(field: &'static str, value: &str) -> MetadataError {
    MetadataError::Invalid { field, value: value.chars().take(80).collect() }
}

/// Whether a text can be a version: a letter or digit first, no blanks, and nothing that a template would have filled.
pub(crate) fn is_version(text: &str) -> bool {
    text.len() <= 200
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-_!~*".contains(&byte))
}

/// Everything before the first empty line.
fn header(bytes: &[u8]) -> &[u8] {
    let mut at = 0;
    while at < bytes.len() {
        let end = memchr(bytes, at);
        if bytes[at..end].trim_ascii().is_empty() {
            return &bytes[..at];
        }
        at = end + 1;
    }
    bytes
}

fn memchr(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |at| from + at)
}

/// Fields in order, continuation lines joined by a line feed.
fn fields(text: &str) -> impl Iterator<Item = (&str, String)> {
    let mut lines = text.lines().peekable();
    std::iter::from_fn(move || {
        loop {
            let (key, value) = match lines.next()?.split_once(':') {
                Some((key, value)) if !key.starts_with([' ', '\t']) => (key.trim_end(), value.trim()),
                _ => continue,
            };
            let mut value = value.to_owned();
            while let Some(line) = lines.next_if(|line| line.starts_with([' ', '\t'])) {
                value.push('\n');
                value.push_str(line.trim());
            }
            return Some((key, value));
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn name_version_and_licence_are_read() {
        let metadata = Metadata::parse(
            b"Metadata-Version: 2.4\r\nName: pip\r\nVERSION: 25.1.1\r\nLicense: MIT\r\nSummary: a\n b\r\n\r\nName: other\r\n",
        );
        assert_eq!(
            metadata,
            Ok(Metadata { name: "pip".into(), version: "25.1.1".into(), license: Some("MIT".into()) })
        );
        let metadata = Metadata::parse(
            b"Name: a\nVersion: 1\nLicense: A\n long\n text\nLicense-Expression: MIT OR Zlib",
        )
        .unwrap();
        assert_eq!(metadata.license.as_deref(), Some("MIT OR Zlib"));
    }

    #[test]
    fn unfilled_templates_are_no_versions() {
        for version in ["%version%", "@VERSION@", "{{ version }}", "${version}", "$VERSION", "1 2", "<1>", ""]
        {
            let text = format!("Name: demo\nVersion: {version}\n");
            assert!(Metadata::parse(text.as_bytes()).is_err(), "{version}");
        }
        for name in ["{{ name }}", "@PACKAGE@", "a b", "../x", ""] {
            assert!(Metadata::parse(format!("Name: {name}\nVersion: 1\n").as_bytes()).is_err(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn hostile_metadata_is_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            drop(Metadata::parse(&bytes));
        }
    }
}

//! `vendor.txt`: the list of packages that were copied into a `_vendor` folder, as pip and setuptools keep it.
//!
//! One `name==version` a line, which may be indented (what a package brought along), followed by a comment or an
//! environment marker. It is the pinned part of pip's requirements format.

use bonafide_ident::pypi;

use super::metadata::is_version;

/// One pinned requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pinned {
    /// The name as it stands.
    pub(crate) name: String,
    /// The version.
    pub(crate) version: String,
    /// From 1.
    pub(crate) line: u64,
}

/// A line that pins nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    /// The line, cut at 120 characters.
    pub(crate) text: String,
    /// From 1.
    pub(crate) line: u64,
}

/// Reads the pins of a `vendor.txt`; the other lines, save comments and empty ones, are given back.
pub(crate) fn pins(bytes: &[u8]) -> (Vec<Pinned>, Vec<Unread>) {
    let text = String::from_utf8_lossy(bytes);
    let (mut pins, mut unread) = (Vec::new(), Vec::new());
    for (line, whole) in (1..).zip(text.strip_prefix('\u{feff}').unwrap_or(&text).lines()) {
        let text = whole.split_once('#').map_or(whole, |(before, _)| before).trim();
        if text.is_empty() {
            continue;
        }
        match pin(text) {
            Some((name, version)) => {
                pins.push(Pinned { name: name.to_owned(), version: version.to_owned(), line })
            }
            None => unread.push(Unread { text: text.chars().take(120).collect(), line }),
        }
    }
    (pins, unread)
}

fn pin(text: &str) -> Option<(&str, &str)> {
    let (pin, _marker) = text.split_once(';').unwrap_or((text, ""));
    let (name, version) = pin.split_once("==")?;
    let (name, version) = (name.trim(), version.trim_start_matches('=').trim());
    // Extras (`name[extra]`) do not change what was copied.
    let name = name.split_once('[').map_or(name, |(name, _)| name.trim_end());
    let version = version.split_whitespace().next().unwrap_or("");
    (pypi::is_name(name) && is_version(version) && !version.contains('*')).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn comments_indentation_and_markers_are_understood() {
        let text = b"# vendored\nCacheControl==0.14.2\n    certifi == 2025.1.31  # why\n\nrich[x]==14.0.0 ; python_version > '3'\n-e .\nfoo>=1\nbar=={{ version }}\n";
        let (pins, unread) = pins(text);
        let pins: Vec<_> =
            pins.iter().map(|pin| (pin.name.as_str(), pin.version.as_str(), pin.line)).collect();
        assert_eq!(pins, [("CacheControl", "0.14.2", 2), ("certifi", "2025.1.31", 3), ("rich", "14.0.0", 5)]);
        assert_eq!(unread.iter().map(|line| line.line).collect::<Vec<_>>(), [6, 7, 8]);
    }

    proptest! {
        #[test]
        fn hostile_lists_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(pins(&bytes));
        }
    }
}

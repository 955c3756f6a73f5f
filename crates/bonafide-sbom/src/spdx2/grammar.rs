//! The small grammars of SPDX 2: ids, addresses, dates, locators.
//!
//! Matched to what the SPDX project's own Python tools (spdx-tools 0.8.5) accept, so that a document that passes here
//! passes there; where those are more lenient than the specification, so is this.

use bonafide_ident::{Cpe, Purl};

/// Longest id that is taken for one. The specification names no bound; real ones stay below 300.
const LONGEST_ID: usize = 4096;

fn has_prefix_and_only(text: &str, prefix: &str, more: &[u8]) -> bool {
    text.len() <= LONGEST_ID
        && text.strip_prefix(prefix).is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
        })
}

/// `SPDXRef-` with letters, digits, `.` and `-` (2.3 §6.3).
pub(crate) fn is_element_id(text: &str) -> bool {
    has_prefix_and_only(text, "SPDXRef-", b".-")
}

/// `DocumentRef-` with letters, digits, `.`, `-` and `+` (2.3 §6.6).
pub(crate) fn is_document_ref(text: &str) -> bool {
    has_prefix_and_only(text, "DocumentRef-", b".-+")
}

/// `LicenseRef-` with letters, digits, `.` and `-` (2.3 §10.1).
pub(crate) fn is_license_ref(text: &str) -> bool {
    has_prefix_and_only(text, "LicenseRef-", b".-")
}

/// `YYYY-MM-DDThh:mm:ssZ` with a day and a time that exist (2.3 §6.9).
pub(crate) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 20 || !text.is_ascii() {
        return false;
    }
    let shape = b"dddd-dd-ddTdd:dd:ddZ";
    if !bytes.iter().zip(shape).all(|(byte, wanted)| match wanted {
        b'd' => byte.is_ascii_digit(),
        other => byte == other,
    }) {
        return false;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().unwrap_or(u32::MAX);
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    year > 0
        && (1..=days).contains(&day)
        && number(11, 13) < 24
        && number(14, 16) < 60
        && number(17, 19) <= 60
}

/// An absolute URI without a fragment (RFC 3986 §4.3).
pub(crate) fn is_absolute_uri(text: &str) -> bool {
    scheme(text).is_some()
        && !text.contains('#')
        && text.bytes().all(|byte| {
            byte.is_ascii_graphic()
                && !matches!(byte, b'<' | b'>' | b'"' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
        })
}

/// The scheme of a URI, where something follows it.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    (!rest.is_empty()
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')))
    .then_some(scheme)
}

/// An address as `homepage` and cross references have it: perhaps one of seven schemes, perhaps a user, a host with a
/// dot and letters after it, anything.
pub(crate) fn is_url(text: &str) -> bool {
    let rest = ["http://", "https://", "ssh://", "git://", "svn://", "sftp://", "ftp://"]
        .iter()
        .find_map(|scheme| strip_prefix_ignoring_case(text, scheme))
        .unwrap_or(text);
    starts_with_host(rest)
        || rest.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty()
                && user.chars().all(|c| c.is_alphanumeric() || "_-.!~*'()%;:&=+$,".contains(c))
                && starts_with_host(host)
        })
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    match text.get(..prefix.len()) {
        Some(head) if head.eq_ignore_ascii_case(prefix) => Some(&text[prefix.len()..]),
        _ => None,
    }
}

/// Labels with dots or hyphens between them, then a dot and two letters.
fn starts_with_host(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut last_was_label = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => last_was_label = true,
            b'.' | b'-' if last_was_label => {
                let letters =
                    bytes[at + 1..].iter().take(2).filter(|next| next.is_ascii_alphabetic()).count();
                if *byte == b'.' && letters == 2 {
                    return true;
                }
                last_was_label = false;
            }
            _ => return false,
        }
    }
    false
}

/// A download location (2.3 §7.7): an address, or one of a version control system: `git+https://…@v1#path`.
pub(crate) fn is_download_location(text: &str) -> bool {
    is_url(text)
        || ["git+", "hg+", "svn+", "bzr+"]
            .iter()
            .any(|tool| strip_prefix_ignoring_case(text, tool).is_some_and(is_url))
        || strip_prefix_ignoring_case(text, "git+git@").is_some_and(|rest| {
            rest.split_once(':').is_some_and(|(host, path)| !host.is_empty() && !path.is_empty())
        })
        || strip_prefix_ignoring_case(text, "bzr+lp:").is_some_and(|rest| !rest.is_empty())
}

/// How well a locator fits its type.
pub(crate) enum Locator {
    /// Right.
    Right,
    /// Wrong by the specification of the identifier, though SPDX's own pattern lets it pass.
    Doubtful(String),
    /// Wrong.
    Wrong(String),
}

/// The types that a category has (2.3 Annex F).
pub(crate) fn types_of(category: &crate::Category) -> &'static [&'static str] {
    use crate::Category as C;
    match category {
        C::Security => &["cpe22Type", "cpe23Type", "advisory", "fix", "url", "swid"],
        C::PackageManager | C::PackageManagerUnderscored => {
            &["maven-central", "npm", "nuget", "bower", "purl"]
        }
        C::PersistentId | C::PersistentIdUnderscored => &["swh", "gitoid"],
        C::Other | C::Link | C::Identifier | C::Unknown(_) => &[],
    }
}

/// Judges a locator by its type.
pub(crate) fn locator(kind: &str, text: &str) -> Locator {
    let shape = |right: bool, wanted: &str| {
        if right { Locator::Right } else { Locator::Wrong(format!("it should look like `{wanted}`")) }
    };
    // Exactly one separator with something on both sides.
    let two = |mark: char| {
        text.split_once(mark).is_some_and(|(a, b)| !a.is_empty() && !b.is_empty() && !b.contains(mark))
    };
    match kind {
        "purl" => match Purl::parse(text) {
            Ok(_) => Locator::Right,
            Err(error) => {
                let has_shape = text
                    .strip_prefix("pkg:")
                    .and_then(|rest| rest.split_once('/'))
                    .is_some_and(|(ty, rest)| !ty.is_empty() && !rest.is_empty());
                if has_shape {
                    Locator::Doubtful(error.to_string())
                } else {
                    Locator::Wrong(error.to_string())
                }
            }
        },
        "cpe23Type" => match text.parse::<Cpe>() {
            Ok(_) => Locator::Right,
            Err(error) => Locator::Wrong(error.to_string()),
        },
        "cpe22Type" => {
            let parts: Option<Vec<&str>> =
                strip_prefix_ignoring_case(text, "cpe:/").map(|rest| rest.split(':').collect());
            let right = parts.is_some_and(|parts| {
                let part = parts[0].to_ascii_lowercase();
                parts.len() <= 7
                    && matches!(&*part, "" | "a" | "h" | "o")
                    && parts
                        .iter()
                        .all(|part| part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-~%".contains(&b)))
            });
            shape(right, "cpe:/a:vendor:product:1.0")
        }
        "advisory" | "fix" | "url" => shape(is_url(text), "https://example.org/advisory"),
        "swid" => {
            shape(text.starts_with("swid:") && text.len() > 5, "swid:2df9de35-0aff-4a86-ace6-f7dddd1ade4c")
        }
        "maven-central" => {
            let parts: Vec<&str> = text.split(':').collect();
            shape(
                matches!(parts.len(), 2 | 3) && parts.iter().all(|part| !part.is_empty()),
                "group:artifact:1.0",
            )
        }
        "npm" => shape(two('@'), "name@1.0.0"),
        "nuget" => shape(two('/'), "Name/1.0.0"),
        "bower" => shape(two('#'), "name#1.0.0"),
        "swh" => {
            let parts: Vec<&str> = text.split(':').collect();
            let right = matches!(
                parts.as_slice(),
                ["swh", "1", "snp" | "rel" | "rev" | "dir" | "cnt", hex] if is_hex(hex, 40)
            );
            shape(right, "swh:1:cnt:<40 hexadecimal digits>")
        }
        "gitoid" => {
            let parts: Vec<&str> = text.split(':').collect();
            let right = match parts.as_slice() {
                ["gitoid", "blob" | "tree" | "commit" | "tag", "sha1", hex] => is_hex(hex, 40),
                ["gitoid", "blob" | "tree" | "commit" | "tag", "sha256", hex] => is_hex(hex, 64),
                _ => false,
            };
            shape(right, "gitoid:blob:sha256:<64 hexadecimal digits>")
        }
        _ => Locator::Right,
    }
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_exist() {
        assert!(is_date("2024-02-29T23:59:60Z"));
        for bad in [
            "2023-02-29T00:00:00Z",
            "2023-10-03T18:46:54+00:00Z",
            "2022-12-27T23:08:17.349368Z",
            "2025-01-01 00:00:00",
            "",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn addresses() {
        for good in
            ["https://example.org/a", "www.example.org", "git@github.com:a/b", "http://a.b-c.info:80/x#y"]
        {
            assert!(is_url(good), "{good}");
        }
        for bad in ["", "not a url", "http://localhost/", "https://", "NOASSERTION"] {
            assert!(!is_url(bad), "{bad}");
        }
        for good in [
            "git+https://github.com/a/b@v1",
            "git+git@github.com:a/b",
            "bzr+lp:foo",
            "svn+svn://svn.example.net/a",
        ] {
            assert!(is_download_location(good), "{good}");
        }
        assert!(is_absolute_uri("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"));
        for bad in ["x", "http://a#b", "a b:c", "1:x", "https://a/b c"] {
            assert!(!is_absolute_uri(bad), "{bad}");
        }
    }
}

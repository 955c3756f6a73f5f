//! Small questions about small texts: is this an address, a time, an identifier; and is it one that anybody means.

use crate::model::Digest;
use bonafide_ident::{Cpe, Purl};

/// Seconds since 1970 of an RFC 3339 time, read as Go's `time.Parse` reads it.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let number = |from: usize, length: usize| -> Option<i64> {
        let digits = bytes.get(from..from + length)?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then(|| digits.iter().fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0')))
    };
    let sign = |at: usize, byte: u8| (bytes.get(at) == Some(&byte)).then_some(());
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    sign(4, b'-')?;
    sign(7, b'-')?;
    sign(10, b'T')?;
    let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
    sign(13, b':')?;
    sign(16, b':')?;
    let mut at = 19;
    if matches!(bytes.get(at), Some(b'.' | b',')) {
        let digits = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        at += 1 + digits;
    }
    let offset = match bytes.get(at)? {
        b'Z' => {
            at += 1;
            0
        }
        direction @ (b'+' | b'-') => {
            let (hours, minutes) = (number(at + 1, 2)?, number(at + 4, 2)?);
            sign(at + 3, b':')?;
            if hours > 24 || minutes > 60 {
                return None;
            }
            at += 6;
            (hours * 3600 + minutes * 60) * if *direction == b'+' { 1 } else { -1 }
        }
        _ => return None,
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if at != bytes.len() || day < 1 || day > length || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Days since 1970 of a date of the proleptic Gregorian calendar, years beginning in March.
    let (years, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = years * 365 + years.div_euclid(4) - years.div_euclid(100)
        + years.div_euclid(400)
        + (153 * months + 2) / 5
        + day
        - 719_469;
    Some(days * 86400 + hour * 3600 + minute * 60 + second - offset)
}

/// Midnight of 2005-01-01: before that nobody wrote an SBOM.
pub(super) const EARLIEST: i64 = 1_104_537_600;

/// An address on the web: a scheme and a host.
pub(super) fn is_url(text: &str) -> bool {
    let text = text.trim();
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    if !is_scheme(scheme) || text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return false;
    }
    let authority = rest.split(['/', '?']).next().unwrap_or("");
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !host.ends_with(']') => (name, port),
        _ => (host, ""),
    };
    let right =
        |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"-._~!$&'()*+,;=:[]<>\"%".contains(&byte);
    !host.is_empty()
        && name.bytes().all(right)
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && escapes_are_right(rest.split('?').next().unwrap_or(""))
}

/// Whether text is a URI of any kind (RFC 3986): a scheme, a colon, and something without spaces.
pub(super) fn is_uri(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        is_scheme(scheme)
            && !rest.is_empty()
            && !rest.contains(|character: char| character.is_whitespace() || character.is_control())
            && (!rest.starts_with("//") || is_url(text))
    })
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|character: char| character.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// Every `%` begins two hexadecimal digits.
fn escapes_are_right(text: &str) -> bool {
    text.bytes().enumerate().all(|(at, byte)| {
        byte != b'%'
            || text
                .as_bytes()
                .get(at + 1..at + 3)
                .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

/// A mail address, alone or in angle brackets after a name.
pub(super) fn is_email(text: &str) -> bool {
    let text = text.trim();
    let address = match text.rsplit_once('<') {
        Some((_, inner)) => match inner.strip_suffix('>') {
            Some(address) => address.trim(),
            None => return false,
        },
        None => text,
    };
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let atom = |part: &str| {
        !part.is_empty()
            && part.split('.').all(|word| {
                !word.is_empty()
                    && word.bytes().all(|byte| {
                        byte.is_ascii_alphanumeric() || byte >= 0x80 || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
                    })
            })
    };
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    (quoted || atom(local)) && (atom(domain) || (domain.starts_with('[') && domain.ends_with(']')))
}

/// Mail addresses between commas, each with or without a name; as Go's `mail.ParseAddressList` all or none.
pub(super) fn is_address_list(text: &str) -> bool {
    text.split(',').all(|part| {
        let name = part.split('<').next().unwrap_or("");
        let phrase = part.contains('<')
            && name.chars().all(|character| {
                character.is_ascii_alphanumeric()
                    || !character.is_ascii()
                    || " !#$%&'*+-/=?^_`{|}~.\"".contains(character)
            });
        is_email(part) && (phrase || !part.contains('<'))
    })
}

/// A Package URL, read as packageurl-go 0.1.6 reads it: more leniently than the specification.
pub(super) fn is_purl(text: &str) -> bool {
    let Some(rest) = text.get(..4).filter(|head| head.eq_ignore_ascii_case("pkg:")).map(|_| &text[4..])
    else {
        return false;
    };
    let rest = rest.trim_start_matches('/');
    let (rest, subpath) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let Some((kind, rest)) = rest.split_once('/') else { return false };
    let kind = kind.to_ascii_lowercase();
    let letters = |text: &str, more: &[u8]| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
            && text.starts_with(|first: char| !first.is_ascii_digit())
    };
    if !letters(&kind, b".+-") || !qualifiers_are_right(query, |key| letters(key, b".-_")) {
        return false;
    }
    if kind != "npm" && rest.starts_with('@') {
        return false;
    }
    let (path, version) = match rest.rfind('@') {
        Some(at) if at > 0 => (&rest[..at], &rest[at + 1..]),
        _ => (rest, ""),
    };
    let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
    let namespace = namespace.trim_matches('/');
    let climbs = subpath.split('/').skip(1).any(|segment| matches!(segment, "." | ".."));
    let right = !name.is_empty() && !climbs && [namespace, name, version].into_iter().all(escapes_are_right);
    right
        && match kind.as_str() {
            "cpan" => !namespace.is_empty() && namespace.to_uppercase() == namespace && !name.contains("::"),
            "julia" => namespace.is_empty() && query.split('&').any(|pair| pair.starts_with("uuid=")),
            "otp" => namespace.is_empty(),
            "swift" | "vscode-extension" => !namespace.is_empty(),
            "chrome-extension" => {
                namespace.is_empty()
                    && name.len() == 32
                    && name.bytes().all(|byte| byte.is_ascii_lowercase())
                    && (version.is_empty()
                        || version.split('.').count() <= 4
                            && version.split('.').all(|part| {
                                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
                            }))
            }
            _ => true,
        }
}

fn qualifiers_are_right(query: &str, is_key: impl Fn(&str) -> bool) -> bool {
    let mut keys = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key = key.to_ascii_lowercase();
        if pair.contains(';') || key.is_empty() || !is_key(&key) || !escapes_are_right(value) {
            return false;
        }
        if !value.is_empty() {
            if keys.contains(&key) {
                return false;
            }
            keys.push(key);
        }
    }
    true
}

/// A CPE, by the pattern that sbomqs has: the URI form from its beginning, whatever follows; the 2.3 form to its end,
/// whatever goes before.
pub(super) fn is_cpe(text: &str) -> bool {
    let uri = text.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("cpe:/"));
    uri || text.match_indices("cpe:2.3:").any(|(at, head)| is_formatted_string(&text[at + head.len()..]))
}

fn is_formatted_string(text: &str) -> bool {
    let Some(parts) = split_unescaped(text) else { return false };
    parts.len() == 11
        && matches!(parts[0], "a" | "h" | "o" | "*" | "-")
        && parts[1..6].iter().chain(&parts[7..]).all(|part| is_value(part))
        && is_language(parts[6])
}

fn split_unescaped(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut escaped) = (Vec::with_capacity(11), 0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b':' => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    (!escaped).then_some(parts)
}

fn is_value(part: &str) -> bool {
    if matches!(part, "*" | "-") {
        return true;
    }
    // One `*`, or some `?`, at either end.
    let inner = part.strip_prefix('*').unwrap_or_else(|| part.trim_start_matches('?'));
    let bytes = inner.as_bytes();
    let (mut at, mut letters) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') => at += 1,
            b'\\'
                if bytes
                    .get(at + 1)
                    .is_some_and(|next| b"\\*?!\"#$%&'()+,/:;<=>@[]^`{|}~".contains(next)) =>
            {
                at += 2;
            }
            _ => break,
        }
        letters += 1;
    }
    let end = &inner[at..];
    letters > 0 && (end == "*" || end.bytes().all(|byte| byte == b'?'))
}

fn is_language(part: &str) -> bool {
    if matches!(part, "*" | "-") {
        return true;
    }
    let (language, region) =
        part.split_once('-').map_or((part, None), |(language, region)| (language, Some(region)));
    matches!(language.len(), 2 | 3)
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && region.is_none_or(|region| match region.len() {
            2 => region.bytes().all(|byte| byte.is_ascii_alphabetic()),
            3 => region.bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        })
}

/// Words that stand where a value should.
const PLACEHOLDERS: &[&str] = &[
    "noassertion",
    "none",
    "unknown",
    "n/a",
    "na",
    "null",
    "nil",
    "undefined",
    "unspecified",
    "unset",
    "tbd",
    "todo",
    "fixme",
    "changeme",
    "placeholder",
    "dummy",
    "not available",
    "not provided",
    "[not provided]",
    "not applicable",
    "not specified",
    "no assertion",
    "(none)",
    "(unknown)",
    "unknown-version",
    "unknown version",
    "x.y.z",
    "xxx",
    "devel",
    "(devel)",
    "anonymous",
    "?",
    "??",
    "???",
    "-",
    "--",
    ".",
    "*",
];

/// Whether a text stands where a value should and says nothing: empty, `NOASSERTION`, `unknown`, a template that was
/// never filled in.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let between = |open: &str, close: &str| {
        text.len() > open.len() + close.len() && text.starts_with(open) && text.ends_with(close)
    };
    text.is_empty()
        || PLACEHOLDERS.iter().any(|word| text.eq_ignore_ascii_case(word))
        || between("%", "%")
        || between("${", "}")
        || between("{{", "}}")
        || between("@", "@")
        || between("<", ">")
}

/// Types of Package URLs that are registered.
const PURL_TYPES: &[&str] = &[
    "alpm",
    "apk",
    "bazel",
    "bitbucket",
    "bitnami",
    "brew",
    "cargo",
    "chrome-extension",
    "cocoapods",
    "composer",
    "conan",
    "conda",
    "cpan",
    "cran",
    "deb",
    "docker",
    "elm",
    "gem",
    "generic",
    "github",
    "gitlab",
    "golang",
    "hackage",
    "hex",
    "huggingface",
    "julia",
    "luarocks",
    "maven",
    "mlflow",
    "npm",
    "nuget",
    "oci",
    "opam",
    "openwrt",
    "otp",
    "pub",
    "pypi",
    "qpkg",
    "rpm",
    "swid",
    "swift",
    "vscode-extension",
    "yocto",
];

/// A Package URL by the specification, of a registered type, that names something.
pub(super) fn is_telling_purl(text: &str) -> bool {
    Purl::parse(text).is_ok_and(|purl| {
        PURL_TYPES.binary_search(&purl.ty()).is_ok()
            && !is_placeholder(purl.name())
            && purl.version().is_none_or(|version| !is_placeholder(version))
    })
}

/// A CPE 2.3 or 2.2 name by the specification whose vendor or product is not left open, and whose product is stated.
pub(super) fn is_telling_cpe(text: &str) -> bool {
    text.parse::<Cpe>()
        .is_ok_and(|cpe| cpe.product().plain().is_some_and(|product| !is_placeholder(&product)))
}

/// Whether a digest has the length and the alphabet of its algorithm. Upper case is another spelling, not another value.
pub(super) fn is_right_digest(digest: &Digest) -> bool {
    let value = &*digest.value;
    let length = digest.algorithm.hex_digits().is_none_or(|digits| digits == value.len());
    let hex = value.len() >= 8
        && value.len().is_multiple_of(2)
        && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    // All the same digit is no hash of anything that anybody has seen.
    length && hex && value.bytes().any(|byte| byte != value.as_bytes()[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_go_reads_them() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2005-01-01T00:00:00Z"), Some(EARLIEST));
        assert_eq!(seconds("2024-02-29T12:00:00.5+02:00"), Some(1_709_200_800));
        for wrong in [
            "",
            "2024-01-15",
            "2024-01-15 10:30:00Z",
            "2023-02-29T00:00:00Z",
            "2024-01-15T10:30:00",
            "2024-01-15T10:30:00.Z",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn addresses() {
        assert!(is_url("https://example.org/x y") && is_url("git+ssh://git@example.org:22/x"));
        assert!(
            !is_url("NOASSERTION") && !is_url("urn:uuid:1") && !is_url("https://") && !is_url("http://a b/")
        );
        assert!(
            is_email("a@b.org")
                && is_email("A <a@b.org>")
                && !is_email("a b@c")
                && !is_email("https://a.org")
        );
        assert!(is_uri("urn:uuid:1") && !is_uri("not a uri") && !is_uri("https:// x"));
    }

    #[test]
    fn identifiers_are_read_leniently_and_strictly() {
        assert!(is_purl("pkg:x/y") && !is_telling_purl("pkg:x/y") && is_telling_purl("pkg:npm/%40a/b@1"));
        assert!(!is_purl("pkg:npm") && !is_purl("npm/x") && !is_purl("pkg:swift/a@1"));
        let open = "cpe:2.3:a:*:*:*:*:*:*:*:*:*:*";
        assert!(is_cpe(open) && !is_telling_cpe(open));
        assert!(
            is_cpe("cpe:/a:b:c") && is_cpe(r"cpe:2.3:a:b:c\+\+:1:*:*:*:*:*:*:*") && !is_cpe("cpe:2.3:a:b:c")
        );
        assert!(is_telling_cpe("cpe:2.3:a:python:python:3.13.5:*:*:*:*:*:*:*"));
    }

    #[test]
    fn placeholders() {
        for text in ["", " ", "NOASSERTION", "Unknown", "%version%", "${project.version}", "-"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["0", "1.0", "none-such", "unknown-horizons", "a", "%"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn purl_types_are_sorted() {
        assert!(PURL_TYPES.is_sorted());
    }
}

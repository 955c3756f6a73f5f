//! `RECORD`: the list of an installed or packed distribution's files, with their digests.
//!
//! Comma-separated values with `"` as the quote: path, `algorithm=digest` (URL-safe base 64 without padding), size. Paths
//! are relative to the folder that holds the `.dist-info` folder and may climb out of it (`../../../bin/pip`). Source:
//! recording installed projects, and binary distribution format.

use std::borrow::Cow;

use bonafide_ident::Sha256;

/// One line of a RECORD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// As it stands.
    pub(crate) path: String,
    /// What it says of the content.
    pub(crate) digest: RowDigest,
    /// Bytes.
    pub(crate) size: Option<u64>,
    /// From 1.
    pub(crate) line: u64,
}

/// A row's claim about the content of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RowDigest {
    /// None: for RECORD itself and for compiled files.
    Absent,
    /// SHA-256.
    Sha256(Sha256),
    /// Of an algorithm that is not computed here, named.
    Unchecked(String),
    /// Not what the format asks for, as it stands.
    Malformed(String),
}

/// Reads a RECORD. Bytes that are not UTF-8 become U+FFFD, so that such a row matches no file and is reported.
pub(crate) fn rows(bytes: &[u8]) -> Vec<Row> {
    let text = String::from_utf8_lossy(bytes);
    let mut rows = Vec::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut line = 1;
    while !rest.is_empty() {
        let (cells, after) = cells(rest);
        let read = &rest[..rest.len() - after.len()];
        if let Some(path) = cells.first().filter(|path| !path.is_empty()) {
            let digest = cells.get(1).map_or(RowDigest::Absent, |text| digest(text));
            let size = cells.get(2).and_then(|text| text.parse().ok());
            rows.push(Row { path: path.replace('\\', "/"), digest, size, line });
        }
        line += read.bytes().filter(|&byte| byte == b'\n').count() as u64;
        rest = after;
    }
    rows
}

fn digest(text: &str) -> RowDigest {
    if text.is_empty() {
        return RowDigest::Absent;
    }
    let malformed = || RowDigest::Malformed(text.chars().take(120).collect());
    let Some((algorithm, value)) = text.split_once('=') else { return malformed() };
    match algorithm {
        // Some build tools of Linux distributions write it in hexadecimal.
        "sha256" if value.len() == 64 => value.parse().map_or_else(|_| malformed(), RowDigest::Sha256),
        "sha256" => base64(value)
            .and_then(|bytes| bytes.try_into().ok())
            .map_or_else(malformed, |bytes| RowDigest::Sha256(Sha256(bytes))),
        "sha384" | "sha512" | "sha3_256" | "sha3_384" | "sha3_512" | "blake2b" | "blake2s" => {
            RowDigest::Unchecked(algorithm.to_owned())
        }
        _ => malformed(),
    }
}

/// Decodes URL-safe base 64 without padding (RFC 4648 §5). Bits left over must be zero.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len().min(128) * 3 / 4);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
            held &= (1 << bits) - 1;
        }
    }
    (held == 0 && bits < 6).then_some(bytes)
}

/// The cells of the first row, and what follows its end of line.
fn cells(text: &str) -> (Vec<Cow<'_, str>>, &str) {
    let (row, after) = text.split_once('\n').map_or((text, None), |(row, after)| (row, Some(after)));
    if !row.contains('"') {
        let row = if after.is_some() { row.strip_suffix('\r').unwrap_or(row) } else { row };
        return (row.split(',').map(Cow::Borrowed).collect(), after.unwrap_or_default());
    }
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut chars = text.char_indices().peekable();
    let mut quoted = false;
    while let Some((at, char)) = chars.next() {
        match char {
            '"' if quoted => {
                if chars.next_if(|(_, next)| *next == '"').is_some() {
                    cell.push('"');
                } else {
                    quoted = false;
                }
            }
            '"' if cell.is_empty() => quoted = true,
            ',' if !quoted => cells.push(Cow::Owned(std::mem::take(&mut cell))),
            '\n' if !quoted => {
                if cell.ends_with('\r') {
                    cell.pop();
                }
                cells.push(Cow::Owned(cell));
                return (cells, &text[at + 1..]);
            }
            _ => cell.push(char),
        }
    }
    cells.push(Cow::Owned(cell));
    (cells, "")
}

/// The location of a row's file: its path seen from `anchor` (a folder that ends with `/`, or a container that ends with
/// `!/`, or empty for the root). `None` where it is absolute or climbs out of the container: that file is elsewhere.
pub(crate) fn resolve(anchor: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') {
        return None;
    }
    let floor = anchor.rfind("!/").map_or(0, |at| at + 2);
    let mut location = anchor.to_owned();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if location.len() <= floor {
                    return None;
                }
                let inner = &location[floor..location.len() - 1];
                let keep = inner.rfind('/').map_or(floor, |at| floor + at + 1);
                location.truncate(keep);
            }
            part => {
                location.push_str(part);
                location.push('/');
            }
        }
    }
    location.pop();
    Some(location)
}

#[cfg(test)]
mod tests {
    use bonafide_ident::{DigestKinds, Hasher};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rows_are_read_with_quotes_and_line_numbers() {
        let text = "pip/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\r\n\"a,\"\"b\"\"\nc.py\",,\nx.py,md5=abc,3\n";
        let rows = rows(text.as_bytes());
        let empty = Hasher::digest(DigestKinds::SHA256, b"").sha256.unwrap();
        assert_eq!(rows[0].digest, RowDigest::Sha256(empty));
        assert_eq!((rows[0].path.as_str(), rows[0].size, rows[0].line), ("pip/__init__.py", Some(0), 1));
        assert_eq!((rows[1].path.as_str(), rows[1].line), ("a,\"b\"\nc.py", 2));
        assert_eq!((&rows[2].digest, rows[2].line), (&RowDigest::Malformed("md5=abc".into()), 4));
    }

    #[test]
    fn paths_are_resolved_within_their_container() {
        assert_eq!(resolve("w.whl!/", "pip/x.py").as_deref(), Some("w.whl!/pip/x.py"));
        assert_eq!(resolve("lib/site-packages/", "../../bin/pip").as_deref(), Some("bin/pip"));
        assert_eq!(resolve("lib/", "../x").as_deref(), Some("x"));
        assert_eq!(resolve("lib/", "../../x"), None);
        assert_eq!(resolve("w.whl!/", "../x"), None);
        assert_eq!(resolve("", "/etc/passwd"), None);
        assert_eq!(resolve("", "./a//b").as_deref(), Some("a/b"));
    }

    proptest! {
        #[test]
        fn hostile_records_are_read(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b','), Just(b'"'), Just(b'\n')], 0..200), anchor in "([a-c]{1,3}/){0,3}") {
            for row in rows(&bytes) {
                drop(resolve(&anchor, &row.path));
            }
        }
    }
}

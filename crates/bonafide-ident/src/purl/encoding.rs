//! Percent-encoding as Package URLs have it.
//!
//! Letters, digits, `.`, `-`, `_`, `~` and `:` stand for themselves; every other byte of the UTF-8 text is written `%XX`
//! in capitals. A `+` is a plus, not a space.

use std::borrow::Cow;
use std::fmt;

use super::PurlError;

const fn stands_for_itself(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':')
}

/// Writes one part, slashes encoded.
pub(super) fn write(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| !stands_for_itself(byte)) {
        f.write_str(&rest[..at])?;
        let odd = rest[at..].chars().next().expect("a byte was found there");
        for byte in odd.encode_utf8(&mut [0; 4]).bytes() {
            write!(f, "%{byte:02X}")?;
        }
        rest = &rest[at + odd.len_utf8()..];
    }
    f.write_str(rest)
}

/// Writes segments that are joined by `/`, the slashes kept.
pub(super) fn write_path(f: &mut fmt::Formatter<'_>, path: &str) -> fmt::Result {
    for (index, segment) in path.split('/').enumerate() {
        if index > 0 {
            f.write_str("/")?;
        }
        write(f, segment)?;
    }
    Ok(())
}

/// Decodes one part.
pub(super) fn decode(text: &str) -> Result<Cow<'_, str>, PurlError> {
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text));
    }
    let error = || PurlError::Encoding(super::read::shorten(text));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(error()) };
        bytes.push(u8::try_from(high << 4 | low).expect("two hexadecimal digits make a byte"));
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| error())
}

/// Decodes segments and joins them by `/`; empty segments fall away.
pub(super) fn decode_path(path: &str) -> Result<String, PurlError> {
    let mut decoded = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = decode(segment)?;
        if segment.contains('/') {
            return Err(PurlError::SlashInSegment(super::read::shorten(&segment)));
        }
        if !decoded.is_empty() {
            decoded.push('/');
        }
        decoded.push_str(&segment);
    }
    Ok(decoded)
}

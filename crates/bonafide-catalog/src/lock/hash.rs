//! Hashes as lock files state them.

/// A hash with the name of its algorithm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash {
    /// `sha256`, `sha512`, `sha384`, `sha224`, `sha1`, `md5`, `blake2b`; or `h1`, Go's hash of the files of a module.
    pub algorithm: String,
    /// Lower-case hexadecimal; for `h1` the Base64 that the file has.
    pub value: String,
}

/// Bytes of the algorithms whose length is known.
fn length(algorithm: &str) -> Option<usize> {
    match algorithm {
        "md5" => Some(16),
        "sha1" => Some(20),
        "sha224" => Some(28),
        "sha256" | "blake2s" => Some(32),
        "sha384" => Some(48),
        "sha512" | "blake2b" => Some(64),
        _ => None,
    }
}

impl Hash {
    /// From an algorithm and hexadecimal digits; `None` where the digits are not as many as the algorithm gives.
    pub(super) fn hexadecimal(algorithm: &str, digits: &str) -> Option<Self> {
        let algorithm = algorithm.to_ascii_lowercase();
        let fits = length(&algorithm)
            .map_or_else(|| !digits.is_empty() && digits.len() <= 256, |length| digits.len() == length * 2);
        let value = digits.to_ascii_lowercase();
        (fits && value.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(Self { algorithm, value })
    }

    /// From `algorithm:digits`.
    pub(super) fn colon(text: &str) -> Option<Self> {
        let (algorithm, digits) = text.trim().split_once(':')?;
        Self::hexadecimal(algorithm, digits)
    }

    /// From `algorithm-base64`, as subresource integrity has it.
    pub(super) fn integrity(text: &str) -> Option<Self> {
        let (algorithm, encoded) = text.split_once('-')?;
        let encoded = encoded.split('?').next()?;
        let bytes = base64(encoded)?;
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        length(algorithm)?;
        Self::hexadecimal(algorithm, &digits)
    }

    /// From Go's `h1:base64` of 32 bytes.
    pub(super) fn go(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix("h1:")?;
        let sound = base64(encoded)?.len() == 32;
        sound.then(|| Self { algorithm: "h1".to_owned(), value: encoded.to_owned() })
    }
}

/// Decodes padded Base64 (RFC 4648, section 4) of at most 256 characters.
fn base64(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || text.len() > 256 || !text.len().is_multiple_of(4) {
        return None;
    }
    let digits = text.trim_end_matches('=');
    if text.len() - digits.len() > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(value)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).expect("eight bits are a byte"));
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_checked_for_length_and_letters() {
        assert_eq!(
            Hash::colon("md5:D41D8CD98F00B204E9800998ECF8427E").unwrap().value,
            "d41d8cd98f00b204e9800998ecf8427e"
        );
        for wrong in ["md5:d41d", "md5", "sha256:zz", "md5:d41d8cd98f00b204e9800998ecf8427g", ":", "x:"] {
            assert_eq!(Hash::colon(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn base64_becomes_hexadecimal() {
        let hash = Hash::integrity("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=").unwrap();
        assert_eq!(hash.value, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        for wrong in ["sha1-", "sha1-2jmj", "sha1", "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBw===", "sha1-!!!!"] {
            assert_eq!(Hash::integrity(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn go_hashes_are_32_bytes() {
        assert!(Hash::go("h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").is_some());
        assert!(Hash::go("h1:2jmj7l5rSw0yVb/vlWAYkK/YBwk=").is_none());
        assert!(Hash::go("h2:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").is_none());
    }
}

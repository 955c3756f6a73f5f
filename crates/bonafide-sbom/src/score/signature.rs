//! Whether a JSON signature (JSF 0.82) can be one at all.
//!
//! Nothing is verified here: that takes keys and the document's bytes. But a signature by an algorithm that is none, or
//! whose value has not the length that its algorithm and key give, is false without any arithmetic.

use crate::json::Json;

/// Whether a signature could verify: a known algorithm, and a value of a length that it can produce.
pub(super) fn is_possible(signature: &Json) -> bool {
    let text = |key: &str| signature.get(key).and_then(Json::as_str).unwrap_or("");
    let Some(length) = base64url_length(text("value")) else { return false };
    let modulus = signature.get("publicKey").and_then(|key| key.get("n")).and_then(Json::as_str);
    match text("algorithm") {
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => match modulus {
            // A signature is as long as the modulus, and nobody takes a modulus of less than 1024 bits for a key.
            Some(modulus) => length >= 128 && base64url_length(modulus) == Some(length),
            None => length >= 128,
        },
        "ES256" => length == 64,
        "ES384" => length == 96,
        "ES512" => length == 132,
        "Ed25519" => length == 64,
        "Ed448" => length == 114,
        "HS256" => length == 32,
        "HS384" => length == 48,
        "HS512" => length == 64,
        // JSF allows algorithms of one's own, if they are named by a URI.
        other => other.contains(':') && length > 0,
    }
}

/// How many bytes base64 text stands for; nothing where it is not base64, plain or URL-safe, padded or not.
fn base64url_length(text: &str) -> Option<usize> {
    let bare = text.trim_end_matches('=');
    let right =
        bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'/'));
    (right && !bare.is_empty() && bare.len() % 4 != 1 && text.len() - bare.len() <= 2)
        .then(|| bare.len() * 3 / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(algorithm: &str, value: &str, modulus: &str) -> Json {
        Json::Object(vec![
            ("algorithm".into(), Json::string(algorithm)),
            ("value".into(), Json::string(value)),
            ("publicKey".into(), Json::Object(vec![("n".into(), Json::string(modulus))])),
        ])
    }

    #[test]
    fn lengths_give_false_signatures_away() {
        let long = "A".repeat(342);
        assert!(is_possible(&signature("RS256", &long, &long)));
        assert!(!is_possible(&signature("RS256", "QUJD", "QUJD")));
        assert!(!is_possible(&signature("RS256", &long, &"A".repeat(683))));
        assert!(!is_possible(&signature("none", "x", "")));
        assert!(is_possible(&signature("ES256", &"A".repeat(86), "")));
    }
}

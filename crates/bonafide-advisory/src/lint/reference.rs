//! Addresses that a record refers to.

/// Schemes by which a page can be fetched.
const FETCHED: [&str; 4] = ["https", "http", "ftp", "ftps"];

/// Whether an address can be fetched by a browser.
pub(super) fn is_fetched(address: &str) -> bool {
    address
        .split_once("://")
        .is_some_and(|(scheme, rest)| FETCHED.contains(&&*scheme.to_ascii_lowercase()) && !rest.is_empty())
}

/// The same text for addresses that lead to the same page: scheme without its `s`, host in lower case, no `/` at the end.
pub(super) fn normal(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let scheme = scheme.to_ascii_lowercase();
    let scheme = scheme.strip_suffix('s').unwrap_or(&scheme);
    format!("{scheme}://{}/{}", host.to_ascii_lowercase(), path.trim_end_matches('/'))
}

/// The host in lower case, without a port.
pub(super) fn host(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.split(':').next().unwrap_or_default().to_ascii_lowercase()
}

/// Whether an address is that of one commit: `…/commit/<hash>`, `…/c/<hash>` of kernel.org, `?id=<hash>`.
pub(super) fn is_commit(address: &str) -> bool {
    let hex = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_hexdigit).count();
        digits >= 7 && !text.as_bytes().get(digits).is_some_and(u8::is_ascii_alphanumeric)
    };
    ["/commit/", "/commits/", "/commit/?id=", "/stable/c/", "/linus/c/"]
        .iter()
        .any(|mark| address.split_once(mark).is_some_and(|(_, rest)| hex(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_and_equal_addresses_are_known() {
        assert!(is_commit(
            "https://github.com/python/cpython/commit/81c16cd94ec38d61aa478b9a452436dc3b1b524d"
        ));
        assert!(is_commit("https://git.kernel.org/stable/c/0123456789ab"));
        assert!(!is_commit("https://github.com/a/b/commits/main"));
        assert!(!is_commit("https://github.com/a/b/commits/deadbeefy"));
        assert_eq!(normal("HTTP://Example.org/A/"), normal("https://example.org/A"));
        assert_ne!(normal("https://example.org/a"), normal("https://example.org/A"));
        assert!(is_fetched("https://example.org") && !is_fetched("javascript:alert(1)"));
        assert_eq!(host("https://NVD.nist.gov:443/x"), "nvd.nist.gov");
    }
}

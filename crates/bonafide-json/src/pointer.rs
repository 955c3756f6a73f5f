//! JSON pointers (RFC 6901): the way from the top of a document to a value in it.

/// A key as one part of a pointer.
#[must_use]
pub fn escape(key: &str) -> String {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1") } else { key.to_owned() }
}

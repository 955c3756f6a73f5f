//! Documents in.

use crate::error::{ReadError, ReadFault};
use crate::model::{Document, Format};
use crate::source;

/// Reads a document; what it is, is known by its content.
///
/// Text may be UTF-8 with or without a byte order mark, or UTF-16. Compressed bytes are not opened here.
///
/// Reading is strict about what a reader cannot mend (syntax, duplicate keys, nesting beyond 256 levels) and keeps
/// everything else, right or wrong, for [`crate::validate`] to judge.
///
/// Memory: the text is borrowed (UTF-16 is turned into a copy); the model takes about as much as the text.
///
/// # Errors
/// One fault with its place.
pub fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    let text = source::decode(bytes)?;
    match text.trim_start().chars().next() {
        None => Err(ReadError::whole(ReadFault::Empty)),
        Some('{' | '[') => match source::json_format(&text)? {
            Format::Spdx2 => crate::spdx2::read_json(&text),
            Format::Spdx3 => crate::spdx3::read_json(&text),
            other @ Format::CycloneDx => Err(ReadError::whole(ReadFault::Unsupported(other.to_string()))),
        },
        Some(_) => Err(ReadError::whole(ReadFault::UnknownFormat(
            "neither JSON nor tag-value, YAML or XML of a known kind".to_owned(),
        ))),
    }
}

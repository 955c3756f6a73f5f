//! Documents out.

use crate::json::Style;
use crate::model::{Document, Element, Encoding, Format};
use std::io::{self, Write};

/// Why a document could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The writer refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// An edge ends at an element without an id, so that nothing could be written in its place.
    #[error("{0:?} has no id of its own, and a relationship ends there")]
    NoId(Element),
    /// SPDX 3 names agents and tools by the IRI of their element, and this one has none.
    #[error("{} has no id of its own, and SPDX 3 knows it by nothing else", .0.as_deref().unwrap_or("an agent"))]
    NoIri(Option<crate::Text>),
    /// There is no such writer.
    #[error("{format} {version} cannot be written as {encoding:?}")]
    Unsupported {
        /// The document's format.
        format: Format,
        /// Its version.
        version: Box<str>,
        /// As what it should have been written.
        encoding: Encoding,
    },
}

/// What the writer said comes out as it was, so that a closed pipe is still one.
impl From<WriteError> for io::Error {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Io(error) => error,
            error => Self::other(error),
        }
    }
}

/// Writes a document in its own format and version. The same document gives the same bytes.
///
/// Memory is bounded by the largest element. Nothing is sorted: order is the document's.
///
/// # Errors
/// [`WriteError`]: the writer's own, or what the format cannot say.
pub fn write(
    document: &Document,
    encoding: Encoding,
    style: Style,
    out: &mut dyn Write,
) -> Result<(), WriteError> {
    match (document.format, encoding) {
        (Format::Spdx2, Encoding::Json) => crate::spdx2::write_json(document, style, out),
        (Format::CycloneDx, Encoding::Json) => crate::cyclonedx::write_json(document, style, out),
        (Format::Spdx3, Encoding::Json) => crate::spdx3::write_json(document, style, out),
        _ => Err(WriteError::Unsupported {
            format: document.format,
            version: document.version.clone(),
            encoding,
        }),
    }
}

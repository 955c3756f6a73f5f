//! Builds gzip members.

use std::io::Write as _;

/// One gzip member, with a file name in its header where one is given.
///
/// # Panics
/// Never: writing to memory cannot fail.
#[must_use]
pub fn gzip(body: &[u8], name: Option<&str>) -> Vec<u8> {
    let mut builder = flate2::GzBuilder::new().mtime(0);
    if let Some(name) = name {
        builder = builder.filename(name);
    }
    let mut encoder = builder.write(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(body).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

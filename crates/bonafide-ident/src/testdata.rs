//! Conformance data for this crate's tests, which lives beside the repository.
#![cfg(test)]

use std::io::Read as _;
use std::path::PathBuf;

/// The folder: `$BONAFIDE_TESTDATA`, or `../shared/data` beside the workspace.
#[expect(clippy::disallowed_methods, reason = "a test finds its data by the environment")]
pub(crate) fn folder() -> PathBuf {
    std::env::var_os("BONAFIDE_TESTDATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    )
}

/// A file of it; says that the test is skipped where it is not there.
pub(crate) fn read(path: &str) -> Option<String> {
    let file = folder().join(path);
    let text = std::fs::read_to_string(&file).ok();
    if text.is_none() {
        println!("skipped: no {}", file.display());
    }
    text
}

/// The files of a zip archive of it, in order, as text. Reads just as much of the format as these archives need.
pub(crate) fn read_zip(path: &str) -> Option<Vec<(String, String)>> {
    let file = folder().join(path);
    let Ok(bytes) = std::fs::read(&file) else {
        println!("skipped: no {}", file.display());
        return None;
    };
    let word = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let long = |at: usize| word(at) | word(at + 2) << 16;
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06").expect("a zip archive has an end");
    let (count, mut at) = (word(end + 10), long(end + 16));
    let mut files = Vec::new();
    for _ in 0..count {
        let name = String::from_utf8(bytes[at + 46..at + 46 + word(at + 28)].to_vec()).unwrap();
        let local = long(at + 42);
        let start = local + 30 + word(local + 26) + word(local + 28);
        let body = &bytes[start..start + long(at + 20)];
        let mut text = String::new();
        match word(at + 10) {
            0 => text.push_str(std::str::from_utf8(body).unwrap()),
            _ => drop(flate2::read::DeflateDecoder::new(body).read_to_string(&mut text).unwrap()),
        }
        files.push((name, text));
        at += 46 + word(at + 28) + word(at + 30) + word(at + 32);
    }
    Some(files)
}

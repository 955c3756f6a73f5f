//! Conformance data for this crate's tests, which lives beside the repository.
#![cfg(test)]

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

//! The stored corpora.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The folder of test data, or nothing where it is not there, which the test then says.
pub(crate) fn data() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "tests may be pointed at their data")]
    let folder = std::env::var_os("BONAFIDE_TESTDATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no test data at {}", folder.display());
    None
}

/// All files below a folder, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The bytes of a file; `.gz` is opened.
pub(crate) fn bytes(path: &Path) -> Vec<u8> {
    let raw = fs::read(path).unwrap();
    if path.extension().is_some_and(|ending| ending == "gz") {
        let mut opened = Vec::new();
        flate2::read::GzDecoder::new(&raw[..]).read_to_end(&mut opened).unwrap();
        return opened;
    }
    raw
}

/// Everything in the corpora that may be a document.
pub(crate) fn documents() -> Vec<PathBuf> {
    let Some(data) = data() else { return Vec::new() };
    let mut all = Vec::new();
    for folder in ["sbom-formats", "cpython-sbom"] {
        all.extend(files(&data.join(folder)).into_iter().filter(|path| {
            let name = path.to_string_lossy();
            let name = name.trim_end_matches(".gz");
            !name.contains("/schemas/")
                && [".json", ".spdx", ".tag", ".xml", ".yaml", ".yml", ".jsonld"]
                    .iter()
                    .any(|end| name.ends_with(end))
        }));
    }
    all
}

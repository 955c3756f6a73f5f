//! Documents from files and from standard input.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use bonafide_sbom::Document;

use crate::failure::Failure;

/// The largest document that is read, in bytes, compressed or not.
const LARGEST: u64 = 4 << 30;

/// What a path on the command line is called in messages.
pub(crate) fn shown(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}

/// The bytes of a file or of standard input (`-`).
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed =
        |error: io::Error| Failure::input(format!("failed to read `{}`", shown(path))).because(&error);
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(Failure::input(format!("failed to read `{}`: it is a folder", shown(path)))
                .hint(format!("`bonafide sbom make {}` makes its document", path.display())));
        }
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    }
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::input(format!(
            "failed to read `{}`: it is longer than {LARGEST} bytes",
            shown(path)
        )));
    }
    Ok(bytes)
}

/// The document in a file or on standard input.
pub(crate) fn document(path: &Path) -> Result<Document, Failure> {
    let bytes = bytes(path)?;
    bonafide_sbom::read(&bytes)
        .map_err(|error| Failure::input(format!("failed to read `{}`", shown(path))).because(&error))
}

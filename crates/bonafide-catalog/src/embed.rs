//! An SBOM put into a wheel, as PEP 770 says: a member of `.dist-info/sboms/`, listed in `RECORD`.
//!
//! The SBOM is made of the wheel itself, or given. One that is made says nothing of what putting it in changes: it lists
//! neither itself nor `RECORD`, and neither digest nor file name of the wheel. A wheel whose `RECORD` does not fit its files is refused, for a new
//! one would hide that.

use std::io::Write;
use std::path::Path;

use bonafide_artifact::{
    ArtifactError, Body, Budget, Entry, Limits, NewMember, Reading, RewriteError, Seen, Source, Visit, Want,
    rewrite_zip, walk,
};
use bonafide_ident::{DigestKinds, Hasher};
use bonafide_sbom::Document;

use crate::document::from_inventory;
use crate::inventory::Inventory;

/// What SBOMs that are made are called.
const NAME: &str = "bonafide.spdx.json";

/// An SBOM could not be put into a wheel.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbedError {
    /// The wheel cannot be opened.
    #[error(transparent)]
    Open(#[from] ArtifactError),
    /// It is no wheel, or not one.
    #[error("it is no wheel: {0}")]
    NoWheel(&'static str),
    /// `RECORD` is signed: with another content the signature would not fit.
    #[error("its RECORD is signed (`{0}`)")]
    Signed(String),
    /// The name cannot be one of a file in a folder.
    #[error("`{0}` cannot be the name of an SBOM in a wheel")]
    Name(String),
    /// The wheel could not be written again.
    #[error(transparent)]
    Rewrite(#[from] RewriteError),
}

/// The SBOM that goes into a wheel.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// Its file name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The document about a wheel that can lie inside it.
#[must_use]
pub fn document_of(inventory: &Inventory, created: &str) -> Document {
    let mut inventory = inventory.clone();
    // Its own earlier SBOM is replaced, RECORD is rewritten, and so the wheel has another digest.
    inventory.files.retain(|file| {
        let parts: Vec<&str> = file.location.split('/').collect();
        !matches!(parts.as_slice(), [info, "RECORD"] if info.ends_with(".dist-info"))
            && !matches!(parts.as_slice(), [info, "sboms", NAME] if info.ends_with(".dist-info"))
    });
    if let Some(root) = inventory.root {
        let root = &mut inventory.components[root.0 as usize];
        (root.archive_sha256, root.file_name) = (None, None);
    }
    from_inventory(&inventory, created)
}

/// What a document that was made is called inside a wheel.
#[must_use]
pub const fn made_name() -> &'static str {
    NAME
}

/// Writes a wheel with an SBOM in it. The caller has judged the wheel: its RECORD fits.
///
/// # Errors
/// [`EmbedError`]; then what was written is of no use.
pub fn embed(
    wheel: &Path,
    limits: Limits,
    sbom: &Embedded,
    out: &mut dyn Write,
) -> Result<String, EmbedError> {
    let odd = |char: char| char.is_control() || matches!(char, '/' | '\\' | ':');
    if sbom.name.is_empty() || sbom.name.starts_with('.') || sbom.name.contains(odd) {
        return Err(EmbedError::Name(sbom.name.clone()));
    }
    let mut found = Records::default();
    let budget = Budget::new(limits);
    walk(Source::Path(wheel), Reading::new(&budget), &mut found)?;
    if let Some(signature) = found.signature {
        return Err(EmbedError::Signed(signature));
    }
    let (path, record) = match found.records.as_slice() {
        [one] => one,
        [] => return Err(EmbedError::NoWheel("it has no RECORD")),
        _ => return Err(EmbedError::NoWheel("it has several RECORDs")),
    };
    let info = path.trim_end_matches("RECORD");
    let member = format!("{info}sboms/{}", sbom.name);
    let record = with_row(record, path, &member, &sbom.bytes);
    let members = [
        NewMember { name: &member, bytes: &sbom.bytes },
        // The last member, as the format recommends for all of `.dist-info`.
        NewMember { name: path, bytes: &record },
    ];
    rewrite_zip(wheel, &Budget::new(limits), &members, path, out)?;
    Ok(member)
}

/// The RECORD with a row for a member, before the row of RECORD itself; one that it had for that member is replaced.
fn with_row(record: &[u8], path: &str, member: &str, bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(record);
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let cell = if member.contains([',', '"']) {
        format!("\"{}\"", member.replace('"', "\"\""))
    } else {
        member.to_owned()
    };
    let digest = Hasher::digest(DigestKinds::SHA256, bytes);
    let digest = digest.sha256.map_or_else(String::new, |sha256| base64(&sha256.0));
    let row = format!("{cell},sha256={digest},{}{end}", bytes.len());
    let mut lines: Vec<String> = text
        .split_inclusive('\n')
        .filter(|line| !line.starts_with(&format!("{cell},")))
        .map(|line| if line.ends_with('\n') { line.to_owned() } else { format!("{line}{end}") })
        .collect();
    let own = lines.iter().position(|line| line.starts_with(&format!("{path},")));
    lines.insert(own.unwrap_or(lines.len()), row);
    lines.concat().into_bytes()
}

/// Base 64 for URLs, without padding (RFC 4648, section 5).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..=chunk.len() {
            text.push(char::from(DIGITS[(word >> (18 - 6 * digit) & 63) as usize]));
        }
    }
    text
}

/// Finds the RECORD of a wheel.
#[derive(Default)]
struct Records {
    records: Vec<(String, Vec<u8>)>,
    signature: Option<String>,
}

impl Visit for Records {
    fn enter(&mut self, entry: &Entry) -> Want {
        let inside = entry.depth() == 1 && is_record(&entry.path.text());
        let body = if inside { Body::Whole } else { Body::Skip };
        Want { body, members: entry.depth() == 0, ..Want::default() }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        let name = entry.path.text();
        if entry.depth() != 1 {
            return;
        }
        if is_record(&name) && seen.bytes.len() as u64 == seen.size {
            self.records.push((name, seen.bytes.to_vec()));
        } else if name.ends_with(".dist-info/RECORD.jws") || name.ends_with(".dist-info/RECORD.p7s") {
            self.signature = Some(name);
        }
    }
}

/// `NAME.dist-info/RECORD`
fn is_record(name: &str) -> bool {
    name.strip_suffix("/RECORD").is_some_and(|info| info.ends_with(".dist-info") && !info.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in
            [(&b""[..], ""), (b"f", "Zg"), (b"fo", "Zm8"), (b"foo", "Zm9v"), (&[0xfb, 0xff], "-_8")]
        {
            assert_eq!(base64(bytes), text);
        }
    }

    #[test]
    fn a_row_is_put_before_records_own_and_replaces_an_older_one() {
        let record = b"demo.py,sha256=x,1\r\nd.dist-info/sboms/a.json,sha256=old,3\r\nd.dist-info/RECORD,,";
        let written = with_row(record, "d.dist-info/RECORD", "d.dist-info/sboms/a.json", b"");
        let text = String::from_utf8(written).unwrap();
        let digest = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
        assert_eq!(
            text,
            format!(
                "demo.py,sha256=x,1\r\nd.dist-info/sboms/a.json,sha256={digest},0\r\nd.dist-info/RECORD,,\r\n"
            )
        );
    }
}

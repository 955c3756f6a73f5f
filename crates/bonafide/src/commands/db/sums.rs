//! `SHA256SUMS`: the digests of all files of a database in one small file, which is what a signer signs.
//!
//! One line a file, sorted: 64 hexadecimal digits, two spaces, the name. `sha256sum --check` reads it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;

use bonafide_ident::{DigestKinds, Hasher, Sha256};

use crate::failure::Failure;
use crate::ui::write_whole;

pub(super) const NAME: &str = "SHA256SUMS";
/// The longest list that is read.
const LONGEST: u64 = 1 << 20;

/// How a file of the folder stands to the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// It has another digest.
    Changed(String),
    /// It is listed and not there.
    Missing(String),
    /// It is there and not listed.
    Unlisted(String),
}

impl Difference {
    /// In words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Changed(name) => format!("{name}: it has not the digest that {NAME} tells"),
            Self::Missing(name) => format!("{name}: {NAME} lists it and it is not there"),
            Self::Unlisted(name) => format!("{name}: {NAME} does not list it"),
        }
    }
}

/// Writes the list of a folder.
pub(super) fn write(folder: &Path) -> Result<(), Failure> {
    let digests = digests(folder)?;
    write_whole(&folder.join(NAME), |out| {
        digests.iter().try_for_each(|(name, digest)| writeln!(out, "{digest}  {name}"))
    })
}

/// Compares a folder with its list; nothing where there is no list.
pub(super) fn compare(folder: &Path) -> Result<Option<Vec<Difference>>, Failure> {
    let path = folder.join(NAME);
    let failed =
        |error: &io::Error| Failure::input(format!("failed to read `{}`", path.display())).because(error);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&error)),
    };
    let mut listed: BTreeMap<String, Sha256> = BTreeMap::new();
    for (number, line) in BufReader::new(file.take(LONGEST)).lines().enumerate() {
        let line = line.map_err(|error| failed(&error))?;
        let row = line.split_once("  ").and_then(|(digest, name)| Some((name, digest.parse().ok()?)));
        let Some((name, digest)) = row else {
            let place = format!("`{}` line {}", path.display(), number + 1);
            return Err(Failure::input(format!("{place} is no digest and name")));
        };
        listed.insert(name.to_owned(), digest);
    }
    let mut differences = Vec::new();
    for (name, digest) in digests(folder)? {
        match listed.remove(&name) {
            Some(same) if same == digest => {}
            Some(_) => differences.push(Difference::Changed(name)),
            None => differences.push(Difference::Unlisted(name)),
        }
    }
    differences.extend(listed.into_keys().map(Difference::Missing));
    Ok(Some(differences))
}

fn digests(folder: &Path) -> Result<BTreeMap<String, Sha256>, Failure> {
    let mut digests = BTreeMap::new();
    for path in super::files(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let digest = digest(&path).map_err(|error| {
            Failure::input(format!("failed to read `{}`", path.display())).because(&error)
        })?;
        digests.insert(name, digest);
    }
    Ok(digests)
}

fn digest(path: &Path) -> io::Result<Sha256> {
    let mut file = File::open(path)?;
    let mut hasher = Hasher::new(DigestKinds::SHA256, None);
    let mut chunk = vec![0; 256 << 10];
    loop {
        match file.read(&mut chunk)? {
            0 => break,
            count => hasher.update(&chunk[..count]),
        }
    }
    Ok(hasher.finish().sha256.expect("SHA-256 was asked for"))
}

//! VEX repositories (specification 0.1): the manifest that says where the data is, and the index of the documents in it.

use bonafide_ident::Purl;
use serde::{Deserialize, Serialize};

/// The edition of the specification that is spoken. Editions below 1 must be equal (section 5.1).
pub const EDITION: &str = "0.1";
/// The longest index that is read, in bytes.
pub const LONGEST_INDEX: u64 = 256 << 20;
/// The longest manifest that is read, in bytes.
pub const LONGEST_MANIFEST: u64 = 4 << 20;

/// Why a file of a repository cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RepositoryError {
    /// It is too long.
    #[error("it is longer than {0} bytes")]
    TooLong(u64),
    /// It is no manifest.
    #[error("it is no manifest of a VEX repository: {0}")]
    Manifest(serde_json::Error),
    /// It is no index.
    #[error("it is no index of a VEX repository: {0}")]
    Index(serde_json::Error),
    /// It has data of other editions only.
    #[error("it has no data of specification {EDITION}, but of: {0}")]
    Edition(String),
    /// It says nowhere where the data is.
    #[error("it names no location")]
    NoLocation,
}

/// `index.json`.
#[derive(Debug, Deserialize, Serialize)]
pub struct Index {
    /// When the publisher changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// The packages that documents are listed for, as they stand.
    pub packages: Vec<Package>,
}

/// One package and the document about it.
#[derive(Debug, Deserialize, Serialize)]
pub struct Package {
    /// A Package URL without version.
    pub id: String,
    /// The file, relative to the index.
    pub location: String,
    /// What the publisher called the file, where it was renamed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_as: Option<String>,
}

impl Index {
    /// Reads an index.
    ///
    /// # Errors
    /// [`RepositoryError::TooLong`] (of [`LONGEST_INDEX`]) and [`RepositoryError::Index`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RepositoryError> {
        if bytes.len() as u64 > LONGEST_INDEX {
            return Err(RepositoryError::TooLong(LONGEST_INDEX));
        }
        serde_json::from_slice(bytes).map_err(RepositoryError::Index)
    }

    /// What is wrong with ids that are no Package URL: nothing tells which packages those documents are about. One text for all of
    /// them, which names the first.
    #[must_use]
    pub fn unplaced(&self) -> Option<String> {
        let mut unplaced = self.packages.iter().filter(|package| package.purl().is_none());
        let first: String = unplaced.next()?.id.chars().take(200).collect();
        let others = match unplaced.count() {
            0 => String::new(),
            count => format!(", nor are {count} others"),
        };
        Some(format!("the id {first:?} is no Package URL{others}: nothing tells what the document is about"))
    }
}

impl Package {
    /// The package of any version that the document is about; nothing where the id is no Package URL.
    #[must_use]
    pub fn purl(&self) -> Option<Purl> {
        Some(Purl::parse(&self.id).ok()?.without_version())
    }
}

#[derive(Deserialize)]
struct Manifest {
    versions: Vec<Version>,
}

#[derive(Deserialize)]
struct Version {
    spec_version: String,
    #[serde(default)]
    locations: Vec<Location>,
}

#[derive(Deserialize)]
struct Location {
    url: String,
}

/// The addresses of the data that a manifest (`vex-repository.json`) names, in the order of the publisher; never none. An address
/// may name a folder of an archive: `https://example.org/a.tar.gz//folder`.
///
/// # Errors
/// Any [`RepositoryError`] but [`RepositoryError::Index`].
pub fn locations(manifest: &[u8]) -> Result<Vec<String>, RepositoryError> {
    if manifest.len() as u64 > LONGEST_MANIFEST {
        return Err(RepositoryError::TooLong(LONGEST_MANIFEST));
    }
    let Manifest { versions } = serde_json::from_slice(manifest).map_err(RepositoryError::Manifest)?;
    let spoken = |version: &&Version| version.spec_version.trim_start_matches('v') == EDITION;
    let Some(version) = versions.iter().find(spoken) else {
        let has: Vec<&str> = versions.iter().map(|version| version.spec_version.as_str()).collect();
        return Err(RepositoryError::Edition(has.join(", ").chars().take(200).collect()));
    };
    if version.locations.is_empty() {
        return Err(RepositoryError::NoLocation);
    }
    Ok(version.locations.iter().map(|location| location.url.clone()).collect())
}

/// Splits `https://example.org/a.tar.gz//folder?query` into the archive with its query, and the folder in it without slashes at its
/// ends; the folder is empty where none is named.
#[must_use]
pub fn split_folder(address: &str) -> (String, &str) {
    let (text, query) = address.split_at(address.find('?').unwrap_or(address.len()));
    let host = text.find("://").map_or(0, |at| at + 3);
    let (archive, folder) = match text[host..].find("//") {
        Some(at) => (&text[..host + at], &text[host + at + 2..]),
        None => (text, ""),
    };
    (format!("{archive}{query}"), folder.trim_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_an_archive_follows_two_slashes() {
        let split = |address| split_folder(address);
        assert_eq!(
            split("https://a.org/x.tar.gz//hub-main"),
            ("https://a.org/x.tar.gz".to_owned(), "hub-main")
        );
        assert_eq!(
            split("https://a.org/x.zip//a/b/?k=v//w"),
            ("https://a.org/x.zip?k=v//w".to_owned(), "a/b")
        );
        assert_eq!(split("https://a.org/x.zip"), ("https://a.org/x.zip".to_owned(), ""));
    }

    #[test]
    fn only_an_edition_that_is_spoken_is_used() {
        let manifest = |edition: &str| {
            format!(
                r#"{{"name":"a","versions":[{{"spec_version":"{edition}","locations":[{{"url":"https://a.org/x.zip"}}]}}]}}"#
            )
        };
        assert_eq!(locations(manifest("0.1").as_bytes()).unwrap(), ["https://a.org/x.zip"]);
        assert!(locations(manifest("0.2").as_bytes()).unwrap_err().to_string().contains("but of: 0.2"));
        let none = locations(br#"{"versions":[{"spec_version":"0.1"}]}"#);
        assert!(matches!(none, Err(RepositoryError::NoLocation)));
        assert!(locations(b"[]").is_err() && Index::parse(b"[]").is_err());
    }

    #[test]
    fn an_index_lists_documents_for_packages_of_any_version() {
        let index = br#"{"updated_at":"2026","packages":[{"id":"pkg:pypi/A.b","location":"x.json"},{"id":"nothing","location":""}]}"#;
        let index = Index::parse(index).unwrap();
        let purl = Purl::parse("pkg:pypi/a-b@1").unwrap();
        assert!(
            index.packages[0].purl().unwrap().covers(&purl).is_ok() && index.packages[1].purl().is_none()
        );
        let told = index.unplaced().unwrap();
        assert!(told.starts_with("the id \"nothing\" is no Package URL:"), "{told}");
        assert!(Index::parse(br#"{"packages":[]}"#).unwrap().unplaced().is_none());
    }
}

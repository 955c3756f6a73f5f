//! `vex-repository.json`: where the data of a VEX repository is (specification 0.1, section 2).

use serde::Deserialize;

use crate::settings::Place;

/// The edition of the specification that is spoken. Editions below 1 must be equal (section 5.1).
const EDITION: &str = "0.1";
/// Where a site has its manifest.
const WELL_KNOWN: &str = ".well-known/vex-repository.json";

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

/// Where the data is: an archive, and the folder in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Data {
    pub(super) archive: Place,
    /// Without slashes at its ends; empty: the archive's own top.
    pub(super) folder: String,
}

/// What an address of the settings leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address {
    Manifest(Place),
    Data(Data),
}

impl Address {
    /// A manifest, an archive by its ending, or a site that has a manifest.
    pub(super) fn of(place: &Place) -> Self {
        let text = match place {
            Place::Web(address) => address.clone(),
            Place::Path(path) => path.to_string_lossy().into_owned(),
        };
        let path = text.split(['?', '#']).next().unwrap_or_default();
        if path.ends_with(".json") {
            return Self::Manifest(place.clone());
        }
        let data = Data::of(&text);
        if is_archive(&data.archive) {
            return Self::Data(data);
        }
        match place {
            Place::Web(_) => {
                Self::Manifest(Place::Web(format!("{}/{WELL_KNOWN}", path.trim_end_matches('/'))))
            }
            Place::Path(path) => {
                let beside = path.join("vex-repository.json");
                Self::Manifest(Place::Path(if beside.is_file() { beside } else { path.join(WELL_KNOWN) }))
            }
        }
    }
}

impl Data {
    /// Splits `https://example.org/a.tar.gz//folder?query`.
    fn of(text: &str) -> Self {
        let (text, query) = text.split_at(text.find('?').unwrap_or(text.len()));
        let host = text.find("://").map_or(0, |at| at + 3);
        let (archive, folder) = match text[host..].find("//") {
            Some(at) => (&text[..host + at], &text[host + at + 2..]),
            None => (text, ""),
        };
        Self { archive: Place::of(&format!("{archive}{query}")), folder: folder.trim_matches('/').to_owned() }
    }
}

/// The endings of section 4.2 that can hold several files.
fn is_archive(place: &Place) -> bool {
    let name = place.file_name().to_ascii_lowercase();
    [".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar", ".zip"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// The places of the data in the order of the publisher; why there is none.
pub(super) fn locations(manifest: &[u8]) -> Result<Vec<Data>, String> {
    let manifest: Manifest = serde_json::from_slice(manifest)
        .map_err(|error| format!("it is no manifest of a VEX repository: {error}"))?;
    let version =
        manifest.versions.iter().find(|version| version.spec_version.trim_start_matches('v') == EDITION);
    let Some(version) = version else {
        let has: Vec<&str> = manifest.versions.iter().map(|version| version.spec_version.as_str()).collect();
        return Err(format!("it has no data of specification {EDITION}, but of: {}", has.join(", ")));
    };
    if version.locations.is_empty() {
        return Err("it names no location".to_owned());
    }
    Ok(version.locations.iter().map(|location| Data::of(&location.url)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(address: &str) -> Place {
        Place::Web(address.to_owned())
    }

    #[test]
    fn a_folder_of_an_archive_follows_two_slashes() {
        let data = |archive: &str, folder: &str| Data { archive: web(archive), folder: folder.to_owned() };
        assert_eq!(Data::of("https://a.org/x.tar.gz//hub-main"), data("https://a.org/x.tar.gz", "hub-main"));
        assert_eq!(Data::of("https://a.org/x.zip//a/b/?k=v//w"), data("https://a.org/x.zip?k=v//w", "a/b"));
        assert_eq!(Data::of("https://a.org/x.zip"), data("https://a.org/x.zip", ""));
    }

    #[test]
    fn an_address_is_a_manifest_an_archive_or_a_site() {
        let manifest = |address: &str| Address::Manifest(web(address));
        assert_eq!(Address::of(&web("https://a.org/m.json?k")), manifest("https://a.org/m.json?k"));
        assert_eq!(
            Address::of(&web("https://a.org/")),
            manifest("https://a.org/.well-known/vex-repository.json")
        );
        assert!(
            matches!(Address::of(&web("https://a.org/x.tgz//d")), Address::Data(data) if data.folder == "d")
        );
    }

    #[test]
    fn only_an_edition_that_is_spoken_is_used() {
        let manifest = |edition: &str| {
            format!(
                r#"{{"name":"a","versions":[{{"spec_version":"{edition}","locations":[{{"url":"https://a.org/x.zip"}}]}}]}}"#
            )
        };
        assert_eq!(locations(manifest("0.1").as_bytes()).unwrap().len(), 1);
        assert!(locations(manifest("0.2").as_bytes()).unwrap_err().contains("but of: 0.2"));
        assert!(locations(br#"{"versions":[{"spec_version":"0.1"}]}"#).unwrap_err().contains("no location"));
        assert!(locations(b"[]").is_err());
    }
}

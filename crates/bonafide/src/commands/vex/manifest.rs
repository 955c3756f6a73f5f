//! What an address of the settings leads to: the manifest of a VEX repository, or its data (specification 0.1, section 2).

use bonafide_advisory::vex::repository::split_folder;

use crate::settings::Place;

/// Where a site has its manifest.
const WELL_KNOWN: &str = ".well-known/vex-repository.json";

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
    /// Of `https://example.org/a.tar.gz//folder?query`.
    pub(super) fn of(address: &str) -> Self {
        let (archive, folder) = split_folder(address);
        Self { archive: Place::of(&archive), folder: folder.to_owned() }
    }
}

/// The endings of section 4.2 that can hold several files.
fn is_archive(place: &Place) -> bool {
    let name = place.file_name().to_ascii_lowercase();
    [".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar", ".zip"]
        .iter()
        .any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(address: &str) -> Place {
        Place::Web(address.to_owned())
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
}

//! What a package says of itself in its container: the main header of an rpm, the properties of an MSI.

/// A package's description of itself: texts as they stand there, none of them checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// Its name: `NAME` of an rpm, `ProductName` of an MSI. Never empty.
    pub name: String,
    /// The version of what is packaged: `VERSION`, `ProductVersion`.
    pub version: Option<String>,
    /// Which edition of the package of that version: `RELEASE` of an rpm.
    pub release: Option<String>,
    /// What comes before the version in comparisons: `EPOCH` of an rpm.
    pub epoch: Option<u64>,
    /// For which processors it is: `ARCH` of an rpm.
    pub architecture: Option<String>,
    /// Whose package it is: `VENDOR`, `Manufacturer`.
    pub vendor: Option<String>,
    /// The licence, in whatever words: `LICENSE` of an rpm.
    pub license: Option<String>,
    /// Where more is told: `URL`, `ARPURLINFOABOUT`.
    pub url: Option<String>,
}

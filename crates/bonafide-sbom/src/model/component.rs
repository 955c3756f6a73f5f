//! Components: SPDX packages, CycloneDX components.

use super::actor::Actor;
use super::claim::{Claim, Text};
use super::digest::Digest;
use super::evidence::Evidence;
use crate::json::Extra;

/// A piece of software.
///
/// `Component::default()` is empty: everything absent. For building one in code, set fields by struct update.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Component {
    /// The document's own id: `SPDXID`, `bom-ref`, `spdxId`. May be missing, repeated or wrong; edges do not use it.
    pub id: Option<Text>,
    /// Name.
    pub name: Option<Text>,
    /// CycloneDX `group`.
    pub group: Option<Text>,
    /// Version text: `versionInfo`, `version`, `packageVersion`.
    pub version: Option<Text>,
    /// What it is for: `primaryPackagePurpose`, `type`, `primaryPurpose`.
    pub purpose: Option<Purpose>,
    /// Who distributes it.
    pub supplier: Claim<Actor>,
    /// Who made it: `originator`, `manufacturer`, `originatedBy`.
    pub originator: Claim<Actor>,
    /// CycloneDX `authors`; further SPDX 3 `originatedBy`.
    pub authors: Vec<Actor>,
    /// The name of the archive or installer that it is: `packageFileName`.
    pub file_name: Option<Text>,
    /// Where it can be had: `downloadLocation`. In CycloneDX a reference of type `distribution`, which stays in
    /// [`Component::references`].
    pub download_location: Claim,
    /// Its site: `homepage`.
    pub homepage: Claim,
    /// Digests of the archive or installer, or of the one file that it is.
    pub digests: Vec<Digest>,
    /// SPDX 2 `filesAnalyzed`. Absent means true there.
    pub files_analyzed: Option<bool>,
    /// SPDX 2 `packageVerificationCode`.
    pub verification_code: Option<Box<VerificationCode>>,
    /// The licence expression that the document's author concluded.
    pub license_concluded: Claim,
    /// The licence expression that the component's authors declare.
    pub license_declared: Claim,
    /// SPDX 2 `licenseInfoFromFiles`.
    pub license_info_from_files: Vec<Claim>,
    /// CycloneDX `licenses`, item by item. Empty in SPDX documents.
    pub licenses: Vec<License>,
    /// Remark on the licences.
    pub license_comments: Option<Text>,
    /// Copyright text.
    pub copyright: Claim,
    /// A short description.
    pub summary: Option<Text>,
    /// A longer one; CycloneDX `description`.
    pub description: Option<Text>,
    /// Remark.
    pub comment: Option<Text>,
    /// Where it came from, in words: `sourceInfo`.
    pub source_info: Option<Text>,
    /// Texts to be given with it.
    pub attribution_texts: Vec<Text>,
    /// When it was built, as it stands.
    pub built: Option<Text>,
    /// When it was released, as it stands.
    pub released: Option<Text>,
    /// Until when it is supported, as it stands.
    pub valid_until: Option<Text>,
    /// Package URLs, CPEs and other identifiers, and references to the web, in the order of the document.
    pub references: Vec<Reference>,
    /// Why the document says that it is there: CycloneDX `evidence`.
    pub evidence: Option<Box<Evidence>>,
    /// CycloneDX `properties`.
    pub properties: Vec<Property>,
    /// Fields that the model does not know: `pedigree`, `scope`, …
    pub extra: Extra,
}

impl Component {
    /// A component with a name and a version.
    #[must_use]
    pub fn new(name: &str, version: Option<&str>) -> Self {
        Self { name: Some(name.into()), version: version.map(Into::into), ..Self::default() }
    }

    /// The locators that stand as Package URLs, unchecked.
    pub fn purls(&self) -> impl Iterator<Item = &str> {
        self.references
            .iter()
            .filter(|reference| &*reference.kind == "purl")
            .map(|reference| &*reference.locator)
    }

    /// The locators that stand as CPE names (2.2 or 2.3), unchecked.
    pub fn cpes(&self) -> impl Iterator<Item = &str> {
        self.references
            .iter()
            .filter(|reference| matches!(&*reference.kind, "cpe23Type" | "cpe22Type" | "cpe23" | "cpe22"))
            .map(|reference| &*reference.locator)
    }
}

/// Where a [`Reference`] stands and what group it is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// SPDX 2 `SECURITY`; CycloneDX `cpe`, which has kind `cpe23Type` or `cpe22Type` here.
    Security,
    /// SPDX 2.3 `PACKAGE-MANAGER`; CycloneDX `purl`, which has kind `purl` here.
    PackageManager,
    /// `PACKAGE_MANAGER`, the spelling of the SPDX 2.2 schema and of 2.3.1, which the 2.3 schema refuses.
    PackageManagerUnderscored,
    /// SPDX 2.3 `PERSISTENT-ID`; CycloneDX `swhid` and `omniborId`, which have kinds `swh` and `gitoid` here.
    PersistentId,
    /// `PERSISTENT_ID`, as with package managers.
    PersistentIdUnderscored,
    /// SPDX 2 `OTHER`.
    Other,
    /// CycloneDX `externalReferences`, SPDX 3 `externalRef`: a link to the web, the kind being its type.
    Link,
    /// SPDX 3 `externalIdentifier`.
    Identifier,
    /// A category that no specification knows, as it stands.
    Unknown(Text),
}

impl Category {
    /// From SPDX 2 text.
    #[must_use]
    pub fn from_spdx2(text: &str) -> Self {
        match text {
            "SECURITY" => Self::Security,
            "PACKAGE-MANAGER" => Self::PackageManager,
            "PACKAGE_MANAGER" => Self::PackageManagerUnderscored,
            "PERSISTENT-ID" => Self::PersistentId,
            "PERSISTENT_ID" => Self::PersistentIdUnderscored,
            "OTHER" => Self::Other,
            _ => Self::Unknown(text.into()),
        }
    }

    /// The same category in the spelling that every edition from SPDX 2.3 on takes.
    #[must_use]
    pub fn hyphenated(self) -> Self {
        match self {
            Self::PackageManagerUnderscored => Self::PackageManager,
            Self::PersistentIdUnderscored => Self::PersistentId,
            other => other,
        }
    }

    /// SPDX 2 text; nothing for what stands elsewhere in other formats.
    #[must_use]
    pub fn spdx2(&self) -> Option<&str> {
        Some(match self {
            Self::Security => "SECURITY",
            Self::PackageManager => "PACKAGE-MANAGER",
            Self::PackageManagerUnderscored => "PACKAGE_MANAGER",
            Self::PersistentId => "PERSISTENT-ID",
            Self::PersistentIdUnderscored => "PERSISTENT_ID",
            Self::Other => "OTHER",
            Self::Unknown(text) => text,
            Self::Link | Self::Identifier => return None,
        })
    }
}

/// An identifier or a link of a component.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// Where it stands and what group it is of.
    pub category: Category,
    /// Of which type: `purl`, `cpe23Type`, `swh`, `vcs`, `website`, …
    pub kind: Text,
    /// The identifier or address, as it stands.
    pub locator: Text,
    /// Remark.
    pub comment: Option<Text>,
    /// Digests of what is there (CycloneDX).
    pub digests: Vec<Digest>,
    /// Fields that the model does not know.
    pub extra: Extra,
}

impl Reference {
    /// A reference without remark and digests.
    #[must_use]
    pub fn new(category: Category, kind: &str, locator: &str) -> Self {
        Self {
            category,
            kind: kind.into(),
            locator: locator.into(),
            comment: None,
            digests: Vec::new(),
            extra: Extra::default(),
        }
    }

    /// A Package URL.
    #[must_use]
    pub fn purl(purl: &str) -> Self {
        Self::new(Category::PackageManager, "purl", purl)
    }

    /// A CPE 2.3 name.
    #[must_use]
    pub fn cpe23(cpe: &str) -> Self {
        Self::new(Category::Security, "cpe23Type", cpe)
    }
}

/// SPDX 2 `packageVerificationCode`: see [`crate::verification_code`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerificationCode {
    /// Forty hexadecimal digits, if it is right.
    pub value: Text,
    /// Files left out of it.
    pub excluded_files: Vec<Text>,
    /// Fields that the model does not know.
    pub extra: Extra,
}

/// One item of CycloneDX `licenses`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct License {
    /// What it says.
    pub name: LicenseName,
    /// CycloneDX 1.6 `acknowledgement`.
    pub acknowledgement: Option<Acknowledgement>,
    /// Fields of the licence object that the model does not know: `text`, `url`, `bom-ref`, `licensing`, …
    pub extra: Extra,
}

/// The name of a [`License`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LicenseName {
    /// `license.id`: an id of the SPDX list.
    Id(Text),
    /// `license.name`: any text.
    Name(Text),
    /// `expression`.
    Expression(Text),
}

impl LicenseName {
    /// The text, whichever it is.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Id(text) | Self::Name(text) | Self::Expression(text) => text,
        }
    }
}

/// Who says so of a CycloneDX licence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Acknowledgement {
    /// The component's authors.
    Declared,
    /// The document's author.
    Concluded,
    /// A word that the specification does not know.
    Unknown(Text),
}

/// A name and a value, CycloneDX `properties`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Property {
    /// Name, as `cdx:npm:package:path`.
    pub name: Text,
    /// Value, where there is one.
    pub value: Option<Text>,
}

macro_rules! purposes {
    ($($name:ident $spdx2:literal $spdx3:literal $cyclonedx:literal)*) => {
        /// What a component is for: SPDX 2.3 §7.24, SPDX 3.0.1 `SoftwarePurpose`, CycloneDX `type`.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "named as in the specifications")]
        pub enum Purpose {
            $($name,)*
            /// A word that no specification knows, as it stands.
            Unknown(Text),
        }

        const PURPOSES: &[(Purpose, &str, &str, &str)] =
            &[$((Purpose::$name, $spdx2, $spdx3, $cyclonedx),)*];
    };
}

// Empty: the format does not know it.
purposes! {
    Application "APPLICATION" "application" "application"
    Archive "ARCHIVE" "archive" ""
    Bom "" "bom" ""
    Configuration "" "configuration" ""
    Container "CONTAINER" "container" "container"
    CryptographicAsset "" "" "cryptographic-asset"
    Data "" "data" "data"
    Device "DEVICE" "device" "device"
    DeviceDriver "" "deviceDriver" "device-driver"
    DiskImage "" "diskImage" ""
    Documentation "" "documentation" ""
    Evidence "" "evidence" ""
    Executable "" "executable" ""
    File "FILE" "file" "file"
    FilesystemImage "" "filesystemImage" ""
    Firmware "FIRMWARE" "firmware" "firmware"
    Framework "FRAMEWORK" "framework" "framework"
    Install "INSTALL" "install" ""
    Library "LIBRARY" "library" "library"
    MachineLearningModel "" "model" "machine-learning-model"
    Manifest "" "manifest" ""
    Module "" "module" ""
    OperatingSystem "OPERATING-SYSTEM" "operatingSystem" "operating-system"
    Other "OTHER" "other" ""
    Patch "" "patch" ""
    Platform "" "platform" "platform"
    Requirement "" "requirement" ""
    Source "SOURCE" "source" ""
    Specification "" "specification" ""
    Test "" "test" ""
}

impl Purpose {
    fn by(
        name: &str,
        column: impl Fn(&(Self, &'static str, &'static str, &'static str)) -> &'static str,
    ) -> Self {
        PURPOSES
            .iter()
            .find(|row| !name.is_empty() && column(row) == name)
            .map_or_else(|| Self::Unknown(name.into()), |row| row.0.clone())
    }

    fn name(
        &self,
        column: impl Fn(&(Self, &'static str, &'static str, &'static str)) -> &'static str,
    ) -> Option<&str> {
        match self {
            Self::Unknown(name) => Some(name),
            known => PURPOSES.iter().find(|row| row.0 == *known).map(column).filter(|name| !name.is_empty()),
        }
    }

    /// From an SPDX 2 word: `OPERATING-SYSTEM`.
    #[must_use]
    pub fn from_spdx2(name: &str) -> Self {
        Self::by(name, |row| row.1)
    }

    /// The SPDX 2 word, where SPDX 2.3 has one.
    #[must_use]
    pub fn spdx2(&self) -> Option<&str> {
        self.name(|row| row.1)
    }

    /// From an SPDX 3 word: `operatingSystem`.
    #[must_use]
    pub fn from_spdx3(name: &str) -> Self {
        Self::by(name, |row| row.2)
    }

    /// The SPDX 3 word, where SPDX 3.0.1 has one.
    #[must_use]
    pub fn spdx3(&self) -> Option<&str> {
        self.name(|row| row.2)
    }

    /// From a CycloneDX word: `operating-system`.
    #[must_use]
    pub fn from_cyclonedx(name: &str) -> Self {
        Self::by(name, |row| row.3)
    }

    /// The CycloneDX word, where CycloneDX 1.7 has one.
    #[must_use]
    pub fn cyclonedx(&self) -> Option<&str> {
        self.name(|row| row.3)
    }
}

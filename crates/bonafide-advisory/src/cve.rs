//! CVE records of the format 5 (CVE JSON 5.0 to 5.2): what the numbering authority and others say of one CVE id.
//!
//! A record has one container of its authority (CNA) and any number of others (ADP). Each names products with versions: a
//! single version, or from a version to another, with a status, and a status for all versions that are not named.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::applicability::Configuration;
use crate::lenient::{self, Lenient, Oddities, lenient};

/// Why a text is no CVE record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CveError {
    /// Not JSON, or not an object.
    #[error("the record is no json object")]
    Json(#[from] serde_json::Error),
    /// There is no CVE id.
    #[error("the record has no cve id")]
    NoId,
}

lenient! {
    /// One record.
    pub struct Record<'a> {
        /// Id, state and dates.
        pub metadata: Metadata<'a> = "cveMetadata",
        /// What is said.
        pub containers: Containers<'a> = "containers",
    }
    ignored { "dataType", "dataVersion" }
}

lenient! {
    /// Id, state and dates of a record.
    pub struct Metadata<'a> {
        /// `CVE-2024-1234`.
        pub id: Cow<'a, str> = "cveId",
        /// `PUBLISHED` or `REJECTED`.
        pub state: Cow<'a, str> = "state",
        /// When it was last changed.
        pub updated: Cow<'a, str> = "dateUpdated",
        /// When it was published.
        pub published: Cow<'a, str> = "datePublished",
        /// When it was rejected.
        pub rejected: Cow<'a, str> = "dateRejected",
    }
    ignored { "assignerOrgId", "assignerShortName", "dateReserved", "serial", "requesterUserId" }
}

lenient! {
    /// The containers of a record.
    pub struct Containers<'a> {
        /// Of the numbering authority.
        pub cna: Container<'a> = "cna",
        /// Of others.
        pub adp: Vec<Container<'a>> = "adp",
    }
    ignored {}
}

lenient! {
    /// What one party says.
    pub struct Container<'a> {
        /// Products and versions.
        pub affected: Vec<Product<'a>> = "affected",
        /// The same as CPE names.
        pub applicability: Vec<Configuration<'a>> = "cpeApplicability",
        /// Ratings.
        pub metrics: Vec<Metric<'a>> = "metrics",
        /// One line.
        pub title: Cow<'a, str> = "title",
        /// Who says so.
        pub provider: Provider<'a> = "providerMetadata",
    }
    ignored {
        "configurations", "credits", "dateAssigned", "datePublic", "descriptions", "exploits", "impacts", "problemTypes",
        "references", "rejectedReasons", "replacedBy", "solutions", "source", "tags", "taxonomyMappings", "timeline",
        "workarounds",
    }
}

lenient! {
    /// Who says so.
    pub struct Provider<'a> {
        /// The short name of the organisation.
        pub name: Cow<'a, str> = "shortName",
    }
    ignored { "orgId", "dateUpdated", "x_subShortName" }
}

lenient! {
    /// A rating, on one of several scales.
    pub struct Metric<'a> {
        /// CVSS 4.0.
        pub v4: Option<Vector<'a>> = "cvssV4_0",
        /// CVSS 3.1.
        pub v31: Option<Vector<'a>> = "cvssV3_1",
        /// CVSS 3.0.
        pub v30: Option<Vector<'a>> = "cvssV3_0",
        /// CVSS 2.0.
        pub v2: Option<Vector<'a>> = "cvssV2_0",
    }
    ignored { "format", "scenarios", "other" }
}

/// A CVSS vector; the scores beside it follow from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vector<'a>(pub Cow<'a, str>);

impl<'a> Lenient<'a> for Vector<'a> {
    fn read(raw: &'a RawValue, place: &str, odd: &mut Oddities) -> Self {
        let vector = lenient::fields(raw, place, odd).into_iter().find(|(name, _)| name == "vectorString");
        Self(vector.map_or_else(Cow::default, |(_, value)| Cow::read(value, place, odd)))
    }
}

lenient! {
    /// A product with its versions.
    pub struct Product<'a> {
        /// Who makes it.
        pub vendor: Cow<'a, str> = "vendor",
        /// What it is called.
        pub product: Cow<'a, str> = "product",
        /// Its name in a collection of packages.
        pub package_name: Cow<'a, str> = "packageName",
        /// A Package URL (format 5.2).
        pub purl: Cow<'a, str> = "packageURL",
        /// CPE names, 2.2 or 2.3.
        pub cpes: Vec<Cow<'a, str>> = "cpes",
        /// The status of versions that are not named.
        pub default_status: Option<Status> = "defaultStatus",
        /// Versions that are named.
        pub versions: Vec<Versions<'a>> = "versions",
    }
    ignored { "collectionURL", "modules", "platforms", "programFiles", "programRoutines", "repo" }
}

/// What is said of a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// The vulnerability is there.
    Affected,
    /// It is not.
    Unaffected,
    /// Nobody knows; also any other word.
    #[default]
    Unknown,
}

impl<'a> Lenient<'a> for Status {
    fn read(raw: &'a RawValue, place: &str, odd: &mut Oddities) -> Self {
        let word = Cow::read(raw, place, odd);
        match &*word {
            "affected" => Self::Affected,
            "unaffected" => Self::Unaffected,
            "unknown" => Self::Unknown,
            _ => {
                odd.word(place, &word);
                Self::Unknown
            }
        }
    }
}

lenient! {
    /// A version, or all from it up to another.
    pub struct Versions<'a> {
        /// The version, or where the range begins; `0` is before all.
        pub version: Cow<'a, str> = "version",
        /// Where the range ends, not included; `*` is after all.
        pub less_than: Option<Cow<'a, str>> = "lessThan",
        /// Where the range ends, included.
        pub less_than_or_equal: Option<Cow<'a, str>> = "lessThanOrEqual",
        /// How versions are ordered: `semver`, `python`, `custom`, `git`.
        pub scheme: Cow<'a, str> = "versionType",
        /// The status of these versions.
        pub status: Status = "status",
        /// Where the status changes inside the range.
        pub changes: Vec<Change<'a>> = "changes",
    }
    ignored {}
}

lenient! {
    /// A change of status inside a range.
    pub struct Change<'a> {
        /// From this version on.
        pub at: Cow<'a, str> = "at",
        /// The status from there on.
        pub status: Status = "status",
    }
    ignored {}
}

impl<'a> Record<'a> {
    /// Reads one record.
    ///
    /// # Errors
    /// [`CveError`], where there is no record. Anything else that is odd is counted.
    pub fn read(json: &'a str, odd: &mut Oddities) -> Result<Self, CveError> {
        let record = Self::from_fields(lenient::object(json)?, "", odd);
        if record.metadata.id.trim().is_empty() {
            return Err(CveError::NoId);
        }
        Ok(record)
    }
}

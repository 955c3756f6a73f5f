//! Why a document says that a component is there: CycloneDX 1.5 to 1.7 `evidence`.

use super::claim::Text;
use crate::json::Extra;

/// Why a document says that a component is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// Where it was found.
    pub occurrences: Vec<Occurrence>,
    /// How it was recognised, field by field. CycloneDX 1.5 has room for one.
    pub identities: Vec<Identity>,
    /// Fields that the model does not know: `licenses`, `copyright`, `callstack`.
    pub extra: Extra,
}

/// A place where a component was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occurrence {
    /// `bom-ref`.
    pub id: Option<Text>,
    /// The path of the file, nested containers joined by `!/` in documents that this program makes.
    pub location: Text,
    /// Line, from 1 (CycloneDX 1.6).
    pub line: Option<u64>,
    /// Byte offset, from 0 (CycloneDX 1.6).
    pub offset: Option<u64>,
    /// The symbol that was found (CycloneDX 1.6).
    pub symbol: Option<Text>,
    /// `additionalContext`, in words (CycloneDX 1.6).
    pub context: Option<Text>,
    /// Fields that the model does not know.
    pub extra: Extra,
}

impl Occurrence {
    /// A place that is a whole file.
    #[must_use]
    pub fn new(location: &str) -> Self {
        Self { location: location.into(), ..Self::default() }
    }
}

/// How one field of a component was recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The field: `name`, `version`, `purl`, `cpe`, `hash`, …
    pub field: Option<Text>,
    /// How sure: the digits of a number from 0 to 1, as they stand.
    pub confidence: Option<Text>,
    /// What was concluded (CycloneDX 1.6).
    pub concluded: Option<Text>,
    /// By which methods.
    pub methods: Vec<IdentityMethod>,
    /// Fields that the model does not know: `tools`.
    pub extra: Extra,
}

/// One method by which a field was recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityMethod {
    /// `manifest-analysis`, `binary-analysis`, `filename`, …: as it stands.
    pub technique: Option<Text>,
    /// How sure: the digits of a number from 0 to 1, as they stand.
    pub confidence: Option<Text>,
    /// What the method gave.
    pub value: Option<Text>,
    /// Fields that the model does not know.
    pub extra: Extra,
}

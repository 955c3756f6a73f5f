//! SPDX 3.0 as JSON-LD.
//!
//! A document is a graph: `@context`, which gives the words their meaning, and `@graph`, a flat list of elements. Each
//! element has a `type` (`software_Package`, `Relationship`, …), an IRI (`spdxId`) and a `creationInfo`; elements name
//! one another by IRI. So a package's supplier, its licences and the document itself are elements too, and an edge is
//! an element of type `Relationship` with one `from` and many `to`. `CreationInfo` is shared by elements and has a
//! blank node id (`_:creationinfo`).
//!
//! What the model has fields for is put there. Elements of other classes (agents, tools, licence expressions,
//! vulnerabilities, `software_Sbom`, …) stay whole in [`crate::Document::others`] and are written from there; the
//! model's suppliers, creators, tools and licences of components are then a view of them, found by following the IRIs.
//!
//! Source: SPDX specification 3.0.1, "Model" and "Serializations", and its JSON schema.

mod agent;
mod check;
mod classes;
mod license;
mod node;
mod parts;
mod read;
mod view;
mod write;

pub(crate) use check::check;
pub(crate) use license::license_ref;
pub(crate) use read::read_json;
pub(crate) use view::elements_by_id;
pub(crate) use write::write_json;

/// The context of the version that is written.
pub(crate) const CONTEXT: &str = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";

/// The blank node id of the document's `CreationInfo`, where it has no other.
pub(crate) const CREATION_INFO: &str = "_:creationinfo";

/// The extra of the document that holds the fields beside `@graph`. There should be none.
pub(crate) const BESIDE_GRAPH: &str = "@beside-graph";

/// An individual of the specification that stands for no element in particular.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Individual {
    /// `NoneElement`, `NoneLicense`.
    None,
    /// `NoAssertionElement`, `NoAssertionLicense`.
    NoAssertion,
}

impl Individual {
    /// From an IRI, of any 3.0 version, or from the word that the context has for it.
    pub(crate) fn from_iri(iri: &str) -> Option<Self> {
        let word = match iri.strip_prefix("https://spdx.org/rdf/3.0") {
            Some(rest) => rest.split_once("/terms/")?.1,
            None => iri,
        };
        match word {
            "Core/NoneElement"
            | "NoneElement"
            | "ExpandedLicensing/NoneLicense"
            | "expandedlicensing_NoneLicense" => Some(Self::None),
            "Core/NoAssertionElement"
            | "NoAssertionElement"
            | "ExpandedLicensing/NoAssertionLicense"
            | "expandedlicensing_NoAssertionLicense" => Some(Self::NoAssertion),
            _ => None,
        }
    }

    /// The IRI of the individual that is an element of any kind.
    pub(crate) const fn element_iri(self) -> &'static str {
        match self {
            Self::None => "https://spdx.org/rdf/3.0.1/terms/Core/NoneElement",
            Self::NoAssertion => "https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement",
        }
    }

    /// The IRI of the individual that is a licence.
    pub(crate) const fn license_iri(self) -> &'static str {
        match self {
            Self::None => "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoneLicense",
            Self::NoAssertion => "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense",
        }
    }
}

/// Whether a property takes a list; nothing where there is none of that name.
pub(crate) fn takes_list(property: &str) -> Option<bool> {
    let (_, count, _) = classes::property(property)?;
    Some(!matches!(count, classes::Count::Optional | classes::Count::One))
}

/// The words that a property takes, where it takes words.
pub(crate) fn words(property: &str) -> Option<&'static [&'static str]> {
    match classes::property(property)?.2 {
        classes::Value::Words(words) => Some(words),
        _ => None,
    }
}

/// Whether a text has the form that the schema asks of an IRI: a scheme, a colon, and no blank node's `_:`.
fn is_iri(text: &str) -> bool {
    let colon = text.find(':').unwrap_or_default();
    colon > 0 && colon + 1 < text.len() && !text.starts_with("_:") && !text.contains('\n')
}

/// The class of an individual that the specification itself names, by its IRI or by the word of the context.
fn individual_class(iri: &str) -> Option<&'static str> {
    let word = match iri.strip_prefix("https://spdx.org/rdf/3.0") {
        Some(rest) => rest.split_once("/terms/")?.1,
        None => iri,
    };
    match word {
        "Core/NoneElement" | "NoneElement" | "Core/NoAssertionElement" | "NoAssertionElement" => {
            Some("IndividualElement")
        }
        "Core/SpdxOrganization" | "SpdxOrganization" => Some("Organization"),
        "ExpandedLicensing/NoneLicense"
        | "expandedlicensing_NoneLicense"
        | "ExpandedLicensing/NoAssertionLicense"
        | "expandedlicensing_NoAssertionLicense" => Some("expandedlicensing_IndividualLicensingInfo"),
        _ => None,
    }
}

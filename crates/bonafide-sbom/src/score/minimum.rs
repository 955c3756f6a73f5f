//! The seven minimum elements of the NTIA (2021) as the SPDX project's ntia-conformance-checker (6.0.0) counts them.
//!
//! The scheme `ntia` is that of sbomqs, where the unique identifier is a purl or a CPE, and the dependency relationship
//! one that leads from the root to a dependency. The checker asks for less: an id inside the document, and that the
//! document says what it is about; in SPDX 2 an originator will do
//! for a supplier. Here an element is there or it is not; one component without it is enough.

use crate::model::{Actor, Claim, Component, Document, Format};
use crate::spdx2::is_date;

/// The minimum elements that a document lacks, by the ids of the scheme `ntia`.
///
/// `NOASSERTION` and empty texts are not there. Linear in components and files.
#[must_use]
pub fn lacking(document: &Document) -> Vec<&'static str> {
    let all = |holds: &dyn Fn(&Component) -> bool| {
        !document.components.is_empty() && document.components.iter().all(holds)
    };
    let describes = !document.roots().is_empty()
        || document.format == Format::Spdx2 && document.components.len() == 1 && document.files.is_empty();
    let creation = &document.creation;
    let has_author = creation.creators.iter().any(|actor| has_text(Some(&actor.name)))
        || !creation.tools.is_empty()
        || creation.manufacturer.is_some()
        || creation.supplier.is_some();
    let has_time = creation.created.as_deref().is_some_and(|date| match document.format {
        Format::CycloneDx => has_text(Some(date)),
        Format::Spdx2 | Format::Spdx3 => is_date(date),
    });
    let has_ids =
        all(&|component| component.id.is_some()) && document.files.iter().all(|file| file.id.is_some());
    let is_named = |claim: &Claim<Actor>| claim.known().is_some_and(|actor| has_text(Some(&actor.name)));
    // SPDX 3 tells the two apart.
    let originator_will_do = document.format != Format::Spdx3;
    let has_suppliers = all(&|component| {
        is_named(&component.supplier) || originator_will_do && is_named(&component.originator)
    });
    [
        ("comp_supplier", has_suppliers),
        ("comp_name", all(&|component| has_text(component.name.as_deref()))),
        ("comp_version", all(&|component| has_text(component.version.as_deref()))),
        ("comp_uniq_id", has_ids),
        ("sbom_relationships", describes),
        ("sbom_authors", has_author),
        ("sbom_timestamp", has_time),
    ]
    .into_iter()
    .filter(|(_, holds)| !holds)
    .map(|(id, _)| id)
    .collect()
}

fn has_text(text: Option<&str>) -> bool {
    text.is_some_and(|text| !matches!(text.trim(), "" | "NOASSERTION" | "NONE"))
}

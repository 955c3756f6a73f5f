//! CISA minimum elements: the draft of August 2025, and the final text of July 2026.
//!
//! The draft is judged as the profile `ntia-2025` of sbomqs 2.0.12 does. The final text (2026 Minimum Elements for a
//! Software Bill of Materials, TLP:CLEAR, 2026-07-29) has seventeen data fields; no other tool judges them, so there is
//! nothing to be exact about, and one reading only: the strict one.

use super::{Row, row};
use crate::score::remedy::Need;
use crate::score::share::Share;
use crate::score::view::{Fact, Signed, View};

pub(super) const DRAFT_2025: &[Row] = &[
    row("sbom_machine_format", |v| Share::yes(v.encoding_is_supported()), Need::Encoding),
    row("sbom_author", |v| Share::yes(super::ntia::has_author(v)), Need::Author),
    row("software_producer", producer, Need::DocumentSupplier),
    row("comp_name", |v| v.capped(Fact::Name), Need::Name),
    row("comp_version", |v| v.capped(Fact::Version), Need::Version),
    row("software_identifiers", |v| v.part(Fact::Draft2025Identifier), Need::Identifier),
    row("comp_hash", |v| v.part(Fact::Digest), Need::Digest),
    row("license", |v| v.part(Fact::ConcludedOrDeclared), Need::Licence),
    row("sbom_dependencies", |v| v.sound(v.graph.dependencies > 0), Need::Dependencies),
    row("comp_supplier", |v| v.capped_if_any(Fact::Supplier), Need::Supplier),
    row("tool_name", |v| Share::yes(v.tools.iter().any(|tool| !tool.name.is_empty())), Need::Tool),
    row("sbom_timestamp", |v| Share::yes(v.created_right), Need::Created),
    row("generation_context", context_2025, Need::Created),
];

pub(super) const FINAL_2026: &[Row] = &[
    row("sbom_author", |v| Share::yes(super::ntia::has_author(v)), Need::Author),
    row("sbom_author_signature", |v| Share::yes(v.signed == Signed::Complete), Need::Signature),
    row("sbom_data_format_name", |_| Share::yes(true), Need::Encoding),
    row("sbom_data_format_version", |v| Share::yes(v.version_is_supported()), Need::SpecVersion),
    row("sbom_generation_context", |v| Share::yes(v.generation_context), Need::Comment),
    row("sbom_timestamp", |v| Share::yes(v.created_right), Need::Created),
    row("sbom_tool_name", |v| Share::yes(v.tools.iter().any(|tool| !tool.name.is_empty())), Need::Tool),
    row("sbom_tool_version", tool_version, Need::Tool),
    row("sbom_version", sbom_version, Need::Revision),
    row("comp_producer", |v| v.part(Fact::SupplierOrMaker), Need::Supplier),
    row("comp_dependency_relationship", dependency, Need::Dependencies),
    row("comp_hash_value", |v| v.part(Fact::Digest), Need::Digest),
    row("comp_hash_algorithm", |v| v.part(Fact::StrongDigest), Need::StrongDigest),
    row("comp_identifiers", |v| v.part(Fact::Identified2026), Need::Identifier),
    row("comp_license", |v| v.part(Fact::Acceptable), Need::Licence),
    row("comp_name", |v| v.part(Fact::Name), Need::Name),
    row("comp_version", |v| v.part(Fact::Version), Need::Version),
];

fn producer(view: &View<'_>) -> Share {
    let parties = [&view.supplier, &view.manufacturer];
    Share::yes(
        parties
            .into_iter()
            .flatten()
            .any(|one| !one.email.is_empty() || !one.url.is_empty() || !one.name.is_empty()),
    )
}

/// The draft's profile takes a time for a context; a plausible one in the strict reading.
fn context_2025(view: &View<'_>) -> Share {
    Share::yes(if view.strict { view.created_right } else { !view.created.is_empty() })
}

fn tool_version(view: &View<'_>) -> Share {
    Share::yes(view.tools.iter().any(|tool| !tool.name.is_empty() && !tool.version.is_empty()))
}

/// The edition of the document: CycloneDX `version`; an SPDX namespace names one edition only.
fn sbom_version(view: &View<'_>) -> Share {
    Share::yes(match view.revision {
        Some(revision) => revision >= 1,
        None => view.is_spdx() && !view.namespace.is_empty(),
    })
}

/// The root has dependencies, and they lead to every component.
fn dependency(view: &View<'_>) -> Share {
    if view.graph.dependencies == 0 {
        return Share::score(0.0);
    }
    let reached = view.components.saturating_sub(view.graph.orphans);
    let part = reached as f64 / view.components.max(1) as f64 * 10.0;
    Share { of: Some((reached, view.components)), ..Share::score(part) }.times(view.graph.sound)
}

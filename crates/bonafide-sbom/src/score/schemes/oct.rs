//! OpenChain Telco SBOM guide 1.1, as the profile `oct-v1.1` of sbomqs 2.0.12 judges it.

use super::{Row, row};
use crate::score::remedy::Need;
use crate::score::share::Share;
use crate::score::view::{Fact, View};

pub(super) const ROWS: &[Row] = &[
    row("sbom_spec", |_| Share::yes(true), Need::SpecVersion),
    row("sbom_spec_version", |v| Share::yes(v.version_is_supported()), Need::SpecVersion),
    row("sbom_data_license", data_licence, Need::DataLicence),
    row("sbom_identifier", |v| Share::yes(v.is_spdx() && there(v.id)), Need::DocumentId),
    row("sbom_name", |v| Share::yes(v.is_spdx() && there(v.name)), Need::DocumentName),
    row("sbom_namespace", |v| Share::yes(v.is_spdx() && there(v.uri)), Need::Namespace),
    row("sbom_creator", creator, Need::Tool),
    row("sbom_timestamp", |v| Share::yes(v.created_right), Need::Created),
    row("sbom_creator_comment", comment, Need::Comment),
    row("comp_name", |v| v.capped(Fact::Name), Need::Name),
    row("comp_identifier", |v| v.capped(Fact::LocalId), Need::LocalId),
    row("comp_version", |v| v.capped(Fact::Version), Need::Version),
    row("comp_supplier", |v| v.capped_if_any(Fact::Supplier), Need::Supplier),
    row("comp_download_location", |v| v.capped_if_any(Fact::Download), Need::Download),
    row("comp_license_concluded", |v| v.capped_if_any(Fact::Concluded), Need::Concluded),
    row("comp_license_declared", |v| v.capped_if_any(Fact::Declared), Need::Declared),
    // sbomqs counts it, but never judges it.
    row("comp_copyright", |v| v.capped_if_any(Fact::Copyright).unjudged(), Need::Copyright),
    row("sbom_relationships", |v| v.sound(v.graph.dependencies > 0), Need::Dependencies),
    // SHOULD: they never count.
    row("comp_checksum", |v| v.capped_if_any(Fact::Digest).unjudged(), Need::Digest),
    row("comp_purl", |v| v.capped_if_any(Fact::Purl).unjudged(), Need::Purl),
];

fn there(text: &str) -> bool {
    !text.trim().is_empty()
}

fn data_licence(view: &View<'_>) -> Share {
    Share::yes(view.data_licences.iter().any(|licence| there(&licence.id)))
}

/// An organisation, or an author, and a tool.
fn creator(view: &View<'_>) -> Share {
    let who = there(view.organization) || view.authors.iter().any(|author| !author.name.is_empty());
    Share::yes(who && view.tools.iter().any(|tool| !tool.name.is_empty()))
}

fn comment(view: &View<'_>) -> Share {
    Share::yes(if view.is_spdx() { there(view.comment) } else { !view.lifecycles.is_empty() })
}

//! Framing Software Component Transparency, third edition: the minimum expectation of nine attributes, all or nothing,
//! as the profile `fsct` of sbomqs 2.0.12 judges them.

use super::{Row, row};
use crate::score::remedy::Need;
use crate::score::share::Share;
use crate::score::view::{Fact, View};

pub(super) const ROWS: &[Row] = &[
    row("sbom_provenance", |v| Share::yes(v.created_right && super::ntia::has_author(v)), Need::Author),
    row("sbom_primary_component", root, Need::Root),
    row("comp_identity", |v| v.all(Fact::NameAndVersion), Need::Version),
    row("supplier_attribution", |v| v.all(Fact::SupplierStated), Need::Supplier),
    row("comp_unique_id", |v| v.all(Fact::AnyIdentifier), Need::Identifier),
    row("artifact_integrity", |v| v.all(Fact::KnownDigest), Need::Digest),
    row("relationships_coverage", |v| v.sound(v.graph.completeness_of_all), Need::CompletenessOfDependencies),
    row("license_coverage", |v| of_root(v, v.root_has_licence), Need::Licence),
    row("copyright_coverage", |v| of_root(v, v.root_has_copyright), Need::Copyright),
];

fn root(view: &View<'_>) -> Share {
    view.sound(view.graph.root.as_ref().is_some_and(|root| root.name && root.version))
}

/// What must hold of the component that the document is about, if it is among the components.
fn of_root(view: &View<'_>, holds: bool) -> Share {
    Share::yes(view.components > 0 && view.graph.root.is_some() && holds)
}

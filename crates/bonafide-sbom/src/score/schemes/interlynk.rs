//! The profile `interlynk` of sbomqs 2.0.12: the checks of version 2 with equal weights, judged a little differently.

use super::{Row, row, sbomqs2};
use crate::model::Format;
use crate::score::remedy::Need;
use crate::score::share::{Share, capped};
use crate::score::view::{Fact, View};

pub(super) const ROWS: &[Row] = &[
    row("comp_name", |v| v.capped(Fact::Name), Need::Name),
    row("comp_version", |v| v.capped(Fact::Version), Need::Version),
    row("comp_local_id", |v| v.capped_if_any(Fact::PurlOrCpe), Need::Identifier),
    row("sbom_timestamp", |v| Share::yes(v.created_right), Need::Created),
    row("sbom_authors", |v| Share::yes(super::ntia::has_author(v)), Need::Author),
    row("sbom_tool", tool, Need::Tool),
    row("sbom_supplier", supplier, Need::DocumentSupplier),
    row("sbom_namespace", |v| Share::yes(!v.uri.trim().is_empty()), Need::Namespace),
    row("sbom_lifecycle", lifecycle, Need::Lifecycle),
    row("comp_checksums", |v| v.capped_if_any(Fact::KnownDigest), Need::Digest),
    row("comp_sha256", |v| v.capped_if_any(Fact::StrongDigest), Need::StrongDigest),
    row("sbom_signature", signature, Need::Signature),
    row("comp_dependencies", dependencies, Need::Dependencies),
    row("sbom_completeness", completeness, Need::Completeness),
    row("sbom_primary_component", root, Need::Root),
    row("comp_source_code", |v| v.capped_if_any(Fact::Source), Need::Source),
    row("comp_supplier", |v| v.capped_if_any(Fact::Supplier), Need::Supplier),
    row("comp_purpose", |v| v.capped_if_any(Fact::Purpose), Need::Purpose),
    row("comp_licenses", |v| v.capped_if_any(Fact::Concluded), Need::Concluded),
    row("comp_valid_licenses", |v| v.capped_if_any(Fact::ConcludedExpression), Need::ListedLicence),
    row("comp_spdx_listed_license", |v| v.capped_if_any(Fact::ConcludedListed), Need::ListedLicence),
    row("comp_no_deprecated_licenses", |v| v.capped_without(Fact::ConcludedDeprecated), Need::Deprecated),
    row("comp_no_restrictive_licenses", |v| v.capped_without(Fact::ConcludedRestrictive), Need::Restrictive),
    row("comp_declared_licenses", |v| v.capped_if_any(Fact::Declared), Need::Declared),
    row("sbom_data_license", |v| Share::yes(sbomqs2::has_data_licence(v)), Need::DataLicence),
    row("comp_purl", |v| v.capped_if_any(Fact::Purl), Need::Purl),
    row("comp_cpe", |v| v.capped_if_any(Fact::Cpe), Need::Cpe),
    row("sbom_spec_declared", |_| Share::yes(true), Need::SpecVersion),
    row("sbom_spec_version", |v| Share::yes(v.version_is_supported()), Need::SpecVersion),
    row("sbom_file_format", |v| Share::yes(v.encoding_is_supported()), Need::Encoding),
    row("sbom_schema_valid", schema, Need::Schema),
];

fn there(text: &str) -> bool {
    !text.trim().is_empty()
}

fn is_spdx_3(view: &View<'_>) -> bool {
    view.format == Format::Spdx3 && view.version.starts_with("3.")
}

fn tool(view: &View<'_>) -> Share {
    Share::yes(view.tools.iter().any(|tool| there(tool.name) && there(tool.version)))
}

fn supplier(view: &View<'_>) -> Share {
    if view.is_spdx() {
        return Share::NOT_JUDGED;
    }
    let supplier = view.supplier.as_ref();
    Share::yes(supplier.is_some_and(|one| there(one.name) && (there(one.email) || there(one.url))))
}

fn lifecycle(view: &View<'_>) -> Share {
    if view.is_spdx() && !is_spdx_3(view) {
        return Share::NOT_JUDGED;
    }
    Share::yes(view.lifecycles.iter().any(|phase| there(phase)))
}

fn signature(view: &View<'_>) -> Share {
    if is_spdx_3(view) { Share::score(0.0) } else { sbomqs2::signature(view) }
}

fn dependencies(view: &View<'_>) -> Share {
    if view.graph.root.is_none() {
        return Share::NOT_JUDGED;
    }
    capped(view.graph.depends_further, view.graph.depends_on).times(view.graph.sound)
}

fn completeness(view: &View<'_>) -> Share {
    if view.components == 0 || (view.is_spdx() && !is_spdx_3(view)) {
        return Share::NOT_JUDGED;
    }
    Share::yes(if view.is_spdx() { view.graph.edge_completeness } else { sbomqs2::is_whole(view) })
}

fn root(view: &View<'_>) -> Share {
    if view.graph.root.is_none() { Share::NOT_JUDGED } else { view.sound(true) }
}

fn schema(view: &View<'_>) -> Share {
    if is_spdx_3(view) { Share::NOT_JUDGED } else { Share::score(sbomqs2::schema(view)) }
}

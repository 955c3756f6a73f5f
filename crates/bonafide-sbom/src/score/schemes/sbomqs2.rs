//! sbomqs version 2: seven weighted categories of weighted checks. Source: sbomqs 2.0.12 (`score`).

use super::{Group, Row};
use crate::model::Format;
use crate::score::licence::Licence;
use crate::score::remedy::Need;
use crate::score::share::{Share, capped};
use crate::score::view::{Fact, Scope, Signed, View};

const fn group(name: &'static str, weight: f64) -> Group {
    Group { name, weight, best_counts: false }
}

const IDENTIFICATION: &str = "Identification";
const PROVENANCE: &str = "Provenance";
const INTEGRITY: &str = "Integrity";
const COMPLETENESS: &str = "Completeness";
const LICENSING: &str = "Licensing";
const VULNERABILITY: &str = "Vulnerability";
const STRUCTURAL: &str = "Structural";
const COMPONENT_QUALITY: &str = "Component Quality";

pub(super) const GROUPS: &[Group] = &[
    group(IDENTIFICATION, 10.0),
    group(PROVENANCE, 12.0),
    group(INTEGRITY, 15.0),
    group(COMPLETENESS, 12.0),
    group(LICENSING, 15.0),
    Group { name: VULNERABILITY, weight: 10.0, best_counts: true },
    group(STRUCTURAL, 8.0),
    // Needs a service, and does not count.
    group(COMPONENT_QUALITY, 0.0),
];

const fn row(
    group: &'static str,
    id: &'static str,
    weight: f64,
    share: fn(&View<'_>) -> Share,
    need: Need,
) -> Row {
    Row { id, group, weight, share, need }
}

pub(super) const ROWS: &[Row] = &[
    row(IDENTIFICATION, "comp_with_name", 0.40, |v| v.capped_if_any(Fact::Name), Need::Name),
    row(IDENTIFICATION, "comp_with_version", 0.35, |v| v.capped_if_any(Fact::Version), Need::Version),
    row(IDENTIFICATION, "comp_with_local_id", 0.25, |v| v.capped_if_any(Fact::LocalId), Need::LocalId),
    row(PROVENANCE, "sbom_creation_timestamp", 0.20, |v| Share::yes(v.created_right), Need::Created),
    row(PROVENANCE, "sbom_authors", 0.20, |v| Share::yes(super::ntia::has_author(v)), Need::Author),
    row(PROVENANCE, "sbom_tool_version", 0.20, tool_version, Need::Tool),
    row(PROVENANCE, "sbom_supplier", 0.15, supplier, Need::DocumentSupplier),
    row(PROVENANCE, "sbom_namespace", 0.15, |v| Share::yes(!v.uri.trim().is_empty()), Need::Namespace),
    row(PROVENANCE, "sbom_lifecycle", 0.10, lifecycle, Need::Lifecycle),
    row(
        INTEGRITY,
        "comp_with_strong_checksums",
        0.50,
        |v| v.capped_if_any(Fact::StrongDigest),
        Need::StrongDigest,
    ),
    row(INTEGRITY, "comp_with_weak_checksums", 0.40, weak_checksums, Need::StrongDigest),
    row(INTEGRITY, "sbom_signature", 0.10, signature, Need::Signature),
    row(COMPLETENESS, "comp_with_dependencies", 0.25, dependencies, Need::CompletenessOfDependencies),
    row(COMPLETENESS, "sbom_completeness_declared", 0.15, |v| Share::yes(is_whole(v)), Need::Completeness),
    row(COMPLETENESS, "sbom_primary_component", 0.20, |v| v.sound(v.graph.root.is_some()), Need::Root),
    row(COMPLETENESS, "comp_with_source_code", 0.15, |v| v.capped_if_any(Fact::Source), Need::Source),
    row(COMPLETENESS, "comp_with_supplier", 0.15, |v| v.capped_if_any(Fact::Supplier), Need::Supplier),
    row(COMPLETENESS, "comp_with_purpose", 0.10, |v| v.capped_if_any(Fact::Purpose), Need::Purpose),
    row(LICENSING, "comp_with_licenses", 0.20, |v| v.capped_if_any(Fact::Concluded), Need::Concluded),
    row(
        LICENSING,
        "comp_with_valid_licenses",
        0.20,
        |v| v.capped_if_any(Fact::ConcludedExpression),
        Need::ListedLicence,
    ),
    row(
        LICENSING,
        "comp_spdx_listed_license",
        0.20,
        |v| v.capped_if_any(Fact::ConcludedListed),
        Need::ListedLicence,
    ),
    row(
        LICENSING,
        "comp_no_deprecated_licenses",
        0.15,
        |v| without(v, Fact::ConcludedDeprecated),
        Need::Deprecated,
    ),
    row(
        LICENSING,
        "comp_no_restrictive_licenses",
        0.20,
        |v| without(v, Fact::ConcludedRestrictive),
        Need::Restrictive,
    ),
    row(LICENSING, "comp_with_declared_licenses", 0.15, |v| v.capped_if_any(Fact::Declared), Need::Declared),
    row(LICENSING, "sbom_data_license", 0.10, |v| Share::yes(has_data_licence(v)), Need::DataLicence),
    row(VULNERABILITY, "comp_with_purl", 0.33, |v| v.capped_if_any(Fact::Purl), Need::Purl),
    row(VULNERABILITY, "comp_with_cpe", 0.33, |v| v.capped_if_any(Fact::Cpe), Need::Cpe),
    row(VULNERABILITY, "comp_with_purl_or_cpe", 0.34, |v| v.capped_if_any(Fact::PurlOrCpe), Need::Identifier),
    row(STRUCTURAL, "sbom_spec_declared", 0.30, |_| Share::yes(true), Need::SpecVersion),
    row(STRUCTURAL, "sbom_spec_version", 0.30, |v| Share::yes(v.version_is_supported()), Need::SpecVersion),
    row(STRUCTURAL, "sbom_file_format", 0.20, |v| Share::yes(v.encoding_is_supported()), Need::Encoding),
    row(STRUCTURAL, "sbom_schema_valid", 0.20, |v| Share::score(schema(v)), Need::Schema),
    row(COMPONENT_QUALITY, "comp_eol_eos", 0.10, |_| Share::NOT_JUDGED, Need::Service),
    row(COMPONENT_QUALITY, "comp_malicious", 0.15, |_| Share::NOT_JUDGED, Need::Service),
    row(COMPONENT_QUALITY, "comp_vuln_sev_critical", 0.15, |_| Share::NOT_JUDGED, Need::Service),
    row(COMPONENT_QUALITY, "comp_kev", 0.15, |_| Share::NOT_JUDGED, Need::Service),
    row(COMPONENT_QUALITY, "comp_purl_valid", 0.225, |_| Share::NOT_JUDGED, Need::Service),
    row(COMPONENT_QUALITY, "comp_cpe_valid", 0.225, |_| Share::NOT_JUDGED, Need::Service),
];

/// Ten for a tool with name and version, five for one with a name only.
pub(super) fn tool_version(view: &View<'_>) -> Share {
    let there = |text: &str| !text.trim().is_empty();
    let whole = view.tools.iter().any(|tool| there(tool.name) && there(tool.version));
    let named = view.tools.iter().any(|tool| there(tool.name));
    Share::score(if whole {
        10.0
    } else if named {
        5.0
    } else {
        0.0
    })
}

fn supplier(view: &View<'_>) -> Share {
    let there = |text: &str| !text.trim().is_empty();
    let supplier = view.supplier.as_ref().filter(|_| !view.is_spdx());
    Share::yes(supplier.is_some_and(|one| there(one.name) || there(one.email) || there(one.url)))
}

fn lifecycle(view: &View<'_>) -> Share {
    const PHASES: [&str; 7] =
        ["design", "pre-build", "build", "post-build", "operations", "discovery", "decommission"];
    let known = |phase: &&str| PHASES.iter().any(|known| phase.trim().eq_ignore_ascii_case(known));
    Share::yes(!view.is_spdx() && view.lifecycles.iter().any(known))
}

/// Of the components with digests, those with strong ones.
fn weak_checksums(view: &View<'_>) -> Share {
    let (strong, weak) = (view.count(Fact::StrongDigest), view.count(Fact::WeakOnly));
    view.if_any(capped(strong, strong + weak))
}

pub(super) fn signature(view: &View<'_>) -> Share {
    if view.is_spdx() {
        return Share::NOT_JUDGED;
    }
    Share::score(match view.signed {
        Signed::No | Signed::Incomplete => 0.0,
        Signed::WithoutKey => 5.0,
        Signed::Complete => 10.0,
    })
}

/// Of the root and its direct dependencies that depend on something, those declared complete.
fn dependencies(view: &View<'_>) -> Share {
    if view.components == 0 || view.is_spdx() {
        return Share::NOT_JUDGED;
    }
    let (relevant, complete) = view.graph.complete;
    capped(complete, relevant)
}

pub(super) fn is_whole(view: &View<'_>) -> bool {
    let mut whole = view.compositions.iter().filter(|one| one.scope == Scope::Whole);
    !view.is_spdx() && whole.any(|one| one.aggregate == "complete")
}

fn without(view: &View<'_>, fact: Fact) -> Share {
    if view.count(Fact::Concluded) == 0 { view.if_any(Share::score(0.0)) } else { view.capped_without(fact) }
}

pub(super) fn has_data_licence(view: &View<'_>) -> bool {
    !view.data_licences.is_empty() && view.data_licences.iter().all(Licence::is_known)
}

pub(super) fn schema(view: &View<'_>) -> f64 {
    if view.format == Format::Spdx3 { 0.0 } else { view.valid * 10.0 }
}

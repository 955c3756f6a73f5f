//! sbomqs version 1: checks of equal weight, 0 to 10; what could not be judged counts as 0.
//!
//! Source: sbomqs 2.0.12 (`score --legacy`) and its `LEGACY-V1-QUIRKS`; for January 2024 the state of 2024-01-15.

use super::Row;
use crate::model::Format;
use crate::score::licence::Licence;
use crate::score::remedy::Need;
use crate::score::share::Share;
use crate::score::view::{Fact, Signed, Tool, View};

const NTIA: &str = "NTIA-minimum-elements";
const STRUCTURAL: &str = "Structural";
const SEMANTIC: &str = "Semantic";
const QUALITY: &str = "Quality";
const SHARING: &str = "Sharing";
const BSI_11: &str = "bsi-v1.1";
const BSI_20: &str = "bsi-v2.0";

const fn row(group: &'static str, id: &'static str, share: fn(&View<'_>) -> Share, need: Need) -> Row {
    Row { id, group, weight: 1.0, share, need }
}

/// The 23 checks of the five documented categories.
pub(super) const DOCUMENTED: &[Row] = &[
    row(NTIA, "comp_with_name", |v| v.part_if_any(Fact::NameThere), Need::Name),
    row(NTIA, "comp_with_version", |v| v.part_if_any(Fact::VersionThere), Need::Version),
    row(NTIA, "comp_with_uniq_ids", |v| v.part_if_any(Fact::PurlOrCpe), Need::Identifier),
    row(NTIA, "comp_with_supplier", |v| v.part_if_any(Fact::SupplierName), Need::Supplier),
    row(NTIA, "sbom_creation_timestamp", |v| Share::yes(v.created_right), Need::Created),
    row(NTIA, "sbom_authors", authors, Need::Author),
    row(NTIA, "sbom_dependencies", dependencies, Need::Dependencies),
    row(SEMANTIC, "sbom_required_fields", required_fields, Need::Required),
    row(SEMANTIC, "comp_with_licenses", |v| v.part_if_any(Fact::Licence), Need::Licence),
    row(SEMANTIC, "comp_with_checksums", |v| v.part_if_any(Fact::Digest), Need::Digest),
    row(QUALITY, "comp_valid_licenses", |v| listed(v, v.listed_licences), Need::ListedLicence),
    row(QUALITY, "comp_with_primary_purpose", |v| v.part_if_any(Fact::Purpose), Need::Purpose),
    row(
        QUALITY,
        "comp_with_deprecated_licenses",
        |v| without(v, Fact::Licence, Fact::LicenceDeprecated),
        Need::Deprecated,
    ),
    row(
        QUALITY,
        "comp_with_restrictive_licenses",
        |v| without(v, Fact::Licence, Fact::LicenceRestrictive),
        Need::Restrictive,
    ),
    row(QUALITY, "comp_with_any_vuln_lookup_id", |v| v.part_if_any(Fact::PurlOrCpe), Need::Identifier),
    row(
        QUALITY,
        "comp_with_multi_vuln_lookup_id",
        |v| v.part_if_any(Fact::PurlAndCpe),
        Need::BothIdentifiers,
    ),
    row(QUALITY, "sbom_with_creator_and_version", tools, Need::Tool),
    row(QUALITY, "sbom_with_primary_component", |v| v.sound(v.graph.root.is_some()), Need::Root),
    row(SHARING, "sbom_sharable", sharable, Need::DataLicence),
    row(STRUCTURAL, "sbom_spec", |_| Share::yes(true), Need::SpecVersion),
    row(STRUCTURAL, "sbom_spec_version", |v| Share::yes(v.version_is_supported()), Need::SpecVersion),
    row(STRUCTURAL, "sbom_file_format", |v| Share::yes(v.encoding_is_supported()), Need::Encoding),
    row(STRUCTURAL, "sbom_parsable", |_| Share::yes(true), Need::Encoding),
];

/// The checks that version 1 averages in for TR-03183-2 version 1.1.
pub(super) const BSI_1_1: &[Row] = &[
    row(BSI_11, "comp_with_name", |v| v.part_if_any(Fact::NameThere), Need::Name),
    row(BSI_11, "comp_with_version", |v| v.part_if_any(Fact::VersionThere), Need::Version),
    row(BSI_11, "comp_with_uniq_ids", |v| v.part_if_any(Fact::PurlOrCpe), Need::Identifier),
    row(BSI_11, "comp_with_supplier", |v| v.part_if_any(Fact::SupplierName), Need::Supplier),
    row(BSI_11, "comp_with_licenses", |v| v.part_if_any(Fact::LicencesKnown), Need::Licence),
    row(BSI_11, "comp_with_checksums_sha256", |v| v.part_if_any(Fact::Sha256Spelt), Need::Sha256),
    row(BSI_11, "comp_with_source_code_uri", source_uri, Need::Source),
    row(BSI_11, "comp_with_source_code_hash", source_hash, Need::SourceDigest),
    row(BSI_11, "comp_with_executable_uri", |v| v.part_if_any(Fact::DownloadThere), Need::Download),
    row(BSI_11, "comp_with_dependencies", never, Need::Dependencies),
    row(BSI_11, "spec_with_version_compliant", version_compliant, Need::SpecVersion),
    row(BSI_11, "sbom_creation_timestamp", |v| Share::yes(v.created_right), Need::Created),
    row(BSI_11, "sbom_authors", authors, Need::Author),
    row(BSI_11, "sbom_dependencies", dependencies, Need::Dependencies),
    row(BSI_11, "sbom_with_uri", |v| Share::yes(!v.uri.is_empty()), Need::Namespace),
];

/// The checks that version 1 averages in for TR-03183-2 version 2.0.
pub(super) const BSI_2_0: &[Row] = &[
    row(BSI_20, "comp_with_name", |v| v.part_if_any(Fact::NameThere), Need::Name),
    row(BSI_20, "comp_with_version", |v| v.part_if_any(Fact::VersionThere), Need::Version),
    row(BSI_20, "comp_with_uniq_ids", |v| v.part_if_any(Fact::PurlOrCpe), Need::Identifier),
    row(BSI_20, "comp_with_supplier", |v| v.part_if_any(Fact::SupplierName), Need::Supplier),
    row(BSI_20, "comp_with_associated_license", associated_licence, Need::Licence),
    row(BSI_20, "comp_with_concluded_license", |v| v.part_if_any(Fact::ConcludedKnown), Need::Concluded),
    row(BSI_20, "comp_with_declared_license", |v| v.part_if_any(Fact::DeclaredKnown), Need::Declared),
    row(BSI_20, "comp_with_source_code_uri", source_uri, Need::Source),
    row(BSI_20, "comp_with_source_code_hash", source_hash, Need::SourceDigest),
    row(BSI_20, "comp_with_executable_uri", |v| v.part_if_any(Fact::DownloadThere), Need::Download),
    row(BSI_20, "comp_with_executable_hash", |v| v.part_if_any(Fact::Sha256Spelt), Need::Sha256),
    row(BSI_20, "comp_with_dependencies", never, Need::Dependencies),
    row(BSI_20, "spec_with_version_compliant", version_compliant, Need::SpecVersion),
    row(BSI_20, "sbom_creation_timestamp", |v| Share::yes(v.created_right), Need::Created),
    row(BSI_20, "sbom_authors", authors, Need::Author),
    row(BSI_20, "sbom_build_process", build_process, Need::Lifecycle),
    row(BSI_20, "sbom_with_uri", |v| Share::yes(!v.uri.is_empty()), Need::Namespace),
    row(BSI_20, "sbom_dependencies", dependencies, Need::Dependencies),
    row(BSI_20, "sbom_with_bomlinks", |v| Share::yes(v.linked_documents), Need::Links),
    row(BSI_20, "sbom_with_vuln", |v| Share::yes(v.is_spdx() || !v.vulnerabilities), Need::NoVulnerabilities),
    row(BSI_20, "sbom_with_signature", signature, Need::Signature),
];

/// The 23 checks as they were in January 2024.
pub(super) const JANUARY_2024: &[Row] = &[
    row(STRUCTURAL, "sbom_spec", |_| Share::yes(true), Need::SpecVersion),
    row(STRUCTURAL, "sbom_spec_version", |v| Share::yes(version_2024(v)), Need::SpecVersion),
    row(STRUCTURAL, "sbom_spec_file_format", |v| Share::yes(v.encoding_is_supported()), Need::Encoding),
    row(STRUCTURAL, "sbom_parsable", |_| Share::yes(true), Need::Encoding),
    row(NTIA, "comp_with_supplier", |v| v.part_if_any(Fact::SupplierName2024), Need::Supplier),
    row(NTIA, "comp_with_name", |v| v.part_if_any(Fact::NameThere), Need::Name),
    row(NTIA, "comp_with_version", |v| v.part_if_any(Fact::VersionThere), Need::Version),
    row(NTIA, "comp_with_uniq_ids", distinct_ids, Need::LocalId),
    row(NTIA, "sbom_dependencies", |v| v.sound(v.graph.edges_2024 > 0), Need::Dependencies),
    row(NTIA, "sbom_authors", |v| Share::yes(v.creators + v.tools.len() > 0), Need::Author),
    row(
        NTIA,
        "sbom_creation_timestamp",
        |v| Share::yes(if v.strict { v.created_right } else { !v.created.is_empty() }),
        Need::Created,
    ),
    row(SEMANTIC, "sbom_required_fields", required_fields, Need::Required),
    row(SEMANTIC, "comp_with_licenses", |v| v.part_if_any(Fact::Word), Need::Licence),
    row(SEMANTIC, "comp_with_checksums", |v| v.part_if_any(Fact::Digest), Need::Digest),
    row(QUALITY, "comp_valid_licenses", |v| listed(v, v.listed_words), Need::ListedLicence),
    row(QUALITY, "comp_with_primary_purpose", |v| v.part_if_any(Fact::Purpose), Need::Purpose),
    row(
        QUALITY,
        "comp_with_deprecated_licenses",
        |v| without(v, Fact::Word, Fact::WordDeprecated),
        Need::Deprecated,
    ),
    row(
        QUALITY,
        "comp_with_restrictive_licenses",
        |v| without(v, Fact::Word, Fact::WordRestrictive),
        Need::Restrictive,
    ),
    row(QUALITY, "comp_with_any_vuln_lookup_id", |v| v.part_if_any(Fact::PurlOrCpe), Need::Identifier),
    row(
        QUALITY,
        "comp_with_multi_vuln_lookup_id",
        |v| v.part_if_any(Fact::PurlAndCpe),
        Need::BothIdentifiers,
    ),
    row(QUALITY, "sbom_with_creator_and_version", tools_2024, Need::Tool),
    row(QUALITY, "sbom_with_primary_component", |v| v.sound(v.graph.describes_component), Need::Root),
    row(
        SHARING,
        "sbom_sharable",
        |v| Share::yes(v.free_words.1 > 0 && v.free_words.0 == v.free_words.1),
        Need::DataLicence,
    ),
];

fn authors(view: &View<'_>) -> Share {
    Share::yes(view.authors.len() + view.tools.len() > 0)
}

fn dependencies(view: &View<'_>) -> Share {
    view.sound(view.graph.dependencies > 0)
}

/// The document's own fields are a gate, those of components count by their share.
fn required_fields(view: &View<'_>) -> Share {
    let part = view.part(Fact::Required);
    if !view.required {
        return Share::score(0.0);
    }
    Share { score: (10.0 + part.score) / 2.0, ..part }
}

/// The mean over components of the share of their licences that a list knows.
fn listed(view: &View<'_>, sum: f64) -> Share {
    view.if_any(Share::score(if view.components == 0 { 0.0 } else { sum / view.components as f64 * 10.0 }))
}

/// The share of components without something; 0 where no component has a licence at all.
fn without(view: &View<'_>, any: Fact, fact: Fact) -> Share {
    view.if_any(if view.count(any) == 0 { Share::score(0.0) } else { view.part_without(fact) })
}

fn tools(view: &View<'_>) -> Share {
    whole_tools(&view.tools)
}

/// In January 2024 services were no tools yet.
fn tools_2024(view: &View<'_>) -> Share {
    whole_tools(&view.tools[..view.tools.len().saturating_sub(view.services)])
}

fn whole_tools(tools: &[Tool<'_>]) -> Share {
    let whole = tools.iter().filter(|tool| !tool.name.is_empty() && !tool.version.is_empty()).count();
    Share::score(if tools.is_empty() { 0.0 } else { whole as f64 / tools.len() as f64 * 10.0 })
}

fn sharable(view: &View<'_>) -> Share {
    let free = |licence: &Licence| licence.free;
    Share::yes(!view.data_licences.is_empty() && view.data_licences.iter().all(free))
}

fn source_uri(view: &View<'_>) -> Share {
    if view.is_spdx() { Share::NOT_JUDGED } else { view.part_if_any(Fact::SourceThere) }
}

fn source_hash(view: &View<'_>) -> Share {
    if view.is_spdx() { view.part_if_any(Fact::SourceDigest) } else { Share::NOT_JUDGED }
}

fn associated_licence(view: &View<'_>) -> Share {
    view.part_if_any(if view.is_spdx() { Fact::ConcludedKnown } else { Fact::LicencesKnown })
}

/// Version 1 asks each component for relationships that it never fills in.
fn never(view: &View<'_>) -> Share {
    view.if_any(Share::score(0.0))
}

fn version_compliant(view: &View<'_>) -> Share {
    let accepted = match view.format {
        Format::Spdx2 | Format::Spdx3 => view.version == "2.3",
        Format::CycloneDx => matches!(view.version, "1.4" | "1.5" | "1.6"),
    };
    Share::score(if accepted { 10.0 } else { 5.0 })
}

fn build_process(view: &View<'_>) -> Share {
    if view.is_spdx() { Share::NOT_JUDGED } else { Share::yes(view.lifecycles.contains(&"build")) }
}

fn signature(view: &View<'_>) -> Share {
    match view.signed {
        Signed::No => Share::NOT_JUDGED,
        Signed::Incomplete => Share::score(0.0),
        Signed::WithoutKey => Share::score(5.0),
        Signed::Complete => Share::score(10.0),
    }
}

fn version_2024(view: &View<'_>) -> bool {
    match view.format {
        Format::Spdx2 => true,
        Format::Spdx3 => false,
        Format::CycloneDx => matches!(view.version, "1.0" | "1.1" | "1.2" | "1.3" | "1.4" | "1.5"),
    }
}

fn distinct_ids(view: &View<'_>) -> Share {
    let share = view.distinct_ids as f64 / view.components.max(1) as f64 * 10.0;
    view.if_any(Share { of: Some((view.distinct_ids, view.components)), ..Share::score(share) })
}

//! BSI TR-03183-2 (SBOM), as the profiles `bsi-v1.1`, `bsi-v2.0` and `bsi-v2.1` of sbomqs 2.0.12 judge it.
//!
//! Required fields always count, additional ones where the document has any, optional ones never.

use super::{Row, row};
use crate::model::Format;
use crate::score::plausible::is_url;
use crate::score::remedy::Need;
use crate::score::share::Share;
use crate::score::view::{Fact, Party, View};

pub(super) const V1_1: &[Row] = &[
    row("sbom_creator", creator, Need::AuthorContact),
    row("sbom_timestamp", |v| Share::yes(v.created_right), Need::Created),
    row("comp_creator", |v| v.part(Fact::Contact), Need::Contact),
    row("comp_name", |v| v.all(Fact::Name), Need::Name),
    row("comp_version", |v| v.all(Fact::Version), Need::Version),
    row("comp_depth", depth, Need::Dependencies),
    row("comp_license", |v| v.part(Fact::Acceptable), Need::Licence),
    row("comp_hash", |v| v.part(Fact::DeployableSha256), Need::Sha256),
    row("sbom_uri", uri, Need::Namespace),
    row("comp_source_url", |v| v.part_if_some(Fact::SourceIsUrl), Need::Source),
    row("comp_executable_url", |v| v.part_if_some(Fact::DownloadIsUrl), Need::Download),
    row("comp_source_hash", |v| v.part_if_some(Fact::SourceSha256), Need::SourceDigest),
    row("comp_unique_identifiers", |v| v.part_if_some(Fact::PurlOrCpe), Need::Identifier),
];

pub(super) const V2_0: &[Row] = &[
    row("sbom_spec_version", |v| Share::yes(version_2_0(v)), Need::SpecVersion),
    row("sbom_creator", creator, Need::AuthorContact),
    row("sbom_timestamp", |v| Share::yes(v.created_right), Need::Created),
    row("comp_creator", |v| v.part(Fact::Contact), Need::Contact),
    row("comp_name", |v| v.all(Fact::Name), Need::Name),
    row("comp_version", |v| v.all(Fact::Version), Need::Version),
    row("comp_filename", |v| v.part(Fact::FileName), Need::FileName),
    row("comp_depth", depth, Need::Dependencies),
    row("comp_associated_license", |v| v.part(Fact::Acceptable), Need::Licence),
    row("comp_deployable_hash", |v| v.part(Fact::DeployableSha512), Need::Sha512),
    row("comp_executable_property", |v| v.part(Fact::Executable), Need::Executable),
    row("comp_archive_property", |v| v.part(Fact::Archive), Need::Archive),
    row("comp_structured_property", |v| v.part(Fact::Structured), Need::Structured),
    row("sbom_uri", uri, Need::Namespace),
    row("comp_source_code_url", |v| v.part_if_some(Fact::SourceIsUrl), Need::Source),
    row("comp_download_url", |v| v.part_if_some(Fact::DownloadIsUrl), Need::Download),
    row("comp_other_identifiers", |v| v.part_if_some(Fact::PurlOrCpe), Need::Identifier),
    row("comp_concluded_license", concluded, Need::Concluded),
    optional("comp_declared_license", declared, Need::Declared),
    optional("comp_source_hash", |v| v.part_if_some(Fact::SourceSha512), Need::SourceDigest),
];

pub(super) const V2_1: &[Row] = &[
    row("sbom_spec_version", |v| Share::yes(version_2_1(v)), Need::SpecVersion),
    row("sbom_creator", creator, Need::AuthorContact),
    row("sbom_timestamp", |v| Share::yes(v.created_right), Need::Created),
    row("comp_creator", |v| v.part(Fact::Contact), Need::Contact),
    row("comp_name", |v| v.all(Fact::Name), Need::Name),
    row("comp_version", |v| v.all(Fact::Version), Need::Version),
    row("comp_filename", |v| v.part(Fact::FileName), Need::FileName),
    row("comp_depth", depth, Need::Dependencies),
    row("comp_distribution_license", |v| v.part(Fact::ConcludedAcceptable), Need::Concluded),
    row("comp_deployable_hash", |v| v.part(Fact::DistributionSha512), Need::Sha512),
    row("comp_executable_prop", |v| v.part(Fact::Executable), Need::Executable),
    row("comp_archive_prop", |v| v.part(Fact::Archive), Need::Archive),
    row("comp_structured_prop", |v| v.part(Fact::Structured), Need::Structured),
    row("sbom_uri", uri_2_1, Need::Namespace),
    row("comp_source_code_url", |v| v.part(Fact::SourceReference), Need::Source),
    row("comp_download_url", |v| v.part(Fact::DownloadReference), Need::Download),
    row("comp_other_identifiers", |v| v.part(Fact::LookupOrSwid), Need::Identifier),
    row("comp_original_licenses", |v| v.part(Fact::DeclaredAcceptable), Need::Declared),
    optional("comp_effective_license", |v| v.part(Fact::EffectiveLicence), Need::EffectiveLicence),
    optional("comp_source_hash", |v| v.part_if_some(Fact::SourceSha512), Need::SourceDigest),
    optional("comp_security_txt_url", |v| v.part(Fact::SecurityTxt), Need::SecurityTxt),
];

/// A field that is shown and never counts.
const fn optional(id: &'static str, share: fn(&View<'_>) -> Share, need: Need) -> Row {
    Row { id, group: "", weight: 0.0, share, need }
}

fn creator(view: &View<'_>) -> Share {
    let makers = [&view.manufacturer, &view.supplier].into_iter().flatten();
    Share::yes(view.authors.iter().chain(makers).any(Party::has_contact))
}

/// Every edge has two ends, the root has edges, and they lead to every component.
fn depth(view: &View<'_>) -> Share {
    let graph = &view.graph;
    if graph.root.is_none() || graph.edges == 0 || graph.broken || !graph.root_relates {
        return Share::score(0.0);
    }
    Share::score(if graph.orphans > 0 { 5.0 } else { 10.0 }).times(graph.sound)
}

fn is_address(text: &str) -> bool {
    is_url(text) || text.starts_with("urn:")
}

fn uri(view: &View<'_>) -> Share {
    let uri = view.uri.trim();
    if uri.is_empty() { Share::NOT_JUDGED } else { Share::yes(is_address(uri)) }
}

fn uri_2_1(view: &View<'_>) -> Share {
    let uri = view.uri.trim();
    let uri = if uri.is_empty() { view.namespace.trim() } else { uri };
    Share::yes(is_address(uri))
}

fn version_2_0(view: &View<'_>) -> bool {
    match view.format {
        Format::CycloneDx => view.version_is_at_least(1, 5),
        Format::Spdx2 | Format::Spdx3 => view.version_is_at_least(2, 2),
    }
}

fn version_2_1(view: &View<'_>) -> bool {
    match view.format {
        Format::CycloneDx => view.version_is_at_least(1, 6),
        Format::Spdx2 | Format::Spdx3 => view.version_is_at_least(3, 0),
    }
}

/// Judged where any component has a concluded licence, be it one that is not acceptable.
fn concluded(view: &View<'_>) -> Share {
    licences(view, Fact::Concluded, Fact::ConcludedAcceptable)
}

fn declared(view: &View<'_>) -> Share {
    licences(view, Fact::Declared, Fact::DeclaredAcceptable)
}

fn licences(view: &View<'_>, any: Fact, acceptable: Fact) -> Share {
    let share = view.part(acceptable);
    if view.count(any) == 0 { share.unjudged() } else { share }
}

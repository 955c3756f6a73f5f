//! NTIA minimum elements of July 2021, as the profile `ntia` of sbomqs 2.0.12 judges them.

use super::{Row, row};
use crate::score::graph::Completeness;
use crate::score::remedy::Need;
use crate::score::share::Share;
use crate::score::view::{Fact, Party, View};

pub(super) const ROWS: &[Row] = &[
    row("comp_supplier", |v| v.part(Fact::SupplierOrMaker), Need::Supplier),
    row("comp_name", |v| v.part(Fact::Name), Need::Name),
    row("comp_version", |v| v.part(Fact::Version), Need::Version),
    row("comp_uniq_id", |v| v.part(Fact::PurlOrCpe), Need::Identifier),
    row("sbom_relationships", relationships, Need::Dependencies),
    row("sbom_authors", authors, Need::Author),
    row("sbom_timestamp", |v| Share::yes(v.created_right), Need::Created),
];

/// Somebody with a name, a mail address or a telephone.
pub(super) fn has_author(view: &View<'_>) -> bool {
    let there = |text: &str| !text.trim().is_empty();
    view.authors.iter().any(|author| there(author.name) || there(author.email) || there(author.phone))
}

fn relationships(view: &View<'_>) -> Share {
    if view.graph.root.is_none() {
        return Share::score(0.0);
    }
    if view.graph.depends_on > 0 {
        return view.sound(true);
    }
    Share::score(match view.graph.root_composition {
        Some(Completeness::Complete) => 10.0,
        Some(Completeness::Unknown) => 5.0,
        Some(Completeness::Other) | None => 0.0,
    })
}

fn authors(view: &View<'_>) -> Share {
    let there = |text: &str| !text.trim().is_empty();
    if view.authors.iter().any(|author| there(author.name) || there(author.email)) {
        return Share::score(10.0);
    }
    if let Some(tool) = view.tools.iter().find(|tool| there(tool.name) || there(tool.version)) {
        return Share::score(match (there(tool.name), there(tool.version)) {
            (true, true) => 10.0,
            (true, false) => 5.0,
            (false, _) => 0.0,
        });
    }
    let reachable = |party: &Party<'_>| there(party.name) || there(party.email) || there(party.url);
    Share::yes([&view.supplier, &view.manufacturer].into_iter().flatten().any(reachable))
}

//! The view of a document that says all that its format can say: what a ceiling is computed from.

use super::graph::{Completeness, Graph, Root};
use super::view::{Composition, Fact, Facts, Party, Scope, Signed, Tool, View};
use crate::model::{Document, Encoding, Format};

/// What is better not to have.
const FLAWS: [Fact; 7] = [
    Fact::WeakOnly,
    Fact::LicenceDeprecated,
    Fact::LicenceRestrictive,
    Fact::ConcludedDeprecated,
    Fact::ConcludedRestrictive,
    Fact::WordDeprecated,
    Fact::WordRestrictive,
];

/// What SPDX 2 has no place for.
const NOT_IN_SPDX_2: [Fact; 6] = [
    Fact::Executable,
    Fact::Archive,
    Fact::Structured,
    Fact::DistributionSha512,
    Fact::SourceSha512,
    Fact::EffectiveLicence,
];

/// What CycloneDX before 1.6 has no place for: who says so of a licence.
const NOT_BEFORE_1_6: [Fact; 3] = [Fact::Declared, Fact::DeclaredKnown, Fact::DeclaredAcceptable];

/// The best document of the same format and version, written as JSON.
pub(super) fn view(document: &Document) -> View<'_> {
    let format = document.format;
    let version: &str = match format {
        Format::Spdx2 => "2.3",
        Format::Spdx3 | Format::CycloneDx => &document.version,
    };
    let cyclonedx = format == Format::CycloneDx;
    let minor: u32 = document.version.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0);
    let since = |first: u32| cyclonedx && minor >= first;
    let party = || Party {
        name: "x",
        email: "x@example.org",
        url: "https://example.org",
        phone: "1",
        contacts: vec![("x", "x@example.org")],
    };
    let public = super::licence::licences("CC0-1.0");
    let mut view = View {
        strict: false,
        format,
        version,
        encoding: Encoding::Json,
        valid: 1.0,
        required: true,
        components: 0,
        counts: [0; _],
        listed_licences: 1.0,
        listed_words: 1.0,
        distinct_ids: 1,
        id: "x",
        name: "x",
        created: "2026-01-01T00:00:00Z",
        created_right: true,
        namespace: "https://example.org",
        uri: "https://example.org",
        authors: vec![party()],
        creators: 1,
        tools: vec![Tool { name: "x", version: "1" }],
        services: 0,
        organization: "x",
        supplier: cyclonedx.then(party),
        manufacturer: cyclonedx.then(party),
        lifecycles: if since(5) || format == Format::Spdx3 { vec!["build"] } else { Vec::new() },
        comment: "build",
        data_licences: public,
        free_words: (1, 1),
        compositions: if since(3) {
            vec![Composition { scope: Scope::Whole, aggregate: "complete", dependencies: Vec::new() }]
        } else {
            Vec::new()
        },
        signed: if since(4) { Signed::Complete } else { Signed::No },
        linked_documents: true,
        vulnerabilities: false,
        revision: cyclonedx.then_some(1),
        generation_context: true,
        root_has_licence: true,
        root_has_copyright: true,
        graph: Graph {
            root: Some(Root { component: Some(0), name: true, version: true }),
            edges: 1,
            edges_2024: 1,
            describes_component: true,
            dependencies: 1,
            depends_on: 1,
            depends_further: 1,
            complete: (1, usize::from(since(3))),
            broken: false,
            root_relates: true,
            orphans: 0,
            root_composition: Some(Completeness::Complete),
            completeness_of_all: since(3),
            edge_completeness: true,
            sound: 1.0,
        },
    };
    let mut facts = Facts::all();
    let mut without = |list: &[Fact]| list.iter().for_each(|fact| facts.clear(*fact));
    without(&FLAWS);
    match format {
        Format::Spdx2 => {
            without(&NOT_IN_SPDX_2);
            if !document.version.starts_with("2.3") {
                without(&[Fact::Purpose]);
            }
        }
        Format::Spdx3 => {}
        Format::CycloneDx if minor < 6 => without(&NOT_BEFORE_1_6),
        Format::CycloneDx => {}
    }
    view.add(facts);
    view
}

//! The documents of the ntia-conformance-checker, each made to lack one minimum element.

use crate::corpus;
use bonafide_sbom::score::lacking;
use bonafide_sbom::{ReadFault, read};

/// Folder or file, and what its documents lack. The documents of `missing_concluded_license` lack nothing that the NTIA
/// asks for. Five of the six YAML documents of `SPDXSBOMExampleTests` are the same bytes under names of different
/// elements: what they lack is the supplier.
const CASES: &[(&str, &[&str])] = &[
    ("missing_author_name/", &["sbom_authors"]),
    ("missing_component_name/", &["comp_name"]),
    ("missing_component_version/", &["comp_version"]),
    ("missing_concluded_license/", &[]),
    ("missing_dependency_relationships/", &["sbom_relationships"]),
    ("missing_supplier_name/", &["comp_supplier"]),
    ("missing_timestamp/", &["sbom_timestamp"]),
    ("missing_unique_identifiers/", &["comp_uniq_id"]),
    ("no_elements_missing/", &[]),
    ("SPDXSBOMExampleTests/SPDXSBOMExampleMissing", &["comp_supplier"]),
    ("spdx3/missing_supplier_name.json", &["comp_supplier"]),
    ("spdx3/missing_unique_identifiers.json", &["comp_uniq_id"]),
    ("spdx3/missing_version.json", &["comp_version"]),
    ("spdx3/no_elements_missing.json", &[]),
];

#[test]
fn each_lacks_the_element_that_was_taken_out() {
    let Some(data) = corpus::data() else { return };
    let folder = data.join("sbom-formats/ntia-checker/tests/data");
    let (mut seen, mut rdf, mut wrong) = (0, 0, Vec::new());
    for path in corpus::files(&folder) {
        let name = path.to_string_lossy().replace('\\', "/");
        let Some((_, expected)) = CASES.iter().find(|(part, _)| name.contains(part)) else { continue };
        match read(&corpus::bytes(&path)) {
            Ok(document) => {
                seen += 1;
                let found = lacking(&document);
                if found != *expected {
                    wrong.push(format!("{name}: {found:?}, not {expected:?}"));
                }
            }
            Err(error) if matches!(error.fault, ReadFault::Unsupported(_)) => rdf += 1,
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    println!("{seen} documents; {rdf} are RDF/XML, which is refused by name");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

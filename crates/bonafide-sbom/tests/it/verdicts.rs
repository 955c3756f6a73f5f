//! Which documents of the corpora are valid, and why the others are not.

use crate::corpus;
use bonafide_report::{Collected, Severity};
use bonafide_sbom::{Document, Encoding, Format, read, validate};
use std::collections::BTreeSet;

/// The rules of severity error that a document breaks.
pub(crate) fn broken(document: &Document, bytes: &[u8]) -> BTreeSet<&'static str> {
    let mut found = Collected::default();
    validate(document, Some(bytes), &mut found);
    found
        .findings
        .iter()
        .inspect(|finding| assert!(finding.remedy.is_some(), "{finding:?}"))
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.rule.id)
        .collect()
}

/// The end of the path and the rules, for every SPDX 2 JSON document of the corpora that is not valid. Each was
/// compared with spdx-tools 0.8.5, which refuses the same documents.
const INVALID: &[(&str, &[&str])] = &[
    ("missing_author_name/SPDXJSONExample-v2.3.spdx.json", &["spdx-wrong-type"]),
    (
        "missing_component_name/SPDXJsonExample.json",
        &["spdx-dangling-reference", "spdx-external-document", "spdx-missing-field"],
    ),
    ("missing_dependency_relationships/SPDXJSONExample-v2.3.spdx.json", &["spdx-no-describes"]),
    ("SPDXSBOMExampleTests/bom-alpine-3.15.spdx.json", &["spdx-files-analyzed"]),
    ("missing_timestamp/SPDXJSONExample-v2.3.spdx.json", &["spdx-date"]),
    (
        "missing_unique_identifiers/SPDXJSONExample-v2.3.spdx.json",
        &["spdx-dangling-reference", "spdx-missing-field"],
    ),
    ("real_world_sboms/spdx_sample_01.json", &["spdx-missing-field", "spdx-namespace"]),
    (
        "real_world_sboms/spdx_sample_10.json",
        &["spdx-file-sha1-missing", "spdx-missing-field", "spdx-no-describes"],
    ),
    (
        "real_world_sboms/spdx_sample_12.json",
        &["spdx-file-sha1-missing", "spdx-missing-field", "spdx-namespace", "spdx-no-describes"],
    ),
    (
        "real_world_sboms/spdx_sample_13.json",
        &["spdx-file-sha1-missing", "spdx-missing-field", "spdx-no-describes"],
    ),
    ("bsi/spdx/brokenSourceComponentDependencies.spdx23.json", &["spdx-dangling-reference"]),
    ("bsi/spdx/brokenTargetComponentDependencies.spdx23.json", &["spdx-dangling-reference"]),
    ("bsi/spdx/invalidMetadataCreatorEmail.spdx23.json", &["spdx-no-describes"]),
    ("bsi/spdx/invalidMetadataTimestamp.spdx23.json", &["spdx-date", "spdx-no-describes"]),
    ("bsi/spdx/missingDocumentNamespace.spdx23.json", &["spdx-namespace", "spdx-no-describes"]),
    ("bsi/spdx/missingMetadataCreator.spdx23.json", &["spdx-no-describes"]),
    ("bsi/spdx/missingMetadataTimestamp.spdx23.json", &["spdx-date", "spdx-no-describes"]),
    ("bsi/spdx/validComponentLicenseCustomRef.spdx23.json", &["spdx-licence-unknown"]),
    ("bsi/spdx/validDocumentNamespace.spdx23.json", &["spdx-no-describes"]),
    ("bsi/spdx/validMetadataOrganizationCreator.spdx23.json", &["spdx-no-describes"]),
    ("bsi/spdx/validMetadataPersonCreator.spdx23.json", &["spdx-no-describes"]),
    ("bsi/spdx/validMetadataTimestamp.spdx23.json", &["spdx-no-describes"]),
    ("fixtures/spdx-compound-expression.json", &["spdx-licence-unknown"]),
    ("fixtures/spdx-custom-license.json", &["spdx-licence-unknown"]),
    ("fixtures/spdx-invalid-licenses.json", &["spdx-licence-unknown", "spdx-no-describes"]),
    ("fixtures/spdx-mixed-licenses.json", &["spdx-licence-unknown"]),
    ("fixtures/spdx-no-authors.json", &["spdx-wrong-type"]),
    ("fixtures/spdx-no-checksums.json", &["spdx-no-describes"]),
    ("fixtures/spdx-no-dependencies.json", &["spdx-checksum"]),
    ("fixtures/spdx-no-timestamp.json", &["spdx-missing-field"]),
    ("fixtures/spdx-no-version.json", &["spdx-no-describes"]),
    ("fixtures/spdx-old-version.json", &["spdx-version"]),
    ("fixtures/spdx-perfect-score.json", &["spdx-checksum"]),
    ("fixtures/spdx-weak-checksums.json", &["spdx-no-describes"]),
    ("SBOMS-SPDX-Now-and-Future/ACME-v2.3.spdx.json", &["spdx-files-analyzed"]),
    ("example9/spdx2.2/appbomination.spdx.json", &["spdx-files-analyzed"]),
    (
        "086af034f561f343f633be9d9f9e95f65ae6c61b8ddb2c6755ef5bb25b40f53a.json",
        &[
            "spdx-date",
            "spdx-file-sha1-missing",
            "spdx-files-analyzed",
            "spdx-licence-unknown",
            "spdx-missing-field",
            "spdx-no-describes",
            "spdx-unknown-value",
        ],
    ),
    ("main-externals/externals-010eecce.spdx.json", &["sbom-fragment"]),
    ("main-externals/externals-0eaddae5.spdx.json", &["sbom-fragment"]),
    ("prototype-cc0/Python-3.12.0.tgz.spdx.json.gz", &["spdx-date"]),
    ("prototype-cc0/Python-3.13.0a1.tgz.spdx.json.gz", &["spdx-date"]),
    (
        "release-tools-fixtures/sbom-with-pip-removed.json.gz",
        &["spdx-dangling-reference", "spdx-no-describes", "spdx-wrong-type"],
    ),
    (
        "release-tools-fixtures/sbom-with-pip.json.gz",
        &["spdx-dangling-reference", "spdx-unknown-value", "spdx-wrong-type"],
    ),
    ("source-3.13.5/externals.spdx.json", &["sbom-fragment"]),
    ("source-3.13.5/sbom.spdx.json.gz", &["sbom-fragment"]),
];

#[test]
fn spdx_2_json_is_refused_for_the_right_reasons_only() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for path in corpus::documents() {
        let bytes = corpus::bytes(&path);
        let Ok(document) = read(&bytes) else { continue };
        if document.format != Format::Spdx2 || document.encoding != Encoding::Json {
            continue;
        }
        seen += 1;
        let rules = broken(&document, &bytes);
        let name = path.to_string_lossy().into_owned();
        let expected =
            INVALID.iter().find(|(end, _)| name.ends_with(end)).map_or(&[][..], |(_, rules)| rules);
        if rules != expected.iter().copied().collect() {
            wrong.push(format!("(\"{}\", &{rules:?}),", name.rsplit("data/").next().unwrap()));
        }
    }
    println!("{seen} documents");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

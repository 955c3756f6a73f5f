//! Which documents of the corpora are valid, and why the others are not.

use crate::corpus;
use bonafide_report::{Collected, Severity};
use bonafide_sbom::{Document, Encoding, Format, ReadError, ReadFault, read, validate};
use std::collections::{BTreeMap, BTreeSet};

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

/// The end of the path and the rules, for every SPDX document of the corpora that is not valid.
///
/// SPDX 2 was compared with spdx-tools 0.8.5, which refuses the same documents, and one more:
/// `real_world_sboms/spdx_sample_15.spdx`, tag-value as the SPDX project's Java library writes it, where
/// `FilesAnalyzed` stands below an annotation. SPDX 3 was compared with the official JSON schema, which refuses the same
/// ones, and takes 3.0.0 (`ntia-checker/…/has_sbom.json`) for nothing that it knows.
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
    ("SPDXSBOMExampleTests/SPDXSBOMExampleMissingAuthorName.spdx.yml", &["spdx-licence-unknown"]),
    ("SPDXSBOMExampleTests/SPDXSBOMExampleMissingComponentName.spdx.yml", &["spdx-licence-unknown"]),
    ("SPDXSBOMExampleTests/SPDXSBOMExampleMissingComponentVersion.spdx.yml", &["spdx-licence-unknown"]),
    (
        "SPDXSBOMExampleTests/SPDXSBOMExampleMissingDependencyRelationships.spdx.yml",
        &["spdx-licence-unknown"],
    ),
    ("SPDXSBOMExampleTests/SPDXSBOMExampleMissingSupplierName.spdx.yml", &["spdx-licence-unknown"]),
    ("SPDXSBOMExampleTests/SPDXSBOMExampleMissingUniqueIdentifiers.spdx.yml", &["spdx-licence-unknown"]),
    ("missing_author_name/SPDXTagExample-v2.3.spdx", &["spdx-actor"]),
    ("missing_author_name/SPDXXMLExample-v2.3.spdx.xml", &["spdx-missing-field"]),
    ("missing_author_name/SPDXYAMLExample-v2.3.spdx.yaml", &["spdx-missing-field"]),
    ("missing_component_name/SPDXXmlExample.xml", &["spdx-dangling-reference", "spdx-missing-field"]),
    ("missing_component_name/SPDXYamlExample.yaml", &["spdx-dangling-reference", "spdx-missing-field"]),
    ("missing_dependency_relationships/SPDXTagExample-v2.3.spdx", &["spdx-no-describes"]),
    ("missing_dependency_relationships/SPDXXMLExample-v2.3.spdx.xml", &["spdx-no-describes"]),
    ("missing_dependency_relationships/SPDXYAMLExample-v2.3.spdx.yaml", &["spdx-no-describes"]),
    ("missing_timestamp/SPDXTagExample-v2.3.spdx", &["spdx-date"]),
    ("missing_timestamp/SPDXXMLExample-v2.3.spdx.xml", &["spdx-date"]),
    ("missing_timestamp/SPDXYAMLExample-v2.3.spdx.yaml", &["spdx-missing-field"]),
    (
        "missing_unique_identifiers/SPDXTagExample-v2.3.spdx",
        &["spdx-dangling-reference", "spdx-missing-field"],
    ),
    (
        "missing_unique_identifiers/SPDXXMLExample-v2.3.spdx.xml",
        &["spdx-dangling-reference", "spdx-missing-field"],
    ),
    (
        "missing_unique_identifiers/SPDXYAMLExample-v2.3.spdx.yaml",
        &["spdx-dangling-reference", "spdx-missing-field"],
    ),
    ("other_tests/SPDXSimpleTag.tag", &["spdx-licence-unknown", "spdx-missing-field", "spdx-no-describes"]),
    (
        "other_tests/test_components_without_functions.spdx",
        &["spdx-dangling-reference", "spdx-external-document", "spdx-licence-unknown"],
    ),
    ("real_world_sboms/spdx_sample_14.spdx", &["spdx-version"]),
    ("spdx3/missing_unique_identifiers.json", &["spdx-missing-field"]),
    (
        "bsi/spdx3/v2.1.0-complete-all-fields.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-complete-alt-patterns.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-dangling-reference",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-doc-missing-creator.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-doc-missing-sbom-uri.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-dangling-reference",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-doc-missing-spec-version.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-doc-missing-timestamp.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-minimal-valid.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-archive-prop.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-concluded-license.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-creator.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-declared-license.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-dependencies.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-deployable-hash.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-download-url.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-effective-license.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-executable-prop.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-filename.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-purl-cpe.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-security-txt-url.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-source-code-hash.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-source-code-url.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "bsi/spdx3/v2.1.0-two-comps-one-with-structured-prop.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "fixtures/spdx3-complete-ntia.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "fixtures/spdx3-minimal.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "fixtures/spdx3-no-authors.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-no-checksum.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-no-copyright.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-no-cpe.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-no-dependencies.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-no-downloadlocation.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-no-original-license.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field", "spdx-unknown-value"],
    ),
    (
        "fixtures/spdx3-no-supplier.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-no-timestamp.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-no-tool.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-no-type.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-no-unique-id.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-no-version.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-perfect-score.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-with-SBOM-author-URL-Only.json",
        &["spdx-context", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "fixtures/spdx3-with-SBOM-invalid-timestamp.json",
        &["spdx-context", "spdx-date", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "fixtures/spdx3-with-archive-prop.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "fixtures/spdx3-with-binary-artifact-download.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field", "spdx-wrong-type"],
    ),
    (
        "fixtures/spdx3-with-bom-links.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "fixtures/spdx3-with-comp-originator-with-org-name-email.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "fixtures/spdx3-with-comp-supplier-with-person-url-only.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "fixtures/spdx3-with-declared-concluded-licenses.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
        ],
    ),
    (
        "fixtures/spdx3-with-dependencies.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "fixtures/spdx3-with-deployable-hash.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "fixtures/spdx3-with-effective-license.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field", "spdx-unknown-value"],
    ),
    (
        "fixtures/spdx3-with-executable-prop.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "fixtures/spdx3-with-purl.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "fixtures/spdx3-with-security-txt.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    (
        "fixtures/spdx3-with-source-artifact-source-code.json",
        &[
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
            "spdx-unknown-value",
            "spdx-wrong-type",
        ],
    ),
    (
        "fixtures/spdx3-with-source-code-hash.json",
        &[
            "spdx-checksum",
            "spdx-class",
            "spdx-context",
            "spdx-id-syntax",
            "spdx-missing-field",
            "spdx-unknown-field",
        ],
    ),
    (
        "fixtures/spdx3-with-structured-prop.json",
        &["spdx-context", "spdx-id-syntax", "spdx-missing-field", "spdx-unknown-field"],
    ),
    ("sbom-formats/spdx-spec/v3.0.1/rdf/spdx-context.jsonld", &["spdx-context", "spdx-missing-field"]),
];

/// Documents that cannot be read at all, and the reason as it begins.
const UNREADABLE: &[(&str, &str)] = &[
    ("sbomqs/pkg/licenses/files/licenses_aboutcode.json", "expected an object, found an array"),
    (
        "spdx-spec/v2.3.1-examples/examples/SPDXRdfExample-v2.3.spdx.rdf.xml",
        "SPDX as RDF/XML is not supported",
    ),
    ("SPDXRdfExample-v2.2.spdx.rdf.xml", "SPDX as RDF/XML is not supported"),
    ("SPDXRdfExample-v2.3.spdx.rdf.xml", "SPDX as RDF/XML is not supported"),
    ("file_to_test_rdf_parser.rdf.xml", "SPDX as RDF/XML is not supported"),
    ("invalid_documents/file_without_spdx_ids.xml", "SPDX as RDF/XML is not supported"),
    ("invalid_documents/invalid_creation_info.rdf.xml", "SPDX as RDF/XML is not supported"),
    ("invalid_documents/invalid_creation_info_with_snippet.rdf.xml", "SPDX as RDF/XML is not supported"),
];

/// Whether a path of the corpora is no SPDX document on its own account: what it is instead.
fn is_something_else(document: &Result<Document, ReadError>) -> bool {
    match document {
        Ok(document) => document.format == Format::CycloneDx,
        Err(error) => matches!(error.fault, ReadFault::UnknownFormat(_)),
    }
}

#[test]
fn spdx_is_refused_for_the_right_reasons_only() {
    let mut seen: BTreeMap<(Format, Encoding), (usize, usize)> = BTreeMap::new();
    let (mut skipped, mut wrong) = (Vec::new(), Vec::new());
    for path in corpus::documents() {
        let bytes = corpus::bytes(&path);
        let name = path.to_string_lossy().into_owned();
        let short = name.rsplit("data/").next().unwrap();
        let document = read(&bytes);
        if is_something_else(&document) {
            if let Err(error) = &document {
                skipped.push(format!("{short}: {error}"));
            }
            continue;
        }
        let document = match document {
            Ok(document) => document,
            Err(error) => {
                let expected =
                    UNREADABLE.iter().find(|(end, _)| name.ends_with(end)).map(|(_, reason)| *reason);
                let text = error.to_string();
                if expected.is_none_or(|reason| !text.contains(reason)) {
                    wrong.push(format!("(\"{short}\", {text:?}),"));
                }
                continue;
            }
        };
        let rules = broken(&document, &bytes);
        let (all, refused) = seen.entry((document.format, document.encoding)).or_default();
        *all += 1;
        *refused += usize::from(!rules.is_empty());
        let expected =
            INVALID.iter().find(|(end, _)| name.ends_with(end)).map_or(&[][..], |(_, rules)| rules);
        if rules != expected.iter().copied().collect() {
            wrong.push(format!("(\"{short}\", &{rules:?}),"));
        }
    }
    for ((format, encoding), (all, refused)) in seen {
        println!("{format} {encoding:?}: {all} documents, {refused} refused");
    }
    println!("no SPDX document:\n{}", skipped.join("\n"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

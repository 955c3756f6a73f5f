//! What to add and where, for a check that loses points.

use crate::model::Format;

/// What a check asks a document for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Name,
    Version,
    LocalId,
    Identifier,
    Purl,
    Cpe,
    BothIdentifiers,
    Supplier,
    Contact,
    Purpose,
    Digest,
    StrongDigest,
    Sha256,
    Sha512,
    Source,
    SourceDigest,
    Download,
    FileName,
    Executable,
    Archive,
    Structured,
    SecurityTxt,
    Concluded,
    Declared,
    Licence,
    ListedLicence,
    Deprecated,
    Restrictive,
    EffectiveLicence,
    Copyright,
    Created,
    Author,
    AuthorContact,
    Tool,
    DocumentSupplier,
    Namespace,
    Lifecycle,
    DocumentName,
    DocumentId,
    Comment,
    DataLicence,
    Signature,
    Root,
    Dependencies,
    Completeness,
    CompletenessOfDependencies,
    Links,
    NoVulnerabilities,
    Required,
    SpecVersion,
    Encoding,
    Schema,
    Revision,
    Service,
}

impl Need {
    /// A sentence without a full stop: the place, a colon, what to put there.
    pub(super) const fn remedy(self, format: Format) -> &'static str {
        let [spdx2, spdx3, cyclonedx] = self.remedies();
        match format {
            Format::Spdx2 => spdx2,
            Format::Spdx3 => spdx3,
            Format::CycloneDx => cyclonedx,
        }
    }

    const fn remedies(self) -> [&'static str; 3] {
        match self {
            Self::Name => [
                "packages[*].name: name each package",
                "software_Package.name: name each package",
                "components[*].name: name each component",
            ],
            Self::Version => [
                "packages[*].versionInfo: state the version",
                "software_packageVersion: state the version",
                "components[*].version: state the version",
            ],
            Self::LocalId => [
                "packages[*].SPDXID: give each package an id of its own",
                "spdxId: give each package an id of its own",
                "components[*].bom-ref: give each component a reference of its own",
            ],
            Self::Identifier => [
                "packages[*].externalRefs: add a Package URL (PACKAGE-MANAGER, purl) or a CPE (SECURITY, cpe23Type)",
                "externalIdentifier: add a packageUrl or a cpe23",
                "components[*].purl or .cpe: add a Package URL or a CPE",
            ],
            Self::Purl => [
                "packages[*].externalRefs: add a Package URL (PACKAGE-MANAGER, purl)",
                "externalIdentifier: add a packageUrl",
                "components[*].purl: add a Package URL",
            ],
            Self::Cpe => [
                "packages[*].externalRefs: add a CPE (SECURITY, cpe23Type)",
                "externalIdentifier: add a cpe23",
                "components[*].cpe: add a CPE",
            ],
            Self::BothIdentifiers => [
                "packages[*].externalRefs: add both a Package URL and a CPE",
                "externalIdentifier: add both a packageUrl and a cpe23",
                "components[*]: add both purl and cpe",
            ],
            Self::Supplier => [
                "packages[*].supplier: name who distributes it (`Organization: ...` or `Person: ...`)",
                "suppliedBy: name who distributes it",
                "components[*].supplier.name: name who distributes it",
            ],
            Self::Contact => [
                "packages[*].supplier: add a mail address in brackets (`Organization: Name (mail@example.org)`)",
                "suppliedBy: give the agent an email or a url as externalIdentifier",
                "components[*].supplier or .manufacturer: add a url or a contact's email",
            ],
            Self::Purpose => [
                "packages[*].primaryPackagePurpose: say what it is (LIBRARY, APPLICATION, SOURCE, ...)",
                "software_primaryPurpose: say what it is (library, application, source, ...)",
                "components[*].type: say what it is (library, application, ...)",
            ],
            Self::Digest => [
                "packages[*].checksums: add a digest of the package",
                "verifiedUsing: add a Hash of the package",
                "components[*].hashes: add a digest of the component",
            ],
            Self::StrongDigest => [
                "packages[*].checksums: add SHA256 or stronger",
                "verifiedUsing: add a sha256 Hash or a stronger one",
                "components[*].hashes: add SHA-256 or stronger",
            ],
            Self::Sha256 => [
                "packages[*].checksums: add SHA256",
                "verifiedUsing: add a sha256 Hash",
                "components[*].externalReferences (distribution): add a SHA-256 to its hashes, and to the component's",
            ],
            Self::Sha512 => [
                "packages[*].checksums: add SHA512 (TR-03183-2 v2.1 does not count it in SPDX 2)",
                "software_File of hasDistributionArtifact: add a sha512 Hash to verifiedUsing",
                "components[*].externalReferences (distribution): add a SHA-512 to its hashes",
            ],
            Self::Source => [
                "packages[*].sourceInfo: say where the source is, best as an address",
                "software_sourceInfo: say where the source is, best as an address",
                "components[*].externalReferences: add one of type vcs or source-distribution",
            ],
            Self::SourceDigest => [
                "packages[*].packageVerificationCode: add the code of the files",
                "generates relationship: give the source artifact a Hash",
                "components[*].externalReferences (source-distribution or vcs): add hashes",
            ],
            Self::Download => [
                "packages[*].downloadLocation: state the address instead of NOASSERTION or NONE",
                "software_downloadLocation: state the address",
                "components[*].externalReferences: add one of type distribution",
            ],
            Self::FileName => [
                "packages[*].packageFileName: state the file's name",
                "hasDistributionArtifact: relate the package to the software_File that it is shipped as",
                "components[*].properties: add bsi:component:filename",
            ],
            Self::Executable => [
                "SPDX 2 has no place for the executable property: convert to CycloneDX 1.6 or SPDX 3.0.1",
                "software_File of hasDistributionArtifact: add `executable` to software_additionalPurpose",
                "components[*].properties: add bsi:component:executable (executable or non-executable)",
            ],
            Self::Archive => [
                "SPDX 2 has no place for the archive property: convert to CycloneDX 1.6 or SPDX 3.0.1",
                "software_File of hasDistributionArtifact: add `archive` to software_additionalPurpose",
                "components[*].properties: add bsi:component:archive (archive or no archive)",
            ],
            Self::Structured => [
                "SPDX 2 has no place for the structured property: convert to CycloneDX 1.6 or SPDX 3.0.1",
                "software_File of hasDistributionArtifact: add `container` to software_additionalPurpose",
                "components[*].properties: add bsi:component:structured (structured or unstructured)",
            ],
            Self::SecurityTxt => [
                "packages[*].externalRefs: add one of type securityOther",
                "externalRef: add one of type securityOther",
                "components[*].externalReferences: add one of type rfc-9116",
            ],
            Self::Concluded => [
                "packages[*].licenseConcluded: state the SPDX expression instead of NOASSERTION",
                "hasConcludedLicense: relate each package to its licence expression",
                "components[*].licenses: add the licence, from 1.6 on with acknowledgement `concluded`",
            ],
            Self::Declared => [
                "packages[*].licenseDeclared: state the SPDX expression instead of NOASSERTION",
                "hasDeclaredLicense: relate each package to its licence expression",
                "components[*].licenses: add the licence with acknowledgement `declared` (1.6 or later)",
            ],
            Self::Licence => [
                "packages[*].licenseConcluded or .licenseDeclared: state an SPDX expression",
                "hasConcludedLicense or hasDeclaredLicense: relate each package to an SPDX expression",
                "components[*].licenses: add an SPDX id or expression",
            ],
            Self::ListedLicence => [
                "packages[*].licenseConcluded: use ids of the SPDX License List; declare each LicenseRef- in hasExtractedLicensingInfos",
                "hasConcludedLicense: use ids of the SPDX License List",
                "components[*].licenses: use license.id or an expression of ids of the SPDX License List",
            ],
            Self::Deprecated => [
                "packages[*].licenseConcluded: replace deprecated ids (GPL-2.0 by GPL-2.0-only); where none is stated, state one",
                "hasConcludedLicense: replace deprecated ids (GPL-2.0 by GPL-2.0-only); where none is stated, state one",
                "components[*].licenses: replace deprecated ids (GPL-2.0 by GPL-2.0-only); where none is stated, state one",
            ],
            Self::Restrictive => [
                "packages[*].licenseConcluded: the scheme takes points for copyleft and restricted licences; state what is true",
                "hasConcludedLicense: the scheme takes points for copyleft and restricted licences; state what is true",
                "components[*].licenses: the scheme takes points for copyleft and restricted licences; state what is true",
            ],
            Self::EffectiveLicence => [
                "SPDX 2 has no place for the effective licence",
                "relationship `other` with comment hasEffectiveLicense: add it",
                "components[*].properties: add bsi:component:effectiveLicense",
            ],
            Self::Copyright => [
                "packages[*].copyrightText: state it instead of NOASSERTION",
                "software_copyrightText: state it",
                "components[*].copyright: state it",
            ],
            Self::Created => [
                "creationInfo.created: state the time of making as RFC 3339 (2025-06-11T15:00:00Z)",
                "CreationInfo.created: state the time of making as RFC 3339",
                "metadata.timestamp: state the time of making as RFC 3339",
            ],
            Self::Author => [
                "creationInfo.creators: add who made the document (`Organization: ...` or `Person: ...`)",
                "CreationInfo.createdBy: add the Person or Organization who made the document",
                "metadata.authors: add who made the document",
            ],
            Self::AuthorContact => [
                "creationInfo.creators: add a mail address in brackets (`Organization: Name (mail@example.org)`)",
                "CreationInfo.createdBy: give the agent an email or a url as externalIdentifier",
                "metadata.authors[*].email, or metadata.manufacturer with a url: add it",
            ],
            Self::Tool => [
                "creationInfo.creators: add `Tool: name-version`",
                "CreationInfo.createdUsing: add a Tool called name-version",
                "metadata.tools.components: add the tool with name and version",
            ],
            Self::DocumentSupplier => [
                "SPDX 2 has no place for a supplier of the document",
                "the scheme looks for a supplier of the document in CycloneDX only",
                "metadata.supplier: add name and url",
            ],
            Self::Namespace => [
                "documentNamespace: add a URI of the document's own",
                "SpdxDocument.namespaceMap or .spdxId: add a URI of the document's own",
                "serialNumber: add urn:uuid:...",
            ],
            Self::Lifecycle => [
                "the scheme looks for the phase of making in CycloneDX only; creationInfo.comment can say it to readers",
                "software_Sbom.software_sbomType: add build, source, ...",
                "metadata.lifecycles: add a phase (build, pre-build, ...; 1.5 or later)",
            ],
            Self::DocumentName => [
                "name: name the document",
                "SpdxDocument.name: name the document",
                "CycloneDX has no place for a name of the document",
            ],
            Self::DocumentId => [
                "SPDXID: it must be SPDXRef-DOCUMENT",
                "SpdxDocument.spdxId: give the document an id",
                "the scheme does not look at serialNumber",
            ],
            Self::Comment => [
                "creationInfo.comment: say how the document was made (build, source, analysed)",
                "CreationInfo.comment: say how the document was made",
                "metadata.lifecycles: add a phase (build, pre-build, ...)",
            ],
            Self::DataLicence => [
                "dataLicense: it must be CC0-1.0",
                "SpdxDocument.dataLicense: add the licence of the document (CC0-1.0)",
                "metadata.licenses: add the licence of the document (CC0-1.0)",
            ],
            Self::Signature => [
                "SPDX 2 has no place for a signature: sign the file beside it",
                "SPDX 3 has no place for a signature: sign the file beside it",
                "signature: sign the document (JSF); it counts as verified only where it was verified",
            ],
            Self::Root => [
                "relationships: add SPDXRef-DOCUMENT DESCRIBES the package that the document is about",
                "describes: relate the document to the package that it is about, with name and version",
                "metadata.component: add what the document is about, with bom-ref, name and version",
            ],
            Self::Dependencies => [
                "relationships: let the described package DEPENDS_ON its dependencies, all ends being there",
                "dependsOn: relate the described package to its dependencies, all ends being there",
                "dependencies: add an entry for metadata.component with dependsOn, all ends being there",
            ],
            Self::Completeness => [
                "SPDX 2 has no place for how complete the document is",
                "Relationship.completeness: say complete, incomplete or noAssertion",
                "compositions: add one with aggregate `complete` and no list, if that is true",
            ],
            Self::CompletenessOfDependencies => [
                "SPDX 2 has no place for how complete dependencies are",
                "the scheme looks for completeness of dependencies in CycloneDX only",
                "compositions: add one with aggregate `complete` and the bom-refs under dependencies, if that is true",
            ],
            Self::Links => [
                "externalDocumentRefs: link the documents of what is included",
                "SpdxDocument.import: link the documents of what is included",
                "externalReferences: add one of type bom",
            ],
            Self::NoVulnerabilities => [
                "nothing to do",
                "nothing to do",
                "vulnerabilities: move them to a document of their own (VEX)",
            ],
            Self::Required => [
                "state what SPDX 2 requires: of the document SPDXID, name, dataLicense, documentNamespace, creators, created; of packages name, SPDXID, downloadLocation and, where filesAnalyzed is not false, packageVerificationCode",
                "software_Package: state name and suppliedBy",
                "state what CycloneDX requires: version, and of components type and name",
            ],
            Self::SpecVersion => [
                "spdxVersion: use a version that the scheme accepts",
                "specVersion: use a version that the scheme accepts",
                "specVersion: use a version that the scheme accepts",
            ],
            Self::Encoding => [
                "write the document as JSON, tag-value or YAML",
                "write the document as JSON-LD",
                "write the document as JSON or XML",
            ],
            Self::Schema => [
                "the document must be JSON and valid by the SPDX 2.3 schema, its ids unique and its edges with two ends: `bonafide sbom validate` lists the faults",
                "the scheme validates no SPDX 3 document",
                "the document must be JSON and valid by its schema, its references unique and its edges with two ends: `bonafide sbom validate` lists the faults",
            ],
            Self::Revision => [
                "SPDX 2 has no place for an edition of the document: use a new documentNamespace for each",
                "SPDX 3 has no place for an edition of the document",
                "version: count the editions of the document, from 1",
            ],
            Self::Service => [
                "needs a paid service; it does not count",
                "needs a paid service; it does not count",
                "needs a paid service; it does not count",
            ],
        }
    }
}

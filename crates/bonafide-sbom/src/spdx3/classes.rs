//! The classes of SPDX 3.0.1, their properties, and how many values each takes.
//!
//! The facts are those of the specification's model (`spdx-model.ttl`, tag 3.0.1), in the names that its JSON-LD
//! context gives them; a test holds every row against the official JSON schema. Sorted by name.

/// What an object of a class is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An element: it has a `spdxId`, an IRI.
    Element,
    /// A node without a name of its own; it may have an `@id`.
    Node,
    /// A class of which there is only what other classes are made of.
    Abstract,
}

/// How many values a property takes. Where more than one may stand, they are a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// None or one.
    Optional,
    /// One.
    One,
    /// A list of any length.
    Any,
    /// A list that is not empty.
    AtLeastOne,
    /// A list of two or more.
    AtLeastTwo,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A string.
    Text,
    /// A string that is a URI.
    Uri,
    /// `true`, `false`.
    Flag,
    /// A number, or a string with its digits.
    Decimal,
    /// A whole number from 0.
    NonNegative,
    /// A whole number from 1.
    Positive,
    /// `2025-06-11T00:00:00Z`.
    Time,
    /// A version by SemVer 2.0.0.
    Version,
    /// A media type.
    MediaType,
    /// One of these words.
    Words(&'static [&'static str]),
    /// An object of this class or one below it, or the IRI of one.
    Node(&'static str),
}

/// A property: name, how many values, of what kind.
pub(super) type Property = (&'static str, Count, Value);

/// A class.
#[derive(Debug)]
pub(super) struct Class {
    /// Its name in JSON-LD.
    pub(super) name: &'static str,
    /// The class that it is a kind of.
    parent: Option<&'static str>,
    /// What its objects are.
    pub(super) kind: Kind,
    /// The properties that it has beside its parent's.
    own: &'static [Property],
}

impl Class {
    /// The class of a name.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        CLASSES.binary_search_by(|class| class.name.cmp(name)).ok().map(|at| &CLASSES[at])
    }

    /// The class itself, then what it is a kind of, and so on.
    fn line(&'static self) -> impl Iterator<Item = &'static Self> {
        std::iter::successors(Some(self), |class| class.parent.and_then(Self::find))
    }

    /// Whether it is the class of that name, or one below it.
    pub(super) fn is_a(&'static self, name: &str) -> bool {
        self.line().any(|class| class.name == name)
    }

    /// All its properties.
    pub(super) fn properties(&'static self) -> impl Iterator<Item = &'static Property> {
        self.line().flat_map(|class| class.own)
    }
}

/// A property by its name. Where several classes have one of that name, it is alike in all.
pub(super) fn property(name: &str) -> Option<&'static Property> {
    CLASSES.iter().flat_map(|class| class.own).find(|(known, ..)| *known == name)
}

const fn class(
    name: &'static str,
    parent: Option<&'static str>,
    kind: Kind,
    own: &'static [Property],
) -> Class {
    Class { name, parent, kind, own }
}

use Count::{Any, AtLeastOne, AtLeastTwo, One, Optional};
use Value::{Decimal, Flag, MediaType, Node, NonNegative, Positive, Text, Time, Uri, Version, Words};

const CLASSES: &[Class] = &[
    class("Agent", Some("Element"), Kind::Element, &[]),
    class(
        "Annotation",
        Some("Element"),
        Kind::Element,
        &[
            ("annotationType", One, Words(ANNOTATION_TYPE)),
            ("contentType", Optional, MediaType),
            ("statement", Optional, Text),
            ("subject", One, Node("Element")),
        ],
    ),
    class("AnnotationType", None, Kind::Node, &[]),
    class(
        "Artifact",
        Some("Element"),
        Kind::Abstract,
        &[
            ("builtTime", Optional, Time),
            ("originatedBy", Any, Node("Agent")),
            ("releaseTime", Optional, Time),
            ("standardName", Any, Text),
            ("suppliedBy", Optional, Node("Agent")),
            ("supportLevel", Any, Words(SUPPORT_TYPE)),
            ("validUntilTime", Optional, Time),
        ],
    ),
    class("Bom", Some("Bundle"), Kind::Element, &[]),
    class("Bundle", Some("ElementCollection"), Kind::Element, &[("context", Optional, Text)]),
    class(
        "CreationInfo",
        None,
        Kind::Node,
        &[
            ("comment", Optional, Text),
            ("created", One, Time),
            ("createdBy", AtLeastOne, Node("Agent")),
            ("createdUsing", Any, Node("Tool")),
            ("specVersion", One, Version),
        ],
    ),
    class("DictionaryEntry", None, Kind::Node, &[("key", One, Text), ("value", Optional, Text)]),
    class(
        "Element",
        None,
        Kind::Abstract,
        &[
            ("comment", Optional, Text),
            ("creationInfo", One, Node("CreationInfo")),
            ("description", Optional, Text),
            ("extension", Any, Node("extension_Extension")),
            ("externalIdentifier", Any, Node("ExternalIdentifier")),
            ("externalRef", Any, Node("ExternalRef")),
            ("name", Optional, Text),
            ("summary", Optional, Text),
            ("verifiedUsing", Any, Node("IntegrityMethod")),
        ],
    ),
    class(
        "ElementCollection",
        Some("Element"),
        Kind::Abstract,
        &[
            ("element", Any, Node("Element")),
            ("profileConformance", Any, Words(PROFILE_IDENTIFIER_TYPE)),
            ("rootElement", Any, Node("Element")),
        ],
    ),
    class(
        "ExternalIdentifier",
        None,
        Kind::Node,
        &[
            ("comment", Optional, Text),
            ("externalIdentifierType", One, Words(EXTERNAL_IDENTIFIER_TYPE)),
            ("identifier", One, Text),
            ("identifierLocator", Any, Uri),
            ("issuingAuthority", Optional, Text),
        ],
    ),
    class("ExternalIdentifierType", None, Kind::Node, &[]),
    class(
        "ExternalMap",
        None,
        Kind::Node,
        &[
            ("definingArtifact", Optional, Node("Artifact")),
            ("externalSpdxId", One, Uri),
            ("locationHint", Optional, Uri),
            ("verifiedUsing", Any, Node("IntegrityMethod")),
        ],
    ),
    class(
        "ExternalRef",
        None,
        Kind::Node,
        &[
            ("comment", Optional, Text),
            ("contentType", Optional, MediaType),
            ("externalRefType", Optional, Words(EXTERNAL_REF_TYPE)),
            ("locator", Any, Text),
        ],
    ),
    class("ExternalRefType", None, Kind::Node, &[]),
    class(
        "Hash",
        Some("IntegrityMethod"),
        Kind::Node,
        &[("algorithm", One, Words(HASH_ALGORITHM)), ("hashValue", One, Text)],
    ),
    class("HashAlgorithm", None, Kind::Node, &[]),
    class("IndividualElement", Some("Element"), Kind::Element, &[]),
    class("IntegrityMethod", None, Kind::Abstract, &[("comment", Optional, Text)]),
    class("LifecycleScopeType", None, Kind::Node, &[]),
    class(
        "LifecycleScopedRelationship",
        Some("Relationship"),
        Kind::Element,
        &[("scope", Optional, Words(LIFECYCLE_SCOPE_TYPE))],
    ),
    class("NamespaceMap", None, Kind::Node, &[("namespace", One, Uri), ("prefix", One, Text)]),
    class("Organization", Some("Agent"), Kind::Element, &[]),
    class(
        "PackageVerificationCode",
        Some("IntegrityMethod"),
        Kind::Node,
        &[
            ("algorithm", One, Words(HASH_ALGORITHM)),
            ("hashValue", One, Text),
            ("packageVerificationCodeExcludedFile", Any, Text),
        ],
    ),
    class("Person", Some("Agent"), Kind::Element, &[]),
    class(
        "PositiveIntegerRange",
        None,
        Kind::Node,
        &[("beginIntegerRange", One, Positive), ("endIntegerRange", One, Positive)],
    ),
    class("PresenceType", None, Kind::Node, &[]),
    class("ProfileIdentifierType", None, Kind::Node, &[]),
    class(
        "Relationship",
        Some("Element"),
        Kind::Element,
        &[
            ("completeness", Optional, Words(RELATIONSHIP_COMPLETENESS)),
            ("endTime", Optional, Time),
            ("from", One, Node("Element")),
            ("relationshipType", One, Words(RELATIONSHIP_TYPE)),
            ("startTime", Optional, Time),
            ("to", AtLeastOne, Node("Element")),
        ],
    ),
    class("RelationshipCompleteness", None, Kind::Node, &[]),
    class("RelationshipType", None, Kind::Node, &[]),
    class("SoftwareAgent", Some("Agent"), Kind::Element, &[]),
    class(
        "SpdxDocument",
        Some("ElementCollection"),
        Kind::Element,
        &[
            ("dataLicense", Optional, Node("simplelicensing_AnyLicenseInfo")),
            ("import", Any, Node("ExternalMap")),
            ("namespaceMap", Any, Node("NamespaceMap")),
        ],
    ),
    class("SupportType", None, Kind::Node, &[]),
    class("Tool", Some("Element"), Kind::Element, &[]),
    class(
        "ai_AIPackage",
        Some("software_Package"),
        Kind::Element,
        &[
            ("ai_autonomyType", Optional, Words(PRESENCE_TYPE)),
            ("ai_domain", Any, Text),
            ("ai_energyConsumption", Optional, Node("ai_EnergyConsumption")),
            ("ai_hyperparameter", Any, Node("DictionaryEntry")),
            ("ai_informationAboutApplication", Optional, Text),
            ("ai_informationAboutTraining", Optional, Text),
            ("ai_limitation", Optional, Text),
            ("ai_metric", Any, Node("DictionaryEntry")),
            ("ai_metricDecisionThreshold", Any, Node("DictionaryEntry")),
            ("ai_modelDataPreprocessing", Any, Text),
            ("ai_modelExplainability", Any, Text),
            ("ai_safetyRiskAssessment", Optional, Words(SAFETY_RISK_ASSESSMENT_TYPE)),
            ("ai_standardCompliance", Any, Text),
            ("ai_typeOfModel", Any, Text),
            ("ai_useSensitivePersonalInformation", Optional, Words(PRESENCE_TYPE)),
        ],
    ),
    class(
        "ai_EnergyConsumption",
        None,
        Kind::Node,
        &[
            ("ai_finetuningEnergyConsumption", Any, Node("ai_EnergyConsumptionDescription")),
            ("ai_inferenceEnergyConsumption", Any, Node("ai_EnergyConsumptionDescription")),
            ("ai_trainingEnergyConsumption", Any, Node("ai_EnergyConsumptionDescription")),
        ],
    ),
    class(
        "ai_EnergyConsumptionDescription",
        None,
        Kind::Node,
        &[("ai_energyQuantity", One, Decimal), ("ai_energyUnit", One, Words(ENERGY_UNIT_TYPE))],
    ),
    class("ai_EnergyUnitType", None, Kind::Node, &[]),
    class("ai_SafetyRiskAssessmentType", None, Kind::Node, &[]),
    class(
        "build_Build",
        Some("Element"),
        Kind::Element,
        &[
            ("build_buildEndTime", Optional, Time),
            ("build_buildId", Optional, Text),
            ("build_buildStartTime", Optional, Time),
            ("build_buildType", One, Uri),
            ("build_configSourceDigest", Any, Node("Hash")),
            ("build_configSourceEntrypoint", Any, Text),
            ("build_configSourceUri", Any, Uri),
            ("build_environment", Any, Node("DictionaryEntry")),
            ("build_parameter", Any, Node("DictionaryEntry")),
        ],
    ),
    class("dataset_ConfidentialityLevelType", None, Kind::Node, &[]),
    class("dataset_DatasetAvailabilityType", None, Kind::Node, &[]),
    class(
        "dataset_DatasetPackage",
        Some("software_Package"),
        Kind::Element,
        &[
            ("dataset_anonymizationMethodUsed", Any, Text),
            ("dataset_confidentialityLevel", Optional, Words(CONFIDENTIALITY_LEVEL_TYPE)),
            ("dataset_dataCollectionProcess", Optional, Text),
            ("dataset_dataPreprocessing", Any, Text),
            ("dataset_datasetAvailability", Optional, Words(DATASET_AVAILABILITY_TYPE)),
            ("dataset_datasetNoise", Optional, Text),
            ("dataset_datasetSize", Optional, NonNegative),
            ("dataset_datasetType", AtLeastOne, Words(DATASET_TYPE)),
            ("dataset_datasetUpdateMechanism", Optional, Text),
            ("dataset_hasSensitivePersonalInformation", Optional, Words(PRESENCE_TYPE)),
            ("dataset_intendedUse", Optional, Text),
            ("dataset_knownBias", Any, Text),
            ("dataset_sensor", Any, Node("DictionaryEntry")),
        ],
    ),
    class("dataset_DatasetType", None, Kind::Node, &[]),
    class(
        "expandedlicensing_ConjunctiveLicenseSet",
        Some("simplelicensing_AnyLicenseInfo"),
        Kind::Element,
        &[("expandedlicensing_member", AtLeastTwo, Node("simplelicensing_AnyLicenseInfo"))],
    ),
    class("expandedlicensing_CustomLicense", Some("expandedlicensing_License"), Kind::Element, &[]),
    class(
        "expandedlicensing_CustomLicenseAddition",
        Some("expandedlicensing_LicenseAddition"),
        Kind::Element,
        &[],
    ),
    class(
        "expandedlicensing_DisjunctiveLicenseSet",
        Some("simplelicensing_AnyLicenseInfo"),
        Kind::Element,
        &[("expandedlicensing_member", AtLeastTwo, Node("simplelicensing_AnyLicenseInfo"))],
    ),
    class("expandedlicensing_ExtendableLicense", Some("simplelicensing_AnyLicenseInfo"), Kind::Abstract, &[]),
    class(
        "expandedlicensing_IndividualLicensingInfo",
        Some("simplelicensing_AnyLicenseInfo"),
        Kind::Element,
        &[],
    ),
    class(
        "expandedlicensing_License",
        Some("expandedlicensing_ExtendableLicense"),
        Kind::Abstract,
        &[
            ("expandedlicensing_isDeprecatedLicenseId", Optional, Flag),
            ("expandedlicensing_isFsfLibre", Optional, Flag),
            ("expandedlicensing_isOsiApproved", Optional, Flag),
            ("expandedlicensing_licenseXml", Optional, Text),
            ("expandedlicensing_obsoletedBy", Optional, Text),
            ("expandedlicensing_seeAlso", Any, Uri),
            ("expandedlicensing_standardLicenseHeader", Optional, Text),
            ("expandedlicensing_standardLicenseTemplate", Optional, Text),
            ("simplelicensing_licenseText", One, Text),
        ],
    ),
    class(
        "expandedlicensing_LicenseAddition",
        Some("Element"),
        Kind::Abstract,
        &[
            ("expandedlicensing_additionText", One, Text),
            ("expandedlicensing_isDeprecatedAdditionId", Optional, Flag),
            ("expandedlicensing_licenseXml", Optional, Text),
            ("expandedlicensing_obsoletedBy", Optional, Text),
            ("expandedlicensing_seeAlso", Any, Uri),
            ("expandedlicensing_standardAdditionTemplate", Optional, Text),
        ],
    ),
    class(
        "expandedlicensing_ListedLicense",
        Some("expandedlicensing_License"),
        Kind::Element,
        &[
            ("expandedlicensing_deprecatedVersion", Optional, Text),
            ("expandedlicensing_listVersionAdded", Optional, Text),
        ],
    ),
    class(
        "expandedlicensing_ListedLicenseException",
        Some("expandedlicensing_LicenseAddition"),
        Kind::Element,
        &[
            ("expandedlicensing_deprecatedVersion", Optional, Text),
            ("expandedlicensing_listVersionAdded", Optional, Text),
        ],
    ),
    class(
        "expandedlicensing_OrLaterOperator",
        Some("expandedlicensing_ExtendableLicense"),
        Kind::Element,
        &[("expandedlicensing_subjectLicense", One, Node("expandedlicensing_License"))],
    ),
    class(
        "expandedlicensing_WithAdditionOperator",
        Some("simplelicensing_AnyLicenseInfo"),
        Kind::Element,
        &[
            ("expandedlicensing_subjectAddition", One, Node("expandedlicensing_LicenseAddition")),
            ("expandedlicensing_subjectExtendableLicense", One, Node("expandedlicensing_ExtendableLicense")),
        ],
    ),
    class(
        "extension_CdxPropertiesExtension",
        Some("extension_Extension"),
        Kind::Node,
        &[("extension_cdxProperty", AtLeastOne, Node("extension_CdxPropertyEntry"))],
    ),
    class(
        "extension_CdxPropertyEntry",
        None,
        Kind::Node,
        &[("extension_cdxPropName", One, Text), ("extension_cdxPropValue", Optional, Text)],
    ),
    class("extension_Extension", None, Kind::Abstract, &[]),
    class("security_CvssSeverityType", None, Kind::Node, &[]),
    class(
        "security_CvssV2VulnAssessmentRelationship",
        Some("security_VulnAssessmentRelationship"),
        Kind::Element,
        &[("security_score", One, Decimal), ("security_vectorString", One, Text)],
    ),
    class(
        "security_CvssV3VulnAssessmentRelationship",
        Some("security_VulnAssessmentRelationship"),
        Kind::Element,
        &[
            ("security_score", One, Decimal),
            ("security_severity", One, Words(CVSS_SEVERITY_TYPE)),
            ("security_vectorString", One, Text),
        ],
    ),
    class(
        "security_CvssV4VulnAssessmentRelationship",
        Some("security_VulnAssessmentRelationship"),
        Kind::Element,
        &[
            ("security_score", One, Decimal),
            ("security_severity", One, Words(CVSS_SEVERITY_TYPE)),
            ("security_vectorString", One, Text),
        ],
    ),
    class(
        "security_EpssVulnAssessmentRelationship",
        Some("security_VulnAssessmentRelationship"),
        Kind::Element,
        &[("security_percentile", One, Decimal), ("security_probability", One, Decimal)],
    ),
    class("security_ExploitCatalogType", None, Kind::Node, &[]),
    class(
        "security_ExploitCatalogVulnAssessmentRelationship",
        Some("security_VulnAssessmentRelationship"),
        Kind::Element,
        &[
            ("security_catalogType", One, Words(EXPLOIT_CATALOG_TYPE)),
            ("security_exploited", One, Flag),
            ("security_locator", One, Uri),
        ],
    ),
    class("security_SsvcDecisionType", None, Kind::Node, &[]),
    class(
        "security_SsvcVulnAssessmentRelationship",
        Some("security_VulnAssessmentRelationship"),
        Kind::Element,
        &[("security_decisionType", One, Words(SSVC_DECISION_TYPE))],
    ),
    class(
        "security_VexAffectedVulnAssessmentRelationship",
        Some("security_VexVulnAssessmentRelationship"),
        Kind::Element,
        &[("security_actionStatement", One, Text), ("security_actionStatementTime", Optional, Time)],
    ),
    class(
        "security_VexFixedVulnAssessmentRelationship",
        Some("security_VexVulnAssessmentRelationship"),
        Kind::Element,
        &[],
    ),
    class("security_VexJustificationType", None, Kind::Node, &[]),
    class(
        "security_VexNotAffectedVulnAssessmentRelationship",
        Some("security_VexVulnAssessmentRelationship"),
        Kind::Element,
        &[
            ("security_impactStatement", Optional, Text),
            ("security_impactStatementTime", Optional, Time),
            ("security_justificationType", Optional, Words(VEX_JUSTIFICATION_TYPE)),
        ],
    ),
    class(
        "security_VexUnderInvestigationVulnAssessmentRelationship",
        Some("security_VexVulnAssessmentRelationship"),
        Kind::Element,
        &[],
    ),
    class(
        "security_VexVulnAssessmentRelationship",
        Some("security_VulnAssessmentRelationship"),
        Kind::Abstract,
        &[("security_statusNotes", Optional, Text), ("security_vexVersion", Optional, Text)],
    ),
    class(
        "security_VulnAssessmentRelationship",
        Some("Relationship"),
        Kind::Abstract,
        &[
            ("security_assessedElement", Optional, Node("software_SoftwareArtifact")),
            ("security_modifiedTime", Optional, Time),
            ("security_publishedTime", Optional, Time),
            ("security_withdrawnTime", Optional, Time),
            ("suppliedBy", Optional, Node("Agent")),
        ],
    ),
    class(
        "security_Vulnerability",
        Some("Artifact"),
        Kind::Element,
        &[
            ("security_modifiedTime", Optional, Time),
            ("security_publishedTime", Optional, Time),
            ("security_withdrawnTime", Optional, Time),
        ],
    ),
    class("simplelicensing_AnyLicenseInfo", Some("Element"), Kind::Abstract, &[]),
    class(
        "simplelicensing_LicenseExpression",
        Some("simplelicensing_AnyLicenseInfo"),
        Kind::Element,
        &[
            ("simplelicensing_customIdToUri", Any, Node("DictionaryEntry")),
            ("simplelicensing_licenseExpression", One, Text),
            ("simplelicensing_licenseListVersion", Optional, Version),
        ],
    ),
    class(
        "simplelicensing_SimpleLicensingText",
        Some("Element"),
        Kind::Element,
        &[("simplelicensing_licenseText", One, Text)],
    ),
    class(
        "software_ContentIdentifier",
        Some("IntegrityMethod"),
        Kind::Node,
        &[
            ("software_contentIdentifierType", One, Words(CONTENT_IDENTIFIER_TYPE)),
            ("software_contentIdentifierValue", One, Uri),
        ],
    ),
    class("software_ContentIdentifierType", None, Kind::Node, &[]),
    class(
        "software_File",
        Some("software_SoftwareArtifact"),
        Kind::Element,
        &[("contentType", Optional, MediaType), ("software_fileKind", Optional, Words(FILE_KIND_TYPE))],
    ),
    class("software_FileKindType", None, Kind::Node, &[]),
    class(
        "software_Package",
        Some("software_SoftwareArtifact"),
        Kind::Element,
        &[
            ("software_downloadLocation", Optional, Uri),
            ("software_homePage", Optional, Uri),
            ("software_packageUrl", Optional, Uri),
            ("software_packageVersion", Optional, Text),
            ("software_sourceInfo", Optional, Text),
        ],
    ),
    class("software_Sbom", Some("Bom"), Kind::Element, &[("software_sbomType", Any, Words(SBOM_TYPE))]),
    class("software_SbomType", None, Kind::Node, &[]),
    class(
        "software_Snippet",
        Some("software_SoftwareArtifact"),
        Kind::Element,
        &[
            ("software_byteRange", Optional, Node("PositiveIntegerRange")),
            ("software_lineRange", Optional, Node("PositiveIntegerRange")),
            ("software_snippetFromFile", One, Node("software_File")),
        ],
    ),
    class(
        "software_SoftwareArtifact",
        Some("Artifact"),
        Kind::Abstract,
        &[
            ("software_additionalPurpose", Any, Words(SOFTWARE_PURPOSE)),
            ("software_attributionText", Any, Text),
            ("software_contentIdentifier", Any, Node("software_ContentIdentifier")),
            ("software_copyrightText", Optional, Text),
            ("software_primaryPurpose", Optional, Words(SOFTWARE_PURPOSE)),
        ],
    ),
    class("software_SoftwarePurpose", None, Kind::Node, &[]),
];

const ANNOTATION_TYPE: &[&str] = &["other", "review"];

const CONFIDENTIALITY_LEVEL_TYPE: &[&str] = &["amber", "clear", "green", "red"];

const CONTENT_IDENTIFIER_TYPE: &[&str] = &["gitoid", "swhid"];

const CVSS_SEVERITY_TYPE: &[&str] = &["critical", "high", "low", "medium", "none"];

const DATASET_AVAILABILITY_TYPE: &[&str] =
    &["clickthrough", "directDownload", "query", "registration", "scrapingScript"];

const DATASET_TYPE: &[&str] = &[
    "audio",
    "categorical",
    "graph",
    "image",
    "noAssertion",
    "numeric",
    "other",
    "sensor",
    "structured",
    "syntactic",
    "text",
    "timeseries",
    "timestamp",
    "video",
];

const ENERGY_UNIT_TYPE: &[&str] = &["kilowattHour", "megajoule", "other"];

const EXPLOIT_CATALOG_TYPE: &[&str] = &["kev", "other"];

const EXTERNAL_IDENTIFIER_TYPE: &[&str] = &[
    "cpe22",
    "cpe23",
    "cve",
    "email",
    "gitoid",
    "other",
    "packageUrl",
    "securityOther",
    "swhid",
    "swid",
    "urlScheme",
];

const EXTERNAL_REF_TYPE: &[&str] = &[
    "altDownloadLocation",
    "altWebPage",
    "binaryArtifact",
    "bower",
    "buildMeta",
    "buildSystem",
    "certificationReport",
    "chat",
    "componentAnalysisReport",
    "cwe",
    "documentation",
    "dynamicAnalysisReport",
    "eolNotice",
    "exportControlAssessment",
    "funding",
    "issueTracker",
    "license",
    "mailingList",
    "mavenCentral",
    "metrics",
    "npm",
    "nuget",
    "other",
    "privacyAssessment",
    "productMetadata",
    "purchaseOrder",
    "qualityAssessmentReport",
    "releaseHistory",
    "releaseNotes",
    "riskAssessment",
    "runtimeAnalysisReport",
    "secureSoftwareAttestation",
    "securityAdversaryModel",
    "securityAdvisory",
    "securityFix",
    "securityOther",
    "securityPenTestReport",
    "securityPolicy",
    "securityThreatModel",
    "socialMedia",
    "sourceArtifact",
    "staticAnalysisReport",
    "support",
    "vcs",
    "vulnerabilityDisclosureReport",
    "vulnerabilityExploitabilityAssessment",
];

const FILE_KIND_TYPE: &[&str] = &["directory", "file"];

const HASH_ALGORITHM: &[&str] = &[
    "adler32",
    "blake2b256",
    "blake2b384",
    "blake2b512",
    "blake3",
    "crystalsDilithium",
    "crystalsKyber",
    "falcon",
    "md2",
    "md4",
    "md5",
    "md6",
    "other",
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha3_224",
    "sha3_256",
    "sha3_384",
    "sha3_512",
    "sha512",
];

const LIFECYCLE_SCOPE_TYPE: &[&str] = &["build", "design", "development", "other", "runtime", "test"];

const PRESENCE_TYPE: &[&str] = &["no", "noAssertion", "yes"];

const PROFILE_IDENTIFIER_TYPE: &[&str] = &[
    "ai",
    "build",
    "core",
    "dataset",
    "expandedLicensing",
    "extension",
    "lite",
    "security",
    "simpleLicensing",
    "software",
];

const RELATIONSHIP_COMPLETENESS: &[&str] = &["complete", "incomplete", "noAssertion"];

const RELATIONSHIP_TYPE: &[&str] = &[
    "affects",
    "amendedBy",
    "ancestorOf",
    "availableFrom",
    "configures",
    "contains",
    "coordinatedBy",
    "copiedTo",
    "delegatedTo",
    "dependsOn",
    "descendantOf",
    "describes",
    "doesNotAffect",
    "expandsTo",
    "exploitCreatedBy",
    "fixedBy",
    "fixedIn",
    "foundBy",
    "generates",
    "hasAddedFile",
    "hasAssessmentFor",
    "hasAssociatedVulnerability",
    "hasConcludedLicense",
    "hasDataFile",
    "hasDeclaredLicense",
    "hasDeletedFile",
    "hasDependencyManifest",
    "hasDistributionArtifact",
    "hasDocumentation",
    "hasDynamicLink",
    "hasEvidence",
    "hasExample",
    "hasHost",
    "hasInput",
    "hasMetadata",
    "hasOptionalComponent",
    "hasOptionalDependency",
    "hasOutput",
    "hasPrerequisite",
    "hasProvidedDependency",
    "hasRequirement",
    "hasSpecification",
    "hasStaticLink",
    "hasTest",
    "hasTestCase",
    "hasVariant",
    "invokedBy",
    "modifiedBy",
    "other",
    "packagedBy",
    "patchedBy",
    "publishedBy",
    "reportedBy",
    "republishedBy",
    "serializedInArtifact",
    "testedOn",
    "trainedOn",
    "underInvestigationFor",
    "usesTool",
];

const SAFETY_RISK_ASSESSMENT_TYPE: &[&str] = &["high", "low", "medium", "serious"];

const SBOM_TYPE: &[&str] = &["analyzed", "build", "deployed", "design", "runtime", "source"];

const SOFTWARE_PURPOSE: &[&str] = &[
    "application",
    "archive",
    "bom",
    "configuration",
    "container",
    "data",
    "device",
    "deviceDriver",
    "diskImage",
    "documentation",
    "evidence",
    "executable",
    "file",
    "filesystemImage",
    "firmware",
    "framework",
    "install",
    "library",
    "manifest",
    "model",
    "module",
    "operatingSystem",
    "other",
    "patch",
    "platform",
    "requirement",
    "source",
    "specification",
    "test",
];

const SSVC_DECISION_TYPE: &[&str] = &["act", "attend", "track", "trackStar"];

const SUPPORT_TYPE: &[&str] =
    &["deployed", "development", "endOfSupport", "limitedSupport", "noAssertion", "noSupport", "support"];

const VEX_JUSTIFICATION_TYPE: &[&str] = &[
    "componentNotPresent",
    "inlineMitigationsAlreadyExist",
    "vulnerableCodeCannotBeControlledByAdversary",
    "vulnerableCodeNotInExecutePath",
    "vulnerableCodeNotPresent",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value as Schema;
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    fn official() -> Option<Schema> {
        #[expect(clippy::disallowed_methods, reason = "tests may be pointed at their data")]
        let folder = std::env::var_os("BONAFIDE_TESTDATA").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
            std::path::PathBuf::from,
        );
        let path = folder.join("sbom-formats/schemas/spdx/spdx-3.0.1.schema.json");
        let Ok(text) = fs::read(&path) else {
            println!("skipped: no {}", path.display());
            return None;
        };
        Some(serde_json::from_slice(&text).unwrap())
    }

    /// The properties of a class by the schema, its parents' too: whether it must be there, and what it holds.
    fn properties(schema: &Schema, class: &str) -> BTreeMap<String, (bool, Schema)> {
        let mut found = BTreeMap::new();
        for part in schema["$defs"][format!("{class}_props")]["allOf"].as_array().into_iter().flatten() {
            if let Some(parent) = part["$ref"].as_str() {
                let parent = parent.rsplit('/').next().unwrap();
                if let Some(parent) = parent.strip_suffix("_props") {
                    found.extend(properties(schema, parent));
                }
                continue;
            }
            let required = part["required"].as_array().cloned().unwrap_or_default();
            for (name, value) in part["properties"].as_object().into_iter().flatten() {
                found.insert(name.clone(), (required.iter().any(|key| key == name), value.clone()));
            }
        }
        found
    }

    fn definition<'s>(schema: &'s Schema, value: &'s Schema) -> &'s Schema {
        match value["$ref"].as_str() {
            Some(path) => &schema["$defs"][path.rsplit('/').next().unwrap()],
            None => value,
        }
    }

    fn holds(schema: &Schema, found: &Schema, value: Value) -> bool {
        let inner = definition(schema, found);
        let pattern = inner["pattern"].as_str().unwrap_or_default();
        match value {
            Node(class) => {
                inner["$ref"].as_str().is_some_and(|path| path.ends_with(&format!("/{class}_derived")))
            }
            Words(words) => {
                let mut listed: Vec<&str> =
                    inner["enum"].as_array().unwrap().iter().filter_map(Schema::as_str).collect();
                listed.sort_unstable();
                listed == words
            }
            Uri => inner["$ref"] == "#/$defs/anyURI",
            Text => *inner == serde_json::json!({"type": "string"}),
            Flag => inner["type"] == "boolean",
            Decimal => inner["oneOf"][0]["type"] == "number",
            NonNegative => inner["minimum"] == 0,
            Positive => inner["minimum"] == 1,
            Time => inner["allOf"].is_array(),
            Version => pattern.starts_with("^(0|"),
            MediaType => pattern.contains("\\/"),
        }
    }

    #[test]
    fn every_class_is_as_the_official_schema_has_it() {
        let Some(schema) = official() else { return };
        assert!(CLASSES.is_sorted_by_key(|class| class.name));
        let names: Vec<&str> = schema["$defs"]
            .as_object()
            .unwrap()
            .keys()
            .filter_map(|key| key.strip_suffix("_props"))
            .collect();
        let mut ours: Vec<&str> = CLASSES.iter().map(|class| class.name).collect();
        ours.sort_unstable();
        let mut theirs = names.clone();
        theirs.sort_unstable();
        assert_eq!(ours, theirs);
        for class in CLASSES {
            let theirs = properties(&schema, class.name);
            let ours: BTreeMap<&str, (Count, Value)> =
                class.properties().map(|(name, count, value)| (*name, (*count, *value))).collect();
            assert_eq!(
                ours.keys().copied().collect::<Vec<_>>(),
                theirs.keys().map(String::as_str).collect::<Vec<_>>(),
                "{}",
                class.name
            );
            for (name, (count, value)) in ours {
                let (required, found) = &theirs[name];
                let list = &found["oneOf"][0];
                let (wanted, item) = if list["type"] == "array" {
                    let count = match (required, list["minItems"].as_u64().unwrap_or_default()) {
                        (false, 0) => Any,
                        (true, 1) => AtLeastOne,
                        (true, 2) => AtLeastTwo,
                        other => panic!("{} {name} {other:?}", class.name),
                    };
                    (count, &list["items"])
                } else {
                    (if *required { One } else { Optional }, found)
                };
                assert_eq!(count, wanted, "{} {name}", class.name);
                assert!(holds(&schema, item, value), "{} {name}: {item} is no {value:?}", class.name);
            }
            let own = &schema["$defs"][class.name]["allOf"][0];
            let kind = if own.is_null() || class.name == "extension_Extension" {
                Kind::Abstract
            } else if own["properties"]["spdxId"].is_object() {
                Kind::Element
            } else {
                Kind::Node
            };
            assert_eq!(class.kind, kind, "{}", class.name);
        }
    }
}

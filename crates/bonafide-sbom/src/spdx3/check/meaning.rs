//! What the model says in words: which ends a relationship may have, and values that must fit one another.

use super::{Check, Fields, Path, get, text};
use crate::json::Json;
use crate::licence;
use crate::model::Algorithm;
use crate::rules;
use crate::spdx2::{Locator, locator};
use crate::spdx3::classes::Class;
use crate::spdx3::individual_class;
use bonafide_json::shorten;
use bonafide_report::Severity;

/// The ends that a type of relationship asks for (3.0.1 model, Core, `RelationshipType`): the class of `from`, and of
/// each `to`. Types that may lead from and to any element are not here.
const ENDS: &[(&str, &str, &str)] = &[
    ("affects", VULNERABILITY, ELEMENT),
    ("coordinatedBy", VULNERABILITY, AGENT),
    ("doesNotAffect", VULNERABILITY, ELEMENT),
    ("exploitCreatedBy", VULNERABILITY, AGENT),
    ("fixedBy", VULNERABILITY, AGENT),
    ("fixedIn", VULNERABILITY, ELEMENT),
    ("foundBy", VULNERABILITY, AGENT),
    ("hasAssessmentFor", VULNERABILITY, ELEMENT),
    ("hasAssociatedVulnerability", "Artifact", VULNERABILITY),
    ("hasConcludedLicense", "software_SoftwareArtifact", LICENSE),
    ("hasDeclaredLicense", "software_SoftwareArtifact", LICENSE),
    ("hasInput", "build_Build", ELEMENT),
    ("hasOutput", "build_Build", ELEMENT),
    ("invokedBy", ELEMENT, AGENT),
    ("publishedBy", VULNERABILITY, AGENT),
    ("ranOn", "build_Build", ELEMENT),
    ("reportedBy", VULNERABILITY, AGENT),
    ("republishedBy", VULNERABILITY, AGENT),
    ("serializedInArtifact", "SpdxDocument", "Artifact"),
    ("underInvestigationFor", VULNERABILITY, ELEMENT),
];

const ELEMENT: &str = "Element";
const AGENT: &str = "Agent";
const LICENSE: &str = "simplelicensing_AnyLicenseInfo";
const VULNERABILITY: &str = "security_Vulnerability";

/// Classes of relationships, and the one type that each is for.
const TYPES: &[(&str, &str)] = &[
    ("security_CvssV2VulnAssessmentRelationship", "hasAssessmentFor"),
    ("security_CvssV3VulnAssessmentRelationship", "hasAssessmentFor"),
    ("security_CvssV4VulnAssessmentRelationship", "hasAssessmentFor"),
    ("security_EpssVulnAssessmentRelationship", "hasAssessmentFor"),
    ("security_ExploitCatalogVulnAssessmentRelationship", "hasAssessmentFor"),
    ("security_SsvcVulnAssessmentRelationship", "hasAssessmentFor"),
    ("security_VexAffectedVulnAssessmentRelationship", "affects"),
    ("security_VexFixedVulnAssessmentRelationship", "fixedIn"),
    ("security_VexNotAffectedVulnAssessmentRelationship", "doesNotAffect"),
    ("security_VexUnderInvestigationVulnAssessmentRelationship", "underInvestigationFor"),
];

impl Check<'_> {
    /// Judges what an object says as a whole.
    pub(super) fn meaning(&mut self, class: &'static Class, fields: Fields<'_>, path: &Path<'_>) {
        match class.name {
            "CreationInfo" => self.version(fields, path),
            "SpdxDocument" => {
                self.documents += 1;
                if self.documents > 1 {
                    self.fault(
                        &rules::DOCUMENT_COUNT,
                        path,
                        "this is not the first `SpdxDocument` of the graph, which may have one",
                        "keep one `SpdxDocument`, and put what the other says into a `Bom` or `software_Sbom`",
                    );
                }
            }
            "Hash" | "PackageVerificationCode" => self.digest(fields, path),
            "PositiveIntegerRange" => self.range(fields, path),
            "ExternalIdentifier" => {
                if let (Some(kind), Some(identifier)) =
                    (text(fields, "externalIdentifierType"), text(fields, "identifier"))
                {
                    let kind = match kind {
                        "packageUrl" => "purl",
                        "cpe23" => "cpe23Type",
                        "cpe22" => "cpe22Type",
                        "swhid" => "swh",
                        "swid" | "gitoid" => kind,
                        _ => return,
                    };
                    self.identifier(kind, identifier, &Path::Key(path, "identifier"));
                }
            }
            "software_ContentIdentifier" => {
                if let (Some(kind), Some(identifier)) = (
                    text(fields, "software_contentIdentifierType"),
                    text(fields, "software_contentIdentifierValue"),
                ) {
                    let kind = if kind == "swhid" { "swh" } else { kind };
                    self.identifier(kind, identifier, &Path::Key(path, "software_contentIdentifierValue"));
                }
            }
            "simplelicensing_LicenseExpression" => self.expression(fields, path),
            _ if class.is_a("Relationship") => self.relationship(class, fields, path),
            _ if class.is_a("software_Package") => {
                if let Some(purl) = text(fields, "software_packageUrl") {
                    self.identifier("purl", purl, &Path::Key(path, "software_packageUrl"));
                }
            }
            _ => {}
        }
        if class.is_a("ElementCollection") {
            self.collection(fields, path);
        }
    }

    fn version(&mut self, fields: Fields<'_>, path: &Path<'_>) {
        if let Some(version) = text(fields, "specVersion").filter(|version| !version.starts_with("3.0.")) {
            self.fault(
                &rules::VERSION,
                &Path::Key(path, "specVersion"),
                format!("`specVersion` is {:?}; this was judged as 3.0.1", shorten(version)),
                "write the version that the document follows, such as 3.0.1",
            );
        }
    }

    fn digest(&mut self, fields: Fields<'_>, path: &Path<'_>) {
        let (Some(algorithm), Some(value)) = (text(fields, "algorithm"), text(fields, "hashValue")) else {
            return;
        };
        let known = Algorithm::from_spdx3(algorithm);
        let is_hex = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_right = match known.hex_digits() {
            Some(digits) => is_hex && value.len() == digits,
            // `other` and algorithms whose values are no digits of a fixed number.
            None => !value.is_empty() && (is_hex || !matches!(known, Algorithm::Blake3 | Algorithm::Md6)),
        };
        let here = Path::Key(path, "hashValue");
        if !is_right {
            let wanted = known
                .hex_digits()
                .map_or("hexadecimal digits".to_owned(), |digits| format!("{digits} hexadecimal digits"));
            let message = format!(
                "{algorithm} is {:?} ({} characters); {wanted} are needed",
                shorten(value),
                value.chars().count()
            );
            self.fault(&rules::CHECKSUM, &here, message, "compute the digest again");
        } else if is_hex && value.bytes().any(|byte| byte.is_ascii_uppercase()) {
            let finding = self.fault(
                &rules::CHECKSUM,
                &here,
                format!(
                    "{algorithm} has digits in upper case, which tools that compare text take for another"
                ),
                "write the digest in lower case",
            );
            finding.severity = Severity::Warning;
        }
    }

    fn range(&mut self, fields: Fields<'_>, path: &Path<'_>) {
        let number = |key| match get(fields, key) {
            Some(Json::Number(digits)) => digits.parse::<u64>().ok(),
            _ => None,
        };
        if let (Some(begin), Some(end)) = (number("beginIntegerRange"), number("endIntegerRange"))
            && begin > end
        {
            self.fault(
                &rules::SNIPPET_RANGE,
                path,
                format!("it begins at {begin}, after its end at {end}"),
                "count from 1, both ends included",
            );
        }
    }

    fn identifier(&mut self, kind: &str, identifier: &str, path: &Path<'_>) {
        let (reason, severity) = match locator(kind, identifier) {
            Locator::Right => return,
            Locator::Doubtful(reason) => (reason, Severity::Warning),
            Locator::Wrong(reason) => (reason, Severity::Error),
        };
        let message = format!("{kind} {:?}: {reason}", shorten(identifier));
        self.fault(&rules::REFERENCE_LOCATOR, path, message, "mend the identifier, or leave it out")
            .severity = severity;
    }

    fn expression(&mut self, fields: Fields<'_>, path: &Path<'_>) {
        let Some(expression) = text(fields, "simplelicensing_licenseExpression") else { return };
        // Any reference is taken: what it means, `simplelicensing_customIdToUri` says, or another document.
        let fault = licence::check(expression, |name| {
            ["LicenseRef-", "DocumentRef-", "AdditionRef-"].iter().any(|start| name.starts_with(start))
                || matches!(name, "NONE" | "NOASSERTION")
        });
        if matches!(expression, "NONE" | "NOASSERTION") {
            return;
        }
        let here = Path::Key(path, "simplelicensing_licenseExpression");
        match fault {
            Ok(()) => {}
            Err(licence::Fault::Syntax(reason)) => {
                self.fault(
                    &rules::LICENSE_EXPRESSION,
                    &here,
                    format!("{:?}: {reason}", shorten(expression)),
                    "write an SPDX expression: ids joined by AND, OR, WITH",
                );
            }
            Err(licence::Fault::Unknown(names)) => {
                self.fault(
                    &rules::LICENSE_UNKNOWN,
                    &here,
                    format!("not on the SPDX licence list: {}", names.join(", ")),
                    "use the id of the SPDX list, or a LicenseRef-… with its text in a `simplelicensing_SimpleLicensingText`",
                );
            }
        }
    }

    /// The root of a collection is one of its contents, and no document.
    fn collection(&mut self, fields: Fields<'_>, path: &Path<'_>) {
        for property in ["rootElement", "element"] {
            let items = get(fields, property).and_then(Json::as_array).unwrap_or_default();
            for (at, item) in items.iter().enumerate() {
                if item
                    .as_str()
                    .and_then(|id| self.class_of(id))
                    .is_some_and(|class| class.name == "SpdxDocument")
                {
                    let here = Path::Key(path, property);
                    self.fault(
                        &rules::REFERENCE_CLASS,
                        &Path::Item(&here, at),
                        "a collection holds elements, not the `SpdxDocument` that they are written in",
                        "leave it out",
                    )
                    .severity = Severity::Warning;
                }
            }
        }
    }

    fn relationship(&mut self, class: &'static Class, fields: Fields<'_>, path: &Path<'_>) {
        let Some(kind) = text(fields, "relationshipType") else { return };
        let here = Path::Key(path, "relationshipType");
        for (name, only) in TYPES {
            if class.name == *name && kind != *only {
                self.fault(
                    &rules::RELATIONSHIP,
                    &here,
                    format!("a `{name}` is of type `{only}`, not {:?}", shorten(kind)),
                    format!("write `{only}`"),
                );
            } else if kind == *only && *only != "hasAssessmentFor" && class.name != *name {
                self.fault(
                    &rules::RELATIONSHIP,
                    &here,
                    format!("`{only}` is said by a `{name}`, not by a `{}`", class.name),
                    format!("write `{name}` as the class, or another type"),
                );
            }
        }
        if kind == "hasAssessmentFor" && !class.is_a("security_VulnAssessmentRelationship") {
            self.fault(
                &rules::RELATIONSHIP,
                &here,
                format!("`hasAssessmentFor` is said by a class of assessments, not by a `{}`", class.name),
                "use the class of the assessment, such as `security_CvssV3VulnAssessmentRelationship`",
            );
        }
        if class.name == "security_VexNotAffectedVulnAssessmentRelationship"
            && get(fields, "security_justificationType").is_none()
            && get(fields, "security_impactStatement").is_none()
        {
            self.fault(
                &rules::RELATIONSHIP,
                path,
                "it is said that something is not affected, but not why",
                "add `security_justificationType` or `security_impactStatement`",
            );
        }
        if let Some((_, from, to)) = ENDS.iter().find(|(name, ..)| *name == kind) {
            if let Some(end) = get(fields, "from") {
                self.end(kind, "from", from, end, &Path::Key(path, "from"));
            }
            let ends = Path::Key(path, "to");
            let items = get(fields, "to").and_then(Json::as_array).unwrap_or_default();
            for (at, end) in items.iter().enumerate() {
                self.end(kind, "to", to, end, &Path::Item(&ends, at));
            }
        }
    }

    fn end(&mut self, kind: &str, side: &str, wanted: &'static str, end: &Json, path: &Path<'_>) {
        let class = match end {
            Json::String(id) if individual_class(id).is_some() => return,
            Json::String(id) => self.class_of(id),
            Json::Object(fields) => text(fields, "type").and_then(Class::find),
            _ => None,
        };
        if let Some(class) = class.filter(|class| class.is_a("Element") && !class.is_a(wanted)) {
            self.fault(
                &rules::RELATIONSHIP,
                path,
                format!("the `{side}` of `{kind}` is a `{wanted}`; this is a `{}`", class.name),
                "turn the relationship about, use another type, or name another element",
            );
        }
    }

    fn class_of(&self, id: &str) -> Option<&'static Class> {
        self.ids.given.get(id).and_then(|given| given.class)
    }
}

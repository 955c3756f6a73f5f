//! What the packages of a document must say, and what must agree in it.

use bonafide_ident::{Cpe, Purl};
use bonafide_report::{Finding, Place, Severity};
use serde_json::Value;

use super::base::package_id;
use super::rules;
use super::version::{is_forge, mentions};
use crate::config::Style;

/// A document whose packages are checked.
pub(super) struct Subject<'a> {
    /// Its path below the root.
    pub path: &'a str,
    /// How strict: CPython's own tool demands checksums and identifiers.
    pub style: Style,
    /// What `licenseConcluded` must be.
    pub license_concluded: Option<&'a str>,
}

/// Checks each package of a document.
pub(super) fn check(subject: &Subject<'_>, packages: &[Value], findings: &mut Vec<Finding>) {
    for (index, package) in packages.iter().enumerate() {
        let mut one = One { subject, index, package, findings };
        one.required();
        one.id();
        one.checksums();
        one.version();
        one.licences();
    }
}

struct One<'a> {
    subject: &'a Subject<'a>,
    index: usize,
    package: &'a Value,
    findings: &'a mut Vec<Finding>,
}

impl One<'_> {
    fn text(&self, field: &str) -> Option<&str> {
        self.package.get(field)?.as_str()
    }

    fn name(&self) -> String {
        self.text("name").map_or_else(|| format!("package {}", self.index + 1), str::to_owned)
    }

    fn say(&mut self, rule: &'static bonafide_report::Rule, field: &str, message: String) -> &mut Finding {
        let place = Place::file(self.subject.path).pointer(format!("/packages/{}/{field}", self.index));
        let mut finding = Finding::new(rule, place, message).subject(self.name());
        finding.field = Some(field.split('/').next().unwrap_or(field).to_owned());
        self.findings.push(finding);
        self.findings.last_mut().expect("one was just pushed")
    }

    fn required(&mut self) {
        for field in ["name", "versionInfo", "downloadLocation", "licenseConcluded", "primaryPackagePurpose"]
        {
            if self.text(field).is_none_or(str::is_empty) {
                let message = format!("{} has no {field}", self.name());
                let key = match field {
                    "versionInfo" => "version",
                    "downloadLocation" => "download-location",
                    "primaryPackagePurpose" => "purpose",
                    other => other,
                };
                let remedy = match field {
                    "licenseConcluded" => {
                        "write \"licenseConcluded\": \"NOASSERTION\" in the package".to_owned()
                    }
                    _ => format!("state `{key}` in bonafide.toml, or \"{field}\" in the package"),
                };
                // A copy of sources that were never released has no version; SPDX 2.3 does not ask for one.
                let severity = if field == "versionInfo" { self.severity() } else { Severity::Error };
                let finding = self.say(&rules::VENDOR_FIELD_MISSING, field, message);
                finding.severity = severity;
                finding.remedy = Some(remedy);
            }
        }
    }

    fn id(&mut self) {
        let Some(name) = self.text("name") else { return };
        let wanted = package_id(name);
        if self.text("SPDXID") != Some(&wanted) {
            let found = self.text("SPDXID").unwrap_or("nothing").to_owned();
            let message = format!("the SPDX id of {name} does not follow from its name");
            let finding = self.say(&rules::VENDOR_FIELD_MISSING, "SPDXID", message);
            finding.remedy = Some(format!("write \"SPDXID\": \"{wanted}\""));
            finding.expected = Some(wanted);
            finding.found = Some(found);
        }
    }

    fn severity(&self) -> Severity {
        if self.subject.style == Style::Fragment { Severity::Error } else { Severity::Warning }
    }

    fn checksums(&mut self) {
        let sound = self.package.get("checksums").and_then(Value::as_array).is_some_and(|list| {
            list.iter().any(|one| one["algorithm"].is_string() && one["checksumValue"].is_string())
        });
        if !sound {
            let severity = self.severity();
            let name = self.name();
            let message = format!("{name} has no checksum of its upstream archive");
            let version = self.text("versionInfo").unwrap_or("VERSION").to_owned();
            let finding = self.say(&rules::CHECKSUM_MISSING, "checksums", message);
            finding.severity = severity;
            finding.remedy = Some(format!("`bonafide vendor bump {name} {version} --archive FILE`"));
        }
    }

    fn version(&mut self) {
        let Some(version) = self.text("versionInfo").map(str::to_owned) else { return };
        let name = self.name();
        if let Some(location) = self.text("downloadLocation").map(str::to_owned) {
            let stated = !matches!(location.as_str(), "NOASSERTION" | "NONE");
            if stated && !mentions(&location, &version) {
                let message = format!("the download location of {name} does not name version {version}");
                let finding = self.say(&rules::VERSION_MISMATCH, "downloadLocation", message);
                finding.expected = Some(format!("a location with {version}"));
                finding.found = Some(location);
                finding.remedy = Some(bump(&name, &version));
            }
        }
        let references =
            self.package.get("externalRefs").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut identified = false;
        for (at, reference) in references.iter().enumerate() {
            let locator = reference["referenceLocator"].as_str().unwrap_or_default();
            let field = format!("externalRefs/{at}/referenceLocator");
            let named = match reference["referenceType"].as_str() {
                Some("purl") => locator
                    .parse::<Purl>()
                    .map(|purl| named_by(&purl, &version))
                    .map_err(|error| error.to_string()),
                Some("cpe23Type") => {
                    locator.parse::<Cpe>().map(|cpe| cpe.version().plain()).map_err(|error| error.to_string())
                }
                _ => continue,
            };
            identified = true;
            match named {
                Ok(named) if named.as_deref() == Some(version.as_str()) => {}
                Ok(named) => {
                    let message = format!("`{locator}` of {name} is not of version {version}");
                    let finding = self.say(&rules::VERSION_MISMATCH, &field, message);
                    finding.expected = Some(version.clone());
                    finding.found = Some(named.unwrap_or_else(|| "no version".to_owned()));
                    finding.remedy = Some(bump(&name, &version));
                }
                Err(error) => {
                    let message = format!("`{locator}` of {name} cannot be read: {error}");
                    self.say(&rules::IDENTIFIER_INVALID, &field, message).remedy =
                        Some("correct it".to_owned());
                }
            }
        }
        if !identified {
            let severity = self.severity();
            let message = format!("{name} has neither a package URL nor a CPE");
            let finding = self.say(&rules::IDENTIFIER_MISSING, "externalRefs", message);
            finding.severity = severity;
            finding.remedy =
                Some("state `purl` or `cpe` in bonafide.toml, with `{version}` in it".to_owned());
        }
    }

    fn licences(&mut self) {
        let name = self.name();
        let concluded = self.text("licenseConcluded").map(str::to_owned);
        if let (Some(wanted), Some(found)) = (self.subject.license_concluded, &concluded)
            && wanted != found
        {
            let message = format!("licenseConcluded of {name} must be {wanted}");
            let finding = self.say(&rules::LICENSE_RULE, "licenseConcluded", message);
            finding.expected = Some(wanted.to_owned());
            finding.found = Some(found.clone());
            finding.remedy = Some(format!("write \"licenseConcluded\": \"{wanted}\""));
        }
        for field in ["licenseConcluded", "licenseDeclared"] {
            let Some(text) = self.text(field).map(str::to_owned) else { continue };
            if matches!(text.as_str(), "NOASSERTION" | "NONE") {
                continue;
            }
            if let Err(error) = spdx::Expression::parse(&text) {
                let message =
                    format!("{field} of {name}, `{text}`, is no licence expression: {}", error.reason);
                self.say(&rules::LICENSE_RULE, field, message).remedy =
                    Some("write a valid SPDX expression, `NOASSERTION` or `NONE`".to_owned());
            }
        }
    }
}

/// The version that a package URL names. In those of a forge it is a tag, which may say more: `v1.2.0`, `R_2_7_1`.
fn named_by(purl: &Purl, version: &str) -> Option<String> {
    let named = purl.version()?;
    let is_tag = is_forge(purl) && mentions(named, version);
    Some(if is_tag { version } else { named }.to_owned())
}

fn bump(name: &str, version: &str) -> String {
    format!("`bonafide vendor bump {name} {version}` makes all fields agree")
}

//! The base document: what regen writes, from the files, the configuration, and what people keep in it by hand.
//!
//! People own `packages`; `files` and `relationships` follow from the source tree. A package's field that
//! `bonafide.toml` states is written into the document, any other is kept. The document is handled as raw JSON for that
//! reason: whatever people wrote survives.

use bonafide_ident::{DigestKinds, Digests, Hasher, Sha1};
use serde_json::{Map, Value, json};

use super::Request;
use super::json;
use super::survey::{OwnedFile, Survey, spdx_id};
use crate::config::{BaseDocument, Config, Located, Metadata, Package, Project, Style};

/// The first words of a `sourceInfo` that this module wrote.
const PATCHED: &str = "Differs from upstream on purpose: ";

/// What the SPDX id of the project's own package begins with, in a whole document.
pub(super) const PROJECT: &str = "SPDXRef-PROJECT-";

/// What must be known besides the files.
pub(super) struct Surroundings<'a> {
    /// The document as it stands, if there is one.
    pub existing: Option<&'a Value>,
    /// The project's version, if it could be had.
    pub version: Option<&'a str>,
    /// Creation time for a document that changes, RFC 3339.
    pub created: Option<&'a str>,
}

/// The document as it should be. For [`Style::Whole`] the creation time of the existing one is kept if nothing else
/// changes.
pub(super) fn generate(
    request: &Request<'_>,
    document: &BaseDocument,
    survey: &Survey,
    around: &Surroundings<'_>,
) -> Value {
    let config = request.config;
    let mut root = match around.existing {
        Some(Value::Object(fields)) => fields.clone(),
        _ => Map::new(),
    };
    let mut packages = packages(config, document, root.get("packages"));
    let mut relationships = Vec::new();
    root.insert("SPDXID".into(), json!("SPDXRef-DOCUMENT"));
    root.insert("spdxVersion".into(), json!("SPDX-2.3"));
    if document.style == Style::Whole {
        let described = config.project.as_ref().map(|project| project_package(project, around.version));
        // The project's own package is made anew.
        packages.retain(|package| !package["SPDXID"].as_str().is_some_and(|id| id.starts_with(PROJECT)));
        let vendored: Vec<Value> =
            packages.iter().filter_map(|package| package.get("SPDXID").cloned()).collect();
        match &described {
            Some(described) => {
                relationships.push(relation(&json!("SPDXRef-DOCUMENT"), "DESCRIBES", &described["SPDXID"]));
                for id in &vendored {
                    relationships.push(relation(&described["SPDXID"], "CONTAINS", id));
                }
            }
            None => {
                for id in &vendored {
                    relationships.push(relation(&json!("SPDXRef-DOCUMENT"), "DESCRIBES", id));
                }
            }
        }
        for package in &mut packages {
            analysed(config, survey, package);
        }
        if let Some(described) = described {
            packages.insert(0, described);
        }
    }
    root.insert("packages".into(), Value::Array(packages));
    let mut files = Vec::with_capacity(survey.files.len());
    for file in &survey.files {
        let name = &config.packages[file.package].name.value;
        files.push(file_entry(file));
        relationships.push(relation(&json!(package_id(name)), "CONTAINS", &json!(file.id)));
    }
    root.insert("files".into(), Value::Array(files));
    root.insert("relationships".into(), Value::Array(relationships));
    if document.style == Style::Whole {
        whole(&mut root, document, config.project.as_ref(), around);
    }
    Value::Object(root)
}

/// The text of a document in its style.
pub(super) fn text(value: &Value, style: Style) -> String {
    let mut text = json::print(value);
    if style == Style::Whole {
        text.push('\n');
    }
    text
}

fn whole(
    root: &mut Map<String, Value>,
    document: &BaseDocument,
    project: Option<&Project>,
    around: &Surroundings<'_>,
) {
    let name = project.map_or_else(|| "vendored sources".to_owned(), |project| project.name.clone());
    let version = around.version.map(|version| format!("-{version}")).unwrap_or_default();
    root.insert("dataLicense".into(), json!("CC0-1.0"));
    root.insert("name".into(), json!(format!("{name}{version}")));
    let before = root.remove("creationInfo");
    root.remove("documentNamespace");
    let content = json::print(&Value::Object(root.clone()));
    let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, content.as_bytes());
    let slug = spdx_id(&format!("{name}{version}"));
    root.insert("documentNamespace".into(), json!(format!("https://spdx.org/spdxdocs/{slug}-{id}")));
    let mut creators = document.creators.clone();
    creators.push("Tool: bonafide".to_owned());
    let kept = around.existing.and_then(|existing| {
        let same = existing.get("documentNamespace") == root.get("documentNamespace");
        same.then(|| before.as_ref()?.get("created")?.as_str()).flatten()
    });
    let created = kept.or(around.created).unwrap_or("1970-01-01T00:00:00Z");
    root.insert("creationInfo".into(), json!({"created": created, "creators": creators}));
}

/// The SPDX id of a package.
pub(super) fn package_id(name: &str) -> String {
    spdx_id(&format!("SPDXRef-PACKAGE-{name}"))
}

fn relation(from: &Value, kind: &str, to: &Value) -> Value {
    json!({"spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to})
}

fn file_entry(file: &OwnedFile) -> Value {
    let Digests { sha1, sha256, .. } = file.content.digests;
    let sha1 = sha1.map(|digest| json!({"algorithm": "SHA1", "checksumValue": digest.to_string()}));
    let sha256 = sha256.map(|digest| json!({"algorithm": "SHA256", "checksumValue": digest.to_string()}));
    json!({"SPDXID": file.id, "fileName": file.name, "checksums": [sha1, sha256]})
}

fn project_package(project: &Project, version: Option<&str>) -> Value {
    let id = spdx_id(&format!("{PROJECT}{}", project.name));
    let fill = |text: &str| fill(text, &project.name, version);
    let mut fields = Map::new();
    fields.insert("SPDXID".into(), json!(id));
    fields.insert("name".into(), json!(project.name));
    fields.insert("downloadLocation".into(), json!("NOASSERTION"));
    fields.insert("filesAnalyzed".into(), json!(false));
    fields.insert("licenseConcluded".into(), json!("NOASSERTION"));
    fields.insert("licenseDeclared".into(), json!(project.license.as_deref().unwrap_or("NOASSERTION")));
    fields.insert("copyrightText".into(), json!("NOASSERTION"));
    fields.insert("primaryPackagePurpose".into(), json!("SOURCE"));
    for (key, value) in [("supplier", &project.supplier), ("originator", &project.originator)] {
        if let Some(value) = value {
            fields.insert(key.into(), json!(value));
        }
    }
    if let Some(version) = version {
        fields.insert("versionInfo".into(), json!(version));
    }
    let mut refs: Vec<Value> = project.cpes.iter().map(|cpe| cpe_ref(&fill(cpe))).collect();
    refs.extend(project.purl.iter().map(|purl| purl_ref(&fill(purl))));
    if !refs.is_empty() {
        fields.insert("externalRefs".into(), Value::Array(refs));
    }
    Value::Object(fields)
}

/// `{name}` and `{version}` filled in; without a version the text stays as it is.
pub(super) fn fill(text: &str, name: &str, version: Option<&str>) -> String {
    let text = text.replace("{name}", name);
    version.map_or_else(|| text.clone(), |version| text.replace("{version}", version))
}

fn cpe_ref(cpe: &str) -> Value {
    json!({"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": cpe})
}

fn purl_ref(purl: &str) -> Value {
    json!({"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl})
}

/// The packages of the document with what the configuration states, and those that it adds.
fn packages(config: &Config, document: &BaseDocument, existing: Option<&Value>) -> Vec<Value> {
    let mut packages = existing.and_then(Value::as_array).cloned().unwrap_or_default();
    for package in &config.packages {
        let name = &package.name.value;
        let at = packages.iter().position(|value| value["name"] == json!(name));
        let at = at.unwrap_or_else(|| {
            let at = packages
                .iter()
                .position(|other| other["name"].as_str() > Some(name))
                .unwrap_or(packages.len());
            packages.insert(at, json!({"SPDXID": package_id(name), "name": name}));
            at
        });
        if let Some(fields) = packages[at].as_object_mut() {
            apply(fields, package);
            if document.style == Style::Whole || !package.metadata.is_empty() {
                defaults(fields, document);
            }
        }
    }
    packages
}

/// Writes what the configuration states into a package.
fn apply(fields: &mut Map<String, Value>, package: &Package) {
    let Metadata { version, purl, cpes, supplier, originator, download_location, sha256, license, purpose } =
        &package.metadata;
    let mut set = |key: &str, value: &Option<Located<String>>| {
        if let Some(value) = value {
            fields.insert(key.into(), json!(value.value));
        }
    };
    set("versionInfo", version);
    set("supplier", supplier);
    set("originator", originator);
    set("licenseDeclared", license);
    set("primaryPackagePurpose", purpose);
    let version = fields.get("versionInfo").and_then(Value::as_str).map(str::to_owned);
    let fill = |text: &str| fill(text, &package.name.value, version.as_deref());
    if let Some(location) = download_location {
        let location = json!(fill(&location.value));
        // A checksum is that of one archive.
        if fields.insert("downloadLocation".into(), location.clone()).is_some_and(|before| before != location)
        {
            fields.remove("checksums");
        }
    }
    if let Some(sha256) = sha256 {
        fields.insert(
            "checksums".into(),
            json!([{"algorithm": "SHA256", "checksumValue": sha256.value.to_string()}]),
        );
    }
    if purl.is_some() || !cpes.is_empty() {
        let mut refs = fields.get("externalRefs").and_then(Value::as_array).cloned().unwrap_or_default();
        let cpes: Vec<Value> = cpes.iter().map(|cpe| cpe_ref(&fill(&cpe.value))).collect();
        replace(&mut refs, "cpe23Type", cpes);
        replace(&mut refs, "purl", purl.iter().map(|purl| purl_ref(&fill(&purl.value))).collect());
        fields.insert("externalRefs".into(), Value::Array(refs));
    }
    if !package.patches.is_empty() {
        let files: Vec<&str> = package.patches.iter().map(|patch| patch.file.value.as_str()).collect();
        fields.insert("sourceInfo".into(), json!(format!("{PATCHED}{}", files.join(", "))));
    } else if fields.get("sourceInfo").and_then(Value::as_str).is_some_and(|text| text.starts_with(PATCHED)) {
        fields.remove("sourceInfo");
    }
}

/// Puts new references of one type where the old ones of that type were. A reference that says the same is kept as it
/// is, in whatever spelling of its category. Nothing new: nothing changes.
fn replace(refs: &mut Vec<Value>, kind: &str, new: Vec<Value>) {
    if new.is_empty() {
        return;
    }
    let of_kind = |value: &Value| value["referenceType"] == json!(kind);
    let locators = |values: &[Value]| -> Vec<Value> {
        values.iter().filter(|value| of_kind(value)).map(|value| value["referenceLocator"].clone()).collect()
    };
    if locators(refs) == locators(&new) {
        return;
    }
    let at = refs.iter().position(of_kind).unwrap_or(refs.len());
    refs.retain(|value| !of_kind(value));
    let at = at.min(refs.len());
    refs.splice(at..at, new);
}

/// Fields that have one honest value where nobody states them.
fn defaults(fields: &mut Map<String, Value>, document: &BaseDocument) {
    let concluded =
        document.license_concluded.as_ref().map_or("NOASSERTION", |located| located.value.as_str());
    let mut default = |key: &str, value: &str| {
        if !fields.contains_key(key) {
            fields.insert(key.into(), json!(value));
        }
    };
    default("licenseConcluded", concluded);
    default("primaryPackagePurpose", "SOURCE");
    if document.style == Style::Whole {
        default("licenseDeclared", "NOASSERTION");
        default("copyrightText", "NOASSERTION");
        default("downloadLocation", "NOASSERTION");
    }
}

/// What an analysed package must say (SPDX 2.3, 7.8 and 7.9): whether its files are listed, and their verification code.
fn analysed(config: &Config, survey: &Survey, package: &mut Value) {
    let Some(fields) = package.as_object_mut() else { return };
    let name = fields.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let files = survey.files.iter().filter(|file| config.packages[file.package].name.value == name);
    let mut digests: Vec<Sha1> = files.filter_map(|file| file.content.digests.sha1).collect();
    if digests.is_empty() {
        fields.insert("filesAnalyzed".into(), json!(false));
        fields.remove("packageVerificationCode");
        return;
    }
    digests.sort();
    let joined: String = digests.iter().map(Sha1::to_string).collect();
    let code = Hasher::digest(DigestKinds::SHA1, joined.as_bytes()).sha1.expect("it was asked for");
    fields.insert("filesAnalyzed".into(), json!(true));
    fields
        .insert("packageVerificationCode".into(), json!({"packageVerificationCodeValue": code.to_string()}));
}

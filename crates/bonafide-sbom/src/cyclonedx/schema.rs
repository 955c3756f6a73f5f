//! The official JSON schemas, compiled when a document of their version is first judged.

use super::rules;
use crate::json::pointer::escape;
use bonafide_json::shorten;
use bonafide_report::{Finding, Place, Rule};
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{Registry, ValidationError, Validator};
use serde_json::Value;
use std::sync::{LazyLock, OnceLock};

/// Findings about one document beyond which no more are made: a schema violation often repeats for every component.
const MOST: usize = 1000;

macro_rules! schema {
    ($file:literal) => {
        include_str!(concat!("../../schemas/cyclonedx/", $file))
    };
}

/// The versions that have a JSON schema.
const VERSIONS: [(&str, &str); 6] = [
    ("1.2", schema!("bom-1.2.schema.json")),
    ("1.3", schema!("bom-1.3.schema.json")),
    ("1.4", schema!("bom-1.4.schema.json")),
    ("1.5", schema!("bom-1.5.schema.json")),
    ("1.6", schema!("bom-1.6.schema.json")),
    ("1.7", schema!("bom-1.7.schema.json")),
];

/// What the schemas refer to, by the address that they resolve it to.
static REGISTRY: LazyLock<Registry<'static>> = LazyLock::new(|| {
    [
        ("http://cyclonedx.org/schema/spdx.schema.json", schema!("spdx.schema.json")),
        ("http://cyclonedx.org/schema/jsf-0.82.schema.json", schema!("jsf-0.82.schema.json")),
        (
            "http://cyclonedx.org/schema/cryptography-defs.schema.json",
            schema!("cryptography-defs.schema.json"),
        ),
    ]
    .into_iter()
    .try_fold(Registry::new(), |registry, (address, text)| registry.add(address, json(text)))
    .and_then(|registry| registry.prepare())
    .expect("the schemas of this crate fit together; a test compiles them all")
});

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("the schemas of this crate are JSON; a test compiles them all")
}

/// The schema of a version as it stands; nothing where there is none.
pub(super) fn value(version: &str) -> Option<Value> {
    VERSIONS.iter().find(|(known, _)| *known == version).map(|(_, text)| json(text))
}

/// The schema of a version, compiled when it is first asked for.
fn of(version: &str) -> Option<&'static Validator> {
    static COMPILED: [OnceLock<Validator>; VERSIONS.len()] = [const { OnceLock::new() }; VERSIONS.len()];
    let at = VERSIONS.iter().position(|(known, _)| *known == version)?;
    Some(COMPILED[at].get_or_init(|| {
        jsonschema::options()
            .with_registry(&REGISTRY)
            .should_validate_formats(true)
            .build(&json(VERSIONS[at].1))
            .expect("the schemas of this crate are right; a test compiles them all")
    }))
}

/// Whether the schema of a version allows a document. Nothing where there is no such schema, or the text is no JSON.
pub(crate) fn is_valid(version: &str, text: &[u8]) -> Option<bool> {
    let document: Value = serde_json::from_slice(text).ok()?;
    Some(of(version)?.is_valid(&document))
}

/// What the schema of a version refuses in a text; nothing where there is no such schema.
pub(crate) fn faults(version: &str, text: &str) -> Vec<Finding> {
    check(version, text).unwrap_or_default()
}

/// Judges the text of a document by the schema of its version. Nothing where there is no such schema.
pub(super) fn check(version: &str, text: &str) -> Option<Vec<Finding>> {
    let schema = of(version)?;
    let document: Value = match serde_json::from_str(text) {
        Ok(document) => document,
        // Deeper than the general reader goes, and far deeper than a document has reason to be.
        Err(error) => {
            let place = Place::default().line(error.line() as u64);
            return Some(vec![
                Finding::new(&rules::SCHEMA, place, format!("the schema cannot be applied: {error}"))
                    .remedy("take out what is nested so deeply"),
            ]);
        }
    };
    if schema.is_valid(&document) {
        return Some(Vec::new());
    }
    let mut findings = Vec::new();
    for error in schema.iter_errors(&document).take(MOST) {
        say(&error, &mut findings);
    }
    Some(findings)
}

/// One violation. Of alternatives none of which fits, what is wrong with the one that comes nearest.
fn say(error: &ValidationError<'_>, findings: &mut Vec<Finding>) {
    let pointer = error.instance_path().as_str();
    let found = shorten(&error.instance().to_string());
    let (rule, pointer, message, remedy): (&'static Rule, String, String, String) = match error.kind() {
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
            let nearest = context.iter().filter(|errors| !errors.is_empty()).max_by_key(|errors| {
                let deepest = errors.iter().map(|error| error.instance_path().as_str().len()).max();
                (deepest, std::cmp::Reverse(errors.len()))
            });
            match nearest {
                Some(errors) => {
                    for error in errors {
                        say(error, findings);
                    }
                    return;
                }
                None => (
                    &rules::SCHEMA,
                    pointer.to_owned(),
                    "it fits none of the forms that the schema allows here".to_owned(),
                    "see the schema for the forms".to_owned(),
                ),
            }
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            (
                &rules::MISSING_FIELD,
                pointer.to_owned(),
                format!("`{name}` is missing"),
                format!("add `{name}`"),
            )
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let first = unexpected.first().map(String::as_str).unwrap_or_default();
            let names: Vec<String> = unexpected.iter().map(|name| format!("`{}`", shorten(name))).collect();
            (
                &rules::UNKNOWN_FIELD,
                format!("{pointer}/{}", escape(first)),
                format!("no field is called {} here", names.join(", ")),
                "mend the spelling, raise `specVersion` if a later version has it, or use `properties`"
                    .to_owned(),
            )
        }
        Kind::Type { .. } => (
            &rules::WRONG_TYPE,
            pointer.to_owned(),
            shorten_long(&error.to_string()),
            "write a value of that kind, or leave the field out".to_owned(),
        ),
        Kind::Enum { .. } | Kind::Constant { .. } => (
            &rules::UNKNOWN_VALUE,
            pointer.to_owned(),
            format!("{found} is not among the words that are allowed here"),
            "use one that the specification lists".to_owned(),
        ),
        Kind::Format { format } => (
            &rules::MALFORMED,
            pointer.to_owned(),
            format!("{found} is not of the form `{format}`"),
            "mend the value, or leave the field out".to_owned(),
        ),
        Kind::Pattern { pattern } => (
            &rules::MALFORMED,
            pointer.to_owned(),
            format!("{found} does not match {}", shorten(pattern)),
            "mend the value, or leave the field out".to_owned(),
        ),
        Kind::UniqueItems => (
            &rules::REPEATED,
            pointer.to_owned(),
            "an item stands twice in this list".to_owned(),
            "leave one of them out".to_owned(),
        ),
        Kind::OneOfMultipleValid { .. } => (
            &rules::SCHEMA,
            pointer.to_owned(),
            "it fits more than one of the forms of which one is allowed".to_owned(),
            "keep the fields of one form".to_owned(),
        ),
        _ => (
            &rules::SCHEMA,
            pointer.to_owned(),
            shorten_long(&error.to_string()),
            "see the schema".to_owned(),
        ),
    };
    let finding = Finding::new(rule, Place::default().pointer(pointer), message).remedy(remedy);
    if findings.len() < MOST && !findings.contains(&finding) {
        findings.push(finding);
    }
}

fn shorten_long(text: &str) -> String {
    let mut short: String = text.chars().take(200).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    #[test]
    fn all_schemas_compile() {
        for (version, _) in super::VERSIONS {
            let text = format!(
                "{{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"{version}\", \"version\": 1, \"components\": []}}"
            );
            assert_eq!(super::check(version, &text), Some(vec![]), "{version}");
        }
        assert_eq!(super::check("1.8", "{}"), None);
    }
}

//! Pins: other files of the repository that repeat a package's version or checksum.

use bonafide_report::{Finding, Place};
use serde_json::Value;

use super::Request;
use super::rules;
use super::tree::Tree;
use crate::config::{Pin, PinField};

/// Where a pin stands and what it says.
pub(super) struct Found {
    /// The value.
    pub value: String,
    /// Its line in the pin's file, from 1.
    pub line: u64,
    /// Its bytes in the pin's file.
    pub range: std::ops::Range<usize>,
}

/// All places that a pin's expression finds in a file's text.
pub(super) fn find(pin: &Pin, text: &str) -> Vec<Found> {
    pin.regex
        .value
        .captures_iter(text)
        .filter_map(|captures| captures.name("value"))
        .map(|value| Found {
            value: value.as_str().to_owned(),
            line: line_of(text, value.start()),
            range: value.range(),
        })
        .collect()
}

/// The line, from 1, of a byte of a text.
pub(super) fn line_of(text: &str, offset: usize) -> u64 {
    1 + text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count() as u64
}

/// The word of a pinned field in a document's package.
pub(super) fn stated(package: &Value, field: PinField) -> Option<String> {
    match field {
        PinField::Version => package["versionInfo"].as_str().map(str::to_owned),
        PinField::Sha256 => package["checksums"]
            .as_array()?
            .iter()
            .find(|checksum| checksum["algorithm"] == "SHA256")
            .and_then(|checksum| checksum["checksumValue"].as_str())
            .map(str::to_owned),
    }
}

/// Compares all pins with the packages of the document.
pub(super) fn check(
    request: &Request<'_>,
    tree: &Tree,
    document: &str,
    packages: &[Value],
    findings: &mut Vec<Finding>,
) {
    for package in &request.config.packages {
        let name = &package.name.value;
        let value = packages.iter().find(|value| value["name"].as_str() == Some(name));
        for pin in &package.pins {
            let place = Place::file(request.config_name).line(pin.file.line);
            let not_found = |message: String| {
                Finding::new(&rules::PIN_NOT_FOUND, place.clone(), message)
                    .subject(name)
                    .remedy("correct `file` or `regex`, or delete the pin")
            };
            let path = &pin.file.value;
            let text = match tree.read(path.as_bytes()) {
                Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Err(error) => {
                    findings
                        .push(not_found(format!("the pin of {name} in `{path}` cannot be read: {error}")));
                    continue;
                }
            };
            let places = find(pin, &text);
            if places.is_empty() {
                findings.push(not_found(format!("the pin of {name} matches nothing in `{path}`")));
            }
            let field = match pin.field {
                PinField::Version => "versionInfo",
                PinField::Sha256 => "checksums",
            };
            let stated = value.and_then(|value| stated(value, pin.field));
            for found in places {
                if stated.as_deref() == Some(found.value.as_str()) {
                    continue;
                }
                let message = match &stated {
                    Some(stated) => format!("pins {name} at {}, but {document} says {stated}", found.value),
                    None => format!("pins {name} at {}, but {document} says nothing", found.value),
                };
                let remedy = match pin.field {
                    PinField::Version => format!("`bonafide vendor bump {name} {}`", found.value),
                    PinField::Sha256 => format!("`bonafide vendor bump {name} VERSION --archive FILE`"),
                };
                findings.push(
                    Finding::new(&rules::PIN_MISMATCH, Place::file(path).line(found.line), message)
                        .subject(name)
                        .field(field, found.value, stated.clone().unwrap_or_default())
                        .remedy(remedy),
                );
            }
        }
    }
}

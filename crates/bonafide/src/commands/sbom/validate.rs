//! `bonafide sbom validate`

use bonafide_report::{Collected, Ending, Finding, Severity, Sink as _, counted};
use bonafide_sbom::{Document, Format};
use serde_json::{Value, json};

use crate::cli::sbom::ValidateArgs;
use crate::commands::findings;
use crate::commands::sbom::input;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Judges each document. One that cannot be opened does not stop the others.
pub(crate) fn run(ui: &Ui, args: &ValidateArgs) -> Result<Exit, Failure> {
    let mut found = Vec::new();
    let mut files = Vec::new();
    let mut unopened = None;
    for path in &args.files {
        let bytes = match input::text(path) {
            Ok(bytes) => bytes,
            Err(failure) => {
                ui.failure(&failure);
                unopened = Some(failure.exit);
                continue;
            }
        };
        let (format, mut findings) = judge(&bytes);
        let name = input::shown(path);
        let valid = findings.iter().all(|finding| finding.severity < Severity::Error);
        files.push(json!({"file": name, "format": format, "valid": valid}));
        findings.iter_mut().for_each(|finding| finding.place.file = Some(name.clone()));
        found.extend(findings);
    }
    if files.is_empty() {
        return Ok(unopened.unwrap_or(Exit::Incomplete));
    }
    let valid = unopened.is_none() && files.iter().all(|file| file["valid"] == Value::Bool(true));
    let ending = Ending::examined(counted(files.len() as u64, "document"))
        .member("valid", valid)
        .member("files", Value::Array(files));
    let counts = findings::print(ui, args.findings.format, found, &ending)?;
    Ok(unopened.unwrap_or_else(|| counts.verdict().into()))
}

/// The format of a document and what is wrong with it; one that cannot be read has one finding.
fn judge(bytes: &[u8]) -> (Option<String>, Vec<Finding>) {
    let mut sink = Collected::default();
    let format = match bonafide_sbom::read(bytes) {
        Ok(document) => {
            bonafide_sbom::validate(&document, Some(bytes), &mut sink);
            Some(format(&document))
        }
        Err(error) => {
            sink.push(error.finding());
            None
        }
    };
    (format, sink.findings)
}

/// `SPDX 2.3`, `CycloneDX 1.6`.
pub(crate) fn format(document: &Document) -> String {
    let family = if document.format == Format::CycloneDx { "CycloneDX" } else { "SPDX" };
    let fragment = if document.is_fragment() { " fragment" } else { "" };
    format!("{family} {}{fragment}", document.version)
}

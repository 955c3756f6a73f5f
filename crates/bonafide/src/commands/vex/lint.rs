//! `bonafide vex lint`

use bonafide_advisory::vex;
use bonafide_report::{Collected, Ending, Finding, Place, Severity, counted};
use serde_json::{Value, json};

use super::load;
use crate::cli::vex::LintArgs;
use crate::commands::findings;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Judges each document.
pub(crate) fn run(ui: &Ui, args: &LintArgs) -> Result<Exit, Failure> {
    let loaded = load::given(ui, &args.paths, load::Wanted::Judged);
    let mut files: Vec<Value> = loaded
        .notes
        .iter()
        .map(|note| json!({"file": note.place.file, "format": null, "statements": 0, "valid": false}))
        .collect();
    let mut found: Vec<Finding> = loaded.notes;
    let mut statements = 0;
    let nothing = loaded.sources.is_empty() && found.is_empty();
    for source in loaded.sources {
        let mut sink = Collected::default();
        vex::lint(&source.document, &mut sink);
        let format = format!("{} {}", source.document.format, source.document.format_version);
        if source.document.more_faults > 0 {
            let message = format!("{} more faults of how it is written", source.document.more_faults);
            sink.findings.push(Finding::new(&vex::rules::WRONG_TYPE, Place::default(), message));
        }
        statements += source.document.statements.len();
        files.push(json!({
            "file": source.name,
            "format": format.trim_end(),
            "statements": source.document.statements.len(),
            "valid": sink.findings.iter().all(|finding| finding.severity < Severity::Error),
        }));
        for mut finding in sink.findings {
            finding.place.file = Some(source.name.clone());
            found.push(finding);
        }
    }
    if nothing {
        return Err(Failure::input("there is no VEX document to check"));
    }
    let valid = files.iter().all(|file| file["valid"] == Value::Bool(true));
    let examined =
        format!("{}, {}", counted(files.len() as u64, "document"), counted(statements as u64, "statement"));
    let ending = Ending::examined(examined).member("valid", valid).member("files", Value::Array(files));
    let counts = findings::print(ui, args.findings.format, found, &ending)?;
    Ok(counts.verdict().into())
}

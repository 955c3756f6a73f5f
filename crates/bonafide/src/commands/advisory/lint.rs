//! `bonafide advisory lint`

use std::collections::BTreeMap;

use bonafide_advisory::ReadError;
use bonafide_advisory::lint::{self, lint};
use bonafide_report::{Collected, Ending, Finding, Place, Severity, counted};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::advisory::LintArgs;
use crate::commands::findings;
use crate::commands::named::{self, Location, Take};
use crate::commands::sbom::input::shown;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Judges every record that is named, or that a folder or archive holds.
pub(crate) fn run(ui: &Ui, environment: &Environment, args: &LintArgs) -> Result<Exit, Failure> {
    let now = environment.build_time().map_err(Failure::usage)?.unwrap_or_else(Environment::now);
    let mut judged = Judged { now, ui, found: Vec::new(), files: BTreeMap::new() };
    let mut unread = Vec::new();
    for path in &args.paths {
        if let Err(failure) = named::documents(&mut judged, path, args.limits.limits()) {
            unread.push((path, failure));
        }
    }
    let Judged { mut found, files, .. } = judged;
    let worst = unread.iter().map(|(_, failure)| failure.exit).max().unwrap_or(Exit::Clean);
    if files.is_empty() && found.is_empty() {
        if !unread.is_empty() {
            unread.iter().for_each(|(_, failure)| ui.failure(failure));
            return Ok(worst);
        }
        return Err(Failure::input("there is no OSV or CVE record to check"));
    }
    // Within a file the order is that of the document.
    found.sort_by(|a, b| (&a.place.file, &a.place.member).cmp(&(&b.place.file, &b.place.member)));
    let valid = unread.is_empty() && files.values().all(|file| file["valid"] == Value::Bool(true));
    found.extend(unread.into_iter().map(|(path, failure)| findings::unread(shown(path), failure)));
    let records = files.values().filter_map(|file| file["records"].as_u64()).sum();
    let files: Vec<Value> = files.into_values().collect();
    let ending = Ending::examined(counted(records, "record"))
        .fail_on(args.fail_on.severity())
        .member("valid", valid)
        .member("files", Value::Array(files));
    findings::print(ui, args.findings.format, found, ending, |verdict| worst.max(verdict.into()))
}

/// What came of the records so far.
struct Judged<'u> {
    now: Timestamp,
    ui: &'u Ui,
    found: Vec<Finding>,
    /// By file and member.
    files: BTreeMap<(String, Option<String>), Value>,
}

impl Judged<'_> {
    /// Judges a text; `asked` says that it was named and must be a record. `line` is added to the lines of findings.
    fn judge(&mut self, location: &Location, text: &str, line: u64, asked: bool) {
        let mut sink = Collected::default();
        match lint(text, self.now, &mut sink) {
            Ok(format) => self.add(location, Some(format), sink.findings, line),
            Err(error @ ReadError::UnknownFormat { .. }) if !asked => {
                self.ui.detail(&format!("{} is no advisory: {error}", location.name()));
            }
            Err(error) => self.add(location, None, vec![error.finding(&lint::rules::UNREADABLE)], line),
        }
    }

    fn add(&mut self, location: &Location, format: Option<lint::Format>, findings: Vec<Finding>, line: u64) {
        let Location { file, member } = location;
        let valid = findings.iter().all(|finding| finding.severity < Severity::Error);
        // A file of many records is valid where all of them are.
        let entry = self.files.entry((file.clone(), member.clone())).or_insert_with(|| {
            let format = format.map(|format| format.to_string());
            json!({"file": file, "member": member, "format": format, "records": 0, "valid": true})
        });
        entry["records"] = (entry["records"].as_u64().unwrap_or_default() + 1).into();
        entry["valid"] = (valid && entry["valid"] == Value::Bool(true)).into();
        for mut finding in findings {
            finding.place.file = Some(file.clone());
            finding.place.member.clone_from(member);
            finding.place.line = finding.place.line.map(|own| own + line);
            self.found.push(finding);
        }
    }
}

/// Whether the name is one that records have. What begins with a dot is a repository's own.
fn is_record(name: &str) -> bool {
    let hidden = name.split('/').any(|part| part.starts_with('.') && part.len() > 1);
    let lower = name.to_ascii_lowercase();
    !hidden && [".json", ".ndjson", ".jsonl", ".yaml", ".yml"].iter().any(|ending| lower.ends_with(ending))
}

impl Take for Judged<'_> {
    const LONGEST: u64 = lint::LONGEST as u64;

    fn may_be(name: &str) -> bool {
        is_record(name)
    }

    fn take(&mut self, location: &Location, bytes: &[u8], asked: bool) {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                self.refuse(location, format!("the document is not utf-8 at byte {}", error.valid_up_to()));
                return;
            }
        };
        let name = location.name();
        if name.ends_with(".ndjson") || name.ends_with(".jsonl") {
            for (line, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
                self.judge(location, text, line as u64, asked);
            }
        } else {
            self.judge(location, text, 0, asked);
        }
    }

    fn refuse(&mut self, location: &Location, why: String) {
        let finding = Finding::new(&lint::rules::UNREADABLE, Place::default(), why);
        self.add(location, None, vec![finding], 0);
    }
}

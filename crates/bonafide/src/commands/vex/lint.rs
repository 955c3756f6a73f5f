//! `bonafide vex lint`

use std::collections::BTreeMap;
use std::path::Path;

use bonafide_advisory::{ReadError, vex};
use bonafide_report::{Collected, Ending, Finding, Place, Severity, counted};
use serde_json::{Value, json};

use super::load::{Matches, NO_STATEMENTS, has_vex_name, is_written_as_vex, matching};
use crate::cli::vex::LintArgs;
use crate::commands::findings;
use crate::commands::named::{self, Location, Take};
use crate::commands::sbom::input::shown;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Judges every document that is named, or that a folder or archive holds.
pub(crate) fn run(ui: &Ui, args: &LintArgs) -> Result<Exit, Failure> {
    let mut judged = Judged { ui, found: Vec::new(), files: BTreeMap::new(), statements: 0 };
    let mut failed = Vec::new();
    for path in &args.paths {
        let Matches { files, unread } = match matches(path) {
            Ok(matches) => matches,
            Err(why) => {
                let failure = Failure::input(format!("failed to read `{}`", path.display())).and(why);
                failed.push((path.clone(), failure));
                continue;
            }
        };
        for (folder, why) in unread {
            judged.refuse(&Location::file(&folder), why);
        }
        for file in files {
            if let Err(failure) = named::documents(&mut judged, &file, args.limits.limits()) {
                failed.push((file, failure));
            }
        }
    }
    let Judged { mut found, files, statements, .. } = judged;
    let worst = failed.iter().map(|(_, failure)| failure.exit).max().unwrap_or(Exit::Clean);
    if files.is_empty() {
        if !failed.is_empty() {
            failed.iter().for_each(|(_, failure)| ui.failure(failure));
            return Ok(worst);
        }
        return Err(Failure::input("there is no VEX document to check"));
    }
    // Within a file the order is that of the document.
    found.sort_by(|a, b| (&a.place.file, &a.place.member).cmp(&(&b.place.file, &b.place.member)));
    let valid = failed.is_empty() && files.values().all(|file| file["valid"] == Value::Bool(true));
    found.extend(failed.into_iter().map(|(path, failure)| findings::unread(shown(&path), failure)));
    let documents = counted(files.len() as u64, "document");
    let examined = format!("{documents}, {}", counted(statements as u64, "statement"));
    let files = Value::Array(files.into_values().collect());
    let ending = Ending::examined(examined).member("valid", valid).member("files", files);
    findings::print(ui, args.findings.format, found, ending, |verdict| worst.max(verdict.into()))
}

/// What an argument means: itself, or the matches of a pattern.
fn matches(path: &Path) -> Result<Matches, &'static str> {
    if path.as_os_str() == "-" || path.exists() {
        return Ok(Matches { files: vec![path.to_owned()], unread: Vec::new() });
    }
    match matching(path) {
        None => Err("there is no such file"),
        Some(Matches { files, unread }) if files.is_empty() && unread.is_empty() => {
            Err("the pattern matches no file")
        }
        Some(matches) => Ok(matches),
    }
}

/// What came of the documents so far.
struct Judged<'u> {
    ui: &'u Ui,
    found: Vec<Finding>,
    files: BTreeMap<Location, Value>,
    statements: usize,
}

impl Judged<'_> {
    fn add(
        &mut self,
        location: &Location,
        format: Option<String>,
        statements: usize,
        findings: Vec<Finding>,
    ) {
        let valid = findings.iter().all(|finding| finding.severity < Severity::Error);
        let Location { file, member } = location;
        let value = json!({
            "file": file, "member": member, "format": format, "statements": statements, "valid": valid && format.is_some(),
        });
        self.files.insert(location.clone(), value);
        self.statements += statements;
        for mut finding in findings {
            finding.place.file = Some(file.clone());
            finding.place.member.clone_from(member);
            self.found.push(finding);
        }
    }
}

impl Take for Judged<'_> {
    const LONGEST: u64 = vex::LONGEST as u64;

    fn may_be(name: &str) -> bool {
        is_written_as_vex(name)
    }

    fn take(&mut self, location: &Location, bytes: &[u8], asked: bool) {
        let name = location.name();
        let document = match vex::examine(bytes, name) {
            Ok(document) if document.statements.is_empty() && !vex::is_vex(bytes) => Err(NO_STATEMENTS),
            read => read,
        };
        match document {
            Ok(document) => {
                let mut sink = Collected::default();
                vex::lint(&document, &mut sink);
                if document.more_faults > 0 {
                    let message = format!("{} more faults of how it is written", document.more_faults);
                    sink.findings.push(Finding::new(&vex::rules::WRONG_TYPE, Place::default(), message));
                }
                let format = format!("{} {}", document.format, document.format_version).trim_end().to_owned();
                self.add(location, Some(format), document.statements.len(), sink.findings);
            }
            // JSON and YAML of all kinds lie about, templates among it that are none.
            Err(error @ (ReadError::UnknownFormat { .. } | ReadError::Yaml(_)))
                if !asked && !has_vex_name(name.rsplit('/').next().unwrap_or(name)) =>
            {
                self.ui.detail(&format!("{name} is no VEX document: {error}"));
            }
            Err(error) => self.add(location, None, 0, vec![error.finding(&vex::rules::UNREADABLE)]),
        }
    }

    fn refuse(&mut self, location: &Location, why: String) {
        let finding = Finding::new(&vex::rules::UNREADABLE, Place::default(), why);
        self.add(location, None, 0, vec![finding]);
    }
}

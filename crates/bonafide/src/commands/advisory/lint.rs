//! `bonafide advisory lint`

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use bonafide_advisory::lint::{self, LONGEST, LintError, lint};
use bonafide_artifact::{
    Body, Budget, Entry, FaultClass, Kind, Limits, Reading, Seen, Source, Visit, Want, walk,
};
use bonafide_report::{Collected, Ending, Finding, Place, Severity, counted};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::advisory::LintArgs;
use crate::commands::sbom::input::shown;
use crate::commands::{artifact, findings};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Judges every record that is named, or that a folder or archive holds.
pub(crate) fn run(ui: &Ui, environment: &Environment, args: &LintArgs) -> Result<Exit, Failure> {
    let now = environment.build_time().map_err(Failure::usage)?.unwrap_or_else(Environment::now);
    let mut judged = Judged { now, ui, found: Vec::new(), files: BTreeMap::new() };
    for path in &args.paths {
        if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            std::io::stdin()
                .lock()
                .take(LONGEST as u64 + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| Failure::input("failed to read standard input").because(&error))?;
            let name = shown(path);
            below(&mut judged, Source::Bytes { name: &name, bytes: &bytes }, path, args.limits.limits())?;
        } else {
            below(&mut judged, Source::Path(path), path, args.limits.limits())?;
        }
    }
    let Judged { mut found, files, .. } = judged;
    if files.is_empty() && found.is_empty() {
        return Err(Failure::input("there is no OSV or CVE record to check"));
    }
    // Within a file the order is that of the document.
    found.sort_by(|a, b| (&a.place.file, &a.place.member).cmp(&(&b.place.file, &b.place.member)));
    let valid = files.values().all(|file| file["valid"] == Value::Bool(true));
    let records = files.values().filter_map(|file| file["records"].as_u64()).sum();
    let files: Vec<Value> = files.into_values().collect();
    let ending = Ending::examined(counted(records, "record"))
        .fail_on(args.fail_on.severity())
        .member("valid", valid)
        .member("files", Value::Array(files));
    let counts = findings::print(ui, args.findings.format, found, &ending)?;
    Ok(ending.verdict(counts).into())
}

/// Walks a file, folder or archive.
fn below(judged: &mut Judged<'_>, source: Source<'_>, path: &Path, limits: Limits) -> Result<(), Failure> {
    let root = shown(path);
    let limits = Limits { memory_bytes: limits.memory_bytes.max(LONGEST as u64), ..limits };
    let budget = Budget::new(limits);
    let of = if path.is_dir() { Of::Folder } else { Of::File };
    let mut visitor = Visitor { judged, root: &root, of };
    let summary = walk(source, Reading::new(&budget), &mut visitor)
        .map_err(|error| artifact::unopened(path, &error))?;
    if let Some(fault) = &summary.broken {
        let whole = Location { file: root.clone(), member: None };
        judged.refuse(&whole, format!("it could not be read to its end: {fault}"));
    }
    Ok(())
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
    fn refuse(&mut self, location: &Location, why: String) {
        let finding = Finding::new(&lint::rules::UNREADABLE, Place::default(), why);
        self.take(location, None, vec![finding], 0);
    }

    /// Judges a text; `asked` says that it was named and must be a record. `line` is added to the lines of findings.
    fn judge(&mut self, location: &Location, text: &str, line: u64, asked: bool) {
        let mut sink = Collected::default();
        match lint(text, self.now, &mut sink) {
            Ok(format) => self.take(location, Some(format), sink.findings, line),
            Err(LintError::UnknownFormat(why)) if !asked => {
                self.ui.detail(&format!("{} is no advisory: {why}", location.name()));
            }
            Err(error) => self.take(location, None, vec![error.finding()], line),
        }
    }

    fn take(&mut self, location: &Location, format: Option<lint::Format>, findings: Vec<Finding>, line: u64) {
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

struct Visitor<'j, 'u> {
    judged: &'j mut Judged<'u>,
    root: &'j str,
    of: Of,
}

/// What was named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    File,
    Folder,
}

/// Whether the name is one that records have. What begins with a dot is a repository's own.
fn is_record(name: &str) -> bool {
    let hidden = name.split('/').any(|part| part.starts_with('.') && part.len() > 1);
    !hidden
        && [".json", ".ndjson", ".jsonl", ".yaml", ".yml"]
            .iter()
            .any(|ending| stem(name).to_ascii_lowercase().ends_with(ending))
}

/// A name without the ending of a compression.
fn stem(name: &str) -> &str {
    [".gz", ".xz", ".bz2", ".zst"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

/// Where a record is: the file on disk, and the member of the archive that it is.
struct Location {
    file: String,
    member: Option<String>,
}

impl Location {
    fn of(entry: &Entry, root: &str, of: Of) -> Self {
        let mut names = Vec::new();
        let mut next = Some(entry);
        while let Some(entry) = next {
            // A compressed file has its own name, and no other inside.
            if entry.container.is_none() || !entry.within.is_compression() {
                names.push(entry.path.text());
            }
            next = entry.container.as_deref();
        }
        let outermost = names.pop().unwrap_or_default();
        names.reverse();
        let file = match of {
            Of::File => root.to_owned(),
            Of::Folder => format!("{}/{outermost}", root.trim_end_matches('/')),
        };
        Self { file, member: (!names.is_empty()).then(|| names.join("!/")) }
    }

    /// The name that tells what the record is written as.
    fn name(&self) -> &str {
        self.member.as_deref().unwrap_or(&self.file)
    }
}

impl Visit for Visitor<'_, '_> {
    fn enter(&mut self, entry: &Entry) -> Want {
        match entry.kind {
            Kind::Directory => Want { members: true, ..Want::default() },
            Kind::File => {
                let location = Location::of(entry, self.root, self.of);
                let named = location.member.is_none() && self.of == Of::File;
                let archive = location.member.is_none();
                let body = if named || is_record(location.name()) { Body::Whole } else { Body::Skip };
                Want { body, members: archive || entry.within.is_compression(), ..Want::default() }
            }
            _ => Want::default(),
        }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        if entry.kind != Kind::File || seen.format.is_some() {
            return;
        }
        let location = Location::of(entry, self.root, self.of);
        let asked = location.member.is_none() && self.of == Of::File;
        if !asked && !is_record(location.name()) {
            return;
        }
        if let Some(fault) = seen.faults.iter().find(|fault| fault.kind.class() != FaultClass::Note) {
            self.judged.refuse(&location, fault.to_string());
            return;
        }
        if seen.bytes.len() as u64 != seen.size {
            let why = format!("the document has {} bytes, at most {LONGEST} are judged", seen.size);
            self.judged.refuse(&location, why);
            return;
        }
        let bytes = seen.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(seen.bytes);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let why = format!("the document is not utf-8 at byte {}", error.valid_up_to());
                self.judged.refuse(&location, why);
                return;
            }
        };
        let name = stem(location.name());
        if name.ends_with(".ndjson") || name.ends_with(".jsonl") {
            for (line, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
                self.judged.judge(&location, text, line as u64, asked);
            }
        } else {
            self.judged.judge(&location, text, 0, asked);
        }
    }
}

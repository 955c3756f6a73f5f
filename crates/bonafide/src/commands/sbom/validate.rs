//! `bonafide sbom validate`

use std::path::Path;

use bonafide_report::{Collected, Counts, Ending, Finding, Severity, Sink as _, counted};
use bonafide_sbom::fix::fix;
use bonafide_sbom::{Document, Format};
use serde_json::{Value, json};

use crate::cli::sbom::ValidateArgs;
use crate::commands::findings;
use crate::commands::sbom::input;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::{Ui, write_whole};
use crate::written;

/// Judges each document, and mends it where that was asked for. One that cannot be opened does not stop the others.
pub(crate) fn run(ui: &Ui, args: &ValidateArgs) -> Result<Exit, Failure> {
    if args.output.is_some() && args.files.len() != 1 {
        return Err(
            Failure::usage("`-o` takes one document").hint("leave it out to mend each in its own file")
        );
    }
    let mut found = Vec::new();
    let mut files = Vec::new();
    let mut unread = Vec::new();
    for path in &args.files {
        let judged = input::text(path).and_then(|bytes| {
            let judged = if args.fix { mended(&bytes) } else { judge(&bytes) };
            if args.fix {
                put(ui, args, path, &bytes, &judged)?;
            }
            Ok(judged)
        });
        let judged = match judged {
            Ok(judged) => judged,
            Err(failure) => {
                unread.push((path, failure));
                continue;
            }
        };
        let mut findings = judged.findings;
        let name = input::shown(path);
        let valid = findings.iter().all(|finding| finding.severity < Severity::Error);
        let mut file = json!({"file": name, "format": judged.format, "valid": valid});
        if args.fix {
            file["mended"] = judged.mended.into();
        }
        files.push(file);
        findings.iter_mut().for_each(|finding| finding.place.file = Some(name.clone()));
        found.extend(findings);
    }
    let unopened = unread.iter().map(|(_, failure)| failure.exit).max();
    if files.is_empty() {
        unread.iter().for_each(|(_, failure)| ui.failure(failure));
        return Ok(unopened.unwrap_or(Exit::Incomplete));
    }
    found.extend(unread.into_iter().map(|(path, failure)| findings::unread(input::shown(path), failure)));
    let valid = unopened.is_none() && files.iter().all(|file| file["valid"] == Value::Bool(true));
    let ending = Ending::examined(counted(files.len() as u64, "document"))
        .member("valid", valid)
        .member("files", Value::Array(files));
    if args.output.as_deref().is_some_and(is_standard_output) {
        let mut counts = Counts::default();
        found.iter().for_each(|finding| counts.add(finding));
        findings::tell(ui, found, &ending);
        return Ok(unopened.unwrap_or_else(|| counts.verdict().into()));
    }
    findings::print(ui, args.findings.format, found, ending, |verdict| unopened.unwrap_or(verdict.into()))
}

fn is_standard_output(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What came of one document.
struct Judged {
    /// Nothing where it could not be read.
    format: Option<String>,
    findings: Vec<Finding>,
    /// The bytes that it has once it is mended; nothing where nothing was mended.
    bytes: Option<Vec<u8>>,
    /// How many findings were mended.
    mended: usize,
}

/// The format of a document and what is wrong with it; one that cannot be read has one finding.
fn judge(bytes: &[u8]) -> Judged {
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
    Judged { format, findings: sink.findings, bytes: None, mended: 0 }
}

/// The same of what the document is once it is mended.
fn mended(bytes: &[u8]) -> Judged {
    match fix(bytes) {
        Ok(fixed) => Judged {
            format: Some(format(&fixed.document)),
            findings: fixed.left,
            mended: fixed.mended.len(),
            bytes: (!fixed.mended.is_empty()).then_some(fixed.bytes),
        },
        Err(_) => judge(bytes),
    }
}

/// Writes the mended document: where `-o` says, else into its own file, and there only if something was mended.
fn put(ui: &Ui, args: &ValidateArgs, path: &Path, before: &[u8], judged: &Judged) -> Result<(), Failure> {
    let bytes = judged.bytes.as_deref();
    match &args.output {
        Some(output) if is_standard_output(output) => {
            written(ui.out(|out| out.write_all(bytes.unwrap_or(before))))?;
        }
        Some(output) => write_whole(output, |out| out.write_all(bytes.unwrap_or(before)))?,
        None => {
            let Some(bytes) = bytes else { return Ok(()) };
            if is_standard_output(path) {
                return Err(
                    Failure::usage("standard input cannot be mended in its place").hint("add `-o OUT`")
                );
            }
            if input::bytes(path)? != before {
                return Err(Failure::usage(format!(
                    "`{}` is compressed and is not mended in its place",
                    path.display()
                ))
                .hint("add `-o OUT`: what is written there is not compressed"));
            }
            write_whole(path, |out| out.write_all(bytes))?;
        }
    }
    if judged.mended > 0 {
        ui.say(&format!("{}: {} mended", input::shown(path), counted(judged.mended as u64, "finding")));
    }
    Ok(())
}

/// `SPDX 2.3`, `CycloneDX 1.6`.
pub(crate) fn format(document: &Document) -> String {
    let family = if document.format == Format::CycloneDx { "CycloneDX" } else { "SPDX" };
    let fragment = if document.is_fragment() { " fragment" } else { "" };
    format!("{family} {}{fragment}", document.version)
}

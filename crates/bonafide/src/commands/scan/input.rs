//! Whatever is scanned, as components.

use std::borrow::Cow;
use std::path::Path;

use bonafide_artifact::{Format, Limits, Progress, Threads};
use bonafide_catalog::lock::LockFormat;
use bonafide_catalog::{Input, Keep, Options, make_keeping};
use bonafide_report::{Ending, Severity, counted};
use bonafide_sbom::{Document, ReadError, ReadFault};
use bonafide_vuln::Component;

use super::lock;
use crate::commands::findings;
use crate::commands::sbom::{input as documents, watched};
use crate::commands::vex::{Carriers, Loaded, in_artifact, in_document, may_be_vex};
use crate::download::Fetcher;
use crate::failure::Failure;
use crate::ui::Ui;

/// What an input came to.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) components: Vec<Component>,
    /// What of it could not be examined.
    pub(crate) gaps: u64,
    /// What the document says of exploitability itself, and what it refers to.
    pub(crate) vex: Loaded,
}

/// Reads an SBOM as it is; anything else becomes a document by the catalog first.
pub(crate) fn read(
    ui: &Ui,
    path: &Path,
    limits: Limits,
    online: Option<&Fetcher<'_>>,
) -> Result<Read, Failure> {
    let label = documents::shown(path);
    if path.as_os_str() != "-" && (path.is_dir() || documents::is_archive(path)?) {
        return catalogued(ui, path, Input::Path(path), &label, limits);
    }
    let bytes = documents::bytes(path)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(format) = LockFormat::recognize(&name, &bytes) {
        return lock::read(ui, path, format, &bytes);
    }
    let sniffed = Format::sniff(&bytes);
    let text = match sniffed {
        None => Some(Cow::Borrowed(&bytes[..])),
        // What does not come apart as one document may still be an artifact.
        Some(_) => documents::decompressed(&label, &bytes).ok().flatten().map(Cow::Owned),
    };
    if let Some(text) = text {
        match bonafide_sbom::read(&text) {
            Ok(document) => {
                let vex = in_document(&document, &text, path, &label, online);
                return Ok(Read { components: of(&document, &label), gaps: 0, vex });
            }
            // No container either: what is wrong with it as a document is what helps.
            Err(error) if looks_like_text(&text) && (sniffed.is_none() || is_of_a_known_format(&error)) => {
                return Err(Failure::input(format!("failed to read `{label}`")).because(&error).hint(
                    "an SBOM, an artifact, a folder, or a lock file with its usual name can be scanned",
                ));
            }
            Err(_) => {}
        }
    }
    let input = if path.as_os_str() == "-" { Input::Bytes(&bytes) } else { Input::Path(path) };
    catalogued(ui, path, input, &label, limits)
}

/// Whether something is an SBOM that is broken, and not something else: a compressed lock file is an artifact.
const fn is_of_a_known_format(error: &ReadError) -> bool {
    !matches!(error.fault, ReadFault::UnknownFormat(_))
}

fn of(document: &Document, label: &str) -> Vec<Component> {
    Component::all(document, label)
}

fn looks_like_text(bytes: &[u8]) -> bool {
    bytes.iter().take(4096).all(|byte| *byte >= 0x20 || byte.is_ascii_whitespace())
}

fn catalogued(ui: &Ui, path: &Path, input: Input<'_>, label: &str, limits: Limits) -> Result<Read, Failure> {
    let name = path.file_name().map_or_else(|| label.to_owned(), |name| name.to_string_lossy().into_owned());
    let progress = Progress::new();
    let options = Options {
        label,
        name: &name,
        limits,
        threads: Threads::default(),
        progress: Some(&progress),
        filter: None,
        created: Some("1970-01-01T00:00:00Z"),
        digests: bonafide_ident::DigestKinds::SPDX,
    };
    // Of a folder what lies in it is looked at as what lies beside a file.
    let is_folder = matches!(input, Input::Path(path) if path.is_dir());
    let keep: Option<&Keep<'_>> = if is_folder { None } else { Some(&may_be_vex) };
    let made = watched(ui, label, &progress, || make_keeping(input, &options, keep))
        .map_err(|error| Failure::input(format!("failed to read `{label}`")).because(&error))?;
    let gaps = made.findings.iter().filter(|finding| finding.is_gap()).count() as u64;
    let shown: Vec<_> = made
        .findings
        .into_iter()
        .filter(|finding| finding.is_gap() || ui.is_verbose() && finding.severity > Severity::Note)
        .collect();
    if !shown.is_empty() {
        findings::tell(ui, shown, &Ending::examined(counted(made.summary.files, "file")));
    }
    let carriers = Carriers::of(&made.document, label);
    let mut vex = in_artifact(&made.kept, label, &carriers);
    vex.carriers = carriers;
    Ok(Read { components: of(&made.document, label), gaps, vex })
}

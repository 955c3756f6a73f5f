//! `bonafide artifact …`

mod cat;
mod facts;
mod list;

use std::io;
use std::path::Path;

use bonafide_artifact::{ArtifactError, Entry, Fault, FaultClass, Source, Summary};

use bonafide_report::printable;

use crate::cli::artifact::ArtifactCommand;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Runs one of them.
pub(crate) fn run(ui: &Ui, command: &ArtifactCommand) -> Result<Exit, Failure> {
    match command {
        ArtifactCommand::List(args) => list::run(ui, args),
        ArtifactCommand::Cat(args) => cat::run(ui, args),
    }
}

/// What a path on the command line means: `-` is standard input.
pub(crate) fn source(path: &Path) -> Source<'_> {
    if path.as_os_str() == "-" {
        Source::Reader {
            name: "standard input",
            reader: Box::new(io::BufReader::with_capacity(256 << 10, io::stdin())),
        }
    } else {
        Source::Path(path)
    }
}

/// An artifact that could not be opened.
pub(crate) fn unopened(path: &Path, error: &ArtifactError) -> Failure {
    let failure = Failure::input(format!("failed to read `{}`", path.display())).because(error);
    match error {
        ArtifactError::NoFile { .. } => {
            failure.hint("name a regular file or a folder; `-` reads standard input")
        }
        _ => failure,
    }
}

/// The path of an entry below the artifact; empty for the artifact itself.
fn below(entry: &Entry, top_is_entry: bool) -> String {
    let location = entry.location();
    if !top_is_entry {
        return location;
    }
    let top = std::iter::successors(Some(entry), |entry| entry.container.as_deref())
        .last()
        .map(|top| top.path.text());
    let rest =
        top.and_then(|top| location.strip_prefix(&top)).map(|rest| rest.strip_prefix("!/").unwrap_or(rest));
    rest.unwrap_or_default().to_owned()
}

/// Says a fault on standard error and remembers the worst.
fn tell(ui: &Ui, location: &str, fault: &Fault) {
    let class = match fault.kind.class() {
        FaultClass::Note => {
            return ui.detail(&format!(
                "note[{}] {}: {}",
                fault.kind.name(),
                printable(location),
                printable(&fault.message)
            ));
        }
        FaultClass::Error => "error",
        FaultClass::Gap => "gap",
    };
    let at = fault.offset.map(|offset| format!(" (byte {offset})")).unwrap_or_default();
    ui.say(&format!(
        "{class}[{}] {}: {}{at}",
        fault.kind.name(),
        printable(location),
        printable(&fault.message)
    ));
}

/// The exit code that a walk comes to.
fn exit(summary: &Summary) -> Exit {
    if summary.broken.is_some() {
        Exit::Input
    } else if summary.gaps > 0 {
        Exit::Incomplete
    } else if summary.errors > 0 {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

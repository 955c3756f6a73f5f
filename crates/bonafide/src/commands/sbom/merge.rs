//! `bonafide sbom merge`

use std::io::{self, Write};

use bonafide_report::{Ending, counted};
use bonafide_sbom::merge::{MergeError, merge};
use bonafide_sbom::{Document, Encoding, Style};

use crate::cli::sbom::MergeArgs;
use crate::commands::findings;
use crate::commands::sbom::input;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::{Ui, write_whole};
use crate::written;

/// Merges documents into one. Contradictions are told on standard error and are no failure.
pub(crate) fn run(ui: &Ui, args: &MergeArgs) -> Result<Exit, Failure> {
    let documents =
        args.files.iter().map(|file| input::document(file)).collect::<Result<Vec<Document>, _>>()?;
    let merged = merge(&documents, &args.name).map_err(|error| {
        let failure = Failure::usage("failed to merge the documents").because(&error);
        match error {
            MergeError::Formats(..) => {
                failure.hint("convert one of them first: `bonafide sbom convert FILE --as FORMAT -o OUT`")
            }
            _ => failure,
        }
    })?;
    let said = format!(
        "{} merged into one: {}, {}, {}",
        counted(documents.len() as u64, "document"),
        counted(merged.document.components.len() as u64, "component"),
        counted(merged.document.files.len() as u64, "file"),
        counted(merged.document.relationships.len() as u64, "relationship"),
    );
    if !merged.findings.is_empty() {
        findings::tell(ui, merged.findings, &Ending::default());
    }
    ui.say(&said);
    let write = |out: &mut dyn Write| -> io::Result<()> {
        bonafide_sbom::write(&merged.document, Encoding::Json, Style::default(), out)
            .map_err(io::Error::other)
    };
    match &args.output {
        Some(path) if path.as_os_str() != "-" => write_whole(path, write)?,
        _ => written(ui.out(write))?,
    }
    Ok(Exit::Clean)
}

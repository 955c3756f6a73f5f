//! `bonafide sbom merge`

use std::io::{self, Write};

use bonafide_report::{Ending, Finding, counted};
use bonafide_sbom::convert::{Converted, Target, convert_part};
use bonafide_sbom::merge::merge;
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
    let mut documents =
        args.files.iter().map(|file| input::document(file)).collect::<Result<Vec<Document>, _>>()?;
    let losses = of_one_family(&mut documents, args)?;
    let merged = merge(&documents, &args.name)
        .map_err(|error| Failure::usage("failed to merge the documents").because(&error))?;
    let said = format!(
        "{} merged into one: {}, {}, {}",
        counted(documents.len() as u64, "document"),
        counted(merged.document.components.len() as u64, "component"),
        counted(merged.document.files.len() as u64, "file"),
        counted(merged.document.relationships.len() as u64, "relationship"),
    );
    let found: Vec<Finding> = losses.into_iter().chain(merged.findings).collect();
    if !found.is_empty() {
        findings::tell(ui, found, &Ending::default());
    }
    ui.say(&said);
    let write = |out: &mut dyn Write| -> io::Result<()> {
        bonafide_sbom::write(&merged.document, Encoding::Json, Style::default(), out).map_err(io::Error::from)
    };
    match &args.output {
        Some(path) if path.as_os_str() != "-" => {
            write_whole(path, write)?;
            ui.say(&format!("wrote {}", path.display()));
        }
        _ => written(ui.out(write))?,
    }
    Ok(Exit::Clean)
}

/// Converts documents of other families to that of the first, and says what is lost.
fn of_one_family(documents: &mut [Document], args: &MergeArgs) -> Result<Vec<Finding>, Failure> {
    let mut losses = Vec::new();
    let Some((first, others)) = documents.split_first_mut() else { return Ok(losses) };
    let target = Target::like(first);
    for (document, file) in others.iter_mut().zip(&args.files[1..]) {
        if document.format == first.format {
            continue;
        }
        let name = input::shown(file);
        let failed = || Failure::input(format!("failed to convert `{name}` to {target}"));
        let Converted { document: converted, mut findings } =
            convert_part(document, target).map_err(|error| failed().because(&error))?;
        findings.iter_mut().for_each(|finding| finding.place.file = Some(name.clone()));
        losses.extend(findings);
        *document = converted;
    }
    Ok(losses)
}

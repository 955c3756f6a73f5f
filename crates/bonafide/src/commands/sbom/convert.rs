//! `bonafide sbom convert`

use std::io::{self, Write};

use bonafide_report::{Ending, Finding, Severity, counted, printable};
use bonafide_sbom::convert::{Converted, LOSS, Target, convert};
use bonafide_sbom::{Document, Encoding, Style};

use crate::cli::FindingsFormat;
use crate::cli::sbom::ConvertArgs;
use crate::commands::findings;
use crate::commands::sbom::{input, validate};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::{Ui, write_whole};
use crate::written;

/// Converts one document. Losses are told, and with `--strict` nothing is written where there are any.
pub(crate) fn run(ui: &Ui, args: &ConvertArgs) -> Result<Exit, Failure> {
    let target = args.format.target();
    let output = args.output.as_deref().filter(|path| path.as_os_str() != "-");
    if output.is_none() && args.report != FindingsFormat::Text {
        return Err(Failure::usage("the document and the losses cannot both go to standard output")
            .hint("name a file for the document: `-o FILE`"));
    }
    let document = input::document(&args.file)?;
    let from = validate::format(&document);
    let Converted { document, mut findings } = converted(&document, target)?;
    let name = input::shown(&args.file);
    findings.iter_mut().for_each(|finding| finding.place.file = Some(name.clone()));
    let losses = findings.iter().filter(|finding| finding.rule == &LOSS).count() as u64;
    let refused = args.strict && losses > 0;
    if refused {
        let strict = |finding: &mut Finding| {
            if finding.rule == &LOSS {
                finding.severity = Severity::Error;
            }
        };
        findings.iter_mut().for_each(strict);
    } else {
        let write = |out: &mut dyn Write| -> io::Result<()> {
            bonafide_sbom::write(&document, Encoding::Json, Style::default(), out).map_err(io::Error::from)
        };
        match output {
            Some(path) => write_whole(path, write)?,
            None => written(ui.out(write))?,
        }
    }
    let exit = if refused { Exit::Findings } else { Exit::Clean };
    let said = match (losses, refused) {
        (0, _) => format!("{from} to {target}: nothing lost"),
        (_, true) => {
            format!("{from} to {target}: {} would be lost, nothing was written", counted(losses, "field"))
        }
        (_, false) => format!("{from} to {target}: {} lost", counted(losses, "field")),
    };
    let ending = Ending::examined(counted(1, "document"))
        .member("from", from.clone())
        .member("to", target.to_string())
        .member("losses", losses)
        .member("written", !refused);
    if args.report == FindingsFormat::Text {
        let shown = |finding: &Finding| finding.severity > Severity::Note || ui.is_verbose();
        findings.retain(shown);
        if !findings.is_empty() {
            findings::tell(ui, findings, &Ending::default());
        }
        ui.say(&format!("{}: {said}", printable(&name)));
    } else {
        findings::print(ui, args.report, findings, ending, |_| exit)?;
    }
    Ok(exit)
}

/// The converted document, or why there is none.
pub(crate) fn converted(document: &Document, target: Target) -> Result<Converted, Failure> {
    convert(document, target).map_err(|error| {
        Failure::input(format!("failed to convert the document to {target}"))
            .because(&error)
            .hint("`bonafide sbom validate FILE` says what is wrong with it")
    })
}

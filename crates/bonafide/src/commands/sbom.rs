//! `bonafide sbom …`

mod diff;
mod input;
mod show;

use crate::cli::sbom::SbomCommand;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Runs one of them.
pub(crate) fn run(ui: &Ui, command: &SbomCommand) -> Result<Exit, Failure> {
    match command {
        SbomCommand::Make(_) | SbomCommand::Validate(_) => Err(Failure::usage("not yet")),
        SbomCommand::Show(args) => show::run(ui, args),
        SbomCommand::Diff(args) => diff::run(ui, args),
    }
}

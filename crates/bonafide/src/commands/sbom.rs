//! `bonafide sbom …`

mod audit;
mod convert;
mod diff;
mod embed;
pub(crate) mod input;
mod make;
mod merge;
mod score;
mod show;
mod tree;
mod validate;

pub(crate) use make::watched;

use crate::cli::sbom::SbomCommand;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Runs one of them.
pub(crate) fn run(ui: &Ui, environment: &Environment, command: &SbomCommand) -> Result<Exit, Failure> {
    match command {
        SbomCommand::Make(args) => make::run(ui, environment, args),
        SbomCommand::Embed(args) => embed::run(ui, environment, args),
        SbomCommand::Audit(args) => audit::run(ui, args),
        SbomCommand::Validate(args) => validate::run(ui, args),
        SbomCommand::Score(args) => score::run(ui, environment, args),
        SbomCommand::Show(args) => show::run(ui, args),
        SbomCommand::Diff(args) => diff::run(ui, args),
        SbomCommand::Convert(args) => convert::run(ui, args),
        SbomCommand::Merge(args) => merge::run(ui, args),
    }
}

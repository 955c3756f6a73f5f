//! What each command does: open, call, report. Short; the work is in the libraries.

mod completions;
mod explain;

use crate::cli::Command;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Runs one command.
pub(crate) fn run(command: Command, ui: &Ui, _environment: &Environment) -> Result<Exit, Failure> {
    match command {
        Command::Sbom(_) => Err(Failure::usage("not yet")),
        Command::Explain { rule } => explain::run(ui, rule.as_deref()),
        Command::Completions { shell } => completions::run(ui, shell),
    }
}

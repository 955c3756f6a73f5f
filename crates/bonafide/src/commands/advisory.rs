//! `bonafide advisory …`

mod lint;

use crate::cli::advisory::AdvisoryCommand;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Runs one of them.
pub(crate) fn run(ui: &Ui, environment: &Environment, command: &AdvisoryCommand) -> Result<Exit, Failure> {
    match command {
        AdvisoryCommand::Lint(args) => lint::run(ui, environment, args),
    }
}

//! `bonafide completions`

use clap::CommandFactory as _;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;
use crate::written;

/// Prints the completion script of one shell.
pub(crate) fn run(ui: &Ui, shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "bonafide", &mut script);
    written(ui.out(|out| out.write_all(&script)))?;
    Ok(Exit::Clean)
}

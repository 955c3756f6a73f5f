//! `bonafide help`

use clap::CommandFactory as _;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;
use crate::written;

/// Prints the help of the command that is named, or of the program, as `--help` does.
pub(crate) fn run(ui: &Ui, path: &[String]) -> Result<Exit, Failure> {
    let root = Cli::command();
    let mut command = &root;
    let mut typed = "bonafide".to_owned();
    for name in path {
        command = command.find_subcommand(name).ok_or_else(|| {
            Failure::usage(format!("`{typed}` has no command `{name}`"))
                .hint(format!("`{typed} --help` lists them"))
        })?;
        typed = format!("{typed} {name}");
    }
    let words = typed.split(' ').chain(["--help"]);
    let Err(help) = root.clone().try_get_matches_from(words) else { return Ok(Exit::Clean) };
    let help = help.render();
    written(
        ui.out(|out| if ui.color_out() { write!(out, "{}", help.ansi()) } else { write!(out, "{help}") }),
    )?;
    Ok(Exit::Clean)
}

//! What each command does: open, call, report. Short; the work is in the libraries.

mod advisory;
mod artifact;
mod completions;
mod db;
mod explain;
mod findings;
mod help;
mod id;
mod man;
mod named;
mod sbom;
mod scan;
mod update;
mod vendor;
mod vex;

use crate::cli::Command;
use crate::download::Network;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Runs one command.
pub(crate) fn run(
    command: Command,
    network: Network,
    ui: &Ui,
    environment: &Environment,
) -> Result<Exit, Failure> {
    match command {
        Command::Sbom(command) => sbom::run(ui, environment, &command),
        Command::Artifact(command) => artifact::run(ui, &command),
        Command::Vendor(command) => vendor::run(command, network, ui, environment),
        Command::Scan(args) => scan::run(ui, environment, network, &args),
        Command::Db(command) => db::run(ui, environment, network, &command),
        Command::Advisory(command) => advisory::run(ui, environment, &command),
        Command::Vex(command) => vex::run(ui, environment, network, &command),
        Command::Id(command) => id::run(ui, &command),
        Command::Explain(args) => explain::run(ui, &args),
        Command::Help { path } => help::run(ui, &path),
        Command::Man { directory } => man::run(ui, directory.as_deref()),
        Command::Completions { shell } => completions::run(ui, shell),
    }
}

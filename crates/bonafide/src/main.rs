//! The command line of bonafide: reads arguments, environment, clock and terminal, composes the libraries, and turns
//! their answers into text and an exit code.

mod cli;
mod commands;
mod download;
mod environment;
mod exit;
mod failure;
mod lock;
mod rules;
mod settings;
mod ui;

use std::io;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::cli::Cli;
use crate::download::Network;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            drop(error.print());
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return ExitCode::from(if asked { Exit::Clean } else { Exit::Usage }.code());
        }
    };
    let environment = Environment::read();
    let ui = Ui::new(&cli.global, &environment);
    let network = if cli.global.offline { Network::Refused } else { Network::Allowed };
    let done =
        std::panic::catch_unwind(AssertUnwindSafe(|| commands::run(cli.command, network, &ui, &environment)));
    let exit = match done.unwrap_or_else(|_| Err(Failure::internal())) {
        Ok(exit) => {
            let ends = ui.ends_with(exit);
            if ends != exit {
                ui.detail(&format!("exit code {} withheld by --exit-zero", exit.code()));
            }
            ends
        }
        Err(failure) => {
            ui.failure(&failure);
            failure.exit
        }
    };
    ExitCode::from(exit.code())
}

/// What writing to standard output came to: a reader that went away is no failure.
fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::input("failed to write to standard output").because(&error)),
        Ok(()) => Ok(()),
    }
}

//! `bonafide man`

use std::fs;
use std::path::Path;

use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::{Ui, write_whole};
use crate::written;

/// Writes one page for each command into a folder, or prints that of the program.
pub(crate) fn run(ui: &Ui, directory: Option<&Path>) -> Result<Exit, Failure> {
    let mut command = Cli::command();
    command.build();
    let Some(directory) = directory else {
        let text = page(command)?;
        written(ui.out(|out| out.write_all(&text)))?;
        return Ok(Exit::Clean);
    };
    fs::create_dir_all(directory).map_err(|error| {
        Failure::input(format!("failed to make the folder `{}`", directory.display())).because(&error)
    })?;
    let pages = pages(directory, command)?;
    ui.say(&format!("wrote {pages} pages to {}", directory.display()));
    Ok(Exit::Clean)
}

/// Writes the page of a command and those of its subcommands; how many.
fn pages(directory: &Path, command: clap::Command) -> Result<usize, Failure> {
    let mut count = 1;
    for subcommand in command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        count += pages(directory, subcommand.clone())?;
    }
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let text = page(command)?;
    write_whole(&directory.join(format!("{name}.1")), |out| out.write_all(&text))?;
    Ok(count)
}

fn page(command: clap::Command) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    written(Man::new(command).render(&mut text))?;
    Ok(text)
}

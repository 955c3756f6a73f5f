//! `bonafide db verify`

use std::fs::File;

use bonafide_report::{counted, printable};
use bonafide_vuln::db::Database;

use super::sums;
use crate::cli::db::VerifyArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;
use crate::written;

/// Reads every block of every file and compares the files with the list of their digests.
pub(crate) fn run(ui: &Ui, args: &VerifyArgs) -> Result<Exit, Failure> {
    let files = super::files(&args.db)?;
    let mut lines = Vec::new();
    let mut exit = Exit::Clean;
    for path in &files {
        let checked = File::open(path).map_err(|error| error.to_string()).and_then(|file| {
            Database::open(file).and_then(|database| database.verify()).map_err(|error| error.to_string())
        });
        if let Err(why) = checked {
            lines.push(format!("{}: {why}", path.display()));
            exit = Exit::Input;
        }
    }
    let listed = if args.db.is_dir() { sums::compare(&args.db)? } else { None };
    match &listed {
        Some(differences) => {
            lines.extend(differences.iter().map(sums::Difference::words));
            if !differences.is_empty() {
                exit = exit.max(Exit::Findings);
            }
        }
        None => {
            lines.push(format!("there is no {} to compare with", sums::NAME));
            exit = exit.max(Exit::Incomplete);
        }
    }
    if files.is_empty() {
        lines.push("there is no file of a database".to_owned());
        exit = exit.max(Exit::Incomplete);
    }
    let checked = counted(files.len() as u64, "file");
    lines.push(match exit {
        Exit::Clean => format!("{checked}, every block whole, all as {} says", sums::NAME),
        _ => format!("{checked} checked, not as it should be"),
    });
    written(ui.out(|out| lines.iter().try_for_each(|line| writeln!(out, "{}", printable(line)))))?;
    Ok(exit)
}

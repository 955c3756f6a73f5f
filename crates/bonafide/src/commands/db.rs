//! `bonafide db …`

mod build;
mod info;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use bonafide_vuln::db::{Database, EXTENSION};
use jiff::Timestamp;

use crate::cli::db::DbCommand;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Runs one of them.
pub(crate) fn run(ui: &Ui, command: &DbCommand) -> Result<Exit, Failure> {
    match command {
        DbCommand::Build(args) => build::run(ui, args),
        DbCommand::Info(args) => info::run(ui, args),
    }
}

/// The files of a database, sorted by name.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: std::io::Error| {
        Failure::input(format!("failed to read the database `{}`", path.display()))
            .because(&error)
            .hint("`bonafide db build` makes one")
    };
    if !fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == EXTENSION) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Every source of a database, with the name of its file.
pub(crate) fn open(path: &Path) -> Result<Vec<(String, Database)>, Failure> {
    let mut databases = Vec::new();
    for file in files(path)? {
        let failed = || Failure::input(format!("failed to open the database file `{}`", file.display()));
        let opened = File::open(&file).map_err(|error| failed().because(&error))?;
        let database = Database::open(opened).map_err(|error| {
            failed().because(&error).hint("`bonafide db build` makes it again from its inputs")
        })?;
        let name = file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        databases.push((name, database));
    }
    if databases.is_empty() {
        return Err(Failure::input(format!("there is no database in `{}`", path.display()))
            .hint("`bonafide db build --from all.zip -o DIR` makes one"));
    }
    Ok(databases)
}

/// How old the newest record of a source is, in days; nothing where no record has a date.
pub(crate) fn age(database: &Database, now: Timestamp) -> Option<i64> {
    let newest = database.meta().newest.as_deref()?;
    // Year 1 is how some sources write a date that they do not know.
    let newest = Some(newest).filter(|date| !date.starts_with("0001"))?;
    let date = newest.get(..10)?.parse::<jiff::civil::Date>().ok()?;
    let then = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    Some((now.as_second() - then.as_second()) / 86_400)
}

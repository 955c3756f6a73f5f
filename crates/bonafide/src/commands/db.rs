//! `bonafide db …`

mod build;
mod info;
mod source;
mod state;
mod sums;
mod update;
mod verify;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use bonafide_vuln::db::{Database, EXTENSION};
use jiff::Timestamp;

use state::State;

use crate::cli::db::DbCommand;
use crate::download::Network;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// From this age on, in days, a source is told to be old where nothing else is said.
pub(crate) const OLD: u32 = 30;

/// Runs one of them.
pub(crate) fn run(
    ui: &Ui,
    environment: &Environment,
    network: Network,
    command: &DbCommand,
) -> Result<Exit, Failure> {
    match command {
        DbCommand::Build(args) => build::run(ui, args),
        DbCommand::Update(args) => update::run(ui, environment, network, args),
        DbCommand::Info(args) => info::run(ui, args),
        DbCommand::Verify(args) => verify::run(ui, args),
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

/// How old a source is, as far as anybody knows.
pub(crate) struct Age {
    /// The name of its file.
    pub(crate) source: String,
    /// Days since its newest record; nothing where no record has a date, or one that is yet to come.
    pub(crate) newest: Option<i64>,
    /// Days since its origin last said that there is nothing newer.
    pub(crate) checked: Option<i64>,
}

impl Age {
    /// Days since it was last known to be up to date.
    pub(crate) fn days(&self) -> Option<i64> {
        [self.newest, self.checked].into_iter().flatten().min()
    }

    /// In words.
    pub(crate) fn words(&self) -> String {
        match (self.newest, self.checked) {
            (newest, Some(checked)) if newest.is_none_or(|newest| checked < newest) => {
                format!("`{}` was last updated {} ago", self.source, days(checked))
            }
            (Some(newest), _) => format!("the newest record of `{}` is {} old", self.source, days(newest)),
            (None, _) => format!("no record of `{}` has a date, so its age is not known", self.source),
        }
    }
}

fn days(count: i64) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

/// How old the sources of a database are.
pub(crate) fn ages(path: &Path, databases: &[(String, Database)], now: Timestamp) -> Vec<Age> {
    let state = State::read(path);
    let days =
        |then: Timestamp| Some((now.as_second() - then.as_second()) / 86_400).filter(|days| *days >= 0);
    databases
        .iter()
        .map(|(name, database)| Age {
            source: name.clone(),
            newest: newest(database).and_then(days),
            checked: state.of(name, database).and_then(|origin| days(origin.checked()?)),
        })
        .collect()
}

/// The date of the newest record of a source.
fn newest(database: &Database) -> Option<Timestamp> {
    let newest = database.meta().newest.as_deref()?;
    // Year 1 is how some sources write a date that they do not know.
    let newest = Some(newest).filter(|date| !date.starts_with("0001"))?;
    let date = newest.get(..10)?.parse::<jiff::civil::Date>().ok()?;
    Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

//! `bonafide db info`

use std::io::{self, Write};

use bonafide_report::{counted, grouped, printable};
use bonafide_vuln::db::{InputKind, Meta};
use serde::Serialize;

use super::state::{Origin, State};
use super::sums;
use crate::cli::db::InfoArgs;
use crate::cli::id::PartsFormat;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;
use crate::written;

#[derive(Serialize)]
struct Sources<'a> {
    schema: &'static str,
    sums: &'static str,
    sources: Vec<Source<'a>>,
}

#[derive(Serialize)]
struct Source<'a> {
    source: &'a str,
    age_days: Option<i64>,
    checked_days: Option<i64>,
    origin: Option<&'a Origin>,
    #[serde(flatten)]
    meta: &'a Meta,
}

/// Says what is in a database. Every block is read and checked.
pub(crate) fn run(ui: &Ui, args: &InfoArgs) -> Result<Exit, Failure> {
    let databases = super::open(&args.db)?;
    for (name, database) in &databases {
        database
            .verify()
            .map_err(|error| Failure::input(format!("failed to read the source `{name}`")).because(&error))?;
    }
    let state = State::read(&args.db);
    let ages = super::ages(&args.db, &databases, Environment::now());
    let listed = if args.db.is_dir() { sums::compare(&args.db)? } else { None };
    let sums = match &listed {
        None => "none",
        Some(differences) if differences.is_empty() => "equal",
        Some(_) => "different",
    };
    written(ui.out(|out| {
        if args.format == PartsFormat::Json {
            let sources = databases
                .iter()
                .zip(&ages)
                .map(|((source, database), age)| Source {
                    source,
                    age_days: age.newest,
                    checked_days: age.checked,
                    origin: state.of(source, database),
                    meta: database.meta(),
                })
                .collect();
            serde_json::to_writer_pretty(
                &mut *out,
                &Sources { schema: "urn:bonafide:db-info:1", sums, sources },
            )?;
            return writeln!(out);
        }
        for ((name, database), age) in databases.iter().zip(&ages) {
            source(out, name, database.meta(), age.newest, state.of(name, database))?;
        }
        match &listed {
            None => writeln!(out, "there is no {}", sums::NAME),
            Some(differences) if differences.is_empty() => writeln!(out, "{}: all as it says", sums::NAME),
            Some(differences) => {
                differences.iter().try_for_each(|one| writeln!(out, "{}", printable(&one.words())))
            }
        }
    }))?;
    Ok(if listed.is_some_and(|differences| !differences.is_empty()) { Exit::Findings } else { Exit::Clean })
}

/// What is known of one source, for people.
fn source(
    out: &mut dyn Write,
    name: &str,
    meta: &Meta,
    newest_days: Option<i64>,
    origin: Option<&Origin>,
) -> io::Result<()> {
    let age = newest_days.map(|days| format!(" ({days} days old)")).unwrap_or_default();
    let newest = meta.newest.as_deref().map_or_else(|| "of no date".to_owned(), printable) + &age;
    writeln!(
        out,
        "{}: {} records ({} withdrawn) of {} packages, newest {newest}",
        printable(name),
        grouped(meta.records),
        grouped(meta.withdrawn),
        grouped(meta.packages)
    )?;
    for input in &meta.inputs {
        let date = input.date.as_deref().map(|date| format!(" of {}", printable(date))).unwrap_or_default();
        writeln!(out, "  from {}{date} sha256:{}", printable(&input.name), input.sha256)?;
    }
    if let Some(origin) = origin {
        writeln!(
            out,
            "  by {}, fetched {}, last checked {}",
            printable(&origin.url),
            origin.fetched,
            origin.checked
        )?;
        if let Some(modified) = &origin.modified {
            writeln!(out, "  last modified there: {}", printable(modified))?;
        }
    }
    let ecosystems: Vec<String> = meta
        .ecosystems
        .iter()
        .map(|(ecosystem, count)| format!("{} {}", printable(ecosystem), grouped(*count)))
        .collect();
    if !ecosystems.is_empty() {
        writeln!(out, "  covers {}", ecosystems.join(", "))?;
    }
    for (kind, what) in [(InputKind::Kev, "exploited"), (InputKind::Epss, "scored for likelihood")] {
        if let Some(count) = meta.kinds.get(&kind) {
            writeln!(out, "  tells of {} that are {what}", counted(*count, "vulnerability"))?;
        }
    }
    if meta.unread > 0 {
        writeln!(out, "  {} could not be read", counted(meta.unread, "document"))?;
    }
    for (what, times) in &meta.oddities {
        writeln!(out, "  odd: {} ({})", printable(what), grouped(*times))?;
    }
    Ok(())
}

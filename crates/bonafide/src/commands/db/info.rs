//! `bonafide db info`

use bonafide_report::{counted, grouped, printable};
use bonafide_vuln::db::Meta;
use serde::Serialize;

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
    sources: Vec<Source<'a>>,
}

#[derive(Serialize)]
struct Source<'a> {
    source: &'a str,
    age_days: Option<i64>,
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
    let now = Environment::now();
    written(ui.out(|out| {
        if args.format == PartsFormat::Json {
            let sources = databases
                .iter()
                .map(|(source, database)| Source {
                    source,
                    age_days: super::age(database, now),
                    meta: database.meta(),
                })
                .collect();
            serde_json::to_writer_pretty(&mut *out, &Sources { schema: "urn:bonafide:db-info:1", sources })?;
            return writeln!(out);
        }
        for (name, database) in &databases {
            let meta = database.meta();
            let age = super::age(database, now).map(|days| format!(" ({days} days old)")).unwrap_or_default();
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
                writeln!(out, "  from {} sha256:{}", printable(&input.name), input.sha256)?;
            }
            let ecosystems: Vec<String> = meta
                .ecosystems
                .iter()
                .map(|(ecosystem, count)| format!("{} {}", printable(ecosystem), grouped(*count)))
                .collect();
            writeln!(out, "  covers {}", ecosystems.join(", "))?;
            if meta.unread > 0 {
                writeln!(out, "  {} could not be read", counted(meta.unread, "document"))?;
            }
            for (what, times) in &meta.oddities {
                writeln!(out, "  odd: {} ({})", printable(what), grouped(*times))?;
            }
        }
        Ok(())
    }))?;
    Ok(Exit::Clean)
}

//! `bonafide db update`

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use bonafide_fetch::{Schemes, Validators};
use bonafide_report::{counted, grouped};
use bonafide_vuln::db::{Database, EXTENSION};
use jiff::Timestamp;

use super::state::{Origin, State};
use super::{OLD, build, source, sums};
use crate::cli::db::UpdateArgs;
use crate::commands::findings::TOOL;
use crate::commands::update::{Job, Outcome, Updater, Work};
use crate::download::{Fetcher, Network};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::{Place, Settings};
use crate::ui::{Ui, write_whole};

/// Brings every source up to date that the settings name. One that fails keeps the file that it has.
pub(crate) fn run(
    ui: &Ui,
    environment: &Environment,
    network: Network,
    args: &UpdateArgs,
) -> Result<Exit, Failure> {
    let settings = Settings::read(ui, args.fetch.config.as_deref())?;
    settings.tell_odd(ui);
    let folder = args.fetch.output.clone().or_else(|| settings.database()).ok_or_else(|| {
        Failure::usage("it is not said where the database is")
            .hint("`-o DIR`, or `dir` in `[db]` of the settings")
    })?;
    let instead = "`bonafide db build --from FILE` takes files that are here already";
    let updater = Updater { ui, network, noun: "source", instead };
    let jobs = jobs(&updater, &settings, args)?;
    let lock = build::lock(&folder)?;
    let fetcher = updater.fetcher(environment, &args.fetch);
    let state = State::read(&folder);
    let mut update = Update { ui, fetcher, folder: &folder, force: args.fetch.force, state };
    let done = updater.run(&jobs, &mut update);
    let mut state = update.state;
    // The settings name all that is to be there; `--from` only what is to be brought up to date.
    if args.names.is_empty() && args.from.is_empty() {
        let kept: BTreeSet<PathBuf> = jobs.iter().map(|job| file(&folder, job)).collect();
        build::sweep(ui, &folder, &kept)?;
        state.sources.retain(|name, _| jobs.iter().any(|job| job.name == *name));
    }
    state.write(&folder)?;
    sums::write(&folder)?;
    drop(lock);
    told_old(ui, &folder, &jobs, settings.db.warn_age.unwrap_or(OLD));
    ui.say(&format!(
        "{}: {}, {} updated, {} unchanged, {} failed",
        folder.display(),
        counted(jobs.len() as u64, "source"),
        done.written,
        done.unchanged,
        done.failed,
    ));
    done.end()
}

/// The file of a source.
fn file(folder: &Path, job: &Job) -> PathBuf {
    folder.join(format!("{}.{EXTENSION}", job.name))
}

/// Tells of sources that are up to date and have had no new record for long: their place may be one that is no longer kept.
fn told_old(ui: &Ui, folder: &Path, jobs: &[Job], warn: u32) {
    let databases: Vec<(String, Database)> = jobs
        .iter()
        .filter_map(|job| Some((job.name.clone(), Database::open(File::open(file(folder, job)).ok()?).ok()?)))
        .collect();
    for age in super::ages(folder, &databases, Environment::now()) {
        if let Some(days) = age.newest.filter(|days| *days > i64::from(warn)) {
            ui.say(&format!("{}: its newest record is {} old", age.source, super::days(days)));
        }
    }
}

/// What is to be brought up to date.
fn jobs(updater: &Updater<'_>, settings: &Settings, args: &UpdateArgs) -> Result<Vec<Job>, Failure> {
    if !args.from.is_empty() {
        return Ok(named_by_place(&args.from));
    }
    if settings.db.sources.is_empty() {
        return Err(Failure::usage(format!("`{}` names no source of advisories", settings.name()))
            .hint("`bonafide db update --help` shows what to write; `--from URL` names one here"));
    }
    updater.jobs(settings, &settings.db.sources, &args.names)
}

/// Sources named as `db build` would name them.
fn named_by_place(from: &[String]) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    for text in from {
        let place = Place::of(text);
        let slug = match &place {
            Place::Path(path) => {
                build::slug(&fs::canonicalize(path).unwrap_or_else(|_| path.clone()), path.is_dir())
            }
            Place::Web(_) => build::slug(Path::new(&crate::settings::decoded(&place.shown())), false),
        };
        let mut name = slug.clone();
        let mut number = 2;
        while jobs.iter().any(|job| job.name == name) {
            name = format!("{slug}-{number}");
            number += 1;
        }
        jobs.push(Job { name, place, max_bytes: None });
    }
    jobs
}

struct Update<'a> {
    ui: &'a Ui,
    fetcher: Fetcher<'a>,
    folder: &'a Path,
    force: bool,
    state: State,
}

impl Work for Update<'_> {
    fn one(&mut self, job: &Job) -> Result<Outcome, Failure> {
        let outcome = self.source(job)?;
        self.state.write(self.folder)?;
        Ok(outcome)
    }

    fn rest(&self, job: &Job) -> String {
        let file = file(self.folder, job);
        let rest = if file.exists() { "kept as it was" } else { "there is no data of this source" };
        format!("{}: {rest}", file.display())
    }
}

impl Update<'_> {
    fn source(&mut self, job: &Job) -> Result<Outcome, Failure> {
        let address = match &job.place {
            Place::Web(address) => address,
            Place::Path(path) => {
                let built = source::built(self.ui, path)?;
                self.state.sources.remove(&job.name);
                return self.put(job, &built);
            }
        };
        let known = self.known(job);
        let validators = known.as_ref().map(Origin::validators).unwrap_or_default();
        let fetched = self.fetcher.fetch(address, &validators, Schemes::AsWritten, job.max_bytes)?;
        let now = now();
        let Some(fetched) = fetched else {
            if let Some(origin) = known {
                self.state.sources.insert(job.name.clone(), Origin { checked: now, ..origin });
            }
            return Ok(Outcome::Unchanged);
        };
        self.ui.detail(&format!(
            "{}: {} bytes, SHA-256 {}",
            job.name,
            grouped(fetched.length),
            fetched.sha256
        ));
        let path = fetched.path();
        let built = source::built(self.ui, &path).map_err(|failure| {
            let temporary = path.display().to_string();
            let causes = std::iter::once(&failure.what).chain(&failure.causes);
            Failure {
                what: format!("what {} gives cannot be used", job.place.shown()),
                causes: causes.map(|cause| cause.replace(&temporary, &job.name)).collect(),
                ..failure
            }
        })?;
        let outcome = self.put(job, &built)?;
        let Validators { etag, modified } = fetched.validators;
        let origin = Origin {
            url: job.place.shown(),
            sha256: built.sha256,
            builder: builder(),
            etag,
            modified,
            fetched: now.clone(),
            checked: now,
        };
        self.state.sources.insert(job.name.clone(), origin);
        Ok(outcome)
    }

    /// What is known of the file that is there, unless it would be built otherwise today.
    fn known(&self, job: &Job) -> Option<Origin> {
        let database = Database::open(File::open(file(self.folder, job)).ok()?).ok()?;
        let origin = self.state.of(&job.name, &database)?;
        let same = origin.url == job.place.shown() && origin.builder == builder();
        (same && !self.force && database.meta().unread == 0).then(|| origin.clone())
    }

    fn put(&self, job: &Job, built: &source::Built) -> Result<Outcome, Failure> {
        let file = file(self.folder, job);
        if built.whole && fs::read(&file).is_ok_and(|bytes| bytes == built.bytes) {
            return Ok(Outcome::Unchanged);
        }
        write_whole(&file, |out| out.write_all(&built.bytes))?;
        let (documents, length) = (counted(built.documents, "document"), grouped(built.bytes.len() as u64));
        let what = format!("{documents}, {length} bytes, from {}", job.place.shown());
        Ok(Outcome::Written { what, whole: built.whole })
    }
}

fn builder() -> String {
    format!("{} {}", TOOL.name, TOOL.version)
}

/// Now, to the second.
fn now() -> String {
    let now = Environment::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

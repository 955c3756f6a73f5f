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
use crate::download::{Fetcher, Network};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::{Place, Settings};
use crate::ui::{Ui, write_whole};

/// One source to bring up to date.
struct Job {
    name: String,
    place: Place,
    max_bytes: Option<u64>,
}

/// What became of a source.
enum Outcome {
    /// The other side has nothing new.
    Unchanged,
    /// Built again from this many documents; not all of them could be read.
    Written { documents: u64, length: u64, whole: bool },
}

/// Brings every source up to date that the settings name. One that fails keeps the file that it has.
pub(crate) fn run(
    ui: &Ui,
    environment: &Environment,
    network: Network,
    args: &UpdateArgs,
) -> Result<Exit, Failure> {
    let settings = Settings::read(ui, args.config.as_deref())?;
    settings.tell_odd(ui);
    let folder = args.output.clone().or_else(|| settings.database()).ok_or_else(|| {
        Failure::usage("it is not said where the database is")
            .hint("`-o DIR`, or `dir` in `[db]` of the settings")
    })?;
    let jobs = jobs(&settings, args)?;
    build::make_folder(&folder)?;
    let instead = "`bonafide db build --from FILE` takes files that are here already";
    let fetcher = Fetcher::new(ui, environment, network, instead).within(args.timeout);
    let mut state = State::read(&folder);
    let mut update = Update { ui, fetcher, folder: &folder, force: args.force };
    let mut exit = Exit::Clean;
    let (mut written, mut unchanged, mut offline) = (0, 0, Vec::new());
    for job in &jobs {
        if network == Network::Refused && matches!(job.place, Place::Web(_)) {
            offline.push(format!("{}: {}", job.name, job.place.shown()));
            continue;
        }
        match update.one(job, &mut state) {
            Ok(Outcome::Unchanged) => {
                unchanged += 1;
                ui.say(&format!("{}: unchanged", job.name));
            }
            Ok(Outcome::Written { documents, length, whole }) => {
                written += 1;
                ui.say(&format!(
                    "{}: {}, {} bytes, from {}",
                    job.name,
                    counted(documents, "document"),
                    grouped(length),
                    job.place.shown()
                ));
                exit = exit.max(if whole { Exit::Clean } else { Exit::Incomplete });
            }
            Err(failure) => {
                exit = exit.max(if failure.exit == Exit::Network { Exit::Network } else { Exit::Incomplete });
                update.tell(job, failure);
            }
        }
        state.write(&folder)?;
    }
    // The settings name all that is to be there; `--from` only what is to be brought up to date.
    if args.names.is_empty() && args.from.is_empty() {
        let kept: BTreeSet<PathBuf> = jobs.iter().map(|job| update.file(job)).collect();
        build::sweep(ui, &folder, &kept)?;
        state.sources.retain(|name, _| jobs.iter().any(|job| job.name == *name));
        state.write(&folder)?;
    }
    sums::write(&folder)?;
    told_old(ui, &folder, &jobs, settings.db.warn_age.unwrap_or(OLD));
    if !offline.is_empty() {
        let what = format!("{} not fetched: `--offline` was given", counted(offline.len() as u64, "source"));
        let failure = Failure { causes: Vec::new(), ..Failure::network(what) };
        return Err(offline.iter().fold(failure, |failure, one| failure.and(one)).hint(instead));
    }
    let failed = jobs.len() - written - unchanged;
    ui.say(&format!(
        "{}: {}, {written} updated, {unchanged} unchanged, {failed} failed",
        folder.display(),
        counted(jobs.len() as u64, "source"),
    ));
    Ok(exit)
}

/// Tells of sources that are up to date and have had no new record for long: their place may be one that is no longer kept.
fn told_old(ui: &Ui, folder: &Path, jobs: &[Job], warn: u32) {
    let files: Vec<PathBuf> =
        jobs.iter().map(|job| folder.join(format!("{}.{EXTENSION}", job.name))).collect();
    let databases: Vec<(String, Database)> = files
        .iter()
        .zip(jobs)
        .filter_map(|(file, job)| Some((job.name.clone(), Database::open(File::open(file).ok()?).ok()?)))
        .collect();
    for age in super::ages(folder, &databases, Environment::now()) {
        if let Some(days) = age.newest.filter(|days| *days > i64::from(warn)) {
            ui.say(&format!("{}: its newest record is {} old", age.source, super::days(days)));
        }
    }
}

/// What is to be brought up to date.
fn jobs(settings: &Settings, args: &UpdateArgs) -> Result<Vec<Job>, Failure> {
    if !args.from.is_empty() {
        return Ok(named_by_place(&args.from));
    }
    if settings.db.sources.is_empty() {
        return Err(Failure::usage(format!("`{}` names no source of advisories", settings.name()))
            .hint("`bonafide db update --help` shows what to write; `--from URL` names one here"));
    }
    let mut jobs: Vec<Job> = settings
        .db
        .sources
        .iter()
        .map(|remote| Job {
            name: remote.name.value.clone(),
            place: settings.place(remote),
            max_bytes: remote.max_bytes,
        })
        .collect();
    if let Some(unknown) = args.names.iter().find(|name| jobs.iter().all(|job| job.name != **name)) {
        let known: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
        return Err(Failure::usage(format!("`{}` names no source `{unknown}`", settings.name()))
            .hint(format!("there are: {}", known.join(", "))));
    }
    jobs.retain(|job| args.names.is_empty() || args.names.contains(&job.name));
    Ok(jobs)
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
}

impl Update<'_> {
    fn file(&self, job: &Job) -> PathBuf {
        self.folder.join(format!("{}.{EXTENSION}", job.name))
    }

    fn one(&mut self, job: &Job, state: &mut State) -> Result<Outcome, Failure> {
        let address = match &job.place {
            Place::Web(address) => address,
            Place::Path(path) => {
                let built = source::built(self.ui, path)?;
                state.sources.remove(&job.name);
                return self.put(job, &built);
            }
        };
        let known = self.known(job, state);
        let validators = known.as_ref().map(Origin::validators).unwrap_or_default();
        let fetched = self.fetcher.fetch(address, &validators, Schemes::AsWritten, job.max_bytes)?;
        let now = now();
        let Some(fetched) = fetched else {
            if let Some(origin) = known {
                state.sources.insert(job.name.clone(), Origin { checked: now, ..origin });
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
        state.sources.insert(job.name.clone(), origin);
        Ok(outcome)
    }

    /// What is known of the file that is there, unless it would be built otherwise today.
    fn known(&self, job: &Job, state: &State) -> Option<Origin> {
        let database = Database::open(File::open(self.file(job)).ok()?).ok()?;
        let origin = state.of(&job.name, &database)?;
        let same = origin.url == job.place.shown() && origin.builder == builder();
        (same && !self.force && database.meta().unread == 0).then(|| origin.clone())
    }

    fn put(&self, job: &Job, built: &source::Built) -> Result<Outcome, Failure> {
        let file = self.file(job);
        if built.whole && fs::read(&file).is_ok_and(|bytes| bytes == built.bytes) {
            return Ok(Outcome::Unchanged);
        }
        write_whole(&file, |out| out.write_all(&built.bytes))?;
        let length = built.bytes.len() as u64;
        Ok(Outcome::Written { documents: built.documents, length, whole: built.whole })
    }

    /// Says why a source failed, and what is there in its stead.
    fn tell(&self, job: &Job, failure: Failure) {
        let file = self.file(job);
        let rest = if file.exists() {
            format!("{}: kept as it was", file.display())
        } else {
            format!("{}: there is no data of this source", file.display())
        };
        let what = format!("{}: {}", job.name, failure.what);
        self.ui.failure(&Failure { what, ..failure }.and(&rest));
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

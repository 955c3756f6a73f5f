//! What `db update` and `vex update` have in common: places of the settings, brought up to date one after another. One that fails is
//! named and keeps what it has; the others go on.

use bonafide_catalog::config::Remote;
use bonafide_report::counted;

use crate::cli::FetchArgs;
use crate::download::{Fetcher, Network};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::{Place, Settings};
use crate::ui::Ui;

/// What is brought up to date: a source of advisories, a VEX repository.
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) max_bytes: Option<u64>,
}

/// What became of one.
pub(crate) enum Outcome {
    /// It is a folder on this machine, and read where it is.
    InPlace,
    /// The other side has nothing new.
    Unchanged,
    /// It was written anew.
    Written {
        /// What of it, in words.
        what: String,
        /// Whether all of it could be read.
        whole: bool,
    },
}

/// How one job is done.
pub(crate) trait Work {
    /// Does it.
    fn one(&mut self, job: &Job) -> Result<Outcome, Failure>;
    /// What is there of it after it failed, in words.
    fn rest(&self, job: &Job) -> String;
}

/// What is brought up to date, and how messages speak of it.
pub(crate) struct Updater<'a> {
    pub(crate) ui: &'a Ui,
    pub(crate) network: Network,
    /// `source`, `repository`.
    pub(crate) noun: &'static str,
    /// What helps without a network.
    pub(crate) instead: &'static str,
}

/// How it went.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) written: usize,
    pub(crate) unchanged: usize,
    pub(crate) failed: usize,
    exit: Option<Exit>,
    offline: Option<Failure>,
}

impl<'a> Updater<'a> {
    /// What fetches for the jobs.
    pub(crate) fn fetcher(&self, environment: &Environment, args: &FetchArgs) -> Fetcher<'a> {
        Fetcher::new(self.ui, environment, self.network, self.instead).within(args.timeout)
    }

    /// The jobs that the settings name: all, or those that are wanted.
    pub(crate) fn jobs(
        &self,
        settings: &Settings,
        remotes: &[Remote],
        wanted: &[String],
    ) -> Result<Vec<Job>, Failure> {
        let mut jobs: Vec<Job> = remotes
            .iter()
            .map(|remote| Job {
                name: remote.name.value.clone(),
                place: settings.place(remote),
                max_bytes: remote.max_bytes,
            })
            .collect();
        if let Some(unknown) = wanted.iter().find(|name| jobs.iter().all(|job| job.name != **name)) {
            let known: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
            return Err(Failure::usage(format!("`{}` names no {} `{unknown}`", settings.name(), self.noun))
                .hint(format!("there are: {}", known.join(", "))));
        }
        jobs.retain(|job| wanted.is_empty() || wanted.contains(&job.name));
        Ok(jobs)
    }

    /// Does all jobs, in their order.
    pub(crate) fn run(&self, jobs: &[Job], work: &mut dyn Work) -> Done {
        let mut done = Done::default();
        let mut refused = Vec::new();
        for job in jobs {
            if self.network == Network::Refused && matches!(job.place, Place::Web(_)) {
                refused.push(format!("{}: {}", job.name, job.place.shown()));
                continue;
            }
            match work.one(job) {
                Ok(Outcome::InPlace) => {
                    done.unchanged += 1;
                    self.ui.say(&format!("{}: read where it is, {}", job.name, job.place.shown()));
                }
                Ok(Outcome::Unchanged) => {
                    done.unchanged += 1;
                    self.ui.say(&format!("{}: unchanged", job.name));
                }
                Ok(Outcome::Written { what, whole }) => {
                    done.written += 1;
                    done.exit = done.exit.max((!whole).then_some(Exit::Incomplete));
                    self.ui.say(&format!("{}: {what}", job.name));
                }
                Err(failure) => {
                    done.failed += 1;
                    let network = failure.exit == Exit::Network;
                    done.exit = done.exit.max(Some(if network { Exit::Network } else { Exit::Incomplete }));
                    let what = format!("{}: {}", job.name, failure.what);
                    self.ui.failure(&Failure { what, ..failure }.and(&work.rest(job)));
                }
            }
        }
        if !refused.is_empty() {
            let what = counted(refused.len() as u64, self.noun);
            let failure = Failure::network(format!("{what} not fetched: `--offline` was given"));
            let failure = Failure { causes: refused, ..failure };
            done.offline = Some(failure.hint(self.instead));
        }
        done
    }
}

impl Done {
    /// The end of the command.
    pub(crate) fn end(self) -> Result<Exit, Failure> {
        match self.offline {
            Some(failure) => Err(failure),
            None => Ok(self.exit.unwrap_or(Exit::Clean)),
        }
    }
}

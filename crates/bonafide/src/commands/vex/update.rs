//! `bonafide vex update`: VEX repositories fetched and kept, for scans that open no connection.
//!
//! A repository is kept as a folder of the same layout: `index.json`, and documents named after their content. Names that come
//! from an archive never become names on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use bonafide_advisory::vex;
use bonafide_advisory::vex::repository::{Index, LONGEST_INDEX, LONGEST_MANIFEST, Package, locations};
use bonafide_fetch::{Schemes, Validators};
use bonafide_report::{counted, printable};

use super::manifest::{Address, Data};
use super::origin::Origin;
use super::repository::{INDEX, MISSING, stays};
use super::unpack::members;
use crate::cli::vex::UpdateArgs;
use crate::commands::update::{Job, Outcome, Updater, Work};
use crate::download::{Downloaded, Fetcher, Network};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lock::Lock;
use crate::settings::{Place, Settings};
use crate::ui::{Ui, write_whole};

/// Below the folder of a repository: its documents.
const DOCUMENTS: &str = "documents";
/// How many documents that cannot be read are named.
const NAMED: usize = 20;

/// Brings every repository up to date that the settings name. One that fails stays as it is.
pub(crate) fn run(
    ui: &Ui,
    environment: &Environment,
    network: Network,
    args: &UpdateArgs,
) -> Result<Exit, Failure> {
    let settings = Settings::read(ui, args.fetch.config.as_deref())?;
    settings.tell_odd(ui);
    let folder = args.fetch.output.clone().or_else(|| settings.repositories()).ok_or_else(|| {
        Failure::usage("it is not said where repositories are kept")
            .hint("`-o DIR`, or `dir` in `[vex]` of the settings")
    })?;
    let instead = "`bonafide scan --vex-repo DIR` takes a repository that is here already";
    let updater = Updater { ui, network, noun: "repository", instead };
    let jobs = jobs(&updater, &settings, args)?;
    make_folder(&folder)?;
    let _lock = Lock::take(&folder)?;
    let fetcher = updater.fetcher(environment, &args.fetch);
    let mut update = Update { ui, fetcher, folder: &folder, force: args.fetch.force };
    updater.run(&jobs, &mut update).end()
}

fn jobs(updater: &Updater<'_>, settings: &Settings, args: &UpdateArgs) -> Result<Vec<Job>, Failure> {
    if let Some(from) = &args.from {
        let name = args.names.first().cloned().unwrap_or_else(|| "repository".to_owned());
        if name.is_empty() || name.starts_with('.') || !stays(&name) || name.contains('/') {
            return Err(Failure::usage(format!("`{name}` is no plain name")));
        }
        return Ok(vec![Job { name, place: Place::of(from), max_bytes: None }]);
    }
    if settings.vex.repositories.is_empty() {
        return Err(Failure::usage(format!("`{}` names no VEX repository", settings.name()))
            .hint("`bonafide vex update --help` shows what to write; `--from URL` names one here"));
    }
    updater.jobs(settings, &settings.vex.repositories, &args.names)
}

fn make_folder(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| {
        Failure::input(format!("failed to make the folder `{}`", folder.display())).because(&error)
    })
}

struct Update<'a> {
    ui: &'a Ui,
    fetcher: Fetcher<'a>,
    folder: &'a Path,
    force: bool,
}

impl Work for Update<'_> {
    fn one(&mut self, job: &Job) -> Result<Outcome, Failure> {
        self.repository(job, &self.folder.join(&job.name))
    }

    fn rest(&self, job: &Job) -> String {
        let root = self.folder.join(&job.name);
        let rest = if root.join(INDEX).exists() { "kept as it was" } else { "there is nothing of it" };
        format!("{}: {rest}", root.display())
    }
}

/// A file to read, and what to remember of where it came from.
struct Archive {
    path: PathBuf,
    /// Keeps a download as long as it is needed.
    download: Option<Downloaded>,
}

impl Update<'_> {
    fn repository(&self, job: &Job, root: &Path) -> Result<Outcome, Failure> {
        if let Place::Path(path) = &job.place
            && path.join(INDEX).is_file()
        {
            return Ok(Outcome::InPlace);
        }
        let (candidates, is_local, schemes) = match Address::of(&job.place) {
            Address::Data(data) => (vec![data], true, Schemes::AsWritten),
            Address::Manifest(place) => self.manifest(&place)?,
        };
        let mut failures: Vec<Failure> = Vec::new();
        for data in &candidates {
            match self.data(job, root, data, is_local, schemes) {
                Ok(outcome) => return Ok(outcome),
                Err(failure) => failures
                    .push(Failure { what: format!("{}: {}", data.archive.shown(), failure.what), ..failure }),
            }
        }
        let exit = failures.iter().map(|failure| failure.exit).max().unwrap_or(Exit::Input);
        let causes =
            failures.into_iter().flat_map(|failure| std::iter::once(failure.what).chain(failure.causes));
        Err(Failure {
            exit,
            what: format!("no data could be had of {}", job.place.shown()),
            causes: causes.collect(),
            hint: None,
        })
    }

    /// The places that a manifest names, whether they may be paths on this machine, and how they may be spoken to.
    fn manifest(&self, place: &Place) -> Result<(Vec<Data>, bool, Schemes), Failure> {
        let (bytes, base, schemes) = match place {
            Place::Path(path) => {
                let read = fs::read(path);
                let failed =
                    |error| Failure::input(format!("failed to read `{}`", path.display())).because(&error);
                (read.map_err(failed)?, path.parent().map(Path::to_owned), Schemes::AsWritten)
            }
            Place::Web(address) => {
                let known = Validators::default();
                let fetched =
                    self.fetcher.fetch(address, &known, Schemes::AsWritten, Some(LONGEST_MANIFEST))?;
                let failed = |error| Failure::input("failed to read a download").because(&error);
                let bytes = fetched.map(|fetched| fs::read(fetched.path())).transpose().map_err(failed)?;
                let plain = address.starts_with("http://");
                (bytes.unwrap_or_default(), None, if plain { Schemes::AsWritten } else { Schemes::Https })
            }
        };
        let addresses = locations(&bytes)
            .map_err(|error| Failure::input(format!("`{}` cannot be used", place.shown())).because(&error))?;
        let mut data: Vec<Data> = addresses.iter().map(|address| Data::of(address)).collect();
        for Data { archive, .. } in &mut data {
            if let (Place::Path(path), Some(base)) = (&*archive, &base) {
                *archive = Place::Path(base.join(path));
            }
        }
        Ok((data, base.is_some(), schemes))
    }

    fn data(
        &self,
        job: &Job,
        root: &Path,
        data: &Data,
        is_local: bool,
        schemes: Schemes,
    ) -> Result<Outcome, Failure> {
        let location = format!("{}//{}", data.archive.shown(), data.folder);
        let known = Origin::read(root).filter(|origin| {
            origin.location == location
                && origin.unread == 0
                && origin.is_of_this_program()
                && !self.force
                && root.join(INDEX).is_file()
        });
        let now = Environment::now();
        let archive = match &data.archive {
            Place::Path(path) if is_local => Archive { path: path.clone(), download: None },
            Place::Path(_) => {
                return Err(Failure::input("a manifest from elsewhere may not name a file of this machine"));
            }
            Place::Web(address) => {
                let validators = known.as_ref().map(Origin::validators).unwrap_or_default();
                match self.fetcher.fetch(address, &validators, schemes, job.max_bytes)? {
                    Some(download) => Archive { path: download.path(), download: Some(download) },
                    None => {
                        if let Some(origin) = known {
                            origin.checked(now).write(root)?;
                        }
                        return Ok(Outcome::Unchanged);
                    }
                }
            }
        };
        let (what, unread) = self.unpack(&archive.path, &data.folder, root)?;
        let validators = archive.download.map(|download| download.validators).unwrap_or_default();
        Origin::new(&job.place.shown(), &location, validators, unread, now).write(root)?;
        Ok(Outcome::Written { what, whole: unread == 0 })
    }

    /// Keeps what an archive lists, and says what that is and how much of it could not be read. The index is replaced last, so that a
    /// scan never meets half of it.
    fn unpack(&self, archive: &Path, folder: &str, root: &Path) -> Result<(String, usize), Failure> {
        let inside =
            |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let wanted = inside(INDEX);
        let mut bytes = None;
        members(archive, LONGEST_INDEX, &|name| name == wanted, &mut |_, found| {
            bytes = Some(found.to_vec());
            Ok(())
        })?;
        let bytes = bytes.ok_or_else(|| Failure::input(format!("there is no `{wanted}` in it")))?;
        let mut index = Index::parse(&bytes)
            .map_err(|error| Failure::input(format!("`{wanted}` cannot be used")).because(&error))?;
        let plain = |location: &str| inside(location.trim_start_matches("./"));
        let listed: BTreeSet<String> =
            index.packages.iter().map(|package| plain(&package.location)).collect();
        let documents = root.join(DOCUMENTS);
        make_folder(&documents)?;
        let mut kept: BTreeMap<String, String> = BTreeMap::new();
        let mut unread: Vec<String> =
            index.unplaced().into_iter().map(|why| format!("{INDEX}: {why}")).collect();
        members(archive, vex::LONGEST as u64, &|name| listed.contains(name), &mut |name, bytes| {
            if let Err(error) = vex::read(bytes, name) {
                unread.push(format!("{name}: {error}"));
            }
            let file = format!("{}.json", super::unpack::sha256(bytes));
            let path = documents.join(&file);
            if !fs::read(&path).is_ok_and(|there| there == bytes) {
                write_whole(&path, |out| out.write_all(bytes))?;
            }
            kept.insert(name.to_owned(), file);
            Ok(())
        })?;
        for package in &mut index.packages {
            match kept.get(&plain(&package.location)) {
                Some(file) => {
                    let published_as =
                        std::mem::replace(&mut package.location, format!("{DOCUMENTS}/{file}"));
                    package.published_as = Some(published_as);
                }
                // Kept in the index: a scan that needs it must know that there is something that it cannot read.
                None => {
                    unread
                        .push(format!("{}: it is listed for {} and not there", package.location, package.id));
                    let published_as = std::mem::replace(&mut package.location, MISSING.to_owned());
                    package.published_as = Some(published_as);
                }
            }
        }
        write_whole(&root.join(INDEX), |out| Ok(serde_json::to_writer(out, &index)?))?;
        sweep(&documents, &index.packages);
        self.tell(&unread);
        let documents = counted(kept.values().collect::<BTreeSet<_>>().len() as u64, "document");
        Ok((format!("{documents} for {}", counted(index.packages.len() as u64, "package")), unread.len()))
    }

    fn tell(&self, unread: &[String]) {
        for line in unread.iter().take(NAMED) {
            self.ui.say(&printable(&format!("not read: {line}")));
        }
        if unread.len() > NAMED {
            self.ui.say(&format!("not read: {} more", unread.len() - NAMED));
        }
    }
}

/// Removes documents that nothing lists any more. What cannot be removed does no harm.
fn sweep(documents: &Path, packages: &[Package]) {
    let listed: BTreeSet<&str> =
        packages.iter().filter_map(|package| package.location.rsplit('/').next()).collect();
    for entry in fs::read_dir(documents).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.ends_with(".json") && !listed.contains(name)) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

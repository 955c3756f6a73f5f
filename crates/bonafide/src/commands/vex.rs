//! `bonafide vex …`, and VEX for `bonafide scan`.

mod explain;
mod found;
mod lint;
mod load;
mod make;
mod manifest;
mod origin;
mod repository;
mod unpack;
mod update;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bonafide_report::{Ending, Finding as Note, counted, printable};
use bonafide_vuln::vex::{Applied, Source, apply, notes};
use bonafide_vuln::{Component, Finding};
use serde_json::{Value, json};

pub(crate) use found::{Carriers, in_artifact, in_document, may_be_vex};
pub(crate) use load::Loaded;
use load::{Consulted, Wanted, given};
use origin::Origin;

use crate::cli::vex::{StatementArgs, VexCommand};
use crate::commands::findings;
use crate::commands::sbom::input::shown;
use crate::download::{Fetcher, Network};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::{Place, Settings};
use crate::ui::Ui;

/// Runs one of them.
pub(crate) fn run(
    ui: &Ui,
    environment: &Environment,
    network: Network,
    command: &VexCommand,
) -> Result<Exit, Failure> {
    match command {
        VexCommand::Lint(args) => lint::run(ui, args),
        VexCommand::Explain(args) => explain::run(ui, environment, network, args),
        VexCommand::New(args) => make::new(ui, environment, args),
        VexCommand::Merge(args) => make::merge(ui, environment, args),
        VexCommand::Update(args) => update::run(ui, environment, network, args),
    }
}

/// What fetches the documents that others refer to, where that is allowed.
pub(crate) fn fetcher<'a>(
    ui: &'a Ui,
    environment: &Environment,
    network: Network,
    args: &StatementArgs,
) -> Option<Fetcher<'a>> {
    let instead = "fetch it and give it by --vex FILE";
    (args.online && !args.no_vex).then(|| Fetcher::new(ui, environment, network, instead))
}

/// Every statement that is to be looked at: given, of the repositories, of the inputs themselves (`own`) and beside them. A
/// repository that was last updated more than `warn` days ago is told.
pub(crate) fn statements(
    ui: &Ui,
    settings: &Settings,
    args: &StatementArgs,
    components: &[Component],
    own: Vec<(PathBuf, Loaded)>,
    warn: u32,
) -> Loaded {
    let mut loaded = given(ui, &args.vex, Wanted::About(components));
    for root in &args.vex_repo {
        loaded.append(of_repository(ui, root, &shown(root), components, warn));
    }
    if args.no_vex {
        return loaded;
    }
    for remote in &settings.vex.repositories {
        let name = &remote.name.value;
        let here = match settings.place(remote) {
            Place::Path(path) if path.join(repository::INDEX).is_file() => Some(path),
            _ => settings.repositories().map(|folder| folder.join(name)),
        };
        match here.filter(|root| root.join(repository::INDEX).is_file()) {
            Some(root) => loaded.append(of_repository(ui, &root, name, components, warn)),
            None => loaded
                .refuse(name, "this VEX repository was not fetched: run `bonafide vex update`".to_owned()),
        }
    }
    for (path, own) in own {
        let beside = beside(&path, &own.carriers, &args.vex);
        loaded.append(own);
        loaded.append(beside);
    }
    loaded
}

fn of_repository(ui: &Ui, root: &Path, name: &str, components: &[Component], warn: u32) -> Loaded {
    let index = match repository::index(root) {
        Ok(index) => index,
        Err(why) => {
            let mut loaded = Loaded::default();
            loaded.refuse(&format!("{name}/{}", repository::INDEX), why);
            return loaded;
        }
    };
    let days = Origin::read(root).and_then(|origin| origin.days(Environment::now()));
    if let Some(days) = days.filter(|days| *days > i64::from(warn)) {
        let rule = &bonafide_vuln::rules::STALE;
        let line = format!(
            "{}[{}] the VEX repository `{name}` was last updated {days} days ago",
            rule.severity, rule.id
        );
        ui.say(&printable(&line));
    }
    let mut loaded = repository::documents(root, name, &index, components);
    let documents = loaded.sources.len();
    loaded.repositories.push(Consulted { name: name.to_owned(), updated: index.updated_at, documents });
    loaded
}

/// What lies beside an input, without what is given anyway.
fn beside(path: &Path, carriers: &Carriers, given: &[PathBuf]) -> Loaded {
    let mut loaded = found::beside(path, &shown(path), carriers);
    let same = |name: &str| given.iter().any(|given| shown(given) == *name);
    loaded.sources.retain(|source| !same(&source.name));
    loaded
}

/// VEX as it was applied to a scan.
pub(crate) struct Vex {
    pub(crate) sources: Vec<Source>,
    repositories: Vec<Consulted>,
    /// What documents refer to and was not looked at.
    left: Vec<String>,
    pub(crate) applied: Applied,
    /// What is told: files that could not be read, statements that were not used.
    notes: Vec<Note>,
}

impl Vex {
    /// Applies what was loaded.
    pub(crate) fn apply(findings: &mut [Finding], components: &[Component], loaded: Loaded) -> Self {
        let Loaded { sources, notes: mut all, repositories, left, .. } = loaded;
        let applied = apply(findings, components, &sources);
        all.extend(notes(&applied, findings, components, &sources));
        Self { sources, repositories, left, applied, notes: all }
    }

    /// How many files could not be read.
    pub(crate) fn gaps(&self) -> u64 {
        self.notes.iter().filter(|note| note.is_gap()).count() as u64
    }

    /// Says the notes on standard error.
    pub(crate) fn tell(&self, ui: &Ui) {
        if !self.notes.is_empty() {
            findings::tell(ui, self.notes.clone(), &Ending::default());
        }
    }

    /// Says what could not be read on standard error.
    pub(crate) fn tell_unreadable(&self, ui: &Ui) {
        let gaps: Vec<Note> = self.notes.iter().filter(|note| note.is_gap()).cloned().collect();
        if !gaps.is_empty() {
            findings::tell(ui, gaps, &Ending::default());
        }
    }

    /// How many statements count.
    fn used(&self) -> usize {
        let mut ids: Vec<_> =
            self.applied.fates.iter().filter(|(.., fate)| fate.used()).map(|(id, ..)| id).collect();
        ids.dedup();
        ids.len()
    }

    /// What was looked at, in one line; nothing where there is nothing to tell.
    pub(crate) fn line(&self) -> Option<String> {
        let mut parts = Vec::new();
        if !self.sources.is_empty() || !self.repositories.is_empty() {
            let mut origins: BTreeMap<_, u64> = BTreeMap::new();
            for source in &self.sources {
                *origins.entry(source.origin).or_default() += 1;
            }
            let origins: Vec<String> =
                origins.iter().map(|(origin, count)| format!("{count} {}", origin.words())).collect();
            let origins =
                if origins.is_empty() { String::new() } else { format!(" ({})", origins.join(", ")) };
            parts.push(format!(
                "{}{origins}, {}, {} used",
                counted(self.sources.len() as u64, "document"),
                counted(self.applied.statements as u64, "statement"),
                self.used()
            ));
        }
        if !self.left.is_empty() {
            parts.push(format!("{} not looked at", counted(self.left.len() as u64, "reference")));
        }
        (!parts.is_empty()).then(|| format!("VEX: {}", parts.join("; ")))
    }

    /// The member `vex` of the answer.
    pub(crate) fn value(&self) -> Value {
        let sources: Vec<Value> = self
            .sources
            .iter()
            .map(|source| {
                json!({
                    "name": source.name,
                    "origin": source.origin.as_str(),
                    "input": load::input(&source.scope),
                    "author": source.document.author,
                    "statements": source.document.statements.len(),
                })
            })
            .collect();
        let repositories: Vec<Value> = self
            .repositories
            .iter()
            .map(|one| json!({"name": one.name, "updated": one.updated, "documents": one.documents}))
            .collect();
        let notes: Vec<Value> = self
            .notes
            .iter()
            .map(|note| {
                json!({
                    "rule": note.rule.id,
                    "file": note.place.file,
                    "line": note.place.line,
                    "vulnerability": note.subject,
                    "message": note.message,
                })
            })
            .collect();
        json!({
            "documents": self.sources.len(),
            "statements": self.applied.statements,
            "used": self.used(),
            "elsewhere": self.applied.elsewhere,
            "sources": sources,
            "repositories": repositories,
            "not_consulted": self.left,
            "notes": notes,
        })
    }
}

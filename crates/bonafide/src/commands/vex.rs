//! `bonafide vex …`, and VEX for `bonafide scan`.

mod explain;
mod found;
mod lint;
mod load;
mod make;
mod repository;

use std::path::{Path, PathBuf};

use bonafide_report::{Ending, Finding as Note};
use bonafide_vuln::vex::{Applied, Source, apply, notes};
use bonafide_vuln::{Component, Finding};
use serde_json::{Value, json};

pub(crate) use found::{in_document, inside};
pub(crate) use load::{Loaded, Wanted, given};

use crate::cli::vex::VexCommand;
use crate::commands::findings;
use crate::commands::sbom::input::shown;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Runs one of them.
pub(crate) fn run(ui: &Ui, environment: &Environment, command: &VexCommand) -> Result<Exit, Failure> {
    match command {
        VexCommand::Lint(args) => lint::run(ui, args),
        VexCommand::Explain(args) => explain::run(ui, args),
        VexCommand::New(args) => make::new(ui, environment, args),
        VexCommand::Merge(args) => make::merge(ui, environment, args),
    }
}

/// What lies beside an input, without what is given anyway.
pub(crate) fn beside(path: &Path, given: &[PathBuf]) -> Loaded {
    let mut loaded = found::beside(path, &shown(path));
    let same = |name: &str| given.iter().any(|given| shown(given) == *name);
    loaded.sources.retain(|source| !same(&source.name));
    loaded
}

/// VEX as it was applied to a scan.
pub(crate) struct Vex {
    pub(crate) sources: Vec<Source>,
    pub(crate) applied: Applied,
    /// What is told: files that could not be read, statements that were not used.
    notes: Vec<Note>,
}

impl Vex {
    /// Applies what was loaded.
    pub(crate) fn apply(findings: &mut [Finding], components: &[Component], loaded: Loaded) -> Self {
        let Loaded { sources, notes: mut all, .. } = loaded;
        let applied = apply(findings, components, &sources);
        all.extend(notes(&applied, findings, components, &sources));
        Self { sources, applied, notes: all }
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

    /// The member `vex` of the answer.
    pub(crate) fn value(&self) -> Value {
        let used = {
            let mut ids: Vec<_> =
                self.applied.fates.iter().filter(|(.., fate)| fate.used()).map(|(id, ..)| id).collect();
            ids.dedup();
            ids.len()
        };
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
            "used": used,
            "elsewhere": self.applied.elsewhere,
            "notes": notes,
        })
    }
}

//! `sources.json`: what `db update` knows of each source beyond its bytes. It lies beside the database, not in it: the
//! database depends on its inputs alone, and not on when or from where they came.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use bonafide_fetch::Validators;
use bonafide_vuln::db::Database;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::ui::write_whole;

const NAME: &str = "sources.json";
const SCHEMA: &str = "urn:bonafide:db-sources:1";
/// The longest such file that is read.
const LONGEST: u64 = 16 << 20;

/// What is known of all sources.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct State {
    schema: String,
    /// By the name of its file.
    pub(super) sources: BTreeMap<String, Origin>,
}

/// Where a source comes from.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct Origin {
    /// The address or path, without query.
    pub(super) url: String,
    /// SHA-256 of the input: what follows is true of that input only.
    pub(super) sha256: String,
    /// The program and version that built the file.
    pub(super) builder: String,
    /// `ETag` of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) etag: Option<String>,
    /// `Last-Modified` of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) modified: Option<String>,
    /// When these bytes came.
    pub(super) fetched: String,
    /// When the other side last said that they are what it has.
    pub(super) checked: String,
}

impl State {
    /// What a folder has; nothing known where the file is missing or makes no sense: then all is fetched again.
    pub(super) fn read(folder: &Path) -> Self {
        let path = folder.join(NAME);
        let short = fs::metadata(&path).is_ok_and(|metadata| metadata.len() <= LONGEST);
        let bytes = short.then(|| fs::read(&path).ok()).flatten().unwrap_or_default();
        serde_json::from_slice(&bytes).ok().filter(|state: &Self| state.schema == SCHEMA).unwrap_or_default()
    }

    pub(super) fn write(&mut self, folder: &Path) -> Result<(), Failure> {
        SCHEMA.clone_into(&mut self.schema);
        write_whole(&folder.join(NAME), |out| {
            serde_json::to_writer_pretty(&mut *out, self)?;
            writeln!(out)
        })
    }

    /// What is known of a source, if it is about the input that its file was built from.
    pub(super) fn of(&self, name: &str, database: &Database) -> Option<&Origin> {
        let origin = self.sources.get(name)?;
        database.meta().inputs.iter().any(|input| input.sha256 == origin.sha256).then_some(origin)
    }
}

impl Origin {
    /// When the other side was last asked.
    pub(super) fn checked(&self) -> Option<Timestamp> {
        self.checked.parse().ok()
    }

    /// What to ask the other side with.
    pub(super) fn validators(&self) -> Validators {
        Validators { etag: self.etag.clone(), modified: self.modified.clone() }
    }
}

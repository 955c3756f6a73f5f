//! `origin.json`: where a kept VEX repository comes from, and when it was last asked for.

use std::fs;
use std::path::Path;

use bonafide_fetch::Validators;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::commands::findings::TOOL;
use crate::failure::Failure;
use crate::ui::write_whole;

const NAME: &str = "origin.json";

/// What is known of a repository beyond its documents.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Origin {
    /// What the settings name, without query.
    url: String,
    /// The archive and the folder in it.
    pub(super) location: String,
    /// The program and version that kept it.
    builder: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    /// How much of what it lists could not be kept or read.
    pub(super) unread: usize,
    /// When these documents came.
    fetched: String,
    /// When the publisher last said that they are what there is.
    checked: String,
}

impl Origin {
    pub(super) fn new(
        url: &str,
        location: &str,
        validators: Validators,
        unread: usize,
        now: Timestamp,
    ) -> Self {
        let Validators { etag, modified } = validators;
        let now = whole(now);
        let (url, location) = (url.to_owned(), location.to_owned());
        Self { url, location, builder: builder(), etag, modified, unread, fetched: now.clone(), checked: now }
    }

    /// What is known; nothing where the file is missing or makes no sense.
    pub(super) fn read(root: &Path) -> Option<Self> {
        let path = root.join(NAME);
        fs::metadata(&path).ok().filter(|metadata| metadata.len() <= 1 << 20)?;
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    pub(super) fn write(&self, root: &Path) -> Result<(), Failure> {
        write_whole(&root.join(NAME), |out| {
            serde_json::to_writer_pretty(&mut *out, self)?;
            writeln!(out)
        })
    }

    /// The same, asked for again.
    pub(super) fn checked(self, now: Timestamp) -> Self {
        Self { checked: whole(now), ..self }
    }

    pub(super) fn is_of_this_program(&self) -> bool {
        self.builder == builder()
    }

    pub(super) fn validators(&self) -> Validators {
        Validators { etag: self.etag.clone(), modified: self.modified.clone() }
    }

    /// Days since the publisher was last asked.
    pub(super) fn days(&self, now: Timestamp) -> Option<i64> {
        let checked: Timestamp = self.checked.parse().ok()?;
        Some((now.as_second() - checked.as_second()) / 86_400)
    }
}

fn builder() -> String {
    format!("{} {}", TOOL.name, TOOL.version)
}

/// A moment to the second.
fn whole(now: Timestamp) -> String {
    Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

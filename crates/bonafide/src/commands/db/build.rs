//! `bonafide db build`

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bonafide_report::{counted, grouped};
use bonafide_vuln::db::EXTENSION;

use super::{source, sums};
use crate::cli::db::BuildArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lock::Lock;
use crate::ui::{Ui, write_whole};

/// Builds one file for each source.
pub(crate) fn run(ui: &Ui, args: &BuildArgs) -> Result<Exit, Failure> {
    let _lock = lock(&args.output)?;
    let mut exit = Exit::Clean;
    let mut written: BTreeSet<PathBuf> = BTreeSet::new();
    for path in &args.from {
        let built = source::built(ui, path)?;
        if !built.whole {
            exit = exit.max(Exit::Incomplete);
        }
        let file = target(&args.output, path, &written);
        write_whole(&file, |out| out.write_all(&built.bytes))?;
        ui.say(&format!(
            "{}: {}, {} bytes",
            file.display(),
            counted(built.documents, "document"),
            grouped(built.bytes.len() as u64)
        ));
        written.insert(file);
    }
    sweep(ui, &args.output, &written)?;
    sums::write(&args.output)?;
    Ok(exit)
}

/// Makes the folder of a database, and sees to it that nobody else writes there meanwhile.
pub(super) fn lock(folder: &Path) -> Result<Lock, Failure> {
    fs::create_dir_all(folder).map_err(|error| {
        Failure::input(format!("failed to make the folder `{}`", folder.display())).because(&error)
    })?;
    Lock::take(folder)
}

/// Removes the files of sources that were not named: the database is what its inputs make it.
pub(super) fn sweep(ui: &Ui, folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<(), Failure> {
    for file in super::files(folder)? {
        if !kept.contains(&file) {
            fs::remove_file(&file).map_err(|error| {
                Failure::input(format!("failed to remove `{}`", file.display())).because(&error)
            })?;
            ui.say(&format!("{}: removed, its source was not named", file.display()));
        }
    }
    Ok(())
}

/// A file named after the source: after its folder where its own name says nothing (`PyPI/all.zip`).
fn target(folder: &Path, source: &Path, written: &BTreeSet<PathBuf>) -> PathBuf {
    let canonical = fs::canonicalize(source).unwrap_or_else(|_| source.to_owned());
    let slug = slug(&canonical, source.is_dir());
    let file = |name: &str| folder.join(format!("{name}.{EXTENSION}"));
    let mut path = file(&slug);
    let mut number = 2;
    while written.contains(&path) {
        path = file(&format!("{slug}-{number}"));
        number += 1;
    }
    path
}

/// What a source is called by its path.
pub(super) fn slug(path: &Path, is_folder: bool) -> String {
    let own = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let stem = own.split('.').next().unwrap_or_default();
    let parent = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let name = if stem == "all" || stem.is_empty() {
        parent.unwrap_or(own)
    } else if is_folder {
        own
    } else {
        stem.to_owned()
    };
    name.chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' })
        .collect()
}

//! What lies beside a container: the other cabinets of a set, an installer's cabinets.

use std::fs;
use std::path::PathBuf;

use crate::input::ReadAt;
use crate::source::{Links, open_file};

/// Finds files by the names that a container says, among those that are there: such a name is compared, and never used
/// as a path.
pub(crate) trait Beside: Send + Sync {
    /// The file of this name, whatever the case of its letters; `None` where there is none.
    fn open<'s>(&'s self, name: &str) -> Option<Box<dyn ReadAt + 's>>;
}

/// Nothing lies beside it: a member of another container, standard input.
pub(crate) struct Nothing;

impl Beside for Nothing {
    fn open<'s>(&'s self, _: &str) -> Option<Box<dyn ReadAt + 's>> {
        None
    }
}

/// The files of a folder on disk.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Beside for Folder {
    fn open<'s>(&'s self, name: &str) -> Option<Box<dyn ReadAt + 's>> {
        let mut found = None;
        for entry in fs::read_dir(&self.0).ok()?.flatten() {
            let listed = entry.file_name();
            let Some(listed) = listed.to_str() else { continue };
            if listed == name {
                found = Some(entry.path());
                break;
            }
            if listed.eq_ignore_ascii_case(name) && found.as_ref().is_none_or(|found| *found > entry.path()) {
                found = Some(entry.path());
            }
        }
        let file = open_file(&found?, Links::Refuse).ok()??;
        Some(Box::new(file))
    }
}

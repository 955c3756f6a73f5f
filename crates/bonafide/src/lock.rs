//! One writer for a folder at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The file that is locked. It is there only while somebody writes; one that a killed program left behind is free.
const NAME: &str = ".bonafide-lock";
/// How often a lock that its owner has just removed is tried anew.
const TRIES: usize = 100;

/// The right to write into a folder, as long as this value lives.
pub(crate) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock of a folder, which must be there.
    ///
    /// # Errors
    /// Another program has it: nothing is waited for, since what the other does may take half an hour.
    pub(crate) fn take(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(NAME);
        let failed = || Failure::input(format!("failed to lock the folder `{}`", folder.display()));
        for _ in 0..TRIES {
            let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
            let file = opened.map_err(|error| failed().because(&error))?;
            match file.try_lock() {
                Ok(()) if is_at(&file, &path) => return Ok(Self { path, _file: file }),
                // Whoever had it has removed the file in between: the lock of a file without a name is worth nothing.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let what = format!("another bonafide is writing into `{}`", folder.display());
                    return Err(Failure::input(what).hint("run it again when the other has ended"));
                }
                Err(TryLockError::Error(error)) => return Err(failed().because(&error)),
            }
        }
        Err(failed())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // It is removed while it is locked; a file that stays does no harm.
        drop(fs::remove_file(&self.path));
    }
}

/// Whether the open file is still the one with that name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    matches!((file.metadata().map(id), fs::metadata(path).map(id)), (Ok(open), Ok(named)) if open == named)
}

/// Whether the open file is still the one with that name: here an open file cannot lose it to another.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_writer_at_a_time_and_nothing_stays_behind() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap();
        let second = Lock::take(folder.path()).err().unwrap();
        assert!(second.what.contains("another bonafide is writing"), "{}", second.what);
        drop(first);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        // What a killed program left behind.
        fs::write(folder.path().join(NAME), "").unwrap();
        drop(Lock::take(folder.path()).unwrap());
        assert!(Lock::take(&folder.path().join("nothing")).is_err());
    }
}

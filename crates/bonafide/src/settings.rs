//! Settings of this command line: the tables `[db]` and `[vex]` of `bonafide.toml`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bonafide_catalog::config::{Advisories, Config, Remote, Statements};
use bonafide_report::printable;

use crate::failure::Failure;
use crate::ui::Ui;

/// The file that is read where none is named: in the current folder.
const NAME: &str = "bonafide.toml";

/// What the file says, and where it is.
#[derive(Default)]
pub(crate) struct Settings {
    /// The file; none where there is none.
    path: Option<PathBuf>,
    pub(crate) db: Advisories,
    pub(crate) vex: Statements,
    warnings: Vec<String>,
}

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On this machine.
    Path(PathBuf),
    /// Elsewhere.
    Web(String),
}

impl Settings {
    /// Reads the file that is named, or the one in the current folder if it is there.
    pub(crate) fn read(ui: &Ui, named: Option<&Path>) -> Result<Self, Failure> {
        let path = named.unwrap_or_else(|| Path::new(NAME));
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(Failure::usage(format!("failed to read `{}`", path.display())).because(&error));
            }
        };
        let config = Config::parse(&text).map_err(|error| {
            Failure::usage(format!("`{}` cannot be used", path.display())).because(&error)
        })?;
        ui.detail(&format!("settings:  {}", path.display()));
        let warnings =
            config.warnings.iter().map(|odd| format!("{}:{}: {}", path.display(), odd.line, odd.message));
        Ok(Self { path: Some(path.to_owned()), warnings: warnings.collect(), db: config.db, vex: config.vex })
    }

    /// Says which keys nobody knows.
    pub(crate) fn tell_odd(&self, ui: &Ui) {
        for warning in &self.warnings {
            ui.say(&printable(&format!("warning: {warning}")));
        }
    }

    /// What messages call the file.
    pub(crate) fn name(&self) -> String {
        self.path.as_deref().unwrap_or_else(|| Path::new(NAME)).display().to_string()
    }

    /// A path of the settings, which is relative to their folder.
    pub(crate) fn below(&self, path: &str) -> PathBuf {
        match self.path.as_deref().and_then(Path::parent) {
            Some(folder) if !folder.as_os_str().is_empty() => folder.join(path),
            _ => PathBuf::from(path),
        }
    }

    /// The folder of the database, if the settings name one.
    pub(crate) fn database(&self) -> Option<PathBuf> {
        self.db.folder.as_deref().map(|folder| self.below(folder))
    }

    /// The folder that keeps VEX repositories, if the settings name one.
    pub(crate) fn repositories(&self) -> Option<PathBuf> {
        self.vex.folder.as_deref().map(|folder| self.below(folder))
    }

    /// Where something of the settings is.
    pub(crate) fn place(&self, remote: &Remote) -> Place {
        match Place::of(&remote.url) {
            Place::Path(path) => Place::Path(self.below(&path.to_string_lossy())),
            web @ Place::Web(_) => web,
        }
    }
}

impl Place {
    /// A web address, a `file:` address, or a path.
    pub(crate) fn of(text: &str) -> Self {
        if let Some(path) = text.strip_prefix("file:") {
            // `file:///a` and `file://localhost/a` are the same; `file:a` is what people write for a relative one.
            let path =
                path.strip_prefix("//").map_or(path, |rest| rest.strip_prefix("localhost").unwrap_or(rest));
            // `file:///C:/a` of Windows has a slash before the drive.
            let drive = path.strip_prefix('/').filter(|rest| rest.get(1..2) == Some(":"));
            let path = drive.filter(|_| cfg!(windows)).unwrap_or(path);
            return Self::Path(PathBuf::from(decoded(path)));
        }
        if text.contains("://") { Self::Web(text.to_owned()) } else { Self::Path(PathBuf::from(text)) }
    }

    /// As messages show it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Web(address) => bonafide_fetch::shown(address),
        }
    }

    /// The last part, without a query.
    pub(crate) fn file_name(&self) -> String {
        match self {
            Self::Path(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            Self::Web(address) => crate::download::file_name(address),
        }
    }
}

/// A path of an address without `%` signs; as it is where they are no UTF-8.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = code.filter(|_| first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_path_or_an_address() {
        let path = |text: &str| Place::Path(PathBuf::from(text));
        assert_eq!(Place::of("file:///a%20b/c"), path("/a b/c"));
        assert_eq!(Place::of("file://localhost/a"), path("/a"));
        assert_eq!(Place::of("file:a"), path("a"));
        assert_eq!(Place::of("../a%20b"), path("../a%20b"));
        assert_eq!(Place::of("https://example.org/a?b"), Place::Web("https://example.org/a?b".into()));
        assert_eq!(Place::of("https://example.org/a?b").shown(), "https://example.org/a");
    }
}

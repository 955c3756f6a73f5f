//! What git knows of a folder: which files it tracks, which it ignores, and what its attributes say of them.
//!
//! Read in process from the index and from the `.gitignore` and `.gitattributes` files of the work tree: those that
//! travel with the repository. What is private to one clone or one user (`.git/info/exclude`, `.git/info/attributes`,
//! `core.excludesFile`, `core.autocrlf`, environment variables) is not read, so that the answer is the same for
//! everybody.
//!
//! Source: gitformat-index(5), gitignore(5), gitattributes(5).

use std::fs;
use std::path::{Path, PathBuf};

use bonafide_ident::GitBlob;
use bstr::{BStr, ByteSlice as _};
use filetime::FileTime;
use gix_worktree::attributes::StateRef;
use gix_worktree::glob::pattern::Case;
use gix_worktree::index::decode::Options;
use gix_worktree::index::entry::{Mode, Stage};
use gix_worktree::index::hash::Kind as HashKind;
use gix_worktree::object::find::Never;
use gix_worktree::stack::state::{Attributes as AttributeRules, Ignore as IgnoreRules, attributes, ignore};
use gix_worktree::{Stack, stack};

/// What git knows cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GitError {
    /// A file of the repository cannot be read.
    #[error("failed to read `{path}`")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The index is damaged, or of a kind that is not supported.
    #[error("the index `{path}` cannot be used: {reason}")]
    Index {
        /// Which.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
}

/// How git knows a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tracked {
    /// As a file, with the id of the content that is staged (`None` in a repository of SHA-256 objects).
    File(Option<GitBlob>),
    /// As a symbolic link.
    Symlink,
    /// As a repository of its own.
    Submodule,
    /// It does not.
    No,
}

/// What gitattributes say of the line ends of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRule {
    /// `-text`, `binary`: bytes are kept.
    Binary,
    /// `text`, or `eol` alone.
    Text,
    /// `text=auto`: text unless it looks binary.
    Auto,
    /// Nothing is said: bytes are kept, unless somebody's own configuration converts them.
    Unsaid,
}

/// The attributes that decide what `git archive` makes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// Whether line ends are converted.
    pub text: TextRule,
    /// `eol=crlf`: exported with CRLF.
    pub crlf: bool,
    /// `export-ignore`: left out of the archive, by itself or with a folder around it.
    pub export_ignore: bool,
    /// `export-subst`, `ident` or `filter`: the content is changed on the way out, or may be.
    pub rewritten: Option<&'static str>,
}

impl Attributes {
    /// Outside a repository: bytes are what they are.
    pub const NONE: Self =
        Self { text: TextRule::Binary, crlf: false, export_ignore: false, rewritten: None };
}

/// A work tree, seen from a folder in it.
pub struct Git {
    /// The folder's path below the top of the work tree, ending in `/`; empty at the top.
    prefix: Vec<u8>,
    index: gix_worktree::index::State,
    stack: Stack,
    found: gix_worktree::attributes::search::Outcome,
}

impl std::fmt::Debug for Git {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Git").field("prefix", &self.prefix.as_bstr()).finish_non_exhaustive()
    }
}

impl Git {
    /// Opens the repository whose work tree a folder lies in. `None` where there is none, or where the repository
    /// around the folder tracks nothing in it: an archive unpacked in an ignored folder is no part of that repository.
    ///
    /// # Errors
    /// When the index is damaged, split or sparse.
    pub fn open(root: &Path) -> Result<Option<Self>, GitError> {
        let root =
            fs::canonicalize(root).map_err(|source| GitError::Read { path: root.to_path_buf(), source })?;
        let Some((top, git_dir)) = root.ancestors().find_map(|top| Some((top, git_dir(top)?))) else {
            return Ok(None);
        };
        let below = root.strip_prefix(top).unwrap_or(Path::new(""));
        let mut prefix = <[u8]>::from_path(below).unwrap_or_default().to_vec();
        if std::path::MAIN_SEPARATOR != '/' {
            prefix = prefix.replace([std::path::MAIN_SEPARATOR as u8], "/");
        }
        if !prefix.is_empty() {
            prefix.push(b'/');
        }
        let index = read_index(&git_dir)?;
        if !prefix.is_empty() && index.prefixed_entries(prefix.as_bstr()).is_none_or(<[_]>::is_empty) {
            return Ok(None);
        }
        let mut collection = gix_worktree::attributes::search::MetadataCollection::default();
        let builtin = gix_worktree::attributes::Search::new_globals(
            std::iter::empty::<PathBuf>(),
            &mut Vec::new(),
            &mut collection,
        )
        .map_err(|source| GitError::Read { path: top.to_path_buf(), source })?;
        let state = stack::State::AttributesAndIgnoreStack {
            attributes: AttributeRules::new(
                builtin,
                None,
                attributes::Source::WorktreeThenIdMapping,
                collection,
            ),
            ignore: IgnoreRules::new(
                gix_worktree::ignore::Search::default(),
                gix_worktree::ignore::Search::default(),
                None,
                ignore::Source::WorktreeThenIdMappingIfNotSkipped,
                gix_worktree::ignore::search::Ignore::default(),
            ),
        };
        let stack = Stack::new(top, state, Case::Sensitive, Vec::new(), Vec::new());
        let found = stack.selected_attribute_matches([
            "text",
            "eol",
            "export-ignore",
            "export-subst",
            "ident",
            "filter",
        ]);
        Ok(Some(Self { prefix, index, stack, found }))
    }

    /// How git knows a path, given relative to the folder that was opened. An unmerged path counts as a file.
    #[must_use]
    pub fn tracked(&self, path: &[u8]) -> Tracked {
        let full = self.full(path);
        let stages = [Stage::Unconflicted, Stage::Ours, Stage::Theirs, Stage::Base];
        let Some(entry) =
            stages.into_iter().find_map(|stage| self.index.entry_by_path_and_stage(full.as_bstr(), stage))
        else {
            return Tracked::No;
        };
        match entry.mode {
            Mode::SYMLINK => Tracked::Symlink,
            Mode::COMMIT => Tracked::Submodule,
            _ => Tracked::File(entry.id.as_slice().try_into().ok().map(GitBlob)),
        }
    }

    /// The tracked paths below a folder (empty: all), relative to the folder that was opened, in order. Submodules are
    /// left out.
    pub fn tracked_below(&self, folder: &[u8]) -> impl Iterator<Item = &BStr> {
        let mut full = self.full(folder);
        if !folder.is_empty() {
            full.push(b'/');
        }
        let entries = if full.is_empty() {
            self.index.entries()
        } else {
            self.index.prefixed_entries(full.as_bstr()).unwrap_or_default()
        };
        entries
            .iter()
            .filter(|entry| entry.mode != Mode::COMMIT)
            .map(|entry| entry.path(&self.index)[self.prefix.len()..].as_bstr())
    }

    /// Whether git leaves an untracked path alone, by the `.gitignore` files of the work tree. A tracked path is never
    /// ignored; a folder with tracked files in it neither.
    ///
    /// # Errors
    /// When a `.gitignore` cannot be read.
    pub fn is_ignored(&mut self, path: &[u8], folder: bool) -> Result<bool, GitError> {
        let full = self.full(path);
        let known = if folder {
            self.index.path_is_directory(full.as_bstr())
        } else {
            self.tracked(path) != Tracked::No
        };
        if known {
            return Ok(false);
        }
        let mode = if folder { Mode::DIR } else { Mode::FILE };
        let platform = self
            .stack
            .at_entry(full.as_bstr(), Some(mode), &Never)
            .map_err(|source| GitError::Read { path: full.to_path_lossy().into_owned(), source })?;
        Ok(platform.is_excluded())
    }

    /// What the `.gitattributes` files of the work tree say of a file.
    ///
    /// # Errors
    /// When a `.gitattributes` cannot be read.
    pub fn attributes(&mut self, path: &[u8]) -> Result<Attributes, GitError> {
        let full = self.full(path);
        let mut said = self.lookup(&full, Mode::FILE)?;
        // `git archive` leaves out a folder that is marked with all that is in it.
        let mut folder = full.as_slice();
        while let (false, Some(slash)) = (said.export_ignore, folder.rfind_byte(b'/')) {
            folder = &folder[..slash];
            said.export_ignore = self.lookup(folder, Mode::DIR)?.export_ignore;
        }
        Ok(said)
    }

    fn lookup(&mut self, full: &[u8], mode: Mode) -> Result<Attributes, GitError> {
        let platform = self
            .stack
            .at_entry(full.as_bstr(), Some(mode), &Never)
            .map_err(|source| GitError::Read { path: full.to_path_lossy().into_owned(), source })?;
        self.found.reset();
        platform.matching_attributes(&mut self.found);
        let mut said = Attributes { text: TextRule::Unsaid, ..Attributes::NONE };
        let mut eol = false;
        for found in self.found.iter_selected() {
            let state = found.assignment.state;
            match (found.assignment.name.as_str(), state) {
                ("text", StateRef::Set) => said.text = TextRule::Text,
                ("text", StateRef::Unset) => said.text = TextRule::Binary,
                ("text", StateRef::Value(value)) if value.as_bstr() == "auto" => said.text = TextRule::Auto,
                ("eol", StateRef::Value(value)) => {
                    eol = value.as_bstr() == "crlf" || value.as_bstr() == "lf";
                    said.crlf = value.as_bstr() == "crlf";
                }
                ("export-ignore", StateRef::Set) => said.export_ignore = true,
                ("export-subst", StateRef::Set) => said.rewritten = Some("export-subst"),
                ("ident", StateRef::Set) => said.rewritten = Some("ident"),
                ("filter", StateRef::Value(_)) => said.rewritten = Some("filter"),
                _ => {}
            }
        }
        if eol && said.text == TextRule::Unsaid {
            said.text = TextRule::Text;
        }
        Ok(said)
    }

    fn full(&self, path: &[u8]) -> Vec<u8> {
        let mut full = self.prefix.clone();
        full.extend_from_slice(path);
        full
    }
}

/// The repository's folder for a work tree: `.git`, or where a `.git` file of a linked work tree or submodule points.
fn git_dir(top: &Path) -> Option<PathBuf> {
    let path = top.join(".git");
    let metadata = fs::symlink_metadata(&path).ok()?;
    if metadata.is_file() {
        let text = fs::read_to_string(&path).ok()?;
        return Some(top.join(text.strip_prefix("gitdir:")?.trim()));
    }
    path.join("HEAD").exists().then_some(path)
}

fn read_index(git_dir: &Path) -> Result<gix_worktree::index::State, GitError> {
    let path = git_dir.join("index");
    let kind = hash_kind(git_dir);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(gix_worktree::index::State::new(kind));
        }
        Err(source) => return Err(GitError::Read { path, source }),
    };
    let options = Options { thread_limit: Some(1), ..Options::default() };
    let (index, _) = gix_worktree::index::State::from_bytes(&bytes, FileTime::zero(), kind, options)
        .map_err(|error| GitError::Index { path: path.clone(), reason: error.to_string() })?;
    if index.link().is_some() {
        let reason = "it is split; `git update-index --no-split-index` makes it whole".to_owned();
        return Err(GitError::Index { path, reason });
    }
    if index.is_sparse() {
        let reason =
            "it is sparse; `git sparse-checkout reapply --no-sparse-index` makes it whole".to_owned();
        return Err(GitError::Index { path, reason });
    }
    Ok(index)
}

/// Which hash the repository's object ids are of. A linked work tree shares the configuration of its main repository.
fn hash_kind(git_dir: &Path) -> HashKind {
    let common = fs::read_to_string(git_dir.join("commondir"))
        .map_or_else(|_| git_dir.to_path_buf(), |common| git_dir.join(common.trim()));
    let config = fs::read_to_string(common.join("config")).unwrap_or_default().to_lowercase();
    let sha256 = config
        .lines()
        .filter_map(|line| line.split_once('='))
        .any(|(key, value)| key.trim() == "objectformat" && value.trim() == "sha256");
    if sha256 { HashKind::Sha256 } else { HashKind::Sha1 }
}

//! What git knows of a folder: which files it tracks, which it ignores, and what its attributes say of them.
//!
//! Read in process from the index and from the `.gitignore` and `.gitattributes` files of the work tree: those that
//! travel with the repository. What is private to one clone or one user (`.git/info/exclude`, `.git/info/attributes`,
//! `core.excludesFile`, `core.autocrlf`, environment variables) is not read, so that the answer is the same for
//! everybody.
//!
//! A submodule that is checked out is a repository of its own: for what lies in it, its index and its files decide.
//!
//! Source: gitformat-index(5), gitignore(5), gitattributes(5).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bonafide_ident::{DigestKinds, GitBlob, Hasher, Sha256};
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
    /// As a file, with the id of the content that is staged.
    File(Staged),
    /// As a symbolic link.
    Symlink,
    /// As a submodule, or as a part of one that is not checked out as a repository: what lies there is taken as it lies.
    Submodule,
    /// It does not.
    No,
}

/// The id of a staged content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staged {
    /// In a repository of SHA-1 objects.
    Sha1(GitBlob),
    /// In a repository of SHA-256 objects.
    Sha256(Sha256),
    /// None that is known.
    Unknown,
}

impl Staged {
    fn of(id: &[u8]) -> Self {
        let sha1 = id.try_into().ok().map(|id| Self::Sha1(GitBlob(id)));
        sha1.or_else(|| id.try_into().ok().map(|id| Self::Sha256(Sha256(id)))).unwrap_or(Self::Unknown)
    }

    /// Whether these bytes are what is staged.
    #[must_use]
    pub fn is(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Sha1(id) => Hasher::digest(DigestKinds::GIT_BLOB, bytes).git_blob == Some(*id),
            Self::Sha256(id) => {
                let object = [format!("blob {}\0", bytes.len()).as_bytes(), bytes].concat();
                Hasher::digest(DigestKinds::SHA256, &object).sha256 == Some(*id)
            }
            Self::Unknown => false,
        }
    }
}

/// What gitattributes say of the line ends of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRule {
    /// `-text`, `binary`, or the older `-crlf`: bytes are kept.
    Binary,
    /// `text`, `text=input`, `eol` alone, or the older `crlf`.
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
    /// `export-subst`: `$Format:…$` is filled in on the way out.
    pub export_subst: bool,
    /// `ident`: `$Id$` is filled in on the way out.
    pub ident: bool,
    /// `filter`: the content is changed by a program, or may be.
    pub filter: bool,
}

impl Attributes {
    /// Outside a repository: bytes are what they are.
    pub const NONE: Self = Self {
        text: TextRule::Binary,
        crlf: false,
        export_ignore: false,
        export_subst: false,
        ident: false,
        filter: false,
    };
}

/// A work tree, seen from a folder in it.
pub struct Git {
    /// The folder's path below the top of the work tree, ending in `/`; empty at the top.
    prefix: Vec<u8>,
    index: gix_worktree::index::State,
    stack: Stack,
    found: gix_worktree::attributes::search::Outcome,
    /// Submodules that are checked out, by their paths below the folder that was opened.
    submodules: BTreeMap<Vec<u8>, Self>,
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
        let Some((top, repository)) = root.ancestors().find_map(|top| Some((top, git_dir(top)?))) else {
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
        let index = read_index(&repository)?;
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
            "crlf",
            "eol",
            "export-ignore",
            "export-subst",
            "ident",
            "filter",
        ]);
        let mut git = Self { prefix, index, stack, found, submodules: BTreeMap::new() };
        for path in git.gitlinks() {
            let folder = root.join(path.to_path_lossy());
            let is_folder = fs::symlink_metadata(&folder).is_ok_and(|metadata| metadata.is_dir());
            if is_folder
                && git_dir(&folder).is_some()
                && let Some(submodule) = Self::open(&folder)?
            {
                git.submodules.insert(path, submodule);
            }
        }
        Ok(Some(git))
    }

    /// The paths of submodules that are not checked out, below the folder that was opened.
    pub fn absent_submodules(&self) -> impl Iterator<Item = Vec<u8>> {
        self.gitlinks().into_iter().filter(|path| !self.submodules.contains_key(path))
    }

    /// The paths of submodules below the folder that was opened.
    fn gitlinks(&self) -> Vec<Vec<u8>> {
        let prefix = self.prefix.as_bstr();
        let all = self.index.entries();
        let entries = if prefix.is_empty() { Some(all) } else { self.index.prefixed_entries(prefix) };
        let gitlinks = entries.unwrap_or_default().iter().filter(|entry| entry.mode == Mode::COMMIT);
        gitlinks.map(|entry| entry.path(&self.index)[prefix.len()..].to_vec()).collect()
    }

    /// The submodule that a path lies in, and the path in it.
    fn submodule<'p>(&self, path: &'p [u8]) -> Option<(&Self, &'p [u8])> {
        let (folder, rest) = self.around(path)?;
        Some((&self.submodules[folder], rest))
    }

    fn submodule_mut<'p>(&mut self, path: &'p [u8]) -> Option<(&mut Self, &'p [u8])> {
        let (folder, rest) = self.around(path)?;
        Some((self.submodules.get_mut(folder)?, rest))
    }

    fn around<'p>(&self, path: &'p [u8]) -> Option<(&'p [u8], &'p [u8])> {
        if self.submodules.is_empty() {
            return None;
        }
        let mut slashes = path.find_iter("/").map(|at| (&path[..at], &path[at + 1..]));
        slashes.find(|(folder, _)| self.submodules.contains_key(*folder))
    }

    /// How git knows a path, given relative to the folder that was opened. An unmerged path counts as a file.
    #[must_use]
    pub fn tracked(&self, path: &[u8]) -> Tracked {
        if let Some((submodule, rest)) = self.submodule(path) {
            return submodule.tracked(rest);
        }
        match self.staged(path) {
            Tracked::No if self.folders(path).any(|folder| self.staged(folder) == Tracked::Submodule) => {
                Tracked::Submodule
            }
            tracked => tracked,
        }
    }

    /// The folders around a path, nearest first.
    fn folders<'p>(&self, path: &'p [u8]) -> impl Iterator<Item = &'p [u8]> {
        let above = |path: &&'p [u8]| path.rfind_byte(b'/').map(|at| &path[..at]);
        std::iter::successors(above(&path), above)
    }

    fn staged(&self, path: &[u8]) -> Tracked {
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
            _ => Tracked::File(Staged::of(entry.id.as_slice())),
        }
    }

    /// The tracked paths below a folder (empty: all), relative to the folder that was opened. Those of submodules come
    /// last, where they are checked out.
    #[must_use]
    pub fn tracked_below(&self, folder: &[u8]) -> Vec<Vec<u8>> {
        if let Some((submodule, rest)) = self.submodule(folder) {
            let inside = &folder[..folder.len() - rest.len()];
            return submodule.tracked_below(rest).iter().map(|path| [inside, path].concat()).collect();
        }
        let mut paths: Vec<Vec<u8>> = self.staged_below(folder).map(|path| path.to_vec()).collect();
        for (path, submodule) in &self.submodules {
            let is_below = folder.is_empty()
                || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"));
            if is_below {
                let inside = submodule.tracked_below(b"").into_iter();
                paths.extend(inside.map(|below| [path, &b"/"[..], &below].concat()));
            }
        }
        paths
    }

    fn staged_below(&self, folder: &[u8]) -> impl Iterator<Item = &BStr> {
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
        if let Some((submodule, rest)) = self.submodule_mut(path) {
            return submodule.is_ignored(rest, folder);
        }
        let full = self.full(path);
        if self.tracked(path) != Tracked::No || folder && self.index.path_is_directory(full.as_bstr()) {
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
        if let Some((submodule, rest)) = self.submodule_mut(path) {
            return submodule.attributes(rest);
        }
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
        let mut said = Attributes::NONE;
        let (mut text, mut older, mut eol) = (TextRule::Unsaid, TextRule::Unsaid, None);
        for found in self.found.iter_selected() {
            let state = found.assignment.state;
            match (found.assignment.name.as_str(), state) {
                ("text", _) => text = text_rule(state),
                ("crlf", _) => older = text_rule(state),
                ("eol", StateRef::Value(value)) if value.as_bstr() == "crlf" => eol = Some(true),
                ("eol", StateRef::Value(value)) if value.as_bstr() == "lf" => eol = Some(false),
                ("export-ignore", StateRef::Set) => said.export_ignore = true,
                ("export-subst", StateRef::Set) => said.export_subst = true,
                ("ident", StateRef::Set) => said.ident = true,
                ("filter", StateRef::Value(_)) => said.filter = true,
                _ => {}
            }
        }
        // As git's `convert_attrs` does: `text` before the older `crlf`; `eol` makes text of what is not binary.
        said.text = if text == TextRule::Unsaid { older } else { text };
        if let (Some(crlf), TextRule::Text | TextRule::Auto | TextRule::Unsaid) = (eol, said.text) {
            said.crlf = crlf;
            said.text = if said.text == TextRule::Auto { TextRule::Auto } else { TextRule::Text };
        }
        Ok(said)
    }

    fn full(&self, path: &[u8]) -> Vec<u8> {
        let mut full = self.prefix.clone();
        full.extend_from_slice(path);
        full
    }
}

/// What the attribute `text`, or its older name `crlf`, says.
fn text_rule(state: StateRef<'_>) -> TextRule {
    match state {
        StateRef::Set => TextRule::Text,
        StateRef::Unset => TextRule::Binary,
        StateRef::Value(value) if value.as_bstr() == "auto" => TextRule::Auto,
        StateRef::Value(value) if value.as_bstr() == "input" => TextRule::Text,
        StateRef::Value(_) | StateRef::Unspecified => TextRule::Unsaid,
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

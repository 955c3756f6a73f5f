//! The files of a source tree that patterns can match: found by one walk, read without following links.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bonafide_artifact::MemberPath;
use bonafide_ident::{DigestKinds, Digests, Hasher};
use bstr::ByteSlice as _;

use super::VendorError;
use super::export::{LineEnds, exported};
use super::git::{Attributes, Git, Staged, Tracked};
use crate::glob::Glob;

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// A regular file that is part of the source tree: tracked, or in a folder that git does not know.
    File,
    /// A regular file that git does not track and does not ignore.
    Untracked,
    /// A symbolic link.
    Symlink,
    /// A pipe, a device, a socket.
    Special,
    /// Nothing, but git's index has it.
    Missing,
}

/// What a file is, as far as the document is concerned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content {
    /// SHA-1 and SHA-256 of the bytes that git would export.
    pub digests: Digests,
    /// What its line ends rest on.
    pub line_ends: LineEnds,
    /// What git's attributes say: of those that fill something in, those that find it in this file.
    pub attributes: Attributes,
}

/// A source tree.
#[derive(Debug)]
pub(super) struct Tree {
    root: PathBuf,
    git: Option<Git>,
}

impl Tree {
    /// Opens a folder.
    pub(super) fn open(root: &Path) -> Result<Self, VendorError> {
        if !root.is_dir() {
            return Err(VendorError::NoFolder(root.to_path_buf()));
        }
        Ok(Self { root: root.to_path_buf(), git: Git::open(root)? })
    }

    /// Where a path below the root is on disk.
    pub(super) fn on_disk(&self, path: &[u8]) -> PathBuf {
        self.root.join(path.to_path_lossy())
    }

    /// Everything that some pattern matches, by path relative to the root. Ignored files and `.git` are left out.
    pub(super) fn list(&mut self, patterns: &[&Glob]) -> Result<BTreeMap<Vec<u8>, Node>, VendorError> {
        let mut nodes = BTreeMap::new();
        let mut folders: Vec<Vec<u8>> = patterns.iter().map(|glob| glob.folder()).collect();
        folders.sort();
        folders.dedup();
        // A folder below another is walked with it.
        let mut tops: Vec<Vec<u8>> = Vec::new();
        for folder in folders {
            let covered = |top: &Vec<u8>| {
                top.is_empty()
                    || folder.strip_prefix(top.as_slice()).is_some_and(|rest| rest.starts_with(b"/"))
            };
            if !tops.iter().any(covered) {
                tops.push(folder);
            }
        }
        for top in tops {
            if self.leads_through_link(&top) {
                nodes.insert(top.clone(), Node::Symlink);
            } else {
                self.walk(&top, patterns, &mut nodes)?;
            }
            if let Some(git) = &self.git {
                for path in git.tracked_below(&top) {
                    if patterns.iter().any(|glob| glob.matches(&path)) {
                        nodes.entry(path).or_insert(Node::Missing);
                    }
                }
            }
        }
        Ok(nodes)
    }

    fn leads_through_link(&self, folder: &[u8]) -> bool {
        let parts = std::iter::successors(Some(folder), |path| path.rfind_byte(b'/').map(|at| &path[..at]));
        parts
            .filter(|path| !path.is_empty())
            .any(|path| fs::symlink_metadata(self.on_disk(path)).is_ok_and(|metadata| metadata.is_symlink()))
    }

    fn walk(
        &mut self,
        folder: &[u8],
        patterns: &[&Glob],
        nodes: &mut BTreeMap<Vec<u8>, Node>,
    ) -> Result<(), VendorError> {
        let mut pending = vec![folder.to_vec()];
        while let Some(folder) = pending.pop() {
            let on_disk = self.on_disk(&folder);
            let entries = match fs::read_dir(&on_disk) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => continue,
                Err(source) => return Err(VendorError::Read { path: on_disk, source }),
            };
            for entry in entries {
                let (entry, kind) = entry
                    .and_then(|entry| entry.file_type().map(|kind| (entry, kind)))
                    .map_err(|source| VendorError::Read { path: on_disk.clone(), source })?;
                let name = entry.file_name();
                let Some(name) = <[u8]>::from_os_str(&name) else { continue };
                if name == b".git" {
                    continue;
                }
                let mut path = folder.clone();
                if !path.is_empty() {
                    path.push(b'/');
                }
                path.extend_from_slice(name);
                if kind.is_dir() {
                    if patterns.iter().any(|glob| glob.can_match_below(&path))
                        && !self.is_ignored(&path, true)?
                    {
                        pending.push(path);
                    }
                    continue;
                }
                let wanted = patterns
                    .iter()
                    .any(|glob| glob.matches(&path) || (kind.is_symlink() && glob.can_match_below(&path)));
                if !wanted {
                    continue;
                }
                let tracked = self.git.as_ref().map(|git| git.tracked(&path));
                if tracked == Some(Tracked::No) && self.is_ignored(&path, false)? {
                    continue;
                }
                let node = if kind.is_symlink() {
                    Node::Symlink
                } else if !kind.is_file() {
                    Node::Special
                } else if tracked == Some(Tracked::No) {
                    Node::Untracked
                } else {
                    Node::File
                };
                nodes.insert(path, node);
            }
        }
        Ok(())
    }

    fn is_ignored(&mut self, path: &[u8], folder: bool) -> Result<bool, VendorError> {
        Ok(match &mut self.git {
            Some(git) => git.is_ignored(path, folder)?,
            None => false,
        })
    }

    /// The submodule in which a pattern looks, where it is not checked out.
    pub(super) fn missing_submodule(&self, glob: &Glob) -> Option<Vec<u8>> {
        let folder = glob.folder();
        self.git.as_ref()?.absent_submodules().find(|path| {
            folder.strip_prefix(path.as_slice()).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
        })
    }

    /// Reads a file of the tree. A symbolic link in its place is an error, not followed.
    pub(super) fn read(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        let on_disk = self.on_disk(path);
        if fs::symlink_metadata(&on_disk)?.is_symlink() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a symbolic link"));
        }
        fs::read(on_disk)
    }

    /// Reads a file and says what git would export of it.
    pub(super) fn export(&mut self, path: &[u8]) -> Result<(Vec<u8>, Content), ExportError> {
        let bytes = self.read(path)?;
        let (attributes, staged) = match &mut self.git {
            None => (Attributes::NONE, Staged::Unknown),
            Some(git) => {
                let staged = match git.tracked(path) {
                    Tracked::File(id) => id,
                    _ => Staged::Unknown,
                };
                let mut attributes = git.attributes(path)?;
                attributes.export_subst &= bytes.contains_str("$Format:");
                attributes.ident &= bytes.contains_str("$Id$") || bytes.contains_str("$Id:");
                (attributes, staged)
            }
        };
        let exported = exported(&bytes, attributes, staged);
        let digests = Hasher::digest(DigestKinds::SPDX, &exported.bytes);
        let line_ends = exported.line_ends;
        let bytes = exported.bytes.into_owned();
        Ok((bytes, Content { digests, line_ends, attributes }))
    }

    /// Whether the tree is a git work tree.
    pub(super) const fn is_git(&self) -> bool {
        self.git.is_some()
    }
}

/// A file could not be exported.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExportError {
    #[error(transparent)]
    Read(#[from] io::Error),
    #[error(transparent)]
    Git(#[from] super::git::GitError),
}

/// A path as text, without loss.
pub(super) fn text(path: &[u8]) -> String {
    MemberPath::new(path).text()
}

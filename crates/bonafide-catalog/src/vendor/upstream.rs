//! The upstream archive of a package: what files it has, and which of them a vendored file comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bonafide_artifact::{Body, Budget, Entry, Kind, Limits, Reading, Seen, Source, Visit, Want, walk};
use bonafide_ident::{DigestKinds, Sha256};
use bstr::ByteSlice as _;

/// What an archive has. Paths are below its single top folder, if it has one.
#[derive(Debug, Default)]
pub(super) struct Upstream {
    /// The archive's own digest.
    pub sha256: Option<Sha256>,
    /// Its regular files.
    pub files: BTreeMap<Vec<u8>, Sha256>,
    /// How many bytes of names belong to the top folder, its `/` included.
    top: usize,
}

/// Where a vendored file comes from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The archive has these very bytes.
    Equal,
    /// The archive has it at this path, with other bytes.
    Differs(Vec<u8>),
    /// The archive does not have it; so many files of its name lie in places that do not fit.
    Absent(usize),
}

struct Listing {
    sha256: Option<Sha256>,
    files: BTreeMap<Vec<u8>, Sha256>,
}

impl Visit for Listing {
    fn enter(&mut self, entry: &Entry) -> Want {
        match entry.depth() {
            0 => Want { digests: DigestKinds::SHA256, members: true, ..Want::default() },
            1 if entry.kind == Kind::File => Want { digests: DigestKinds::SHA256, ..Want::default() },
            _ => Want::default(),
        }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        match (entry.depth(), seen.digests.sha256) {
            (0, sha256) => self.sha256 = sha256,
            (1, Some(sha256)) if entry.kind == Kind::File => {
                self.files.insert(entry.path.normal().into_owned(), sha256);
            }
            _ => {}
        }
    }
}

struct Bodies<'a> {
    wanted: &'a BTreeSet<Vec<u8>>,
    top: usize,
    bodies: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Visit for Bodies<'_> {
    fn enter(&mut self, entry: &Entry) -> Want {
        let wanted = || entry.path.normal().get(self.top..).is_some_and(|path| self.wanted.contains(path));
        match entry.depth() {
            0 => Want { members: true, ..Want::default() },
            1 if entry.kind == Kind::File && wanted() => Want { body: Body::Whole, ..Want::default() },
            _ => Want::default(),
        }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        if entry.depth() == 1
            && let Some(path) = entry.path.normal().get(self.top..)
            && self.wanted.contains(path)
        {
            self.bodies.insert(path.to_vec(), seen.bytes.to_vec());
        }
    }
}

fn run(path: &Path, limits: Limits, visitor: &mut dyn Visit) -> Result<(), String> {
    let budget = Budget::new(limits);
    let summary =
        walk(Source::Path(path), Reading::new(&budget), visitor).map_err(|error| error.to_string())?;
    match summary.broken {
        Some(fault) => Err(fault.message),
        None => Ok(()),
    }
}

impl Upstream {
    /// Reads an archive: one pass that keeps no bodies.
    ///
    /// # Errors
    /// A message when it cannot be read to its end, or is no archive.
    pub(super) fn read(path: &Path, limits: Limits) -> Result<Self, String> {
        let mut listing = Listing { sha256: None, files: BTreeMap::new() };
        run(path, limits, &mut listing)?;
        if listing.files.is_empty() {
            return Err("it is no archive with files in it".to_owned());
        }
        let top = top_folder(listing.files.keys());
        let files = listing.files.into_iter().map(|(path, digest)| (path[top..].to_vec(), digest)).collect();
        Ok(Self { sha256: listing.sha256, files, top })
    }

    /// The bytes of some files, read in a second pass; cut at what the limits hold in memory.
    pub(super) fn bodies(
        &self,
        path: &Path,
        limits: Limits,
        wanted: &BTreeSet<Vec<u8>>,
    ) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, String> {
        let mut bodies = Bodies { wanted, top: self.top, bodies: BTreeMap::new() };
        run(path, limits, &mut bodies)?;
        Ok(bodies.bodies)
    }

    /// Finds where files come from. Content decides first; then the place that `said` names; then the folder that most
    /// files of the same vendored folder come from; then the longest common end of the paths.
    pub(super) fn origins<'a>(
        &self,
        files: &[(&'a [u8], Option<Sha256>)],
        said: impl Fn(&[u8]) -> Option<Vec<u8>>,
    ) -> BTreeMap<&'a [u8], Origin> {
        let contents: BTreeSet<&Sha256> = self.files.values().collect();
        let mut by_name: BTreeMap<&[u8], Vec<&Vec<u8>>> = BTreeMap::new();
        for path in self.files.keys() {
            by_name.entry(split(path).1).or_default().push(path);
        }
        let named = |path: &[u8]| by_name.get(split(path).1).map_or(&[][..], Vec::as_slice);
        let mut votes: BTreeMap<&[u8], BTreeMap<&[u8], usize>> = BTreeMap::new();
        for (path, digest) in files {
            for candidate in
                named(path).iter().filter(|candidate| self.files.get(**candidate) == digest.as_ref())
            {
                *votes.entry(split(path).0).or_default().entry(split(candidate).0).or_default() += 1;
            }
        }
        let mut origins = BTreeMap::new();
        for (path, digest) in files {
            let at_said = said(path).map(|place| match self.files.get(&place) {
                Some(there) if Some(there) == digest.as_ref() => Origin::Equal,
                Some(_) => Origin::Differs(place),
                None => Origin::Absent(0),
            });
            let origin = at_said.unwrap_or_else(|| {
                if digest.as_ref().is_some_and(|digest| contents.contains(digest)) {
                    return Origin::Equal;
                }
                let (folder, _) = split(path);
                let candidates = named(path);
                let voted = votes.get(folder).and_then(|votes| votes.iter().max_by_key(|(_, count)| **count));
                let by_vote = voted.and_then(|(folder, _)| {
                    candidates.iter().find(|candidate| split(candidate).0 == *folder)
                });
                let longest = || {
                    let best = candidates.iter().map(|candidate| common_end(candidate, path)).max()?;
                    let mut all = candidates.iter().filter(|candidate| common_end(candidate, path) == best);
                    all.next().filter(|_| all.next().is_none())
                };
                match by_vote.or_else(longest) {
                    Some(place) => Origin::Differs((*place).clone()),
                    None => Origin::Absent(candidates.len()),
                }
            });
            origins.insert(*path, origin);
        }
        origins
    }
}

/// Folder and file name.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    path.rfind_byte(b'/').map_or((&[][..], path), |slash| (&path[..slash], &path[slash + 1..]))
}

/// How many components two paths have in common at their ends.
fn common_end(a: &[u8], b: &[u8]) -> usize {
    a.rsplit(|byte| *byte == b'/').zip(b.rsplit(|byte| *byte == b'/')).take_while(|(a, b)| a == b).count()
}

/// The length of the folder that all paths begin with, its `/` included; 0 where there is none.
fn top_folder<'a>(mut paths: impl Iterator<Item = &'a Vec<u8>>) -> usize {
    let Some(first) = paths.next() else { return 0 };
    let Some(slash) = first.find_byte(b'/') else { return 0 };
    let top = &first[..=slash];
    if paths.all(|path| path.starts_with(top)) { top.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upstream(files: &[(&str, u8)]) -> Upstream {
        let files =
            files.iter().map(|(path, digest)| (path.as_bytes().to_vec(), Sha256([*digest; 32]))).collect();
        Upstream { sha256: None, files, top: 0 }
    }

    #[test]
    fn content_decides_before_names() {
        let upstream = upstream(&[("lib/a.c", 1), ("tests/a.c", 2), ("README", 3)]);
        let files = [
            (&b"deps/x/a.c"[..], Some(Sha256([2; 32]))),
            (b"deps/x/COPYRIGHT", Some(Sha256([3; 32]))),
            (b"deps/x/gone.c", Some(Sha256([9; 32]))),
        ];
        let origins = upstream.origins(&files, |_| None);
        assert_eq!(origins[&b"deps/x/a.c"[..]], Origin::Equal);
        assert_eq!(origins[&b"deps/x/COPYRIGHT"[..]], Origin::Equal);
        assert_eq!(origins[&b"deps/x/gone.c"[..]], Origin::Absent(0));
    }

    #[test]
    fn a_changed_file_is_found_by_its_neighbours() {
        let upstream = upstream(&[("lib/a.c", 1), ("lib/b.c", 2), ("tests/a.c", 3)]);
        let files = [(&b"deps/x/a.c"[..], Some(Sha256([9; 32]))), (b"deps/x/b.c", Some(Sha256([2; 32])))];
        let origins = upstream.origins(&files, |_| None);
        assert_eq!(origins[&b"deps/x/a.c"[..]], Origin::Differs(b"lib/a.c".to_vec()));
        let alone = upstream.origins(&files[..1], |_| None);
        assert_eq!(alone[&b"deps/x/a.c"[..]], Origin::Absent(2));
        let said = upstream.origins(&files[..1], |_| Some(b"tests/a.c".to_vec()));
        assert_eq!(said[&b"deps/x/a.c"[..]], Origin::Differs(b"tests/a.c".to_vec()));
    }
}

//! The files that a main header describes.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::header::Header;
use crate::cpio::{Described, kind_of_mode};
use crate::entry::{Kind, Owner};
use crate::fault::{Fault, FaultKind};
use crate::limits::Limits;
use crate::member::Member;
use crate::path::MemberPath;
use crate::verify::Algorithm;

mod tag {
    pub(super) const OLD_NAMES: u32 = 1027;
    pub(super) const SIZES: u32 = 1028;
    pub(super) const MODES: u32 = 1030;
    pub(super) const TIMES: u32 = 1034;
    pub(super) const DIGESTS: u32 = 1035;
    pub(super) const LINKS: u32 = 1036;
    pub(super) const FLAGS: u32 = 1037;
    pub(super) const USERS: u32 = 1039;
    pub(super) const GROUPS: u32 = 1040;
    pub(super) const DEVICES: u32 = 1095;
    pub(super) const INODES: u32 = 1096;
    pub(super) const FOLDER_OF: u32 = 1116;
    pub(super) const NAMES: u32 = 1117;
    pub(super) const FOLDERS: u32 = 1118;
    pub(super) const LONG_SIZES: u32 = 5008;
    pub(super) const ALGORITHM: u32 = 5011;
}

/// Set for files that the package owns and does not hold.
const GHOST: u64 = 1 << 6;

/// One file; texts stay in the header.
#[derive(Clone, Debug, Default)]
struct File {
    folder: Option<u32>,
    name: Box<[u8]>,
    size: u64,
    mode: u32,
    mtime: i64,
    digest: Box<[u8]>,
    link: Box<[u8]>,
    ghost: bool,
    user: Box<[u8]>,
    group: Box<[u8]>,
    id: (u64, u64),
}

/// All files of a package.
#[derive(Debug, Default)]
pub(super) struct Files {
    folders: Vec<Box<[u8]>>,
    files: Vec<File>,
    /// Numbers by a hash of the path without its first slash.
    by_path: HashMap<u64, u32>,
    /// For a file of several names: the number of the one that has the body.
    bodies: BTreeMap<(u64, u64), usize>,
    pub(super) algorithm: Option<Algorithm>,
}

impl Files {
    pub(super) fn of(header: &Header, limits: &Limits) -> Result<Self, Fault> {
        let mut files = Self { algorithm: algorithm(header.number(tag::ALGORITHM)), ..Self::default() };
        files.folders = header.texts(tag::FOLDERS).map(Into::into).collect();
        if files.folders.iter().any(|folder| folder.len() as u64 > limits.path_bytes) {
            let message = format!("path bytes exceed the limit of {} (path_bytes)", limits.path_bytes);
            return Err(Fault::new(FaultKind::Limit, message));
        }
        let old = !header.has(tag::NAMES);
        let names = header.texts(if old { tag::OLD_NAMES } else { tag::NAMES });
        files.files = names.map(|name| File { name: name.into(), ..File::default() }).collect();
        if files.files.len() as u64 > limits.entries {
            let message = format!("entries exceed the limit of {}", limits.entries);
            return Err(Fault::new(FaultKind::Limit, message));
        }
        let sizes = if header.has(tag::LONG_SIZES) { tag::LONG_SIZES } else { tag::SIZES };
        let mut numbers = |tag, set: fn(&mut File, u64)| {
            files.files.iter_mut().zip(header.numbers(tag)).for_each(|(file, number)| set(file, number));
        };
        numbers(tag::FOLDER_OF, |file, number| file.folder = u32::try_from(number).ok());
        numbers(sizes, |file, number| file.size = number);
        numbers(tag::MODES, |file, number| file.mode = u32::try_from(number).unwrap_or(0));
        numbers(tag::TIMES, |file, number| file.mtime = i64::try_from(number).unwrap_or(0));
        numbers(tag::FLAGS, |file, number| file.ghost = number & GHOST != 0);
        numbers(tag::DEVICES, |file, number| file.id.0 = number);
        numbers(tag::INODES, |file, number| file.id.1 = number);
        let mut texts = |tag, set: fn(&mut File, Box<[u8]>)| {
            files.files.iter_mut().zip(header.texts(tag)).for_each(|(file, text)| set(file, text.into()));
        };
        texts(tag::DIGESTS, |file, text| file.digest = text);
        texts(tag::LINKS, |file, text| file.link = text);
        texts(tag::USERS, |file, text| file.user = text);
        texts(tag::GROUPS, |file, text| file.group = text);
        for number in 0..files.files.len() {
            let hash = hash(&files.path(number));
            files.by_path.insert(hash, u32::try_from(number).unwrap_or(u32::MAX));
        }
        files.find_bodies();
        Ok(files)
    }

    /// The last name of a file has its body.
    fn find_bodies(&mut self) {
        let mut names = BTreeMap::<_, (usize, usize)>::new();
        for (number, file) in self.files.iter().enumerate() {
            if file.mode & 0o170_000 == 0o100_000 && !file.ghost {
                let (count, last) = names.entry(file.id).or_default();
                (*count, *last) = (*count + 1, number);
            }
        }
        let several = names.into_iter().filter(|(_, (count, _))| *count > 1);
        self.bodies = several.map(|(id, (_, last))| (id, last)).collect();
    }

    fn path(&self, number: usize) -> Vec<u8> {
        let Some(file) = self.files.get(number) else { return Vec::new() };
        let folder = file.folder.and_then(|folder| self.folders.get(usize::try_from(folder).ok()?));
        [folder.map_or(&[][..], |folder| &**folder), &*file.name].concat()
    }

    /// The number of the file with this path, as a cpio spells it.
    pub(super) fn number(&self, path: &[u8]) -> Option<usize> {
        let number = usize::try_from(*self.by_path.get(&hash(path))?).ok()?;
        (plain(&self.path(number)) == plain(path)).then_some(number)
    }

    /// Spells the path of a member that the header describes as rpm's own payloads do.
    pub(super) fn spell(member: &mut Member) {
        if member.path.raw().starts_with(b"/") {
            member.path = MemberPath::new(spelled(member.path.raw().to_vec()));
        }
    }

    /// How many files should be in the payload.
    pub(super) fn expected(&self) -> usize {
        self.files.iter().filter(|file| !file.ghost).count()
    }

    /// Completes a member by what the header says of it; differences are its faults. Gives the digest that its body
    /// must have.
    pub(super) fn complete(&self, number: usize, member: &mut Member) -> Option<&str> {
        let file = self.files.get(number)?;
        let offset = member.extent.map(|extent| extent.offset);
        let mut differ = |what: &str| {
            let message = format!("the header of the rpm and the payload disagree on the {what}");
            member.faults.push(Fault { kind: FaultKind::HeaderMismatch, offset, message });
        };
        let kind = kind_of_mode(file.mode);
        let has_body = member.kind == Kind::File && kind == Kind::File;
        match (&member.kind, &kind) {
            (Kind::Symlink(target), Kind::Symlink(_)) if **target != *file.link => differ("target"),
            (Kind::Symlink(_), Kind::Symlink(_)) | (Kind::Hardlink(_), Kind::File) => {}
            (one, other) if one != other => differ("type"),
            _ => {}
        }
        if member.mode.is_some_and(|mode| mode != file.mode & 0o7777) {
            differ("mode");
        }
        if has_body && member.size != Some(file.size) {
            differ("size");
        }
        let text = |bytes: &[u8]| match String::from_utf8_lossy(bytes) {
            text if text.is_empty() => None,
            text => Some(text.into()),
        };
        let owner = member.owner.get_or_insert_default();
        // The numbers of a payload mean nothing: rpm writes zeros, and counts on the names.
        **owner = Owner { user: text(&file.user), group: text(&file.group), uid: None, gid: None };
        let digest = std::str::from_utf8(&file.digest).ok()?;
        (has_body && !digest.is_empty()).then_some(digest)
    }
}

impl Described for Files {
    fn member(&self, number: u64) -> Option<Member> {
        let number = usize::try_from(number).ok()?;
        let file = self.files.get(number)?;
        let path = spelled(self.path(number));
        let kind = kind_of_mode(file.mode);
        let elsewhere = self.bodies.get(&file.id).is_some_and(|&body| body != number);
        let has_body = matches!(kind, Kind::File | Kind::Symlink(_)) && !elsewhere;
        Some(Member {
            size: Some(if has_body { file.size } else { 0 }),
            mode: Some(file.mode & 0o7777),
            mtime: Some(file.mtime),
            ..Member::new(MemberPath::new(path), kind)
        })
    }

    fn file(&self, number: u64) -> Option<(u64, u64)> {
        let file = self.files.get(usize::try_from(number).ok()?)?;
        (kind_of_mode(file.mode) == Kind::File && self.bodies.contains_key(&file.id)).then_some(file.id)
    }
}

/// As a payload of rpm itself spells a path. Others (nFPM 2) begin it with the slash: it is below the root of the package all
/// the same.
fn spelled(path: Vec<u8>) -> Vec<u8> {
    if path.starts_with(b"/") { [b".", &path[..]].concat() } else { path }
}

/// The algorithm by its number in RFC 9580; without one it is MD5.
pub(super) fn algorithm(number: Option<u64>) -> Option<Algorithm> {
    match number {
        None | Some(1) => Some(Algorithm::Md5),
        Some(2) => Some(Algorithm::Sha1),
        Some(8) => Some(Algorithm::Sha256),
        Some(10) => Some(Algorithm::Sha512),
        Some(_) => None,
    }
}

/// A path without what cpio and header write before it: `./` and `/`.
fn plain(path: &[u8]) -> &[u8] {
    let path = path.strip_prefix(b".").filter(|path| path.starts_with(b"/")).unwrap_or(path);
    path.strip_prefix(b"/").unwrap_or(path)
}

fn hash(path: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    plain(path).hash(&mut hasher);
    hasher.finish()
}

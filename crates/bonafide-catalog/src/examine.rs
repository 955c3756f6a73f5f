//! One walk over an artifact, shared by all catalogers.

use std::collections::{BTreeMap, HashMap};

use bonafide_artifact::{
    Body, Entry, EntryId, Fault, FaultClass, Format, Kind, MemberPath, Package, Seen, Visit, Want,
};
use bonafide_ident::{DigestKinds, Digests};

use crate::builder::{Artifact, Builder};
use crate::cataloger::{Candidate, Cataloger, PackageSighting, Sighting};
use crate::inventory::{FileForm, FileId, FileRecord};
use crate::product::{Known, Recogniser};
use crate::project::ProjectFiles;
use crate::registry::catalogers;

/// Says of an entry of a folder on disk whether it is part of the source.
pub type Filter<'a> = dyn Fn(&Entry) -> bool + 'a;

/// Says by its location of a file inside the artifact whether its bytes are to be handed out.
pub type Keep<'a> = dyn Fn(&str) -> bool + 'a;

/// Looks at every entry of one walk.
pub(crate) struct Examination<'a> {
    catalogers: Vec<Box<dyn Cataloger>>,
    recogniser: Recogniser,
    project: ProjectFiles,
    filter: Option<&'a Filter<'a>>,
    keep: Option<&'a Keep<'a>>,
    pending: HashMap<EntryId, Pending>,
    files: Vec<FileRecord>,
    top: Top,
    /// Which digests of the artifact itself are wanted.
    own_digests: DigestKinds,
    /// Which digests of files are wanted.
    digests: DigestKinds,
    /// Digests of the artifact itself, where it is a file.
    artifact: Digests,
    /// What else the walk showed.
    pub(crate) notes: Notes,
}

/// What a walk shows besides files.
#[derive(Default)]
pub(crate) struct Notes {
    /// Location (root folder not cut off) and fault.
    pub(crate) faults: Vec<(String, Fault)>,
    /// Files of which a cataloger wanted all, and which are longer than the limit of memory: location and size.
    pub(crate) too_long: Vec<(String, u64)>,
    /// Files that were to be handed out, which with the others are more than [`MOST_KEPT`]: location and size.
    pub(crate) too_many: Vec<(String, u64)>,
    /// Locations of containers that were opened.
    opened: Vec<String>,
    /// Whether the artifact is one compressed file, of no format that is known.
    pub(crate) plain_inside: bool,
    /// Containers that were not opened, since they are test data.
    pub(crate) unopened: u64,
    /// Files that were to be handed out: location and bytes.
    pub(crate) kept: Vec<(String, Vec<u8>)>,
    /// How long these are together.
    kept_bytes: usize,
    /// The newest modification time of a file at the top level, in seconds since 1970.
    pub(crate) newest: Option<i64>,
    /// Links and special files: in the inventory, but not in a document.
    pub(crate) links: u64,
}

/// An entry between `enter` and `leave`.
struct Pending {
    location: String,
    /// Which catalogers want it, by number.
    wanted_by: Vec<usize>,
    body: Body,
    place: Place,
    /// What it says of itself as a package.
    package: Option<Box<Package>>,
}

/// Where an entry stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is the artifact itself.
    Artifact,
    /// It is a member, and is opened if it is a container.
    Inside,
    /// It is test data: listed, not opened.
    TestData,
    /// The filter refused it.
    Outside,
}

/// What all entries at the top level have in common.
#[derive(Default, PartialEq, Eq)]
enum Top {
    /// Nothing was seen yet.
    #[default]
    Unknown,
    /// They lie in one folder.
    Folder(String),
    /// They do not.
    Mixed,
}

/// What the caller, the project, the product rules and the recogniser add to the catalogers in [`Pending::wanted_by`].
const RECOGNISER: usize = usize::MAX;
const PROJECT: usize = usize::MAX - 1;
const KEEPER: usize = usize::MAX - 2;
/// How many bytes are handed out in all.
pub(crate) const MOST_KEPT: usize = 128 << 20;

impl<'a> Examination<'a> {
    /// A fresh one. `known`: products that an earlier walk over the same artifact recognised.
    pub(crate) fn new(known: Known, project: ProjectFiles) -> Self {
        Self {
            catalogers: catalogers(),
            recogniser: Recogniser::knowing(known),
            project,
            filter: None,
            keep: None,
            pending: HashMap::new(),
            files: Vec::new(),
            top: Top::Unknown,
            own_digests: DigestKinds::SPDX,
            digests: DigestKinds::SPDX,
            artifact: Digests::default(),
            notes: Notes::default(),
        }
    }

    /// Leaves out paths that a filter refuses.
    pub(crate) const fn filter(mut self, filter: Option<&'a Filter<'a>>) -> Self {
        self.filter = filter;
        self
    }

    /// Hands out the files that this says.
    pub(crate) const fn keep(mut self, keep: Option<&'a Keep<'a>>) -> Self {
        self.keep = keep;
        self
    }

    /// Asks for these digests of the artifact itself.
    pub(crate) const fn own_digests(mut self, kinds: DigestKinds) -> Self {
        self.own_digests = kinds;
        self
    }

    /// Asks for these digests of files.
    pub(crate) const fn digests(mut self, kinds: DigestKinds) -> Self {
        self.digests = kinds;
        self
    }

    /// Whether a document was found that may have to be checked by SHA-1.
    pub(crate) fn needs_sha1(&self) -> bool {
        self.catalogers.iter().any(|cataloger| cataloger.needs_sha1())
    }

    /// Forgets the files' SHA-1, where it was computed in case that it were needed.
    pub(crate) fn forget_sha1(&mut self) {
        self.files.iter_mut().for_each(|file| file.digests.sha1 = None);
    }

    /// Whether the files' SHA-1 was computed.
    pub(crate) fn has_sha1(&self) -> bool {
        self.digests == DigestKinds::SPDX
    }

    /// What a second walk should know from the start, where it would see something else than this one did: a container
    /// was opened before it was known to be test data, or a file that tells the version went by unread.
    pub(crate) fn second_look(&self) -> Option<(Known, ProjectFiles)> {
        let project = self.project.second_look(self.cut());
        let is_test_data =
            |location: &String| self.recogniser.is_test_data(location) || self.project.is_test_data(location);
        if project.is_none() && !self.notes.opened.iter().any(is_test_data) {
            return None;
        }
        Some((self.recogniser.known().clone(), project.unwrap_or_else(|| self.project.again())))
    }

    /// The root folder of a release, with its slash, which is cut off from locations; empty where there is none.
    pub(crate) fn cut(&self) -> &str {
        match &self.top {
            Top::Folder(folder) => folder,
            _ => "",
        }
    }

    /// Ends the walk: a builder that was told by all catalogers.
    pub(crate) fn finish(mut self, artifact: Artifact) -> (Builder, Notes) {
        let cut = self.cut().to_owned();
        self.resolve_hard_links();
        let admitted: Vec<bool> = self
            .files
            .iter()
            .map(|file| {
                !self.recogniser.is_test_data(&file.location) && !self.project.is_test_data(&file.location)
            })
            .collect();
        if !cut.is_empty() {
            for file in &mut self.files {
                file.location.drain(..cut.len());
            }
        }
        let artifact = Artifact { digests: self.artifact, ..artifact };
        let mut builder = Builder::new(artifact, self.files, admitted);
        self.recogniser.finish(&mut builder, &cut);
        self.project.finish(&mut builder, &cut);
        for cataloger in self.catalogers {
            cataloger.finish(&mut builder);
        }
        let inner = |location: &mut String| {
            if location.starts_with(&cut) {
                location.drain(..cut.len());
            }
        };
        self.notes.faults.iter_mut().for_each(|(location, _)| inner(location));
        self.notes.too_long.iter_mut().for_each(|(location, _)| inner(location));
        self.notes.too_many.iter_mut().for_each(|(location, _)| inner(location));
        self.notes.kept.iter_mut().for_each(|(location, _)| inner(location));
        (builder, self.notes)
    }

    /// Gives hard links the digests of the file that they are another name of.
    fn resolve_hard_links(&mut self) {
        if !self.files.iter().any(|file| matches!(file.kind, Kind::Hardlink(_))) {
            return;
        }
        let bodies: BTreeMap<&str, (Digests, u64)> = self
            .files
            .iter()
            .filter(|file| file.kind == Kind::File)
            .map(|file| (file.location.as_str(), (file.digests, file.size)))
            .collect();
        let resolved: Vec<(usize, (Digests, u64))> = self
            .files
            .iter()
            .enumerate()
            .filter_map(|(at, file)| {
                let Kind::Hardlink(target) = &file.kind else { return None };
                let container = file.location.rfind("!/").map_or("", |end| &file.location[..end + 2]);
                let target = format!("{container}{}", text(target));
                bodies.get(target.as_str()).map(|body| (at, *body))
            })
            .collect();
        for (at, (digests, size)) in resolved {
            self.files[at].digests = digests;
            self.files[at].size = size;
        }
    }

    fn see_package(&mut self, sighting: &PackageSighting<'_>) {
        self.catalogers.iter_mut().for_each(|cataloger| cataloger.see_package(sighting));
    }

    fn note_top(&mut self, entry: &Entry, location: &str) {
        if self.top == Top::Mixed || !entry.container.as_deref().is_some_and(is_artifact) {
            return;
        }
        let folder = match location.find('/') {
            Some(at) => &location[..=at],
            None if entry.kind == Kind::Directory => &format!("{location}/"),
            None => {
                self.top = Top::Mixed;
                return;
            }
        };
        // Alone in a wheel that installs nothing, it says what the wheel is.
        if folder.ends_with(".dist-info/") || folder.ends_with(".egg-info/") || folder == "EGG-INFO/" {
            self.top = Top::Mixed;
            return;
        }
        match &self.top {
            Top::Unknown => self.top = Top::Folder(folder.to_owned()),
            Top::Folder(known) if known == folder => {}
            _ => self.top = Top::Mixed,
        }
    }
}

/// The lossless text of a path in its normal form.
fn text(path: &MemberPath) -> String {
    MemberPath::new(path.normal().into_owned()).text()
}

/// The lossless text of an entry's place, each name in its normal form.
///
/// The artifact itself is not named: what it holds is at the top level, as in a folder.
fn location(entry: &Entry) -> String {
    let mut place = match &entry.container {
        Some(container) if !is_artifact(container) => location(container) + "!/",
        _ => String::new(),
    };
    place.push_str(&text(&entry.path));
    place
}

/// Whether an entry is the artifact itself: a file, whose members are what it holds.
fn is_artifact(entry: &Entry) -> bool {
    entry.container.is_none() && entry.within == Format::Plain
}

/// Whether an entry is no file that is shipped, but what one inside the artifact holds: the content of a compressed file, a
/// member of a static library.
fn is_inner(entry: &Entry) -> bool {
    (entry.within.is_compression() || entry.within == Format::Ar)
        && !entry.container.as_deref().is_some_and(is_artifact)
}

impl Visit for Examination<'_> {
    fn enter(&mut self, entry: &Entry) -> Want {
        let location = location(entry);
        let place = if is_artifact(entry) {
            Place::Artifact
        } else if entry.within == Format::Folder && self.filter.is_some_and(|keep| !keep(entry)) {
            let pending = Pending {
                location,
                wanted_by: Vec::new(),
                body: Body::Skip,
                place: Place::Outside,
                package: None,
            };
            self.pending.insert(entry.id, pending);
            return Want::default();
        } else {
            self.note_top(entry, &location);
            let test_data = self.recogniser.is_test_data(&location) || self.project.is_test_data(&location);
            if test_data { Place::TestData } else { Place::Inside }
        };
        let test_data = place == Place::TestData;
        let mut want = Want { members: !test_data || entry.kind == Kind::Directory, ..Want::default() };
        let mut wanted_by = Vec::new();
        if entry.kind == Kind::File {
            want.digests = match place {
                Place::Artifact => self.own_digests,
                // No document lists it.
                _ if is_inner(entry) => DigestKinds::NONE,
                _ => self.digests,
            };
            if !test_data {
                let candidate = Candidate { location: &location, entry };
                let wants = self.catalogers.iter().map(|cataloger| cataloger.want(&candidate));
                let kept = place != Place::Artifact && self.keep.is_some_and(|keep| keep(&location));
                let own = [
                    (KEEPER, if kept { Body::Whole } else { Body::Skip }),
                    (RECOGNISER, self.recogniser.want(&candidate)),
                    (PROJECT, self.project.want(&candidate)),
                ];
                for (number, body) in (0..).zip(wants).chain(own).filter(|(_, body)| *body != Body::Skip) {
                    want.body = want.body.max(body);
                    wanted_by.push(number);
                }
            }
        }
        self.pending.insert(entry.id, Pending { location, wanted_by, body: want.body, place, package: None });
        want
    }

    fn package(&mut self, entry: &Entry, package: &Package) {
        if let Some(pending) = self.pending.get_mut(&entry.id) {
            pending.package = Some(Box::new(package.clone()));
        }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        let Some(pending) = self.pending.remove(&entry.id) else { return };
        let Pending { location, wanted_by, body, place, package } = pending;
        if place == Place::Outside {
            return;
        }
        let faulty = if place == Place::Artifact { String::new() } else { location.clone() };
        self.notes.faults.extend(seen.faults.iter().map(|fault| (faulty.clone(), fault.clone())));
        if place == Place::Artifact {
            self.artifact = seen.digests;
            if let Some(format) = seen.format {
                if let Some(package) = &package {
                    self.see_package(&PackageSighting { file: None, format, package });
                }
                return;
            }
            // A file that holds nothing is its own only member: what a folder with it alone would have.
        }
        if entry.kind == Kind::Directory {
            return;
        }
        if entry.kind != Kind::File {
            self.notes.links += u64::from(!matches!(entry.kind, Kind::Hardlink(_)));
        } else if entry.container.as_deref().is_none_or(is_artifact) {
            self.notes.newest = self.notes.newest.max(entry.mtime);
        }
        let compressed = entry.within.is_compression() && entry.container.as_deref().is_some_and(is_artifact);
        self.notes.plain_inside |= compressed && seen.format.is_none();
        if seen.format.is_some() {
            match place {
                Place::TestData => self.notes.unopened += 1,
                _ => self.notes.opened.push(location.clone()),
            }
        }
        let form = if is_inner(entry) { FileForm::Inner } else { FileForm::Stored };
        let file = FileId(u32::try_from(self.files.len()).expect("a walk has fewer than 2^32 entries"));
        if body != Body::Whole || seen.bytes.len() as u64 == seen.size {
            let sighting = Sighting { file, location: &location, bytes: seen.bytes, digests: seen.digests };
            for number in wanted_by {
                match number {
                    RECOGNISER => self.recogniser.see(&sighting),
                    PROJECT => self.project.see(&sighting),
                    KEEPER if self.notes.kept_bytes + seen.bytes.len() > MOST_KEPT => {
                        self.notes.too_many.push((location.clone(), seen.size));
                    }
                    KEEPER => {
                        self.notes.kept_bytes += seen.bytes.len();
                        self.notes.kept.push((location.clone(), seen.bytes.to_vec()));
                    }
                    number => self.catalogers[number].see(&sighting),
                }
            }
        } else if seen.faults.iter().all(|fault| fault.kind.class() != FaultClass::Gap) {
            // Else it could not be opened, or broke off: the fault says so.
            self.notes.too_long.push((location.clone(), seen.size));
        }
        if let (Some(format), Some(package)) = (seen.format, &package) {
            self.see_package(&PackageSighting { file: Some(file), format, package });
        }
        if let (Some(object), true) = (seen.object, place != Place::TestData) {
            let sighting = Sighting { file, location: &location, bytes: seen.bytes, digests: seen.digests };
            self.catalogers.iter_mut().for_each(|cataloger| cataloger.see_object(&sighting, object));
        }
        self.files.push(FileRecord {
            location,
            kind: entry.kind.clone(),
            size: seen.size,
            digests: seen.digests,
            owner: None,
            document_id: None,
            form,
        });
    }
}

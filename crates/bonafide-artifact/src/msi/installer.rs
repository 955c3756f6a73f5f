//! What an installer installs: files by their keys, with the paths that they get.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::tables::{Database, Value};
use crate::beside::Beside;
use crate::cab::Cab;
use crate::entry::Kind;
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, ReadAt};
use crate::limits::{Budget, Limits};
use crate::member::{Member, Pull};
use crate::ole::Ole;
use crate::package::Package;
use crate::path::MemberPath;

/// Bytes of a property that describes the product, at most: longer ones say nothing that a name or a version could.
const LONGEST_PROPERTY: usize = 1000;
/// Folders inside folders, at most.
const DEEPEST: usize = 128;
/// The stream that has the files of a merge module.
const MODULE_CABINET: &[u8] = b"MergeModule.CABinet";
/// Bits of a file's attributes.
const NOT_COMPRESSED: i64 = 1 << 13;

/// A row: values by the names of their columns.
type Row<'r> = &'r dyn Fn(&str) -> Value;

/// A file that the database lists.
#[derive(Clone, Debug)]
struct File {
    key: Vec<u8>,
    component: Vec<u8>,
    name: Vec<u8>,
    size: Option<u64>,
    sequence: i64,
    attributes: i64,
}

/// Where files lie: in a stream of the installer or beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Stream(Vec<u8>),
    Beside(Vec<u8>),
    /// As files beside the installer, in no cabinet.
    Loose,
}

#[derive(Clone, Debug)]
struct Medium {
    last: i64,
    place: Place,
}

/// The tables that say where files come from and where they go.
pub(crate) struct Installer {
    files: Vec<File>,
    by_key: BTreeMap<Vec<u8>, usize>,
    /// Folders of components.
    components: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Parent and name of each folder.
    folders: BTreeMap<Vec<u8>, (Vec<u8>, Vec<u8>)>,
    media: Vec<Medium>,
    /// What the properties say of the product.
    pub(crate) package: Option<Package>,
    /// Files that a cabinet had, by number.
    seen: BTreeSet<usize>,
    path_bytes: u64,
}

impl Installer {
    /// Reads the tables; `None` where the compound file is no installer.
    pub(crate) fn read(ole: &Ole<'_>, limits: &Limits) -> Result<Option<Self>, Fault> {
        let Some(database) = Database::open(ole, limits)? else { return Ok(None) };
        let mut installer = Self {
            files: Vec::new(),
            by_key: BTreeMap::new(),
            components: BTreeMap::new(),
            folders: BTreeMap::new(),
            media: Vec::new(),
            package: None,
            seen: BTreeSet::new(),
            path_bytes: limits.path_bytes,
        };
        let rows = |name: &str, each: &mut dyn FnMut(Row<'_>)| -> Result<(), Fault> {
            if let Some(table) = database.table(ole, name, limits)? {
                if table.rows() as u64 > limits.entries {
                    let message = format!("rows of a table exceed the limit of {} (entries)", limits.entries);
                    return Err(Fault::new(FaultKind::Limit, message));
                }
                for row in 0..table.rows() {
                    each(&|column| database.value(&table, row, column));
                }
            }
            Ok(())
        };
        let number = |value: Value| if let Value::Number(number) = value { Some(number) } else { None };
        let text = |value: Value| database.text(value).to_vec();
        rows("File", &mut |value| {
            installer.files.push(File {
                key: text(value("File")),
                component: text(value("Component_")),
                name: text(value("FileName")),
                size: number(value("FileSize")).and_then(|size| u64::try_from(size).ok()),
                sequence: number(value("Sequence")).unwrap_or(0),
                attributes: number(value("Attributes")).unwrap_or(0),
            });
        })?;
        let mut package = Package::default();
        rows("Property", &mut |value| {
            let told = || {
                let bytes = database.text(value("Value"));
                let fits = !bytes.is_empty() && bytes.len() <= LONGEST_PROPERTY;
                fits.then(|| String::from_utf8_lossy(bytes).into_owned())
            };
            match database.text(value("Property")) {
                b"ProductName" => package.name = told().unwrap_or_default(),
                b"ProductVersion" => package.version = told(),
                b"Manufacturer" => package.vendor = told(),
                b"ARPURLINFOABOUT" => package.url = told(),
                _ => {}
            }
        })?;
        installer.package = Some(package).filter(|package| !package.name.is_empty());
        rows("Component", &mut |value| {
            installer.components.insert(text(value("Component")), text(value("Directory_")));
        })?;
        rows("Directory", &mut |value| {
            let (parent, name) = (text(value("Directory_Parent")), text(value("DefaultDir")));
            installer.folders.insert(text(value("Directory")), (parent, name));
        })?;
        rows("Media", &mut |value| {
            let place = match text(value("Cabinet")) {
                name if name.is_empty() => Place::Loose,
                name if name[0] == b'#' => Place::Stream(name[1..].to_vec()),
                name => Place::Beside(name),
            };
            let last = number(value("LastSequence")).unwrap_or(0);
            installer.media.push(Medium { last, place });
        })?;
        if installer.media.is_empty() && ole.streams.iter().any(|stream| stream.path == MODULE_CABINET) {
            // A merge module has no table of media, and one cabinet.
            let place = Place::Stream(MODULE_CABINET.to_vec());
            installer.media.push(Medium { last: i64::MAX, place });
        }
        installer.media.sort_by_key(|medium| medium.last);
        let keys = installer.files.iter().enumerate().map(|(index, file)| (file.key.clone(), index));
        installer.by_key = keys.collect();
        Ok(Some(installer))
    }

    /// The cabinets in the order of the files' sequence, each once.
    pub(crate) fn cabinets(&self) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for medium in &self.media {
            if medium.place != Place::Loose && !places.contains(&medium.place) {
                places.push(medium.place.clone());
            }
        }
        places
    }

    /// The folder that a number of folders leads to: from the root inwards.
    fn folder(&self, id: &[u8]) -> Option<Vec<Vec<u8>>> {
        let mut names = Vec::new();
        let mut at = id;
        for _ in 0..DEEPEST {
            let (parent, name) = self.folders.get(at)?;
            if parent.is_empty() || parent == at {
                // The root is where the installer is told to install; its own name is nothing.
                names.reverse();
                return Some(names);
            }
            let name = target(name);
            match (system_folder(at), name) {
                (Some(known), _) if always(at) => names.push(known.into()),
                (Some(known), b"." | b"") => names.push(known.into()),
                (None, b"." | b"") => {}
                (_, name) => names.push(name.to_vec()),
            }
            at = parent;
        }
        None
    }

    /// Where a file is installed.
    fn path(&self, file: &File) -> Result<MemberPath, Fault> {
        let folder = self.components.get(&file.component).and_then(|folder| self.folder(folder));
        let message = "its component or folder is not in the tables, or goes round in a circle";
        let mut names = folder.ok_or_else(|| Fault::new(FaultKind::Malformed, message))?;
        names.push(long(&file.name).to_vec());
        let length: usize = names.iter().map(|name| name.len() + 1).sum();
        if length as u64 > self.path_bytes {
            let message = format!("path bytes exceed the limit of {} (path_bytes)", self.path_bytes);
            return Err(Fault::new(FaultKind::Limit, message));
        }
        Ok(MemberPath::new(names.join(&b'/')))
    }

    /// Why a file has no bytes.
    fn missing(&self, file: &File) -> Fault {
        let medium = self.media.iter().find(|medium| file.sequence <= medium.last);
        let compressed = file.attributes & NOT_COMPRESSED == 0;
        let message = match medium.map(|medium| &medium.place) {
            Some(Place::Stream(name) | Place::Beside(name)) if compressed => {
                format!("its cabinet `{}` is not here, or does not have it", name.escape_ascii())
            }
            None => "no cabinet is said to have it".to_owned(),
            _ => "it lies beside the installer, in no cabinet".to_owned(),
        };
        Fault::new(FaultKind::Unsupported, message)
    }

    /// Files that no cabinet had: members without bytes.
    pub(crate) fn rest(&self) -> Rest<'_> {
        Rest { installer: self, next: 0 }
    }
}

/// The target's part of `target:source`, in its long form.
fn target(name: &[u8]) -> &[u8] {
    long(name.split(|&byte| byte == b':').next().unwrap_or_default())
}

/// The long part of `short|long`.
fn long(name: &[u8]) -> &[u8] {
    name.rsplit(|&byte| byte == b'|').next().unwrap_or_default()
}

/// The name of a folder that Windows sets, where the tables only say that it is one.
fn system_folder(id: &[u8]) -> Option<&'static [u8]> {
    Some(match id {
        b"ProgramFilesFolder" | b"ProgramFiles64Folder" | b"ProgramFiles6432Folder" => b"Program Files",
        b"CommonFilesFolder" | b"CommonFiles64Folder" | b"CommonFiles6432Folder" => {
            b"Program Files/Common Files"
        }
        b"WindowsFolder" => b"Windows",
        b"SystemFolder" | b"System64Folder" => b"Windows/System32",
        b"FontsFolder" => b"Windows/Fonts",
        b"AppDataFolder" => b"AppDataFolder",
        b"LocalAppDataFolder" => b"LocalAppDataFolder",
        b"CommonAppDataFolder" => b"CommonAppDataFolder",
        b"DesktopFolder" => b"DesktopFolder",
        b"ProgramMenuFolder" => b"ProgramMenuFolder",
        b"StartMenuFolder" => b"StartMenuFolder",
        b"StartupFolder" => b"StartupFolder",
        b"SendToFolder" => b"SendToFolder",
        b"TemplateFolder" => b"TemplateFolder",
        b"TempFolder" => b"TempFolder",
        b"PersonalFolder" => b"PersonalFolder",
        b"AdminToolsFolder" => b"AdminToolsFolder",
        b"FavoritesFolder" => b"FavoritesFolder",
        _ => return None,
    })
}

/// Whether a folder is called as Windows calls it whatever the tables say, as `msiextract` does.
fn always(id: &[u8]) -> bool {
    matches!(id, b"ProgramFilesFolder" | b"ProgramFiles64Folder" | b"ProgramFiles6432Folder")
}

/// The members of one cabinet, under the paths that they are installed to.
pub(crate) struct Installed<'c> {
    cab: Cab<'c>,
    installer: &'c mut Installer,
}

impl<'c> Installed<'c> {
    pub(crate) fn open(
        at: &'c dyn ReadAt,
        beside: &'c dyn Beside,
        budget: &'c Budget,
        installer: &'c mut Installer,
    ) -> io::Result<Self> {
        Ok(Self { cab: Cab::open(at, beside, budget)?, installer })
    }
}

impl Pull for Installed<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        let Some(mut member) = self.cab.next()? else { return Ok(None) };
        let number = self.installer.by_key.get(member.path.raw()).copied();
        let Some(number) = number else {
            let message = "the installer's tables do not list this member of a cabinet";
            member.faults.push(Fault::new(FaultKind::HeaderMismatch, message));
            return Ok(Some(member));
        };
        self.installer.seen.insert(number);
        let file = &self.installer.files[number];
        if file.size.is_some() && file.size != member.size {
            let message = "cabinet and tables disagree on the size";
            member.faults.push(Fault::new(FaultKind::HeaderMismatch, message));
        }
        match self.installer.path(file) {
            Ok(path) => member.path = path,
            Err(fault) => member.faults.push(fault),
        }
        Ok(Some(member))
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        self.cab.body()
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        self.cab.take_faults()
    }
}

/// Files that no cabinet had.
pub(crate) struct Rest<'i> {
    installer: &'i Installer,
    next: usize,
}

impl Pull for Rest<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        while let Some(file) = self.installer.files.get(self.next) {
            self.next += 1;
            if self.installer.seen.contains(&(self.next - 1)) {
                continue;
            }
            let (path, fault) = match self.installer.path(file) {
                Ok(path) => (path, None),
                Err(fault) => (MemberPath::new(&*file.key), Some(fault)),
            };
            return Ok(Some(Member {
                size: file.size,
                faults: fault.into_iter().collect(),
                lost: Some(self.installer.missing(file)),
                ..Member::new(path, Kind::File)
            }));
        }
        Ok(None)
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        Box::new(io::empty())
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        Vec::new()
    }
}

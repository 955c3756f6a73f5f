//! Object files: what an ELF, PE or Mach-O file says of itself.
//!
//! Programs, shared libraries and Python extension modules are no containers, but they tell much: the name that the
//! linker gave them (soname, install name), what they need, an id of the build, what compiled them, the version resource
//! of Windows, the list of crates in a Rust program, the modules in one of Go. What they do not say in a table may stand
//! in their read-only data as text, or be the constant that an exported version function returns: a [`Search`] says which
//! texts and symbols are of interest.
//!
//! A file is an object by its first bytes, never by its name. It is read at its places and in bounded pieces; offsets and
//! sizes in it are believed only as far as the file goes. Sources: ELF gABI 4.1 and the Linux standard base for notes;
//! Microsoft PE/COFF specification; Mach-O headers `loader.h`, `nlist.h`, `fat.h`.

mod carried;
mod code;
mod elf;
pub(crate) mod image;
mod macho;
mod pe;
pub(crate) mod resource;
mod search;

use std::io::{BufRead, Cursor, Read as _};

use crate::body::Body;
use crate::fault::{Fault, Faults};
use crate::input::ReadAt;
use crate::limits::Budget;
use crate::spool::Spool;

pub use carried::{GoBuild, GoModule};
pub use code::Answer;
pub use search::{Asked, Hit, Search};

/// A family of object files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectFormat {
    /// Executable and Linkable Format: Linux, BSD, Android.
    Elf,
    /// Portable Executable: Windows.
    Pe,
    /// Mach-O, one architecture or several in one file: macOS, iOS.
    MachO,
}

/// What an object is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// A program.
    Executable,
    /// A shared library or a module that a program loads. A position-independent ELF program without an interpreter too.
    Shared,
    /// An object that a linker has still to use, a core dump, or anything else.
    Other,
}

/// A part of an object with a name of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// `.rodata`, `__TEXT,__const`.
    pub name: String,
    /// Where it lies in the file.
    pub offset: u64,
    /// Bytes in the file; 0 where it has none.
    pub size: u64,
    /// Its address once it is loaded; 0 where it is not.
    pub address: u64,
    /// What it holds.
    pub content: Content,
}

/// What a section holds, as far as a reader of text cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// Instructions.
    Code,
    /// Data that is loaded: constants, variables, texts.
    Data,
    /// Tables of the linker and the unwinder, debug information, and what is not in the file.
    Other,
}

/// What one object file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its family.
    pub format: ObjectFormat,
    /// What it is for.
    pub kind: ObjectKind,
    /// The name the linker gave it: `DT_SONAME`, `LC_ID_DYLIB`, the name in the export directory of a DLL.
    pub name: Option<String>,
    /// The current version that a Mach-O library was linked with (`LC_ID_DYLIB`): three numbers, of which each linker and
    /// build system makes something else.
    pub current: Option<[u32; 3]>,
    /// The libraries that it is linked with, in its own order.
    pub needed: Vec<String>,
    /// In hex: the GNU build id, the UUID of Mach-O, the GUID and age of the debug information of PE.
    pub build_id: Option<String>,
    /// What compiled its parts: the texts of `.comment`, each once, in order.
    pub producers: Vec<String>,
    /// At most 1000 of them.
    pub sections: Vec<Section>,
    /// How many symbols it exports, as far as they were read.
    pub exports: u32,
    /// The names of those that have one, sorted, each once, where [`Search::listing_exports`] asks for them. In C a symbol of
    /// Mach-O has an underscore before its name, which is left out. At most [`Object::EXPORTED`] bytes of them.
    pub exported: Vec<String>,
    /// The texts of a version resource by key (`FileVersion`, `ProductName`, …): PE only.
    pub resources: Vec<(String, String)>,
    /// The list of crates that `cargo auditable` stores in section `.dep-v0`: JSON, decompressed.
    pub rust_audit: Option<Vec<u8>>,
    /// What the Go linker stores of the build.
    pub go: Option<GoBuild>,
    /// Texts that were searched for, in order of place; of each at most [`Search::HITS`].
    pub hits: Vec<Hit>,
    /// Texts that stand alone in its data and begin like a version (`1.2`, `10.42 2022-12-11`): short ones, each once, at
    /// most [`Search::LONE`].
    pub lone: Vec<String>,
    /// Of the symbols that were asked for: those that it exports, and what they answer.
    pub asked: Vec<Asked>,
    /// What of it could not be read, where something could not.
    pub damage: Option<String>,
    /// Bytes that names of exported symbols may still take.
    room: usize,
}

impl Object {
    /// Bytes that the list of exported symbols of one object may take.
    pub const EXPORTED: usize = 32 << 20;

    /// An object that says nothing yet.
    #[must_use]
    pub const fn new(format: ObjectFormat, kind: ObjectKind) -> Self {
        Self {
            format,
            kind,
            name: None,
            current: None,
            needed: Vec::new(),
            build_id: None,
            producers: Vec::new(),
            sections: Vec::new(),
            exports: 0,
            exported: Vec::new(),
            resources: Vec::new(),
            rust_audit: None,
            go: None,
            hits: Vec::new(),
            lone: Vec::new(),
            asked: Vec::new(),
            damage: None,
            room: Self::EXPORTED,
        }
    }

    /// Notes what could not be read; the first note counts.
    fn damaged(&mut self, what: &str) {
        self.damage.get_or_insert_with(|| what.to_owned());
    }

    /// Adds a text of `.comment` or the like.
    fn add_producer(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() && self.producers.len() < 100 && !self.producers.iter().any(|known| known == text)
        {
            self.producers.push(text.chars().take(200).collect());
        }
    }

    /// Adds a text that begins like a version, where a zero byte ends it within 40 bytes.
    fn add_lone(&mut self, bytes: &[u8]) {
        let Some(text) = text_at(bytes, 0, 40) else { return };
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b" .-+,:_".contains(byte);
        if text.iter().all(plain)
            && self.lone.len() < Search::LONE
            && !self.lone.iter().any(|known| known.as_bytes() == text)
        {
            self.lone.push(lossy(text));
        }
    }

    /// Adds the name of an exported symbol, while there is room.
    fn add_export(&mut self, name: &[u8]) {
        let Some(room) = self.room.checked_sub(name.len() + size_of::<String>()) else {
            return self.damaged("it exports more symbols than are listed");
        };
        self.room = room;
        self.exported.push(lossy(name));
    }

    fn add_section(&mut self, section: Section) {
        if self.sections.len() < 1000 {
            self.sections.push(section);
        }
    }
}

/// Looks into the objects of one walk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lookout<'a> {
    pub(crate) search: Option<&'a Search>,
    pub(crate) budget: &'a Budget,
}

impl Lookout<'_> {
    /// Whether a file with these first bytes is looked into.
    pub(crate) fn wants(&self, head: &[u8]) -> bool {
        self.search.is_some() && is_object(head)
    }

    /// Bytes of an object that are held in memory: two are held at once, so larger ones go to a file.
    pub(crate) fn bound(&self) -> u64 {
        self.budget.limits().memory_bytes.saturating_mul(2)
    }

    /// Looks into an object.
    pub(crate) fn look(&self, at: &dyn ReadAt) -> Option<Box<Object>> {
        self.search.and_then(|search| read(at, search)).map(Box::new)
    }

    /// Holds a body that passes, where it is an object, and looks into it.
    pub(crate) fn pass<R: BufRead>(&self, body: &mut Body<R>, faults: &mut Faults) -> Option<Box<Object>> {
        if !self.wants(body.head()) {
            return None;
        }
        let head = body.head().to_vec();
        match Spool::fill_beyond(&mut Cursor::new(head).chain(&mut *body), self.budget, self.bound()) {
            Ok(spool) => self.look(&spool),
            Err(error) => {
                // What the container around it did not give is told as the body's own fault.
                if body.failed.is_none() {
                    faults.push(Fault::from_io(&error));
                }
                None
            }
        }
    }
}

/// Whether the first bytes are those of an object file that is looked into.
fn is_object(head: &[u8]) -> bool {
    head.starts_with(b"\x7fELF") || pe::is_pe(head) || macho::is_macho(head)
}

/// Reads an object; `None` where its bytes are of another kind after all.
fn read(at: &dyn ReadAt, search: &Search) -> Option<Object> {
    let mut magic = [0; 4];
    at.read_exact_at(&mut magic, 0).ok()?;
    let mut object = match magic {
        [0x7f, b'E', b'L', b'F'] => elf::read(at, search),
        [b'M', b'Z', ..] => pe::read(at, search),
        _ => macho::read(at, search),
    }?;
    object.exported.sort_unstable();
    object.exported.dedup();
    Some(object)
}

/// Bytes of a table, at most `limit` of them. `None` where the file does not have them.
pub(crate) fn piece(at: &dyn ReadAt, offset: u64, size: u64, limit: u64) -> Option<Vec<u8>> {
    let end = offset.checked_add(size)?;
    if end > at.length() || size > limit {
        return None;
    }
    let mut bytes = vec![0; usize::try_from(size).ok()?];
    at.read_exact_at(&mut bytes, offset).ok()?;
    Some(bytes)
}

/// The text up to the next zero byte, at most `limit` bytes of it.
fn text_at(bytes: &[u8], at: usize, limit: usize) -> Option<&[u8]> {
    let rest = bytes.get(at..)?;
    let rest = &rest[..rest.len().min(limit)];
    let end = memchr::memchr(0, rest)?;
    Some(&rest[..end])
}

/// A name as text; bytes that are not UTF-8 become U+FFFD.
fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// In hex.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
        text
    })
}

/// Tables larger than this are not read.
const TABLE: u64 = 48 << 20;
/// The longest name that is read.
const NAME: usize = 4096;

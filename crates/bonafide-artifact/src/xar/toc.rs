//! The table of contents.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::entry::Owner;
use crate::fault::{Fault, FaultKind};
use crate::limits::Limits;
use crate::time::days;
use crate::verify::Algorithm;

/// Elements inside elements, at most.
const DEEPEST: usize = 512;
/// Bytes of the table that stand behind one file at least, so that a small table cannot take much memory.
const BYTES_A_FILE: u64 = 64;

/// A run of the heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// How the bytes of a body lie in the heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    #[default]
    Stored,
    /// `application/x-gzip`: a zlib stream.
    Zlib,
    Bzip2,
    Xz,
    Lzma,
    Unknown,
}

impl Encoding {
    fn of(style: &str) -> Self {
        match style {
            "application/octet-stream" | "" => Self::Stored,
            "application/x-gzip" | "application/zlib" => Self::Zlib,
            "application/x-bzip2" => Self::Bzip2,
            "application/x-xz" => Self::Xz,
            "application/x-lzma" => Self::Lzma,
            _ => Self::Unknown,
        }
    }
}

/// A checksum as the table has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    /// The name of the algorithm as it stands.
    pub(super) style: Box<str>,
    pub(super) text: Box<str>,
}

impl Sum {
    pub(super) fn algorithm(&self) -> Option<Algorithm> {
        algorithm(&self.style)
    }
}

pub(super) fn algorithm(style: &str) -> Option<Algorithm> {
    match style.to_ascii_lowercase().as_str() {
        "md5" => Some(Algorithm::Md5),
        "sha1" => Some(Algorithm::Sha1),
        "sha256" => Some(Algorithm::Sha256),
        "sha512" => Some(Algorithm::Sha512),
        _ => None,
    }
}

/// The body of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Data {
    /// Its offset, length or size is no number: where its bytes lie is not known.
    pub(super) is_lost: bool,
    pub(super) run: Run,
    pub(super) size: u64,
    pub(super) encoding: Encoding,
    pub(super) archived: Option<Sum>,
    pub(super) extracted: Option<Sum>,
}

/// A file element.
#[derive(Clone, Debug, Default)]
pub(super) struct File {
    pub(super) parent: Option<u32>,
    pub(super) id: Box<str>,
    pub(super) name: Box<[u8]>,
    pub(super) kind: Box<str>,
    /// The target of a symbolic link.
    pub(super) target: Box<[u8]>,
    /// For a hard link: the id of another file, or `original`.
    pub(super) same_as: Box<str>,
    pub(super) mode: Option<u32>,
    pub(super) mtime: Option<i64>,
    pub(super) owner: Option<Box<Owner>>,
    pub(super) data: Option<Box<Data>>,
    /// Extended attributes: their runs are claimed, not read.
    pub(super) attributes: Vec<Run>,
}

/// The whole table.
#[derive(Debug, Default)]
pub(super) struct Toc {
    /// Where the checksum of the table lies, and its style.
    pub(super) checksum: Option<(Box<str>, Run)>,
    pub(super) signatures: Vec<Run>,
    /// In the order of their begins.
    pub(super) files: Vec<File>,
}

impl Toc {
    pub(super) fn parse(text: &str, limits: &Limits) -> Result<Self, Fault> {
        let most = limits.entries.min(limits.memory_bytes / BYTES_A_FILE);
        let mut parser = Parser {
            toc: Self::default(),
            path: Vec::new(),
            open: Vec::new(),
            text: String::new(),
            base64: false,
        };
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let malformed =
            |message: String| Fault::new(FaultKind::Malformed, format!("the table of contents: {message}"));
        loop {
            match reader.read_event().map_err(|error| malformed(error.to_string()))? {
                Event::Start(start) => {
                    if parser.path.len() == DEEPEST {
                        return Err(malformed(format!("elements are nested beyond {DEEPEST} levels")));
                    }
                    parser.start(&start);
                    if parser.toc.files.len() as u64 > most {
                        let message = format!("entries exceed the limit of {most}");
                        return Err(Fault::new(FaultKind::Limit, message));
                    }
                }
                Event::End(_) => parser.end(),
                Event::Text(bytes) => parser.text.push_str(&bytes.xml10_content()),
                Event::CData(bytes) => parser.text.push_str(&bytes.xml10_content()),
                Event::GeneralRef(name) => {
                    let char = if name.is_char_ref() {
                        name.resolve_char_ref().ok().flatten()
                    } else {
                        quick_xml::escape::resolve_predefined_entity(&name)
                            .and_then(|text| text.chars().next())
                    };
                    parser.text.push(
                        char.ok_or_else(|| malformed("an entity that XML does not define".to_owned()))?,
                    );
                }
                Event::DocType(_) => return Err(malformed("a document type is not read".to_owned())),
                // An element without content is told as begin and end.
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Empty(_) => {}
                Event::Eof if parser.path.is_empty() => return Ok(parser.toc),
                Event::Eof => return Err(malformed("ends inside an element".to_owned())),
            }
        }
    }
}

struct Parser {
    toc: Toc,
    /// The names of the open elements.
    path: Vec<Box<str>>,
    /// The open files.
    open: Vec<u32>,
    text: String,
    /// Whether the open name is in base 64.
    base64: bool,
}

impl Parser {
    fn file(&mut self) -> Option<&mut File> {
        let index = usize::try_from(*self.open.last()?).ok()?;
        self.toc.files.get_mut(index)
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        let attribute = |name: &str| {
            let found = start.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
            found.map(|found| Box::<str>::from(&*found.value)).unwrap_or_default()
        };
        self.text.clear();
        let name: Box<str> = start.name().as_ref().into();
        let parent = self.path.last().map_or("", |parent| &**parent).to_owned();
        match (&*parent, &*name) {
            ("toc" | "file", "file") => {
                let parent = self.open.last().copied();
                self.open.push(u32::try_from(self.toc.files.len()).unwrap_or(u32::MAX));
                self.toc.files.push(File { parent, id: attribute("id"), ..File::default() });
            }
            ("toc", "checksum") => self.toc.checksum = Some((attribute("style"), Run::default())),
            ("toc", "signature" | "x-signature") => self.toc.signatures.push(Run::default()),
            ("file", "data") => {
                if let Some(file) = self.file() {
                    file.data = Some(Box::default());
                }
            }
            ("file", "ea") => {
                if let Some(file) = self.file() {
                    file.attributes.push(Run::default());
                }
            }
            ("file", "name") => self.base64 = &*attribute("enctype") == "base64",
            ("file", "type") => {
                let link = attribute("link");
                if let Some(file) = self.file() {
                    file.same_as = link;
                }
            }
            ("data", "encoding") => {
                let style = attribute("style");
                if let Some(data) = self.file().and_then(|file| file.data.as_mut()) {
                    data.encoding = Encoding::of(&style);
                }
            }
            ("data", "archived-checksum" | "extracted-checksum") => {
                let sum = Some(Sum { style: attribute("style"), text: Box::default() });
                if let Some(data) = self.file().and_then(|file| file.data.as_mut()) {
                    *(if &*name == "archived-checksum" { &mut data.archived } else { &mut data.extracted }) =
                        sum;
                }
            }
            _ => {}
        }
        self.path.push(name);
    }

    fn end(&mut self) {
        let Some(name) = self.path.pop() else { return };
        let parent = self.path.last().map_or("", |parent| &**parent).to_owned();
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        let stated = text.parse::<u64>();
        let number = || *stated.as_ref().unwrap_or(&0);
        match (&*parent, &*name) {
            ("toc" | "file", "file") => drop(self.open.pop()),
            ("file", "name") if self.base64 => {
                let name = base64(text);
                self.file().into_iter().for_each(|file| file.name = name.clone().into());
            }
            ("checksum", "offset" | "size") => {
                if let Some((_, run)) = &mut self.toc.checksum {
                    set(run, &name, number());
                }
            }
            ("signature" | "x-signature", "offset" | "size") => {
                if let Some(run) = self.toc.signatures.last_mut() {
                    set(run, &name, number());
                }
            }
            ("ea", "offset" | "length") => {
                if let Some(run) = self.file().and_then(|file| file.attributes.last_mut()) {
                    set(run, &name, number());
                }
            }
            ("data", field) => {
                let Some(data) = self.file().and_then(|file| file.data.as_mut()) else { return };
                data.is_lost |= matches!(field, "offset" | "length" | "size") && stated.is_err();
                match field {
                    "offset" | "length" => set(&mut data.run, field, number()),
                    "size" => data.size = number(),
                    "archived-checksum" => data.archived.iter_mut().for_each(|sum| sum.text = text.into()),
                    "extracted-checksum" => data.extracted.iter_mut().for_each(|sum| sum.text = text.into()),
                    _ => {}
                }
            }
            ("file", field) => {
                let Some(file) = self.file() else { return };
                match field {
                    "name" => file.name = text.as_bytes().into(),
                    "type" => file.kind = text.into(),
                    "link" => file.target = text.as_bytes().into(),
                    "mode" => file.mode = u32::from_str_radix(text, 8).ok().map(|mode| mode & 0o7777),
                    "mtime" => file.mtime = seconds(text),
                    "uid" => file.owner.get_or_insert_default().uid = text.parse().ok(),
                    "gid" => file.owner.get_or_insert_default().gid = text.parse().ok(),
                    "user" => file.owner.get_or_insert_default().user = Some(text.into()),
                    "group" => file.owner.get_or_insert_default().group = Some(text.into()),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

fn set(run: &mut Run, field: &str, number: u64) {
    if field == "offset" { run.offset = number } else { run.length = number }
}

/// Seconds since 1970 of `2024-01-31T12:34:56Z`.
fn seconds(text: &str) -> Option<i64> {
    let mut fields = text.trim_end_matches('Z').split(['-', 'T', ':']).map(|field| field.parse::<i64>().ok());
    let mut next = || fields.next().flatten();
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    (days(year, month, day) * 86_400)
        .checked_add(hour.checked_mul(3600)?)?
        .checked_add(minute.checked_mul(60)?)?
        .checked_add(second)
}

fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count).to_le_bytes()[0]);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{base64, seconds};

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2024-02-29T12:34:56Z"), Some(1_709_210_096));
        assert_eq!(seconds("2000-03-01T00:00:00"), Some(951_868_800));
        assert_eq!(seconds("2024-13-01T00:00:00Z"), None);
        assert_eq!(seconds("x"), None);
    }

    #[test]
    fn names_in_base_64_are_bytes() {
        assert_eq!(base64("w6Quw7w="), "ä.ü".as_bytes());
    }
}

//! What Rust and Go programs carry of their own making.
//!
//! `cargo auditable` stores a JSON list of crates, zlib-compressed, in section `.dep-v0`. The Go linker stores the
//! compiler's version and a text of modules behind the mark `\xff Go buildinf:` (debug/buildinfo, Go 1.18 and later; of
//! older programs only that they are there is known).

use std::io::Read as _;

use super::image::Image;
use super::{Object, ObjectFormat, piece};

/// The longest list that is decompressed.
const LIST: u64 = 8 << 20;
/// How many Go modules of one program are kept.
const MODULES: usize = 10_000;
const MARK: &[u8] = b"\xff Go buildinf:";

/// What a Go program says of its build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoBuild {
    /// The toolchain: `go1.22.3`.
    pub version: String,
    /// The module that the program is of.
    pub main: Option<GoModule>,
    /// The modules linked into it, replacements in place of what they replace.
    pub modules: Vec<GoModule>,
}

/// A Go module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoModule {
    /// Its path.
    pub path: String,
    /// Its version: `v1.2.3`, `(devel)`.
    pub version: String,
}

/// Reads both.
pub(super) fn read(image: &Image<'_>, object: &mut Object) {
    let named = |object: &Object, wanted: &str| {
        let section =
            object.sections.iter().find(|section| section.name.rsplit(',').next() == Some(wanted))?;
        Some(piece(image.at, section.offset, section.size, LIST))
    };
    match named(object, ".dep-v0") {
        Some(Some(packed)) => {
            let mut text = Vec::new();
            let mut input = flate2::read::ZlibDecoder::new(&packed[..]).take(LIST);
            match input.read_to_end(&mut text) {
                Ok(_) if (text.len() as u64) < LIST => object.rust_audit = Some(text),
                _ => object.damaged("its list of crates cannot be decompressed"),
            }
        }
        Some(None) => object.damaged("its list of crates lies outside the file, or is longer than is read"),
        None => {}
    }
    let go = match object.format {
        ObjectFormat::Elf => named(object, ".go.buildinfo"),
        ObjectFormat::MachO => named(object, "__go_buildinfo"),
        ObjectFormat::Pe => {
            object.sections.iter().find(|section| section.name == ".data").and_then(|section| {
                let head = piece(image.at, section.offset, section.size.min(64 << 10), LIST)?;
                let at = memchr::memmem::find(&head, MARK)?;
                let (from, size) = (section.offset + at as u64, section.size - at as u64);
                Some(piece(image.at, from, size.min(1 << 20), LIST))
            })
        }
    };
    match go {
        Some(Some(bytes)) if bytes.starts_with(MARK) => match build(&bytes) {
            Some(build) => {
                if build.modules.len() == MODULES {
                    object.damaged("it is built from more Go modules than are read");
                }
                object.go = Some(build);
            }
            None => {
                object.damaged(
                    "what it says of its Go build cannot be read (only that of Go 1.18 and later is)",
                );
                object.go = Some(GoBuild::default());
            }
        },
        Some(None) => {
            object.damaged("what it says of its Go build lies outside the file, or is longer than is read")
        }
        _ => {}
    }
}

/// The two texts, each with its length before it, where flag 2 says so.
fn build(bytes: &[u8]) -> Option<GoBuild> {
    if bytes.get(15)? & 2 == 0 {
        return None;
    }
    let (version, rest) = text(bytes.get(32..)?)?;
    let (modules, _) = text(rest)?;
    let mut build = GoBuild { version: super::lossy(version), ..GoBuild::default() };
    // Both ends of the text are 16 bytes that a debugger looks for.
    let lines = modules.get(16..modules.len().saturating_sub(16)).unwrap_or_default();
    for line in lines.split(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(line);
        let mut cells = line.split('\t');
        let kind = cells.next().unwrap_or_default();
        let module = GoModule {
            path: cells.next().unwrap_or_default().to_owned(),
            version: cells.next().unwrap_or_default().to_owned(),
        };
        match kind {
            "mod" => build.main = Some(module),
            "dep" if build.modules.len() < MODULES => build.modules.push(module),
            "=>" => {
                if let Some(replaced) = build.modules.last_mut() {
                    *replaced = module;
                }
            }
            _ => {}
        }
    }
    Some(build)
}

/// A text with its length before it, and what follows.
fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (mut length, mut at) = (0_u64, 0_usize);
    loop {
        let byte = *bytes.get(at)?;
        length |= u64::from(byte & 0x7f).checked_shl(u32::try_from(at).ok()? * 7)?;
        at += 1;
        if byte & 0x80 == 0 {
            break;
        }
        if at > 9 {
            return None;
        }
    }
    let end = at.checked_add(usize::try_from(length).ok()?)?;
    Some((bytes.get(at..end)?, &bytes[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_of_a_go_program_is_read() {
        let modules = [
            &[0x30; 16][..],
            b"path\tx\nmod\texample.org/x\t(devel)\t\ndep\ta.b/c\tv1.2.3\th1:\n=>\ta.b/d\tv1.2.4\th1:\n",
            &[0xf9; 16],
        ]
        .concat();
        let mut bytes = MARK.to_vec();
        bytes.extend([8, 2]);
        bytes.resize(32, 0);
        bytes.push(8);
        bytes.extend(b"go1.22.3");
        bytes.push(u8::try_from(modules.len()).unwrap());
        bytes.extend(&modules);
        let read = build(&bytes).unwrap();
        assert_eq!(read.version, "go1.22.3");
        assert_eq!(read.main.unwrap().path, "example.org/x");
        assert_eq!(read.modules, [GoModule { path: "a.b/d".into(), version: "v1.2.4".into() }]);
        for cut in 0..bytes.len() {
            drop(build(&bytes[..cut]));
        }
    }
}

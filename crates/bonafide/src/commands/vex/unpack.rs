//! Members of an archive by their names, as bytes.

use std::path::Path;

use bonafide_artifact::{
    Body, Budget, Entry, FaultClass, Kind, Limits, MemberPath, Reading, Seen, Source, Visit, Want, walk,
};
use bonafide_ident::{DigestKinds, Hasher, Sha256};

use crate::commands::artifact;
use crate::failure::Failure;

/// What is done with a member: its name and its bytes.
type Take<'a> = dyn FnMut(&str, &[u8]) -> Result<(), Failure> + 'a;

/// Reads an archive once and hands out the members that are wanted. Archives inside it are not opened.
///
/// # Errors
/// The archive cannot be read to its end, a wanted member is damaged or longer than `longest`, or what `take` says.
pub(super) fn members(
    archive: &Path,
    longest: u64,
    wanted: &dyn Fn(&str) -> bool,
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    let budget = Budget::new(Limits { memory_bytes: longest, total_bytes: 8 << 30, ..Limits::default() });
    let mut visitor = Visitor { wanted, take, failed: None };
    let summary = walk(Source::Path(archive), Reading::new(&budget), &mut visitor)
        .map_err(|error| artifact::unopened(archive, &error))?;
    if let Some(failure) = visitor.failed {
        return Err(failure);
    }
    match &summary.broken {
        Some(fault) => Err(Failure::input("it cannot be read to its end").because(fault)),
        None => Ok(()),
    }
}

struct Visitor<'a> {
    wanted: &'a dyn Fn(&str) -> bool,
    take: &'a mut Take<'a>,
    failed: Option<Failure>,
}

fn name(entry: &Entry) -> String {
    MemberPath::new(entry.path.normal().into_owned()).text()
}

impl Visit for Visitor<'_> {
    fn enter(&mut self, entry: &Entry) -> Want {
        if entry.container.is_none() {
            return Want { members: true, ..Want::default() };
        }
        let wanted = self.failed.is_none() && entry.kind == Kind::File && (self.wanted)(&name(entry));
        Want { body: if wanted { Body::Whole } else { Body::Skip }, ..Want::default() }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        if self.failed.is_some() || entry.container.is_none() || entry.kind != Kind::File {
            return;
        }
        let name = name(entry);
        if !(self.wanted)(&name) {
            return;
        }
        let fault = seen.faults.iter().find(|fault| fault.kind.class() != FaultClass::Note);
        let done = match fault {
            Some(fault) => Err(Failure::input(format!("`{name}` in it is damaged")).because(fault)),
            None if seen.bytes.len() as u64 != seen.size => {
                Err(Failure::input(format!("`{name}` in it has {} bytes, which is too long", seen.size)))
            }
            None => (self.take)(&name, seen.bytes),
        };
        self.failed = done.err();
    }
}

/// The digest that names a document.
pub(super) fn sha256(bytes: &[u8]) -> Sha256 {
    let mut hasher = Hasher::new(DigestKinds::SHA256, None);
    hasher.update(bytes);
    hasher.finish().sha256.expect("SHA-256 was asked for")
}

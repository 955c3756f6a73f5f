//! `bonafide artifact cat`

use bonafide_artifact::{Body, Budget, Entry, Kind, Reading, Seen, Source, Visit, Want, walk};

use super::{below, source, tell, unopened};
use crate::cli::artifact::CatArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;
use crate::written;

/// The largest body that is printed: it is held in memory so that a damaged one is not printed in part.
const LARGEST: u64 = 1 << 30;

/// Prints the bytes of one entry, once they are known to be whole.
pub(crate) fn run(ui: &Ui, args: &CatArgs) -> Result<Exit, Failure> {
    let mut limits = args.limits.limits();
    limits.memory_bytes = LARGEST;
    let budget = Budget::new(limits);
    let source = source(&args.artifact);
    let top_is_entry = match &source {
        Source::Path(path) => !path.is_dir(),
        _ => true,
    };
    let mut cat = Cat { ui, wanted: &args.path, top_is_entry, found: None };
    walk(source, Reading::new(&budget), &mut cat).map_err(|error| unopened(&args.artifact, &error))?;
    let what = || format!("failed to read `{}` in `{}`", args.path, args.artifact.display());
    match cat.found {
        None => Err(Failure::input(what())
            .hint(format!("`bonafide artifact list {}` shows what is there", args.artifact.display()))),
        Some(Found::NoFile(kind)) => Err(Failure::input(format!("{}: it is {kind}", what()))),
        Some(Found::Damaged) => Err(Failure::input(format!("{}: it is damaged or too large", what()))),
        Some(Found::Bytes(bytes)) => {
            written(ui.out(|out| out.write_all(&bytes)))?;
            Ok(Exit::Clean)
        }
    }
}

enum Found {
    Bytes(Vec<u8>),
    Damaged,
    NoFile(&'static str),
}

struct Cat<'a> {
    ui: &'a Ui,
    wanted: &'a str,
    top_is_entry: bool,
    found: Option<Found>,
}

impl Visit for Cat<'_> {
    fn enter(&mut self, entry: &Entry) -> Want {
        let path = below(entry, self.top_is_entry);
        if path == self.wanted {
            return Want { body: Body::Whole, ..Want::default() };
        }
        let leads_there = path.is_empty()
            || self
                .wanted
                .strip_prefix(&path)
                .is_some_and(|rest| rest.starts_with("!/") || rest.starts_with('/'));
        Want { members: leads_there, ..Want::default() }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        let path = below(entry, self.top_is_entry);
        if path != self.wanted {
            return;
        }
        for fault in seen.faults {
            tell(self.ui, &path, fault);
        }
        self.found = Some(match entry.kind {
            Kind::File if seen.bytes.len() as u64 == seen.size => Found::Bytes(seen.bytes.to_vec()),
            Kind::File => Found::Damaged,
            Kind::Directory => Found::NoFile("a folder"),
            Kind::Symlink(_) | Kind::Hardlink(_) => Found::NoFile("a link"),
            _ => Found::NoFile("no regular file"),
        });
    }
}

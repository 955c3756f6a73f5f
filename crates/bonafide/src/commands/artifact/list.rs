//! `bonafide artifact list`

use std::fmt::Write as _;
use std::io::{self, Write};

use bonafide_artifact::object::Search;
use bonafide_artifact::{Budget, Entry, Kind, MemberPath, Reading, Seen, Source, Visit, Want, walk};
use bonafide_ident::DigestKinds;
use bonafide_report::printable;
use serde_json::{Map, Value, json};

use super::{below, exit, facts, source, tell, unopened};
use crate::cli::artifact::{ListArgs, ListFormat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;
use crate::written;

/// Lists every entry with its kind, size and digest as it passes by.
pub(crate) fn run(ui: &Ui, args: &ListArgs) -> Result<Exit, Failure> {
    let budget = Budget::new(args.limits.limits());
    let mut summary = None;
    written(ui.out(|out| {
        let source = source(&args.artifact);
        let top_is_entry = match &source {
            Source::Path(path) => !path.is_dir(),
            _ => true,
        };
        let mut list = List { ui, args, out, top_is_entry, first: true, failed: None };
        if args.format == ListFormat::Json {
            write!(list.out, "{{\"entries\":[")?;
        }
        let search = args.facts.then(Search::listing_exports);
        let reading = Reading { search: search.as_ref(), ..Reading::new(&budget) };
        let walked = walk(source, reading, &mut list);
        if let Some(error) = list.failed {
            return Err(error);
        }
        if args.format == ListFormat::Json {
            writeln!(list.out, "\n]}}")?;
        }
        summary = Some(walked);
        Ok(())
    }))?;
    // Without a summary the reader of our output went away, which is its right.
    let Some(walked) = summary else { return Ok(Exit::Clean) };
    let summary = walked.map_err(|error| unopened(&args.artifact, &error))?;
    if let Some(fault) = &summary.broken {
        return Err(
            Failure::input(format!("failed to read `{}` to its end", args.artifact.display())).because(fault)
        );
    }
    Ok(exit(&summary))
}

struct List<'a> {
    ui: &'a Ui,
    args: &'a ListArgs,
    out: &'a mut dyn Write,
    top_is_entry: bool,
    first: bool,
    failed: Option<io::Error>,
}

impl Visit for List<'_> {
    fn enter(&mut self, entry: &Entry) -> Want {
        let is_top = self.top_is_entry && entry.container.is_none();
        let members = is_top || !self.args.shallow || entry.kind == Kind::Directory;
        Want { digests: DigestKinds::SHA256, members, ..Want::default() }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        let mut path = below(entry, self.top_is_entry);
        for fault in seen.faults {
            tell(self.ui, if path.is_empty() { "the artifact" } else { &path }, fault);
        }
        // What is no container, or a program that is asked what it says of itself, is listed by its own name.
        if path.is_empty() && self.top_is_entry && (seen.format.is_none() || seen.object.is_some()) {
            path = entry.path.text();
        }
        if path.is_empty() || self.failed.is_some() {
            return;
        }
        let line = match self.args.format {
            ListFormat::Text => text(entry, &path, &seen),
            ListFormat::Json | ListFormat::Jsonl => Value::Object(object(entry, path, &seen)).to_string(),
        };
        let written = match self.args.format {
            ListFormat::Json if self.first => write!(self.out, "\n{line}"),
            ListFormat::Json => write!(self.out, ",\n{line}"),
            ListFormat::Text | ListFormat::Jsonl => writeln!(self.out, "{line}"),
        };
        self.first = false;
        if let Err(error) = written {
            self.failed = Some(error);
        }
    }
}

fn kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::File => "file",
        Kind::Directory => "directory",
        Kind::Symlink(_) => "symlink",
        Kind::Hardlink(_) => "hardlink",
        Kind::Fifo => "fifo",
        Kind::Device => "device",
        Kind::Other(_) => "other",
    }
}

fn target(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Symlink(target) => Some(MemberPath::new(target.clone()).text()),
        Kind::Hardlink(path) => Some(path.text()),
        _ => None,
    }
}

fn text(entry: &Entry, path: &str, seen: &Seen<'_>) -> String {
    let mode = entry.mode.map_or_else(|| "-".to_owned(), |mode| format!("{mode:04o}"));
    let mut line = format!("{:9} {mode:>5} {:>12}  {}", kind(&entry.kind), seen.size, printable(path));
    if let Some(target) = target(&entry.kind) {
        // Writing to a String cannot fail.
        let _written = write!(line, " -> {}", printable(&target));
    }
    if let Some(object) = seen.object {
        line.push_str(&facts::text(object));
    }
    line
}

fn object(entry: &Entry, path: String, seen: &Seen<'_>) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("path".into(), path.into());
    object.insert("kind".into(), kind(&entry.kind).into());
    object.insert("size".into(), seen.size.into());
    if let Some(digest) = seen.digests.sha256 {
        object.insert("sha256".into(), digest.to_string().into());
    }
    if let Some(target) = target(&entry.kind) {
        object.insert("target".into(), target.into());
    }
    if let Some(mode) = entry.mode {
        object.insert("mode".into(), format!("{mode:04o}").into());
    }
    if let Some(owner) = &entry.owner {
        let mut insert = |key: &str, value: Option<Value>| {
            value.map(|value| object.insert(key.into(), value));
        };
        insert("uid", owner.uid.map(Value::from));
        insert("gid", owner.gid.map(Value::from));
        insert("user", owner.user.as_deref().map(Value::from));
        insert("group", owner.group.as_deref().map(Value::from));
    }
    if let Some(mtime) = entry.mtime {
        object.insert("mtime".into(), mtime.into());
    }
    if let Some(format) = seen.format {
        object.insert("format".into(), format.name().into());
    }
    if let Some(facts) = seen.object {
        object.insert("object".into(), facts::json(facts));
    }
    if !seen.faults.is_empty() {
        let faults: Vec<Value> = seen
            .faults
            .iter()
            .map(|fault| json!({"kind": fault.kind.name(), "offset": fault.offset, "message": fault.message}))
            .collect();
        object.insert("faults".into(), faults.into());
    }
    object
}

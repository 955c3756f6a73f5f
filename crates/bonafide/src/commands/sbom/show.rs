//! `bonafide sbom show`: what a document says, for people.

use std::collections::BTreeMap;
use std::io::{self, Write};

use bonafide_report::{counted, grouped, printable};
use bonafide_sbom::{ActorKind, Component, ComponentId, Document, Element, End, RelationshipKind};

use crate::cli::sbom::ShowArgs;
use crate::commands::sbom::validate::format;
use crate::commands::sbom::{input, tree};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;
use crate::written;

/// Prints a summary: the document, what it is about, and a line for each component.
pub(crate) fn run(ui: &Ui, args: &ShowArgs) -> Result<Exit, Failure> {
    let document = input::document(&args.file)?;
    let name = input::shown(&args.file);
    let form = if args.tree { Form::Tree { width: ui.width() } } else { Form::Table };
    written(ui.out(|out| show(&name, &document, &form, out)))?;
    Ok(Exit::Clean)
}

/// How components are shown.
enum Form {
    /// A line for each, in the order of the document.
    Table,
    /// Below what contains them or depends on them.
    Tree {
        /// Columns of the terminal, where there is one.
        width: Option<usize>,
    },
}

fn show(name: &str, document: &Document, form: &Form, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: {}", printable(name), printable(&format(document)))?;
    fact(out, "name", document.name.as_deref())?;
    fact(out, "namespace", document.namespace.as_deref())?;
    fact(out, "created", document.creation.created.as_deref())?;
    for actor in &document.creation.creators {
        let kind = match actor.kind {
            ActorKind::Person => "person",
            ActorKind::Organization => "organisation",
            ActorKind::Tool | ActorKind::SoftwareAgent => "tool",
            ActorKind::Unspecified => "by",
        };
        fact(out, kind, Some(&actor.name))?;
    }
    for tool in &document.creation.tools {
        let version = tool.version.as_deref().unwrap_or_default();
        fact(out, "tool", tool.name.as_deref().map(|name| format!("{name} {version}")).as_deref())?;
    }
    for root in document.roots() {
        let text = match root {
            Element::Component(id) => label(document.component(id)),
            other => document.id_of(other).unwrap_or_default().to_owned(),
        };
        fact(out, "describes", Some(&text))?;
    }
    writeln!(out)?;
    match form {
        Form::Table => components(document, out)?,
        Form::Tree { width } => tree::print(out, document, *width)?,
    }
    writeln!(
        out,
        "\n{}, {}, {}",
        counted(document.components.len() as u64, "component"),
        counted(document.files.len() as u64, "file"),
        counted(document.relationships.len() as u64, "relationship"),
    )
}

fn components(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    let files = owned(document);
    let rows: Vec<[String; 5]> = document
        .components
        .iter()
        .zip(0..)
        .map(|(component, at)| row(component, files.get(&ComponentId(at)).copied().unwrap_or_default()))
        .collect();
    table(out, ["component", "version", "files", "licence", "identifier"], &rows)
}

/// How many files each component contains.
fn owned(document: &Document) -> BTreeMap<ComponentId, usize> {
    let mut files = BTreeMap::new();
    for edge in &document.relationships {
        let component = match (&edge.kind, &edge.from, &edge.to) {
            (
                RelationshipKind::Contains,
                End::Element(Element::Component(id)),
                End::Element(Element::File(_)),
            )
            | (
                RelationshipKind::ContainedBy,
                End::Element(Element::File(_)),
                End::Element(Element::Component(id)),
            ) => *id,
            _ => continue,
        };
        *files.entry(component).or_default() += 1;
    }
    files
}

fn label(component: &Component) -> String {
    let name = component.name.as_deref().unwrap_or("(no name)");
    match component.version.as_deref() {
        Some(version) => format!("{name} {version}"),
        None => name.to_owned(),
    }
}

fn row(component: &Component, files: usize) -> [String; 5] {
    let licence = component.concluded().known().or(component.declared().known()).cloned().unwrap_or_default();
    let mut identifiers = component.purls().chain(component.cpes());
    let first = identifiers.next().unwrap_or_default().to_owned();
    let more = identifiers.count();
    [
        component.name.as_deref().unwrap_or("(no name)").to_owned(),
        component.version.as_deref().unwrap_or("-").to_owned(),
        if files == 0 { "-".to_owned() } else { grouped(files as u64) },
        licence,
        if more == 0 { first } else { format!("{first} (+{more})") },
    ]
}

fn table(out: &mut dyn Write, head: [&str; 5], rows: &[[String; 5]]) -> io::Result<()> {
    const WIDEST: usize = 48;
    let mut widths = head.map(|word| word.chars().count());
    let rows: Vec<[String; 5]> = rows.iter().map(|row| row.clone().map(|cell| printable(&cell))).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count().min(WIDEST));
        }
    }
    for row in std::iter::once(&head.map(str::to_owned)).chain(&rows) {
        let mut line = String::new();
        for (at, (width, cell)) in widths.iter().zip(row).enumerate() {
            let right_aligned = at == 2;
            let cell = if right_aligned { format!("{cell:>width$}") } else { format!("{cell:width$}") };
            line.push_str(&cell);
            line.push_str("  ");
        }
        writeln!(out, "  {}", line.trim_end())?;
    }
    Ok(())
}

fn fact(out: &mut dyn Write, name: &str, value: Option<&str>) -> io::Result<()> {
    value.map_or(Ok(()), |value| writeln!(out, "  {name:12} {}", printable(value)))
}

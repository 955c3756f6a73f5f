//! `bonafide sbom diff`

use std::io::{self, Write};

use bonafide_report::{counted, printable};
use bonafide_sbom::diff::{Change, Difference, Edge, Named, diff};
use serde_json::{Value, json};

use crate::cli::sbom::{DiffArgs, DiffFormat};
use crate::commands::sbom::input;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;
use crate::written;

/// Says what changed from one document to the other. A difference is exit code 1.
pub(crate) fn run(ui: &Ui, args: &DiffArgs) -> Result<Exit, Failure> {
    let (first, second) = (input::document(&args.first)?, input::document(&args.second)?);
    let difference = diff(&first, &second);
    let names = (input::shown(&args.first), input::shown(&args.second));
    written(ui.out(|out| match args.format {
        DiffFormat::Text => text(out, &difference),
        DiffFormat::Json => writeln!(out, "{:#}", object(&names, &difference)),
        DiffFormat::Markdown => markdown(out, &names, &difference),
    }))?;
    Ok(if difference.is_empty() { Exit::Clean } else { Exit::Findings })
}

fn text(out: &mut dyn Write, difference: &Difference) -> io::Result<()> {
    for change in &difference.document {
        writeln!(out, "~ document  {}", told(change))?;
    }
    for component in &difference.removed {
        writeln!(out, "- {}", label(component))?;
    }
    for component in &difference.added {
        writeln!(out, "+ {}", label(component))?;
    }
    for changed in &difference.changed {
        writeln!(out, "~ {}", label(&changed.component))?;
        for change in &changed.changes {
            writeln!(out, "    {}", told(change))?;
        }
    }
    for edge in &difference.edges_removed {
        writeln!(out, "- {}", joined(edge))?;
    }
    for edge in &difference.edges_added {
        writeln!(out, "+ {}", joined(edge))?;
    }
    for name in &difference.files.removed {
        writeln!(out, "- file {}", printable(name))?;
    }
    for name in &difference.files.added {
        writeln!(out, "+ file {}", printable(name))?;
    }
    for file in &difference.files.changed {
        writeln!(out, "~ file {}", printable(&file.name))?;
        for change in &file.changes {
            writeln!(out, "    {}", told(change))?;
        }
    }
    writeln!(out, "{}", verdict(difference))
}

fn verdict(difference: &Difference) -> String {
    if difference.is_empty() {
        return "no difference".to_owned();
    }
    let three = |noun: &str, added: usize, removed: usize, changed: usize| {
        let parts = [(added, "added"), (removed, "removed"), (changed, "changed")];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let all = counted((added + removed + changed) as u64, noun);
        if parts.is_empty() { all } else { format!("{all} ({})", parts.join(", ")) }
    };
    let files = &difference.files;
    format!(
        "{}, {}, {}",
        three("component", difference.added.len(), difference.removed.len(), difference.changed.len()),
        three("file", files.added.len(), files.removed.len(), files.changed.len()),
        three("relationship", difference.edges_added.len(), difference.edges_removed.len(), 0),
    )
}

fn label(component: &Named) -> String {
    let mut text = component.name.clone();
    for more in [&component.version, &component.purl].into_iter().flatten() {
        text.push_str("  ");
        text.push_str(more);
    }
    printable(&text)
}

fn told(change: &Change) -> String {
    let side = |side: &Option<String>| side.as_deref().map_or_else(|| "(none)".to_owned(), printable);
    format!("{}: {} -> {}", printable(&change.field), side(&change.from), side(&change.to))
}

fn joined(edge: &Edge) -> String {
    printable(&format!("{} {} {}", edge.from, edge.kind, edge.to))
}

fn object(names: &(String, String), difference: &Difference) -> Value {
    let named = |component: &Named| json!({"name": component.name, "version": component.version, "purl": component.purl});
    let changes = |changes: &[Change]| -> Vec<Value> {
        changes
            .iter()
            .map(|change| json!({"field": change.field, "from": change.from, "to": change.to}))
            .collect()
    };
    let edges = |edges: &[Edge]| -> Vec<Value> {
        edges.iter().map(|edge| json!({"from": edge.from, "kind": edge.kind, "to": edge.to})).collect()
    };
    json!({
        "schema": "urn:bonafide:sbom-diff:1",
        "from": names.0,
        "to": names.1,
        "equal": difference.is_empty(),
        "document": changes(&difference.document),
        "components": {
            "added": difference.added.iter().map(named).collect::<Vec<_>>(),
            "removed": difference.removed.iter().map(named).collect::<Vec<_>>(),
            "changed": difference.changed.iter().map(|changed| {
                let mut object = named(&changed.component);
                object["changes"] = changes(&changed.changes).into();
                object
            }).collect::<Vec<_>>(),
        },
        "files": {
            "added": difference.files.added,
            "removed": difference.files.removed,
            "changed": difference.files.changed.iter()
                .map(|file| json!({"name": file.name, "changes": changes(&file.changes)})).collect::<Vec<_>>(),
        },
        "relationships": {"added": edges(&difference.edges_added), "removed": edges(&difference.edges_removed)},
    })
}

fn markdown(out: &mut dyn Write, names: &(String, String), difference: &Difference) -> io::Result<()> {
    writeln!(out, "### SBOM: {} → {}\n\n{}", cell(&names.0), cell(&names.1), verdict(difference))?;
    if !(difference.added.is_empty() && difference.removed.is_empty() && difference.changed.is_empty()) {
        writeln!(out, "\n| | component | version | what |\n| --- | --- | --- | --- |")?;
        for (sign, components) in [("removed", &difference.removed), ("added", &difference.added)] {
            for component in components {
                let version = cell(component.version.as_deref().unwrap_or_default());
                writeln!(
                    out,
                    "| {sign} | {} | {version} | {} |",
                    cell(&component.name),
                    cell(component.purl.as_deref().unwrap_or_default())
                )?;
            }
        }
        for changed in &difference.changed {
            let what: Vec<String> = changed.changes.iter().map(|change| cell(&told(change))).collect();
            let version = cell(changed.component.version.as_deref().unwrap_or_default());
            writeln!(
                out,
                "| changed | {} | {version} | {} |",
                cell(&changed.component.name),
                what.join("<br>")
            )?;
        }
    }
    let files = &difference.files;
    if !(files.added.is_empty() && files.removed.is_empty() && files.changed.is_empty()) {
        writeln!(out, "\n| | file | what |\n| --- | --- | --- |")?;
        for (sign, names) in [("removed", &files.removed), ("added", &files.added)] {
            for name in names {
                writeln!(out, "| {sign} | {} | |", cell(name))?;
            }
        }
        for file in &files.changed {
            let what: Vec<String> = file.changes.iter().map(|change| cell(&told(change))).collect();
            writeln!(out, "| changed | {} | {} |", cell(&file.name), what.join("<br>"))?;
        }
    }
    if !(difference.edges_added.is_empty() && difference.edges_removed.is_empty()) {
        writeln!(out, "\n| | relationship |\n| --- | --- |")?;
        for (sign, edges) in [("removed", &difference.edges_removed), ("added", &difference.edges_added)] {
            for edge in edges {
                writeln!(out, "| {sign} | {} |", cell(&joined(edge)))?;
            }
        }
    }
    Ok(())
}

/// Text that is one cell of a table and no markup.
fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in printable(text).chars() {
        if matches!(letter, '|' | '<' | '>' | '`' | '*' | '_' | '[' | ']' | '\\' | '#' | '@' | '&' | '!') {
            safe.push('\\');
        }
        safe.push(letter);
    }
    safe
}

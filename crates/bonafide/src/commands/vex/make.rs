//! `bonafide vex new` and `bonafide vex merge`: OpenVEX documents out.

use std::path::Path;
use std::sync::Arc;

use bonafide_advisory::vex::merge::{Merged, Options, merge as merged};
use bonafide_advisory::vex::{
    self, Document, Format, Identifier, Moment, OpenVex, Product, Software, Statement, Status, Vulnerability,
};
use bonafide_report::{Collected, Ending, Finding, counted};
use jiff::Timestamp;

use super::load;
use crate::cli::vex::{MergeArgs, NewArgs};
use crate::commands::findings::{self, TOOL};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::{Ui, write_whole};
use crate::written;

/// Writes a document with one statement. What the linter would call an error is a wrong argument.
pub(crate) fn new(ui: &Ui, environment: &Environment, args: &NewArgs) -> Result<Exit, Failure> {
    let timestamp = match &args.timestamp {
        Some(text) => text.parse().map_err(|_| {
            Failure::usage(format!("`{text}` is no RFC 3339 moment such as 2024-01-15T00:00:00Z"))
        })?,
        None => environment.build_time().map_err(Failure::usage)?.unwrap_or_else(now),
    };
    // A merge makes do with what other formats say; who writes a statement anew is asked.
    if args.status == Status::Affected && args.action.is_none() {
        return Err(Failure::usage("such a statement would be wrong: it says affected without an action")
            .hint("add `--action TEXT`: what the user of the product should do"));
    }
    let boxed = |text: &Option<String>| text.as_deref().map(Box::<str>::from);
    let software =
        |text: &String| Software { identifiers: vec![Identifier::of(text)], ..Software::default() };
    let statement = Statement {
        vulnerability: Vulnerability {
            name: args.vulnerability.as_str().into(),
            aliases: args.alias.iter().map(|alias| alias.as_str().into()).collect(),
            ..Vulnerability::default()
        },
        products: args
            .product
            .iter()
            .map(|product| {
                Arc::new(Product {
                    software: software(product),
                    subcomponents: args.subcomponent.iter().map(software).collect(),
                    within: Vec::new(),
                })
            })
            .collect(),
        status: Some(args.status),
        justification: boxed(&args.justification),
        impact: boxed(&args.impact),
        action: boxed(&args.action),
        timestamp: Some(Moment::new(&timestamp.to_string())),
        ..Statement::default()
    };
    let mut document = Document::new(Format::OpenVex);
    document.statements.push(statement);
    let options =
        Options { author: Some(args.author.clone()), timestamp: Some(timestamp), tooling: Some(tooling()) };
    let made = merged(&[(String::new(), document)], &options);
    let wrong = faults(&made)?;
    if let Some(first) = wrong.first() {
        let mut failure = Failure::usage(format!("such a statement would be wrong: {}", first.message));
        failure.causes = wrong.iter().skip(1).map(|finding| finding.message.clone()).collect();
        return Err(failure.hint(format!("`bonafide explain {}` prints the rule", first.rule.id)));
    }
    put(ui, args.output.as_deref(), &made.document)?;
    Ok(Exit::Clean)
}

fn now() -> Timestamp {
    let now = Environment::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

fn tooling() -> String {
    format!("{} {}", TOOL.name, TOOL.version)
}

/// What would be wrong with a document that has been made, by reading it again.
fn faults(made: &Merged) -> Result<Vec<Finding>, Failure> {
    let mut bytes = Vec::new();
    made.document.write(&mut bytes).map_err(|error| Failure::input("failed to write").because(&error))?;
    let document = vex::read(&bytes, "").map_err(|error| Failure::input("failed to read").because(&error))?;
    let mut sink = Collected::default();
    vex::lint(&document, &mut sink);
    sink.findings.retain(|finding| finding.rule.id != "vex-unknown-field");
    Ok(sink.findings)
}

/// Merges documents. What OpenVEX cannot say is left out, named, and makes the exit code 3.
pub(crate) fn merge(ui: &Ui, environment: &Environment, args: &MergeArgs) -> Result<Exit, Failure> {
    let timestamp = environment.build_time().map_err(Failure::usage)?;
    let loaded = load::given(ui, &args.paths, load::Wanted::All);
    if loaded.sources.is_empty() && loaded.notes.is_empty() {
        return Err(Failure::input("there is no VEX document to merge"));
    }
    let mut told = loaded.notes;
    if loaded.sources.is_empty() {
        findings::tell(ui, told, &Ending::default());
        return Ok(Exit::Incomplete);
    }
    let documents: Vec<(String, Document)> =
        loaded.sources.into_iter().map(|source| (source.name, source.document)).collect();
    let options = Options { author: args.author.clone(), timestamp, tooling: Some(tooling()) };
    let made = merged(&documents, &options);
    let said = format!(
        "{} merged into one: {}, {} of them twice or more in the sources",
        counted(documents.len() as u64, "document"),
        counted(made.document.len() as u64, "statement"),
        made.repeated,
    );
    ui.say(&said);
    put(ui, args.output.as_deref(), &made.document)?;
    told.extend(made.left_out);
    let exit = if told.is_empty() { Exit::Clean } else { Exit::Incomplete };
    if !told.is_empty() {
        findings::tell(ui, told, &Ending::default());
    }
    // The order of teardown does not matter, and the process ends here: thousands of statements need no freeing.
    std::mem::forget(documents);
    Ok(exit)
}

fn put(ui: &Ui, output: Option<&Path>, document: &OpenVex) -> Result<(), Failure> {
    match output {
        Some(path) if path.as_os_str() != "-" => {
            write_whole(path, |out| document.write(out))?;
            ui.say(&format!("wrote {}", path.display()));
            Ok(())
        }
        _ => written(ui.out(|out| document.write(out))),
    }
}

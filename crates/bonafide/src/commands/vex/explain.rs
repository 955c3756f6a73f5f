//! `bonafide vex explain`

use std::io::{self, Write};

use bonafide_report::{counted, printable};
use bonafide_vuln::vex::{Fate, StatementId, nearest_miss, place, suppose};
use bonafide_vuln::{Component, Finding};
use serde_json::{Value, json};

use super::{Vex, fetcher, statements};
use crate::cli::vex::{ExplainArgs, ExplainFormat};
use crate::commands::findings::TOOL;
use crate::commands::scan;
use crate::download::Network;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::Settings;
use crate::ui::Ui;
use crate::written;

/// Identifies the JSON; `schemas/vex-explain.schema.json` describes it.
const SCHEMA: &str = "urn:bonafide:vex-explain:1";

/// One statement and what became of it.
struct Explained {
    source: String,
    pointer: String,
    line: u64,
    file: String,
    vulnerability: String,
    status: String,
    timestamp: Option<String>,
    used: bool,
    /// Component, word, sentence.
    fates: Vec<(String, &'static str, String)>,
}

/// Says of each statement what became of it.
pub(crate) fn run(
    ui: &Ui,
    environment: &Environment,
    network: Network,
    args: &ExplainArgs,
) -> Result<Exit, Failure> {
    let settings = Settings::read(ui, args.config.as_deref())?;
    let fetcher = fetcher(ui, environment, network, &args.statements);
    let scan::Gathered { components, gaps, unread, vex: own } =
        scan::gather(ui, &args.inputs, args.limits.limits(), fetcher.as_ref())?;
    let loaded = statements(ui, &settings, &args.statements, &components, own, u32::MAX);
    let gaps = gaps + loaded.gaps();
    let mut findings = match &args.db {
        Some(folder) => {
            let answers = scan::scanner(folder)?.scan(&components);
            answers
                .map_err(|error| Failure::input("failed to scan by the database").because(&error))?
                .findings
        }
        None => suppose(&components, &loaded.sources),
    };
    let vex = Vex::apply(&mut findings, &components, loaded);
    vex.tell_unreadable(ui);
    let explained = explain(&vex, &findings, &components, args.db.is_some());
    let used = explained.iter().filter(|one| one.used).count();
    let shown = explained.iter().filter(|one| !(args.unused && one.used));
    written(ui.out(|out| match args.format {
        ExplainFormat::Text => text(out, shown, explained.len(), used),
        ExplainFormat::Json => json(out, shown, explained.len(), used, gaps),
    }))?;
    let exit = if gaps > 0 || explained.is_empty() { Exit::Incomplete } else { Exit::Clean };
    Ok(unread.unwrap_or(exit))
}

fn explain(vex: &Vex, findings: &[Finding], components: &[Component], scanned: bool) -> Vec<Explained> {
    let mut all = Vec::new();
    for (at, source) in vex.sources.iter().enumerate() {
        for (number, statement) in source.document.statements.iter().enumerate() {
            let id = StatementId { source: at, statement: number };
            let mut fates: Vec<(String, &'static str, String)> = vex
                .applied
                .of(id)
                .map(|(finding, fate)| {
                    let component = components[findings[finding].component].label().to_owned();
                    (component, fate.as_str(), sentence(vex, fate))
                })
                .collect();
            let used = vex.applied.of(id).any(|(_, fate)| fate.used());
            let missed = vex.applied.of(id).all(|(_, fate)| matches!(fate, Fate::OtherProduct(_)));
            if !used && missed && !(scanned && fates.is_empty()) {
                // Of many components that it does not name the nearest says most.
                fates = vec![(String::new(), "other-product", nearest_miss(components, statement))];
            } else if fates.is_empty() {
                let name = &statement.vulnerability.name;
                fates.push((String::new(), "not-found", format!("no component has a finding of {name}")));
            }
            if let (false, Some(flaw)) = (used, statement.flaws.first()) {
                fates = vec![(String::new(), "flawed", flaw.to_string())];
            }
            all.push(Explained {
                source: place(source, statement),
                pointer: statement.pointer.to_string(),
                line: statement.line,
                file: source.name.clone(),
                vulnerability: statement.vulnerability.name.to_string(),
                status: statement.status.map_or("", |status| status.as_str()).to_owned(),
                timestamp: statement.timestamp.as_ref().map(|moment| moment.text.to_string()),
                used,
                fates,
            });
        }
    }
    all
}

/// What a fate means.
fn sentence(vex: &Vex, fate: &Fate) -> String {
    let other = |id: &StatementId| {
        let source = &vex.sources[id.source];
        format!("{} line {}", source.name, source.document.statements[id.statement].line)
    };
    match fate {
        Fate::Suppresses => "it suppresses the finding".to_owned(),
        Fate::Agrees => "it says what the newer statement that suppresses says".to_owned(),
        Fate::Reopens => "it keeps the finding shown".to_owned(),
        Fate::Overruled(by) => format!("{} is newer and says otherwise", other(by)),
        Fate::Tied(with) => format!("{} says otherwise and neither is newer", other(with)),
        Fate::Superseded(by) => format!("{} is of a newer edition that no longer says it", other(by)),
        Fate::Flawed(flaw) => flaw.to_string(),
        Fate::Bypassed => "the component is reached by another way than through the product".to_owned(),
        Fate::Undecided(why) | Fate::OtherProduct(why) => why.clone(),
        Fate::OtherInput => "it came with another input".to_owned(),
        Fate::OtherPackage => "it came with a package that does not hold the component".to_owned(),
    }
}

fn text<'e>(
    out: &mut dyn Write,
    shown: impl Iterator<Item = &'e Explained>,
    count: usize,
    used: usize,
) -> io::Result<()> {
    for one in shown {
        let word = if one.used { "used" } else { "not used" };
        let time = one.timestamp.as_deref().unwrap_or("no time");
        writeln!(
            out,
            "{word}: {}:{}: {} {} ({})",
            printable(&one.file),
            one.line,
            printable(&one.vulnerability),
            one.status,
            printable(time)
        )?;
        for (component, word, sentence) in &one.fates {
            let of = if component.is_empty() { String::new() } else { format!("{}: ", printable(component)) };
            writeln!(out, "  {word}: {of}{}", printable(sentence))?;
        }
    }
    writeln!(out, "{}, {used} used, {} not used", counted(count as u64, "statement"), count - used)
}

fn json<'e>(
    out: &mut dyn Write,
    shown: impl Iterator<Item = &'e Explained>,
    count: usize,
    used: usize,
    gaps: u64,
) -> io::Result<()> {
    writeln!(
        out,
        "{{\"schema\":{},\"tool\":{},",
        json!(SCHEMA),
        json!({"name": TOOL.name, "version": TOOL.version})
    )?;
    writeln!(out, "\"statements\":[")?;
    let mut between = "";
    for one in shown {
        let fates: Vec<Value> = one
            .fates
            .iter()
            .map(|(component, word, sentence)| {
                let component = if component.is_empty() { Value::Null } else { json!(component) };
                json!({"component": component, "fate": word, "reason": sentence})
            })
            .collect();
        let value = json!({
            "file": one.file,
            "line": one.line,
            "pointer": one.pointer,
            "source": one.source,
            "vulnerability": one.vulnerability,
            "status": one.status,
            "timestamp": one.timestamp,
            "used": one.used,
            "fates": fates,
        });
        write!(out, "{between}{value}")?;
        between = ",\n";
    }
    let verdict = if gaps > 0 || count == 0 { "incomplete" } else { "clean" };
    writeln!(out, "],\n\"count\":{count},\"used\":{used},\"gaps\":{gaps},\"verdict\":\"{verdict}\"}}")
}

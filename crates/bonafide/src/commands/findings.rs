//! Findings on standard output, in the form that was asked for: the same for every command.

use std::io::{self, Write};

use bonafide_report::{Counts, Ending, Finding, Form, Place, Renderer, Sink as _, Style, Tool, Verdict};

use crate::cli::FindingsFormat;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::rules;
use crate::ui::Ui;
use crate::written;

/// The program, as its documents and findings name it.
pub(crate) const TOOL: Tool = Tool { name: "bonafide", version: env!("CARGO_PKG_VERSION") };

/// The form that a format means on this terminal.
pub(crate) fn form(ui: &Ui, format: FindingsFormat) -> Form {
    match format {
        FindingsFormat::Text => Form::Text {
            style: if ui.color_out() { Style::Coloured } else { Style::Plain },
            limit: ui.screen(),
        },
        FindingsFormat::Json => Form::Json,
        FindingsFormat::Jsonl => Form::Jsonl,
        FindingsFormat::Sarif => Form::Sarif,
        FindingsFormat::Markdown => Form::Markdown { limit: None },
    }
}

/// Writes findings that are at hand, with the verdict at their end. `exit` says with which code the command ends on that
/// verdict; it is returned.
pub(crate) fn print(
    ui: &Ui,
    format: FindingsFormat,
    findings: Vec<Finding>,
    ending: Ending,
    exit: impl FnOnce(Verdict) -> Exit,
) -> Result<Exit, Failure> {
    let mut counts = Counts::default();
    for finding in &findings {
        counts.add(finding);
    }
    let exit = exit(ending.verdict(counts));
    let ending = ending.exit_code(ui.ends_with(exit).code());
    written(ui.out(|out| write(out, form(ui, format), findings, &ending)))?;
    Ok(exit)
}

/// An input that could not be read, as a gap in the answer about the others.
pub(crate) fn unread(input: String, failure: Failure) -> Finding {
    let said = if failure.causes.is_empty() { failure.what } else { failure.causes.join(": ") };
    let mut finding = Finding::new(&rules::INPUT_UNREADABLE, Place::file(input), said);
    finding.remedy = failure.hint;
    finding
}

/// Says findings on standard error, where standard output is for something else.
pub(crate) fn tell(ui: &Ui, findings: Vec<Finding>, ending: &Ending) {
    let style = if ui.color_err() { Style::Coloured } else { Style::Plain };
    let mut text = Vec::new();
    let form = Form::Text { style, limit: ui.screen() };
    if write(&mut text, form, findings, ending).is_ok() {
        ui.show(String::from_utf8_lossy(&text).trim_end());
    }
}

fn write(out: &mut dyn Write, form: Form, findings: Vec<Finding>, ending: &Ending) -> io::Result<()> {
    let mut renderer = Renderer::new(out, form, TOOL);
    for finding in findings {
        renderer.push(finding);
    }
    renderer.finish(ending)?;
    Ok(())
}

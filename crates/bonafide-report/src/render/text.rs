//! Findings for people.

use std::io::{self, Write};

use super::plain::{self, printable};
use super::{Ending, Style};
use crate::finding::Finding;
use crate::rule::Severity;
use crate::verdict::{Counts, Verdict};

/// The columns that the line of a finding may have before its message gets a line of its own.
const COLUMNS: usize = 100;

const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[1;31m";
const GREEN: &str = "\x1b[1;32m";
const YELLOW: &str = "\x1b[1;33m";
const MAGENTA: &str = "\x1b[1;35m";
const CYAN: &str = "\x1b[1;36m";

fn paint(style: Style, colour: &str, text: &str) -> String {
    match style {
        Style::Plain => text.to_owned(),
        Style::Coloured => format!("{colour}{text}\x1b[0m"),
    }
}

fn colour(finding: &Finding) -> &'static str {
    match finding.severity {
        _ if finding.is_gap() => MAGENTA,
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Note => CYAN,
    }
}

pub(super) fn finding(out: &mut dyn Write, style: Style, finding: &Finding) -> io::Result<()> {
    let label = format!("{}[{}]", plain::label(finding), finding.rule.id);
    let place = plain::place(&finding.place);
    let subject = printable(&finding.subject);
    let whereabouts = match (place.is_empty(), subject.is_empty()) {
        (false, false) if !place.contains(&subject) => format!("{place} ({subject})"),
        (true, _) => subject,
        _ => place,
    };
    let message = printable(&finding.message);
    write!(out, "{}", paint(style, colour(finding), &label))?;
    if !whereabouts.is_empty() {
        write!(out, " {}", paint(style, BOLD, &whereabouts))?;
    }
    let width = [&label, &whereabouts, &message].iter().map(|part| part.chars().count()).sum::<usize>() + 3;
    if width <= COLUMNS {
        writeln!(out, "  {message}")?;
    } else {
        writeln!(out, "\n  {message}")?;
    }
    for line in plain::details(finding) {
        writeln!(out, "  {line}")?;
    }
    if let Some(remedy) = &finding.remedy {
        writeln!(out, "  {}: {}", paint(style, BOLD, "fix"), printable(remedy))?;
    }
    Ok(())
}

pub(super) fn end(
    out: &mut dyn Write,
    style: Style,
    limit: Option<usize>,
    counts: Counts,
    ending: &Ending,
) -> io::Result<()> {
    if let Some(line) = plain::unshown(counts, limit) {
        writeln!(out, "{line}")?;
    }
    let colour = match ending.verdict(counts) {
        Verdict::Clean => GREEN,
        Verdict::Findings => RED,
        Verdict::Incomplete => MAGENTA,
    };
    writeln!(out, "{}", paint(style, colour, &plain::verdict(counts, ending)))
}

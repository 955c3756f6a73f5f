//! The answer of a scan for people.

use std::collections::BTreeMap;
use std::io::{self, Write};

use bonafide_report::{counted, grouped, printable};
use bonafide_vuln::{Finding, Gap, Rating, Severity, State};

use super::Told;

/// How many components of one gap are named.
const NAMED: usize = 12;

/// How it is drawn.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    pub(crate) colour: bool,
    /// Whether each record's reason is shown.
    pub(crate) reasons: bool,
}

impl Look {
    fn paint(self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// `high 8.1`
pub(crate) fn rated(rating: &Rating) -> String {
    rating
        .score()
        .map_or_else(|| rating.severity.to_string(), |score| format!("{} {score:.1}", rating.severity))
}

/// Findings by component, then what could not be checked, then the counts.
pub(crate) fn write(out: &mut dyn Write, told: &Told, look: Look) -> io::Result<()> {
    let findings = &told.answers.findings;
    let (suppressed, shown): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| finding.suppressed.is_some());
    let mut last = usize::MAX;
    for finding in &shown {
        if finding.component != last {
            last = finding.component;
            header(out, told, last, look)?;
        }
        one(out, finding, look)?;
    }
    if !suppressed.is_empty() {
        writeln!(out, "{}", look.paint("1", "suppressed by VEX"))?;
        for finding in &suppressed {
            let Some(by) = &finding.suppressed else { continue };
            let why = by.justification.as_deref().map(|why| format!(", {why}")).unwrap_or_default();
            let when = by.timestamp.as_deref().map(|when| format!(", {when}")).unwrap_or_default();
            let label = told.components[finding.component].label();
            writeln!(
                out,
                "  {}  {}: {}",
                printable(&finding.id),
                printable(label),
                printable(&format!("{}{why}, says {}{when}", by.status, by.source))
            )?;
        }
    }
    for disagreement in told.answers.disagreements.iter().filter(|_| look.reasons) {
        let label = told.components[disagreement.component].label();
        writeln!(out, "parties disagree on {} of {}:", printable(&disagreement.id), printable(label))?;
        writeln!(out, "  followed: {}", printable(&disagreement.followed))?;
        writeln!(out, "  not followed: {}", printable(&disagreement.other))?;
    }
    unchecked(out, told, look)?;
    ending(out, told, &shown, suppressed.len(), look)
}

fn header(out: &mut dyn Write, told: &Told, at: usize, look: Look) -> io::Result<()> {
    let component = &told.components[at];
    let mut title = look.paint("1", &printable(component.label()));
    if component.purls.is_empty()
        && let Some(version) = &component.version
    {
        title.push_str(&format!(" {}", printable(version)));
    }
    writeln!(out, "{title}  ({})", printable(&component.input))
}

fn one(out: &mut dyn Write, finding: &Finding, look: Look) -> io::Result<()> {
    let mut parts = vec![look.paint("1", &printable(&finding.id))];
    match &finding.state {
        State::Affected => match &finding.rating {
            Some(rating) => {
                let code = if rating.severity >= Severity::High { "1;31" } else { "1;33" };
                parts.push(look.paint(code, &rated(rating)));
            }
            None => parts.push("not rated".to_owned()),
        },
        State::Unknown(why) => parts.push(look.paint("1;35", &format!("unknown: {}", printable(why)))),
    }
    if let Some(date) = &finding.exploited {
        parts.push(look.paint("1;31", &format!("exploited (listed {})", printable(date))));
    }
    if let Some(millionths) = finding.likelihood {
        parts.push(format!("EPSS {:.1} %", f64::from(millionths) / 10_000.0));
    }
    if !finding.fixed.is_empty() {
        parts.push(format!("fixed in {}", printable(&finding.fixed.join(", "))));
    }
    if !finding.aliases.is_empty() {
        parts.push(printable(&finding.aliases.join(" ")));
    }
    writeln!(out, "  {}", parts.join("  "))?;
    if look.reasons {
        for line in &finding.evidence {
            writeln!(out, "    {}", printable(line))?;
        }
    }
    Ok(())
}

fn unchecked(out: &mut dyn Write, told: &Told, look: Look) -> io::Result<()> {
    let mut gaps: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for unchecked in &told.answers.coverage.unchecked {
        if unchecked.gap == Gap::NameUnknown && told.answers.coverage.checked > 0 && !look.reasons {
            continue;
        }
        let component = &told.components[unchecked.component];
        let mut label = component.label().to_owned();
        if component.purls.is_empty() {
            label.extend(component.version.iter().map(|version| format!(" {version}")));
        }
        gaps.entry(unchecked.gap.words()).or_default().push(label);
    }
    for (why, labels) in gaps {
        let title = format!("not checked, {}: {why}", counted(labels.len() as u64, "component"));
        writeln!(out, "{}", look.paint("1;35", &printable(&title)))?;
        for label in labels.iter().take(NAMED) {
            writeln!(out, "  {}", printable(label))?;
        }
        if let Some(more) = labels.len().checked_sub(NAMED).filter(|more| *more > 0) {
            writeln!(out, "  and {} more: `--format json` lists all", grouped(more as u64))?;
        }
    }
    Ok(())
}

fn ending(
    out: &mut dyn Write,
    told: &Told,
    shown: &[&Finding],
    suppressed: usize,
    look: Look,
) -> io::Result<()> {
    let affected = shown.iter().filter(|finding| finding.state == State::Affected);
    let (count, unknown) = (affected.clone().count(), shown.len() - affected.clone().count());
    let mut touched: Vec<usize> = affected.map(|finding| finding.component).collect();
    touched.dedup();
    let mut line = if count == 0 {
        "no known vulnerability found".to_owned()
    } else {
        let known = counted(count as u64, "vulnerability").replace("vulnerabilitys", "vulnerabilities");
        format!("{known} in {}", counted(touched.len() as u64, "component"))
    };
    if unknown > 0 {
        line.push_str(&format!(", {} undecided", grouped(unknown as u64)));
    }
    if suppressed > 0 {
        line.push_str(&format!(", {} suppressed by VEX", grouped(suppressed as u64)));
    }
    let code = match told.verdict {
        bonafide_report::Verdict::Clean => "1;32",
        bonafide_report::Verdict::Findings => "1;31",
        bonafide_report::Verdict::Incomplete => "1;35",
    };
    if let Some(why) = told.why.as_ref().filter(|_| told.verdict == bonafide_report::Verdict::Incomplete) {
        line = format!("incomplete: {why}; {line}");
    }
    if let Some(vex) = told.vex.line() {
        writeln!(out, "{}", printable(&vex))?;
    }
    writeln!(out, "{}", look.paint(code, &line))?;
    let coverage = &told.answers.coverage;
    let unnamed = coverage.count(Gap::NameUnknown.as_str());
    writeln!(
        out,
        "coverage: {} of {} checked, {} that no advisory names, {} that could not be checked",
        grouped(coverage.checked as u64),
        counted(coverage.components as u64, "component"),
        grouped(unnamed as u64),
        grouped((coverage.unchecked.len() - unnamed) as u64)
    )
}

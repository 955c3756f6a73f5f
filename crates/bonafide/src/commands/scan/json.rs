//! The answer of a scan as JSON (`schemas/scan.schema.json`).

use std::io::{self, Write};

use bonafide_vuln::{Finding, State};
use serde_json::{Value, json};

use super::Told;
use crate::commands::findings::TOOL;

/// Identifies the JSON.
pub(crate) const SCHEMA: &str = "urn:bonafide:scan:1";

/// The id of what stands for a component that could not be looked up at all.
pub(crate) const UNCHECKED: &str = "unchecked-component";

/// One object, a finding a line.
pub(crate) fn write(out: &mut dyn Write, told: &Told) -> io::Result<()> {
    writeln!(
        out,
        "{{\"schema\":{},\"tool\":{},\n\"findings\":[",
        json!(SCHEMA),
        json!({"name": TOOL.name, "version": TOOL.version})
    )?;
    let mut between = "";
    for value in
        told.answers.findings.iter().map(|finding| finding_value(told, finding)).chain(unchecked(told))
    {
        write!(out, "{between}{value}")?;
        between = ",\n";
    }
    writeln!(out, "],")?;
    writeln!(out, "\"coverage\":{},", coverage(told))?;
    writeln!(out, "\"vex\":{},", told.vex.value())?;
    writeln!(out, "\"verdict\":\"{}\"}}", told.verdict.as_str())
}

fn finding_value(told: &Told, finding: &Finding) -> Value {
    let component = &told.components[finding.component];
    let state = match &finding.state {
        State::Affected => "affected",
        State::Unknown(_) => "unknown",
    };
    let mut value = json!({
        "id": finding.id,
        "aliases": finding.aliases,
        "component": component.label(),
        "version": component.shown_version(),
        "state": state,
        "suppressed": finding.suppressed.as_ref().map(|by| json!({
            "status": by.status.as_str(),
            "justification": by.justification,
            "source": by.source,
            "timestamp": by.timestamp,
        })),
        "evidence": finding.evidence,
        "input": component.input,
    });
    if let State::Unknown(why) = &finding.state {
        value["reason"] = json!(why);
    }
    if let Some(rating) = &finding.rating {
        value["severity"] =
            json!({"level": rating.severity.as_str(), "score": rating.score(), "vector": rating.text});
    }
    if !finding.fixed.is_empty() {
        value["fixed"] = json!(finding.fixed);
    }
    if let Some(date) = &finding.exploited {
        value["exploited"] = json!(date);
    }
    if let Some(millionths) = finding.likelihood {
        value["likelihood"] = json!(f64::from(millionths) / 1_000_000.0);
    }
    value
}

/// Components that could not be looked up, so that no list of findings reads as an answer for them. A name that no advisory
/// has is told by the coverage alone: that is how most components are.
fn unchecked<'t>(told: &'t Told) -> impl Iterator<Item = Value> + 't {
    let found: std::collections::BTreeSet<usize> =
        told.answers.findings.iter().map(|finding| finding.component).collect();
    told.answers
        .coverage
        .unchecked
        .iter()
        .filter(move |unchecked| {
            unchecked.gap != bonafide_vuln::Gap::NameUnknown && !found.contains(&unchecked.component)
        })
        .map(|unchecked| {
            let component = &told.components[unchecked.component];
            json!({
                "id": UNCHECKED,
                "aliases": [],
                "component": component.label(),
                "version": component.shown_version(),
                "state": "unknown",
                "suppressed": null,
                "evidence": [unchecked.gap.words()],
                "input": component.input,
                "reason": unchecked.gap.words(),
            })
        })
}

fn coverage(told: &Told) -> Value {
    let coverage = &told.answers.coverage;
    let unchecked: Vec<Value> = coverage
        .unchecked
        .iter()
        .map(|unchecked| {
            let component = &told.components[unchecked.component];
            json!({
                "component": component.label(),
                "version": component.shown_version(),
                "gap": unchecked.gap.as_str(),
                "reason": unchecked.gap.words(),
            })
        })
        .collect();
    json!({
        "components": coverage.components,
        "checked": coverage.checked,
        "unknown": coverage.unchecked.len(),
        "unchecked": unchecked,
    })
}

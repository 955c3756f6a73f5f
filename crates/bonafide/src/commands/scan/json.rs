//! The answer of a scan as JSON (`schemas/scan.schema.json`).

use std::collections::BTreeMap;
use std::io::{self, Write};

use bonafide_vuln::{Disagreement, Finding, State};
use serde_json::{Value, json};

use super::Told;
use crate::commands::findings::TOOL;

/// Identifies the JSON.
pub(crate) const SCHEMA: &str = "urn:bonafide:scan:1";

/// The id of what stands for a component that could not be looked up at all.
pub(crate) const UNCHECKED: &str = "unchecked-component";

/// One object, a finding a line.
pub(crate) fn write(out: &mut dyn Write, told: &Told) -> io::Result<()> {
    let tool = json!({"name": TOOL.name, "version": TOOL.version});
    writeln!(out, "{{\"schema\":{},\"tool\":{tool},\n\"findings\":[", json!(SCHEMA))?;
    let mut between = "";
    for value in values(told) {
        write!(out, "{between}{value}")?;
        between = ",\n";
    }
    writeln!(out, "],")?;
    writeln!(out, "\"disagreements\":{},", disagreements(told))?;
    writeln!(out, "\"coverage\":{},", coverage(told))?;
    writeln!(out, "\"vex\":{},", told.vex.value())?;
    writeln!(out, "\"verdict\":\"{}\"}}", told.verdict.as_str())
}

/// One object a line.
pub(crate) fn write_lines(out: &mut dyn Write, told: &Told) -> io::Result<()> {
    writeln!(out, "{}", json!({"schema": SCHEMA, "tool": {"name": TOOL.name, "version": TOOL.version}}))?;
    for value in values(told) {
        writeln!(out, "{value}")?;
    }
    let last = json!({
        "disagreements": disagreements(told),
        "coverage": coverage(told),
        "vex": told.vex.value(),
        "verdict": told.verdict.as_str(),
    });
    writeln!(out, "{last}")
}

fn values(told: &Told) -> impl Iterator<Item = Value> + '_ {
    let several = told.components.windows(2).any(|pair| pair[0].input != pair[1].input);
    told.answers
        .findings
        .iter()
        .map(|finding| (finding.component, finding_value(told, finding)))
        .chain(unchecked(told))
        .map(move |(at, mut value)| {
            if several {
                value["input"] = json!(told.components[at].input);
            }
            value
        })
}

fn disagreements(told: &Told) -> Value {
    let value = |disagreement: &Disagreement| {
        json!({
            "id": disagreement.id,
            "component": told.components[disagreement.component].label(),
            "followed": disagreement.followed,
            "other": disagreement.other,
        })
    };
    told.answers.disagreements.iter().map(value).collect()
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
    });
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
fn unchecked<'t>(told: &'t Told) -> impl Iterator<Item = (usize, Value)> + 't {
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
            let value = json!({
                "id": UNCHECKED,
                "aliases": [],
                "component": component.label(),
                "version": component.shown_version(),
                "state": "unknown",
                "suppressed": null,
                "evidence": [unchecked.gap.words()],
                "gap": unchecked.gap.as_str(),
            });
            (unchecked.component, value)
        })
}

/// The counts, and for each gap its components.
fn coverage(told: &Told) -> Value {
    let coverage = &told.answers.coverage;
    let mut gaps: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for unchecked in &coverage.unchecked {
        let label = told.components[unchecked.component].label();
        gaps.entry(unchecked.gap.as_str()).or_default().push(label);
    }
    json!({
        "components": coverage.components,
        "checked": coverage.checked,
        "unknown": coverage.unchecked.len(),
        "unchecked": gaps,
    })
}

//! Findings as JSON: one object, or one object a line.

use std::io::{self, Write};

use serde::Serialize;

use super::{Ending, FINDINGS_SCHEMA, Tool};
use crate::finding::Finding;
use crate::rule::Kind;
use crate::verdict::Counts;

fn is_empty(text: &&str) -> bool {
    text.is_empty()
}

#[derive(Serialize)]
struct JsonTool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Header {
    schema: &'static str,
    tool: JsonTool,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'static str,
    kind: &'static str,
    severity: &'static str,
    confidence: &'static str,
    #[serde(skip_serializing_if = "is_empty")]
    subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    evidence: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<&'a str>,
}

impl<'a> From<&'a Finding> for JsonFinding<'a> {
    fn from(finding: &'a Finding) -> Self {
        let place = &finding.place;
        let known = place.file.is_some() || place.member.is_some() || place.offset.is_some();
        Self {
            rule: finding.rule.id,
            kind: match finding.rule.kind {
                Kind::Fault => "fault",
                Kind::Gap => "gap",
            },
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
            subject: &finding.subject,
            place: known.then_some(JsonPlace {
                file: place.file.as_deref(),
                member: place.member.as_deref(),
                offset: place.offset,
            }),
            pointer: place.pointer.as_deref(),
            line: place.line,
            message: &finding.message,
            field: finding.field.as_deref(),
            expected: finding.expected.as_deref(),
            found: finding.found.as_deref(),
            evidence: &finding.evidence,
            remedy: finding.remedy.as_deref(),
            suppressed: finding.suppressed.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct JsonCounts {
    errors: u64,
    warnings: u64,
    notes: u64,
    gaps: u64,
}

fn header(tool: Tool) -> Header {
    Header { schema: FINDINGS_SCHEMA, tool: JsonTool { name: tool.name, version: tool.version } }
}

fn write(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(out, value).map_err(io::Error::from)
}

/// The members after the findings, without braces.
fn tail(out: &mut dyn Write, counts: Counts, ending: &Ending) -> io::Result<()> {
    let Counts { errors, warnings, notes, gaps } = counts;
    write!(out, "\"counts\":")?;
    write(out, &JsonCounts { errors, warnings, notes, gaps })?;
    write!(out, ",\"verdict\":\"{}\"", ending.verdict(counts).as_str())?;
    for (name, value) in &ending.members {
        write!(out, ",")?;
        write(out, name)?;
        write!(out, ":")?;
        write(out, value)?;
    }
    Ok(())
}

pub(super) fn begin(out: &mut dyn Write, tool: Tool) -> io::Result<()> {
    write!(out, "{{\"schema\":\"{FINDINGS_SCHEMA}\",\"tool\":")?;
    write(out, &header(tool).tool)?;
    write!(out, ",\"findings\":[")
}

pub(super) fn finding(out: &mut dyn Write, first: bool, finding: &Finding) -> io::Result<()> {
    write!(out, "{}", if first { "\n" } else { ",\n" })?;
    write(out, &JsonFinding::from(finding))
}

pub(super) fn end(out: &mut dyn Write, counts: Counts, ending: &Ending) -> io::Result<()> {
    write!(out, "{}],", if counts.total() > 0 { "\n" } else { "" })?;
    tail(out, counts, ending)?;
    writeln!(out, "}}")
}

pub(super) fn header_line(out: &mut dyn Write, tool: Tool) -> io::Result<()> {
    write(out, &header(tool))?;
    writeln!(out)
}

pub(super) fn finding_line(out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
    write(out, &JsonFinding::from(finding))?;
    writeln!(out)
}

pub(super) fn last_line(out: &mut dyn Write, counts: Counts, ending: &Ending) -> io::Result<()> {
    write!(out, "{{")?;
    tail(out, counts, ending)?;
    writeln!(out, "}}")
}

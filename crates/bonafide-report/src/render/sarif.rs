//! Findings as SARIF 2.1.0 (OASIS, 27 March 2020), which code review systems read.
//!
//! Results are written as they come; the rules that they name stand behind them, each with its page as help. A result's
//! fingerprint is made of what it says and not of its line, so that it stays the same when lines move. Each result has
//! `suppressions`, most an empty list: where one result of a run has them all must (3.27.23), and the first is written before
//! the last is known.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::MAIN_SEPARATOR;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Ending, Tool};
use crate::finding::{Finding, Place};
use crate::rule::{Confidence, Rule};
use crate::verdict::{Counts, Verdict};

/// The rules that were met, in the order of their first finding: as many as there are rules, however many findings.
#[derive(Debug, Default)]
pub(super) struct Rules {
    met: Vec<&'static Rule>,
    index: BTreeMap<&'static str, usize>,
}

impl Rules {
    fn index(&mut self, rule: &'static Rule) -> usize {
        *self.index.entry(rule.id).or_insert_with(|| {
            self.met.push(rule);
            self.met.len() - 1
        })
    }
}

pub(super) fn begin(out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "{{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json\",\
         \"version\":\"2.1.0\",\"runs\":[{{\"results\":["
    )
}

pub(super) fn finding(
    out: &mut dyn Write,
    first: bool,
    rules: &mut Rules,
    finding: &Finding,
) -> io::Result<()> {
    let mut message = finding.message.clone();
    for line in &finding.evidence {
        message.push('\n');
        message.push_str(line);
    }
    if let Some(remedy) = &finding.remedy {
        message.push_str("\nfix: ");
        message.push_str(remedy);
    }
    let mut properties = serde_json::Map::new();
    properties.insert("confidence".into(), finding.confidence.as_str().into());
    let named = [
        ("subject", Some(&finding.subject).filter(|subject| !subject.is_empty())),
        ("field", finding.field.as_ref()),
        ("expected", finding.expected.as_ref()),
        ("found", finding.found.as_ref()),
    ];
    for (name, value) in named {
        if let Some(value) = value {
            properties.insert(name.into(), value.as_str().into());
        }
    }
    let mut result = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": rules.index(finding.rule),
        "level": finding.severity.as_str(),
        "message": { "text": message },
        "partialFingerprints": { "bonafide/v1": fingerprint(finding) },
        "rank": match finding.confidence {
            Confidence::Low => 25.0,
            Confidence::Medium => 60.0,
            Confidence::High => 95.0,
        },
        "suppressions": finding.suppressed.iter().map(|why| json!({
            "kind": "external",
            "status": "accepted",
            "justification": why,
        })).collect::<Vec<Value>>(),
        "properties": properties,
    });
    if let Some(location) = location(&finding.place) {
        result["locations"] = json!([location]);
    }
    write!(out, "{}", if first { "\n" } else { ",\n" })?;
    serde_json::to_writer(out, &result).map_err(io::Error::from)
}

fn location(place: &Place) -> Option<Value> {
    let mut location = serde_json::Map::new();
    if let Some(file) = &place.file {
        let mut physical = json!({ "artifactLocation": { "uri": uri(file) } });
        if let Some(line) = place.line.filter(|line| *line > 0) {
            physical["region"] = json!({ "startLine": line });
        } else if let Some(offset) = place.offset {
            physical["region"] = json!({ "byteOffset": offset, "byteLength": 0 });
        }
        location.insert("physicalLocation".into(), physical);
    }
    let logical: Vec<Value> = [(&place.member, "member"), (&place.pointer, "element")]
        .into_iter()
        .filter_map(|(name, kind)| {
            name.as_ref().map(|name| json!({ "fullyQualifiedName": name, "kind": kind }))
        })
        .collect();
    if !logical.is_empty() {
        location.insert("logicalLocations".into(), Value::Array(logical));
    }
    (!location.is_empty()).then_some(Value::Object(location))
}

/// A path as a URI reference (RFC 3986): relative stays relative, absolute becomes `file:`. On Windows separators become
/// slashes, and a drive has a slash before it.
fn uri(path: &str) -> String {
    let path = path.replace(MAIN_SEPARATOR, "/");
    let mut uri = String::with_capacity(path.len() + 8);
    if path.starts_with('/') {
        uri.push_str("file://");
    } else if MAIN_SEPARATOR == '\\' && path.get(1..3) == Some(":/") {
        uri.push_str("file:///");
    } else if path.split('/').next().is_some_and(|first| first.contains(':')) {
        // Else the text before the colon would be taken for a scheme.
        uri.push_str("./");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=:@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

/// SHA-256 of what the finding says, each part after its length; the line and the offset are left out.
fn fingerprint(finding: &Finding) -> String {
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    let place = &finding.place;
    let parts = [
        finding.rule.id.to_owned(),
        finding.subject.clone(),
        some(&place.file),
        some(&place.member),
        some(&place.pointer),
        some(&finding.field),
        some(&finding.expected),
        some(&finding.found),
        finding.message.clone(),
    ];
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn end(
    out: &mut dyn Write,
    tool: Tool,
    rules: &Rules,
    counts: Counts,
    ending: &Ending,
) -> io::Result<()> {
    let rules: Vec<Value> = rules
        .met
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.title },
                "help": { "text": rule.page, "markdown": rule.page },
                "defaultConfiguration": { "level": rule.severity.as_str() },
            })
        })
        .collect();
    let tool = json!({ "driver": { "name": tool.name, "version": tool.version, "rules": rules } });
    let verdict = ending.verdict(counts);
    let invocations = json!([{
        "executionSuccessful": verdict != Verdict::Incomplete,
        "exitCode": ending.exit_code.unwrap_or(verdict.exit_code()),
    }]);
    let properties = json!({ "verdict": verdict.as_str() });
    write!(
        out,
        "{}],\"tool\":{tool},\"invocations\":{invocations},",
        if counts.total() > 0 { "\n" } else { "" }
    )?;
    writeln!(out, "\"properties\":{properties}}}]}}")
}

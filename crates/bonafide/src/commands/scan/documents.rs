//! The answer of a scan as a document of others: CycloneDX with vulnerabilities, a draft of OpenVEX.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::Arc;

use bonafide_advisory::vex::merge::{Options, merge};
use bonafide_advisory::vex::{
    Document, Format, Identifier, Moment, Product, Software, Statement, Status, Vulnerability,
};
use bonafide_vuln::{Finding, State};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Told;
use crate::commands::findings::TOOL;

/// CycloneDX 1.6: every component that was scanned, and the vulnerabilities of each.
pub(crate) fn cyclonedx(out: &mut dyn Write, told: &Told) -> io::Result<()> {
    let reference = |at: usize| format!("component-{at}");
    let components: Vec<Value> = told
        .components
        .iter()
        .enumerate()
        .map(|(at, component)| {
            let mut value = json!({"type": "library", "bom-ref": reference(at), "name": component.name});
            let version = component.shown_version();
            if !version.is_empty() {
                value["version"] = json!(version);
            }
            if let Some(cpe) = component.cpes.first() {
                value["cpe"] = json!(cpe);
            }
            if let Some(purl) = component.purls.first() {
                value["purl"] = json!(purl);
            }
            value
        })
        .collect();
    let mut vulnerabilities = Vec::new();
    for finding in &told.answers.findings {
        let mut value = json!({
            "bom-ref": format!("{}-{}", reference(finding.component), finding.id),
            "id": finding.id,
            "affects": [{"ref": reference(finding.component)}],
        });
        if !finding.aliases.is_empty() {
            // The schema asks for the source of each reference; an id says itself who gave it.
            let other: Vec<Value> = finding
                .aliases
                .iter()
                .map(|alias| json!({"id": alias, "source": {"name": alias.split('-').next().unwrap_or_default()}}))
                .collect();
            value["references"] = json!(other);
        }
        if let Some(rating) = &finding.rating {
            let mut rated = json!({"severity": rating.severity.as_str()});
            if let Some(score) = rating.score() {
                rated["score"] = json!(score);
                rated["vector"] = json!(rating.text);
                rated["method"] = json!(method(&rating.text));
            }
            value["ratings"] = json!([rated]);
        }
        if !finding.fixed.is_empty() {
            value["recommendation"] = json!(format!("Update to {} or later.", finding.fixed.join(" or ")));
        }
        if let Some(analysis) = analysis(finding) {
            value["analysis"] = analysis;
        }
        vulnerabilities.push(value);
    }
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"tools": {"components": [
            {"type": "application", "name": TOOL.name, "version": TOOL.version},
        ]}},
        "components": components,
        "vulnerabilities": vulnerabilities,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn method(vector: &str) -> &'static str {
    match vector.split('/').next() {
        Some("CVSS:4.0") => "CVSSv4",
        Some("CVSS:3.1") => "CVSSv31",
        Some("CVSS:3.0") => "CVSSv3",
        _ => "CVSSv2",
    }
}

/// What is known beyond that it is there, in CycloneDX's words.
fn analysis(finding: &Finding) -> Option<Value> {
    let Some(by) = &finding.suppressed else {
        let State::Unknown(why) = &finding.state else { return None };
        return Some(json!({"state": "in_triage", "detail": why}));
    };
    let state = if by.status == Status::Fixed { "resolved" } else { "not_affected" };
    let mut value = json!({"state": state, "detail": format!("says {}", by.source)});
    let word = by.justification.as_deref().and_then(|word| match word {
        "component_not_present" | "vulnerable_code_not_present" | "code_not_present" => {
            Some("code_not_present")
        }
        "vulnerable_code_not_in_execute_path" | "code_not_reachable" => Some("code_not_reachable"),
        "vulnerable_code_cannot_be_controlled_by_adversary" => Some("requires_environment"),
        "inline_mitigations_already_exist" => Some("protected_by_mitigating_control"),
        known @ ("requires_configuration"
        | "requires_dependency"
        | "requires_environment"
        | "protected_by_compiler"
        | "protected_at_runtime"
        | "protected_at_perimeter"
        | "protected_by_mitigating_control") => Some(known),
        _ => None,
    });
    if let Some(word) = word {
        value["justification"] = json!(word);
    }
    Some(value)
}

/// OpenVEX: each vulnerability that is not suppressed, under investigation in the components that it is found in. A draft: whoever
/// knows the product says what is true.
pub(crate) fn openvex(out: &mut dyn Write, told: &Told, now: Timestamp) -> io::Result<()> {
    let mut by_id: BTreeMap<&str, (&Finding, BTreeSet<usize>)> = BTreeMap::new();
    for finding in told.answers.findings.iter().filter(|finding| finding.suppressed.is_none()) {
        by_id.entry(&finding.id).or_insert((finding, BTreeSet::new())).1.insert(finding.component);
    }
    let mut document = Document::new(Format::OpenVex);
    for (id, (finding, components)) in by_id {
        let products = components
            .into_iter()
            .map(|at| {
                let component = &told.components[at];
                let identifier =
                    component.purls.first().or(component.cpes.first()).unwrap_or(&component.name);
                let software =
                    Software { identifiers: vec![Identifier::of(identifier)], ..Software::default() };
                Arc::new(Product { software, ..Product::default() })
            })
            .collect();
        document.statements.push(Statement {
            vulnerability: Vulnerability {
                name: id.into(),
                aliases: finding.aliases.iter().map(|alias| alias.as_str().into()).collect(),
                ..Vulnerability::default()
            },
            products,
            status: Some(Status::UnderInvestigation),
            timestamp: Some(Moment::new(&now.to_string())),
            ..Statement::default()
        });
    }
    let options = Options {
        author: Some("unknown".to_owned()),
        timestamp: Some(now),
        tooling: Some(format!("{} {}", TOOL.name, TOOL.version)),
    };
    merge(&[(String::new(), document)], &options).document.write(out)
}

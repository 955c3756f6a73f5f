//! What a document says survives its conversion, there and back.

use crate::corpus;
use crate::verdicts::broken;
use bonafide_sbom::convert::{LOSS, Target, convert};
use bonafide_sbom::{Document, Encoding, Format, Style, read, write};
use std::path::Path;

fn written(document: &Document) -> String {
    let mut out = Vec::new();
    write(document, Encoding::Json, Style::Pretty, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The valid documents of the corpora of one family.
fn valid(format: Format) -> Vec<(String, Document)> {
    let data = corpus::data();
    corpus::documents()
        .iter()
        .filter_map(|path| {
            let bytes = corpus::bytes(path);
            let mut document = read(&bytes).ok()?;
            let is_valid = document.format == format && broken(&document, &bytes).is_empty();
            document.encoding = Encoding::Json;
            let name = path.strip_prefix(data.as_deref().unwrap_or(Path::new(""))).unwrap_or(path);
            is_valid.then(|| (name.display().to_string(), document))
        })
        .collect()
}

/// Converts there and back; what is not as it was is told, losses that were reported apart.
fn there_and_back(document: &Document, target: Target, back: Target) -> Result<(), String> {
    let there = convert(document, target).map_err(|error| format!("there: {error}"))?;
    let text = written(&there.document);
    let found = read(text.as_bytes()).map_err(|error| format!("there, read: {error}"))?;
    let rules = broken(&found, text.as_bytes());
    if !rules.is_empty() {
        return Err(format!("there, invalid: {rules:?}"));
    }
    let losses: Vec<String> = there
        .findings
        .iter()
        .filter(|finding| finding.rule == &LOSS)
        .map(|finding| finding.place.pointer.clone().unwrap_or_default())
        .collect();
    let returned = convert(&found, back).map_err(|error| format!("back: {error}"))?;
    let (mut was, mut is) = (document.clone(), returned.document);
    for one in [&mut was, &mut is] {
        one.version = "".into();
        one.extra.remove("$schema");
        one.extra.remove("@context");
    }
    if was == is {
        return if losses.is_empty() { Ok(()) } else { Err(format!("equal, but reported: {losses:?}")) };
    }
    if losses.is_empty() {
        let (was, is) = (written(&was), written(&is));
        let first = was.lines().zip(is.lines()).position(|(a, b)| a != b).unwrap_or_default();
        let around =
            |text: &str| text.lines().skip(first.saturating_sub(1)).take(3).collect::<Vec<_>>().join("\n");
        return Err(format!("differs, nothing reported:\n{}\n---\n{}", around(&was), around(&is)));
    }
    Err(format!("losses: {losses:?}"))
}

fn all(format: Format, target: Target, back: Target, expected: &[&str]) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (name, document) in valid(format) {
        count += 1;
        if let Err(message) = there_and_back(&document, target, back)
            && !expected.iter().any(|expected| message.starts_with(expected))
        {
            wrong.push(format!("{name}: {}", message.chars().take(600).collect::<String>()));
        }
    }
    println!("{count} documents");
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
}

/// A document in YAML has `licenseConcluded: null`, which JSON by the schema cannot have.
const NULL: &[&str] = &["losses: [\"/packages/0/licenseConcluded\"]"];

/// A signature holds for the very bytes of a document.
const SIGNATURES: &[&str] =
    &["losses: [\"/signature\"]", "losses: [\"/signature\", \"/components/0/signature\"]"];

#[test]
fn spdx_2_to_cyclonedx_and_back_is_what_it_was() {
    all(Format::Spdx2, Target::CycloneDx16, Target::Spdx23, NULL);
}

#[test]
fn cyclonedx_to_spdx_2_and_back_is_what_it_was() {
    all(Format::CycloneDx, Target::Spdx23, Target::CycloneDx17, SIGNATURES);
}

#[test]
fn spdx_2_to_spdx_3_and_back_is_what_it_was() {
    all(Format::Spdx2, Target::Spdx30, Target::Spdx23, NULL);
}

#[test]
fn spdx_3_to_spdx_2_and_back_is_what_it_was() {
    all(Format::Spdx3, Target::Spdx23, Target::Spdx30, &[]);
}

#[test]
fn spdx_3_to_cyclonedx_and_back_is_what_it_was() {
    all(Format::Spdx3, Target::CycloneDx16, Target::Spdx30, &[]);
}

#[test]
fn cyclonedx_to_spdx_3_and_back_is_what_it_was() {
    all(Format::CycloneDx, Target::Spdx30, Target::CycloneDx17, SIGNATURES);
}

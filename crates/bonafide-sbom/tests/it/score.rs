//! Scores against the table of what sbomqs 2.0.12 answers, and against documents made worse on purpose.

use crate::corpus;
use bonafide_sbom::score::{Context, Score, Signature, schemes, score, validity};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

/// 2026-11-20, the day of the table.
const NOW: i64 = 1_795_132_800;

fn scores(bytes: &[u8]) -> Option<Vec<Score>> {
    let document = bonafide_sbom::read(bytes).ok()?;
    let context = Context { now: NOW, schema: validity(bytes, &document), signature: Signature::Unchecked };
    Some(score(&document, &context, &schemes().iter().collect::<Vec<_>>()))
}

fn table(path: &Path) -> Vec<Vec<String>> {
    let text = String::from_utf8(corpus::bytes(path)).unwrap();
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// A member of a zip file, by its central directory.
fn member(archive: &Path, name: &str) -> Vec<u8> {
    let bytes = std::fs::read(archive).unwrap();
    let number = |at: usize, length: usize| -> usize {
        bytes[at..at + length].iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06").unwrap();
    let mut at = number(end + 16, 4);
    while bytes[at..].starts_with(b"PK\x01\x02") {
        let (packed, long, extra, comment) =
            (number(at + 20, 4), number(at + 28, 2), number(at + 30, 2), number(at + 32, 2));
        if bytes[at + 46..at + 46 + long] == *name.as_bytes() {
            let local = number(at + 42, 4);
            let start = local + 30 + number(local + 26, 2) + number(local + 28, 2);
            let body = &bytes[start..start + packed];
            if number(at + 10, 2) == 0 {
                return body.to_vec();
            }
            let mut opened = Vec::new();
            flate2::read::DeflateDecoder::new(body).read_to_end(&mut opened).unwrap();
            return opened;
        }
        at += 46 + long + extra + comment;
    }
    panic!("{name} is not in {}", archive.display());
}

fn document(data: &Path, name: &str) -> Vec<u8> {
    match name.split_once('!') {
        Some((archive, name)) => member(&data.join(archive), name),
        None => corpus::bytes(&data.join(name)),
    }
}

/// How many rows of each kind are met, of how many that can be read.
#[test]
fn scores_are_those_of_the_table() {
    let Some(data) = corpus::data() else { return };
    let mut scored: BTreeMap<String, Option<Vec<Score>>> = BTreeMap::new();
    let mut met: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut misses = Vec::new();
    for row in table(&data.join("sbom-scores/scores.tsv.gz")) {
        let [name, scheme, expected, trust] = [0, 1, 2, 10].map(|at| row[at].as_str());
        if trust == "refused" || expected.is_empty() {
            continue;
        }
        let scores = scored.entry(name.to_owned()).or_insert_with(|| scores(&document(&data, name)));
        let Some(scores) = scores else { continue };
        let one = scores.iter().find(|score| score.scheme.id == scheme).unwrap();
        assert!(one.strict <= one.score + 1e-9 && one.score <= one.ceiling + 1e-9, "{name} {scheme}");
        let kind = match scheme {
            _ if trust != "exact" => "SPDX 3",
            "sbomqs-1" | "sbomqs-1-all" | "sbomqs-2" | "ntia" | "cisa-2025" => "core",
            _ => "others",
        };
        let (good, all) = met.entry(kind).or_default();
        *all += 1;
        if (one.score - expected.parse::<f64>().unwrap()).abs() < 1e-9 {
            *good += 1;
        } else {
            println!("{kind}: {name} {scheme}: {expected}, not {}", one.score);
            misses.push((name.to_owned(), one.scheme.id));
        }
    }
    println!("{met:?}");
    assert_eq!(met["core"].0, met["core"].1);
    assert_eq!(met["others"].0, met["others"].1);
    same(&misses, MISSES);
}

/// The rows that differ, by document and scheme. `docs/src/scoring-misses.md` says why.
const MISSES: &[(&str, &[&str])] = &[
    (
        "spdx3-no-original-license.json",
        &["bsi-2.0", "cisa-2025", "fsct", "interlynk", "oct-1.1", "sbomqs-1", "sbomqs-1-all", "sbomqs-2"],
    ),
    ("simplehtr-example.json.gz", &["bsi-1.1", "bsi-2.0", "bsi-2.1"]),
    ("example13.spdx3.json", &["bsi-1.1", "bsi-2.0", "bsi-2.1"]),
    ("examplemaven-0.0.1-enriched.spdx3.json", &["sbomqs-1-all"]),
    ("examplemaven-0.0.1.spdx3.json", &["sbomqs-1-all"]),
];

/// The same of the engine of January 2024.
const JANUARY_MISSES: &[(&str, &[&str])] = &[];

/// That the misses are those, and that the page of misses names each document.
fn same(misses: &[(String, &str)], known: &[(&str, &[&str])]) {
    let page = include_str!("../../../../docs/src/scoring-misses.md");
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, scheme) in misses {
        found.entry(name.rsplit('/').next().unwrap()).or_default().push(scheme);
    }
    found.values_mut().for_each(|schemes| schemes.sort_unstable());
    let known: BTreeMap<&str, Vec<&str>> =
        known.iter().map(|(name, schemes)| (*name, schemes.to_vec())).collect();
    assert_eq!(found, known);
    for name in known.keys() {
        assert!(page.contains(name.trim_end_matches(".gz")), "{name} is not on the page of misses");
    }
}

#[test]
fn january_2024_is_what_was_reported_for_cpython() {
    let Some(data) = corpus::data() else { return };
    let (mut good, mut misses) = (0, Vec::new());
    for row in table(&data.join("sbom-scores/scores-sbomqs-2024-01.tsv.gz")) {
        if row[1].is_empty() {
            continue;
        }
        let Some(scores) = scores(&document(&data, &row[0])) else { continue };
        let one = scores.iter().find(|score| score.scheme.id == "sbomqs-1-2024").unwrap();
        let expected: f64 = row[1].parse().unwrap();
        if (one.score - expected).abs() < 1e-9 {
            good += 1;
        } else {
            misses.push((row[0].clone(), "sbomqs-1-2024"));
            println!("{}: {expected}, not {}", row[0], one.score);
        }
    }
    println!("{good}");
    same(&misses, JANUARY_MISSES);
}

#[test]
fn no_document_made_worse_has_as_high_a_strict_score() {
    const WORSE: [&str; 23] = [
        "dupid",
        "dup2000",
        "noassertion",
        "unknown",
        "noassert-author",
        "badhash",
        "dangling",
        "future",
        "epoch",
        "ns",
        "purl-junk",
        "lic-junk",
        "lic-op",
        "lic-ref",
        "lic-agpl",
        "lic-gpl",
        "lic-plus",
        "nopkg",
        "badhash-cdx",
        "self",
        "sig-forged",
        "sig-none",
        "sig-tampered",
    ];
    let Some(data) = corpus::data() else { return };
    let archive = data.join("sbom-scores/faults.zip");
    let strict = |name: &str| {
        let bytes = member(&archive, &format!("faults/{name}.json"));
        let cyclonedx = bytes.windows(9).any(|window| window == b"bomFormat");
        let scores = scores(&bytes)?;
        Some((cyclonedx, scores.iter().find(|score| score.scheme.id == "sbomqs-2").unwrap().strict))
    };
    let (spdx, cyclonedx) = (strict("spdx"), strict("cdx"));
    for name in WORSE {
        let Some((is_cyclonedx, worse)) = strict(name) else { continue };
        let (_, base) = if is_cyclonedx { cyclonedx } else { spdx }.unwrap();
        assert!(worse < base - 1e-9, "{name}: {worse} against {base}");
    }
}

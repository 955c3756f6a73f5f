//! The cases of the CSAF 2.0 validator (OASIS), each held against the test that it was made for.

use std::collections::BTreeSet;
use std::path::PathBuf;

use bonafide_artifact::{Body, Budget, Entry, Limits, Reading, Seen, Source, Visit, Want, walk};
use bonafide_report::Collected;

use crate::vex::{examine, lint};

#[expect(clippy::disallowed_methods, reason = "the place of the test data")]
fn archive() -> Option<PathBuf> {
    let path = std::env::var_os("BONAFIDE_TESTDATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from)
        .join("vex/csaf_2.0.zip");
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

struct Cases(Vec<(String, Vec<u8>)>);

impl Visit for Cases {
    fn enter(&mut self, _: &Entry) -> Want {
        Want { body: Body::Whole, members: true, ..Want::default() }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        let name = entry.path.text();
        if name.contains("test/validator/data/") && name.contains("-2021-6-") {
            let name = name.rsplit("-2021-").next().unwrap_or_default();
            self.0.push((name.trim_end_matches(".json").to_owned(), seen.bytes.to_vec()));
        }
    }
}

/// Tests that rules of the reader stand for.
const OWN: &[(&str, &str)] = &[
    ("6.1.1", "vex-dangling-reference"),
    ("6.1.2", "csaf-product-twice"),
    ("6.1.3", "csaf-circular"),
    ("6.1.4", "vex-dangling-reference"),
    ("6.1.5", "csaf-product-twice"),
    ("6.1.6", "vex-contradiction"),
    ("6.1.27.9", "vex-unjustified"),
    ("6.1.27.10", "vex-no-action"),
];

#[test]
fn every_case_fails_the_test_that_it_is_made_for_and_every_good_one_passes() {
    let Some(path) = archive() else { return };
    let budget = Budget::new(Limits::default());
    let mut cases = Cases(Vec::new());
    walk(Source::Path(&path), Reading::new(&budget), &mut cases).unwrap();
    let mut wrong = Vec::new();
    let mut held = 0;
    for (name, bytes) in &cases.0 {
        let parts: Vec<&str> = name.split('-').collect();
        let (case, test) = parts.split_last().unwrap();
        let test = test.iter().map(|part| part.trim_start_matches('0')).collect::<Vec<_>>().join(".");
        if test.starts_with("6.3") || matches!(test.as_str(), "6.2.13" | "6.2.20") {
            continue;
        }
        held += 1;
        let document = examine(bytes, name).unwrap();
        let mut sink = Collected::default();
        lint(&document, &mut sink);
        let own = OWN.iter().find(|(number, _)| *number == test).map(|(_, rule)| *rule);
        let is_it = |message: &str| message.split([' ', ':']).next() == Some(&test);
        let fails = sink.findings.iter().any(|finding| match own {
            Some(rule) => finding.rule.id == rule,
            None => is_it(&finding.message),
        });
        if fails != (*case < "10") {
            wrong.push((name.clone(), fails));
        }
        // Cases of optional tests are valid documents, save two that name one algorithm twice.
        let others: BTreeSet<String> = sink
            .findings
            .iter()
            .filter(|finding| finding.rule.id == "csaf-mandatory-test" && !is_it(&finding.message))
            .map(|finding| finding.message.clone())
            .collect();
        if test.starts_with("6.2") && !matches!(name.as_str(), "6-2-08-02" | "6-2-09-02") {
            assert!(others.is_empty(), "{name}: {others:?}");
        }
    }
    assert!(held > 190, "{held}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

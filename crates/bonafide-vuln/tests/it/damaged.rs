//! A damaged database is refused: no byte of it can be changed, and no end of it cut off, without that being told.

use bonafide_vuln::db::{Builder, Database, Input};
use bonafide_vuln::{Scanner, State};
use proptest::prelude::*;

use super::component;

const RECORD: &str = r#"{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-1"],"affected":[
    {"package":{"ecosystem":"PyPI","name":"Demo"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]}],
     "versions":["1.0","3.0"]}]}"#;

fn built() -> Vec<u8> {
    let mut builder = Builder::new();
    builder.add("a.json", RECORD.as_bytes()).unwrap();
    for number in 0..400 {
        let record =
            RECORD.replace("GHSA-1", &format!("GHSA-9{number}")).replace("Demo", &format!("demo{number}"));
        builder.add("b.json", record.as_bytes()).unwrap();
    }
    builder.finish(vec![Input { name: "x".into(), sha256: "y".into(), documents: 401, date: None }]).unwrap()
}

fn answer(bytes: Vec<u8>) -> Option<usize> {
    let scanner = Scanner::new(vec![Database::from_bytes(bytes).ok()?]);
    let answers = scanner.scan(&[component("pkg:pypi/demo@1.5")]).ok()?;
    Some(answers.findings.iter().filter(|finding| finding.state == State::Affected).count())
}

#[test]
fn the_same_records_in_any_order_are_the_same_bytes() {
    let other = RECORD.replace("GHSA-1", "GHSA-2");
    let of = |records: &[&str]| {
        let mut builder = Builder::new();
        records.iter().for_each(|record| builder.add("x.json", record.as_bytes()).unwrap());
        builder.finish(Vec::new()).unwrap()
    };
    assert_eq!(of(&[RECORD, &other]), of(&[&other, RECORD]));
    assert!(answer(built()).is_some());
}

#[test]
fn every_truncation_is_refused() {
    let bytes = built();
    for length in (0..bytes.len()).step_by(37).chain([bytes.len() - 1]) {
        assert!(Database::from_bytes(bytes[..length].to_vec()).is_err(), "{length} of {}", bytes.len());
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(Database::from_bytes(longer).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_flipped_byte_is_refused(at in any::<prop::sample::Index>(), bits in 1_u8..) {
        let mut bytes = built();
        let at = at.index(bytes.len());
        bytes[at] ^= bits;
        prop_assert_eq!(answer(bytes), None);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let mut file = built();
        let end = bytes.len().min(file.len());
        file[..end].copy_from_slice(&bytes[..end]);
        prop_assert!(bytes.is_empty() || answer(file).is_none());
    }
}

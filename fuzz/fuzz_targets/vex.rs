//! VEX documents of any format. Whatever is read is judged, merged, and merged again to the same bytes; a statement with a flaw is
//! never written.

#![no_main]

use bonafide_advisory::vex::merge::{Options, merge};
use bonafide_advisory::vex::{examine, lint, read};
use bonafide_report::Collected;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = read(bytes, "fuzz") else { return };
    lint(&examine(bytes, "fuzz").expect("it was read before"), &mut Collected::default());
    lint(&document, &mut Collected::default());
    let mut written = Vec::new();
    let named = vec![("fuzz".to_owned(), document)];
    let merged = merge(&named, &Options::default());
    merged.document.write(&mut written).expect("a vector takes every byte");
    let again = read(&written, "merged").expect("what is written can be read");
    assert!(again.statements.iter().all(|statement| statement.flaws.is_empty()), "a flaw was written");
    let mut rewritten = Vec::new();
    let again = merge(&[("merged".to_owned(), again)], &Options::default());
    assert!(again.left_out.is_empty());
    again.document.write(&mut rewritten).expect("a vector takes every byte");
    assert_eq!(written, rewritten, "merging again changes nothing");
});

//! Advisories of any format, judged: nothing panics, and every finding has a rule of ours.

#![no_main]

use bonafide_advisory::lint::{RULES, lint};
use bonafide_report::Collected;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut sink = Collected::default();
    if lint(text, jiff::Timestamp::UNIX_EPOCH, &mut sink).is_ok() {
        assert!(sink.findings.iter().all(|finding| RULES.contains(&finding.rule)));
    }
});

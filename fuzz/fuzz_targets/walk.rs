#![no_main]
//! Anything: bytes that can be read at any place and bytes that come once give the same answer.

use bonafide_artifact::{Format, Source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (placed, first) = bonafide_fuzz::walked(Source::Bytes { name: "a", bytes: data });
    let (once, second) = bonafide_fuzz::walked(Source::Reader { name: "a", reader: Box::new(data) });
    // A zip behind other bytes is looked for only where the end can be read at once.
    let is_behind = placed.format == Format::Zip && once.format == Format::Plain;
    if placed.broken.is_none() && once.broken.is_none() && !is_behind {
        assert_eq!(first.lines.len(), second.lines.len());
    }
});

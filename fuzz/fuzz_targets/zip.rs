#![no_main]
//! Zips: always taken for one, whatever they begin with.

use bonafide_artifact::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut bytes = data.to_vec();
    if !bytes.starts_with(b"PK") {
        bytes.splice(0..0, *b"MZ");
    }
    bonafide_fuzz::walked(Source::Bytes { name: "a", bytes: &bytes });
});

#![no_main]
//! Programs that carry containers: the magic is put before the bytes.

use bonafide_artifact::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let bytes = [b"MZ", data].concat();
    bonafide_fuzz::walked(Source::Bytes { name: "a", bytes: &bytes });
});

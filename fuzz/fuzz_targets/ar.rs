#![no_main]
//! ar and deb: the magic is put before the bytes.

use bonafide_artifact::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let bytes = [b"!<arch>\n", data].concat();
    bonafide_fuzz::walked(Source::Bytes { name: "a", bytes: &bytes });
});

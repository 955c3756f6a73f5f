#![no_main]
//! rpm: the lead is put before the bytes.

use bonafide_artifact::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut bytes = vec![0; 96];
    bytes[..5].copy_from_slice(b"\xed\xab\xee\xdb\x03");
    bytes[79] = 5;
    bytes.extend_from_slice(data);
    bonafide_fuzz::walked(Source::Bytes { name: "a", bytes: &bytes });
});

#![no_main]
//! OLE compound files and the installers among them: the magic is put before the bytes.

use bonafide_artifact::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let bytes = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", data].concat();
    bonafide_fuzz::walked(Source::Bytes { name: "a", bytes: &bytes });
});

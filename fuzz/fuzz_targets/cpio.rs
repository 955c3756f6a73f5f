#![no_main]
//! cpio of all forms: the first byte chooses the magic that is put before the rest.

use bonafide_artifact::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((form, rest)) = data.split_first() else { return };
    let magics: [&[u8]; 5] = [b"070701", b"070702", b"070707", b"\xc7\x71", b"\x71\xc7"];
    let bytes = [magics[usize::from(*form) % magics.len()], rest].concat();
    bonafide_fuzz::walked(Source::Bytes { name: "a", bytes: &bytes });
});

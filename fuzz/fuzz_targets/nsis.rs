#![no_main]
//! Installers of NSIS: a small program is put before the bytes, which are those of the data; the checksum of them is not.

use bonafide_artifact::Source;
use bonafide_testkit::PeBuilder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let length = data.get(..4).map_or([0; 4], |length| length.try_into().expect("four bytes"));
    let rest = data.get(4..).unwrap_or_default();
    let mut head = b"\x04\0\0\0\xef\xbe\xad\xdeNullsoftInst".to_vec();
    head.extend(length);
    head.extend((28 + rest.len() as u32).to_le_bytes());
    let bytes = PeBuilder::new().overlay([&head, rest].concat()).end();
    bonafide_fuzz::walked(Source::Bytes { name: "a", bytes: &bytes });
});

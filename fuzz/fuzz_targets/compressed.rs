#![no_main]
//! Gzip, bzip2, xz and zstd: the first byte picks the format where the rest does not begin with its magic.

use bonafide_artifact::{Format, Source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut bytes = data.to_vec();
    if Format::sniff(&bytes).is_none()
        && let Some(first) = bytes.first().copied()
    {
        let magic: &[u8] = match first % 4 {
            0 => b"\x1f\x8b\x08",
            1 => b"BZh1\x31\x41\x59\x26\x53\x59",
            2 => b"\xfd7zXZ\0\0\x01\x69\x22\xde\x36",
            _ => b"\x28\xb5\x2f\xfd",
        };
        bytes.splice(0..1, magic.iter().copied());
    }
    bonafide_fuzz::walked(Source::Bytes { name: "a", bytes: &bytes });
});

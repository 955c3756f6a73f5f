#![no_main]
//! Tars: the checksum of every header is put right first, so that changed fields are looked at.

use bonafide_artifact::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut bytes = data.to_vec();
    for block in bytes.chunks_exact_mut(512) {
        if block[257..262] == *b"ustar" {
            block[148..156].fill(b' ');
            let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
            block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
    }
    bonafide_fuzz::walked(Source::Bytes { name: "a", bytes: &bytes });
});

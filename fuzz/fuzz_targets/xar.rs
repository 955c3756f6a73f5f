#![no_main]
//! xar: the bytes are a table of contents in plain text and, after a zero byte, the heap. Bills of materials and pbzx are
//! reached through it.

use std::io::Write as _;

use bonafide_artifact::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let split = data.iter().position(|&byte| byte == 0).unwrap_or(data.len());
    let (toc, heap) = data.split_at(split);
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(1));
    encoder.write_all(toc).expect("memory takes all");
    let packed = encoder.finish().expect("memory takes all");
    let mut bytes = b"xar!\0\x1c\0\x01".to_vec();
    bytes.extend_from_slice(&(packed.len() as u64).to_be_bytes());
    bytes.extend_from_slice(&(toc.len() as u64).to_be_bytes());
    bytes.extend_from_slice(&[0; 4]);
    let bytes = [&bytes[..], &packed, heap.get(1..).unwrap_or_default()].concat();
    bonafide_fuzz::walked(Source::Bytes { name: "a", bytes: &bytes });
});

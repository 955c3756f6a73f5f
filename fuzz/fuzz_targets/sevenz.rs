#![no_main]
//! 7z: the first two bytes say how many of the rest are packed streams; what follows is the header, whose checksums are made.

use bonafide_artifact::Source;
use libfuzzer_sys::fuzz_target;

fn sum(bytes: &[u8]) -> [u8; 4] {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum().to_le_bytes()
}

fuzz_target!(|data: &[u8]| {
    let Some((&[low, high], rest)) = data.split_first_chunk::<2>() else { return };
    let (packed, header) = rest.split_at(usize::from(u16::from_le_bytes([low, high])).min(rest.len()));
    let mut start = (packed.len() as u64).to_le_bytes().to_vec();
    start.extend_from_slice(&(header.len() as u64).to_le_bytes());
    start.extend_from_slice(&sum(header));
    let bytes = [b"7z\xbc\xaf\x27\x1c\0\x04", &sum(&start)[..], &start, packed, header].concat();
    bonafide_fuzz::walked(Source::Bytes { name: "a", bytes: &bytes });
});

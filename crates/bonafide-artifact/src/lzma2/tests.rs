//! The decoder against the encoder and the decoder of another library.

use std::io::{Read as _, Write as _};

use lzma_rust2::{Lzma2Options, Lzma2Reader, Lzma2Writer};
use proptest::prelude::*;

use super::*;

const DICTIONARY: u32 = 4096;

fn packed(bytes: &[u8], change: impl FnOnce(&mut Lzma2Options)) -> Vec<u8> {
    let mut options = Lzma2Options::with_preset(1);
    options.lzma_options.dict_size = DICTIONARY;
    change(&mut options);
    let mut writer = Lzma2Writer::new(Vec::new(), options);
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn unpacked(packed: &[u8], dictionary: u32) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Lzma2::new(packed, dictionary).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// So many bytes, the same each time: runs, repetitions from near and far, and noise.
fn sample(length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut seed = 1_u64;
    while bytes.len() < length {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (kind, count) = (seed >> 61, (seed >> 40 & 0xff) as usize + 1);
        match kind {
            0 => bytes.extend(std::iter::repeat_n((seed >> 30) as u8, count)),
            1 => bytes.extend(seed.to_be_bytes().map(|byte| byte & 0x7f)),
            _ if bytes.is_empty() => bytes.push(0),
            _ => {
                let back = (seed >> 20) as usize % bytes.len().min(if kind < 5 { 40 } else { 5000 }) + 1;
                for _ in 0..count {
                    bytes.push(bytes[bytes.len() - back]);
                }
            }
        }
    }
    bytes.truncate(length);
    bytes
}

#[test]
fn the_window_begins_again_as_often_as_it_must() {
    let bytes = sample(9 << 20);
    assert!(unpacked(&packed(&bytes, |_| ()), DICTIONARY).unwrap() == bytes);
}

#[test]
fn noise_is_stored() {
    let mut state = 1_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    })
    .take(800_000)
    .collect();
    let packed = packed(&noise, |options| options.lzma_options.dict_size = 1 << 20);
    assert!(packed.len() >= noise.len());
    assert!(unpacked(&packed, 1 << 20).unwrap() == noise);
}

#[test]
fn a_small_window_takes_little_memory() {
    let mut decoder = Lzma2::new(&[1, 0, 0, b'a', 0][..], u32::MAX);
    decoder.read_to_end(&mut Vec::new()).unwrap();
    assert!(decoder.window.bytes.len() < 100);
}

#[test]
fn every_fault_is_found() {
    let good = packed(&sample(5000), |_| ());
    assert!(good[0] >= 0xe0);
    let faulty = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        unpacked(&bytes, DICTIONARY).unwrap_err().to_string()
    };
    assert_eq!(faulty(0, 3), "an LZMA2 chunk of no known kind");
    assert_eq!(faulty(0, 2), "the first LZMA2 chunk does not reset the dictionary");
    assert_eq!(faulty(0, 0xc0), "the first LZMA2 chunk does not reset the dictionary");
    assert_eq!(faulty(5, 225), "impossible LZMA2 properties");
    assert_eq!(faulty(5, 4 * 9 + 4), "impossible LZMA2 properties");
    assert_eq!(faulty(6, 1), "the first byte of an LZMA2 chunk is not zero");
    let fault = |bytes: &[u8]| unpacked(bytes, DICTIONARY).unwrap_err().to_string();
    let after_stored = [&[1, 0, 0, b'a', 0x80][..], &good[1..5], &good[6..]].concat();
    assert_eq!(fault(&after_stored), "an LZMA2 chunk without properties");
    // One byte less of what is unpacked, one more of what is packed.
    let shorter = u16::from_be_bytes([good[1], good[2]]) - 1;
    let [high, low] = shorter.to_be_bytes();
    let short = [&[good[0], high, low][..], &good[3..]].concat();
    assert!(
        ["an LZMA2 chunk does not end where it should", "a match is longer than its chunk"]
            .contains(&&*fault(&short))
    );
    for length in 1..good.len() {
        assert_eq!(unpacked(&good[..length], DICTIONARY).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}

#[test]
fn a_match_reaches_no_further_than_the_dictionary() {
    let mut bytes = sample(6000);
    bytes.extend_from_within(..300);
    let wide = packed(&bytes, |options| options.lzma_options.dict_size = 1 << 16);
    assert!(unpacked(&wide, 1 << 16).unwrap() == bytes);
    assert_eq!(
        unpacked(&wide, DICTIONARY).unwrap_err().to_string(),
        "a match reaches back before the first byte"
    );
}

proptest! {
    #[test]
    fn what_was_packed_is_unpacked(
        pieces in prop::collection::vec((prop::collection::vec(0..4_u8, 1..20), 1..60_usize), 0..60),
        (context, literal, position) in (0..=4_u32, 0..=4_u32, 0..=4_u32),
    ) {
        let bytes: Vec<u8> = pieces.iter().flat_map(|(piece, count)| piece.repeat(*count)).collect();
        let packed = packed(&bytes, |options| {
            options.lzma_options.lc = context;
            options.lzma_options.lp = literal.min(4 - context);
            options.lzma_options.pb = position;
        });
        prop_assert!(unpacked(&packed, DICTIONARY).unwrap() == bytes);
    }

    #[test]
    fn damage_is_found_or_harmless(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        length in 1..3000_usize,
    ) {
        let mut bytes = packed(&sample(length), |_| ());
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(ours) = unpacked(&bytes, DICTIONARY) {
            let mut theirs = Vec::new();
            Lzma2Reader::new(&*bytes, DICTIONARY, None).read_to_end(&mut theirs).unwrap();
            prop_assert!(ours == theirs);
        }
    }
}

use bonafide_artifact::{FaultKind, Format, Limits, Source, Threads};
use bonafide_testkit::{CabBuilder, CabMethod, LzxKind, LzxOptions, TarBuilder, ZipBuilder, cab_set};
use proptest::prelude::*;

use crate::{noise, sha256, walked, walked_with};

#[test]
fn all_methods_are_read_over_many_blocks() {
    let text = b"a line that compresses well, ".repeat(4000);
    let noise = noise(70_001, 1);
    for method in [CabMethod::Stored, CabMethod::MsZip, CabMethod::Lzx] {
        for reserve in [0, 20] {
            let bytes = CabBuilder::new()
                .folder(method, &[("d\\text", &text), ("empty", b""), ("noise", &noise)])
                .folder(CabMethod::MsZip, &[("other", b"x")])
                .reserve(reserve)
                .end();
            let (summary, seen) = walked(&bytes);
            assert_eq!(seen.locations(), ["a!/d/text", "a!/empty", "a!/noise", "a!/other", "a"]);
            assert_eq!(seen.at("a!/d/text").sha256, sha256(&text), "{method:?}");
            assert_eq!(seen.at("a!/noise").sha256, sha256(&noise), "{method:?}");
            assert_eq!((seen.all_faults(), summary.format, summary.gaps), (vec![], Format::Cab, 0));
        }
    }
}

#[test]
fn cabinets_are_opened_inside_others_and_others_inside_them() {
    let wheel = ZipBuilder::new().file("pkg/a.py", b"pass").end();
    let cab = CabBuilder::new().folder(CabMethod::MsZip, &[("w.whl", &wheel)]).end();
    let (_, seen) = walked(&TarBuilder::new().file("c", &cab).end());
    assert_eq!(seen.at("a!/c!/w.whl!/pkg/a.py").bytes, b"pass");
    assert_eq!(seen.all_faults(), []);
}

#[test]
fn a_file_goes_on_in_the_next_cabinet_where_that_lies_beside() {
    let body = noise(100_000, 2);
    let [one, two] = cab_set(&body, 40_000);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("one.cab");
    std::fs::write(&path, &one).expect("it can be written");
    let read = || walked_with(Source::Path(&path), Limits::default(), Threads::Two).1;
    assert_eq!(read().faults("one.cab!/f"), [FaultKind::Unsupported]);
    // Windows does not tell letters apart by their case.
    std::fs::write(folder.path().join("TWO.cab"), &two).expect("it can be written");
    let seen = read();
    assert_eq!(seen.at("one.cab!/f").sha256, sha256(&body));
    assert_eq!(seen.all_faults(), []);
    // The file is told where it begins.
    let (_, seen) = walked_with(Source::Path(folder.path()), Limits::default(), Threads::Two);
    assert_eq!(seen.locations(), ["TWO.cab", "one.cab!/f", "one.cab"]);
    assert_eq!(seen.all_faults(), []);
    // Alone, the second one says what it has not.
    let (_, seen) = walked(&two);
    assert_eq!(seen.faults("a!/f"), [FaultKind::Unsupported]);
}

#[test]
fn what_is_odd_about_a_cabinet_is_told() {
    let good = CabBuilder::new().folder(CabMethod::Stored, &[("f", b"hello"), ("g", b"world")]).end();
    let mut changed = good.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    assert_eq!(walked(&changed).1.faults("a!/f"), [FaultKind::BadChecksum]);
    assert_eq!(walked(&[&good[..], b"x"].concat()).1.faults("a"), [FaultKind::TrailingData]);
    let (_, seen) = walked(&good[..last]);
    assert!(seen.faults("a").contains(&FaultKind::Truncated));
    let quantum = CabBuilder::new().folder(CabMethod::Other(2), &[("f", b"hello")]).end();
    assert_eq!(walked(&quantum).1.faults("a!/f"), [FaultKind::Unsupported]);
    let climbing = CabBuilder::new().folder(CabMethod::Stored, &[("..\\f", b"x")]).end();
    assert_eq!(walked(&climbing).1.faults("a!/../f"), [FaultKind::ClimbingName]);
    // Both files lay claim to the first byte.
    let mut overlap = good;
    let second = overlap.windows(2).position(|window| window == b"g\0").expect("it is there");
    overlap[second - 12..second - 8].fill(0);
    assert_eq!(walked(&overlap).1.faults("a!/g"), [FaultKind::OverlappingMembers]);
}

const KINDS: [&[LzxKind]; 6] = [
    &[LzxKind::Verbatim],
    &[LzxKind::Aligned],
    &[LzxKind::Stored],
    &[LzxKind::Verbatim, LzxKind::Aligned, LzxKind::Stored],
    &[LzxKind::Stored, LzxKind::Verbatim],
    &[LzxKind::Aligned, LzxKind::Aligned, LzxKind::Stored, LzxKind::Stored, LzxKind::Verbatim],
];

/// Bytes that have all that LZX is for: calls, text, repetitions from far away, noise.
fn program(length: usize, seed: u64) -> Vec<u8> {
    let noise = noise(length, seed);
    let mut bytes = Vec::new();
    while bytes.len() < length {
        let at = bytes.len();
        let take = usize::from(noise[at]) + 1;
        match noise[at / 2] % 5 {
            0 => bytes.extend(&noise[at..length.min(at + take)]),
            1 => {
                let target = i32::from(noise[at]) * 4000 - at as i32;
                bytes.push(0xe8);
                bytes.extend(target.to_le_bytes());
            }
            2 => bytes.extend(vec![noise[at / 3]; take * 3]),
            3 => bytes.extend_from_within(..at.min(take)),
            _ => bytes.extend_from_within(at.saturating_sub(take)..),
        }
        bytes.extend(b"text ");
    }
    bytes.truncate(length);
    bytes
}

#[test]
fn lzx_is_read_with_every_window_and_kind_of_block() {
    // Every slot of distances is used only where bytes come again from far away.
    let mut bytes = program(150_000, 1);
    bytes.extend(vec![0; 2_000_000]);
    bytes.extend_from_within(..60_000);
    bytes.extend_from_within(2_040_000..);
    for window in 15..=21 {
        let (translation, kinds) = (if window % 2 == 0 { 0 } else { 1 << 22 }, KINDS[window as usize % 6]);
        let options = LzxOptions { window, block: 70_001, kinds, translation };
        let cab = CabBuilder::new()
            .folder(CabMethod::LzxWith(options), &[("one", &bytes[..100_000]), ("two", &bytes[100_000..])])
            .folder(CabMethod::LzxWith(LzxOptions { block: 9, ..options }), &[("three", &bytes[..5000])])
            .end();
        let (summary, seen) = walked(&cab);
        assert_eq!((seen.all_faults(), summary.gaps), (vec![], 0), "{options:?}");
        assert_eq!(seen.at("a!/one").sha256, sha256(&bytes[..100_000]), "{options:?}");
        assert_eq!(seen.at("a!/two").sha256, sha256(&bytes[100_000..]), "{options:?}");
        assert_eq!(seen.at("a!/three").sha256, sha256(&bytes[..5000]), "{options:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_lzx_packs_is_read(
        length in 0..100_000_usize,
        seed in any::<u64>(),
        window in 15..=21_u32,
        block in 1..90_000_usize,
        kinds in 0..KINDS.len(),
        translation in prop_oneof![Just(0), 1..200_000_i32, Just(i32::MAX)],
    ) {
        let bytes = program(length, seed);
        // Blocks of few bytes have tables of many.
        let options = LzxOptions { window, block: block.max(length / 50), kinds: KINDS[kinds], translation };
        let cab = CabBuilder::new().folder(CabMethod::LzxWith(options), &[("f", &bytes)]).end();
        let (_, seen) = walked(&cab);
        prop_assert_eq!((seen.all_faults(), &seen.at("a!/f").sha256), (vec![], &sha256(&bytes)));
    }
}

proptest! {
    #[test]
    fn what_is_built_is_read(
        folders in proptest::collection::vec((0..3_usize, proptest::collection::vec(("[a-z]{1,9}", proptest::collection::vec(any::<u8>(), 0..400)), 1..5)), 0..4),
    ) {
        let methods = [CabMethod::Stored, CabMethod::MsZip, CabMethod::Lzx];
        let mut cab = CabBuilder::new();
        for (method, files) in &folders {
            let files: Vec<(&str, &[u8])> = files.iter().map(|(name, body)| (&**name, &**body)).collect();
            cab = cab.folder(methods[*method], &files);
        }
        let (_, seen) = walked(&cab.end());
        let got: Vec<_> = seen.left.iter().filter(|told| told.location.matches("!/").count() == 1)
            .map(|told| (told.location[3..].to_owned(), told.sha256.clone())).collect();
        let want: Vec<_> = folders.iter().flat_map(|(_, files)| files).map(|(name, body)| (name.clone(), sha256(body))).collect();
        prop_assert_eq!(got, want);
    }
}

use std::io::Write as _;

use bonafide_artifact::{FaultKind, Format};
use bonafide_testkit::{NsisBuilder, NsisPacking, NsisText, TarBuilder, ZipBuilder, nsis_bzip2};
use proptest::prelude::*;

use crate::{noise, sha256, walked};

pub(crate) fn deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(body).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

pub(crate) fn bzip2(body: &[u8]) -> Vec<u8> {
    nsis_bzip2(&crate::compressed::bzip2(body))
}

/// Properties, dictionary, and a stream with an end of its own.
pub(crate) fn lzma(body: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::LzmaOptions { dict_size: 1 << 16, ..lzma_rust2::LzmaOptions::default() };
    let mut writer =
        lzma_rust2::LzmaWriter::new_no_header(Vec::new(), &options, true).expect("right options");
    writer.write_all(body).expect("memory takes all");
    [&[0x5d, 0, 0, 1, 0], &writer.finish().expect("memory takes all")[..]].concat()
}

/// The same after a byte that says that jumps were not changed.
fn filtered(body: &[u8]) -> Vec<u8> {
    [&[0], &lzma(body)[..]].concat()
}

const PACKINGS: [NsisPacking; 9] = [
    NsisPacking::Stored,
    NsisPacking::Blocks(deflate),
    NsisPacking::Blocks(bzip2),
    NsisPacking::Blocks(lzma),
    NsisPacking::Blocks(filtered),
    NsisPacking::Solid(deflate),
    NsisPacking::Solid(bzip2),
    NsisPacking::Solid(lzma),
    NsisPacking::Solid(filtered),
];
const CODINGS: [NsisText; 4] = [NsisText::Ansi2, NsisText::Ansi3, NsisText::Unicode3, NsisText::Unicode2];

pub(crate) fn sample(coding: NsisText) -> NsisBuilder {
    NsisBuilder::new(coding)
        .file("first.txt", b"first")
        .folder("{21}\\bin")
        .file("w.whl", &ZipBuilder::new().file("pkg/a.py", b"pass").end())
        .file("noise", &noise(3000, 1))
        .again("again")
        .folder("{s:26:35}\\Demo")
        .file("empty", b"")
        .assign(31, "{22}")
        .folder("{31}\\below")
        .file("{26}\\plugin.dll", b"plugin")
        .file("deep.txt", b"deep")
        .uninstaller("{21}\\un.exe", b"MZ\0\0", b"its data")
}

#[test]
fn every_packing_and_coding_is_read() {
    for coding in CODINGS {
        for packing in PACKINGS {
            let bytes = sample(coding).end(packing);
            let (summary, seen) = walked(&bytes);
            let what = format!("{coding:?} {packing:?}");
            assert_eq!(
                (seen.all_faults(), summary.gaps, summary.format),
                (vec![], 0, Format::Nsis),
                "{what}"
            );
            assert_eq!(
                seen.locations(),
                [
                    "a!/first.txt",
                    "a!/bin/w.whl!/pkg/a.py",
                    "a!/bin/w.whl",
                    "a!/bin/again",
                    "a!/bin/noise",
                    "a!/$APPDATA/Demo/empty",
                    "a!/$PLUGINSDIR/plugin.dll",
                    "a!/$APPDATA/Demo/below/deep.txt",
                    "a!/un.exe",
                    "a"
                ],
                "{what}"
            );
            for (path, body) in [
                ("first.txt", b"first".to_vec()),
                ("bin/noise", noise(3000, 1)),
                ("bin/again", noise(3000, 1)),
            ] {
                assert_eq!(seen.at(&format!("a!/{path}")).sha256, sha256(&body), "{what}");
            }
            let program =
                &bytes[..bytes.windows(4).position(|window| window == b"\xef\xbe\xad\xde").unwrap() - 4];
            let uninstaller = [b"MZ\0\0", &program[4..], b"its data"].concat();
            assert_eq!(seen.at("a!/un.exe").sha256, sha256(&uninstaller), "{what}");
        }
    }
    // In a tar, and with places of 64 bits.
    let bytes = sample(NsisText::Unicode3).wide_places().end(NsisPacking::Solid(lzma));
    let (_, seen) = walked(&TarBuilder::new().file("s", &bytes).end());
    assert_eq!(seen.at("a!/s!/bin/w.whl!/pkg/a.py").bytes, b"pass");
    assert_eq!(seen.all_faults(), []);
}

#[test]
fn texts_have_codes() {
    for coding in CODINGS {
        let bytes = NsisBuilder::new(coding)
            .folder("{s:38:42}\\x{k:3}y")
            .file("{0}-{12}-{40}-{l:300}.txt", b"1")
            .folder("C:\\d")
            .file("e", b"2")
            .folder("{s:200:1}\\f")
            .end(NsisPacking::Stored);
        let (_, seen) = walked(&bytes);
        let spelled = seen.locations()[0].replace("\\x03", "\u{3}");
        assert_eq!(spelled, "a!/$PROGRAMFILES/x\u{3}y/$0-$R2-$_8_-$(LSTR_300).txt", "{coding:?}");
        assert_eq!(seen.faults("a!/C:/d/e"), [FaultKind::ClimbingName]);
    }
}

#[test]
fn what_is_odd_about_an_installer_is_told() {
    let spare = |packing| {
        NsisBuilder::new(NsisText::Unicode3).file("f", b"x").spare(b"nobody's").file("g", b"y").end(packing)
    };
    for packing in [NsisPacking::Stored, NsisPacking::Blocks(deflate), NsisPacking::Solid(lzma)] {
        assert_eq!(walked(&spare(packing)).1.all_faults(), [("a", FaultKind::Gap)]);
    }
    let last = NsisBuilder::new(NsisText::Unicode3).file("f", b"x").spare(b"nobody's");
    assert_eq!(walked(&last.end(NsisPacking::Solid(deflate))).1.all_faults(), [("a", FaultKind::Gap)]);
    let good = sample(NsisText::Unicode3).end(NsisPacking::Stored);
    assert_eq!(walked(&[&good[..], b"tail"].concat()).1.all_faults(), [("a", FaultKind::TrailingData)]);
    let mut changed = good.clone();
    let place = good.windows(5).position(|window| window == b"first").expect("it is there");
    changed[place] ^= 1;
    assert_eq!(walked(&changed).1.all_faults(), [("a", FaultKind::BadChecksum)]);
    let (summary, seen) = walked(&good[..good.len() - 20]);
    assert!(summary.gaps > 0 && seen.faults("a").contains(&FaultKind::Truncated));
    let solid = sample(NsisText::Unicode3).end(NsisPacking::Solid(lzma));
    assert!(walked(&solid[..solid.len() - 900]).0.gaps > 0);
}

#[test]
fn a_solid_run_that_begins_like_a_length_is_solid() {
    let mut alike = 0;
    for number in 0..600 {
        let file = |builder: NsisBuilder, at| builder.file(&format!("{at}.txt"), &noise(number % 60, at));
        let built = (0..1 + number / 60)
            .fold(NsisBuilder::new(NsisText::Unicode3), |builder, at| file(builder, at as u64));
        let bytes = built.end(NsisPacking::Solid(bzip2));
        let head = bytes.windows(12).position(|text| text == b"NullsoftInst").expect("the first header") + 20;
        alike += usize::from(bytes[head + 3] == 0x80);
        let (summary, seen) = walked(&bytes);
        assert_eq!((seen.all_faults(), summary.gaps), (vec![], 0), "{number}");
    }
    assert!(alike > 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_built_is_read(
        files in proptest::collection::vec(("[a-z]{1,9}", proptest::collection::vec(any::<u8>(), 0..400)), 1..8),
        coding in 0..CODINGS.len(),
        packing in 0..PACKINGS.len(),
    ) {
        let mut builder = NsisBuilder::new(CODINGS[coding]).folder("{21}\\d");
        for (number, (name, body)) in files.iter().enumerate() {
            builder = builder.file(&format!("{number}{name}"), body);
        }
        let (summary, seen) = walked(&builder.end(PACKINGS[packing]));
        prop_assert_eq!((seen.all_faults(), summary.gaps), (vec![], 0));
        for (number, (name, body)) in files.iter().enumerate() {
            let told = seen.at(&format!("a!/d/{number}{name}"));
            prop_assert_eq!((&told.sha256, told.size), (&sha256(body), body.len() as u64));
        }
    }
}

#[test]
fn a_folder_that_names_itself_and_texts_that_double_are_bounded() {
    for coding in CODINGS {
        // The name in the registry is the text itself.
        let own = NsisBuilder::new(coding).folder("{s:129:2}").file("a.txt", b"a").assign(5, "{21}");
        let (_, seen) = walked(&own.end(NsisPacking::Stored));
        assert!(
            seen.locations().iter().any(|path| path.contains("$_REGISTRY__/a.txt")),
            "{:?}",
            seen.locations()
        );
        let doubled = (0..60).fold(NsisBuilder::new(coding), |builder, _| builder.folder("{22}{22}"));
        let (summary, seen) = walked(&doubled.file("a.txt", b"a").end(NsisPacking::Stored));
        assert!(
            seen.all_faults().iter().any(|(_, kind)| *kind == FaultKind::Limit),
            "{:?}",
            seen.all_faults()
        );
        assert!(summary.gaps > 0);
    }
}

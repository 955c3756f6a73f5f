use std::io::Write as _;

use bonafide_artifact::{FaultKind, Format};
use bonafide_testkit::{SevenZipCoder, TarBuilder, ZipBuilder, seven_zip};
use proptest::prelude::*;

use crate::compressed::bzip2;
use crate::{noise, sha256, walked};

fn deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(body).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn lzma(body: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::LzmaOptions { dict_size: 1 << 16, ..lzma_rust2::LzmaOptions::default() };
    let mut writer =
        lzma_rust2::LzmaWriter::new_no_header(Vec::new(), &options, false).expect("right options");
    writer.write_all(body).expect("memory takes all");
    writer.finish().expect("memory takes all")
}

pub(crate) fn coders() -> [SevenZipCoder; 5] {
    let coder = |method: &[u8], properties: &[u8], pack| SevenZipCoder {
        method: method.to_vec(),
        properties: properties.to_vec(),
        pack,
    };
    [
        SevenZipCoder::copy(),
        coder(&[4, 1, 8], &[], deflate),
        // Deflate whose matches are all shorter than 258 bytes is deflate64 too.
        coder(&[4, 1, 9], &[], deflate),
        coder(&[4, 2, 2], &[], bzip2),
        coder(&[3, 1, 1], &[0x5d, 0, 0, 1, 0], lzma),
    ]
}

#[test]
fn methods_are_read_solid_or_not() {
    let (noise, wheel) = (noise(70_000, 1), ZipBuilder::new().file("pkg/a.py", b"pass").end());
    for coder in coders() {
        let bytes =
            seven_zip(&coder, &[&[("d/a", b"hello"), ("empty", b""), ("noise", &noise)], &[("w", &wheel)]]);
        for (bytes, at) in [(bytes.clone(), "a!/"), (TarBuilder::new().file("z", &bytes).end(), "a!/z!/")] {
            let (summary, seen) = walked(&bytes);
            assert_eq!(seen.at(&format!("{at}d/a")).bytes, b"hello");
            assert_eq!(seen.at(&format!("{at}noise")).sha256, sha256(&noise));
            assert_eq!(seen.at(&format!("{at}w!/pkg/a.py")).bytes, b"pass");
            assert_eq!((seen.all_faults(), summary.gaps), (vec![], 0), "{:?}", coder.method);
        }
        assert_eq!(walked(&bytes).0.format, Format::SevenZip);
    }
}

#[test]
fn what_is_odd_about_a_7z_is_told() {
    let good = seven_zip(&SevenZipCoder::copy(), &[&[("f", b"hello"), ("g", b"world")]]);
    let mut changed = good.clone();
    changed[33] ^= 1;
    assert_eq!(walked(&changed).1.all_faults(), [("a!/f", FaultKind::BadChecksum)]);
    changed.clone_from(&good);
    let last = changed.len() - 1;
    changed[last] ^= 1;
    assert_eq!(walked(&changed).0.broken.map(|fault| fault.kind), Some(FaultKind::BadChecksum));
    assert_eq!(walked(&good[..last]).0.broken.map(|fault| fault.kind), Some(FaultKind::Truncated));
    assert_eq!(walked(&[&good[..], b"x"].concat()).1.faults("a"), [FaultKind::TrailingData]);
    for (method, name) in [([6, 0xf1, 7, 1], "encrypted"), ([3, 4, 1, 0], "not read")] {
        let coder = SevenZipCoder { method: method.to_vec(), ..SevenZipCoder::copy() };
        let (_, seen) = walked(&seven_zip(&coder, &[&[("f", b"hello"), ("g", b"x")]]));
        assert_eq!(seen.faults("a!/f"), [FaultKind::Unsupported]);
        assert_eq!(seen.faults("a!/g"), [FaultKind::Unsupported]);
        assert!(seen.at("a!/f").faults[0].1.contains(name));
    }
}

proptest! {
    #[test]
    fn what_is_built_is_read(
        method in 0..4_usize,
        folders in proptest::collection::vec(proptest::collection::vec(("[a-zä]{1,9}", proptest::collection::vec(any::<u8>(), 0..200)), 1..5), 0..4),
    ) {
        let folders: Vec<Vec<(&str, &[u8])>> = folders.iter()
            .map(|files| files.iter().map(|(name, body)| (&**name, &**body)).collect()).collect();
        let lists: Vec<&[(&str, &[u8])]> = folders.iter().map(Vec::as_slice).collect();
        let (_, seen) = walked(&seven_zip(&coders()[method], &lists));
        let got: Vec<_> = seen.left.iter().filter(|told| told.location.matches("!/").count() == 1)
            .map(|told| (told.location[3..].to_owned(), told.sha256.clone())).collect();
        let want: Vec<_> = folders.iter().flatten().map(|(name, body)| ((*name).to_owned(), sha256(body))).collect();
        prop_assert_eq!(got, want);
    }
}

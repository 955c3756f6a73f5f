use std::io::Write as _;

use bonafide_artifact::{FaultKind, Format, Limits, Source, Threads};
use bonafide_testkit::{TarBuilder, XzCheck, gzip, xz};

use crate::{noise, sha256, walked, walked_with};

pub(crate) fn bzip2(body: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(1));
    encoder.write_all(body).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

pub(crate) fn zstd(body: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).expect("memory takes all");
    encoder.include_checksum(true).expect("memory takes all");
    encoder.write_all(body).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// Built by the library that also reads it; `xz --format=lzma` reads it too.
pub(crate) fn lzma(body: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::LzmaOptions { dict_size: 1 << 16, ..lzma_rust2::LzmaOptions::default() };
    let mut writer =
        lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &options, None).expect("right options");
    writer.write_all(body).expect("memory takes all");
    writer.finish().expect("memory takes all")
}

fn all(body: &[u8]) -> [(Format, Vec<u8>); 4] {
    [
        (Format::Gzip, gzip(body, None)),
        (Format::Bzip2, bzip2(body)),
        (Format::Xz, xz(&[body], XzCheck::Crc64, 18)),
        (Format::Zstd, zstd(body)),
    ]
}

#[test]
fn a_compressed_tar_is_one_level() {
    let tar = TarBuilder::new().file("p/f", noise(70_000, 3)).file("p/g", b"x").end();
    for (format, bytes) in all(&tar) {
        let (summary, seen) = walked(&bytes);
        assert_eq!((summary.format, summary.compression), (Format::Tar, Some(format)));
        assert_eq!(seen.locations(), ["a!/p/f", "a!/p/g", "a"]);
        assert_eq!(seen.at("a!/p/f").sha256, sha256(&noise(70_000, 3)));
        assert_eq!(seen.at("a").sha256, sha256(&bytes));
        assert_eq!((seen.all_faults(), summary.broken), (vec![], None), "{format:?}");
    }
}

#[test]
fn a_lone_compressed_file_has_one_member() {
    for (format, bytes) in all(b"hello") {
        let (summary, seen) = walked(&bytes);
        assert_eq!((summary.format, summary.compression), (format, None));
        assert_eq!(seen.locations(), ["a!/data", "a"]);
        assert_eq!(seen.at("a!/data").sha256, sha256(b"hello"));
    }
    let named = gzip(b"hello", Some("greeting"));
    assert_eq!(walked(&named).1.locations(), ["a!/greeting", "a"]);
    let source = Source::Bytes { name: "x.txt.gz", bytes: &gzip(b"hello", None) };
    let seen = walked_with(source, Limits::default(), Threads::One).1;
    assert_eq!(seen.locations(), ["x.txt.gz!/x.txt", "x.txt.gz"]);
}

#[test]
fn streams_one_after_another_are_one() {
    let (first, second) = (noise(1000, 4), noise(90_000, 5));
    let whole = [&first[..], &second].concat();
    for ((format, a), (_, b)) in all(&first).into_iter().zip(all(&second)) {
        let (_, seen) = walked(&[a, b].concat());
        assert_eq!(seen.at("a!/data").sha256, sha256(&whole), "{format:?}");
        assert_eq!(seen.all_faults(), [], "{format:?}");
    }
    // Padding between xz streams, and several blocks.
    let padded =
        [xz(&[&first], XzCheck::Crc32, 18), vec![0; 8], xz(&[&second], XzCheck::Sha256, 18)].concat();
    assert_eq!(walked(&padded).1.at("a!/data").sha256, sha256(&whole));
    let blocks = xz(&[&first, b"", &second], XzCheck::None, 18);
    assert_eq!(walked(&blocks).1.at("a!/data").sha256, sha256(&whole));
}

#[test]
fn what_follows_the_last_stream_is_told() {
    for (format, bytes) in all(b"hello") {
        let (summary, seen) = walked(&[&bytes[..], b"garbage"].concat());
        assert_eq!(seen.faults("a"), [FaultKind::TrailingData], "{format:?}");
        assert_eq!((summary.broken, summary.errors), (None, 1));
        let (summary, seen) = walked(&[&bytes[..], &[0; 7]].concat());
        // The padding of xz comes in fours: `xz -t` refuses other zeros.
        let (kind, errors) = match format {
            Format::Xz => (FaultKind::TrailingData, 1),
            _ => (FaultKind::TrailingZeros, 0),
        };
        assert_eq!(seen.faults("a"), [kind], "{format:?}");
        assert_eq!((summary.broken, summary.errors), (None, errors));
    }
}

#[test]
fn a_cut_stream_is_broken_wherever_it_is_cut() {
    let tar = TarBuilder::new().file("f", noise(3000, 6)).end();
    for (format, bytes) in all(&tar) {
        for cut in 12..bytes.len() {
            let (summary, seen) = walked(&bytes[..cut]);
            assert!(summary.broken.is_some(), "{format:?} cut at {cut}");
            assert!(
                seen.faults("a").contains(&FaultKind::Truncated),
                "{format:?} cut at {cut}: {:?}",
                seen.at("a")
            );
        }
    }
}

#[test]
fn a_changed_byte_never_passes() {
    let tar = TarBuilder::new().file("f", noise(3000, 7)).end();
    for (format, bytes) in all(&tar) {
        let good = walked(&bytes).1.left[0].clone();
        for at in (0..bytes.len()).step_by(7) {
            let mut changed = bytes.clone();
            changed[at] ^= 0xff;
            let (summary, seen) = walked(&changed);
            // Time, name and system in gzip's header may change; all else is summed.
            let header = format == Format::Gzip && at < 10;
            let same = seen.left.first().is_some_and(|told| *told == good);
            assert!(
                header || summary.gaps > 0 || summary.format == Format::Plain || (same && summary.errors > 0),
                "{format:?} changed at {at}: {summary:?}"
            );
        }
    }
}

#[test]
fn checks_of_every_kind_are_verified() {
    for check in [XzCheck::Crc32, XzCheck::Crc64, XzCheck::Sha256] {
        let bytes = xz(&[b"hello"], check, 18);
        assert_eq!(walked(&bytes).1.all_faults(), []);
        let mut changed = bytes.clone();
        let body = changed.windows(5).position(|window| window == b"hello").unwrap();
        changed[body] ^= 1;
        let (summary, seen) = walked(&changed);
        assert_eq!(seen.faults("a"), [FaultKind::BadChecksum], "{check:?}");
        assert!(summary.broken.is_some());
    }
    let (_, seen) = walked(&xz(&[b"hello"], XzCheck::Unknown, 18));
    assert_eq!(seen.faults("a"), [FaultKind::Unsupported]);
    let mut changed = gzip(b"hello", None);
    let sum = changed.len() - 8;
    changed[sum] ^= 1;
    assert_eq!(walked(&changed).1.faults("a"), [FaultKind::BadChecksum]);
}

#[test]
fn lzma_with_its_short_header_is_read() {
    let tar = TarBuilder::new().file("p/f", noise(70_000, 3)).end();
    let bytes = lzma(&tar);
    let (summary, seen) = walked(&bytes);
    assert_eq!((summary.format, summary.compression), (Format::Tar, Some(Format::Lzma)));
    assert_eq!(seen.at("a!/p/f").sha256, sha256(&noise(70_000, 3)));
    assert_eq!((seen.all_faults(), summary.broken), (vec![], None));
    let (_, seen) = walked(&[&bytes[..], b"garbage"].concat());
    assert_eq!(seen.faults("a"), [FaultKind::TrailingData]);
    // It has no magic before the fourteenth byte, and no checksum.
    for cut in (14..bytes.len()).step_by(97) {
        assert!(walked(&bytes[..cut]).0.broken.is_some(), "cut at {cut}");
    }
}

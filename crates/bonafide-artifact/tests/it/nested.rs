use bonafide_artifact::{FaultKind, Format, Limits, Source, Threads};
use bonafide_testkit::{TarBuilder, ZipBuilder, ZipMember, gzip};

use crate::{noise, sha256, walked, walked_with};

#[test]
fn containers_are_opened_at_any_depth() {
    let wheel = ZipBuilder::new().member(ZipMember::deflated("pkg/a.py", b"pass")).end();
    let sdist = gzip(&TarBuilder::new().file("s/setup.py", b"import").file("s/w.whl", &wheel).end(), None);
    let zip = ZipBuilder::new().member(ZipMember::deflated("dist/s.tar.gz", &sdist)).file("w", &wheel).end();
    let bytes = TarBuilder::new().file("r/all.zip", &zip).file("r/after", b"z").end();
    let (summary, seen) = walked(&bytes);
    assert_eq!(
        seen.locations(),
        [
            "a!/r/all.zip!/dist/s.tar.gz!/s/setup.py",
            "a!/r/all.zip!/dist/s.tar.gz!/s/w.whl!/pkg/a.py",
            "a!/r/all.zip!/dist/s.tar.gz!/s/w.whl",
            "a!/r/all.zip!/dist/s.tar.gz",
            "a!/r/all.zip!/w!/pkg/a.py",
            "a!/r/all.zip!/w",
            "a!/r/all.zip",
            "a!/r/after",
            "a",
        ]
    );
    assert_eq!(seen.at("a!/r/all.zip!/dist/s.tar.gz!/s/w.whl").sha256, sha256(&wheel));
    assert_eq!(seen.at("a!/r/all.zip!/dist/s.tar.gz").sha256, sha256(&sdist));
    assert_eq!(seen.at("a!/r/all.zip").format, Some(Format::Zip));
    assert_eq!((seen.all_faults(), summary.gaps), (vec![], 0));
}

#[test]
fn a_broken_inner_container_does_not_end_the_outer_one() {
    let good = gzip(&TarBuilder::new().file("f", noise(5000, 8)).end(), None);
    let zip = ZipBuilder::new().file("g", noise(300, 9)).end();
    let bytes = TarBuilder::new()
        .file("cut.tar.gz", &good[..good.len() / 2])
        .file("cut.zip", &zip[..zip.len() - 5])
        .file("after", b"x")
        .end();
    let (summary, seen) = walked(&bytes);
    assert_eq!(seen.faults("a!/cut.tar.gz"), [FaultKind::Truncated]);
    assert_eq!(seen.faults("a!/cut.zip"), [FaultKind::Truncated]);
    assert_eq!(seen.at("a!/cut.tar.gz").sha256, sha256(&good[..good.len() / 2]));
    assert_eq!(seen.at("a!/after").sha256, sha256(b"x"));
    assert_eq!(seen.faults("a"), []);
    assert_eq!(summary.broken, None);
    assert!(summary.gaps >= 2);
}

#[test]
fn damage_of_the_outer_container_is_not_blamed_on_the_inner_one() {
    let inner = gzip(&TarBuilder::new().file("f", noise(50_000, 10)).end(), None);
    let outer = TarBuilder::new().file("inner.tar.gz", &inner).end();
    let (summary, seen) = walked(&outer[..20_000]);
    assert_eq!(seen.faults("a!/inner.tar.gz"), [FaultKind::Truncated]);
    assert!(seen.at("a!/inner.tar.gz").faults[0].1.contains("before the end of this body"));
    assert!(summary.broken.is_some());
}

#[test]
fn a_large_inner_zip_goes_to_a_spool_file() {
    let zip = ZipBuilder::new().file("f", noise(300_000, 11)).file("g", b"x").end();
    let bytes = TarBuilder::new().file("w.whl", &zip).end();
    let limits = Limits { memory_bytes: 64 << 10, ..Limits::default() };
    let source = Source::Bytes { name: "a", bytes: &bytes };
    let (summary, seen) = walked_with(source, limits, Threads::Two);
    assert_eq!(seen.at("a!/w.whl!/f").sha256, sha256(&noise(300_000, 11)));
    assert_eq!(seen.at("a!/w.whl").sha256, sha256(&zip));
    assert_eq!((seen.all_faults(), summary.gaps), (vec![], 0));
}

#[test]
fn standard_input_is_read_like_a_file() {
    let wheel = ZipBuilder::new().file("pkg/a.py", b"pass").end();
    let tar = gzip(&TarBuilder::new().file("p/w.whl", &wheel).end(), None);
    for bytes in [wheel, tar] {
        let from_bytes = walked(&bytes).1;
        let source = Source::Reader { name: "a", reader: Box::new(&bytes[..]) };
        let (summary, seen) = walked_with(source, Limits::default(), Threads::Two);
        assert_eq!(seen.left, from_bytes.left);
        assert_eq!(summary.broken, None);
    }
}

#[test]
fn small_and_odd_files_are_plain() {
    for bytes in
        [&b""[..], b"P", b"PK", b"\x1f", b"\x1f\x8b", b"BZh9", b"not a wheel\n", &[0; 5000], b"#!/bin/sh\nPK"]
    {
        let (summary, seen) = walked(bytes);
        assert_eq!(summary.format, Format::Plain, "{}", bytes.escape_ascii());
        assert_eq!((summary.entries, summary.broken), (1, None));
        assert_eq!(seen.at("a").sha256, sha256(bytes));
        assert_eq!(seen.all_faults(), []);
    }
}

use bonafide_artifact::{FaultKind, Limits, Source, Summary, Threads};
use bonafide_testkit::{TarBuilder, TarHeader, TarMagic, XzCheck, ZipBuilder, ZipMember, gzip, xz};

use crate::{Recorder, noise, sha256, walked, walked_with};

fn limited(bytes: &[u8], limits: Limits) -> (Summary, Recorder) {
    walked_with(Source::Bytes { name: "a", bytes }, limits, Threads::Two)
}

#[track_caller]
fn assert_limit(walked: &(Summary, Recorder), word: &str) {
    let (kind, message) = walked.1.at("a").faults.last().expect("a fault").clone();
    assert_eq!(kind, FaultKind::Limit);
    assert!(message.contains(word), "{message}");
    assert!(walked.0.broken.is_some());
}

#[test]
fn the_ratio_of_a_bomb_ends_it() {
    let bomb = gzip(&vec![0; 20 << 20], None);
    assert!(bomb.len() < 30_000);
    assert_limit(&walked(&bomb), "ratio");
    let body = vec![0; 20 << 20];
    let zip = ZipBuilder::new().member(ZipMember::deflated("f", &body)).file("g", b"x").end();
    let (summary, seen) = walked(&zip);
    assert_eq!(seen.faults("a!/f"), [FaultKind::Limit]);
    assert_eq!(seen.at("a!/g").sha256, sha256(b"x"));
    assert_eq!((summary.gaps, summary.broken), (1, None));
}

#[test]
fn the_total_of_all_bytes_ends_it() {
    let limits = Limits { total_bytes: 100_000, ..Limits::default() };
    let tar = TarBuilder::new().file("f", noise(70_000, 1)).file("g", noise(70_000, 2)).end();
    assert_limit(&limited(&gzip(&tar, None), limits), "bytes exceed");
    let zip = ZipBuilder::new().file("f", noise(40_000, 1)).file("g", noise(70_000, 2)).end();
    assert_limit(&limited(&zip, limits), "decompressed bytes");
    // The holes of a sparse file count, though nothing is stored for them.
    let records: &[(&str, &[u8])] = &[("GNU.sparse.size", b"200000"), ("GNU.sparse.map", b"0,3")];
    assert_limit(
        &limited(&TarBuilder::new().pax(records).file("f", b"abc").end(), limits),
        "decompressed bytes",
    );
    let plain = noise(100_001, 3);
    assert_limit(&limited(&plain, limits), "total_bytes");
}

#[test]
fn too_large_an_entry_is_passed_over() {
    let limits = Limits { entry_bytes: 1000, ..Limits::default() };
    let tar = TarBuilder::new().file("f", noise(1001, 1)).file("g", b"x").end();
    let zip = ZipBuilder::new().file("f", noise(1001, 1)).file("g", b"x").end();
    for bytes in [tar, zip] {
        let (summary, seen) = limited(&bytes, limits);
        assert_eq!(seen.faults("a!/f"), [FaultKind::Limit]);
        assert_eq!(seen.at("a!/f").sha256, None);
        assert_eq!(seen.at("a!/g").sha256, sha256(b"x"));
        assert_eq!((summary.gaps, summary.broken), (1, None));
    }
    // The size of a lone member is known only when it has passed.
    let (summary, seen) = limited(&gzip(&noise(5000, 1), None), limits);
    assert_eq!(seen.faults("a!/data"), [FaultKind::Limit]);
    assert!(summary.gaps > 0);
}

#[test]
fn the_number_of_entries_ends_it() {
    let limits = Limits { entries: 5, ..Limits::default() };
    let (mut tar, mut zip) = (TarBuilder::new(), ZipBuilder::new());
    for index in 0..9 {
        tar = tar.file(format!("{index}"), b"");
        zip = zip.file(format!("{index}"), b"");
    }
    for bytes in [tar.end(), zip.end()] {
        let walked = limited(&bytes, limits);
        assert!(walked.0.entries <= 5);
        assert_limit(&walked, "entries");
    }
}

#[test]
fn nesting_ends_at_its_depth() {
    let mut bytes = b"x".to_vec();
    for _ in 0..120 {
        bytes = gzip(&TarBuilder::new().file("t.tar.gz", &bytes).end(), None);
    }
    for (depth, told) in [(3, 3), (16, 16), (1000, 64)] {
        let (summary, seen) = limited(&bytes, Limits { depth, ..Limits::default() });
        let location = "a".to_owned() + &"!/t.tar.gz".repeat(told + 1);
        assert_eq!(seen.faults(&location), [FaultKind::Limit]);
        assert_eq!(seen.left.len(), told + 2);
        assert_eq!((summary.gaps, summary.broken), (1, None));
    }
}

#[test]
fn long_names_and_extended_headers_end_it() {
    let name = "n".repeat(70_000);
    let tar = TarBuilder::new().pax(&[("path", name.as_bytes())]).file("f", b"x").end();
    assert_limit(&walked(&tar), "path bytes");
    let tar = TarBuilder::new().gnu_long(b'L', name.as_bytes()).file("f", b"x").end();
    assert_limit(&walked(&tar), "path bytes");
    let tar =
        TarBuilder::new().gnu_long(b'K', name.as_bytes()).member(&TarHeader::new("l").kind(b'2'), b"").end();
    assert_limit(&walked(&tar), "link target bytes");
    let zip = ZipBuilder::new().file(&name[..20_000], b"x").end();
    assert_limit(&walked(&zip), "path bytes");
    let header = TarHeader::new("x").kind(b'x').size(1 << 30);
    assert_limit(&walked(&TarBuilder::new().member(&header, b"").end()), "extended header bytes");
}

#[test]
fn a_sparse_file_of_8_eib_takes_no_time() {
    let size = (i64::MAX as u64).to_string();
    let tar = TarBuilder::new()
        .pax(&[("GNU.sparse.size", size.as_bytes()), ("GNU.sparse.map", b"0,3")])
        .file("f", b"abc")
        .file("g", b"x")
        .end();
    let (summary, seen) = limited(&tar, Limits { total_bytes: u64::MAX, ..Limits::default() });
    assert_eq!(seen.faults("a!/f"), [FaultKind::Limit]);
    assert_eq!(seen.at("a!/g").sha256, sha256(b"x"));
    assert_eq!(summary.broken, None);
    let real = [&[0x80, 0, 0, 0, 0x7f][..], &[0xff; 7]].concat();
    let old = TarHeader::new("f").kind(b'S').magic(TarMagic::Gnu).patch(483, real);
    let (summary, _) = walked(&TarBuilder::new().member(&old, b"").end());
    assert_eq!((summary.gaps, summary.broken), (1, None));
}

#[test]
fn a_declared_size_that_is_not_there_allocates_nothing() {
    for size in [u64::MAX >> 31, 0o77_777_777_777] {
        let tar = TarBuilder::new().member(&TarHeader::new("f").size(size), b"abc").end();
        let limits = Limits { entry_bytes: u64::MAX, ..Limits::default() };
        let (summary, seen) = limited(&tar, limits);
        assert_eq!(seen.faults("a!/f"), [FaultKind::Truncated]);
        assert!(summary.broken.is_some());
    }
}

#[test]
fn the_window_of_a_decoder_is_bounded() {
    let limits = Limits { decoder_bytes: 1 << 20, ..Limits::default() };
    assert_limit(&limited(&xz(&[b"hello"], XzCheck::Crc32, 18), limits), "decoder_bytes");
    assert_limit(&walked(&xz(&[b"hello"], XzCheck::Crc32, 40)), "decoder_bytes");
    // A zstd frame that asks for a window of 2 GiB.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 0x01, 0x00, 0x00];
    assert_limit(&walked(&frame), "decoder_bytes");
    // Inside another decoder half is left.
    let inner = xz(&[b"hello"], XzCheck::Crc32, 18);
    let outer = xz(&[&inner], XzCheck::Crc32, 0);
    let (_, seen) = limited(&outer, Limits { decoder_bytes: 2 << 20, ..Limits::default() });
    assert_eq!(seen.faults("a!/data"), [FaultKind::Limit]);
}

#[test]
fn spool_files_are_bounded() {
    let zip = ZipBuilder::new().file("f", noise(100_000, 1)).end();
    let tar = TarBuilder::new().file("w.whl", &zip).file("g", b"x").end();
    let limits = Limits { memory_bytes: 1000, spool_bytes: 50_000, ..Limits::default() };
    let (summary, seen) = limited(&tar, limits);
    assert_eq!(seen.faults("a!/w.whl"), [FaultKind::Limit]);
    assert_eq!(seen.at("a!/w.whl").sha256, sha256(&zip));
    assert_eq!(seen.at("a!/g").sha256, sha256(b"x"));
    assert_eq!((summary.gaps, summary.broken), (1, None));
}

#[test]
fn five_thousand_members_on_one_body_are_read_once() {
    let body = vec![0; 1 << 20];
    let mut zip = ZipBuilder::new().member(ZipMember::deflated("f", &body));
    for index in 0..5000 {
        let member = ZipMember::deflated(format!("f{index}"), b"");
        zip = zip.member(ZipMember { at: Some(0), ..member });
    }
    let (summary, seen) = walked(&zip.end());
    assert_eq!(seen.left[0].sha256, sha256(&body));
    assert_eq!(seen.left.iter().filter(|told| told.sha256.is_some()).count(), 2);
    assert!(summary.gaps > 5000);
    assert!(seen.faults("a").len() < 300);
}

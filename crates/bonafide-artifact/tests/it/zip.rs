use std::io::Write as _;

use bonafide_artifact::{FaultKind, Format, Kind};
use bonafide_testkit::{ZipBuilder, ZipDescriptor, ZipMember};

use crate::{noise, sha256, walked};

#[test]
fn members_come_in_directory_order_with_their_digests() {
    let body = b"hello ".repeat(100);
    let mut folder = ZipMember::stored("p/", b"");
    folder.attributes = 0o40_755 << 16;
    let mut link = ZipMember::stored("p/l", b"a");
    link.attributes = 0o120_777 << 16;
    let bytes = ZipBuilder::new()
        .member(folder)
        .member(ZipMember::deflated("p/a", &body))
        .file("p/b", b"stored")
        .member(link)
        .comment("a comment")
        .end();
    let (summary, seen) = walked(&bytes);
    assert_eq!((summary.format, summary.broken, summary.gaps), (Format::Zip, None, 0));
    assert_eq!(seen.locations(), ["a!/p", "a!/p/a", "a!/p/b", "a!/p/l", "a"]);
    assert_eq!(seen.at("a!/p").kind, Kind::Directory);
    assert_eq!(seen.at("a!/p/a").sha256, sha256(&body));
    assert_eq!(seen.at("a!/p/b").bytes, b"stored");
    assert_eq!(seen.at("a!/p/l").kind, Kind::Symlink((*b"a").into()));
    assert_eq!(seen.at("a").sha256, sha256(&bytes));
    assert_eq!(seen.all_faults(), []);
}

#[test]
fn every_descriptor_and_zip64_are_read() {
    for descriptor in [ZipDescriptor::Signed, ZipDescriptor::Bare, ZipDescriptor::Wide] {
        let mut member = ZipMember::deflated("f", b"hello");
        member.descriptor = descriptor;
        let (_, seen) = walked(&ZipBuilder::new().member(member).file("g", b"x").end());
        assert_eq!(seen.at("a!/f").sha256, sha256(b"hello"), "{descriptor:?}");
        assert_eq!(seen.all_faults(), [], "{descriptor:?}");
    }
    let mut member = ZipMember::deflated("f", b"hello");
    member.wide = true;
    let zip = ZipBuilder::new().member(member).wide();
    for bytes in [zip.clone().end(), zip.clone().prefix("MZ program").end()] {
        let (_, seen) = walked(&bytes);
        assert_eq!(seen.at("a!/f").sha256, sha256(b"hello"));
        assert!(seen.all_faults().iter().all(|(_, kind)| *kind == FaultKind::Prefix));
    }
}

#[test]
fn an_artifact_is_a_zip_behind_whatever_bytes_come_first() {
    let zip = ZipBuilder::new().file("f", b"hello");
    for bytes in
        [zip.clone().prefix("any bytes").end(), zip.clone().prefix("any bytes").counting_prefix().end()]
    {
        let (summary, seen) = walked(&bytes);
        assert_eq!(summary.format, Format::Zip);
        assert_eq!(seen.at("a!/f").sha256, sha256(b"hello"));
        assert_eq!(seen.all_faults(), [("a", FaultKind::Prefix)]);
    }
    // What only speaks of zips is none.
    let (summary, _) = walked(b"any bytes, and PK\x05\x06");
    assert_eq!(summary.format, Format::Plain);
}

#[test]
fn other_methods_are_read_and_unknown_ones_told() {
    let body = noise(9000, 1).repeat(3);
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(6));
    bzip2.write_all(&body).unwrap();
    let packed = [
        (12, bzip2.finish().unwrap()),
        (93, zstd::encode_all(&body[..], 3).unwrap()),
        (95, bonafide_testkit::xz(&[&body], bonafide_testkit::XzCheck::Crc32, 18)),
    ];
    for (method, stored) in packed {
        let member = ZipMember { method, stored, ..ZipMember::stored("f", &body) };
        let (summary, seen) = walked(&ZipBuilder::new().member(member).file("g", b"x").end());
        assert_eq!(seen.at("a!/f").sha256, sha256(&body), "method {method}");
        assert_eq!((seen.all_faults(), summary.gaps), (vec![], 0), "method {method}");
    }
    let unknown = ZipMember { method: 98, ..ZipMember::stored("f", b"x") };
    let encrypted = ZipMember { flags: 1, ..ZipMember::stored("g", b"x") };
    let (summary, seen) = walked(&ZipBuilder::new().member(unknown).member(encrypted).file("h", b"x").end());
    assert_eq!(seen.faults("a!/f"), [FaultKind::Unsupported]);
    assert_eq!(seen.faults("a!/g"), [FaultKind::Unsupported]);
    assert_eq!(seen.at("a!/h").sha256, sha256(b"x"));
    assert_eq!((summary.gaps, summary.broken), (2, None));
}

#[test]
fn bytes_that_nobody_claims_are_told() {
    let gap = |bytes: &[u8]| ZipMember { gap: bytes.to_vec(), ..ZipMember::stored("g", b"x") };
    let zip = |gap| ZipBuilder::new().file("f", b"x").member(gap);
    assert_eq!(walked(&zip(gap(b"hidden")).end()).1.faults("a"), [FaultKind::Gap]);
    assert_eq!(walked(&zip(gap(&[0; 9])).end()).1.faults("a"), []);
    assert_eq!(walked(&zip(gap(b"")).trailing("more").end()).1.faults("a"), [FaultKind::TrailingData]);
    assert_eq!(walked(&zip(gap(b"")).trailing([0; 4]).end()).1.faults("a"), [FaultKind::TrailingZeros]);
    for zip in [zip(gap(b"")).prefix("#!/bin/sh\n"), zip(gap(b"")).prefix("MZ").counting_prefix()] {
        let (summary, seen) = walked(&zip.end());
        assert_eq!(seen.faults("a"), [FaultKind::Prefix]);
        assert_eq!(seen.at("a!/f").sha256, sha256(b"x"));
        assert_eq!((summary.gaps, summary.errors), (0, 0));
    }
}

#[test]
fn members_that_overlap_are_not_read_twice() {
    let zip = ZipBuilder::new()
        .file("f", [b'x'; 100])
        .member(ZipMember { at: Some(0), ..ZipMember::stored("f", [b'x'; 100]) })
        .member(ZipMember { at: Some(50), ..ZipMember::stored("g", b"") })
        .file("h", b"y");
    let (summary, seen) = walked(&zip.end());
    assert_eq!(seen.left[0].sha256, sha256(&[b'x'; 100]));
    assert!(seen.left[1].faults.iter().any(|fault| fault.0 == FaultKind::OverlappingMembers));
    assert_eq!(seen.left[1].sha256, None);
    assert_eq!(seen.faults("a!/g"), [FaultKind::Malformed]);
    assert_eq!(seen.at("a!/h").sha256, sha256(b"y"));
    assert_eq!(seen.faults("a"), [FaultKind::OverlappingMembers]);
    assert!(summary.gaps >= 3, "{summary:?}");
    assert_eq!(summary.broken, None);
}

#[test]
fn headers_that_disagree_are_told() {
    let local = ZipMember { local_name: Some(b"other".to_vec()), ..ZipMember::stored("f", b"x") };
    let (summary, seen) = walked(&ZipBuilder::new().member(local).count(7).end());
    assert_eq!(seen.faults("a!/f"), [FaultKind::HeaderMismatch]);
    assert_eq!(seen.faults("a"), [FaultKind::HeaderMismatch]);
    assert_eq!((summary.errors, summary.gaps), (2, 0));
}

#[test]
fn bodies_are_checked_against_their_headers() {
    let bad_sum = ZipMember { sum: 1, ..ZipMember::deflated("f", b"hello") };
    let long = ZipMember { size: 4, ..ZipMember::deflated("f", b"hello") };
    let short = ZipMember { size: 6, ..ZipMember::deflated("f", b"hello") };
    let mut rest = ZipMember::deflated("f", b"hello");
    rest.stored.extend_from_slice(b"hidden");
    for (member, kind) in [
        (bad_sum, FaultKind::BadChecksum),
        (long, FaultKind::Malformed),
        (short, FaultKind::Truncated),
        (rest, FaultKind::Gap),
    ] {
        let (summary, seen) = walked(&ZipBuilder::new().member(member).file("g", b"x").end());
        assert_eq!(seen.faults("a!/f"), [kind]);
        assert_eq!(seen.at("a!/g").sha256, sha256(b"x"));
        assert_eq!(summary.broken, None);
    }
}

#[test]
fn names_are_decoded_without_loss() {
    let utf8 = ZipMember { flags: 1 << 11, made_by: 0, ..ZipMember::stored("ä", b"1") };
    let unix = ZipMember { made_by: 3, ..ZipMember::stored("ö", b"2") };
    let dos = ZipMember { made_by: 0, ..ZipMember::stored(b"\x81", b"3") };
    let mut sum = flate2::Crc::new();
    sum.update(b"\x8e");
    let unicode = [&[1][..], &sum.sum().to_le_bytes(), "Ä".as_bytes()].concat();
    let extra =
        [&0x7075_u16.to_le_bytes()[..], &[u8::try_from(unicode.len()).unwrap(), 0], &unicode].concat();
    let extra = ZipMember {
        made_by: 0,
        extra: extra.clone(),
        local_extra: extra,
        ..ZipMember::stored(b"\x8e", b"4")
    };
    let broken = ZipMember { flags: 1 << 11, ..ZipMember::stored(b"\xff", b"5") };
    let zip = ZipBuilder::new().member(utf8).member(unix).member(dos).member(extra).member(broken);
    let (_, seen) = walked(&zip.end());
    assert_eq!(seen.locations(), ["a!/ä", "a!/ö", "a!/ü", "a!/Ä", "a!/\\xff", "a"]);
    assert_eq!(seen.all_faults(), []);
}

#[test]
fn a_cut_zip_is_truncated() {
    let whole = ZipBuilder::new().file("f", noise(500, 2)).file("g", b"x").comment("abc").end();
    for cut in 4..whole.len() {
        let (summary, seen) = walked(&whole[..cut]);
        assert_eq!(seen.faults("a"), [FaultKind::Truncated], "cut at {cut}");
        assert!(summary.broken.is_some());
    }
}

#[test]
fn an_empty_zip_has_no_members() {
    let (summary, seen) = walked(&ZipBuilder::new().end());
    assert_eq!((summary.format, summary.entries, seen.all_faults()), (Format::Zip, 1, vec![]));
}

#[test]
fn offsets_that_lead_nowhere_are_told_with_the_member() {
    for at in [5, 1000, u64::from(u32::MAX) - 1] {
        let lost = ZipMember { at: Some(at), ..ZipMember::stored("g", b"x") };
        let (summary, seen) = walked(&ZipBuilder::new().file("f", b"x").member(lost).end());
        assert_eq!(seen.faults("a!/g"), [FaultKind::Malformed], "{at}");
        assert_eq!(seen.at("a!/f").sha256, sha256(b"x"));
        assert_eq!((summary.gaps, summary.broken), (1, None));
    }
}

#[test]
fn zip64_records_that_point_beyond_all_numbers_are_refused() {
    let mut bytes = ZipBuilder::new().file("f", b"x").wide().end();
    let record = bytes.windows(4).position(|window| window == b"PK\x06\x06").unwrap();
    bytes[record + 48..record + 56].fill(0xff);
    let (summary, seen) = walked(&bytes);
    assert_eq!(seen.faults("a"), [FaultKind::Truncated]);
    assert!(summary.broken.is_some());
}

#[test]
fn deflate64_is_read_with_what_deflate_does_not_have() {
    // One last block with fixed codes: `a`; a length of 3 and 0x1234 more, which only deflate64 can say; distance 1; the end.
    let mut bits = vec![1, 1, 0];
    let code = |bits: &mut Vec<u8>, code: u32, length: u32| {
        bits.extend((0..length).rev().map(|at| (code >> at & 1) as u8));
    };
    code(&mut bits, 0x30 + u32::from(b'a'), 8);
    code(&mut bits, 0b1100_0000 + (285 - 280), 8);
    bits.extend((0..16).map(|at| (0x1234 >> at & 1) as u8));
    code(&mut bits, 0, 5);
    code(&mut bits, 0, 7);
    let stored: Vec<u8> =
        bits.chunks(8).map(|bits| bits.iter().enumerate().map(|(at, bit)| bit << at).sum()).collect();
    let body = vec![b'a'; 1 + 3 + 0x1234];
    let member = ZipMember { stored, method: 9, ..ZipMember::stored("f", &body) };
    let (_, seen) = walked(&ZipBuilder::new().member(member.clone()).end());
    assert_eq!(seen.at("a!/f").sha256, sha256(&body));
    assert_eq!(seen.all_faults(), []);
    let mut cut = member;
    cut.stored.truncate(3);
    assert_eq!(walked(&ZipBuilder::new().member(cut).end()).1.all_faults(), [("a!/f", FaultKind::Truncated)]);
}

#[test]
fn lzma_is_read_with_and_without_an_end_marker() {
    let body = noise(5000, 7);
    for (marker, flags) in [(false, 0), (true, 2)] {
        let options = lzma_rust2::LzmaOptions { dict_size: 1 << 16, ..lzma_rust2::LzmaOptions::default() };
        let mut writer = lzma_rust2::LzmaWriter::new_no_header(Vec::new(), &options, marker).unwrap();
        let properties = writer.props();
        writer.write_all(&body).unwrap();
        let mut stored = vec![9, 20, 5, 0, properties, 0, 0, 1, 0];
        stored.extend(writer.finish().unwrap());
        let member = ZipMember { stored, method: 14, flags, ..ZipMember::stored("f", &body) };
        let (_, seen) = walked(&ZipBuilder::new().member(member).end());
        assert_eq!(seen.at("a!/f").sha256, sha256(&body), "{marker}");
        assert_eq!(seen.all_faults(), [], "{marker}");
    }
}

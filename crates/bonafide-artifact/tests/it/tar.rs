use bonafide_artifact::{FaultKind, Format, Kind, MemberPath, TarDialect};
use bonafide_testkit::{TarBuilder, TarHeader, TarMagic, TarSum, pax_records};

use crate::{sha256, walked};

#[test]
fn members_come_in_order_with_their_digests() {
    let bytes = TarBuilder::new()
        .member(&TarHeader::new("p/").kind(b'5'), b"")
        .file("p/a", b"hello")
        .member(&TarHeader::new("p/link").kind(b'2').link("a"), b"")
        .member(&TarHeader::new("p/hard").kind(b'1').link("p/a"), b"")
        .member(&TarHeader::new("p/pipe").kind(b'6'), b"")
        .member(&TarHeader::new("p/device").kind(b'3'), b"")
        .file("p/empty", b"")
        .end();
    let (summary, seen) = walked(&bytes);
    assert_eq!(
        (summary.format, summary.dialect, summary.broken),
        (Format::Tar, Some(TarDialect::Ustar), None)
    );
    assert_eq!(
        seen.locations(),
        ["a!/p", "a!/p/a", "a!/p/link", "a!/p/hard", "a!/p/pipe", "a!/p/device", "a!/p/empty", "a"]
    );
    assert_eq!(seen.at("a!/p/a").sha256, sha256(b"hello"));
    assert_eq!(seen.at("a!/p/a").bytes, b"hello");
    assert_eq!(seen.at("a!/p").kind, Kind::Directory);
    assert_eq!(seen.at("a!/p/link").kind, Kind::Symlink((*b"a").into()));
    assert_eq!(seen.at("a!/p/hard").kind, Kind::Hardlink(MemberPath::new(&b"p/a"[..])));
    assert_eq!(seen.at("a!/p/pipe").kind, Kind::Fifo);
    assert_eq!(seen.at("a").sha256, sha256(&bytes));
    assert_eq!(seen.all_faults(), []);
}

#[test]
fn every_dialect_is_read_and_told() {
    let long = "d/".repeat(90) + "f";
    for (builder, dialect, name) in [
        (TarBuilder::new().member(&TarHeader::new("f").magic(TarMagic::V7), b"x"), TarDialect::V7, "f"),
        (TarBuilder::new().member(&TarHeader::new("f").patch(345, "p/q"), b"x"), TarDialect::Ustar, "p/q/f"),
        (
            TarBuilder::new()
                .gnu_long(b'L', long.as_bytes())
                .member(&TarHeader::new("short").magic(TarMagic::Gnu), b"x"),
            TarDialect::Gnu,
            &*long,
        ),
        (TarBuilder::new().pax(&[("path", long.as_bytes())]).file("short", b"x"), TarDialect::Pax, &*long),
        (TarBuilder::new().pax_global(&[("comment", b"abc")]).file("f", b"x"), TarDialect::Pax, "f"),
    ] {
        let (summary, seen) = walked(&builder.end());
        assert_eq!(summary.dialect, Some(dialect), "{name}");
        assert_eq!(seen.at(&format!("a!/{name}")).sha256, sha256(b"x"));
        assert_eq!(seen.all_faults(), []);
    }
}

#[test]
fn pax_records_override_the_header() {
    let records = pax_records(&[("size", b"3"), ("linkpath", b"elsewhere")]);
    let bytes = TarBuilder::new()
        .member(&TarHeader::new("x").kind(b'x'), &records)
        .member(&TarHeader::new("f").size(0), b"abc")
        .pax(&[("linkpath", b"target")])
        .member(&TarHeader::new("l").kind(b'2').link("short"), b"")
        .end();
    let (_, seen) = walked(&bytes);
    assert_eq!(seen.at("a!/f").sha256, sha256(b"abc"));
    assert_eq!(seen.at("a!/l").kind, Kind::Symlink((*b"target").into()));
    assert_eq!(seen.all_faults(), []);
}

#[test]
fn a_pax_size_that_contradicts_the_header_is_told() {
    let bytes = TarBuilder::new().pax(&[("size", b"3")]).member(&TarHeader::new("f").size(5), b"abc").end();
    let (summary, seen) = walked(&bytes);
    assert_eq!(seen.faults("a!/f"), [FaultKind::HeaderMismatch]);
    assert_eq!((summary.gaps, summary.errors), (0, 1));
}

#[test]
fn numbers_in_base_256_are_read() {
    let mut size = [0; 12];
    size[0] = 0x80;
    size[11] = 3;
    let (_, seen) = walked(&TarBuilder::new().member(&TarHeader::new("f").patch(124, size), b"abc").end());
    assert_eq!(seen.at("a!/f").sha256, sha256(b"abc"));
}

#[test]
fn signed_checksums_are_accepted_and_wrong_ones_are_not() {
    let odd = TarHeader::new(b"\xff\xfe\xfd").sum(TarSum::Signed);
    let (_, seen) = walked(&TarBuilder::new().member(&odd, b"x").end());
    assert_eq!(seen.at("a!/\\xff\\xfe\\xfd").sha256, sha256(b"x"));
    let wrong = TarHeader::new("g").sum(TarSum::Wrong);
    let (summary, seen) = walked(&TarBuilder::new().file("f", b"x").member(&wrong, b"y").end());
    assert_eq!(seen.locations(), ["a!/f", "a"]);
    assert_eq!(seen.faults("a"), [FaultKind::BadChecksum]);
    assert_eq!(summary.broken.map(|fault| fault.offset), Some(Some(1024)));
}

#[test]
fn a_damaged_first_header_is_no_plain_file() {
    let (summary, seen) =
        walked(&TarBuilder::new().member(&TarHeader::new("f").sum(TarSum::Wrong), b"x").end());
    assert_eq!(seen.faults("a"), [FaultKind::BadChecksum]);
    assert!(summary.broken.is_some());
}

#[test]
fn a_tar_without_its_end_is_truncated() {
    let whole = TarBuilder::new().file("f", b"x").file("g", vec![7; 700]).end();
    for cut in [1, 100, 512, 513, 1023, 1024, 1025, 1536, 2000, 2048, 2559, 2560] {
        let (summary, seen) = walked(&whole[..cut]);
        let told = if cut < 512 { summary.format == Format::Plain } else { summary.broken.is_some() };
        assert!(told, "cut at {cut}: {summary:?}");
        if cut >= 512 {
            assert_eq!(seen.faults("a").last(), Some(&FaultKind::Truncated), "cut at {cut}");
        }
    }
    // One zero block is enough for most readers; it is told.
    let (summary, seen) = walked(&whole[..whole.len() - 512]);
    assert_eq!((summary.broken, seen.faults("a")), (None, vec![FaultKind::TrailingZeros]));
}

#[test]
fn what_lies_between_and_behind_members_is_told() {
    let bytes = TarBuilder::new().file("f", b"x").raw([0; 512]).file("g", b"y").end();
    let (_, seen) = walked(&bytes);
    assert_eq!(seen.locations(), ["a!/f", "a!/g", "a"]);
    assert_eq!(seen.faults("a"), [FaultKind::Padding]);
    let bytes = TarBuilder::new().file("f", b"x").raw([0; 1024]).raw(b"hidden").cut();
    assert_eq!(walked(&bytes).1.faults("a"), [FaultKind::TrailingData]);
    let bytes = TarBuilder::new().file("f", b"x").raw([0; 1024]).raw([0; 8192]).cut();
    assert_eq!(walked(&bytes).1.faults("a"), []);
    let bytes = TarBuilder::new().file("f", b"x").raw([0; 1024]).raw([0; 30000]).cut();
    assert_eq!(walked(&bytes).1.faults("a"), [FaultKind::TrailingZeros]);
    let padded = TarBuilder::new().raw(TarHeader::new("f").block(1)).raw(b"x").raw([1; 511]).end();
    assert_eq!(walked(&padded).1.faults("a"), [FaultKind::Padding]);
}

#[test]
fn names_that_come_twice_are_told_with_what_they_hold() {
    let bytes =
        TarBuilder::new().file("p/a", b"1").file("p/b", b"2").file("./p/a", b"1").file("p/b", b"3").end();
    let (summary, seen) = walked(&bytes);
    let faults: Vec<_> =
        seen.left.iter().map(|told| told.faults.iter().map(|fault| fault.0).collect::<Vec<_>>()).collect();
    assert_eq!(
        faults,
        [vec![], vec![], vec![FaultKind::RepeatedMember], vec![FaultKind::DuplicateName], vec![]]
    );
    assert_eq!((summary.gaps, summary.errors), (0, 1));
}

#[test]
fn names_and_links_that_lead_out_are_told() {
    for name in ["../x", "p/../../x", "/etc/x", "p\\..\\..\\x", "c:\\x"] {
        let (summary, seen) = walked(&TarBuilder::new().file(name, b"x").end());
        assert_eq!(seen.faults(&format!("a!/{name}")), [FaultKind::ClimbingName], "{name}");
        assert_eq!(summary.errors, 1);
    }
    let link = TarHeader::new("p/l").kind(b'2').link("../../x");
    let (summary, seen) = walked(&TarBuilder::new().member(&link, b"").end());
    assert_eq!(seen.faults("a!/p/l"), [FaultKind::ClimbingLink]);
    assert_eq!((summary.gaps, summary.errors), (0, 0));
}

#[test]
fn sparse_files_have_their_holes_filled() {
    let mut whole = vec![0; 3000];
    whole[1000..1512].fill(b'A');
    whole[2048..2148].fill(b'B');
    let data = [&[b'A'; 512][..], &[b'B'; 100]].concat();
    // Old GNU: two runs in the header, then 0 for "no more", then the real size.
    let mut map = Vec::new();
    for number in [1000, 512, 2048, 100] {
        map.extend_from_slice(format!("{number:011o}\0").as_bytes());
    }
    let old = TarHeader::new("f")
        .kind(b'S')
        .magic(TarMagic::Gnu)
        .patch(386, &map)
        .patch(483, format!("{:011o}\0", 3000));
    let old = TarBuilder::new().member(&old, &data);
    let pax_0_0 = TarBuilder::new()
        .pax(&[
            ("GNU.sparse.size", b"3000"),
            ("GNU.sparse.numblocks", b"2"),
            ("GNU.sparse.offset", b"1000"),
            ("GNU.sparse.numbytes", b"512"),
            ("GNU.sparse.offset", b"2048"),
            ("GNU.sparse.numbytes", b"100"),
        ])
        .file("f", &data);
    let pax_0_1 = TarBuilder::new()
        .pax(&[
            ("GNU.sparse.size", b"3000"),
            ("GNU.sparse.map", b"1000,512,2048,100"),
            ("GNU.sparse.name", b"f"),
        ])
        .file("GNUSparseFile.1/f", &data);
    let mut body = b"2\n1000\n512\n2048\n100\n".to_vec();
    body.resize(512, 0);
    body.extend_from_slice(&data);
    let pax_1_0 = TarBuilder::new()
        .pax(&[
            ("GNU.sparse.major", b"1"),
            ("GNU.sparse.minor", b"0"),
            ("GNU.sparse.name", b"f"),
            ("GNU.sparse.realsize", b"3000"),
        ])
        .file("GNUSparseFile.1/f", &body);
    for (form, tar) in [("old", old), ("0.0", pax_0_0), ("0.1", pax_0_1), ("1.0", pax_1_0)] {
        let (_, seen) = walked(&tar.file("after", b"z").end());
        assert_eq!(seen.at("a!/f").size, 3000, "{form}");
        assert_eq!(seen.at("a!/f").bytes, whole, "{form}");
        assert_eq!(seen.at("a!/after").sha256, sha256(b"z"), "{form}");
        assert_eq!(seen.all_faults(), [], "{form}");
    }
}

#[test]
fn sparse_maps_that_do_not_fit_end_the_tar() {
    for map in ["10,5", "0,3,2,1", "0,3,9", "0,4000", "18446744073709551615,1", "0,1,0,1,0,1"] {
        let bytes = TarBuilder::new()
            .pax(&[("GNU.sparse.size", b"12"), ("GNU.sparse.map", map.as_bytes())])
            .file("f", b"abc")
            .end();
        let (summary, seen) = walked(&bytes);
        assert_eq!(seen.faults("a"), [FaultKind::Malformed], "{map}");
        assert!(summary.broken.is_some());
    }
}

#[test]
fn a_hard_link_may_declare_a_size_without_a_body() {
    let link = TarHeader::new("h").kind(b'1').link("f").size(5);
    let (_, seen) = walked(&TarBuilder::new().file("f", b"hello").member(&link, b"").file("g", b"x").end());
    assert_eq!(seen.locations(), ["a!/f", "a!/h", "a!/g", "a"]);
    assert_eq!(seen.all_faults(), []);
    // And with one.
    let link = TarHeader::new("h").kind(b'1').link("f");
    let (_, seen) =
        walked(&TarBuilder::new().file("f", b"hello").member(&link, b"hello").file("g", b"x").end());
    assert_eq!(seen.locations(), ["a!/f", "a!/h", "a!/g", "a"]);
    assert_eq!(seen.all_faults(), [("a!/h", FaultKind::HeaderMismatch)]);
}

#[test]
fn broken_extended_headers_end_the_tar() {
    for bytes in [
        TarBuilder::new().member(&TarHeader::new("x").kind(b'x'), b"junk").file("f", b"x").end(),
        TarBuilder::new().pax(&[("size", b"-1")]).file("f", b"x").end(),
        TarBuilder::new().pax(&[("path", b"f")]).end(),
    ] {
        let (summary, seen) = walked(&bytes);
        assert_eq!(seen.faults("a"), [FaultKind::Malformed]);
        assert!(summary.broken.is_some());
    }
}

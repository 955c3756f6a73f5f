use bonafide_artifact::{FaultKind, Format, Kind};
use bonafide_testkit::{
    CpioBuilder, CpioForm, CpioMember, TarBuilder, XarBuilder, XarEncoding, XarSum, XzCheck, bom, gzip, pbzx,
    xz,
};
use proptest::prelude::*;

use crate::compressed::bzip2;
use crate::cpio::Compress;
use crate::{noise, sha256, walked};

#[test]
fn all_encodings_and_checksums_are_read() {
    let body = noise(70_000, 1);
    for sum in [XarSum::Sha1, XarSum::Sha256, XarSum::Sha512] {
        let bytes = XarBuilder::new(sum)
            .file("zlib", &body)
            .stored("d/stored", &body)
            .packed("d/bzip2", &body, &bzip2(&body), XarEncoding::Made("application/x-bzip2"))
            .packed("d/xz", &body, &xz(&[&body], XzCheck::Crc32, 18), XarEncoding::Made("application/x-xz"))
            .packed("gzip", &body, &gzip(&body, None), XarEncoding::Zlib)
            .folder("empty")
            .end();
        let (summary, seen) = walked(&bytes);
        for path in ["zlib", "d/stored", "d/bzip2", "d/xz", "gzip"] {
            assert_eq!(seen.at(&format!("a!/{path}")).sha256, sha256(&body), "{path}");
        }
        assert_eq!(seen.at("a!/empty").kind, Kind::Directory);
        assert_eq!((seen.all_faults(), summary.format, summary.gaps), (vec![], Format::Xar, 0));
        // In a tar it comes front to back.
        let (_, seen) = walked(&TarBuilder::new().file("x", &bytes).end());
        assert_eq!(seen.at("a!/x!/d/xz").sha256, sha256(&body));
    }
}

fn package(mode: u32, payload: impl Fn(&[u8]) -> Vec<u8>, bill: &[u8]) -> Vec<u8> {
    let program = CpioMember { mode, ..CpioMember::new("./usr/bin/demo", b"hello\n") };
    let folder = |name: &str| CpioMember { mode: 0o040_755, ..CpioMember::new(name, b"") };
    let cpio = CpioBuilder::new(CpioForm::Odc)
        .member(&folder("."))
        .member(&folder("./usr"))
        .member(&folder("./usr/bin"))
        .member(&program)
        .end();
    let payload = payload(&cpio);
    XarBuilder::new(XarSum::Sha1)
        .file("Distribution", b"<installer-gui-script/>")
        .file("demo.pkg/PackageInfo", b"<pkg-info/>")
        .file("demo.pkg/Bom", bill)
        .stored("demo.pkg/Payload", &payload)
        .stored(
            "demo.pkg/Scripts",
            &gzip(&CpioBuilder::new(CpioForm::Odc).file("./postinstall", b"#!").end(), None),
        )
        .end()
}

/// `printf 'hello\n' | cksum` says 3015617425 6.
const HELLO: (&str, u16, u32, u32) = ("usr/bin/demo", 0o100_755, 6, 3_015_617_425);

#[test]
fn packages_are_opened_down_to_their_payload() {
    let bill = bom(&[HELLO]);
    let payloads: [Compress; 3] =
        [|cpio| gzip(cpio, None), |cpio| pbzx(cpio, 100), |cpio| pbzx(cpio, 1 << 20)];
    for payload in payloads {
        let (summary, seen) = walked(&package(0o100_755, payload, &bill));
        assert_eq!(seen.at("a!/demo.pkg/Payload!/./usr/bin/demo").bytes, b"hello\n");
        assert_eq!(seen.at("a!/demo.pkg/Scripts!/./postinstall").bytes, b"#!");
        assert_eq!((seen.all_faults(), summary.gaps), (vec![], 0));
    }
}

#[test]
fn a_payload_is_compared_with_its_bill() {
    let one = |bill: &[(&str, u16, u32, u32)], mode| {
        let (_, seen) = walked(&package(mode, |cpio| gzip(cpio, None), &bom(bill)));
        (seen.faults("a!/demo.pkg/Payload!/./usr/bin/demo"), seen.faults("a!/demo.pkg/Payload"))
    };
    let (name, mode, size, sum) = HELLO;
    let (own, none) = (vec![FaultKind::HeaderMismatch], vec![]);
    assert_eq!(one(&[HELLO], 0o100_644), (own.clone(), none.clone()));
    assert_eq!(one(&[(name, mode, 7, sum)], 0o100_755), (own.clone(), none.clone()));
    assert_eq!(one(&[(name, mode, size, 1)], 0o100_755), (vec![FaultKind::BadChecksum], none.clone()));
    assert_eq!(one(&[HELLO, ("usr/bin/other", mode, 0, 0)], 0o100_755), (none, own.clone()));
    assert_eq!(one(&[("usr/bin/x", mode, 0, 0)], 0o100_755), (own.clone(), own));
}

#[test]
fn files_of_extended_attributes_have_no_size_in_a_bill() {
    // As in a bill that Apple's own tool made: the mode of the folder `usr`, no size, no checksum.
    let cpio =
        CpioBuilder::new(CpioForm::Odc).file("./._usr", b"attributes").file("./._other", b"more").end();
    let faults = |bill: &[(&str, u16, u32, u32)]| {
        let bytes =
            XarBuilder::new(XarSum::Sha1).file("Bom", &bom(bill)).stored("Payload", &gzip(&cpio, None)).end();
        walked(&bytes).1.all_faults().into_iter().map(|(_, kind)| kind).collect::<Vec<_>>()
    };
    assert_eq!(faults(&[("._usr", 0o100_755, 0, 0)]), []);
    assert_eq!(faults(&[("._usr", 0o100_644, 3, 0)]), [FaultKind::HeaderMismatch, FaultKind::BadChecksum]);
}

#[test]
fn what_is_odd_about_a_xar_is_told() {
    let good = XarBuilder::new(XarSum::Sha256).stored("f", b"hello").stored("g", b"world").end();
    let find = |text: &[u8]| good.windows(text.len()).position(|window| window == text).expect("it is there");
    let mut changed = good.clone();
    changed[find(b"hello")] ^= 1;
    assert_eq!(walked(&changed).1.all_faults(), [("a!/f", FaultKind::BadChecksum)]);
    // The checksum of the table lies before the first body.
    changed.clone_from(&good);
    changed[find(b"hello") - 1] ^= 1;
    assert_eq!(walked(&changed).1.all_faults(), [("a", FaultKind::BadChecksum)]);
    let gaps = XarBuilder::new(XarSum::Sha256).stored("f", b"hello").stored("g", b"world").gap(3).end();
    assert_eq!(walked(&gaps).1.faults("a"), [FaultKind::Gap, FaultKind::TrailingData]);
    assert_eq!(walked(&[&good[..], &[0; 9]].concat()).1.faults("a"), [FaultKind::TrailingZeros]);
    assert_eq!(walked(&[&good[..], b"x"].concat()).1.faults("a"), [FaultKind::TrailingData]);
    let (summary, seen) = walked(&good[..good.len() - 3]);
    assert_eq!(seen.faults("a!/g"), [FaultKind::OverlappingMembers]);
    assert!(summary.gaps > 0);
    let climbing = XarBuilder::new(XarSum::Sha1)
        .raw("..", "<type>directory</type><file id=\"9\"><name>x</name></file>")
        .end();
    assert!(walked(&climbing).1.faults("a!/../x").contains(&FaultKind::ClimbingName));
    let attribute = "<type>file</type><ea id=\"0\"><name>n</name><offset>0</offset><length>0</length></ea>";
    assert_eq!(
        walked(&XarBuilder::new(XarSum::Sha1).raw("f", attribute).end()).1.faults("a!/f"),
        [FaultKind::Unsupported]
    );
    let data = "<type>file</type><data><offset>20</offset><length>12x</length><size>5</size></data>";
    assert_eq!(
        walked(&XarBuilder::new(XarSum::Sha1).raw("f", data).end()).1.faults("a!/f"),
        [FaultKind::Malformed]
    );
    let lzfse = XarBuilder::new(XarSum::Sha1).packed("f", b"x", b"x", XarEncoding::Made("application/lzfse"));
    assert_eq!(walked(&lzfse.end()).1.faults("a!/f"), [FaultKind::Unsupported]);
}

#[test]
fn pbzx_is_a_compression() {
    let tar = TarBuilder::new().file("f", noise(9000, 3)).end();
    let bytes = pbzx(&tar, 4096);
    let (summary, seen) = walked(&bytes);
    assert_eq!((summary.format, summary.compression), (Format::Tar, Some(Format::Pbzx)));
    assert_eq!(seen.at("a!/f").sha256, sha256(&noise(9000, 3)));
    assert_eq!(seen.all_faults(), []);
    for cut in (13..bytes.len()).step_by(173) {
        let (summary, _) = walked(&bytes[..cut]);
        assert!(summary.broken.is_some(), "cut at {cut}");
    }
}

proptest! {
    #[test]
    fn what_is_built_is_read(
        files in proptest::collection::btree_map("[a-z]{1,9}(/[A-Z]{1,5}){0,3}", proptest::collection::vec(any::<u8>(), 0..300), 0..8),
    ) {
        let xar = files.iter().fold(XarBuilder::new(XarSum::Sha256), |xar, (name, body)| xar.file(name, body)).end();
        let (_, seen) = walked(&xar);
        for (name, body) in &files {
            // A name that is a folder as well: whatever was added last is there.
            let Some(told) = seen.left.iter().find(|told| told.location == format!("a!/{name}")) else { continue };
            prop_assert!(told.kind == Kind::Directory || told.sha256 == sha256(body));
        }
        prop_assert!(seen.all_faults().iter().all(|(path, _)| path.matches("!/").count() > 1));
    }
}

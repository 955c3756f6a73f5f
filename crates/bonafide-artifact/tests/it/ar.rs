use bonafide_artifact::{FaultKind, Format};
use bonafide_testkit::{ArBuilder, ArNames, TarBuilder, XzCheck, deb, gzip, xz};
use proptest::prelude::*;

use crate::compressed::{bzip2, lzma, zstd};
use crate::{noise, sha256, walked};

#[test]
fn both_dialects_of_long_names_are_read() {
    let long = "a-name-that-is-longer-than-sixteen-bytes.o";
    for names in [ArNames::Gnu, ArNames::Bsd] {
        let bytes =
            ArBuilder::new(names).file("short.o", b"abc").file(long, noise(301, 1)).file("z", b"").end();
        let (summary, seen) = walked(&bytes);
        assert_eq!(seen.locations(), ["a!/short.o", &format!("a!/{long}"), "a!/z", "a"]);
        assert_eq!(seen.at(&format!("a!/{long}")).sha256, sha256(&noise(301, 1)));
        assert_eq!((seen.all_faults(), summary.format, summary.gaps), (vec![], Format::Ar, 0));
    }
}

#[test]
fn a_thin_archive_is_refused_by_name() {
    let (summary, seen) = walked(b"!<thin>\nname.o/         0           0     0     644     9         `\n");
    assert_eq!(seen.faults("a"), [FaultKind::Unsupported]);
    assert!(summary.broken.expect("it is not read").message.contains("thin"));
}

#[test]
fn what_is_odd_about_an_ar_is_told() {
    let good = ArBuilder::new(ArNames::Gnu).file("a", b"abc").file("b", b"de").end();
    let mut pad = good.clone();
    pad[8 + 60 + 3] = b'x';
    assert_eq!(walked(&pad).1.faults("a"), [FaultKind::Padding]);
    assert_eq!(walked(&[&good[..], &[0; 8]].concat()).1.faults("a"), [FaultKind::TrailingZeros]);
    assert_eq!(walked(&[&good[..], &[b'x'; 70]].concat()).1.faults("a"), [FaultKind::Malformed]);
    for cut in 9..good.len() {
        let whole = cut == 8 + 60 + 3 || cut == 8 + 60 + 4;
        assert_eq!(walked(&good[..cut]).0.broken.is_some(), !whole, "cut at {cut}");
    }
    let mut size = good;
    size[8 + 48..8 + 58].copy_from_slice(b"99999999x ");
    assert_eq!(walked(&size).1.faults("a"), [FaultKind::Malformed]);
}

#[test]
fn a_deb_is_read_whatever_its_parts_are_compressed_by() {
    let control = TarBuilder::new().file("./control", b"Package: demo\n").end();
    let data = TarBuilder::new().file("./usr/bin/demo", noise(40_000, 2)).end();
    let ways = |tar: &[u8]| {
        [
            ("", tar.to_vec()),
            (".gz", gzip(tar, None)),
            (".xz", xz(&[tar], XzCheck::Crc64, 18)),
            (".zst", zstd(tar)),
            (".bz2", bzip2(tar)),
            (".lzma", lzma(tar)),
        ]
    };
    for (control_end, control) in ways(&control) {
        for (data_end, data) in ways(&data) {
            let (control_name, data_name) =
                (format!("control.tar{control_end}"), format!("data.tar{data_end}"));
            let (summary, seen) = walked(&deb((&control_name, &control), (&data_name, &data)));
            let file = format!("a!/{data_name}!/./usr/bin/demo");
            assert_eq!(seen.at(&file).sha256, sha256(&noise(40_000, 2)), "{control_end} {data_end}");
            assert_eq!(seen.at(&format!("a!/{control_name}!/./control")).bytes, b"Package: demo\n");
            assert_eq!(seen.at("a!/debian-binary").bytes, b"2.0\n");
            assert_eq!((seen.all_faults(), summary.format), (vec![], Format::Deb));
        }
    }
}

#[test]
fn a_deb_has_its_members_in_order_and_a_known_version() {
    let tar = TarBuilder::new().file("f", b"x").end();
    let new = || ArBuilder::new(ArNames::Plain);
    let version = |text: &str| new().file("debian-binary", text);
    let faults = |ar: ArBuilder| walked(&ar.end()).1.faults("a");
    let whole = version("2.0\n").file("control.tar", &tar).file("_extra", b"").file("data.tar", &tar);
    assert_eq!(faults(whole.clone()), []);
    assert_eq!(faults(whole.file("data.tar.gz", &tar)), [FaultKind::HeaderMismatch]);
    assert_eq!(
        faults(version("2.0\n").file("data.tar", &tar).file("control.tar", &tar)),
        [FaultKind::HeaderMismatch]
    );
    assert_eq!(faults(version("2.0\n").file("control.tar", &tar)), [FaultKind::Malformed]);
    let three = version("3.0\n").file("control.tar", &tar).file("data.tar", &tar);
    assert_eq!(faults(three), [FaultKind::Unsupported]);
    let stranger = version("2.1\nmore\n").file("control.tar", &tar).file("x", b"").file("data.tar", &tar);
    assert_eq!(faults(stranger), [FaultKind::HeaderMismatch]);
}

proptest! {
    #[test]
    fn what_is_built_is_read(
        bsd in any::<bool>(),
        members in proptest::collection::vec(("[a-z][a-z0-9_. -]{0,40}[a-z]", proptest::collection::vec(any::<u8>(), 0..200)), 0..8),
    ) {
        let mut ar = ArBuilder::new(if bsd { ArNames::Bsd } else { ArNames::Gnu });
        for (name, body) in &members {
            ar = ar.file(name, body);
        }
        let (_, seen) = walked(&ar.end());
        let got: Vec<_> = seen.left.iter().filter(|told| told.location.starts_with("a!/") && told.location.matches("!/").count() == 1)
            .map(|told| (told.location[3..].to_owned(), told.sha256.clone())).collect();
        let want: Vec<_> = members.iter().map(|(name, body)| (name.clone(), sha256(body))).collect();
        prop_assert_eq!(got, want);
    }
}

use bonafide_artifact::{FaultKind, Format, Kind, MemberPath};
use bonafide_testkit::{CpioBuilder, CpioForm, CpioMember, XzCheck, gzip, rpm, xz};
use proptest::prelude::*;

use crate::compressed::{bzip2, lzma, zstd};
use crate::{noise, sha256, walked};

const FORMS: [CpioForm; 5] = [CpioForm::Newc, CpioForm::Crc, CpioForm::Odc, CpioForm::Little, CpioForm::Big];

#[test]
fn all_forms_are_read() {
    for form in FORMS {
        let folder = CpioMember { mode: 0o040_755, ..CpioMember::new("d", b"") };
        let link = CpioMember { mode: 0o120_777, ..CpioMember::new("d/link", b"f") };
        let cpio = CpioBuilder::new(form).member(&folder).member(&link).file("d/f", noise(70_001, 1)).end();
        for bytes in [cpio.clone(), gzip(&cpio, None)] {
            let (summary, seen) = walked(&bytes);
            assert_eq!(seen.locations(), ["a!/d", "a!/d/link", "a!/d/f", "a"]);
            assert_eq!(seen.at("a!/d/f").sha256, sha256(&noise(70_001, 1)));
            assert_eq!(seen.at("a!/d").kind, Kind::Directory);
            assert_eq!(seen.at("a!/d/link").kind, Kind::Symlink((*b"f").into()));
            assert_eq!(
                (seen.all_faults(), summary.format, summary.gaps),
                (vec![], Format::Cpio, 0),
                "{form:?}"
            );
        }
        for cut in (40..cpio.len()).step_by(61) {
            assert!(walked(&cpio[..cut]).0.broken.is_some(), "{form:?} cut at {cut}");
        }
    }
}

#[test]
fn names_of_one_file_are_told_after_its_body() {
    let name = |name: &str, body: &[u8]| CpioMember { inode: 9, links: 3, ..CpioMember::new(name, body) };
    let bytes = CpioBuilder::new(CpioForm::Newc)
        .member(&name("one", b""))
        .file("other", b"x")
        .member(&name("two", b""))
        .member(&name("three", b"body"))
        .file("last", b"y")
        .end();
    let (_, seen) = walked(&bytes);
    assert_eq!(seen.locations(), ["a!/other", "a!/three", "a!/one", "a!/two", "a!/last", "a"]);
    assert_eq!(seen.at("a!/three").bytes, b"body");
    assert_eq!(seen.at("a!/one").kind, Kind::Hardlink(MemberPath::new(*b"three")));
    // An empty file of two names.
    let bytes = CpioBuilder::new(CpioForm::Newc).member(&name("one", b"")).member(&name("two", b"")).end();
    let (_, seen) = walked(&bytes);
    assert_eq!(seen.at("a!/one").kind, Kind::File);
    assert_eq!(seen.at("a!/two").kind, Kind::Hardlink(MemberPath::new(*b"one")));
    assert_eq!(seen.all_faults(), []);
}

#[test]
fn what_is_odd_about_a_cpio_is_told() {
    let good = CpioBuilder::new(CpioForm::Crc).file("f", b"hello").end();
    let mut sum = good.clone();
    let body = sum.windows(5).position(|window| window == b"hello").expect("it is there");
    sum[body] ^= 1;
    assert_eq!(walked(&sum).1.faults("a!/f"), [FaultKind::BadChecksum]);
    let mut padding = good.clone();
    padding[body + 5] = 1;
    assert_eq!(walked(&padding).1.faults("a"), [FaultKind::Padding]);
    assert_eq!(walked(&[&good[..], b"x"].concat()).1.faults("a"), [FaultKind::TrailingData]);
    assert_eq!(walked(&[&good[..], &[0; 6000]].concat()).1.faults("a"), [FaultKind::TrailingZeros]);
    assert_eq!(walked(&[&good[..], &[0; 400]].concat()).1.all_faults(), []);
    let climbing = CpioBuilder::new(CpioForm::Odc).file("../f", b"x").end();
    assert_eq!(walked(&climbing).1.faults("a!/../f"), [FaultKind::ClimbingName]);
}

pub(crate) type Compress = fn(&[u8]) -> Vec<u8>;

fn ways() -> [(&'static str, Compress); 6] {
    [
        ("stored", <[u8]>::to_vec),
        ("gzip", |bytes| gzip(bytes, None)),
        ("bzip2", bzip2),
        ("xz", |bytes| xz(&[bytes], XzCheck::Crc32, 18)),
        ("zstd", zstd),
        ("lzma", lzma),
    ]
}

#[test]
fn an_rpm_is_read_whatever_its_payload_is_compressed_by() {
    let long = noise(50_000, 2);
    for (name, compress) in ways() {
        for form in [CpioForm::Newc, CpioForm::Stripped] {
            let (summary, seen) = walked(&rpm("./usr/", &[("bin/a", &long), ("b", b"")], form, compress));
            assert_eq!(seen.locations(), ["a!/./usr/bin/a", "a!/./usr/b", "a"], "{name} {form:?}");
            assert_eq!(seen.at("a!/./usr/bin/a").sha256, sha256(&long));
            assert_eq!((seen.all_faults(), summary.format, summary.gaps), (vec![], Format::Rpm, 0));
        }
    }
}

#[test]
fn a_payload_of_absolute_names_is_below_the_root_of_its_package() {
    let (_, seen) = walked(&rpm("/usr/", &[("a", b"hello")], CpioForm::Newc, <[u8]>::to_vec));
    assert_eq!((seen.locations(), seen.all_faults()), (vec!["a!/./usr/a", "a"], vec![]));
    let (_, seen) = walked(&rpm("/usr/../", &[("a", b"hello")], CpioForm::Newc, <[u8]>::to_vec));
    assert!(seen.faults("a!//usr/../a").contains(&FaultKind::ClimbingName));
}

#[test]
fn digests_of_an_rpm_are_verified() {
    let good = rpm("./usr/", &[("a", b"hello")], CpioForm::Newc, <[u8]>::to_vec);
    let find = |text: &[u8]| good.windows(text.len()).position(|window| window == text).expect("it is there");
    let changed = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        walked(&bytes)
    };
    // The name `demo` in the header: nothing but the digest of the header knows it.
    assert_eq!(changed(find(b"demo\0")).1.faults("a"), [FaultKind::BadChecksum]);
    let (_, seen) = changed(find(b"hello"));
    assert_eq!(seen.faults("a!/./usr/a"), [FaultKind::BadChecksum]);
    assert_eq!(seen.faults("a"), [FaultKind::BadChecksum]);
    // The payload says another mode than the header.
    let (_, seen) = changed(find(b"000081a4") + 7);
    assert_eq!(seen.faults("a!/./usr/a"), [FaultKind::HeaderMismatch]);
}

proptest! {
    #[test]
    fn what_is_built_is_read(
        form in 0..FORMS.len(),
        members in proptest::collection::vec(("[a-z]{1,9}(/[a-z]{1,5}){0,3}", proptest::collection::vec(any::<u8>(), 0..200)), 0..8),
    ) {
        let cpio = members.iter().fold(CpioBuilder::new(FORMS[form]), |cpio, (name, body)| cpio.file(name, body)).end();
        let (_, seen) = walked(&cpio);
        let got: Vec<_> = seen.left.iter().filter(|told| told.location.matches("!/").count() == 1)
            .map(|told| (told.location[3..].to_owned(), told.sha256.clone())).collect();
        let want: Vec<_> = members.iter().map(|(name, body)| (name.clone(), sha256(body))).collect();
        prop_assert_eq!(got, want);
    }
}

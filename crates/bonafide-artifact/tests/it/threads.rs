use bonafide_artifact::{Limits, Source, Threads};
use bonafide_testkit::{TarBuilder, ZipBuilder, ZipMember, gzip};

use crate::{noise, walked_with};

#[test]
fn one_thread_and_two_make_the_same_calls() {
    let wheel = ZipBuilder::new().file("pkg/a.py", noise(1000, 1)).end();
    let mut zip = ZipBuilder::new();
    for index in 0..200 {
        let body = noise(20_000 + index * 7, 12);
        zip = zip.member(ZipMember::deflated(format!("d/{index}"), &body));
        if index % 50 == 0 {
            zip = zip.file(format!("d/{index}.whl"), &wheel);
            zip = zip.member(ZipMember { sum: 1, ..ZipMember::stored(format!("d/{index}.bad"), b"x") });
        }
    }
    let mut tar = TarBuilder::new();
    for index in 0..100 {
        tar = tar.file(format!("d/{index}"), noise(30_000, index));
    }
    let tar = tar.file("w.whl", &wheel).end();
    let packed = gzip(&tar, None);
    for bytes in [zip.end(), packed[..packed.len() - 100].to_vec(), packed] {
        let source = |_| Source::Bytes { name: "a", bytes: &bytes };
        let one = walked_with(source(1), Limits::default(), Threads::One);
        let two = walked_with(source(2), Limits::default(), Threads::Two);
        assert_eq!(one.0, two.0);
        assert_eq!(one.1.calls, two.1.calls);
    }
}

#[test]
fn limits_are_reached_at_the_same_byte() {
    let mut tar = TarBuilder::new();
    for index in 0..100 {
        tar = tar.file(format!("d/{index}"), noise(30_000, index));
    }
    let packed = gzip(&tar.end(), None);
    for total_bytes in [100_000, 1_000_000, 2_000_000] {
        let limits = Limits { total_bytes, ..Limits::default() };
        let source = || Source::Bytes { name: "a", bytes: &packed };
        let one = walked_with(source(), limits, Threads::One);
        let two = walked_with(source(), limits, Threads::Two);
        assert_eq!(one.0, two.0);
        assert!(one.0.broken.is_some());
        assert_eq!(one.1.calls, two.1.calls);
    }
}

//! Every format: cut at every 64th byte, and every 64th byte turned over. Nothing panics, no limit is passed, and what
//! is entered is left.

use std::path::Path;

use bonafide_artifact::{Limits, Source, Threads};
use bonafide_testkit::{
    ArBuilder, ArNames, CabBuilder, CabMethod, CpioBuilder, CpioForm, SevenZipCoder, TarBuilder, XarBuilder,
    XarSum, bom, deb, gzip, pbzx, rpm, seven_zip,
};

use crate::{noise, walked_with};

/// Small enough that a test of thousands of walks ends, large enough for the samples.
const LIMITS: Limits = Limits {
    total_bytes: 8 << 20,
    entry_bytes: 4 << 20,
    entries: 2000,
    depth: 6,
    ratio: 200,
    path_bytes: 4096,
    memory_bytes: 64 << 10,
    spool_bytes: 4 << 20,
    decoder_bytes: 16 << 20,
};

fn endure(bytes: &[u8]) {
    let (summary, _) = walked_with(Source::Bytes { name: "a", bytes }, LIMITS, Threads::One);
    assert!(summary.entries <= LIMITS.entries);
}

/// Walks a sample with every kind of damage.
pub(crate) fn damage(bytes: &[u8], step: usize) {
    for at in (0..bytes.len()).step_by(step) {
        endure(&bytes[..at]);
        let mut changed = bytes.to_vec();
        changed[at] ^= 0xff;
        endure(&changed);
        changed[at] = bytes[at] ^ 1;
        endure(&changed);
    }
}

#[test]
fn built_samples_survive_damage() {
    let tar = TarBuilder::new().file("./f", noise(3000, 1)).end();
    let control = gzip(&TarBuilder::new().file("./control", b"Package: demo\n").end(), None);
    let samples = [
        ArBuilder::new(ArNames::Gnu)
            .file("a", b"abc")
            .file("a-name-of-more-than-16-bytes", noise(300, 2))
            .end(),
        ArBuilder::new(ArNames::Bsd)
            .file("a", b"abc")
            .file("a-name-of-more-than-16-bytes", noise(300, 2))
            .end(),
        CpioBuilder::new(CpioForm::Newc).file("f", noise(300, 3)).end(),
        CpioBuilder::new(CpioForm::Crc).file("f", noise(300, 3)).end(),
        CpioBuilder::new(CpioForm::Odc).file("f", noise(300, 3)).end(),
        CpioBuilder::new(CpioForm::Little).file("f", noise(300, 3)).end(),
        rpm(&[("a", &noise(500, 4)), ("b", b"x")], CpioForm::Newc, |bytes| gzip(bytes, None)),
        rpm(&[("a", &noise(500, 4)), ("b", b"x")], CpioForm::Stripped, <[u8]>::to_vec),
        XarBuilder::new(XarSum::Sha1)
            .file("Distribution", b"x")
            .file("p/Bom", &bom(&[("f", 0o100_644, 3000, 1)]))
            .stored(
                "p/Payload",
                &pbzx(&CpioBuilder::new(CpioForm::Odc).file("./f", noise(500, 5)).end(), 300),
            )
            .end(),
        bom(&[("f/g", 0o100_644, 3000, 1)]),
        seven_zip(&SevenZipCoder::copy(), &[&[("f", &noise(300, 8)), ("g", b"x")], &[("h", b"y")]]),
        CabBuilder::new()
            .folder(CabMethod::MsZip, &[("f", &noise(400, 6)), ("g", b"x")])
            .folder(CabMethod::Lzx, &[("h", &noise(400, 7))])
            .end(),
        deb(("control.tar.gz", &control), ("data.tar.gz", &gzip(&tar, None))),
    ];
    for sample in samples {
        damage(&sample, 7);
    }
}

/// The folder of public test data, where it is there.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test finds its data, or says that it skips"
)]
pub(crate) fn data(below: &str) -> Option<std::path::PathBuf> {
    let root = std::env::var_os("BONAFIDE_TESTDATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        std::path::PathBuf::from,
    );
    let path = root.join(below);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

#[test]
fn samples_of_others_survive_damage() {
    let Some(folder) = data("diffoscope") else { return };
    for name in [
        "tests-data/test1.a",
        "tests-data/test1.deb",
        "tests-data/test1.lzma",
        "tests-data/quine_a.deb",
        "tests-data/test1.cpio",
        "made-here/demo-a.pkg",
        "made-here/demo-a.msi",
        "made-here/demo-a.cab",
        "made-here/empty-a.xar",
        "tests-data/test1.rpm",
    ] {
        damage(&std::fs::read(folder.join(name)).expect("the sample is there"), 64);
    }
}

//! Every reader, damaged: each sample cut at every 64th byte and with every 64th byte turned over; small ones at every
//! byte. Nothing panics, no limit is passed, what is entered is left, and the walk ends.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use bonafide_artifact::object::Search;
use bonafide_artifact::{
    Body, Budget, Entry, Format, Limits, Reading, Seen, Source, Threads, Visit, Want, walk,
};
use bonafide_ident::DigestKinds;
use bonafide_testkit::{
    ArBuilder, ArNames, CabBuilder, CabMethod, CpioBuilder, CpioForm, ElfBuilder, NsisPacking, NsisText,
    PeBuilder, SevenZipCoder, TarBuilder, TarHeader, XarBuilder, XarSum, XzCheck, ZipBuilder, ZipDescriptor,
    ZipMember, bom, burn, cab_set, deb, gzip, macho, pbzx, pe, rpm, seven_zip, xz,
};

use crate::compressed::{bzip2, lzma, zstd};
use crate::noise;

/// Small enough that a test of a hundred thousand walks ends, large enough for the samples.
const LIMITS: Limits = Limits {
    total_bytes: 8 << 20,
    entry_bytes: 4 << 20,
    entries: 2000,
    depth: 6,
    ratio: 200,
    path_bytes: 4096,
    memory_bytes: 256 << 10,
    spool_bytes: 4 << 20,
    decoder_bytes: 16 << 20,
};
/// Bytes that are kept of each body.
const KEPT: u32 = 16;
/// Samples no longer than this are damaged at every byte.
const SMALL: usize = 3000;

/// Checks what must hold of each entry.
#[derive(Default)]
struct Bounds {
    open: BTreeSet<u32>,
    entered: u64,
    formats: BTreeSet<Format>,
}

impl Visit for Bounds {
    fn enter(&mut self, entry: &Entry) -> Want {
        assert!(entry.depth() <= LIMITS.depth + 1, "deeper than the limit");
        assert!(self.open.insert(entry.id.0), "entered once");
        self.entered += 1;
        Want { digests: DigestKinds::NONE, body: Body::Head(KEPT), members: true }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        assert!(self.open.remove(&entry.id.0), "entered, and left once");
        assert!(seen.bytes.len() <= KEPT as usize, "no more bytes than were asked for");
        self.formats.extend(seen.format);
    }
}

fn endure(source: Source<'_>, search: &Search) -> BTreeSet<Format> {
    let budget = Budget::new(LIMITS);
    let mut bounds = Bounds::default();
    let reading = Reading { threads: Threads::One, search: Some(search), ..Reading::new(&budget) };
    let summary = walk(source, reading, &mut bounds).expect("bytes can always be opened");
    assert!(bounds.open.is_empty(), "what is entered is left");
    assert!(summary.entries == bounds.entered && bounds.entered <= LIMITS.entries);
    bounds.formats
}

/// Walks a sample with every kind of damage, in turns at any place and front to back.
fn damage(bytes: &[u8], search: &Search) {
    let step = if bytes.len() <= SMALL { 1 } else { 64 };
    let mut changed = bytes.to_vec();
    for at in (0..bytes.len()).step_by(step) {
        let walk = |bytes: &[u8], turned: bool| {
            let source = if (at / step).is_multiple_of(2) == turned {
                Source::Bytes { name: "a", bytes }
            } else {
                Source::Reader { name: "a", reader: Box::new(Cursor::new(bytes)) }
            };
            endure(source, search);
        };
        walk(&bytes[..at], false);
        changed[at] ^= 0xff;
        walk(&changed, true);
        changed[at] = bytes[at] ^ 1;
        walk(&changed, false);
        changed[at] = bytes[at];
    }
}

/// Runs over many samples with two threads.
fn damage_all(samples: &[Vec<u8>]) {
    let search = Search::new(&["version "], &["version"]);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        while let Some(sample) = samples.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            damage(sample, &search);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
}

/// One sample of each format and of what is special in it.
fn built() -> Vec<Vec<u8>> {
    let tar = TarBuilder::new().file("./f", noise(3000, 1)).end();
    let control = gzip(&TarBuilder::new().file("./control", b"Package: demo\n").end(), None);
    let odd_tar = TarBuilder::new()
        .gnu_long(b'L', b"long/name")
        .file("f", b"x")
        .pax(&[("path", b"p"), ("GNU.sparse.size", b"40"), ("GNU.sparse.map", b"10,5,20,3")])
        .file("s", b"abcdefgh")
        .member(&TarHeader::new("l").kind(b'2').link("f"), b"")
        .end();
    let zip = ZipBuilder::new().member(ZipMember::deflated("f", noise(300, 9))).file("g", b"x").end();
    let described = |descriptor| ZipMember { descriptor, ..ZipMember::deflated("f", b"hello hello") };
    let cab = |files: &[(&str, &[u8])]| CabBuilder::new().folder(CabMethod::MsZip, files).end();
    let manifest = br#"<BurnManifest><UX><Payload FilePath="b" SourcePath="u0"/></UX><Container Id="C" AttachedIndex="1" Attached="yes"/><Payload FilePath="c\d" FileSize="300" SourcePath="a0" Container="C"/><Payload FilePath="e" SourcePath="e"/></BurnManifest>"#;
    let ux = cab(&[("0", manifest), ("u0", b"x")]);
    let seven = seven_zip(&SevenZipCoder::copy(), &[&[("f", &noise(300, 8)), ("g", b"x")], &[("h", b"y")]]);
    let mut samples = vec![
        tar.clone(),
        odd_tar,
        zip.clone(),
        ZipBuilder::new().member(described(ZipDescriptor::Signed)).prefix("MZ program").comment("c").end(),
        ZipBuilder::new().member(ZipMember { wide: true, ..described(ZipDescriptor::Wide) }).wide().end(),
        gzip(&tar, Some("name")),
        bzip2(&tar),
        zstd(&tar),
        lzma(&tar),
        xz(&[&tar, b"more"], XzCheck::Crc64, 18),
        ArBuilder::new(ArNames::Gnu)
            .file("a", b"abc")
            .file("a-name-of-more-than-16-bytes", noise(300, 2))
            .end(),
        ArBuilder::new(ArNames::Bsd)
            .file("a", b"abc")
            .file("a-name-of-more-than-16-bytes", noise(300, 2))
            .end(),
        rpm("./usr/", &[("a", &noise(500, 4)), ("b", b"x")], CpioForm::Newc, |bytes| gzip(bytes, None)),
        rpm("./usr/", &[("a", &noise(500, 4)), ("b", b"x")], CpioForm::Stripped, <[u8]>::to_vec),
        XarBuilder::new(XarSum::Sha1)
            .file("Distribution", b"x")
            .file("p/Bom", &bom(&[("f", 0o100_644, 3000, 1)]))
            .stored(
                "p/Payload",
                &pbzx(&CpioBuilder::new(CpioForm::Odc).file("./f", noise(500, 5)).end(), 300),
            )
            .end(),
        bom(&[("f/g", 0o100_644, 3000, 1)]),
        seven.clone(),
        CabBuilder::new()
            .folder(CabMethod::MsZip, &[("f", &noise(400, 6)), ("g", b"x")])
            .folder(CabMethod::Lzx, &[("h", &noise(400, 7))])
            .end(),
        cab_set(&noise(40_000, 2), 10_000)[0].clone(),
        deb(("control.tar.gz", &control), ("data.tar.gz", &gzip(&tar, None))),
        crate::msi::sample(),
        burn(&ux, &[&cab(&[("a0", &noise(300, 3))])], &[1; 16]),
        PeBuilder::new()
            .section("_winzip_", &zip)
            .resource("10", "CABINET", 1033, &ux)
            .overlay([b";text", &seven[..]].concat())
            .signature([1; 8])
            .end(),
        pe("version 1.2.3"),
        macho("libdemo.dylib", "libz.dylib", "version 1.2.3"),
        ElfBuilder::new("libdemo.so")
            .needs("libc.so")
            .text("version 1.2.3")
            .function("version", b"\xc3")
            .end(),
    ];
    let forms = [CpioForm::Newc, CpioForm::Crc, CpioForm::Odc, CpioForm::Little, CpioForm::Big];
    for (coding, packing) in [
        (NsisText::Ansi2, NsisPacking::Stored),
        (NsisText::Ansi3, NsisPacking::Blocks(crate::nsis::deflate)),
        (NsisText::Unicode3, NsisPacking::Solid(crate::nsis::lzma)),
        (NsisText::Unicode2, NsisPacking::Solid(crate::nsis::bzip2)),
    ] {
        samples.push(crate::nsis::sample(coding).end(packing));
    }
    samples.extend(forms.map(|form| CpioBuilder::new(form).file("f", noise(300, 3)).end()));
    samples.extend(crate::sevenz::coders().map(|coder| seven_zip(&coder, &[&[("f", &noise(300, 8))]])));
    samples
}

#[test]
fn built_samples_survive_damage() {
    let samples = built();
    let search = Search::new(&["version "], &["version"]);
    let read: BTreeSet<Format> =
        samples.iter().flat_map(|bytes| endure(Source::Bytes { name: "a", bytes }, &search)).collect();
    let all = [
        Format::Tar,
        Format::Zip,
        Format::Ar,
        Format::Deb,
        Format::Cpio,
        Format::Rpm,
        Format::Xar,
        Format::Cab,
        Format::SevenZip,
        Format::Msi,
        Format::Gzip,
        Format::Bzip2,
        Format::Xz,
        Format::Zstd,
        Format::Lzma,
        Format::Pbzx,
        Format::Program,
        Format::Burn,
        Format::Nsis,
    ];
    assert_eq!(read, BTreeSet::from(all), "every reader has a sample");
    damage_all(&samples);
}

/// The folder of public test data, where it is there.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test finds its data, or says that it skips"
)]
pub(crate) fn data(below: &str) -> Option<PathBuf> {
    let root = std::env::var_os("BONAFIDE_TESTDATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
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
    let search = Search::new(&["version "], &["version"]);
    let mut samples = Vec::new();
    for below in ["tests-data", "made-here"] {
        for entry in std::fs::read_dir(folder.join(below)).expect("the folder is there") {
            let path = entry.expect("the folder can be listed").path();
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let objects: [&[u8]; 5] =
                [b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe"];
            let is_object = objects.iter().any(|magic| bytes.starts_with(magic));
            // Whatever a reader opens.
            if is_object || !endure(Source::Bytes { name: "a", bytes: &bytes }, &search).is_empty() {
                samples.push(bytes);
            }
        }
    }
    assert!(samples.len() > 60, "only {} samples are opened", samples.len());
    // The longest first, so that both threads end together.
    samples.sort_by_key(|bytes| std::cmp::Reverse(bytes.len()));
    damage_all(&samples);
}

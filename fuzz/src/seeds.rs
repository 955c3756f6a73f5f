//! Makes the seeds of the fuzz targets: `cargo run --example seeds` in this folder writes `corpus/<target>/`.
//!
//! Archives are built; seeds that are text are kept at `seeds/<target>/` and copied.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use bonafide_ident::Scheme;
use bonafide_testkit::{
    ArBuilder, ArNames, CabBuilder, CabMethod, CpioBuilder, CpioForm, NsisBuilder, NsisPacking, NsisText,
    PeBuilder, SevenZipCoder, TarBuilder, TarHeader, TarMagic, XarBuilder, XarSum, XzCheck, ZipBuilder,
    ZipDescriptor, ZipMember, bom, burn, deb, gzip, pbzx, rpm, seven_zip, xz,
};

fn main() -> io::Result<()> {
    let tars = tars();
    let zips = zips();
    let compressed = compressed(&tars[0])?;
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = fuzz.join("corpus");
    for target in fs::read_dir(fuzz.join("seeds"))? {
        let target = target?;
        let folder = root.join(target.file_name());
        fs::create_dir_all(&folder)?;
        for seed in fs::read_dir(target.path())? {
            let seed = seed?;
            fs::copy(seed.path(), folder.join(seed.file_name()))?;
        }
    }
    // Their targets put the magic before them.
    let ars: Vec<_> = ars(&tars[0]).iter().map(|ar| ar[8..].to_vec()).collect();
    let seven = seven_zip(&SevenZipCoder::copy(), &[&[("f", b"abc"), ("g", b"x")], &[("h", b"")]]);
    let sevens = vec![[&[4, 0], &seven[32..]].concat()];
    let cabs: Vec<_> = [CabMethod::Stored, CabMethod::MsZip, CabMethod::Lzx]
        .into_iter()
        .map(|method| {
            CabBuilder::new().folder(method, &[("f", b"abcabcabc"), ("g", b"x")]).end()[8..].to_vec()
        })
        .collect();
    let payload = pbzx(&CpioBuilder::new(CpioForm::Odc).file("./f", b"abc").end(), 64);
    let whole = XarBuilder::new(XarSum::Sha1)
        .file("Distribution", b"x")
        .stored("p/Bom", &bom(&[("f", 0o100_644, 3, 1)]))
        .stored("p/Payload", &payload)
        .end();
    let xars = vec![xar_in_plain(&whole)?];
    let forms = [CpioForm::Newc, CpioForm::Crc, CpioForm::Odc, CpioForm::Little, CpioForm::Big];
    let cpios: Vec<_> = (0_u8..)
        .zip(forms)
        .map(|(number, form)| {
            let cpio = CpioBuilder::new(form).file("a", b"abc").file("b/c", b"").end();
            [&[number], &cpio[if number < 3 { 6 } else { 2 }..]].concat()
        })
        .collect();
    let files: [(&str, &[u8]); 2] = [("a", b"abc"), ("b", b"")];
    let rpms: Vec<_> = [CpioForm::Newc, CpioForm::Stripped]
        .into_iter()
        .flat_map(|form| {
            [
                rpm("./usr/", &files, form, <[u8]>::to_vec),
                rpm("./usr/", &files, form, |bytes| gzip(bytes, None)),
            ]
        })
        .map(|rpm| rpm[96..].to_vec())
        .collect();
    for (target, seeds) in [
        ("sevenz", &sevens),
        ("program", &programs(&seven)),
        ("nsis", &nsis()),
        ("cab", &cabs),
        ("xar", &xars),
        ("cpio", &cpios),
        ("rpm", &rpms),
        ("tar", &tars),
        ("zip", &zips),
        ("compressed", &compressed),
        ("ar", &ars),
    ] {
        for folder in [root.join(target), root.join("walk")] {
            fs::create_dir_all(&folder)?;
            for (index, seed) in seeds.iter().enumerate() {
                fs::write(folder.join(format!("{target}-{index}")), seed)?;
            }
        }
    }
    for (target, seeds) in [("versions", versions()), ("vers", ranges())] {
        fs::create_dir_all(root.join(target))?;
        for (index, seed) in seeds.iter().enumerate() {
            fs::write(root.join(target).join(index.to_string()), seed)?;
        }
    }
    Ok(())
}

/// A XAR as its target takes it: the table in plain text, a zero byte, the heap.
fn xar_in_plain(xar: &[u8]) -> io::Result<Vec<u8>> {
    let length =
        usize::try_from(u64::from_be_bytes(xar[8..16].try_into().expect("eight bytes"))).unwrap_or(0);
    let mut toc = Vec::new();
    let mut decoder = flate2::read::ZlibDecoder::new(&xar[28..28 + length]);
    io::Read::read_to_end(&mut decoder, &mut toc)?;
    Ok([&toc, &b"\0"[..], &xar[28 + length..]].concat())
}

fn ars(tar: &[u8]) -> Vec<Vec<u8>> {
    let long = "a-name-of-more-than-16-bytes";
    vec![
        ArBuilder::new(ArNames::Gnu).file("a", b"abc").file(long, b"de").end(),
        ArBuilder::new(ArNames::Bsd).file("a", b"abc").file(long, b"de").end(),
        deb(("control.tar", tar), ("data.tar.gz", &gzip(tar, None))),
    ]
}

/// The length of the script, then the data: what the target puts behind a program.
fn nsis() -> Vec<Vec<u8>> {
    let deflate = |body: &[u8]| {
        let mut packed = Vec::new();
        let mut encoder = flate2::read::DeflateEncoder::new(body, flate2::Compression::new(6));
        io::Read::read_to_end(&mut encoder, &mut packed).map(|_| packed).unwrap_or_default()
    };
    let codings = [NsisText::Ansi2, NsisText::Ansi3, NsisText::Unicode3, NsisText::Unicode2];
    let packings = [NsisPacking::Stored, NsisPacking::Blocks(deflate), NsisPacking::Solid(deflate)];
    let installers = codings.into_iter().flat_map(|coding| {
        packings.map(|packing| {
            NsisBuilder::new(coding)
                .folder("{s:26:35}\\d")
                .file("f", b"abc")
                .again("{21}\\g")
                .uninstaller("{21}\\u", b"MZ", b"x")
                .end(packing)
        })
    });
    let data = |installer: Vec<u8>| {
        let mark = installer.windows(12).position(|window| window == b"NullsoftInst").unwrap_or(0) + 12;
        [&installer[mark..mark + 4], &installer[mark + 8..installer.len() - 4]].concat()
    };
    installers.map(data).collect()
}

/// Without the magic, which the target puts before them.
fn programs(seven: &[u8]) -> Vec<Vec<u8>> {
    let cab = |files: &[(&str, &[u8])]| CabBuilder::new().folder(CabMethod::Stored, files).end();
    let manifest = br#"<BurnManifest><UX><Payload FilePath="b" SourcePath="u0"/></UX><Container Id="C" AttachedIndex="1" Attached="yes"/><Payload FilePath="c\d" FileSize="1" SourcePath="a0" Container="C"/><Payload FilePath="e" SourcePath="e"/></BurnManifest>"#;
    let bundle = burn(&cab(&[("0", manifest), ("u0", b"x")]), &[&cab(&[("a0", b"y")])], &[1; 8]);
    let program =
        PeBuilder::new().section("_winzip_", &zips()[1]).resource("10", "CABINET", 1033, cab(&[("f", b"x")]));
    let programs =
        [bundle, program.clone().end(), program.overlay([b";text", seven].concat()).signature([1; 8]).end()];
    programs.iter().map(|program| program[2..].to_vec()).collect()
}

/// Three versions of each scheme, or of what looks like one.
fn versions() -> Vec<Vec<u8>> {
    const TEXTS: [&str; 6] = [
        "1!1.0a1.post2.dev3+x.1\n1.0-alpha-1-SNAPSHOT\n1.0.ga.1",
        "1:2.0~rc1-3+deb12u1\n2.0^git1-4.el9\n2.0_p1-r2",
        "v1.2.3-rc.1+build\n1.2.3.4\n1.2.x",
        "1.0.2zf\n1.0b_alpha2_p~ab12-r1\n1.0.#",
        "2024-01-01T00:00:00.5+02:00\ncci.20200203\n1-r0-1",
        "dev-master\n1.0.a.10\n99999999999999999999.0",
    ];
    let schemes = 0..u8::try_from(Scheme::ALL.len()).expect("few schemes");
    schemes.flat_map(|first| TEXTS.map(|text| [&[first], text.as_bytes()].concat())).collect()
}

/// Ranges of all notations, for each scheme.
fn ranges() -> Vec<Vec<u8>> {
    const TEXTS: [&str; 8] = [
        "vers:pypi/>=1.0|!=1.3|<2.0",
        "vers:npm/1.0%2B1|>2",
        "^1.2 || ~2.0 >=3 <4 || 5.x || 1.2 - 2.3",
        ">=1.0, !=1.3.*, ~=1.4",
        "[1.0,2.0),(2.0,],[3]",
        "~> 2.0.8, != 2.4",
        "1.5.0+, 1.4.1-1.4.9",
        "<< 1:2.0-1 | >= 3",
    ];
    let schemes = 0..u8::try_from(Scheme::ALL.len()).expect("few schemes");
    schemes.flat_map(|first| TEXTS.map(|text| [&[first], text.as_bytes()].concat())).collect()
}

fn tars() -> Vec<Vec<u8>> {
    let small =
        TarBuilder::new().file("p/a", b"hello").member(&TarHeader::new("p/l").kind(b'2').link("a"), b"");
    let mut sparse = b"2\n10\n5\n20\n3\n".to_vec();
    sparse.resize(512, 0);
    sparse.extend_from_slice(b"abcdefgh");
    vec![
        small.clone().end(),
        small.file("p/w.whl", &zips()[0]).end(),
        TarBuilder::new().member(&TarHeader::new("f").magic(TarMagic::V7), b"x").end(),
        TarBuilder::new().gnu_long(b'L', b"long/name").gnu_long(b'K', b"target").file("f", b"x").end(),
        TarBuilder::new()
            .pax_global(&[("comment", b"c")])
            .pax(&[("path", b"p"), ("size", b"1")])
            .file("f", b"x")
            .end(),
        TarBuilder::new()
            .pax(&[("GNU.sparse.major", b"1"), ("GNU.sparse.realsize", b"40"), ("GNU.sparse.name", b"s")])
            .file("f", &sparse)
            .end(),
        TarBuilder::new()
            .pax(&[("GNU.sparse.size", b"40"), ("GNU.sparse.map", b"10,5,20,3")])
            .file("f", b"abcdefgh")
            .end(),
        TarBuilder::new()
            .member(
                &TarHeader::new("f")
                    .kind(b'S')
                    .magic(TarMagic::Gnu)
                    .patch(386, "00000000012\0")
                    .patch(398, "00000000001\0")
                    .patch(483, "00000000050\0"),
                b"x",
            )
            .end(),
        TarBuilder::new()
            .member(&TarHeader::new("h").kind(b'1').link("f").size(5), b"")
            .file("f", b"x")
            .end(),
    ]
}

fn zips() -> Vec<Vec<u8>> {
    let described = |descriptor| ZipMember { descriptor, ..ZipMember::deflated("f", b"hello hello") };
    let mut link = ZipMember::stored("l", b"f");
    link.attributes = 0o120_777 << 16;
    vec![
        ZipBuilder::new().member(ZipMember::deflated("p/a.py", b"pass")).file("p/b", b"x").end(),
        ZipBuilder::new().member(described(ZipDescriptor::Signed)).member(link).comment("c").end(),
        ZipBuilder::new().member(described(ZipDescriptor::Wide)).prefix("MZ program").end(),
        ZipBuilder::new().member(ZipMember { wide: true, ..described(ZipDescriptor::None) }).wide().end(),
        ZipBuilder::new()
            .file("f", b"x")
            .member(ZipMember { at: Some(0), ..ZipMember::stored("f", b"x") })
            .end(),
        ZipBuilder::new()
            .member(ZipMember {
                method: 95,
                stored: xz(&[b"x"], XzCheck::Crc32, 0),
                ..ZipMember::stored("f", b"x")
            })
            .end(),
        ZipBuilder::new().prefix("#!/usr/bin/env python3\n").file("__main__.py", b"pass").end(),
    ]
}

fn compressed(tar: &[u8]) -> io::Result<Vec<Vec<u8>>> {
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(1));
    bzip2.write_all(tar)?;
    Ok(vec![
        gzip(tar, Some("name")),
        [gzip(b"one", None), gzip(b"two", None), b"rest".to_vec()].concat(),
        bzip2.finish()?,
        xz(&[tar, b"more"], XzCheck::Crc64, 0),
        [xz(&[b"a"], XzCheck::Sha256, 0), vec![0; 4], xz(&[b"b"], XzCheck::Crc32, 0)].concat(),
        zstd::encode_all(tar, 1)?,
    ])
}

use bonafide_artifact::{FaultKind, Format, Kind, Limits, Source, Threads};
use bonafide_testkit::{
    CabBuilder, CabMethod, PeBuilder, SevenZipCoder, TarBuilder, ZipBuilder, burn, seven_zip,
};

use crate::{noise, sha256, walked, walked_with};

fn cab(files: &[(&str, &[u8])]) -> Vec<u8> {
    CabBuilder::new().folder(CabMethod::MsZip, files).end()
}

#[test]
fn containers_in_resources_sections_and_behind_a_program_are_opened() {
    let body = noise(50_000, 1);
    let cabinet = cab(&[("d\\f", &body)]);
    let seven = seven_zip(&SevenZipCoder::copy(), &[&[("g", b"seven")]]);
    let zip = ZipBuilder::new().file("z", b"zip").end();
    let program = || PeBuilder::new().section(".text", [0xcc; 100]).section("_winzip_", &zip);
    let resources = program()
        .resource("10", "CABINET", 1033, &cabinet)
        .resource("10", "TITLE", 1033, b"Demo")
        .resource("MSI", "1", 0, &zip)
        .resource("MSI", "1", 1031, &cabinet)
        .resource("24", "1", 1033, b"<assembly/>");
    let (summary, seen) = walked(&resources.clone().overlay(&seven).signature([7; 64]).end());
    for location in ["a!/.rsrc/RCDATA/CABINET!/d/f", "a!/.rsrc/MSI/1/1031!/d/f"] {
        assert_eq!(seen.at(location).sha256, sha256(&body), "{location}");
    }
    assert_eq!(seen.at("a!/.rsrc/MSI/1/0!/z").bytes, b"zip");
    assert_eq!(seen.at("a!/_winzip_!/z").bytes, b"zip");
    assert_eq!(seen.at("a!/overlay!/g").bytes, b"seven");
    // A section is filled up to its step, and a signature begins at a multiple of eight.
    let filled = ["a!/_winzip_", "a!/overlay"].map(|at| (at, FaultKind::TrailingZeros));
    assert_eq!(seen.all_faults(), filled);
    assert_eq!((summary.format, summary.gaps, summary.entries), (Format::Program, 0, 11));
    // In a tar it comes front to back.
    let (_, nested) = walked(&TarBuilder::new().file("s", resources.end()).end());
    assert_eq!(nested.at("a!/s!/.rsrc/RCDATA/CABINET!/d/f").sha256, sha256(&body));
    // A folder opens it like any other container.
    let folder = tempfile::tempdir().expect("a folder can be made");
    std::fs::write(folder.path().join("s.exe"), program().overlay(&cabinet).end())
        .expect("it can be written");
    let (_, seen) = walked_with(Source::Path(folder.path()), Limits::default(), Threads::Two);
    assert_eq!(seen.at("s.exe!/overlay!/d/f").sha256, sha256(&body));
}

#[test]
fn a_container_behind_a_text_is_found_and_a_zip_is_opened_as_before() {
    let seven = seven_zip(&SevenZipCoder::copy(), &[&[("g", b"seven")]]);
    let text = b";!@Install@!UTF-8!\r\nRunProgram=\"7z\xbc\xaf\x27\x1c\"\r\n;!@InstallEnd@!";
    let (summary, seen) = walked(&PeBuilder::new().overlay([&text[..], &seven].concat()).end());
    assert_eq!(seen.at("a!/overlay/1").bytes, text);
    assert_eq!(seen.at("a!/overlay/2!/g").bytes, b"seven");
    assert_eq!((seen.all_faults(), summary.gaps), (vec![], 0));
    let zip = ZipBuilder::new().file("z", b"zip").end();
    let cabinet = cab(&[("f", b"x")]);
    let program = PeBuilder::new().resource("10", "1", 0, &cabinet);
    let (summary, seen) = walked(&program.overlay([b"#!python.exe\r\n", &zip[..]].concat()).end());
    assert_eq!(seen.locations(), ["a!/z", "a!/.rsrc/RCDATA/1!/f", "a!/.rsrc/RCDATA/1", "a"]);
    assert_eq!((seen.all_faults(), summary.format), (vec![("a", FaultKind::Prefix)], Format::Program));
}

#[test]
fn what_a_program_carries_and_is_not_read_is_a_gap() {
    for (overlay, whose) in [
        (&b"Rar!\x1a\x07\x01\0rest"[..], "RAR"),
        (b"InstallShield\0rest", "InstallShield"),
        (b"idska32\x1arest", "Inno Setup"),
        (b"PYZ and MEI\x0c\x0b\x0a\x0b\x0e rest", "PyInstaller"),
    ] {
        let (summary, seen) = walked(&PeBuilder::new().section(".text", b"x").overlay(overlay).end());
        assert_eq!((seen.faults("a"), summary.gaps), (vec![FaultKind::Unsupported], 1));
        assert!(seen.at("a").faults[0].1.contains(whose));
    }
    let (summary, seen) = walked(&PeBuilder::new().section(".text", b"x").overlay(b"anything").end());
    assert_eq!((seen.all_faults(), summary.format, summary.entries), (vec![], Format::Plain, 1));
}

/// As WiX 3 writes it, in parts.
fn manifest(namespace: &str, digest: &str, size: usize) -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?><BurnManifest EngineVersion="3.14.1" xmlns="{namespace}"><UX UxDllPayloadId="ba"><Payload Id="ba" FilePath="ba&amp;x.dll" FileSize="2" Packaging="embedded" SourcePath="u0" /><Payload Id="text" FilePath="1033\thm.wxl" Packaging="embedded" SourcePath="u1" /></UX><Container Id="One" FileSize="{size}" FilePath="setup.exe" AttachedIndex="1" Attached="yes" Primary="yes" /><Container Id="Two" FilePath="two.cab" /><Payload Id="core" FilePath="core.msi" FileSize="70000" Hash="{digest}" Packaging="embedded" SourcePath="a0" Container="One" /><Payload Id="same" FilePath="d\same.msi" FileSize="70000" Packaging="embedded" SourcePath="a0" Container="One" /><Payload Id="more" FilePath="more.msi" FileSize="4" Packaging="embedded" SourcePath="a0" Container="Two" /><Payload Id="net" FilePath="redist\net.exe" FileSize="9" Packaging="external" SourcePath="net.exe" DownloadUrl="https://example.org/net.exe" /></BurnManifest>"#
    )
}

fn digest(bytes: &[u8]) -> String {
    use bonafide_ident::{DigestKinds, Hasher};
    Hasher::digest(DigestKinds::SHA512, bytes)
        .sha512
        .map(|digest| digest.to_string())
        .expect("it was asked for")
}

fn bundle(namespace: &str, digest: &str, signature: &[u8]) -> Vec<u8> {
    let attached = cab(&[("a0", &noise(70_000, 2))]);
    let manifest = manifest(namespace, digest, attached.len());
    let ux = cab(&[("0", manifest.as_bytes()), ("u0", b"ba"), ("u1", b"text")]);
    burn(&ux, &[&attached], signature)
}

#[test]
fn a_bundle_has_the_paths_of_its_manifest() {
    let core = noise(70_000, 2);
    for (namespace, signature) in [
        ("http://schemas.microsoft.com/wix/2008/Burn", &b""[..]),
        ("http://wixtoolset.org/schemas/v4/2008/Burn", &[9; 128]),
    ] {
        let bytes = bundle(namespace, &digest(&core), signature);
        let (summary, seen) = walked(&bytes);
        assert_eq!(
            seen.locations(),
            [
                "a!/UX/manifest.xml",
                "a!/UX/ba&x.dll",
                "a!/UX/1033/thm.wxl",
                "a!/core.msi",
                "a!/d/same.msi",
                "a!/more.msi",
                "a!/redist/net.exe",
                "a"
            ]
        );
        assert_eq!(seen.at("a!/core.msi").sha256, sha256(&core));
        assert!(matches!(&seen.at("a!/d/same.msi").kind, Kind::Hardlink(to) if to.raw() == b"core.msi"));
        let missing = ["a!/more.msi", "a!/redist/net.exe"].map(|at| (at, FaultKind::Unsupported));
        assert_eq!((seen.all_faults(), summary.format, summary.gaps), (missing.to_vec(), Format::Burn, 2));
    }
}

#[test]
fn a_detached_container_is_read_where_it_lies_beside() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("setup.exe");
    std::fs::write(&path, bundle("", "", b"")).expect("it can be written");
    std::fs::write(folder.path().join("two.cab"), cab(&[("a0", b"more")])).expect("it can be written");
    let (_, seen) = walked_with(Source::Path(&path), Limits::default(), Threads::Two);
    assert_eq!(seen.at("setup.exe!/more.msi").bytes, b"more");
    assert_eq!(seen.all_faults(), [("setup.exe!/redist/net.exe", FaultKind::Unsupported)]);
}

#[test]
fn what_is_odd_about_a_bundle_is_told() {
    let core = noise(70_000, 2);
    let wrong = bundle("", &digest(b"other"), b"");
    assert_eq!(walked(&wrong).1.faults("a!/core.msi"), [FaultKind::BadChecksum]);
    // It is cut in its attached container.
    let whole = bundle("", &digest(&core), b"");
    let (summary, seen) = walked(&whole[..whole.len() - 100]);
    assert!(seen.faults("a").contains(&FaultKind::Truncated));
    assert!(seen.at("a!/core.msi").faults.len() == 1 && summary.gaps > 2);
    // Members that no manifest lists keep their names.
    let attached = cab(&[("a0", b"x")]);
    let ux = cab(&[("0", b"<BurnManifest/>"), ("u0", b"ba")]);
    let (_, seen) = walked(&[&burn(&ux, &[&attached], b"")[..], b"tail"].concat());
    assert_eq!(seen.locations(), ["a!/UX/manifest.xml", "a!/UX/u0", "a!/a0", "a"]);
    assert_eq!(
        seen.all_faults(),
        [
            ("a!/UX/u0", FaultKind::HeaderMismatch),
            ("a!/a0", FaultKind::HeaderMismatch),
            ("a", FaultKind::TrailingData)
        ]
    );
    let (_, seen) = walked(&burn(&cab(&[("0", b"<Wix/>")]), &[], b""));
    assert_eq!(seen.faults("a"), [FaultKind::Malformed]);
    // A stub to which nothing was attached yet is a program like any other.
    let stub = PeBuilder::new().section(".wixburn", [0; 64]).end();
    assert_eq!(walked(&stub).0.format, Format::Plain);
}

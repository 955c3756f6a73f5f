//! Documents of small artifacts: what is found, whose files are whose, what is wrong.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use bonafide_artifact::{Limits, Threads};
use bonafide_catalog::{Component, Input, Made, MakeError, Options, RelationKind, make};
use bonafide_ident::{DigestKinds, Hasher};
use bonafide_report::{Collected, Severity};
use bonafide_testkit::{
    CpioForm, TarBuilder, TarHeader, XarBuilder, XarSum, XzCheck, ZipBuilder, deb, gzip, rpm, xz,
};
use proptest::prelude::*;

fn try_make(input: Input<'_>, name: &str) -> Result<Made, MakeError> {
    make(input, &options(name))
}

fn options(name: &str) -> Options<'_> {
    Options {
        label: name,
        name,
        limits: Limits::default(),
        threads: Threads::Two,
        progress: None,
        filter: None,
        created: None,
        digests: DigestKinds::SPDX,
    }
}

/// Makes it; the document must be valid.
fn made(bytes: &[u8], name: &str) -> Made {
    let made = try_make(Input::Bytes(bytes), name).unwrap();
    let mut faults = Collected::default();
    bonafide_sbom::validate(&made.document, None, &mut faults);
    let errors: Vec<_> = faults.findings.iter().filter(|fault| fault.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    made
}

fn written(made: &Made) -> String {
    let mut bytes = Vec::new();
    let (encoding, style) = (bonafide_sbom::Encoding::Json, bonafide_sbom::Style::default());
    bonafide_sbom::write(&made.document, encoding, style, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Names of the rules that were broken, each as often as it was.
fn rules(made: &Made) -> Vec<&str> {
    made.findings.iter().map(|finding| finding.rule.id).collect()
}

/// Name and version of every component, sorted.
fn components(made: &Made) -> Vec<(&str, &str)> {
    let mut found: Vec<_> = made
        .inventory
        .components
        .iter()
        .map(|component| (component.name.as_str(), component.version.as_deref().unwrap_or("")))
        .collect();
    found.sort_unstable();
    found
}

fn component<'m>(made: &'m Made, name: &str) -> &'m Component {
    made.inventory.components.iter().find(|component| component.name == name).unwrap()
}

fn root(made: &Made) -> &Component {
    &made.inventory.components[made.inventory.root.unwrap().0 as usize]
}

/// The name of the component that a file belongs to.
fn owner<'m>(made: &'m Made, location: &str) -> &'m str {
    let file = made.inventory.files.iter().find(|file| file.location == location);
    let file = file.unwrap_or_else(|| panic!("{location} is not listed"));
    &made.inventory.components[file.owner.unwrap().0 as usize].name
}

/// Edges between components, by their names.
fn edges(made: &Made) -> Vec<(&str, RelationKind, &str)> {
    let name = |id: bonafide_catalog::ComponentId| made.inventory.components[id.0 as usize].name.as_str();
    let mut edges: Vec<_> =
        made.inventory.relations.iter().map(|edge| (name(edge.from), edge.kind, name(edge.to))).collect();
    edges.sort_unstable();
    edges
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    files.iter().fold(TarBuilder::new(), |tar, (name, body)| tar.file(name, body)).end()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    files.iter().fold(ZipBuilder::new(), |zip, (name, body)| zip.file(name, body)).end()
}

fn sha256(bytes: &[u8]) -> String {
    Hasher::digest(DigestKinds::SHA256, bytes).sha256.unwrap().to_string()
}

fn sha1(bytes: &[u8]) -> String {
    Hasher::digest(DigestKinds::SHA1, bytes).sha1.unwrap().to_string()
}

/// URL-safe base 64 without padding of a SHA-256, as RECORD has it.
fn record_digest(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digest = Hasher::digest(DigestKinds::SHA256, bytes).sha256.unwrap().0;
    let mut text = String::new();
    for three in digest.chunks(3) {
        let number = three.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte))
            << (8 * (3 - three.len()));
        for at in 0..=three.len() {
            text.push(char::from(LETTERS[(number >> (18 - 6 * at) & 63) as usize]));
        }
    }
    text
}

/// The files of a distribution, with METADATA and a true RECORD.
fn distribution(name: &str, version: &str, files: &[(&str, &[u8])]) -> Vec<(String, Vec<u8>)> {
    let info = format!("{}-{version}.dist-info", name.replace('-', "_"));
    let metadata =
        format!("Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense-Expression: MIT\n\ntext\n");
    let mut all: Vec<(String, Vec<u8>)> =
        files.iter().map(|(name, body)| ((*name).to_owned(), body.to_vec())).collect();
    all.push((format!("{info}/METADATA"), metadata.into_bytes()));
    all.push((format!("{info}/WHEEL"), b"Wheel-Version: 1.0\n".to_vec()));
    let mut record = String::new();
    for (path, body) in &all {
        record.push_str(&format!("{path},sha256={},{}\n", record_digest(body), body.len()));
    }
    record.push_str(&format!("{info}/RECORD,,\n"));
    all.push((format!("{info}/RECORD"), record.into_bytes()));
    all
}

fn zip_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    files.iter().fold(ZipBuilder::new(), |zip, (name, body)| zip.file(name, body)).end()
}

fn wheel(name: &str, version: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    zip_of(&distribution(name, version, files))
}

const VENDOR_TXT: &[u8] = b"# pinned\nCacheControl==0.14.2\nrequests==2.32.3\n    idna==3.10  # of requests\ntyping_extensions==4.13.2\nsetuptools==70.3.0\ngone==1.0\n";

fn carrier() -> Vec<u8> {
    wheel(
        "pip",
        "25.1.1",
        &[
            ("pip/__init__.py", b"__version__ = '25.1.1'"),
            ("pip/_vendor/__init__.py", b""),
            ("pip/_vendor/cachecontrol/__init__.py", b"c"),
            ("pip/_vendor/requests/__init__.py", b"r"),
            ("pip/_vendor/requests/api.py", b"a"),
            ("pip/_vendor/idna/core.py", b"i"),
            ("pip/_vendor/typing_extensions.py", b"t"),
            ("pip/_vendor/pkg_resources/__init__.py", b"p"),
            ("pip/_vendor/distlib/t64.exe", b"MZ Simple Launcher"),
            ("pip/_vendor/vendor.txt", VENDOR_TXT),
        ],
    )
}

/// Named for a fault of a rival: an answer that depends on a file name's ending.
#[test]
fn half_a_download_under_the_name_of_an_archive_is_no_pass() {
    for (name, bytes) in [
        ("p-1.tar.xz", &b""[..]),
        ("p-1.tar.xz", b"\xfd7zX"),
        ("p-1.tgz", b"<!DOCTYPE html>"),
        ("p-1.WHL", b"PK"),
        ("p-1.tar", &[0; 512]),
    ] {
        let made = try_make(Input::Bytes(bytes), name).unwrap();
        assert_eq!(rules(&made), ["not-an-archive"], "{name}");
    }
    assert_eq!(rules(&try_make(Input::Bytes(b"int a;"), "a.c").unwrap()), [""; 0]);
    // The same, compressed: a server does so on the way, and some clients keep it so.
    let (page, empty) = (gzip(b"<!DOCTYPE html><title>404</title>", None), gzip(b"", None));
    for bytes in [&page, &empty, &gzip(&[0; 10240], None)] {
        for name in
            ["p-1.tar.gz", "p-1.tgz", "p-1.tar.xz", "p-1.crate", "p_1-1_amd64.deb", "p-1-py3-none-any.WHL"]
        {
            let made = try_make(Input::Bytes(bytes), name).unwrap();
            assert_eq!(rules(&made), ["not-an-archive"], "{name}");
        }
    }
    // Of a mere compression nothing is promised of what is in it; and what is in it may be a container.
    let tar = TarBuilder::new().file("p-1/a.c", "int a;").end();
    let twice = gzip(&gzip(&tar, None), None);
    let wheel = gzip(&wheel("p", "1", &[]), None);
    for (bytes, name) in
        [(&page, "404.html.gz"), (&empty, "x.gz"), (&twice, "p-1.tar.gz"), (&wheel, "p-1-py3-none-any.whl")]
    {
        assert_eq!(rules(&try_make(Input::Bytes(bytes), name).unwrap()), [""; 0], "{name}");
    }
}

#[test]
fn a_wheel_is_one_whatever_it_is_called() {
    let wheel = wheel("Demo_Pkg", "1.0", &[("demo/__init__.py", b"x")]);
    for name in ["demo_pkg-1.0-py3-none-any.whl", "x.zip", "blob"] {
        let made = made(&wheel, name);
        assert_eq!(components(&made), [("Demo_Pkg", "1.0")], "{name}");
        assert_eq!(root(&made).purl.as_deref(), Some("pkg:pypi/demo-pkg@1.0"));
        assert_eq!(root(&made).license_declared.as_deref(), Some("MIT"));
        assert_eq!(root(&made).archive_sha256.unwrap().to_string(), sha256(&wheel));
        assert!(rules(&made).is_empty());
    }
}

/// Named for a fault of a rival: no archive in an archive.
#[test]
fn wheels_in_archives_are_found_at_any_depth() {
    let inner = gzip(&tar(&[("wheels/demo.whl", &wheel("demo", "1.0", &[("demo.py", b"x")]))]), None);
    let made = made(&zip(&[("a/wheels.tgz", &inner), ("b", b"")]), "all.zip");
    assert_eq!(components(&made), [("all.zip", ""), ("demo", "1.0")]);
    assert_eq!(owner(&made, "a/wheels.tgz!/wheels/demo.whl!/demo.py"), "demo");
    assert_eq!(owner(&made, "a/wheels.tgz!/wheels/demo.whl"), "all.zip");
    assert_eq!(edges(&made), [("all.zip", RelationKind::Contains, "demo")]);
}

/// Named for a fault of a rival: vendored packages as children of the root, or not found.
#[test]
fn vendored_packages_belong_to_their_carrier() {
    let release = gzip(
        &tar(&[
            ("demo-2.0/setup.py", b""),
            ("demo-2.0/PKG-INFO", b"Name: demo\nVersion: 2.0\n"),
            ("demo-2.0/pip.whl", &carrier()),
        ]),
        None,
    );
    let made = made(&release, "demo-2.0.tar.gz");
    assert_eq!(root(&made).name, "demo");
    let at = |path: &str| owner(&made, &format!("pip.whl!/pip/{path}")).to_owned();
    assert_eq!(at("_vendor/requests/api.py"), "requests");
    assert_eq!(at("_vendor/cachecontrol/__init__.py"), "cachecontrol");
    assert_eq!(at("_vendor/typing_extensions.py"), "typing_extensions");
    assert_eq!(at("_vendor/pkg_resources/__init__.py"), "setuptools");
    assert_eq!(at("_vendor/__init__.py"), "pip");
    assert_eq!(at("__init__.py"), "pip");
    let depends = RelationKind::DependsOn;
    assert_eq!(edges(&made)[0], ("demo", depends, "pip"));
    assert!(edges(&made)[1..].iter().all(|(from, kind, _)| *from == "pip" && *kind == depends));
    assert_eq!(edges(&made).len(), 7);
    assert_eq!(
        component(&made, "typing_extensions").purl.as_deref(),
        Some("pkg:pypi/typing-extensions@4.13.2")
    );
    assert_eq!(
        component(&made, "setuptools").comment.as_deref(),
        Some("Only a part of this package is here: pkg_resources.")
    );
    assert_eq!(component(&made, "pip").cpes, ["cpe:2.3:a:pypa:pip:25.1.1:*:*:*:*:*:*:*"]);
    // Named for a fault of the originals: a verification code of nothing.
    let gone =
        made.document.components.iter().find(|package| package.name.as_deref() == Some("gone")).unwrap();
    assert!(gone.files_analyzed == Some(false) && gone.verification_code.is_none());
    assert!(rules(&made).is_empty(), "{:?}", made.findings);
}

/// Named for a fault of a rival: launcher stubs as packages.
#[test]
fn launcher_stubs_are_files_of_their_owner() {
    let made = made(&carrier(), "pip.whl");
    assert_eq!(owner(&made, "pip/_vendor/distlib/t64.exe"), "pip");
    assert!(made.inventory.components.iter().all(|component| !component.name.contains("auncher")));
}

/// Named for a fault of a rival: a package made of an unfilled template.
#[test]
fn unfilled_templates_are_no_components() {
    let made = made(
        &tar(&[
            ("demo/Info.plist", b"<key>CFBundleName</key><string>IDLE %version%</string>"),
            ("demo/x-@VERSION@.dist-info/METADATA", b"Name: x\nVersion: @VERSION@\n"),
            ("demo/y.egg-info/PKG-INFO", b"Name: {{ name }}\nVersion: 1\n"),
            ("demo/package.json", br#"{"name": "${name}", "version": "%version%"}"#),
        ]),
        "demo.tar",
    );
    assert_eq!(components(&made), [("demo", "")]);
    assert_eq!(rules(&made), ["unfilled-template", "unfilled-template"]);
}

/// Named for a fault of a rival: invented CPEs.
#[test]
fn no_cpe_is_invented() {
    let made = made(&wheel("demo", "1.0", &[]), "demo.whl");
    assert!(made.inventory.components.iter().all(|component| component.cpes.is_empty()));
}

#[test]
fn record_is_checked_against_the_bytes() {
    let mut files =
        distribution("demo", "1.0", &[("demo/a.py", b"a"), ("demo/b.py", b"b"), ("demo/c.py", b"c")]);
    files[0].1 = b"other".to_vec();
    files.remove(1);
    files.push(("demo/extra.py".to_owned(), b"e".to_vec()));
    // What lies in a container of the wheel comes with it.
    let data = zip(&[("x.npy", b"1")]);
    let with_data = made(&wheel("demo", "1.0", &[("demo/data.npz", &data)]), "demo.whl");
    assert_eq!((rules(&with_data), owner(&with_data, "demo/data.npz!/x.npy")), (vec![], "demo"));
    let made = made(&zip_of(&files), "demo.whl");
    assert_eq!(rules(&made), ["record-extra", "record-mismatch", "record-missing"]);
    let mismatch = &made.findings[1];
    assert_eq!(mismatch.found.as_deref(), Some(sha256(b"other").as_str()));
    assert_eq!(mismatch.place.line, Some(1));
    assert_eq!(owner(&made, "demo/extra.py"), "demo");
}

#[test]
fn a_row_of_a_wheels_record_without_digest_or_out_of_the_wheel_is_told() {
    let mut files = distribution("demo", "1.0", &[("demo/a.py", b"a")]);
    let record = files.last_mut().unwrap();
    let text = String::from_utf8(record.1.clone()).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    let bare = first.split(',').next().unwrap();
    record.1 = format!("{bare},,\n{rest}../../outside.py,,\n").into_bytes();
    let wheel = made(&zip_of(&files), "demo.whl");
    assert_eq!(rules(&wheel), ["record-missing", "record-undigested"]);
    // In an installation both are as the format has it.
    let folder = tempfile::tempdir().unwrap();
    for (path, body) in &files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, body).unwrap();
    }
    assert_eq!(rules(&try_make(Input::Path(folder.path()), "env").unwrap()), [""; 0]);
}

#[test]
fn installed_distributions_are_found_in_a_folder_and_own_what_record_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = distribution("demo", "1.0", &[("demo/__init__.py", b"x"), ("../../../bin/demo", b"#!")]);
    files.extend(distribution("other", "2.0", &[("other.py", b"y")]));
    for (path, body) in &files {
        let path = folder.path().join("lib/python3.13/site-packages").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, body).unwrap();
    }
    std::fs::create_dir_all(folder.path().join("lib/python3.13/site-packages/demo/__pycache__")).unwrap();
    let made = try_make(Input::Path(folder.path()), "env").unwrap();
    assert_eq!(components(&made), [("demo", "1.0"), ("env", ""), ("other", "2.0")]);
    assert_eq!(owner(&made, "bin/demo"), "demo");
    assert_eq!(owner(&made, "lib/python3.13/site-packages/other.py"), "other");
    assert!(rules(&made).is_empty(), "{:?}", made.findings);
    // An edited file is no lie of the release.
    std::fs::write(folder.path().join("lib/python3.13/site-packages/other.py"), b"edited").unwrap();
    let edited = try_make(Input::Path(folder.path()), "env").unwrap();
    assert_eq!((rules(&edited), edited.findings[0].severity), (vec!["record-mismatch"], Severity::Warning));
    // Named for a fault of a rival: a path of the machine in a document.
    assert!(!written(&made).contains(folder.path().to_str().unwrap()));
}

/// A base document, as CPython keeps it.
fn fragment(files: &[(&str, &[u8])]) -> Vec<u8> {
    let file = |(name, body): &(&str, &[u8])| {
        format!(
            r#"{{"SPDXID": "SPDXRef-FILE-{}", "fileName": "{name}", "checksums": [{{"algorithm": "SHA1", "checksumValue": "{}"}}, {{"algorithm": "SHA256", "checksumValue": "{}"}}]}}"#,
            name.replace(['/', '_'], "-"),
            sha1(body),
            sha256(body),
        )
    };
    let edge = |(name, _): &(&str, &[u8])| {
        format!(
            r#"{{"spdxElementId": "SPDXRef-PACKAGE-expat", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-FILE-{}"}}"#,
            name.replace(['/', '_'], "-"),
        )
    };
    format!(
        r#"{{"SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3", "packages": [{{"SPDXID": "SPDXRef-PACKAGE-expat", "name": "expat", "versionInfo": "2.6.3", "downloadLocation": "https://example.org/expat-2.6.3.tar.gz", "licenseConcluded": "NOASSERTION", "homepage": "https://example.org/", "x-own": 1}}], "files": [{}], "relationships": [{}]}}"#,
        files.iter().map(file).collect::<Vec<_>>().join(", "),
        files.iter().map(edge).collect::<Vec<_>>().join(", "),
    )
    .into_bytes()
}

const EXPAT: &[(&str, &[u8])] = &[("deps/expat/a.c", b"a"), ("deps/expat/.dot.h", b"d")];

#[test]
fn a_base_document_is_expanded_wherever_it_stands() {
    let base = fragment(EXPAT);
    let mut documents = Vec::new();
    for name in ["0.json", "Misc/sbom.spdx.json", "zzz-spdx"] {
        let name = format!("demo-1.0/{name}");
        let before = [
            (name.as_str(), base.as_slice()),
            ("demo-1.0/deps/expat/a.c", b"a"),
            ("demo-1.0/deps/expat/.dot.h", b"d"),
        ];
        let mut after = before;
        after.rotate_left(1);
        for files in [before, after] {
            let made = made(&tar(&files), "demo.tar");
            assert_eq!(components(&made), [("demo", "1.0"), ("expat", "2.6.3")], "{name}");
            assert_eq!(owner(&made, "deps/expat/a.c"), "expat");
            assert_eq!(owner(&made, "deps/expat/.dot.h"), "expat");
            assert!(rules(&made).is_empty(), "{:?}", made.findings);
            let text = written(&made);
            // What the model does not know is kept.
            assert!(text.contains("\"x-own\": 1") && text.contains("\"homepage\""), "{text}");
            documents.push(text);
        }
    }
    assert_eq!(documents.len(), 6);
}

#[test]
fn a_base_document_is_checked_against_the_bytes() {
    let base = fragment(EXPAT);
    let made_of = |files: &[(&str, &[u8])]| made(&tar(files), "demo.tar");
    let changed =
        made_of(&[("d/sbom.json", &base), ("d/deps/expat/a.c", b"a\r\n"), ("d/deps/expat/.dot.h", b"d")]);
    assert_eq!(rules(&changed), ["base-checksum-mismatch", "base-checksum-mismatch"]);
    assert_eq!(changed.findings[0].place.pointer.as_deref(), Some("/files/0"));
    let missing = made_of(&[("d/sbom.json", &base), ("d/deps/expat/a.c", b"a")]);
    assert_eq!(rules(&missing), ["base-file-missing"]);
    // Named for a fault of the originals: a symlink that passes the gate and breaks the release.
    let header = TarHeader::new("d/deps/expat/.dot.h").kind(b'2').link("a.c");
    let link = TarBuilder::new()
        .file("d/sbom.json", &base)
        .file("d/deps/expat/a.c", b"a")
        .member(&header, b"")
        .end();
    assert_eq!(rules(&made(&link, "demo.tar")), ["base-file-missing"]);
    let other = String::from_utf8(base.clone()).unwrap().replace("SHA1", "MD5").replace("SHA256", "SHA512");
    let unchecked = made_of(&[
        ("d/sbom.json", other.as_bytes()),
        ("d/deps/expat/a.c", b"changed"),
        ("d/deps/expat/.dot.h", b"d"),
    ]);
    assert_eq!(rules(&unchecked), ["base-checksum-unchecked", "base-checksum-unchecked"]);
    let elsewhere = made_of(&[("d/sbom.json", &base), ("d/x", b"")]);
    assert_eq!(rules(&elsewhere), ["base-elsewhere"]);
    assert_eq!(components(&elsewhere), [("d", "")]);
    let damaged = made_of(&[("d/sbom.json", &base[..base.len() - 9]), ("d/x", b"")]);
    assert_eq!(rules(&damaged), ["base-unreadable"]);
}

/// Named for a fault of the originals: a symlink or a hard link is no file with content of its own.
#[test]
fn links_are_recorded_and_never_followed() {
    let hard = TarHeader::new("d/hard").kind(b'1').link("d/a");
    let soft = TarHeader::new("d/soft").kind(b'2').link("a");
    let bytes = TarBuilder::new().file("d/a", b"x").member(&hard, b"").member(&soft, b"").end();
    let made = made(&bytes, "d.tar");
    let names: Vec<_> = made.document.files.iter().map(|file| file.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["a", "hard"]);
    assert_eq!(made.document.files[0].digests, made.document.files[1].digests);
    assert_eq!((made.summary.files, made.summary.links), (2, 1));
}

/// Named for faults of the originals: dotfiles, non-ASCII and quoted names silently left out.
#[test]
fn every_name_is_listed() {
    let names = ["d/.hidden", "d/.folder/x", "d/\u{e9}.c", "d/q\"uote.c", "d/sp ace.c"];
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, b"x".as_slice())).collect();
    let mut bytes = TarBuilder::new();
    for (name, body) in &files {
        bytes = bytes.file(name, body);
    }
    let made = made(&bytes.file(b"d/latin-\xe9.c", b"x").end(), "d.tar");
    assert_eq!(made.summary.files, 6);
    let ids: std::collections::BTreeSet<_> = made.document.files.iter().map(|file| file.id.clone()).collect();
    assert_eq!(ids.len(), 6);
    assert!(written(&made).contains("latin-\\\\xe9.c"));
}

#[test]
fn test_data_is_listed_and_not_opened_whatever_the_order() {
    let config = b"[project]\nname = \"demo\"\nversion-from = { file = \"demo.h\", regex = 'V \"(?<version>[^\"]+)\"' }\ncpe = [\"cpe:2.3:a:demo:demo:{version}:*:*:*:*:*:*:*\"]\nsupplier = \"Organization: Demo\"\n\n[test-data]\npaths = [\"tests/**\"]\n";
    let broken = &wheel("fixture", "9", &[])[..90];
    let fixture = wheel("fixture", "9", &[("f.py", b"f")]);
    let mut files: Vec<(&str, &[u8])> = vec![
        ("d/bonafide.toml", config),
        ("d/demo.h", b"#define V \"1.5\"\n"),
        ("d/tests/broken.zip", broken),
        ("d/tests/fixture.whl", &fixture),
        ("d/tests/x.dist-info/METADATA", b"Name: x\nVersion: 1\n"),
    ];
    let mut documents = Vec::new();
    for _ in 0..files.len() {
        let made = made(&tar(&files), "demo.tar");
        assert_eq!(components(&made), [("demo", "1.5")]);
        assert_eq!(root(&made).cpes, ["cpe:2.3:a:demo:demo:1.5:*:*:*:*:*:*:*"]);
        assert_eq!(made.summary.unopened, 2);
        assert!(rules(&made).is_empty(), "{:?}", made.findings);
        let mut document = made.document;
        document.components[0].digests.clear();
        document.namespace = None;
        documents.push(document);
        files.rotate_left(1);
    }
    assert!(documents.windows(2).all(|pair| pair[0] == pair[1]));
}

fn cpython(version: &str) -> Vec<(String, Vec<u8>)> {
    let header = format!("/* x */\n#define PY_VERSION\t\"{version}\"\n");
    [("Include/patchlevel.h", header.as_str()), ("Grammar/python.gram", ""), ("Include/Python.h", "")]
        .map(|(name, body)| (format!("Python/{name}"), body.as_bytes().to_vec()))
        .to_vec()
}

#[test]
fn a_release_without_its_base_document_is_an_error() {
    let made_of = |version: &str| {
        let files = cpython(version);
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|(name, body)| (name.as_str(), body.as_slice())).collect();
        made(&tar(&files), "x.tar")
    };
    let made = made_of("3.13.5");
    assert_eq!(rules(&made), ["base-document-missing"]);
    assert_eq!(components(&made), [("CPython", "3.13.5")]);
    assert_eq!(root(&made).download_location, None, "it is not called as the releases are");
    assert!(rules(&made_of("3.11.2")).is_empty());
    let between = made_of("3.11.2+");
    assert_eq!(root(&between).version.as_deref(), Some("3.11.2+"));
    assert_eq!(root(&between).cpes, ["cpe:2.3:a:python:python:3.11.2\\+:*:*:*:*:*:*:*"]);
}

/// Named for a fault of the originals: the artifact is never opened, so an embeddable package lists tcl and tk.
#[test]
fn an_embeddable_package_lists_what_is_in_it() {
    let library = zip(&[("abc.pyc", b"\xa7\r\r\n"), ("os.pyc", b"\xa7\r\r\n2")]);
    let package = zip(&[
        ("python.exe", b"MZ"),
        ("python313.dll", b"MZ1"),
        ("python3.dll", b"MZ2"),
        ("python313.zip", &library),
        ("python313._pth", b"python313.zip\n.\n"),
        ("vcruntime140.dll", b"MZ3"),
        ("libffi-8.dll", b"MZ4"),
        ("libcrypto-3.dll", b"MZ5"),
        ("libssl-3.dll", b"MZ6"),
        ("sqlite3.dll", b"MZ7"),
        ("LICENSE.txt", b"PSF"),
    ]);
    let official = made(&package, "python-3.13.5-embed-amd64.zip");
    let parts = [("libffi", ""), ("openssl", ""), ("sqlite", ""), ("vcruntime", "")];
    assert_eq!(components(&official), [&[("CPython", "3.13.5")], &parts[..]].concat());
    assert_eq!(owner(&official, "libssl-3.dll"), "openssl");
    assert_eq!(owner(&official, "python313.zip!/os.pyc"), "CPython");
    assert_eq!(official.summary.files, 13);
    // Under another name only what the content says is said.
    let renamed = made(&package, "download");
    assert_eq!(components(&renamed)[0], ("CPython", "3.13"));
    assert!(rules(&official).is_empty() && rules(&renamed).is_empty());
}

#[test]
fn damage_at_the_top_is_an_error_and_further_inside_a_finding() {
    let whole = tar(&[("d/a", &[7; 5000]), ("d/b", b"x")]);
    let cut = try_make(Input::Bytes(&whole[..3000]), "cut.tar");
    assert!(matches!(cut, Err(MakeError::Broken { .. })), "{cut:?}");
    let packed = gzip(&whole, None);
    assert!(try_make(Input::Bytes(&packed[..packed.len() / 2]), "cut.tgz").is_err());
    let inside = made(&zip(&[("inner.tar", &whole[..3000]), ("b", b"")]), "outer.zip");
    assert!(rules(&inside).iter().all(|rule| *rule == "truncated"), "{:?}", inside.findings);
    let places: Vec<_> =
        inside.findings.iter().filter_map(|finding| finding.place.member.as_deref()).collect();
    assert_eq!(places, ["inner.tar", "inner.tar!/d/a"]);
    assert!(matches!(
        try_make(Input::Path(std::path::Path::new("/nonexistent/x")), "x"),
        Err(MakeError::Open(_))
    ));
}

#[test]
fn dangerous_and_doubled_names_are_findings() {
    let made = made(&tar(&[("../evil", b"x"), ("a", b"1"), ("a", b"2"), ("a", b"2")]), "d.tar");
    assert!(
        rules(&made).contains(&"climbing-name") && rules(&made).contains(&"duplicate-name"),
        "{:?}",
        rules(&made)
    );
    let ids: std::collections::BTreeSet<_> = made.document.files.iter().map(|file| file.id.clone()).collect();
    assert_eq!(ids.len(), made.document.files.len());
}

#[test]
fn limits_end_the_reading_of_bombs() {
    let bomb = gzip(&tar(&[("d/zeros", &vec![0; 64 << 20])]), None);
    let limits = Limits { ratio: 100, ..Limits::default() };
    let options = Options {
        label: "bomb.tgz",
        name: "bomb.tgz",
        limits,
        threads: Threads::Two,
        progress: None,
        filter: None,
        created: None,
        digests: DigestKinds::SPDX,
    };
    assert!(matches!(make(Input::Bytes(&bomb), &options), Err(MakeError::Broken { .. })));
}

#[test]
fn an_artifact_with_nothing_in_it_is_a_gap() {
    let made = made(&ZipBuilder::new().end(), "empty.zip");
    assert_eq!(rules(&made), ["nothing-there"]);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(rules(&try_make(Input::Path(folder.path()), "empty").unwrap()), ["nothing-there"]);
}

#[test]
fn a_name_and_version_come_from_the_root_folder_at_low_confidence() {
    let made = made(&gzip(&tar(&[("xz-5.4.1/a.c", b"a")]), None), "whatever");
    assert_eq!(components(&made), [("xz", "5.4.1")]);
    assert_eq!(root(&made).evidence[0].confidence, bonafide_report::Confidence::Low);
    assert_eq!(made.document.files[0].name.as_deref(), Some("a.c"));
}

#[test]
fn an_sdist_is_one_component_however_often_it_repeats_its_metadata() {
    let info = b"Metadata-Version: 2.1\nName: Demo.Pkg\nVersion: 1.0\n";
    let sdist = gzip(
        &tar(&[
            ("demo_pkg-1.0/PKG-INFO", info),
            ("demo_pkg-1.0/pyproject.toml", b"[project]\nname = \"demo.pkg\"\nversion = \"1.0\"\n"),
            ("demo_pkg-1.0/src/demo_pkg.egg-info/PKG-INFO", info),
            ("demo_pkg-1.0/src/demo.py", b"x"),
        ]),
        None,
    );
    let alone = made(&sdist, "x.bin");
    assert_eq!(components(&alone), [("Demo.Pkg", "1.0")]);
    assert_eq!(root(&alone).purpose.as_deref(), Some("SOURCE"));
    let nested = made(&zip(&[("d/demo.tar.gz", &sdist), ("x", b"")]), "all.zip");
    assert_eq!(components(&nested), [("Demo.Pkg", "1.0"), ("all.zip", "")]);
    assert_eq!(owner(&nested, "d/demo.tar.gz!/demo_pkg-1.0/src/demo.py"), "Demo.Pkg");
}

/// Whichever comes first: the archives, or the `PKG-INFO` that tells that it is an sdist.
#[test]
fn what_an_sdists_tests_read_is_no_part_of_it() {
    let info = |name: &str| format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n").into_bytes();
    let wheel = |name: &str| zip(&[(&format!("{name}-1.0.dist-info/METADATA"), &info(name))]);
    let (fixture, inner, shipped) = (wheel("fixture"), wheel("inner"), wheel("shipped"));
    let own = info("demo");
    let mut members: Vec<(&str, &[u8])> = vec![
        ("demo-1.0/PKG-INFO", &own),
        ("demo-1.0/pyproject.toml", b""),
        ("demo-1.0/tests/fixtures/fixture-1.0-py3-none-any.whl", &fixture),
        ("demo-1.0/tests/requirements.txt", b"numpy==2.0.0\n"),
        ("demo-1.0/src/demo/tests/inner-1.0-py3-none-any.whl", &inner),
        ("demo-1.0/src/demo/_bundled/shipped-1.0-py3-none-any.whl", &shipped),
    ];
    let expected = [("demo", "1.0"), ("inner", "1.0"), ("shipped", "1.0")];
    assert_eq!(components(&made(&gzip(&tar(&members), None), "demo-1.0.tar.gz")), expected);
    members.rotate_left(1);
    let sdist = gzip(&tar(&members), None);
    let last = made(&sdist, "demo-1.0.tar.gz");
    assert_eq!(components(&last), expected);
    assert_eq!(last.summary.unopened, 1);
    assert!(
        last.document
            .files
            .iter()
            .any(|file| { file.name.as_deref() == Some("tests/fixtures/fixture-1.0-py3-none-any.whl") })
    );
    let nested = made(&zip(&[("d/demo.tar.gz", &sdist), ("x", b"")]), "all.zip");
    assert_eq!(nested.summary.unopened, 1);
    // Without `PKG-INFO` nothing says what is installed of it.
    members.retain(|(name, _)| !name.ends_with("PKG-INFO"));
    assert!(components(&made(&gzip(&tar(&members), None), "demo-1.0.tar.gz")).contains(&("fixture", "1.0")));
}

#[test]
fn eggs_and_old_installations_are_found() {
    let info = |name: &str| format!("Metadata-Version: 1.1\nName: {name}\nVersion: 1.0\n").into_bytes();
    let egg = zip(&[("EGG-INFO/PKG-INFO", &info("in-egg")), ("in_egg/a.py", b"a")]);
    let made = made(
        &tar(&[
            ("site/both-1.0.dist-info/METADATA", &info("both")),
            ("site/both-1.0.egg-info/PKG-INFO", &info("both")),
            ("site/old.egg-info/PKG-INFO", &info("old")),
            ("site/old.egg-info/installed-files.txt", b"../old/a.py\nPKG-INFO\n"),
            ("site/old/a.py", b"a"),
            ("site/top.egg-info/PKG-INFO", &info("top")),
            ("site/top.egg-info/top_level.txt", b"top\ntop_module\n"),
            ("site/top/a.py", b"a"),
            ("site/top_module.py", b"a"),
            ("site/flat-1.0.egg-info", &info("flat")),
            ("site/in_egg-1.0.egg", &egg),
            ("other/file", b""),
        ]),
        "site.tar",
    );
    let names: Vec<_> = components(&made).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["both", "flat", "in-egg", "old", "site.tar", "top"]);
    assert_eq!(owner(&made, "site/old/a.py"), "old");
    assert_eq!(owner(&made, "site/top/a.py"), "top");
    assert_eq!(owner(&made, "site/top_module.py"), "top");
    assert_eq!(owner(&made, "site/flat-1.0.egg-info"), "flat");
    assert_eq!(owner(&made, "site/in_egg-1.0.egg!/in_egg/a.py"), "in-egg");
    assert_eq!(owner(&made, "other/file"), "site.tar");
}

/// The rule, member and begin of the message of each gap.
fn gaps(made: &Made) -> Vec<(&str, &str, &str)> {
    let told = made.findings.iter().filter(|finding| finding.is_gap()).map(|finding| {
        let why = finding.message.split(';').next().unwrap();
        (finding.rule.id, finding.place.member.as_deref().unwrap(), why)
    });
    told.collect()
}

#[test]
fn a_dist_info_folder_that_says_nothing_is_told_and_its_name_counts() {
    let made = made(
        &tar(&[
            ("site/bare_one-1.0.dist-info/RECORD", b"bare_one/a.py,,\nbare_one-1.0.dist-info/RECORD,,\n"),
            ("site/bare_one/a.py", b"a"),
            ("site/latin-2.0.dist-info/METADATA", b"Name: latin\nVersion: 2.0\nAuthor: \xe9\n"),
            ("site/hidden-3.0.dist-info/METADATA", b"Name: hidden\nVersion: @VERSION@\n"),
            ("site/not-so-plain-1.dist-info/licenses/LICENSE", b"l"),
            ("site/odd.dist-info/METADATA", b"Name: odd one\nVersion: 1\n"),
            ("site/whole-1.0.dist-info/METADATA", b"Name: whole\nVersion: 1.0\n"),
            ("other/file", b""),
        ]),
        "site.tar",
    );
    assert_eq!(
        components(&made),
        [("bare_one", "1.0"), ("hidden", "3.0"), ("latin", "2.0"), ("site.tar", ""), ("whole", "1.0")]
    );
    assert_eq!(owner(&made, "site/bare_one/a.py"), "bare_one");
    assert_eq!(component(&made, "bare_one").evidence[0].location, "site/bare_one-1.0.dist-info/RECORD");
    assert_eq!(
        gaps(&made),
        [
            ("metadata-unusable", "site/bare_one-1.0.dist-info", "there is no METADATA in this folder"),
            (
                "metadata-unusable",
                "site/hidden-3.0.dist-info/METADATA",
                "`Version` is `@VERSION@`, which is no valid Version"
            ),
            ("metadata-unusable", "site/latin-2.0.dist-info/METADATA", "it is not UTF-8"),
            ("metadata-unusable", "site/not-so-plain-1.dist-info", "there is no METADATA in this folder"),
            (
                "metadata-unusable",
                "site/odd.dist-info/METADATA",
                "`Name` is `odd one`, which is no valid Name"
            ),
        ]
    );
}

#[test]
fn a_package_that_does_not_say_which_it_is_is_a_gap() {
    let package = |body: &[u8]| made(&tar(&[(".PKGINFO", body), ("usr/bin/a", b"a")]), "a.apk");
    assert_eq!(rules(&package(b"pkgname = a\npkgver = 1-r0\n")), [""; 0]);
    assert_eq!(rules(&package(b"pkgver = 1-r0\n")), ["package-unusable"]);
}

#[test]
fn embedded_sboms_are_read_and_add_to_what_is_known() {
    let bom = br#"{"bomFormat": "CycloneDX", "specVersion": "1.4",
        "metadata": {"component": {"type": "library", "name": "demo", "version": "1.0"}},
        "components": [{"type": "library", "name": "demo", "version": "1.0", "purl": "pkg:pypi/demo@1.0?file_name=demo.whl"},
        {"type": "library", "name": "libXau", "version": "1.0.9", "purl": "pkg:rpm/almalinux/libXau@1.0.9"}]}"#;
    let vendored = br#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
        {"type": "library", "name": "idna", "version": "3.10", "purl": "pkg:pypi/idna@3.10",
         "licenses": [{"license": {"id": "BSD-3-Clause"}}]}]}"#;
    let wheel = wheel(
        "demo",
        "1.0",
        &[
            ("demo-1.0.dist-info/sboms/auditwheel.cdx.json", bom),
            ("demo/_vendor/bom.cdx.json", vendored),
            ("demo/_vendor/vendor.txt", b"idna==3.10\n"),
            ("demo/_vendor/idna/core.py", b"i"),
        ],
    );
    let made = made(&wheel, "demo.whl");
    assert_eq!(components(&made), [("demo", "1.0"), ("idna", "3.10"), ("libXau", "1.0.9")]);
    let idna = component(&made, "idna");
    assert_eq!((idna.license_declared.as_deref(), idna.evidence.len()), (Some("BSD-3-Clause"), 2));
    assert_eq!(owner(&made, "demo/_vendor/idna/core.py"), "idna");
    assert!(edges(&made).iter().all(|(from, _, _)| *from == "demo"));
}

#[test]
fn a_wheel_inside_a_package_belongs_to_it() {
    let inner = wheel("inner", "2.0", &[("inner.py", b"i")]);
    let outer = wheel("outer", "1.0", &[("outer/embed/inner-2.0-py3-none-any.whl", &inner)]);
    for bytes in [outer.clone(), tar(&[("wheels/outer-1.0-py3-none-any.whl", &outer)])] {
        let made = made(&bytes, "some");
        assert!(
            edges(&made).iter().any(|(from, _, to)| (*from, *to) == ("outer", "inner")),
            "{:?}",
            edges(&made)
        );
        assert!(!edges(&made).iter().any(|(from, _, to)| (*from, *to) == ("some", "inner")));
    }
}

/// Places that catalogers look at, and what may stand there, right and wrong.
const PLACES: &[&str] = &[
    "a-1.dist-info/METADATA",
    "a-1.dist-info/RECORD",
    "a-1.dist-info/sboms/x.cdx.json",
    "p/_vendor/vendor.txt",
    "p/_vendor/bom.cdx.json",
    "p/_vendor/a/x.py",
    "p/_vendor/b.py",
    "p/_vendor/a-1.dist-info/METADATA",
    "a.egg-info/PKG-INFO",
    "a.egg-info/top_level.txt",
    "PKG-INFO",
    "pyproject.toml",
    "Cargo.toml",
    "package.json",
    "bonafide.toml",
    "sbom.json",
    "x/y/sbom.spdx.json",
    "deps/expat/a.c",
    "deps/expat/.dot.h",
    "Include/patchlevel.h",
    "Include/Python.h",
    "Grammar/python.gram",
    "Lib/test/x.zip",
    "w.zip",
    "tests/w.zip",
];

fn bodies() -> Vec<Vec<u8>> {
    let texts = [
        "",
        "a",
        "d",
        "Name: a\nVersion: 1\n",
        "Name: ../x\nVersion: {{v}}\n",
        "a-1.dist-info/METADATA,sha256=AAAA,1\np/_vendor/b.py,,\n../../x,,\n",
        "a==1\nb==2\na==3\nrubbish\n",
        r#"{"bomFormat": "CycloneDX", "components": [{"name": "a", "version": "1", "purl": "pkg:pypi/a@1"}, {"name": "\u0000"}]}"#,
        "[project]\nname = \"demo\"\nversion-from = { file = \"deps/expat/a.c\", regex = '(?<version>[a-z])' }\n[test-data]\npaths = [\"tests/**\"]\n",
        "[package]\nname = \"demo\"\nversion = \"1\"\n",
        "#define PY_VERSION \"3.13.5\"\n",
        r#"{"name": "demo", "version": "1"}"#,
        "{",
    ];
    let mut bodies: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    bodies.push(fragment(EXPAT));
    bodies.push(wheel("demo", "1.0", &[("demo.py", b"x")]));
    bodies
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever stands where, and in whatever order: no panic, a valid document, the same but for the archive's own digest.
    #[test]
    fn any_mixture_makes_a_valid_document_that_does_not_depend_on_order(
        picks in prop::collection::btree_map(0..PLACES.len(), 0_usize..15, 1..10),
        turn in 0_usize..10,
    ) {
        let bodies = bodies();
        let mut files: Vec<(&str, &[u8])> =
            picks.iter().map(|(place, body)| (PLACES[*place], bodies[*body].as_slice())).collect();
        let first = made(&tar(&files), "demo.tar");
        let middle = turn % files.len();
        files.rotate_left(middle);
        let second = made(&tar(&files), "demo.tar");
        prop_assert_eq!(rules(&first), rules(&second));
        let plain = |made: Made| {
            let mut document = made.document;
            document.namespace = None;
            document.components[0].digests.clear();
            document
        };
        prop_assert_eq!(plain(first), plain(second));
    }
}

/// The library in `libwebp7` is that package, with the patches of its revision: told apart from what else it carries.
#[test]
fn a_distributions_package_is_not_its_upstreams_release() {
    let control = |name: &str, version: &str| {
        let text = format!(
            "Package: {name}\nVersion: {version}\nArchitecture: amd64\nMaintainer: A <a@debian.org>\n"
        );
        gzip(&tar(&[("./control", text.as_bytes())]), None)
    };
    let inflate = |version: &str| {
        let text = format!(" inflate {version} Copyright 1995-2022 Mark Adler ");
        bonafide_testkit::ElfBuilder::new("libz.so.1").text(&text).end()
    };
    let library = |name: &str, version: &str, inside: &str| {
        let data = tar(&[("./usr/lib/libz.so.1.2.13", &inflate(inside))]);
        let made = made(&deb(("control.tar.gz", &control(name, version)), ("data.tar", &data)), "x.deb");
        let found: Vec<(String, String)> =
            components(&made).iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let file = "data.tar!/usr/lib/libz.so.1.2.13";
        let proofs = root(&made).evidence.iter().filter(|it| it.location == file).count();
        (found.len(), proofs > 0, owner(&made, file).to_owned())
    };
    assert_eq!(library("zlib1g", "1:1.2.13.dfsg-1", "1.2.13"), (1, true, "zlib1g".to_owned()));
    assert_eq!(library("zlib1g", "1:1.2.13.dfsg-1", "1.3.1"), (2, false, "zlib".to_owned()));
    assert_eq!(library("demo", "1.2.13-1", "1.2.13"), (2, false, "zlib".to_owned()));
}

/// A deb of a package with one file.
fn hello() -> Vec<u8> {
    let control = b"Package: hello\nVersion: 2.10-3\nArchitecture: amd64\nMaintainer: A <a@debian.org>\n";
    let control = gzip(&TarBuilder::new().file("./control", control).end(), None);
    let data = TarBuilder::new().file("./usr/bin/hello", b"hello").end();
    deb(("control.tar.gz", &control), ("data.tar", &data))
}

#[test]
fn packages_of_distributions_say_what_they_are() {
    let deb = made(&hello(), "hello.deb");
    assert_eq!(root(&deb).purl.as_deref(), Some("pkg:deb/debian/hello@2.10-3?arch=amd64"));
    assert_eq!(root(&deb).evidence[0].location, "control.tar.gz!/control");
    assert_eq!(owner(&deb, "data.tar!/usr/bin/hello"), "hello");

    let rpm = made(&rpm("./usr/", &[("bin/demo", b"demo")], CpioForm::Newc, <[u8]>::to_vec), "x.rpm");
    assert_eq!(root(&rpm).purl.as_deref(), Some("pkg:rpm/fedora/demo@1.0-2.fc40?arch=noarch"));
    assert_eq!(root(&rpm).license_declared.as_deref(), Some("MIT"));
    assert_eq!(root(&rpm).evidence[0].location, "x.rpm");

    let info = br#"<pkg-info identifier="org.example.demo" version="1.5"/>"#;
    let pkg = made(&XarBuilder::new(XarSum::Sha256).file("PackageInfo", info).end(), "demo.pkg");
    assert_eq!(components(&pkg), [("org.example.demo", "1.5")]);
    let title = b"<installer-gui-script><title>Demo</title></installer-gui-script>";
    let product = XarBuilder::new(XarSum::Sha1)
        .file("Distribution", title)
        .folder("demo.pkg")
        .file("demo.pkg/PackageInfo", info)
        .file("demo.pkg/Payload", b"x");
    let product = made(&product.end(), "demo.pkg");
    assert_eq!(components(&product), [("Demo", ""), ("org.example.demo", "1.5")]);
    assert_eq!(owner(&product, "demo.pkg/Payload"), "org.example.demo");
}

#[test]
fn packages_inside_others_are_components_with_their_files() {
    let made =
        made(&TarBuilder::new().file("pool/hello.deb", hello()).file("pool/readme", "x").end(), "pool.tar");
    assert_eq!(components(&made), [("hello", "2.10-3"), ("pool", "")]);
    assert_eq!(owner(&made, "hello.deb!/data.tar!/usr/bin/hello"), "hello");
    assert_eq!(owner(&made, "readme"), "pool");
    assert!(component(&made, "hello").archive_sha256.is_some());
}

#[test]
fn which_digests_files_have_does_not_depend_on_the_compression() {
    let tar = TarBuilder::new().file("a-1/a", b"a").end();
    for (bytes, name) in [(xz(&[&tar], XzCheck::Crc64, 18), "a-1.tar.xz"), (gzip(&tar, None), "a-1.tar.gz")] {
        for (asked, has_sha1) in [(DigestKinds::SHA256, false), (DigestKinds::SPDX, true)] {
            let made = make(Input::Bytes(&bytes), &Options { digests: asked, ..options(name) }).unwrap();
            let digests = &made.inventory.files.iter().find(|file| file.location == "a").unwrap().digests;
            assert_eq!((digests.sha256.is_some(), digests.sha1.is_some()), (true, has_sha1), "{name}");
        }
    }
}

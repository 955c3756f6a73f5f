//! Native libraries in wheels: those of the ground truth (Linux), and those of truths made by hand (Windows, macOS, and Linux again).
//!
//! The wheels are read from `$BONAFIDE_INPUTS`, or from `.cache/bonafide/inputs` in the home folder; one that is not there is
//! skipped, with a line that says so.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by it, and says what it skips")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bonafide_artifact::{Limits, Threads};
use bonafide_catalog::{Component, Input, Made, Method, Options, make};
use bonafide_ident::Purl;
use bonafide_testkit::{ArBuilder, ArNames, ElfBuilder, ZipBuilder};
use serde_json::Value;

#[expect(clippy::disallowed_methods, reason = "a test may ask where its inputs are")]
fn inputs() -> PathBuf {
    let named = std::env::var_os("BONAFIDE_INPUTS").map(PathBuf::from);
    named.unwrap_or_else(|| {
        PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/bonafide/inputs")
    })
}

fn wheel(name: &str) -> Option<PathBuf> {
    let places = [inputs().join(name), inputs().join("foreign").join(name)];
    let found = places.into_iter().find(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: {name} is not in {}", inputs().display());
    }
    found
}

fn components(input: Input<'_>, name: &str) -> Vec<Component> {
    made(input, name).inventory.components
}

fn made(input: Input<'_>, name: &str) -> Made {
    let options = Options {
        label: name,
        name,
        limits: Limits::default(),
        threads: Threads::Two,
        progress: None,
        filter: None,
        created: None,
        digests: bonafide_ident::DigestKinds::SHA256,
    };
    make(input, &options).unwrap()
}

/// The components that are libraries which lie there as files, by place.
fn by_file(components: &[Component]) -> BTreeMap<&str, &Component> {
    let mut files = BTreeMap::new();
    for component in components {
        for evidence in component.evidence.iter().filter(|it| it.method == Method::LibraryName) {
            assert!(files.insert(evidence.location.as_str(), component).is_none(), "{}", evidence.location);
        }
    }
    files
}

#[expect(clippy::disallowed_methods, reason = "a test may ask where its data is")]
fn testdata() -> PathBuf {
    let named = std::env::var_os("BONAFIDE_TESTDATA").map(PathBuf::from);
    named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"))
}

#[test]
fn libraries_for_windows_and_macos_are_named_after_their_upstreams() {
    agrees_with(include_str!("data/foreign-wheels.json"));
}

#[test]
fn libraries_of_wheels_that_no_rule_was_written_by_are_named_after_their_upstreams() {
    agrees_with(include_str!("data/unseen-wheels.json"));
}

fn agrees_with(truth: &str) {
    let truth: Value = serde_json::from_str(truth).unwrap();
    for entry in truth["wheels"].as_array().unwrap() {
        let name = entry["file"].as_str().unwrap();
        let Some(path) = wheel(name) else { continue };
        let components = components(Input::Path(&path), name);
        let files = by_file(&components);
        let libraries = entry["libraries"].as_array().unwrap();
        assert_eq!(files.len(), libraries.len(), "{name}: {:?}", files.keys());
        for library in libraries {
            let path = library["path"].as_str().unwrap();
            let component = files.get(path).unwrap_or_else(|| panic!("{name}: {path} is not listed"));
            assert_eq!(component.name, library["name"].as_str().unwrap(), "{name}: {path}");
            if let Some(version) = library["version"].as_str() {
                assert!(library["source"].as_str().is_some(), "{name}: {path}: who says so?");
                assert_eq!(component.version.as_deref(), Some(version), "{name}: {path}");
            }
        }
    }
}

#[test]
fn libraries_of_the_ground_truth_are_listed_and_no_version_is_wrong() {
    let path = testdata().join("bundled-libs/ground-truth.json");
    let Ok(text) = std::fs::read(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return;
    };
    let truth: Value = serde_json::from_slice(&text).unwrap();
    let (mut versions, mut all) = (0, true);
    for entry in truth["wheels"].as_array().unwrap() {
        let name = entry["filename"].as_str().unwrap();
        let bundled = entry["bundled"].as_array().unwrap();
        // Small ones: this runs unoptimised.
        if bundled.is_empty() || entry["size"].as_u64().unwrap() > 12 << 20 {
            continue;
        }
        let Some(path) = wheel(name) else {
            all = false;
            continue;
        };
        let components = components(Input::Path(&path), name);
        let files = by_file(&components);
        for library in bundled {
            let path = library["path"].as_str().unwrap();
            let component = files.get(path).unwrap_or_else(|| panic!("{name}: {path} is not listed"));
            versions += usize::from(component.version.is_some());
            if let (Some(version), Some(found)) = (library["version"].as_str(), &component.version) {
                assert_eq!(found, version, "{name}: {path}");
            }
        }
    }
    assert!(!all || versions > 60, "{versions} have a version");
}

/// Each component that an SBOM in a wheel names is told, by the place of that SBOM; under the same Package URL, or that of
/// its upstream where it had none.
#[test]
fn every_component_of_an_embedded_sbom_is_told() {
    let path = testdata().join("bundled-libs/ground-truth.json");
    let Ok(text) = std::fs::read(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return;
    };
    let truth: Value = serde_json::from_slice(&text).unwrap();
    let mut claims = 0;
    for entry in truth["wheels"].as_array().unwrap() {
        let name = entry["filename"].as_str().unwrap();
        let documents = entry["sboms"].as_array().unwrap();
        // Small ones: this runs unoptimised.
        if documents.is_empty() || entry["size"].as_u64().unwrap() > 12 << 20 {
            continue;
        }
        let Some(path) = wheel(name) else { continue };
        let found = components(Input::Path(&path), name);
        let own = format!("pkg:pypi/{}@", entry["project"].as_str().unwrap());
        for document in documents {
            let place = document["path"].as_str().unwrap();
            let told: Vec<&Component> = found
                .iter()
                .filter(|it| {
                    let mut evidence = it.evidence.iter();
                    evidence.any(|it| it.method == Method::EmbeddedSbom && it.location == place)
                })
                .collect();
            for claim in document["components"].as_array().unwrap() {
                let (label, version) = (claim["name"].as_str().unwrap(), claim["version"].as_str());
                let purl = claim["purl"].as_str().map(|text| Purl::parse(text).unwrap());
                claims += 1;
                if purl.as_ref().is_some_and(|purl| purl.to_string().replace('_', "-").starts_with(&own)) {
                    continue;
                }
                let fits = |it: &&Component| match &purl {
                    Some(purl) => it.purl.as_deref() == Some(purl.to_string().as_str()),
                    None => it.version.as_deref() == version,
                };
                assert!(told.iter().any(fits), "{name}: {label} {version:?} in {place}");
            }
        }
    }
    eprintln!("{claims} components of embedded SBOMs are told");
}

const METADATA: &[u8] = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n";

/// A wheel with these members; findings about its RECORD do not matter.
fn demo(members: &[(&str, Vec<u8>)]) -> Vec<Component> {
    let mut zip = ZipBuilder::new().file("demo-1.0.dist-info/METADATA", METADATA);
    for (name, bytes) in members {
        zip = zip.file(name, bytes);
    }
    components(Input::Bytes(&zip.end()), "demo-1.0-py3-none-any.whl")
}

fn named<'c>(components: &'c [Component], name: &str) -> Vec<&'c Component> {
    components.iter().filter(|component| component.name == name).collect()
}

#[test]
fn copies_of_one_release_are_one_component_and_two_releases_stay_two() {
    let crypto = |version: &str| {
        ElfBuilder::new("libcrypto.so.3").text(&format!("OpenSSL {version} 5 Aug 2025")).end()
    };
    let ssl = ElfBuilder::new("libssl.so.3").needs("libcrypto.so.3").end();
    let found = demo(&[
        ("a.libs/libcrypto-0123abcd.so.3", crypto("3.5.2")),
        ("a.libs/libssl-0123abcd.so.3", ssl.clone()),
        ("b/libcrypto.so.3", crypto("3.0.17")),
        ("c/libssl.so.3", ssl),
    ]);
    let mut openssl: Vec<_> =
        named(&found, "openssl").iter().map(|it| (it.version.clone(), it.evidence.len())).collect();
    openssl.sort();
    // Beside libcrypto libssl has its version, alone it has none.
    let expected = [(None, 1), (Some("3.0.17".to_owned()), 2), (Some("3.5.2".to_owned()), 4)];
    assert_eq!(openssl, expected);
    let known =
        named(&found, "openssl").into_iter().find(|it| it.version.as_deref() == Some("3.5.2")).unwrap();
    assert_eq!(known.purl.as_deref(), Some("pkg:generic/openssl@3.5.2"));
    assert_eq!(known.cpes, ["cpe:2.3:a:openssl:openssl:3.5.2:*:*:*:*:*:*:*"]);
}

#[test]
fn a_text_of_a_header_proves_nothing_and_a_fork_is_not_its_original() {
    let inflate = " inflate 1.3.1 Copyright 1995-2024 Mark Adler ";
    let module = |texts: &[&str]| texts.iter().fold(ElfBuilder::new(""), |elf, text| elf.text(text)).end();
    let found = demo(&[
        (
            "demo/a.abi3.so",
            module(&["3.14.1-CAPI-1.20.5", "OpenSSL 3.5.2 5 Aug 2025", "BoringSSL", "LAME3.101"]),
        ),
        ("demo/b.abi3.so", module(&[inflate, " zlib-ng 2.3.3"])),
    ]);
    for name in ["geos", "openssl", "boringssl", "lame", "zlib"] {
        assert!(named(&found, name).is_empty(), "{name}");
    }
    assert_eq!(named(&found, "zlib-ng")[0].version.as_deref(), Some("2.3.3"));
    let found = demo(&[("demo/b.abi3.so", module(&[inflate]))]);
    assert_eq!(named(&found, "zlib")[0].version.as_deref(), Some("1.3.1"));
}

#[test]
fn a_distributions_package_wins_over_a_guess_unless_the_bytes_say_otherwise() {
    let krb5 = |version: &str| {
        ElfBuilder::new("libkrb5.so.3")
            .text(&format!("KRB5_BRAND: krb5-{version}-final {version} 20240626"))
            .end()
    };
    let sbom = br#"{"bomFormat": "CycloneDX", "specVersion": "1.4", "version": 1, "components": [
        {"type": "library", "name": "krb5", "version": "libs-1.21.3-r0", "purl": "pkg:apk/alpine/krb5@libs-1.21.3-r0"}]}"#;
    let document = ("demo-1.0.dist-info/sboms/auditwheel.cdx.json", sbom.to_vec());
    let found = demo(&[("demo.libs/libkrb5-0123abcd.so.3.3", krb5("1.21.3")), document.clone()]);
    let [one] = named(&found, "krb5")[..] else { panic!("{:?}", named(&found, "krb5")) };
    assert_eq!(one.purl.as_deref(), Some("pkg:apk/alpine/krb5-libs@1.21.3-r0"));
    assert_eq!((one.version.as_deref(), one.cpes.len()), (Some("1.21.3"), 0));
    let found = demo(&[("demo.libs/libkrb5-0123abcd.so.3.3", krb5("1.22.2")), document]);
    let bundled = named(&found, "krb5");
    assert_eq!(bundled[0].purl.as_deref(), Some("pkg:generic/krb5@1.22.2"));
}

#[test]
fn what_is_bundled_and_linked_in_too_is_one_component() {
    let inflate = |version: &str| {
        ElfBuilder::new("l").text(&format!(" inflate {version} Copyright 1995-2026 Mark Adler ")).end()
    };
    let found = demo(&[
        ("demo.libs/libz-0123abcd.so.1.3.2", inflate("1.3.2")),
        ("demo/a.abi3.so", inflate("1.3.2")),
        ("demo/b.abi3.so", inflate("1.2.13")),
    ]);
    let mut zlib: Vec<_> =
        named(&found, "zlib").iter().map(|it| (it.version.as_deref(), it.evidence.len())).collect();
    zlib.sort_unstable();
    assert_eq!(zlib, [(Some("1.2.13"), 1), (Some("1.3.2"), 3)]);
}

/// Import libraries of Windows have one name for all members; neither they nor objects in static libraries are files
/// that are shipped, but what those prove is there.
#[test]
fn a_static_library_is_one_file_with_evidence_inside() {
    let inflate = ElfBuilder::new("").text(" inflate 1.3.2 Copyright 1995-2026 Mark Adler ").end();
    let library = ArBuilder::new(ArNames::Gnu)
        .file("x.obj", b"one")
        .file("x.obj", b"two")
        .file("inflate.o", inflate)
        .end();
    let bytes =
        ZipBuilder::new().file("demo-1.0.dist-info/METADATA", METADATA).file("demo/libz.a", library).end();
    let made = made(Input::Bytes(&bytes), "demo-1.0-py3-none-any.whl");
    let listed: Vec<&str> = made
        .document
        .files
        .iter()
        .filter_map(|file| file.name.as_deref())
        .filter(|it| it.contains(".a"))
        .collect();
    assert_eq!(listed, ["demo/libz.a"]);
    let [zlib] = named(&made.inventory.components, "zlib")[..] else { panic!() };
    assert_eq!(zlib.version.as_deref(), Some("1.3.2"));
    assert_eq!(zlib.evidence[0].location, "demo/libz.a!/inflate.o");
    assert!(made.findings.iter().all(|it| it.rule.id != "duplicate-name"), "{:?}", made.findings);
}

#[test]
fn a_build_that_is_known_has_its_identity_whatever_its_name() {
    let id = [0x02, 0x5b, 0xa6, 0xec, 0x5e, 0x70, 0xd7, 0xe1, 0x3c, 0x51];
    let id = [&id[..], &[0x5d, 0x91, 0x5d, 0x8e, 0xcf, 0xcf, 0x6f, 0xcf, 0x36, 0xdf]].concat();
    let drm = ElfBuilder::new("libodd.so.2").build_id(&id).end();
    let found = demo(&[("demo.libs/libodd-0123abcd.so.2.0", drm)]);
    let [one] = named(&found, "libdrm")[..] else { panic!("{found:?}") };
    assert_eq!(one.version.as_deref(), Some("2.4.115"));
    assert_eq!(one.purl.as_deref(), Some("pkg:rpm/almalinux/libdrm@2.4.115-2.el8"));
    assert!(one.evidence.iter().any(|it| it.method == Method::BuildId), "{:?}", one.evidence);
}

#[test]
fn symbols_tell_libraries_of_one_name_apart() {
    let crypt = |symbol: &str| ElfBuilder::new("libcrypt.so.1").function(symbol, &[0xc3]).end();
    let found = demo(&[
        ("a.libs/libcrypt-0123abcd.so.1", crypt("crypt_r")),
        ("b.libs/libcrypt-0123abcd.so.1", crypt("crypt_gensalt")),
        ("c.abi3.so", crypt("crypt_gensalt")),
    ]);
    let crypto = ElfBuilder::new("libcrypto.so").function("BORINGSSL_self_test", &[0xc3]).end();
    let client = ElfBuilder::new("libmysqlclient.so.21").function("mariadb_connect", &[0xc3]).end();
    let others = demo(&[("a.libs/libcrypto.so", crypto), ("a.libs/libmysqlclient.so.21", client)]);
    let names: Vec<&str> = others.iter().map(|it| it.name.as_str()).filter(|it| *it != "demo").collect();
    assert_eq!(names, ["boringssl", "mariadb-connector-c"]);
    let places = |name: &str| -> Vec<String> {
        let found = named(&found, name).into_iter().flat_map(|it| &it.evidence);
        found.map(|it| it.location[..1].to_owned()).collect()
    };
    assert_eq!((places("glibc"), places("libxcrypt")), (vec!["a".to_owned()], vec!["b".to_owned()]));
}

#[test]
fn forks_of_openssl_and_jpeg_are_told_by_their_texts() {
    let library = |texts: &[&str]| texts.iter().fold(ElfBuilder::new("l"), |elf, text| elf.text(text)).end();
    let found = demo(&[
        ("a.libs/libcrypto.so.52", library(&["LibreSSL 3.9.2", "OPENSSLDIR: \"/etc/ssl\""])),
        (
            "a.libs/libjpeg.so.9.5.0",
            library(&["Copyright (C) 2022, Thomas G. Lane, Guido Vollbeding", "9e  16-Jan-2022"]),
        ),
        ("b.libs/libjpeg.so.62.3.0", library(&["libjpeg-turbo version 2.1.5 (build 20230101)"])),
    ]);
    let version = |name: &str| named(&found, name)[0].version.as_deref();
    assert_eq!((version("libressl"), version("libjpeg")), (Some("3.9.2"), Some("9e")));
    assert_eq!(version("libjpeg-turbo"), Some("2.1.5"));
    assert!(named(&found, "openssl").is_empty());
}

#[test]
fn a_plugin_apart_from_its_library_has_the_version_of_the_only_one_in_the_package() {
    let plugin = || ElfBuilder::new("lib__nch5zstd.so").end();
    let library = |version: &str| {
        ElfBuilder::new("libnetcdf.so.22").text(&format!("netCDF {version} of Jan 1 2026")).end()
    };
    let one = demo(&[
        ("demo/plugins/lib__nch5zstd.so", plugin()),
        ("demo.libs/libnetcdf-0123abcd.so.22", library("4.9.3")),
    ]);
    let [netcdf] = named(&one, "netcdf-c")[..] else { panic!("{one:?}") };
    assert_eq!(netcdf.version.as_deref(), Some("4.9.3"));
    let two = demo(&[
        ("demo/plugins/lib__nch5zstd.so", plugin()),
        ("a.libs/libnetcdf-0123abcd.so.22", library("4.9.3")),
        ("b.libs/libnetcdf-0123abcd.so.22", library("4.9.2")),
    ]);
    assert_eq!(named(&two, "netcdf-c").iter().filter(|it| it.version.is_none()).count(), 1);
}

#[test]
fn a_library_that_nobody_knows_is_listed_without_the_suffix_of_a_repair_tool() {
    let found = demo(&[("demo.libs/libodd-0123abcd.so.2.0", ElfBuilder::new("libodd.so.2").end())]);
    let [one] = named(&found, "libodd")[..] else { panic!() };
    assert_eq!((one.version.as_deref(), one.purl.as_deref()), (None, Some("pkg:generic/libodd")));
}

#[test]
fn objects_of_a_static_library_of_a_fork_are_none_of_the_original() {
    let inflate = ElfBuilder::new("").text(" inflate 1.3.1 Copyright 1995-2024 Mark Adler ").end();
    let fork = ElfBuilder::new("").text(" zlib-ng 2.3.3").end();
    let library = ArBuilder::new(ArNames::Gnu).file("inftrees.c.o", inflate).file("zutil.c.o", fork).end();
    let found = demo(&[("demo/libz.a", library)]);
    assert!(named(&found, "zlib").is_empty());
    assert_eq!(named(&found, "zlib-ng")[0].version.as_deref(), Some("2.3.3"));
}

#[test]
fn an_interface_written_anew_is_not_the_library() {
    let answer = |number: u32| [&[0xb8][..], &number.to_le_bytes(), &[0xc3]].concat();
    let decoder = || ElfBuilder::new("").function("BrotliDecoderVersion", &answer(0x0100_9000));
    let found = demo(&[("demo/a.abi3.so", decoder().end())]);
    assert_eq!(named(&found, "brotli")[0].version.as_deref(), Some("1.9.0"));
    let anew = decoder().function("BroccoliNewBrotliFile", &[0xc3]).end();
    assert!(named(&demo(&[("demo/a.abi3.so", anew)]), "brotli").is_empty());
    let mupdf = ElfBuilder::new("libmupdf.so.24.9")
        .function("cmsGetEncodedCMMversion", &answer(140))
        .function("cmsCloneTransformChangingFormats", &[0xc3])
        .end();
    let found = demo(&[("demo/libmupdf.so.24.9", mupdf)]);
    assert!(named(&found, "lcms2").is_empty(), "a fork has versions of its own");
    assert_eq!(named(&found, "lcms2mt")[0].version, None);
}

#[test]
fn a_plugin_is_not_the_library_that_it_reads_by() {
    let core = ElfBuilder::new("libQt6Core.so.6").text("Qt 6.11.2 (x86_64-little_endian-lp64 shared)").end();
    let plugin = ElfBuilder::new("").function("qt_plugin_instance", &[0xc3]).end();
    let found = demo(&[("demo/lib/libQt6Core.so.6", core), ("demo/plugins/imageformats/libqpdf.so", plugin)]);
    assert!(named(&found, "qpdf").is_empty());
    let [qt] = named(&found, "qt")[..] else { panic!("{found:?}") };
    assert_eq!(qt.version.as_deref(), Some("6.11.2"));
}

#[test]
fn packages_of_one_upstream_have_the_libraries_of_their_own_names() {
    let sbom = br#"{"bomFormat": "CycloneDX", "specVersion": "1.4", "version": 1, "components": [
        {"type": "library", "name": "libgcc", "version": "14.2.0-r6", "purl": "pkg:apk/alpine/libgcc@14.2.0-r6"},
        {"type": "library", "name": "libstdc++", "version": "14.2.0-r6", "purl": "pkg:apk/alpine/libstdc%2B%2B@14.2.0-r6"}]}"#;
    let found = demo(&[
        ("demo.libs/libgcc_s-0123abcd.so.1", ElfBuilder::new("libgcc_s.so.1").end()),
        ("demo.libs/libstdc++-0123abcd.so.6.0.33", ElfBuilder::new("libstdc++.so.6").end()),
        ("demo-1.0.dist-info/sboms/auditwheel.cdx.json", sbom.to_vec()),
    ]);
    let place = |purl: &str| {
        let one = found.iter().find(|it| it.purl.as_deref() == Some(purl)).unwrap();
        let files = one.evidence.iter().filter(|it| it.method == Method::LibraryName);
        files.map(|it| it.location.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(place("pkg:apk/alpine/libgcc@14.2.0-r6"), ["demo.libs/libgcc_s-0123abcd.so.1"]);
    assert_eq!(place("pkg:apk/alpine/libstdc%2B%2B@14.2.0-r6"), ["demo.libs/libstdc++-0123abcd.so.6.0.33"]);
}

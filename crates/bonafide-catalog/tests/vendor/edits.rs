//! `init`, `add`, `bump`, `remove`: one command changes every place that must change.

use bonafide_catalog::config::Config;
use bonafide_catalog::vendor::{self, ConfigFile, NewPackage, Request, VendorError};

use crate::{Case, DEMO, TIME, rules};

/// CPython's way: metadata in the document, pins in a script.
const FRAGMENT: &str = r#"[document]
path = "sbom.spdx.json"
style = "fragment"
license-concluded = "NOASSERTION"

[[package]]
name = "expat"
include = ["expat/**"]
exclude = ["expat/refresh.sh"]

[[package.pin]]
file = "expat/refresh.sh"
field = "version"
regex = 'version="(?<value>[0-9.]+)"'

[[package.pin]]
file = "expat/refresh.sh"
field = "sha256"
regex = 'sha256="(?<value>[0-9a-f]{64})"'
"#;

const PACKAGE: &str = r#"{"packages": [{"SPDXID": "SPDXRef-PACKAGE-expat", "name": "expat", "versionInfo": "2.6.3",
"checksums": [{"algorithm": "SHA256", "checksumValue": "17aa6cfc5c4c219c09287abfc10bc13f0c06f30bb654b28bfe6f567ca646eb79"}],
"downloadLocation": "https://example.org/R_2_6_3/expat-2.6.3.tar.gz", "licenseConcluded": "NOASSERTION",
"primaryPackagePurpose": "SOURCE", "comment": "kept by people", "externalRefs": [
{"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:libexpat_project:libexpat:2.6.3:*:*:*:*:*:*:*"},
{"referenceCategory": "PACKAGE_MANAGER", "referenceType": "purl", "referenceLocator": "pkg:generic/expat@2.6.3"}]}]}"#;

fn request<'a>(case: &'a Case, config: &'a Config) -> Request<'a> {
    Request { root: case.root(), config, config_name: "bonafide.toml" }
}

#[test]
fn bump_changes_all_fields_of_a_kept_document_and_the_pins() {
    let case = Case::new(FRAGMENT);
    case.file("expat/a.c", "a").file("sbom.spdx.json", PACKAGE).file("new.tar", "no archive");
    let sum = "17aa6cfc5c4c219c09287abfc10bc13f0c06f30bb654b28bfe6f567ca646eb79";
    case.file("expat/refresh.sh", format!("tag=R_2_6_3\nversion=\"2.6.3\"\nsha256=\"{sum}\"\n"));
    assert_eq!(case.regen().written, ["sbom.spdx.json"]);
    assert_eq!(rules(&case.check()), [""; 0]);

    let config = case.parsed();
    let path = case.root().join("bonafide.toml");
    let file = ConfigFile { path: &path, text: FRAGMENT };
    let archive = case.root().join("new.tar");
    let report =
        vendor::bump(&request(&case, &config), file, "expat", "2.7.1", Some(&archive), Some(TIME)).unwrap();
    assert_eq!(report.written, ["sbom.spdx.json", "expat/refresh.sh"]);
    // The tag is pinned by nothing, so it is named; the archive is none.
    assert_eq!(rules(&report)[1], "pin-mismatch expat/refresh.sh");
    assert!(report.findings[1].message.contains("tag=R_2_6_3"));
    let new =
        bonafide_ident::Hasher::digest(bonafide_ident::DigestKinds::SHA256, b"no archive").sha256.unwrap();
    let document = case.read("sbom.spdx.json");
    assert!(!document.contains("2.6.3") && !document.contains("2_6_3"), "{document}");
    assert!(document.contains("R_2_7_1/expat-2.7.1.tar.gz") && document.contains(&new.to_string()));
    assert!(document.contains("libexpat:2.7.1:") && document.contains("pkg:generic/expat@2.7.1"));
    assert!(document.contains("kept by people") && document.contains("PACKAGE_MANAGER"));
    assert_eq!(case.read("expat/refresh.sh"), format!("tag=R_2_6_3\nversion=\"2.7.1\"\nsha256=\"{new}\"\n"));
    assert_eq!(rules(&case.check()), [""; 0]);
    assert_eq!(case.read("bonafide.toml"), FRAGMENT);
}

#[test]
fn the_location_of_another_version_comes_from_the_configuration_or_from_the_document() {
    let case = Case::new(FRAGMENT);
    case.file("expat/a.c", "a").file("sbom.spdx.json", PACKAGE);
    let config = case.parsed();
    let location = vendor::upstream_location(&request(&case, &config), "expat", "2.7.1").unwrap();
    assert!(location.ends_with("/R_2_7_1/expat-2.7.1.tar.gz"), "{location}");
    let case = Case::demo();
    let config = case.parsed();
    let location = vendor::upstream_location(&request(&case, &config), "zlib", "1.3.2").unwrap();
    assert!(location.ends_with("/zlib-1.3.2.tar.gz"), "{location}");
    assert!(vendor::upstream_location(&request(&case, &config), "none", "1").is_err());
}

#[test]
fn bump_without_an_archive_drops_the_old_checksum() {
    let case = Case::demo();
    case.regen();
    let config = case.parsed();
    let path = case.root().join("bonafide.toml");
    let file = ConfigFile { path: &path, text: DEMO };
    let report = vendor::bump(&request(&case, &config), file, "zlib", "1.3.2", None, Some(TIME)).unwrap();
    assert_eq!(rules(&report), ["checksum-missing sbom.spdx.json"]);
    assert_eq!(report.written, ["bonafide.toml", "sbom.spdx.json"]);
    let document = case.read("sbom.spdx.json");
    assert!(document.contains("zlib-1.3.2.tar.gz") && document.contains("pkg:generic/zlib@1.3.2"));
    assert!(!document.contains("17aa6cfc") && !case.read("bonafide.toml").contains("17aa6cfc"));
}

#[test]
fn add_and_remove_undo_each_other() {
    let mut case = Case::demo();
    case.regen();
    let before = (case.read("bonafide.toml"), case.read("sbom.spdx.json"));
    case.file("deps/tiny/tiny.c", "tiny");
    let new = NewPackage {
        name: "tiny".into(),
        include: vec!["deps/tiny/**".into()],
        version: Some("1".into()),
        ..NewPackage::default()
    };
    let config = case.parsed();
    let path = case.root().join("bonafide.toml");
    let file = ConfigFile { path: &path, text: DEMO };
    let report = vendor::add(&request(&case, &config), file, &new, None, Some(TIME)).unwrap();
    assert_eq!(report.written, ["bonafide.toml", "sbom.spdx.json"]);
    assert!(case.read("sbom.spdx.json").contains("deps/tiny/tiny.c"));
    let again = vendor::add(
        &request(&case, &config),
        ConfigFile { path: &path, text: &case.read("bonafide.toml") },
        &new,
        None,
        None,
    );
    assert!(matches!(again, Err(VendorError::Edit(_))));
    let text = case.read("bonafide.toml");
    case.config(&text);
    let config = case.parsed();
    let file = ConfigFile { path: &path, text: &text };
    vendor::remove(&request(&case, &config), file, "tiny", Some(TIME)).unwrap();
    assert_eq!((case.read("bonafide.toml"), case.read("sbom.spdx.json")), before);
}

#[test]
fn init_proposes_what_regen_accepts() {
    let case = Case::new("");
    std::fs::remove_file(case.root().join("bonafide.toml")).unwrap();
    case.file("pkg/_vendor/vendor.txt", "requests==2.32.3\nsetuptools==70.3.0\ntyping_extensions==4.13.2\n");
    case.file("pkg/_vendor/requests/__init__.py", "r").file("pkg/_vendor/pkg_resources/__init__.py", "p");
    case.file("pkg/_vendor/typing_extensions.py", "t").file("pkg/_vendor/__init__.py", "");
    case.file(
        "deps/hiredis/hiredis.h",
        "#define HIREDIS_MAJOR 1\n#define HIREDIS_MINOR 2\n#define HIREDIS_PATCH 0\n",
    );
    case.file("deps/linenoise/linenoise.c", "l").file("deps/Makefile", "all:\n");
    case.file("tests/vendor/x/x.c", "x");
    let proposal = vendor::init(case.root()).unwrap();
    assert_eq!(proposal.packages, ["hiredis", "linenoise", "setuptools", "requests", "typing_extensions"]);
    assert_eq!(proposal.to_say, 1, "{}", proposal.text);
    let mut case = case;
    case.config(&proposal.text);
    let config = case.parsed();
    assert_eq!(config.warnings, []);
    assert_eq!(config.packages[0].metadata.version.as_ref().unwrap().value, "1.2.0");
    let report = case.regen();
    assert_eq!(report.written, ["sbom.spdx.json"], "{:?}", rules(&report));
    assert_eq!(report.files, 5);
}

#[test]
fn init_reads_the_patterns_out_of_a_document_that_is_kept_already() {
    let mut case = Case::new(FRAGMENT);
    case.file("expat/a.c", "a").file("expat/b.c", "b").file("sbom.spdx.json", PACKAGE);
    case.config(FRAGMENT.split("[[package.pin]]").next().unwrap());
    case.file("expat/refresh.sh", "");
    case.regen();
    let proposal = vendor::init(case.root()).unwrap();
    assert!(
        proposal.text.contains("include = [\"expat/**\"]\nexclude = [\"expat/refresh.sh\"]\n"),
        "{}",
        proposal.text
    );
    case.config(proposal.text);
    assert_eq!(rules(&case.check()), [""; 0]);
}

//! `init`, `add`, `bump`, `remove`: one command changes every place that must change.

use bonafide_catalog::config::Config;
use bonafide_catalog::vendor::{self, ConfigFile, NewPackage, Request, VendorError};

use crate::upstream::tar;
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
    case.file("expat/a.c", "a").file("sbom.spdx.json", PACKAGE).file("new.tar", tar(&[("expat/a.c", "a")]));
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
    // The tag is pinned by nothing, so it is named.
    assert_eq!(rules(&report), ["pin-mismatch expat/refresh.sh"]);
    assert!(report.findings[0].message.contains("tag=R_2_6_3"));
    let bytes = tar(&[("expat/a.c", "a")]);
    let new = bonafide_ident::Hasher::digest(bonafide_ident::DigestKinds::SHA256, &bytes).sha256.unwrap();
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

/// The files of a tree that a command must leave alone.
fn state(case: &Case) -> [String; 2] {
    [case.read("bonafide.toml"), case.read("sbom.spdx.json")]
}

#[test]
fn bump_with_an_archive_that_cannot_be_read_changes_nothing() {
    let case = Case::demo();
    case.regen();
    let whole = tar(&[("zlib-1.3.2/zlib.h", "h")]);
    case.file("cut.tar", &whole[..700]).file("none.tar", "none").file("empty.tar", "");
    let before = state(&case);
    let config = case.parsed();
    let path = case.root().join("bonafide.toml");
    let file = ConfigFile { path: &path, text: DEMO };
    for name in ["cut.tar", "none.tar", "empty.tar", "missing.tar"] {
        let archive = case.root().join(name);
        let request = request(&case, &config);
        assert!(vendor::bump(&request, file, "zlib", "1.3.2", Some(&archive), None).is_err(), "{name}");
        let new = NewPackage { name: "new".into(), include: vec!["src/**".into()], ..NewPackage::default() };
        assert!(vendor::add(&request, file, &new, Some(&archive), None).is_err(), "{name}");
        assert_eq!(state(&case), before, "{name}");
    }
    for version in ["", "1 2", "1\"", "1\n"] {
        let bumped = vendor::bump(&request(&case, &config), file, "zlib", version, None, None);
        assert!(matches!(bumped, Err(VendorError::Edit(_))), "{version:?}");
        assert_eq!(state(&case), before, "{version:?}");
    }
}

#[test]
fn add_of_what_is_wrong_in_itself_changes_nothing() {
    let case = Case::demo();
    case.regen();
    let before = state(&case);
    let config = case.parsed();
    let path = case.root().join("bonafide.toml");
    let file = ConfigFile { path: &path, text: DEMO };
    let new = |include: &str, purl: &str| NewPackage {
        name: "a".into(),
        include: vec![include.into()],
        version: Some("1".into()),
        purl: Some(purl.into()),
        ..NewPackage::default()
    };
    for (new, rule) in [
        (new("deps/none/**", "pkg:generic/a@1"), "dead-include bonafide.toml"),
        (new("deps/zlib/src/**", "pkg:generic/a@1"), "vendor-two-owners deps/zlib/src/inflate.c"),
        (new("src/**", "nonsense"), "identifier-invalid sbom.spdx.json"),
    ] {
        let report = vendor::add(&request(&case, &config), file, &new, None, None).unwrap();
        assert!(report.withheld && report.written.is_empty());
        assert!(rules(&report).contains(&rule.to_owned()), "{:?}", rules(&report));
        assert_eq!(state(&case), before, "{rule}");
    }
}

#[test]
fn the_last_package_is_not_removed_from_under_its_document() {
    let case = Case::demo();
    case.regen();
    let before = state(&case);
    let config = case.parsed();
    let path = case.root().join("bonafide.toml");
    let file = ConfigFile { path: &path, text: DEMO };
    let removed = vendor::remove(&request(&case, &config), file, "zlib", None);
    assert!(matches!(removed, Err(VendorError::Edit(text)) if text.contains("last package")));
    assert_eq!(state(&case), before);
}

/// Two platforms: a batch file of tags, a recipe with an address and a checksum of its own.
const EXTERNALS: &str = r#"[[externals]]
platform = "windows"
file = "get.bat"
comment = "REM"
regex = 'libraries%\s+(?<tag>[a-zA-Z0-9.-]+)'
document = "externals.json"
download-location = "https://example.org/{name}-{version}.tar.gz"

[[externals]]
platform = "macos"
file = "build.py"
name = "SQLite"
regex = 'url="(?<url>[^"]*sqlite-(?<version>[0-9.]+)\.tar\.gz)", checksum="(?<checksum>[0-9a-f]+)"'
aliases = { SQLite = "sqlite" }
"#;

#[test]
fn bump_of_an_external_changes_the_scripts_and_their_documents() {
    let case = Case::new(EXTERNALS);
    let old_sum = "17aa6cfc5c4c219c09287abfc10bc13f0c06f30bb654b28bfe6f567ca646eb79";
    case.file(
        "get.bat",
        "REM libraries% sqlite-3.48\nset l=%libraries%   sqlite-3.49\nset l=%libraries% xz-5.2\n",
    );
    case.file(
        "build.py",
        format!("url=\"https://e.org/sqlite-3.49.tar.gz\", checksum=\"{old_sum}\"\n# 3.49\n"),
    );
    let package = |name: &str, version: &str| {
        format!(
            r#"{{"SPDXID": "SPDXRef-PACKAGE-{name}", "name": "{name}", "versionInfo": "{version}",
            "checksums": [{{"algorithm": "SHA256", "checksumValue": "{old_sum}"}}], "licenseConcluded": "NOASSERTION",
            "downloadLocation": "https://example.org/{name}-{version}.tar.gz", "primaryPackagePurpose": "SOURCE",
            "externalRefs": [{{"referenceCategory": "SECURITY", "referenceType": "cpe23Type",
            "referenceLocator": "cpe:2.3:a:{name}:{name}:{version}:*:*:*:*:*:*:*"}}]}}"#
        )
    };
    case.file(
        "externals.json",
        format!(r#"{{"packages": [{}, {}]}}"#, package("sqlite", "3.49"), package("xz", "5.2")),
    );
    case.regen();
    assert_eq!(rules(&case.check()), [""; 0]);
    case.file("new.tar", tar(&[("sqlite/a.c", "a")]));
    let sum =
        bonafide_ident::Hasher::digest(bonafide_ident::DigestKinds::SHA256, &tar(&[("sqlite/a.c", "a")]));
    let sum = sum.sha256.unwrap();
    let config = case.parsed();
    let path = case.root().join("bonafide.toml");
    let file = ConfigFile { path: &path, text: EXTERNALS };
    let location = vendor::upstream_location(&request(&case, &config), "sqlite", "3.50").unwrap();
    assert_eq!(location, "https://example.org/sqlite-3.50.tar.gz");
    let archive = case.root().join("new.tar");
    let report =
        vendor::bump(&request(&case, &config), file, "sqlite", "3.50", Some(&archive), Some(TIME)).unwrap();
    assert_eq!(report.written, ["externals.json", "get.bat", "build.py"]);
    assert_eq!(
        rules(&report),
        ["pin-mismatch get.bat", "pin-mismatch build.py"][1..],
        "{:?}",
        report.findings
    );
    assert_eq!(
        case.read("get.bat"),
        "REM libraries% sqlite-3.48\nset l=%libraries%   sqlite-3.50\nset l=%libraries% xz-5.2\n"
    );
    assert_eq!(
        case.read("build.py"),
        format!("url=\"https://e.org/sqlite-3.50.tar.gz\", checksum=\"{sum}\"\n# 3.49\n")
    );
    let document = case.read("externals.json");
    for part in ["sqlite-3.50.tar.gz", "sqlite:3.50:", &sum.to_string(), "xz-5.2.tar.gz"] {
        assert!(document.contains(part), "{part}: {document}");
    }
    assert!(!document.contains("3.49"));
    assert_eq!(rules(&case.check()), [""; 0]);
    let nobody = vendor::bump(&request(&case, &config), file, "none", "1", None, None);
    assert!(matches!(nobody, Err(VendorError::Edit(_))));
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

/// What `init` proposes for a tree, which regen must accept; and the packages with their patterns.
fn proposed(mut case: Case) -> (String, Vec<String>) {
    std::fs::remove_file(case.root().join("bonafide.toml")).unwrap();
    let text = vendor::init(case.root()).unwrap().text;
    case.config(&text);
    let report = case.regen();
    assert!(!report.withheld, "{text}\n{:?}", report.findings);
    let describe = |package: &bonafide_catalog::config::Package| {
        let include: Vec<String> = package.include.iter().map(|glob| glob.value.to_string()).collect();
        let exclude: Vec<String> = package.exclude.iter().map(|glob| glob.value.to_string()).collect();
        let version = package.metadata.version.as_ref().map_or("-", |version| &version.value);
        let without = if package.exclude.is_empty() { "" } else { " without " };
        let name = &package.name.value;
        format!("{name} {version}: {}{without}{}", include.join(" "), exclude.join(" "))
    };
    (text, case.parsed().packages.iter().map(describe).collect())
}

#[test]
fn init_tells_go_modules_in_one_another_apart() {
    let case = Case::new("");
    case.file("go.mod", "module example.org/app // ours\n").file(
        "vendor/modules.txt",
        "# a.org/x v1.0.0\n## explicit\na.org/x\n# a.org/x/sub v2.0.0\na.org/x/sub\n# b.org/none v3.0.0\n## explicit\n",
    );
    case.file("vendor/a.org/x/x.go", "x").file("vendor/a.org/x/sub/s.go", "s");
    let (text, packages) = proposed(case);
    assert_eq!(
        packages,
        [
            "a.org/x v1.0.0: vendor/a.org/x/** without vendor/a.org/x/sub/**",
            "a.org/x/sub v2.0.0: vendor/a.org/x/sub/**"
        ]
    );
    assert!(text.contains("name = \"example.org/app\"\npurl = \"pkg:golang/example.org/app\"\n"), "{text}");
}

#[test]
fn init_reads_distributions_that_pip_installed_into_a_folder() {
    let case = Case::new("");
    case.file("pyproject.toml", "[project]\nname = \"Demo\"\nversion = \"2.0\"\n");
    for (name, version, files) in [
        ("jaraco.text", "4.0", &["jaraco/text/__init__.py", "jaraco/text/x.txt"][..]),
        ("jaraco.context", "6.0", &["jaraco/context.py"]),
        ("typing_extensions", "4.13", &["typing_extensions.py"]),
    ] {
        let info = format!("{name}-{version}.dist-info");
        let mut record = format!("{info}/METADATA,,\n{info}/RECORD,,\n../bin/none,,\n");
        for file in files {
            case.file(&format!("pkg/_vendor/{file}"), "x");
            record.push_str(&format!("{file},,\n"));
        }
        case.file(&format!("pkg/_vendor/{info}/RECORD"), record).file(
            &format!("pkg/_vendor/{info}/METADATA"),
            format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\n"),
        );
    }
    case.file("pkg/_vendor/__init__.py", "");
    let (text, packages) = proposed(case);
    assert_eq!(
        packages,
        [
            "jaraco.context 6.0: pkg/_vendor/jaraco.context-6.0.dist-info/** pkg/_vendor/jaraco/context.py",
            "jaraco.text 4.0: pkg/_vendor/jaraco.text-4.0.dist-info/** pkg/_vendor/jaraco/text/**",
            "typing_extensions 4.13: pkg/_vendor/typing_extensions-4.13.dist-info/** pkg/_vendor/typing_extensions.py",
        ]
    );
    assert!(text.contains("name = \"Demo\"\nversion = \"2.0\"\n"), "{text}");
    assert!(text.contains("purl = \"pkg:pypi/jaraco-text@{version}\""), "{text}");
}

#[test]
fn init_reads_a_manifest_at_the_top_and_names_what_is_not_checked_out() {
    let case = Case::new("");
    case.file(
        "cgmanifest.json",
        r#"{"registrations": [{"component": {"type": "git", "git": {"repositoryUrl": "https://github.com/Madler/zlib.git",
           "commitHash": "abc"}}, "version": "1.3"}]}"#,
    );
    case.file("src/zlib/zlib.c", "z").file("src/main.c", "m");
    let (_, packages) = proposed(case);
    assert_eq!(packages, ["zlib 1.3: src/zlib/**"]);

    let case = Case::new("");
    case.file(".gitmodules", "[submodule \"x\"]\n\tpath = deps/x y\n\turl = https://github.com/o/x\n");
    let proposal = vendor::init(case.root()).unwrap();
    assert_eq!((&*proposal.packages, proposal.to_say), (&["x y".to_owned()][..], 1));
    assert!(proposal.text.contains("`git submodule update --init -- 'deps/x y'`"), "{}", proposal.text);
    assert_eq!(proposal.text.matches("to say:").count(), proposal.to_say, "{}", proposal.text);
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

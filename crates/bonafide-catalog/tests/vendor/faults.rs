//! The faults of CPython's own tools, and what a check must find.

use crate::{Case, DEMO, rules};

fn written(case: &Case) -> serde_json::Value {
    serde_json::from_str(&case.read("sbom.spdx.json")).unwrap()
}

fn listed(case: &Case) -> Vec<String> {
    let document = written(case);
    document["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["fileName"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn regen_then_check_is_clean_and_a_second_regen_writes_nothing() {
    let case = Case::demo();
    assert_eq!(case.regen().written, ["sbom.spdx.json"]);
    assert_eq!(rules(&case.check()), [""; 0]);
    assert_eq!(case.regen().written, [""; 0]);
}

#[test]
fn check_writes_nothing() {
    let case = Case::demo();
    assert_eq!(rules(&case.check()), ["document-unreadable sbom.spdx.json"]);
    assert!(!case.root().join("sbom.spdx.json").exists());
}

#[test]
fn dotfiles_non_ascii_and_quoted_names_are_listed() {
    let case = Case::demo();
    let names =
        ["deps/zlib/.hidden", "deps/zlib/.dir/file", "deps/zlib/é.c", "deps/zlib/a\"b.c", "deps/zlib/a b.c"];
    for name in names {
        case.file(name, name);
    }
    if !case.commit() {
        return;
    }
    case.regen();
    let listed = listed(&case);
    for name in names {
        assert!(listed.iter().any(|listed| listed == name), "{name} is missing: {listed:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf8_is_listed_without_loss() {
    use std::os::unix::ffi::OsStrExt as _;
    let case = Case::demo();
    let name = std::ffi::OsStr::from_bytes(b"deps/zlib/\xff.c");
    if std::fs::write(case.root().join(name), "x").is_err() {
        eprintln!("skipped: the file system refuses such names");
        return;
    }
    case.regen();
    assert!(listed(&case).contains(&"deps/zlib/\\xff.c".to_owned()));
    assert_eq!(rules(&case.check()), [""; 0]);
    let mut case = case;
    case.config(DEMO.replace("exclude = [", "exclude = [\"deps/zlib/*.c\", "));
    assert!(rules(&case.check()).contains(&"vendor-file-disowned deps/zlib/\\xff.c".to_owned()));
}

#[cfg(unix)]
#[test]
fn a_symlink_in_a_vendored_tree_is_refused_at_check_time() {
    let case = Case::demo();
    std::os::unix::fs::symlink("zlib.h", case.root().join("deps/zlib/link.h")).unwrap();
    std::os::unix::fs::symlink("../..", case.root().join("deps/zlib/out")).unwrap();
    let report = case.regen();
    assert_eq!(rules(&report), ["vendor-symlink deps/zlib/link.h", "vendor-symlink deps/zlib/out"]);
    assert!(report.withheld && report.written.is_empty());
}

#[test]
fn a_crlf_file_has_the_checksum_of_what_git_exports() {
    let case = Case::demo();
    case.file("deps/zlib/kept.bat", "a\r\n").file("deps/zlib/text.c", "a\r\n");
    case.file(".gitattributes", "*.bat -text\n*.c text eol=lf\n");
    if !case.commit() {
        return;
    }
    case.regen();
    let document = written(&case);
    let sha1 = |name: &str| {
        let files = document["files"].as_array().unwrap();
        let file = files.iter().find(|file| file["fileName"] == name).unwrap();
        file["checksums"][0]["checksumValue"].as_str().unwrap().to_owned()
    };
    assert_eq!(sha1("deps/zlib/kept.bat"), digest(b"a\r\n"));
    assert_eq!(sha1("deps/zlib/text.c"), digest(b"a\n"));
    assert_eq!(rules(&case.check()), [""; 0]);
}

fn digest(bytes: &[u8]) -> String {
    bonafide_ident::Hasher::digest(bonafide_ident::DigestKinds::SHA1, bytes).sha1.unwrap().to_string()
}

#[test]
fn a_crlf_file_that_nothing_settles_is_a_warning() {
    let case = Case::demo();
    case.file("deps/zlib/win.c", "a\r\n");
    if case.commit() {
        assert!(rules(&case.check()).contains(&"crlf-file deps/zlib/win.c".to_owned()));
    }
}

#[test]
fn ids_that_would_collide_are_told_apart_whatever_the_order() {
    let case = Case::demo();
    case.file("deps/zlib/_a.c", "1").file("deps/zlib/a.c", "2");
    case.regen();
    let document = written(&case);
    let mut ids: Vec<&str> =
        document["files"].as_array().unwrap().iter().map(|file| file["SPDXID"].as_str().unwrap()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    let old = case.read("sbom.spdx.json");
    let id = ids.iter().find(|id| id.starts_with("SPDXRef-FILE-deps-zlib-a.c-")).unwrap();
    case.file("sbom.spdx.json", old.replace(*id, "SPDXRef-FILE-deps-zlib-LICENSE"));
    assert!(rules(&case.check()).contains(&"spdx-id-collision sbom.spdx.json".to_owned()));
}

#[test]
fn dead_includes_are_errors_and_dead_excludes_warnings_with_near_names() {
    let mut case = Case::demo();
    case.config(
        DEMO.replace("deps/zlib/ours.h", "deps/zlib/our.h")
            .replace("[\"deps/zlib/**\"]", "[\"deps/zlib/**\", \"deps/gone/*\"]"),
    );
    let report = case.regen();
    assert_eq!(rules(&report), ["dead-include bonafide.toml", "dead-exclude bonafide.toml"]);
    assert_eq!(report.findings[1].place.line, Some(11));
    assert!(report.findings[1].remedy.as_ref().unwrap().contains("`deps/zlib/ours.h`"), "{report:?}");
}

#[test]
fn a_file_in_a_vendored_folder_that_no_package_owns_is_an_error() {
    let mut case = Case::demo();
    case.file("deps/new/new.c", "new");
    case.config(format!("{DEMO}\n[vendored]\npaths = [\"deps/**\"]\n"));
    assert!(rules(&case.check()).contains(&"vendor-file-unowned deps/new/new.c".to_owned()));
    case.config(format!("{DEMO}\n[vendored]\npaths = [\"deps/**\"]\nown = [\"deps/new/*\"]\n"));
    assert!(!rules(&case.check()).contains(&"vendor-file-unowned deps/new/new.c".to_owned()));
    case.config(DEMO.replace("deps/zlib/**", "deps/zlib/*.h"));
    assert!(rules(&case.check()).contains(&"vendor-file-unowned deps/zlib/LICENSE".to_owned()));
}

#[test]
fn a_file_with_two_owners_is_an_error() {
    let mut case = Case::demo();
    case.config(format!(
        "{DEMO}\n[[package]]\nname = \"other\"\ninclude = [\"deps/**/inflate.c\"]\nversion = \"1\"\n"
    ));
    let report = case.regen();
    assert!(rules(&report).contains(&"vendor-two-owners deps/zlib/src/inflate.c".to_owned()));
    assert!(report.withheld);
}

#[test]
fn an_untracked_file_is_not_listed_but_named() {
    let case = Case::demo();
    case.file(".gitignore", "*.o\n");
    case.regen();
    if !case.commit() {
        return;
    }
    case.file("deps/zlib/stray.c", "x").file("deps/zlib/stray.o", "x").file(".git/info/exclude", "stray.c\n");
    assert_eq!(rules(&case.check()), ["vendor-file-untracked deps/zlib/stray.c"]);
}

#[test]
fn a_tracked_file_that_is_ignored_is_still_listed() {
    let case = Case::demo();
    case.file(".gitignore", "deps/\n");
    if !(case.git(&["init", "-q"]) && case.git(&["add", "-f", "deps", "bonafide.toml"])) {
        return;
    }
    case.regen();
    assert_eq!(listed(&case).len(), 3);
}

#[test]
fn a_file_that_git_leaves_out_of_archives_is_an_error() {
    let case = Case::demo();
    case.file(".gitattributes", "deps/zlib/src export-ignore\n");
    if case.commit() {
        assert!(rules(&case.regen()).contains(&"export-ignored-file deps/zlib/src/inflate.c".to_owned()));
    }
}

#[test]
fn a_subfolder_of_a_repository_and_an_ignored_unpacked_tree_both_work() {
    let outer = tempfile::tempdir().unwrap();
    let mut case = Case::demo();
    let inner = outer.path().join("build/demo");
    std::fs::create_dir_all(inner.parent().unwrap()).unwrap();
    std::fs::rename(case.root(), &inner).unwrap();
    let folder = std::mem::replace(&mut case.folder, outer);
    drop(folder.keep());
    case.file(".gitignore", "build/\n");
    if !case.commit() {
        return;
    }
    let config = case.parsed();
    let request =
        bonafide_catalog::vendor::Request { root: &inner, config: &config, config_name: "bonafide.toml" };
    let report = bonafide_catalog::vendor::regen(&request, Some(crate::TIME)).unwrap();
    assert_eq!((report.files, rules(&report).len()), (3, 0), "{:?}", rules(&report));
    assert!(case.git(&["add", "-f", "build"]));
    let report = bonafide_catalog::vendor::check(&request).unwrap();
    assert_eq!((report.files, rules(&report).len()), (3, 0), "{:?}", rules(&report));
}

#[test]
fn all_faults_are_told_at_once() {
    let case = Case::demo();
    case.regen();
    case.file("deps/zlib/zlib.h", "changed").file("deps/zlib/extra.c", "x");
    std::fs::remove_file(case.root().join("deps/zlib/LICENSE")).unwrap();
    assert_eq!(
        rules(&case.check()),
        [
            "vendor-file-missing deps/zlib/LICENSE",
            "vendor-file-unlisted deps/zlib/extra.c",
            "vendor-file-changed deps/zlib/zlib.h"
        ]
    );
}

#[test]
fn metadata_that_disagrees_is_named_field_by_field() {
    let mut case = Case::demo();
    case.config(
        DEMO.replace("zlib@{version}", "zlib@1.2")
            .replace("zlib:zlib:{version}", "zlib:zlib:1.2")
            .replace("zlib-{version}.tar", "zlib-1.2.tar")
            .replace("\"Zlib\"", "\"no licence\"")
            + "[[package.pin]]\nfile = \"deps/zlib/zlib.h\"\nfield = \"version\"\nregex = 'VERSION \"(?<value>[^\"]+)\"'\n\
               [[package.pin]]\nfile = \"src/main.c\"\nfield = \"sha256\"\nregex = 'sha=(?<value>[0-9a-f]+)'\n",
    );
    case.file("deps/zlib/zlib.h", "#define ZLIB_VERSION \"1.4\"\n");
    let report = case.regen();
    let mut ids: Vec<&str> = report.findings.iter().map(|finding| finding.rule.id).collect();
    ids.sort_unstable();
    assert_eq!(
        ids,
        [
            "license-rule",
            "pin-mismatch",
            "pin-not-found",
            "version-mismatch",
            "version-mismatch",
            "version-mismatch"
        ]
    );
    assert!(report.withheld);
}

#[test]
fn a_checksum_is_never_rewritten_by_the_surroundings() {
    let case = Case::demo();
    case.regen();
    let before = case.read("sbom.spdx.json");
    case.file("sbom.spdx.json", before.replace("17aa6cfc", "27aa6cfc"));
    assert_eq!(rules(&case.check()), ["document-stale sbom.spdx.json"]);
}

#[test]
fn verification_codes_are_of_the_files_and_absent_where_there_are_none() {
    let case = Case::demo();
    case.regen();
    let document = written(&case);
    let packages = document["packages"].as_array().unwrap();
    assert_eq!(packages[0]["filesAnalyzed"], false);
    assert!(packages[0].get("packageVerificationCode").is_none());
    let mut sums: Vec<&str> = document["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["checksums"][0]["checksumValue"].as_str().unwrap())
        .collect();
    sums.sort_unstable();
    assert_eq!(
        packages[1]["packageVerificationCode"]["packageVerificationCodeValue"],
        serde_json::json!(digest(sums.concat().as_bytes()))
    );
}

#[test]
fn the_namespace_follows_the_content_and_the_time_stays_while_nothing_changes() {
    let case = Case::demo();
    case.regen();
    let first = written(&case);
    case.file("deps/zlib/zlib.h", "other\n");
    case.regen();
    let second = written(&case);
    assert_ne!(first["documentNamespace"], second["documentNamespace"]);
    let config = case.parsed();
    let request = bonafide_catalog::vendor::Request {
        root: case.root(),
        config: &config,
        config_name: "bonafide.toml",
    };
    let later = bonafide_catalog::vendor::regen(&request, Some("2030-01-01T00:00:00Z")).unwrap();
    assert!(later.written.is_empty());
}

#[test]
fn a_whole_document_is_valid() {
    let case = Case::demo();
    case.regen();
    let bytes = case.read("sbom.spdx.json");
    let document = bonafide_sbom::read(bytes.as_bytes()).unwrap();
    let mut sink = bonafide_report::Collected::default();
    bonafide_sbom::validate(&document, Some(bytes.as_bytes()), &mut sink);
    assert!(sink.findings.is_empty(), "{:?}", sink.findings);
}

#[test]
fn a_damaged_document_is_refused_and_left_alone() {
    let case = Case::demo();
    case.file("sbom.spdx.json", "{\"packages\": 3}");
    let report = case.regen();
    assert_eq!(rules(&report), ["document-unreadable sbom.spdx.json"]);
    assert_eq!(case.read("sbom.spdx.json"), "{\"packages\": 3}");
}

#[test]
fn nothing_to_check_is_no_pass() {
    let case = Case::new("[project]\nname = \"x\"\n");
    assert_eq!(rules(&case.check()), ["nothing-vendored bonafide.toml"]);
    assert!(case.check().findings[0].is_gap());
}

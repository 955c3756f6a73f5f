//! What git knows decides: submodules, attributes, line ends. Held against git itself.

use std::collections::BTreeMap;
use std::process::Command;

use bonafide_ident::{DigestKinds, Hasher};

use crate::{Case, rules};

const ONE: &str = "[document]\npath = \"sbom.spdx.json\"\n\n[[package]]\nname = \"z\"\nversion = \"1\"\n\
    include = [\"deps/z/**\"]\npurl = \"pkg:generic/z@1\"\n";

/// Files of the document and their SHA-256.
fn listed(case: &Case) -> BTreeMap<String, String> {
    let document: serde_json::Value = serde_json::from_str(&case.read("sbom.spdx.json")).unwrap();
    let files = document["files"].as_array().unwrap().iter();
    let sha256 =
        |file: &serde_json::Value| file["checksums"][1]["checksumValue"].as_str().unwrap().to_owned();
    files.map(|file| (file["fileName"].as_str().unwrap().to_owned(), sha256(file))).collect()
}

/// A tree whose `deps/z` is a submodule with tracked files that the tree around it ignores.
fn with_submodule() -> Option<Case> {
    let upstream = Case::new("");
    upstream.file("build/b.c", "b").file("src/keep.o", "o").file("src/s.c", "s");
    let case = Case::new(ONE);
    case.file(".gitignore", "build/\n*.o\n");
    let url = upstream.root().to_str().unwrap();
    let made = upstream.commit()
        && case.commit()
        && case.git(&["-c", "protocol.file.allow=always", "submodule", "add", "-q", url, "deps/z"])
        && case.git(&["commit", "-qm", "submodule"]);
    made.then_some(case)
}

#[test]
fn tracked_files_of_a_submodule_are_listed_whatever_the_tree_around_it_ignores() {
    let Some(case) = with_submodule() else { return };
    case.regen();
    let names: Vec<String> = listed(&case).into_keys().collect();
    assert_eq!(names, ["deps/z/bonafide.toml", "deps/z/build/b.c", "deps/z/src/keep.o", "deps/z/src/s.c"]);
}

#[test]
fn a_stray_file_in_a_submodule_is_told() {
    let Some(case) = with_submodule() else { return };
    case.regen();
    case.file("deps/z/src/stray.c", "x");
    std::fs::remove_file(case.root().join("deps/z/src/s.c")).unwrap();
    let found = rules(&case.check());
    assert!(found.contains(&"vendor-file-untracked deps/z/src/stray.c".to_owned()), "{found:?}");
    assert!(found.contains(&"vendor-file-missing deps/z/src/s.c".to_owned()), "{found:?}");
}

#[test]
fn a_submodule_that_is_not_checked_out_is_named_as_such() {
    let Some(case) = with_submodule() else { return };
    assert!(case.git(&["submodule", "deinit", "-q", "-f", "deps/z"]));
    let report = case.check();
    let dead = report.findings.iter().find(|finding| finding.rule.id == "dead-include").unwrap();
    assert_eq!(
        dead.remedy.as_deref(),
        Some("`git submodule update --init -- deps/z`: its files are not here")
    );
}

/// Every way to speak of line ends, over every kind of content, committed before or after the attributes were written.
#[test]
fn line_ends_are_those_that_git_exports() {
    const SAID: [&str; 16] = [
        "",
        "text",
        "-text",
        "!text",
        "text=auto",
        "text=input",
        "eol=lf",
        "eol=crlf",
        "crlf",
        "-crlf",
        "crlf=input",
        "text=auto eol=crlf",
        "text=auto eol=lf",
        "-crlf eol=lf",
        "text eol=crlf",
        "binary",
    ];
    const BODIES: [&[u8]; 9] = [
        b"a\r\nb\r\n",
        b"a\nb\n",
        b"a\r\nb\n",
        b"a\r\r\n",
        b"a\rb\r\n",
        b"a\0\r\nb\n",
        b"\x01\x01\x01\r\nb",
        b"a\r\n\x1a",
        b"\xc3\xa9\r\n",
    ];
    for attributes_first in [true, false] {
        for hash in ["sha1", "sha256"] {
            let case = Case::new(ONE);
            let mut attributes = String::new();
            for (at, said) in SAID.iter().enumerate() {
                attributes.push_str(&format!("deps/z/{at:02}-* {said}\n"));
                for (body, bytes) in BODIES.iter().enumerate() {
                    case.file(&format!("deps/z/{at:02}-{body}"), bytes);
                }
            }
            if attributes_first {
                case.file(".gitattributes", &attributes);
            }
            if !case.git(&["init", "-q", "--object-format", hash]) || !case.commit() {
                return;
            }
            case.file(".gitattributes", &attributes);
            case.git(&["add", ".gitattributes"]);
            case.regen();
            for (name, sha256) in listed(&case) {
                let exported = Command::new("git")
                    .args(["-c", "core.autocrlf=false", "cat-file", "--filters", &format!("HEAD:{name}")])
                    .current_dir(case.root())
                    .output()
                    .unwrap();
                let wanted = Hasher::digest(DigestKinds::SHA256, &exported.stdout).sha256.unwrap();
                let said = SAID[name[7..9].parse::<usize>().unwrap()];
                let bytes = std::fs::read(case.root().join(&name)).unwrap();
                assert_eq!(
                    sha256,
                    wanted.to_string(),
                    "`{said}` of {} is exported as {}, attributes first: {attributes_first}, {hash}",
                    bytes.escape_ascii(),
                    exported.stdout.escape_ascii(),
                );
            }
        }
    }
}

#[test]
fn a_crlf_file_that_is_text_by_its_attribute_does_not_pass_unseen() {
    let case = Case::new(ONE);
    case.file("deps/z/a b.c", "a\r\n");
    if !case.commit() {
        return;
    }
    case.file(".gitattributes", "*.c text\n");
    assert!(case.git(&["add", ".gitattributes"]));
    let report = case.check();
    let finding = report.findings.iter().find(|finding| finding.rule.id == "crlf-file").unwrap();
    let remedy = finding.remedy.as_deref().unwrap();
    assert!(remedy.starts_with("`git add --renormalize -- 'deps/z/a b.c'` makes it LF"), "{remedy}");
    assert!(remedy.contains("`\"deps/z/a b.c\" -text`"), "{remedy}");
}

#[test]
fn what_git_fills_in_on_export_stops_the_document_and_the_mere_attribute_does_not() {
    let case = Case::new(ONE);
    case.file("deps/z/plain.c", "int a;\n").file(".gitattributes", "*.c export-subst ident\n");
    if !case.commit() {
        return;
    }
    assert_eq!(rules(&case.regen()), ["checksum-missing sbom.spdx.json"]);
    case.file("deps/z/stamp.c", "$Format:%H$ $Id$\n");
    assert!(case.git(&["add", "-A"]));
    let report = case.regen();
    assert!(report.withheld);
    assert_eq!(
        rules(&report),
        [
            "export-rewritten-file deps/z/stamp.c",
            "export-substituted-file deps/z/stamp.c",
            "checksum-missing sbom.spdx.json"
        ]
    );
}

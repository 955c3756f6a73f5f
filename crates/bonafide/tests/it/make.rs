//! `sbom make`, `sbom validate`, `sbom show`, `sbom diff` and `artifact` through the program.

use bonafide_testkit::{Case, TarBuilder, ZipBuilder, gzip};
use serde_json::Value;

use super::case;

fn release() -> Vec<u8> {
    let tar = TarBuilder::new()
        .file("demo-1.0/PKG-INFO", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
        .file("demo-1.0/demo/__init__.py", "print('demo')\n");
    gzip(&tar.end(), None)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

fn left_behind(case: &Case) -> Vec<String> {
    let entries = std::fs::read_dir(case.path()).expect("the folder is there");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn two_runs_give_the_same_bytes_and_no_path_of_the_machine() {
    let case = case().file("demo-1.0.tar.gz", release());
    let first = case.run(["sbom", "make", "demo-1.0.tar.gz"]);
    let second = case.run(["sbom", "make", case.path().join("demo-1.0.tar.gz").to_str().expect("UTF-8")]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert_eq!(first.stdout, second.stdout);
    assert!(!first.text().contains(case.path().to_str().expect("UTF-8")));
}

#[test]
fn the_creation_time_is_the_flag_then_source_date_epoch_then_the_inputs_own() {
    let created = |case: &Case, more: &[&str]| {
        let ran = case.run(["sbom", "make", "demo-1.0.tar.gz"].iter().chain(more));
        json(ran.text())["creationInfo"]["created"].clone()
    };
    let plain = case().file("demo-1.0.tar.gz", release());
    assert_eq!(created(&plain, &["--created", "2024-02-03T04:05:06Z"]), "2024-02-03T04:05:06Z");
    let epoch = case().file("demo-1.0.tar.gz", release()).variable("SOURCE_DATE_EPOCH", "1700000000");
    assert_eq!(created(&epoch, &[]), "2023-11-14T22:13:20Z");
    let wrong = case().file("demo-1.0.tar.gz", release()).variable("SOURCE_DATE_EPOCH", "yesterday");
    assert_eq!(wrong.run(["sbom", "make", "demo-1.0.tar.gz"]).code, 2);
}

#[test]
fn a_truncated_artifact_is_unreadable_and_nothing_is_written() {
    let bytes = release();
    let case = case().file("cut.tar.gz", &bytes[..bytes.len() / 2]);
    let ran = case.run(["sbom", "make", "cut.tar.gz", "-o", "out.json"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("cannot be read to its end"), "{}", ran.stderr);
    assert_eq!(left_behind(&case), ["cut.tar.gz"]);
}

#[test]
fn damage_inside_is_incomplete_and_a_partial_document_must_be_asked_for() {
    let inner = release();
    let outer = TarBuilder::new()
        .file("p/whole.txt", "whole")
        .file("p/inner.tar.gz", &inner[..inner.len() - 9])
        .end();
    let case = case().file("outer.tar", outer);
    let ran = case.run(["sbom", "make", "outer.tar", "-o", "out.json"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("inner.tar.gz"), "{}", ran.stderr);
    assert_eq!(left_behind(&case), ["outer.tar"]);
    let kept = case.run(["sbom", "make", "outer.tar", "-o", "out.json", "--keep-incomplete"]);
    assert_eq!(kept.code, 3);
    let document = json(&std::fs::read_to_string(case.path().join("out.json")).expect("it was written"));
    assert!(document["files"].as_array().is_some_and(|files| files.len() >= 2), "{document}");
}

#[test]
fn duplicate_names_with_other_content_are_an_error() {
    let tar = TarBuilder::new().file("p/a", "one").file("p/a", "two").end();
    let case = case().file("twice.tar", tar);
    let ran = case.run(["sbom", "make", "twice.tar", "-o", "out.json"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("duplicate-name"), "{}", ran.stderr);
    assert_eq!(left_behind(&case), ["twice.tar"]);
}

#[test]
fn a_batch_goes_on_with_the_rest() {
    let case = case().file("good.tar.gz", release()).file("bad.tar.gz", &release()[..40]);
    let ran = case.run(["sbom", "make", "bad.tar.gz", "good.tar.gz", "missing.tar", "-o", "out/"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(case.path().join("out/good.tar.gz.spdx.json").exists());
    assert!(!case.path().join("out/bad.tar.gz.spdx.json").exists());
}

#[test]
fn standard_input_is_an_artifact_too() {
    let ran = case().input(release()).run(["sbom", "make", "-"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let names: Vec<_> = json(ran.text())["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|p| p["name"].clone())
        .collect();
    assert!(names.contains(&Value::from("demo")), "{names:?}");
}

#[test]
fn what_is_made_is_valid_and_shown_and_equal_to_itself() {
    let case = case().file("demo-1.0.tar.gz", release());
    assert_eq!(case.run(["sbom", "make", "demo-1.0.tar.gz", "-o", "d.json"]).code, 0);
    let valid = case.run(["sbom", "validate", "d.json", "--format", "json"]);
    assert_eq!(valid.code, 0, "{}", valid.text());
    assert_eq!(json(valid.text())["valid"], true);
    let shown = case.run(["sbom", "show", "d.json"]);
    assert!(shown.text().contains("demo"), "{}", shown.text());
    let same = case.run(["sbom", "diff", "d.json", "d.json"]);
    assert_eq!((same.code, same.text()), (0, "no difference\n"));
}

#[test]
fn an_invalid_document_has_rule_pointer_message_and_remedy() {
    let case =
        case().file("d.json", r#"{"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "x"}"#);
    let ran = case.run(["sbom", "validate", "d.json", "--format", "json"]);
    assert_eq!(ran.code, 1);
    let report = json(ran.text());
    assert_eq!(report["valid"], false);
    for finding in report["findings"].as_array().expect("findings") {
        for member in ["rule", "pointer", "message", "remedy"] {
            assert!(finding[member].is_string(), "{member}: {finding}");
        }
    }
}

#[test]
fn a_broken_document_is_named_with_its_place_and_the_rest_is_judged() {
    let case = case().file("bad.json", "{\"packages\": [],\n \"packages\": []}").file("good.txt", "nothing");
    let ran = case.run(["sbom", "validate", "bad.json", "good.txt", "--format", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let report = json(ran.text());
    assert_eq!(report["files"].as_array().map(Vec::len), Some(2));
    assert!(ran.text().contains("\"line\":2"), "{}", ran.text());
    assert_eq!(case.run(["sbom", "show", "bad.json"]).code, 4);
}

#[test]
fn a_device_is_written_to_and_not_replaced() {
    let case = case().file("demo-1.0.tar.gz", release());
    let ran = case.run(["sbom", "make", "demo-1.0.tar.gz", "-o", "/dev/null"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!std::fs::metadata("/dev/null").expect("it is there").is_file());
}

#[test]
fn entries_are_listed_with_digests_and_printed_whole() {
    let inner = ZipBuilder::new().file("deep/x.txt", "found").end();
    let case = case().file("outer.tar", TarBuilder::new().file("p/inner.zip", inner).end());
    let listed = case.run(["artifact", "list", "outer.tar", "--format", "jsonl"]);
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    let lines: Vec<Value> = listed.text().lines().map(json).collect();
    let deep = lines.iter().find(|line| line["path"] == "p/inner.zip!/deep/x.txt").expect("it is listed");
    assert_eq!((&deep["size"], &deep["kind"]), (&Value::from(5), &Value::from("file")));
    assert_eq!(deep["sha256"].as_str().map(str::len), Some(64));
    let printed = case.run(["artifact", "cat", "outer.tar", "p/inner.zip!/deep/x.txt"]);
    assert_eq!((printed.code, printed.text()), (0, "found"));
    assert_eq!(case.run(["artifact", "cat", "outer.tar", "p/none"]).code, 4);
}

#[test]
fn names_cannot_move_the_terminal() {
    let tar = TarBuilder::new().file("p/\u{1b}[31mred\n", "x").end();
    let case = case().file("t.tar", tar);
    let listed = case.run(["artifact", "list", "t.tar"]);
    assert!(!listed.text().contains('\u{1b}'), "{}", listed.text());
    assert!(!case.run(["sbom", "make", "t.tar", "-v"]).stderr.contains('\u{1b}'));
}

#[test]
fn a_lock_file_alone_is_catalogued_like_a_folder_with_it_alone() {
    let lock = concat!(
        "version = 4\n\n[[package]]\nname = \"demo\"\nversion = \"1.0.0\"\ndependencies = [\"itoa\"]\n\n",
        "[[package]]\nname = \"itoa\"\nversion = \"1.0.18\"\n",
        "source = \"registry+https://github.com/rust-lang/crates",
        ".io-index\"\nchecksum = \"8f42a60cbdf9a97f5d2305f08a87dc4e09308d1276d28c869c684d7777685682\"\n",
    );
    let case = case().file("Cargo.lock", lock).file("only/Cargo.lock", lock);
    let names = |artifact: &str| {
        let ran = case.run(["sbom", "make", artifact]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let document = json(ran.text());
        let packages = document["packages"].as_array().expect("packages").clone();
        let purls = packages.iter().map(|package| package["externalRefs"][0]["referenceLocator"].clone());
        (purls.collect::<Vec<_>>(), document["files"][0]["checksums"].clone())
    };
    let (alone, sums) = names("Cargo.lock");
    assert!(alone.contains(&"pkg:cargo/itoa@1.0.18".into()), "{alone:?}");
    assert_eq!(names("only"), (alone, sums));
}

fn folder_of_many() -> Case {
    (0..300).fold(case(), |case, number| {
        case.file(&format!("many/d{}/f{number}.txt", number % 7), vec![b'x'; 204])
    })
}

/// A batch of files to be hashed together holds 64 of them open, more than some builders allow.
#[cfg(unix)]
#[test]
fn a_folder_is_read_whole_with_few_files_open() {
    let case = folder_of_many();
    let plain = case.run(["sbom", "make", "many"]);
    assert_eq!(plain.code, 0, "{}", plain.stderr);
    for most in [16, 24, 64] {
        let line = format!("ulimit -n {most}; exec \"$0\" sbom make many");
        let ran = std::process::Command::new("sh")
            .args(["-c", &line, env!("CARGO_BIN_EXE_bonafide")])
            .current_dir(case.path())
            .output()
            .expect("there is a shell");
        let stderr = String::from_utf8_lossy(&ran.stderr);
        assert_eq!((ran.status.code(), &*stderr), (Some(0), &*plain.stderr), "with {most}");
        assert_eq!(ran.stdout, plain.stdout, "with {most}");
    }
}

#[test]
fn a_file_that_is_not_read_for_another_reason_is_not_called_too_long() {
    let metadata = format!("Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n\n{}", "x".repeat(200));
    let case = case().file("demo/PKG-INFO", metadata);
    let ran = case.run(["sbom", "make", "demo", "--max-bytes", "100"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("entry_bytes"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("too-long"), "{}", ran.stderr);
}

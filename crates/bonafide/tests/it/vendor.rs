//! `bonafide vendor`: the wiring; what it finds is tested in `bonafide-catalog`.

use bonafide_testkit::Case;

const CONFIG: &str = "[document]\npath = \"sbom.spdx.json\"\n\n[[package]]\nname = \"tiny\"\ninclude = [\"deps/tiny/**\"]\n\
                      version = \"1\"\npurl = \"pkg:generic/tiny@{version}\"\n\
                      sha256 = \"17aa6cfc5c4c219c09287abfc10bc13f0c06f30bb654b28bfe6f567ca646eb79\"\n";

fn case() -> Case {
    crate::case().file("bonafide.toml", CONFIG).file("deps/tiny/tiny.c", "int tiny;\n")
}

fn json(case: &Case, arguments: &[&str]) -> (i32, serde_json::Value) {
    let ran = case.run(arguments);
    (ran.code, serde_json::from_slice(&ran.stdout).expect("it is JSON"))
}

#[test]
fn regen_writes_and_check_passes_until_a_file_changes() {
    let case = case();
    assert_eq!(case.run(["vendor", "check"]).code, 1);
    let ran = case.run(["vendor", "regen"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "wrote sbom.spdx.json\n"), "{}", ran.whole());
    assert_eq!(case.run(["vendor", "check"]).code, 0);
    assert_eq!(case.run(["sbom", "validate", "sbom.spdx.json"]).code, 0);
    let case = case.file("deps/tiny/tiny.c", "changed\n");
    let (code, found) = json(&case, &["vendor", "check", "--format", "json"]);
    assert_eq!((code, found["verdict"].as_str()), (1, Some("findings")));
    assert_eq!(found["findings"][0]["rule"], "vendor-file-changed");
}

#[test]
fn the_time_of_a_document_is_the_builds() {
    let time = |case: Case| {
        assert_eq!(case.run(["vendor", "regen"]).code, 0);
        std::fs::read_to_string(case.path().join("sbom.spdx.json")).unwrap()
    };
    let first = time(case().variable("SOURCE_DATE_EPOCH", "1000000000"));
    assert!(first.contains("2001-09-09T01:46:40Z"));
    assert_eq!(first, time(case().variable("SOURCE_DATE_EPOCH", "1000000000")));
}

#[test]
fn no_variable_of_the_environment_changes_an_answer() {
    let case = case();
    assert_eq!(case.run(["vendor", "regen"]).code, 0);
    let plain = case.run(["vendor", "check", "--format", "json"]);
    let case =
        case.variable("CI", "true").variable("GIT_DIR", "/nowhere").variable("GIT_INDEX_FILE", "/nowhere");
    assert_eq!(plain, case.run(["vendor", "check", "--format", "json"]));
}

#[test]
fn a_configuration_that_cannot_be_used_is_named_with_all_its_lines() {
    let case = case().file("bad.toml", "[[package]]\nname = 1\ninclude = [\"../x\"]\n");
    let ran = case.run(["vendor", "check", "--config", "bad.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("line 2") && ran.stderr.contains("line 3"), "{}", ran.stderr);
    assert_eq!(case.run(["vendor", "check", "--config", "none.toml"]).code, 2);
    assert_eq!(case.run(["vendor", "check", "--root", "none", "--config", "bonafide.toml"]).code, 4);
}

#[test]
fn init_does_not_overwrite_and_bump_add_and_remove_work_from_the_command_line() {
    let case = case();
    assert_eq!(case.run(["vendor", "init"]).code, 2);
    let proposed = case.run(["vendor", "init", "-o", "-"]);
    assert!(proposed.text().contains("name = \"tiny\""), "{}", proposed.whole());
    assert_eq!(case.run(["vendor", "bump", "tiny", "2"]).code, 0);
    assert!(
        std::fs::read_to_string(case.path().join("sbom.spdx.json")).unwrap().contains("pkg:generic/tiny@2")
    );
    let case = case.file("deps/other/o.c", "o");
    assert_eq!(case.run(["vendor", "add", "other", "--include", "deps/other/**", "--version", "1"]).code, 0);
    assert_eq!(case.run(["vendor", "remove", "other"]).code, 0);
    assert_eq!(case.run(["vendor", "remove", "other"]).code, 2);
    assert_eq!(case.run(["vendor", "verify", "--archive", "nothing"]).code, 2);
    let case = case.file("archives/readme", "");
    assert_eq!(case.run(["vendor", "verify", "--archive", "archives"]).code, 3);
    // A file alone is nobody's, save where one package is named.
    assert_eq!(case.run(["vendor", "verify", "--archive", "archives/readme"]).code, 2);
    let one = case.run(["vendor", "verify", "tiny", "--archive", "archives/readme"]);
    assert!(one.code == 1 || one.code == 3, "{}", one.whole());
}

#[test]
fn bump_online_needs_a_network_and_a_location_and_changes_nothing_without() {
    let location = "download-location = \"https://127.0.0.1:1/tiny-{version}.tar.gz\"\n";
    let case = case().file("bonafide.toml", format!("{CONFIG}{location}"));
    let refused = case.run(["vendor", "bump", "tiny", "2", "--online", "--offline"]);
    assert_eq!(refused.code, 5, "{}", refused.stderr);
    assert!(refused.stderr.contains("https://127.0.0.1:1/tiny-2.tar.gz"), "{}", refused.stderr);
    assert!(refused.stderr.contains("hint: `--archive FILE`"), "{}", refused.stderr);
    let nobody = case.run(["vendor", "bump", "tiny", "2", "--online"]);
    assert_eq!(nobody.code, 5, "{}", nobody.stderr);
    assert!(nobody.stderr.contains("hint: `--archive FILE`"), "{}", nobody.stderr);
    assert!(std::fs::read_to_string(case.path().join("bonafide.toml")).unwrap().contains("version = \"1\""));
    let plain = location.replace("https", "http");
    let case = case.file("bonafide.toml", format!("{CONFIG}{plain}"));
    assert_eq!(case.run(["vendor", "bump", "tiny", "2", "--online"]).code, 2);
    let case = case.file("bonafide.toml", CONFIG);
    let ran = case.run(["vendor", "bump", "tiny", "2", "--online"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("tiny has no download location"), "{}", ran.stderr);
}

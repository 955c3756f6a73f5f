//! Pipes, standard input and output, names that do harm, colours.

use std::io::Read as _;
use std::process::{Command, Stdio};

use bonafide_testkit::{ElfBuilder, ZipBuilder};

use super::case;

fn wheel() -> Vec<u8> {
    let record = "demo.py,,\ndemo-1.0.dist-info/METADATA,,\ndemo-1.0.dist-info/RECORD,,\n";
    ZipBuilder::new()
        .file("demo.py", b"x = 1\n")
        .file("demo-1.0.dist-info/METADATA", b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
        .file("demo-1.0.dist-info/RECORD", record)
        .end()
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let many: Vec<u8> =
        (0..3000).fold(ZipBuilder::new(), |zip, n| zip.file(format!("folder/file-{n}.txt"), b"x")).end();
    let case = case().file("many.zip", many);
    assert_eq!(case.run(["sbom", "make", "many.zip", "-o", "many.json"]).code, 0);
    for arguments in [
        &["sbom", "make", "many.zip"][..],
        &["sbom", "convert", "many.json", "--as", "cyclonedx-1.6"],
        &["sbom", "merge", "many.json"],
        &["artifact", "list", "many.zip"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bonafide"))
            .args(arguments)
            .current_dir(case.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}: {said}");
        assert!(!said.contains("error"), "{arguments:?}: {said}");
    }
}

#[test]
fn a_hyphen_is_standard_input_and_output_wherever_bytes_go() {
    let case = case().file("demo-1.0-py3-none-any.whl", wheel()).input(wheel());
    let audited = case.run(["sbom", "audit", "-"]);
    assert_eq!((audited.code, audited.text()), (0, "no findings in 3 files\n"), "{}", audited.stderr);
    let embedded = case.run(["sbom", "embed", "demo-1.0-py3-none-any.whl", "-o", "-"]);
    assert!(embedded.code == 0 && embedded.stdout.starts_with(b"PK"), "{}", embedded.stderr);
    assert!(!case.path().join("-").exists());
    assert_eq!(case.run(["sbom", "embed", "-", "-o", "x.whl"]).code, 2);
    // A folder gets a wheel of the same name.
    std::fs::create_dir(case.path().join("out")).unwrap();
    assert_eq!(case.run(["sbom", "embed", "demo-1.0-py3-none-any.whl", "-o", "out"]).code, 0);
    assert!(std::fs::read(case.path().join("out/demo-1.0-py3-none-any.whl")).unwrap() == embedded.stdout);
}

#[test]
fn what_cannot_be_written_is_told_by_the_name_that_was_typed() {
    let case = case().file("a.txt", "a");
    let ran = case.run(["sbom", "make", "a.txt", "-o", "none/a.json"]);
    assert_eq!(ran.code, 4);
    assert!(
        ran.stderr
            .ends_with("error: failed to write `none/a.json`\n  caused by: there is no folder `none`\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn what_is_no_container_is_listed_by_its_own_name() {
    let library = ElfBuilder::new("libdemo.so.1").end();
    let case = case().file("a.txt", "a").file("libdemo.so", library).file("e.zip", ZipBuilder::new().end());
    assert!(case.run(["artifact", "list", "a.txt"]).text().ends_with("a.txt\n"));
    assert!(case.run(["artifact", "list", "libdemo.so", "--facts"]).text().contains("libdemo.so.1"));
    assert_eq!(case.run(["artifact", "list", "e.zip"]).text(), "");
}

#[cfg(unix)]
#[test]
fn names_are_shown_and_never_obeyed() {
    let name = "a\u{1b}[31m\nb.json";
    let case = case().file(name, "{}");
    for arguments in [
        &["sbom", "make", name][..],
        &["sbom", "make", name, "-o", "c\u{1b}[31m.json"],
        &["sbom", "validate", name, "-v"],
        &["sbom", "score", name],
        &["sbom", "audit", name],
        &["artifact", "list", name],
        &["advisory", "lint", name],
        &["vex", "lint", name, "--format", "markdown"],
        &["vex", "merge", name],
        &["explain", name],
        &["vendor", "check", "--config", name],
        &["id", "parse", "purl", name],
        &["help", name],
    ] {
        let ran = case.run(arguments);
        assert!(
            !ran.text().contains('\u{1b}') && !ran.stderr.contains('\u{1b}'),
            "{arguments:?}: {}",
            ran.whole()
        );
    }
}

#[test]
fn colour_is_forced_and_forbidden_by_the_environment_and_the_flag_wins() {
    let has_colour = |variables: &[(&str, &str)], flags: &[&str]| {
        let case = variables
            .iter()
            .fold(case().file("b.json", "{"), |case, (name, value)| case.variable(name, value));
        let ran = case.run(["sbom", "validate", "b.json"].iter().chain(flags));
        ran.text().contains('\u{1b}')
    };
    assert!(!has_colour(&[], &[]));
    assert!(has_colour(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!has_colour(&[("CLICOLOR_FORCE", "0")], &[]));
    assert!(!has_colour(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(!has_colour(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
    assert!(has_colour(&[("NO_COLOR", "1")], &["--color", "always"]));
}

#[test]
fn help_is_printed_of_any_command() {
    let help = case().run(["help", "sbom", "make"]);
    assert!(help.code == 0 && help.text().contains("Usage: bonafide sbom make"), "{}", help.whole());
    assert_eq!(case().run(["help"]).text(), case().run(["--help"]).text());
    assert_eq!(case().run(["help", "sbom", "mak"]).code, 2);
}

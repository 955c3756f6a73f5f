//! Help, errors of use, completions, man pages.

use super::case;

#[test]
fn help_is_no_error_and_nothing_is_an_error_of_use() {
    let help = case().run(["--help"]);
    assert_eq!(help.code, 0);
    assert!(help.text().contains("Usage: bonafide"), "{}", help.text());
    assert_eq!(case().run([""; 0]).code, 2);
    assert_eq!(case().run(["sbom", "make"]).code, 2);
    assert_eq!(case().run(["no-such-command"]).code, 2);
}

#[test]
fn unknown_rule_is_an_error_of_use_with_a_hint() {
    let ran = case().run(["explain", "no-such-rule"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("error: no rule is called `no-such-rule`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: "), "{}", ran.stderr);
}

#[test]
fn completions_are_printed_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = case().run(["completions", shell]);
        assert_eq!(ran.code, 0, "{shell}");
        assert!(ran.text().contains("bonafide"), "{shell}");
    }
}

#[test]
fn every_command_has_a_man_page() {
    let case = case();
    let first = case.run(["man"]);
    assert_eq!(first.code, 0);
    assert!(first.text().starts_with(".ie") && first.text().contains(".TH bonafide 1"), "{}", first.text());
    assert_eq!(case.run(["man", "pages/man1"]).code, 0);
    let page = |name: &str| std::fs::read_to_string(case.path().join("pages/man1").join(name)).unwrap();
    assert_eq!(page("bonafide.1"), first.text());
    assert!(page("bonafide-vendor-bump.1").contains("\\-\\-online"));
    assert!(page("bonafide-sbom-make.1").contains("Examples:"));
}

#[test]
fn sarif_has_the_exit_code_of_the_process() {
    let case = case().file("s.json", "{}");
    for (more, code) in
        [(&[][..], 1), (&["--exit-zero"], 0), (&["absent.json"], 4), (&["absent.json", "--exit-zero"], 4)]
    {
        let ran = case.run(["sbom", "validate", "s.json", "--format", "sarif"].iter().chain(more));
        let log: serde_json::Value = serde_json::from_str(ran.text()).expect("it is JSON");
        assert_eq!(
            (ran.code, &log["runs"][0]["invocations"][0]["exitCode"]),
            (code, &code.into()),
            "{more:?}"
        );
    }
}

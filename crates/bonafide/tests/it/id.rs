//! Identifiers on the command line.

use super::case;

#[test]
fn compare_prints_the_order_and_refuses_what_is_no_version() {
    for (scheme, left, right, want) in [
        ("pypi", "3.13.0rc2", "3.13", "-1\n"),
        ("pypi", "1.0", "1.0.0", "0\n"),
        ("pypi", "-class.-x", "1.0", "-1\n"),
        ("deb", "1:1.0-1", "2.0-1", "1\n"),
        ("maven", "1.0-SNAPSHOT", "1.0", "-1\n"),
        ("composer", "1.2.3.#", "1.2.3.1", "0\n"),
        ("generic", "1.0rc1", "1.0", "-1\n"),
    ] {
        let ran = case().run(["id", "compare", scheme, left, right]);
        assert_eq!((ran.code, ran.text()), (0, want), "{scheme} {left} {right}");
    }
    let invalid = case().run(["id", "compare", "npm", "1.0.0", "latest"]);
    assert_eq!(invalid.code, 4);
    assert!(invalid.stderr.contains("failed to read `latest`"), "{}", invalid.stderr);
    assert_eq!(case().run(["id", "compare", "no-such-scheme", "1", "2"]).code, 2);
}

#[test]
fn normalize_prints_one_spelling_and_refuses_what_is_no_identifier() {
    for (kind, text, want) in [
        ("purl", "pkg:PyPI/Django_package@1.11", "pkg:pypi/django-package@1.11\n"),
        ("cpe", "cpe:/a:python:python:3.13.5", "cpe:2.3:a:python:python:3.13.5:*:*:*:*:*:*:*\n"),
        ("vers", "vers:npm/<2.0.0|>=1.0.0", "vers:npm/>=1.0.0|<2.0.0\n"),
        ("pypi", "Zope.Interface", "zope-interface\n"),
    ] {
        let ran = case().run(["id", "normalize", kind, text]);
        assert_eq!((ran.code, ran.text()), (0, want), "{text}");
        assert_eq!(case().run(["id", "normalize", kind, "!"]).code, 4, "{kind}");
    }
}

#[test]
fn match_answers_in_words_and_by_its_exit_code() {
    for (kind, pattern, text, code) in [
        ("vers", "vers:pypi/>=1.0|!=1.3|<2.0", "1.2.7", 0),
        ("vers", "vers:pypi/>=1.0|!=1.3|<2.0", "1.3.0", 1),
        ("vers", "vers:pypi/>=1.0", "1.0 0", 4),
        ("vers", "vers:pypi/>=1.0", "0.7.10p1", 4),
        ("vers", "pypi/>=1.0", "1.0", 4),
        ("vers", "vers:none/*", "1.0", 1),
        ("npm", "^1.2.3-beta.1", "1.2.3-beta.2", 0),
        ("npm", "^1.2.3-beta.1", "1.3.0-beta.2", 1),
        ("npm", "=>1", "1.3.0", 4),
        ("cpe", "cpe:2.3:a:v:p:1.*:*:*:*:*:*:*:*", "cpe:2.3:a:v:p:1.2:*:*:*:*:*:*:*", 0),
        ("cpe", "cpe:2.3:a:v:p:1.2:*:*:*:*:*:*:*", "cpe:2.3:a:v:p:1.3:*:*:*:*:*:*:*", 1),
        ("purl", "pkg:pypi/demo", "pkg:pypi/demo@1.0?file_name=demo.whl", 0),
        ("purl", "pkg:pypi/demo@2", "pkg:pypi/demo@1.0", 1),
    ] {
        let ran = case().run(["id", "match", kind, pattern, text]);
        assert_eq!(ran.code, code, "{pattern} {text}");
        let want = ["true\n", "false\n"].get(usize::try_from(code).unwrap()).copied().unwrap_or_default();
        assert_eq!(ran.text(), want, "{pattern} {text}");
    }
}

#[test]
fn parts_and_conversions_are_printed() {
    let parts = case().run(["id", "parse", "vers", "vers:npm/1.0.0", "--format", "json"]);
    assert_eq!(
        parts.text(),
        "{\"type\":\"npm\",\"constraints\":[{\"comparator\":\"=\",\"version\":\"1.0.0\"}]}\n"
    );
    let range = case().run(["id", "convert", "range", "gem", "~> 2.0.8"]);
    assert_eq!(range.text(), "vers:gem/>=2.0.8|<2.1\n");
    let blob = case().run(["id", "convert", "blob", "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0"]);
    assert_eq!(blob.text(), "swh:1:cnt:b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0\n");
    assert_eq!(case().run(["id", "convert", "range", "maven", "[1.0"]).code, 4);
}

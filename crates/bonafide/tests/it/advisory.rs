//! Advisories on the command line.

use bonafide_testkit::ZipBuilder;

use super::case;

const GOOD: &str = r#"{"id": "PYSEC-2024-1", "modified": "2024-01-02T00:00:00Z", "summary": "s", "affected": [{"package":
    {"ecosystem": "PyPI", "name": "a"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2"}]}]}]}"#;

fn inverted() -> String {
    GOOD.replace("\"introduced\": \"0\"", "\"introduced\": \"3\"")
}

const YAML: &str = "id: PYSEC-2024-2\nmodified: 2024-01-02T00:00:00Z\nsummary: s\naffected:\n- package:\n    ecosystem: PyPI\n    \
    name: A.b\n  versions: ['1']\n";

#[test]
fn records_are_judged_in_files_folders_archives_and_from_standard_input() {
    let case = case()
        .file("good.json", GOOD)
        .file("bad.json", inverted())
        .file("all/x/bad.json", inverted())
        .file("all/y.yaml", YAML)
        .file("all/package.json", "{\"name\": \"x\"}")
        .file("all.zip", ZipBuilder::new().file("good.json", GOOD).file("bad.json", inverted()).end())
        .file("many.ndjson", format!("{}\n{}\n", GOOD.replace('\n', ""), inverted().replace('\n', "")));
    let good = case.run(["advisory", "lint", "good.json"]);
    assert_eq!((good.code, good.text()), (0, "no findings in 1 record\n"));
    let folder = case.run(["advisory", "lint", "all"]);
    assert_eq!(folder.code, 1);
    assert!(
        folder.text().contains("error[osv-range-inverted] all/x/bad.json:2 at /affected/0"),
        "{}",
        folder.text()
    );
    assert!(folder.text().contains("warning[osv-package-name] all/y.yaml:7 at"), "{}", folder.text());
    assert!(folder.text().ends_with("2 findings in 2 records (1 error, 1 warning)\n"), "{}", folder.text());
    let zip = case.run(["advisory", "lint", "all.zip", "--format", "json"]);
    assert!(zip.text().contains("\"member\":\"bad.json\""), "{}", zip.text());
    let many = case.run(["advisory", "lint", "many.ndjson"]);
    assert!(many.text().contains("many.ndjson:2 at"), "{}", many.text());
}

#[test]
fn warnings_count_where_they_are_asked_to_and_what_is_no_record_is_a_gap() {
    let case =
        case().file("y.yaml", YAML).file("x.json", "{\"bomFormat\": \"CycloneDX\"}").file("e/x.txt", "");
    assert_eq!(case.run(["advisory", "lint", "y.yaml"]).code, 0);
    let strict = case.run(["advisory", "lint", "y.yaml", "--fail-on", "warning", "--format", "json"]);
    assert_eq!(strict.code, 1);
    assert!(strict.text().contains("\"verdict\":\"findings\""), "{}", strict.text());
    let other = case.run(["advisory", "lint", "x.json"]);
    assert_eq!(other.code, 3);
    assert!(other.text().contains("gap[advisory-unreadable] x.json"), "{}", other.text());
    assert_eq!(case.run(["advisory", "lint", "e"]).code, 4);
}

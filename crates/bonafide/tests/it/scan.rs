//! Scanning as a user meets it: what is found, what is said of the unknown, and with which exit code.

use bonafide_testkit::{Case, Ran};

use super::case;

const RECORD: &str = r#"{"id":"PYSEC-1","modified":"2026-11-01T00:00:00Z","aliases":["CVE-2026-1"],
  "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"}],
  "affected":[{"package":{"ecosystem":"PyPI","name":"Demo_Pkg"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]}]}]}"#;

/// A case with a database of one record, and a requirements file.
fn scanned(requirements: &str) -> Case {
    let case = case().file("in/PYSEC-1.json", RECORD).file("requirements.txt", requirements);
    assert_eq!(case.run(["db", "build", "--from", "in", "-o", "db"]).code, 0);
    case
}

fn scan(case: &Case, more: &[&str]) -> Ran {
    case.run(["scan", "requirements.txt", "--db", "db"].iter().chain(more))
}

#[test]
fn a_vulnerable_pin_is_found_and_the_exit_code_follows_what_was_asked() {
    let case = scanned("demo.pkg==1.0\n");
    let ran = scan(&case, &[]);
    assert_eq!(ran.code, 1, "{}", ran.whole());
    assert!(ran.text().contains("CVE-2026-1") && ran.text().contains("medium 6.1"), "{}", ran.text());
    assert!(ran.text().contains("fixed in 2.0"), "{}", ran.text());
    for (fail_on, code) in
        [("medium", 1), ("high", 0), ("kev", 0), ("fixable", 1), ("high,fixable", 1), ("never", 0)]
    {
        assert_eq!(scan(&case, &["--fail-on", fail_on]).code, code, "{fail_on}");
    }
    assert_eq!(scan(&scanned("demo-pkg==2.0\n"), &[]).code, 0);
    for format in ["json", "jsonl", "sarif", "markdown", "cyclonedx", "openvex"] {
        let ran = scan(&case, &["--format", format]);
        assert!(ran.code == 1 && ran.text().contains("CVE-2026-1"), "{format}: {}", ran.whole());
    }
}

#[test]
fn what_cannot_be_checked_is_named_and_is_no_clean_answer() {
    // No version, a version that is none, nothing of which anything is known.
    for requirements in ["demo-pkg\n", "demo-pkg==not.a.version\n", "nobody-knows-this==1.0\n", ""] {
        let ran = scan(&scanned(requirements), &["--format", "json"]);
        assert_eq!(ran.code, 3, "{requirements}: {}", ran.whole());
        assert!(ran.text().contains("\"verdict\":\"incomplete\""), "{}", ran.text());
    }
    let case = scanned("demo-pkg==2.0\n")
        .file("Cargo.lock", "version = 3\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n");
    let ran = case.run(["scan", "requirements.txt", "Cargo.lock", "--db", "db"]);
    assert!(ran.code == 3 && ran.text().contains("pkg:cargo/a@1.0.0"), "{}", ran.whole());
    let ran = case.run(["scan", "requirements.txt", "Cargo.lock", "--db", "db", "--unknown", "ignore"]);
    assert_eq!(ran.code, 0, "{}", ran.whole());
}

#[test]
fn an_input_that_cannot_be_read_leaves_the_others_their_answer() {
    let case = scanned("demo-pkg==1.0\n").file("broken.json", r#"{"bomFormat": "CycloneDX","#);
    let all = ["scan", "broken.json", "requirements.txt", "missing.whl", "--db", "db"];
    for format in ["text", "json", "sarif"] {
        let ran = case.run(all.iter().chain(&["--format", format]));
        assert_eq!(ran.code, 4, "{}", ran.whole());
        assert!(ran.text().contains("CVE-2026-1"), "{}", ran.whole());
        assert!(
            ran.whole().contains("broken.json") && ran.whole().contains("missing.whl"),
            "{}",
            ran.whole()
        );
        assert!(format != "sarif" || ran.text().contains("\"exitCode\":4"), "{}", ran.text());
        assert!(format != "json" || ran.text().contains("\"verdict\":\"incomplete\""), "{}", ran.text());
    }
    assert_eq!(case.run(["scan", "missing.whl", "--db", "db"]).code, 4);
}

#[test]
fn old_data_is_told_and_past_the_limit_is_no_clean_answer() {
    let case = case()
        .file("in/a.json", RECORD.replace("2026-11-01", "2020-01-01"))
        .file("requirements.txt", "demo-pkg==2.0\n");
    assert_eq!(case.run(["db", "build", "--from", "in", "-o", "db"]).code, 0);
    let ran = scan(&case, &[]);
    assert!(ran.code == 0 && ran.stderr.contains("database-stale"), "{}", ran.whole());
    assert_eq!(scan(&case, &["--max-age", "10"]).code, 3);
}

#[test]
fn a_damaged_database_gives_no_answer() {
    let case = scanned("demo-pkg==1.0\n");
    let file = case.path().join("db/in.vdb");
    let whole = std::fs::read(&file).unwrap();
    for at in [0, 20, 40, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        let ran = scan(&case, &[]);
        assert!(ran.code == 4 && ran.stdout.is_empty(), "{at}: {}", ran.whole());
    }
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(scan(&case, &[]).code, 4);
}

#[test]
fn the_database_is_what_its_inputs_make_it() {
    let case = scanned("demo-pkg==1.0\n").file("bad/a.json", RECORD).file("bad/b.json", "{\"id\": ");
    let first = std::fs::read(case.path().join("db/in.vdb")).unwrap();
    assert_eq!(case.run(["db", "build", "--from", "in", "-o", "db"]).code, 0);
    assert_eq!(std::fs::read(case.path().join("db/in.vdb")).unwrap(), first);
    let ran = case.run(["db", "build", "--from", "bad", "-o", "db"]);
    assert!(ran.code == 3 && ran.stderr.contains("b.json"), "{}", ran.whole());
    assert!(!case.path().join("db/in.vdb").exists());
    let ran = case.run(["db", "info", "db"]);
    assert!(ran.code == 0 && ran.text().contains("1 document could not be read"), "{}", ran.whole());
}

#[test]
fn an_answer_is_explained() {
    let case = scanned("demo-pkg==1.0\n");
    let ran = case.run(["explain", "demo-pkg", "pysec-1", "--db", "db", "--in", "requirements.txt"]);
    assert!(ran.code == 0 && ran.text().contains("in the range introduced 0, fixed 2.0"), "{}", ran.whole());
    let ran = case.run(["explain", "pkg:pypi/demo-pkg@2.0", "CVE-2026-1", "--db", "db"]);
    assert!(ran.text().contains("answer: no finding"), "{}", ran.whole());
}

#[test]
fn sarif_says_what_is_suppressed_and_with_which_code_the_process_ends() {
    let statement = r#"{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.org/1", "author": "A",
        "timestamp": "2026-11-02T00:00:00Z", "version": 1, "statements": [{"vulnerability": {"name": "CVE-2026-1"},
        "products": [{"@id": "pkg:pypi/demo-pkg@1.0"}], "status": "not_affected",
        "justification": "vulnerable_code_not_present"}]}"#;
    let case = scanned("demo-pkg==1.0\n").file("v.json", statement);
    let sarif = |more: &[&str]| {
        let ran = scan(&case, &[&["--format", "sarif"], more].concat());
        let log: serde_json::Value = serde_json::from_str(ran.text()).expect("it is JSON");
        let run = &log["runs"][0];
        assert_eq!(run["invocations"][0]["exitCode"], ran.code, "{}", ran.whole());
        (ran.code, run["results"][0]["suppressions"].clone())
    };
    assert_eq!(sarif(&[]), (1, serde_json::json!([])));
    assert_eq!(sarif(&["--exit-zero"]), (0, serde_json::json!([])));
    let (code, suppressions) = sarif(&["--vex", "v.json"]);
    assert_eq!(code, 0);
    assert_eq!(
        (&suppressions[0]["kind"], &suppressions[0]["status"]),
        (&"external".into(), &"accepted".into())
    );
    let justification = suppressions[0]["justification"].as_str().expect("a text");
    for part in ["not_affected", "vulnerable_code_not_present", "v.json"] {
        assert!(justification.contains(part), "{justification}");
    }
}

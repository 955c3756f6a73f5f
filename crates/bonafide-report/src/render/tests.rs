use serde_json::{Value, json};

use super::*;
use crate::rule::{Confidence, Kind, Rule, Severity};
use crate::{Place, Verdict};

const CHANGED: Rule = Rule {
    id: "vendor-file-changed",
    title: "a vendored file is not what was recorded",
    severity: Severity::Error,
    kind: Kind::Fault,
    page: "A page.\n",
};
const DEAD: Rule = Rule {
    id: "dead-exclude",
    title: "an exclude pattern matches no file",
    severity: Severity::Warning,
    kind: Kind::Fault,
    page: "Another page.\n",
};
const UNREAD: Rule = Rule {
    id: "member-unreadable",
    title: "a member could not be read",
    severity: Severity::Error,
    kind: Kind::Gap,
    page: "A third page.\n",
};
const TOOL: Tool = Tool { name: "bonafide", version: "0.1.0" };
const ALL: [Form; 5] = [
    Form::Text { style: Style::Plain, limit: None },
    Form::Json,
    Form::Jsonl,
    Form::Sarif,
    Form::Markdown { limit: None },
];

fn changed() -> Finding {
    Finding::new(
        &CHANGED,
        Place::file("Modules/expat/xmlparse.c"),
        "bonafide.toml says sha256 41e0a1b2c3d4, the file has 9c1f5e6d7c8b",
    )
    .evidence("owned by expat 2.7.1")
    .remedy("`bonafide vendor bump expat NEW-VERSION`")
}

fn dead() -> Finding {
    let place = Place::file("bonafide.toml").line(31);
    Finding::new(&DEAD, place, "`Modules/expat/loadlibrary.c` matches no file").remedy("delete the line")
}

fn gap() -> Finding {
    let place = Place::file("a.tar").member("b.zip!/c").offset(18_204);
    Finding::new(&UNREAD, place, "checksum is wrong").confidence(Confidence::Medium)
}

fn field() -> Finding {
    Finding::new(&CHANGED, Place::file("s.json").pointer("/packages/3").line(9), "no SPDX licence expression")
        .subject("pkg:pypi/x@1")
        .field("licenseDeclared", "an expression", "")
}

fn render(form: Form, findings: &[Finding], ending: &Ending) -> (String, Counts) {
    let mut out = Vec::new();
    let mut renderer = Renderer::new(&mut out, form, TOOL);
    findings.iter().for_each(|finding| renderer.push(finding.clone()));
    let counts = renderer.finish(ending).unwrap();
    (String::from_utf8(out).unwrap(), counts)
}

#[test]
fn text_says_what_is_wrong_what_to_do_and_the_verdict() {
    let form = Form::Text { style: Style::Plain, limit: None };
    let (text, counts) = render(form, &[changed(), dead()], &Ending::examined("27 packages, 4,808 files"));
    assert_eq!(counts.verdict(), Verdict::Findings);
    assert_eq!(
        text,
        "error[vendor-file-changed] Modules/expat/xmlparse.c\n  \
           bonafide.toml says sha256 41e0a1b2c3d4, the file has 9c1f5e6d7c8b\n  \
           owned by expat 2.7.1\n  \
           fix: `bonafide vendor bump expat NEW-VERSION`\n\
         warning[dead-exclude] bonafide.toml:31  `Modules/expat/loadlibrary.c` matches no file\n  \
           fix: delete the line\n\
         2 findings in 27 packages, 4,808 files (1 error, 1 warning)\n"
    );
    let (text, _) = render(form, &[gap(), field()], &Ending::default());
    assert_eq!(
        text,
        "gap[member-unreadable] a.tar!/b.zip!/c byte 18,204  checksum is wrong\n  \
           medium confidence\n\
         error[vendor-file-changed] s.json:9 at /packages/3 (pkg:pypi/x@1)  no SPDX licence expression\n  \
           licenseDeclared: expected `an expression`, found nothing\n\
         incomplete: 2 findings (1 error, 1 gap)\n"
    );
    assert_eq!(render(form, &[], &Ending::examined("1 file")).0, "no findings in 1 file\n");
}

#[test]
fn long_lists_are_cut_and_still_counted() {
    let many: Vec<Finding> = std::iter::repeat_with(dead).take(1005).collect();
    let (text, counts) =
        render(Form::Text { style: Style::Plain, limit: Some(2) }, &many, &Ending::default());
    assert_eq!(counts.warnings, 1005);
    assert!(
        text.ends_with(
            "1,003 findings not shown: `--format jsonl` lists all\n1,005 findings (1,005 warnings)\n"
        ),
        "{text}"
    );
    assert_eq!(text.matches("dead-exclude").count(), 2);
    let (text, _) = render(Form::Markdown { limit: Some(2) }, &many, &Ending::default());
    assert_eq!(text.matches("dead-exclude").count(), 2);
}

#[test]
fn json_is_one_object_that_its_schema_describes() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/findings.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for findings in [vec![], vec![changed(), dead().suppressed("a statement"), gap(), field()]] {
        let ending = Ending::examined("x").member("valid", findings.is_empty());
        let (text, _) = render(Form::Json, &findings, &ending);
        let object: Value = serde_json::from_str(&text).unwrap();
        let faults: Vec<String> = validator.iter_errors(&object).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}\n{text}");
        assert_eq!(object["valid"], findings.is_empty());
        assert_eq!(object["findings"].as_array().unwrap().len(), findings.len());
    }
    let (text, _) = render(Form::Json, &[field()], &Ending::default());
    let object: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        object["findings"][0],
        json!({
            "rule": "vendor-file-changed", "kind": "fault", "severity": "error", "confidence": "high",
            "subject": "pkg:pypi/x@1", "place": { "file": "s.json" }, "pointer": "/packages/3", "line": 9,
            "message": "no SPDX licence expression", "field": "licenseDeclared", "expected": "an expression", "found": ""
        })
    );
}

#[test]
fn jsonl_joined_is_the_json() {
    let findings = [changed(), gap()];
    let ending = Ending::default().member("valid", false);
    let (text, _) = render(Form::Jsonl, &findings, &ending);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (object, _) = render(Form::Json, &findings, &ending);
    let object: Value = serde_json::from_str(&object).unwrap();
    assert_eq!(lines.len(), 4);
    assert_eq!((&lines[0]["schema"], &lines[0]["tool"]), (&object["schema"], &object["tool"]));
    assert_eq!(object["findings"], json!(lines[1..3]));
    assert_eq!(lines[3], json!({ "counts": object["counts"], "verdict": "incomplete", "valid": false }));
}

#[test]
fn sarif_has_what_the_standard_demands() {
    let (text, _) = render(Form::Sarif, &[changed(), dead(), changed(), gap(), field()], &Ending::default());
    let log: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 3);
    assert_eq!(rules[1]["help"]["markdown"], "Another page.\n");
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 5);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["message"]["text"].is_string());
    }
    let fingerprint = |index: usize| results[index]["partialFingerprints"]["bonafide/v1"].as_str().unwrap();
    assert_eq!(fingerprint(0), fingerprint(2));
    assert_ne!(fingerprint(0), fingerprint(1));
    assert_eq!(
        results[1]["locations"][0]["physicalLocation"],
        json!({ "artifactLocation": { "uri": "bonafide.toml" }, "region": { "startLine": 31 } })
    );
    assert_eq!(run["invocations"], json!([{ "executionSuccessful": false, "exitCode": 3 }]));
    let (text, _) = render(Form::Sarif, &[gap()], &Ending::default().exit_code(4));
    let log: Value = serde_json::from_str(&text).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["invocations"], json!([{ "executionSuccessful": false, "exitCode": 4 }]));
    let (text, _) = render(Form::Sarif, &[], &Ending::default());
    let log: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(log["runs"][0]["results"], json!([]));
}

/// SARIF 2.1.0, 3.27.23: either all results have `suppressions` or none; an empty list says that it is not suppressed.
#[test]
fn sarif_says_which_results_are_suppressed() {
    let (text, _) =
        render(Form::Sarif, &[dead().suppressed("not_affected, says a.json"), dead()], &Ending::default());
    let log: Value = serde_json::from_str(&text).unwrap();
    let results = &log["runs"][0]["results"];
    assert_eq!(
        results[0]["suppressions"],
        json!([{ "kind": "external", "status": "accepted", "justification": "not_affected, says a.json" }])
    );
    assert_eq!(results[1]["suppressions"], json!([]));
}

#[test]
fn sarif_locations_are_uri_references() {
    for (path, uri) in [
        ("a/b c%.txt", "a/b%20c%25.txt"),
        ("/tmp/é", "file:///tmp/%C3%A9"),
        ("a:b/c", "./a:b/c"),
        ("a\\b\n?#", "a%5Cb%0A%3F%23"),
    ] {
        let (text, _) =
            render(Form::Sarif, &[Finding::new(&DEAD, Place::file(path), "x")], &Ending::default());
        let log: Value = serde_json::from_str(&text).unwrap();
        let result = &log["runs"][0]["results"][0];
        assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], uri);
    }
}

#[test]
fn hostile_text_reaches_neither_terminal_nor_markdown_raw() {
    let hostile =
        "x\x1b[31m\u{9b}1mred\r\nerror[forged] y\u{202e}\u{200b}\0|<img src=x>@team #1 `a` http://b ![c](d)";
    let finding = Finding::new(&CHANGED, Place::file(hostile).member(hostile).pointer(hostile), hostile)
        .subject(hostile)
        .field(hostile, hostile.to_owned() + "1", hostile.to_owned() + "2")
        .evidence(hostile)
        .remedy(hostile);
    let lines = |text: &str| text.lines().filter(|line| line.starts_with("error[")).count();
    for form in [ALL[0], ALL[4]] {
        let (text, _) = render(form, std::slice::from_ref(&finding), &Ending::examined(hostile));
        let raw = |letter: char| {
            letter != '\n' && (letter.is_control() || matches!(letter, '\u{202e}' | '\u{200b}'))
        };
        assert!(!text.contains(raw), "{text:?}");
        assert!(lines(&text) <= 1, "{text}");
    }
    let (markdown, _) = render(ALL[4], std::slice::from_ref(&finding), &Ending::default());
    for acted_on in ["<img", "@team", " #1", "http://", "]("] {
        assert!(!markdown.contains(acted_on), "{acted_on}: {markdown}");
    }
    assert_eq!(markdown.lines().count(), 5, "{markdown}");
    let (coloured, _) =
        render(Form::Text { style: Style::Coloured, limit: None }, &[dead()], &Ending::default());
    assert!(coloured.starts_with("\x1b[1;33mwarning[dead-exclude]\x1b[0m"));
}

#[test]
fn a_huge_name_is_cut_on_a_terminal_and_kept_in_json() {
    let huge = "é".repeat(1 << 20);
    let finding = Finding::new(&DEAD, Place::file("f"), huge.clone());
    let (text, _) = render(ALL[0], std::slice::from_ref(&finding), &Ending::default());
    assert!(text.len() < 5000 && text.contains("… (1,046,576 characters more)"));
    let (json, _) = render(ALL[1], std::slice::from_ref(&finding), &Ending::default());
    assert!(json.contains(&huge));
}

#[test]
fn every_form_gives_the_same_counts_and_the_same_bytes_twice() {
    let findings = [changed(), dead(), gap(), field()];
    for form in ALL {
        let (first, counts) = render(form, &findings, &Ending::examined("4 files"));
        assert_eq!(counts, Counts { errors: 2, warnings: 1, notes: 0, gaps: 1 });
        assert_eq!(render(form, &findings, &Ending::examined("4 files")).0, first);
    }
}

#[test]
fn a_write_that_fails_is_told_at_the_end() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for form in ALL {
        let mut out = Full;
        let mut renderer = Renderer::new(&mut out, form, TOOL);
        renderer.push(dead());
        assert_eq!(renderer.counts().warnings, 1);
        assert_eq!(renderer.finish(&Ending::default()).unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}

#[test]
fn numbers_are_grouped_and_nouns_counted() {
    assert_eq!([0, 999, 1000, 4_808, 1_234_567].map(grouped), ["0", "999", "1,000", "4,808", "1,234,567"]);
    assert_eq!(counted(1, "entry"), "1 entry");
    assert_eq!(counted(0, "entry"), "0 entries");
    assert_eq!(counted(4808, "file"), "4,808 files");
}

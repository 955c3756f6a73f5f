//! Advisories that mean harm: they cost what they weigh, and every answer stays an answer.

use bonafide_vuln::State;
use bonafide_vuln::db::Builder;

use super::{component, scan};

fn record(id: &str, aliases: &[String], affected: &str) -> String {
    let aliases = serde_json::to_string(aliases).unwrap();
    format!(
        r#"{{"id":"{id}","modified":"2024-01-01T00:00:00Z","aliases":{aliases},"affected":[{affected}]}}"#
    )
}

fn range(events: &str) -> String {
    format!(
        r#"{{"package":{{"ecosystem":"PyPI","name":"demo"}},"ranges":[{{"type":"ECOSYSTEM","events":[{events}]}}]}}"#
    )
}

#[test]
fn aliases_in_a_ring_are_one_finding() {
    let all = range(r#"{"introduced":"0"}"#);
    let records: Vec<String> = (0..500)
        .map(|number| record(&format!("X-{number}"), &[format!("X-{}", (number + 1) % 500)], &all))
        .collect();
    let records: Vec<(&str, &str)> = records.iter().map(|record| ("x.json", record.as_str())).collect();
    let answers = scan(&records, &[component("pkg:pypi/demo@1")]);
    assert_eq!(answers.findings.len(), 1);
    assert_eq!(answers.findings[0].aliases.len(), 499);
}

#[test]
fn inverted_and_repeated_events_give_an_answer() {
    let inverted = record("X-1", &[], &range(r#"{"fixed":"1.0"},{"introduced":"2.0"}"#));
    let same = record("X-2", &[], &range(r#"{"introduced":"1.0"},{"fixed":"1.0"},{"introduced":"1.0"}"#));
    let nothing = record("X-3", &[], &range(""));
    let records = [("x.json", &*inverted), ("x.json", &*same), ("x.json", &*nothing)];
    let answers = scan(&records, &[component("pkg:pypi/demo@1.5"), component("pkg:pypi/demo@2.5")]);
    let shown: Vec<(usize, &str, bool)> = answers
        .findings
        .iter()
        .map(|finding| (finding.component, &*finding.id, finding.state == State::Affected))
        .collect();
    assert_eq!(shown, [(0, "X-3", false), (1, "X-1", true), (1, "X-3", false)]);
}

#[test]
fn versions_of_many_megabytes_are_unknown_and_not_fatal() {
    let long = "1".repeat(10 << 20);
    let bound = record("X-1", &[], &range(&format!(r#"{{"introduced":"0"}},{{"fixed":"{long}"}}"#)));
    let answers = scan(&[("x.json", &bound)], &[component("pkg:pypi/demo@1")]);
    assert!(matches!(answers.findings[0].state, State::Unknown(_)));
    assert!(answers.findings[0].evidence.iter().all(|line| line.len() < 300));
    let plain = record("X-1", &[], &range(r#"{"introduced":"0"}"#));
    let answers = scan(&[("x.json", &plain)], &[component(&format!("pkg:pypi/demo@{long}"))]);
    assert!(matches!(answers.findings[0].state, State::Unknown(_)));
}

#[test]
fn a_record_that_is_too_long_or_deep_is_told_and_the_rest_stays() {
    let mut builder = Builder::new();
    let long = record("X-1", &[], "")
        .replace("\"aliases\"", &format!("\"details\":\"{}\",\"aliases\"", "x".repeat(65 << 20)));
    assert!(builder.add("x.json", long.as_bytes()).is_err());
    let deep = format!("{{\"id\":\"X-2\",\"affected\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    drop(builder.add("x.json", deep.as_bytes()));
    builder.add("x.json", record("X-3", &[], "").as_bytes()).unwrap();
    assert!(builder.finish(Vec::new()).is_ok());
}

#[test]
fn what_names_the_component_and_cannot_decide_is_unknown_and_told() {
    let commits = r#"{"package":{"ecosystem":"PyPI","name":"demo"},"ranges":[{"type":"GIT","events":[{"introduced":"0"}]}]}"#;
    let (git, future) = (record("X-1", &[], commits), record("X-2", &[], &commits.replace("GIT", "FUTURE")));
    let mended = record("X-3", &["X-2".to_owned()], &range(r#"{"introduced":"0"},{"fixed":"1"}"#));
    let answers = scan(
        &[("a", &git), ("b", &future)].map(|(_, record)| ("x.json", &**record)),
        &[component("pkg:pypi/demo@1")],
    );
    assert_eq!(answers.findings.len(), 2);
    assert!(answers.findings.iter().all(|finding| matches!(finding.state, State::Unknown(_))));
    // Another record of the same vulnerability decides.
    let answers = scan(&[("x.json", &future), ("x.json", &mended)], &[component("pkg:pypi/demo@1")]);
    assert!(answers.findings.is_empty());
}

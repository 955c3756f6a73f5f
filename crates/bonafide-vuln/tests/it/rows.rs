//! Several entries of one record, and several records of one vulnerability, about one package.

use bonafide_vuln::{Component, State};

use super::{component, scan};

fn record(id: &str, affected: &str) -> String {
    format!(r#"{{"id":"{id}","modified":"2026-01-01T00:00:00Z","affected":[{affected}]}}"#)
}

fn entry(ecosystem: &str, name: &str, rest: &str) -> String {
    format!(r#"{{"package":{{"ecosystem":"{ecosystem}","name":"{name}"}},{rest}}}"#)
}

fn range(events: &str) -> String {
    format!(r#""ranges":[{{"type":"ECOSYSTEM","events":[{events}]}}]"#)
}

/// `affected`, `unknown`, or nothing.
fn state(records: &[&str], component: Component) -> Option<&'static str> {
    let documents: Vec<(&str, &str)> = records.iter().map(|record| ("r.json", *record)).collect();
    let answers = scan(&documents, &[component]);
    match answers.findings[..] {
        [] => None,
        [ref one] => Some(if one.state == State::Affected { "affected" } else { "unknown" }),
        _ => panic!("{answers:?}"),
    }
}

#[test]
fn what_is_said_of_another_release_decides_nothing() {
    let elsewhere = entry("Debian:11", "x", &range(r#"{"introduced":"0"}"#));
    let unread = entry("Debian:12", "x", &range(r#"{"introduced":"0"},{"fixed":"a_b"}"#));
    let purl = "pkg:deb/debian/x@1?distro=debian-12";
    let both = record("R-1", &format!("{elsewhere},{unread}"));
    assert_eq!(state(&[&both], component(purl)), Some("unknown"));
    let alias = record("R-2", &elsewhere).replace("\"id\"", "\"aliases\":[\"R-1\"],\"id\"");
    assert_eq!(state(&[&record("R-1", &unread), &alias], component(purl)), Some("unknown"));
    assert_eq!(state(&[&record("R-1", &elsewhere)], component(purl)), None);
}

#[test]
fn a_record_that_cannot_decide_by_one_entry_is_not_decided_by_another() {
    let (yes, no) = (range(r#"{"introduced":"0"}"#), range(r#"{"introduced":"0"},{"fixed":"0.5"}"#));
    let unread = range(r#"{"introduced":"0"},{"fixed":"not a version"}"#);
    let of = |rests: &[&str]| {
        let entries: Vec<String> = rests.iter().map(|rest| entry("PyPI", "x", rest)).collect();
        record("R-1", &entries.join(","))
    };
    let x = || component("pkg:pypi/x@1.0");
    assert_eq!(state(&[&of(&[&no, &unread])], x()), Some("unknown"));
    assert_eq!(state(&[&of(&[&unread, &no])], x()), Some("unknown"));
    assert_eq!(state(&[&of(&[&unread, &yes])], x()), Some("affected"));
    // Commits say nothing that could be compared: the entry beside them decides.
    let commits = r#""ranges":[{"type":"GIT","repo":"https://a.example/x","events":[{"introduced":"0"}]}]"#;
    assert_eq!(state(&[&of(&[&no, commits])], x()), None);
    assert_eq!(state(&[&of(&[commits])], x()), Some("unknown"));
    // Another record of the same vulnerability that can decide does.
    let other = of(&[&no]).replace("R-1", "R-2").replace("\"id\"", "\"aliases\":[\"R-1\"],\"id\"");
    assert_eq!(state(&[&of(&[&unread]), &other], x()), None);
}

#[test]
fn zero_stands_before_all_versions_only_where_a_range_begins() {
    let upto = record("R-1", &entry("PyPI", "x", &range(r#"{"introduced":"0"},{"last_affected":"0"}"#)));
    assert_eq!(state(&[&upto], component("pkg:pypi/x@0")), Some("affected"));
    assert_eq!(state(&[&upto], component("pkg:pypi/x@0.0")), Some("affected"));
    assert_eq!(state(&[&upto], component("pkg:pypi/x@0.1")), None);
}

#[test]
fn a_file_without_an_identifier_is_no_package_that_could_not_be_checked() {
    let text = br#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
      {"type": "library", "name": "x", "version": "1", "purl": "pkg:pypi/x@1"},
      {"type": "file", "name": "x/a.so"}, {"type": "file", "name": "y.whl", "purl": "pkg:pypi/y@1"},
      {"type": "library", "name": "z"}]}"#;
    let components = Component::all(&bonafide_sbom::read(text).unwrap(), "in");
    let records = record("R-1", &entry("PyPI", "x", &range(r#"{"introduced":"0"}"#)));
    let coverage = scan(&[("r.json", &records)], &components).coverage;
    let gaps: Vec<_> =
        coverage.unchecked.iter().map(|unchecked| (unchecked.component, unchecked.gap.as_str())).collect();
    assert_eq!((coverage.components, coverage.checked), (3, 1));
    assert_eq!(gaps, [(2, "name-unknown"), (3, "no-identifier")]);
}

#[test]
fn an_identifier_that_cannot_be_read_is_a_gap_beside_those_that_can() {
    let record = record("R-1", &entry("PyPI", "x", &range(r#"{"introduced":"0"}"#)));
    let mut both = component("pkg:pypi/x@1");
    both.purls.push("pkg:pypi/".to_owned());
    let answers = scan(&[("r.json", record.as_str())], &[both]);
    assert_eq!(answers.findings.len(), 1);
    let gaps: Vec<&str> = answers.coverage.unchecked.iter().map(|one| one.gap.as_str()).collect();
    assert_eq!(gaps, ["unreadable-identifier"]);
}

//! Products without an ecosystem: CPython by CVE records, the NVD and its own advisories.

use bonafide_vuln::{Component, State};

use super::{component, scan};

const CNA: &str = r#"{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2026-1","state":"PUBLISHED","dateUpdated":"2026-01-01T00:00:00Z"},
    "containers":{"cna":{"providerMetadata":{"shortName":"PSF"},"affected":[{"vendor":"Python Software Foundation","product":"CPython","defaultStatus":"unaffected","versions":[
        {"version":"0","lessThan":"3.12.14","status":"affected","versionType":"python"},
        {"version":"3.13.0","lessThan":"3.13.9","status":"affected","versionType":"python"},
        {"version":"3.14.0a1","lessThan":"3.14.1","status":"affected","versionType":"python"}]}]}}}"#;
const NVD: &str = r#"{"format":"NVD_CVE","resultsPerPage":1,"vulnerabilities":[{"cve":{"id":"CVE-2026-1","lastModified":"2026-02-01","configurations":[{"nodes":[
    {"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:python:python:*:*:*:*:*:*:*:*","versionEndExcluding":"3.15.0"}]}]}]}}]}"#;
const PSF: &str = r#"{"id":"PSF-2026-1","modified":"2026-01-02T00:00:00Z","aliases":["CVE-2026-1"],"affected":[
    {"ranges":[{"type":"GIT","repo":"https://github.com/python/cpython","events":[{"introduced":"0"},{"fixed":"abc"}]}]}]}"#;

fn by_cpe(version: &str) -> Component {
    Component {
        name: "CPython".into(),
        version: Some(version.into()),
        cpes: vec![format!("cpe:2.3:a:python:python:{version}:*:*:*:*:*:*:*")],
        ..Component::default()
    }
}

#[test]
fn the_ranges_of_the_authority_are_followed_and_the_difference_is_told() {
    let records = [("a.json", CNA), ("b.json", NVD), ("c.json", PSF)];
    for (version, affected) in [
        ("3.12.13", true),
        ("3.12.14", false),
        ("3.13.8", true),
        ("3.13.9", false),
        ("3.14.0", true),
        ("3.14.1", false),
    ] {
        for component in [by_cpe(version), component(&format!("pkg:generic/python@{version}"))] {
            let answers = scan(&records, &[component]);
            let states: Vec<&State> = answers.findings.iter().map(|finding| &finding.state).collect();
            assert_eq!(states == [&State::Affected], affected, "{version}: {answers:?}");
            assert_eq!(answers.findings.is_empty(), !affected, "{version}");
            assert_eq!(answers.disagreements.len(), usize::from(!affected), "{version}");
            if affected {
                assert_eq!(answers.findings[0].id, "CVE-2026-1");
                assert_eq!(answers.findings[0].aliases, ["PSF-2026-1"]);
            }
        }
    }
}

#[test]
fn an_advisory_that_names_commits_only_is_unknown_until_a_record_with_versions_decides() {
    let answers = scan(&[("c.json", PSF)], &[by_cpe("3.12.14")]);
    assert!(matches!(answers.findings[..], [ref one] if matches!(one.state, State::Unknown(_))));
    let answers = scan(&[("b.json", NVD)], &[by_cpe("3.12.14")]);
    assert_eq!(answers.findings[0].state, State::Affected);
}

#[test]
fn a_rejected_record_says_nothing() {
    let rejected = CNA.replace("PUBLISHED", "REJECTED");
    assert!(scan(&[("a.json", &rejected)], &[by_cpe("3.12.13")]).findings.is_empty());
}

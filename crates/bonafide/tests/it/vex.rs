//! VEX on the command line.

use bonafide_testkit::{TarBuilder, ZipBuilder, gzip};

use super::case;
use super::server::Server;

pub(crate) const SBOM: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": [{"type": "library",
    "bom-ref": "c", "name": "demo", "version": "3.0.8", "purl": "pkg:pypi/demo@3.0.8"}]}"#;

pub(crate) fn statement(product: &str, status: &str, time: &str) -> String {
    format!(
        "{{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"@id\": \"https://example.org/{time}\", \"author\": \"A\", \
         \"timestamp\": \"{time}\", \"version\": 1, \"statements\": [{{\"vulnerability\": {{\"name\": \"CVE-1\"}}, \"products\": \
         [{{\"@id\": \"{product}\"}}], \"status\": \"{status}\", \"justification\": \"component_not_present\", \
         \"action_statement\": \"update\"}}]}}"
    )
}

pub(crate) const JAN: &str = "2024-01-15T00:00:00Z";
pub(crate) const MAR: &str = "2024-03-15T00:00:00Z";

#[test]
fn explain_names_the_part_that_differs_and_looks_beside_the_input() {
    let case = case()
        .file("app.cdx.json", SBOM)
        .file("given.json", statement("pkg:pypi/demo@3.0.7", "not_affected", JAN))
        .file("app.openvex.json", statement("pkg:pypi/demo", "not_affected", JAN));
    let ran = case.run(["vex", "explain", "app.cdx.json", "--vex", "given.json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.text().contains("`pkg:pypi/demo@3.0.7`: version differs from `pkg:pypi/demo@3.0.8`"),
        "{}",
        ran.text()
    );
    assert!(ran.text().contains("suppresses: pkg:pypi/demo@3.0.8"), "{}", ran.text());
    assert!(ran.text().ends_with("2 statements, 1 used, 1 not used\n"), "{}", ran.text());
    let alone =
        case.run(["vex", "explain", "app.cdx.json", "--vex", "given.json", "--no-vex", "--format", "json"]);
    assert!(
        alone.text().contains("\"count\":1,\"used\":0,\"gaps\":0,\"verdict\":\"clean\""),
        "{}",
        alone.text()
    );
    let none = case.run(["vex", "explain", "app.cdx.json", "--no-vex"]);
    assert_eq!(none.code, 3);
}

#[test]
fn compressed_documents_are_read_from_standard_input_too() {
    let said = statement("pkg:pypi/demo", "not_affected", JAN);
    let vex = case().file("app.cdx.json", SBOM).input(gzip(said.as_bytes(), None));
    let ran = vex.run(["vex", "explain", "app.cdx.json", "--vex", "-"]);
    assert!(ran.text().ends_with("1 statement, 1 used, 0 not used\n"), "{}{}", ran.text(), ran.stderr);
    let sbom = case().file("given.json", said).input(gzip(SBOM.as_bytes(), None));
    let ran = sbom.run(["vex", "explain", "-", "--vex", "given.json"]);
    assert!(ran.text().ends_with("1 statement, 1 used, 0 not used\n"), "{}{}", ran.text(), ran.stderr);
}

#[test]
fn a_compressed_document_that_is_broken_is_refused_for_what_is_wrong_with_it() {
    let broken = SBOM.replace("\"components\"", "components");
    let case = case().file("app.cdx.json.gz", gzip(broken.as_bytes(), None)).file("v.json", "{}");
    let ran = case.run(["vex", "explain", "app.cdx.json.gz", "--vex", "v.json"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("a key should stand here, not `components`"), "{}", ran.stderr);
}

#[test]
fn a_folder_that_a_pattern_does_not_reach_makes_the_answer_incomplete() {
    let deep = format!("v/{}v.json", "d/".repeat(40));
    let case = case()
        .file("app.cdx.json", SBOM)
        .file("v/v.json", statement("pkg:pypi/demo", "not_affected", JAN))
        .file(&deep, statement("pkg:pypi/demo", "affected", MAR));
    let ran = case.run(["vex", "explain", "app.cdx.json", "--vex", "v/**/*.json"]);
    assert_eq!(ran.code, 3, "{}", ran.text());
    assert!(ran.stderr.contains("it lies deeper than 32 folders"), "{}", ran.stderr);
}

#[test]
fn references_of_a_document_are_followed_beside_it_and_named_elsewhere() {
    let references = r#""externalReferences": [{"type": "exploitability-statement", "url": "says/v.json"},
        {"type": "exploitability-statement", "url": "https://example.org/v.json"},
        {"type": "exploitability-statement", "url": "../v.json"}], "components""#;
    let case = case()
        .file("d/app.cdx.json", SBOM.replacen("\"components\"", references, 1))
        .file("v.json", "{}")
        .file("d/says/v.json", statement("pkg:pypi/demo", "fixed", JAN));
    let ran = case.run(["vex", "explain", "d/app.cdx.json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.text().ends_with("1 statement, 1 used, 0 not used\n"), "{}", ran.text());
}

#[test]
fn unreadable_files_are_named_and_make_the_answer_incomplete() {
    let case = case().file("app.cdx.json", SBOM).file("v.json", "{\"hello\": 1}").file("d/x.vex.json", "{");
    for (path, said, code) in [
        ("v.json", "neither OpenVEX", 3),
        ("d", "not json", 3),
        ("nothing.json", "no such file", 4),
        ("no*thing.json", "matches no file", 4),
        ("app.cdx.json", "says nothing of vulnerabilities", 3),
    ] {
        let ran = case.run(["vex", "explain", "app.cdx.json", "--vex", path]);
        assert_eq!(ran.code, 3, "{path}");
        assert!(ran.stderr.contains(said), "{path}: {}", ran.stderr);
        let lint = case.run(["vex", "lint", path]);
        assert_eq!(lint.code, code, "{path}: {}", lint.text());
    }
    // A folder may hold other JSON.
    let mixed = case
        .file("mixed/index.json", "{\"packages\": []}")
        .file("mixed/a.json", statement("pkg:pypi/demo", "fixed", JAN));
    assert_eq!(mixed.run(["vex", "lint", "mixed"]).code, 0);
    assert_eq!(mixed.run(["vex", "lint", "mix*/*.json"]).code, 3);
}

#[test]
fn merge_keeps_every_statement_once_and_its_time() {
    let case = case()
        .variable("SOURCE_DATE_EPOCH", "1700000000")
        .file("a.json", statement("pkg:pypi/demo", "fixed", JAN))
        .file("b.json", statement("pkg:pypi/demo", "affected", MAR));
    let once = case.run(["vex", "merge", "a.json", "b.json", "-q"]);
    assert_eq!(once.code, 0, "{}", once.stderr);
    for part in [JAN, MAR, "2023-11-14T22:13:20Z", "urn:bonafide:vex:sha256:"] {
        assert!(once.text().contains(part), "{part}: {}", once.text());
    }
    let case = case.file("m.json", once.text());
    let again = case.run(["vex", "merge", "b.json", "m.json", "a.json", "a.json", "-q"]);
    assert_eq!(again.text(), once.text());
    assert_eq!(case.run(["vex", "lint", "m.json"]).code, 0);
    let undated =
        case.file("u.json", statement("pkg:pypi/demo", "fixed", JAN).replace("\"timestamp\"", "\"x_time\""));
    let left_out = undated.run(["vex", "merge", "u.json", "a.json"]);
    assert_eq!(left_out.code, 3);
    assert!(left_out.stderr.contains("vex-left-out"), "{}", left_out.stderr);
}

#[test]
fn new_writes_what_lint_accepts_and_refuses_the_rest() {
    let base = ["vex", "new", "--vulnerability", "CVE-1", "--product", "pkg:pypi/demo@1", "--author", "me"];
    let run = |more: &[&str]| case().variable("SOURCE_DATE_EPOCH", "0").run(base.iter().chain(more));
    let good =
        run(&["--status", "not_affected", "--justification", "component_not_present", "--alias", "GHSA-1"]);
    assert_eq!(good.code, 0, "{}", good.stderr);
    assert!(good.text().contains("1970-01-01T00:00:00Z"), "{}", good.text());
    assert_eq!(case().file("v.json", good.text()).run(["vex", "lint", "v.json"]).code, 0);
    for wrong in [
        &["--status", "not_affected"][..],
        &["--status", "wontfix"],
        &["--status", "affected"],
        &["--status", "fixed", "--product", "pkg:nothing"],
        &["--status", "fixed", "--timestamp", "yesterday"],
    ] {
        assert_eq!(run(wrong).code, 2, "{wrong:?}");
    }
}

#[test]
fn a_repository_is_asked_only_about_what_is_scanned() {
    let index = r#"{"packages": [{"id": "pkg:pypi/Demo", "location": "pkg/pypi/demo/vex.json"},
        {"id": "pkg:npm/demo", "location": "pkg/npm/demo/missing.json"}]}"#;
    let case = case()
        .file("app.cdx.json", SBOM)
        .file("hub/index.json", index)
        .file("hub/pkg/pypi/demo/vex.json", statement("pkg:pypi/demo@3.0.8", "fixed", JAN))
        .file("hub/pkg/pypi/other/vex.json", "{");
    let ran = case.run(["vex", "explain", "app.cdx.json", "--vex", "hub"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.text().ends_with("1 statement, 1 used, 0 not used\n"), "{}", ran.text());
    assert_eq!(case.run(["vex", "lint", "hub"]).code, 3, "lint looks at all of it");
    let escaping = index.replace("pkg/pypi/demo/vex.json", "../../secret.json");
    let ran = case.file("hub/index.json", escaping).run(["vex", "explain", "app.cdx.json", "--vex", "hub"]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("leads out of the repository"), "{}", ran.stderr);
}

#[test]
fn a_wheel_brings_its_own_statements() {
    let wheel = ZipBuilder::new()
        .file("demo/__init__.py", b"")
        .file("demo-3.0.8.dist-info/METADATA", b"Metadata-Version: 2.1\nName: demo\nVersion: 3.0.8\n")
        .file("demo-3.0.8.dist-info/WHEEL", b"Wheel-Version: 1.0\nTag: py3-none-any\n")
        .file("demo-3.0.8.dist-info/RECORD", b"")
        .file(
            "demo-3.0.8.dist-info/sboms/demo.openvex.json",
            statement("pkg:pypi/demo", "fixed", JAN).as_bytes(),
        )
        .end();
    let case = case().file("demo-3.0.8-py3-none-any.whl", wheel);
    let ran = case.run(["vex", "explain", "demo-3.0.8-py3-none-any.whl", "--exit-zero"]);
    assert!(ran.text().ends_with("1 statement, 1 used, 0 not used\n"), "{} {}", ran.text(), ran.stderr);
    assert!(ran.text().contains("!/demo-3.0.8.dist-info/sboms/demo.openvex.json"), "{}", ran.text());
}

/// Two installed packages; what is carried by the first speaks of both, and the second has a VEX document without metadata.
fn tree() -> Vec<(&'static str, String)> {
    let metadata = |name: &str| format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n");
    vec![
        ("demo-1.0.dist-info/METADATA", metadata("demo")),
        ("demo-1.0.dist-info/RECORD", String::new()),
        ("demo-1.0.dist-info/sboms/x.openvex.json", statement("pkg:pypi/demo", "fixed", JAN)),
        ("demo-1.0.dist-info/sboms/y.openvex.json", statement("pkg:pypi/other", "fixed", JAN)),
        ("other-1.0.dist-info/METADATA", metadata("other")),
        ("gone-1.0.dist-info/sboms/z.openvex.json", statement("pkg:pypi/other", "fixed", JAN)),
    ]
}

#[test]
fn what_a_package_of_an_installed_tree_carries_speaks_of_it_alone() {
    let record = |id: &str, name: &str| {
        format!(
            r#"{{"id":"{id}","modified":"2026-11-01T00:00:00Z","aliases":["CVE-1"],"affected":[{{"package":{{"ecosystem":"PyPI","name":"{name}"}},"versions":["1.0"]}}]}}"#
        )
    };
    let files = tree();
    let tar = files
        .iter()
        .fold(TarBuilder::new(), |tar, (name, text)| tar.file(format!("site/{name}"), text))
        .end();
    let mut case = case()
        .file("in/a.json", record("P-1", "demo"))
        .file("in/b.json", record("P-2", "other"))
        .file("site.tar.gz", gzip(&tar, None));
    for (name, text) in &files {
        case = case.file(&format!("site/{name}"), text);
    }
    assert_eq!(case.run(["db", "build", "--from", "in", "-o", "db"]).code, 0);
    for input in ["site", "site.tar.gz", "./site/"] {
        let ran = case.run(["scan", input, "--db", "db", "--format", "json"]);
        let told: serde_json::Value = serde_json::from_str(ran.text()).unwrap();
        let findings: Vec<(&str, bool)> = told["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["component"].as_str().unwrap(), one["suppressed"].is_null()))
            .collect();
        assert_eq!(
            findings,
            [("pkg:pypi/demo@1.0", false), ("pkg:pypi/other@1.0", true)],
            "{input}: {}",
            ran.whole()
        );
        assert!(
            ran.stderr.contains("z.openvex.json") && ran.stderr.contains("it speaks of nothing"),
            "{}",
            ran.whole()
        );
        let explained = case.run(["vex", "explain", input, "--unused"]);
        assert!(
            explained.text().contains("it came with a package that does not hold the component"),
            "{}",
            explained.whole()
        );
    }
}

#[test]
fn lint_judges_what_archives_hold() {
    let good = statement("pkg:pypi/demo", "fixed", JAN);
    let bad = statement("pkg:pypi/demo", "wontfix", JAN);
    let zip = ZipBuilder::new()
        .file("pkg/good.json", good.as_bytes())
        .file("pkg/bad.vex.json", bad.as_bytes())
        .file("index.json", b"{\"packages\": []}")
        .end();
    let case =
        case().file("hub.zip", &zip).file("d/hub.zip", zip).file("good.json.gz", gzip(good.as_bytes(), None));
    for input in ["hub.zip", "d", "h*.zip"] {
        let ran = case.run(["vex", "lint", input, "--format", "json"]);
        assert_eq!(ran.code, 1, "{input}: {}", ran.whole());
        let told: serde_json::Value = serde_json::from_str(ran.text()).unwrap();
        let files: Vec<(&str, bool)> = told["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| (file["member"].as_str().unwrap(), file["valid"].as_bool().unwrap()))
            .collect();
        assert_eq!(files, [("pkg/bad.vex.json", false), ("pkg/good.json", true)], "{input}");
    }
    assert_eq!(case.run(["vex", "lint", "good.json.gz"]).code, 0);
}

#[test]
fn an_artifact_of_any_format_brings_its_own_statements() {
    let says = |product: &str| statement(product, "fixed", JAN);
    let with_statements = SBOM.replacen(
        "\"components\"",
        r#""vulnerabilities": [{"id": "CVE-2", "analysis": {"state": "resolved"}, "affects": [{"ref": "c"}]}], "components""#,
        1,
    );
    let members = [
        ("demo-3.0.8/PKG-INFO", "Metadata-Version: 2.1\nName: demo\nVersion: 3.0.8\n".to_owned()),
        ("demo-3.0.8/demo.openvex.json", says("pkg:pypi/demo")),
        ("demo-3.0.8/bom.json", with_statements),
        ("demo-3.0.8/plain.cdx.json", SBOM.to_owned()),
        // What only tests the reader of such documents says nothing of the artifact.
        ("demo-3.0.8/tests/other.openvex.json", says("pkg:pypi/demo")),
    ];
    let tar = members.iter().fold(TarBuilder::new(), |tar, (name, text)| tar.file(name, text)).end();
    let zip = members.iter().fold(ZipBuilder::new(), |zip, (name, text)| zip.file(name, text)).end();
    let mut case = case().file("demo-3.0.8.tar.gz", gzip(&tar, None)).file("demo-3.0.8.zip", zip);
    for (name, text) in &members {
        case = case.file(&format!("tree/{}", name.trim_start_matches("demo-3.0.8/")), text);
    }
    for (input, place) in [("demo-3.0.8.tar.gz", "!/"), ("demo-3.0.8.zip", "!/"), ("tree", "/")] {
        let ran = case.run(["vex", "explain", input, "--format", "json", "--exit-zero"]);
        for name in ["demo.openvex.json", "bom.json"] {
            assert!(ran.text().contains(&format!("{input}{place}{name}")), "{input}: {}", ran.whole());
        }
        assert!(!ran.text().contains("other.openvex.json"), "{input}: {}", ran.text());
        assert!(ran.text().contains("\"count\":2,"), "{input}: {}", ran.text());
    }
}

#[test]
fn references_elsewhere_are_fetched_only_where_that_is_allowed_and_never_in_the_clear() {
    let server = Server::start();
    server.file("/v.json", statement("pkg:pypi/demo", "fixed", JAN));
    let plain = format!("{}/v.json", server.address);
    let encrypted = plain.replace("http://", "https://");
    let references = format!(
        r#""externalReferences": [{{"type": "exploitability-statement", "url": "{plain}"}},
        {{"type": "exploitability-statement", "url": "{encrypted}?token=secret"}}], "components""#
    );
    let case = case()
        .file("app.cdx.json", SBOM.replacen("\"components\"", &references, 1))
        .file("in/a.json", r#"{"id":"CVE-1","modified":"2026-11-01T00:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"demo"},"versions":["3.0.8"]}]}"#);
    assert_eq!(case.run(["db", "build", "--from", "in", "-o", "db"]).code, 0);
    let scan = |more: &[&str]| case.run(["scan", "app.cdx.json", "--db", "db"].iter().chain(more));
    let ran = scan(&["--format", "json"]);
    assert!(
        ran.code == 1 && ran.text().contains(&format!("\"not_consulted\":[\"{plain}\",\"{encrypted}\"]")),
        "{}",
        ran.whole()
    );
    assert!(ran.stderr.contains("vex-not-looked-at") && !ran.whole().contains("secret"), "{}", ran.whole());
    assert!(scan(&[]).text().contains("VEX: 2 references not looked at"), "{}", scan(&[]).text());
    assert!(server.asked().is_empty());
    // The server does not speak TLS: what was to be fetched and is not to be had makes the answer incomplete.
    let ran = scan(&["--online"]);
    assert!(ran.code == 3 && ran.stderr.contains(&encrypted), "{}", ran.whole());
    assert!(!ran.whole().contains("secret"), "{}", ran.whole());
    assert!(server.asked().iter().all(|asked| !asked.contains("v.json")));
    let ran = scan(&["--online", "--offline"]);
    assert!(ran.code == 3 && ran.stderr.contains("`--offline` was given"), "{}", ran.whole());
}

#[test]
fn spdx_3_speaks_of_its_own_components_and_of_those_of_others() {
    let spdx = include_str!("../../../../fuzz/seeds/vex/spdx3");
    let yaml = include_str!("../../../../fuzz/seeds/vex/yaml");
    let case = case()
        .file("app.spdx3.json", spdx)
        .file("app.cdx.json", SBOM)
        .file("v/x.yaml", yaml)
        .file("v/y.yml", "a: {{ b }}");
    let own = case.run(["vex", "explain", "app.spdx3.json"]);
    assert_eq!(own.code, 0, "{}", own.stderr);
    assert!(own.text().contains("suppresses: pkg:pypi/demo@3.0.8"), "{}", own.text());
    assert!(own.text().ends_with("2 statements, 1 used, 1 not used\n"), "{}", own.text());
    let other = case.run(["vex", "explain", "app.cdx.json", "--vex", "app.spdx3.json", "--vex", "v"]);
    assert_eq!(other.code, 0, "{}", other.stderr);
    assert!(other.text().contains("v/x.yaml:7: CVE-2024-1 not_affected"), "{}", other.text());
    assert_eq!(case.run(["vex", "lint", "app.spdx3.json", "v"]).code, 0);
    let merged = case.run(["vex", "merge", "app.spdx3.json", "v/x.yaml", "-q"]);
    assert_eq!(merged.code, 0, "{}", merged.stderr);
    assert!(merged.text().contains("vulnerable_code_not_in_execute_path"), "{}", merged.text());
}

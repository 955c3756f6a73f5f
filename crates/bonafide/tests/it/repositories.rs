//! VEX repositories: fetched, kept, asked.

use bonafide_testkit::{Case, TarBuilder, ZipBuilder, gzip};

use super::case;
use super::server::{Reply, Server};
use super::vex::{JAN, MAR, SBOM, statement};

const MANIFEST: &str = "/.well-known/vex-repository.json";

fn manifest(version: &str, urls: &[&str]) -> String {
    let locations: Vec<String> = urls.iter().map(|url| format!("{{\"url\": \"{url}\"}}")).collect();
    format!(
        "{{\"name\": \"Hub\", \"description\": \"d\", \"versions\": [{{\"spec_version\": \"{version}\", \"update_interval\": \
         \"24h\", \"locations\": [{}]}}]}}",
        locations.join(",")
    )
}

fn index(packages: &[(&str, &str)]) -> String {
    let packages: Vec<String> = packages
        .iter()
        .map(|(id, location)| format!("{{\"id\": \"{id}\", \"location\": \"{location}\"}}"))
        .collect();
    format!("{{\"updated_at\": \"2026-11-01T00:00:00Z\", \"packages\": [{}]}}", packages.join(","))
}

/// A zip of a repository with one document about `demo`.
fn hub(status: &str, time: &str) -> Vec<u8> {
    ZipBuilder::new()
        .file("index.json", index(&[("pkg:pypi/demo", "pkg/pypi/demo/vex.json")]))
        .file("pkg/pypi/demo/vex.json", statement("pkg:pypi/demo@3.0.8", status, time))
        .end()
}

/// A case whose settings name the server as the repository `hub`.
fn settled(server: &Server) -> Case {
    let settings =
        format!("[vex]\ndir = 'kept'\n[[vex.repository]]\nname = 'hub'\nurl = '{}'\n", server.address);
    case().file("bonafide.toml", settings).file("app.cdx.json", SBOM)
}

#[test]
fn a_repository_is_fetched_once_kept_and_asked_without_a_network() {
    let server = Server::start();
    server.file(MANIFEST, manifest("0.1", &[&format!("{}/hub.zip", server.address)]));
    server.file("/hub.zip", hub("fixed", JAN));
    let case = settled(&server);
    let explain = || case.run(["vex", "explain", "app.cdx.json", "--offline"]);
    let ran = explain();
    assert!(ran.code == 3 && ran.stderr.contains("run `bonafide vex update`"), "{}", ran.whole());
    assert!(server.asked().is_empty());

    let ran = case.run(["vex", "update", "--offline"]);
    assert!(ran.code == 5 && ran.stderr.contains(&format!("hub: {}", server.address)), "{}", ran.whole());
    let ran = case.run(["vex", "update"]);
    assert!(ran.code == 0 && ran.stderr == "hub: 1 document for 1 package\n", "{}", ran.whole());
    let ran = explain();
    assert!(ran.code == 0, "{}", ran.whole());
    assert!(ran.text().contains("hub/pkg/pypi/demo/vex.json"), "{}", ran.text());
    server.asked();
    assert!(case.run(["vex", "update"]).stderr.contains("hub: unchanged"));
    assert_eq!(server.asked(), [format!("{MANIFEST} 304").replace("304", "200"), "/hub.zip 304".to_owned()]);

    // What fails leaves what is kept, and says so.
    for (reply, code) in
        [(Reply::Status(404), 3), (Reply::File(b"<html>".to_vec()), 3), (Reply::Truncated, 5)]
    {
        server.put("/hub.zip", reply);
        let ran = case.run(["vex", "update"]);
        assert!(ran.code == code && ran.stderr.contains("kept as it was"), "{}", ran.whole());
        assert_eq!(explain().code, 0);
    }
    server.file("/hub.zip", hub("affected", MAR));
    assert_eq!(case.run(["vex", "update"]).code, 0);
    assert!(explain().text().contains("CVE-1 affected"), "{}", explain().text());
    let documents = std::fs::read_dir(case.path().join("kept/hub/documents")).unwrap().count();
    assert_eq!(documents, 1, "the old one is gone");
    assert_eq!(case.run(["vex", "explain", "app.cdx.json", "--no-vex"]).code, 3, "nothing is looked at");
}

#[test]
fn several_repositories_are_asked_alike_and_the_latest_statement_wins() {
    let folder = |case: Case, name: &str, status: &str, time: &str| {
        case.file(&format!("{name}/index.json"), index(&[("pkg:pypi/demo", "v.json")]))
            .file(&format!("{name}/v.json"), statement("pkg:pypi/demo@3.0.8", status, time))
    };
    let case = folder(case().file("app.cdx.json", SBOM), "first", "not_affected", JAN);
    let case = folder(case, "second", "affected", MAR);
    for order in [["first", "second"], ["second", "first"]] {
        let ran =
            case.run(["vex", "explain", "app.cdx.json", "--vex-repo", order[0], "--vex-repo", order[1]]);
        assert!(ran.code == 0 && ran.text().contains("not used: first/v.json"), "{}", ran.whole());
        assert!(
            ran.text().contains("overruled") && ran.text().contains("\nused: second/v.json")
                || ran.text().starts_with("used: second/v.json"),
            "{}",
            ran.text()
        );
    }
    // By the settings, where a folder is read where it is, and a newer one says otherwise again.
    let case = folder(case, "third", "fixed", "2025-01-01T00:00:00Z").file(
        "bonafide.toml",
        "[[vex.repository]]\nname = 'a'\nurl = 'first'\n[[vex.repository]]\nname = 'b'\nurl = 'second'\n",
    );
    let ran = case.run(["vex", "explain", "app.cdx.json", "--vex-repo", "third"]);
    assert!(
        ran.text().contains("used: third/v.json") && ran.text().contains("not used: b/v.json"),
        "{}",
        ran.text()
    );
    let ran = case.run(["vex", "explain", "app.cdx.json", "--vex-repo", "nowhere"]);
    assert!(ran.code == 3 && ran.stderr.contains("nowhere/index.json"), "{}", ran.whole());
    // What is listed for no package is about nobody knows what.
    let case = case.file("odd/index.json", index(&[("demo", "v.json"), ("pkg:pypi/demo", "v.json")]));
    let case = case.file("odd/v.json", statement("pkg:pypi/demo@3.0.8", "fixed", JAN));
    let ran = case.run(["vex", "explain", "app.cdx.json", "--vex-repo", "odd"]);
    assert!(ran.whole().contains(r#"the id "demo" is no Package URL"#), "{}", ran.whole());
}

#[test]
fn an_archive_may_have_its_repository_in_a_folder_and_the_next_location_is_tried() {
    let server = Server::start();
    let tar = TarBuilder::new()
        .file("./hub-main/pkg/v.json", statement("pkg:pypi/demo", "fixed", JAN))
        .file(
            "hub-main/index.json",
            index(&[
                ("pkg:pypi/demo", "./pkg/v.json"),
                ("pkg:npm/gone", "pkg/gone.json"),
                ("pkg:npm/out", "../../../etc/passwd"),
            ]),
        )
        .file("hub-main/pkg/other.json", "{}")
        .end();
    server.file("/main.tar.gz", gzip(&tar, None));
    let here = &server.address;
    server.file(
        "/m.json",
        manifest(
            "0.1",
            &[&format!("{here}/404.zip"), "file:///etc/passwd", &format!("{here}/main.tar.gz//hub-main")],
        ),
    );
    let case = case().file("app.cdx.json", SBOM);
    let update = |url: &str| case.run(["vex", "update", "hub", "--from", url, "-o", "kept"]);
    let ran = update(&format!("{here}/m.json"));
    assert_eq!(ran.code, 3, "what is listed and not there is named: {}", ran.whole());
    assert!(
        ran.stderr.contains("pkg/gone.json") && ran.stderr.contains("hub: 1 document for 3 packages"),
        "{}",
        ran.stderr
    );
    let ran = case.run(["vex", "explain", "app.cdx.json", "--vex-repo", "kept/hub"]);
    assert!(ran.code == 0 && ran.text().contains("used: kept/hub/./pkg/v.json"), "{}", ran.whole());
    let ran = update(&format!("{here}/main.tar.gz//hub-main"));
    assert_eq!(ran.code, 3, "an archive may be named as such: {}", ran.whole());

    server.file("/m.json", manifest("0.2", &[&format!("{here}/main.tar.gz")]));
    let ran = update(&format!("{here}/m.json"));
    assert!(
        ran.code == 3 && ran.stderr.contains("no data of specification 0.1, but of: 0.2"),
        "{}",
        ran.whole()
    );
    server.file("/m.json", manifest("0.1", &["file:///etc/passwd"]));
    let ran = update(&format!("{here}/m.json"));
    assert!(ran.code == 3 && ran.stderr.contains("may not name a file of this machine"), "{}", ran.whole());
    server.file("/m.json", manifest("0.1", &[&format!("{here}/main.tar.gz")]));
    assert!(update(&format!("{here}/m.json")).stderr.contains("there is no `index.json` in it"));
}

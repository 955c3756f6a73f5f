//! `db update` against a server in the test itself.

use bonafide_testkit::{Case, ZipBuilder};

use super::case;
use super::server::{Reply, Server};

fn record(id: &str, name: &str, modified: &str) -> String {
    format!(
        r#"{{"id":"{id}","modified":"{modified}T00:00:00Z","affected":[{{"package":{{"ecosystem":"PyPI","name":"{name}"}},
        "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"2.0"}}]}}]}}]}}"#
    )
}

fn zip(id: &str) -> Vec<u8> {
    ZipBuilder::new().file(format!("{id}.json"), record(id, "demo", "2026-11-01").as_bytes()).end()
}

const KEV: &str = r#"{"catalogVersion":"2026.11.01","dateReleased":"2026-11-01T00:00:00Z","count":1,
  "vulnerabilities":[{"cveID":"CVE-2026-1","dateAdded":"2026-10-01"}]}"#;

/// Two sources of OSV records and a list, by settings.
fn settled(server: &Server) -> Case {
    server.file("/PyPI/all.zip", zip("PYSEC-1"));
    server.file("/Other/all.zip", zip("PYSEC-2"));
    server.file("/kev.json?key=secret", KEV);
    let settings = format!(
        "[db]\ndir = 'db'\n[[db.source]]\nurl = '{0}/{{each}}/all.zip'\neach = ['PyPI', 'Other']\n\
         [[db.source]]\nname = 'kev'\nurl = '{0}/kev.json?key=secret'\n",
        server.address
    );
    case().file("bonafide.toml", settings).file("requirements.txt", "demo==1.0\n")
}

#[test]
fn sources_are_fetched_once_and_built_as_db_build_builds_them() {
    let server = Server::start();
    let case = settled(&server).file("PyPI/all.zip", zip("PYSEC-1"));
    let ran = case.run(["db", "update"]);
    assert_eq!(ran.code, 0, "{}", ran.whole());
    assert!(ran.stderr.ends_with("db: 3 sources, 3 updated, 0 unchanged, 0 failed\n"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("secret"), "{}", ran.stderr);
    assert_eq!(server.asked(), ["/PyPI/all.zip 200", "/Other/all.zip 200", "/kev.json?key=secret 200"]);
    let file = |name: &str| std::fs::read(case.path().join(name)).unwrap();
    assert_eq!(case.run(["db", "build", "--from", "PyPI/all.zip", "-o", "by-hand"]).code, 0);
    assert_eq!(file("db/pypi.vdb"), file("by-hand/pypi.vdb"));
    assert!(!String::from_utf8(file("db/sources.json")).unwrap().contains("secret"));

    let ran = case.run(["scan", "requirements.txt"]);
    assert!(ran.code == 1 && ran.text().contains("PYSEC-1"), "{}", ran.whole());

    let ran = case.run(["db", "update"]);
    assert!(ran.code == 0 && ran.stderr.contains("0 updated, 3 unchanged"), "{}", ran.whole());
    assert_eq!(server.asked(), ["/PyPI/all.zip 304", "/Other/all.zip 304", "/kev.json?key=secret 304"]);
    assert_eq!(case.run(["db", "update", "kev", "--force"]).code, 0);
    assert_eq!(server.asked(), ["/kev.json?key=secret 200"]);

    let ran = case.run(["db", "info", "db"]);
    assert!(ran.text().contains(&format!("by {}/kev.json, fetched 20", server.address)), "{}", ran.text());
    // A file that is damaged is no reason to believe that nothing has changed.
    std::fs::write(case.path().join("db/pypi.vdb"), "x").unwrap();
    assert_eq!(case.run(["db", "update", "pypi"]).code, 0);
    assert_eq!(server.asked(), ["/PyPI/all.zip 200"]);
    assert_eq!(file("db/pypi.vdb"), file("by-hand/pypi.vdb"));
}

#[test]
fn a_folder_has_one_writer_at_a_time() {
    let server = Server::start();
    let case = settled(&server).file("zip/all.zip", zip("PYSEC-1"));
    assert_eq!(case.run(["db", "update"]).code, 0);
    let before = std::fs::read_dir(case.path().join("db")).unwrap().count();
    let lock = std::fs::File::create(case.path().join("db/.bonafide-lock")).unwrap();
    lock.lock().unwrap();
    for command in [
        &["db", "update"][..],
        &["db", "build", "--from", "zip/all.zip", "-o", "db"],
        &["vex", "update", "--from", "nothing", "-o", "db"],
    ] {
        let ran = case.run(command);
        assert!(
            ran.code == 4 && ran.stderr.contains("another bonafide is writing into `db`"),
            "{}",
            ran.whole()
        );
    }
    // Whoever only reads is not kept waiting.
    assert_eq!(case.run(["scan", "requirements.txt"]).code, 1);
    drop(lock);
    assert_eq!(case.run(["db", "update"]).code, 0);
    assert_eq!(std::fs::read_dir(case.path().join("db")).unwrap().count(), before);
}

#[test]
fn what_fails_is_named_and_the_old_file_stays() {
    let server = Server::start();
    let case = settled(&server);
    assert_eq!(case.run(["db", "update"]).code, 0);
    let files = |name: &str| std::fs::read(case.path().join("db").join(name)).unwrap();
    let before = [files("pypi.vdb"), files("SHA256SUMS")];
    for (reply, code, why) in [
        (Reply::Status(404), 3, "status 404"),
        (Reply::Status(304), 0, ""),
        (Reply::Redirect("/PyPI/all.zip".into()), 3, "redirects too often"),
        (Reply::Redirect("http://localhost:1/all.zip".into()), 3, "not encrypted"),
        (Reply::Redirect("file:///etc/passwd".into()), 3, "is not fetched"),
        (Reply::Huge, 3, "longer than the limit"),
        (Reply::Truncated, 5, "failed to fetch"),
        (Reply::Silent, 5, "failed to fetch"),
        (Reply::File(b"<html>".to_vec()), 3, "cannot be used"),
        (Reply::File(b"PK\x03\x04".to_vec()), 3, "cannot be used"),
        (Reply::File(b"[]".to_vec()), 3, "there is no advisory"),
    ] {
        server.put("/PyPI/all.zip", reply);
        server.file("/Other/all.zip", zip("PYSEC-3"));
        let ran = case.run(["db", "update", "--timeout", "2"]);
        assert_eq!(ran.code, code, "{why}: {}", ran.whole());
        assert!(ran.stderr.contains(why), "{why}: {}", ran.stderr);
        assert!(code == 0 || ran.stderr.contains("pypi.vdb: kept as it was"), "{why}: {}", ran.stderr);
        assert_eq!(files("pypi.vdb"), before[0], "{why}");
        assert_eq!(case.run(["db", "verify", "db"]).code, 0, "{why}");
    }
    assert_ne!(files("SHA256SUMS"), before[1], "the other source was brought up to date");
    let strays = std::fs::read_dir(case.path().join("db")).unwrap().count();
    assert_eq!(strays, 5, "three sources, their digests and where they come from");
}

#[test]
fn offline_nothing_is_fetched_and_all_of_it_named() {
    let server = Server::start();
    let case = settled(&server);
    let ran = case.run(["db", "update", "--offline"]);
    assert_eq!(ran.code, 5, "{}", ran.whole());
    for name in ["pypi: ", "other: ", "kev: "] {
        assert!(ran.stderr.contains(&format!("caused by: {name}{}", server.address)), "{}", ran.stderr);
    }
    assert!(server.asked().is_empty());
    let nobody =
        Case::run(&case.file("none.toml", "[db]\ndir = 'db'\n"), ["db", "update", "--config", "none.toml"]);
    assert!(nobody.code == 2 && nobody.stderr.contains("names no source"), "{}", nobody.whole());
}

#[test]
fn files_and_paths_are_sources_too_and_settings_may_lie_elsewhere() {
    let case = case().file("mirror/a b/all.zip", zip("PYSEC-1")).file("ci/kev.json", KEV);
    let settings = format!(
        "[db]\ndir = '../db'\n[[db.source]]\nurl = 'file://{}/mirror/{{each}}/all.zip'\neach = ['a b']\n\
         [[db.source]]\nname = 'kev'\nurl = 'kev.json'\n",
        case.path().display()
    );
    let case = case.file("ci/bonafide.toml", settings);
    let update = ["db", "update", "--config", "ci/bonafide.toml", "--offline"];
    let ran = case.run(update);
    assert_eq!(ran.code, 0, "{}", ran.whole());
    assert!(case.path().join("db/a-b.vdb").exists() && case.path().join("db/kev.vdb").exists());
    assert!(case.run(update).stderr.contains("0 updated, 2 unchanged"));
    let ran = case.run(["db", "update", "--from", "mirror/a b/all.zip", "-o", "db"]);
    assert!(ran.code == 0 && case.path().join("db/kev.vdb").exists(), "{}", ran.whole());
    let case =
        case.file("ci/bonafide.toml", "[[db.source]]\nname = 'kev'\nurl = 'kev.json'\n[db]\ndir = '../db'\n");
    let ran = case.run(update);
    assert!(ran.code == 0 && ran.stderr.contains("a-b.vdb: removed"), "{}", ran.whole());
}

#[test]
fn a_source_that_was_checked_is_not_old_and_one_without_a_date_is_not_young() {
    let server = Server::start();
    let old =
        |id: &str, date: &str| ZipBuilder::new().file("a.json", record(id, "demo", date).as_bytes()).end();
    server.file("/all.zip", old("PYSEC-1", "2020-01-01"));
    let case = case()
        .file("requirements.txt", "demo==2.0\n")
        .file("old/all.zip", old("PYSEC-1", "2020-01-01"))
        .file("undated/all.zip", old("PYSEC-1", "0001-01-01"))
        .file("future/all.zip", old("PYSEC-1", "9000-01-01"));
    let scan =
        |db: &str, more: &[&str]| case.run(["scan", "requirements.txt", "--db", db].iter().chain(more));
    assert_eq!(
        case.run(["db", "update", "--from", &format!("{}/all.zip", server.address), "-o", "db"]).code,
        0
    );
    let ran = scan("db", &["--max-age", "10"]);
    assert!(ran.code == 0 && !ran.stderr.contains("database-stale"), "{}", ran.whole());
    for (source, why) in [("undated", "has a date"), ("future", "has a date"), ("old", "days old")] {
        assert_eq!(case.run(["db", "build", "--from", &format!("{source}/all.zip"), "-o", source]).code, 0);
        assert_eq!(scan(source, &[]).code, 0, "{source}");
        let ran = scan(source, &["--max-age", "10"]);
        assert!(ran.code == 3 && ran.text().contains(why), "{source}: {}", ran.whole());
    }
    assert!(scan("old", &[]).stderr.contains("database-stale"));
    assert!(!scan("old", &["--warn-age", "1000000"]).stderr.contains("database-stale"));
    let settings = case.file("s.toml", "[db]\ndir = 'old'\nwarn-age = 1000000\nmax-age = 20\n");
    let ran = settings.run(["scan", "requirements.txt", "--config", "s.toml"]);
    assert_eq!(ran.code, 3, "{}", ran.whole());
    let ran = settings.run(["scan", "requirements.txt", "--config", "s.toml", "--max-age", "1000000"]);
    assert!(ran.code == 0 && ran.stderr.is_empty(), "{}", ran.whole());
}

#[test]
fn digests_tell_of_any_change() {
    let case = case().file("a/all.zip", zip("PYSEC-1")).file("b/all.zip", zip("PYSEC-2"));
    assert_eq!(case.run(["db", "build", "--from", "a/all.zip", "b/all.zip", "-o", "db"]).code, 0);
    let verify = || case.run(["db", "verify", "db"]);
    assert_eq!(verify().code, 0, "{}", verify().whole());
    let path = |name: &str| case.path().join("db").join(name);
    std::fs::copy(path("a.vdb"), path("c.vdb")).unwrap();
    assert!(verify().code == 1 && verify().text().contains("does not list it"), "{}", verify().whole());
    std::fs::rename(path("c.vdb"), path("b.vdb")).unwrap();
    assert!(verify().code == 1 && verify().text().contains("b.vdb: it has not the digest"));
    assert_eq!(case.run(["db", "info", "db"]).code, 1);
    std::fs::remove_file(path("b.vdb")).unwrap();
    assert!(verify().code == 1 && verify().text().contains("it is not there"));
    std::fs::remove_file(path("SHA256SUMS")).unwrap();
    assert_eq!(verify().code, 3);
    std::fs::write(path("a.vdb"), "x").unwrap();
    assert!(verify().code == 4 && verify().text().contains("a.vdb"), "{}", verify().whole());
}

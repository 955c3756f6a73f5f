//! Advisories of every kind: whatever is taken into a database, the database opens and a scan of it answers.

#![no_main]

use bonafide_vuln::db::{Builder, Database};
use bonafide_vuln::{Component, Scanner};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut builder = Builder::new();
    let mut names = vec!["a.json", "a.csv", "a.ndjson"];
    if bytes.len() < 4096 {
        names.push("a.yaml");
    }
    for name in names {
        drop(builder.add(name, bytes));
    }
    let file = builder.finish(Vec::new()).expect("a small source fits");
    let database = Database::from_bytes(file).expect("what was written is read");
    let component = |purl: &str, cpe: &str| Component {
        purls: vec![purl.into()],
        cpes: vec![cpe.into()],
        ..Component::default()
    };
    let components = [
        component("pkg:pypi/demo@1.5", "cpe:2.3:a:python:python:3.12.1:*:*:*:*:*:*:*"),
        component("pkg:deb/debian/demo@1.5?distro=debian-12", "cpe:2.3:a:demo:demo:1.5:*:*:*:*:*:*:*"),
    ];
    Scanner::new(vec![database]).scan(&components).expect("a database that opens is whole");
});

//! The scan held against public records and against hostile ones.

#![expect(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods, reason = "tests")]

mod damaged;
mod hostile;
mod naive;
mod products;
mod rows;

use std::io::Read as _;
use std::path::PathBuf;

use bonafide_vuln::db::{Builder, Database};
use bonafide_vuln::{Answers, Component, Scanner};

/// A file of the shared test data; nothing, said aloud, where it is not there.
fn data(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("BONAFIDE_TESTDATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let path = root.join(path);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// The JSON documents of a zip, with their names.
fn documents(path: &std::path::Path) -> Vec<(String, String)> {
    struct Members(Vec<(String, String)>);
    impl bonafide_artifact::Visit for Members {
        fn enter(&mut self, _: &bonafide_artifact::Entry) -> bonafide_artifact::Want {
            let body = bonafide_artifact::Body::Whole;
            bonafide_artifact::Want { body, members: true, ..bonafide_artifact::Want::default() }
        }
        fn leave(&mut self, entry: &bonafide_artifact::Entry, seen: bonafide_artifact::Seen<'_>) {
            let name = entry.path.text();
            if name.ends_with(".json") {
                let mut text = String::new();
                (&mut &*seen.bytes).read_to_string(&mut text).unwrap();
                self.0.push((name, text));
            }
        }
    }
    let mut members = Members(Vec::new());
    let budget = bonafide_artifact::Budget::new(bonafide_artifact::Limits::default());
    let source = bonafide_artifact::Source::Path(path);
    bonafide_artifact::walk(source, bonafide_artifact::Reading::new(&budget), &mut members).unwrap();
    members.0
}

/// A database of these documents.
fn database(documents: &[(&str, &str)]) -> Database {
    let mut builder = Builder::new();
    for (name, text) in documents {
        builder.add(name, text.as_bytes()).unwrap();
    }
    Database::from_bytes(builder.finish(Vec::new()).unwrap()).unwrap()
}

fn component(purl: &str) -> Component {
    Component { purls: vec![purl.to_owned()], name: purl.to_owned(), ..Component::default() }
}

fn scan(documents: &[(&str, &str)], components: &[Component]) -> Answers {
    Scanner::new(vec![database(documents)]).scan(components).unwrap()
}

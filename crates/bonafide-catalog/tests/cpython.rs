//! The document of CPython's real release, beside the one that CPython's own tools make of it.
//!
//! Needs `Python-3.13.5.tar.xz` in `$BONAFIDE_INPUTS` (or `~/.cache/bonafide/inputs`) and the expected document in the test
//! data; says so and passes where one is absent. Each kind of difference is a row of `docs/cpython-differences.md`; any
//! other difference fails the test, and so does a row that no difference needs.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by the one and tells by the other that it skips"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use bonafide_artifact::{
    Body, Budget, Entry, Kind, Limits, Reading, Seen, Source, Threads, Visit, Want, walk,
};
use bonafide_catalog::{Input, Made, Options, make};
use bonafide_report::Collected;
use bonafide_testkit::{TarBuilder, gzip};
use serde_json::{Map, Value};

const NAME: &str = "Python-3.13.5.tar.xz";
const PIP: &str = "Lib/ensurepip/_bundled/pip-25.1.1-py3-none-any.whl!/";

#[test]
fn the_document_of_cpython_differs_only_as_the_table_says() {
    let Some((tarball, expected)) = inputs() else { return };
    let rows = rows_of_the_table();
    let mut used = BTreeSet::new();

    let first = made(Input::Path(&tarball), NAME, Threads::Two);
    assert_eq!(first.summary.components, 27);
    assert_eq!(first.summary.unopened, 14, "archives below Lib/test");
    let rules: Vec<_> = first.findings.iter().map(|finding| finding.rule.id).collect();
    let notes =
        ["base-elsewhere", "requirements-of-a-part", "requirements-of-a-part", "requirements-of-a-part"];
    assert_eq!(rules, notes, "externals of a Windows build, and what Doc and Tools need");
    let mut faults = Collected::default();
    bonafide_sbom::validate(&first.document, None, &mut faults);
    assert_eq!(faults.findings, []);
    let bytes = written(&first);
    compare(&value(&bytes), &expected, &mut used);

    // Two runs are byte-identical, on however many threads.
    assert_eq!(bytes, written(&made(Input::Path(&tarball), NAME, Threads::Two)));
    assert_eq!(bytes, written(&made(Input::Path(&tarball), NAME, Threads::One)));

    let members = members(&tarball);
    assert_eq!(members.len(), 4808);
    // The same from the other tarball; only the archive's own name, place and digest are others.
    let tgz = gzip(&tar(&members), None);
    let from_tgz = made(Input::Bytes(&tgz), "Python-3.13.5.tgz", Threads::Two);
    let difference = changed(&value(&bytes), &value(&written(&from_tgz)));
    assert_eq!(
        difference,
        [
            "/documentNamespace",
            "/packages/0/checksums",
            "/packages/0/downloadLocation",
            "/packages/0/packageFileName"
        ]
        .map(str::to_owned)
    );

    // Named for a fault of the originals: ids that depend on the order of the archive.
    let mut shuffled = members.clone();
    shuffled.sort_by_key(|(name, _)| {
        bonafide_ident::Hasher::digest(bonafide_ident::DigestKinds::SHA1, name.as_bytes()).sha1
    });
    let shuffled = gzip(&tar(&shuffled), None);
    let from_shuffled = made(Input::Bytes(&shuffled), "Python-3.13.5.tgz", Threads::Two);
    let difference = changed(&value(&written(&from_tgz)), &value(&written(&from_shuffled)));
    assert_eq!(difference, ["/documentNamespace", "/packages/0/checksums"].map(str::to_owned));

    // The same from the folder, which has no name and no digest of its own.
    let folder = tempfile::tempdir().unwrap();
    for (name, body) in &members {
        let path = folder.path().join(name.split_once('/').unwrap().1);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, body).unwrap();
    }
    let from_folder = made(Input::Path(folder.path()), "anything", Threads::Two);
    let text = written(&from_folder);
    let place = folder.path().to_str().unwrap();
    assert!(!String::from_utf8(text.clone()).unwrap().contains(place), "a path of the machine");
    compare(&value(&text), &expected, &mut used);

    assert_eq!(used, rows, "left: kinds of difference that were met; right: rows of the table");
}

/// Where a file of the release stands in the document follows from the release alone.
#[test]
fn every_file_of_the_tarball_has_the_digests_of_the_reference_list() {
    let Some((tarball, _)) = inputs() else { return };
    let document = value(&written(&made(Input::Path(&tarball), NAME, Threads::Two)));
    let files: BTreeMap<&str, &Value> =
        list(&document, "files").map(|file| (text(file, "fileName"), file)).collect();
    let table = gunzip(&test_data("cpython-sbom/source-3.13.5/tar-members.tsv.gz").unwrap());
    let mut count = 0;
    for line in String::from_utf8(table).unwrap().lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [path, _, _, sha1, sha256] = cells[..] else { continue };
        if sha256.len() != 64 {
            continue;
        }
        count += 1;
        let name = path.split_once('/').unwrap().1;
        let digests: Vec<&str> =
            list(files[name], "checksums").map(|sum| text(sum, "checksumValue")).collect();
        assert_eq!(digests, [sha1, sha256], "{name}");
    }
    assert_eq!(count, 4808);
}

/// Checks our document against the expected one. `used`: the rows of the table that were needed.
fn compare(ours: &Value, expected: &Value, used: &mut BTreeSet<String>) {
    let mut note = |row: &str| {
        used.insert(row.to_owned());
    };
    for (key, row) in
        [("name", "document-name"), ("documentNamespace", "namespace"), ("creationInfo", "creation")]
    {
        assert_ne!(ours[key], expected[key]);
        note(row);
    }
    for key in ["SPDXID", "spdxVersion", "dataLicense"] {
        assert_eq!(ours[key], expected[key]);
    }
    let keys: BTreeSet<&String> = ours.as_object().unwrap().keys().collect();
    assert_eq!(keys, expected.as_object().unwrap().keys().collect());

    let (mine, theirs) = (by_id(ours, "packages"), by_id(expected, "packages"));
    assert_eq!(mine.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    for (id, package) in &mine {
        for row in package_differences(package, theirs[id]) {
            note(row);
        }
    }
    assert_ne!(ids(ours, "packages"), ids(expected, "packages"));
    note("order");

    let (mine, theirs) = (by_id(ours, "files"), by_id(expected, "files"));
    for (id, file) in &theirs {
        assert_eq!(mine.get(id), Some(file), "{id}");
    }
    let nested: BTreeSet<&str> = mine
        .iter()
        .filter(|(id, _)| !theirs.contains_key(*id))
        .map(|(id, file)| {
            assert!(text(file, "fileName").starts_with(PIP), "{file}");
            *id
        })
        .collect();
    assert_eq!(nested.len(), 440);
    note("nested-files");

    let (mine, theirs) = (edges(ours), edges(expected));
    assert_eq!(theirs.difference(&mine).count(), 0);
    for (_, kind, to) in mine.difference(&theirs) {
        assert!(*kind == "CONTAINS" && nested.contains(to), "{kind} {to}");
    }
}

/// The rows that the differences of one package need; panics at any other difference.
fn package_differences(ours: &Value, theirs: &Value) -> Vec<&'static str> {
    let name = text(ours, "name");
    let vendored = is_vendored_by_pip(name);
    let (empty, keys) = (Map::new(), |value: &Value| value.as_object().cloned());
    let (ours, theirs) = (keys(ours).unwrap_or_else(|| empty.clone()), keys(theirs).unwrap_or(empty));
    let all: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let mut rows = Vec::new();
    for key in all {
        let (mine, other) = (ours.get(key), theirs.get(key));
        if mine == other {
            continue;
        }
        let row = match (key.as_str(), mine, other) {
            ("sourceInfo", Some(_), None) => "evidence",
            ("packageVerificationCode", Some(_), Some(code)) if vendored || name == "pip" => {
                let nothing = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
                assert_eq!(text(code, "packageVerificationCodeValue"), nothing);
                "verification-codes"
            }
            ("downloadLocation", Some(mine), Some(_)) if vendored || name == "pip" => {
                assert_eq!(mine, "NOASSERTION");
                "download-locations"
            }
            ("checksums", None, Some(_)) if vendored => "checksums",
            ("licenseDeclared", Some(mine), None) if name == "pip" => {
                assert_eq!(mine, "MIT");
                "declared-licence"
            }
            ("comment", Some(_), None) if name == "setuptools" => "partial-vendoring",
            ("packageFileName" | "checksums", None, Some(_)) if name == "CPython" => "folder",
            ("downloadLocation", Some(mine), Some(_)) if name == "CPython" => {
                assert_eq!(mine, "NOASSERTION");
                "folder"
            }
            ("externalRefs", Some(mine), Some(other)) => {
                let category = other.to_string().replace("PACKAGE_MANAGER", "PACKAGE-MANAGER");
                let other: Value = serde_json::from_str(&category).unwrap();
                rows.push("reference-category");
                if *mine == other {
                    continue;
                }
                let other =
                    other.to_string().replace("pkg:pypi/typing_extensions@", "pkg:pypi/typing-extensions@");
                assert_eq!(*mine, serde_json::from_str::<Value>(&other).unwrap());
                "purl-names"
            }
            (key, mine, other) => panic!("{name}: {key} is {mine:?}, expected {other:?}"),
        };
        rows.push(row);
    }
    rows
}

fn is_vendored_by_pip(name: &str) -> bool {
    !matches!(name, "CPython" | "pip" | "expat" | "hacl-star" | "libb2" | "macholib" | "mpdecimal")
}

/// The words in the first column of the table.
fn rows_of_the_table() -> BTreeSet<String> {
    let page = include_str!("../../../docs/cpython-differences.md");
    let cells = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    cells.map(|(row, _)| row.to_owned()).collect()
}

/// JSON pointers of what differs between two documents with the same elements.
fn changed(a: &Value, b: &Value) -> Vec<String> {
    fn walk(a: &Value, b: &Value, pointer: &str, found: &mut Vec<String>) {
        match (a, b) {
            (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
                a.iter()
                    .zip(b.values())
                    .for_each(|((key, a), b)| walk(a, b, &format!("{pointer}/{key}"), found));
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() && !pointer.ends_with("/checksums") => {
                a.iter()
                    .zip(b)
                    .enumerate()
                    .for_each(|(at, (a, b))| walk(a, b, &format!("{pointer}/{at}"), found));
            }
            (a, b) if a == b => {}
            _ => found.push(pointer.to_owned()),
        }
    }
    let mut found = Vec::new();
    walk(a, b, "", &mut found);
    found.sort();
    found
}

fn made(input: Input<'_>, name: &str, threads: Threads) -> Made {
    let options = Options {
        label: name,
        name,
        limits: Limits::default(),
        threads,
        progress: None,
        filter: None,
        created: Some("2025-06-11T00:00:00Z"),
        digests: bonafide_ident::DigestKinds::SPDX,
    };
    make(input, &options).unwrap()
}

fn written(made: &Made) -> Vec<u8> {
    let mut bytes = Vec::new();
    bonafide_sbom::write(
        &made.document,
        bonafide_sbom::Encoding::Json,
        bonafide_sbom::Style::default(),
        &mut bytes,
    )
    .unwrap();
    bytes
}

fn value(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().unwrap().iter()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap()
}

fn ids<'v>(document: &'v Value, key: &str) -> Vec<&'v str> {
    list(document, key).map(|element| text(element, "SPDXID")).collect()
}

fn by_id<'v>(document: &'v Value, key: &str) -> BTreeMap<&'v str, &'v Value> {
    let found: BTreeMap<_, _> =
        list(document, key).map(|element| (text(element, "SPDXID"), element)).collect();
    assert_eq!(found.len(), document[key].as_array().unwrap().len(), "an id stands twice");
    found
}

fn edges(document: &Value) -> BTreeSet<(&str, &str, &str)> {
    list(document, "relationships")
        .map(|edge| {
            (text(edge, "spdxElementId"), text(edge, "relationshipType"), text(edge, "relatedSpdxElement"))
        })
        .collect()
}

/// A member of the tarball: name and body.
type Member = (String, Vec<u8>);

/// The regular files of a tarball, in its order.
fn members(tarball: &Path) -> Vec<Member> {
    struct Collect(Vec<Member>);
    impl Visit for Collect {
        fn enter(&mut self, entry: &Entry) -> Want {
            match entry.container {
                None => Want { members: true, ..Want::default() },
                Some(_) => Want { body: Body::Whole, ..Want::default() },
            }
        }
        fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
            if entry.container.is_some() && entry.kind == Kind::File {
                self.0.push((entry.path.text(), seen.bytes.to_vec()));
            }
        }
    }
    let budget = Budget::new(Limits::default());
    let mut members = Collect(Vec::new());
    walk(Source::Path(tarball), Reading::new(&budget), &mut members).unwrap();
    members.0
}

fn tar(members: &[Member]) -> Vec<u8> {
    let mut builder = TarBuilder::new();
    for (name, body) in members {
        if name.len() > 99 {
            builder = builder.gnu_long(b'L', name.as_bytes());
        }
        let short = &name[..name.len().min(99)];
        builder = builder.file(short, body);
    }
    builder.end()
}

fn inputs() -> Option<(PathBuf, Value)> {
    let tarball = input_folder()?.join(NAME);
    if !tarball.is_file() {
        println!("skipped: {NAME} is not among the inputs");
        return None;
    }
    let Some(expected) = test_data("cpython-sbom/expected-3.13.5/Python-3.13.5.tar.xz.spdx.json.gz") else {
        println!("skipped: there is no test data");
        return None;
    };
    Some((tarball, value(&gunzip(&expected))))
}

#[expect(clippy::disallowed_methods, reason = "a test may ask where its inputs are")]
fn input_folder() -> Option<PathBuf> {
    let stated = std::env::var_os("BONAFIDE_INPUTS").map(PathBuf::from);
    stated.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/bonafide/inputs")))
}

#[expect(clippy::disallowed_methods, reason = "a test may ask where its data is")]
fn test_data(path: &str) -> Option<Vec<u8>> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("BONAFIDE_TESTDATA").map_or_else(beside, PathBuf::from);
    std::fs::read(folder.join(path)).ok()
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}

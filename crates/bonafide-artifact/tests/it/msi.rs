use std::io::{Cursor, Write as _};

use bonafide_artifact::{FaultKind, Format, Limits, Source, Threads};
use bonafide_testkit::{CabBuilder, CabMethod, TarBuilder};
use msi::{Column, Insert, Package, PackageType, Value};

use crate::{noise, sha256, walked, walked_with};

type Row<'r> = &'r [Value];

fn text(value: &str) -> Value {
    Value::from(value)
}

fn with_streams(mut package: Package<Cursor<Vec<u8>>>, streams: &[(&str, &[u8])]) -> Vec<u8> {
    for (name, bytes) in streams {
        package.write_stream(name).expect("a new stream").write_all(bytes).expect("memory takes all");
    }
    package.into_inner().expect("memory takes all").into_inner()
}

/// An installer of two cabinets: `one.cab` as a stream, `two.cab` beside it.
fn installer(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut package = tables();
    package
        .create_table(
            "Media",
            vec![
                Column::build("DiskId").primary_key().int16(),
                Column::build("LastSequence").int32(),
                Column::build("Cabinet").nullable().string(255),
            ],
        )
        .expect("a new table");
    let rows = Insert::into("Media").row(vec![Value::from(1), Value::from(2), text("#one.cab")]).row(vec![
        Value::from(2),
        Value::from(4),
        text("two.cab"),
    ]);
    package.insert_rows(rows).expect("rows that fit");
    with_streams(package, streams)
}

/// All tables save that of the media.
fn tables() -> Package<Cursor<Vec<u8>>> {
    let mut package =
        Package::create(PackageType::Installer, Cursor::new(Vec::new())).expect("a new package");
    let mut table = |name: &str, columns: Vec<Column>, rows: &[Row<'_>]| {
        package.create_table(name, columns).expect("a new table");
        let insert = rows.iter().fold(Insert::into(name), |insert, row| insert.row(row.to_vec()));
        package.insert_rows(insert).expect("rows that fit");
    };
    let key = |name: &str| Column::build(name).primary_key().id_string(72);
    let id = |name: &str| Column::build(name).id_string(72);
    let maybe = |name: &str| Column::build(name).nullable().string(255);
    let file = |key: &str, component: &str, name: &str, size: i32, sequence: i32| {
        [text(key), text(component), text(name), Value::from(size), Value::from(0), Value::from(sequence)]
    };
    table(
        "Directory",
        vec![key("Directory"), maybe("Directory_Parent"), Column::build("DefaultDir").string(255)],
        &[
            &[text("TARGETDIR"), Value::Null, text("SourceDir")],
            &[text("ProgramFilesFolder"), text("TARGETDIR"), text(".")],
            &[text("APP"), text("ProgramFilesFolder"), text("DEMOAP~1|Demo App:source|The Source")],
            &[text("SAME"), text("APP"), text(".:else")],
            &[text("LOOP"), text("POOL"), text("x")],
            &[text("POOL"), text("LOOP"), text("y")],
        ],
    );
    table(
        "Component",
        vec![key("Component"), id("Directory_")],
        &[&[text("C1"), text("APP")], &[text("C2"), text("SAME")], &[text("C3"), text("LOOP")]],
    );
    table(
        "File",
        vec![
            key("File"),
            id("Component_"),
            Column::build("FileName").string(255),
            Column::build("FileSize").int32(),
            Column::build("Attributes").nullable().int16(),
            Column::build("Sequence").int32(),
        ],
        &[
            &file("F1", "C1", "HELLO~1.TXT|hello world.txt", 5, 1),
            &file("F2", "C2", "short.txt", 40_000, 2),
            &file("F3", "C1", "beside.txt", 6, 3),
            &file("F4", "C3", "loop.txt", 1, 4),
        ],
    );
    package
}

/// An installer with one of its cabinets.
pub(crate) fn sample() -> Vec<u8> {
    let [one, _] = cabinets();
    installer(&[("one.cab", &one)])
}

fn cabinets() -> [Vec<u8>; 2] {
    let noise = noise(40_000, 1);
    let one = CabBuilder::new().folder(CabMethod::MsZip, &[("F1", b"hello"), ("F2", &noise)]);
    let two = CabBuilder::new().folder(CabMethod::Stored, &[("F3", b"beside"), ("F4", b"x")]);
    [one.end(), two.end()]
}

#[test]
fn files_have_the_paths_that_they_are_installed_to() {
    let [one, two] = cabinets();
    let bytes = installer(&[("one.cab", &one), ("Binary.icon", b"icon")]);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("demo.msi");
    std::fs::write(&path, &bytes).expect("it can be written");
    std::fs::write(folder.path().join("two.cab"), &two).expect("it can be written");
    let (summary, seen) = walked_with(Source::Path(&path), Limits::default(), Threads::Two);
    let at = |path: &str| seen.at(&format!("demo.msi!/{path}"));
    assert_eq!(at("Program Files/Demo App/hello world.txt").bytes, b"hello");
    assert_eq!(at("Program Files/Demo App/short.txt").sha256, sha256(&noise(40_000, 1)));
    assert_eq!(at("Program Files/Demo App/beside.txt").bytes, b"beside");
    assert_eq!(at("Binary.icon").bytes, b"icon");
    assert!(!at("!File").bytes.is_empty());
    assert_eq!(summary.format, Format::Msi);
    // The folders of one file go round in a circle: its key remains.
    assert_eq!(seen.all_faults(), [("demo.msi!/F4", FaultKind::Malformed)]);
}

#[test]
fn a_cabinet_that_is_missing_leaves_members_without_bytes() {
    let [one, _] = cabinets();
    let bytes = installer(&[("one.cab", &one)]);
    for (bytes, at) in [(bytes.clone(), "a!/"), (TarBuilder::new().file("m", &bytes).end(), "a!/m!/")] {
        let (summary, seen) = walked(&bytes);
        let path = format!("{at}Program Files/Demo App/beside.txt");
        assert_eq!(seen.faults(&path), [FaultKind::Unsupported]);
        assert!(seen.at(&path).faults[0].1.contains("two.cab"));
        assert_eq!((seen.at(&path).size, summary.gaps > 0), (6, true));
        assert_eq!(seen.at(&format!("{at}Program Files/Demo App/hello world.txt")).bytes, b"hello");
    }
}

#[test]
fn merge_modules_and_patches_are_opened() {
    let [one, _] = cabinets();
    let module = with_streams(tables(), &[("MergeModule.CABinet", &one)]);
    let (summary, seen) = walked(&module);
    assert_eq!(seen.at("a!/Program Files/Demo App/hello world.txt").bytes, b"hello");
    assert_eq!(seen.at("a!/Program Files/Demo App/short.txt").sha256, sha256(&noise(40_000, 1)));
    // The other files of the tables are not in its cabinet.
    let missing: Vec<_> = seen.all_faults().iter().map(|(_, kind)| *kind).collect();
    assert_eq!(missing, [FaultKind::Unsupported, FaultKind::Malformed, FaultKind::Unsupported]);
    assert_eq!(summary.format, Format::Msi);
    let patch = Package::create(PackageType::Patch, Cursor::new(Vec::new())).expect("a new package");
    let (summary, seen) = walked(&with_streams(patch, &[("PCW_CAB_Demo", &one)]));
    assert_eq!(seen.at("a!/PCW_CAB_Demo!/F1").bytes, b"hello");
    assert_eq!((seen.all_faults(), summary.format, summary.gaps), (vec![], Format::Msi, 0));
}

#[test]
fn what_no_stream_has_is_told() {
    let mut free = sample();
    free.extend_from_slice(&[7; 512]);
    let (summary, _) = walked(&free);
    assert!(summary.errors > 0);
}

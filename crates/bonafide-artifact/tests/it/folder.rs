use std::fs;

use bonafide_artifact::{
    ArtifactError, Body, Budget, Entry, FaultKind, Format, Kind, Limits, Reading, Seen, Source, Threads,
    Visit, Want, walk,
};
use bonafide_testkit::{ZipBuilder, gzip};

use crate::{noise, sha256, walked_with};

#[test]
fn entries_are_sorted_and_containers_opened() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("b/c")).unwrap();
    fs::write(root.join("b/c/f"), b"x").unwrap();
    fs::write(root.join("b-c"), b"y").unwrap();
    fs::write(root.join(".hidden"), b"h").unwrap();
    fs::write(root.join("ä"), b"z").unwrap();
    fs::write(root.join("big"), noise(400_000, 1)).unwrap();
    fs::write(root.join("w.whl"), ZipBuilder::new().file("pkg/a", b"1").end()).unwrap();
    fs::write(root.join("t.gz"), gzip(b"2", None)).unwrap();
    for threads in [Threads::One, Threads::Two] {
        let (summary, seen) = walked_with(Source::Path(root), Limits::default(), threads);
        assert_eq!((summary.format, summary.gaps), (Format::Folder, 0));
        assert_eq!(
            seen.locations(),
            [".hidden", "b", "b/c", "b/c/f", "b-c", "big", "t.gz!/t", "t.gz", "w.whl!/pkg/a", "w.whl", "ä"]
        );
        assert_eq!(seen.at("b").kind, Kind::Directory);
        assert_eq!(seen.at("b/c/f").sha256, sha256(b"x"));
        assert_eq!(seen.at("big").sha256, sha256(&noise(400_000, 1)));
        assert_eq!(seen.at("w.whl!/pkg/a").sha256, sha256(b"1"));
        assert_eq!(seen.all_faults(), []);
    }
}

#[cfg(unix)]
#[test]
fn links_are_recorded_and_pipes_never_opened() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::os::unix::fs::symlink(".", root.join("loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", root.join("gone")).unwrap();
    std::os::unix::fs::symlink("/etc", root.join("out")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, root.join("pipe"), rustix::fs::Mode::RUSR).unwrap();
    fs::write(root.join(std::ffi::OsStr::from_bytes(b"N\xe9")), b"x").unwrap();
    let (summary, seen) = walked_with(Source::Path(root), Limits::default(), Threads::Two);
    assert_eq!(seen.locations(), ["N\\xe9", "gone", "loop", "out", "pipe"]);
    assert_eq!(seen.at("loop").kind, Kind::Symlink((*b".").into()));
    assert_eq!(seen.at("pipe").kind, Kind::Fifo);
    assert_eq!(seen.faults("out"), [FaultKind::ClimbingLink]);
    assert_eq!((summary.gaps, summary.errors), (0, 0));
    let budget = Budget::new(Limits::default());
    let pipe = root.join("pipe");
    let result = walk(Source::Path(&pipe), Reading::new(&budget), &mut crate::Recorder::default());
    assert!(matches!(result, Err(ArtifactError::NoFile { .. })), "{result:?}");
    let gone = root.join("gone");
    let result = walk(Source::Path(&gone), Reading::new(&budget), &mut crate::Recorder::default());
    assert!(matches!(result, Err(ArtifactError::Open { .. })), "{result:?}");
}

#[test]
fn the_total_of_all_bytes_ends_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c"] {
        fs::write(folder.path().join(name), noise(1000, 1)).unwrap();
    }
    let limits = Limits { total_bytes: 1500, ..Limits::default() };
    let (summary, seen) = walked_with(Source::Path(folder.path()), limits, Threads::Two);
    assert_eq!(seen.locations(), ["a", "b"]);
    assert_eq!(seen.faults("b"), [FaultKind::Limit]);
    assert!(summary.broken.is_some() && summary.gaps > 0);
}

/// Opens no folder called `skip`.
struct Pruning(Vec<String>);

impl Visit for Pruning {
    fn enter(&mut self, entry: &Entry) -> Want {
        let members = entry.path.raw() != b"skip";
        Want { members, body: Body::Skip, ..Want::default() }
    }

    fn leave(&mut self, entry: &Entry, _: Seen<'_>) {
        self.0.push(entry.location());
    }
}

#[test]
fn a_visitor_can_leave_a_folder_closed() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["keep/a", "skip/b"] {
        fs::create_dir_all(folder.path().join(name)).unwrap();
    }
    let budget = Budget::new(Limits::default());
    let mut visitor = Pruning(Vec::new());
    walk(Source::Path(folder.path()), Reading::new(&budget), &mut visitor).unwrap();
    assert_eq!(visitor.0, ["keep", "keep/a", "skip"]);
}

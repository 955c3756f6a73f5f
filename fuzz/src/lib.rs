//! What the fuzz targets share: a walk with small limits that checks what it is told.

use bonafide_artifact::{
    Body, Budget, Entry, Limits, MemberPath, Reading, Seen, Source, Summary, Threads, Visit, Want, walk,
};
use bonafide_ident::DigestKinds;

/// Small, so that one input takes little time and memory.
pub const LIMITS: Limits = Limits {
    total_bytes: 4 << 20,
    entry_bytes: 1 << 20,
    entries: 2000,
    depth: 4,
    ratio: 200,
    path_bytes: 4096,
    memory_bytes: 64 << 10,
    spool_bytes: 1 << 20,
    decoder_bytes: 1 << 20,
};

/// Writes down all that it is told, and checks what must hold of it.
#[derive(Default)]
pub struct Ledger {
    open: Vec<u32>,
    /// One line for each entry that was left.
    pub lines: Vec<String>,
}

impl Visit for Ledger {
    fn enter(&mut self, entry: &Entry) -> Want {
        assert!(entry.depth() <= LIMITS.depth + 1, "deeper than the limit");
        assert_eq!(MemberPath::from_text(&entry.path.text()), entry.path, "the text form is lossless");
        self.open.push(entry.id.0);
        Want { digests: DigestKinds::SPDX, body: Body::Head(64), members: true }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        let at = self.open.iter().position(|&id| id == entry.id.0).expect("entered, and left once");
        self.open.remove(at);
        assert!(seen.bytes.len() <= 64, "no more bytes than were asked for");
        self.lines.push(format!("{} {seen:?}", entry.location()));
    }
}

/// Walks bytes on one thread.
pub fn walked(source: Source<'_>) -> (Summary, Ledger) {
    let budget = Budget::new(LIMITS);
    let mut ledger = Ledger::default();
    let reading = Reading { threads: Threads::One, ..Reading::new(&budget) };
    let summary = walk(source, reading, &mut ledger).expect("bytes can always be opened");
    assert!(ledger.open.is_empty(), "what was entered is left");
    (summary, ledger)
}

//! Walks over artifacts that testkit builds: right ones, odd ones, hostile ones.

mod ar;
mod cab;
mod compressed;

mod cpio;
mod damage;
mod folder;

mod limits;
mod msi;
mod nested;
mod nsis;
mod object;
mod program;
mod samples;
mod sevenz;
mod tar;
mod threads;
mod xar;
mod zip;

use bonafide_artifact::{
    Body, Budget, Entry, FaultKind, Format, Kind, Limits, Reading, Seen, Source, Summary, Threads, Visit,
    Want, walk,
};
use bonafide_ident::{DigestKinds, Hasher};

/// What was told of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    location: String,
    kind: Kind,
    size: u64,
    bytes: Vec<u8>,
    sha256: Option<String>,
    format: Option<Format>,
    faults: Vec<(FaultKind, String)>,
}

/// Remembers all calls, in order.
#[derive(Default)]
struct Recorder {
    calls: Vec<String>,
    left: Vec<Told>,
}

impl Visit for Recorder {
    fn enter(&mut self, entry: &Entry) -> Want {
        self.calls.push(format!("enter {} {:?}", entry.id.0, entry.location()));
        let digests = if entry.kind == Kind::File { DigestKinds::SHA256 } else { DigestKinds::NONE };
        Want { digests, body: Body::Head(4096), members: true }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        self.calls.push(format!("leave {} {seen:?}", entry.id.0));
        self.left.push(Told {
            location: entry.location(),
            kind: entry.kind.clone(),
            size: seen.size,
            bytes: seen.bytes.to_vec(),
            sha256: seen.digests.sha256.map(|digest| digest.to_string()),
            format: seen.format,
            faults: seen.faults.iter().map(|fault| (fault.kind, fault.message.clone())).collect(),
        });
    }
}

impl Recorder {
    /// What was told of the one entry at this place.
    #[track_caller]
    fn at(&self, location: &str) -> &Told {
        let mut found = self.left.iter().filter(|told| told.location == location);
        let told = found.next().unwrap_or_else(|| panic!("no `{location}` in {:?}", self.locations()));
        assert!(found.next().is_none(), "`{location}` comes twice");
        told
    }

    fn locations(&self) -> Vec<&str> {
        self.left.iter().map(|told| told.location.as_str()).collect()
    }

    /// All fault kinds at this place.
    #[track_caller]
    fn faults(&self, location: &str) -> Vec<FaultKind> {
        self.at(location).faults.iter().map(|(kind, _)| *kind).collect()
    }

    /// Faults of all entries.
    fn all_faults(&self) -> Vec<(&str, FaultKind)> {
        let one = |told: &'_ Told| told.faults.iter().map(|(kind, _)| *kind).collect::<Vec<_>>();
        self.left
            .iter()
            .flat_map(|told| one(told).into_iter().map(|kind| (told.location.as_str(), kind)))
            .collect()
    }
}

fn walked_with(source: Source<'_>, limits: Limits, threads: Threads) -> (Summary, Recorder) {
    let budget = Budget::new(limits);
    let mut recorder = Recorder::default();
    let reading = Reading { threads, ..Reading::new(&budget) };
    let summary = walk(source, reading, &mut recorder).expect("the source can be opened");
    assert_eq!(recorder.left.len() as u64, summary.entries, "what was entered is left");
    (summary, recorder)
}

/// Walks bytes called `a`.
fn walked(bytes: &[u8]) -> (Summary, Recorder) {
    walked_with(Source::Bytes { name: "a", bytes }, Limits::default(), Threads::Two)
}

fn sha256(bytes: &[u8]) -> Option<String> {
    Hasher::digest(DigestKinds::SHA256, bytes).sha256.map(|digest| digest.to_string())
}

/// Bytes that do not compress, the same ones for the same seed.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24).to_le_bytes()[0]
    })
    .take(length)
    .collect()
}

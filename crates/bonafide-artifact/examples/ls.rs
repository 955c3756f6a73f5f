use bonafide_artifact::*;
use bonafide_ident::DigestKinds;
struct L;
impl Visit for L {
    fn enter(&mut self, _: &Entry) -> Want {
        Want { digests: DigestKinds::SHA256, members: true, ..Want::default() }
    }
    fn leave(&mut self, e: &Entry, s: Seen<'_>) {
        println!(
            "{}\t{}\t{}\t{:?}",
            e.location(),
            s.size,
            s.digests.sha256.map(|d| d.to_string()).unwrap_or_default(),
            s.format
        );
        for f in s.faults {
            println!("   ! {:?} {}", f.kind, f.message);
        }
    }
}
fn main() {
    for a in std::env::args_os().skip(1) {
        let b = Budget::new(Limits::default());
        let s = walk(Source::Path(a.as_ref()), Reading::new(&b), &mut L).unwrap();
        println!(
            "# {:?} entries {} gaps {} errors {} broken {:?}",
            s.format, s.entries, s.gaps, s.errors, s.broken
        );
    }
}

//! Database files: bytes of any kind are refused or answered from, never read past their end. Checksums are mended first, so that
//! what lies behind them is reached.

#![no_main]

use bonafide_vuln::db::{Builder, Database};
use bonafide_vuln::{Component, Scanner};
use libfuzzer_sys::fuzz_target;

const RECORD: &str = r#"{"id":"GHSA-1","modified":"2024","aliases":["CVE-1"],"affected":[{"package":{"ecosystem":"PyPI","name":"demo"},
    "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]}],"versions":["3.0"]}]}"#;

fuzz_target!(|bytes: &[u8]| {
    drop(Database::from_bytes(bytes.to_vec()));
    let mut builder = Builder::new();
    builder.add("a.json", RECORD.as_bytes()).expect("the record is one");
    let mut file = builder.finish(Vec::new()).expect("it fits");
    // The header: 32 bytes, 9 sections of 16, one block, its own checksum.
    let body = 32 + 9 * 16 + 4 + 4;
    for pair in bytes.chunks_exact(3) {
        let at = body + usize::from(u16::from_le_bytes([pair[0], pair[1]])) % (file.len() - body);
        file[at] = pair[2];
    }
    let block = crc32fast::hash(&file[body..]);
    file[body - 8..body - 4].copy_from_slice(&block.to_le_bytes());
    let header = crc32fast::hash(&file[..body - 4]);
    file[body - 4..body].copy_from_slice(&header.to_le_bytes());
    if let Ok(database) = Database::from_bytes(file) {
        let component = Component { purls: vec!["pkg:pypi/demo@1.5".into()], ..Component::default() };
        drop(Scanner::new(vec![database]).scan(&[component]));
    }
});

#![no_main]
//! Object files of all three families, searched for texts and symbols: the first byte picks the family.

use bonafide_artifact::object::Search;
use bonafide_artifact::{Budget, Reading, Source, Threads, walk};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((family, rest)) = data.split_first() else { return };
    let magic: &[u8] = match family % 4 {
        0 => b"\x7fELF",
        1 => b"MZ",
        2 => b"\xcf\xfa\xed\xfe",
        _ => b"\xca\xfe\xba\xbe",
    };
    let bytes = [magic, rest].concat();
    let search = Search::new(&["version ", "inflate "], &["version", "zlibVersion"]);
    let budget = Budget::new(bonafide_fuzz::LIMITS);
    let mut ledger = bonafide_fuzz::Ledger::default();
    let reading = Reading { threads: Threads::One, search: Some(&search), ..Reading::new(&budget) };
    let source = Source::Bytes { name: "a", bytes: &bytes };
    walk(source, reading, &mut ledger).expect("bytes can always be opened");
});

//! SBOM documents of any format: what can be read is judged, and is read the same again when it is written.

#![no_main]

use bonafide_report::Collected;
use bonafide_sbom::{Encoding, Style, read, validate, write};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut document) = read(bytes) else { return };
    validate(&document, Some(bytes), &mut Collected::default());
    validate(&document, None, &mut Collected::default());
    document.encoding = Encoding::Json;
    for style in [Style::Compact, Style::Pretty] {
        let mut written = Vec::new();
        if write(&document, Encoding::Json, style, &mut written).is_ok() {
            let again = read(&written).expect("what was written can be read");
            assert!(again == document, "{}", String::from_utf8_lossy(&written));
        }
    }
});

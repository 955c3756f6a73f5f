//! Conversion of SBOM documents: no document makes it panic, and where no loss is reported converting back gives the original.

#![no_main]

use bonafide_sbom::convert::{Converted, LOSS, Target, convert};
use bonafide_sbom::{Document, Encoding, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = read(bytes) else { return };
    let document = Document { encoding: Encoding::Json, ..document };
    for target in [Target::Spdx23, Target::Spdx30, Target::CycloneDx16, Target::CycloneDx17] {
        let Ok(Converted { document: converted, findings }) = convert(&document, target) else { continue };
        if target.format() == document.format || findings.iter().any(|finding| finding.rule == &LOSS) {
            continue;
        }
        let back =
            convert(&converted, Target::like(&document)).expect("what was converted can be converted back");
        let plain = |document: &Document| {
            let mut plain = Document { version: "".into(), ..document.clone() };
            for key in ["$schema", "@context"] {
                plain.extra.remove(key);
            }
            plain
        };
        assert!(plain(&back.document) == plain(&document), "converted to {target} and back");
    }
});

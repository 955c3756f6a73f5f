#![no_main]
//! Cabinets: the checksums of all blocks are switched off first, so that changed bytes are decompressed.

use bonafide_artifact::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut bytes = [b"MSCF\0\0\0\0", data].concat();
    // The first folder's record follows the header where nothing is reserved.
    if bytes.len() > 44 && bytes[30] & 7 == 0 {
        let mut place = u32::from_le_bytes([bytes[36], bytes[37], bytes[38], bytes[39]]) as usize;
        while let Some(header) = bytes.get_mut(place..place.saturating_add(8)) {
            header[..4].fill(0);
            place += 8 + usize::from(u16::from_le_bytes([header[4], header[5]]));
        }
    }
    bonafide_fuzz::walked(Source::Bytes { name: "a", bytes: &bytes });
});

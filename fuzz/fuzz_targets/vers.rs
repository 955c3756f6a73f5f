#![no_main]
//! Version ranges: as they are, and made from a native range of the scheme that the first byte says. What is printed is
//! canonical and is read back the same; a version that a range names by itself is in it.

use bonafide_ident::vers::Comparator;
use bonafide_ident::{Scheme, Vers};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let scheme = Scheme::ALL[usize::from(*first) % Scheme::ALL.len()];
    let ranges =
        [Vers::parse(text), Vers::parse(&format!("vers:{scheme}/{text}")), Vers::from_native(scheme, text)];
    for range in ranges.into_iter().flatten() {
        let printed = range.to_string();
        assert_eq!(Vers::parse(&printed).as_ref(), Ok(&range), "{printed}");
        assert_eq!(Vers::parse_canonical(&printed).as_ref(), Ok(&range), "{printed}");
        for constraint in range.constraints() {
            let holds = range.contains(constraint.version());
            if constraint.comparator() == Comparator::Equal {
                assert_eq!(holds, Ok(true), "{printed} {}", constraint.version());
            }
        }
    }
});

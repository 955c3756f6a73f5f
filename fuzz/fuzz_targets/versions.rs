#![no_main]
//! Versions: the first byte says of which scheme, lines are versions. The order is total, and the tools' own comparison is
//! the same from both sides.

use std::cmp::Ordering;

use bonafide_ident::Scheme;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let scheme = Scheme::ALL[usize::from(*first) % Scheme::ALL.len()];
    let versions: Vec<_> = text.lines().take(3).filter_map(|line| scheme.parse(line).ok()).collect();
    for one in &versions {
        assert_eq!(scheme.parse(one.as_str()).as_ref(), Ok(one), "read again");
        assert!(one.key().len() <= 24 * one.as_str().len() + 64, "the key is not much longer than the text");
        for two in &versions {
            assert_eq!(one.cmp(two), two.cmp(one).reverse());
            assert_eq!(one.cmp(two), one.key().cmp(two.key()));
            let (there, back) =
                (scheme.compare(one.as_str(), two.as_str()), scheme.compare(two.as_str(), one.as_str()));
            assert_eq!(there, back.map(Ordering::reverse));
            if !matches!(scheme, Scheme::Maven | Scheme::Composer) {
                assert_eq!(there, Ok(one.cmp(two)));
            }
            for three in &versions {
                assert!(one > two || two > three || one <= three, "transitive");
            }
        }
    }
});

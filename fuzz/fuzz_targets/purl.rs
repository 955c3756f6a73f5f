//! Package URLs: what is read is canonical when it is printed, and is read back the same.

#![no_main]

use bonafide_ident::Purl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(purl) = Purl::parse(text) {
        let printed = purl.to_string();
        assert_eq!(Purl::parse(&printed).as_ref(), Ok(&purl), "{printed}");
    }
});

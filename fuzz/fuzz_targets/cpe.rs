//! CPE names: what is read is read back the same when it is printed, and takes any version that it can say.

#![no_main]

use bonafide_ident::Cpe;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(cpe) = text.parse::<Cpe>() {
        assert_eq!(cpe.to_string().parse::<Cpe>().as_ref(), Ok(&cpe));
        if let Ok(changed) = cpe.with_version(text) {
            assert_eq!(changed.version().plain().as_deref(), Some(text));
        }
    }
});

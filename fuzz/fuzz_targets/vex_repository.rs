//! The two files of a VEX repository: its manifest and its index. What is read of an index is written as what is read again to the
//! same; an address of a manifest splits into what makes it again.

#![no_main]

use bonafide_advisory::vex::repository::{Index, locations, split_folder};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(index) = Index::parse(bytes) {
        let written = serde_json::to_vec(&index).expect("texts are json");
        let again = Index::parse(&written).expect("what is written can be read");
        assert_eq!(written, serde_json::to_vec(&again).expect("texts are json"));
        for package in &index.packages {
            if let Some(purl) = package.purl() {
                assert!(purl.version().is_none(), "it is about every version");
            }
        }
    }
    if let Ok(addresses) = locations(bytes) {
        assert!(!addresses.is_empty(), "a manifest without a place is refused");
        for address in &addresses {
            let (archive, folder) = split_folder(address);
            assert!(!folder.starts_with('/') && !folder.ends_with('/'));
            assert!(archive.len() + folder.len() <= address.len());
        }
    }
});

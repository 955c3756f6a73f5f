//! Lock files: the first byte says in which format the rest is read. Edges lead to packages of the file.

#![no_main]

use bonafide_catalog::lock::LockFormat;
use libfuzzer_sys::fuzz_target;

const FORMATS: [LockFormat; 8] = [
    LockFormat::CargoLock,
    LockFormat::PylockToml,
    LockFormat::UvLock,
    LockFormat::PoetryLock,
    LockFormat::Requirements,
    LockFormat::PackageLock,
    LockFormat::GoMod,
    LockFormat::GoSum,
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let Ok(lock) = FORMATS[usize::from(*first) % FORMATS.len()].parse(rest) else { return };
    for package in &lock.packages {
        assert!(package.needs.iter().all(|need| *need < lock.packages.len()));
        if let Some(purl) = package.purl() {
            assert_eq!(purl.to_string().parse().as_ref(), Ok(&purl));
        }
    }
});

//! OpenSSL: three numbers, then letters for fixes (`1.0.2zf`, up to 1.1.1), then `-alphaN`, `-betaN`, `-preN`, `-devN`.

use super::Written;
use super::key::{Key, all_digits, runs, split_while};

pub(super) fn write(text: &str, key: &mut Key) -> Written {
    let (core, pre) = match text.split_once('-') {
        Some((core, pre)) => (core, Some(pre)),
        None => (text, None),
    };
    let (numbers, letters) = split_while(core, |byte| byte.is_ascii_digit() || *byte == b'.');
    if !letters.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Err("small letters only may follow the numbers");
    }
    for digits in numbers.split('.') {
        if !all_digits(digits) {
            return Err("a number is missing");
        }
        key.mark(1);
        key.digits(digits);
    }
    key.mark(0);
    key.text(letters);
    // `-fips` and its like name a build of the same release.
    let pre = pre.filter(|pre| ["alpha", "beta", "pre", "dev"].iter().any(|word| pre.starts_with(word)));
    key.mark(u8::from(pre.is_none()));
    for run in runs(pre.unwrap_or_default()) {
        if all_digits(run) {
            key.mark(1);
            key.digits(run);
        } else {
            key.mark(2);
            key.text(run);
        }
    }
    key.mark(0);
    Ok(())
}

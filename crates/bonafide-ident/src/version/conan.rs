//! Conan 2: `item(.item)*[-pre][+build]`; pre-release and build are versions themselves.
//!
//! Zeros at the end have no weight. An item is a number and what follows it (`9d`), or a word; words are above numbers.
//! Conan compares a number with an item that is none as texts, which has cycles (`2 < 10 < 1a < 2`); here the number
//! that begins an item always counts first.

use super::Written;
use super::key::{Key, split_digits};

pub(super) fn write(text: &str, key: &mut Key) -> Written {
    let lower = text.to_lowercase();
    let (rest, build) = match lower.rsplit_once('+') {
        Some((rest, build)) => (rest, Some(build)),
        None => (lower.as_str(), None),
    };
    let (items, pre) = match rest.rsplit_once('-') {
        Some((items, pre)) => (items, Some(pre)),
        None => (rest, None),
    };
    write_items(items, key);
    key.mark(u8::from(pre.is_none()));
    write_items(pre.unwrap_or_default(), key);
    key.mark(u8::from(build.is_some()));
    write_items(build.unwrap_or_default(), key);
    Ok(())
}

fn write_items(text: &str, key: &mut Key) {
    let mut items: Vec<&str> = text.split('.').collect();
    while items.last().is_some_and(|item| item.bytes().all(|byte| byte == b'0')) {
        items.pop();
    }
    for item in items {
        let (digits, word) = split_digits(item);
        key.mark(if digits.is_empty() { 2 } else { 1 });
        key.digits(digits);
        key.text(word);
    }
    key.mark(0);
}

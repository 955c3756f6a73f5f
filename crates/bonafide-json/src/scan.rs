//! Finding the end of plain text inside a string.

/// A word of eight bytes that are all one.
const ONES: u64 = u64::MAX / 255;

/// The number of bytes before the first one that is a quote, a backslash or a control character; all where none is.
///
/// Eight bytes at a time: taking a byte from each lane borrows from the lane's high bit where the lane was smaller. A borrow
/// spreads upwards only, so the lowest mark is always right, and no other is asked for.
pub(crate) fn plain(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let marks = below(word, 0x20) | equal(word, b'"') | equal(word, b'\\');
        let marks = marks & (ONES << 7);
        if marks != 0 {
            return at * 8 + marks.trailing_zeros() as usize / 8;
        }
    }
    let end = rest.iter().position(|byte| matches!(byte, 0..0x20 | b'"' | b'\\'));
    words.len() * 8 + end.unwrap_or(rest.len())
}

const fn below(word: u64, bound: u8) -> u64 {
    word.wrapping_sub(ONES * bound as u64) & !word
}

const fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ (ONES * byte as u64), 1)
}

#[cfg(test)]
mod tests {
    use super::plain;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_a_search_byte_by_byte_finds(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let expected = bytes.iter().position(|byte| *byte < 0x20 || *byte == b'"' || *byte == b'\\');
            prop_assert_eq!(plain(&bytes), expected.unwrap_or(bytes.len()));
        }

        #[test]
        fn finds_the_first_of_what_lies_next_to_it(
            bytes in prop::collection::vec(prop::sample::select(&b"\x1f\x20\x21\"#[\\]\x7f\x80\xa2\xdc"[..]), 0..40),
        ) {
            let expected = bytes.iter().position(|byte| *byte < 0x20 || *byte == b'"' || *byte == b'\\');
            prop_assert_eq!(plain(&bytes), expected.unwrap_or(bytes.len()));
        }
    }
}

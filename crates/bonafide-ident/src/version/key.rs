//! Bytes that sort as versions do.
//!
//! A key is written left to right in the order in which the scheme compares. At each place stands a *mark*, a byte that
//! says what follows (a number, a word, the end); marks are chosen so that their order is the order of those cases. A
//! number is its length and then its bytes, so a longer one is greater; a text is its bytes and an end that is below any
//! byte. Each is self-delimiting, so the first difference decides and nothing after it is looked at.

/// A key that grows.
pub(super) struct Key(Vec<u8>);

impl Key {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(super) fn into_bytes(self) -> Box<[u8]> {
        self.0.into_boxed_slice()
    }

    /// Starts again, for a second reading of the same text.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// A byte that says what follows.
    pub(super) fn mark(&mut self, mark: u8) {
        self.0.push(mark);
    }

    /// Bytes that nothing follows.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// A number of any size, from its ASCII digits; none is 0. Up to 18 digits: how many bytes, then those bytes. More:
    /// 9, how many digits, then the digits.
    pub(super) fn digits(&mut self, digits: &str) {
        debug_assert!(digits.bytes().all(|byte| byte.is_ascii_digit()), "callers pass digits");
        let digits = digits.trim_start_matches('0');
        if digits.len() <= 18 {
            return self.number(digits.bytes().fold(0, |value, digit| value * 10 + u64::from(digit - b'0')));
        }
        self.0.push(9);
        self.0.extend_from_slice(&(digits.len() as u64).to_be_bytes());
        self.0.extend_from_slice(digits.as_bytes());
    }

    /// A number.
    pub(super) fn number(&mut self, value: u64) {
        let zeros = value.leading_zeros() as usize / 8;
        self.0.push(8 - zeros as u8);
        self.0.extend_from_slice(&value.to_be_bytes()[zeros..]);
    }

    /// A number that sorts the other way round: more is less.
    pub(super) fn number_down(&mut self, value: u64) {
        self.0.extend_from_slice(&(!value).to_be_bytes());
    }

    /// A text; one that begins another is less. A zero byte inside gets a second byte, so that the end stays least.
    pub(super) fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            self.0.push(byte);
            if byte == 0 {
                self.0.push(0xff);
            }
        }
        self.0.extend_from_slice(&[0, 0]);
    }
}

/// Whether a text is one or more ASCII digits.
pub(super) fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Splits off the leading bytes that satisfy a test; the test holds for ASCII only, so the cut is between characters.
pub(super) fn split_while(text: &str, test: impl Fn(&u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(|byte| !(byte.is_ascii() && test(&byte))).unwrap_or(text.len());
    text.split_at(end)
}

/// Splits off the leading ASCII digits.
pub(super) fn split_digits(text: &str) -> (&str, &str) {
    split_while(text, u8::is_ascii_digit)
}

/// Cuts a text into runs of ASCII digits and runs of ASCII letters; all else only separates.
pub(super) fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let first = rest.bytes().next()?;
        let digits = first.is_ascii_digit();
        let (run, after) =
            split_while(rest, |byte| byte.is_ascii_alphanumeric() && byte.is_ascii_digit() == digits);
        rest = after;
        Some(run)
    })
}

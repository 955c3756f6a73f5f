//! Names of weaknesses (Common Weakness Enumeration, MITRE).

/// Entries of the list that are categories or views: they gather weaknesses and are none. CWE 4.x, "usage: prohibited".
const CATEGORIES: &[u16] = &[
    2, 16, 17, 18, 19, 21, 100, 133, 136, 137, 189, 199, 227, 251, 254, 255, 264, 265, 275, 310, 320, 355,
    361, 371, 387, 388, 389, 398, 399, 411, 417, 429, 438, 442, 452, 465, 485, 557, 559, 569, 632, 633, 634,
    635, 658, 659, 660, 661, 699, 700, 711, 734, 750, 840, 888, 1000, 1003,
];

/// The number of `CWE-79`; nothing where the text has another form.
pub(crate) fn number(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("CWE-")?;
    let plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// Whether the entry of that number gathers weaknesses and is none.
pub(crate) fn is_category(number: u16) -> bool {
    CATEGORIES.contains(&number)
}

/// The number that a text names in front or anywhere: `CWE-79 Improper …`, `… (CWE-79)`.
pub(crate) fn named(text: &str) -> Option<u16> {
    let start = text.find("CWE-")?;
    let digits: String = text[start + 4..].chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

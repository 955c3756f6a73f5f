//! Names of members: bytes, with a rule to show them.

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;

/// The name of a member as its container spells it.
///
/// Kept as raw bytes, for names need not be UTF-8. [`MemberPath::text`] is lossless: read back by
/// [`MemberPath::from_text`] it gives a path that is equal. [`MemberPath::normal`] is for matching only.
/// A `MemberPath` never becomes a path on disk.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberPath {
    raw: Box<[u8]>,
}

/// Why a name is dangerous to whoever unpacks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hazard {
    /// It has a part `..`, between slashes or backslashes.
    Climbs,
    /// It begins with a slash or a backslash; two of them name a Windows share.
    Absolute,
    /// It begins with a letter and a colon, as a Windows drive does.
    Drive,
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Climbs => "climbs out by `..`",
            Self::Absolute => "is absolute",
            Self::Drive => "names a drive",
        })
    }
}

impl MemberPath {
    /// From the container's bytes.
    pub fn new(raw: impl Into<Box<[u8]>>) -> Self {
        Self { raw: raw.into() }
    }

    /// From a name in code page 437, which zip names are in where nothing says UTF-8. Each byte has one character,
    /// so nothing is lost; the raw bytes are then that text in UTF-8.
    #[must_use]
    pub fn from_cp437(bytes: &[u8]) -> Self {
        if bytes.is_ascii() {
            return Self::new(bytes);
        }
        let text: String = bytes
            .iter()
            .map(|&byte| match byte.checked_sub(0x80) {
                None => char::from(byte),
                Some(high) => CP437[usize::from(high)],
            })
            .collect();
        Self::new(text.into_bytes())
    }

    /// From the lossless text form: `\xNN` stands for a byte, anything else for itself.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut raw = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            if let Some(byte) = escape(&bytes[at..]) {
                raw.push(byte);
                at += 4;
            } else {
                raw.push(bytes[at]);
                at += 1;
            }
        }
        Self::new(raw)
    }

    /// The bytes as the container has them.
    #[must_use]
    pub const fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The lossless text form, for people and documents.
    ///
    /// A byte that is no part of valid UTF-8, the bytes of a control character (U+0000 to U+001F, U+007F to U+009F,
    /// and the marks that turn the direction of text) are written `\xNN`, two lower-case hexadecimal digits; so is a
    /// backslash that would otherwise read as the begin of such an escape. All else stands for itself.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.raw.len());
        let mut rest = &*self.raw;
        for chunk in self.raw.utf8_chunks() {
            for char in chunk.valid().chars() {
                let (bytes, after) = rest.split_at(char.len_utf8());
                if hidden(char) || (char == '\\' && escape(rest).is_some()) {
                    push_escaped(&mut text, bytes);
                } else {
                    text.push(char);
                }
                rest = after;
            }
            push_escaped(&mut text, chunk.invalid());
            rest = &rest[chunk.invalid().len()..];
        }
        text
    }

    /// The form for matching: parts joined by one `/`, without `.` parts and without a slash at either end.
    ///
    /// A backslash separates parts only where the name has no slash at all. `..` stays. Letter case is kept.
    #[must_use]
    pub fn normal(&self) -> Cow<'_, [u8]> {
        let separator = if self.raw.contains(&b'/') { b'/' } else { b'\\' };
        if separator == b'/' && is_normal(&self.raw) || !self.raw.contains(&separator) && &*self.raw != b"." {
            return Cow::Borrowed(&self.raw);
        }
        let parts = self.raw.split(|&byte| byte == separator).filter(|part| !part.is_empty() && part != b".");
        Cow::Owned(parts.collect::<Vec<_>>().join(&b'/'))
    }

    /// What is dangerous about the name, on whatever system it is unpacked: slash and backslash both separate.
    #[must_use]
    pub fn hazard(&self) -> Option<Hazard> {
        hazard(&self.raw)
    }
}

/// What is dangerous about a name or a link's target.
pub(crate) fn hazard(raw: &[u8]) -> Option<Hazard> {
    match raw {
        [b'/' | b'\\', ..] => return Some(Hazard::Absolute),
        [letter, b':', ..] if letter.is_ascii_alphabetic() => return Some(Hazard::Drive),
        _ => {}
    }
    raw.split(|&byte| byte == b'/' || byte == b'\\').any(|part| part == b"..").then_some(Hazard::Climbs)
}

/// Whether a link's target leads out of its container, seen from the folder that the link lies in.
pub(crate) fn target_climbs(link: &MemberPath, target: &[u8]) -> bool {
    if matches!(hazard(target), Some(Hazard::Absolute | Hazard::Drive)) {
        return true;
    }
    let mut depth = link.normal().split(|&byte| byte == b'/').count() - 1;
    for part in target.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if depth == 0 => return true,
            b".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}

fn is_normal(raw: &[u8]) -> bool {
    raw.split(|&byte| byte == b'/').all(|part| !part.is_empty() && part != b".")
}

fn hidden(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The byte that a text's begin stands for, where it is an escape.
fn escape(text: &[u8]) -> Option<u8> {
    let [b'\\', b'x', high, low, ..] = text else { return None };
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    Some(digit(*high)? << 4 | digit(*low)?)
}

fn push_escaped(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        write!(text, "\\x{byte:02x}").expect("a String takes all that is written");
    }
}

impl fmt::Debug for MemberPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberPath({})", self.raw.escape_ascii())
    }
}

/// Code page 437 from 0x80 on, as the zip specification (APPNOTE 6.3.10, appendix D) means it.
#[rustfmt::skip]
const CP437: [char; 128] = [
    'Ç','ü','é','â','ä','à','å','ç','ê','ë','è','ï','î','ì','Ä','Å',
    'É','æ','Æ','ô','ö','ò','û','ù','ÿ','Ö','Ü','¢','£','¥','₧','ƒ',
    'á','í','ó','ú','ñ','Ñ','ª','º','¿','⌐','¬','½','¼','¡','«','»',
    '░','▒','▓','│','┤','╡','╢','╖','╕','╣','║','╗','╝','╜','╛','┐',
    '└','┴','┬','├','─','┼','╞','╟','╚','╔','╩','╦','╠','═','╬','╧',
    '╨','╤','╥','╙','╘','╒','╓','╫','╪','┘','┌','█','▄','▌','▐','▀',
    'α','ß','Γ','π','Σ','σ','µ','τ','Φ','Θ','Ω','δ','∞','φ','ε','∩',
    '≡','±','≥','≤','⌠','⌡','÷','≈','°','∙','·','√','ⁿ','²','■','\u{a0}',
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path(raw: &[u8]) -> MemberPath {
        MemberPath::new(raw)
    }

    #[test]
    fn text_hides_nothing_and_plays_no_tricks() {
        assert_eq!(path("Lib/ä.py".as_bytes()).text(), "Lib/ä.py");
        assert_eq!(path(b"N\xe9\xff").text(), "N\\xe9\\xff");
        assert_eq!(path(b"p/\x1b[31mred\n").text(), "p/\\x1b[31mred\\x0a");
        assert_eq!(path(b"a\\b").text(), "a\\b");
        assert_eq!(path(b"a\\x41").text(), "a\\x5cx41");
        assert_eq!(path("a\u{202e}b".as_bytes()).text(), "a\\xe2\\x80\\xaeb");
    }

    #[test]
    fn normal_form_joins_parts_by_one_slash() {
        for (raw, normal) in [
            ("a/b", "a/b"),
            ("./a//b/", "a/b"),
            ("/a/./b", "a/b"),
            ("a\\b", "a/b"),
            ("a\\b/c", "a\\b/c"),
            (".", ""),
            ("../a", "../a"),
            ("a", "a"),
        ] {
            assert_eq!(path(raw.as_bytes()).normal(), normal.as_bytes(), "{raw}");
        }
    }

    #[test]
    fn dangerous_names_are_told_for_every_system() {
        for (raw, hazard) in [
            ("a/../../b", Some(Hazard::Climbs)),
            ("p\\..\\..\\b", Some(Hazard::Climbs)),
            ("..", Some(Hazard::Climbs)),
            ("/etc", Some(Hazard::Absolute)),
            ("\\\\server\\share", Some(Hazard::Absolute)),
            ("c:/x", Some(Hazard::Drive)),
            ("a..b/..c", None),
            ("", None),
        ] {
            assert_eq!(path(raw.as_bytes()).hazard(), hazard, "{raw}");
        }
    }

    #[test]
    fn links_may_climb_within_their_container() {
        let link = path(b"./a/b/link");
        assert!(!target_climbs(&link, b"../../c"));
        assert!(target_climbs(&link, b"../../../c"));
        assert!(target_climbs(&link, b"/c"));
        assert!(!target_climbs(&link, b"c"));
    }

    #[test]
    fn cp437_names_become_unicode() {
        assert_eq!(MemberPath::from_cp437(b"\x8e\xff").text(), "Ä\u{a0}");
    }

    proptest! {
        #[test]
        fn text_is_read_back(raw in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\\'), Just(b'x'), Just(b'4')], 0..60)) {
            let path = path(&raw);
            let text = path.text();
            prop_assert!(!text.contains(char::is_control));
            prop_assert_eq!(MemberPath::from_text(&text), path);
        }

        #[test]
        fn valid_text_is_read_back(text in "[a-f0-9x\\\\/é]{0,40}") {
            let path = path(text.as_bytes());
            prop_assert_eq!(MemberPath::from_text(&path.text()), path);
        }
    }
}

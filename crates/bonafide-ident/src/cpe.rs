//! CPE 2.3 names (NISTIR 7695): `cpe:2.3:a:python:python:3.13.5:*:*:*:*:*:*:*`.
//!
//! A name has eleven attributes. Each is any value (`*`), not applicable (`-`) or a text, in which letters, digits, `.`,
//! `-` and `_` stand for themselves and other printable ASCII is escaped by `\`. An unescaped `*` or a run of `?` at
//! either end of a text is a wildcard. The older URI form, `cpe:/a:python:python:3.13.5`, is read too and written never.

mod matching;

use std::fmt;
use std::str::FromStr;

pub use matching::Relation;

/// The names of the eleven attributes, in the order of a formatted string.
const ATTRIBUTES: [&str; 11] = [
    "part",
    "vendor",
    "product",
    "version",
    "update",
    "edition",
    "language",
    "sw_edition",
    "target_sw",
    "target_hw",
    "other",
];

/// Why a text is no CPE name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CpeError {
    /// Neither `cpe:2.3:` nor `cpe:/` stands first.
    #[error("a cpe name begins with `cpe:2.3:`")]
    Scheme,
    /// There are not eleven attributes (seven at most in the URI form).
    #[error("the cpe name has {0} attributes, 11 are needed")]
    Count(usize),
    /// The part is not `a`, `o`, `h`, `*` or `-`.
    #[error("`{0}` is no cpe part: `a`, `o` or `h`")]
    Part(String),
    /// An attribute is empty.
    #[error("the cpe attribute {0} is empty, any value is written `*`")]
    Empty(&'static str),
    /// An attribute has a character that must be escaped, or a wildcard in its middle, or an escape of nothing.
    #[error("the cpe attribute {attribute} is malformed at `{at}`: {reason}")]
    Malformed {
        /// Which attribute.
        attribute: &'static str,
        /// What stands there, at most 40 characters.
        at: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// The value of one attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// `*`: any value.
    #[default]
    Any,
    /// `-`: not applicable.
    NotApplicable,
    /// A text, escaped as a formatted string has it; no more is escaped than must be.
    Text(String),
}

impl Attribute {
    /// The text without its escapes, where there is one. Wildcards and escaped `*` look the same in it.
    #[must_use]
    pub fn plain(&self) -> Option<String> {
        let Self::Text(text) = self else { return None };
        let mut plain = String::with_capacity(text.len());
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            plain.extend(if letter == '\\' { letters.next() } else { Some(letter) });
        }
        Some(plain)
    }

    /// An attribute that is this text and nothing else: what needs an escape gets one.
    fn literal(attribute: &'static str, text: &str) -> Result<Self, CpeError> {
        let mut escaped = String::with_capacity(text.len());
        for letter in text.chars() {
            if needs_escape(letter) {
                escaped.push('\\');
            }
            escaped.push(letter);
        }
        if text == "-" {
            escaped.insert(0, '\\');
        }
        Self::read(attribute, &escaped)
    }

    /// Reads the text of an attribute in a formatted string.
    fn read(attribute: &'static str, text: &str) -> Result<Self, CpeError> {
        match text {
            "" => return Err(CpeError::Empty(attribute)),
            "*" => return Ok(Self::Any),
            "-" => return Ok(Self::NotApplicable),
            _ => {}
        }
        let malformed =
            |at: &str, reason| CpeError::Malformed { attribute, at: at.chars().take(40).collect(), reason };
        let body = text.trim_start_matches('?');
        let body = if body.len() == text.len() { body.strip_prefix('*').unwrap_or(body) } else { body };
        let mut canonical = text[..text.len() - body.len()].to_owned();
        let mut rest = body;
        let mut ordinary = 0_usize;
        while let Some(letter) = rest.chars().next() {
            let after = &rest[letter.len_utf8()..];
            match letter {
                '\\' => {
                    let Some(escaped) = after.chars().next().filter(char::is_ascii_punctuation) else {
                        return Err(malformed(rest, "`\\` escapes punctuation only"));
                    };
                    if needs_escape(escaped) {
                        canonical.push('\\');
                    }
                    canonical.push(escaped);
                    rest = &after[1..];
                }
                '*' | '?' => {
                    if rest != "*" && rest.contains(|letter| letter != '?') {
                        return Err(malformed(
                            rest,
                            "wildcards stand at the ends only, else they are escaped by `\\`",
                        ));
                    }
                    canonical.push_str(rest);
                    break;
                }
                _ if needs_escape(letter) && letter.is_ascii_punctuation() => {
                    return Err(malformed(rest, "punctuation is escaped by `\\`"));
                }
                _ if needs_escape(letter) => {
                    return Err(malformed(rest, "printable ascii without spaces only"));
                }
                _ => {
                    canonical.push(letter);
                    rest = after;
                }
            }
            ordinary += 1;
        }
        if ordinary == 0 {
            return Err(malformed(text, "a wildcard alone is written `*`"));
        }
        if canonical == "-" {
            return Err(malformed(text, "a hyphen alone means not applicable and cannot be escaped"));
        }
        Ok(Self::Text(canonical))
    }
}

fn needs_escape(letter: char) -> bool {
    !letter.is_ascii_alphanumeric() && !matches!(letter, '.' | '-' | '_')
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "*",
            Self::NotApplicable => "-",
            Self::Text(text) => text,
        })
    }
}

/// A CPE 2.3 name. Shown as a formatted string.
///
/// ```
/// use bonafide_ident::Cpe;
/// let cpe: Cpe = r"cpe:2.3:a:libexpat_project:libexpat:2.7.1:*:*:*:*:*:*:*".parse().unwrap();
/// let next = cpe.with_version("2.8.0+rc1").unwrap();
/// assert_eq!(next.to_string(), r"cpe:2.3:a:libexpat_project:libexpat:2.8.0\+rc1:*:*:*:*:*:*:*");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cpe([Attribute; 11]);

impl Cpe {
    /// `a` application, `o` operating system, `h` hardware.
    #[must_use]
    pub fn part(&self) -> &Attribute {
        &self.0[0]
    }

    /// Who makes it.
    #[must_use]
    pub fn vendor(&self) -> &Attribute {
        &self.0[1]
    }

    /// What it is called.
    #[must_use]
    pub fn product(&self) -> &Attribute {
        &self.0[2]
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> &Attribute {
        &self.0[3]
    }

    /// All eleven with their names, in the order of a formatted string.
    pub fn attributes(&self) -> impl Iterator<Item = (&'static str, &Attribute)> {
        ATTRIBUTES.into_iter().zip(&self.0)
    }

    /// The same name with another version, given as it is written elsewhere; all else stays.
    ///
    /// # Errors
    ///
    /// [`CpeError::Empty`] and [`CpeError::Malformed`], for a version that no CPE name can say.
    pub fn with_version(&self, version: &str) -> Result<Self, CpeError> {
        let mut changed = self.clone();
        changed.0[3] = Attribute::literal(ATTRIBUTES[3], version)?;
        Ok(changed)
    }

    fn read_formatted(text: &str) -> Result<Self, CpeError> {
        let mut fields = Vec::with_capacity(11);
        let (mut start, mut escaped) = (0, false);
        for (at, byte) in text.bytes().enumerate() {
            if byte == b':' && !escaped {
                fields.push(&text[start..at]);
                start = at + 1;
            }
            escaped = byte == b'\\' && !escaped;
        }
        fields.push(&text[start..]);
        let fields: [&str; 11] = fields.try_into().map_err(|fields: Vec<_>| CpeError::Count(fields.len()))?;
        let mut attributes: [Attribute; 11] = Default::default();
        for ((attribute, name), field) in attributes.iter_mut().zip(ATTRIBUTES).zip(fields) {
            *attribute = Attribute::read(name, field)?;
        }
        Self(attributes).check_part()
    }

    /// The URI form (NISTIR 7695, 6.1.3): up to seven fields, empty for any; `~` packs five attributes into the edition.
    fn read_uri(text: &str) -> Result<Self, CpeError> {
        let fields: Vec<&str> = text.split(':').collect();
        if fields.len() > 7 {
            return Err(CpeError::Count(fields.len()));
        }
        let mut attributes: [Attribute; 11] = Default::default();
        for (index, field) in fields.into_iter().enumerate() {
            let Some(packed) = field.strip_prefix('~').filter(|_| index == 5) else {
                attributes[index] = read_uri_value(ATTRIBUTES[index], field)?;
                continue;
            };
            let parts: Vec<&str> = packed.split('~').collect();
            if parts.len() != 5 {
                return Err(CpeError::Malformed {
                    attribute: ATTRIBUTES[5],
                    at: field.chars().take(40).collect(),
                    reason: "a packed edition has five values",
                });
            }
            for (target, part) in [5, 7, 8, 9, 10].into_iter().zip(parts) {
                attributes[target] = read_uri_value(ATTRIBUTES[target], part)?;
            }
        }
        Self(attributes).check_part()
    }

    fn check_part(self) -> Result<Self, CpeError> {
        match self.part() {
            Attribute::Text(part) if !matches!(part.as_str(), "a" | "o" | "h") => {
                Err(CpeError::Part(part.chars().take(40).collect()))
            }
            _ => Ok(self),
        }
    }
}

fn read_uri_value(attribute: &'static str, field: &str) -> Result<Attribute, CpeError> {
    if field.is_empty() {
        return Ok(Attribute::Any);
    }
    if field == "-" {
        return Ok(Attribute::NotApplicable);
    }
    let mut escaped = String::with_capacity(field.len());
    let mut rest = field;
    while let Some(letter) = rest.chars().next() {
        let mut after = &rest[letter.len_utf8()..];
        let mut literal = letter;
        if letter == '%' {
            let code = after.get(..2).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
            let code = code.and_then(|code| u8::from_str_radix(code, 16).ok()).ok_or_else(|| {
                CpeError::Malformed {
                    attribute,
                    at: rest.chars().take(40).collect(),
                    reason: "`%` is followed by two hexadecimal digits",
                }
            })?;
            after = &after[2..];
            literal = char::from(code);
        }
        rest = after;
        match (letter, literal) {
            ('%', '\x01') => escaped.push('?'),
            ('%', '\x02') => escaped.push('*'),
            _ => {
                if needs_escape(literal) {
                    escaped.push('\\');
                }
                escaped.push(literal);
            }
        }
    }
    Attribute::read(attribute, &escaped)
}

impl FromStr for Cpe {
    type Err = CpeError;

    fn from_str(text: &str) -> Result<Self, CpeError> {
        let rest = |prefix: &str| {
            let head = text.get(..prefix.len())?;
            head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
        };
        match (rest("cpe:2.3:"), rest("cpe:/")) {
            (Some(fields), _) => Self::read_formatted(fields),
            (None, Some(fields)) => Self::read_uri(fields),
            (None, None) => Err(CpeError::Scheme),
        }
    }
}

impl fmt::Display for Cpe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cpe:2.3")?;
        self.0.iter().try_for_each(|attribute| write!(f, ":{attribute}"))
    }
}

#[cfg(test)]
mod tests;

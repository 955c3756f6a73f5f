//! One constraint, `>=1.0`, and the intervals that a list of them marks.

use std::cmp::Ordering;
use std::fmt;

use super::VersError;
use crate::version::{Scheme, Version};

/// How a version is held against the version of a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparator {
    /// Nothing is written.
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparator {
    /// As it is written; equality is not.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Splits a comparator off a text; `=` is taken for equality.
    pub(super) fn split(text: &str) -> (Self, &str) {
        const SIGNS: [(&str, Comparator); 7] = [
            (">=", Comparator::GreaterOrEqual),
            ("<=", Comparator::LessOrEqual),
            ("!=", Comparator::NotEqual),
            ("==", Comparator::Equal),
            ("<", Comparator::Less),
            (">", Comparator::Greater),
            ("=", Comparator::Equal),
        ];
        let found = SIGNS.iter().find_map(|(sign, comparator)| Some((*comparator, text.strip_prefix(sign)?)));
        found.unwrap_or((Self::Equal, text))
    }

    /// Whether a version that stands so to that of the constraint satisfies it.
    pub(crate) const fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }

    pub(super) const fn is_lower_bound(self) -> bool {
        matches!(self, Self::Greater | Self::GreaterOrEqual)
    }

    pub(super) const fn is_upper_bound(self) -> bool {
        matches!(self, Self::Less | Self::LessOrEqual)
    }

    /// Whether the version of the constraint satisfies it.
    pub(super) const fn holds_itself(self) -> bool {
        matches!(self, Self::Equal | Self::LessOrEqual | Self::GreaterOrEqual)
    }
}

/// A comparator and a version. Shown as VERS writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Constraint {
    comparator: Comparator,
    version: Version,
}

impl Constraint {
    /// A bound needs a version whose place is certain; a version to be equal to does not.
    pub(super) fn new(scheme: Scheme, comparator: Comparator, version: &str) -> Result<Self, VersError> {
        let version = match comparator {
            Comparator::Equal | Comparator::NotEqual => scheme.parse(version)?,
            _ => scheme.parse_bound(version)?,
        };
        Ok(Self { comparator, version })
    }

    pub(super) fn read(scheme: Scheme, text: &str) -> Result<Self, VersError> {
        let malformed = |reason| VersError::Malformed { text: text.chars().take(60).collect(), reason };
        let (comparator, encoded) = Comparator::split(text);
        if encoded.is_empty() {
            return Err(malformed("it has no version"));
        }
        if encoded.contains(['<', '>', '=', '!', '*']) {
            return Err(malformed("`<`, `>`, `=`, `!` and `*` in a version are percent-encoded"));
        }
        let version = decode(encoded).ok_or_else(|| malformed("it is not percent-encoded utf-8"))?;
        Self::new(scheme, comparator, &version)
    }

    /// The comparator.
    #[must_use]
    pub fn comparator(&self) -> Comparator {
        self.comparator
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.comparator.as_str())?;
        for byte in self.version.as_str().bytes() {
            if byte.is_ascii_graphic() && !b"<>=!*|%".contains(&byte) {
                write!(f, "{}", char::from(byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}

fn decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            u8::try_from(digit()? << 4 | digit()?).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

/// What is strictly between two bounds; a missing bound is the end of the line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interval<'a> {
    pub(super) above: Option<&'a Version>,
    pub(super) below: Option<&'a Version>,
}

/// The intervals of a sorted list. Of lower bounds in a row the first counts, of upper bounds the last. A list of nothing
/// but `!=` is the whole line.
pub(super) fn intervals(sequence: &[Constraint]) -> Vec<Interval<'_>> {
    let mut intervals: Vec<Interval<'_>> = Vec::new();
    for constraint in sequence {
        let version = Some(&constraint.version);
        let last = intervals.last_mut();
        if constraint.comparator.is_lower_bound() {
            if last.is_none_or(|last| last.below.is_some()) {
                intervals.push(Interval { above: version, below: None });
            }
        } else if constraint.comparator.is_upper_bound() {
            match last {
                Some(last) => last.below = version,
                None => intervals.push(Interval { above: None, below: version }),
            }
        }
    }
    if sequence.iter().all(|constraint| constraint.comparator == Comparator::NotEqual) {
        intervals.push(Interval { above: None, below: None });
    }
    intervals
}

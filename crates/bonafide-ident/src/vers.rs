//! Version ranges in one notation for all ecosystems: `vers:pypi/>=1.0|!=1.3|<2.0` (VERS, the version range specifier;
//! proposed Ecma standard, clause 5).
//!
//! A range is a type and a list of constraints, sorted by version, each a comparator and a version. The list marks
//! intervals on the line of versions: a lower bound and the upper bound after it hold what is between them; a bare version
//! adds itself, `!=` takes itself away. The bar means neither *and* nor *or*. `*` alone is all versions.
//!
//! [`Vers::parse`] is patient: it sorts and decodes. [`Vers::parse_canonical`] refuses what is not spelt as it should be.
//! [`Vers::from_native`] reads what an ecosystem writes itself.

mod cells;
mod constraint;
mod native;

use std::fmt;
use std::str::FromStr;

use crate::version::{Scheme, Version, VersionError};

pub(crate) use cells::Clause;
pub use constraint::{Comparator, Constraint};

/// No range is longer, in bytes.
pub const MAX_VERS_BYTES: usize = 1024 * 1024;

/// Why a text is no range, or what prevents an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VersError {
    /// It does not begin with `vers:` and a type.
    #[error("a version range begins with `vers:` and a type, as in `vers:npm/`")]
    Scheme,
    /// Longer than [`MAX_VERS_BYTES`].
    #[error("a version range of {0} bytes is too long, at most {MAX_VERS_BYTES} are read")]
    TooLong(usize),
    /// No constraint follows the type.
    #[error("the version range has no constraint")]
    Empty,
    /// A constraint is not made as constraints are.
    #[error("`{text}` is no version constraint: {reason}")]
    Malformed {
        /// The constraint, at most its first 60 characters.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The range can be read, but is not in canonical form.
    #[error("the version range is not canonical: {0}")]
    NotCanonical(&'static str),
    /// A native range is not made as its ecosystem makes them.
    #[error("`{text}` is no {scheme} range: {reason}")]
    Native {
        /// The ecosystem.
        scheme: Scheme,
        /// The range, at most its first 60 characters.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A version in it, or its type, is unknown to us.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The version to look for is of another scheme.
    #[error("a {version} version cannot be looked for in a {range} range")]
    OtherScheme {
        /// The scheme of the range.
        range: Scheme,
        /// The scheme of the version.
        version: Scheme,
    },
}

/// A range of versions. Shown in canonical form.
///
/// ```
/// use bonafide_ident::{Scheme, Vers};
/// let range: Vers = "vers:pypi/<2.0|>=1.0|!=1.3".parse().unwrap();
/// assert_eq!(range.to_string(), "vers:pypi/>=1.0|!=1.3|<2.0");
/// assert!(range.contains(&Scheme::PyPi.parse("1.2.7").unwrap()).unwrap());
/// assert_eq!(Vers::from_native(Scheme::Npm, "^1.2").unwrap().to_string(), "vers:npm/>=1.2.0|<2.0.0");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Vers(Rule);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Rule {
    /// `vers:all/*`: all versions of anything.
    All,
    /// `vers:none/*`: no version of anything.
    None,
    /// `vers:TYPE/*`.
    Any(Scheme),
    /// At least one constraint, sorted by version; equal versions stay in the order in which they came.
    Sequence(Scheme, Vec<Constraint>),
}

impl Vers {
    /// Reads a range, sorted or not.
    ///
    /// # Errors
    ///
    /// A [`VersError`]; [`VersError::Version`] for a type or a version that is not known.
    pub fn parse(text: &str) -> Result<Self, VersError> {
        let text = text.trim();
        let (ty, constraints) = split(text)?;
        let ty = ty.to_ascii_lowercase();
        if constraints.is_empty() {
            return Err(VersError::Empty);
        }
        if constraints == "*" {
            return Ok(Self(match ty.as_str() {
                "all" => Rule::All,
                "none" => Rule::None,
                _ => Rule::Any(ty.parse()?),
            }));
        }
        let scheme: Scheme = ty.parse()?;
        let mut sequence = Vec::new();
        for part in constraints.split('|').map(str::trim).filter(|part| !part.is_empty()) {
            sequence.push(Constraint::read(scheme, part)?);
        }
        if sequence.is_empty() {
            return Err(VersError::Empty);
        }
        Ok(Self::sorted(scheme, sequence))
    }

    /// Reads a range that must be in canonical form: sorted, no white space, nothing empty between bars, no `=`, percent
    /// signs where they belong and nowhere else.
    ///
    /// # Errors
    ///
    /// [`VersError::NotCanonical`], and those of [`Vers::parse`].
    pub fn parse_canonical(text: &str) -> Result<Self, VersError> {
        let canonical = VersError::NotCanonical;
        if text.contains(|letter: char| letter.is_ascii_whitespace()) {
            return Err(canonical("white space is not permitted"));
        }
        let (ty, constraints) = split(text)?;
        if ty.contains(|letter: char| letter.is_ascii_uppercase()) || !text.starts_with("vers:") {
            return Err(canonical("`vers` and the type are written in small letters"));
        }
        if constraints.starts_with('|') || constraints.ends_with('|') || constraints.contains("||") {
            return Err(canonical("a bar stands between two constraints"));
        }
        let range = Self::parse(text)?;
        if let Rule::Sequence(scheme, sequence) = &range.0 {
            for part in constraints.split('|') {
                let constraint = Constraint::read(*scheme, part)?;
                if constraint.to_string() != part {
                    return Err(canonical("a comparator or a percent-encoding has another spelling"));
                }
            }
            let written = constraints.split('|').map(|part| Constraint::read(*scheme, part));
            if !written.zip(sequence).all(|(one, two)| one.is_ok_and(|one| one.version() == two.version())) {
                return Err(canonical("constraints are not sorted by version"));
            }
        }
        if range.to_string() != text {
            return Err(canonical("the range has another spelling"));
        }
        Ok(range)
    }

    /// Reads a range as an ecosystem writes it: `^1.2 || ~2.0` (npm), `>=1.0,!=1.3` (Python), `[1.0,2.0)` (Maven, NuGet),
    /// `~> 2.0.8` (gems).
    ///
    /// VERS compares and does nothing else, so what depends on more is lost: that `<2.0` of Python and `^1` of npm leave out
    /// pre-releases of the bound.
    ///
    /// # Errors
    ///
    /// [`VersError::Native`] where the text is no such range; [`VersError::Version`] where a version in it is none.
    pub fn from_native(scheme: Scheme, text: &str) -> Result<Self, VersError> {
        if text.len() > MAX_VERS_BYTES {
            return Err(VersError::TooLong(text.len()));
        }
        let clauses = native::read(scheme, text.trim())?;
        cells::union(scheme, clauses)
    }

    /// The scheme of its versions; none for `vers:all/*` and `vers:none/*`.
    #[must_use]
    pub fn scheme(&self) -> Option<Scheme> {
        match &self.0 {
            Rule::All | Rule::None => None,
            Rule::Any(scheme) | Rule::Sequence(scheme, _) => Some(*scheme),
        }
    }

    /// The constraints, sorted by version; none where it is `*`.
    #[must_use]
    pub fn constraints(&self) -> &[Constraint] {
        match &self.0 {
            Rule::Sequence(_, sequence) => sequence,
            _ => &[],
        }
    }

    /// Whether a version is in the range.
    ///
    /// Redundant bounds are read as the specification simplifies them: of lower bounds in a row the first counts, of upper
    /// bounds the last. Where there are only `!=`, all else is in.
    ///
    /// # Errors
    ///
    /// [`VersError::OtherScheme`], and [`VersError::Version`] for a version that has no certain place above or below a bound
    /// ([`Version::is_legacy`]).
    pub fn contains(&self, version: &Version) -> Result<bool, VersError> {
        let (scheme, sequence) = match &self.0 {
            Rule::All => return Ok(true),
            Rule::None => return Ok(false),
            Rule::Any(scheme) => (*scheme, [].as_slice()),
            Rule::Sequence(scheme, sequence) => (*scheme, sequence.as_slice()),
        };
        if version.scheme() != scheme {
            return Err(VersError::OtherScheme { range: scheme, version: version.scheme() });
        }
        if sequence.is_empty() {
            return Ok(true);
        }
        let mut excluded = false;
        for constraint in sequence.iter().filter(|constraint| constraint.version() == version) {
            match constraint.comparator() {
                Comparator::Equal | Comparator::LessOrEqual | Comparator::GreaterOrEqual => return Ok(true),
                Comparator::NotEqual => excluded = true,
                Comparator::Less | Comparator::Greater => {}
            }
        }
        if excluded {
            return Ok(false);
        }
        let intervals = constraint::intervals(sequence);
        if version.is_legacy() && !intervals.is_empty() {
            scheme.parse_bound(version.as_str())?;
        }
        Ok(intervals.iter().any(|interval| {
            interval.above.is_none_or(|bound| version > bound)
                && interval.below.is_none_or(|bound| version < bound)
        }))
    }

    /// Whether a version is in the range, read by the range's own scheme.
    ///
    /// # Errors
    ///
    /// [`VersError::Version`], as [`Vers::contains`] and for a text that is no version.
    pub fn contains_text(&self, version: &str) -> Result<bool, VersError> {
        match self.scheme() {
            Some(scheme) => self.contains(&scheme.parse(version)?),
            None => Ok(matches!(self.0, Rule::All)),
        }
    }

    fn sorted(scheme: Scheme, mut sequence: Vec<Constraint>) -> Self {
        sequence.sort_by(|left, right| left.version().cmp(right.version()));
        Self(Rule::Sequence(scheme, sequence))
    }
}

/// The type and the constraints of `vers:type/constraints`.
fn split(text: &str) -> Result<(&str, &str), VersError> {
    if text.len() > MAX_VERS_BYTES {
        return Err(VersError::TooLong(text.len()));
    }
    let (scheme, rest) = text.split_once(':').ok_or(VersError::Scheme)?;
    let (ty, constraints) = rest.split_once('/').ok_or(VersError::Scheme)?;
    let good = |ty: &str| {
        ty.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && ty.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
    };
    if !scheme.eq_ignore_ascii_case("vers") || !good(ty) {
        return Err(VersError::Scheme);
    }
    Ok((ty, constraints))
}

impl FromStr for Vers {
    type Err = VersError;

    fn from_str(text: &str) -> Result<Self, VersError> {
        Self::parse(text)
    }
}

impl fmt::Display for Vers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Rule::All => f.write_str("vers:all/*"),
            Rule::None => f.write_str("vers:none/*"),
            Rule::Any(scheme) => write!(f, "vers:{scheme}/*"),
            Rule::Sequence(scheme, sequence) => {
                write!(f, "vers:{scheme}/")?;
                for (index, constraint) in sequence.iter().enumerate() {
                    write!(f, "{}{constraint}", if index == 0 { "" } else { "|" })?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests;

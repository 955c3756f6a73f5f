//! Ranges of npm, as node-semver 7.8.5 reads them: `^1.2.3 || ~2.0 || >=3 <4 || 5.x || 1.2 - 2.3`.
//!
//! A range is alternatives between `||`; a version must satisfy all comparators of one. A pre-release satisfies an
//! alternative only where one of its comparators names a pre-release of the same three numbers: `^1.2.3-beta.1` takes
//! `1.2.3-beta.2` and not `1.3.0-beta.1`. VERS cannot say that, so [`Range::contains`] is stricter than the VERS range that
//! is made from the same text.

use crate::vers::{Clause, Comparator};
use crate::version::{Scheme, VersionError};

/// Why a text is no npm range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no npm range: {reason}")]
pub struct RangeError {
    text: String,
    pub(crate) reason: &'static str,
}

type Reason = &'static str;

/// A range of npm versions.
///
/// ```
/// use bonafide_ident::npm::Range;
/// let range = Range::parse("^1.2.3-beta.1 || 3.x").unwrap();
/// assert!(range.contains("1.2.3-beta.2").unwrap() && range.contains("3.4.0").unwrap());
/// assert!(!range.contains("1.3.0-beta.1").unwrap());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range(Vec<Vec<Bound>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Bound {
    comparator: Comparator,
    numbers: [u64; 3],
    /// `-rc.1`, or empty.
    pre: String,
    /// It stands for the end of a caret, a tilde or a wildcard: pre-releases of it are beyond the range.
    is_end: bool,
}

impl Range {
    /// Reads a range.
    ///
    /// # Errors
    ///
    /// [`RangeError`] with the reason.
    pub fn parse(text: &str) -> Result<Self, RangeError> {
        let alternatives = text.split("||").map(|alternative| read_alternative(alternative.trim()));
        alternatives
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(|reason| RangeError { text: text.chars().take(60).collect(), reason })
    }

    /// Whether a version satisfies the range.
    ///
    /// # Errors
    ///
    /// [`VersionError`] where the text is no npm version.
    pub fn contains(&self, version: &str) -> Result<bool, VersionError> {
        let parsed = Scheme::Npm.parse(version)?;
        let bare = parsed.as_str().trim_start_matches(['=', 'v', 'V']);
        let core = bare.split('+').next().unwrap_or_default();
        let (numbers, is_pre_release) = match Partial::read(core) {
            Ok(partial) => (partial.padded(), !partial.pre.is_empty()),
            // Read by patience only: nothing names a pre-release of it.
            Err(_) => ([u64::MAX; 3], true),
        };
        for alternative in &self.0 {
            let named = |bound: &Bound| !bound.is_end && !bound.pre.is_empty() && bound.numbers == numbers;
            if is_pre_release && !alternative.iter().any(named) {
                continue;
            }
            let mut all = true;
            for bound in alternative {
                let [major, minor, patch] = bound.numbers;
                let end = if bound.is_end { "-0" } else { &bound.pre };
                let order = parsed.cmp(&Scheme::Npm.parse(&format!("{major}.{minor}.{patch}{end}"))?);
                all &= bound.comparator.accepts(order);
            }
            if all {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// As clauses of a VERS range.
    pub(crate) fn clauses(&self) -> Vec<Clause> {
        let clause = |alternative: &Vec<Bound>| {
            alternative.iter().fold(Clause::default(), |clause, bound| {
                let [major, minor, patch] = bound.numbers;
                clause.and(bound.comparator, format!("{major}.{minor}.{patch}{}", bound.pre))
            })
        };
        self.0.iter().map(clause).collect()
    }
}

fn read_alternative(text: &str) -> Result<Vec<Bound>, Reason> {
    let mut bounds = Vec::new();
    if let Some((low, high)) = text.split_once(" - ") {
        primitive(&mut bounds, ">=", &Partial::read(low.trim())?)?;
        primitive(&mut bounds, "<=", &Partial::read(high.trim())?)?;
        return Ok(bounds);
    }
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        let end = word.find(|letter: char| !"=<>~^".contains(letter)).unwrap_or(word.len());
        let (operator, version) = word.split_at(end);
        let version =
            if version.is_empty() { words.next().ok_or("an operator has no version")? } else { version };
        let partial = Partial::read(version)?;
        match operator {
            "~" | "~>" => tilde(&mut bounds, &partial)?,
            "^" => caret(&mut bounds, &partial)?,
            _ => primitive(&mut bounds, operator, &partial)?,
        }
    }
    Ok(bounds)
}

/// A version of which numbers may be missing or `x`.
struct Partial<'a> {
    /// Up to three.
    numbers: Vec<u64>,
    /// What follows them, `-rc.1`; only behind three numbers.
    pre: &'a str,
}

impl<'a> Partial<'a> {
    fn read(text: &'a str) -> Result<Self, Reason> {
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let text = text.split('+').next().unwrap_or_default();
        let (core, pre) = text.split_at(text.find('-').unwrap_or(text.len()));
        let mut numbers = Vec::new();
        let mut wild = false;
        for (place, part) in core.split('.').enumerate() {
            if place == 3 {
                return Err("a version has three numbers");
            }
            wild |= matches!(part, "" | "x" | "X" | "*");
            if !wild {
                let digits = part.bytes().all(|byte| byte.is_ascii_digit());
                numbers.push(part.parse().ok().filter(|_| digits).ok_or("a number is missing or too large")?);
            }
        }
        Ok(Self { pre: if numbers.len() == 3 { pre } else { "" }, numbers })
    }

    /// The place of the last number that is there.
    fn last(&self) -> Option<usize> {
        self.numbers.len().checked_sub(1)
    }

    fn padded(&self) -> [u64; 3] {
        std::array::from_fn(|place| self.numbers.get(place).copied().unwrap_or_default())
    }

    /// A bound with zeros for what is missing.
    fn bound(&self, comparator: Comparator) -> Bound {
        Bound { comparator, numbers: self.padded(), pre: self.pre.to_owned(), is_end: false }
    }

    /// The first version beyond those that have the same numbers up to a place.
    fn beyond(&self, place: usize) -> Result<[u64; 3], Reason> {
        let mut numbers = self.padded();
        numbers[place + 1..].fill(0);
        numbers[place] = numbers[place].checked_add(1).ok_or("a number is too large")?;
        Ok(numbers)
    }

    /// Below what is beyond.
    fn end(&self, place: usize) -> Result<Bound, Reason> {
        let numbers = self.beyond(place)?;
        Ok(Bound { comparator: Comparator::Less, numbers, pre: String::new(), is_end: true })
    }
}

fn primitive(bounds: &mut Vec<Bound>, operator: &str, partial: &Partial<'_>) -> Result<(), Reason> {
    use Comparator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    match (operator, partial.last()) {
        (">=" | "<=" | "=" | "==" | "", None) => {}
        // Nothing is above or below everything.
        (">" | "<", None) => bounds.push(Bound { pre: "-0".into(), ..partial.bound(Less) }),
        (">=", _) => bounds.push(partial.bound(GreaterOrEqual)),
        ("<", Some(last)) => bounds.push(Bound { is_end: last < 2, ..partial.bound(Less) }),
        (">", Some(2)) => bounds.push(partial.bound(Greater)),
        (">", Some(last)) => {
            bounds.push(Bound { numbers: partial.beyond(last)?, ..partial.bound(GreaterOrEqual) });
        }
        ("<=", Some(2)) => bounds.push(partial.bound(LessOrEqual)),
        ("<=", Some(last)) => bounds.push(partial.end(last)?),
        ("=" | "==" | "", Some(2)) => bounds.push(partial.bound(Equal)),
        ("=" | "==" | "", Some(last)) => bounds.extend([partial.bound(GreaterOrEqual), partial.end(last)?]),
        _ => return Err("the operator is none of `=`, `<`, `<=`, `>`, `>=`, `~`, `^`"),
    }
    Ok(())
}

/// Up to the next minor version; where there is none, the next major one.
fn tilde(bounds: &mut Vec<Bound>, partial: &Partial<'_>) -> Result<(), Reason> {
    if let Some(last) = partial.last() {
        bounds.extend([partial.bound(Comparator::GreaterOrEqual), partial.end(last.min(1))?]);
    }
    Ok(())
}

/// Up to the next version that raises the first number other than 0.
fn caret(bounds: &mut Vec<Bound>, partial: &Partial<'_>) -> Result<(), Reason> {
    if let Some(last) = partial.last() {
        let place = partial.numbers.iter().position(|number| *number > 0).unwrap_or(last);
        bounds.extend([partial.bound(Comparator::GreaterOrEqual), partial.end(place)?]);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What node-semver 7.8.5 answers to `semver.satisfies(version, range)`.
    #[test]
    fn versions_satisfy_as_node_semver_says() {
        for (range, version, want) in [
            ("^1.2.3", "1.9.0", true),
            ("^1.2.3", "2.0.0", false),
            ("^1.2.3", "2.0.0-alpha", false),
            ("^1.2.3", "1.3.0-alpha", false),
            ("^1.2.3-beta.1", "1.2.3-beta.2", true),
            ("^1.2.3-beta.1", "1.2.4-beta.2", false),
            ("^0.0.1", "0.0.2", false),
            ("^0.1", "0.1.9", true),
            ("^0", "0.9.0", true),
            ("~1.2", "1.2.9", true),
            ("~1", "1.9.9", true),
            (">=2.0.0-alpha ^1", "2.0.0-beta", false),
            (">1.2", "1.2.9", false),
            (">1.2", "1.3.0", true),
            ("<=1.2", "1.2.9", true),
            ("<1.2", "1.2.0-0", false),
            ("*", "1.0.0-rc.1", false),
            ("*", "1.0.0", true),
            ("", "1.0.0", true),
            (">*", "1.0.0", false),
            ("1.2 - 2.3", "2.3.9", true),
            ("1.2.3 - 2.3.4", "2.3.5", false),
            ("1.x || >=2.5.0 || 5.0.0 - 7.2.3", "2.4.0", false),
            ("1.x || >=2.5.0 || 5.0.0 - 7.2.3", "1.4.0", true),
            (">= 1.0.0 < 2", "1.5.0+build", true),
            ("=v1.2.3", "v1.2.3", true),
        ] {
            assert_eq!(Range::parse(range).unwrap().contains(version), Ok(want), "{range} {version}");
        }
        assert!(Range::parse("1.2.3").unwrap().contains("latest").is_err());
    }
}

//! Ranges of npm (node-semver 7): `^1.2.3 || ~2.0 || >=3 <4 || 5.x || 1.2 - 2.3`.

use super::{Clause, Comparator, Reason};

pub(super) fn read(text: &str) -> Result<Vec<Clause>, Reason> {
    text.split("||").map(|alternative| read_alternative(alternative.trim())).collect()
}

fn read_alternative(text: &str) -> Result<Clause, Reason> {
    if let Some((low, high)) = text.split_once(" - ") {
        let (low, high) = (Partial::read(low.trim())?, Partial::read(high.trim())?);
        let clause = primitive(Clause::default(), ">=", &low)?;
        return primitive(clause, "<=", &high);
    }
    let mut clause = Clause::default();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        let end = word.find(|letter: char| !"=<>~^".contains(letter)).unwrap_or(word.len());
        let (operator, version) = word.split_at(end);
        let version =
            if version.is_empty() { words.next().ok_or("an operator has no version")? } else { version };
        let partial = Partial::read(version)?;
        clause = match operator {
            "~" | "~>" => tilde(clause, &partial)?,
            "^" => caret(clause, &partial)?,
            _ => primitive(clause, operator, &partial)?,
        };
    }
    Ok(clause)
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
        for part in core.split('.') {
            wild |= matches!(part, "" | "x" | "X" | "*");
            if !wild {
                let digits = part.bytes().all(|byte| byte.is_ascii_digit());
                numbers.push(part.parse().ok().filter(|_| digits).ok_or("a number is missing or too large")?);
            }
        }
        if core.split('.').count() > 3 {
            return Err("a version has three numbers");
        }
        Ok(Self { pre: if numbers.len() == 3 { pre } else { "" }, numbers })
    }

    /// With zeros for what is missing.
    fn low(&self) -> String {
        let number = |place: usize| self.numbers.get(place).copied().unwrap_or_default();
        format!("{}.{}.{}{}", number(0), number(1), number(2), self.pre)
    }

    /// The first version beyond those that have the same numbers up to a place.
    fn beyond(&self, place: usize) -> Result<String, Reason> {
        let mut raised = [0; 3];
        for (target, number) in raised.iter_mut().zip(&self.numbers[..=place]) {
            *target = *number;
        }
        raised[place] = raised[place].checked_add(1).ok_or("a number is too large")?;
        Ok(format!("{}.{}.{}", raised[0], raised[1], raised[2]))
    }
}

fn primitive(clause: Clause, operator: &str, partial: &Partial<'_>) -> Result<Clause, Reason> {
    let (low, last) = (partial.low(), partial.numbers.len().checked_sub(1));
    Ok(match (operator, last) {
        (">=" | "<=" | "=" | "==" | "", None) => clause,
        // Nothing is above or below everything.
        (">" | "<", None) => clause.and(Comparator::Less, "0.0.0-0"),
        (">=", _) => clause.and(Comparator::GreaterOrEqual, low),
        ("<", _) => clause.and(Comparator::Less, low),
        (">", Some(2)) => clause.and(Comparator::Greater, low),
        (">", Some(last)) => clause.and(Comparator::GreaterOrEqual, partial.beyond(last)?),
        ("<=", Some(2)) => clause.and(Comparator::LessOrEqual, low),
        ("<=", Some(last)) => clause.and(Comparator::Less, partial.beyond(last)?),
        ("=" | "==" | "", Some(2)) => clause.and(Comparator::Equal, low),
        ("=" | "==" | "", Some(last)) => {
            clause.and(Comparator::GreaterOrEqual, low).and(Comparator::Less, partial.beyond(last)?)
        }
        _ => return Err("the operator is none of `=`, `<`, `<=`, `>`, `>=`, `~`, `^`"),
    })
}

/// Up to the next minor version; where there is none, the next major one.
fn tilde(clause: Clause, partial: &Partial<'_>) -> Result<Clause, Reason> {
    let Some(last) = partial.numbers.len().checked_sub(1) else { return Ok(clause) };
    Ok(clause
        .and(Comparator::GreaterOrEqual, partial.low())
        .and(Comparator::Less, partial.beyond(last.min(1))?))
}

/// Up to the next version that raises the first number other than 0.
fn caret(clause: Clause, partial: &Partial<'_>) -> Result<Clause, Reason> {
    let Some(last) = partial.numbers.len().checked_sub(1) else { return Ok(clause) };
    let place = partial.numbers.iter().position(|number| *number > 0).unwrap_or(last);
    Ok(clause.and(Comparator::GreaterOrEqual, partial.low()).and(Comparator::Less, partial.beyond(place)?))
}

//! Ranges made of operators: `>=1.0, <2.0 || ~>3.1`. Alternatives stand between bars or `or`, constraints between
//! commas, white space or `and`. What `~`, `^` and a bare version mean depends on the ecosystem.

use super::{Clause, Comparator, Reason, Scheme, before_wildcard, between, joined, numbers, raised};

pub(super) fn read(scheme: Scheme, text: &str) -> Result<Vec<Clause>, Reason> {
    // Options of Conan follow a comma: `*, include_prerelease=True`.
    let text = if scheme == Scheme::Conan { text.split(',').next().unwrap_or_default() } else { text };
    let mut clauses = Vec::new();
    let text = text.replace(" or ", "||").replace(" and ", " ");
    for alternative in text.split("||").flat_map(|part| part.split('|')) {
        let mut clause = Clause::default();
        for (operator, version) in pieces(alternative)? {
            let read = constraint(scheme, operator, version)?;
            clause.all.extend(read.all);
            clause.except.extend(read.except);
        }
        clauses.push(clause);
    }
    Ok(clauses)
}

/// Operators with their versions; white space may stand between the two. A hyphen between spaces is an operator too.
fn pieces(text: &str) -> Result<Vec<(&str, &str)>, Reason> {
    let mut pieces: Vec<(&str, &str)> = Vec::new();
    let mut words =
        text.split(|letter: char| letter == ',' || letter.is_whitespace()).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if word == "-" {
            let high = words.next().ok_or("no version follows the hyphen")?;
            match pieces.pop() {
                Some(("", low)) => pieces.extend([(">=", low), ("<=", high)]),
                _ => return Err("a version stands on each side of a hyphen"),
            }
            continue;
        }
        let (operator, version) =
            word.split_at(word.find(|letter: char| !"=<>!~^".contains(letter)).unwrap_or(word.len()));
        let version =
            if version.is_empty() { words.next().ok_or("an operator has no version")? } else { version };
        pieces.push((operator, version));
    }
    Ok(pieces)
}

fn constraint(scheme: Scheme, operator: &str, version: &str) -> Result<Clause, Reason> {
    // A hyphen at the end lets Conan consider pre-releases, which an order does anyway.
    let conan = scheme == Scheme::Conan;
    let version = if conan { version.trim_end_matches('-') } else { version };
    let version =
        if scheme == Scheme::Composer { version.split('@').next().unwrap_or_default() } else { version };
    if conan && version == "*" {
        return Ok(Clause::of(Comparator::GreaterOrEqual, "0.0.0"));
    }
    if let Some(numbers) = before_wildcard(version) {
        return match (operator, numbers.is_empty()) {
            ("" | "=" | "==" | "~" | "^" | ">=" | "<=", true) => Ok(Clause::default()),
            ("" | "=" | "==" | "~" | "^", false) => {
                up_to(&joined(&numbers), &numbers, numbers.len() - 1, scheme)
            }
            (">=", false) => Ok(Clause::of(Comparator::GreaterOrEqual, joined(&numbers))),
            ("<", false) => Ok(Clause::of(Comparator::Less, joined(&numbers))),
            ("!=", false) => {
                let high = raised(&numbers, numbers.len() - 1).ok_or("a number is too large")?;
                Ok(Clause { all: Vec::new(), except: vec![(joined(&numbers), high)] })
            }
            _ => Err("a wildcard has no place behind this operator"),
        };
    }
    let numbers = numbers(version);
    let comparator = match operator {
        "^" => return caret(version, &numbers, scheme),
        "" if scheme == Scheme::Cargo => return caret(version, &numbers, scheme),
        "~" if conan || scheme == Scheme::Cargo => {
            return up_to(version, &numbers, usize::from(numbers.len() > 1), scheme);
        }
        "~" | "~>" | "~=" => {
            return up_to(version, &numbers, numbers.len().saturating_sub(2), scheme);
        }
        "" | "=" | "==" => Comparator::Equal,
        "!=" | "<>" => Comparator::NotEqual,
        "<" | "<<" => Comparator::Less,
        "<=" => Comparator::LessOrEqual,
        ">" | ">>" => Comparator::Greater,
        ">=" => Comparator::GreaterOrEqual,
        _ => return Err("the operator is none of `=`, `!=`, `<`, `<=`, `>`, `>=`, `~`, `~>`, `^`"),
    };
    Ok(Clause::of(comparator, version))
}

/// Up to the next version that raises the first number other than 0.
fn caret(version: &str, numbers: &[u64], scheme: Scheme) -> Result<Clause, Reason> {
    let place = numbers.iter().position(|number| *number > 0).unwrap_or(numbers.len().saturating_sub(1));
    up_to(version, numbers, place, scheme)
}

/// From a version up to the one whose number at a place is one more.
fn up_to(version: &str, numbers: &[u64], place: usize, scheme: Scheme) -> Result<Clause, Reason> {
    let high = raised(numbers, place).ok_or("a number is missing or too large")?;
    // Conan says by a hyphen that pre-releases of the bound are beyond it.
    Ok(between(version.to_owned(), if scheme == Scheme::Conan { high + "-" } else { high }))
}

/// nginx: `0.7.52-0.8.39`, `1.5.0+, 1.4.1+`. A `+` is open on the main line (its second number is odd) and ends with the
/// branch on a stable one.
pub(super) fn read_nginx(text: &str) -> Result<Vec<Clause>, Reason> {
    match text {
        "all" | "*" => return Ok(vec![Clause::default()]),
        "none" => return Ok(Vec::new()),
        _ => {}
    }
    let mut clauses = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        clauses.push(if let Some(version) = part.strip_suffix('+') {
            match numbers(version).as_slice() {
                [major, minor, ..] if minor % 2 == 0 => {
                    between(version.to_owned(), format!("{major}.{}.0", minor + 1))
                }
                _ => Clause::of(Comparator::GreaterOrEqual, version),
            }
        } else if let Some((low, high)) = part.split_once('-') {
            Clause::of(Comparator::GreaterOrEqual, low).and(Comparator::LessOrEqual, high)
        } else {
            Clause::of(Comparator::Equal, part)
        });
    }
    Ok(clauses)
}

/// Versions joined by commas; anything else is made of operators.
pub(super) fn read_list(text: &str) -> Result<Vec<Clause>, Reason> {
    if text.contains(['<', '>', '!', '*', '|']) {
        return read(Scheme::Openssl, text);
    }
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    Ok(parts.map(|part| Clause::of(Comparator::Equal, part)).collect())
}

//! Version specifiers of Python (PEP 440): `>=1.0, !=1.3.*, ~=1.4`.

use super::{Clause, Comparator, Reason, numbers, raised};

pub(super) fn read(text: &str) -> Result<Clause, Reason> {
    let mut clause = Clause::default();
    if text == "*" {
        return Ok(clause);
    }
    let text = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(text);
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let end = part.find(|letter: char| !"=<>!~".contains(letter)).ok_or("a specifier has no version")?;
        let (operator, version) = (&part[..end], part[end..].trim());
        let prefix = version.strip_suffix(".*");
        let comparator = match (operator, prefix) {
            ("==" | "", Some(prefix)) => {
                let (low, high) = releases(prefix, numbers(prefix).len())?;
                clause = clause.and(Comparator::GreaterOrEqual, low).and(Comparator::Less, high);
                continue;
            }
            ("!=", Some(prefix)) => {
                clause.except.push(releases(prefix, numbers(prefix).len())?);
                continue;
            }
            (_, Some(_)) => return Err("`.*` follows `==` and `!=` only"),
            ("~=", None) => {
                let places = numbers(after_epoch(version)).len();
                if places < 2 {
                    return Err("`~=` needs two numbers at least");
                }
                let (_, high) = releases(version, places - 1)?;
                clause = clause.and(Comparator::GreaterOrEqual, version).and(Comparator::Less, high);
                continue;
            }
            ("==" | "===" | "", None) => Comparator::Equal,
            ("!=", None) => Comparator::NotEqual,
            ("<", None) => Comparator::Less,
            ("<=", None) => Comparator::LessOrEqual,
            (">", None) => Comparator::Greater,
            (">=", None) => Comparator::GreaterOrEqual,
            _ => return Err("the operator is none of `==`, `!=`, `<`, `<=`, `>`, `>=`, `~=`, `===`"),
        };
        clause = clause.and(comparator, version);
    }
    Ok(clause)
}

/// From the first version that begins with so many numbers of a version to the first that no longer does. `.dev0` is the
/// least version of a release, so no pre-release is on the wrong side.
fn releases(version: &str, places: usize) -> Result<(String, String), Reason> {
    let rest = after_epoch(version);
    let epoch = &version[..version.len() - rest.len()];
    let numbers = numbers(rest);
    let place = places.checked_sub(1).ok_or("a number is missing")?;
    let high = raised(&numbers, place).ok_or("a number is missing or too large")?;
    let low = super::joined(&numbers[..places]);
    Ok((format!("{epoch}{low}.dev0"), format!("{epoch}{high}.dev0")))
}

fn after_epoch(version: &str) -> &str {
    version.split_once('!').map_or(version, |(_, rest)| rest)
}

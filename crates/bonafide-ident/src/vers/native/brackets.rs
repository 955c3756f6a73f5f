//! Intervals of Maven ("POM reference", dependency version requirement) and NuGet: `[1.0,2.0)`, `(,1.0]`, `[1.5]`, several
//! joined by commas.
//!
//! A version alone is a lower bound for NuGet. For Maven it is a wish; as a range it is that version.

use super::{Clause, Comparator, Reason, Scheme, before_wildcard, between, joined, raised};

pub(super) fn read(scheme: Scheme, text: &str) -> Result<Vec<Clause>, Reason> {
    if text.is_empty() || text == "*" {
        return Ok(vec![Clause::default()]);
    }
    if !text.starts_with(['[', '(']) {
        return read_bare(scheme, text).map(|clause| vec![clause]);
    }
    let mut clauses = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.find([']', ')']).ok_or("an interval is not closed")?;
        clauses.push(read_interval(&rest[..=end])?);
        rest = rest[end + 1..].trim_start();
        if rest.is_empty() {
            return Ok(clauses);
        }
        rest = rest.strip_prefix(',').ok_or("intervals are joined by commas")?.trim_start();
    }
}

fn read_bare(scheme: Scheme, text: &str) -> Result<Clause, Reason> {
    if scheme == Scheme::Maven {
        return Ok(Clause::of(Comparator::Equal, text));
    }
    let Some(numbers) = before_wildcard(text) else {
        return Ok(Clause::of(Comparator::GreaterOrEqual, text));
    };
    let Some(place) = numbers.len().checked_sub(1) else { return Ok(Clause::default()) };
    Ok(between(joined(&numbers), raised(&numbers, place).ok_or("a number is too large")?))
}

fn read_interval(text: &str) -> Result<Clause, Reason> {
    let inclusive_low = text.starts_with('[');
    let inclusive_high = text.ends_with(']');
    if !text.starts_with(['[', '(']) {
        return Err("an interval begins with `[` or `(`");
    }
    let inner = text[1..text.len() - 1].trim();
    let Some((low, high)) = inner.split_once(',') else {
        return match inclusive_low && inclusive_high && !inner.is_empty() {
            true => Ok(Clause::of(Comparator::Equal, inner)),
            false => Err("an interval has two bounds, or is one version between `[` and `]`"),
        };
    };
    let (low, high) = (low.trim(), high.trim());
    if high.contains(',') {
        return Err("an interval has two bounds");
    }
    let mut clause = Clause::default();
    if !low.is_empty() {
        clause =
            clause.and(if inclusive_low { Comparator::GreaterOrEqual } else { Comparator::Greater }, low);
    }
    if !high.is_empty() {
        clause = clause.and(if inclusive_high { Comparator::LessOrEqual } else { Comparator::Less }, high);
    }
    Ok(clause)
}

//! Ranges as ecosystems write them, read into clauses: a version must satisfy one of them.

mod brackets;
mod operators;
mod python;

use super::VersError;
use super::cells::Clause;
use super::constraint::Comparator;
use crate::npm;
use crate::version::Scheme;

/// Why a text is no range of its ecosystem.
type Reason = &'static str;

pub(super) fn read(scheme: Scheme, text: &str) -> Result<Vec<Clause>, VersError> {
    match scheme {
        Scheme::PyPi => python::read(text).map(|clause| vec![clause]),
        Scheme::Npm => npm::Range::parse(text).map(|range| range.clauses()).map_err(|error| error.reason),
        Scheme::Maven | Scheme::Nuget if !text.starts_with(['<', '>', '=', '!']) => {
            brackets::read(scheme, text)
        }
        Scheme::Nginx => operators::read_nginx(text),
        Scheme::Openssl => operators::read_list(text),
        _ => operators::read(scheme, text),
    }
    .map_err(|reason| VersError::Native { scheme, text: text.chars().take(60).collect(), reason })
}

/// The numbers that begin a version, without `v`; at most as many as are there.
fn numbers(version: &str) -> Vec<u64> {
    let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
    let end = version.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(version.len());
    version[..end].split('.').map_while(|digits| digits.parse().ok()).collect()
}

/// The numbers up to a place with the last one raised: of `1.2.3` at 1, `1.3`.
fn raised(numbers: &[u64], place: usize) -> Option<String> {
    let mut raised = numbers.get(..=place)?.to_vec();
    let last = raised.last_mut()?;
    *last = last.checked_add(1)?;
    Some(joined(&raised))
}

fn joined(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

/// The numbers before a wildcard (`1.2.*`, `1.x`, `*`), where the text has one.
fn before_wildcard(version: &str) -> Option<Vec<u64>> {
    let wild = version.split('.').position(|part| matches!(part, "*" | "x" | "X"))?;
    let all = numbers(version);
    (all.len() >= wild).then(|| all[..wild].to_vec())
}

/// From a version up to, and not including, another.
fn between(low: String, high: String) -> Clause {
    Clause::of(Comparator::GreaterOrEqual, low).and(Comparator::Less, high)
}

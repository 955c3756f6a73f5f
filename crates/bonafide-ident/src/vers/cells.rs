//! From native ranges to VERS: a union of clauses becomes one sorted list.
//!
//! The versions of all clauses cut the line into cells: below the first, the first itself, between the first and the
//! second, and so on. A set of versions is then a set of cells, and two lists mean the same when they hold the same cells.
//!
//! The list that is written is the clauses as they stand, sorted, which is what people expect to see again. Where that
//! would mean something else (overlapping clauses can) it is the shortest list that means the union.

use super::constraint::{Comparator, Constraint, intervals};
use super::{Rule, Vers, VersError};
use crate::version::{Scheme, Version};

/// What a version must satisfy, all of it. An empty one holds every version.
#[derive(Debug, Default)]
pub(crate) struct Clause {
    /// All must hold.
    pub(super) all: Vec<(Comparator, String)>,
    /// From the first version up to, and not including, the second: none of these.
    pub(super) except: Vec<(String, String)>,
}

impl Clause {
    pub(super) fn of(comparator: Comparator, version: impl Into<String>) -> Self {
        Self { all: vec![(comparator, version.into())], except: Vec::new() }
    }

    pub(crate) fn and(mut self, comparator: Comparator, version: impl Into<String>) -> Self {
        self.all.push((comparator, version.into()));
        self
    }
}

/// A clause whose versions are read.
struct Read {
    all: Vec<Constraint>,
    except: Vec<[Constraint; 2]>,
}

impl Read {
    fn new(scheme: Scheme, clause: &Clause) -> Result<Self, VersError> {
        let all =
            clause.all.iter().map(|(comparator, version)| Constraint::new(scheme, *comparator, version));
        let except = clause.except.iter().map(|(low, high)| {
            Ok([
                Constraint::new(scheme, Comparator::Less, low)?,
                Constraint::new(scheme, Comparator::GreaterOrEqual, high)?,
            ])
        });
        Ok(Self { all: all.collect::<Result<_, _>>()?, except: except.collect::<Result<_, VersError>>()? })
    }

    fn versions(&self) -> impl Iterator<Item = &Version> {
        self.all.iter().chain(self.except.iter().flatten()).map(Constraint::version)
    }
}

/// The range that holds what any of the clauses holds.
pub(super) fn union(scheme: Scheme, clauses: Vec<Clause>) -> Result<Vers, VersError> {
    let mut read = clauses.iter().map(|clause| Read::new(scheme, clause)).collect::<Result<Vec<_>, _>>()?;
    let mut points: Vec<Version> = read.iter().flat_map(Read::versions).cloned().collect();
    points.sort();
    points.dedup();
    let line = Line(points);

    let mut meant = line.coverage();
    for clause in &read {
        line.add_clause(clause, &mut meant);
    }
    let meant = Line::held(&meant);

    // Clauses from low to high, so that of equal versions the bound that ends an interval stands before the next one.
    read.sort_by_cached_key(|clause| {
        let open = clause.all.iter().all(|constraint| constraint.comparator().is_upper_bound());
        (!open).then(|| clause.all.iter().map(|constraint| constraint.version().clone()).min())
    });
    let sequence: Vec<Constraint> = read.into_iter().flat_map(|clause| clause.all).collect();
    let candidate = Vers::sorted(scheme, sequence);
    if !candidate.constraints().is_empty() && line.held_by_sequence(candidate.constraints()) == meant {
        return Ok(candidate);
    }
    line.shortest(scheme, &meant)
}

/// The sorted, distinct versions that cut the line. Version `i` is cell `2i + 1`.
struct Line(Vec<Version>);

impl Line {
    fn cell(&self, version: &Version) -> usize {
        2 * self.0.partition_point(|point| point < version) + 1
    }

    fn last_cell(&self) -> usize {
        2 * self.0.len()
    }

    /// By cell, how many begin there less how many ended before it; one cell more for those that never end.
    fn coverage(&self) -> Vec<i32> {
        vec![0; self.last_cell() + 2]
    }

    fn held(coverage: &[i32]) -> Vec<bool> {
        let mut count = 0;
        let counts = coverage.iter().map(|change| {
            count += change;
            count > 0
        });
        counts.take(coverage.len() - 1).collect()
    }

    fn add(coverage: &mut [i32], first: usize, last: usize, by: i32) {
        if first <= last {
            coverage[first] += by;
            coverage[last + 1] -= by;
        }
    }

    /// What a clause holds: an interval with holes.
    fn add_clause(&self, clause: &Read, coverage: &mut [i32]) {
        let (mut first, mut last) = (0, self.last_cell());
        let mut holes: Vec<(usize, usize)> = Vec::new();
        for constraint in &clause.all {
            let cell = self.cell(constraint.version());
            match constraint.comparator() {
                Comparator::Equal => (first, last) = (first.max(cell), last.min(cell)),
                Comparator::NotEqual => holes.push((cell, cell)),
                Comparator::Less => last = last.min(cell - 1),
                Comparator::LessOrEqual => last = last.min(cell),
                Comparator::Greater => first = first.max(cell + 1),
                Comparator::GreaterOrEqual => first = first.max(cell),
            }
        }
        holes.extend(
            clause.except.iter().map(|[low, high]| (self.cell(low.version()), self.cell(high.version()) - 1)),
        );
        holes.sort_unstable();
        for (from, to) in holes {
            Self::add(coverage, first, last.min(from - 1), 1);
            first = first.max(to + 1);
        }
        Self::add(coverage, first, last, 1);
    }

    /// What a sorted list holds, by the rules of VERS.
    fn held_by_sequence(&self, sequence: &[Constraint]) -> Vec<bool> {
        let mut coverage = self.coverage();
        for interval in intervals(sequence) {
            let first = interval.above.map_or(0, |bound| self.cell(bound) + 1);
            let last = interval.below.map_or(self.last_cell(), |bound| self.cell(bound) - 1);
            Self::add(&mut coverage, first, last, 1);
        }
        let mut held = Self::held(&coverage);
        for constraint in sequence.iter().filter(|constraint| constraint.comparator() == Comparator::NotEqual)
        {
            held[self.cell(constraint.version())] = false;
        }
        for constraint in sequence.iter().filter(|constraint| constraint.comparator().holds_itself()) {
            held[self.cell(constraint.version())] = true;
        }
        held
    }

    fn shortest(&self, scheme: Scheme, held: &[bool]) -> Result<Vers, VersError> {
        if held.iter().all(|held| *held) {
            return Ok(Vers(Rule::Any(scheme)));
        }
        if !held.contains(&true) {
            return Ok(Vers(Rule::None));
        }
        // A single version that is missing is left out by `!=`, not by ending one interval and starting another.
        let hole = |cell: usize| cell % 2 == 1 && !held[cell] && held[cell - 1] && held[cell + 1];
        let inside = |cell: usize| held.get(cell) == Some(&true) || cell < held.len() && hole(cell);
        let mut sequence = Vec::new();
        for cell in 0..held.len() {
            let comparator = match (cell > 0 && inside(cell - 1), inside(cell), inside(cell + 1)) {
                _ if cell % 2 == 0 => continue,
                _ if hole(cell) => Comparator::NotEqual,
                (false, true, false) => Comparator::Equal,
                (false, true, true) => Comparator::GreaterOrEqual,
                (true, true, false) => Comparator::LessOrEqual,
                (false, false, true) => Comparator::Greater,
                (true, false, false) => Comparator::Less,
                _ => continue,
            };
            sequence.push(Constraint::new(scheme, comparator, self.0[cell / 2].as_str())?);
        }
        Ok(Vers::sorted(scheme, sequence))
    }
}

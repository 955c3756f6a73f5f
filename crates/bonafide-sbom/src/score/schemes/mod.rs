//! The schemes: tables of checks.
//!
//! Each row is a check: its id in the tool or guideline that the scheme is of, the group it stands in, its weight, and
//! a function from a [`View`] to a [`Share`]. What both readings have in common is here; what differs is the view.

mod bsi;
mod cisa;
mod fsct;
mod interlynk;
mod ntia;
mod oct;
mod sbomqs1;
mod sbomqs2;

use super::remedy::Need;
use super::share::Share;
use super::view::View;

/// A check of a scheme.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) id: &'static str,
    /// Where it stands: a category of sbomqs.
    pub(super) group: &'static str,
    /// Its weight inside its group.
    pub(super) weight: f64,
    pub(super) share: fn(&View<'_>) -> Share,
    pub(super) need: Need,
}

/// A row of a scheme whose checks all weigh the same.
const fn row(id: &'static str, share: fn(&View<'_>) -> Share, need: Need) -> Row {
    Row { id, group: "", weight: 1.0, share, need }
}

/// How the checks make a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Formula {
    /// The mean over all checks; what could not be judged counts as 0.
    MeanOfAll,
    /// The mean over the checks that could be judged and have a weight.
    MeanOfJudged,
    /// The weighted mean of groups, each the weighted mean of its judged checks.
    Weighted(&'static [Group]),
}

/// A group of checks of [`Formula::Weighted`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Group {
    pub(super) name: &'static str,
    pub(super) weight: f64,
    /// Its checks are alternatives: the best counts, with the weight of all.
    pub(super) best_counts: bool,
}

impl PartialEq for Scheme {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Scheme {}

/// A way of scoring documents: a table of checks and a formula.
#[derive(Clone, Copy, Debug)]
pub struct Scheme {
    /// Its name on the command line: `sbomqs-2`, `bsi-2.1`.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    pub(super) tables: &'static [&'static [Row]],
    pub(super) formula: Formula,
    /// Whether it knows one reading only, the strict one.
    pub(super) always_strict: bool,
}

impl Scheme {
    pub(super) fn rows(&self) -> impl Iterator<Item = &'static Row> + use<> {
        self.tables.iter().copied().flatten()
    }
}

const fn scheme(
    id: &'static str,
    title: &'static str,
    tables: &'static [&'static [Row]],
    formula: Formula,
) -> Scheme {
    Scheme { id, title, tables, formula, always_strict: false }
}

/// All schemes, in the order in which they are shown.
static SCHEMES: [Scheme; 13] = [
    scheme(
        "sbomqs-1",
        "sbomqs version 1, its 23 documented checks (sbomqs 2.0.12, score --legacy)",
        &[sbomqs1::DOCUMENTED],
        Formula::MeanOfAll,
    ),
    scheme(
        "sbomqs-1-all",
        "sbomqs version 1, all 59 checks (sbomqs 2.0.12, score --legacy)",
        &[sbomqs1::DOCUMENTED, sbomqs1::BSI_1_1, sbomqs1::BSI_2_0],
        Formula::MeanOfAll,
    ),
    scheme(
        "sbomqs-1-2024",
        "sbomqs of January 2024, whose scores were reported for CPython",
        &[sbomqs1::JANUARY_2024],
        Formula::MeanOfAll,
    ),
    scheme(
        "sbomqs-2",
        "sbomqs version 2 (sbomqs 2.0.12, score)",
        &[sbomqs2::ROWS],
        Formula::Weighted(sbomqs2::GROUPS),
    ),
    scheme("ntia", "NTIA minimum elements, July 2021", &[ntia::ROWS], Formula::MeanOfJudged),
    scheme(
        "cisa-2025",
        "CISA minimum elements, draft of August 2025",
        &[cisa::DRAFT_2025],
        Formula::MeanOfJudged,
    ),
    Scheme {
        id: "cisa-2026",
        title: "CISA minimum elements, July 2026",
        tables: &[cisa::FINAL_2026],
        formula: Formula::MeanOfJudged,
        always_strict: true,
    },
    scheme("bsi-1.1", "BSI TR-03183-2 version 1.1", &[bsi::V1_1], Formula::MeanOfJudged),
    scheme("bsi-2.0", "BSI TR-03183-2 version 2.0", &[bsi::V2_0], Formula::MeanOfJudged),
    scheme("bsi-2.1", "BSI TR-03183-2 version 2.1", &[bsi::V2_1], Formula::MeanOfJudged),
    scheme("oct-1.1", "OpenChain Telco SBOM guide 1.1", &[oct::ROWS], Formula::MeanOfJudged),
    scheme(
        "fsct",
        "Framing Software Component Transparency, third edition",
        &[fsct::ROWS],
        Formula::MeanOfJudged,
    ),
    scheme("interlynk", "the profile interlynk of sbomqs 2.0.12", &[interlynk::ROWS], Formula::MeanOfJudged),
];

/// All schemes, in the order in which they are shown.
#[must_use]
pub fn schemes() -> &'static [Scheme] {
    &SCHEMES
}

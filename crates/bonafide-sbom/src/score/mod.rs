//! Scores of documents, by the schemes that people quote.
//!
//! A [`Scheme`] is a table of checks and a formula. Most schemes are those of sbomqs, and their score is exact: the same
//! number to nine digits. It says how much a document states. It does not say whether that is true: sbomqs takes
//! `NOASSERTION` for a name, `zz` for a digest and any text for a signature.
//!
//! So each score has a second one beside it, the **strict** one: the same checks with the same weights over a reading of
//! the document in which
//!
//! - placeholders count as missing: `NOASSERTION`, `unknown`, empty text, templates that were never filled in;
//! - the second component with an id is there and says nothing, and ids that are shared do not hold;
//! - Package URLs and CPEs must parse, be of a registered type, and name something;
//! - digests must have the length and the alphabet of their algorithm;
//! - edges must have two ends: root, dependencies and validity count by the share of edges that do;
//! - times lie between 2005 and now, which is an argument;
//! - namespaces are URIs, references to licence texts have their text;
//! - a signature counts where it was verified, which is an argument too, and not where it is present. One that cannot
//!   be one takes the names of the authors with it.
//!
//! A strict score is never higher than the exact one, and neither is higher than the [`Score::ceiling`]: what the format
//! can reach at all.

mod component;
mod graph;
mod ideal;
mod licence;
mod look;
mod minimum;
mod plausible;
mod remedy;
mod schema;
mod schemes;
mod share;
mod signature;
mod view;

pub use minimum::lacking;
pub use schema::validity;
pub use schemes::{Scheme, schemes};

use crate::model::Document;
use look::{Reading, look};
use schemes::{Formula, Row};
use share::Share;
use std::fmt;
use view::View;

/// What a document alone does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// The time of scoring, in seconds since 1970. Documents from later are not believed.
    pub now: i64,
    /// Whether the document is valid by the official schema of its format.
    pub schema: Schema,
    /// What is known of the document's signature.
    pub signature: Signature,
}

/// What validation by the official JSON schema said.
///
/// sbomqs validates JSON only, SPDX 2 of all versions by the schema of 2.3, and SPDX 3 never: an SPDX 2.2 document that
/// the 2.3 schema refuses is [`Schema::Invalid`] here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Schema {
    /// It is valid.
    Valid,
    /// It is not.
    Invalid,
    /// There is no schema for its encoding or version.
    #[default]
    Unchecked,
}

/// What is known of a document's signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signature {
    /// It was verified.
    Verified,
    /// It was found to be false.
    False,
    /// Nobody looked.
    #[default]
    Unchecked,
}

/// A letter for a score, by the cuts of sbomqs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// 9 or more.
    A,
    /// 8 or more.
    B,
    /// 7 or more.
    C,
    /// 5 or more.
    D,
    /// Less.
    F,
}

impl Grade {
    /// The letter of a score.
    #[must_use]
    pub fn of(score: f64) -> Self {
        match score {
            score if score >= 9.0 => Self::A,
            score if score >= 8.0 => Self::B,
            score if score >= 7.0 => Self::C,
            score if score >= 5.0 => Self::D,
            _ => Self::F,
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::F => "F",
        })
    }
}

/// The answer of one scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The scheme.
    pub scheme: &'static Scheme,
    /// 0 to 10, as the tool of the scheme computes it.
    pub score: f64,
    /// 0 to 10, of the strict reading; never more than the score.
    pub strict: f64,
    /// The letter of the score.
    pub grade: Grade,
    /// The highest score that a document of this format and version can reach, in its best encoding.
    pub ceiling: f64,
    /// The checks, in the order of the scheme.
    pub checks: Vec<Check>,
}

/// The answer of one check.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Its id. Unique together with the group.
    pub id: &'static str,
    /// The group of the scheme that it stands in, or nothing.
    pub group: &'static str,
    /// 0 to 10.
    pub score: f64,
    /// 0 to 10, of the strict reading.
    pub strict: f64,
    /// Whether the scheme could judge it in this document.
    pub judged: bool,
    /// The part of the whole score that hangs on it in this document, 0 to 1: the score is the sum of check times
    /// weight.
    pub weight: f64,
    /// How many components fulfil it in the strict reading, of how many; nothing for checks of the whole document.
    pub components: Option<(usize, usize)>,
    /// What to add and where. Nothing where no points are lost.
    pub remedy: Option<&'static str>,
}

/// Scores a document by some schemes.
///
/// The document is looked at twice, once for each reading, whatever the number of schemes. Linear in its components and
/// edges; files cost a few bytes each.
#[must_use]
pub fn score(document: &Document, context: &Context, schemes: &[&'static Scheme]) -> Vec<Score> {
    let exact = look(document, context, Reading::Exact);
    let strict = look(document, context, Reading::Strict);
    let ideal = ideal::view(document);
    schemes.iter().map(|scheme| by(scheme, &exact, &strict, &ideal)).collect()
}

fn by(scheme: &'static Scheme, exact: &View<'_>, strict: &View<'_>, ideal: &View<'_>) -> Score {
    let exact = if scheme.always_strict { strict } else { exact };
    let rows: Vec<&Row> = scheme.rows().collect();
    let shares: Vec<Share> = rows.iter().map(|row| (row.share)(exact)).collect();
    let stricter: Vec<Share> = rows
        .iter()
        .zip(&shares)
        .map(|(row, share)| {
            let stricter = (row.share)(strict);
            // What the scheme judges it judges in both readings, and the strict one never gives more.
            Share { judged: share.judged, score: stricter.score.min(share.score), of: stricter.of }
        })
        .collect();
    let weights = weights(scheme.formula, &rows, &shares);
    let sum =
        |shares: &[Share]| shares.iter().zip(&weights).map(|(share, weight)| share.score * weight).sum();
    let best: Vec<Share> = rows.iter().map(|row| (row.share)(ideal)).collect();
    let ceiling = best
        .iter()
        .zip(self::weights(scheme.formula, &rows, &best))
        .map(|(share, weight)| share.score * weight)
        .sum::<f64>();
    let score: f64 = sum(&shares);
    let checks = rows
        .iter()
        .enumerate()
        .map(|(at, row)| Check {
            id: row.id,
            group: row.group,
            score: shares[at].score,
            strict: stricter[at].score,
            judged: shares[at].judged,
            weight: weights[at],
            components: stricter[at].of,
            remedy: (weights[at] > 0.0 && stricter[at].score < 10.0).then(|| row.need.remedy(exact.format)),
        })
        .collect();
    Score {
        scheme,
        score,
        strict: sum(&stricter),
        grade: Grade::of(score),
        ceiling: ceiling.max(score),
        checks,
    }
}

/// The part of the whole that each check makes.
fn weights(formula: Formula, rows: &[&Row], shares: &[Share]) -> Vec<f64> {
    let part = |of: usize| if of == 0 { 0.0 } else { 1.0 / of as f64 };
    match formula {
        Formula::MeanOfAll => vec![part(rows.len()); rows.len()],
        Formula::MeanOfJudged => {
            let counts = |at: usize| shares[at].judged && rows[at].weight > 0.0;
            let one = part((0..rows.len()).filter(|at| counts(*at)).count());
            (0..rows.len()).map(|at| if counts(at) { one } else { 0.0 }).collect()
        }
        Formula::Weighted(groups) => {
            let mut weights = vec![0.0; rows.len()];
            let all: f64 = groups.iter().map(|group| group.weight).sum();
            for group in groups {
                let members: Vec<usize> = (0..rows.len())
                    .filter(|at| rows[*at].group == group.name && shares[*at].judged)
                    .collect();
                let sum: f64 = members.iter().map(|at| rows[*at].weight).sum();
                if group.best_counts {
                    let best = members.iter().max_by(|a, b| shares[**a].score.total_cmp(&shares[**b].score));
                    best.into_iter().for_each(|at| weights[*at] = group.weight / all);
                } else {
                    members.iter().for_each(|at| weights[*at] = rows[*at].weight / sum * group.weight / all);
                }
            }
            weights
        }
    }
}

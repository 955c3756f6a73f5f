//! What is answered: one vulnerability of one component.

use bonafide_advisory::vex::Status;

use crate::rating::Rating;

/// Whether the vulnerability touches the component.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Its version lies in what the advisory says is affected.
    #[default]
    Affected,
    /// That could not be decided; the reason is told.
    Unknown(String),
}

/// A VEX statement that suppresses a finding: who said what, when, why and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suppression {
    /// `not_affected` or `fixed`.
    pub status: Status,
    /// The justification's word, where the statement gives one.
    pub justification: Option<String>,
    /// Who says so: the author and the document, and where it was found.
    pub source: String,
    /// The instant of the statement, RFC 3339 as written.
    pub timestamp: Option<String>,
}

/// One vulnerability (with all its names) of one component.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The index of the component in the scan's list.
    pub component: usize,
    /// The preferred id.
    pub id: String,
    /// Every other name of it, sorted.
    pub aliases: Vec<String>,
    /// The answer.
    pub state: State,
    /// What made it so, a line each: record, range, event, source.
    pub evidence: Vec<String>,
    /// How bad it is: the gravest rating of its records.
    pub rating: Option<Rating>,
    /// The least later versions that its records call fixed, for this package only.
    pub fixed: Vec<String>,
    /// When CISA listed it as exploited, a date.
    pub exploited: Option<String>,
    /// The chance that it is exploited within 30 days by FIRST's model, in millionths.
    pub likelihood: Option<u32>,
    /// The statement that suppresses it.
    pub suppressed: Option<Suppression>,
}

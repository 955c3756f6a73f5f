//! What an analysis says: findings of named rules, and the verdict that follows from them.
//!
//! A [`Rule`] is a constant in the crate that raises it. An analysis pushes [`Finding`]s into a [`Sink`]; the sink
//! counts them into a [`Verdict`] while a renderer streams them, so text, JSON, SARIF and Markdown cannot disagree.
//! What could not be examined is a finding too, of [`Kind::Gap`]: completeness is computed from it, never from silence.
//!
//! This crate does not know where findings come from, opens no file and writes only to the writer it is given.

mod finding;
mod render;
mod rule;
mod sink;
mod verdict;

pub use finding::{Finding, Place};
pub use render::{Ending, FINDINGS_SCHEMA, Form, Renderer, Style, Tool, counted, grouped, printable};
pub use rule::{Confidence, Kind, Rule, Severity};
pub use sink::{Collected, Sink};
pub use verdict::{Counts, Verdict};

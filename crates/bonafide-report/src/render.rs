//! Renderers: one stream of findings, five forms.
//!
//! A [`Renderer`] is a [`Sink`]: it writes each finding when it comes, keeps none, and counts. What it writes last is the
//! verdict that follows from the counts, so no form can say another thing than the exit code.

mod json;
mod markdown;
mod plain;
mod sarif;
mod text;

use std::io::{self, Write};

use crate::finding::Finding;
use crate::rule::Severity;
use crate::sink::Sink;
use crate::verdict::{Counts, Verdict};

pub use plain::{counted, grouped, printable};

/// Identifies the JSON of findings; `schemas/findings.schema.json` describes it.
pub const FINDINGS_SCHEMA: &str = "urn:bonafide:findings:1";

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people: `error[rule] place`, what is wrong, what to do.
    Text {
        /// With or without colour.
        style: Style,
        /// How many findings are shown before the rest is only counted; `None` for all.
        limit: Option<usize>,
    },
    /// One JSON object (`schemas/findings.schema.json`).
    Json,
    /// A JSON object a line: first the tool, then the findings, last the verdict.
    Jsonl,
    /// SARIF 2.1.0, for code review.
    Sarif,
    /// A table, for a comment in a review.
    Markdown {
        /// How many findings are shown before the rest is only counted; `None` for all.
        limit: Option<usize>,
    },
}

/// Whether text has colour. The caller knows the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No escape sequence is written.
    Plain,
    /// Severity and verdict are coloured by ANSI sequences.
    Coloured,
}

/// The program that speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tool {
    /// `bonafide`.
    pub name: &'static str,
    /// `0.1.0`.
    pub version: &'static str,
}

/// What a command knows when it ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ending {
    /// The least severity that makes the answer "no"; where nothing is said, an error.
    pub fail_on: Option<Severity>,
    /// What was examined, for the last line: `27 packages, 4,808 files`. Empty: nothing is said of it.
    pub examined: String,
    /// Further members of the JSON object (and of the last line of JSONL): `("valid", true)`. Not one that the object
    /// has anyway.
    pub members: Vec<(&'static str, serde_json::Value)>,
    /// The code that the process ends with, where it is not that of the verdict.
    pub exit_code: Option<u8>,
}

impl Ending {
    /// An ending that says what was examined.
    pub fn examined(examined: impl Into<String>) -> Self {
        Self { examined: examined.into(), ..Self::default() }
    }

    /// Says from which severity on a finding makes the answer "no".
    #[must_use]
    pub fn fail_on(mut self, least: Severity) -> Self {
        self.fail_on = Some(least);
        self
    }

    /// The verdict on so many findings.
    #[must_use]
    pub fn verdict(&self, counts: Counts) -> Verdict {
        counts.verdict_from(self.fail_on.unwrap_or(Severity::Error))
    }

    /// Says which code the process ends with.
    #[must_use]
    pub fn exit_code(mut self, code: u8) -> Self {
        self.exit_code = Some(code);
        self
    }

    /// Adds a member to the JSON object.
    #[must_use]
    pub fn member(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.members.push((name, value.into()));
        self
    }
}

/// Writes findings in one form while they come.
///
/// A write that fails is told by [`Renderer::finish`]; nothing is written after it.
pub struct Renderer<'w> {
    out: &'w mut dyn Write,
    form: Form,
    tool: Tool,
    counts: Counts,
    sarif: sarif::Rules,
    failed: Option<io::Error>,
}

impl<'w> Renderer<'w> {
    /// Starts. Give it a buffered writer.
    pub fn new(out: &'w mut dyn Write, form: Form, tool: Tool) -> Self {
        let mut renderer =
            Self { out, form, tool, counts: Counts::default(), sarif: sarif::Rules::default(), failed: None };
        let begun = match form {
            Form::Json => json::begin(renderer.out, tool),
            Form::Jsonl => json::header_line(renderer.out, tool),
            Form::Sarif => sarif::begin(renderer.out),
            Form::Text { .. } | Form::Markdown { .. } => Ok(()),
        };
        renderer.failed = begun.err();
        renderer
    }

    /// Ends: writes the verdict.
    ///
    /// # Errors
    /// The first write that failed.
    pub fn finish(mut self, ending: &Ending) -> io::Result<Counts> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let counts = self.counts;
        match self.form {
            Form::Text { style, limit } => text::end(self.out, style, limit, counts, ending),
            Form::Json => json::end(self.out, counts, ending),
            Form::Jsonl => json::last_line(self.out, counts, ending),
            Form::Sarif => sarif::end(self.out, self.tool, &self.sarif, counts, ending),
            Form::Markdown { limit } => markdown::end(self.out, limit, counts, ending),
        }?;
        Ok(counts)
    }

    /// How many findings came so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    fn write(&mut self, finding: &Finding) -> io::Result<()> {
        let before = usize::try_from(self.counts.total()).unwrap_or(usize::MAX);
        let fits = |limit: Option<usize>| limit.is_none_or(|limit| before < limit);
        match self.form {
            Form::Text { style, limit } if fits(limit) => text::finding(self.out, style, finding),
            Form::Markdown { limit } if fits(limit) => markdown::finding(self.out, before == 0, finding),
            Form::Text { .. } | Form::Markdown { .. } => Ok(()),
            Form::Json => json::finding(self.out, before == 0, finding),
            Form::Jsonl => json::finding_line(self.out, finding),
            Form::Sarif => sarif::finding(self.out, before == 0, &mut self.sarif, finding),
        }
    }
}

impl Sink for Renderer<'_> {
    fn push(&mut self, finding: Finding) {
        if self.failed.is_none() {
            self.failed = self.write(&finding).err();
        }
        self.counts.add(&finding);
    }
}

impl std::fmt::Debug for Renderer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Renderer")
            .field("form", &self.form)
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

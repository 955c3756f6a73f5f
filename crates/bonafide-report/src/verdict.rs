//! The answer of one command.

use crate::finding::Finding;
use crate::rule::Severity;

/// How many findings there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Faults of severity error.
    pub errors: u64,
    /// Faults of severity warning.
    pub warnings: u64,
    /// Faults of severity note.
    pub notes: u64,
    /// Things that could not be examined.
    pub gaps: u64,
}

impl Counts {
    /// Counts one finding.
    pub fn add(&mut self, finding: &Finding) {
        if finding.is_gap() {
            self.gaps += 1;
            return;
        }
        match finding.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => self.notes += 1,
        }
    }

    /// All of them.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.errors + self.warnings + self.notes + self.gaps
    }

    /// The verdict that follows: a gap outweighs an error, for an answer that is not whole is no answer.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        self.verdict_from(Severity::Error)
    }

    /// The same where faults of that severity and graver ones make the answer "no".
    #[must_use]
    pub const fn verdict_from(self, least: Severity) -> Verdict {
        let faults = match least {
            Severity::Error => self.errors,
            Severity::Warning => self.errors + self.warnings,
            Severity::Note => self.errors + self.warnings + self.notes,
        };
        if self.gaps > 0 {
            Verdict::Incomplete
        } else if faults > 0 {
            Verdict::Findings
        } else {
            Verdict::Clean
        }
    }
}

/// The answer of one command; the exit code follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Everything was examined and nothing of severity error was found.
    Clean,
    /// At least one finding of severity error.
    Findings,
    /// Something could not be examined, or nothing was there to examine.
    Incomplete,
}

impl Verdict {
    /// The word in JSON: `clean`, `findings`, `incomplete`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Findings => "findings",
            Self::Incomplete => "incomplete",
        }
    }

    /// The exit code: 0, 1 or 3.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Incomplete => 3,
        }
    }
}

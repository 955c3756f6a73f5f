//! Exit codes, in one place. Documented in `docs/src/exit-codes.md`.

use bonafide_report::Verdict;

/// Why the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Everything was examined, nothing is wrong.
    Clean,
    /// At least one finding of severity error, or a difference.
    Findings,
    /// The command line or the configuration is wrong.
    Usage,
    /// Something could not be examined, or nothing was there to examine.
    Incomplete,
    /// An input cannot be read at all.
    Input,
    /// A network is needed and is not to be had.
    Network,
    /// A fault of this program.
    Internal,
}

impl Exit {
    /// The number that the shell sees.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::Input => 4,
            Self::Network => 5,
            Self::Internal => 70,
        }
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Clean => Self::Clean,
            Verdict::Findings => Self::Findings,
            Verdict::Incomplete => Self::Incomplete,
        }
    }
}

//! A command that could not do its work: what was being done, why it failed, what helps.

use std::error::Error;
use std::fmt::Display;

use crate::exit::Exit;

/// Ends a command. Shown as `error: …`, `caused by: …`, `hint: …`.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: Exit,
    /// `failed to read …`, lower case.
    pub(crate) what: String,
    /// The chain of causes, outermost first.
    pub(crate) causes: Vec<String>,
    /// A command or an edit that helps.
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// The command line or a setting is wrong.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, what: what.into(), causes: Vec::new(), hint: None }
    }

    /// An input cannot be read.
    pub(crate) fn input(what: impl Into<String>) -> Self {
        Self { exit: Exit::Input, what: what.into(), causes: Vec::new(), hint: None }
    }

    /// A network is needed and is not to be had.
    pub(crate) fn network(what: impl Into<String>) -> Self {
        Self { exit: Exit::Network, what: what.into(), causes: Vec::new(), hint: None }
    }

    /// This program is at fault; what happened has been said already.
    pub(crate) fn internal() -> Self {
        Self {
            exit: Exit::Internal,
            what: "bonafide met a fault of its own".into(),
            causes: Vec::new(),
            hint: None,
        }
        .hint("please report it with the command line and, if you can, the input")
    }

    /// Adds an error and its sources as causes.
    #[must_use]
    pub(crate) fn because(mut self, error: &(dyn Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    /// Adds a cause in words.
    #[must_use]
    pub(crate) fn and(mut self, cause: &str) -> Self {
        self.causes.push(cause.to_owned());
        self
    }

    /// Says what helps.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }
}

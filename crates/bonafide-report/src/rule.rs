//! Rules: what can be found, said once.

use std::fmt;

/// How bad it is when a finding of a rule is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never changes the exit code.
    Note,
    /// Should be mended; does not change the exit code.
    Warning,
    /// Makes the answer of a command "no": exit code 1.
    Error,
}

impl Severity {
    /// The word in text and JSON: `note`, `warning`, `error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How sure the analysis is that a finding is right. Apart from severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A hint only.
    Low,
    /// Rests on a rule of thumb that has been seen to fail.
    Medium,
    /// Follows from the bytes.
    High,
}

impl Confidence {
    /// The word in text and JSON: `low`, `medium`, `high`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a finding means for the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Something that is there and should not be, or the other way round.
    Fault,
    /// Something that could not be examined: the answer is incomplete, exit code 3.
    Gap,
}

/// One thing that can be found. A constant: `pub const DEAD_EXCLUDE: Rule = Rule { … }`.
///
/// Each crate exports its own as `RULES: &[&Rule]`; the command line joins them for `bonafide explain`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// Stable, kebab-case, unique over the whole program: `dead-exclude`.
    pub id: &'static str,
    /// One line, lower case, no full stop: `an exclude pattern matches no file`.
    pub title: &'static str,
    /// The severity of its findings.
    pub severity: Severity,
    /// Fault or gap.
    pub kind: Kind,
    /// The page in Markdown, without the heading: what it means, why it matters, an example, how to mend it.
    /// Kept at `docs/src/rules/<id>.md` and included from there.
    pub page: &'static str,
}

/// The rules of a module: a constant for each, and `RULES` with all of them. A line is a name, an id, a severity, the
/// kind where it is not a fault, and the title; the page is `docs/src/rules/<id>.md`, seen from a crate's folder.
///
/// ```ignore
/// bonafide_report::rules! {
///     DEAD_EXCLUDE "dead-exclude" Warning "an exclude pattern matches no file"
///     UNREADABLE "sbom-unreadable" Error Gap "a document cannot be read"
/// }
/// ```
#[macro_export]
macro_rules! rules {
    (@kind) => { $crate::Kind::Fault };
    (@kind $kind:ident) => { $crate::Kind::$kind };
    ($($name:ident $id:literal $severity:ident $($kind:ident)? $title:literal)*) => {
        $(
            #[doc = concat!("`", $id, "`: ", $title, ".")]
            pub const $name: $crate::Rule = $crate::Rule {
                id: $id,
                title: $title,
                severity: $crate::Severity::$severity,
                kind: $crate::rules!(@kind $($kind)?),
                page: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/src/rules/", $id, ".md")),
            };
        )*

        /// All rules of this module.
        pub const RULES: &[&$crate::Rule] = &[$(&$name,)*];
    };
}

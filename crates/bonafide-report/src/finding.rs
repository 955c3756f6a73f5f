//! Findings: one thing found, as data.

use crate::rule::{Confidence, Kind, Rule, Severity};

/// Where a finding is: as much of it as is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, artifact or document, as the user gave it or relative to the root that the user gave; never absolute
    /// on its own account.
    pub file: Option<String>,
    /// The member inside it, nested containers joined by `!/`.
    pub member: Option<String>,
    /// JSON pointer (RFC 6901) inside the document.
    pub pointer: Option<String>,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Byte offset, from 0.
    pub offset: Option<u64>,
}

impl Place {
    /// A place that is a whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: Some(file.into()), ..Self::default() }
    }

    /// The same place, narrowed to a member.
    #[must_use]
    pub fn member(mut self, member: impl Into<String>) -> Self {
        self.member = Some(member.into());
        self
    }

    /// The same place, narrowed to a JSON pointer.
    #[must_use]
    pub fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// The same place, narrowed to a line (from 1).
    #[must_use]
    pub fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same place, narrowed to a byte offset.
    #[must_use]
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that it breaks.
    pub rule: &'static Rule,
    /// The rule's severity, or another where the case is milder or graver.
    pub severity: Severity,
    /// How sure we are.
    pub confidence: Confidence,
    /// What it is about: a purl, a package name, a path. May be empty where the place says it all.
    pub subject: String,
    /// Where.
    pub place: Place,
    /// One or more sentences: what was expected and what was found.
    pub message: String,
    /// The field that is wrong, where one is: `versionInfo`.
    pub field: Option<String>,
    /// What should stand there.
    pub expected: Option<String>,
    /// What stands there.
    pub found: Option<String>,
    /// What proves it, a line each.
    pub evidence: Vec<String>,
    /// What to do: a command that works when pasted, or an edit.
    pub remedy: Option<String>,
    /// Who or what says that it does not matter here, and why: then it was accepted. Its severity stays what it is.
    pub suppressed: Option<String>,
}

impl Finding {
    /// A finding of a rule with the rule's own severity, sure of itself, with no more than a message.
    pub fn new(rule: &'static Rule, place: Place, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: rule.severity,
            confidence: Confidence::High,
            subject: String::new(),
            place,
            message: message.into(),
            field: None,
            expected: None,
            found: None,
            evidence: Vec::new(),
            remedy: None,
            suppressed: None,
        }
    }

    /// Says what it is about.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// Says which field holds what, and what it should hold.
    #[must_use]
    pub fn field(
        mut self,
        field: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        self.field = Some(field.into());
        self.expected = Some(expected.into());
        self.found = Some(found.into());
        self
    }

    /// Adds a line of evidence.
    #[must_use]
    pub fn evidence(mut self, line: impl Into<String>) -> Self {
        self.evidence.push(line.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Says why it was accepted.
    #[must_use]
    pub fn suppressed(mut self, why: impl Into<String>) -> Self {
        self.suppressed = Some(why.into());
        self
    }

    /// Changes the severity for this one case.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Changes the confidence for this one case.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// Whether it says that something could not be examined.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        self.rule.kind == Kind::Gap
    }
}

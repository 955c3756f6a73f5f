//! Findings about one document, as many as anybody reads.

use crate::rules;
use bonafide_report::{Finding, Place, Severity};

/// How many errors of one document are told, and how many other findings. A document of megabytes can have a fault in every few bytes, and each
/// finding takes hundreds.
const MOST: usize = 10_000;

/// Findings up to a number; of those beyond it, how many and how grave.
#[derive(Default)]
pub(crate) struct Findings {
    kept: Vec<Finding>,
    /// How many of those are errors by their rule.
    errors: usize,
    /// The last of those that are not kept: who pushed it may still change it.
    last: Option<Finding>,
    /// Those before that one.
    further: usize,
    worst: Option<Severity>,
}

impl Findings {
    /// Adds one, and lends it for more to be said.
    pub(crate) fn push(&mut self, finding: Finding) -> &mut Finding {
        let is_error = finding.rule.severity >= Severity::Error;
        let alike = if is_error { self.errors } else { self.kept.len() - self.errors };
        if alike < MOST {
            self.errors += usize::from(is_error);
            self.kept.push(finding);
            return self.kept.last_mut().expect("one was pushed");
        }
        self.count_last();
        self.last.insert(finding)
    }

    fn count_last(&mut self) {
        if let Some(last) = self.last.take() {
            self.further += 1;
            self.worst = self.worst.max(Some(last.severity));
        }
    }

    /// What was kept, and one more that stands for the rest.
    pub(crate) fn finish(mut self) -> Vec<Finding> {
        self.count_last();
        if let Some(worst) = self.worst {
            let message = format!("{} further findings are not listed", self.further);
            let mut rest = Finding::new(&rules::FURTHER, Place::default(), message)
                .remedy("mend those that are listed, then look again");
            rest.severity = worst;
            self.kept.push(rest);
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_counted_and_is_as_grave_as_its_gravest() {
        let mut findings = Findings::default();
        let one = || Finding::new(&rules::UNKNOWN_FIELD, Place::default(), "x");
        for _ in 0..MOST + 5 {
            findings.push(one());
        }
        findings.push(one()).severity = Severity::Error;
        findings.push(Finding::new(&rules::DATE, Place::default(), "y"));
        let all = findings.finish();
        assert_eq!(all.len(), MOST + 2);
        let rest = &all[MOST + 1];
        assert_eq!((rest.severity, &*rest.message), (Severity::Error, "6 further findings are not listed"));
    }
}

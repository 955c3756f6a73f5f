//! What answers come to: which findings count, what of the unknown counts, and how old data may be.

use bonafide_report::Verdict;
use bonafide_vuln::{Answers, Finding, Gap, Severity, State};

use crate::cli::scan::{FailOn, ScanArgs, Unknown};

/// What was asked for.
pub(crate) struct Policy<'a> {
    fail_on: &'a [FailOn],
    unknown: Unknown,
}

impl<'a> Policy<'a> {
    pub(crate) fn new(args: &'a ScanArgs) -> Self {
        Self { fail_on: &args.fail_on, unknown: args.unknown }
    }

    /// Whether a finding counts for exit code 1.
    pub(crate) fn fails(&self, finding: &Finding) -> bool {
        // A vulnerability that nobody rated may be as bad as any.
        let at_least =
            |least: Severity| finding.rating.as_ref().is_none_or(|rating| rating.severity >= least);
        finding.suppressed.is_none()
            && finding.state == State::Affected
            && self.fail_on.iter().any(|on| match on {
                FailOn::Any => true,
                FailOn::Low => at_least(Severity::Low),
                FailOn::Medium => at_least(Severity::Medium),
                FailOn::High => at_least(Severity::High),
                FailOn::Critical => at_least(Severity::Critical),
                FailOn::Kev => finding.exploited.is_some(),
                FailOn::Fixable => !finding.fixed.is_empty(),
                FailOn::Never => false,
            })
    }

    /// What of the unknown makes the answer incomplete, in words.
    pub(crate) fn blind(&self, answers: &Answers) -> Option<String> {
        let coverage = &answers.coverage;
        let undecided = answers
            .findings
            .iter()
            .filter(|finding| finding.suppressed.is_none() && matches!(finding.state, State::Unknown(_)))
            .count();
        let unnamed = coverage.count(Gap::NameUnknown.as_str());
        let without_data = coverage.count("no-data");
        if self.unknown == Unknown::Ignore {
            None
        } else if coverage.checked == 0 {
            Some("no component could be checked".to_owned())
        } else if undecided > 0 {
            Some(format!("{undecided} findings could not be decided"))
        } else if without_data > 0 {
            Some(format!("no source has data for {without_data} components"))
        } else if self.unknown == Unknown::Any && coverage.unchecked.len() > unnamed {
            Some(format!("{} components could not be checked", coverage.unchecked.len() - unnamed))
        } else {
            None
        }
    }

    /// The verdict: what could not be read wholly outweighs all; a vulnerability that is there outweighs what could not be decided.
    pub(crate) fn verdict(&self, answers: &Answers, gaps: u64) -> Verdict {
        if gaps > 0 {
            Verdict::Incomplete
        } else if answers.findings.iter().any(|finding| self.fails(finding)) {
            Verdict::Findings
        } else if self.blind(answers).is_some() {
            Verdict::Incomplete
        } else {
            Verdict::Clean
        }
    }
}

//! The answer of a scan as findings of the program: for SARIF and Markdown.

use bonafide_report::{Finding as Reported, Place, Severity as Weight, Verdict, counted};
use bonafide_vuln::{Finding, Gap, State, Suppression, rules};

use super::Told;

/// One finding for each vulnerability of each component, and what could not be checked.
pub(crate) fn findings(told: &Told, fails: impl Fn(&Finding) -> bool) -> Vec<Reported> {
    let mut reported: Vec<Reported> =
        told.answers.findings.iter().map(|finding| one(told, finding, fails(finding))).collect();
    for unchecked in
        told.answers.coverage.unchecked.iter().filter(|unchecked| unchecked.gap != Gap::NameUnknown)
    {
        let component = &told.components[unchecked.component];
        reported.push(
            Reported::new(&rules::UNCHECKED, Place::file(&component.input), unchecked.gap.words())
                .subject(component.label()),
        );
    }
    if told.verdict == Verdict::Incomplete {
        let why = told.why.clone().unwrap_or_else(|| "an input could not be read wholly".to_owned());
        reported.push(Reported::new(&rules::INCOMPLETE, Place::default(), why));
    }
    reported
}

fn one(told: &Told, finding: &Finding, fails: bool) -> Reported {
    let component = &told.components[finding.component];
    let (rule, severity, mut message) = match (&finding.suppressed, &finding.state) {
        (Some(by), _) => (&rules::SUPPRESSED, Weight::Note, format!("{}: {}", finding.id, said(by))),
        (None, State::Unknown(why)) => (&rules::UNDECIDED, Weight::Warning, format!("{}: {why}", finding.id)),
        (None, State::Affected) => {
            let weight = if fails { Weight::Error } else { Weight::Warning };
            (&rules::VULNERABLE, weight, format!("{} affects this version", finding.id))
        }
    };
    if let Some(rating) = &finding.rating {
        message.push_str(&format!(", {}", super::text::rated(rating)));
    }
    if let Some(date) = &finding.exploited {
        message.push_str(&format!(", exploited (listed {date})"));
    }
    if !finding.aliases.is_empty() {
        message.push_str(&format!("; also known as {}", finding.aliases.join(", ")));
    }
    let mut reported = Reported::new(rule, Place::file(&component.input), message)
        .severity(severity)
        .subject(component.label());
    reported.evidence.clone_from(&finding.evidence);
    if let Some(by) = &finding.suppressed {
        reported = reported.suppressed(said(by));
    }
    if finding.suppressed.is_none() && !finding.fixed.is_empty() {
        reported = reported.remedy(format!("update to {} or later", finding.fixed.join(" or ")));
    }
    reported
}

/// What a statement says, and where it stands.
fn said(by: &Suppression) -> String {
    let why = by.justification.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
    format!("{}{why}, says {}", by.status, by.source)
}

/// What was looked at, for the last line.
pub(crate) fn examined(told: &Told) -> String {
    counted(told.answers.coverage.components as u64, "component")
}

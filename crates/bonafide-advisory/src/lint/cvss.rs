//! CVSS: a vector, the score that follows from it, and the metrics spelled out beside it.

use cvss::Cvss;

use super::report::short;
use crate::node::Node;

/// A version of CVSS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edition {
    V2,
    V30,
    V31,
    V4,
}

impl Edition {
    /// What a vector of it begins with.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::V2 => "",
            Self::V30 => "CVSS:3.0/",
            Self::V31 => "CVSS:3.1/",
            Self::V4 => "CVSS:4.0/",
        }
    }

    /// The metrics without which there is no score.
    const fn base(self) -> &'static [&'static str] {
        match self {
            Self::V2 => &["AV", "AC", "Au", "C", "I", "A"],
            Self::V30 | Self::V31 => &["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
            Self::V4 => &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
        }
    }
}

/// No vector with all its metrics is as long.
const LONGEST_VECTOR: usize = 400;

/// What is wrong with a vector; nothing where it is one of that version, with all base metrics and none twice.
pub(crate) fn vector_fault(edition: Edition, vector: &str) -> Option<String> {
    let fault = if vector.len() > LONGEST_VECTOR {
        "it is too long".to_owned()
    } else if !vector.starts_with(edition.prefix()) || edition == Edition::V2 && vector.starts_with("CVSS:") {
        match edition.prefix() {
            "" => "a vector of CVSS 2 has no prefix".to_owned(),
            prefix => format!("it does not begin with `{prefix}`"),
        }
    } else {
        let metrics = metrics(vector);
        let repeated = metrics
            .iter()
            .enumerate()
            .find(|(at, (name, _))| metrics[..*at].iter().any(|(other, _)| other == name));
        let missing = edition.base().iter().find(|base| !metrics.iter().any(|(name, _)| name == *base));
        match (repeated, missing, vector.parse::<Cvss>()) {
            (Some((_, (name, _))), ..) => format!("the metric `{}` stands twice", short(name)),
            (_, Some(name), _) => format!("the metric `{name}` is missing"),
            (_, _, Err(error)) => error.to_string(),
            _ => return None,
        }
    };
    Some(format!("`{}` is no vector: {fault}", short(vector)))
}

/// The names of a vector's metrics with their values.
fn metrics(vector: &str) -> Vec<(&str, &str)> {
    vector
        .split('/')
        .filter(|part| !part.starts_with("CVSS:"))
        .filter_map(|part| part.split_once(':'))
        .collect()
}

/// The base score in tenths of a vector that is one.
pub(crate) fn base_tenths(edition: Edition, vector: &str) -> Option<u32> {
    let base: Vec<String> = metrics(vector)
        .into_iter()
        .filter(|(name, _)| edition.base().contains(name))
        .map(|(name, value)| format!("{name}:{value}"))
        .collect();
    tenths(&format!("{}{}", edition.prefix(), base.join("/")))
}

/// The score in tenths of a whole vector with all that stands in it.
pub(crate) fn tenths(vector: &str) -> Option<u32> {
    let cvss: Cvss = vector.parse().ok()?;
    Some((cvss.score() * 10.0).round().clamp(0.0, 100.0) as u32)
}

/// The word of CVSS 3 and 4 for a score in tenths.
pub(crate) const fn severity(tenths: u32) -> &'static str {
    match tenths {
        0 => "NONE",
        1..40 => "LOW",
        40..70 => "MEDIUM",
        70..90 => "HIGH",
        _ => "CRITICAL",
    }
}

/// The fields that spell a metric out, and its short name. `modified…` has an `M` in front.
const SPELLED: &[(&str, &str)] = &[
    ("accessVector", "AV"),
    ("attackVector", "AV"),
    ("accessComplexity", "AC"),
    ("attackComplexity", "AC"),
    ("attackRequirements", "AT"),
    ("authentication", "Au"),
    ("privilegesRequired", "PR"),
    ("userInteraction", "UI"),
    ("scope", "S"),
    ("confidentialityImpact", "C"),
    ("integrityImpact", "I"),
    ("availabilityImpact", "A"),
    ("vulnConfidentialityImpact", "VC"),
    ("vulnIntegrityImpact", "VI"),
    ("vulnAvailabilityImpact", "VA"),
    ("subConfidentialityImpact", "SC"),
    ("subIntegrityImpact", "SI"),
    ("subAvailabilityImpact", "SA"),
    ("exploitability", "E"),
    ("exploitCodeMaturity", "E"),
    ("exploitMaturity", "E"),
    ("remediationLevel", "RL"),
    ("reportConfidence", "RC"),
    ("confidentialityRequirement", "CR"),
    ("integrityRequirement", "IR"),
    ("availabilityRequirement", "AR"),
    ("collateralDamagePotential", "CDP"),
    ("targetDistribution", "TD"),
    ("modifiedAttackVector", "MAV"),
    ("modifiedAttackComplexity", "MAC"),
    ("modifiedAttackRequirements", "MAT"),
    ("modifiedPrivilegesRequired", "MPR"),
    ("modifiedUserInteraction", "MUI"),
    ("modifiedScope", "MS"),
    ("modifiedConfidentialityImpact", "MC"),
    ("modifiedIntegrityImpact", "MI"),
    ("modifiedAvailabilityImpact", "MA"),
    ("modifiedVulnConfidentialityImpact", "MVC"),
    ("modifiedVulnIntegrityImpact", "MVI"),
    ("modifiedVulnAvailabilityImpact", "MVA"),
    ("modifiedSubConfidentialityImpact", "MSC"),
    ("modifiedSubIntegrityImpact", "MSI"),
    ("modifiedSubAvailabilityImpact", "MSA"),
    ("Safety", "S"),
    ("Automatable", "AU"),
    ("Recovery", "R"),
    ("valueDensity", "V"),
    ("vulnerabilityResponseEffort", "RE"),
    ("providerUrgency", "U"),
];

/// The first fields whose word is not the vector's: the field, and what the vector says.
///
/// A value is the beginning of its word (`NETWORK` is `N`, `OFFICIAL_FIX` is `O`, in version 2 `OF`), and `X` and `ND`
/// are `NOT_DEFINED`.
pub(crate) fn contradictions<'n>(rating: &'n Node<'_>, vector: &str) -> Vec<(&'n Node<'n>, String)> {
    let metrics = metrics(vector);
    let mut wrong = Vec::new();
    for (field, metric) in SPELLED {
        let Some((node, word)) = rating.get(field).and_then(|node| Some((node, node.text()?))) else {
            continue;
        };
        let value = metrics.iter().find(|(name, _)| name == metric).map_or("", |(_, value)| *value);
        // What the vector leaves out the field may add.
        if value.is_empty() {
            continue;
        }
        let undefined = matches!(value, "X" | "ND");
        let agrees = if word.eq_ignore_ascii_case("NOT_DEFINED") {
            undefined
        } else {
            !undefined
                && word
                    .get(..1)
                    .is_some_and(|first| value.get(..1).is_some_and(|v| v.eq_ignore_ascii_case(first)))
        };
        if !agrees {
            let message = format!("`{field}` is `{}`, the vector says `{metric}:{value}`", short(word));
            wrong.push((node, message));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_and_their_scores() {
        let v31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
        assert_eq!(vector_fault(Edition::V31, v31), None);
        assert_eq!(base_tenths(Edition::V31, &format!("{v31}/E:U")), Some(98));
        assert!(vector_fault(Edition::V30, v31).is_some());
        assert!(vector_fault(Edition::V31, "CVSS:3.1/AV:N").unwrap().contains("missing"));
        assert!(vector_fault(Edition::V31, &format!("{v31}/A:H")).unwrap().contains("twice"));
        assert!(vector_fault(Edition::V31, &format!("{v31}/X:Y")).is_some());
        assert_eq!(vector_fault(Edition::V2, "AV:N/AC:L/Au:N/C:N/I:N/A:C"), None);
        assert_eq!(base_tenths(Edition::V2, "AV:N/AC:L/Au:N/C:N/I:N/A:C"), Some(78));
        let v4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";
        assert_eq!((vector_fault(Edition::V4, v4), base_tenths(Edition::V4, v4)), (None, Some(93)));
    }

    #[test]
    fn spelled_metrics_are_held_against_the_vector() {
        let json = r#"{"attackVector":"LOCAL","scope":"UNCHANGED","remediationLevel":"NOT_DEFINED",
            "exploitCodeMaturity":"PROOF_OF_CONCEPT"}"#;
        let (node, _) = Node::read(json).unwrap();
        let wrong = contradictions(&node, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P");
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].1.contains("attackVector"));
    }
}

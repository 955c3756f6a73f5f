//! How bad a vulnerability is: CVSS scores computed from their vectors, and words where there is no vector.

use std::fmt;

use cvss::Cvss;

/// The words of CVSS 3 and 4 for scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// 0.0
    None,
    /// 0.1 to 3.9
    Low,
    /// 4.0 to 6.9
    Medium,
    /// 7.0 to 8.9
    High,
    /// 9.0 to 10.0
    Critical,
}

impl Severity {
    /// The word in text and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// From a word of a database: GitHub says `MODERATE`, others `IMPORTANT`.
    fn from_word(word: &str) -> Option<Self> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "none" => Self::None,
            "low" | "negligible" | "minor" => Self::Low,
            "medium" | "moderate" => Self::Medium,
            "high" | "important" => Self::High,
            "critical" => Self::Critical,
            _ => return None,
        })
    }

    const fn of(tenths: u8) -> Self {
        match tenths {
            0 => Self::None,
            1..40 => Self::Low,
            40..70 => Self::Medium,
            70..90 => Self::High,
            _ => Self::Critical,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A rating of one record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rating {
    /// The word.
    pub severity: Severity,
    /// The score in tenths, where a vector gives one: 98 is 9.8.
    pub tenths: Option<u8>,
    /// The vector, or the word as its source wrote it.
    pub text: String,
}

impl Rating {
    /// Reads a CVSS vector of version 2, 3.0, 3.1 or 4.0 (by its own score, with its temporal and environmental
    /// metrics) or a word; nothing for what is neither.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 400 {
            return None;
        }
        if is_whole(text)
            && let Ok(vector) = text.parse::<Cvss>()
        {
            let tenths = (vector.score() * 10.0).round().clamp(0.0, 100.0) as u8;
            return Some(Self {
                severity: Severity::of(tenths),
                tenths: Some(tenths),
                text: text.to_owned(),
            });
        }
        Severity::from_word(text).map(|severity| Self { severity, tenths: None, text: text.to_owned() })
    }

    /// The score as CVSS writes it: `9.8`.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        self.tenths.map(|tenths| f64::from(tenths) / 10.0)
    }
}

/// Whether a vector has all base metrics of its version, without which it has no score.
fn is_whole(vector: &str) -> bool {
    let needed: &[&str] = match vector.split('/').next() {
        Some("CVSS:4.0") => &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
        Some(first) if first.starts_with("CVSS:3.") => &["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
        _ => &["AV", "AC", "Au", "C", "I", "A"],
    };
    let has = |metric: &str| {
        vector
            .trim_matches(['(', ')'])
            .split('/')
            .any(|part| part.strip_prefix(metric).is_some_and(|rest| rest.starts_with(':')))
    };
    needed.iter().all(|metric| has(metric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_have_the_scores_of_their_specifications() {
        for (text, score, severity) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, Severity::Critical),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, Severity::Medium),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3, Severity::Critical),
            ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8, Severity::High),
        ] {
            let rating = Rating::read(text).unwrap();
            assert_eq!((rating.score(), rating.severity), (Some(score), severity), "{text}");
        }
        assert_eq!(Rating::read("MODERATE").unwrap().severity, Severity::Medium);
        assert_eq!(Rating::read("CVSS:3.1/AV:N"), None);
    }
}

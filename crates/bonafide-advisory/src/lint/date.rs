//! Dates that must follow one another.

use bonafide_report::Rule;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::report::Report;
use crate::node::Node;

/// Clocks differ; and a record may be published on the day that it names, wherever that day has begun.
const GRACE_SECONDS: i64 = 24 * 3600;

/// The instant of a text: RFC 3339, or without an offset, which CVE records may leave out (it is UTC then).
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(local).ok()
    })
}

/// Whether a moment is after another, by more than days and clocks differ.
fn is_after(moment: Timestamp, other: Timestamp) -> bool {
    moment.as_second() > other.as_second().saturating_add(GRACE_SECONDS)
}

/// Tells the dates of an object that lie in the future.
pub(crate) fn not_ahead(report: &mut Report<'_, '_>, rule: &'static Rule, node: &Node<'_>, names: &[&str]) {
    for name in names {
        let Some(member) = node.get(name) else { continue };
        let ahead = member.text().and_then(instant).is_some_and(|then| is_after(then, report.now));
        if ahead {
            let message = format!("`{name}` lies in the future: {}", member.text().unwrap_or_default());
            report.tell(rule, member, message);
        }
    }
}

/// Tells where the first of two dates is after the second, by more than clocks differ.
pub(crate) fn in_order(
    report: &mut Report<'_, '_>,
    rule: &'static Rule,
    node: &Node<'_>,
    [first, second]: [&str; 2],
) {
    let (Some(early), Some(late)) = (node.get(first), node.get(second)) else { return };
    let instants = early.text().and_then(instant).zip(late.text().and_then(instant));
    if instants.is_some_and(|(early, late)| is_after(early, late)) {
        let message = format!(
            "`{first}` ({}) is after `{second}` ({})",
            early.text().unwrap_or_default(),
            late.text().unwrap_or_default()
        );
        report.tell(rule, early, message);
    }
}

//! What is told beside the findings, so that no statement fails in silence.

use std::collections::BTreeMap;

use bonafide_report::{Finding as Note, Place};

use super::{Applied, Fate, Origin, Source, StatementId, rules};
use crate::component::Component;
use crate::finding::Finding;

/// More notes of one rule are told by their number.
const MOST_OF_A_RULE: usize = 100;

/// The statements about found vulnerabilities that were not used, and why. Repositories speak of much that is elsewhere: of
/// their statements only those are told that would have suppressed. Sorted by place.
#[must_use]
pub fn notes(
    applied: &Applied,
    findings: &[Finding],
    components: &[Component],
    sources: &[Source],
) -> Vec<Note> {
    let mut by_statement: BTreeMap<StatementId, Vec<(usize, &Fate)>> = BTreeMap::new();
    for (id, finding, fate) in &applied.fates {
        by_statement.entry(*id).or_default().push((*finding, fate));
    }
    let mut notes = Vec::new();
    for (id, fates) in by_statement {
        let source = &sources[id.source];
        let statement = &source.document.statements[id.statement];
        let place = || Place::file(&source.name).pointer(&*statement.pointer).line(statement.line);
        let missed = |fate: &Fate| {
            matches!(fate, Fate::OtherProduct(_) | Fate::OtherInput | Fate::OtherPackage | Fate::Undecided(_))
        };
        let matched = fates.iter().any(|(_, fate)| !missed(fate));
        let mut told_miss = false;
        for (finding, fate) in fates {
            let found = &findings[finding];
            let label = components[found.component].label();
            let other = |id: &StatementId| {
                let source = &sources[id.source];
                let line = source.document.statements[id.statement].line;
                format!("{} line {line}", source.name)
            };
            let (rule, message) = match fate {
                Fate::Flawed(flaw) => {
                    (&rules::FLAWED, format!("the statement on {} of {label} is not used: {flaw}", found.id))
                }
                Fate::Tied(with) => (
                    &rules::TIED,
                    format!(
                        "the statement on {} of {label} and {} say different things and neither is newer",
                        found.id,
                        other(with)
                    ),
                ),
                Fate::Superseded(by) => (
                    &rules::SUPERSEDED,
                    format!(
                        "{} is of a newer edition that no longer says {} of {label}",
                        other(by),
                        found.id
                    ),
                ),
                Fate::Bypassed => (
                    &rules::UNMATCHED,
                    format!(
                        "the statement on {} holds inside its product only, and {label} is reached by another way too",
                        found.id
                    ),
                ),
                Fate::Undecided(why) | Fate::OtherProduct(why)
                    if !matched && !told_miss && source.origin != Origin::Repository =>
                {
                    told_miss = true;
                    (&rules::UNMATCHED, format!("the statement on {} is not about {label}: {why}", found.id))
                }
                _ => continue,
            };
            notes.push(Note::new(rule, place(), message).subject(&*found.id));
        }
    }
    shortened(notes)
}

/// At most a hundred of each rule, and the number of the others.
fn shortened(notes: Vec<Note>) -> Vec<Note> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kept: Vec<Note> = Vec::new();
    let mut last: BTreeMap<&str, Note> = BTreeMap::new();
    for note in notes {
        let count = counts.entry(note.rule.id).or_default();
        *count += 1;
        if *count <= MOST_OF_A_RULE {
            kept.push(note);
        } else {
            last.insert(note.rule.id, note);
        }
    }
    for (id, mut note) in last {
        let more = counts[id] - MOST_OF_A_RULE;
        note.message = format!("{more} more statements like these; `bonafide vex explain` shows all");
        note.subject = String::new();
        kept.push(note);
    }
    kept
}

//! What statements speak of, whether or not a database knows of it.

use std::collections::BTreeSet;

use bonafide_advisory::vex::Statement;

use super::Source;
use super::matching::Matcher;
use crate::component::Component;
use crate::finding::Finding;

/// A finding for each component and vulnerability that a statement speaks of, as if a database had it: with them [`super::apply`]
/// says what the statements come to by themselves. Sorted by component and name.
#[must_use]
pub fn suppose(components: &[Component], sources: &[Source]) -> Vec<Finding> {
    let mut matcher = Matcher::new(components);
    let mut pairs: BTreeSet<(usize, String)> = BTreeSet::new();
    for source in sources {
        for statement in &source.document.statements {
            if statement.vulnerability.name.is_empty() {
                continue;
            }
            for product in &statement.products {
                let meant = if product.subcomponents.is_empty() {
                    std::slice::from_ref(&product.software)
                } else {
                    &product.subcomponents
                };
                for software in meant {
                    for (at, _) in matcher.named(software).iter() {
                        pairs.insert((*at, statement.vulnerability.name.to_string()));
                    }
                }
            }
        }
    }
    pairs.into_iter().map(|(component, id)| Finding { component, id, ..Finding::default() }).collect()
}

/// Why a statement speaks of no component at all: the identifier that came nearest, and which part of it differs.
#[must_use]
pub fn nearest_miss(components: &[Component], statement: &Statement) -> String {
    let matcher = Matcher::new(components);
    if components.is_empty() {
        return "there is no component".to_owned();
    }
    let best = (0..components.len().min(10_000))
        .map(|at| matcher.miss(&statement.products, at, &[]))
        .max_by(|left, right| left.0.cmp(&right.0).then_with(|| right.1.cmp(&left.1)));
    best.map(|(_, text)| text).unwrap_or_default()
}

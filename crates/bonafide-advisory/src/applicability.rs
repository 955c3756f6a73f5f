//! Statements of applicability: CPE names with version ranges, joined by AND, OR and negation.
//!
//! The NVD writes them in its feeds (`configurations`, of the feeds 1.1 and of the interface 2.0), CVE records since 5.1 in
//! `cpeApplicability`. All three read into the same tree.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::lenient::{self, Lenient, Oddities, lenient};

/// How deep nodes of the old feeds are followed into one another: real ones have two levels.
const DEEPEST: usize = 8;

/// How parts are joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operator {
    /// One is enough.
    #[default]
    Or,
    /// All are needed.
    And,
}

/// A node of the tree.
#[derive(Clone, Debug, Default)]
pub struct Configuration<'a> {
    /// How its parts are joined.
    pub operator: Operator,
    /// Whether the opposite is meant.
    pub negate: bool,
    /// Names.
    pub matches: Vec<Match<'a>>,
    /// Nodes below it.
    pub nodes: Vec<Self>,
}

lenient! {
    /// A CPE name, with a range of versions where the name has none.
    pub struct Match<'a> {
        /// Whether it is what is vulnerable, or only what that runs on.
        pub vulnerable: Flag = "vulnerable",
        /// The name.
        pub criteria: Cow<'a, str> = "criteria",
        /// The name, as the old feeds have it.
        pub uri: Cow<'a, str> = "cpe23Uri",
        /// From this version on.
        pub start_including: Option<Cow<'a, str>> = "versionStartIncluding",
        /// After this version.
        pub start_excluding: Option<Cow<'a, str>> = "versionStartExcluding",
        /// Up to this version.
        pub end_including: Option<Cow<'a, str>> = "versionEndIncluding",
        /// Before this version.
        pub end_excluding: Option<Cow<'a, str>> = "versionEndExcluding",
    }
    ignored { "matchCriteriaId", "cpe_name" }
}

impl Match<'_> {
    /// The name, wherever it stands.
    #[must_use]
    pub fn name(&self) -> &str {
        if self.criteria.is_empty() { &self.uri } else { &self.criteria }
    }
}

/// A truth value; what is missing or none is false.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flag(pub bool);

impl<'a> Lenient<'a> for Flag {
    fn read(raw: &'a RawValue, place: &str, odd: &mut Oddities) -> Self {
        match raw.get() {
            "true" => Self(true),
            "false" | "null" => Self(false),
            _ => {
                odd.malformed(place);
                Self(false)
            }
        }
    }
}

impl<'a> Lenient<'a> for Configuration<'a> {
    fn read(raw: &'a RawValue, place: &str, odd: &mut Oddities) -> Self {
        read(raw, place, odd, 0)
    }
}

fn read<'a>(raw: &'a RawValue, place: &str, odd: &mut Oddities, depth: usize) -> Configuration<'a> {
    let mut node = Configuration::default();
    if depth > DEEPEST {
        odd.malformed(place);
        return node;
    }
    for (name, value) in lenient::fields(raw, place, odd) {
        match &*name {
            "operator" => {
                let word = Cow::read(value, place, odd);
                match &*word {
                    "OR" => node.operator = Operator::Or,
                    "AND" => node.operator = Operator::And,
                    _ => odd.word(place, &word),
                }
            }
            "negate" => node.negate = Flag::read(value, place, odd).0,
            "cpeMatch" | "cpe_match" => node.matches = Lenient::read(value, place, odd),
            "nodes" | "children" => {
                let below: Vec<Option<&'a RawValue>> = Lenient::read(value, place, odd);
                node.nodes.extend(below.into_iter().flatten().map(|node| read(node, place, odd, depth + 1)));
            }
            other => odd.field(place, other),
        }
    }
    node
}

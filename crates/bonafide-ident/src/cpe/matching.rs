//! How two CPE names relate (NISTIR 7696).
//!
//! Each attribute of a source is compared with that of a target: equal, a subset, a superset, disjoint, or not defined,
//! since wildcards in a target say nothing. From the eleven relations follows that of the names. A source matches a target
//! when it is equal to it or a superset of it.

use std::fmt;

use super::{Attribute, Cpe};

/// How a source relates to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// They name the same.
    Equal,
    /// The source names some of what the target names.
    Subset,
    /// The source names all that the target names, and more.
    Superset,
    /// Nothing is named by both.
    Disjoint,
    /// The tables do not say.
    Undefined,
}

impl Relation {
    /// `equal`, `subset`, `superset`, `disjoint`, `undefined`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Subset => "subset",
            Self::Superset => "superset",
            Self::Disjoint => "disjoint",
            Self::Undefined => "undefined",
        }
    }

    /// Whether the source names all that the target names.
    #[must_use]
    pub const fn is_match(self) -> bool {
        matches!(self, Self::Equal | Self::Superset)
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Attribute {
    /// How this relates to the same attribute of a target (NISTIR 7696, table 6-2). Case of letters has no weight.
    #[must_use]
    pub fn relation(&self, target: &Self) -> Relation {
        if target.has_wildcard() {
            return Relation::Undefined;
        }
        match (self, target) {
            (Self::Any, Self::Any) | (Self::NotApplicable, Self::NotApplicable) => Relation::Equal,
            (Self::Any, _) => Relation::Superset,
            (_, Self::Any) => Relation::Subset,
            (Self::NotApplicable, Self::Text(_)) | (Self::Text(_), Self::NotApplicable) => Relation::Disjoint,
            (Self::Text(source), Self::Text(_)) => {
                let pattern = Pattern::new(source);
                let target = target.plain().unwrap_or_default().to_ascii_lowercase();
                match (self.has_wildcard(), pattern.holds(&target)) {
                    (_, false) => Relation::Disjoint,
                    (true, true) => Relation::Superset,
                    (false, true) => Relation::Equal,
                }
            }
        }
    }

    /// Whether the text has a wildcard at either end.
    #[must_use]
    pub fn has_wildcard(&self) -> bool {
        let Self::Text(text) = self else { return false };
        let pattern = Pattern::new(text);
        pattern.before != Gap::UpTo(0) || pattern.after != Gap::UpTo(0)
    }
}

/// How many characters a wildcard stands for: `*` any number, each `?` one or none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    UpTo(usize),
    Any,
}

/// A text between its wildcards, without escapes, in lower case.
struct Pattern {
    before: Gap,
    core: String,
    after: Gap,
}

impl Pattern {
    fn new(text: &str) -> Self {
        let gap =
            |wildcards: &str| if wildcards.contains('*') { Gap::Any } else { Gap::UpTo(wildcards.len()) };
        let body = text.trim_start_matches(['*', '?']);
        let before = gap(&text[..text.len() - body.len()]);
        let trimmed = body.trim_end_matches(['*', '?']);
        // An odd number of backslashes escapes the character after them, which is no wildcard then.
        let backslashes = trimmed.len() - trimmed.trim_end_matches('\\').len();
        let end = trimmed.len() + usize::from(trimmed.len() < body.len() && backslashes % 2 == 1);
        let plain = Attribute::Text(body[..end].to_owned()).plain().unwrap_or_default();
        Self { before, core: plain.to_ascii_lowercase(), after: gap(&body[end..]) }
    }

    /// Whether the core stands in the target with no more around it than the wildcards allow. Linear.
    fn holds(&self, target: &str) -> bool {
        let Some(spare) = target.len().checked_sub(self.core.len()) else { return false };
        let first = match self.after {
            Gap::Any => 0,
            Gap::UpTo(count) => spare.saturating_sub(count),
        };
        let last = match self.before {
            Gap::Any => spare,
            Gap::UpTo(count) => spare.min(count),
        };
        // CPE texts are ASCII, so positions count characters.
        first <= last
            && target.get(first..last + self.core.len()).is_some_and(|part| part.contains(&self.core))
    }
}

impl Cpe {
    /// How this name, as a source, relates to a target (NISTIR 7696, table 6-4): disjoint where one attribute is, else
    /// equal, a subset or a superset where all attributes agree on that, else undefined.
    ///
    /// ```
    /// use bonafide_ident::{Cpe, Relation};
    /// let rule: Cpe = "cpe:2.3:a:python:python:3.13.*:*:*:*:*:*:*:*".parse().unwrap();
    /// let found: Cpe = "cpe:2.3:a:python:python:3.13.5:*:*:*:*:*:*:*".parse().unwrap();
    /// assert_eq!(rule.relation(&found), Relation::Superset);
    /// ```
    #[must_use]
    pub fn relation(&self, target: &Self) -> Relation {
        let all = |wanted: Relation| {
            self.relations(target).all(|(_, relation)| relation == wanted || relation == Relation::Equal)
        };
        if self.relations(target).any(|(_, relation)| relation == Relation::Disjoint) {
            return Relation::Disjoint;
        }
        [Relation::Equal, Relation::Subset, Relation::Superset]
            .into_iter()
            .find(|wanted| all(*wanted))
            .unwrap_or(Relation::Undefined)
    }

    /// How each attribute relates to that of a target, in the order of a formatted string.
    pub fn relations<'a>(&'a self, target: &'a Self) -> impl Iterator<Item = (&'static str, Relation)> + 'a {
        self.attributes().zip(&target.0).map(|((name, source), target)| (name, source.relation(target)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::testdata;

    fn attribute(text: &str) -> Attribute {
        let name = format!("cpe:2.3:a:v:{text}:*:*:*:*:*:*:*:*");
        name.parse::<Cpe>().unwrap_or_else(|error| panic!("{name}: {error}")).product().clone()
    }

    #[test]
    fn attributes_relate_as_the_table_says() {
        let Some(text) = testdata::read("cpe/nistir7696_tables.json") else { return };
        let tables: Value = serde_json::from_str(&text).unwrap();
        // What stands for each kind of value: `m1*` has wildcards and holds `m2` or does not.
        let samples = |kind: &str| match kind {
            "ANY" => vec!["*"],
            "NA" => vec!["-"],
            "i" | "m2" => vec!["foo"],
            "k" => vec!["bar"],
            "m1*" => vec!["fo*", "ba*"],
            "m*" => vec!["f*", "?oo", "*o?"],
            "m2*" => vec!["fo*", "*foo"],
            other => panic!("{other}"),
        };
        let mut rows = 0;
        for row in tables["attribute_relations"].as_array().unwrap() {
            rows += 1;
            let [source, target, relation] = ["src", "tgt", "rel"].map(|key| row[key].as_str().unwrap());
            for one in samples(source) {
                for two in samples(target) {
                    let got = attribute(one).relation(&attribute(two)).name().to_uppercase();
                    assert!(
                        relation.split('|').any(|right| right == got),
                        "{one} {two}: {got} for {relation}"
                    );
                }
            }
        }
        assert_eq!(rows, 17);
    }

    #[test]
    fn wildcards_match_as_nvdtools_has_them() {
        let Some(text) = testdata::read("cpe/nvdtools_wfn_vectors.json") else { return };
        let vectors: Value = serde_json::from_str(&text).unwrap();
        for vector in vectors["match_str"].as_array().unwrap() {
            let [source, target, relation] = [0, 1, 2].map(|at| vector[at].as_str().unwrap());
            // No attribute is empty. And each `?` stands for one character or none (NISTIR 7696, 6.3), not for one.
            if target.is_empty() || source == "fo??" {
                continue;
            }
            assert_eq!(
                attribute(source).relation(&attribute(target)).name().to_uppercase(),
                relation,
                "{source} {target}"
            );
        }
        for vector in vectors["compare"].as_array().unwrap() {
            let [source, target] = [0, 1].map(|at| vector[at].as_str().unwrap().parse::<Cpe>().unwrap());
            assert_eq!(source.relation(&target).name().to_uppercase(), vector[2].as_str().unwrap());
        }
        for vector in vectors["unbind_fs_fail"].as_array().unwrap() {
            assert!(vector.as_str().unwrap().parse::<Cpe>().is_err(), "{vector}");
        }
    }

    #[test]
    fn question_marks_stand_for_one_character_or_none() {
        let holds = |source, target| attribute(source).relation(&attribute(target)).is_match();
        assert!(
            holds("fo??", "fo") && holds("fo??", "foo") && holds("fo??", "fooo") && !holds("fo??", "foooo")
        );
        assert!(holds("??o", "foo") && holds("??o", "o") && !holds("??o", "fooo"));
        assert!(holds("?oo*", "foobar") && holds("*.*", "1.2") && !holds("*a", "ab"));
        assert!(holds(r"f\?*", r"f\?x") && !holds(r"f\?*", "fx") && holds("FOO", "foo"));
        assert_eq!(attribute(r"foo\*").relation(&attribute(r"foo\*")), Relation::Equal);
        assert_eq!(attribute(r"foo\\*").relation(&attribute(r"foo\\bar")), Relation::Superset);
    }

    #[test]
    fn names_relate_as_the_table_says() {
        let relation = |source: &str, target: &str| {
            let name = |tail: &str| format!("cpe:2.3:a:{tail}").parse::<Cpe>().unwrap();
            name(source).relation(&name(target))
        };
        assert_eq!(relation("v:p:1:*:*:*:*:*:*:*", "v:p:1:*:*:*:*:*:*:*"), Relation::Equal);
        assert_eq!(relation("v:p:*:*:*:*:*:*:*:*", "v:p:1:*:*:*:*:*:*:*"), Relation::Superset);
        assert_eq!(relation("v:p:1:*:*:*:*:*:*:*", "v:p:*:*:*:*:*:*:*:*"), Relation::Subset);
        assert_eq!(relation("v:p:1:*:*:*:*:*:*:*", "v:p:*:sp1:*:*:*:*:*:*"), Relation::Undefined);
        assert_eq!(relation("v:p:1:*:*:*:*:*:*:*", "v:q:*:sp1:*:*:*:*:*:*"), Relation::Disjoint);
        assert_eq!(relation("v:p:1:*:*:*:*:*:*:*", "v:p:1*:*:*:*:*:*:*:*"), Relation::Undefined);
    }
}

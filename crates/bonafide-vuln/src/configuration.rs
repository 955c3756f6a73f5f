//! Applicability by CPE names, as NVD and some authorities state it: a tree of `AND`, `OR` and negated nodes over names with
//! ranges of versions.

use std::cmp::Ordering;

use bonafide_advisory::applicability::{Configuration, Operator};
use bonafide_ident::{Attribute, Cpe, Scheme};
use serde::{Deserialize, Serialize};

use crate::identity;
use crate::product::compare;
use crate::range::{Answer, Reason};

/// A node of an applicability statement, as it is kept in a database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Node {
    #[serde(rename = "a", default, skip_serializing_if = "is_false")]
    is_and: bool,
    #[serde(rename = "x", default, skip_serializing_if = "is_false")]
    is_negated: bool,
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    names: Vec<Name>,
    #[serde(rename = "n", default, skip_serializing_if = "Vec::is_empty")]
    nodes: Vec<Self>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Name {
    #[serde(rename = "v", default, skip_serializing_if = "is_false")]
    is_vulnerable: bool,
    #[serde(rename = "c")]
    cpe: String,
    #[serde(rename = "si", default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(rename = "se", default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    #[serde(rename = "ei", default, skip_serializing_if = "Option::is_none")]
    through: Option<String>,
    #[serde(rename = "ee", default, skip_serializing_if = "Option::is_none")]
    before: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// A CPE name with the version that goes with it.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) cpe: Cpe,
    pub(crate) version: Option<String>,
}

/// Whether a bound accepts a version that stands so to it.
type Accepts = fn(Ordering) -> bool;

/// Three answers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    Unknown(String),
}

impl Node {
    pub(crate) fn new(node: &Configuration<'_>) -> Self {
        let text = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(str::to_owned);
        Self {
            is_and: node.operator == Operator::And,
            is_negated: node.negate,
            names: node
                .matches
                .iter()
                .map(|name| Name {
                    is_vulnerable: name.vulnerable.0,
                    cpe: name.name().to_owned(),
                    from: text(&name.start_including),
                    after: text(&name.start_excluding),
                    through: text(&name.end_including),
                    before: text(&name.end_excluding),
                })
                .collect(),
            nodes: node.nodes.iter().map(Self::new).collect(),
        }
    }

    /// `vendor:product` of every name that is said to be vulnerable, each with the part of the statement that matters to it: where
    /// one of several is enough, the other vulnerable products are left out. Beside them how many products were too many: work
    /// grows with names times products, and is bounded.
    pub(crate) fn parts(&self) -> (Vec<(String, Self)>, usize) {
        let mut keys: Vec<String> = self
            .all()
            .filter(|name| name.is_vulnerable)
            .filter_map(|name| key(&name.cpe.parse().ok()?))
            .collect();
        keys.sort();
        keys.dedup();
        // A statement about one product is taken as it stands.
        if keys.len() == 1 {
            return (keys.into_iter().map(|key| (key, self.clone())).collect(), 0);
        }
        let most = 1 + MOST_WORK / self.all().count().max(1);
        let too_many = keys.len().saturating_sub(most);
        keys.truncate(most);
        let keyed = self.keyed();
        (keys.into_iter().map(|key| (key.clone(), keyed.part(&key))).collect(), too_many)
    }

    /// How many of its names cannot be read.
    pub(crate) fn unread(&self) -> usize {
        self.all().filter(|name| name.cpe.parse::<Cpe>().is_err()).count()
    }

    /// The keys of all names, read once.
    fn keyed(&self) -> Keyed<'_> {
        let names =
            self.names.iter().map(|name| (name.cpe.parse().ok().and_then(|cpe| key(&cpe)), name)).collect();
        Keyed { node: self, names, nodes: self.nodes.iter().map(Self::keyed).collect() }
    }

    fn all(&self) -> Box<dyn Iterator<Item = &Name> + '_> {
        Box::new(self.names.iter().chain(self.nodes.iter().flat_map(|node| node.all())))
    }

    /// Whether it applies to a component, in the company of others.
    pub(crate) fn holds(&self, own: &Named, others: &[Named], party: &str) -> (Answer, Vec<String>) {
        let mut why = None;
        let mut unknown = None;
        let mut fixed = Vec::new();
        for name in self.all().filter(|name| name.is_vulnerable) {
            match name.holds(own) {
                Truth::Yes => {
                    fixed.extend(name.before.clone());
                    why = why.or_else(|| Some(name.words()));
                }
                Truth::No => {}
                Truth::Unknown(reason) => unknown = unknown.or(Some(reason)),
            }
        }
        if why.is_none() {
            return (unknown.map_or(Answer::NotAffected, Answer::Unknown), Vec::new());
        }
        match self.applies(own, others) {
            Truth::Yes => {
                let version = own.version.as_deref().unwrap_or("it");
                let words = why.unwrap_or_default();
                (Answer::Affected(Reason::Told(format!("{party}: {version} is in {words}"))), fixed)
            }
            Truth::No => (Answer::NotAffected, Vec::new()),
            Truth::Unknown(reason) => (Answer::Unknown(reason), Vec::new()),
        }
    }

    fn applies(&self, own: &Named, others: &[Named]) -> Truth {
        let names = self.names.iter().map(|name| name.applies(own, others));
        let parts = names.chain(self.nodes.iter().map(|node| node.applies(own, others)));
        let (mut any_yes, mut any_no, mut unknown) = (false, false, None);
        for part in parts {
            match part {
                Truth::Yes => any_yes = true,
                Truth::No => any_no = true,
                Truth::Unknown(why) => unknown = unknown.or(Some(why)),
            }
        }
        let truth = if self.is_and && any_no || !self.is_and && !any_yes && unknown.is_none() {
            Truth::No
        } else if !self.is_and && any_yes {
            Truth::Yes
        } else {
            unknown.map_or(Truth::Yes, Truth::Unknown)
        };
        match truth {
            Truth::Yes if self.is_negated => Truth::No,
            Truth::No if self.is_negated => Truth::Yes,
            other => other,
        }
    }
}

/// Names times products of one statement that are looked at. The widest real ones have a few thousand of each.
const MOST_WORK: usize = 50_000_000;

/// A node with the keys of its names.
struct Keyed<'n> {
    node: &'n Node,
    names: Vec<(Option<String>, &'n Name)>,
    nodes: Vec<Self>,
}

impl Keyed<'_> {
    fn part(&self, key: &str) -> Node {
        let mut names: Vec<Name> = Vec::new();
        let is_own = |own: &Option<String>| own.as_deref() == Some(key);
        // What all are needed of, or not one may be of, stays whole; so does a list that does not name the product.
        let whole =
            self.node.is_and || self.node.is_negated || !self.names.iter().any(|(own, _)| is_own(own));
        for (own, name) in &self.names {
            if whole || !name.is_vulnerable || is_own(own) {
                names.push((*name).clone());
            }
        }
        let names_it = |node: &&Self| node.names_it(key);
        let nodes =
            if self.node.is_and || self.node.is_negated || !self.nodes.iter().any(|node| names_it(&node)) {
                self.nodes.iter().map(|node| node.part(key)).collect()
            } else {
                self.nodes.iter().filter(names_it).map(|node| node.part(key)).collect()
            };
        Node { is_and: self.node.is_and, is_negated: self.node.is_negated, names, nodes }
    }

    fn names_it(&self, key: &str) -> bool {
        self.names.iter().any(|(own, _)| own.as_deref() == Some(key))
            || self.nodes.iter().any(|node| node.names_it(key))
    }
}

impl Name {
    fn applies(&self, own: &Named, others: &[Named]) -> Truth {
        let mut truth = self.holds(own);
        let product = self.cpe.parse().ok().and_then(|cpe| key(&cpe));
        // What is said of the component's own product is about this component, not about another version beside it.
        if product.is_some() && product == key(&own.cpe) {
            return truth;
        }
        for other in others {
            match (&truth, self.holds(other)) {
                (Truth::Yes, _) => break,
                (_, Truth::Yes) => truth = Truth::Yes,
                (Truth::No, unknown) => truth = unknown,
                _ => {}
            }
        }
        // A platform that nothing speaks of may be there all the same.
        if truth == Truth::No && !self.is_vulnerable {
            let name = product.unwrap_or_default();
            return Truth::Unknown(format!(
                "it applies on {name} only, and nothing tells whether that is there"
            ));
        }
        truth
    }

    fn holds(&self, named: &Named) -> Truth {
        let Ok(cpe) = self.cpe.parse::<Cpe>() else {
            return Truth::Unknown("the record has a cpe name that cannot be read".into());
        };
        if !agree(&cpe, &named.cpe) {
            return Truth::No;
        }
        let scheme = key(&cpe).map_or(Scheme::Generic, |key| identity::scheme(&key));
        let version = named.version.as_deref();
        match cpe.version() {
            Attribute::NotApplicable => match named.cpe.version() {
                Attribute::NotApplicable => Truth::Yes,
                _ => Truth::No,
            },
            Attribute::Any => {
                let bounds: [(&Option<String>, Accepts); 4] = [
                    (&self.from, Ordering::is_ge),
                    (&self.after, Ordering::is_gt),
                    (&self.through, Ordering::is_le),
                    (&self.before, Ordering::is_lt),
                ];
                for (bound, accepts) in bounds {
                    let Some(bound) = bound else { continue };
                    let Some(version) = version else {
                        return Truth::Unknown("the component has no version".into());
                    };
                    match compare("", scheme, version, bound) {
                        Ok(order) if accepts(order) => {}
                        Ok(_) => return Truth::No,
                        Err(why) => return Truth::Unknown(why),
                    }
                }
                Truth::Yes
            }
            told @ Attribute::Text(_) => {
                let Some(version) = version else {
                    return Truth::Unknown("the component has no version".into());
                };
                if told.has_wildcard() {
                    // Where the name leaves its version open the component may tell it.
                    let spelt = match named.cpe.version() {
                        Attribute::Any => named.cpe.with_version(version).ok(),
                        _ => None,
                    };
                    let own = spelt.as_ref().unwrap_or(&named.cpe).version();
                    return if told.relation(own).is_match() { Truth::Yes } else { Truth::No };
                }
                // Any update is meant: that of the component does not count.
                let without_update = match cpe.attributes().nth(UPDATE) {
                    Some((_, Attribute::Any)) => named.cpe.version().plain(),
                    _ => None,
                };
                let version = without_update.as_deref().unwrap_or(version);
                let told = full_version(&cpe).unwrap_or_default();
                match compare("", scheme, version, &told) {
                    Ok(Ordering::Equal) => Truth::Yes,
                    Ok(_) => Truth::No,
                    Err(_) if told == version => Truth::Yes,
                    Err(_) => Truth::No,
                }
            }
        }
    }

    fn words(&self) -> String {
        let mut words = self.cpe.clone();
        let bounds = [
            ("from", &self.from),
            ("after", &self.after),
            ("through", &self.through),
            ("before", &self.before),
        ];
        for (word, bound) in bounds {
            if let Some(bound) = bound {
                words.push_str(&format!(" {word} {bound}"));
            }
        }
        words.chars().take(300).collect()
    }
}

/// `vendor:product` in lower case; nothing where either is not a text.
pub(crate) fn key(cpe: &Cpe) -> Option<String> {
    Some(format!("{}:{}", cpe.vendor().plain()?, cpe.product().plain()?).to_lowercase())
}

/// The place of the update among the attributes of a name.
const UPDATE: usize = 4;

/// The version and, where there is one, the update: `3.13.0` and `rc2` are `3.13.0rc2`.
pub(crate) fn full_version(cpe: &Cpe) -> Option<String> {
    let mut version = cpe.version().plain()?;
    if let Some(update) = cpe.attributes().nth(UPDATE).and_then(|(_, update)| update.plain()) {
        version.push_str(&update);
    }
    Some(version)
}

/// Whether two names agree in all but version and update. What the component's name leaves open agrees.
pub(crate) fn agree(record: &Cpe, own: &Cpe) -> bool {
    record.attributes().zip(own.attributes()).enumerate().all(|(at, ((_, told), (_, own)))| {
        matches!(at, 3 | 4) || *own == Attribute::Any || told.relation(own).is_match()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(cpe: &str) -> Named {
        let cpe: Cpe = cpe.parse().unwrap();
        Named { version: full_version(&cpe), cpe }
    }

    #[test]
    fn a_platform_decides_and_its_absence_leaves_unknown() {
        let json = r#"{"vulnerabilities":[{"cve":{"id":"CVE-1","configurations":[{"operator":"AND","nodes":[
            {"operator":"OR","cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:python:python:*:*:*:*:*:*:*:*","versionEndExcluding":"3.9"}]},
            {"operator":"OR","cpeMatch":[{"vulnerable":false,"criteria":"cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"}]}]}]}}]}"#;
        let entries =
            bonafide_advisory::nvd::read(json, &mut bonafide_advisory::Oddities::default()).unwrap();
        let node = Node::new(&entries[0].configurations[0]);
        let (parts, _) = node.parts();
        assert!(matches!(&parts[..], [(key, part)] if key == "python:python" && *part == node));
        let old = named("cpe:2.3:a:python:python:3.8.1:rc1:*:*:*:*:*:*");
        let windows = named("cpe:2.3:o:microsoft:windows:11:*:*:*:*:*:*:*");
        assert!(matches!(node.holds(&old, &[], "NVD").0, Answer::Unknown(_)));
        assert!(matches!(node.holds(&old, std::slice::from_ref(&windows), "NVD").0, Answer::Affected(_)));
        let new = named("cpe:2.3:a:python:python:3.9:*:*:*:*:*:*:*");
        assert_eq!(node.holds(&new, &[windows], "NVD").0, Answer::NotAffected);
        let other = named("cpe:2.3:a:other:python:3.8:*:*:*:*:*:*:*");
        assert_eq!(node.holds(&other, &[], "NVD").0, Answer::NotAffected);
    }

    #[test]
    fn what_is_said_of_the_own_product_is_about_the_component_alone() {
        let json = r#"{"vulnerabilities":[{"cve":{"id":"CVE-1","configurations":[{"operator":"AND","nodes":[
            {"operator":"OR","cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:v:p:*:*:*:*:*:*:*:*"}]},
            {"operator":"OR","negate":true,"cpeMatch":[{"vulnerable":false,"criteria":"cpe:2.3:a:v:p:*:*:*:*:*:*:*:*","versionStartIncluding":"2.0"}]}]}]}}]}"#;
        let entries =
            bonafide_advisory::nvd::read(json, &mut bonafide_advisory::Oddities::default()).unwrap();
        let node = Node::new(&entries[0].configurations[0]);
        let [old, new] =
            ["1.0", "2.1"].map(|version| named(&format!("cpe:2.3:a:v:p:{version}:*:*:*:*:*:*:*")));
        let both = [old.clone(), new.clone()];
        assert!(matches!(node.holds(&old, &both, "NVD").0, Answer::Affected(_)));
        assert_eq!(node.holds(&new, &both, "NVD").0, Answer::NotAffected);
    }

    #[test]
    fn a_name_with_a_version_means_every_update_and_patterns_meet_the_components_version() {
        let holds = |criteria: &str, own: &Named| {
            let json = format!(
                r#"{{"vulnerabilities":[{{"cve":{{"id":"CVE-1","configurations":[{{"nodes":[{{"operator":"OR","cpeMatch":[
                {{"vulnerable":true,"criteria":"{criteria}"}}]}}]}}]}}}}]}}"#
            );
            let entries =
                bonafide_advisory::nvd::read(&json, &mut bonafide_advisory::Oddities::default()).unwrap();
            matches!(Node::new(&entries[0].configurations[0]).holds(own, &[], "NVD").0, Answer::Affected(_))
        };
        let patched = named("cpe:2.3:a:v:p:1.0:p1:*:*:*:*:*:*");
        assert!(holds("cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*", &patched));
        assert!(holds("cpe:2.3:a:v:p:1.0:p1:*:*:*:*:*:*", &patched));
        assert!(!holds("cpe:2.3:a:v:p:1.0:-:*:*:*:*:*:*", &patched));
        assert!(!holds("cpe:2.3:a:v:p:1.0:p2:*:*:*:*:*:*", &patched));
        let open = Named { version: Some("1.0.5".into()), ..named("cpe:2.3:a:v:p:*:*:*:*:*:*:*:*") };
        assert!(holds("cpe:2.3:a:v:p:1.0*:*:*:*:*:*:*:*", &open));
        assert!(!holds("cpe:2.3:a:v:p:1.1*:*:*:*:*:*:*:*", &open));
    }

    #[test]
    fn a_statement_about_many_products_is_kept_for_each_without_the_others() {
        let names: Vec<String> = (0..2_000)
            .map(|number| {
                format!(
                    r#"{{"vulnerable":true,"criteria":"cpe:2.3:a:v:p{number}:1.{number}:*:*:*:*:*:*:*"}}"#
                )
            })
            .collect();
        let json = format!(
            r#"{{"vulnerabilities":[{{"cve":{{"id":"CVE-1","configurations":[{{"operator":"AND","nodes":[
            {{"operator":"OR","cpeMatch":[{}]}},
            {{"operator":"OR","cpeMatch":[{{"vulnerable":false,"criteria":"cpe:2.3:o:m:w:*:*:*:*:*:*:*:*"}}]}}]}}]}}}}]}}"#,
            names.join(",")
        );
        let entries =
            bonafide_advisory::nvd::read(&json, &mut bonafide_advisory::Oddities::default()).unwrap();
        let node = Node::new(&entries[0].configurations[0]);
        let (parts, too_many) = node.parts();
        assert_eq!((parts.len(), too_many), (2_000, 0));
        assert!(parts.iter().all(|(_, part)| part.all().count() == 2));
        let (own, platform) =
            (named("cpe:2.3:a:v:p7:1.7:*:*:*:*:*:*:*"), named("cpe:2.3:o:m:w:11:*:*:*:*:*:*:*"));
        let part = &parts.iter().find(|(key, _)| key == "v:p7").unwrap().1;
        for node in [part, &node] {
            assert!(matches!(
                node.holds(&own, std::slice::from_ref(&platform), "NVD").0,
                Answer::Affected(_)
            ));
            assert!(matches!(node.holds(&own, &[], "NVD").0, Answer::Unknown(_)));
        }
    }
}

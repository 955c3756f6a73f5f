//! Products of CVE records and applicability by CPE names: is this version of this product affected?

use std::cmp::Ordering;

use bonafide_advisory::applicability::{Configuration, Operator};
use bonafide_advisory::cve::{self, Status};
use bonafide_ident::{Attribute, Cpe, Scheme};
use serde::{Deserialize, Serialize};

use crate::identity;
use crate::range::{Answer, Reason};

/// A product of a CVE record, as it is kept in a database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Product {
    /// Who says so.
    #[serde(rename = "by")]
    pub(crate) party: String,
    /// Whether that is the numbering authority itself.
    #[serde(rename = "cna")]
    pub(crate) is_authority: bool,
    /// The product's or the package's own name.
    #[serde(rename = "n")]
    pub(crate) name: String,
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    cpes: Vec<String>,
    /// The status of versions that are not named: affected, unaffected, unknown.
    #[serde(rename = "d")]
    default: char,
    #[serde(rename = "v")]
    spans: Vec<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Span {
    #[serde(rename = "v")]
    from: String,
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    through: Option<String>,
    #[serde(rename = "t", default, skip_serializing_if = "String::is_empty")]
    scheme: String,
    #[serde(rename = "s")]
    status: char,
    #[serde(rename = "x", default, skip_serializing_if = "Vec::is_empty")]
    changes: Vec<(String, char)>,
}

const fn code(status: Status) -> char {
    match status {
        Status::Affected => 'a',
        Status::Unaffected => 'n',
        Status::Unknown => 'u',
    }
}

/// Where a range begins or ends before anything is said.
fn is_open(text: &str) -> bool {
    matches!(
        text.trim().to_ascii_lowercase().as_str(),
        "" | "0" | "*" | "-" | "unspecified" | "n/a" | "all" | "unknown"
    )
}

impl Product {
    pub(crate) fn new(product: &cve::Product<'_>, party: &str, is_authority: bool) -> Self {
        let span = |versions: &cve::Versions<'_>| Span {
            from: versions.version.trim().to_owned(),
            before: versions.less_than.as_deref().map(str::to_owned),
            through: versions.less_than_or_equal.as_deref().map(str::to_owned),
            scheme: versions.scheme.to_ascii_lowercase(),
            status: code(versions.status),
            changes: versions
                .changes
                .iter()
                .map(|change| (change.at.to_string(), code(change.status)))
                .collect(),
        };
        let name = if product.package_name.is_empty() { &product.product } else { &product.package_name };
        Self {
            party: party.to_owned(),
            is_authority,
            name: name.to_string(),
            cpes: product.cpes.iter().map(ToString::to_string).collect(),
            // By the schema it is unknown where it is not given. Records that do not give it name what is affected.
            default: product.default_status.map_or('n', code),
            spans: product.versions.iter().flat_map(|versions| native(span(versions))).collect(),
        }
    }

    /// Whether any of its CPE names can be the component's, versions aside; true where it has none.
    pub(crate) fn can_be(&self, own: &Cpe) -> bool {
        let mut names = self.cpes.iter().filter_map(|name| name.parse::<Cpe>().ok()).peekable();
        names.peek().is_none() || names.any(|name| agree(&name, own))
    }

    /// Whether a version is affected, why, and the least version above it where that ends.
    pub(crate) fn holds(&self, version: Option<&str>, scheme: Scheme) -> (Answer, Vec<String>) {
        let Some(version) = version else {
            return (Answer::Unknown("the component has no version".into()), Vec::new());
        };
        let mut unknown = None;
        let mut decided = None;
        let mut fixed = Vec::new();
        let mut commits = 0;
        for span in &self.spans {
            if span.scheme == "git" || span.scheme.starts_with("original_commit") {
                commits += 1;
                continue;
            }
            match span.status_of(version, scheme) {
                Err(why) => unknown = unknown.or(Some(why)),
                Ok(None) => {}
                Ok(Some(('a', end))) => {
                    fixed.extend(end);
                    let why = format!("{}: {version} is in {}", self.party, span.words());
                    return (Answer::Affected(Reason::Told(why)), fixed);
                }
                Ok(Some((status, _))) => decided = decided.or(Some(status)),
            }
        }
        let answer = match (decided, unknown) {
            (Some('n'), _) => Answer::NotAffected,
            (Some(_), _) => Answer::Unknown(format!("{} does not know of {version}", self.party)),
            (None, Some(why)) => Answer::Unknown(why),
            (None, None) if commits > 0 && commits == self.spans.len() => {
                Answer::Unknown("the record names commits only, no versions".into())
            }
            (None, None) => match self.default {
                'a' => {
                    let why =
                        format!("{}: {version} is not named, and what is not named is affected", self.party);
                    Answer::Affected(Reason::Told(why))
                }
                'u' => Answer::Unknown(format!("{} does not say of {version}", self.party)),
                _ if self.spans.is_empty() => Answer::Unknown("the record names no versions".into()),
                _ => Answer::NotAffected,
            },
        };
        (answer, fixed)
    }
}

/// Some authorities write a native range into the version: `>= 2.0.0, < 2.0.7`.
fn native(span: Span) -> Vec<Span> {
    if !span.from.starts_with(['<', '>', '=']) || span.before.is_some() || span.through.is_some() {
        return vec![span];
    }
    let mut read = Span { from: "0".into(), ..span.clone() };
    for part in span.from.split(',').map(str::trim) {
        let end = part.find(|letter| !matches!(letter, '<' | '>' | '=')).unwrap_or(part.len());
        let (operator, version) = (&part[..end], part[end..].trim().to_owned());
        match operator {
            ">=" => read.from = version,
            "<" => read.before = Some(version),
            "<=" => read.through = Some(version),
            "=" | "==" => read.from = version,
            // A version after another has no place in a range that begins with one: left to be told as unreadable.
            _ => return vec![span],
        }
    }
    if read.before.is_none() && read.through.is_none() && span.from.contains('>') {
        read.before = Some("*".into());
    }
    vec![read]
}

/// Compares two versions; a scheme that one of them is none of gives way to the product's own.
fn compare(named: &str, scheme: Scheme, left: &str, right: &str) -> Result<Ordering, String> {
    let named = match named {
        "python" | "pep440" | "pypi" => Some(Scheme::PyPi),
        "semver" => Some(Scheme::Semver),
        "custom" | "" | "generic" | "date" => None,
        "dpkg" | "deb" => Some(Scheme::Deb),
        other => other.parse().ok(),
    };
    for scheme in named.into_iter().chain([scheme]) {
        if let (Ok(left), Ok(right)) = (scheme.parse_bound(left), scheme.parse_bound(right)) {
            return Ok(left.cmp(&right));
        }
    }
    let short = |text: &str| text.chars().take(60).collect::<String>();
    Err(format!("`{}` and `{}` are not both {scheme} versions", short(left), short(right)))
}

impl Span {
    /// The status of a version that is in it, and where that status ends.
    fn status_of(&self, version: &str, scheme: Scheme) -> Result<Option<(char, Option<String>)>, String> {
        let order = |bound: &str| compare(&self.scheme, scheme, version, bound);
        if self.before.is_none() && self.through.is_none() {
            if version == self.from {
                return Ok(Some((self.status, None)));
            }
            if self.from == "*" {
                return Ok(Some((self.status, None)));
            }
            if is_open(&self.from) {
                return Err("the record does not say which version it is about".into());
            }
            return Ok(order(&self.from)?.is_eq().then_some((self.status, None)));
        }
        if !is_open(&self.from) && order(&self.from)?.is_lt() {
            return Ok(None);
        }
        let mut end = None;
        if let Some(bound) = self.before.as_deref().filter(|bound| *bound != "*") {
            if !order(bound)?.is_lt() {
                return Ok(None);
            }
            end = Some(bound.to_owned());
        }
        if let Some(bound) = self.through.as_deref().filter(|bound| *bound != "*") {
            let bound = bound.strip_suffix(".*").unwrap_or(bound);
            let is_series = self.through.as_deref().is_some_and(|through| through.ends_with(".*"));
            let in_series =
                is_series && version.strip_prefix(bound).is_some_and(|rest| rest.starts_with('.'));
            if !in_series && order(bound)?.is_gt() {
                return Ok(None);
            }
        }
        let mut status = self.status;
        let mut changes = Vec::new();
        for (at, to) in &self.changes {
            changes.push((order(at)?, at, *to));
        }
        // The change that is nearest below the version decides; the first above it that mends is the fix.
        for (at, (side, text, to)) in changes.iter().enumerate() {
            let later = |other: &&(Ordering, &String, char)| {
                other.0.is_ge() && compare(&self.scheme, scheme, text, other.1).is_ok_and(Ordering::is_lt)
            };
            if side.is_ge() && !changes[at + 1..].iter().chain(&changes[..at]).any(|other| later(&other)) {
                status = *to;
            }
            if side.is_lt() && *to == 'n' {
                let nearer = end
                    .as_deref()
                    .is_none_or(|end| compare(&self.scheme, scheme, text, end).is_ok_and(Ordering::is_lt));
                if nearer {
                    end = Some((*text).clone());
                }
            }
        }
        Ok(Some((status, end)))
    }

    fn words(&self) -> String {
        let from = if is_open(&self.from) { "all versions".to_owned() } else { self.from.clone() };
        let mut words = match (&self.before, &self.through) {
            (Some(end), _) => format!("{from} up to but not {end}"),
            (_, Some(end)) => format!("{from} up to {end}"),
            _ => from,
        };
        for (at, status) in &self.changes {
            let status = if *status == 'a' { "affected" } else { "not affected" };
            words.push_str(&format!(", {status} from {at}"));
        }
        words.chars().take(300).collect()
    }
}

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
            let name = self.cpe.parse().ok().and_then(|cpe| key(&cpe)).unwrap_or_default();
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
                    let own = named.cpe.version();
                    return if told.relation(own).is_match() { Truth::Yes } else { Truth::No };
                }
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

/// The version and, where there is one, the update: `3.13.0` and `rc2` are `3.13.0rc2`.
pub(crate) fn full_version(cpe: &Cpe) -> Option<String> {
    let mut version = cpe.version().plain()?;
    if let Some((_, Attribute::Text(_))) = cpe.attributes().nth(4)
        && let Some(update) = cpe.attributes().nth(4).and_then(|(_, update)| update.plain())
    {
        version.push_str(&update);
    }
    Some(version)
}

/// Whether two names agree in all but version and update. What the component's name leaves open agrees.
fn agree(record: &Cpe, own: &Cpe) -> bool {
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

    fn product(json: &str) -> Product {
        let record = format!(
            r#"{{"cveMetadata":{{"cveId":"CVE-1"}},"containers":{{"cna":{{"affected":[{json}]}}}}}}"#
        );
        let record = cve::Record::read(&record, &mut bonafide_advisory::Oddities::default()).unwrap();
        Product::new(&record.containers.cna.affected[0], "PSF", true)
    }

    #[test]
    fn exact_branch_ranges_of_an_authority_are_kept_apart() {
        let product = product(
            r#"{"vendor":"Python Software Foundation","product":"CPython","defaultStatus":"unaffected","versions":[
            {"version":"0","lessThan":"3.12.14","status":"affected","versionType":"python"},
            {"version":"3.13.0","lessThan":"3.13.9","status":"affected","versionType":"python"},
            {"version":"3.14.0a1","lessThan":"3.14.0rc3","status":"affected","versionType":"python"}]}"#,
        );
        for (version, affected) in [
            ("3.12.13", true),
            ("3.12.14", false),
            ("3.13.0", true),
            ("3.13.0rc1", false),
            ("3.13.9", false),
            ("3.14.0b1", true),
            ("3.14.0rc3", false),
            ("3.14.0", false),
        ] {
            let (answer, _) = product.holds(Some(version), Scheme::PyPi);
            assert_eq!(matches!(answer, Answer::Affected(_)), affected, "{version}: {answer:?}");
        }
        assert!(matches!(product.holds(None, Scheme::PyPi).0, Answer::Unknown(_)));
        assert!(matches!(product.holds(Some("main"), Scheme::PyPi).0, Answer::Unknown(_)));
        assert_eq!(product.holds(Some("3.13.1"), Scheme::PyPi).1, ["3.13.9"]);
    }

    #[test]
    fn changes_native_ranges_and_single_versions_decide() {
        let changed = product(
            r#"{"versions":[{"version":"1.0","lessThan":"3.0","status":"affected","changes":[
            {"at":"2.5","status":"affected"},{"at":"1.5","status":"unaffected"}]}]}"#,
        );
        let affected = |product: &Product, version: &str| {
            matches!(product.holds(Some(version), Scheme::Generic).0, Answer::Affected(_))
        };
        assert!(affected(&changed, "1.2") && !affected(&changed, "1.7") && affected(&changed, "2.6"));
        assert!(!affected(&changed, "3.0"));
        let native = product(
            r#"{"versions":[{"version":">= 2.0.0, < 2.0.7","status":"affected"},{"version":"< 1.26.18","status":"affected"}]}"#,
        );
        assert!(affected(&native, "1.26.17") && !affected(&native, "1.26.18") && affected(&native, "2.0.0"));
        let single =
            product(r#"{"defaultStatus":"affected","versions":[{"version":"5.6.2","status":"unaffected"}]}"#);
        assert!(affected(&single, "5.6.1") && !affected(&single, "5.6.2"));
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

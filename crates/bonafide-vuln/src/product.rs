//! Products of CVE records: is this version of this product affected?

use std::cmp::Ordering;

use bonafide_advisory::cve::{self, Status};
use bonafide_ident::{Cpe, Scheme};
use serde::{Deserialize, Serialize};

use crate::configuration::agree;
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
        let mut fixed = Vec::new();
        let mut commits = 0;
        // By the schema the first entry that holds the version decides.
        for span in &self.spans {
            if span.scheme == "git" || span.scheme.starts_with("original_commit") {
                commits += 1;
                continue;
            }
            match span.status_of(version, scheme) {
                // One that could only have said "unaffected" leaves nothing open.
                Err(why) if span.may_affect() => unknown = unknown.or(Some(why)),
                Err(_) | Ok(None) => {}
                Ok(Some(('a', end))) => {
                    fixed.extend(end);
                    let why = format!("{}: {version} is in {}", self.party, span.words());
                    return (Answer::Affected(Reason::Told(why)), fixed);
                }
                Ok(Some((status, _))) => {
                    let answer = match (unknown, status) {
                        (Some(why), _) => Answer::Unknown(why),
                        (None, 'n') => Answer::NotAffected,
                        (None, _) => Answer::Unknown(format!("{} does not know of {version}", self.party)),
                    };
                    return (answer, Vec::new());
                }
            }
        }
        let answer = match unknown {
            Some(why) => Answer::Unknown(why),
            None if commits > 0 && commits == self.spans.len() => {
                Answer::Silent("the record names commits only, no versions".into())
            }
            None => match self.default {
                'a' => {
                    let why =
                        format!("{}: {version} is not named, and what is not named is affected", self.party);
                    Answer::Affected(Reason::Told(why))
                }
                'u' => Answer::Unknown(format!("{} does not say of {version}", self.party)),
                _ if self.spans.is_empty() => Answer::Silent("the record names no versions".into()),
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
pub(crate) fn compare(named: &str, scheme: Scheme, left: &str, right: &str) -> Result<Ordering, String> {
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
    /// Whether it says of any version that it is affected.
    fn may_affect(&self) -> bool {
        self.status != 'n' || self.changes.iter().any(|(_, status)| *status != 'n')
    }

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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_first_entry_that_holds_a_version_decides() {
        let holds = |versions: &str, version: &str| {
            let answer =
                product(&format!(r#"{{"versions":[{versions}]}}"#)).holds(Some(version), Scheme::Generic);
            match answer.0 {
                Answer::Affected(_) => 'a',
                Answer::NotAffected => 'n',
                _ => 'u',
            }
        };
        let all = r#"{"version":"0","lessThan":"3","status":"affected"}"#;
        let branch = r#"{"version":"1.5","lessThan":"1.6","status":"unaffected"}"#;
        assert_eq!(holds(&format!("{branch},{all}"), "1.5.2"), 'n');
        assert_eq!(holds(&format!("{branch},{all}"), "1.6"), 'a');
        assert_eq!(holds(&format!("{all},{branch}"), "1.5.2"), 'a');
        // What cannot be read may have been the first.
        let unread = r#"{"version":"n/a","status":"affected"}"#;
        assert_eq!(holds(&format!("{unread},{branch}"), "1.5.2"), 'u');
        assert_eq!(holds(&format!("{branch},{unread}"), "1.5.2"), 'n');
        assert_eq!(holds(&format!("{},{branch}", unread.replace("affected", "unaffected")), "1.5.2"), 'n');
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
}

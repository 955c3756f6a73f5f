//! Feeds of the National Vulnerability Database: the JSON of the interface 2.0, and the older yearly feeds 1.1.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::applicability::Configuration;
use crate::lenient::{self, Lenient, Oddities};

/// One CVE as the NVD sees it.
#[derive(Clone, Debug, Default)]
pub struct Entry<'a> {
    /// `CVE-2024-1234`.
    pub id: Cow<'a, str>,
    /// When it was last changed.
    pub modified: Cow<'a, str>,
    /// `Analyzed`, `Rejected`, …; empty in old feeds.
    pub status: Cow<'a, str>,
    /// CVSS vectors, the NVD's own and others'.
    pub vectors: Vec<Cow<'a, str>>,
    /// What it applies to.
    pub configurations: Vec<Configuration<'a>>,
}

/// Reads a feed. Memory: about as much as the feed.
///
/// # Errors
/// The text is no JSON object.
pub fn read<'a>(json: &'a str, odd: &mut Oddities) -> Result<Vec<Entry<'a>>, serde_json::Error> {
    let mut entries = Vec::new();
    for (name, value) in lenient::object(json)? {
        match &*name {
            "vulnerabilities" => {
                for item in items(value, "vulnerabilities[]", odd) {
                    for (name, cve) in lenient::fields(item, "vulnerabilities[]", odd) {
                        if name == "cve" {
                            entries.push(entry(cve, odd));
                        }
                    }
                }
            }
            "CVE_Items" => {
                entries.extend(items(value, "CVE_Items[]", odd).into_iter().map(|item| old(item, odd)))
            }
            _ => {}
        }
    }
    entries.retain(|entry| !entry.id.is_empty());
    Ok(entries)
}

fn items<'a>(raw: &'a RawValue, place: &str, odd: &mut Oddities) -> Vec<&'a RawValue> {
    let items: Vec<Option<&RawValue>> = Lenient::read(raw, place, odd);
    items.into_iter().flatten().collect()
}

fn entry<'a>(cve: &'a RawValue, odd: &mut Oddities) -> Entry<'a> {
    let mut entry = Entry::default();
    for (name, value) in lenient::fields(cve, "cve", odd) {
        match &*name {
            "id" => entry.id = Cow::read(value, "cve.id", odd),
            "lastModified" => entry.modified = Cow::read(value, "cve.lastModified", odd),
            "vulnStatus" => entry.status = Cow::read(value, "cve.vulnStatus", odd),
            "configurations" => entry.configurations = Lenient::read(value, "configurations[].", odd),
            "metrics" => vectors(value, &mut entry.vectors, odd, 0),
            _ => {}
        }
    }
    entry
}

fn old<'a>(item: &'a RawValue, odd: &mut Oddities) -> Entry<'a> {
    let mut entry = Entry::default();
    for (name, value) in lenient::fields(item, "CVE_Items[]", odd) {
        match &*name {
            "cve" => {
                let meta =
                    lenient::fields(value, "cve", odd).into_iter().find(|(name, _)| name == "CVE_data_meta");
                let id = meta.into_iter().flat_map(|(_, meta)| lenient::fields(meta, "cve", odd));
                if let Some((_, id)) = id.into_iter().find(|(name, _)| name == "ID") {
                    entry.id = Cow::read(id, "cve.ID", odd);
                }
            }
            "lastModifiedDate" => entry.modified = Cow::read(value, "lastModifiedDate", odd),
            "configurations" => {
                for (name, nodes) in lenient::fields(value, "configurations", odd) {
                    if name == "nodes" {
                        entry.configurations = Lenient::read(nodes, "configurations.nodes[].", odd);
                    }
                }
            }
            "impact" => vectors(value, &mut entry.vectors, odd, 0),
            _ => {}
        }
    }
    entry
}

/// Every `vectorString` below a value.
fn vectors<'a>(raw: &'a RawValue, into: &mut Vec<Cow<'a, str>>, odd: &mut Oddities, depth: usize) {
    if depth > 4 {
        return;
    }
    match raw.get().as_bytes().first() {
        Some(b'[') => {
            items(raw, "metrics", odd).into_iter().for_each(|item| vectors(item, into, odd, depth + 1))
        }
        Some(b'{') => {
            for (name, value) in lenient::fields(raw, "metrics", odd) {
                if name == "vectorString" {
                    into.push(Cow::read(value, "vectorString", odd));
                } else {
                    vectors(value, into, odd, depth + 1);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_feeds_read_into_one_tree() {
        let new = r#"{"format":"NVD_CVE","vulnerabilities":[{"cve":{"id":"CVE-1","lastModified":"2024-01-01",
            "metrics":{"cvssMetricV31":[{"cvssData":{"vectorString":"CVSS:3.1/AV:N"}}]},
            "configurations":[{"operator":"AND","nodes":[
              {"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:p:p:*:*:*:*:*:*:*:*","versionEndExcluding":"2"}]},
              {"operator":"OR","negate":true,"cpeMatch":[{"vulnerable":false,"criteria":"cpe:2.3:o:m:w:-:*:*:*:*:*:*:*"}]}]}]}}]}"#;
        let old = r#"{"CVE_Items":[{"cve":{"CVE_data_meta":{"ID":"CVE-1"}},"lastModifiedDate":"2024-01-01",
            "impact":{"baseMetricV3":{"cvssV3":{"vectorString":"CVSS:3.1/AV:N"}}},
            "configurations":{"nodes":[{"operator":"AND","children":[
              {"operator":"OR","cpe_match":[{"vulnerable":true,"cpe23Uri":"cpe:2.3:a:p:p:*:*:*:*:*:*:*:*","versionEndExcluding":"2"}]},
              {"operator":"OR","negate":true,"cpe_match":[{"vulnerable":false,"cpe23Uri":"cpe:2.3:o:m:w:-:*:*:*:*:*:*:*"}]}]}]}}]}"#;
        for feed in [new, old] {
            let mut odd = Oddities::default();
            let entries = read(feed, &mut odd).unwrap();
            let [entry] = &entries[..] else { panic!("one entry") };
            assert_eq!((&*entry.id, &*entry.vectors[0]), ("CVE-1", "CVSS:3.1/AV:N"));
            let [node] = &entry.configurations[..] else { panic!("one node") };
            assert_eq!(node.operator, crate::applicability::Operator::And);
            assert_eq!(node.nodes[0].matches[0].name(), "cpe:2.3:a:p:p:*:*:*:*:*:*:*:*");
            assert_eq!(node.nodes[0].matches[0].end_excluding.as_deref(), Some("2"));
            assert!(node.nodes[1].negate);
            assert!(odd.is_empty(), "{odd:?}");
        }
    }
}

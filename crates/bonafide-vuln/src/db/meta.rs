//! What a database says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What kind of data an input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum InputKind {
    /// OSV records, as JSON or YAML.
    Osv,
    /// CVE records of the format 5.
    Cve,
    /// A feed of the National Vulnerability Database.
    Nvd,
    /// CISA's list of vulnerabilities that are exploited.
    Kev,
    /// The exploit prediction scores of FIRST.
    Epss,
}

/// One input of a database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Input {
    /// What it was called, without folders.
    pub name: String,
    /// SHA-256 of its content, in hex: of the file, or for a folder of the sorted list of `sha256 name` lines.
    pub sha256: String,
    /// Documents in it.
    pub documents: u64,
    /// Its date: that of its newest record, RFC 3339. Where it is the only input the builder knows that.
    #[serde(default)]
    pub date: Option<String>,
}

/// What a database says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Where it came from, sorted.
    pub inputs: Vec<Input>,
    /// How many documents of each kind.
    pub kinds: BTreeMap<InputKind, u64>,
    /// Records, withdrawn ones included.
    pub records: u64,
    /// Of these, withdrawn.
    pub withdrawn: u64,
    /// Packages named.
    pub packages: u64,
    /// Ecosystems without suffix, with the number of records that name a package of each; CPE names are `cpe`.
    pub ecosystems: BTreeMap<String, u64>,
    /// Of these ecosystems, those whose packages no Package URL names.
    pub unreachable: Vec<String>,
    /// The date of the newest record, RFC 3339: how old the data is, whenever the file was built.
    pub newest: Option<String>,
    /// What was odd in the inputs, with its count.
    pub oddities: BTreeMap<String, u64>,
    /// Documents that could not be read at all.
    pub unread: u64,
}

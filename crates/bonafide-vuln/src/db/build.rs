//! From records to the bytes of a database. The bytes depend on the records alone, not on the order in which they come.

use std::collections::{BTreeMap, BTreeSet};

use bonafide_advisory::applicability::Configuration;
use bonafide_advisory::cve::{self, CveError};
use bonafide_advisory::osv::{OsvError, Record};
use bonafide_advisory::{Oddities, exploited, nvd};
use bonafide_ident::{Cpe, Purl};

use super::encode::{self, Joined};
use super::extent::{encode_package, gravest, rating};
use super::meta::{Input, InputKind, Meta};
use super::{APPLICABILITY, PRODUCT, SECTIONS, fold};
use crate::configuration::{self, Node};
use crate::product::Product;
use crate::rating::Rating;
use crate::{ecosystem, identity};

/// Why a document is not in the database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// An OSV record that is none.
    #[error(transparent)]
    Osv(#[from] OsvError),
    /// A CVE record that is none.
    #[error(transparent)]
    Cve(#[from] CveError),
    /// A feed or list that is none.
    #[error("the document is no json object")]
    Json(#[from] serde_json::Error),
    /// Not UTF-8.
    #[error("the document is not utf-8")]
    Encoding(#[from] std::str::Utf8Error),
    /// YAML that is none.
    #[error("the document is no yaml")]
    Yaml(#[from] bonafide_advisory::YamlError),
    /// Nothing that is known.
    #[error("the document is neither an osv or cve record, nor an nvd feed, kev list or epss table")]
    Unknown,
    /// More than a file of this format can hold.
    #[error("the source is too large for one database file: {0}")]
    TooLarge(&'static str),
}

/// A record on its way into the database.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    kind: InputKind,
    id: String,
    modified: String,
    withdrawn: String,
    rating: Option<Rating>,
    aliases: Vec<String>,
    summary: String,
    /// Key, encoded extent.
    packages: Vec<(String, Vec<u8>)>,
    ecosystems: Vec<(String, bool)>,
}

/// What KEV and EPSS say of an id.
#[derive(Clone, Debug, Default)]
struct Mark {
    exploited: String,
    likelihood: Option<u32>,
}

/// Takes documents, gives a database file.
#[derive(Debug, Default)]
pub struct Builder {
    rows: BTreeMap<(String, InputKind), Row>,
    /// Folded id: when CISA listed it, its EPSS score in millionths.
    marks: BTreeMap<String, Mark>,
    /// Dates of lists.
    dates: Vec<String>,
    meta: Meta,
    odd: Oddities,
}

/// What a JSON document is, by the names of its members.
enum Shape {
    Osv,
    Cve,
    Nvd,
    Kev,
}

impl Shape {
    fn of(json: &str) -> Result<Self, BuildError> {
        let keys = bonafide_advisory::member_names(json).map_err(OsvError::from)?;
        let has = |name: &str| keys.iter().any(|key| key == name);
        if has("cveMetadata") {
            Ok(Self::Cve)
        } else if has("CVE_Items") || has("vulnerabilities") && (has("format") || has("resultsPerPage")) {
            Ok(Self::Nvd)
        } else if has("vulnerabilities") && has("catalogVersion") {
            Ok(Self::Kev)
        } else if has("id") {
            Ok(Self::Osv)
        } else {
            Err(BuildError::Unknown)
        }
    }
}

impl Builder {
    /// Nothing in it yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a document, whatever it is; `name` tells YAML from JSON where the content does not.
    ///
    /// # Errors
    /// [`BuildError`]: the document cannot be read, which is counted, or is no advisory, which is not. The others stay.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), BuildError> {
        let added = self.add_document(name, bytes);
        if added.as_ref().is_err_and(|error| !matches!(error, BuildError::Unknown)) {
            self.meta.unread += 1;
        }
        added
    }

    fn add_document(&mut self, name: &str, bytes: &[u8]) -> Result<(), BuildError> {
        let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))?;
        if name.ends_with(".yaml") || name.ends_with(".yml") {
            let json = bonafide_advisory::yaml_to_json(text)?;
            return self.add_osv(&json);
        }
        if name.ends_with(".ndjson") || name.ends_with(".jsonl") {
            let mut worst = Ok(());
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                worst = worst.and(self.add_osv(line));
            }
            return worst;
        }
        if name.ends_with(".csv") {
            return self.add_epss(text);
        }
        if !text.trim_start().starts_with('{') {
            return Err(BuildError::Unknown);
        }
        match Shape::of(text)? {
            Shape::Osv => self.add_osv(text),
            Shape::Cve => self.add_cve(text),
            Shape::Nvd => self.add_nvd(text),
            Shape::Kev => self.add_kev(text),
        }
    }

    fn add_osv(&mut self, json: &str) -> Result<(), BuildError> {
        let record = Record::read(json, &mut self.odd)?;
        *self.meta.kinds.entry(InputKind::Osv).or_default() += 1;
        let mut packages = Vec::new();
        let mut ecosystems = Vec::new();
        for affected in &record.affected {
            let Some(package) = &affected.package else {
                // The advisories of CPython name its repository alone.
                let repository = |address: &str| {
                    Purl::parse(&format!(
                        "pkg:{}",
                        address.strip_prefix("https://")?.replacen(".com/", "/", 1)
                    ))
                    .ok()
                };
                let purls = affected.ranges.iter().filter_map(|range| repository(&range.repo));
                let known = purls.filter_map(|purl| identity::of_purl(&purl).next()).next();
                if known.is_none() {
                    self.odd.add("entry that names no package");
                }
                if let Some(known) = known {
                    let blob = encode_package(affected, "", known.scheme, &mut self.odd);
                    packages.push((format!("{}\0{}", super::CPE, known.cpe), blob));
                    ecosystems.push((super::CPE.to_owned(), true));
                }
                continue;
            };
            let key = ecosystem::of_record(&package.ecosystem, &package.name, &package.purl);
            let blob = encode_package(affected, &key.release, key.scheme, &mut self.odd);
            let base = key.key.split('\0').next().unwrap_or_default().to_owned();
            if !key.reachable {
                self.odd.add(&format!("ecosystem without package urls: {base}"));
            }
            ecosystems.push((base, key.reachable));
            packages.push((key.key, blob));
        }
        ecosystems.sort();
        ecosystems.dedup();
        packages.sort();
        packages.dedup();
        let mut aliases: Vec<String> = record
            .aliases
            .iter()
            .map(|alias| alias.trim().to_owned())
            .filter(|alias| !alias.is_empty())
            .collect();
        aliases.sort();
        aliases.dedup();
        self.put(Row {
            kind: InputKind::Osv,
            id: record.id.trim().to_owned(),
            modified: newest(&record.modified, &record.published),
            withdrawn: record.withdrawn.as_deref().unwrap_or_default().to_owned(),
            rating: rating(&record),
            aliases,
            summary: String::new(),
            packages,
            ecosystems,
        });
        Ok(())
    }

    fn add_cve(&mut self, json: &str) -> Result<(), BuildError> {
        let record = cve::Record::read(json, &mut self.odd)?;
        *self.meta.kinds.entry(InputKind::Cve).or_default() += 1;
        let containers = &record.containers;
        let mut row = Keyed::default();
        let own = std::iter::once((&containers.cna, true));
        for (container, is_authority) in own.chain(containers.adp.iter().map(|adp| (adp, false))) {
            let name = container.provider.name.trim();
            let party = match (is_authority, name) {
                (true, "") => "the CNA".to_owned(),
                (true, name) => format!("the CNA {name}"),
                (false, name) => format!("the ADP {name}"),
            };
            for product in &container.affected {
                row.product(product, &party, is_authority, &record.metadata.id, &mut self.odd);
            }
            row.applicability(&container.applicability, &party, &mut self.odd);
        }
        let metrics =
            std::iter::once(&containers.cna).chain(&containers.adp).flat_map(|container| &container.metrics);
        let vectors = metrics.flat_map(|metric| [&metric.v4, &metric.v31, &metric.v30, &metric.v2]);
        let rejected = record.metadata.state.eq_ignore_ascii_case("REJECTED");
        self.put(Row {
            kind: InputKind::Cve,
            id: record.metadata.id.trim().to_owned(),
            modified: newest(&record.metadata.updated, &record.metadata.published),
            withdrawn: withdrawn(rejected, &record.metadata.rejected),
            rating: gravest(vectors.filter_map(|vector| vector.as_ref()).map(|vector| &*vector.0)),
            aliases: Vec::new(),
            summary: String::new(),
            packages: row.packages.into_iter().collect(),
            ecosystems: row.ecosystems.into_iter().collect(),
        });
        Ok(())
    }

    fn add_nvd(&mut self, json: &str) -> Result<(), BuildError> {
        for entry in nvd::read(json, &mut self.odd)? {
            *self.meta.kinds.entry(InputKind::Nvd).or_default() += 1;
            let mut row = Keyed::default();
            row.applicability(&entry.configurations, "the NVD", &mut self.odd);
            self.put(Row {
                kind: InputKind::Nvd,
                id: entry.id.trim().to_owned(),
                modified: entry.modified.to_string(),
                withdrawn: withdrawn(entry.status.eq_ignore_ascii_case("Rejected"), &entry.modified),
                rating: gravest(entry.vectors.iter().map(|vector| &**vector)),
                aliases: Vec::new(),
                summary: String::new(),
                packages: row.packages.into_iter().collect(),
                ecosystems: row.ecosystems.into_iter().collect(),
            });
        }
        Ok(())
    }

    fn add_kev(&mut self, json: &str) -> Result<(), BuildError> {
        let (date, rows) = exploited::read_kev(json, &mut self.odd)?;
        self.dates.push(date.to_string());
        for row in rows {
            *self.meta.kinds.entry(InputKind::Kev).or_default() += 1;
            let mark = self.marks.entry(fold(&row.id)).or_default();
            if mark.exploited.is_empty() || *row.added < *mark.exploited {
                mark.exploited = row.added.to_string();
            }
        }
        Ok(())
    }

    fn add_epss(&mut self, csv: &str) -> Result<(), BuildError> {
        let (date, rows) = exploited::read_epss(csv, &mut self.odd);
        if rows.is_empty() {
            return Err(BuildError::Unknown);
        }
        self.dates.push(date.to_owned());
        for (id, millionths) in rows {
            *self.meta.kinds.entry(InputKind::Epss).or_default() += 1;
            let mark = self.marks.entry(fold(id)).or_default();
            mark.likelihood = mark.likelihood.max(Some(millionths));
        }
        Ok(())
    }

    /// Keeps the newest of several records of one id; of two equally new ones always the same.
    fn put(&mut self, row: Row) {
        let key = (fold(&row.id), row.kind);
        match self.rows.get(&key) {
            Some(old) if (&old.modified, old) >= (&row.modified, &row) => {}
            _ => {
                self.rows.insert(key, row);
            }
        }
    }

    /// Makes the file.
    ///
    /// # Errors
    /// [`BuildError::TooLarge`]: a section would be over 4 GiB.
    pub fn finish(mut self, mut inputs: Vec<Input>) -> Result<Vec<u8>, BuildError> {
        let rows: Vec<&Row> = self.rows.values().collect();
        let meta = &mut self.meta;
        meta.records = rows.len() as u64;
        meta.withdrawn = rows.iter().filter(|row| !row.withdrawn.is_empty()).count() as u64;
        meta.newest = rows.iter().map(|row| &row.modified).chain(&self.dates).max().cloned();
        meta.newest = meta.newest.take().filter(|date| !date.is_empty());
        if let [input] = &mut inputs[..] {
            input.date.clone_from(&meta.newest);
        }
        inputs.sort();
        meta.inputs = inputs;
        for (base, reachable) in rows.iter().flat_map(|row| &row.ecosystems) {
            *meta.ecosystems.entry(base.clone()).or_default() += 1;
            if !reachable && !meta.unreachable.contains(base) {
                meta.unreachable.push(base.clone());
            }
        }
        meta.unreachable.sort();
        meta.oddities = self.odd.iter().map(|(what, times)| (what.to_owned(), times)).collect();

        let (keys, packages, count) = packages(&rows)?;
        meta.packages = count;
        let names = Names::of(&rows, &self.marks);
        let (record_offsets, record_data) = records(&rows, &names)?;
        let [name_index, name_data, groups, group_data] = names.encode()?;
        let meta = serde_json::to_vec(&self.meta).expect("numbers and texts are json");
        let sections: [Vec<u8>; SECTIONS] =
            [meta, keys, packages, record_offsets, record_data, name_index, name_data, groups, group_data];
        Ok(encode::file(sections))
    }
}

fn offset(length: usize, what: &'static str) -> Result<u32, BuildError> {
    u32::try_from(length).map_err(|_| BuildError::TooLarge(what))
}

/// The index of keys, the packages, how many there are.
fn packages(rows: &[&Row]) -> Result<(Vec<u8>, Vec<u8>, u64), BuildError> {
    let mut packages: BTreeMap<&str, Vec<(usize, &[u8])>> = BTreeMap::new();
    for (record, row) in rows.iter().enumerate() {
        for (key, blob) in &row.packages {
            packages.entry(key).or_default().push((record, blob));
        }
    }
    let mut data = Vec::new();
    let mut offsets = Vec::with_capacity(packages.len());
    for (key, rows) in &packages {
        offsets.push((*key, offset(data.len(), "packages")?));
        encode::bytes(&mut data, key.as_bytes());
        encode::varint(&mut data, rows.len() as u64);
        for (record, blob) in rows {
            encode::varint(&mut data, *record as u64);
            encode::bytes(&mut data, blob);
        }
    }
    let count = packages.len() as u64;
    Ok((encode::index(offsets.into_iter()), data, count))
}

fn records(rows: &[&Row], names: &Names) -> Result<(Vec<u8>, Vec<u8>), BuildError> {
    let (mut offsets, mut data) = (Vec::with_capacity(rows.len() * 4), Vec::new());
    for row in rows {
        offsets.extend_from_slice(&offset(data.len(), "records")?.to_le_bytes());
        encode::bytes(&mut data, row.id.as_bytes());
        data.push(row.kind as u8);
        encode::bytes(&mut data, row.withdrawn.as_bytes());
        encode::bytes(&mut data, row.modified.as_bytes());
        let rating = row.rating.as_ref().map_or("", |rating| rating.text.as_str());
        encode::bytes(&mut data, rating.as_bytes());
        encode::bytes(&mut data, row.summary.as_bytes());
        encode::varint(&mut data, u64::from(names.groups[&fold(&row.id)]));
    }
    Ok((offsets, data))
}

/// The later of two dates. Some databases write the year 1 for a date that they do not know.
fn newest(modified: &str, published: &str) -> String {
    modified.max(published).trim().to_owned()
}

/// When a record was withdrawn; a date that is not told is said in words.
fn withdrawn(is_withdrawn: bool, date: &str) -> String {
    match (is_withdrawn, date) {
        (false, _) => String::new(),
        (true, "") => "on a day that is not told".to_owned(),
        (true, date) => date.to_owned(),
    }
}

/// What a record says, by the keys under which it is found.
#[derive(Default)]
struct Keyed {
    packages: BTreeSet<(String, Vec<u8>)>,
    ecosystems: BTreeSet<(String, bool)>,
}

/// One statement is kept under several keys, in no more bytes than this in all.
const WIDEST: usize = 64 << 20;

impl Keyed {
    fn put(&mut self, keys: BTreeSet<String>, kind: u8, value: &impl serde::Serialize, odd: &mut Oddities) {
        let mut blob = vec![kind];
        serde_json::to_writer(&mut blob, value).expect("texts and characters are json");
        if keys.len().saturating_mul(blob.len()) > WIDEST {
            odd.add("statement about too many products, kept for the first of them");
        }
        for key in keys.into_iter().take(1 + WIDEST / blob.len()) {
            let base = key.split('\0').next().unwrap_or_default().to_owned();
            if base != super::CVE {
                self.ecosystems.insert((base, true));
            }
            self.packages.insert((key, blob.clone()));
        }
    }

    /// A product is found by its CPE names, its Package URL, and what the table of identities says of its name; and by the CVE id,
    /// for whoever finds the id in another source.
    fn product(
        &mut self,
        product: &cve::Product<'_>,
        party: &str,
        is_authority: bool,
        id: &str,
        odd: &mut Oddities,
    ) {
        let kept = Product::new(product, party, is_authority);
        let mut keys: BTreeSet<String> = product
            .cpes
            .iter()
            .filter_map(|name| configuration::key(&name.parse::<Cpe>().ok()?))
            .chain(identity::of_product(&product.vendor, &product.product).map(|row| row.cpe.to_owned()))
            .map(|key| format!("{}\0{key}", super::CPE))
            .collect();
        if let Ok(purl) = Purl::parse(&product.purl) {
            keys.extend(ecosystem::of_purl(&purl).into_iter().map(|wanted| wanted.key));
            keys.extend(identity::of_purl(&purl).map(|row| format!("{}\0{}", super::CPE, row.cpe)));
        }
        keys.insert(format!("{}\0{}", super::CVE, fold(id)));
        self.put(keys, PRODUCT, &kept, odd);
    }

    fn applicability(&mut self, configurations: &[Configuration<'_>], party: &str, odd: &mut Oddities) {
        for configuration in configurations {
            let node = Node::new(configuration);
            let (parts, too_many) = node.parts();
            if node.unread() > 0 {
                odd.add_many("cpe name of a statement that cannot be read", node.unread() as u64);
            }
            if too_many > 0 {
                odd.add_many("product of a statement about too many, not kept", too_many as u64);
            }
            for (key, part) in parts {
                let key = BTreeSet::from([format!("{}\0{key}", super::CPE)]);
                self.put(key, APPLICABILITY, &(party, part), odd);
            }
        }
    }
}

/// Ids and aliases, and the groups that aliases join them to.
struct Names {
    /// Folded id to its group.
    groups: BTreeMap<String, u32>,
    /// The ids of each group as they were first written.
    members: Vec<Vec<String>>,
    marks: BTreeMap<String, Mark>,
}

impl Names {
    fn of(rows: &[&Row], marks: &BTreeMap<String, Mark>) -> Self {
        let mut joined = Joined::default();
        let mut spellings: BTreeMap<String, String> = BTreeMap::new();
        for row in rows {
            let own = joined.number(&fold(&row.id));
            for name in std::iter::once(&row.id).chain(&row.aliases) {
                let folded = fold(name);
                let number = joined.number(&folded);
                // A withdrawn record joins nothing: it may have been withdrawn for just that.
                if row.withdrawn.is_empty() {
                    joined.join(own, number);
                }
                let spelling = spellings.entry(folded).or_insert_with(|| name.clone());
                if name < spelling {
                    spelling.clone_from(name);
                }
            }
        }
        for id in marks.keys() {
            joined.number(id);
            spellings.entry(id.clone()).or_insert_with(|| id.clone());
        }
        let mut numbers: BTreeMap<usize, u32> = BTreeMap::new();
        let mut groups = BTreeMap::new();
        let mut members: Vec<Vec<String>> = Vec::new();
        for (folded, spelling) in spellings {
            let number = joined.number(&folded);
            let root = joined.root(number);
            let group = *numbers.entry(root).or_insert_with(|| {
                members.push(Vec::new());
                members.len() as u32 - 1
            });
            members[group as usize].push(spelling);
            groups.insert(folded, group);
        }
        Self { groups, members, marks: marks.clone() }
    }

    /// Index and data of names, offsets and data of groups.
    fn encode(&self) -> Result<[Vec<u8>; 4], BuildError> {
        let mut data = Vec::new();
        let mut offsets = Vec::with_capacity(self.groups.len());
        for (folded, group) in &self.groups {
            offsets.push((folded.as_str(), offset(data.len(), "names")?));
            encode::bytes(&mut data, folded.as_bytes());
            encode::varint(&mut data, u64::from(*group));
            let mark = self.marks.get(folded).cloned().unwrap_or_default();
            encode::bytes(&mut data, mark.exploited.as_bytes());
            encode::varint(&mut data, mark.likelihood.map_or(0, |millionths| u64::from(millionths) + 1));
        }
        let (mut group_offsets, mut group_data) = (Vec::new(), Vec::new());
        for members in &self.members {
            group_offsets.extend_from_slice(&offset(group_data.len(), "groups")?.to_le_bytes());
            encode::varint(&mut group_data, members.len() as u64);
            for member in members {
                encode::bytes(&mut group_data, member.as_bytes());
            }
        }
        Ok([encode::index(offsets.into_iter()), data, group_offsets, group_data])
    }
}

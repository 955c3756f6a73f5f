//! From records to the bytes of a database. The bytes depend on the records alone, not on the order in which they come.

use std::collections::BTreeMap;

use bonafide_advisory::Oddities;
use bonafide_advisory::osv::{Affected, EventKind, OsvError, Range as OsvRange, RangeKind, Record};
use bonafide_ident::{Scheme, Version};
use serde_json::value::RawValue;

use super::encode::{self, Joined};
use super::meta::{Input, InputKind, Meta};
use super::{SECTIONS, fold};
use crate::ecosystem;
use crate::range::{Answer, At, Event, Extent, Listed, Range, Subject, sort};
use crate::rating::Rating;

/// Why a document is not in the database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// An OSV record that is none.
    #[error(transparent)]
    Osv(#[from] OsvError),
    /// Not UTF-8.
    #[error("the document is not utf-8")]
    Encoding(#[from] std::str::Utf8Error),
    /// YAML that is none.
    #[error("the document is no yaml")]
    Yaml(#[from] bonafide_sbom::ReadError),
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

/// Takes documents, gives a database file.
#[derive(Debug, Default)]
pub struct Builder {
    rows: BTreeMap<(String, InputKind), Row>,
    meta: Meta,
    odd: Oddities,
}

/// What a JSON document is, by the names of its members.
enum Shape {
    Osv,
}

impl Shape {
    fn of(json: &str) -> Result<Self, BuildError> {
        let keys = bonafide_advisory::member_names(json).map_err(OsvError::from)?;
        let has = |name: &str| keys.iter().any(|key| key == name);
        if has("id") { Ok(Self::Osv) } else { Err(BuildError::Unknown) }
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
    /// [`BuildError`]: the document cannot be read. It is counted, and the others stay.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), BuildError> {
        let added = self.add_document(name, bytes);
        if added.is_err() {
            self.meta.unread += 1;
        }
        added
    }

    fn add_document(&mut self, name: &str, bytes: &[u8]) -> Result<(), BuildError> {
        let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))?;
        if name.ends_with(".yaml") || name.ends_with(".yml") {
            let json = bonafide_sbom::yaml_to_json(text)?;
            return self.add_osv(&json);
        }
        if name.ends_with(".ndjson") || name.ends_with(".jsonl") {
            let mut worst = Ok(());
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                worst = worst.and(self.add_osv(line));
            }
            return worst;
        }
        if !text.trim_start().starts_with('{') {
            return Err(BuildError::Unknown);
        }
        match Shape::of(text)? {
            Shape::Osv => self.add_osv(text),
        }
    }

    fn add_osv(&mut self, json: &str) -> Result<(), BuildError> {
        let record = Record::read(json, &mut self.odd)?;
        *self.meta.kinds.entry(InputKind::Osv).or_default() += 1;
        let mut packages = Vec::new();
        let mut ecosystems = Vec::new();
        for affected in &record.affected {
            let Some(package) = &affected.package else { continue };
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
            modified: record.modified.to_string(),
            withdrawn: record.withdrawn.as_deref().unwrap_or_default().to_owned(),
            rating: rating(&record),
            aliases,
            summary: String::new(),
            packages,
            ecosystems,
        });
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
        inputs.sort();
        self.meta.inputs = inputs;
        let rows: Vec<&Row> = self.rows.values().collect();
        let meta = &mut self.meta;
        meta.records = rows.len() as u64;
        meta.withdrawn = rows.iter().filter(|row| !row.withdrawn.is_empty()).count() as u64;
        meta.newest = rows.iter().map(|row| &row.modified).max().filter(|date| !date.is_empty()).cloned();
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
        let names = Names::of(&rows);
        let (record_offsets, record_data) = records(&rows, &names)?;
        let (name_index, name_data, groups, group_data) = names.encode()?;
        let meta = serde_json::to_vec(&self.meta).expect("numbers and texts are json");
        let sections: [Vec<u8>; SECTIONS] =
            [meta, keys, packages, record_offsets, record_data, name_index, name_data, groups, group_data];
        Ok(encode::file(sections))
    }
}

/// The gravest rating that can be read; a score outweighs a word.
fn rating(record: &Record<'_>) -> Option<Rating> {
    let all = record.severity.iter().chain(record.affected.iter().flat_map(|affected| &affected.severity));
    let scored = all.filter_map(|severity| Rating::read(&severity.score)).max_by(|left, right| {
        (left.tenths, left.severity, &left.text).cmp(&(right.tenths, right.severity, &right.text))
    });
    scored.or_else(|| Rating::read(&member(record.database_specific?, "severity")?))
}

/// A member of an object that is a text.
fn member(raw: &RawValue, name: &str) -> Option<String> {
    let object: BTreeMap<String, serde_json::Value> = serde_json::from_str(raw.get()).ok()?;
    object.get(name)?.as_str().map(str::to_owned)
}

/// A bound as it was read, its key owned.
struct Bound<'a> {
    kind: EventKind,
    text: &'a str,
    version: Option<Version>,
}

fn bounds<'a>(range: &'a OsvRange<'_>, scheme: Scheme, odd: &mut Oddities) -> Vec<Bound<'a>> {
    let mut bounds = Vec::new();
    for (kind, text) in range.events.iter().flat_map(|event| &event.0) {
        let version = scheme.parse_bound(text).ok();
        if version.is_none() && !matches!(text.trim(), "0" | "*") {
            odd.add(&format!("bound that is no {scheme} version"));
        }
        bounds.push(Bound { kind: *kind, text: text.trim(), version });
    }
    bounds
}

/// What GitHub's records say of an open interval: `<= 2.3`, `< 2.32.0`.
fn last_known(affected: &Affected<'_>) -> Option<(EventKind, String)> {
    let text = member(affected.database_specific?, "last_known_affected_version_range")?;
    let text = text.trim();
    match text.strip_prefix("<=") {
        Some(version) => Some((EventKind::LastAffected, version.trim().to_owned())),
        None => Some((EventKind::Fixed, text.strip_prefix('<')?.trim().to_owned())),
    }
}

fn encode_package(affected: &Affected<'_>, release: &str, scheme: Scheme, odd: &mut Oddities) -> Vec<u8> {
    let semver_like = matches!(
        scheme,
        Scheme::Semver
            | Scheme::Npm
            | Scheme::Cargo
            | Scheme::Hex
            | Scheme::Golang
            | Scheme::Pub
            | Scheme::Nuget
    );
    let last_known = last_known(affected);
    let mut read: Vec<(Scheme, Vec<Bound<'_>>)> = Vec::new();
    let mut beyond = None;
    for range in &affected.ranges {
        let scheme = match &range.kind {
            RangeKind::Ecosystem => scheme,
            RangeKind::Semver if semver_like => scheme,
            RangeKind::Semver => Scheme::Semver,
            RangeKind::Git => {
                beyond = beyond.or(Some("the record names commits only, no versions"));
                continue;
            }
            RangeKind::Unknown(_) => {
                beyond = Some("the record has a range of an unknown type");
                continue;
            }
        };
        let mut bounds = bounds(range, scheme, odd);
        let is_open = bounds.iter().all(|bound| bound.kind == EventKind::Introduced);
        if let Some((kind, text)) = last_known.as_ref().filter(|_| is_open && !bounds.is_empty()) {
            let version = scheme.parse_bound(text).ok();
            if version.is_some() {
                bounds.push(Bound { kind: *kind, text, version });
            }
        }
        if bounds.is_empty() {
            odd.add("range without events");
            continue;
        }
        read.push((scheme, bounds));
    }
    let ranges = read
        .iter()
        .map(|(scheme, bounds)| {
            let mut events: Vec<Event<'_>> = bounds.iter().map(event).collect();
            sort(&mut events);
            Range { scheme: *scheme, events }
        })
        .collect();
    let mut extent = Extent { ranges, scheme, listed: Vec::new(), beyond };
    let mut listed: Vec<(Vec<u8>, &str)> = Vec::new();
    for text in &affected.versions {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        // What a range covers need not be said twice.
        if !matches!(extent.holds(&mut Subject::new(text)), Answer::Affected(_)) {
            let key = scheme.parse(text).map(|version| version.key().to_vec()).unwrap_or_default();
            listed.push((key, text));
        }
    }
    listed.sort();
    listed.dedup();
    extent.listed = listed.iter().map(|(key, text)| Listed { key, text }).collect();
    encode_extent(&extent, release, !affected.versions.is_empty())
}

fn event<'b>(bound: &'b Bound<'_>) -> Event<'b> {
    let at = match (&bound.version, bound.text) {
        (_, "0") => At::Start,
        (_, "*") if bound.kind == EventKind::Limit => At::End,
        (Some(version), _) => At::Key(version.key()),
        (None, _) => At::Unread,
    };
    Event { kind: bound.kind, at, text: bound.text }
}

/// Read again by `read.rs`.
fn encode_extent(extent: &Extent<'_>, release: &str, enumerates: bool) -> Vec<u8> {
    let mut out = Vec::new();
    encode::bytes(&mut out, release.as_bytes());
    out.push(scheme_code(extent.scheme));
    // A record that enumerates versions which its ranges cover, and has no other range, decides all the same.
    let beyond = extent.beyond.filter(|_| !enumerates);
    encode::bytes(&mut out, beyond.unwrap_or_default().as_bytes());
    encode::varint(&mut out, extent.ranges.len() as u64);
    for range in &extent.ranges {
        out.push(scheme_code(range.scheme));
        encode::varint(&mut out, range.events.len() as u64);
        for event in &range.events {
            let kind = match event.kind {
                EventKind::Introduced => 0,
                EventKind::Fixed => 1,
                EventKind::LastAffected => 2,
                EventKind::Limit => 3,
            };
            let (at, key): (u8, &[u8]) = match event.at {
                At::Start => (0, &[]),
                At::Key(key) => (1, key),
                At::End => (2, &[]),
                At::Unread => (3, &[]),
            };
            out.push(kind | at << 2);
            if at == 1 {
                encode::bytes(&mut out, key);
            }
            encode::bytes(&mut out, event.text.as_bytes());
        }
    }
    encode::varint(&mut out, extent.listed.len() as u64);
    for listed in &extent.listed {
        encode::bytes(&mut out, listed.key);
        encode::bytes(&mut out, listed.text.as_bytes());
    }
    out
}

/// The number of a scheme in the file: its place among [`Scheme::ALL`].
fn scheme_code(scheme: Scheme) -> u8 {
    Scheme::ALL.iter().position(|known| *known == scheme).unwrap_or_default() as u8
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

/// Ids and aliases, and the groups that aliases join them to.
struct Names {
    /// Folded id to its group.
    groups: BTreeMap<String, u32>,
    /// The ids of each group as they were first written.
    members: Vec<Vec<String>>,
}

impl Names {
    fn of(rows: &[&Row]) -> Self {
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
        Self { groups, members }
    }

    fn encode(&self) -> Result<(Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>), BuildError> {
        let mut data = Vec::new();
        let mut offsets = Vec::with_capacity(self.groups.len());
        for (folded, group) in &self.groups {
            offsets.push((folded.as_str(), offset(data.len(), "names")?));
            encode::bytes(&mut data, folded.as_bytes());
            encode::varint(&mut data, u64::from(*group));
        }
        let (mut group_offsets, mut group_data) = (Vec::new(), Vec::new());
        for members in &self.members {
            group_offsets.extend_from_slice(&offset(group_data.len(), "groups")?.to_le_bytes());
            encode::varint(&mut group_data, members.len() as u64);
            for member in members {
                encode::bytes(&mut group_data, member.as_bytes());
            }
        }
        Ok((encode::index(offsets.into_iter()), data, group_offsets, group_data))
    }
}

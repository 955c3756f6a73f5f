//! Distributions that are known by their `.dist-info` folder: wheels, whatever their file is called, and installed ones.
//!
//! `METADATA` says what it is. `RECORD` says which files are its own, and with which digests: each row is checked against
//! the bytes. In a wheel, which is whole by itself, a file that no row names is reported too; in an installation such files
//! belong to others. A distribution whose METADATA is in another one's RECORD is a copy inside that one, and belongs to it.
//! Where METADATA is missing or says nothing, the folder's name (`NAME-VERSION.dist-info`) does, and that is reported.
//! Source: binary distribution format (wheel 1.0), recording installed projects.

use std::collections::{BTreeMap, BTreeSet};

use bonafide_artifact::Body;
use bonafide_ident::{Scheme, pypi};
use bonafide_report::{Confidence, Finding, Severity};

use super::metadata::{Metadata, MetadataError, is_version};
use super::record::{Row, RowDigest, resolve, rows};
use super::{component, folder, report_unusable};
use crate::builder::{Builder, RootClaim, Strength};
use crate::cataloger::{Candidate, Cataloger, Sighting};
use crate::inventory::{Component, ComponentId, FileId, Method, RelationKind};
use crate::product;

/// Finds them.
#[derive(Default)]
pub(crate) struct DistInfo {
    metadata: Vec<(FileId, Result<Metadata, MetadataError>)>,
    records: Vec<(FileId, Vec<Row>)>,
}

/// One distribution, while the pass ends.
struct Distribution {
    component: ComponentId,
    /// The folder that holds the `.dist-info` folder.
    anchor: String,
    /// The `.dist-info` folder, with its slash.
    info: String,
    /// METADATA, or the first file beside where it should be: who lists it carries the distribution.
    metadata: FileId,
}

impl Cataloger for DistInfo {
    fn want(&self, candidate: &Candidate<'_>) -> Body {
        if in_dist_info(candidate.location) && matches!(candidate.name(), "METADATA" | "RECORD") {
            Body::Whole
        } else {
            Body::Skip
        }
    }

    fn see(&mut self, sighting: &Sighting<'_>) {
        match sighting.name() {
            "METADATA" => self.metadata.push((sighting.file, Metadata::parse(sighting.bytes))),
            _ => self.records.push((sighting.file, rows(sighting.bytes))),
        }
    }

    fn finish(self: Box<Self>, builder: &mut Builder) {
        let mut records = BTreeMap::new();
        for (file, rows) in self.records {
            if let Some(location) = builder.proof(file) {
                records.insert(folder(location).to_owned(), (location.to_owned(), rows));
            }
        }
        let mut found: Vec<Distribution> = Vec::new();
        // Folders of which only the name is known as yet, each with a file in it.
        let mut unsaid = folders(builder);
        for (file, metadata) in self.metadata {
            let Some(location) = builder.proof(file).map(str::to_owned) else { continue };
            let info = folder(&location);
            unsaid.remove(info);
            let component = match (metadata, named_by(info, &location)) {
                (Ok(metadata), _) => component(metadata, &location),
                (Err(error), Some(named)) => {
                    report_renamed(builder, &location, &error.to_string());
                    named
                }
                (Err(error), None) => {
                    report_unusable(builder, &location, &error);
                    continue;
                }
            };
            found.push(Distribution::add(builder, component, info, file));
        }
        for (info, file) in unsaid {
            let metadata = format!("{info}METADATA");
            // There and not seen: a link, or longer than is read.
            let (location, error) = match builder.file_at(&metadata) {
                Some(_) => (metadata.as_str(), MetadataError::Unread),
                None => (info.trim_end_matches('/'), MetadataError::Absent),
            };
            match named_by(&info, &builder.file(file).location) {
                Some(named) => {
                    report_renamed(builder, location, &error.to_string());
                    found.push(Distribution::add(builder, named, &info, file));
                }
                None => report_unusable(builder, location, &error),
            }
        }
        found.sort_by(|a, b| a.info.cmp(&b.info));
        let listed_by = claim_files(builder, &found, &records);
        let neighbours = neighbours(&found);
        for distribution in &found {
            let mut carriers = listed_by.get(&distribution.metadata).into_iter().flatten();
            let carrier = carriers.rfind(|id| **id != distribution.component);
            if let Some(carrier) = carrier {
                builder.relate(*carrier, RelationKind::DependsOn, distribution.component);
            } else {
                let alone = neighbours[distribution.anchor.as_str()] == 1;
                describe_container(builder, distribution, alone);
                // A wheel inside a package (virtualenv's, ensurepip's) belongs to that package.
                let container = distribution.anchor.rfind("!/").map(|end| &distribution.anchor[..end]);
                let container = container.and_then(|location| builder.file_at(location));
                if let Some(carrier) = container.and_then(|file| builder.carrier(file)) {
                    builder.relate(carrier, RelationKind::DependsOn, distribution.component);
                }
            }
        }
    }
}

impl Distribution {
    fn add(builder: &mut Builder, mut component: Component, info: &str, metadata: FileId) -> Self {
        product::describe_distribution(&mut component);
        let anchor = folder(info.trim_end_matches('/')).to_owned();
        Self { component: builder.add(component), anchor, info: info.to_owned(), metadata }
    }
}

/// The `.dist-info` folders that may prove something, each with the first file that lies in it. Linear.
fn folders(builder: &Builder) -> BTreeMap<String, FileId> {
    const END: &str = ".dist-info/";
    let mut folders = BTreeMap::new();
    for file in builder.files_under("") {
        let Some(location) = builder.proof(file) else { continue };
        if let Some(at) = location.rfind(END) {
            folders.entry(location[..at + END.len()].to_owned()).or_insert(file);
        }
    }
    folders
}

/// The component that a `.dist-info` folder's name (`NAME-VERSION`, each without a dash) plainly names, with the file that shows it.
fn named_by(info: &str, location: &str) -> Option<Component> {
    let stem = info.rsplit('/').nth(1)?.strip_suffix(".dist-info")?;
    let (name, version) = stem.split_once('-')?;
    if !pypi::is_name(name) || !is_version(version) || Scheme::PyPi.parse_bound(version).is_err() {
        return None;
    }
    let metadata = Metadata { name: name.to_owned(), version: version.to_owned(), license: None };
    let mut component = component(metadata, location);
    for evidence in &mut component.evidence {
        (evidence.method, evidence.confidence) = (Method::FileName, Confidence::Medium);
    }
    Some(component)
}

/// Reports metadata that names nothing where the folder's name does.
fn report_renamed(builder: &mut Builder, location: &str, why: &str) {
    let message = format!("{why}; the component is named after its folder, and nothing else is known of it");
    builder.report(Finding::new(&crate::rules::METADATA_UNUSABLE, builder.place(location), message));
}

/// Whether the folder of a location is a `.dist-info` folder.
fn in_dist_info(location: &str) -> bool {
    location.rsplit('/').nth(1).is_some_and(|folder| folder.ends_with(".dist-info"))
}

/// How many distributions have their `.dist-info` folder in a folder.
fn neighbours(found: &[Distribution]) -> BTreeMap<&str, usize> {
    let mut neighbours = BTreeMap::new();
    for distribution in found {
        *neighbours.entry(distribution.anchor.as_str()).or_default() += 1;
    }
    neighbours
}

/// Lets every distribution claim its files and checks them. Tells who lists each METADATA file: the distribution with
/// the deepest anchor last.
fn claim_files(
    builder: &mut Builder,
    found: &[Distribution],
    records: &BTreeMap<String, (String, Vec<Row>)>,
) -> BTreeMap<FileId, Vec<ComponentId>> {
    let metadata: BTreeSet<FileId> = found.iter().map(|distribution| distribution.metadata).collect();
    let mut listed_by: BTreeMap<FileId, Vec<ComponentId>> = BTreeMap::new();
    let neighbours = neighbours(found);
    let mut by_depth: Vec<&Distribution> = found.iter().collect();
    by_depth.sort_by_key(|distribution| distribution.anchor.len());
    for distribution in by_depth {
        let wheel =
            builder.is_container_root(&distribution.anchor) && neighbours[distribution.anchor.as_str()] == 1;
        let Some((record, rows)) = records.get(&distribution.info) else {
            let whole = if wheel { &distribution.anchor } else { &distribution.info };
            let files: Vec<FileId> = builder.files_under(whole).collect();
            for file in files {
                builder.claim(file, distribution.component, Strength::Carrier, &distribution.anchor);
            }
            continue;
        };
        let mut named = BTreeSet::new();
        for row in rows {
            let Some(location) = resolve(&distribution.anchor, &row.path) else {
                // An installation has files outside the folder that was read; a wheel has none outside itself.
                if wheel {
                    report_missing(builder, record, row, &row.path, wheel);
                }
                continue;
            };
            check(builder, record, row, &location, wheel);
            if let Some(file) = builder.file_at(&location) {
                named.insert(file);
                builder.claim(file, distribution.component, Strength::Record, &distribution.anchor);
                if metadata.contains(&file) {
                    listed_by.entry(file).or_default().push(distribution.component);
                }
            }
        }
        if wheel {
            // What lies in a container inside the wheel comes with that container, which RECORD names.
            let direct =
                |file: &FileId| !builder.file(*file).location[distribution.anchor.len()..].contains("!/");
            let files = builder.files_under(&distribution.anchor);
            let extra: Vec<FileId> = files.filter(|file| !named.contains(file) && direct(file)).collect();
            for file in extra {
                builder.claim(file, distribution.component, Strength::Carrier, &distribution.anchor);
                report_extra(builder, distribution, file);
            }
        }
    }
    listed_by
}

/// Checks one row against the bytes.
fn check(builder: &mut Builder, record: &str, row: &Row, location: &str, wheel: bool) {
    let place = builder.place(record).line(row.line);
    let Some(file) = builder.file_at(location) else {
        // Installers leave out compiled files and scripts of other platforms without a digest.
        if wheel || row.digest != RowDigest::Absent {
            report_missing(builder, record, row, location, wheel);
        }
        return;
    };
    let seen = builder.file(file);
    let finding = match &row.digest {
        // A wheel has a digest of every file but RECORD and its signatures; an installation has compiled files without.
        RowDigest::Absent if wheel && !is_record(location) => {
            Finding::new(&crate::rules::RECORD_UNDIGESTED, place, format!("`{}` has no digest", row.path))
        }
        RowDigest::Absent => return,
        RowDigest::Sha256(expected) => match seen.digests.sha256 {
            Some(actual) if actual == *expected => return,
            // What has no body (a link) is reported by the walk.
            None => return,
            Some(actual) => Finding::new(
                &crate::rules::RECORD_MISMATCH,
                place,
                format!("`{}` has other content than RECORD says", row.path),
            )
            .field("sha256", expected.to_string(), actual.to_string()),
        },
        RowDigest::Unchecked(algorithm) => Finding::new(
            &crate::rules::RECORD_UNCHECKED,
            place,
            format!("`{}` has a digest by {algorithm} only", row.path),
        ),
        RowDigest::Malformed(text) => Finding::new(
            &crate::rules::RECORD_MISMATCH,
            place,
            format!("`{}` has the digest `{text}`, which is none", row.path),
        ),
    };
    builder.report(severity(finding, wheel).subject(location));
}

fn report_missing(builder: &mut Builder, record: &str, row: &Row, location: &str, wheel: bool) {
    let message = format!("`{}` is not in the artifact", row.path);
    let finding = Finding::new(&crate::rules::RECORD_MISSING, builder.place(record).line(row.line), message);
    builder.report(severity(finding, wheel).subject(location));
}

/// Whether a file of a wheel is RECORD or a signature of it, which RECORD cannot have digests of.
fn is_record(location: &str) -> bool {
    in_dist_info(location)
        && matches!(location.rsplit('/').next(), Some("RECORD" | "RECORD.jws" | "RECORD.p7s"))
}

/// In an installation others had their hands on the files (distributions strip libraries, users edit): what differs is
/// worth a look, but the list of what is there stays right.
fn severity(finding: Finding, wheel: bool) -> Finding {
    if wheel || finding.is_gap() { finding } else { finding.severity(Severity::Warning) }
}

fn report_extra(builder: &mut Builder, distribution: &Distribution, file: FileId) {
    let location = builder.file(file).location.clone();
    // RECORD signatures cannot be in the RECORD that they sign.
    if location
        .strip_prefix(&distribution.info)
        .is_some_and(|name| matches!(name, "RECORD.jws" | "RECORD.p7s"))
    {
        return;
    }
    let place = builder.place(&location);
    let record = format!("{}RECORD", distribution.info);
    builder.report(Finding::new(
        &crate::rules::RECORD_EXTRA,
        place,
        format!("`{record}` does not name this file"),
    ));
}

/// Says what a distribution that fills a whole container, or the whole artifact, makes of it.
fn describe_container(builder: &mut Builder, distribution: &Distribution, alone: bool) {
    if let Some(container) = distribution.anchor.strip_suffix("!/") {
        if let (true, Some(file)) = (alone, builder.file_at(container)) {
            let sha256 = builder.file(file).digests.sha256;
            builder.component_mut(distribution.component).archive_sha256 = sha256;
        }
    } else if distribution.anchor.is_empty() && alone {
        // In a folder it may as well be an environment with one distribution: an installer leaves its mark.
        let installed = builder.file_at(&format!("{}INSTALLER", distribution.info)).is_some();
        if !installed {
            builder.component_mut(distribution.component).purpose = Some("LIBRARY".into());
            builder.claim_root(distribution.component, RootClaim::Metadata);
        }
    }
}

//! From an artifact to its inventory, its document and what is wrong with it, in one call.

use std::path::Path;

use bonafide_artifact::{ArtifactError, Budget, Format, Limits, Progress, Reading, Source, Threads, walk};
use bonafide_ident::DigestKinds;
use bonafide_report::{Confidence, Finding, Place};
use bonafide_sbom::Document;

use crate::builder::{Artifact, RootClaim, Shape};
use crate::document;
use crate::examine::{Examination, Filter, Keep, MOST_KEPT};
use crate::faults;
use crate::inventory::{Basis, Component, Evidence, Inventory, Method};
use crate::native;
use crate::product::Known;
use crate::project::ProjectFiles;
use crate::promise::{self, Content};

/// What the artifact is. It may be read twice.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// A file or folder.
    Path(&'a Path),
    /// Bytes of a file.
    Bytes(&'a [u8]),
}

/// How to make it.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The artifact as the user named it: how findings call it.
    pub label: &'a str,
    /// Its own name without folders: `Python-3.13.5.tar.xz`. For a folder: what it is called, for want of better.
    pub name: &'a str,
    /// What reading may cost.
    pub limits: Limits,
    /// On how many threads. The answer is the same.
    pub threads: Threads,
    /// Where to tell how far the walk is.
    pub progress: Option<&'a Progress>,
    /// Which entries of a folder are part of the source: not those that git ignores. `None`: all.
    pub filter: Option<&'a Filter<'a>>,
    /// When the document is made, as RFC 3339 in UTC to the second; `None`: when the newest file in the artifact was
    /// changed, or 1970 where no file says.
    pub created: Option<&'a str>,
    /// Which digests of files are told. SHA-256 always; SHA-1 where it is asked for (SPDX 2 needs it), and where a document
    /// inside the artifact must be checked by it, which takes a second reading.
    pub digests: DigestKinds,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// What was found.
    pub inventory: Inventory,
    /// The same as an SPDX 2.3 document.
    pub document: Document,
    /// What is wrong with the artifact, or could not be examined: in order of rule and place.
    pub findings: Vec<Finding>,
    /// How much there was.
    pub summary: Summary,
    /// The files that were to be handed out ([`make_keeping`]): locations and bytes, sorted.
    pub kept: Vec<(String, Vec<u8>)>,
}

/// How much there was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Files with content, at every level.
    pub files: u64,
    /// Links and special files, which a document does not list.
    pub links: u64,
    /// Components, the artifact itself among them.
    pub components: u64,
    /// Archives that were not opened, since a product rule or `bonafide.toml` says that they are test data.
    pub unopened: u64,
    /// The newest modification time of the artifact's own files, in seconds since 1970.
    pub newest: Option<i64>,
    /// Why the root component is the artifact; `None` where only its name says so.
    pub root: Option<RootClaim>,
}

/// Why nothing could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MakeError {
    /// The artifact could not be opened.
    #[error(transparent)]
    Open(#[from] ArtifactError),
    /// The artifact itself is damaged, or over a limit: what follows the damage is not known, so there is no document.
    #[error("`{label}` cannot be read to its end: {message}")]
    Broken {
        /// As the user named it.
        label: String,
        /// What is wrong.
        message: String,
        /// What the walk saw before that.
        findings: Vec<Finding>,
    },
}

/// Makes the inventory and the document of an artifact.
///
/// Reads the artifact once; a second time where the order of its members hides what they are (test data that comes before
/// the file that says so). Memory is that of the inventory, a few hundred bytes a file, and of one body.
///
/// # Errors
/// [`MakeError`]: there is no artifact, or it is broken at its top level. Damage further inside is a finding.
pub fn make(input: Input<'_>, options: &Options<'_>) -> Result<Made, MakeError> {
    make_keeping(input, options, None)
}

/// The same, and hands out the files of the artifact that `keep` names by their locations, read in the same pass. It is asked
/// before a release's root folder is known; of the locations that are handed out that is cut off. Each must fit into the limit
/// of memory, and all of them into 128 MiB; what does not is a finding.
///
/// # Errors
/// As [`make`].
pub fn make_keeping<'a>(
    input: Input<'_>,
    options: &Options<'a>,
    keep: Option<&'a Keep<'a>>,
) -> Result<Made, MakeError> {
    // Of a container only the SHA-256 is told, which is a good part of the work on a fast compression. What turns out to
    // be a single file is read again for its SHA-1.
    let own = DigestKinds::SHA256;
    let asked = options.digests | DigestKinds::SHA256;
    // Beside a slow compression SHA-1 costs little, and a base document would have all of it read once more. The name is only a
    // hint: the answer is the same.
    let is_slow = [".xz", ".txz", ".bz2", ".tbz"].iter().any(|ending| options.name.ends_with(ending));
    let digests = if is_slow { DigestKinds::SPDX } else { asked };
    let options = &Options { digests, ..*options };
    let (mut examination, mut seen) =
        examine(input, options, keep, own, Known::new(), ProjectFiles::default())?;
    if seen.format == Format::Plain {
        (examination, seen) =
            examine(input, options, keep, options.digests, Known::new(), ProjectFiles::default())?;
    }
    let options = &match examination.needs_sha1() && options.digests != DigestKinds::SPDX {
        true => Options { digests: DigestKinds::SPDX, ..*options },
        false => *options,
    };
    if options.digests == DigestKinds::SPDX && !examination.has_sha1() {
        (examination, seen) =
            examine(input, options, keep, DigestKinds::SPDX, Known::new(), ProjectFiles::default())?;
    }
    if let Some((known, project)) = examination.second_look() {
        (examination, seen) = examine(input, options, keep, own, known, project)?;
    }
    if asked != DigestKinds::SPDX && !examination.needs_sha1() {
        examination.forget_sha1();
    }
    let shape = if seen.format == Format::Folder { Shape::Folder } else { Shape::File };
    let artifact = Artifact {
        label: options.label.to_owned(),
        name: options.name.to_owned(),
        shape,
        digests: bonafide_ident::Digests::default(),
    };
    let cut = examination.cut().trim_end_matches('/').to_owned();
    let (mut builder, mut notes) = examination.finish(artifact);
    let mut kept = std::mem::take(&mut notes.kept);
    kept.sort();
    for (location, fault) in &notes.faults {
        builder.report(faults::finding(fault, builder.place(location)));
    }
    let memory = format!("the limit of {} (memory_bytes)", options.limits.memory_bytes);
    let together = format!("{MOST_KEPT} with the other documents of the artifact");
    for (files, limit) in [(&notes.too_long, memory), (&notes.too_many, together)] {
        for (location, size) in files {
            let message = format!("{size} bytes are more than {limit}");
            builder.report(Finding::new(&crate::rules::TOO_LONG, builder.place(location), message));
        }
    }
    if let Some(fault) = seen.broken {
        let label = options.label.to_owned();
        let findings = sorted(builder.into_findings());
        return Err(MakeError::Broken { label, message: fault.message, findings });
    }
    let content = match seen.format {
        Format::Plain => Some(Content::Plain),
        _ => notes.plain_inside.then_some(Content::Compressed),
    };
    if let Some(message) = content.and_then(|content| promise::broken(options.name, content)) {
        builder.report(
            Finding::new(&crate::rules::NOT_AN_ARCHIVE, builder.place(""), message)
                .remedy("fetch it again, and compare its digest with the one that was published"),
        );
    }
    let root = builder.root().map(|(claim, _)| claim);
    let (inventory, mut findings) = builder.build(|artifact| named(artifact, &cut));
    if inventory.files.is_empty() {
        let place = Place::file(options.label);
        findings.push(Finding::new(
            &crate::rules::NOTHING_THERE,
            place,
            "there is no file in it, so there is nothing to list",
        ));
    }
    let summary = Summary {
        files: inventory.files.iter().filter(|file| file.is_listed()).count() as u64,
        links: notes.links,
        components: inventory.components.len() as u64,
        unopened: notes.unopened,
        newest: notes.newest,
        root,
    };
    let created = options.created.map_or_else(|| timestamp(notes.newest.unwrap_or(0)), str::to_owned);
    let document = document::from_inventory(&inventory, &created);
    Ok(Made { inventory, document, findings: sorted(findings), summary, kept })
}

fn examine<'a>(
    input: Input<'_>,
    options: &Options<'a>,
    keep: Option<&'a Keep<'a>>,
    own: DigestKinds,
    known: Known,
    project: ProjectFiles,
) -> Result<(Examination<'a>, bonafide_artifact::Summary), MakeError> {
    let budget = Budget::new(options.limits);
    let reading = Reading {
        threads: options.threads,
        progress: options.progress,
        search: Some(native::search()),
        ..Reading::new(&budget)
    };
    let source = match input {
        Input::Path(path) => Source::Path(path),
        Input::Bytes(bytes) => Source::Bytes { name: options.name, bytes },
    };
    let mut examination = Examination::new(known, project)
        .filter(options.filter)
        .keep(keep)
        .own_digests(own)
        .digests(options.digests);
    let seen = walk(source, reading, &mut examination)?;
    Ok((examination, seen))
}

fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| (a.rule.id, &a.place, &a.message).cmp(&(b.rule.id, &b.place, &b.message)));
    findings
}

/// The root of an artifact of which nothing but names are known: its root folder's, or its own.
fn named(artifact: &Artifact, cut: &str) -> Component {
    let text = if cut.is_empty() { artifact.name.as_str() } else { cut };
    let (name, version) = match text.rsplit_once('-') {
        Some((name, version)) if !name.is_empty() && is_release(version.trim_start_matches('v')) => {
            (name, Some(version.trim_start_matches('v').to_owned()))
        }
        _ => (text, None),
    };
    Component {
        name: name.to_owned(),
        version,
        basis: Some(Basis::Present),
        evidence: vec![Evidence {
            method: Method::FileName,
            location: text.to_owned(),
            line: None,
            confidence: Confidence::Low,
        }],
        ..Component::default()
    }
}

/// Numbers joined by dots, perhaps with letters in the last ones: `5.4.1`, `2.0rc1`. No file name's ending.
fn is_release(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.split('.').all(|part| part.starts_with(|c: char| c.is_ascii_digit()))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
}

/// RFC 3339 in UTC of seconds since 1970; years outside 1970 to 9999 become the nearest of them.
///
/// Source: civil-from-days of Howard Hinnant's date algorithms, restated.
fn timestamp(seconds: i64) -> String {
    let seconds = seconds.clamp(0, 253_402_300_799);
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-5, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_749_652_496, "2025-06-11T14:34:56Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (i64::MAX, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(timestamp(seconds), text);
        }
    }

    #[test]
    fn a_root_folder_tells_name_and_version() {
        for (text, version) in
            [("5.4.1", true), ("2.0rc1", true), ("5.4.1.tar.xz", false), ("x", false), ("1..2", false)]
        {
            assert_eq!(is_release(text), version, "{text}");
        }
    }
}

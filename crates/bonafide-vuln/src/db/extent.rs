//! The versions of a package, as they are kept for it: bounds as keys, and of the enumerated versions those only that no range
//! covers.

use std::collections::BTreeMap;

use bonafide_advisory::Oddities;
use bonafide_advisory::osv::{Affected, EventKind, Range as OsvRange, RangeKind, Record};
use bonafide_ident::{Scheme, Version};
use serde_json::value::RawValue;

use super::encode;
use crate::range::{Answer, At, Event, Extent, Listed, Range, Subject, sort};
use crate::rating::Rating;

/// The gravest rating that can be read; a score outweighs a word.
pub(super) fn rating(record: &Record<'_>) -> Option<Rating> {
    let all = record.severity.iter().chain(record.affected.iter().flat_map(|affected| &affected.severity));
    gravest(all.map(|severity| &*severity.score))
        .or_else(|| Rating::read(&member(record.database_specific?, "severity")?))
}

/// The gravest of several vectors.
pub(super) fn gravest<'t>(vectors: impl Iterator<Item = &'t str>) -> Option<Rating> {
    vectors.filter_map(Rating::read).max_by(|left, right| {
        (left.tenths, left.severity, &left.text).cmp(&(right.tenths, right.severity, &right.text))
    })
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

pub(super) fn encode_package(
    affected: &Affected<'_>,
    release: &str,
    scheme: Scheme,
    odd: &mut Oddities,
) -> Vec<u8> {
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
        // The schema's sign for what is before all versions; the last affected one is a version.
        (_, "0") if bound.kind != EventKind::LastAffected => At::Start,
        (_, "*") if bound.kind == EventKind::Limit => At::End,
        (Some(version), _) => At::Key(version.key()),
        (None, _) => At::Unread,
    };
    Event { kind: bound.kind, at, text: bound.text }
}

/// Read again by `read.rs`.
fn encode_extent(extent: &Extent<'_>, release: &str, enumerates: bool) -> Vec<u8> {
    let mut out = vec![super::PACKAGE];
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

//! OSV records (OSV schema 1.7, `ossf/osv-schema`): one JSON object for one advisory.
//!
//! An advisory has an id, other names (`aliases`), and a list of what it affects. Each item of that list names a package of
//! one ecosystem and says which of its versions: in a list of `versions`, and in `ranges`, each a list of events
//! (`introduced`, `fixed`, `last_affected`, `limit`). Evaluating them is the business of `bonafide-vuln`; here they are
//! read and kept as they stand, in their order.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::lenient::{self, Lenient, Oddities, lenient};

/// The longest record that is read, in bytes. The longest real one has about 6 MB.
pub const MAX_RECORD_BYTES: usize = 64 << 20;
/// No more aliases are kept of one record: what has more is an attack on whatever joins them.
pub const MAX_ALIASES: usize = 1_000;

/// Why a text is no record at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OsvError {
    /// Longer than [`MAX_RECORD_BYTES`].
    #[error("the record has {0} bytes, at most {MAX_RECORD_BYTES} are read")]
    TooLong(usize),
    /// Not JSON, or not an object.
    #[error("the record is no json object")]
    Json(#[from] serde_json::Error),
    /// There is no id, so nothing can be said of it.
    #[error("the record has no id")]
    NoId,
}

lenient! {
    /// One advisory.
    pub struct Record<'a> {
        /// Its name: `GHSA-…`, `PYSEC-…`, `CVE-…`. Never empty.
        pub id: Cow<'a, str> = "id",
        /// When it was last changed, RFC 3339 as written.
        pub modified: Cow<'a, str> = "modified",
        /// When it was published, RFC 3339 as written.
        pub published: Cow<'a, str> = "published",
        /// When it was withdrawn; it affects nothing then.
        pub withdrawn: Option<Cow<'a, str>> = "withdrawn",
        /// Other names of the same vulnerability.
        pub aliases: Vec<Cow<'a, str>> = "aliases",
        /// One line.
        pub summary: Cow<'a, str> = "summary",
        /// Text in Markdown.
        pub details: Cow<'a, str> = "details",
        /// How bad it is, by several scales.
        pub severity: Vec<Severity<'a>> = "severity",
        /// What it affects.
        pub affected: Vec<Affected<'a>> = "affected",
        /// Whatever its database adds.
        pub database_specific: Option<&'a RawValue> = "database_specific",
    }
    ignored { "schema_version", "related", "upstream", "references", "credits", "ecosystem_specific" }
}

lenient! {
    /// A rating on one scale.
    pub struct Severity<'a> {
        /// `CVSS_V2`, `CVSS_V3`, `CVSS_V4`, `Ubuntu`.
        pub scale: Cow<'a, str> = "type",
        /// The vector, or the word.
        pub score: Cow<'a, str> = "score",
    }
    ignored {}
}

lenient! {
    /// A package and which versions of it.
    pub struct Affected<'a> {
        /// The package. Missing where only a repository is named.
        pub package: Option<Package<'a>> = "package",
        /// Ratings for this package.
        pub severity: Vec<Severity<'a>> = "severity",
        /// Intervals.
        pub ranges: Vec<Range<'a>> = "ranges",
        /// Versions one by one.
        pub versions: Vec<Cow<'a, str>> = "versions",
        /// Whatever the ecosystem adds.
        pub ecosystem_specific: Option<&'a RawValue> = "ecosystem_specific",
        /// Whatever the database adds.
        pub database_specific: Option<&'a RawValue> = "database_specific",
    }
    ignored {}
}

lenient! {
    /// A package of one ecosystem.
    pub struct Package<'a> {
        /// The ecosystem, perhaps with a suffix: `PyPI`, `Debian:12`.
        pub ecosystem: Cow<'a, str> = "ecosystem",
        /// Its name there, as the record spells it.
        pub name: Cow<'a, str> = "name",
        /// The same as a Package URL, where given.
        pub purl: Cow<'a, str> = "purl",
    }
    ignored {}
}

/// What the bounds of a range are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RangeKind<'a> {
    /// Versions of the ecosystem, in its own order.
    #[default]
    Ecosystem,
    /// Semantic versions 2.0.0.
    Semver,
    /// Commits of a repository.
    Git,
    /// Anything else, as it stands.
    Unknown(Cow<'a, str>),
}

impl<'a> Lenient<'a> for RangeKind<'a> {
    fn read(raw: &'a RawValue, place: &str, odd: &mut Oddities) -> Self {
        let word = Cow::read(raw, place, odd);
        match &*word {
            "ECOSYSTEM" => Self::Ecosystem,
            "SEMVER" => Self::Semver,
            "GIT" => Self::Git,
            _ => {
                odd.word(place, &word);
                Self::Unknown(word)
            }
        }
    }
}

lenient! {
    /// An interval of versions, told by events.
    pub struct Range<'a> {
        /// What the bounds are.
        pub kind: RangeKind<'a> = "type",
        /// The repository of a [`RangeKind::Git`].
        pub repo: Cow<'a, str> = "repo",
        /// The events in their order, which need not be that of the versions.
        pub events: Vec<Event<'a>> = "events",
        /// Whatever the database adds.
        pub database_specific: Option<&'a RawValue> = "database_specific",
    }
    ignored {}
}

/// What happens at a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// The vulnerability is there from this version on; `0` is before all versions.
    Introduced,
    /// It is not there from this version on.
    Fixed,
    /// It is there up to and including this version.
    LastAffected,
    /// Nothing is said of this version and those after it.
    Limit,
}

impl EventKind {
    /// The word of the schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Fixed => "fixed",
            Self::LastAffected => "last_affected",
            Self::Limit => "limit",
        }
    }
}

/// An object of a range's `events`: one member by the schema, several in the wild. No member that is known: nothing happens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event<'a>(pub Vec<(EventKind, Cow<'a, str>)>);

impl<'a> Lenient<'a> for Event<'a> {
    fn read(raw: &'a RawValue, place: &str, odd: &mut Oddities) -> Self {
        let mut events = Vec::with_capacity(1);
        for (key, value) in lenient::fields(raw, place, odd) {
            let kind = match &*key {
                "introduced" => EventKind::Introduced,
                "fixed" => EventKind::Fixed,
                "last_affected" => EventKind::LastAffected,
                "limit" => EventKind::Limit,
                other => {
                    odd.field(place, other);
                    continue;
                }
            };
            events.push((kind, Cow::read(value, place, odd)));
        }
        Self(events)
    }
}

impl<'a> Record<'a> {
    /// Reads one record. Time and memory are linear in its length; texts without escapes are borrowed.
    ///
    /// # Errors
    /// [`OsvError`], where there is no record. Anything else that is odd is counted.
    pub fn read(json: &'a str, odd: &mut Oddities) -> Result<Self, OsvError> {
        if json.len() > MAX_RECORD_BYTES {
            return Err(OsvError::TooLong(json.len()));
        }
        let mut record = Self::from_fields(lenient::object(json)?, "", odd);
        if record.id.trim().is_empty() {
            return Err(OsvError::NoId);
        }
        if record.aliases.len() > MAX_ALIASES {
            odd.add("more than 1,000 aliases, the rest not kept");
            record.aliases.truncate(MAX_ALIASES);
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_fields_words_and_shapes_are_counted_and_drop_nothing() {
        let json = r#"{"id":"X-1","future":1,"aliases":["CVE-1",7,null],"severity":"high","affected":[
            {"package":{"ecosystem":"PyPI","name":"Jw.Util","shoe":1},"ranges":[
                {"type":"COMMITTEE","events":[{"introduced":"0"}]},
                {"type":"ECOSYSTEM","events":[{"introduced":"0","fixed":"2\u002e0"},{"because":"x"}]}],
             "versions":["1.0",1.1,{}]},
            7]}"#;
        let mut odd = Oddities::default();
        let record = Record::read(json, &mut odd).unwrap();
        assert_eq!(record.aliases, ["CVE-1", "7", ""]);
        let affected = &record.affected[0];
        assert_eq!(affected.package.as_ref().unwrap().name, "Jw.Util");
        assert_eq!(affected.ranges[0].kind, RangeKind::Unknown("COMMITTEE".into()));
        assert_eq!(
            affected.ranges[1].events[0].0,
            [(EventKind::Introduced, "0".into()), (EventKind::Fixed, "2.0".into())]
        );
        assert_eq!(affected.versions, ["1.0", "1.1", ""]);
        let kinds: Vec<&str> = odd.iter().map(|(what, _)| what).collect();
        assert_eq!(
            kinds,
            [
                "malformed affected[]",
                "malformed affected[].versions[]",
                "malformed aliases[]",
                "malformed severity",
                "unknown field affected[].package.shoe",
                "unknown field affected[].ranges[].events[].because",
                "unknown field future",
                "unknown word in affected[].ranges[].type: COMMITTEE",
            ]
        );
    }

    #[test]
    fn what_is_no_record_is_an_error() {
        let read = |json: &str| Record::read(json, &mut Oddities::default()).map(drop);
        assert!(matches!(read("[]"), Err(OsvError::Json(_))));
        assert!(matches!(read(r#"{"id":"X"} y"#), Err(OsvError::Json(_))));
        assert!(matches!(read(r#"{"id":" "}"#), Err(OsvError::NoId)));
        let deep = format!("{{\"id\":\"X\",\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        // Nested as deep as it likes: what is not known is not looked into.
        drop(read(&deep));
    }
}

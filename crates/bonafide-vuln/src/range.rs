//! Is a version affected? The evaluation of the OSV schema ("Evaluation"), on keys.
//!
//! A version is affected if it is in the list of versions or in any of the ranges. In one range the events are taken in the
//! order of their versions: `introduced` makes it affected from there on, `fixed` ends that, `last_affected` ends it just
//! after. At one version they apply in the order introduced, fixed, last_affected; so `[a, b) [b, c)` is one interval. A
//! version at or above every `limit` is outside.
//!
//! What the scheme cannot read makes the answer unknown, not "no".

use bonafide_advisory::osv::EventKind;
use bonafide_ident::{Scheme, Version};

/// Where an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At<'a> {
    /// Before all versions: `0`.
    Start,
    /// At the version with this key.
    Key(&'a [u8]),
    /// After all versions: `*`, of a limit.
    End,
    /// At something that the scheme cannot read.
    Unread,
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event<'a> {
    pub(crate) kind: EventKind,
    pub(crate) at: At<'a>,
    /// As the record has it.
    pub(crate) text: &'a str,
}

/// One range, its events sorted by [`sort`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Range<'a> {
    pub(crate) scheme: Scheme,
    pub(crate) events: Vec<Event<'a>>,
}

/// One enumerated version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Listed<'a> {
    /// Empty where the scheme cannot read it.
    pub(crate) key: &'a [u8],
    pub(crate) text: &'a str,
}

/// Which versions of a package one record touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extent<'a> {
    pub(crate) ranges: Vec<Range<'a>>,
    /// The scheme of the listed versions.
    pub(crate) scheme: Scheme,
    pub(crate) listed: Vec<Listed<'a>>,
    /// What the record says beside that and cannot be evaluated: commits, ranges of an unknown type.
    pub(crate) beyond: Option<&'a str>,
}

/// The answer of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Affected, and why.
    Affected(Reason),
    /// Not affected.
    NotAffected,
    /// Nobody can say, for this reason.
    Unknown(String),
    /// Nothing is said that could be compared with a version (commits alone), for this reason: unknown, unless something beside it
    /// decides.
    Silent(String),
}

/// Why a version is affected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It is enumerated, in this spelling.
    Listed(String),
    /// It is in the range with this number.
    Range(usize),
    /// In words.
    Told(String),
}

/// A component's version, read by each scheme that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Subject<'a> {
    text: &'a str,
    read: Vec<(Scheme, Option<Version>)>,
    /// Without PEP 440's local part, where it has one.
    public: Option<Version>,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let text = text.trim();
        let public = text.split_once('+').and_then(|(public, _)| Scheme::PyPi.parse_bound(public).ok());
        Self { text, read: Vec::new(), public }
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// The version in a scheme; nothing where the scheme cannot order it for certain.
    pub(crate) fn bound(&mut self, scheme: Scheme) -> Option<&Version> {
        self.read(scheme).filter(|version| !version.is_legacy())
    }

    fn read(&mut self, scheme: Scheme) -> Option<&Version> {
        let at = match self.read.iter().position(|(known, _)| *known == scheme) {
            Some(at) => at,
            None => {
                self.read.push((scheme, scheme.parse(self.text).ok()));
                self.read.len() - 1
            }
        };
        self.read[at].1.as_ref()
    }
}

/// Puts events into the order in which they apply.
pub(crate) fn sort(events: &mut [Event<'_>]) {
    events.sort_by(|left, right| order(left).cmp(&order(right)));
}

fn order<'e>(event: &Event<'e>) -> (u8, &'e [u8], EventKind) {
    let (rank, key): (u8, &[u8]) = match event.at {
        At::Start => (0, &[]),
        At::Key(key) => (1, key),
        At::End => (2, &[]),
        At::Unread => (3, &[]),
    };
    (rank, key, event.kind)
}

impl Extent<'_> {
    /// Whether a version is affected.
    pub(crate) fn holds(&self, subject: &mut Subject<'_>) -> Answer {
        let text = subject.text;
        let key = subject.read(self.scheme).map(Version::key).unwrap_or_default();
        let same = |listed: &&Listed<'_>| listed.text == text || !key.is_empty() && listed.key == key;
        if let Some(listed) = self.listed.iter().find(same) {
            return Answer::Affected(Reason::Listed(listed.text.to_owned()));
        }
        let mut unknown = None;
        for (at, range) in self.ranges.iter().enumerate() {
            match range.holds(subject) {
                Ok(true) => return Answer::Affected(Reason::Range(at)),
                Ok(false) => {}
                Err(why) => unknown = unknown.or(Some(why)),
            }
        }
        match unknown {
            Some(why) => Answer::Unknown(why),
            None if self.ranges.is_empty() && self.listed.is_empty() => Answer::Silent(
                self.beyond.unwrap_or("the record names neither versions nor ranges").to_owned(),
            ),
            None => Answer::NotAffected,
        }
    }
}

impl Range<'_> {
    fn holds(&self, subject: &mut Subject<'_>) -> Result<bool, String> {
        let public = subject.public.as_ref().map(|public| public.key().to_vec());
        let scheme = self.scheme;
        let text = subject.text.chars().take(60).collect::<String>();
        let Some(version) = subject.bound(scheme) else {
            return Err(format!("`{text}` is no {scheme} version"));
        };
        let version = version.key();
        if let Some(unread) = self.events.iter().find(|event| event.at == At::Unread) {
            let bound: String = unread.text.chars().take(60).collect();
            return Err(format!("its bound `{bound}` ({}) is no {scheme} version", unread.kind.as_str()));
        }
        let reaches = |event: &Event<'_>| match event.at {
            At::Start => true,
            At::Key(key) => version >= key,
            At::End | At::Unread => false,
        };
        let mut limits = self.events.iter().filter(|event| event.kind == EventKind::Limit).peekable();
        if limits.peek().is_some() && limits.all(reaches) {
            return Ok(false);
        }
        let mut affected = false;
        for event in &self.events {
            match event.kind {
                EventKind::Introduced if reaches(event) => affected = true,
                EventKind::Fixed if reaches(event) => affected = false,
                EventKind::LastAffected => {
                    // PEP 440: `2.3+local` is `<= 2.3`, for a bound without a local part does not look at it.
                    let key = match &public {
                        Some(public) if scheme == Scheme::PyPi && !event.text.contains('+') => {
                            public.as_slice()
                        }
                        _ => version,
                    };
                    let is_past = matches!(event.at, At::Key(at) if key > at);
                    if is_past {
                        affected = false;
                    }
                }
                EventKind::Introduced | EventKind::Fixed | EventKind::Limit => {}
            }
        }
        Ok(affected)
    }

    /// The least version above the given one that is told to be fixed.
    pub(crate) fn fix(&self, version: &Version) -> Option<&str> {
        let mut fixes = self.events.iter().filter(|event| event.kind == EventKind::Fixed);
        let fix = fixes.find(|event| matches!(event.at, At::Key(key) if key > version.key()))?;
        Some(fix.text)
    }

    /// The interval around a version in words: `introduced 0, fixed 3.2.5`.
    pub(crate) fn words(&self, version: &Version) -> String {
        let is_past = |event: &&Event<'_>| match event.at {
            At::Start => true,
            At::Key(key) => key <= version.key(),
            At::End | At::Unread => false,
        };
        let starts = |event: &&Event<'_>| event.kind == EventKind::Introduced;
        let start = self.events.iter().filter(starts).rfind(is_past);
        let end = self.events.iter().find(|event| {
            !is_past(event) && matches!(event.kind, EventKind::Fixed | EventKind::LastAffected)
                || event.kind == EventKind::LastAffected && event.at == At::Key(version.key())
        });
        let words: Vec<String> = start
            .into_iter()
            .chain(end)
            .map(|event| {
                let text: String = event.text.chars().take(60).collect();
                format!("{} {text}", event.kind.as_str())
            })
            .collect();
        words.join(", ")
    }
}

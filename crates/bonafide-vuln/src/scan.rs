//! From components to findings.
//!
//! A component is looked up by each of its identifiers. Every record that names it gives an answer; records that are one
//! vulnerability by their aliases become one finding, affected if any of them says so, unknown if none of them could decide.
//! What could not be looked up is told by [`Coverage`], never passed over.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use bonafide_ident::Purl;

use crate::component::Component;
use crate::db::{Database, DbError};
use crate::ecosystem::{self, Release, Wanted};
use crate::finding::{Finding, State};
use crate::range::{Answer, Reason, Subject};
use crate::rating::Rating;

/// Why a component could not be checked, or not wholly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// It has no Package URL of an ecosystem and no CPE name.
    NoIdentifier,
    /// It has no version.
    NoVersion,
    /// Its version is none of its ecosystem's.
    UnreadableVersion(String),
    /// No source has data of its ecosystem.
    NoData(String),
    /// Its ecosystem is covered, but no advisory names it: either nothing is known of it, or its name is wrong.
    NameUnknown,
}

impl Gap {
    /// One word for programs.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::NoIdentifier => "no-identifier",
            Self::NoVersion => "no-version",
            Self::UnreadableVersion(_) => "unreadable-version",
            Self::NoData(_) => "no-data",
            Self::NameUnknown => "name-unknown",
        }
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::NoIdentifier => "it has neither a package url of an ecosystem nor a cpe name".into(),
            Self::NoVersion => "it has no version".into(),
            Self::UnreadableVersion(version) => {
                let version: String = version.chars().take(60).collect();
                format!("its version `{version}` is none of its ecosystem's")
            }
            Self::NoData(ecosystem) => format!("no source has data of {ecosystem}"),
            Self::NameUnknown => "no advisory names it".into(),
        }
    }
}

/// A component that could not be checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unchecked {
    /// Its index in the scan's list.
    pub component: usize,
    /// Why.
    pub gap: Gap,
}

/// How much of what was asked could be answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Components in all.
    pub components: usize,
    /// Of these, held against records that name them.
    pub checked: usize,
    /// The others, in order.
    pub unchecked: Vec<Unchecked>,
}

impl Coverage {
    /// How many components have a gap of this kind (by [`Gap::as_str`]).
    #[must_use]
    pub fn count(&self, kind: &str) -> usize {
        self.unchecked.iter().filter(|unchecked| unchecked.gap.as_str() == kind).count()
    }
}

/// The answer of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Sorted by component, then by id.
    pub findings: Vec<Finding>,
    /// What could be checked.
    pub coverage: Coverage,
}

/// Databases, ready to be asked.
#[derive(Debug)]
pub struct Scanner {
    databases: Vec<Database>,
    /// All names of the vulnerability that a group of one database belongs to.
    names: RefCell<HashMap<(usize, u32), Rc<BTreeSet<String>>>>,
}

/// What one record says of one component.
#[derive(Debug)]
struct Hit {
    names: Rc<BTreeSet<String>>,
    answer: Answer,
    evidence: Vec<String>,
    rating: Option<Rating>,
    fixed: Vec<String>,
}

impl Scanner {
    /// Over these databases; their order does not matter.
    #[must_use]
    pub fn new(databases: Vec<Database>) -> Self {
        Self { databases, names: RefCell::default() }
    }

    /// The databases.
    #[must_use]
    pub fn databases(&self) -> &[Database] {
        &self.databases
    }

    /// Looks up every component. Time: a few look-ups for each, whatever the size of the databases.
    ///
    /// # Errors
    /// [`DbError`]: a database is damaged. No answer is given then.
    pub fn scan(&self, components: &[Component]) -> Result<Answers, DbError> {
        let mut answers = Answers::default();
        answers.coverage.components = components.len();
        for (at, component) in components.iter().enumerate() {
            let mut hits = Vec::new();
            match self.look_up(component, &mut hits)? {
                Some(Gap::NoIdentifier) if component.is_subject => answers.coverage.components -= 1,
                None => answers.coverage.checked += 1,
                Some(gap) => answers.coverage.unchecked.push(Unchecked { component: at, gap }),
            }
            answers.findings.extend(joined(at, hits));
        }
        Ok(answers)
    }

    fn look_up(&self, component: &Component, hits: &mut Vec<Hit>) -> Result<Option<Gap>, DbError> {
        let mut wanted: Vec<(Wanted, Option<String>)> = Vec::new();
        for purl in component.purls.iter().filter_map(|purl| Purl::parse(purl).ok()) {
            for mut want in ecosystem::of_purl(&purl) {
                let version = want.version.take().or_else(|| purl.version().map(str::to_owned));
                if wanted.iter().all(|(other, _)| *other != want) {
                    wanted.push((want, version));
                }
            }
        }
        if wanted.is_empty() {
            return Ok(Some(Gap::NoIdentifier));
        }
        let covered: Vec<&(Wanted, Option<String>)> = wanted
            .iter()
            .filter(|(want, _)| {
                self.databases.iter().any(|db| db.meta().ecosystems.contains_key(want.ecosystem))
            })
            .collect();
        if covered.is_empty() {
            let names: BTreeSet<&str> = wanted.iter().map(|(want, _)| want.ecosystem).collect();
            return Ok(Some(Gap::NoData(names.into_iter().collect::<Vec<_>>().join(", "))));
        }
        let mut gap = None;
        let mut known = false;
        for (want, version) in covered {
            let version = version.as_deref().or(component.version.as_deref()).map(str::trim);
            let version = version.filter(|version| !version.is_empty());
            let mut subject = version.map(Subject::new);
            let mut found = false;
            for (at, database) in self.databases.iter().enumerate() {
                for row in database.package(&want.key)? {
                    found = true;
                    self.judge(at, database, &row, want, subject.as_mut(), hits)?;
                }
            }
            known |= found;
            let unread = match subject.as_mut() {
                None => Some(Gap::NoVersion),
                Some(subject) => match subject.bound(want.scheme) {
                    Some(_) => None,
                    None => Some(Gap::UnreadableVersion(subject.text().to_owned())),
                },
            };
            gap = gap.or(unread);
        }
        Ok(gap.or((!known).then_some(Gap::NameUnknown)))
    }

    /// One record's answer.
    fn judge(
        &self,
        at: usize,
        database: &Database,
        row: &crate::db::Row,
        want: &Wanted,
        subject: Option<&mut Subject<'_>>,
        hits: &mut Vec<Hit>,
    ) -> Result<(), DbError> {
        let decoded = row.decode()?;
        let fits = ecosystem::release_fits(want.ecosystem, decoded.release, &want.release);
        if fits == Some(false) {
            return Ok(());
        }
        let head = database.record(row.record)?;
        if !head.withdrawn.is_empty() {
            return Ok(());
        }
        let (mut answer, evidence, fixed) = match subject {
            None => {
                let why = "the component has no version";
                (Answer::Unknown(why.into()), vec![format!("{}: {why}", head.id)], Vec::new())
            }
            Some(subject) => {
                let answer = decoded.extent.holds(subject);
                let text = subject.text();
                let evidence = match &answer {
                    Answer::Affected(Reason::Listed(spelling)) => {
                        vec![format!("{}: {text} is listed as {spelling}", head.id)]
                    }
                    Answer::Affected(Reason::Range(number)) => {
                        let words = decoded.extent.ranges[*number].words();
                        vec![format!("{}: {text} is in the range {words}", head.id)]
                    }
                    Answer::Unknown(why) => vec![format!("{}: {why}", head.id)],
                    Answer::NotAffected => Vec::new(),
                };
                let mut fixed = Vec::new();
                for range in &decoded.extent.ranges {
                    if let Some(fix) = subject.bound(range.scheme).and_then(|version| range.fix(version)) {
                        fixed.push(fix.to_owned());
                    }
                }
                (answer, evidence, fixed)
            }
        };
        let mut evidence = evidence;
        if fits.is_none() && matches!(answer, Answer::Affected(_)) {
            let why = format!("it is about release {}, and the component tells none", decoded.release);
            evidence.push(format!("{}: {why}", head.id));
            answer = Answer::Unknown(why);
        }
        if matches!(answer, Answer::Affected(_)) && want.release == Release::None {
            evidence.extend(pseudo_version(want, &evidence));
        }
        let names = self.names(at, head.group)?;
        hits.push(Hit { names, answer, evidence, rating: head.rating, fixed });
        Ok(())
    }

    /// All names of a vulnerability, over all databases.
    fn names(&self, at: usize, group: u32) -> Result<Rc<BTreeSet<String>>, DbError> {
        if let Some(names) = self.names.borrow().get(&(at, group)) {
            return Ok(Rc::clone(names));
        }
        let mut names = BTreeSet::new();
        let mut groups = BTreeSet::from([(at, group)]);
        let mut next = vec![(at, group)];
        while let Some((at, group)) = next.pop() {
            for id in self.databases[at].group(group)? {
                if names.contains(&id) {
                    continue;
                }
                for (other, database) in self.databases.iter().enumerate().filter(|(other, _)| *other != at) {
                    if let Some(name) = database.name(&id)?
                        && groups.insert((other, name.group))
                    {
                        next.push((other, name.group));
                    }
                }
                names.insert(id);
            }
        }
        let names = Rc::new(names);
        let mut cache = self.names.borrow_mut();
        for group in groups {
            cache.insert(group, Rc::clone(&names));
        }
        Ok(names)
    }
}

/// What is said beside where a Go pseudo-version decided.
fn pseudo_version(want: &Wanted, evidence: &[String]) -> Option<String> {
    let is_pseudo = |word: &str| {
        let mut parts = word.rsplit('-');
        let (commit, time) = (parts.next()?, parts.next()?);
        let time = time.rsplit('.').next()?;
        (commit.len() == 12 && time.len() == 14 && time.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some(())
    };
    let word = evidence.first()?.split(' ').nth(1)?;
    (want.ecosystem == "Go" && is_pseudo(word).is_some())
        .then(|| "a pseudo-version is ordered by its number alone: the commit may have the fix".to_owned())
}

/// Hits of one vulnerability as one finding; those that are not affected by any record as none.
fn joined(component: usize, hits: Vec<Hit>) -> Vec<Finding> {
    let mut groups: BTreeMap<Rc<BTreeSet<String>>, Vec<Hit>> = BTreeMap::new();
    for hit in hits {
        groups.entry(Rc::clone(&hit.names)).or_default().push(hit);
    }
    let mut findings: Vec<Finding> =
        groups.into_values().filter_map(|hits| finding(component, &hits)).collect();
    findings.sort();
    findings
}

fn finding(component: usize, hits: &[Hit]) -> Option<Finding> {
    let is_affected = |hit: &&Hit| matches!(hit.answer, Answer::Affected(_));
    let is_unknown = |hit: &&Hit| matches!(hit.answer, Answer::Unknown(_));
    let affected: Vec<&Hit> = hits.iter().filter(is_affected).collect();
    let (state, telling) = if !affected.is_empty() {
        (State::Affected, affected)
    } else if hits.iter().all(|hit| is_unknown(&hit)) {
        let Answer::Unknown(why) = &hits.first()?.answer else { return None };
        (State::Unknown(why.clone()), hits.iter().collect())
    } else {
        return None;
    };
    let names = &telling.first()?.names;
    let id = names.iter().min_by_key(|id| preference(id))?.clone();
    let mut evidence: Vec<String> = telling.iter().flat_map(|hit| hit.evidence.iter().cloned()).collect();
    let mut fixed: Vec<String> = telling.iter().flat_map(|hit| hit.fixed.iter().cloned()).collect();
    evidence.sort();
    evidence.dedup();
    fixed.sort();
    fixed.dedup();
    let gravest = |left: &&Rating, right: &&Rating| {
        (left.tenths, left.severity, &left.text).cmp(&(right.tenths, right.severity, &right.text))
    };
    let rating = telling.iter().filter_map(|hit| hit.rating.as_ref()).max_by(gravest).cloned();
    let aliases = names.iter().filter(|name| **name != id).cloned().collect();
    Some(Finding { component, id, aliases, state, evidence, rating, fixed, ..Finding::default() })
}

/// CVE ids first, then GitHub's, then all others; older ones first.
fn preference(id: &str) -> (u8, usize, &str) {
    let rank = if id.starts_with("CVE-") {
        0
    } else if id.starts_with("GHSA-") {
        1
    } else {
        2
    };
    (rank, id.len(), id)
}

//! One component in all databases, by each of its identifiers.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use bonafide_ident::{Cpe, Purl, Scheme};

use crate::component::Component;
use crate::configuration::{self, Named};
use crate::db::{CPE, CVE, Database, DbError, Decoded, RecordHead, Row};
use crate::ecosystem::{self, Release, Wanted};
use crate::identity;
use crate::join::{Hit, Source};
use crate::range::{Answer, Extent, Reason, Subject};
use crate::scan::{Gap, Scanner};

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tell {
    /// What findings are made of.
    Findings,
    /// Also why records do not apply.
    Everything,
}

/// Looks up components of one list.
pub(crate) struct Lookup<'s> {
    scanner: &'s Scanner,
    components: &'s [Component],
    tell: Tell,
    /// The CPE names of the list, for statements that need a platform; read when the first one does.
    names: OnceCell<Vec<Named>>,
}

/// What a component is looked up as.
enum Target {
    /// A package of an ecosystem.
    Package(Wanted, Option<String>),
    /// A product by its CPE name.
    Product(String, Named),
}

impl Target {
    fn key(&self) -> String {
        match self {
            Self::Package(wanted, _) => wanted.key.clone(),
            Self::Product(key, _) => format!("{CPE}\0{key}"),
        }
    }

    const fn base(&self) -> &'static str {
        match self {
            Self::Package(wanted, _) => wanted.ecosystem,
            Self::Product(..) => CPE,
        }
    }

    fn scheme(&self) -> Scheme {
        match self {
            Self::Package(wanted, _) => wanted.scheme,
            Self::Product(key, _) => identity::scheme(key),
        }
    }

    fn version<'v>(&'v self, component: &'v Component) -> Option<&'v str> {
        let own = match self {
            Self::Package(_, version) => version,
            Self::Product(_, named) => &named.version,
        };
        let version = own.as_deref().or(component.version.as_deref()).map(str::trim);
        version.filter(|version| !version.is_empty())
    }
}

fn targets(component: &Component) -> Vec<Target> {
    let mut packages: Vec<(Wanted, Option<String>)> = Vec::new();
    let mut products: Vec<(String, Named)> = Vec::new();
    let mut product = |key: String, named: Named| {
        if products.iter().all(|(known, other)| *known != key || other.version != named.version) {
            products.push((key, named));
        }
    };
    for cpe in component.cpes.iter().filter_map(|cpe| cpe.parse::<Cpe>().ok()) {
        if let Some(key) = configuration::key(&cpe) {
            let version = configuration::full_version(&cpe).or_else(|| component.version.clone());
            product(key, Named { cpe, version });
        }
    }
    for purl in component.purls.iter().filter_map(|purl| Purl::parse(purl).ok()) {
        for identity in identity::of_purl(&purl) {
            let version = purl.version().or(component.version.as_deref()).map(str::to_owned);
            if let Ok(cpe) = format!("cpe:2.3:a:{}:*:*:*:*:*:*:*:*", identity.cpe).parse() {
                product(identity.cpe.to_owned(), Named { cpe, version });
            }
        }
        for mut wanted in ecosystem::of_purl(&purl) {
            let version = wanted.version.take().or_else(|| purl.version().map(str::to_owned));
            if packages.iter().all(|(other, _)| *other != wanted) {
                packages.push((wanted, version));
            }
        }
    }
    let packages = packages.into_iter().map(|(wanted, version)| Target::Package(wanted, version));
    packages.chain(products.into_iter().map(|(key, named)| Target::Product(key, named))).collect()
}

/// The first identifier of a component that cannot be read.
fn unreadable(component: &Component) -> Option<&str> {
    let purl = component.purls.iter().find(|purl| Purl::parse(purl).is_err());
    let cpe = || component.cpes.iter().find(|cpe| cpe.parse::<Cpe>().is_err());
    purl.or_else(cpe).map(String::as_str)
}

impl<'s> Lookup<'s> {
    pub(crate) fn new(scanner: &'s Scanner, components: &'s [Component], tell: Tell) -> Self {
        Self { scanner, components, tell, names: OnceCell::new() }
    }

    fn others(&self) -> &[Named] {
        self.names.get_or_init(|| {
            let named = |component: &Component| {
                let cpes = component.cpes.iter().filter_map(|cpe| cpe.parse::<Cpe>().ok());
                cpes.map(|cpe| Named {
                    version: configuration::full_version(&cpe).or(component.version.clone()),
                    cpe,
                })
                .collect::<Vec<_>>()
            };
            self.components.iter().flat_map(named).collect()
        })
    }

    /// What every record says of a component, and why it could not be checked, where that is so.
    pub(crate) fn component(&self, component: &Component) -> Result<(Vec<Hit>, Option<Gap>), DbError> {
        let targets = targets(component);
        let mut hits = Vec::new();
        let unreadable = unreadable(component).map(|text| Gap::UnreadableIdentifier(text.to_owned()));
        if targets.is_empty() {
            return Ok((hits, unreadable.or(Some(Gap::NoIdentifier))));
        }
        let databases = self.scanner.databases();
        let is_covered = |target: &&Target| {
            databases.iter().any(|database| database.meta().ecosystems.contains_key(target.base()))
        };
        let covered: Vec<&Target> = targets.iter().filter(is_covered).collect();
        if covered.is_empty() {
            let bases: BTreeSet<&str> = targets.iter().map(Target::base).collect();
            let words =
                bases.into_iter().map(|base| if base == CPE { "products with cpe names" } else { base });
            return Ok((hits, Some(Gap::NoData(words.collect::<Vec<_>>().join(", ")))));
        }
        let (mut gap, mut known) = (unreadable, false);
        for target in covered {
            let version = target.version(component);
            let mut subject = version.map(Subject::new);
            let mut found = false;
            let key = target.key();
            for (at, database) in databases.iter().enumerate() {
                for row in database.package(&key)? {
                    found = true;
                    self.judge(at, database, &row, target, version, subject.as_mut(), &mut hits)?;
                }
            }
            if let Target::Product(key, _) = target {
                self.authorities(key, version, &mut hits)?;
            }
            known |= found;
            let unread = match subject.as_mut() {
                None => Some(Gap::NoVersion),
                Some(subject) => match subject.bound(target.scheme()) {
                    Some(_) => None,
                    None => Some(Gap::UnreadableVersion(subject.text().to_owned())),
                },
            };
            gap = gap.or(unread);
        }
        Ok((hits, gap.or((!known).then_some(Gap::NameUnknown))))
    }

    /// One row's answer.
    #[expect(clippy::too_many_arguments, reason = "a row, where it is from, and what it is held against")]
    fn judge(
        &self,
        at: usize,
        database: &Database,
        row: &Row,
        target: &Target,
        version: Option<&str>,
        subject: Option<&mut Subject<'_>>,
        hits: &mut Vec<Hit>,
    ) -> Result<(), DbError> {
        let decoded = row.decode()?;
        let head = database.record(row.record)?;
        if !head.withdrawn.is_empty() {
            let line = format!("{}: the record was withdrawn ({})", head.id, head.withdrawn);
            return self.aside(at, head, line, hits);
        }
        match (decoded, target) {
            (Decoded::Package { release, extent }, _) => {
                let (ecosystem, own) = match target {
                    Target::Package(wanted, _) => (wanted.ecosystem, &wanted.release),
                    Target::Product(..) => (CPE, &Release::None),
                };
                let fits = ecosystem::release_fits(ecosystem, release, own);
                if fits == Some(false) {
                    let line =
                        format!("{}: it is about release {release}, not that of the component", head.id);
                    return self.aside(at, head, line, hits);
                }
                let (mut answer, mut evidence, fixed) = evaluate(&head.id, &extent, subject);
                if fits.is_none() && matches!(answer, Answer::Affected(_)) {
                    let why = format!("it is about release {release}, and the component tells none");
                    evidence.push(format!("{}: {why}", head.id));
                    answer = Answer::Unknown(why);
                }
                if matches!(answer, Answer::Affected(_))
                    && ecosystem == "Go"
                    && version.is_some_and(is_pseudo)
                {
                    // Its number alone orders it: v0.0.0 is below every tag.
                    let line = format!("{}: a pseudo-version: its commit may have the fix", head.id);
                    evidence.push(line);
                }
                self.put(at, head, Source::Osv, answer, evidence, fixed, hits)
            }
            (Decoded::Product(kept), target) => {
                if let Target::Product(_, named) = target
                    && !kept.can_be(&named.cpe)
                {
                    return Ok(());
                }
                let (answer, fixed) = kept.holds(version, target.scheme());
                let source = if kept.is_authority { Source::Authority } else { Source::Observer };
                let evidence = told(&head.id, &answer, &kept.party);
                self.put(at, head, source, answer, evidence, fixed, hits)
            }
            (Decoded::Applicability(party, node), Target::Product(_, named)) => {
                let named = Named { cpe: named.cpe.clone(), version: version.map(str::to_owned) };
                let (answer, fixed) = node.holds(&named, self.others(), &party);
                let source = if party.starts_with("the CNA") { Source::Authority } else { Source::Observer };
                let evidence = told(&head.id, &answer, &party);
                self.put(at, head, source, answer, evidence, fixed, hits)
            }
            (Decoded::Applicability(..), Target::Package(..)) => Ok(()),
        }
    }

    /// What the authority says of CVE ids that only others found under this CPE name: a product of the same name in the record is
    /// this one.
    fn authorities(&self, key: &str, version: Option<&str>, hits: &mut Vec<Hit>) -> Result<(), DbError> {
        let plain = |text: &str| -> String {
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|letter| letter.to_ascii_lowercase())
                .collect()
        };
        let name = plain(key.rsplit(':').next().unwrap_or_default());
        let has_authority =
            |id: &String| hits.iter().any(|hit| hit.source == Source::Authority && hit.record == *id);
        let ids: BTreeSet<String> = hits
            .iter()
            .filter(|hit| hit.source == Source::Observer)
            .map(|hit| hit.record.clone())
            .filter(|id| !has_authority(id))
            .collect();
        for id in ids {
            for (at, database) in self.scanner.databases().iter().enumerate() {
                for row in database.package(&format!("{CVE}\0{}", id.to_uppercase()))? {
                    let Decoded::Product(kept) = row.decode()? else { continue };
                    if !kept.is_authority || plain(&kept.name) != name {
                        continue;
                    }
                    let head = database.record(row.record)?;
                    if !head.withdrawn.is_empty() {
                        continue;
                    }
                    let (answer, fixed) = kept.holds(version, identity::scheme(key));
                    let evidence = told(&head.id, &answer, &kept.party);
                    self.put(at, head, Source::Authority, answer, evidence, fixed, hits)?;
                }
            }
        }
        Ok(())
    }

    /// What is not about this component at all: it is told where everything is, and decides nothing.
    fn aside(&self, at: usize, head: RecordHead, line: String, hits: &mut Vec<Hit>) -> Result<(), DbError> {
        match self.tell {
            Tell::Findings => Ok(()),
            Tell::Everything => {
                self.put(at, head, Source::Osv, Answer::NotAffected, vec![line], Vec::new(), hits)
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a hit, one by one")]
    fn put(
        &self,
        at: usize,
        head: RecordHead,
        source: Source,
        answer: Answer,
        evidence: Vec<String>,
        fixed: Vec<String>,
        hits: &mut Vec<Hit>,
    ) -> Result<(), DbError> {
        let names = self.scanner.names(at, head.group)?;
        hits.push(Hit { record: head.id, source, names, answer, evidence, rating: head.rating, fixed });
        Ok(())
    }
}

fn told(id: &str, answer: &Answer, party: &str) -> Vec<String> {
    match answer {
        Answer::Affected(Reason::Told(why)) => vec![format!("{id}: {why}")],
        Answer::Unknown(why) | Answer::Silent(why) => vec![format!("{id}: {party}: {why}")],
        _ => vec![format!("{id}: {party} says that this version is not affected")],
    }
}

/// An OSV record's answer, in words too, and the least later versions that are called fixed.
fn evaluate(
    id: &str,
    extent: &Extent<'_>,
    subject: Option<&mut Subject<'_>>,
) -> (Answer, Vec<String>, Vec<String>) {
    let Some(subject) = subject else {
        let why = "the component has no version";
        return (Answer::Unknown(why.into()), vec![format!("{id}: {why}")], Vec::new());
    };
    let answer = extent.holds(subject);
    let text = subject.text();
    let line = match &answer {
        Answer::Affected(Reason::Listed(spelling)) if spelling == text => "listed".to_owned(),
        Answer::Affected(Reason::Listed(spelling)) => format!("listed as {spelling}"),
        Answer::Affected(Reason::Range(number)) => {
            let range = &extent.ranges[*number];
            let words = subject.bound(range.scheme).map(|version| range.words(version));
            format!("in the range {}", words.unwrap_or_default())
        }
        Answer::Affected(Reason::Told(why)) | Answer::Unknown(why) | Answer::Silent(why) => why.clone(),
        Answer::NotAffected => format!("{text} is in none of its ranges, and not listed"),
    };
    let mut fixed = Vec::new();
    if matches!(answer, Answer::Affected(_)) {
        for range in &extent.ranges {
            if let Some(fix) = subject.bound(range.scheme).and_then(|version| range.fix(version)) {
                fixed.push(fix.to_owned());
            }
        }
    }
    (answer, vec![format!("{id}: {line}")], fixed)
}

/// `v0.0.0-20191101214924-b1b5c44e050f`
fn is_pseudo(version: &str) -> bool {
    let mut parts = version.rsplit('-');
    let (Some(commit), Some(time)) = (parts.next(), parts.next()) else { return false };
    let time = time.rsplit('.').next().unwrap_or_default();
    commit.len() == 12 && time.len() == 14 && time.bytes().all(|byte| byte.is_ascii_digit())
}

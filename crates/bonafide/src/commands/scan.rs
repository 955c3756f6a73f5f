//! `bonafide scan`

mod documents;
pub(crate) mod input;
mod json;
mod lock;
mod policy;
mod report;
mod text;

use std::path::{Path, PathBuf};

use bonafide_artifact::Limits;
use bonafide_report::{Ending, Verdict, counted, printable};
use bonafide_vuln::{Answers, Component, Scanner, rules};
use jiff::Timestamp;

use crate::cli::FindingsFormat;
use crate::cli::scan::{ScanArgs, ScanFormat};
use crate::commands::db::{self, Age};
use crate::commands::findings;
use crate::commands::vex::{self, Loaded, Vex};
use crate::download::{Fetcher, Network};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::Settings;
use crate::ui::Ui;
use crate::written;
use policy::Policy;

/// What is told: the components, the answers, what follows from them.
pub(crate) struct Told {
    pub(crate) components: Vec<Component>,
    pub(crate) answers: Answers,
    pub(crate) vex: Vex,
    pub(crate) verdict: Verdict,
    /// Why the answer is incomplete, where it is.
    pub(crate) why: Option<String>,
}

/// The components of several inputs as one list.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) components: Vec<Component>,
    /// What of the inputs could not be examined.
    pub(crate) gaps: u64,
    /// The exit code where one of several inputs could not be read at all; that is told already.
    pub(crate) unread: Option<Exit>,
    /// What the documents say of exploitability, one item for each input.
    pub(crate) vex: Vec<(PathBuf, Loaded)>,
}

/// Reads all inputs. Where one of several cannot be read, that is a gap in the answer about the others.
pub(crate) fn gather(
    ui: &Ui,
    inputs: &[PathBuf],
    limits: Limits,
    online: Option<&Fetcher<'_>>,
) -> Result<Gathered, Failure> {
    let mut gathered = Gathered::default();
    for path in inputs {
        let read = match input::read(ui, path, limits, online) {
            Ok(read) => read,
            Err(failure) if inputs.len() > 1 => {
                ui.failure(&failure);
                gathered.gaps += 1;
                gathered.unread = gathered.unread.max(Some(failure.exit));
                continue;
            }
            Err(failure) => return Err(failure),
        };
        gathered.gaps += read.gaps;
        gathered.vex.push((path.clone(), read.vex));
        let before = gathered.components.len();
        gathered.components.extend(read.components.into_iter().map(|component| Component {
            parents: component.parents.iter().map(|parent| parent + before).collect(),
            ..component
        }));
    }
    Ok(gathered)
}

/// Every source of a database, ready to be asked.
pub(crate) fn scanner(path: &Path) -> Result<Scanner, Failure> {
    Ok(Scanner::new(db::open(path)?.into_iter().map(|(_, database)| database).collect()))
}

/// Scans all inputs as one list of components.
pub(crate) fn run(
    ui: &Ui,
    environment: &Environment,
    network: Network,
    args: &ScanArgs,
) -> Result<Exit, Failure> {
    let settings = Settings::read(ui, args.config.as_deref())?;
    let folder = args.db.clone().or_else(|| settings.database()).ok_or_else(|| {
        Failure::usage("it is not said where the advisory database is")
            .hint("`--db DIR`, or `dir` in `[db]` of the settings; `bonafide db build` makes one")
    })?;
    let databases = db::open(&folder)?;
    let ages = db::ages(&folder, &databases, Environment::now());
    let warn = args.warn_age.or(settings.db.warn_age).unwrap_or(db::OLD);
    let stale = told_ages(ui, &ages, warn, args.max_age.or(settings.db.max_age));
    let fetcher = vex::fetcher(ui, environment, network, &args.statements);
    let Gathered { components, gaps, unread: cut, vex: own } =
        gather(ui, &args.inputs, args.limits.limits(), fetcher.as_ref())?;
    let statements = vex::statements(ui, &settings, &args.statements, &components, own, warn);
    let scanner = Scanner::new(databases.into_iter().map(|(_, database)| database).collect());
    let mut answers = scanner
        .scan(&components)
        .map_err(|error| Failure::input("failed to scan by the database").because(&error))?;
    let vex = Vex::apply(&mut answers.findings, &components, statements);
    vex.tell(ui);
    let policy = Policy::new(args);
    let unread = gaps + vex.gaps();
    let verdict = policy.verdict(&answers, unread + u64::from(stale.is_some()));
    let why = match (unread > 0, stale) {
        (true, _) => Some("something could not be read".to_owned()),
        (false, Some(stale)) => Some(stale),
        (false, None) => policy.blind(&answers),
    };
    let exit = cut.unwrap_or(verdict.into());
    let told = Told { components, answers, vex, verdict, why };
    let reported = |format| -> Result<(), Failure> {
        let found = report::findings(&told, |finding| policy.fails(finding));
        let ending = Ending::examined(report::examined(&told));
        findings::print(ui, format, found, ending, |_| exit).map(drop)
    };
    match args.format {
        ScanFormat::Text => {
            let look = text::Look { colour: ui.color_out(), reasons: ui.is_verbose() };
            written(ui.out(|out| text::write(out, &told, look)))?;
        }
        ScanFormat::Json => written(ui.out(|out| json::write(out, &told)))?,
        ScanFormat::Jsonl => written(ui.out(|out| json::write_lines(out, &told)))?,
        ScanFormat::Sarif => reported(FindingsFormat::Sarif)?,
        ScanFormat::Markdown => reported(FindingsFormat::Markdown)?,
        ScanFormat::Cyclonedx => written(ui.out(|out| documents::cyclonedx(out, &told)))?,
        ScanFormat::Openvex => {
            let now = environment.build_time().map_err(Failure::usage)?.unwrap_or_else(Environment::now);
            let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
            written(ui.out(|out| documents::openvex(out, &told, now)))?;
        }
    }
    Ok(exit)
}

/// Warns of old sources, in one line; what is older than allowed is returned in words.
fn told_ages(ui: &Ui, ages: &[Age], warn: u32, limit: Option<u32>) -> Option<String> {
    let older = |age: &&Age, than: u32| age.days().is_some_and(|days| days > i64::from(than));
    let warn = limit.map_or(warn, |limit| warn.min(limit));
    let mut old: Vec<&Age> = ages.iter().filter(|age| older(age, warn)).collect();
    old.sort_by_key(|age| age.days());
    let more = old.len().saturating_sub(1);
    let words = |age: &Age| match more {
        0 => age.words(),
        more => format!("{}; {} old too", age.words(), counted(more as u64, "other source")),
    };
    if let Some(oldest) = old.last() {
        let rule = &rules::STALE;
        ui.say(&printable(&format!("{}[{}] {}", rule.severity, rule.id, words(oldest))));
    }
    let limit = limit?;
    if let Some(oldest) = old.last().filter(|age| older(age, limit)) {
        return Some(words(oldest));
    }
    ages.iter().find(|age| age.days().is_none()).map(Age::words)
}

//! `bonafide scan`

pub(crate) mod input;
mod json;
mod lock;

use bonafide_report::Verdict;
use bonafide_vuln::{Answers, Component, Scanner, State};

use crate::cli::scan::{ScanArgs, ScanFormat};
use crate::commands::db;
use crate::commands::vex::{self, Vex};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;
use crate::written;

/// What is told: the components, the answers, what follows from them.
pub(crate) struct Told {
    pub(crate) components: Vec<Component>,
    pub(crate) answers: Answers,
    pub(crate) vex: Vex,
    pub(crate) verdict: Verdict,
}

/// Scans all inputs as one list of components.
pub(crate) fn run(ui: &Ui, args: &ScanArgs) -> Result<Exit, Failure> {
    let databases = db::open(&args.db)?.into_iter().map(|(_, database)| database).collect();
    let mut components = Vec::new();
    let mut gaps = 0;
    let mut statements = vex::given(ui, &args.vex);
    for path in &args.inputs {
        let read = input::read(ui, path, args.limits.limits())?;
        gaps += read.gaps;
        if !args.no_vex {
            statements.append(read.vex);
            statements.append(vex::beside(path, &args.vex));
        }
        let before = components.len();
        components.extend(read.components.into_iter().map(|component| Component {
            parents: component.parents.iter().map(|parent| parent + before).collect(),
            ..component
        }));
    }
    let scanner = Scanner::new(databases);
    let mut answers = scanner
        .scan(&components)
        .map_err(|error| Failure::input("failed to scan by the database").because(&error))?;
    let vex = Vex::apply(&mut answers.findings, &components, statements);
    vex.tell(ui);
    let verdict = verdict(&answers, gaps + vex.gaps());
    let told = Told { components, answers, vex, verdict };
    written(ui.out(|out| match args.format {
        ScanFormat::Text | ScanFormat::Json => json::write(out, &told),
    }))?;
    Ok(Exit::from(verdict))
}

/// What the answers come to: inputs that could not be read wholly outweigh all; a vulnerability that is there outweighs
/// what could not be decided.
fn verdict(answers: &Answers, gaps: u64) -> Verdict {
    let shown = answers.findings.iter().filter(|finding| finding.suppressed.is_none());
    let (mut affected, mut unknown) = (0, 0);
    for finding in shown {
        match finding.state {
            State::Affected => affected += 1,
            State::Unknown(_) => unknown += 1,
        }
    }
    let coverage = &answers.coverage;
    if gaps > 0 {
        Verdict::Incomplete
    } else if affected > 0 {
        Verdict::Findings
    } else if unknown > 0 || coverage.checked == 0 || coverage.count("no-data") > 0 {
        Verdict::Incomplete
    } else {
        Verdict::Clean
    }
}

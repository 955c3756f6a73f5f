//! `bonafide vendor`

use std::fs;
use std::path::{Path, PathBuf};

use bonafide_catalog::config::Config;
use bonafide_catalog::vendor::{self, Report, Request, VendorError};
use bonafide_report::{Ending, counted};

use crate::cli::FindingsArgs;
use crate::cli::vendor::{CheckArgs, RegenArgs, TreeArgs, VendorCommand};
use crate::commands::findings;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Runs one of the vendor commands.
pub(crate) fn run(command: VendorCommand, ui: &Ui, environment: &Environment) -> Result<Exit, Failure> {
    match command {
        VendorCommand::Check(args) => check(ui, &args),
        VendorCommand::Regen(args) => regen(ui, environment, &args),
    }
}

/// A configuration and where it was found.
struct Tree {
    root: PathBuf,
    config: Config,
    config_name: String,
}

impl Tree {
    fn open(args: &TreeArgs) -> Result<Self, Failure> {
        let path = args.config.clone().unwrap_or_else(|| args.root.join("bonafide.toml"));
        let text = read_config(&path)?;
        let config_name = name(&args.root, &path);
        let config = Config::parse(&text).map_err(|error| {
            Failure::usage(format!("`{}` cannot be used", path.display())).because(&error)
        })?;
        Ok(Self { root: args.root.clone(), config, config_name })
    }

    fn request(&self) -> Request<'_> {
        Request { root: &self.root, config: &self.config, config_name: &self.config_name }
    }
}

fn read_config(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| {
        let failure = Failure::usage(format!("failed to read `{}`", path.display())).because(&error);
        failure.hint("`bonafide vendor init` proposes one; `--config FILE` names another")
    })
}

/// What messages call the configuration: its path below the root, or as it was given.
fn name(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

fn failed(error: &VendorError) -> Failure {
    Failure::input("the vendored sources could not be examined").because(error)
}

fn check(ui: &Ui, args: &CheckArgs) -> Result<Exit, Failure> {
    let tree = Tree::open(&args.tree)?;
    let report = vendor::check(&tree.request()).map_err(|error| failed(&error))?;
    show(ui, &args.findings, &report)
}

fn regen(ui: &Ui, environment: &Environment, args: &RegenArgs) -> Result<Exit, Failure> {
    let tree = Tree::open(&args.tree)?;
    let created = created(environment, args.created.as_deref())?;
    let report = vendor::regen(&tree.request(), Some(&created)).map_err(|error| failed(&error))?;
    let exit = show(ui, &args.findings, &report)?;
    say_written(ui, &report, "nothing to write: the documents are as they should be");
    Ok(exit)
}

fn say_written(ui: &Ui, report: &Report, unchanged: &str) {
    for path in &report.written {
        ui.say(&format!("wrote {path}"));
    }
    if report.written.is_empty() && !report.withheld {
        ui.say(unchanged);
    }
    if report.withheld {
        ui.say("nothing was written: the findings come first");
    }
}

/// The creation time of a document: the flag, the build's time, now.
fn created(environment: &Environment, flag: Option<&str>) -> Result<String, Failure> {
    let time = match flag {
        Some(text) => text.parse::<jiff::Timestamp>().map_err(|error| {
            Failure::usage(format!("`{text}` is no time")).because(&error).hint("write 2026-01-31T12:00:00Z")
        })?,
        None => environment.build_time().map_err(Failure::usage)?.unwrap_or_else(jiff::Timestamp::now),
    };
    Ok(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// Writes the findings; the exit code follows from them.
fn show(ui: &Ui, args: &FindingsArgs, report: &Report) -> Result<Exit, Failure> {
    let mut examined =
        format!("{}, {}", counted(report.packages as u64, "package"), counted(report.files as u64, "file"));
    if report.externals > 0 {
        examined.push_str(&format!(", {}", counted(report.externals as u64, "external")));
    }
    let ending = Ending::examined(examined).member("written", report.written.clone());
    let counts = findings::print(ui, args.format, report.findings.clone(), &ending)?;
    Ok(counts.verdict().into())
}

//! `bonafide sbom make`

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bonafide_artifact::{Entry, Kind, Progress, Threads};
use bonafide_catalog::vendor::{Git, GitError};
use bonafide_catalog::{Component, Input, Inventory, Made, MakeError, Method, Options, make};
use bonafide_report::{Counts, Ending, Finding, counted, printable};
use bonafide_sbom::convert::draft;
use bonafide_sbom::{Encoding, Style};
use jiff::Timestamp;
use tempfile::NamedTempFile;

use crate::cli::sbom::{DocumentFormat, MakeArgs};
use crate::commands::sbom::convert;
use crate::commands::sbom::input::shown;
use crate::commands::{artifact, findings};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::{Ui, write_whole};
use crate::written;

/// Makes the SBOM of each input. One bad input does not stop the others.
pub(crate) fn run(ui: &Ui, environment: &Environment, args: &MakeArgs) -> Result<Exit, Failure> {
    let created = created(environment, args)?;
    let outputs = outputs(args)?;
    let mut worst = Exit::Clean;
    for (input, output) in args.inputs.iter().zip(outputs) {
        let exit = one(ui, args, input, output.as_deref(), created.as_deref()).unwrap_or_else(|failure| {
            ui.failure(&failure);
            failure.exit
        });
        worst = worst.max(exit);
    }
    Ok(worst)
}

/// The time that the flag or the environment names, as RFC 3339 to the second.
fn created(environment: &Environment, args: &MakeArgs) -> Result<Option<String>, Failure> {
    let named = match &args.created {
        Some(text) => Some(text.parse::<Timestamp>().map_err(|error| {
            Failure::usage(format!("`--created {text}` is no time"))
                .because(&error)
                .hint("for example 2025-06-11T00:00:00Z")
        })?),
        None => environment.build_time().map_err(Failure::usage)?,
    };
    Ok(named.map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()))
}

/// Where each input's document goes; `None` is standard output.
fn outputs(args: &MakeArgs) -> Result<Vec<Option<PathBuf>>, Failure> {
    let Some(output) = &args.output else {
        return match args.inputs.as_slice() {
            [_] => Ok(vec![None]),
            _ => Err(Failure::usage("several inputs make several documents")
                .hint("name a folder for them: `-o sboms/`")),
        };
    };
    let is_folder =
        output.is_dir() || output.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
    if args.inputs.len() == 1 && !is_folder {
        return Ok(vec![(output.as_os_str() != "-").then(|| output.clone())]);
    }
    if !is_folder {
        return Err(Failure::usage(format!(
            "`{}` is no folder, and several inputs make several documents",
            output.display()
        ))
        .hint(format!("name a folder for them: `-o {}/`", output.display())));
    }
    fs::create_dir_all(output).map_err(|error| {
        Failure::input(format!("failed to make the folder `{}`", output.display())).because(&error)
    })?;
    let mut paths = Vec::new();
    for input in &args.inputs {
        let path = output.join(format!("{}.{}", name(input), args.format.suffix()));
        if paths.contains(&Some(path.clone())) {
            return Err(Failure::usage(format!("two inputs would be written to `{}`", path.display())));
        }
        paths.push(Some(path));
    }
    Ok(paths)
}

/// The input's own name, without the folders that it lies in.
pub(super) fn name(input: &Path) -> String {
    let canonical =
        || fs::canonicalize(input).ok()?.file_name().map(|name| name.to_string_lossy().into_owned());
    match input.file_name() {
        Some(name) if name == "-" => "standard-input".to_owned(),
        Some(name) => name.to_string_lossy().into_owned(),
        None => canonical().unwrap_or_else(|| "artifact".to_owned()),
    }
}

fn one(
    ui: &Ui,
    args: &MakeArgs,
    input: &Path,
    output: Option<&Path>,
    created: Option<&str>,
) -> Result<Exit, Failure> {
    let standard_input = spooled(input)?;
    let label = shown(input);
    let path = place(input, &standard_input);
    let progress = Progress::new();
    let work_tree = WorkTree::open(path)?;
    let is_source = |entry: &Entry| work_tree.is_source(entry);
    let options = Options {
        label: &label,
        name: &name(input),
        limits: args.limits.limits(),
        threads: Threads::default(),
        progress: Some(&progress),
        filter: work_tree.git.is_some().then_some(&is_source),
        created,
        digests: args.format.digests(),
    };
    let made = watched(ui, &label, &progress, || make(Input::Path(path), &options))
        .map_err(|error| unmade(ui, input, error))?;
    if let Some(error) = work_tree.failed.take() {
        return Err(Failure::input(format!("failed to tell what git ignores in `{label}`")).because(&error));
    }
    let mut counts = Counts::default();
    made.findings.iter().for_each(|finding| counts.add(finding));
    let exit = Exit::from(counts.verdict());
    let Made { inventory, document, findings: found, summary, .. } = made;
    let said = Ending::examined(counted(summary.files, "file"));
    let keep = exit == Exit::Clean || args.keep_incomplete;
    tell(ui, found, &said);
    if !keep {
        return Err(Failure { exit, ..Failure::input(format!("no document was made of `{label}`")) }
            .hint("mend what is said above, or take a partial document with --keep-incomplete"));
    }
    let target = args.format.target();
    let document = match args.format {
        DocumentFormat::Spdx23 => document,
        _ if is_stated(&inventory) => convert::converted(&document, target)?.document,
        _ => draft(document, target).map_err(|error| {
            Failure::input(format!("failed to make a document of {target}")).because(&error)
        })?,
    };
    let write = |out: &mut dyn Write| -> io::Result<()> {
        bonafide_sbom::write(&document, Encoding::Json, Style::default(), out).map_err(io::Error::from)
    };
    ui.say(&format!("{}: {}", printable(&label), summarised(&inventory, &summary)));
    ui.say(&listed(&inventory));
    match output {
        None => written(ui.out(write))?,
        Some(path) => {
            write_whole(path, write)?;
            ui.say(&format!("wrote {} ({target})", path.display()));
        }
    }
    if args.inputs.len() == 1 {
        // The program ends here, and takes the memory back at once: freeing piece by piece is a percent of the work.
        std::mem::forget((inventory, document));
    }
    Ok(exit)
}

/// Whether a base document states a component with fields of its own.
fn is_stated(inventory: &Inventory) -> bool {
    inventory.components.iter().any(|component| component.stated.is_some())
}

/// A folder as git sees it: what it ignores, and its own folder, are no part of the source.
struct WorkTree {
    git: Option<RefCell<Git>>,
    failed: Cell<Option<GitError>>,
}

impl WorkTree {
    /// Git's view of a folder; nothing where the path is no folder or lies in no work tree.
    fn open(path: &Path) -> Result<Self, Failure> {
        let git = if path.is_dir() { Git::open(path) } else { Ok(None) };
        let git = git.map_err(|error| {
            Failure::input(format!("failed to read the git repository around `{}`", path.display()))
                .because(&error)
        })?;
        Ok(Self { git: git.map(RefCell::new), failed: Cell::new(None) })
    }

    fn is_source(&self, entry: &Entry) -> bool {
        let Some(git) = &self.git else { return true };
        let path = entry.path.raw();
        if path == b".git" || path.ends_with(b"/.git") {
            return false;
        }
        match git.borrow_mut().is_ignored(path, entry.kind == Kind::Directory) {
            Ok(ignored) => !ignored,
            Err(error) => {
                self.failed.set(Some(error));
                true
            }
        }
    }
}

/// Standard input in a temporary file where the input is `-`, for an archive may have to be read twice, and from its end.
pub(super) fn spooled(input: &Path) -> Result<Option<NamedTempFile>, Failure> {
    if input.as_os_str() != "-" {
        return Ok(None);
    }
    let failed = |error: io::Error| Failure::input("failed to read standard input").because(&error);
    let limit = bonafide_artifact::Limits::default().spool_bytes;
    let mut file = NamedTempFile::new().map_err(failed)?;
    let copied = io::copy(&mut io::stdin().lock().take(limit + 1), &mut file).map_err(failed)?;
    if copied > limit {
        return Err(Failure::input(format!(
            "failed to read standard input: it is longer than {limit} bytes"
        )));
    }
    Ok(Some(file))
}

/// Where the bytes of an input are.
pub(super) fn place<'a>(input: &'a Path, spooled: &'a Option<NamedTempFile>) -> &'a Path {
    spooled.as_ref().map_or(input, NamedTempFile::path)
}

/// Runs the work with a bar on the terminal that shows how far the reading is.
pub(crate) fn watched<T>(ui: &Ui, label: &str, progress: &Progress, work: impl FnOnce() -> T) -> T {
    if !ui.shows_progress() {
        return work();
    }
    let bar = ui.progress(label);
    let (done, ended) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while ended.recv_timeout(Duration::from_millis(120))
                == Err(std::sync::mpsc::RecvTimeoutError::Timeout)
            {
                bar.update(progress.done(), progress.total());
            }
            bar.clear();
        });
        let answer = work();
        drop(done);
        answer
    })
}

pub(super) fn unmade(ui: &Ui, input: &Path, error: MakeError) -> Failure {
    match error {
        MakeError::Open(error) => artifact::unopened(input, &error),
        MakeError::Broken { label, message, findings } => {
            tell(ui, findings, &Ending::default());
            Failure::input(format!("`{label}` cannot be read to its end: {message}"))
                .hint("is it whole? compare its digest with the one that was published")
        }
        error => Failure::input(format!("failed to read `{}`", shown(input))).because(&error),
    }
}

/// Says findings on standard error, if there are any: notes only with `--verbose`.
fn tell(ui: &Ui, found: Vec<Finding>, ending: &Ending) {
    let shown: Vec<Finding> = found
        .into_iter()
        .filter(|finding| ui.is_verbose() || finding.severity > bonafide_report::Severity::Note)
        .collect();
    if !shown.is_empty() {
        findings::tell(ui, shown, ending);
    }
}

fn summarised(inventory: &Inventory, summary: &bonafide_catalog::Summary) -> String {
    let mut parts = vec![counted(summary.components, "component"), counted(summary.files, "file")];
    let mut bases: Vec<&str> = inventory
        .components
        .iter()
        .flat_map(|component| &component.evidence)
        .filter(|evidence| evidence.method == Method::Manifest && evidence.location.ends_with(".json"))
        .map(|evidence| evidence.location.as_str())
        .collect();
    bases.sort_unstable();
    bases.dedup();
    match bases.as_slice() {
        [] => {}
        [one] => parts.push(format!("1 base document ({})", printable(one))),
        many => parts.push(format!("{} base documents", many.len())),
    }
    if summary.links > 0 {
        parts.push(counted(summary.links, "link or special file").replace("files", "files (not listed)"));
    }
    if summary.unopened > 0 {
        parts.push(format!("{} of test data not opened", counted(summary.unopened, "archive")));
    }
    parts.join(", ")
}

/// The names of the components on one line, as many as fit.
fn listed(inventory: &Inventory) -> String {
    const SHOWN: usize = 8;
    let mut names: Vec<String> = inventory.components.iter().map(label).collect();
    names.sort_by_key(|name| name.to_lowercase());
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    let line = names.join(" · ");
    if more > 0 { format!("  {line} … (+{more})") } else { format!("  {line}") }
}

fn label(component: &Component) -> String {
    let version = component.version.as_deref().unwrap_or_default();
    let short = if version.len() > 16 && version.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        &version[..8]
    } else {
        version
    };
    printable(format!("{} {short}", component.name).trim_end())
}

//! `bonafide vendor`

use std::fs;
use std::path::{Path, PathBuf};

use bonafide_catalog::config::Config;
use bonafide_catalog::vendor::{
    self, Archive, ConfigFile, Differences, NewPackage, Report, Request, VendorError,
};
use bonafide_report::{Ending, counted};

use crate::cli::FindingsArgs;
use crate::cli::vendor::{
    AddArgs, BumpArgs, ChangeArgs, CheckArgs, InitArgs, RegenArgs, RemoveArgs, TreeArgs, VendorCommand,
    VerifyArgs,
};
use crate::commands::findings;
use crate::download::{Downloaded, Network, download};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::{Ui, write_whole};
use crate::written;

/// Runs one of the vendor commands.
pub(crate) fn run(
    command: VendorCommand,
    network: Network,
    ui: &Ui,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let created = |args: &ChangeArgs| created(environment, args.created.as_deref());
    match command {
        VendorCommand::Init(args) => init(ui, &args),
        VendorCommand::Check(args) => check(ui, &args),
        VendorCommand::Regen(args) => regen(ui, &created(&args.change)?, &args),
        VendorCommand::Add(args) => add(ui, &created(&args.change)?, *args),
        VendorCommand::Bump(args) => bump(ui, environment, network, &args),
        VendorCommand::Remove(args) => remove(ui, &created(&args.change)?, &args),
        VendorCommand::Verify(args) => verify(ui, &args),
    }
}

/// A configuration and where it was found.
struct Tree {
    root: PathBuf,
    path: PathBuf,
    text: String,
    config: Config,
    config_name: String,
}

impl Tree {
    fn open(args: &TreeArgs) -> Result<Self, Failure> {
        let path = args.config.clone().unwrap_or_else(|| below(&args.root));
        let text = fs::read_to_string(&path).map_err(|error| {
            let failure = Failure::usage(format!("failed to read `{}`", path.display())).because(&error);
            let root = match args.root.as_os_str().to_str() {
                Some(".") => String::new(),
                _ => format!(" --root '{}'", args.root.display()),
            };
            failure.hint(format!("`bonafide vendor init{root}` proposes one; `--config FILE` names another"))
        })?;
        let config = Config::parse(&text).map_err(|error| {
            Failure::usage(format!("`{}` cannot be used", path.display())).because(&error)
        })?;
        let config_name = name(&args.root, &path);
        Ok(Self { root: args.root.clone(), path, text, config, config_name })
    }

    fn request(&self) -> Request<'_> {
        Request { root: &self.root, config: &self.config, config_name: &self.config_name }
    }

    fn file(&self) -> ConfigFile<'_> {
        ConfigFile { path: &self.path, text: &self.text }
    }
}

/// The configuration at the top of a source tree, as the user would name it.
fn below(root: &Path) -> PathBuf {
    if root == Path::new(".") { PathBuf::from("bonafide.toml") } else { root.join("bonafide.toml") }
}

/// What messages call the configuration: its path below the root, or as it was given.
fn name(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

fn failed(error: &VendorError) -> Failure {
    match error {
        VendorError::Edit(what) => Failure::usage(what.clone()),
        error => Failure::input("the vendored sources could not be worked on").because(error),
    }
}

fn init(ui: &Ui, args: &InitArgs) -> Result<Exit, Failure> {
    let proposal = vendor::init(&args.root).map_err(|error| failed(&error))?;
    let to_stdout = args.output.as_deref() == Some(Path::new("-"));
    if to_stdout {
        written(ui.out(|out| out.write_all(proposal.text.as_bytes())))?;
    } else {
        let path = args.output.clone().unwrap_or_else(|| below(&args.root));
        if path.exists() {
            let failure = Failure::usage(format!("`{}` is there already", path.display()));
            return Err(failure.hint("`-o -` prints the proposal, `-o FILE` writes it elsewhere"));
        }
        write_whole(&path, |out| out.write_all(proposal.text.as_bytes()))?;
        ui.say(&format!("wrote {}", path.display()));
    }
    if proposal.packages.is_empty() {
        ui.say("no vendored sources were found");
        return Ok(Exit::Incomplete);
    }
    let packages = counted(proposal.packages.len() as u64, "package");
    ui.say(&format!("found {packages}: {}", proposal.packages.join(", ")));
    ui.say(&match proposal.to_say {
        0 => "nothing is left to say before `bonafide vendor regen`".to_owned(),
        count => format!(
            "{} left to say: look for `to say`, then `bonafide vendor regen`",
            counted(count as u64, "thing")
        ),
    });
    Ok(Exit::Clean)
}

fn check(ui: &Ui, args: &CheckArgs) -> Result<Exit, Failure> {
    let tree = Tree::open(&args.tree)?;
    let report = vendor::check(&tree.request()).map_err(|error| failed(&error))?;
    show(ui, &args.findings, &report)
}

fn regen(ui: &Ui, created: &str, args: &RegenArgs) -> Result<Exit, Failure> {
    let tree = Tree::open(&args.change.tree)?;
    let report = vendor::regen(&tree.request(), Some(created)).map_err(|error| failed(&error))?;
    changed(ui, &args.change.findings, &report)
}

fn add(ui: &Ui, created: &str, args: AddArgs) -> Result<Exit, Failure> {
    let tree = Tree::open(&args.change.tree)?;
    let new = NewPackage {
        name: args.name,
        include: args.include,
        exclude: args.exclude,
        version: args.version,
        purl: args.purl,
        cpes: args.cpe,
        supplier: args.supplier,
        originator: args.originator,
        download_location: args.download_location,
        license: args.license,
    };
    let archive = args.archive.as_deref();
    let report = vendor::add(&tree.request(), tree.file(), &new, archive, Some(created))
        .map_err(|error| failed(&error))?;
    changed(ui, &args.change.findings, &report)
}

fn bump(ui: &Ui, environment: &Environment, network: Network, args: &BumpArgs) -> Result<Exit, Failure> {
    let BumpArgs { name, version, .. } = args;
    let created = created(environment, args.change.created.as_deref())?;
    let tree = Tree::open(&args.change.tree)?;
    let downloaded = if args.online {
        let address =
            vendor::upstream_location(&tree.request(), name, version).map_err(|error| failed(&error))?;
        let instead = "`--archive FILE` takes an archive that is here already";
        Some(download(ui, environment, network, &address, args.sha256, instead)?)
    } else {
        None
    };
    let archive = args.archive.clone().or_else(|| downloaded.as_ref().map(Downloaded::path));
    let report =
        vendor::bump(&tree.request(), tree.file(), name, version, archive.as_deref(), Some(&created))
            .map_err(|error| failed(&error))?;
    changed(ui, &args.change.findings, &report)
}

fn remove(ui: &Ui, created: &str, args: &RemoveArgs) -> Result<Exit, Failure> {
    let tree = Tree::open(&args.change.tree)?;
    let report = vendor::remove(&tree.request(), tree.file(), &args.name, Some(created))
        .map_err(|error| failed(&error))?;
    changed(ui, &args.change.findings, &report)
}

fn verify(ui: &Ui, args: &VerifyArgs) -> Result<Exit, Failure> {
    let tree = Tree::open(&args.tree)?;
    let mut archives = Vec::with_capacity(args.archive.len());
    for text in &args.archive {
        archives.push(archive(&tree.config, &args.names, text)?);
    }
    let differences =
        if args.record { Differences::Record { config: &tree.path } } else { Differences::Report };
    let report = vendor::verify(&tree.request(), &args.names, &archives, differences, args.limits.limits())
        .map_err(|error| failed(&error))?;
    let exit = show(ui, &args.findings, &report)?;
    ui.say(&format!(
        "{} upstream's, {} patched as recorded",
        counted(report.equal as u64, "file"),
        counted(report.patched as u64, "file")
    ));
    for path in &report.written {
        ui.say(&format!("wrote {path}; run `bonafide vendor regen`"));
    }
    Ok(exit)
}

/// `NAME=FILE`, a folder, or a file where one package only is named.
fn archive(config: &Config, names: &[String], text: &str) -> Result<Archive, Failure> {
    if let Some((name, path)) = text.split_once('=')
        && config.packages.iter().any(|package| package.name.value == name)
    {
        return Ok(Archive::Of(name.to_owned(), PathBuf::from(path)));
    }
    let path = PathBuf::from(text);
    if path.is_dir() {
        return Ok(Archive::Folder(path));
    }
    if let ([name], true) = (names, path.is_file()) {
        return Ok(Archive::Of(name.clone(), path));
    }
    let failure = Failure::usage(format!("`{text}` is neither NAME=FILE with a package's name nor a folder"));
    Err(failure.hint("write `--archive expat=expat-2.7.1.tar.gz`, or `expat --archive FILE` for one package"))
}

/// The findings of a command that changes things, and what it wrote.
fn changed(ui: &Ui, args: &FindingsArgs, report: &Report) -> Result<Exit, Failure> {
    let exit = show(ui, args, report)?;
    for path in &report.written {
        ui.say(&format!("wrote {path}"));
    }
    if report.withheld && report.written.is_empty() {
        ui.say("nothing was written: the findings come first");
    } else if report.withheld {
        ui.say("the documents were not written: the findings come first");
    } else if report.written.is_empty() {
        ui.say("nothing to write: the documents are as they should be");
    }
    Ok(exit)
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
    let ending = Ending::examined(examined)
        .member("written", report.written.clone())
        .member("packages", report.packages)
        .member("files", report.files)
        .member("equal", report.equal)
        .member("patched", report.patched);
    findings::print(ui, args.format, report.findings.clone(), ending, Exit::from)
}

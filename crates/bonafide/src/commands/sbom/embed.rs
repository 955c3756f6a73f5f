//! `bonafide sbom embed`

use std::fs;
use std::io::{self, Write};

use bonafide_artifact::{Progress, Threads};
use bonafide_catalog::embed::{Embedded, document_of, embed, made_name};
use bonafide_catalog::{Input, Options, RootClaim, make};
use bonafide_ident::DigestKinds;
use bonafide_report::{Counts, Ending, Severity};
use bonafide_sbom::{Encoding, Style};

use crate::cli::sbom::EmbedArgs;
use crate::commands::findings;
use crate::commands::sbom::{input, make as making};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::{Ui, write_whole};
use crate::written;

/// Writes a wheel with an SBOM in it.
pub(crate) fn run(ui: &Ui, environment: &Environment, args: &EmbedArgs) -> Result<Exit, Failure> {
    let label = args.wheel.display().to_string();
    if label == "-" {
        return Err(Failure::usage("a wheel is not read from standard input: its name says what it is")
            .hint("name a file, `./-` if it is called so"));
    }
    let created = environment.build_time().map_err(Failure::usage)?;
    let created = created.map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    let progress = Progress::new();
    let limits = args.limits.limits();
    let options = Options {
        label: &label,
        name: &making::name(&args.wheel),
        limits,
        threads: Threads::default(),
        progress: Some(&progress),
        filter: None,
        created: created.as_deref(),
        digests: DigestKinds::SPDX,
    };
    let made = making::watched(ui, &label, &progress, || make(Input::Path(&args.wheel), &options))
        .map_err(|error| making::unmade(ui, &args.wheel, error))?;
    let mut counts = Counts::default();
    made.findings.iter().for_each(|finding| counts.add(finding));
    let exit = Exit::from(counts.verdict());
    if exit != Exit::Clean {
        let grave = made.findings.into_iter().filter(|it| it.severity == Severity::Error || it.is_gap());
        findings::tell(ui, grave.collect(), &Ending::default());
        return Err(Failure { exit, ..Failure::input(format!("`{label}` is broken, nothing was written")) }
            .hint("a new RECORD would hide what is said above: mend it, or build the wheel again"));
    }
    if made.summary.root != Some(RootClaim::Metadata) {
        return Err(Failure::input(format!("`{label}` is no wheel")));
    }
    let sbom = match &args.sbom {
        Some(path) => given(path)?,
        None => {
            let time = made.document.creation.created.as_deref().unwrap_or_default();
            let document = document_of(&made.inventory, time);
            let mut bytes = Vec::new();
            bonafide_sbom::write(&document, Encoding::Json, Style::default(), &mut bytes)
                .map_err(|error| Failure::input("failed to write the SBOM").because(&error))?;
            Embedded { name: made_name().to_owned(), bytes }
        }
    };
    let mut failed = None;
    let mut member = String::new();
    let put = |out: &mut dyn Write| {
        embed(&args.wheel, limits, &sbom, out).map(|name| member = name).map_err(|error| {
            let other = io::Error::other("nothing was written");
            failed = Some(error);
            other
        })
    };
    let output = match &args.output {
        folder if folder.is_dir() => folder.join(making::name(&args.wheel)),
        file => file.clone(),
    };
    let done = if output.as_os_str() == "-" { written(ui.out(put)) } else { write_whole(&output, put) };
    if let Some(error) = failed {
        return Err(Failure::input(format!("failed to put an SBOM into `{label}`")).because(&error));
    }
    done?;
    if output.as_os_str() != "-" {
        ui.say(&format!("wrote {} with {member}", output.display()));
    }
    Ok(Exit::Clean)
}

/// The SBOM of a file: read, so that nothing else is put in, and kept byte for byte.
fn given(path: &std::path::Path) -> Result<Embedded, Failure> {
    let name = input::shown(path);
    let bytes =
        fs::read(path).map_err(|error| Failure::input(format!("failed to read `{name}`")).because(&error))?;
    bonafide_sbom::read(&bytes)
        .map_err(|error| Failure::input(format!("`{name}` is no SBOM that can be read")).because(&error))?;
    Ok(Embedded { name: making::name(path), bytes })
}

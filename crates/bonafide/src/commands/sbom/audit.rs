//! `bonafide sbom audit`

use bonafide_artifact::{Progress, Threads};
use bonafide_catalog::audit::{Claims, audit};
use bonafide_catalog::{Input, Options, make};
use bonafide_ident::DigestKinds;
use bonafide_report::{Ending, Finding, counted};

use crate::cli::sbom::AuditArgs;
use crate::commands::findings;
use crate::commands::sbom::{input, make as making};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Holds SBOMs against the bytes of each artifact. One bad artifact does not stop the others.
pub(crate) fn run(ui: &Ui, args: &AuditArgs) -> Result<Exit, Failure> {
    let outside = args.sbom.as_ref().map(|path| claims(path)).transpose()?;
    let mut found = Vec::new();
    let mut unread = Vec::new();
    let (mut files, mut examined) = (0, 0_u64);
    for path in &args.artifacts {
        match one(ui, args, path, outside.as_ref()) {
            Ok((findings, count)) => {
                found.extend(findings);
                files += count;
                examined += 1;
            }
            Err(failure) => unread.push((path, failure)),
        }
    }
    let worst = unread.iter().map(|(_, failure)| failure.exit).max().unwrap_or(Exit::Clean);
    if examined == 0 {
        unread.iter().for_each(|(_, failure)| ui.failure(failure));
        return Ok(worst);
    }
    found.extend(unread.into_iter().map(|(path, failure)| findings::unread(input::shown(path), failure)));
    let ending = Ending::examined(counted(files, "file")).fail_on(args.fail_on.severity());
    findings::print(ui, args.findings.format, found, ending, |verdict| worst.max(verdict.into()))
}

/// What the SBOM beside the artifact says.
fn claims(path: &std::path::Path) -> Result<Claims, Failure> {
    let name = input::shown(path);
    let document = bonafide_sbom::read(&input::text(path)?)
        .map_err(|error| Failure::input(format!("failed to read the SBOM `{name}`")).because(&error))?;
    Ok(Claims::of_document(&name, &document))
}

/// The findings about one artifact, and how many files it holds.
fn one(
    ui: &Ui,
    args: &AuditArgs,
    path: &std::path::Path,
    outside: Option<&Claims>,
) -> Result<(Vec<Finding>, u64), Failure> {
    let label = input::shown(path);
    let standard_input = making::spooled(path)?;
    let progress = Progress::new();
    let options = Options {
        label: &label,
        name: &making::name(path),
        limits: args.limits.limits(),
        threads: Threads::default(),
        progress: Some(&progress),
        filter: None,
        created: None,
        digests: DigestKinds::SHA256,
    };
    let made = making::watched(ui, &label, &progress, || {
        make(Input::Path(making::place(path, &standard_input)), &options)
    })
    .map_err(|error| making::unmade(ui, path, error))?;
    let mut found = audit(&made.inventory, &label, outside);
    // What could not be examined makes the answer incomplete; other faults of the artifact are for `sbom make`.
    found.extend(made.findings.into_iter().filter(Finding::is_gap));
    found.sort_by(|a, b| {
        (b.severity, a.rule.id, &a.subject, &a.place).cmp(&(a.severity, b.rule.id, &b.subject, &b.place))
    });
    Ok((found, made.summary.files))
}

//! `bonafide sbom audit`

use bonafide_artifact::{Progress, Threads};
use bonafide_catalog::audit::{Claims, audit};
use bonafide_catalog::{Input, Options, make};
use bonafide_ident::DigestKinds;
use bonafide_report::{Ending, Finding, Kind, Severity, counted};

use crate::cli::sbom::{AuditArgs, Threshold};
use crate::commands::findings;
use crate::commands::sbom::{input, make as making};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Holds SBOMs against the bytes of each artifact. One bad artifact does not stop the others.
pub(crate) fn run(ui: &Ui, args: &AuditArgs) -> Result<Exit, Failure> {
    let outside = args.sbom.as_ref().map(|path| claims(path)).transpose()?;
    let mut found = Vec::new();
    let (mut files, mut worst, mut examined) = (0, Exit::Clean, 0_u64);
    for path in &args.artifacts {
        match one(ui, args, path, outside.as_ref()) {
            Ok((findings, count)) => {
                found.extend(findings);
                files += count;
                examined += 1;
            }
            Err(failure) => {
                ui.failure(&failure);
                worst = worst.max(failure.exit);
            }
        }
    }
    if examined == 0 {
        return Ok(worst);
    }
    let least = match args.threshold {
        Threshold::Note => Severity::Note,
        Threshold::Warning => Severity::Warning,
        Threshold::Error => Severity::Error,
    };
    let fails = found.iter().any(|finding| finding.rule.kind == Kind::Fault && finding.severity >= least);
    let ending = Ending::examined(counted(files, "file"));
    let counts = findings::print(ui, args.findings.format, found, &ending)?;
    let exit = if fails { Exit::Findings } else { Exit::Clean };
    let gaps = if counts.gaps > 0 { Exit::Incomplete } else { Exit::Clean };
    Ok(worst.max(exit).max(gaps))
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
    let label = path.display().to_string();
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
    let made = making::watched(ui, &label, &progress, || make(Input::Path(path), &options))
        .map_err(|error| making::unmade(ui, path, error))?;
    let mut found = audit(&made.inventory, &label, outside);
    // What could not be examined makes the answer incomplete; other faults of the artifact are for `sbom make`.
    found.extend(made.findings.into_iter().filter(Finding::is_gap));
    found.sort_by(|a, b| {
        (b.severity, a.rule.id, &a.subject, &a.place).cmp(&(a.severity, b.rule.id, &b.subject, &b.place))
    });
    Ok((found, made.summary.files))
}

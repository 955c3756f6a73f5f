//! One lock file as components. In a folder or archive it is the catalog that finds them.

use std::collections::BTreeSet;
use std::path::{Component as Part, Path, PathBuf};

use bonafide_catalog::lock::{Ecosystem, FaultKind, LockFile, LockFormat, Package};
use bonafide_report::printable;
use bonafide_vuln::Component;

use super::input::Read;
use crate::commands::sbom::input as documents;
use crate::failure::Failure;
use crate::ui::Ui;

/// How many files one requirements file may lead to.
const MOST_FILES: usize = 100;

/// Reads a lock file, and the requirements files below its folder that it includes.
pub(crate) fn read(ui: &Ui, path: &Path, format: LockFormat, bytes: &[u8]) -> Result<Read, Failure> {
    let label = documents::shown(path);
    let mut read = Read::default();
    let failed = |path: &Path, error: &(dyn std::error::Error + 'static)| {
        Failure::input(format!("failed to read `{}`", documents::shown(path))).because(error)
    };
    let lock = format.parse(bytes).map_err(|error| failed(path, &error))?;
    let mut seen = BTreeSet::from([path.to_owned()]);
    let mut next = vec![(path.to_owned(), lock)];
    while let Some((path, lock)) = next.pop() {
        let shown = documents::shown(&path);
        add(&mut read, &lock, &label);
        for fault in lock.faults.iter().filter(|fault| fault.kind == FaultKind::Unread) {
            let line = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
            ui.say(&format!("not read: {}{line}: {}", printable(&shown), printable(&fault.message)));
            read.gaps += 1;
        }
        read.gaps += lock.more_faults;
        for include in &lock.includes {
            let Some(included) = below(&path, &include.path).filter(|_| seen.len() < MOST_FILES) else {
                ui.say(&format!(
                    "not read: {}:{}: it includes `{}`, which does not lie below its folder",
                    printable(&shown),
                    include.line,
                    printable(&include.path)
                ));
                read.gaps += 1;
                continue;
            };
            if !seen.insert(included.clone()) {
                continue;
            }
            let bytes = documents::bytes(&included)?;
            let lock = LockFormat::Requirements.parse(&bytes).map_err(|error| failed(&included, &error))?;
            next.push((included, lock));
        }
    }
    Ok(read)
}

/// The path of an included file; nothing for what leads elsewhere.
fn below(path: &Path, include: &str) -> Option<PathBuf> {
    let include = Path::new(include);
    let plain = include.components().all(|part| matches!(part, Part::Normal(_) | Part::CurDir));
    (plain && path.as_os_str() != "-").then(|| path.parent().unwrap_or_else(|| Path::new("")).join(include))
}

fn add(read: &mut Read, lock: &LockFile, label: &str) {
    let before = read.components.len();
    let mut places = vec![None; lock.packages.len()];
    // A Cargo.lock names no source for workspace members and for vendored crates alike, and the latter are foreign code.
    let counts = |package: &&Package| !package.is_local() || package.ecosystem == Ecosystem::Cargo;
    for (at, package) in lock.packages.iter().enumerate().filter(|(_, package)| counts(package)) {
        places[at] = Some(read.components.len());
        read.components.push(Component {
            name: package.name.clone(),
            version: package.version.clone(),
            purls: package.purl().map(|purl| purl.to_string()).into_iter().collect(),
            input: label.to_owned(),
            ..Component::default()
        });
    }
    for (package, place) in lock.packages.iter().zip(&places) {
        let Some(parent) = place else { continue };
        for child in package.needs.iter().filter_map(|need| places[*need]) {
            read.components[child].parents.push(*parent);
        }
    }
    for component in &mut read.components[before..] {
        component.parents.sort_unstable();
        component.parents.dedup();
    }
}

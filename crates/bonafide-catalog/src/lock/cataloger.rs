//! The cataloger that turns lock files into declared components.
//!
//! A package of a lock file becomes a component whose bytes are elsewhere ([`Basis::Declared`]), or more evidence for one
//! that is here already. It is needed by whatever owns the lock file: the artifact, or the nested package it lies in.
//!
//! Three things are left out on purpose. Local packages are the project itself. A go.sum beside a go.mod that names
//! everything adds nothing, for it has more than is needed. A requirements file in a folder of its own (`Doc/`,
//! `Tools/`) says what some part of the work on the tree needs, not what the artifact needs; a note says so.

use std::collections::{BTreeMap, BTreeSet};

use bonafide_artifact::Body;
use bonafide_ident::Sha256;
use bonafide_report::{Confidence, Finding, counted};

use super::{FaultKind, LockError, LockFile, LockFormat, Package, Source};
use crate::builder::Builder;
use crate::cataloger::{Candidate, Cataloger, Sighting, file_name};
use crate::inventory::{Basis, Component, ComponentId, Evidence, FileId, Method, RelationKind};

/// Finds lock files and tells what they declare.
#[derive(Debug, Default)]
pub(crate) struct LockFiles {
    seen: Vec<(FileId, Result<LockFile, LockError>)>,
}

impl Cataloger for LockFiles {
    fn want(&self, candidate: &Candidate<'_>) -> Body {
        let known =
            LockFormat::of_name(candidate.name()).is_some() || is_among_requirements(candidate.location);
        if known { Body::Whole } else { Body::Skip }
    }

    fn see(&mut self, sighting: &Sighting<'_>) {
        if let Some(format) = LockFormat::of_name(sighting.name()) {
            self.seen.push((sighting.file, format.parse(sighting.bytes)));
        } else if is_among_requirements(sighting.location)
            && let Ok(lock) = LockFormat::Requirements.parse(sighting.bytes)
            && lock.faults.is_empty()
        {
            // Only its folder speaks for it: whatever else lies there is no requirements file.
            self.seen.push((sighting.file, Ok(lock)));
        }
    }

    fn finish(self: Box<Self>, builder: &mut Builder) {
        // By location, for the order of an archive means nothing.
        let mut seen: BTreeMap<(String, FileId), Result<LockFile, LockError>> = BTreeMap::new();
        for (file, read) in self.seen {
            if let Some(location) = builder.proof(file) {
                seen.insert((location.to_owned(), file), read);
            }
        }
        let mut declared = Declared::new(builder);
        for ((location, file), read) in &seen {
            let lock = match read {
                Ok(lock) => lock,
                Err(error) => {
                    let message = format!("none of its packages is counted: {error}");
                    builder.report(Finding::new(
                        &crate::rules::LOCK_FILE_UNREADABLE,
                        builder.place(location),
                        message,
                    ));
                    continue;
                }
            };
            report_faults(builder, location, lock);
            let folder = location.rsplit_once('/').map_or("", |(folder, _)| folder);
            if LockFormat::of_name(file_name(location)).is_none() && !is_of_the_whole(folder) {
                continue;
            }
            match lock.format {
                LockFormat::Requirements if !is_of_the_whole(folder) => {
                    let list = counted(lock.packages.len() as u64, "requirement");
                    let message = format!("its {list} are what a part of the tree needs, not the artifact");
                    builder.report(Finding::new(
                        &crate::rules::REQUIREMENTS_OF_A_PART,
                        builder.place(location),
                        message,
                    ));
                }
                LockFormat::GoSum => {
                    let beside = sibling(location, "go.mod");
                    let named = seen.range((beside.clone(), FileId(0))..).next();
                    let named = named
                        .filter(|((other, _), _)| *other == beside)
                        .and_then(|(_, read)| read.as_ref().ok());
                    declared.go_sum(builder, *file, location, lock, named);
                }
                _ => {
                    let is_read = |wanted: &str| {
                        seen.range((wanted.to_owned(), FileId(0))..)
                            .next()
                            .is_some_and(|((location, _), _)| location == wanted)
                    };
                    report_missing_includes(builder, location, folder, lock, is_read);
                    declared.add(builder, *file, location, lock);
                }
            }
        }
    }
}

/// Whether a file lies in a folder of requirements files, where each has the name of its purpose: `requirements/dev.txt`.
fn is_among_requirements(location: &str) -> bool {
    location.ends_with(".txt")
        && location.rsplit_once('/').is_some_and(|(folder, _)| file_name(folder) == "requirements")
}

/// A requirements file of the whole lies at the root, in a folder `requirements` there, or likewise in a nested archive.
fn is_of_the_whole(folder: &str) -> bool {
    let folder = folder.strip_suffix("requirements").unwrap_or(folder);
    folder.is_empty() || folder.ends_with('!') || folder.ends_with("!/")
}

/// The location of another file in the same folder.
fn sibling(location: &str, name: &str) -> String {
    match location.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.to_owned(),
    }
}

fn report_faults(builder: &mut Builder, location: &str, lock: &LockFile) {
    for fault in &lock.faults {
        let rule = match fault.kind {
            FaultKind::Unread => &crate::rules::LOCK_ENTRY_UNREADABLE,
            FaultKind::Odd => &crate::rules::LOCK_ENTRY_ODD,
        };
        let mut place = builder.place(location);
        place.line = fault.line;
        builder.report(Finding::new(rule, place, fault.message.clone()));
    }
    if lock.more_faults > 0 {
        let message = format!("{} more like these", counted(lock.more_faults, "fault"));
        builder.report(Finding::new(&crate::rules::LOCK_ENTRY_UNREADABLE, builder.place(location), message));
    }
}

fn report_missing_includes(
    builder: &mut Builder,
    location: &str,
    folder: &str,
    lock: &LockFile,
    is_read: impl Fn(&str) -> bool,
) {
    for include in &lock.includes {
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        let mut inside = !include.path.contains("://");
        for part in include.path.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if part == ".." {
                inside &= parts.pop().is_some();
            } else {
                parts.push(part);
            }
        }
        let wanted = parts.join("/");
        if !inside || builder.file_at(&wanted).is_none() {
            let message =
                format!("it includes `{}`, which is not in the artifact", super::shorten(&include.path));
            builder.report(Finding::new(
                &crate::rules::LOCK_INCLUDE_MISSING,
                builder.place(location).line(include.line),
                message,
            ));
        } else if !is_read(&wanted) {
            let message = format!("it includes `{wanted}`, whose name is not that of a requirements file");
            builder.report(Finding::new(
                &crate::rules::LOCK_INCLUDE_MISSING,
                builder.place(location).line(include.line),
                message,
            ));
        }
    }
}

/// Components by Package URL, so that one package is one component whoever names it.
struct Declared {
    by_purl: BTreeMap<String, ComponentId>,
}

impl Declared {
    fn new(builder: &Builder) -> Self {
        let by_purl =
            builder.components().filter_map(|(id, component)| Some((component.purl.clone()?, id))).collect();
        Self { by_purl }
    }

    fn add(&mut self, builder: &mut Builder, file: FileId, location: &str, lock: &LockFile) {
        let ids: Vec<Option<ComponentId>> = lock
            .packages
            .iter()
            .map(|package| self.component(builder, location, package, Confidence::High, None))
            .collect();
        let mut top: BTreeSet<usize> = BTreeSet::new();
        for (index, package) in lock.packages.iter().enumerate() {
            let Some(from) = ids[index] else {
                top.extend(&package.needs);
                continue;
            };
            for need in package.needs.iter().filter_map(|need| ids[*need]) {
                builder.relate(from, RelationKind::DependsOn, need);
            }
        }
        for component in entrances(&lock.packages, top).into_iter().filter_map(|index| ids[index]) {
            builder.relate_owner(file, component);
        }
    }

    /// A go.sum is used where no go.mod names all that is needed, and is trusted little.
    fn go_sum(
        &mut self,
        builder: &mut Builder,
        file: FileId,
        location: &str,
        lock: &LockFile,
        named: Option<&LockFile>,
    ) {
        if named.is_some_and(|named| named.complete) {
            return;
        }
        let known: BTreeSet<&str> = named
            .into_iter()
            .flat_map(|named| &named.packages)
            .map(|package| package.name.as_str())
            .collect();
        for package in lock.packages.iter().filter(|package| !known.contains(package.name.as_str())) {
            let comment = "go.sum lists it; it may be more than is needed";
            let id = self.component(builder, location, package, Confidence::Low, Some(comment));
            if let Some(id) = id {
                builder.relate_owner(file, id);
            }
        }
    }

    /// The component of a package; `None` for a local one.
    fn component(
        &mut self,
        builder: &mut Builder,
        location: &str,
        package: &Package,
        confidence: Confidence,
        comment: Option<&str>,
    ) -> Option<ComponentId> {
        if package.is_local() {
            return None;
        }
        let purl = package.purl().map(|purl| purl.to_string());
        let key = purl.clone().unwrap_or_else(|| {
            format!(
                "{} {}@{}",
                package.ecosystem.purl_type(),
                package.name,
                package.version.as_deref().unwrap_or_default()
            )
        });
        let evidence = Evidence {
            method: Method::LockFile,
            location: location.to_owned(),
            line: package.line,
            confidence,
        };
        let id = *self.by_purl.entry(key).or_insert_with(|| {
            let (download_location, archive_sha256, file_name) = single_archive(package);
            builder.add(Component {
                name: package.name.clone(),
                version: package.version.clone(),
                purl,
                download_location,
                archive_sha256,
                file_name,
                comment: remark(package, comment),
                basis: Some(Basis::Declared),
                ..Component::default()
            })
        });
        let component = builder.component_mut(id);
        if !component.evidence.contains(&evidence) {
            component.evidence.push(evidence);
        }
        Some(id)
    }
}

/// Packages from which all others are reached: those given, those that nobody needs, and one of each ring that nobody
/// outside needs. Linear in packages and edges.
fn entrances(packages: &[Package], given: BTreeSet<usize>) -> BTreeSet<usize> {
    let mut needed = vec![false; packages.len()];
    for package in packages.iter().filter(|package| !package.is_local()) {
        package.needs.iter().for_each(|need| needed[*need] = true);
    }
    let free = (0..packages.len()).filter(|index| !needed[*index] && !packages[*index].is_local());
    let mut entrances: BTreeSet<usize> = given.into_iter().chain(free).collect();
    let mut reached = vec![false; packages.len()];
    let mut open: Vec<usize> = entrances.iter().copied().collect();
    for next in 0..=packages.len() {
        while let Some(index) = open.pop() {
            if !std::mem::replace(&mut reached[index], true) {
                open.extend(&packages[index].needs);
            }
        }
        if next < packages.len() && !reached[next] && !packages[next].is_local() {
            entrances.insert(next);
            open.push(next);
        }
    }
    entrances
}

/// Address, SHA-256 and name of the archive, where there is just one.
fn single_archive(package: &Package) -> (Option<String>, Option<Sha256>, Option<String>) {
    if let Source::Vcs { url, commit: Some(commit) } = &package.source {
        return (Some(format!("git+{url}@{commit}")), None, None);
    }
    let [archive] = package.archives.as_slice() else { return (None, None, None) };
    let sha256 = archive
        .hashes
        .iter()
        .find(|hash| hash.algorithm == "sha256")
        .and_then(|hash| hash.value.parse().ok());
    (archive.url.clone(), sha256, archive.name.clone())
}

fn remark(package: &Package, comment: Option<&str>) -> Option<String> {
    let mut remarks: Vec<String> = comment.into_iter().map(str::to_owned).collect();
    if package.version.is_none() && package.source == Source::Registry(None) {
        remarks.push("no version is pinned".to_owned());
    }
    if let Some(condition) = &package.condition {
        remarks.push(format!("needed where {condition}"));
    }
    (!remarks.is_empty()).then(|| remarks.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cataloger::testing::inventory;
    use crate::inventory::Inventory;

    fn find(files: &[(&str, &str)]) -> (Inventory, Vec<String>) {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        let (inventory, findings) = inventory(vec![Box::<LockFiles>::default()], &files);
        let told = |finding: &Finding| {
            let member = finding.place.member.as_deref().unwrap_or_default();
            format!(
                "{} {member}:{} {}",
                finding.rule.id,
                finding.place.line.unwrap_or_default(),
                finding.message
            )
        };
        (inventory, findings.iter().map(told).collect())
    }

    fn purls(inventory: &Inventory) -> Vec<&str> {
        let mut purls: Vec<&str> =
            inventory.components.iter().filter_map(|component| component.purl.as_deref()).collect();
        purls.sort_unstable();
        purls
    }

    /// `from > to`, sorted.
    fn edges(inventory: &Inventory) -> Vec<String> {
        let name = |id: ComponentId| inventory.components[id.0 as usize].name.as_str();
        let mut edges: Vec<String> = inventory
            .relations
            .iter()
            .map(|edge| format!("{} > {}", name(edge.from), name(edge.to)))
            .collect();
        edges.sort();
        edges
    }

    const CARGO: &str = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"1\"\ndependencies = [\"a\", \"b\"]\n\n\
        [[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\ndependencies = [\"b\"]\n\n\
        [[package]]\nname = \"b\"\nversion = \"2.0.0\"\nsource = \"registry+x\"\ndependencies = [\"a\"]\n";

    #[test]
    fn a_lock_file_declares_what_is_needed_and_not_the_project() {
        let (inventory, findings) = find(&[("Cargo.lock", CARGO)]);
        assert_eq!(purls(&inventory), ["pkg:cargo/a@1.0.0", "pkg:cargo/b@2.0.0"]);
        assert_eq!(edges(&inventory), ["a > b", "artifact > a", "artifact > b", "b > a"]);
        assert!(findings.is_empty());
        let component = &inventory.components[0];
        assert_eq!(component.basis, Some(Basis::Declared));
        assert_eq!(component.evidence[0].line, Some(8));
    }

    #[test]
    fn one_package_of_two_lock_files_is_one_component_with_two_proofs() {
        let (inventory, findings) =
            find(&[("requirements.txt", "Django==4.2\n"), ("requirements-dev.txt", "django==4.2\nx\n")]);
        assert_eq!(purls(&inventory), ["pkg:pypi/django@4.2", "pkg:pypi/x"]);
        let django = inventory.components.iter().find(|component| component.version.is_some()).unwrap();
        assert_eq!(django.evidence.len(), 2);
        let free = inventory.components.iter().find(|component| component.name == "x").unwrap();
        assert_eq!(free.comment.as_deref(), Some("no version is pinned"));
        assert!(findings.is_empty());
    }

    #[test]
    fn requirements_of_a_part_are_noted_and_not_counted() {
        let (inventory, findings) =
            find(&[("Doc/requirements.txt", "sphinx==7\nx\n"), ("Doc/requirements/a.txt", "y")]);
        assert!(purls(&inventory).is_empty());
        assert_eq!(
            findings,
            [
                "requirements-of-a-part Doc/requirements.txt:0 its 2 requirements are what a part of the tree needs, not the artifact"
            ]
        );
    }

    #[test]
    fn a_folder_of_requirements_files_is_read_whatever_their_names() {
        let (inventory, findings) = find(&[
            ("requirements.txt", "-r requirements/base.txt\n"),
            ("requirements/base.txt", "a==1\n"),
            ("requirements/dev.txt", "-r base.txt\nb==2\n"),
            ("requirements/notes.txt", "Read this first, please.\n"),
        ]);
        assert_eq!(purls(&inventory), ["pkg:pypi/a@1", "pkg:pypi/b@2"]);
        assert_eq!(findings, [""; 0]);
    }

    #[test]
    fn a_direct_dependency_that_others_need_too_is_one_of_the_artifact() {
        let lock = r#"{"name": "n", "lockfileVersion": 3, "packages": {
            "": {"dependencies": {"a": "1", "b": "1"}},
            "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"}},
            "node_modules/b": {"version": "1.0.0"}}}"#;
        let (inventory, _) = find(&[("package-lock.json", lock)]);
        assert_eq!(edges(&inventory), ["a > b", "artifact > a", "artifact > b"]);
    }

    #[test]
    fn what_could_not_be_read_is_a_gap() {
        let (inventory, findings) = find(&[
            ("requirements.txt", "-r base.txt\n-r ../up.txt\n-r requirements-x.txt\na>>1\nb\nc\n"),
            ("base.txt", "y"),
            ("requirements-x.txt", "z==1"),
            ("uv.lock", "version = 1\n[[package\n"),
        ]);
        assert_eq!(purls(&inventory), ["pkg:pypi/b", "pkg:pypi/c", "pkg:pypi/z@1"]);
        assert_eq!(findings.len(), 4, "{findings:?}");
        assert!(
            findings[3]
                .starts_with("lock-file-unreadable uv.lock:0 none of its packages is counted: line 2: ")
        );
        assert_eq!(
            findings[..3],
            [
                "lock-entry-unreadable requirements.txt:4 `a>>1`: what follows the operator is no version",
                "lock-include-missing requirements.txt:1 it includes `base.txt`, whose name is not that of a requirements file",
                "lock-include-missing requirements.txt:2 it includes `../up.txt`, which is not in the artifact",
            ]
        );
    }

    const SUM: &str = "a.example/a v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\
        b.example/b v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";

    #[test]
    fn a_go_sum_counts_only_where_no_go_mod_names_everything() {
        let newer = "module m\ngo 1.22\nrequire a.example/a v1.0.0\n";
        let older = "module m\nrequire a.example/a v1.0.0\n";
        let a = "pkg:golang/a.example/a@v1.0.0";
        let b = "pkg:golang/b.example/b@v1.0.0";
        assert_eq!(purls(&find(&[("go.mod", newer), ("go.sum", SUM)]).0), [a]);
        assert_eq!(purls(&find(&[("go.mod", older), ("go.sum", SUM)]).0), [a, b]);
        assert_eq!(purls(&find(&[("x/go.mod", newer), ("go.sum", SUM)]).0), [a, b]);
        let (inventory, _) = find(&[("go.sum", SUM)]);
        assert!(
            inventory
                .components
                .iter()
                .take(2)
                .all(|component| component.evidence[0].confidence == Confidence::Low)
        );
    }

    #[test]
    fn the_order_of_the_archive_means_nothing() {
        let files =
            [("Cargo.lock", CARGO), ("requirements.txt", "a==1\n"), ("go.sum", SUM), ("x/uv.lock", "bad")];
        let mut turned = files;
        turned.reverse();
        let ((one, told), (other, told_turned)) = (find(&files), find(&turned));
        assert_eq!((purls(&one), edges(&one), told), (purls(&other), edges(&other), told_turned));
    }
}

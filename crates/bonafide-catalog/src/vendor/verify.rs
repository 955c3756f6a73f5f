//! `verify`: proves that vendored files are upstream's, or shows how they differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use bonafide_artifact::{Limits, MemberPath};
use bonafide_ident::{DigestKinds, Hasher, Sha256};
use bonafide_report::{Finding, Place};
use bstr::ByteSlice as _;
use imara_diff::{Algorithm, BasicLineDiffPrinter, Diff, InternedInput, UnifiedDiffConfig};
use serde_json::Value;

use super::edit::{RecordedPatch, record_patches};
use super::examine::{examine, in_order, list};
use super::regen::replace_file;
use super::survey::OwnedFile;
use super::tree::Tree;
use super::upstream::{Origin, Upstream};
use super::{Report, Request, VendorError, pins, rules};
use crate::config::{Package, PinField};

/// Lines of a difference that are shown.
const SHOWN: usize = 200;

/// Where upstream archives are.
#[derive(Clone, Debug)]
pub enum Archive {
    /// The archive of the package of this name.
    Of(String, PathBuf),
    /// A folder of archives; a package's is the one that has the SHA-256 in its metadata.
    Folder(PathBuf),
}

/// What to do with files that differ.
#[derive(Clone, Copy, Debug)]
pub enum Differences<'a> {
    /// Say so.
    Report,
    /// Write them into the configuration file as patches, which check and verify accept from then on.
    Record {
        /// The configuration file on disk.
        config: &'a Path,
    },
}

/// Compares vendored files with their upstream archives: those of the named packages, or of all.
///
/// A package without an archive, or whose archive cannot be read to its end, is a gap, never a pass.
///
/// # Errors
/// When the tree or the configuration file cannot be read or written.
pub fn verify(
    request: &Request<'_>,
    names: &[String],
    archives: &[Archive],
    differences: Differences<'_>,
    limits: Limits,
) -> Result<Report, VendorError> {
    let mut examined = examine(request, None)?;
    let empty = Value::Null;
    let document = examined.outputs.first().filter(|_| request.config.document.is_some());
    let document = document.map_or(empty, |output| output.new_value.clone());
    let digests = archive_digests(archives)?;
    let mut report = Report::default();
    for name in
        names.iter().filter(|name| !request.config.packages.iter().any(|known| known.name.value == **name))
    {
        let message = format!("has no package named {name}");
        let finding = Finding::new(&rules::UPSTREAM_UNREAD, Place::file(request.config_name), message);
        report.findings.push(finding.subject(name).remedy("give one of its packages"));
    }
    let mut recorded = Vec::new();
    for (index, package) in request.config.packages.iter().enumerate() {
        let name = &package.name.value;
        if !names.is_empty() && !names.contains(name) {
            continue;
        }
        report.packages += 1;
        let files: Vec<&OwnedFile> =
            examined.survey.files.iter().filter(|file| file.package == index).collect();
        report.files += files.len();
        let value = list(&document, "packages").iter().find(|value| value["name"].as_str() == Some(name));
        let stated = value.and_then(|value| pins::stated(value, PinField::Sha256));
        let one = One { package, stated: stated.as_deref(), limits, request };
        let Some((path, upstream)) = one.open(archives, &digests, &mut report.findings) else { continue };
        one.compare(&mut examined.tree, &path, &upstream, &files, &mut report, &mut recorded)?;
    }
    if let Differences::Record { config } = differences
        && !recorded.is_empty()
    {
        let text = fs::read_to_string(config)
            .map_err(|source| VendorError::Read { path: config.to_path_buf(), source })?;
        let text = record_patches(&text, &recorded).map_err(VendorError::Edit)?;
        replace_file(config, text.as_bytes())?;
        report.written.push(request.config_name.to_owned());
        let now_known = |finding: &Finding| {
            let rule = finding.rule;
            (rule == &rules::UPSTREAM_DIFFERS
                || rule == &rules::UPSTREAM_LACKS_FILE
                || rule == &rules::PATCH_MISMATCH)
                && recorded.iter().any(|patch| finding.place.file.as_deref() == Some(patch.file.as_str()))
        };
        report.findings.retain(|finding| !now_known(finding));
    }
    in_order(&mut report.findings);
    Ok(report)
}

/// The digests of the files in folders of archives.
fn archive_digests(archives: &[Archive]) -> Result<BTreeMap<String, PathBuf>, VendorError> {
    let mut digests = BTreeMap::new();
    for archive in archives {
        let Archive::Folder(folder) = archive else { continue };
        let failed = |source| VendorError::Read { path: folder.clone(), source };
        let mut paths: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            paths.push(entry.map_err(failed)?.path());
        }
        paths.sort();
        for path in paths.into_iter().filter(|path| path.is_file()) {
            let digest = digest_file(&path)?;
            digests.entry(digest.to_string()).or_insert(path);
        }
    }
    Ok(digests)
}

/// The SHA-256 of a file, read in pieces.
pub(super) fn digest_file(path: &Path) -> Result<Sha256, VendorError> {
    use std::io::Read as _;
    let failed = |source| VendorError::Read { path: path.to_path_buf(), source };
    let mut file = fs::File::open(path).map_err(failed)?;
    let mut hasher = Hasher::new(DigestKinds::SHA256, None);
    let mut buffer = vec![0; 256 << 10];
    loop {
        let count = file.read(&mut buffer).map_err(failed)?;
        if count == 0 {
            return Ok(hasher.finish().sha256.expect("it was asked for"));
        }
        hasher.update(&buffer[..count]);
    }
}

/// One package under comparison.
struct One<'a> {
    request: &'a Request<'a>,
    package: &'a Package,
    /// The SHA-256 that the metadata states for the archive.
    stated: Option<&'a str>,
    limits: Limits,
}

impl One<'_> {
    fn open(
        &self,
        archives: &[Archive],
        digests: &BTreeMap<String, PathBuf>,
        findings: &mut Vec<Finding>,
    ) -> Option<(PathBuf, Upstream)> {
        let name = &self.package.name.value;
        let place = || Place::file(self.request.config_name).line(self.package.name.line);
        let given = archives.iter().find_map(|archive| match archive {
            Archive::Of(of, path) if of == name => Some(path),
            _ => None,
        });
        let found = || digests.get(&self.stated?.to_lowercase());
        let Some(path) = given.or_else(found) else {
            let wanted = self.stated.map(|stated| format!(" with SHA-256 {stated}")).unwrap_or_default();
            let message = format!("no upstream archive of {name}{wanted} was given");
            let remedy = format!("`bonafide vendor verify {name} --archive {name}=FILE`");
            findings
                .push(Finding::new(&rules::UPSTREAM_UNREAD, place(), message).subject(name).remedy(remedy));
            return None;
        };
        let upstream = match Upstream::read(path, self.limits) {
            Ok(upstream) => upstream,
            Err(error) => {
                let message = format!("the upstream archive of {name} cannot be read: {error}");
                findings.push(
                    Finding::new(&rules::UPSTREAM_UNREAD, Place::file(path.display().to_string()), message)
                        .subject(name)
                        .remedy("fetch it again"),
                );
                return None;
            }
        };
        if let (Some(stated), Some(found)) = (self.stated, upstream.sha256)
            && stated != found.to_string()
        {
            let message = format!("is not the archive that the metadata of {name} names");
            findings.push(
                Finding::new(&rules::UPSTREAM_CHECKSUM, Place::file(path.display().to_string()), message)
                    .subject(name)
                    .field("sha256", stated, found.to_string())
                    .remedy(format!(
                        "fetch the right one, or `bonafide vendor bump {name} VERSION --archive FILE`"
                    )),
            );
        }
        Some((path.clone(), upstream))
    }

    fn compare(
        &self,
        tree: &mut Tree,
        path: &Path,
        upstream: &Upstream,
        files: &[&OwnedFile],
        report: &mut Report,
        recorded: &mut Vec<RecordedPatch>,
    ) -> Result<(), VendorError> {
        let name = &self.package.name.value;
        let keys: Vec<(&[u8], Option<Sha256>)> =
            files.iter().map(|file| (file.path.as_slice(), file.content.digests.sha256)).collect();
        let origins = upstream.origins(&keys, |path| self.said(path));
        let wanted: BTreeSet<Vec<u8>> = origins
            .values()
            .filter_map(|origin| match origin {
                Origin::Differs(place) => Some(place.clone()),
                _ => None,
            })
            .collect();
        let mut bodies = BTreeMap::new();
        if !wanted.is_empty() {
            bodies = upstream.bodies(path, self.limits, &wanted).unwrap_or_default();
        }
        for file in files {
            let (upstream_sha256, finding) = match &origins[file.path.as_slice()] {
                Origin::Equal => {
                    report.equal += 1;
                    continue;
                }
                Origin::Differs(at) => {
                    let theirs = bodies.get(at).map(Vec::as_slice).unwrap_or_default();
                    let (ours, _) = tree.export(&file.path).map_err(|error| VendorError::Read {
                        path: tree.on_disk(&file.path),
                        source: std::io::Error::other(error.to_string()),
                    })?;
                    let at_text = MemberPath::new(at.clone()).text();
                    let same_text = theirs.replace("\r\n", "\n") == ours.replace("\r\n", "\n");
                    let how = if same_text { " in its line ends only" } else { "" };
                    let message = format!("differs from `{at_text}` of the upstream archive of {name}{how}");
                    let mut finding =
                        Finding::new(&rules::UPSTREAM_DIFFERS, Place::file(&file.name), message);
                    if !same_text {
                        finding.evidence = unified(theirs, &ours, &at_text, &file.name);
                    }
                    (upstream.files.get(at).copied(), finding)
                }
                Origin::Absent(others) => {
                    let message = if *others > 1 {
                        format!(
                            "{others} files of the upstream archive of {name} have its name, none its content"
                        )
                    } else {
                        format!("is not in the upstream archive of {name}")
                    };
                    (None, Finding::new(&rules::UPSTREAM_LACKS_FILE, Place::file(&file.name), message))
                }
            };
            let ours = file.content.digests.sha256.expect("files of the survey have digests");
            let patch = self.package.patches.iter().find(|patch| patch.file.value == file.name);
            if patch
                .is_some_and(|patch| patch.sha256.value == ours && patch.upstream_sha256 == upstream_sha256)
            {
                report.patched += 1;
                continue;
            }
            recorded.push(RecordedPatch {
                package: name.clone(),
                file: file.name.clone(),
                upstream_sha256,
                sha256: ours,
            });
            let remedy = format!(
                "restore upstream's, or record it: `bonafide vendor verify {name} --archive {name}=FILE --record`"
            );
            report.findings.push(finding.subject(name).remedy(remedy));
        }
        Ok(())
    }

    /// Where the configuration says that a file lies in the archive: the longest entry that fits.
    fn said(&self, path: &[u8]) -> Option<Vec<u8>> {
        let fits = self.package.upstream_paths.iter().filter_map(|(here, there)| {
            let rest = path.strip_prefix(here.as_bytes())?;
            if rest.is_empty() {
                return Some((here.len(), there.value.clone().into_bytes()));
            }
            let rest = rest.strip_prefix(b"/")?;
            let folder = there.value.trim_end_matches('/');
            let mut place = if folder == "." { Vec::new() } else { [folder.as_bytes(), b"/"].concat() };
            place.extend_from_slice(rest);
            Some((here.len(), place))
        });
        fits.max().map(|(_, place)| place)
    }
}

/// A unified difference, as lines; cut after [`SHOWN`] of them.
fn unified(theirs: &[u8], ours: &[u8], their_name: &str, our_name: &str) -> Vec<String> {
    if theirs.contains(&0) || ours.contains(&0) {
        return vec![format!("binary: {} bytes upstream, {} here", theirs.len(), ours.len())];
    }
    let (theirs, ours) = (String::from_utf8_lossy(theirs), String::from_utf8_lossy(ours));
    let input = InternedInput::new(&*theirs, &*ours);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let printer = BasicLineDiffPrinter(&input.interner);
    let text = diff.unified_diff(&printer, UnifiedDiffConfig::default(), &input).to_string();
    let mut lines = vec![format!("--- upstream/{their_name}"), format!("+++ {our_name}")];
    let total = text.lines().count();
    lines.extend(text.lines().take(SHOWN).map(str::to_owned));
    if total > SHOWN {
        lines.push(format!("… {} more lines", total - SHOWN));
    }
    lines
}

//! VEX documents that nobody had to name: in the scanned document or artifact, referred to by it, beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component as Part, Path, PathBuf};

use bonafide_advisory::vex;
use bonafide_fetch::{Schemes, Validators};
use bonafide_ident::{Purl, pypi};
use bonafide_report::{Finding, Place};
use bonafide_sbom::{Category, Document, Element, End, Reference, RelationshipKind};
use bonafide_vuln::Component;
use bonafide_vuln::vex::{Origin, Scope, Source, rules};

use super::load::{Loaded, files_below, has_vex_name};
use crate::commands::sbom::input as documents;
use crate::download::Fetcher;

/// How many documents are fetched for one input.
const MOST_FETCHED: usize = 100;
/// How long one may be, in bytes.
const LONGEST_FETCHED: u64 = 64 << 20;

/// What a CycloneDX document says of its own components, and what it refers to. `text` is the document, `path` the file; what is
/// elsewhere is fetched where that is allowed.
pub(crate) fn in_document(
    document: &Document,
    text: &[u8],
    path: &Path,
    label: &str,
    online: Option<&Fetcher<'_>>,
) -> Loaded {
    let mut loaded = Loaded::default();
    if vex::is_vex(text) {
        match vex::read(text, label) {
            Ok(document) => loaded.sources.push(Source {
                name: label.to_owned(),
                origin: Origin::Embedded,
                scope: Scope::Input(label.to_owned()),
                document,
            }),
            Err(error) => {
                let mut finding = error.finding(&vex::rules::UNREADABLE);
                finding.place.file = Some(label.to_owned());
                loaded.notes.push(finding);
            }
        }
    }
    let own = document.components.iter().flat_map(|component| &component.references);
    let mut seen = BTreeSet::new();
    for reference in document.references.iter().chain(own).filter(|reference| is_statement(reference)) {
        if seen.insert(&*reference.locator) {
            Referred { locator: &reference.locator, path, label }.look(online, &mut loaded);
        }
    }
    loaded
}

/// Whether a reference leads to statements of exploitability: CycloneDX and SPDX 3 have types for it, SPDX 2 only `advisory`.
fn is_statement(reference: &Reference) -> bool {
    match &*reference.kind {
        "exploitability-statement" | "vulnerabilityExploitabilityAssessment" => true,
        "advisory" => reference.category == Category::Security,
        _ => false,
    }
}

/// What a reference of a document leads to.
struct Referred<'a> {
    locator: &'a str,
    /// The document, and what it is called.
    path: &'a Path,
    label: &'a str,
}

impl Referred<'_> {
    /// Looks at a file in or below the document's own folder; at another place only where that is allowed.
    fn look(&self, online: Option<&Fetcher<'_>>, loaded: &mut Loaded) {
        let Self { locator, path, label } = *self;
        let plain = locator.strip_prefix("file:").unwrap_or(locator);
        let plain = plain.split('#').next().unwrap_or(plain);
        let relative = Path::new(plain);
        let inside = !plain.is_empty()
            && !plain.contains("://")
            && !plain.starts_with("urn:")
            && relative.components().all(|part| matches!(part, Part::Normal(_) | Part::CurDir));
        let file = path.parent().map(|folder| folder.join(relative)).filter(|file| inside && file.is_file());
        match (file, online) {
            (Some(file), _) if path.as_os_str() != "-" => {
                loaded.file(&file, Origin::Referenced, Scope::Input(label.to_owned()));
            }
            (_, Some(fetcher)) if locator.starts_with("https://") => self.fetch(fetcher, loaded),
            _ => self.leave("is not a file beside the document, and nothing was fetched", loaded),
        }
    }

    fn fetch(&self, fetcher: &Fetcher<'_>, loaded: &mut Loaded) {
        if loaded.fetched >= MOST_FETCHED {
            self.leave("is one reference too many: nothing was fetched", loaded);
            return;
        }
        loaded.fetched += 1;
        let name = bonafide_fetch::shown(self.locator);
        // Whoever wrote the document says what is fetched: only by encrypted connections.
        let fetched =
            fetcher.fetch(self.locator, &Validators::default(), Schemes::Https, Some(LONGEST_FETCHED));
        match fetched {
            Ok(Some(file)) => {
                fetcher.ui.say(&format!("fetched {name}: {} bytes, SHA-256 {}", file.length, file.sha256));
                loaded.named(&file.path(), name, Origin::Referenced, Scope::Input(self.label.to_owned()));
            }
            Ok(None) => loaded.refuse(&name, "nothing came".to_owned()),
            Err(failure) => {
                let why: Vec<String> = std::iter::once(failure.what).chain(failure.causes).collect();
                loaded.refuse(&name, why.join(": "));
            }
        }
    }

    fn leave(&self, why: &str, loaded: &mut Loaded) {
        let short: String = bonafide_fetch::shown(self.locator).chars().take(200).collect();
        let note = Finding::new(&rules::NOT_LOOKED_AT, Place::file(self.label), format!("`{short}` {why}"))
            .remedy("fetch it and give it by --vex FILE, or let it be fetched by --online");
        loaded.notes.push(note);
        loaded.left.push(short);
    }
}

/// The installed packages of an artifact or folder: by the folder of its metadata (`x-1.0.dist-info`) a link of each. What lies there
/// speaks of that package, not of its neighbours.
#[derive(Default)]
pub(crate) struct Carriers(BTreeMap<String, String>);

impl Carriers {
    /// Those of a document that was made of an input; `label` is what that is called. A package carries what lies beside the metadata
    /// that it owns; where no list of files says who owns it, what has its name and version in the name of the folder.
    pub(crate) fn of(document: &Document, label: &str) -> Self {
        let python = |at: usize| document.components[at].purls().find_map(distribution);
        let link = |at: usize| Some(Component::link(label, document.components[at].id.as_deref()?));
        let mut owners: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for edge in &document.relationships {
            let (RelationshipKind::Contains, End::Element(package), End::Element(Element::File(file))) =
                (&edge.kind, &edge.from, &edge.to)
            else {
                continue;
            };
            let name = document.files[file.0 as usize].name.as_deref().unwrap_or_default();
            let Some(folder) = name.trim_start_matches("./").strip_suffix("/METADATA") else { continue };
            let owner = match package {
                Element::Component(id) => Some(id.0 as usize).filter(|at| python(*at).is_some()),
                _ => None,
            };
            let known = owners.entry(folder.to_owned()).or_default();
            *known = known.or(owner);
        }
        if owners.values().any(Option::is_none) {
            let mut named: BTreeMap<(String, String), Option<usize>> = BTreeMap::new();
            for at in 0..document.components.len() {
                if let Some(name) = python(at) {
                    // Of two that have one name none is it for certain.
                    named.entry(name).and_modify(|known| *known = None).or_insert(Some(at));
                }
            }
            for (folder, owner) in &mut owners {
                *owner = owner.or_else(|| *named.get(&of_folder(folder)?)?);
            }
        }
        Self(owners.into_iter().filter_map(|(folder, owner)| Some((folder, link(owner?)?))).collect())
    }

    /// Of what a file of the input may speak; nothing where it lies among the SBOMs of a package that is not there.
    fn scope(&self, location: &str, label: &str) -> Option<Scope> {
        let location = Path::new(location);
        if !in_sboms(location) {
            return Some(Scope::Input(label.to_owned()));
        }
        let folder = location.parent().and_then(Path::parent)?.to_string_lossy();
        self.0.get(&*folder).map(|link| Scope::Package(link.clone()))
    }
}

/// The normal name and the version of a Python distribution.
fn distribution(purl: &str) -> Option<(String, String)> {
    let purl = Purl::parse(purl).ok().filter(|purl| purl.ty() == "pypi")?;
    Some((pypi::normalize(purl.name()), purl.version().unwrap_or_default().to_owned()))
}

/// The same of the folder of its metadata: `Demo_app-1.0.dist-info`.
fn of_folder(folder: &str) -> Option<(String, String)> {
    let own = folder.rsplit('/').next()?.strip_suffix(".dist-info")?;
    let (name, version) = own.rsplit_once('-')?;
    Some((pypi::normalize(name), version.to_owned()))
}

/// What is told of a document that nothing carries.
fn of_nothing(name: &str) -> Finding {
    let message = "it lies among the SBOMs of a package that is not there, so it speaks of nothing";
    Finding::new(&rules::NOT_LOOKED_AT, Place::file(name), message)
}

/// VEX documents beside a file, by their names, and where it is one of the SBOMs of an installed package, those with it. Of a folder
/// those at its top, and those of each `*.dist-info/sboms` in it.
pub(crate) fn beside(path: &Path, label: &str, carriers: &Carriers) -> Loaded {
    let mut loaded = Loaded::default();
    if path.as_os_str() == "-" {
        return loaded;
    }
    let is_folder = path.is_dir();
    let folder = if is_folder { Some(path) } else { path.parent() };
    let folder = folder.map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let neighbours = folder.and_then(|folder| folder.read_dir().ok()).into_iter().flatten().flatten();
    let mut files: BTreeSet<PathBuf> = neighbours
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            has_vex_name(&name)
                || is_folder && may_hold_vex(&name)
                || !is_folder && in_sboms(path) && in_sboms(&entry.path())
        })
        .map(|entry| plain(&entry.path()))
        .collect();
    if is_folder {
        let (mut below, mut unread) = (Vec::new(), Vec::new());
        files_below(path, 0, &mut below, &mut unread);
        files.extend(below.into_iter().filter(|file| in_sboms(file)).map(|file| plain(&file)));
    }
    files.remove(&plain(path));
    let origin = if is_folder { Origin::Inside } else { Origin::Neighbour };
    for file in files.iter().filter(|file| file.is_file()) {
        let named = file.file_name().is_some_and(|name| has_vex_name(&name.to_string_lossy()));
        let holds = || std::fs::read(file).is_ok_and(|bytes| vex::is_vex(&bytes));
        if named || holds() {
            let location = file.strip_prefix(plain(path)).unwrap_or(file).to_string_lossy();
            match if is_folder {
                carriers.scope(&location, label)
            } else {
                Some(Scope::Input(label.to_owned()))
            } {
                Some(scope) => loaded.file(file, origin, scope),
                None => loaded.notes.push(of_nothing(&documents::shown(file))),
            }
        }
    }
    loaded
}

/// A path without `./` in front.
fn plain(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_path_buf()
}

/// Whether a JSON file lies in the folder of SBOMs of an installed package (PEP 770).
fn in_sboms(path: &Path) -> bool {
    let mut folders = path.parent().into_iter().flat_map(Path::ancestors).filter_map(Path::file_name);
    path.extension().is_some_and(|end| end == "json")
        && folders.next().is_some_and(|name| name == "sboms")
        && folders.next().is_some_and(|name| name.to_string_lossy().ends_with(".dist-info"))
}

/// Whether a file of an artifact may be a VEX document that speaks of the artifact: by its name, at the top or below one folder, or
/// among the SBOMs of a package that it installs. Which folder is the artifact's own is known only later.
pub(crate) fn may_be_vex(location: &str) -> bool {
    !location.contains("!/")
        && (in_sboms(Path::new(location))
            || location.matches('/').count() <= 1 && location.rsplit('/').next().is_some_and(may_hold_vex))
}

/// Whether a file has a name that VEX documents have, or SBOMs that may say it along with the rest.
fn may_hold_vex(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    has_vex_name(name) || lower.ends_with(".cdx.json") || lower == "bom.json"
}

/// The VEX documents among files of an artifact that [`may_be_vex`], without its root folder. Archives inside it are not opened.
pub(crate) fn in_artifact(files: &[(String, Vec<u8>)], label: &str, carriers: &Carriers) -> Loaded {
    let mut loaded = Loaded::default();
    for (name, bytes) in files {
        let at_top = !name.contains('/');
        let named = name.rsplit('/').next().is_some_and(has_vex_name);
        if (at_top || in_sboms(Path::new(name))) && (named || vex::is_vex(bytes)) {
            let shown = format!("{label}!/{name}");
            match carriers.scope(name, label) {
                Some(scope) => loaded.bytes(bytes, shown, Origin::Inside, scope),
                None => loaded.notes.push(of_nothing(&shown)),
            }
        }
    }
    loaded
}

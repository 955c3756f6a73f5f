//! VEX repositories (specification 0.1): a folder with `index.json`, which lists Package URLs and for each a document.
//!
//! A document of a repository is looked at only where a scanned component is of the package that it is listed for: a repository
//! holds thousands, and what is listed for one package has no say about another. Several repositories are asked alike: which one is
//! named first means nothing, the latest statement wins over all.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::{Component as Part, Path};

use bonafide_advisory::vex::repository::{Index, LONGEST_INDEX};
use bonafide_ident::Purl;
use bonafide_vuln::Component;
use bonafide_vuln::vex::{Origin, Scope};

use super::load::Loaded;

/// The name of the index, in an archive and on disk.
pub(super) const INDEX: &str = "index.json";
/// What stands in a kept index in place of a document that the archive does not have.
pub(super) const MISSING: &str = "missing";

/// Reads the index of a folder; why not, where it has none.
pub(super) fn index(root: &Path) -> Result<Index, String> {
    let file = File::open(root.join(INDEX)).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(LONGEST_INDEX + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Index::parse(&bytes).map_err(|error| error.to_string())
}

/// The documents that are listed for packages among the components, each once: location, and what the publisher called it.
fn about<'i>(index: &'i Index, components: &[Component]) -> Vec<(&'i str, &'i str)> {
    let purls: Vec<Purl> = components
        .iter()
        .flat_map(|component| &component.purls)
        .filter_map(|purl| Purl::parse(purl).ok())
        .collect();
    let found: BTreeSet<(&str, &str)> = purls.iter().map(|purl| (purl.ty(), purl.name())).collect();
    let mut locations = BTreeSet::new();
    for package in &index.packages {
        let Some(listed) = package.purl() else { continue };
        // Names that are compared by a rule of their own are few; the quick look must not lose them.
        if !found.contains(&(listed.ty(), listed.name())) && listed.ty() != "pypi" {
            continue;
        }
        if purls.iter().any(|purl| listed.covers(purl).is_ok()) {
            let called = package.published_as.as_deref().unwrap_or(&package.location);
            locations.insert((package.location.as_str(), called));
        }
    }
    let mut locations: Vec<(&str, &str)> = locations.into_iter().collect();
    locations.dedup_by(|left, right| left.0 == right.0 && left.0 != MISSING);
    locations
}

/// Whether a location stays in its folder.
pub(super) fn stays(location: &str) -> bool {
    !location.contains('\\')
        && Path::new(location).components().all(|part| matches!(part, Part::Normal(_) | Part::CurDir))
}

/// The documents of a repository that are about the components. `label` is what the repository is called.
pub(super) fn documents(root: &Path, label: &str, index: &Index, components: &[Component]) -> Loaded {
    let mut loaded = Loaded::default();
    if let Some(unplaced) = index.unplaced() {
        loaded.refuse(&format!("{label}/{INDEX}"), unplaced);
    }
    for (location, called) in about(index, components) {
        let name = format!("{label}/{called}");
        if location == MISSING {
            loaded.refuse(&name, "its repository lists it and does not have it".to_owned());
        } else if stays(location) {
            loaded.named(&root.join(location), name, Origin::Repository, Scope::All);
        } else {
            let shown: String = location.chars().take(200).collect();
            loaded.refuse(&format!("{label}/{INDEX}"), format!("`{shown}` leads out of the repository"));
        }
    }
    loaded
}

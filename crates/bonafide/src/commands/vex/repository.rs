//! VEX repositories (specification 0.1): a folder with `index.json`, which lists Package URLs and for each a document.
//!
//! A document of a repository is looked at only where a scanned component is of the package that it is listed for: a repository
//! holds thousands, and what is listed for one package has no say about another.

use std::collections::BTreeSet;
use std::path::{Component as Part, Path};

use bonafide_ident::Purl;
use bonafide_vuln::Component;
use bonafide_vuln::vex::Origin;
use serde::Deserialize;

use super::load::Loaded;

/// The largest index that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// `index.json`.
#[derive(Deserialize)]
struct Index {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    location: String,
}

/// The documents of a repository that are about the components; nothing where the folder is no repository.
pub(crate) fn documents(root: &Path, components: &[Component]) -> Option<Loaded> {
    let file = root.join("index.json");
    if std::fs::metadata(&file).ok()?.len() > LARGEST {
        return None;
    }
    let index: Index = serde_json::from_slice(&std::fs::read(&file).ok()?).ok()?;
    let purls: Vec<Purl> = components
        .iter()
        .flat_map(|component| &component.purls)
        .filter_map(|purl| Purl::parse(purl).ok())
        .collect();
    let found: BTreeSet<(&str, &str)> = purls.iter().map(|purl| (purl.ty(), purl.name())).collect();
    let mut locations = BTreeSet::new();
    for package in &index.packages {
        // Names that are compared by a rule of their own are few; the quick look must not lose them.
        let Ok(listed) = Purl::parse(&package.id) else { continue };
        if !found.contains(&(listed.ty(), listed.name())) && listed.ty() != "pypi" {
            continue;
        }
        let listed = listed.without_version();
        if purls.iter().any(|purl| listed.covers(purl).is_ok()) {
            locations.insert(package.location.as_str());
        }
    }
    let mut loaded = Loaded::default();
    for location in locations {
        let path = Path::new(location);
        if path.components().all(|part| matches!(part, Part::Normal(_) | Part::CurDir)) {
            loaded.file(&root.join(path), Origin::Repository, None);
        } else {
            let shown: String = location.chars().take(200).collect();
            loaded.refuse(&file.display().to_string(), format!("`{shown}` leads out of the repository"));
        }
    }
    Some(loaded)
}

//! Objects that are known exactly: the data file `upstreams/builds.toml`, by the digest of the file or the id of the build.
//!
//! The linker puts a digest of its output (or a number drawn by lot) into a library. Repair tools change names and paths in it
//! and leave that id alone, so a copy of a distribution's library is known by it in a package that has no SBOM. A file that
//! nobody changes is known by its SHA-256.

use std::collections::HashMap;
use std::sync::LazyLock;

use bonafide_artifact::object::{Object, ObjectFormat};
use bonafide_ident::Digests;
use serde::Deserialize;

use crate::inventory::Method;

/// An object that is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) what: What,
    /// By which of its marks.
    pub(super) method: Method,
}

/// What a known object is.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// A library.
    Build(&'static Build),
    /// A program that a package copies for scripts, of the package with this name in normal form.
    Launcher(&'static str),
}

/// A release of an upstream as one party built it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Build {
    /// The upstream's name.
    pub(super) upstream: String,
    /// The upstream's release.
    pub(super) version: String,
    /// The distribution's package.
    pub(super) purl: Option<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "for those who read the table"))]
    source: String,
    ids: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Launcher {
    owner: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "for those who read the table"))]
    source: String,
    ids: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    build: Vec<Build>,
    launcher: Vec<Launcher>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../../upstreams/builds.toml"))
        .expect("a test reads the table that is built in")
});

static BY_ID: LazyLock<HashMap<&'static str, What>> = LazyLock::new(|| {
    let builds =
        TABLE.build.iter().flat_map(|it| it.ids.iter().map(move |id| (id.as_str(), What::Build(it))));
    let launchers = TABLE
        .launcher
        .iter()
        .flat_map(|it| it.ids.iter().map(move |id| (id.as_str(), What::Launcher(&it.owner))));
    builds.chain(launchers).collect()
});

/// What an object is, where it is known.
pub(super) fn known(object: &Object, digests: &Digests) -> Option<Known> {
    let by = |id: String, method| BY_ID.get(id.as_str()).map(|what| Known { what: *what, method });
    let whole = digests.sha256.and_then(|sha256| by(format!("sha256:{sha256}"), Method::FileDigest));
    whole.or_else(|| {
        let kind = match object.format {
            ObjectFormat::Elf => "gnu",
            ObjectFormat::MachO => "uuid",
            ObjectFormat::Pe => "pdb",
        };
        by(format!("{kind}:{}", object.build_id.as_deref()?), Method::BuildId)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bonafide_ident::{Purl, pypi};

    use super::*;
    use crate::native::rules::RULES;

    #[test]
    fn every_entry_is_sound() {
        let mut all = BTreeSet::new();
        let ids =
            TABLE.build.iter().flat_map(|it| &it.ids).chain(TABLE.launcher.iter().flat_map(|it| &it.ids));
        for id in ids {
            let (kind, hex) = id.split_once(':').unwrap();
            let length = [("sha256", 64), ("gnu", 40), ("uuid", 32), ("pdb", 40)];
            assert!(length.contains(&(kind, hex.len())), "{id}");
            assert!(hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{id}");
            assert!(all.insert(id), "{id} stands there twice");
        }
        let mut order = Vec::new();
        for build in &TABLE.build {
            assert!(RULES.by_name(&build.upstream).is_some(), "{build:?}");
            assert!(!build.ids.is_empty() && build.source.len() > 10, "{build:?}");
            if let Some(purl) = &build.purl {
                let purl = Purl::parse(purl).unwrap();
                assert_eq!(crate::native::release(purl.version().unwrap()), build.version);
            }
            order.push((&build.upstream, &build.version, &build.purl));
        }
        assert!(order.is_sorted(), "in order of upstream and version");
        for launcher in &TABLE.launcher {
            assert!(!launcher.ids.is_empty() && launcher.source.len() > 10, "{launcher:?}");
            assert_eq!(pypi::normalize(&launcher.owner), launcher.owner);
        }
    }

    #[test]
    fn objects_are_known_by_the_id_of_their_own_format_only() {
        let mut object = Object::new(ObjectFormat::Elf, bonafide_artifact::object::ObjectKind::Shared);
        object.build_id = Some("025ba6ec5e70d7e13c515d915d8ecfcf6fcf36df".to_owned());
        let found = known(&object, &Digests::default()).unwrap();
        let What::Build(build) = found.what else { panic!() };
        assert_eq!((build.upstream.as_str(), build.version.as_str()), ("libdrm", "2.4.115"));
        object.format = ObjectFormat::Pe;
        assert!(known(&object, &Digests::default()).is_none());
    }
}

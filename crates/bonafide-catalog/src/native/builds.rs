//! Builds that are known exactly: the data file `upstreams/builds.tsv`, by build id.
//!
//! The linker puts a digest of its output into a library. Repair tools change names and paths in it and leave that id alone,
//! so a copy of a distribution's library is known by it in a package that has no SBOM.

/// A build of a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Build {
    /// The upstream's name.
    pub(super) upstream: &'static str,
    /// The upstream's release.
    pub(super) version: &'static str,
    /// The distribution's package.
    pub(super) purl: &'static str,
}

const TABLE: &str = include_str!("../../upstreams/builds.tsv");

fn rows() -> impl Iterator<Item = (&'static str, Build)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.split('\t');
        let (id, upstream, version, purl) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
        Some((id, Build { upstream, version, purl }))
    })
}

/// The build with this id. Costs a pass over the table.
pub(super) fn by_id(id: &str) -> Option<Build> {
    rows().find(|(known, _)| *known == id).map(|(_, build)| build)
}

#[cfg(test)]
mod tests {
    use bonafide_ident::Purl;

    use super::*;
    use crate::native::rules::RULES;

    #[test]
    fn every_row_is_sound() {
        let ids: Vec<&str> = rows().map(|(id, _)| id).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert_eq!(ids.len(), TABLE.lines().filter(|line| !line.starts_with('#')).count());
        for (id, build) in rows() {
            assert!(id.len() == 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
            assert!(RULES.by_name(build.upstream).is_some(), "{id}: {}", build.upstream);
            let purl = Purl::parse(build.purl).unwrap();
            let release = crate::native::release(purl.version().unwrap());
            assert_eq!(release, build.version, "{id}");
        }
    }
}

//! The same software under its several names: a curated table, each row with its source.
//!
//! CPE names are never guessed from the names of components. What no package ecosystem owns (CPython, the libraries that it
//! links to) is known by this table alone: `data/identities.tsv`.

use std::sync::LazyLock;

use bonafide_ident::{Purl, Scheme};

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Identity {
    /// `vendor:product` of its CPE names.
    pub(crate) cpe: &'static str,
    /// How its versions are ordered.
    pub(crate) scheme: Scheme,
    purls: Vec<Purl>,
    vendor: &'static str,
    product: &'static str,
}

static IDENTITIES: LazyLock<Vec<Identity>> = LazyLock::new(|| {
    let rows = include_str!("../data/identities.tsv").lines();
    rows.filter(|line| !line.starts_with('#')).filter_map(row).collect()
});

fn row(line: &'static str) -> Option<Identity> {
    let mut cells = line.split('\t');
    let (cpe, scheme, purls) = (cells.next()?, cells.next()?.parse().ok()?, cells.next()?);
    let (vendor, product) = (cells.next()?, cells.next()?);
    let purls = purls.split(' ').filter_map(|purl| Purl::parse(purl).ok()).collect();
    Some(Identity { cpe, scheme, purls, vendor, product })
}

/// What a Package URL names.
pub(crate) fn of_purl(purl: &Purl) -> impl Iterator<Item = &'static Identity> {
    let rows: &'static [Identity] = if matches!(purl.ty(), "generic" | "github") { &IDENTITIES } else { &[] };
    rows.iter().filter(move |row| row.purls.iter().any(|known| known.covers(purl).is_ok()))
}

/// What the vendor and the product of a CVE record name.
pub(crate) fn of_product(vendor: &str, product: &str) -> Option<&'static Identity> {
    IDENTITIES.iter().find(|row| {
        row.product.eq_ignore_ascii_case(product.trim()) && row.vendor.eq_ignore_ascii_case(vendor.trim())
    })
}

/// How the versions of a product are ordered.
pub(crate) fn scheme(cpe: &str) -> Scheme {
    IDENTITIES.iter().find(|row| row.cpe == cpe).map_or(Scheme::Generic, |row| row.scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_whole() {
        let lines =
            include_str!("../data/identities.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(IDENTITIES.len(), lines);
        for row in IDENTITIES.iter() {
            assert!(!row.purls.is_empty() && row.cpe.contains(':'), "{}", row.cpe);
        }
        let named = |purl: &str| of_purl(&Purl::parse(purl).unwrap()).map(|row| row.cpe).collect::<Vec<_>>();
        assert_eq!(named("pkg:generic/cpython@3.12.14"), ["python:python"]);
        assert_eq!(named("pkg:github/python/cpython@v3.12.14?download_url=x"), ["python:python"]);
        assert_eq!(named("pkg:pypi/python@1"), Vec::<&str>::new());
        assert_eq!(
            of_product("python software foundation", "cpython").map(|row| row.scheme),
            Some(Scheme::PyPi)
        );
    }
}

//! When two components are the same software, whatever they are called.

use bonafide_ident::{Purl, pypi};

use crate::inventory::Component;
use crate::native;

/// What a component is compared by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A native library, by its upstream.
    Upstream(usize),
    /// Anything else, by the type of its Package URL and its name in normal form.
    Named(String, String),
}

impl Key {
    pub(super) fn of(component: &Component) -> Self {
        let purl = component.purl.as_deref().and_then(|purl| Purl::parse(purl).ok());
        let Some(purl) = purl else { return Self::native(&component.name) };
        match purl.ty() {
            "generic" | "rpm" | "deb" | "apk" | "github" | "conan" => Self::native(purl.name()),
            "pypi" => Self::Named("pypi".to_owned(), pypi::normalize(purl.name())),
            ty => {
                let namespace = purl.namespace().map(|namespace| format!("{namespace}/")).unwrap_or_default();
                Self::Named(ty.to_owned(), format!("{namespace}{}", purl.name()))
            }
        }
    }

    fn native(name: &str) -> Self {
        if let Some(upstream) = native::by_name(name) {
            return Self::Upstream(upstream);
        }
        let lower = name.to_lowercase();
        let bare = lower.strip_prefix("lib").filter(|rest| !rest.is_empty()).unwrap_or(&lower);
        Self::Named("generic".to_owned(), bare.to_owned())
    }
}

/// The release that a claimed version is of: that of a distribution's package is cut out of its version.
pub(super) fn release<'v>(claim: &Component, version: &'v str) -> &'v str {
    let purl = claim.purl.as_deref().unwrap_or_default();
    let package = ["pkg:rpm/", "pkg:deb/", "pkg:apk/"].iter().any(|ty| purl.starts_with(ty));
    if package { native::release(version) } else { version }
}

/// Whether two versions mean the same: `v1.2`, `1.2`, `1.2.0`; `0.22.2-rc.0`, `0.22.2rc0`.
pub(super) fn same_version(one: &str, other: &str) -> bool {
    let normal = |text: &str| {
        let text = text.trim().trim_start_matches(['v', 'V']).to_lowercase();
        let text: String = text.split('+').next().unwrap_or_default().to_owned();
        let cut = text.find(|char: char| char.is_ascii_alphabetic()).unwrap_or(text.len());
        let (numbers, rest) = text.split_at(cut);
        let mut numbers = numbers.trim_end_matches(['-', '.', '_']).to_owned();
        while let Some(shorter) = numbers.strip_suffix(".0") {
            numbers.truncate(shorter.len());
        }
        let rest: String = rest.chars().filter(char::is_ascii_alphanumeric).collect();
        let rest = [("alpha", "a"), ("beta", "b"), ("preview", "rc"), ("pre", "rc")]
            .iter()
            .fold(rest, |rest, (long, short)| rest.replace(long, short));
        (numbers, rest)
    };
    normal(one) == normal(other)
}

/// Whether two names mean the same package, that of a binding crate included: `tokenizers`, `tokenizers-python`.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    let bare = |name: &str| {
        let name = pypi::normalize(name);
        let name = ["-python", "-py"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
        ["python-", "py-"].iter().find_map(|start| name.strip_prefix(start)).unwrap_or(name).to_owned()
    };
    bare(one) == bare(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_names_are_compared_by_meaning() {
        for (one, other, same) in [
            ("1.2", "v1.2.0", true),
            ("0.22.2-rc.0", "0.22.2rc0", true),
            ("1.0.0-beta.1", "1.0.0b1", true),
            ("1.2.1", "1.2", false),
            ("1.1.1w", "1.1.1k", false),
            ("2.19", "2.19.1", false),
        ] {
            assert_eq!(same_version(one, other), same, "{one} {other}");
        }
        assert!(same_name("tokenizers-python", "tokenizers") && same_name("My_Pkg", "my-pkg"));
        assert!(!same_name("libpng", "pillow"));
    }
}

//! What the SBOMs that a package carries say of its native libraries.
//!
//! auditwheel lists the distribution's packages that it copied libraries from (`pkg:rpm/almalinux/krb5-libs@1.18.2-34.el8_10`), but not
//! which file is whose. The names of packages are known for each upstream, so each is given to the libraries of that
//! upstream beside it, unless the bytes of those say another version.

use bonafide_ident::Purl;
use bonafide_report::Confidence;

use super::Library;
use super::identify::Version;
use super::rules::RULES;
use crate::builder::Builder;
use crate::inventory::{Component, ComponentId, Method};

/// A native library that an SBOM inside the artifact names.
#[derive(Clone, Debug)]
pub(super) struct Stated {
    pub(super) component: ComponentId,
    /// Whose SBOM it is.
    pub(super) carrier: Option<ComponentId>,
    pub(super) upstream: usize,
    /// The version of the upstream's release.
    pub(super) version: Option<String>,
    /// The name of the distribution's package, where it is one.
    package: Option<String>,
}

impl Stated {
    pub(super) const fn is_distribution(&self) -> bool {
        self.package.is_some()
    }
}

/// All native libraries that embedded SBOMs name.
pub(super) fn stated(builder: &Builder) -> Vec<Stated> {
    let mut stated = Vec::new();
    for (id, component) in builder.components() {
        let mut sources = component.evidence.iter().filter(|it| it.method == Method::EmbeddedSbom);
        let Some(source) = sources.next() else { continue };
        let carrier = builder.file_at(&source.location).and_then(|file| builder.carrier(file));
        let purl = component.purl.as_deref().and_then(|purl| Purl::parse(purl).ok());
        let package = purl.as_ref().filter(|purl| matches!(purl.ty(), "rpm" | "deb" | "apk"));
        let name = package.map_or(component.name.as_str(), |purl| purl.name());
        // A package of a language's own registry is no native library, whatever its name.
        let other = purl
            .as_ref()
            .is_some_and(|purl| !matches!(purl.ty(), "rpm" | "deb" | "apk" | "generic" | "github"));
        let Some(upstream) = RULES.by_name(name).filter(|_| !other) else { continue };
        let version = match package {
            Some(purl) => purl.version().map(|version| release(version).to_owned()),
            None => component.version.clone(),
        };
        let package = package.map(|purl| purl.name().to_lowercase());
        stated.push(Stated { component: id, carrier, upstream, version, package });
    }
    stated
}

/// Gives libraries the packages that they are copied from, and versions that only an SBOM knows.
pub(super) fn assign(stated: &[Stated], libraries: &mut [Library]) {
    let packages: Vec<&Stated> = stated.iter().filter(|claim| claim.is_distribution()).collect();
    // Who has a library of its own name has that one, before one of the same upstream takes what is left.
    let left: Vec<&Stated> = packages.into_iter().filter(|claim| !give(claim, true, libraries)).collect();
    for claim in left {
        give(claim, false, libraries);
    }
    for library in libraries.iter_mut() {
        let upstream = library.upstream.map(|upstream| &RULES.upstreams[upstream]);
        let finer = |text: &str| match (&library.version, upstream) {
            (None, _) => text.starts_with(|char: char| char.is_ascii_digit()),
            (Some(own), Some(upstream)) => {
                upstream.coarse
                    && text.strip_prefix(own.text.as_str()).is_some_and(|rest| rest.starts_with('.'))
            }
            (Some(_), None) => false,
        };
        let mut claims = stated.iter().filter(|claim| {
            claim.carrier == library.carrier
                && Some(claim.upstream) == library.upstream
                && !claim.is_distribution()
        });
        if let (Some(claim), None) = (claims.next(), claims.next())
            && let Some(text) = claim.version.as_ref().filter(|text| finer(text))
        {
            library.version = Some(embedded(text));
        }
    }
}

/// Gives the libraries of its upstream that fit to one package: those of its own name, or all. Tells whether there were any.
fn give(claim: &Stated, named: bool, libraries: &mut [Library]) -> bool {
    let package = claim.package.as_deref().unwrap_or_default();
    let fits = |library: &Library| {
        library.carrier == claim.carrier
            && library.upstream == Some(claim.upstream)
            && library.package.is_none()
            && (library.version.is_none()
                || library.version.as_ref().map(|version| &version.text) == claim.version.as_ref())
            && (!named || bare(&library.name.stem) == bare(package))
    };
    // What came out of another repaired package was not copied from here.
    let fitting = libraries.iter().filter(|library| fits(library));
    let Some(repairs) = fitting.map(|library| library.name.repairs).min() else { return false };
    for library in libraries.iter_mut() {
        if !fits(library) || library.name.repairs != repairs {
            continue;
        }
        library.package = Some(claim.component);
        if let (None, Some(text)) = (&library.version, &claim.version) {
            library.version = Some(embedded(text));
        }
    }
    true
}

/// Whether a component is a distribution's package of this upstream and release: `libwebp7` 1.2.4-0.2+deb12u1 of libwebp 1.2.4.
pub(super) fn is_package_of(component: &Component, upstream: usize, version: Option<&str>) -> bool {
    let purl = component.purl.as_deref().and_then(|purl| Purl::parse(purl).ok());
    let Some(purl) = purl.filter(|purl| matches!(purl.ty(), "rpm" | "deb" | "apk")) else { return false };
    let name = purl.name().to_lowercase();
    let stem = name.trim_end_matches(|char: char| char.is_ascii_digit() || ".-".contains(char));
    let own = RULES.by_name(&name).or_else(|| RULES.by_file(stem, None));
    let stated = purl.version().map(release).unwrap_or_default();
    // `1.2.13.dfsg` is 1.2.13 without what Debian does not ship.
    let same = |version: &str| {
        stated.strip_prefix(version).is_some_and(|rest| !rest.starts_with(|char: char| char.is_ascii_digit()))
    };
    own == Some(upstream) && version.is_none_or(same)
}

/// A name as packages and files share it: `libgcc-s1` and `libgcc_s`, `libssl3` and `libssl`, `openblas` and `libopenblas`.
fn bare(name: &str) -> String {
    let name = name.to_lowercase().replace('_', "-");
    let name = name.strip_prefix("lib").unwrap_or(&name);
    name.trim_end_matches(|char: char| char.is_ascii_digit() || ".-".contains(char)).to_owned()
}

fn embedded(text: &str) -> Version {
    Version { text: text.to_owned(), method: Method::EmbeddedSbom, confidence: Confidence::Medium }
}

/// The upstream's release in a package's version: without epoch and revision. `1:1.18.2-34.el8_10` is 1.18.2.
pub(crate) fn release(version: &str) -> &str {
    let version = version.split_once(':').map_or(version, |(_, version)| version);
    let version = version.rsplit_once('-').map_or(version, |(version, _)| version);
    version.split(['+', '~']).next().unwrap_or(version)
}

/// An apk package whose name was cut at the wrong dash: `krb5` with version `libs-1.21.3-r0` is `krb5-libs` 1.21.3-r0.
pub(crate) fn repaired_apk(purl: &Purl) -> Option<Purl> {
    let version = purl.version().filter(|_| purl.ty() == "apk")?;
    let at = version
        .match_indices('-')
        .find(|(at, _)| version[at + 1..].starts_with(|char: char| char.is_ascii_digit()))?;
    if version.starts_with(|char: char| char.is_ascii_digit()) {
        return None;
    }
    let mut repaired =
        Purl::builder("apk", format!("{}-{}", purl.name(), &version[..at.0])).version(&version[at.0 + 1..]);
    if let Some(namespace) = purl.namespace() {
        repaired = repaired.namespace(namespace);
    }
    for (key, value) in purl.qualifiers() {
        repaired = repaired.qualifier(key, value);
    }
    repaired.build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packages_version_holds_the_release() {
        assert_eq!(release("1:1.18.2-34.el8_10"), "1.18.2");
        assert_eq!(release("1.21.3-r0"), "1.21.3");
        assert_eq!(release("8.5.0-29.el8_10.alma.1"), "8.5.0");
        assert_eq!(release("1.2.11+dfsg-2"), "1.2.11");
        assert_eq!(release("1.0"), "1.0");
    }

    #[test]
    fn names_that_were_cut_at_the_wrong_dash_are_repaired() {
        let purl = |text: &str| Purl::parse(text).unwrap();
        let repaired = repaired_apk(&purl("pkg:apk/alpine/krb5@libs-1.21.3-r0"));
        assert_eq!(repaired.unwrap().to_string(), "pkg:apk/alpine/krb5-libs@1.21.3-r0");
        assert_eq!(repaired_apk(&purl("pkg:apk/alpine/krb5-libs@1.21.3-r0")), None);
        assert_eq!(repaired_apk(&purl("pkg:rpm/x/krb5@libs-1.21.3-r0")), None);
    }
}

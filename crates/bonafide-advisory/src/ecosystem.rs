//! The ecosystems of OSV records, and which Package URLs name the same packages.
//!
//! Records and components meet in a *key*: the ecosystem's name without its suffix, a zero byte, the package's name in the
//! normal form of that ecosystem. Both sides are normalised by the same function, so no spelling of either is lost.
//!
//! Source: the ecosystem list of the OSV schema (`ossf/osv-schema`, 1.7) and the type definitions of Package URLs.

use bonafide_ident::{Purl, Scheme, pypi};

/// How a package's name is brought into normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    /// As it stands.
    Exact,
    /// Without regard to case.
    Lower,
    /// PEP 503.
    Python,
    /// Without regard to case, and `_` is `-`: the registry of Rust crates lets no two names differ only in that.
    Crate,
    /// The address of a repository without `https://` and `.git`, without regard to case.
    Address,
}

/// How namespace and name of a Package URL become the name of the ecosystem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joined {
    /// `namespace/name`.
    Slash,
    /// `namespace:name`.
    Colon,
    /// `namespace.name`.
    Dot,
    /// The name alone: the namespace names the distribution.
    Name,
}

/// One ecosystem.
#[derive(Debug, PartialEq, Eq)]
pub struct Ecosystem {
    /// Its name in OSV records, without suffix.
    pub name: &'static str,
    ty: &'static str,
    /// The namespaces that a distribution has in Package URLs; empty where it is none.
    distributions: &'static [&'static str],
    /// How its versions are ordered.
    pub scheme: Scheme,
    names: Names,
    joined: Joined,
}

const fn language(
    name: &'static str,
    ty: &'static str,
    scheme: Scheme,
    names: Names,
    joined: Joined,
) -> Ecosystem {
    Ecosystem { name, ty, distributions: &[], scheme, names, joined }
}

const fn distribution(
    name: &'static str,
    ty: &'static str,
    distributions: &'static [&'static str],
    scheme: Scheme,
) -> Ecosystem {
    Ecosystem { name, ty, distributions, scheme, names: Names::Exact, joined: Joined::Name }
}

const ECOSYSTEMS: &[Ecosystem] = &[
    language("PyPI", "pypi", Scheme::PyPi, Names::Python, Joined::Slash),
    language("Go", "golang", Scheme::Golang, Names::Lower, Joined::Slash),
    language(concat!("crates", ".io"), "cargo", Scheme::Cargo, Names::Crate, Joined::Slash),
    language("npm", "npm", Scheme::Npm, Names::Exact, Joined::Slash),
    language("Maven", "maven", Scheme::Maven, Names::Exact, Joined::Colon),
    language("NuGet", "nuget", Scheme::Nuget, Names::Lower, Joined::Slash),
    language("RubyGems", "gem", Scheme::Gem, Names::Exact, Joined::Slash),
    language("Packagist", "composer", Scheme::Composer, Names::Lower, Joined::Slash),
    language("Pub", "pub", Scheme::Pub, Names::Lower, Joined::Slash),
    language("Hex", "hex", Scheme::Hex, Names::Lower, Joined::Slash),
    language("Hackage", "hackage", Scheme::Hackage, Names::Exact, Joined::Slash),
    language("CRAN", "cran", Scheme::Cran, Names::Exact, Joined::Slash),
    language("Bioconductor", "bioconductor", Scheme::Cran, Names::Exact, Joined::Slash),
    language("ConanCenter", "conan", Scheme::Conan, Names::Lower, Joined::Slash),
    language("Julia", "julia", Scheme::Semver, Names::Exact, Joined::Slash),
    language("opam", "opam", Scheme::Generic, Names::Exact, Joined::Slash),
    language("SwiftURL", "swift", Scheme::Semver, Names::Address, Joined::Slash),
    language("GitHub Actions", "github", Scheme::Semver, Names::Lower, Joined::Slash),
    language("GitHub Actions", "githubactions", Scheme::Semver, Names::Lower, Joined::Slash),
    language("VSCode", "vscode-extension", Scheme::Semver, Names::Lower, Joined::Dot),
    language("Bitnami", "bitnami", Scheme::Semver, Names::Lower, Joined::Slash),
    language("Kubernetes", "golang", Scheme::Golang, Names::Lower, Joined::Slash),
    distribution("Debian", "deb", &["debian"], Scheme::Deb),
    distribution("Ubuntu", "deb", &["ubuntu"], Scheme::Deb),
    distribution("Echo", "deb", &["echo"], Scheme::Deb),
    distribution("Alpine", "apk", &["alpine"], Scheme::Alpine),
    distribution("Wolfi", "apk", &["wolfi"], Scheme::Alpine),
    distribution("Chainguard", "apk", &["chainguard"], Scheme::Alpine),
    distribution("MinimOS", "apk", &["minimos"], Scheme::Alpine),
    distribution("Alpaquita", "apk", &["alpaquita"], Scheme::Alpine),
    distribution("AlmaLinux", "rpm", &["almalinux", "alma"], Scheme::Rpm),
    distribution("Rocky Linux", "rpm", &["rocky", "rocky-linux", "rockylinux"], Scheme::Rpm),
    distribution("Red Hat", "rpm", &["redhat", "rhel"], Scheme::Rpm),
    distribution("SUSE", "rpm", &["suse", "sles"], Scheme::Rpm),
    distribution("openSUSE", "rpm", &["opensuse"], Scheme::Rpm),
    distribution("openEuler", "rpm", &["openeuler"], Scheme::Rpm),
    distribution("Photon OS", "rpm", &["photon"], Scheme::Rpm),
    distribution("Azure Linux", "rpm", &["azurelinux", "mariner"], Scheme::Rpm),
    distribution("Mageia", "rpm", &["mageia"], Scheme::Rpm),
];

/// Releases that some purls name by a word.
const CODENAMES: &[(&str, &[u32])] = &[
    ("wheezy", &[7]),
    ("jessie", &[8]),
    ("stretch", &[9]),
    ("buster", &[10]),
    ("bullseye", &[11]),
    ("bookworm", &[12]),
    ("trixie", &[13]),
    ("forky", &[14]),
    ("trusty", &[14, 4]),
    ("xenial", &[16, 4]),
    ("bionic", &[18, 4]),
    ("focal", &[20, 4]),
    ("jammy", &[22, 4]),
    ("noble", &[24, 4]),
    ("oracular", &[24, 10]),
    ("plucky", &[25, 4]),
];

/// The package that a record names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordKey {
    /// Where it is found.
    pub key: String,
    /// How its versions are ordered.
    pub scheme: Scheme,
    /// The release of the distribution; empty: all.
    pub release: String,
    /// Whether components can name it at all.
    pub reachable: bool,
}

/// The key of a record's package, from its ecosystem and name; an ecosystem that is not known goes by its Package URL,
/// and where it has none by its own name, which no component has.
pub fn of_record(ecosystem: &str, name: &str, purl: &str) -> RecordKey {
    let (base, suffix) = match ecosystem.split_once(':') {
        Some((base, suffix)) => (base, suffix),
        None => (ecosystem, ""),
    };
    if let Some(known) = ECOSYSTEMS.iter().find(|known| known.name.eq_ignore_ascii_case(base)) {
        let release = if known.distributions.is_empty() { "" } else { suffix };
        return RecordKey {
            key: known.key(name),
            scheme: known.scheme,
            release: release.to_owned(),
            reachable: true,
        };
    }
    if let Some(wanted) = Purl::parse(purl).ok().and_then(|purl| of_purl(&purl).into_iter().next()) {
        return RecordKey {
            key: wanted.key,
            scheme: wanted.scheme,
            release: suffix.to_owned(),
            reachable: true,
        };
    }
    RecordKey {
        key: format!("{ecosystem}\0{name}"),
        scheme: Scheme::Generic,
        release: suffix.to_owned(),
        reachable: false,
    }
}

/// What to look for on behalf of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Where its records are.
    pub key: String,
    /// The ecosystem's name in OSV records.
    pub ecosystem: &'static str,
    /// How its versions are ordered.
    pub scheme: Scheme,
    /// Its version there, where the Package URL says another than its own (that of the source package).
    pub version: Option<String>,
    /// Which release of a distribution it is of.
    pub release: Release,
}

/// Which release of a distribution a package is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Release {
    /// The ecosystem has none.
    None,
    /// It is not told.
    Untold,
    /// Its numbers: `[12]`, `[22, 4]`.
    Numbers(Vec<u32>),
}

/// Every package of an ecosystem that a Package URL names: itself, and the source package that it was built from.
pub fn of_purl(purl: &Purl) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for known in ECOSYSTEMS.iter().filter(|known| known.ty == purl.ty()) {
        let namespace = purl.namespace().unwrap_or_default();
        let is_distribution = !known.distributions.is_empty();
        if is_distribution && !known.distributions.contains(&namespace) {
            continue;
        }
        let release = if is_distribution { release(purl) } else { Release::None };
        let mut add = |name: &str, version: Option<String>| {
            let key = known.key(name);
            if wanted.iter().all(|other: &Wanted| other.key != key) {
                let release = release.clone();
                wanted.push(Wanted { key, ecosystem: known.name, scheme: known.scheme, version, release });
            }
        };
        if known.joined == Joined::Name || namespace.is_empty() {
            add(own_name(purl), epoch(purl));
        } else {
            let between = match known.joined {
                Joined::Slash => '/',
                Joined::Colon => ':',
                Joined::Dot | Joined::Name => '.',
            };
            add(&format!("{namespace}{between}{}", purl.name()), None);
        }
        if is_distribution && let Some(source) = purl.qualifier("upstream") {
            let (name, version) = source_package(source);
            add(name, version.map(str::to_owned).or_else(|| epoch(purl)));
        }
    }
    wanted
}

/// The name in records. Go's standard library is `std` to Go itself and to SBOMs made by its tools, `stdlib` in records.
fn own_name(purl: &Purl) -> &str {
    match (purl.ty(), purl.name()) {
        ("golang", "std") => "stdlib",
        (_, name) => name,
    }
}

/// An RPM's version with the epoch that stands in a qualifier.
fn epoch(purl: &Purl) -> Option<String> {
    let epoch = purl.qualifier("epoch").filter(|epoch| *epoch != "0")?;
    let version = purl.version().filter(|version| !version.contains(':'))?;
    (purl.ty() == "rpm").then(|| format!("{epoch}:{version}"))
}

/// `openssl`, `openssl@1.1.1n-0`, `openssl-1.1.1k-9.el8.src.rpm`.
fn source_package(text: &str) -> (&str, Option<&str>) {
    if let Some(file) = text.strip_suffix(".src.rpm") {
        let mut parts = file.rsplitn(3, '-');
        let (_, _, name) = (parts.next(), parts.next(), parts.next());
        return (name.unwrap_or(file), None);
    }
    match text.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (text, None),
    }
}

fn release(purl: &Purl) -> Release {
    let Some(told) = purl.qualifier("distro").or_else(|| purl.qualifier("distro_version")) else {
        // These are rolled: there is one release only.
        let rolled = matches!(purl.namespace(), Some("wolfi" | "chainguard" | "minimos"));
        return if rolled { Release::None } else { Release::Untold };
    };
    if let Some((_, numbers)) = CODENAMES.iter().find(|(word, _)| told.contains(word)) {
        return Release::Numbers(numbers.to_vec());
    }
    match numbers(told) {
        numbers if numbers.is_empty() => Release::Untold,
        numbers => Release::Numbers(numbers),
    }
}

fn numbers(text: &str) -> Vec<u32> {
    text.split(|letter: char| !letter.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map_while(|digits| digits.parse().ok())
        .collect()
}

/// Whether a record for one release of a distribution is about a package of another: the numbers of the record's release
/// begin those of the package's. Nothing where the package does not tell its release.
pub fn release_fits(ecosystem: &str, record: &str, component: &Release) -> Option<bool> {
    if record.is_empty() {
        return Some(true);
    }
    let component = match component {
        Release::None => return Some(true),
        Release::Untold => return None,
        Release::Numbers(numbers) => numbers,
    };
    // Paid maintenance has fixes of its own; so has each product stream of Red Hat's.
    if record.starts_with("Pro:") || ecosystem == "Red Hat" && !record.starts_with("enterprise_linux:") {
        return Some(false);
    }
    let record = numbers(record);
    Some(!record.is_empty() && component.starts_with(&record))
}

impl Ecosystem {
    fn key(&self, name: &str) -> String {
        let normal = match self.names {
            Names::Exact => name.trim().to_owned(),
            Names::Lower => name.trim().to_lowercase(),
            Names::Python => pypi::normalize(name.trim()),
            Names::Crate => name.trim().to_lowercase().replace('_', "-"),
            Names::Address => {
                let name = name.trim().trim_start_matches("https://").trim_start_matches("http://");
                name.strip_suffix(".git").unwrap_or(name).to_lowercase()
            }
        };
        format!("{}\0{normal}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(purl: &str) -> Vec<String> {
        of_purl(&Purl::parse(purl).unwrap()).into_iter().map(|wanted| wanted.key).collect()
    }

    #[test]
    fn records_and_components_meet_in_one_key() {
        for (ecosystem, name, purl) in [
            ("PyPI", "jw.util", "pkg:pypi/Jw_Util@1"),
            ("Go", "github.com/Azure/azure-sdk", "pkg:golang/github.com/azure/azure-sdk@v1"),
            (concat!("crates", ".io"), "serde_json", "pkg:cargo/serde-json@1"),
            ("npm", "@babel/core", "pkg:npm/%40babel/core@1"),
            ("Maven", "org.a:b", "pkg:maven/org.a/b@1"),
            ("Debian:12", "curl", "pkg:deb/debian/curl@7?distro=debian-12"),
            ("Go", "stdlib", "pkg:golang/std@go1.22.1"),
            ("SwiftURL", "https://github.com/A/b.git", "pkg:swift/github.com/a/b@1"),
            ("Somewhere", "x", "pkg:pypi/x"),
        ] {
            let record = of_record(ecosystem, name, if ecosystem == "Somewhere" { purl } else { "" });
            assert!(keys(purl).contains(&record.key), "{purl}");
            assert!(record.reachable);
        }
        assert!(!of_record("Somewhere", "x", "").reachable);
        assert_eq!(
            keys("pkg:deb/debian/libssl3@3.0.11?distro=debian-12&upstream=openssl%403.0.11"),
            ["Debian\0libssl3", "Debian\0openssl"]
        );
        assert!(keys("pkg:generic/x@1").is_empty());
    }

    #[test]
    fn a_release_fits_by_its_numbers() {
        let of = |purl: &str| release(&Purl::parse(purl).unwrap());
        let bookworm = of("pkg:deb/debian/curl@1?distro=bookworm");
        assert_eq!(release_fits("Debian", "12", &bookworm), Some(true));
        assert_eq!(release_fits("Debian", "11", &bookworm), Some(false));
        assert_eq!(release_fits("Debian", "12", &of("pkg:deb/debian/curl@1")), None);
        let alpine = of("pkg:apk/alpine/curl@1?distro=alpine-3.19.1");
        assert_eq!(release_fits("Alpine", "v3.19", &alpine), Some(true));
        assert_eq!(release_fits("Alpine", "v3.1", &alpine), Some(false));
        let ubuntu = of("pkg:deb/ubuntu/curl@1?distro=ubuntu-22.04");
        assert_eq!(release_fits("Ubuntu", "22.04:LTS", &ubuntu), Some(true));
        assert_eq!(release_fits("Ubuntu", "Pro:22.04:LTS", &ubuntu), Some(false));
    }
}

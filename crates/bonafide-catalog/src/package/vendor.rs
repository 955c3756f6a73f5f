//! Whose package it is, as Package URLs name distributions. What the package itself says decides; else nobody's.

/// The vendor of a deb: by the domain of its maintainer's address, or Ubuntu's mark in the version.
pub(super) fn of_deb(maintainer: &str, version: &str) -> Option<&'static str> {
    if in_domain(maintainer, "ubuntu.com") || version.contains("ubuntu") {
        Some("ubuntu")
    } else if in_domain(maintainer, "debian.org") || in_domain(maintainer, "alioth-lists.debian.net") {
        Some("debian")
    } else {
        None
    }
}

/// The vendor of an apk, by the domain of its packager's address.
pub(super) fn of_apk(packager: &str) -> Option<&'static str> {
    in_domain(packager, "alpinelinux.org").then_some("alpine")
}

/// The vendor of a package that makepkg made, by the domain of its packager's address.
pub(super) fn of_alpm(packager: &str) -> Option<&'static str> {
    in_domain(packager, "archlinux.org").then_some("arch")
}

/// The vendor of an rpm, by the text of its `VENDOR`.
pub(super) fn of_rpm(vendor: &str) -> Option<&'static str> {
    const VENDORS: &[(&str, &str)] = &[
        ("AlmaLinux", "almalinux"),
        ("Amazon Linux", "amazon"),
        ("CentOS", "centos"),
        ("Fedora Project", "fedora"),
        ("openSUSE", "opensuse"),
        ("Oracle America", "oracle"),
        ("Red Hat, Inc.", "redhat"),
        ("Rocky Enterprise Software Foundation", "rocky"),
        ("SUSE LLC", "suse"),
    ];
    VENDORS.iter().find(|(begin, _)| vendor.starts_with(begin)).map(|(_, name)| *name)
}

/// Whether `Name <user@host>` is of a domain or of a host in it.
fn in_domain(address: &str, domain: &str) -> bool {
    let Some((_, host)) = address.trim_end().trim_end_matches('>').rsplit_once('@') else { return false };
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_only_ends_alike_is_another() {
        assert_eq!(of_deb("A <a@lists.debian.org>", ""), Some("debian"));
        assert_eq!(of_deb("A <a@notdebian.org>", ""), None);
        assert_eq!(of_rpm("Fedora Project"), Some("fedora"));
        assert_eq!(of_rpm("Somebody who likes Fedora Project"), None);
    }
}

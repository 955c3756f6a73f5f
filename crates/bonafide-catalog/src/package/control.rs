//! The `control` file of a deb (Debian Policy 5.3): fields as in mail headers.

use super::{purl, vendor};
use crate::inventory::Component;
use crate::python::metadata::Metadata;

/// The package that it describes; `None` where it names none.
pub(super) fn component(bytes: &[u8]) -> Option<Component> {
    let field = |name: &str| Metadata::field(bytes, name);
    let (name, version) = (field("Package")?, field("Version"));
    let maintainer = field("Maintainer").unwrap_or_default();
    let vendor = vendor::of_deb(&maintainer, version.as_deref().unwrap_or(""));
    let architecture = field("Architecture");
    Some(Component {
        purl: purl("deb", vendor, &name, version.as_deref(), &[("arch", architecture.as_deref())]),
        name,
        version,
        ..Component::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_package_it_is_comes_from_its_maintainer() {
        let told = |maintainer: &str, version: &str| {
            let text = format!(
                "Package: hello\nVersion: {version}\nArchitecture: amd64\nMaintainer: {maintainer}\nDescription: x\n Version: no\n"
            );
            component(text.as_bytes()).unwrap().purl
        };
        let debian = told("Santiago Vila <sanvila@debian.org>", "2.10-3");
        assert_eq!(debian.as_deref(), Some("pkg:deb/debian/hello@2.10-3?arch=amd64"));
        let ubuntu = told("Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>", "1:2.10-3ubuntu1");
        assert_eq!(ubuntu.as_deref(), Some("pkg:deb/ubuntu/hello@1:2.10-3ubuntu1?arch=amd64"));
        let other = told("A <a@example.org>", "1");
        assert!(other.is_none_or(|purl| !purl.contains("debian")));
        assert_eq!(component(b"Version: 1\n").map(|component| component.name), None);
    }
}

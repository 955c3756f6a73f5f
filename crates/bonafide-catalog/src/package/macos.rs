//! `PackageInfo` of a macOS component package and `Distribution` of a product archive, as pkgbuild and productbuild write
//! them.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::inventory::Component;

/// The package of a `PackageInfo`: its identifier and version.
pub(super) fn package_info(bytes: &[u8]) -> Option<Component> {
    first(bytes, "pkg-info", |element| {
        let identifier = attribute(element, "identifier")?;
        Some(named(identifier, attribute(element, "version")))
    })
}

/// The product of a `Distribution`, where it names one.
pub(super) fn distribution(bytes: &[u8]) -> Option<Component> {
    first(bytes, "product", |element| {
        let id = attribute(element, "id")?;
        Some(named(id, attribute(element, "version")))
    })
}

fn named(name: String, version: Option<String>) -> Component {
    Component { name, version, purpose: Some("INSTALL".into()), ..Component::default() }
}

/// What the first element of a name says. What is no XML says nothing.
fn first<T>(bytes: &[u8], name: &str, told: impl Fn(&BytesStart<'_>) -> Option<T>) -> Option<T> {
    let mut reader = Reader::from_reader(bytes);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) if element.name().as_ref() == name => {
                return told(&element);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.try_get_attribute(name).ok()??;
    let text = found.normalized_value(XmlVersion::Implicit1_0).ok()?.trim().to_owned();
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifier_and_version_name_the_package() {
        let info = package_info(
            br#"<?xml version="1.0"?><pkg-info format-version="2" identifier="org.example.a" version="1.2&#46;3"/>"#,
        );
        let info = info.unwrap();
        assert_eq!((info.name.as_str(), info.version.as_deref()), ("org.example.a", Some("1.2.3")));
        let product = distribution(
            br#"<installer-gui-script><title>A</title><product id="org.example" version="4"/></installer-gui-script>"#,
        );
        assert_eq!(product.unwrap().version.as_deref(), Some("4"));
        for text in ["", "<a", "<pkg-info/>", "<pkg-info identifier=''/>", "<pkg-info identifier='&bad;'/>"] {
            assert!(package_info(text.as_bytes()).is_none(), "{text}");
        }
    }
}

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

/// The product of a `Distribution`: by its id, else by its title, which has no version.
pub(super) fn distribution(bytes: &[u8]) -> Option<Component> {
    let product = first(bytes, "product", |element| {
        let id = attribute(element, "id")?;
        Some(named(id, attribute(element, "version")))
    });
    product.or_else(|| Some(named(title(bytes)?, None)))
}

/// The text of the first `title` that is no key of a translation.
fn title(bytes: &[u8]) -> Option<String> {
    let mut reader = Reader::from_reader(bytes);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) if element.name().as_ref() == "title" => break,
            Event::Eof => return None,
            _ => {}
        }
    }
    let Event::Text(text) = reader.read_event().ok()? else { return None };
    let text = text.xml10_content().trim().to_owned();
    let is_key = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    Some(text).filter(|text| !text.is_empty() && text.len() <= 200 && !is_key)
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
        let title = |text: &str| {
            distribution(format!("<a><title>{text}</title></a>").as_bytes()).map(|component| component.name)
        };
        assert_eq!(title("Demo 3").as_deref(), Some("Demo 3"));
        assert_eq!((title(""), title("DISTRIBUTION_TITLE"), title("<b/>")), (None, None, None));
        for text in ["", "<a", "<pkg-info/>", "<pkg-info identifier=''/>", "<pkg-info identifier='&bad;'/>"] {
            assert!(package_info(text.as_bytes()).is_none(), "{text}");
        }
    }
}

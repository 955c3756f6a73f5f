//! XML as these documents use it: elements, attributes and text, as a tree.
//!
//! No document type is read, so that nothing can be defined that grows or reaches outside; the five entities of XML
//! itself and character references are known.

use crate::error::{ReadError, ReadFault};
use crate::json::DEEPEST;
use bonafide_json::shorten;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;

/// Attributes of one element. Each is compared with those before it, and no format here has more than a few.
const MOST_ATTRIBUTES: usize = 256;

/// An element.
#[derive(Debug, Default)]
pub(crate) struct Element<'t> {
    /// Its name as it stands, with a prefix where it has one.
    pub(crate) name: &'t str,
    /// Attributes, without declarations of namespaces.
    pub(crate) attributes: Vec<(&'t str, Cow<'t, str>)>,
    /// The namespace that it declares for itself: the default one, or that of its own prefix.
    pub(crate) namespace: Option<Cow<'t, str>>,
    /// Elements inside it.
    pub(crate) children: Vec<Self>,
    /// The text inside it, that of inner elements left out. Nothing where it is white space between elements.
    pub(crate) text: String,
    /// Where it begins.
    pub(crate) offset: usize,
}

impl Element<'_> {
    /// The name without prefix.
    pub(crate) fn local(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or(self.name)
    }
}

/// The root of a document.
///
/// # Errors
/// What is not well-formed, a document type, entities of one's own, elements nested beyond 256 levels.
pub(crate) fn parse(text: &str) -> Result<Element<'_>, ReadError> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element<'_>> = Vec::new();
    let mut root = None;
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let fault = |message: String| ReadError::at(text, offset, String::new(), ReadFault::Text(message));
        let event = reader.read_event().map_err(|error| {
            let at = usize::try_from(reader.error_position()).unwrap_or(offset);
            ReadError::at(text, at, String::new(), ReadFault::Text(format!("not XML: {error}")))
        })?;
        match event {
            Event::Start(start) => {
                if open.len() == DEEPEST {
                    return Err(ReadError::at(text, offset, String::new(), ReadFault::TooDeep(DEEPEST)));
                }
                if root.is_some() {
                    return Err(fault("a second root element".to_owned()));
                }
                open.push(element(text, &start, offset).map_err(fault)?);
            }
            Event::Empty(start) => {
                let element = element(text, &start, offset).map_err(fault)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None if root.is_none() => root = Some(element),
                    None => return Err(fault("a second root element".to_owned())),
                }
            }
            Event::End(_) => {
                // The reader has seen to it that names match.
                let Some(mut element) = open.pop() else { continue };
                if !element.children.is_empty() && element.text.trim().is_empty() {
                    element.text = String::new();
                }
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None => root = Some(element),
                }
            }
            Event::Text(bytes) => {
                let piece = bytes.xml10_content();
                match open.last_mut() {
                    Some(element) => element.text.push_str(&piece),
                    None if piece.trim_start_matches('\u{feff}').trim().is_empty() => {}
                    None => return Err(fault("text outside of the root element".to_owned())),
                }
            }
            Event::CData(bytes) => {
                let piece = bytes.xml10_content();
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&piece);
                }
            }
            Event::GeneralRef(name) => {
                let character = reference(&name).ok_or_else(|| {
                    fault(format!("the entity `&{};` is not one of XML's own", shorten(&name)))
                })?;
                if let Some(element) = open.last_mut() {
                    element.text.push(character);
                }
            }
            Event::DocType(_) => {
                return Err(fault("a document type, which may define entities, is not read".to_owned()));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    if let Some(element) = open.last() {
        let message = format!("the text ends inside `{}`", shorten(element.name));
        return Err(ReadError::at(text, element.offset, String::new(), ReadFault::Text(message)));
    }
    root.ok_or_else(|| ReadError::whole(ReadFault::Empty))
}

fn reference(name: &BytesRef<'_>) -> Option<char> {
    if name.is_char_ref() {
        return name.resolve_char_ref().ok().flatten();
    }
    Some(match &**name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

fn element<'t>(text: &'t str, start: &BytesStart<'_>, offset: usize) -> Result<Element<'t>, String> {
    // What is lent ends with the event; the same bytes stand in the text, right after `<`.
    let begin = offset + text[offset..].find('<').unwrap_or(0) + 1;
    let inner = text.get(begin..begin + start.len()).ok_or("an element that is not where it stands")?;
    let name = inner.get(..start.name().as_ref().len()).ok_or("an element without name")?;
    let mut element = Element { name, offset: begin - 1, ..Element::default() };
    for (count, attribute) in start.attributes().enumerate() {
        if count == MOST_ATTRIBUTES {
            return Err(format!("`{}` has more than {MOST_ATTRIBUTES} attributes", shorten(name)));
        }
        let attribute = attribute.map_err(|error| format!("not XML: {error}"))?;
        let key: &str = attribute.key.as_ref();
        let value = unescape(&attribute.value).map_err(|error| format!("not XML: {error}"))?.into_owned();
        let declared = key.strip_prefix("xmlns:");
        let own_prefix = name.split_once(':').map(|(prefix, _)| prefix);
        if key == "xmlns" && own_prefix.is_none() || declared.is_some() && declared == own_prefix {
            element.namespace = Some(value.into());
        } else if key == "xmlns" {
        } else if !key.starts_with("xmlns:") {
            let at = inner.find(key).ok_or("an attribute that is not where it stands")?;
            element.attributes.push((&inner[at..at + key.len()], value.into()));
        }
    }
    Ok(element)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_text_references_attributes_and_cdata() {
        let root = parse(
            "<?xml version='1.0'?>\n<!-- c --><a xmlns=\"urn:x\" b=\"1 &amp; 2\">\n <c>x &lt; &#65;<![CDATA[<y>]]></c>\n <d/>\n</a>\n",
        )
        .unwrap();
        assert_eq!((root.name, &*root.text), ("a", ""));
        assert_eq!(root.namespace.as_deref(), Some("urn:x"));
        assert_eq!(root.attributes, [("b", Cow::Borrowed("1 & 2"))]);
        assert_eq!(root.children[0].text, "x < A<y>");
        assert_eq!(root.children[1].name, "d");
    }

    #[test]
    fn refuses_with_line() {
        let refuse = |text: &str| parse(text).unwrap_err().to_string();
        assert!(refuse("<a>\n<b></a>").starts_with("line 2, column"), "{}", refuse("<a>\n<b></a>"));
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbb\">]>\n<a>&b;</a>";
        assert!(refuse(bomb).contains("document type"), "{}", refuse(bomb));
        assert!(refuse("<a>\n&b;</a>").starts_with("line 2, column 1: the entity `&b;`"));
        assert!(refuse("<a><b>").contains("the text ends inside `b`"));
        assert!(refuse("<a/><b/>").contains("a second root"));
        assert!(refuse(&"<a>".repeat(100_000)).contains("nested deeper than 256 levels"));
        assert!(refuse("<a b='1' b='2'/>").contains("not XML"));
        assert!(refuse("<a b='&x;'/>").contains("not XML"));
    }
}

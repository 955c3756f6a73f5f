//! Documents in.

use crate::error::{ReadError, ReadFault};
use crate::json::{self, Json};
use crate::model::{Document, Encoding, Format};
use crate::source::{self, Kind};
use crate::{cyclonedx, spdx2, spdx3, xml, yaml};
use bonafide_json::shorten;

/// Reads a document; what it is, is known by its content.
///
/// Text may be UTF-8 with or without a byte order mark, or UTF-16. Compressed bytes are not opened here.
///
/// | format | JSON | tag-value | YAML | XML |
/// | --- | --- | --- | --- | --- |
/// | SPDX 2.2, 2.3 | yes | yes | yes | yes; RDF/XML is refused |
/// | SPDX 3.0 | yes | | | |
/// | CycloneDX 1.4 to 1.7 | yes | | | yes |
///
/// Reading is strict about what a reader cannot mend (syntax, duplicate keys, nesting beyond 256 levels) and keeps
/// everything else, right or wrong, for [`crate::validate`] to judge. Text of YAML and XML has no room for some of
/// what JSON tells apart: fields that are lists or numbers by the schema become lists and numbers.
///
/// Memory: the text is borrowed (UTF-16 is turned into a copy); the model takes about as much as the text.
///
/// # Errors
/// One fault with its place.
pub fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    let text = source::decode(bytes)?;
    match source::kind(&text)? {
        Kind::Json => read_json(&text),
        Kind::Yaml => {
            let value = yaml::parse(&text)?;
            let value = spdx2::flatten(&value).unwrap_or(value);
            read_value(&value, Encoding::Yaml)
        }
        Kind::TagValue => read_value(&spdx2::tag_value_to_json(&text)?, Encoding::TagValue),
        Kind::Xml => read_xml(&text),
    }
}

fn read_json(text: &str) -> Result<Document, ReadError> {
    match source::json_format(text)? {
        Some(Format::Spdx2) => spdx2::read_json(text),
        Some(Format::Spdx3) => spdx3::read_json(text),
        Some(Format::CycloneDx) => cyclonedx::read_json(text),
        None => {
            let mut reader = json::reader(text);
            let value = Json::read(&mut reader)?;
            reader.finish()?;
            match spdx2::flatten(&value) {
                Some(flat) => read_value(&flat, Encoding::Json),
                None => Err(ReadError::whole(ReadFault::UnknownFormat(
                    "JSON without `spdxVersion`, `bomFormat` or `@context`".to_owned(),
                ))),
            }
        }
    }
}

/// Reads the JSON that says the same as text of another encoding. Lines of that text are not known any more; faults
/// have their pointer.
fn read_value(value: &Json, encoding: Encoding) -> Result<Document, ReadError> {
    let text = value.to_text();
    let document = match source::json_format(&text)? {
        Some(Format::Spdx2) => spdx2::read_json(&text),
        Some(Format::CycloneDx) if encoding == Encoding::Xml => cyclonedx::read_json(&text),
        _ => Err(ReadError::whole(ReadFault::UnknownFormat(format!("{encoding:?} that is no SPDX 2")))),
    };
    match document {
        Ok(document) => Ok(Document { encoding, ..document }),
        Err(mut error) => {
            (error.place.offset, error.place.line, error.place.column) = (None, None, None);
            Err(error)
        }
    }
}

fn read_xml(text: &str) -> Result<Document, ReadError> {
    let mut root = xml::parse(text)?;
    match root.local() {
        "RDF" => Err(ReadError::whole(ReadFault::Unsupported("SPDX as RDF/XML".to_owned()))),
        "SpdxDocument" if root.children.len() == 1 && root.children[0].name == "Document" => {
            let document = root.children.remove(0);
            let value = Json::Object(vec![("Document".into(), spdx2::xml_to_json(text, document)?)]);
            read_value(&spdx2::flatten(&value).unwrap_or(value), Encoding::Xml)
        }
        "bom" => read_value(&cyclonedx::xml_to_json(root)?, Encoding::Xml),
        "Document" | "SpdxDocument" => read_value(&spdx2::xml_to_json(text, root)?, Encoding::Xml),
        other => Err(ReadError::whole(ReadFault::UnknownFormat(format!(
            "XML whose root is `{}`, neither `Document` of SPDX nor `bom` of CycloneDX",
            shorten(other)
        )))),
    }
}

//! Fields of one format inside a document of another, where that has no field for them: CycloneDX `properties`, SPDX
//! annotations.
//!
//! A property is `bonafide:FORMAT:FIELD` with text, `bonafide:FORMAT+json:FIELD` with any other value as JSON, or
//! `bonafide:FORMAT-without:FIELD` for a field that the original does not have though its like here has one. An
//! annotation holds all fields of its subject as one JSON object: `{"FORMAT": {"FIELD": …}, "FORMAT-without": ["FIELD"]}`.
//! `FORMAT` is `spdx-2`, `spdx-3` or `cyclonedx`; `FIELD` is a key of the original's JSON, for fields inside
//! `creationInfo` and `metadata` with that name and `/` before.

use crate::json::{self, Json};
use crate::model::{Actor, Annotation, Element, End, Evidence, Format, Property, Text};

/// The fields of one element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Carried {
    /// Fields with their values.
    pub(super) set: Vec<(Text, Json)>,
    /// Fields that the original does not have.
    pub(super) unset: Vec<Text>,
}

/// The word that names a format.
const fn word(format: Format) -> &'static str {
    match format {
        Format::Spdx2 => "spdx-2",
        Format::Spdx3 => "spdx-3",
        Format::CycloneDx => "cyclonedx",
    }
}

impl Carried {
    pub(super) fn is_empty(&self) -> bool {
        self.set.is_empty() && self.unset.is_empty()
    }

    /// Takes a field out.
    pub(super) fn take(&mut self, key: &str) -> Option<Json> {
        let at = self.set.iter().position(|(name, _)| **name == *key)?;
        Some(self.set.remove(at).1)
    }

    /// As CycloneDX properties.
    pub(super) fn properties(&self, format: Format) -> impl Iterator<Item = Property> {
        let word = word(format);
        let set = self.set.iter().map(move |(name, value)| match value {
            Json::String(text) => {
                Property { name: format!("bonafide:{word}:{name}").into(), value: Some(text.clone()) }
            }
            other => Property {
                name: format!("bonafide:{word}+json:{name}").into(),
                value: Some(other.to_text().into()),
            },
        });
        let unset = self.unset.iter().map(move |name| Property {
            name: format!("bonafide:{word}-without:{name}").into(),
            value: None,
        });
        set.chain(unset)
    }

    /// Takes what is carried out of properties. A value that is no JSON though it should be stays there.
    pub(super) fn from_properties(properties: &mut Vec<Property>, format: Format) -> Self {
        let mut carried = Self::default();
        let word = word(format);
        properties.retain(|property| {
            let Some(rest) = property.name.strip_prefix("bonafide:").and_then(|rest| rest.strip_prefix(word))
            else {
                return true;
            };
            let text = property.value.as_deref().unwrap_or_default();
            if let Some(name) = rest.strip_prefix(':') {
                carried.set.push((name.into(), Json::string(text)));
            } else if let Some(name) = rest.strip_prefix("-without:") {
                carried.unset.push(name.into());
            } else if let (Some(name), Some(value)) = (rest.strip_prefix("+json:"), json(text)) {
                carried.set.push((name.into(), value));
            } else {
                return true;
            }
            false
        });
        carried
    }

    /// As an annotation.
    pub(super) fn annotation(
        self,
        format: Format,
        subject: Element,
        annotator: Actor,
        date: Option<Text>,
    ) -> Annotation {
        let word = word(format);
        let mut object = Vec::new();
        if !self.set.is_empty() {
            object.push((word.into(), Json::Object(self.set)));
        }
        if !self.unset.is_empty() {
            let names = self.unset.into_iter().map(Json::String).collect();
            object.push((format!("{word}-without").into(), Json::Array(names)));
        }
        Annotation {
            subject: End::Element(subject),
            kind: Some("OTHER".into()),
            annotator: Some(annotator),
            date,
            comment: Some(Json::Object(object).to_text().into()),
            extra: crate::Extra::default(),
        }
    }

    /// What an annotation carries; nothing where it is a remark like any other.
    pub(super) fn from_annotation(annotation: &Annotation, format: Format) -> Option<Self> {
        let word = word(format);
        let comment = annotation.comment.as_deref()?;
        if !comment.starts_with("{\"") || !comment[2..].starts_with(word) {
            return None;
        }
        let Json::Object(fields) = json(comment)? else { return None };
        let mut carried = Self::default();
        for (name, value) in fields {
            match value {
                Json::Object(set) if *name == *word => carried.set = set,
                Json::Array(names) if name.strip_prefix(word) == Some("-without") => {
                    carried.unset =
                        names.iter().map(|name| name.as_str().map(Text::from)).collect::<Option<_>>()?;
                }
                _ => return None,
            }
        }
        Some(carried)
    }
}

fn json(text: &str) -> Option<Json> {
    let mut reader = json::reader(text);
    let value = Json::read(&mut reader).ok()?;
    reader.finish().ok()?;
    Some(value)
}

/// The evidence of an SPDX package, which SPDX has no field for, as an annotation. [`super::convert`] makes CycloneDX
/// `evidence` of it again.
#[must_use]
pub fn evidence_annotation(
    evidence: &Evidence,
    subject: Element,
    annotator: Actor,
    date: Option<Text>,
) -> Annotation {
    let value = crate::cyclonedx::evidence_json(evidence, "1.6");
    let carried = Carried { set: vec![("evidence".into(), value)], unset: Vec::new() };
    carried.annotation(Format::CycloneDx, subject, annotator, date)
}

//! Fields of one format inside a document of another, where that has no field for them: CycloneDX `properties`, SPDX
//! annotations.
//!
//! An annotation holds all fields of its subject as one JSON object: `{"FORMAT": {"FIELD": …}, "FORMAT-without": ["FIELD"]}`.
//! `FORMAT` is `spdx-2`, `spdx-3` or `cyclonedx`; `FIELD` is a key of the original's JSON, for fields inside
//! `creationInfo` and `metadata` with that name and `/` before.

use crate::json::Json;
use crate::model::{Actor, Annotation, Element, End, Evidence, Format, Text};

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

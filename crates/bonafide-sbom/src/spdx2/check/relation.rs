//! Edges.

use super::{At, Check, Edition, extra};
use crate::model::{ComponentId, Element, End, Relationship, RelationshipKind, Stated};
use crate::rules;
use crate::spdx2::grammar;
use bonafide_json::shorten;

impl Check<'_> {
    /// Whether some edge says what the document is about.
    pub(super) fn says_what_it_describes(&self) -> bool {
        self.document.relationships.iter().any(|edge| match edge.kind {
            RelationshipKind::Describes => edge.from == End::Element(Element::Document),
            RelationshipKind::DescribedBy => edge.to == End::Element(Element::Document),
            _ => false,
        })
    }

    pub(super) fn relationships(&mut self) {
        let (mut stated, mut described, mut item) = (0, 0, 0);
        let mut last = None;
        for edge in &self.document.relationships {
            match (edge.stated, &edge.from) {
                (Stated::Relationship, _) => {
                    self.relationship(At::Relationship(stated), edge);
                    stated += 1;
                }
                (_, End::Element(Element::Component(ComponentId(package)))) => {
                    item = if last == Some(*package) { item + 1 } else { 0 };
                    last = Some(*package);
                    self.end(At::HasFile { package: *package as usize, item }, "", &edge.to);
                }
                _ => {
                    self.end(At::Described(described), "", &edge.to);
                    described += 1;
                }
            }
        }
    }

    fn relationship(&mut self, at: At, edge: &Relationship) {
        if let Some(detail) = &edge.detail {
            self.extras(at, &detail.extra, extra::RELATIONSHIP);
        }
        self.end(at, "spdxElementId", &edge.from);
        self.end(at, "relatedSpdxElement", &edge.to);
        match &edge.kind {
            RelationshipKind::Unknown(word) if word.is_empty() => self.missing(at, "relationshipType"),
            RelationshipKind::Unknown(word) => {
                let message = format!("no relationship is called {:?}", shorten(word));
                self.fault(&rules::UNKNOWN_VALUE, at, "relationshipType", message).remedy =
                    Some("use one that the specification lists, or OTHER with a comment".to_owned());
            }
            RelationshipKind::SpecificationFor | RelationshipKind::RequirementDescriptionFor
                if self.edition == Edition::V2_2 =>
            {
                self.only_2_3(at, "relationshipType", edge.kind.spdx2().unwrap_or_default());
            }
            _ => {}
        }
        // From nothing, nothing follows: only the far end may be open.
        if matches!(edge.from, End::None | End::NoAssertion) {
            self.fault(&rules::DANGLING, at, "spdxElementId", "a relationship begins at an element").remedy =
                Some("name the element that it begins at".to_owned());
        }
    }

    fn end(&mut self, at: At, field: &str, end: &End) {
        match end {
            End::Element(_) | End::None | End::NoAssertion => {}
            End::External(id) => self.external_end(at, field, id),
            End::Dangling(id) if id.is_empty() && !field.is_empty() => self.missing(at, field),
            End::Dangling(id) if id.contains(':') => self.external_end(at, field, id),
            End::Dangling(id) => {
                let message = format!("no element has the id {:?}", shorten(id));
                self.fault(&rules::DANGLING, at, field, message).remedy =
                    Some("mend the id, add the element, or leave the reference out".to_owned());
            }
        }
    }

    /// `DocumentRef-x:SPDXRef-y`.
    fn external_end(&mut self, at: At, field: &str, id: &str) {
        let parts: Vec<&str> = id.splitn(3, ':').collect();
        let message = match parts.as_slice() {
            [document, element]
                if !grammar::is_document_ref(document) || !grammar::is_element_id(element) =>
            {
                format!("{:?} is not of the form DocumentRef-x:SPDXRef-y", shorten(id))
            }
            [document, _] if !self.declared.contains(document) => {
                format!("no other document is called {:?}", shorten(document))
            }
            [_, _] => return,
            _ => format!("{:?} has more than one colon", shorten(id)),
        };
        self.fault(&rules::EXTERNAL_DOCUMENT, at, field, message).remedy =
            Some("name the other document under `externalDocumentRefs`".to_owned());
    }
}

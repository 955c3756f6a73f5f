//! Licence elements as one expression: what the model's licence claims are a view of.

use super::Individual;
use crate::json::Json;
use crate::model::{Claim, Document, Element};

/// Elements that one expression may be made of. A set that is nested in sets can name the same set many times over.
const MOST_ELEMENTS: usize = 1000;

/// Sets inside one another.
const DEEPEST: usize = 32;

/// The licence that an IRI stands for: the expression of its element, or of the specification's own licences. An IRI
/// of which nothing is known stands for itself.
pub(super) fn claim(document: &Document, find: &impl Fn(&str) -> Option<Element>, iri: &str) -> Claim {
    match Individual::from_iri(iri) {
        Some(Individual::None) => return Claim::None,
        Some(Individual::NoAssertion) => return Claim::NoAssertion,
        None => {}
    }
    let mut expression = Expression { document, find, left: MOST_ELEMENTS };
    match expression.text(iri, DEEPEST) {
        Some(text) => Claim::from_spdx(&text),
        None => Claim::Known(iri.into()),
    }
}

struct Expression<'d, F> {
    document: &'d Document,
    find: &'d F,
    left: usize,
}

impl<F: Fn(&str) -> Option<Element>> Expression<'_, F> {
    /// Nothing where it is unknown or has no end.
    fn text(&mut self, iri: &str, depth: usize) -> Option<String> {
        self.left = self.left.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        let other = match (self.find)(iri) {
            Some(Element::License(_)) => return Some(license_ref(iri)),
            Some(Element::Other(at)) => &self.document.others[at as usize],
            _ => return iri.strip_prefix("https://spdx.org/licenses/").map(listed),
        };
        let text = |key: &str| other.fields.get(key).and_then(Json::as_str);
        match &*other.class {
            "simplelicensing_LicenseExpression" => {
                // Without its prefix the field is no word of SPDX 3, yet common.
                let text = text("simplelicensing_licenseExpression").or_else(|| text("licenseExpression"))?;
                Some(text.to_owned())
            }
            "expandedlicensing_ListedLicense" | "expandedlicensing_ListedLicenseException" => {
                Some(listed(iri))
            }
            // These two are no classes of SPDX 3, yet common.
            "ListedLicense" | "License" => {
                Some(text("licenseId").or_else(|| text("name")).map_or_else(|| listed(iri), str::to_owned))
            }
            "expandedlicensing_CustomLicenseAddition" => {
                Some(license_ref(iri).replacen("LicenseRef-", "AdditionRef-", 1))
            }
            "expandedlicensing_ConjunctiveLicenseSet" => self.members(&other.fields, " AND ", depth),
            "expandedlicensing_DisjunctiveLicenseSet" => self.members(&other.fields, " OR ", depth),
            "expandedlicensing_OrLaterOperator" => {
                let license = self.text(text("expandedlicensing_subjectLicense")?, depth)?;
                Some(format!("{license}+"))
            }
            "expandedlicensing_WithAdditionOperator" => {
                let license = self.text(text("expandedlicensing_subjectExtendableLicense")?, depth)?;
                let addition = self.text(text("expandedlicensing_subjectAddition")?, depth)?;
                Some(format!("{license} WITH {addition}"))
            }
            _ => None,
        }
    }

    fn members(&mut self, fields: &Json, between: &str, depth: usize) -> Option<String> {
        let mut parts = Vec::new();
        for member in fields.get("expandedlicensing_member")?.as_array()? {
            let part = self.text(member.as_str()?, depth)?;
            let is_set = part.contains(" OR ") || part.contains(" AND ");
            parts.push(if is_set { format!("({part})") } else { part });
        }
        (!parts.is_empty()).then(|| parts.join(between))
    }
}

/// The last part of an IRI.
fn tail(iri: &str) -> &str {
    iri.rsplit(['/', '#']).next().unwrap_or(iri)
}

fn listed(iri: &str) -> String {
    tail(iri).trim_end_matches(".html").to_owned()
}

/// The id by which an expression names a licence that the document brings along.
pub(crate) fn license_ref(iri: &str) -> String {
    let tail = tail(iri);
    let from = tail.find("LicenseRef-").map_or(0, |at| at + "LicenseRef-".len());
    let id: String = tail[from..]
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '-' })
        .collect();
    format!("LicenseRef-{id}")
}

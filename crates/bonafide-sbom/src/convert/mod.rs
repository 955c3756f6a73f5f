//! Documents of one format as documents of another.
//!
//! Conversion is a chain of steps between SPDX 2 and the other families, for SPDX 2 has the model's own words. A step
//! has four parts:
//!
//! 1. What both formats have fields for is mapped ([`to_cyclonedx`], [`from_cyclonedx`], [`to_spdx3`], [`from_spdx3`]).
//! 2. What the result's own rules refuse is taken out of it again ([`mend`]).
//! 3. The result is mapped back, and compared with the original ([`delta`]). So nobody has to keep a list of what a
//!    format has no field for.
//! 4. What differs is carried by the means that the format has for such things ([`carried`]), and put back when the
//!    document is converted the other way.
//!
//! At the end the document is written, read and converted back, whole, and compared with the original once more: what
//! differs then is lost, and each such field is a finding.

mod carried;
mod delta;
mod flat;
mod from_cyclonedx;
mod from_spdx3;
mod losses;
mod mend;
mod relations;
mod restate;
mod spdx2;
mod to_cyclonedx;
mod to_spdx3;

pub use carried::evidence_annotation;
pub use losses::{CARRIED, LOSS, RULES};

use crate::model::{Actor, ActorKind, Document, Element, Format, Text};
use crate::{ReadError, WriteError};
use bonafide_report::Finding;
use carried::Carried;
use flat::Flat;
use std::collections::HashMap;
use std::fmt;

/// What a document can be converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// SPDX 2.3.
    Spdx23,
    /// SPDX 3.0.1.
    Spdx30,
    /// CycloneDX 1.6.
    CycloneDx16,
    /// CycloneDX 1.7.
    CycloneDx17,
}

impl Target {
    /// The family.
    #[must_use]
    pub const fn format(self) -> Format {
        match self {
            Self::Spdx23 => Format::Spdx2,
            Self::Spdx30 => Format::Spdx3,
            Self::CycloneDx16 | Self::CycloneDx17 => Format::CycloneDx,
        }
    }

    /// The version, as documents of it say.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Self::Spdx23 => "2.3",
            Self::Spdx30 => "3.0.1",
            Self::CycloneDx16 => "1.6",
            Self::CycloneDx17 => "1.7",
        }
    }
}

impl Target {
    /// What other documents must become to be of one family with a document.
    #[must_use]
    pub fn like(document: &Document) -> Self {
        match (document.format, &*document.version) {
            (Format::Spdx2, _) => Self::Spdx23,
            (Format::Spdx3, _) => Self::Spdx30,
            (Format::CycloneDx, "1.7") => Self::CycloneDx17,
            (Format::CycloneDx, _) => Self::CycloneDx16,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = if self.format() == Format::CycloneDx { "CycloneDX" } else { "SPDX" };
        write!(f, "{family} {}", self.version())
    }
}

/// Why a document could not be converted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// It cannot be written in its own format.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// What was written cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It breaks the rules of its own format where the other has no room for that.
    #[error("it would not be a valid document of {target}: {reason}")]
    Invalid {
        /// What it should have become.
        target: Target,
        /// The first fault that stays.
        reason: String,
    },
    /// There is no way between the two.
    #[error("there is no way from {from} to {to}")]
    NoWay {
        /// The document's format.
        from: Format,
        /// What it should have become.
        to: Format,
    },
}

/// A document in another format.
#[derive(Clone, Debug)]
pub struct Converted {
    /// The document.
    pub document: Document,
    /// `sbom-conversion-loss` for each field that cannot be had back, and `sbom-conversion-carried`, a note, for each kind
    /// of field that only properties or annotations hold.
    pub findings: Vec<Finding>,
}

/// Converts a document.
///
/// What the other format has no field for is carried in CycloneDX properties or SPDX annotations, so that converting back
/// gives the original; where even that cannot be done the findings say what was lost. Linear in the document's size, at
/// about ten passes over it.
///
/// # Errors
/// [`ConvertError`].
pub fn convert(document: &Document, target: Target) -> Result<Converted, ConvertError> {
    let (converted, mut findings) = if document.format == target.format() {
        restate::restate(document, target)?
    } else {
        let converted = chain(document, target)?;
        let original = Flat::of(document)?;
        let (back, pairs) = way_back(&converted, document)?;
        let difference = delta::difference((&original, document), (&Flat::of(&back)?, &back), &pairs);
        let findings = losses::findings(&original, document, &difference, target);
        (converted, findings)
    };
    findings.extend(losses::carried(&converted, document.format));
    Ok(Converted { document: converted, findings })
}

/// A document of SPDX 2 that this program has just made, in another format: what both have fields for, and nothing carried.
///
/// Who makes a document knows all that it says, so nothing has to be brought back from it. One pass, and no rules are asked.
///
/// # Errors
/// [`ConvertError::NoWay`] where the document is not of SPDX 2, or the target is.
pub fn draft(mut document: Document, target: Target) -> Result<Document, ConvertError> {
    strip(&mut document, target.format());
    Ok(mapped(&document, target.format(), target.version())?.document)
}

/// Converts a document that is to be merged into another.
///
/// What is carried for the whole document (its relationships of types that the other format does not have, …) cannot be
/// put back from a merged one, and so is lost, and told, save what the merged document says for itself: its name,
/// namespace, times and makers.
///
/// # Errors
/// As [`convert`].
pub fn convert_part(document: &Document, target: Target) -> Result<Converted, ConvertError> {
    let Converted { document: mut part, mut findings } = convert(document, target)?;
    if part.format == document.format {
        return Ok(Converted { document: part, findings });
    }
    let mut whole = Carried::default();
    if part.format == Format::CycloneDx {
        whole = Carried::from_properties(&mut part.properties, document.format);
    } else {
        part.annotations.retain(|annotation| {
            let is_whole = annotation.subject.element() == Some(Element::Document);
            let carried = Carried::from_annotation(annotation, document.format).filter(|_| is_whole);
            let stays = carried.is_none();
            whole = carried.unwrap_or_else(|| std::mem::take(&mut whole));
            stays
        });
    }
    whole.unset.clear();
    whole.set.retain(|(name, value)| !losses::is_of_one_document(name, value));
    let difference = delta::Difference { whole, elements: Vec::new() };
    findings.retain(|finding| finding.rule == &LOSS);
    findings.extend(losses::findings(&Flat::of(document)?, document, &difference, target));
    Ok(Converted { document: part, findings })
}

/// Converts step by step.
fn chain(document: &Document, target: Target) -> Result<Document, ConvertError> {
    if document.format == Format::Spdx2 || target.format() == Format::Spdx2 {
        return step(document, target);
    }
    step(&step(document, Target::Spdx23)?, target)
}

/// The document as it comes back, and which of its elements are which of the original's: those in the same place.
fn way_back(
    converted: &Document,
    original: &Document,
) -> Result<(Document, Vec<(Element, Element)>), ConvertError> {
    let text = flat::text(converted)?;
    let read = crate::read(text.as_bytes())?;
    let mut back = chain(&read, Target::like(original))?;
    back.version.clone_from(&original.version);
    let both = elements(original).filter(|element| has(&back, *element));
    let pairs = both.map(|element| (element, element)).collect();
    Ok((back, pairs))
}

/// All elements of a document that may be an end of a pair.
fn elements(document: &Document) -> impl Iterator<Item = Element> {
    let number = |at: usize| u32::try_from(at).expect("an arena holds fewer than 2^32 elements");
    let components = (0..document.components.len()).map(move |at| crate::ComponentId(number(at)).into());
    let files = (0..document.files.len()).map(move |at| crate::FileId(number(at)).into());
    let snippets = (0..document.snippets.len()).map(move |at| Element::Snippet(number(at)));
    let licenses = (0..document.licenses.len()).map(move |at| Element::License(number(at)));
    components.chain(files).chain(snippets).chain(licenses)
}

fn has(document: &Document, element: Element) -> bool {
    match element {
        Element::Document => true,
        Element::Component(id) => (id.0 as usize) < document.components.len(),
        Element::File(id) => (id.0 as usize) < document.files.len(),
        Element::Snippet(at) => (at as usize) < document.snippets.len(),
        Element::License(at) => (at as usize) < document.licenses.len(),
        Element::Service(_) | Element::Other(_) => false,
    }
}

/// A document of another format, and which of its elements stands for which of the original, the original's first. Each
/// element is in at most one pair.
struct Mapped {
    document: Document,
    pairs: Vec<(Element, Element)>,
}

/// Part 1 of a step.
fn mapped(document: &Document, to: Format, version: &str) -> Result<Mapped, ConvertError> {
    let mut mapped = match (document.format, to) {
        (Format::Spdx2, Format::CycloneDx) => to_cyclonedx::map(document, version),
        (Format::CycloneDx, Format::Spdx2) => from_cyclonedx::map(document),
        (Format::Spdx2, Format::Spdx3) => to_spdx3::map(document),
        (Format::Spdx3, Format::Spdx2) => from_spdx3::map(document),
        (from, to) => return Err(ConvertError::NoWay { from, to }),
    };
    mapped.document.version = version.into();
    Ok(mapped)
}

/// The key by which the version of a document of CycloneDX before 1.6 is carried.
const OLD_VERSION: &str = "specVersion";

/// One step.
fn step(document: &Document, target: Target) -> Result<Document, ConvertError> {
    let (to, version) = (target.format(), target.version());
    let mut source = document.clone();
    let (mut whole, carried) = strip(&mut source, to);
    // What is carried is put back in the form of the version that it came from.
    let old = whole.take(OLD_VERSION);
    let form = old.as_ref().and_then(crate::Json::as_str).unwrap_or(version);
    let Mapped { document: mut result, mut pairs } = mapped(&source, to, form)?;
    if !whole.is_empty() || !carried.is_empty() {
        let to_result: HashMap<Element, Element> = pairs.iter().copied().collect();
        let mut carried: Vec<(Element, Carried)> = carried
            .into_iter()
            .filter_map(|(element, carried)| Some((*to_result.get(&element)?, carried)))
            .collect();
        delta::restore_ids(&mut result, &mut carried);
        let mut flat = Flat::of(&result)?;
        let places = delta::restore(&mut flat, &result, &whole, &carried);
        let again = delta::read_again(flat)?;
        let by_id = (to == Format::Spdx3).then(|| crate::spdx3::elements_by_id(&again));
        let moved = |element: Element| match &by_id {
            // The graph has no order that the model would keep.
            Some(by_id) => by_id.get(result.id_of(element)?).copied(),
            None => {
                let (list, item) = place(&result, element)?;
                renumbered(element, (*places.get(list)?.get(item)?)?)
            }
        };
        pairs = pairs.into_iter().filter_map(|(from, at)| Some((from, moved(at)?))).collect();
        drop(by_id);
        result = again;
    }
    result.version = version.into();
    let result = mend::mend(result, target)?;
    let Mapped { document: back, pairs: back_pairs } = mapped(&result, source.format, &source.version)?;
    let to_back: HashMap<Element, Element> = back_pairs.into_iter().collect();
    // In SPDX 2 nothing can be said of a licence text but what it has fields for.
    let can_carry = |at: &Element| to != Format::Spdx2 || !matches!(at, Element::License(_));
    let compared: Vec<(Element, Element)> = pairs
        .iter()
        .filter(|(_, at)| can_carry(at))
        .filter_map(|(from, at)| Some((*from, *to_back.get(at)?)))
        .collect();
    let mut difference = compare(&source, back, &compared)?;
    if source.format == Format::CycloneDx && !matches!(&*source.version, "1.6" | "1.7") {
        difference.whole.set.push((OLD_VERSION.into(), crate::Json::String(source.version.clone())));
    }
    let to_result: HashMap<Element, Element> = pairs.into_iter().collect();
    Ok(attach(result, source.format, difference, &to_result))
}

/// The number of the list and of the item of an element.
fn place(document: &Document, element: Element) -> Option<(usize, usize)> {
    Some(match (document.format, element) {
        (_, Element::Component(id)) => (0, id.0 as usize),
        (Format::Spdx2, Element::File(id)) => (1, id.0 as usize),
        (Format::Spdx2, Element::Snippet(at)) => (2, at as usize),
        (Format::Spdx2, Element::License(at)) => (3, at as usize),
        _ => return None,
    })
}

fn renumbered(element: Element, at: usize) -> Option<Element> {
    let at = u32::try_from(at).ok()?;
    Some(match element {
        Element::Component(_) => crate::ComponentId(at).into(),
        Element::File(_) => crate::FileId(at).into(),
        Element::Snippet(_) => Element::Snippet(at),
        Element::License(_) => Element::License(at),
        other => other,
    })
}

/// What `copy` lacks of `source`. Where ids differ they are told, and else compared as if they did not.
fn compare(
    source: &Document,
    mut copy: Document,
    pairs: &[(Element, Element)],
) -> Result<delta::Difference, ConvertError> {
    let mut ids: Vec<(Element, Carried)> = Vec::new();
    let key = match source.format {
        Format::Spdx2 => "SPDXID",
        Format::Spdx3 => "spdxId",
        Format::CycloneDx => "bom-ref",
    };
    for (mine, other) in pairs {
        let id = source.id_of(*mine).map(Text::from);
        let Some(slot) = delta::id_mut(&mut copy, *other) else { continue };
        if *slot == id {
            continue;
        }
        let mut carried = Carried::default();
        // Licences are named in expressions, too; so an id that they have in SPDX 2 cannot be exchanged.
        if source.format == Format::Spdx2 && matches!(mine, Element::License(_)) {
            continue;
        }
        match &id {
            Some(id) => carried.set.push((key.into(), crate::Json::String(id.clone()))),
            None => carried.unset.push(key.into()),
        }
        ids.push((*mine, carried));
        *slot = id;
    }
    let original = Flat::of(source)?;
    let mut difference = delta::difference((&original, source), (&Flat::of(&copy)?, &copy), pairs);
    let mut ids: HashMap<Element, Carried> = ids.into_iter().collect();
    for (element, carried) in &mut difference.elements {
        if let Some(id) = ids.remove(element) {
            carried.set.splice(0..0, id.set);
            carried.unset.splice(0..0, id.unset);
        }
    }
    let rest = pairs.iter().filter_map(|(mine, _)| Some((*mine, ids.remove(mine)?)));
    difference.elements.extend(rest.collect::<Vec<_>>());
    // A signature holds for the very bytes of the original, and for nothing else.
    difference.whole.take("signature");
    difference.elements.iter_mut().for_each(|(_, carried)| drop(carried.take("signature")));
    Ok(difference)
}

/// Takes what is carried for a format out of a document.
fn strip(document: &mut Document, format: Format) -> (Carried, Vec<(Element, Carried)>) {
    let mut whole = Carried::default();
    let mut elements = Vec::new();
    if document.format == Format::CycloneDx {
        whole = Carried::from_properties(&mut document.properties, format);
        for (at, component) in (0..).zip(&mut document.components) {
            let carried = Carried::from_properties(&mut component.properties, format);
            if !carried.is_empty() {
                elements.push((crate::ComponentId(at).into(), carried));
            }
        }
    } else {
        document.annotations.retain(|annotation| {
            let Some(subject) = annotation.subject.element() else { return true };
            let Some(carried) = Carried::from_annotation(annotation, format) else { return true };
            match subject {
                Element::Document => whole = carried,
                other => elements.push((other, carried)),
            }
            false
        });
    }
    (whole, elements)
}

/// Part 4 of a step.
fn attach(
    mut result: Document,
    format: Format,
    difference: delta::Difference,
    to_result: &HashMap<Element, Element>,
) -> Document {
    let elements = difference.elements.into_iter().filter(|(_, carried)| !carried.is_empty());
    let elements: Vec<(Element, Carried)> =
        elements.filter_map(|(element, carried)| Some((*to_result.get(&element)?, carried))).collect();
    if result.format == Format::CycloneDx {
        result.properties.extend(difference.whole.properties(format));
        for (element, carried) in elements {
            if let Element::Component(id) = element {
                result.components[id.0 as usize].properties.extend(carried.properties(format));
            }
        }
        return result;
    }
    let date = result.creation.created.clone();
    let whole = (!difference.whole.is_empty()).then_some((Element::Document, difference.whole));
    for (at, (element, carried)) in whole.into_iter().chain(elements).enumerate() {
        let mut annotation = carried.annotation(format, element, tool(), date.clone());
        if result.format == Format::Spdx3 {
            let whole = result.id.as_deref().unwrap_or("urn:bonafide:document");
            let id = format!("{whole}-Carried-{}", at + 1);
            annotation.extra.push(Format::Spdx3, "spdxId", crate::Json::String(id.into()));
            annotation.kind = Some("other".into());
        }
        result.annotations.push(annotation);
    }
    result.annotations.sort_by_key(|annotation| annotation.subject.element());
    result
}

/// This program, as documents name it.
fn tool() -> Actor {
    Actor::new(ActorKind::Tool, concat!("bonafide-", env!("CARGO_PKG_VERSION")))
}

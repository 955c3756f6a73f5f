//! `evidence` of a component, in and out.

use super::number;
use crate::error::ReadError;
use crate::json::{Extra, Fields, Json, Object};
use crate::model::{Evidence, Format, Identity, IdentityMethod, Occurrence, Text};
use bonafide_json::Kind;

/// The oldest version whose `identity` is a list.
const IDENTITIES_SINCE: (u32, u32) = (1, 6);

/// The evidence that stands next; nothing where the model has nothing of it, and the reader then stands before it again.
pub(super) fn evidence(fields: &mut Fields<'_, '_>) -> Result<Option<Box<Evidence>>, ReadError> {
    let mark = fields.reader.mark();
    if !fields.object()? {
        return Ok(None);
    }
    let mut evidence = Evidence::default();
    let mut extra = Extra::default();
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "occurrences" => fields.list(&key, &mut evidence.occurrences, &mut extra, occurrence)?,
            "identity" if fields.reader.peek()? == Kind::Object => match identity(fields)? {
                Some(identity) => evidence.identities.push(identity),
                None => fields.keep(&key, &mut extra)?,
            },
            "identity" => fields.list(&key, &mut evidence.identities, &mut extra, identity)?,
            _ => fields.keep(&key, &mut extra)?,
        }
    }
    evidence.extra = extra;
    if evidence == Evidence::default() {
        fields.reader.rewind(&mark);
        return Ok(None);
    }
    Ok(Some(Box::new(evidence)))
}

fn occurrence(fields: &mut Fields<'_, '_>) -> Result<Option<Occurrence>, ReadError> {
    let mut occurrence = Occurrence::default();
    let mut location = None;
    let mut extra = Extra::default();
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "bom-ref" => fields.text(&key, &mut occurrence.id, &mut extra)?,
            "location" => fields.text(&key, &mut location, &mut extra)?,
            "line" => fields.integer(&key, &mut occurrence.line, &mut extra)?,
            "offset" => fields.integer(&key, &mut occurrence.offset, &mut extra)?,
            "symbol" => fields.text(&key, &mut occurrence.symbol, &mut extra)?,
            "additionalContext" => fields.text(&key, &mut occurrence.context, &mut extra)?,
            _ => fields.keep(&key, &mut extra)?,
        }
    }
    let Some(location) = location else { return Ok(None) };
    Ok(Some(Occurrence { location, extra, ..occurrence }))
}

/// Always something for an object: no field of it is needed to know it.
fn identity(fields: &mut Fields<'_, '_>) -> Result<Option<Identity>, ReadError> {
    let mut identity = Identity::default();
    let mut extra = Extra::default();
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "field" => fields.text(&key, &mut identity.field, &mut extra)?,
            "confidence" => digits(fields, &key, &mut identity.confidence, &mut extra)?,
            "concludedValue" => fields.text(&key, &mut identity.concluded, &mut extra)?,
            "methods" => fields.list(&key, &mut identity.methods, &mut extra, method)?,
            _ => fields.keep(&key, &mut extra)?,
        }
    }
    identity.extra = extra;
    Ok(Some(identity))
}

fn method(fields: &mut Fields<'_, '_>) -> Result<Option<IdentityMethod>, ReadError> {
    let mut method = IdentityMethod::default();
    let mut extra = Extra::default();
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "technique" => fields.text(&key, &mut method.technique, &mut extra)?,
            "confidence" => digits(fields, &key, &mut method.confidence, &mut extra)?,
            "value" => fields.text(&key, &mut method.value, &mut extra)?,
            _ => fields.keep(&key, &mut extra)?,
        }
    }
    method.extra = extra;
    Ok(Some(method))
}

fn digits(
    fields: &mut Fields<'_, '_>,
    key: &str,
    slot: &mut Option<Text>,
    extra: &mut Extra,
) -> Result<(), ReadError> {
    if fields.reader.peek()? != Kind::Number {
        return fields.keep(key, extra);
    }
    *slot = Some(fields.reader.number()?.into());
    Ok(())
}

/// The object; `version` decides whether `identity` is a list.
pub(crate) fn evidence_json(evidence: &Evidence, version: &str) -> Json {
    let mut object = Object::new(Format::CycloneDx);
    match evidence.identities.as_slice() {
        [one] if number(version) < IDENTITIES_SINCE => object.put("identity", identity_json(one)),
        many => object.items("identity", many.iter().map(identity_json)),
    }
    object.items(
        "occurrences",
        evidence.occurrences.iter().map(|occurrence| {
            let mut item = Object::new(Format::CycloneDx);
            item.text("bom-ref", occurrence.id.as_deref());
            item.put("location", Json::String(occurrence.location.clone()));
            item.number("line", occurrence.line);
            item.number("offset", occurrence.offset);
            item.text("symbol", occurrence.symbol.as_deref());
            item.text("additionalContext", occurrence.context.as_deref());
            item.extra(&occurrence.extra);
            item.done()
        }),
    );
    object.extra(&evidence.extra);
    object.done()
}

fn identity_json(identity: &Identity) -> Json {
    let mut object = Object::new(Format::CycloneDx);
    object.text("field", identity.field.as_deref());
    object.number("confidence", identity.confidence.as_deref());
    object.text("concludedValue", identity.concluded.as_deref());
    object.items(
        "methods",
        identity.methods.iter().map(|method| {
            let mut item = Object::new(Format::CycloneDx);
            item.text("technique", method.technique.as_deref());
            item.number("confidence", method.confidence.as_deref());
            item.text("value", method.value.as_deref());
            item.extra(&method.extra);
            item.done()
        }),
    );
    object.extra(&identity.extra);
    object.done()
}

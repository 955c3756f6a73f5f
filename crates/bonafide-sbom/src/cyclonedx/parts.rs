//! The small objects of CycloneDX, in and out. Each reader answers nothing for what does not fit the model, and the
//! list that it is in is then kept as it stands.

use crate::error::ReadError;
use crate::json::{Extra, Fields, Json, Object};
use crate::model::{
    Acknowledgement, Actor, ActorKind, Algorithm, Category, Digest, Format, License, LicenseName, Property,
    Reference, Text,
};

/// A string that must be there for the object to fit.
macro_rules! need {
    ($fields:expr) => {
        match $fields.string()? {
            Some(text) => text,
            None => return Ok(None),
        }
    };
}

pub(super) fn digest(fields: &mut Fields<'_, '_>) -> Result<Option<Digest>, ReadError> {
    let (mut algorithm, mut value) = (None, None);
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "alg" => algorithm = Some(Algorithm::from_cyclonedx(&need!(fields))),
            "content" => value = Some(Text::from(need!(fields))),
            _ => return Ok(None),
        }
    }
    Ok(algorithm.zip(value).map(|(algorithm, value)| Digest { algorithm, value }))
}

/// Left out where CycloneDX does not know the algorithm.
pub(super) fn put_digests(object: &mut Object, key: &str, digests: &[Digest]) {
    object.items(
        key,
        digests.iter().filter_map(|digest| {
            let mut item = Object::new(Format::CycloneDx);
            item.put("alg", Json::string(digest.algorithm.cyclonedx()?));
            item.put("content", Json::String(digest.value.clone()));
            Some(item.done())
        }),
    );
}

pub(super) fn property(fields: &mut Fields<'_, '_>) -> Result<Option<Property>, ReadError> {
    let (mut name, mut value) = (None, None);
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "name" => name = Some(Text::from(need!(fields))),
            "value" => value = Some(Text::from(need!(fields))),
            _ => return Ok(None),
        }
    }
    Ok(name.map(|name| Property { name, value }))
}

pub(super) fn put_properties(object: &mut Object, properties: &[Property]) {
    object.items(
        "properties",
        properties.iter().map(|property| {
            let mut item = Object::new(Format::CycloneDx);
            item.put("name", Json::String(property.name.clone()));
            item.text("value", property.value.as_deref());
            item.done()
        }),
    );
}

pub(super) fn link(fields: &mut Fields<'_, '_>) -> Result<Option<Reference>, ReadError> {
    let (mut kind, mut locator) = (None, None);
    let mut reference = Reference::new(Category::Link, "", "");
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "type" => kind = Some(Text::from(need!(fields))),
            "url" => locator = Some(Text::from(need!(fields))),
            "comment" => fields.text(&key, &mut reference.comment, &mut reference.extra)?,
            "hashes" => fields.list(&key, &mut reference.digests, &mut reference.extra, digest)?,
            _ => fields.keep(&key, &mut reference.extra)?,
        }
    }
    let (Some(kind), Some(locator)) = (kind, locator) else { return Ok(None) };
    reference.kind = kind;
    reference.locator = locator;
    Ok(Some(reference))
}

pub(super) fn put_links(object: &mut Object, references: &[Reference]) {
    object.items(
        "externalReferences",
        references.iter().filter(|reference| reference.category == Category::Link).map(|reference| {
            let mut item = Object::new(Format::CycloneDx);
            item.put("url", Json::String(reference.locator.clone()));
            item.text("comment", reference.comment.as_deref());
            item.put("type", Json::String(reference.kind.clone()));
            put_digests(&mut item, "hashes", &reference.digests);
            item.extra(&reference.extra);
            item.done()
        }),
    );
}

pub(super) fn license(fields: &mut Fields<'_, '_>) -> Result<Option<License>, ReadError> {
    let mut license = None;
    if !fields.object()? {
        return Ok(None);
    }
    let mut outer = Extra::default();
    let mut mark = None;
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "license" if license.is_none() => {
                let Some(inner) = named_license(fields)? else { return Ok(None) };
                license = Some(inner);
            }
            "expression" if license.is_none() => {
                let name = LicenseName::Expression(need!(fields).into());
                license = Some(License { name, acknowledgement: None, extra: Extra::default() });
            }
            "acknowledgement" => mark = Some(acknowledgement(&need!(fields))),
            _ => fields.keep(&key, &mut outer)?,
        }
    }
    let Some(mut license) = license else { return Ok(None) };
    match &license.name {
        LicenseName::Expression(_) => {
            license.acknowledgement = mark;
            license.extra = outer;
        }
        // Beside `license` nothing else may stand.
        _ if mark.is_some() || !outer.is_empty() => return Ok(None),
        _ => {}
    }
    Ok(Some(license))
}

fn named_license(fields: &mut Fields<'_, '_>) -> Result<Option<License>, ReadError> {
    let mut name = None;
    let mut mark = None;
    let mut extra = Extra::default();
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        match &*key {
            "id" if name.is_none() => name = Some(LicenseName::Id(need!(fields).into())),
            "name" if name.is_none() => name = Some(LicenseName::Name(need!(fields).into())),
            "id" | "name" => return Ok(None),
            "acknowledgement" => mark = Some(acknowledgement(&need!(fields))),
            _ => fields.keep(&key, &mut extra)?,
        }
    }
    Ok(name.map(|name| License { name, acknowledgement: mark, extra }))
}

fn acknowledgement(word: &str) -> Acknowledgement {
    match word {
        "declared" => Acknowledgement::Declared,
        "concluded" => Acknowledgement::Concluded,
        _ => Acknowledgement::Unknown(word.into()),
    }
}

pub(super) fn put_licenses(object: &mut Object, licenses: &[License]) {
    object.items(
        "licenses",
        licenses.iter().map(|license| {
            let mut item = Object::new(Format::CycloneDx);
            let (key, text) = match &license.name {
                LicenseName::Id(text) => ("id", text),
                LicenseName::Name(text) => ("name", text),
                LicenseName::Expression(text) => ("expression", text),
            };
            item.put(key, Json::String(text.clone()));
            item.text(
                "acknowledgement",
                license.acknowledgement.as_ref().map(|mark| match mark {
                    Acknowledgement::Declared => "declared",
                    Acknowledgement::Concluded => "concluded",
                    Acknowledgement::Unknown(word) => word,
                }),
            );
            item.extra(&license.extra);
            if key == "expression" {
                return item.done();
            }
            let mut outer = Object::new(Format::CycloneDx);
            outer.put("license", item.done());
            outer.done()
        }),
    );
}

/// An organisation.
pub(super) fn organization(fields: &mut Fields<'_, '_>) -> Result<Option<Actor>, ReadError> {
    actor(fields, ActorKind::Organization)
}

/// A person.
pub(super) fn contact(fields: &mut Fields<'_, '_>) -> Result<Option<Actor>, ReadError> {
    actor(fields, ActorKind::Person)
}

fn actor(fields: &mut Fields<'_, '_>, kind: ActorKind) -> Result<Option<Actor>, ReadError> {
    let mut actor = Actor { kind, ..Actor::default() };
    let mut extra = Extra::default();
    if !fields.object()? {
        return Ok(None);
    }
    while let Some(key) = fields.reader.next_key()? {
        match (&*key, kind) {
            ("bom-ref", _) => fields.text(&key, &mut actor.id, &mut extra)?,
            ("name", _) => {
                let mut name = None;
                fields.text(&key, &mut name, &mut extra)?;
                match name {
                    // An empty name is not the same as none, but nobody asks for the difference.
                    Some(name) if name.is_empty() => {
                        extra.push(Format::CycloneDx, "name", Json::String(name))
                    }
                    Some(name) => actor.name = name,
                    None => {}
                }
            }
            ("email", ActorKind::Person) => fields.text(&key, &mut actor.email, &mut extra)?,
            ("url", ActorKind::Organization) => fields.texts(&key, &mut actor.urls, &mut extra)?,
            ("contact", ActorKind::Organization) => {
                fields.list(&key, &mut actor.contacts, &mut extra, contact)?;
            }
            _ => fields.keep(&key, &mut extra)?,
        }
    }
    actor.extra = extra;
    Ok(Some(actor))
}

pub(super) fn actor_json(actor: &Actor) -> Json {
    let mut object = Object::new(Format::CycloneDx);
    object.text("bom-ref", actor.id.as_deref());
    object.text("name", Some(&*actor.name).filter(|name| !name.is_empty()));
    match actor.kind {
        ActorKind::Organization => {
            object.texts("url", &actor.urls);
            object.items("contact", actor.contacts.iter().map(actor_json));
        }
        _ => object.text("email", actor.email.as_deref()),
    }
    object.extra(&actor.extra);
    object.done()
}

//! Agents and tools: elements that the model's actors are a view of.

use crate::json::Json;
use crate::model::{Actor, ActorKind, Component, OtherElement};

/// The actor that an element is, or that an IRI without element may be.
pub(super) fn actor(iri: &str, element: Option<&OtherElement>) -> Actor {
    let mut actor = Actor { id: Some(iri.into()), ..Actor::default() };
    let Some(element) = element else { return actor };
    actor.kind = match &*element.class {
        "Person" => ActorKind::Person,
        "Organization" => ActorKind::Organization,
        "SoftwareAgent" => ActorKind::SoftwareAgent,
        "Tool" => ActorKind::Tool,
        _ => ActorKind::Unspecified,
    };
    if let Some(name) = element.fields.get("name").and_then(Json::as_str) {
        actor.name = name.into();
    }
    // The plural is no word of SPDX 3, yet common.
    for key in ["externalIdentifier", "externalIdentifiers"] {
        for identifier in element.fields.get(key).and_then(Json::as_array).unwrap_or_default() {
            let Some(text) = identifier.get("identifier").and_then(Json::as_str) else { continue };
            match identifier.get("externalIdentifierType").and_then(Json::as_str) {
                Some("email") if actor.email.is_none() => actor.email = Some(text.into()),
                Some("urlScheme") => actor.urls.push(text.into()),
                Some("other") if text.starts_with("https://") || text.starts_with("http://") => {
                    actor.urls.push(text.into());
                }
                _ => {}
            }
        }
    }
    actor
}

/// The tool that an element is.
pub(super) fn tool(iri: &str, element: Option<&OtherElement>) -> Component {
    Component {
        id: Some(iri.into()),
        name: element.and_then(|tool| tool.fields.get("name")).and_then(Json::as_str).map(Into::into),
        ..Component::default()
    }
}

//! People, organisations and tools.

use super::claim::Text;
use crate::json::Extra;

/// What an [`Actor`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActorKind {
    /// `Person: …` in SPDX 2, a contact in CycloneDX.
    Person,
    /// `Organization: …` in SPDX 2, an organisational entity in CycloneDX.
    Organization,
    /// `Tool: …` in SPDX 2.
    Tool,
    /// SPDX 3 software agent.
    SoftwareAgent,
    /// Text that does not say what it is, or an SPDX 3 `Agent`. SPDX 2 does not allow it; kept as it stands.
    #[default]
    Unspecified,
}

impl ActorKind {
    /// The word before the colon in SPDX 2, where there is one.
    #[must_use]
    pub const fn spdx(self) -> Option<&'static str> {
        match self {
            Self::Person => Some("Person"),
            Self::Organization => Some("Organization"),
            Self::Tool => Some("Tool"),
            Self::SoftwareAgent | Self::Unspecified => None,
        }
    }
}

/// Somebody who made, supplies or describes software.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor {
    /// What it is.
    pub kind: ActorKind,
    /// The document's own id of it: CycloneDX `bom-ref`, SPDX 3 `spdxId`.
    pub id: Option<Text>,
    /// Its name. For [`ActorKind::Tool`] from SPDX 2 name and version in one, as `name-version`. Empty where the
    /// document gives none.
    pub name: Text,
    /// Electronic mail; in SPDX 2 the text in brackets, which may be empty.
    pub email: Option<Text>,
    /// CycloneDX `url`.
    pub urls: Vec<Text>,
    /// CycloneDX `contact`.
    pub contacts: Vec<Self>,
    /// Fields that the model does not know: `phone`, `address`.
    pub extra: Extra,
}

impl Actor {
    /// An actor with a name and no more.
    #[must_use]
    pub fn new(kind: ActorKind, name: &str) -> Self {
        Self { kind, name: name.into(), ..Self::default() }
    }

    /// Reads SPDX 2 text: `Organization: The Name (mail@example.org)`.
    ///
    /// Never fails and loses nothing: text that [`Actor::to_spdx`] would not give back exactly becomes the name of an
    /// [`ActorKind::Unspecified`] actor, which validation reports.
    #[must_use]
    pub fn from_spdx(text: &str) -> Self {
        let as_it_stands = || Self::new(ActorKind::Unspecified, text);
        let Some((word, rest)) = text.split_once(": ") else { return as_it_stands() };
        let kind = match word {
            "Person" => ActorKind::Person,
            "Organization" => ActorKind::Organization,
            "Tool" => ActorKind::Tool,
            _ => return as_it_stands(),
        };
        let mut actor = Self { kind, ..Self::default() };
        match rest.strip_suffix(')').and_then(|inner| inner.rsplit_once(" (")) {
            // A tool has no address: brackets belong to its name.
            Some((name, email)) if kind != ActorKind::Tool => {
                actor.name = name.into();
                actor.email = Some(email.into());
            }
            _ => actor.name = rest.into(),
        }
        actor
    }

    /// SPDX 2 text. Addresses on the web, contacts and extras have no place there.
    #[must_use]
    pub fn to_spdx(&self) -> String {
        let mut text = String::new();
        let kind = match self.kind {
            ActorKind::SoftwareAgent => Some("Tool"),
            other => other.spdx(),
        };
        if let Some(word) = kind {
            text.push_str(word);
            text.push_str(": ");
        }
        text.push_str(&self.name);
        if let (Some(email), false) = (&self.email, kind == Some("Tool")) {
            text.push_str(" (");
            text.push_str(email);
            text.push(')');
        }
        text
    }
}

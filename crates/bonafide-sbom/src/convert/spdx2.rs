//! What any document must have to be one of SPDX 2.

use crate::model::{
    Algorithm, ComponentId, Digest, Document, Element, End, RelationshipKind, Text, VerificationCode,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Whether a text may stand where SPDX wants one line.
pub(super) fn is_line(text: &str) -> bool {
    !text.is_empty() && !text.contains(['\n', '\r'])
}

/// Whether a digest has the length of its algorithm, in either case.
pub(super) fn is_right(digest: &Digest) -> bool {
    Digest::new(digest.algorithm.clone(), digest.value.to_ascii_lowercase()).is_well_formed()
}

/// Those that SPDX 2 can write, in lower case as it asks.
pub(super) fn right_digests(digests: &[Digest]) -> Vec<Digest> {
    digests
        .iter()
        .filter(|digest| {
            !matches!(digest.algorithm, Algorithm::Unknown(_))
                && digest.algorithm.spdx2().is_some()
                && is_right(digest)
        })
        .map(|digest| Digest::new(digest.algorithm.clone(), digest.value.to_ascii_lowercase()))
        .collect()
}

/// Letters, digits, `.` and `-`; every run of others is one `-`.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            plain.push(c);
        } else if !plain.ends_with('-') {
            plain.push('-');
        }
    }
    plain.trim_matches('-').to_owned()
}

/// Ids that are given or reserved, and the number that was last appended to each.
#[derive(Default)]
pub(super) struct Ids {
    taken: HashSet<Text>,
    last: HashMap<String, u64>,
}

impl Ids {
    /// Takes an id if it is free.
    pub(super) fn take(&mut self, id: &str) -> bool {
        self.taken.insert(id.into())
    }

    /// The id, or the id and the first number that is free.
    pub(super) fn unused(&mut self, plain: &str) -> Text {
        if self.take(plain) {
            return plain.into();
        }
        let mut number = self.last.get(plain).copied().unwrap_or(1);
        loop {
            number += 1;
            let id = format!("{plain}-{number}");
            if self.take(&id) {
                self.last.insert(plain.to_owned(), number);
                return id.into();
            }
        }
    }
}

/// Says of packages that contain files that these were analysed, and gives them their verification codes.
pub(super) fn analysed(document: &mut Document) {
    let mut files: HashMap<ComponentId, Vec<&str>> = HashMap::new();
    for edge in &document.relationships {
        if let (
            RelationshipKind::Contains,
            End::Element(Element::Component(from)),
            End::Element(Element::File(to)),
        ) = (&edge.kind, &edge.from, &edge.to)
        {
            let digests = &document.files[to.0 as usize].digests;
            let sha1 = digests.iter().find(|digest| digest.algorithm == Algorithm::Sha1);
            files.entry(*from).or_default().extend(sha1.map(|digest| &*digest.value));
        }
    }
    let codes: Vec<(ComponentId, String)> =
        files.into_iter().map(|(id, digests)| (id, crate::verification_code(digests.into_iter()))).collect();
    for (id, value) in codes {
        let package = &mut document.components[id.0 as usize];
        package.files_analyzed = Some(true);
        if package.verification_code.is_none() {
            package.verification_code =
                Some(Box::new(VerificationCode { value: value.into(), ..VerificationCode::default() }));
        }
    }
}

/// A namespace that is a function of what the document says, whatever the version that it is written in.
pub(super) fn made_namespace(document: &Document) -> String {
    let mut document = Document { version: "".into(), ..document.clone() };
    for key in ["$schema", "@context"] {
        document.extra.remove(key);
    }
    let text = super::flat::text(&document).unwrap_or_default();
    format!("urn:uuid:{}", Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()))
}

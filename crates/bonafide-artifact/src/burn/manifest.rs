//! The manifest: which member of which container is which file.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::fault::{Fault, FaultKind};
use crate::limits::Limits;
use crate::verify::{Algorithm, Check};

/// Elements inside elements, at most.
const DEEPEST: usize = 64;

/// A file that the bundle knows of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Payload {
    /// Where it goes, with slashes.
    pub(super) path: String,
    /// What its container calls it.
    pub(super) source: String,
    pub(super) size: Option<u64>,
    /// In hexadecimal digits: SHA-1 in WiX 3, SHA-512 from WiX 4 on.
    digest: String,
    /// The id of its container; empty for one of the UX container, and where it lies in none.
    pub(super) container: String,
    /// Whether it lies in the UX container.
    pub(super) is_ux: bool,
    /// Where it can be had, if it is in no container.
    pub(super) url: String,
}

impl Payload {
    /// What its bytes must have.
    pub(super) fn check(&self) -> Option<Check> {
        let algorithm = match self.digest.len() {
            40 => Algorithm::Sha1,
            64 => Algorithm::Sha256,
            128 => Algorithm::Sha512,
            _ => return None,
        };
        Check::digest(algorithm, &self.digest, "in the manifest")
    }
}

/// A container that the manifest names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Container {
    pub(crate) id: String,
    pub(crate) size: Option<u64>,
    /// The name of its file, where it is detached.
    pub(crate) path: String,
    /// Its place among the containers of the section, the UX container being 0.
    pub(crate) attached: Option<usize>,
}

/// What a bundle holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manifest {
    pub(super) payloads: Vec<Payload>,
    /// In the order of the manifest; the UX container is not among them.
    pub(crate) containers: Vec<Container>,
}

impl Manifest {
    /// Reads the text of a manifest, in UTF-8 with or without a mark.
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Fault> {
        let malformed =
            |message: String| Fault::new(FaultKind::Malformed, format!("the manifest: {message}"));
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = str::from_utf8(bytes).map_err(|error| malformed(error.to_string()))?;
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut manifest = Self::default();
        let (mut depth, mut known) = (0_usize, false);
        loop {
            match reader.read_event().map_err(|error| malformed(error.to_string()))? {
                Event::Start(start) => {
                    let name = start.local_name();
                    match (depth, name.as_ref()) {
                        (0, "BurnManifest") => known = true,
                        (0, _) | (DEEPEST.., _) => {
                            return Err(malformed("it is no manifest of Burn".to_owned()));
                        }
                        // Those of the UX container lie in an element of their own.
                        (_, "Payload") => manifest.payloads.push(payload(&start, depth > 1)?),
                        (1, "Container") => manifest.container(&start)?,
                        _ => {}
                    }
                    depth += 1;
                    if (manifest.payloads.len() + manifest.containers.len()) as u64 > limits.entries {
                        let message = format!("entries exceed the limit of {}", limits.entries);
                        return Err(Fault::new(FaultKind::Limit, message));
                    }
                }
                Event::End(_) => depth = depth.saturating_sub(1),
                Event::Eof if known && depth == 0 => return Ok(manifest),
                Event::Eof => return Err(malformed("it ends before it should".to_owned())),
                _ => {}
            }
        }
    }

    fn container(&mut self, start: &BytesStart<'_>) -> Result<(), Fault> {
        let mut values = attributes(start)?;
        let mut take = |name: &str| values.remove(name).unwrap_or_default();
        let is_attached = take("Attached") == "yes";
        let before = self.containers.iter().filter(|container| container.attached.is_some()).count();
        // The first manifests had no number.
        let number = take("AttachedIndex").parse().unwrap_or(before + 1);
        self.containers.push(Container {
            id: take("Id"),
            size: take("FileSize").parse().ok(),
            path: take("FilePath"),
            attached: is_attached.then_some(number),
        });
        Ok(())
    }
}

fn payload(start: &BytesStart<'_>, is_ux: bool) -> Result<Payload, Fault> {
    let mut values = attributes(start)?;
    let mut take = |name: &str| values.remove(name).unwrap_or_default();
    Ok(Payload {
        path: take("FilePath").replace('\\', "/"),
        source: take("SourcePath"),
        size: take("FileSize").parse().ok(),
        digest: take("Hash"),
        container: take("Container"),
        is_ux,
        url: take("DownloadUrl"),
    })
}

fn attributes(start: &BytesStart<'_>) -> Result<BTreeMap<String, String>, Fault> {
    let malformed = |message: String| Fault::new(FaultKind::Malformed, format!("the manifest: {message}"));
    let mut values = BTreeMap::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| malformed(error.to_string()))?;
        let name = attribute.key.as_ref().to_owned();
        let value =
            quick_xml::escape::unescape(&attribute.value).map_err(|error| malformed(error.to_string()))?;
        values.insert(name, value.into_owned());
    }
    Ok(values)
}

//! Python distributions: wheels, installed ones, sdists, eggs, and the copies of some inside others.

pub(crate) mod dist_info;
pub(crate) mod embedded_sbom;
pub(crate) mod metadata;
pub(crate) mod pkg_info;
pub(crate) mod record;
mod requirement;
pub(crate) mod vendor_txt;

use bonafide_ident::{Purl, pypi};
use bonafide_report::{Confidence, Finding};

use crate::builder::Builder;
use crate::inventory::{Basis, Component, Evidence, Method};
use crate::license;
pub(crate) use metadata::is_version;
use metadata::{Metadata, MetadataError};

/// The Package URL of a Python project: its name in the normal form of PEP 503.
fn purl(name: &str, version: &str) -> Option<String> {
    Purl::builder("pypi", pypi::normalize(name)).version(version).build().ok().map(|purl| purl.to_string())
}

/// The component that metadata describes.
fn component(metadata: Metadata, location: &str) -> Component {
    Component {
        purl: purl(&metadata.name, &metadata.version),
        license_declared: metadata.license.as_deref().and_then(license::expression),
        name: metadata.name,
        version: Some(metadata.version),
        basis: Some(Basis::Present),
        evidence: vec![Evidence {
            method: Method::Metadata,
            location: location.to_owned(),
            line: None,
            confidence: Confidence::High,
        }],
        ..Component::default()
    }
}

/// Reports metadata that names nothing.
fn report_unusable(builder: &mut Builder, location: &str, error: &MetadataError) {
    let place = builder.place(location);
    let finding = if error.is_template() {
        Finding::new(&crate::rules::UNFILLED_TEMPLATE, place, format!("{error}"))
    } else {
        let message = format!("{error}; no component is made of it");
        Finding::new(&crate::rules::METADATA_UNUSABLE, place, message)
    };
    builder.report(finding);
}

/// The folder (ending with `/`), container (ending with `!/`) or root (empty) that a location lies in.
fn folder(location: &str) -> &str {
    location.rfind('/').map_or("", |at| &location[..=at])
}

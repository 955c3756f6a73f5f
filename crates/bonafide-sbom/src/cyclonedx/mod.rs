//! CycloneDX 1.4 to 1.7 (ECMA-424); 1.2 and 1.3 are read and judged too.
//!
//! A document is one object: `metadata` with the component that it is about, a tree of `components`, `services`, a flat
//! list of `dependencies` between their `bom-ref`s, and much that concerns other trades (vulnerabilities, formulation,
//! declarations), which is kept as it stands.
//!
//! In the model: the component of `metadata` is the end of a `DESCRIBES` edge that a field states; a component inside
//! another is an ordered `CONTAINS` edge that its position states; an entry of `dependencies` that depends on nothing is
//! an edge to `NONE`; `cpe`, `purl`, `omniborId`, `swhid` and `externalReferences` are references, in this order.

mod check;
mod evidence;
mod parts;
mod read;
pub mod rules;
mod schema;
mod write;
mod xml;

pub(crate) use check::check;
pub(crate) use evidence::evidence_json;
pub(crate) use read::read_json;
pub(crate) use schema::{faults as schema_faults, is_valid};
pub(crate) use write::write_json;
pub(crate) use xml::to_json as xml_to_json;

/// The phases that `metadata.lifecycles` knows; any other word is a name of one's own.
const PHASES: &[&str] =
    &["design", "pre-build", "build", "post-build", "operations", "discovery", "decommission"];

/// The oldest version that calls the maker of the document `manufacturer`; before it was `manufacture`.
const MANUFACTURER_SINCE: (u32, u32) = (1, 6);

/// A version as two numbers, to be compared.
fn number(version: &str) -> (u32, u32) {
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    (major.parse().unwrap_or(0), minor.parse().unwrap_or(0))
}

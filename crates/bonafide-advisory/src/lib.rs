//! What others say about vulnerabilities: advisories (OSV, CVE records) and statements of exploitability (VEX).
//!
//! Readers are lenient: an unknown field, word or range type never drops a record, it is counted. What they keep is
//! exact. Nothing here matches anything: that is `bonafide-vuln`.

pub mod applicability;
pub mod cve;
pub mod ecosystem;
mod error;
pub mod exploited;
mod json;
mod lenient;
pub mod lint;
mod node;
pub mod nvd;
pub mod osv;
pub mod vex;
mod yaml;

pub use error::ReadError;
pub use lenient::{Oddities, member_names};
pub use yaml::{YamlError, yaml_to_json};

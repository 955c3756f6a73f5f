//! What others say about vulnerabilities: advisories (OSV, CVE records) and statements of exploitability (VEX).
//!
//! Readers are lenient: an unknown field, word or range type never drops a record, it is counted. What they keep is
//! exact. Nothing here matches anything: that is `bonafide-vuln`.

mod json;
mod lenient;
pub mod osv;
pub mod vex;

pub use lenient::{Oddities, member_names};

//! What others say about vulnerabilities: advisories (OSV, CVE records) and statements of exploitability (VEX).
//!
//! Readers are lenient: an unknown field, word or range type never drops a record, it is counted. What they keep is
//! exact. Nothing here matches anything: that is `bonafide-vuln`.

pub mod applicability;
pub mod cve;
pub mod exploited;
mod json;
mod lenient;
pub mod nvd;
pub mod osv;
pub mod vex;

pub use lenient::{Oddities, member_names};

//! Vulnerability Exploitability eXchange: one statement type for every format that makes such statements.
//!
//! OpenVEX (0.0.1, 0.2), CSAF 2.0 `csaf_vex` documents and CycloneDX `vulnerabilities` say the same four things of a product
//! and a vulnerability: it is not affected, affected, fixed, or looked into.

/// What a statement says of a product and a vulnerability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The product is not affected.
    NotAffected,
    /// It is.
    Affected,
    /// It was, and this version is mended.
    Fixed,
    /// Nobody knows yet.
    UnderInvestigation,
}

//! The rules of a scan.

use bonafide_report::{Kind, Rule, Severity};

/// Constants of rules, and `RULES` with all of them: name, id, severity, kind, title. A rule's page is named after its id.
macro_rules! rules {
    ($($name:ident $id:literal $severity:ident $kind:ident $title:literal)*) => {
        $(
            #[doc = concat!("`", $id, "`: ", $title, ".")]
            pub const $name: Rule = Rule {
                id: $id,
                title: $title,
                severity: Severity::$severity,
                kind: Kind::$kind,
                page: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/src/rules/", $id, ".md")),
            };
        )*

        /// All of them.
        pub const RULES: &[&Rule] = &[$(&$name,)*];
    };
}

pub(crate) use rules;

rules! {
    VULNERABLE "vulnerable-component" Error Fault "a component has a known vulnerability"
    UNDECIDED "vulnerability-undecided" Warning Fault "whether a vulnerability touches a component could not be decided"
    SUPPRESSED "vulnerability-suppressed" Note Fault "a VEX statement says that a known vulnerability does not matter here"
    UNCHECKED "unchecked-component" Warning Fault "a component could not be looked up"
    INCOMPLETE "scan-incomplete" Error Gap "not everything that was to be scanned could be checked"
    STALE "database-stale" Warning Fault "a source of the advisory database is old"
}

//! The rules that VEX documents are judged by.

use bonafide_report::{Kind, Rule, Severity};

macro_rules! rules {
    ($($name:ident $id:literal $severity:ident $title:literal)*) => {
        $(
            #[doc = concat!("`", $id, "`: ", $title, ".")]
            pub const $name: Rule = Rule {
                id: $id,
                title: $title,
                severity: Severity::$severity,
                kind: Kind::Fault,
                page: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/src/rules/", $id, ".md")),
            };
        )*

        /// All of them.
        pub const RULES: &[&Rule] = &[&UNREADABLE, &super::merge::LEFT_OUT, $(&$name,)*];
    };
}

/// `vex-unreadable`: a VEX document cannot be read. A gap: what it says is unknown.
pub const UNREADABLE: Rule = Rule {
    id: "vex-unreadable",
    title: "a VEX document cannot be read",
    severity: Severity::Error,
    kind: Kind::Gap,
    page: include_str!("../../../../docs/src/rules/vex-unreadable.md"),
};

rules! {
    MISSING_FIELD "vex-missing-field" Error "a field that must be there is not"
    WRONG_TYPE "vex-wrong-type" Error "a field holds a value of the wrong kind"
    UNKNOWN_FIELD "vex-unknown-field" Warning "a field that the format does not know"
    REPEATED_KEY "vex-repeated-key" Error "a key stands twice in a statement"
    VERSION "vex-version" Warning "the version of the format is not one that is known"
    TIMESTAMP "vex-timestamp" Error "a time is no RFC 3339 moment"
    NO_VULNERABILITY "vex-no-vulnerability" Error "a statement names no vulnerability"
    NO_PRODUCT "vex-no-product" Error "a statement names no product that can be found"
    UNIDENTIFIED "vex-product-unidentified" Warning "a product has no identifier by which it could be found"
    UNKNOWN_STATUS "vex-unknown-status" Error "a status that is not one of the format's"
    UNKNOWN_JUSTIFICATION "vex-unknown-justification" Error "a justification that is not one of the format's"
    UNJUSTIFIED "vex-unjustified" Error "not affected, without a justification or an impact statement"
    MISPLACED_JUSTIFICATION "vex-misplaced-justification" Warning "a justification of a status that has none"
    NO_ACTION "vex-no-action" Error "affected, without saying what to do"
    IDENTIFIER "vex-identifier" Error "an identifier of a product is malformed"
    VERSION_RANGE "vex-version-range" Error "a version range cannot be read, or is not in order"
    CONTRADICTION "vex-contradiction" Error "two statements of one document contradict each other"
    REPEATED_STATEMENT "vex-repeated-statement" Warning "a statement stands twice in its document"
    DANGLING_REFERENCE "vex-dangling-reference" Error "a reference leads to nothing"
    CSAF_PRODUCT_TWICE "csaf-product-twice" Error "a product id or group id is defined twice"
    CSAF_CIRCULAR "csaf-circular" Error "a product is defined by itself"
    CSAF_PROFILE "csaf-profile" Error "the document does not meet the VEX profile of CSAF"
    CSAF_DRAFT "csaf-draft" Warning "the document is a draft"
}

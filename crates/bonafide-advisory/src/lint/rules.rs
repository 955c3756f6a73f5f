//! The rules that advisories are judged by.

use bonafide_report::{Kind, Rule, Severity};

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

rules! {
    UNREADABLE "advisory-unreadable" Error Gap "an advisory cannot be read"
    REPEATED_KEY "advisory-repeated-key" Error Fault "a key stands twice in an object"
    FURTHER_FINDINGS "advisory-further-findings" Warning Fault "a document has more findings than are told"
    OSV_MISSING_FIELD "osv-missing-field" Error Fault "a field that must be there is not"
    OSV_WRONG_TYPE "osv-wrong-type" Error Fault "a field holds a value of the wrong kind"
    OSV_UNKNOWN_FIELD "osv-unknown-field" Warning Fault "a field that the format does not know"
    OSV_UNKNOWN_VALUE "osv-unknown-value" Error Fault "a word that the format does not know"
    OSV_MALFORMED_VALUE "osv-malformed-value" Error Fault "a value has not the form that it must have"
    OSV_REPEATED_ITEM "osv-repeated-item" Warning Fault "an item stands twice in a list"
    OSV_ID "osv-id" Error Fault "an id that no database of the schema gives"
    OSV_ALIAS_OF_ITSELF "osv-alias-of-itself" Error Fault "a record is an alias of itself"
    OSV_DATE_ORDER "osv-date-order" Warning Fault "dates that cannot follow one another"
    OSV_DATE_AHEAD "osv-date-ahead" Warning Fault "a date lies in the future"
    OSV_NO_TEXT "osv-no-text" Warning Fault "neither a summary nor details"
    OSV_SUMMARY "osv-summary" Note Fault "a summary that is no summary"
    OSV_SEVERITY "osv-severity" Error Fault "a severity that is no vector of its kind"
    OSV_SEVERITY_TWICE "osv-severity-twice" Error Fault "a severity of the record and of a package"
    OSV_REFERENCE "osv-reference" Error Fault "a reference that leads nowhere"
    OSV_REFERENCE_TWICE "osv-reference-twice" Warning Fault "a reference stands twice"
    OSV_CWE "osv-cwe" Warning Fault "a CWE id that is none"
    OSV_NO_PACKAGE "osv-no-package" Error Fault "neither a package nor a repository"
    OSV_NO_VERSIONS "osv-no-versions" Warning Fault "nothing is affected"
    OSV_ECOSYSTEM "osv-ecosystem" Error Fault "an ecosystem that the schema does not know"
    OSV_PACKAGE_NAME "osv-package-name" Warning Fault "a name that is not in the normal form of its ecosystem"
    OSV_PURL "osv-purl" Error Fault "a Package URL that is malformed"
    OSV_PURL_MISMATCH "osv-purl-mismatch" Error Fault "a Package URL names another package"
    OSV_NO_INTRODUCED "osv-no-introduced" Error Fault "a range without a beginning"
    OSV_FIXED_AND_LAST_AFFECTED "osv-fixed-and-last-affected" Error Fault "a range with `fixed` and `last_affected`"
    OSV_EVENT "osv-event" Error Fault "an event that does not say one thing"
    OSV_EVENT_TWICE "osv-event-twice" Error Fault "a version or commit is named by two events"
    OSV_EVENT_IDLE "osv-event-idle" Warning Fault "an event without effect"
    OSV_RANGE_INVERTED "osv-range-inverted" Error Fault "a range ends before it begins"
    OSV_VERSION "osv-version" Error Fault "a version that its ecosystem does not have"
    OSV_VERSION_OUTSIDE "osv-version-outside" Warning Fault "a version that is listed and lies outside all ranges"
    OSV_COMMIT "osv-commit" Error Fault "an event of a GIT range that is no full commit hash"
    CVE_MISSING_FIELD "cve-missing-field" Error Fault "a field that must be there is not"
    CVE_WRONG_TYPE "cve-wrong-type" Error Fault "a field holds a value of the wrong kind"
    CVE_UNKNOWN_FIELD "cve-unknown-field" Warning Fault "a field that the format does not know"
    CVE_UNKNOWN_VALUE "cve-unknown-value" Error Fault "a word that the format does not know"
    CVE_MALFORMED_VALUE "cve-malformed-value" Error Fault "a value has not the form that it must have"
    CVE_REPEATED_ITEM "cve-repeated-item" Error Fault "an item stands twice in a list"
    CVE_ID "cve-id" Error Fault "a CVE id that is none"
    CVE_STATE "cve-state" Error Fault "a state that a record cannot have"
    CVE_DATE_ORDER "cve-date-order" Warning Fault "dates that cannot follow one another"
    CVE_DATE_AHEAD "cve-date-ahead" Warning Fault "a date lies in the future"
    CVE_DUPLICATE_REFERENCE "cve-duplicate-reference" Error Fault "a reference stands twice"
    CVE_REFERENCE_SCHEME "cve-reference-scheme" Error Fault "a reference that a browser does not fetch"
    CVE_NO_REFERENCES "cve-no-references" Error Fault "no reference"
    CVE_SELF_REFERENCE "cve-self-reference" Error Fault "the only reference is the record itself"
    CVE_CLOSED_REFERENCES "cve-closed-references" Warning Fault "no reference can be read without an account"
    CVE_UNTAGGED_PATCH "cve-untagged-patch" Note Fault "a commit without the tag `patch`"
    CVE_DESCRIPTION_SHORT "cve-description-short" Error Fault "a description that describes nothing"
    CVE_DESCRIPTION_SPACE "cve-description-space" Warning Fault "white space around a description"
    CVE_NO_ENGLISH "cve-no-english" Error Fault "no description in English"
    CVE_DESCRIPTION_ESCAPE "cve-description-escape" Warning Fault "an escape stands in a text as it is"
    CVE_DESCRIPTION_CREDIT "cve-description-credit" Warning Fault "thanks in a description"
    CVE_UNSUPPORTED "cve-unsupported" Warning Fault "unsupported, without the tag that says so"
    CVE_ONLY_UNAFFECTED "cve-only-unaffected" Error Fault "nothing is affected"
    CVE_VENDOR "cve-vendor" Warning Fault "a vendor without a name"
    CVE_PRODUCT "cve-product" Warning Fault "a product without a name"
    CVE_NO_PROBLEM_TYPE "cve-no-problem-type" Warning Fault "no kind of weakness"
    CVE_CWE_MISMATCH "cve-cwe-mismatch" Error Fault "two different CWEs in one place"
    CVE_CWE_UNSAID "cve-cwe-unsaid" Warning Fault "a CWE in the text alone"
    CVE_CWE_CATEGORY "cve-cwe-category" Warning Fault "a CWE that is a category"
    CVE_CVSS_VECTOR "cve-cvss-vector" Error Fault "a CVSS vector that is none"
    CVE_CVSS_SCORE "cve-cvss-score" Error Fault "a score that does not follow from its vector"
    CVE_CVSS_SEVERITY "cve-cvss-severity" Error Fault "a severity that does not follow from its score"
    CVE_CVSS_METRIC "cve-cvss-metric" Error Fault "a metric that contradicts its vector"
    CVE_VERSION_PROSE "cve-version-prose" Warning Fault "prose in the place of a version"
    CVE_VERSION_LIST "cve-version-list" Warning Fault "several versions in the place of one"
    CVE_VERSION_CUSTOM "cve-version-custom" Warning Fault "an order of versions that nobody knows"
    CVE_VERSION "cve-version" Error Fault "a version that its scheme does not have"
    CVE_RANGE_INVERTED "cve-range-inverted" Error Fault "a range ends before it begins"
    CVE_RANGE_ENDS "cve-range-ends" Error Fault "a range with two ends"
    CVE_VERSION_CONFLICT "cve-version-conflict" Error Fault "a version with two statuses"
    CVE_CHANGES_ORDER "cve-changes-order" Error Fault "changes that do not rise"
    CVE_GIT_WITHOUT_REPO "cve-git-without-repo" Warning Fault "commits without their repository"
    CVE_PURL "cve-purl" Error Fault "a Package URL that is malformed"
    CVE_CPE "cve-cpe" Error Fault "a CPE name that is malformed"
}

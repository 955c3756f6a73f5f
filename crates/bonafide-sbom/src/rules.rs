//! The rules that documents are judged by.

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
        pub const RULES: &[&Rule] = &[$(&$name,)*];
    };
}

pub(crate) use rules;

rules! {
    MERGE_CONFLICT "merge-conflict" Warning "documents that are merged disagree about a field"
    MERGE_SELF_EDGE "merge-self-edge" Warning "a relationship leads from an element to itself"
    UNREADABLE "sbom-unreadable" Error "the document cannot be read"
    FURTHER "sbom-further-findings" Warning "a document has more findings than are listed"
    BYTE_ORDER_MARK "sbom-byte-order-mark" Warning "a byte order mark stands before JSON"
    FRAGMENT "sbom-fragment" Error "a base document, not yet a whole one"
    VERSION "spdx-version" Error "the version of SPDX is not one that is known"
    MISSING_FIELD "spdx-missing-field" Error "a field that must be there is not"
    WRONG_TYPE "spdx-wrong-type" Error "a field holds a value of the wrong kind"
    UNKNOWN_FIELD "spdx-unknown-field" Warning "a field that the specification does not know"
    UNKNOWN_VALUE "spdx-unknown-value" Error "a word that is not among those that the field allows"
    EDITION "spdx-edition" Error "something that this edition of SPDX does not have"
    DOCUMENT_ID "spdx-document-id" Error "the document's id is not SPDXRef-DOCUMENT"
    DATA_LICENSE "spdx-data-licence" Error "the licence of the document's data is not CC0-1.0"
    NAMESPACE "spdx-namespace" Error "a namespace is no absolute URI without a fragment"
    DATE "spdx-date" Error "a date is not written as SPDX asks"
    ACTOR "spdx-actor" Error "a person, organisation or tool is not written as SPDX asks"
    LICENSE_LIST_VERSION "spdx-licence-list-version" Error "the version of the licence list is not of the form 3.21"
    NO_DESCRIBES "spdx-no-describes" Error "the document does not say what it describes"
    ID_SYNTAX "spdx-id-syntax" Error "an id is not of the form SPDXRef-name"
    DUPLICATE_ID "spdx-duplicate-id" Error "an id is given to more than one element"
    DANGLING "spdx-dangling-reference" Error "a reference points to nothing"
    EXTERNAL_DOCUMENT "spdx-external-document" Error "a reference to another document is not right"
    CHECKSUM "spdx-checksum" Error "a checksum does not have the length and letters of its algorithm"
    FILE_SHA1 "spdx-file-sha1-missing" Error "a file has no SHA1 checksum"
    FILE_NAME "spdx-file-name" Error "a file name is absolute"
    VERIFICATION_CODE "spdx-verification-code" Error "a package verification code is malformed"
    VERIFICATION_CODE_OF_NOTHING "spdx-verification-code-of-nothing" Warning "a package verification code of no files"
    VERIFICATION_CODE_MISMATCH "spdx-verification-code-mismatch" Warning "a package verification code does not follow from the package's files"
    VERIFICATION_CODE_MISSING "spdx-verification-code-missing" Warning "a package whose files were analysed has no verification code"
    FILES_ANALYZED "spdx-files-analyzed" Error "a package whose files were not analysed says something of them"
    LOCATION "spdx-location" Error "an address is not one that SPDX allows"
    LICENSE_EXPRESSION "spdx-licence-expression" Error "a licence expression is malformed"
    LICENSE_UNKNOWN "spdx-licence-unknown" Error "a licence is neither on the SPDX list nor in the document"
    EXTRACTED_LICENSE "spdx-extracted-licence" Error "a licence text of the document is not right"
    REFERENCE_TYPE "spdx-reference-type" Error "an external reference has a type that its category does not have"
    REFERENCE_LOCATOR "spdx-reference-locator" Error "an external reference is malformed"
    REFERENCE_SPELLING "spdx-reference-spelling" Warning "a category is spelt with an underscore, which this edition does not know"
    SNIPPET_RANGE "spdx-snippet-range" Error "a range of a snippet is not right"
    CONTEXT "spdx-context" Error "the context of an SPDX 3 document is not the one that the specification names"
    CLASS "spdx-class" Error "an object has a class that SPDX 3 does not have"
    REFERENCE_CLASS "spdx-reference-class" Error "an object of the wrong class stands in a property of SPDX 3"
    RELATIONSHIP "spdx-relationship" Error "a relationship of SPDX 3 does not fit its ends or its class"
    DOCUMENT_COUNT "spdx-document-count" Error "an SPDX 3 document has more than one SpdxDocument"
    MALFORMED_VALUE "spdx-malformed-value" Error "a value of SPDX 3 does not have the form that its property asks for"
}

//! The rules that CycloneDX documents are judged by.

bonafide_report::rules! {
    VERSION "cyclonedx-version" Error "the version of CycloneDX is not one that is known"
    SCHEMA "cyclonedx-schema" Error "the schema of CycloneDX does not allow this"
    MISSING_FIELD "cyclonedx-missing-field" Error "a field that must be there is not"
    UNKNOWN_FIELD "cyclonedx-unknown-field" Error "a field that this version does not know"
    WRONG_TYPE "cyclonedx-wrong-type" Error "a field holds a value of the wrong kind"
    UNKNOWN_VALUE "cyclonedx-unknown-value" Error "a word that is not among those that the field allows"
    MALFORMED "cyclonedx-malformed-value" Error "a value is not written as its field asks"
    REPEATED "cyclonedx-repeated-item" Error "an item stands twice in a list of different ones"
    DUPLICATE_REF "cyclonedx-duplicate-bom-ref" Error "a bom-ref is given to more than one element"
    DANGLING "cyclonedx-dangling-reference" Error "a dependency names a bom-ref that no element has"
    HASH "cyclonedx-hash" Error "a hash does not have the length of its algorithm"
    IDENTIFIER "cyclonedx-identifier" Warning "a Package URL or CPE is malformed"
    LICENSE "cyclonedx-licence" Warning "a licence expression is malformed or names an unknown licence"
}

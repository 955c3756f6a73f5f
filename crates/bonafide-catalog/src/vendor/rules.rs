//! The rules of the upkeep of vendored sources.

use bonafide_report::{Kind, Rule, Severity};

macro_rules! rules {
    ($($name:ident = $id:literal, $title:literal, $severity:ident, $kind:ident;)*) => {
        $(
            #[doc = concat!("`", $id, "`: ", $title, ".")]
            pub const $name: Rule = Rule {
                id: $id,
                title: $title,
                severity: Severity::$severity,
                kind: Kind::$kind,
                page: include_str!(concat!("../../../../docs/src/rules/", $id, ".md")),
            };
        )*

        /// All rules of this module.
        pub const RULES: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    CHECKSUM_MISSING = "checksum-missing", "a package has no checksum of its upstream archive", Warning, Fault;
    CONFIG_UNKNOWN_KEY = "config-unknown-key", "bonafide.toml has a key that nobody knows", Warning, Fault;
    CRLF_FILE = "crlf-file", "a vendored file has CRLF line ends and nothing says whether they are meant", Warning, Fault;
    DEAD_EXCLUDE = "dead-exclude", "an exclude pattern matches no file", Warning, Fault;
    DEAD_INCLUDE = "dead-include", "an include pattern matches no file", Error, Fault;
    DOCUMENT_STALE = "document-stale", "the base document is not what regen would write", Error, Fault;
    DOCUMENT_UNREADABLE = "document-unreadable", "the base document cannot be read", Error, Fault;
    EXPORT_IGNORED_FILE = "export-ignored-file", "git leaves a vendored file out of release archives", Error, Fault;
    EXPORT_REWRITTEN_FILE = "export-rewritten-file", "git rewrites a vendored file on export", Warning, Fault;
    EXTERNALS_STALE = "externals-stale", "the document of externals disagrees with the script that fetches them", Error, Fault;
    EXTERNALS_UNREAD = "externals-unread", "a script of externals cannot be read, or nothing is found in it", Error, Fault;
    IDENTIFIER_INVALID = "identifier-invalid", "a package URL or CPE cannot be read", Error, Fault;
    IDENTIFIER_MISSING = "identifier-missing", "a package has neither a package URL nor a CPE", Warning, Fault;
    INSECURE_LOCATION = "insecure-location", "an archive is fetched without encryption", Note, Fault;
    LICENSE_RULE = "license-rule", "a licence field does not say what it must", Error, Fault;
    NOTHING_VENDORED = "nothing-vendored", "bonafide.toml names no package and no externals", Error, Gap;
    PACKAGE_UNKNOWN = "package-unknown", "the base document has a package that bonafide.toml does not have", Error, Fault;
    PATCH_MISMATCH = "patch-mismatch", "a recorded patch is not what is in the file", Error, Fault;
    PIN_MISMATCH = "pin-mismatch", "a pin in another file disagrees with the package's metadata", Error, Fault;
    PIN_NOT_FOUND = "pin-not-found", "a pin finds nothing", Error, Fault;
    PLATFORM_SKEW = "platform-skew", "the same software has different versions on different platforms", Warning, Fault;
    SPDX_ID_COLLISION = "spdx-id-collision", "two elements of the base document have one SPDX id", Error, Fault;
    UPSTREAM_CHECKSUM = "upstream-checksum", "the archive given is not the one that the metadata names", Error, Fault;
    UPSTREAM_DIFFERS = "upstream-differs", "a vendored file is not the upstream archive's", Error, Fault;
    UPSTREAM_LACKS_FILE = "upstream-lacks-file", "a vendored file is not in the upstream archive", Error, Fault;
    UPSTREAM_UNREAD = "upstream-unread", "a package could not be compared with its upstream archive", Error, Gap;
    VENDOR_FIELD_MISSING = "vendor-field-missing", "a package lacks a field that it needs", Error, Fault;
    VENDOR_FILE_CHANGED = "vendor-file-changed", "a vendored file differs from what the base document says", Error, Fault;
    VENDOR_FILE_DISOWNED = "vendor-file-disowned", "the base document lists a file that is no package's", Error, Fault;
    VENDOR_FILE_MISSING = "vendor-file-missing", "a file that the base document lists is not there", Error, Fault;
    VENDOR_FILE_UNLISTED = "vendor-file-unlisted", "a vendored file is not in the base document", Error, Fault;
    VENDOR_FILE_UNOWNED = "vendor-file-unowned", "a file in a vendored folder belongs to no package", Error, Fault;
    VENDOR_FILE_UNREADABLE = "vendor-file-unreadable", "a vendored file could not be read", Error, Gap;
    VENDOR_FILE_UNTRACKED = "vendor-file-untracked", "a file in a vendored tree is not tracked by git", Error, Fault;
    VENDOR_SYMLINK = "vendor-symlink", "a symbolic link lies in a vendored tree", Error, Fault;
    VENDOR_TWO_OWNERS = "vendor-two-owners", "a file belongs to two packages", Error, Fault;
    VERSION_MISMATCH = "version-mismatch", "an identifier or location names another version", Error, Fault;
    WEAK_CHECKSUM = "weak-checksum", "a fetched archive is checked by a broken hash function", Note, Fault;
}

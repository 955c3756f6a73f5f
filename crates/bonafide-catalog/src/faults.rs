//! Faults of the artifact itself, told as findings.

use bonafide_artifact::{Fault, FaultClass, FaultKind};
use bonafide_report::{Finding, Kind, Place, Rule, Severity};

macro_rules! rules {
    ($($constant:ident $kind:ident $id:literal $title:literal)*) => {
        $(
            #[doc = concat!("A rule: ", $title, ".")]
            pub const $constant: Rule = Rule {
                id: $id,
                title: $title,
                severity: match FaultKind::$kind.class() {
                    FaultClass::Note => Severity::Note,
                    FaultClass::Error | FaultClass::Gap => Severity::Error,
                },
                kind: match FaultKind::$kind.class() {
                    FaultClass::Gap => Kind::Gap,
                    FaultClass::Note | FaultClass::Error => Kind::Fault,
                },
                page: include_str!(concat!("../../../docs/src/rules/", $id, ".md")),
            };
        )*

        /// The rules of this module.
        pub const RULES: &[&Rule] = &[$(&$constant),*];

        const fn rule(kind: FaultKind) -> &'static Rule {
            match kind {
                $(FaultKind::$kind => &$constant,)*
                // A kind that is younger than this table is told as the gravest.
                _ => &MALFORMED,
            }
        }
    };
}

rules! {
    CLIMBING_NAME ClimbingName "climbing-name" "the name of a member leads out of its container"
    CLIMBING_LINK ClimbingLink "climbing-link" "a link leads out of its container"
    DUPLICATE_NAME DuplicateName "duplicate-name" "two members of one container have the same name and other content"
    REPEATED_MEMBER RepeatedMember "repeated-member" "a member stands twice in its container, with the same content"
    HEADER_MISMATCH HeaderMismatch "header-mismatch" "two headers of one member disagree"
    BAD_CHECKSUM BadChecksum "bad-checksum" "a checksum of a container does not fit its bytes"
    OVERLAPPING_MEMBERS OverlappingMembers "overlapping-members" "the bytes of two members overlap"
    TRUNCATED Truncated "truncated" "a container ends before it should"
    MALFORMED Malformed "malformed" "a container's bytes are not what its format asks for"
    PREFIX Prefix "prefix" "there are bytes before a container begins"
    TRAILING_DATA TrailingData "trailing-data" "there are bytes after a container's end"
    TRAILING_ZEROS TrailingZeros "trailing-zeros" "there are zero bytes after a container's end"
    GAP Gap "gap" "there are bytes between members that none of them claims"
    PADDING Padding "padding" "padding of a container is not zero"
    CHANGED Changed "changed" "a file changed while it was read"
    LIMIT Limit "limit" "a limit was reached, so the rest was not read"
    UNSUPPORTED Unsupported "unsupported" "a method, version or encryption that is not read"
    UNREADABLE Unreadable "unreadable" "the operating system refused to read something"
}

/// The finding that a fault is.
#[must_use]
pub fn finding(fault: &Fault, place: Place) -> Finding {
    let place = match fault.offset {
        Some(offset) => place.offset(offset),
        None => place,
    };
    Finding::new(rule(fault.kind), place, fault.message.clone())
}

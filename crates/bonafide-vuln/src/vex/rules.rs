//! The rules of applying VEX: what is told beside the findings, so that no statement fails in silence.

bonafide_report::rules! {
    FLAWED "vex-flawed" Warning "a flawed VEX statement would have suppressed a finding"
    TIED "vex-tied" Warning "VEX statements contradict each other and neither is newer"
    SUPERSEDED "vex-superseded" Warning "a newer edition of a VEX document no longer says it"
    UNMATCHED "vex-unmatched" Warning "a VEX statement about a found vulnerability is about no component"
    NOT_LOOKED_AT "vex-not-looked-at" Note "a VEX document that the input refers to was not looked at"
}

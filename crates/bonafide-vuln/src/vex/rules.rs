//! The rules of applying VEX: what is told beside the findings, so that no statement fails in silence.

use bonafide_report::{Kind, Rule, Severity};

use crate::rules::rules;

rules! {
    FLAWED "vex-flawed" Warning Fault "a flawed VEX statement would have suppressed a finding"
    TIED "vex-tied" Warning Fault "VEX statements contradict each other and neither is newer"
    SUPERSEDED "vex-superseded" Warning Fault "a newer edition of a VEX document no longer says it"
    UNMATCHED "vex-unmatched" Warning Fault "a VEX statement about a found vulnerability is about no component"
    NOT_LOOKED_AT "vex-not-looked-at" Note Fault "a VEX document that the input refers to was not looked at"
}

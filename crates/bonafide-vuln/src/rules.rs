//! The rules of a scan.

bonafide_report::rules! {
    VULNERABLE "vulnerable-component" Error "a component has a known vulnerability"
    UNDECIDED "vulnerability-undecided" Warning "whether a vulnerability touches a component could not be decided"
    SUPPRESSED "vulnerability-suppressed" Note "a VEX statement says that a known vulnerability does not matter here"
    UNCHECKED "unchecked-component" Warning "a component could not be looked up"
    INCOMPLETE "scan-incomplete" Error Gap "not everything that was to be scanned could be checked"
    STALE "database-stale" Warning "a source of the advisory database is old"
}

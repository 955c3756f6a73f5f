//! Names of weaknesses (Common Weakness Enumeration, MITRE).

/// Entries of the list that are categories or views: they gather weaknesses and are none. CWE 4.x, "usage: prohibited".
const CATEGORIES: &[u16] = &[
    2, 16, 17, 18, 19, 21, 100, 133, 136, 137, 189, 199, 227, 251, 254, 255, 264, 265, 275, 310, 320, 355,
    361, 371, 387, 388, 389, 398, 399, 411, 417, 429, 438, 442, 452, 465, 485, 557, 559, 569, 632, 633, 634,
    635, 658, 659, 660, 661, 699, 700, 711, 734, 750, 840, 888, 1000, 1003,
];

/// The number of `CWE-79`; nothing where the text has another form.
pub(crate) fn number(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("CWE-")?;
    let plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// Whether the entry of that number gathers weaknesses and is none.
pub(crate) fn is_category(number: u16) -> bool {
    CATEGORIES.contains(&number)
}

/// The number that a text names in front or anywhere: `CWE-79 Improper …`, `… (CWE-79)`.
pub(crate) fn named(text: &str) -> Option<u16> {
    let start = text.find("CWE-")?;
    let digits: String = text[start + 4..].chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The names of weaknesses that most advisories use (CWE 4.15).
const NAMES: &[(u16, &str)] = &[
    (20, "Improper Input Validation"),
    (22, "Improper Limitation of a Pathname to a Restricted Directory ('Path Traversal')"),
    (59, "Improper Link Resolution Before File Access ('Link Following')"),
    (
        74,
        "Improper Neutralization of Special Elements in Output Used by a Downstream Component ('Injection')",
    ),
    (77, "Improper Neutralization of Special Elements used in a Command ('Command Injection')"),
    (78, "Improper Neutralization of Special Elements used in an OS Command ('OS Command Injection')"),
    (79, "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')"),
    (88, "Improper Neutralization of Argument Delimiters in a Command ('Argument Injection')"),
    (89, "Improper Neutralization of Special Elements used in an SQL Command ('SQL Injection')"),
    (94, "Improper Control of Generation of Code ('Code Injection')"),
    (113, "Improper Neutralization of CRLF Sequences in HTTP Headers ('HTTP Request/Response Splitting')"),
    (119, "Improper Restriction of Operations within the Bounds of a Memory Buffer"),
    (120, "Buffer Copy without Checking Size of Input ('Classic Buffer Overflow')"),
    (121, "Stack-based Buffer Overflow"),
    (122, "Heap-based Buffer Overflow"),
    (125, "Out-of-bounds Read"),
    (134, "Use of Externally-Controlled Format String"),
    (190, "Integer Overflow or Wraparound"),
    (191, "Integer Underflow (Wrap or Wraparound)"),
    (200, "Exposure of Sensitive Information to an Unauthorized Actor"),
    (203, "Observable Discrepancy"),
    (250, "Execution with Unnecessary Privileges"),
    (269, "Improper Privilege Management"),
    (276, "Incorrect Default Permissions"),
    (284, "Improper Access Control"),
    (285, "Improper Authorization"),
    (287, "Improper Authentication"),
    (290, "Authentication Bypass by Spoofing"),
    (295, "Improper Certificate Validation"),
    (306, "Missing Authentication for Critical Function"),
    (307, "Improper Restriction of Excessive Authentication Attempts"),
    (319, "Cleartext Transmission of Sensitive Information"),
    (326, "Inadequate Encryption Strength"),
    (327, "Use of a Broken or Risky Cryptographic Algorithm"),
    (345, "Insufficient Verification of Data Authenticity"),
    (347, "Improper Verification of Cryptographic Signature"),
    (352, "Cross-Site Request Forgery (CSRF)"),
    (354, "Improper Validation of Integrity Check Value"),
    (369, "Divide By Zero"),
    (384, "Session Fixation"),
    (400, "Uncontrolled Resource Consumption"),
    (401, "Missing Release of Memory after Effective Lifetime"),
    (404, "Improper Resource Shutdown or Release"),
    (415, "Double Free"),
    (416, "Use After Free"),
    (426, "Untrusted Search Path"),
    (427, "Uncontrolled Search Path Element"),
    (428, "Unquoted Search Path or Element"),
    (434, "Unrestricted Upload of File with Dangerous Type"),
    (444, "Inconsistent Interpretation of HTTP Requests ('HTTP Request/Response Smuggling')"),
    (476, "NULL Pointer Dereference"),
    (502, "Deserialization of Untrusted Data"),
    (522, "Insufficiently Protected Credentials"),
    (532, "Insertion of Sensitive Information into Log File"),
    (601, "URL Redirection to Untrusted Site ('Open Redirect')"),
    (611, "Improper Restriction of XML External Entity Reference"),
    (613, "Insufficient Session Expiration"),
    (617, "Reachable Assertion"),
    (639, "Authorization Bypass Through User-Controlled Key"),
    (640, "Weak Password Recovery Mechanism for Forgotten Password"),
    (668, "Exposure of Resource to Wrong Sphere"),
    (674, "Uncontrolled Recursion"),
    (732, "Incorrect Permission Assignment for Critical Resource"),
    (755, "Improper Handling of Exceptional Conditions"),
    (770, "Allocation of Resources Without Limits or Throttling"),
    (772, "Missing Release of Resource after Effective Lifetime"),
    (787, "Out-of-bounds Write"),
    (798, "Use of Hard-coded Credentials"),
    (824, "Access of Uninitialized Pointer"),
    (829, "Inclusion of Functionality from Untrusted Control Sphere"),
    (835, "Loop with Unreachable Exit Condition ('Infinite Loop')"),
    (843, "Access of Resource Using Incompatible Type ('Type Confusion')"),
    (862, "Missing Authorization"),
    (863, "Incorrect Authorization"),
    (908, "Use of Uninitialized Resource"),
    (909, "Missing Initialization of Resource"),
    (
        917,
        "Improper Neutralization of Special Elements used in an Expression Language Statement ('Expression Language Injection')",
    ),
    (918, "Server-Side Request Forgery (SSRF)"),
    (1321, "Improperly Controlled Modification of Object Prototype Attributes ('Prototype Pollution')"),
    (1333, "Inefficient Regular Expression Complexity"),
];

/// The name of a weakness, where it is one of the most used.
pub(crate) fn name(number: u16) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

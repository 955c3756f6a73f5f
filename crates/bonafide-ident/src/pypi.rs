//! Names of Python projects.

/// The normal form of a project's name (PEP 503): lower case, and each run of `-`, `_` and `.` made one `-`.
///
/// Two names that have the same normal form name the same project. A Package URL keeps dots (its type definition only
/// turns `_` into `-`), so compare names by this and not by the text of the Package URL.
///
/// ```
/// assert_eq!(bonafide_ident::pypi::normalize("Zope.Interface__x"), "zope-interface-x");
/// ```
#[must_use]
pub fn normalize(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    let mut in_run = false;
    for letter in name.chars() {
        let joins = matches!(letter, '-' | '_' | '.');
        if !joins {
            normal.push(letter.to_ascii_lowercase());
        } else if !in_run {
            normal.push('-');
        }
        in_run = joins;
    }
    normal
}

/// Whether a text is a valid project name (PEP 508): ASCII letters, digits, `-`, `_` and `.`, a letter or digit at both
/// ends.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let (bytes, edge) = (name.as_bytes(), |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric));
    edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normal_as_pep_503_says() {
        for name in [
            "friendly-bard",
            "Friendly-Bard",
            "FRIENDLY-BARD",
            "friendly.bard",
            "friendly_bard",
            "FrIeNdLy-._.-bArD",
        ] {
            assert_eq!(normalize(name), "friendly-bard");
        }
        assert_eq!(normalize(""), "");
    }

    #[test]
    fn names_are_valid_as_pep_508_says() {
        assert!(["A", "a1", "zope.interface", "x--y"].iter().all(|name| is_name(name)));
        assert!(!["", "-a", "a.", "a b", "é"].iter().any(|name| is_name(name)));
    }
}

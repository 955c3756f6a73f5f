//! Licence expressions (SPDX 2.3 Annex D), judged by the SPDX licence list.

use spdx::{Expression, ParseMode};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Deprecated ids are right, if old.
const MODE: ParseMode = ParseMode {
    allow_slash_as_or_operator: false,
    allow_imprecise_license_names: false,
    allow_postfix_plus_on_gpl: true,
    allow_deprecated: true,
    allow_unknown: false,
};

/// Ids are matched without regard to case, as Annex D asks: lower case to the list's own spelling.
static SPELLINGS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    // The crate's list has NOASSERTION and NONE on it, which are no licences.
    let licenses = spdx::identifiers::LICENSES
        .iter()
        .map(|license| license.name)
        .filter(|name| !matches!(*name, "NOASSERTION" | "NONE"));
    let exceptions = spdx::identifiers::EXCEPTIONS.iter().map(|exception| exception.name);
    licenses.chain(exceptions).map(|name| (name.to_ascii_lowercase(), name)).collect()
});

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not an expression.
    Syntax(String),
    /// Terms that are neither listed, nor declared by the document, nor of a declared other document.
    Unknown(Vec<String>),
}

/// Judges an expression. `declared` says whether the document brings a licence text of a name along, or names the other
/// document of a `DocumentRef-x:LicenseRef-y`.
pub(crate) fn check(expression: &str, declared: impl Fn(&str) -> bool) -> Result<(), Fault> {
    let mut unknown = Vec::new();
    let mut canonical = String::with_capacity(expression.len());
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() || first == '(' || first == ')' {
            canonical.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '(' || c == ')').unwrap_or(rest.len());
        canonical.push_str(&term(&rest[..end], &declared, &mut unknown));
        rest = &rest[end..];
    }
    if !unknown.is_empty() {
        return Err(Fault::Unknown(unknown));
    }
    Expression::parse_mode(&canonical, MODE).map(drop).map_err(|error| {
        let place: String = canonical.get(error.span.clone()).unwrap_or("").chars().take(60).collect();
        let place = if place.is_empty() { "the end".to_owned() } else { format!("`{place}`") };
        Fault::Syntax(format!("{} at {place}", error.reason))
    })
}

/// One word in the list's own spelling; something harmless for one that is declared or reported.
fn term(word: &str, declared: &impl Fn(&str) -> bool, unknown: &mut Vec<String>) -> String {
    if matches!(word, "AND" | "OR" | "WITH" | "and" | "or" | "with") {
        return word.to_uppercase();
    }
    if let Some(name) = SPELLINGS.get(&word.to_ascii_lowercase()) {
        return (*name).to_owned();
    }
    if let Some(name) = word.strip_suffix('+').and_then(|name| SPELLINGS.get(&name.to_ascii_lowercase())) {
        return format!("{name}+");
    }
    let there = match word.split_once(':') {
        Some((document, license)) => {
            license.starts_with("LicenseRef-") && !license.contains(':') && declared(document)
        }
        None => declared(word),
    };
    if !there {
        unknown.push(bonafide_json::shorten(word));
    }
    "LicenseRef-declared".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_unknown_from_malformed() {
        let declared = |name: &str| matches!(name, "LicenseRef-1" | "DocumentRef-a");
        for good in [
            "MIT",
            "mit",
            "(MIT OR Apache-2.0) AND LicenseRef-1",
            "GPL-2.0+ WITH Classpath-exception-2.0",
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "DocumentRef-a:LicenseRef-x",
            "Apache-1.1+",
        ] {
            assert_eq!(check(good, declared), Ok(()), "{good}");
        }
        for unknown in ["Foo", "MIT AND LicenseRef-2", "DocumentRef-b:LicenseRef-x", "NOASSERTION AND MIT"] {
            assert!(matches!(check(unknown, declared), Err(Fault::Unknown(_))), "{unknown}");
        }
        for bad in ["", "MIT AND", "MIT Apache-2.0", "(MIT", "MIT WITH MIT", "WITH"] {
            assert!(matches!(check(bad, declared), Err(Fault::Syntax(_))), "{bad}");
        }
    }
}

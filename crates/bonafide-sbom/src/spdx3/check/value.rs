//! Values that are no objects, and ids that lead to one.

use super::{Check, Path};
use crate::json::Json;
use crate::rules;
use crate::spdx2::is_date;
use crate::spdx3::classes::{Class, Value};
use crate::spdx3::{individual_class, is_iri};
use bonafide_json::shorten;

impl Check<'_> {
    pub(super) fn literal(&mut self, value: Value, found: &Json, path: &Path<'_>) {
        let (wanted, fits) = match value {
            Value::Flag => ("`true` or `false`", matches!(found, Json::Bool(_))),
            Value::Decimal => (
                "a number",
                match found {
                    Json::Number(_) => true,
                    Json::String(text) => is_decimal(text),
                    _ => false,
                },
            ),
            Value::NonNegative => ("a whole number from 0", whole(found).is_some_and(|number| number >= 0.0)),
            Value::Positive => ("a whole number from 1", whole(found).is_some_and(|number| number >= 1.0)),
            _ => ("a string", found.as_str().is_some()),
        };
        if !fits {
            return self.wrong_type(path, wanted, found);
        }
        let Some(text) = found.as_str() else { return };
        match value {
            Value::Words(words) if !words.contains(&text) => {
                let list = if words.len() <= 12 {
                    words.join(", ")
                } else {
                    "the words of the specification".to_owned()
                };
                self.fault(
                    &rules::UNKNOWN_VALUE,
                    path,
                    format!("{:?} is not among the words that are allowed here", shorten(text)),
                    format!("use one of {list}"),
                );
            }
            Value::Time if !is_date(text) => {
                self.fault(
                    &rules::DATE,
                    path,
                    format!("{:?} is no time in UTC to the second", shorten(text)),
                    "write the time such as 2025-06-11T00:00:00Z",
                );
            }
            Value::Version if !is_version(text) => {
                self.fault(
                    &rules::MALFORMED_VALUE,
                    path,
                    format!("{:?} is no version of three numbers", shorten(text)),
                    "write a version by SemVer 2.0.0, such as 3.0.1",
                );
            }
            Value::MediaType if !is_media_type(text) => {
                self.fault(
                    &rules::MALFORMED_VALUE,
                    path,
                    format!("{:?} is no media type", shorten(text)),
                    "write a media type, such as text/plain",
                );
            }
            _ => {}
        }
    }

    /// The id of an object of a class.
    pub(super) fn reference(&mut self, wanted: &'static str, id: &str, path: &Path<'_>) {
        if let Some(class) = individual_class(id) {
            if !Class::find(class).is_some_and(|class| class.is_a(wanted)) {
                self.wrong_class(path, class, wanted);
            }
            return;
        }
        let is_node = id.starts_with("_:") && id.len() > 2;
        if !is_node && !is_iri(id) {
            self.fault(
                &rules::ID_SYNTAX,
                path,
                format!("{:?} ({} bytes) is no IRI", shorten(id), id.len()),
                "write the `spdxId` of the element that is meant",
            );
            return;
        }
        match self.ids.given.get(id) {
            Some(given) => {
                // What an extension's class is a kind of, only the extension knows.
                if let Some(class) = given.class.filter(|class| !class.is_a(wanted)) {
                    self.wrong_class(path, class.name, wanted);
                }
            }
            None if self.ids.imported.contains(id) || is_listed_license(id) => {}
            None => {
                self.fault(
                    &rules::DANGLING,
                    path,
                    format!("no element has the id {:?}, and no import names it", shorten(id)),
                    "mend the id, add the element, or name it in an `import` of the SpdxDocument",
                );
            }
        }
    }
}

/// Whether an IRI is one of the SPDX licence list, which is the same for all documents.
fn is_listed_license(iri: &str) -> bool {
    ["https://spdx.org/licenses/", "http://spdx.org/licenses/"].iter().any(|list| iri.starts_with(list))
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    !whole.is_empty() && whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit())
}

/// The value of a number without a fraction: JSON Schema takes `2.0` for one, too.
fn whole(value: &Json) -> Option<f64> {
    match value {
        Json::Number(digits) => digits.parse::<f64>().ok().filter(|number| number.fract() == 0.0),
        _ => None,
    }
}

/// A version by SemVer 2.0.0.
fn is_version(text: &str) -> bool {
    let (rest, build) = match text.split_once('+') {
        Some((rest, build)) => (rest, Some(build)),
        None => (text, None),
    };
    let (core, before) = match rest.split_once('-') {
        Some((core, before)) => (core, Some(before)),
        None => (rest, None),
    };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = |part: &str| is_digits(part) && (part == "0" || !part.starts_with('0'));
    let is_word = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let numbers: Vec<&str> = core.split('.').collect();
    numbers.len() == 3
        && numbers.iter().all(|part| is_number(part))
        && before.is_none_or(|words| {
            words.split('.').all(|part| is_word(part) && (!is_digits(part) || is_number(part)))
        })
        && build.is_none_or(|words| words.split('.').all(is_word))
}

fn is_media_type(text: &str) -> bool {
    text.split_once('/').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty() && !b.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for good in ["3.0.1", "0.0.0", "1.2.3-rc.1+build.5", "1.0.0-0a", "10.20.30"] {
            assert!(is_version(good), "{good}");
        }
        for bad in ["3.0", "3.0.01", "3.0.1-", "3.0.1-01", "v3.0.1", "", "3.0.1+"] {
            assert!(!is_version(bad), "{bad}");
        }
    }

    #[test]
    fn numbers() {
        for good in ["1", "-1.5", "2."] {
            assert!(is_decimal(good), "{good}");
        }
        for bad in ["", "-", ".5", "1e3", "1.2.3"] {
            assert!(!is_decimal(bad), "{bad}");
        }
    }
}

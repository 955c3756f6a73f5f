//! The one right answer to a fault, where there is one.

use crate::json::Json;
use crate::model::{Algorithm, Category, Document, Format, Purpose, RelationshipKind};
use crate::spdx2::is_date;
use crate::spdx3;
use crate::{cyclonedx_rules, rules};
use bonafide_report::Rule;

/// The rules some of whose findings are mended. The page of each says which.
pub const FIXABLE: &[&Rule] = &[
    &rules::ACTOR,
    &rules::BYTE_ORDER_MARK,
    &rules::CHECKSUM,
    &rules::CONTEXT,
    &rules::DATE,
    &rules::LICENSE_LIST_VERSION,
    &rules::NAMESPACE,
    &rules::REFERENCE_SPELLING,
    &rules::UNKNOWN_VALUE,
    &rules::VERIFICATION_CODE,
    &rules::WRONG_TYPE,
    &cyclonedx_rules::MALFORMED,
];

/// What should stand in the place of a value; `name` is the field that it is of.
pub(super) fn to(rule: &Rule, document: &Document, name: &str, value: &Json) -> Option<Json> {
    if rule.id == rules::CONTEXT.id {
        // A list of that one address, or an older one of 3.0.
        let text = match value {
            Json::Array(items) if items.len() == 1 => items[0].as_str()?,
            other => other.as_str()?,
        };
        let is_known = text.starts_with("https://spdx.org/rdf/3.0") && text.ends_with("/spdx-context.jsonld");
        return is_known.then(|| Json::string(spdx3::CONTEXT));
    }
    let text = value.as_str()?;
    let answer = match rule.id {
        id if id == rules::DATE.id => utc(text),
        id if id == rules::CHECKSUM.id => digits(name, text),
        id if id == rules::VERIFICATION_CODE.id => digits(name, text).filter(|text| text.len() == 40),
        id if id == rules::REFERENCE_SPELLING.id => Some(text.replace('_', "-")),
        id if id == rules::LICENSE_LIST_VERSION.id => two_numbers(text),
        id if id == rules::NAMESPACE.id => text.strip_suffix('#').map(str::to_owned),
        id if id == rules::ACTOR.id => actor(text),
        id if id == rules::UNKNOWN_VALUE.id => word(document, name, text),
        id if id == cyclonedx_rules::MALFORMED.id && name == "serialNumber" => serial_number(text),
        _ => None,
    }?;
    (answer != text).then(|| Json::string(&answer))
}

/// A value that is right but for a pair of brackets.
pub(super) enum Shape {
    /// One value where a list should stand.
    Wrapped,
    /// A list of one where a value should stand.
    Unwrapped,
}

/// Whether a pair of brackets is all that is wrong.
pub(super) fn shape(rule: &Rule, document: &Document, name: &str, value: &Json) -> Option<Shape> {
    const TEXTS: &[&str] = &[
        "attributionTexts",
        "creators",
        "documentDescribes",
        "fileContributors",
        "fileTypes",
        "hasFiles",
        "licenseInfoFromFiles",
        "licenseInfoInFiles",
        "licenseInfoInSnippets",
        "packageVerificationCodeExcludedFiles",
        "seeAlsos",
    ];
    if rule.id != rules::WRONG_TYPE.id {
        return None;
    }
    match (document.format, value) {
        (Format::Spdx2, Json::String(_)) if TEXTS.contains(&name) => Some(Shape::Wrapped),
        (Format::Spdx3, Json::Array(items)) if items.len() == 1 && spdx3::takes_list(name) == Some(false) => {
            Some(Shape::Unwrapped)
        }
        (Format::Spdx3, Json::String(_) | Json::Object(_) | Json::Number(_))
            if spdx3::takes_list(name) == Some(true) =>
        {
            Some(Shape::Wrapped)
        }
        _ => None,
    }
}

/// Hexadecimal digits in lower case. That there are as many as there should be the next judgement sees.
fn digits(name: &str, text: &str) -> Option<String> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    (name != "algorithm" && is_digits).then(|| text.to_ascii_lowercase())
}

/// `3.28.0` as `3.28`.
fn two_numbers(text: &str) -> Option<String> {
    let mut parts = text.split('.');
    let (major, minor, patch) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.next().is_none() && [major, minor, patch].into_iter().all(is_number))
        .then(|| format!("{major}.{minor}"))
}

/// `organisation: The Name` with the word as SPDX spells it.
fn actor(text: &str) -> Option<String> {
    let (word, name) = text.split_once(':')?;
    let word = match &*word.trim().to_ascii_lowercase() {
        "person" => "Person",
        "organization" | "organisation" => "Organization",
        "tool" => "Tool",
        _ => return None,
    };
    let name = name.trim();
    (!name.is_empty()).then(|| format!("{word}: {name}"))
}

/// A UUID as a serial number of CycloneDX.
fn serial_number(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let uuid = lower.strip_prefix("urn:").unwrap_or(&lower);
    let uuid = uuid.strip_prefix("uuid:").unwrap_or(uuid).trim_matches(['{', '}']);
    let is_uuid = uuid.len() == 36
        && uuid.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        });
    is_uuid.then(|| format!("urn:uuid:{uuid}"))
}

/// A word of the specification in its own spelling, where it differs by case, hyphens and underscores only.
fn word(document: &Document, name: &str, text: &str) -> Option<String> {
    if document.format == Format::Spdx3 {
        let squash = |word: &str| -> String {
            word.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
        };
        let mut alike = spdx3::words(name)?.iter().filter(|known| squash(known) == squash(text));
        let first = alike.next()?;
        return alike.next().is_none().then(|| (*first).to_owned());
    }
    let is_known = |word: &str| match name {
        "relationshipType" => !matches!(RelationshipKind::from_spdx2(word), RelationshipKind::Unknown(_)),
        "algorithm" => !matches!(Algorithm::from_spdx2(word), Algorithm::Unknown(_)),
        "primaryPackagePurpose" => !matches!(Purpose::from_spdx2(word), Purpose::Unknown(_)),
        "referenceCategory" => !matches!(Category::from_spdx2(word), Category::Unknown(_)),
        "annotationType" => matches!(word, "REVIEW" | "OTHER"),
        "fileTypes" => crate::spdx2::FILE_TYPES.contains(&word),
        _ => false,
    };
    let upper = text.trim().to_ascii_uppercase();
    [
        upper.replace(['_', ' '], "-"),
        upper.replace(['-', ' '], "_"),
        upper.replace(['-', '_', ' '], ""),
        upper.replace("BLAKE2B", "BLAKE2b").replace('_', "-"),
    ]
    .into_iter()
    .find(|word| is_known(word))
}

/// A time with an offset or a fraction as the second in UTC that it lies in. A time without a zone has no one answer.
fn utc(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.is_ascii() || text.len() < 20 {
        return None;
    }
    let (date, rest) = (&text[..10], &text[10..]);
    if !rest.starts_with(['T', 't', ' ', '_']) {
        return None;
    }
    let (clock, mut rest) = (&rest[1..9], &rest[9..]);
    if !is_date(&format!("{date}T{clock}Z")) {
        return None;
    }
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        let end = fraction.find(|c: char| !c.is_ascii_digit())?;
        if end == 0 {
            return None;
        }
        rest = &fraction[end..];
    }
    let minutes = offset(rest.trim_start())?;
    if minutes == 0 {
        return Some(format!("{date}T{clock}Z"));
    }
    let number = |from: usize, to: usize| date.get(from..to)?.parse::<i64>().ok();
    let of_day = clock.get(..2)?.parse::<i64>().ok()? * 60 + clock.get(3..5)?.parse::<i64>().ok()?;
    let shifted = of_day - minutes;
    let (year, month, day) =
        day_after((number(0, 4)?, number(5, 7)?, number(8, 10)?), shifted.div_euclid(24 * 60));
    let of_day = shifted.rem_euclid(24 * 60);
    let answer =
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}{}Z", of_day / 60, of_day % 60, &clock[5..]);
    is_date(&answer).then_some(answer)
}

/// Minutes east of Greenwich. `+00:00Z`, as older documents of CPython have it, says the same twice.
fn offset(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z" | "UTC" | "GMT") {
        return Some(0);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (digits, has_letter) = match digits.strip_suffix('Z') {
        Some(digits) => (digits, true),
        None => (digits, false),
    };
    let digits = digits.replacen(':', "", 1);
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = (digits[..2].parse::<i64>().ok()?, digits[2..].parse::<i64>().ok()?);
    let all = hours * 60 + minutes;
    (hours < 24 && minutes < 60 && !(has_letter && all != 0)).then_some(sign * all)
}

/// The day before, the same, or the day after.
fn day_after((year, month, day): (i64, i64, i64), days: i64) -> (i64, i64, i64) {
    let length = |year: i64, month: i64| {
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        match month {
            2 => 28 + i64::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    };
    match day + days {
        0 if month == 1 => (year - 1, 12, 31),
        0 => (year, month - 1, length(year, month - 1)),
        late if late > length(year, month) && month == 12 => (year + 1, 1, 1),
        late if late > length(year, month) => (year, month + 1, 1),
        day => (year, month, day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, answer) in [
            ("2022-12-27T23:08:17.349368Z", "2022-12-27T23:08:17Z"),
            ("2023-10-03T18:46:54+00:00Z", "2023-10-03T18:46:54Z"),
            ("2023-10-03T18:46:54+00:00", "2023-10-03T18:46:54Z"),
            ("2024-03-01 00:30:00+02:00", "2024-02-29T22:30:00Z"),
            ("2023-12-31T23:30:05.5-0100", "2024-01-01T00:30:05Z"),
            ("2024-01-01T00:15:00+05:45", "2023-12-31T18:30:00Z"),
            ("2024-05-05t10:00:00z", "2024-05-05T10:00:00Z"),
        ] {
            assert_eq!(utc(text).as_deref(), Some(answer), "{text}");
        }
        for none in [
            "2024-01-01T00:00:00",
            "2024-01-01",
            "2024-13-01T00:00:00+01:00",
            "x",
            "2024-01-01T00:00:00+01:00Z",
            "",
        ] {
            assert_eq!(utc(none), None, "{none}");
        }
    }

    #[test]
    fn words_and_numbers() {
        assert_eq!(two_numbers("3.28.0").as_deref(), Some("3.28"));
        assert_eq!(two_numbers("3"), None);
        assert_eq!(actor("organisation:The Name").as_deref(), Some("Organization: The Name"));
        assert_eq!(actor("The Name"), None);
        let uuid = "3E671687-395B-41F5-A30F-A58921A69B79";
        assert_eq!(serial_number(uuid), Some(format!("urn:uuid:{}", uuid.to_ascii_lowercase())));
    }
}

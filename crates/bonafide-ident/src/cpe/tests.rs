use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::testdata;

#[test]
fn formatted_strings_are_read_as_nvdtools_reads_them() {
    let Some(vectors) = testdata::read("cpe/nvdtools_wfn_vectors.json") else { return };
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    for case in vectors["unbind_fs"].as_array().unwrap() {
        let text = case[0].as_str().unwrap();
        assert_eq!(text.parse::<Cpe>().unwrap().to_string(), text);
    }
    for case in vectors["unbind_fs_fail"].as_array().unwrap() {
        assert!(case.as_str().unwrap().parse::<Cpe>().is_err(), "{case}");
    }
}

#[test]
fn attributes_are_told_apart_and_escapes_are_canonical() {
    let cpe: Cpe =
        r"cpe:2.3:a:foo\\bar:big\$money:8\.0\-1:-:*:*:special:ipod\_touch:80gb:a\:b".parse().unwrap();
    assert_eq!(cpe.to_string(), r"cpe:2.3:a:foo\\bar:big\$money:8.0-1:-:*:*:special:ipod_touch:80gb:a\:b");
    assert_eq!(cpe.vendor().plain().unwrap(), r"foo\bar");
    assert_eq!(cpe.product().plain().unwrap(), "big$money");
    let values: Vec<_> = cpe.attributes().collect();
    assert_eq!(values[4], ("update", &Attribute::NotApplicable));
    assert_eq!(values[5], ("edition", &Attribute::Any));
    assert_eq!(values[10].1.plain().unwrap(), "a:b");
}

#[test]
fn malformed_names_are_refused_with_a_reason() {
    for (text, message) in [
        ("", "a cpe name begins with `cpe:2.3:`"),
        ("cpe:2.3:a:b:c", "the cpe name has 3 attributes, 11 are needed"),
        ("cpe:2.3:a:b:c:1:*:*:*:*:*:*:*:*", "the cpe name has 12 attributes, 11 are needed"),
        ("cpe:2.3:x:b:c:1:*:*:*:*:*:*:*", "`x` is no cpe part: `a`, `o` or `h`"),
        ("cpe:2.3:a::c:1:*:*:*:*:*:*:*", "the cpe attribute vendor is empty, any value is written `*`"),
        (
            "cpe:2.3:a:b:c:1+2:*:*:*:*:*:*:*",
            "the cpe attribute version is malformed at `+2`: punctuation is escaped by `\\`",
        ),
        (
            "cpe:2.3:a:b:c:1é:*:*:*:*:*:*:*",
            "the cpe attribute version is malformed at `é`: printable ascii without spaces only",
        ),
        (
            r"cpe:2.3:a:b:c:\-:*:*:*:*:*:*:*",
            "the cpe attribute version is malformed at `\\-`: a hyphen alone means not applicable and cannot be escaped",
        ),
        (
            "cpe:2.3:a:b:c:??:*:*:*:*:*:*:*",
            "the cpe attribute version is malformed at `??`: a wildcard alone is written `*`",
        ),
        (r"cpe:2.3:a:b:c:1\", "the cpe name has 4 attributes, 11 are needed"),
        (
            r"cpe:2.3:a:b:c:1:*:*:*:*:*:*:x\",
            "the cpe attribute other is malformed at `\\`: `\\` escapes punctuation only",
        ),
    ] {
        assert_eq!(text.parse::<Cpe>().unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn uri_names_become_formatted_strings() {
    // The examples of NISTIR 7695, 6.1.3.3.
    for (uri, formatted) in [
        (
            "cpe:/a:microsoft:internet_explorer:8.0.6001:beta",
            "cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*",
        ),
        (
            "cpe:/a:microsoft:internet_explorer:8.%02:sp%01",
            "cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*",
        ),
        (
            "cpe:/a:hp:insight_diagnostics:7.4.0.1570::~~online~win2003~x64~",
            "cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:*:*:*:online:win2003:x64:*",
        ),
        (
            "cpe:/a:foo%5cbar:big%24money:2010::~~special~ipod_touch~80gb~",
            r"cpe:2.3:a:foo\\bar:big\$money:2010:*:*:*:special:ipod_touch:80gb:*",
        ),
        ("cpe:/a:foo~bar:big%7emoney_2010", r"cpe:2.3:a:foo\~bar:big\~money_2010:*:*:*:*:*:*:*:*"),
        ("cpe:/o:linux:linux_kernel:-", "cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*"),
    ] {
        assert_eq!(uri.parse::<Cpe>().unwrap().to_string(), formatted, "{uri}");
    }
    assert!("cpe:/a:foo:bar:12%0".parse::<Cpe>().is_err());
    assert!("cpe:/a:foo:%02%02:1".parse::<Cpe>().is_err());
}

/// Any attribute that is well formed: all that the grammar allows but an escaped hyphen alone, which is refused.
fn attribute() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        Just("-".to_owned()),
        r"(\*|\?{0,2})([a-zA-Z0-9._]|\\[!-/:-@\[-`{-~]){1,12}(\*|\?{0,2})"
            .prop_filter("an escaped hyphen alone", |text| text != r"\-"),
    ]
}

proptest! {
    #[test]
    fn a_printed_name_is_read_back(part in "[aoh*]", rest in proptest::collection::vec(attribute(), 10)) {
        let cpe: Cpe = format!("cpe:2.3:{part}:{}", rest.join(":")).parse().unwrap();
        prop_assert_eq!(cpe.to_string().parse::<Cpe>().unwrap(), cpe);
    }

    #[test]
    fn any_version_that_is_taken_comes_back_plain(version in "[ -~é]{0,12}") {
        let cpe: Cpe = "cpe:2.3:a:b:c:1:*:*:*:*:*:*:*".parse().unwrap();
        if let Ok(changed) = cpe.with_version(&version) {
            let read: Cpe = changed.to_string().parse().unwrap();
            prop_assert_eq!(read.version().plain().unwrap(), version);
        }
    }

    #[test]
    fn hostile_text_never_panics(text in "(cpe:2.3:|cpe:/)?[ -~é\u{0}]{0,60}") {
        if let Ok(cpe) = text.parse::<Cpe>() {
            prop_assert_eq!(cpe.to_string().parse::<Cpe>().unwrap(), cpe);
        }
    }
}

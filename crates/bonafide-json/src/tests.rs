use crate::{Kind, Reader, Why};
use proptest::prelude::*;

const DEEPEST: usize = 64;

/// Reads a whole text by taking every value, as a document's reader would.
fn take(reader: &mut Reader<'_>) -> crate::Read<()> {
    match reader.peek()? {
        Kind::Null => reader.null(),
        Kind::Bool => reader.boolean().map(drop),
        Kind::Number => reader.number().map(drop),
        Kind::String => reader.string().map(drop),
        Kind::Array => {
            reader.begin_array()?;
            while reader.next_item()? {
                take(reader)?;
            }
            Ok(())
        }
        Kind::Object => {
            reader.begin_object()?;
            while reader.next_key()?.is_some() {
                take(reader)?;
            }
            Ok(())
        }
    }
}

fn read(text: &str) -> crate::Read<()> {
    let mut reader = Reader::strict(text, DEEPEST);
    take(&mut reader)?;
    reader.finish()
}

fn skip(text: &str) -> crate::Read<()> {
    let mut reader = Reader::lenient(text, DEEPEST);
    reader.skip()?;
    reader.finish()
}

fn refuse(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn names_place_and_fault_of_what_it_refuses() {
    assert_eq!(refuse("[1,\n NaN]"), "line 2, column 2 (/1): not JSON: a value should stand here, not `NaN`");
    assert_eq!(
        refuse("{\"a\": {\"b\": 1,\n\"b\": 2}}"),
        "line 2, column 1 (/a/b): key \"b\" appears twice, first on line 1"
    );
    assert_eq!(
        refuse(r#"{"a": "\ud800"}"#),
        "line 1, column 8 (/a): not JSON: half of a surrogate pair, \\ud800"
    );
    assert_eq!(refuse("{} {}"), "line 1, column 4: not JSON: the document has ended, yet `{` follows");
    assert_eq!(
        refuse("{\"a\": \"x\ny\"}"),
        "line 1, column 9 (/a): not JSON: a string holds the character U+000A, which must be escaped"
    );
    let skipped = skip("{\"a\": {\"x\": 1, \"b\": [0, nul]}}").unwrap_err().to_string();
    assert_eq!(skipped, "line 1, column 25 (/a/b/1): not JSON: a value should stand here, not `nul`");
}

#[test]
fn reading_and_skipping_accept_what_serde_json_accepts() {
    for text in [
        "",
        " ",
        "{}",
        "[]",
        "[1,2]",
        "[1 2]",
        "[1,]",
        "[,]",
        "{,}",
        "{\"a\"}",
        "{\"a\" 1}",
        "{a:1}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":{\"b\":[]}}",
        "[[[",
        "{} {}",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud83d\\ude00\"",
        "\"a\nb\"",
        "\"a\u{1}\"",
        "\"\u{7f}\"",
        "{\"a\tb\":1}",
        "{\"a\":\"b\\\"c\"}",
        "-1.5e+3",
        "01",
        "-0",
        "1.",
        ".5",
        "1e",
        "-",
        "+1",
        "nul",
        "null",
        "true",
        "fals",
        "[tru]",
        "NaN",
    ] {
        let expected = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        assert_eq!(read(text).is_ok(), expected, "{text:?}");
        assert_eq!(skip(text).is_ok(), expected, "{text:?}");
    }
}

proptest! {
    #[test]
    fn what_is_accepted_is_json_exactly_where_serde_json_says_so(
        pieces in prop::collection::vec(
            prop::sample::select(&[
                "{", "}", "[", "]", ",", ":", "\"", "a", "\\", "\\n", "\\u00e9", "\n", " ", "0", "1", "-", ".", "e",
                "true", "null", "\"a\"", "\"b\":", "é",
            ][..]),
            0..14,
        ),
    ) {
        let text = pieces.concat();
        let expected = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        let skipped = skip(&text);
        prop_assert_eq!(skipped.is_ok(), expected, "{:?}", text);
        // What is read is refused where what is skipped is.
        let mut reader = Reader::lenient(&text, DEEPEST);
        let taken = take(&mut reader).and_then(|()| reader.finish());
        let stopped = |read: crate::Read<()>| read.map_err(|stop| (stop.place.offset, stop.why));
        prop_assert_eq!(stopped(taken), stopped(skipped), "{:?}", text);
    }

    #[test]
    fn a_string_is_read_as_it_was_written(text in any::<String>()) {
        let written = serde_json::to_string(&text).unwrap();
        let mut reader = Reader::strict(&written, DEEPEST);
        prop_assert_eq!(reader.string().unwrap(), text);
        prop_assert!(reader.finish().is_ok());
    }
}

#[test]
fn depth_has_a_bound_and_needs_no_stack() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(read(&deep(DEEPEST)).is_ok());
    assert_eq!(read(&deep(DEEPEST + 1)).unwrap_err().why, Why::TooDeep(DEEPEST));
    assert_eq!(skip(&"{\"a\":".repeat(1_000_000)).unwrap_err().why, Why::TooDeep(DEEPEST));
}

#[test]
fn places_and_repeated_keys_are_known() {
    let text = "{\"a\": [1,\n {\"b/c\": \"x\"}], \"k\": 1, \"\\u006b\": 2}";
    let mut reader = Reader::lenient(text, DEEPEST);
    reader.begin_object().unwrap();
    assert_eq!(reader.next_key().unwrap().unwrap(), "a");
    reader.begin_array().unwrap();
    assert!(reader.next_item().unwrap());
    reader.skip().unwrap();
    assert!(reader.next_item().unwrap());
    reader.begin_object().unwrap();
    assert_eq!(reader.next_key().unwrap().unwrap(), "b/c");
    assert_eq!(reader.pointer(), "/a/1/b~1c");
    let offset = reader.offset();
    assert_eq!(reader.line_of(offset), 2);
    assert_eq!(reader.string().unwrap(), "x");
    assert_eq!(reader.next_key().unwrap(), None);
    assert!(!reader.next_item().unwrap());
    reader.next_key().unwrap();
    reader.skip().unwrap();
    assert_eq!(reader.next_key().unwrap().unwrap(), "k");
    reader.skip().unwrap();
    assert_eq!(reader.take_repeated().unwrap().1, "k");
    assert_eq!(reader.next_key().unwrap(), None);
}

#[test]
fn a_key_is_found_twice_among_many() {
    let members: String = (0..1000).map(|n| format!("\"k{n}\": {{\"k7\": {n}}},\n")).collect();
    let text = format!("{{{members}\"k7\": 0}}");
    assert_eq!(refuse(&text), "line 1001, column 1 (/k999): key \"k7\" appears twice, first on line 8");
    let mut reader = Reader::lenient(&text, DEEPEST);
    take(&mut reader).unwrap();
    assert_eq!(reader.take_repeated(), Some((text.len() - 8, "k7".to_owned())));
}

#[test]
fn half_of_a_surrogate_pair_is_the_replacement_character_in_lenient_reading() {
    for (text, expected) in [
        (r#""\ud800""#, "\u{fffd}"),
        (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
        (r#""\ud83d\ude00""#, "\u{1f600}"),
        (r#""\ud83d\u0041""#, "\u{fffd}A"),
    ] {
        assert_eq!(Reader::lenient(text, DEEPEST).string().unwrap(), expected, "{text}");
    }
}

#[test]
fn goes_back_to_a_mark_among_many_keys() {
    let members: Vec<String> = (0..100).map(|n| format!("\"k{n}\": [{{\"x\": 1}}, 2]")).collect();
    let text = format!("{{{}}}", members.join(","));
    let mut reader = Reader::strict(&text, DEEPEST);
    reader.begin_object().unwrap();
    while reader.next_key().unwrap().is_some() {
        let mark = reader.mark();
        reader.begin_array().unwrap();
        assert!(reader.next_item().unwrap());
        reader.begin_object().unwrap();
        assert!(reader.next_key().unwrap().is_some());
        reader.rewind(&mark);
        reader.skip().unwrap();
    }
    reader.finish().unwrap();
}

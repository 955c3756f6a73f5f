//! `bonafide artifact list --facts`: what programs and libraries say of themselves.

use bonafide_testkit::{ElfBuilder, ZipBuilder};

use super::case;

#[test]
fn facts_of_objects_are_told_when_they_are_asked_for() {
    let library = ElfBuilder::new("libdemo.so.1")
        .needs("libc.so.6")
        .function("demo_open", &[0xc3])
        .function("demo_close", &[0xc3])
        .end();
    let case =
        case().file("demo.zip", ZipBuilder::new().file("a.txt", b"a").file("libdemo.so.1.2", library).end());
    let plain = case.run(["artifact", "list", "demo.zip", "--format", "jsonl"]);
    assert!(!plain.text().contains("object"), "{}", plain.text());
    let ran = case.run(["artifact", "list", "demo.zip", "--facts", "--format", "jsonl"]);
    let lines: Vec<serde_json::Value> =
        ran.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].get("object").is_none());
    let facts = &lines[1]["object"];
    assert_eq!((facts["format"].as_str(), facts["kind"].as_str()), (Some("elf"), Some("shared")));
    assert_eq!((facts["name"].as_str(), &facts["needed"][0]), (Some("libdemo.so.1"), &"libc.so.6".into()));
    assert_eq!(facts["exports"], serde_json::json!(["demo_close", "demo_open"]));
    let text = case.run(["artifact", "list", "demo.zip", "--facts"]);
    assert!(text.text().contains("export     demo_close"), "{}", text.text());
}

//! Object files: what they say of themselves, in every container, whole and damaged.

use bonafide_artifact::object::{Answer, Object, ObjectFormat, ObjectKind, Search};
use bonafide_testkit::{ElfBuilder, TarBuilder, ZipBuilder, gzip, macho, pe};

use std::sync::LazyLock;

use super::*;

/// Keeps the objects of a walk.
#[derive(Default)]
struct Objects(Vec<(String, Object)>);

impl Visit for Objects {
    fn enter(&mut self, _: &Entry) -> Want {
        Want { digests: DigestKinds::SHA256, members: true, ..Want::default() }
    }

    fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
        if let Some(object) = seen.object {
            self.0.push((entry.location(), object.clone()));
        }
    }
}

fn objects(bytes: &[u8], limits: Limits) -> Vec<(String, Object)> {
    static SEARCH: LazyLock<Search> = LazyLock::new(|| Search::new(&["demo version "], &["demo_version"]));
    searched(bytes, limits, &SEARCH)
}

fn searched(bytes: &[u8], limits: Limits, search: &Search) -> Vec<(String, Object)> {
    let budget = Budget::new(limits);
    let mut found = Objects::default();
    let reading = Reading { search: Some(search), ..Reading::new(&budget) };
    walk(Source::Bytes { name: "a", bytes }, reading, &mut found).expect("bytes can be opened");
    found.0
}

fn elf() -> Vec<u8> {
    ElfBuilder::new("libdemo.so.1")
        .needs("libz.so.1")
        .needs("libc.so.6")
        .text("1.2.3")
        .text("this is demo version 4.5.6")
        .function("demo_version", &[0xb8, 0, 6, 1, 0, 0xc3])
        .function("other", &[0xc3])
        .producer("GCC: (GNU) 14.2.1")
        .end()
}

#[track_caller]
fn one(bytes: &[u8]) -> Object {
    let mut found = objects(bytes, Limits::default());
    assert_eq!(found.len(), 1);
    found.remove(0).1
}

#[test]
fn an_elf_library_says_what_it_is() {
    let object = one(&elf());
    assert_eq!((object.format, object.kind), (ObjectFormat::Elf, ObjectKind::Shared));
    assert_eq!(object.name.as_deref(), Some("libdemo.so.1"));
    assert_eq!(object.needed, ["libz.so.1", "libc.so.6"]);
    assert_eq!(object.build_id.as_deref(), Some("abcdef01"));
    assert_eq!(object.producers, ["GCC: (GNU) 14.2.1"]);
    assert_eq!((object.exports, object.damage.as_deref()), (2, None));
    assert_eq!(object.lone, ["1.2.3"]);
    let [hit] = object.hits.as_slice() else { panic!("{:?}", object.hits) };
    assert_eq!((hit.text.as_str(), hit.at), ("this is demo version 4.5.6", 8));
    let [asked] = object.asked.as_slice() else { panic!("{:?}", object.asked) };
    assert_eq!(asked.answer, Answer::Number(0x10600));
}

#[test]
fn exported_symbols_are_listed_where_they_are_asked_for() {
    assert_eq!(one(&elf()).exported, [""; 0]);
    let long = "_ZN".to_owned() + &"x".repeat(300);
    let bytes =
        ElfBuilder::new("l").function(&long, &[0xc3]).function("a", &[0xc3]).function("a", &[0xc3]).end();
    let found = searched(&bytes, Limits::default(), &Search::listing_exports());
    assert_eq!((found[0].1.exported.as_slice(), found[0].1.exports), ([long, "a".to_owned()].as_slice(), 3));
}

#[test]
fn macho_and_pe_say_what_they_are() {
    let object = one(&macho("@rpath/libdemo.1.dylib", "/usr/lib/libz.1.dylib", "demo version 7"));
    assert_eq!((object.format, object.kind), (ObjectFormat::MachO, ObjectKind::Shared));
    assert_eq!(object.name.as_deref(), Some("@rpath/libdemo.1.dylib"));
    assert_eq!(object.needed, ["/usr/lib/libz.1.dylib"]);
    assert_eq!(object.build_id.as_deref(), Some("5a".repeat(16).as_str()));
    assert_eq!(object.hits[0].text, "demo version 7");
    let object = one(&pe("a demo version 8"));
    assert_eq!((object.format, object.kind), (ObjectFormat::Pe, ObjectKind::Shared));
    assert_eq!(object.hits[0].text, "a demo version 8");
    assert_eq!(object.damage, None);
}

#[test]
fn an_object_is_the_same_in_every_container() {
    let (elf, limits) = (elf(), Limits { memory_bytes: 64, ..Limits::default() });
    let alone = one(&elf);
    let zip = ZipBuilder::new().file("lib/x.so", &elf).end();
    let tar = TarBuilder::new().file("lib/x.so", &elf).end();
    let nested = ZipBuilder::new().file("inner.zip", &zip).end();
    for container in [zip, gzip(&tar, None), tar, nested] {
        // Once from memory, once from a spool file.
        for limits in [Limits::default(), limits] {
            let found = objects(&container, limits);
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].1, alone, "{}", found[0].0);
        }
    }
}

#[test]
fn without_a_search_no_object_is_looked_into() {
    let budget = Budget::new(Limits::default());
    let mut found = Objects::default();
    walk(Source::Bytes { name: "a", bytes: &elf() }, Reading::new(&budget), &mut found).expect("opens");
    assert!(found.0.is_empty());
}

#[test]
fn damaged_objects_never_panic() {
    let dylib = macho("libdemo.1.dylib", "libz.1.dylib", "demo version 7");
    let mut fat = [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2].to_vec();
    for _ in 0..2 {
        fat.extend([1, 0, 0, 0x0c, 0, 0, 0, 0]);
        fat.extend(48_u32.to_be_bytes());
        fat.extend(u32::try_from(dylib.len()).expect("small").to_be_bytes());
        fat.extend([0; 4]);
    }
    fat.extend(&dylib);
    for whole in [elf(), dylib, pe("a demo version 8"), fat] {
        assert_eq!(objects(&whole, Limits::default()).len(), 1);
        for at in 0..whole.len() {
            drop(objects(&whole[..at], Limits::default()));
            let mut flipped = whole.clone();
            flipped[at] ^= 0xff;
            drop(objects(&flipped, Limits::default()));
        }
    }
}

//! `bonafide sbom embed`: an SBOM put into a wheel.

use bonafide_testkit::{ElfBuilder, ZipBuilder};

use super::case;

/// A wheel whose RECORD names its files, without digests.
fn wheel() -> Vec<u8> {
    let library = ElfBuilder::new("libcrypto.so.3").text("OpenSSL 3.5.2 5 Aug 2025").end();
    let record = "demo.py,,\ndemo.libs/libcrypto-0123abcd.so.3,,\ndemo-1.0.dist-info/METADATA,,\ndemo-1.0.dist-info/RECORD,,\n";
    ZipBuilder::new()
        .file("demo.py", b"x = 1\n")
        .file("demo.libs/libcrypto-0123abcd.so.3", library)
        .file("demo-1.0.dist-info/METADATA", b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
        .file("demo-1.0.dist-info/RECORD", record)
        .end()
}

#[test]
fn embedding_again_replaces_what_was_embedded() {
    let case = case().file("demo-1.0-py3-none-any.whl", wheel());
    let ran = case.run(["sbom", "embed", "demo-1.0-py3-none-any.whl", "-o", "one.whl"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = case.run(["sbom", "embed", "one.whl", "-o", "two.whl"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let bytes = |name: &str| std::fs::read(case.path().join(name)).unwrap();
    assert!(bytes("one.whl") == bytes("two.whl"));
    // In place too.
    assert_eq!(case.run(["sbom", "embed", "one.whl", "-o", "one.whl"]).code, 0);
    assert!(bytes("one.whl") == bytes("two.whl"));
    let list = case.run(["artifact", "list", "one.whl"]);
    assert_eq!(list.text().matches("sboms/bonafide.spdx.json").count(), 1, "{}", list.text());
    // What was embedded is audited, and is right.
    let ran = case.run(["sbom", "audit", "one.whl"]);
    assert_eq!(ran.code, 0, "{}", ran.whole());
}

#[test]
fn another_sbom_stays_beside_the_one_that_is_made() {
    let sbom = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": []}"#;
    let case = case().file("demo-1.0-py3-none-any.whl", wheel()).file("mine.cdx.json", sbom);
    let given = ["sbom", "embed", "demo-1.0-py3-none-any.whl", "--sbom", "mine.cdx.json", "-o", "one.whl"];
    assert_eq!(case.run(given).code, 0);
    assert_eq!(case.run(["sbom", "embed", "one.whl", "-o", "two.whl"]).code, 0);
    assert_eq!(case.run(["sbom", "embed", "two.whl", "--sbom", "mine.cdx.json", "-o", "three.whl"]).code, 0);
    let list = case.run(["artifact", "list", "three.whl"]);
    let (mine, made) =
        (list.text().matches("sboms/mine.cdx.json"), list.text().matches("sboms/bonafide.spdx.json"));
    assert_eq!((mine.count(), made.count()), (1, 1), "{}", list.text());
}

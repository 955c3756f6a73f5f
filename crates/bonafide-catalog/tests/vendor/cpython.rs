//! CPython's own documents, from the recorded data beside the project.

use std::path::PathBuf;

use crate::{Case, rules};

fn data(path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("BONAFIDE_TESTDATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = root.join("cpython-sbom/source-3.13.5").join(path);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        eprintln!("skipped: there is no {}", path.display());
    }
    bytes
}

const EXTERNALS: &str = r#"
[[externals]]
platform = "windows"
file = "PCbuild/get_externals.bat"
regex = 'set\s+libraries\s*=\s*%libraries%\s+(?<tag>[a-zA-Z0-9.-]+)\s'
comment = "rem"
document = "Misc/externals.spdx.json"
download-location = "https://github.com/python/cpython-source-deps/archive/refs/tags/{name}-{version}.tar.gz"
"#;

#[test]
fn the_externals_of_cpython_are_written_byte_for_byte() {
    let (Some(script), Some(document)) = (data("get_externals-assignments.txt"), data("externals.spdx.json"))
    else {
        return;
    };
    let case = Case::new(EXTERNALS);
    let document = String::from_utf8(document).unwrap();
    case.file("PCbuild/get_externals.bat", &script).file("Misc/externals.spdx.json", &document);
    assert_eq!(rules(&case.check()), [""; 0]);
    assert_eq!(case.check().externals, 9);
    // Every version and location is written anew; what people wrote stays.
    let old = document.replace("5.2.5", "5.2.4").replace("tcl-core-8.6.15.0", "tcl-core-8.6.14.0");
    case.file("Misc/externals.spdx.json", &old);
    let report = case.regen();
    assert_eq!(report.written, ["Misc/externals.spdx.json"]);
    let new = case.read("Misc/externals.spdx.json");
    assert!(
        new.contains("xz-5.2.5.tar.gz")
            && new.contains("cpe:2.3:a:tukaani:xz:5.2.5:")
            && !new.contains("5.2.4")
    );
    // The checksums were those of other archives.
    assert_eq!(rules(&case.check()), ["checksum-missing Misc/externals.spdx.json"; 2]);
}

#[test]
fn an_external_that_only_one_side_has_is_named() {
    let (Some(script), Some(document)) = (data("get_externals-assignments.txt"), data("externals.spdx.json"))
    else {
        return;
    };
    let case = Case::new(EXTERNALS);
    let script = String::from_utf8(script).unwrap().replace("zlib-1.3.1", "zlib-ng-2.2.4");
    case.file("PCbuild/get_externals.bat", script).file("Misc/externals.spdx.json", document);
    assert_eq!(
        rules(&case.check()),
        ["externals-stale Misc/externals.spdx.json", "externals-stale PCbuild/get_externals.bat"]
    );
}

#[test]
fn skew_between_platforms_is_a_finding_under_any_alias() {
    let case = Case::new(
        r#"
[[externals]]
platform = "windows"
file = "w.bat"
regex = 'lib (?<tag>\S+)'

[[externals]]
platform = "macos"
file = "m.py"
regex = 'name="(?<name>\w+) (?<version>[0-9.]+)", url="(?<url>[^"]+)", checksum="(?<checksum>[0-9a-f]+)"'
aliases = { libmpdec = "mpdecimal" }
"#,
    );
    case.file("w.bat", "lib mpdecimal-2.5.1\nlib sqlite-3.49.1.0\n");
    case.file(
        "m.py",
        "name=\"libmpdec 4.0.0\", url=\"http://example.org/m\", checksum=\"ef68674fb47a8b8e741b34e429d86e9d\"\n\
         name=\"SQLite 3.49.1\", url=\"https://example.org/s\", checksum=\"00\"\n",
    );
    assert_eq!(rules(&case.check()), ["insecure-location m.py", "platform-skew m.py", "weak-checksum m.py"]);
}

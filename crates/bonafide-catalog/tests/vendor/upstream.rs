//! `verify`: files against the archive that they come from.

use std::path::Path;

use bonafide_artifact::Limits;
use bonafide_catalog::vendor::{self, Archive, Differences, Report, Request};

use crate::{Case, DEMO, rules};

/// A plain tar of small files.
pub(crate) fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, body) in files {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(format!("{:011o}", body.len()).as_bytes());
        header[136..147].copy_from_slice(b"00000000000");
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        out.extend_from_slice(&header);
        out.extend_from_slice(body.as_bytes());
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

fn upstream() -> Vec<u8> {
    tar(&[
        ("zlib-1.3.1/zlib.h", "#define ZLIB_VERSION \"1.3.1\"\n"),
        ("zlib-1.3.1/inflate.c", "int inflate;\n"),
        ("zlib-1.3.1/LICENSE", "zlib licence\n"),
        ("zlib-1.3.1/README", "read me\n"),
    ])
}

fn case() -> Case {
    let mut case = Case::demo();
    let bytes = upstream();
    let sum = bonafide_ident::Hasher::digest(bonafide_ident::DigestKinds::SHA256, &bytes).sha256.unwrap();
    case.file("archives/zlib.tar", bytes);
    case.config(
        DEMO.replace("17aa6cfc5c4c219c09287abfc10bc13f0c06f30bb654b28bfe6f567ca646eb79", &sum.to_string()),
    );
    case.regen();
    case
}

fn verify(case: &Case, archives: &[Archive], differences: Differences<'_>) -> Report {
    let config = case.parsed();
    let request = Request { root: case.root(), config: &config, config_name: "bonafide.toml" };
    vendor::verify(&request, &[], archives, differences, Limits::default()).unwrap()
}

fn folder(case: &Case) -> Archive {
    Archive::Folder(case.root().join("archives"))
}

#[test]
fn equal_files_pass_with_the_archive_found_by_its_digest() {
    let case = case();
    let report = verify(&case, &[folder(&case)], Differences::Report);
    assert_eq!((rules(&report).len(), report.equal), (0, 3), "{:?}", report.findings);
}

#[test]
fn a_planted_change_is_shown_and_can_be_recorded() {
    let mut case = case();
    case.file("deps/zlib/src/inflate.c", "int inflate = 1;\n").file("deps/zlib/new.c", "new\n");
    let report = verify(&case, &[folder(&case)], Differences::Report);
    assert_eq!(
        rules(&report),
        ["upstream-lacks-file deps/zlib/new.c", "upstream-differs deps/zlib/src/inflate.c"]
    );
    let shown = report.findings[1].evidence.join("\n");
    assert!(shown.contains("-int inflate;") && shown.contains("+int inflate = 1;"), "{shown}");

    let path = case.root().join("bonafide.toml");
    let recorded = verify(&case, &[folder(&case)], Differences::Record { config: Path::new(&path) });
    assert_eq!((rules(&recorded).len(), recorded.written.as_slice()), (0, &["bonafide.toml".to_owned()][..]));
    let text = case.read("bonafide.toml");
    case.config(text);
    let after = verify(&case, &[folder(&case)], Differences::Report);
    assert_eq!((rules(&after).len(), after.equal, after.patched), (0, 2, 2));
    case.regen();
    assert!(
        case.read("sbom.spdx.json")
            .contains("Differs from upstream on purpose: deps/zlib/new.c, deps/zlib/src/inflate.c")
    );
    assert_eq!(rules(&case.check()), [""; 0]);

    case.file("deps/zlib/new.c", "newer\n");
    case.regen();
    assert!(rules(&case.check()).contains(&"patch-mismatch bonafide.toml".to_owned()));
    assert_eq!(
        rules(&verify(&case, &[folder(&case)], Differences::Report)),
        ["upstream-lacks-file deps/zlib/new.c"]
    );
}

#[test]
fn no_archive_another_archive_and_a_broken_archive_are_no_pass() {
    let case = case();
    let none = verify(&case, &[], Differences::Report);
    assert!(none.findings[0].is_gap() && rules(&none) == ["upstream-unread bonafide.toml"]);
    let given = |path: &str| Archive::Of("zlib".into(), case.root().join(path));
    case.file("other.tar", tar(&[("a", "b")])).file("short.tar", &upstream()[..700]).file("no.tar", "no");
    let other = verify(&case, &[given("other.tar")], Differences::Report);
    assert!(other.findings.iter().any(|finding| finding.rule.id == "upstream-checksum"));
    for path in ["short.tar", "no.tar"] {
        let report = verify(&case, &[given(path)], Differences::Report);
        assert!(
            report.findings.iter().any(bonafide_report::Finding::is_gap),
            "{path}: {:?}",
            report.findings
        );
    }
}

//! Documents that are made to do harm: each is refused or judged with a place, in bounded time and memory.

use std::time::{Duration, Instant};

use bonafide_testkit::{Ran, gzip};

use super::case;

const SPDX: &str = r#"{"SPDXID":"SPDXRef-DOCUMENT","spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","name":"x","documentNamespace":"https://example.org/x","creationInfo":{"created":"2024-01-01T00:00:00Z","creators":["Tool: x-1"]}"#;
const PACKAGE: &str = r#","packages":[{"SPDXID":"SPDXRef-P","name":"p","downloadLocation":"NOASSERTION","filesAnalyzed":false}]"#;
const CYCLONEDX: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":1"#;
const SPDX3: &str = r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":["#;
const YAML: &str = "SPDXID: SPDXRef-DOCUMENT\nspdxVersion: SPDX-2.3\n";
const TAG: &str = "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: a\nDocumentNamespace: https://example.org/a\nCreator: Tool: a\nCreated: 2024-01-01T00:00:00Z\n";

/// What takes longer than this even in a build for tests grows faster than its input.
const LONGEST: Duration = Duration::from_secs(60);

/// Runs a command over a document, and sees to it that it ends in time, with no crash.
fn ran(command: &str, document: impl AsRef<[u8]>) -> Ran {
    let began = Instant::now();
    let ran = case().file("document", document).run(["sbom", command, "document"]);
    assert!(began.elapsed() < LONGEST, "{command}: {:?}", began.elapsed());
    assert!(matches!(ran.code, 0 | 1 | 4), "{command}: exit code {} {}", ran.code, ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    ran
}

/// A document that cannot be read: `validate` says so as a finding with a place, and the others with exit code 4.
#[track_caller]
fn refused(document: impl AsRef<[u8]>, said: &str) {
    let document = document.as_ref();
    let validated = ran("validate", document);
    assert_eq!(validated.code, 1, "{}", validated.text());
    assert!(validated.text().contains("error[sbom-unreadable] document"), "{}", validated.text());
    assert!(validated.text().contains(said), "{said:?}: {}", validated.text());
    assert!(validated.stdout.len() < 5000, "{} bytes", validated.stdout.len());
    for command in ["score", "show"] {
        let ran = ran(command, document);
        assert_eq!(ran.code, 4, "{command}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{command}: {said:?}: {}", ran.stderr);
    }
}

/// A document that can be read, and has an error with this rule.
#[track_caller]
fn wrong(document: impl AsRef<[u8]>, rule: &str) {
    let document = document.as_ref();
    let validated = ran("validate", document);
    assert_eq!(validated.code, 1, "{}", validated.text());
    assert!(validated.text().contains(&format!("error[{rule}] document")), "{rule}: {}", validated.text());
    ran("score", document);
    ran("show", document);
}

fn nested(begin: &str, end: &str) -> String {
    begin.repeat(100_000) + &end.repeat(100_000)
}

#[test]
fn depth_of_a_hundred_thousand() {
    let said = "nested deeper than 256 levels";
    refused(format!("{SPDX}{PACKAGE},\"x\":{}}}", nested("[", "]")), said);
    refused(format!("{SPDX}{PACKAGE},\"x\":{}1{}}}", "{\"a\":".repeat(100_000), "}".repeat(100_000)), said);
    refused(
        format!(
            "{CYCLONEDX},\"components\":{}[]{}}}",
            "[{\"components\":".repeat(100_000),
            "}]".repeat(100_000)
        ),
        said,
    );
    refused(format!("{SPDX3}{{\"type\":\"Tool\",\"x\":{}}}]}}", nested("[", "]")), said);
    refused(format!("<Document>{}</Document>", nested("<a>", "</a>")), said);
    refused(
        (0..3000).fold("spdxVersion: SPDX-2.3\n".to_owned(), |text, n| text + &" ".repeat(n) + "a:\n"),
        said,
    );
    refused(format!("{YAML}x: {}\n", nested("[", "]")), "recursion limit exceeded");
}

#[test]
fn a_key_twice() {
    refused(format!("{SPDX}{PACKAGE},\"packages\":[]}}"), "key \"packages\" appears twice, first on line 1");
    refused(
        format!("{CYCLONEDX},\"components\":[],\n\"components\":[]}}"),
        "key \"components\" appears twice, first on line 1",
    );
    refused(format!("{SPDX3}],\"@graph\":[]}}"), "key \"@graph\" appears twice");
    refused(format!("{YAML}name: a\nname: b\n"), "key \"name\" appears twice");
    refused(
        "<Document><SPDXID>a</SPDXID><name>a</name><name>b</name></Document>",
        "key \"name\" appears twice",
    );
    refused(format!("{TAG}DocumentName: b\n"), "key \"name\" appears twice, first on line 4");
}

#[test]
fn what_json_does_not_know() {
    for head in [format!("{SPDX}{PACKAGE}"), CYCLONEDX.to_owned()] {
        for word in ["NaN", "Infinity", "-Infinity", "undefined", "0x1f", "'a'", "+1", "01"] {
            refused(format!("{head},\"x\":{word}}}"), "not JSON");
        }
        refused(format!("{head},\"x\":\"\\ud800\"}}"), "half of a surrogate pair, \\ud800");
        refused(format!("{head},\"x\":\"\\udc00\\ud800\"}}"), "half of a surrogate pair");
        refused(format!("{head}}} {{}}"), "the document has ended");
        refused(format!("{head}}}x"), "the document has ended");
        refused(format!("{head},\"x\":\"a"), "the text ends inside a string");
        refused(&format!("{head},\"x\":\"a\"}}").into_bytes()[..20], "not JSON");
    }
    refused([0xff, 0xfe, b'{', 0, 0, 0xd8, b'}', 0], "half of a surrogate pair");
    refused(b"{\"SPDXID\": \"\xff\"}", "not UTF-8");
    refused(format!("{YAML}x: \"\\ud800\"\n"), "not YAML");
    refused(format!("{YAML}---\nname: b\n"), "a second YAML document");
    refused("<Document><SPDXID>&#xD800;</SPDXID></Document>", "the entity");
    refused("<Document/><Document/>", "a second root element");
    refused("<Document><SPDXID>a</SPDXID></Document>text", "text outside of the root element");
    refused("<Document><SPDXID>a</SPDXID>", "the text ends inside `Document`");
    refused(format!("{TAG}DocumentComment: <text>never ends\n"), "`<text>` without `</text>`");
    refused(format!("{TAG}no tag\n"), "not a tag");
    refused("", "the document is empty");
}

#[test]
fn null_where_an_element_should_stand() {
    refused(format!("{SPDX},\"packages\":[null]}}"), "expected an object, found null");
    refused(format!("{CYCLONEDX},\"components\":[null]}}"), "expected an object, found null");
    refused(format!("{SPDX3}null]}}"), "expected an object, found null");
    refused(format!("{YAML}packages:\n - ~\n"), "expected an object, found null");
}

#[test]
fn text_that_grows() {
    let entities: String = (0..9)
        .map(|n| {
            format!("<!ENTITY {} \"{}\">", (b'b' + n) as char, format!("&{};", (b'a' + n) as char).repeat(10))
        })
        .collect();
    refused(
        format!(
            "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"a\">{entities}]><Document><SPDXID>&j;</SPDXID></Document>"
        ),
        "a document type",
    );
    let aliases: String =
        (1..10).map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(","))).collect();
    refused(format!("{YAML}a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n{aliases}"), "aliases make the document larger");
    refused(format!("{YAML}a: &a [*a]\n"), "an alias of something that is not whole yet");
}

/// A zstd frame that claims to hold a number of bytes, begins a string, and repeats one letter in blocks of 128 KiB.
fn zstd(claim: u64, blocks: u32) -> Vec<u8> {
    const REPEATED: u32 = 1 << 1;
    let begin = b"{\"SPDXID\":\"";
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0x38];
    frame.extend(claim.to_le_bytes());
    frame.extend(&((begin.len() as u32) << 3).to_le_bytes()[..3]);
    frame.extend(begin);
    for block in 0..blocks {
        let is_last = u32::from(block + 1 == blocks);
        frame.extend(&(is_last | REPEATED | (1 << 17) << 3).to_le_bytes()[..3]);
        frame.push(b'a');
    }
    frame
}

#[test]
fn bombs_and_claims() {
    let mut body = b"{\"SPDXID\":\"".to_vec();
    body.resize(64 << 20, b'a');
    // A gigabyte of one letter, and four gigabytes in a header with nothing behind it.
    for packed in [gzip(&body, None), zstd((1 << 30) + 11, 8192), zstd(4 << 30, 0)] {
        assert!(packed.len() < 1 << 20, "{}", packed.len());
        for command in ["validate", "score", "show"] {
            let ran = ran(command, &packed);
            assert_eq!(ran.code, 4, "{command}");
            assert!(ran.stderr.contains("failed to decompress `document`"), "{}", ran.stderr);
        }
    }
}

#[test]
fn ids_of_a_megabyte() {
    let id = "a".repeat(1_000_000);
    wrong(
        format!(
            "{SPDX},\"packages\":[{{\"SPDXID\":\"SPDXRef-{id}\",\"name\":\"p\",\"downloadLocation\":\"NOASSERTION\",\"filesAnalyzed\":false}}]}}"
        ),
        "spdx-id-syntax",
    );
    wrong(
        format!(
            "{TAG}PackageName: p\nSPDXID: SPDXRef-{id}\nPackageDownloadLocation: NOASSERTION\nFilesAnalyzed: false\n"
        ),
        "spdx-id-syntax",
    );
    wrong(
        format!("{SPDX3}{{\"type\":\"Tool\",\"spdxId\":\"{id}\",\"creationInfo\":\"_:c\"}}]}}"),
        "spdx-id-syntax",
    );
    let component = format!("{{\"type\":\"library\",\"name\":\"a\",\"bom-ref\":\"{id}\"}}");
    wrong(
        format!("{CYCLONEDX},\"components\":[{component},{}]}}", component.replace("\"a\"", "\"b\"")),
        "cyclonedx-duplicate-bom-ref",
    );
    wrong(format!("{YAML}name: x\npackages:\n - SPDXID: SPDXRef-{id}\n   name: x\n"), "spdx-id-syntax");
    wrong(
        format!(
            "<Document><SPDXID>SPDXRef-DOCUMENT</SPDXID><spdxVersion>SPDX-2.3</spdxVersion><name>x</name><packages><SPDXID>SPDXRef-{id}</SPDXID><name>x</name></packages></Document>"
        ),
        "spdx-id-syntax",
    );
}

#[test]
fn references_that_go_round() {
    let edges = [
        ("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-P"),
        ("SPDXRef-P", "DEPENDS_ON", "SPDXRef-Q"),
        ("SPDXRef-Q", "DEPENDS_ON", "SPDXRef-P"),
        ("SPDXRef-P", "CONTAINS", "SPDXRef-P"),
    ]
    .map(|(from, kind, to)| {
        format!(
            "{{\"spdxElementId\":\"{from}\",\"relationshipType\":\"{kind}\",\"relatedSpdxElement\":\"{to}\"}}"
        )
    })
    .join(",");
    let other = PACKAGE.trim_start_matches(",\"packages\":").replace("SPDXRef-P", "SPDXRef-Q");
    let packages = PACKAGE.replace(']', &format!(",{}", other.trim_start_matches('[')));
    for command in ["validate", "score", "show"] {
        assert_eq!(
            ran(command, format!("{SPDX}{packages},\"relationships\":[{edges}]}}")).code,
            0,
            "{command}"
        );
        let round = format!(
            "{CYCLONEDX},\"components\":[{{\"type\":\"library\",\"name\":\"a\",\"bom-ref\":\"a\"}},{{\"type\":\"library\",\"name\":\"b\",\"bom-ref\":\"b\"}}],\"dependencies\":[{{\"ref\":\"a\",\"dependsOn\":[\"b\"]}},{{\"ref\":\"b\",\"dependsOn\":[\"a\"]}}]}}"
        );
        assert_eq!(ran(command, round).code, 0, "{command}");
    }
    wrong(
        format!(
            "{SPDX3}{{\"type\":\"expandedlicensing_OrLaterOperator\",\"spdxId\":\"x:o\",\"creationInfo\":\"_:c\",\"expandedlicensing_subjectLicense\":\"x:o\"}},{{\"type\":\"software_Package\",\"spdxId\":\"x:p\",\"creationInfo\":\"_:c\",\"name\":\"p\"}},{{\"type\":\"Relationship\",\"spdxId\":\"x:r\",\"creationInfo\":\"_:c\",\"from\":\"x:p\",\"to\":[\"x:o\"],\"relationshipType\":\"hasDeclaredLicense\"}}]}}"
        ),
        "spdx-reference-class",
    );
}

#[test]
fn very_many_of_everything() {
    let many = |piece: &dyn Fn(usize) -> String| (0..50_000).map(piece).collect::<String>();
    wrong(format!("{YAML}name: x\n{}", many(&|n| format!("k{n}: 1\n"))), "spdx-missing-field");
    wrong(
        format!("SPDXVersion: SPDX-2.3\nDocumentName: a\n{}", many(&|n| format!("Tag{n}: x\n"))),
        "spdx-missing-field",
    );
    wrong(
        format!(
            "<Document><SPDXID>a</SPDXID><spdxVersion>SPDX-2.3</spdxVersion>{}</Document>",
            many(&|n| format!("<k{n}>1</k{n}>"))
        ),
        "spdx-missing-field",
    );
    refused(
        format!("<Document {}><SPDXID>a</SPDXID></Document>", many(&|n| format!("k{n}=\"1\" "))),
        "more than 256 attributes",
    );
    // More findings than anybody reads.
    let elements = many(&|_| "{\"type\":\"Tool\",\"q\":1},".to_owned());
    let told = ran("validate", format!("{SPDX3}{}]}}", elements.trim_end_matches(',')));
    assert_eq!(told.code, 1);
    assert!(told.text().contains("error[sbom-further-findings] document"));
    assert!(
        told.text().contains("130000 further findings are not listed"),
        "{}",
        told.text().lines().rev().take(5).collect::<String>()
    );
    let expression = "(".repeat(100_000) + "MIT" + &")".repeat(100_000);
    let licensed = PACKAGE.replace("\"name\"", &format!("\"licenseConcluded\":\"{expression}\",\"name\""));
    ran("validate", format!("{SPDX}{licensed}}}"));
}

//! What is written as JSON is as `schemas/` says: with findings, without, and where inputs cannot be read.

use bonafide_testkit::{Case, ElfBuilder, ZipBuilder};
use serde_json::Value;

use super::case;

const SPDX: &str = r#"{"SPDXID":"SPDXRef-DOCUMENT","spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","name":"x",
  "documentNamespace":"https://example.org/x","creationInfo":{"created":"2024-01-01T00:00:00Z","creators":["Tool: x-1"]},
  "packages":[{"SPDXID":"SPDXRef-P","name":"p","versionInfo":"1","downloadLocation":"NOASSERTION","filesAnalyzed":false,
  "externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:pypi/p@1"}]}],
  "relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-P"}]}"#;
const CYCLONEDX: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,
  "components":[{"type":"library","name":"a","version":"1","purl":"pkg:pypi/a@1"}]}"#;
const RECORD: &str = r#"{"id":"PYSEC-2024-1","modified":"2024-01-02T00:00:00Z","summary":"s","affected":[{"package":
  {"ecosystem":"PyPI","name":"a"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}]}]}"#;
const VEX: &str = r#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.org/v","author":"me",
  "timestamp":"2024-01-01T00:00:00Z","version":1,"statements":[{"vulnerability":{"name":"PYSEC-2024-1"},
  "products":[{"@id":"pkg:pypi/a@1"}],"status":"not_affected","justification":"component_not_present"}]}"#;

fn filled() -> Case {
    let library =
        ElfBuilder::new("libcrypto.so.3").text("OpenSSL 3.5.2 5 Aug 2025").function("f", &[0xc3]).end();
    let wheel = ZipBuilder::new()
        .file("demo.libs/libcrypto-0123abcd.so.3", library.as_slice())
        .file("demo-1.0.dist-info/METADATA", b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
        .end();
    case()
        .file("good.spdx.json", SPDX)
        .file("other.cdx.json", CYCLONEDX)
        .file("bad.spdx.json", SPDX.replace("SPDXRef-P", "SPDXRef-P_Q"))
        .file("broken.json", "{")
        .file("record.json", RECORD)
        .file("vex.json", VEX)
        .file("libdemo.so", library)
        .file("demo-1.0-py3-none-any.whl", wheel)
}

fn valid(case: &Case, schema: &str, codes: &[i32], arguments: &str) -> Value {
    let schema = format!("{}/../../schemas/{schema}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_slice(&std::fs::read(schema).expect("the schema is there"))
        .expect("the schema is JSON");
    let schema = jsonschema::validator_for(&schema).expect("it is a schema");
    let mut asked: Vec<&str> = arguments.split(' ').collect();
    asked.extend(["--format", "json"]);
    let ran = case.run(&asked);
    assert!(codes.contains(&ran.code), "{arguments}: {}", ran.whole());
    let document: Value = serde_json::from_slice(&ran.stdout)
        .unwrap_or_else(|error| panic!("{arguments}: {error} {}", ran.whole()));
    let wrong: Vec<String> =
        schema.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{arguments}: {wrong:#?}");
    document
}

#[test]
fn json_of_each_command_is_as_its_schema_says() {
    let case = filled();
    assert_eq!(case.run(["db", "build", "--from", "record.json", "-o", "db"]).code, 0);
    for (schema, codes, arguments) in [
        ("findings", &[0][..], "sbom validate good.spdx.json other.cdx.json"),
        ("findings", &[1], "sbom validate bad.spdx.json broken.json"),
        ("findings", &[0], "sbom validate good.spdx.json --fix -o mended.json"),
        ("findings", &[1], "sbom audit demo-1.0-py3-none-any.whl"),
        ("findings", &[0], "sbom audit libdemo.so"),
        ("findings", &[0], "advisory lint record.json"),
        ("findings", &[3], "advisory lint record.json broken.json"),
        ("findings", &[0], "vex lint vex.json"),
        ("findings", &[3], "vex lint vex.json broken.json"),
        ("score", &[0], "sbom score good.spdx.json other.cdx.json --scheme all"),
        ("score", &[3], "sbom score good.spdx.json broken.json"),
        ("score", &[4], "sbom score broken.json"),
        ("sbom-diff", &[1], "sbom diff good.spdx.json other.cdx.json"),
        ("sbom-diff", &[0], "sbom diff good.spdx.json good.spdx.json"),
        ("sbom-convert", &[0], "sbom convert good.spdx.json --as cyclonedx-1.6 -o converted.json"),
        ("artifact-list", &[0], "artifact list demo-1.0-py3-none-any.whl --facts"),
        ("artifact-list", &[0], "artifact list libdemo.so --facts"),
        ("scan", &[1], "scan other.cdx.json --db db --no-vex"),
        ("scan", &[0], "scan other.cdx.json --db db --vex vex.json"),
        ("db-info", &[0], "db info db"),
        ("vex-explain", &[0], "vex explain other.cdx.json --vex vex.json"),
    ] {
        valid(&case, schema, codes, arguments);
    }
}

#[test]
fn an_input_that_cannot_be_read_is_a_gap_in_the_answer_about_the_others() {
    let case = filled();
    for arguments in [
        "sbom validate good.spdx.json no-such-file",
        "sbom audit libdemo.so no-such-file",
        "advisory lint no-such-file record.json",
        "vex lint no-such-file vex.json",
    ] {
        let answer = valid(&case, "findings", &[4], arguments);
        assert_eq!(answer["verdict"], "incomplete", "{arguments}");
        assert_eq!(answer["findings"][0]["rule"], "input-unreadable", "{arguments}");
        assert_eq!(answer["findings"][0]["place"]["file"], "no-such-file", "{arguments}");
        // Alone it is an error, and there is no answer.
        let alone: Vec<&str> = arguments.split(' ').take(2).chain(["no-such-file"]).collect();
        let ran = case.run(&alone);
        assert_eq!((ran.code, ran.text()), (4, ""), "{arguments}");
        assert!(ran.stderr.starts_with("error: failed to read `no-such-file`"), "{}", ran.stderr);
    }
}

#[test]
fn the_verdict_is_the_exit_code_whatever_severity_fails() {
    let record = RECORD.replace("\"summary\":\"s\"", "\"summary\":\"one\\ntwo\"");
    let case = filled().file("note.json", record);
    for (fail_on, code, verdict) in [("error", 0, "clean"), ("note", 1, "findings")] {
        let answer =
            valid(&case, "findings", &[code], &format!("advisory lint note.json --fail-on {fail_on}"));
        assert_eq!(answer["verdict"], verdict, "{answer:#}");
    }
    let case = case.file("a.txt", "a");
    for (fail_on, code, verdict) in [("error", 0, "clean"), ("note", 1, "findings")] {
        let arguments = format!("sbom audit a.txt --sbom other.cdx.json --fail-on {fail_on}");
        let answer = valid(&case, "findings", &[code], &arguments);
        assert_eq!(answer["verdict"], verdict, "{answer:#}");
    }
}

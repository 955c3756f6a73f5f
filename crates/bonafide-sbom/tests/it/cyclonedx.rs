//! The official corpus of CycloneDX: 171 valid documents, 98 invalid ones.

use crate::corpus;
use crate::verdicts::broken;
use bonafide_report::Collected;
use bonafide_sbom::{Element, End, RelationshipKind, Stated, read, validate};

#[test]
fn every_valid_document_is_accepted_and_every_invalid_one_refused_with_a_rule() {
    let Some(data) = corpus::data() else { return };
    let (mut valid, mut invalid, mut wrong) = (0, 0, Vec::new());
    for path in corpus::files(&data.join("sbom-formats/cyclonedx-tests")) {
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let bytes = corpus::bytes(&path);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let rules: Vec<&str> = match read(&bytes) {
            Ok(document) => broken(&document, &bytes).into_iter().collect(),
            Err(error) => vec![error.finding().rule.id],
        };
        if name.starts_with("valid") {
            valid += 1;
            if !rules.is_empty() {
                wrong.push(format!("{name}: {rules:?}"));
            }
        } else {
            invalid += 1;
            if rules.is_empty() {
                wrong.push(format!("{name} was accepted"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((valid, invalid), (171, 98));
}

const SMALL: &str = r#"{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "components": [
    {"type": "library", "bom-ref": "a", "name": "a", "purl": "pkg:pypi/a@1",
     "components": [{"type": "file", "bom-ref": "a/f", "name": "f"}]},
    {"type": "library", "bom-ref": "b", "name": "b", "hashes": [{"alg": "SHA-1", "content": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}]}
  ],
  "metadata": {"component": {"type": "application", "bom-ref": "root", "name": "root"}},
  "dependencies": [{"ref": "root", "dependsOn": ["a", "b"]}, {"ref": "b"}]
}"#;

#[test]
fn positions_and_fields_become_edges() {
    let document = read(SMALL.as_bytes()).unwrap();
    let name = |end: &End| match end {
        End::Element(Element::Document) => "document".to_owned(),
        End::Element(element) => document.id_of(*element).unwrap().to_owned(),
        other => format!("{other:?}"),
    };
    let edges: Vec<_> = document
        .relationships
        .iter()
        .map(|edge| (name(&edge.from), edge.kind.clone(), name(&edge.to), edge.stated))
        .collect();
    let edge = |from: &str, kind, to: &str, stated| (from.to_owned(), kind, to.to_owned(), stated);
    assert_eq!(
        edges,
        [
            edge("document", RelationshipKind::Describes, "root", Stated::Field),
            edge("a", RelationshipKind::Contains, "a/f", Stated::Nested),
            edge("root", RelationshipKind::DependsOn, "a", Stated::Relationship),
            edge("root", RelationshipKind::DependsOn, "b", Stated::Relationship),
            edge("b", RelationshipKind::DependsOn, "None", Stated::Relationship),
        ]
    );
}

#[test]
fn faults_beyond_the_schema_are_found_where_they_are() {
    for (from, to, rule, pointer, line) in [
        (
            "\"bom-ref\": \"a/f\"",
            "\"bom-ref\": \"a\"",
            "cyclonedx-duplicate-bom-ref",
            "/components/0/components/0/bom-ref",
            6,
        ),
        ("[\"a\", \"b\"]", "[\"a\", \"c\"]", "cyclonedx-dangling-reference", "/dependencies", 10),
        ("pkg:pypi/a@1", "pypi/a", "cyclonedx-identifier", "/components/0/purl", 5),
        ("\"SHA-1\"", "\"SHA-256\"", "cyclonedx-hash", "/components/1/hashes/0", 7),
        ("\"1.6\"", "\"2.9\"", "cyclonedx-version", "/specVersion", 3),
        ("\"name\": \"f\"", "\"named\": \"f\"", "cyclonedx-missing-field", "/components/0/components/0", 6),
        ("\"file\"", "\"filing\"", "cyclonedx-unknown-value", "/components/0/components/0/type", 6),
        ("\"name\": \"f\"", "\"name\": 5", "cyclonedx-wrong-type", "/components/0/components/0/name", 6),
    ] {
        assert!(SMALL.contains(from), "{from}");
        let text = SMALL.replacen(from, to, 1);
        let mut found = Collected::default();
        validate(&read(text.as_bytes()).unwrap(), Some(text.as_bytes()), &mut found);
        let said: Vec<_> = found
            .findings
            .iter()
            .map(|finding| {
                (finding.rule.id, finding.place.pointer.as_deref().unwrap(), finding.place.line.unwrap())
            })
            .collect();
        assert!(said.contains(&(rule, pointer, line)), "{to}: {said:?}");
    }
}

#[test]
fn evidence_is_typed_and_written_back_in_the_form_of_its_version() {
    let document = |version: &str, identity: &str| {
        format!(
            "{{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"{version}\", \"components\": [{{\"type\": \"library\", \
             \"name\": \"a\", \"evidence\": {{\"identity\": {identity}, \"occurrences\": [{{\"location\": \"a!/b.so\"}}], \
             \"copyright\": [{{\"text\": \"c\"}}]}}}}]}}"
        )
    };
    let one = r#"{"field":"purl","confidence":0.60,"methods":[{"technique":"filename","confidence":1,"value":"b.so"}]}"#;
    for (version, identity) in
        [("1.5", one.to_owned()), ("1.6", format!("[{one}]")), ("1.7", format!("[{one},{one}]"))]
    {
        let text = document(version, &identity);
        let read_in = read(text.as_bytes()).unwrap();
        let evidence = read_in.components[0].evidence.as_deref().unwrap();
        assert_eq!(&*evidence.occurrences[0].location, "a!/b.so");
        assert_eq!(evidence.identities[0].confidence.as_deref(), Some("0.60"));
        assert_eq!(evidence.identities[0].methods[0].technique.as_deref(), Some("filename"));
        assert!(evidence.extra.get("copyright").is_some());
        let mut out = Vec::new();
        bonafide_sbom::write(
            &read_in,
            bonafide_sbom::Encoding::Json,
            bonafide_sbom::Style::Compact,
            &mut out,
        )
        .unwrap();
        let written = String::from_utf8(out).unwrap();
        assert!(written.contains(&format!("\"identity\":{identity}")), "{written}");
        assert_eq!(read(written.as_bytes()).unwrap(), read_in);
    }
    // What the model has no room for stays as it is.
    let odd = document("1.6", "[7]");
    assert!(
        read(odd.as_bytes()).unwrap().components[0]
            .evidence
            .as_ref()
            .unwrap()
            .extra
            .get("identity")
            .is_some()
    );
}

const XML: &str = r#"<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" xmlns:x="urn:x" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="3">
  <x:signature>not ours</x:signature>
  <metadata>
    <tools><components><component type="application"><name>t</name></component></components></tools>
    <component type="application" bom-ref="root"><name>root</name></component>
    <manufacturer><name>M</name><url>https://a.example</url><url>https://b.example</url><contact><email>m@a.example</email></contact></manufacturer>
  </metadata>
  <components>
    <component type="library" bom-ref="a">
      <name>a &amp; b</name><version>1</version><scope>optional</scope>
      <hashes><hash alg="SHA-1"> da39a3ee5e6b4b0d3255bfef95601890afd80709 </hash></hashes>
      <licenses><license acknowledgement="declared"><id>MIT</id><text content-type="text/plain">
text</text></license></licenses>
      <purl>pkg:pypi/a@1</purl>
      <modified>false</modified>
      <externalReferences><reference type="vcs"><url>https://a.example/git</url></reference></externalReferences>
      <properties><property name="p">v</property></properties>
      <components><component type="file"><name>f</name></component></components>
      <evidence>
        <identity><field>purl</field><confidence>0.5</confidence>
          <methods><method><technique>filename</technique><confidence>1</confidence></method></methods></identity>
        <occurrences><occurrence bom-ref="o"><location>l</location><line>7</line></occurrence></occurrences>
        <copyright><text>one</text><text>two</text></copyright>
      </evidence>
    </component>
  </components>
  <services><service bom-ref="s"><name>s</name><endpoints><endpoint>https://s.example</endpoint></endpoints>
    <data><classification flow="inbound">PII</classification></data></service></services>
  <dependencies><dependency ref="root"><dependency ref="a"/></dependency><dependency ref="a"/></dependencies>
  <compositions><composition><aggregate>complete</aggregate><assemblies><assembly ref="a"/></assemblies></composition></compositions>
</bom>"#;

const SAME: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", "version": 3,
 "metadata": {"tools": {"components": [{"type": "application", "name": "t"}]}, "component": {"type": "application", "bom-ref": "root", "name": "root"},
  "manufacturer": {"name": "M", "url": ["https://a.example", "https://b.example"], "contact": [{"email": "m@a.example"}]}},
 "components": [{"type": "library", "bom-ref": "a", "name": "a & b", "version": "1", "scope": "optional",
  "hashes": [{"alg": "SHA-1", "content": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}],
  "licenses": [{"license": {"acknowledgement": "declared", "id": "MIT", "text": {"contentType": "text/plain", "content": "\ntext"}}}],
  "purl": "pkg:pypi/a@1", "modified": false, "externalReferences": [{"type": "vcs", "url": "https://a.example/git"}],
  "properties": [{"name": "p", "value": "v"}], "components": [{"type": "file", "name": "f"}],
  "evidence": {"identity": [{"field": "purl", "confidence": 0.5, "methods": [{"technique": "filename", "confidence": 1}]}],
   "occurrences": [{"bom-ref": "o", "location": "l", "line": 7}], "copyright": [{"text": "one"}, {"text": "two"}]}}],
 "services": [{"bom-ref": "s", "name": "s", "endpoints": ["https://s.example"], "data": [{"flow": "inbound", "classification": "PII"}]}],
 "dependencies": [{"ref": "root", "dependsOn": ["a"]}, {"ref": "a"}],
 "compositions": [{"aggregate": "complete", "assemblies": ["a"]}]}"#;

#[test]
fn xml_says_the_same_as_json() {
    let same =
        bonafide_sbom::Document { encoding: bonafide_sbom::Encoding::Xml, ..read(SAME.as_bytes()).unwrap() };
    assert_eq!(read(XML.as_bytes()).unwrap(), same);
    let prefixed = XML
        .replace("xmlns=", "xmlns:c=")
        .replace("<x:signature>not ours</x:signature>", "")
        .replace("</", "</c:")
        .replace('<', "<c:")
        .replace("<c:/c:", "</c:")
        .replace("<c:?", "<?");
    assert_eq!(read(prefixed.as_bytes()).unwrap(), same, "{prefixed}");
    assert!(broken(&same, XML.as_bytes()).is_empty());
    let wrong = XML.replace("type=\"file\"", "type=\"filing\"");
    assert!(broken(&read(wrong.as_bytes()).unwrap(), wrong.as_bytes()).contains("cyclonedx-unknown-value"));
    for (from, to) in [("bom/1.6", "bom/9.9"), ("http://cyclonedx.org/schema/bom/1.6", "urn:other")] {
        assert!(read(XML.replace(from, to).as_bytes()).is_err(), "{to}");
    }
}

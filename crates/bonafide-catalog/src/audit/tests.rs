//! Parties that are made by hand.

use bonafide_report::Confidence;

use super::*;
use crate::inventory::{Basis, Relation, RelationKind};

fn component(name: &str, version: Option<&str>, purl: &str, evidence: &[(Method, &str)]) -> Component {
    let proof = |(method, location): &(Method, &str)| Evidence {
        method: *method,
        location: (*location).to_owned(),
        line: None,
        confidence: Confidence::High,
    };
    Component {
        name: name.to_owned(),
        version: version.map(str::to_owned),
        purl: (!purl.is_empty()).then(|| purl.to_owned()),
        basis: Some(Basis::Present),
        evidence: evidence.iter().map(proof).collect(),
        ..Component::default()
    }
}

fn found(name: &str, version: Option<&str>) -> Component {
    let purl = version.map_or_else(|| format!("pkg:generic/{name}"), |it| format!("pkg:generic/{name}@{it}"));
    component(name, version, &purl, &[(Method::LibraryName, &format!("demo.libs/{name}.so"))])
}

fn claim(name: &str, version: Option<&str>, purl: &str) -> Component {
    component(name, version, purl, &[])
}

/// The rules and subjects of the findings about a wheel with these components and claims.
fn judged(
    components: Vec<Component>,
    about: Option<Component>,
    claims: Vec<Component>,
) -> Vec<(&'static str, String)> {
    let metadata = [(Method::Metadata, "demo-1.0.dist-info/METADATA")];
    let mut all = vec![component("demo", Some("1.0"), "pkg:pypi/demo@1.0", &metadata)];
    all.extend(components);
    let relations = (1..).take(all.len() - 1).map(|to| Relation {
        from: ComponentId(0),
        kind: RelationKind::DependsOn,
        to: ComponentId(to),
    });
    let document = "demo-1.0.dist-info/sboms/x.cdx.json".to_owned();
    let inventory = Inventory {
        root: Some(ComponentId(0)),
        relations: relations.collect(),
        components: all,
        claims: vec![Claims { document, carrier: Some(ComponentId(0)), about, components: claims }],
        ..Inventory::default()
    };
    let findings = audit(&inventory, "demo.whl", None);
    findings.into_iter().map(|finding| (finding.rule.id, finding.subject)).collect()
}

#[test]
fn what_is_there_and_not_named_is_missing() {
    let found = vec![found("libpng", Some("1.6.58")), found("xz", Some("5.8.4"))];
    let told = judged(found, None, vec![claim("liblzma", Some("5.8.4"), "")]);
    assert_eq!(told, [("missing-component", "pkg:generic/libpng@1.6.58".to_owned())]);
}

#[test]
fn another_version_and_another_name_are_told() {
    let told = judged(vec![found("libwebp", Some("1.3.1"))], None, vec![claim("libwebp", Some("1.6.0"), "")]);
    assert_eq!(told, [("wrong-version", "pkg:generic/libwebp@1.3.1".to_owned())]);
    let told = judged(vec![found("zlib-ng", None)], None, vec![claim("zlib", Some("2.3.3"), "")]);
    assert_eq!(told, [("wrong-name", "pkg:generic/zlib-ng".to_owned())]);
    let apk = "pkg:apk/alpine/krb5@libs-1.21.3-r0";
    let told =
        judged(vec![found("krb5", Some("1.21.3"))], None, vec![claim("krb5", Some("libs-1.21.3-r0"), apk)]);
    assert!(told.contains(&("wrong-name", apk.to_owned())), "{told:?}");
}

#[test]
fn a_packages_version_counts_with_its_release() {
    let rpm = "pkg:rpm/almalinux/krb5-libs@1.18.2-34.el8_10";
    let told = judged(
        vec![found("krb5", Some("1.18.2"))],
        None,
        vec![claim("krb5-libs", Some("1.18.2-34.el8_10"), rpm)],
    );
    assert_eq!(told, []);
}

#[test]
fn two_versions_need_two_claims() {
    let both = || vec![found("openssl", Some("1.1.1w")), found("openssl", Some("3.5.8"))];
    let told = judged(both(), None, vec![claim("openssl", Some("3.5.8"), "")]);
    assert_eq!(told, [("missing-component", "pkg:generic/openssl@1.1.1w".to_owned())]);
    let told = judged(
        vec![found("openssl", Some("3.5.8"))],
        None,
        vec![claim("openssl", Some("3.5.8"), ""), claim("openssl", Some("1.1.1w"), "")],
    );
    assert_eq!(told, [("extra-component", "openssl 1.1.1w".to_owned())]);
}

#[test]
fn a_document_about_another_version_is_told() {
    let about = claim("demo-python", Some("0.9.0-rc.0"), "pkg:cargo/demo-python@0.9.0-rc.0");
    assert_eq!(judged(Vec::new(), Some(about.clone()), Vec::new()), [("wrong-version", about.purl.unwrap())]);
    assert_eq!(judged(Vec::new(), Some(claim("demo", Some("1.0.0"), "")), Vec::new()), []);
    let local = "pkg:cargo/demo@0.9.9?download_url=file:///home/runner/demo";
    let told = judged(Vec::new(), None, vec![claim("demo", Some("0.9.9"), local)]);
    assert!(told.iter().any(|(rule, _)| *rule == "wrong-version"), "{told:?}");
    assert_eq!(judged(Vec::new(), None, vec![claim("demo", None, "")]), []);
}

#[test]
fn a_builders_path_is_told() {
    let purl = "pkg:cargo/demo-python@1.0?download_url=file:///home/runner/work/demo";
    let told = judged(
        vec![found("libpng", Some("1.6.58"))],
        None,
        vec![claim("libpng", Some("1.6.58"), ""), claim("demo-python", Some("1.0"), purl)],
    );
    assert!(told.iter().any(|(rule, _)| *rule == "builder-path"), "{told:?}");
    assert!(!is_local("file://.") && !is_local("https://example.org/x") && is_local("C:\\build"));
}

#[test]
fn what_a_package_inside_carries_may_be_named_and_need_not() {
    let metadata = [(Method::Metadata, "x/METADATA")];
    let package = |name: &str, version: &str| {
        component(name, Some(version), &format!("pkg:pypi/{name}@{version}"), &metadata)
    };
    let components = vec![package("demo", "1.0"), package("pip", "26.3"), package("idna", "3.20")];
    let relate =
        |from, to| Relation { from: ComponentId(from), kind: RelationKind::DependsOn, to: ComponentId(to) };
    let named = |name: &str, version: Option<&str>| {
        let purl = version.map_or_else(|| format!("pkg:pypi/{name}"), |it| format!("pkg:pypi/{name}@{it}"));
        claim(name, version, &purl)
    };
    let claims = vec![
        named("pip", Some("26.3")),
        named("idna", Some("3.20")),
        named("idna", Some("3.11")),
        named("filelock", None),
    ];
    let document = "demo-1.0.dist-info/sboms/x.cdx.json".to_owned();
    let inventory = Inventory {
        root: Some(ComponentId(0)),
        relations: vec![relate(0, 1), relate(1, 2)],
        components,
        claims: vec![Claims { document, carrier: Some(ComponentId(0)), about: None, components: claims }],
        ..Inventory::default()
    };
    let told: Vec<_> = audit(&inventory, "demo.whl", None)
        .into_iter()
        .filter(|finding| finding.rule.id == "extra-component")
        .map(|finding| (finding.subject, finding.severity))
        .collect();
    // A requirement without a version lies elsewhere; another version of what is there is told.
    let expected = [
        ("pkg:pypi/filelock".to_owned(), Severity::Note),
        ("pkg:pypi/idna@3.11".to_owned(), Severity::Warning),
    ];
    assert_eq!(told, expected);
}

#[test]
fn crates_that_leave_no_trace_are_not_extra_and_a_packages_own_library_is_a_note() {
    let krate = |version: &str, evidence: &[(Method, &str)]| {
        component("ndarray", Some(version), &format!("pkg:cargo/ndarray@{version}"), evidence)
    };
    let told = judged(
        vec![krate("0.17.2", &[(Method::BinaryText, "demo/a.so")])],
        None,
        vec![krate("0.16.1", &[]), krate("0.17.2", &[])],
    );
    assert_eq!(told, []);
    let metadata = [(Method::Metadata, "demo-1.0.dist-info/METADATA")];
    let inventory = Inventory {
        root: Some(ComponentId(0)),
        relations: vec![
            Relation { from: ComponentId(0), kind: RelationKind::DependsOn, to: ComponentId(1) },
            Relation { from: ComponentId(0), kind: RelationKind::DependsOn, to: ComponentId(2) },
        ],
        components: vec![
            component("demo-cpu", Some("1.0"), "pkg:pypi/demo-cpu@1.0", &metadata),
            found("libdemo", None),
            found("libother", None),
        ],
        ..Inventory::default()
    };
    let told: Vec<Severity> = audit(&inventory, "demo.whl", None).iter().map(|it| it.severity).collect();
    assert_eq!(told, [Severity::Note, Severity::Error]);
}

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::testdata;

/// Official cases that contradict something else that is official, with the reason.
const CONTRADICTORY: [(&str, &str, &str); 3] = [
    (
        "validate",
        "pkg:git/github/Package-url/purl-Spec@244fd47e07d1004f0aed9c",
        "wants name and namespace in lower case; the definition of `git` says that both are case sensitive, and its example \
         is pkg:git/gitlab.gnome.org/GNOME/adwaita-fonts",
    ),
    (
        "parse",
        "pkg:gem/jruby-launcher@1.1.2?Platform=java",
        "wants a qualifier key in capitals refused; the parse cases of `maven` want `repositorY_url` taken, and the validate \
         case of this very text wants it mended",
    ),
    ("parse", "pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25", "as for `gem`"),
];

#[test]
fn the_official_suite_passes() {
    let Some(_) = testdata::read("purl/README.md") else { return };
    let root = testdata::folder().join("purl/purl-spec/tests");
    let mut files = Vec::new();
    for folder in ["spec", "types"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            files.push(entry.unwrap().path());
        }
    }
    files.sort();
    let (mut cases, mut wrong, mut known) = (0, Vec::new(), 0);
    for file in files {
        let suite: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for case in suite["tests"].as_array().unwrap() {
            cases += 1;
            let kind = case["test_type"].as_str().unwrap();
            if let Some(message) = fails(kind, case) {
                let listed =
                    |(listed, input, _): &&(&str, &str, &str)| *listed == kind && case["input"] == **input;
                match CONTRADICTORY.iter().find(listed) {
                    Some(_) => known += 1,
                    None => wrong.push(format!("{}: {kind} {}: {message}", file.display(), case["input"])),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((cases, known), (586, CONTRADICTORY.len()));
}

fn fails(kind: &str, case: &Value) -> Option<String> {
    let text = || case["input"].as_str().unwrap();
    let got = match kind {
        "parse" | "validate" => Purl::parse(text()),
        "build" => build(&case["input"]),
        other => return Some(format!("test type {other} is not known")),
    };
    let got = match (got, case["expected_failure"] == true) {
        (Ok(purl), true) => return Some(format!("taken as {purl}")),
        (Err(_), true) => return None,
        (Err(error), false) => return Some(error.to_string()),
        (Ok(purl), false) => purl,
    };
    let expected = &case["expected_output"];
    if kind != "parse" {
        return (expected != &got.to_string()).then(|| format!("{got}, not {expected}"));
    }
    let field = |name: &str| expected[name].as_str().map(str::to_owned);
    let mut qualifiers: Vec<(String, String)> = expected["qualifiers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    qualifiers.sort();
    let same = field("type").as_deref() == Some(got.ty())
        && field("namespace").as_deref() == got.namespace()
        && field("name").as_deref() == Some(got.name())
        && field("version").as_deref() == got.version()
        && field("subpath").as_deref() == got.subpath()
        && got.qualifiers().eq(qualifiers.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    (!same).then(|| format!("{got:?}, not {expected}"))
}

fn build(input: &Value) -> Result<Purl, PurlError> {
    let field = |name: &str| input[name].as_str().unwrap_or_default();
    let mut builder = Purl::builder(field("type"), field("name"))
        .namespace(field("namespace"))
        .version(field("version"))
        .subpath(field("subpath"));
    for (key, value) in input["qualifiers"].as_object().into_iter().flatten() {
        builder = builder.qualifier(key, value.as_str().unwrap());
    }
    builder.build()
}

#[test]
fn the_table_is_sorted_for_its_search() {
    assert!(table::TYPES.is_sorted_by(|a, b| a.ty < b.ty));
}

#[test]
fn errors_name_the_part_that_is_wrong() {
    for (text, message) in [
        ("requests@2", "a package url begins with `pkg:`"),
        ("pkg:pypi", "the package url has no type"),
        (
            "pkg:py pi/x",
            "`py pi` is no package url type: ascii letters, digits, `.` and `-` only, a letter first",
        ),
        ("pkg:pypi/", "the package url has no name"),
        ("pkg:pypi/a/b", "type `pypi` has no namespaces"),
        ("pkg:maven/b", "type `maven` needs a namespace"),
        ("pkg:julia/Dates", "type `julia` needs the qualifier `uuid`"),
        ("pkg:generic/a%2", "`a%2` is not percent-encoded utf-8"),
        ("pkg:generic/a%FF", "`a%FF` is not percent-encoded utf-8"),
        ("pkg:generic/a%2Fb/c", "the segment `a/b` has a slash in it"),
        ("pkg:generic/a?b=1&b=2", "the qualifier `b` is given twice"),
        ("pkg:cpan/A::B", "type `cpan` does not permit the name `A::B`"),
    ] {
        assert_eq!(Purl::parse(text).unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn a_version_can_be_replaced_and_all_else_stays() {
    let purl = Purl::parse("pkg:generic/a/b@1?download_url=x#y").unwrap();
    assert_eq!(purl.with_version("2+3").unwrap().to_string(), "pkg:generic/a/b@2%2B3?download_url=x#y");
    assert_eq!(purl.without_version().to_string(), "pkg:generic/a/b?download_url=x#y");
}

#[test]
fn a_go_module_may_have_one_segment() {
    assert_eq!(Purl::parse("pkg:golang/stdlib@1.22.0").unwrap().name(), "stdlib");
}

proptest! {
    #[test]
    fn a_printed_purl_is_read_back(
        ty in "(pypi|npm|git|generic|golang|mlflow|pub|cpan|oci|swift|[a-z][a-z0-9.-]{0,6})",
        namespace in "[ -~é/]{0,12}",
        name in "[ -~éİΣ/]{0,12}",
        version in "[ -~é/]{0,8}",
        qualifiers in proptest::collection::btree_map("[a-zA-Z][a-z0-9._-]{0,4}", "[ -~é]{0,8}", 0..4),
        subpath in "[ -~./é]{0,12}",
    ) {
        let mut builder = Purl::builder(ty, name).namespace(namespace).version(version).subpath(subpath);
        for (key, value) in qualifiers {
            builder = builder.qualifier(key, value);
        }
        if let Ok(purl) = builder.build() {
            prop_assert_eq!(Purl::parse(&purl.to_string()), Ok(purl));
        }
    }

    #[test]
    fn what_is_read_is_canonical_when_printed(text in "pkg:[a-z]{2,4}/[ -~é]{0,40}") {
        if let Ok(purl) = Purl::parse(&text) {
            let printed = purl.to_string();
            prop_assert_eq!(Purl::parse(&printed).unwrap().to_string(), printed);
        }
    }

    #[test]
    fn hostile_text_never_panics(text in any::<String>()) {
        let _ = Purl::parse(&text).is_ok();
    }
}

//! `bonafide sbom show --tree`.

use std::fmt::Write as _;

use super::case;

fn document(names: &[&str], edges: &[(&str, &str, &str)]) -> String {
    let packages: Vec<String> = names
        .iter()
        .map(|name| {
            format!(
                r#"{{"SPDXID":"SPDXRef-{name}","name":"{name}","versionInfo":"1","downloadLocation":"NOASSERTION","filesAnalyzed":false}}"#
            )
        })
        .collect();
    let edges: Vec<String> = edges
        .iter()
        .map(|(from, kind, to)| {
            format!(
                r#"{{"spdxElementId":"SPDXRef-{from}","relationshipType":"{kind}","relatedSpdxElement":"SPDXRef-{to}"}}"#
            )
        })
        .collect();
    format!(
        r#"{{"SPDXID":"SPDXRef-DOCUMENT","spdxVersion":"SPDX-2.3","name":"x","packages":[{}],"relationships":[{}]}}"#,
        packages.join(","),
        edges.join(",")
    )
}

fn tree(document: &str) -> String {
    let ran = case().file("a.json", document).run(["sbom", "show", "a.json", "--tree"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.text().to_owned()
}

#[test]
fn shared_nodes_are_expanded_once_and_cycles_are_marked() {
    let edges = [
        ("DOCUMENT", "DESCRIBES", "root"),
        ("root", "DEPENDS_ON", "b"),
        ("root", "DEPENDS_ON", "a"),
        ("root", "CONTAINS", "c"),
        ("a", "DEPENDS_ON", "shared"),
        ("shared", "DEPENDENCY_OF", "b"),
        ("shared", "DEPENDS_ON", "deep"),
        ("deep", "DEPENDS_ON", "a"),
        ("root", "DEPENDS_ON", "a"),
        ("x", "DEPENDS_ON", "y"),
        ("y", "DEPENDS_ON", "x"),
    ];
    let expected = "\
root 1
├─ contains c 1
├─ depends on a 1
│  └─ depends on shared 1
│     └─ depends on deep 1
│        └─ depends on a 1  (a cycle)
└─ depends on b 1
   └─ depends on shared 1  (see above)

not reached from what the document describes:
alone 1
x 1
└─ depends on y 1
   └─ depends on x 1  (a cycle)
";
    let names = ["deep", "y", "x", "shared", "alone", "b", "c", "a", "root"];
    let shown = tree(&document(&names, &edges));
    assert!(shown.contains(expected), "{shown}");
    // The order of the document does not matter.
    let (mut names, mut edges) = (names, edges);
    names.reverse();
    edges.reverse();
    assert_eq!(tree(&document(&names, &edges)), shown);
}

#[test]
fn a_chain_of_thousands_stays_narrow() {
    let mut edges = String::new();
    let mut components = String::new();
    for at in 0..20_000 {
        write!(components, r#"{{"type":"library","name":"n{at}","bom-ref":"{at}"}},"#).unwrap();
        write!(edges, r#"{{"ref":"{at}","dependsOn":["{}"]}},"#, (at + 1) % 20_000).unwrap();
    }
    let shown = tree(&format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[{}],"dependencies":[{}]}}"#,
        components.trim_end_matches(','),
        edges.trim_end_matches(',')
    ));
    assert!(shown.lines().count() < 21_000);
    assert!(shown.lines().all(|line| line.chars().count() < 200));
    assert_eq!(shown.matches("(see below)").count(), 499);
    assert_eq!(shown.matches("cycle").count(), 0, "the root of each piece is no longer above the next");
}

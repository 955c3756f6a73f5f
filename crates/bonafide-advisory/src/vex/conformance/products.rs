//! The product tree: 6.1.13, 6.1.25, 6.1.31, 6.2.1, 6.2.8, 6.2.9, 6.2.16, 6.2.18.

use std::collections::BTreeSet;

use bonafide_ident::Purl;

use super::{Tests, walk};
use crate::lint::report::short;
use crate::node::Node;

/// Words and signs of a range in the name of a version.
const RANGE_WORDS: [&str; 7] = ["after", "all", "before", "earlier", "later", "prior", "versions"];

pub(super) fn test(tests: &mut Tests<'_, '_>) {
    let Some(tree) = tests.root.get("product_tree") else { return };
    let (mut helpers, mut branches, mut names) = (Vec::new(), Vec::new(), Vec::new());
    walk(tree, &mut |key, node| match key {
        "product_identification_helper" => helpers.push(node),
        "branches" => branches.extend(node.items()),
        "product" | "full_product_name" => names.push(node),
        "full_product_names" => names.extend(node.items()),
        _ => {}
    });
    for helper in helpers {
        identified(tests, helper);
    }
    for branch in branches {
        version(tests, branch);
    }
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut ids = |node| {
        walk(node, &mut |key, node| match key {
            "product_reference" | "relates_to_product_reference" => used.extend(node.text()),
            "product_ids"
            | "products"
            | "fixed"
            | "first_fixed"
            | "known_affected"
            | "first_affected"
            | "last_affected"
            | "known_not_affected"
            | "under_investigation"
            | "recommended" => {
                used.extend(node.items().iter().filter_map(Node::text));
            }
            _ => {}
        });
    };
    ids(tree);
    for vulnerability in tests.vulnerabilities() {
        ids(vulnerability);
    }
    for name in names {
        let id = name.word("product_id");
        if !used.contains(id) && tests.category() != "csaf_informational_advisory" {
            let message = format!("nothing speaks of `{}`", short(id));
            tests.advise("1 unused definition of product id", name, message);
        }
        if name.get("product_identification_helper").is_none() {
            // The parts of a relationship are identified where they are defined.
            let part =
                tree.list("relationships").iter().any(|node| node.get("full_product_name") == Some(name));
            if !part {
                let message = format!("nothing identifies `{}`", short(id));
                tests.advise("16 missing product identification helper", name, message);
            }
        }
    }
}

fn identified(tests: &mut Tests<'_, '_>, helper: &Node<'_>) {
    if let Some(node) = helper.get("purl")
        && let Some(text) = node.text()
        && let Err(error) = Purl::parse(text)
    {
        tests.fail("13 purl", node, format!("`{}`: {error}", short(text)));
    }
    for hashes in helper.list("hashes") {
        let files = hashes.list("file_hashes");
        let algorithms: Vec<String> =
            files.iter().map(|hash| hash.word("algorithm").to_ascii_lowercase()).collect();
        for (at, algorithm) in algorithms.iter().enumerate() {
            if algorithms[..at].contains(algorithm) {
                let message = format!("`{}` stands twice for one file", short(algorithm));
                tests.fail("25 multiple use of same hash algorithm", &files[at], message);
            }
        }
        for (test, weak) in [
            ("8 use of MD5 as the only hash algorithm", "md5"),
            ("9 use of SHA-1 as the only hash algorithm", "sha1"),
        ] {
            if !algorithms.is_empty() && algorithms.iter().all(|algorithm| algorithm == weak) {
                tests.advise(test, hashes, format!("`{weak}` alone proves little"));
            }
        }
    }
}

fn version(tests: &mut Tests<'_, '_>, branch: &Node<'_>) {
    let Some(node) = branch.get("name") else { return };
    let name = node.text().unwrap_or_default();
    match branch.word("category") {
        "product_version" => {
            let lower = name.to_ascii_lowercase();
            let worded = lower.split_whitespace().any(|word| RANGE_WORDS.contains(&word));
            if worded || name.contains(['<', '>']) {
                let message = format!("`{}` is a range, and the branch is of one version", short(name));
                tests.fail("31 version range in product version", node, message);
            }
        }
        "product_version_range" if !name.starts_with("vers:") => {
            let message = format!("`{}` is no VERS range", short(name));
            tests.advise("18 product version range without vers", node, message);
        }
        _ => {}
    }
}

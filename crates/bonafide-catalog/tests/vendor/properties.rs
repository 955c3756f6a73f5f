//! Whatever the tree: after regen a check is clean, and any single change is found.

use proptest::prelude::*;

use crate::{Case, DEMO, rules};

fn name() -> impl Strategy<Value = String> {
    proptest::string::string_regex("(\\.?[a-cé_ \"'\\[*]{1,4}/){0,2}\\.?[a-cé_ \"'\\[*]{1,4}\\.[ch]").unwrap()
}

fn tree() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let files = proptest::collection::btree_map(name(), proptest::collection::vec(any::<u8>(), 0..40), 1..6);
    files.prop_map(|files| {
        // A file cannot lie where another one's folder is; their names end differently, so it does not happen.
        files.into_iter().collect()
    })
}

#[derive(Clone, Debug)]
enum Change {
    Body(usize),
    Gone(usize),
    New,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<usize>().prop_map(Change::Body),
        any::<usize>().prop_map(Change::Gone),
        Just(Change::New)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn regen_makes_check_clean_and_any_single_change_is_found(files in tree(), change in change()) {
        let case = Case::new(&DEMO.replace("exclude = [\"deps/zlib/ours.h\"]\n", ""));
        for (name, body) in &files {
            case.file(&format!("deps/zlib/{name}"), body);
        }
        let report = case.regen();
        prop_assert_eq!(rules(&report), [""; 0]);
        prop_assert_eq!(report.files, files.len());
        prop_assert_eq!(rules(&case.check()), [""; 0]);
        let path = |at: usize| format!("deps/zlib/{}", files[at % files.len()].0);
        match change {
            Change::Body(at) => {
                let mut body = files[at % files.len()].1.clone();
                body.push(b'x');
                case.file(&path(at), body);
            }
            Change::Gone(at) => std::fs::remove_file(case.root().join(path(at))).unwrap(),
            Change::New => drop(case.file("deps/zlib/planted", "x")),
        }
        let found = case.check();
        prop_assert!(found.findings.iter().any(|finding| finding.severity == bonafide_report::Severity::Error));
    }
}

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::testdata;

/// Inputs of which the suite wants what is wrong, each with the reason. The page `vers.md` lists them too.
const WRONG: [(&str, &str); 10] = [
    ("<= 1.0", "node-semver reads a missing number on this side as any: up to 1.0.x"),
    ("<=2.1 >=1.1", "as before"),
    ("2.1 || 2.6", "node-semver reads `2.1` as `2.1.x`"),
    (">= 2.2.x", "a lower bound with a wildcard has no upper bound"),
    (">= 1.x", "as before"),
    (
        ">=5.0.3 >=4.2.1",
        "both must hold, so the greater one counts; read as VERS, the wanted answer means the lesser",
    ),
    ("1.1.2 1.2.2", "both must hold, so nothing does"),
    (">= 0.2.0 <= 0.9.6 || ~0.8.0-pre", "wants 0.8.0 and 0.8.1 as bounds that the range does not have"),
    ("", "nothing means any version to Conan, and a VERS without a constraint is invalid"),
    ("vers:npm/1.0%252F0", "`1.0%2F0` is no npm version"),
];

/// The files of the official suite.
fn suite() -> Vec<(String, Value)> {
    let folder = testdata::folder().join("purl/vers-spec/tests");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: no {}", folder.display());
        return Vec::new();
    };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .flat_map(|file| {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let suite: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
            suite["tests"]
                .as_array()
                .unwrap()
                .iter()
                .map(|case| (name.clone(), case.clone()))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn the_official_suite_passes() {
    let (mut cases, mut wrong, mut known) = (0, Vec::new(), BTreeSet::new());
    for (file, case) in suite() {
        let (input, want) = (&case["input"], &case["expected_output"]);
        let got = match case["test_type"].as_str().unwrap() {
            "from_native" => {
                let scheme = input["scheme"].as_str().unwrap().parse().unwrap();
                Vers::from_native(scheme, input["native_range"].as_str().unwrap())
                    .map(|range| range.to_string().into())
            }
            "validate" => Vers::parse(input.as_str().unwrap()).map(|range| range.to_string().into()),
            "containment" => Vers::parse(input["vers"].as_str().unwrap()).and_then(|range| {
                let version = range.scheme().unwrap().parse(input["version"].as_str().unwrap())?;
                range.contains(&version).map(Value::from)
            }),
            "parse" => Vers::parse_canonical(input.as_str().unwrap()).map(|range| {
                let pair = |constraint: &Constraint| {
                    let sign = Some(constraint.comparator().as_str()).filter(|sign| !sign.is_empty());
                    serde_json::json!([sign.unwrap_or("="), constraint.version().as_str()])
                };
                serde_json::json!({
                    "scheme": range.scheme().unwrap().name(),
                    "version_constraints": range.constraints().iter().map(pair).collect::<Vec<_>>(),
                })
            }),
            _ => continue,
        };
        cases += 1;
        let right = if case["expected_failure"] == true { got.is_err() } else { got.as_ref() == Ok(want) };
        let text = input["native_range"].as_str().or(input.as_str()).unwrap_or("(containment)");
        if let Some((text, _)) = WRONG.iter().find(|(wrong, _)| *wrong == text) {
            assert!(!right, "`{text}` is right after all");
            known.insert(*text);
        } else if !right {
            wrong.push(format!("{file} {input} want {want} got {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases == 0 || known.len() == WRONG.len() && cases == 779, "{cases}");
}

#[test]
fn native_ranges_mean_what_their_tools_say() {
    for (scheme, native, want) in [
        (Scheme::PyPi, "~=2.2", ">=2.2|<3.dev0"),
        (Scheme::PyPi, "~=1!1.4.5", ">=1%211.4.5|<1%211.5.dev0"),
        (Scheme::PyPi, ">=1, !=1.3.*, <2", ">=1|<1.3.dev0|>=1.4.dev0|<2"),
        (Scheme::PyPi, "!=1.3.*,!=1.3.5", "<1.3.dev0|>=1.4.dev0"),
        (Scheme::PyPi, "==1.2.*", ">=1.2.dev0|<1.3.dev0"),
        (Scheme::PyPi, "", "*"),
        (Scheme::Npm, "", "*"),
        (Scheme::Npm, "^0.0.3 || ^0.2", ">=0.0.3|<0.0.4|>=0.2.0|<0.3.0"),
        (Scheme::Npm, "1.2 - 2.3", ">=1.2.0|<2.4.0"),
        (Scheme::Npm, "1.0.0 - 1.0.0", ">=1.0.0|<=1.0.0"),
        (Scheme::Npm, ">1.2 <=3", ">=1.3.0|<4.0.0"),
        (Scheme::Npm, ">=1.0.0 <5.0.0 || >2.0.0 <3.0.0 || >4.0.0 <9.0.0", ">=1.0.0|<9.0.0"),
        (Scheme::Gem, "~> 2.0, != 2.4", ">=2.0|!=2.4|<3"),
        (Scheme::Gem, "~> 2", ">=2|<3"),
        (Scheme::Maven, "[1.0,2.0),(2.0,3.0]", ">=1.0|<2.0|>2.0|<=3.0"),
        (Scheme::Maven, "(,1.0],[1.2,)", "<=1.0|>=1.2"),
        (Scheme::Maven, "[1.5]", "1.5"),
        (Scheme::Nuget, "1.0", ">=1.0"),
        (Scheme::Nuget, "1.2.*", ">=1.2|<1.3"),
        (Scheme::Nuget, "(1.0,)", ">1.0"),
        (Scheme::Cargo, "1.2.3", ">=1.2.3|<2"),
        (Scheme::Cargo, "~1.2.3, <1.2.9", ">=1.2.3|<1.2.9"),
        (Scheme::Composer, "^1.2 || ~2.3.4 | 5.*@dev", ">=1.2|<2|>=2.3.4|<2.4|>=5|<6"),
        (Scheme::Composer, "~1.2", ">=1.2|<2"),
        (Scheme::Hex, "~> 2.1 or >= 4.0.0 and < 5.0.0", ">=2.1|<3|>=4.0.0|<5.0.0"),
        (Scheme::Golang, ">=v1.2.0,<v1.4.1", ">=v1.2.0|<v1.4.1"),
        (Scheme::Deb, "<< 1:2.0-1", "<1:2.0-1"),
        (Scheme::Deb, ">= 1.0~rc1, != 1.0+b1", ">=1.0~rc1|!=1.0+b1"),
        (Scheme::Nginx, "none", "none"),
        (Scheme::Semver, "<2 || >1", "*"),
        (Scheme::Semver, "<1 || >1", "<1|>1"),
        (Scheme::Semver, ">=1 <3 || >=2 <5 || >=4 <8", ">=1|<8"),
    ] {
        let range =
            Vers::from_native(scheme, native).unwrap_or_else(|error| panic!("{scheme} {native}: {error}"));
        let want = if want == "none" { "vers:none/*".to_owned() } else { format!("vers:{scheme}/{want}") };
        assert_eq!(range.to_string(), want, "{native}");
    }
}

#[test]
fn what_is_no_range_is_refused() {
    for text in [
        "",
        "vers:",
        "vers:npm",
        "vers:npm/",
        "vers:npm/|",
        "vers:/1.0",
        "vers:1a/1.0",
        "purl:npm/1.0",
        "vers:nothing-known/1.0",
        "vers:npm/>=",
        "vers:npm/>=>1.0",
        "vers:npm/1.0|*",
        "vers:npm/1.0%zz",
        "vers:npm/1.0%ff",
        "vers:npm/latest",
        "vers:pypi/>=1.0.0-foo",
    ] {
        assert!(Vers::parse(text).is_err(), "{text}");
    }
    for (scheme, text) in [
        (Scheme::Npm, ">= "),
        (Scheme::Npm, "1.2.3.4"),
        (Scheme::Npm, "=>1.0"),
        (Scheme::Npm, "^18446744073709551615"),
        (Scheme::Maven, "[1.0,2.0"),
        (Scheme::Maven, "[1,2,3]"),
        (Scheme::Maven, "[1.0)"),
        (Scheme::PyPi, ">=1.0.*"),
        (Scheme::PyPi, "~=1"),
        (Scheme::PyPi, "1.0"),
        (Scheme::Gem, "~> "),
        (Scheme::Semver, "1.0 -"),
    ] {
        let read = Vers::from_native(scheme, text);
        assert!(read.is_err() || text == "1.0", "{scheme} {text}: {read:?}");
    }
}

#[test]
fn only_exclusions_hold_all_else_and_other_schemes_are_refused() {
    let range = Vers::parse("vers:pypi/!=1.3|!=1.4").unwrap();
    let holds = |text| range.contains(&Scheme::PyPi.parse(text).unwrap());
    assert_eq!((holds("1.3.0"), holds("1.2"), holds("9")), (Ok(false), Ok(true), Ok(true)));
    assert!(range.contains(&Scheme::Npm.parse("1.0.0").unwrap()).is_err());
    assert_eq!(Vers::parse("vers:all/*").unwrap().contains(&Scheme::Npm.parse("1.0.0").unwrap()), Ok(true));
}

#[test]
fn a_legacy_version_is_in_a_range_only_by_name() {
    let legacy = Scheme::PyPi.parse("0.7.10p1").unwrap();
    assert_eq!(Vers::parse("vers:pypi/0.7.10p1").unwrap().contains(&legacy), Ok(true));
    assert_eq!(Vers::parse("vers:pypi/*").unwrap().contains(&legacy), Ok(true));
    assert!(Vers::parse("vers:pypi/>=0.1|<2").unwrap().contains(&legacy).is_err());
}

#[test]
fn a_range_of_a_hundred_thousand_constraints_is_read_in_good_time() {
    let parts: Vec<String> = (0..100_000).map(|number| format!(">{}", number * 7919 % 100_003)).collect();
    let range = Vers::parse(&format!("vers:intdot/{}", parts.join("|"))).unwrap();
    assert_eq!(range.contains(&Scheme::Intdot.parse("50000").unwrap()), Ok(true));
    let native = Vers::from_native(Scheme::Intdot, &parts.join("||")).unwrap();
    assert_eq!(native.contains(&Scheme::Intdot.parse("0").unwrap()), Ok(false));
    assert!(Vers::parse(&format!("vers:npm/{}", "1|".repeat(MAX_VERS_BYTES))).is_err());
}

fn comparator() -> impl Strategy<Value = Comparator> {
    prop_oneof![
        Just(Comparator::Equal),
        Just(Comparator::NotEqual),
        Just(Comparator::Less),
        Just(Comparator::LessOrEqual),
        Just(Comparator::Greater),
        Just(Comparator::GreaterOrEqual),
    ]
}

fn holds(comparator: Comparator, version: u8, bound: u8) -> bool {
    match comparator {
        Comparator::Equal => version == bound,
        Comparator::NotEqual => version != bound,
        Comparator::Less => version < bound,
        Comparator::LessOrEqual => version <= bound,
        Comparator::Greater => version > bound,
        Comparator::GreaterOrEqual => version >= bound,
    }
}

/// The specification's procedures to the letter: drop redundant constraints one at a time, then look at pairs.
fn naive_contains(sequence: &[(Comparator, u8)], version: u8) -> bool {
    let mut sequence = sequence.to_vec();
    sequence.sort_by_key(|(_, version)| *version);
    let named =
        |wanted: fn(Comparator) -> bool| sequence.iter().any(|(sign, at)| *at == version && wanted(*sign));
    if named(|sign| matches!(sign, Comparator::Equal | Comparator::LessOrEqual | Comparator::GreaterOrEqual))
    {
        return true;
    }
    if named(|sign| sign == Comparator::NotEqual) {
        return false;
    }
    if sequence.iter().all(|(sign, _)| *sign == Comparator::NotEqual) {
        return true;
    }
    let low = |sign: Comparator| matches!(sign, Comparator::Greater | Comparator::GreaterOrEqual);
    sequence.retain(|(sign, _)| !matches!(sign, Comparator::Equal | Comparator::NotEqual));
    while let Some(at) = (1..sequence.len()).find(|at| low(sequence[at - 1].0) == low(sequence[*at].0)) {
        sequence.remove(if low(sequence[at].0) { at } else { at - 1 });
    }
    let (Some(first), Some(last)) = (sequence.first(), sequence.last()) else { return false };
    (!low(first.0) && version < first.1)
        || (low(last.0) && version > last.1)
        || sequence.windows(2).any(|pair| low(pair[0].0) && pair[0].1 < version && version < pair[1].1)
}

proptest! {
    #[test]
    fn printed_ranges_are_read_back(
        parts in prop::collection::vec((comparator(), "[0-9]{1,3}(\\.[0-9]{1,2}){0,3}(-[a-z]{1,3})?(\\+[%|a-z0-9*!=<>]{1,3})?"), 1..6),
    ) {
        let sequence: Vec<Constraint> =
            parts.iter().map(|(sign, version)| Constraint::new(Scheme::Semver, *sign, version).unwrap()).collect();
        let range = Vers::sorted(Scheme::Semver, sequence);
        prop_assert_eq!(&Vers::parse(&range.to_string()).unwrap(), &range);
        prop_assert_eq!(&Vers::parse_canonical(&range.to_string()).unwrap(), &range);
    }

    #[test]
    fn containment_is_that_of_the_specification(
        parts in prop::collection::vec((comparator(), 0..12_u8), 1..8),
    ) {
        let text: Vec<String> = parts.iter().map(|(sign, version)| format!("{}{version}", sign.as_str())).collect();
        let range = Vers::parse(&format!("vers:intdot/{}", text.join("|"))).unwrap();
        for version in 0..12 {
            let got = range.contains(&Scheme::Intdot.parse(&version.to_string()).unwrap()).unwrap();
            prop_assert_eq!(got, naive_contains(&parts, version), "{} {}", range, version);
        }
    }

    #[test]
    fn native_ranges_hold_what_one_of_their_clauses_holds(
        clauses in prop::collection::vec(prop::collection::vec((comparator(), 0..10_u8), 1..4), 1..5),
    ) {
        let text: Vec<String> = clauses
            .iter()
            .map(|clause| {
                let parts = clause.iter().map(|(sign, version)| format!("{}{}", sign.as_str(), version * 2));
                parts.collect::<Vec<_>>().join(" ")
            })
            .collect();
        let range = Vers::from_native(Scheme::Intdot, &text.join(" || ")).unwrap();
        prop_assert_eq!(&Vers::parse(&range.to_string()).unwrap(), &range);
        for version in 0..21 {
            let want = clauses.iter().any(|all| all.iter().all(|(sign, bound)| holds(*sign, version, bound * 2)));
            let got = range.contains(&Scheme::Intdot.parse(&version.to_string()).unwrap()).unwrap();
            prop_assert_eq!(got, want, "{} is {} for {}", text.join(" || "), range, version);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,40}") {
        drop((Vers::parse(&text), Vers::parse(&format!("vers:npm/{text}")), Vers::parse_canonical(&text)));
        for scheme in Scheme::ALL {
            drop(Vers::from_native(*scheme, &text));
        }
    }

    #[test]
    fn anything_like_a_native_range_is_read_or_refused(text in "[0-9.x*<>=!~^,|()\\[\\] -]{0,24}") {
        for scheme in Scheme::ALL {
            if let Ok(range) = Vers::from_native(*scheme, &text) {
                prop_assert_eq!(&Vers::parse(&range.to_string()).unwrap(), &range);
            }
        }
    }
}

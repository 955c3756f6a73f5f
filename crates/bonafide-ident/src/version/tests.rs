use std::cmp::Ordering;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::testdata;

/// The scheme of a fixture file, by the beginning of its name.
fn fixture_scheme(name: &str) -> Scheme {
    const NAMES: [(&str, Scheme); 12] = [
        ("alpine", Scheme::Alpine),
        ("cran", Scheme::Cran),
        ("debian", Scheme::Deb),
        ("hackage", Scheme::Hackage),
        ("maven", Scheme::Maven),
        ("nuget", Scheme::Nuget),
        ("packagist", Scheme::Composer),
        ("pub", Scheme::Pub),
        ("pypi", Scheme::PyPi),
        ("redhat", Scheme::Rpm),
        ("rubygems", Scheme::Gem),
        ("semver", Scheme::Semver),
    ];
    NAMES.iter().find(|(prefix, _)| name.starts_with(prefix)).unwrap_or_else(|| panic!("{name}")).1
}

/// A line of the fixtures, `a < b`: file, scheme, the two versions, what is right.
type Pair = (String, Scheme, String, String, Ordering);

fn fixtures() -> Option<Vec<Pair>> {
    let mut pairs = Vec::new();
    for (name, text) in testdata::read_zip("osv/version-ordering-fixtures.zip")? {
        let scheme = fixture_scheme(&name);
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let [left, sign, right] = words[..] else { continue };
            let order = match sign {
                "<" => Ordering::Less,
                "=" => Ordering::Equal,
                ">" => Ordering::Greater,
                _ => continue,
            };
            pairs.push((name.clone(), scheme, left.to_owned(), right.to_owned(), order));
        }
    }
    Some(pairs)
}

#[test]
fn orders_every_line_of_the_fixtures() {
    let Some(pairs) = fixtures() else { return };
    let mut wrong = Vec::new();
    for (file, scheme, left, right, order) in &pairs {
        let got = scheme.compare(left, right);
        let back = scheme.compare(right, left).map(Ordering::reverse);
        if got.as_ref() != Ok(order) || back.as_ref() != Ok(order) {
            wrong.push(format!("{file}: {left} {right}: {got:?} for {order:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
    assert!(pairs.len() > 71_000, "{}", pairs.len());
}

#[test]
fn orders_every_comparison_of_the_vers_suite() {
    let folder = testdata::folder().join("purl/vers-spec/tests");
    let Ok(entries) = std::fs::read_dir(&folder) else { return println!("skipped: no {}", folder.display()) };
    let (mut cases, mut wrong) = (0, Vec::new());
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let suite: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for case in suite["tests"].as_array().unwrap() {
            let kind = case["test_type"].as_str().unwrap();
            if !matches!(kind, "comparison" | "equality") {
                continue;
            }
            cases += 1;
            let scheme: Scheme = case["input"]["input_scheme"].as_str().unwrap().parse().unwrap();
            let texts = |value: &Value| -> Vec<String> {
                value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
            };
            let read = |texts: Vec<String>| {
                texts.iter().map(|text| scheme.parse(text)).collect::<Result<Vec<_>, _>>()
            };
            let right = match read(texts(&case["input"]["versions"])) {
                Err(error) => Err(error),
                Ok(versions) if kind == "equality" => {
                    Ok(Some(versions[0] == versions[1]) == case["expected_output"].as_bool())
                }
                Ok(mut versions) => {
                    versions.sort();
                    Ok(versions == read(texts(&case["expected_output"])).unwrap())
                }
            };
            if right != Ok(true) {
                wrong.push(format!(
                    "{scheme} {kind} {} {}: {right:?}",
                    case["input"]["versions"], case["expected_output"]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases > 1_800, "{cases}");
}

#[test]
fn a_separator_may_end_a_word_of_pep_440() {
    let equal = |left: &str, right: &str| {
        let [left, right] = [left, right].map(|text| Scheme::PyPi.parse_bound(text).unwrap());
        assert_eq!(left, right);
    };
    for (left, right) in [
        ("1a.", "1a0"),
        ("1.0-rc-", "1rc0"),
        ("1.post.", "1.post0"),
        ("1.dev_", "1.dev0"),
        ("1a--1", "1a0.post1"),
        ("1b-.dev-+x", "1b0.dev0+x"),
    ] {
        equal(left, right);
    }
    assert!(Scheme::PyPi.parse_bound("1a..").is_err() && Scheme::PyPi.parse_bound("1.").is_err());
}

#[test]
fn pep_440_spellings_of_one_version_are_equal() {
    for (left, right) in [
        ("1.0", "1.0.0"),
        ("v1.0", "0!1"),
        ("1.0-1", "1.0.post1"),
        ("1.0ALPHA1", "1.0a1"),
        ("1.0_pre", "1.0rc0"),
        ("1.0c.dev", "1.0rc0.dev0"),
        ("1.0-r.4", "1.0.post4"),
        ("1.0+Ubuntu_1", "1.0+ubuntu.1"),
        (" 1.0 ", "1"),
    ] {
        assert_eq!(Scheme::PyPi.parse(left), Scheme::PyPi.parse(right), "{left} {right}");
        assert!(!Scheme::PyPi.parse(left).unwrap().is_legacy(), "{left}");
    }
}

#[test]
fn a_legacy_python_version_is_below_all_others_and_bounds_nothing() {
    for text in ["0.7.10p1", "2004d-x", "dev-r12", "1.0.0-foo", "1..0", "1.0+", "1!2!3", "1.0.post1.post2"] {
        let version = Scheme::PyPi.parse(text).unwrap();
        assert!(version.is_legacy() && version < Scheme::PyPi.parse("0.dev0").unwrap(), "{text}");
        assert!(Scheme::PyPi.parse_bound(text).is_err(), "{text}");
    }
    assert!(Scheme::PyPi.parse_bound("1.0").is_ok());
}

#[test]
fn what_is_no_version_is_refused() {
    for scheme in Scheme::ALL {
        assert_eq!(scheme.parse(""), Err(VersionError::Empty), "{scheme}");
        assert_eq!(scheme.parse(" \n"), Err(VersionError::Empty), "{scheme}");
        let long = "1".repeat(MAX_VERSION_BYTES + 1);
        assert_eq!(scheme.parse(&long), Err(VersionError::TooLong(long.len())), "{scheme}");
        assert!(scheme.parse("1 0").is_err() || *scheme == Scheme::Lexicographic, "{scheme}");
    }
    for (scheme, text) in [
        (Scheme::Semver, "latest"),
        (Scheme::Npm, "1.2.x"),
        (Scheme::Npm, "1.2.3-be ta"),
        (Scheme::Golang, "v"),
        (Scheme::Nuget, "1.*"),
        (Scheme::Deb, "a:1"),
        (Scheme::Deb, "1:"),
        (Scheme::Deb, "1.0/2"),
        (Scheme::Deb, "1.0-"),
        (Scheme::Gem, "1_0"),
        (Scheme::Gentoo, "1.0_foo"),
        (Scheme::Cran, "1.a"),
        (Scheme::Intdot, "1..2"),
        (Scheme::Datetime, "2024-02-30T00:00:00Z"),
        (Scheme::Datetime, "2024-02-03"),
    ] {
        assert!(matches!(scheme.parse(text), Err(VersionError::Malformed { .. })), "{scheme} {text}");
    }
    assert!(matches!("no-such".parse::<Scheme>(), Err(VersionError::UnknownScheme(_))));
}

#[test]
fn the_longest_versions_cost_little() {
    for unit in ["1", "1.", "0.", "a", "a1", "-", "~", "_p1", "é", ".0.a", "#", "+", "\u{0}"] {
        let text = unit.repeat(MAX_VERSION_BYTES / unit.len());
        for scheme in Scheme::ALL {
            if let Ok(version) = scheme.parse(&text) {
                assert!(version.key().len() <= 24 * text.len(), "{scheme} {unit}: {}", version.key().len());
            }
        }
    }
}

/// Texts that look like versions: pieces that some scheme gives a meaning, and a few that none does.
fn version_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,2}",
        "[0-9]{19,21}",
        "\\.[0-9]{1,2}",
        "\\.0{1,2}",
        "[-._+~^]",
        "[-._]?(a|b|c|rc|alpha|beta|pre|dev|post|snapshot|ga|sp|p|r|final|m|foo)[0-9]{0,2}",
        "[0-9]:",
        "-r?[0-9]",
        "[A-Za-z]",
    ];
    prop::collection::vec(piece, 1..7).prop_map(|pieces| pieces.concat())
}

/// dpkg's own walk over both texts at once.
fn naive_deb(left: &str, right: &str) -> Ordering {
    fn order(byte: Option<u8>) -> i32 {
        match byte {
            None => 0,
            Some(b'~') => -1,
            Some(byte) if byte.is_ascii_digit() => 0,
            Some(byte) if byte.is_ascii_alphabetic() => i32::from(byte),
            Some(byte) => i32::from(byte) + 256,
        }
    }
    fn part(left: &[u8], right: &[u8]) -> Ordering {
        let (mut i, mut j) = (0, 0);
        let digit = |text: &[u8], at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
        while i < left.len() || j < right.len() {
            while (i < left.len() && !digit(left, i)) || (j < right.len() && !digit(right, j)) {
                let (one, two) = (order(left.get(i).copied()), order(right.get(j).copied()));
                if one != two {
                    return one.cmp(&two);
                }
                (i, j) = (i + 1, j + 1);
            }
            while left.get(i) == Some(&b'0') {
                i += 1;
            }
            while right.get(j) == Some(&b'0') {
                j += 1;
            }
            let mut first = Ordering::Equal;
            while digit(left, i) && digit(right, j) {
                first = first.then(left[i].cmp(&right[j]));
                (i, j) = (i + 1, j + 1);
            }
            if digit(left, i) {
                return Ordering::Greater;
            }
            if digit(right, j) {
                return Ordering::Less;
            }
            if first.is_ne() {
                return first;
            }
        }
        Ordering::Equal
    }
    fn split(text: &str) -> (u128, &str, &str) {
        let (epoch, rest) =
            text.split_once(':').map_or((0, text), |(epoch, rest)| (epoch.parse().unwrap(), rest));
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
        (epoch, upstream, revision)
    }
    let ((e1, u1, r1), (e2, u2, r2)) = (split(left), split(right));
    e1.cmp(&e2)
        .then_with(|| part(u1.as_bytes(), u2.as_bytes()))
        .then_with(|| part(r1.as_bytes(), r2.as_bytes()))
}

/// `rpmvercmp` as it walks.
fn naive_rpm(left: &str, right: &str) -> Ordering {
    fn vercmp(left: &str, right: &str) -> Ordering {
        let (mut one, mut two) = (left, right);
        loop {
            let junk = |letter: char| !letter.is_ascii_alphanumeric() && letter != '~' && letter != '^';
            one = one.trim_start_matches(junk);
            two = two.trim_start_matches(junk);
            match (one.starts_with('~'), two.starts_with('~')) {
                (true, true) => {
                    (one, two) = (&one[1..], &two[1..]);
                    continue;
                }
                (false, true) => return Ordering::Greater,
                (true, false) => return Ordering::Less,
                _ => {}
            }
            if one.starts_with('^') || two.starts_with('^') {
                if one.is_empty() || (!one.starts_with('^') && !two.is_empty()) {
                    return if one.is_empty() { Ordering::Less } else { Ordering::Greater };
                }
                if two.is_empty() || !two.starts_with('^') {
                    return if two.is_empty() { Ordering::Greater } else { Ordering::Less };
                }
                (one, two) = (&one[1..], &two[1..]);
                continue;
            }
            let (Some(first), Some(_)) = (one.chars().next(), two.chars().next()) else {
                return one.len().min(1).cmp(&two.len().min(1));
            };
            let number = first.is_ascii_digit();
            let end = |text: &str| {
                text.find(|letter: char| {
                    !(letter.is_ascii_alphanumeric() && letter.is_ascii_digit() == number)
                })
                .unwrap_or(text.len())
            };
            let ((a, after_one), (b, after_two)) = (one.split_at(end(one)), two.split_at(end(two)));
            if b.is_empty() {
                return if number { Ordering::Greater } else { Ordering::Less };
            }
            let order = if number {
                let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
                a.len().cmp(&b.len()).then(a.cmp(b))
            } else {
                a.cmp(b)
            };
            if order.is_ne() {
                return order;
            }
            (one, two) = (after_one, after_two);
        }
    }
    fn split(text: &str) -> (u128, &str, Option<&str>) {
        let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (epoch, rest) = match text[digits..].strip_prefix(':') {
            Some(rest) => (text[..digits].parse().unwrap_or(0), rest),
            None => (0, text),
        };
        let (version, release) =
            rest.rsplit_once('-').map_or((rest, None), |(version, release)| (version, Some(release)));
        (epoch, version, release)
    }
    let ((e1, v1, r1), (e2, v2, r2)) = (split(left), split(right));
    let releases = match (r1, r2) {
        (Some(one), Some(two)) => vercmp(one, two),
        _ => r1.is_some().cmp(&r2.is_some()),
    };
    e1.cmp(&e2).then_with(|| vercmp(v1, v2)).then(releases)
}

/// `Gem::Version`: segments, zeros dropped where they have no weight, padded with zeros.
fn naive_gem(left: &str, right: &str) -> Ordering {
    fn segments(text: &str) -> Vec<Result<u128, String>> {
        let text = text.replace('-', ".pre.");
        let mut all: Vec<Result<u128, String>> =
            key::runs(&text).map(|run| run.parse().map_err(|_| run.to_owned())).collect();
        let words = all.iter().position(Result::is_err).unwrap_or(all.len());
        let mut tail = all.split_off(words);
        for part in [&mut all, &mut tail] {
            while part.last() == Some(&Ok(0)) {
                part.pop();
            }
        }
        all.append(&mut tail);
        all
    }
    let (left, right) = (segments(left), segments(right));
    for at in 0..left.len().max(right.len()) {
        let segment = |all: &[Result<u128, String>]| all.get(at).cloned().unwrap_or(Ok(0));
        let order = match (segment(&left), segment(&right)) {
            (Ok(one), Ok(two)) => one.cmp(&two),
            (Err(one), Err(two)) => one.cmp(&two),
            (Ok(_), Err(_)) => Ordering::Greater,
            (Err(_), Ok(_)) => Ordering::Less,
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// PEP 440 as `packaging` builds its sort key, of versions that are already split.
#[derive(Clone, Debug)]
struct Pep440 {
    epoch: u8,
    release: Vec<u64>,
    pre: Option<(char, u64)>,
    post: Option<u64>,
    dev: Option<u64>,
    local: Vec<Result<u64, String>>,
}

impl Pep440 {
    fn text(&self) -> String {
        let numbers: Vec<String> = self.release.iter().map(u64::to_string).collect();
        let mut text = format!("{}!{}", self.epoch, numbers.join("."));
        if let Some((letter, number)) = self.pre {
            text += &format!("{}{number}", if letter == 'c' { "rc".into() } else { letter.to_string() });
        }
        self.post.iter().for_each(|number| text += &format!(".post{number}"));
        self.dev.iter().for_each(|number| text += &format!(".dev{number}"));
        let local: Vec<String> =
            self.local.iter().map(|part| part.as_ref().map_or_else(Clone::clone, u64::to_string)).collect();
        if local.is_empty() { text } else { format!("{text}+{}", local.join(".")) }
    }

    fn sort_key(&self) -> impl Ord + use<> {
        let mut release = self.release.clone();
        while release.last() == Some(&0) {
            release.pop();
        }
        let pre = match (self.pre, self.post, self.dev) {
            (None, None, Some(_)) => (0, 'a', 0),
            (None, ..) => (2, 'a', 0),
            (Some((letter, number)), ..) => (1, letter, number),
        };
        let dev = self.dev.map_or((1, 0), |number| (0, number));
        let local: Vec<(u8, u64, String)> = self
            .local
            .iter()
            .map(|part| match part {
                Ok(number) => (1, *number, String::new()),
                Err(word) => (0, 0, word.clone()),
            })
            .collect();
        (self.epoch, release, pre, self.post, dev, local)
    }
}

prop_compose! {
    fn pep_440()(
        epoch in 0..2_u8,
        release in prop::collection::vec(prop_oneof![0..3_u64, Just(u64::MAX)], 1..5),
        pre in prop::option::of((prop_oneof![Just('a'), Just('b'), Just('c')], 0..3_u64)),
        post in prop::option::of(0..3_u64),
        dev in prop::option::of(0..3_u64),
        local in prop::collection::vec(prop_oneof![(0..12_u64).prop_map(Ok), "[a-c]{1,2}".prop_map(Err)], 0..3),
    ) -> Pep440 {
        Pep440 { epoch, release, pre, post, dev, local }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,40}") {
        for scheme in Scheme::ALL {
            drop(scheme.parse(&text));
        }
    }

    #[test]
    fn debian_keys_order_as_dpkg_walks(left in "([0-2]:)?[0-9a-b.+~-]{1,8}", right in "([0-2]:)?[0-9a-b.+~-]{1,8}") {
        let (Ok(one), Ok(two)) = (Scheme::Deb.parse(&left), Scheme::Deb.parse(&right)) else { return Ok(()) };
        prop_assert_eq!(one.cmp(&two), naive_deb(&left, &right), "{} {}", left, right);
    }

    #[test]
    fn rpm_keys_order_as_rpmvercmp_walks(left in "([0-2]:)?[0-9a-b.~^-]{1,8}", right in "([0-2]:)?[0-9a-b.~^-]{1,8}") {
        let (Ok(one), Ok(two)) = (Scheme::Rpm.parse(&left), Scheme::Rpm.parse(&right)) else { return Ok(()) };
        prop_assert_eq!(one.cmp(&two), naive_rpm(&left, &right), "{} {}", left, right);
    }

    #[test]
    fn gem_keys_order_as_padded_segments(left in "[0-2][0-2ab.-]{0,8}", right in "[0-2][0-2ab.-]{0,8}") {
        let (Ok(one), Ok(two)) = (Scheme::Gem.parse(&left), Scheme::Gem.parse(&right)) else { return Ok(()) };
        prop_assert_eq!(one.cmp(&two), naive_gem(&left, &right), "{} {}", left, right);
    }

    #[test]
    fn python_keys_order_as_tuples(left in pep_440(), right in pep_440()) {
        let (one, two) = (Scheme::PyPi.parse(&left.text()).unwrap(), Scheme::PyPi.parse(&right.text()).unwrap());
        prop_assert!(!one.is_legacy());
        prop_assert_eq!(one.cmp(&two), left.sort_key().cmp(&right.sort_key()), "{} {}", left.text(), right.text());
    }

    #[test]
    fn composer_and_maven_keys_order_as_their_tools(
        left in "[0-2]([.-][0-2]|[-](alpha|beta|rc|SNAPSHOT|sp|foo|1|ga)){0,4}",
        right in "[0-2]([.-][0-2]|[-](alpha|beta|rc|SNAPSHOT|sp|foo|1|ga)){0,4}",
    ) {
        for scheme in [Scheme::Composer, Scheme::Maven] {
            let (one, two) = (scheme.parse(&left).unwrap(), scheme.parse(&right).unwrap());
            prop_assert_eq!(Ok(one.cmp(&two)), scheme.compare(&left, &right), "{} {} {}", scheme, left, right);
        }
    }

    #[test]
    fn all_schemes_take_what_looks_like_a_version_without_fear(text in version_text()) {
        for scheme in Scheme::ALL {
            if let Ok(version) = scheme.parse(&text) {
                prop_assert_eq!(&version, &scheme.parse(version.as_str()).unwrap());
            }
        }
    }
}

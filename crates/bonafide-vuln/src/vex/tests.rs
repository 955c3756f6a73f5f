use std::path::PathBuf;

use bonafide_advisory::vex::read;
use proptest::prelude::*;

use super::*;

fn source(name: &str, text: &str) -> Source {
    let document = read(text.as_bytes(), name).unwrap_or_else(|error| panic!("{error}: {text}"));
    Source { name: name.to_owned(), origin: Origin::Given, scope: Scope::All, document }
}

/// A document of statements `(status, product, time)` about CVE-1.
fn openvex(name: &str, statements: &[(&str, &str, &str)]) -> Source {
    let said: Vec<String> = statements
        .iter()
        .map(|(status, product, time)| {
            let product = if product.starts_with('{') { (*product).to_owned() } else { format!("{{\"@id\": \"{product}\"}}") };
            let time = if time.is_empty() { String::new() } else { format!(", \"timestamp\": \"{time}\"") };
            format!(
                "{{\"vulnerability\": {{\"name\": \"CVE-1\"}}, \"products\": [{product}], \"status\": \"{status}\", \
                 \"justification\": \"component_not_present\"{time}}}"
            )
        })
        .collect();
    source(
        name,
        &format!(
            "{{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"@id\": \"urn:{name}\", \"author\": \"A\", \"version\": 1, \
             \"statements\": [{}]}}",
            said.join(",")
        ),
    )
}

fn component(purl: &str, parents: &[usize]) -> Component {
    let version =
        purl.split_once('@').map(|(_, version)| version.split('?').next().unwrap_or_default().to_owned());
    Component {
        purls: vec![purl.to_owned()],
        version,
        parents: parents.to_vec(),
        input: "in".into(),
        ..Component::default()
    }
}

fn finding(component: usize) -> Finding {
    Finding { component, id: "CVE-1".into(), aliases: vec!["GHSA-1".into()], ..Finding::default() }
}

/// Whether the finding of the first component is suppressed, and the fates of all statements.
fn run(components: &[Component], sources: &[Source]) -> (bool, Vec<Fate>) {
    let mut findings = [finding(0)];
    let applied = apply(&mut findings, components, sources);
    (findings[0].suppressed.is_some(), applied.fates.into_iter().map(|(.., fate)| fate).collect())
}

const JAN: &str = "2024-01-15T00:00:00Z";
const MAR: &str = "2024-03-15T00:00:00Z";
const A: &str = "pkg:pypi/a@1";

#[test]
fn the_public_cases_come_out_right() {
    #[expect(clippy::disallowed_methods, reason = "tests find their data by it")]
    let set = std::env::var_os("BONAFIDE_TESTDATA").map(PathBuf::from);
    let root = set.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let folder = root.join("scan/vex-behaviour/cases");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    };
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in entries {
        let folder = entry.unwrap().path();
        let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let case: serde_json::Value = serde_json::from_str(&text("case.json")).unwrap();
        let sbom = text("sbom.cdx.json");
        let components = Component::all(&bonafide_sbom::read(sbom.as_bytes()).unwrap(), "sbom.cdx.json");
        let id = case["vulnerability"].as_str().unwrap();
        let names = [
            ["demo-crypto", "CVE-2023-1255", ""],
            ["requests", "GHSA-9wx4-h78v-vm56", "CVE-2024-35195"],
            ["cpython", "CVE-2026-90001", ""],
        ];
        let [name, _, alias] = names.into_iter().find(|row| row[1] == id).unwrap();
        let at = components.iter().position(|component| component.name == name).unwrap();
        let mut found = Finding { id: id.into(), aliases: vec![alias.into()], ..finding(at) };
        found.aliases.retain(|alias| !alias.is_empty());
        let mut sources = Vec::new();
        let mut unreadable = false;
        for file in case["vex"].as_array().unwrap() {
            let file = file.as_str().unwrap();
            match read(text(file).as_bytes(), file) {
                Ok(document) => sources.push(Source {
                    name: file.into(),
                    origin: Origin::Given,
                    scope: Scope::All,
                    document,
                }),
                Err(_) => unreadable = true,
            }
        }
        let document = read(sbom.as_bytes(), "sbom.cdx.json").unwrap();
        sources.push(Source {
            name: "sbom.cdx.json".into(),
            origin: Origin::Embedded,
            scope: Scope::All,
            document,
        });
        let mut findings = [found];
        let applied = apply(&mut findings, &components, &sources);
        let suppressed = findings[0].suppressed.is_some();
        let right = case["right"].as_str().unwrap();
        if right != "unspecified" && suppressed != (right == "suppressed") {
            wrong.push(format!("{}: {suppressed}, right is {right}: {:?}", folder.display(), applied.fates));
        }
        // Nothing is silent: a statement that is not used has a fate, or is about another vulnerability.
        let told: usize =
            applied.fates.iter().map(|(id, ..)| *id).collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!(told + applied.elsewhere, applied.statements, "{}", folder.display());
        assert!(!unreadable || right == "unspecified");
        count += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(count, 42);
}

#[test]
fn the_latest_wins_and_ties_never_suppress() {
    let na = "not_affected";
    for (statements, suppressed) in [
        (vec![(na, A, JAN)], true),
        (vec![(na, A, "")], true),
        (vec![(na, A, JAN), ("affected", A, MAR)], false),
        (vec![("affected", A, JAN), (na, A, MAR)], true),
        (vec![("affected", A, JAN), (na, A, JAN)], false),
        (vec![("affected", A, ""), (na, A, JAN)], false),
        (vec![("affected", A, JAN), (na, A, "")], false),
        (vec![("under_investigation", A, MAR), ("fixed", A, JAN)], false),
        (vec![("fixed", A, JAN), (na, A, JAN)], true),
        (vec![(na, A, "2024-01-02T00:30:00+02:00"), ("affected", A, "2024-01-01T23:00:00Z")], false),
        (vec![(na, A, "2024-01-02T01:30:00+02:00"), ("affected", A, "2024-01-01T23:00:00Z")], true),
        (vec![(na, A, "2024-01-15T00:00:00.5Z"), ("affected", A, JAN)], true),
        (vec![(na, "pkg:pypi/a@2", MAR), ("affected", A, JAN)], false),
        (vec![(na, A, JAN), ("affected", "pkg:pypi/a@2", MAR)], true),
        (vec![(na, A, "yesterday")], false),
        (vec![(na, A, JAN), ("affected", A, "yesterday")], false),
        (vec![(na, A, JAN), ("wontfix", A, MAR)], true),
    ] {
        let components = [component(A, &[])];
        assert_eq!(run(&components, &[openvex("d", &statements)]).0, suppressed, "{statements:?}");
        let apart: Vec<Source> =
            statements.iter().enumerate().map(|(at, one)| openvex(&at.to_string(), &[*one])).collect();
        assert_eq!(run(&components, &apart).0, suppressed, "{statements:?}");
    }
}

#[test]
fn a_product_speaks_of_what_only_it_holds() {
    let part = r#"{"@id": "pkg:generic/app@1", "subcomponents": [{"@id": "pkg:pypi/a@1"}]}"#;
    let other = r#"{"@id": "pkg:generic/app@1", "subcomponents": [{"@id": "pkg:pypi/a@2"}]}"#;
    let (app, tool, middle) = ("pkg:generic/app@1", "pkg:generic/tool@1", "pkg:pypi/middle@1");
    for (product, components, suppressed) in [
        // Held by app alone, directly or not.
        (app, vec![component(A, &[1]), component(app, &[])], true),
        (part, vec![component(A, &[1]), component(app, &[])], true),
        (other, vec![component(A, &[1]), component(app, &[])], false),
        (part, vec![component(A, &[2]), component(app, &[]), component(middle, &[1])], true),
        // By tool too.
        (app, vec![component(A, &[1, 2]), component(app, &[]), component(tool, &[])], false),
        (middle, vec![component(A, &[2]), component(app, &[]), component(middle, &[1])], true),
        (middle, vec![component(A, &[2, 1]), component(app, &[]), component(middle, &[1])], false),
        // Nobody holds it.
        (app, vec![component(A, &[])], false),
        (part, vec![component(A, &[])], false),
        // Circles.
        (app, vec![component(A, &[1]), component(middle, &[0])], false),
        (app, vec![component(A, &[1]), component(middle, &[0, 2]), component(app, &[])], true),
        (app, vec![component(A, &[0])], false),
    ] {
        let (got, fates) = run(&components, &[openvex("d", &[("not_affected", product, JAN)])]);
        assert_eq!(got, suppressed, "{product} {components:?} {fates:?}");
    }
}

#[test]
fn identifiers_of_every_kind_name_a_component_and_misses_say_which_part_differs() {
    let mut with_all = component("pkg:pypi/a@1?file_name=a.whl", &[]);
    with_all.cpes = vec!["cpe:2.3:a:v:a:1:*:*:*:*:*:*:*".into()];
    with_all.digests = vec![("sha256".into(), "ab".repeat(32))];
    with_all.links = vec!["in#r".into(), "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#r x".into()];
    let hash = format!("{{\"hashes\": {{\"SHA-256\": \"{}\"}}}}", "AB".repeat(32));
    let other_hash = format!("{{\"hashes\": {{\"sha-256\": \"{}\"}}}}", "cd".repeat(32));
    for (product, miss) in [
        ("pkg:pypi/A", ""),
        ("pkg:pypi/a@1.0", ""),
        ("pkg:pypi/a@2", "version differs"),
        ("pkg:pypi/b@1", "name differs"),
        ("pkg:npm/a@1", "type differs"),
        ("pkg:pypi/a@1?file_name=a.whl", ""),
        ("pkg:pypi/a@1?arch=x", "qualifier arch differs"),
        ("cpe:2.3:a:v:a:*:*:*:*:*:*:*:*", ""),
        ("cpe:/a:v:a", ""),
        ("cpe:2.3:a:v:a:2:*:*:*:*:*:*:*", "version differs"),
        ("cpe:2.3:a:v:b:1:*:*:*:*:*:*:*", "product differs"),
        ("cpe:2.3:a:*:*:*:*:*:*:*:*:*:*", "names no product"),
        (hash.as_str(), ""),
        (other_hash.as_str(), "another sha256"),
        ("urn:cdx:3E671687-395b-41f5-a30f-a58921a69b79/1#r%20x", ""),
        ("urn:cdx:3E671687-395b-41f5-a30f-a58921a69b79/2#r%20x", "no component has that name"),
        (r#"{"@id": "pkg:npm/x", "identifiers": {"cpe23": "cpe:2.3:a:v:a:1:*:*:*:*:*:*:*"}}"#, ""),
        (
            r#"{"@id": "pkg:generic/app", "subcomponents": [{"@id": "pkg:pypi/a@1"}]}"#,
            "is not among what contains",
        ),
        (
            r#"{"@id": "pkg:generic/app", "subcomponents": [{"@id": "pkg:pypi/a@2"}]}"#,
            "subcomponent `pkg:pypi/a@2`: version differs",
        ),
    ] {
        let (suppressed, fates) =
            run(std::slice::from_ref(&with_all), &[openvex("d", &[("fixed", product, JAN)])]);
        assert_eq!(suppressed, miss.is_empty(), "{product} {fates:?}");
        if !miss.is_empty() {
            let [Fate::OtherProduct(text)] = &fates[..] else { panic!("{fates:?}") };
            assert!(text.contains(miss), "{product}: {text}");
        }
    }
}

#[test]
fn ranges_and_versions_narrow_and_what_cannot_be_compared_never_suppresses() {
    for (versions, state, suppressed) in [
        (r#"[{"range": "vers:pypi/<2"}]"#, "resolved", true),
        (r#"[{"range": "vers:pypi/>=2"}]"#, "resolved", false),
        (r#"[{"version": "1.0"}]"#, "resolved", true),
        (r#"[{"version": "3"}, {"version": "1"}]"#, "resolved", true),
        (r#"[{"range": "vers:pypi/<2|>=0.5"}]"#, "resolved", true),
        (r#"[{"range": "vers:pypi/>=5|<2"}]"#, "resolved", false),
        (r#"[{"range": "nonsense"}]"#, "resolved", false),
        (r#"[{"range": "vers:npm/<2"}]"#, "resolved", true),
        (r#"[{}]"#, "resolved", false),
        (r#"[{"range": "vers:pypi/<2", "status": "affected"}]"#, "resolved", false),
    ] {
        let text = format!(
            "{{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.5\", \"vulnerabilities\": [{{\"id\": \"ghsa-1\", \"analysis\": \
             {{\"state\": \"{state}\"}}, \"affects\": [{{\"ref\": \"pkg:pypi/a\", \"versions\": {versions}}}]}}]}}"
        );
        let (got, fates) = run(&[component(A, &[])], &[source("v", &text)]);
        assert_eq!(got, suppressed, "{versions}: {fates:?}");
    }
    // One that re-opens counts even so.
    let reopen = r#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "vulnerabilities": [{"id": "CVE-1", "analysis": {"state":
        "exploitable", "lastUpdated": "2024-03-15T00:00:00Z"}, "affects": [{"ref": "pkg:pypi/a", "versions": [{"range": "?"}]}]}]}"#;
    let na = openvex("d", &[("not_affected", A, JAN)]);
    assert!(!run(&[component(A, &[])], &[na, source("v", reopen)]).0);
}

#[test]
fn other_names_make_us_careful_and_never_careless() {
    let said = |name: &str, aliases: &str, status: &str, time: &str| {
        source(
            name,
            &format!(
                "{{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"author\": \"A\", \"timestamp\": \"{time}\", \"statements\": \
                 [{{\"vulnerability\": {{\"name\": \"{name}\", \"aliases\": [{aliases}]}}, \"products\": [{{\"@id\": \"{A}\"}}], \
                 \"status\": \"{status}\", \"justification\": \"component_not_present\"}}]}}"
            ),
        )
    };
    let components = [component(A, &[])];
    let first = || said("ghsa-1", "\"X-1\"", "not_affected", JAN);
    assert!(run(&components, &[first()]).0);
    // X-1 is the same only by what the first statement says: it re-opens, and it cannot suppress.
    assert!(!run(&components, &[first(), said("x-1", "\"Y-1\"", "affected", MAR)]).0);
    assert!(!run(&components, &[first(), said("y-1", "\"X-1\", \"ghsa-9\"", "affected", MAR)]).0);
    let fixed = said("x-1", "", "fixed", MAR);
    assert!(!run(&components, &[said("CVE-1", "\"X-1\"", "affected", JAN), fixed]).0);
    // A loop of names ends.
    assert!(run(&components, &[first(), said("X-1", "\"GHSA-1\", \"X-1\"", "fixed", MAR)]).0);
}

#[test]
fn what_a_package_carries_speaks_of_the_package_and_of_what_it_holds() {
    let linked = |name: &str, parents: &[usize]| Component {
        links: vec![format!("in#{name}")],
        ..component(&format!("pkg:pypi/{name}@1"), parents)
    };
    // The finding is in `a`, which `b` holds; `c` lies beside them.
    let components = [linked("a", &[1]), linked("b", &[3]), linked("c", &[3]), linked("root", &[])];
    let carried = |by: &str| {
        let scope = Scope::Package(format!("in#{by}"));
        [Source { scope, ..openvex("d", &[("fixed", "pkg:pypi/a", JAN)]) }]
    };
    for holder in ["a", "b", "root"] {
        assert_eq!(run(&components, &carried(holder)), (true, vec![Fate::Suppresses]), "{holder}");
    }
    for other in ["c", "nothing"] {
        assert_eq!(run(&components, &carried(other)), (false, vec![Fate::OtherPackage]), "{other}");
    }
}

#[test]
fn scopes_editions_and_flaws_are_told() {
    let components = [component(A, &[])];
    let mut scoped = openvex("d", &[("fixed", A, JAN)]);
    scoped.scope = Scope::Input("elsewhere".into());
    assert_eq!(run(&components, &[scoped.clone()]), (false, vec![Fate::OtherInput]));
    scoped.scope = Scope::Input("in".into());
    assert_eq!(run(&components, &[scoped.clone()]), (true, vec![Fate::Suppresses]));
    let newer = scoped.document.clone();
    let mut newer = Source { document: newer, ..scoped.clone() };
    newer.document.edition = Some("1.10".into());
    newer.document.statements[0].vulnerability.name = "CVE-9".into();
    let superseded = Fate::Superseded(StatementId { source: 1, statement: 0 });
    assert_eq!(run(&components, &[scoped.clone(), newer.clone()]), (false, vec![superseded]));
    newer.document.edition = Some("0.9".into());
    assert!(run(&components, &[scoped.clone(), newer]).0);
    scoped.document.statements[0].flaws.push(Flaw::RepeatedKey("status".into()));
    assert_eq!(run(&components, &[scoped]), (false, vec![Fate::Flawed(Flaw::RepeatedKey("status".into()))]));
}

proptest! {
    #[test]
    fn the_order_of_statements_and_sources_does_not_matter(
        said in prop::collection::vec((0_usize..4, 0_usize..5, 0_usize..4), 1..7),
        order in any::<u64>(),
    ) {
        let statuses = ["not_affected", "affected", "fixed", "under_investigation"];
        let products = [
            A, "pkg:pypi/a", "pkg:generic/app@1", "pkg:pypi/a@2",
            r#"{"@id": "pkg:generic/app@1", "subcomponents": [{"@id": "pkg:pypi/a@1"}]}"#,
        ];
        let times = [JAN, MAR, "", "2024-01-15T01:00:00+01:00"];
        let said: Vec<_> = said.into_iter().map(|(s, p, t)| (statuses[s], products[p], times[t])).collect();
        let components = [component(A, &[1]), component("pkg:generic/app@1", &[])];
        let mut shuffled = said.clone();
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, usize::try_from(order >> (at * 7) & 0x7f).unwrap() % (at + 1));
        }
        let whole = run(&components, &[openvex("d", &said)]).0;
        prop_assert_eq!(whole, run(&components, &[openvex("d", &shuffled)]).0);
        let apart: Vec<Source> = shuffled.iter().enumerate().map(|(at, one)| openvex(&at.to_string(), &[*one])).collect();
        prop_assert_eq!(whole, run(&components, &apart).0);
        // Nothing suppresses beside an equal or newer statement that re-opens.
        if whole {
            prop_assert!(said.iter().any(|(status, ..)| matches!(*status, "not_affected" | "fixed")));
        }
    }
}

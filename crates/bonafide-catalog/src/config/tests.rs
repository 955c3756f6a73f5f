use super::*;

const WHOLE: &str = r#"
[project]
name = "demo"
version-from = { file = "demo.h", regex = '"(?<version>[^"]+)"' }
purl = "pkg:generic/demo@{version}"
cpe = "cpe:2.3:a:demo:demo:{version}:*:*:*:*:*:*:*"
supplier = "Organization: Demo"
originator = "Organization: Demo"
license = "MIT"
download-location = "https://example.org/{file}"

[document]
path = "sbom.spdx.json"
style = "fragment"
creators = ["Organization: Demo"]
license-concluded = "NOASSERTION"

[[package]]
name = "expat"
include = ["deps/expat/**"]
exclude = [
  "deps/expat/ours.h",
  "deps/expat/*.sh",
]
version = "2.7.1"
purl = "pkg:generic/expat@{version}"
cpe = ["cpe:2.3:a:libexpat_project:libexpat:{version}:*:*:*:*:*:*:*"]
supplier = "Organization: Expat"
originator = "Organization: Expat"
download-location = "https://example.org/expat-{version}.tar.gz"
sha256 = "0cce2e6e69b327fc607b8ff264f4b66bdf71ead55a87ffd5f3143f535f15cfa2"
license = "MIT"
purpose = "SOURCE"
upstream-paths = { "deps/expat" = "lib" }

[[package.pin]]
file = "deps/expat/refresh.sh"
field = "version"
regex = 'version="(?<value>[0-9.]+)"'

[[package.patch]]
file = "deps/expat/x.c"
upstream-sha256 = "0cce2e6e69b327fc607b8ff264f4b66bdf71ead55a87ffd5f3143f535f15cfa2"
sha256 = "1cce2e6e69b327fc607b8ff264f4b66bdf71ead55a87ffd5f3143f535f15cfa2"
reason = "no network"

[[externals]]
platform = "windows"
file = "get.bat"
regex = '\s(?<tag>[a-z0-9.-]+)\s'
comment = "rem"
name = "unused"
document = "ext.spdx.json"
download-location = "https://example.org/{name}-{version}.tar.gz"
ignore = ["nasm"]
aliases = { libmpdec = "mpdecimal" }

[vendored]
paths = ["deps/**"]
own = ["deps/README"]

[db]
dir = "db"
warn-age = 7
max-age = 30

[[db.source]]
name = "osv"
url = "https://example.org/{each}/all.zip"
each = ["PyPI", "Go"]
max-bytes = 1000

[vex]
dir = "vex"

[[vex.repository]]
name = "hub"
url = "https://example.org/{each}"
each = ["a"]
max-bytes = 1000

[test-data]
paths = ["test/**"]
"#;

#[test]
fn every_known_key_is_read_without_a_warning() {
    let config = Config::parse(WHOLE).unwrap();
    assert_eq!(config.warnings, []);
    let package = &config.packages[0];
    assert_eq!((package.name.line, package.exclude[1].line), (19, 23));
    assert!(package.owns(b"deps/expat/lib/.hidden") && !package.owns(b"deps/expat/refresh.sh"));
    assert!(config.vendored.own[0].value.matches(b"deps/README"));
    assert!(config.test_data.contains(b"test/a/b.zip"));
    assert_eq!(config.externals[0].aliases[0].0, "libmpdec");
}

#[test]
fn an_unknown_key_warns_with_its_line_and_the_near_name() {
    let config = Config::parse("[[package]]\nname = 'a'\nincludes = ['x']\ninclude = ['a/**']\n").unwrap();
    assert_eq!(
        config.warnings,
        [Problem { line: 3, message: "[[package]] has no key `includes`; did you mean `include`?".into() }]
    );
    let far = Config::parse("[wholly-other]\n").unwrap();
    assert!(far.warnings[0].message.contains("known are: project, document"), "{:?}", far.warnings);
}

#[test]
fn all_errors_are_told_at_once_with_their_lines() {
    let text = "[document]\nstyle = 'half'\n[[package]]\nname = 3\ninclude = ['../x', '/y']\nsha256 = 'abc'\n\
                [[package.pin]]\nfile = 'a'\nfield = 'date'\nregex = '('\n";
    let Err(ConfigError::Faults(faults)) = Config::parse(text) else { panic!("faults expected") };
    let lines: Vec<u64> = faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [1, 2, 3, 4, 5, 5, 6, 9, 10], "{faults:#?}");
}

#[test]
fn a_syntax_error_names_its_line() {
    let Err(ConfigError::Syntax(problem)) = Config::parse("[project]\nname = \n") else { panic!() };
    assert_eq!(problem.line, 2);
}

#[test]
fn two_packages_of_one_name_are_refused() {
    let text = "[[package]]\nname='a'\ninclude=['a/*']\n[[package]]\nname='a'\ninclude=['b/*']\n";
    assert!(
        Config::parse(text).unwrap_err().to_string().contains("line 5: package `a` is already at line 2")
    );
}

/// The keys of every table of the schema, by path.
fn schema_keys(schema: &serde_json::Value, path: &str, keys: &mut std::collections::BTreeSet<String>) {
    let schema = if schema["type"] == "array" { &schema["items"] } else { schema };
    for (key, value) in schema["properties"].as_object().into_iter().flatten() {
        keys.insert(format!("{path}{key}"));
        schema_keys(value, &format!("{path}{key}."), keys);
    }
}

fn file_keys(value: &toml::Value, path: &str, keys: &mut std::collections::BTreeSet<String>) {
    match value {
        toml::Value::Table(table) if !path.ends_with("aliases.") && !path.ends_with("upstream-paths.") => {
            for (key, value) in table {
                keys.insert(format!("{path}{key}"));
                file_keys(value, &format!("{path}{key}."), keys);
            }
        }
        toml::Value::Array(items) => items.iter().for_each(|item| file_keys(item, path, keys)),
        _ => {}
    }
}

#[test]
fn the_schema_has_the_keys_that_are_read_and_no_other() {
    let text = include_str!("../../../../schemas/bonafide.toml.schema.json");
    let (mut of_schema, mut of_file) = Default::default();
    schema_keys(&serde_json::from_str(text).unwrap(), "", &mut of_schema);
    file_keys(&toml::from_str(WHOLE).unwrap(), "", &mut of_file);
    // The one key that cannot stand beside `version-from`.
    of_file.insert("project.version".to_owned());
    assert_eq!(of_schema, of_file);
}

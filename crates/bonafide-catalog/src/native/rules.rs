//! What is known of the upstreams of native libraries: the data file `upstreams/upstreams.toml`, read once.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use bonafide_artifact::object::Search;
use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;

/// The rules of all upstreams.
pub(crate) static RULES: LazyLock<Rules> =
    LazyLock::new(|| Rules::parse(TABLE).expect("a test reads the table that is built in"));

const TABLE: &str = include_str!("../../upstreams/upstreams.toml");

/// One project that makes native libraries. The keys are explained in `upstreams/README.md`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Upstream {
    pub(crate) name: String,
    pub(crate) cpe: Option<String>,
    #[serde(default)]
    pub(crate) files: Vec<String>,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    /// Projects whose names and texts it carries.
    #[serde(default)]
    pub(crate) instead_of: Vec<String>,
    so: Option<Pattern>,
    so_as: Option<String>,
    #[serde(default)]
    so_table: HashMap<String, String>,
    #[serde(default)]
    symbols: Vec<Vec<String>>,
    #[serde(default)]
    pub(crate) texts: Vec<Text>,
    pub(crate) lone: Option<Pattern>,
    pub(crate) producer: Option<Pattern>,
    #[serde(default)]
    pub(crate) coarse: bool,
    #[serde(default = "yes")]
    pub(crate) resource: bool,
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "what the patterns are tested with"))]
    example: Vec<(String, String)>,
}

const fn yes() -> bool {
    true
}

/// A text in the data of a library.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Text {
    find: String,
    pub(crate) pattern: Pattern,
    #[serde(default, rename = "static")]
    pub(crate) proves: bool,
    /// A header has it: the object was built with the project, which need not be in it.
    #[serde(default)]
    pub(crate) mention: bool,
    pub(crate) with: Option<String>,
    pub(crate) unless: Option<String>,
}

/// A regular expression that is compiled when it is first used. Of versions ASCII is enough, and that compiles in a fraction of
/// the time.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Pattern {
    text: String,
    compiled: OnceLock<Regex>,
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self { text, compiled: OnceLock::new() }
    }
}

impl Pattern {
    fn compile(&self) -> Result<Regex, regex::Error> {
        RegexBuilder::new(&self.text).unicode(false).build()
    }

    fn regex(&self) -> &Regex {
        self.compiled.get_or_init(|| self.compile().expect("a test compiles every pattern"))
    }

    /// Group 1 of the first match that covers the byte `at`; the empty text where there is no such group.
    pub(crate) fn find(&self, text: &str, at: usize) -> Option<String> {
        let found = self
            .regex()
            .captures_iter(text.as_bytes())
            .find(|found| found.get(0).is_some_and(|whole| whole.start() <= at && at < whole.end().max(1)))?;
        Some(
            found
                .get(1)
                .map_or_else(String::new, |group| String::from_utf8_lossy(group.as_bytes()).into_owned()),
        )
    }

    /// A form whose `$1` and `$2` are the groups of the first match.
    fn fill(&self, text: &str, form: &str) -> Option<String> {
        let found = self.regex().captures(text.as_bytes())?;
        let mut filled = Vec::new();
        found.expand(form.as_bytes(), &mut filled);
        String::from_utf8(filled).ok()
    }
}

impl Upstream {
    /// The release that a number in a file's name or a library's own name stands for.
    pub(crate) fn release_of(&self, so: &str) -> Option<String> {
        if let Some(release) = self.so_table.get(so) {
            return Some(release.clone());
        }
        self.so.as_ref()?.fill(so, self.so_as.as_deref().unwrap_or("$1"))
    }
}

/// How the answer of a symbol becomes a version.
#[derive(Debug)]
pub(crate) enum Form {
    /// The number's bits, from each of these on; the last one is left out where it is zero.
    Bits(Vec<u32>, bool),
    /// The number divided by each of these; likewise.
    Quotients(Vec<u64>, bool),
    /// The text's group 1.
    Text(Option<Pattern>),
    /// The text is a number, which is divided.
    TextQuotients(Pattern, Vec<u64>),
    /// The first, and the second part of a version.
    Part(usize),
    /// Nobody else of its names exports it; in other objects it proves nothing.
    Mark,
    /// Only its own code exports it, whatever it answers.
    Proof,
    /// Who exports it has written the interface anew, and holds nothing of this project.
    Not,
    /// It tells no version.
    Nothing,
}

/// A symbol that tells a version, and whose it is.
#[derive(Debug)]
pub(crate) struct Symbol {
    pub(crate) upstream: usize,
    pub(crate) form: Form,
}

/// A needle, and what asks for it.
#[derive(Debug, Default)]
pub(crate) struct Needle {
    pub(crate) text: String,
    /// Upstream and number among its texts.
    pub(crate) texts: Vec<(usize, usize)>,
}

/// All rules, and what is to be searched for.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) upstreams: Vec<Upstream>,
    pub(crate) symbols: Vec<Symbol>,
    pub(crate) needles: Vec<Needle>,
    pub(crate) search: Search,
    exact: HashMap<String, usize>,
    globs: Vec<(String, String, usize)>,
    named: HashMap<String, usize>,
}

#[derive(Deserialize)]
struct Table {
    upstream: Vec<Upstream>,
}

/// Marks of programs themselves that are searched for with the rest: crates of Rust, and ports of the package manager vcpkg.
pub(crate) const CRATES: &str = "/registry/src/";
pub(crate) const PORTS: &str = "buildtrees";

impl Rules {
    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let Table { upstream: upstreams } = toml::from_str(text)?;
        let (mut symbols, mut names) = (Vec::new(), Vec::new());
        let (mut exact, mut globs, mut named) = (HashMap::new(), Vec::new(), HashMap::new());
        let mut needles: Vec<Needle> =
            [CRATES, PORTS].map(|text| Needle { text: text.to_owned(), texts: Vec::new() }).into();
        let mut numbers: HashMap<String, usize> =
            HashMap::from([(CRATES.to_owned(), 0), (PORTS.to_owned(), 1)]);
        for (number, upstream) in upstreams.iter().enumerate() {
            for symbol in &upstream.symbols {
                names.push(symbol[0].clone());
                symbols.push(Symbol { upstream: number, form: form(symbol) });
            }
            for file in &upstream.files {
                match file.split_once('*') {
                    Some((before, after)) => globs.push((before.to_owned(), after.to_owned(), number)),
                    None => drop(exact.entry(file.clone()).or_insert(number)),
                }
            }
            for name in upstream.aliases.iter().chain([&upstream.name]) {
                named.entry(name.to_lowercase()).or_insert(number);
            }
            for (at, text) in upstream.texts.iter().enumerate() {
                for (needle, asks) in
                    [(Some(&text.find), true), (text.with.as_ref(), false), (text.unless.as_ref(), false)]
                {
                    let Some(needle) = needle else { continue };
                    let slot = *numbers.entry(needle.clone()).or_insert_with(|| {
                        needles.push(Needle { text: needle.clone(), texts: Vec::new() });
                        needles.len() - 1
                    });
                    if asks {
                        needles[slot].texts.push((number, at));
                    }
                }
            }
        }
        // The longest begin first: the most particular pattern.
        globs.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.cmp(b)));
        let texts: Vec<&str> = needles.iter().map(|needle| needle.text.as_str()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let search = Search::new(&texts, &names);
        Ok(Self { upstreams, symbols, needles, search, exact, globs, named })
    }

    /// The upstream of a library by its name: without ending, version and suffix, in lower case. `so`: its first number.
    pub(crate) fn by_file(&self, stem: &str, so: Option<&str>) -> Option<usize> {
        if let Some(major) = so.and_then(|so| so.split('.').next())
            && let Some(number) = self.exact.get(&format!("{stem}.so.{major}"))
        {
            return Some(*number);
        }
        let known = self.exact.get(stem).copied().or_else(|| {
            let fits = |(before, after, _): &&(String, String, usize)| {
                stem.len() >= before.len() + after.len() && stem.starts_with(before) && stem.ends_with(after)
            };
            self.globs.iter().find(fits).map(|(_, _, number)| *number)
        });
        // `libz.1.3.1.zlib-ng`: what follows a dot may be anything.
        known.or_else(|| self.by_file(stem.rsplit_once('.')?.0, so))
    }

    /// The upstream that an SBOM or a distribution calls so.
    pub(crate) fn by_name(&self, name: &str) -> Option<usize> {
        self.named.get(&name.to_lowercase()).copied()
    }

    /// The number of a needle.
    pub(crate) fn needle(&self, text: &str) -> Option<usize> {
        self.needles.iter().position(|needle| needle.text == text)
    }
}

fn form(symbol: &[String]) -> Form {
    let pattern = || symbol.get(2).cloned().map(Pattern::from);
    let parts = |text: &str| {
        let (text, optional) = text.strip_suffix('?').map_or((text, false), |text| (text, true));
        let numbers: Vec<u64> = text.split('.').map_while(|part| part.parse().ok()).collect();
        (numbers, optional)
    };
    let form = symbol[1].as_str();
    match form {
        "text" => Form::Text(pattern()),
        "major" => Form::Part(0),
        "minor" => Form::Part(1),
        "mark" => Form::Mark,
        "proof" => Form::Proof,
        "not" => Form::Not,
        "ignore" => Form::Nothing,
        _ => {
            if let (Some(text), Some(pattern)) = (form.strip_prefix("text-d"), pattern()) {
                return Form::TextQuotients(pattern, parts(text).0);
            }
            let (numbers, optional) = parts(&form[1..]);
            if form.starts_with('x') {
                Form::Bits(numbers.into_iter().filter_map(|bit| u32::try_from(bit).ok()).collect(), optional)
            } else {
                Form::Quotients(numbers, optional)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_entry_is_sound() {
        let rules = Rules::parse(TABLE).unwrap();
        let names: Vec<&str> = rules.upstreams.iter().map(|upstream| upstream.name.as_str()).collect();
        assert!(names.is_sorted(), "in order of name");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "one entry a project");
        let mut files = BTreeSet::new();
        for upstream in &rules.upstreams {
            let name = &upstream.name;
            for file in &upstream.files {
                assert!(files.insert(file), "{name}: `{file}` is another one's too");
                assert!(!file.bytes().any(|byte| byte.is_ascii_uppercase()), "{name}: `{file}`");
            }
            let patterns = upstream.texts.iter().map(|text| &text.pattern);
            for pattern in patterns.chain(&upstream.so).chain(&upstream.lone).chain(&upstream.producer) {
                assert!(pattern.compile().is_ok(), "{name}: {}", pattern.text);
            }
            for symbol in &upstream.symbols {
                match form(symbol) {
                    Form::Bits(parts, _) => assert!(parts.is_sorted_by(|a, b| a > b), "{name}: {symbol:?}"),
                    Form::Quotients(parts, _) | Form::TextQuotients(_, parts) => {
                        assert!(!parts.is_empty() && parts.is_sorted_by(|a, b| a > b), "{name}: {symbol:?}");
                    }
                    Form::Text(Some(pattern)) => assert!(pattern.compile().is_ok(), "{name}"),
                    _ => {}
                }
            }
            for (text, version) in &upstream.example {
                let found = upstream.texts.iter().find_map(|rule| {
                    let at = text.find(&rule.find)?;
                    rule.pattern.find(text, at)
                });
                if name != "netcdf-c" {
                    assert_eq!(found.as_deref(), Some(version.as_str()), "{name}: {text}");
                }
            }
            if let Some(cpe) = &upstream.cpe {
                assert_eq!(cpe.matches(':').count(), 1, "{name}: {cpe}");
            }
        }
    }

    #[test]
    fn numbers_in_names_stand_for_releases() {
        let release = |name: &str, so: &str| RULES.upstreams[RULES.by_name(name).unwrap()].release_of(so);
        for (name, so, version) in [
            ("glib", "0.7400.6", Some("2.74.6")),
            ("glib", "0.8401.0", None),
            ("sdl2", "0.2800.4", Some("2.28.4")),
            ("sdl2", "0.18.2", None),
            ("cfitsio", "3.49", Some("3.49")),
            ("cfitsio", "10.4.3.1", Some("4.3.1")),
            ("freetype", "6.20.2", Some("2.13.3")),
            ("openblas", "3.3", Some("0.3.3")),
            ("openblas", "0.3", None),
            ("mupdf", "24.9", Some("1.24.9")),
        ] {
            assert_eq!(release(name, so).as_deref(), version, "{name} {so}");
        }
    }

    #[test]
    fn libraries_are_known_by_their_names() {
        let name = |stem, so| RULES.by_file(stem, so).map(|number| RULES.upstreams[number].name.as_str());
        assert_eq!(name("libwebpmux", Some("3.1.2")), Some("libwebp"));
        assert_eq!(name("libcom_err", Some("3.0")), Some("krb5"));
        assert_eq!(name("libcom_err", Some("2.1")), Some("e2fsprogs"));
        assert_eq!(name("libcrypt", Some("1")), Some("glibc"));
        assert_eq!(name("libzstd", None), Some("zstd"));
        assert_eq!(name("libzopfli", None), Some("zopfli"));
        assert_eq!(name("libscipy_openblas64_", None), Some("openblas"));
        assert_eq!(name("libavif", None), Some("libavif"));
        assert_eq!(name("libunknown", None), None);
        assert_eq!(RULES.by_name("Krb5-Libs").map(|it| RULES.upstreams[it].name.as_str()), Some("krb5"));
    }
}

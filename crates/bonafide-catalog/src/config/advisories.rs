//! `[db]` and `[vex]`: where advisories and VEX statements come from, and how old they may be.

use super::table::{Reader, Table};
use super::{Located, values};

/// In an address: stands for each text of `each`.
const EACH: &str = "{each}";

/// The advisory database (`[db]`).
#[derive(Clone, Debug, Default)]
pub struct Advisories {
    /// The folder that holds it, relative to that of the configuration.
    pub folder: Option<String>,
    /// From how many days on a source is told to be old.
    pub warn_age: Option<u32>,
    /// From how many days on a scan by it is incomplete.
    pub max_age: Option<u32>,
    /// Where advisories come from; names are unique.
    pub sources: Vec<Remote>,
}

/// VEX repositories (`[vex]`).
#[derive(Clone, Debug, Default)]
pub struct Statements {
    /// The folder that keeps what was fetched, relative to that of the configuration.
    pub folder: Option<String>,
    /// The repositories; names are unique.
    pub repositories: Vec<Remote>,
}

/// Something that is kept elsewhere.
#[derive(Clone, Debug)]
pub struct Remote {
    /// What it is called here: letters, digits, `-` and `_`.
    pub name: Located<String>,
    /// A web address, a `file:` address, or a path relative to the folder of the configuration.
    pub url: String,
    /// The most bytes that it may have.
    pub max_bytes: Option<u64>,
}

impl Advisories {
    pub(super) fn read(reader: &mut Reader<'_>, mut table: Table<'_>) -> Self {
        let advisories = Self {
            folder: table.text(reader, "dir").map(|dir| dir.value),
            warn_age: days(reader, &mut table, "warn-age"),
            max_age: days(reader, &mut table, "max-age"),
            sources: Remote::all(reader, table.line, &mut table, "source", "[[db.source]]"),
        };
        table.finish(reader);
        advisories
    }
}

impl Statements {
    pub(super) fn read(reader: &mut Reader<'_>, mut table: Table<'_>) -> Self {
        let statements = Self {
            folder: table.text(reader, "dir").map(|dir| dir.value),
            repositories: Remote::all(reader, table.line, &mut table, "repository", "[[vex.repository]]"),
        };
        table.finish(reader);
        statements
    }
}

fn days(reader: &mut Reader<'_>, table: &mut Table<'_>, key: &'static str) -> Option<u32> {
    table.number(reader, key).map(|days| u32::try_from(days).unwrap_or(u32::MAX))
}

impl Remote {
    fn all(
        reader: &mut Reader<'_>,
        line: u64,
        table: &mut Table<'_>,
        key: &'static str,
        title: &'static str,
    ) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for mut one in table.tables(reader, key, title) {
            let name = one.text(reader, "name");
            let url = one.required(reader, "url");
            let each = values(one.texts(reader, "each"));
            let max_bytes = one.number(reader, "max-bytes");
            let line = one.line.max(line);
            one.finish(reader);
            let Some(url) = url else { continue };
            for remote in expand(reader, line, name, &url, &each) {
                let remote = Self { max_bytes, ..remote };
                match all.iter().find(|other| other.name.value == remote.name.value) {
                    Some(other) => reader.error(
                        remote.name.line,
                        format!("`{}` is already at line {}", remote.name.value, other.name.line),
                    ),
                    None => all.push(remote),
                }
            }
        }
        all
    }
}

/// One for each text that stands for `{each}`, or the one.
fn expand(
    reader: &mut Reader<'_>,
    line: u64,
    name: Option<Located<String>>,
    url: &Located<String>,
    each: &[String],
) -> Vec<Remote> {
    let remote = |name: String, line: u64, url: String| Remote {
        name: Located { value: name, line },
        url,
        max_bytes: None,
    };
    if url.value.contains(EACH) == each.is_empty() {
        reader.error(url.line, format!("`{EACH}` in `url` and the list `each` go together"));
        return Vec::new();
    }
    if each.is_empty() {
        let Some(name) = name else {
            reader.error(line, "it needs `name`: what it is called here");
            return Vec::new();
        };
        if name.value != slug(&name.value) {
            let message =
                format!("`name` is made of small letters, digits, `-` and `_`: {}", slug(&name.value));
            reader.error(name.line, message);
        }
        return vec![remote(name.value, name.line, url.value.clone())];
    }
    let is_web = url.value.contains("://");
    each.iter()
        .map(|text| {
            let own = match &name {
                Some(name) => format!("{}-{}", slug(&name.value), slug(text)),
                None => slug(text),
            };
            let part = if is_web { percent_encoded(text) } else { text.clone() };
            remote(own, url.line, url.value.replace(EACH, &part))
        })
        .collect()
}

/// A name that every file system takes.
fn slug(text: &str) -> String {
    text.chars()
        .map(
            |letter| {
                if letter.is_ascii_alphanumeric() || letter == '_' {
                    letter.to_ascii_lowercase()
                } else {
                    '-'
                }
            },
        )
        .collect()
}

/// As a part of a path of an address (RFC 3986 2.3).
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn one_entry_stands_for_several_sources() {
        let config = Config::parse(
            "[db]\ndir = 'db'\nwarn-age = 7\nmax-age = 1_000\n\n[[db.source]]\nurl = 'https://example.org/{each}/all.zip'\n\
             each = ['PyPI', 'Rocky Linux']\n\n[[db.source]]\nname = 'kev'\nurl = '../kev.json'\nmax-bytes = 5\n",
        )
        .unwrap();
        let sources: Vec<_> = config
            .db
            .sources
            .iter()
            .map(|source| (source.name.value.as_str(), source.url.as_str(), source.max_bytes))
            .collect();
        assert_eq!(
            sources,
            [
                ("pypi", "https://example.org/PyPI/all.zip", None),
                ("rocky-linux", "https://example.org/Rocky%20Linux/all.zip", None),
                ("kev", "../kev.json", Some(5)),
            ]
        );
        assert_eq!((config.db.warn_age, config.db.max_age), (Some(7), Some(1000)));
        assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    }

    #[test]
    fn what_cannot_be_right_is_told_with_its_line() {
        let error = Config::parse(
            "[db]\nmax-age = -1\n[[db.source]]\nname = 'A b'\nurl = 'x'\n[[db.source]]\nurl = 'x'\n[[db.source]]\n\
             url = '{each}'\n[[vex.repository]]\nname = 'a'\nurl = 'x'\n[[vex.repository]]\nname = 'a'\nurl = 'y'\n",
        )
        .unwrap_err()
        .to_string();
        for part in [
            "line 2: `max-age`",
            "line 4: `name`",
            "line 6: it needs `name`",
            "line 9: `{each}`",
            "line 14: `a` is already",
        ] {
            assert!(error.contains(part), "{part} in\n{error}");
        }
    }
}

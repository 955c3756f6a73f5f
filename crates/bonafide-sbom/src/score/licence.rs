//! Licences as the schemes see them: which terms an expression has, and what is known of each.
//!
//! The grammar is that of SPDX 2.3 annex D, read the way sbomqs 2.0.12 reads it (its parser is go-spdx 2.7.0): ids are
//! found whatever their case and come back as the list spells them, `-or-later` and `+` are told apart from the id only
//! where the list does not have the id itself, a term keeps its exception. Text that does not parse is one custom
//! licence that is called what the text says.

use std::collections::HashMap;
use std::sync::OnceLock;

const TABLE: &str = include_str!("data/licences.tsv");

/// Past so many operators an expression is cut at its outer `AND`s and each part is read alone.
const MANY_OPERATORS: usize = 20;

/// How deep parentheses may nest: deeper text is no licence, and the stack is finite.
const DEEPEST: usize = 64;

/// Who knows a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The SPDX License List.
    Spdx,
    /// ScanCode LicenseDB.
    ScanCode,
    /// Nobody: a `LicenseRef-`, or text.
    Custom,
}

/// One term of a licence expression, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Licence {
    /// The id, or the text.
    pub(super) id: Box<str>,
    pub(super) source: Source,
    pub(super) deprecated: bool,
    /// Its category is a copyleft, a restricted or a non-commercial one.
    pub(super) restrictive: bool,
    /// Its category is public domain.
    pub(super) free: bool,
}

impl Licence {
    fn custom(text: &str) -> Self {
        Self { id: text.into(), source: Source::Custom, deprecated: false, restrictive: false, free: false }
    }

    /// Whether it is a `LicenseRef-`.
    pub(super) fn is_reference(&self) -> bool {
        self.id.starts_with("LicenseRef-")
    }

    /// Whether anybody can find out what it says: a listed licence or a reference.
    pub(super) fn is_known(&self) -> bool {
        self.source != Source::Custom || self.is_reference()
    }

    /// Whether it is on the SPDX list or a reference of one's own: what TR-03183-2 accepts.
    pub(super) fn is_acceptable(&self) -> bool {
        match self.source {
            Source::Spdx => true,
            Source::ScanCode => false,
            Source::Custom => self.is_reference(),
        }
    }

    /// Whether its id reads as a licence expression.
    pub(super) fn is_expression(&self) -> bool {
        terms(self.id.trim()).is_some()
    }
}

/// What the table says of an id.
#[derive(Clone, Copy)]
struct Row {
    id: &'static str,
    letters: &'static str,
}

impl Row {
    fn has(self, letter: char) -> bool {
        self.letters.contains(letter)
    }

    fn listed(self) -> bool {
        self.has('s') || self.has('o') || self.has('e')
    }
}

struct Table {
    exact: HashMap<&'static str, Row>,
    /// Listed ids by their lower-case spelling.
    folded: HashMap<Box<str>, Row>,
}

const SCANCODE: &str = "LicenseRef-scancode-";

fn table() -> &'static Table {
    static CELL: OnceLock<Table> = OnceLock::new();
    CELL.get_or_init(|| {
        let mut table = Table { exact: HashMap::with_capacity(3000), folded: HashMap::with_capacity(900) };
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            if let Some((id, letters)) = line.split_once('\t') {
                let row = Row { id, letters };
                table.exact.insert(id, row);
                if row.listed() {
                    table.folded.insert(id.to_ascii_lowercase().into(), row);
                }
            }
        }
        table
    })
}

fn exact(id: &str) -> Option<Row> {
    let table = table();
    match id.strip_prefix(SCANCODE) {
        Some(rest) => {
            let mut key = String::with_capacity(rest.len() + 1);
            key.push('~');
            key.push_str(rest);
            table.exact.get(key.as_str()).copied()
        }
        None => table.exact.get(id).copied(),
    }
}

fn folded(id: &str) -> Option<Row> {
    table().folded.get(id.to_ascii_lowercase().as_str()).copied()
}

/// The licences of an expression; none where it says `NONE`, `NOASSERTION` or nothing.
pub(super) fn licences(expression: &str) -> Vec<Licence> {
    if expression.is_empty() || is_no_licence(expression) {
        return Vec::new();
    }
    if let Some(row) = exact(expression)
        && row.has('o')
        && expression.ends_with('+')
    {
        return vec![look_up(expression)];
    }
    match terms_of_long(expression) {
        Some(terms) => terms.iter().map(|term| look_up(term)).collect(),
        None => vec![Licence::custom(expression)],
    }
}

/// `NONE` or `NOASSERTION`, in any case.
pub(super) fn is_no_licence(text: &str) -> bool {
    text.eq_ignore_ascii_case("none") || text.eq_ignore_ascii_case("noassertion")
}

fn look_up(term: &str) -> Licence {
    if let Some(row) = exact(term).filter(|row| row.listed()) {
        return Licence {
            id: term.into(),
            source: Source::Spdx,
            deprecated: row.has('o'),
            restrictive: row.has('r'),
            free: row.has('f'),
        };
    }
    let stem = term.trim_end_matches('+');
    if let Some(row) = exact(stem).filter(|row| row.has('a')) {
        return Licence {
            id: stem.into(),
            source: Source::ScanCode,
            deprecated: row.has('d'),
            restrictive: row.has('r'),
            free: row.has('f'),
        };
    }
    Licence::custom(term)
}

/// The terms of an expression of any length, each once. Nothing where it does not parse.
fn terms_of_long(expression: &str) -> Option<Vec<String>> {
    let operators = expression.matches(" AND ").count() + expression.matches(" OR ").count();
    if operators <= MANY_OPERATORS {
        return terms(expression);
    }
    let mut all: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for clause in outer_clauses(expression) {
        let clause = clause.trim();
        for term in terms(clause).unwrap_or_else(|| vec![clause.to_owned()]) {
            if seen.insert(term.clone()) {
                all.push(term);
            }
        }
    }
    Some(all)
}

/// The text between the `AND`s that stand outside all parentheses.
fn outer_clauses(expression: &str) -> Vec<&str> {
    let bytes = expression.as_bytes();
    let (mut clauses, mut depth, mut start, mut at) = (Vec::new(), 0_i64, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b' ' if depth == 0 && bytes[at..].starts_with(b" AND ") => {
                clauses.push(&expression[start..at]);
                start = at + 5;
                at += 4;
            }
            _ => {}
        }
        at += 1;
    }
    clauses.push(&expression[start..]);
    clauses
}

/// The terms of an expression, each once, in their order. Nothing where it does not parse.
fn terms(expression: &str) -> Option<Vec<String>> {
    let tokens = scan(expression)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, found: Vec::new() };
    parser.expression()?;
    if parser.at != tokens.len() {
        return None;
    }
    let mut once: Vec<String> = Vec::with_capacity(parser.found.len());
    for term in parser.found {
        if !once.contains(&term) {
            once.push(term);
        }
    }
    Some(once)
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    With,
    And,
    Or,
    Open,
    Close,
    Colon,
    Plus,
    DocumentRef(String),
    LicenceRef(String),
    Licence(&'static str),
    Exception(&'static str),
}

fn scan(expression: &str) -> Option<Vec<Token>> {
    const OPERATORS: [(&str, Token); 7] = [
        ("WITH", Token::With),
        ("AND", Token::And),
        ("OR", Token::Or),
        ("(", Token::Open),
        (")", Token::Close),
        (":", Token::Colon),
        ("+", Token::Plus),
    ];
    let mut tokens = Vec::new();
    let mut rest = expression;
    loop {
        let trimmed = rest.trim_start_matches(' ');
        let after_space = trimmed.len() != rest.len();
        rest = trimmed;
        if rest.is_empty() {
            return (!tokens.is_empty()).then_some(tokens);
        }
        if let Some((word, token)) = OPERATORS.iter().find(|(word, _)| rest.starts_with(word)) {
            if *token == Token::Plus && after_space {
                return None;
            }
            tokens.push(token.clone());
            rest = &rest[word.len()..];
        } else if let Some(tail) = rest.strip_prefix("DocumentRef-") {
            let (id, tail) = id(tail)?;
            tokens.push(Token::DocumentRef(id.to_owned()));
            rest = tail;
        } else if let Some(tail) = rest.strip_prefix("LicenseRef-") {
            let (id, tail) = id(tail)?;
            tokens.push(Token::LicenceRef(id.to_owned()));
            rest = tail;
        } else {
            let (id, tail) = id(rest)?;
            let plus = tail.starts_with('+');
            if let Some(token) = current(id).or_else(|| id.strip_suffix("-only").and_then(current)) {
                tokens.push(token);
                rest = tail;
            } else if let Some(token) = plus.then(|| format!("{id}-or-later")).as_deref().and_then(current) {
                tokens.push(token);
                rest = &tail[1..];
            } else if let Some(token) = id.strip_suffix("-or-later").and_then(current) {
                tokens.push(token);
                tokens.push(Token::Plus);
                // The character after the id is dropped, as go-spdx does.
                rest = tail.get(1..).unwrap_or("");
            } else {
                let row = folded(id).filter(|row| row.has('o') && !row.has('e') && !row.has('n'))?;
                tokens.push(Token::Licence(row.id));
                rest = tail;
            }
        }
    }
}

/// A current licence or exception of the list.
fn current(id: &str) -> Option<Token> {
    let row = folded(id).filter(|row| !row.has('n'))?;
    if row.has('s') { Some(Token::Licence(row.id)) } else { row.has('e').then_some(Token::Exception(row.id)) }
}

/// Letters, digits, `-` and `.`: at least one, and what follows.
fn id(text: &str) -> Option<(&str, &str)> {
    let length =
        text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')).count();
    (length > 0).then(|| text.split_at(length))
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    depth: usize,
    found: Vec<String>,
}

impl Parser<'_> {
    fn take(&mut self, token: &Token) -> bool {
        let there = self.tokens.get(self.at) == Some(token);
        self.at += usize::from(there);
        there
    }

    /// `and (OR and)*`
    fn expression(&mut self) -> Option<()> {
        loop {
            self.conjunction()?;
            if !self.take(&Token::Or) {
                return Some(());
            }
        }
    }

    /// `atom (AND atom)*`
    fn conjunction(&mut self) -> Option<()> {
        loop {
            self.atom()?;
            if !self.take(&Token::And) {
                return Some(());
            }
        }
    }

    fn atom(&mut self) -> Option<()> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        match token {
            Token::Open => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return None;
                }
                self.expression()?;
                self.depth -= 1;
                self.take(&Token::Close).then_some(())
            }
            Token::DocumentRef(document) => {
                if !self.take(&Token::Colon) {
                    return None;
                }
                let Some(Token::LicenceRef(licence)) = self.tokens.get(self.at) else { return None };
                self.at += 1;
                self.found.push(format!("DocumentRef-{document}:LicenseRef-{licence}"));
                Some(())
            }
            Token::LicenceRef(licence) => {
                self.found.push(format!("LicenseRef-{licence}"));
                Some(())
            }
            Token::Licence(licence) => {
                let mut term = (*licence).to_owned();
                if self.take(&Token::Plus) && !licence.ends_with("-or-later") {
                    term.push('+');
                }
                if self.take(&Token::With) {
                    let Some(Token::Exception(exception)) = self.tokens.get(self.at) else { return None };
                    self.at += 1;
                    term.push_str(" WITH ");
                    term.push_str(exception);
                }
                self.found.push(term);
                Some(())
            }
            _ => None,
        }
    }
}

/// Licences as sbomqs saw them in January 2024: words between spaces, parentheses, `+` and commas, without operators.
pub(super) mod january_2024 {
    use super::{folded, is_no_licence};

    /// A word, and whether the list of the time knew it.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub(in crate::score) struct Word {
        pub(in crate::score) text: String,
        pub(in crate::score) known: bool,
        pub(in crate::score) deprecated: bool,
    }

    impl Word {
        /// A licence without a name on the list counts as restrictive, and so does the one whose name matches.
        pub(in crate::score) fn restrictive(&self) -> bool {
            !self.known || self.text == "sleepycat"
        }

        /// Free for any use.
        pub(in crate::score) fn free(&self) -> bool {
            matches!(self.text.as_str(), "cc0-1.0" | "unlicense" | "0bsd")
        }
    }

    /// The words of a licence text.
    pub(in crate::score) fn words(text: &str) -> Vec<Word> {
        if is_no_licence(text) {
            return Vec::new();
        }
        text.to_lowercase()
            .split([' ', '(', ')', '+', ','])
            .map(str::trim)
            .filter(|word| !matches!(*word, "" | "and" | "or" | "with"))
            .map(|word| {
                let row = folded(word).filter(|row| row.has('j'));
                Word {
                    text: word.to_owned(),
                    known: row.is_some(),
                    deprecated: row.is_some_and(|row| row.has('o') && word != "net-snmp"),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(expression: &str) -> Vec<String> {
        licences(expression).iter().map(|licence| licence.id.to_string()).collect()
    }

    #[test]
    fn terms_come_back_once_and_as_the_list_spells_them() {
        assert_eq!(ids("mit AND (Apache-2.0 OR MIT)"), ["MIT", "Apache-2.0"]);
        assert_eq!(
            ids("GPL-2.0-only WITH Classpath-exception-2.0"),
            ["GPL-2.0-only WITH Classpath-exception-2.0"]
        );
        assert_eq!(ids("Apache-2.0-or-later"), ["Apache-2.0"]);
        assert_eq!(ids("GPL-2.0+"), ["GPL-2.0+"]);
        assert_eq!(ids("(GPL-2.0+)"), ["GPL-2.0-or-later"]);
        assert_eq!(ids("DocumentRef-a:LicenseRef-b"), ["DocumentRef-a:LicenseRef-b"]);
    }

    #[test]
    fn text_is_one_custom_licence_and_nothing_is_none() {
        assert_eq!(ids("Totally Made Up"), ["Totally Made Up"]);
        assert_eq!(ids("MIT and and Apache"), ["MIT and and Apache"]);
        assert_eq!(ids("NoAssertion"), [] as [String; 0]);
        assert_eq!(ids(""), [] as [String; 0]);
        assert_eq!(ids(&"(".repeat(100_000)).len(), 1);
    }

    #[test]
    fn categories_come_from_the_table() {
        let one = |id: &str| licences(id).remove(0);
        assert!(one("CC0-1.0").free && !one("MIT").free);
        assert!(
            one("GPL-3.0-only").restrictive && one("CC-BY-NC-4.0").restrictive && !one("MIT").restrictive
        );
        assert!(one("GPL-2.0").deprecated && one("GPL-2.0").source == Source::Spdx);
        assert_eq!(one("Apache-2.0+").source, Source::ScanCode);
        assert_eq!(one("LicenseRef-scancode-public-domain").source, Source::ScanCode);
        assert!(one("LicenseRef-mine").is_acceptable() && !one("mine").is_known());
    }
}

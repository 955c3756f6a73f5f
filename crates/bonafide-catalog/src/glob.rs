//! Patterns over the paths of a source tree, as `bonafide.toml` writes them.
//!
//! The language is that of Python 3's `glob.glob(pattern, recursive=True)`: `*` stands for any run of characters but
//! `/`, `?` for one character, `[abc]`, `[a-z]` and `[!a]` for one character of a set, and a path component that is
//! `**` for any number of folders, none included. A wildcard is taken literally inside brackets: `[*]`.
//!
//! It differs in one thing: `*`, `?` and `**` match names that start with a dot too. A vendored dotfile is shipped like
//! any other file, and leaving it out without a word is the fault that this project exists to prevent.
//!
//! Matching is over raw bytes and case-sensitive on every system; `?` and a bracket set take one UTF-8 character, or one
//! byte where the name is not UTF-8.

use std::fmt;

/// A pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GlobError {
    /// Nothing to match.
    #[error("the pattern is empty")]
    Empty,
    /// It is absolute, or climbs, or has an empty component; paths are relative to the root of the source tree.
    #[error(
        "`{0}` is no relative path below the root: leave out leading `/`, `.`, `..`, doubled and trailing `/`"
    )]
    NotRelative(String),
    /// Backslashes separate nothing here.
    #[error("`{0}` has a backslash: separate folders by `/`, and write a literal backslash as `[\\]`")]
    Backslash(String),
}

/// One pattern, ready to match.
#[derive(Clone, PartialEq, Eq)]
pub struct Glob {
    text: String,
    components: Vec<Component>,
    /// What every match begins with: the folder before the first wildcard with its `/`, or all of a pattern without.
    prefix: Vec<u8>,
    /// What every match ends with: the last component after its last wildcard.
    suffix: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq)]
enum Component {
    /// `**`: any number of components.
    Any,
    /// No wildcard in it.
    Literal(Vec<u8>),
    /// With wildcards.
    Wild(Vec<Token>),
}

#[derive(Clone, PartialEq, Eq)]
enum Token {
    Star,
    One,
    Char(u32),
    Set { negated: bool, ranges: Vec<(u32, u32)> },
}

impl Glob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is empty, not relative to the root, or written with backslashes.
    pub fn new(text: impl Into<String>) -> Result<Self, GlobError> {
        let text = text.into();
        if text.is_empty() {
            return Err(GlobError::Empty);
        }
        if text.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(GlobError::NotRelative(text));
        }
        if text.replace("[\\]", "").contains('\\') {
            return Err(GlobError::Backslash(text));
        }
        let mut components: Vec<Component> = text.split('/').map(component).collect();
        components.dedup_by(|a, b| matches!((a, b), (Component::Any, Component::Any)));
        let wildcard = text.find(['*', '?', '[']).unwrap_or(text.len());
        let literal = if wildcard == text.len() {
            wildcard
        } else {
            text[..wildcard].rfind('/').map_or(0, |at| at + 1)
        };
        let prefix = text.as_bytes()[..literal].to_vec();
        let suffix = text.rsplit(['*', '?', '[', ']', '/']).next().unwrap_or_default().as_bytes().to_vec();
        Ok(Self { text, components, prefix, suffix })
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The folder that all matches lie below: the components before the first wildcard, joined by `/`; empty for the
    /// root. For a pattern without wildcards it is the folder of that one path.
    #[must_use]
    pub fn folder(&self) -> Vec<u8> {
        let end = self.prefix.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        self.prefix[..end].to_vec()
    }

    /// The pattern of all files beside those that this one matches: its last component replaced by `*`. `None` where the
    /// last component has no wildcard: who names one file says nothing of its neighbours.
    #[must_use]
    pub fn neighbourhood(&self) -> Option<Self> {
        match self.components.last()? {
            Component::Literal(_) => None,
            Component::Any => Some(self.clone()),
            Component::Wild(_) => {
                let folder = self.text.rfind('/').map_or("", |at| &self.text[..=at]);
                Self::new(format!("{folder}*")).ok()
            }
        }
    }

    /// Whether a path of a file, relative to the root and separated by `/`, matches. Quadratic at worst in the length
    /// of path and pattern, whatever they are.
    #[must_use]
    pub fn matches(&self, path: &[u8]) -> bool {
        if !path.starts_with(&self.prefix) || !self.may_match_end_of(path) {
            return false;
        }
        let path: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
        backtrack(&self.components, &path, |part| matches!(part, Component::Any), component_matches)
    }

    /// Whether it can match the last components of a path. Costs next to nothing, and most paths are refused.
    pub(crate) fn may_match_end_of(&self, path: &[u8]) -> bool {
        path.ends_with(&self.suffix)
    }

    /// Whether anything below this folder can match: what a walk need not enter otherwise.
    #[must_use]
    pub fn can_match_below(&self, folder: &[u8]) -> bool {
        if folder.is_empty() {
            return true;
        }
        let mut parts = self.components.iter();
        for name in folder.split(|byte| *byte == b'/') {
            match parts.next() {
                Some(Component::Any) => return true,
                Some(part) if component_matches(part, &name) => {}
                _ => return false,
            }
        }
        parts.next().is_some()
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Glob({:?})", self.text)
    }
}

/// Matches a list of tokens, some of which stand for any run of items, against items. Only the last such token ever
/// needs to be gone back to, so this is quadratic and not exponential.
fn backtrack<T, I>(tokens: &[T], items: &[I], is_run: fn(&T) -> bool, one: fn(&T, &I) -> bool) -> bool {
    let (mut token, mut item) = (0, 0);
    let mut resume: Option<(usize, usize)> = None;
    while item < items.len() {
        match tokens.get(token) {
            Some(run) if is_run(run) => {
                token += 1;
                resume = Some((token, item));
            }
            Some(single) if one(single, &items[item]) => {
                token += 1;
                item += 1;
            }
            _ => match &mut resume {
                Some((after, from)) => {
                    *from += 1;
                    (token, item) = (*after, *from);
                }
                None => return false,
            },
        }
    }
    tokens[token..].iter().all(is_run)
}

fn component_matches(part: &Component, name: &&[u8]) -> bool {
    match part {
        Component::Any => true,
        Component::Literal(literal) => literal == name,
        Component::Wild(tokens) => backtrack(
            tokens,
            &characters(name),
            |token| matches!(token, Token::Star),
            |token, character| match token {
                Token::Star | Token::One => true,
                Token::Char(wanted) => wanted == character,
                Token::Set { negated, ranges } => {
                    ranges.iter().any(|(low, high)| low <= character && character <= high) != *negated
                }
            },
        ),
    }
}

/// Characters of a name; a byte that is no part of valid UTF-8 becomes a number above all characters.
fn characters(name: &[u8]) -> Vec<u32> {
    let mut characters = Vec::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        characters.extend(chunk.valid().chars().map(u32::from));
        characters.extend(chunk.invalid().iter().map(|byte| 0x0011_0000 + u32::from(*byte)));
    }
    characters
}

fn component(text: &str) -> Component {
    if text == "**" {
        return Component::Any;
    }
    if !text.contains(['*', '?', '[']) {
        return Component::Literal(text.as_bytes().to_vec());
    }
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&character) = characters.get(at) {
        at += 1;
        match character {
            '*' => {
                if tokens.last() != Some(&Token::Star) {
                    tokens.push(Token::Star);
                }
            }
            '?' => tokens.push(Token::One),
            '[' => match set(&characters[at..]) {
                Some((token, length)) => {
                    tokens.push(token);
                    at += length;
                }
                None => tokens.push(Token::Char(u32::from('['))),
            },
            _ => tokens.push(Token::Char(u32::from(character))),
        }
    }
    Component::Wild(tokens)
}

/// Reads a bracket set after its `[`, as Python's `fnmatch` does: `]` as first character is a member; without a closing
/// bracket it is no set.
fn set(text: &[char]) -> Option<(Token, usize)> {
    let negated = text.first() == Some(&'!');
    let start = usize::from(negated);
    let end = start + 1 + text.get(start + 1..)?.iter().position(|character| *character == ']')?;
    let members = &text[start..end];
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(&low) = members.get(at) {
        match members.get(at + 1..at + 3) {
            Some(&['-', high]) => {
                ranges.push((u32::from(low), u32::from(high)));
                at += 3;
            }
            _ => {
                ranges.push((u32::from(low), u32::from(low)));
                at += 1;
            }
        }
    }
    Some((Token::Set { negated, ranges }, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Glob::new(pattern).unwrap().matches(path.as_bytes())
    }

    #[test]
    fn double_star_matches_no_folder_and_many() {
        assert!(matches("a/**", "a/b"));
        assert!(matches("a/**", "a/b/c/d"));
        assert!(!matches("a/**", "ab/c"));
        assert!(matches("a/**/z", "a/z"));
        assert!(matches("a/**/z", "a/b/c/z"));
        assert!(matches("**/z", "z"));
        assert!(matches("**/b/**/z", "a/b/c/b/z"));
        assert!(!matches("a/b**", "a/bc/d"));
    }

    #[test]
    fn star_stays_in_its_folder_and_matches_dotfiles() {
        assert!(matches("a/*.c", "a/x.c"));
        assert!(!matches("a/*.c", "a/b/x.c"));
        assert!(matches("a/*", "a/.hidden"));
        assert!(matches("a/**", "a/.dir/file"));
        assert!(!matches("a/*.c", "a/x.C"));
        assert!(matches("a/x*y*z", "a/x--y-yz"));
    }

    #[test]
    fn sets_and_single_characters_take_one_character() {
        assert!(matches("?.c", "é.c"));
        assert!(matches("[a-c]x", "bx"));
        assert!(matches("[!a-c]x", "dx"));
        assert!(!matches("[!a-c]x", "bx"));
        assert!(matches("[]]x", "]x"));
        assert!(matches("[*]", "*"));
        assert!(!matches("[*]", "a"));
        assert!(matches("[x", "[x"));
        assert!(Glob::new("a/?").unwrap().matches(b"a/\xff"));
        assert!(!Glob::new("a/?").unwrap().matches(b"a/\xff\xfe"));
    }

    #[test]
    fn a_walk_enters_only_folders_that_can_hold_a_match() {
        let glob = Glob::new("Modules/expat/**").unwrap();
        assert!(glob.can_match_below(b""));
        assert!(glob.can_match_below(b"Modules"));
        assert!(glob.can_match_below(b"Modules/expat/lib"));
        assert!(!glob.can_match_below(b"Modules/expatriate"));
        let flat = Glob::new("a/*.c").unwrap();
        assert!(flat.can_match_below(b"a"));
        assert!(!flat.can_match_below(b"a/b"));
        assert_eq!(glob.folder(), b"Modules/expat");
        assert_eq!(flat.folder(), b"a");
        assert_eq!(Glob::new("x/y.c").unwrap().folder(), b"x");
    }

    #[test]
    fn the_neighbourhood_is_all_files_of_the_folder() {
        let beside =
            |pattern: &str| Glob::new(pattern).unwrap().neighbourhood().map(|glob| glob.text().to_owned());
        assert_eq!(beside("a/*.c").as_deref(), Some("a/*"));
        assert_eq!(beside("a/**").as_deref(), Some("a/**"));
        assert_eq!(beside("*.c").as_deref(), Some("*"));
        assert_eq!(beside("a/**/x.c"), None);
    }

    #[test]
    fn patterns_that_leave_the_root_are_refused() {
        for bad in ["", "/a", "../a", "a/../b", "./a", "a//b", "a/", "a\\b"] {
            assert!(Glob::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn many_stars_do_not_explode() {
        let pattern = format!("{}b", "*a".repeat(200));
        assert!(!matches(&pattern, &"a".repeat(5000)));
    }
}

//! Maven: tokens between `.` and `-` and wherever digits meet letters (POM reference, "Version order specification").
//!
//! Nothing-tokens (`0`, `ga`, `final`, `release`, empty) are dropped at the end and before each hyphen; where digits meet
//! letters a hyphen is meant. What is left is compared token by token, the shorter list padded with nothing:
//! `alpha < beta < milestone < rc < snapshot < nothing < sp < other words < numbers`, words after `.` before words after
//! `-`, numbers after `-` before numbers after `.`.
//!
//! Maven 3.8.7 and later take a word after `.` for one after `-`; the public lists of ordered versions, and the specification that
//! most tools were written from, have the older rule.
//!
//! That is no order: `2.0 < 2.0-1 < 2.0.rc1 < 2.0`, because the zero of the third is equal to nothing but above the `-1`.
//! [`compare`] does as Maven does. The key breaks the cycle: what is below the end for Maven is below all that is above it.

use std::cmp::Ordering;

use super::Written;
use super::key::{Key, split_digits};

/// What can stand at a place, least first. Words below the end come in two blocks, after `.` and after `-`.
const EARLY_DOT_WORD: u8 = 0;
const EARLY_HYPHEN_WORD: u8 = 5;
const NOTHING_THEN_EARLY: u8 = 10;
const END: u8 = 11;
const NOTHING_WORD: u8 = 12;
const LATE_DOT_WORD: u8 = 13;
const LATE_HYPHEN_WORD: u8 = 15;
const HYPHEN_NUMBER: u8 = 17;
const DOT_NUMBER: u8 = 18;

/// The rank of a word: below `NO_WORD` it is a pre-release.
const NO_WORD: u8 = 5;
const SERVICE_PACK: u8 = 6;
const OTHER: u8 = 7;

struct Token<'a> {
    after_hyphen: bool,
    content: Content<'a>,
}

#[derive(Clone, Copy)]
enum Content<'a> {
    /// Digits without zeros before them; none is 0.
    Number(&'a str),
    Word(u8, &'a str),
}

impl Token<'_> {
    fn is_nothing(&self) -> bool {
        matches!(self.content, Content::Number("") | Content::Word(NO_WORD, _))
    }

    fn is_early_word(&self) -> bool {
        matches!(self.content, Content::Word(rank, _) if rank < NO_WORD)
    }
}

pub(super) fn write(text: &str, key: &mut Key) -> Written {
    let lower = text.to_lowercase();
    let tokens = tokens(&lower);
    let mut rest = tokens.as_slice();
    while let [token, after @ ..] = rest {
        let nothings = rest.iter().take_while(|token| token.is_nothing()).count();
        if nothings > 0 && rest.get(nothings).is_some_and(Token::is_early_word) {
            key.mark(NOTHING_THEN_EARLY);
            key.mark(u8::from(!token.after_hyphen));
            key.number(nothings as u64);
            rest = &rest[nothings..];
            continue;
        }
        match (token.content, token.after_hyphen) {
            (Content::Number(digits), after_hyphen) => {
                key.mark(if after_hyphen { HYPHEN_NUMBER } else { DOT_NUMBER });
                key.digits(digits);
            }
            (Content::Word(NO_WORD, _), _) => key.mark(NOTHING_WORD),
            (Content::Word(rank, _), false) if rank < NO_WORD => key.mark(EARLY_DOT_WORD + rank),
            (Content::Word(rank, _), true) if rank < NO_WORD => key.mark(EARLY_HYPHEN_WORD + rank),
            (Content::Word(rank, word), after_hyphen) => {
                let block = if after_hyphen { LATE_HYPHEN_WORD } else { LATE_DOT_WORD };
                key.mark(block + rank - SERVICE_PACK);
                key.text(word);
            }
        }
        rest = after;
    }
    key.mark(END);
    Ok(())
}

/// Compares as Maven 3.8.6 does, cycles and all; save that nothing-tokens in the middle of a hyphenated part (`1-Final1`) have no
/// weight here.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.to_lowercase(), right.to_lowercase());
    let (left, right) = (tokens(&left), tokens(&right));
    let orders = (0..left.len().max(right.len())).map(|at| match (left.get(at), right.get(at)) {
        (Some(left), Some(right)) => compare_tokens(left, right),
        (Some(token), None) => compare_with_nothing(token),
        (None, Some(token)) => compare_with_nothing(token).reverse(),
        (None, None) => Ordering::Equal,
    });
    orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn compare_tokens(left: &Token<'_>, right: &Token<'_>) -> Ordering {
    match (left.content, right.content) {
        (Content::Number(_), Content::Word(..)) => Ordering::Greater,
        (Content::Word(..), Content::Number(_)) => Ordering::Less,
        (Content::Number(one), Content::Number(two)) => {
            right.after_hyphen.cmp(&left.after_hyphen).then(one.len().cmp(&two.len())).then(one.cmp(two))
        }
        (Content::Word(one, left_word), Content::Word(two, right_word)) => {
            left.after_hyphen.cmp(&right.after_hyphen).then((one, left_word).cmp(&(two, right_word)))
        }
    }
}

fn compare_with_nothing(token: &Token<'_>) -> Ordering {
    match token.content {
        Content::Number(digits) => digits.len().cmp(&0),
        Content::Word(rank, _) => rank.cmp(&NO_WORD),
    }
}

fn tokens(lower: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut rest = lower;
    let mut after_hyphen = false;
    loop {
        let (text, after) = next_token(rest);
        if after_hyphen {
            trim(&mut tokens);
        }
        tokens.push(Token { after_hyphen, content: content(text, after) });
        let Some(separator) = after.bytes().next() else { break };
        (after_hyphen, rest) = match separator {
            b'.' => (false, &after[1..]),
            b'-' => (true, &after[1..]),
            _ => (true, after),
        };
    }
    trim(&mut tokens);
    tokens
}

/// A run of digits, or of characters that are neither digits nor separators; may be empty.
fn next_token(text: &str) -> (&str, &str) {
    let (digits, after) = split_digits(text);
    if !digits.is_empty() {
        return (digits, after);
    }
    let end = text.find(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '-'));
    text.split_at(end.unwrap_or(text.len()))
}

fn content<'a>(text: &'a str, after: &str) -> Content<'a> {
    let before_digit = after.starts_with(|letter: char| letter.is_ascii_digit());
    let rank = match text {
        _ if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            return Content::Number(text.trim_start_matches('0'));
        }
        "alpha" => 0,
        "a" if before_digit => 0,
        "beta" => 1,
        "b" if before_digit => 1,
        "milestone" => 2,
        "m" if before_digit => 2,
        "rc" | "cr" => 3,
        "snapshot" => 4,
        "ga" | "final" | "release" => NO_WORD,
        "sp" => SERVICE_PACK,
        _ => return Content::Word(OTHER, text),
    };
    // Of a known word only the rank counts: `cr` is `rc`.
    Content::Word(rank, "")
}

fn trim(tokens: &mut Vec<Token<'_>>) {
    while tokens.last().is_some_and(Token::is_nothing) {
        tokens.pop();
    }
}

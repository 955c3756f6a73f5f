//! Composer and Packagist: PHP's `version_compare`.
//!
//! Parts are cut at `.`, `-`, `_`, `+` and wherever digits meet other characters. Words are known by how they begin:
//! `other < dev < alpha, a < beta, b < RC < end < number < pl, p`. Two words of one rank are equal. A number more is
//! greater, be it 0.

use std::cmp::Ordering;

use super::Written;
use super::key::{Key, split_digits};

const END: u8 = 6;
const NUMBER: u8 = 7;

pub(super) fn write(text: &str, key: &mut Key) -> Written {
    for part in parts(text) {
        match part {
            Part::Number(digits) => {
                key.mark(NUMBER);
                key.digits(digits);
            }
            Part::Word(rank) => key.mark(rank),
            // `#` stands for any number and for none; as a key it stands for none.
            Part::Placeholder => {}
        }
    }
    key.mark(END);
    Ok(())
}

#[derive(Clone, Copy)]
enum Part<'a> {
    Number(&'a str),
    Word(u8),
    Placeholder,
}

fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text.strip_prefix(['v', 'V']).unwrap_or(text);
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(['.', '-', '_', '+']);
        if rest.is_empty() {
            return None;
        }
        let (digits, after) = split_digits(rest);
        if !digits.is_empty() {
            rest = after;
            return Some(Part::Number(digits));
        }
        let end =
            rest.find(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '-' | '_' | '+'));
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(if word.starts_with('#') { Part::Placeholder } else { Part::Word(rank(word)) })
    })
}

fn rank(word: &str) -> u8 {
    const RANKS: [(&str, u8); 9] = [
        ("dev", 2),
        ("alpha", 3),
        ("a", 3),
        ("beta", 4),
        ("b", 4),
        ("RC", 5),
        ("rc", 5),
        ("pl", 8),
        ("p", 8),
    ];
    RANKS.iter().find(|(name, _)| word.starts_with(name)).map_or(1, |(_, rank)| *rank)
}

/// PHP's own walk, in which `#` is equal to a number and to the end.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (parts(left), parts(right));
    loop {
        let (one, two) = (left.next(), right.next());
        let order = match (one, two) {
            (None, None) => return Ordering::Equal,
            (Some(Part::Number(one)), Some(Part::Number(two))) => {
                let (one, two) = (one.trim_start_matches('0'), two.trim_start_matches('0'));
                one.len().cmp(&two.len()).then_with(|| one.cmp(two))
            }
            (Some(Part::Number(_)), None) => Ordering::Greater,
            (None, Some(Part::Number(_))) => Ordering::Less,
            (one, two) => place(one).cmp(&place(two)),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn place(part: Option<Part<'_>>) -> u8 {
    match part {
        Some(Part::Word(rank)) => rank,
        _ => NUMBER,
    }
}

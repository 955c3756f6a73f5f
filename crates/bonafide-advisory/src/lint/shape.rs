//! What a schema asks for, as a table: kinds of values, fields that must be there, words that are known.
//!
//! A table says less than JSON Schema can; what it cannot say is said in code beside it.

use std::collections::HashSet;

use bonafide_report::{Rule, Severity};

use super::report::{Report, short};
use crate::node::{Node, Value};

/// What a value must be.
pub(crate) enum Shape {
    /// Anything.
    Any,
    /// `true` or `false`.
    Bool,
    /// A number between two bounds.
    Number(f64, f64),
    /// A whole number from 1.
    Count,
    /// A string with a form; the form says what is wrong.
    Text(Form),
    /// A string out of a list.
    Word(&'static [&'static str]),
    /// Items of one shape.
    List(Items, &'static Self),
    /// Named fields.
    Object(&'static Object),
    /// That or `null`.
    OrNull(&'static Self),
}

/// Judges a text: nothing, or what should stand there instead.
pub(crate) type Form = fn(&str) -> Option<&'static str>;

/// What is asked of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Items {
    /// It may be empty.
    Any,
    /// It has one item at least.
    Some,
    /// It has one item at least, and none twice.
    SomeDistinct,
    /// It may be empty, and has no item twice.
    Distinct,
}

/// Fields of an object.
pub(crate) struct Object {
    /// Those that are known.
    pub(crate) fields: &'static [Field],
    /// How others are taken.
    pub(crate) others: Others,
}

/// How fields are taken that a schema does not name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Others {
    /// The schema refuses them.
    Refused,
    /// The schema lets them pass; nobody will read them.
    Unread,
    /// They are free.
    Free,
}

/// A field.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) need: Need,
    pub(crate) shape: Shape,
}

/// Whether a field must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
}

pub(crate) const fn required(name: &'static str, shape: Shape) -> Field {
    Field { name, need: Need::Required, shape }
}

pub(crate) const fn optional(name: &'static str, shape: Shape) -> Field {
    Field { name, need: Need::Optional, shape }
}

/// The rules that a format's schema has.
pub(crate) struct Rules {
    pub(crate) missing: &'static Rule,
    pub(crate) wrong_type: &'static Rule,
    pub(crate) unknown_field: &'static Rule,
    pub(crate) unknown_value: &'static Rule,
    pub(crate) malformed: &'static Rule,
    pub(crate) repeated: &'static Rule,
}

/// Holds a value against a shape.
pub(crate) fn hold(report: &mut Report<'_, '_>, rules: &Rules, node: &Node<'_>, shape: &Shape) {
    match (shape, &node.value) {
        (Shape::Any, _) | (Shape::Bool, Value::Bool(_)) | (Shape::OrNull(_), Value::Null) => {}
        (Shape::OrNull(shape), _) => hold(report, rules, node, shape),
        (Shape::Number(least, most), Value::Number(digits)) => {
            let in_bounds = digits.parse::<f64>().is_ok_and(|number| (*least..=*most).contains(&number));
            if !in_bounds {
                let message =
                    format!("a number from {least} to {most} should stand here, not {}", short(digits));
                report.tell(rules.malformed, node, message);
            }
        }
        (Shape::Count, Value::Number(digits)) => {
            if !digits.parse::<u64>().is_ok_and(|number| number > 0) {
                let message = format!("a whole number from 1 should stand here, not {}", short(digits));
                report.tell(rules.malformed, node, message);
            }
        }
        (Shape::Text(form), Value::Text(text)) => {
            if let Some(wanted) = form(text) {
                report.tell(
                    rules.malformed,
                    node,
                    format!("{wanted} should stand here, not `{}`", short(text)),
                );
            }
        }
        (Shape::Word(words), Value::Text(text)) => {
            if !words.contains(&&**text) {
                let message = format!("`{}` is no word that is known here", short(text));
                match words.iter().find(|word| word.eq_ignore_ascii_case(text.trim())) {
                    Some(word) => {
                        report.advise(rules.unknown_value, node, message, format!("write `{word}`"))
                    }
                    None => report.tell(rules.unknown_value, node, message),
                }
            }
        }
        (Shape::List(items, shape), Value::List(nodes)) => list(report, rules, node, nodes, *items, shape),
        (Shape::Object(object), Value::Object(_)) => fields(report, rules, node, object),
        _ => {
            let message = format!("{} should stand here, not {}", wanted(shape), node.value.kind().name());
            report.tell(rules.wrong_type, node, message);
        }
    }
}

const fn wanted(shape: &Shape) -> &'static str {
    match shape {
        Shape::Any => "a value",
        Shape::Bool => "a boolean",
        Shape::Number(..) | Shape::Count => "a number",
        Shape::Text(_) | Shape::Word(_) => "a string",
        Shape::List(..) => "an array",
        Shape::Object(_) => "an object",
        Shape::OrNull(shape) => wanted(shape),
    }
}

fn list(
    report: &mut Report<'_, '_>,
    rules: &Rules,
    node: &Node<'_>,
    nodes: &[Node<'_>],
    items: Items,
    shape: &Shape,
) {
    if nodes.is_empty() && matches!(items, Items::Some | Items::SomeDistinct) {
        report.tell(rules.missing, node, "an item at least should stand in this list");
    }
    if matches!(items, Items::Distinct | Items::SomeDistinct) {
        let mut seen = HashSet::new();
        for node in nodes {
            if !seen.insert(&node.value) {
                report.tell(rules.repeated, node, "the same item stands earlier in this list");
            }
        }
    }
    for node in nodes {
        hold(report, rules, node, shape);
    }
}

fn fields(report: &mut Report<'_, '_>, rules: &Rules, node: &Node<'_>, object: &Object) {
    let members = node.members();
    for field in object.fields {
        if field.need == Need::Required && !members.iter().any(|(key, _)| key == field.name) {
            report.tell(rules.missing, node, format!("`{}` is missing", field.name));
        }
    }
    for (key, member) in members {
        if let Some(field) = object.fields.iter().find(|field| field.name == key) {
            hold(report, rules, member, &field.shape);
            continue;
        }
        if object.others == Others::Free || key.starts_with("x_") || key == "$schema" {
            continue;
        }
        let severity = if object.others == Others::Refused { Severity::Error } else { Severity::Warning };
        let message = match near(key, object.fields) {
            Some(name) => {
                format!("the format has no field `{}` here: `{name}` may be meant", short(key))
            }
            None => format!("the format has no field `{}` here", short(key)),
        };
        report.tell_as(severity, rules.unknown_field, member, message);
    }
}

/// The name that was most likely meant.
fn near(key: &str, fields: &[Field]) -> Option<&'static str> {
    if key.len() > 64 {
        return None;
    }
    fields
        .iter()
        .map(|field| (strsim::osa_distance(&key.to_lowercase(), &field.name.to_lowercase()), field.name))
        .filter(|(distance, name)| *distance <= 2 && *distance < name.len() / 2)
        .min()
        .map(|(_, name)| name)
}

/// Any text.
pub(crate) const fn any(_: &str) -> Option<&'static str> {
    None
}

/// Any text but an empty one.
pub(crate) fn some(text: &str) -> Option<&'static str> {
    text.is_empty().then_some("some text")
}

/// An absolute address: a scheme, a colon, something, no white space (RFC 3986, syntax of the scheme only).
pub(crate) fn address(text: &str) -> Option<&'static str> {
    let good = text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
            && !rest.is_empty()
            && !rest.contains(|letter: char| letter.is_whitespace() || letter.is_control())
    });
    (!good).then_some("an address with its scheme")
}

/// An RFC 3339 moment.
pub(crate) fn moment(text: &str) -> Option<&'static str> {
    text.parse::<jiff::Timestamp>().is_err().then_some("an RFC 3339 moment such as 2024-01-15T00:00:00Z")
}

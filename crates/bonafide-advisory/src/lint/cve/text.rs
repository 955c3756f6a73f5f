//! What a description says, and should not.

use super::super::report::{Report, short};
use super::super::rules as r;
use super::schema::is_english;
use crate::node::Node;

/// Beginnings of sentences that thank somebody. In lower case.
const CREDITS: [&str; 9] = [
    "discovered by ",
    "reported by ",
    "found by ",
    "credit goes to",
    "credits to",
    "credit to ",
    "credited to",
    "thanks to ",
    "special thanks",
];

/// What a description says of a product that nobody maintains any more. In lower case.
const UNSUPPORTED: [&str; 3] = [
    "unsupported when assigned",
    "no longer supported by the maintainer",
    "no longer supported by the vendor",
];

/// Fewer characters describe nothing (as `cvelint` E003 has it).
const SHORTEST: usize = 10;

/// Judges the descriptions of a container.
pub(super) fn judge(cna: &Node<'_>, report: &mut Report<'_, '_>) {
    let Some(list) = cna.get("descriptions") else { return };
    let english = |node: &Node<'_>| is_english(node.word("lang"));
    if !list.items().is_empty() && !list.items().iter().any(english) {
        report.tell(&r::CVE_NO_ENGLISH, list, "no description is in English");
    }
    for description in list.items() {
        let Some(node) = description.get("value") else { continue };
        let Some(text) = node.text() else { continue };
        if text.trim().chars().count() < SHORTEST {
            let message = format!("`{}` describes nothing: fewer than {SHORTEST} characters", short(text));
            report.tell(&r::CVE_DESCRIPTION_SHORT, node, message);
        }
        if text.trim() != text {
            report.tell(
                &r::CVE_DESCRIPTION_SPACE,
                node,
                "white space stands before or after the description",
            );
        }
        if let Some(escape) = escape(text) {
            let message = format!("`{escape}` stands in the text as it is: it was escaped twice");
            report.tell(&r::CVE_DESCRIPTION_ESCAPE, node, message);
        }
        if !english(description) {
            continue;
        }
        let lower = text.to_lowercase();
        if let Some(words) = CREDITS.iter().find(|words| lower.contains(*words)) {
            let message =
                format!("the description thanks somebody (`{}`): `credits` is for that", words.trim());
            report.tell(&r::CVE_DESCRIPTION_CREDIT, node, message);
        }
        let tagged = cna.list("tags").iter().any(|tag| tag.text() == Some("unsupported-when-assigned"));
        if !tagged && UNSUPPORTED.iter().any(|words| lower.contains(words)) {
            let message = "the description says that nobody supports the product, and no tag says so";
            report.advise(&r::CVE_UNSUPPORTED, node, message, "add the tag `unsupported-when-assigned`");
        }
    }
}

/// A `\u00e9` that stands in the text itself.
fn escape(text: &str) -> Option<&str> {
    text.match_indices("\\u").find_map(|(at, _)| {
        let word = text.get(at..at + 6)?;
        word[2..].bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(word)
    })
}

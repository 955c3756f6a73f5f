//! Findings as a Markdown table, for a comment in a review.
//!
//! Cells hold foreign text: what Markdown, HTML or a forge would act on (links, mentions, references) is escaped.

use std::io::{self, Write};

use super::Ending;
use super::plain::{self, printable};
use crate::finding::Finding;
use crate::verdict::Counts;

/// A printable text that no Markdown reader acts on.
fn escaped(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for letter in text.replace("://", ":\u{0}//").chars() {
        match letter {
            '\u{0}' => cell.push_str("<!-- -->"),
            '&' => cell.push_str("&amp;"),
            '<' => cell.push_str("&lt;"),
            '>' => cell.push_str("&gt;"),
            '@' => cell.push_str("&#64;"),
            '#' => cell.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '!' | '~' | '|' | '$' => {
                cell.push('\\');
                cell.push(letter);
            }
            _ => cell.push(letter),
        }
    }
    cell
}

pub(super) fn finding(out: &mut dyn Write, first: bool, finding: &Finding) -> io::Result<()> {
    if first {
        writeln!(out, "| | rule | where | what | fix |\n| --- | --- | --- | --- | --- |")?;
    }
    let whereabouts: Vec<String> = [plain::place(&finding.place), printable(&finding.subject)]
        .iter()
        .filter(|text| !text.is_empty())
        .map(|text| escaped(text))
        .collect();
    let mut what = vec![escaped(&printable(&finding.message))];
    what.extend(plain::details(finding).iter().map(|line| escaped(line)));
    writeln!(
        out,
        "| {} | `{}` | {} | {} | {} |",
        plain::label(finding),
        finding.rule.id,
        whereabouts.join("<br>"),
        what.join("<br>"),
        finding.remedy.as_ref().map(|remedy| escaped(&printable(remedy))).unwrap_or_default(),
    )
}

pub(super) fn end(
    out: &mut dyn Write,
    limit: Option<usize>,
    counts: Counts,
    ending: &Ending,
) -> io::Result<()> {
    if counts.total() > 0 {
        writeln!(out)?;
    }
    if let Some(line) = plain::unshown(counts, limit) {
        writeln!(out, "{line}\n")?;
    }
    writeln!(out, "**{}**", escaped(&plain::verdict(counts, ending)))
}

//! `bonafide explain`

use crate::exit::Exit;
use crate::failure::Failure;
use crate::rules;
use crate::ui::Ui;
use crate::written;

/// Prints the page of one rule, or a line for each.
pub(crate) fn run(ui: &Ui, id: Option<&str>) -> Result<Exit, Failure> {
    let rules = rules::all();
    let Some(id) = id else {
        let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
        written(ui.out(|out| {
            rules
                .iter()
                .try_for_each(|rule| writeln!(out, "{:width$}  {:7}  {}", rule.id, rule.severity, rule.title))
        }))?;
        return Ok(Exit::Clean);
    };
    let Some(rule) = rules.iter().find(|rule| rule.id == id) else {
        let near: Vec<&str> =
            rules.iter().map(|rule| rule.id).filter(|known| shares_a_word(known, id)).collect();
        let failure = Failure::usage(format!("no rule is called `{id}`"));
        return Err(match near.as_slice() {
            [] => failure.hint("`bonafide explain` lists all rules"),
            near => failure.hint(format!("did you mean {}?", near.join(", "))),
        });
    };
    written(ui.out(|out| {
        writeln!(out, "# {}\n\n{}: {}\n\n{}", rule.id, rule.severity, rule.title, rule.page.trim_end())
    }))?;
    Ok(Exit::Clean)
}

fn shares_a_word(known: &str, typed: &str) -> bool {
    typed
        .split(['-', '_', ' '])
        .any(|word| word.len() > 2 && known.split('-').any(|own| own.eq_ignore_ascii_case(word)))
}

//! `bonafide explain`

use bonafide_report::printable;
use bonafide_vuln::Component;

use crate::cli::scan::ExplainArgs;
use crate::commands::scan;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::rules;
use crate::ui::Ui;
use crate::written;

/// Explains a rule, or an answer of a scan.
pub(crate) fn run(ui: &Ui, args: &ExplainArgs) -> Result<Exit, Failure> {
    match (&args.subject, &args.vulnerability) {
        (Some(subject), Some(id)) => answer(ui, args, subject, id),
        (subject, _) => rule(ui, subject.as_deref()),
    }
}

/// Prints what each record of a vulnerability says of a component.
fn answer(ui: &Ui, args: &ExplainArgs, subject: &str, id: &str) -> Result<Exit, Failure> {
    let db = args.db.as_deref().ok_or_else(|| Failure::usage("`--db` names no database"))?;
    let scanner = scan::scanner(db)?;
    let mut unread = None;
    let (components, wanted) = if args.inputs.is_empty() {
        let mut component = Component { input: "the command line".to_owned(), ..Component::default() };
        if subject.starts_with("cpe:") {
            component.cpes.push(subject.to_owned());
        } else if subject.starts_with("pkg:") {
            component.purls.push(subject.to_owned());
        } else {
            return Err(Failure::usage(format!("`{subject}` is neither a package url nor a cpe name"))
                .hint("name the file that has the component with `--in`"));
        }
        (vec![component], vec![0])
    } else {
        let scan::Gathered { components, unread: cut, .. } =
            scan::gather(ui, &args.inputs, args.limits.limits(), None)?;
        unread = cut;
        let is_wanted = |component: &Component| {
            let short = |purl: &String| purl.split(['@', '?', '#']).next() == Some(subject);
            component.name.eq_ignore_ascii_case(subject)
                || component.purls.iter().any(|purl| purl == subject || short(purl))
                || component.cpes.iter().any(|cpe| cpe == subject)
        };
        let wanted: Vec<usize> = (0..components.len()).filter(|at| is_wanted(&components[*at])).collect();
        (components, wanted)
    };
    if wanted.is_empty() {
        return Err(Failure::input(format!("no component of the inputs is called `{subject}`")));
    }
    let failed = |error| Failure::input("failed to read the database").because(&error);
    let names = scanner.aliases(id).map_err(failed)?;
    let mut told = Vec::new();
    for at in wanted {
        let component = &components[at];
        told.push(format!("{} {} ({})", component.label(), component.shown_version(), component.input));
        let lines = scanner.explain(&components, at, id).map_err(failed)?;
        if lines.is_empty() {
            told.push(format!("  no record of {id} names it"));
        }
        told.extend(lines.into_iter().map(|line| format!("  {line}")));
        let answers = scanner.scan(&components).map_err(failed)?;
        let finding = answers.findings.iter().find(|finding| {
            finding.component == at
                && std::iter::once(&finding.id).chain(&finding.aliases).any(|name| names.contains(name))
        });
        told.push(match finding.map(|finding| &finding.state) {
            Some(bonafide_vuln::State::Affected) => "  answer: affected".to_owned(),
            Some(bonafide_vuln::State::Unknown(why)) => format!("  answer: unknown: {why}"),
            None => "  answer: no finding".to_owned(),
        });
    }
    written(ui.out(|out| {
        writeln!(out, "{}", printable(&names.join(", ")))?;
        told.iter().try_for_each(|line| writeln!(out, "{}", printable(line)))
    }))?;
    Ok(unread.unwrap_or(Exit::Clean))
}

/// Prints the page of one rule, or a line for each.
fn rule(ui: &Ui, id: Option<&str>) -> Result<Exit, Failure> {
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
        let failure = Failure::usage(format!("no rule is called `{id}`"));
        let near = near(id, rules.iter().map(|rule| rule.id));
        return Err(if id.starts_with("pkg:") || id.starts_with("cpe:") {
            failure.hint(format!("`bonafide explain '{id}' CVE-… --db DIR` explains an answer of a scan"))
        } else if id.contains(|letter: char| letter.is_ascii_digit()) && near.is_empty() {
            failure.hint(format!("`bonafide explain COMPONENT '{id}' --db DIR` explains an answer of a scan"))
        } else if near.is_empty() {
            failure.hint("`bonafide explain` lists all rules")
        } else {
            failure.hint(format!("did you mean {}?", near.join(", ")))
        });
    };
    written(ui.out(|out| {
        writeln!(out, "# {}\n\n{}: {}\n\n{}", rule.id, rule.severity, rule.title, rule.page.trim_end())
    }))?;
    Ok(Exit::Clean)
}

/// The ids that somebody who typed this may have meant, nearest first: at most three.
fn near<'r>(typed: &str, ids: impl Iterator<Item = &'r str>) -> Vec<&'r str> {
    let typed = typed.to_ascii_lowercase().replace(['_', ' '], "-");
    let mut near: Vec<(f64, &str)> = ids
        .map(|id| (strsim::jaro_winkler(&typed, id), id))
        .filter(|(likeness, id)| *likeness > 0.88 || (typed.len() > 3 && id.contains(typed.as_str())))
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.into_iter().take(3).map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearly_a_rule_is_proposed_and_nothing_else() {
        let ids = || rules::all().into_iter().map(|rule| rule.id);
        assert_eq!(near("dead-exlude", ids()).first(), Some(&"dead-exclude"));
        assert_eq!(near("deadexclude", ids()).first(), Some(&"dead-exclude"));
        assert_eq!(near("file-changed", ids()), ["vendor-file-changed"]);
        assert_eq!(near("CVE-2024-1234", ids()), [""; 0]);
        assert_eq!(near("nonsense", ids()), [""; 0]);
    }
}

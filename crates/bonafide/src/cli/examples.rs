//! Each example in the help and in the documentation is a command that can be typed.

use std::path::{Path, PathBuf};

use clap::{CommandFactory as _, Parser as _};

use super::Cli;

/// The columns in which an example is not wrapped, on a terminal of 80.
const COLUMNS: usize = 79;

/// The commands that lines show: without a prompt, continued lines joined.
fn commands(text: &str) -> Vec<String> {
    let joined = text.replace("\\\n", " ");
    let shown = joined.lines().map(|line| line.trim_start().trim_start_matches("$ "));
    shown.filter(|line| line.starts_with("bonafide ")).map(str::to_owned).collect()
}

/// The words of the first command of a pipeline, as a shell would pass them; nothing where it is no whole command.
fn words(command: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quoted, mut letters) = (Vec::new(), None::<String>, None, command.chars());
    while let Some(letter) = letters.next() {
        match (quoted, letter) {
            (Some(quote), _) if quote == letter => quoted = None,
            (None, '\'' | '"') => {
                quoted = Some(letter);
                word.get_or_insert_default();
            }
            (None, '|' | '>' | ';' | '#' | '&') if word.is_none() => break,
            (None, ' ') => words.extend(word.take()),
            (None, '…') => return None,
            (None, '2') if word.is_none() && letters.as_str().starts_with('>') => break,
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    (quoted.is_none()).then_some(words)
}

/// What is wrong with a command, if anything is.
fn fault(place: &str, command: &str) -> Option<String> {
    let error = Cli::try_parse_from(words(command)?).err().filter(clap::Error::use_stderr)?;
    Some(format!("{place}: {command}\n{error}"))
}

fn check(path: &str, command: &clap::Command, wrong: &mut Vec<String>) {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    assert!(command.get_about().is_some(), "{path} says not what it does");
    let subcommands: Vec<_> = command.get_subcommands().collect();
    assert!(!subcommands.is_empty() || help.contains("Example"), "{path} has no example");
    let examples = help.split_once("Example").map(|(_, rest)| rest.split("\n\n").next().unwrap_or(rest));
    for line in examples.unwrap_or_default().lines() {
        if line.chars().count() > COLUMNS {
            wrong.push(format!("{path}: a terminal of 80 columns wraps `{line}`"));
        }
    }
    wrong.extend(commands(&help).iter().filter_map(|example| fault(path, example)));
    for subcommand in subcommands {
        check(&format!("{path} {}", subcommand.get_name()), subcommand, wrong);
    }
}

#[test]
fn each_command_has_an_example_that_parses_and_is_not_wrapped() {
    let mut wrong = Vec::new();
    check("bonafide", &Cli::command(), &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

#[test]
fn each_command_of_the_documentation_parses() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    pages(&root.join("docs"), &mut found);
    let (mut count, mut wrong) = (0, Vec::new());
    for page in found {
        let place = page.display().to_string();
        let text = std::fs::read_to_string(&page).unwrap();
        // Every other piece between fences is code.
        for code in text.split("\n```").skip(1).step_by(2) {
            let commands = commands(code);
            count += commands.len();
            wrong.extend(commands.iter().filter_map(|command| fault(&place, command)));
        }
        // And what stands in a line names a command that is there, whatever its arguments.
        for code in text.split('`').skip(1).step_by(2) {
            let mut names = code.split_whitespace();
            let mut command = Cli::command();
            if names.next() != Some("bonafide") {
                continue;
            }
            for name in names.take_while(|name| name.bytes().all(|letter| letter.is_ascii_lowercase())) {
                match command.find_subcommand(name) {
                    Some(next) => command = next.clone(),
                    None if command.get_subcommands().next().is_none() => break,
                    None => wrong.push(format!("{place}: `{code}`")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 30, "{count} commands");
}

//! Checks and generators of the repository.
//!
//! - `cargo xtask layers` checks which crate may depend on which.
//! - `cargo xtask docs [--write]` checks the book's links and its list of rules, or writes that list.
//! - `cargo xtask purl-types FOLDER` writes the table of Package URL types from their definitions.

mod docs;
mod layers;
mod purl_types;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["layers"] => layers::check(&root()),
        ["purl-types", folder] => purl_types::generate(&root(), folder.as_ref()),
        ["docs"] => docs::run(&root(), docs::Mode::Check),
        ["docs", "--write"] => docs::run(&root(), docs::Mode::Write),
        _ => Err("usage: cargo xtask layers | docs [--write] | purl-types FOLDER".to_owned()),
    };
    match done {
        Ok(said) => {
            say(&said);
            ExitCode::SUCCESS
        }
        Err(said) => {
            say(&said);
            ExitCode::FAILURE
        }
    }
}

/// The repository's root: the folder above this crate's.
fn root() -> std::path::PathBuf {
    let mut root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

#[expect(clippy::print_stderr, reason = "a developer's tool speaks on the terminal")]
fn say(text: &str) {
    eprintln!("{text}");
}
